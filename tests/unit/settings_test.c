/* The configuration file: every key at its limits, every message, every default, and memory that runs out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>

#include "indexer/settings_key.h"
#include "tests/unit/failing.h"
#include "tests/unit/files.h"

static struct settings settings;
static struct err err;

static enum status parse(const char *text, size_t len)
{
    settings_release(&settings);
    err_reset(&err);
    return settings_parse(&settings, text, len, "kansio/o.conf", &err);
}

static void assert_read(const char *text)
{
    if (parse(text, strlen(text)) != STATUS_OK)
        fail_msg("%s\n%s", err.message, text);
    assert_string_equal(err.message, "");
}

static void assert_refused(const char *text, enum status status, const char *message)
{
    struct settings before = {.keep = 77};
    settings_release(&settings);
    settings = before;
    err_reset(&err);
    enum status got = settings_parse(&settings, text, strlen(text), "kansio/o.conf", &err);
    if (got != status || strcmp(err.message, message) != 0)
        fail_msg("\nwanted %s: %s\ngot    %s: %s\n%s", status_name(status), message, status_name(got), err.message,
                 text);
    assert_memory_equal(&settings, &before, sizeof settings); /* outputs are untouched */
    assert_int_equal(settings_parse(&settings, text, strlen(text), "kansio/o.conf", NULL), status);
    settings = (struct settings){0};
}

#define SOURCE "[source a]\npath = a.csv\n"

/* ---- what is read ----------------------------------------------------------------------------------------------- */

static void test_defaults(void **state)
{
    (void)state;
    assert_read(SOURCE "[golden g]\nquery = jooga\nexpect = a-1\n");
    assert_null(settings.index);
    assert_int_equal(settings.keep, 7);
    assert_null(settings.reports);
    assert_int_equal(settings.report_keep, 400);
    assert_int_equal(settings.tombstone_days, 400);
    assert_int_equal(settings.language, UI_FI);
    assert_null(settings.mail_to);
    assert_null(settings.mail_from);
    assert_null(settings.link);
    assert_int_equal(settings.source_count, 1);
    assert_string_equal(settings.sources[0].name, "a");
    assert_int_equal(settings.sources[0].line, 1);
    assert_string_equal(settings.sources[0].format, "auto");
    assert_null(settings.sources[0].owner);
    assert_null(settings.sources[0].licence);
    assert_null(settings.sources[0].edit);
    const struct guard_limits *limits = &settings.sources[0].limits, *expected = &guard_limits_default;
    assert_int_equal(limits->deletions, expected->deletions);
    assert_true(limits->deletions_percent == expected->deletions_percent);
    assert_true(limits->rejected_percent == expected->rejected_percent);
    assert_int_equal(limits->age_days, expected->age_days);
    assert_true(limits->drift_points == expected->drift_points);
    assert_int_equal(limits->records, expected->records);
    assert_int_equal(settings.golden_count, 1);
    assert_string_equal(settings.golden[0].name, "g");
    assert_int_equal(settings.golden[0].among, 10);
    assert_int_equal(settings.golden[0].line, 3);
}

