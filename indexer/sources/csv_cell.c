/* One cell by the type of its field; and the cells that mean a whole object: area, price, sign-up, referral. */
#include "indexer/sources/csv_object.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "normalise.h"

/* ---- words for closed lists ---------------------------------------------------------------------------------- */

static const struct {
    const char *path, *word, *code;
} choice_words[] = {
    {"status", "voimassa", "active"},     {"status", "käynnissä", "active"},
    {"status", "peruttu", "cancelled"},   {"status", "peruutettu", "cancelled"},
    {"status", "siirretty", "postponed"}, {"status", "päättynyt", "ended"},
    {"status", "loppunut", "ended"},      {"type", "yhdistys", "association"},
    {"type", "järjestö", "association"},  {"type", "kunta", "municipality"},
    {"type", "kaupunki", "municipality"}, {"type", "hyvinvointialue", "wellbeing-county"},
    {"type", "seurakunta", "parish"},     {"type", "säätiö", "foundation"},
    {"type", "yritys", "company"},        {"type", "valtio", "state"},
    {"type", "koulu", "school"},          {"type", "oppilaitos", "school"},
    {"type", "verkosto", "network"},      {"type", "muu", "other"},
};

static const char *choice_code(const struct field *field, const char *text)
{
    for (size_t i = 0; i < sizeof choice_words / sizeof choice_words[0]; i++)
        if (strcmp(choice_words[i].path, field->path) == 0 && strcasecmp(choice_words[i].word, text) == 0)
            return choice_words[i].code;
    return text;
}

/* ---- single values ------------------------------------------------------------------------------------------- */

/* "18", "18 v", "18-vuotiaat", "61,68" */
static bool number_of(const struct field *field, const struct csv_value *value, double *number)
{
    static const char *const units[] = {"v", "v.", "vuotta", "vuotiaat", "vuotias", "år", "years", NULL};
    if (normalise_number(value->text, value->len, number))
        return true;
    size_t digits = strspn(value->text, "0123456789");
    const char *unit = value->text + digits + strspn(value->text + digits, " -");
    for (const char *const *u = units; field->type == FIELD_INTEGER && digits > 0 && *u; u++)
        if (strcasecmp(unit, *u) == 0)
            return normalise_number(value->text, digits, number);
    return false;
}

static void put_number(struct csv_object *object, const struct field *field, const struct csv_value *value,
                       const char *path)
{
    double number;
    if (!number_of(field, value, &number)) {
        csv_report(object, value, PROBLEM_ERROR, PROBLEM_FORM, NULL, field->mend, "is not a number");
        return;
    }
    bool whole = number == floor(number) && fabs(number) < 1e15;
    csv_put(object, value->column, whole ? json_integer((json_int_t)number) : json_real(number), "%s", path);
}

static void put_bool(struct csv_object *object, const struct csv_value *value, const char *path)
{
    bool yes;
    if (normalise_yes_no(value->text, value->len, &yes))
        csv_put(object, value->column, json_boolean(yes), "%s", path);
    else
        csv_report(object, value, PROBLEM_ERROR, PROBLEM_FORM, "kyllä, ei, x or an empty cell", NULL,
                   "is neither yes nor no");
}

static void put_text(struct csv_object *object, int lang, const struct csv_value *value, const char *path)
{
    csv_put_string(object, value->column, value->text, "%s.%s", path, record_langs[lang < 0 ? RECORD_FI : lang]);
}

/* ---- lists --------------------------------------------------------------------------------------------------- */

/* A label may have a comma in it; what is no label is divided at its commas. */
static void put_codes(struct csv_object *object, const struct field *field, const struct csv_value *value,
                      const char *path)
{
    struct csv_value item, part;
    size_t at = 0, count = 0;
    while (csv_item_next(object, value, "|;\n", &at, &item)) {
        uint16_t ordinal;
        size_t inner = 0;
        bool label = normalise_code(field->vocab, item.text, item.len, &ordinal);
        while (csv_item_next(object, &item, label ? "|" : ",", &inner, &part))
            csv_put_string(object, value->column, part.text, "%s[%zu]", path, count++);
    }
}

