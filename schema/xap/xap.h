/* The C face over Xapian: the only door to it.
 *
 * Conventions: every fallible call returns enum status and takes struct err *err last.  Byte strings go in as
 * (pointer, length) and are copied.  Strings come out as views owned by the named handle, or into a caller's buf.
 * Outputs are untouched on failure.  A handle belongs to one thread at a time; nothing is shared between handles.
 * No C++ exception leaves this file's functions, and Xapian never calls back into C. */
#ifndef OPASTIN_XAP_XAP_H
#define OPASTIN_XAP_XAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    XAP_TERM_BYTES = 245,      /* Xapian's limit of a term; a zero byte counts twice */
    XAP_DATA_BYTES = 16 << 20, /* of one document's data, or of one metadata value */
    XAP_FLUSH_BYTES = 8 << 20, /* a writer commits by itself after so many bytes of data, terms and words */
    XAP_QUERY_DEPTH = 64,      /* deeper trees overflow Xapian's stack */
    XAP_SEARCH_TOP = 10000,    /* hits of one search */
};

struct xap_writer;
struct xap_doc;
struct xap_reader;
struct xap_postings;
struct xap_terms;
struct xap_query;

/* ---- a document being made ---------------------------------------------------------------------------------- */

/* An empty document, reused between records with xap_doc_reset(). */
enum status xap_doc_new(struct xap_doc **doc, struct err *err) MUST_USE;
void xap_doc_free(struct xap_doc *doc);
enum status xap_doc_reset(struct xap_doc *doc, struct err *err) MUST_USE;
/* STATUS_LIMIT when the term is empty or too long for Xapian, or when the document's length (the sum of all wdf)
 * would pass 32 bits; wdf adds up over calls. No positions are kept. */
enum status xap_doc_add_term(struct xap_doc *doc, const char *term, size_t len, uint32_t wdf, struct err *err) MUST_USE;
/* Replaces the data. STATUS_LIMIT over XAP_DATA_BYTES. */
enum status xap_doc_set_data(struct xap_doc *doc, const void *data, size_t len, struct err *err) MUST_USE;

/* ---- writing ------------------------------------------------------------------------------------------------ */

/* An append-only database keeps no list of each document's terms.  Measured with 240,000 records: 43 % smaller when
 * compacted (1,265 bytes a document against 2,201), 16 % less time to index, less than half to compact and check.
 * Every read and search works the same, but put and delete answer STATUS_INVALID, for good: the choice is stored. */
enum xap_mode { XAP_UPDATABLE, XAP_APPEND_ONLY };

/* Creates a new database in the folder `path`, which must not exist (STATUS_INVALID).  Documents get the numbers
 * 1, 2, 3 … in the order of xap_writer_add().  A failure may leave a half-made folder: remove it. */
enum status xap_writer_create(struct xap_writer **writer, const char *path, enum xap_mode mode,
                              struct err *err) MUST_USE;
/* Opens an existing database for change, in the mode it was created in. STATUS_LOCKED when another writer has it,
 * STATUS_NOTFOUND when absent, else as xap_reader_open(). */
enum status xap_writer_open(struct xap_writer **writer, const char *path, struct err *err) MUST_USE;
/* Documents put since the last commit are lost (the writer also commits by itself: never on a database that is
 * being read, whose readers would become stale). */
void xap_writer_free(struct xap_writer *writer);

/* All put and add calls take whatever the doc holds; docid gets the document's number (may be NULL).
 * After any failure inside Xapian it may have dropped every uncommitted document without a word (measured); so the
 * writer refuses all further work with STATUS_INTERNAL "writer failed before": the caller throws the generation away
 * and starts again.  Only arguments refused beforehand (STATUS_LIMIT, STATUS_INVALID) and STATUS_NOTFOUND of delete
 * leave it usable. */
enum status xap_writer_add(struct xap_writer *writer, const struct xap_doc *doc, uint32_t *docid,
                           struct err *err) MUST_USE;
/* Replaces the documents that have the unique term (the first keeps its number), or adds.  The doc should hold the
 * unique term itself, or the next put will not find it. */
enum status xap_writer_put(struct xap_writer *writer, const char *unique, size_t unique_len, const struct xap_doc *doc,
                           uint32_t *docid, struct err *err) MUST_USE;