static void test_all_keys(void **state)
{
    (void)state;
    assert_read("\xEF\xBB\xBF# Kuntien yhteinen hakemisto\r\n"
                "\r\n"
                "[index]\r\n"
                "path = hakemisto\r\n"
                "keep=3\r\n"
                "\ttombstone_days\t= 30\t\r\n"
                "[report]\n"
                "folder = /srv/raportit\n"
                "keep = 31\n"
                "language = sv\n"
                "mail_to = yllapito+opastin@example.org\n"
                "mail_from = opastin@palvelin.example.org\n"
                "link = https://opastin.example.org/haku/\n"
                "; toinen tapa merkitä huomautus\n"
                "[source ptv]\n"
                "path = ptv/palvelut.json.gz\n"
                "path = /srv/ptv/kanavat.json\n"
                "format = ptv\n"
                "owner = Palvelutietojen ylläpito; Kunta = A: B\n"
                "licence = CC-BY-4.0\n"
                "edit = https://ptv.example.org/muokkaa/{id}?a=b\n"
                "max_deletions = 0\n"
                "max_deletions_percent = 12,5\n"
                "max_rejected_percent = 0.125\n"
                "max_age_days = 0\n"
                "max_drift_points = 100\n"
                "min_records = 1000\n"
                "[source   2-toinen]   \n"
                "path = b.csv\n"
                "[golden jooga]\n"
                "query = q=jooga&area=297&lang=fi\n"
                "expect = ptv:1\n"
                "expect = b.2\n"
                "among = 3");
    assert_string_equal(settings.index, "kansio/hakemisto");
    assert_int_equal(settings.keep, 3);
    assert_int_equal(settings.tombstone_days, 30);
    assert_string_equal(settings.reports, "/srv/raportit");
    assert_int_equal(settings.report_keep, 31);
    assert_int_equal(settings.language, UI_SV);
    assert_string_equal(settings.mail_to, "yllapito+opastin@example.org");
    assert_string_equal(settings.mail_from, "opastin@palvelin.example.org");
    assert_string_equal(settings.link, "https://opastin.example.org/haku");
    assert_int_equal(settings.source_count, 2);
    const struct settings_source *source = settings.sources;
    assert_string_equal(source->name, "ptv");
    assert_int_equal(source->line, 15);
    assert_int_equal(source->path_count, 2);
    assert_string_equal(source->paths[0], "kansio/ptv/palvelut.json.gz");
    assert_string_equal(source->paths[1], "/srv/ptv/kanavat.json");
    assert_string_equal(source->format, "ptv");
    assert_string_equal(source->owner, "Palvelutietojen ylläpito; Kunta = A: B");
    assert_string_equal(source->licence, "CC-BY-4.0");
    assert_string_equal(source->edit, "https://ptv.example.org/muokkaa/{id}?a=b");
    assert_int_equal(source->limits.deletions, 0);
    assert_true(source->limits.deletions_percent == 12.5);
    assert_true(source->limits.rejected_percent == 0.125);
    assert_int_equal(source->limits.age_days, 0);
    assert_true(source->limits.drift_points == 100);
    assert_int_equal(source->limits.records, 1000);
    assert_string_equal(source[1].name, "2-toinen");
    assert_int_equal(source[1].limits.deletions, 5); /* of its own */
    assert_int_equal(settings.golden_count, 1);
    assert_string_equal(settings.golden[0].query, "q=jooga&area=297&lang=fi");
    assert_int_equal(settings.golden[0].expected_count, 2);
    assert_string_equal(settings.golden[0].expected[0], "ptv:1");
    assert_string_equal(settings.golden[0].expected[1], "b.2");
    assert_int_equal(settings.golden[0].among, 3);
}

/* ---- every key at its limits ------------------------------------------------------------------------------------ */

/* A file that is whole but for what the key's section has of it. */
static void around(const struct settings_key *key, const char *lines, struct buf *out)
{
    buf_reset(out);
    buf_adds(out, key->section == SECTION_SOURCE ? "" : SOURCE);
    buf_addf(out, "[%s%s]\n", settings_sections[key->section].name, settings_sections[key->section].list ? " n" : "");
    if (key->section == SECTION_SOURCE && key->kind != SETTINGS_FILES)
        buf_adds(out, "path = n.csv\n");
    if (key->section == SECTION_GOLDEN && key->kind != SETTINGS_IDS)
        buf_adds(out, "expect = n-1\n");
    if (key->section == SECTION_GOLDEN && strcmp(key->name, "query") != 0)
        buf_adds(out, "query = n\n");
    if (key->kind == SETTINGS_MAIL)
        buf_addf(out, "%s = n@example.org\n", strcmp(key->name, "mail_to") == 0 ? "mail_from" : "mail_to");
    buf_adds(out, lines);
}

static void try_value(const struct settings_key *key, const char *value, bool good)
{
    struct buf line = BUF_INIT, text = BUF_INIT;
    buf_addf(&line, "%s = %s\n", key->name, value);
    around(key, buf_str(&line), &text);
    enum status status = parse(buf_str(&text), text.len);
    if (good != (status == STATUS_OK))
        fail_msg("%s = %s: %s", key->name, value, good ? err.message : "was taken");
    if (!good) {
        struct buf allowed = BUF_INIT;
        settings_key_allowed(key, &allowed);
        assert_int_equal(status, STATUS_INVALID);
        assert_non_null(strstr(err.message, "kansio/o.conf:"));
        assert_non_null(strstr(err.message, key->name));
        assert_non_null(strstr(err.message, value));
        assert_non_null(strstr(err.message, buf_str(&allowed)));
        buf_release(&allowed);
    }
    buf_release(&line);
    buf_release(&text);
}

