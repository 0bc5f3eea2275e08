/* The bench for damaged input: files of which one record is broken in one way, and the verdict on them.  Every other
 * record must be accepted; the broken one must give a problem with its file, its line and, where the damage is inside a
 * field, that field; or be accepted for a reason that the test states.
 *
 * Include it once in a test program; memory is that of failing.h. */
#ifndef OPASTIN_TESTS_DAMAGE_H
#define OPASTIN_TESTS_DAMAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "field.h"
#include "indexer/source.h"
#include "tests/unit/failing.h"
#include "vocab/vocab.h"

/* jansson's memory, which fails as that of failing.h does. */
static inline void *failing_malloc(size_t size)
{
    return failing_realloc(NULL, size);
}

/* ---- good input, in pieces ----------------------------------------------------------------------------------- */

enum { RECORDS = 8, MEMBERS = 40, VICTIM = 3, COLUMNS = 14 };

struct member {
    const char *key, *value;
};

/* The record that gets broken: something of every type. */
static const struct member victim[] = {
    {"id", "\"mikkeli-sydankerho\""},
    {"kind", "\"activity\""},
    {"origin_url", "\"https://sydan.example.org/kerho\""},
    {"texts", "{\"fi\":{\"title\":\"Sydänkerho\",\"summary\":\"Kävelyä ja juttuseuraa.\",\"body\":\"Tule "
              "\\\"Helmeen\\\".\\n\\nÄlä pelkää.\"},"
              "\"sv\":{\"title\":\"Hjärtklubben\"}}"},
    {"organisation", "[{\"id\":\"mikkeli-sydanyhdistys\",\"name\":{\"fi\":\"Yhdistys\",\"sv\":\"Förening\"}}]"},
    {"audience", "[\"sydansairaat\",\"laheiset\"]"},
    {"age_min", "18"},
    {"theme", "[\"sydanterveys\",\"kavely\"]"},
    {"keyword", "[\"kävely\",{\"text\":\"sydän\",\"uri\":\"http://www.yso.fi/onto/yso/p1\"}]"},
    {"area", "{\"scope\":\"municipality\",\"codes\":[\"491\"]}"},
    {"place", "[{\"name\":\"Kirjasto\",\"address\":\"Raatihuoneenkatu "
              "6\",\"postal_code\":\"50100\",\"lat\":61.68,\"lon\":27.27}]"},
    {"schedule", "[{\"weekday\":[\"tue\"],\"from\":\"13:00\",\"to\":\"15:00\",\"except\":[\"2026-12-24\"]}]"},
    {"start", "\"2026-09-01\""},
    {"price", "{\"free\":false,\"amount\":2.5,\"text\":\"kahvi\"}"},
    {"languages", "[\"fi\"]"},
    {"plain_language", "true"},
    {"contact", "[{\"name\":\"Ritva\",\"phone\":\"040 000 1234\",\"public\":[\"phone\"]}]"},
    {"links", "[{\"kind\":\"info\",\"url\":\"https://sydan.example.org/\"}]"},
    {"related", "[\"mikkeli-kavely\"]"},
    {"status", "\"active\""},
    {"verified_at", "\"2026-11-01\""},
    {"licence", "\"CC-BY-4.0\""},
    {"peer_support", "true"},
};
enum { VICTIM_MEMBERS = sizeof victim / sizeof victim[0] };

/* A row that gets broken, as quoted as a careful spreadsheet makes it. */
static const char *const columns[COLUMNS] = {"tunnus",   "tyyppi",      "nimi",       "kuvaus", "kohderyhmät",
                                             "ikä_alku", "postinumero", "maksuton",   "kielet", "viikonpäivä",
                                             "klo",      "puhelin",     "sähköposti", "lähete"};
static const char *const victim_row[COLUMNS] = {"mikkeli-sydankerho",
                                                "toiminta",
                                                "\"Sydänkerho \"\"Helmi\"\"\"",
                                                "\"Kävelyä; juttuseuraa.\nKahvi, pulla.\"",
                                                "Sydänsairaat|Läheiset",
                                                "18",
                                                "50100",
                                                "ei",
                                                "suomi",
                                                "ti",
                                                "13–15",
                                                "040 000 1234",
                                                "toimisto@sydan.example.org",
                                                "ei"};

/* One damaged file. */
struct damaged {
    struct buf text;
    const char *name; /* of the damage, for messages */
    bool csv;
    uint64_t line;        /* of the broken record */
    size_t lost;          /* records that the damage may cost; 1 */
    const char *field;    /* the field that the problem must name; NULL: none exists */
    const char *accepted; /* why the broken record may be accepted as well; NULL: it may not */
    bool must_accept;     /* it has to be */
};

static size_t file_count, accepted_count;

static inline void jsonl_neighbour(struct buf *out, int i)
{
    buf_addf(out, "{\"id\":\"naapuri-%d\",\"kind\":\"activity\",\"texts\":{\"fi\":{\"title\":\"Äijäkerho %d\"}}}", i,
             i);
}

static inline void csv_neighbour(struct buf *out, int i)
{
    buf_addf(out, "naapuri-%d;toiminta;Äijäkerho %d;Höpötystä yöllä;Miehet;;;kyllä;fi;;;;;", i, i);
}

static inline void csv_header(struct buf *out)
{
    for (int i = 0; i < COLUMNS; i++)
        buf_addf(out, "%s%s", i ? ";" : "", columns[i]);
    buf_addc(out, '\n');
}