static void put_strings(struct csv_object *object, const struct field *field, int lang, const struct csv_value *value,
                        const char *path)
{
    struct csv_value item;
    size_t at = 0, count = 0;
    if (field->type == FIELD_STRINGS) {
        while (csv_item_next(object, value, "|;, \n", &at, &item))
            csv_put_string(object, value->column, item.text, "%s[%zu]", path, count++);
        return;
    }
    while (csv_item_next(object, value, "|;\n", &at, &item))
        csv_put_string(object, value->column, item.text, "%s[%zu].%s", path, count++,
                       record_langs[lang < 0 ? RECORD_FI : lang]);
}

/* What divides the values of a cell that feeds a list of objects, one value an object. */
static const char *dividers_of(const struct field *field, const struct csv_value *value, struct arena *arena)
{
    struct phone phone;
    if (field->form == FORM_PHONE)
        return normalise_phone(value->text, value->len, arena, &phone) == STATUS_OK ? "|" : "|;,";
    if (field->form == FORM_EMAIL || strcmp(field->path, "keyword.text") == 0)
        return "|;,\n";
    return "|;\n";
}

/* "contact.phone" of several contacts: contact[0].phone, contact[1].phone … */
static void put_objects(struct csv_object *object, const struct field *field, int lang, const struct csv_value *value)
{
    const char *dividers = dividers_of(field, value, object->arena);
    size_t list = strcspn(field->path, "."), at = 0, count = 0;
    struct csv_value item;
    while (csv_item_next(object, value, dividers, &at, &item)) {
        char path[CSV_PATH_BYTES];
        snprintf(path, sizeof path, "%.*s[%zu]%s", (int)list, field->path, count++, field->path + list);
        if (field->type == FIELD_TEXT)
            put_text(object, lang, &item, path);
        else
            csv_put_string(object, item.column, item.text, "%s", path);
    }
}

static bool path_begins(const struct field *field, const char *prefix)
{
    return strncmp(field->path, prefix, strlen(prefix)) == 0;
}

void csv_put_cell(struct csv_object *object, const struct field *field, int lang, const struct csv_value *value,
                  const char *path)
{
    char made[CSV_PATH_BYTES];
    if (path_begins(field, "texts.")) {
        csv_put_string(object, value->column, value->text, "texts.%s.%s", record_langs[lang < 0 ? RECORD_FI : lang],
                       field->json);
        return;
    }
    if (path_begins(field, "contact.") || path_begins(field, "organisation.") || path_begins(field, "keyword.")) {
        put_objects(object, field, lang, value);
        return;
    }
    if (path_begins(field, "place.")) {
        snprintf(made, sizeof made, "place[0].%s", field->json);
        path = made;
    }
    switch (field->type) {
    case FIELD_TEXT: put_text(object, lang, value, path); break;
    case FIELD_STRINGS:
    case FIELD_TEXTS: put_strings(object, field, lang, value, path); break;
    case FIELD_CODES: put_codes(object, field, value, path); break;
    case FIELD_INTEGER:
    case FIELD_NUMBER: put_number(object, field, value, path); break;
    case FIELD_BOOL: put_bool(object, value, path); break;
    case FIELD_CHOICE: csv_put_string(object, value->column, choice_code(field, value->text), "%s", path); break;
    default: csv_put_string(object, value->column, value->text, "%s", path); break;
    }
}

/* ---- area ---------------------------------------------------------------------------------------------------- */

