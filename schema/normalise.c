#include "normalise.h"

#include <string.h>

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/utf8.h"

/* Markup under markup comes to light a layer at a time; nobody wraps honest text deeper than this. */
enum { TEXT_ROUNDS = 6 };

/* ---- characters ---------------------------------------------------------------------------------------------- */

enum char_class { CHAR_KEEP, CHAR_SPACE, CHAR_LINE, CHAR_DROP, CHAR_BAD };

static enum char_class class_ascii(uint32_t c)
{
    if (c == '\n' || c == '\r' || c == '\v' || c == '\f')
        return CHAR_LINE;
    if (c == ' ' || c == '\t')
        return CHAR_SPACE;
    return c < 0x20 || c == 0x7F ? CHAR_BAD : CHAR_KEEP;
}

static enum char_class class_of(uint32_t c)
{
    if (c < 0x80)
        return class_ascii(c);
    if (c < 0xA0)
        return CHAR_BAD;
    if (c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F || c == 0x3000)
        return CHAR_SPACE;
    if (c == 0x2028 || c == 0x2029)
        return CHAR_LINE;
    if (c == 0xAD || c == 0x200B || c == 0x200C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
        (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF)
        return CHAR_DROP;
    return CHAR_KEEP;
}

/* A zero-width joiner holds a family emoji together; between letters it is dirt. */
static enum char_class class_after(uint32_t c, uint32_t previous)
{
    return c == 0x200D && previous < 0x2190 ? CHAR_DROP : class_of(c);
}

size_t text_check(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        if (text[at] >= ' ' && text[at] < 0x7F) { /* most of any text */
            at++;
            continue;
        }
        size_t step = utf8_length(text + at, len - at);
        if (step == 0 || class_of(utf8_decode(text + at, len - at, &step)) == CHAR_BAD)
            return at;
        at += step;
    }
    return len;
}

/* ---- the quick answer ---------------------------------------------------------------------------------------- */

/* Characters that NFC leaves alone whatever stands beside them; the rest take the long way. */
static bool plainly_composed(uint32_t c)
{
    return c < 0x300 || (c >= 0x2010 && c <= 0x2027) || (c >= 0x20A0 && c <= 0x20BF) || (c >= 0x1F300 && c <= 0x1FAFF);
}

/* True for the text that needs nothing, which is most of it. */
static bool plainly_normal(const char *text, size_t len, enum text_shape shape)
{
    size_t at = 0, lines = 2; /* line ends just before; 2 forbids one at the beginning */
    bool space = true;
    while (at < len) {
        size_t step = 1;
        uint32_t c = (unsigned char)text[at];
        if (c >= 0x80)
            c = utf8_decode(text + at, len - at, &step);
        if (c == ' ') {
            if (space)
                return false;
            space = true;
        } else if (c == '\n' && shape == TEXT_PARAGRAPHS) {
            if (lines == 2 || (space && lines == 0))
                return false;
            lines++;
            space = true;
        } else if (class_of(c) != CHAR_KEEP || !plainly_composed(c) || c == 0x200D || c == '<' || c == '&') {
            return false;
        } else {
            lines = 0;
            space = false;
        }
        at += step;
    }
    return len > 0 && !space;
}

/* ---- the long way -------------------------------------------------------------------------------------------- */

/* Spaces and line ends in their own form, dropped characters gone. */
static enum status text_clean(struct span in, struct arena *arena, struct span *out)
{
    char *copy = arena_alloc(arena, in.len + 1);
    if (!copy)
        return STATUS_NOMEM;
    size_t at = 0, used = 0;
    uint32_t previous = 0;
    while (at < in.len) {
        size_t step;
        uint32_t c = utf8_decode(in.text + at, in.len - at, &step);
        switch (class_after(c, previous)) {
        case CHAR_SPACE: copy[used++] = ' '; break;
        case CHAR_LINE:
            if (!(c == '\n' && previous == '\r'))
                copy[used++] = '\n';
            break;
        case CHAR_KEEP:
            memcpy(copy + used, in.text + at, step);
            used += step;
            break;
        case CHAR_DROP:
        case CHAR_BAD: break;
        }
        previous = c;
        at += step;
    }
    *out = (struct span){copy, used};
    return STATUS_OK;
}

