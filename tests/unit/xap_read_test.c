/* The C face over Xapian, reading: postings, terms, spelling and Xapian's own search. */
#include <math.h>

#include "xap_fixture.h"

/* ---- reading ---------------------------------------------------------------------------------------------------- */

static void metadata_is_kept_as_bytes_and_removed_by_nothing(void **state)
{
    (void)state;
    struct xap_writer *writer = create("meta");
    OK(xap_writer_set_meta(writer, "bytes", "a\0b", 3, &err));
    OK(xap_writer_set_meta(writer, "gone", "x", 1, &err));
    OK(xap_writer_commit(writer, &err));
    OK(xap_writer_set_meta(writer, "gone", NULL, 0, &err));
    commit_and_free(writer);
    struct xap_reader *reader = reader_of("meta");
    struct buf value = BUF_INIT;
    OK(xap_reader_meta(reader, "bytes", &value, &err));
    assert_int_equal(value.len, 3);
    assert_memory_equal(value.data, "a\0b", 4);
    EXPECT(STATUS_NOTFOUND, xap_reader_meta(reader, "gone", &value, &err));
    buf_release(&value);
    xap_reader_free(reader);
}

/* All postings of a term read in blocks of `block`; returns how many. */
static size_t postings_of(struct xap_reader *reader, const char *term, size_t block, uint32_t *docids, uint32_t *wdfs)
{
    struct xap_postings *postings;
    size_t total = 0, count;
    OK(xap_postings_open(&postings, reader, term, strlen(term), &err));
    do {
        OK(xap_postings_next(postings, docids + total, wdfs ? wdfs + total : NULL, block, &count, &err));
        assert_true(count <= block);
        total += count;
    } while (count > 0);
    OK(xap_postings_next(postings, docids + total, NULL, block, &count, &err));
    assert_int_equal(count, 0);
    xap_postings_free(postings);
    return total;
}

static void postings_are_the_same_in_blocks_of_any_size(void **state)
{
    (void)state;
    static const size_t blocks[] = {1, 7, 1000};
    static uint32_t docids[6000], wdfs[6000];
    create_many("postings", XAP_APPEND_ONLY, 4900);
    struct xap_reader *reader = reader_of("postings");
    for (size_t b = 0; b < 3; b++) {
        assert_int_equal(postings_of(reader, "m3", blocks[b], docids, wdfs), 700);
        for (uint32_t i = 0; i < 700; i++) {
            assert_int_equal(docids[i], 7 * i + 3);
            assert_int_equal(wdfs[i], docids[i] % 5 + 1);
        }
        assert_int_equal(postings_of(reader, "m3", blocks[b], docids, NULL), 700);
        assert_int_equal(postings_of(reader, "none", blocks[b], docids, wdfs), 0);
        assert_int_equal(postings_of(reader, "", blocks[b], docids, wdfs), 4900);
    }
    xap_reader_free(reader);
}

static void postings_are_asked_for_documents(void **state)
{
    (void)state;
    static const uint32_t asked[] = {1, 3, 4, 10, 11, 3500, 3503, 4893, 4894, 4896, 5000};
    static const uint32_t expected[] = {3, 10, 3503, 4896};
    enum { ASKED = sizeof asked / sizeof *asked, EXPECTED = sizeof expected / sizeof *expected };
    uint32_t found[ASKED];
    size_t count;
    create_many("asked", XAP_APPEND_ONLY, 4900);
    struct xap_reader *reader = reader_of("asked");
    struct xap_postings *postings;
    OK(xap_postings_open(&postings, reader, "m3", 2, &err));
    OK(xap_postings_among(postings, asked, ASKED, found, &count, &err));
    assert_int_equal(count, EXPECTED);
    assert_memory_equal(found, expected, sizeof expected);
    OK(xap_postings_among(postings, asked, ASKED, found, &count, &err)); /* they stand at the end */
    assert_int_equal(count, 0);
    xap_postings_free(postings);
    OK(xap_postings_open(&postings, reader, "m3", 2, &err));
    OK(xap_postings_among(postings, asked, 4, found, &count, &err));
    assert_int_equal(count, 2);
    OK(xap_postings_among(postings, asked + 4, ASKED - 4, found, &count, &err)); /* from there on */
    assert_int_equal(count, 2);
    xap_postings_free(postings);
    OK(xap_postings_open(&postings, reader, "none", 4, &err));
    OK(xap_postings_among(postings, asked, ASKED, found, &count, &err));
    assert_int_equal(count, 0);
    xap_postings_free(postings);
    xap_reader_free(reader);
}

