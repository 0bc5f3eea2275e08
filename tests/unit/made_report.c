#include "tests/unit/made_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"

const char made_nasty[] = "<b>\"Kerho\" & 'käsi'</b>\n=cmd|' /C calc'!A0 \xE2\x80\xAEtxt \x01 \xFF";

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "made_report: %s\n", what);
    exit(1);
}

static char *copy(const char *text)
{
    char *made = strdup(text);
    must(made != NULL, "no memory");
    return made;
}

static char *named(const char *format, size_t number)
{
    char text[200];
    snprintf(text, sizeof text, format, number);
    return copy(text);
}

uint64_t made_random(struct made_report *made, uint64_t below)
{
    made->random ^= made->random << 13;
    made->random ^= made->random >> 7;
    made->random ^= made->random << 17;
    return below ? (made->random >> 11) % below : 0;
}

static void fill_settings(struct made_report *made, const struct made_options *options)
{
    static const char *const names[] = {"ptv", "linkedevents", "lahella", "yhdistykset"};
    struct settings *settings = &made->settings;
    *settings = (struct settings){.language = options->language, .report_keep = 400, .source_count = options->sources,
                                  .golden_count = options->golden};
    settings->mail_to = "Ylläpito <yllapito@example.org>";
    settings->mail_from = "opastin@example.org";
    settings->link = "https://opastin.example.org/";
    settings->sources = calloc(options->sources + 1, sizeof *settings->sources);
    settings->golden = calloc(options->golden + 1, sizeof *settings->golden);
    must(settings->sources && settings->golden, "no memory");
    for (size_t i = 0; i < options->sources; i++) {
        struct settings_source *source = &settings->sources[i];
        if (i < sizeof names / sizeof *names)
            snprintf(source->name, sizeof source->name, "%s", names[i]);
        else
            snprintf(source->name, sizeof source->name, "source-with-a-long-name-%zu", i);
        source->format = "auto";
        source->owner = options->nasty ? made_nasty : "Kuopion kaupunki, Anna Ahonen";
        source->edit = i == 2 ? NULL : "https://edit.example.org/items/{id}?tab=1&x=\"<";
    }
    for (size_t i = 0; i < options->golden; i++) {
        struct settings_golden *golden = &settings->golden[i];
        snprintf(golden->name, sizeof golden->name, "haku-%zu", i);
        golden->query = options->nasty ? made_nasty : "q=yksin%C3%A4inen&area=297";
        golden->expected[0] = "ptv:omaishoidon-tuki";
        golden->expected[1] = "lahella:1234";
        golden->expected_count = 2;
        golden->among = 10;
    }
}

/* What is fixed by hand in real files: ten kinds of fault and more. */
static const struct {
    enum problem_code code;
    const char *field, *column, *value, *what, *allowed, *mend;
} faults[] = {
    {PROBLEM_SYNTAX, NULL, NULL, NULL, "is not JSON: '}' expected near '\"title\"', at line 1, character 203", NULL,
     NULL},
    {PROBLEM_ENCODING, "texts.fi.title", NULL, "K\xEF\xBF\xBDsity\xEF\xBF\xBDt",
     "is not UTF-8 although most of the file is", NULL, "save the file as UTF-8"},
    {PROBLEM_TOO_BIG, "texts.fi.body", NULL, "Tule mukaan", "has 20412 characters", "at most 20000 characters", NULL},
    {PROBLEM_DUPLICATE, "id", NULL, "kuopio-kerho", "is the id of kuopio.jsonl:12 already", NULL,
     "give each record an id of its own"},
    {PROBLEM_UNKNOWN_FIELD, "titel", NULL, "Kerho", "is not a known field", "title", "delete it"},
    {PROBLEM_OTHER_KIND, "programme", NULL, NULL, "is not a field of kind activity", NULL,
     "delete it, or change the kind"},
    {PROBLEM_TYPE, "age_min", NULL, "viisi", "is a text, not a whole number", "0..120", NULL},
    {PROBLEM_MISSING, "texts", NULL, NULL, "has no title", NULL, "give a title in at least one of fi, sv and en"},
    {PROBLEM_EMPTY, "summary", NULL, "", "says nothing", NULL, "leave the field out when nothing is known"},
    {PROBLEM_RANGE, "age_max", "ikä_loppu", "720", "is above 120", "0..120", "write the age in whole years"},
    {PROBLEM_CODE, "theme[0]", NULL, "kaikki", "is not known", "the codes of the list theme",
     "see docs/data-format.md"},
    {PROBLEM_FORM, "contact[1].phone", NULL, "+358 soita", "is not a phone number", NULL, NULL},
    {PROBLEM_CONFLICT, "end", NULL, "2026-10-01", "is before start", NULL, "check both dates"},
    {PROBLEM_NOTE, "place[0].lat", NULL, "27.6",
     "has latitude and longitude exchanged; they are taken the other way", NULL, NULL},
    {PROBLEM_SKIPPED, NULL, NULL, NULL, "is not published", NULL, NULL},
    {PROBLEM_RANGE, "place[3].lat", NULL, "6.2", "is below 59", "59..71", NULL},
    {PROBLEM_RANGE, "price.amount", NULL, "-5", "is below 0", "0..100000", NULL},
};

