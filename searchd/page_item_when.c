/* When something takes place, in words. */
#include <stdio.h>

#include "calendar.h"
#include "columns.h"
#include "searchd/page_card.h"
#include "searchd/page_item.h"

static const char *filled(const struct page *page, const char *key, const char *name, const char *value)
{
    return strings_fill(page->strings, page->lang, page->arena, key, name, value, NULL);
}

/* 3.9.–10.12., 3.9. alkaen, 10.12. asti; NULL when it always holds, or does from the past on. */
static const char *season(const struct page *page, const struct schedule *rule)
{
    bool from = rule->valid_from_day != DAY_UNKNOWN, to = rule->valid_to_day != DAY_UNKNOWN;
    if (from && to)
        return page_days(page, rule->valid_from_day, rule->valid_to_day);
    if (to)
        return filled(page, "item.season_to", "date", page_days(page, rule->valid_to_day, rule->valid_to_day));
    if (from && rule->valid_from_day > page->today)
        return filled(page, "item.season_from", "date", page_days(page, rule->valid_from_day, rule->valid_from_day));
    return NULL;
}

/* Days to come on which it does not hold: "ei 22.10., 24.–31.12.". */
static void add_excepts(const struct page *page, const struct schedule *rule, struct buf *out)
{
    struct buf days = BUF_INIT;
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < rule->except_count; i++) {
        const struct day_range *range = &rule->except[i];
        if (range->to_day < page->today)
            continue;
        if (shown == ITEM_EXCEPTS) {
            more++;
            continue;
        }
        buf_adds(&days, shown++ ? ", " : "");
        buf_adds(&days, page_days(page, range->from_day, range->to_day));
    }
    if (more)
        buf_adds(&days, page_count(page, "and_more", more));
    if (shown)
        buf_addf(out, ", %s", filled(page, "item.except", "days", buf_str(&days)));
    buf_release(&days);
}

static void add_rule(const struct item_page *item, const struct schedule *rule)
{
    const struct page *page = &item->page;
    struct column_schedule plain = {.weekdays = rule->weekdays, .nth = rule->nth, .from = rule->from_minute,
                                    .to = rule->to_minute,
                                    .every = rule->every_weeks > 1 ? (uint8_t)rule->every_weeks : 1};
    struct view *view = view_item(page->view, "rules");
    struct buf text = BUF_INIT;
    if (rule->weekdays)
        page_rule(page, &plain, &text);
    else
        buf_adds(&text, page_times(page, rule->from_minute, rule->to_minute));
    const char *when = season(page, rule);
    if (when)
        buf_addf(&text, "%s%s", text.len ? ", " : "", when);
    add_excepts(page, rule, &text);
    view_copy(view, "rule", buf_str(&text), text.len);
    item_text(item, view, "rule_text", "rule_lang", &rule->text);
    buf_release(&text);
}

/* What is over is left out, unless all of it is. */
static void add_rules(struct item_page *item)
{
    const struct record *r = &item->record;
    size_t left = 0, shown = 0, more = 0;
    for (size_t i = 0; i < r->schedule_count; i++)
        left += r->schedule[i].valid_to_day == DAY_UNKNOWN || r->schedule[i].valid_to_day >= item->page.today;
    for (size_t i = 0; i < r->schedule_count; i++) {
        bool over = r->schedule[i].valid_to_day != DAY_UNKNOWN && r->schedule[i].valid_to_day < item->page.today;
        if (left && over)
            continue;
        if (shown == ITEM_RULES) {
            more++;
            continue;
        }
        add_rule(item, &r->schedule[i]);
        shown++;
    }
    if (more)
        view_text(item->page.view, "rules_more", page_count(&item->page, "and_more_times", more));
}

/* torstaina 24.12.2026 */
static const char *whole_day(const struct page *page, int32_t day)
{
    char key[32];
    snprintf(key, sizeof key, "on.%s", weekday_code(weekday_of(day)));
    const char *text = arena_printf(page->arena, "%s %s", page_text(page, key), page_date(page, day));
    return text ? text : "";
}

static const char *moment_text(const struct page *page, struct moment moment)
{
    const char *times = page_times(page, moment.minute, -1);
    const char *text = arena_printf(page->arena, "%s%s%s", whole_day(page, moment.day), *times ? " " : "", times);
    return text ? text : "";
}

/* From start to end, as one line. */
static const char *span(const struct page *page, struct moment start, struct moment end)
{
    bool from = start.day != DAY_UNKNOWN, to = end.day != DAY_UNKNOWN;
    const char *text = "";
    if (from && to && start.day == end.day) {
        const char *times = page_times(page, start.minute, end.minute);
        text = arena_printf(page->arena, "%s%s%s", whole_day(page, start.day), *times ? " " : "", times);
    } else if (from && to && start.minute < 0 && end.minute < 0) {
        text = page_days(page, start.day, end.day);
    } else if (from && to) {
        text = arena_printf(page->arena, "%s – %s", moment_text(page, start), moment_text(page, end));
    } else if (from) {
        text = moment_text(page, start);
    } else if (to) {
        text = filled(page, "item.season_to", "date", moment_text(page, end));
    }
    return text ? text : "";
}

/* The next time, when the timetable or several days leave it open which that is. */
static bool add_next(struct item_page *item)
{
    const struct record *r = &item->record;
    const struct page *page = &item->page;
    struct occurrence next;
    if (r->status == RECORD_CANCELLED || r->status == RECORD_ENDED ||
        !occurrence_next(r->schedule, r->schedule_count, r->start, r->end, page->today, &next))
        return false;
    if (r->kind == RECORD_PLACE || r->kind == RECORD_PROJECT || r->kind == RECORD_EXPERIMENT || !r->schedule_count)
        return true;
    const char *times = page_times(page, next.from_minute, next.to_minute);
    view_flag(page->view, "next_today", next.day == page->today);
    view_format(page->view, "next", "%s%s%s", whole_day(page, next.day), *times ? " " : "", times);
    return true;
}

static bool over(const struct item_page *item)
{
    const struct record *r = &item->record;
    int32_t last = r->end.day != DAY_UNKNOWN ? r->end.day : r->start.day;
    return r->kind == RECORD_EVENT && r->status == RECORD_ACTIVE && last != DAY_UNKNOWN && last < item->page.today;
}

void item_when(struct item_page *item)
{
    const struct record *r = &item->record;
    struct page *page = &item->page;
    bool timed = r->kind == RECORD_ACTIVITY || r->kind == RECORD_EVENT;
    bool dated = r->start.day != DAY_UNKNOWN || r->end.day != DAY_UNKNOWN;
    const char *heading = r->kind == RECORD_PLACE || r->kind == RECORD_ORGANISATION ? "item.hours"
                          : r->kind == RECORD_PROJECT                               ? "item.period"
                          : r->kind == RECORD_EXPERIMENT                            ? "item.period_short"
                                                                                    : "card.when";
    if (over(item))
        view_text(page->view, "past", page_text(page, "item.past"));
    if (!dated && !r->schedule_count && !timed)
        return;
    view_text(page->view, "when_heading", page_text(page, heading));
    if (!dated && !r->schedule_count) {
        view_text(page->view, "when_unknown", page_text(page, "item.when_unknown"));
        return;
    }
    bool to_come = add_next(item);
    if (!to_come && timed && r->status == RECORD_ACTIVE && r->schedule_count)
        view_text(page->view, "when_unknown", page_text(page, "item.over"));
    /* Around a timetable the two dates bound it; alone they are when it is. */
    if (dated)
        view_text(page->view, "span", span(page, r->start, r->end));
    add_rules(item);
}
