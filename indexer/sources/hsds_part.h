/* What the parts of the HSDS importer (hsds.h) share: the object being mapped, and for each part of an object the
 * function that maps it.  `path` is always the place in the foreign object, for messages. */
#ifndef OPASTIN_INDEXER_SOURCES_HSDS_PART_H
#define OPASTIN_INDEXER_SOURCES_HSDS_PART_H

#include "base/buf.h"
#include "indexer/sources/hsds.h"
#include "indexer/sources/import.h"
#include "indexer/sources/import_value.h"
#include "record.h"

/* Limits of our record's lists (docs/data-format.md) and of its texts, in characters; and of lists in an object. */
enum {
    HSDS_ORGANISATIONS = 50,
    HSDS_KEYWORDS = 100,
    HSDS_PLACES = 64,
    HSDS_CHANNELS = 50,
    HSDS_SCHEDULES = 200,
    HSDS_CONTACTS = 50,
    HSDS_LINKS = 50,
    HSDS_RELATED = 200,
    HSDS_LANGUAGES = 50,
    HSDS_ITEMS = 1000,    /* of one list of an object; the rest is left out */
    HSDS_LINE_CHARS = 200,
    HSDS_NOTE_CHARS = 500,
    HSDS_WORD_CHARS = 100,
    HSDS_BODY_CHARS = 20000,
};

/* What an object is.  The first four become records. */
enum hsds_type {
    HSDS_SERVICE,
    HSDS_ORGANIZATION,
    HSDS_LOCATION,
    HSDS_PROGRAM,
    HSDS_SERVICE_AT_LOCATION,
    HSDS_TAXONOMY_TERM,
    HSDS_OTHER, /* a taxonomy, what an interface says of itself: nothing of it is needed */
    HSDS_NONE,
};

/* Sets of the lookup: objects by their id, services at locations by the id of their service. */
#define HSDS_SET_SERVICE "hsds-service"
#define HSDS_SET_ORGANIZATION "hsds-organization"
#define HSDS_SET_LOCATION "hsds-location"
#define HSDS_SET_PROGRAM "hsds-program"
#define HSDS_SET_TERM "hsds-term"
#define HSDS_SET_AT_LOCATION "hsds-at-location"

struct hsds {
    const json_t *object;
    const struct import_lookup *lookup;
    struct import_notes *notes;
    json_t *record;
    int lang; /* of its texts, as in record.h */
    struct import_full full;
};

/* ---- objects (hsds.c) ------------------------------------------------------------------------------------------ */

enum hsds_type hsds_type_of(const json_t *object);
const char *hsds_type_name(enum hsds_type type); /* of those before HSDS_OTHER: "service" */
/* An id, a string or a whole number; in the arena, NULL when there is none. */
const char *hsds_id(struct arena *arena, const json_t *id);
/* Our id for theirs; a new reference.  Theirs are UUIDs, unique for themselves, or else within a table. */
json_t *hsds_our_id(enum hsds_type type, const char *id);
/* What a member or its id refers to, `organization` or `organization_id`: a new reference to the object within,
 * completed by the one of the lookup, or to that one; NULL when nothing is known of it.  Says so with a warning when
 * there is an id that leads nowhere. */
json_t *hsds_resolve(struct hsds *hsds, const char *path, const json_t *object, enum hsds_type type);
/* What the lookup has of an object, as one of a file or within others; a new reference, NULL. */
json_t *hsds_find(const struct hsds *hsds, enum hsds_type type, const char *id);
/* Its id, as hsds_id(). */
const char *hsds_reference(struct hsds *hsds, const json_t *object, enum hsds_type type);

/* A member that is a list; NULL, which jansson's functions take as empty. */
const json_t *hsds_list(const json_t *object, const char *key);

/* Appends to the record's list (reference stolen); over `most` the rest is left out, with one warning. */
void hsds_append(struct hsds *hsds, const char *field, const char *path, json_t *value, size_t most);
/* A number, also as text; false when there is none, with a warning for what is no number. */
bool hsds_number(struct hsds *hsds, const char *path, const json_t *value, double *number);
/* A day, also as "20261231T000000Z"; DAY_UNKNOWN. */
int32_t hsds_day(struct hsds *hsds, const char *path, const json_t *value);

/* ---- texts (hsds_text.c) --------------------------------------------------------------------------------------- */

