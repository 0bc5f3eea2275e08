/* Records from JSON and back, by the field table: no row of it is forgotten, and nothing is lost or invented. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "field.h"
#include "record.h"
#include "validate.h"
#include "vocab/vocab.h"

static struct arena arena;
static struct problems problems;

static int setup(void **state)
{
    (void)state;
    return vocab_load(NULL) == STATUS_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_release(&arena);
    vocab_unload();
    return 0;
}

/* ---- helpers ------------------------------------------------------------------------------------------------- */

static void print_problems(void)
{
    struct buf line = BUF_INIT;
    for (size_t i = 0; i < problems.count; i++) {
        buf_reset(&line);
        problem_format(&problems.list[i], &line);
        print_error("%s\n", buf_str(&line));
    }
    buf_release(&line);
}

static enum status read_json(const json_t *json, struct record *record)
{
    problems_init(&problems, &arena);
    problems_at(&problems, "test.jsonl", 1);
    return record_from_json(json, &arena, record, &problems);
}

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        fail_msg("%s in %s", error.text, text);
    return json;
}

/* Reads a record that must be good. */
static struct record good(const char *text)
{
    struct record record;
    json_t *json = parse(text);
    if (read_json(json, &record) != STATUS_OK) {
        print_problems();
        fail_msg("refused: %s", text);
    }
    json_decref(json);
    return record;
}

static const char *json_of(const struct record *record, enum record_view view)
{
    struct buf out = BUF_INIT;
    record_to_json(record, view, &out);
    assert_int_equal(buf_ok(&out, NULL), STATUS_OK);
    const char *copy = arena_copy(&arena, out.data, out.len);
    assert_non_null(copy);
    buf_release(&out);
    return copy;
}

static bool same_hash(const struct record *a, const struct record *b)
{
    struct record_hash x, y;
    assert_int_equal(record_hash(a, &x, NULL), STATUS_OK);
    assert_int_equal(record_hash(b, &y, NULL), STATUS_OK);
    return x.high == y.high && x.low == y.low;
}

/* ---- every row of the table ---------------------------------------------------------------------------------- */

/* A value of the row's form. */
static const char *string_sample(const struct field *field)
{
    switch (field->form) {
    case FORM_ID: return "\"mikkeli-sydankerho\"";
    case FORM_URL: return "\"https://jarjesto.example.org/ryhmat?x=1\"";
    case FORM_EMAIL: return "\"toimisto@jarjesto.example.org\"";
    case FORM_PHONE: return "\"040 000 1234\"";
    case FORM_POSTAL_CODE: return "\"50100\"";
    case FORM_BUSINESS_ID: return "\"0737546-2\"";
    case FORM_PARAGRAPHS: return "\"Ensimmäinen kappale.\\n\\nToinen – ”lainaus” \\\\ ja \\\"toinen\\\".\"";
    default: return "\"Äitien & isien kerho, 5 €\"";
    }
}

static const char *sample_of(const struct field *field)
{
    static char text[400];
    switch (field->type) {
    case FIELD_STRING: return string_sample(field);
    case FIELD_TEXT:
        snprintf(text, sizeof text, "{\"fi\":%s,\"sv\":\"Svenska\",\"en\":\"English\"}", string_sample(field));
        return text;
    case FIELD_STRINGS: return "[\"salo-kerho\",\"espoo-kuoro\"]";
    case FIELD_TEXTS: return "[\"Kahvi\",{\"fi\":\"Sali\",\"sv\":\"Sal\"},{\"en\":\"Stage\"}]";
    case FIELD_CHOICE:
        snprintf(text, sizeof text, "\"%s\"", field->choices[strcmp(field->path, "kind") == 0 ? RECORD_ACTIVITY : 1]);
        return text;
    case FIELD_CHOICES: return "[\"mon\",\"sun\"]";
    case FIELD_CODE: return "\"491\"";
    case FIELD_CODES:
        snprintf(text, sizeof text, "[\"%s\",\"%s\"]", vocab_entry(field->vocab, 0)->code,
                 vocab_entry(field->vocab, 3)->code);
        return text;
    case FIELD_AREAS: return "[\"297\",\"491\"]";
    case FIELD_INTEGER: return "12";
    case FIELD_NUMBER:
        return strcmp(field->json, "lat") == 0 ? "61.688571" : strcmp(field->json, "lon") == 0 ? "27.272312" : "5.5";
    case FIELD_BOOL: return "false";
    case FIELD_DATE: return "\"2026-12-01\"";
    case FIELD_MOMENT: return "\"2026-12-01T18:00\"";
    case FIELD_CLOCK: return strcmp(field->json, "to") == 0 ? "\"24:00\"" : "\"09:30\"";
    case FIELD_NTH: return "[1,3,-1]";
    case FIELD_DAYS: return "[\"2026-12-24\",{\"from\":\"2026-07-01\",\"to\":\"2026-07-31\"}]";
    case FIELD_SHOWN: return "[\"title\",\"phone\"]";
    default: return NULL; /* objects: by their own rows */
    }
}

