/* InstantSearch: what its requests become, what is refused and how, and that values are found as they are shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "record.h"
#include "search/members.h"
#include "searchd/instant.h"
#include "vocab/vocab.h"

static struct arena arena;
static struct instant_body body;
static struct err err;

static enum status read_body(const char *text)
{
    instant_body_release(&body);
    arena_reset(&arena);
    err = (struct err){0};
    return instant_read(&body, text, strlen(text), UI_FI, &arena, &err);
}

static void add_condition(const struct condition *c, struct buf *out)
{
    static const char *const ages[AGE_KINDS] = {"age", "age_min", "age_max"};
    if (c->opposite)
        buf_addc(out, '!');
    if (c->kind == CONDITION_VALUE)
        buf_addf(out, "%s=%s", facet_name(c->facet), vocab_entry(facet_vocab(c->facet), c->value)->code);
    else if (c->kind == CONDITION_AGE)
        buf_addf(out, "%s[%g,%g]", ages[c->age], c->least, c->most);
    else
        buf_addf(out, "box[%g,%g,%g,%g]", c->south, c->north, c->west, c->east);
}

/* The request as a query string, then what no query string can say. */
static void write_request(const struct request *request, struct buf *out)
{
    struct request plain = *request;
    plain.uncounted = plain.unshown = 0;
    if (plain.point.given)
        plain.radius_km = 0;
    request_write(&plain, true, out);
    for (size_t i = 0; i < request->clause_count; i++) {
        buf_adds(out, " | ");
        for (size_t k = 0; k < request->clauses[i].count; k++) {
            if (k)
                buf_adds(out, " or ");
            add_condition(&request->clauses[i].conditions[k], out);
        }
    }
    if (request->point.given)
        buf_addf(out, " @%g,%g %gkm", request->point.lat, request->point.lon, request->radius_km);
}

/* One request of the index "opastin", with hits as many as by default. */
static void means(const char *params, const char *expected)
{
    char text[2000];
    snprintf(text, sizeof text, "{\"requests\":[{\"indexName\":\"opastin\",\"params\":%s}]}", params);
    struct buf found = BUF_INIT;
    if (read_body(text) != STATUS_OK)
        fail_msg("%s: %s", params, err.message);
    write_request(&body.queries[0].request, &found);
    if (strcmp(buf_str(&found), expected) != 0)
        fail_msg("%s\n  found    %s\n  expected %s", params, buf_str(&found), expected);
    buf_release(&found);
}

static void fails(const char *text, enum status status, const char *message)
{
    enum status found = read_body(text);
    if (found != status || !strstr(err.message, message))
        fail_msg("%.200s\n  found    %s: %s\n  expected %s: %s", text, status_name(found), err.message,
                 status_name(status), message);
}

static void fails_with(const char *params, const char *message)
{
    char text[2000];
    snprintf(text, sizeof text, "{\"requests\":[{\"indexName\":\"opastin\",\"params\":%s}]}", params);
    fails(text, STATUS_INVALID, message);
}

static void parameters_become_a_request(void **state)
{
    (void)state;
    means("{}", "");
    means("{\"query\":\"  kerho\\tmikkeli \",\"page\":2,\"hitsPerPage\":10}", "q=kerho+mikkeli&page=3&per_page=10");
    means("{\"page\":\"1\",\"hitsPerPage\":\"5\",\"query\":null}", "page=2&per_page=5");
    means("{\"hitsPerPage\":1000}", "per_page=100");
    means("{\"hitsPerPage\":-1,\"page\":-3}", "");
    means("{\"clickAnalytics\":true,\"tagFilters\":\"\",\"userToken\":\"x\",\"colour\":[[1]]}", "");
    assert_int_equal(read_body("{\"requests\":[{\"indexName\":\"opastin\",\"query\":\"kerho\",\"hitsPerPage\":3}]}"),
                     STATUS_OK); /* spread out, as some clients do */
    assert_string_equal(body.queries[0].request.q, "kerho");
    assert_int_equal(body.queries[0].request.per_page, 3);
}

