/* The report as plain text, for mail and a terminal: at most REPORT_TEXT_LINES lines of at most TEXT_COLUMNS.
 *
 * It is written with generous room first, then with less and less until it fits; what is left out is always counted. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "indexer/report_heard.h"
#include "indexer/report_organisations.h"
#include "indexer/report_pen.h"
#include "indexer/report_sum.h"

enum {
    TEXT_COLUMNS = 78,
    NAME_COLUMNS = 12, /* of a source in the table; its whole name stands where it was stopped */
    NAME_BEGIN = 5,    /* of a longer one, before the "…" */
    COUNT_COLUMNS = 9,
    COUNTS = 7,
    LACKING = 3,       /* qualities named of an organisation */
    FILE_COLUMNS = 44, /* of a path; the end of a longer one is shown, the file's name */
};

/* How much of each part is written. */
struct room {
    size_t sources, stops, rules, warned, examples, golden, why_lines, example_lines; /* rules: of what was refused */
    size_t organisations;
    bool heads, mends; /* a line for each rule, and one that says how to mend it; else its code and count stand before
                          the example */
};

static const struct room rooms[] = {
    {30, 8, 15, 8, 3, 10, 3, 4, 3, true, true}, {20, 8, 15, 6, 3, 6, 3, 3, 3, true, true},
    {14, 6, 12, 5, 3, 4, 2, 3, 3, true, false}, {12, 5, 12, 4, 2, 3, 2, 3, 2, true, false},
    {10, 5, 12, 3, 1, 3, 2, 2, 2, true, false}, {8, 4, 15, 3, 1, 2, 2, 2, 1, false, false},
    {8, 4, 10, 2, 1, 2, 2, 2, 1, false, false}, {6, 3, 10, 0, 1, 2, 1, 2, 0, false, false},
    {4, 2, 10, 0, 1, 1, 1, 2, 0, false, false}, {4, 2, 10, 0, 1, 1, 1, 1, 0, false, false},
};

struct text {
    struct buf *out;
    size_t lines;
    struct buf piece; /* what is being said, before it is broken into lines */
    struct pen pen;   /* writes into piece */
};

/* ---- lines ---------------------------------------------------------------------------------------------------- */

static void add_spaces(struct buf *out, size_t count)
{
    while (count-- > 0)
        buf_addc(out, ' ');
}

/* Bytes of the text that fit into the columns: up to the last space, or cut where there is none. */
static size_t fitting(const char *text, size_t columns)
{
    size_t at = 0, chars = 0, space = 0, len = strlen(text);
    while (at < len && chars < columns) {
        if (text[at] == ' ')
            space = at;
        at += utf8_length(text + at, len - at);
        chars++;
    }
    if (at == len || text[at] == ' ')
        return at;
    return space ? space : at;
}

/* Writes the piece, broken into at most `most` lines; what does not fit ends in "…". */
static void put_lines(struct text *text, size_t first_indent, size_t indent, size_t most)
{
    const char *at = buf_str(&text->piece);
    for (size_t line = 1; *at || line == 1; line++) {
        size_t in = line == 1 ? first_indent : indent, len = fitting(at, TEXT_COLUMNS - in);
        bool cut = line == most && at[len] != '\0';
        if (cut)
            len = fitting(at, TEXT_COLUMNS - in - 1);
        add_spaces(text->out, in);
        buf_add(text->out, at, len);
        buf_adds(text->out, cut ? "…\n" : "\n");
        text->lines++;
        if (cut)
            break;
        at += len;
        at += strspn(at, " ");
    }
    buf_reset(&text->piece);
}

static void blank_line(struct text *text)
{
    buf_addc(text->out, '\n');
    text->lines++;
}

static void heading(struct text *text, enum word word)
{
    blank_line(text);
    pen_say(&text->pen, word, NULL);
    put_lines(text, 0, 0, 1);
}

/* ---- head ----------------------------------------------------------------------------------------------------- */

static struct shown generation_text(const struct pen *pen, uint32_t number)
{
    struct shown shown = {""};
    if (number)
        return show_number(pen, number);
    snprintf(shown.text, sizeof shown.text, "%s", word_text(W_NO_INDEX, pen->lang));
    return shown;
}

