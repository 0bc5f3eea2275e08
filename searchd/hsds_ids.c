#include "searchd/hsds_ids.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include "base/buf.h"
#include "base/log.h"
#include "calendar.h"
#include "record.h"
#include "stored.h"

#define IMPORTED "hsds:" /* what the importer puts before the UUIDs of HSDS */

/* The namespace of our ids: version 5 of "urn:opastin:record" in that of URLs. */
static const uuid_t of_urls = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4,
                               0x30, 0xc8};

static void make_uuid(const char *name, size_t len, uuid_t uuid)
{
    static const char ours[] = "urn:opastin:record";
    uuid_t space;
    uuid_generate_sha1(space, of_urls, ours, sizeof ours - 1);
    uuid_generate_sha1(uuid, space, name, len);
}

static void uuid_of_id(const char *id, size_t len, uuid_t uuid)
{
    const size_t prefix = strlen(IMPORTED);
    char own[HSDS_UUID_BYTES];
    if (len == prefix + HSDS_UUID_BYTES - 1 && memcmp(id, IMPORTED, prefix) == 0) {
        memcpy(own, id + prefix, HSDS_UUID_BYTES - 1);
        own[HSDS_UUID_BYTES - 1] = '\0';
        if (uuid_parse(own, uuid) == 0)
            return;
    }
    make_uuid(id, len, uuid);
}

void hsds_uuid(const char *id, size_t len, char text[HSDS_UUID_BYTES])
{
    uuid_t uuid;
    uuid_of_id(id, len, uuid);
    uuid_unparse_lower(uuid, text);
}

void hsds_uuid_within(const char *id, const char *what, size_t number, char text[HSDS_UUID_BYTES])
{
    struct buf name = BUF_INIT;
    uuid_t uuid;
    buf_addf(&name, "%s#%s/%zu", id, what, number);
    make_uuid(buf_str(&name), name.len, uuid);
    uuid_unparse_lower(uuid, text);
    buf_release(&name);
}

/* ---- a generation's list ----------------------------------------------------------------------------------------- */

struct hsds_list {
    atomic_uint users;
    uint32_t generation;
    struct hsds_entry *entries;
    size_t count;
};

struct hsds_list *hsds_list_hold(struct hsds_list *list)
{
    atomic_fetch_add(&list->users, 1);
    return list;
}

void hsds_list_release(struct hsds_list *list)
{
    if (!list || atomic_fetch_sub(&list->users, 1) != 1)
        return;
    free(list->entries);
    free(list);
}

uint32_t hsds_list_generation(const struct hsds_list *list)
{
    return list->generation;
}

const struct hsds_entry *hsds_list_entries(const struct hsds_list *list, size_t *count)
{
    *count = list->count;
    return list->entries;
}

static int compare(const void *a, const void *b)
{
    const struct hsds_entry *x = a, *y = b;
    int order = memcmp(x->uuid, y->uuid, sizeof x->uuid);
    return order ? order : x->row < y->row ? -1 : x->row > y->row;
}

const struct hsds_entry *hsds_list_find(const struct hsds_list *list, enum hsds_kind kind, const char *text)
{
    struct hsds_entry wanted = {.row = 0};
    if (strlen(text) != HSDS_UUID_BYTES - 1 || uuid_parse(text, wanted.uuid) != 0)
        return NULL;
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(list->entries[middle].uuid, wanted.uuid, sizeof wanted.uuid) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < list->count && memcmp(list->entries[low].uuid, wanted.uuid, sizeof wanted.uuid) == 0; low++)
        if (list->entries[low].kind == kind)
            return &list->entries[low];
    return NULL;
}

/* The string member of a record's own JSON, which is written by us, in which no text can hold an unescaped quotation
 * mark: so what looks like a member is one, of the record or of something within; ids and kinds stand first. */
static bool member(const char *json, size_t len, const char *name, const char **value, size_t *value_len)
{
    const char *at = memmem(json, len, name, strlen(name));
    if (!at)
        return false;
    *value = at + strlen(name);
    const char *end = memchr(*value, '"', len - (size_t)(*value - json));
    *value_len = end ? (size_t)(end - *value) : 0;
    return end != NULL;
}

