/* Words of records and queries: every record's terms counted one by one, every share of a score from such counts. */
#include "oracle.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "search/postings.h" /* enum lane, POSTINGS_FREQUENCY_MOST */
#include "search/weights.h"
#include "text.h"

enum { OWN_LANES = LANE_WIDE }; /* the lanes of a word without synonyms */

/* Worth of a match by any term, by the lemma of the whole word, by the form itself; a part of n earns 1 / n. */
static double worth(enum lane lane)
{
    return lane == LANE_ANY ? weights.any : lane == LANE_WHOLE ? weights.whole : weights.exact;
}

struct known_term {
    char *text;
    uint32_t number;
    UT_hash_handle hh;
};

struct oracle_dictionary {
    struct known_term *terms;
    uint32_t count;
};

struct oracle_word {
    char *text;
    char *terms; /* of the query side, each with a zero byte behind */
    size_t terms_len;
    bool function;
    struct oracle_found *found;
    size_t found_count, parts;
    UT_hash_handle hh;
};

static void out_of_memory(const void *pointer)
{
    if (!pointer) {
        fprintf(stderr, "out of memory\n");
        exit(1);
    }
}

/* ---- the terms of records --------------------------------------------------------------------------------------- */

static struct known_term *look_up(const struct oracle_dictionary *d, const struct term *term)
{
    struct known_term *known;
    HASH_FIND(hh, d->terms, term->text, term->len, known);
    return known;
}

static uint32_t number_of(struct oracle_dictionary *d, const struct term *term)
{
    struct known_term *known = look_up(d, term);
    if (!known) {
        known = calloc(1, sizeof *known);
        out_of_memory(known);
        out_of_memory(known->text = strndup(term->text, term->len));
        known->number = d->count++;
        HASH_ADD_KEYPTR(hh, d->terms, known->text, term->len, known);
    }
    return known->number;
}

struct reading {
    struct oracle_world *world;
    struct oracle_facts *facts;
    size_t cap;
    unsigned weight;
};

static enum status read_word(void *context, const struct token *token, const struct word *word, struct err *err)
{
    (void)token;
    (void)err;
    struct reading *r = context;
    struct oracle_facts *f = r->facts;
    for (size_t i = 0; i < word->term_count; i++) {
        if (f->term_count == r->cap) {
            r->cap = r->cap ? 2 * r->cap : 1024;
            out_of_memory(f->terms = realloc(f->terms, r->cap * sizeof *f->terms));
        }
        f->terms[f->term_count++] = (struct oracle_term){number_of(r->world->dictionary, &word->terms[i]), r->weight};
        f->length += r->weight;
    }
    return STATUS_OK;
}

static enum status read_piece(void *context, const struct text_piece *piece, struct err *err)
{
    struct reading *r = context;
    r->weight = text_weight(piece->group);
    return analyse_text(r->world->analyser, piece->text, piece->len, text_language(piece), read_word, r, err);
}

static int compare_terms(const void *a, const void *b)
{
    uint32_t x = ((const struct oracle_term *)a)->number, y = ((const struct oracle_term *)b)->number;
    return x < y ? -1 : x > y;
}

/* One entry per term, with the sum of its frequencies. */
static void add_up(struct oracle_facts *f)
{
    size_t kept = 0;
    qsort(f->terms, f->term_count, sizeof *f->terms, compare_terms);
    for (size_t i = 0; i < f->term_count; i++) {
        if (kept && f->terms[kept - 1].number == f->terms[i].number)
            f->terms[kept - 1].frequency += f->terms[i].frequency;
        else
            f->terms[kept++] = f->terms[i];
    }
    f->term_count = kept;
}

