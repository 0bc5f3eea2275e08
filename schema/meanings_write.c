#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analyse/fold.h"
#include "base/buf.h"
#include "meanings_file.h"

_Static_assert((int)ANALYSE_TERMS_PER_WORD <= (int)MEANINGS_TERMS, "the number of terms has six bits");

enum {
    SLOTS_AT_FIRST = 4096,
    SLOTS_TAKEN_MOST = 80, /* percent, in the file */
};

/* Slots and bytes are as in the file, the words in the order in which they came. */
struct meanings_writer {
    uint32_t *slots; /* owned */
    size_t slot_count, count;
    struct buf bytes;
};

enum status meanings_writer_new(struct meanings_writer **writer, struct err *err)
{
    struct meanings_writer *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(err, STATUS_NOMEM, "out of memory for what words mean");
    *writer = w;
    return STATUS_OK;
}

void meanings_writer_free(struct meanings_writer *w)
{
    if (!w)
        return;
    free(w->slots);
    buf_release(&w->bytes);
    free(w);
}

/* ---- slots ------------------------------------------------------------------------------------------------------ */

/* The slot of the surface, or the free one where it belongs. */
static uint32_t *slot_of(uint32_t *slots, size_t slot_count, const char *bytes, const char *surface, size_t len)
{
    size_t at = XXH3_64bits(surface, len) & (slot_count - 1);
    for (; slots[at]; at = (at + 1) & (slot_count - 1)) {
        const char *word = bytes + slots[at] - 1;
        if ((unsigned char)word[0] == len && memcmp(word + 1, surface, len) == 0)
            break;
    }
    return &slots[at];
}

/* Slots for all words at their places in `bytes`; *slots is the caller's. */
static enum status make_slots(const char *bytes, const uint32_t *places, size_t count, size_t slot_count,
                              uint32_t **slots, struct err *err)
{
    uint32_t *made = calloc(slot_count + 1, sizeof *made);
    if (!made)
        return err_set(err, STATUS_NOMEM, "out of memory for what %zu words mean", count);
    for (size_t i = 0; i < count; i++) {
        const char *word = bytes + places[i];
        *slot_of(made, slot_count, bytes, word + 1, (unsigned char)word[0]) = places[i] + 1;
    }
    *slots = made;
    return STATUS_OK;
}

/* Where each word begins, in no order. */
static enum status list_places(const struct meanings_writer *w, uint32_t **places, struct err *err)
{
    size_t used = 0;
    if (!(*places = calloc(w->count + 1, sizeof **places)))
        return err_set(err, STATUS_NOMEM, "out of memory for what %zu words mean", w->count);
    for (size_t i = 0; i < w->slot_count; i++)
        if (w->slots[i])
            (*places)[used++] = w->slots[i] - 1;
    return STATUS_OK;
}

static enum status grow(struct meanings_writer *w, struct err *err)
{
    uint32_t *places, *slots;
    size_t slot_count = w->slot_count ? 2 * w->slot_count : SLOTS_AT_FIRST;
    TRY(list_places(w, &places, err));
    enum status status = make_slots(w->bytes.data, places, w->count, slot_count, &slots, err);
    free(places);
    TRY(status);
    free(w->slots);
    w->slots = slots;
    w->slot_count = slot_count;
    return STATUS_OK;
}

/* The free slot for a new word; NULL when it is there, or there is no more room. */
static enum status new_slot(struct meanings_writer *w, const char *surface, size_t len, uint32_t **slot,
                            struct err *err)
{
    if (2 * w->count >= w->slot_count)
        TRY(grow(w, err));
    *slot = slot_of(w->slots, w->slot_count, w->bytes.data, surface, len);
    if (**slot || w->count == MEANINGS_MOST || w->bytes.len > MEANINGS_BYTES)
        *slot = NULL;
    return STATUS_OK;
}