static void add_record(struct hsds_list *list, uint32_t row, const char *json, size_t len)
{
    struct hsds_entry *entry = &list->entries[list->count];
    const char *id, *kind, *day;
    size_t id_len, kind_len, day_len;
    if (!member(json, len, "{\"id\":\"", &id, &id_len) || !member(json, len, "\"kind\":\"", &kind, &kind_len))
        return;
    int of = record_kind_find(kind, kind_len);
    if (of != RECORD_ACTIVITY && of != RECORD_EVENT && of != RECORD_VOLUNTEER && of != RECORD_ORGANISATION)
        return;
    *entry = (struct hsds_entry){.row = row, .modified = DAY_UNKNOWN,
                                 .kind = of == RECORD_ORGANISATION ? HSDS_ORGANIZATION : HSDS_SERVICE};
    if (member(json, len, ",\"modified\":\"", &day, &day_len))
        (void)day_parse(day, day_len, &entry->modified);
    uuid_of_id(id, id_len, entry->uuid);
    list->count++;
}

static enum status make_list(struct hsds_list **result, const struct snapshot *snapshot, struct err *err)
{
    struct records_unpacker *unpacker = NULL;
    struct buf data = BUF_INIT;
    struct hsds_list *list = calloc(1, sizeof *list);
    if (!list)
        return err_set(err, STATUS_NOMEM, "out of memory for the list of records");
    atomic_init(&list->users, 1);
    list->generation = snapshot->number;
    list->entries = calloc((size_t)snapshot->records.count + 1, sizeof *list->entries);
    enum status status = list->entries ? records_unpacker_new(&unpacker, err)
                                       : err_set(err, STATUS_NOMEM, "out of memory for the list of records");
    for (uint32_t row = 0; status == STATUS_OK && row < snapshot->records.count; row++) {
        struct stored stored;
        size_t len;
        status = records_get(&snapshot->records, unpacker, row, &data, err);
        if (status == STATUS_OK)
            status = stored_open(&stored, data.data, data.len, err);
        if (status != STATUS_OK)
            break;
        const char *json = stored_section(&stored, STORED_JSON, &len);
        add_record(list, row, json, len);
    }
    records_unpacker_free(unpacker);
    buf_release(&data);
    if (status != STATUS_OK) {
        hsds_list_release(list);
        return status;
    }
    qsort(list->entries, list->count, sizeof *list->entries, compare);
    *result = list;
    return STATUS_OK;
}

/* ---- the one that serves ----------------------------------------------------------------------------------------- */

struct hsds_lists {
    pthread_mutex_t mutex;
    struct hsds_list *current;
    atomic_bool wanted;
    uint32_t tried; /* generation; what follows is of the one thread that looks */
    bool failed;    /* it was told */
    int64_t retry_us, retry_wait_us;
};

enum status hsds_lists_new(struct hsds_lists **result, struct err *err)
{
    struct hsds_lists *lists = calloc(1, sizeof *lists);
    if (!lists)
        return err_set(err, STATUS_NOMEM, "out of memory");
    pthread_mutex_init(&lists->mutex, NULL);
    *result = lists;
    return STATUS_OK;
}

void hsds_lists_free(struct hsds_lists *lists)
{
    if (!lists)
        return;
    hsds_list_release(lists->current);
    pthread_mutex_destroy(&lists->mutex);
    free(lists);
}

static void put_off(struct hsds_lists *lists, int64_t now_us, const struct err *err)
{
    lists->retry_wait_us = lists->failed ? lists->retry_wait_us * 2 : HSDS_RETRY_MS * INT64_C(1000);
    if (lists->retry_wait_us > HSDS_RETRY_MOST_MS * INT64_C(1000))
        lists->retry_wait_us = HSDS_RETRY_MOST_MS * INT64_C(1000);
    lists->retry_us = now_us + lists->retry_wait_us;
    if (!lists->failed)
        log_line(LOG_ERROR, "event", "hsds-failed", "status", status_name(err->status), "message", err->message, NULL);
    lists->failed = true;
}

void hsds_lists_look(struct hsds_lists *lists, struct snapshot *snapshot, int64_t now_us)
{
    struct hsds_list *list = NULL;
    struct err err = {0};
    if (!snapshot || !atomic_load(&lists->wanted) ||
        (lists->tried == snapshot->number && (!lists->failed || now_us < lists->retry_us)))
        return;
    lists->failed &= lists->tried == snapshot->number;
    lists->tried = snapshot->number;
    if (make_list(&list, snapshot, &err) != STATUS_OK) {
        put_off(lists, now_us, &err);
        return;
    }
    lists->failed = false;
    pthread_mutex_lock(&lists->mutex);
    struct hsds_list *old = lists->current;
    lists->current = list;
    pthread_mutex_unlock(&lists->mutex);
    hsds_list_release(old);
}

struct hsds_list *hsds_lists_current(struct hsds_lists *lists)
{
    atomic_store(&lists->wanted, true);
    pthread_mutex_lock(&lists->mutex);
    struct hsds_list *list = lists->current ? hsds_list_hold(lists->current) : NULL;
    pthread_mutex_unlock(&lists->mutex);
    return list;
}
