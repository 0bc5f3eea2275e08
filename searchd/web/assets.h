/* The files of the pages: those in the program, or, for an operator who changes them and for developers, those of a
 * folder (--assets-dir), read once at the start.  Constant afterwards, for all threads.
 *
 * Some are sent to clients, under a path that has the hash of their content, so that they may be kept for ever; they
 * are compressed here once. */
#ifndef OPASTIN_SEARCHD_WEB_ASSETS_H
#define OPASTIN_SEARCHD_WEB_ASSETS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "searchd/web/strings.h"

enum {
    ASSET_BYTES = 1 << 20, /* of one file */
    ASSET_HASH_BYTES = 17,
    ASSET_PATH_BYTES = 64,
};

/* A file that clients may have. */
struct asset {
    const char *name, *type; /* "site.css", its content type */
    const char *data, *packed;
    size_t len, packed_len; /* packed: gzip */
    const char *br;         /* NULL where the build has no brotli */
    size_t br_len;
    char path[ASSET_PATH_BYTES]; /* "/assets/0123456789abcdef/site.css" */
};

struct assets;

/* dir: NULL for those in the program.  What is not in the folder is taken from the program. */
enum status assets_open(struct assets **assets, const char *dir, struct err *err) MUST_USE;
void assets_free(struct assets *assets);

/* NULL when there is no such file. */
const char *assets_text(const struct assets *assets, const char *name, size_t *len);
const struct asset *assets_public(const struct assets *assets, const char *name);
/* By "hash/name", as in its path; NULL when the hash is of other content. */
const struct asset *assets_by_path(const struct assets *assets, const char *rest);
const struct strings *assets_strings(const struct assets *assets);
/* Of all files: part of the entity tag of every page. */
uint64_t assets_hash(const struct assets *assets);

#endif