static void put_head(struct text *text, const struct report *report, const struct room *room)
{
    static const enum word leads[REPORT_VERDICTS] = {W_LEAD_PUBLISHED, W_LEAD_UNCHANGED, W_LEAD_HELD, W_LEAD_REFUSED,
                                                     W_LEAD_FAILED};
    struct pen *pen = &text->pen;
    report_subject(report, &text->piece);
    put_lines(text, 0, 0, 2);
    pen_say(pen, report->dry_run ? W_LEAD_DRY : leads[report->verdict], NULL);
    put_lines(text, 0, 0, 2);
    if (report->verdict != REPORT_PUBLISHED && *report->why) {
        pen_say(pen, W_REASON, report->why, NULL);
        put_lines(text, 0, 0, room->why_lines);
    }
    blank_line(text);
    pen_say(pen, W_RUN_TIME, show_number(pen, report->run).text, show_time(pen, report->started).text,
            show_duration(pen, report->seconds).text, show_duration(pen, report->cpu_seconds).text, NULL);
    put_lines(text, 0, 0, 2);
    pen_say(pen, W_INDEX, generation_text(pen, report->generation).text,
            generation_text(pen, report->generation_before).text, show_number(pen, report->records).text,
            show_number(pen, report->records_before).text, NULL);
    put_lines(text, 0, 0, 2);
}

/* ---- sources -------------------------------------------------------------------------------------------------- */

static void add_right(struct buf *out, const char *cell)
{
    size_t chars = utf8_count(cell, strlen(cell));
    add_spaces(out, chars < COUNT_COLUMNS ? COUNT_COLUMNS - chars : 1);
    buf_adds(out, cell);
}

/* A number that would leave no space before it is written without its own, and one that is still too long in millions:
 * the page has all digits. */
static void add_count(const struct pen *pen, struct buf *out, uint64_t number)
{
    char plain[32];
    if (number < 1000000) {
        add_right(out, show_number(pen, number).text);
        return;
    }
    if (number < 100000000)
        snprintf(plain, sizeof plain, "%" PRIu64, number);
    else
        snprintf(plain, sizeof plain, "%" PRIu64 "M", number / 1000000);
    add_right(out, plain);
}

static void put_row(struct text *text, char mark, const char *name, const struct report_counts *counts)
{
    const uint64_t cells[COUNTS] = {counts->read,    counts->rejected, counts->merged,   counts->added,
                                    counts->changed, counts->removed,  counts->unchanged};
    struct buf cell = BUF_INIT;
    struct pen pen = text->pen;
    pen.out = &cell;
    pen_text(&pen, name);
    size_t chars = utf8_count(buf_str(&cell), cell.len), at = 0, len = cell.len;
    buf_addc(text->out, mark);
    buf_addc(text->out, ' ');
    if (chars > NAME_COLUMNS) { /* names that begin alike often differ at their ends: the middle is left out */
        size_t end = 0;
        for (size_t i = 0; i < NAME_BEGIN; i++)
            at += utf8_length(cell.data + at, len - at);
        for (size_t i = 0; i < chars - (NAME_COLUMNS - 1 - NAME_BEGIN); i++)
            end += utf8_length(cell.data + end, len - end);
        buf_add(text->out, cell.data, at);
        buf_adds(text->out, "…");
        buf_adds(text->out, cell.data + end);
        chars = NAME_COLUMNS;
    } else {
        buf_adds(text->out, buf_str(&cell));
    }
    add_spaces(text->out, NAME_COLUMNS - chars);
    for (size_t i = 0; i < COUNTS; i++)
        add_count(&text->pen, text->out, cells[i]);
    buf_addc(text->out, '\n');
    text->lines++;
    buf_release(&cell);
}

