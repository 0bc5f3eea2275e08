/* An activity: what it is, for whom, where it serves, what it costs, whom to ask.  Its channels: lahella_channel.c. */
#include "indexer/sources/lahella.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "indexer/sources/import_value.h"
#include "indexer/sources/lahella_channel.h"

enum { TITLE_CHARS = 200, BODY_CHARS = 20000, TEXT_CHARS = 500, AGE_OPEN = 200, CODE_BYTES = 100, RANGES_MOST = 40 };

static const char *const langs[] = {"fi", "sv", "en"};

/* ---- texts ------------------------------------------------------------------------------------------------------ */

json_t *lahella_texts(struct import_notes *notes, const char *path, const json_t *owner, const char *member,
                      size_t most)
{
    const json_t *translations = json_object_get(owner, "translations");
    json_t *texts = json_object();
    for (size_t i = 0; i < 3; i++)
        import_put(texts, langs[i],
                   import_text(notes, import_path(notes, "%s.translations.%s.%s", path, langs[i], member),
                               json_object_get(json_object_get(translations, langs[i]), member), TEXT_ONE_LINE, most));
    if (json_object_size(texts) > 0)
        return texts;
    json_decref(texts);
    return NULL;
}

static void put_texts(struct import_notes *notes, const json_t *traits, json_t *record)
{
    const json_t *translations = json_object_get(traits, "translations");
    import_origin(notes, "texts", "traits.translations");
    for (size_t i = 0; i < 3; i++) {
        const json_t *texts = json_object_get(translations, langs[i]);
        const char *path = import_path(notes, "traits.translations.%s", langs[i]);
        import_put_text(record, langs[i], "title",
                        import_text(notes, import_path(notes, "%s.name", path), json_object_get(texts, "name"),
                                    TEXT_ONE_LINE, TITLE_CHARS));
        import_put_text(record, langs[i], "body",
                        import_text(notes, import_path(notes, "%s.description", path),
                                    json_object_get(texts, "description"), TEXT_PARAGRAPHS, BODY_CHARS));
        import_put_summary(notes, import_path(notes, "%s.summary", path), record, langs[i],
                           json_object_get(texts, "summary"));
    }
}

/* ---- codes ------------------------------------------------------------------------------------------------------ */

/* The map of Lähellä.fi's codes is in the vocabularies: "lahella:ht_luonto". */
static bool put_code(json_t *record, const char *field, enum vocab_name vocab, const char *code)
{
    char external[CODE_BYTES + 10];
    if (strlen(code) > CODE_BYTES)
        return false;
    snprintf(external, sizeof external, "lahella:%s", code);
    return import_put_mapped(record, field, vocab, external);
}

bool lahella_put_code(json_t *record, const char *field, enum vocab_name vocab, const char *code)
{
    return put_code(record, field, vocab, code);
}

/* Codes that say nothing for which we have a word. */
static bool is_wordless(const char *code)
{
    static const char *const codes[] = {"hm_harrastukset",  "hm_oppaat", "ht_maanpuolustus", "ht_pelastustoiminta",
                                        "ht_uskonnot"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(code, codes[i]) == 0)
            return true;
    return false;
}

static void put_codes(struct import_notes *notes, const json_t *traits, const char *member, json_t *record)
{
    const char *path = import_path(notes, "traits.%s", member);
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(traits, member), i, item)
    {
        const char *code = json_string_value(item);
        bool theme = code && put_code(record, "theme", VOCAB_THEME, code);
        bool form = code && put_code(record, "form", VOCAB_FORM, code);
        if (!theme && !form && !(code && is_wordless(code)))
            import_warn(notes, &(struct import_note){PROBLEM_CODE, path, item, NULL},
                        "is a code that is not known here; it is left out");
    }
    import_origin(notes, strcmp(member, "theme") == 0 ? "theme" : "form", path);
}

static void put_languages(struct import_notes *notes, const json_t *traits, json_t *record)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(traits, "locale"), i, item)
    {
        const char *code = json_string_value(item);
        if (!code || (!put_code(record, "languages", VOCAB_LANGUAGE, code) &&
                      !import_put_label(record, "languages", VOCAB_LANGUAGE, code)))
            import_warn(notes, &(struct import_note){PROBLEM_CODE, "traits.locale", item, NULL},
                        "is a language that is not known; it is left out");
    }
}

