/* The UUIDs by which HSDS knows records, and which records it has.
 *
 * A record that came from HSDS keeps its own ("hsds:" and a UUID); another has the UUID of version 5 (RFC 9562) of its
 * id in a namespace of ours: the same in every index, night after night. */
#ifndef OPASTIN_SEARCHD_HSDS_IDS_H
#define OPASTIN_SEARCHD_HSDS_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "search/snapshot.h"

enum {
    HSDS_UUID_BYTES = 37,        /* as text, with its zero */
    HSDS_RETRY_MS = 1000,        /* before a list that could not be made is tried again; doubling, to … */
    HSDS_RETRY_MOST_MS = 600000, /* … this: reading all records takes a second */
};

void hsds_uuid(const char *id, size_t len, char text[HSDS_UUID_BYTES]);
/* Of something within the record: a phone, a schedule. */
void hsds_uuid_within(const char *id, const char *what, size_t number, char text[HSDS_UUID_BYTES]);

enum hsds_kind { HSDS_SERVICE, HSDS_ORGANIZATION, HSDS_KINDS }; /* activity, event and volunteer are services */

struct hsds_entry {
    uint8_t uuid[16];
    uint32_t row;
    int32_t modified; /* day; DAY_UNKNOWN */
    enum hsds_kind kind;
};

/* All of a generation, in the order of their UUIDs: new records do not move the others about. */
struct hsds_list;
struct hsds_list *hsds_list_hold(struct hsds_list *list);
void hsds_list_release(struct hsds_list *list); /* NULL: no-op */
uint32_t hsds_list_generation(const struct hsds_list *list);
const struct hsds_entry *hsds_list_entries(const struct hsds_list *list, size_t *count);
/* NULL when there is none, or the text is no UUID. */
const struct hsds_entry *hsds_list_find(const struct hsds_list *list, enum hsds_kind kind, const char *text);

/* The list of the serving generation, made by the watcher once somebody has asked for it, and from then on when another
 * generation serves: all stored records are read for it. */
struct hsds_lists;
enum status hsds_lists_new(struct hsds_lists **lists, struct err *err) MUST_USE;
void hsds_lists_free(struct hsds_lists *lists);
/* One thread at a time; a failure is told to the log, once, and tried again: a lack may pass, damage be mended. */
void hsds_lists_look(struct hsds_lists *lists, struct snapshot *snapshot, int64_t now_us);
/* Held for the caller; NULL: none is made yet. */
struct hsds_list *hsds_lists_current(struct hsds_lists *lists);

#endif
