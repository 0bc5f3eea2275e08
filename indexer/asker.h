/* A generation that is asked as the daemon would ask it: for golden queries and for explaining. */
#ifndef OPASTIN_INDEXER_ASKER_H
#define OPASTIN_INDEXER_ASKER_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "search/request.h"
#include "search/search.h"

struct asker;

/* number: a whole generation of DIR, published or not. */
enum status asker_open(struct asker **asker, const char *dir, uint32_t number, int32_t today,
                       struct err *err) MUST_USE;
void asker_free(struct asker *asker);

/* query: parameters as in the search's URL ("q=kuoro&area=297"), or plain words; `extra`: further parameters as in a
 * URL, "" for none.  The answer lives in the arena.  STATUS_INVALID names the parameter that is wrong. */
enum status asker_ask(struct asker *asker, const char *query, const char *extra, struct arena *arena,
                      struct request *request, struct answer *answer, struct err *err) MUST_USE;
/* The same for one record: where it is among the hits, or why it is none. */
struct account; /* search/account.h */
enum status asker_account(struct asker *asker, const char *query, uint32_t row, struct arena *arena,
                          struct account *account, struct err *err) MUST_USE;
/* The row of the record, shown today or not. STATUS_NOTFOUND. */
enum status asker_find(const struct asker *asker, const char *id, uint32_t *row, struct err *err) MUST_USE;
/* Id of a hit's record: a view of *len bytes. */
const char *asker_hit_id(const struct asker *asker, const struct hit *hit, size_t *len);

#endif
