#include "searchd/access.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/log.h"
#include "calendar.h"
#include "searchd/api.h"
#include "searchd/keys.h"

enum status access_open(struct access *access, const struct config *config, struct err *err)
{
    *access = (struct access){.forwarded = config->client_header && strcmp(config->client_header, "forwarded") == 0,
                              .require_key = config->require_key};
    access->rate.each_us = config->rate ? 1000000 / config->rate : 0;
    access->rate.burst = config->rate_burst;
    if (getrandom(&access->hash_key, sizeof access->hash_key, 0) != sizeof access->hash_key)
        return err_set_errno(err, STATUS_IO, "no random numbers from the system");
    TRY(client_proxies_parse(&access->trusted, config->trusted_proxies, err));
    TRY(buckets_new(&access->buckets, err));
    return config->keys ? keys_open(&access->keys, config->keys, err) : STATUS_OK;
}

void access_close(struct access *access)
{
    buckets_free(access->buckets);
    keys_free(access->keys);
}

/* ---- who ------------------------------------------------------------------------------------------------------- */

/* A proxy that nobody named makes one client of all: that must not stay unseen. */
static void tell_unknown_proxy(struct access *access, const struct http_request *request)
{
    static const uint8_t loopback[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127};
    static const struct client six = {{[15] = 1}};
    bool here = memcmp(request->peer.bytes, loopback, sizeof loopback) == 0 ||
                memcmp(request->peer.bytes, six.bytes, sizeof six.bytes) == 0;
    if (!here || client_trusted(&access->trusted, &request->peer) ||
        (!request->forwarded_for.count && !request->forwarded.count) || atomic_exchange(&access->told, true))
        return;
    log_line(LOG_WARNING, "event", "unknown-proxy", "message", "a proxy on this machine tells addresses of clients, "
             "and is not believed: all its clients share one limit; name it with --trusted-proxies", NULL);
}

static uint64_t find_sender(struct access *access, struct http_request *request)
{
    struct client client;
    tell_unknown_proxy(access, request);
    client_behind(&access->trusted, &request->peer, access->forwarded ? &request->forwarded : &request->forwarded_for,
                  access->forwarded, &client);
    uint64_t group = client_group(&client, access->hash_key);
    request->sender = (uint32_t)group;
    return group;
}

/* ---- with which key -------------------------------------------------------------------------------------------- */

static bool refuse(struct api *api, const struct http_request *request, struct http_reply *reply, int status,
                   const char *detail)
{
    stat_add(&api->stats->events[STAT_KEYS_REFUSED], 1);
    api_problem(api, request, reply, status, status == 401 ? PROBLEM_KEY : PROBLEM_FORBIDDEN, detail, NULL);
    if (status == 401)
        http_reply_header(reply, "WWW-Authenticate", "Bearer realm=\"opastin\"");
    return false;
}

static bool from_allowed_origin(const struct key *key, const char *origin)
{
    for (size_t i = 0; i < key->origin_count; i++)
        if (strcasecmp(key->origins[i], origin) == 0)
            return true;
    return key->origin_count == 0;
}

bool access_is_api(const char *path)
{
    return strncmp(path, "/api/", 5) == 0 || strncmp(path, "/hsds/", 6) == 0;
}

static bool find_key(struct api *api, const struct http_request *request, struct http_reply *reply)
{
    static const char description[] = "/api/v1/openapi.json";
    const struct access *access = api->service->access;
    const char *sent = request->authorization;
    bool bearer = strncasecmp(sent, "Bearer", 6) == 0 && (sent[6] == ' ' || !sent[6]);
    if (!access->keys || !access_is_api(request->path) || request->method == HTTP_OPTIONS)
        return true;
    if (!bearer)
        return !access->require_key || strcmp(request->path, description) == 0 ||
               refuse(api, request, reply, 401,
                      "this service asks for a key: send the header Authorization: Bearer KEY");
    api->key_set = keys_hold(access->keys);
    const struct key *key = key_set_find(api->key_set, sent + 6 + strspn(sent + 6, " "));
    if (!key)
        return refuse(api, request, reply, 401, "no key like this is known here; was it copied whole, or withdrawn?");
    if (key->expires != DAY_UNKNOWN && config_today(api->service->config) > key->expires) {
        char day[CALENDAR_DATE_BYTES], detail[64];
        day_format(key->expires, day);
        snprintf(detail, sizeof detail, "the key was valid until %s", day);
        return refuse(api, request, reply, 401, detail);
    }
    if (!from_allowed_origin(key, request->origin))
        return refuse(api, request, reply, 403, *request->origin
                          ? "the key is not for pages of this origin; whoever gave it can add the origin"
                          : "the key is for pages of certain origins, and no Origin header was sent");
    api->key = key;
    return true;
}

