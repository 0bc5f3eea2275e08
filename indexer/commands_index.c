/* publish, status, list, rollback, prune, export: the commands that look at generations. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/opts.h"
#include "generation.h"
#include "indexer/command.h"
#include "records.h"
#include "stored.h"

static enum status load_manifest(const char *dir, uint32_t number, struct manifest *manifest, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = generation_path(dir, number, &path, err);
    if (status == STATUS_OK)
        status = manifest_read(manifest, path.data, NULL, err);
    buf_release(&path);
    return status;
}

static void add_time(struct buf *out, int64_t seconds)
{
    time_t when = (time_t)seconds;
    struct tm parts;
    char text[32];
    gmtime_r(&when, &parts);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    buf_adds(out, text);
}

/* ---- status, list ----------------------------------------------------------------------------------------------- */

static void describe_json(const struct manifest *m, uint32_t number, bool current, uint64_t bytes, struct buf *out)
{
    buf_addf(out, "{\"generation\":%" PRIu32 ",\"current\":%s,\"created\":\"", number, current ? "true" : "false");
    add_time(out, m->created);
    buf_addf(out, "\",\"documents\":%" PRIu64 ",\"rejected\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"sources\":[",
             m->documents, m->rejected, bytes);
    for (size_t i = 0; i < m->source_count; i++) {
        buf_adds(out, i ? ",{\"name\":" : "{\"name\":");
        buf_add_json(out, m->sources[i].name, strlen(m->sources[i].name));
        buf_addf(out, ",\"records\":%" PRIu64 ",\"rejected\":%" PRIu64 "}", m->sources[i].records,
                 m->sources[i].rejected);
    }
    buf_adds(out, "]}");
}

static void describe_text(const struct manifest *m, uint32_t number, bool current, uint64_t bytes, bool sources,
                          struct buf *out)
{
    buf_addf(out, "%c gen-%-6" PRIu32 " ", current ? '*' : ' ', number);
    add_time(out, m->created);
    buf_addf(out, "  %9" PRIu64 " records  %6" PRIu64 " rejected  %8.1f MB\n", m->documents, m->rejected,
             (double)bytes / 1e6);
    for (size_t i = 0; sources && i < m->source_count; i++)
        buf_addf(out, "    %-28s %9" PRIu64 " records  %6" PRIu64 " rejected\n", m->sources[i].name,
                 m->sources[i].records, m->sources[i].rejected);
}

static enum status describe(const struct command_line *line, uint32_t number, bool current, bool sources,
                            struct buf *out, struct err *err)
{
    struct manifest manifest;
    uint64_t bytes;
    TRY(load_manifest(line->index, number, &manifest, err));
    enum status status = generation_bytes(line->index, number, &bytes, err);
    if (status == STATUS_OK && line->json)
        describe_json(&manifest, number, current, bytes, out);
    else if (status == STATUS_OK)
        describe_text(&manifest, number, current, bytes, sources, out);
    manifest_release(&manifest);
    return status;
}

static enum status print_out(const struct command_line *line, struct buf *out, enum status status, struct err *err)
{
    if (status == STATUS_OK)
        status = buf_ok(out, err);
    if (status == STATUS_OK)
        fputs(buf_str(out), line->out);
    buf_release(out);
    return status;
}

enum status command_status(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    (void)exit_code;
    uint32_t current;
    struct buf out = BUF_INIT;
    TRY(generation_current(line->index, &current, err));
    enum status status = describe(line, current, true, true, &out, err);
    if (line->json)
        buf_addc(&out, '\n');
    return print_out(line, &out, status, err);
}

enum status command_list(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    (void)exit_code;
    uint32_t current = 0, *numbers;
    size_t count;
    struct buf out = BUF_INIT;
    struct err none = {0};
    enum status status = generation_current(line->index, &current, &none);
    if (status != STATUS_OK && status != STATUS_NOTFOUND)
        return err_set(err, status, "%s", none.message);
    TRY(generation_list(line->index, &numbers, &count, err));
    status = STATUS_OK;
    if (line->json)
        buf_addc(&out, '[');
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        if (line->json && i)
            buf_addc(&out, ',');
        status = describe(line, numbers[i], numbers[i] == current, false, &out, err);
    }
    if (line->json)
        buf_adds(&out, "]\n");
    free(numbers);
    return print_out(line, &out, status, err);
}

