#include "indexer/report_pen.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "indexer/report_sum.h"

enum { WORD_ARGUMENTS = 6 };

static const char no_break[] = "\xC2\xA0";

struct pen pen_of(const struct report *report, struct buf *out, bool html)
{
    return (struct pen){.out = out, .lang = report_lang_of(report->settings->language), .html = html};
}

void pen_raw(struct pen *pen, const char *markup)
{
    buf_adds(pen->out, markup);
}

/* Marks that turn the direction of text could show a line as another one than it is. */
static bool turns_text(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

static const char *escape(uint32_t c)
{
    switch (c) {
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '&': return "&amp;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

static void add_text(struct pen *pen, const char *text, size_t len)
{
    for (size_t at = 0, step; at < len; at += step) {
        char bytes[4];
        uint32_t c = utf8_decode(text + at, len - at, &step);
        if (c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029)
            c = ' ';
        else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || turns_text(c) || (c & 0xFFFE) == 0xFFFE)
            c = 0xFFFD;
        if (pen->html && escape(c))
            buf_adds(pen->out, escape(c));
        else
            buf_add(pen->out, bytes, utf8_encode(c, bytes));
    }
}

void pen_text(struct pen *pen, const char *text)
{
    add_text(pen, text, strlen(text));
}

static void say(struct pen *pen, enum word word, const char *const *args, size_t count)
{
    const char *text = word_text(word, pen->lang);
    for (const char *hole; (hole = strchr(text, '{'));) {
        size_t index = (size_t)(hole[1] - '0');
        add_text(pen, text, (size_t)(hole - text));
        if (index < count)
            pen_text(pen, args[index]);
        text = hole + 3;
    }
    pen_text(pen, text);
}

void pen_say(struct pen *pen, enum word word, ...)
{
    const char *args[WORD_ARGUMENTS];
    size_t count = 0;
    va_list list;
    va_start(list, word);
    while (count < WORD_ARGUMENTS && (args[count] = va_arg(list, const char *)))
        count++;
    va_end(list);
    say(pen, word, args, count);
}

/* ---- short things --------------------------------------------------------------------------------------------- */

/* The words of `say` as plain bytes: they are escaped when they are written. */
static struct shown shown_words(const struct pen *pen, enum word word, const char *a, const char *b)
{
    struct shown shown = {""};
    struct buf buf = BUF_INIT;
    struct pen plain = {.out = &buf, .lang = pen->lang, .html = false};
    say(&plain, word, (const char *const[]){a, b}, b ? 2 : 1);
    size_t len = utf8_cut(buf_str(&buf), buf.len, sizeof shown.text - 1);
    memcpy(shown.text, buf_str(&buf), len);
    buf_release(&buf);
    return shown;
}

/* A plain space in a text, where people search and columns are counted; in a page one that does not break. */
static const char *thin_space(const struct pen *pen)
{
    return pen->html ? no_break : " ";
}

struct shown show_number(const struct pen *pen, uint64_t number)
{
    struct shown shown = {""};
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, number);
    const char *separator = pen->lang == REPORT_EN ? "," : thin_space(pen);
    size_t at = 0; /* at most 20 digits and 6 separators of 2 bytes */
    for (int i = 0; i < len; i++) {
        for (const char *s = separator; i > 0 && (len - i) % 3 == 0 && *s; s++)
            shown.text[at++] = *s;
        shown.text[at++] = digits[i];
    }
    return shown;
}

struct shown show_decimal(const struct pen *pen, double number, int decimals)
{
    struct shown shown = {"–"};
    if (!isfinite(number) || fabs(number) > 1e15)
        return shown;
    if (decimals == 0 && number >= 0)
        return show_number(pen, (uint64_t)llround(number));
    double least = 0.5 * pow(10, -decimals);
    snprintf(shown.text, sizeof shown.text, "%.*f", decimals, fabs(number) < least ? 0.0 : number);
    char *point = strchr(shown.text, '.');
    if (point && pen->lang != REPORT_EN)
        *point = ',';
    return shown;
}

struct shown show_percent(const struct pen *pen, double percent)
{
    struct shown number = show_decimal(pen, percent, 1), shown = number;
    if (isfinite(percent))
        snprintf(shown.text, sizeof shown.text, "%.40s%s%%", number.text,
                 pen->lang == REPORT_EN ? "" : thin_space(pen));
    return shown;
}

/* As in the settings: 20, not 20,0. */
struct shown show_limit(const struct pen *pen, double limit)
{
    return show_decimal(pen, limit, limit == floor(limit) ? 0 : 1);
}

struct shown show_count(const struct pen *pen, enum word one, uint64_t count)
{
    return shown_words(pen, count == 1 ? one : one + 1, show_number(pen, count).text, NULL);
}

void pen_count(struct pen *pen, enum word one, uint64_t count)
{
    pen_text(pen, show_count(pen, one, count).text);
}

void pen_number(struct pen *pen, uint64_t number)
{
    pen_text(pen, show_number(pen, number).text);
}

void pen_percent(struct pen *pen, double percent)
{
    pen_text(pen, show_percent(pen, percent).text);
}

/* ---- times ---------------------------------------------------------------------------------------------------- */

/* A clock that jumps may say anything. */
static int64_t within_calendar(int64_t instant)
{
    static const int64_t day = 86400;
    int64_t first = day * day_from_date(CALENDAR_YEAR_MIN, 1, 2);
    int64_t last = day * day_from_date(CALENDAR_YEAR_MAX, 12, 31) - 1;
    return instant < first ? first : instant > last ? last : instant;
}

struct shown show_time(const struct pen *pen, int64_t instant)
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    char day[40], clock[16];
    struct moment moment = moment_from_instant(within_calendar(instant));
    struct date date = date_from_day(moment.day);
    if (pen->lang == REPORT_EN) {
        snprintf(day, sizeof day, "%d %s %d", date.day, months[date.month - 1], date.year);
        snprintf(clock, sizeof clock, "%02d:%02d", moment.minute / 60, moment.minute % 60);
    } else {
        snprintf(day, sizeof day, "%d.%d.%d", date.day, date.month, date.year);
        snprintf(clock, sizeof clock, "%d.%02d", moment.minute / 60, moment.minute % 60);
    }
    return shown_words(pen, W_MOMENT, day, clock);
}

