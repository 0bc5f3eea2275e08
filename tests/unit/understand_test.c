/* What a query names: each line of tests/cases/understand.tsv says all that must be understood of a query, so that what
 * is not there must not be.  And what is understood can be applied as a filter and undone, by URLs that parse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "search/filler.h"
#include "search/query.h"
#include "search/request.h"
#include "search/understand.h"

enum { LINE_BYTES = 4096, QUERIES_LEAST = 120 };

static struct {
    struct analyser *analyser;
    struct gazetteer *gazetteer;
    struct filler *filler;
    struct arena arena;
} t;

static int open_gazetteer(void **state)
{
    (void)state;
    struct err err = {0};
    if (vocab_load(&err) == STATUS_OK && analyser_open(&t.analyser, 0, &err) == STATUS_OK &&
        gazetteer_new(&t.gazetteer, t.analyser, &err) == STATUS_OK &&
        filler_new(&t.filler, t.analyser, &err) == STATUS_OK)
        return 0;
    fprintf(stderr, "%s\n", err.message);
    return -1;
}

static int close_gazetteer(void **state)
{
    (void)state;
    filler_free(t.filler);
    gazetteer_free(t.gazetteer);
    analyser_free(t.analyser);
    arena_release(&t.arena);
    vocab_unload();
    return 0;
}

static struct query *read_query(const char *text)
{
    struct query *query;
    struct err err = {0};
    if (query_parse(&query, text, strlen(text), t.analyser, &t.arena, &err) != STATUS_OK)
        fail_msg("\"%s\": %s", text, err.message);
    if (query && query_derive(query, &t.arena, &err) != STATUS_OK)
        fail_msg("\"%s\": %s", text, err.message);
    if (query) {
        understand(t.gazetteer, query);
        filler_mark(t.filler, query);
        understand_settle(query);
    }
    return query;
}

/* ---- the table -------------------------------------------------------------------------------------------------- */

/* A municipality by its name, anything else by its code. */
static void add_ordinal(enum facet facet, uint16_t value, struct buf *out)
{
    if (facet == FACET_AGE)
        buf_addf(out, "%u", value);
    else if (facet == FACET_AREA && area_at(value)->type == AREA_MUNICIPALITY)
        buf_adds(out, vocab_entry(VOCAB_AREA, value)->label[UI_FI]);
    else
        buf_adds(out, vocab_entry(facet_vocab(facet), value)->code);
}

/* area=Kontiolahti[Kontiolahdella]; "part" before the words when a part of a compound names it, "boost" when records
 * that have it need the words all the same. */
static void add_value(const char *text, const struct query *query, const struct query_value *value, struct buf *out)
{
    const struct query_word *first = &query->words[value->first], *last = first + value->words - 1;
    buf_addf(out, "%s=", facet_name(value->facet));
    for (size_t v = 0; v < value->value_count; v++) {
        if (v)
            buf_addc(out, '|');
        add_ordinal(value->facet, value->values[v], out);
    }
    buf_addf(out, "%s%s[", value->from_part ? " part" : "", value->meets ? "" : " boost");
    buf_add(out, text + first->offset, last->offset + last->len - first->offset);
    buf_addc(out, ']');
}

/* The line of the table that the code would write: query, values, words that are not required. */
static void describe(const char *text, const struct query *query, struct buf *out)
{
    buf_addf(out, "%s\t", text);
    for (size_t v = 0; query && v < query->value_count; v++) {
        buf_adds(out, v ? "; " : "");
        add_value(text, query, &query->values[v], out);
    }
    buf_adds(out, query && query->value_count ? "\t" : "-\t");
    bool any = false;
    for (size_t w = 0; query && w < query->word_count; w++) {
        if (!query->words[w].optional)
            continue;
        buf_addf(out, "%s%s", any ? " " : "", query->words[w].text);
        any = true;
    }
    if (!any)
        buf_addc(out, '-');
}

