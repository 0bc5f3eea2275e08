#include "tests/unit/corpus_index.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/files.h"
#include "vocab/vocab.h"

static bool find_files(struct corpus_index *index)
{
    glob_t found;
    if (glob("corpus/*.jsonl", 0, NULL, &found) != 0 || glob("corpus/*.csv", GLOB_APPEND, NULL, &found) != 0)
        return false;
    index->file_count = found.gl_pathc;
    index->files = calloc(found.gl_pathc, sizeof *index->files);
    for (size_t i = 0; index->files && i < found.gl_pathc; i++)
        index->files[i] = (struct build_file){strdup(found.gl_pathv[i]), "corpus", NULL};
    globfree(&found);
    return index->files != NULL;
}

static enum status make(struct corpus_index *index, struct err *err)
{
    TRY(vocab_load(err));
    const struct build_options options = {.now = CORPUS_CREATED};
    TRY(build_generation(index->dir, index->files, index->file_count, &options, NULL, index->report, err));
    TRY(generation_publish(index->dir, index->report->generation, err));
    TRY(snapshot_open(&index->snapshot, index->dir, index->report->generation, 64 << 20, err));
    return searcher_open(&index->searcher, index->snapshot, err);
}

bool corpus_index_open(struct corpus_index *index)
{
    struct err err = {0};
    memset(index, 0, sizeof *index);
    index->dir = files_folder();
    index->report = calloc(1, sizeof *index->report);
    if (!index->report || !find_files(index)) {
        fprintf(stderr, "no memory or no corpus/ (run tests from the repository's root)\n");
        return false;
    }
    if (make(index, &err) == STATUS_OK)
        return true;
    fprintf(stderr, "corpus index: %s\n", err.message);
    return false;
}

void corpus_index_close(struct corpus_index *index)
{
    searcher_free(index->searcher);
    snapshot_release(index->snapshot);
    for (size_t i = 0; i < index->file_count; i++)
        free((char *)(uintptr_t)index->files[i].path);
    free(index->files);
    free(index->report);
    files_remove(index->dir);
    free(index->dir);
    vocab_unload();
}
