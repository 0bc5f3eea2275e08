/* A configuration file: what is taken keeps every promise of its header, what is refused says where. */
#include <string.h>

#include "base/buf.h"
#include "indexer/settings_key.h"
#include "tests/fuzz/target.h"

static void check_line(const char *text)
{
    if (text) {
        FUZZ_CHECK(*text);
        FUZZ_CHECK(settings_text_check(text, strlen(text)) == strlen(text));
    }
}

static void check_source(const struct settings *settings, size_t at)
{
    const struct settings_source *source = &settings->sources[at];
    FUZZ_CHECK(settings_name_valid(source->name, strlen(source->name)));
    FUZZ_CHECK(source->path_count > 0 && source->path_count <= SETTINGS_PATHS);
    for (size_t i = 0; i < source->path_count; i++) {
        check_line(source->paths[i]);
        for (size_t j = 0; j < i; j++)
            FUZZ_CHECK(strcmp(source->paths[i], source->paths[j]) != 0);
    }
    FUZZ_CHECK(source->format);
    check_line(source->owner);
    check_line(source->licence);
    check_line(source->edit);
    FUZZ_CHECK(source->limits.deletions_percent >= 0 && source->limits.deletions_percent <= 100);
    FUZZ_CHECK(source->limits.rejected_percent >= 0 && source->limits.rejected_percent <= 100);
    FUZZ_CHECK(source->limits.drift_points >= 0 && source->limits.drift_points <= 100);
    FUZZ_CHECK(source->line > 0);
    for (size_t i = 0; i < at; i++)
        FUZZ_CHECK(strcmp(settings->sources[i].name, source->name) != 0);
}

static void check_settings(const struct settings *settings)
{
    FUZZ_CHECK(settings->source_count > 0 && settings->source_count <= SETTINGS_SOURCES);
    FUZZ_CHECK(settings->golden_count <= SETTINGS_GOLDEN);
    FUZZ_CHECK(settings->keep >= 1 && settings->report_keep >= 1 && settings->tombstone_days >= 1);
    FUZZ_CHECK(settings->language < UI_LANG_COUNT);
    FUZZ_CHECK(!settings->mail_to == !settings->mail_from);
    check_line(settings->index);
    check_line(settings->reports);
    check_line(settings->link);
    const char *mails[] = {settings->mail_to, settings->mail_from};
    for (size_t i = 0; i < 2 && mails[i]; i++)
        for (const char *c = mails[i]; *c; c++)
            FUZZ_CHECK(*c > ' ' && *c < 0x7F && !strchr("<>,;:\"()[]\\", *c));
    for (size_t i = 0; i < settings->source_count; i++)
        check_source(settings, i);
    for (size_t i = 0; i < settings->golden_count; i++) {
        const struct settings_golden *golden = &settings->golden[i];
        FUZZ_CHECK(settings_name_valid(golden->name, strlen(golden->name)));
        FUZZ_CHECK(golden->query && golden->expected_count > 0 && golden->expected_count <= SETTINGS_EXPECTED);
        FUZZ_CHECK(golden->among >= 1 && golden->among <= 100);
        check_line(golden->query);
    }
}

FUZZ_TARGET(settings)
{
    static const char *const path = "tests/fuzz/seeds/settings/o.conf"; /* patterns have a small folder to look at */
    struct settings settings = {.keep = 12345};
    struct err err = {0};
    enum status status = settings_parse(&settings, (const char *)data, size, path, &err);
    if (status == STATUS_OK) {
        check_settings(&settings);
        settings_release(&settings);
        return 0;
    }
    FUZZ_CHECK(status == STATUS_SYNTAX || status == STATUS_INVALID || status == STATUS_LIMIT);
    FUZZ_CHECK(settings.keep == 12345);
    FUZZ_CHECK(strncmp(err.message, path, strlen(path)) == 0 && err.message[strlen(path)] == ':');
    return 0;
}
