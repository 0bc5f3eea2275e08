#include "indexer/report_heard.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "indexer/report_html.h"
#include "indexer/report_lists.h"

/* ---- reading -------------------------------------------------------------------------------------------------- */

static enum status list_errors(struct report *report, struct err *err)
{
    for (size_t i = 0; i < report->heard.error_count; i++) {
        const struct heard_report *error = heard_newest(report, i);
        char day[CALENDAR_DATE_BYTES];
        day_format(error->day, day);
        TRY(lists_row(report->lists, LIST_ERRORS,
                      (const char *const[]){day, error->id, heard_kind_name(error->kind), error->text}, err));
        report->rows[LIST_ERRORS]++;
    }
    return STATUS_OK;
}

static enum status list_words(struct report *report, struct err *err)
{
    for (size_t i = 0; i < report->heard.word_count; i++) {
        const struct heard_word *word = &report->heard.words[i];
        const struct report_word *more = &report->heard.more[i];
        char count[24], week[24], before[24], first[CALENDAR_DATE_BYTES], last[CALENDAR_DATE_BYTES];
        snprintf(count, sizeof count, "%" PRIu64, word->count);
        snprintf(week, sizeof week, "%" PRIu64, more->week);
        snprintf(before, sizeof before, "%" PRIu64, more->week_before);
        day_format(word->days[0].day, first);
        day_format(word->days[word->day_count - 1].day, last);
        TRY(lists_row(report->lists, LIST_WORDS,
                      (const char *const[]){word->word, count, first, last, week, before, more->nearest}, err));
        report->rows[LIST_WORDS]++;
    }
    return STATUS_OK;
}

enum { WEEK = 7 };

static enum status add_more(struct report *report, struct err *err)
{
    struct report_heard *heard = &report->heard;
    int32_t today = moment_from_instant(report->started).day;
    heard->more = arena_array(&report->arena, heard->word_count + 1, sizeof *heard->more);
    if (!heard->more)
        return arena_nomem(err);
    for (size_t i = 0; i < heard->word_count; i++) {
        const struct heard_word *word = &heard->words[i];
        struct report_word *more = &heard->more[i];
        for (size_t d = 0; d < word->day_count; d++) {
            int32_t ago = today - word->days[d].day;
            more->week += ago < WEEK ? word->days[d].count : 0;
            more->week_before += ago >= WEEK && ago < 2 * WEEK ? word->days[d].count : 0;
        }
        const char *nearest = report->nearest && i < REPORT_NEAREST
                                  ? report->nearest(report->nearest_context, word->word) : NULL;
        if (nearest && !(more->nearest = arena_copy(&report->arena, nearest, strlen(nearest))))
            return arena_nomem(err);
    }
    return STATUS_OK;
}

enum status heard_take(struct report *report, struct err *err)
{
    struct report_heard *heard = &report->heard;
    const char *dir = report->settings->state;
    struct err why = {0};
    if (!dir)
        return STATUS_OK;
    enum status words = heard_words_read(dir, &report->arena, &heard->words, &heard->word_count, &why);
    enum status errors = heard_reports_read(dir, &report->arena, &heard->errors, &heard->error_count,
                                            &heard->errors_unreadable, &why);
    if (words == STATUS_NOMEM || errors == STATUS_NOMEM)
        return arena_nomem(err);
    if (words != STATUS_OK || errors != STATUS_OK)
        snprintf(heard->why, sizeof heard->why, "%s", why.message);
    TRY(add_more(report, err));
    TRY(list_errors(report, err));
    return list_words(report, err);
}

/* ---- what is shown -------------------------------------------------------------------------------------------- */

size_t heard_words_shown(const struct report *report)
{
    return report->heard.word_count < REPORT_HEARD ? report->heard.word_count : REPORT_HEARD;
}

size_t heard_errors_shown(const struct report *report)
{
    return report->heard.error_count < REPORT_HEARD ? report->heard.error_count : REPORT_HEARD;
}

