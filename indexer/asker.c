#include "indexer/asker.h"

#include <stdlib.h>
#include <string.h>

#include "search/account.h"
#include "search/guide.h"
#include "search/snapshot.h"

struct asker {
    struct snapshot *snapshot;
    struct searcher *searcher;
    struct guides *guides;
    int32_t today;
};

enum { ASKER_CACHE_BYTES = 32 << 20 };

static enum status open_parts(struct asker *a, const char *dir, uint32_t number, struct err *err)
{
    TRY(snapshot_open(&a->snapshot, dir, number, ASKER_CACHE_BYTES, err));
    TRY(searcher_open(&a->searcher, a->snapshot, err));
    TRY(guides_open(&a->guides, NULL, err));
    struct guide *guide = guides_hold(a->guides);
    searcher_guide(a->searcher, guide);
    guide_release(guide);
    return STATUS_OK;
}

enum status asker_open(struct asker **asker, const char *dir, uint32_t number, int32_t today, struct err *err)
{
    struct asker *a = calloc(1, sizeof *a);
    if (!a)
        return err_set(err, STATUS_NOMEM, "out of memory");
    a->today = today;
    enum status status = open_parts(a, dir, number, err);
    if (status != STATUS_OK) {
        asker_free(a);
        return status;
    }
    *asker = a;
    return STATUS_OK;
}

void asker_free(struct asker *asker)
{
    if (!asker)
        return;
    searcher_free(asker->searcher);
    if (asker->guides)
        guides_free(asker->guides);
    snapshot_release(asker->snapshot);
    free(asker);
}

/* Words that name no parameter are what is searched for. */
static void add_query(const char *query, struct buf *out)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
    if (strchr(query, '=')) {
        buf_adds(out, query);
        return;
    }
    buf_adds(out, "q=");
    for (const char *at = query; *at; at++) {
        if (strchr(plain, *at))
            buf_addc(out, *at);
        else
            buf_addf(out, "%%%02X", (unsigned char)*at);
    }
}

static enum status parse(const char *query, const char *extra, struct arena *arena, struct request *request,
                         struct err *err)
{
    struct request_errors errors = {.count = 0};
    struct err local = {0};
    struct buf text = BUF_INIT;
    add_query(query, &text);
    if (*extra)
        buf_addf(&text, "&%s", extra);
    enum status status = buf_ok(&text, err);
    if (status == STATUS_OK)
        status = request_parse(request, text.data, arena, &errors, &local);
    buf_release(&text);
    if (status == STATUS_INVALID && errors.count)
        return err_set(err, status, "%s: parameter %s %s", query, errors.list[0].parameter, errors.list[0].detail);
    return status == STATUS_OK ? STATUS_OK : err_set(err, status, "%s: %s", query, local.message);
}

enum status asker_ask(struct asker *asker, const char *query, const char *extra, struct arena *arena,
                      struct request *request, struct answer *answer, struct err *err)
{
    const struct search_clock clock = {.today = asker->today};
    TRY(parse(query, extra, arena, request, err));
    return search_run(asker->searcher, request, &clock, arena, answer, err);
}

const char *asker_hit_id(const struct asker *asker, const struct hit *hit, size_t *len)
{
    return columns_id(&asker->snapshot->columns, hit->row, len);
}

enum status asker_account(struct asker *asker, const char *query, uint32_t row, struct arena *arena,
                          struct account *account, struct err *err)
{
    const struct search_clock clock = {.today = asker->today};
    struct request request;
    TRY(parse(query, "", arena, &request, err));
    return search_account(asker->searcher, &request, &clock, row, arena, account, err);
}

enum status asker_find(const struct asker *asker, const char *id, uint32_t *row, struct err *err)
{
    const struct columns *columns = &asker->snapshot->columns;
    for (uint32_t r = 0; r < columns->count; r++) {
        size_t len;
        const char *other = columns_id(columns, r, &len);
        if (strlen(id) == len && memcmp(id, other, len) == 0) {
            *row = r;
            return STATUS_OK;
        }
    }
    return err_set(err, STATUS_NOTFOUND, "%s: no record has this id", id);
}
