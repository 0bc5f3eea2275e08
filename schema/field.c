#include "field.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define TABLE(fields, type)                                                                                            \
    {                                                                                                                  \
        fields, COUNT(fields), sizeof(struct type)                                                                     \
    }

/* Where a row's member is: a single value, a list with its count, both in struct `type`. */
#define AT(type, member) .offset = offsetof(struct type, member)
#define LIST(type, member)                                                                                             \
    .offset = offsetof(struct type, member), .count_offset = offsetof(struct type, member##_count)

/* ---- closed lists of codes, in the order of their enums ------------------------------------------------------ */

static const char *const kinds[] = {"organisation", "activity",   "event", "place", "volunteer",
                                    "project",      "experiment", "story", "news",  NULL};
static const char *const roles[] = {"organiser", "partner", "funder", "administrator", "producer", NULL};
static const char *const scopes[] = {"nationwide", "region", "wellbeing", "municipality", NULL};
static const char *const channels[] = {"place", "online", "phone", "home", "email", "chat", "post", NULL};
static const char *const link_kinds[] = {"info", "booking", "story", "form", "video", "material", NULL};
static const char *const statuses[] = {"active", "cancelled", "postponed", "ended", NULL};
static const char *const types[] = {"association", "municipality", "wellbeing-county", "parish",  "foundation",
                                    "company",     "state",        "school",           "network", "other",
                                    NULL};
static const char *const weekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};
static const char *const shown[] = {"name", "title", "email", "phone", NULL};

_Static_assert(COUNT(kinds) == RECORD_KINDS + 1, "a code for every kind");
_Static_assert(COUNT(roles) == ROLE_COUNT + 1, "a code for every role");
_Static_assert(COUNT(scopes) == SCOPE_COUNT + 1, "a code for every scope");
_Static_assert(COUNT(channels) == CHANNEL_COUNT + 1, "a code for every channel");
_Static_assert(COUNT(link_kinds) == LINK_COUNT + 1, "a code for every kind of link");
_Static_assert(COUNT(statuses) == RECORD_STATUSES + 1, "a code for every status");
_Static_assert(COUNT(types) == ORGANISATION_TYPES + 1, "a code for every type of organisation");

static const char *choice_name(const char *const *names, size_t count, unsigned ordinal)
{
    return ordinal < count ? names[ordinal] : NULL;
}

const char *record_kind_name(unsigned kind)
{
    return choice_name(kinds, RECORD_KINDS, kind);
}
const char *organisation_role_name(unsigned role)
{
    return choice_name(roles, ROLE_COUNT, role);
}
const char *area_scope_name(unsigned scope)
{
    return choice_name(scopes, SCOPE_COUNT, scope);
}
const char *channel_type_name(unsigned type)
{
    return choice_name(channels, CHANNEL_COUNT, type);
}
const char *link_kind_name(unsigned kind)
{
    return choice_name(link_kinds, LINK_COUNT, kind);
}
const char *record_status_name(unsigned status)
{
    return choice_name(statuses, RECORD_STATUSES, status);
}
const char *organisation_type_name(unsigned type)
{
    return choice_name(types, ORGANISATION_TYPES, type);
}
const char *weekday_code(unsigned weekday)
{
    return choice_name(weekdays, 7, weekday);
}

int record_kind_find(const char *name, size_t len)
{
    for (int i = 0; i < RECORD_KINDS; i++)
        if (strlen(kinds[i]) == len && memcmp(kinds[i], name, len) == 0)
            return i;
    return -1;
}

/* ---- the tables of nested objects ---------------------------------------------------------------------------- */

enum {
    CHARS_LINE = 200,  /* names, addresses */
    CHARS_NOTE = 500,  /* a remark beside structured data */
    CHARS_PART = 5000, /* a section of a description */
    CHARS_URL = 2000,
    CHARS_ID = 100,
};

static const char mend_url[] = "write the whole address, such as https://www.jarjesto.fi/ryhmat";
static const char mend_email[] = "write one address, such as etunimi.sukunimi@jarjesto.fi";
static const char mend_phone[] = "write one number, such as 040 000 4567, and other words in a text field";
static const char mend_age[] = "write the age in whole years";
static const char mend_date[] = "write the date as 2026-12-01 or 1.12.2026";
static const char mend_clock[] = "write the time as 18:00";
static const char mend_id[] = "write the id of that record, such as mikkeli-sydankerho";

static const struct field texts_fields[] = {
    {"texts.title", "title", FIELD_TEXT, AT(record, title), .max_chars = 200, .group = GROUP_TITLE,
     .headers = "nimi|otsikko|title|name", .help = "what it is called"},
    {"texts.summary", "summary", FIELD_TEXT, AT(record, summary), .max_chars = 500, .group = GROUP_SUMMARY,
     .headers = "tiivistelmä|lyhyt kuvaus|summary", .help = "one or two sentences, shown in lists"},
    {"texts.body", "body", FIELD_TEXT, AT(record, body), .form = FORM_PARAGRAPHS, .max_chars = 20000,
     .group = GROUP_BODY, .headers = "kuvaus|description|body",
     .help = "the whole text; paragraphs divided by an empty line"},
};
static const struct field_table texts_table = TABLE(texts_fields, record);

