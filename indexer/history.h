/* What the serving generation knows of a record that a new one must carry on: when it was first seen. */
#ifndef OPASTIN_INDEXER_HISTORY_H
#define OPASTIN_INDEXER_HISTORY_H

#include <stdint.h>

#include "base/status.h"

struct history;

/* Opens the current generation of DIR; without one, or with one of another columns version, the history is empty. */
enum status history_open(struct history **history, const char *dir, struct err *err) MUST_USE;
void history_free(struct history *history);

/* *first_seen is overwritten when the record was there before, and left alone otherwise. */
enum status history_first_seen(struct history *history, const char *id, uint32_t *first_seen,
                               struct err *err) MUST_USE;

#endif
