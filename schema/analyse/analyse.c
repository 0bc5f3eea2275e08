#include "analyse/analyse.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/analyser.h"
#include "analyse/cache.h"
#include "analyse/endings.h"
#include "analyse/entry.h"
#include "analyse/finnish.h"
#include "analyse/fold.h"
#include "analyse/stem.h"
#include "analyse/words.h"

struct analyser {
    struct stemmers stemmers;
    struct finnish *finnish; /* owned */
    struct cache cache;
    struct entry_view view;    /* what the caller holds */
    struct entry *spare;       /* owned; the entry of a word that the cache declined */
    struct finnish_word word;  /* scratch */
    struct entry_builder made; /* scratch */
    struct analyse_stats stats;
    analyse_watch_fn *watch; /* NULL: nobody is told */
    void *watch_context;
    analyse_recall_fn *recall; /* NULL: nobody knows better */
    void *recall_context;
};

enum status analyser_open(struct analyser **analyser, size_t cache_slots, struct err *err)
{
    return analyser_open_sharing(analyser, cache_slots, NULL, err);
}

enum status analyser_open_sharing(struct analyser **analyser, size_t cache_slots, struct answers *answers,
                                  struct err *err)
{
    struct analyser *opened = calloc(1, sizeof *opened);
    if (!opened)
        return err_set(err, STATUS_NOMEM, "out of memory for an analyser");
    enum status status = stemmers_open(&opened->stemmers, err);
    if (status == STATUS_OK)
        status = finnish_open(&opened->finnish, &opened->stemmers, answers, err);
    if (status == STATUS_OK)
        status = cache_init(&opened->cache, cache_slots ? cache_slots : ANALYSE_CACHE_SLOTS, err);
    if (status != STATUS_OK) {
        analyser_free(opened);
        return status;
    }
    *analyser = opened;
    return STATUS_OK;
}

void analyser_free(struct analyser *analyser)
{
    if (!analyser)
        return;
    cache_release(&analyser->cache);
    free(analyser->spare);
    finnish_free(analyser->finnish);
    stemmers_release(&analyser->stemmers);
    free(analyser);
}

struct analyse_stats analyser_stats(const struct analyser *analyser)
{
    struct analyse_stats stats = analyser->stats;
    stats.dictionary_calls = finnish_dictionary_calls(analyser->finnish);
    return stats;
}

struct finnish *analyser_finnish(struct analyser *analyser)
{
    return analyser->finnish;
}

void analyser_watch(struct analyser *analyser, analyse_watch_fn *fn, void *context)
{
    analyser->watch = fn;
    analyser->watch_context = context;
}