static const struct field organisation_fields[] = {
    {"organisation.id", "id", FIELD_STRING, AT(organisation_ref, id), .form = FORM_ID, .max_chars = CHARS_ID,
     .headers = "järjestö_tunnus|organisation_id", .help = "id of the organisation's own record", .mend = mend_id},
    {"organisation.name", "name", FIELD_TEXT, AT(organisation_ref, name), .max_chars = CHARS_LINE,
     .headers = "järjestö|järjestäjä|organisation|organization", .group = GROUP_ORGANISATION, .help = "its name"},
    {"organisation.role", "role", FIELD_CHOICE, AT(organisation_ref, role), .choices = roles, .flags = FIELD_DEFAULT,
     .help = "what it does here"},
};
static const struct field_table organisation_table = TABLE(organisation_fields, organisation_ref);

static const struct field member_fields[] = {
    {"members.id", "id", FIELD_STRING, AT(organisation_ref, id), .form = FORM_ID, .max_chars = CHARS_ID,
     .help = "id of its own record", .mend = mend_id},
    {"members.name", "name", FIELD_TEXT, AT(organisation_ref, name), .max_chars = CHARS_LINE,
     .group = GROUP_ORGANISATION, .help = "its name"},
};
static const struct field partner_fields[] = {
    {"partners.id", "id", FIELD_STRING, AT(organisation_ref, id), .form = FORM_ID, .max_chars = CHARS_ID,
     .help = "id of its own record", .mend = mend_id},
    {"partners.name", "name", FIELD_TEXT, AT(organisation_ref, name), .max_chars = CHARS_LINE,
     .group = GROUP_ORGANISATION, .help = "its name"},
};
static const struct field_table member_table = TABLE(member_fields, organisation_ref);
static const struct field_table partner_table = TABLE(partner_fields, organisation_ref);

static const struct field keyword_fields[] = {
    {"keyword.text", "text", FIELD_TEXT, AT(keyword, text), .max_chars = 100, .group = GROUP_KEYWORD,
     .flags = FIELD_REQUIRED, .headers = "asiasanat|avainsanat|keywords|keyword", .help = "the word"},
    {"keyword.uri", "uri", FIELD_STRING, AT(keyword, uri), .form = FORM_URL, .max_chars = CHARS_URL,
     .help = "its concept, such as http://www.yso.fi/onto/yso/p6935", .mend = mend_url},
};
static const struct field_table keyword_table = TABLE(keyword_fields, keyword);

static const struct field area_fields[] = {
    {"area.scope", "scope", FIELD_CHOICE, AT(area, scope), .choices = scopes, .flags = FIELD_REQUIRED,
     .help = "what the codes are codes of"},
    {"area.codes", "codes", FIELD_AREAS, .offset = offsetof(struct area, codes),
     .count_offset = offsetof(struct area, code_count), .max_items = 400, .group = GROUP_PLACE,
     .help = "codes of the areas served; none for nationwide"},
};
static const struct field_table area_table = TABLE(area_fields, area);

static const struct field place_fields[] = {
    {"place.name", "name", FIELD_TEXT, AT(place, name), .max_chars = CHARS_LINE, .group = GROUP_PLACE,
     .headers = "paikka|paikan nimi|place|venue", .help = "what the place is called"},
    {"place.address", "address", FIELD_TEXT, AT(place, address), .max_chars = CHARS_LINE, .group = GROUP_PLACE,
     .headers = "osoite|katuosoite|address|street", .help = "street and number"},
    {"place.postal_code", "postal_code", FIELD_STRING, AT(place, postal_code), .form = FORM_POSTAL_CODE, .max_chars = 5,
     .group = GROUP_PLACE, .headers = "postinumero|postal_code|postcode", .help = "five digits",
     .mend = "write the five digits, such as 50100"},
    {"place.municipality", "municipality", FIELD_CODE, AT(place, municipality), .vocab = VOCAB_AREA,
     .group = GROUP_PLACE, .headers = "kunta|paikkakunta|municipality", .help = "code or name of the municipality",
     .mend = "write the three digits of Statistics Finland, such as 491, or the name"},
    {"place.lat", "lat", FIELD_NUMBER, AT(place, lat), .min = 59.4, .max = 70.1, .decimals = 6,
     .headers = "lat|leveysaste|latitude", .help = "degrees north, WGS84",
     .mend = "write degrees such as 61.688; check that lat and lon have not changed places"},
    {"place.lon", "lon", FIELD_NUMBER, AT(place, lon), .min = 19.0, .max = 31.7, .decimals = 6,
     .headers = "lon|pituusaste|longitude|lng", .help = "degrees east, WGS84",
     .mend = "write degrees such as 27.273; check that lat and lon have not changed places"},
    {"place.accessibility", "accessibility", FIELD_CODES, LIST(place, accessibility), .vocab = VOCAB_ACCESSIBILITY,
     .max_items = 50, .group = GROUP_LABEL, .headers = "esteettömyys|accessibility",
     .help = "what is known to be there"},
};
static const struct field_table place_table = TABLE(place_fields, place);

