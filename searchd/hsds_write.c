#include "searchd/hsds_write.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "vocab/vocab.h"

/* The record that is being written. */
struct writing {
    const json_t *record;
    const char *id;
    json_t *out;
    bool *failed; /* out of memory */
};

/* ---- reading ours ------------------------------------------------------------------------------------------------ */

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* A text in Finnish, else Swedish, else English; HSDS has one language for each. */
static const char *localised(const json_t *value)
{
    static const char *const langs[] = {"fi", "sv", "en"};
    const char *text = json_string_value(value);
    for (size_t i = 0; !text && i < 3; i++)
        text = text_of(value, langs[i]);
    return text;
}

static const json_t *texts_of(const json_t *record)
{
    static const char *const langs[] = {"fi", "sv", "en"};
    const json_t *texts = json_object_get(record, "texts"), *found = NULL;
    for (size_t i = 0; !found && i < 3; i++)
        found = json_object_get(texts, langs[i]);
    return found;
}

static const char *label(enum vocab_name vocab, const char *code)
{
    int ordinal = code ? vocab_find(vocab, code, strlen(code)) : -1;
    return ordinal < 0 ? code : vocab_entry(vocab, (size_t)ordinal)->label[UI_FI];
}

/* ---- writing theirs ---------------------------------------------------------------------------------------------- */

/* Half an object is none: what cannot be put for want of memory fails the whole. */
static void set(const struct writing *w, json_t *object, const char *key, json_t *value)
{
    *w->failed |= json_object_set_new(object, key, value) != 0;
}

static void append(const struct writing *w, json_t *list, json_t *value)
{
    *w->failed |= json_array_append_new(list, value) != 0;
}

static void put(const struct writing *w, json_t *object, const char *key, const char *text)
{
    if (text && *text)
        set(w, object, key, json_string(text));
}

static void put_copy(const struct writing *w, json_t *object, const char *key, const json_t *value)
{
    if (value)
        set(w, object, key, json_deep_copy(value));
}

/* Releases it. */
static void put_buf(const struct writing *w, json_t *object, const char *key, struct buf *text)
{
    *w->failed |= buf_ok(text, NULL) != STATUS_OK;
    put(w, object, key, buf_str(text));
    buf_release(text);
}

static void put_id(const struct writing *w, json_t *object, const char *what, size_t number)
{
    char uuid[HSDS_UUID_BYTES];
    hsds_uuid_within(w->id, what, number, uuid);
    put(w, object, "id", uuid);
}

static json_t *list_in(const struct writing *w, json_t *object, const char *key)
{
    json_t *list = json_object_get(object, key);
    if (!list) {
        list = json_array();
        set(w, object, key, list);
    }
    return list;
}

/* A new member of a list, with its id. */
static json_t *add_to(const struct writing *w, json_t *object, const char *key, const char *what, size_t number)
{
    json_t *item = json_object();
    put_id(w, item, what, number);
    append(w, list_in(w, object, key), item);
    return item;
}

static void put_description(const struct writing *w)
{
    const json_t *texts = texts_of(w->record);
    const char *summary = text_of(texts, "summary"), *body = text_of(texts, "body");
    struct buf text = BUF_INIT;
    if (summary)
        buf_adds(&text, summary);
    if (summary && body)
        buf_adds(&text, "\n\n");
    if (body)
        buf_adds(&text, body);
    put(w, w->out, "name", text_of(texts, "title"));
    *w->failed |= buf_ok(&text, NULL) != STATUS_OK;
    set(w, w->out, "description", json_string(buf_str(&text))); /* must be there, if empty */
    buf_release(&text);
}

static const char *first_link(const json_t *record)
{
    size_t i;
    json_t *link;
    json_array_foreach(json_object_get(record, "links"), i, link) {
        const char *kind = text_of(link, "kind");
        if (kind && (strcmp(kind, "info") == 0 || strcmp(kind, "booking") == 0))
            return text_of(link, "url");
    }
    return text_of(record, "origin_url");
}

static void put_phone(const struct writing *w, json_t *object, const char *number, const char *what, size_t at)
{
    if (number)
        put(w, add_to(w, object, "phones", what, at), "number", number);
}

