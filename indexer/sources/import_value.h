/* Values of foreign objects in the form that our records have.
 *
 * Each function takes the foreign value as it stands (NULL, null, "" and wrong types are unknown) and gives a new
 * reference, or NULL when nothing is known.  What is there and cannot be read is left out with a warning that names
 * `path`, the place in the foreign object. */
#ifndef OPASTIN_INDEXER_SOURCES_IMPORT_VALUE_H
#define OPASTIN_INDEXER_SOURCES_IMPORT_VALUE_H

#include "indexer/sources/import.h"
#include "normalise.h"

/* Puts a value into an object or a list (reference stolen, object and list borrowed); NULL, null, "", [] and {} are
 * dropped.  false when nothing was put. */
bool import_put(json_t *object, const char *key, json_t *value);
bool import_append(json_t *list, json_t *value);
/* The list of a member, made when it is not there; borrowed.  NULL without memory, which jansson's functions take. */
json_t *import_list(json_t *object, const char *key);
/* The item of such a list whose member is that string; borrowed, NULL when there is none. */
json_t *import_item(const json_t *record, const char *field, const char *member, const char *text);

enum { IMPORT_LISTS = 12 }; /* of a record, that can be full */
/* Lists of a record about which it has been said that they are full; empty before. */
struct import_full {
    const char *fields[IMPORT_LISTS];
};
/* Appends to the record's list (reference stolen); over `most` items the rest is left out, with one warning.  `field`
 * is constant.  False when nothing was appended. */
bool import_append_to(struct import_notes *notes, struct import_full *full, json_t *record, const char *field,
                      const char *path, json_t *value, size_t most);
/* Removes the empty lists and objects that import_list() or the mapping left. */
void import_drop_empty(json_t *object);
/* record["texts"]["fi"]["title"] and its like; languages other than fi, sv and en are dropped. */
void import_put_text(json_t *record, const char *lang, const char *member, json_t *value);

/* The string of a member; NULL when it is absent, no string, or blank. */
const char *import_string(const json_t *object, const char *key);

/* Clean text: tags, entities, control characters and odd blanks gone.  Longer than `most` characters: cut at a word or
 * a sentence, "…" behind it, with a warning. */
json_t *import_text(struct import_notes *notes, const char *path, const json_t *value, enum text_shape shape,
                    size_t most);
/* Puts a summary of at most 500 characters; a longer one is cut, and stands whole as the body when there is none (so
 * put the body first). */
void import_put_summary(struct import_notes *notes, const char *path, json_t *record, const char *lang,
                        const json_t *value);
/* {"fi": …, "sv": …, "en": …} of such an object; other languages are dropped.  A string is Finnish. */
json_t *import_localised(struct import_notes *notes, const char *path, const json_t *value, enum text_shape shape,
                         size_t most);

json_t *import_url(struct import_notes *notes, const char *path, const json_t *value);
json_t *import_email(struct import_notes *notes, const char *path, const json_t *value);
json_t *import_phone(struct import_notes *notes, const char *path, const json_t *value);
json_t *import_postal_code(struct import_notes *notes, const char *path, const json_t *value);
/* A date, or a local date and time; instants with an offset become Finnish time. */
json_t *import_moment(struct import_notes *notes, const char *path, const json_t *value);
/* Its date alone: for fields that hold dates. */
json_t *import_date(struct import_notes *notes, const char *path, const json_t *value);
/* "08:00:00" -> "08:00". */
json_t *import_clock(struct import_notes *notes, const char *path, const json_t *value);
/* Code of the present municipality by code or name. */
json_t *import_municipality(struct import_notes *notes, const char *path, const json_t *value);
/* An age 0..120, also from "12". */
json_t *import_age(struct import_notes *notes, const char *path, const json_t *value);
/* Puts lat and lon when they are degrees in Finland; the two are exchanged when only that way they are, with a
 * warning. */
void import_put_point(struct import_notes *notes, const char *path, json_t *place, double lat, double lon);

/* The same of two values, numbers or texts of them; nothing when one is not there, a warning when it is no number. */
void import_put_place_point(struct import_notes *notes, const char *path, json_t *place, const json_t *lat,
                            const json_t *lon);
/* Puts both ages; neither, with a warning at `path`, when the youngest is above the oldest. */
void import_put_ages(struct import_notes *notes, const char *path, json_t *record, json_t *least, json_t *most);

/* "2026-12-01", "08:00"; NULL when it is unknown. */
json_t *import_day_text(int32_t day);
json_t *import_minute_text(int minute);

/* A keyword of these texts (reference stolen); NULL when the record has one of the same texts or address already, or
 * there are no texts.  uri: of a concept; NULL. */
json_t *import_keyword(const json_t *record, json_t *texts, const char *uri);

/* An id of ours from a foreign one: prefix and id, letters made small, what ids may not have made '-'.  NULL when
 * nothing is left or it is too long. */
json_t *import_id(const char *prefix, const char *id);

/* Adds the codes that a foreign code means ("yso:p2433", "lahella:ht_luonto", "KR1.1") to the record's list `field`
 * ("audience"); each code once.  false when the vocabulary maps it to nothing. */
bool import_put_mapped(json_t *record, const char *field, enum vocab_name vocab, const char *external);
/* The same for a code or label of ours. */
bool import_put_label(json_t *record, const char *field, enum vocab_name vocab, const char *label);

#endif
