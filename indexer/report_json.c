/* The whole report as one object; docs/report.md says what each member is. */
#include <inttypes.h>
#include <string.h>

#include "calendar.h"
#include "indexer/report_heard.h"
#include "indexer/report_pen.h"
#include "indexer/report_sum.h"

/* Writes members one after the other; a comma before each but the first of its object or list. */
struct json_out {
    struct buf *out;
    bool first;
};

static void begin(struct json_out *json, const char *key, char bracket)
{
    if (!json->first)
        buf_addc(json->out, ',');
    if (key)
        buf_addf(json->out, "\"%s\":", key);
    if (bracket)
        buf_addc(json->out, bracket);
    json->first = bracket != '\0';
}

static void end(struct json_out *json, char bracket)
{
    buf_addc(json->out, bracket);
    json->first = false;
}

static void put_count(struct json_out *json, const char *key, uint64_t number)
{
    begin(json, key, '\0');
    buf_addu(json->out, number);
}

static void put_number(struct json_out *json, const char *key, double number, int decimals)
{
    begin(json, key, '\0');
    buf_add_number(json->out, number, decimals);
}

static void put_bool(struct json_out *json, const char *key, bool value)
{
    begin(json, key, '\0');
    buf_adds(json->out, value ? "true" : "false");
}

/* NULL: null. */
static void put_text(struct json_out *json, const char *key, const char *text)
{
    begin(json, key, '\0');
    if (text)
        buf_add_json(json->out, text, strlen(text));
    else
        buf_adds(json->out, "null");
}

static void put_time(struct json_out *json, const char *key, int64_t instant)
{
    put_text(json, key, show_utc(instant).text);
}

/* ---- parts ---------------------------------------------------------------------------------------------------- */

static void put_counts(struct json_out *json, const struct report_counts *counts)
{
    put_count(json, "read", counts->read);
    put_count(json, "accepted", counts->accepted);
    put_count(json, "rejected", counts->rejected);
    put_count(json, "merged", counts->merged);
    put_count(json, "skipped", counts->skipped);
    put_count(json, "warnings", counts->warnings);
    put_count(json, "added", counts->added);
    put_count(json, "changed", counts->changed);
    put_count(json, "removed", counts->removed);
    put_count(json, "unchanged", counts->unchanged);
    put_count(json, "records", counts->records);
}

static void put_quality(struct json_out *json, const char *key, const struct report_quality *quality)
{
    begin(json, key, '{');
    put_count(json, "records", quality->records);
    put_count(json, "past", quality->past);
    begin(json, "has", '{');
    for (int i = 0; i < QUALITIES; i++)
        put_count(json, quality_name((enum quality)i), quality->has[i]);
    end(json, '}');
    begin(json, "freshness", '{');
    for (int i = 0; i < FRESHNESS; i++)
        put_count(json, freshness_name((enum freshness)i), quality->freshness[i]);
    end(json, '}');
    end(json, '}');
}

static void put_guard(struct json_out *json, const struct report_source *source, const struct report_guard *guard)
{
    begin(json, NULL, '{');
    put_text(json, "guard", guard_name(guard->guard));
    put_bool(json, "tripped", guard->tripped);
    put_bool(json, "allowed", guard->allowed);
    put_number(json, "value", guard->value, 3);
    put_number(json, "limit", guard->limit, 3);
    put_count(json, "count", guard->count);
    if (guard->guard == GUARD_DRIFT)
        put_text(json, "quality", quality_name(guard->quality));
    put_text(json, "why", guard->why);
    if (guard_stops(guard) && guard_allowable(guard->guard)) {
        struct buf option = BUF_INIT;
        buf_addf(&option, "--allow-%s=%s", guard_name(guard->guard), source->name);
        put_text(json, "allow", buf_str(&option));
        buf_release(&option);
    }
    end(json, '}');
}

static void put_example(struct json_out *json, const struct report_source *source, const struct problem *problem)
{
    struct buf edit = BUF_INIT;
    begin(json, NULL, '{');
    put_text(json, "file", problem->file);
    put_count(json, "line", problem->line);
    put_text(json, "id", problem->id);
    put_text(json, "field", problem->field);
    put_text(json, "column", problem->column);
    put_text(json, "value", problem->value);
    put_text(json, "what", problem->what);
    put_text(json, "allowed", problem->allowed);
    put_text(json, "mend", problem->mend);
    put_text(json, "edit", edit_address(source->settings, problem->id, &edit) ? buf_str(&edit) : NULL);
    end(json, '}');
    buf_release(&edit);
}

