/* analyse_text: the tokens of a text, and what Finnish leaves out at a hyphen.
 *
 * "kohtaamispaikka- ja ryhmätoiminta" leaves out a common end, "kirjastoautot ja -tilat" a common beginning.  Either
 * is completed from the nearest full word, if only spaces, commas and a conjunction stand between. */
#include "analyse/analyse.h"

#include <string.h>

#include "analyse/analyser.h"
#include "analyse/fold.h"
#include "analyse/words.h"
#include "base/utf8.h"

enum {
    LOOK_TOKENS = 8, /* how far ahead the full word may be */
    GAP_BYTES = 8    /* between two tokens of one list */
};

struct text {
    const char *bytes;
    size_t len;
};

/* The word whose beginning following "-tilat" may share. */
struct lead {
    struct token token; /* len 0: none */
    bool joined;        /* a conjunction or comma has followed */
};

static bool is_hyphen_at(const struct text *text, size_t at, size_t *step)
{
    if (at >= text->len)
        return false;
    unsigned char first = (unsigned char)text->bytes[at];
    *step = 1;
    if (first < 0x80)
        return first == '-';
    uint32_t c = utf8_decode(text->bytes + at, text->len - at, step);
    return char_kind(c) == CHAR_HYPHEN || c == 0x2013; /* word processors turn "- " into an en dash */
}

static bool hyphen_follows(const struct text *text, const struct token *token)
{
    size_t step;
    return is_hyphen_at(text, token->offset + token->len, &step);
}

static bool hyphen_precedes(const struct text *text, const struct token *token)
{
    size_t at = token->offset, step;
    if (at == 0)
        return false;
    do
        at--;
    while (at > 0 && ((unsigned char)text->bytes[at] & 0xC0) == 0x80);
    if (!is_hyphen_at(text, at, &step))
        return false;
    return at == 0 || strchr(" \t\n\r(/", text->bytes[at - 1]) != NULL;
}

/* Whether only spaces, commas, slashes and hyphens stand between the tokens; *comma is set when one of them joins. */
static bool gap_joins(const struct text *text, size_t from, size_t to, bool *comma)
{
    if (to - from > GAP_BYTES)
        return false;
    for (size_t at = from, step; at < to; at += step) {
        if (is_hyphen_at(text, at, &step))
            continue;
        char c = text->bytes[at];
        step = 1;
        if (c == ',' || c == '/')
            *comma = true;
        else if (c == '\xC2' && at + 1 < to && text->bytes[at + 1] == '\xA0')
            step = 2; /* no-break space */
        else if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            return false;
    }
    return true;
}

static size_t token_surface(const struct text *text, const struct token *token, char out[FOLD_BYTES])
{
    return fold_surface(text->bytes + token->offset, token->len, out);
}

static bool token_joins(const struct text *text, const struct token *token)
{
    if (token->len > WORDS_JOINS_BYTES)
        return false;
    char surface[FOLD_BYTES];
    size_t len = token_surface(text, token, surface);
    return words_joins(surface, len);
}

/* The full word that ends the list in which `token` leaves its end out. */
static bool find_full_word(const struct text *text, const struct token *token, struct token *full)
{
    size_t at = token->offset + token->len, end = at;
    bool joined = false;
    for (int i = 0; i < LOOK_TOKENS && token_next(text->bytes, text->len, &at, full); i++) {
        if (!gap_joins(text, end, full->offset, &joined))
            return false;
        end = full->offset + full->len;
        if (token_joins(text, full))
            joined = true;
        else if (!hyphen_follows(text, full))
            return joined;
    }
    return false;
}

/* Analyses first + last as one word and hands it to fn: as it stands, or with a hyphen where the dictionary knows it
 * only so (linja-autot).  A leading ellipsis must make a known word, since "-5" and "-lomake" often mean nothing. */
static enum status complete(struct analyser *analyser, const char *first, const char *last, bool known_only,
                            const struct token *token, enum text_lang lang, analyse_fn *fn, void *context,
                            struct err *err)
{
    char joined[2 * FOLD_BYTES + 1];
    size_t first_len = strlen(first), last_len = strlen(last);
    if (first_len + last_len + 1 > ANALYSE_WORD_BYTES)
        return STATUS_OK;
    const struct word *word;
    memcpy(joined, first, first_len);
    memcpy(joined + first_len, last, last_len);
    TRY(analyse_word(analyser, joined, first_len + last_len, lang, &word, err));
    if (!word->known) {
        joined[first_len] = '-';
        memcpy(joined + first_len + 1, last, last_len);
        TRY(analyse_word(analyser, joined, first_len + 1 + last_len, lang, &word, err));
        if (!word->known && known_only)
            return STATUS_OK;
    }
    return fn(context, token, word, err);
}

static enum status complete_end(struct analyser *analyser, const struct text *text, const struct token *token,
                                enum text_lang lang, analyse_fn *fn, void *context, struct err *err)
{
    struct token full;
    char first[FOLD_BYTES], last[FOLD_BYTES];
    if (!find_full_word(text, token, &full))
        return STATUS_OK;
    size_t last_len = token_surface(text, &full, last);
    size_t head = last_len ? finnish_head(analyser_finnish(analyser), last, last_len) : 0;
    if (head == 0 || token_surface(text, token, first) == 0)
        return STATUS_OK;
    return complete(analyser, first, last + head, false, token, lang, fn, context, err);
}

static enum status complete_start(struct analyser *analyser, const struct text *text, const struct token *token,
                                  const struct token *lead, enum text_lang lang, analyse_fn *fn, void *context,
                                  struct err *err)
{
    char first[FOLD_BYTES], last[FOLD_BYTES];
    size_t first_len = token_surface(text, lead, first);
    size_t head = first_len ? finnish_head(analyser_finnish(analyser), first, first_len) : 0;
    if (head == 0 || token_surface(text, token, last) == 0)
        return STATUS_OK;
    first[first[head - 1] == '-' ? head - 1 : head] = '\0';
    return complete(analyser, first, last, true, token, lang, fn, context, err);
}

/* Moves `lead` on to the next token: broken by other punctuation, kept over conjunctions and over what shares it. */
static void lead_move(struct lead *lead, const struct text *text, const struct token *token, size_t last_end,
                      bool shares)
{
    if (lead->token.len && !gap_joins(text, last_end, token->offset, &lead->joined))
        lead->token.len = 0;
    if (shares)
        return;
    if (token_joins(text, token))
        lead->joined = true;
    else
        *lead = (struct lead){.token = *token};
}

enum status analyse_text(struct analyser *analyser, const char *bytes, size_t len, enum text_lang lang, analyse_fn *fn,
                         void *context, struct err *err)
{
    const struct text text = {bytes, len};
    const bool finnish = lang == TEXT_FI || lang == TEXT_UNSURE;
    struct lead lead = {0};
    struct token token;
    size_t at = 0, last_end = 0;
    while (token_next(bytes, len, &at, &token)) {
        const struct word *word;
        TRY(analyse_word(analyser, bytes + token.offset, token.len, lang, &word, err));
        TRY(fn(context, &token, word, err));
        if (!finnish)
            continue;
        bool shares = hyphen_precedes(&text, &token);
        lead_move(&lead, &text, &token, last_end, shares);
        if (shares && lead.token.len && lead.joined)
            TRY(complete_start(analyser, &text, &token, &lead.token, lang, fn, context, err));
        if (hyphen_follows(&text, &token))
            TRY(complete_end(analyser, &text, &token, lang, fn, context, err));
        last_end = at;
    }
    return STATUS_OK;
}