static void try_number(const struct settings_key *key, long number, const char *end, bool good)
{
    char text[40];
    snprintf(text, sizeof text, "%ld%s", number, end);
    try_value(key, text, good);
}

/* start, filled with x up to so many characters before the end. */
static void try_length(const struct settings_key *key, const char *start, const char *end, size_t len, bool good)
{
    char text[256];
    size_t from = strlen(start), to = len - strlen(end);
    memcpy(text, start, from + 1);
    memset(text + from, 'x', to - from);
    memcpy(text + to, end, strlen(end) + 1);
    try_value(key, text, good);
}

static void try_list(const struct settings_key *key, unsigned count, bool good)
{
    struct buf lines = BUF_INIT, text = BUF_INIT;
    for (unsigned i = 0; i < count; i++)
        buf_addf(&lines, "%s = item-%u\n", key->name, i);
    around(key, buf_str(&lines), &text);
    assert_int_equal(parse(buf_str(&text), text.len), good ? STATUS_OK : STATUS_LIMIT);
    buf_release(&lines);
    buf_release(&text);
}

static void try_choices(const struct settings_key *key)
{
    char choices[200], *rest = choices, *choice;
    snprintf(choices, sizeof choices, "%s", key->choices);
    while ((choice = strsep(&rest, "|"))) {
        try_value(key, choice, true);
        choice[strlen(choice) - 1] = '\0';
        try_value(key, choice, false);
    }
    try_value(key, "fi|sv", false);
    try_value(key, "FI", false);
}

static void try_key(const struct settings_key *key)
{
    static const char *const no_numbers[] = {"x",  "1x",    "+1",  "0x1",    "1 0", "1.",
                                             ".5", "1.2.3", "1e1", "1,2345", "nan", "99999999999999999999"};
    static const char *const no_mails[] = {"x",        "@",          "a@",      "@a.fi",   "a@b",      "a@b.",
                                           "a@.b",     "a@b..c",     ".a@b.fi", "a.@b.fi", "a b@c.fi", "a@b.fi, c@d.fi",
                                           "<a@b.fi>", "A <a@b.fi>", "ä@b.fi",  "a@ä.fi",  "a@b@c.fi", "a@b.fi:25"};
    static const char *const no_urls[] = {"x",
                                          "http://",
                                          "https:///x",
                                          "ftp://a.fi",
                                          "javascript:x",
                                          "http://a b",
                                          "http://a/\"x",
                                          "http://a/<x>",
                                          "http://a/'",
                                          "http://a/{ID}",
                                          "http://a/{id",
                                          "http://ä.fi",
                                          "http://u@a.fi",
                                          "HTTP://a.fi"};
    static const char *const no_ids[] = {"A-1", "-a", ".a", "a b", "ä", "a/b"};
#define TRY_EACH(list)                                                                                                 \
    for (size_t i = 0; i < sizeof(list) / sizeof *(list); i++)                                                         \
    try_value(key, (list)[i], false)
    switch (key->kind) {
    case SETTINGS_NUMBER:
    case SETTINGS_COUNT:
        try_value(key, "1.5", false);
        try_number(key, (long)key->min - 1, "", false);
        try_number(key, key->min, "", true);
        try_number(key, key->max, "", true);
        try_number(key, (long)key->max + 1, "", false);
        TRY_EACH(no_numbers);
        break;
    case SETTINGS_DECIMAL:
        try_value(key, "-0.001", false);
        try_number(key, key->min, "", true);
        try_number(key, key->min, ".001", true);
        try_number(key, key->max, ",000", true);
        try_number(key, key->max, ".001", false);
        TRY_EACH(no_numbers);
        break;
    case SETTINGS_TEXT:
        try_length(key, "", "", key->min, true);
        try_length(key, "", "", key->max, true);
        try_length(key, "", "", key->max + 1, false);
        break;
    case SETTINGS_MAIL:
        try_length(key, "a@", ".fi", key->max, true);
        try_length(key, "a@", ".fi", key->max + 1, false);
        try_length(key, "", "@b.fi", 64 + 5, true);
        try_length(key, "", "@b.fi", 65 + 5, false);
        TRY_EACH(no_mails);
        break;
    case SETTINGS_URL:
    case SETTINGS_URL_ID:
        try_value(key, "http://a.fi:8080/b?c=d&e#f", true);
        try_value(key, "https://a", true);
        try_value(key, "https://a.fi/{id}/{id}", key->kind == SETTINGS_URL_ID);
        try_length(key, "https://a.fi/", "", key->max, true);
        try_length(key, "https://a.fi/", "", key->max + 1, false);
        TRY_EACH(no_urls);
        break;
    case SETTINGS_CHOICE:
    case SETTINGS_LANGUAGE: try_choices(key); break;
    case SETTINGS_IDS:
        try_length(key, "a", "", 100, true);
        try_length(key, "a", "", 101, false);
        TRY_EACH(no_ids); /* fall through */
    case SETTINGS_FILES:
        try_list(key, key->max, true);
        try_list(key, key->max + 1, false);
        break;
    case SETTINGS_FOLDER: try_value(key, "a/b c/ä", true); break;
    }
}