static const char *put_kind(struct import_notes *notes, const json_t *traits, json_t *record)
{
    const json_t *type = json_object_get(traits, "type");
    const char *code = json_string_value(type), *kind = NULL;
    char external[CODE_BYTES + 10];
    size_t count = 0;
    if (code && strlen(code) <= CODE_BYTES) {
        snprintf(external, sizeof external, "lahella:%s", code);
        const uint16_t *kinds = vocab_mapped(VOCAB_KIND, external, strlen(external), &count);
        kind = count ? vocab_entry(VOCAB_KIND, kinds[0])->code : NULL;
        put_code(record, "theme", VOCAB_THEME, code);
    }
    if (!kind)
        import_warn(notes, &(struct import_note){PROBLEM_CODE, "traits.type", type, "hobby, support or voluntary"},
                    "is not known; it is taken as an activity");
    import_put(record, "kind", json_string(kind ? kind : "activity"));
    import_origin(notes, "kind", "traits.type");
    return kind ? kind : "activity";
}

/* ---- for whom --------------------------------------------------------------------------------------------------- */

struct ages {
    struct {
        int from, to; /* to AGE_OPEN: no upper end */
    } ranges[RANGES_MOST];
    size_t count;
    bool any;
};

static const struct {
    const char *name;
    int from, to;
} groups[] = {{"baby", 0, 1},         {"child", 2, 6},  {"schoolAge", 7, 12}, {"young", 13, 17},
              {"youngAdult", 18, 29}, {"adult", 30, 64}, {"elderly", 65, AGE_OPEN}};

/* "18-29", "65-", "65+"; 0..120 and beyond is open. */
static bool range_read(const char *text, int *from, int *to)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    long low = strtol(text, &end, 10), high = AGE_OPEN;
    if (*end == '-' && end[1] >= '0' && end[1] <= '9')
        high = strtol(end + 1, &end, 10);
    else if (*end == '-' || *end == '+')
        end++;
    else
        return false;
    if (*end || low > 120 || high < low)
        return false;
    *from = (int)low;
    *to = high >= 99 ? AGE_OPEN : (int)high;
    return true;
}

static bool ages_add(struct ages *ages, const char *group)
{
    int from = 0, to = 0;
    bool found = strncmp(group, "range:", 6) == 0 && range_read(group + 6, &from, &to);
    if (strcmp(group, "any") == 0)
        return ages->any = true;
    for (size_t i = 0; !found && i < sizeof groups / sizeof *groups; i++)
        if ((found = strcmp(group, groups[i].name) == 0)) {
            from = groups[i].from;
            to = groups[i].to;
        }
    if (!found || ages->count == RANGES_MOST)
        return false;
    size_t at = ages->count++;
    while (at > 0 && ages->ranges[at - 1].from > from) {
        ages->ranges[at] = ages->ranges[at - 1];
        at--;
    }
    ages->ranges[at].from = from;
    ages->ranges[at].to = to;
    return true;
}

/* One span of ages when the ranges touch each other; for those with a gap only the groups say for whom. */
static void put_ages(const struct ages *ages, json_t *record)
{
    if (ages->any || ages->count == 0)
        return;
    int from = ages->ranges[0].from, to = ages->ranges[0].to;
    bool gap = false;
    for (size_t i = 1; i < ages->count; i++) {
        gap = gap || ages->ranges[i].from > to + 1;
        to = ages->ranges[i].to > to ? ages->ranges[i].to : to;
    }
    if (!gap && from == 0 && to == AGE_OPEN)
        return; /* everybody */
    for (size_t i = 0; i < ages->count; i++)
        for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
            if (ages->ranges[i].from == groups[g].from && ages->ranges[i].to == groups[g].to)
                put_code(record, "audience", VOCAB_AUDIENCE, groups[g].name);
    if (!gap && from > 0)
        import_put(record, "age_min", json_integer(from));
    if (!gap && to < AGE_OPEN)
        import_put(record, "age_max", json_integer(to));
}

