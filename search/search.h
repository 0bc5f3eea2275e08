/* The search itself: a query's way in one function.
 *
 *   request -> query (words and their terms) -> match (which rows) -> count (facets) -> rank (which of them, in which
 *   order) -> answer
 *
 * A searcher belongs to one thread; it holds the thread's Xapian handle, analyser and working memory for one
 * snapshot. */
#ifndef OPASTIN_SEARCH_SEARCH_H
#define OPASTIN_SEARCH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/status.h"
#include "search/request.h"
#include "search/snapshot.h"
#include "stored.h"

struct query;    /* query.h */
struct guide;    /* guide.h */
struct searcher; /* searcher.h */

enum {
    SEARCH_RELAX_BELOW = 10, /* fewer hits with all words: words may be missing, as little as needed … */
    SEARCH_RELAX_TO = 30,    /* … for that many hits */
};

/* What a hit is ordered by: smaller first; low is the row's rank by name, which no two rows share. */
struct sort_key {
    uint64_t high;
    uint32_t low;
};

struct hit {
    uint32_t row;
    struct sort_key key;
    float score;          /* over all words; 0 without a query, and when nothing is sorted or explained by it */
    unsigned missing;     /* words of the query that the record does not have; optional ones not counted */
    uint32_t values;      /* bit per value of the query: the record has it */
    const char *score_parts; /* with explain: what the score is the sum of; else NULL */
    double distance_km;   /* NAN when not asked or not known */
    bool distance_centre; /* the distance is from the centre of the record's municipality */
    int32_t next_day;     /* next occurrence, from the first day asked for or today on; DAY_UNKNOWN: none, or not
                             to be shown */
    int16_t next_from, next_to; /* minutes, MINUTE_UNKNOWN */
};

/* Counts of one facet over the hits that all other filters leave. */
struct facet_count {
    const uint32_t *counts; /* by vocabulary ordinal (listed facets, weekday, time); NULL for age and near, and when
                               the facet was not asked for */
    uint64_t unknown;       /* records that do not say: what selecting "unknown" too would add */
    uint64_t base;          /* hits without this facet's own filter */
};

struct answer {
    const struct query *query; /* NULL when q is empty */
    uint64_t total;
    uint64_t all_total;        /* of these, hits that have all words; total when nothing was relaxed */
    uint64_t past_total;       /* ended or past ones that match too; 0 when they are included */
    unsigned wanted;           /* words of the query that are not optional */
    unsigned required;         /* of these, words that every hit has; all of them when nothing was relaxed */
    struct facet_count facets[FACET_COUNT];
    struct hit *hits;
    size_t hit_count;
    uint64_t before;           /* hits before this page */
    bool more;
    struct cursor next;        /* valid when more */
    int32_t today;
    const uint32_t *ages[AGE_KINDS]; /* of search_together(), when asked for: hits by age, 0..REQUEST_AGE_MOST */
    double query_us, match_us, count_us, rank_us; /* CPU-clock free: monotonic time spent */
};

/* Opens the thread's handles on a snapshot, which is held until the searcher goes. */
enum status searcher_open(struct searcher **searcher, struct snapshot *snapshot, struct err *err) MUST_USE;
void searcher_free(struct searcher *searcher);
/* Gives back what the question answered last still holds (held.h): when its answer is made.  Of NULL: no-op. */
void searcher_rest(struct searcher *searcher);
const struct snapshot *searcher_snapshot(const struct searcher *searcher);
/* What words of its texts mean, until it moves. */
struct meanings_reader *searcher_meanings(const struct searcher *searcher);
/* Moves the searcher to another snapshot; on failure it stays on the old one. */
enum status searcher_move(struct searcher *searcher, struct snapshot *snapshot, struct err *err) MUST_USE;
/* For another thread to make ready what moving takes: a searcher without an analyser and a guide, on the snapshot, with
 * its tables for the day. Only searcher_swap() and searcher_free() take it. */
enum status searcher_prepare(struct searcher **prepared, struct snapshot *snapshot, int32_t today,
                             struct err *err) MUST_USE;