struct shown show_duration(const struct pen *pen, double seconds)
{
    char a[24], b[24];
    if (!(seconds >= 0) || seconds > 1e12)
        return (struct shown){"–"};
    if (seconds < 9.95)
        return shown_words(pen, W_SECONDS, show_decimal(pen, seconds, 1).text, NULL);
    uint64_t whole = (uint64_t)llround(seconds);
    snprintf(a, sizeof a, "%" PRIu64, whole < 60 ? whole : whole < 3600 ? whole / 60 : whole / 3600);
    snprintf(b, sizeof b, "%" PRIu64, whole < 3600 ? whole % 60 : whole / 60 % 60);
    return whole < 60     ? shown_words(pen, W_SECONDS, a, NULL)
           : whole < 3600 ? shown_words(pen, W_MINUTES, a, b)
                          : shown_words(pen, W_HOURS, a, b);
}

struct shown show_utc(int64_t instant)
{
    struct shown shown;
    int64_t seconds = within_calendar(instant);
    int64_t day = (seconds - (seconds % 86400 + 86400) % 86400) / 86400;
    int within = (int)(seconds - 86400 * day);
    struct date date = date_from_day((int32_t)day);
    snprintf(shown.text, sizeof shown.text, "%04d-%02d-%02dT%02d:%02d:%02dZ", date.year, date.month, date.day,
             within / 3600, within / 60 % 60, within % 60);
    return shown;
}

bool utc_parse(const char *text, int64_t *instant)
{
    int32_t day;
    int16_t minute;
    if (strlen(text) != 20 || text[10] != 'T' || text[16] != ':' || text[19] != 'Z')
        return false;
    if (!day_parse(text, 10, &day) || !minute_parse(text + 11, 5, &minute))
        return false;
    if (text[17] < '0' || text[17] > '5' || text[18] < '0' || text[18] > '9')
        return false;
    *instant = 86400 * (int64_t)day + 60 * minute + 10 * (text[17] - '0') + (text[18] - '0');
    return true;
}

/* ---- words of enums ------------------------------------------------------------------------------------------- */

/* The words stand in the table in the order of their enums; a test compares each with its name. */
enum word word_of_quality(enum quality quality)
{
    return (enum word)(W_HAS_PHONE + (int)quality);
}

enum word word_of_freshness(enum freshness freshness)
{
    return (enum word)(W_FRESH_3 + (int)freshness);
}

enum word word_of_guard(enum guard guard)
{
    return (enum word)(W_GUARD_UNREADABLE + (int)guard);
}

enum word word_of_taken(enum report_taken taken)
{
    return (enum word)(W_TAKEN_NEW + (int)taken);
}

enum word word_of_verdict(enum report_verdict verdict)
{
    return (enum word)(W_IS_PUBLISHED + (int)verdict);
}

/* ---- sentences ------------------------------------------------------------------------------------------------ */

void pen_guard(struct pen *pen, const struct report_guard *guard)
{
    struct shown count = show_number(pen, guard->count);
    struct shown points = show_decimal(pen, guard->value, 1), limit = show_limit(pen, guard->limit);
    switch (guard->guard) {
    case GUARD_UNREADABLE: pen_say(pen, W_SAW_UNREADABLE, guard->why, NULL); return;
    case GUARD_EMPTY:
        pen_say(pen, W_SAW_EMPTY, show_decimal(pen, guard->value, 0).text, limit.text, NULL);
        return;
    case GUARD_AGE:
        pen_say(pen, W_SAW_AGE, show_decimal(pen, guard->value, 0).text, limit.text, NULL);
        if (*guard->why)
            pen_say(pen, W_SAW_FILE, guard->why, NULL);
        return;
    case GUARD_REJECTED:
    case GUARD_DELETIONS:
        pen_say(pen, guard->guard == GUARD_REJECTED ? W_SAW_REJECTED : W_SAW_DELETIONS, count.text,
                show_percent(pen, guard->value).text, limit.text, NULL);
        return;
    default:
        pen_say(pen, W_SAW_DRIFT, word_text(word_of_quality(guard->quality), pen->lang), points.text,
                limit.text, NULL);
    }
}

void pen_stopped(struct pen *pen, const struct report *report)
{
    size_t stopped = 0;
    for (size_t i = 0; i < report->source_count; i++)
        if (source_stopped(&report->sources[i]) && stopped++ == 0)
            pen_text(pen, report->sources[i].name);
    if (stopped > 1)
        pen_say(pen, W_AND_MORE, show_number(pen, stopped - 1).text, NULL);
}
