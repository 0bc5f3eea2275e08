/* A record in memory: one thing that somebody offers to people, of one of nine kinds.
 *
 * Everything a record points to lives in the caller's arena; nothing is freed one by one.  All texts are well-formed
 * UTF-8 in NFC without control characters (paragraphs are divided by "\n\n"), never empty: unknown is NULL, count 0 or
 * the constant RECORD_..._UNKNOWN / DAY_UNKNOWN below.  Unknown is not no.
 *
 * Units: days since 1970-01-01 (int32_t), minutes since midnight in Finnish local time (int16_t, 0..1440), ages in
 * whole years, prices in euros, coordinates in degrees WGS84.  Codes are ordinals of their vocabulary (vocab/vocab.h),
 * ascending and distinct within a list.  Which field has which JSON name, limit and vocabulary: schema/field.h. */
#ifndef OPASTIN_RECORD_H
#define OPASTIN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

struct problems; /* validate.h */
struct json_t;   /* jansson.h, which only the readers and writers of JSON include */

enum { RECORD_FI, RECORD_SV, RECORD_EN, RECORD_LANGS };
extern const char *const record_langs[RECORD_LANGS]; /* "fi", "sv", "en"; enum ui_lang has the same order */

/* A text in up to three languages; NULL where there is none. */
struct localised {
    const char *in[RECORD_LANGS];
};

enum record_kind {
    RECORD_ORGANISATION,
    RECORD_ACTIVITY,
    RECORD_EVENT,
    RECORD_PLACE,
    RECORD_VOLUNTEER,
    RECORD_PROJECT,
    RECORD_EXPERIMENT,
    RECORD_STORY,
    RECORD_NEWS,
    RECORD_KINDS
};

/* Unknown values of plain members. */
#define DAY_UNKNOWN INT32_MIN
#define MINUTE_UNKNOWN ((int16_t)-1)
#define RECORD_AGE_UNKNOWN ((int16_t)-1)
#define RECORD_CODE_UNKNOWN UINT16_MAX  /* ordinals in a vocabulary */
#define RECORD_CHOICE_UNKNOWN UINT8_MAX /* members of the enums below */
/* Numbers (lat, lon, amount) are NAN when unknown. */

/* What a record says about a yes-no question. */
enum tristate { TRI_UNKNOWN, TRI_NO, TRI_YES };

/* minute is MINUTE_UNKNOWN for a plain date; day is DAY_UNKNOWN when the whole moment is. */
struct moment {
    int32_t day;
    int16_t minute;
};

/* Both ends included. */
struct day_range {
    int32_t from_day, to_day;
};

enum organisation_role { ROLE_ORGANISER, ROLE_PARTNER, ROLE_FUNDER, ROLE_ADMINISTRATOR, ROLE_PRODUCER, ROLE_COUNT };

/* An organisation the record names. */
struct organisation_ref {
    const char *id; /* of a record of kind organisation, NULL when it has none */
    struct localised name;
    uint8_t role; /* enum organisation_role; without meaning for members and partners */
};

struct keyword {
    struct localised text;
    const char *uri;
};

enum area_scope { SCOPE_NATIONWIDE, SCOPE_REGION, SCOPE_WELLBEING, SCOPE_MUNICIPALITY, SCOPE_COUNT };

/* Where the offer serves.  scope is RECORD_CHOICE_UNKNOWN when not stated; nationwide has no codes, the others have
 * at least one. */
struct area {
    uint8_t scope;   /* enum area_scope */
    uint16_t *codes; /* ordinals in VOCAB_AREA */
    size_t code_count;
};

struct place {
    struct localised name;
    struct localised address;
    const char *postal_code; /* five digits */
    uint16_t municipality;   /* ordinal in VOCAB_AREA */
    double lat, lon;         /* both or neither */
    uint16_t *accessibility; /* what is known to be there */
    size_t accessibility_count;
};

