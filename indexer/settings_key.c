#include "indexer/settings_key.h"

#include <string.h>

#include "field.h"

const struct guard_limits guard_limits_default = {5, 20, 2, 7, 10, 1};

const struct settings_section_row settings_sections[SETTINGS_SECTIONS] = {
    [SECTION_INDEX] = {"index", NULL, 1},
    [SECTION_REPORT] = {"report", NULL, 1},
    [SECTION_SOURCE] = {"source", "source", SETTINGS_SOURCES},
    [SECTION_GOLDEN] = {"golden", "golden query", SETTINGS_GOLDEN},
};

#define INDEX(member) .section = SECTION_INDEX, .at = offsetof(struct settings, member)
#define REPORT(member) .section = SECTION_REPORT, .at = offsetof(struct settings, member)
#define SOURCE(member) .section = SECTION_SOURCE, .at = offsetof(struct settings_source, member)
#define GOLDEN(member) .section = SECTION_GOLDEN, .at = offsetof(struct settings_golden, member)

enum { MUCH = 1000000000 };

const struct settings_key settings_keys[SETTINGS_KEYS] = {
    {INDEX(index), .name = "path", .kind = SETTINGS_FOLDER, .otherwise = "`--index`",
     .help = "folder of the generations"},
    {INDEX(keep), .name = "keep", .kind = SETTINGS_NUMBER, .min = 1, .max = 1000, .initial = "7",
     .help = "generations that stay for `rollback`"},
    {INDEX(tombstone_days), .name = "tombstone_days", .kind = SETTINGS_NUMBER, .min = 1, .max = 3650, .initial = "400",
     .help = "days that the page of a removed record says that it is gone"},

    {REPORT(reports), .name = "folder", .kind = SETTINGS_FOLDER, .otherwise = "`reports` in the index's folder",
     .help = "folder of the reports, one folder a run"},
    {REPORT(report_keep), .name = "keep", .kind = SETTINGS_NUMBER, .min = 1, .max = 10000, .initial = "400",
     .help = "runs whose reports stay; 30 are drawn as a trend"},
    {REPORT(language), .name = "language", .kind = SETTINGS_LANGUAGE, .choices = "fi|sv|en", .initial = "fi",
     .help = "of the reports, and of what diff and why-not say of a record"},
    {REPORT(mail_to), .name = "mail_to", .kind = SETTINGS_MAIL, .max = 150, .otherwise = "no mail is written",
     .help = "who gets the mail; one address, a list's for several people"},
    {REPORT(mail_from), .name = "mail_from", .kind = SETTINGS_MAIL, .max = 150, .otherwise = "no mail is written",
     .help = "who it is from; given with mail_to"},
    {REPORT(state), .name = "state", .kind = SETTINGS_FOLDER, .otherwise = "neither is in the report",
     .help = "folder that `opastin-searchd --state` writes words without hits and reported errors into"},
    {REPORT(link), .name = "link", .kind = SETTINGS_URL, .max = 150, .otherwise = "no links",
     .help = "address of the service, for links to its pages in reports"},

    {SOURCE(paths), .count_at = offsetof(struct settings_source, path_count), .name = "path", .kind = SETTINGS_FILES,
     .max = SETTINGS_PATHS, .help = "a file, or several by * ? [ ] in its name; may be repeated"},
    {SOURCE(format), .name = "format", .kind = SETTINGS_CHOICE,
     .choices = "auto|jsonl|csv|ptv|linkedevents|lahella|hsds|outpost", .initial = "auto",
     .help = "of its files; auto looks into them"},
    {SOURCE(owner), .name = "owner", .kind = SETTINGS_TEXT, .min = 1, .max = 150, .otherwise = "not shown",
     .help = "who mends its records, shown in reports"},
    {SOURCE(licence), .name = "licence", .kind = SETTINGS_TEXT, .min = 1, .max = 100, .otherwise = "none",
     .help = "of records that name none"},
    {SOURCE(edit), .name = "edit", .kind = SETTINGS_URL_ID, .max = 180, .otherwise = "no links",
     .help = "address where a record is edited; {id} stands for its id"},
    {SOURCE(limits.deletions), .name = "max_deletions", .kind = SETTINGS_COUNT, .max = MUCH, .initial = "5",
     .help = "stops the source when more records than this are gone and more than max_deletions_percent"},
    {SOURCE(limits.deletions_percent), .name = "max_deletions_percent", .kind = SETTINGS_DECIMAL, .max = 100,
     .initial = "20", .help = "of the records that the source had"},
    {SOURCE(limits.rejected_percent), .name = "max_rejected_percent", .kind = SETTINGS_DECIMAL, .max = 100,
     .initial = "2", .help = "of the records that were read"},
    {SOURCE(limits.age_days), .name = "max_age_days", .kind = SETTINGS_NUMBER, .max = 3650, .initial = "7",
     .help = "of the newest of its files; 0: not looked at"},
    {SOURCE(limits.drift_points), .name = "max_drift_points", .kind = SETTINGS_DECIMAL, .max = 100, .initial = "10",
     .help = "percentage points that the share of records with a place, times, price … may fall"},
    {SOURCE(limits.records), .name = "min_records", .kind = SETTINGS_COUNT, .max = MUCH, .initial = "1",
     .help = "records that must be read at least; 0: the source may be empty"},

    {GOLDEN(query), .name = "query", .kind = SETTINGS_TEXT, .min = 1, .max = 180,
     .help = "words, or the parameters of a search's address: `q=jooga&area=297`"},
    {GOLDEN(expected), .count_at = offsetof(struct settings_golden, expected_count), .name = "expect",
     .kind = SETTINGS_IDS, .max = SETTINGS_EXPECTED,
     .help = "id of a record that must be found; repeated: one of them"},
    {GOLDEN(among), .name = "among", .kind = SETTINGS_NUMBER, .min = 1, .max = 100, .initial = "10",
     .help = "among how many first hits"},
};

