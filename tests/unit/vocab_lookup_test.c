/* The loaded vocabularies answer as their header promises. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "vocab/key_index.h"
#include "vocab/tsv.h"
#include "vocab/vocab.h"

#define EACH_VOCAB(v) (enum vocab_name v = 0; v < VOCAB_COUNT; v++)
#define EACH_ENTRY(v, i) (size_t i = 0; i < vocab_size(v); i++)

static int code(enum vocab_name vocab, const char *text)
{
    return vocab_find(vocab, text, strlen(text));
}

static int label(enum vocab_name vocab, const char *text)
{
    return vocab_find_label(vocab, text, strlen(text));
}

static int area(const char *text)
{
    return code(VOCAB_AREA, text);
}

static int setup(void **state)
{
    (void)state;
    struct err err = {0};
    if (vocab_load(&err) == STATUS_OK)
        return 0;
    print_error("%s\n", err.message);
    return -1;
}

static int teardown(void **state)
{
    (void)state;
    vocab_unload();
    return 0;
}

/* ---- loading ---------------------------------------------------------------------------------------------------- */

static void loading_again_changes_nothing(void **state)
{
    (void)state;
    const struct vocab_entry *before = vocab_entry(VOCAB_THEME, 3);
    assert_int_equal(vocab_load(NULL), STATUS_OK);
    assert_ptr_equal(vocab_entry(VOCAB_THEME, 3), before);
}

static void unloading_and_loading_gives_the_same(void **state)
{
    (void)state;
    size_t themes = vocab_size(VOCAB_THEME);
    vocab_unload();
    assert_int_equal(vocab_size(VOCAB_THEME), 0);
    assert_int_equal(vocab_load(NULL), STATUS_OK);
    assert_int_equal(vocab_size(VOCAB_THEME), themes);
}

static void a_file_that_breaks_its_form_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } broken[] = {
        {"code\tsv\na\tb\n", "x.tsv:1: the header must be: 'code\tfi'"},
        {"code\tfi\n", "x.tsv:1: no rows, or too many: 'x'"},
        {"code\tfi\na\tb", "x.tsv:1: not a text that ends with a line end: 'x'"},
        {"code\tfi\na\tb\nc\n", "x.tsv:3: wrong number of columns: 'c'"},
        {"code\tfi\na\tb\tc\n", "x.tsv:2: wrong number of columns: 'a'"},
        {"", "x.tsv:1: the header must be: 'code\tfi'"},
    };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct arena arena = ARENA_INIT;
        struct err err = {0};
        struct tsv tsv;
        const char *cells[2];
        size_t rows = 0;
        struct tsv_file file = {"x", broken[i].text, broken[i].text + strlen(broken[i].text)};
        enum status status = tsv_open(&tsv, &file, "code\tfi", &arena, &rows, &err);
        for (size_t r = 0; r < rows && status == STATUS_OK; r++)
            status = tsv_row(&tsv, cells, 2);
        assert_int_equal(status, STATUS_CORRUPT);
        assert_true(strncmp(err.message, broken[i].message, strcspn(broken[i].message, "\t'")) == 0);
        arena_release(&arena);
    }
}

/* ---- names of the vocabularies ----------------------------------------------------------------------------------- */

static void every_vocabulary_has_an_id_and_titles(void **state)
{
    (void)state;
    for EACH_VOCAB(v) {
        assert_int_equal(vocab_by_name(vocab_id(v)), v);
        for (enum ui_lang lang = 0; lang < UI_LANG_COUNT; lang++)
            assert_true(*vocab_title(v, lang));
    }
    assert_int_equal(vocab_by_name("audience"), VOCAB_AUDIENCE);
    assert_int_equal(vocab_by_name("life_event"), VOCAB_LIFE_EVENT);
    assert_int_equal(vocab_by_name("Audience"), -1);
    assert_int_equal(vocab_by_name(""), -1);
    assert_string_equal(vocab_title(VOCAB_AUDIENCE, UI_FI), "Kohderyhmä");
}

