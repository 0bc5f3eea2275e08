#include "tests/eval/eval_index.h"

#include <glob.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uthash.h>
#include <xxhash.h>

#include "indexer/build.h"
#include "search/guide.h"
#include "stored.h"

enum { CACHE_BYTES = 256 << 20, READ_BYTES = 1 << 16, STAMP_BYTES = 40 };

struct eval_row_entry {
    const char *id;
    uint32_t row;
    UT_hash_handle hh;
};

/* ---- building ---------------------------------------------------------------------------------------------------- */

static enum status build(struct eval_index *index, struct err *err)
{
    struct generation_lock lock;
    struct build_file *files = arena_array(&index->arena, index->path_count, sizeof *files);
    struct build_report *report = arena_alloc(&index->arena, sizeof *report);
    const struct build_options options = {.now = EVAL_NOW};
    if (!files || !report)
        return arena_nomem(err);
    for (size_t i = 0; i < index->path_count; i++)
        files[i] = (struct build_file){index->paths[i], "eval", NULL};
    TRY(generation_lock(&lock, index->dir, err));
    enum status status = build_generation(index->dir, files, index->path_count, &options, NULL, report, err);
    if (status == STATUS_OK)
        status = generation_publish(index->dir, report->generation, err);
    if (status == STATUS_OK)
        status = generation_prune(index->dir, 1, false, NULL, err);
    generation_unlock(&lock);
    if (status == STATUS_OK && !index->temporary && report->total.rejected > 0)
        fprintf(stderr, "%s: %" PRIu64 " records were refused\n", index->dir, report->total.rejected);
    return status;
}

static enum status hash_file(XXH3_state_t *state, const char *path, struct err *err)
{
    static char bytes[READ_BYTES];
    size_t count;
    FILE *file = fopen(path, "rb");
    if (!file)
        return err_set_errno(err, STATUS_NOTFOUND, "%s", path);
    while ((count = fread(bytes, 1, sizeof bytes, file)) > 0)
        XXH3_64bits_update(state, bytes, count);
    bool failed = ferror(file);
    fclose(file);
    return failed ? err_set(err, STATUS_IO, "%s cannot be read", path) : STATUS_OK;
}

/* What an index is made of: the records, and the two libraries that make it (they lie above this program). */
static enum status make_stamp(const char *path, char stamp[STAMP_BYTES], struct err *err)
{
    char self[EVAL_PATH_BYTES], library[EVAL_PATH_BYTES + 32];
    static const char *const libraries[] = {"libschema.a", "libindexer.a"};
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len <= 0)
        return err_set_errno(err, STATUS_IO, "/proc/self/exe");
    self[len] = '\0';
    *strrchr(self, '/') = '\0';
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return err_set(err, STATUS_NOMEM, "out of memory");
    XXH3_64bits_reset(state);
    enum status status = hash_file(state, path, err);
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries && status == STATUS_OK; i++) {
        snprintf(library, sizeof library, "%s/../%s", self, libraries[i]);
        status = hash_file(state, library, err);
    }
    snprintf(stamp, STAMP_BYTES, "%d %016" PRIx64, ANALYSE_VERSION, (uint64_t)XXH3_64bits_digest(state));
    XXH3_freeState(state);
    return status;
}

static bool stamp_is(const char *path, const char *stamp)
{
    char line[STAMP_BYTES] = "";
    FILE *file = fopen(path, "r");
    bool same = file && fgets(line, sizeof line, file) && strcmp(line, stamp) == 0;
    if (file)
        fclose(file);
    return same;
}

static enum status stamp_write(const char *path, const char *stamp, struct err *err)
{
    FILE *file = fopen(path, "w");
    if (!file || fputs(stamp, file) < 0 || fclose(file) != 0)
        return err_set_errno(err, STATUS_IO, "%s", path);
    return STATUS_OK;
}

static enum status build_if_needed(struct eval_index *index, struct err *err)
{
    char stamp[STAMP_BYTES], path[EVAL_PATH_BYTES + 16];
    TRY(make_stamp(index->paths[0], stamp, err));
    snprintf(path, sizeof path, "%s/stamp", index->dir);
    if (stamp_is(path, stamp))
        return STATUS_OK;
    unlink(path);
    fprintf(stderr, "indexing %s\n", index->paths[0]);
    TRY(build(index, err));
    return stamp_write(path, stamp, err);
}

/* ---- what is in it ----------------------------------------------------------------------------------------------- */

static const char *first_title(json_t *record)
{
    json_t *texts = json_object_get(record, "texts");
    for (int lang = 0; lang < RECORD_LANGS; lang++) {
        const char *title = json_string_value(json_object_get(json_object_get(texts, record_langs[lang]), "title"));
        if (title)
            return title;
    }
    return "";
}

static enum status read_document(struct eval_index *index, uint32_t row, struct buf *data, struct err *err)
{
    struct stored stored;
    size_t len;
    TRY(searcher_record(index->searcher, row, data, &stored, err));
    const char *text = stored_section(&stored, STORED_JSON, &len);
    json_t *json = json_loadb(text, len, 0, NULL);
    const char *id = json_string_value(json_object_get(json, "id")), *title = first_title(json);
    struct eval_row_entry *entry = calloc(1, sizeof *entry);
    struct eval_document *document = &index->documents[row];
    document->id = arena_copy(&index->arena, id ? id : "", id ? strlen(id) : 0);
    document->title = arena_copy(&index->arena, title, strlen(title));
    json_decref(json);
    if (!entry || !document->id || !document->title) {
        free(entry);
        return arena_nomem(err);
    }
    *entry = (struct eval_row_entry){.id = document->id, .row = row};
    HASH_ADD_KEYPTR(hh, index->rows, entry->id, strlen(entry->id), entry);
    return STATUS_OK;
}