static void add_problem(struct made_report *made, size_t source, size_t fault, unsigned number, bool nasty)
{
    char id[40], file[80];
    struct err err = {0};
    snprintf(id, sizeof id, "kuopio-%zu-%u", fault, number);
    snprintf(file, sizeof file, "/var/lib/opastin/aineistot/2026/lähde-%zu.jsonl", source);
    struct problem problem = {
        .severity = faults[fault].code >= PROBLEM_NOTE ? PROBLEM_WARNING : PROBLEM_ERROR,
        .code = faults[fault].code,
        .file = nasty ? made_nasty : file,
        .line = 1 + made_random(made, 100000),
        .id = nasty ? made_nasty : id,
        .field = faults[fault].field,
        .column = faults[fault].column,
        .value = nasty ? made_nasty : faults[fault].value,
        .what = nasty ? made_nasty : faults[fault].what,
        .allowed = faults[fault].allowed,
        .mend = faults[fault].mend,
    };
    must(report_problem(&made->report, source, &problem, &err) == STATUS_OK, err.message);
}

static void fill_quality(struct made_report *made, struct report_quality *quality, uint64_t records)
{
    uint64_t left = records;
    quality->records = records;
    quality->past = made_random(made, records / 10 + 1);
    for (int i = 0; i < QUALITIES; i++)
        quality->has[i] = records - made_random(made, records / (1 + (uint64_t)i % 4) + 1);
    for (int i = 0; i < FRESHNESS; i++) {
        quality->freshness[i] = i + 1 == FRESHNESS ? left : made_random(made, left + 1);
        left -= quality->freshness[i];
    }
}

static void trip(struct report_source *source, enum guard guard)
{
    struct report_guard *g = &source->guards[guard];
    g->tripped = true;
    g->value = guard == GUARD_AGE ? 12 : guard == GUARD_EMPTY ? 0 : 71.94;
    g->count = 2950;
    g->quality = QUALITY_COORDINATES;
    if (guard == GUARD_UNREADABLE || guard == GUARD_AGE)
        snprintf(g->why, sizeof g->why, "/var/lib/opastin/aineistot/ptv.json: the file ends before the object does");
    source->taken = TAKEN_KEPT;
}

static void fill_source(struct made_report *made, struct report_source *source, const struct made_options *options)
{
    static const double limits[GUARDS] = {0, 1, 7, 2, 20, 10};
    for (int g = 0; g < GUARDS; g++)
        source->guards[g].limit = limits[g];
    source->files_modified = 1795300000 - (int64_t)made_random(made, 900000);
    source->rejected = options->problems ? options->problems * 5 : 0;
    source->unchanged = made_random(made, options->most + 1);
    if (!options->quiet) {
        source->merged = made_random(made, 40);
        source->added = made_random(made, 200);
        source->changed = made_random(made, 200);
        source->removed = made_random(made, 20);
        source->skipped = made_random(made, 1000);
    } else {
        source->taken = TAKEN_SAME;
    }
    source->accepted = source->unchanged + source->added + source->changed;
    source->read = source->accepted + source->rejected + source->merged;
    source->warnings = options->problems * 2;
    source->records = source->accepted;
    source->guards[GUARD_REJECTED].value = source->read ? 100.0 * (double)source->rejected / (double)source->read : 0;
    source->guards[GUARD_DELETIONS].value = 0.3;
    source->guards[GUARD_EMPTY].value = (double)source->read;
    fill_quality(made, &source->quality, source->records);
    fill_quality(made, &source->before, source->records);
}

static void fill_organisations(struct made_report *made, const struct made_options *options)
{
    struct report *report = &made->report;
    size_t all = options->organisations * 7;
    report->organisations = calloc(all + 1, sizeof *report->organisations);
    must(report->organisations != NULL, "no memory");
    report->organisation_count = options->organisations;
    report->organisations_all = all;
    for (size_t i = 0; i < all; i++) {
        report->organisations[i].name = options->nasty ? copy(made_nasty) : named("Kuopion Sydänyhdistys %zu ry", i);
        report->organisations[i].source = report->sources[i % report->source_count].name;
        fill_quality(made, &report->organisations[i].quality, 1 + made_random(made, 900));
    }
}

