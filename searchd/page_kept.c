#include "searchd/page_kept.h"

#include <string.h>

#include "calendar.h"

static const char *number_text(struct page *page, unsigned number)
{
    const char *text = arena_printf(page->arena, "%u", number);
    return text ? text : "";
}

static void add_kept(struct page *page, const char *name, const char *value)
{
    struct view *kept = view_item(page->view, "kept");
    view_text(kept, "name", name);
    view_text(kept, "value", value);
}

static void add_day(struct page *page, const char *name, int32_t day)
{
    char text[CALENDAR_DATE_BYTES];
    if (!day)
        return;
    day_format(day, text);
    const char *copy = arena_copy(page->arena, text, strlen(text));
    if (copy)
        add_kept(page, name, copy);
}

/* Filters that the reader cannot change have no field in the form. */
static void add_locked(struct page *page, const struct request *request)
{
    const struct embed *embed = page->embed;
    for (int f = 0; f < FACET_LISTED; f++) {
        enum vocab_name vocab = facet_vocab((enum facet)f);
        for (size_t i = 0; embed_locks(embed, (enum facet)f) && i < request->selected_count[f]; i++)
            add_kept(page, facet_name((enum facet)f), vocab_entry(vocab, request->selected[f][i])->code);
    }
    for (unsigned i = 0; i < WEEKDAYS; i++)
        if (embed_locks(embed, FACET_WEEKDAY) && request->weekdays >> i & 1)
            add_kept(page, "weekday", vocab_entry(VOCAB_WEEKDAY, i)->code);
    for (unsigned i = 0; i < TIMES; i++)
        if (embed_locks(embed, FACET_TIME) && request->times >> i & 1)
            add_kept(page, "time", vocab_entry(VOCAB_TIME, i)->code);
    if (embed_locks(embed, FACET_DATE)) {
        add_day(page, "date", request->date);
        add_day(page, "until", request->until);
    }
    if (embed_locks(embed, FACET_AGE) && request->age >= 0)
        add_kept(page, "age", number_text(page, (unsigned)request->age));
    if (embed_locks(embed, FACET_NEAR) && request->near >= 0) {
        const char *km = arena_printf(page->arena, "%.10g", request->radius_km);
        add_kept(page, "near", request->near_text);
        if (request->radius_km > 0 && km)
            add_kept(page, "radius", km);
    }
    if (embed->lock >> EMBED_LOCK_WORDS & 1)
        add_kept(page, "q", request->q);
}

/* "open=491&map=1": names and values of ours, with nothing encoded. */
static void add_pairs(struct page *page, const char *pairs)
{
    for (const char *at = pairs; *at; at += *at == '&') {
        size_t len = strcspn(at, "&"), name = strcspn(at, "=");
        const char *key = arena_copy(page->arena, at, name);
        const char *value = arena_copy(page->arena, at + name + 1, len - name - 1);
        if (key && value)
            add_kept(page, key, value);
        at += len;
    }
}

/* What the site around the form chose goes on with it. */
static void add_embed(struct page *page, const struct request *request)
{
    const struct embed *embed = page->embed;
    struct buf query = BUF_INIT;
    add_locked(page, request);
    embed_write(embed, &query);
    add_pairs(page, buf_str(&query));
    buf_release(&query);
    view_flag(page->view, "q_fixed", embed->lock >> EMBED_LOCK_WORDS & 1);
    view_flag(page->view, "near_fixed", embed_locks(embed, FACET_NEAR));
}

/* The page's own: what stands open, and the list. */
static void add_own(struct page *page)
{
    if (page->list)
        add_kept(page, "list", shortlist_text(page->list, SIZE_MAX, NULL, page->arena));
    add_pairs(page, page->shown ? page->shown : "");
}

void page_kept(struct page *page, const struct request *request)
{
    if (request->sort != SORT_RELEVANCE)
        add_kept(page, "sort", sort_name(request->sort));
    for (int f = 0; f < FACET_COUNT; f++)
        if (request->unknown >> f & 1)
            add_kept(page, "include_unknown", facet_name((enum facet)f));
    add_own(page);
    if (request->all_words)
        add_kept(page, "words", "all");
    if (request->per_page != REQUEST_PER_PAGE_DEFAULT)
        add_kept(page, "per_page", number_text(page, request->per_page));
    if (page->embed)
        add_embed(page, request);
}