static void terms_come_by_prefix_in_byte_order(void **state)
{
    (void)state;
    struct xap_writer *writer = create("prefix");
    add(writer, "ka kissa kirja koira \xc3\xa4iti", "");
    add(writer, "kissa ki", "");
    commit_and_free(writer);
    struct xap_reader *reader = reader_of("prefix");
    static const struct {
        const char *prefix, *expected;
    } cases[] = {{"ki", "ki:1 kirja:1 kissa:2 "},
                 {"", "ka:1 ki:1 kirja:1 kissa:2 koira:1 \xc3\xa4iti:1 "},
                 {"\xc3", "\xc3\xa4iti:1 "},
                 {"x", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct xap_terms *terms;
        struct buf found = BUF_INIT;
        const char *term;
        size_t len;
        uint32_t freq;
        OK(xap_terms_open(&terms, reader, cases[i].prefix, strlen(cases[i].prefix), &err));
        for (;;) {
            OK(xap_terms_next(terms, &term, &len, &freq, &err));
            if (!term)
                break;
            buf_addf(&found, "%.*s:%u ", (int)len, term, freq);
        }
        assert_string_equal(buf_str(&found), cases[i].expected);
        buf_release(&found);
        xap_terms_free(terms);
    }
    xap_reader_free(reader);
}

static void spelling_suggests_the_nearest_word(void **state)
{
    (void)state;
    struct xap_writer *writer = create("spelling");
    OK(xap_writer_add_spelling(writer, "jalkapallo", 10, 5, &err));
    OK(xap_writer_add_spelling(writer, "kirjasto", 8, 3, &err));
    commit_and_free(writer);
    struct xap_reader *reader = reader_of("spelling");
    assert_suggestion(reader, "jalkapalo", "jalkapallo");
    assert_suggestion(reader, "kirjatso", "kirjasto");
    assert_suggestion(reader, "kirjasto", "");
    assert_suggestion(reader, "uimahalli", "");
    xap_reader_free(reader);
}

/* ---- searching -------------------------------------------------------------------------------------------------- */

static struct xap_query *term_query(const char *term)
{
    struct xap_query *query;
    OK(xap_query_term(&query, term, strlen(term), &err));
    return query;
}

static struct xap_query *join(enum xap_op op, struct xap_query *a, struct xap_query *b)
{
    struct xap_query *query;
    OK(xap_query_join(&query, op, (struct xap_query *[]){a, b}, 2, &err));
    return query;
}

/* Searches and frees the query; returns how many hits. */
static size_t search(struct xap_reader *reader, struct xap_query *query, const struct xap_search_opts *opts,
                     struct xap_hit *hits, uint32_t *total)
{
    size_t count = 0;
    OK(xap_search(reader, query, opts, hits, &count, total, &err));
    xap_query_free(query);
    return count;
}

/* BM25 as Xapian defines it, for the animals: N = 4, mean length 10 / 4. */
static double bm25(double k1, double b, double freq, double wdf, double len)
{
    double odds = (4 - freq + 0.5) / (freq + 0.5);
    double idf = log(odds < 2 ? odds / 2 + 1 : odds);
    return idf * (k1 + 1) * wdf / (k1 * (b * len / 2.5 + 1 - b) + wdf);
}

static void search_weighs_by_bm25_computed_by_hand(void **state)
{
    (void)state;
    struct xap_reader *reader = reader_of("animals");
    static const double parameters[][2] = {{1.2, 0.75}, {1, 0.5}, {2, 0}, {0, 0.5}, {1.5, 1}};
    for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
        double k1 = parameters[i][0], b = parameters[i][1];
        struct xap_search_opts opts = {.k1 = k1, .b = b, .top = 10, .exact_total = true};
        struct xap_hit hits[10];
        uint32_t total = 0;
        struct xap_query *scaled;
        OK(xap_query_scale(&scaled, term_query("koira"), 3, &err));
        double expected[5] = {0, bm25(k1, b, 2, 2, 3), bm25(k1, b, 2, 1, 4) + 3 * bm25(k1, b, 2, 2, 4),
                              3 * bm25(k1, b, 2, 1, 2), bm25(k1, b, 1, 1, 1)};
        struct xap_query *query = join(XAP_OR, join(XAP_OR, term_query("kissa"), scaled), term_query("lintu"));
        assert_int_equal(search(reader, query, &opts, hits, &total), 4);
        assert_int_equal(total, 4);
        for (size_t h = 0; h < 4; h++) {
            assert_true(fabs(hits[h].weight - expected[hits[h].docid]) < 1e-9);
            assert_true(h == 0 || hits[h - 1].weight >= hits[h].weight);
        }
        query = join(XAP_AND, term_query("kissa"), term_query("koira"));
        assert_int_equal(search(reader, query, &opts, hits, &total), 1);
        assert_int_equal(hits[0].docid, 2);
        assert_true(fabs(hits[0].weight - bm25(k1, b, 2, 1, 4) - bm25(k1, b, 2, 2, 4)) < 1e-9);
    }
    xap_reader_free(reader);
}

