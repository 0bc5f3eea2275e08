/* What the halves of the Linked Events importer share: references, localised values, places. */
#ifndef OPASTIN_INDEXER_SOURCES_LINKEDEVENTS_OBJECT_H
#define OPASTIN_INDEXER_SOURCES_LINKEDEVENTS_OBJECT_H

#include "indexer/sources/import.h"
#include "indexer/sources/import_value.h"

enum le_type { LE_NONE, LE_EVENT, LE_PLACE, LE_KEYWORD, LE_KEYWORD_SET, LE_ORGANIZATION, LE_OTHER };

/* By its @type, else by the address in its @id, else by the members that only this type has. */
enum le_type le_type_of(const json_t *object);

/* Sets of the lookup. */
#define LE_PLACES "place"
#define LE_KEYWORDS "keyword"
#define LE_AUDIENCES "audience-keyword" /* keywords of a set of audiences */
#define LE_ORGANIZATIONS "organization"
#define LE_SERIES "series"         /* recurring events that are published */
#define LE_OCCURRENCES "occurrence" /* sub-events, under the id of their super event */

/* One object under way. */
struct le_import {
    const struct import_lookup *lookup;
    struct import_notes *notes;
    json_t *record;
};

/* The id of an object or of a reference to one: its "id", else the last part of its "@id"; a string is an id or an
 * address itself.  In the arena; NULL when there is none. */
const char *le_id(struct arena *arena, const json_t *reference);
/* A new reference to the object that is meant, replaced ones followed: from the lookup, or the reference itself when
 * it holds the object; NULL when it is not known. */
json_t *le_resolve(const struct le_import *import, const char *set, const json_t *reference);

/* Puts title, summary and body of all languages; `path` is in front of the members' names, "" at the top. */
void le_put_texts(const struct le_import *import, const json_t *object, const char *title, const char *summary,
                  const char *body);
/* One link for each address that a localised value has. */
void le_put_links(const struct le_import *import, const char *path, const json_t *urls, const char *kind);
/* Puts who publishes it, when the organisation is known.  "" as role: the organiser. */
void le_put_publisher(const struct le_import *import, const json_t *object, const char *role);

/* Is it the place of what happens on the internet? */
bool le_is_internet(const char *id);
/* The place of a record of ours. */
json_t *le_place(const struct le_import *import, const char *path, const json_t *place);
/* Name, e-mail and telephone of a place as a contact; NULL without a way to reach it. */
json_t *le_place_contact(const struct le_import *import, const char *path, const json_t *place);

/* linkedevents_event.c, linkedevents_place.c */
enum status le_map_event(struct le_import *import, const json_t *event, struct err *err);
void le_map_place(struct le_import *import, const json_t *place);

#endif
