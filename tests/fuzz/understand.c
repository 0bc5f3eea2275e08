/* Free text of a search with all that is made of it: other words of its roots, names, fillers, synonyms, a correction;
 * and the requests that apply and undo what was understood, over the wire and back. */
#include <string.h>

#include "analyse/analyse.h"
#include "base/arena.h"
#include "base/buf.h"
#include "search/guide.h"
#include "search/query.h"
#include "search/request.h"
#include "search/understand.h"
#include "tests/fuzz/target.h"

static struct understanding {
    struct analyser *analyser;
    struct guides *guides;
    struct guide *guide;
    struct arena arena;
} understanding;

static size_t group_size(const struct query_group *group)
{
    FUZZ_CHECK(group->term_count > 0 && group->term_count <= POSTINGS_TERMS_PER_WORD);
    for (size_t i = 0; i < group->term_count; i++)
        FUZZ_CHECK(group->terms[i].len > 1 && strlen(group->terms[i].text) == group->terms[i].len);
    for (int lane = 0; lane < LANE_COUNT; lane++)
        FUZZ_CHECK(group->weight[lane] >= 0 && group->weight[lane] < 10);
    return group->term_count;
}

static void check_words(const struct query *query, size_t len)
{
    size_t terms = 0, optional = 0;
    FUZZ_CHECK(query->word_count > 0 && query->word_count <= REQUEST_QUERY_WORDS);
    for (size_t w = 0; w < query->word_count; w++) {
        const struct query_word *word = &query->words[w];
        FUZZ_CHECK(word->len > 0 && word->offset + word->len <= len);
        FUZZ_CHECK(word->own_terms > 0 && word->own_terms <= word->whole.term_count);
        FUZZ_CHECK(word->share > 0 && word->share <= 1);
        FUZZ_CHECK(!word->literal || word->whole.weight[LANE_WIDE] == 0);
        optional += word->optional;
        terms += group_size(&word->whole);
        for (size_t p = 0; p < word->part_count; p++)
            terms += group_size(&word->parts[p]);
    }
    FUZZ_CHECK(query->alternative_count <= QUERY_ALTERNATIVES);
    for (size_t a = 0; a < query->alternative_count; a++) {
        const struct query_alternative *other = &query->alternatives[a];
        FUZZ_CHECK(other->words > 0 && other->first + other->words <= query->word_count);
        FUZZ_CHECK(other->group_count > 0 && other->text[0]);
        for (size_t g = 0; g < other->group_count; g++)
            terms += group_size(&other->groups[g]);
    }
    FUZZ_CHECK(optional < query->word_count); /* something is required */
    FUZZ_CHECK(terms <= QUERY_TERMS);
}

static void check_values(const struct query *query)
{
    FUZZ_CHECK(query->value_count <= QUERY_VALUES);
    for (size_t v = 0; v < query->value_count; v++) {
        const struct query_value *value = &query->values[v];
        FUZZ_CHECK(value->words > 0 && value->first + value->words <= query->word_count);
        FUZZ_CHECK(value->value_count > 0 && value->value_count <= WEEKDAYS);
        FUZZ_CHECK(!value->from_part || !value->meets);
        for (size_t i = 0; i < value->value_count; i++)
            FUZZ_CHECK(value->values[i] < (value->facet == FACET_AGE ? REQUEST_AGE_MOST + 1u
                                                                     : vocab_size(facet_vocab(value->facet))));
        for (size_t w = 0; w < value->words; w++)
            FUZZ_CHECK(!query->words[value->first + w].literal);
    }
}

static bool parses(const struct request *request)
{
    struct buf url = BUF_INIT;
    struct request again;
    struct request_errors errors;
    request_write(request, false, &url);
    bool parsed = request_parse(&again, buf_str(&url), &understanding.arena, &errors, NULL) == STATUS_OK &&
                  request_hash(request) == request_hash(&again);
    buf_release(&url);
    return parsed;
}

static void check_urls(const struct request *request, const struct query *query)
{
    for (size_t v = 0; v < query->value_count; v++) {
        struct request other;
        FUZZ_CHECK(understood_applied(request, query, &query->values[v], &understanding.arena, &other, NULL) ==
                   STATUS_OK);
        FUZZ_CHECK(parses(&other));
        FUZZ_CHECK(understood_undone(request, query, &query->values[v], &understanding.arena, &other, NULL) ==
                   STATUS_OK);
        FUZZ_CHECK(other.q_len > REQUEST_QUERY_BYTES || parses(&other)); /* too long: it is not offered */
    }
}

static void make_understanding(struct understanding *u)
{
    if (u->analyser)
        return;
    FUZZ_CHECK(vocab_load(NULL) == STATUS_OK && analyser_open(&u->analyser, 1, NULL) == STATUS_OK);
    FUZZ_CHECK(guides_open(&u->guides, NULL, NULL) == STATUS_OK);
    u->guide = guides_hold(u->guides);
}

/* As the search reads its text; as often as not its last word is taken as another one. */
static enum status make_query(struct query **query, const struct request *request, struct err *err)
{
    struct understanding *u = &understanding;
    TRY(query_parse(query, request->q, request->q_len, u->analyser, &u->arena, err));
    if (!*query)
        return STATUS_OK;
    size_t last = (*query)->word_count - 1;
    if (request->q_len % 2 && !(*query)->words[last].literal)
        TRY(query_replace(*query, last, (*query)->words[0].text, u->analyser, 0.7, &u->arena, err));
    TRY(query_derive(*query, &u->arena, err));
    return guide_apply(u->guide, *query, &u->arena, err);
}

FUZZ_TARGET(understand)
{
    struct buf text = BUF_INIT;
    struct request request;
    struct request_errors errors;
    struct query *query = NULL;
    struct err err = {0};
    make_understanding(&understanding);
    arena_reset(&understanding.arena);
    buf_adds(&text, "q=");
    for (size_t i = 0; i < size; i++)
        buf_addf(&text, "%%%02X", data[i]);
    enum status status = request_parse(&request, buf_str(&text), &understanding.arena, &errors, &err);
    buf_release(&text);
    if (status != STATUS_OK)
        return 0;
    status = make_query(&query, &request, &err);
    FUZZ_CHECK(status == STATUS_OK || (status == STATUS_LIMIT && err.message[0]));
    if (status != STATUS_OK || !query)
        return 0;
    check_words(query, request.q_len);
    check_values(query);
    check_urls(&request, query);
    query_print(query, &text);
    buf_release(&text);
    return 0;
}