/* What must stand beside a field for the record to be right. */
static const struct {
    const char *path, *beside;
} companions[] = {
    {"keyword.uri", "\"text\":\"yksinäisyys\""},
    {"area.codes", "\"scope\":\"municipality\""},
    {"area.scope", "\"codes\":[\"10\"]"},
    {"place.lat", "\"lon\":27.2723"},
    {"place.lon", "\"lat\":61.6885"},
    {"channel.url", "\"type\":\"online\""},
    {"channel.phone", "\"type\":\"phone\""},
    {"channel.email", "\"type\":\"email\""},
    {"channel.text", "\"type\":\"home\""},
    {"schedule.every", "\"weekday\":[\"mon\"],\"valid_from\":\"2026-01-05\""},
    {"schedule.nth", "\"weekday\":[\"mon\"]"},
    {"links.kind", "\"url\":\"https://x.example.org/\""},
    {"links.url", "\"kind\":\"info\""},
    {"links.text", "\"kind\":\"info\",\"url\":\"https://x.example.org/\""},
    {"organisation.role", "\"name\":\"Säätiö\""},
    {"contact.public", "\"title\":\"ohjaaja\",\"phone\":\"040 000 1234\",\"name\":\"Ritva\""},
};

static const char *companion_of(const char *path)
{
    for (size_t i = 0; i < sizeof companions / sizeof companions[0]; i++)
        if (strcmp(companions[i].path, path) == 0)
            return companions[i].beside;
    return NULL;
}

/* A whole record that says nothing but this field and what must be said. */
static void record_text(const struct field *field, char *out, size_t size)
{
    const char *dot = strchr(field->path, '.'), *beside = companion_of(field->path), *sample = sample_of(field);
    const struct field *top = dot ? field_find(field_table(), field->path, (size_t)(dot - field->path)) : field;
    unsigned kind = RECORD_ACTIVITY;
    while (!field_has_kind(top, kind))
        kind = (kind + 1) % RECORD_KINDS;
    char member[1000] = "";
    if (strcmp(field->path, "id") != 0 && strcmp(field->path, "kind") != 0 && strncmp(field->path, "texts.", 6) != 0) {
        const char *open = !dot ? "" : top->type == FIELD_OBJECTS ? "[{" : "{";
        const char *close = !dot ? "" : top->type == FIELD_OBJECTS ? "}]" : "}";
        snprintf(member, sizeof member, ",\"%s\":%s%s%s%s%s%s", top->json, open, beside ? beside : "",
                 beside ? "," : "", dot ? "\"" : "", dot ? field->json : "", dot ? "\":" : "");
        snprintf(member + strlen(member), sizeof member - strlen(member), "%s%s", sample, close);
    }
    snprintf(out, size,
             "{\"id\":\"a-1\",\"kind\":\"%s\",\"texts\":{\"fi\":{\"title\":\"Kerho\",\"summary\":\"Lyhyt.\",\"body\":"
             "\"Pitkä.\"}}%s}",
             record_kind_name(kind), member);
}

struct walk {
    size_t leaves;
};

