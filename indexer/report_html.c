#include "indexer/report_html.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "indexer/report_chart.h"
#include "indexer/report_heard.h"
#include "indexer/report_style.h"
#include "indexer/report_sum.h"

/* ---- pieces --------------------------------------------------------------------------------------------------- */

void html_section(struct pen *pen, const char *id, enum word title)
{
    buf_addf(pen->out, "<section aria-labelledby=\"%s\"><h2 id=\"%s\">", id, id);
    pen_say(pen, title, NULL);
    pen_raw(pen, "</h2>\n");
}

void html_section_end(struct pen *pen)
{
    pen_raw(pen, "</section>\n");
}

void html_table(struct pen *pen, enum word caption, const enum word *columns, size_t count, size_t first)
{
    pen_raw(pen, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    pen_say(pen, caption, NULL);
    pen_raw(pen, "\"><table><caption>");
    pen_say(pen, caption, NULL);
    pen_raw(pen, "</caption>\n<thead><tr>");
    for (size_t i = 0; i < count; i++) {
        pen_raw(pen, i < first ? "<th scope=\"col\">" : "<th scope=\"col\" class=\"n\">");
        pen_say(pen, columns[i], NULL);
        pen_raw(pen, "</th>");
    }
    pen_raw(pen, "</tr></thead>\n<tbody>\n");
}

void html_table_end(struct pen *pen)
{
    pen_raw(pen, "</tbody></table></div>\n");
}

void html_cell(struct pen *pen, const char *text)
{
    pen_raw(pen, "<td>");
    pen_text(pen, text ? text : "–");
    pen_raw(pen, "</td>");
}

static void number_cell(struct pen *pen, const char *text)
{
    pen_raw(pen, "<td class=\"n\">");
    pen_text(pen, text);
    pen_raw(pen, "</td>");
}

void html_cell_number(struct pen *pen, uint64_t number)
{
    number_cell(pen, show_number(pen, number).text);
}

void html_row_head(struct pen *pen, const char *text)
{
    pen_raw(pen, "<tr><th scope=\"row\">");
    pen_text(pen, text);
    pen_raw(pen, "</th>");
}

static void row_word(struct pen *pen, enum word word)
{
    html_row_head(pen, word_text(word, pen->lang));
}

void html_list(struct pen *pen, enum report_list list, bool for_mail)
{
    const char *name = report_list_name(list);
    if (for_mail)
        pen_raw(pen, name);
    else
        buf_addf(pen->out, "<a href=\"%s\">%s</a>", name, name);
}

static void paragraph(struct pen *pen, enum word word)
{
    pen_raw(pen, "<p>");
    pen_say(pen, word, NULL);
    pen_raw(pen, "</p>\n");
}

/* ---- head ----------------------------------------------------------------------------------------------------- */

static void put_sum(struct pen *pen, enum word word, uint64_t number)
{
    pen_raw(pen, "<div><dt>");
    pen_say(pen, word, NULL);
    pen_raw(pen, "</dt><dd>");
    pen_number(pen, number);
    pen_raw(pen, "</dd></div>\n");
}

static void put_sums(struct pen *pen, const struct report_counts *total)
{
    pen_raw(pen, "<dl class=\"sums\">\n");
    put_sum(pen, W_READ, total->read);
    put_sum(pen, W_ACCEPTED, total->accepted);
    put_sum(pen, W_REJECTED, total->rejected);
    put_sum(pen, W_MERGED, total->merged);
    put_sum(pen, W_NEW, total->added);
    put_sum(pen, W_CHANGED, total->changed);
    put_sum(pen, W_REMOVED, total->removed);
    put_sum(pen, W_SAME, total->unchanged);
    put_sum(pen, W_WARNINGS, total->warnings);
    put_sum(pen, W_SKIPPED, total->skipped);
    pen_raw(pen, "</dl>\n");
}

static void put_title(struct pen *pen, const struct report *report)
{
    struct buf stopped = BUF_INIT;
    struct pen plain = {.out = &stopped, .lang = pen->lang, .html = false};
    pen_stopped(&plain, report);
    pen_say(pen, (enum word)(W_TITLE_PUBLISHED + (int)report->verdict), buf_str(&stopped), NULL);
    buf_release(&stopped);
}

static const char *generation_shown(const struct pen *pen, uint32_t number, struct shown *shown)
{
    if (!number)
        return word_text(W_NO_INDEX, pen->lang);
    *shown = show_number(pen, number);
    return shown->text;
}

static void put_head(struct pen *pen, const struct report *report)
{
    struct shown now, before;
    struct report_counts total = counts_total(report);
    buf_addf(pen->out, "<header>\n<p class=\"run\">Opastin</p>\n<div class=\"verdict %s\"><h1>",
             report_verdict_name(report->verdict));
    put_title(pen, report);
    pen_raw(pen, "</h1>\n");
    paragraph(pen, report->dry_run ? W_LEAD_DRY : (enum word)(W_LEAD_PUBLISHED + (int)report->verdict));
    if (report->verdict != REPORT_PUBLISHED && *report->why) {
        pen_raw(pen, "<p>");
        pen_say(pen, W_REASON, report->why, NULL);
        pen_raw(pen, "</p>\n");
    }
    pen_raw(pen, "<p>");
    pen_say(pen, W_INDEX, generation_shown(pen, report->generation, &now),
            generation_shown(pen, report->generation_before, &before), show_number(pen, report->records).text,
            show_number(pen, report->records_before).text, NULL);
    pen_raw(pen, "</p>\n</div>\n<p class=\"run\">");
    pen_say(pen, W_RUN_TIME, show_number(pen, report->run).text, show_time(pen, report->started).text,
            show_duration(pen, report->seconds).text, show_duration(pen, report->cpu_seconds).text, NULL);
    if (report->whole_rebuild) {
        pen_raw(pen, ". ");
        pen_say(pen, W_REBUILT, NULL);
    }
    pen_raw(pen, "</p>\n");
    put_sums(pen, &total);
    pen_raw(pen, "</header>\n");
}

static void put_contents(struct pen *pen, const struct report *report)
{
    static const struct {
        const char *id;
        enum word title;
    } parts[] = {{"todo", W_TO_DO}, {"sources", W_SOURCES}, {"quality", W_QUALITY}, {"golden", W_GOLDEN},
                 {"organisations", W_ORGANISATIONS}, {"heard", W_HEARD}, {"trend", W_TREND},
                 {"lists", W_LISTS}};
    pen_raw(pen, "<nav aria-label=\"");
    pen_say(pen, W_CONTENTS, NULL);
    pen_raw(pen, "\"><ul>\n");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if ((parts[i].title == W_GOLDEN && !report->golden_count) ||
            (parts[i].title == W_ORGANISATIONS && !report->organisation_count) ||
            (parts[i].title == W_HEARD && !report->settings->state))
            continue;
        buf_addf(pen->out, "<li><a href=\"#%s\">", parts[i].id);
        pen_say(pen, parts[i].title, NULL);
        pen_raw(pen, "</a></li>\n");
    }
    pen_raw(pen, "</ul></nav>\n");
}

