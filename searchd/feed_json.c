/* A search as a JSON Feed, version 1.1 (https://www.jsonfeed.org/version/1.1/). */
#include "record.h"
#include "searchd/feed.h"
#include "vocab/vocab.h"

static void member(struct buf *out, const char *name, const char *text)
{
    if (!text)
        return;
    buf_addf(out, "%s\"%s\":", out->len && out->data[out->len - 1] == '{' ? "" : ",", name);
    buf_add_json(out, text, strlen(text));
}

static void page_member(const struct feed *feed, const char *name, unsigned number, struct buf *out)
{
    struct buf url = BUF_INIT;
    buf_addf(&url, "%s/feed.json?", feed->origin);
    size_t bare = url.len;
    feed_query(feed, number, &url);
    if (url.len == bare && bare)
        url.data[--url.len] = '\0';
    member(out, name, buf_str(&url));
    buf_release(&url);
}

static void add_author(struct buf *out, const char *name)
{
    buf_adds(out, ",\"authors\":[{");
    member(out, "name", name);
    buf_adds(out, "}]");
}

static void add_tags(const struct feed *feed, const struct feed_entry *entry, struct buf *out)
{
    buf_adds(out, ",\"tags\":[");
    buf_add_json(out, entry->kind, strlen(entry->kind));
    for (size_t i = 0; view_list_text(entry->themes, i); i++) {
        const char *code = view_list_text(entry->themes, i);
        int theme = vocab_find(VOCAB_THEME, code, strlen(code));
        if (theme < 0)
            continue;
        const char *label = page_label(&feed->page, VOCAB_THEME, (size_t)theme);
        buf_addc(out, ',');
        buf_add_json(out, label, strlen(label));
    }
    buf_addc(out, ']');
}

static enum status add_item(struct feed *feed, const struct hit *hit, struct buf *out, struct err *err)
{
    struct feed_entry entry;
    TRY(feed_entry(feed, hit, &entry, err));
    buf_addc(out, '{');
    member(out, "id", entry.id);
    member(out, "url", entry.url);
    member(out, "external_url", entry.origin_url);
    member(out, "title", entry.title);
    member(out, "content_text", entry.summary ? entry.summary : entry.title);
    member(out, "date_published", entry.seen);
    member(out, "date_modified", entry.seen);
    member(out, "language", entry.lang);
    if (entry.organisation)
        add_author(out, entry.organisation);
    add_tags(feed, &entry, out);
    if (entry.start) { /* an extension: its name begins with an underscore */
        buf_adds(out, ",\"_opastin\":{");
        member(out, "start", entry.start);
        member(out, "end", entry.end);
        buf_addc(out, '}');
    }
    buf_addc(out, '}');
    return STATUS_OK;
}

static enum status write_json(struct feed *feed, struct buf *out, struct err *err)
{
    const struct page *page = &feed->page;
    const struct notice *notice = &page->api->service->config->notice;
    const char *home = arena_printf(page->arena, "%s%s", feed->origin, feed_page_url(feed));
    const char *icon = arena_printf(page->arena, "%s/favicon.svg", feed->origin);
    buf_addc(out, '{');
    member(out, "version", "https://jsonfeed.org/version/1.1");
    member(out, "title", feed->name);
    member(out, "description", page_text(page, "feed.about"));
    member(out, "home_page_url", home);
    page_member(feed, "feed_url", feed->request.page, out);
    if (feed->request.page < feed->pages)
        page_member(feed, "next_url", feed->request.page + 1, out);
    member(out, "favicon", icon);
    member(out, "language", record_langs[page->lang]);
    add_author(out, notice->owner ? notice->owner : page_text(page, "name"));
    buf_adds(out, ",\"items\":[");
    for (size_t i = 0; i < feed->answer.hit_count; i++) {
        buf_adds(out, i ? "," : "");
        TRY(add_item(feed, &feed->answer.hits[i], out, err));
    }
    buf_adds(out, "]}\n");
    return STATUS_OK;
}

const struct feed_form feed_json = {"json", FEED_TYPE_JSON, false, write_json};
