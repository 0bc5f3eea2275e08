/* The naive search: what a request must find, decided record by record from struct record itself.
 *
 * It shares no code with searchd/{match,count,rank} nor with schema/facet or indexer/document: only the vocabularies,
 * the analyser (through which any text must go) and text_walk().  It is slow, simple and obviously right; search_test.c
 * compares the real search with it. */
#ifndef OPASTIN_TESTS_ORACLE_H
#define OPASTIN_TESTS_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/buf.h"
#include "facet.h"
#include "record.h"
#include "search/query.h"
#include "search/request.h"
#include "tests/unit/files.h"

enum {
    ORACLE_VALUES = 512, /* more than any vocabulary has entries */
    ORACLE_PARTS = 3 + ANALYSE_PARTS_PER_WORD,
    ORACLE_QUERY_BYTES = 1000,
    ORACLE_STRING_BYTES = 16384,
    ORACLE_TODAYS = 3,
};

/* ---- records ---------------------------------------------------------------------------------------------------- */

struct oracle_place {
    float lat, lon; /* as an index keeps them; as doubles, gcc 12 optimises their rounding away */
    bool centre;
};

struct oracle_occurrence {
    int32_t day; /* DAY_UNKNOWN: none */
    int16_t from, to;
};

struct oracle_when {
    bool weekday[WEEKDAYS];     /* takes place on that day, at a time … */
    bool slot[WEEKDAYS][TIMES]; /* … that is known */
    bool says_weekday;
};

/* A term of the world's dictionary and how often a record has it, fields weighted. */
struct oracle_term {
    uint32_t number, frequency;
};

/* What the oracle works out once of a record. */
struct oracle_facts {
    const struct record *record;
    int64_t first_seen;
    uint32_t name_place;                      /* its place in the order of names */
    bool has[FACET_LISTED][ORACLE_VALUES];    /* each value, judged alone: nationwide is not everywhere */
    uint16_t *values[FACET_LISTED];           /* the same as lists */
    size_t value_count[FACET_LISTED];
    bool unknown[FACET_LISTED];
    struct oracle_when when;
    bool dated;                               /* says a weekday or a first day */
    struct oracle_place *places;
    size_t place_count;
    struct oracle_occurrence next[ORACLE_TODAYS];
    struct oracle_term *terms; /* by number */
    size_t term_count;
    double length;
};

struct oracle_word; /* oracle_text.c */

struct oracle_world {
    struct arena arena; /* the records */
    struct oracle_facts *facts;
    size_t count, cap;
    int32_t today[ORACLE_TODAYS];
    struct analyser *analyser;
    struct oracle_dictionary *dictionary;
    struct oracle_word *words; /* those that were asked before */
    double average_length;
};

/* Loads the good records of the files, in order; of records with the same id the first counts. */
void oracle_load(struct oracle_world *world, const char *const *paths, size_t path_count,
                 const int32_t today[ORACLE_TODAYS]);
/* The records alone, without anything worked out. */
void oracle_load_records(struct oracle_world *world, const char *const *paths, size_t path_count);
void oracle_release(struct oracle_world *world);
const struct oracle_facts *oracle_find(const struct oracle_world *world, const char *id);

/* ---- facts, oracle_facts.c -------------------------------------------------------------------------------------- */

bool oracle_has(const struct record *record, enum facet facet, uint16_t value);
bool oracle_says_nothing(const struct record *record, enum facet facet);
bool oracle_is_over(const struct record *record, int32_t today);
int oracle_tier(const struct record *record);
void oracle_fill_when(struct oracle_facts *facts);
/* The same from one day to another, DAY_UNKNOWN: without end; false when it does not take place then. */
bool oracle_within(const struct record *record, int32_t first, int32_t last, struct oracle_when *when);
void oracle_fill_places(struct oracle_facts *facts, struct arena *arena);
struct oracle_occurrence oracle_next(const struct record *record, int32_t today);
/* Kilometres from the centre of a municipality; NAN without a place. */
double oracle_distance(const struct oracle_facts *facts, int municipality, bool *centre);

/* ---- words, oracle_text.c --------------------------------------------------------------------------------------- */

/* A record that has something of a word: each share of its score in the order in which they are added up. */
struct oracle_found {
    uint32_t record;
    bool has; /* the whole word, or all of its parts */
    unsigned parts; /* of the query's compound that it has */
    uint8_t share_count;
    float shares[ORACLE_PARTS];
};

