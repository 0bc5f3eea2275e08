#include "search/held.h"

#include <stdlib.h>
#include <string.h>

static enum status grow(struct held *held, struct err *err)
{
    size_t room = held->room ? 2 * held->room : 16;
    if (held->count < held->room)
        return STATUS_OK;
    const struct postings **postings = realloc(held->postings, room * sizeof *postings);
    if (!postings)
        return err_set(err, STATUS_NOMEM, "out of memory for the postings of %zu words", room);
    held->postings = postings;
    held->room = room;
    return STATUS_OK;
}

enum status held_postings(struct searcher *s, const struct query_group *group, const struct postings **postings,
                          struct err *err)
{
    struct held *held = &s->held;
    TRY(searcher_deadline(s, err));
    for (size_t i = 0; i < held->count; i++)
        if (postings_are_of(held->postings[i], group->terms, group->term_count)) {
            *postings = held->postings[i];
            return STATUS_OK;
        }
    TRY(grow(held, err));
    TRY(postings_get(s->snapshot->postings, group->terms, group->term_count, postings, err));
    held->postings[held->count++] = *postings;
    return STATUS_OK;
}

void held_keep_rows(struct searcher *s, const struct request *request, const struct docset *rows)
{
    s->held.text = request->q;
    s->held.text_len = request->q_len;
    docset_copy(&s->held.rows, rows);
}

const struct docset *held_rows(const struct searcher *s, const struct request *request)
{
    const struct held *held = &s->held;
    bool same = held->text && held->text_len == request->q_len && memcmp(held->text, request->q, held->text_len) == 0;
    return same ? &held->rows : NULL;
}

void held_release(struct searcher *s)
{
    for (size_t i = 0; i < s->held.count; i++)
        postings_release(s->snapshot->postings, s->held.postings[i]);
    s->held.count = 0;
    s->held.text = NULL;
}
