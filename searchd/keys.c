#include "searchd/keys.h"

#include <jansson.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/log.h"
#include "calendar.h"
#include "search/parameters.h"

#define KEY_PREFIX "opk_"
#define KEY_DOMAIN "opastin key 1" /* what is hashed is nothing else's hash */

enum { ID_HEX = 2 * KEYS_ID_BYTES, SALT_HEX = 2 * KEYS_SALT_BYTES, HASH_HEX = 2 * KEYS_HASH_BYTES };

struct key_set {
    atomic_uint users;
    struct arena arena;
    struct key *keys;
    size_t count;
};

struct key_set *key_set_hold(struct key_set *set)
{
    atomic_fetch_add(&set->users, 1);
    return set;
}

void key_set_release(struct key_set *set)
{
    if (!set || atomic_fetch_sub(&set->users, 1) != 1)
        return;
    arena_release(&set->arena);
    free(set);
}

static void hash_secret(const uint8_t salt[KEYS_SALT_BYTES], const char *secret, uint8_t hash[KEYS_HASH_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, salt, KEYS_SALT_BYTES, KEYS_HASH_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)KEY_DOMAIN, sizeof KEY_DOMAIN);
    crypto_generichash_update(&state, (const uint8_t *)secret, strlen(secret));
    crypto_generichash_final(&state, hash, KEYS_HASH_BYTES);
}

static bool from_hex(const char *text, size_t digits, uint8_t *bytes)
{
    size_t got = 0;
    const char *end = NULL;
    return strspn(text, "0123456789abcdef") >= digits &&
           sodium_hex2bin(bytes, digits / 2, text, digits, NULL, &got, &end) == 0 && got == digits / 2;
}

const struct key *key_set_find(const struct key_set *set, const char *shown)
{
    uint8_t id[KEYS_ID_BYTES], hash[KEYS_HASH_BYTES];
    const char *secret = shown + strlen(KEY_PREFIX) + ID_HEX;
    if (strncmp(shown, KEY_PREFIX, strlen(KEY_PREFIX)) != 0 || strlen(shown) < strlen(KEY_PREFIX) + ID_HEX + 2 ||
        *secret != '_' || !from_hex(shown + strlen(KEY_PREFIX), ID_HEX, id))
        return NULL;
    for (size_t i = 0; i < set->count; i++) {
        const struct key *key = &set->keys[i];
        if (memcmp(key->id, id, sizeof id) != 0)
            continue;
        hash_secret(key->salt, secret + 1, hash);
        return sodium_memcmp(hash, key->hash, sizeof hash) == 0 ? key : NULL;
    }
    return NULL;
}

/* ---- one line ---------------------------------------------------------------------------------------------------- */

struct reading {
    struct key_set *set;
    struct key *key;
    struct err *err;
};

static enum status wrong(struct reading *r, const char *member, const char *allowed)
{
    return err_set(r->err, STATUS_INVALID, "\"%s\" must be %s", member, allowed);
}

static enum status read_name(struct reading *r, const json_t *value)
{
    const char *name = json_string_value(value);
    size_t len = json_string_length(value);
    if (!name || len == 0 || len > KEYS_NAME_BYTES || strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != len)
        return wrong(r, "name", "1 to 63 characters of a-z 0-9 - _");
    for (size_t i = 0; i < r->set->count; i++)
        if (strcmp(r->set->keys[i].name, name) == 0)
            return err_set(r->err, STATUS_INVALID, "the name \"%s\" is there already", name);
    r->key->name = arena_copy(&r->set->arena, name, len);
    return r->key->name ? STATUS_OK : arena_nomem(r->err);
}

static enum status read_key(struct reading *r, const json_t *value)
{
    const char *text = json_string_value(value);
    if (!text || strlen(text) != ID_HEX + 1 + SALT_HEX + 1 + HASH_HEX || text[ID_HEX] != ':' ||
        text[ID_HEX + 1 + SALT_HEX] != ':' || !from_hex(text, ID_HEX, r->key->id) ||
        !from_hex(text + ID_HEX + 1, SALT_HEX, r->key->salt) ||
        !from_hex(text + ID_HEX + 1 + SALT_HEX + 1, HASH_HEX, r->key->hash))
        return wrong(r, "key", "what opastin-searchd --make-key wrote");
    for (size_t i = 0; i < r->set->count; i++)
        if (memcmp(r->set->keys[i].id, r->key->id, KEYS_ID_BYTES) == 0)
            return err_set(r->err, STATUS_INVALID, "this \"key\" is there already, as \"%s\"", r->set->keys[i].name);
    return STATUS_OK;
}

