#include "normalise.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

enum {
    TAG_BYTES = 2000,  /* a longer "tag" is text with an angle bracket in it */
    ENTITY_BYTES = 12, /* "&" to ";" */
    TAG_NAME_BYTES = 12,
    INDENT_BYTES = 200, /* more blanks before a tag are not looked through */
};

/* ---- tags ---------------------------------------------------------------------------------------------------- */

/* TAG_ITEM begins and ends a line, but two of them leave no empty one: </li><li>. */
enum tag_effect { TAG_NONE, TAG_INLINE, TAG_CELL, TAG_LINE, TAG_ITEM, TAG_PARAGRAPH, TAG_HIDDEN };

static const struct {
    const char *name;
    enum tag_effect effect;
} tags[] = {
    {"a", TAG_INLINE},         {"abbr", TAG_INLINE},       {"address", TAG_PARAGRAPH}, {"article", TAG_PARAGRAPH},
    {"aside", TAG_PARAGRAPH},  {"b", TAG_INLINE},          {"big", TAG_INLINE},        {"blockquote", TAG_PARAGRAPH},
    {"body", TAG_PARAGRAPH},   {"br", TAG_LINE},           {"button", TAG_INLINE},     {"center", TAG_PARAGRAPH},
    {"cite", TAG_INLINE},      {"code", TAG_INLINE},       {"dd", TAG_ITEM},           {"del", TAG_INLINE},
    {"div", TAG_PARAGRAPH},    {"dl", TAG_PARAGRAPH},      {"dt", TAG_ITEM},           {"em", TAG_INLINE},
    {"figcaption", TAG_ITEM},  {"figure", TAG_PARAGRAPH},  {"font", TAG_INLINE},       {"footer", TAG_PARAGRAPH},
    {"form", TAG_PARAGRAPH},   {"h1", TAG_PARAGRAPH},      {"h2", TAG_PARAGRAPH},      {"h3", TAG_PARAGRAPH},
    {"h4", TAG_PARAGRAPH},     {"h5", TAG_PARAGRAPH},      {"h6", TAG_PARAGRAPH},      {"head", TAG_PARAGRAPH},
    {"header", TAG_PARAGRAPH}, {"hr", TAG_PARAGRAPH},      {"html", TAG_PARAGRAPH},    {"i", TAG_INLINE},
    {"iframe", TAG_PARAGRAPH}, {"img", TAG_INLINE},        {"input", TAG_INLINE},      {"ins", TAG_INLINE},
    {"label", TAG_INLINE},     {"li", TAG_ITEM},           {"link", TAG_INLINE},       {"main", TAG_PARAGRAPH},
    {"mark", TAG_INLINE},      {"meta", TAG_INLINE},       {"nav", TAG_PARAGRAPH},     {"ol", TAG_PARAGRAPH},
    {"p", TAG_PARAGRAPH},      {"pre", TAG_PARAGRAPH},     {"q", TAG_INLINE},          {"s", TAG_INLINE},
    {"script", TAG_HIDDEN},    {"section", TAG_PARAGRAPH}, {"small", TAG_INLINE},      {"span", TAG_INLINE},
    {"strike", TAG_INLINE},    {"strong", TAG_INLINE},     {"style", TAG_HIDDEN},      {"sub", TAG_INLINE},
    {"sup", TAG_INLINE},       {"svg", TAG_INLINE},        {"table", TAG_PARAGRAPH},   {"tbody", TAG_ITEM},
    {"td", TAG_CELL},          {"tfoot", TAG_ITEM},        {"th", TAG_CELL},           {"thead", TAG_ITEM},
    {"time", TAG_INLINE},      {"title", TAG_PARAGRAPH},   {"tr", TAG_ITEM},           {"tt", TAG_INLINE},
    {"u", TAG_INLINE},         {"ul", TAG_PARAGRAPH},      {"video", TAG_PARAGRAPH},   {"wbr", TAG_INLINE},
};

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool alphanumeric(char c)
{
    return letter(c) || (c >= '0' && c <= '9');
}

/* Length of the tag at the start of text, 0 when there is none. */
static size_t tag_length(const char *text, size_t len)
{
    char quote = '\0';
    for (size_t i = 1; i < len && i < TAG_BYTES; i++) {
        char c = text[i];
        if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? '\0' : c;
        else if (!quote && c == '>')
            return i + 1;
        else if (!quote && c == '<')
            return 0;
    }
    return 0;
}

/* What a pass has learnt: behind the first comment or script that is never closed no other is, so looking for the end
 * again and again would take quadratic time. */
struct pass {
    bool comment_open, hidden_open;
};

static size_t comment_length(const char *text, size_t len, struct pass *pass)
{
    if (len < 7 || memcmp(text, "<!--", 4) != 0 || pass->comment_open)
        return 0;
    const char *end = memmem(text + 4, len - 4, "-->", 3);
    pass->comment_open = !end;
    return end ? (size_t)(end - text) + 3 : 0;
}