static void a_synonym_group_counts_as_one_word(void **state)
{
    (void)state;
    struct xap_reader *reader = reader_of("animals");
    struct xap_search_opts opts = {.k1 = 1, .b = 0, .top = 10, .exact_total = true};
    struct xap_hit hits[10];
    uint32_t total = 0;
    struct xap_query *query = join(XAP_SYNONYM, term_query("kissa"), term_query("koira"));
    assert_int_equal(search(reader, query, &opts, hits, &total), 3);
    assert_int_equal(hits[0].docid, 2); /* three of the group's words; two words apart would count more */
    assert_int_equal(hits[1].docid, 1);
    assert_true(fabs(hits[0].weight / hits[1].weight - (3 / 4.0) / (2 / 3.0)) < 1e-9);
    xap_reader_free(reader);
}

static void ties_come_by_document_number_and_the_total_is_exact(void **state)
{
    (void)state;
    create_many("ties", XAP_APPEND_ONLY, 1000);
    struct xap_reader *reader = reader_of("ties");
    struct xap_search_opts opts = {.k1 = 1.2, .b = 0, .top = 20, .exact_total = true};
    struct xap_hit hits[20];
    uint32_t total = 0;
    assert_int_equal(search(reader, term_query("all"), &opts, hits, &total), 20);
    assert_int_equal(total, 1000);
    for (uint32_t i = 0; i < 20; i++)
        assert_int_equal(hits[i].docid, i + 1);
    assert_int_equal(search(reader, term_query(""), &opts, hits, &total), 20);
    assert_int_equal(total, 1000);
    xap_reader_free(reader);
}

