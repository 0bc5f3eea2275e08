#include "meanings.h"

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
                                  .file = file};
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

/* Where the terms of the surface begin; 0 when it is not there. */
static size_t find(const struct meanings *m, const char *surface, size_t len)
{
    uint32_t mask = m->slot_count - 1, at = (uint32_t)XXH3_64bits(surface, len) & mask;
    for (uint32_t tried = 0; tried < m->slot_count && m->slots[at]; tried++, at = (at + 1) & mask) {
        size_t word = m->slots[at] - 1u;
        if (word < m->byte_count && m->bytes[word] == len && m->byte_count - word > len + 1 &&
            memcmp(m->bytes + word + 1, surface, len) == 0)
            return word + 1 + len;
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

bool meanings_find(const struct meanings *m, const char *surface, size_t len, enum text_lang lang,
                   struct meaning *meaning)
{
    char plain[FOLD_BYTES];
    size_t used = 0, at = 0;
    if (m->slot_count == 0 || len == 0 || len > ANALYSE_WORD_BYTES || !(at = find(m, surface, len)))
        return false;
    size_t plain_len = fold_dots(surface, len, plain);
    unsigned count = m->bytes[at++];
    meaning->term_count = 0;
    meaning->known = count & MEANINGS_KNOWN;
    if (count & MEANINGS_SURFACE_IS_EXACT && !add_term(meaning, &used, TERM_EXACT, surface, len, m->bytes, 0))
        return false;
    for (count &= MEANINGS_TERMS; count > 0; count--) {
        if (m->byte_count - at < 3)
            return false;
        unsigned char head = m->bytes[at], from = m->bytes[at + 1], copied = m->bytes[at + 2];
        size_t further = head & MEANINGS_FURTHER_MOST;
        unsigned space = head >> MEANINGS_SPACE_SHIFT;
        at += 3;
        bool dotless = space < sizeof meanings_spaces &&
                       (meanings_spaces[space] == TERM_WHOLE || meanings_spaces[space] == TERM_PART);
        if (space >= sizeof meanings_spaces || further > m->byte_count - at ||
            (size_t)from + copied > (dotless ? plain_len : len))
            return false;
        if (is_asked(meanings_spaces[space], lang) &&
            !add_term(meaning, &used, meanings_spaces[space], (dotless ? plain : surface) + from, copied,
                      m->bytes + at, further))
            return false;
        at += further;
    }
    return true;
}