/* Only what may be shown is in the record. */
static void put_contacts(const struct writing *w)
{
    size_t i;
    json_t *contact;
    json_array_foreach(json_object_get(w->record, "contact"), i, contact) {
        const char *name = localised(json_object_get(contact, "name"));
        const char *title = localised(json_object_get(contact, "title"));
        const char *email = text_of(contact, "email"), *phone = text_of(contact, "phone");
        if (!name && !title && !email) {
            put_phone(w, w->out, phone, "phone", i);
            continue;
        }
        json_t *to = add_to(w, w->out, "contacts", "contact", i);
        put(w, to, "name", name);
        put(w, to, "title", title);
        put(w, to, "email", email);
        put_phone(w, to, phone, "contact-phone", i);
    }
}

static void put_times(const struct writing *w, json_t *to, const json_t *from)
{
    const char *opens = text_of(from, "from"), *closes = text_of(from, "to");
    put(w, to, "valid_from", text_of(from, "valid_from"));
    put(w, to, "valid_to", text_of(from, "valid_to"));
    put(w, to, "opens_at", opens);
    put(w, to, "closes_at", closes && strcmp(closes, "24:00") == 0 ? "00:00" : closes);
}

/* "MO,TH", or "1MO,-1MO" in a monthly rule. */
static void put_days(const struct writing *w, json_t *to, const json_t *from)
{
    struct buf days = BUF_INIT;
    const json_t *nths = json_object_get(from, "nth");
    size_t i, n, nth_count = json_array_size(nths);
    json_t *day;
    json_array_foreach(json_object_get(from, "weekday"), i, day) {
        const char *code = json_string_value(day);
        for (n = 0; code && n < (nth_count ? nth_count : 1); n++) {
            const json_t *nth = json_array_get(nths, n);
            buf_adds(&days, days.len ? "," : "");
            if (json_is_integer(nth))
                buf_addf(&days, "%d", (int)json_integer_value(nth));
            else if (nth_count)
                buf_adds(&days, "-1"); /* "last" */
            buf_addf(&days, "%c%c", code[0] & ~32, code[1] & ~32);
        }
    }
    if (days.len)
        put(w, to, "freq", nth_count ? "MONTHLY" : "WEEKLY");
    put_buf(w, to, "byday", &days);
}

/* HSDS has no exceptions: they are words. */
static void put_notes(const struct writing *w, json_t *to, const json_t *from)
{
    struct buf notes = BUF_INIT;
    size_t i;
    json_t *except;
    json_array_foreach(json_object_get(from, "except"), i, except) {
        const char *first = json_is_string(except) ? json_string_value(except) : text_of(except, "from");
        const char *last = json_is_string(except) ? NULL : text_of(except, "to");
        buf_addf(&notes, "%s%s%s%s", i ? ", " : "Ei: ", first ? first : "", last ? "–" : "", last ? last : "");
    }
    put(w, to, "description", localised(json_object_get(from, "text")));
    put_buf(w, to, "notes", &notes);
}

static void put_schedules(const struct writing *w)
{
    size_t i = 0;
    json_t *from;
    json_array_foreach(json_object_get(w->record, "schedule"), i, from) {
        json_t *to = add_to(w, w->out, "schedules", "schedule", i);
        put_times(w, to, from);
        put_days(w, to, from);
        put_notes(w, to, from);
        if (json_object_get(from, "every")) {
            put_copy(w, to, "interval", json_object_get(from, "every"));
            put(w, to, "dtstart", text_of(from, "valid_from"));
        }
    }
    const char *start = text_of(w->record, "start"), *end = text_of(w->record, "end");
    if (!start || i > 0) /* rules say it better */
        return;
    char day[11], last[11];
    json_t *to = add_to(w, w->out, "schedules", "dates", 0);
    snprintf(day, sizeof day, "%.10s", start);
    snprintf(last, sizeof last, "%.10s", end ? end : start);
    put(w, to, "dtstart", day);
    put(w, to, "valid_from", day);
    put(w, to, "valid_to", last);
    put(w, to, "opens_at", strlen(start) > 11 ? start + 11 : NULL);
    put(w, to, "closes_at", end && strlen(end) > 11 && strncmp(start, end, 10) == 0 ? end + 11 : NULL);
}

static void put_place(const struct writing *w, json_t *location, const json_t *place, size_t number)
{
    const char *municipality = text_of(place, "municipality"), *name = localised(json_object_get(place, "name"));
    const char *street = localised(json_object_get(place, "address"));
    size_t i;
    json_t *code;
    put(w, location, "location_type", "physical");
    put(w, location, "name", name);
    put_copy(w, location, "latitude", json_object_get(place, "lat"));
    put_copy(w, location, "longitude", json_object_get(place, "lon"));
    if (municipality || street) { /* HSDS wants all of these; what is not known is empty */
        json_t *address = add_to(w, location, "addresses", "address", number);
        const char *postal_code = text_of(place, "postal_code");
        set(w, address, "address_1", json_string(street ? street : ""));
        set(w, address, "city", json_string(municipality ? label(VOCAB_AREA, municipality) : ""));
        set(w, address, "state_province", json_string(""));
        set(w, address, "postal_code", json_string(postal_code ? postal_code : ""));
        put(w, address, "country", "FI");
        put(w, address, "address_type", "physical");
    }
    json_array_foreach(json_object_get(place, "accessibility"), i, code)
        put(w, add_to(w, location, "accessibility", "accessibility", number * 100 + i), "description",
            label(VOCAB_ACCESSIBILITY, json_string_value(code)));
}

