/* A generation put together: rows of the one that serves that stay, in their order, then those of tonight's segment.
 *
 * Every file is the same as if all records had been read tonight, but for three: the order of rows, the dictionary of
 * the stored records and the lemma of a form that may be of several are those of before; no answer depends on the
 * first two. */
#ifndef OPASTIN_INDEXER_ASSEMBLE_H
#define OPASTIN_INDEXER_ASSEMBLE_H

#include <stdint.h>

#include "base/status.h"
#include "indexer/previous.h"
#include "indexer/segment.h"
#include "indexer/tonight.h"

/* Where each entry of tonight is in the new generation. */
struct assembly {
    uint32_t *row;        /* by entry; LEDGER_NONE: it is not shown */
    uint32_t *kept;       /* by row of the generation that serves: the new row, or ROW_DROPPED */
    uint32_t *fresh;      /* by row of the segment: the same */
    uint32_t kept_rows, fresh_rows, rows; /* rows: all of the new generation */
    uint32_t unread;      /* rows whose words the generation's meanings lack; 0: they are written anew */
};

/* Meanings may lack words, which then cost those who ask the dictionary; making them anew for a few rows costs a run
 * more than all else.  The file of before serves on while so few rows have come since it was made. */
enum { ASSEMBLY_UNREAD_SHARE = 20 }; /* a twentieth of all */

/* Numbers the rows; to be released. */
enum status assembly_plan(struct assembly *assembly, const struct tonight *tonight, const struct previous *previous,
                          uint32_t segment_rows, struct err *err) MUST_USE;
void assembly_release(struct assembly *assembly);

/* Writes all files of the generation into `path` but its manifest; fresh_path: the folder of the closed segment, whose
 * files are moved when nothing of before stays.  The pipeline is freed.  tombstone_days: how long the removed are
 * known; source_names: of tonight's sources. */
struct assemble_options {
    const char *path, *fresh_path;
    const char *const *source_names;
    size_t source_count;
    int32_t today;
    unsigned tombstone_days;
    const char *previous_path; /* of the generation that serves; NULL: none */
};
enum status assemble(const struct assembly *assembly, const struct assemble_options *options,
                     const struct tonight *tonight, struct previous *previous, struct segment *segment,
                     struct pipeline **pipeline, struct err *err) MUST_USE;

#endif
