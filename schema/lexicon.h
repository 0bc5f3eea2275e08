/* The words of a generation for people: what did-you-mean corrects to and what suggestions are made of.
 *
 *   forms    every distinct form of a word in the index, as its exact term has it (lower case, accents off, dots kept),
 *            with the number of its records and its lemma; none without a letter
 *   lemmas   what a form is a form of, as it is written: "kerho", "Mikkeli"
 *   names    of organisations, as the records spell them, and every word of each name
 *
 * One file, written by the indexer when the database is whole, then mapped and shared by all threads.  Opening checks
 * the header, the offsets and the references, so that no damage leads out of the file; lexicon_check() reads it all.
 * "Plain" below is text without its dots and capitals: kävely -> kavely, Mikkeli -> mikkeli. */
#ifndef OPASTIN_LEXICON_H
#define OPASTIN_LEXICON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/fold.h"
#include "base/status.h"
#include "sections.h"

enum {
    LEXICON_VERSION = 2,
    LEXICON_TEXT_BYTES = 256,      /* of a form or lemma: longer ones are left out */
    LEXICON_NAME_BYTES = 400,      /* of a name: a longer one is left out, so it is not suggested */
    LEXICON_NAME_WORDS = 12,       /* of a name: it is not found by the words behind them */
    LEXICON_COMMON_MOST = 127,     /* of form_common: a byte, and its highest bit is free for comparing */
    LEXICON_FORMS_MOST = 8000000,  /* more are left out, in byte order */
    LEXICON_NAMES_MOST = 2000000,  /* more are left out, in the order of the records */
};

/* ---- writing ------------------------------------------------------------------------------------------------ */

struct lexicon_writer;

enum status lexicon_writer_new(struct lexicon_writer **writer, struct err *err) MUST_USE;
void lexicon_writer_free(struct lexicon_writer *writer);

/* So many more records that name this organisation, or fewer; a name that none has any more is not written. */
enum status lexicon_writer_name(struct lexicon_writer *writer, const char *name, size_t len, int32_t records,
                                struct err *err) MUST_USE;

struct lexicon_form {
    const char *text;
    size_t len;
    uint32_t rows;   /* records that have the form */
    bool known;      /* the Finnish dictionary reads it */
    const char *lemma;
    size_t lemma_len;
    uint32_t lemma_rows; /* records that have any form of the lemma; of the first form that brings the lemma */
};
/* Forms must come in ascending byte order, each once (STATUS_INTERNAL). */
enum status lexicon_writer_form(struct lexicon_writer *writer, const struct lexicon_form *form,
                                struct err *err) MUST_USE;
/* Writes the file, synced to disk. */
enum status lexicon_writer_finish(struct lexicon_writer *writer, const char *path, struct err *err) MUST_USE;

/* ---- reading ------------------------------------------------------------------------------------------------ */

/* A list of texts: text i is bytes[offset[i] .. offset[i + 1]). */
struct lexicon_texts {
    uint32_t count;
    const uint32_t *offset;
    const char *bytes;
};

struct lexicon {
    struct lexicon_texts forms; /* in byte order */
    const uint32_t *form_rows, *form_lemma;
    const uint8_t *form_known;
    const uint8_t *form_common;  /* bytes that it begins with as the form before it, at most LEXICON_COMMON_MOST */
    const uint32_t *form_plain;  /* the forms in the order of their plain text, then of the form */
    struct lexicon_texts lemmas; /* in the order of their plain text, then of the lemma */
    const uint32_t *lemma_rows;
    struct lexicon_texts names; /* in byte order */
    const uint32_t *name_rows;
    struct lexicon_texts words; /* plain words of names in byte order, one for each word of each name */
    const uint32_t *word_name;
    struct sections file; /* private */
};

/* STATUS_NOTFOUND, STATUS_CORRUPT, STATUS_VERSION. */
enum status lexicon_open(struct lexicon *lexicon, const char *path, struct err *err) MUST_USE;
void lexicon_close(struct lexicon *lexicon); /* of zeros: no-op */
/* Reads everything: checksums, orders. STATUS_CORRUPT. */
enum status lexicon_check(const struct lexicon *lexicon, struct err *err) MUST_USE;

static inline const char *lexicon_text(const struct lexicon_texts *texts, uint32_t i, size_t *len)
{
    *len = texts->offset[i + 1] - texts->offset[i];
    return texts->bytes + texts->offset[i];
}

/* Index of the form, UINT32_MAX when the index does not have it. */
uint32_t lexicon_find_form(const struct lexicon *lexicon, const char *text, size_t len);

/* The first form behind this one that does not begin with the same `len` bytes (1..LEXICON_COMMON_MOST; the form has as
 * many); the number of forms when there is none. */
uint32_t lexicon_skip_forms(const struct lexicon *lexicon, uint32_t form, size_t len);

/* Index of the lemma that is written so; unless `as_written`, of the one in most records that has the text's plain
 * text: kävely for kavely.  UINT32_MAX when there is none. */
uint32_t lexicon_find_lemma(const struct lexicon *lexicon, const char *text, size_t len, bool as_written);

/* Those that begin with the plain text, as a range [first, end) of form_plain, lemmas and words. */
struct lexicon_range {
    uint32_t first, end;
};
struct lexicon_range lexicon_forms_from(const struct lexicon *lexicon, const char *plain, size_t len);
struct lexicon_range lexicon_lemmas_from(const struct lexicon *lexicon, const char *plain, size_t len);
struct lexicon_range lexicon_words_from(const struct lexicon *lexicon, const char *plain, size_t len);

/* Plain text of a text; out has room for len bytes.  Any bytes may come. Returns the length, at most len. */
size_t lexicon_plain(const char *text, size_t len, char *out);
/* A word of a query, label or name: its exact form, as forms has it, and the plain text of that.  Returns the plain
 * text's length, 0 when folding leaves nothing. */
size_t lexicon_word(const char *word, size_t len, char exact[FOLD_BYTES], size_t *exact_len, char plain[FOLD_BYTES]);
/* Byte order of the plain texts. */
int lexicon_plain_compare(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