/* The language that the texts of an object are written in: HSDS has no word for it. */
int hsds_language_of(const json_t *object);
/* {"fi": text}; NULL for NULL.  The reference is stolen. */
json_t *hsds_in_lang(const struct hsds *hsds, json_t *text);
/* One line in the object's language. */
json_t *hsds_line(struct hsds *hsds, const char *path, const json_t *value, size_t most);
/* Several texts (NULL: none) as one, "first. second" or with `between` between them, cut as one. */
json_t *hsds_joined(struct hsds *hsds, const char *path, const char *const *texts, size_t count, const char *between,
                    size_t most);

enum hsds_heading {
    HSDS_NO_HEADING,
    HSDS_ALERT,
    HSDS_ELIGIBILITY,
    HSDS_APPLICATION,
    HSDS_INTERPRETATION,
    HSDS_ACCREDITATION,
    HSDS_WAIT,
    HSDS_DOCUMENTS,
    HSDS_FUNDING,
    HSDS_AREA,
    HSDS_PLACE,
    HSDS_TRANSPORT,
    HSDS_ACCESS,
    HSDS_HEADINGS
};
/* Words of ours, for texts in the object's language. */
enum hsds_words { HSDS_CLOSED_FOR_NOW, HSDS_TEXT_MESSAGE, HSDS_TEXTPHONE, HSDS_EXTENSION, HSDS_WORDS };
const char *hsds_word(const struct hsds *hsds, enum hsds_words words);

/* The body under way. */
struct hsds_body {
    struct buf text;
    enum hsds_heading heading; /* the last one written */
};
/* Adds a text under its heading, which stands once before several; one that is there already is left out. */
void hsds_body_add(struct hsds *hsds, struct hsds_body *body, enum hsds_heading heading, const char *path,
                   const json_t *value);
void hsds_body_add_words(struct hsds *hsds, struct hsds_body *body, enum hsds_heading heading, const char *words);
/* Puts it, and releases it. */
void hsds_body_put(struct hsds *hsds, struct hsds_body *body);

/* ---- parts ----------------------------------------------------------------------------------------------------- */

/* hsds_class.c: what taxonomies say, to audience, theme, form, threshold, life_event and keyword; of a place (NULL:
 * none) to its accessibility first. */
void hsds_put_attributes(struct hsds *hsds, const char *path, const json_t *attributes, json_t *place);
/* Whom it is for, where the words are names of our audiences. */
void hsds_put_eligibility(struct hsds *hsds, const json_t *value);
void hsds_put_keyword(struct hsds *hsds, const char *path, json_t *texts, const char *uri);
/* The other name. */
void hsds_put_alternate(struct hsds *hsds);
void hsds_put_languages(struct hsds *hsds, const char *path, const json_t *languages);

/* hsds_schedule.c: `where` (NULL) is put before the words of each rule. */
void hsds_put_schedules(struct hsds *hsds, const char *path, const json_t *schedules, const char *where);

/* hsds_place.c */
struct hsds_places {
    size_t first, count; /* of the record's list */
};
/* The places of a location; a text of it goes to the body, when there is one. */
struct hsds_places hsds_put_places(struct hsds *hsds, const char *path, const json_t *location,
                                   struct hsds_body *body);
/* The name of a location; what it is known by when it has none: NULL. */
json_t *hsds_location_name(struct hsds *hsds, const char *path, const json_t *location);
const char *hsds_location_type(const json_t *location); /* "physical" when it says nothing that is known */
void hsds_put_service_areas(struct hsds *hsds, const char *path, const json_t *areas, struct hsds_body *body);
/* The country of an address is another than Finland. */
bool hsds_is_abroad(const json_t *address);

/* hsds_contact.c */
void hsds_put_contacts(struct hsds *hsds, const char *path, const json_t *contacts);
void hsds_put_phones(struct hsds *hsds, const char *path, const json_t *phones);
void hsds_put_email(struct hsds *hsds, const char *path, const json_t *value);
/* `text`: words of the link; NULL. */
void hsds_put_link(struct hsds *hsds, const char *path, const json_t *url, const char *kind, const json_t *text);
/* additional_urls, additional_websites: {label, url}. */
void hsds_put_urls(struct hsds *hsds, const char *path, const json_t *urls);

/* hsds_price.c */
void hsds_put_price(struct hsds *hsds);

/* hsds_service.c, hsds_organization.c */
void hsds_map_service(struct hsds *hsds);
void hsds_map_organization(struct hsds *hsds);
void hsds_map_location(struct hsds *hsds);
void hsds_map_program(struct hsds *hsds);
/* The organization that an object names, to the record's list. */
void hsds_put_organization(struct hsds *hsds);

#endif
