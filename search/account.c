#include "search/account.h"

#include <string.h>

#include "search/match.h"
#include "search/query.h"
#include "search/rank.h"
#include "search/score.h"
#include "search/searcher.h"

static enum facet facet_of(const struct request *request, int filter)
{
    bool date_alone = !request->weekdays && !request->times;
    return filter == FILTER_AGE ? FACET_AGE : filter == FILTER_NEAR ? FACET_NEAR
           : filter == FILTER_WHEN ? date_alone ? FACET_DATE : FACET_WEEKDAY : (enum facet)filter;
}

static enum status list_missing(const struct request *request, const struct query *query, const struct match *match,
                                uint32_t row, struct arena *arena, struct account *account, struct err *err)
{
    account->missing = arena_array(arena, match->word_count, sizeof *account->missing);
    if (!account->missing)
        return arena_nomem(err);
    for (size_t i = 0; i < match->word_count; i++) {
        const struct query_word *word = &query->words[i];
        if (word->optional || docset_has(&match->words[i].rows, row))
            continue;
        const char *text = arena_copy(arena, request->q + word->offset, word->len);
        if (!text)
            return arena_nomem(err);
        account->missing[account->missing_count++] = text;
    }
    return STATUS_OK;
}

static enum status print_plan(const struct query *query, struct arena *arena, struct account *account,
                              struct err *err)
{
    struct buf text = BUF_INIT;
    if (query)
        query_print(query, &text);
    enum status status = buf_ok(&text, err);
    account->plan = status == STATUS_OK ? arena_copy(arena, buf_str(&text), text.len) : NULL;
    buf_release(&text);
    return status == STATUS_OK && !account->plan ? arena_nomem(err) : status;
}

/* All hits are ranked: the place is theirs to say. */
static enum status find_place(struct searcher *s, const struct request *request, const struct query *query,
                              const struct match *match, uint32_t row, struct arena *arena, struct account *account,
                              struct err *err)
{
    struct request all = *request;
    struct answer answer = {.total = 0};
    all.page = 1;
    all.per_page = match->total > UINT32_MAX ? UINT32_MAX : (unsigned)match->total;
    all.cursor.given = all.explain = false;
    TRY(rank_run(s, &all, query, match, arena, &answer, err));
    for (size_t i = 0; i < answer.hit_count && !account->hit; i++) {
        if (answer.hits[i].row != row)
            continue;
        account->hit = true;
        account->place = i + 1;
        account->details = answer.hits[i];
    }
    return query ? score_explain(s, query, match, row, account->details.score, arena,
                                 &account->details.score_parts, err) : STATUS_OK;
}

enum status account_run(struct searcher *s, const struct request *request, const struct query *query,
                        const struct match *match, uint32_t row, struct arena *arena, struct account *account,
                        struct err *err)
{
    const struct columns *c = &s->snapshot->columns;
    int32_t today = s->clock->today;
    *account = (struct account){.total = match->total, .wanted = match->wanted, .required = match->required};
    account->hidden = today < c->visible_from[row] || today > c->visible_to[row];
    account->over = !request->past && !account->hidden && today > c->past_after[row];
    /* Those from FILTER_WHEN on are only decided for rows that the words find. */
    int known = docset_has(&match->text, row) ? FILTER_COUNT : FILTER_WHEN;
    for (int filter = 0; filter < known; filter++)
        if (match->filtered[filter] && !docset_has(&match->filter[filter], row))
            account->filtered[facet_of(request, filter)] = true;
    TRY(print_plan(query, arena, account, err));
    if (query)
        TRY(list_missing(request, query, match, row, arena, account, err));
    return docset_has(&match->result, row) ? find_place(s, request, query, match, row, arena, account, err)
                                           : STATUS_OK;
}
