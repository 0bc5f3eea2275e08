/* What the maintainer must do, as a part of the page: which line of which file to mend, and where it is edited. */
#include <inttypes.h>

#include "indexer/report_html.h"
#include "indexer/report_sum.h"
#include "messages.h"

/* More of a rule than its share of a source: the page has room. */
enum { TODO_EXAMPLES = 6 };

static void explain(struct pen *pen, const struct rule *rule)
{
    pen_raw(pen, "<dl><dt>");
    pen_say(pen, W_WHY, NULL);
    pen_raw(pen, "</dt><dd>");
    pen_text(pen, rule->in[pen->lang].what);
    pen_raw(pen, " ");
    pen_text(pen, rule->in[pen->lang].why);
    pen_raw(pen, "</dd><dt>");
    pen_say(pen, W_MEND, NULL);
    pen_raw(pen, "</dt><dd>");
    pen_text(pen, rule->in[pen->lang].mend);
    pen_raw(pen, "</dd></dl>\n");
}

/* ---- stopped sources ------------------------------------------------------------------------------------------ */

static void put_stop(struct pen *pen, const struct report_source *source, const struct report_guard *guard)
{
    pen_raw(pen, "<div class=\"card\"><h4>");
    pen_text(pen, source->name);
    pen_raw(pen, "</h4>\n<p class=\"bad\">");
    pen_guard(pen, guard);
    pen_raw(pen, "</p>\n");
    if (source->settings && source->settings->owner) {
        pen_raw(pen, "<p>");
        pen_say(pen, W_OWNER, source->settings->owner, NULL);
        pen_raw(pen, "</p>\n");
    }
    explain(pen, rule_of_guard(guard->guard));
    if (guard_allowable(guard->guard)) {
        pen_raw(pen, "<p>");
        pen_say(pen, W_ALLOW, NULL);
        pen_raw(pen, " <code>--allow-");
        pen_raw(pen, guard_name(guard->guard));
        pen_raw(pen, "=");
        pen_text(pen, source->name);
        pen_raw(pen, "</code></p>\n");
    }
    pen_raw(pen, "</div>\n");
}

static void put_stops(struct pen *pen, const struct report *report)
{
    bool any = false;
    for (size_t i = 0; i < report->source_count; i++)
        for (int g = 0; g < GUARDS; g++) {
            const struct report_guard *guard = &report->sources[i].guards[g];
            if (!guard_stops(guard))
                continue;
            if (!any) {
                pen_raw(pen, "<h3>");
                pen_say(pen, W_STOPPED, NULL);
                pen_raw(pen, "</h3>\n");
            }
            any = true;
            put_stop(pen, &report->sources[i], guard);
        }
}

/* ---- golden queries ------------------------------------------------------------------------------------------- */

static void put_lost(struct pen *pen, const struct report *report)
{
    if (!golden_lost(report))
        return;
    pen_raw(pen, "<h3>");
    pen_say(pen, W_GOLDEN_LOST, NULL);
    pen_raw(pen, "</h3>\n<div class=\"card\">\n");
    explain(pen, rule_golden());
    pen_raw(pen, "<ul>\n");
    for (size_t i = 0; i < report->golden_count; i++) {
        const struct report_golden *golden = &report->golden[i];
        struct buf expected = BUF_INIT;
        if (golden->passed)
            continue;
        for (size_t e = 0; e < golden->settings->expected_count; e++)
            buf_addf(&expected, "%s%s", e ? ", " : "", golden->settings->expected[e]);
        pen_raw(pen, "<li>");
        pen_say(pen, W_GOLDEN_LINE, golden->settings->name, golden->settings->query, buf_str(&expected), NULL);
        if (*golden->found)
            pen_say(pen, W_GOLDEN_FOUND, golden->found, NULL);
        pen_raw(pen, "</li>\n");
        buf_release(&expected);
    }
    pen_raw(pen, "</ul></div>\n");
}

/* ---- rules ---------------------------------------------------------------------------------------------------- */

/* What the checks say is in their language, which is the report's unless nobody set it. */
static void put_said(struct pen *pen, const char *text)
{
    bool same = report_lang_of(problem_language()) == pen->lang;
    pen_raw(pen, same ? "" : pen->lang == REPORT_EN ? "<span lang=\"fi\">" : "<span lang=\"en\">");
    pen_text(pen, text);
    pen_raw(pen, same ? "" : "</span>");
}

