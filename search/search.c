#include "search/search.h"

#include <stdlib.h>
#include <time.h>

#include "calendar.h"
#include "search/account.h"
#include "search/count.h"
#include "search/dates.h"
#include "search/guide.h"
#include "search/held.h"
#include "search/match.h"
#include "search/query.h"
#include "search/rank.h"
#include "search/score.h"
#include "search/searcher.h"
#include "search/spell.h"
#include "search/together.h"
#include "search/total.h"
#include "stored.h"

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* ---- life of a searcher ---------------------------------------------------------------------------------------- */

static void release_rows(struct searcher *s)
{
    for (int i = 0; i < SEARCHER_SETS; i++)
        free(s->sets[i].words);
    for (int i = 0; i < SEARCHER_ROW_FILTERS; i++) {
        free(s->row_filters[i].decided.words);
        free(s->row_filters[i].passed.words);
    }
    free(s->rows);
    free(s->scores);
    free(s->factors);
    free(s->next);
    free(s->day_live.words);
    free(s->day_past.words);
    free(s->local.words);
    free(s->undated.words);
    held_release(s);
    free(s->held.postings);
    free(s->held.rows.words);
    ids_free(s->ids);
    records_unpacker_free(s->unpacker);
    meanings_reader_free(s->meanings);
    snapshot_release(s->snapshot);
}

static enum status new_set(uint32_t rows, struct docset *set, struct err *err)
{
    set->word_count = docset_words(rows);
    set->words = calloc(set->word_count + 1, sizeof *set->words);
    return set->words ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory for a set of %u rows", rows);
}

/* Everything of a searcher that depends on the snapshot. */
static enum status open_rows(struct searcher *s, struct snapshot *snapshot, struct err *err)
{
    uint32_t rows = snapshot->columns.count;
    *s = (struct searcher){.snapshot = snapshot_hold(snapshot), .live_today = DAY_UNKNOWN, .next_from = DAY_UNKNOWN,
                           .tables_today = DAY_UNKNOWN};
    TRY(ids_open(&s->ids, snapshot->path, err));
    TRY(records_unpacker_new(&s->unpacker, err));
    TRY(meanings_reader_new(&s->meanings, &snapshot->meanings, err));
    if (ids_rows(s->ids) != rows)
        return err_set(err, STATUS_CORRUPT, "%s: ids of %u records, its columns have %u", snapshot->path,
                       ids_rows(s->ids), rows);
    s->rows = calloc((size_t)rows + 1, sizeof *s->rows);
    s->scores = calloc((size_t)rows + 1, sizeof *s->scores);
    s->factors = calloc((size_t)rows + 1, sizeof *s->factors);
    s->next = calloc((size_t)rows + 1, sizeof *s->next);
    if (!s->rows || !s->scores || !s->factors || !s->next)
        return err_set(err, STATUS_NOMEM, "out of memory for %u rows", rows);
    for (int i = 0; i < SEARCHER_ROW_FILTERS; i++) {
        TRY(new_set(rows, &s->row_filters[i].decided, err));
        TRY(new_set(rows, &s->row_filters[i].passed, err));
    }
    TRY(new_set(rows, &s->day_live, err));
    TRY(new_set(rows, &s->day_past, err));
    TRY(new_set(rows, &s->local, err));
    TRY(new_set(rows, &s->undated, err));
    TRY(new_set(rows, &s->held.rows, err));
    for (uint32_t row = 0; row < rows; row++)
        if (snapshot->columns.tier[row] == TIER_LOCAL)
            docset_put(&s->local, row);
    return STATUS_OK;
}

enum status searcher_open(struct searcher **searcher, struct snapshot *snapshot, struct err *err)
{
    struct searcher *s = calloc(1, sizeof *s);
    struct analyser *analyser;
    if (!s)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = analyser_open(&analyser, SEARCHER_WORDS, err);
    if (status == STATUS_OK) {
        status = open_rows(s, snapshot, err);
        s->analyser = analyser;
    }
    if (status != STATUS_OK) {
        searcher_free(s);
        return status;
    }
    *searcher = s;
    return STATUS_OK;
}

void searcher_free(struct searcher *s)
{
    if (!s)
        return;
    analyser_free(s->analyser);
    guide_release(s->guide);
    release_rows(s);
    free(s);
}

void searcher_rest(struct searcher *s)
{
    if (s)
        held_release(s);
}