static void filters_of_a_facet_are_ours_where_ours_say_the_same(void **state)
{
    (void)state;
    means("{\"facetFilters\":[[\"theme:Kulttuuri\",\"theme:Liikunta\"],[\"area.lvl1:Etelä-Savo > Mikkeli\"]]}",
          "area=491&theme=liikunta&theme=kulttuuri");
    means("{\"facetFilters\":\"theme:Kulttuuri\"}", "theme=kulttuuri");
    means("{\"facetFilters\":[\"theme:kulttuuri\",[]]}", "theme=kulttuuri");
    means("{\"facetFilters\":[\"weekday:Torstai\",\"time:Ilta\"]}", "weekday=thu&time=evening");
    means("{\"facetFilters\":[[\"theme:Kulttuuri\",\"theme:Kulttuuri\",\"theme:Kultur\"]]}", "theme=kulttuuri");
    means("{\"facetFilters\":[\"free:true\"]}", "free=free");
    means("{\"facetFilters\":[[\"free:Maksuton\",\"free:false\"]]}", "free=free&free=paid");
}

static void other_filters_become_clauses(void **state)
{
    (void)state;
    means("{\"facetFilters\":[\"theme:Kulttuuri\",\"theme:Liikunta\"]}", "theme=kulttuuri | theme=liikunta");
    means("{\"facetFilters\":[\"theme:-Kulttuuri\"]}", " | !theme=kulttuuri");
    means("{\"facetFilters\":[[\"theme:Kulttuuri\",\"free:Maksuton\"]]}", " | theme=kulttuuri or free=free");
    means("{\"facetFilters\":[\"theme:Olematon\"]}", " | ");
    means("{\"facetFilters\":[[\"theme:Olematon\",\"theme:Kulttuuri\"]]}", "theme=kulttuuri");
    means("{\"facetFilters\":[\"theme:\\\\-Kulttuuri\"]}", " | "); /* a value that begins with a minus sign */
    means("{\"facetFilters\":[\"area.lvl0:Mikkeli\"]}", " | ");     /* of another level */
    means("{\"facetFilters\":[\"area.lvl1:Uusimaa > Mikkeli\"]}", " | ");
    means("{\"facetFilters\":[\"age_min:18\"]}", " | age_min[18,18]");
    means("{\"numericFilters\":[\"age_min<=70\",[\"age=7\",\"age>=60\"]]}",
          " | age_min[-inf,70] | age[7,7] or age[60,inf]");
    means("{\"numericFilters\":\"age:60 TO 70\"}", " | age[60,70]");
    means("{\"numericFilters\":[\"age_max != 12\"]}", " | !age_max[12,12]");
    means("{\"insideBoundingBox\":\"62,28,61,27\"}", " | box[61,62,27,28]");
    means("{\"insideBoundingBox\":[61,27,62,28,60,24,61,25]}", " | box[61,62,27,28] or box[60,61,24,25]");
    means("{\"insideBoundingBox\":[[61,27,62,28],[60,24,61,25]]}", " | box[61,62,27,28] or box[60,61,24,25]");
}

static void strictly_less_and_more_leave_the_number_out(void **state)
{
    (void)state;
    means("{\"numericFilters\":[\"age<70\",\"age>7\"]}", " | age[-inf,70] | age[7,inf]"); /* to six digits */
    const struct clause *clauses = body.queries[0].request.clauses;
    assert_true(clauses[0].conditions[0].most < 70);
    assert_true(clauses[1].conditions[0].least > 7);
}

static void a_point_is_measured_from(void **state)
{
    (void)state;
    means("{\"aroundLatLng\":\"61.69, 27.27\",\"aroundRadius\":5000}", "sort=distance @61.69,27.27 5km");
    means("{\"aroundLatLng\":\"61.69,27.27\",\"aroundRadius\":\"all\",\"query\":\"kerho\"}",
          "q=kerho @61.69,27.27 0km");
    means("{\"aroundLatLng\":\"\"}", "");
    fails_with("{\"aroundLatLng\":\"Mikkeli\"}", "requests[0].aroundLatLng: latitude and longitude");
    fails_with("{\"aroundLatLng\":\"91,0\"}", "aroundLatLng");
    fails_with("{\"aroundLatLng\":\"61.69\"}", "aroundLatLng");
    fails_with("{\"aroundLatLng\":\"nan,nan\"}", "aroundLatLng");
}

