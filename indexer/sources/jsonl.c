#include "indexer/sources/jsonl.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/utf8.h"
#include "field.h"
#include "indexer/sources/json_words.h"
#include "messages.h"

/* ---- a glance at JSON that may be broken -------------------------------------------------------------------------
 * jansson says where a line goes wrong, but not in which field; and it stops at the first duplicate key.  This walk
 * over the bytes of a line knows at each point the keys and indexes that lead there. */

enum {
    GLANCE_KEYS = 100,     /* of one object that are compared with each other; jansson finds the rest */
    GLANCE_KEY_BYTES = 60, /* of a key that is kept */
};

struct glance_level {
    bool object;
    bool key_next; /* in an object: a string here would be a key */
    size_t index;
    size_t key, key_len; /* of the current member, in the line; key_len 0 none */
    size_t seen[GLANCE_KEYS], seen_len[GLANCE_KEYS], seen_count;
};

struct glance {
    const char *text;
    size_t len, at;
    struct glance_level levels[SOURCE_DEPTH];
    size_t depth; /* may exceed SOURCE_DEPTH; the levels beyond are not kept */
};

static struct glance_level *glance_top(struct glance *g)
{
    return g->depth > 0 && g->depth <= SOURCE_DEPTH ? &g->levels[g->depth - 1] : NULL;
}

static void glance_enter(struct glance *g, bool object)
{
    g->depth++;
    struct glance_level *top = glance_top(g);
    if (top) {
        top->object = top->key_next = object;
        top->index = top->key_len = top->seen_count = 0;
    }
}

/* Behind the closing quote of the string that begins at the current byte, or at the end of the text. */
static size_t string_end(const struct glance *g)
{
    size_t at = g->at + 1;
    while (at < g->len && g->text[at] != '"')
        at += g->text[at] == '\\' ? 2 : 1;
    return at < g->len ? at + 1 : g->len;
}

/* Takes the string at the current byte; true when it is a key that its object has already. */
static bool glance_string(struct glance *g)
{
    struct glance_level *top = glance_top(g);
    size_t start = g->at + 1, end = string_end(g);
    size_t len = end > start ? end - 1 - start : 0;
    g->at = end;
    if (!top || !top->object || !top->key_next)
        return false;
    top->key_next = false;
    top->key = start;
    top->key_len = len;
    for (size_t i = 0; i < top->seen_count; i++)
        if (top->seen_len[i] == len && memcmp(g->text + top->seen[i], g->text + start, len) == 0)
            return true;
    if (top->seen_count < GLANCE_KEYS) {
        top->seen[top->seen_count] = start;
        top->seen_len[top->seen_count++] = len;
    }
    return false;
}

/* One step; true when it ends a key that is a duplicate. */
static bool glance_step(struct glance *g)
{
    struct glance_level *top = glance_top(g);
    char c = g->text[g->at];
    if (c == '"')
        return glance_string(g);
    g->at++;
    if (c == '{' || c == '[') {
        glance_enter(g, c == '{');
    } else if (c == '}' || c == ']') {
        g->depth -= g->depth > 0;
    } else if (c == ',' && top) {
        top->key_next = top->object;
        top->key_len = 0;
        top->index++;
    }
    return false;
}

/* Puts the way to the current byte on the problems' path; to be popped depth times. */
static size_t glance_push(const struct glance *g, struct arena *arena, struct problems *problems)
{
    size_t pushed = 0;
    for (size_t i = 0; i < g->depth && i < SOURCE_DEPTH; i++) {
        const struct glance_level *level = &g->levels[i];
        if (level->object && level->key_len == 0)
            break;
        if (level->object) {
            size_t len = utf8_cut(g->text + level->key, level->key_len, GLANCE_KEY_BYTES);
            const char *key = arena_copy(arena, g->text + level->key, len);
            problems_push(problems, key ? key : "");
        } else {
            problems_push_index(problems, level->index);
        }
        pushed++;
    }
    return pushed;
}

static void path_pop(struct problems *problems, size_t count)
{
    while (count-- > 0)
        problems_pop(problems);
}

/* An error at the field that holds the byte at `offset`. */
static void report_at(const char *text, size_t len, size_t offset, struct arena *arena, struct problems *problems,
                      enum problem_code code, const struct problem_words *words, const char *what)
{
    struct glance glance = {.text = text, .len = len};
    while (glance.at < offset && glance.at < len) {
        if (text[glance.at] == '"' && string_end(&glance) > offset) {
            struct glance_level *top = glance_top(&glance);
            if (top && top->object && top->key_next)
                top->key_len = 0; /* within a key: its object is all that can be named */
            break;
        }
        glance_step(&glance);
    }
    size_t pushed = glance_push(&glance, arena, problems);
    problem_error(problems, code, words, "%s", what);
    path_pop(problems, pushed);
}