enum status searcher_move(struct searcher *s, struct snapshot *snapshot, struct err *err)
{
    struct searcher fresh;
    enum status status = open_rows(&fresh, snapshot, err);
    if (status == STATUS_OK)
        searcher_swap(s, &fresh);
    release_rows(&fresh);
    return status;
}

void searcher_swap(struct searcher *s, struct searcher *prepared)
{
    struct searcher old = *s;
    *s = *prepared;
    s->analyser = old.analyser;
    s->guide = old.guide;
    *prepared = old;
    prepared->analyser = NULL;
    prepared->guide = NULL;
}

const struct snapshot *searcher_snapshot(const struct searcher *s)
{
    return s->snapshot;
}

struct meanings_reader *searcher_meanings(const struct searcher *s)
{
    return s->meanings;
}

void searcher_guide(struct searcher *s, struct guide *guide)
{
    struct guide *old = s->guide;
    s->guide = guide ? guide_hold(guide) : NULL;
    guide_release(old);
}

uint64_t searcher_guide_hash(const struct searcher *s)
{
    return s->guide ? guide_hash(s->guide) : 0;
}

struct analyser *searcher_analyser(struct searcher *s)
{
    return s->analyser;
}

enum status searcher_record(struct searcher *s, uint32_t row, struct buf *data, struct stored *stored, struct err *err)
{
    TRY(records_get(&s->snapshot->records, s->unpacker, row, data, err));
    return stored_open(stored, data->data, data->len, err);
}

enum status searcher_head(struct searcher *s, uint32_t row, struct buf *data, struct stored_head *head, struct err *err)
{
    TRY(records_head(&s->snapshot->records, row, data, err));
    return stored_head_open(head, data->data, data->len, err);
}

/* ---- what the stages use ---------------------------------------------------------------------------------------- */

enum status searcher_set(struct searcher *s, struct docset *set, struct err *err)
{
    if (s->sets_used == SEARCHER_SETS)
        return err_set(err, STATUS_LIMIT, "one search needs more than %d sets of rows", SEARCHER_SETS);
    struct docset *own = &s->sets[s->sets_used];
    if (!own->words)
        TRY(new_set(s->snapshot->columns.count, own, err));
    s->sets_used++;
    docset_clear(own);
    *set = *own;
    return STATUS_OK;
}

enum status search_clock_check(const struct search_clock *clock, struct err *err)
{
    if (clock->deadline_us && now_us() > clock->deadline_us)
        return err_set(err, STATUS_TIMEOUT, "the search took longer than it may; ask for less or try again");
    return STATUS_OK;
}

enum status searcher_deadline(const struct searcher *s, struct err *err)
{
    return search_clock_check(s->clock, err);
}

bool searcher_occurrence(const struct searcher *s, uint32_t row, int32_t today, struct occurrence *occurrence)
{
    struct row_schedules of;
    row_schedules(&s->snapshot->columns, row, &of);
    return occurrence_next(of.list, of.count, of.start, of.end, today, occurrence);
}

uint32_t searcher_next(struct searcher *s, uint32_t row)
{
    struct occurrence next;
    if (s->next_from != s->first_day) {
        for (uint32_t r = 0; r < s->snapshot->columns.count; r++)
            s->next[r] = NEXT_NOT_COMPUTED;
        s->next_from = s->first_day;
    }
    if (s->next[row] == NEXT_NOT_COMPUTED) {
        if (searcher_occurrence(s, row, s->first_day, &next) && next.day >= 0)
            s->next[row] = (uint32_t)next.day * 1440 + (uint32_t)(next.from_minute < 0 ? 0 : next.from_minute);
        else
            s->next[row] = NEXT_NONE;
    }
    return s->next[row];
}

static enum status find_in_scope(struct searcher *s, uint32_t row, int32_t today, struct err *err)
{
    const struct search_clock clock = {.today = today};
    enum status status = searcher_begin(s, &clock, err);
    s->clock = NULL;
    if (status == STATUS_OK && !docset_has(&s->live, row) && !docset_has(&s->past, row))
        return err_set(err, STATUS_NOTFOUND, "no record has this id");
    return status;
}

enum status searcher_find(struct searcher *s, const char *id, size_t len, int32_t today, uint32_t *row,
                          struct err *err)
{
    const struct columns *c = &s->snapshot->columns;
    struct err none = {0};
    enum status status = ids_find(s->ids, id, len, row, &none);
    if (status != STATUS_OK && status != STATUS_NOTFOUND)
        return err_set(err, status, "%s", none.message);
    if (status == STATUS_NOTFOUND || *row >= c->count || today < c->visible_from[*row] || today > c->visible_to[*row])
        return err_set(err, STATUS_NOTFOUND, "no record has this id");
    return s->scope ? find_in_scope(s, *row, today, err) : STATUS_OK;
}

