/* An entry of a feed, from the ready card of its record. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "calendar.h"
#include "record.h"
#include "searchd/feed.h"
#include "stored.h"

void feed_date(int64_t seconds, char out[FEED_DATE_BYTES])
{
    struct date d = date_from_day((int32_t)(seconds / 86400));
    int rest = (int)(seconds % 86400);
    snprintf(out, FEED_DATE_BYTES, "%04d-%02d-%02dT%02d:%02d:%02dZ", d.year, d.month, d.day, rest / 3600,
             rest / 60 % 60, rest % 60);
}

int64_t feed_updated(const struct feed *feed)
{
    const struct snapshot *snapshot = searcher_snapshot(feed->page.api->searcher);
    int64_t newest = 0;
    for (size_t i = 0; i < feed->answer.hit_count; i++) {
        int64_t seen = snapshot->columns.first_seen[feed->answer.hits[i].row];
        newest = seen > newest ? seen : newest;
    }
    return newest ? newest : snapshot->manifest.created;
}

const char *feed_uri(const struct feed *feed, const char *what)
{
    const struct config *config = feed->page.api->service->config;
    struct arena *arena = feed->page.arena;
    if (config->feed_authority)
        return arena_printf(arena, "tag:%s:%s", config->feed_authority, what);
    if (config->public_url) {
        const char *host = strstr(config->public_url, "://") + 3;
        return arena_printf(arena, "tag:%.*s," FEED_SINCE ":%s", (int)strcspn(host, ":/"), host, what);
    }
    XXH128_hash_t h = XXH3_128bits(what, strlen(what));
    /* RFC 9562, version 8: a hash of our own */
    return arena_printf(arena, "urn:uuid:%08" PRIx32 "-%04" PRIx32 "-8%03" PRIx32 "-%04" PRIx32 "-%012" PRIx64,
                        (uint32_t)(h.high64 >> 32), (uint32_t)(h.high64 >> 16) & 0xFFFF, (uint32_t)h.high64 & 0xFFF,
                        ((uint32_t)(h.low64 >> 48) & 0x3FFF) | 0x8000, h.low64 & 0xFFFFFFFFFFFF);
}

/* Who offers it: the first organiser, else the first of those named. */
static const char *organisation_of(const struct view *card)
{
    const struct view_list *list = view_get_list(card, "organisation");
    const char *first = NULL;
    for (size_t i = 0; list && i < list->count; i++) {
        const char *name = view_get_text(list->items[i], "name"), *role = view_get_text(list->items[i], "role");
        if (name && role && strcmp(role, organisation_role_name(ROLE_ORGANISER)) == 0)
            return name;
        first = first ? first : name;
    }
    return first;
}

enum status feed_entry(struct feed *feed, const struct hit *hit, struct feed_entry *entry, struct err *err)
{
    struct page *page = &feed->page;
    struct searcher *searcher = page->api->searcher;
    struct stored stored;
    struct buf path = BUF_INIT;
    size_t len;
    TRY(searcher_record(searcher, hit->row, &feed->data, &stored, err));
    const char *json = stored_section(&stored, (enum stored_section)(STORED_CARD_FI + (int)page->lang), &len);
    const char *whole = arena_printf(page->arena, "{%.*s}", (int)len, json);
    const struct view *card = whole ? view_from_json(page->arena, whole, strlen(whole)) : NULL;
    const char *id = view_get_text(card, "id"), *kind = view_get_text(card, "kind");
    int known = kind ? record_kind_find(kind, strlen(kind)) : -1;
    if (!card || !id || known < 0)
        return err_set(err, STATUS_CORRUPT, "the record of row %" PRIu32 " cannot be read", hit->row);
    api_path_part(id, &path);
    const char *source = view_get_text(card, "source"), *title = view_get_text(card, "title");
    bool told = page->api->service->config->public_url || page->api->service->config->feed_authority;
    const char *what = told ? arena_printf(page->arena, "item/%s", buf_str(&path))
                            : arena_printf(page->arena, "%s\n%s", source ? source : "", id);
    *entry = (struct feed_entry){
        .id = what ? feed_uri(feed, what) : NULL,
        .url = arena_printf(page->arena, "%s/%s/item/%s", feed->origin, record_langs[page->lang], buf_str(&path)),
        .origin_url = view_get_text(card, "originUrl"), .title = title ? title : id,
        .summary = view_get_text(card, "summary"), .organisation = organisation_of(card),
        .kind = page_label(page, VOCAB_KIND, (size_t)known), .lang = view_get_text(card, "lang"),
        .themes = view_get_list(card, "theme"), .start = view_get_text(card, "start"),
        .end = view_get_text(card, "end")};
    buf_release(&path);
    feed_date(searcher_snapshot(searcher)->columns.first_seen[hit->row], entry->seen);
    return entry->id && entry->url && entry->lang ? STATUS_OK : arena_nomem(err);
}
