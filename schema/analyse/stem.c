#include "analyse/stem.h"

#include <string.h>

#include <libstemmer.h>

static const char *const algorithms[STEM_COUNT] = {
    [STEM_FINNISH] = "finnish",
    [STEM_SWEDISH] = "swedish",
    [STEM_ENGLISH] = "english",
};

enum status stemmers_open(struct stemmers *stemmers, struct err *err)
{
    *stemmers = (struct stemmers){0};
    for (int i = 0; i < STEM_COUNT; i++) {
        stemmers->by_lang[i] = sb_stemmer_new(algorithms[i], "UTF_8");
        if (!stemmers->by_lang[i]) {
            stemmers_release(stemmers);
            return err_set(err, STATUS_INTERNAL, "libstemmer has no %s stemmer, or memory ran out", algorithms[i]);
        }
    }
    return STATUS_OK;
}

void stemmers_release(struct stemmers *stemmers)
{
    for (int i = 0; i < STEM_COUNT; i++)
        if (stemmers->by_lang[i])
            sb_stemmer_delete(stemmers->by_lang[i]);
    *stemmers = (struct stemmers){0};
}

size_t stem(struct stemmers *stemmers, enum stem_lang lang, const char *word, size_t len, char out[FOLD_BYTES])
{
    struct sb_stemmer *stemmer = stemmers->by_lang[lang];
    const sb_symbol *stemmed = sb_stemmer_stem(stemmer, (const sb_symbol *)word, (int)len);
    int stemmed_len = stemmed ? sb_stemmer_length(stemmer) : 0;
    if (stemmed_len > 0 && stemmed_len <= ANALYSE_WORD_BYTES) {
        memcpy(out, stemmed, (size_t)stemmed_len);
        len = (size_t)stemmed_len;
    } else {
        memmove(out, word, len);
    }
    out[len] = '\0';
    return len;
}