static const struct field channel_fields[] = {
    {"channel.type", "type", FIELD_CHOICE, AT(channel, type), .choices = channels, .flags = FIELD_REQUIRED,
     .help = "how one takes part"},
    {"channel.url", "url", FIELD_STRING, AT(channel, url), .form = FORM_URL, .max_chars = CHARS_URL,
     .help = "web address", .mend = mend_url},
    {"channel.phone", "phone", FIELD_STRING, AT(channel, phone), .form = FORM_PHONE, .max_chars = 60,
     .help = "phone number", .mend = mend_phone},
    {"channel.email", "email", FIELD_STRING, AT(channel, email), .form = FORM_EMAIL, .max_chars = 254,
     .help = "e-mail address", .mend = mend_email},
    {"channel.text", "text", FIELD_TEXT, AT(channel, text), .max_chars = CHARS_NOTE, .group = GROUP_BODY,
     .help = "more in words"},
};
static const struct field_table channel_table = TABLE(channel_fields, channel);

static const struct field schedule_fields[] = {
    {"schedule.weekday", "weekday", FIELD_CHOICES, AT(schedule, weekdays), .choices = weekdays, .max_items = 7,
     .headers = "viikonpäivä|viikonpäivät|weekday|weekdays", .help = "days of the week"},
    {"schedule.from", "from", FIELD_CLOCK, AT(schedule, from_minute), .headers = "alkaa|from|opens",
     .help = "begins at", .mend = mend_clock},
    {"schedule.to", "to", FIELD_CLOCK, AT(schedule, to_minute), .headers = "päättyy|to|closes",
     .help = "ends at; up to 08:00 of the next day", .mend = mend_clock},
    {"schedule.valid_from", "valid_from", FIELD_DATE, AT(schedule, valid_from_day), .help = "first day of the season",
     .headers = "kausi_alkaa|valid_from", .mend = mend_date},
    {"schedule.valid_to", "valid_to", FIELD_DATE, AT(schedule, valid_to_day), .help = "last day of the season",
     .headers = "kausi_päättyy|valid_to", .mend = mend_date},
    {"schedule.every", "every", FIELD_INTEGER, AT(schedule, every_weeks), .min = 1, .max = 52,
     .headers = "viikkoväli|every", .help = "every n weeks, counted from the week of valid_from",
     .mend = "write a number of weeks, 2 for every second"},
    {"schedule.nth", "nth", FIELD_NTH, AT(schedule, nth), .max_items = 6,
     .help = "the nth such weekday of a month, -1 the last"},
    {"schedule.except", "except", FIELD_DAYS, LIST(schedule, except), .max_items = 400, .headers = "poikkeukset|except",
     .help = "dates, and ranges of dates, on which it does not hold", .mend = mend_date},
    {"schedule.text", "text", FIELD_TEXT, AT(schedule, text), .max_chars = CHARS_NOTE, .group = GROUP_BODY,
     .headers = "aikataulu|ajankohta|schedule_text", .help = "more in words"},
};
static const struct field_table schedule_table = TABLE(schedule_fields, schedule);

static const struct field price_fields[] = {
    {"price.free", "free", FIELD_BOOL, AT(price, free), .headers = "maksuton|ilmainen|free", .help = "costs nothing"},
    {"price.amount", "amount", FIELD_NUMBER, AT(price, amount), .min = 0, .max = 100000, .decimals = 2, .help = "euros",
     .mend = "write euros as a number, such as 5.5, and the rest in price.text"},
    {"price.text", "text", FIELD_TEXT, AT(price, text), .max_chars = CHARS_NOTE, .group = GROUP_BODY,
     .help = "more in words"},
};
static const struct field_table price_table = TABLE(price_fields, price);

static const struct field signup_fields[] = {
    {"signup.needed", "needed", FIELD_BOOL, AT(signup, needed), .help = "one has to sign up"},
    {"signup.url", "url", FIELD_STRING, AT(signup, url), .form = FORM_URL, .max_chars = CHARS_URL,
     .headers = "ilmoittautumislinkki|signup_url", .help = "where", .mend = mend_url},
    {"signup.email", "email", FIELD_STRING, AT(signup, email), .form = FORM_EMAIL, .max_chars = 254, .help = "where",
     .mend = mend_email},
    {"signup.phone", "phone", FIELD_STRING, AT(signup, phone), .form = FORM_PHONE, .max_chars = 60, .help = "where",
     .mend = mend_phone},
    {"signup.by", "by", FIELD_DATE, AT(signup, by_day), .headers = "ilmoittautuminen_viimeistään|signup_by",
     .help = "the last day", .mend = mend_date},
    {"signup.full", "full", FIELD_BOOL, AT(signup, full), .headers = "täynnä|full", .help = "no places left"},
    {"signup.text", "text", FIELD_TEXT, AT(signup, text), .max_chars = CHARS_NOTE, .group = GROUP_BODY,
     .help = "more in words"},
};
static const struct field_table signup_table = TABLE(signup_fields, signup);

static const struct field referral_fields[] = {
    {"referral.needed", "needed", FIELD_BOOL, AT(referral, needed), .help = "one needs a referral to come"},
    {"referral.text", "text", FIELD_TEXT, AT(referral, text), .max_chars = CHARS_NOTE, .group = GROUP_BODY,
     .help = "from whom, and how"},
};
static const struct field_table referral_table = TABLE(referral_fields, referral);

