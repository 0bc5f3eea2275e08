#include "tests/bench/generate/record_json.h"

#include <math.h>
#include <string.h>

#include "calendar.h"
#include "tests/bench/generate/foreign.h"
#include "vocab/vocab.h"

int32_t bench_day(void)
{
    return day_from_date(2026, 11, 22);
}

/* ---- JSON -------------------------------------------------------------------------------------------------------- */

void json_key(struct buf *out, const char *key)
{
    buf_addc(out, ',');
    buf_addc(out, '"');
    buf_adds(out, key);
    buf_adds(out, "\":");
}

void json_text(struct buf *out, const char *key, const char *text)
{
    json_key(out, key);
    buf_add_json(out, text, strlen(text));
}

void json_date(struct buf *out, const char *key, int32_t day)
{
    char text[CALENDAR_DATE_BYTES];
    day_format(day, text);
    json_text(out, key, text);
}

void json_line(struct sketch *s, struct buf *out, const char *key, enum pattern_set set)
{
    struct buf line = BUF_INIT;
    text_line(&s->voice, set, &line);
    json_text(out, key, buf_str(&line));
    buf_release(&line);
}

void json_codes(struct sketch *s, struct buf *out, const char *key, enum vocab_name vocab, const double *percent,
                size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (!rng_chance(&s->rng, percent[i]))
            continue;
        if (any)
            buf_addc(out, ',');
        else
            json_key(out, key);
        buf_addf(out, "%s\"%s\"", any ? "" : "[", vocab_entry(vocab, i)->code);
        any = true;
    }
    if (any)
        buf_addc(out, ']');
}

/* The first member of an object: json_key() without its comma. */
static void first_text(struct buf *out, const char *key, const char *text)
{
    buf_addf(out, "{\"%s\":", key);
    buf_add_json(out, text, strlen(text));
}

static void add_ordinals(struct buf *out, const char *key, enum vocab_name vocab, const uint16_t *list, size_t count)
{
    if (count == 0)
        return;
    json_key(out, key);
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "%c\"%s\"", i ? ',' : '[', vocab_entry(vocab, list[i])->code);
    buf_addc(out, ']');
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

static void add_foreign(struct sketch *s, enum foreign language, struct buf *out)
{
    static const enum ui_lang labels[FOREIGN_COUNT] = {UI_SV, UI_EN};
    struct buf text = BUF_INIT;
    const char *town = s->town < 0 ? "Finland" : vocab_entry(VOCAB_AREA, (size_t)s->town)->label[labels[language]];
    json_key(out, foreign_code(language));
    foreign_title(language, town, &s->rng, &s->world->zipf, &text);
    first_text(out, "title", buf_str(&text));
    buf_reset(&text);
    foreign_sentences(language, town, 1, &s->rng, &s->world->zipf, &text);
    json_text(out, "summary", buf_str(&text));
    buf_reset(&text);
    foreign_sentences(language, town, 2 + rng_below(&s->rng, 4), &s->rng, &s->world->zipf, &text);
    json_text(out, "body", buf_str(&text));
    buf_addc(out, '}');
    buf_release(&text);
}

static void add_texts(struct sketch *s, struct buf *out)
{
    json_key(out, "texts");
    buf_adds(out, "{\"fi\":");
    first_text(out, "title", buf_str(&s->title));
    if (s->summary.len)
        json_text(out, "summary", buf_str(&s->summary));
    if (s->body.len)
        json_text(out, "body", buf_str(&s->body));
    buf_addc(out, '}');
    if (rng_chance(&s->rng, 5))
        add_foreign(s, (enum foreign)rng_below(&s->rng, FOREIGN_COUNT), out);
    buf_addc(out, '}');
}

/* ---- who --------------------------------------------------------------------------------------------------------- */

