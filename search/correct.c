#include "search/correct.h"

#include <math.h>
#include <string.h>

#include "analyse/base.h"
#include "analyse/fold.h"
#include "analyse/spelling.h"
#include "base/utf8.h"
#include "search/edits.h"

_Static_assert((int)CORRECT_LETTERS == (int)EDITS_LETTERS, "every word that is corrected can be compared");

/* Chosen on the development half of the typing errors, where the figures are flat around them (docs/finnish.md). */
static const double FORM_ROWS = 0.15;      /* less for each factor of ten in records of the form, */
static const double LEMMA_ROWS = 0.1;      /* and of its lemma */
static const double PRICE_UNKNOWN = 0.3;   /* a form of the index that the dictionary does not know */
static const double PRICE_NOT_THERE = 0.3; /* a suggestion that is no form of the index */
static const double SUGGESTED = 0.3, SUGGESTED_STEP = 0.1; /* less for the first suggestion, for each one behind it */

struct candidate {
    const char *text; /* in the lexicon or in the suggestions */
    size_t len;
    uint32_t rows;    /* of the lemma, or of the form */
    double cost;
};

struct correcting {
    const struct lexicon *lexicon;
    struct edits edits;
    unsigned bound; /* price */
    char word[FOLD_BYTES];
    size_t word_len;
    struct candidate best[CORRECT_MOST];
    size_t count;
};

/* ---- keeping the best ------------------------------------------------------------------------------------------- */

static int compare(const struct candidate *a, const struct candidate *b)
{
    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);
    return order ? order : (a->len > b->len) - (a->len < b->len);
}

static bool is_same(const char *a, size_t a_len, const char *b, size_t b_len)
{
    return a_len == b_len && memcmp(a, b, a_len) == 0;
}

static void keep(struct correcting *c, const struct candidate *candidate)
{
    if (is_same(candidate->text, candidate->len, c->word, c->word_len))
        return;
    for (size_t i = 0; i < c->count; i++) {
        if (!is_same(candidate->text, candidate->len, c->best[i].text, c->best[i].len))
            continue;
        if (c->best[i].cost <= candidate->cost)
            return;
        memmove(&c->best[i], &c->best[i + 1], (--c->count - i) * sizeof *c->best);
    }
    size_t at = c->count;
    while (at > 0 && compare(candidate, &c->best[at - 1]) < 0)
        at--;
    if (at == CORRECT_MOST)
        return;
    if (c->count < CORRECT_MOST)
        c->count++;
    memmove(&c->best[at + 1], &c->best[at], (c->count - 1 - at) * sizeof *c->best);
    c->best[at] = *candidate;
}

static double commonness(uint32_t form_rows, uint32_t lemma_rows)
{
    return FORM_ROWS * log10((double)form_rows + 1) + LEMMA_ROWS * log10((double)lemma_rows + 1);
}

static struct candidate of_form(const struct lexicon *l, uint32_t form, unsigned price)
{
    struct candidate candidate = {.rows = l->lemma_rows[l->form_lemma[form]]};
    candidate.text = lexicon_text(&l->forms, form, &candidate.len);
    candidate.cost = (double)price / EDITS_UNIT - commonness(l->form_rows[form], candidate.rows) +
                     (l->form_known[form] ? 0 : PRICE_UNKNOWN);
    return candidate;
}

/* ---- the forms of the index ------------------------------------------------------------------------------------- */

/* The path of the walk: where each letter of the present form ends, in bytes. */
struct path {
    size_t end[EDITS_DEPTH + 1]; /* end[d]: of the first d letters */
    size_t depth;
};

/* Back to the letters that the next form begins with too: those of `common` bytes. */
static void path_back(struct path *path, size_t common)
{
    while (path->end[path->depth] > common)
        path->depth--;
}

/* Goes on along the form as far as anything near may lie there; false when it got too far away. */
static bool walk_form(struct correcting *c, struct path *path, const char *form, size_t len, size_t *steps)
{
    while (path->end[path->depth] < len) {
        size_t step, at = path->end[path->depth];
        if (path->depth == EDITS_DEPTH)
            return false;
        uint32_t letter = utf8_decode(form + at, len - at, &step);
        edits_push(&c->edits, path->depth, letter);
        path->end[++path->depth] = at + step;
        ++*steps;
        if (edits_least(&c->edits, path->depth) > c->bound)
            return false;
    }
    return true;
}

/* The form to go on with where the path got too far away: what begins like this one lies as far. */
static uint32_t behind(const struct lexicon *l, uint32_t form, const struct path *path)
{
    size_t len = path->end[path->depth];
    return len <= LEXICON_COMMON_MOST ? lexicon_skip_forms(l, form, len) : form + 1;
}