static void put_places(const struct writing *w, enum hsds_kind kind)
{
    size_t i;
    json_t *place;
    json_array_foreach(json_object_get(w->record, "place"), i, place) {
        json_t *location = json_object();
        put_id(w, location, "location", i);
        put_place(w, location, place, i);
        if (kind == HSDS_ORGANIZATION) {
            append(w, list_in(w, w->out, "locations"), location);
            continue;
        }
        json_t *at = add_to(w, w->out, "service_at_locations", "at-location", i);
        put(w, at, "service_id", text_of(w->out, "id"));
        put(w, at, "location_id", text_of(location, "id"));
        set(w, at, "location", location);
    }
}

static void put_areas(const struct writing *w)
{
    const json_t *area = json_object_get(w->record, "area");
    const char *scope = text_of(area, "scope");
    size_t i;
    json_t *code;
    if (scope && strcmp(scope, "nationwide") == 0)
        put(w, add_to(w, w->out, "service_areas", "area", 0), "name", "Koko Suomi");
    json_array_foreach(json_object_get(area, "codes"), i, code) {
        char whole[40]; /* a municipality's code is whole, a region's is "region-10" in the vocabulary */
        bool municipality = scope && strcmp(scope, "municipality") == 0;
        snprintf(whole, sizeof whole, "%s%s%s", municipality ? "" : scope, municipality ? "" : "-",
                 json_string_value(code));
        put(w, add_to(w, w->out, "service_areas", "area", i), "name", label(VOCAB_AREA, whole));
    }
}

static void put_terms(const struct writing *w, const char *field, enum vocab_name vocab)
{
    size_t i;
    json_t *code;
    json_array_foreach(json_object_get(w->record, field), i, code) {
        const char *text = json_string_value(code), *name = label(vocab, text);
        char uuid[HSDS_UUID_BYTES], whole[200];
        json_t *attribute = add_to(w, w->out, "attributes", field, i), *term = json_object();
        snprintf(whole, sizeof whole, "term:%s:%s", field, text);
        hsds_uuid(whole, strlen(whole), uuid); /* of the term, the same in all records */
        put(w, attribute, "link_id", text_of(w->out, "id"));
        put(w, attribute, "taxonomy_term_id", uuid);
        put(w, attribute, "link_type", field);
        put(w, term, "id", uuid);
        put(w, term, "code", text);
        put(w, term, "name", name);
        put(w, term, "description", name);
        put(w, term, "taxonomy", field);
        put(w, term, "language", "fi");
        set(w, attribute, "taxonomy_term", term);
    }
}

static void put_languages(const struct writing *w)
{
    size_t i;
    json_t *code;
    json_array_foreach(json_object_get(w->record, "languages"), i, code) {
        json_t *language = add_to(w, w->out, "languages", "language", i);
        put(w, language, "code", json_string_value(code));
        put(w, language, "name", label(VOCAB_LANGUAGE, json_string_value(code)));
    }
}

static void put_cost(const struct writing *w, bool full)
{
    const json_t *price = json_object_get(w->record, "price"), *amount = json_object_get(price, "amount");
    const char *text = localised(json_object_get(price, "text"));
    bool no_cost = json_is_true(json_object_get(price, "free"));
    put(w, w->out, "fees_description", text ? text : no_cost ? "Maksuton" : NULL);
    if (!full || (!amount && !no_cost))
        return;
    json_t *option = add_to(w, w->out, "cost_options", "cost", 0);
    set(w, option, "amount", amount ? json_deep_copy(amount) : json_integer(0));
    put(w, option, "currency", "EUR");
    put(w, option, "option", text);
}

/* ---- whole objects ----------------------------------------------------------------------------------------------- */