static bool is_filter(const char *name, size_t len)
{
    static const char *const beside[] = {"radius", "include_unknown"};
    for (size_t i = 0; i < parameter_count; i++)
        if (parameters[i].facet >= 0 && strlen(parameters[i].name) == len &&
            memcmp(parameters[i].name, name, len) == 0)
            return true;
    for (size_t i = 0; i < 2; i++)
        if (strlen(beside[i]) == len && memcmp(beside[i], name, len) == 0)
            return true;
    return false;
}

/* All that it names keeps something out. */
static bool bounds(const struct request *scope, const char *filter)
{
    bool any = scope->weekdays || scope->times || scope->age >= 0 || scope->radius_km > 0;
    for (int f = 0; f < FACET_LISTED; f++)
        any |= scope->selected_count[f] > 0;
    for (const char *at = filter; *at; at += strcspn(at, "&"), at += *at == '&')
        if (at[strcspn(at, "=&")] != '=' || strchr("&", at[strcspn(at, "=&") + 1]))
            return false;
    return any && (scope->near < 0 || scope->radius_km > 0);
}

static enum status read_filter(struct reading *r, const json_t *value)
{
    struct request_errors errors;
    const char *text = json_string_value(value);
    if (!text || !*text)
        return wrong(r, "filter", "the filters of a search's address, like \"area=491&theme=liikunta\"");
    for (const char *at = text; *at; at += strcspn(at, "&"), at += *at == '&')
        if (!is_filter(at, strcspn(at, "=&")))
            return err_set(r->err, STATUS_INVALID, "\"filter\": \"%.*s\" is no filter", (int)strcspn(at, "=&"), at);
    r->key->filter = arena_copy(&r->set->arena, text, strlen(text));
    if (!r->key->filter)
        return arena_nomem(r->err);
    enum status status = request_parse(&r->key->scope, r->key->filter, &r->set->arena, &errors, r->err);
    if (status == STATUS_INVALID) {
        err_reset(r->err);
        return err_set(r->err, STATUS_INVALID, "\"filter\": %s: %s", errors.list[0].parameter, errors.list[0].detail);
    }
    if (status == STATUS_OK && !bounds(&r->key->scope, r->key->filter)) /* it would let everything through */
        return err_set(r->err, STATUS_INVALID, "\"filter\": each filter needs a value, and near a radius");
    return status;
}

static enum status read_origins(struct reading *r, const json_t *value)
{
    static const char allowed[] = "a list of at most 20 origins like \"https://www.example.org\", without a path";
    if (!json_is_array(value) || json_array_size(value) == 0 || json_array_size(value) > KEYS_ORIGINS)
        return wrong(r, "origins", allowed);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *text = json_string_value(json_array_get(value, i));
        const char *host = !text ? NULL : strncmp(text, "https://", 8) == 0 ? text + 8
                           : strncmp(text, "http://", 7) == 0 ? text + 7 : NULL;
        if (!host || !*host || host[strcspn(host, "/?#@ *\"")])
            return wrong(r, "origins", allowed);
        r->key->origins[i] = arena_copy(&r->set->arena, text, strlen(text));
        if (!r->key->origins[i])
            return arena_nomem(r->err);
        r->key->origin_count++;
    }
    return STATUS_OK;
}

static enum status read_expires(struct reading *r, const json_t *value)
{
    const char *text = json_string_value(value);
    return text && day_parse(text, strlen(text), &r->key->expires) ? STATUS_OK
                                                                   : wrong(r, "expires", "a day, YYYY-MM-DD");
}