static void find_forms(struct correcting *c)
{
    const struct lexicon *l = c->lexicon;
    struct path path = {.depth = 0};
    size_t steps = 0;
    edits_bound(&c->edits, c->bound);
    for (uint32_t at = 0; at < l->forms.count && steps < CORRECT_STEPS;) {
        size_t len;
        const char *form = lexicon_text(&l->forms, at, &len);
        path_back(&path, l->form_common[at]);
        if (!walk_form(c, &path, form, len, &steps)) {
            at = behind(l, at, &path);
            continue;
        }
        unsigned price = edits_price(&c->edits, path.depth);
        if (price <= c->bound) {
            struct candidate candidate = of_form(l, at, price);
            keep(c, &candidate);
        }
        at++;
    }
    edits_bound(&c->edits, EDITS_FAR);
}

/* ---- the dictionary's suggestions ------------------------------------------------------------------------------- */

static unsigned price_of(struct correcting *c, const char *text, size_t len)
{
    size_t depth = 0;
    for (size_t at = 0, step; at < len; at += step) {
        if (depth == EDITS_DEPTH)
            return EDITS_FAR;
        edits_push(&c->edits, depth++, utf8_decode(text + at, len - at, &step));
    }
    return edits_price(&c->edits, depth);
}

/* Records of the lemma of a word that is no form of the index itself. */
static uint32_t lemma_rows(const struct lexicon *l, struct analyser *analyser, const char *text, size_t len)
{
    struct bases bases;
    uint32_t most = 0;
    analyse_bases(analyser, text, len, &bases);
    for (size_t i = 0; i < bases.count; i++) {
        uint32_t lemma = lexicon_find_lemma(l, bases.base[i], strlen(bases.base[i]), true);
        if (lemma != UINT32_MAX && l->lemma_rows[lemma] > most)
            most = l->lemma_rows[lemma];
    }
    return most;
}

/* Their edits are not bounded: the ranking sees to it. */
static void add_suggestions(struct correcting *c, struct analyser *analyser, const struct spellings *spellings)
{
    const struct lexicon *l = c->lexicon;
    for (size_t i = 0; i < spellings->count; i++) {
        struct candidate candidate = {.text = spellings->word[i], .len = strlen(spellings->word[i])};
        unsigned price = price_of(c, candidate.text, candidate.len);
        uint32_t form = lexicon_find_form(l, candidate.text, candidate.len);
        if (form != UINT32_MAX) {
            candidate = of_form(l, form, price);
        } else {
            candidate.rows = lemma_rows(l, analyser, candidate.text, candidate.len);
            candidate.cost = (double)price / EDITS_UNIT - commonness(0, candidate.rows) + PRICE_NOT_THERE;
        }
        candidate.cost -= SUGGESTED - SUGGESTED_STEP * (double)i;
        keep(c, &candidate);
    }
}

/* ---- all together ----------------------------------------------------------------------------------------------- */

static bool has_digit(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= '0' && text[i] <= '9')
            return true;
    return false;
}

/* False for a word that is not to be corrected. */
static bool start(struct correcting *c, const char *word, size_t len)
{
    char surface[FOLD_BYTES];
    uint32_t letters[CORRECT_LETTERS];
    size_t count = 0;
    c->count = 0;
    c->word_len = fold_accents(surface, fold_surface(word, len, surface), c->word);
    for (size_t at = 0, step; at < c->word_len; at += step) {
        if (count == CORRECT_LETTERS)
            return false;
        letters[count++] = utf8_decode(c->word + at, c->word_len - at, &step);
    }
    if (count < CORRECT_LETTERS_LEAST || has_digit(c->word, c->word_len))
        return false;
    c->bound = count <= 4 ? 13 : count <= 8 ? 20 : 23;
    edits_start(&c->edits, letters, count);
    return true;
}

enum status correct_word(const struct lexicon *lexicon, struct analyser *analyser, const char *word, size_t len,
                         struct arena *arena, struct correction out[CORRECT_MOST], size_t *count, struct err *err)
{
    struct correcting c = {.lexicon = lexicon};
    struct spellings spellings = {.count = 0};
    struct bases bases;
    *count = 0;
    if (!start(&c, word, len))
        return STATUS_OK;
    find_forms(&c);
    analyse_bases(analyser, c.word, c.word_len, &bases);
    if (!bases.known) /* what the dictionary knows it has nothing better for, and asking takes it milliseconds */
        spelling_suggest(analyser, c.word, c.word_len, &spellings);
    add_suggestions(&c, analyser, &spellings);
    for (size_t i = 0; i < c.count; i++) {
        const struct candidate *best = &c.best[i];
        out[i].form = arena_copy(arena, best->text, best->len);
        if (!out[i].form)
            return arena_nomem(err);
        out[i].cost = best->cost;
        out[i].rows = best->rows;
    }
    *count = c.count;
    return STATUS_OK;
}
