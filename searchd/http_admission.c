#include "searchd/http_admission.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

/* Addresses share a slot when their keyed hashes do: then they share the limit too, which is rare and cannot be aimed
 * at.  So no table grows and nobody waits. */
struct http_admission {
    _Atomic unsigned open;
    unsigned most, per_address;
    uint64_t key;
    _Atomic unsigned slots[HTTP_ADMISSION_SLOTS + 1];
};

enum status http_admission_new(struct http_admission **admission, unsigned most, unsigned per_address, struct err *err)
{
    struct http_admission *a = calloc(1, sizeof *a);
    if (!a)
        return err_set(err, STATUS_NOMEM, "out of memory for the counts of connections");
    a->most = most;
    a->per_address = per_address;
    if (getrandom(&a->key, sizeof a->key, 0) != sizeof a->key) {
        free(a);
        return err_set_errno(err, STATUS_IO, "no random numbers from the system");
    }
    *admission = a;
    return STATUS_OK;
}

void http_admission_free(struct http_admission *admission)
{
    free(admission);
}

unsigned http_admission_slot(const struct http_admission *a, const struct client *peer)
{
    return (unsigned)(client_group(peer, a->key) % HTTP_ADMISSION_SLOTS);
}

bool http_admission_enter(struct http_admission *a, unsigned slot, enum stat *limit)
{
    if (atomic_fetch_add_explicit(&a->open, 1, memory_order_relaxed) >= a->most) {
        atomic_fetch_sub_explicit(&a->open, 1, memory_order_relaxed);
        *limit = STAT_REJECTED_PROCESS;
        return false;
    }
    if (atomic_fetch_add_explicit(&a->slots[slot], 1, memory_order_relaxed) >= a->per_address && a->per_address &&
        slot != HTTP_ADMISSION_TRUSTED) {
        atomic_fetch_sub_explicit(&a->slots[slot], 1, memory_order_relaxed);
        atomic_fetch_sub_explicit(&a->open, 1, memory_order_relaxed);
        *limit = STAT_REJECTED_ADDRESS;
        return false;
    }
    return true;
}

void http_admission_leave(struct http_admission *a, unsigned slot)
{
    atomic_fetch_sub_explicit(&a->slots[slot], 1, memory_order_relaxed);
    atomic_fetch_sub_explicit(&a->open, 1, memory_order_relaxed);
}
