/* What takes place of a search, as one calendar to subscribe to. */
#include "record.h"
#include "searchd/feed.h"
#include "searchd/ics.h"
#include "stored.h"

static enum status add_record(struct feed *feed, const struct hit *hit, struct arena *arena, struct buf *out,
                              struct err *err)
{
    const struct page *page = &feed->page;
    struct searcher *searcher = page->api->searcher;
    struct stored stored;
    struct buf path = BUF_INIT;
    char id[STORED_ID_BYTES + 1];
    size_t len;
    const struct columns *columns = &searcher_snapshot(searcher)->columns;
    const char *text = columns_id(columns, hit->row, &len);
    len = len < STORED_ID_BYTES ? len : STORED_ID_BYTES;
    memcpy(id, text, len);
    id[len] = '\0';
    api_path_part(id, &path);
    const char *url = arena_printf(arena, "%s/%s/item/%s", feed->origin, record_langs[page->lang], buf_str(&path));
    buf_release(&path);
    /* The day of a record that tells none is that of its coming, which stays. */
    struct ics_options options = {.lang = page->lang, .today_day = page->today, .url = url,
                                  .generated_day = (int32_t)(columns->first_seen[hit->row] / 86400)};
    TRY(searcher_record(searcher, hit->row, &feed->data, &stored, err));
    return ics_add_stored(&stored, &options, arena, out, err);
}

static enum status write_calendar(struct feed *feed, struct buf *out, struct err *err)
{
    struct arena arena = ARENA_INIT;
    enum status status = ics_begin(feed->name, out, err);
    for (size_t i = 0; i < feed->answer.hit_count && status == STATUS_OK; i++) {
        struct err none = {0};
        if (feed->answer.hits[i].next_day == DAY_UNKNOWN)
            break; /* they stand last */
        arena_reset(&arena);
        status = add_record(feed, &feed->answer.hits[i], &arena, out, &none);
        if (status == STATUS_NOTFOUND)
            status = STATUS_OK;
        else if (status != STATUS_OK)
            *err = none;
    }
    arena_release(&arena);
    TRY(status);
    return ics_end(out, err);
}

const struct feed_form feed_calendar = {"calendar", ICS_CONTENT_TYPE, true, write_calendar};