/* STATUS_NOTFOUND when no document has the term; the writer stays usable. */
enum status xap_writer_delete(struct xap_writer *writer, const char *unique, size_t unique_len,
                              struct err *err) MUST_USE;
/* key: 1..XAP_TERM_BYTES bytes; value: at most XAP_DATA_BYTES (STATUS_LIMIT), len 0 removes it. */
enum status xap_writer_set_meta(struct xap_writer *writer, const char *key, const void *value, size_t len,
                                struct err *err) MUST_USE;
/* Counts a word for spelling suggestions: 1..XAP_TERM_BYTES bytes (STATUS_LIMIT), freq >= 1 (STATUS_INVALID).
 * Xapian ignores words of one byte. */
enum status xap_writer_add_spelling(struct xap_writer *writer, const char *word, size_t len, uint32_t freq,
                                    struct err *err) MUST_USE;
/* Durable when it returns OK; also checks that the document count is what the calls add up to. */
enum status xap_writer_commit(struct xap_writer *writer, struct err *err) MUST_USE;

/* Merges the databases `parts` (at least one) into a new compacted database in the folder `path`, which must not
 * exist (STATUS_INVALID).  Documents are renumbered in the order of parts, part 1 first: each part's numbers are
 * shifted, numbers missing before its first document vanish, those missing inside stay missing.  Spelling counts add
 * up; of metadata with the same key the first part's wins; if any part is append-only, so is the result.
 * A failure may leave a half-made folder: remove it. */
enum status xap_compact(const char *const *parts, size_t part_count, const char *path, struct err *err) MUST_USE;
/* A copy of the database in a new folder `path` (STATUS_INVALID when it exists), file by file; nobody may write to the
 * database meanwhile.  STATUS_NOTFOUND, STATUS_IO. */
enum status xap_copy(const char *from, const char *path, struct err *err) MUST_USE;
/* Xapian's own consistency check. STATUS_CORRUPT with the first problem; else as xap_reader_open().  It takes a
 * missing docdata.glass or spelling.glass for a table never used: a list of files has to be kept elsewhere. */
enum status xap_check(const char *path, struct err *err) MUST_USE;

/* ---- reading ------------------------------------------------------------------------------------------------ */

/* STATUS_NOTFOUND absent, STATUS_CORRUPT no database or damaged, STATUS_VERSION another format. */
enum status xap_reader_open(struct xap_reader **reader, const char *path, struct err *err) MUST_USE;
void xap_reader_free(struct xap_reader *reader);
uint32_t xap_reader_count(const struct xap_reader *reader);   /* documents */
uint32_t xap_reader_last_id(const struct xap_reader *reader); /* highest document number ever used */
/* Replaces the content of value. STATUS_NOTFOUND when the key has no value. */
enum status xap_reader_meta(struct xap_reader *reader, const char *key, struct buf *value, struct err *err) MUST_USE;
/* Replaces the content of data. STATUS_NOTFOUND when there is no such document. */
enum status xap_reader_data(struct xap_reader *reader, uint32_t docid, struct buf *data, struct err *err) MUST_USE;
/* Document frequency; 0 for an unknown term. */
enum status xap_reader_freq(struct xap_reader *reader, const char *term, size_t len, uint32_t *freq,
                            struct err *err) MUST_USE;
/* The (first) document that has the unique term, or STATUS_NOTFOUND. */
enum status xap_reader_find(struct xap_reader *reader, const char *unique, size_t len, uint32_t *docid,
                            struct err *err) MUST_USE;
/* Replaces the content of best: the best other spelling within max_edits, or nothing when there is none, or when the
 * word itself was counted more often. */
enum status xap_reader_suggest(struct xap_reader *reader, const char *word, size_t len, unsigned max_edits,
                               struct buf *best, struct err *err) MUST_USE;

/* Postings of a term in the order of document numbers, decoded in blocks (one call crosses the language border
 * once for many postings).  An unknown term has none; the empty term has every document, with wdf 1.  Free it before
 * its reader, and the same for terms. */
enum status xap_postings_open(struct xap_postings **postings, struct xap_reader *reader, const char *term, size_t len,
                              struct err *err) MUST_USE;
