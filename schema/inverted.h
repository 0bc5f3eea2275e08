/* The inverted file of a generation: for each term the rows of the records that have it, with its frequency in each.
 *
 * Written once, in the order of terms; then terms are searched where they are mapped, and lists read one at a time.
 * Terms stand in blocks of a few dozen, each but the first without what it shares with the one before (front coding);
 * a list's rows are gaps packed in blocks of 128 with as many bits as the largest needs, the frequencies beside them
 * the same way, the rest in bytes of seven bits (J. Zobel, A. Moffat: Inverted Files for Text Search Engines, ACM
 * Computing Surveys 38, 2006; D. Lemire, L. Boytsov: Decoding billions of integers per second through vectorization,
 * 2015).
 * Opening reads no list: what a damaged file says is checked where it is used. */
#ifndef OPASTIN_INVERTED_H
#define OPASTIN_INVERTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "sections.h"

enum {
    INVERTED_TERM_BYTES = 250,      /* of a term, 1 at least */
    INVERTED_FREQUENCY_MOST = 255,  /* higher term frequencies are kept as this one; BM25 is flat there */
};

struct inverted {
    struct sections file;
    uint32_t rows;                 /* of the generation: every row of a list is below */
    uint64_t term_count, postings; /* of all lists */
};

/* A term's list as it lies in the file. */
struct inverted_list {
    uint32_t count;      /* rows, 1 or more */
    const uint8_t *data; /* a view into the file */
    size_t len;
};

/* As sections_open(). */
enum status inverted_open(struct inverted *inverted, const char *path, struct err *err) MUST_USE;
void inverted_close(struct inverted *inverted); /* of zeros: no-op */
/* Reads everything: checksums, the order of terms and each list. STATUS_CORRUPT. */
enum status inverted_check(const struct inverted *inverted, struct err *err) MUST_USE;

/* Finds the term's list; count 0 when no record has it.  STATUS_CORRUPT. */
enum status inverted_find(const struct inverted *inverted, const char *term, size_t len, struct inverted_list *list,
                          struct err *err) MUST_USE;
/* Rows in ascending order with their frequencies, 1..INVERTED_FREQUENCY_MOST; both have room for list->count items.
 * STATUS_CORRUPT when the list is not well-formed or names rows that there are not, STATUS_IO, STATUS_NOMEM. */
enum status inverted_decode(const struct inverted *inverted, const struct inverted_list *list, uint32_t *rows,
                            uint8_t *frequencies, struct err *err) MUST_USE;

/* Terms that start with a prefix, in byte order. */
struct inverted_terms {
    const struct inverted *inverted;
    size_t block, in_block; /* of the next term */
    const uint8_t *at;
    uint64_t list_at;
    char prefix[INVERTED_TERM_BYTES], term[INVERTED_TERM_BYTES + 1];
    size_t prefix_len, len;
    bool ahead; /* the next term has been read already */
    struct inverted_list list;
};
/* prefix: at most INVERTED_TERM_BYTES (STATUS_LIMIT). */
enum status inverted_terms_start(struct inverted_terms *terms, const struct inverted *inverted, const char *prefix,
                                 size_t len, struct err *err) MUST_USE;
/* *more: there was one, and terms->term, len and list hold it until the next call. STATUS_CORRUPT. */
enum status inverted_terms_next(struct inverted_terms *terms, bool *more, struct err *err) MUST_USE;

/* ---- writing ---------------------------------------------------------------------------------------------------- */

struct inverted_writer;
/* A new file; rows: of the generation. */
enum status inverted_writer_open(struct inverted_writer **writer, const char *path, uint32_t rows,
                                 struct err *err) MUST_USE;
/* Terms in byte order, each once, with their rows in ascending order (STATUS_INTERNAL when not); count 0 writes
 * nothing.  Frequency 0 counts as 1. */
enum status inverted_writer_add(struct inverted_writer *writer, const char *term, size_t len, const uint32_t *rows,
                                const uint8_t *frequencies, uint32_t count, struct err *err) MUST_USE;
enum status inverted_writer_finish(struct inverted_writer *writer, struct err *err) MUST_USE;
void inverted_writer_free(struct inverted_writer *writer);

#endif
