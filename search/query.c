#include "search/query.h"

#include <math.h>
#include <string.h>

#include "analyse/derive.h"
#include "search/request.h"
#include "search/weights.h"

static uint8_t lanes_of(const struct term *term)
{
    switch (term->text[0]) {
    case TERM_EXACT: return 1u << LANE_EXACT;
    case TERM_WHOLE: return 1u << LANE_ANY | 1u << LANE_WHOLE;
    default: return 1u << LANE_ANY;
    }
}

enum status query_group_of(struct query_group *group, const struct term *terms, size_t count, bool part,
                           struct arena *arena, struct err *err)
{
    if (count > POSTINGS_TERMS_PER_WORD)
        count = POSTINGS_TERMS_PER_WORD; /* whole lemmas come first; the analyser's own limit is lower */
    struct posting_term *copy = arena_array(arena, count, sizeof *copy);
    if (!copy)
        return arena_nomem(err);
    for (size_t i = 0; i < count; i++) {
        copy[i].text = arena_copy(arena, terms[i].text, terms[i].len);
        copy[i].len = terms[i].len;
        copy[i].lanes = part ? 1u << LANE_ANY : lanes_of(&terms[i]);
        if (!copy[i].text)
            return arena_nomem(err);
    }
    group->terms = copy;
    group->term_count = count;
    return STATUS_OK;
}

/* Moves a share of what any term earns to the lane that has the synonyms too: who has the word itself earns as before,
 * who has only a synonym earns the share. */
static void share_with_synonyms(struct query_group *group)
{
    group->weight[LANE_WIDE] = group->weight[LANE_ANY] * fmin(weights.synonym, 1);
    group->weight[LANE_ANY] -= group->weight[LANE_WIDE];
}

static bool has_term(const struct query_group *group, const struct posting_term *term)
{
    for (size_t i = 0; i < group->term_count; i++)
        if (group->terms[i].len == term->len && memcmp(group->terms[i].text, term->text, term->len) == 0)
            return true;
    return false;
}

enum status query_group_widen(struct query *query, struct query_group *group, const struct posting_term *terms,
                              size_t count, struct arena *arena, struct err *err)
{
    struct posting_term *wide = arena_array(arena, group->term_count + count, sizeof *wide);
    if (!wide)
        return arena_nomem(err);
    size_t own = group->term_count;
    for (size_t i = 0; i < own; i++) {
        wide[i] = group->terms[i];
        if (wide[i].lanes != 1u << LANE_EXACT)
            wide[i].lanes |= 1u << LANE_WIDE;
    }
    group->terms = wide;
    for (size_t i = 0; i < count; i++) {
        if (query->term_count == QUERY_TERMS || group->term_count == POSTINGS_TERMS_PER_WORD)
            break;
        if (has_term(group, &terms[i]))
            continue;
        wide[group->term_count] = terms[i];
        wide[group->term_count++].lanes = 1u << LANE_WIDE;
        query->term_count++;
    }
    if (group->weight[LANE_WIDE] == 0 && group->term_count > own)
        share_with_synonyms(group);
    return STATUS_OK;
}

static enum status copy_parts(struct query_word *out, const struct word *word, struct arena *arena, struct err *err)
{
    out->parts = arena_array(arena, word->part_count, sizeof *out->parts);
    if (!out->parts)
        return arena_nomem(err);
    for (size_t i = 0; i < word->part_count; i++) {
        TRY(query_group_of(&out->parts[i], word->parts[i].terms, word->parts[i].term_count, true, arena, err));
        out->parts[i].weight[LANE_ANY] = weights.parts / (double)word->part_count;
    }
    out->part_count = word->part_count;
    return STATUS_OK;
}

static enum status fill_word(struct query_word *out, const struct word *word, struct arena *arena, struct err *err)
{
    out->known = word->known;
    out->verb = word->verb;
    out->share = 1;
    out->part_count = 0;
    TRY(query_group_of(&out->whole, word->query, word->query_count, false, arena, err));
    out->own_terms = out->whole.term_count;
    out->whole.weight[LANE_ANY] = weights.any;
    out->whole.weight[LANE_WHOLE] = weights.whole;
    out->whole.weight[LANE_EXACT] = weights.exact;
    return copy_parts(out, word, arena, err);
}