static bool field_survives(void *context, const struct field *field)
{
    struct walk *walk = context;
    char text[2000];
    if (field->sub)
        return true; /* the rows within come by themselves */
    record_text(field, text, sizeof text);
    struct record record = good(text);
    const char *once = json_of(&record, RECORD_WHOLE);
    const char *dot = strchr(field->path, '.');
    size_t top_len = strcspn(field->path, ".");
    const struct field *top = field_find(field_table(), field->path, top_len);
    const void *object = &record;
    if (dot)
        object = top->type == FIELD_OBJECTS ? field_items(top, &record) : field_member(top, &record);
    if (!field_known(field, object))
        fail_msg("%s is not known after reading %s", field->path, text);
    /* The same JSON value comes out, under the same key. */
    json_t *in = parse(text), *out = parse(once);
    const json_t *a = json_object_get(in, top->json), *b = json_object_get(out, top->json);
    if (dot && top->type == FIELD_OBJECTS) {
        a = json_array_get(a, 0);
        b = json_array_get(b, 0);
    }
    if (dot && strncmp(field->path, "texts.", 6) != 0) {
        a = json_object_get(a, field->json);
        b = json_object_get(b, field->json);
    }
    if (!json_equal(a, b))
        fail_msg("%s changed: %s became %s", field->path, text, once);
    json_decref(in);
    json_decref(out);
    /* And the second time round changes nothing at all. */
    struct record again = good(once);
    assert_string_equal(json_of(&again, RECORD_WHOLE), once);
    assert_true(same_hash(&record, &again));
    arena_reset(&arena);
    walk->leaves++;
    return true;
}

static bool count_leaf(void *context, const struct field *field)
{
    *(size_t *)context += field->sub == NULL;
    return true;
}

static void every_field_survives_json(void **state)
{
    (void)state;
    struct walk walk = {0};
    size_t leaves = 0;
    assert_true(field_walk(count_leaf, &leaves));
    assert_true(field_walk(field_survives, &walk));
    assert_int_equal(walk.leaves, leaves);
    assert_true(leaves > 90);
}

static bool row_is_sound(void *context, const struct field *field)
{
    size_t *count = context;
    (*count)++;
    assert_non_null(field->help);
    assert_in_range(strlen(field->help), 5, 90);
    assert_ptr_equal(field_find_path(field->path), field);
    size_t len = strlen(field->path), json_len = strlen(field->json);
    assert_true(len >= json_len && strcmp(field->path + len - json_len, field->json) == 0);
    bool list = field->type == FIELD_STRINGS || field->type == FIELD_TEXTS || field->type == FIELD_CODES ||
                field->type == FIELD_AREAS || field->type == FIELD_DAYS || field->type == FIELD_OBJECTS;
    assert_int_equal(list, field->count_offset > field->offset);
    if (list || field->type == FIELD_CHOICES || field->type == FIELD_NTH || field->type == FIELD_SHOWN)
        assert_true(field->max_items > 0);
    bool text = field->type == FIELD_STRING || field->type == FIELD_TEXT || field->type == FIELD_STRINGS ||
                field->type == FIELD_TEXTS;
    if (text)
        assert_true(field->max_chars > 0);
    assert_int_equal(field->type == FIELD_CHOICE || field->type == FIELD_CHOICES || field->type == FIELD_SHOWN,
                     field->choices != NULL);
    assert_int_equal(field->type == FIELD_OBJECT || field->type == FIELD_OBJECTS || field->type == FIELD_BY_LANGUAGE,
                     field->sub != NULL);
    assert_string_not_equal(field_type_name(field->type), "unknown");
    assert_string_not_equal(field_group_name(field->group), "unknown");
    for (const char *at = field->headers; at && *at;) { /* each header leads to this row and to no other */
        char header[FIELD_HEADER_BYTES];
        size_t n = strcspn(at, "|");
        int lang;
        snprintf(header, sizeof header, "%.*s", (int)n, at);
        if (field_find_header(header, &lang) != field)
            fail_msg("the header \"%s\" of %s leads elsewhere", header, field->path);
        at += n + (at[n] == '|');
    }
    return true;
}

static void the_table_is_sound(void **state)
{
    (void)state;
    size_t count = 0;
    assert_true(field_walk(row_is_sound, &count));
    assert_in_range(count, 110, 200);
}

