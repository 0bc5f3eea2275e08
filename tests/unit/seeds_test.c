/* What a counsellor types finds what is meant: each line of tests/cases/seed_queries.tsv is a query and the ids of the
 * records that answer it; one of them stands among the first three hits over the whole corpus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calendar.h"
#include "searchd/render.h"
#include "search/search.h"
#include "stored.h"
#include "tests/unit/corpus_index.h"

enum { LINE_BYTES = 4096, FIRST = 3 };

static struct corpus_index corpus;

static int open_corpus(void **state)
{
    (void)state;
    return corpus_index_open(&corpus) ? 0 : -1;
}

static int close_corpus(void **state)
{
    (void)state;
    corpus_index_close(&corpus);
    return 0;
}

static bool among(const char *ids, const char *id)
{
    size_t len = strlen(id);
    for (const char *at = ids; *at;) {
        size_t item = strcspn(at, "|");
        if (item == len && memcmp(at, id, len) == 0)
            return true;
        at += item + (at[item] == '|');
    }
    return false;
}

/* The text between "id":" and the next quote of a stored card. */
static void hit_id(uint32_t row, char *id, size_t size)
{
    struct buf data = BUF_INIT;
    struct stored stored;
    struct err err = {0};
    size_t len;
    assert_int_equal(searcher_record(corpus.searcher, row, &data, &stored, &err), STATUS_OK);
    const char *card = stored_section(&stored, STORED_CARD_FI, &len);
    assert_true(len > 6 && memcmp(card, "\"id\":\"", 6) == 0);
    size_t id_len = strcspn(card + 6, "\"");
    assert_true(id_len < size);
    memcpy(id, card + 6, id_len);
    id[id_len] = '\0';
    buf_release(&data);
}

static bool query_finds(const char *query, const char *ids)
{
    struct arena arena = ARENA_INIT;
    struct answer answer;
    struct err err = {0};
    struct request request = {.q = query, .q_len = strlen(query), .age = -1, .near = -1, .page = 1, .per_page = 10};
    struct search_clock clock = {.today = day_from_date(2026, 11, 22)};
    bool found = false;
    if (search_run(corpus.searcher, &request, &clock, &arena, &answer, &err) != STATUS_OK)
        fail_msg("%s: %s", query, err.message);
    for (size_t i = 0; i < answer.hit_count; i++) {
        char id[200];
        hit_id(answer.hits[i].row, id, sizeof id);
        bool meant = among(ids, id);
        found |= meant && i < FIRST;
        if (!found)
            print_message("%s %zu. %s%s (score %.2f, missing %u)\n", query, i + 1, id, meant ? " <- meant" : "",
                          (double)answer.hits[i].score, answer.hits[i].missing);
    }
    arena_release(&arena);
    return found;
}

static void each_seed_query_has_a_meant_record_among_the_first_three(void **state)
{
    (void)state;
    char line[LINE_BYTES];
    int queries = 0, missed = 0;
    FILE *file = fopen("tests/cases/seed_queries.tsv", "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *ids = strchr(line, '\t');
        if (!ids)
            continue;
        *ids++ = '\0';
        queries++;
        if (!query_finds(line, ids)) {
            missed++;
            print_error("query \"%s\": none of %s among the first %d\n", line, ids, FIRST);
        }
    }
    fclose(file);
    assert_int_equal(queries, 17);
    assert_int_equal(missed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_seed_query_has_a_meant_record_among_the_first_three),
    };
    return cmocka_run_group_tests(tests, open_corpus, close_corpus);
}
