/* The read-only interface of Open Referral's HSDS 3.0: services and organizations (docs/hsds.md). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "calendar.h"
#include "search/docset.h"
#include "searchd/api.h"
#include "searchd/hsds_ids.h"
#include "searchd/hsds_write.h"
#include "searchd/keys.h"
#include "searchd/page.h"
#include "searchd/queries.h"
#include "searchd/route.h"

/* What was asked of a list. */
struct listing {
    enum hsds_kind kind;
    unsigned page, per_page;
    const char *search;     /* percent-encoded; NULL */
    int32_t modified_after; /* day; DAY_UNKNOWN */
    bool full;
    const struct hsds_list *list;
    uint64_t total;
    unsigned shown;
};

/* ---- parameters -------------------------------------------------------------------------------------------------- */

static enum status read_parameters(struct listing *l, enum query_kind kind, const char *query, struct arena *arena,
                                   struct request_errors *errors, struct err *err)
{
    struct asked_value values[ASKED_COUNT];
    enum status status = query_read(kind, query, arena, values, errors, err);
    const struct asked_value *full = values[ASKED_FULL].text ? &values[ASKED_FULL] : &values[ASKED_FULL_SERVICE];
    if (status == STATUS_OK && values[ASKED_WORDS].text && values[ASKED_SINCE].text) {
        errors->list[errors->count++] = (struct request_error){
            "modified_after", "not served together with search; ask without one of them"};
        status = STATUS_INVALID;
    }
    TRY(status);
    l->page = (unsigned)values[ASKED_PAGE].number;
    l->per_page = (unsigned)values[ASKED_SIZE].number;
    l->search = values[ASKED_WORDS].text;
    l->modified_after = (int32_t)values[ASKED_SINCE].number;
    if (full->text)
        l->full = strcmp(full->text, "true") == 0 || strcmp(full->text, "1") == 0;
    return STATUS_OK;
}

/* ---- lists ------------------------------------------------------------------------------------------------------- */

static enum status add_row(struct api *api, const struct listing *l, uint32_t row, const struct search_clock *clock,
                           struct buf *data, struct err *err)
{
    struct stored stored;
    size_t len;
    TRY(search_clock_check(clock, err)); /* a hundred whole ones take long */
    TRY(searcher_record(api->searcher, row, data, &stored, err));
    const char *json = stored_section(&stored, STORED_JSON, &len);
    buf_adds(&api->body, l->shown ? "," : "");
    return hsds_write(json, len, l->kind, l->full, &api->body, err);
}

/* All of a kind, in the order of their UUIDs. */
static enum status add_all(struct api *api, struct listing *l, const struct search_clock *clock, struct err *err)
{
    struct docset rows;
    struct buf data = BUF_INIT;
    size_t count;
    const struct hsds_entry *entries = hsds_list_entries(l->list, &count);
    uint64_t first = (uint64_t)(l->page - 1) * l->per_page;
    TRY(searcher_rows(api->searcher, clock, &rows, err));
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct hsds_entry *entry = &entries[i];
        bool late = l->modified_after == DAY_UNKNOWN ||
                    (entry->modified != DAY_UNKNOWN && entry->modified >= l->modified_after);
        if (entry->kind != l->kind || !late || !docset_has(&rows, entry->row))
            continue;
        if (l->total >= first && l->shown < l->per_page) {
            status = add_row(api, l, entry->row, clock, &data, err);
            l->shown++;
        }
        l->total++;
    }
    buf_release(&data);
    return status;
}

