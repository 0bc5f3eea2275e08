#include "searchd/page_card.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "columns.h"
#include "record.h"
#include "searchd/route.h"

void page_cards_release(struct page_cards *cards)
{
    buf_release(&cards->data);
    buf_release(&cards->text);
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

/* What `text` holds, in the arena: the buffer is used again. */
static const char *kept(struct page_cards *cards)
{
    const char *copy = arena_copy(cards->page->arena, buf_str(&cards->text), cards->text.len);
    return copy ? copy : "";
}

/* The labels of a list of codes, ", " between them; beyond `most` it says how many more. */
static const char *labels_of(struct page_cards *cards, const struct view *record, const char *member,
                             enum vocab_name vocab, size_t most)
{
    const struct view_list *codes = view_get_list(record, member);
    size_t count = codes ? codes->count : 0, shown = 0;
    buf_reset(&cards->text);
    for (size_t i = 0; i < count && shown < most; i++) {
        const char *code = view_list_text(codes, i);
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

static void add_organisations(struct page_cards *cards, const struct view *json, struct view *view)
{
    const struct view_list *list = view_get_list(json, "organisation");
    size_t shown = 0;
    buf_reset(&cards->text);
    for (size_t i = 0; list && i < list->count && shown < PAGE_CARD_LABELS; i++) {
        const char *name = view_get_text(list->items[i], "name");
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
static void add_place(struct page_cards *cards, const struct view *json, struct view *view)
{
    const struct view_list *places = view_get_list(json, "place");
    const struct view *place = places ? places->items[0] : NULL, *area = view_get_object(json, "area");
    const char *municipality = view_get_text(place, "municipality");
    int entry = municipality ? vocab_find(VOCAB_AREA, municipality, strlen(municipality)) : -1;
    buf_reset(&cards->text);
    add_part(&cards->text, view_get_text(place, "name"));
    add_part(&cards->text, view_get_text(place, "address"));
    if (entry >= 0)
        add_part(&cards->text, page_label(cards->page, VOCAB_AREA, (size_t)entry));
    if (places && places->count > 1)
        buf_adds(&cards->text, page_count(cards->page, "and_more_places", places->count - 1));
    if (cards->text.len) {
        view_text(view, "place", kept(cards));
        return;
    }
    const char *scope = view_get_text(area, "scope");
    if (scope && strcmp(scope, "nationwide") == 0)
        view_text(view, "place", page_label(cards->page, VOCAB_AREA, area_nationwide()));
    else
        view_text(view, "place", labels_of(cards, area, "codes", VOCAB_AREA, PAGE_CARD_LABELS));
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
    if (hit->distance_centre && hit->distance_km < 0.05)
        distance = page_text(page, "distance.same");
    else if (hit->distance_centre)
        distance = strings_fill(page->strings, page->lang, page->arena, "distance.centre", "distance", distance, NULL);
    view_text(view, "distance", distance);
}

/* ---- when -------------------------------------------------------------------------------------------------------- */

/* "a, b ja c" of the bits that are set. */
static void add_listed(const struct page *page, unsigned bits, const char *(*text)(const struct page *, unsigned),
                       struct buf *out)
{
    for (unsigned left = bits, bit = 0; left; bit++) {
        if (!(left >> bit & 1))
            continue;
        left &= ~(1u << bit);
        if (bits & ((1u << bit) - 1))
            buf_adds(out, left ? ", " : page_text(page, "list.and"));
        buf_adds(out, text(page, bit));
    }
}

static const char *weekday_text(const struct page *page, const char *form, unsigned day)
{
    char key[16];
    snprintf(key, sizeof key, "%s.%s", form, weekday_code(day));
    return page_text(page, key);
}

static const char *every_weekday(const struct page *page, unsigned day)
{
    return weekday_text(page, "every", day);
}

static const char *short_weekday(const struct page *page, unsigned day)
{
    return weekday_text(page, "short", day);
}

static const char *that_weekday(const struct page *page, unsigned day)
{
    return weekday_text(page, "that", day);
}

static const char *nth_text(const struct page *page, unsigned nth)
{
    char key[16];
    snprintf(key, sizeof key, "nth.%u", nth + 1);
    return page_text(page, key);
}

/* "kuukauden ensimmäisenä ja kolmantena torstaina" */
static void add_monthly(const struct page *page, const struct column_schedule *rule, struct buf *out)
{
    struct buf nth = BUF_INIT, days = BUF_INIT;
    add_listed(page, rule->nth, nth_text, &nth);
    add_listed(page, rule->weekdays, that_weekday, &days);
    buf_adds(out, strings_fill(page->strings, page->lang, page->arena, "nth.rule", "nth", buf_str(&nth), "day",
                               buf_str(&days), NULL));
    buf_release(&nth);
    buf_release(&days);
}

void page_rule(const struct page *page, const struct column_schedule *rule, struct buf *out)
{
    bool one = (rule->weekdays & (rule->weekdays - 1)) == 0;
    if (rule->nth)
        add_monthly(page, rule, out);
    else
        add_listed(page, rule->weekdays, one ? every_weekday : short_weekday, out);
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
        page_rule(page, rule, &text);
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

static void add_price(const struct page *page, const struct view *json, struct view *view)
{
    const struct view *price = view_get_object(json, "price");
    const char *amount = view_get_text(price, "amount"), *free_or_not = NULL;
    double euros = amount ? strtod(amount, NULL) : 0; /* the daemon's numbers have points in any locale of C */
    int free_of_charge = view_get_flag(price, "free");
    if (free_of_charge >= 0)
        free_or_not = page_label(page, VOCAB_PRICE, free_of_charge ? 0 : 1);
    if (free_of_charge != 1 && euros > 0) {
        if (!page_price_told(euros, view_get_text(price, "text")))
            view_text(view, "price", page_price(page, euros));
    } else {
        view_text(view, "price", free_or_not);
    }
    view_text(view, "price_text", view_get_text(price, "text"));
    view_flag(view, "cost", price != NULL);
}

static void add_signup(const struct page *page, const struct view *json, struct view *view)
{
    const struct view *signup = view_get_object(json, "signup");
    const char *by = view_get_text(signup, "by");
    int needed = view_get_flag(signup, "needed");
    int32_t day;
    view_flag(view, "full", view_get_flag(signup, "full") == 1);
    if (needed == 0)
        view_text(view, "signup", page_text(page, "signup.not_needed"));
    else if (by && day_parse(by, strlen(by), &day))
        view_text(view, "signup", strings_fill(page->strings, page->lang, page->arena, "signup.by", "date",
                                               page_date(page, day), NULL));
    else if (needed == 1)
        view_text(view, "signup", page_text(page, "signup.needed"));
    view_flag(view, "joining", needed >= 0 || by || view_get_list(json, "threshold"));
}

static void add_age(const struct page *page, const struct view *json, struct view *view)
{
    const char *from = view_get_text(json, "ageMin"), *to = view_get_text(json, "ageMax");
    const char *key = from && to ? "age.range" : from ? "age.from" : to ? "age.to" : NULL;
    if (key)
        view_text(view, "age", strings_fill(page->strings, page->lang, page->arena, key, "from", from, "to", to, NULL));
}

static void add_status(const struct page *page, const struct view *json, struct view *view)
{
    const char *status = view_get_text(json, "status");
    char key[32];
    if (!status)
        return;
    snprintf(key, sizeof key, "status.%s", status);
    view_text(view, "status", page_text(page, key));
}

/* A person's check counts; where nobody checked, the source's own date. */
static void add_freshness(const struct page *page, const struct view *json, struct view *view)
{
    const char *checked = view_get_text(json, "verifiedAt"), *modified = view_get_text(json, "modified");
    const char *date = checked ? checked : modified;
    int32_t day;
    view_text(view, "source", view_get_text(json, "source"));
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

size_t page_tel(const char *phone, char digits[PAGE_TEL_BYTES])
{
    size_t len = 0;
    for (const char *at = phone ? phone : ""; *at && len + 1 < PAGE_TEL_BYTES; at++)
        if ((*at >= '0' && *at <= '9') || (*at == '+' && len == 0))
            digits[len++] = *at;
    digits[len] = '\0';
    return len < 3 ? 0 : len;
}

static void add_phone(const struct view *json, struct view *view)
{
    const char *phone = view_get_text(json, "phone");
    char digits[PAGE_TEL_BYTES];
    size_t len = page_tel(phone, digits);
    if (!len)
        return;
    view_text(view, "phone", phone);
    view_copy(view, "tel", digits, len);
}

/* ---- the card ---------------------------------------------------------------------------------------------------- */

static void add_labels(struct page_cards *cards, const struct view *json, struct view *view)
{
    const struct view_list *places = view_get_list(json, "place");
    const struct view *place = places ? places->items[0] : NULL;
    bool plain = view_get_flag(json, "plainLanguage") == 1;
    const char *audience = labels_of(cards, json, "audience", VOCAB_AUDIENCE, PAGE_CARD_LABELS);
    const char *spoken = labels_of(cards, json, "languages", VOCAB_LANGUAGE, PAGE_CARD_LABELS);
    view_text(view, "audience", audience);
    view_flag(view, "whom", audience || view_get_text(json, "ageMin") || view_get_text(json, "ageMax"));
    view_text(view, "spoken", spoken);
    view_flag(view, "plain", plain);
    view_flag(view, "tongue", spoken || plain);
    view_text(view, "access", labels_of(cards, place, "accessibility", VOCAB_ACCESSIBILITY, PAGE_CARD_LABELS));
    view_text(view, "threshold", labels_of(cards, json, "threshold", VOCAB_THRESHOLD, PAGE_CARD_LABELS));
    view_text(view, "form", labels_of(cards, json, "form", VOCAB_FORM, PAGE_CARD_LABELS));
}

/* To the record's own page, when there is one. */
static void add_link(struct page_cards *cards, const char *id, struct view *view)
{
    if (!id || !route_exists("/fi/item/id"))
        return;
    buf_reset(&cards->text);
    buf_addf(&cards->text, "/%s/item/", record_langs[cards->page->lang]);
    api_path_part(id, &cards->text);
    buf_adds(&cards->text, cards->from ? cards->from : "");
    view_text(view, "item_url", kept(cards));
}

static void add_names(struct page_cards *cards, const struct view *json, struct view *view)
{
    const struct page *page = cards->page;
    const char *id = view_get_text(json, "id"), *kind = view_get_text(json, "kind");
    const char *lang = view_get_text(json, "lang");
    int entry = kind ? vocab_find(VOCAB_KIND, kind, strlen(kind)) : -1;
    view_text(view, "id", id);
    add_link(cards, id, view);
    view_text(view, "title", view_get_text(json, "title"));
    if (entry >= 0)
        view_text(view, "kind", page_label(page, VOCAB_KIND, (size_t)entry));
    int text_lang = lang ? page_language(lang, strlen(lang)) : -1;
    if (text_lang >= 0 && text_lang != (int)page->lang) {
        char key[16];
        view_text(view, "foreign", record_langs[text_lang]);
        snprintf(key, sizeof key, "only.%s", record_langs[text_lang]);
        view_text(view, "only", page_text(page, key));
    }
    const char *origin = view_get_text(json, "originUrl");
    if (origin && (strncmp(origin, "https://", 8) == 0 || strncmp(origin, "http://", 7) == 0))
        view_text(view, "origin", origin);
}

enum status page_card(struct page_cards *cards, uint32_t row, const struct hit *hit, struct view *view,
                      struct stored *stored, struct err *err)
{
    struct page *page = cards->page;
    size_t len;
    TRY(searcher_record(page->api->searcher, row, &cards->data, stored, err));
    const char *card = stored_section(stored, (enum stored_section)(STORED_CARD_FI + (int)page->lang), &len);
    buf_reset(&cards->text);
    buf_addc(&cards->text, '{');
    buf_add(&cards->text, card, len);
    buf_addc(&cards->text, '}');
    TRY(buf_ok(&cards->text, err));
    const struct view *json = view_from_json(page->arena, cards->text.data, cards->text.len);
    if (!json)
        return err_set(err, STATUS_CORRUPT, "the card of row %u cannot be read", row);
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
    add_phone(json, view);
    add_freshness(page, json, view);
    view_text(view, "summary", view_get_text(json, "summary"));
    return STATUS_OK;
}
