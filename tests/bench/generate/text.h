/* Text about something: patterns filled with words of a record's themes. */
#ifndef OPASTIN_BENCH_TEXT_H
#define OPASTIN_BENCH_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "tests/bench/generate/grammar.h"
#include "tests/bench/generate/lexicon.h"
#include "tests/bench/generate/random.h"

enum { VOICE_FOCUS = 5, VOICE_THEMES = 4 };

/* What a text is about, and the chance that writes it. */
struct voice {
    const struct lexicon *lexicon;
    const struct grammar *grammar;
    const struct zipf *zipf; /* at least as long as any word list */
    struct rng *rng;
    uint16_t themes[VOICE_THEMES]; /* ordinals in VOCAB_THEME, the main one first */
    size_t theme_count;            /* at least 1 */
    int town;                      /* ordinal in VOCAB_AREA; -1: all of Finland */
    const char *organisation;
    int weekday;                   /* 0 Monday; -1: any */
    int minute;                    /* of the day; -1: any */
    double topical;                /* percent of nouns that come from the themes */
    uint32_t focus[VOICE_FOCUS];   /* nouns that this text comes back to */
    size_t words;                  /* written since the last reset by the caller */
};

/* Fills the rest of a voice whose members up to `minute` are set. */
void voice_start(struct voice *voice);

/* A title, 2..6 words mostly, without a full stop. */
void text_title(struct voice *voice, struct buf *out);
/* Sentences until there are at least `words` words; paragraphs divided by an empty line when `paragraphs`. */
void text_sentences(struct voice *voice, enum pattern_set set, size_t words, bool paragraphs, struct buf *out);
/* One pattern without an end sign: a name, a note. */
void text_line(struct voice *voice, enum pattern_set set, struct buf *out);
/* A keyword: a noun or compound in its dictionary form. */
void text_keyword(struct voice *voice, struct buf *out);
/* "Koulukatu 5 A 12" */
void text_address(struct voice *voice, struct buf *out);
/* "Maija Virtanen"; ascii: "maija.virtanen", for an e-mail address. */
void text_person(struct voice *voice, struct buf *name, struct buf *ascii);

/* Makes the letter at the offset a capital. */
void text_capitalise(struct buf *out, size_t at);
/* At most `most` bytes of lower case with dots taken off; everything else but letters and digits becomes single
 * hyphens inside: for ids and host names. */
void text_ascii(const char *text, size_t most, struct buf *out);

#endif