static const struct field contact_fields[] = {
    {"contact.name", "name", FIELD_TEXT, AT(contact, name), .max_chars = CHARS_LINE,
     .headers = "yhteyshenkilö|contact|contact_name", .help = "a person or an office"},
    {"contact.title", "title", FIELD_TEXT, AT(contact, title), .max_chars = CHARS_LINE,
     .headers = "nimike|tehtävä|contact_title", .help = "what they are"},
    {"contact.email", "email", FIELD_STRING, AT(contact, email), .form = FORM_EMAIL, .max_chars = 254,
     .headers = "sähköposti|email|e-mail", .help = "e-mail address", .mend = mend_email},
    {"contact.phone", "phone", FIELD_STRING, AT(contact, phone), .form = FORM_PHONE, .max_chars = 60,
     .headers = "puhelin|puhelinnumero|phone|telephone", .help = "phone number", .mend = mend_phone},
    {"contact.public", "public", FIELD_SHOWN, AT(contact, shown), .choices = shown, .max_items = 4,
     .help = "true (default), false, or the fields that may be shown"},
};
static const struct field_table contact_table = TABLE(contact_fields, contact);

static const struct field link_fields[] = {
    {"links.kind", "kind", FIELD_CHOICE, AT(link, kind), .choices = link_kinds, .flags = FIELD_REQUIRED,
     .help = "what is behind it"},
    {"links.url", "url", FIELD_STRING, AT(link, url), .form = FORM_URL, .max_chars = CHARS_URL, .flags = FIELD_REQUIRED,
     .help = "web address", .mend = mend_url},
    {"links.text", "text", FIELD_TEXT, AT(link, text), .max_chars = CHARS_LINE, .group = GROUP_BODY,
     .help = "words of the link"},
};
static const struct field_table link_table = TABLE(link_fields, link);

/* ---- the record ---------------------------------------------------------------------------------------------- */