/* ---- sources -------------------------------------------------------------------------------------------------- */

static void put_counts(struct pen *pen, const struct report_counts *counts)
{
    html_cell_number(pen, counts->read);
    html_cell_number(pen, counts->accepted);
    html_cell_number(pen, counts->rejected);
    html_cell_number(pen, counts->merged);
    html_cell_number(pen, counts->added);
    html_cell_number(pen, counts->changed);
    html_cell_number(pen, counts->removed);
    html_cell_number(pen, counts->unchanged);
    html_cell_number(pen, counts->warnings);
    html_cell_number(pen, counts->skipped);
    html_cell_number(pen, counts->records);
}

static void put_source_row(struct pen *pen, const struct report_source *source)
{
    struct report_counts counts = counts_of(source);
    bool stopped = source_stopped(source) || source->taken == TAKEN_KEPT;
    html_row_head(pen, source->name);
    pen_raw(pen, stopped ? "<td class=\"bad\">" : "<td>");
    pen_say(pen, source_stopped(source) ? W_TAKEN_KEPT : source->settings ? word_of_taken(source->taken)
                                                                         : W_NOT_CONFIGURED, NULL);
    pen_raw(pen, "</td>");
    html_cell(pen, source->files_modified ? show_time(pen, source->files_modified).text : NULL);
    put_counts(pen, &counts);
    pen_raw(pen, "</tr>\n");
}