static bool all_plainly_composed(struct span text)
{
    for (size_t at = 0, step; at < text.len; at += step)
        if (!plainly_composed(utf8_decode(text.text + at, text.len - at, &step)))
            return false;
    return true;
}

static enum status text_compose(struct span in, struct arena *arena, struct span *out)
{
    *out = in;
    if (all_plainly_composed(in))
        return STATUS_OK;
    UErrorCode failure = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&failure);
    int32_t units = (int32_t)in.len, composed_len = 0, bytes = 0;
    UChar *wide = arena_array(arena, in.len + 1, sizeof *wide);
    UChar *composed = arena_array(arena, 3 * in.len + 1, sizeof *composed); /* NFC at most triples UTF-16 */
    if (!wide || !composed)
        return STATUS_NOMEM;
    u_strFromUTF8(wide, units + 1, &units, in.text, (int32_t)in.len, &failure);
    composed_len = unorm2_normalize(nfc, wide, units, composed, (int32_t)(3 * in.len + 1), &failure);
    char *copy = arena_array(arena, (size_t)composed_len + 1, 3);
    if (!copy)
        return STATUS_NOMEM;
    u_strToUTF8(copy, 3 * (composed_len + 1), &bytes, composed, composed_len, &failure);
    if (U_FAILURE(failure))
        return STATUS_NOMEM; /* the text is well-formed and the buffers are large enough: nothing else is left */
    *out = (struct span){copy, (size_t)bytes};
    return STATUS_OK;
}

/* Runs of spaces and line ends, in place. */
static void text_collapse(struct span *text, enum text_shape shape)
{
    size_t used = 0, lines = 0;
    bool space = false;
    for (size_t at = 0; at < text->len; at++) {
        char c = text->text[at];
        if (c == '\n')
            lines++;
        else if (c == ' ')
            space = true;
        if (c == '\n' || c == ' ')
            continue;
        if (used > 0 && lines > 0 && shape == TEXT_PARAGRAPHS) {
            text->text[used++] = '\n';
            if (lines > 1)
                text->text[used++] = '\n';
        } else if (used > 0 && (lines > 0 || space)) {
            text->text[used++] = ' ';
        }
        lines = 0;
        space = false;
        text->text[used++] = c;
    }
    text->len = used;
}

static enum status text_round(struct span in, enum text_shape shape, struct arena *arena, struct span *out)
{
    struct span clean, composed;
    TRY(text_clean(in, arena, &clean));
    TRY(text_compose(clean, arena, &composed));
    *out = composed;
    if (!html_free(composed.text, composed.len))
        TRY(html_strip(composed, arena, out));
    text_collapse(out, shape);
    return STATUS_OK;
}

static bool span_same(struct span a, struct span b)
{
    return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

enum status normalise_text(const char *text, size_t len, enum text_shape shape, struct arena *arena, const char **out,
                           size_t *bad)
{
    size_t wrong = len > NORMALISE_INPUT_BYTES ? NORMALISE_INPUT_BYTES : text_check(text, len);
    if (wrong < len) {
        if (bad)
            *bad = wrong;
        return STATUS_INVALID;
    }
    struct span now = {arena_copy(arena, text, len), len};
    if (!now.text)
        return STATUS_NOMEM;
    for (int round = 0; !plainly_normal(now.text, now.len, shape) && now.len > 0; round++) {
        struct span next;
        if (round == TEXT_ROUNDS)
            html_defang(&now);
        TRY(text_round(now, shape, arena, &next));
        bool stable = span_same(now, next);
        now = next;
        if (stable || round > TEXT_ROUNDS)
            break;
    }
    const char *result = now.len ? arena_copy(arena, now.text, now.len) : NULL;
    if (now.len && !result)
        return STATUS_NOMEM;
    *out = result;
    return STATUS_OK;
}
