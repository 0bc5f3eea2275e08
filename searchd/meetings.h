/* Where words of texts meet the terms of a query.
 *
 * A text's word is analysed as it was for the index, and its terms are looked up among those of the query: so the
 * reason given is the reason it matched.  What a word answers is remembered for the page: the same words come again and
 * again in the texts of its hits. */
#ifndef OPASTIN_SEARCHD_MEETINGS_H
#define OPASTIN_SEARCHD_MEETINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/status.h"
#include "meanings.h"
#include "search/query.h"
#include "search/request.h"
#include "searchd/sieve.h"

/* How a word of the text answers a word of the query, best first. */
enum match_form {
    MATCH_EXACT,  /* the form that was typed */
    MATCH_LEMMA,  /* another form of the same word */
    MATCH_PART,   /* the query's word is a part of a compound in the text, or of one in the query */
    MATCH_PARTS,  /* the text has a part of the query's compound */
    MATCH_STEM,   /* Swedish or English stem */
    MATCH_SYNONYM,
    MATCH_CORRECTION, /* of the spelling */
    MATCH_VALUE,  /* the record has the value that the word names */
    MATCH_FORMS
};

/* What a word of a text answers. */
struct met {
    uint32_t words;        /* bit per word of the query: answered by the word itself or by what stands for it */
    uint32_t own;          /* bit per word: by itself, as form[w] says */
    uint64_t alternatives; /* bit per alternative: some of its words, as groups[a] says, a bit each */
    uint8_t form[REQUEST_QUERY_WORDS]; /* enum match_form, the best */
    uint8_t groups[QUERY_ALTERNATIVES];
};
_Static_assert(REQUEST_QUERY_WORDS <= 32 && QUERY_ALTERNATIVES <= 64, "a bit each");

struct meetings;

/* The terms of the query, in the arena as all that will be remembered. query may be NULL: nothing is met. */
enum status meetings_new(struct meetings **meetings, const struct query *query, struct arena *arena,
                         struct err *err) MUST_USE;
/* Where words are looked up before they are analysed. */
void meetings_look_up(struct meetings *meetings, struct meanings_reader *meanings);
/* Words that do not pass meet nothing, but for rare forms that do not begin like their lemma. */
const struct sieve *meetings_sieve(const struct meetings *meetings);
/* False when the word answers nothing. */
bool meetings_word(const struct meetings *meetings, const struct word *word, struct met *met);
/* The same of a token, analysed unless it was met before; *met is NULL when it answers nothing. */
enum status meetings_token(struct meetings *meetings, struct analyser *analyser, const char *token, size_t len,
                           enum text_lang lang, const struct met **met, struct err *err) MUST_USE;

#endif