/* Value and limit of a guard; the word as well as the weight says that it tripped. */
static void put_guard_cell(struct pen *pen, const struct report_guard *guard)
{
    bool percent = guard->guard == GUARD_REJECTED || guard->guard == GUARD_DELETIONS;
    int decimals = percent || guard->guard == GUARD_DRIFT ? 1 : 0;
    pen_raw(pen, guard->tripped ? "<td class=\"n bad\">" : "<td class=\"n\">");
    if (guard->guard == GUARD_UNREADABLE) {
        pen_say(pen, guard->tripped ? W_NO : W_YES, NULL);
    } else {
        pen_text(pen, percent ? show_percent(pen, guard->value).text : show_decimal(pen, guard->value, decimals).text);
        pen_raw(pen, " / ");
        pen_text(pen, show_limit(pen, guard->limit).text);
        pen_raw(pen, percent ? pen->lang == REPORT_EN ? "%" : "&#160;%" : "");
    }
    if (guard->tripped) {
        pen_raw(pen, "<br>");
        pen_say(pen, guard->allowed ? W_WAS_ALLOWED : W_TRIPPED_MARK, NULL);
    }
    pen_raw(pen, "</td>");
}

static void put_guards(struct pen *pen, const struct report *report)
{
    enum word columns[1 + GUARDS] = {W_SOURCE};
    for (int g = 0; g < GUARDS; g++)
        columns[1 + g] = word_of_guard((enum guard)g);
    pen_raw(pen, "<h3>");
    pen_say(pen, W_GUARDS, NULL);
    pen_raw(pen, "</h3>\n");
    html_table(pen, W_GUARDS_CAPTION, columns, 1 + GUARDS, 1);
    for (size_t i = 0; i < report->source_count; i++) {
        if (!report->sources[i].settings)
            continue;
        html_row_head(pen, report->sources[i].name);
        for (int g = 0; g < GUARDS; g++)
            put_guard_cell(pen, &report->sources[i].guards[g]);
        pen_raw(pen, "</tr>\n");
    }
    html_table_end(pen);
}

static void put_sources(struct pen *pen, const struct report *report)
{
    static const enum word columns[] = {W_SOURCE, W_TAKEN,   W_FILES_TIME, W_READ, W_ACCEPTED, W_REJECTED, W_MERGED,
                                        W_NEW,    W_CHANGED, W_REMOVED,    W_SAME, W_WARNINGS, W_SKIPPED,  W_RECORDS};
    struct report_counts total = counts_total(report);
    html_section(pen, "sources", W_SOURCES);
    html_table(pen, W_SOURCES_CAPTION, columns, sizeof columns / sizeof *columns, 3);
    for (size_t i = 0; i < report->source_count; i++)
        put_source_row(pen, &report->sources[i]);
    pen_raw(pen, "</tbody><tfoot>");
    row_word(pen, W_TOTAL);
    pen_raw(pen, "<td></td><td></td>");
    put_counts(pen, &total);
    pen_raw(pen, "</tr></tfoot></table></div>\n");
    put_guards(pen, report);
    html_section_end(pen);
}

/* ---- quality -------------------------------------------------------------------------------------------------- */

