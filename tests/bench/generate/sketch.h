/* What a record is about and its texts; its other fields are chosen while it is written (record.h). */
#ifndef OPASTIN_BENCH_SKETCH_H
#define OPASTIN_BENCH_SKETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"
#include "tests/bench/generate/text.h"
#include "tests/bench/generate/world.h"

enum { SKETCH_AUDIENCES = 4, SKETCH_AREAS = 6 };

struct sketch {
    const struct world *world;
    uint64_t number;
    struct rng rng;
    enum record_kind kind;
    char id[ID_BYTES];
    struct organisation organisation; /* its own, or the one that it is */
    uint16_t audiences[SKETCH_AUDIENCES];
    size_t audience_count;
    uint8_t scope;                    /* enum area_scope, RECORD_CHOICE_UNKNOWN */
    int areas[SKETCH_AREAS];          /* ordinals in VOCAB_AREA */
    size_t area_count;
    int town;                         /* where it is; -1: nowhere in particular */
    bool online;
    struct voice voice;               /* its themes are the record's */
    struct buf title, summary, body;
    struct buf keywords;              /* divided by '\n' */
};

/* Clears the sketch for its first use. */
void sketch_init(struct sketch *sketch, const struct world *world);
void sketch_release(struct sketch *sketch);
/* Makes it the record of the number, 0..world->records - 1. */
void sketch_make(struct sketch *sketch, uint64_t number);

#endif
