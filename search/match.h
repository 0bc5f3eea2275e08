/* Which rows a request finds: the text's rows, each filter's rows, and what they have in common. */
#ifndef OPASTIN_SEARCH_MATCH_H
#define OPASTIN_SEARCH_MATCH_H

#include "search/filters.h"
#include "search/query.h"

struct word_match {
    const struct postings *whole;
    const struct postings **parts; /* as many as the word's */
    size_t part_count;
    struct docset own;             /* rows that have the word itself; words NULL when nothing else stands for words */
    struct docset rows;            /* that have the word, or what stands for it */
};

/* Words that stand for others, met as a whole. */
struct alternative_match {
    const struct postings **groups; /* as many as the alternative's */
    size_t group_count;
    struct docset rows;             /* that have all of them */
};

struct match {
    struct word_match *words; /* as many as the query's; NULL without a query */
    size_t word_count;
    struct alternative_match *alternatives; /* as many as the query's */
    size_t alternative_count;
    struct docset *values;    /* rows that have the query's values; words NULL: decided row by row, value_pass() */
    unsigned wanted;          /* words that are not optional */
    unsigned required;        /* of these, words that each row of the result has */
    struct docset text;       /* rows of the text that may be shown; every such row without a query */
    struct docset past;       /* the same among those that are over; words NULL when they are in `text` */
    bool filtered[FILTER_COUNT];
    struct docset filter[FILTER_COUNT]; /* only where filtered */
    struct docset clauses;    /* rows that meet the request's clauses; words NULL when it has none */
    struct docset result;     /* text and all filters */
    uint64_t total, past_total;
    uint64_t all_total;       /* rows of the result that have all wanted words */
};

/* With few hits, words may be missing.
 * Postings are held until held_release(). Everything else in the arena and the searcher. */
enum status match_run(struct searcher *searcher, const struct request *request, const struct query *query,
                      struct arena *arena, struct match *match, struct err *err) MUST_USE;

/* The text's rows that pass all filters but one. */
enum status match_without(struct searcher *searcher, const struct match *match, enum filter filter,
                          struct docset *rows, struct err *err) MUST_USE;

/* The row has the value; for a value whose rows were not gathered (weekday, time, age). */
bool value_pass(const struct searcher *searcher, const struct query_value *value, uint32_t row);

#endif