void analyser_recall(struct analyser *analyser, analyse_recall_fn *fn, void *context)
{
    analyser->recall = fn;
    analyser->recall_context = context;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* In a query's group W and P take as much room each, and leave some for X, S and E. */
enum { QUERY_LEMMAS_MAX = (ANALYSE_TERMS_PER_WORD - 3) / 2 };

static void add_query_lemmas(struct entry_builder *made, enum term_space space, const struct finnish_word *word)
{
    for (size_t i = 0; i < word->whole.count + word->query.count && i < QUERY_LEMMAS_MAX; i++) {
        const char *lemma =
            i < word->whole.count ? lemmas_get(&word->whole, i) : lemmas_get(&word->query, i - word->whole.count);
        entry_add(made, ENTRY_QUERY, space, lemma, strlen(lemma));
    }
}

static void add_lemmas(struct entry_builder *made, enum entry_list list, enum term_space space,
                       const struct lemmas *lemmas)
{
    for (size_t i = 0; i < lemmas->count; i++)
        entry_add(made, list, space, lemmas_get(lemmas, i), strlen(lemmas_get(lemmas, i)));
}

/* The Swedish or English stem of a word; a number is never stemmed.  Hyphens go, as in W (e-post, epost). */
static void add_stem(struct analyser *analyser, enum stem_lang lang, const char *word, size_t len, bool query)
{
    char stemmed[FOLD_BYTES];
    size_t used = 0;
    for (size_t i = 0; i < len; i++)
        if (word[i] != '-')
            stemmed[used++] = word[i];
    if (!is_digit(word[0]))
        used = stem(&analyser->stemmers, lang, stemmed, used, stemmed);
    enum entry_list list = lang == STEM_SWEDISH ? ENTRY_SWEDISH : ENTRY_ENGLISH;
    enum term_space space = lang == STEM_SWEDISH ? TERM_SWEDISH : TERM_ENGLISH;
    entry_add(&analyser->made, list, space, stemmed, used);
    if (query)
        entry_add(&analyser->made, ENTRY_QUERY, space, stemmed, used);
}

/* The word's own stem, for the query as well, and on the index side those of its hyphenated segments. */
static void add_stems(struct analyser *analyser, enum stem_lang lang, const char *exact, size_t len)
{
    add_stem(analyser, lang, exact, len, true);
    if (!memchr(exact, '-', len))
        return;
    for (size_t at = 0, end; at < len; at = end + 1) {
        const char *hyphen = memchr(exact + at, '-', len - at);
        end = hyphen ? (size_t)(hyphen - exact) : len;
        if (end - at > 1)
            add_stem(analyser, lang, exact + at, end - at, false);
    }
}

/* Fills analyser->made with all terms of the word, whose colon inflection is off. */
static void word_make(struct analyser *analyser, const char *base, size_t len, bool colon)
{
    struct entry_builder *made = &analyser->made;
    struct finnish_word *word = &analyser->word;
    char exact[FOLD_BYTES];
    size_t exact_len = fold_accents(base, len, exact);
    finnish_read(analyser->finnish, base, len, word);
    /* EJY:n is said to be EJY: it is no inflected form of a shorter word, but may be read as one (SAA:n). */
    if (colon) {
        lemmas_add(&word->whole, exact, exact_len);
        lemmas_reset(&word->index);
    }
    entry_start(made);
    entry_add(made, ENTRY_EXACT, TERM_EXACT, exact, exact_len);
    add_lemmas(made, ENTRY_WHOLE, TERM_WHOLE, &word->whole);
    add_lemmas(made, ENTRY_WHOLE, TERM_WHOLE, &word->index);
    for (size_t i = 0; i < word->parts.count; i++) {
        const char *part = lemmas_get(&word->parts, i);
        if (!lemmas_has(&word->whole, part))
            entry_add(made, ENTRY_PART, TERM_PART, part, strlen(part));
    }
    entry_add(made, ENTRY_QUERY, TERM_EXACT, exact, exact_len);
    add_query_lemmas(made, TERM_WHOLE, word);
    add_query_lemmas(made, TERM_PART, word);
    add_stems(analyser, STEM_SWEDISH, exact, exact_len);
    add_stems(analyser, STEM_ENGLISH, exact, exact_len);
    for (size_t i = 0; i < word->group_count; i++) {
        add_lemmas(made, (enum entry_list)(ENTRY_GROUP + i), TERM_WHOLE, &word->group[i]);
        add_lemmas(made, (enum entry_list)(ENTRY_GROUP + i), TERM_PART, &word->group[i]);
    }
}

static enum entry_list list_of(char space)
{
    switch (space) {
    case TERM_WHOLE: return ENTRY_WHOLE;
    case TERM_SWEDISH: return ENTRY_SWEDISH;
    case TERM_ENGLISH: return ENTRY_ENGLISH;
    case TERM_PART: return ENTRY_PART;
    default: return ENTRY_EXACT;
    }
}

/* Fills analyser->made with what somebody knows of the word; false when nobody does. */
static bool word_recall(struct analyser *analyser, const char *surface, size_t len)
{
    const struct term *terms;
    bool known = false;
    size_t count = analyser->recall ? analyser->recall(analyser->recall_context, surface, len, &terms, &known) : 0;
    if (count == 0)
        return false;
    entry_start(&analyser->made);
    for (size_t i = 0; i < count; i++)
        entry_add(&analyser->made, list_of(terms[i].text[0]), (enum term_space)terms[i].text[0], terms[i].text + 1,
                  terms[i].len - 1u);
    analyser->word.known = known;
    analyser->word.verb = false; /* of queries alone */
    return true;
}

/* The entry of a word that the cache does not hold, in the cache or beside it. */
static enum status entry_make(struct analyser *analyser, const char *surface, size_t len, const struct entry **entry,
                              struct err *err)
{
    size_t base = ending_colon_base(surface, len);
    if (!word_recall(analyser, surface, len))
        word_make(analyser, surface, base ? base : len, base > 0);
    char exact[FOLD_BYTES];
    size_t exact_len = fold_accents(surface, len, exact);
    uint8_t flags = (uint8_t)((analyser->word.known ? ENTRY_KNOWN : 0) | (is_digit(surface[0]) ? ENTRY_NUMBER : 0) |
                              (analyser->word.verb ? ENTRY_VERB : 0));
    size_t size = entry_size(&analyser->made);
    struct entry *made = (struct entry *)cache_put(&analyser->cache, surface, len, size);
    if (!made) {
        made = realloc(analyser->spare, size);
        if (!made)
            return err_set(err, STATUS_NOMEM, "out of memory for the analysis of a word");
        analyser->spare = made;
    }
    entry_finish(&analyser->made, flags, (uint8_t)words_lookup(exact, exact_len), made);
    *entry = made;
    return STATUS_OK;
}

enum status analyse_word(struct analyser *analyser, const char *token, size_t len, enum text_lang lang,
                         const struct word **word, struct err *err)
{
    assert(lang >= TEXT_FI && lang <= TEXT_UNSURE);
    char surface[FOLD_BYTES];
    size_t surface_len = fold_surface(token, len, surface);
    analyser->stats.words++;
    if (surface_len == 0) {
        analyser->view.word = (struct word){0};
        *word = &analyser->view.word;
        return STATUS_OK;
    }
    const uint64_t hits = analyser->stats.cache_hits;
    const struct entry *entry = (const struct entry *)cache_get(&analyser->cache, surface, surface_len);
    if (entry)
        analyser->stats.cache_hits++;
    else
        TRY(entry_make(analyser, surface, surface_len, &entry, err));
    if (analyser->stats.cache_hits == hits && analyser->watch) {
        entry_open(entry, TEXT_UNSURE, &analyser->view);
        TRY(analyser->watch(analyser->watch_context, surface, surface_len, &analyser->view.word, err));
    }
    entry_open(entry, lang, &analyser->view);
    *word = &analyser->view.word;
    return STATUS_OK;
}