static bool read_line(FILE *file, char line[LINE_BYTES])
{
    while (fgets(line, LINE_BYTES, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (*line && *line != '#')
            return true;
    }
    return false;
}

/* For each query of the table. */
static int each_query(void (*see)(const char *text, const struct query *query, const char *line))
{
    char line[LINE_BYTES], text[LINE_BYTES];
    int queries = 0;
    FILE *file = fopen("tests/cases/understand.tsv", "re");
    assert_non_null(file);
    while (read_line(file, line)) {
        snprintf(text, sizeof text, "%.*s", (int)strcspn(line, "\t"), line);
        arena_reset(&t.arena);
        see(text, read_query(text), line);
        queries++;
    }
    fclose(file);
    return queries;
}

static int wrong;

static void see_understood(const char *text, const struct query *query, const char *line)
{
    struct buf found = BUF_INIT;
    describe(text, query, &found);
    if (strcmp(line, buf_str(&found)) != 0) {
        wrong++;
        print_error("expected %s\nfound    %s\n", line, buf_str(&found));
    }
    buf_release(&found);
}

static void each_query_is_understood_as_the_table_says_and_no_further(void **state)
{
    (void)state;
    wrong = 0;
    int queries = each_query(see_understood);
    printf("figure: understanding: %d queries\n", queries);
    assert_true(queries >= QUERIES_LEAST);
    assert_int_equal(wrong, 0);
}

/* ---- applied and undone ----------------------------------------------------------------------------------------- */

static struct request request_of(const char *text)
{
    return (struct request){.q = text, .q_len = strlen(text), .age = -1, .near = -1, .page = 1,
                            .per_page = REQUEST_PER_PAGE_DEFAULT};
}

/* As from the third page, reached by a cursor. */
static struct request deep_request_of(const char *text)
{
    struct request request = request_of(text);
    request.page = 3;
    request.cursor = (struct cursor){.given = true, .generation = 7, .today = 20000, .query = 1, .key_high = 2};
    return request;
}

/* Another search starts at its beginning. */
static void assert_first_page(const struct request *request, const char *text)
{
    struct buf url = BUF_INIT;
    if (request->page != 1 || request->cursor.given)
        fail_msg("%s: page %u%s", text, request->page, request->cursor.given ? ", with a cursor" : "");
    request_write(request, true, &url);
    assert_null(strstr(buf_str(&url), "page="));
    assert_null(strstr(buf_str(&url), "cursor="));
    buf_release(&url);
}

/* The request as its URL says it. */
static struct request over_the_wire(const struct request *request)
{
    struct buf url = BUF_INIT;
    struct request parsed;
    struct request_errors errors;
    struct err err = {0};
    request_write(request, false, &url);
    if (request_parse(&parsed, buf_str(&url), &t.arena, &errors, &err) != STATUS_OK)
        fail_msg("%s: %s", buf_str(&url), errors.count ? errors.list[0].detail : err.message);
    buf_release(&url);
    return parsed;
}

static bool selects(const struct request *request, const struct query_value *value)
{
    bool all = true;
    for (size_t v = 0; v < value->value_count; v++) {
        uint16_t ordinal = value->values[v];
        bool has = false;
        switch (value->facet) {
        case FACET_AGE: has = request->age == ordinal; break;
        case FACET_WEEKDAY: has = request->weekdays >> ordinal & 1; break;
        case FACET_TIME: has = request->times >> ordinal & 1; break;
        default:
            for (size_t i = 0; i < request->selected_count[value->facet]; i++)
                has |= request->selected[value->facet][i] == ordinal;
        }
        all = all && has;
    }
    return all;
}

static size_t selected_count(const struct request *request)
{
    size_t count = (request->age >= 0) + (size_t)__builtin_popcount(request->weekdays) +
                   (size_t)__builtin_popcount(request->times);
    for (int f = 0; f < FACET_LISTED; f++)
        count += request->selected_count[f];
    return count;
}

static size_t count_words(const char *text)
{
    struct query *query = read_query(text);
    return query ? query->word_count : 0;
}

static void see_applied(const char *text, const struct query *query, const char *line)
{
    (void)line;
    for (size_t v = 0; query && v < query->value_count; v++) {
        const struct query_value *value = &query->values[v];
        struct request request = deep_request_of(text), applied;
        assert_int_equal(understood_applied(&request, query, value, &t.arena, &applied, NULL), STATUS_OK);
        assert_first_page(&applied, text);
        applied = over_the_wire(&applied);
        if (!selects(&applied, value) || selected_count(&applied) != value->value_count)
            fail_msg("%s: value %zu is not what is applied", text, v);
        size_t words = query->functions_kept ? 0 : query->word_count - (value->from_part ? 0 : value->words);
        if (words && count_words(applied.q) != words)
            fail_msg("%s: applied \"%s\" has not %zu words", text, applied.q, words);
        if (!value->from_part && applied.q_len >= strlen(text))
            fail_msg("%s: applied \"%s\" keeps the words", text, applied.q);
    }
}

static void an_applied_value_is_the_filter_and_its_words_are_gone(void **state)
{
    (void)state;
    each_query(see_applied);
}

/* Nothing that those words named is named any more; the other words mean what they meant. */
static void see_undone(const char *text, const struct query *query, const char *line)
{
    (void)line;
    for (size_t v = 0; query && v < query->value_count; v++) {
        const struct query_value *value = &query->values[v];
        struct request request = deep_request_of(text), undone;
        assert_int_equal(understood_undone(&request, query, value, &t.arena, &undone, NULL), STATUS_OK);
        assert_first_page(&undone, text);
        undone = over_the_wire(&undone);
        assert_int_equal(selected_count(&undone), 0);
        const struct query *plain = read_query(undone.q);
        size_t begin = query->words[value->first].offset;
        size_t end = query->words[value->first + value->words - 1].offset + query->words[value->first].len + 2;
        for (size_t w = 0; w < plain->word_count; w++) {
            bool inside = begin < plain->words[w].offset && plain->words[w].offset < end;
            if (inside && (!plain->words[w].literal || query_named(plain, w) || plain->words[w].optional))
                fail_msg("%s: undone \"%s\" still takes \"%s\" for more than the word", text, undone.q,
                         plain->words[w].text);
        }
        for (size_t o = 0; o < query->value_count; o++) {
            const struct query_value *other = &query->values[o];
            bool apart = other->first + other->words <= value->first || value->first + value->words <= other->first;
            bool still = false;
            for (size_t i = 0; i < plain->value_count; i++)
                still |= plain->values[i].facet == other->facet && plain->values[i].values[0] == other->values[0];
            if (apart && !still)
                fail_msg("%s: undone \"%s\" loses another value", text, undone.q);
        }
    }
}

static void undoing_takes_the_words_as_words_and_leaves_the_others(void **state)
{
    (void)state;
    each_query(see_undone);
}

/* ---- bounds ----------------------------------------------------------------------------------------------------- */

static void more_values_than_are_kept_are_left_out(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    static const char *const names[] = {"70-vuotiaalle", "20-vuotiaalle", "66-vuotiaalle", "13-vuotiaalle",
                                        "5-vuotiaalle", "67-vuotiaalle", "68-vuotiaalle", "69-vuotiaalle"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        buf_addf(&text, "%s ", names[i]);
    for (uint16_t i = 0; i < 20; i++)
        buf_addf(&text, "%s ", vocab_entry(VOCAB_AREA, vocab_size(VOCAB_AREA) - 1 - 4u * i)->label[UI_FI]);
    arena_reset(&t.arena);
    struct query *query = read_query(buf_str(&text));
    assert_true(query->word_count > 20);
    assert_int_equal(query->value_count, QUERY_VALUES);
    buf_release(&text);
}

static void words_without_a_name_have_none(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    arena_reset(&t.arena);
    struct query *query = read_query("pestä sukkia Kuopiossa");
    assert_false(gazetteer_has(t.gazetteer, query, 0));
    assert_false(gazetteer_has(t.gazetteer, query, 1));
    assert_true(gazetteer_has(t.gazetteer, query, 2));
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_query_is_understood_as_the_table_says_and_no_further),
        cmocka_unit_test(an_applied_value_is_the_filter_and_its_words_are_gone),
        cmocka_unit_test(undoing_takes_the_words_as_words_and_leaves_the_others),
        cmocka_unit_test(more_values_than_are_kept_are_left_out),
        cmocka_unit_test(words_without_a_name_have_none),
    };
    return cmocka_run_group_tests_name("understand", tests, open_gazetteer, close_gazetteer);
}