/* ---- how often -------------------------------------------------------------------------------------------------- */

static int64_t seconds(int64_t us)
{
    return (us + 999999) / 1000000;
}

static bool charge(struct api *api, struct http_request *request, uint64_t sender, struct http_reply *reply)
{
    struct access *access = api->service->access;
    const struct key *key = api->key && api->key->limited ? api->key : NULL;
    const struct bucket_rate *rate = key ? &key->rate : &access->rate;
    if (!rate->each_us)
        return true;
    if (key) {
        uint64_t id;
        memcpy(&id, key->id, sizeof id);
        sender = (sender ^ id) * 0x9E3779B97F4A7C15u;
        sender ^= sender >> 32;
    }
    struct bucket_state state = buckets_take(access->buckets, sender, rate, http_now_us());
    request->metered = true;
    request->tokens_left = state.left;
    request->tokens_s = seconds(state.taken ? state.full_us : state.wait_us);
    if (state.taken)
        return true;
    stat_add(&api->stats->events[STAT_RATE_LIMITED], 1);
    api_problem(api, request, reply, 429, PROBLEM_RATE, key
                    ? "more was asked with this key from your address than it allows; Retry-After says when to go on"
                    : "more was asked from your address than one may ask; Retry-After says when to go on", NULL);
    snprintf(reply->text[1], sizeof reply->text[1], "%" PRId64, request->tokens_s);
    http_reply_header(reply, "Retry-After", reply->text[1]);
    return false;
}

bool access_enter(struct api *api, struct http_request *request, bool free_of_charge, struct http_reply *reply)
{
    bool first = !request->in_turn && !request->shed;
    uint64_t sender = find_sender(api->service->access, request);
    if (request->refusal.status || free_of_charge)
        return true;
    if (!find_key(api, request, reply) || (first && !charge(api, request, sender, reply)))
        return false;
    if (api->key && *api->key->filter && api->searcher)
        searcher_scope(api->searcher, &api->key->scope);
    return true;
}

/* The limits as of draft-ietf-httpapi-ratelimit-headers-10. */
static void tell_limits(struct api *api, const struct http_request *request, struct http_reply *reply)
{
    const struct key *key = api->key && api->key->limited ? api->key : NULL;
    const struct bucket_rate *rate = key ? &key->rate : &api->service->access->rate;
    const char *meter = key ? "key" : "address";
    if (!request->metered || !rate->each_us)
        return;
    snprintf(api->policy, sizeof api->policy, "\"%s\";q=%" PRId64 ";w=%" PRId64, meter, rate->burst,
             seconds(rate->burst * rate->each_us));
    snprintf(api->left, sizeof api->left, "\"%s\";r=%" PRId64 ";t=%" PRId64, meter, request->tokens_left,
             request->tokens_s);
    http_reply_header(reply, "RateLimit-Policy", api->policy);
    http_reply_header(reply, "RateLimit", api->left);
}

/* What was answered to a key is no answer for others, so no shared cache may keep it. */
static void keep_private(struct http_reply *reply)
{
    for (size_t i = 0; i < reply->header_count; i++)
        if (strcmp(reply->headers[i].name, "Cache-Control") == 0 && strncmp(reply->headers[i].value, "public", 6) == 0)
            reply->headers[i].value = "private, max-age=60";
}

void access_leave(struct api *api, const struct http_request *request, struct http_reply *reply)
{
    if (reply)
        tell_limits(api, request, reply);
    if (reply && api->key)
        keep_private(reply);
    if (reply && api->service->access->keys && access_is_api(request->path))
        http_reply_header(reply, "Vary", "Accept-Encoding, Authorization");
    if (api->searcher)
        searcher_scope(api->searcher, NULL);
    key_set_release(api->key_set);
    api->key_set = NULL;
    api->key = NULL;
}