static void put_demographic(struct import_notes *notes, const json_t *traits, json_t *record)
{
    struct ages ages = {.count = 0};
    bool male = false, female = false;
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(traits, "demographic"), i, item)
    {
        const char *text = json_string_value(item), *tail = text ? strchr(text, '/') : NULL;
        bool known = false;
        if (tail && strncmp(text, "ageGroup/", 9) == 0)
            known = ages_add(&ages, tail + 1);
        else if (tail && strncmp(text, "gender/", 7) == 0) {
            male = male || strcmp(tail, "/male") == 0;
            female = female || strcmp(tail, "/female") == 0;
            known = strcmp(tail, "/male") == 0 || strcmp(tail, "/female") == 0 || strcmp(tail, "/gender") == 0;
        } else if (tail)
            known = put_code(record, "audience", VOCAB_AUDIENCE, tail + 1);
        if (!known)
            import_warn(notes, &(struct import_note){PROBLEM_CODE, "traits.demographic", item, NULL},
                        "is a group that is not known here; it is left out");
    }
    if (male != female)
        put_code(record, "audience", VOCAB_AUDIENCE, male ? "male" : "female");
    put_ages(&ages, record);
    import_origin(notes, "audience", "traits.demographic");
    import_origin(notes, "age_min", "traits.demographic");
    import_origin(notes, "age_max", "traits.demographic");
}

/* ---- where it serves -------------------------------------------------------------------------------------------- */

/* "city/FI/Mikkeli", "state/FI/Etelä-Savo": its ordinal, -1 when it is not known. */
static int area_of(const char *region, bool *city)
{
    const char *name = strrchr(region, '/');
    uint16_t area;
    bool merged;
    *city = strncmp(region, "city/", 5) == 0;
    if (!name || (!*city && strncmp(region, "state/", 6) != 0) || !name[1])
        return -1;
    name++;
    if (*city ? normalise_municipality(name, strlen(name), &area, &merged)
              : normalise_area(SCOPE_REGION, name, strlen(name), &area, &merged))
        return area;
    return -1;
}

static void add_area(json_t *codes, size_t ordinal)
{
    const char *code = vocab_entry(VOCAB_AREA, ordinal)->code, *dash = strchr(code, '-');
    json_t *ours = json_string(dash ? dash + 1 : code), *other; /* "region-10" is "10" within its scope */
    size_t i;
    json_array_foreach(codes, i, other)
        if (json_equal(other, ours)) {
            json_decref(ours);
            return;
        }
    json_array_append_new(codes, ours);
}

static void add_members(json_t *codes, size_t region)
{
    size_t count;
    const uint16_t *members = area_members(region, &count);
    for (size_t i = 0; i < count; i++)
        add_area(codes, members[i]);
}

/* An empty list is the whole country; towns and regions together are their municipalities. */
static void put_area(struct import_notes *notes, const json_t *traits, json_t *record)
{
    const json_t *regions = json_object_get(traits, "region");
    json_t *area = json_object(), *codes = json_array(), *item;
    bool cities = false, city;
    size_t i;
    json_array_foreach(regions, i, item)
        cities = cities || (json_is_string(item) && strncmp(json_string_value(item), "city/", 5) == 0);
    json_array_foreach(regions, i, item)
    {
        int ordinal = json_is_string(item) ? area_of(json_string_value(item), &city) : -1;
        if (ordinal < 0)
            import_warn(notes, &(struct import_note){PROBLEM_CODE, import_path(notes, "traits.region[%zu]", i), item,
                        "write city/FI/Mikkeli or state/FI/Etelä-Savo"}, "is not a known area; it is left out");
        else if (cities && !city)
            add_members(codes, (size_t)ordinal);
        else
            add_area(codes, (size_t)ordinal);
    }
    if (json_is_array(regions) && json_array_size(regions) == 0)
        import_put(area, "scope", json_string("nationwide"));
    else if (json_array_size(codes) > 0)
        import_put(area, "scope", json_string(cities ? "municipality" : "region"));
    import_put(area, "codes", codes);
    import_put(record, "area", area);
    import_origin(notes, "area", "traits.region");
}