static const struct field record_fields[] = {
    {"id", "id", FIELD_STRING, AT(record, id), .form = FORM_ID, .max_chars = CHARS_ID, .flags = FIELD_REQUIRED,
     .headers = "tunnus|id", .help = "unique and lasting; a-z, 0-9 and . _ : -",
     .mend = "write a-z, 0-9, full stop, underline, colon or hyphen, such as mikkeli-sydankerho"},
    {"kind", "kind", FIELD_CHOICE, AT(record, kind), .choices = kinds, .flags = FIELD_REQUIRED, .group = GROUP_LABEL,
     .headers = "tyyppi|laji|kind", .help = "what it is", .mend = "say what the record is, such as activity or event"},
    {"origin_url", "origin_url", FIELD_STRING, AT(record, origin_url), .form = FORM_URL, .max_chars = CHARS_URL,
     .headers = "alkuperä|origin_url|source_url", .help = "the page the record was made from", .mend = mend_url},
    {"texts", "texts", FIELD_BY_LANGUAGE, .offset = 0, .sub = &texts_table, .flags = FIELD_REQUIRED,
     .help = "title, summary and body in fi, sv and en", .mend = "give a title in at least one of fi, sv and en"},
    {"organisation", "organisation", FIELD_OBJECTS, LIST(record, organisation), .sub = &organisation_table,
     .max_items = 50, .help = "who offers it"},
    {"audience", "audience", FIELD_CODES, LIST(record, audience), .vocab = VOCAB_AUDIENCE, .max_items = 100,
     .group = GROUP_LABEL, .headers = "kohderyhmät|kohderyhmä|audience", .help = "for whom"},
    {"age_min", "age_min", FIELD_INTEGER, AT(record, age_min), .min = 0, .max = 120,
     .headers = "ikä_alku|ikä_min|age_min|minimum_age", .help = "youngest age", .mend = mend_age},
    {"age_max", "age_max", FIELD_INTEGER, AT(record, age_max), .min = 0, .max = 120,
     .headers = "ikä_loppu|ikä_max|age_max|maximum_age", .help = "oldest age", .mend = mend_age},
    {"theme", "theme", FIELD_CODES, LIST(record, theme), .vocab = VOCAB_THEME, .max_items = 100, .group = GROUP_LABEL,
     .headers = "teemat|teema|theme|themes", .help = "what it is about"},
    {"threshold", "threshold", FIELD_CODES, LIST(record, threshold), .vocab = VOCAB_THRESHOLD, .max_items = 20,
     .group = GROUP_LABEL, .headers = "kynnys|threshold", .help = "how easy it is to come"},
    {"form", "form", FIELD_CODES, LIST(record, form), .vocab = VOCAB_FORM, .max_items = 20, .group = GROUP_LABEL,
     .headers = "muoto|toimintamuoto|form", .help = "how it is done"},
    {"life_event", "life_event", FIELD_CODES, LIST(record, life_event), .vocab = VOCAB_LIFE_EVENT, .max_items = 20,
     .group = GROUP_LABEL, .headers = "elämäntilanne|elämäntilanteet|life_event", .help = "at which turn of life"},
    {"keyword", "keyword", FIELD_OBJECTS, LIST(record, keyword), .sub = &keyword_table, .max_items = 100,
     .flags = FIELD_SHORTHAND, .help = "words people may look for"},
    {"area", "area", FIELD_OBJECT, AT(record, area), .sub = &area_table, .headers = "alue|area",
     .help = "where it serves; left out: the places' municipalities"},
    {"place", "place", FIELD_OBJECTS, LIST(record, place), .sub = &place_table, .max_items = 64,
     .help = "where it is held"},
    {"channel", "channel", FIELD_OBJECTS, LIST(record, channel), .sub = &channel_table, .max_items = 50,
     .help = "ways to take part"},
    {"schedule", "schedule", FIELD_OBJECTS, LIST(record, schedule), .sub = &schedule_table, .max_items = 200,
     .help = "when; opening hours of a place"},
    {"start", "start", FIELD_MOMENT, AT(record, start), .headers = "alkupvm|alkupäivä|start|start_date",
     .help = "first day, or local date and time", .mend = "write 2026-12-01 or 2026-12-01T18:00"},
    {"end", "end", FIELD_MOMENT, AT(record, end), .headers = "loppupvm|loppupäivä|end|end_date",
     .help = "last day, or local date and time", .mend = "write 2026-12-01 or 2026-12-01T18:00"},
    {"price", "price", FIELD_OBJECT, AT(record, price), .sub = &price_table, .headers = "hinta|price",
     .help = "what it costs"},
    {"signup", "signup", FIELD_OBJECT, AT(record, signup), .sub = &signup_table,
     .headers = "ilmoittautuminen|signup|registration", .help = "whether and how to sign up"},
    {"referral", "referral", FIELD_OBJECT, AT(record, referral), .sub = &referral_table, .headers = "lähete|referral",
     .help = "whether a referral is needed"},
    {"languages", "languages", FIELD_CODES, LIST(record, languages), .vocab = VOCAB_LANGUAGE, .max_items = 50,
     .group = GROUP_LABEL, .headers = "kielet|kieli|languages|language", .help = "languages spoken there"},
    {"plain_language", "plain_language", FIELD_BOOL, AT(record, plain_language), .headers = "selkokieli|plain_language",
     .help = "in plain language"},
    {"contact", "contact", FIELD_OBJECTS, LIST(record, contact), .sub = &contact_table, .max_items = 50,
     .help = "whom to ask"},
    {"links", "links", FIELD_OBJECTS, LIST(record, links), .sub = &link_table, .max_items = 50,
     .help = "more on the web"},
    {"related", "related", FIELD_STRINGS, LIST(record, related), .form = FORM_ID, .max_chars = CHARS_ID,
     .max_items = 200, .headers = "liittyvät|related", .help = "ids of other records", .mend = mend_id},
    {"status", "status", FIELD_CHOICE, AT(record, status), .choices = statuses, .flags = FIELD_DEFAULT,
     .headers = "tila|status", .help = "whether it goes on"},
    {"visible_from", "visible_from", FIELD_DATE, AT(record, visible_from_day),
     .headers = "julkaistaan_alkaen|visible_from", .help = "first day to show it", .mend = mend_date},
    {"visible_to", "visible_to", FIELD_DATE, AT(record, visible_to_day), .headers = "julkaistaan_asti|visible_to",
     .help = "last day to show it", .mend = mend_date},
    {"modified", "modified", FIELD_DATE, AT(record, modified_day), .headers = "muokattu|modified",
     .flags = FIELD_NO_MEANING, .help = "the source changed it", .mend = mend_date},
    {"verified_at", "verified_at", FIELD_DATE, AT(record, verified_at_day),
     .headers = "tarkistettu|verified|verified_at", .help = "a person checked it", .mend = mend_date},
    {"verified_by", "verified_by", FIELD_TEXT, AT(record, verified_by), .max_chars = CHARS_LINE,
     .headers = "tarkistaja|verified_by", .help = "who did"},
    {"licence", "licence", FIELD_STRING, AT(record, licence), .max_chars = 100, .headers = "lisenssi|licence|license",
     .help = "under which the record may be used, such as CC-BY-4.0"},
    {"business_id", "business_id", FIELD_STRING, AT(record, business_id), .form = FORM_BUSINESS_ID, .max_chars = 9,
     .kinds = KIND_BIT(RECORD_ORGANISATION), .headers = "y_tunnus|business_id", .help = "Finnish business id",
     .mend = "write seven digits, a hyphen and the check digit, or leave it out"},
    {"type", "type", FIELD_CHOICE, AT(record, type), .choices = types, .kinds = KIND_BIT(RECORD_ORGANISATION),
     .headers = "organisaatiotyyppi|organisation_type", .help = "what kind of organisation"},
    {"members", "members", FIELD_OBJECTS, LIST(record, members), .sub = &member_table, .max_items = 500,
     .kinds = KIND_BIT(RECORD_ORGANISATION), .help = "its member organisations"},
    {"partners", "partners", FIELD_OBJECTS, LIST(record, partners), .sub = &partner_table, .max_items = 500,
     .kinds = KIND_BIT(RECORD_ORGANISATION) | KIND_BIT(RECORD_PROJECT), .help = "with whom it works"},
    {"peer_support", "peer_support", FIELD_BOOL, AT(record, peer_support), .kinds = KIND_BIT(RECORD_ACTIVITY),
     .headers = "vertaistuki|peer_support", .help = "peer support is given"},
    {"series", "series", FIELD_STRING, AT(record, series), .form = FORM_ID, .max_chars = CHARS_ID,
     .kinds = KIND_BIT(RECORD_EVENT), .headers = "sarja|series", .help = "id of the series it belongs to",
     .mend = mend_id},
    {"programme", "programme", FIELD_TEXTS, LIST(record, programme), .max_chars = CHARS_NOTE, .max_items = 100,
     .kinds = KIND_BIT(RECORD_EVENT), .group = GROUP_BODY, .headers = "ohjelma|programme", .help = "what happens"},
    {"facilities", "facilities", FIELD_TEXTS, LIST(record, facilities), .max_chars = CHARS_LINE, .max_items = 100,
     .kinds = KIND_BIT(RECORD_PLACE), .group = GROUP_BODY, .headers = "varustus|facilities",
     .help = "what is there to use"},
    {"users", "users", FIELD_TEXT, AT(record, users), .max_chars = CHARS_NOTE, .kinds = KIND_BIT(RECORD_PLACE),
     .group = GROUP_BODY, .headers = "käyttäjät|users", .help = "who may use it"},
    {"time_needed", "time_needed", FIELD_TEXT, AT(record, time_needed), .max_chars = CHARS_NOTE,
     .kinds = KIND_BIT(RECORD_VOLUNTEER), .group = GROUP_BODY, .headers = "ajantarve|time_needed",
     .help = "how much time it takes"},
    {"training", "training", FIELD_TEXT, AT(record, training), .max_chars = CHARS_NOTE,
     .kinds = KIND_BIT(RECORD_VOLUNTEER), .group = GROUP_BODY, .headers = "koulutus|training",
     .help = "what training is given"},
    {"support", "support", FIELD_TEXT, AT(record, support), .max_chars = CHARS_NOTE,
     .kinds = KIND_BIT(RECORD_VOLUNTEER), .group = GROUP_BODY, .headers = "tuki|support",
     .help = "what support is given"},
    {"goals", "goals", FIELD_TEXTS, LIST(record, goals), .max_chars = CHARS_NOTE, .max_items = 50,
     .kinds = KIND_BIT(RECORD_PROJECT), .group = GROUP_BODY, .headers = "tavoitteet|goals",
     .help = "what the project is after"},
    {"project", "project", FIELD_STRING, AT(record, project), .form = FORM_ID, .max_chars = CHARS_ID,
     .kinds = KIND_BIT(RECORD_EXPERIMENT), .headers = "hanke|project", .help = "id of the project", .mend = mend_id},
    {"structure", "structure", FIELD_TEXT, AT(record, structure), .form = FORM_PARAGRAPHS, .max_chars = CHARS_PART,
     .kinds = KIND_BIT(RECORD_EXPERIMENT), .group = GROUP_BODY, .headers = "rakenne|structure",
     .help = "how it is set up"},
    {"content", "content", FIELD_TEXT, AT(record, content), .form = FORM_PARAGRAPHS, .max_chars = CHARS_PART,
     .kinds = KIND_BIT(RECORD_EXPERIMENT), .group = GROUP_BODY, .headers = "sisältö|content",
     .help = "what was done in it"},
    {"process", "process", FIELD_TEXT, AT(record, process), .form = FORM_PARAGRAPHS, .max_chars = CHARS_PART,
     .kinds = KIND_BIT(RECORD_EXPERIMENT), .group = GROUP_BODY, .headers = "prosessi|process", .help = "how it went"},
    {"result", "result", FIELD_TEXT, AT(record, result), .form = FORM_PARAGRAPHS, .max_chars = CHARS_PART,
     .kinds = KIND_BIT(RECORD_EXPERIMENT), .group = GROUP_BODY, .headers = "tulos|result", .help = "what came of it"},
    {"subject", "subject", FIELD_TEXT, AT(record, subject), .max_chars = CHARS_LINE, .kinds = KIND_BIT(RECORD_STORY),
     .group = GROUP_BODY, .headers = "kenestä|subject", .help = "whose story it is"},
    {"teller", "teller", FIELD_TEXT, AT(record, teller), .max_chars = CHARS_LINE, .kinds = KIND_BIT(RECORD_STORY),
     .headers = "kertoja|teller", .help = "who tells it"},
    {"invitation", "invitation", FIELD_TEXT, AT(record, invitation), .max_chars = CHARS_NOTE,
     .kinds = KIND_BIT(RECORD_STORY), .headers = "kutsu|invitation", .help = "how to tell one's own"},
    {"date", "date", FIELD_DATE, AT(record, date_day), .kinds = KIND_BIT(RECORD_NEWS),
     .headers = "päivämäärä|julkaistu|date", .help = "day of the news", .mend = mend_date},
    {"author", "author", FIELD_TEXT, AT(record, author), .max_chars = CHARS_LINE, .kinds = KIND_BIT(RECORD_NEWS),
     .headers = "kirjoittaja|author", .help = "who wrote it"},
};
static const struct field_table record_table = TABLE(record_fields, record);