static void put_freshness(struct pen *pen, const struct report_quality *quality)
{
    static const enum word columns[] = {W_AGE, W_COUNT, W_SHARE};
    pen_raw(pen, "<h3>");
    pen_say(pen, W_FRESHNESS, NULL);
    pen_raw(pen, "</h3>\n");
    chart_freshness(pen, quality);
    html_table(pen, W_FRESHNESS, columns, 3, 1);
    for (int i = 0; i < FRESHNESS; i++) {
        row_word(pen, word_of_freshness((enum freshness)i));
        html_cell_number(pen, quality->freshness[i]);
        number_cell(pen, show_percent(pen, percent_of(quality->freshness[i], quality->records)).text);
        pen_raw(pen, "</tr>\n");
    }
    row_word(pen, W_PAST);
    html_cell_number(pen, quality->past);
    number_cell(pen, show_percent(pen, percent_of(quality->past, quality->records)).text);
    pen_raw(pen, "</tr>\n");
    html_table_end(pen);
}

static void put_completeness(struct pen *pen, const struct report_quality *now, const struct report_quality *before)
{
    static const enum word columns[] = {W_FIELD, W_NOW, W_SHARE, W_BEFORE, W_SHARE_BEFORE};
    pen_raw(pen, "<h3>");
    pen_say(pen, W_COMPLETENESS, NULL);
    pen_raw(pen, "</h3>\n<p class=\"dim\">");
    pen_say(pen, W_COMPLETENESS_DESC, NULL);
    pen_raw(pen, "</p>\n");
    chart_completeness(pen, now, before);
    html_table(pen, W_COMPLETENESS, columns, 5, 1);
    for (int i = 0; i < QUALITIES; i++) {
        row_word(pen, word_of_quality((enum quality)i));
        html_cell_number(pen, now->has[i]);
        number_cell(pen, show_percent(pen, percent_of(now->has[i], now->records)).text);
        html_cell_number(pen, before->has[i]);
        number_cell(pen, show_percent(pen, percent_of(before->has[i], before->records)).text);
        pen_raw(pen, "</tr>\n");
    }
    html_table_end(pen);
}

/* A share; with what it was before, the change in points, when there is one to see. */
static void put_share(struct pen *pen, const struct report_quality *now, const struct report_quality *before,
                      enum quality quality)
{
    double share = percent_of(now->has[quality], now->records);
    double change = before ? share - percent_of(before->has[quality], before->records) : (double)NAN;
    pen_raw(pen, "<td class=\"n\">");
    pen_percent(pen, share);
    if (fabs(change) >= 0.05) {
        pen_raw(pen, change < 0 ? " <span class=\"warn\">(" : " <span class=\"good\">(+");
        pen_text(pen, show_decimal(pen, change, 1).text);
        pen_raw(pen, ")</span>");
    }
    pen_raw(pen, "</td>");
}

static void put_quality(struct pen *pen, const struct report *report)
{
    struct report_quality now = quality_total(report, false), before = quality_total(report, true);
    enum word columns[2 + QUALITIES] = {W_SOURCE, W_ORGANISATION_RECORDS};
    for (int i = 0; i < QUALITIES; i++)
        columns[2 + i] = word_of_quality((enum quality)i);
    html_section(pen, "quality", W_QUALITY);
    pen_raw(pen, "<div class=\"pair\"><div>\n");
    put_completeness(pen, &now, &before);
    pen_raw(pen, "</div><div>\n");
    put_freshness(pen, &now);
    pen_raw(pen, "</div></div>\n");
    html_table(pen, W_QUALITY_BY_SOURCE, columns, 2 + QUALITIES, 1);
    for (size_t i = 0; i < report->source_count; i++) {
        const struct report_source *source = &report->sources[i];
        html_row_head(pen, source->name);
        html_cell_number(pen, source->quality.records);
        for (int q = 0; q < QUALITIES; q++)
            put_share(pen, &source->quality, &source->before, (enum quality)q);
        pen_raw(pen, "</tr>\n");
    }
    html_table_end(pen);
    html_section_end(pen);
}