static void fields_are_found(void **state)
{
    (void)state;
    int lang;
    assert_string_equal(field_find_path("place[12].postal_code")->path, "place.postal_code");
    assert_string_equal(field_find_path("texts.sv.title")->path, "texts.title");
    assert_string_equal(field_find_path("schedule[0].except[3]")->path, "schedule.except");
    assert_null(field_find_path("place[0].nothing"));
    assert_null(field_find_path("nothing"));
    assert_string_equal(field_find_header("IKÄ ALKU", &lang)->path, "age_min");
    assert_string_equal(field_find_header("ika-alku", &lang)->path, "age_min");
    assert_string_equal(field_find_header("Nimi_SV", &lang)->path, "texts.title");
    assert_int_equal(lang, RECORD_SV);
    assert_string_equal(field_find_header("description en", &lang)->path, "texts.body");
    assert_int_equal(lang, RECORD_EN);
    assert_null(field_find_header("age_min_sv", &lang));
    assert_null(field_find_header("", &lang));
    assert_null(field_find_header("huomautuksia", &lang));
    assert_string_equal(field_nearest(field_table(), "audiense"), "audience");
    assert_string_equal(field_nearest(field_table(), "agemin"), "age_min");
    assert_null(field_nearest(field_table(), "puhelinnumero"));
    assert_int_equal(field_distance("theme", "tehme"), 1);
}

/* ---- the maintainers' documentation ------------------------------------------------------------------------- */

static char documentation[200000];

static void read_documentation(void)
{
    FILE *file = fopen("docs/data-format.md", "rb");
    assert_non_null(file);
    size_t len = fread(documentation, 1, sizeof documentation - 1, file);
    documentation[len] = '\0';
    fclose(file);
}

/* The row of the field, as it stands in the documentation. */
static void document_field(const struct field *field, char *out, size_t size)
{
    char items[40] = "", chars[60] = "";
    if (field->max_items)
        snprintf(items, sizeof items, "%zu items", field->max_items);
    if (field->max_chars)
        snprintf(chars, sizeof chars, "%zu characters", field->max_chars);
    if (field->type == FIELD_NUMBER || field->type == FIELD_INTEGER)
        snprintf(chars, sizeof chars, "%g..%g", field->min, field->max);
    snprintf(out, size, "| `%s` | %s | %s%s%s | %s%s |", field->path, field_type_name(field->type), items,
             items[0] && chars[0] ? ", " : "", chars, field->flags & FIELD_REQUIRED ? "**needed**; " : "", field->help);
}

static bool field_is_documented(void *context, const struct field *field)
{
    char row[400];
    (void)context;
    document_field(field, row, sizeof row);
    if (!strstr(documentation, row))
        fail_msg("docs/data-format.md lacks %s", row);
    for (size_t i = 0; field->choices && field->choices[i]; i++) {
        snprintf(row, sizeof row, "`%s`", field->choices[i]);
        assert_non_null(strstr(documentation, row));
    }
    size_t used = 0; /* the CSV columns stand in one cell, in the order of the table */
    for (const char *at = field->headers; at && *at;) {
        size_t n = strcspn(at, "|");
        used += (size_t)snprintf(row + used, sizeof row - used, "%s`%.*s`", used ? " " : "| ", (int)n, at);
        at += n + (at[n] == '|');
    }
    if (field->headers)
        snprintf(row + used, sizeof row - used, " | `%s` |", field->path);
    if (field->headers && !strstr(documentation, row))
        fail_msg("docs/data-format.md lacks %s", row);
    return true;
}

static void everything_is_documented(void **state)
{
    (void)state;
    static const enum vocab_name lists[] = {VOCAB_AUDIENCE,      VOCAB_THEME,      VOCAB_FORM,     VOCAB_THRESHOLD,
                                            VOCAB_ACCESSIBILITY, VOCAB_LIFE_EVENT, VOCAB_LANGUAGE, VOCAB_KIND};
    read_documentation();
    assert_true(field_walk(field_is_documented, NULL));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (size_t k = 0; k < vocab_size(lists[i]); k++) {
            char code[100];
            snprintf(code, sizeof code, "`%s`", vocab_entry(lists[i], k)->code);
            if (!strstr(documentation, code))
                fail_msg("docs/data-format.md lacks the code %s", code);
        }
    }
}

/* ---- single records ------------------------------------------------------------------------------------------ */

#define HEAD "{\"id\":\"a-1\",\"kind\":\"activity\",\"texts\":{\"fi\":{\"title\":\"Kerho\"}}"