const struct field_table *field_table(void)
{
    return &record_table;
}

/* ---- finding rows -------------------------------------------------------------------------------------------- */

const struct field *field_find(const struct field_table *table, const char *json, size_t len)
{
    for (size_t i = 0; i < table->count; i++)
        if (strlen(table->fields[i].json) == len && memcmp(table->fields[i].json, json, len) == 0)
            return &table->fields[i];
    return NULL;
}

const struct field *field_find_path(const char *path)
{
    const struct field_table *table = &record_table;
    const struct field *field = NULL;
    while (table && *path) {
        size_t len = strcspn(path, ".[");
        field = field_find(table, path, len);
        if (!field && table == &texts_table) { /* the language of "texts.fi.title" */
            path += len + (path[len] == '.');
            continue;
        }
        if (!field)
            return NULL;
        path += len;
        if (*path == '[')
            path += strcspn(path, "]") + (strchr(path, ']') != NULL);
        table = field->sub;
        if (*path == '.')
            path++;
        else
            break;
    }
    return *path ? NULL : field;
}

static bool walk_table(const struct field_table *table, field_visit *visit, void *context)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->fields[i];
        if (!visit(context, field) || (field->sub && !walk_table(field->sub, visit, context)))
            return false;
    }
    return true;
}

bool field_walk(field_visit *visit, void *context)
{
    return walk_table(&record_table, visit, context);
}