static void indexes_name_language_and_order(void **state)
{
    static const struct {
        const char *name;
        enum ui_lang lang;
        enum sort sort;
    } good[] = {{"opastin", UI_FI, SORT_RELEVANCE},      {"opastin_sv", UI_SV, SORT_RELEVANCE},
                {"opastin_newest", UI_FI, SORT_NEWEST},  {"opastin_en_name", UI_EN, SORT_NAME},
                {"opastin_fi_next", UI_FI, SORT_NEXT},   {"opastin_distance", UI_FI, SORT_RELEVANCE},
                {"opastin_relevance", UI_FI, SORT_RELEVANCE}};
    static const char *const bad[] = {"products", "opastin_", "opastin_de", "opastin_name_sv", "opastinx", "",
                                      "opastin_sv_", "OPASTIN"};
    char text[200];
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        snprintf(text, sizeof text, "{\"requests\":[{\"indexName\":\"%s\"}]}", good[i].name);
        assert_int_equal(read_body(text), STATUS_OK);
        assert_int_equal(body.queries[0].request.lang, good[i].lang);
        assert_int_equal(body.queries[0].request.sort, good[i].sort);
        assert_int_equal(body.queries[0].message != NULL, strcmp(good[i].name, "opastin_distance") == 0);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(text, sizeof text, "{\"requests\":[{\"indexName\":\"%s\"}]}", bad[i]);
        fails(text, STATUS_NOTFOUND, "there is opastin");
    }
}

static void what_is_shown_is_read(void **state)
{
    (void)state;
    means("{\"facets\":[\"theme\",\"age_min\",\"colour\"],\"attributesToRetrieve\":[\"title\",\"labels\"],"
          "\"attributesToSnippet\":[\"summary:20\"],\"attributesToHighlight\":[\"title\"],\"maxValuesPerFacet\":5000,"
          "\"highlightPreTag\":\"__a__\",\"highlightPostTag\":\"__/a__\",\"sortFacetValuesBy\":\"alpha\"}", "");
    const struct instant_query *q = &body.queries[0];
    uint32_t theme = 1u << instant_attribute_by_name("theme", 5), age = 1u << instant_attribute_by_name("age_min", 7);
    assert_int_equal(q->facets, theme | age);
    assert_int_equal(q->request.uncounted, ((1u << FACET_COUNT) - 1) & ~(1u << FACET_THEME));
    assert_int_equal(q->request.unshown, ((1u << MEMBERS) - 1) & ~(1u << MEMBER_TITLE));
    assert_true(q->labels && q->values_by_name && q->highlight[INSTANT_TITLE] && !q->highlight[INSTANT_SUMMARY]);
    assert_int_equal(q->snippet[INSTANT_SUMMARY], 20);
    assert_int_equal(q->values, INSTANT_VALUES_MOST);
    assert_string_equal(q->pre, "__a__");
    means("{\"facets\":\"*\",\"attributesToRetrieve\":[\"*\",\"-title\"],\"attributesToHighlight\":[]}", "");
    assert_int_equal(q->facets, (1u << instant_attribute_count) - 1);
    assert_true(q->request.unshown >> MEMBER_TITLE & 1 && !(q->request.unshown >> MEMBER_ID & 1) && q->labels);
    assert_false(q->highlight[INSTANT_TITLE]);
    means("{\"attributesToRetrieve\":[\"-title\",\"-labels\"],\"facets\":\"theme.lvl0\"}", "");
    assert_true(q->request.unshown >> MEMBER_TITLE & 1 && !(q->request.unshown >> MEMBER_ID & 1) && !q->labels);
    assert_int_equal(q->facets, 1u << instant_attribute_by_name("theme.lvl0", 10));
}

static void a_search_among_values_names_its_attribute(void **state)
{
    (void)state;
    assert_int_equal(read_body("{\"requests\":[{\"type\":\"facet\",\"facet\":\"theme\",\"indexName\":\"opastin\","
                               "\"params\":{\"facetQuery\":\"ku\",\"maxFacetHits\":5}}]}"), STATUS_OK);
    assert_int_equal(body.queries[0].facet_search, instant_attribute_by_name("theme", 5));
    assert_string_equal(body.queries[0].facet_query, "ku");
    assert_int_equal(body.queries[0].facet_hits, 5);
    assert_int_equal(body.queries[0].request.per_page, 0);
    means("{\"facetName\":\"area.lvl1\",\"facetQuery\":\"mik\"}", "per_page=0");
    fails_with("{\"facetName\":\"colour\"}", "there is no attribute \"colour\"");
    fails_with("{\"facetName\":\"age\"}", "is a number");
    fails("{\"requests\":[{\"type\":\"facet\",\"indexName\":\"opastin\"}]}", STATUS_INVALID, "name of an attribute");
}

