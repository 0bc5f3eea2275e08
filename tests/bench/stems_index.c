/* opastin-indexer with Snowball's stems in place of the Finnish analyser: what indexing costs without it.
 *
 *   stems_index run --index DIR FILE
 *
 * The linker leads the indexer's calls here (--wrap); all else is the product's own.  A word gives its exact form and
 * one stem, in the language of its text; where that is not sure, one of each language.  The dictionary is never asked.
 * The index is for measuring alone: no query finds in it what it should. */
#include <string.h>

#include "analyse/analyse.h"
#include "analyse/base.h"
#include "analyse/fold.h"
#include "analyse/stem.h"

enum status __wrap_analyse_word(struct analyser *, const char *, size_t, enum text_lang, const struct word **,
                                struct err *);
enum status __wrap_analyse_text(struct analyser *, const char *, size_t, enum text_lang, analyse_fn *, void *,
                                struct err *);
void __wrap_analyse_bases(struct analyser *, const char *, size_t, struct bases *);

/* Of each thread; they go with the process. */
static _Thread_local struct stemmers stemmers;
static _Thread_local char text[1 + STEM_COUNT][FOLD_BYTES + 1];
static _Thread_local struct term terms[1 + STEM_COUNT];
static _Thread_local struct word made;

static void add(enum term_space space, size_t len)
{
    text[made.term_count][0] = (char)space;
    terms[made.term_count] = (struct term){text[made.term_count], (uint8_t)(len + 1)};
    made.term_count++;
}

static void add_stem(enum stem_lang lang, enum term_space space, const char *exact, size_t len)
{
    add(space, stem(&stemmers, lang, exact, len, text[made.term_count] + 1));
}

enum status __wrap_analyse_word(struct analyser *analyser, const char *token, size_t len, enum text_lang lang,
                                const struct word **word, struct err *err)
{
    char exact[FOLD_BYTES];
    (void)analyser;
    if (!stemmers.by_lang[STEM_FINNISH])
        TRY(stemmers_open(&stemmers, err));
    made = (struct word){.terms = terms};
    *word = &made;
    size_t exact_len = fold_surface(token, len, exact);
    exact_len = fold_accents(exact, exact_len, exact);
    if (exact_len == 0)
        return STATUS_OK;
    memcpy(text[0] + 1, exact, exact_len);
    add(TERM_EXACT, exact_len);
    if (lang == TEXT_FI || lang == TEXT_UNSURE)
        add_stem(STEM_FINNISH, TERM_WHOLE, exact, exact_len);
    if (lang == TEXT_SV || lang == TEXT_UNSURE)
        add_stem(STEM_SWEDISH, TERM_SWEDISH, exact, exact_len);
    if (lang == TEXT_EN || lang == TEXT_UNSURE)
        add_stem(STEM_ENGLISH, TERM_ENGLISH, exact, exact_len);
    return STATUS_OK;
}

enum status __wrap_analyse_text(struct analyser *analyser, const char *bytes, size_t len, enum text_lang lang,
                                analyse_fn *fn, void *context, struct err *err)
{
    struct token token;
    for (size_t at = 0; token_next(bytes, len, &at, &token);) {
        const struct word *word;
        TRY(__wrap_analyse_word(analyser, bytes + token.offset, token.len, lang, &word, err));
        TRY(fn(context, &token, word, err));
    }
    return STATUS_OK;
}

void __wrap_analyse_bases(struct analyser *analyser, const char *word, size_t len, struct bases *bases)
{
    (void)analyser;
    *bases = (struct bases){.count = 1};
    bases->base[0][fold_surface(word, len, bases->base[0])] = '\0';
}