/* ---- CSV headers --------------------------------------------------------------------------------------------- */

/* The letters of Finnish and Swedish without their marks; other letters stay, everything else goes. */
static char fold_character(uint32_t c)
{
    if (c >= 'A' && c <= 'Z')
        return (char)(c + 32);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        return (char)c;
    switch (c) {
    case 0xC4:
    case 0xE4:
    case 0xC5:
    case 0xE5: return 'a';
    case 0xD6:
    case 0xF6: return 'o';
    case 0xC9:
    case 0xE9: return 'e';
    default: return '\0';
    }
}

void field_fold_header(const char *header, char folded[FIELD_HEADER_BYTES])
{
    size_t len = strlen(header), at = 0, out = 0;
    while (at < len && out < FIELD_HEADER_BYTES - 1) {
        size_t step;
        uint32_t c = utf8_decode(header + at, len - at, &step);
        char letter = fold_character(c);
        if (letter)
            folded[out++] = letter;
        at += step;
    }
    folded[out] = '\0';
}

bool field_header_among(const char *names, const char *folded)
{
    while (names && *names) {
        size_t len = strcspn(names, "|");
        char name[FIELD_HEADER_BYTES], known[FIELD_HEADER_BYTES];
        if (len < sizeof name) {
            memcpy(name, names, len);
            name[len] = '\0';
            field_fold_header(name, known);
            if (strcmp(known, folded) == 0)
                return true;
        }
        names += len + (names[len] == '|');
    }
    return false;
}

struct header_search {
    const char *folded;
    const struct field *found;
};

static bool header_matches(void *context, const struct field *field)
{
    struct header_search *search = context;
    if (!field_header_among(field->headers, search->folded))
        return true;
    search->found = field;
    return false;
}

const struct field *field_find_header(const char *header, int *lang)
{
    char folded[FIELD_HEADER_BYTES];
    field_fold_header(header, folded);
    struct header_search search = {folded, NULL};
    *lang = -1;
    if (!folded[0] || !field_walk(header_matches, &search))
        return search.found;
    size_t len = strlen(folded);
    for (int i = 0; i < RECORD_LANGS && len > 2; i++) {
        if (strcmp(folded + len - 2, record_langs[i]) != 0)
            continue;
        folded[len - 2] = '\0';
        field_walk(header_matches, &search);
        if (!search.found || search.found->type != FIELD_TEXT)
            return NULL;
        *lang = i;
        return search.found;
    }
    return NULL;
}

/* ---- nearest names ------------------------------------------------------------------------------------------- */

enum { NEAREST_BYTES = 40 };

size_t field_distance(const char *a, const char *b)
{
    size_t rows[3][NEAREST_BYTES + 1], a_len = strlen(a), b_len = strlen(b);
    if (a_len > NEAREST_BYTES || b_len > NEAREST_BYTES)
        return NEAREST_BYTES;
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *higher = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t cost = (a[i - 1] | 32) != (b[j - 1] | 32);
            size_t best = above[j - 1] + cost;
            best = above[j] + 1 < best ? above[j] + 1 : best;
            best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && higher[j - 2] + 1 < best)
                best = higher[j - 2] + 1;
            row[j] = best;
        }
    }
    return rows[a_len % 3][b_len];
}

const char *field_nearest(const struct field_table *table, const char *json)
{
    const char *nearest = NULL;
    size_t best = strlen(json) / 3 + 1;
    for (size_t i = 0; i < table->count; i++) {
        size_t distance = field_distance(table->fields[i].json, json);
        if (distance < best) {
            best = distance;
            nearest = table->fields[i].json;
        }
    }
    return nearest;
}

/* ---- members ------------------------------------------------------------------------------------------------- */

bool field_has_kind(const struct field *field, unsigned kind)
{
    return field->kinds == 0 || (field->kinds & KIND_BIT(kind)) != 0;
}