void oracle_read_texts(struct oracle_world *world);
void oracle_forget_texts(struct oracle_world *world);
/* The words of a query that count; how many. */
size_t oracle_words(struct oracle_world *world, const char *q, const struct oracle_word *words[REQUEST_QUERY_WORDS]);
const struct oracle_found *oracle_word_found(const struct oracle_word *word, size_t *count);
size_t oracle_word_parts(const struct oracle_word *word); /* of the compound that it is; 0: of none */
/* The record has a term of the group. */
bool oracle_has_any(const struct oracle_world *world, const struct oracle_facts *facts,
                    const struct query_group *group);
/* How rare it is to have what so many of the world's records have: above 0. */
double oracle_rarity(const struct oracle_world *world, size_t records);

/* ---- one request ------------------------------------------------------------------------------------------------ */

/* What is asked, as the one who makes the request up means it. */
struct oracle_asked {
    char q[ORACLE_QUERY_BYTES];
    bool selected[FACET_LISTED][ORACLE_VALUES];
    size_t selected_count[FACET_LISTED];
    bool weekday[WEEKDAYS], time[TIMES];
    int age, near; /* -1: not asked */
    int32_t date, until; /* DAY_UNKNOWN: not asked */
    double radius_km;
    bool unknown[FACET_COUNT];
    bool past, all_words;
    enum sort sort;
    unsigned page, per_page;
    size_t today; /* index in the world's */
    char query_string[ORACLE_STRING_BYTES];
};

struct oracle_count {
    uint64_t counts[ORACLE_VALUES];
    uint64_t unknown, base;
};

struct oracle_hit {
    uint32_t record;
    unsigned missing;
    float score;
    double km; /* NAN */
    bool centre;
};

struct oracle_answer {
    uint64_t total, past_total;
    unsigned required;
    size_t words; /* that are not optional */
    struct oracle_count facets[FACET_COUNT];
    struct oracle_hit *hits; /* all of them, in order; owned */
};

/* The answer is about 40 kB: one for many requests. Free hits with oracle_answer_release(). */
void oracle_answer(struct oracle_world *world, const struct oracle_asked *asked, struct oracle_answer *answer);
/* The same for words as a search took them: with what stands for them and what they name, for the query says so.  Which
 * records there are, how many words they have and every order but that of relevance; nothing is scored. */
void oracle_answer_query(struct oracle_world *world, const struct oracle_asked *asked, const struct query *query,
                         struct oracle_answer *answer);
void oracle_answer_release(struct oracle_answer *answer);
/* The next occurrence from the first day asked for, or today, on. */
struct oracle_occurrence oracle_next_asked(const struct oracle_facts *facts, const struct oracle_asked *asked,
                                           int32_t today);

/* ---- making requests and records up ----------------------------------------------------------------------------- */

/* Numbers that look random and are the same for the same seed. */
struct oracle_random {
    uint64_t state;
};
uint64_t oracle_random(struct oracle_random *random);
size_t oracle_below(struct oracle_random *random, size_t most); /* 0..most-1 */
bool oracle_chance(struct oracle_random *random, unsigned percent);

/* The words that people might type: forms from texts, labels, place names. */
struct oracle_pool {
    char **words;
    size_t count, cap;
};
void oracle_pool_fill(struct oracle_pool *pool, const struct oracle_world *world);
void oracle_pool_add(struct oracle_pool *pool, const char *text, size_t len);
void oracle_pool_release(struct oracle_pool *pool);

/* A random request; its query string is what request_parse() gets. */
void oracle_ask(const struct oracle_world *world, const struct oracle_pool *pool, struct oracle_random *random,
                struct oracle_asked *asked);
/* name=value with the value percent-encoded, by chance in one of the ways that are allowed. */
void oracle_add_parameter(struct buf *out, struct oracle_random *random, const char *name, const char *value);

/* Writes `count` records as JSON Lines, each made of the field values of several of the world's. */
void oracle_write_shuffled(const struct oracle_world *world, struct oracle_random *random, size_t count,
                           const char *path);

/* ---- files ------------------------------------------------------------------------------------------------------ */

/* All input files of the corpus, sorted; "corpus/a.jsonl" … ; oracle_corpus_free(). */
char **oracle_corpus(size_t *count);
void oracle_corpus_free(char **paths, size_t count);

#endif
