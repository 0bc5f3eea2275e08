/* A body of InstantSearch: whatever comes in, what is read of it is within the limits, and the same a second time. */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "searchd/instant.h"
#include "tests/fuzz/target.h"
#include "vocab/vocab.h"

static void check_query(const struct instant_query *query)
{
    const struct request *request = &query->request;
    size_t conditions = 0;
    FUZZ_CHECK(request->per_page <= REQUEST_PER_PAGE_MOST && request->page >= 1 && request->page <= REQUEST_PAGE_MOST);
    FUZZ_CHECK(request->q_len <= REQUEST_QUERY_BYTES && strlen(request->q) == request->q_len);
    FUZZ_CHECK(request->clause_count <= INSTANT_CLAUSES);
    for (size_t i = 0; i < request->clause_count; i++)
        conditions += request->clauses[i].count;
    FUZZ_CHECK(conditions <= INSTANT_CONDITIONS);
    for (int f = 0; f < FACET_LISTED; f++)
        for (size_t i = 0; i < request->selected_count[f]; i++)
            FUZZ_CHECK(request->selected[f][i] < vocab_size(facet_vocab((enum facet)f)) &&
                       (i == 0 || request->selected[f][i - 1] < request->selected[f][i]));
    FUZZ_CHECK(!request->radius_km || (request->point.given && request->radius_km <= REQUEST_RADIUS_MOST_KM));
    FUZZ_CHECK(query->values <= INSTANT_VALUES_MOST && query->pre && query->post && query->ellipsis);
    FUZZ_CHECK(query->facet_search < 0 || request->per_page == 0);
}

FUZZ_TARGET(instant)
{
    static bool loaded;
    static struct arena arena = ARENA_INIT;
    struct instant_body body, again;
    struct err err = {0}, same = {0};
    if (!loaded)
        FUZZ_CHECK(vocab_load(NULL) == STATUS_OK);
    loaded = true;
    arena_reset(&arena);
    enum status status = instant_read(&body, (const char *)data, size, UI_FI, &arena, &err);
    FUZZ_CHECK(instant_read(&again, (const char *)data, size, UI_FI, &arena, &same) == status);
    FUZZ_CHECK((status == STATUS_OK) == (err.status == STATUS_OK) && body.count == again.count);
    FUZZ_CHECK(status != STATUS_OK || (body.count >= 1 && body.count <= INSTANT_REQUESTS));
    for (size_t i = 0; status == STATUS_OK && i < body.count; i++) {
        check_query(&body.queries[i]);
        bool counts = body.queries[i].request.per_page == 0;
        FUZZ_CHECK(instant_together(&body.queries[i], &again.queries[i]) == counts);
    }
    instant_body_release(&body);
    instant_body_release(&again);
    return 0;
}
