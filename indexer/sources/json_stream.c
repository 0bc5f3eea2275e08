#include "indexer/sources/json_stream.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "indexer/sources/json_words.h"
#include "messages.h"

enum {
    SCAN_DEPTH = 4096, /* levels whose kind is remembered; deeper is lost */
    KEY_BYTES = 60,    /* of an object's first key, by which its like is found */
    LOOK_BYTES = 128,  /* looked ahead for it */
    NO_MARK = -1,
    END = -1,
};

/* Where the next byte stands. */
struct place {
    size_t at; /* in the window */
    uint64_t line;
    size_t indent;   /* blanks at the beginning of the line */
    bool blank;      /* nothing but blanks on the line so far */
    bool carriage;   /* the byte before was a CR */
    char before;     /* the last byte that is no blank; 0 none */
};

enum scan { SCAN_GOOD, SCAN_PAGE, SCAN_BROKEN, SCAN_ENDED };

enum level { LEVEL_TOP, LEVEL_LIST, LEVEL_PAGE, LEVEL_PAGE_LIST };

struct json_stream {
    json_stream_read *read;
    void *context;
    struct buf window; /* from the mark, or from the place, on */
    struct place place;
    ptrdiff_t mark; /* where the object under way begins in the window; NO_MARK: nothing is kept */
    bool ended, started;
    enum status failed;
    struct err *err; /* of the call under way */

    enum level level, page_level; /* page_level: around the page */
    bool after_item, after_comma;
    bool lenient; /* lost once: what stands around objects is not checked any more */
    bool gave_up; /* and said so */
    unsigned lost;

    /* the object under way, then the one before */
    struct place start; /* its `at` is the mark */
    char first_key[KEY_BYTES];
    size_t first_key_len;
    bool item_seen, too_long, too_deep;
    const char *trouble; /* what SCAN_BROKEN found */
    unsigned char kinds[SCAN_DEPTH / 8]; /* of levels: 1 an object */
};

enum status json_stream_new(struct json_stream **stream, json_stream_read *read, void *context, struct err *err)
{
    struct json_stream *made = calloc(1, sizeof *made);
    if (!made)
        return err_set(err, STATUS_NOMEM, "out of memory");
    made->read = read;
    made->context = context;
    made->mark = NO_MARK;
    made->place = (struct place){.line = 1, .blank = true};
    *stream = made;
    return STATUS_OK;
}

void json_stream_free(struct json_stream *stream)
{
    if (stream)
        buf_release(&stream->window);
    free(stream);
}

/* ---- bytes ------------------------------------------------------------------------------------------------------ */

/* Forgets what is not needed any more. */
static void window_trim(struct json_stream *s)
{
    size_t drop = s->mark == NO_MARK ? s->place.at : (size_t)s->mark;
    if (drop == 0)
        return;
    memmove(s->window.data, s->window.data + drop, s->window.len - drop);
    s->window.len -= drop;
    s->place.at -= drop;
    if (s->mark != NO_MARK)
        s->mark = 0;
}

/* Appends the next bytes to the window; false at the end. */
static bool window_fill(struct json_stream *s)
{
    const unsigned char *bytes;
    size_t len;
    if (s->ended || (s->too_long && s->mark != NO_MARK))
        return false;
    window_trim(s);
    if (s->mark != NO_MARK && s->window.len > JSON_STREAM_OBJECT_BYTES) {
        s->too_long = true;
        if (s->start.blank) /* a bracket that is not closed? the next object begins on a line of its own */
            return false;
        s->mark = NO_MARK;
        window_trim(s);
    }
    s->failed = s->read(s->context, &bytes, &len, s->err);
    if (s->failed == STATUS_OK && len > 0) {
        buf_add(&s->window, bytes, len);
        s->failed = buf_ok(&s->window, s->err);
    }
    s->ended = s->failed != STATUS_OK || len == 0;
    return !s->ended;
}

static int peek(struct json_stream *s)
{
    if (s->place.at == s->window.len && !window_fill(s))
        return END;
    return (unsigned char)s->window.data[s->place.at];
}

/* Over the byte that peek() gave. */
static void step(struct json_stream *s)
{
    struct place *p = &s->place;
    char c = s->window.data[p->at++];
    if (c == '\n' || c == '\r') {
        p->line += !(c == '\n' && p->carriage);
        p->indent = 0;
        p->blank = true;
    } else if (c == ' ' || c == '\t') {
        p->indent += p->blank;
    } else {
        p->blank = false;
        p->before = c;
    }
    p->carriage = c == '\r';
}