static void test_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < SETTINGS_KEYS; i++)
        try_key(&settings_keys[i]);
}

static void try_sections(const char *kind, const char *lines, size_t count, bool good)
{
    struct buf text = BUF_INIT;
    if (strcmp(kind, "golden") == 0)
        buf_adds(&text, SOURCE);
    for (size_t i = 0; i < count; i++)
        buf_addf(&text, "[%s n%zu]\n%s", kind, i, lines);
    assert_int_equal(parse(buf_str(&text), text.len), good ? STATUS_OK : STATUS_LIMIT);
    buf_release(&text);
}

static void try_line(size_t len, bool good)
{
    struct buf text = BUF_INIT;
    buf_adds(&text, "[source a]\npath = ");
    while (text.len < strlen("[source a]\n") + len)
        buf_addc(&text, 'x');
    assert_int_equal(parse(buf_str(&text), text.len), good ? STATUS_OK : STATUS_LIMIT);
    buf_release(&text);
}

static void try_name(size_t len, bool good)
{
    struct buf text = BUF_INIT;
    buf_adds(&text, "[source ");
    for (size_t i = 0; i < len; i++)
        buf_addc(&text, 'x');
    buf_adds(&text, "]\npath = a");
    assert_int_equal(parse(buf_str(&text), text.len), good ? STATUS_OK : STATUS_INVALID);
    if (good)
        assert_int_equal(strlen(settings.sources[0].name), len);
    buf_release(&text);
}

static void test_limits_of_the_file(void **state)
{
    (void)state;
    try_sections("source", "path = a\n", SETTINGS_SOURCES, true);
    try_sections("source", "path = a\n", SETTINGS_SOURCES + 1, false);
    try_sections("golden", "query = a\nexpect = b\n", SETTINGS_GOLDEN, true);
    try_sections("golden", "query = a\nexpect = b\n", SETTINGS_GOLDEN + 1, false);
    try_line(197, true);
    try_line(198, false);
    try_name(SETTINGS_NAME_BYTES - 1, true);
    try_name(SETTINGS_NAME_BYTES, false);
    for (size_t more = 0; more < 2; more++) {
        char *folder = files_folder(), *path = files_path(folder, "o.conf");
        struct buf text = BUF_INIT;
        buf_adds(&text, SOURCE);
        while (text.len < SETTINGS_BYTES + more)
            buf_adds(&text, text.len % 64 ? "#" : "\n");
        files_write(path, buf_str(&text), text.len);
        settings_release(&settings);
        err_reset(&err);
        assert_int_equal(settings_read(&settings, path, &err), more ? STATUS_LIMIT : STATUS_OK);
        buf_release(&text);
        files_remove(folder);
        free(path);
        free(folder);
    }
    err_reset(&err);
    assert_int_equal(settings_read(&settings, "ei/ole.conf", &err), STATUS_NOTFOUND);
    assert_string_equal(err.message, "ei/ole.conf: No such file or directory");
}

/* ---- messages --------------------------------------------------------------------------------------------------- */

#define CONF "kansio/o.conf:"
#define GOLDEN "[golden g]\nquery = jooga\nexpect = a-1\n"

struct wrong {
    const char *text;
    enum status status;
    const char *message;
};

static void assert_all_refused(const struct wrong *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_refused(cases[i].text, cases[i].status, cases[i].message);
}

