#include "searchd/last_run.h"

#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "base/log.h"
#include "calendar.h"
#include "generation.h"

struct reading {
    struct last_run run; /* first: what is held */
    _Atomic unsigned users;
    json_t *root; /* its texts */
    struct buf text;
};

struct last_run_board {
    pthread_mutex_t mutex; /* guards current; held for moments only */
    struct reading *current;
    /* Of the one thread that looks. */
    const char *dir;
    struct timespec changed;
    off_t size;
    ino_t inode;
    bool told;
};

/* ---- reading the file ------------------------------------------------------------------------------------------- */

int64_t last_run_instant(const char *text)
{
    int32_t day;
    int16_t minute;
    size_t len = text ? strlen(text) : 0;
    if (len < 16 || text[10] != 'T' || !day_parse(text, 10, &day) || !minute_parse(text + 11, 5, &minute))
        return 0;
    return (int64_t)day * 86400 + (int64_t)minute * 60; /* the seconds do not matter to anyone */
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static uint64_t count_of(const json_t *object, const char *key)
{
    json_int_t n = json_integer_value(json_object_get(object, key));
    return n > 0 ? (uint64_t)n : 0;
}

static void read_source(struct last_run_source *source, const json_t *object)
{
    const json_t *guards = json_object_get(object, "guards");
    *source = (struct last_run_source){
        .name = text_of(object, "name"), .owner = text_of(object, "owner"), .licence = text_of(object, "licence"),
        .verdict = text_of(object, "verdict"), .files_modified = last_run_instant(text_of(object, "filesModified")),
        .records = count_of(object, "records"), .read = count_of(object, "read"),
        .rejected = count_of(object, "rejected")};
    source->name = source->name ? source->name : "";
    source->verdict = source->verdict ? source->verdict : "";
    for (size_t i = 0; i < json_array_size(guards) && source->guard_count < LAST_RUN_GUARDS; i++) {
        const char *name = json_string_value(json_array_get(guards, i));
        if (name)
            source->guards[source->guard_count++] = name;
    }
}

static bool read_run(struct reading *reading)
{
    const json_t *root = reading->root, *sources = json_object_get(root, "sources");
    size_t count = json_array_size(sources);
    struct last_run *run = &reading->run;
    *run = (struct last_run){
        .run = count_of(root, "run"), .generation = count_of(root, "generation"),
        .records = count_of(root, "records"), .started = last_run_instant(text_of(root, "started")),
        .ended = last_run_instant(text_of(root, "ended")), .verdict = text_of(root, "verdict"),
        .text = buf_str(&reading->text), .text_len = reading->text.len};
    run->hash = XXH3_64bits(run->text, run->text_len);
    run->verdict = run->verdict ? run->verdict : "";
    count = count < LAST_RUN_SOURCES ? count : LAST_RUN_SOURCES;
    run->sources = calloc(count + 1, sizeof *run->sources);
    for (size_t i = 0; run->sources && i < count; i++)
        read_source(&run->sources[run->source_count++], json_array_get(sources, i));
    return run->sources != NULL;
}

static void reading_free(struct reading *reading)
{
    if (!reading)
        return;
    json_decref(reading->root);
    free(reading->run.sources);
    buf_release(&reading->text);
    free(reading);
}

static enum status read_file(const char *dir, struct reading **result, struct err *err)
{
    struct reading *reading = calloc(1, sizeof *reading);
    json_error_t wrong;
    if (!reading)
        return err_set(err, STATUS_NOMEM, "out of memory");
    atomic_init(&reading->users, 1);
    enum status status = generation_status_read(dir, &reading->text, err);
    if (status == STATUS_OK) {
        reading->root = json_loadb(buf_str(&reading->text), reading->text.len, 0, &wrong);
        if (!json_is_object(reading->root))
            status = err_set(err, STATUS_CORRUPT, "%s/status.json cannot be read as an object", dir);
    }
    if (status == STATUS_OK && !read_run(reading))
        status = err_set(err, STATUS_NOMEM, "out of memory");
    if (status != STATUS_OK) {
        reading_free(reading);
        return status;
    }
    while (reading->text.len && reading->text.data[reading->text.len - 1] == '\n')
        reading->run.text_len = --reading->text.len;
    *result = reading;
    return STATUS_OK;
}

/* ---- the board -------------------------------------------------------------------------------------------------- */

const struct last_run *last_run_hold(struct last_run_board *board)
{
    pthread_mutex_lock(&board->mutex);
    struct reading *reading = board->current;
    if (reading)
        atomic_fetch_add_explicit(&reading->users, 1, memory_order_relaxed);
    pthread_mutex_unlock(&board->mutex);
    return reading ? &reading->run : NULL;
}

void last_run_release(const struct last_run *run)
{
    struct reading *reading = (struct reading *)(uintptr_t)run;
    if (reading && atomic_fetch_sub_explicit(&reading->users, 1, memory_order_acq_rel) == 1)
        reading_free(reading);
}

static void put_up(struct last_run_board *board, struct reading *reading)
{
    pthread_mutex_lock(&board->mutex);
    struct reading *before = board->current;
    board->current = reading;
    pthread_mutex_unlock(&board->mutex);
    if (before)
        last_run_release(&before->run);
}

static bool same_file(struct last_run_board *board)
{
    struct stat now = {0};
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/status.json", board->dir);
    if (stat(buf_str(&path), &now) != 0)
        now = (struct stat){0};
    buf_release(&path);
    bool same = now.st_mtim.tv_sec == board->changed.tv_sec && now.st_mtim.tv_nsec == board->changed.tv_nsec &&
                now.st_size == board->size && now.st_ino == board->inode;
    board->changed = now.st_mtim;
    board->size = now.st_size;
    board->inode = now.st_ino;
    return same;
}

void last_run_look(struct last_run_board *board, bool *changed)
{
    struct reading *reading = NULL;
    struct err err = {0};
    *changed = false;
    if (same_file(board))
        return;
    enum status status = read_file(board->dir, &reading, &err);
    if (status == STATUS_OK || status == STATUS_NOTFOUND) {
        put_up(board, reading);
        *changed = true;
        board->told = false;
        return;
    }
    board->inode = 0; /* no file has it: read again at the next look, as it may be for want of descriptors or memory */
    if (!board->told)
        log_line(LOG_WARNING, "event", "status-failed", "status", status_name(status), "message", err.message, NULL);
    board->told = true;
}

enum status last_run_board_new(struct last_run_board **result, const char *dir, struct err *err)
{
    struct last_run_board *board = calloc(1, sizeof *board);
    bool changed;
    if (!board)
        return err_set(err, STATUS_NOMEM, "out of memory");
    pthread_mutex_init(&board->mutex, NULL);
    board->dir = dir;
    last_run_look(board, &changed);
    *result = board;
    return STATUS_OK;
}

void last_run_board_free(struct last_run_board *board)
{
    if (!board)
        return;
    if (board->current)
        last_run_release(&board->current->run);
    pthread_mutex_destroy(&board->mutex);
    free(board);
}
