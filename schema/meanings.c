#include "meanings.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analyse/fold.h"
#include "meanings_file.h"

static const uint32_t items[MEANINGS_SECTIONS] = {4, 1};
const struct sections_kind meanings_kind = {"meanings", "OPASTMEA", MEANINGS_VERSION, MEANINGS_SECTIONS, items};
const char meanings_spaces[5] = {TERM_EXACT, TERM_WHOLE, TERM_PART, TERM_SWEDISH, TERM_ENGLISH};

enum status meanings_open(struct meanings *meanings, const char *path, struct err *err)
{
    struct sections file;
    TRY(sections_open(&file, &meanings_kind, path, err));
    size_t slots = file.at[MEANINGS_SLOTS].count;
    if (slots & (slots - 1) || slots > UINT32_MAX) {
        sections_close(&file);
        return err_set(err, STATUS_CORRUPT, "%s: %zu slots are no power of two", path, slots);
    }
    *meanings = (struct meanings){.slot_count = (uint32_t)slots, .slots = file.at[MEANINGS_SLOTS].items,
                                  .bytes = file.at[MEANINGS_WORDS].items, .byte_count = file.at[MEANINGS_WORDS].count,
                                  .mapped = file.map_len <= MEANINGS_MAPPED_BYTES, .file = file};
    return STATUS_OK;
}

void meanings_close(struct meanings *meanings)
{
    sections_close(&meanings->file);
    *meanings = (struct meanings){.slot_count = 0};
}

enum status meanings_check(const struct meanings *meanings, struct err *err)
{
    return sections_check(&meanings->file, err);
}

enum { SLOTS_AT_ONCE = 8, WORD_AT_ONCE = 384 /* most words with their terms have half of it */ };

/* A word of the file, as far as it was read. */
struct window {
    const struct meanings *meanings;
    size_t from, len; /* in `words` */
    unsigned char bytes[WORD_AT_ONCE + ANALYSE_WORD_BYTES];
};

/* Look-ups go all over the file, and through the map each keeps 64 KiB around it in memory: words are read instead,
 * which takes half a microsecond more, and of a large file the slots too. */
static bool copy(const struct meanings *m, bool mapped, const void *from, size_t len, void *into)
{
    struct err none = {0};
    if (!mapped)
        return sections_read(&m->file, from, len, into, &none) == STATUS_OK;
    memcpy(into, from, len);
    return true;
}

static bool read_window(struct window *w, size_t from)
{
    size_t rest = from < w->meanings->byte_count ? w->meanings->byte_count - from : 0;
    w->from = from;
    w->len = rest < sizeof w->bytes ? rest : sizeof w->bytes;
    return w->len && copy(w->meanings, false, w->meanings->bytes + from, w->len, w->bytes);
}

/* The bytes at a place, read on when they are not at hand; NULL when the file has not so many. */
static const unsigned char *bytes_at(struct window *w, size_t at, size_t len)
{
    if (at - w->from + len > w->len && (!read_window(w, at) || len > w->len))
        return NULL;
    return w->bytes + (at - w->from);
}

static bool is_word(struct window *w, size_t word, const char *surface, size_t len)
{
    return read_window(w, word) && w->bytes[0] == len && w->len > len + 1 &&
           memcmp(w->bytes + 1, surface, len) == 0;
}

/* Where the terms of the surface, of this hash, begin; 0 when it is not there. */
static size_t find(const struct meanings *m, const char *surface, size_t len, uint64_t hash, struct window *w)
{
    uint32_t mask = m->slot_count - 1, first = (uint32_t)hash & mask;
    uint32_t slots[SLOTS_AT_ONCE], held = 0, next = 0;
    for (uint32_t tried = 0; tried < m->slot_count; tried++, next++) {
        uint32_t at = (first + tried) & mask;
        if (next == held) {
            held = m->slot_count - at < SLOTS_AT_ONCE ? m->slot_count - at : SLOTS_AT_ONCE;
            next = 0;
            if (!copy(m, m->mapped, m->slots + at, held * sizeof *slots, slots))
                return 0;
        }
        if (!slots[next])
            return 0;
        if (is_word(w, slots[next] - 1u, surface, len))
            return slots[next] + len;
    }
    return 0;
}

static bool is_asked(char space, enum text_lang lang)
{
    switch (space) {
    case TERM_EXACT: return true;
    case TERM_SWEDISH: return lang == TEXT_SV || lang == TEXT_UNSURE;
    case TERM_ENGLISH: return lang == TEXT_EN || lang == TEXT_UNSURE;
    default: return lang == TEXT_FI || lang == TEXT_UNSURE;
    }
}

/* A term of a piece of the base and further bytes; false when there is no room for it. */
static bool add_term(struct meaning *meaning, size_t *used, char space, const char *base, size_t copied,
                     const unsigned char *further, size_t further_len)
{
    size_t len = 1 + copied + further_len;
    if (meaning->term_count == ANALYSE_TERMS_PER_WORD || len > ANALYSE_TERM_BYTES)
        return false;
    char *to = meaning->text + *used; /* has room for as many terms of the greatest length */
    to[0] = space;
    memcpy(to + 1, base, copied);
    memcpy(to + 1 + copied, further, further_len);
    to[len] = '\0';
    meaning->terms[meaning->term_count++] = (struct term){.text = to, .len = (uint8_t)len};
    *used += len + 1;
    return true;
}

