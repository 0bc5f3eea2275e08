#include "searchd/opensearch.h"

#include <stdio.h>
#include <string.h>

#include "record.h"
#include "search/suggest.h"
#include "searchd/markup.h"
#include "searchd/page.h"
#include "searchd/queries.h"

/* ---- the description ----------------------------------------------------------------------------------------- */

static void add_url(struct buf *out, const char *rel, const char *type, const char *origin, const char *path)
{
    buf_addf(out, "<Url%s%s%s type=\"%s\" template=\"", rel ? " rel=\"" : "", rel ? rel : "", rel ? "\"" : "", type);
    markup_xml(out, origin);
    markup_xml(out, path);
    buf_adds(out, "\"/>\n");
}

static void add_text(struct buf *out, const char *name, const char *text)
{
    buf_addf(out, "<%s>", name);
    markup_xml(out, text);
    buf_addf(out, "</%s>\n", name);
}

static void write_description(const struct page *page, const char *origin, struct buf *out)
{
    const char *lang = record_langs[page->lang];
    char path[96];
    buf_adds(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                  "<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n");
    add_text(out, "ShortName", page_text(page, "name"));
    add_text(out, "LongName", page_text(page, "tagline"));
    add_text(out, "Description", page_text(page, "opensearch.description"));
    snprintf(path, sizeof path, "/%s/search?q={searchTerms}", lang);
    add_url(out, NULL, "text/html", origin, path);
    snprintf(path, sizeof path, "/opensearch/suggest?q={searchTerms}&lang=%s", lang);
    add_url(out, "suggestions", "application/x-suggestions+json", origin, path);
    snprintf(path, sizeof path, "/feed.atom?q={searchTerms}&page={startPage?}&lang=%s", lang);
    add_url(out, NULL, "application/atom+xml", origin, path);
    snprintf(path, sizeof path, "/opensearch.xml?lang=%s", lang);
    add_url(out, "self", "application/opensearchdescription+xml", origin, path);
    buf_adds(out, "<Image type=\"image/svg+xml\">");
    markup_xml(out, origin);
    buf_adds(out, "/favicon.svg</Image>\n");
    add_text(out, "Language", lang);
    add_text(out, "InputEncoding", "UTF-8");
    add_text(out, "OutputEncoding", "UTF-8");
    buf_adds(out, "</OpenSearchDescription>\n");
}

enum http_turn api_opensearch(struct api *api, struct http_request *http, const char *argument,
                              struct http_reply *reply)
{
    struct page page = {.api = api, .http = http, .arena = &api->arena,
                        .strings = assets_strings(api->service->assets)};
    struct asked_value values[ASKED_COUNT];
    struct request_errors errors;
    struct err err = {0};
    (void)argument;
    enum status status = query_read(QUERY_LANG, http->query, &api->arena, values, &errors, &err);
    if (status == STATUS_INVALID)
        return api_invalid(api, http, reply, &errors);
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    page.lang = (enum ui_lang)values[ASKED_LANG].number;
    const char *origin = page_origin(&page);
    if (!*origin)
        return api_problem(api, http, reply, 400, problem_code(400),
                           "addresses in this answer are whole: send a Host header", NULL);
    buf_reset(&api->body);
    write_description(&page, origin, &api->body);
    http_reply_header(reply, "Content-Language", record_langs[page.lang]);
    return api_made(api, http, reply, OPENSEARCH_TYPE, OPENSEARCH_CACHE);
}

/* ---- suggestions --------------------------------------------------------------------------------------------- */

/* What is offered: the text of each, once. */
struct offer {
    const struct suggestion *list[SUGGEST_GROUPS * SUGGEST_EACH];
    const char *texts[SUGGEST_GROUPS * SUGGEST_EACH];
    size_t count;
};

static enum status add_offer(const struct page *page, const struct suggestion *s, struct offer *offer, struct err *err)
{
    /* A filter is typed by its name, behind the words that stay. */
    const char *text = s->facet < 0 ? s->text
                                    : arena_printf(page->arena, "%s%s%s", s->text, *s->text ? " " : "", s->label);
    if (!text)
        return arena_nomem(err);
    for (size_t i = 0; i < offer->count; i++)
        if (strcmp(offer->texts[i], text) == 0)
            return STATUS_OK;
    offer->list[offer->count] = s;
    offer->texts[offer->count++] = text;
    return STATUS_OK;
}

/* ["what was typed", ["how it may go on", …], ["12 toimintaa", …], ["https://…", …]] */
static enum status write_suggestions(const struct page *page, const char *origin, const struct request *request,
                                     const struct suggestions *suggestions, struct buf *out, struct err *err)
{
    enum { TEXTS, COUNTS, URLS, COLUMNS };
    struct offer offer = {.count = 0};
    for (int g = 0; g < SUGGEST_GROUPS; g++)
        for (size_t i = 0; i < suggestions->count[g]; i++)
            TRY(add_offer(page, &suggestions->list[g][i], &offer, err));
    buf_addc(out, '[');
    buf_add_json(out, request->q, request->q_len);
    for (int column = 0; column < COLUMNS; column++) {
        buf_adds(out, ",[");
        for (size_t i = 0; i < offer.count; i++) {
            const struct suggestion *s = offer.list[i];
            const char *text = column == TEXTS ? offer.texts[i] : page_count(page, "hits", s->total);
            if (column == URLS)
                text = arena_printf(page->arena, "%s%s", origin, page_search_url(page, &s->request, false));
            if (!text)
                return arena_nomem(err);
            buf_adds(out, i ? "," : "");
            buf_add_json(out, text, strlen(text));
        }
        buf_addc(out, ']');
    }
    buf_addc(out, ']');
    return buf_ok(out, err);
}

static enum status answer_suggest(struct api *api, const struct api_asked *asked, const struct request *request,
                                  const struct search_clock *clock, struct err *err)
{
    struct page page = {.api = api, .arena = &api->arena, .lang = request->lang,
                        .strings = assets_strings(api->service->assets)};
    struct suggestions suggestions;
    TRY(search_clock_check(clock, err));
    TRY(suggest_run(api->searcher, api->service->topics, request, clock, &api->arena, &suggestions, err));
    return write_suggestions(&page, asked->argument, request, &suggestions, &api->body, err);
}

enum http_turn api_opensearch_suggest(struct api *api, struct http_request *http, const char *argument,
                                      struct http_reply *reply)
{
    struct page page = {.api = api, .http = http, .arena = &api->arena};
    (void)argument;
    /* The addresses in the answer are part of what is asked. */
    struct api_asked asked = {"-opensearch", page_origin(&page), http->query, answer_suggest, OPENSEARCH_SUGGEST_TYPE};
    return api_ask(api, http, &asked, reply);
}