static void add_organisation(struct sketch *s, struct buf *out)
{
    static const char *const roles[] = {"partner", "funder", "producer"};
    struct organisation other;
    if (s->kind == RECORD_ORGANISATION || rng_chance(&s->rng, 2))
        return;
    json_key(out, "organisation");
    buf_addc(out, '[');
    first_text(out, "id", s->organisation.id);
    json_text(out, "name", s->organisation.name);
    buf_addc(out, '}');
    if (rng_chance(&s->rng, s->kind == RECORD_PROJECT ? 80 : 8)) {
        world_organisation(s->world, world_choose_organisation(s->world, &s->rng), &other);
        buf_addc(out, ',');
        first_text(out, "name", other.name);
        json_text(out, "role", s->kind == RECORD_PROJECT ? "funder" : roles[rng_below(&s->rng, 3)]);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_contact(struct sketch *s, struct buf *out)
{
    struct buf name = BUF_INIT, ascii = BUF_INIT;
    if (!rng_chance(&s->rng, 72))
        return;
    text_person(&s->voice, &name, &ascii);
    bool phone = rng_chance(&s->rng, 75);
    json_key(out, "contact");
    buf_addc(out, '[');
    first_text(out, "name", buf_str(&name));
    if (rng_chance(&s->rng, 50))
        json_text(out, "title", rng_chance(&s->rng, 50) ? "toiminnanohjaaja" : "yhteyshenkilö");
    if (!phone || rng_chance(&s->rng, 70)) {
        json_key(out, "email");
        buf_addf(out, "\"%s@%s\"", buf_str(&ascii), s->organisation.host);
    }
    if (phone) {
        json_key(out, "phone");
        buf_addf(out, "\"040 000 %04d\"", rng_range(&s->rng, 0, 9999));
    }
    if (phone && rng_chance(&s->rng, 8))
        buf_adds(out, ",\"public\":[\"title\",\"phone\"]");
    buf_adds(out, "}]");
    buf_release(&name);
    buf_release(&ascii);
}

/* Ages go with nothing else here, but come in the ranges that people write. */
static void add_ages(struct sketch *s, struct buf *out)
{
    static const struct {
        int from, to; /* 0: not said */
    } ranges[] = {{18, 0}, {60, 0}, {65, 0}, {0, 6}, {7, 12}, {13, 17}, {18, 29}, {3, 6}, {16, 0}, {7, 0}, {55, 75}};
    static const double weights[] = {30, 18, 12, 7, 9, 8, 7, 3, 4, 3, 3};
    if (!rng_chance(&s->rng, 35))
        return;
    size_t range = rng_weighted(&s->rng, weights, sizeof weights / sizeof *weights);
    if (ranges[range].from)
        buf_addf(out, ",\"age_min\":%d", ranges[range].from);
    if (ranges[range].to)
        buf_addf(out, ",\"age_max\":%d", ranges[range].to);
}

/* ---- where ------------------------------------------------------------------------------------------------------- */

static void add_area(struct sketch *s, struct buf *out)
{
    static const char *const scopes[] = {"nationwide", "region", "wellbeing", "municipality"};
    if (s->scope == RECORD_CHOICE_UNKNOWN)
        return;
    json_key(out, "area");
    first_text(out, "scope", scopes[s->scope]);
    for (size_t i = 0; i < s->area_count; i++) {
        const char *code = vocab_entry(VOCAB_AREA, (size_t)s->areas[i])->code, *hyphen = strchr(code, '-');
        buf_addf(out, "%s\"%s\"", i ? "," : ",\"codes\":[", hyphen ? hyphen + 1 : code);
    }
    buf_adds(out, s->area_count ? "]}" : "}");
}

/* Near the centre: most within a few kilometres, kept inside the country's bounds. */
static void add_position(struct sketch *s, struct buf *out)
{
    const struct area_entry *area = area_at((size_t)s->town);
    double angle = rng_real(&s->rng) * 6.2831853, km = 12 * rng_real(&s->rng) * rng_real(&s->rng);
    double lat = area->lat + km * cos(angle) / 111.2;
    double lon = area->lon + km * sin(angle) / (111.2 * cos(area->lat * 0.0174533));
    json_key(out, "lat");
    buf_add_number(out, fmin(fmax(lat, 59.5), 70.0), 5);
    json_key(out, "lon");
    buf_add_number(out, fmin(fmax(lon, 19.1), 31.6), 5);
}

static void add_place(struct sketch *s, struct buf *out)
{
    static const double accessible[] = {30, 18, 6, 28, 15, 14, 4, 3};
    struct buf line = BUF_INIT;
    const char *postal = s->town < 0 ? NULL : world_postal_code(s->world, s->town, &s->rng);
    if (s->town < 0 || !rng_chance(&s->rng, s->kind == RECORD_PLACE ? 100 : s->online ? 15 : 78))
        return;
    json_key(out, "place");
    buf_addc(out, '[');
    text_line(&s->voice, SET_VENUE, &line);
    first_text(out, "name", buf_str(&line));
    if (rng_chance(&s->rng, 85)) {
        buf_reset(&line);
        text_address(&s->voice, &line);
        json_text(out, "address", buf_str(&line));
    }
    if (postal && rng_chance(&s->rng, 90))
        json_text(out, "postal_code", postal);
    json_text(out, "municipality", vocab_entry(VOCAB_AREA, (size_t)s->town)->code);
    if (rng_chance(&s->rng, 80))
        add_position(s, out);
    if (rng_chance(&s->rng, 70))
        json_codes(s, out, "accessibility", VOCAB_ACCESSIBILITY, accessible, sizeof accessible / sizeof *accessible);
    buf_adds(out, "}]");
    buf_release(&line);
}

static void add_channel(struct sketch *s, struct buf *out)
{
    if (s->online) {
        json_key(out, "channel");
        buf_addf(out, "[{\"type\":\"online\",\"url\":\"https://%s/linja\"}]", s->organisation.host);
    } else if (rng_chance(&s->rng, 12)) {
        json_key(out, "channel");
        buf_addf(out, "[{\"type\":\"phone\",\"phone\":\"040 000 %04d\"}]", rng_range(&s->rng, 0, 9999));
    }
}

/* ---- how --------------------------------------------------------------------------------------------------------- */

static void add_price(struct sketch *s, struct buf *out)
{
    if (s->kind == RECORD_NEWS || s->kind == RECORD_STORY || !rng_chance(&s->rng, 68))
        return;
    json_key(out, "price");
    if (rng_chance(&s->rng, 68)) {
        buf_adds(out, "{\"free\":true");
    } else {
        buf_adds(out, "{\"free\":false,\"amount\":");
        buf_add_number(out, 0.5 * rng_range(&s->rng, 2, 90), 2);
    }
    if (rng_chance(&s->rng, 15))
        json_line(s, out, "text", SET_NOTE);
    buf_addc(out, '}');
}

static void add_signup(struct sketch *s, struct buf *out)
{
    if (s->kind == RECORD_NEWS || s->kind == RECORD_ORGANISATION || !rng_chance(&s->rng, 40))
        return;
    json_key(out, "signup");
    bool needed = rng_chance(&s->rng, 60);
    buf_addf(out, "{\"needed\":%s", needed ? "true" : "false");
    if (needed && rng_chance(&s->rng, 50))
        buf_addf(out, ",\"url\":\"https://%s/ilmoittaudu\"", s->organisation.host);
    if (needed && rng_chance(&s->rng, 4))
        buf_adds(out, ",\"full\":true");
    buf_addc(out, '}');
}

static void add_languages(struct sketch *s, struct buf *out)
{
    static const char *const codes[] = {"fi", "sv", "en", "ru", "ar", "so", "uk", "et", "fse", "fa", "vi"};
    static const double percent[] = {93, 11, 12, 4, 3, 2.5, 2.5, 1, 1, 0.8, 0.5};
    bool any = false;
    if (!rng_chance(&s->rng, 68))
        return;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (!rng_chance(&s->rng, percent[i]))
            continue;
        if (!any)
            json_key(out, "languages");
        buf_addf(out, "%c\"%s\"", any ? ',' : '[', codes[i]);
        any = true;
    }
    if (any)
        buf_addc(out, ']');
    if (rng_chance(&s->rng, 4))
        buf_adds(out, ",\"plain_language\":true");
}

static void add_keywords(struct sketch *s, struct buf *out)
{
    const char *at = buf_str(&s->keywords);
    if (!*at)
        return;
    json_key(out, "keyword");
    for (char sign = '['; *at; sign = ',') {
        size_t len = strcspn(at, "\n");
        buf_addc(out, sign);
        buf_add_json(out, at, len);
        at += len + (at[len] == '\n');
    }
    buf_addc(out, ']');
}

static void add_choices(struct sketch *s, struct buf *out)
{
    static const double forms[] = {62, 12, 5, 0, 4, 5};
    static const double thresholds[] = {24, 26, 9, 6, 1.5, 14};
    static const double events[] = {2, 0.1, 0.1, 1, 1, 0.2, 0.2, 0.1, 0.1, 2, 0.3, 2, 3, 1, 3, 4, 3, 3, 2};
    if (s->kind == RECORD_ACTIVITY || s->kind == RECORD_VOLUNTEER || s->kind == RECORD_EVENT) {
        if (s->online)
            buf_adds(out, ",\"form\":[\"online\"]");
        else if (rng_chance(&s->rng, 85))
            json_codes(s, out, "form", VOCAB_FORM, forms, sizeof forms / sizeof *forms);
        if (rng_chance(&s->rng, 75))
            json_codes(s, out, "threshold", VOCAB_THRESHOLD, thresholds, sizeof thresholds / sizeof *thresholds);
    }
    json_codes(s, out, "life_event", VOCAB_LIFE_EVENT, events, sizeof events / sizeof *events);
    if (s->kind == RECORD_ACTIVITY && rng_chance(&s->rng, 8))
        buf_addf(out, ",\"referral\":{\"needed\":%s}", rng_chance(&s->rng, 30) ? "true" : "false");
}

static void add_links(struct sketch *s, struct buf *out)
{
    if (s->kind == RECORD_STORY)
        buf_addf(out, ",\"links\":[{\"kind\":\"story\",\"url\":\"https://%s/tarina/%llu\"}]",
                 s->organisation.host, (unsigned long long)s->number);
    else if (rng_chance(&s->rng, 28))
        buf_addf(out, ",\"links\":[{\"kind\":\"info\",\"url\":\"https://%s/%llu\"}]", s->organisation.host,
                 (unsigned long long)s->number);
}

void record_json(struct sketch *s, struct buf *out)
{
    first_text(out, "id", s->id);
    json_text(out, "kind", record_kind_name(s->kind));
    if (rng_chance(&s->rng, 40))
        buf_addf(out, ",\"origin_url\":\"https://%s/sivu/%llu\"", s->organisation.host,
                 (unsigned long long)s->number);
    add_texts(s, out);
    add_organisation(s, out);
    add_ordinals(out, "audience", VOCAB_AUDIENCE, s->audiences, s->audience_count);
    if (!rng_chance(&s->rng, 5))
        add_ordinals(out, "theme", VOCAB_THEME, s->voice.themes, s->voice.theme_count);
    add_choices(s, out);
    add_ages(s, out);
    add_keywords(s, out);
    add_area(s, out);
    add_place(s, out);
    add_channel(s, out);
    json_when(s, out);
    add_price(s, out);
    add_signup(s, out);
    add_languages(s, out);
    add_contact(s, out);
    add_links(s, out);
    json_kind(s, out);
    buf_adds(out, "}\n");
}