static void what_restricts_and_cannot_be_done_is_told(void **state)
{
    (void)state;
    fails_with("{\"filters\":\"theme:Kulttuuri\"}", "requests[0].filters: not done here");
    fails_with("{\"insidePolygon\":[[1,2,3,4,5,6]]}", "requests[0].insidePolygon");
    fails_with("{\"facetFilters\":[\"colour:red\"]}",
               "requests[0].facetFilters: there is no attribute \"colour\"; there are: audience");
    fails_with("{\"facetFilters\":[7]}", "an array of texts");
    fails_with("{\"facetFilters\":[[[\"theme:a\"]]]}", "an array of texts");
    fails_with("{\"facetFilters\":{}}", "an array of texts");
    fails_with("{\"numericFilters\":[\"price<5\"]}", "there is no attribute \"price\"");
    fails_with("{\"numericFilters\":[\"theme<5\"]}", "no number");
    fails_with("{\"numericFilters\":[\"age<\"]}", "no filter by a number");
    fails_with("{\"numericFilters\":[\"age<=>5\"]}", "no filter by a number");
    fails_with("{\"numericFilters\":[\"age=5x\"]}", "no filter by a number");
    fails_with("{\"numericFilters\":[\"age=nan\"]}", "no filter by a number");
    fails_with("{\"insideBoundingBox\":\"61,27,62\"}", "four numbers");
    fails_with("{\"insideBoundingBox\":\"61,27,62,28,x\"}", "four numbers");
    fails_with("{\"insideBoundingBox\":\"nan,27,62,28\"}", "four numbers");
    fails_with("{\"insideBoundingBox\":[[61,27,62,\"28\"]]}", "four numbers");
    fails_with("{\"insideBoundingBox\":[[61,27,62],[28]]}", "four numbers");
    fails_with("{\"insideBoundingBox\":[7]}", "four numbers");
    fails_with("{\"insideBoundingBox\":{}}", "four numbers");
    fails_with("\"query=kerho\"", "requests[0].params: an object");
    fails("{}", STATUS_INVALID, "is expected");
    fails("{\"requests\":[]}", STATUS_INVALID, "is expected");
    fails("{\"requests\":[7]}", STATUS_INVALID, "requests[0]: an object");
    fails("{\"requests\":[{}]}", STATUS_INVALID, "requests[0].indexName");
    fails("{\"requests\":", STATUS_INVALID, "no JSON: line 1");
    fails("", STATUS_INVALID, "no JSON");
}

/* BEGIN, then `count` times PIECE divided by commas, then END. */
static const char *repeated(const char *begin, const char *piece, size_t count, const char *end)
{
    static struct buf text = BUF_INIT;
    buf_reset(&text);
    buf_adds(&text, begin);
    for (size_t i = 0; i < count; i++)
        buf_addf(&text, "%s%s", i ? "," : "", piece);
    buf_adds(&text, end);
    return buf_str(&text);
}

