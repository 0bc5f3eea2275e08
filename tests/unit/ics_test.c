/* iCalendar files: their form, and their days against calendar.h by an expander that knows only RFC 5545. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "indexer/source.h"
#include "searchd/ics.h"

enum { AHEAD = 400, LINES_MOST = 4000 };

static const struct moment nothing = {DAY_UNKNOWN, MINUTE_UNKNOWN};

static int32_t day(const char *text)
{
    int32_t found;
    assert_true(day_parse(text, strlen(text), &found));
    return found;
}

/* ---- a reader of files ------------------------------------------------------------------------------------------ */

static char *lines[LINES_MOST];
static size_t line_count;
static char *unfolded;

/* Checks what every file must be (RFC 5545, 3.1) and unfolds it into lines. */
static void read_file(const struct buf *file)
{
    const char *text = buf_str(file);
    size_t len = file->len, on_line = 0, at = 0;
    assert_int_equal(utf8_check(text, len), len);
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r') {
            assert_int_equal(text[++i], '\n');
            assert_in_range(on_line, 1, ICS_LINE_BYTES);
            on_line = 0;
            continue;
        }
        assert_true(text[i] != '\n' && text[i] != '\0');
        /* no fold cuts a character */
        assert_false(on_line == 1 && text[i - 1] == ' ' && ((unsigned char)text[i] & 0xC0) == 0x80);
        on_line++;
    }
    assert_int_equal(on_line, 0);
    free(unfolded);
    unfolded = malloc(len + 1);
    assert_non_null(unfolded);
    for (size_t i = 0; i < len; i++) {
        if (i + 2 < len && text[i] == '\r' && text[i + 2] == ' ')
            i += 2;
        else
            unfolded[at++] = text[i];
    }
    unfolded[at] = '\0';
    line_count = 0;
    for (char *line = unfolded, *end; *line; line = end + 2) {
        end = strstr(line, "\r\n");
        *end = '\0';
        assert_true(line_count < LINES_MOST);
        lines[line_count++] = line;
    }
    assert_string_equal(lines[0], "BEGIN:VCALENDAR");
    assert_string_equal(lines[line_count - 1], "END:VCALENDAR");
}

/* The lines of the nth VEVENT: *first..*end-1; false when there is none. */
static bool event_lines(size_t nth, size_t *first, size_t *end)
{
    for (size_t i = 0; i < line_count; i++) {
        if (strcmp(lines[i], "BEGIN:VEVENT") != 0 || nth--)
            continue;
        for (*first = *end = i; strcmp(lines[*end], "END:VEVENT") != 0; ++*end)
            continue;
        return true;
    }
    return false;
}

/* The value of a property, behind its name and parameters; NULL. */
static const char *value(size_t first, size_t end, const char *name)
{
    for (size_t i = first; i < end; i++)
        if (strncmp(lines[i], name, strlen(name)) == 0 && strchr(":;", lines[i][strlen(name)]))
            return strchr(lines[i], ':') + 1;
    return NULL;
}

struct when {
    int32_t day;
    int minute; /* -1: a date */
    bool utc;
};

static struct when read_when(const char *text)
{
    int y, m, d, hour, minute, n = 0;
    struct when when = {0, -1, false};
    assert_int_equal(sscanf(text, "%4d%2d%2d%n", &y, &m, &d, &n), 3);
    assert_true(n == 8 && date_valid(y, m, d));
    when.day = day_from_date(y, m, d);
    if (text[8] == 'T') {
        assert_int_equal(sscanf(text + 9, "%2d%2d00%n", &hour, &minute, &n), 2);
        assert_true(n == 6 && hour < 24 && minute < 60);
        when.minute = hour * 60 + minute;
        when.utc = text[15] == 'Z';
        assert_true(text[15 + when.utc] == '\0');
    } else {
        assert_true(text[8] == '\0');
    }
    return when;
}

/* ---- an expander of rules --------------------------------------------------------------------------------------- */