static bool is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The next byte that is no blank. */
static int peek_word(struct json_stream *s)
{
    int c;
    while (is_blank(c = peek(s)))
        step(s);
    return c;
}

/* Back to a byte at or behind the mark, where the object began. */
static void rewind_to(struct json_stream *s, size_t at)
{
    s->place = s->start;
    s->place.at = (size_t)s->mark;
    while (s->place.at < at)
        step(s);
}

/* ---- one value -------------------------------------------------------------------------------------------------- */

static enum scan trouble(struct json_stream *s, const char *what)
{
    if (peek(s) == END)
        return SCAN_ENDED;
    s->trouble = what;
    return SCAN_BROKEN;
}

static enum scan scan_string(struct json_stream *s)
{
    step(s);
    for (int c; (c = peek(s)) != END; step(s)) {
        if (c == '"') {
            step(s);
            return SCAN_GOOD;
        }
        if (c == '\n' || c == '\r')
            return trouble(s, "a text is not closed on its line");
        if (c == '\\') {
            step(s);
            c = peek(s);
            if (c == END || c == '\n' || c == '\r')
                return trouble(s, "a text is not closed on its line");
        }
    }
    return SCAN_ENDED;
}

/* A number, true, false or null; jansson reads it. */
static enum scan scan_literal(struct json_stream *s)
{
    int c = peek(s);
    size_t n = 0;
    for (; (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '+' ||
           c == '.'; c = peek(s), n++)
        step(s);
    return n > 0 ? SCAN_GOOD : trouble(s, "a value is missing");
}

static enum scan scan_key(struct json_stream *s)
{
    if (peek_word(s) != '"')
        return trouble(s, "the name of a member is missing");
    enum scan scan = scan_string(s);
    if (scan != SCAN_GOOD)
        return scan;
    if (peek_word(s) != ':')
        return trouble(s, "a colon is missing");
    step(s);
    return SCAN_GOOD;
}

static bool level_is_object(const struct json_stream *s, size_t depth)
{
    return (s->kinds[depth / 8] >> (depth % 8) & 1) != 0;
}

static bool level_enter(struct json_stream *s, size_t *depth, bool object, size_t around)
{
    if (*depth == SCAN_DEPTH)
        return false;
    s->kinds[*depth / 8] = (unsigned char)((s->kinds[*depth / 8] & ~(1u << (*depth % 8))) |
                                           ((unsigned)object << (*depth % 8)));
    (*depth)++;
    s->too_deep = s->too_deep || *depth + around > JSON_STREAM_DEPTH;
    return true;
}

/* Behind a value: closes levels; *more when another value comes. */
static enum scan scan_behind(struct json_stream *s, size_t *depth, bool *more)
{
    *more = false;
    while (*depth > 0) {
        bool object = level_is_object(s, *depth - 1);
        int c = peek_word(s);
        if (c == (object ? '}' : ']')) {
            step(s);
            (*depth)--;
            continue;
        }
        if (c != ',')
            return trouble(s, object ? "a comma or } is missing" : "a comma or ] is missing");
        step(s);
        *more = true;
        return object ? scan_key(s) : SCAN_GOOD;
    }
    return SCAN_GOOD;
}

/* Over any value, by the grammar but for what is within texts and numbers; `around`: levels it stands in. */
static enum scan scan_value(struct json_stream *s, size_t around)
{
    size_t depth = 0;
    for (bool more = true; more;) {
        int c = peek_word(s);
        enum scan scan = SCAN_GOOD;
        if (c == '{' || c == '[') {
            if (!level_enter(s, &depth, c == '{', around))
                return trouble(s, "it is nested far too deep");
            step(s);
            int next = peek_word(s);
            if (next != (c == '{' ? '}' : ']')) {
                scan = c == '{' ? scan_key(s) : SCAN_GOOD;
                if (scan != SCAN_GOOD)
                    return scan;
                continue;
            }
        } else {
            scan = c == '"' ? scan_string(s) : scan_literal(s);
        }
        if (scan == SCAN_GOOD)
            scan = scan_behind(s, &depth, &more);
        if (scan != SCAN_GOOD)
            return scan;
    }
    return SCAN_GOOD;
}

/* Over an object by its brackets alone, to find the end of one that breaks the grammar. */
static enum scan scan_brackets(struct json_stream *s)
{
    size_t depth = 0;
    int c;
    while ((c = peek(s)) != END) {
        if (c == '"') {
            enum scan scan = scan_string(s);
            if (scan != SCAN_GOOD)
                return scan;
            continue;
        }
        if ((c == '{' || c == '[') && !level_enter(s, &depth, c == '{', 0))
            return SCAN_BROKEN;
        if (c == '}' || c == ']') {
            if (level_is_object(s, depth - 1) != (c == '}'))
                return SCAN_BROKEN;
            depth--;
        }
        step(s);
        if (depth == 0)
            return SCAN_GOOD;
    }
    return SCAN_ENDED;
}

/* ---- one object, or a page -------------------------------------------------------------------------------------- */

static bool is_one_of(const char *key, size_t len, const char *const *names)
{
    for (; *names; names++)
        if (strlen(*names) == len && memcmp(key, *names, len) == 0)
            return true;
    return false;
}

/* In front of a page's list?  Steps into it then, and stays where it is otherwise. */
static bool page_begins(struct json_stream *s)
{
    if (peek_word(s) != '[' || s->mark == NO_MARK)
        return false;
    size_t back = s->place.at - (size_t)s->mark;
    step(s);
    int c = peek_word(s);
    if (c == '{' || c == ']')
        return true;
    if (s->mark != NO_MARK)
        rewind_to(s, (size_t)s->mark + back);
    return false;
}

/* The members of an object from the next on, up to behind its end.  SCAN_PAGE: within the list of a page. */
static enum scan scan_members(struct json_stream *s, bool pages)
{
    static const char *const lists[] = {"data",    "itemList", "items", "contents",
                                        "content", "results",  "value", NULL};
    static const char *const ids[] = {"id", "_key", "@id", NULL};
    for (bool first = true;; first = false) {
        if (peek_word(s) != '"')
            return trouble(s, "the name of a member is missing");
        size_t key = s->place.at + 1 - (s->mark == NO_MARK ? 0 : (size_t)s->mark);
        enum scan scan = scan_key(s);
        if (scan != SCAN_GOOD)
            return scan;
        const char *name = s->mark == NO_MARK ? "" : s->window.data + s->mark + key;
        size_t len = strcspn(name, "\"");
        if (first && s->mark != NO_MARK) {
            s->first_key_len = len < KEY_BYTES ? len : 0;
            memcpy(s->first_key, name, s->first_key_len);
        }
        bool list = pages && is_one_of(name, len, lists);
        pages = pages && !is_one_of(name, len, ids);
        if (list && page_begins(s))
            return SCAN_PAGE;
        scan = scan_value(s, 1);
        if (scan != SCAN_GOOD)
            return scan;
        int c = peek_word(s);
        if (c != ',' && c != '}')
            return trouble(s, "a comma or } is missing");
        step(s);
        if (c == '}')
            return SCAN_GOOD;
    }
}

static enum scan scan_object(struct json_stream *s, bool pages)
{
    step(s);
    if (peek_word(s) == '}') {
        step(s);
        return SCAN_GOOD;
    }
    return scan_members(s, pages);
}

/* ---- telling ---------------------------------------------------------------------------------------------------- */

static void tell(struct json_stream_item *item, enum json_stream_kind kind, uint64_t line, enum problem_code code,
                 const char *mend, const char *format, ...) __attribute__((format(printf, 6, 7)));

static void tell(struct json_stream_item *item, enum json_stream_kind kind, uint64_t line, enum problem_code code,
                 const char *mend, const char *format, ...)
{
    va_list args;
    *item = (struct json_stream_item){.kind = kind, .line = line, .code = code, .mend = mend};
    va_start(args, format);
    vsnprintf(item->what, sizeof item->what, problem_text(format), args);
    va_end(args);
    size_t len = strlen(item->what), bad;
    while ((bad = utf8_check(item->what, len)) < len) /* jansson shows the bytes it did not like */
        item->what[bad] = '?';
}

static const char jq_mend[] = "mend it at the source, or fetch the file again; jq shows the place: jq . FILE";

/* What jansson makes of the object's text. */
static enum status parse(struct json_stream *s, size_t end, struct json_stream_item *item)
{
    json_error_t error;
    char words[JSON_ERROR_TEXT_LENGTH];
    const char *text = s->window.data + s->mark;
    size_t len = end - (size_t)s->mark;
    json_t *json = json_loadb(text, len, 0, &error);
    if (!json) /* jansson calls a token broken for which it got no memory: what is really broken is so twice */
        json = json_loadb(text, len, 0, &error);
    if (json) {
        *item = (struct json_stream_item){.kind = JSON_STREAM_OBJECT, .line = s->start.line, .object = json};
        return STATUS_OK;
    }
    if (json_error_code(&error) == json_error_out_of_memory)
        return err_set(s->err, STATUS_NOMEM, "out of memory");
    bool utf8 = json_error_code(&error) == json_error_invalid_utf8;
    bool first = error.line <= 1;
    unsigned long long line = s->start.line;
    if (!first)
        line += (unsigned)error.line - 1;
    tell(item, JSON_STREAM_BROKEN, s->start.line, utf8 ? PROBLEM_ENCODING : PROBLEM_SYNTAX,
         utf8 ? "save the file as UTF-8; a Windows-1252 file: iconv -f WINDOWS-1252 -t UTF-8 old.json > new.json"
              : jq_mend,
         first ? "is not %s: %s, at line %llu, character %d of the object"
               : "is not %s: %s, at line %llu, character %d",
         problem_text(utf8 ? "UTF-8" : "JSON"), json_error_words(error.text, words, sizeof words), line, error.column);
    return STATUS_OK;
}

/* ---- finding the way again -------------------------------------------------------------------------------------- */

/* Does an object begin here that looks like those before? */
static bool looks_like_item(struct json_stream *s)
{
    if (s->place.blank && (!s->item_seen || s->start.blank))
        return !s->item_seen || s->place.indent == s->start.indent;
    if (s->start.blank || s->first_key_len == 0 || (s->place.before != ',' && s->place.before != '['))
        return false;
    while (s->window.len - s->place.at < LOOK_BYTES && window_fill(s))
        ;
    const char *text = s->window.data + s->place.at;
    size_t len = s->window.len - s->place.at, at = 1;
    while (at < len && is_blank((unsigned char)text[at]))
        at++;
    return at + s->first_key_len + 2 <= len && text[at] == '"' &&
           memcmp(text + at + 1, s->first_key, s->first_key_len) == 0 && text[at + 1 + s->first_key_len] == '"';
}

/* Up to what looks like the next object, or to the end. */
static void find_next(struct json_stream *s)
{
    s->mark = NO_MARK;
    s->lenient = true;
    s->after_item = s->after_comma = false;
    if (s->level == LEVEL_PAGE)
        s->level = LEVEL_PAGE_LIST;
    for (int c; (c = peek(s)) != END; step(s))
        if (c == '{' && looks_like_item(s))
            return;
}

/* A place that is told, after which the next object is looked for. */
static void lose(struct json_stream *s)
{
    s->mark = NO_MARK;
    s->too_long = false;
    if (s->lost++ < JSON_STREAM_LOST) {
        find_next(s);
        return;
    }
    s->lenient = s->ended = true;
    s->place.at = s->window.len;
}

/* Loses an object whose beginning is still there: what it seems to hold may be what follows it, on lines of its own. */
static void lose_item(struct json_stream *s, size_t wrong)
{
    bool lines = s->start.blank;
    rewind_to(s, (size_t)s->mark + (lines || wrong == 0 ? 1 : wrong));
    lose(s);
}

/* ---- the document ----------------------------------------------------------------------------------------------- */

/* Is what follows an object what may follow it? */
static bool follows_well(struct json_stream *s)
{
    int c = peek_word(s);
    if (c == END || (c == ',' && s->level != LEVEL_TOP))
        return true;
    return s->level == LEVEL_TOP ? c == '{' || c == '[' : c == ']';
}

/* An object that breaks the grammar: what is wrong, and where the next one may be. */
static enum status item_broken(struct json_stream *s, struct json_stream_item *item)
{
    uint64_t line = s->place.line;
    const char *what = s->trouble;
    if (s->mark == NO_MARK) {
        tell(item, JSON_STREAM_BROKEN, s->start.line, PROBLEM_SYNTAX, jq_mend, "is not JSON: %s, at line %llu",
             problem_text(what),
             (unsigned long long)line);
        lose(s);
        return STATUS_OK;
    }
    size_t wrong = s->place.at - (size_t)s->mark;
    rewind_to(s, (size_t)s->mark);
    enum scan scan = scan_brackets(s);
    size_t end = s->place.at;
    if (scan == SCAN_GOOD && s->mark != NO_MARK) {
        size_t len = end - (size_t)s->mark;
        bool well = follows_well(s);
        if (well && s->mark != NO_MARK)
            return parse(s, (size_t)s->mark + len, item);
    }
    tell(item, JSON_STREAM_BROKEN, s->start.line, PROBLEM_SYNTAX, jq_mend,
         line > s->start.line ? "is not JSON: %s, at line %llu or before it" : "is not JSON: %s, at line %llu",
         problem_text(what), (unsigned long long)line);
    if (s->mark != NO_MARK)
        lose_item(s, wrong);
    else
        lose(s);
    return STATUS_OK;
}

static void tell_cut(struct json_stream_item *item, enum json_stream_kind kind, uint64_t line)
{
    tell(item, kind, line, PROBLEM_SYNTAX, "it may have been cut on its way: fetch the file again", "%s",
         kind == JSON_STREAM_BROKEN ? "is not JSON: the file ends before the object does"
                                    : "the file ends in the middle of its list; what follows is missing");
}

static void tell_too_long(struct json_stream *s, struct json_stream_item *item)
{
    tell(item, JSON_STREAM_BROKEN, s->start.line, PROBLEM_TOO_BIG,
         "no record is that long: look for a bracket that is not closed", "is longer than %d bytes",
         JSON_STREAM_OBJECT_BYTES);
}

static enum status take_item(struct json_stream *s, struct json_stream_item *item, bool *got)
{
    bool pages = s->level == LEVEL_TOP || s->level == LEVEL_LIST || s->lenient;
    *got = true;
    s->mark = (ptrdiff_t)s->place.at;
    s->start = s->place;
    s->item_seen = true;
    s->too_long = s->too_deep = s->after_comma = false;
    s->after_item = true;
    enum scan scan = scan_object(s, pages);
    if (s->failed != STATUS_OK)
        return s->failed;
    if (scan == SCAN_PAGE) {
        *got = s->after_item = false;
        s->page_level = s->level;
        s->level = LEVEL_PAGE_LIST;
        s->item_seen = false;
    } else if (scan == SCAN_ENDED && s->too_long && s->mark != NO_MARK) {
        tell_too_long(s, item);
        lose_item(s, 0);
    } else if (scan == SCAN_ENDED) {
        tell_cut(item, JSON_STREAM_BROKEN, s->start.line);
        if (s->mark != NO_MARK && s->start.blank)
            lose_item(s, 0);
        s->level = LEVEL_TOP;
    } else if (scan == SCAN_BROKEN) {
        TRY(item_broken(s, item));
    } else if (s->too_long || s->place.at - (size_t)s->mark > JSON_STREAM_OBJECT_BYTES) {
        tell_too_long(s, item);
    } else if (s->too_deep) {
        tell(item, JSON_STREAM_BROKEN, s->start.line, PROBLEM_TOO_BIG, "no record of a known format is that deep",
             "is nested more than %d levels deep", JSON_STREAM_DEPTH);
    } else {
        TRY(parse(s, s->place.at, item));
    }
    s->mark = NO_MARK;
    return s->failed;
}

/* Something in the place of an object. */
static void take_other(struct json_stream *s, struct json_stream_item *item, int c)
{
    uint64_t line = s->place.line;
    s->after_item = true;
    s->after_comma = false;
    if (s->level != LEVEL_TOP && (c == '[' || c == '"' || c == '-' || (c >= '0' && c <= '9') || c == 't' || c == 'f' ||
                                  c == 'n')) {
        tell(item, JSON_STREAM_BROKEN, line, PROBLEM_TYPE, "write one object for each record",
             c == '[' ? "is a list, not an object" : c == '"' ? "is a text, not an object"
                                                                  : "is a bare value, not an object");
        if (scan_value(s, 0) != SCAN_GOOD)
            lose(s);
        return;
    }
    tell(item, JSON_STREAM_FAULT, line, PROBLEM_SYNTAX, jq_mend, "is not JSON: no object begins at line %llu",
         (unsigned long long)line);
    step(s);
    lose(s);
}

/* A page behind its list: more members, among them perhaps another list.  true when item was told. */
static bool take_page_rest(struct json_stream *s, struct json_stream_item *item, int c)
{
    enum scan scan = SCAN_GOOD;
    bool ends = c == '}';
    s->trouble = "a comma or } is missing";
    if (!ends && c != ',')
        scan = SCAN_BROKEN;
    step(s);
    s->mark = (ptrdiff_t)s->place.at;
    s->start = s->place;
    s->too_long = false;
    if (!ends && scan == SCAN_GOOD)
        scan = scan_members(s, true);
    s->mark = NO_MARK;
    if (scan == SCAN_PAGE) {
        s->level = LEVEL_PAGE_LIST;
        s->after_item = s->after_comma = false;
        return false;
    }
    s->level = s->page_level;
    s->after_item = true;
    if (scan == SCAN_ENDED) {
        tell_cut(item, JSON_STREAM_FAULT, s->place.line);
        s->level = LEVEL_TOP;
    } else if (scan == SCAN_BROKEN) {
        tell(item, JSON_STREAM_FAULT, s->place.line, PROBLEM_SYNTAX, jq_mend,
             "is not JSON behind the list of the page: %s, at line %llu", problem_text(s->trouble),
             (unsigned long long)s->place.line);
        lose(s);
    }
    return scan != SCAN_GOOD;
}

/* What stands between objects of a list, and around lists and pages.  true when item was told. */
static bool take_around(struct json_stream *s, struct json_stream_item *item, int c)
{
    bool list = s->level == LEVEL_LIST || s->level == LEVEL_PAGE_LIST;
    if (s->lenient && (c == ',' || c == ']' || c == '}')) {
        step(s);
        return false;
    }
    if (s->level == LEVEL_PAGE)
        return take_page_rest(s, item, c);
    if (s->level == LEVEL_TOP && c == '[') {
        step(s);
        s->level = LEVEL_LIST;
        s->after_item = s->after_comma = false;
        return false;
    }
    if (list && c == ',' && s->after_item) {
        step(s);
        s->after_item = false;
        s->after_comma = true;
        return false;
    }
    if (list && c == ']') {
        bool comma = s->after_comma;
        if (comma)
            tell(item, JSON_STREAM_FAULT, s->place.line, PROBLEM_NOTE, "delete it",
                 "is not JSON: the list ends behind a comma, at line %llu", (unsigned long long)s->place.line);
        step(s);
        s->level = s->level == LEVEL_PAGE_LIST ? LEVEL_PAGE : LEVEL_TOP;
        s->after_item = s->after_comma = false;
        return comma;
    }
    if (list && s->after_item && c == '{') {
        tell(item, JSON_STREAM_FAULT, s->place.line, PROBLEM_NOTE, "write a comma between the objects",
             "is not JSON: a comma is missing before the object at line %llu", (unsigned long long)s->place.line);
        s->after_item = false;
        return true;
    }
    if (s->lenient) {
        step(s);
        lose(s);
        return false;
    }
    take_other(s, item, c);
    return true;
}

static void skip_mark(struct json_stream *s)
{
    static const char bom[] = "\xEF\xBB\xBF";
    s->started = true;
    while (s->window.len < 3 && window_fill(s))
        ;
    if (s->window.len >= 3 && memcmp(s->window.data, bom, 3) == 0)
        s->place.at = 3;
}

enum status json_stream_next(struct json_stream *s, struct json_stream_item *item, struct err *err)
{
    s->err = err;
    if (!s->started)
        skip_mark(s);
    for (bool got = false; !got;) {
        int c = peek_word(s);
        bool object = c == '{' && s->level != LEVEL_PAGE &&
                      (s->level == LEVEL_TOP || !s->after_item || s->lenient);
        if (s->failed != STATUS_OK)
            return s->failed;
        if (c == END && s->lost > JSON_STREAM_LOST && !s->gave_up) {
            s->gave_up = got = true;
            tell(item, JSON_STREAM_FAULT, s->place.line, PROBLEM_SYNTAX, jq_mend,
                 "has more than %d faults; what follows is not read", JSON_STREAM_LOST);
        } else if (c == END && (s->level == LEVEL_TOP || s->lenient)) {
            *item = (struct json_stream_item){.kind = JSON_STREAM_END, .line = s->place.line};
            return STATUS_OK;
        } else if (c == END) {
            tell_cut(item, JSON_STREAM_FAULT, s->place.line);
            s->level = LEVEL_TOP;
            got = true;
        } else if (object) {
            TRY(take_item(s, item, &got));
        } else {
            got = take_around(s, item, c);
        }
        if (s->failed != STATUS_OK) {
            if (got && item->kind == JSON_STREAM_OBJECT)
                json_decref(item->object);
            return s->failed;
        }
    }
    return STATUS_OK;
}
