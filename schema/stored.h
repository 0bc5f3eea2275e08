/* A record as a generation stores it: ready-made answers and the texts to show why it was found.
 *
 * Written once by the indexer, read in place by the search: no parsing, no copying.  Only what may be shown is in it;
 * contact fields that a record withholds never enter an index. */
#ifndef OPASTIN_STORED_H
#define OPASTIN_STORED_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "record.h"
#include "text.h"

enum stored_section {
    STORED_CARD_FI,  /* members of a hit, without braces, texts in Finnish first; JSON */
    STORED_CARD_SV,  /* the same bytes as the Finnish one when nothing is in Swedish */
    STORED_CARD_EN,
    STORED_JSON,     /* the whole record as JSON, public view */
    STORED_SOURCE,   /* name of its source */
    STORED_HASH,     /* struct record_hash */
    STORED_SECTIONS
};

enum { STORED_PIECES = 4096 }; /* texts of one record */

/* Appends the stored form. STATUS_LIMIT (too many pieces, too long a head), STATUS_NOMEM. */
enum status stored_write(const struct record *record, struct buf *out, struct err *err) MUST_USE;

/* What the stored form begins with, a head of records.h: the first members of the cards, up to the title.  An answer
 * that shows no others needs none of the rest.  Views into the bytes it was opened on. */
struct stored_head {
    const char *card[RECORD_LANGS];
    size_t len[RECORD_LANGS];
    size_t bytes; /* of the head as a whole */
};

/* data: the head, with or without the rest. STATUS_CORRUPT. */
enum status stored_head_open(struct stored_head *head, const void *data, size_t len, struct err *err) MUST_USE;

/* A stored record; views into the bytes it was opened on, from behind the head. */
struct stored {
    const char *data;
    size_t len;
    uint32_t piece_count;
};

/* Checks every offset, those of the head too. STATUS_CORRUPT. */
enum status stored_open(struct stored *stored, const void *data, size_t len, struct err *err) MUST_USE;
const char *stored_section(const struct stored *stored, enum stored_section section, size_t *len);
/* index < piece_count */
struct text_piece stored_piece(const struct stored *stored, uint32_t index);

/* The term that finds a record by its id, "Qmikkeli-lukupiiri"; written by the indexer, looked up by both programs. */
enum { STORED_ID_BYTES = 200, STORED_ID_TERM_BYTES = STORED_ID_BYTES + 1 };
/* Length of the term; 0 when the id is empty or longer than STORED_ID_BYTES, and so of no record. */
size_t stored_id_term(const char *id, size_t len, char term[STORED_ID_TERM_BYTES]);

#endif