static void test_messages_about_lines(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"", STATUS_INVALID, "kansio/o.conf: there is no [source NAME]"},
        {"keep = 7\n", STATUS_SYNTAX, CONF "1: keep stands before the first [section]"},
        {"# x\n\n[index\n", STATUS_SYNTAX, CONF "3: \"[index\" is neither [section] nor key = value"},
        {"[index] x\n", STATUS_SYNTAX, CONF "1: \"[index] x\" is neither [section] nor key = value"},
        {"[index]\nkeep\n", STATUS_SYNTAX, CONF "2: \"keep\" is neither [section] nor key = value"},
        {"[index]\nkeep: 7\n", STATUS_SYNTAX, CONF "2: \"keep: 7\" is neither [section] nor key = value"},
        {"[index]\n= 7\n", STATUS_SYNTAX, CONF "2: \"= 7\" is neither [section] nor key = value"},
        {SOURCE "  b.csv\n", STATUS_SYNTAX, CONF "3: \"b.csv\" is neither [section] nor key = value"},
        {"[index]\nkeep = 7 # week\n", STATUS_SYNTAX,
         CONF "2: a comment stands on a line of its own, and no value has \" #\" in it"},
        {"[index]\nkeep = 7\t; week\n", STATUS_SYNTAX,
         CONF "2: a comment stands on a line of its own, and no value has \" ;\" in it"},
        {"[index]\npath = \xE4\n", STATUS_SYNTAX, CONF "2: byte 8 of the line is no UTF-8, or a control character"},
        {"[index]\npath = a\x01\n", STATUS_SYNTAX, CONF "2: byte 9 of the line is no UTF-8, or a control character"},
        {"[report]\nmail_to = a@b.fi\rBcc: c@d.fi\n", STATUS_SYNTAX,
         CONF "2: byte 17 of the line is no UTF-8, or a control character"},
        {"# a\xC2\x85z\n", STATUS_SYNTAX, CONF "1: byte 4 of the line is no UTF-8, or a control character"},
        {"# \xE2\x80\xAE\n", STATUS_SYNTAX, CONF "1: byte 3 of the line is no UTF-8, or a control character"},
    };
    assert_all_refused(cases, sizeof cases / sizeof *cases);
    assert_int_equal(parse("[index]\nkeep = 5\0\n", 19), STATUS_SYNTAX);
    assert_string_equal(err.message, CONF "2: byte 9 of the line is no UTF-8, or a control character");
}

static void test_messages_about_sections(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {"[index]\n[index]\n", STATUS_INVALID, CONF "2: [index] is there already, in line 1"},
        {"[index]\n[report]\n[report]\n", STATUS_INVALID, CONF "3: [report] is there already, in line 2"},
        {"[index x]\n", STATUS_INVALID, CONF "1: [index] takes no name"},
        {"[source]\n", STATUS_INVALID, CONF "1: [source] needs a name: [source NAME]"},
        {"[golden  ]\n", STATUS_INVALID, CONF "1: [golden] needs a name: [golden NAME]"},
        {"[source Ptv]\n", STATUS_INVALID,
         CONF "1: \"Ptv\" is no name of a source, only 1 to 63 characters of a-z 0-9 - _, "
              "the first a letter or digit"},
        {"[golden -x]\n", STATUS_INVALID,
         CONF "1: \"-x\" is no name of a golden query, only 1 to 63 characters of a-z 0-9 "
              "- _, the first a letter or digit"},
        {"[sorce ptv]\n", STATUS_INVALID, CONF "1: [sorce ptv] is not known; did you mean [source ptv]?"},
        {"[indxe]\n", STATUS_INVALID, CONF "1: [indxe] is not known; did you mean [index]?"},
        {"[lähde]\n", STATUS_INVALID,
         CONF "1: [lähde] is not known, only [index], [report], [source NAME], [golden NAME]"},
        {"[]\n", STATUS_INVALID, CONF "1: [] is not known, only [index], [report], [source NAME], [golden NAME]"},
        {SOURCE "\n" SOURCE, STATUS_INVALID, CONF "4: [source a] is there already, in line 1"},
        {GOLDEN GOLDEN, STATUS_INVALID, CONF "4: [golden g] is there already, in line 1"},
        {"[source a]\n" GOLDEN, STATUS_INVALID, CONF "1: [source a] has no path"},
        {"\n[source a]\nformat = csv\n", STATUS_INVALID, CONF "2: [source a] has no path"},
        {SOURCE "[golden g]\nexpect = a-1\n", STATUS_INVALID, CONF "3: [golden g] has no query"},
        {SOURCE "[golden g]\nquery = jooga\n", STATUS_INVALID, CONF "3: [golden g] has no expect"},
        {"[report]\nmail_to = a@b.fi\n", STATUS_INVALID, CONF "1: [report] has mail_to but no mail_from"},
        {"[report]\nmail_from = a@b.fi\n" SOURCE, STATUS_INVALID, CONF "1: [report] has mail_from but no mail_to"},
    };
    assert_all_refused(cases, sizeof cases / sizeof *cases);
}

