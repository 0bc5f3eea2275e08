/* Why a record was found, and the piece of its text that shows it.
 *
 * The record's texts are analysed again, word by word (mostly from the analyser's cache), and compared with the terms
 * of the query: so the reason given is the reason it matched. */
#ifndef OPASTIN_SEARCHD_HIGHLIGHT_H
#define OPASTIN_SEARCHD_HIGHLIGHT_H

#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "searchd/query.h"
#include "stored.h"

enum {
    SNIPPET_BYTES = 240,      /* of text, marks and escapes not counted */
    SNIPPET_MATCHES = 512,    /* words of one text that are remembered as matching */
};

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
const char *match_form_name(enum match_form form); /* "exact", "inflection", "compound-part" … */

struct reason {
    const struct query_word *word;
    enum field_group field;
    enum match_form form;
    int lang;                       /* of the text */
    const char *text;               /* the word as the record has it; in the arena */
    size_t len;
};

struct highlighter;

/* The query's terms, ready to be met; in the arena. query may be NULL. */
enum status highlighter_new(const struct highlighter **highlighter, const struct query *query, struct arena *arena,
                            struct err *err) MUST_USE;

/* The best reason for each word of the query that the record answers, in the order of the query's words; at most one a
 * word.  expected: how many words that are not optional it is known to answer. */
enum status highlight_reasons(const struct highlighter *highlighter, struct analyser *analyser,
                              const struct stored *stored, size_t expected, struct arena *arena,
                              struct reason **reasons, size_t *count, struct err *err) MUST_USE;

/* Appends the window of the record's summary or body in the language that shows most words of the query, as
 * HTML-escaped text with the matching words in <em>…</em>; the beginning when nothing matches, nothing when there is
 * no text in the language.  Never cuts a character, an escape or a mark. */
enum status highlight_snippet(const struct highlighter *highlighter, struct analyser *analyser,
                              const struct stored *stored, int lang, struct buf *out, struct err *err) MUST_USE;

#endif