/* What a search finds, the best first. */
static enum status add_found(struct api *api, struct listing *l, const struct search_clock *clock, struct err *err)
{
    static const char *const kinds[] = {"kind=activity&kind=event&kind=volunteer", "kind=organisation"};
    struct request request;
    struct request_errors errors = {.count = 0};
    struct answer answer;
    struct buf data = BUF_INIT;
    const char *query = arena_printf(&api->arena, "q=%s&%s&page=%u&per_page=%u&facets=", l->search, kinds[l->kind],
                                     l->page, l->per_page);
    if (!query)
        return arena_nomem(err);
    enum status status = request_parse(&request, query, &api->arena, &errors, err);
    if (status == STATUS_INVALID) {
        err_reset(err);
        return err_set(err, STATUS_INVALID, "search: %s", errors.list[0].detail);
    }
    if (status == STATUS_OK)
        status = search_run(api->searcher, &request, clock, &api->arena, &answer, err);
    for (size_t i = 0; status == STATUS_OK && i < answer.hit_count; i++) {
        status = add_row(api, l, answer.hits[i].row, clock, &data, err);
        l->shown++;
    }
    if (status == STATUS_OK)
        l->total = answer.total;
    buf_release(&data);
    return status;
}

static enum status write_page(struct api *api, struct listing *l, int64_t deadline_us, struct err *err)
{
    const struct search_clock clock = {config_today(api->service->config), deadline_us};
    struct buf contents;
    buf_reset(&api->body);
    TRY(l->search ? add_found(api, l, &clock, err) : add_all(api, l, &clock, err));
    uint64_t pages = (l->total + l->per_page - 1) / l->per_page;
    contents = api->body;
    api->body = api->packed; /* compressing comes later */
    api->packed = contents;
    buf_reset(&api->body);
    buf_addf(&api->body, "{\"total_items\":%" PRIu64 ",\"total_pages\":%" PRIu64 ",\"page_number\":%u,\"size\":%u,"
             "\"first_page\":%s,\"last_page\":%s,\"empty\":%s,\"contents\":[", l->total, pages, l->page, l->shown,
             l->page == 1 ? "true" : "false", l->page >= pages ? "true" : "false", l->shown ? "false" : "true");
    buf_add(&api->body, buf_str(&api->packed), api->packed.len);
    buf_adds(&api->body, "]}");
    return buf_ok(&api->body, err);
}

/* The list of the searcher's generation; one is made within a second or so of its publication. */
static struct hsds_list *current_list(struct api *api)
{
    struct hsds_list *list = api->searcher ? hsds_lists_current(api->service->hsds) : NULL;
    if (list && hsds_list_generation(list) == searcher_snapshot(api->searcher)->number)
        return list;
    hsds_list_release(list);
    return NULL;
}

static enum http_turn not_yet(struct api *api, const struct http_request *request, struct http_reply *reply)
{
    return api_problem(api, request, reply, 503, PROBLEM_UNAVAILABLE,
                       "the list of this index is being made; try again in a moment", NULL);
}

static void make_tag(struct api *api, const char *what, const char *more, char tag[API_TAG_BYTES])
{
    XXH64_hash_t hash = XXH3_64bits_withSeed(what, strlen(what), API_FORM);
    hash = XXH3_64bits_withSeed(more ? more : "", more ? strlen(more) : 0, hash + searcher_guide_hash(api->searcher));
    if (api->key)
        hash = XXH3_64bits_withSeed(api->key->filter, strlen(api->key->filter), hash + 1);
    snprintf(tag, API_TAG_BYTES, "%" PRIu32 "-%" PRId32 "-%016" PRIx64 "-hsds",
             searcher_snapshot(api->searcher)->number, config_today(api->service->config), (uint64_t)hash);
}

static enum http_turn answer_list(struct api *api, struct http_request *request, enum hsds_kind kind,
                                  struct http_reply *reply)
{
    struct listing l = {.kind = kind};
    struct request_errors errors;
    struct err err = {0};
    char tag[API_TAG_BYTES];
    if (!api->searcher)
        return api_not_ready(api, request, reply);
    enum status status = read_parameters(&l, QUERY_HSDS_LIST, request->query, &api->arena, &errors, &err);
    if (status == STATUS_INVALID)
        return api_invalid(api, request, reply, &errors);
    if (status != STATUS_OK)
        return api_fail(api, request, reply, status, &err);
    make_tag(api, request->path, request->query, tag);
    if (!api_any(request) && api_unchanged(request, tag, PAGE_CACHE, reply))
        return HTTP_ANSWERED;
    reply->header_count = 0;
    if (!request->in_turn)
        return HTTP_LATER;
    struct hsds_list *list = current_list(api);
    if (!list)
        return not_yet(api, request, reply);
    l.list = list;
    status = write_page(api, &l, request->arrived_us + api->service->config->search_timeout_ms * 1000, &err);
    hsds_list_release(list);
    if (status != STATUS_OK)
        return api_fail(api, request, reply, status, &err);
    if (!api_unchanged(request, tag, PAGE_CACHE, reply))
        api_body(api, reply, 200, ROUTE_JSON, PAGE_CACHE);
    return HTTP_ANSWERED;
}

