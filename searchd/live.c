#include "searchd/live.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ids.h"

struct live_index {
    pthread_mutex_t mutex; /* guards current and failure; held for moments only */
    struct snapshot *current;
    bool failed;
    uint32_t failed_generation;
    enum status failed_status;
    _Atomic uint32_t turn; /* how often current has changed */
    /* Of the one thread that looks. */
    const char *dir;
    size_t cache_bytes;
    uint32_t refused_generation; /* the last that could not be opened, and when to try it again */
    int64_t retry_us, retry_wait_us;
    struct err told; /* the failure that was logged last */
};

struct snapshot *live_hold(struct live_index *live, uint32_t *turn)
{
    pthread_mutex_lock(&live->mutex);
    struct snapshot *snapshot = live->current ? snapshot_hold(live->current) : NULL;
    if (turn)
        *turn = atomic_load_explicit(&live->turn, memory_order_relaxed);
    pthread_mutex_unlock(&live->mutex);
    return snapshot;
}

const char *live_dir(const struct live_index *live)
{
    return live->dir;
}

uint32_t live_turn(struct live_index *live)
{
    return atomic_load_explicit(&live->turn, memory_order_acquire);
}

void live_state(struct live_index *live, struct live_state *state)
{
    pthread_mutex_lock(&live->mutex);
    *state = (struct live_state){
        .ready = live->current != NULL,
        .generation = live->current ? live->current->number : 0,
        .records = live->current ? live->current->columns.count : 0,
        .failed = live->failed,
        .failed_generation = live->failed_generation,
        .failed_status = live->failed_status,
    };
    pthread_mutex_unlock(&live->mutex);
}

static void note_failure(struct live_index *live, bool failed, uint32_t generation, enum status status)
{
    pthread_mutex_lock(&live->mutex);
    live->failed = failed;
    live->failed_generation = generation;
    live->failed_status = status;
    pthread_mutex_unlock(&live->mutex);
}

/* The same failure is told once, not every second. */
static void tell_failure(struct live_index *live, uint32_t generation, const struct err *err)
{
    char number[16];
    note_failure(live, true, generation, err->status);
    if (live->told.status == err->status && strcmp(live->told.message, err->message) == 0)
        return;
    live->told = *err;
    snprintf(number, sizeof number, "%" PRIu32, generation);
    log_line(LOG_ERROR, "event", "generation-failed", "generation", number, "status", status_name(err->status),
             "message", err->message, "serving", live->current ? "the one before" : "none", NULL);
}

/* Opens what the snapshot itself does not: the database, and a record out of it. */
static enum status try_database(const struct snapshot *snapshot, struct err *err)
{
    struct buf data = BUF_INIT;
    struct ids *ids = NULL;
    struct records_unpacker *unpacker = NULL;
    uint32_t rows = snapshot->columns.count;
    enum status status = ids_open(&ids, snapshot->path, err);
    if (status == STATUS_OK && ids_rows(ids) != rows)
        status = err_set(err, STATUS_CORRUPT, "%s: ids of %u records, its columns have %u", snapshot->path,
                         ids_rows(ids), rows);
    if (status == STATUS_OK)
        status = records_unpacker_new(&unpacker, err);
    for (uint32_t row = 0; status == STATUS_OK && row < rows; row += rows > 1 ? rows - 1 : 1)
        status = records_get(&snapshot->records, unpacker, row, &data, err); /* the first and the last */
    records_unpacker_free(unpacker);
    ids_free(ids);
    buf_release(&data);
    return status;
}

static void publish(struct live_index *live, struct snapshot *snapshot)
{
    pthread_mutex_lock(&live->mutex);
    struct snapshot *old = live->current;
    live->current = snapshot;
    live->failed = false;
    atomic_fetch_add_explicit(&live->turn, 1, memory_order_release);
    pthread_mutex_unlock(&live->mutex);
    snapshot_release(old);
}

static enum status open_generation(struct live_index *live, uint32_t number, struct err *err)
{
    struct snapshot *snapshot;
    TRY(snapshot_open(&snapshot, live->dir, number, live->cache_bytes, err));
    enum status status = try_database(snapshot, err);
    if (status == STATUS_OK && live->current) /* what is asked for now will be asked for next */
        status = postings_cache_warm(snapshot->postings, live->current->postings, err);
    if (status != STATUS_OK) {
        snapshot_release(snapshot);
        return status;
    }
    publish(live, snapshot);
    return STATUS_OK;
}

/* A damaged generation may be mended or a lack pass: it is tried again, less and less often. */
static void put_off(struct live_index *live, uint32_t number, int64_t now)
{
    bool again = live->refused_generation == number && live->retry_wait_us;
    live->retry_wait_us = again ? live->retry_wait_us * 2 : LIVE_RETRY_MS * 1000;
    if (live->retry_wait_us > (int64_t)LIVE_RETRY_MOST_MS * 1000)
        live->retry_wait_us = (int64_t)LIVE_RETRY_MOST_MS * 1000;
    live->refused_generation = number;
    live->retry_us = now + live->retry_wait_us;
}

enum status live_look(struct live_index *live, int64_t now_us, bool *changed, struct err *err)
{
    uint32_t number = 0;
    *changed = false;
    enum status status = generation_current(live->dir, &number, err);
    if (status == STATUS_NOTFOUND && !live->current)
        return STATUS_OK;
    if (status == STATUS_OK && live->current && live->current->number == number) {
        note_failure(live, false, 0, STATUS_OK);
        err_reset(&live->told);
        live->retry_wait_us = 0;
        return STATUS_OK;
    }
    if (status == STATUS_OK && number == live->refused_generation && now_us < live->retry_us)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = open_generation(live, number, err);
    if (status != STATUS_OK) {
        tell_failure(live, number, err);
        put_off(live, number, now_us);
        return status;
    }
    live->retry_wait_us = 0;
    live->refused_generation = 0;
    err_reset(&live->told);
    *changed = true;
    return STATUS_OK;
}

enum status live_open(struct live_index **result, const char *dir, size_t cache_bytes, int64_t now_us,
                      struct err *err)
{
    struct err failure = {0};
    bool changed;
    struct live_index *live = calloc(1, sizeof *live);
    if (!live)
        return err_set(err, STATUS_NOMEM, "out of memory");
    pthread_mutex_init(&live->mutex, NULL);
    live->dir = dir;
    live->cache_bytes = cache_bytes;
    if (live_look(live, now_us, &changed, &failure) == STATUS_VERSION) {
        live_free(live);
        return err_set(err, STATUS_VERSION, "%s", failure.message);
    }
    *result = live;
    return STATUS_OK;
}

void live_free(struct live_index *live)
{
    if (!live)
        return;
    snapshot_release(live->current);
    pthread_mutex_destroy(&live->mutex);
    free(live);
}