/* ---- one search ------------------------------------------------------------------------------------------------- */

/* Which rows are shown today, and which of them are over. */
static void sort_by_day(struct searcher *s, int32_t today)
{
    const struct columns *c = &s->snapshot->columns;
    if (s->live_today == today)
        return;
    docset_clear(&s->day_live);
    docset_clear(&s->day_past);
    docset_clear(&s->undated);
    for (uint32_t row = 0; row < c->count; row++) {
        if (today < c->visible_from[row] || c->visible_to[row] < today)
            continue;
        docset_put(today <= c->past_after[row] ? &s->day_live : &s->day_past, row);
        if (row_undated(c, row))
            docset_put(&s->undated, row);
    }
    s->live_today = today;
}

enum status searcher_prepare(struct searcher **prepared, struct snapshot *snapshot, int32_t today, struct err *err)
{
    const struct search_clock clock = {.today = today};
    struct searcher *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = open_rows(s, snapshot, err);
    if (status == STATUS_OK)
        status = searcher_begin(s, &clock, err);
    if (status != STATUS_OK) {
        searcher_free(s);
        return status;
    }
    score_prepare(s);
    s->clock = NULL;
    *prepared = s;
    return STATUS_OK;
}

static enum status cursor_check(const struct searcher *s, const struct request *request, int32_t today,
                                struct err *err)
{
    const struct cursor *cursor = &request->cursor;
    if (!cursor->given)
        return STATUS_OK;
    if (cursor->query != request_hash(request))
        return err_set(err, STATUS_INVALID, "cursor: it belongs to another search; start from the first page");
    if (cursor->generation != s->snapshot->number || cursor->today != today ||
        cursor->guide != (uint32_t)searcher_guide_hash(s))
        return err_set(err, STATUS_STALE, "cursor: the index has changed since; start from the first page");
    return STATUS_OK;
}

static struct cursor next_cursor(const struct searcher *s, const struct request *request, const struct answer *answer)
{
    struct sort_key last = answer->hits[answer->hit_count - 1].key;
    return (struct cursor){.given = true, .generation = s->snapshot->number, .today = answer->today,
                           .guide = (uint32_t)searcher_guide_hash(s), .query = request_hash(request),
                           .key_high = last.high, .key_low = last.low};
}

/* The text as it is searched for: its words, what they name and what may stand for them. */
static enum status read_query(struct searcher *s, const struct request *request, struct arena *arena,
                              struct query **query, struct err *err)
{
    TRY(query_parse(query, request->q, request->q_len, s->analyser, arena, err));
    if (!*query || !s->guide)
        return STATUS_OK;
    TRY(spell_apply(s, *query, arena, err));
    TRY(query_derive(*query, arena, err));
    return guide_apply(s->guide, *query, arena, err);
}

void searcher_scope(struct searcher *s, const struct request *scope)
{
    s->scope = scope;
}

static enum status scope_filter(struct searcher *s, enum filter filter, struct docset *rows, struct err *err)
{
    if ((int)filter >= (int)FACET_LISTED) {
        struct docset passed, all = s->snapshot->all;
        TRY(filter_computed(s, s->scope, filter, &all, &passed, err));
        docset_copy(rows, &passed);
        return STATUS_OK;
    }
    docset_clear(rows);
    filter_listed(s, s->scope, (enum facet)filter, rows);
    return STATUS_OK;
}

static enum status keep_scope(struct searcher *s, struct err *err)
{
    bool filtered[FILTER_COUNT];
    struct docset rows;
    TRY(searcher_set(s, &s->live, err));
    TRY(searcher_set(s, &s->past, err));
    TRY(searcher_set(s, &rows, err));
    docset_copy(&s->live, &s->day_live);
    docset_copy(&s->past, &s->day_past);
    filters_asked(s->scope, filtered);
    for (int f = 0; f < FILTER_COUNT; f++) {
        if (!filtered[f])
            continue;
        TRY(scope_filter(s, (enum filter)f, &rows, err));
        docset_and(&s->live, &rows);
        docset_and(&s->past, &rows);
    }
    return STATUS_OK;
}

enum status searcher_begin(struct searcher *s, const struct search_clock *clock, struct err *err)
{
    s->clock = clock;
    s->sets_used = 0;
    s->first_day = clock->today;
    sort_by_day(s, clock->today);
    s->live = s->day_live;
    s->past = s->day_past;
    return s->scope ? keep_scope(s, err) : STATUS_OK;
}