const void *field_member(const struct field *field, const void *object)
{
    return (const char *)object + field->offset;
}

/* Pointers to different types have one representation here, but not one effective type: copy the bytes. */
const void *field_items(const struct field *field, const void *object)
{
    const void *items;
    memcpy(&items, field_member(field, object), sizeof items);
    return items;
}

size_t field_count(const struct field *field, const void *object)
{
    size_t count;
    memcpy(&count, (const char *)object + field->count_offset, sizeof count);
    return count;
}

static void init_member(const struct field *field, char *member)
{
    switch (field->type) {
    case FIELD_CHOICE: *(uint8_t *)member = field->flags & FIELD_DEFAULT ? 0 : RECORD_CHOICE_UNKNOWN; break;
    case FIELD_CODE: *(uint16_t *)member = RECORD_CODE_UNKNOWN; break;
    case FIELD_INTEGER: *(int16_t *)member = field->min > 0 ? 0 : RECORD_AGE_UNKNOWN; break;
    case FIELD_NUMBER: *(double *)member = NAN; break;
    case FIELD_DATE: *(int32_t *)member = DAY_UNKNOWN; break;
    case FIELD_MOMENT: *(struct moment *)member = (struct moment){DAY_UNKNOWN, MINUTE_UNKNOWN}; break;
    case FIELD_CLOCK: *(int16_t *)member = MINUTE_UNKNOWN; break;
    case FIELD_SHOWN: *(uint8_t *)member = SHOW_ALL; break;
    case FIELD_OBJECT: field_init(field->sub, member); break;
    default: break; /* zero is unknown */
    }
}

void field_init(const struct field_table *table, void *object)
{
    memset(object, 0, table->size);
    for (size_t i = 0; i < table->count; i++)
        init_member(&table->fields[i], (char *)object + table->fields[i].offset);
}

static bool any_known(const struct field_table *table, const void *object)
{
    for (size_t i = 0; i < table->count; i++)
        if (field_known(&table->fields[i], object))
            return true;
    return false;
}

bool field_known(const struct field *field, const void *object)
{
    const void *member = field_member(field, object);
    switch (field->type) {
    case FIELD_STRING: return field_items(field, object) != NULL;
    case FIELD_TEXT: return localised_known(member);
    case FIELD_STRINGS:
    case FIELD_TEXTS:
    case FIELD_CODES:
    case FIELD_AREAS:
    case FIELD_DAYS:
    case FIELD_OBJECTS: return field_count(field, object) > 0;
    case FIELD_CHOICE: return *(const uint8_t *)member != (field->flags & FIELD_DEFAULT ? 0 : RECORD_CHOICE_UNKNOWN);
    case FIELD_CHOICES:
    case FIELD_BOOL:
    case FIELD_NTH: return *(const uint8_t *)member != 0;
    case FIELD_CODE: return *(const uint16_t *)member != RECORD_CODE_UNKNOWN;
    case FIELD_INTEGER: return *(const int16_t *)member >= field->min;
    case FIELD_NUMBER: return !isnan(*(const double *)member);
    case FIELD_DATE: return *(const int32_t *)member != DAY_UNKNOWN;
    case FIELD_MOMENT: return ((const struct moment *)member)->day != DAY_UNKNOWN;
    case FIELD_CLOCK: return *(const int16_t *)member != MINUTE_UNKNOWN;
    case FIELD_SHOWN: return *(const uint8_t *)member != SHOW_ALL;
    case FIELD_OBJECT:
    case FIELD_BY_LANGUAGE: return any_known(field->sub, member);
    case FIELD_TYPES: break;
    }
    return false;
}

/* ---- words --------------------------------------------------------------------------------------------------- */

const char *field_type_name(enum field_type type)
{
    static const char *const names[FIELD_TYPES] = {
        [FIELD_STRING] = "string",
        [FIELD_TEXT] = "text",
        [FIELD_STRINGS] = "list of strings",
        [FIELD_TEXTS] = "list of texts",
        [FIELD_CHOICE] = "code",
        [FIELD_CHOICES] = "list of codes",
        [FIELD_CODE] = "code",
        [FIELD_CODES] = "list of codes",
        [FIELD_AREAS] = "list of area codes",
        [FIELD_INTEGER] = "whole number",
        [FIELD_NUMBER] = "number",
        [FIELD_BOOL] = "true or false",
        [FIELD_DATE] = "date",
        [FIELD_MOMENT] = "date or date and time",
        [FIELD_CLOCK] = "time of day",
        [FIELD_NTH] = "list of 1 to 5 and -1",
        [FIELD_DAYS] = "list of dates and ranges of dates",
        [FIELD_SHOWN] = "true, false or list of codes",
        [FIELD_OBJECT] = "object",
        [FIELD_OBJECTS] = "list of objects",
        [FIELD_BY_LANGUAGE] = "object by language",
    };
    return (unsigned)type < FIELD_TYPES ? names[type] : "unknown";
}

const char *field_group_name(enum field_group group)
{
    static const char *const names[GROUP_COUNT] = {"none",  "title",   "organisation", "keyword",
                                                   "label", "summary", "body",         "place"};
    return (unsigned)group < GROUP_COUNT ? names[group] : "unknown";
}
