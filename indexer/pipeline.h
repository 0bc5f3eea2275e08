/* Records made into documents, or other work on words, by several threads, given back in the order in which they were
 * put in.
 *
 * One thread (the caller's) reads and appends; it fills batches, hands them in, and takes the oldest one back when it
 * is made.  The other threads make documents, and so does the caller's while it would have to wait: with N jobs there
 * are N - 1 further threads, with one job none.  What comes out does not depend on the number of jobs.
 *
 * Memory is bounded: so many batches exist, each of so many records and bytes. */
#ifndef OPASTIN_INDEXER_PIPELINE_H
#define OPASTIN_INDEXER_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "indexer/document.h"
#include "indexer/source.h"

enum {
    PIPELINE_JOBS = 16,
    PIPELINE_CACHE_SLOTS = 65536, /* of each job's cache of words, at least: 17 MB at most */
    PIPELINE_ANSWER_BYTES = 128 << 20, /* of the dictionary's answers at most, shared by all jobs; taken as they come */
    BATCH_RECORDS = 64,
    BATCH_BYTES = 1 << 20, /* of a batch's arena: after so many no further record begins */
};

/* What came from a source: a record, good or bad, or a notice. */
struct batch_item {
    struct source_item source;
    struct record record;
    struct problems problems;
    bool wanted;           /* the caller: make a document of the record */
    uint32_t first_seen;   /* the caller: goes into the document */
    uint32_t number;       /* the caller: its own */
    struct document document; /* when it was wanted and `limit` is NULL */
    const char *limit;     /* why no document could be made of a record that says too much; NULL */
};

/* Everything in it lives in its arena. */
struct batch {
    struct arena arena;
    /* The caller: other work than making documents of the items; done by one thread with an analyser of its own. */
    enum status (*work)(struct batch *batch, struct analyser *analyser, struct err *err);
    void *content; /* the caller: what `work` is about */
    struct batch_item *items[BATCH_RECORDS];
    size_t count;
    /* private */
    bool made;
    struct err failed; /* what stopped the making: memory, a library */
};

/* A zeroed item at the end, its problems begun. STATUS_NOMEM. */
enum status batch_add(struct batch *batch, struct batch_item **item, struct err *err) MUST_USE;
bool batch_full(const struct batch *batch);

struct pipeline;

/* jobs: 1..PIPELINE_JOBS.  makers: false when no item will be wanted, then there are neither analysers nor threads.
 * STATUS_NOTFOUND without a dictionary, STATUS_NOMEM also when there can be no thread. */
enum status pipeline_new(struct pipeline **pipeline, unsigned jobs, bool makers, struct err *err) MUST_USE;
/* Ends the threads, after the batch that each is at; batches not taken back are lost. */
void pipeline_free(struct pipeline *pipeline);

/* An empty batch to be filled and put; NULL when as many as there may be are under way: take one first. */
struct batch *pipeline_batch(struct pipeline *pipeline);
void pipeline_put(struct pipeline *pipeline);

/* The oldest batch that was put, made; NULL when there is none.  To be given back when it is read, before the next.
 * The status of what stopped the making, with its message. */
enum status pipeline_take(struct pipeline *pipeline, struct batch **batch, struct err *err) MUST_USE;
void pipeline_give_back(struct pipeline *pipeline);

/* From the next batches on the stored forms are packed with the dictionary, or with none (NULL); it outlives those that
 * are under way.  Of these some are packed and some are not, as their documents say. */
void pipeline_pack(struct pipeline *pipeline, const struct records_dictionary *dictionary);

/* Words that the meanings have are not asked of the dictionary; before the first batch. */
void pipeline_recall(struct pipeline *pipeline, const struct meanings *meanings);

/* What all words mean that were analysed; the pipeline's.  When every batch has been taken back. */
enum status pipeline_meanings(struct pipeline *pipeline, struct meanings_writer **meanings, struct err *err) MUST_USE;

#endif
