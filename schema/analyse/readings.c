#include "analyse/readings.h"

#include <string.h>

static bool is_same(const struct reading *a, const struct reading *b)
{
    return strcmp(a->lemma, b->lemma) == 0 && strcmp(a->verb, b->verb) == 0 && a->glued == b->glued &&
           memcmp(a->cut, b->cut, sizeof a->cut) == 0;
}

void readings_add(struct readings *readings, const struct reading *reading)
{
    for (size_t i = 0; i < readings->count; i++) {
        if (!is_same(&readings->reading[i], reading))
            continue;
        readings->reading[i].is_name = readings->reading[i].is_name && reading->is_name;
        return;
    }
    if (readings->count < READINGS_MAX)
        readings->reading[readings->count++] = *reading;
}

/* A count, and for each reading its flags, and as they say the parts with the cuts between them, the bits, the verb. */
enum flag {
    FLAG_VERB = 1,
    FLAG_NAME = 2,
    FLAG_JOINER = 4,
    FLAG_PREFIX = 8,
    FLAG_PARTS = 16,
    FLAG_HYPHENED = 32,
    FLAG_GLUED = 64,
    FLAG_HAS_VERB = 128
};

static unsigned char *put(unsigned char *to, const void *bytes, size_t size)
{
    memcpy(to, bytes, size);
    return to + size;
}

static const unsigned char *take(const unsigned char *from, void *bytes, size_t size)
{
    memcpy(bytes, from, size);
    return from + size;
}

unsigned char *readings_pack_text(const char *text, const char *word, unsigned char *to)
{
    size_t shared = 0, len = strlen(text);
    while (shared < UINT8_MAX && text[shared] && text[shared] == word[shared])
        shared++;
    *to++ = (unsigned char)shared;
    *to++ = (unsigned char)(len - shared);
    return put(to, text + shared, len - shared);
}

const unsigned char *readings_unpack_text(const unsigned char *from, const char *word, char out[READING_BYTES])
{
    size_t shared = *from++, rest = *from++;
    memcpy(out, word, shared);
    out[shared + rest] = '\0';
    return take(from, out + shared, rest);
}

static unsigned flags_of(const struct reading *r)
{
    return (r->is_verb ? FLAG_VERB : 0u) | (r->is_name ? FLAG_NAME : 0u) | (r->is_joiner ? FLAG_JOINER : 0u) |
           (r->is_prefix ? FLAG_PREFIX : 0u) | (r->part_count > 1 ? FLAG_PARTS : 0u) |
           (r->hyphened ? FLAG_HYPHENED : 0u) | (r->glued ? FLAG_GLUED : 0u) | (r->verb[0] ? FLAG_HAS_VERB : 0u);
}

unsigned char *readings_pack(const struct readings *readings, const char *word, unsigned char *to)
{
    *to++ = (unsigned char)readings->count;
    for (size_t i = 0; i < readings->count; i++) {
        const struct reading *r = &readings->reading[i];
        unsigned flags = flags_of(r);
        *to++ = (unsigned char)flags;
        if (flags & FLAG_PARTS)
            *to++ = r->part_count;
        to = put(to, r->cut + 1, r->part_count); /* the first is 0 */
        if (flags & FLAG_HYPHENED)
            to = put(to, &r->hyphened, sizeof r->hyphened);
        if (flags & FLAG_GLUED)
            to = put(to, &r->glued, sizeof r->glued);
        to = readings_pack_text(r->lemma, word, to);
        if (flags & FLAG_HAS_VERB)
            to = readings_pack_text(r->verb, word, to);
    }
    return to;
}

const unsigned char *readings_unpack(const unsigned char *from, const char *word, struct readings *readings)
{
    readings->count = *from++;
    for (size_t i = 0; i < readings->count; i++) {
        struct reading *r = &readings->reading[i];
        unsigned flags = *from++;
        r->is_verb = flags & FLAG_VERB;
        r->is_name = flags & FLAG_NAME;
        r->is_joiner = flags & FLAG_JOINER;
        r->is_prefix = flags & FLAG_PREFIX;
        r->part_count = flags & FLAG_PARTS ? *from++ : 1;
        memset(r->cut, 0, sizeof r->cut);
        from = take(from, r->cut + 1, r->part_count);
        r->hyphened = r->glued = 0;
        if (flags & FLAG_HYPHENED)
            from = take(from, &r->hyphened, sizeof r->hyphened);
        if (flags & FLAG_GLUED)
            from = take(from, &r->glued, sizeof r->glued);
        from = readings_unpack_text(from, word, r->lemma);
        r->verb[0] = '\0';
        if (flags & FLAG_HAS_VERB)
            from = readings_unpack_text(from, word, r->verb);
    }
    return from;
}