static void put_problems(struct json_out *json, const struct report_source *source)
{
    begin(json, "problems", '[');
    for (int severity = PROBLEM_ERROR; severity >= PROBLEM_WARNING; severity--)
        for (int code = 0; code < PROBLEM_CODES; code++) {
            const struct report_rule *rule =
                report_rule_of(source, (enum problem_severity)severity, (enum problem_code)code);
            if (!rule->count)
                continue;
            begin(json, NULL, '{');
            put_text(json, "code", problem_code_name((enum problem_code)code));
            put_text(json, "severity", problem_severity_name((enum problem_severity)severity));
            put_count(json, "count", rule->count);
            begin(json, "examples", '[');
            for (size_t i = 0; i < rule->example_count; i++)
                put_example(json, source, &rule->examples[i]);
            end(json, ']');
            end(json, '}');
        }
    end(json, ']');
}

static const char *taken_name(enum report_taken taken)
{
    static const char *const names[] = {
        [TAKEN_NEW] = "new", [TAKEN_SAME] = "same", [TAKEN_KEPT] = "kept", [TAKEN_LEFT] = "left"};
    return names[taken];
}

static void put_source(struct json_out *json, const struct report_source *source)
{
    const struct settings_source *settings = source->settings;
    struct report_counts counts = counts_of(source);
    begin(json, NULL, '{');
    put_text(json, "name", source->name);
    put_bool(json, "configured", settings != NULL);
    put_text(json, "format", settings ? settings->format : NULL);
    put_text(json, "owner", settings ? settings->owner : NULL);
    put_text(json, "licence", settings ? settings->licence : NULL);
    put_text(json, "taken", taken_name(source->taken));
    put_bool(json, "stopped", source_stopped(source));
    put_text(json, "filesModified", source->files_modified ? show_utc(source->files_modified).text : NULL);
    put_counts(json, &counts);
    begin(json, "guards", '[');
    for (int i = 0; i < GUARDS; i++)
        put_guard(json, source, &source->guards[i]);
    end(json, ']');
    put_problems(json, source);
    put_quality(json, "quality", &source->quality);
    put_quality(json, "qualityBefore", &source->before);
    end(json, '}');
}

static void put_golden(struct json_out *json, const struct report_golden *golden)
{
    begin(json, NULL, '{');
    put_text(json, "name", golden->settings->name);
    put_text(json, "query", golden->settings->query);
    begin(json, "expected", '[');
    for (size_t i = 0; i < golden->settings->expected_count; i++)
        put_text(json, NULL, golden->settings->expected[i]);
    end(json, ']');
    put_count(json, "among", golden->settings->among);
    put_bool(json, "passed", golden->passed);
    put_count(json, "place", golden->place);
    put_count(json, "placeBefore", golden->before);
    put_text(json, "found", golden->found);
    end(json, '}');
}

static void put_organisation(struct json_out *json, const struct report_organisation *organisation)
{
    begin(json, NULL, '{');
    put_text(json, "name", organisation->name);
    put_text(json, "source", organisation->source);
    put_quality(json, "quality", &organisation->quality);
    end(json, '}');
}

static void put_run(struct json_out *json, const struct report_run *run)
{
    begin(json, NULL, '{');
    put_count(json, "run", run->run);
    put_time(json, "started", run->started);
    put_number(json, "seconds", run->seconds, 3);
    put_bool(json, "dryRun", run->dry_run);
    put_text(json, "verdict", report_verdict_name(run->verdict));
    put_count(json, "records", run->records);
    put_count(json, "read", run->read);
    put_count(json, "rejected", run->rejected);
    put_count(json, "merged", run->merged);
    put_count(json, "added", run->added);
    put_count(json, "changed", run->changed);
    put_count(json, "removed", run->removed);
    end(json, '}');
}

/* ---- the object ----------------------------------------------------------------------------------------------- */

static void put_head(struct json_out *json, const struct report *report)
{
    struct buf subject = BUF_INIT;
    report_subject(report, &subject);
    put_count(json, "format", REPORT_FORMAT);
    put_count(json, "run", report->run);
    put_time(json, "started", report->started);
    put_time(json, "ended", report->ended);
    put_number(json, "seconds", report->seconds, 3);
    put_number(json, "cpuSeconds", report->cpu_seconds, 3);
    put_bool(json, "dryRun", report->dry_run);
    put_text(json, "verdict", report_verdict_name(report->verdict));
    put_text(json, "why", report->why);
    put_text(json, "subject", buf_str(&subject));
    begin(json, "generation", '{');
    put_count(json, "before", report->generation_before);
    put_count(json, "now", report->generation);
    end(json, '}');
    begin(json, "records", '{');
    put_count(json, "before", report->records_before);
    put_count(json, "now", report->records);
    end(json, '}');
    put_bool(json, "wholeRebuild", report->whole_rebuild);
    buf_release(&subject);
}

static void put_day(struct json_out *json, const char *key, int32_t day)
{
    char text[CALENDAR_DATE_BYTES];
    day_format(day, text);
    put_text(json, key, text);
}

