/* Similar records: for every record of the corpus, what is found is allowed, explained and in the promised order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "analyse/base.h"
#include "analyse/fold.h"
#include "base/utf8.h"
#include "calendar.h"
#include "lexicon.h"
#include "record.h"
#include "searchd/render_similar.h"
#include "search/similar.h"
#include "stored.h"
#include "tests/unit/corpus_index.h"

enum { ID_BYTES = 256 };

static struct {
    struct corpus_index corpus;
    const struct columns *columns;
    struct labels *labels;
    struct arena arena;
    struct search_clock clock;
} t;

static int setup(void **state)
{
    struct err err = {0};
    (void)state;
    if (!corpus_index_open(&t.corpus) || labels_new(&t.labels, &err) != STATUS_OK)
        return -1;
    t.columns = &t.corpus.snapshot->columns;
    t.clock.today = day_from_date(2026, 11, 22);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    labels_free(t.labels);
    corpus_index_close(&t.corpus);
    arena_release(&t.arena);
    return 0;
}

/* The text between "id":" and the next quote of a stored card. */
static void id_of(uint32_t row, char id[ID_BYTES])
{
    struct buf data = BUF_INIT;
    struct stored stored;
    struct err err = {0};
    size_t len;
    assert_int_equal(searcher_record(t.corpus.searcher, row, &data, &stored, &err), STATUS_OK);
    const char *card = stored_section(&stored, STORED_CARD_FI, &len);
    size_t id_len = strcspn(card + 6, "\"");
    assert_true(len > 6 && memcmp(card, "\"id\":\"", 6) == 0 && id_len < ID_BYTES);
    memcpy(id, card + 6, id_len);
    id[id_len] = '\0';
    buf_release(&data);
}

static enum status run(const char *id, size_t most, struct similar *similar)
{
    struct err err = {0};
    return similar_run(t.corpus.searcher, id, strlen(id), most, &t.clock, &t.arena, similar, &err);
}

static bool has(uint32_t row, enum facet facet, size_t value)
{
    for (uint32_t i = t.columns->ordinal_offset[row]; i < t.columns->ordinal_offset[row + 1]; i++)
        if (t.columns->ordinals[i] == facet_first(facet) + value)
            return true;
    return false;
}

static bool is_large(const char *word)
{
    size_t step;
    uint32_t first = utf8_decode(word, strlen(word), &step);
    return fold_lower(first) != first;
}

static bool is_shown(uint32_t row)
{
    return t.columns->visible_from[row] <= t.clock.today && t.clock.today <= t.columns->visible_to[row];
}

static int kind_of(uint32_t row)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++)
        if (has(row, FACET_KIND, (size_t)kind))
            return kind == RECORD_EVENT || kind == RECORD_EXPERIMENT ? RECORD_ACTIVITY : kind;
    return -1;
}

/* Both serve a municipality of this kind of nearness, judged from the columns. */
static enum near judged_near(uint32_t row, uint32_t other)
{
    enum near near = NEAR_ELSEWHERE;
    int online = vocab_find(VOCAB_AREA, "online", 6);
    if (has(other, FACET_AREA, area_nationwide()) || (online >= 0 && has(other, FACET_AREA, (size_t)online)))
        near = NEAR_COUNTRY;
    for (size_t area = 0; area < vocab_size(VOCAB_AREA); area++) {
        size_t count;
        const uint16_t *neighbours = area_neighbours(area, &count);
        if (!has(row, FACET_AREA, area))
            continue;
        if (area_at(area)->type == AREA_REGION && has(other, FACET_AREA, area) && near > NEAR_REGION)
            near = NEAR_REGION;
        for (size_t n = 0; n < count; n++)
            if (has(other, FACET_AREA, neighbours[n]) && near > NEAR_NEIGHBOUR)
                near = NEAR_NEIGHBOUR;
        if (area_at(area)->type == AREA_MUNICIPALITY && has(other, FACET_AREA, area))
            return NEAR_MUNICIPALITY;
    }
    return near;
}

