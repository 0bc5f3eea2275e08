#include "lexicon.h"

#include <string.h>

#include "lexicon_file.h"

static const uint32_t items[LEXICON_SECTIONS] = {4, 1, 4, 4, 1, 4, 1, 4, 1, 4, 4, 1, 4, 4, 1, 4};
const struct sections_kind lexicon_kind = {"lexicon", "OPASTLEX", LEXICON_VERSION, LEXICON_SECTIONS, items};

/* ---- plain text ------------------------------------------------------------------------------------------------- */

/* The next byte of the plain text: Å Ä Ö and å ä ö are C3 and one byte each. */
static unsigned char plain_next(const char *text, size_t len, size_t *at)
{
    unsigned char c = (unsigned char)text[(*at)++];
    if (c == 0xC3 && *at < len) {
        unsigned char low = (unsigned char)text[*at] | 0x20;
        if (low == 0xA4 || low == 0xA5 || low == 0xB6) {
            ++*at;
            return low == 0xB6 ? 'o' : 'a';
        }
    }
    return (unsigned)(c - 'A') < 26 ? c | 0x20 : c;
}

size_t lexicon_plain(const char *text, size_t len, char *out)
{
    size_t used = 0;
    for (size_t at = 0; at < len;)
        out[used++] = (char)plain_next(text, len, &at);
    return used;
}

size_t lexicon_word(const char *word, size_t len, char exact[FOLD_BYTES], size_t *exact_len, char plain[FOLD_BYTES])
{
    char surface[FOLD_BYTES];
    *exact_len = fold_accents(surface, fold_surface(word, len, surface), exact);
    return lexicon_plain(exact, *exact_len, plain);
}

int lexicon_plain_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t i = 0, j = 0;
    while (i < a_len && j < b_len) {
        int order = plain_next(a, a_len, &i) - plain_next(b, b_len, &j);
        if (order)
            return order;
    }
    return (i < a_len) - (j < b_len);
}

/* By plain texts.  Below 0: the text sorts before everything that begins with the prefix; 0: it begins with it; above
 * 0: behind. */