static void search_options_have_limits(void **state)
{
    (void)state;
    struct xap_reader *reader = reader_of("animals");
    struct xap_query *query = term_query("kissa");
    static struct xap_hit hits[XAP_SEARCH_TOP];
    size_t count = 99;
    uint32_t total = 99;
    static const struct {
        struct xap_search_opts opts;
        enum status status;
    } cases[] = {
        {{.k1 = -1, .b = 0, .top = 1}, STATUS_INVALID},   {{.k1 = NAN, .b = 0, .top = 1}, STATUS_INVALID},
        {{.k1 = 1, .b = -0.1, .top = 1}, STATUS_INVALID}, {{.k1 = 1, .b = 1.1, .top = 1}, STATUS_INVALID},
        {{.k1 = 1, .b = 1, .top = 0}, STATUS_LIMIT},      {{.k1 = 1, .top = XAP_SEARCH_TOP + 1}, STATUS_LIMIT}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        EXPECT(cases[i].status, xap_search(reader, query, &cases[i].opts, hits, &count, &total, &err));
    assert_int_equal(count, 99);
    assert_int_equal(total, 99);
    struct xap_search_opts most = {.k1 = 1, .b = 1, .top = XAP_SEARCH_TOP};
    assert_int_equal(search(reader, query, &most, hits, &total), 2);
    xap_reader_free(reader);
}

static void queries_nest_64_deep(void **state)
{
    (void)state;
    struct xap_reader *reader = reader_of("animals");
    struct xap_query *query = term_query("kissa");
    for (int depth = 2; depth <= XAP_QUERY_DEPTH; depth++)
        query = join(depth % 2 ? XAP_AND : XAP_OR, query, term_query("talo"));
    struct xap_search_opts opts = {.k1 = 1, .b = 0.5, .top = 4};
    struct xap_hit hits[4];
    size_t count = 0;
    uint32_t total = 0;
    OK(xap_search(reader, query, &opts, hits, &count, &total, &err));
    assert_int_equal(count, 3);

    struct xap_query *deeper = NULL;
    EXPECT(STATUS_LIMIT, xap_query_join(&deeper, XAP_OR, &query, 1, &err));
    query = term_query("kissa");
    for (int depth = 2; depth <= XAP_QUERY_DEPTH; depth++)
        OK(xap_query_scale(&query, query, 1, &err));
    EXPECT(STATUS_LIMIT, xap_query_scale(&deeper, query, 1, &err));
    assert_null(deeper);
    xap_reader_free(reader);
}

static void a_query_weight_is_a_finite_number_from_0(void **state)
{
    (void)state;
    static const double refused[] = {-0.5, NAN, INFINITY};
    struct xap_query *query = NULL;
    for (size_t i = 0; i < 3; i++)
        EXPECT(STATUS_INVALID, xap_query_scale(&query, term_query("a"), refused[i], &err));
    assert_null(query);
    OK(xap_query_scale(&query, term_query("a"), 0, &err));
    xap_query_free(query);
}

static void a_search_past_its_time_stops(void **state)
{
    (void)state;
    create_many("slow", XAP_APPEND_ONLY, 20000);
    struct xap_reader *reader = reader_of("slow");
    struct xap_query *query = term_query("all");
    for (int k = 0; k < 50; k++) {
        char term[16];
        snprintf(term, sizeof term, "common%d", k);
        query = join(XAP_OR, query, term_query(term));
        if (k % 25 == 24) /* a new level is needed only by the limit of depth */
            OK(xap_query_scale(&query, query, 1, &err));
    }
    struct xap_search_opts opts = {.k1 = 1, .b = 0.5, .top = 10, .exact_total = true, .timeout_ms = 1};
    struct xap_hit hits[10];
    size_t count = 99;
    uint32_t total = 99;
    EXPECT(STATUS_TIMEOUT, xap_search(reader, query, &opts, hits, &count, &total, &err));
    assert_int_equal(count, 99);
    assert_int_equal(total, 99);
    opts.timeout_ms = 600000;
    assert_int_equal(search(reader, query, &opts, hits, &total), 10);
    assert_int_equal(total, 20000);
    xap_reader_free(reader);
}

/* Four documents: lengths 3, 4, 2, 1; wdf of kissa 2 1 0 0, of koira 0 2 1 0, of lintu 0 0 0 1. */
static void create_animals(void)
{
    struct xap_writer *writer = create("animals");
    add(writer, "kissa kissa talo", "");
    add(writer, "kissa koira koira talo", "");
    add(writer, "koira talo", "");
    add(writer, "lintu", "");
    commit_and_free(writer);
}

static int animals_setup(void **state)
{
    group_setup(state);
    create_animals();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(metadata_is_kept_as_bytes_and_removed_by_nothing),
        cmocka_unit_test(postings_are_the_same_in_blocks_of_any_size),
        cmocka_unit_test(postings_are_asked_for_documents),
        cmocka_unit_test(terms_come_by_prefix_in_byte_order),
        cmocka_unit_test(spelling_suggests_the_nearest_word),
        cmocka_unit_test(search_weighs_by_bm25_computed_by_hand),
        cmocka_unit_test(a_synonym_group_counts_as_one_word),
        cmocka_unit_test(ties_come_by_document_number_and_the_total_is_exact),
        cmocka_unit_test(search_options_have_limits),
        cmocka_unit_test(queries_nest_64_deep),
        cmocka_unit_test(a_query_weight_is_a_finite_number_from_0),
        cmocka_unit_test(a_search_past_its_time_stops),
    };
    return cmocka_run_group_tests_name("xap_read", tests, animals_setup, group_teardown);
}
