#include "oracle_index.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "indexer/build.h"
#include "stored.h"

enum { FIRST_DAY = 1767225600, LATER = 86400 }; /* 2026-01-01, and the build a day after */

static void must(enum status status, const struct err *err, const char *what)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "%s: %s: %s\n", what, status_name(status), err->message);
    exit(1);
}

static uint32_t build(const char *folder, const char *const *paths, size_t count, int64_t now)
{
    struct generation_lock lock;
    struct err err = {0};
    struct build_file *files = calloc(count, sizeof *files);
    struct build_report *report = calloc(1, sizeof *report);
    for (size_t i = 0; i < count; i++)
        files[i] = (struct build_file){paths[i], paths[i], NULL};
    must(generation_lock(&lock, folder, &err), &err, "lock");
    const struct build_options options = {.now = now};
    must(build_generation(folder, files, count, &options, NULL, report, &err), &err, "build");
    must(generation_publish(folder, report->generation, &err), &err, "publish");
    generation_unlock(&lock);
    uint32_t number = report->generation;
    free(report);
    free(files);
    return number;
}

char *oracle_row_id(struct searcher *searcher, uint32_t row)
{
    struct buf data = BUF_INIT;
    struct stored stored;
    struct err err = {0};
    size_t len;
    must(searcher_record(searcher, row, &data, &stored, &err), &err, "stored record");
    const char *text = stored_section(&stored, STORED_JSON, &len);
    json_t *json = json_loadb(text, len, 0, NULL);
    const char *id = json_string_value(json_object_get(json, "id"));
    char *copy = strdup(id ? id : "");
    json_decref(json);
    buf_release(&data);
    return copy;
}

/* The index has the oracle's records, in its order: only then may rows and records be compared by number. */
static void check_rows(struct oracle_index *index)
{
    if (index->snapshot->columns.count != index->world.count) {
        fprintf(stderr, "the index has %u records, the oracle read %zu\n", index->snapshot->columns.count,
                index->world.count);
        exit(1);
    }
    for (uint32_t row = 0; row < index->world.count; row++) {
        char *id = oracle_row_id(index->searcher, row);
        if (strcmp(id, index->world.facts[row].record->id) != 0) {
            fprintf(stderr, "row %u is %s, the oracle has %s there\n", row, id, index->world.facts[row].record->id);
            exit(1);
        }
        free(id);
    }
}

/* Which records the early build had: told by reading its files alone. */
static void set_first_seen(struct oracle_index *index, const char *const *paths, size_t early)
{
    struct oracle_world before;
    oracle_load_records(&before, paths, early);
    for (size_t i = 0; i < index->world.count; i++) {
        bool known = oracle_find(&before, index->world.facts[i].record->id) != NULL;
        index->world.facts[i].first_seen = known ? FIRST_DAY : FIRST_DAY + LATER;
    }
    oracle_release(&before);
}

void oracle_index_make(struct oracle_index *index, const char *const *paths, size_t count, size_t early,
                       const int32_t today[ORACLE_TODAYS])
{
    struct err err = {0};
    *index = (struct oracle_index){.folder = files_folder()};
    must(vocab_load(&err), &err, "vocabularies");
    build(index->folder, paths, early, FIRST_DAY);
    uint32_t number = build(index->folder, paths, count, FIRST_DAY + LATER);
    must(snapshot_open(&index->snapshot, index->folder, number, ORACLE_CACHE_BYTES, &err), &err, "snapshot");
    must(searcher_open(&index->searcher, index->snapshot, &err), &err, "searcher");
    oracle_load(&index->world, paths, count, today);
    set_first_seen(index, paths, early);
    check_rows(index);
}

void oracle_index_release(struct oracle_index *index)
{
    searcher_free(index->searcher);
    snapshot_release(index->snapshot);
    oracle_release(&index->world);
    files_remove(index->folder);
    free(index->folder);
}
