/* A record's way, from a file to a generation that can serve:
 *
 *   source_next (read, check, normalise) -> is the id new? -> document_make (analyse, terms, facets) -> put
 *   (one thread reads and puts, in the order of the files; several make documents: pipeline.h)
 *   after the last: commit -> compact -> columns -> lexicon -> manifest -> verify -> finish (-> publish, by the caller)
 *
 * The generation is built aside and is not visible before it is whole; nothing read means nothing built. */
#ifndef OPASTIN_INDEXER_BUILD_H
#define OPASTIN_INDEXER_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "generation.h"
#include "indexer/source.h"

enum { BUILD_FILES = GENERATION_SOURCES_MOST };

enum build_stage {
    BUILD_READING,
    BUILD_COMMITTING, /* the files but the lexicon */
    BUILD_COMPACTING,
    BUILD_WORDS,      /* the lexicon */
    BUILD_VERIFYING,
    BUILD_DONE,
    BUILD_STAGES
};
const char *build_stage_name(enum build_stage stage);

/* One input file. */
struct build_file {
    const char *path;   /* "-": standard input */
    const char *name;   /* of the source; also the record's `source` */
    const char *format; /* "csv", "hsds" …, as in source_format_named(); NULL: found out */
};

struct build_count {
    uint64_t read;      /* records seen, good and bad */
    uint64_t accepted;
    uint64_t rejected;  /* with errors, duplicates among them */
    uint64_t duplicates;
    uint64_t skipped;   /* foreign objects that are none to take: not published, deleted; not among `read` */
    uint64_t warnings;
    char fingerprint[33];
};

struct build_report {
    struct build_count total;
    struct build_count files[BUILD_FILES];
    uint32_t generation;   /* 0: none was built */
    uint64_t documents;
    uint64_t bytes;        /* of the generation on disk */
    double seconds;
    double stage_seconds[BUILD_STAGES]; /* of these, by stage; BUILD_READING: making and appending documents too */
};

/* How a build tells what happens; both may be NULL. Called from the building thread. */
struct build_watch {
    void *context;
    /* Every problem of every record, warnings too; `line` says it in words. */
    void (*problem)(void *context, const struct problem *problem, const char *line);
    /* After each record and at each stage: bytes of all files read so far and altogether (0: not known). */
    void (*progress)(void *context, enum build_stage stage, uint64_t records, uint64_t bytes, uint64_t bytes_total);
};

/* Reads and checks only. STATUS_OK also when records were rejected; see report->total. */
enum status build_check(const struct build_file *files, size_t file_count, const struct build_watch *watch,
                        struct build_report *report, struct err *err) MUST_USE;

struct build_options {
    int64_t now;   /* seconds since 1970: first_seen of new records and `created` of the manifest */
    unsigned jobs; /* threads that work, 1..PIPELINE_JOBS; 0: one a core. The generation is the same with any number */
};

/* Builds a generation in DIR (the caller holds its lock) and finishes it; publishing is the caller's step.
 * STATUS_NOTFOUND when no record was accepted: nothing is built then. */
enum status build_generation(const char *dir, const struct build_file *files, size_t file_count,
                             const struct build_options *options, const struct build_watch *watch,
                             struct build_report *report, struct err *err) MUST_USE;

#endif
