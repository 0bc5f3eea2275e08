/* The language of a text, window by window: Voikko knows 95 of 100 Finnish words and 5 to 8 of 100 Swedish and English
 * ones, so the share of known words tells Finnish; closed-class words tell Swedish from English. */
#include "analyse/analyse.h"

#include "analyse/analyser.h"
#include "analyse/fold.h"
#include "analyse/words.h"

enum {
    WINDOW_WORDS = 15,
    WINDOWS_MAX = 40,      /* the beginning of a long text speaks for it */
    WORDS_MIN = 4,         /* shorter texts are UNSURE */
    FINNISH_PERCENT = 60,  /* known words of a window that is Finnish */
    FOREIGN_PERCENT = 30,  /* known words of a window that is not, at most */
    FUNCTION_PERCENT = 12, /* closed-class words of a Swedish or English window, at least */
    AGREE_PERCENT = 85     /* windows that must agree */
};

struct window {
    size_t words, known, swedish, english, finnish;
};

static enum text_lang window_language(const struct window *window)
{
    size_t known = 100 * window->known / window->words;
    if (known >= FINNISH_PERCENT && window->finnish >= window->swedish && window->finnish >= window->english)
        return TEXT_FI;
    if (known > FOREIGN_PERCENT)
        return TEXT_UNSURE;
    bool swedish = window->swedish > window->english;
    size_t most = swedish ? window->swedish : window->english;
    if (100 * most / window->words < FUNCTION_PERCENT || window->swedish == window->english)
        return TEXT_UNSURE;
    return swedish ? TEXT_SV : TEXT_EN;
}

/* Counts the next words into the window; single letters and numbers say nothing. False when memory ran out. */
static bool window_fill(struct analyser *analyser, const char *text, size_t len, size_t *at, struct window *window)
{
    struct token token;
    *window = (struct window){0};
    while (window->words < WINDOW_WORDS && token_next(text, len, at, &token)) {
        const struct word *word;
        char surface[FOLD_BYTES];
        if (analyse_word(analyser, text + token.offset, token.len, TEXT_UNSURE, &word, NULL) != STATUS_OK)
            return false;
        size_t surface_len = fold_surface(text + token.offset, token.len, surface);
        if (word->number || surface_len < 2)
            continue;
        unsigned langs = words_lookup(surface, fold_accents(surface, surface_len, surface));
        window->words++;
        window->known += word->known;
        window->finnish += (langs & WORDS_FI) != 0;
        window->swedish += (langs & WORDS_SV) != 0;
        window->english += (langs & WORDS_EN) != 0;
    }
    return true;
}

enum text_lang analyse_language(struct analyser *analyser, const char *text, size_t len)
{
    size_t votes[TEXT_UNSURE + 1] = {0}, windows = 0, at = 0;
    struct window window;
    while (windows < WINDOWS_MAX && window_fill(analyser, text, len, &at, &window)) {
        /* A rest too short to judge goes with what came before it. */
        if (window.words < WORDS_MIN || (windows > 0 && window.words < WINDOW_WORDS / 2))
            break;
        votes[window_language(&window)]++;
        windows++;
    }
    for (enum text_lang lang = TEXT_FI; lang < TEXT_UNSURE && windows > 0; lang++)
        if (100 * votes[lang] / windows >= AGREE_PERCENT)
            return lang;
    return TEXT_UNSURE;
}