/* The victim's line, with the value of one member replaced (which -1: none). */
static inline void jsonl_victim(struct buf *out, int which, const char *value, size_t value_len)
{
    buf_addc(out, '{');
    for (int i = 0; i < VICTIM_MEMBERS; i++) {
        buf_addf(out, "%s\"%s\":", i ? "," : "", victim[i].key);
        if (i == which)
            buf_add(out, value, value_len);
        else
            buf_adds(out, victim[i].value);
    }
    buf_addc(out, '}');
}

static inline void csv_victim(struct buf *out, int which, const char *cell, size_t cell_len)
{
    for (int i = 0; i < COLUMNS; i++) {
        if (i)
            buf_addc(out, ';');
        if (i == which)
            buf_add(out, cell, cell_len);
        else
            buf_adds(out, victim_row[i]);
    }
}

static inline void add_repeated(struct buf *out, const char *unit, size_t count)
{
    for (size_t i = 0; i < count; i++)
        buf_adds(out, unit);
}

/* A file of RECORDS records, the VICTIM-th being `middle`. */
static inline void file_around(struct damaged *d, const struct buf *middle, bool csv)
{
    buf_reset(&d->text);
    d->csv = csv;
    d->lost = 1;
    if (csv)
        csv_header(&d->text);
    for (int i = 0; i < RECORDS; i++) {
        if (i == VICTIM)
            buf_add(&d->text, middle->data, middle->len);
        else if (csv)
            csv_neighbour(&d->text, i);
        else
            jsonl_neighbour(&d->text, i);
        buf_addc(&d->text, '\n');
    }
    d->line = VICTIM + 1 + csv;
}

/* ---- the verdict --------------------------------------------------------------------------------------------- */

static char path[300];

static inline void complain(const struct damaged *d, const char *what)
{
    FILE *kept = fopen("/dev/stderr", "w");
    if (kept) {
        fwrite(d->text.data, 1, d->text.len < 3000 ? d->text.len : 3000, kept);
        fclose(kept);
    }
    fail_msg("%s, file %zu: %s", d->name, file_count, what);
}

static inline bool names_field(const struct problem *problem, const char *field)
{
    size_t len = strlen(field);
    if (problem->column && strcmp(problem->column, field) == 0)
        return true;
    return problem->field && strncmp(problem->field, field, len) == 0 &&
           (problem->field[len] == '\0' || problem->field[len] == '.' || problem->field[len] == '[');
}

/* The broken record: refused with the right words, or accepted for a reason. */
static inline void judge_victim(const struct damaged *d, const struct source_item *item,
                                const struct problems *problems)
{
    if (item->kind == SOURCE_RECORD) {
        if (!d->accepted)
            complain(d, "the broken record was accepted");
        accepted_count++;
        return;
    }
    if (d->must_accept)
        complain(d, "the record was refused");
    bool named = !d->field;
    if (problems->errors == 0 || problems->count == 0)
        complain(d, "refused without a problem");
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *p = &problems->list[i];
        if (!p->file || strcmp(p->file, "damaged") != 0)
            complain(d, "a problem without its file");
        if (p->line < d->line || p->line >= d->line + d->lost + 1)
            complain(d, "a problem with a wrong line");
        named = named || names_field(p, d->field);
    }
    if (!named) {
        struct buf line = BUF_INIT;
        for (size_t i = 0; i < problems->count; i++) {
            problem_format(&problems->list[i], &line);
            buf_addc(&line, '\n');
        }
        print_error("wanted %s, said %s", d->field, buf_str(&line));
        complain(d, "no problem names the field");
    }
}

static inline void judge(const struct damaged *d)
{
    struct source *source;
    struct source_item item;
    struct record record;
    struct problems problems;
    struct arena arena = ARENA_INIT;
    struct err err = {STATUS_OK, ""};
    struct source_options options = {.format = d->csv ? SOURCE_CSV : SOURCE_JSONL, .shown_path = "damaged"};
    bool seen[RECORDS] = {false};
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(buf_ok(&d->text, NULL), STATUS_OK);
    assert_int_equal(fwrite(d->text.data, 1, d->text.len, file), d->text.len);
    assert_int_equal(fclose(file), 0);
    file_count++;
    if (source_open(&source, path, &options, &err) != STATUS_OK)
        complain(d, err.message);
    do {
        arena_reset(&arena);
        problems_init(&problems, &arena);
        if (source_next(source, &arena, &record, &problems, &item, &err) != STATUS_OK)
            complain(d, err.message);
        int i = -1;
        if (item.kind == SOURCE_RECORD && sscanf(record.id, "naapuri-%d", &i) == 1 && i >= 0 && i < RECORDS && !seen[i])
            seen[i] = true;
        else if (item.kind == SOURCE_NOTICE)
            complain(d, "the whole file was refused");
        else if (item.kind != SOURCE_END)
            judge_victim(d, &item, &problems);
    } while (item.kind != SOURCE_END);
    for (int i = 0; i < RECORDS; i++)
        if (i != VICTIM && !seen[i] && !(d->lost == 2 && i == VICTIM + 1))
            complain(d, "a neighbour was lost");
    source_free(source);
    arena_release(&arena);
}

static uint64_t random_state;

static inline uint32_t random_below(uint32_t limit)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(random_state >> 33) % limit;
}

static inline int setup(void **state)
{
    (void)state;
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/opastin-damaged.%d", folder ? folder : "/tmp", (int)getpid());
    json_set_alloc_funcs(failing_malloc, free);
    return vocab_load(NULL) == STATUS_OK ? 0 : -1;
}

static inline int teardown(void **state)
{
    (void)state;
    unlink(path);
    vocab_unload();
    return 0;
}

#endif