enum status searcher_rows(struct searcher *s, const struct search_clock *clock, struct docset *rows, struct err *err)
{
    enum status status = searcher_begin(s, clock, err);
    *rows = s->live;
    s->clock = NULL;
    return status;
}

enum status search_total(struct searcher *s, const struct request *request, const struct search_clock *clock,
                         struct arena *arena, uint64_t *total, struct err *err)
{
    held_release(s);
    return search_total_held(s, request, clock, arena, total, err);
}

enum status search_total_held(struct searcher *s, const struct request *request, const struct search_clock *clock,
                              struct arena *arena, uint64_t *total, struct err *err)
{
    struct query *query = NULL;
    TRY(searcher_begin(s, clock, err));
    TRY(searcher_deadline(s, err));
    if (!held_rows(s, request))
        TRY(read_query(s, request, arena, &query, err));
    return total_run(s, request, query, total, err);
}

enum status search_account(struct searcher *s, const struct request *request, const struct search_clock *clock,
                           uint32_t row, struct arena *arena, struct account *account, struct err *err)
{
    struct match match = {0};
    struct query *query = NULL;
    held_release(s);
    TRY(searcher_begin(s, clock, err));
    TRY(read_query(s, request, arena, &query, err));
    enum status status = match_run(s, request, query, arena, &match, err);
    if (status == STATUS_OK)
        status = account_run(s, request, query, &match, row, arena, account, err);
    return status;
}

enum status search_run(struct searcher *s, const struct request *request, const struct search_clock *clock,
                       struct arena *arena, struct answer *answer, struct err *err)
{
    struct match match = {0};
    struct query *query = NULL;
    held_release(s);
    int64_t started = now_us();
    *answer = (struct answer){.today = clock->today};
    struct days days = days_asked(request, clock->today);
    TRY(searcher_begin(s, clock, err));
    s->first_day = days.asked ? days.first : clock->today;
    TRY(cursor_check(s, request, clock->today, err));
    TRY(read_query(s, request, arena, &query, err));
    int64_t understood = now_us();
    enum status status = match_run(s, request, query, arena, &match, err);
    int64_t matched = now_us();
    if (status == STATUS_OK)
        status = count_run(s, request, &match, arena, answer->facets, err);
    int64_t counted = now_us();
    if (status == STATUS_OK)
        status = rank_run(s, request, query, &match, arena, answer, err);
    TRY(status);
    answer->query = query;
    answer->total = match.total;
    answer->all_total = match.all_total;
    answer->past_total = match.past_total;
    answer->wanted = match.wanted;
    answer->required = match.required;
    if (answer->more)
        answer->next = next_cursor(s, request, answer);
    answer->query_us = (double)(understood - started);
    answer->match_us = (double)(matched - understood);
    answer->count_us = (double)(counted - matched);
    answer->rank_us = (double)(now_us() - counted);
    return STATUS_OK;
}

enum status search_together(struct searcher *s, struct search_side *sides, size_t count,
                            const struct search_clock *clock, struct arena *arena, struct err *err)
{
    const struct request *lead = sides[0].request;
    struct match match = {0};
    struct query *query = NULL;
    held_release(s);
    int64_t started = now_us();
    struct days days = days_asked(lead, clock->today);
    TRY(searcher_begin(s, clock, err));
    s->first_day = days.asked ? days.first : clock->today;
    for (size_t i = 0; i < count; i++)
        sides[i].answer = (struct answer){.today = clock->today};
    TRY(read_query(s, lead, arena, &query, err));
    int64_t understood = now_us();
    enum status status = match_run(s, lead, query, arena, &match, err);
    int64_t matched = now_us();
    struct answer *answer = &sides[0].answer;
    if (status == STATUS_OK)
        status = rank_run(s, lead, query, &match, arena, answer, err);
    int64_t ranked = now_us();
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        int64_t began = now_us();
        status = side_run(s, &match, &sides[i], i == 0, arena, err);
        sides[i].answer.count_us = (double)(now_us() - began);
    }
    TRY(status);
    answer->query = query;
    answer->all_total = match.all_total;
    answer->past_total = match.past_total;
    answer->wanted = match.wanted;
    answer->required = match.required;
    answer->query_us = (double)(understood - started);
    answer->match_us = (double)(matched - understood);
    answer->rank_us = (double)(ranked - matched);
    return STATUS_OK;
}