static void put_example(struct pen *pen, const struct rule_example *example)
{
    const struct problem *problem = example->problem;
    struct buf edit = BUF_INIT;
    pen_raw(pen, "<tr><td class=\"place\"><code>");
    pen_text(pen, problem->file ? problem->file : "–");
    if (problem->line)
        buf_addf(pen->out, ":%" PRIu64, problem->line);
    pen_raw(pen, "</code></td><td class=\"place\">");
    pen_text(pen, problem->id ? problem->id : "–");
    if (edit_address(example->source->settings, problem->id, &edit)) {
        pen_raw(pen, " <a href=\"");
        pen_text(pen, buf_str(&edit));
        pen_raw(pen, "\">");
        pen_say(pen, W_EDIT, NULL);
        pen_raw(pen, "</a>");
    }
    buf_release(&edit);
    pen_raw(pen, "</td><td class=\"place\">");
    pen_text(pen, problem->column ? problem->column : problem->field ? problem->field : "–");
    if (problem->column && problem->field && !field_same(problem->column, problem->field)) {
        pen_raw(pen, " <span class=\"dim\">(");
        pen_text(pen, problem->field);
        pen_raw(pen, ")</span>");
    }
    pen_raw(pen, "</td><td class=\"place\">");
    if (problem->value) {
        pen_raw(pen, "<code>");
        pen_text(pen, problem->value);
        pen_raw(pen, "</code>");
    } else {
        pen_raw(pen, "–");
    }
    pen_raw(pen, "</td><td class=\"say\">");
    put_said(pen, problem->what);
    if (problem->allowed) {
        pen_raw(pen, "; ");
        pen_say(pen, W_ALLOWED, problem->allowed, NULL);
    }
    if (problem->mend) {
        pen_raw(pen, "; ");
        put_said(pen, problem->mend);
    }
    pen_raw(pen, "</td></tr>\n");
}

static void put_examples(struct pen *pen, const struct report *report, const struct rule_sum *sum)
{
    static const enum word columns[] = {W_PLACE_IN_FILE, W_ID, W_FIELD, W_VALUE, W_WHAT};
    struct rule_example examples[TODO_EXAMPLES];
    size_t count = rule_examples(report, sum, examples, TODO_EXAMPLES);
    html_table(pen, W_EXAMPLES, columns, 5, 5);
    for (size_t i = 0; i < count; i++)
        put_example(pen, &examples[i]);
    html_table_end(pen);
}

static void put_rule(struct pen *pen, const struct report *report, const struct rule_sum *sum)
{
    const struct rule *rule = rule_of_problem(sum->code);
    pen_raw(pen, "<div class=\"card wide");
    pen_raw(pen, sum->severity == PROBLEM_ERROR ? "\"><h4><code>" : " noticed\"><h4><code>");
    pen_raw(pen, rule->code);
    pen_raw(pen, "</code> ");
    pen_text(pen, rule->in[pen->lang].name);
    pen_raw(pen, ": ");
    pen_count(pen, sum->severity == PROBLEM_ERROR ? W_FAULTS_ONE : W_WARNINGS_ONE, sum->count);
    pen_raw(pen, "</h4>\n");
    explain(pen, rule);
    put_examples(pen, report, sum);
    pen_raw(pen, "</div>\n");
}

static bool put_rules(struct pen *pen, const struct report *report, enum problem_severity severity, bool for_mail)
{
    struct rule_sum sums[PROBLEM_CODES];
    size_t count = rules_sum(report, severity, sums);
    bool errors = severity == PROBLEM_ERROR;
    uint64_t faults = 0;
    for (size_t i = 0; i < count; i++)
        faults += sums[i].count;
    if (!count)
        return false;
    pen_raw(pen, "<h3>");
    pen_say(pen, errors ? W_REJECTS : W_NOTICED, NULL);
    pen_raw(pen, "</h3>\n<p>");
    if (errors)
        pen_say(pen, W_REJECTS_LEAD, show_number(pen, counts_total(report).rejected).text,
                show_number(pen, faults).text, NULL);
    else
        pen_say(pen, W_NOTICED_LEAD, NULL);
    pen_raw(pen, " ");
    html_list(pen, errors ? LIST_REJECTS : LIST_WARNINGS, for_mail);
    pen_raw(pen, "</p>\n");
    for (size_t i = 0; i < count; i++)
        put_rule(pen, report, &sums[i]);
    return true;
}

void html_todo(struct pen *pen, const struct report *report, bool for_mail)
{
    html_section(pen, "todo", W_TO_DO);
    size_t before = pen->out->len;
    put_stops(pen, report);
    put_lost(pen, report);
    put_rules(pen, report, PROBLEM_ERROR, for_mail);
    if (pen->out->len == before) {
        pen_raw(pen, "<p>");
        bool broke = report->verdict == REPORT_FAILED || report->verdict == REPORT_REFUSED;
        pen_say(pen, broke && *report->why ? W_REASON : W_TO_DO_NOTHING, report->why, NULL);
        pen_raw(pen, "</p>\n");
    }
    put_rules(pen, report, PROBLEM_WARNING, for_mail);
    html_section_end(pen);
}
