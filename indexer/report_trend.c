#include "indexer/report_trend.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/report_folder.h"
#include "indexer/report_pen.h"
#include "indexer/report_sum.h"

static bool read_count(const json_t *object, const char *key, uint64_t *count)
{
    const json_t *value = json_object_get(object, key);
    json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0)
        return false;
    *count = (uint64_t)number;
    return true;
}

static bool read_verdict(const json_t *json, enum report_verdict *verdict)
{
    const char *name = json_string_value(json);
    for (int i = 0; name && i < REPORT_VERDICTS; i++)
        if (strcmp(report_verdict_name((enum report_verdict)i), name) == 0) {
            *verdict = (enum report_verdict)i;
            return true;
        }
    return false;
}

static bool read_run(const json_t *json, uint32_t number, struct report_run *run)
{
    const json_t *totals = json_object_get(json, "totals"), *seconds = json_object_get(json, "seconds");
    const char *started = json_string_value(json_object_get(json, "started"));
    uint64_t format = 0, said = 0;
    *run = (struct report_run){.run = number, .dry_run = json_is_true(json_object_get(json, "dryRun"))};
    run->seconds = json_is_number(seconds) ? json_number_value(seconds) : 0;
    return read_count(json, "format", &format) && format == REPORT_FORMAT && read_count(json, "run", &said) &&
           said == number && started && utc_parse(started, &run->started) &&
           read_verdict(json_object_get(json, "verdict"), &run->verdict) &&
           read_count(json_object_get(json, "records"), "now", &run->records) &&
           read_count(totals, "read", &run->read) && read_count(totals, "rejected", &run->rejected) &&
           read_count(totals, "merged", &run->merged) && read_count(totals, "added", &run->added) &&
           read_count(totals, "changed", &run->changed) && read_count(totals, "removed", &run->removed);
}

/* STATUS_CORRUPT when the report cannot be read, whatever the reason; only memory is a reason to stop. */
static enum status read_report(const char *reports, uint32_t number, struct report_run *run, struct err *err)
{
    struct buf path = BUF_INIT, text = BUF_INIT;
    enum status status = run_path(reports, number, &path, err);
    buf_adds(&path, "/report.json");
    if (status == STATUS_OK)
        status = buf_ok(&path, err);
    if (status == STATUS_OK) {
        status = buf_read_file(&text, path.data, REPORT_JSON_BYTES, NULL);
        json_t *json = status == STATUS_OK ? json_loadb(buf_str(&text), text.len, 0, NULL) : NULL;
        if (status != STATUS_NOMEM)
            status = json && read_run(json, number, run) ? STATUS_OK : STATUS_CORRUPT;
        json_decref(json);
    }
    buf_release(&path);
    buf_release(&text);
    return status == STATUS_NOMEM ? err_set(err, STATUS_NOMEM, "out of memory for the report of run %u", number)
                                  : status;
}

static struct report_run this_run(const struct report *report)
{
    struct report_counts total = counts_total(report);
    return (struct report_run){
        .run = report->run,
        .started = report->started,
        .seconds = report->seconds,
        .dry_run = report->dry_run,
        .verdict = report->verdict,
        .records = report->records,
        .read = total.read,
        .rejected = total.rejected,
        .merged = total.merged,
        .added = total.added,
        .changed = total.changed,
        .removed = total.removed,
    };
}

/* From the newest back, until the trend is full; a folder of broken reports costs no more than as many again. */
enum status trend_read(struct report *report, const char *reports, struct err *err)
{
    uint32_t *numbers = NULL;
    size_t count = 0, found = 0;
    struct report_run runs[REPORT_TREND];
    runs[found++] = this_run(report);
    report->trend_broken = 0;
    enum status status = run_list(reports, &numbers, &count, err);
    while (status == STATUS_OK && count-- > 0 && found < REPORT_TREND && report->trend_broken < REPORT_TREND) {
        status = read_report(reports, numbers[count], &runs[found], err);
        found += status == STATUS_OK;
        if (status == STATUS_CORRUPT) {
            report->trend_broken++;
            status = STATUS_OK;
        }
    }
    free(numbers);
    for (size_t i = 0; i < found; i++)
        report->trend[i] = runs[found - 1 - i];
    report->trend_count = found;
    return status;
}
