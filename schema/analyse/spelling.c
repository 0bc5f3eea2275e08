#include "analyse/spelling.h"

#include <string.h>
#include <wchar.h>

#include <libvoikko/voikko.h>

#include "analyse/analyser.h"
#include "analyse/dictionary.h"
#include "analyse/fold.h"
#include "base/utf8.h"

static bool has(const struct spellings *out, const char *word)
{
    for (size_t i = 0; i < out->count; i++)
        if (strcmp(out->word[i], word) == 0)
            return true;
    return false;
}

static void add(struct spellings *out, const wchar_t *from, const char *asked)
{
    char raw[SPELLING_BYTES], surface[FOLD_BYTES];
    size_t used = 0;
    for (; *from; from++) {
        if (*from == L' ' || used + 4 >= sizeof raw)
            return;
        used += utf8_encode((uint32_t)*from, raw + used);
    }
    used = fold_surface(raw, used, surface);
    if (used == 0 || used >= SPELLING_BYTES || strcmp(surface, asked) == 0 || has(out, surface))
        return;
    memcpy(out->word[out->count++], surface, used + 1);
}

void spelling_suggest(struct analyser *analyser, const char *word, size_t len, struct spellings *out)
{
    char surface[FOLD_BYTES];
    wchar_t wide[SPELLING_LETTERS + 1];
    size_t letters = 0;
    out->count = 0;
    size_t surface_len = fold_surface(word, len, surface);
    for (size_t at = 0, step; at < surface_len; at += step) {
        uint32_t letter = utf8_decode(surface + at, surface_len - at, &step);
        if (letters == SPELLING_LETTERS)
            return;
        wide[letters++] = (wchar_t)letter;
    }
    if (letters == 0)
        return;
    wide[letters] = L'\0';
    struct VoikkoHandle *voikko = dictionary_voikko(finnish_dictionary(analyser_finnish(analyser)));
    wchar_t **all = voikkoSuggestUcs4(voikko, wide);
    for (size_t i = 0; all && all[i] && out->count < SPELLING_MOST; i++)
        add(out, all[i], surface);
    if (all)
        voikko_free_suggest_ucs4(all);
}