static void test_messages_about_keys(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {SOURCE "max_deletion = 5\n", STATUS_INVALID,
         CONF "3: [source a] max_deletion is not known; did you mean max_deletions?"},
        {"[index]\nKeep = 5\n", STATUS_INVALID, CONF "2: [index] Keep is not known; did you mean keep?"},
        {"[index]\nfolder = x\n", STATUS_INVALID,
         CONF "2: [index] folder is not known, only path, keep, tombstone_days"},
        {"[golden g]\npath = x\n", STATUS_INVALID, CONF "2: [golden g] path is not known, only query, expect, among"},
        {"[index]\nkeep = 5\n\nkeep = 5\n", STATUS_INVALID, CONF "4: [index] keep is there already, in line 2"},
        {"[index]\nkeep =\n", STATUS_INVALID, CONF "2: [index] keep is empty; leave it out, or give it a value"},
        {SOURCE "owner = a\tb\n", STATUS_INVALID, CONF "3: [source a] owner has a tab in its value"},
        {"[index]\nkeep = viikko\n", STATUS_INVALID,
         CONF "2: [index] keep: \"viikko\" is not allowed, only a whole number from 1 to 1000"},
        {SOURCE "max_rejected_percent = 2 %\n", STATUS_INVALID,
         CONF "3: [source a] max_rejected_percent: \"2 %\" is not "
              "allowed, only a number from 0 to 100 with at most 3 decimals"},
        {SOURCE "format = xml\n", STATUS_INVALID,
         CONF "3: [source a] format: \"xml\" is not allowed, only one of auto, "
              "jsonl, csv, ptv, linkedevents, lahella, hsds, outpost"},
        {"[report]\nlanguage = no\n", STATUS_INVALID,
         CONF "2: [report] language: \"no\" is not allowed, only one of fi, sv, en"},
        {"[report]\nmail_to = A <a@b.fi>\n", STATUS_INVALID,
         CONF "2: [report] mail_to: \"A <a@b.fi>\" is not allowed, only "
              "one address like name@example.org, at most 150 characters"},
        {"[report]\nlink = opastin.example.org\n", STATUS_INVALID,
         CONF "2: [report] link: \"opastin.example.org\" is not "
              "allowed, only an http:// or https:// address of at most 150 characters"},
        {SOURCE "edit = https://x.example.org/{tunnus}\n", STATUS_INVALID,
         CONF "3: [source a] edit: "
              "\"https://x.example.org/{tunnus}\" is not allowed, only an http:// or https:// address of at most 180 "
              "characters, "
              "{id} the only braces"},
    };
    assert_all_refused(cases, sizeof cases / sizeof *cases);
}

static void test_messages_about_files_and_ids(void **state)
{
    (void)state;
    static const struct wrong cases[] = {
        {SOURCE "path = a.csv\n", STATUS_INVALID, CONF "3: [source a] path: \"kansio/a.csv\" is there twice"},
        {SOURCE "path = b/\n", STATUS_INVALID, CONF "3: [source a] path: \"b/\" is no file"},
        {SOURCE "path = -\n", STATUS_INVALID, CONF "3: [source a] path: \"-\" is no file"},
        {SOURCE "path = b*/c.csv\n", STATUS_INVALID,
         CONF "3: [source a] path: \"b*/c.csv\": * and ? stand in a file's name, not in a folder's"},
        {SOURCE GOLDEN "expect = a-1\n", STATUS_INVALID, CONF "6: [golden g] expect: \"a-1\" is there twice"},
        {SOURCE "[golden g]\nexpect = A\n", STATUS_INVALID,
         CONF "4: [golden g] expect: \"A\" is not allowed, only at most "
              "10 ids, each 1 to 100 characters of a-z 0-9 . _ : -, the first a letter or digit"},
        {"[source a]\nowner = x\nkeep = 1\n[index]\nkeep = 0\n", STATUS_INVALID,
         CONF "3: [source a] keep is not known, "
              "only path, format, owner, licence, edit, max_deletions, max_deletions_percent, max_rejected_percent, "
              "max_age_days, max_drift_points, min_records"}, /* the first error is told */
    };
    assert_all_refused(cases, sizeof cases / sizeof *cases);
}

