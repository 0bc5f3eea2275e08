#include "indexer/pipeline.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/answers.h"
#include "meanings.h"

/* One batch is filled or read by the caller, one is made by each job, and as many again wait for them. */
enum { BATCHES_PER_JOB = 2 };

/* The batches are a ring.  Numbers count up without end; number n stands at n % batch_count.
 * taken <= begun <= put <= taken + batch_count. */
struct pipeline {
    unsigned jobs; /* 0: no makers */
    struct document_maker *maker[PIPELINE_JOBS]; /* the first is the caller's */
    struct answers *answers; /* of the dictionary, shared by the makers; owned */
    struct batch *batches;
    size_t batch_count;
    size_t put, begun, taken;
    unsigned threads; /* that run */
    pthread_t thread[PIPELINE_JOBS];
    struct worker {
        struct pipeline *pipeline;
        struct document_maker *maker;
    } worker[PIPELINE_JOBS];
    const struct records_dictionary *dictionary;
    pthread_mutex_t lock; /* of put, begun, taken, ending, dictionary and each batch's `made` */
    pthread_cond_t work;  /* a batch was put, or the threads shall end */
    pthread_cond_t made;  /* a batch was made */
    bool ending;
};

/* ---- batches ---------------------------------------------------------------------------------------------------- */

enum status batch_add(struct batch *batch, struct batch_item **item, struct err *err)
{
    struct batch_item *made = arena_alloc(&batch->arena, sizeof *made);
    if (!made)
        return arena_nomem(err);
    problems_init(&made->problems, &batch->arena);
    batch->items[batch->count++] = *item = made;
    return STATUS_OK;
}

bool batch_full(const struct batch *batch)
{
    return batch->count == BATCH_RECORDS || batch->arena.used >= BATCH_BYTES;
}

static void batch_reset(struct batch *batch)
{
    arena_reset(&batch->arena);
    batch->work = NULL;
    batch->content = NULL;
    batch->count = 0;
    batch->made = false;
}

/* A record that says more than an index holds is its own trouble; anything else ends the work. */
static enum status item_make(struct document_maker *maker, const struct records_dictionary *dictionary,
                             struct batch_item *item, struct arena *arena, struct err *err)
{
    struct err local = {0};
    if (!item->wanted)
        return STATUS_OK;
    enum status status =
        document_make(maker, &item->record, item->first_seen, dictionary, arena, &item->document, &local);
    if (status == STATUS_LIMIT) {
        item->limit = arena_copy(arena, local.message, strlen(local.message));
        return item->limit ? STATUS_OK : arena_nomem(err);
    }
    return status == STATUS_OK ? STATUS_OK : err_set(err, status, "%s", local.message);
}

static void batch_make(struct document_maker *maker, const struct records_dictionary *dictionary, struct batch *batch)
{
    if (batch->work) {
        batch->failed.status = batch->work(batch, document_maker_analyser(maker), &batch->failed);
        return;
    }
    for (size_t i = 0; i < batch->count; i++)
        if (item_make(maker, dictionary, batch->items[i], &batch->arena, &batch->failed) != STATUS_OK)
            return;
}

/* ---- making ----------------------------------------------------------------------------------------------------- */

/* Makes the oldest batch that nobody has begun. Called and left with the lock held. */
static void make_one(struct pipeline *p, struct document_maker *maker)
{
    struct batch *batch = &p->batches[p->begun++ % p->batch_count];
    const struct records_dictionary *dictionary = p->dictionary;
    pthread_mutex_unlock(&p->lock);
    if (maker)
        batch_make(maker, dictionary, batch);
    pthread_mutex_lock(&p->lock);
    batch->made = true;
    pthread_cond_signal(&p->made);
}