/* Moves the searcher to the prepared one's snapshot, at no cost; what it had before is left there, to be freed. */
void searcher_swap(struct searcher *searcher, struct searcher *prepared);
/* From the next search on; held until another comes. NULL: words mean themselves. */
void searcher_guide(struct searcher *searcher, struct guide *guide);
/* From now on nothing outside the filters of this request is found, counted or suggested, whatever is asked; NULL: all
 * is again.  Only its filters matter.  It must outlive its use; searcher_swap() ends it. */
void searcher_scope(struct searcher *searcher, const struct request *scope);
uint64_t searcher_guide_hash(const struct searcher *searcher); /* 0 without a guide */
struct analyser *searcher_analyser(struct searcher *searcher);
/* The row's stored record: replaces the content of data, in which the views of stored lie.
 * STATUS_CORRUPT, STATUS_NOMEM. */
enum status searcher_record(struct searcher *searcher, uint32_t row, struct buf *data, struct stored *stored,
                            struct err *err) MUST_USE;
/* The same of its head alone: unpacks nothing. */
enum status searcher_head(struct searcher *searcher, uint32_t row, struct buf *data, struct stored_head *head,
                          struct err *err) MUST_USE;

/* The row of the record with this id. STATUS_NOTFOUND when there is none, or none that is shown today. */
enum status searcher_find(struct searcher *searcher, const char *id, size_t len, int32_t today, uint32_t *row,
                          struct err *err) MUST_USE;

/* The row's next occurrence on or after the day. False when there is none. */
struct occurrence;
bool searcher_occurrence(const struct searcher *searcher, uint32_t row, int32_t today, struct occurrence *occurrence);

/* The rows that are shown on the clock's day, in scope and not over: a view until the searcher's next use.  The clock
 * need not outlive the call. */
struct docset;
struct search_clock;
enum status searcher_rows(struct searcher *searcher, const struct search_clock *clock, struct docset *rows,
                          struct err *err) MUST_USE;

/* When and until when a search is run. */
struct search_clock {
    int32_t today;        /* days since 1970-01-01 in Finland */
    int64_t deadline_us;  /* CLOCK_MONOTONIC microseconds; 0: none */
};
/* STATUS_TIMEOUT when the deadline has passed. */
enum status search_clock_check(const struct search_clock *clock, struct err *err) MUST_USE;

/* The answer and all in it lives in the arena until the next reset; views into the searcher until its next search.
 * STATUS_TIMEOUT at the deadline, STATUS_LIMIT, STATUS_STALE (cursor of another generation or day),
 * STATUS_INVALID (cursor of another query). */
enum status search_run(struct searcher *searcher, const struct request *request, const struct search_clock *clock,
                       struct arena *arena, struct answer *answer, struct err *err) MUST_USE;

/* Requests that look at the same text under other filters, answered from one match of it: `requests` differ in nothing
 * that decides what the text matches (q, past, unknown).  The first gets the page it asks for, the others none, and all
 * their total, facets and ages, each over exactly its own hits; all_total, past_total and relaxing are the first's.
 * Facets of the first are counted with their own filter too, unlike in search_run(), which is what asking twice is for.
 * Errors as of search_run(); none of the requests has a cursor. */
enum { SEARCH_TOGETHER = 32 }; /* at most */
struct search_side {
    const struct request *request;
    bool ages; /* are counted */
    struct answer answer;
};
enum status search_together(struct searcher *searcher, struct search_side *sides, size_t count,
                            const struct search_clock *clock, struct arena *arena, struct err *err) MUST_USE;

/* Only how many hits the request has, with all words: nothing is relaxed. Uses the searcher as search_run() does. */
enum status search_total(struct searcher *searcher, const struct request *request, const struct search_clock *clock,
                         struct arena *arena, uint64_t *total, struct err *err) MUST_USE;
/* The same for a way on from the question that search_run() has just answered: what that holds serves again (held.h),
 * its arena must still be there. */
enum status search_total_held(struct searcher *searcher, const struct request *request,
                              const struct search_clock *clock, struct arena *arena, uint64_t *total,
                              struct err *err) MUST_USE;

#endif
