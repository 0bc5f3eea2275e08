#include "searchd/hsds_write.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "vocab/vocab.h"

/* The record that is being written. */
struct writing {
    const json_t *record;
    const char *id;
    json_t *out;
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

static void put(json_t *object, const char *key, const char *text)
{
    if (text && *text)
        json_object_set_new(object, key, json_string(text));
}

static void put_copy(json_t *object, const char *key, const json_t *value)
{
    if (value)
        json_object_set_new(object, key, json_deep_copy(value));
}

static void put_id(const struct writing *w, json_t *object, const char *what, size_t number)
{
    char uuid[HSDS_UUID_BYTES];
    hsds_uuid_within(w->id, what, number, uuid);
    put(object, "id", uuid);
}

static json_t *list_in(json_t *object, const char *key)
{
    json_t *list = json_object_get(object, key);
    if (!list) {
        list = json_array();
        json_object_set_new(object, key, list);
    }
    return list;
}

/* A new member of a list, with its id. */
static json_t *add_to(const struct writing *w, json_t *object, const char *key, const char *what, size_t number)
{
    json_t *item = json_object();
    put_id(w, item, what, number);
    json_array_append_new(list_in(object, key), item);
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
    put(w->out, "name", text_of(texts, "title"));
    json_object_set_new(w->out, "description", json_string(buf_str(&text)));
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
        put(add_to(w, object, "phones", what, at), "number", number);
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
        put(to, "name", name);
        put(to, "title", title);
        put(to, "email", email);
        put_phone(w, to, phone, "contact-phone", i);
    }
}

static void put_times(json_t *to, const json_t *from)
{
    const char *opens = text_of(from, "from"), *closes = text_of(from, "to");
    put(to, "valid_from", text_of(from, "valid_from"));
    put(to, "valid_to", text_of(from, "valid_to"));
    put(to, "opens_at", opens);
    put(to, "closes_at", closes && strcmp(closes, "24:00") == 0 ? "00:00" : closes);
}

/* "MO,TH", or "1MO,-1MO" in a monthly rule. */
static void put_days(json_t *to, const json_t *from)
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
    put(to, "byday", days.len ? days.data : NULL);
    if (days.len)
        put(to, "freq", nth_count ? "MONTHLY" : "WEEKLY");
    buf_release(&days);
}

/* HSDS has no exceptions: they are words. */
static void put_notes(json_t *to, const json_t *from)
{
    struct buf notes = BUF_INIT;
    size_t i;
    json_t *except;
    json_array_foreach(json_object_get(from, "except"), i, except) {
        const char *first = json_is_string(except) ? json_string_value(except) : text_of(except, "from");
        const char *last = json_is_string(except) ? NULL : text_of(except, "to");
        buf_addf(&notes, "%s%s%s%s", i ? ", " : "Ei: ", first ? first : "", last ? "–" : "", last ? last : "");
    }
    put(to, "description", localised(json_object_get(from, "text")));
    put(to, "notes", notes.len ? notes.data : NULL);
    buf_release(&notes);
}

static void put_schedules(const struct writing *w)
{
    size_t i = 0;
    json_t *from;
    json_array_foreach(json_object_get(w->record, "schedule"), i, from) {
        json_t *to = add_to(w, w->out, "schedules", "schedule", i);
        put_times(to, from);
        put_days(to, from);
        put_notes(to, from);
        if (json_object_get(from, "every")) {
            put_copy(to, "interval", json_object_get(from, "every"));
            put(to, "dtstart", text_of(from, "valid_from"));
        }
    }
    const char *start = text_of(w->record, "start"), *end = text_of(w->record, "end");
    if (!start || i > 0) /* rules say it better */
        return;
    char day[11], last[11];
    json_t *to = add_to(w, w->out, "schedules", "dates", 0);
    snprintf(day, sizeof day, "%.10s", start);
    snprintf(last, sizeof last, "%.10s", end ? end : start);
    put(to, "dtstart", day);
    put(to, "valid_from", day);
    put(to, "valid_to", last);
    put(to, "opens_at", strlen(start) > 11 ? start + 11 : NULL);
    put(to, "closes_at", end && strlen(end) > 11 && strncmp(start, end, 10) == 0 ? end + 11 : NULL);
}

static void put_place(const struct writing *w, json_t *location, const json_t *place, size_t number)
{
    const char *municipality = text_of(place, "municipality"), *name = localised(json_object_get(place, "name"));
    const char *street = localised(json_object_get(place, "address"));
    size_t i;
    json_t *code;
    put(location, "location_type", "physical");
    put(location, "name", name);
    put_copy(location, "latitude", json_object_get(place, "lat"));
    put_copy(location, "longitude", json_object_get(place, "lon"));
    if (municipality || street) { /* HSDS wants all of these; what is not known is empty */
        json_t *address = add_to(w, location, "addresses", "address", number);
        const char *postal_code = text_of(place, "postal_code");
        json_object_set_new(address, "address_1", json_string(street ? street : ""));
        json_object_set_new(address, "city", json_string(municipality ? label(VOCAB_AREA, municipality) : ""));
        json_object_set_new(address, "state_province", json_string(""));
        json_object_set_new(address, "postal_code", json_string(postal_code ? postal_code : ""));
        put(address, "country", "FI");
        put(address, "address_type", "physical");
    }
    json_array_foreach(json_object_get(place, "accessibility"), i, code)
        put(add_to(w, location, "accessibility", "accessibility", number * 100 + i), "description",
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
            json_array_append_new(list_in(w->out, "locations"), location);
            continue;
        }
        json_t *at = add_to(w, w->out, "service_at_locations", "at-location", i);
        put(at, "service_id", text_of(w->out, "id"));
        put(at, "location_id", text_of(location, "id"));
        json_object_set_new(at, "location", location);
    }
}