static void put_table_head(struct text *text)
{
    static const enum word columns[COUNTS] = {W_SHORT_READ,    W_SHORT_REJECTED, W_SHORT_MERGED, W_SHORT_NEW,
                                              W_SHORT_CHANGED, W_SHORT_REMOVED,  W_SHORT_SAME};
    const char *source = word_text(W_SHORT_SOURCE, text->pen.lang);
    blank_line(text);
    buf_adds(text->out, source);
    add_spaces(text->out, NAME_COLUMNS + 2 - utf8_count(source, strlen(source)));
    for (size_t i = 0; i < COUNTS; i++) {
        const char *word = word_text(columns[i], text->pen.lang);
        size_t chars = utf8_count(word, strlen(word));
        add_spaces(text->out, COUNT_COLUMNS - chars);
        buf_adds(text->out, word);
    }
    buf_addc(text->out, '\n');
    text->lines++;
}

/* What comes first: stopped, then most rejected, then most changed, then as in the settings. */
static uint64_t weight(const struct report_source *source)
{
    if (source_stopped(source))
        return UINT64_MAX;
    return 1000 * source->rejected + source->removed + source->changed + source->added + source_tells(source);
}

static int compare_sources(const void *a, const void *b)
{
    const struct report_source *x = *(const struct report_source *const *)a;
    const struct report_source *y = *(const struct report_source *const *)b;
    uint64_t left = weight(x), right = weight(y);
    return left != right ? (left < right ? 1 : -1) : x < y ? -1 : x > y;
}

static void put_sources(struct text *text, const struct report *report, const struct room *room)
{
    struct report_counts rest = {0}, total = counts_total(report);
    size_t shown = 0;
    const struct report_source **order = malloc((report->source_count + 1) * sizeof *order);
    if (!order) {
        text->out->failed = true;
        return;
    }
    for (size_t i = 0; i < report->source_count; i++)
        order[i] = &report->sources[i];
    qsort(order, report->source_count, sizeof *order, compare_sources);
    put_table_head(text);
    for (size_t i = 0; i < report->source_count; i++) {
        struct report_counts counts = counts_of(order[i]);
        /* One more line is worth as much as the line that would say "1 more". */
        bool room_left = shown < room->sources || (shown == room->sources && i + 1 == report->source_count);
        if (room_left && shown == i && (source_tells(order[i]) || report->source_count <= room->sources)) {
            put_row(text, source_stopped(order[i]) ? '!' : ' ', order[i]->name, &counts);
            shown++;
        } else {
            counts_add(&rest, &counts);
        }
    }
    if (shown < report->source_count) {
        struct pen *pen = &text->pen;
        pen_say(pen, W_SHORT_REST, show_number(pen, report->source_count - shown).text, NULL);
        char name[64];
        snprintf(name, sizeof name, "%s", buf_str(&text->piece));
        buf_reset(&text->piece);
        put_row(text, ' ', name, &rest);
    }
    if (report->source_count > 1)
        put_row(text, ' ', word_text(W_SHORT_TOTAL, text->pen.lang), &total);
    free(order);
}

/* ---- what to do ----------------------------------------------------------------------------------------------- */

/* What stopped a source, and what lets it through: all of it, for one option alone would not.  Of a file that cannot be
 * read the rest follows, and none of it can be allowed. */
static void put_stop(struct text *text, const struct report_source *source, const struct room *room)
{
    struct pen *pen = &text->pen;
    bool unreadable = guard_stops(&source->guards[GUARD_UNREADABLE]);
    for (int g = 0; g < GUARDS; g++)
        if (guard_stops(&source->guards[g]) && (!unreadable || g == GUARD_UNREADABLE)) {
            pen_text(pen, source->name);
            pen_raw(pen, ": ");
            pen_guard(pen, &source->guards[g]);
            put_lines(text, 0, 2, room->why_lines);
        }
    if (unreadable) {
        pen_say(pen, W_MEND_LINE, rule_of_guard(GUARD_UNREADABLE)->in[pen->lang].mend, NULL);
    } else {
        pen_say(pen, W_ALLOW, NULL);
        for (int g = 0; g < GUARDS; g++)
            if (guard_stops(&source->guards[g])) {
                pen_raw(pen, " --allow-");
                pen_raw(pen, guard_name((enum guard)g));
                pen_raw(pen, "=");
                pen_text(pen, source->name);
            }
    }
    put_lines(text, 2, 4, 2);
}

static size_t stops_of(const struct report_source *source)
{
    size_t stops = 0;
    for (int g = 0; g < GUARDS; g++)
        stops += guard_stops(&source->guards[g]);
    return stops;
}

