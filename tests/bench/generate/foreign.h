/* Short Swedish and English texts, for the records that have one. */
#ifndef OPASTIN_BENCH_FOREIGN_H
#define OPASTIN_BENCH_FOREIGN_H

#include "base/buf.h"
#include "tests/bench/generate/random.h"

enum foreign { FOREIGN_SWEDISH, FOREIGN_ENGLISH, FOREIGN_COUNT };

const char *foreign_code(enum foreign language);
/* town: its name in that language. */
void foreign_title(enum foreign language, const char *town, struct rng *rng, const struct zipf *zipf, struct buf *out);
void foreign_sentences(enum foreign language, const char *town, size_t sentences, struct rng *rng,
                       const struct zipf *zipf, struct buf *out);

#endif