static enum status read_documents(struct eval_index *index, struct err *err)
{
    struct buf data = BUF_INIT;
    enum status status = STATUS_OK;
    index->count = index->snapshot->columns.count;
    index->documents = arena_array(&index->arena, index->count, sizeof *index->documents);
    if (!index->documents)
        return arena_nomem(err);
    for (uint32_t row = 0; row < index->count && status == STATUS_OK; row++)
        status = read_document(index, row, &data, err);
    buf_release(&data);
    return status;
}

/* Pages through the search for nothing, which finds what is live. */
static enum status mark_live(struct eval_index *index, struct err *err)
{
    struct arena arena = ARENA_INIT;
    struct search_clock clock = {.today = EVAL_TODAY};
    struct answer answer = {.more = true};
    enum status status = STATUS_OK;
    for (unsigned page = 1; answer.more && status == STATUS_OK; page++) {
        struct request request;
        struct request_errors errors;
        char text[64];
        arena_reset(&arena);
        snprintf(text, sizeof text, "sort=name&per_page=%d&page=%u", REQUEST_PER_PAGE_MOST, page);
        status = request_parse(&request, text, &arena, &errors, err);
        if (status == STATUS_OK)
            status = search_run(index->searcher, &request, &clock, &arena, &answer, err);
        if (status == STATUS_OK && answer.total == index->count) {
            for (uint32_t row = 0; row < index->count; row++)
                index->documents[row].live = true;
            break;
        }
        for (size_t i = 0; status == STATUS_OK && i < answer.hit_count; i++)
            index->documents[answer.hits[i].row].live = true;
    }
    arena_release(&arena);
    return status;
}

static enum status give_guide(struct eval_index *index, const struct eval_settings *settings, struct err *err)
{
    if (settings->plain)
        return STATUS_OK;
    TRY(guides_open(&index->guides, settings->synonyms, err));
    struct guide *guide = guides_hold(index->guides);
    searcher_guide(index->searcher, guide);
    guide_release(guide);
    return STATUS_OK;
}

static enum status open_index(struct eval_index *index, const struct eval_settings *settings, struct err *err)
{
    uint32_t number;
    TRY(generation_current(index->dir, &number, err));
    TRY(snapshot_open(&index->snapshot, index->dir, number, CACHE_BYTES, err));
    TRY(searcher_open(&index->searcher, index->snapshot, err));
    TRY(give_guide(index, settings, err));
    TRY(read_documents(index, err));
    return mark_live(index, err);
}

/* ---- the two ways ------------------------------------------------------------------------------------------------ */

static enum status find_corpus(struct eval_index *index, struct err *err)
{
    glob_t found;
    if (glob("corpus/*.jsonl", 0, NULL, &found) != 0)
        return err_set(err, STATUS_NOTFOUND, "no corpus/*.jsonl; run from the repository's root");
    (void)glob("corpus/*.csv", GLOB_APPEND, NULL, &found); /* none is fine */
    index->paths = arena_array(&index->arena, found.gl_pathc, sizeof *index->paths);
    for (size_t i = 0; index->paths && i < found.gl_pathc; i++)
        index->paths[index->path_count++] = arena_copy(&index->arena, found.gl_pathv[i], strlen(found.gl_pathv[i]));
    globfree(&found);
    return index->paths ? STATUS_OK : arena_nomem(err);
}

enum status eval_index_corpus(struct eval_index *index, const struct eval_settings *settings, struct err *err)
{
    const char *temp = getenv("TMPDIR");
    *index = (struct eval_index){.temporary = true};
    TRY(vocab_load(err));
    TRY(find_corpus(index, err));
    snprintf(index->dir, sizeof index->dir, "%s/opastin-eval-XXXXXX", temp && *temp ? temp : "/tmp");
    if (!mkdtemp(index->dir)) {
        index->dir[0] = '\0';
        return err_set_errno(err, STATUS_IO, "no temporary folder");
    }
    TRY(build(index, err));
    return open_index(index, settings, err);
}

enum status eval_index_file(struct eval_index *index, const char *path, const char *dir,
                            const struct eval_settings *settings, struct err *err)
{
    *index = (struct eval_index){.path_count = 1};
    snprintf(index->dir, sizeof index->dir, "%s", dir);
    index->paths = arena_array(&index->arena, 1, sizeof *index->paths);
    if (!index->paths || !(index->paths[0] = arena_copy(&index->arena, path, strlen(path))))
        return arena_nomem(err);
    if (access(path, R_OK) != 0)
        return err_set(err, STATUS_NOTFOUND, "%s is not there", path);
    TRY(vocab_load(err));
    if (mkdir(dir, 0755) != 0 && access(dir, W_OK) != 0)
        return err_set_errno(err, STATUS_IO, "%s", dir);
    TRY(build_if_needed(index, err));
    return open_index(index, settings, err);
}

void eval_index_close(struct eval_index *index)
{
    struct eval_row_entry *entry, *next;
    struct err err = {0};
    searcher_free(index->searcher);
    if (index->guides)
        guides_free(index->guides);
    snapshot_release(index->snapshot);
    HASH_ITER(hh, index->rows, entry, next)
    {
        HASH_DEL(index->rows, entry);
        free(entry);
    }
    if (index->temporary && index->dir[0] && generation_remove_part(index->dir, &err) != STATUS_OK)
        fprintf(stderr, "%s\n", err.message);
    arena_release(&index->arena);
    vocab_unload();
    *index = (struct eval_index){0};
}

int64_t eval_index_row(const struct eval_index *index, const char *id)
{
    struct eval_row_entry *entry;
    HASH_FIND(hh, index->rows, id, strlen(id), entry);
    return entry ? (int64_t)entry->row : EVAL_NO_ROW;
}