const struct heard_report *heard_newest(const struct report *report, size_t n)
{
    return &report->heard.errors[report->heard.error_count - 1 - n];
}

struct shown show_day(const struct pen *pen, int32_t day)
{
    struct shown shown;
    struct date date = date_from_day(day);
    if (pen->lang == REPORT_EN)
        snprintf(shown.text, sizeof shown.text, "%04d-%02d-%02d", date.year, date.month, date.day);
    else
        snprintf(shown.text, sizeof shown.text, "%d.%d.%d", date.day, date.month, date.year);
    return shown;
}

enum word word_of_heard(enum heard_kind kind)
{
    return (enum word)(W_HEARD_CLOSED + (int)kind);
}

/* ---- the page ------------------------------------------------------------------------------------------------- */

static void paragraph(struct pen *pen, const struct report *report, enum report_list list, enum word one,
                      bool for_mail)
{
    pen_raw(pen, "<p>");
    pen_count(pen, one, report->rows[list]);
    if (report->rows[list]) {
        pen_raw(pen, ": ");
        html_list(pen, list, for_mail);
    }
    pen_raw(pen, "</p>\n");
}

static void put_errors(struct pen *pen, const struct report *report)
{
    static const enum word columns[] = {W_HEARD_DAY, W_HEARD_RECORD, W_HEARD_KIND, W_HEARD_TEXT};
    if (!report->heard.error_count)
        return;
    html_table(pen, W_HEARD_ERRORS, columns, sizeof columns / sizeof *columns, 4);
    for (size_t i = 0; i < heard_errors_shown(report); i++) {
        const struct heard_report *error = heard_newest(report, i);
        html_row_head(pen, show_day(pen, error->day).text);
        html_cell(pen, error->id);
        html_cell(pen, word_text(word_of_heard(error->kind), pen->lang));
        html_cell(pen, *error->text ? error->text : NULL);
        pen_raw(pen, "</tr>\n");
    }
    html_table_end(pen);
}

static void put_words(struct pen *pen, const struct report *report)
{
    static const enum word columns[] = {W_HEARD_WORD,  W_HEARD_NEAREST, W_HEARD_LAST,
                                        W_HEARD_TIMES, W_HEARD_WEEK,    W_HEARD_WEEK_BEFORE};
    if (!report->heard.word_count)
        return;
    html_table(pen, W_HEARD_WORDS, columns, sizeof columns / sizeof *columns, 3);
    for (size_t i = 0; i < heard_words_shown(report); i++) {
        const struct heard_word *word = &report->heard.words[i];
        html_row_head(pen, word->word);
        html_cell(pen, report->heard.more[i].nearest);
        html_cell(pen, show_day(pen, word->days[word->day_count - 1].day).text);
        html_cell_number(pen, word->count);
        html_cell_number(pen, report->heard.more[i].week);
        html_cell_number(pen, report->heard.more[i].week_before);
        pen_raw(pen, "</tr>\n");
    }
    html_table_end(pen);
    pen_raw(pen, "<p>");
    pen_say(pen, W_HEARD_NEAREST_NOTE, NULL);
    pen_raw(pen, "</p>\n");
}

void html_heard(struct pen *pen, const struct report *report, bool for_mail)
{
    if (!report->settings->state)
        return;
    html_section(pen, "heard", W_HEARD);
    if (*report->heard.why) {
        pen_raw(pen, "<p>");
        pen_say(pen, W_HEARD_FAILED, report->heard.why, NULL);
        pen_raw(pen, "</p>\n");
    }
    paragraph(pen, report, LIST_ERRORS, W_HEARD_ERRORS_ONE, for_mail);
    put_errors(pen, report);
    paragraph(pen, report, LIST_WORDS, W_HEARD_WORDS_ONE, for_mail);
    put_words(pen, report);
    html_section_end(pen);
}