static void put_heard(struct json_out *json, const struct report *report)
{
    const struct report_heard *heard = &report->heard;
    begin(json, "heard", '{');
    put_text(json, "why", *heard->why ? heard->why : NULL);
    put_count(json, "errors", heard->error_count);
    put_count(json, "errorsUnreadable", heard->errors_unreadable);
    begin(json, "newestErrors", '[');
    for (size_t i = 0; i < heard_errors_shown(report); i++) {
        const struct heard_report *error = heard_newest(report, i);
        begin(json, NULL, '{');
        put_day(json, "day", error->day);
        put_text(json, "id", error->id);
        put_text(json, "kind", heard_kind_name(error->kind));
        put_text(json, "text", error->text);
        end(json, '}');
    }
    end(json, ']');
    put_count(json, "zeroHitWords", heard->word_count);
    begin(json, "topWords", '[');
    for (size_t i = 0; i < heard_words_shown(report); i++) {
        const struct heard_word *word = &heard->words[i];
        begin(json, NULL, '{');
        put_text(json, "word", word->word);
        put_count(json, "count", word->count);
        put_day(json, "first", word->days[0].day);
        put_day(json, "last", word->days[word->day_count - 1].day);
        put_count(json, "week", heard->more[i].week);
        put_count(json, "weekBefore", heard->more[i].week_before);
        put_text(json, "nearest", heard->more[i].nearest);
        end(json, '}');
    }
    end(json, ']');
    end(json, '}');
}

static void put_tail(struct json_out *json, const struct report *report)
{
    begin(json, "organisations", '{');
    put_count(json, "count", report->organisations_all);
    begin(json, "shown", '[');
    for (size_t i = 0; i < report->organisation_count; i++)
        put_organisation(json, &report->organisations[i]);
    end(json, ']');
    end(json, '}');
    put_heard(json, report);
    begin(json, "trend", '{');
    put_count(json, "unreadable", report->trend_broken);
    begin(json, "runs", '[');
    for (size_t i = 0; i < report->trend_count; i++)
        put_run(json, &report->trend[i]);
    end(json, ']');
    end(json, '}');
    begin(json, "lists", '[');
    for (int i = 0; i < REPORT_LISTS; i++) {
        begin(json, NULL, '{');
        put_text(json, "name", report_list_name((enum report_list)i));
        put_count(json, "rows", report->rows[i]);
        end(json, '}');
    }
    end(json, ']');
}

void report_json(const struct report *report, struct buf *out)
{
    struct json_out json = {.out = out, .first = true};
    struct report_counts total = counts_total(report);
    struct report_quality now = quality_total(report, false), before = quality_total(report, true);
    begin(&json, NULL, '{');
    put_head(&json, report);
    begin(&json, "totals", '{');
    put_counts(&json, &total);
    end(&json, '}');
    begin(&json, "sources", '[');
    for (size_t i = 0; i < report->source_count; i++)
        put_source(&json, &report->sources[i]);
    end(&json, ']');
    put_quality(&json, "quality", &now);
    put_quality(&json, "qualityBefore", &before);
    begin(&json, "golden", '[');
    for (size_t i = 0; i < report->golden_count; i++)
        put_golden(&json, &report->golden[i]);
    end(&json, ']');
    put_tail(&json, report);
    end(&json, '}');
    buf_addc(out, '\n');
}

static void put_state(struct json_out *json, const struct report_source *source)
{
    begin(json, NULL, '{');
    put_text(json, "name", source->name);
    put_text(json, "owner", source->settings ? source->settings->owner : NULL);
    put_text(json, "licence", source->settings ? source->settings->licence : NULL);
    put_text(json, "verdict", taken_name(source->taken));
    put_text(json, "filesModified", source->files_modified ? show_utc(source->files_modified).text : NULL);
    put_count(json, "records", source->records);
    put_count(json, "read", source->read);
    put_count(json, "rejected", source->rejected);
    begin(json, "guards", '[');
    for (int i = 0; i < GUARDS; i++)
        if (guard_stops(&source->guards[i]))
            put_text(json, NULL, guard_name((enum guard)i));
    end(json, ']');
    end(json, '}');
}

void report_state(const struct report *report, struct buf *out)
{
    struct json_out json = {.out = out, .first = true};
    begin(&json, NULL, '{');
    put_count(&json, "run", report->run);
    put_time(&json, "started", report->started);
    put_time(&json, "ended", report->ended);
    put_text(&json, "verdict", report_verdict_name(report->verdict));
    put_count(&json, "generation", report->generation);
    put_count(&json, "records", report->records);
    begin(&json, "sources", '[');
    for (size_t i = 0; i < report->source_count; i++)
        put_state(&json, &report->sources[i]);
    end(&json, ']');
    end(&json, '}');
    buf_addc(out, '\n');
}