/* The likeness is what the shared words and values add up to. */
static void check_likeness(const char *id, const struct similar *s, const struct similar_hit *hit)
{
    double told = 0, shared = 0;
    bool linked = hit->words != 0;
    for (size_t w = 0; w < s->word_count; w++) {
        told += s->words[w].weight;
        shared += hit->words >> w & 1 ? s->words[w].weight : 0;
    }
    for (size_t v = 0; v < s->value_count; v++) {
        told += s->values[v].weight;
        shared += hit->values >> v & 1 ? s->values[v].weight : 0;
        linked |= hit->values >> v & 1 && s->values[v].facet == FACET_THEME;
        assert_int_equal(hit->values >> v & 1, has(hit->hit.row, s->values[v].facet, s->values[v].value));
    }
    assert_true(linked && hit->likeness >= SIMILAR_LEAST);
    if (fabs(shared / told - hit->likeness) > 0.0001)
        fail_msg("%s: likeness %f, shared %f of %f", id, hit->likeness, shared, told);
}

static void check_hit(const char *id, const struct similar *s, size_t i)
{
    const struct similar_hit *hit = &s->hits[i];
    assert_int_not_equal(hit->hit.row, s->row);
    assert_true(is_shown(hit->hit.row) && t.clock.today <= t.columns->past_after[hit->hit.row]);
    assert_int_equal(kind_of(hit->hit.row), kind_of(s->row));
    if (s->placed)
        assert_int_equal(hit->near, judged_near(s->row, hit->hit.row));
    bool both = t.columns->place_offset[hit->hit.row] < t.columns->place_offset[hit->hit.row + 1] &&
                t.columns->place_offset[s->row] < t.columns->place_offset[s->row + 1];
    assert_int_equal(both, !isnan(hit->hit.distance_km));
    check_likeness(id, s, hit);
    for (size_t before = 0; before < i; before++) {
        assert_int_not_equal(s->hits[before].hit.row, hit->hit.row);
        assert_true(s->hits[before].hit.score >= hit->hit.score);
        if (s->hits[before].hit.score <= hit->hit.score) /* alike: the nearer one, one without a place last */
            assert_false(s->hits[before].hit.distance_km > hit->hit.distance_km ||
                         (isnan(s->hits[before].hit.distance_km) && !isnan(hit->hit.distance_km)));
    }
}

static void what_is_similar_is_allowed_and_explained(void **state)
{
    size_t asked = 0, hits = 0, none = 0;
    (void)state;
    for (uint32_t row = 0; row < t.columns->count; row++) {
        char id[ID_BYTES];
        struct similar similar;
        arena_reset(&t.arena);
        id_of(row, id);
        enum status status = run(id, SIMILAR_MOST, &similar);
        assert_int_equal(status, is_shown(row) ? STATUS_OK : STATUS_NOTFOUND);
        if (status != STATUS_OK)
            continue;
        assert_int_equal(similar.row, row);
        for (size_t i = 0; i < similar.hit_count; i++)
            check_hit(id, &similar, i);
        asked++;
        hits += similar.hit_count;
        none += similar.hit_count == 0;
    }
    printf("%zu records, %zu similar ones, %zu records without\n", asked, hits, none);
    assert_true(none < asked / 20);
}

static void fewer_hits_are_the_first_of_more(void **state)
{
    struct err err = {0};
    (void)state;
    for (uint32_t row = 0; row < t.columns->count; row += 7) {
        char id[ID_BYTES];
        struct similar few, many, again;
        struct buf first = BUF_INIT, second = BUF_INIT;
        arena_reset(&t.arena);
        id_of(row, id);
        if (!is_shown(row))
            continue;
        assert_int_equal(run(id, 3, &few), STATUS_OK);
        assert_int_equal(run(id, SIMILAR_MOST, &many), STATUS_OK);
        assert_int_equal(run(id, SIMILAR_MOST, &again), STATUS_OK);
        assert_int_equal(few.hit_count, many.hit_count < 3 ? many.hit_count : 3);
        for (size_t i = 0; i < few.hit_count; i++)
            assert_int_equal(few.hits[i].hit.row, many.hits[i].hit.row);
        assert_int_equal(render_similar(t.corpus.searcher, t.labels, &many, id, UI_FI, &first, &err), STATUS_OK);
        assert_int_equal(render_similar(t.corpus.searcher, t.labels, &again, id, UI_FI, &second, &err), STATUS_OK);
        assert_string_equal(buf_str(&first), buf_str(&second));
        buf_release(&first);
        buf_release(&second);
    }
}

