/* Records that were in the index and are no more: for 400 days their pages say so, with the name, or lead to the record
 * that stands for them now.  A file of a generation, sorted by id; absent means none. */
#ifndef OPASTIN_TOMBSTONES_H
#define OPASTIN_TOMBSTONES_H

#include <stdint.h>

#include "base/status.h"
#include "sections.h"

enum { TOMBSTONES_VERSION = 1, TOMBSTONES_MOST = 5000000 };

struct tombstones {
    uint32_t count;
    struct sections file; /* private */
};

/* Views into the file. */
struct tombstone {
    const char *id, *title;
    const char *into; /* id of the record that stands for it now; "" when it is gone */
    int32_t day;      /* on which it went, since 1970 */
};

/* STATUS_NOTFOUND, STATUS_CORRUPT, STATUS_VERSION. */
enum status tombstones_open(struct tombstones *tombstones, const char *path, struct err *err) MUST_USE;
void tombstones_close(struct tombstones *tombstones); /* of zeros: no-op */
enum status tombstones_check(const struct tombstones *tombstones, struct err *err) MUST_USE;
/* number < count, in the order of ids. */
struct tombstone tombstones_at(const struct tombstones *tombstones, uint32_t number);
/* False when there is none of this id. */
bool tombstones_find(const struct tombstones *tombstones, const char *id, size_t len, struct tombstone *found);

/* ---- writing ---------------------------------------------------------------------------------------------------- */

struct tombstones_writer;
enum status tombstones_writer_new(struct tombstones_writer **writer, struct err *err) MUST_USE;
void tombstones_writer_free(struct tombstones_writer *writer);
/* In any order; of several with one id the last stays.  Beyond TOMBSTONES_MOST nothing is added. */
enum status tombstones_writer_add(struct tombstones_writer *writer, const struct tombstone *tombstone,
                                  struct err *err) MUST_USE;
/* Synced to disk. */
enum status tombstones_writer_finish(struct tombstones_writer *writer, const char *path, struct err *err) MUST_USE;

#endif
