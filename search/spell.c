#include "search/spell.h"

#include <string.h>

#include "search/correct.h"
#include "search/guide.h"
#include "search/weights.h"

static enum status group_found(struct searcher *s, const struct query_group *group, bool *found, struct err *err)
{
    *found = false;
    for (size_t i = 0; i < group->term_count && !*found; i++) {
        struct inverted_list list;
        TRY(inverted_find(&s->snapshot->inverted, group->terms[i].text, group->terms[i].len, &list, err));
        *found = list.count > 0;
    }
    return STATUS_OK;
}

/* The index has the word, or each part of the compound that it is. */
static enum status word_found(struct searcher *s, const struct query_word *word, bool *found, struct err *err)
{
    TRY(group_found(s, &word->whole, found, err));
    if (*found || word->part_count == 0)
        return STATUS_OK;
    *found = true;
    for (size_t p = 0; p < word->part_count && *found; p++)
        TRY(group_found(s, &word->parts[p], found, err));
    return STATUS_OK;
}

static const struct spelt *recall(const struct searcher *s, const char *word)
{
    for (size_t i = 0; i < SEARCHER_SPELT; i++)
        if (strcmp(s->spelt[i].word, word) == 0)
            return &s->spelt[i];
    return NULL;
}

static void remember(struct searcher *s, const char *word, const char *form)
{
    struct spelt *spelt = &s->spelt[s->spelt_next];
    if (strlen(word) >= sizeof spelt->word || (form && strlen(form) >= sizeof spelt->form))
        return;
    strcpy(spelt->word, word);
    strcpy(spelt->form, form ? form : "");
    s->spelt_next = (s->spelt_next + 1) % SEARCHER_SPELT;
}

/* The best correction that the index has; NULL when there is none. */
static enum status find_correction(struct searcher *s, const struct query_word *word, struct arena *arena,
                                   const char **form, struct err *err)
{
    struct correction corrections[CORRECT_MOST];
    size_t count;
    const struct spelt *known = recall(s, word->text);
    *form = NULL;
    if (known) {
        if (*known->form && !(*form = arena_copy(arena, known->form, strlen(known->form))))
            return arena_nomem(err);
        return STATUS_OK;
    }
    TRY(correct_word(&s->snapshot->lexicon, s->analyser, word->text, word->len, arena, corrections, &count, err));
    for (size_t i = 0; i < count && !*form; i++)
        if (corrections[i].rows > 0)
            *form = corrections[i].form;
    remember(s, word->text, *form);
    return STATUS_OK;
}

/* The correction of the word, NULL when it needs none or has none. */
static enum status correction_of(struct searcher *s, const struct query *query, size_t at, size_t *lookups,
                                 struct arena *arena, const char **form, struct err *err)
{
    const struct query_word *word = &query->words[at];
    bool found;
    *form = NULL;
    if (word->literal || guide_knows(s->guide, query, at))
        return STATUS_OK;
    TRY(word_found(s, word, &found, err));
    if (found)
        return STATUS_OK;
    ++*lookups;
    TRY(searcher_deadline(s, err));
    return find_correction(s, word, arena, form, err);
}

enum status spell_apply(struct searcher *s, struct query *query, struct arena *arena, struct err *err)
{
    size_t lookups = 0;
    for (size_t w = 0; w < query->word_count && lookups < SPELL_LOOKUPS;) {
        size_t words = query->word_count;
        const char *form;
        TRY(correction_of(s, query, w, &lookups, arena, &form, err));
        if (form)
            TRY(query_replace(query, w, form, s->analyser, weights.correction, arena, err));
        w += query->word_count == words; /* else it repeated another, and the next one stands in its place */
    }
    return STATUS_OK;
}