/* ---- codes ------------------------------------------------------------------------------------------------------ */

static void every_code_finds_its_entry(void **state)
{
    (void)state;
    for EACH_VOCAB(v)
        for EACH_ENTRY(v, i) {
            assert_int_equal(vocab_entry(v, i)->ordinal, i);
            assert_int_equal(code(v, vocab_entry(v, i)->code), i);
        }
}

static void codes_are_exact(void **state)
{
    (void)state;
    assert_int_equal(code(VOCAB_WEEKDAY, "MON"), -1);
    assert_int_equal(code(VOCAB_WEEKDAY, " mon"), -1);
    assert_int_equal(code(VOCAB_WEEKDAY, "mo"), -1);
    assert_int_equal(code(VOCAB_WEEKDAY, "mond"), -1);
    assert_int_equal(code(VOCAB_WEEKDAY, ""), -1);
    assert_int_equal(vocab_find(VOCAB_WEEKDAY, "monday", 3), 0);
    assert_int_equal(vocab_find(VOCAB_WEEKDAY, "mon\0", 4), -1);
}

static void broader_is_the_parent(void **state)
{
    (void)state;
    const struct vocab_entry *child = vocab_entry(VOCAB_AUDIENCE, (size_t)code(VOCAB_AUDIENCE, "leskeytyneet"));
    assert_int_equal(child->broader, code(VOCAB_AUDIENCE, "menetyksen-kokeneet"));
    assert_int_equal(vocab_entry(VOCAB_AUDIENCE, (size_t)child->broader)->broader, -1);
    assert_int_equal(vocab_entry(VOCAB_AREA, (size_t)area("491"))->broader, area("region-10"));
}

/* ---- labels ----------------------------------------------------------------------------------------------------- */

static void check_label(enum vocab_name vocab, size_t ordinal, const char *text, size_t len)
{
    int found = vocab == VOCAB_AREA ? area_find(area_at(ordinal)->type, text, len)
                                    : vocab_find_label(vocab, text, len);
    if (found != (int)ordinal)
        fail_msg("%s: '%.*s' finds %d, not %s", vocab_id(vocab), (int)len, text, found,
                 vocab_entry(vocab, ordinal)->code);
}

static void every_label_and_alternative_label_finds_its_entry(void **state)
{
    (void)state;
    for EACH_VOCAB(v)
        for EACH_ENTRY(v, i)
            for (enum ui_lang lang = 0; lang < UI_LANG_COUNT; lang++) {
                const struct vocab_entry *entry = vocab_entry(v, i);
                const char *list = entry->alt[lang], *item;
                size_t len;
                check_label(v, i, entry->label[lang], strlen(entry->label[lang]));
                while (vocab_list_next(&list, &item, &len))
                    check_label(v, i, item, len);
            }
}

static void label_search_forgives_case_blanks_and_composition(void **state)
{
    (void)state;
    int old = code(VOCAB_AUDIENCE, "ikaihmiset");
    assert_int_equal(label(VOCAB_AUDIENCE, "Ikäihmiset"), old);
    assert_int_equal(label(VOCAB_AUDIENCE, "IKÄIHMISET"), old);
    assert_int_equal(label(VOCAB_AUDIENCE, " \t ikäihmiset\n"), old);
    assert_int_equal(label(VOCAB_AUDIENCE, "ika\xCC\x88ihmiset"), old);
    assert_int_equal(label(VOCAB_AUDIENCE, "ikaihmiset"), old);
    assert_int_equal(label(VOCAB_AUDIENCE, "IKAIHMISET"), old);
    assert_int_equal(label(VOCAB_AUDIENCE, "seniorit"), old);
    assert_int_equal(label(VOCAB_AUDIENCE, "Äldre"), old);
    assert_int_equal(label(VOCAB_AREA, "koski\xC2\xA0  tl"), area("284"));
    assert_int_equal(label(VOCAB_AREA, "S:T MICHEL"), area("491"));
}

