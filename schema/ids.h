/* Which row has the record of an id: Xapian finds the id's document, a table its row.
 *
 * A document stays that of its id for as long as generations are made of each other, though rows move and records go
 * and come back; so a night copies the database and adds what is new. */
#ifndef OPASTIN_IDS_H
#define OPASTIN_IDS_H

#include <stdint.h>

#include "base/status.h"
#include "columns.h"
#include "sections.h"

#define IDS_NO_ROW UINT32_MAX

enum { IDS_VERSION = 1 };

/* One thread's handle on a generation's ids. */
struct ids;

/* path: of the generation's folder. STATUS_NOTFOUND, STATUS_CORRUPT, STATUS_VERSION. */
enum status ids_open(struct ids **ids, const char *path, struct err *err) MUST_USE;
void ids_free(struct ids *ids); /* NULL: no-op */
uint32_t ids_rows(const struct ids *ids); /* of the generation */
/* STATUS_NOTFOUND without a message: no record has the id. */
enum status ids_find(struct ids *ids, const char *id, size_t len, uint32_t *row, struct err *err) MUST_USE;
/* Reads everything: each row's id leads to it, and nothing else does. STATUS_CORRUPT. */
enum status ids_check(struct ids *ids, const struct columns *columns, struct err *err) MUST_USE;

/* Writes the ids of the columns into a generation's folder.  before: folder of a generation whose database is taken
 * over, with the rows that its own have now (as many as it has; IDS_NO_ROW: gone), or NULL. */
enum status ids_write(const char *path, const struct columns *columns, const char *before, const uint32_t *new_row,
                      struct err *err) MUST_USE;

#endif
