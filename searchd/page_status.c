/* The status page: what serves, how old it is, how the last run of each source ended. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "searchd/last_run.h"
#include "searchd/live.h"
#include "searchd/page.h"

/* "21.11.2026 klo 4.30" in Finnish time. */
static const char *moment_text(const struct page *page, int64_t instant)
{
    struct moment moment = moment_from_instant(instant);
    const char *text = arena_printf(page->arena, "%s %s", page_date(page, moment.day),
                                    page_times(page, moment.minute, -2));
    return text ? text : "";
}

/* Of "verdict." and the like: a name that the catalogue does not know is shown as it is. */
static const char *named(const struct page *page, const char *group, const char *name)
{
    char key[64];
    snprintf(key, sizeof key, "%s.%.40s", group, name);
    const char *text = strings_find(page->strings, page->lang, key, strlen(key));
    return text ? text : name;
}

static void add_number(const struct page *page, struct view *view, const char *key, uint64_t n)
{
    char number[STRINGS_NUMBER_BYTES];
    view_copy(view, key, number, strings_number(page->lang, n, number));
}

static void add_source(const struct page *page, const struct last_run_source *source)
{
    struct view *view = view_item(page->view, "sources");
    view_text(view, "source_name", source->name);
    view_text(view, "owner", source->owner);
    view_text(view, "licence", source->licence);
    view_text(view, "verdict", named(page, "taken", source->verdict));
    view_flag(view, "stopped", source->guard_count > 0);
    add_number(page, view, "records", source->records);
    add_number(page, view, "rejected", source->rejected);
    for (size_t g = 0; g < source->guard_count; g++)
        view_item_text(view, "guards", named(page, "guard", source->guards[g]));
    if (source->files_modified) {
        int32_t day = moment_from_instant(source->files_modified).day, days = page->today - day;
        view_text(view, "date", page_date(page, day));
        view_text(view, "age", page_count(page, days > 0 ? "days_ago" : "days_ago.none",
                                          days > 0 ? (uint64_t)days : 0));
    }
}

/* Without a told run: the sources as the generation itself lists them. */
static void add_manifest_sources(const struct page *page, const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->source_count; i++) {
        struct view *view = view_item(page->view, "sources");
        view_text(view, "source_name", manifest->sources[i].name);
        add_number(page, view, "records", manifest->sources[i].records);
        add_number(page, view, "rejected", manifest->sources[i].rejected);
    }
}

static void fill(struct page *page, const struct last_run *run)
{
    struct live_state state;
    const struct snapshot *snapshot = searcher_snapshot(page->api->searcher);
    live_state(page->api->service->index, &state);
    view_format(page->view, "title", "%s – %s", page_text(page, "foot.status"), page_text(page, "name"));
    view_format(page->view, "generation", "%" PRIu32, snapshot->number);
    view_text(page->view, "created", moment_text(page, snapshot->manifest.created));
    add_number(page, page->view, "records", snapshot->columns.count);
    if (state.failed)
        view_text(page->view, "failed", page_count(page, "status.failed", state.failed_generation));
    if (!run) {
        view_flag(page->view, "untold", true);
        add_manifest_sources(page, &snapshot->manifest);
        return;
    }
    struct view *told = view_object(page->view, "run");
    int32_t days = page->today - moment_from_instant(run->ended).day;
    view_text(told, "verdict", named(page, "verdict", run->verdict));
    if (run->ended) {
        view_text(told, "ended", moment_text(page, run->ended));
        view_flag(told, "stale", days > PAGE_STALE_DAYS);
        view_text(told, "age", page_count(page, days > 0 ? "days_ago" : "days_ago.none",
                                          days > 0 ? (uint64_t)days : 0));
    }
    for (size_t i = 0; i < run->source_count; i++)
        add_source(page, &run->sources[i]);
}

enum http_turn page_status(struct api *api, struct http_request *http, const char *argument,
                           struct http_reply *reply)
{
    struct page page;
    struct err err = {0};
    (void)argument;
    if (!api->searcher)
        return api_not_ready(api, http, reply);
    enum status status = page_begin(&page, api, http, "/status", NULL, &err);
    if (status != STATUS_OK)
        return api_fail(api, http, reply, status, &err);
    const struct last_run *run = last_run_hold(api->service->last_run);
    fill(&page, run);
    enum http_turn turn = page_answer(&page, TEMPLATE_STATUS, 200, "no-cache", reply);
    last_run_release(run);
    return turn;
}
