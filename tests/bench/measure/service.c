#include "tests/bench/measure/service.h"

#include "calendar.h"
#include "generation.h"
#include "vocab/vocab.h"

enum status service_start(struct service *service, struct err *err)
{
    *service = (struct service){.clock = {.today = day_from_date(2026, 11, 22)}};
    TRY(vocab_load(err));
    return guides_open(&service->guides, NULL, err);
}

void service_stop(struct service *service)
{
    service_close(service);
    guides_free(service->guides);
    vocab_unload();
}

enum status service_open(struct service *service, const char *dir, size_t cache_bytes, bool guided, struct err *err)
{
    uint32_t number;
    TRY(generation_current(dir, &number, err));
    TRY(snapshot_open(&service->snapshot, dir, number, cache_bytes, err));
    TRY(searcher_open(&service->searcher, service->snapshot, err));
    if (guided) {
        struct guide *guide = guides_hold(service->guides);
        searcher_guide(service->searcher, guide);
        guide_release(guide);
    }
    return STATUS_OK;
}

enum status service_renew(struct service *service, const char *dir, size_t cache_bytes, struct err *err)
{
    uint32_t number;
    struct snapshot *fresh;
    TRY(generation_current(dir, &number, err));
    TRY(snapshot_open(&fresh, dir, number, cache_bytes, err));
    enum status status = searcher_move(service->searcher, fresh, err);
    if (status != STATUS_OK) {
        snapshot_release(fresh);
        return status;
    }
    snapshot_release(service->snapshot);
    service->snapshot = fresh;
    return STATUS_OK;
}

void service_close(struct service *service)
{
    searcher_free(service->searcher);
    snapshot_release(service->snapshot);
    service->searcher = NULL;
    service->snapshot = NULL;
}
