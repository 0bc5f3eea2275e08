#include "indexer/sources/json_words.h"

#include <stdio.h>
#include <string.h>

#include "messages.h"

const char *json_error_words(const char *text, char *out, size_t size)
{
    /* How jansson's messages begin; what it found follows some of them, the place follows most. */
    static const char *const jansson_words[] = {
        "premature end of input", "unexpected token", "invalid token", "unexpected newline", "invalid escape",
        "control character", "unable to decode byte", "invalid Unicode escape", "invalid Unicode",
        "string or '}' expected", "':' expected", "'}' expected", "']' expected", "'[' or '{' expected",
        "end of file expected", "too big integer", "too big negative integer", "real number overflow",
        "duplicate object key", "NUL byte in object key not supported",
        "\\u0000 is not allowed without JSON_ALLOW_NUL", NULL};
    static const char near_end[] = " near end of file", near[] = " near ";
    const char *begin = "", *place = strstr(text, near);
    for (const char *const *words = jansson_words; *words; words++)
        if (strncmp(text, *words, strlen(*words)) == 0 && strlen(*words) > strlen(begin))
            begin = *words;
    const char *rest = text + strlen(begin);
    if (!*begin || problem_text(begin) == begin || (place && place < rest)) {
        snprintf(out, size, "%s", text);
        return out;
    }
    int found = place ? (int)(place - rest) : (int)strlen(rest);
    if (!place)
        snprintf(out, size, "%s%s", problem_text(begin), rest);
    else if (strcmp(place, near_end) == 0)
        snprintf(out, size, "%s%.*s%s", problem_text(begin), found, rest, problem_text(" near end of file"));
    else
        snprintf(out, size, "%s%.*s%s%s", problem_text(begin), found, rest, problem_text(" near "),
                 place + strlen(near));
    return out;
}