static void fill_rows(struct made_report *made, const struct made_options *options)
{
    struct err err = {0};
    const char *title = options->nasty ? made_nasty : "Ystäväkahvila; joka torstai";
    for (int i = 0; i < 7 && !options->quiet; i++) {
        must(report_removed(&made->report, "ptv", "ptv:1", title, &err) == STATUS_OK, err.message);
        must(report_changed(&made->report, i % 2, "ptv", "ptv:2", title, &err) == STATUS_OK, err.message);
        must(report_merged(&made->report, "ptv", "ptv:3", title, "lahella", "lahella:4", "name-place", &err) ==
             STATUS_OK, err.message);
    }
}

static void fill_head(struct made_report *made, const struct made_options *options)
{
    struct report *report = &made->report;
    report->seconds = (double)made_random(made, 9000000) / 1000;
    report->cpu_seconds = report->seconds * 0.8;
    report->generation_before = (uint32_t)made_random(made, 5000);
    report->generation = report->generation_before + 1;
    report->verdict = options->stopped ? REPORT_HELD : options->quiet ? REPORT_UNCHANGED : REPORT_PUBLISHED;
    for (size_t i = 0; i < report->source_count; i++)
        report->records += report->sources[i].records;
    report->records_before = made_random(made, report->records + 1);
}

static const char *made_nearest(void *context, const char *word)
{
    (void)context;
    return word[strlen(word) - 1] % 2 ? NULL : "kävely";
}

/* A state folder beside the runs, as the daemon leaves it. */
static void fill_heard(struct made_report *made, const char *folder, const struct made_options *options)
{
    static char state[4000];
    struct buf lines = BUF_INIT, text = BUF_INIT;
    struct err err = {0};
    char ids[14][40], words[12][20];
    struct heard_word list[12];
    struct heard_day days[12][2];
    snprintf(state, sizeof state, "%s/heard", folder);
    must(folder_make(state, &err) == STATUS_OK, err.message);
    for (int32_t i = 0; i < 14; i++) {
        snprintf(ids[i], sizeof ids[i], "kuopio-%d", (int)i);
        heard_report_line(&(struct heard_report){20700 + i, ids[i], (enum heard_kind)(i % HEARD_KINDS),
                                                 options->nasty ? "=1+1 <b>\"&' lopussa" : i % 3 ? "Ei enää." : ""},
                          &lines);
    }
    buf_adds(&lines, "{\"day\":");
    for (int32_t i = 0; i < 12; i++) {
        snprintf(words[i], sizeof words[i], options->nasty ? "=<b>%c" : "sana%c", 'a' + (int)i);
        days[i][0] = (struct heard_day){20700, 40 - (uint32_t)i};
        days[i][1] = (struct heard_day){20756 + 2 * i, 3};
        list[i] = (struct heard_word){words[i], 43 - (uint32_t)i, days[i], 2};
    }
    heard_words_json(list, 12, &text);
    must(heard_replace(state, HEARD_REPORTS_FILE, &lines, &err) == STATUS_OK, err.message);
    must(heard_replace(state, HEARD_WORDS_FILE, &text, &err) == STATUS_OK, err.message);
    made->settings.state = state;
    made->report.nearest = made_nearest;
    buf_release(&lines);
    buf_release(&text);
}

void made_report_begin(struct made_report *made, const char *folder, const struct made_options *options)
{
    struct err err = {0};
    *made = (struct made_report){.random = options->seed * 2654435761u + 88172645463325252u};
    fill_settings(made, options);
    struct report *report = &made->report;
    must(report_begin(report, &made->settings, folder, 1795307400, &err) == STATUS_OK, err.message);
    if (options->nasty) {
        size_t gone;
        must(report_source_add(report, made_nasty, &gone, &err) == STATUS_OK, err.message);
        report->sources[gone].taken = TAKEN_LEFT;
    }
    for (size_t i = 0; i < options->sources; i++) {
        fill_source(made, &report->sources[i], options);
        if (i < options->stopped)
            trip(&report->sources[i], (enum guard)((i + GUARD_DELETIONS) % GUARDS));
        for (size_t fault = 0; fault < sizeof faults / sizeof *faults; fault++)
            for (unsigned n = 0; n < options->problems; n++)
                add_problem(made, i, fault, n, options->nasty);
    }
    for (size_t i = 0; i < options->golden; i++) {
        report->golden[i].passed = i % 5 != 4;
        report->golden[i].place = report->golden[i].passed ? 1 + (unsigned)(i % 3) : 0;
        report->golden[i].before = 1;
        if (!report->golden[i].passed)
            snprintf(report->golden[i].found, sizeof report->golden[i].found, "ptv:77, ptv:12, lahella:9");
    }
    fill_organisations(made, options);
    fill_rows(made, options);
    fill_head(made, options);
    if (!options->quiet)
        fill_heard(made, folder, options);
}

void made_report_release(struct made_report *made)
{
    for (size_t i = 0; i < made->report.organisations_all; i++)
        free((char *)(uintptr_t)made->report.organisations[i].name);
    free(made->report.organisations);
    report_release(&made->report);
    free(made->settings.sources);
    free(made->settings.golden);
}
