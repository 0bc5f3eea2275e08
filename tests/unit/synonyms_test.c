/* Synonyms: what the file may say, what its rules do to a query, and that the file that comes with the program joins no
 * words that mean different things. */
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
#include "search/phrases.h"
#include "search/query.h"
#include "search/synonyms.h"

enum { GROUPS_LEAST = 800, PAIRS_LEAST = 300, LINE_BYTES = 8192 };

static struct {
    struct analyser *analyser;
    struct arena arena;
    struct synonyms *own; /* share/synonyms.txt */
} t;

static enum status load(struct synonyms **synonyms, const char *text, struct err *err)
{
    return synonyms_new(synonyms, t.analyser, "rules.txt", text, strlen(text), err);
}

static struct synonyms *rules(const char *text)
{
    struct synonyms *synonyms;
    struct err err = {0};
    if (load(&synonyms, text, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return synonyms;
}

static int set_up(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf text = BUF_INIT;
    if (analyser_open(&t.analyser, 0, &err) != STATUS_OK ||
        buf_read_file(&text, "share/synonyms.txt", SYNONYMS_FILE_BYTES, &err) != STATUS_OK ||
        synonyms_new(&t.own, t.analyser, "share/synonyms.txt", buf_str(&text), text.len, &err) != STATUS_OK) {
        fprintf(stderr, "%s\n", err.message);
        return -1;
    }
    buf_release(&text);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    synonyms_free(t.own);
    analyser_free(t.analyser);
    arena_release(&t.arena);
    return 0;
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static void refused(const char *text, enum status status, const char *message)
{
    struct synonyms *synonyms;
    struct err err = {0};
    enum status found = load(&synonyms, text, &err);
    if (found != status || !strstr(err.message, message))
        fail_msg("\"%.60s\": status %s, \"%s\"; expected %s, \"%s\"", text, status_name(found), err.message,
                 status_name(status), message);
}

static void each_mistake_is_told_with_file_line_and_what_is_allowed(void **state)
{
    (void)state;
    refused("vanhus\n", STATUS_INVALID, "rules.txt:1: a group needs two members");
    refused("# remark\n\nkerho, piiri\nvanhus\n", STATUS_INVALID, "rules.txt:4: a group needs two members");
    refused("kerho, piiri\r\n\tvanhus\r\n", STATUS_INVALID, "rules.txt:2: a group needs two members");
    refused("kerho,, piiri\n", STATUS_INVALID, "rules.txt:1: an empty member");
    refused("kerho, piiri,\n", STATUS_INVALID, "rules.txt:1: an empty member");
    refused(", kerho\n", STATUS_INVALID, "rules.txt:1: an empty member");
    refused("kerho =>\n", STATUS_INVALID, "rules.txt:1: an empty member");
    refused("=> kerho\n", STATUS_INVALID, "rules.txt:1: an empty member");
    refused("kerho => piiri => ryhmä\n", STATUS_INVALID, "rules.txt:1: more than one \"=>\"");
    refused("kerho, ja että\n", STATUS_INVALID, "rules.txt:1: a member has no word that counts in a search");
    refused("kerho, !!!\n", STATUS_INVALID, "rules.txt:1: a member has no word that counts in a search");
    refused("kerho, yksi kaksi kolme neljä viisi kuusi seitsemän\n", STATUS_INVALID,
            "rules.txt:1: a phrase has more words than are allowed (6)");
    refused("kerho, pii\xff\n", STATUS_INVALID, "rules.txt:1: not UTF-8");
    refused("kerho, piiri\nvanhus\nseniori\n", STATUS_INVALID, "rules.txt:2:");
}

static void repeat(struct buf *out, const char *text, size_t times)
{
    buf_reset(out);
    for (size_t i = 0; i < times; i++)
        buf_adds(out, text);
}

static void limits_of_the_file_are_kept_and_told(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    struct synonyms *synonyms;
    struct err err = {0};
    repeat(&text, "kerho,", SYNONYMS_MEMBERS - 1);
    buf_adds(&text, "kerho");
    assert_int_equal(load(&synonyms, buf_str(&text), &err), STATUS_OK);
    synonyms_free(synonyms);
    buf_adds(&text, ",kerho");
    refused(buf_str(&text), STATUS_INVALID, "rules.txt:1: more than 40 members");
    repeat(&text, "kerho ", SYNONYMS_LINE_BYTES / 6 + 1);
    buf_adds(&text, ", piiri");
    refused(buf_str(&text), STATUS_INVALID, "rules.txt:1: a line of more than 4000 bytes");
    repeat(&text, "k", SYNONYMS_LINE_BYTES - strlen(", piiri"));
    buf_adds(&text, ", piiri");
    assert_int_equal(load(&synonyms, buf_str(&text), &err), STATUS_OK); /* the longest line */
    synonyms_free(synonyms);
    buf_adds(&text, "n");
    refused(buf_str(&text), STATUS_INVALID, "rules.txt:1: a line of more than 4000 bytes");
    repeat(&text, "a1, b2\n", SYNONYMS_GROUPS);
    assert_int_equal(load(&synonyms, buf_str(&text), &err), STATUS_OK);
    assert_int_equal(synonyms_groups(synonyms), SYNONYMS_GROUPS);
    synonyms_free(synonyms);
    buf_adds(&text, "a1, b2\n");
    refused(buf_str(&text), STATUS_LIMIT, "more than 20000 groups");
    repeat(&text, "# remark that is long enough to fill a file\n", SYNONYMS_FILE_BYTES / 44 + 1);
    refused(buf_str(&text), STATUS_LIMIT, "rules.txt: ");
    buf_release(&text);
}

static void remarks_blank_lines_and_ends_of_lines_do_not_matter(void **state)
{
    (void)state;
    struct synonyms *s = rules("\xEF\xBB\xBF# remark, with => all of it\n\n   \n\t# another\r\nkerho, piiri\r\n"
                               "  vanhus=>seniori");
    assert_int_equal(synonyms_groups(s), 2);
    synonyms_free(s);
    s = rules("");
    assert_int_equal(synonyms_groups(s), 0);
    synonyms_free(s);
}

/* ---- the rules -------------------------------------------------------------------------------------------------- */

static struct query *ask(const struct synonyms *synonyms, const char *text)
{
    struct query *query;
    struct err err = {0};
    if (query_parse(&query, text, strlen(text), t.analyser, &t.arena, &err) != STATUS_OK || !query)
        fail_msg("\"%s\": %s", text, err.message);
    if (synonyms_apply(synonyms, query, &t.arena, &err) != STATUS_OK)
        fail_msg("\"%s\": %s", text, err.message);
    return query;
}

static const struct posting_term *find_term(const struct query_group *group, const char *term)
{
    for (size_t i = 0; i < group->term_count; i++)
        if (group->terms[i].len == strlen(term) && memcmp(group->terms[i].text, term, group->terms[i].len) == 0)
            return &group->terms[i];
    return NULL;
}

/* The term was added to the group: it feeds the lane of synonyms alone. */
static bool widened_by(const struct query_group *group, const char *term)
{
    const struct posting_term *found = find_term(group, term);
    return found && found->lanes == 1u << LANE_WIDE && group->weight[LANE_WIDE] > 0;
}

static void members_of_a_group_find_each_other_in_any_inflection(void **state)
{
    (void)state;
    struct synonyms *s = rules("vanhus, ikäihminen, seniori\n");
    const struct query *query = ask(s, "vanhuksille");
    assert_true(widened_by(&query->words[0].whole, "Wikaihminen"));
    assert_true(widened_by(&query->words[0].whole, "Wseniori"));
    assert_false(widened_by(&query->words[0].whole, "Wvanhus"));
    assert_true(find_term(&query->words[0].whole, "Wvanhus")->lanes & 1u << LANE_ANY);
    query = ask(s, "senioreita");
    assert_true(widened_by(&query->words[0].whole, "Wvanhus"));
    query = ask(s, "kerhoja");
    assert_int_equal(query->words[0].whole.weight[LANE_WIDE], 0);
    synonyms_free(s);
}

static void what_stands_left_of_an_arrow_finds_what_stands_right_and_nothing_else(void **state)
{
    (void)state;
    struct synonyms *s = rules("liikunta, urheilu => jumppa, voimistelu\n");
    const struct query *query = ask(s, "liikuntaa");
    assert_true(widened_by(&query->words[0].whole, "Wjumppa"));
    assert_true(widened_by(&query->words[0].whole, "Wvoimistelu"));
    assert_null(find_term(&query->words[0].whole, "Wurheilu"));
    query = ask(s, "jumppaa");
    assert_null(find_term(&query->words[0].whole, "Wliikunta"));
    assert_null(find_term(&query->words[0].whole, "Wvoimistelu"));
    synonyms_free(s);
}

static void a_phrase_stands_for_a_word_and_a_word_for_a_phrase(void **state)
{
    (void)state;
    struct synonyms *s = rules("ystäväpalvelu, vapaaehtoinen ystävä\n");
    const struct query *query = ask(s, "kaipaan ystäväpalvelua");
    assert_int_equal(query->alternative_count, 1);
    const struct query_alternative *a = &query->alternatives[0];
    assert_int_equal(a->first, 1);
    assert_int_equal(a->words, 1);
    assert_int_equal(a->group_count, 2);
    assert_non_null(find_term(&a->groups[0], "Wvapaaehtoinen"));
    assert_non_null(find_term(&a->groups[1], "Wystava"));
    assert_string_equal(a->text, "vapaaehtoinen ystävä");
    query = ask(s, "vapaaehtoiselle ystävälle kyyti");
    assert_int_equal(query->alternative_count, 1);
    a = &query->alternatives[0];
    assert_int_equal(a->first, 0);
    assert_int_equal(a->words, 2);
    assert_int_equal(a->group_count, 1);
    assert_non_null(find_term(&a->groups[0], "Wystavapalvelu"));
    assert_int_equal(ask(s, "ystävä vapaaehtoinen")->alternative_count, 0);
    assert_int_equal(ask(s, "vapaaehtoinen kyyti ystävä")->alternative_count, 0);
    synonyms_free(s);
}

static void the_longest_phrase_that_a_rule_may_have_is_met_as_a_whole(void **state)
{
    (void)state;
    struct synonyms *s = rules("kerho, yksi kaksi kolme neljä viisi kuusi\n"); /* PHRASE_WORDS of them */
    assert_int_equal(ask(s, "yksi kaksi kolme neljä viisi kuusi")->alternative_count, 1);
    assert_int_equal(ask(s, "yksi kaksi kolme neljä viisi")->alternative_count, 0);
    synonyms_free(s);
}

static void the_longest_phrase_is_the_one_that_counts(void **state)
{
    (void)state;
    struct synonyms *s = rules("vapaaehtoinen ystävä, ystäväpalvelu\nvapaaehtoinen, auttaja\nystävä, kaveri\n");
    const struct query *query = ask(s, "vapaaehtoinen ystävä");
    assert_int_equal(query->alternative_count, 1);
    assert_null(find_term(&query->words[0].whole, "Wauttaja"));
    assert_null(find_term(&query->words[1].whole, "Wkaveri"));
    query = ask(s, "vapaaehtoinen kuski");
    assert_true(widened_by(&query->words[0].whole, "Wauttaja"));
    synonyms_free(s);
}

static void parts_of_compounds_have_their_synonyms(void **state)
{
    (void)state;
    struct synonyms *s = rules("vanhus, seniori\nkerho, pieni piiri\n");
    const struct query *query = ask(s, "vanhustenkerho");
    assert_int_equal(query->words[0].part_count, 2);
    assert_true(widened_by(&query->words[0].parts[0], "Wseniori"));
    assert_int_equal(query->words[0].parts[1].weight[LANE_WIDE], 0);
    assert_int_equal(query->alternative_count, 0);
    assert_null(find_term(&query->words[0].whole, "Wseniori"));
    synonyms_free(s);
}

static void words_in_quotes_stand_as_they_are(void **state)
{
    (void)state;
    struct synonyms *s = rules("vanhus, seniori\nvapaaehtoinen ystävä, ystäväpalvelu\n");
    const struct query *query = ask(s, "\"vanhukset vanhustenkerho\"");
    for (size_t w = 0; w < query->word_count; w++)
        assert_null(find_term(&query->words[w].whole, "Wseniori"));
    assert_null(find_term(&query->words[1].parts[0], "Wseniori"));
    assert_int_equal(ask(s, "\"vapaaehtoinen ystävä\"")->alternative_count, 0);
    assert_int_equal(ask(s, "vapaaehtoinen \"ystävä\"")->alternative_count, 0);
    synonyms_free(s);
}

static void synonyms_of_synonyms_are_not_followed(void **state)
{
    (void)state;
    struct synonyms *s = rules("vanhus => seniori\nseniori => eläkeläinen\n");
    const struct query *query = ask(s, "vanhus");
    assert_true(widened_by(&query->words[0].whole, "Wseniori"));
    assert_null(find_term(&query->words[0].whole, "Welakelainen"));
    synonyms_free(s);
}

static void swedish_and_english_words_are_met_by_their_stems(void **state)
{
    (void)state;
    struct synonyms *s = rules("friends, companions\nvänskap, kamratskap\n");
    assert_true(ask(s, "friend")->words[0].whole.weight[LANE_WIDE] > 0);
    assert_true(ask(s, "vänskapen")->words[0].whole.weight[LANE_WIDE] > 0);
    synonyms_free(s);
}

/* All that could be added for a query is more than it may have: what fits is added, the rest stays out. */
static void a_query_grows_no_further_than_its_limits(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    for (int i = 0; i < 10; i++) {
        buf_adds(&text, "kerho, vanhus");
        for (int m = 0; m < SYNONYMS_MEMBERS - 2; m++)
            buf_adds(&text, ", pieni kala");
        buf_adds(&text, "\n");
    }
    struct synonyms *s = rules(buf_str(&text));
    const struct query *query = ask(s, "kerho vanhus");
    assert_int_equal(query->alternative_count, QUERY_ALTERNATIVES);
    synonyms_free(s);
    buf_reset(&text);
    buf_adds(&text, "kerho");
    for (int m = 0; m < SYNONYMS_MEMBERS - 1; m++)
        buf_addf(&text, ", sana%dx kolmas%dx neljäs%dx viides%dx", m, m, m, m);
    s = rules(buf_str(&text));
    query = ask(s, "kerho");
    assert_true(query->alternative_count > 5 && query->alternative_count < SYNONYMS_MEMBERS - 1);
    assert_true(query->term_count <= QUERY_TERMS);
    synonyms_free(s);
    buf_reset(&text);
    for (int i = 0; i < 20; i++) {
        buf_adds(&text, "kerho, vanhus");
        for (int m = 0; m < SYNONYMS_MEMBERS - 2; m++)
            buf_addf(&text, ", sana%dx%d", i, m);
        buf_adds(&text, "\n");
    }
    s = rules(buf_str(&text));
    query = ask(s, "kerho vanhus vanhustenkerho");
    assert_int_equal(query->words[0].whole.term_count, POSTINGS_TERMS_PER_WORD);
    assert_true(query->term_count <= QUERY_TERMS);
    synonyms_free(s);
    buf_release(&text);
}

/* ---- the file that comes with the program ----------------------------------------------------------------------- */

static void the_programs_own_file_has_many_groups(void **state)
{
    (void)state;
    printf("figure: synonyms: %zu groups\n", synonyms_groups(t.own));
    assert_true(synonyms_groups(t.own) >= GROUPS_LEAST);
}

/* By the analysis alone: no rule is needed for a word to find another form of itself. */
static bool are_one_word(const struct query *a, const struct query *b)
{
    for (size_t i = 0; i < a->words[0].whole.term_count && a->word_count == 1 && b->word_count == 1; i++)
        if (a->words[0].whole.terms[i].text[0] == TERM_WHOLE &&
            find_term(&b->words[0].whole, a->words[0].whole.terms[i].text))
            return true;
    return false;
}

static struct query *plain(const char *text)
{
    struct query *query;
    assert_int_equal(query_parse(&query, text, strlen(text), t.analyser, &t.arena, NULL), STATUS_OK);
    assert_non_null(query);
    return query;
}

/* Every word of b has a term among those that the synonyms of `group` added. */
static bool adds_word(const struct query_group *group, const struct query_word *word)
{
    for (size_t i = 0; i < word->own_terms; i++)
        if (word->whole.terms[i].text[0] == TERM_WHOLE && find_term(group, word->whole.terms[i].text))
            return true;
    return false;
}

/* A rule makes `from` find `to`. */
static bool finds(const char *from, const char *to)
{
    const struct query *a = ask(t.own, from), *b = plain(to);
    if (b->word_count == 1)
        for (size_t w = 0; w < a->word_count; w++)
            if (adds_word(&a->words[w].whole, &b->words[0]))
                return true;
    for (size_t i = 0; i < a->alternative_count; i++) {
        const struct query_alternative *other = &a->alternatives[i];
        bool all = other->group_count == b->word_count;
        for (size_t g = 0; all && g < other->group_count; g++)
            all = adds_word(&other->groups[g], &b->words[g]);
        if (all)
            return true;
    }
    return false;
}

static void unrelated_words_do_not_find_each_other(void **state)
{
    (void)state;
    char line[LINE_BYTES];
    int pairs = 0, joined = 0;
    FILE *file = fopen("tests/cases/synonyms_apart.tsv", "re");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *other = strchr(line, '\t');
        if (line[0] == '#' || !other)
            continue;
        *other++ = '\0';
        pairs++;
        arena_reset(&t.arena);
        if (are_one_word(plain(line), plain(other))) {
            print_error("%s and %s are forms of one word: no pair for this test\n", line, other);
            joined++;
        } else if (finds(line, other) || finds(other, line)) {
            print_error("%s %s %s\n", line, finds(line, other) ? "finds" : "is found by", other);
            joined++;
        }
    }
    fclose(file);
    printf("figure: synonyms: %d pairs of words apart\n", pairs);
    assert_true(pairs >= PAIRS_LEAST);
    assert_int_equal(joined, 0);
}

/* Words that are the opposite of each other, or that an untrained eye puts together. */
static void opposites_do_not_find_each_other(void **state)
{
    (void)state;
    static const char *const opposites[][2] = {
        {"maksuton", "maksullinen"}, {"mies", "nainen"}, {"tyttö", "poika"}, {"isä", "äiti"}, {"nuori", "vanhus"},
        {"lapsi", "aikuinen"}, {"lapsi", "vanhus"}, {"sairas", "terve"}, {"kuuro", "sokea"}, {"avioero", "häät"},
        {"työtön", "työssäkäyvä"}, {"päihteetön", "päihtynyt"}, {"raittius", "alkoholi"}, {"yksinäinen", "seurallinen"},
        {"ryhmä", "yksilö"}, {"aamu", "ilta"}, {"arki", "viikonloppu"}, {"kesä", "talvi"}, {"avoin", "suljettu"},
        {"laiha", "lihava"}, {"sisällä", "ulkona"}, {"syntymä", "kuolema"}, {"leski", "naimisissa"},
        {"opettaja", "oppilas"}, {"auttaja", "autettava"}, {"antaja", "saaja"}, {"rikas", "köyhä"},
        {"esteetön", "esteellinen"}, {"kotimaa", "ulkomaat"}, {"suomenkielinen", "ruotsinkielinen"},
        {"maahanmuutto", "maastamuutto"}, {"isoäiti", "isoisä"}, {"veli", "sisko"}, {"poliisi", "vanki"},
        {"uhri", "tekijä"}, {"hoitaja", "potilas"}, {"lainata", "lahjoittaa"}, {"kaupunki", "maaseutu"},
        {"masennus", "mania"}, {"anoreksia", "lihavuus"}, {"unettomuus", "uneliaisuus"}, {"vauva", "koululainen"},
    };
    int joined = 0;
    for (size_t i = 0; i < sizeof opposites / sizeof *opposites; i++) {
        arena_reset(&t.arena);
        if (finds(opposites[i][0], opposites[i][1]) || finds(opposites[i][1], opposites[i][0])) {
            print_error("%s and %s\n", opposites[i][0], opposites[i][1]);
            joined++;
        }
    }
    assert_int_equal(joined, 0);
}

/* ---- two-way groups are apart ----------------------------------------------------------------------------------- */

struct two_way {
    struct phrases *phrases;
    char members[20000][80];
    uint32_t lines[20000];
    size_t count;
};

static void take_members(struct two_way *two_way, char *line, uint32_t number)
{
    for (char *item = strtok(line, ","); item; item = strtok(NULL, ",")) {
        item += strspn(item, " \t");
        for (size_t len = strlen(item); len && strchr(" \t\r\n", item[len - 1]);)
            item[--len] = '\0';
        assert_true(two_way->count < 20000 && strlen(item) < 80);
        two_way->lines[two_way->count] = number;
        strcpy(two_way->members[two_way->count++], item);
        assert_int_equal(phrases_add(two_way->phrases, t.analyser, item, strlen(item), TEXT_FI, number, NULL),
                         STATUS_OK);
    }
}

/* A word in two two-way groups would join their members over it, though the groups say that they are apart. */
static void no_word_stands_in_two_two_way_groups(void **state)
{
    (void)state;
    char line[LINE_BYTES];
    int joined = 0;
    struct two_way *two_way = calloc(1, sizeof *two_way);
    FILE *file = fopen("share/synonyms.txt", "re");
    assert_non_null(file);
    assert_int_equal(phrases_new(&two_way->phrases, NULL), STATUS_OK);
    for (uint32_t number = 1; fgets(line, sizeof line, file); number++)
        if (line[0] != '#' && line[strspn(line, " \t\r\n")] && !strstr(line, "=>"))
            take_members(two_way, line, number);
    fclose(file);
    for (size_t i = 0; i < two_way->count; i++) {
        struct phrase_hit hits[PHRASE_HITS];
        arena_reset(&t.arena);
        const struct query *query = plain(two_way->members[i]);
        size_t count = phrases_at(two_way->phrases, query, 0, hits);
        for (size_t h = 0; h < count; h++) {
            if (hits[h].words != query->word_count || hits[h].value == two_way->lines[i])
                continue;
            print_error("line %u: \"%s\" is in line %u too\n", two_way->lines[i], two_way->members[i], hits[h].value);
            joined++;
        }
    }
    assert_true(two_way->count > GROUPS_LEAST);
    phrases_free(two_way->phrases);
    free(two_way);
    assert_int_equal(joined, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_is_told_with_file_line_and_what_is_allowed),
        cmocka_unit_test(limits_of_the_file_are_kept_and_told),
        cmocka_unit_test(remarks_blank_lines_and_ends_of_lines_do_not_matter),
        cmocka_unit_test(members_of_a_group_find_each_other_in_any_inflection),
        cmocka_unit_test(what_stands_left_of_an_arrow_finds_what_stands_right_and_nothing_else),
        cmocka_unit_test(a_phrase_stands_for_a_word_and_a_word_for_a_phrase),
        cmocka_unit_test(the_longest_phrase_that_a_rule_may_have_is_met_as_a_whole),
        cmocka_unit_test(the_longest_phrase_is_the_one_that_counts),
        cmocka_unit_test(parts_of_compounds_have_their_synonyms),
        cmocka_unit_test(words_in_quotes_stand_as_they_are),
        cmocka_unit_test(synonyms_of_synonyms_are_not_followed),
        cmocka_unit_test(swedish_and_english_words_are_met_by_their_stems),
        cmocka_unit_test(a_query_grows_no_further_than_its_limits),
        cmocka_unit_test(the_programs_own_file_has_many_groups),
        cmocka_unit_test(unrelated_words_do_not_find_each_other),
        cmocka_unit_test(opposites_do_not_find_each_other),
        cmocka_unit_test(no_word_stands_in_two_two_way_groups),
    };
    return cmocka_run_group_tests_name("synonyms", tests, set_up, tear_down);
}