static enum status read_rate(struct reading *r, const json_t *value)
{
    double rate = json_number_value(value);
    if (!json_is_number(value) || !(rate >= 0.001 && rate <= KEYS_RATE_MOST))
        return wrong(r, "rate", "requests a second, 0.001 to 100000");
    r->key->rate.each_us = (int64_t)(1e6 / rate + 0.5);
    r->key->limited = true;
    return STATUS_OK;
}

static enum status read_burst(struct reading *r, const json_t *value)
{
    if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > KEYS_BURST_MOST)
        return wrong(r, "burst", "a whole number of requests, 1 to 1000000");
    r->key->rate.burst = (int64_t)json_integer_value(value);
    return STATUS_OK;
}

static const struct {
    const char *name;
    enum status (*read)(struct reading *r, const json_t *value);
} members[] = {{"name", read_name},       {"key", read_key},         {"filter", read_filter}, {"origins", read_origins},
               {"expires", read_expires}, {"rate", read_rate},       {"burst", read_burst}};
enum { MEMBERS = sizeof members / sizeof *members };

static enum status read_object(struct reading *r, json_t *object)
{
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) {
        size_t m = 0;
        while (m < MEMBERS && strcmp(members[m].name, name) != 0)
            m++;
        if (m == MEMBERS)
            return err_set(r->err, STATUS_INVALID,
                           "\"%s\" is none of: name, key, filter, origins, expires, rate, burst", name);
        TRY(members[m].read(r, value));
    }
    if (!r->key->name || !json_object_get(object, "key"))
        return err_set(r->err, STATUS_INVALID, "a key needs \"name\" and \"key\"");
    if (r->key->limited != (r->key->rate.burst > 0))
        return err_set(r->err, STATUS_INVALID, "\"rate\" and \"burst\" are given together");
    return STATUS_OK;
}

static enum status read_line(struct key_set *set, const char *line, size_t len, struct err *err)
{
    json_error_t problem;
    if (set->count == KEYS_MOST)
        return err_set(err, STATUS_LIMIT, "more than %d keys", KEYS_MOST);
    struct key *key = &set->keys[set->count];
    struct reading r = {.set = set, .key = key, .err = err};
    *key = (struct key){.filter = "", .expires = DAY_UNKNOWN};
    json_t *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &problem);
    if (!json_is_object(object)) {
        json_decref(object);
        return err_set(err, STATUS_SYNTAX, "no JSON object in one line: %s", object ? "a list" : problem.text);
    }
    enum status status = read_object(&r, object);
    json_decref(object);
    if (status == STATUS_OK)
        set->count++;
    return status;
}