/* The effect, length and name of the tag or comment at the start of text. */
static enum tag_effect tag_read(const char *text, size_t len, struct pass *pass, size_t *length, const char **name)
{
    if (len < 3 || text[0] != '<')
        return TAG_NONE;
    if (text[1] == '!' && (*length = comment_length(text, len, pass)) > 0)
        return TAG_INLINE;
    size_t start = text[1] == '/' ? 2 : 1, end = start;
    while (end < len && alphanumeric(text[end]))
        end++;
    if (end == start || !letter(text[start]) || end - start > TAG_NAME_BYTES || end == len ||
        !strchr(" \t\n\r/>", text[end]))
        return TAG_NONE;
    for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
        if (strlen(tags[i].name) != end - start || strncasecmp(tags[i].name, text + start, end - start) != 0)
            continue;
        *length = tag_length(text, len);
        *name = tags[i].name;
        if (*length == 0)
            return TAG_NONE;
        return tags[i].effect == TAG_HIDDEN && start == 2 ? TAG_INLINE : tags[i].effect;
    }
    return TAG_NONE;
}

/* Length of <script>…</script> with its content; that of the tag alone when it is never closed. */
static size_t hidden_length(const char *text, size_t len, size_t tag, const char *name, struct pass *pass)
{
    size_t name_len = strlen(name);
    const char *at = text + tag, *end = text + len;
    while (!pass->hidden_open && (at = memmem(at, (size_t)(end - at), "</", 2))) {
        at += 2;
        if ((size_t)(end - at) > name_len && strncasecmp(at, name, name_len) == 0) {
            const char *close = memchr(at, '>', (size_t)(end - at));
            return close ? (size_t)(close - text) + 1 : tag;
        }
    }
    pass->hidden_open = true;
    return tag;
}

/* ---- entities ------------------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    uint16_t character;
} entities[] = {
    {"AElig", 0xC6},   {"Aacute", 0xC1},  {"Aring", 0xC5},    {"Auml", 0xC4},    {"Eacute", 0xC9},   {"Ouml", 0xD6},
    {"Oslash", 0xD8},  {"Scaron", 0x160}, {"Uuml", 0xDC},     {"Zcaron", 0x17D}, {"aacute", 0xE1},   {"acute", 0xB4},
    {"aelig", 0xE6},   {"agrave", 0xE0},  {"amp", '&'},       {"apos", '\''},    {"aring", 0xE5},    {"auml", 0xE4},
    {"bdquo", 0x201E}, {"bull", 0x2022},  {"ccedil", 0xE7},   {"copy", 0xA9},    {"deg", 0xB0},      {"eacute", 0xE9},
    {"egrave", 0xE8},  {"emsp", 0x2003},  {"ensp", 0x2002},   {"euro", 0x20AC},  {"frac12", 0xBD},   {"frac14", 0xBC},
    {"frac34", 0xBE},  {"gt", '>'},       {"hellip", 0x2026}, {"iexcl", 0xA1},   {"laquo", 0xAB},    {"larr", 0x2190},
    {"ldquo", 0x201C}, {"lsquo", 0x2018}, {"lt", '<'},        {"mdash", 0x2014}, {"middot", 0xB7},   {"minus", 0x2212},
    {"nbsp", 0xA0},    {"ndash", 0x2013}, {"ntilde", 0xF1},   {"oacute", 0xF3},  {"oslash", 0xF8},   {"ouml", 0xF6},
    {"para", 0xB6},    {"plusmn", 0xB1},  {"pound", 0xA3},    {"quot", '"'},     {"raquo", 0xBB},    {"rarr", 0x2192},
    {"rdquo", 0x201D}, {"reg", 0xAE},     {"rsquo", 0x2019},  {"sbquo", 0x201A}, {"scaron", 0x161},  {"sect", 0xA7},
    {"shy", 0xAD},     {"sup2", 0xB2},    {"sup3", 0xB3},     {"szlig", 0xDF},   {"thinsp", 0x2009}, {"times", 0xD7},
    {"trade", 0x2122}, {"uuml", 0xFC},    {"zcaron", 0x17E},  {"zwj", 0x200D},   {"zwnj", 0x200C},
};

/* Windows-1252 for 0x80..0x9F, as browsers read "&#150;"; 0 where it has nothing. */
static uint32_t windows_character(uint32_t c)
{
    static const uint16_t table[32] = {0x20AC, 0,      0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021,
                                       0x2C6,  0x2030, 0x160,  0x2039, 0x152,  0,      0x17D,  0,
                                       0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                       0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0,      0x17E,  0x178};
    return c >= 0x80 && c <= 0x9F ? table[c - 0x80] : c;
}

