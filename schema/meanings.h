/* What the words of a generation's texts mean: their terms, as the analyser gave them when it was made.
 *
 * To say why a record was found its texts are read again, and a word that the analyser's cache does not hold costs
 * 40 us in the dictionary; here it is a look-up in a file.  Words stand under their surface (analyse/fold.h),
 * with the index-side terms of every language; most terms are pieces of the word and are written as such.  The file may
 * lack any word, or be lacking itself: the analyser knows them all. */
#ifndef OPASTIN_MEANINGS_H
#define OPASTIN_MEANINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyse/analyse.h"
#include "base/status.h"
#include "sections.h"

enum {
    MEANINGS_VERSION = 2,
    MEANINGS_MOST = 16000000,   /* words; more are left out */
    MEANINGS_BYTES = 1 << 30,   /* of all words together; more are left out */
    MEANINGS_MAPPED_BYTES = 32 << 20, /* of larger files the slots are read too, or all would be in memory */
};

/* ---- writing ---------------------------------------------------------------------------------------------------- */

struct meanings_writer;

enum status meanings_writer_new(struct meanings_writer **writer, struct err *err) MUST_USE;
void meanings_writer_free(struct meanings_writer *writer); /* NULL: no-op */
/* A word analysed in TEXT_UNSURE; one that is there already is left as it is. */
enum status meanings_writer_add(struct meanings_writer *writer, const char *surface, size_t len,
                                const struct word *word, struct err *err) MUST_USE;
/* All words of another writer. */
enum status meanings_writer_merge(struct meanings_writer *writer, const struct meanings_writer *other,
                                  struct err *err) MUST_USE;
struct meanings;
/* All words of a file.  STATUS_CORRUPT when they do not follow each other to its end. */
enum status meanings_writer_copy(struct meanings_writer *writer, const struct meanings *from,
                                 struct err *err) MUST_USE;
/* Writes the file, synced to disk.  Same words: same bytes, in whatever order they came. */
enum status meanings_writer_finish(const struct meanings_writer *writer, const char *path, struct err *err) MUST_USE;

/* ---- reading ---------------------------------------------------------------------------------------------------- */

struct meanings {
    uint32_t slot_count; /* a power of two, or 0 */
    const uint32_t *slots;
    const unsigned char *bytes;
    size_t byte_count;
    bool mapped; /* slots are looked up through the map, else by reading; the same answers */
    struct sections file; /* private */
};

/* STATUS_NOTFOUND, STATUS_CORRUPT, STATUS_VERSION.  No damage behind the header leads out of the file. */
enum status meanings_open(struct meanings *meanings, const char *path, struct err *err) MUST_USE;
void meanings_close(struct meanings *meanings); /* of zeros: no-op */
/* Reads everything. STATUS_CORRUPT. */
enum status meanings_check(const struct meanings *meanings, struct err *err) MUST_USE;

/* The terms of one word, as analyse_word() gives them in the language; in an order of their own. */
struct meaning {
    struct term terms[ANALYSE_TERMS_PER_WORD];
    size_t term_count;
    bool known;   /* to the Finnish dictionary */
    char text[ANALYSE_TERMS_PER_WORD * (ANALYSE_TERM_BYTES + 1)]; /* private */
};

/* False when the word is not there; meanings of zeros have none. */
bool meanings_find(const struct meanings *meanings, const char *surface, size_t len, enum text_lang lang,
                   struct meaning *meaning);

/* One thread's look-ups: the words that it found lately are at hand, in 1 MB; texts repeat theirs. */
struct meanings_reader;

/* The meanings outlive it. */
enum status meanings_reader_new(struct meanings_reader **reader, const struct meanings *meanings,
                                struct err *err) MUST_USE;
void meanings_reader_free(struct meanings_reader *reader); /* NULL: no-op */
/* As meanings_find(). */
bool meanings_read(struct meanings_reader *reader, const char *surface, size_t len, enum text_lang lang,
                   struct meaning *meaning);

#endif
