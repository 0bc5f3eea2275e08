/* Why a record was found, and the piece of its text that shows it: see meetings.h for how its words are met. */
#ifndef OPASTIN_SEARCHD_HIGHLIGHT_H
#define OPASTIN_SEARCHD_HIGHLIGHT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"
#include "searchd/meetings.h"
#include "stored.h"

enum {
    SNIPPET_BYTES = 240,      /* of text, marks and escapes not counted */
    SNIPPET_MATCHES = 512,    /* words of one text that are looked at as matching */
    SIGHT_TEXTS = 8,          /* texts of a record whose matching words are kept */
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

/* Words of texts are looked up there before they are analysed. */
void highlighter_look_up(const struct highlighter *highlighter, struct meanings_reader *meanings);

/* A record while it is looked at: what its snippet was made of need not be looked for again for its reasons. */
struct sight {
    const struct highlighter *highlighter;
    struct analyser *analyser;
    const struct stored *stored;
    struct {
        uint32_t piece;
        const struct sighting *list; /* private */
        size_t count;
    } text[SIGHT_TEXTS];
    size_t text_count;
};
struct sight highlight_sight(const struct highlighter *highlighter, struct analyser *analyser,
                             const struct stored *stored);

/* The best reason for each word of the query that the record answers, in the order of the query's words; at most one a
 * word.  expected: how many words that are not optional it is known to answer. */
enum status sight_reasons(struct sight *sight, size_t expected, struct arena *arena, struct reason **reasons,
                          size_t *count, struct err *err) MUST_USE;

/* Appends the window of the record's summary or body in the language that shows most words of the query, as
 * HTML-escaped text with the matching words in <em>…</em>; the beginning when nothing matches, nothing when there is
 * no text in the language.  Never cuts a character, an escape or a mark. */
enum status sight_snippet(struct sight *sight, int lang, struct buf *out, struct err *err) MUST_USE;

/* How matching words are shown. */
struct marks {
    const char *pre, *post; /* before and after each */
    const char *ellipsis;   /* where a text goes on */
    bool escaped;           /* all but the marks as HTML */
    size_t most;            /* bytes of the text, the window with most words of the query; 0: all of it */
};
struct marked {
    bool found;     /* the record has such a text */
    bool whole;     /* one word, which matches, is all of it */
    uint32_t words; /* of the query that the text has, a bit each */
};
/* Appends the record's own first text of the group in the language, with its matching words marked; nothing when it has
 * none. */
enum status sight_marked(struct sight *sight, enum field_group group, int lang, const struct marks *marks,
                         struct marked *marked, struct buf *out, struct err *err) MUST_USE;

/* The same of a record that is looked at for that alone. */
enum status highlight_reasons(const struct highlighter *highlighter, struct analyser *analyser,
                              const struct stored *stored, size_t expected, struct arena *arena,
                              struct reason **reasons, size_t *count, struct err *err) MUST_USE;
enum status highlight_snippet(const struct highlighter *highlighter, struct analyser *analyser,
                              const struct stored *stored, int lang, struct buf *out, struct err *err) MUST_USE;

#endif