enum channel_type {
    CHANNEL_PLACE,
    CHANNEL_ONLINE,
    CHANNEL_PHONE,
    CHANNEL_HOME,
    CHANNEL_EMAIL,
    CHANNEL_CHAT,
    CHANNEL_POST,
    CHANNEL_COUNT
};

struct channel {
    uint8_t type; /* enum channel_type */
    const char *url, *phone, *email;
    struct localised text;
};

enum { NTH_LAST = 1 << 5, WEEKDAY_MASK = 0x7F };

/* One rule of a timetable: it holds on the weekdays, within valid_from..valid_to, except on the days of `except`. */
struct schedule {
    uint8_t weekdays;    /* bit 0 Monday .. bit 6 Sunday; 0 unknown */
    uint8_t nth;         /* bits 0..4 the first..fifth such weekday of a month, NTH_LAST the last; 0 all */
    int16_t from_minute; /* 0..1439 */
    int16_t to_minute;   /* 1..1440; below from_minute (at most 08:00): ends on the next day */
    int32_t valid_from_day, valid_to_day; /* both included */
    int16_t every_weeks; /* 1..52, counted from the week (Monday to Sunday) of valid_from_day; 0 unknown = 1 */
    struct day_range *except;
    size_t except_count;
    struct localised text;
};

struct price {
    uint8_t free;  /* enum tristate */
    double amount; /* euros, 0 or more */
    struct localised text;
};

struct signup {
    uint8_t needed; /* enum tristate */
    uint8_t full;   /* enum tristate */
    const char *url, *email, *phone;
    int32_t by_day; /* last day to sign up */
    struct localised text;
};

struct referral {
    uint8_t needed; /* enum tristate */
    struct localised text;
};

/* Which fields of a contact may be shown. */
enum { SHOW_NAME = 1, SHOW_TITLE = 2, SHOW_EMAIL = 4, SHOW_PHONE = 8, SHOW_ALL = 15 };

/* Whoever shows a record must honour `shown`; record_to_json(public_only) and contact_public() do. */
struct contact {
    struct localised name, title;
    const char *email, *phone;
    uint8_t shown; /* mask of SHOW_...; SHOW_ALL when the record does not say */
};

enum link_kind { LINK_INFO, LINK_BOOKING, LINK_STORY, LINK_FORM, LINK_VIDEO, LINK_MATERIAL, LINK_COUNT };

struct link {
    uint8_t kind; /* enum link_kind */
    const char *url;
    struct localised text;
};

enum record_status { RECORD_ACTIVE, RECORD_CANCELLED, RECORD_POSTPONED, RECORD_ENDED, RECORD_STATUSES };

enum organisation_type {
    ORGANISATION_ASSOCIATION,
    ORGANISATION_MUNICIPALITY,
    ORGANISATION_WELLBEING_COUNTY,
    ORGANISATION_PARISH,
    ORGANISATION_FOUNDATION,
    ORGANISATION_COMPANY,
    ORGANISATION_STATE,
    ORGANISATION_SCHOOL,
    ORGANISATION_NETWORK,
    ORGANISATION_OTHER,
    ORGANISATION_TYPES
};

struct record {
    const char *source; /* name of the source; set by the caller, not a field of the format, not in the hash */

    const char *id;
    uint8_t kind; /* enum record_kind */
    const char *origin_url;
    struct localised title, summary, body;

    struct organisation_ref *organisation;
    size_t organisation_count;
    uint16_t *audience; /* VOCAB_AUDIENCE */
    size_t audience_count;
    int16_t age_min, age_max; /* whole years 0..120 */
    uint16_t *theme;          /* VOCAB_THEME */
    size_t theme_count;
    uint16_t *threshold; /* VOCAB_THRESHOLD */
    size_t threshold_count;
    uint16_t *form; /* VOCAB_FORM */
    size_t form_count;
    uint16_t *life_event; /* VOCAB_LIFE_EVENT */
    size_t life_event_count;
    struct keyword *keyword;
    size_t keyword_count;
    struct area area;
    struct place *place;
    size_t place_count;
    struct channel *channel;
    size_t channel_count;
    struct schedule *schedule;
    size_t schedule_count;
    struct moment start, end;
    struct price price;
    struct signup signup;
    struct referral referral;
    uint16_t *languages; /* VOCAB_LANGUAGE; languages of the activity, not of the texts */
    size_t languages_count;
    uint8_t plain_language; /* enum tristate */
    struct contact *contact;
    size_t contact_count;
    struct link *links;
    size_t links_count;
    const char **related; /* record ids */
    size_t related_count;
    uint8_t status; /* enum record_status; RECORD_ACTIVE when the record does not say */
    int32_t visible_from_day, visible_to_day;
    int32_t modified_day;    /* the source's date; not in the hash */
    int32_t verified_at_day; /* a person checked the record on this day */
    struct localised verified_by;
    const char *licence;