/* ---- price, contacts, group ------------------------------------------------------------------------------------- */

static void put_price(struct import_notes *notes, const json_t *traits, json_t *record)
{
    json_t *price = json_object(), *item, *texts = lahella_texts(notes, "traits", traits, "pricing", TEXT_CHARS);
    bool free = false, paid = false;
    const char *fi = import_string(texts, "fi");
    size_t i;
    json_array_foreach(json_object_get(traits, "pricing"), i, item)
    {
        const char *code = json_string_value(item);
        free = free || (code && strcmp(code, "free") == 0);
        paid = paid || (code && strcmp(code, "paid") == 0);
        if (!code || (strcmp(code, "free") != 0 && strcmp(code, "paid") != 0))
            import_warn(notes, &(struct import_note){PROBLEM_CODE, "traits.pricing", item, "free or paid"},
                        "is not known; it is left out");
    }
    if (free != paid)
        import_put(price, "free", json_boolean(free));
    if (paid && !free && fi) {
        struct price_words words;
        normalise_price(fi, strlen(fi), &words);
        if (isfinite(words.amount) && words.amount > 0)
            import_put(price, "amount", json_real(words.amount));
    }
    import_put(price, "text", texts);
    import_put(record, "price", price);
    import_origin(notes, "price", "traits.pricing");
}

/* An address and a telephone number of one description are one contact. */
static void add_contact(json_t *contacts, const char *field, json_t *value, json_t *name)
{
    json_t *last = json_array_get(contacts, json_array_size(contacts) - 1), *contact;
    bool same = last && !json_object_get(last, field) &&
                (name ? json_equal(json_object_get(last, "name"), name) : !json_object_get(last, "name"));
    contact = same ? last : json_object();
    import_put(contact, field, value);
    if (same)
        json_decref(name);
    else {
        import_put(contact, "name", name);
        json_array_append_new(contacts, contact);
    }
}

static void put_contacts(struct import_notes *notes, const json_t *traits, json_t *record)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(traits, "contacts"), i, item)
    {
        const char *type = import_string(item, "type"), *path = import_path(notes, "traits.contacts[%zu]", i);
        const json_t *value = json_object_get(item, "value");
        json_t *words = lahella_texts(notes, path, item, "description", TITLE_CHARS), *ours = NULL;
        path = import_path(notes, "%s.value", path);
        if (type && strcmp(type, "www") == 0) {
            if ((ours = import_url(notes, path, value))) {
                json_t *link = json_pack("{s:s, s:o}", "kind", "info", "url", ours);
                import_put(link, "text", json_incref(words));
                json_array_append_new(import_list(record, "links"), link);
            }
        } else if (type && strcmp(type, "email") == 0) {
            if ((ours = import_email(notes, path, value)))
                add_contact(import_list(record, "contact"), "email", ours, json_incref(words));
        } else if (type && strcmp(type, "phone") == 0) {
            if ((ours = import_phone(notes, path, value)))
                add_contact(import_list(record, "contact"), "phone", ours, json_incref(words));
        } else {
            import_warn(notes, &(struct import_note){PROBLEM_CODE, path, json_object_get(item, "type"),
                        "email, phone or www"}, "is a contact of a kind that is not known; it is left out");
        }
        json_decref(words);
    }
    import_origin(notes, "contact", "traits.contacts");
    import_origin(notes, "links", "traits.contacts");
}

/* The name of a group: its own member, or in the texts of its traits. */
static json_t *group_name(struct import_notes *notes, const json_t *group)
{
    json_t *name = import_localised(notes, "group.name", json_object_get(group, "name"), TEXT_ONE_LINE, TITLE_CHARS);
    return name ? name : lahella_texts(notes, "group.traits", json_object_get(group, "traits"), "name", TITLE_CHARS);
}