/* The scope of an area type, and SCOPE_COUNT for online. */
static enum area_scope scope_of(enum area_type type)
{
    switch (type) {
    case AREA_NATIONWIDE: return SCOPE_NATIONWIDE;
    case AREA_REGION: return SCOPE_REGION;
    case AREA_WELLBEING: return SCOPE_WELLBEING;
    case AREA_MUNICIPALITY: return SCOPE_MUNICIPALITY;
    default: return SCOPE_COUNT;
    }
}

/* "Pirkanmaa", "koko maa", "region-06", "491", "Mikkeli" */
static bool area_of(const struct csv_value *item, enum area_scope *scope, const char **code)
{
    uint16_t ordinal;
    bool merged;
    int found = vocab_find_label(VOCAB_AREA, item->text, item->len);
    if (found < 0) {
        if (!normalise_municipality(item->text, item->len, &ordinal, &merged))
            return false;
        found = ordinal;
    }
    *scope = scope_of(area_at((size_t)found)->type);
    const char *whole = vocab_entry(VOCAB_AREA, (size_t)found)->code, *hyphen = strrchr(whole, '-');
    *code = hyphen ? hyphen + 1 : whole;
    return true;
}

static void put_area_cell(struct csv_object *object, const struct csv_value *cell)
{
    enum area_scope scope, first = SCOPE_COUNT;
    struct csv_value item;
    const char *code;
    size_t at = 0, count = 0;
    while (csv_item_next(object, cell, "|;,\n", &at, &item)) {
        if (!area_of(&item, &scope, &code)) {
            csv_report(object, &item, PROBLEM_ERROR, PROBLEM_CODE, NULL,
                       "write a name such as Pirkanmaa or koko maa, or a code such as region-06",
                       "is not a known area");
            continue;
        }
        if (scope == SCOPE_COUNT) {
            csv_put_string(object, cell->column, "online", "channel[0].type");
            continue;
        }
        if (first == SCOPE_COUNT)
            csv_put_string(object, cell->column, area_scope_name(scope), "area.scope");
        else if (scope != first)
            csv_report(object, &item, PROBLEM_ERROR, PROBLEM_CONFLICT, NULL, "write areas of one kind only",
                       "is not an area of the same kind as the ones before it");
        first = first == SCOPE_COUNT ? scope : first;
        if (scope == first && scope != SCOPE_NATIONWIDE)
            csv_put_string(object, cell->column, code, "area.codes[%zu]", count++);
    }
}

/* True when a cell says where in a municipality. */
static bool has_address(struct csv_object *object)
{
    static const char *const paths[] = {"place.name", "place.address", "place.postal_code", "place.lat", NULL};
    struct csv_value ignored;
    for (const char *const *path = paths; *path; path++)
        if (csv_value_of_path(object, *path, &ignored))
            return true;
    return false;
}

/* One municipality is the place's.  Several are the places', or, beside one address, the area served. */
static void put_municipalities(struct csv_object *object, const struct csv_value *cell, bool area_known)
{
    static const char dividers[] = "|;,\n";
    struct csv_value item;
    size_t at = 0, count = 0, index = 0;
    while (csv_item_next(object, cell, dividers, &at, &item))
        count++;
    bool served = count > 1 && has_address(object);
    if (served && area_known) {
        csv_report(object, cell, PROBLEM_WARNING, PROBLEM_NOTE, NULL, "write the municipality of the address",
                   "names several municipalities beside one address and was left out");
        return;
    }
    if (served)
        csv_put_string(object, cell->column, area_scope_name(SCOPE_MUNICIPALITY), "area.scope");
    at = 0;
    while (csv_item_next(object, cell, dividers, &at, &item)) {
        if (served)
            csv_put_string(object, cell->column, item.text, "area.codes[%zu]", index++);
        else
            csv_put_string(object, cell->column, item.text, "place[%zu].municipality", index++);
    }
}

void csv_put_area(struct csv_object *object)
{
    struct csv_value cell;
    bool area_known = csv_value_of_path(object, "area", &cell);
    if (area_known)
        put_area_cell(object, &cell);
    if (csv_value_of_path(object, "place.municipality", &cell))
        put_municipalities(object, &cell, area_known);
}