/* ---- golden queries, organisations ---------------------------------------------------------------------------- */

static void put_place(struct pen *pen, unsigned place)
{
    number_cell(pen, place ? show_number(pen, place).text : "–");
}

static void put_golden(struct pen *pen, const struct report *report)
{
    static const enum word columns[] = {W_GOLDEN, W_QUERY, W_RESULT, W_FOUND, W_PLACE_NOW, W_PLACE_BEFORE};
    if (!report->golden_count)
        return;
    html_section(pen, "golden", W_GOLDEN);
    pen_raw(pen, "<p>");
    pen_say(pen, W_GOLDEN_LEAD, show_number(pen, report->golden_count - golden_lost(report)).text,
            show_number(pen, report->golden_count).text, NULL);
    pen_raw(pen, "</p>\n");
    html_table(pen, W_GOLDEN, columns, 6, 4);
    for (size_t i = 0; i < report->golden_count; i++) {
        const struct report_golden *golden = &report->golden[i];
        html_row_head(pen, golden->settings->name);
        html_cell(pen, golden->settings->query);
        pen_raw(pen, golden->passed ? "<td class=\"good\">" : "<td class=\"bad\">");
        pen_say(pen, golden->passed ? W_PASSED : W_LOST, NULL);
        pen_raw(pen, "</td>");
        html_cell(pen, *golden->found ? golden->found : NULL);
        put_place(pen, golden->place);
        put_place(pen, golden->before);
        pen_raw(pen, "</tr>\n");
    }
    html_table_end(pen);
    html_section_end(pen);
}

static void put_organisations(struct pen *pen, const struct report *report, bool for_mail)
{
    enum word columns[3 + QUALITIES] = {W_ORGANISATION, W_SOURCE, W_ORGANISATION_RECORDS};
    for (int i = 0; i < QUALITIES; i++)
        columns[3 + i] = word_of_quality((enum quality)i);
    if (!report->organisation_count)
        return;
    html_section(pen, "organisations", W_ORGANISATIONS);
    pen_raw(pen, "<p>");
    pen_say(pen, W_ORGANISATIONS_LEAD, show_number(pen, report->organisation_count).text,
            show_number(pen, report->organisations_all).text, NULL);
    if (report->rows[LIST_ORGANISATIONS]) {
        pen_raw(pen, " ");
        html_list(pen, LIST_ORGANISATIONS, for_mail);
    }
    pen_raw(pen, "</p>\n");
    html_table(pen, W_ORGANISATIONS, columns, 3 + QUALITIES, 2);
    for (size_t i = 0; i < report->organisation_count; i++) {
        const struct report_organisation *organisation = &report->organisations[i];
        html_row_head(pen, organisation->name);
        html_cell(pen, organisation->source);
        html_cell_number(pen, organisation->quality.records);
        for (int q = 0; q < QUALITIES; q++)
            put_share(pen, &organisation->quality, NULL, (enum quality)q);
        pen_raw(pen, "</tr>\n");
    }
    html_table_end(pen);
    html_section_end(pen);
}

/* ---- trend, lists --------------------------------------------------------------------------------------------- */

