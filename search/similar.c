#include "search/similar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/base.h"
#include "analyse/fold.h"
#include "base/utf8.h"
#include "calendar.h"
#include "search/match.h"
#include "search/query.h"
#include "search/searcher.h"
#include "stored.h"

/* A word of the record that may be compared. */
struct candidate {
    const char *text;
    struct query_group group;
    double weight;
};

struct comparing {
    struct searcher *searcher;
    const struct columns *columns;
    struct arena *arena;
    struct err *err;
    struct similar *similar;
    size_t most;
    struct candidate *candidates; /* SIMILAR_READ */
    size_t candidate_count;
    const struct postings *postings[SIMILAR_WORDS]; /* held while hits are sought */
    size_t held;
    struct docset linked;           /* rows that share a theme or word */
    struct docset near[NEAR_COUNTRY + 1]; /* rows that are offered there, or nearer */
    double told;                    /* weight of all that tells of the record */
};

static const double near_factor[NEAR_COUNT] = {1, 0.75, 0.6, 0.5, 0.3};

const char *near_name(enum near near)
{
    static const char *const names[NEAR_COUNT] = {"municipality", "neighbour", "region", "country", "elsewhere"};
    return names[near];
}

/* How rare it is, from 0 for what all records have. */
static double rarity(const struct comparing *c, uint32_t rows_with)
{
    return log((c->columns->count + 1.0) / (rows_with + 1.0));
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

/* A lemma as it is written: kavely -> kävely.  NULL when the lexicon does not have it. */
static enum status written_lemma(const struct comparing *c, const char *lemma, size_t len, const char **written)
{
    const struct lexicon *l = &c->searcher->snapshot->lexicon;
    uint32_t found = lexicon_find_lemma(l, lemma, len, false);
    size_t text_len;
    *written = NULL;
    if (found == UINT32_MAX)
        return STATUS_OK;
    const char *text = lexicon_text(&l->lemmas, found, &text_len);
    *written = arena_copy(c->arena, text, text_len);
    return *written ? STATUS_OK : arena_nomem(c->err);
}

/* The term that says which word it is: its first lemma or stem, else its form. */
static const struct term *naming_term(const struct term *terms, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (terms[i].text[0] != TERM_EXACT)
            return &terms[i];
    return &terms[0];
}

static bool is_known(const struct comparing *c, const char *text)
{
    for (size_t i = 0; i < c->candidate_count; i++)
        if (strcmp(c->candidates[i].text, text) == 0)
            return true;
    return false;
}

/* Records that have the word, or nearly: those of its commonest term. */
static enum status rows_with(const struct comparing *c, const struct query_group *group, uint32_t *rows)
{
    *rows = 0;
    for (size_t i = 0; i < group->term_count; i++) {
        struct inverted_list list;
        TRY(inverted_find(&c->searcher->snapshot->inverted, group->terms[i].text, group->terms[i].len, &list, c->err));
        *rows = list.count > *rows ? list.count : *rows;
    }
    return STATUS_OK;
}

static bool is_large(const char *text, size_t len, size_t *step)
{
    uint32_t letter = utf8_decode(text, len, step);
    return fold_lower(letter) != letter;
}

/* A lemma is written large when it is a proper name; the next letter too in an abbreviation (MS-tauti). */
static bool begins_name(const char *text, size_t len)
{
    size_t step, next;
    return is_large(text, len, &step) && step < len && !is_large(text + step, len - step, &next);
}

static bool names_area(const char *text, size_t len)
{
    return vocab_find_label(VOCAB_AREA, text, len) >= 0 || area_merge_find(text, len) != NULL;
}

/* The words of a name that may tell. */
static size_t count_words(const char *name, size_t len)
{
    size_t at = 0, count = 0;
    struct token token;
    while (token_next(name, len, &at, &token))
        count += token.len >= SIMILAR_WORD_BYTES;
    return count;
}

/* An organisation is called by this word alone. */
static bool names_organisation(const struct comparing *c, const char *text, size_t len)
{
    const struct lexicon *l = &c->searcher->snapshot->lexicon;
    char exact[FOLD_BYTES], plain[FOLD_BYTES];
    size_t exact_len, plain_len = lexicon_word(text, len, exact, &exact_len, plain);
    struct lexicon_range range = lexicon_words_from(l, plain, plain_len);
    for (uint32_t at = range.first; plain_len && at < range.end; at++) {
        size_t word_len, name_len;
        lexicon_text(&l->words, at, &word_len);
        if (word_len != plain_len) /* those that only begin so stand behind */
            return false;
        const char *name = lexicon_text(&l->names, l->word_name[at], &name_len);
        if (count_words(name, name_len) == 1)
            return true;
    }
    return false;
}

/* Written large, and one reading is a proper name: Ylä-Savon; Kiteen, though it may be of "kide" too. */
static bool is_name(const struct comparing *c, const char *form, size_t len)
{
    struct bases bases;
    if (names_organisation(c, form, len))
        return true;
    if (!begins_name(form, len))
        return false;
    analyse_bases(c->searcher->analyser, form, len, &bases);
    for (size_t i = 0; bases.known && i < bases.count; i++)
        if (begins_name(bases.base[i], strlen(bases.base[i])))
            return true;
    return false;
}

static enum status add_candidate(struct comparing *c, const struct term *terms, size_t count, bool part,
                                 const char *form, size_t form_len, unsigned text, bool *name)
{
    struct candidate *candidate = &c->candidates[c->candidate_count];
    uint32_t rows;
    if (count == 0 || c->candidate_count == SIMILAR_READ)
        return STATUS_OK;
    const struct term *naming = naming_term(terms, count);
    TRY(written_lemma(c, naming->text + 1, (size_t)naming->len - 1, &candidate->text));
    *name = candidate->text && begins_name(candidate->text, strlen(candidate->text));
    if (!candidate->text)
        candidate->text = part ? arena_copy(c->arena, naming->text + 1, (size_t)naming->len - 1)
                               : arena_copy(c->arena, form, form_len);
    if (!candidate->text)
        return arena_nomem(c->err);
    *name |= names_area(candidate->text, strlen(candidate->text)) ||
             names_organisation(c, candidate->text, strlen(candidate->text));
    if (*name || is_known(c, candidate->text))
        return STATUS_OK;
    TRY(query_group_of(&candidate->group, terms, count, part, c->arena, c->err));
    TRY(rows_with(c, &candidate->group, &rows));
    if (rows < 2)
        return STATUS_OK;
    candidate->weight = rarity(c, rows) * text / text_weight(GROUP_TITLE) * (part ? SIMILAR_PART : 1);
    c->candidate_count++;
    return STATUS_OK;
}

static enum status read_piece(struct comparing *c, const struct text_piece *piece)
{
    size_t at = 0;
    struct token token;
    unsigned text = text_weight(piece->group);
    while (token_next(piece->text, piece->len, &at, &token)) {
        const struct word *word;
        const char *form = piece->text + token.offset;
        TRY(analyse_word(c->searcher->analyser, form, token.len, text_language(piece), &word, c->err));
        bool name = false, of_part;
        if (word->function || word->number || token.len < SIMILAR_WORD_BYTES || is_name(c, form, token.len))
            continue;
        TRY(add_candidate(c, word->query, word->query_count, false, form, token.len, text, &name));
        for (size_t p = 0; p < word->part_count && !name; p++)
            TRY(add_candidate(c, word->parts[p].terms, word->parts[p].term_count, true, form, token.len, text,
                              &of_part));
    }
    return STATUS_OK;
}

static enum status read_texts(struct comparing *c, const struct stored *stored)
{
    static const enum field_group groups[] = {GROUP_TITLE, GROUP_KEYWORD}; /* what weighs most is read first */
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        for (uint32_t i = 0; i < stored->piece_count; i++) {
            struct text_piece piece = stored_piece(stored, i);
            if (piece.group == groups[g] && piece.vocab == VOCAB_COUNT)
                TRY(read_piece(c, &piece));
        }
    }
    return STATUS_OK;
}