/* The next term of the file; false when it is damaged. */
static bool next_term(struct window *w, size_t *at, const char *surface, size_t len, const char *plain,
                      size_t plain_len, enum text_lang lang, struct meaning *meaning, size_t *used)
{
    const unsigned char *term = bytes_at(w, *at, 3);
    if (!term)
        return false;
    unsigned space = term[0] >> MEANINGS_SPACE_SHIFT;
    size_t further_len = term[0] & MEANINGS_FURTHER_MOST, from = term[1], copied = term[2];
    const unsigned char *further = bytes_at(w, *at += 3, further_len);
    bool dotless = space < sizeof meanings_spaces &&
                   (meanings_spaces[space] == TERM_WHOLE || meanings_spaces[space] == TERM_PART);
    if (!further || space >= sizeof meanings_spaces || from + copied > (dotless ? plain_len : len))
        return false;
    *at += further_len;
    return !is_asked(meanings_spaces[space], lang) ||
           add_term(meaning, used, meanings_spaces[space], (dotless ? plain : surface) + from, copied, further,
                    further_len);
}

/* The terms at a place behind their word; 0 when they are damaged, else where they end. */
static size_t read_terms(struct window *w, size_t at, const char *surface, size_t len, enum text_lang lang,
                         struct meaning *meaning)
{
    char plain[FOLD_BYTES];
    size_t used = 0;
    const unsigned char *head = bytes_at(w, at++, 1);
    size_t plain_len = fold_dots(surface, len, plain);
    unsigned count = head ? *head : 0;
    meaning->term_count = 0;
    meaning->known = count & MEANINGS_KNOWN;
    if (count & MEANINGS_SURFACE_IS_EXACT &&
        !add_term(meaning, &used, TERM_EXACT, surface, len, (const unsigned char *)"", 0))
        return 0;
    for (count &= MEANINGS_TERMS; count > 0; count--)
        if (!next_term(w, &at, surface, len, plain, plain_len, lang, meaning, &used))
            return 0;
    return head ? at : 0;
}

static bool may_be_there(const struct meanings *m, size_t len)
{
    return m->slot_count > 0 && len > 0 && len <= ANALYSE_WORD_BYTES;
}

bool meanings_find(const struct meanings *m, const char *surface, size_t len, enum text_lang lang,
                   struct meaning *meaning)
{
    struct window w;
    w.meanings = m;
    size_t at = may_be_there(m, len) ? find(m, surface, len, XXH3_64bits(surface, len), &w) : 0;
    return at && read_terms(&w, at, surface, len, lang, meaning);
}

/* ---- what was found lately -------------------------------------------------------------------------------------- */

enum { LATELY_SLOTS = 16384 /* a power of two */, LATELY_BYTES = 59 /* most words with their terms have half */ };

/* A word as it stands in the file. */
struct lately {
    uint32_t word; /* its place and 1; 0: a free slot */
    uint8_t len;
    unsigned char bytes[LATELY_BYTES];
};

struct meanings_reader {
    const struct meanings *meanings;
    struct lately lately[LATELY_SLOTS];
};

enum status meanings_reader_new(struct meanings_reader **reader, const struct meanings *meanings, struct err *err)
{
    struct meanings_reader *r = calloc(1, sizeof *r);
    if (!r)
        return err_set(err, STATUS_NOMEM, "out of memory for words found lately");
    r->meanings = meanings;
    *reader = r;
    return STATUS_OK;
}

void meanings_reader_free(struct meanings_reader *reader)
{
    free(reader);
}

static void note(struct lately *lately, const struct window *w, size_t word, size_t end)
{
    if (end - word > LATELY_BYTES || word < w->from || end > w->from + w->len)
        return;
    lately->word = (uint32_t)word + 1;
    lately->len = (uint8_t)(end - word);
    memcpy(lately->bytes, w->bytes + (word - w->from), end - word);
}

bool meanings_read(struct meanings_reader *r, const char *surface, size_t len, enum text_lang lang,
                   struct meaning *meaning)
{
    struct window w;
    w.meanings = r->meanings;
    if (!may_be_there(r->meanings, len))
        return false;
    uint64_t hash = XXH3_64bits(surface, len);
    struct lately *lately = &r->lately[hash >> 32 & (LATELY_SLOTS - 1)];
    if (lately->word && lately->bytes[0] == len && memcmp(lately->bytes + 1, surface, len) == 0) {
        w.from = lately->word - 1;
        w.len = lately->len;
        memcpy(w.bytes, lately->bytes, lately->len);
        return read_terms(&w, w.from + 1 + len, surface, len, lang, meaning);
    }
    size_t at = find(r->meanings, surface, len, hash, &w), end;
    if (!at || !(end = read_terms(&w, at, surface, len, lang, meaning)))
        return false;
    note(lately, &w, at - len - 1, end);
    return true;
}
