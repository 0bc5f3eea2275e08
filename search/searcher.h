/* Inside of a searcher: one thread's handles and working memory for one snapshot.  For match, count, rank only. */
#ifndef OPASTIN_SEARCH_SEARCHER_H
#define OPASTIN_SEARCH_SEARCHER_H

#include "ids.h"
#include "search/search.h"
#include "search/weights.h"

enum {
    SEARCHER_SETS = 192, /* sets that one search may hold at once: words, filters, results */
    SEARCHER_WORDS = 16384, /* analyses of words that are kept: those of queries, and few of texts */
    SEARCHER_NORMS = 4096, /* lengths of records whose part in a score is kept in a table */
    SEARCHER_ROW_FILTERS = 3, /* when, age, distance */
    SEARCHER_SPELT = 64, /* words whose correction is remembered */
    SEARCHER_SPELT_BYTES = 160, /* longer ones, and longer corrections, are not */
};

/* A word that the index does not have, and what it is corrected to; "" when there is nothing. */
struct spelt {
    char word[SEARCHER_SPELT_BYTES], form[SEARCHER_SPELT_BYTES];
};

/* What a filter was asked with. */
struct filter_key {
    bool asked;
    uint8_t weekdays, times;
    int32_t first_day, last_day; /* 0: not asked */
    int number; /* age, or the municipality; -1: a point */
    double lat, lon; /* of a point */
    uint64_t metres;
    uint32_t unknown;
};

/* What a filter has decided row by row: searches of one suggestion, of ways on and of the next page ask the same. */
struct row_filter {
    struct filter_key key;
    struct docset decided, passed;
};

/* By held.c. */
struct held {
    const struct postings **postings; /* owned */
    size_t count, room;
    const char *text; /* of the request; NULL: no rows */
    size_t text_len;
    struct docset rows; /* that have all words of the text */
};

struct searcher {
    struct snapshot *snapshot;
    struct ids *ids;
    struct records_unpacker *unpacker;
    struct meanings_reader *meanings;
    struct analyser *analyser;
    struct guide *guide; /* NULL: words mean themselves */
    struct docset sets[SEARCHER_SETS]; /* taken in order by searcher_set(), all given back at the next search */
    size_t sets_used;
    struct row_filter row_filters[SEARCHER_ROW_FILTERS];
    uint32_t *rows;     /* of a set, ascending: of the one that is counted, of the result that is ranked, */
    float *scores;      /* and the score of each; room for all rows */
    float *factors;     /* per row: what score.c multiplies its score with; by score.c */
    float norms[SEARCHER_NORMS];
    struct weights tables_weights; /* that the two were made with, */
    int32_t tables_today;          /* and on which day */
    uint32_t *next;     /* per row: minute of the next occurrence since 1970, or one of the two below */
    struct spelt spelt[SEARCHER_SPELT]; /* finding a correction costs milliseconds, and ways on ask again */
    size_t spelt_next;  /* is overwritten next */
    struct held held;   /* of the question that is being answered */
    int32_t next_from;  /* the day that `next` was computed from */
    int32_t live_today; /* the day that the two sets were computed for */
    struct docset day_live, day_past;  /* rows that are shown and not over, that are shown and over */
    struct docset live, past;          /* of these, what is in scope: views, from searcher_begin() on */
    const struct request *scope;       /* whose filters bound every search; NULL: all is in scope */
    struct docset undated; /* of day_live and day_past, those that do not say when */
    struct docset local; /* rows that serve no more than municipalities */
    int32_t first_day;  /* the next occurrence is sought from here on: the first day asked for, or today */
    const struct search_clock *clock; /* of the running search */
};

#define NEXT_NOT_COMPUTED UINT32_MAX
#define NEXT_NONE (UINT32_MAX - 1)

/* Begins a search: all sets are given back, live and past rows are those of the day and in scope. The clock must
 * outlive it. */
enum status searcher_begin(struct searcher *searcher, const struct search_clock *clock, struct err *err) MUST_USE;
/* A cleared set of the snapshot's size. STATUS_NOMEM, STATUS_LIMIT. */
enum status searcher_set(struct searcher *searcher, struct docset *set, struct err *err) MUST_USE;
/* STATUS_TIMEOUT when the deadline has passed. */
enum status searcher_deadline(const struct searcher *searcher, struct err *err) MUST_USE;
/* Minute of the row's next occurrence on or after first_day, since 1970-01-01 local time, or NEXT_NONE. */
uint32_t searcher_next(struct searcher *searcher, uint32_t row);

#endif