/* The group stands in "group", or in "links.groups" when the answer was asked with links[groups]=true. */
static void put_group(struct import_notes *notes, const json_t *activity, json_t *record)
{
    const json_t *linked = json_object_get(json_object_get(activity, "links"), "groups");
    const json_t *group = json_object_get(activity, "group"), *key;
    if (!json_is_object(group))
        group = json_is_array(linked) ? json_array_get(linked, 0)
                : json_object_get(linked, "traits") || json_object_get(linked, "name")
                    ? linked
                    : json_object_iter_value(json_object_iter((json_t *)linked));
    json_t *name = group_name(notes, group);
    if (!name)
        return;
    json_t *organisation = json_object();
    key = json_object_get(group, "_key");
    import_put(organisation, "id", json_is_string(key) ? import_id("lahella:", json_string_value(key)) : NULL);
    import_put(organisation, "name", name);
    json_array_append_new(import_list(record, "organisation"), organisation);
    import_origin(notes, "organisation", "group");
}

/* ---- the activity ----------------------------------------------------------------------------------------------- */

static bool recognise(const json_t *object)
{
    const json_t *traits = json_object_get(object, "traits");
    return json_is_object(traits) && !json_object_get(object, "kind") &&
           (json_is_object(json_object_get(traits, "translations")) ||
            json_is_array(json_object_get(traits, "channels"))) &&
           (json_object_get(object, "_key") || json_object_get(object, "status"));
}

static void put_visible(struct import_notes *notes, const json_t *activity, json_t *record)
{
    const json_t *visibility = json_object_get(json_object_get(activity, "tags"), "visibility");
    import_put(record, "visible_from",
               lahella_date(notes, "tags.visibility.start", json_object_get(visibility, "start")));
    json_t *to = lahella_date(notes, "tags.visibility.end", json_object_get(visibility, "end"));
    const char *from = import_string(record, "visible_from");
    if (to && from && strcmp(json_string_value(to), from) < 0) { /* ISO dates are in the order of their text */
        import_warn(notes, &(struct import_note){PROBLEM_CONFLICT, "tags.visibility.end", to, "check both dates"},
                    "is before tags.visibility.start; both are left out");
        json_object_del(record, "visible_from");
        json_decref(to);
        to = NULL;
    }
    import_put(record, "visible_to", to);
    import_origin(notes, "visible_from", "tags.visibility.start");
    import_origin(notes, "visible_to", "tags.visibility.end");
}

static enum status map(const json_t *activity, const struct import_lookup *lookup, struct import_notes *notes,
                       json_t **record, struct err *err)
{
    const json_t *traits = json_object_get(activity, "traits"), *state = json_object_get(activity, "status");
    const json_t *key = json_object_get(activity, "_key");
    json_t *number = json_is_integer(key) ? json_sprintf("%" JSON_INTEGER_FORMAT, json_integer_value(key)) : NULL;
    const char *text = json_is_string(key) ? json_string_value(key) : json_string_value(number);
    json_t *id = text ? import_id("lahella:", text) : NULL, *ours;
    (void)lookup;
    json_decref(number);
    *record = NULL;
    import_notes_id(notes, json_string_value(id));
    if (json_is_string(state) && strcmp(json_string_value(state), "published") != 0) {
        import_skip(notes, "status", state, "is not published: it is left out");
        json_decref(id);
        return STATUS_OK;
    }
    if (!(ours = json_object())) {
        json_decref(id);
        return arena_nomem(err);
    }
    import_put(ours, "id", id);
    import_origin(notes, "id", "_key");
    put_kind(notes, traits, ours);
    put_texts(notes, traits, ours);
    put_group(notes, activity, ours);
    put_codes(notes, traits, "theme", ours);
    put_codes(notes, traits, "format", ours);
    put_languages(notes, traits, ours);
    put_demographic(notes, traits, ours);
    put_area(notes, traits, ours);
    put_price(notes, traits, ours);
    put_contacts(notes, traits, ours);
    put_visible(notes, activity, ours);
    lahella_put_channels(notes, traits, ours);
    import_drop_empty(ours);
    *record = ours;
    return STATUS_OK;
}

const struct import_format lahella_format = {
    .name = "lahella", .title = "Lähellä.fi", .recognise = recognise, .map = map};
