#include "searchd/page_card.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "columns.h"

void page_cards_release(struct page_cards *cards)
{
    for (size_t i = 0; i < cards->count; i++)
        json_decref(cards->read[i]);
    buf_release(&cards->data);
    buf_release(&cards->text);
    cards->count = 0;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* What `text` holds, in the arena: the buffer is used again. */
static const char *kept(struct page_cards *cards)
{
    const char *copy = arena_copy(cards->page->arena, buf_str(&cards->text), cards->text.len);
    return copy ? copy : "";
}

/* The labels of a list of codes, ", " between them; beyond `most` it says how many more. */
static const char *labels_of(struct page_cards *cards, const json_t *codes, enum vocab_name vocab, size_t most)
{
    size_t count = json_array_size(codes), shown = 0;
    buf_reset(&cards->text);
    for (size_t i = 0; i < count && shown < most; i++) {
        const char *code = json_string_value(json_array_get(codes, i));
        int entry = code ? vocab_find(vocab, code, strlen(code)) : -1;
        if (entry < 0)
            continue;
        buf_adds(&cards->text, shown++ ? ", " : "");
        buf_adds(&cards->text, page_label(cards->page, vocab, (size_t)entry));
    }
    if (shown && count > shown && shown == most)
        buf_adds(&cards->text, page_count(cards->page, "and_more", count - shown));
    return shown ? kept(cards) : NULL;
}

/* ---- who, where -------------------------------------------------------------------------------------------------- */

static void add_organisations(struct page_cards *cards, const json_t *json, struct view *view)
{
    const json_t *list = json_object_get(json, "organisation");
    size_t shown = 0;
    buf_reset(&cards->text);
    for (size_t i = 0; i < json_array_size(list) && shown < PAGE_CARD_LABELS; i++) {
        const char *name = text_of(json_array_get(list, i), "name");
        if (!name)
            continue;
        buf_adds(&cards->text, shown++ ? ", " : "");
        buf_adds(&cards->text, name);
    }
    if (shown)
        view_text(view, "organisation", kept(cards));
}

static void add_part(struct buf *text, const char *part)
{
    if (!part || !*part)
        return;
    buf_adds(text, text->len ? ", " : "");
    buf_adds(text, part);
}

/* The first place; how many more there are. */
static void add_place(struct page_cards *cards, const json_t *json, struct view *view)
{
    const json_t *places = json_object_get(json, "place"), *place = json_array_get(places, 0);
    const json_t *area = json_object_get(json, "area");
    const char *municipality = text_of(place, "municipality");
    int entry = municipality ? vocab_find(VOCAB_AREA, municipality, strlen(municipality)) : -1;
    buf_reset(&cards->text);
    add_part(&cards->text, text_of(place, "name"));
    add_part(&cards->text, text_of(place, "address"));
    if (entry >= 0)
        add_part(&cards->text, page_label(cards->page, VOCAB_AREA, (size_t)entry));
    if (json_array_size(places) > 1)
        buf_adds(&cards->text, page_count(cards->page, "and_more_places", json_array_size(places) - 1));
    if (cards->text.len) {
        view_text(view, "place", kept(cards));
        return;
    }
    const char *scope = text_of(area, "scope");
    if (scope && strcmp(scope, "nationwide") == 0)
        view_text(view, "place", page_label(cards->page, VOCAB_AREA, area_nationwide()));
    else
        view_text(view, "place", labels_of(cards, json_object_get(area, "codes"), VOCAB_AREA, PAGE_CARD_LABELS));
}

const char *page_distance(const struct page *page, double km)
{
    char text[32];
    if (km < 1) {
        snprintf(text, sizeof text, "%.0f m", round(km * 20) * 50); /* nobody walks by the metre */
    } else {
        snprintf(text, sizeof text, km < 10 ? "%.1f km" : "%.0f km", km);
        char *point = strchr(text, '.');
        if (point && page->lang != UI_EN)
            *point = ',';
    }
    const char *copy = arena_copy(page->arena, text, strlen(text));
    return copy ? copy : "";
}

static void add_distance(const struct page *page, const struct hit *hit, struct view *view)
{
    if (isnan(hit->distance_km))
        return;
    const char *distance = page_distance(page, hit->distance_km);
    if (hit->distance_centre)
        distance = strings_fill(page->strings, page->lang, page->arena, "distance.centre", "distance", distance, NULL);
    view_text(view, "distance", distance);
}

/* ---- when -------------------------------------------------------------------------------------------------------- */

static void add_weekdays(const struct page *page, unsigned weekdays, struct buf *out)
{
    char key[16];
    bool one = (weekdays & (weekdays - 1)) == 0;
    unsigned left = weekdays;
    for (unsigned day = 0; day < WEEKDAYS; day++) {
        if (!(weekdays >> day & 1))
            continue;
        left &= ~(1u << day);
        snprintf(key, sizeof key, "%s.%s", one ? "every" : "short", weekday_code(day));
        if (left != (weekdays & ~((2u << day) - 1) ) || (weekdays & ((1u << day) - 1)))
            buf_adds(out, left ? ", " : page_text(page, "list.and"));
        buf_adds(out, page_text(page, key));
    }
}

static void add_rule(const struct page *page, const struct column_schedule *rule, struct buf *out)
{
    char key[16];
    for (int nth = 0; nth < 6; nth++) {
        if (!(rule->nth >> nth & 1))
            continue;
        snprintf(key, sizeof key, "nth.%d", nth + 1);
        buf_adds(out, page_text(page, key));
        buf_addc(out, ' ');
    }
    add_weekdays(page, rule->weekdays, out);
    if (rule->every > 1)
        buf_adds(out, page_count(page, rule->every == 2 ? "every_other_week" : "every_n_weeks", rule->every));
    const char *times = page_times(page, rule->from, rule->to);
    if (*times)
        buf_addf(out, " %s", times);
}

const char *page_schedule(const struct page *page, const struct columns *columns, uint32_t row)
{
    struct buf text = BUF_INIT;
    unsigned rules = 0, more = 0;
    for (uint32_t i = columns->schedule_offset[row]; i < columns->schedule_offset[row + 1]; i++) {
        const struct column_schedule *rule = &columns->schedules[i];
        if (!rule->weekdays || rule->valid_to < page->today)
            continue;
        if (rules == PAGE_CARD_RULES) {
            more++;
            continue;
        }
        buf_adds(&text, rules++ ? "; " : "");
        add_rule(page, rule, &text);
    }
    if (more)
        buf_adds(&text, page_count(page, "and_more_times", more));
    const char *copy = rules ? arena_copy(page->arena, buf_str(&text), text.len) : NULL;
    buf_release(&text);
    return copy;
}

static void add_when(const struct page *page, uint32_t row, const struct hit *hit, struct view *view)
{
    const struct columns *columns = &searcher_snapshot(page->api->searcher)->columns;
    const char *schedule = page_schedule(page, columns, row);
    bool next = hit && hit->next_day != DAY_UNKNOWN;
    view_text(view, "schedule", schedule);
    view_flag(view, "when", schedule || next);
    if (!next)
        return;
    bool soon = hit->next_day - page->today < 300; /* farther away the year matters */
    const char *day = soon ? page_day_and_month(page, hit->next_day) : page_date(page, hit->next_day);
    view_flag(view, "today", hit->next_day == page->today);
    view_text(view, "next", day);
    view_text(view, "next_time", page_times(page, hit->next_from, hit->next_to));
}

/* ---- price, joining, state --------------------------------------------------------------------------------------- */

static void add_price(const struct page *page, const json_t *json, struct view *view)
{
    const json_t *price = json_object_get(json, "price");
    const json_t *amount = json_object_get(price, "amount");
    if (json_is_true(json_object_get(price, "free"))) {
        view_text(view, "price", page_label(page, VOCAB_PRICE, 0));
    } else if (json_is_number(amount) && json_number_value(amount) > 0) {
        double euros = json_number_value(amount);
        char text[48];
        snprintf(text, sizeof text, euros == floor(euros) ? "%.0f" : "%.2f", euros);
        char *point = strchr(text, '.');
        if (point && page->lang != UI_EN)
            *point = ',';
        view_format(view, "price", page->lang == UI_EN ? "€%s" : "%s €", text);
    } else if (json_is_false(json_object_get(price, "free"))) {
        view_text(view, "price", page_label(page, VOCAB_PRICE, 1));
    }
    view_text(view, "price_text", text_of(price, "text"));
    view_flag(view, "cost", price != NULL);
}

static void add_signup(const struct page *page, const json_t *json, struct view *view)
{
    const json_t *signup = json_object_get(json, "signup"), *needed = json_object_get(signup, "needed");
    const char *by = text_of(signup, "by");
    int32_t day;
    view_flag(view, "full", json_is_true(json_object_get(signup, "full")));
    if (json_is_false(needed))
        view_text(view, "signup", page_text(page, "signup.not_needed"));
    else if (by && day_parse(by, strlen(by), &day))
        view_text(view, "signup", strings_fill(page->strings, page->lang, page->arena, "signup.by", "date",
                                               page_date(page, day), NULL));
    else if (json_is_true(needed))
        view_text(view, "signup", page_text(page, "signup.needed"));
}

static void add_age(const struct page *page, const json_t *json, struct view *view)
{
    const json_t *low = json_object_get(json, "ageMin"), *high = json_object_get(json, "ageMax");
    char from[16], to[16];
    snprintf(from, sizeof from, "%d", (int)json_integer_value(low));
    snprintf(to, sizeof to, "%d", (int)json_integer_value(high));
    const char *key = low && high ? "age.range" : low ? "age.from" : high ? "age.to" : NULL;
    if (key)
        view_text(view, "age", strings_fill(page->strings, page->lang, page->arena, key, "from", from, "to", to, NULL));
}

static void add_status(const struct page *page, const json_t *json, struct view *view)
{
    const char *status = text_of(json, "status");
    char key[32];
    if (!status)
        return;
    snprintf(key, sizeof key, "status.%s", status);
    view_text(view, "status", page_text(page, key));
}

/* A person's check counts; where nobody checked, the source's own date. */
static void add_freshness(const struct page *page, const json_t *json, struct view *view)
{
    const char *checked = text_of(json, "verifiedAt"), *modified = text_of(json, "modified");
    const char *date = checked ? checked : modified;
    int32_t day;
    view_text(view, "source", text_of(json, "source"));
    if (!date || !day_parse(date, strlen(date), &day)) {
        view_flag(view, "undated", true);
        view_flag(view, "old", true);
        return;
    }
    view_text(view, checked ? "checked" : "modified", page_date(page, day));
    struct date then = date_from_day(day), now = date_from_day(page->today);
    int months = (now.year - then.year) * 12 + now.month - then.month - (now.day < then.day);
    view_flag(view, "old", months >= PAGE_OLD_MONTHS);
}

/* As a telephone takes it. */
static void add_phone(const struct page *page, const json_t *json, struct view *view)
{
    const char *phone = text_of(json, "phone");
    char digits[40];
    size_t len = 0;
    for (const char *at = phone ? phone : ""; *at && len + 1 < sizeof digits; at++)
        if ((*at >= '0' && *at <= '9') || (*at == '+' && len == 0))
            digits[len++] = *at;
    if (len < 3)
        return;
    view_text(view, "phone", phone);
    view_copy(view, "tel", digits, len);
    (void)page;
}

/* ---- the card ---------------------------------------------------------------------------------------------------- */

static void add_labels(struct page_cards *cards, const json_t *json, struct view *view)
{
    const json_t *place = json_array_get(json_object_get(json, "place"), 0);
    view_text(view, "audience",
              labels_of(cards, json_object_get(json, "audience"), VOCAB_AUDIENCE, PAGE_CARD_LABELS));
    view_text(view, "spoken", labels_of(cards, json_object_get(json, "languages"), VOCAB_LANGUAGE, PAGE_CARD_LABELS));
    view_flag(view, "plain", json_is_true(json_object_get(json, "plainLanguage")));
    view_text(view, "access",
              labels_of(cards, json_object_get(place, "accessibility"), VOCAB_ACCESSIBILITY, PAGE_CARD_LABELS));
    view_text(view, "threshold",
              labels_of(cards, json_object_get(json, "threshold"), VOCAB_THRESHOLD, PAGE_CARD_LABELS));
    view_flag(view, "whom", json_array_size(json_object_get(json, "audience")) || json_object_get(json, "ageMin") ||
                                json_object_get(json, "ageMax"));
    view_flag(view, "joining", json_array_size(json_object_get(json, "threshold")) || json_object_get(json, "signup"));
    view_flag(view, "tongue", json_array_size(json_object_get(json, "languages")) ||
                                  json_is_true(json_object_get(json, "plainLanguage")));
    view_text(view, "form", labels_of(cards, json_object_get(json, "form"), VOCAB_FORM, PAGE_CARD_LABELS));
}

static void add_names(struct page_cards *cards, const json_t *json, struct view *view)
{
    const struct page *page = cards->page;
    const char *id = text_of(json, "id"), *kind = text_of(json, "kind"), *lang = text_of(json, "lang");
    int entry = kind ? vocab_find(VOCAB_KIND, kind, strlen(kind)) : -1;
    view_text(view, "id", id);
    view_text(view, "title", text_of(json, "title"));
    if (entry >= 0)
        view_text(view, "kind", page_label(page, VOCAB_KIND, (size_t)entry));
    int text_lang = lang ? page_language(lang, strlen(lang)) : -1;
    if (text_lang >= 0 && text_lang != (int)page->lang) {
        char key[16];
        view_text(view, "foreign", record_langs[text_lang]);
        snprintf(key, sizeof key, "only.%s", record_langs[text_lang]);
        view_text(view, "only", page_text(page, key));
    }
    const char *origin = text_of(json, "originUrl");
    if (origin && (strncmp(origin, "https://", 8) == 0 || strncmp(origin, "http://", 7) == 0))
        view_text(view, "origin", origin);
}

enum status page_card(struct page_cards *cards, uint32_t row, const struct hit *hit, struct view *view,
                      struct stored *stored, struct err *err)
{
    struct page *page = cards->page;
    json_error_t wrong;
    size_t len;
    TRY(searcher_record(page->api->searcher, row, &cards->data, stored, err));
    const char *card = stored_section(stored, (enum stored_section)(STORED_CARD_FI + (int)page->lang), &len);
    buf_reset(&cards->text);
    buf_addc(&cards->text, '{');
    buf_add(&cards->text, card, len);
    buf_addc(&cards->text, '}');
    TRY(buf_ok(&cards->text, err));
    json_t *json = cards->count < REQUEST_PER_PAGE_MOST ? json_loadb(cards->text.data, cards->text.len, 0, &wrong)
                                                        : NULL;
    if (!json)
        return err_set(err, STATUS_CORRUPT, "the card of row %u cannot be read", row);
    cards->read[cards->count++] = json;
    add_names(cards, json, view);
    add_organisations(cards, json, view);
    add_place(cards, json, view);
    if (hit)
        add_distance(page, hit, view);
    add_when(page, row, hit, view);
    add_price(page, json, view);
    add_age(page, json, view);
    add_labels(cards, json, view);
    add_signup(page, json, view);
    add_status(page, json, view);
    add_phone(page, json, view);
    add_freshness(page, json, view);
    view_text(view, "summary", text_of(json, "summary"));
    return STATUS_OK;
}