static enum status add_word(struct query *query, const char *text, const struct token *token, const struct word *word,
                            bool literal, struct arena *arena, struct err *err)
{
    struct query_word *out = &query->words[query->word_count];
    *out = (struct query_word){.offset = token->offset, .len = token->len, .literal = literal};
    out->text = arena_copy(arena, text + token->offset, token->len);
    if (!out->text)
        return arena_nomem(err);
    TRY(fill_word(out, word, arena, err));
    query->word_count++;
    return STATUS_OK;
}

static bool same_group(const struct query_group *a, const struct query_group *b)
{
    if (a->term_count != b->term_count)
        return false;
    for (size_t i = 0; i < a->term_count; i++)
        if (a->terms[i].len != b->terms[i].len || memcmp(a->terms[i].text, b->terms[i].text, a->terms[i].len) != 0)
            return false;
    return true;
}

/* "kerho kerho" asks nothing more than "kerho". */
static bool repeats(const struct query *query, size_t word)
{
    for (size_t i = 0; i < query->word_count; i++)
        if (i != word && same_group(&query->words[i].whole, &query->words[word].whole))
            return true;
    return false;
}

static size_t count_terms(const struct query_word *word)
{
    size_t count = word->whole.term_count;
    for (size_t i = 0; i < word->part_count; i++)
        count += word->parts[i].term_count;
    return count;
}

/* One pass over the text, with or without the closed-class words. */
static enum status add_words(struct query *query, const char *text, size_t len, bool functions,
                             struct analyser *analyser, struct arena *arena, struct err *err)
{
    size_t at = 0, seen = 0;
    bool quoted = false;
    struct token token;
    while (token_next(text, len, &at, &token)) {
        const struct word *word;
        for (; seen < token.offset; seen++)
            quoted ^= text[seen] == '"';
        TRY(analyse_word(analyser, text + token.offset, token.len, TEXT_UNSURE, &word, err));
        if ((word->function && !functions && !quoted) || word->query_count == 0)
            continue;
        TRY(add_word(query, text, &token, word, quoted, arena, err));
        if (repeats(query, query->word_count - 1)) {
            query->word_count--;
            continue;
        }
        if (query->word_count > REQUEST_QUERY_WORDS)
            return err_set(err, STATUS_LIMIT, "the query has more than %d words", REQUEST_QUERY_WORDS);
        query->term_count += count_terms(&query->words[query->word_count - 1]);
        if (query->term_count > QUERY_TERMS)
            return err_set(err, STATUS_LIMIT, "the query has more than %d terms after expansion", QUERY_TERMS);
    }
    return STATUS_OK;
}

enum status query_parse(struct query **query, const char *text, size_t len, struct analyser *analyser,
                        struct arena *arena, struct err *err)
{
    struct query *q = arena_alloc(arena, sizeof *q);
    if (!q || !(q->words = arena_array(arena, REQUEST_QUERY_WORDS + 1, sizeof *q->words)))
        return arena_nomem(err);
    q->alternatives = arena_array(arena, QUERY_ALTERNATIVES, sizeof *q->alternatives);
    q->values = arena_array(arena, QUERY_VALUES, sizeof *q->values);
    q->corrections = arena_array(arena, QUERY_CORRECTIONS, sizeof *q->corrections);
    if (!q->alternatives || !q->values || !q->corrections)
        return arena_nomem(err);
    TRY(add_words(q, text, len, false, analyser, arena, err));
    if (q->word_count == 0) {
        TRY(add_words(q, text, len, true, analyser, arena, err));
        q->functions_kept = q->word_count > 0;
    }
    *query = q->word_count ? q : NULL;
    return STATUS_OK;
}

static void lessen_group(struct query_group *group, double by)
{
    for (int lane = 0; lane < LANE_COUNT; lane++)
        group->weight[lane] *= by;
}

void query_word_lessen(struct query_word *word, double by)
{
    word->share *= by;
    lessen_group(&word->whole, by);
    for (size_t p = 0; p < word->part_count; p++)
        lessen_group(&word->parts[p], by);
}