static void put_stops(struct text *text, const struct report *report, const struct room *room)
{
    size_t shown = 0, stops = 0;
    for (size_t i = 0; i < report->source_count; i++)
        stops += stops_of(&report->sources[i]) > 0;
    if (!stops)
        return;
    heading(text, W_STOPPED_CAPS);
    for (size_t i = 0; i < report->source_count && shown < room->stops; i++)
        if (stops_of(&report->sources[i])) {
            put_stop(text, &report->sources[i], room);
            shown++;
        }
    if (shown < stops) {
        pen_say(&text->pen, W_STOPS_REST, show_number(&text->pen, stops - shown).text, NULL);
        put_lines(text, 0, 0, 1);
    }
}

/* The end of a long path: the name of the file matters more than its folders. */
static void add_file(struct pen *pen, const char *path)
{
    size_t chars = utf8_count(path, strlen(path));
    if (utf8_check(path, strlen(path)) == strlen(path) && chars > FILE_COLUMNS) {
        for (; chars > FILE_COLUMNS - 1; chars--)
            path += utf8_length(path, strlen(path));
        if (strchr(path, '/')) /* whole folders, as far as the name is not longer than all */
            path = strchr(path, '/');
        pen_raw(pen, "…");
    }
    pen_text(pen, path);
}

static void put_example(struct text *text, const struct problem *problem, const struct room *room)
{
    struct pen *pen = &text->pen;
    if (problem->file)
        add_file(pen, problem->file);
    if (problem->line)
        buf_addf(pen->out, ":%" PRIu64, problem->line);
    if (problem->id) {
        pen_raw(pen, " ");
        pen_text(pen, problem->id);
    }
    if (problem->column || problem->field) {
        pen_raw(pen, " ");
        pen_text(pen, problem->column ? problem->column : problem->field);
    }
    if (problem->value) {
        pen_raw(pen, problem->bare ? " " : " \"");
        pen_text(pen, problem->value);
        pen_raw(pen, problem->bare ? "" : "\"");
    }
    pen_raw(pen, ": ");
    pen_text(pen, problem->what);
    if (problem->allowed) {
        pen_raw(pen, "; ");
        pen_say(pen, W_ALLOWED, problem->allowed, NULL);
    }
    if (problem->mend) {
        pen_raw(pen, "; ");
        pen_text(pen, problem->mend);
    }
    put_lines(text, 2, 4, room->example_lines);
}

static void put_rule(struct text *text, const struct report *report, const struct rule_sum *sum,
                     const struct room *room, size_t most, bool mends)
{
    struct rule_example examples[REPORT_EXAMPLES];
    struct pen *pen = &text->pen;
    const struct rule *rule = rule_of_problem(sum->code);
    size_t found = rule_examples(report, sum, examples, most);
    if (room->heads) {
        buf_addf(pen->out, "%s, ", rule->code);
        pen_count(pen, sum->severity == PROBLEM_ERROR ? W_FAULTS_ONE : W_WARNINGS_ONE, sum->count);
        pen_raw(pen, ": ");
        pen_text(pen, rule->in[pen->lang].name);
        put_lines(text, 0, 2, 1);
    }
    if (mends) {
        pen_say(pen, W_MEND_LINE, rule->in[pen->lang].mend, NULL);
        put_lines(text, 2, 4, 2);
    }
    for (size_t e = 0; e < found; e++) {
        if (!room->heads)
            buf_addf(pen->out, "%s %" PRIu64 ": ", rule->code, sum->count);
        put_example(text, examples[e].problem, room);
    }
}

