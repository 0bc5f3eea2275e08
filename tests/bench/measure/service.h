/* The searching half of the daemon in one thread: vocabularies, what stands for words, an index opened to search. */
#ifndef OPASTIN_BENCH_SERVICE_H
#define OPASTIN_BENCH_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "search/guide.h"
#include "search/search.h"

struct service {
    struct guides *guides; /* the program's own synonyms, and the understanding of values */
    struct snapshot *snapshot;
    struct searcher *searcher;
    struct search_clock clock; /* the day that the made-up sets are made around */
};

enum status service_start(struct service *service, struct err *err) MUST_USE;
void service_stop(struct service *service); /* also after a start that failed */

/* The folder's current generation with an empty cache of postings and an analyser that knows no word yet.
 * guided: words mean what they mean to the daemon; else themselves. */
enum status service_open(struct service *service, const char *dir, size_t cache_bytes, bool guided,
                         struct err *err) MUST_USE;
/* As when the daemon takes up a new generation: the cache of postings is empty, the analyser keeps its words. */
enum status service_renew(struct service *service, const char *dir, size_t cache_bytes, struct err *err) MUST_USE;
void service_close(struct service *service);

#endif