void oracle_read_texts(struct oracle_world *world)
{
    double total = 0;
    struct err err = {0};
    out_of_memory(world->dictionary = calloc(1, sizeof *world->dictionary));
    if (analyser_open(&world->analyser, 0, &err) != STATUS_OK) {
        fprintf(stderr, "%s\n", err.message);
        exit(1);
    }
    for (size_t i = 0; i < world->count; i++) {
        struct reading reading = {.world = world, .facts = &world->facts[i]};
        if (text_walk(world->facts[i].record, read_piece, &reading, &err) != STATUS_OK) {
            fprintf(stderr, "%s: %s\n", world->facts[i].record->id, err.message);
            exit(1);
        }
        add_up(&world->facts[i]);
        total += world->facts[i].length;
    }
    world->average_length = total / (double)world->count;
}

void oracle_forget_texts(struct oracle_world *world)
{
    struct known_term *term, *next_term;
    struct oracle_word *word, *next_word;
    HASH_ITER (hh, world->dictionary->terms, term, next_term) {
        HASH_DEL(world->dictionary->terms, term);
        free(term->text);
        free(term);
    }
    HASH_ITER (hh, world->words, word, next_word) {
        HASH_DEL(world->words, word);
        free(word->text);
        free(word->terms);
        free(word->found);
        free(word);
    }
    for (size_t i = 0; i < world->count; i++)
        free(world->facts[i].terms);
    free(world->dictionary);
    analyser_free(world->analyser);
}

static unsigned frequency_of(const struct oracle_facts *f, uint32_t term)
{
    struct oracle_term wanted = {term, 0};
    const struct oracle_term *found =
        f->term_count ? bsearch(&wanted, f->terms, f->term_count, sizeof wanted, compare_terms) : NULL;
    return found ? found->frequency : 0;
}

bool oracle_has_any(const struct oracle_world *world, const struct oracle_facts *f, const struct query_group *group)
{
    for (size_t i = 0; i < group->term_count; i++) {
        struct known_term *known;
        HASH_FIND(hh, world->dictionary->terms, group->terms[i].text, group->terms[i].len, known);
        if (known && frequency_of(f, known->number))
            return true;
    }
    return false;
}

/* ---- a word of a query ------------------------------------------------------------------------------------------ */

/* How often each record has the terms together, and what that is worth: BM25 with k1 = 1.2 and b = 0.75. */
struct share {
    const struct term *terms;
    size_t term_count;
    char spaces[4];  /* namespaces that count; "": all */
    char but[4];     /* and those that do not */
    double worth;
    unsigned *frequency; /* per record */
    size_t records;      /* that have any */
};

static void count_share(const struct oracle_world *world, struct share *share)
{
    share->frequency = calloc(world->count, sizeof *share->frequency);
    out_of_memory(share->frequency);
    share->records = 0;
    for (size_t t = 0; t < share->term_count; t++) {
        char space = share->terms[t].text[0];
        if ((share->spaces[0] && !strchr(share->spaces, space)) || strchr(share->but, space))
            continue;
        const struct known_term *known = look_up(world->dictionary, &share->terms[t]);
        for (uint32_t r = 0; known && r < world->count; r++)
            share->frequency[r] += frequency_of(&world->facts[r], known->number);
    }
    for (uint32_t r = 0; r < world->count; r++) {
        if (share->frequency[r] > POSTINGS_FREQUENCY_MOST)
            share->frequency[r] = POSTINGS_FREQUENCY_MOST;
        share->records += share->frequency[r] > 0;
    }
}

double oracle_rarity(const struct oracle_world *world, size_t records)
{
    double n = (double)records, odds = ((double)world->count - n + 0.5) / (n + 0.5);
    return log(odds < 2 ? 1 + odds / 2 : odds);
}

static float earned(const struct oracle_world *world, const struct share *share, uint32_t record)
{
    double rare = oracle_rarity(world, share->records);
    double f = share->frequency[record];
    double norm = 1.2 * (0.25 + 0.75 * world->facts[record].length / world->average_length);
    return (float)(share->worth * rare * 2.2 * f / (f + norm));
}

static unsigned parts_had(const struct share *shares, size_t count, uint32_t record)
{
    unsigned parts = 0;
    for (size_t s = OWN_LANES; s < count; s++)
        parts += shares[s].frequency[record] > 0;
    return parts;
}