/* ---- files ------------------------------------------------------------------------------------------------------ */

static void test_patterns(void **state)
{
    (void)state;
    char *folder = files_folder(), *conf = files_path(folder, "o.conf");
    static const char *const names[] = {"b.csv", "a.csv", "ä.csv", ".c.csv", "d.json", "e[1].csv", "e1.csv"};
    static const struct {
        const char *lines;
        const char *files; /* those that are meant */
    } cases[] = {
        {"path = ?.csv\n", "a.csv b.csv ä.csv"},
        {"path = *.csv\n", "a.csv b.csv e1.csv e[1].csv ä.csv"},
        {"path = b.csv\npath = [ab].csv\n", "b.csv a.csv"}, /* a pattern adds no file again */
        {"path = *.json\npath = *.json\n", "d.json"},
        {"path = *.xml\n", "*.xml"}, /* what is missing is told by the run */
        {"path = ei/*.csv\n", "ei/*.csv"},
        {"path = e[1].csv\n", "e[1].csv"}, /* a file of just that name */
        {"path = e[12].csv\n", "e1.csv"},
        {"path = [\n", "["},
        {"path = al*\n", "al*"}, /* a folder is no file */
        {"path = alla/*\n", "alla/f.csv"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = files_path(folder, names[i]);
        files_write(path, "x", 1);
        free(path);
    }
    struct buf text = BUF_INIT, got = BUF_INIT, command = BUF_INIT;
    buf_addf(&command, "mkdir '%s/alla' && touch '%s/alla/f.csv'", folder, folder);
    assert_int_equal(system(buf_str(&command)), 0);
    size_t before = strlen(folder) + 1;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_reset(&text);
        buf_reset(&got);
        buf_addf(&text, "[source a]\n%s", cases[i].lines);
        files_write(conf, buf_str(&text), text.len);
        settings_release(&settings);
        err_reset(&err);
        if (settings_read(&settings, conf, &err) != STATUS_OK)
            fail_msg("%s", err.message);
        for (size_t at = 0; at < settings.sources[0].path_count; at++)
            buf_addf(&got, "%s%s", at ? " " : "", settings.sources[0].paths[at] + before);
        assert_string_equal(buf_str(&got), cases[i].files);
    }
    for (int i = 0; i < SETTINGS_PATHS + 1; i++) {
        char name[20], *path;
        snprintf(name, sizeof name, "alla/%02d.xml", i);
        path = files_path(folder, name);
        files_write(path, "x", 1);
        free(path);
        buf_reset(&text);
        buf_adds(&text, "[source a]\npath = alla/*.xml\n");
        files_write(conf, buf_str(&text), text.len);
        settings_release(&settings);
        err_reset(&err);
        assert_int_equal(settings_read(&settings, conf, &err), i < SETTINGS_PATHS ? STATUS_OK : STATUS_LIMIT);
    }
    assert_non_null(strstr(err.message, "[source a] path: \"*.xml\" names too many files, at most 32 are allowed"));
    buf_reset(&text);
    buf_adds(&text, "[source a]\npath = \xC3\xB6*\n");
    files_write(conf, buf_str(&text), text.len);
    char *odd = files_path(folder, "ö\x1B[2J.csv");
    files_write(odd, "x", 1);
    err_reset(&err);
    assert_int_equal(settings_read(&settings, conf, &err), STATUS_INVALID);
    assert_non_null(strstr(err.message, "names a file whose name is not UTF-8 or has control characters"));
    free(odd);
    buf_release(&text);
    buf_release(&got);
    buf_release(&command);
    files_remove(folder);
    free(conf);
    free(folder);
}

/* ---- memory ----------------------------------------------------------------------------------------------------- */