/* Fills at most cap >= 1 entries; *count gets how many, 0 at the end.  wdfs may be NULL.  After a failure the arrays
 * hold nothing of use. */
enum status xap_postings_next(struct xap_postings *postings, uint32_t *docids, uint32_t *wdfs, size_t cap,
                              size_t *count, struct err *err) MUST_USE;
/* Those of the documents, ascending, that the postings have, from where they stand; found has room for count.  What
 * lies between is passed over without being decoded. */
enum status xap_postings_among(struct xap_postings *postings, const uint32_t *docids, size_t count, uint32_t *found,
                               size_t *found_count, struct err *err) MUST_USE;
void xap_postings_free(struct xap_postings *postings);

/* Terms that start with the prefix, in byte order, each with its document frequency. */
enum status xap_terms_open(struct xap_terms **terms, struct xap_reader *reader, const char *prefix, size_t len,
                           struct err *err) MUST_USE;
/* *term is a view valid until the next call, NULL at the end. */
enum status xap_terms_next(struct xap_terms *terms, const char **term, size_t *len, uint32_t *freq,
                           struct err *err) MUST_USE;
void xap_terms_free(struct xap_terms *terms);

/* ---- Xapian's own matcher: the oracle in tests and benchmarks ------------------------------------------------ */

enum xap_op { XAP_AND, XAP_OR, XAP_SYNONYM };

/* An unknown or too long term matches nothing, the empty term every document. */
enum status xap_query_term(struct xap_query **query, const char *term, size_t len, struct err *err) MUST_USE;
/* Takes the children over (also on failure, when they are freed). count >= 1.  A term has depth 1, a join or scale
 * one more than its deepest child: STATUS_LIMIT over XAP_QUERY_DEPTH. */
enum status xap_query_join(struct xap_query **query, enum xap_op op, struct xap_query **children, size_t count,
                           struct err *err) MUST_USE;
/* Takes the child over (also on failure); weight >= 0 and finite (STATUS_INVALID). */
enum status xap_query_scale(struct xap_query **query, struct xap_query *child, double weight, struct err *err) MUST_USE;
void xap_query_free(struct xap_query *query);

struct xap_hit {
    uint32_t docid;
    double weight;
};

struct xap_search_opts {
    double k1, b;        /* BM25: Xapian's k1 >= 0 and b in 0..1 (STATUS_INVALID); k2 = 0, k3 = 1, min_normlen = 0 */
    size_t top;          /* how many hits, 1..XAP_SEARCH_TOP (STATUS_LIMIT) */
    bool exact_total;    /* look at every match (slow) or let Xapian stop early */
    unsigned timeout_ms; /* 0: none; looked at between matches by a spy that throws, since set_time_limit does not
                          * stop get_mset; it does not see documents that do not match or cannot reach the top */
};

/* hits has room for opts->top; *count gets how many, best first, ties by document number; *total the (exact or
 * estimated) number of matches. STATUS_TIMEOUT. */
enum status xap_search(struct xap_reader *reader, const struct xap_query *query, const struct xap_search_opts *opts,
                       struct xap_hit *hits, size_t *count, uint32_t *total, struct err *err) MUST_USE;

/* ---- for the tests of the exception funnel ------------------------------------------------------------------ */

enum xap_fault {
    XAP_FAULT_BAD_ALLOC,
    XAP_FAULT_DATABASE_LOCK,
    XAP_FAULT_DATABASE_MODIFIED,
    XAP_FAULT_DATABASE_CORRUPT,
    XAP_FAULT_DATABASE_VERSION,
    XAP_FAULT_DATABASE_OPENING,
    XAP_FAULT_DATABASE,
    XAP_FAULT_DOC_NOT_FOUND,
    XAP_FAULT_INVALID_ARGUMENT,
    XAP_FAULT_QUERY_PARSER,
    XAP_FAULT_RANGE,
    XAP_FAULT_NETWORK_TIMEOUT,
    XAP_FAULT_FEATURE_UNAVAILABLE,
    XAP_FAULT_STD,
    XAP_FAULT_INT,
    XAP_FAULT_COUNT
};
/* Throws the named thing inside the guard and returns what the guard made of it. */
enum status xap_provoke(enum xap_fault fault, struct err *err) MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