enum status key_set_parse(struct key_set **result, const char *name, const char *text, size_t len, struct err *err)
{
    struct key_set *set = calloc(1, sizeof *set);
    struct err own = {0};
    enum status status = STATUS_OK;
    unsigned number = 0;
    if (!set)
        return err_set(err, STATUS_NOMEM, "out of memory for the keys");
    atomic_init(&set->users, 1);
    set->keys = arena_array(&set->arena, KEYS_MOST, sizeof *set->keys);
    if (!set->keys || sodium_init() < 0)
        status = err_set(&own, STATUS_NOMEM, "out of memory for the keys");
    for (const char *at = text, *end = text + len; status == STATUS_OK && at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t size = stop ? (size_t)(stop - at) : (size_t)(end - at), blank = 0;
        number++;
        while (blank < size && strchr(" \t\r", at[blank]))
            blank++;
        if (blank < size && at[blank] != '#')
            status = read_line(set, at, size, &own);
        at += size + 1;
    }
    if (status != STATUS_OK) {
        if (number)
            err_prefix(&own, "%s:%u", name, number);
        key_set_release(set);
        return err_set(err, status, "%s", own.message);
    }
    *result = set;
    return STATUS_OK;
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

struct keys {
    pthread_mutex_t mutex;
    const char *path;
    struct stat seen;
    bool lost; /* told that there is no file */
    struct key_set *current;
};

static enum status load(struct keys *keys, struct err *err)
{
    struct buf text = BUF_INIT;
    struct key_set *set = NULL, *old;
    enum status status = buf_read_file(&text, keys->path, KEYS_FILE_BYTES, err);
    if (status == STATUS_OK)
        status = key_set_parse(&set, keys->path, buf_str(&text), text.len, err);
    buf_release(&text);
    TRY(status);
    pthread_mutex_lock(&keys->mutex);
    old = keys->current;
    keys->current = set;
    pthread_mutex_unlock(&keys->mutex);
    key_set_release(old);
    return STATUS_OK;
}

enum status keys_open(struct keys **result, const char *path, struct err *err)
{
    struct keys *keys = calloc(1, sizeof *keys);
    if (!keys)
        return err_set(err, STATUS_NOMEM, "out of memory for the keys");
    pthread_mutex_init(&keys->mutex, NULL);
    keys->path = path;
    (void)stat(path, &keys->seen); /* before it is read: a later edit is seen as one */
    enum status status = load(keys, err);
    if (status != STATUS_OK) {
        keys_free(keys);
        return status;
    }
    *result = keys;
    return STATUS_OK;
}

void keys_free(struct keys *keys)
{
    if (!keys)
        return;
    key_set_release(keys->current);
    pthread_mutex_destroy(&keys->mutex);
    free(keys);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static void tell_failure(enum status status, const char *why)
{
    log_line(LOG_ERROR, "event", "keys-failed", "status", status_name(status), "message", why, "serving",
             "the ones before", NULL);
}

/* Keys are withdrawn by their lines: a file that is gone withdraws none, which must not stay unseen. */
static void tell_loss(struct keys *keys)
{
    struct err err = {0};
    if (keys->lost)
        return;
    keys->lost = true;
    keys->seen = (struct stat){0}; /* the same file again is taken up again */
    err_set_errno(&err, STATUS_IO, "cannot look at %s", keys->path);
    tell_failure(STATUS_IO, err.message);
}

void keys_look(struct keys *keys)
{
    struct stat now;
    struct err err = {0};
    if (!keys)
        return;
    if (stat(keys->path, &now) != 0) {
        tell_loss(keys);
        return;
    }
    keys->lost = false;
    if (same_file(&now, &keys->seen))
        return;
    keys->seen = now;
    enum status status = load(keys, &err);
    if (status != STATUS_OK)
        tell_failure(status, err.message);
    else
        log_line(LOG_INFO, "event", "keys", "file", keys->path, NULL);
}

struct key_set *keys_hold(struct keys *keys)
{
    pthread_mutex_lock(&keys->mutex);
    struct key_set *set = key_set_hold(keys->current);
    pthread_mutex_unlock(&keys->mutex);
    return set;
}

/* ---- a new key --------------------------------------------------------------------------------------------- */

enum status key_make(const char *name, struct buf *shown, struct buf *line, struct err *err)
{
    uint8_t id[KEYS_ID_BYTES], salt[KEYS_SALT_BYTES], secret[KEYS_SECRET_BYTES], hash[KEYS_HASH_BYTES];
    char secret_text[sodium_base64_ENCODED_LEN(KEYS_SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    char id_text[ID_HEX + 1], salt_text[SALT_HEX + 1], hash_text[HASH_HEX + 1];
    struct key_set *set = NULL;
    if (sodium_init() < 0)
        return err_set(err, STATUS_IO, "no random numbers from the system");
    randombytes_buf(id, sizeof id);
    randombytes_buf(salt, sizeof salt);
    randombytes_buf(secret, sizeof secret);
    sodium_bin2base64(secret_text, sizeof secret_text, secret, sizeof secret,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    hash_secret(salt, secret_text, hash);
    sodium_bin2hex(id_text, sizeof id_text, id, sizeof id);
    sodium_bin2hex(salt_text, sizeof salt_text, salt, sizeof salt);
    sodium_bin2hex(hash_text, sizeof hash_text, hash, sizeof hash);
    buf_addf(shown, KEY_PREFIX "%s_%s\n", id_text, secret_text);
    buf_adds(line, "{\"name\":");
    buf_add_json(line, name, strlen(name));
    buf_addf(line, ",\"key\":\"%s:%s:%s\"}\n", id_text, salt_text, hash_text);
    TRY(buf_ok(shown, err));
    TRY(buf_ok(line, err));
    enum status status = key_set_parse(&set, "--make-key", buf_str(line), line->len, err); /* is the name allowed? */
    key_set_release(set);
    return status;
}