/* ---- price --------------------------------------------------------------------------------------------------- */

static void put_price_cell(struct csv_object *object, const struct csv_value *cell, enum tristate free)
{
    struct price_words words;
    normalise_price(cell->text, cell->len, &words);
    if (free == TRI_NO && words.free == TRI_YES)
        csv_report(object, cell, PROBLEM_ERROR, PROBLEM_CONFLICT, NULL, "check both columns",
                   "says free, the other column says not");
    if (free == TRI_UNKNOWN && words.free != TRI_UNKNOWN)
        csv_put(object, cell->column, json_boolean(words.free == TRI_YES), "price.free");
    /* "6 € raaka-aineista" beside "maksuton: kyllä" is what something else costs */
    bool amount = !isnan(words.amount) && (free != TRI_YES || words.plain);
    if (amount)
        csv_put(object, cell->column, json_real(words.amount), "price.amount");
    if (!words.plain)
        csv_put_string(object, cell->column, cell->text, "price.text");
}

void csv_put_price(struct csv_object *object)
{
    struct csv_value cell;
    enum tristate free = TRI_UNKNOWN;
    if (csv_value_of_path(object, "price.free", &cell)) {
        bool yes;
        if (normalise_yes_no(cell.text, cell.len, &yes))
            free = yes ? TRI_YES : TRI_NO;
        put_bool(object, &cell, "price.free");
    }
    if (csv_value_of_path(object, "price", &cell))
        put_price_cell(object, &cell, free);
}

/* ---- sign-up and referral ------------------------------------------------------------------------------------ */

static bool first_word(const struct csv_value *value, const char *const *words)
{
    size_t len = strcspn(value->text, " ,.:;!");
    for (; *words; words++)
        if (strlen(*words) == len && strncasecmp(value->text, *words, len) == 0)
            return true;
    return false;
}

/* "ei", "kyllä", or a sentence that begins so. */
static enum tristate needed_by_words(const struct csv_value *value)
{
    static const char *const yes_words[] = {"kyllä", "pakollinen", "tarvitaan", "vaaditaan", "ja", "yes", NULL};
    static const char *const no_words[] = {"ei", "nej", "no", NULL};
    return first_word(value, no_words) ? TRI_NO : first_word(value, yes_words) ? TRI_YES : TRI_UNKNOWN;
}

static void put_needed(struct csv_object *object, const struct csv_value *value, const char *path)
{
    bool yes;
    if (normalise_yes_no(value->text, value->len, &yes)) {
        csv_put(object, value->column, json_boolean(yes), "%s.needed", path);
        return;
    }
    enum tristate needed = needed_by_words(value);
    if (needed != TRI_UNKNOWN)
        csv_put(object, value->column, json_boolean(needed == TRI_YES), "%s.needed", path);
    csv_put_string(object, value->column, value->text, "%s.text", path);
}

void csv_put_signup(struct csv_object *object)
{
    struct csv_value value;
    struct phone phone;
    const char *text, *way = NULL;
    if (!csv_value_of_path(object, "signup", &value))
        return;
    if (normalise_email(value.text, value.len, object->arena, &text) == STATUS_OK)
        way = "email";
    else if (normalise_url(value.text, value.len, object->arena, &text) == STATUS_OK)
        way = "url";
    else if (value.len > 3 && normalise_phone(value.text, value.len, object->arena, &phone) == STATUS_OK)
        way = "phone";
    if (!way) {
        put_needed(object, &value, "signup");
        return;
    }
    csv_put(object, value.column, json_true(), "signup.needed");
    csv_put_string(object, value.column, value.text, "signup.%s", way);
}

void csv_put_referral(struct csv_object *object)
{
    struct csv_value value;
    if (csv_value_of_path(object, "referral", &value))
        put_needed(object, &value, "referral");
}