static void an_empty_record_knows_nothing(void **state)
{
    (void)state;
    struct record record = good(HEAD "}");
    const struct field_table *table = field_table();
    for (size_t i = 0; i < table->count; i++) {
        const char *json = table->fields[i].json;
        bool known = strcmp(json, "id") == 0 || strcmp(json, "kind") == 0 || strcmp(json, "texts") == 0;
        if (field_known(&table->fields[i], &record) != known)
            fail_msg("%s", json);
    }
    assert_int_equal(record.status, RECORD_ACTIVE);
    assert_int_equal(record.age_min, RECORD_AGE_UNKNOWN);
    assert_int_equal(record.start.day, DAY_UNKNOWN);
    assert_int_equal(record.price.free, TRI_UNKNOWN);
    assert_true(isnan(record.price.amount));
    assert_int_equal(record.area.scope, RECORD_CHOICE_UNKNOWN);
    assert_null(record.source);
    assert_string_equal(json_of(&record, RECORD_WHOLE), HEAD "}");
}

static void values_are_normalised(void **state)
{
    (void)state;
    struct record record =
        good(HEAD ",\"audience\":[\"Yksinäiset\",\"ikaihmiset\",\"yksinaiset\"],\"languages\":[\"fi-FI\",\"ruotsi\"],"
                  "\"start\":\"1.12.2026 klo 18\",\"place\":[{\"name\":\"  Kirjasto  "
                  "\",\"municipality\":\"Mikkeli\",\"postal_code\":\"50100\"}],"
                  "\"contact\":[{\"email\":\"etunimi.sukunimi(a)jarjesto.example.org\",\"phone\":\"p. +358 40 000 "
                  "1234\",\"public\":true}],"
                  "\"schedule\":[{\"weekday\":[\"sun\",\"mon\"],\"from\":\"klo 9.30\"}],"
                  "\"price\":{\"free\":false,\"amount\":5.4999999}}");
    assert_string_equal(
        json_of(&record, RECORD_WHOLE),
        "{\"id\":\"a-1\",\"kind\":\"activity\",\"texts\":{\"fi\":{\"title\":\"Kerho\"}},\"audience\":[\"ikaihmiset\","
        "\"yksinaiset\"],"
        "\"area\":{\"scope\":\"municipality\",\"codes\":[\"491\"]},"
        "\"place\":[{\"name\":\"Kirjasto\",\"postal_code\":\"50100\",\"municipality\":\"491\"}],"
        "\"schedule\":[{\"weekday\":[\"mon\",\"sun\"],\"from\":\"09:30\"}],\"start\":\"2026-12-01T18:00\","
        "\"price\":{\"free\":false,\"amount\":5.5},\"languages\":[\"fi\",\"sv\"],"
        "\"contact\":[{\"email\":\"etunimi.sukunimi@jarjesto.example.org\",\"phone\":\"040 000 1234\"}]}");
    assert_int_equal(record.schedule[0].weekdays, 1 | 1 << 6);
    assert_int_equal(record.schedule[0].from_minute, 570);
    assert_int_equal(record.contact[0].shown, SHOW_ALL);
    assert_int_equal(record.start.minute, 1080);
    assert_int_equal(record.place[0].municipality, area_municipality("491", 3));
}

static void withheld_contacts_stay_inside(void **state)
{
    (void)state;
    struct record record = good(
        HEAD ",\"contact\":[{\"name\":\"Ritva Esimerkki\",\"title\":\"ohjaaja\",\"phone\":\"040 000 "
             "1234\",\"email\":\"r@x.example.org\","
             "\"public\":[\"title\",\"phone\"]},{\"name\":\"Salainen\",\"phone\":\"040 000 9999\",\"public\":false}]}");
    const char *whole = json_of(&record, RECORD_WHOLE), *shown = json_of(&record, RECORD_PUBLIC_ONLY);
    assert_non_null(strstr(whole, "Salainen"));
    assert_non_null(strstr(whole, "\"public\":[\"title\",\"phone\"]"));
    assert_non_null(strstr(whole, "\"public\":false"));
    assert_string_equal(shown, HEAD ",\"contact\":[{\"title\":\"ohjaaja\",\"phone\":\"040 000 1234\"}]}");
    struct contact contact = contact_public(&record.contact[0]);
    assert_false(localised_known(&contact.name));
    assert_null(contact.email);
    assert_string_equal(contact.phone, "040 000 1234");
    record = good(HEAD ",\"contact\":[{\"name\":\"Salainen\",\"phone\":\"040 000 9999\",\"public\":false}]}");
    assert_string_equal(json_of(&record, RECORD_PUBLIC_ONLY), HEAD "}");
}

