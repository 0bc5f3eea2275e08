#include "analyse/lemmas.h"

#include <string.h>

#include "analyse/fold.h"
#include "base/utf8.h"

void lemmas_reset(struct lemmas *lemmas)
{
    lemmas->count = 0;
    lemmas->used = 0;
}

const char *lemmas_get(const struct lemmas *lemmas, size_t i)
{
    return lemmas->bytes + lemmas->at[i];
}

bool lemmas_has(const struct lemmas *lemmas, const char *text)
{
    for (size_t i = 0; i < lemmas->count; i++)
        if (strcmp(lemmas_get(lemmas, i), text) == 0)
            return true;
    return false;
}

/* Folding never makes a text longer, so it can be done in place, behind the lemmas that are there. */
static void add_folded(struct lemmas *lemmas, size_t len)
{
    char *text = lemmas->bytes + lemmas->used;
    len = fold_accents(text, len, text);
    len = fold_dots(text, len, text);
    len = utf8_cut(text, len, LEMMA_BYTES);
    text[len] = '\0';
    if (len == 0 || lemmas_has(lemmas, text))
        return;
    lemmas->at[lemmas->count++] = (uint16_t)lemmas->used;
    lemmas->used += len + 1;
}

static bool has_room(const struct lemmas *lemmas, size_t len)
{
    return lemmas->count < LEMMAS_MAX && len < LEMMAS_BYTES - lemmas->used;
}

void lemmas_add(struct lemmas *lemmas, const char *text, size_t len)
{
    if (!has_room(lemmas, len))
        return;
    memcpy(lemmas->bytes + lemmas->used, text, len);
    add_folded(lemmas, len);
}

void lemmas_adds(struct lemmas *lemmas, const char *text)
{
    lemmas_add(lemmas, text, strlen(text));
}

void lemmas_add_joined(struct lemmas *lemmas, const char *prefix, size_t prefix_len, const char *text)
{
    size_t len = strlen(text);
    if (!has_room(lemmas, prefix_len + len))
        return;
    memcpy(lemmas->bytes + lemmas->used, prefix, prefix_len);
    memcpy(lemmas->bytes + lemmas->used + prefix_len, text, len);
    add_folded(lemmas, prefix_len + len);
}

void lemmas_add_all(struct lemmas *lemmas, const struct lemmas *more)
{
    for (size_t i = 0; i < more->count; i++)
        lemmas_adds(lemmas, lemmas_get(more, i));
}
