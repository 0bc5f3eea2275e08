/* What the service knows of words beyond the index: the gazetteer of the vocabularies and the synonyms.
 *
 * A guide is immutable and shared by the threads.  The guides keep the one that serves and look at the synonyms' file:
 * an edited file is taken up without a restart and without a rebuild of the index; one that cannot be read is told once
 * and the guide before it serves on. */
#ifndef OPASTIN_SEARCH_GUIDE_H
#define OPASTIN_SEARCH_GUIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "search/query.h"

struct guide;

struct guide *guide_hold(struct guide *guide); /* one more user; thread-safe */
void guide_release(struct guide *guide);       /* NULL: no-op; thread-safe */
/* Of the synonyms' text: part of entity tags, for answers depend on it. */
uint64_t guide_hash(const struct guide *guide);
size_t guide_synonyms(const struct guide *guide); /* groups */

/* The word of the query names something or has synonyms. */
bool guide_knows(const struct guide *guide, const struct query *query, size_t word);
/* Adds to the parsed query what its words name and what may stand for them. */
enum status guide_apply(const struct guide *guide, struct query *query, struct arena *arena, struct err *err) MUST_USE;

struct guides;

/* path: of the synonyms, or NULL for those that come with the program.  vocab_load() must have been called.
 * STATUS_INVALID names file and line, STATUS_NOTFOUND the file. */
enum status guides_open(struct guides **guides, const char *path, struct err *err) MUST_USE;
void guides_free(struct guides *all); /* nobody may look any more */
/* Looks whether the file has changed, and takes it up; *changed: another guide serves.  One thread at a time. */
void guides_look(struct guides *all, bool *changed);
/* The serving guide, held for the caller. */
struct guide *guides_hold(struct guides *all);
uint32_t guides_turn(const struct guides *all); /* how often it has changed */
bool guides_failed(struct guides *guides);         /* the file as it is now could not be taken up */

#endif
