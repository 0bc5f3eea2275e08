#include "analyse/analyse.h"

#include "analyse/fold.h"

/* The end of the run that starts with a letter or digit at `at`.  A sign belongs to it only between two of them,
 * so what follows a sign is looked at before the sign is taken. */
static size_t token_end(const char *text, size_t len, size_t at)
{
    size_t end = at, step;
    bool sign = false;
    while (at < len) {
        enum char_kind kind = char_kind_at(text + at, len - at, &step);
        if (kind == CHAR_OTHER)
            break;
        if (kind == CHAR_HYPHEN || kind == CHAR_COLON || kind == CHAR_APOSTROPHE) {
            if (sign)
                break;
            sign = true;
        } else if (kind == CHAR_WORD || (kind == CHAR_MARK && !sign)) {
            sign = false;
            end = at + step;
        }
        at += step;
    }
    return end;
}

bool token_next(const char *text, size_t len, size_t *at, struct token *token)
{
    size_t step;
    for (size_t i = *at; i < len; i += step) {
        if (char_kind_at(text + i, len - i, &step) != CHAR_WORD)
            continue;
        size_t end = token_end(text, len, i);
        *token = (struct token){.offset = i, .len = end - i};
        *at = end;
        return true;
    }
    *at = len;
    return false;
}