/* The organiser: by its record, else by its name. */
static void put_organisation(const struct writing *w)
{
    size_t i;
    json_t *organisation;
    json_array_foreach(json_object_get(w->record, "organisation"), i, organisation) {
        const char *role = text_of(organisation, "role"), *id = text_of(organisation, "id");
        const char *name = localised(json_object_get(organisation, "name"));
        char uuid[HSDS_UUID_BYTES];
        if ((role && strcmp(role, "organiser") != 0) || (!id && !name))
            continue;
        if (id)
            hsds_uuid(id, strlen(id), uuid);
        else
            hsds_uuid_within("organisation", name, 0, uuid);
        put(w, w->out, "organization_id", uuid);
        json_t *to = json_object();
        put(w, to, "id", uuid);
        set(w, to, "name", json_string(name ? name : ""));
        set(w, to, "description", json_string("")); /* must be there; GET of the organization has it */
        set(w, w->out, "organization", to);
        return;
    }
}

static void put_status(const struct writing *w)
{
    const char *status = text_of(w->record, "status");
    put(w, w->out, "status", !status || strcmp(status, "active") == 0 ? "active"
                          : strcmp(status, "postponed") == 0 ? "temporarily closed" : "inactive");
}

static void write_service(const struct writing *w, bool full)
{
    static const struct {
        const char *field;
        enum vocab_name vocab;
    } terms[] = {{"audience", VOCAB_AUDIENCE}, {"theme", VOCAB_THEME}, {"form", VOCAB_FORM},
                 {"threshold", VOCAB_THRESHOLD}, {"life_event", VOCAB_LIFE_EVENT}};
    const json_t *signup = json_object_get(w->record, "signup");
    const char *modified = text_of(w->record, "modified");
    char instant[40];
    put_status(w);
    put_organisation(w);
    put(w, w->out, "url", first_link(w->record));
    put(w, w->out, "email", text_of(signup, "email"));
    put(w, w->out, "application_process", localised(json_object_get(signup, "text")));
    put_copy(w, w->out, "minimum_age", json_object_get(w->record, "age_min"));
    put_copy(w, w->out, "maximum_age", json_object_get(w->record, "age_max"));
    put(w, w->out, "assured_date", text_of(w->record, "verified_at"));
    put(w, w->out, "licenses", text_of(w->record, "licence"));
    snprintf(instant, sizeof instant, "%sT00:00:00+00:00", modified ? modified : "");
    put(w, w->out, "last_modified", modified ? instant : NULL);
    put_cost(w, full);
    if (!full)
        return;
    put_phone(w, w->out, text_of(signup, "phone"), "signup", 0);
    put_contacts(w);
    put_schedules(w);
    put_areas(w);
    put_places(w, HSDS_SERVICE);
    put_languages(w);
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        put_terms(w, terms[i].field, terms[i].vocab);
}

static void write_organization(const struct writing *w, bool full)
{
    const char *business_id = text_of(w->record, "business_id");
    put(w, w->out, "website", first_link(w->record));
    if (!full)
        return;
    put_contacts(w);
    put_places(w, HSDS_ORGANIZATION);
    if (business_id) {
        json_t *identifier = add_to(w, w->out, "organization_identifiers", "identifier", 0);
        put(w, identifier, "identifier_scheme", "FI-PRO");
        put(w, identifier, "identifier_type", "Y-tunnus");
        put(w, identifier, "identifier", business_id);
    }
    put_terms(w, "audience", VOCAB_AUDIENCE);
    put_terms(w, "theme", VOCAB_THEME);
}

static int add_bytes(const char *bytes, size_t len, void *out)
{
    buf_add(out, bytes, len);
    return 0; /* the buffer remembers */
}

enum status hsds_write(const char *json, size_t len, enum hsds_kind kind, bool full, struct buf *out, struct err *err)
{
    char uuid[HSDS_UUID_BYTES];
    bool failed = false;
    json_t *record = json_loadb(json, len, 0, NULL);
    struct writing w = {record, text_of(record, "id"), json_object(), &failed};
    if (!w.id || !w.out) {
        json_decref(record);
        json_decref(w.out);
        return err_set(err, STATUS_CORRUPT, "a stored record is no JSON");
    }
    hsds_uuid(w.id, strlen(w.id), uuid);
    put(&w, w.out, "id", uuid);
    put_description(&w);
    if (kind == HSDS_SERVICE)
        write_service(&w, full);
    else
        write_organization(&w, full);
    failed |= json_dump_callback(w.out, add_bytes, out, JSON_COMPACT | JSON_REAL_PRECISION(9)) != 0;
    json_decref(record);
    json_decref(w.out);
    return failed ? err_set(err, STATUS_NOMEM, "out of memory") : buf_ok(out, err);
}
