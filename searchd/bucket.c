#include "searchd/bucket.h"

#include <pthread.h>
#include <stdlib.h>

struct bucket {
    uint64_t who;
    int64_t full_at_us; /* 0: free */
};

struct buckets {
    pthread_mutex_t locks[BUCKET_LOCKS];
    struct bucket sets[BUCKET_SETS][BUCKET_WAYS];
};

enum status buckets_new(struct buckets **buckets, struct err *err)
{
    struct buckets *b = calloc(1, sizeof *b);
    if (!b)
        return err_set(err, STATUS_NOMEM, "out of memory for the limits of clients");
    for (int i = 0; i < BUCKET_LOCKS; i++)
        pthread_mutex_init(&b->locks[i], NULL);
    *buckets = b;
    return STATUS_OK;
}

void buckets_free(struct buckets *b)
{
    for (int i = 0; b && i < BUCKET_LOCKS; i++)
        pthread_mutex_destroy(&b->locks[i]);
    free(b);
}

/* The client's own, or the one that it takes over, full. */
static struct bucket *find(struct bucket *set, uint64_t who)
{
    struct bucket *least = set;
    for (int i = 0; i < BUCKET_WAYS; i++) {
        if (set[i].who == who && set[i].full_at_us)
            return &set[i];
        if (set[i].full_at_us < least->full_at_us)
            least = &set[i];
    }
    *least = (struct bucket){.who = who};
    return least;
}

struct bucket_state buckets_take(struct buckets *b, uint64_t who, const struct bucket_rate *rate, int64_t now_us)
{
    size_t set = who & (BUCKET_SETS - 1);
    pthread_mutex_t *lock = &b->locks[set & (BUCKET_LOCKS - 1)];
    struct bucket_state state = {.taken = true};
    pthread_mutex_lock(lock);
    struct bucket *bucket = find(b->sets[set], who);
    int64_t full_at_us = bucket->full_at_us > now_us ? bucket->full_at_us : now_us;
    state.wait_us = full_at_us - now_us - (rate->burst - 1) * rate->each_us;
    state.taken = state.wait_us <= 0;
    if (state.taken)
        full_at_us += rate->each_us;
    bucket->full_at_us = full_at_us;
    pthread_mutex_unlock(lock);
    state.full_us = full_at_us - now_us;
    state.left = (rate->burst * rate->each_us - state.full_us) / rate->each_us;
    if (state.left < 0) /* the limit has become smaller */
        state.left = 0;
    state.wait_us = full_at_us - now_us - (rate->burst - 1) * rate->each_us;
    if (state.wait_us < 0)
        state.wait_us = 0;
    return state;
}