/* What is accepted, but with warnings, comes with less: its list has the rest. */
static void put_rules(struct text *text, const struct report *report, const struct room *room,
                      enum problem_severity severity)
{
    struct rule_sum rules[PROBLEM_CODES];
    struct pen *pen = &text->pen;
    bool errors = severity == PROBLEM_ERROR;
    size_t most = errors ? room->rules : room->warned, count = rules_sum(report, severity, rules);
    uint64_t faults = 0, rest = 0;
    for (size_t i = 0; i < count; i++)
        *(i < most ? &faults : &rest) += rules[i].count;
    if (!count || !most)
        return;
    blank_line(text);
    struct shown all = show_count(pen, errors ? W_FAULTS_ONE : W_WARNINGS_ONE, faults + rest);
    if (errors)
        pen_say(pen, W_REJECTS_CAPS, show_number(pen, counts_total(report).rejected).text, all.text, NULL);
    else
        pen_say(pen, W_NOTICED_CAPS, all.text, NULL);
    put_lines(text, 0, 0, 1);
    for (size_t i = 0; i < count && i < most; i++)
        put_rule(text, report, &rules[i], room, errors ? room->examples : 1, errors && room->mends);
    if (count > most) {
        pen_say(pen, W_RULES_REST, show_number(pen, count - most).text,
                show_count(pen, errors ? W_FAULTS_ONE : W_WARNINGS_ONE, rest).text, NULL);
        put_lines(text, 0, 0, 1);
    }
}

static void put_golden(struct text *text, const struct report *report, const struct room *room)
{
    size_t lost = golden_lost(report), shown = 0;
    struct pen *pen = &text->pen;
    if (!lost)
        return;
    heading(text, W_GOLDEN_CAPS);
    for (size_t i = 0; i < report->golden_count && shown < room->golden; i++) {
        const struct report_golden *golden = &report->golden[i];
        struct buf expected = BUF_INIT;
        if (golden->passed)
            continue;
        for (size_t e = 0; e < golden->settings->expected_count; e++)
            buf_addf(&expected, "%s%s", e ? ", " : "", golden->settings->expected[e]);
        pen_say(pen, W_GOLDEN_LINE, golden->settings->name, golden->settings->query, buf_str(&expected), NULL);
        if (*golden->found)
            pen_say(pen, W_GOLDEN_FOUND, golden->found, NULL);
        put_lines(text, 0, 2, 2);
        buf_release(&expected);
        shown++;
    }
    if (shown < lost) {
        pen_say(pen, W_GOLDEN_REST, show_number(pen, lost - shown).text, NULL);
        put_lines(text, 0, 0, 1);
    }
}

/* Those whose records lack most, each on one line with what they lack most; the list has all. */
static void put_organisations(struct text *text, const struct report *report, const struct room *room)
{
    struct pen *pen = &text->pen;
    size_t most = room->organisations < report->organisation_count ? room->organisations : report->organisation_count;
    for (size_t i = 0; i < most; i++) {
        const struct report_organisation *one = &report->organisations[i];
        enum quality order[QUALITIES];
        size_t lacking = qualities_lacking(&one->quality, order);
        if (!lacking)
            return;
        if (i == 0)
            heading(text, W_ORGANISATIONS_CAPS);
        pen_say(pen, W_ORGANISATION_LINE, one->name, one->source,
                show_count(pen, W_RECORDS_ONE, one->quality.records).text, NULL);
        for (size_t q = 0; q < lacking && q < LACKING; q++) {
            pen_raw(pen, q ? ", " : "");
            pen_say(pen, (enum word)(W_LACKS_PHONE + (int)order[q]), NULL);
            pen_raw(pen, " ");
            pen_number(pen, quality_lacking(&one->quality, order[q]));
        }
        put_lines(text, 0, 2, 2);
    }
}

/* The numbers, the most frequent words, and as many of the newest reports as there is room for. */
static void put_heard(struct text *text, const struct report *report, const struct room *room)
{
    const struct report_heard *heard = &report->heard;
    struct pen *pen = &text->pen;
    if (!report->settings->state || (!heard->word_count && !heard->error_count && !*heard->why))
        return;
    heading(text, W_HEARD_CAPS);
    if (*heard->why) {
        pen_say(pen, W_HEARD_FAILED, heard->why, NULL);
        put_lines(text, 0, 2, room->why_lines);
    }
    pen_count(pen, W_HEARD_ERRORS_ONE, heard->error_count);
    put_lines(text, 0, 2, 1);
    for (size_t i = 0; i < heard_errors_shown(report) && i < room->golden; i++) {
        const struct heard_report *error = heard_newest(report, i);
        pen_say(pen, W_HEARD_ERROR_LINE, show_day(pen, error->day).text, error->id,
                word_text(word_of_heard(error->kind), pen->lang), NULL);
        if (*error->text) {
            pen_raw(pen, " – ");
            pen_text(pen, error->text);
        }
        put_lines(text, 2, 4, room->example_lines);
    }
    pen_count(pen, W_HEARD_WORDS_ONE, heard->word_count);
    for (size_t i = 0; i < heard_words_shown(report); i++) {
        pen_raw(pen, i ? ", " : ": ");
        pen_text(pen, heard->words[i].word);
        pen_raw(pen, " ");
        pen_number(pen, heard->words[i].count);
        if (heard->more[i].nearest)
            pen_say(pen, W_HEARD_NEAREST_SHORT, heard->more[i].nearest, NULL);
    }
    put_lines(text, 0, 2, room->example_lines);
}

