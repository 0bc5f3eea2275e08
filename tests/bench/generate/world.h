/* The made-up Finland that records come from: its words, municipalities, organisations, and how often each occurs.
 *
 * Everything follows from the seed and the number of records; nothing is kept per record. */
#ifndef OPASTIN_BENCH_WORLD_H
#define OPASTIN_BENCH_WORLD_H

#include <stdint.h>

#include "base/status.h"
#include "tests/bench/generate/grammar.h"
#include "tests/bench/generate/lexicon.h"
#include "tests/bench/generate/random.h"

enum {
    WORLD_ORGANISATIONS_MOST = 9000,
    WORLD_RECORDS_PER_ORGANISATION = 14, /* in small sets; every such record is the organisation's own */
    WORLD_RECORDS_MOST = 10000000,
    NAME_BYTES = 160,
    ID_BYTES = 100,
    HOST_BYTES = 64,
};

/* What the streams of chance are for. */
enum purpose { PURPOSE_WORLD, PURPOSE_ORGANISATION, PURPOSE_RECORD, PURPOSE_QUERY };

struct world {
    struct lexicon lexicon;
    struct grammar grammar;
    struct zipf zipf;      /* for organisations, themes, audiences and words */
    struct choice towns;   /* by ordinal in VOCAB_AREA */
    uint16_t *themes;      /* ordinals of the narrow themes, the most frequent first; owned */
    uint16_t *audiences;   /* all of them, the same; owned */
    size_t theme_count, audience_count;
    char (*postal)[6];     /* postal codes by municipality; owned */
    uint32_t *postal_first; /* by ordinal in VOCAB_AREA, one more at the end; owned */
    uint64_t seed, records;
    uint32_t organisations;
};

/* vocab_load() first. */
enum status world_init(struct world *world, const char *words_path, uint64_t seed, uint64_t records,
                       struct err *err) MUST_USE;
void world_release(struct world *world);

struct organisation {
    char name[NAME_BYTES], id[ID_BYTES], host[HOST_BYTES];
    const char *type;   /* as in the format */
    int town;           /* ordinal in VOCAB_AREA; -1: nationwide */
    uint16_t theme;
};

/* The organisation of a number below world->organisations; 0 has the most records. */
void world_organisation(const struct world *world, uint32_t number, struct organisation *organisation);

/* An organisation's number, the great ones oftener; a narrow theme, a municipality, an audience that goes with the
 * theme. */
uint32_t world_choose_organisation(const struct world *world, struct rng *rng);
uint16_t world_theme(const struct world *world, struct rng *rng);
int world_town(const struct world *world, struct rng *rng);
uint16_t world_audience(const struct world *world, uint16_t theme, struct rng *rng);
/* A postal code of the municipality, NULL when it has none. */
const char *world_postal_code(const struct world *world, int town, struct rng *rng);

#endif