static void limits_hold_to_the_last_one(void **state)
{
    static const char one[] = "{\"requests\":[{\"indexName\":\"opastin\",\"params\":";
    char begin[200], tag[200];
    (void)state;
    assert_int_equal(read_body(repeated("{\"requests\":[", "{\"indexName\":\"opastin\"}", 20, "]}")), STATUS_OK);
    fails(repeated("{\"requests\":[", "{\"indexName\":\"opastin\"}", 21, "]}"), STATUS_LIMIT,
          "21 requests in one body; allowed: 20");
    snprintf(begin, sizeof begin, "%s{\"facetFilters\":[", one);
    assert_int_equal(read_body(repeated(begin, "\"theme:-kulttuuri\"", 64, "]}}]}")), STATUS_OK);
    fails(repeated(begin, "\"theme:-kulttuuri\"", 65, "]}}]}"), STATUS_LIMIT, "more than 64 filters");
    snprintf(begin, sizeof begin, "%s{\"facetFilters\":[[", one);
    assert_int_equal(read_body(repeated(begin, "\"theme:kulttuuri\"", 256, "]]}}]}")), STATUS_OK);
    fails(repeated(begin, "\"theme:kulttuuri\"", 257, "]]}}]}"), STATUS_LIMIT, "more than 256 conditions");
    snprintf(begin, sizeof begin, "%s{\"insideBoundingBox\":[", one);
    assert_int_equal(read_body(repeated(begin, "[61,27,62,28]", 16, "]}}]}")), STATUS_OK);
    fails(repeated(begin, "[61,27,62,28]", 17, "]}}]}"), STATUS_INVALID, "at most 16 boxes");
    for (int deep = 0; deep < 2; deep++) { /* "requests", its one, "params" and eight or nine more */
        snprintf(begin, sizeof begin, "%s{\"colour\":%.*s%.*s}}]}", one, 8 + deep, "[[[[[[[[[", 8 + deep, "]]]]]]]]]");
        if (deep)
            fails(begin, STATUS_LIMIT, "deeper than allowed: 12");
        else
            assert_int_equal(read_body(begin), STATUS_OK);
    }
    for (int len = 64; len <= 65; len++) {
        snprintf(tag, sizeof tag, "%s{\"highlightPreTag\":\"%.*s\"}}]}", one, len,
                 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
        if (len == 65)
            fails(tag, STATUS_LIMIT, "longer than 64 bytes");
        else
            assert_int_equal(read_body(tag), STATUS_OK);
    }
    char *large = malloc(INSTANT_BODY_BYTES + 1);
    memset(large, ' ', INSTANT_BODY_BYTES + 1);
    const char *text = "{\"requests\":[{\"indexName\":\"opastin\"}]}";
    memcpy(large, text, strlen(text));
    instant_body_release(&body);
    assert_int_equal(instant_read(&body, large, INSTANT_BODY_BYTES, UI_FI, &arena, &err), STATUS_OK);
    instant_body_release(&body);
    assert_int_equal(instant_read(&body, large, INSTANT_BODY_BYTES + 1, UI_FI, &arena, &err), STATUS_LIMIT);
    free(large);
}

/* The requests of a click: hits under all filters, and for each filter what it would count without itself. */
static void filters_of_one_attribute_may_differ(void **state)
{
    static const char *const together[] = {
        "\"facetFilters\":[[\"area.lvl1:Etelä-Savo > Mikkeli\"]],\"numericFilters\":[\"age_min<=70\"]",
        "\"facetFilters\":[[\"theme:Kulttuuri\"],[\"area.lvl0:Etelä-Savo\"]],\"numericFilters\":[\"age_min<=70\"]",
        "\"facetFilters\":[[\"theme:Kulttuuri\"]],\"numericFilters\":[\"age_min<=70\"]",
        "\"facetFilters\":[[\"theme:Kulttuuri\"],[\"area.lvl1:Etelä-Savo > Mikkeli\"]]",
        "\"facetFilters\":[[\"theme:Kulttuuri\"],[\"area.lvl1:Etelä-Savo > Mikkeli\"]],"
        "\"numericFilters\":[\"age_min<=71\"]",
    };
    static const char *const apart[] = {
        "\"facetFilters\":[[\"area.lvl1:Etelä-Savo > Mikkeli\"]]",
        "\"facetFilters\":[],\"numericFilters\":[\"age_min<=70\"]",
        "\"query\":\"kerhot\",\"facetFilters\":[[\"theme:Kulttuuri\"],[\"area.lvl1:Etelä-Savo > Mikkeli\"]],"
        "\"numericFilters\":[\"age_min<=70\"]",
        "\"aroundLatLng\":\"61,27\",\"facetFilters\":[[\"theme:Kulttuuri\"],[\"area.lvl1:Etelä-Savo > Mikkeli\"]],"
        "\"numericFilters\":[\"age_min<=70\"]",
        "\"hitsPerPage\":1,\"facetFilters\":[[\"theme:Kulttuuri\"],[\"area.lvl1:Etelä-Savo > Mikkeli\"]],"
        "\"numericFilters\":[\"age_min<=70\"]",
    };
    char text[2000];
    (void)state;
    for (size_t i = 0; i < sizeof together / sizeof *together + sizeof apart / sizeof *apart; i++) {
        size_t side = i < sizeof together / sizeof *together ? i : i - sizeof together / sizeof *together;
        const char *params = side == i ? together[side] : apart[side];
        const char *more = strstr(params, "\"query\"") ? "" : "\"query\":\"kerho\",";
        snprintf(text, sizeof text,
                 "{\"requests\":[{\"indexName\":\"opastin\",\"params\":{\"query\":\"kerho\",\"facetFilters\":[[\"theme:"
                 "Kulttuuri\"],[\"area.lvl1:Etelä-Savo > Mikkeli\"]],\"numericFilters\":[\"age_min<=70\"]}},"
                 "{\"indexName\":\"opastin\",\"params\":{%s%s%s}}]}", more,
                 strstr(params, "hitsPerPage") ? "" : "\"hitsPerPage\":0,", params);
        if (read_body(text) != STATUS_OK)
            fail_msg("%s: %s", text, err.message);
        if (instant_together(&body.queries[0], &body.queries[1]) != (side == i))
            fail_msg("%s: %s expected", params, side == i ? "together" : "apart");
    }
}

static void every_value_is_found_as_it_is_shown(void **state)
{
    struct buf shown = BUF_INIT;
    size_t values = 0;
    (void)state;
    for (size_t a = 0; a < instant_attribute_count; a++) {
        const struct instant_attribute *attribute = &instant_attributes[a];
        size_t own = 0;
        for (size_t i = 0; attribute->facet != FACET_AGE && i < vocab_size(facet_vocab(attribute->facet)); i++) {
            const struct vocab_entry *entry = vocab_entry(facet_vocab(attribute->facet), i);
            if (entry->broader >= 0) /* two levels */
                assert_true(vocab_entry(facet_vocab(attribute->facet), (size_t)entry->broader)->broader < 0);
            if (!instant_has(attribute, i))
                continue;
            own++;
            for (int lang = 0; lang < UI_LANG_COUNT; lang++, values++) {
                buf_reset(&shown);
                instant_show(attribute, i, (enum ui_lang)lang, &shown);
                int found = instant_find(attribute, buf_str(&shown), shown.len, (enum ui_lang)lang);
                if (found != (int)i)
                    fail_msg("%s \"%s\": found %d, expected %zu", attribute->name, buf_str(&shown), found, i);
            }
            assert_int_equal(instant_find(attribute, entry->code, strlen(entry->code), UI_FI), (int)i);
        }
        if (attribute->facet != FACET_AGE && strcmp(attribute->name, "area.lvl2") != 0)
            assert_true(own > 0);
    }
    assert_true(values > 2000);
    buf_release(&shown);
}

static void areas_of_one_name_are_told_apart(void **state)
{
    const struct instant_attribute *area = &instant_attributes[instant_attribute_by_name("area", 4)];
    struct buf shown = BUF_INIT;
    (void)state;
    instant_show(area, (size_t)vocab_find(VOCAB_AREA, "region-21", 9), UI_FI, &shown);
    assert_string_equal(buf_str(&shown), "Ahvenanmaa");
    buf_reset(&shown);
    instant_show(area, (size_t)vocab_find(VOCAB_AREA, "wellbeing-91", 12), UI_FI, &shown);
    assert_string_equal(buf_str(&shown), "Ahvenanmaa (wellbeing-91)");
    buf_release(&shown);
}

static int set_up(void **state)
{
    (void)state;
    return vocab_load(NULL) != STATUS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    instant_body_release(&body);
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_become_a_request),
        cmocka_unit_test(filters_of_a_facet_are_ours_where_ours_say_the_same),
        cmocka_unit_test(other_filters_become_clauses),
        cmocka_unit_test(strictly_less_and_more_leave_the_number_out),
        cmocka_unit_test(a_point_is_measured_from),
        cmocka_unit_test(indexes_name_language_and_order),
        cmocka_unit_test(what_is_shown_is_read),
        cmocka_unit_test(a_search_among_values_names_its_attribute),
        cmocka_unit_test(what_restricts_and_cannot_be_done_is_told),
        cmocka_unit_test(limits_hold_to_the_last_one),
        cmocka_unit_test(filters_of_one_attribute_may_differ),
        cmocka_unit_test(every_value_is_found_as_it_is_shown),
        cmocka_unit_test(areas_of_one_name_are_told_apart),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