/* The names of the lists last, so that what is cut of a long path is not they; empty lists are not named. */
static void put_lists(struct text *text, const struct report *report)
{
    struct pen *pen = &text->pen;
    size_t named = 0;
    blank_line(text);
    pen_say(pen, W_LISTS_LINE, buf_str(&report->folder), NULL);
    put_lines(text, 0, 2, 2);
    for (int i = 0; i < REPORT_LISTS; i++)
        if (report->rows[i]) {
            pen_raw(pen, named++ ? ", " : "");
            pen_raw(pen, report_list_name((enum report_list)i));
            pen_raw(pen, " (");
            pen_count(pen, W_ROWS_ONE, report->rows[i]);
            pen_raw(pen, ")");
        }
    if (named) {
        pen_raw(pen, "; report.html");
        put_lines(text, 2, 2, 3);
    }
}

static size_t write_text(const struct report *report, const struct room *room, struct buf *out)
{
    struct text text = {.out = out, .piece = BUF_INIT};
    text.pen = pen_of(report, &text.piece, false);
    put_head(&text, report, room);
    put_stops(&text, report, room);
    put_golden(&text, report, room);
    put_rules(&text, report, room, PROBLEM_ERROR);
    put_rules(&text, report, room, PROBLEM_WARNING);
    put_sources(&text, report, room);
    put_organisations(&text, report, room);
    put_heard(&text, report, room);
    put_lists(&text, report);
    if (text.piece.failed)
        out->failed = true;
    buf_release(&text.piece);
    return text.lines;
}

void report_text(const struct report *report, struct buf *out)
{
    size_t before = out->len;
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
        out->len = before;
        if (write_text(report, &rooms[i], out) <= REPORT_TEXT_LINES)
            return;
    }
}

/* ---- the subject ---------------------------------------------------------------------------------------------- */

static void add_change(struct pen *pen, enum word one, uint64_t count, bool *first)
{
    if (!count)
        return;
    pen_raw(pen, *first ? "" : ", ");
    pen_count(pen, one, count);
    *first = false;
}

void report_subject(const struct report *report, struct buf *out)
{
    struct buf verdict = BUF_INIT, changes = BUF_INIT;
    struct report_counts total = counts_total(report);
    struct pen pen = pen_of(report, &verdict, false);
    bool first = true;
    pen_say(&pen, word_of_verdict(report->verdict), NULL);
    if (report->verdict == REPORT_HELD) {
        pen_raw(&pen, " ");
        pen_stopped(&pen, report);
    }
    pen.out = &changes;
    add_change(&pen, W_LOST_ONE, golden_lost(report), &first);
    add_change(&pen, W_NEW_ONE, total.added, &first);
    add_change(&pen, W_CHANGED_ONE, total.changed, &first);
    add_change(&pen, W_REMOVED_ONE, total.removed, &first);
    add_change(&pen, W_REJECTED_ONE, total.rejected, &first);
    if (first)
        pen_count(&pen, W_SOURCES_ONE, report->source_count);
    pen.out = out;
    pen_say(&pen, report->dry_run ? W_SUBJECT_DRY : W_SUBJECT, buf_str(&verdict), buf_str(&changes), NULL);
    out->failed = out->failed || verdict.failed || changes.failed;
    buf_release(&verdict);
    buf_release(&changes);
}
