/* One request answered by looking at every record. */
#include "oracle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "search/weights.h"
#include "search/search.h" /* SEARCH_RELAX_BELOW, SEARCH_RELAX_TO */

/* The filters; weekday and time of day are one, because they must hold together. */
enum { WHEN = FACET_LISTED, AGE, NEAR, FILTERS };

/* What the rarest word of a query weighs, and the least share of the best record's that lets another one in. */
enum { RAREST = 64 };

struct view {
    bool shown, over;
    bool in; /* by its text */
    bool failed[FILTERS];
    size_t failures;
    unsigned words; /* that it has */
    unsigned had;   /* of the query: the weights of its words and of parts of its compounds */
    bool near;      /* it is of the place that the query names, and has a word of what is sought */
    float score;
    double km;
    bool centre;
    bool dated;              /* it takes place on the days asked for, */
    struct oracle_when when; /* on these weekdays, at these times */
};

/* ---- filters ---------------------------------------------------------------------------------------------------- */

static bool is_place(uint16_t area)
{
    return area_at(area)->type != AREA_NATIONWIDE && area_at(area)->type != AREA_ONLINE;
}

static bool place_selected(const struct oracle_asked *a)
{
    for (uint16_t v = 0; v < vocab_size(VOCAB_AREA); v++)
        if (a->selected[FACET_AREA][v] && is_place(v))
            return true;
    return false;
}

static bool passes_listed(const struct oracle_facts *f, const struct oracle_asked *a, enum facet facet)
{
    if (a->selected_count[facet] == 0)
        return true;
    if (a->unknown[facet] && f->unknown[facet])
        return true;
    for (size_t i = 0; i < f->value_count[facet]; i++)
        if (a->selected[facet][f->values[facet][i]])
            return true;
    size_t nationwide = (size_t)vocab_find(VOCAB_AREA, "nationwide", strlen("nationwide"));
    return facet == FACET_AREA && f->has[FACET_AREA][nationwide] && place_selected(a);
}

static bool any(const bool *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i])
            return true;
    return false;
}

/* On one of the asked weekdays (any, when none is asked), at one of the asked times of that very day.  A record that
 * says no weekday passes if both that and its unknown time are welcome; one whose days have no known time at all
 * passes if that is. */
static bool passes_when(const struct oracle_when *f, const bool *weekday, const bool *time, bool unknown_weekday,
                        bool unknown_time)
{
    bool days_asked = any(weekday, WEEKDAYS), times_asked = any(time, TIMES), day_fits = false, time_known = false;
    if (!f->says_weekday)
        return (!days_asked || unknown_weekday) && (!times_asked || unknown_time);
    for (int d = 0; d < WEEKDAYS; d++) {
        if (!f->weekday[d] || (days_asked && !weekday[d]))
            continue;
        day_fits = true;
        for (int t = 0; t < TIMES; t++) {
            time_known |= f->slot[d][t];
            if (f->slot[d][t] && time[t])
                return true;
        }
    }
    return day_fits && (!times_asked || (unknown_time && !time_known));
}

/* When it takes place, of the days that are asked for; false when that is not then, nor may it be unsaid. */
static bool passes_date(const struct oracle_facts *f, const struct oracle_asked *a, int32_t today,
                        struct oracle_when *when)
{
    int32_t first = a->date == DAY_UNKNOWN ? today : a->date;
    *when = f->when;
    if (a->date == DAY_UNKNOWN && a->until == DAY_UNKNOWN)
        return true;
    if (!f->dated)
        return a->unknown[FACET_DATE];
    if (first < today && !a->past)
        first = today;
    return oracle_within(f->record, first, a->until, when);
}

static bool passes_age(const struct oracle_facts *f, const struct oracle_asked *a)
{
    const struct record *r = f->record;
    if (a->age < 0)
        return true;
    if (r->age_min == RECORD_AGE_UNKNOWN && r->age_max == RECORD_AGE_UNKNOWN)
        return a->unknown[FACET_AGE];
    return (r->age_min == RECORD_AGE_UNKNOWN || r->age_min <= a->age) &&
           (r->age_max == RECORD_AGE_UNKNOWN || a->age <= r->age_max);
}

static bool passes_near(const struct view *v, const struct oracle_asked *a)
{
    if (a->near < 0 || a->radius_km <= 0)
        return true;
    return isnan(v->km) ? a->unknown[FACET_NEAR] : v->km <= a->radius_km;
}