/* "#228", "#xE4"; false when it is no number. */
static bool number_read(const char *name, size_t len, uint32_t *character)
{
    bool hex = len > 1 && (name[1] == 'x' || name[1] == 'X');
    size_t at = hex ? 2 : 1;
    *character = 0;
    if (at == len)
        return false;
    for (; at < len; at++) {
        char c = (char)(name[at] | 32);
        int digit = name[at] >= '0' && name[at] <= '9' ? name[at] - '0'
                    : hex && c >= 'a' && c <= 'f'      ? c - 'a' + 10
                                                       : -1;
        if (digit < 0)
            return false;
        *character = *character * (hex ? 16 : 10) + (uint32_t)digit;
        if (*character > 0x10FFFF)
            *character = 0x110000;
    }
    return true;
}

/* The character of the entity at the start of text (0: none to write) and its length; false when there is none. */
static bool entity_read(const char *text, size_t len, size_t *length, uint32_t *character)
{
    const char *end = text[0] == '&' ? memchr(text, ';', len < ENTITY_BYTES ? len : ENTITY_BYTES) : NULL;
    if (!end)
        return false;
    const char *name = text + 1;
    size_t name_len = (size_t)(end - name);
    *length = name_len + 2;
    if (name_len > 1 && name[0] == '#') {
        if (!number_read(name, name_len, character))
            return false;
        *character = windows_character(*character);
        bool line = *character == '\n' || *character == '\t' || *character == '\r';
        if ((*character < 0x20 && !line) || *character == 0x7F || *character > 0x10FFFF)
            *character = 0;
        return true;
    }
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (strlen(entities[i].name) == name_len && memcmp(entities[i].name, name, name_len) == 0) {
            *character = entities[i].character;
            return true;
        }
    }
    return false;
}

/* ---- one pass ------------------------------------------------------------------------------------------------ */

/* True when nothing but blanks, at most INDENT_BYTES, stands behind the last line end. */
static bool at_line_start(const struct span *out)
{
    size_t at = out->len;
    while (at > 0 && out->len - at < INDENT_BYTES && (out->text[at - 1] == ' ' || out->text[at - 1] == '\t'))
        at--;
    return at == 0 || out->text[at - 1] == '\n';
}

/* True when the line ends in what follows the tag: HTML that is itself divided into lines. */
static bool before_line_end(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len && (text[at] == ' ' || text[at] == '\t'))
        at++;
    return at < len && (text[at] == '\n' || text[at] == '\r');
}

/* rest: what follows the tag. */
static void effect_write(struct span *out, enum tag_effect effect, const char *rest, size_t rest_len)
{
    if (effect == TAG_ITEM)
        effect = at_line_start(out) || before_line_end(rest, rest_len) ? TAG_INLINE : TAG_LINE;
    const char *text = effect == TAG_CELL ? " " : effect == TAG_LINE ? "\n" : effect == TAG_PARAGRAPH ? "\n\n" : "";
    size_t len = strlen(text);
    memcpy(out->text + out->len, text, len);
    out->len += len;
}

enum status html_strip(struct span in, struct arena *arena, struct span *out)
{
    struct span made = {arena_alloc(arena, in.len + 1), 0}; /* no tag or entity is shorter than what replaces it */
    if (!made.text)
        return STATUS_NOMEM;
    struct pass pass = {false, false};
    size_t at = 0;
    while (at < in.len) {
        const char *name = NULL;
        size_t tag_bytes = 0, rest = in.len - at;
        uint32_t character = 0;
        enum tag_effect effect = tag_read(in.text + at, rest, &pass, &tag_bytes, &name);
        if (effect != TAG_NONE) {
            at += effect == TAG_HIDDEN ? hidden_length(in.text + at, rest, tag_bytes, name, &pass) : tag_bytes;
            effect_write(&made, effect, in.text + at, in.len - at);
        } else if (entity_read(in.text + at, rest, &tag_bytes, &character)) {
            if (character == '&') /* read again with what follows: "&amp;auml;" */
                in.text[at + tag_bytes - 1] = '&';
            else if (character)
                made.len += utf8_encode(character, made.text + made.len);
            at += character == '&' ? tag_bytes - 1 : tag_bytes;
            if (character == '&' && !entity_read(in.text + at, in.len - at, &tag_bytes, &character)) {
                made.text[made.len++] = '&';
                at++;
            }
        } else {
            made.text[made.len++] = in.text[at++];
        }
    }
    *out = made;
    return STATUS_OK;
}

static bool markup_at(const char *text, size_t len, struct pass *pass)
{
    size_t length;
    uint32_t character;
    const char *name;
    return (text[0] == '<' && tag_read(text, len, pass, &length, &name) != TAG_NONE) ||
           (text[0] == '&' && entity_read(text, len, &length, &character));
}

bool html_free(const char *text, size_t len)
{
    struct pass pass = {false, false};
    for (size_t at = 0; at < len; at++)
        if (markup_at(text + at, len - at, &pass))
            return false;
    return true;
}

void html_defang(struct span *text)
{
    struct pass pass = {false, false};
    for (size_t at = 0; at < text->len; at++)
        if (markup_at(text->text + at, text->len - at, &pass))
            text->text[at] = ' ';
}