    /* organisation */
    const char *business_id; /* "1234567-8" with a right check digit */
    uint8_t type;            /* enum organisation_type */
    struct organisation_ref *members;
    size_t members_count;
    /* organisation, project */
    struct organisation_ref *partners;
    size_t partners_count;
    /* activity */
    uint8_t peer_support; /* enum tristate */
    /* event */
    const char *series; /* id of the series */
    struct localised *programme;
    size_t programme_count;
    /* place */
    struct localised *facilities;
    size_t facilities_count;
    struct localised users;
    /* volunteer */
    struct localised time_needed, training, support;
    /* project */
    struct localised *goals;
    size_t goals_count;
    /* experiment */
    const char *project; /* record id */
    struct localised structure, content, process, result;
    /* story */
    struct localised subject, teller, invitation;
    /* news */
    int32_t date_day;
    struct localised author;
};

/* All unknown; status active. */
void record_init(struct record *record);

/* Reads, normalises (normalise.h) and checks (validate.h) one object of our own format.  STATUS_OK: the record is
 * good, problems may hold warnings.  STATUS_INVALID: problems holds every error found, and what could be read is in
 * the record (at least its id, if that was right).  STATUS_NOMEM: nothing can be said.
 * Problems get the location that was set with problems_at(). */
enum status record_from_json(const struct json_t *object, struct arena *arena, struct record *record,
                             struct problems *problems) MUST_USE;

/* What record_to_json leaves out. */
enum record_view {
    RECORD_WHOLE,      /* everything; record_from_json() gives the same record back */
    RECORD_PUBLIC_ONLY /* contact fields that may not be shown are absent, and so is the `public` member */
};

/* Appends one line of JSON without a newline: fields in the order of the table, codes for ordinals, unknown fields
 * absent.  The same record always gives the same bytes.  Check buf_ok(). */
void record_to_json(const struct record *record, enum record_view view, struct buf *out);

/* 128 bits over the meaning: every field but `source` and `modified`; the order of texts, places and so on counts,
 * the order of codes in the input does not.  Equal hash: nothing to index anew. STATUS_NOMEM. */
struct record_hash {
    uint64_t high, low;
};
enum status record_hash(const struct record *record, struct record_hash *hash, struct err *err) MUST_USE;

/* Code of a member of the enums above, "volunteer"; NULL when out of range. */
const char *record_kind_name(unsigned kind);
const char *organisation_role_name(unsigned role);
const char *area_scope_name(unsigned scope);
const char *channel_type_name(unsigned type);
const char *link_kind_name(unsigned kind);
const char *record_status_name(unsigned status);
const char *organisation_type_name(unsigned type);
const char *weekday_code(unsigned weekday); /* 0 = "mon" */

/* The enum record_kind of a code, -1 when it is none. */
int record_kind_find(const char *name, size_t len);

/* True when the text has any language. */
bool localised_known(const struct localised *text);
/* The text in the wanted language, else in Finnish, Swedish, English order; NULL when unknown.  *lang (may be NULL)
 * gets the language that was found. */
const char *localised_pick(const struct localised *text, int wanted, int *lang);

bool place_known_position(const struct place *place);
/* A copy in which the fields that may not be shown are unknown. */
struct contact contact_public(const struct contact *contact);

#endif