static void what_cannot_be_a_label_finds_nothing(void **state)
{
    (void)state;
    char text[4 * VOCAB_LABEL_BYTES];
    assert_int_equal(label(VOCAB_AREA, ""), -1);
    assert_int_equal(label(VOCAB_AREA, " \t"), -1);
    assert_int_equal(label(VOCAB_AREA, "Mikkel"), -1);
    assert_int_equal(label(VOCAB_AREA, "Mikkeli\xC3"), -1);
    assert_int_equal(vocab_find_label(VOCAB_AREA, "Mikkeli\0", 8), -1);
    memset(text, ' ', sizeof text);
    memcpy(text, "Mikkeli", 7);
    assert_int_equal(vocab_find_label(VOCAB_AREA, text, VOCAB_LABEL_BYTES), area("491"));
    assert_int_equal(vocab_find_label(VOCAB_AREA, text, VOCAB_LABEL_BYTES + 1), -1);
    /* A ligature that folding makes eighteen letters long must not overrun anything. */
    for (size_t i = 0; i + 3 <= VOCAB_LABEL_BYTES; i += 3)
        memcpy(text + i, "\xEF\xB7\xBA", 3);
    assert_int_equal(vocab_find_label(VOCAB_AREA, text, VOCAB_LABEL_BYTES), -1);
}

static void the_better_claim_wins_and_equal_claims_are_nobodys(void **state)
{
    (void)state;
    const struct key same[] = {{"a", 1, 4, 1}, {"a", 1, 4, 1}, {"a", 1, 7, 2}};
    const struct key equal[] = {{"a", 1, 4, 1}, {"a", 1, 7, 1}};
    assert_int_equal(keys_winner(same, 3), 4);
    assert_int_equal(keys_winner(equal, 2), -1);
    assert_int_equal(keys_winner(same, 0), -1);
}

static void keys_are_found_whatever_order_they_came_in(void **state)
{
    (void)state;
    struct arena arena = ARENA_INIT;
    struct key_index index;
    const struct key *first;
    assert_int_equal(key_index_room(&index, 4, &arena, NULL), STATUS_OK);
    key_index_add(&index, "b", 1, 2, 1);
    key_index_add(&index, "ab", 2, 3, 0);
    key_index_add(&index, "b", 1, 9, 0);
    key_index_add(&index, "a", 1, 1, 0);
    key_index_sort(&index);
    assert_int_equal(key_index_find(&index, "b", 1, &first), 2);
    assert_int_equal(first->ordinal, 9);
    assert_int_equal(key_index_find(&index, "ab", 2, &first), 1);
    assert_int_equal(key_index_find(&index, "abc", 3, &first), 0);
    assert_int_equal(key_index_find(&index, "", 0, &first), 0);
    arena_release(&arena);
}

/* ---- maps and lists ---------------------------------------------------------------------------------------------- */

static void every_mapped_code_finds_its_entries(void **state)
{
    (void)state;
    for EACH_VOCAB(v)
        for EACH_ENTRY(v, i) {
            const char *list = vocab_entry(v, i)->maps, *item;
            size_t len, count, hits = 0;
            while (vocab_list_next(&list, &item, &len)) {
                const uint16_t *ordinals = vocab_mapped(v, item, len, &count);
                for (size_t k = hits = 0; k < count; k++)
                    hits += ordinals[k] == i;
                assert_int_equal(hits, 1);
            }
        }
}

static void a_code_of_two_entries_gives_both_ascending(void **state)
{
    (void)state;
    size_t count;
    const uint16_t *ordinals = vocab_mapped(VOCAB_AUDIENCE, "KR1.2", 5, &count);
    assert_int_equal(count, 2);
    assert_int_equal(ordinals[0], code(VOCAB_AUDIENCE, "lapset"));
    assert_int_equal(ordinals[1], code(VOCAB_AUDIENCE, "lapsiperheet"));
}