static void hashes_see_meaning(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"\"audience\":[\"naiset\",\"miehet\"]", "\"audience\":[\"miehet\",\"naiset\",\"Miehet\"]", true},
        {"\"modified\":\"2026-01-01\"", "\"modified\":\"2026-11-01\"", true},
        {"\"verified_at\":\"2026-01-01\"", "\"verified_at\":\"2026-11-01\"", false},
        {"\"start\":\"2026-12-01T16:00:00Z\"", "\"start\":\"1.12.2026 klo 18\"", true},
        {"\"status\":\"active\"", "\"modified\":\"2026-11-01\"", true},
        {"\"status\":\"ended\"", "\"status\":\"active\"", false},
        {"\"age_min\":7", "\"age_min\":8", false},
        {"\"age_min\":7", "\"age_max\":7", false},
        {"\"related\":[\"a\",\"b\"]", "\"related\":[\"b\",\"a\"]", false},
        {"\"referral\":{\"needed\":false}", "\"plain_language\":false", false},
        {"\"referral\":{\"text\":\"Kysy\"}", "\"referral\":{\"text\":\" Kysy \"}", true},
        {"\"referral\":{\"text\":\"Kysy\"}", "\"referral\":{\"text\":{\"fi\":\"Kysy\"}}", true},
        {"\"referral\":{\"text\":\"Kysy\"}", "\"referral\":{\"text\":{\"sv\":\"Kysy\"}}", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char a[300], b[300];
        snprintf(a, sizeof a, HEAD ",%s}", cases[i].a);
        snprintf(b, sizeof b, HEAD ",%s}", cases[i].b);
        struct record x = good(a), y = good(b);
        x.source = "yksi";
        y.source = "kaksi";
        if (same_hash(&x, &y) != cases[i].same)
            fail_msg("%s and %s", cases[i].a, cases[i].b);
    }
}

static void texts_are_picked_by_language(void **state)
{
    (void)state;
    struct localised text = {{"suomi", NULL, "English"}};
    int lang = -1;
    assert_string_equal(localised_pick(&text, RECORD_EN, &lang), "English");
    assert_int_equal(lang, RECORD_EN);
    assert_string_equal(localised_pick(&text, RECORD_SV, &lang), "suomi");
    assert_int_equal(lang, RECORD_FI);
    text.in[RECORD_FI] = NULL;
    assert_string_equal(localised_pick(&text, RECORD_FI, NULL), "English");
    text.in[RECORD_EN] = NULL;
    assert_null(localised_pick(&text, RECORD_FI, &lang));
    assert_false(localised_known(&text));
}

static void names_and_codes_agree(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < RECORD_KINDS; kind++) {
        const char *name = record_kind_name(kind);
        assert_int_equal(record_kind_find(name, strlen(name)), kind);
        assert_int_equal(vocab_find(VOCAB_KIND, name, strlen(name)), kind);
    }
    assert_null(record_kind_name(RECORD_KINDS));
    assert_int_equal(record_kind_find("thing", 5), -1);
    assert_string_equal(organisation_role_name(ROLE_FUNDER), "funder");
    assert_string_equal(area_scope_name(SCOPE_WELLBEING), "wellbeing");
    assert_string_equal(channel_type_name(CHANNEL_CHAT), "chat");
    assert_string_equal(link_kind_name(LINK_STORY), "story");
    assert_string_equal(record_status_name(RECORD_ENDED), "ended");
    assert_string_equal(organisation_type_name(ORGANISATION_PARISH), "parish");
    assert_string_equal(weekday_code(6), "sun");
    assert_null(weekday_code(7));
}