/* The id of a line that is no JSON, when it can be seen. */
static const char *glance_id(const char *text, size_t len, struct arena *arena)
{
    struct glance glance = {.text = text, .len = len};
    while (glance.at < len) {
        glance_step(&glance);
        const struct glance_level *top = glance_top(&glance);
        if (glance.depth != 1 || !top->object || top->key_len != 2 || memcmp(text + top->key, "id", 2) != 0)
            continue;
        size_t at = glance.at + strspn(text + glance.at, " \t:"), n;
        if (top->key_next || at >= len || text[at] != '"')
            continue;
        n = strspn(text + at + 1, "abcdefghijklmnopqrstuvwxyz0123456789._:-");
        return n > 0 && n <= 100 && text[at + 1 + n] == '"' ? arena_copy(arena, text + at + 1, n) : NULL;
    }
    return NULL;
}

/* ---- what is refused before jansson sees it ------------------------------------------------------------------ */

struct line {
    const char *text; /* zero-terminated */
    size_t len;
    struct arena *arena;
    struct problems *problems;
};

static bool check_encoding(const struct line *line)
{
    static const struct problem_words words = {
        .mend = "save the file as UTF-8; a Windows-1252 file: iconv -f WINDOWS-1252 -t UTF-8 old.jsonl > new.jsonl"};
    size_t bad = utf8_check(line->text, line->len);
    char what[120];
    if (bad == line->len)
        return true;
    snprintf(what, sizeof what, problem_text("is not UTF-8: byte 0x%02X at character %zu of the line"),
             (unsigned char)line->text[bad], utf8_count(line->text, bad) + 1);
    report_at(line->text, line->len, bad, line->arena, line->problems, PROBLEM_ENCODING, &words, what);
    return false;
}

static bool check_nul(const struct line *line)
{
    static const struct problem_words words = {.mend = "delete it; the file may have been damaged on its way"};
    const char *nul = memchr(line->text, '\0', line->len);
    if (!nul)
        return true;
    report_at(line->text, line->len, (size_t)(nul - line->text), line->arena, line->problems, PROBLEM_ENCODING, &words,
              "holds a NUL character");
    return false;
}

static bool check_depth(const struct line *line)
{
    static const struct problem_words words = {.mend = "a record never needs more than 6 levels"};
    struct glance glance = {.text = line->text, .len = line->len};
    while (glance.at < glance.len) {
        glance_step(&glance);
        if (glance.depth > SOURCE_DEPTH) {
            char what[80];
            snprintf(what, sizeof what, problem_text("is nested more than %d levels deep"), SOURCE_DEPTH);
            report_at(line->text, line->len, glance.at, line->arena, line->problems, PROBLEM_TOO_BIG, &words, what);
            return false;
        }
    }
    return true;
}

/* Each key that an object has twice. */
static void check_duplicates(const struct line *line)
{
    static const struct problem_words words = {.mend = "keep one of them"};
    struct glance glance = {.text = line->text, .len = line->len};
    while (glance.at < glance.len) {
        if (!glance_step(&glance))
            continue;
        size_t pushed = glance_push(&glance, line->arena, line->problems);
        problem_error(line->problems, PROBLEM_DUPLICATE, &words, "is there twice");
        path_pop(line->problems, pushed);
    }
}

/* ---- parsing ------------------------------------------------------------------------------------------------- */

static const char *syntax_mend(const struct line *line, enum json_error_code code)
{
    size_t start = strspn(line->text, " \t");
    if (line->text[start] == '[')
        return "this looks like a JSON list: write one object a line, such as with jq -c '.[]' list.json > "
               "records.jsonl";
    switch (code) {
    case json_error_premature_end_of_input:
        return "write the whole record on one line, with every quotation mark and bracket closed";
    case json_error_end_of_input_expected: return "write one object a line and nothing behind it";
    case json_error_null_character: return "delete \\u0000";
    case json_error_numeric_overflow: return "write a smaller number";
    default: return "mend the line; jq can check it: jq -c . records.jsonl";
    }
}

static void report_syntax(const struct line *line, const json_error_t *error)
{
    struct problem_words words = {.mend = syntax_mend(line, json_error_code(error))};
    size_t end = error->position > 0 && (size_t)error->position < line->len ? (size_t)error->position : line->len;
    bool early = json_error_code(error) == json_error_premature_end_of_input;
    size_t offset = end > 0 && !early ? end - 1 : end; /* jansson stands behind the token it did not like */
    char what[2 * JSON_ERROR_TEXT_LENGTH], text[JSON_ERROR_TEXT_LENGTH];
    snprintf(what, sizeof what, problem_text("is not JSON at character %zu of the line: %s"),
             utf8_count(line->text, end), json_error_words(error->text, text, sizeof text));
    report_at(line->text, line->len, offset, line->arena, line->problems, PROBLEM_SYNTAX, &words, what);
}

