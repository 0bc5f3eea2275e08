/* The facets of an answer against a plain sort of what they count, with names and without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "oracle.h"
#include "searchd/render_facets.h"

enum { ROUNDS = 150, ENTRIES = 1024 };

static struct {
    struct labels *labels;
    uint32_t counts[FACET_LISTED + 2][ENTRIES];
    uint16_t selected[FACET_LISTED][3];
    struct request request;
    struct answer answer;
} t;

static int set_up(void **state)
{
    (void)state;
    return vocab_load(NULL) != STATUS_OK || labels_new(&t.labels, NULL) != STATUS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    labels_free(t.labels);
    vocab_unload();
    return 0;
}

/* ---- made up ---------------------------------------------------------------------------------------------------- */

/* Most values are counted as often as others: then their names decide. */
static uint32_t some_count(struct oracle_random *random, unsigned zeros)
{
    static const size_t most[] = {2, 6, 300, 70000, UINT32_MAX};
    return oracle_chance(random, zeros) ? 0 : (uint32_t)oracle_below(random, most[oracle_below(random, 5)]);
}

static void select_some(struct oracle_random *random, enum facet facet)
{
    size_t count = oracle_chance(random, 40) ? oracle_below(random, 4) : 0, at = 0;
    size_t entry = oracle_below(random, vocab_size(facet_vocab(facet)));
    for (; at < count && entry < vocab_size(facet_vocab(facet)); at++, entry += 1 + oracle_below(random, 9))
        t.selected[facet][at] = (uint16_t)entry;
    t.request.selected[facet] = t.selected[facet];
    t.request.selected_count[facet] = at;
}

static void make_up(struct oracle_random *random)
{
    unsigned zeros = (unsigned)oracle_below(random, 101);
    t.request = (struct request){.q = "", .age = -1, .near = -1};
    t.request.lang = (enum ui_lang)oracle_below(random, UI_LANG_COUNT);
    memset(&t.answer, 0, sizeof t.answer);
    for (int f = 0; f <= FACET_TIME; f++) {
        for (size_t i = 0; i < vocab_size(facet_vocab((enum facet)f)); i++)
            t.counts[f][i] = some_count(random, zeros);
        t.answer.facets[f].counts = t.counts[f];
        if (f < FACET_LISTED)
            select_some(random, (enum facet)f);
    }
    if (oracle_chance(random, 40)) {
        t.request.weekdays = (uint8_t)oracle_below(random, 1 << 7);
        t.request.times = (uint8_t)oracle_below(random, 1 << 3);
    }
}

/* ---- the oracle ------------------------------------------------------------------------------------------------- */

static bool is_selected(enum facet facet, size_t entry)
{
    if (facet == FACET_WEEKDAY || facet == FACET_TIME)
        return (facet == FACET_TIME ? t.request.times : t.request.weekdays) >> entry & 1;
    for (size_t i = 0; i < t.request.selected_count[facet]; i++)
        if (t.request.selected[facet][i] == entry)
            return true;
    return false;
}

static int parent(enum facet facet, size_t entry)
{
    if (facet == FACET_AREA)
        return area_at(entry)->wellbeing;
    return facet_is_tree(facet) ? vocab_entry(facet_vocab(facet), entry)->broader : -1;
}

static bool is_shown(enum facet facet, size_t entry)
{
    bool shown = t.counts[facet][entry] > 0 || is_selected(facet, entry);
    for (size_t i = 0; i < vocab_size(facet_vocab(facet)) && !shown; i++)
        shown = parent(facet, i) == (int)entry && (t.counts[facet][i] > 0 || is_selected(facet, i));
    return shown;
}

static bool before(enum facet facet, int a, int b)
{
    enum vocab_name vocab = facet_vocab(facet);
    if (facet == FACET_WEEKDAY || facet == FACET_TIME)
        return a < b;
    if (t.counts[facet][a] != t.counts[facet][b])
        return t.counts[facet][a] > t.counts[facet][b];
    return labels_rank(t.labels, vocab, (size_t)a, t.request.lang) <
           labels_rank(t.labels, vocab, (size_t)b, t.request.lang);
}