static void judge(const struct oracle_facts *f, const struct oracle_asked *a, int32_t today, struct view *v)
{
    const struct record *r = f->record;
    *v = (struct view){.km = NAN};
    v->shown = (r->visible_from_day == DAY_UNKNOWN || r->visible_from_day <= today) &&
               (r->visible_to_day == DAY_UNKNOWN || today <= r->visible_to_day);
    v->over = oracle_is_over(r, today);
    if (a->near >= 0)
        v->km = oracle_distance(f, a->near, &v->centre);
    for (int facet = 0; facet < FACET_LISTED; facet++)
        v->failed[facet] = !passes_listed(f, a, (enum facet)facet);
    v->dated = passes_date(f, a, today, &v->when);
    v->failed[WHEN] = !v->dated || !passes_when(&v->when, a->weekday, a->time, a->unknown[FACET_WEEKDAY],
                                                a->unknown[FACET_TIME]);
    v->failed[AGE] = !passes_age(f, a);
    v->failed[NEAR] = !passes_near(v, a);
    for (int i = 0; i < FILTERS; i++)
        v->failures += v->failed[i];
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

/* How much of one word of the query the records have. */
struct had {
    uint8_t *of; /* by record: WHOLE, or how many parts of the compound */
    size_t parts;
    bool optional;
    bool where;   /* names an area */
    double share; /* of a full word's weight */
};

enum { WHOLE = UINT8_MAX };

static struct had had_nothing(size_t records, size_t parts)
{
    return (struct had){.of = calloc(records + 1, 1), .parts = parts, .share = 1};
}

/* What the texts' own words give; and the sum of what they earn, added up as floats in the order of the words. */
static size_t look_for_words(struct oracle_world *world, const char *q, struct had *had, struct view *views)
{
    const struct oracle_word *words[REQUEST_QUERY_WORDS];
    size_t count = oracle_words(world, q, words);
    for (size_t w = 0; w < count; w++) {
        size_t found_count;
        const struct oracle_found *found = oracle_word_found(words[w], &found_count);
        had[w] = had_nothing(world->count, oracle_word_parts(words[w]));
        for (size_t i = 0; i < found_count; i++) {
            had[w].of[found[i].record] = found[i].has ? WHOLE : (uint8_t)found[i].parts;
            for (size_t s = 0; s < found[i].share_count; s++)
                views[found[i].record].score += found[i].shares[s];
        }
    }
    return count;
}

static bool has_value(const struct oracle_facts *f, const struct query_value *value)
{
    const struct oracle_asked nothing = {.age = -1, .near = -1, .date = DAY_UNKNOWN, .until = DAY_UNKNOWN};
    struct oracle_asked asked = nothing;
    bool weekday[WEEKDAYS] = {false}, time[WEEKDAYS] = {false};
    for (size_t v = 0; v < value->value_count; v++) {
        if (value->facet == FACET_WEEKDAY)
            weekday[value->values[v]] = true;
        else if (value->facet == FACET_TIME)
            time[value->values[v]] = true;
        else if (value->facet < FACET_LISTED)
            asked.selected[value->facet][value->values[v]] = true;
    }
    if (value->facet < FACET_LISTED) {
        asked.selected_count[value->facet] = value->value_count;
        return passes_listed(f, &asked, value->facet);
    }
    asked.age = value->facet == FACET_AGE ? (int)value->values[0] : -1;
    return passes_age(f, &asked) && passes_when(&f->when, weekday, time, false, false);
}

static bool stands_for(size_t first, size_t words, size_t word)
{
    return first <= word && word < first + words;
}

/* What the record has of a word as it is searched for: the word or its parts, what may stand for it, or a value that
 * it names and that is as good as the word. */
static uint8_t had_of(const struct oracle_world *world, const struct query *query, size_t w, uint32_t record)
{
    const struct oracle_facts *f = &world->facts[record];
    const struct query_word *word = &query->words[w];
    size_t parts = 0;
    for (size_t p = 0; p < word->part_count; p++)
        parts += oracle_has_any(world, f, &word->parts[p]);
    if (oracle_has_any(world, f, &word->whole) || (word->part_count && parts == word->part_count))
        return WHOLE;
    for (size_t i = 0; i < query->alternative_count; i++) {
        const struct query_alternative *other = &query->alternatives[i];
        bool all = stands_for(other->first, other->words, w);
        for (size_t g = 0; g < other->group_count; g++)
            all = all && oracle_has_any(world, f, &other->groups[g]);
        if (all)
            return WHOLE;
    }
    for (size_t v = 0; v < query->value_count; v++)
        if (query->values[v].meets && stands_for(query->values[v].first, query->values[v].words, w) &&
            has_value(f, &query->values[v]))
            return WHOLE;
    return (uint8_t)parts;
}

static size_t look_for_query(const struct oracle_world *world, const struct query *query, struct had *had)
{
    size_t count = query ? query->word_count : 0;
    for (size_t w = 0; w < count; w++) {
        had[w] = had_nothing(world->count, query->words[w].part_count);
        had[w].optional = query->words[w].optional;
        had[w].share = query->words[w].share;
        for (size_t v = 0; v < query->value_count; v++)
            had[w].where |= query->values[v].facet == FACET_AREA && query->values[v].meets &&
                            stands_for(query->values[v].first, query->values[v].words, w);
        for (uint32_t r = 0; r < world->count; r++)
            had[w].of[r] = had_of(world, query, w, r);
    }
    return count;
}

static double rarity_of(const struct oracle_world *world, const struct had *had)
{
    size_t with = 0;
    for (size_t r = 0; r < world->count; r++)
        with += had->of[r] == WHOLE;
    return oracle_rarity(world, with) * had->share;
}

/* A word weighs by how rare it is; one part of a compound, where the compound is not, a share of that. */
static void weigh_words(const struct oracle_world *world, const struct had *had, size_t count, struct view *views)
{
    double rarity[REQUEST_QUERY_WORDS], rarest = 0;
    for (size_t w = 0; w < count; w++) {
        rarity[w] = rarity_of(world, &had[w]);
        rarest = had[w].optional ? rarest : fmax(rarest, rarity[w]);
    }
    for (size_t w = 0; w < count; w++) {
        unsigned weight = (unsigned)fmax(1, round(RAREST * rarity[w] / rarest));
        unsigned part = weight / (unsigned)(had[w].parts + 1);
        for (size_t r = 0; r < world->count && !had[w].optional; r++) {
            views[r].words += had[w].of[r] == WHOLE;
            views[r].had += had[w].of[r] == WHOLE ? weight : had[w].of[r] * part;
        }
    }
}

/* In a query that says what is sought and where, a record of which only the place fits must be of that very place. */
static void forget_elsewhere(const struct oracle_world *world, const struct had *had, size_t count, struct view *views)
{
    bool what = false;
    for (size_t w = 0; w < count; w++)
        what |= !had[w].optional && !had[w].where;
    for (size_t r = 0; r < world->count && what; r++) {
        bool fits = false;
        for (size_t w = 0; w < count; w++)
            fits |= !had[w].optional && (had[w].where ? had[w].of[r] == WHOLE &&
                                                            oracle_tier(world->facts[r].record) == TIER_LOCAL
                                                      : had[w].of[r] > 0);
        views[r].had = fits ? views[r].had : 0;
    }
}

/* Of the very place that the query names, with a word of what is sought there. */
static void find_near(const struct oracle_world *world, const struct had *had, size_t count, struct view *views)
{
    for (size_t r = 0; r < world->count; r++) {
        bool there = false, sought = false;
        for (size_t w = 0; w < count; w++) {
            bool has = !had[w].optional && had[w].of[r] == WHOLE;
            there |= has && had[w].where && oracle_tier(world->facts[r].record) == TIER_LOCAL;
            sought |= has && !had[w].where;
        }
        views[r].near = there && sought;
    }
}

static int compare_down(const void *a, const void *b)
{
    unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
    return x > y ? -1 : x < y;
}

static bool may_be_hit(const struct view *v, bool past)
{
    return v->shown && (past || !v->over) && v->failures == 0;
}

/* How much a record must have, when too few have all words: as much as the last of enough records, the fullest first,
 * and its share of what the first one has. */
static unsigned least_had(const struct view *views, size_t count, bool past)
{
    unsigned *had = calloc(count + 1, sizeof *had), least = 1;
    size_t hits = 0;
    for (size_t i = 0; i < count; i++)
        if (may_be_hit(&views[i], past) && views[i].had > 0)
            had[hits++] = views[i].had;
    qsort(had, hits, sizeof *had, compare_down);
    if (hits >= SEARCH_RELAX_TO)
        least = had[SEARCH_RELAX_TO - 1];
    while (hits && least < weights.relax * had[0])
        least++;
    free(had);
    return least;
}

/* Decides which records the text lets in, and how many words each hit has. */
static void let_in(const struct oracle_asked *a, size_t count, struct view *views, struct oracle_answer *out)
{
    size_t full = 0;
    for (size_t i = 0; i < count; i++)
        full += may_be_hit(&views[i], a->past) && views[i].words == out->words;
    bool relaxed = out->words > 0 && full < SEARCH_RELAX_BELOW && !a->all_words;
    unsigned least = relaxed ? least_had(views, count, a->past) : 0;
    out->required = (unsigned)out->words;
    for (size_t i = 0; i < count; i++) {
        struct view *v = &views[i];
        v->in = relaxed ? v->had >= least || v->near : v->words == out->words;
        if (v->in && may_be_hit(v, a->past) && v->words < out->required)
            out->required = v->words;
    }
}

/* ---- counts ----------------------------------------------------------------------------------------------------- */

static bool only_fails(const struct view *v, int filter)
{
    return v->failures == 0 || (v->failures == 1 && v->failed[filter]);
}

static void count_listed(const struct oracle_facts *f, const struct view *v, enum facet facet, struct oracle_count *c)
{
    if (!only_fails(v, (int)facet))
        return;
    c->base++;
    c->unknown += f->unknown[facet];
    for (size_t i = 0; i < f->value_count[facet]; i++)
        c->counts[f->values[facet][i]]++;
}

/* Each weekday as if it alone were asked for, under the times that are; and the other way round. */
static void count_when(const struct oracle_facts *f, const struct view *v, const struct oracle_asked *a,
                       struct oracle_answer *out)
{
    const bool none[WEEKDAYS] = {false};
    bool unknown_weekday = a->unknown[FACET_WEEKDAY], unknown_time = a->unknown[FACET_TIME];
    if (!only_fails(v, WHEN))
        return;
    if (passes_when(&f->when, a->weekday, a->time, unknown_weekday, unknown_time)) { /* as if no date was asked for */
        out->facets[FACET_DATE].base++;
        out->facets[FACET_DATE].unknown += !f->dated;
    }
    if (!v->dated)
        return;
    if (passes_when(&v->when, none, a->time, unknown_weekday, unknown_time)) {
        out->facets[FACET_WEEKDAY].base++;
        out->facets[FACET_WEEKDAY].unknown += !v->when.says_weekday;
    }
    for (int d = 0; d < WEEKDAYS; d++) {
        bool day[WEEKDAYS] = {false};
        day[d] = true;
        out->facets[FACET_WEEKDAY].counts[d] += passes_when(&v->when, day, a->time, false, unknown_time);
    }
    bool fits = passes_when(&v->when, a->weekday, none, unknown_weekday, unknown_time), known = false;
    for (int t = 0; t < TIMES; t++) {
        bool time[TIMES] = {false};
        time[t] = true;
        bool here = passes_when(&v->when, a->weekday, time, unknown_weekday, false);
        out->facets[FACET_TIME].counts[t] += here;
        known |= here;
    }
    out->facets[FACET_TIME].base += fits;
    out->facets[FACET_TIME].unknown += fits && !known;
}

static void count_stated(const struct oracle_facts *f, const struct view *v, struct oracle_answer *out)
{
    const struct record *r = f->record;
    if (only_fails(v, AGE)) {
        out->facets[FACET_AGE].base++;
        out->facets[FACET_AGE].unknown += r->age_min == RECORD_AGE_UNKNOWN && r->age_max == RECORD_AGE_UNKNOWN;
    }
    if (only_fails(v, NEAR)) {
        out->facets[FACET_NEAR].base++;
        out->facets[FACET_NEAR].unknown += f->place_count == 0;
    }
}

/* What serves the whole country is found under each place that anything else serves, or that was asked for. */
static void spread_nationwide(const struct oracle_asked *a, struct oracle_count *areas)
{
    uint64_t nationwide = areas->counts[vocab_find(VOCAB_AREA, "nationwide", strlen("nationwide"))];
    for (uint16_t v = 0; v < vocab_size(VOCAB_AREA); v++)
        if (is_place(v) && (areas->counts[v] || a->selected[FACET_AREA][v]))
            areas->counts[v] += nationwide;
}

/* ---- order ------------------------------------------------------------------------------------------------------ */

struct ordering {
    struct oracle_hit hit;
    double key[3]; /* smaller first */
    uint32_t name;
};

static int compare_hits(const void *a, const void *b)
{
    const struct ordering *x = a, *y = b;
    for (int i = 0; i < 3; i++)
        if (x->key[i] < y->key[i] || x->key[i] > y->key[i])
            return x->key[i] < y->key[i] ? -1 : 1;
    return x->name < y->name ? -1 : x->name > y->name;
}

struct oracle_occurrence oracle_next_asked(const struct oracle_facts *f, const struct oracle_asked *a, int32_t today)
{
    if (a->date == DAY_UNKNOWN || (a->date <= today && !a->past))
        return f->next[a->today];
    return oracle_next(f->record, a->date);
}

static void set_keys(const struct oracle_facts *f, const struct oracle_asked *a, int32_t today, bool over,
                     struct ordering *o)
{
    const struct oracle_occurrence next = oracle_next_asked(f, a, today);
    bool local;
    o->name = f->name_place;
    switch (a->sort) {
    case SORT_RELEVANCE:
        local = a->near >= 0 || place_selected(a); /* what is there comes first, after what has all words */
        o->key[0] = local && o->hit.missing > 0;
        o->key[1] = over ? 10 : 0; /* what is over stands behind what is to come */
        o->key[1] += local ? oracle_tier(f->record) : 0;
        o->key[2] = -(double)o->hit.score;
        break;
    case SORT_DISTANCE: o->key[0] = isnan(o->hit.km) ? INFINITY : round(o->hit.km * 1000); break;
    case SORT_NEXT:
        o->key[0] = next.day == DAY_UNKNOWN ? INFINITY : next.day;
        o->key[1] = next.from == MINUTE_UNKNOWN ? 0 : next.from;
        break;
    case SORT_NEWEST: o->key[0] = -(double)f->first_seen; break;
    default: break;
    }
}

static void put_in_order(const struct oracle_world *world, const struct oracle_asked *a, const struct view *views,
                         struct oracle_answer *out)
{
    struct ordering *order = calloc(world->count + 1, sizeof *order);
    size_t count = 0;
    for (size_t i = 0; i < world->count; i++) {
        const struct view *v = &views[i];
        if (!v->in || !may_be_hit(v, a->past))
            continue;
        struct ordering *o = &order[count++];
        o->hit = (struct oracle_hit){(uint32_t)i, 0, v->score, v->km, v->centre};
        if (out->required < out->words)
            o->hit.missing = (unsigned)out->words - v->words;
        set_keys(&world->facts[i], a, world->today[a->today], v->over, o);
    }
    qsort(order, count, sizeof *order, compare_hits);
    out->hits = calloc(count + 1, sizeof *out->hits);
    for (size_t i = 0; i < count; i++)
        out->hits[i] = order[i].hit;
    out->total = count;
    free(order);
}

static void count_all(const struct oracle_world *world, const struct oracle_asked *a, const struct view *views,
                      struct oracle_answer *out)
{
    for (size_t i = 0; i < world->count; i++) {
        const struct view *v = &views[i];
        const struct oracle_facts *f = &world->facts[i];
        if (!v->shown || !v->in)
            continue;
        if (v->over && !a->past) {
            out->past_total += v->failures == 0;
            continue;
        }
        for (int facet = 0; facet < FACET_LISTED; facet++)
            count_listed(f, v, (enum facet)facet, &out->facets[facet]);
        count_when(f, v, a, out);
        count_stated(f, v, out);
    }
    spread_nationwide(a, &out->facets[FACET_AREA]);
}

static void answer(struct oracle_world *world, const struct oracle_asked *a, bool plain, const struct query *query,
                   struct oracle_answer *out)
{
    struct had had[REQUEST_QUERY_WORDS];
    struct view *views = calloc(world->count + 1, sizeof *views);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < world->count; i++)
        judge(&world->facts[i], a, world->today[a->today], &views[i]);
    size_t count = plain ? look_for_words(world, a->q, had, views) : look_for_query(world, query, had);
    weigh_words(world, had, count, views);
    forget_elsewhere(world, had, count, views);
    find_near(world, had, count, views);
    for (size_t w = 0; w < count; w++) {
        out->words += !had[w].optional;
        free(had[w].of);
    }
    let_in(a, world->count, views, out);
    count_all(world, a, views, out);
    put_in_order(world, a, views, out);
    free(views);
}

void oracle_answer(struct oracle_world *world, const struct oracle_asked *a, struct oracle_answer *out)
{
    answer(world, a, true, NULL, out);
}

void oracle_answer_query(struct oracle_world *world, const struct oracle_asked *a, const struct query *query,
                         struct oracle_answer *out)
{
    answer(world, a, false, query, out);
}

void oracle_answer_release(struct oracle_answer *answer)
{
    free(answer->hits);
}
