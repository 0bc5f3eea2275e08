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

/* A count, and for each reading its flags, cuts and bits, and the two texts with their zero bytes. */
enum flag { FLAG_VERB = 1, FLAG_NAME = 2, FLAG_JOINER = 4, FLAG_PREFIX = 8 };

static size_t cut_count(const struct reading *reading)
{
    return reading->part_count + 1u;
}

size_t readings_packed_size(const struct readings *readings)
{
    size_t size = 1;
    for (size_t i = 0; i < readings->count; i++) {
        const struct reading *r = &readings->reading[i];
        size += 2 + cut_count(r) + sizeof r->hyphened + sizeof r->glued + strlen(r->lemma) + strlen(r->verb) + 2;
    }
    return size;
}

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

void readings_pack(const struct readings *readings, unsigned char *to)
{
    *to++ = (unsigned char)readings->count;
    for (size_t i = 0; i < readings->count; i++) {
        const struct reading *r = &readings->reading[i];
        *to++ = (unsigned char)((r->is_verb ? FLAG_VERB : 0) | (r->is_name ? FLAG_NAME : 0) |
                                (r->is_joiner ? FLAG_JOINER : 0) | (r->is_prefix ? FLAG_PREFIX : 0));
        *to++ = r->part_count;
        to = put(to, r->cut, cut_count(r));
        to = put(to, &r->hyphened, sizeof r->hyphened);
        to = put(to, &r->glued, sizeof r->glued);
        to = put(to, r->lemma, strlen(r->lemma) + 1);
        to = put(to, r->verb, strlen(r->verb) + 1);
    }
}

void readings_unpack(const unsigned char *from, struct readings *readings)
{
    readings->count = *from++;
    for (size_t i = 0; i < readings->count; i++) {
        struct reading *r = &readings->reading[i];
        unsigned flags = *from++;
        *r = (struct reading){.part_count = *from++};
        r->is_verb = flags & FLAG_VERB;
        r->is_name = flags & FLAG_NAME;
        r->is_joiner = flags & FLAG_JOINER;
        r->is_prefix = flags & FLAG_PREFIX;
        from = take(from, r->cut, cut_count(r));
        from = take(from, &r->hyphened, sizeof r->hyphened);
        from = take(from, &r->glued, sizeof r->glued);
        from = take(from, r->lemma, strlen((const char *)from) + 1);
        from = take(from, r->verb, strlen((const char *)from) + 1);
    }
}