static void what_is_near_comes_before_the_same_far_away(void **state)
{
    struct similar similar;
    size_t near[NEAR_COUNT] = {0};
    (void)state;
    for (uint32_t row = 0; row < t.columns->count; row++) {
        char id[ID_BYTES];
        arena_reset(&t.arena);
        id_of(row, id);
        if (!is_shown(row) || run(id, 1, &similar) != STATUS_OK || similar.hit_count == 0 || !similar.placed)
            continue;
        near[similar.hits[0].near]++;
    }
    printf("the first is from: the municipality %zu, a neighbour %zu, the region %zu, the country %zu, elsewhere %zu\n",
           near[0], near[1], near[2], near[3], near[4]);
    assert_true(near[NEAR_MUNICIPALITY] + near[NEAR_NEIGHBOUR] + near[NEAR_REGION] > near[NEAR_ELSEWHERE]);
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

/* The dictionary has it as a proper name and as nothing else; MS-tauti is none. */
static bool is_proper_name(const char *word)
{
    struct bases bases;
    analyse_bases(searcher_analyser(t.corpus.searcher), word, strlen(word), &bases);
    for (size_t i = 0; bases.known && i < bases.count; i++)
        if (!is_large(bases.base[i]) || is_large(bases.base[i] + 1))
            return false;
    return bases.known && bases.count > 0 && strcmp(word, "centrum") != 0; /* Swedish: a centre, not that shop */
}

/* An area's name in any language, an old municipality's too. */
static bool is_area(const char *word)
{
    return vocab_find_label(VOCAB_AREA, word, strlen(word)) >= 0 || area_merge_find(word, strlen(word)) != NULL;
}

/* All that an organisation is called by. */
static bool is_organisation(const char *word)
{
    const struct lexicon_texts *names = &t.corpus.snapshot->lexicon.names;
    char exact[FOLD_BYTES], plain[FOLD_BYTES], name_plain[FOLD_BYTES];
    size_t exact_len, len = lexicon_word(word, strlen(word), exact, &exact_len, plain);
    for (uint32_t i = 0; i < names->count; i++) {
        size_t name_len;
        const char *name = lexicon_text(names, i, &name_len);
        if (memchr(name, ' ', name_len))
            continue;
        name_len = lexicon_word(name, name_len, exact, &exact_len, name_plain);
        if (name_len == len && memcmp(name_plain, plain, len) == 0)
            return true;
    }
    return false;
}

static void no_name_of_a_place_or_organisation_and_no_number_tells(void **state)
{
    struct similar similar;
    size_t words = 0, bad = 0;
    (void)state;
    for (uint32_t row = 0; row < t.columns->count; row++) {
        char id[ID_BYTES];
        arena_reset(&t.arena);
        id_of(row, id);
        if (!is_shown(row))
            continue;
        assert_int_equal(run(id, 1, &similar), STATUS_OK);
        for (size_t w = 0; w < similar.word_count; w++) {
            const char *word = similar.words[w].text;
            words++;
            assert_false(word[0] >= '0' && word[0] <= '9');
            if (!is_area(word) && !is_organisation(word) && !is_proper_name(word))
                continue;
            bad++;
            print_error("%s is told by %s:%s%s%s\n", id, word, is_area(word) ? " area" : "",
                        is_organisation(word) ? " organisation" : "", is_proper_name(word) ? " name" : "");
        }
    }
    assert_true(words > t.columns->count);
    assert_int_equal(bad, 0);
}

static void nobody_is_not_found(void **state)
{
    struct similar similar;
    (void)state;
    assert_int_equal(run("no-such-record", 5, &similar), STATUS_NOTFOUND);
    assert_int_equal(run("", 5, &similar), STATUS_NOTFOUND);
}

static void a_chair_exercise_group_is_like_another(void **state)
{
    struct similar similar;
    char id[ID_BYTES];
    bool found = false;
    (void)state;
    assert_int_equal(run("mikkeli-elakkeensaajat-tuolijumppa", 3, &similar), STATUS_OK);
    for (size_t i = 0; i < similar.hit_count; i++) {
        id_of(similar.hits[i].hit.row, id);
        found |= strcmp(id, "kuopio-tuolijumppa-neulamaki") == 0;
    }
    assert_true(found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_similar_is_allowed_and_explained),
        cmocka_unit_test(fewer_hits_are_the_first_of_more),
        cmocka_unit_test(what_is_near_comes_before_the_same_far_away),
        cmocka_unit_test(no_name_of_a_place_or_organisation_and_no_number_tells),
        cmocka_unit_test(nobody_is_not_found),
        cmocka_unit_test(a_chair_exercise_group_is_like_another),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