/* ---- single objects ---------------------------------------------------------------------------------------------- */

static enum status write_one(struct api *api, const struct listing *l, const struct hsds_entry *entry, struct err *err)
{
    struct docset rows;
    struct buf data = BUF_INIT;
    const struct search_clock clock = {.today = config_today(api->service->config)};
    TRY(searcher_rows(api->searcher, &clock, &rows, err));
    if (!docset_has(&rows, entry->row))
        return err_set(err, STATUS_NOTFOUND, "nothing has this id, or nothing that is shown today");
    buf_reset(&api->body);
    enum status status = add_row(api, l, entry->row, &clock, &data, err);
    buf_release(&data);
    return status;
}

static enum http_turn answer_one(struct api *api, struct http_request *request, enum hsds_kind kind, const char *id,
                                 struct http_reply *reply)
{
    struct listing l = {.kind = kind, .full = true};
    struct request_errors errors;
    struct err err = {0};
    char tag[API_TAG_BYTES];
    if (!api->searcher)
        return api_not_ready(api, request, reply);
    enum status status = read_parameters(&l, QUERY_HSDS_ONE, request->query, &api->arena, &errors, &err);
    if (status == STATUS_INVALID)
        return api_invalid(api, request, reply, &errors);
    if (status != STATUS_OK)
        return api_fail(api, request, reply, status, &err);
    struct hsds_list *list = current_list(api);
    if (!list)
        return not_yet(api, request, reply);
    const struct hsds_entry *entry = hsds_list_find(list, kind, id);
    status = entry ? write_one(api, &l, entry, &err)
                   : err_set(&err, STATUS_NOTFOUND, "nothing has this id; ids are UUIDs, as in the lists");
    hsds_list_release(list);
    if (status != STATUS_OK)
        return api_fail(api, request, reply, status, &err);
    make_tag(api, request->path, request->query, tag);
    if (!api_unchanged(request, tag, PAGE_CACHE, reply))
        api_body(api, reply, 200, ROUTE_JSON, PAGE_CACHE);
    return HTTP_ANSWERED;
}

/* ---- paths ------------------------------------------------------------------------------------------------------- */

enum http_turn api_hsds(struct api *api, struct http_request *request, const char *argument, struct http_reply *reply)
{
    (void)argument;
    if (api_has_query(api, request, reply))
        return HTTP_ANSWERED;
    buf_reset(&api->body);
    buf_adds(&api->body, "{\"version\":\"3.0\",\"profile\":\"https://docs.openreferral.org/en/3.0/hsds/\","
                         "\"openapi_url\":\"https://raw.githubusercontent.com/openreferral/specification/3.0/schema/"
                         "openapi.json\"}");
    return api_made(api, request, reply, ROUTE_JSON, PAGE_CACHE);
}

enum http_turn api_hsds_services(struct api *api, struct http_request *request, const char *argument,
                                 struct http_reply *reply)
{
    (void)argument;
    return answer_list(api, request, HSDS_SERVICE, reply);
}

enum http_turn api_hsds_service(struct api *api, struct http_request *request, const char *argument,
                                struct http_reply *reply)
{
    return answer_one(api, request, HSDS_SERVICE, argument, reply);
}

enum http_turn api_hsds_organizations(struct api *api, struct http_request *request, const char *argument,
                                      struct http_reply *reply)
{
    (void)argument;
    return answer_list(api, request, HSDS_ORGANIZATION, reply);
}

enum http_turn api_hsds_organization(struct api *api, struct http_request *request, const char *argument,
                                     struct http_reply *reply)
{
    return answer_one(api, request, HSDS_ORGANIZATION, argument, reply);
}
