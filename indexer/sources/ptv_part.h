/* What the parts of the PTV importer (ptv.h) share: the object being mapped, and for each part of an object the
 * function that maps it.  `path` is always the place in the foreign object, for messages. */
#ifndef OPASTIN_INDEXER_SOURCES_PTV_PART_H
#define OPASTIN_INDEXER_SOURCES_PTV_PART_H

#include "base/buf.h"
#include "indexer/sources/import.h"
#include "indexer/sources/import_value.h"
#include "record.h"

/* Limits of our record's lists (docs/data-format.md) and of its texts, in characters. */
enum {
    PTV_ORGANISATIONS = 50,
    PTV_KEYWORDS = 100,
    PTV_PLACES = 64,
    PTV_CHANNELS = 50,
    PTV_SCHEDULES = 200,
    PTV_EXCEPTIONS = 250, /* of one schedule, as many as an index row takes */
    PTV_CONTACTS = 50,
    PTV_LINKS = 50,
    PTV_RELATED = 200,
    PTV_MEMBERS = 500,
    PTV_LANGUAGES = 50,
    PTV_CODES = 300, /* of one list of classes that are looked at */
    PTV_LINE_CHARS = 200,
    PTV_NOTE_CHARS = 500,
    PTV_WORD_CHARS = 100,
    PTV_BODY_CHARS = 20000,
};

/* What is looked up by id. */
#define PTV_SET_GENERAL "general-description"
#define PTV_SET_CHANNEL "channel"
#define PTV_SET_ORGANISATION "organisation"

struct ptv {
    const json_t *object;
    const json_t *general; /* the service's general description; NULL */
    const struct import_lookup *lookup;
    struct import_notes *notes;
    json_t *record;
    struct import_full full;
};

/* ---- lists of the record, days (ptv.c) ------------------------------------------------------------------------- */

/* Appends to the record's list (reference stolen); over `most` the rest is left out, with one warning. */
void ptv_append(struct ptv *ptv, const char *field, const char *path, json_t *value, size_t most);
/* Adds ours for the foreign id to `related`; nothing without an id. */
void ptv_put_related(struct ptv *ptv, const char *path, const char *id);
/* False when the object must not be shown; *status gets its publishingStatus. */
bool ptv_published(const json_t *object, const json_t **status);

/* The day of PTV's times, which are of UTC; DAY_UNKNOWN for nothing, and with a warning for what is no time. */
int32_t ptv_day(struct ptv *ptv, const char *path, const json_t *value);

/* ---- texts (ptv_text.c) ---------------------------------------------------------------------------------------- */

/* "fi", "sv" or "en" of a foreign language code ("fi", "sv-FI"); NULL for another. */
const char *ptv_lang(const char *code);
/* {"fi": …} from [{language, value, type}], of the items of that type (NULL: of any).  Draft.js and HTML become plain
 * text.  Also reads {"fi": …} and a string.  A new reference; NULL when nothing is there. */
json_t *ptv_localised(struct ptv *ptv, const char *path, const json_t *list, const char *type, enum text_shape shape,
                      size_t most);
/* Titles by the type that displayNameType shows in each language, the other names as keywords.  A name in none of our
 * languages becomes the Finnish title, with a warning. */
void ptv_put_names(struct ptv *ptv, const char *path, const json_t *names, const json_t *display);
/* Summary of the type "Summary", else of the general description's. */
void ptv_put_summary(struct ptv *ptv, const char *path, const json_t *descriptions);

/* A body under construction, by language. */
struct ptv_body {
    struct buf text[RECORD_LANGS];
    size_t part[RECORD_LANGS]; /* where the present part begins */
};
/* Begins a part; the next text in a language gets its heading, NULL for none. */
enum ptv_heading {
    PTV_NO_HEADING,
    PTV_INSTRUCTION,
    PTV_REQUIREMENTS,
    PTV_DEADLINE,
    PTV_PROCESSING,
    PTV_VALIDITY,
    PTV_VOUCHER,
    PTV_WAYS,
    PTV_SERVICES,
    PTV_ACCESS,
    PTV_HEADINGS
};
void ptv_body_part(struct ptv_body *body);
/* Adds texts (reference stolen) to the present part; a text that the part has already is left out. */
void ptv_body_add(struct ptv_body *body, enum ptv_heading heading, json_t *texts);
/* Puts the bodies into the record's languages that have a title, and releases them. */
void ptv_body_put(struct ptv *ptv, struct ptv_body *body, const char *path);

/* ---- classes (ptv_class.c) ------------------------------------------------------------------------------------- */

/* Target groups, life events, service classes, ontology terms and keywords, of the object and its general description,
 * to audience, life_event, theme and keyword. */
void ptv_put_classes(struct ptv *ptv);
/* A keyword by its texts (reference stolen), with its concept or NULL. */
void ptv_put_keyword(struct ptv *ptv, const char *path, json_t *texts, const char *uri);
void ptv_put_languages(struct ptv *ptv, const json_t *list);

/* ---- areas (ptv_area.c) ---------------------------------------------------------------------------------------- */

void ptv_put_area(struct ptv *ptv);
void ptv_put_area_names(struct ptv *ptv, const char *path, const json_t *names);

/* ---- opening hours (ptv_hours.c) ------------------------------------------------------------------------------- */

/* Adds to schedule; hours that are only by reservation set signup.needed. */
void ptv_put_hours(struct ptv *ptv, const char *path, const json_t *list);

/* ---- addresses (ptv_address.c, ptv_access.c) ------------------------------------------------------------------- */

/* Adds to place what can be visited; name (borrowed, texts or NULL) is the place's. */
void ptv_put_places(struct ptv *ptv, const char *path, const json_t *addresses, json_t *name);
/* Codes of accessibility that the sentences of the entrances state, to the place. */
void ptv_put_access(struct ptv *ptv, json_t *place, const json_t *entrances);
/* The sentences themselves, to the body. */
void ptv_body_access(struct ptv *ptv, struct ptv_body *body, const char *path, const json_t *addresses);

/* ---- ways to get in touch (ptv_contact.c) ---------------------------------------------------------------------- */

void ptv_put_phones(struct ptv *ptv, const char *path, const json_t *phones);
void ptv_put_emails(struct ptv *ptv, const char *path, const json_t *emails);
/* kind: "info", "form", "material" */
void ptv_put_links(struct ptv *ptv, const char *path, const json_t *pages, const char *kind);
/* The number as it is dialled, checked; NULL when there is none or it is a fax. */
json_t *ptv_phone(struct ptv *ptv, const char *path, const json_t *phone);
/* phoneNumbers, supportPhones, emails, supportEmails, webPages of a channel or contactDetails. */
void ptv_put_contacts(struct ptv *ptv, const char *path, const json_t *object);

/* ---- ways to take part (ptv_way.c) ----------------------------------------------------------------------------- */

/* The channel entry of a channel object, by its type: reached online, by phone, on the spot, by post. */
void ptv_put_way(struct ptv *ptv, const char *path, const json_t *channel, json_t *text);
/* What a service's connections to channels say: places, hours, contacts, ways, names. */
void ptv_put_connections(struct ptv *ptv, struct ptv_body *body);

/* ---- what it costs (ptv_price.c) ------------------------------------------------------------------------------- */

void ptv_put_price(struct ptv *ptv);

/* ---- whole objects --------------------------------------------------------------------------------------------- */

void ptv_map_service(struct ptv *ptv);
void ptv_map_channel(struct ptv *ptv);
void ptv_map_organisation(struct ptv *ptv);
void ptv_map_listed(struct ptv *ptv);

#endif