/* jansson calls a token broken for which it got no memory: what is really broken is so the second time as well. */
static json_t *parse_twice(const struct line *line, size_t flags, json_error_t *error)
{
    json_t *json = json_loadb(line->text, line->len, flags, error);
    bool duplicate = !json && json_error_code(error) == json_error_duplicate_key;
    return json || duplicate ? json : json_loadb(line->text, line->len, flags, error);
}

/* NULL when a problem was reported, or with *nomem. Duplicate keys are reported and parsed. */
static json_t *line_parse(const struct line *line, bool *nomem)
{
    json_error_t error;
    *nomem = false;
    json_t *json = parse_twice(line, JSON_REJECT_DUPLICATES, &error);
    if (!json && json_error_code(&error) == json_error_duplicate_key) {
        size_t before = line->problems->errors;
        check_duplicates(line);
        if (line->problems->errors == before) /* spelt with escapes, or one of very many */
            report_syntax(line, &error);
        json = parse_twice(line, 0, &error);
    }
    if (!json && json_error_code(&error) == json_error_out_of_memory)
        *nomem = true;
    else if (!json)
        report_syntax(line, &error);
    return json;
}

static enum status line_read(const struct line *line, struct record *record, const char **id)
{
    bool nomem;
    bool fit = check_encoding(line);
    fit = check_nul(line) && fit;
    fit = check_depth(line) && fit;
    json_t *json = fit ? line_parse(line, &nomem) : NULL;
    if (!json)
        return fit && nomem ? STATUS_NOMEM : STATUS_INVALID;
    enum status status = record_from_json(json, line->arena, record, line->problems);
    json_decref(json);
    *id = record->id;
    return status == STATUS_OK && line->problems->errors > 0 ? STATUS_INVALID : status;
}

/* ---- the reader ---------------------------------------------------------------------------------------------- */

struct jsonl {
    struct buf line;
};

static enum status jsonl_open(struct source *source, void **state, struct err *err)
{
    (void)source;
    *state = calloc(1, sizeof(struct jsonl));
    return *state ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory");
}

static void jsonl_free(void *state)
{
    struct jsonl *jsonl = state;
    if (jsonl)
        buf_release(&jsonl->line);
    free(jsonl);
}

static void report_too_long(const struct line *line)
{
    static const struct problem_words words = {.mend = "no record is that long: look for a missing line end"};
    problem_error(line->problems, PROBLEM_TOO_BIG, &words, "the line is longer than %d bytes", SOURCE_LINE_BYTES);
}

/* The next line that is not blank, without a byte order mark. */
static enum status next_line(struct source *source, struct jsonl *jsonl, struct source_line *about, struct line *line,
                             struct err *err)
{
    do {
        buf_reset(&jsonl->line);
        TRY(source_read_line(source, &jsonl->line, about, err));
        line->text = buf_str(&jsonl->line);
        line->len = jsonl->line.len;
        if (about->number == 1 && line->len >= 3 && memcmp(line->text, "\xEF\xBB\xBF", 3) == 0) {
            line->text += 3;
            line->len -= 3;
            source_set_encoding(source, SOURCE_UTF8_BOM, 0);
        }
    } while (!about->end && strspn(line->text, " \t") == line->len);
    return STATUS_OK;
}

static enum status jsonl_next(struct source *source, void *state, struct arena *arena, struct record *record,
                              struct problems *problems, struct source_item *item, struct err *err)
{
    struct line line = {.arena = arena, .problems = problems};
    struct source_line about;
    TRY(next_line(source, state, &about, &line, err));
    if (about.end)
        return STATUS_OK;
    if (about.number == 1 && source_looks_utf16((const unsigned char *)line.text, line.len)) {
        source_notice(source, problems, item, PROBLEM_ENCODING, "the file is UTF-16, not UTF-8",
                      "convert it: iconv -f UTF-16 -t UTF-8 old.jsonl > new.jsonl");
        return STATUS_OK;
    }
    problems_at(problems, source_shown_path(source), about.number);
    item->line = about.number;
    if (!about.too_long && source_knows(source, line.text, line.len, item))
        return STATUS_OK;
    const char *seen = glance_id(line.text, line.len, arena);
    problems_set_id(problems, seen);
    enum status status = STATUS_INVALID;
    if (about.too_long)
        report_too_long(&line);
    else
        status = line_read(&line, record, &item->id);
    if (status == STATUS_NOMEM)
        return err_set(err, STATUS_NOMEM, "out of memory");
    item->kind = status == STATUS_OK ? SOURCE_RECORD : SOURCE_REJECTED;
    item->id = item->id ? item->id : seen;
    return STATUS_OK;
}

const struct source_reader jsonl_reader = {SOURCE_JSONL, jsonl_open, jsonl_next, jsonl_free};
