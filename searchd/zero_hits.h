/* Words that people searched for and that found nothing, so that maintainers see what is missing and which synonyms
 * would help; without anything about who searched.
 *
 * What is kept: single words, folded (analyse/fold.h), of searches with no hit; how often on which of the last
 * HEARD_DAYS days.  What is never kept: whole queries, which words came together, times of day, addresses.
 *   - A query in which anything looks personal (personal.h), or that has six digits, is passed over as a whole.
 *   - A word's occurrences wait in memory until there are HEARD_LEAST of them, and are then counted on that day:
 *     nothing below that is ever written, not even of one day.  A restart forgets what waits.
 *   - At most HEARD_WORDS words, by the space-saving algorithm (Metwally et al. 2005): a new word takes the place of
 *     the rarest and inherits its count, as an error that counts when the next one to go is chosen that day, but never
 *     as an occurrence.
 *
 * Each thread that answers has a feed that only it writes: a ring of words, without locks.  One thread gathers from all
 * of them; only it calls anything but zero_hits_note(). */
#ifndef OPASTIN_SEARCHD_ZERO_HITS_H
#define OPASTIN_SEARCHD_ZERO_HITS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "heard.h"

struct answer;  /* search/search.h */
struct request; /* search/request.h */
struct zero_hits;
struct zero_hits_feed;

enum {
    ZERO_HITS_FEED_WORDS = 256, /* that wait in a thread; more are dropped until they are gathered */
    ZERO_HITS_WORD_CHARS = 2,   /* shorter words are not kept */
};

/* Feeds for so many threads, and the words that DIR has; a file that cannot be read is told to the log and begun anew.
 * STATUS_NOMEM. */
enum status zero_hits_open(struct zero_hits **result, const char *dir, size_t threads, int32_t today,
                           struct err *err) MUST_USE;
void zero_hits_free(struct zero_hits *hits);
struct zero_hits_feed *zero_hits_feed(struct zero_hits *hits, size_t thread);

/* Of each answer, by the feed's thread: takes its words when it has no hit.  feed NULL: does nothing. */
void zero_hits_note(struct zero_hits_feed *feed, const struct request *request, const struct answer *answer);

/* Takes what the feeds have, as of today. */
void zero_hits_gather(struct zero_hits *hits, int32_t today);
/* Appends the file's content: words with HEARD_LEAST occurrences in the last HEARD_DAYS days. STATUS_NOMEM. */
enum status zero_hits_json(const struct zero_hits *hits, struct buf *out, struct err *err) MUST_USE;
/* Writes the file when anything in it has changed. STATUS_IO, STATUS_NOMEM. */
enum status zero_hits_write(struct zero_hits *hits, struct err *err) MUST_USE;

#endif
