#include "searchd/keeper.h"

#include <stdlib.h>

#include "base/log.h"

static void tell(struct keeper *k, enum status status, const struct err *err)
{
    if (status != STATUS_OK && !k->failing)
        log_line(LOG_ERROR, "event", "state-failed", "status", status_name(status), "message", err->message, NULL);
    k->failing = status != STATUS_OK;
}

static void write_all(struct keeper *k)
{
    struct err err = {0};
    enum status status = zero_hits_write(k->zero_hits, &err);
    if (status == STATUS_OK)
        status = error_reports_tidy(k->error_reports, &err);
    tell(k, status, &err);
}

enum status keeper_open(struct keeper **result, const char *dir, size_t threads, int32_t today, int64_t now_us,
                        struct err *err)
{
    struct keeper *k = calloc(1, sizeof *k);
    if (!k)
        return err_set(err, STATUS_NOMEM, "out of memory for the state");
    k->written_us = now_us;
    enum status status = error_reports_open(&k->error_reports, dir, err);
    if (status == STATUS_OK)
        status = zero_hits_open(&k->zero_hits, dir, threads, today, err);
    if (status != STATUS_OK) {
        error_reports_free(k->error_reports);
        free(k);
        return status;
    }
    *result = k;
    return STATUS_OK;
}

void keeper_turn(struct keeper *k, int32_t today, int64_t now_us)
{
    zero_hits_gather(k->zero_hits, today);
    if (now_us - k->written_us < (int64_t)KEEPER_WRITE_MS * 1000)
        return;
    k->written_us = now_us;
    write_all(k);
}

void keeper_close(struct keeper *k, int32_t today)
{
    if (!k)
        return;
    zero_hits_gather(k->zero_hits, today);
    write_all(k);
    zero_hits_free(k->zero_hits);
    error_reports_free(k->error_reports);
    free(k);
}