static void test_memory(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[index]\npath = i\n[report]\nmail_to = a@b.fi\nmail_from = a@b.fi\n[source a]\npath = share/*.txt\npath = b\n"
        "owner = o\nedit = https://a/\n[golden g]\nquery = q\nexpect = 1\nexpect = 2\n",
        "[index]\nkeep = x\n",
        "[index]\nx = x\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bool failed = true;
        long n = 0;
        while (failed) {
            enum status status;
            struct settings read = {0};
            struct err told = {0};
            allocations = 0;
            fail_at = ++n;
            status = settings_parse(&read, texts[i], strlen(texts[i]), "o.conf", &told);
            failed = allocations >= n;
            fail_at = 0;
            if (failed)
                assert_int_equal(status, STATUS_NOMEM);
            else
                assert_int_equal(status, i == 0 ? STATUS_OK : STATUS_INVALID);
            if (failed)
                assert_non_null(strstr(told.message, "out of memory"));
            settings_release(&read);
        }
        assert_true(n > 5);
    }
    char *folder = files_folder(), *conf = files_path(folder, "o.conf");
    files_write(conf, SOURCE, strlen(SOURCE));
    allocations = 0;
    fail_at = 1;
    assert_int_equal(settings_read(&settings, conf, NULL), STATUS_NOMEM);
    fail_at = 0;
    files_remove(folder);
    free(conf);
    free(folder);
}

/* ---- the example and the documentation -------------------------------------------------------------------------- */

/* share/opastin.conf as it is; with every "#key = value" of it in force, each key is there with its default, if any. */
static void test_example(void **state)
{
    (void)state;
    size_t len, out = 0, keys = 0;
    char *text = files_read("share/opastin.conf", &len);
    err_reset(&err);
    assert_read(text);
    assert_true(settings.source_count > 0);
    for (size_t i = 0; i < len; i++)
        if (!(text[i] == '#' && (i == 0 || text[i - 1] == '\n') && text[i + 1] != ' ' && text[i + 1] != '\n'))
            text[out++] = text[i];
    text[out] = '\0';
    assert_read(text);
    for (const struct settings_key *key = settings_keys; key < settings_keys + SETTINGS_KEYS; key++) {
        struct buf line = BUF_INIT;
        buf_addf(&line, "\n%s = %s", key->name, key->initial ? key->initial : "");
        if (key->initial)
            buf_addc(&line, '\n');
        if (!strstr(text, buf_str(&line)))
            fail_msg("share/opastin.conf does not show%s", buf_str(&line));
        keys++;
        buf_release(&line);
    }
    assert_int_equal(keys, SETTINGS_KEYS);
    free(text);
}

/* A row of the table in docs/operations.md. */
static void documented(const struct settings_key *key, struct buf *out)
{
    buf_addf(out, "\n| `%s` | ", key->name);
    settings_key_allowed(key, out);
    buf_addf(out, " | %s%s%s | %s |\n", key->initial ? "`" : "",
             key->initial     ? key->initial
             : key->otherwise ? key->otherwise
                              : "must be there",
             key->initial ? "`" : "", key->help);
}

static void test_documentation(void **state)
{
    (void)state;
    size_t len;
    char *operations = files_read("docs/operations.md", &len), *page = files_read("docs/man/opastin.conf.5", &len);
    struct buf missing = BUF_INIT;
    for (const struct settings_key *key = settings_keys; key < settings_keys + SETTINGS_KEYS; key++) {
        struct buf row = BUF_INIT, item = BUF_INIT;
        documented(key, &row);
        if (!strstr(operations, buf_str(&row)))
            buf_addf(&missing, "docs/operations.md lacks%s", buf_str(&row));
        buf_addf(&item, "\n.It Ic %s\n", key->name);
        if (!strstr(page, buf_str(&item)))
            buf_addf(&missing, "docs/man/opastin.conf.5 lacks%s", buf_str(&item));
        buf_release(&row);
        buf_release(&item);
    }
    if (missing.len)
        fail_msg("%s", buf_str(&missing));
    buf_release(&missing);
    free(operations);
    free(page);
}

static int clean(void **state)
{
    (void)state;
    settings_release(&settings);
    return 0;
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8"); /* as the program does: what ? stands for depends on it */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),      cmocka_unit_test(test_all_keys),
        cmocka_unit_test(test_limits),        cmocka_unit_test(test_limits_of_the_file),
        cmocka_unit_test(test_messages_about_lines),
        cmocka_unit_test(test_messages_about_sections),
        cmocka_unit_test(test_messages_about_keys),
        cmocka_unit_test(test_messages_about_files_and_ids),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_memory),        cmocka_unit_test(test_example),
        cmocka_unit_test(test_documentation),
    };
    return cmocka_run_group_tests(tests, NULL, clean);
}