static bool has_word(const struct share *shares, size_t count, uint32_t record)
{
    for (size_t s = 0; s < OWN_LANES; s++)
        if (shares[s].frequency[record] > 0)
            return true;
    return count > OWN_LANES && parts_had(shares, count, record) == count - OWN_LANES;
}

static void find_word(const struct oracle_world *world, struct oracle_word *out, const struct word *word)
{
    struct share shares[ORACLE_PARTS] = {
        [LANE_ANY] = {word->query, word->query_count, "", "X", worth(LANE_ANY), NULL, 0},
        [LANE_WHOLE] = {word->query, word->query_count, "W", "", worth(LANE_WHOLE), NULL, 0},
        [LANE_EXACT] = {word->query, word->query_count, "X", "", worth(LANE_EXACT), NULL, 0},
    };
    size_t count = OWN_LANES;
    for (size_t p = 0; p < word->part_count; p++)
        shares[count++] = (struct share){word->parts[p].terms, word->parts[p].term_count, "", "",
                                         weights.parts / (double)word->part_count, NULL, 0};
    for (size_t s = 0; s < count; s++)
        count_share(world, &shares[s]);
    out->parts = word->part_count;
    out->found = calloc(world->count + 1, sizeof *out->found);
    out_of_memory(out->found);
    for (uint32_t r = 0; r < world->count; r++) {
        struct oracle_found *found = &out->found[out->found_count];
        *found = (struct oracle_found){.record = r, .has = has_word(shares, count, r),
                                        .parts = parts_had(shares, count, r)};
        for (size_t s = 0; s < count; s++)
            if (shares[s].frequency[r])
                found->shares[found->share_count++] = earned(world, &shares[s], r);
        out->found_count += found->share_count > 0;
    }
    for (size_t s = 0; s < count; s++)
        free(shares[s].frequency);
}

static const struct oracle_word *word_of(struct oracle_world *world, const char *text, size_t len)
{
    struct oracle_word *known;
    const struct word *word;
    struct err err = {0};
    HASH_FIND(hh, world->words, text, len, known);
    if (known)
        return known;
    known = calloc(1, sizeof *known);
    out_of_memory(known);
    out_of_memory(known->text = strndup(text, len));
    if (analyse_word(world->analyser, text, len, TEXT_UNSURE, &word, &err) != STATUS_OK) {
        fprintf(stderr, "%s: %s\n", known->text, err.message);
        exit(1);
    }
    known->function = word->function;
    struct buf terms = BUF_INIT;
    for (size_t i = 0; i < word->query_count; i++)
        buf_add(&terms, word->query[i].text, word->query[i].len + 1u);
    known->terms = terms.data;
    known->terms_len = terms.len;
    find_word(world, known, word);
    HASH_ADD_KEYPTR(hh, world->words, known->text, len, known);
    return known;
}

const struct oracle_found *oracle_word_found(const struct oracle_word *word, size_t *count)
{
    *count = word->found_count;
    return word->found;
}

size_t oracle_word_parts(const struct oracle_word *word)
{
    return word->parts;
}

static bool same_terms(const struct oracle_word *a, const struct oracle_word *b)
{
    return a->terms_len == b->terms_len && memcmp(a->terms, b->terms, a->terms_len) == 0;
}

static size_t words_of(struct oracle_world *world, const char *q, bool functions,
                       const struct oracle_word *words[REQUEST_QUERY_WORDS])
{
    size_t count = 0, at = 0, len = strlen(q);
    struct token token;
    while (token_next(q, len, &at, &token)) {
        const struct oracle_word *word = word_of(world, q + token.offset, token.len);
        bool again = false;
        if (word->terms_len == 0 || (word->function && !functions))
            continue;
        for (size_t i = 0; i < count; i++)
            again |= same_terms(words[i], word);
        if (!again && count < REQUEST_QUERY_WORDS)
            words[count++] = word;
    }
    return count;
}

size_t oracle_words(struct oracle_world *world, const char *q, const struct oracle_word *words[REQUEST_QUERY_WORDS])
{
    size_t count = words_of(world, q, false, words);
    return count ? count : words_of(world, q, true, words);
}
