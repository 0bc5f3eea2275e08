#include "indexer/report_sum.h"

#include <math.h>
#include <string.h>

struct report_counts counts_of(const struct report_source *source)
{
    return (struct report_counts){
        .read = source->read,
        .accepted = source->accepted,
        .rejected = source->rejected,
        .merged = source->merged,
        .skipped = source->skipped,
        .warnings = source->warnings,
        .added = source->added,
        .changed = source->changed,
        .removed = source->removed,
        .unchanged = source->unchanged,
        .records = source->records,
    };
}

void counts_add(struct report_counts *sum, const struct report_counts *counts)
{
    sum->read += counts->read;
    sum->accepted += counts->accepted;
    sum->rejected += counts->rejected;
    sum->merged += counts->merged;
    sum->skipped += counts->skipped;
    sum->warnings += counts->warnings;
    sum->added += counts->added;
    sum->changed += counts->changed;
    sum->removed += counts->removed;
    sum->unchanged += counts->unchanged;
    sum->records += counts->records;
}

struct report_counts counts_total(const struct report *report)
{
    struct report_counts total = {0};
    for (size_t i = 0; i < report->source_count; i++) {
        struct report_counts counts = counts_of(&report->sources[i]);
        counts_add(&total, &counts);
    }
    return total;
}

struct report_quality quality_total(const struct report *report, bool before)
{
    struct report_quality total = {0};
    for (size_t i = 0; i < report->source_count; i++) {
        const struct report_quality *one = before ? &report->sources[i].before : &report->sources[i].quality;
        total.records += one->records;
        total.past += one->past;
        for (int q = 0; q < QUALITIES; q++)
            total.has[q] += one->has[q];
        for (int f = 0; f < FRESHNESS; f++)
            total.freshness[f] += one->freshness[f];
    }
    return total;
}

double percent_of(uint64_t part, uint64_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : (double)NAN;
}

/* ---- guards --------------------------------------------------------------------------------------------------- */

bool guard_stops(const struct report_guard *guard)
{
    return guard->tripped && !guard->allowed;
}

bool guard_allowable(enum guard guard)
{
    return guard != GUARD_UNREADABLE;
}

bool source_stopped(const struct report_source *source)
{
    for (int i = 0; i < GUARDS; i++)
        if (guard_stops(&source->guards[i]))
            return true;
    return false;
}

bool source_tells(const struct report_source *source)
{
    return source_stopped(source) || source->taken == TAKEN_KEPT || source->rejected || source->merged ||
           source->warnings || source->added || source->changed || source->removed;
}

size_t golden_lost(const struct report *report)
{
    size_t lost = 0;
    for (size_t i = 0; i < report->golden_count; i++)
        lost += !report->golden[i].passed;
    return lost;
}

/* ---- rules ---------------------------------------------------------------------------------------------------- */

size_t rules_sum(const struct report *report, enum problem_severity severity, struct rule_sum sums[PROBLEM_CODES])
{
    size_t count = 0;
    for (int code = 0; code < PROBLEM_CODES; code++) {
        struct rule_sum sum = {.severity = severity, .code = (enum problem_code)code};
        for (size_t i = 0; i < report->source_count; i++) {
            uint64_t here = report_rule_of(&report->sources[i], severity, sum.code)->count;
            sum.count += here;
            sum.sources += here > 0;
        }
        if (!sum.count)
            continue;
        size_t at = count++;
        for (; at > 0 && sums[at - 1].count < sum.count; at--)
            sums[at] = sums[at - 1];
        sums[at] = sum;
    }
    return count;
}

bool field_same(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    for (;; a++, b++) {
        while (*a == '[')
            a += strcspn(a, "]") + (strchr(a, ']') != NULL);
        while (*b == '[')
            b += strcspn(b, "]") + (strchr(b, ']') != NULL);
        if (*a != *b)
            return false;
        if (!*a)
            return true;
    }
}

static bool chosen(const struct rule_example *examples, size_t count, const struct problem *problem, bool by_field)
{
    for (size_t i = 0; i < count; i++)
        if (examples[i].problem == problem || (by_field && field_same(examples[i].problem->field, problem->field)))
            return true;
    return false;
}

size_t rule_examples(const struct report *report, const struct rule_sum *rule, struct rule_example *examples,
                     size_t most)
{
    size_t count = 0;
    for (int by_field = 1; by_field >= 0; by_field--)
        for (size_t round = 0; round < REPORT_EXAMPLES; round++)
            for (size_t i = 0; i < report->source_count && count < most; i++) {
                const struct report_source *source = &report->sources[i];
                const struct report_rule *here = report_rule_of(source, rule->severity, rule->code);
                if (round < here->example_count && !chosen(examples, count, &here->examples[round], by_field))
                    examples[count++] = (struct rule_example){source, &here->examples[round]};
            }
    return count;
}

/* ---- edit links ----------------------------------------------------------------------------------------------- */

static void add_percent_encoded(struct buf *out, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c)) {
            buf_addc(out, (char)c);
        } else {
            char encoded[3] = {'%', hex[c >> 4], hex[c & 15]};
            buf_add(out, encoded, sizeof encoded);
        }
    }
}

bool edit_address(const struct settings_source *settings, const char *id, struct buf *out)
{
    const char *edit = settings ? settings->edit : NULL;
    if (!edit || (strncmp(edit, "https://", 8) != 0 && strncmp(edit, "http://", 7) != 0))
        return false;
    if (strstr(edit, "{id}") && !id)
        return false;
    for (const char *hole; (hole = strstr(edit, "{id}"));) {
        buf_add(out, edit, (size_t)(hole - edit));
        add_percent_encoded(out, id);
        edit = hole + 4;
    }
    buf_adds(out, edit);
    return true;
}