static void put_trend(struct pen *pen, const struct report *report)
{
    static const enum word columns[] = {W_TREND_NUMBER, W_WHEN, W_RESULT,  W_DURATION, W_RECORDS, W_READ,
                                        W_REJECTED,     W_MERGED, W_NEW, W_CHANGED,  W_REMOVED};
    html_section(pen, "trend", W_TREND);
    chart_trend(pen, report->trend, report->trend_count);
    html_table(pen, W_TREND, columns, sizeof columns / sizeof *columns, 3);
    for (size_t i = report->trend_count; i-- > 0;) {
        const struct report_run *run = &report->trend[i];
        bool bad = run->verdict != REPORT_PUBLISHED && run->verdict != REPORT_UNCHANGED;
        html_row_head(pen, show_number(pen, run->run).text);
        html_cell(pen, show_time(pen, run->started).text);
        pen_raw(pen, bad ? "<td class=\"bad\">" : "<td>");
        pen_say(pen, word_of_verdict(run->verdict), NULL);
        pen_raw(pen, "</td>");
        number_cell(pen, show_duration(pen, run->seconds).text);
        html_cell_number(pen, run->records);
        html_cell_number(pen, run->read);
        html_cell_number(pen, run->rejected);
        html_cell_number(pen, run->merged);
        html_cell_number(pen, run->added);
        html_cell_number(pen, run->changed);
        html_cell_number(pen, run->removed);
        pen_raw(pen, "</tr>\n");
    }
    html_table_end(pen);
    if (report->trend_broken) {
        pen_raw(pen, "<p>");
        pen_say(pen, W_TREND_BROKEN, show_number(pen, report->trend_broken).text, NULL);
        pen_raw(pen, "</p>\n");
    }
    html_section_end(pen);
}

static void put_lists(struct pen *pen, const struct report *report, bool for_mail)
{
    html_section(pen, "lists", W_LISTS);
    pen_raw(pen, "<p>");
    pen_say(pen, W_LISTS_LEAD, buf_str(&report->folder), NULL);
    pen_raw(pen, "</p>\n<ul>\n");
    for (int i = 0; i < REPORT_LISTS; i++) {
        pen_raw(pen, "<li>");
        html_list(pen, (enum report_list)i, for_mail);
        pen_raw(pen, ": ");
        pen_say(pen, (enum word)(W_LIST_REJECTS + i), NULL);
        pen_raw(pen, ", ");
        pen_count(pen, W_ROWS_ONE, report->rows[i]);
        pen_raw(pen, "</li>\n");
    }
    pen_raw(pen, "</ul>\n");
    html_section_end(pen);
}

static void put_foot(struct pen *pen, const struct report *report)
{
    const char *link = report->settings->link;
    pen_raw(pen, "<footer><p>");
    pen_say(pen, W_RUN, show_number(pen, report->run).text, NULL);
    if (link && (strncmp(link, "https://", 8) == 0 || strncmp(link, "http://", 7) == 0)) {
        pen_raw(pen, " · <a href=\"");
        pen_text(pen, link);
        pen_raw(pen, "\">");
        pen_say(pen, W_SERVICE, NULL);
        pen_raw(pen, "</a>");
    }
    pen_raw(pen, "</p></footer>\n");
}

/* ---- the page ------------------------------------------------------------------------------------------------- */

void html_page(const struct report *report, bool for_mail, struct buf *out)
{
    struct pen pen = pen_of(report, out, true);
    struct buf subject = BUF_INIT;
    report_subject(report, &subject);
    buf_addf(out, "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\">\n",
             pen.lang == REPORT_EN ? "en" : "fi");
    pen_raw(&pen, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<meta name=\"robots\" content=\"noindex\">\n<title>");
    pen_text(&pen, buf_str(&subject));
    pen_raw(&pen, "</title>\n<style>");
    pen_raw(&pen, report_style);
    pen_raw(&pen, "</style></head>\n<body>\n");
    buf_release(&subject);
    put_head(&pen, report);
    put_contents(&pen, report);
    pen_raw(&pen, "<main>\n");
    html_todo(&pen, report, for_mail);
    put_sources(&pen, report);
    put_quality(&pen, report);
    put_golden(&pen, report);
    put_organisations(&pen, report, for_mail);
    html_heard(&pen, report, for_mail);
    put_trend(&pen, report);
    put_lists(&pen, report, for_mail);
    pen_raw(&pen, "</main>\n");
    put_foot(&pen, report);
    pen_raw(&pen, "</body></html>\n");
}

void report_html(const struct report *report, struct buf *out)
{
    html_page(report, false, out);
}