static void an_unknown_foreign_code_gives_nothing(void **state)
{
    (void)state;
    size_t count = 9;
    vocab_mapped(VOCAB_AUDIENCE, "KR1.99", 6, &count);
    assert_int_equal(count, 0);
    vocab_mapped(VOCAB_AUDIENCE, "kr1.2", 5, &count);
    assert_int_equal(count, 0);
    vocab_mapped(VOCAB_AREA, "KR1.2", 5, &count);
    assert_int_equal(count, 0);
    vocab_mapped(VOCAB_LANGUAGE, "lahella:fisl", 12, &count);
    assert_int_equal(count, 1);
}

static void lists_are_walked_to_their_end(void **state)
{
    (void)state;
    const char *list = "a|bc", *item;
    size_t len;
    assert_true(vocab_list_next(&list, &item, &len));
    assert_true(len == 1 && *item == 'a');
    assert_true(vocab_list_next(&list, &item, &len));
    assert_true(len == 2 && memcmp(item, "bc", 2) == 0);
    assert_false(vocab_list_next(&list, &item, &len));
    list = "";
    assert_false(vocab_list_next(&list, &item, &len));
}

static void times_of_day_have_their_minutes(void **state)
{
    (void)state;
    int from, to;
    vocab_time_range(0, &from, &to);
    assert_true(from == 0 && to == 720);
    vocab_time_range(1, &from, &to);
    assert_true(from == 720 && to == 1020);
    vocab_time_range(2, &from, &to);
    assert_true(from == 1020 && to == 1440);
}

/* ---- areas ------------------------------------------------------------------------------------------------------ */

static void a_municipality_wins_over_a_region_and_a_region_over_a_county(void **state)
{
    (void)state;
    assert_int_equal(label(VOCAB_AREA, "Helsinki"), area("091"));
    assert_int_equal(label(VOCAB_AREA, "Etelä-Savo"), area("region-10"));
    assert_int_equal(label(VOCAB_AREA, "Åland"), area("region-21"));
    assert_int_equal(label(VOCAB_AREA, "Eloisa"), area("wellbeing-12"));
    assert_int_equal(label(VOCAB_AREA, "Etelä-Savon hyvinvointialue"), area("wellbeing-12"));
}

static int of_type(enum area_type type, const char *text)
{
    return area_find(type, text, strlen(text));
}

static void areas_of_one_type_are_found_by_name_code_and_number(void **state)
{
    (void)state;
    assert_int_equal(of_type(AREA_WELLBEING, "etelä-savo"), area("wellbeing-12"));
    assert_int_equal(of_type(AREA_REGION, "Etelä-Savo"), area("region-10"));
    assert_int_equal(of_type(AREA_REGION, "10"), area("region-10"));
    assert_int_equal(of_type(AREA_REGION, "region-10"), area("region-10"));
    assert_int_equal(of_type(AREA_WELLBEING, " 10 "), area("wellbeing-10"));
    assert_int_equal(of_type(AREA_WELLBEING, "Helsinki"), area("wellbeing-90"));
    assert_int_equal(of_type(AREA_MUNICIPALITY, "Helsinki"), area("091"));
    assert_int_equal(of_type(AREA_MUNICIPALITY, "491"), area("491"));
    assert_int_equal(of_type(AREA_NATIONWIDE, "valtakunnallinen"), area("nationwide"));
    assert_int_equal(of_type(AREA_MUNICIPALITY, "Etelä-Savo"), -1);
    assert_int_equal(of_type(AREA_MUNICIPALITY, "10"), -1);
    assert_int_equal(of_type(AREA_REGION, "99"), -1);
    assert_int_equal(of_type(AREA_REGION, "1"), -1);
    assert_int_equal(of_type(AREA_REGION, ""), -1);
}

static void names_people_use_find_the_municipality(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"Pedersöre", "599"}, {"Pedersören kunta", "599"}, {"Koski", "284"},     {"Mariehamn", "478"},
        {"Maarianhamina", "478"}, {"Jakobstad", "598"},    {"Vilppula", "508"},  {"Valtimo", "541"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(label(VOCAB_AREA, names[i][0]), area(names[i][1]));
}