/* The entry that is shown next after this one (-1: first) below the parent; -1: none. */
static int next(enum facet facet, int above, int after)
{
    int best = -1;
    for (int i = 0; i < (int)vocab_size(facet_vocab(facet)); i++)
        if (parent(facet, (size_t)i) == above && (after < 0 || before(facet, after, i)) &&
            (best < 0 || before(facet, i, best)) && is_shown(facet, (size_t)i))
            best = i;
    return best;
}

static json_t *expected(enum facet facet, int above)
{
    enum vocab_name vocab = facet_vocab(facet);
    bool lean = t.request.unlabelled;
    json_t *list = json_array();
    for (int i = next(facet, above, -1); i >= 0; i = next(facet, above, i)) {
        const struct vocab_entry *entry = vocab_entry(vocab, (size_t)i);
        bool selected = is_selected(facet, (size_t)i);
        json_t *bucket = json_pack("{s:s,s:I}", "value", entry->code, "count", (json_int_t)t.counts[facet][i]);
        if (!lean)
            json_object_set_new(bucket, "label", json_string(entry->label[t.request.lang]));
        if (!lean && vocab == VOCAB_AREA)
            json_object_set_new(bucket, "type", json_string(area_type_name(area_at((size_t)i)->type)));
        if (!lean || selected)
            json_object_set_new(bucket, "selected", json_boolean(selected));
        json_t *children = above < 0 && facet_is_tree(facet) ? expected(facet, i) : NULL;
        if (children && (!lean || json_array_size(children)))
            json_object_set(bucket, "children", children);
        json_decref(children);
        json_array_append_new(list, bucket);
    }
    return list;
}

static void compare(void)
{
    struct buf out = BUF_INIT;
    render_facets(t.labels, &t.request, &t.answer, &out);
    json_t *facets = json_loadb(out.data, out.len, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(facets);
    for (int f = 0; f <= FACET_TIME; f++) {
        json_t *wanted = expected((enum facet)f, -1);
        json_t *got = json_object_get(json_object_get(facets, facet_name((enum facet)f)), "buckets");
        if (!json_equal(got, wanted)) {
            char *a = json_dumps(got, JSON_ENCODE_ANY), *b = json_dumps(wanted, JSON_ENCODE_ANY);
            fail_msg("%s: %.600s\n expected %.600s", facet_name((enum facet)f), a, b);
        }
        json_decref(wanted);
    }
    json_decref(facets);
    buf_release(&out);
}

static void values_stand_by_count_and_name_and_say_what_they_should(void **state)
{
    (void)state;
    struct oracle_random random = {31};
    for (int round = 0; round < ROUNDS; round++) {
        make_up(&random);
        compare();
        t.request.unlabelled = true;
        compare();
    }
}

static void nothing_is_nothing(void **state)
{
    (void)state;
    struct oracle_random random = {1};
    struct buf out = BUF_INIT;
    make_up(&random);
    memset(t.counts, 0, sizeof t.counts);
    t.request = (struct request){.q = "", .age = -1, .near = -1, .unlabelled = true,
                                 .uncounted = ((1u << FACET_COUNT) - 1) & ~(1u << FACET_AREA)};
    render_facets(t.labels, &t.request, &t.answer, &out);
    assert_string_equal(out.data,
                        "{\"area\":{\"mode\":\"or\",\"unknown\":0,\"unknownIncluded\":false,\"buckets\":[]}}");
    buf_release(&out);
}

static void a_name_has_its_place_in_each_language(void **state)
{
    (void)state;
    for (int v = 0; v < VOCAB_COUNT; v++)
        for (int lang = 0; lang < UI_LANG_COUNT; lang++)
            for (size_t i = 0; i < vocab_size((enum vocab_name)v); i++)
                assert_int_equal(labels_rank(t.labels, (enum vocab_name)v,
                                             labels_order(t.labels, (enum vocab_name)v, (enum ui_lang)lang)[i],
                                             (enum ui_lang)lang), i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_stand_by_count_and_name_and_say_what_they_should),
        cmocka_unit_test(nothing_is_nothing),
        cmocka_unit_test(a_name_has_its_place_in_each_language),
    };
    return cmocka_run_group_tests_name("render_facets", tests, set_up, tear_down);
}