static int prefix_compare(const char *text, size_t text_len, const char *prefix, size_t prefix_len)
{
    size_t i = 0, j = 0;
    while (i < text_len && j < prefix_len) {
        int order = plain_next(text, text_len, &i) - plain_next(prefix, prefix_len, &j);
        if (order)
            return order;
    }
    return j < prefix_len ? -1 : 0;
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static struct lexicon_texts bind_texts(const struct sections *file, int offset)
{
    size_t count = file->at[offset].count;
    return (struct lexicon_texts){.count = count ? (uint32_t)(count - 1) : 0, .offset = file->at[offset].items,
                                  .bytes = file->at[offset + 1].items};
}

static void bind_all(struct lexicon *l)
{
    l->forms = bind_texts(&l->file, LEXICON_FORM_OFFSET);
    l->form_rows = l->file.at[LEXICON_FORM_ROWS].items;
    l->form_lemma = l->file.at[LEXICON_FORM_LEMMA].items;
    l->form_known = l->file.at[LEXICON_FORM_KNOWN].items;
    l->form_common = l->file.at[LEXICON_FORM_COMMON].items;
    l->form_plain = l->file.at[LEXICON_FORM_PLAIN].items;
    l->lemmas = bind_texts(&l->file, LEXICON_LEMMA_OFFSET);
    l->lemma_rows = l->file.at[LEXICON_LEMMA_ROWS].items;
    l->names = bind_texts(&l->file, LEXICON_NAME_OFFSET);
    l->name_rows = l->file.at[LEXICON_NAME_ROWS].items;
    l->words = bind_texts(&l->file, LEXICON_WORD_OFFSET);
    l->word_name = l->file.at[LEXICON_WORD_NAME].items;
}

/* The text section follows its offsets, which begin at 0 and end at its length; no text is empty or too long. */
static bool texts_right(const struct sections *file, int offset, size_t most)
{
    const uint32_t *at = file->at[offset].items;
    size_t count = file->at[offset].count;
    if (count == 0 || count > UINT32_MAX || at[0] != 0 || at[count - 1] != file->at[offset + 1].count)
        return false;
    for (size_t i = 0; i + 1 < count; i++)
        if (at[i] >= at[i + 1] || at[i + 1] - at[i] > most)
            return false;
    return true;
}

static bool refers_below(const struct sections *file, int section, uint32_t most)
{
    const uint32_t *at = file->at[section].items;
    for (size_t i = 0; i < file->at[section].count; i++)
        if (at[i] >= most)
            return false;
    return true;
}

/* What is followed without further checks on every request. */
static bool is_right(const struct lexicon *l)
{
    static const struct {
        int section, texts;
    } columns[] = {
        {LEXICON_FORM_ROWS, LEXICON_FORM_OFFSET},   {LEXICON_FORM_LEMMA, LEXICON_FORM_OFFSET},
        {LEXICON_FORM_KNOWN, LEXICON_FORM_OFFSET},  {LEXICON_FORM_PLAIN, LEXICON_FORM_OFFSET},
        {LEXICON_FORM_COMMON, LEXICON_FORM_OFFSET}, {LEXICON_LEMMA_ROWS, LEXICON_LEMMA_OFFSET},
        {LEXICON_NAME_ROWS, LEXICON_NAME_OFFSET},   {LEXICON_WORD_NAME, LEXICON_WORD_OFFSET},
    };
    if (!texts_right(&l->file, LEXICON_FORM_OFFSET, LEXICON_TEXT_BYTES) ||
        !texts_right(&l->file, LEXICON_LEMMA_OFFSET, LEXICON_TEXT_BYTES) ||
        !texts_right(&l->file, LEXICON_NAME_OFFSET, LEXICON_NAME_BYTES) ||
        !texts_right(&l->file, LEXICON_WORD_OFFSET, LEXICON_NAME_BYTES))
        return false;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (l->file.at[columns[i].section].count + 1 != l->file.at[columns[i].texts].count)
            return false;
    return refers_below(&l->file, LEXICON_FORM_LEMMA, l->lemmas.count) &&
           refers_below(&l->file, LEXICON_FORM_PLAIN, l->forms.count) &&
           refers_below(&l->file, LEXICON_WORD_NAME, l->names.count);
}

enum status lexicon_open(struct lexicon *lexicon, const char *path, struct err *err)
{
    struct lexicon l = {0};
    TRY(sections_open(&l.file, &lexicon_kind, path, err));
    bind_all(&l);
    if (!is_right(&l)) {
        lexicon_close(&l);
        return err_set(err, STATUS_CORRUPT, "%s: offsets, references and texts disagree", path);
    }
    *lexicon = l;
    return STATUS_OK;
}

void lexicon_close(struct lexicon *lexicon)
{
    sections_close(&lexicon->file);
    *lexicon = (struct lexicon){0};
}

/* ---- checking --------------------------------------------------------------------------------------------------- */

static int bytes_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return order ? order : (a_len > b_len) - (a_len < b_len);
}

/* most: the greatest order that two neighbours may have. */
static bool ascending(const struct lexicon_texts *texts, const uint32_t *order, bool plain, int most)
{
    for (uint32_t i = 0; i + 1 < texts->count; i++) {
        size_t a_len, b_len;
        const char *a = lexicon_text(texts, order ? order[i] : i, &a_len);
        const char *b = lexicon_text(texts, order ? order[i + 1] : i + 1, &b_len);
        int compared = plain ? lexicon_plain_compare(a, a_len, b, b_len) : bytes_compare(a, a_len, b, b_len);
        if (compared == 0 && plain)
            compared = bytes_compare(a, a_len, b, b_len);
        if (compared > most)
            return false;
    }
    return true;
}

