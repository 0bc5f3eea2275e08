/* The fuzz targets of tests/fuzz on inputs made from their seeds: the same ones each time, a few seconds in all.
 *
 * An input is one or two seeds cut and joined, with bytes changed, pieces put in and runs repeated.  What breaks ends
 * the program; the input is then shown. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fuzz/analyse.c"
#include "tests/fuzz/hsds.c"
#include "tests/fuzz/ics.c"
#include "tests/fuzz/instant.c"
#include "tests/fuzz/json_stream.c"
#include "tests/fuzz/personal.c"
#include "tests/fuzz/query_parse.c"
#include "tests/fuzz/request_parse.c"
#include "tests/fuzz/settings.c"
#include "tests/fuzz/understand.c"

/* Every target: one file in tests/fuzz, one line here, one folder of seeds. */
static const struct target {
    const char *name;
    int (*run)(const uint8_t *data, size_t size);
    int rounds;
} targets[] = {
    {"analyse", fuzz_analyse, 2500},
    {"hsds", fuzz_hsds, 8000},
    {"ics", fuzz_ics, 20000},
    {"instant", fuzz_instant, 8000},
    {"json_stream", fuzz_json_stream, 20000},
    {"personal", fuzz_personal, 20000},
    {"query_parse", fuzz_query_parse, 2500},
    {"request_parse", fuzz_request_parse, 40000},
    {"settings", fuzz_settings, 20000},
    {"understand", fuzz_understand, 2500},
};

enum { TARGETS = sizeof targets / sizeof *targets, SEEDS_MAX = 64, INPUT_MAX = 2048, CHANGES_MAX = 8 };

struct input {
    size_t len;
    uint8_t bytes[INPUT_MAX];
};

static struct input current;

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state >> 11;
}

static size_t below(uint64_t *state, size_t limit)
{
    return limit ? (size_t)(random_next(state) % limit) : 0;
}

static void show_input(int signal_number)
{
    (void)signal_number;
    fprintf(stderr, "input of %zu bytes:", current.len);
    for (size_t i = 0; i < current.len; i++)
        fprintf(stderr, "%s%02x", i % 32 ? "" : "\n", current.bytes[i]);
    fputc('\n', stderr);
}

/* In the order of their names, whatever the folder's. */
static size_t seeds_load(const char *name, struct input seeds[SEEDS_MAX])
{
    char path[4096];
    struct dirent **entries;
    size_t count = 0;
    snprintf(path, sizeof path, "tests/fuzz/seeds/%s", name);
    int found = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < found; i++) {
        if (entries[i]->d_name[0] != '.' && count < SEEDS_MAX) {
            snprintf(path, sizeof path, "tests/fuzz/seeds/%s/%s", name, entries[i]->d_name);
            FILE *file = fopen(path, "rb");
            assert_non_null(file);
            seeds[count].len = fread(seeds[count].bytes, 1, INPUT_MAX, file);
            count++;
            fclose(file);
        }
        free(entries[i]);
    }
    if (found >= 0)
        free(entries);
    return count;
}

static void put(struct input *input, size_t at, const void *bytes, size_t len)
{
    if (input->len + len > INPUT_MAX)
        return;
    memmove(input->bytes + at + len, input->bytes + at, input->len - at);
    memcpy(input->bytes + at, bytes, len);
    input->len += len;
}

static void take(struct input *input, size_t at, size_t len)
{
    memmove(input->bytes + at, input->bytes + at + len, input->len - at - len);
    input->len -= len;
}

/* What has a meaning to some target. */
static const char *const pieces[] = {
    "-", "--", ":", "'", " ", ",", "- ja ", " -", "&", "=", "+", "%", "%C3%A4", "ä", "Ö", "å", "nen", "ssa", "s", "ii",
    "tt", "h", "aaa", "vapaaehtois", "toiminta", "mielenterveys", "kuntoutuja", "maahanmuuttaja", "nuori", "työ", "yö",
    "alusta", "0", "17", "v", "vuotias", "q=", "area=", "page=", "\"", "torstaisin ", "Espoo", "vanhusten", " 70 ",
    "\u0301", "\u00AD", "\u200D", "\u2011", "\u2013", "ﷺ",
    "theme:", "area.lvl1:", " > ", "\",\"", "],[", "{\"", "\":", "null", "<=", " TO ", "-1e9", "Mikkeli",
    "[source ", "]", "\n", "\npath = ", "\nkeep = ", "*", "[", "; ", "\t", "@", "{id}", "https://",
    "ñ", "\xFF", "\xC3", "\xE2\x80", "\xED\xA0\x80", "語", "\U0001F642",
};

static void change(struct input *input, uint64_t *state)
{
    size_t at = below(state, input->len + 1), rest = input->len - at;
    const char *piece = pieces[below(state, sizeof pieces / sizeof *pieces)];
    uint8_t copy[256];
    size_t len = below(state, rest < sizeof copy ? rest + 1 : sizeof copy);
    switch (below(state, 6)) {
    case 0:
        if (rest)
            input->bytes[at] = (uint8_t)random_next(state);
        break;
    case 1: take(input, at, len); break;
    case 2: /* a run comes again, up to eight times */
        memcpy(copy, input->bytes + at, len);
        for (size_t times = 1 + below(state, 8); times-- > 0;)
            put(input, at, copy, len);
        break;
    default: put(input, at, piece, strlen(piece)); break;
    }
}

static void run_target(void **test)
{
    const struct target *target = *test;
    static struct input seeds[SEEDS_MAX];
    size_t count = seeds_load(target->name, seeds);
    uint64_t state = 0x9E3779B97F4A7C15u;
    if (count == 0)
        fail_msg("no seeds in tests/fuzz/seeds/%s", target->name);
    for (int round = 0; round < target->rounds; round++) {
        current = seeds[(size_t)round % count];
        if ((size_t)round >= count) { /* first each seed as it is */
            const struct input *other = &seeds[below(&state, count)];
            size_t from = below(&state, other->len + 1);
            if (random_next(&state) % 3 == 0)
                put(&current, below(&state, current.len + 1), other->bytes + from, other->len - from);
            for (size_t changes = below(&state, CHANGES_MAX); changes-- > 0;)
                change(&current, &state);
        }
        target->run(current.bytes, current.len);
    }
}

int main(void)
{
    struct CMUnitTest tests[TARGETS];
    signal(SIGABRT, show_input);
    for (size_t i = 0; i < TARGETS; i++)
        tests[i] = (struct CMUnitTest){
            .name = targets[i].name, .test_func = run_target, .initial_state = (void *)(uintptr_t)&targets[i]};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