static void put_areas(const struct writing *w)
{
    const json_t *area = json_object_get(w->record, "area");
    const char *scope = text_of(area, "scope");
    size_t i;
    json_t *code;
    if (scope && strcmp(scope, "nationwide") == 0)
        put(add_to(w, w->out, "service_areas", "area", 0), "name", "Koko Suomi");
    json_array_foreach(json_object_get(area, "codes"), i, code) {
        char whole[40]; /* a municipality's code is whole, a region's is "region-10" in the vocabulary */
        bool municipality = scope && strcmp(scope, "municipality") == 0;
        snprintf(whole, sizeof whole, "%s%s%s", municipality ? "" : scope, municipality ? "" : "-",
                 json_string_value(code));
        put(add_to(w, w->out, "service_areas", "area", i), "name", label(VOCAB_AREA, whole));
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
        put(attribute, "link_id", text_of(w->out, "id"));
        put(attribute, "taxonomy_term_id", uuid);
        put(attribute, "link_type", field);
        put(term, "id", uuid);
        put(term, "code", text);
        put(term, "name", name);
        put(term, "description", name);
        put(term, "taxonomy", field);
        put(term, "language", "fi");
        json_object_set_new(attribute, "taxonomy_term", term);
    }
}

static void put_languages(const struct writing *w)
{
    size_t i;
    json_t *code;
    json_array_foreach(json_object_get(w->record, "languages"), i, code) {
        json_t *language = add_to(w, w->out, "languages", "language", i);
        put(language, "code", json_string_value(code));
        put(language, "name", label(VOCAB_LANGUAGE, json_string_value(code)));
    }
}

static void put_cost(const struct writing *w, bool full)
{
    const json_t *price = json_object_get(w->record, "price"), *amount = json_object_get(price, "amount");
    const char *text = localised(json_object_get(price, "text"));
    bool no_cost = json_is_true(json_object_get(price, "free"));
    put(w->out, "fees_description", text ? text : no_cost ? "Maksuton" : NULL);
    if (!full || (!amount && !no_cost))
        return;
    json_t *option = add_to(w, w->out, "cost_options", "cost", 0);
    json_object_set_new(option, "amount", amount ? json_deep_copy(amount) : json_integer(0));
    put(option, "currency", "EUR");
    put(option, "option", text);
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
        put(w->out, "organization_id", uuid);
        json_t *to = json_object();
        put(to, "id", uuid);
        json_object_set_new(to, "name", json_string(name ? name : ""));
        json_object_set_new(to, "description", json_string("")); /* must be there; GET of the organization has it */
        json_object_set_new(w->out, "organization", to);
        return;
    }
}

static void put_status(const struct writing *w)
{
    const char *status = text_of(w->record, "status");
    put(w->out, "status", !status || strcmp(status, "active") == 0 ? "active"
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
    put(w->out, "url", first_link(w->record));
    put(w->out, "email", text_of(signup, "email"));
    put(w->out, "application_process", localised(json_object_get(signup, "text")));
    put_copy(w->out, "minimum_age", json_object_get(w->record, "age_min"));
    put_copy(w->out, "maximum_age", json_object_get(w->record, "age_max"));
    put(w->out, "assured_date", text_of(w->record, "verified_at"));
    put(w->out, "licenses", text_of(w->record, "licence"));
    snprintf(instant, sizeof instant, "%sT00:00:00+00:00", modified ? modified : "");
    put(w->out, "last_modified", modified ? instant : NULL);
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
    put(w->out, "website", first_link(w->record));
    if (!full)
        return;
    put_contacts(w);
    put_places(w, HSDS_ORGANIZATION);
    if (business_id) {
        json_t *identifier = add_to(w, w->out, "organization_identifiers", "identifier", 0);
        put(identifier, "identifier_scheme", "FI-PRO");
        put(identifier, "identifier_type", "Y-tunnus");
        put(identifier, "identifier", business_id);
    }
    put_terms(w, "audience", VOCAB_AUDIENCE);
    put_terms(w, "theme", VOCAB_THEME);
}

enum status hsds_write(const char *json, size_t len, enum hsds_kind kind, bool full, struct buf *out, struct err *err)
{
    char uuid[HSDS_UUID_BYTES];
    json_t *record = json_loadb(json, len, 0, NULL);
    struct writing w = {.record = record, .id = text_of(record, "id"), .out = json_object()};
    if (!w.id || !w.out) {
        json_decref(record);
        json_decref(w.out);
        return err_set(err, STATUS_CORRUPT, "a stored record is no JSON");
    }
    hsds_uuid(w.id, strlen(w.id), uuid);
    put(w.out, "id", uuid);
    put_description(&w);
    if (kind == HSDS_SERVICE)
        write_service(&w, full);
    else
        write_organization(&w, full);
    char *text = json_dumps(w.out, JSON_COMPACT | JSON_REAL_PRECISION(9));
    if (text)
        buf_adds(out, text);
    free(text);
    json_decref(record);
    json_decref(w.out);
    return text ? buf_ok(out, err) : err_set(err, STATUS_NOMEM, "out of memory");
}