static enum status take_slot(struct meanings_writer *w, uint32_t *slot, size_t began, struct err *err)
{
    TRY(buf_ok(&w->bytes, err));
    *slot = (uint32_t)began + 1;
    w->count++;
    return STATUS_OK;
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

/* The piece of the base that the text begins with as far as possible. */
static size_t longest_copy(const char *base, size_t base_len, const char *text, size_t len, size_t *from)
{
    size_t longest = 0;
    *from = 0;
    for (size_t start = 0; start + longest < base_len; start++) {
        size_t same = 0;
        while (same < len && start + same < base_len && base[start + same] == text[same])
            same++;
        if (same > longest) {
            longest = same;
            *from = start;
        }
    }
    return longest;
}

static unsigned space_number(char space)
{
    return (unsigned)((const char *)memchr(meanings_spaces, space, sizeof meanings_spaces) - meanings_spaces);
}

/* False when the file cannot say it. */
static bool write_term(const struct term *term, const char *surface, size_t len, const char *plain, size_t plain_len,
                       struct buf *out)
{
    char space = term->text[0];
    bool dotless = space == TERM_WHOLE || space == TERM_PART;
    const char *text = term->text + 1;
    size_t text_len = term->len - 1u, from;
    size_t copied = longest_copy(dotless ? plain : surface, dotless ? plain_len : len, text, text_len, &from);
    if (text_len - copied > MEANINGS_FURTHER_MOST)
        return false;
    buf_addc(out, (char)(space_number(space) << MEANINGS_SPACE_SHIFT | (text_len - copied)));
    buf_addc(out, (char)from);
    buf_addc(out, (char)copied);
    buf_add(out, text + copied, text_len - copied);
    return true;
}

static bool is_surface(const struct term *term, const char *surface, size_t len)
{
    return term->text[0] == TERM_EXACT && term->len == len + 1 && memcmp(term->text + 1, surface, len) == 0;
}

static bool write_word(const char *surface, size_t len, const struct word *word, struct buf *out)
{
    char plain[FOLD_BYTES];
    size_t plain_len = fold_dots(surface, len, plain);
    bool exact = word->term_count > 0 && is_surface(&word->terms[0], surface, len);
    buf_addc(out, (char)len);
    buf_add(out, surface, len);
    unsigned flags = (exact ? MEANINGS_SURFACE_IS_EXACT : 0u) | (word->known ? MEANINGS_KNOWN : 0u);
    buf_addc(out, (char)(flags | (word->term_count - exact)));
    for (size_t i = exact; i < word->term_count; i++)
        if (!write_term(&word->terms[i], surface, len, plain, plain_len, out))
            return false;
    return true;
}

enum status meanings_writer_add(struct meanings_writer *w, const char *surface, size_t len, const struct word *word,
                                struct err *err)
{
    uint32_t *slot;
    size_t began = w->bytes.len;
    /* With as many terms as there may be, another language may have others. */
    if (len == 0 || len > ANALYSE_WORD_BYTES || word->term_count >= ANALYSE_TERMS_PER_WORD)
        return STATUS_OK;
    TRY(new_slot(w, surface, len, &slot, err));
    if (!slot)
        return STATUS_OK;
    if (!write_word(surface, len, word, &w->bytes)) {
        w->bytes.len = began;
        return STATUS_OK;
    }
    return take_slot(w, slot, began, err);
}

/* Behind the word that begins at `place`. */
static size_t word_end(const char *bytes, size_t place)
{
    const unsigned char *at = (const unsigned char *)bytes + place;
    at += 1 + at[0];
    for (unsigned terms = *at++ & MEANINGS_TERMS; terms > 0; terms--)
        at += 3 + (at[0] & MEANINGS_FURTHER_MOST);
    return (size_t)(at - (const unsigned char *)bytes);
}

/* The same of bytes that may be damaged; 0 when the word does not end within them. */
static size_t word_end_within(const char *bytes, size_t place, size_t count)
{
    size_t at = place + 1 + (unsigned char)bytes[place];
    if (at >= count)
        return 0;
    for (unsigned terms = (unsigned char)bytes[at++] & MEANINGS_TERMS; terms > 0; terms--) {
        if (count - at < 3)
            return 0;
        at += 3 + ((unsigned char)bytes[at] & MEANINGS_FURTHER_MOST);
        if (at > count)
            return 0;
    }
    return at;
}

static enum status add_word(struct meanings_writer *w, const char *word, size_t len, struct err *err)
{
    uint32_t *slot;
    size_t began = w->bytes.len;
    TRY(new_slot(w, word + 1, (unsigned char)word[0], &slot, err));
    if (!slot)
        return STATUS_OK;
    buf_add(&w->bytes, word, len);
    return take_slot(w, slot, began, err);
}

enum status meanings_writer_merge(struct meanings_writer *w, const struct meanings_writer *other, struct err *err)
{
    for (size_t place = 0, end; place < other->bytes.len; place = end) {
        end = word_end(other->bytes.data, place);
        TRY(add_word(w, other->bytes.data + place, end - place, err));
    }
    return STATUS_OK;
}

enum status meanings_writer_copy(struct meanings_writer *w, const struct meanings *from, struct err *err)
{
    const char *bytes = (const char *)from->bytes;
    size_t place = 0;
    while (place < from->byte_count) {
        size_t end = word_end_within(bytes, place, from->byte_count);
        if (end == 0)
            return err_set(err, STATUS_CORRUPT, "%s: a word lies outside of the file", from->file.path);
        TRY(add_word(w, bytes + place, end - place, err));
        place = end;
    }
    return STATUS_OK;
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static int compare_words(const void *a, const void *b, void *bytes)
{
    const unsigned char *x = (const unsigned char *)bytes + *(const uint32_t *)a;
    const unsigned char *y = (const unsigned char *)bytes + *(const uint32_t *)b;
    size_t common = x[0] < y[0] ? x[0] : y[0];
    int order = memcmp(x + 1, y + 1, common);
    return order ? order : x[0] - y[0];
}

/* The words in their order; places become those in `out`. */
static enum status put_in_order(const struct meanings_writer *w, uint32_t *places, struct buf *out, struct err *err)
{
    qsort_r(places, w->count, sizeof *places, compare_words, w->bytes.data);
    for (size_t i = 0; i < w->count; i++) {
        size_t place = places[i];
        places[i] = (uint32_t)out->len;
        buf_add(out, w->bytes.data + place, word_end(w->bytes.data, place) - place);
    }
    return buf_ok(out, err);
}

static enum status write_file(const struct meanings_writer *w, uint32_t *places, struct buf sections[MEANINGS_SECTIONS],
                              const char *path, struct err *err)
{
    uint32_t *slots;
    size_t slot_count = w->count > 0;
    while (slot_count * SLOTS_TAKEN_MOST / 100 < w->count)
        slot_count *= 2;
    TRY(put_in_order(w, places, &sections[MEANINGS_WORDS], err));
    TRY(make_slots(sections[MEANINGS_WORDS].data, places, w->count, slot_count, &slots, err));
    buf_add(&sections[MEANINGS_SLOTS], slots, slot_count * sizeof *slots);
    free(slots);
    return sections_write(&meanings_kind, sections, path, err);
}

enum status meanings_writer_finish(const struct meanings_writer *w, const char *path, struct err *err)
{
    struct buf sections[MEANINGS_SECTIONS] = {BUF_INIT, BUF_INIT};
    uint32_t *places;
    TRY(list_places(w, &places, err));
    enum status status = write_file(w, places, sections, path, err);
    for (size_t i = 0; i < MEANINGS_SECTIONS; i++)
        buf_release(&sections[i]);
    free(places);
    return status;
}
