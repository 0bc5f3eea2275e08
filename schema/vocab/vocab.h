/* The vocabularies: every list of codes that a record, a query or a page may use, with names in three languages.
 *
 * The lists are the TSV files beside this header, put into the program when it is built (vocab_data.S) and read once
 * by vocab_load().  After that everything here is constant and may be read from any thread; every pointer stays valid
 * until vocab_unload().  All functions but vocab_load(), vocab_unload(), vocab_id(), vocab_title() and vocab_by_name()
 * need a successful vocab_load() first.
 *
 * An entry is known by its ordinal, 0..vocab_size()-1: its row in the file, which is the order to show entries in, and
 * parents stand before their children.  The ordinals of kind are those of enum record_kind, weekday 0 is Monday, time
 * is morning, afternoon, evening, and price is free, paid.  Lookups are binary searches and allocate nothing. */
#ifndef OPASTIN_VOCAB_H
#define OPASTIN_VOCAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

enum vocab_name {
    VOCAB_AUDIENCE,
    VOCAB_THEME,
    VOCAB_AREA,
    VOCAB_KIND,
    VOCAB_FORM,
    VOCAB_THRESHOLD,
    VOCAB_ACCESSIBILITY,
    VOCAB_LANGUAGE,
    VOCAB_WEEKDAY,
    VOCAB_TIME,
    VOCAB_PRICE,
    VOCAB_LIFE_EVENT,
    VOCAB_COUNT
};

enum ui_lang { UI_FI, UI_SV, UI_EN, UI_LANG_COUNT };

/* Longest text, in bytes, that the lookups by label read; a longer one is nobody's label. */
enum { VOCAB_LABEL_BYTES = 200 };

struct vocab_entry {
    const char *code;
    const char *label[UI_LANG_COUNT]; /* never empty */
    const char *alt[UI_LANG_COUNT];   /* other words people use, divided by '|'; "" when there are none */
    const char *maps;                 /* codes of other systems that mean this entry, divided by '|'; "" when none:
                                         "KR1.1", "KE10", "P4.2" (PTV), "yso:p2433", "lahella:ht_luonto" */
    uint16_t ordinal;
    int16_t broader; /* ordinal of the parent in the same vocabulary; -1 at the top */
};

/* Reads the embedded files; a second call does nothing.  Call it before threads start.
 * STATUS_NOMEM; STATUS_CORRUPT with file and line when a file breaks its own form; nothing is loaded then. */
enum status vocab_load(struct err *err) MUST_USE;
/* Frees everything, for leak checks at exit. */
void vocab_unload(void);

/* "audience", as in the interfaces and in the file's name. */
const char *vocab_id(enum vocab_name vocab);
/* The heading a reader sees: "Kohderyhmä", "Målgrupp", "Audience". */
const char *vocab_title(enum vocab_name vocab, enum ui_lang lang);
/* The vocabulary of an id; -1 when it is none. */
int vocab_by_name(const char *id);

size_t vocab_size(enum vocab_name vocab);
const struct vocab_entry *vocab_entry(enum vocab_name vocab, size_t ordinal);

/* Ordinal of the exact code, -1 when there is none.  Old municipality codes are not found here: area_municipality(). */
int vocab_find(enum vocab_name vocab, const char *code, size_t len);

/* Ordinal of the entry whose code, label or alternative label in any language is `text`; case, blanks around it and
 * the number of blanks inside do not matter, and composed and decomposed letters are the same.  A code wins over a
 * label and a label over an alternative label; among areas a municipality wins over a region of the same name and a
 * region over a wellbeing services county.  -1 when there is none, or when two entries have an equal claim. */
int vocab_find_label(enum vocab_name vocab, const char *text, size_t len);

/* The entries that a code of another system means, ascending; *count is 0 when there are none.  Exact code, with its
 * prefix as in `maps`.  A PTV code that is not mapped itself may have a mapped parent: cut it at its last point. */
const uint16_t *vocab_mapped(enum vocab_name vocab, const char *external, size_t len, size_t *count);

/* Steps through a '|' list (alt, maps): false at its end.  *list is moved on; *item points into the list. */
bool vocab_list_next(const char **list, const char **item, size_t *len);

/* Minutes since midnight of an entry of VOCAB_TIME: from <= t < to, 0..1440. */
void vocab_time_range(size_t ordinal, int *from_minute, int *to_minute);

/* ---- areas -------------------------------------------------------------------------------------------------------
 * Codes: "nationwide", "online", "wellbeing-12", "region-10", and three digits for a municipality ("491").
 * A municipality's `broader` is its region, because a tree on a page needs one parent; its wellbeing services county
 * stands in struct area_entry.  The others have none. */

enum area_type { AREA_NATIONWIDE, AREA_ONLINE, AREA_WELLBEING, AREA_REGION, AREA_MUNICIPALITY, AREA_TYPE_COUNT };

struct area_entry {
    const struct vocab_entry *entry;
    enum area_type type;
    int16_t region, wellbeing; /* ordinals; a municipality has both, the others have -1 */
    double lat, lon;           /* degrees WGS84, the centre of a municipality; NAN for the others */
};

/* The area of an ordinal of VOCAB_AREA. */
const struct area_entry *area_at(size_t ordinal);

/* A municipality, region or county: neither nationwide nor online. */
bool area_is_place(size_t ordinal);
/* Ordinal of the one nationwide area. */
uint16_t area_nationwide(void);

/* Like vocab_find_label(), but only among the areas of one type: there "Etelä-Savo" may be the wellbeing services
 * county.  For codes the number alone will do: "12". */
int area_find(enum area_type type, const char *text, size_t len);

/* Ordinal of a municipality by its code, "491"; the code of a merged municipality gives the present one.  -1. */
int area_municipality(const char *code, size_t len);

/* Ordinals of the municipalities in an area, ascending: those of a region or county, all for nationwide, itself for a
 * municipality, none for online. */
const uint16_t *area_members(size_t ordinal, size_t *count);

/* Ordinals of the municipalities that share a border with a municipality, ascending; at sea too.  Every municipality
 * has one at least, and is a neighbour of its neighbours; other areas have none. */
const uint16_t *area_neighbours(size_t ordinal, size_t *count);

struct postal_code {
    const char *code; /* five digits */
    uint16_t municipality;
    const char *name_fi, *name_sv; /* capitals, as the post writes them */
};

/* NULL when the code is not known. */
const struct postal_code *postal_code_find(const char *code, size_t len);
/* Ordinal of the municipality of a postal code; -1. */
int area_of_postal_code(const char *code, size_t len);

/* A municipality that is no more. */
struct area_merge {
    const char *old_code;
    const char *old_name_fi;
    const char *effective; /* first day of the merger, "2025-01-01" */
    uint16_t municipality; /* where it is now */
};

size_t area_merge_count(void);
const struct area_merge *area_merge_at(size_t index);
/* By old code or old name, as freely written as in vocab_find_label(); NULL. */
const struct area_merge *area_merge_find(const char *text, size_t len);

#endif
