/* A record in the form of the Human Services Data Specification 3.0 (docs/hsds.md has the table of fields). */
#ifndef OPASTIN_SEARCHD_HSDS_WRITE_H
#define OPASTIN_SEARCHD_HSDS_WRITE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"
#include "searchd/hsds_ids.h"

/* json: the record's public view.  full: with all that hangs on it; else the members that are one to one. */
enum status hsds_write(const char *json, size_t len, enum hsds_kind kind, bool full, struct buf *out,
                       struct err *err) MUST_USE;

#endif