/* A rejected record still gives what could be read. */
static void refused_records_keep_their_id(void **state)
{
    (void)state;
    struct record record;
    json_t *json = parse("{\"id\":\"a-1\",\"kind\":\"activity\",\"age_min\":-1}");
    assert_int_equal(read_json(json, &record), STATUS_INVALID);
    assert_string_equal(record.id, "a-1");
    assert_int_equal(record.kind, RECORD_ACTIVITY);
    assert_int_equal(record.age_min, RECORD_AGE_UNKNOWN);
    json_decref(json);
    json = json_array();
    assert_int_equal(read_json(json, &record), STATUS_INVALID);
    assert_null(record.id);
    json_decref(json);
}

/* Just below and just above each limit of the table. */
static char *text_of_chars(size_t chars)
{
    char *text = arena_alloc(&arena, 2 * chars + 1);
    assert_non_null(text);
    for (size_t i = 0; i < chars; i++)
        memcpy(text + 2 * i, "ä", 2); /* characters are counted, not bytes */
    return text;
}

static bool accepts(const char *key, json_t *value, unsigned kind)
{
    struct record record;
    json_t *json = parse(HEAD "}");
    json_object_set_new(json, "kind", json_string(record_kind_name(kind)));
    if (strncmp(key, "texts.", 6) == 0)
        json_object_set_new(json_object_get(json_object_get(json, "texts"), "fi"), key + 6, value);
    else
        json_object_set_new(json, key, value);
    enum status status = read_json(json, &record);
    json_decref(json);
    return status == STATUS_OK;
}

static void limits_hold(void **state)
{
    (void)state;
    const struct field_table *table = field_table();
    static const char *const texts[] = {"title", "summary", "body"};
    for (size_t i = 0; i < 3; i++) {
        char path[40];
        snprintf(path, sizeof path, "texts.%s", texts[i]);
        size_t most = field_find_path(path)->max_chars;
        assert_true(accepts(path, json_string(text_of_chars(most)), RECORD_ACTIVITY));
        assert_false(accepts(path, json_string(text_of_chars(most + 1)), RECORD_ACTIVITY));
    }
    for (size_t i = 0; i < table->count; i++) {
        const struct field *field = &table->fields[i];
        unsigned kind = 0;
        while (!field_has_kind(field, kind))
            kind++;
        if (field->type == FIELD_TEXT) {
            assert_true(accepts(field->json, json_string(text_of_chars(field->max_chars)), kind));
            assert_false(accepts(field->json, json_string(text_of_chars(field->max_chars + 1)), kind));
        } else if (field->type == FIELD_TEXTS || field->type == FIELD_STRINGS) {
            json_t *list = json_array(), *longer;
            for (size_t k = 0; k < field->max_items; k++)
                json_array_append_new(list, json_string("abc"));
            longer = json_deep_copy(list);
            json_array_append_new(longer, json_string("abc"));
            assert_true(accepts(field->json, list, kind));
            assert_false(accepts(field->json, longer, kind));
        } else if (field->type == FIELD_INTEGER) {
            assert_true(accepts(field->json, json_integer((json_int_t)field->min), kind));
            assert_true(accepts(field->json, json_integer((json_int_t)field->max), kind));
            assert_false(accepts(field->json, json_integer((json_int_t)field->min - 1), kind));
            assert_false(accepts(field->json, json_integer((json_int_t)field->max + 1), kind));
        } else if (field->type == FIELD_DATE || field->type == FIELD_MOMENT) {
            assert_true(accepts(field->json, json_string("1900-01-01"), kind));
            assert_true(accepts(field->json, json_string("2199-12-31"), kind));
            assert_false(accepts(field->json, json_string("1899-12-31"), kind));
            assert_false(accepts(field->json, json_string("2200-01-01"), kind));
        }
        arena_reset(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_survives_json),
        cmocka_unit_test(the_table_is_sound),
        cmocka_unit_test(fields_are_found),
        cmocka_unit_test(everything_is_documented),
        cmocka_unit_test(an_empty_record_knows_nothing),
        cmocka_unit_test(values_are_normalised),
        cmocka_unit_test(withheld_contacts_stay_inside),
        cmocka_unit_test(hashes_see_meaning),
        cmocka_unit_test(texts_are_picked_by_language),
        cmocka_unit_test(names_and_codes_agree),
        cmocka_unit_test(refused_records_keep_their_id),
        cmocka_unit_test(limits_hold),
    };
    return cmocka_run_group_tests_name("record", tests, setup, teardown);
}