static void *worker_run(void *argument)
{
    struct worker *worker = argument;
    struct pipeline *p = worker->pipeline;
    pthread_mutex_lock(&p->lock);
    while (!p->ending) {
        if (p->begun < p->put)
            make_one(p, worker->maker);
        else
            pthread_cond_wait(&p->work, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* One cache's worth of memory for all: measured over 20,000 made-up records, 262,144 slots find 95.7 % of the words,
 * 65,536 find 94.8 %, 16,384 find 90.5 %. */
static size_t cache_slots(unsigned jobs)
{
    size_t share = ANALYSE_CACHE_SLOTS_LARGE / jobs;
    return share > PIPELINE_CACHE_SLOTS ? share : PIPELINE_CACHE_SLOTS;
}

static enum status start(struct pipeline *p, struct err *err)
{
    if (p->jobs)
        TRY(answers_new(&p->answers, PIPELINE_ANSWER_BYTES, err));
    for (unsigned i = 0; i < p->jobs; i++)
        TRY(document_maker_new(&p->maker[i], cache_slots(p->jobs), p->answers, err));
    for (unsigned i = 1; i < p->jobs; i++) {
        p->worker[p->threads] = (struct worker){p, p->maker[i]};
        if (pthread_create(&p->thread[p->threads], NULL, worker_run, &p->worker[p->threads]) != 0)
            return err_set(err, STATUS_NOMEM, "cannot start thread %u of %u; --jobs takes fewer", i + 1, p->jobs);
        p->threads++;
    }
    return STATUS_OK;
}

enum status pipeline_new(struct pipeline **pipeline, unsigned jobs, bool makers, struct err *err)
{
    struct pipeline *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(err, STATUS_NOMEM, "out of memory");
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->made, NULL);
    p->jobs = makers ? jobs : 0;
    p->batch_count = p->jobs > 1 ? 1 + p->jobs * BATCHES_PER_JOB : 1;
    p->batches = calloc(p->batch_count, sizeof *p->batches);
    enum status status = p->batches ? start(p, err) : err_set(err, STATUS_NOMEM, "out of memory");
    if (status != STATUS_OK) {
        pipeline_free(p);
        return status;
    }
    *pipeline = p;
    return STATUS_OK;
}

void pipeline_free(struct pipeline *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->ending = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    while (p->threads > 0)
        pthread_join(p->thread[--p->threads], NULL);
    for (unsigned i = 0; i < p->jobs; i++)
        document_maker_free(p->maker[i]);
    answers_free(p->answers);
    for (size_t i = 0; p->batches && i < p->batch_count; i++)
        arena_release(&p->batches[i].arena);
    free(p->batches);
    pthread_cond_destroy(&p->made);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

/* ---- the caller's side: it alone changes `put` and `taken`, so it may read them without the lock ---------------- */

struct batch *pipeline_batch(struct pipeline *p)
{
    return p->put - p->taken < p->batch_count ? &p->batches[p->put % p->batch_count] : NULL;
}

void pipeline_put(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    p->put++;
    pthread_cond_signal(&p->work);
    pthread_mutex_unlock(&p->lock);
}

enum status pipeline_take(struct pipeline *p, struct batch **batch, struct err *err)
{
    struct batch *oldest = &p->batches[p->taken % p->batch_count];
    *batch = NULL;
    if (p->taken == p->put)
        return STATUS_OK;
    pthread_mutex_lock(&p->lock);
    while (!oldest->made) {
        if (p->begun < p->put)
            make_one(p, p->maker[0]);
        else
            pthread_cond_wait(&p->made, &p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    if (oldest->failed.status != STATUS_OK)
        return err_set(err, oldest->failed.status, "%s", oldest->failed.message);
    *batch = oldest;
    return STATUS_OK;
}

void pipeline_give_back(struct pipeline *p)
{
    batch_reset(&p->batches[p->taken % p->batch_count]);
    pthread_mutex_lock(&p->lock);
    p->taken++;
    pthread_mutex_unlock(&p->lock);
}

void pipeline_pack(struct pipeline *p, const struct records_dictionary *dictionary)
{
    pthread_mutex_lock(&p->lock);
    p->dictionary = dictionary;
    pthread_mutex_unlock(&p->lock);
}

void pipeline_recall(struct pipeline *p, const struct meanings *meanings)
{
    for (unsigned i = 0; i < p->jobs; i++)
        document_maker_recall(p->maker[i], meanings);
}

enum status pipeline_meanings(struct pipeline *p, struct meanings_writer **meanings, struct err *err)
{
    *meanings = document_maker_meanings(p->maker[0]);
    for (unsigned i = 1; i < p->jobs; i++)
        TRY(meanings_writer_merge(*meanings, document_maker_meanings(p->maker[i]), err));
    return STATUS_OK;
}