/* Every form's bytes in common with the one before it are those told. */
static bool common_right(const struct lexicon *l)
{
    for (uint32_t i = 0; i < l->forms.count; i++) {
        size_t a_len = 0, b_len, common = 0;
        const char *a = i ? lexicon_text(&l->forms, i - 1, &a_len) : NULL, *b = lexicon_text(&l->forms, i, &b_len);
        while (common < a_len && common < b_len && common < LEXICON_COMMON_MOST && a[common] == b[common])
            common++;
        if (l->form_common[i] != common)
            return false;
    }
    return true;
}

enum status lexicon_check(const struct lexicon *l, struct err *err)
{
    TRY(sections_check(&l->file, err));
    if (!ascending(&l->forms, NULL, false, -1) || !ascending(&l->forms, l->form_plain, true, -1) ||
        !ascending(&l->lemmas, NULL, true, -1) || !ascending(&l->names, NULL, false, -1) ||
        !ascending(&l->words, NULL, false, 0))
        return err_set(err, STATUS_CORRUPT, "%s: texts are not in their order", l->file.path);
    if (!common_right(l))
        return err_set(err, STATUS_CORRUPT, "%s: forms begin otherwise than it says", l->file.path);
    return STATUS_OK;
}

/* ---- looking up ------------------------------------------------------------------------------------------------- */

/* Whether a byte of the eight is below `than`, 1..128 (S. E. Anderson: Bit Twiddling Hacks, hasless()). */
static bool has_less(uint64_t bytes, uint64_t than)
{
    const uint64_t ones = UINT64_MAX / 255;
    return (bytes - ones * than) & ~bytes & ones * 128;
}

uint32_t lexicon_skip_forms(const struct lexicon *l, uint32_t form, size_t len)
{
    uint32_t at = form + 1, count = l->forms.count;
    uint64_t eight;
    for (; count - at >= sizeof eight && at < count; at += sizeof eight) {
        memcpy(&eight, l->form_common + at, sizeof eight);
        if (has_less(eight, len))
            break;
    }
    while (at < count && l->form_common[at] >= len)
        at++;
    return at;
}

uint32_t lexicon_find_form(const struct lexicon *l, const char *text, size_t len)
{
    uint32_t low = 0, high = l->forms.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        size_t form_len;
        const char *form = lexicon_text(&l->forms, middle, &form_len);
        int order = bytes_compare(form, form_len, text, len);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return UINT32_MAX;
}

/* The first text whose prefix_compare() is at least `least`. */
static uint32_t bound(const struct lexicon_texts *texts, const uint32_t *order, const char *prefix, size_t len,
                      int least)
{
    uint32_t low = 0, high = texts->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        size_t bytes;
        const char *found = lexicon_text(texts, order ? order[middle] : middle, &bytes);
        if (prefix_compare(found, bytes, prefix, len) < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t lexicon_find_lemma(const struct lexicon *l, const char *text, size_t len, bool as_written)
{
    uint32_t found = UINT32_MAX;
    for (uint32_t at = bound(&l->lemmas, NULL, text, len, 0); at < l->lemmas.count; at++) {
        size_t lemma_len;
        const char *lemma = lexicon_text(&l->lemmas, at, &lemma_len);
        if (lexicon_plain_compare(lemma, lemma_len, text, len) != 0)
            break; /* the same plain text stands first */
        if (as_written ? bytes_compare(lemma, lemma_len, text, len) == 0
                       : found == UINT32_MAX || l->lemma_rows[at] > l->lemma_rows[found])
            found = at;
    }
    return found;
}

static struct lexicon_range range(const struct lexicon_texts *texts, const uint32_t *order, const char *plain,
                                  size_t len)
{
    return (struct lexicon_range){bound(texts, order, plain, len, 0), bound(texts, order, plain, len, 1)};
}

struct lexicon_range lexicon_forms_from(const struct lexicon *l, const char *plain, size_t len)
{
    return range(&l->forms, l->form_plain, plain, len);
}

struct lexicon_range lexicon_lemmas_from(const struct lexicon *l, const char *plain, size_t len)
{
    return range(&l->lemmas, NULL, plain, len);
}

struct lexicon_range lexicon_words_from(const struct lexicon *l, const char *plain, size_t len)
{
    return range(&l->words, NULL, plain, len);
}