const struct settings_key *settings_key_find(enum settings_section section, const char *name)
{
    for (size_t i = 0; i < SETTINGS_KEYS; i++)
        if (settings_keys[i].section == section && strcmp(settings_keys[i].name, name) == 0)
            return &settings_keys[i];
    return NULL;
}

const char *settings_key_nearest(enum settings_section section, const char *name)
{
    const char *nearest = NULL;
    size_t best = strlen(name) / 3 + 1;
    for (size_t i = 0; i < SETTINGS_KEYS; i++) {
        size_t distance = field_distance(settings_keys[i].name, name);
        if (settings_keys[i].section == section && distance < best) {
            best = distance;
            nearest = settings_keys[i].name;
        }
    }
    return nearest;
}

bool settings_key_is_list(const struct settings_key *key)
{
    return key->kind == SETTINGS_FILES || key->kind == SETTINGS_IDS;
}

static void add_choices(const char *choices, struct buf *out)
{
    buf_adds(out, "one of ");
    for (; *choices; choices++)
        if (*choices == '|')
            buf_adds(out, ", ");
        else
            buf_addc(out, *choices);
}

void settings_key_allowed(const struct settings_key *key, struct buf *out)
{
    switch (key->kind) {
    case SETTINGS_TEXT: buf_addf(out, "%u to %u characters", key->min, key->max); break;
    case SETTINGS_FOLDER: buf_adds(out, "a folder"); break;
    case SETTINGS_FILES: buf_addf(out, "at most %u files", key->max); break;
    case SETTINGS_IDS:
        buf_addf(out, "at most %u ids, each 1 to 100 characters of a-z 0-9 . _ : -, the first a letter or digit",
                 key->max);
        break;
    case SETTINGS_CHOICE:
    case SETTINGS_LANGUAGE: add_choices(key->choices, out); break;
    case SETTINGS_MAIL: buf_addf(out, "one address like name@example.org, at most %u characters", key->max); break;
    case SETTINGS_URL: buf_addf(out, "an http:// or https:// address of at most %u characters", key->max); break;
    case SETTINGS_URL_ID:
        buf_addf(out, "an http:// or https:// address of at most %u characters, {id} the only braces", key->max);
        break;
    case SETTINGS_NUMBER:
    case SETTINGS_COUNT: buf_addf(out, "a whole number from %u to %u", key->min, key->max); break;
    case SETTINGS_DECIMAL: buf_addf(out, "a number from %u to %u with at most 3 decimals", key->min, key->max); break;
    }
}