static enum status read_words(struct comparing *c)
{
    struct buf data = BUF_INIT;
    struct stored stored;
    c->candidates = arena_array(c->arena, SIMILAR_READ + 1, sizeof *c->candidates);
    if (!c->candidates)
        return arena_nomem(c->err);
    enum status status = searcher_record(c->searcher, c->similar->row, &data, &stored, c->err);
    if (status == STATUS_OK)
        status = read_texts(c, &stored);
    buf_release(&data);
    return status;
}

/* The most telling ones, of equal ones the first; their rows are read. */
static enum status choose_words(struct comparing *c)
{
    struct similar *s = c->similar;
    while (s->word_count < SIMILAR_WORDS) {
        struct candidate *best = NULL;
        for (size_t i = 0; i < c->candidate_count; i++)
            if (c->candidates[i].weight > 0 && (!best || c->candidates[i].weight > best->weight))
                best = &c->candidates[i];
        if (!best)
            break;
        TRY(searcher_deadline(c->searcher, c->err));
        TRY(postings_get(c->searcher->snapshot->postings, best->group.terms, best->group.term_count,
                         &c->postings[s->word_count], c->err));
        c->held++;
        s->words[s->word_count++] = (struct similar_word){best->text, best->weight};
        c->told += best->weight;
        best->weight = 0;
    }
    return STATUS_OK;
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

static const struct value_set *value_rows(const struct comparing *c, enum facet facet, size_t value)
{
    return &c->searcher->snapshot->values[facet_first(facet) + value];
}

static void read_values(struct comparing *c)
{
    static const enum facet compared[] = {FACET_THEME, FACET_AUDIENCE};
    struct similar *s = c->similar;
    const struct columns *columns = c->columns;
    for (size_t f = 0; f < sizeof compared / sizeof *compared; f++) {
        uint16_t first = facet_first(compared[f]), end = facet_unknown(compared[f]);
        for (uint32_t i = columns->ordinal_offset[s->row]; i < columns->ordinal_offset[s->row + 1]; i++) {
            uint16_t ordinal = columns->ordinals[i];
            if (ordinal < first || ordinal >= end || s->value_count == SIMILAR_VALUES)
                continue;
            uint16_t value = (uint16_t)(ordinal - first);
            double weight = rarity(c, value_rows(c, compared[f], value)->count);
            s->values[s->value_count++] = (struct similar_value){compared[f], value, weight};
            c->told += weight;
        }
    }
}

/* ---- who shares them -------------------------------------------------------------------------------------------- */

static void add_rows(struct comparing *c, const struct postings *postings, double weight)
{
    POSTINGS_EACH(postings, row)
        c->searcher->scores[row] += (float)weight;
    postings_or(postings, &c->linked);
}

static void add_value_rows(struct comparing *c, const struct similar_value *value)
{
    const struct value_set *set = value_rows(c, value->facet, value->value);
    float *scores = c->searcher->scores;
    if (set->set.words) {
        DOCSET_EACH(&set->set, row)
            scores[row] += (float)value->weight;
    } else {
        for (uint32_t i = 0; i < set->count; i++)
            scores[set->rows[i]] += (float)value->weight;
    }
    if (value->facet == FACET_THEME)
        value_set_or(set, &c->linked);
}

/* Rows of the record's kind that are shown and not over, but not itself. */
static enum status allowed_rows(struct comparing *c, struct docset *rows)
{
    static const bool together[RECORD_KINDS] = {
        [RECORD_ACTIVITY] = true, [RECORD_EVENT] = true, [RECORD_EXPERIMENT] = true};
    struct docset kinds;
    const struct columns *columns = c->columns;
    uint32_t row = c->similar->row;
    TRY(searcher_set(c->searcher, &kinds, c->err));
    for (uint32_t i = columns->ordinal_offset[row]; i < columns->ordinal_offset[row + 1]; i++) {
        int kind = columns->ordinals[i] - facet_first(FACET_KIND);
        if (kind < 0 || kind >= RECORD_KINDS)
            continue;
        for (int other = 0; other < RECORD_KINDS; other++)
            if (other == kind || (together[kind] && together[other]))
                value_set_or(value_rows(c, FACET_KIND, (size_t)other), &kinds);
    }
    TRY(searcher_set(c->searcher, rows, c->err));
    docset_copy(rows, &c->searcher->live);
    docset_and(rows, &kinds);
    rows->words[row >> 6] &= ~((uint64_t)1 << (row & 63));
    return STATUS_OK;
}

/* ---- nearness --------------------------------------------------------------------------------------------------- */

/* Where the record is offered, ring by ring. */
static enum status find_near(struct comparing *c)
{
    const struct columns *columns = c->columns;
    uint32_t row = c->similar->row;
    int online = vocab_find(VOCAB_AREA, "online", 6);
    for (int near = 0; near <= NEAR_COUNTRY; near++)
        TRY(searcher_set(c->searcher, &c->near[near], c->err));
    for (uint32_t i = columns->ordinal_offset[row]; i < columns->ordinal_offset[row + 1]; i++) {
        int area = columns->ordinals[i] - facet_first(FACET_AREA);
        if (area < 0 || columns->ordinals[i] >= facet_unknown(FACET_AREA))
            continue;
        size_t count;
        const uint16_t *neighbours = area_neighbours((size_t)area, &count);
        if (area_at((size_t)area)->type == AREA_MUNICIPALITY) {
            value_set_or(value_rows(c, FACET_AREA, (size_t)area), &c->near[NEAR_MUNICIPALITY]);
            c->similar->placed = true;
        } else if (area_at((size_t)area)->type == AREA_REGION) {
            value_set_or(value_rows(c, FACET_AREA, (size_t)area), &c->near[NEAR_REGION]);
        }
        for (size_t n = 0; n < count; n++)
            value_set_or(value_rows(c, FACET_AREA, neighbours[n]), &c->near[NEAR_NEIGHBOUR]);
    }
    value_set_or(value_rows(c, FACET_AREA, area_nationwide()), &c->near[NEAR_COUNTRY]);
    if (online >= 0)
        value_set_or(value_rows(c, FACET_AREA, (size_t)online), &c->near[NEAR_COUNTRY]);
    return STATUS_OK;
}

static enum near near_of(const struct comparing *c, uint32_t row)
{
    for (int near = 0; c->similar->placed && near <= NEAR_COUNTRY; near++)
        if (docset_has(&c->near[near], row))
            return (enum near)near;
    return c->similar->placed ? NEAR_ELSEWHERE : NEAR_COUNTRY;
}

/* From the nearest place of one to the nearest of the other; NAN when one has none. */
static double distance(const struct comparing *c, uint32_t row, bool *centre)
{
    const struct columns *columns = c->columns;
    uint32_t own = c->similar->row;
    double best = NAN;
    for (uint32_t i = columns->place_offset[own]; i < columns->place_offset[own + 1]; i++) {
        const struct column_place *place = &columns->places[i];
        bool of_centre = false;
        double km = row_distance_from(columns, row, place->lat, place->lon, &of_centre);
        if (!(km >= best) && !isnan(km)) {
            best = km;
            *centre = of_centre || place->centre != 0;
        }
    }
    return best;
}

/* ---- the best --------------------------------------------------------------------------------------------------- */

static bool better(const struct comparing *c, const struct similar_hit *a, const struct similar_hit *b)
{
    double a_km = isnan(a->hit.distance_km) ? INFINITY : a->hit.distance_km;
    double b_km = isnan(b->hit.distance_km) ? INFINITY : b->hit.distance_km;
    if (a->hit.score > b->hit.score || a->hit.score < b->hit.score)
        return a->hit.score > b->hit.score;
    if (a_km < b_km || a_km > b_km)
        return a_km < b_km;
    return c->columns->name_rank[a->hit.row] < c->columns->name_rank[b->hit.row];
}

static void consider(struct comparing *c, uint32_t row)
{
    struct similar *s = c->similar;
    double likeness = c->searcher->scores[row] / c->told;
    struct similar_hit new = {.likeness = likeness, .near = near_of(c, row)};
    new.hit = (struct hit){.row = row, .score = (float)(likeness * near_factor[new.near])};
    if (likeness < SIMILAR_LEAST)
        return;
    if (s->hit_count == c->most && new.hit.score < s->hits[c->most - 1].hit.score)
        return;
    new.hit.distance_km = distance(c, row, &new.hit.distance_centre);
    size_t at = s->hit_count;
    while (at > 0 && better(c, &new, &s->hits[at - 1])) {
        if (at < c->most)
            s->hits[at] = s->hits[at - 1];
        at--;
    }
    if (at == c->most)
        return;
    s->hits[at] = new;
    s->hit_count += s->hit_count < c->most;
}

static bool has_row(const struct postings *postings, uint32_t row)
{
    uint32_t from = 0;
    return postings_place(postings, row, &from) != POSTINGS_NONE;
}

static bool has_value(const struct columns *columns, uint32_t row, uint16_t ordinal)
{
    for (uint32_t i = columns->ordinal_offset[row]; i < columns->ordinal_offset[row + 1]; i++)
        if (columns->ordinals[i] == ordinal)
            return true;
    return false;
}

/* What a chosen hit shares, and when it takes place. */
static void complete(struct comparing *c, struct similar_hit *hit)
{
    const struct similar *s = c->similar;
    struct occurrence next;
    for (size_t w = 0; w < s->word_count; w++)
        hit->words |= (uint32_t)has_row(c->postings[w], hit->hit.row) << w;
    for (size_t v = 0; v < s->value_count; v++)
        if (has_value(c->columns, hit->hit.row, (uint16_t)(facet_first(s->values[v].facet) + s->values[v].value)))
            hit->values |= (uint64_t)1 << v;
    hit->hit.next_day = DAY_UNKNOWN;
    hit->hit.next_from = hit->hit.next_to = MINUTE_UNKNOWN;
    if (searcher_occurrence(c->searcher, hit->hit.row, c->searcher->clock->today, &next)) {
        hit->hit.next_day = next.day;
        hit->hit.next_from = next.from_minute;
        hit->hit.next_to = next.to_minute;
    }
}

static enum status find_hits(struct comparing *c)
{
    struct similar *s = c->similar;
    struct docset allowed;
    memset(c->searcher->scores, 0, c->columns->count * sizeof *c->searcher->scores);
    TRY(searcher_set(c->searcher, &c->linked, c->err));
    for (size_t w = 0; w < s->word_count; w++)
        add_rows(c, c->postings[w], s->words[w].weight);
    for (size_t v = 0; v < s->value_count; v++)
        add_value_rows(c, &s->values[v]);
    TRY(allowed_rows(c, &allowed));
    TRY(find_near(c));
    TRY(searcher_deadline(c->searcher, c->err));
    docset_and(&c->linked, &allowed);
    DOCSET_EACH(&c->linked, row)
        consider(c, row);
    for (size_t i = 0; i < s->hit_count; i++)
        complete(c, &s->hits[i]);
    return STATUS_OK;
}

enum status similar_run(struct searcher *searcher, const char *id, size_t id_len, size_t most,
                        const struct search_clock *clock, struct arena *arena, struct similar *similar,
                        struct err *err)
{
    struct comparing c = {.searcher = searcher, .columns = &searcher->snapshot->columns, .arena = arena, .err = err,
                          .similar = similar, .most = most};
    *similar = (struct similar){0};
    if (most > SIMILAR_MOST)
        return err_set(err, STATUS_LIMIT, "%zu similar records, at most %d", most, SIMILAR_MOST);
    TRY(searcher_find(searcher, id, id_len, clock->today, &similar->row, err));
    TRY(searcher_begin(searcher, clock, err));
    TRY(read_words(&c));
    enum status status = choose_words(&c);
    read_values(&c);
    if (status == STATUS_OK && c.told > 0)
        status = find_hits(&c);
    for (size_t i = 0; i < c.held; i++)
        postings_release(searcher->snapshot->postings, c.postings[i]);
    return status;
}