struct rule {
    bool monthly;
    int interval;
    bool any_nth[7];
    bool nth[7][12]; /* by weekday; n + 6 */
    struct when until;
    bool bounded;
};

static struct rule read_rule(const char *text)
{
    static const char *const names[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    struct rule rule = {.interval = 1};
    char copy[512], *rest = copy;
    assert_true(strlen(text) < sizeof copy);
    strcpy(copy, text);
    for (char *part; (part = strsep(&rest, ";"));) {
        char *is = strchr(part, '=');
        assert_non_null(is);
        *is++ = '\0';
        if (strcmp(part, "FREQ") == 0) {
            rule.monthly = strcmp(is, "MONTHLY") == 0;
            assert_true(rule.monthly || strcmp(is, "WEEKLY") == 0);
        } else if (strcmp(part, "INTERVAL") == 0) {
            rule.interval = atoi(is);
        } else if (strcmp(part, "WKST") == 0) {
            assert_string_equal(is, "MO");
        } else if (strcmp(part, "UNTIL") == 0) {
            rule.until = read_when(is);
            rule.bounded = true;
        } else {
            assert_string_equal(part, "BYDAY");
            for (char *item; (item = strsep(&is, ","));) {
                char *name;
                long n = strtol(item, &name, 10);
                int weekday = 0;
                while (strcmp(names[weekday], name) != 0)
                    assert_true(++weekday < 7);
                assert_true(n >= -5 && n <= 5 && (n != 0) == (name != item) && (!n || rule.monthly));
                rule.any_nth[weekday] |= n == 0;
                rule.nth[weekday][n + 6] = true;
            }
        }
    }
    return rule;
}

/* Does the rule give an occurrence on the day?  By the words of RFC 5545, 3.3.10. */
static bool rule_gives(const struct rule *rule, struct when start, int32_t on)
{
    struct date date = date_from_day(on);
    unsigned weekday = weekday_of(on);
    if (on < start.day)
        return false;
    if (rule->bounded) {
        assert_true((rule->until.minute < 0) == (start.minute < 0) && rule->until.utc == (start.minute >= 0));
        int64_t until = (int64_t)rule->until.day * 86400 + (start.minute < 0 ? 0 : rule->until.minute * 60);
        int64_t at = start.minute < 0 ? (int64_t)on * 86400
                                      : instant_from_moment((struct moment){on, (int16_t)start.minute});
        if (at > until)
            return false;
    }
    if (rule->monthly) {
        int from_start = (date.day - 1) / 7 + 1, from_end = (month_length(date.year, date.month) - date.day) / 7 + 1;
        assert_int_equal(rule->interval, 1);
        return rule->nth[weekday][from_start + 6] || rule->nth[weekday][6 - from_end];
    }
    int32_t monday = on - (int32_t)weekday, first_monday = start.day - (int32_t)weekday_of(start.day);
    return rule->any_nth[weekday] && (monday - first_monday) / 7 % rule->interval == 0;
}

/* Marks the days, from `from` on, on which the file has something. */
static void expand_event(size_t first, size_t end, int32_t from, bool days[AHEAD + 1])
{
    struct when start = read_when(value(first, end, "DTSTART"));
    const char *end_text = value(first, end, "DTEND"), *rule_text = value(first, end, "RRULE");
    struct when last = end_text ? read_when(end_text) : start;
    assert_true((last.minute < 0) == (start.minute < 0));
    assert_true(last.day > start.day || (last.day == start.day && (!end_text || last.minute > start.minute)));
    bool on[AHEAD + 1] = {false};
    struct rule rule = {0};
    if (rule_text) {
        rule = read_rule(rule_text);
        assert_true(rule_gives(&rule, start, start.day)); /* else what the first occurrence is, is not defined */
    }
    for (int32_t i = 0; i <= AHEAD; i++)
        on[i] = rule_text && rule_gives(&rule, start, from + i);
    if (!strchr(value(first, end, "UID"), '/')) { /* of no schedule: all days that it touches, up to midnight */
        for (int32_t d = start.day; d <= last.day - (end_text && last.minute <= 0); d++)
            if (d >= from && d <= from + AHEAD)
                on[d - from] = true;
    } else if (start.day >= from && start.day <= from + AHEAD) {
        on[start.day - from] = true;
    }
    for (size_t i = first; i < end; i++) {
        bool add = strncmp(lines[i], "RDATE;", 6) == 0;
        if (!add && strncmp(lines[i], "EXDATE;", 7) != 0)
            continue;
        struct when when = read_when(strchr(lines[i], ':') + 1);
        assert_int_equal(when.minute, start.minute);
        assert_true(add || on[when.day - from]); /* nothing is taken away that is not there */
        on[when.day - from] = add;
    }
    for (int32_t i = 0; i <= AHEAD; i++)
        days[i] |= on[i];
}

static struct buf file = BUF_INIT;
static size_t files, days_found;

static void compare(const struct record *record, int32_t today)
{
    const struct ics_options options = {.lang = UI_FI, .today_day = today, .generated_day = today,
                                        .url = "https://opastin.example/fi/item/a"};
    bool ours[AHEAD + 1] = {false}, wanted[AHEAD + 1] = {false};
    struct occurrence next;
    bool any = false;
    for (int32_t from = today; from <= today + AHEAD; from = next.day + 1) {
        if (!occurrence_next(record->schedule, record->schedule_count, record->start, record->end, from, &next))
            break;
        any = true;
        if (next.day <= today + AHEAD)
            wanted[next.day - today] = true;
    }
    buf_reset(&file);
    assert_int_equal(ics_write(record, &options, &file, NULL), any ? STATUS_OK : STATUS_NOTFOUND);
    if (!any) {
        assert_int_equal(file.len, 0);
        return;
    }
    read_file(&file);
    size_t first, end;
    for (size_t n = 0; event_lines(n, &first, &end); n++)
        expand_event(first, end, today, ours);
    for (int32_t i = 0; i <= AHEAD; i++) {
        char text[CALENDAR_DATE_BYTES];
        day_format(today + i, text);
        if (ours[i] != wanted[i])
            fail_msg("%s: %s is %s\n%s", record->id, text, ours[i] ? "too many" : "missing", buf_str(&file));
        days_found += ours[i];
    }
    files++;
}

/* ---- the corpus ------------------------------------------------------------------------------------------------- */

static struct arena memory = ARENA_INIT;

static void compare_file(const char *path)
{
    struct source *source;
    struct source_item item;
    struct problems problems;
    struct err err = {0};
    if (source_open(&source, path, NULL, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    do {
        struct record record;
        problems_init(&problems, &memory);
        assert_int_equal(source_next(source, &memory, &record, &problems, &item, &err), STATUS_OK);
        for (int32_t today = day("2026-11-22"); item.kind == SOURCE_RECORD && today < day("2027-11-22"); today += 61)
            compare(&record, today);
    } while (item.kind != SOURCE_END);
    source_free(source);
}

static void days_of_the_corpus(void **state)
{
    (void)state;
    glob_t found;
    assert_int_equal(glob("corpus/*.jsonl", 0, NULL, &found), 0);
    assert_int_equal(glob("corpus/*.csv", GLOB_APPEND, NULL, &found), 0);
    files = days_found = 0;
    for (size_t i = 0; i < found.gl_pathc; i++)
        compare_file(found.gl_pathv[i]);
    globfree(&found);
    printf("figure: ics: %zu files of the corpus have %zu days\n", files, days_found);
    assert_in_range(files, 500, 100000);
    assert_in_range(days_found, 10000, 10000000);
}

/* ---- random schedules ------------------------------------------------------------------------------------------- */

static uint64_t random_state;

static uint32_t below(uint32_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % limit;
}

static struct schedule random_schedule(int32_t around, struct day_range *except)
{
    struct schedule s = {.weekdays = (uint8_t)(below(8) ? 1 + below(127) : 0), .from_minute = MINUTE_UNKNOWN,
                         .to_minute = MINUTE_UNKNOWN, .valid_from_day = DAY_UNKNOWN, .valid_to_day = DAY_UNKNOWN};
    if (below(4)) {
        s.from_minute = (int16_t)(15 * below(96));
        if (below(4))
            s.to_minute = (int16_t)(s.from_minute + 15 * (int)below(40));
        if (s.to_minute > 1440)
            s.to_minute = (int16_t)(s.to_minute - 1440);
        if (s.to_minute == 0)
            s.to_minute = 1440;
    }
    if (below(2))
        s.valid_from_day = around + (int32_t)below(700) - 350;
    if (below(2))
        s.valid_to_day = around + (int32_t)below(600) - 100;
    if (below(2))
        s.every_weeks = (int16_t)(1 + below(6));
    if (below(3) == 0)
        s.nth = (uint8_t)below(64);
    s.except = except;
    s.except_count = below(4);
    for (size_t i = 0; i < s.except_count; i++) {
        except[i].from_day = around + (int32_t)below(450) - 40;
        except[i].to_day = except[i].from_day + (int32_t)below(below(10) ? 60 : 900);
    }
    return s;
}

static void days_of_random_records(void **state)
{
    (void)state;
    random_state = 20261122;
    files = days_found = 0;
    enum { ROUNDS = 3000 };
    for (int round = 0; round < ROUNDS; round++) {
        struct record record;
        struct schedule s[3];
        struct day_range except[3][4];
        int32_t around = day("2015-01-01") + (int32_t)below(9000);
        record_init(&record);
        record.id = "random";
        record.schedule = s;
        record.schedule_count = below(4);
        for (size_t i = 0; i < record.schedule_count; i++)
            s[i] = random_schedule(around, except[i]);
        if (below(3) == 0)
            record.start = (struct moment){around + (int32_t)below(90) - 60,
                                           below(2) ? (int16_t)below(1440) : MINUTE_UNKNOWN};
        if (below(3) == 0) {
            int32_t after = record.start.day == DAY_UNKNOWN ? around : record.start.day;
            record.end = (struct moment){after + (int32_t)below(below(2) ? 3 : 300),
                                         below(2) ? (int16_t)(1 + below(1439)) : MINUTE_UNKNOWN};
            if (record.start.day != DAY_UNKNOWN && moment_compare(record.end, record.start) < 0)
                record.end = record.start;
        }
        compare(&record, around);
    }
    assert_in_range(files, ROUNDS / 3, ROUNDS - 200); /* both answers are well represented */
    assert_in_range(days_found, 50000, 10000000);
}

/* ---- single cases ----------------------------------------------------------------------------------------------- */

static struct record group(struct schedule *s)
{
    struct record record;
    record_init(&record);
    record.id = "kuopio-lukupiiri";
    record.title.in[RECORD_FI] = "Lukupiiri";
    record.modified_day = day("2026-10-05");
    record.schedule = s;
    record.schedule_count = s ? 1 : 0;
    return record;
}

static const struct ics_options plain = {.lang = UI_FI};

static void write_at(const struct record *record, const char *today)
{
    struct ics_options options = plain;
    struct err err = {0};
    options.today_day = options.generated_day = day(today);
    buf_reset(&file);
    if (ics_write(record, &options, &file, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    read_file(&file);
}

static void has_line(const char *wanted)
{
    for (size_t i = 0; i < line_count; i++)
        if (strcmp(lines[i], wanted) == 0)
            return;
    fail_msg("no line \"%s\" in\n%s", wanted, buf_str(&file));
}

static void a_weekly_group_with_a_break(void **state)
{
    (void)state;
    struct day_range christmas = {day("2026-12-24"), day("2027-01-06")};
    struct schedule s = {.weekdays = 1 << 3 | 1, .from_minute = 600, .to_minute = 720, .except = &christmas,
                         .except_count = 1, .valid_from_day = day("2026-09-01"), .valid_to_day = day("2027-05-31")};
    struct record record = group(&s);
    write_at(&record, "2026-11-22");
    has_line("DTSTART;TZID=Europe/Helsinki:20261123T100000");
    has_line("DTEND;TZID=Europe/Helsinki:20261123T120000");
    has_line("RRULE:FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270531T205900Z"); /* 23:59 in summer time */
    has_line("EXDATE;TZID=Europe/Helsinki:20261224T100000");
    has_line("EXDATE;TZID=Europe/Helsinki:20270104T100000");
    has_line("UID:kuopio-lukupiiri/1@opastin");
    has_line("DTSTAMP:20261005T000000Z");
    has_line("SUMMARY:Lukupiiri");
    struct buf first = BUF_INIT;
    buf_add(&first, file.data, file.len);
    write_at(&record, "2026-11-22");
    assert_string_equal(buf_str(&file), buf_str(&first));
    buf_release(&first);
}

static void rules_of_weeks_and_months(void **state)
{
    (void)state;
    struct schedule s = {.weekdays = 1 << 1, .from_minute = 1320, .to_minute = 60, .every_weeks = 2,
                         .valid_from_day = day("2026-11-25"), .valid_to_day = DAY_UNKNOWN};
    struct record record = group(&s);
    write_at(&record, "2026-11-22"); /* the week of 25 November has no Tuesday left */
    has_line("DTSTART;TZID=Europe/Helsinki:20261208T220000");
    has_line("DTEND;TZID=Europe/Helsinki:20261209T010000");
    has_line("RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=TU");
    s = (struct schedule){.weekdays = 1 << 2, .nth = 1 | NTH_LAST, .from_minute = MINUTE_UNKNOWN,
                          .to_minute = MINUTE_UNKNOWN, .valid_from_day = DAY_UNKNOWN,
                          .valid_to_day = day("2027-01-27")};
    write_at(&record, "2026-11-22");
    has_line("DTSTART;VALUE=DATE:20261125");
    has_line("RRULE:FREQ=MONTHLY;BYDAY=1WE,-1WE;UNTIL=20270127");
}

static void events_of_dates(void **state)
{
    (void)state;
    struct record record = group(NULL);
    record.modified_day = DAY_UNKNOWN;
    record.start = (struct moment){day("2026-12-05"), 1080};
    record.end = (struct moment){day("2026-12-06"), MINUTE_UNKNOWN};
    record.status = RECORD_CANCELLED;
    write_at(&record, "2026-11-22");
    has_line("UID:kuopio-lukupiiri@opastin");
    has_line("DTSTAMP:20261122T000000Z");
    has_line("DTSTART;TZID=Europe/Helsinki:20261205T180000");
    has_line("DTEND;TZID=Europe/Helsinki:20261207T000000");
    has_line("STATUS:CANCELLED");
    record.start.minute = MINUTE_UNKNOWN;
    write_at(&record, "2026-12-06"); /* it goes on */
    has_line("DTSTART;VALUE=DATE:20261205");
    has_line("DTEND;VALUE=DATE:20261207");
    const struct ics_options after = {.today_day = day("2026-12-07")};
    assert_int_equal(ics_write(&record, &after, &file, NULL), STATUS_NOTFOUND);
    record.start = record.end = nothing;
    assert_int_equal(ics_write(&record, &after, &file, NULL), STATUS_NOTFOUND);
}

static void texts_are_escaped_and_folded(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    ics_add_text(&text, "a;b,c\\d\ne\r\t\x7F\xFF", strlen("a;b,c\\d\ne\r\t\x7F\xFF"));
    assert_string_equal(buf_str(&text), "a\\;b\\,c\\\\d\\ne\xEF\xBF\xBD");
    /* every length around the first two folds, of characters of one to four bytes */
    static const char *const characters[] = {"a", "ä", "€", "😀"};
    for (size_t c = 0; c < 4; c++)
        for (size_t count = 1; count < 170; count++) {
            struct buf line = BUF_INIT;
            buf_reset(&text);
            buf_adds(&text, "BEGIN:VCALENDAR\r\n");
            for (size_t i = 0; i < count; i++)
                buf_adds(&line, characters[c]);
            ics_add_line(&text, buf_str(&line), line.len);
            buf_adds(&text, "END:VCALENDAR\r\n");
            read_file(&text);
            assert_string_equal(lines[1], buf_str(&line));
            buf_release(&line);
        }
    buf_reset(&text);
    ics_add_line(&text, "x", 1);
    assert_string_equal(buf_str(&text), "x\r\n");
    buf_release(&text);
    struct record record = group(NULL);
    record.title.in[RECORD_FI] = "Jumppa; \"tuoli\", kaikille\\";
    record.summary.in[RECORD_FI] = "Yksi.\n\nKaksi.";
    record.start.day = day("2026-12-05");
    struct place place = {.name.in = {"Talo, iso"}, .postal_code = "50100", .municipality = RECORD_CODE_UNKNOWN,
                          .lat = 61.688, .lon = 27.2723};
    record.place = &place;
    record.place_count = 1;
    write_at(&record, "2026-11-22");
    has_line("SUMMARY:Jumppa\\; \"tuoli\"\\, kaikille\\\\");
    has_line("DESCRIPTION:Yksi.\\n\\nKaksi.");
    has_line("LOCATION:Talo\\, iso\\, 50100");
    has_line("GEO:61.688;27.2723");
}

static void stored_records_are_read(void **state)
{
    (void)state;
    struct schedule s = {.weekdays = 1 << 3, .from_minute = 600, .to_minute = 720, .valid_from_day = DAY_UNKNOWN,
                         .valid_to_day = DAY_UNKNOWN};
    struct record record = group(&s);
    record.kind = RECORD_ACTIVITY;
    record.source = "a";
    struct buf bytes = BUF_INIT, again = BUF_INIT;
    struct stored stored;
    struct arena arena = ARENA_INIT;
    struct ics_options options = {.lang = UI_SV, .today_day = day("2026-11-22"), .url = "https://a.example/sv/item/x"};
    buf_reset(&file);
    assert_int_equal(stored_write(&record, &bytes, NULL), STATUS_OK);
    assert_int_equal(stored_open(&stored, bytes.data, bytes.len, NULL), STATUS_OK);
    assert_int_equal(ics_write(&record, &options, &file, NULL), STATUS_OK);
    assert_int_equal(ics_write_stored(&stored, &options, &arena, &again, NULL), STATUS_OK);
    assert_string_equal(buf_str(&again), buf_str(&file));
    assert_non_null(strstr(buf_str(&again), "URL:https://a.example/sv/item/x\r\n"));
    options.url = "https://a.example/\r\nX:y";
    buf_reset(&file);
    assert_int_equal(ics_write(&record, &options, &file, NULL), STATUS_OK);
    assert_null(strstr(buf_str(&file), "URL"));
    arena_release(&arena);
    buf_release(&bytes);
    buf_release(&again);
}

static int load(void **state)
{
    (void)state;
    return vocab_load(NULL) == STATUS_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    arena_release(&memory);
    buf_release(&file);
    free(unfolded);
    vocab_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_weekly_group_with_a_break),
        cmocka_unit_test(rules_of_weeks_and_months),
        cmocka_unit_test(events_of_dates),
        cmocka_unit_test(texts_are_escaped_and_folded),
        cmocka_unit_test(stored_records_are_read),
        cmocka_unit_test(days_of_the_corpus),
        cmocka_unit_test(days_of_random_records),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