/* ---- publish, rollback, prune ----------------------------------------------------------------------------------- */

/* A generation that this program could not search must not be made to serve. */
static enum status check_readable(const char *dir, uint32_t number, struct err *err)
{
    struct manifest expected, manifest;
    struct buf path = BUF_INIT;
    TRY(manifest_expected(&expected, err));
    enum status status = generation_path(dir, number, &path, err);
    if (status == STATUS_OK)
        status = manifest_read(&manifest, path.data, &expected, err);
    if (status == STATUS_OK)
        manifest_release(&manifest);
    buf_release(&path);
    return status;
}

static void say(const struct command_line *line, const char *what, uint64_t number)
{
    if (line->json)
        fprintf(line->out, "{\"%s\":%" PRIu64 ",\"dryRun\":%s}\n", what, number, line->dry_run ? "true" : "false");
    else
        fprintf(line->out, "%s%s: %" PRIu64 "\n", line->dry_run ? "would be " : "", what, number);
}

enum status command_publish(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    (void)exit_code;
    struct generation_lock lock;
    int64_t number;
    const char *text = line->operands[0];
    if (!opts_number(strncmp(text, "gen-", 4) == 0 ? text + 4 : text, 1, UINT32_MAX - 1, &number))
        return err_set(err, STATUS_INVALID, "publish: \"%s\" is no generation; `list` shows those there are", text);
    TRY(check_readable(line->index, (uint32_t)number, err));
    TRY(generation_lock(&lock, line->index, err));
    enum status status = line->dry_run ? STATUS_OK : generation_publish(line->index, (uint32_t)number, err);
    generation_unlock(&lock);
    if (status == STATUS_OK)
        say(line, "published", (uint64_t)number);
    return status;
}

enum status command_rollback(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    (void)exit_code;
    struct generation_lock lock;
    uint32_t number = 0;
    TRY(generation_lock(&lock, line->index, err));
    enum status status = generation_previous(line->index, &number, err);
    if (status == STATUS_OK)
        status = check_readable(line->index, number, err);
    if (status == STATUS_OK && !line->dry_run)
        status = generation_publish(line->index, number, err);
    generation_unlock(&lock);
    if (status == STATUS_OK)
        say(line, "published", number);
    return status;
}

enum status command_prune(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    (void)exit_code;
    struct generation_lock lock;
    size_t removed = 0;
    TRY(generation_lock(&lock, line->index, err));
    enum status status = generation_prune(line->index, (size_t)line->keep, line->dry_run, &removed, err);
    generation_unlock(&lock);
    if (status == STATUS_OK)
        say(line, "removed", removed);
    return status;
}

/* ---- export ----------------------------------------------------------------------------------------------------- */

static enum status export_records(const struct command_line *line, const struct records *records, struct err *err)
{
    struct buf data = BUF_INIT;
    struct records_unpacker *unpacker;
    struct stored stored;
    TRY(records_unpacker_new(&unpacker, err));
    enum status status = STATUS_OK;
    for (uint32_t row = 0; status == STATUS_OK && row < records->count; row++) {
        status = records_get(records, unpacker, row, &data, err);
        if (status == STATUS_OK)
            status = stored_open(&stored, data.data, data.len, err);
        if (status != STATUS_OK)
            break;
        size_t len;
        const char *json = stored_section(&stored, STORED_JSON, &len);
        if (fwrite(json, 1, len, line->out) != len || fputc('\n', line->out) == EOF)
            status = err_set_errno(err, STATUS_IO, "cannot write the export");
    }
    records_unpacker_free(unpacker);
    buf_release(&data);
    return status;
}

enum status command_export(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    (void)exit_code;
    uint32_t current;
    struct buf path = BUF_INIT;
    struct records records = {.count = 0};
    TRY(generation_current(line->index, &current, err));
    TRY(check_readable(line->index, current, err));
    enum status status = generation_path(line->index, current, &path, err);
    buf_adds(&path, "/records");
    if (status == STATUS_OK)
        status = buf_ok(&path, err);
    if (status == STATUS_OK)
        status = records_open(&records, path.data, err);
    if (status == STATUS_OK)
        status = export_records(line, &records, err);
    records_close(&records);
    buf_release(&path);
    return status;
}
