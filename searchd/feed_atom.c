/* A search as an Atom feed: RFC 4287, its pages by RFC 5005, their counts as OpenSearch tells them. */
#include "record.h"
#include "searchd/feed.h"
#include "searchd/markup.h"
#include "vocab/vocab.h"

#define ATOM_TYPE "application/atom+xml"

static void element(struct buf *out, const char *name, const char *text)
{
    buf_addf(out, "<%s>", name);
    markup_xml(out, text);
    buf_addf(out, "</%s>\n", name);
}

/* In another language than the feed: it says so. */
static void text_element(const struct feed *feed, const char *name, const char *text, const char *lang,
                         struct buf *out)
{
    if (!text)
        return;
    buf_addf(out, "<%s", name);
    if (strcmp(lang, record_langs[feed->page.lang]) != 0)
        buf_addf(out, " xml:lang=\"%s\"", lang);
    buf_addc(out, '>');
    markup_xml(out, text);
    buf_addf(out, "</%s>\n", name);
}

static void link_element(struct buf *out, const char *rel, const char *type, const char *origin, const char *path,
                         const char *query)
{
    buf_addf(out, "<link rel=\"%s\" type=\"%s\" href=\"", rel, type);
    markup_xml(out, origin);
    markup_xml(out, path);
    markup_xml(out, *query ? "?" : "");
    markup_xml(out, query);
    buf_adds(out, "\"/>\n");
}

static void page_link(const struct feed *feed, const char *rel, unsigned number, struct buf *out)
{
    struct buf query = BUF_INIT;
    feed_query(feed, number, &query);
    link_element(out, rel, ATOM_TYPE, feed->origin, "/feed.atom", buf_str(&query));
    buf_release(&query);
}

static void add_links(const struct feed *feed, struct buf *out)
{
    unsigned now = feed->request.page;
    page_link(feed, "self", now, out);
    link_element(out, "alternate", "text/html", feed->origin, feed_page_url(feed), "");
    if (feed->pages < 2 && now == 1)
        return;
    page_link(feed, "first", 1, out);
    if (now > 1)
        page_link(feed, "previous", now - 1 < feed->pages ? now - 1 : feed->pages, out);
    if (now < feed->pages)
        page_link(feed, "next", now + 1, out);
    page_link(feed, "last", feed->pages, out);
}

static void add_category(struct buf *out, const char *label)
{
    buf_adds(out, "<category term=\"");
    markup_xml(out, label);
    buf_adds(out, "\"/>\n");
}

static enum status add_entry(struct feed *feed, const struct hit *hit, struct buf *out, struct err *err)
{
    struct feed_entry entry;
    TRY(feed_entry(feed, hit, &entry, err));
    buf_adds(out, "<entry>\n");
    element(out, "id", entry.id);
    text_element(feed, "title", entry.title, entry.lang, out);
    link_element(out, "alternate", "text/html", entry.url, "", "");
    if (entry.origin_url)
        link_element(out, "via", "text/html", entry.origin_url, "", "");
    element(out, "published", entry.seen);
    element(out, "updated", entry.seen);
    if (entry.organisation) {
        buf_adds(out, "<author>");
        text_element(feed, "name", entry.organisation, entry.lang, out);
        buf_adds(out, "</author>\n");
    }
    add_category(out, entry.kind);
    for (size_t i = 0; view_list_text(entry.themes, i); i++) {
        const char *code = view_list_text(entry.themes, i);
        int theme = vocab_find(VOCAB_THEME, code, strlen(code));
        if (theme >= 0)
            add_category(out, page_label(&feed->page, VOCAB_THEME, (size_t)theme));
    }
    text_element(feed, "summary", entry.summary, entry.lang, out);
    buf_adds(out, "</entry>\n");
    return STATUS_OK;
}

static enum status write_atom(struct feed *feed, struct buf *out, struct err *err)
{
    const struct page *page = &feed->page;
    const struct notice *notice = &page->api->service->config->notice;
    char updated[FEED_DATE_BYTES];
    struct buf what = BUF_INIT;
    buf_adds(&what, "feed?");
    feed_query(feed, 0, &what);
    const char *id = feed_uri(feed, buf_str(&what));
    buf_release(&what);
    if (!id)
        return arena_nomem(err);
    feed_date(feed_updated(feed), updated);
    buf_addf(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\""
                  " xmlns:os=\"http://a9.com/-/spec/opensearch/1.1/\" xml:lang=\"%s\">\n", record_langs[page->lang]);
    element(out, "id", id);
    element(out, "title", feed->name);
    element(out, "subtitle", page_text(page, "feed.about"));
    element(out, "updated", updated);
    buf_adds(out, "<author>");
    element(out, "name", notice->owner ? notice->owner : page_text(page, "name"));
    buf_adds(out, "</author>\n");
    element(out, "generator", "Opastin");
    add_links(feed, out);
    buf_addf(out, "<os:totalResults>%llu</os:totalResults>\n<os:startIndex>%llu</os:startIndex>\n"
                  "<os:itemsPerPage>%u</os:itemsPerPage>\n", (unsigned long long)feed->answer.total,
             (unsigned long long)feed->answer.before + 1, feed->request.per_page);
    for (size_t i = 0; i < feed->answer.hit_count; i++)
        TRY(add_entry(feed, &feed->answer.hits[i], out, err));
    buf_adds(out, "</feed>\n");
    return STATUS_OK;
}

const struct feed_form feed_atom = {"atom", FEED_TYPE_ATOM, false, write_atom};