static void old_municipality_codes_give_the_present_one(void **state)
{
    (void)state;
    assert_int_equal(area_municipality("588", 3), area("507"));
    assert_int_equal(area_municipality("491", 3), area("491"));
    assert_int_equal(area_municipality("region-10", 9), -1);
    assert_int_equal(area_municipality("999", 3), -1);
    assert_int_equal(area_municipality("49", 2), -1);
    for (size_t i = 0; i < area_merge_count(); i++) {
        const struct area_merge *merge = area_merge_at(i);
        assert_int_equal(area(merge->old_code), -1);
        assert_int_equal(area_municipality(merge->old_code, 3), merge->municipality);
        assert_ptr_equal(area_merge_find(merge->old_code, 3), merge);
        assert_ptr_equal(area_merge_find(merge->old_name_fi, strlen(merge->old_name_fi)), merge);
    }
    assert_int_equal(area_merge_count(), 12);
    assert_int_equal(area_merge_find(" KÖYLIÖ ", strlen(" KÖYLIÖ "))->municipality, area("783"));
    assert_null(area_merge_find("Mikkeli", 7));
    assert_null(area_merge_find("", 0));
}

static void municipalities_have_region_county_and_centre(void **state)
{
    (void)state;
    const struct area_entry *mikkeli = area_at((size_t)area("491"));
    assert_int_equal(mikkeli->type, AREA_MUNICIPALITY);
    assert_int_equal(mikkeli->region, area("region-10"));
    assert_int_equal(mikkeli->wellbeing, area("wellbeing-12"));
    assert_true(fabs(mikkeli->lat - 61.687) < 1e-9 && fabs(mikkeli->lon - 27.27235) < 1e-9);
    assert_ptr_equal(mikkeli->entry, vocab_entry(VOCAB_AREA, (size_t)area("491")));
    const struct area_entry *region = area_at((size_t)area("region-10"));
    assert_true(region->region == -1 && region->wellbeing == -1 && isnan(region->lat) && isnan(region->lon));
}

static void members_are_the_municipalities_in_an_area(void **state)
{
    (void)state;
    size_t of_type_total[AREA_TYPE_COUNT] = {0};
    for EACH_ENTRY(VOCAB_AREA, i) {
        const struct area_entry *outer = area_at(i);
        size_t count;
        const uint16_t *members = area_members(i, &count);
        of_type_total[outer->type] += count;
        for (size_t m = 0; m < count; m++) {
            const struct area_entry *inner = area_at(members[m]);
            assert_int_equal(inner->type, AREA_MUNICIPALITY);
            assert_true(m == 0 || members[m] > members[m - 1]);
            assert_true(outer->type != AREA_REGION || inner->region == (int)i);
            assert_true(outer->type != AREA_WELLBEING || inner->wellbeing == (int)i);
            assert_true(outer->type != AREA_MUNICIPALITY || members[m] == i);
        }
    }
    assert_int_equal(of_type_total[AREA_ONLINE], 0);
    for (enum area_type type = 0; type < AREA_TYPE_COUNT; type++)
        assert_int_equal(of_type_total[type], type == AREA_ONLINE ? 0 : 308);
}

static bool are_neighbours(size_t one, size_t other)
{
    size_t count;
    const uint16_t *list = area_neighbours(one, &count);
    for (size_t i = 0; i < count; i++)
        if (list[i] == other)
            return true;
    return false;
}

static bool named_neighbours(const char *one, const char *other)
{
    int a = area_find(AREA_MUNICIPALITY, one, strlen(one)), b = area_find(AREA_MUNICIPALITY, other, strlen(other));
    assert_true(a >= 0 && b >= 0);
    return are_neighbours((size_t)a, (size_t)b);
}