static void leave_out(struct query *query, size_t word)
{
    query->term_count -= count_terms(&query->words[word]);
    query->word_count--;
    memmove(query->words + word, query->words + word + 1, (query->word_count - word) * sizeof *query->words);
}

enum status query_replace(struct query *query, size_t at, const char *form, struct analyser *analyser, double share,
                          struct arena *arena, struct err *err)
{
    struct query_word *out = &query->words[at], fresh = *out;
    const struct word *word;
    TRY(analyse_word(analyser, form, strlen(form), TEXT_UNSURE, &word, err));
    if (word->query_count == 0 || query->correction_count == QUERY_CORRECTIONS)
        return STATUS_OK;
    TRY(fill_word(&fresh, word, arena, err));
    size_t terms = query->term_count - count_terms(out) + count_terms(&fresh);
    if (terms > QUERY_TERMS)
        return STATUS_OK;
    query->term_count = terms;
    query->corrections[query->correction_count++] = (struct query_correction){out->offset, out->len, form};
    fresh.corrected = form;
    *out = fresh;
    query_word_lessen(out, share);
    if (repeats(query, at))
        leave_out(query, at);
    return STATUS_OK;
}

bool query_named(const struct query *query, size_t word)
{
    for (size_t v = 0; v < query->value_count; v++)
        if (query->values[v].first <= word && word < query->values[v].first + query->values[v].words)
            return true;
    return false;
}

/* W and P terms of the derivations of one lemma. */
static enum status derive_term(struct query *query, struct query_group *group, const struct posting_term *term,
                               bool verb, struct arena *arena, struct err *err)
{
    char derived[DERIVE_MOST][DERIVE_BYTES];
    struct posting_term terms[2 * DERIVE_MOST];
    size_t count = (verb ? derive_nouns : derive_verbs)(term->text + 1, (size_t)term->len - 1, derived);
    for (size_t i = 0; i < 2 * count; i++) {
        char *text = arena_printf(arena, "%c%s", i % 2 ? TERM_PART : TERM_WHOLE, derived[i / 2]);
        if (!text)
            return arena_nomem(err);
        terms[i] = (struct posting_term){.text = text, .len = (uint8_t)strlen(text)};
    }
    return count ? query_group_widen(query, group, terms, 2 * count, arena, err) : STATUS_OK;
}

enum status query_derive(struct query *query, struct arena *arena, struct err *err)
{
    for (size_t w = 0; w < query->word_count; w++) {
        struct query_word *word = &query->words[w];
        size_t own = word->own_terms;
        for (size_t i = 0; i < own && word->known && !word->literal; i++)
            if (word->whole.terms[i].text[0] == TERM_WHOLE)
                TRY(derive_term(query, &word->whole, &word->whole.terms[i], word->verb, arena, err));
        word->own_terms = word->whole.term_count; /* names and synonyms are looked up by the relatives too */
    }
    return STATUS_OK;
}

static void print_group(const struct query_group *group, struct buf *out)
{
    for (size_t i = 0; i < group->term_count; i++) {
        buf_adds(out, i ? " " : "(");
        buf_addc(out, group->terms[i].text[0]);
        buf_addc(out, ':');
        buf_add(out, group->terms[i].text + 1, (size_t)group->terms[i].len - 1);
    }
    buf_addc(out, ')');
    static const char *const lane_names[LANE_COUNT] = {"any", "whole", "exact", "wide"};
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        if (group->weight[lane] == 0)
            continue;
        buf_addf(out, " %s^", lane_names[lane]);
        buf_add_number(out, group->weight[lane], 3);
    }
}

void query_print(const struct query *query, struct buf *out)
{
    for (size_t i = 0; query && i < query->word_count; i++) {
        const struct query_word *word = &query->words[i];
        buf_addf(out, "%s%s%s%s: ", i ? "\n" : "", word->text, word->corrected ? " as " : "",
                 word->corrected ? word->corrected : "");
        print_group(&word->whole, out);
        for (size_t p = 0; p < word->part_count; p++) {
            buf_adds(out, p ? " & " : " | ");
            print_group(&word->parts[p], out);
        }
    }
}