static void every_municipality_has_neighbours_whose_neighbour_it_is(void **state)
{
    (void)state;
    for EACH_ENTRY(VOCAB_AREA, i) {
        size_t count;
        const uint16_t *list = area_neighbours(i, &count);
        assert_int_equal(count > 0, area_at(i)->type == AREA_MUNICIPALITY);
        for (size_t n = 0; n < count; n++) {
            assert_true(list[n] != i && (n == 0 || list[n - 1] < list[n]));
            assert_int_equal(area_at(list[n])->type, AREA_MUNICIPALITY);
            assert_true(are_neighbours(list[n], i));
        }
    }
}

static void known_neighbours_are_neighbours(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Mikkeli", "Hirvensalmi"}, {"Mikkeli", "Mäntyharju"}, {"Espoo", "Helsinki"}, {"Espoo", "Kauniainen"},
        {"Kontiolahti", "Liperi"}, {"Kontiolahti", "Joensuu"}, {"Imatra", "Ruokolahti"}, {"Utsjoki", "Inari"},
        {"Hanko", "Raasepori"}, {"Maarianhamina", "Jomala"}, {"Oulu", "Kempele"}, {"Turku", "Raisio"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_true(named_neighbours(pairs[i][0], pairs[i][1]));
    assert_false(named_neighbours("Helsinki", "Turku"));
    assert_false(named_neighbours("Mikkeli", "Kuopio"));
    assert_false(named_neighbours("Hanko", "Helsinki"));
}

static void postal_codes_give_their_municipality(void **state)
{
    (void)state;
    assert_int_equal(area_of_postal_code("00100", 5), area("091"));
    assert_int_equal(area_of_postal_code("50100", 5), area("491"));
    assert_int_equal(area_of_postal_code("19430", 5), area("507")); /* Pertunmaa, now Mäntyharju */
    assert_int_equal(area_of_postal_code("99999", 5), area("698")); /* the last row */
    assert_int_equal(area_of_postal_code("00000", 5), -1);
    assert_int_equal(area_of_postal_code("0010", 4), -1);
    assert_int_equal(area_of_postal_code("001000", 6), -1);
    assert_int_equal(area_of_postal_code("", 0), -1);
    assert_string_equal(postal_code_find("00100", 5)->name_sv, "HELSINGFORS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_again_changes_nothing),
        cmocka_unit_test(unloading_and_loading_gives_the_same),
        cmocka_unit_test(a_file_that_breaks_its_form_is_told_with_its_line),
        cmocka_unit_test(every_vocabulary_has_an_id_and_titles),
        cmocka_unit_test(every_code_finds_its_entry),
        cmocka_unit_test(codes_are_exact),
        cmocka_unit_test(broader_is_the_parent),
        cmocka_unit_test(every_label_and_alternative_label_finds_its_entry),
        cmocka_unit_test(label_search_forgives_case_blanks_and_composition),
        cmocka_unit_test(what_cannot_be_a_label_finds_nothing),
        cmocka_unit_test(the_better_claim_wins_and_equal_claims_are_nobodys),
        cmocka_unit_test(keys_are_found_whatever_order_they_came_in),
        cmocka_unit_test(every_mapped_code_finds_its_entries),
        cmocka_unit_test(a_code_of_two_entries_gives_both_ascending),
        cmocka_unit_test(an_unknown_foreign_code_gives_nothing),
        cmocka_unit_test(lists_are_walked_to_their_end),
        cmocka_unit_test(times_of_day_have_their_minutes),
        cmocka_unit_test(a_municipality_wins_over_a_region_and_a_region_over_a_county),
        cmocka_unit_test(areas_of_one_type_are_found_by_name_code_and_number),
        cmocka_unit_test(names_people_use_find_the_municipality),
        cmocka_unit_test(old_municipality_codes_give_the_present_one),
        cmocka_unit_test(municipalities_have_region_county_and_centre),
        cmocka_unit_test(members_are_the_municipalities_in_an_area),
        cmocka_unit_test(every_municipality_has_neighbours_whose_neighbour_it_is),
        cmocka_unit_test(known_neighbours_are_neighbours),
        cmocka_unit_test(postal_codes_give_their_municipality),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
