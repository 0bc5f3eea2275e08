#include "indexer/settings.h"

#include <ini.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "field.h"
#include "indexer/settings_key.h"

/* inih takes a line apart.  It tells no line numbers and no empty sections, goes on after an error, cuts long names and
 * lines, and takes what is indented for more of the value before: so it gets its lines one by one from next_line(),
 * which lets none of that pass. */
struct reading {
    const char *file;     /* as errors name it */
    const char *folder;   /* with its slash, or "" */
    const char *at, *end; /* what is left of the text */
    unsigned line;        /* the one that inih has */
    bool untaken;         /* that line must give a key, and has not yet */
    bool inside;          /* a section has begun; the three below are of it */
    enum settings_section section;
    void *object;
    unsigned section_line;
    const char *name;                          /* of its object, "" when it has none */
    unsigned key_lines[SETTINGS_KEYS];         /* where each key was given last; 0 */
    unsigned section_lines[SETTINGS_SECTIONS]; /* of those that are there once */
    struct settings *settings;
    struct arena *arena;
    enum status status;
    struct err *err;
};

static enum status place(struct reading *r, unsigned line, enum status status)
{
    err_prefix(r->err, "%s:%u", r->file, line);
    return r->status = status;
}

/* For errors: "[source ptv]". */
static const char *gap(const struct reading *r)
{
    return *r->name ? " " : "";
}
#define SECTION_FORMAT "[%s%s%s]"
#define SECTION_WORDS(r) settings_sections[(r)->section].name, gap(r), (r)->name

/* ---- sections --------------------------------------------------------------------------------------------------- */

/* When all keys of a section have been read. */
static enum status section_end(struct reading *r)
{
    if (!r->inside)
        return STATUS_OK;
    r->inside = false;
    for (size_t i = 0; i < SETTINGS_KEYS; i++) {
        const struct settings_key *key = &settings_keys[i];
        if (key->section == r->section && !key->initial && !key->otherwise && !r->key_lines[i])
            return place(r, r->section_line,
                         err_set(r->err, STATUS_INVALID, SECTION_FORMAT " has no %s", SECTION_WORDS(r), key->name));
    }
    const struct settings *s = r->settings;
    if (r->section == SECTION_REPORT && !s->mail_to != !s->mail_from)
        return place(r, r->section_line,
                     err_set(r->err, STATUS_INVALID, "[report] has %s but no %s", s->mail_to ? "mail_to" : "mail_from",
                             s->mail_to ? "mail_from" : "mail_to"));
    return STATUS_OK;
}

static enum status set_defaults(struct reading *r, enum settings_section section, void *object)
{
    for (const struct settings_key *key = settings_keys; key < settings_keys + SETTINGS_KEYS; key++)
        if (key->section == section && key->initial)
            TRY(settings_value_set(key, object, key->initial, r->folder, r->arena, r->err));
    return STATUS_OK;
}

/* The object of a named section that begins.  Names are few, so they are compared one by one. */
static enum status section_object(struct reading *r, const char *name, size_t len)
{
    struct settings *s = r->settings;
    bool source = r->section == SECTION_SOURCE;
    size_t *count = source ? &s->source_count : &s->golden_count;
    for (size_t i = 0; i < *count; i++) {
        const char *other = source ? s->sources[i].name : s->golden[i].name;
        unsigned line = source ? s->sources[i].line : s->golden[i].line;
        if (strlen(other) == len && memcmp(other, name, len) == 0)
            return err_set(r->err, STATUS_INVALID, "[%s %s] is there already, in line %u",
                           settings_sections[r->section].name, other, line);
    }
    if (*count == settings_sections[r->section].most)
        return err_set(r->err, STATUS_LIMIT, "[%s %.*s] is one too many, at most %zu are allowed",
                       settings_sections[r->section].name, (int)len, name, *count);
    char *to = source ? s->sources[*count].name : s->golden[*count].name;
    memcpy(to, name, len); /* the rest is zero */
    r->name = to;
    r->object = source ? (void *)&s->sources[*count] : (void *)&s->golden[*count];
    *(source ? &s->sources[*count].line : &s->golden[*count].line) = r->line;
    ++*count;
    return set_defaults(r, r->section, r->object);
}

static enum status section_unknown(struct reading *r, const char *text, size_t len, size_t kind)
{
    const char *nearest = NULL;
    char word[SETTINGS_NAME_BYTES] = "";
    memcpy(word, text, kind < sizeof word ? kind : 0);
    size_t best = kind / 3 + 1;
    for (size_t i = 0; i < SETTINGS_SECTIONS; i++) {
        size_t distance = field_distance(settings_sections[i].name, word);
        if (*word && distance < best) {
            best = distance;
            nearest = settings_sections[i].name;
        }
    }
    if (nearest)
        return err_set(r->err, STATUS_INVALID, "[%.*s] is not known; did you mean [%s%.*s]?", (int)len, text, nearest,
                       (int)(len - kind), text + kind);
    return err_set(r->err, STATUS_INVALID, "[%.*s] is not known, only [index], [report], [source NAME], [golden NAME]",
                   (int)len, text);
}

/* text: what stands between the brackets. */
static enum status section_begin(struct reading *r, const char *text, size_t len)
{
    size_t kind = 0, at;
    while (kind < len && text[kind] != ' ')
        kind++;
    for (at = kind; at < len && text[at] == ' ';)
        at++;
    size_t i = 0;
    while (i < SETTINGS_SECTIONS &&
           !(strlen(settings_sections[i].name) == kind && memcmp(settings_sections[i].name, text, kind) == 0))
        i++;
    if (i == SETTINGS_SECTIONS)
        return section_unknown(r, text, len, kind);
    const struct settings_section_row *row = &settings_sections[i];
    r->section = (enum settings_section)i;
    r->section_line = r->line;
    r->name = "";
    memset(r->key_lines, 0, sizeof r->key_lines);
    if (row->list) {
        if (at == len)
            return err_set(r->err, STATUS_INVALID, "[%s] needs a name: [%s NAME]", row->name, row->name);
        if (!settings_name_valid(text + at, len - at))
            return err_set(r->err, STATUS_INVALID,
                           "\"%.*s\" is no name of a %s, only 1 to %d characters of a-z 0-9 - _, "
                           "the first a letter or digit",
                           (int)(len - at), text + at, row->list, SETTINGS_NAME_BYTES - 1);
        TRY(section_object(r, text + at, len - at));
    } else {
        if (at < len)
            return err_set(r->err, STATUS_INVALID, "[%s] takes no name", row->name);
        if (r->section_lines[i])
            return err_set(r->err, STATUS_INVALID, "[%s] is there already, in line %u", row->name, r->section_lines[i]);
        r->section_lines[i] = r->line;
        r->object = r->settings;
    }
    r->inside = true;
    return STATUS_OK;
}

/* ---- keys ------------------------------------------------------------------------------------------------------- */

static enum status key_unknown(struct reading *r, const char *name)
{
    const char *nearest = settings_key_nearest(r->section, name), *separator = "";
    struct buf known = BUF_INIT;
    for (const struct settings_key *key = settings_keys; key < settings_keys + SETTINGS_KEYS; key++)
        if (key->section == r->section) {
            buf_addf(&known, "%s%s", separator, key->name);
            separator = ", ";
        }
    enum status status = buf_ok(&known, r->err);
    if (status == STATUS_OK && nearest)
        status = err_set(r->err, STATUS_INVALID, SECTION_FORMAT " %s is not known; did you mean %s?", SECTION_WORDS(r),
                         name, nearest);
    else if (status == STATUS_OK)
        status = err_set(r->err, STATUS_INVALID, SECTION_FORMAT " %s is not known, only %s", SECTION_WORDS(r), name,
                         buf_str(&known));
    buf_release(&known);
    return status;
}

static enum status key_set(struct reading *r, const char *name, const char *value)
{
    if (!r->inside)
        return err_set(r->err, STATUS_SYNTAX, "%s stands before the first [section]", name);
    const struct settings_key *key = settings_key_find(r->section, name);
    if (!key)
        return key_unknown(r, name);
    unsigned *line = &r->key_lines[key - settings_keys];
    if (*line && !settings_key_is_list(key))
        return err_set(r->err, STATUS_INVALID, SECTION_FORMAT " %s is there already, in line %u", SECTION_WORDS(r),
                       name, *line);
    if (!*value)
        return err_set(r->err, STATUS_INVALID, SECTION_FORMAT " %s is empty; leave it out, or give it a value",
                       SECTION_WORDS(r), name);
    if (strchr(value, '\t'))
        return err_set(r->err, STATUS_INVALID, SECTION_FORMAT " %s has a tab in its value", SECTION_WORDS(r), name);
    *line = r->line;
    enum status status = settings_value_set(key, r->object, value, r->folder, r->arena, r->err);
    if (status != STATUS_OK)
        err_prefix(r->err, SECTION_FORMAT " %s", SECTION_WORDS(r), name);
    return status;
}

/* ---- lines ------------------------------------------------------------------------------------------------------ */

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

static enum status line_syntax(struct reading *r, const char *line, size_t len)
{
    return err_set(r->err, STATUS_SYNTAX, "\"%.*s\" is neither [section] nor key = value", (int)(len < 80 ? len : 80),
                   line);
}

/* A line without blanks at its ends, neither empty nor a comment, before inih takes it apart. */
static enum status line_check(struct reading *r, const char *line, size_t len, size_t most)
{
    if (len > most)
        return err_set(r->err, STATUS_LIMIT, "the line has %zu bytes, at most %zu are allowed", len, most);
    for (size_t i = 1; i < len; i++)
        if (blank(line[i - 1]) && (line[i] == ';' || line[i] == '#'))
            return err_set(r->err, STATUS_SYNTAX,
                           "a comment stands on a line of its own, and no value has \" %c\" in it", line[i]);
    if (line[0] == '[') {
        const char *bracket = memchr(line, ']', len);
        if (bracket != line + len - 1)
            return line_syntax(r, line, len);
        TRY(section_end(r)); /* which says where itself */
        return section_begin(r, line + 1, len - 2);
    }
    size_t sign = 0;
    while (sign < len && line[sign] != '=' && line[sign] != ':')
        sign++;
    if (sign == 0 || sign == len || line[sign] == ':')
        return line_syntax(r, line, len);
    r->untaken = true;
    return STATUS_OK;
}

/* A line of the text for inih: it gets keys and sections only, without blanks before them. */
static char *next_line(char *to, int room, void *context)
{
    struct reading *r = context;
    if (r->status == STATUS_OK && r->untaken)
        place(r, r->line, err_set(r->err, STATUS_INTERNAL, "the line was not understood"));
    if (r->status != STATUS_OK || r->at == r->end)
        return NULL;
    const char *line = r->at, *stop = memchr(line, '\n', (size_t)(r->end - line));
    r->at = stop ? stop + 1 : r->end;
    stop = stop ? stop : r->end;
    r->line++;
    if (r->line == 1 && stop - line >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0)
        line += 3;
    while (line < stop && (blank(stop[-1]) || stop[-1] == '\r'))
        stop--;
    while (line < stop && blank(*line))
        line++;
    size_t len = (size_t)(stop - line);
    for (size_t from = 0, bad; from < len; from = bad + 1) {
        bad = from + settings_text_check(line + from, len - from);
        if (bad < len && line[bad] != '\t') { /* a tab is a blank */
            place(r, r->line,
                  err_set(r->err, STATUS_SYNTAX, "byte %zu of the line is no UTF-8, or a control character", bad + 1));
            return NULL;
        }
    }
    if (len == 0 || *line == ';' || *line == '#') {
        memcpy(to, "\n", 2);
        return to;
    }
    enum status status = line_check(r, line, len, (size_t)room - 3);
    if (status != STATUS_OK) {
        if (r->status == STATUS_OK)
            place(r, r->line, status);
        return NULL;
    }
    memcpy(to, line, len);
    memcpy(to + len, "\n", 2);
    return to;
}

static int on_key(void *context, const char *section, const char *name, const char *value)
{
    struct reading *r = context;
    (void)section; /* cut at 49 bytes */
    r->untaken = false;
    enum status status = key_set(r, name, value);
    if (status != STATUS_OK)
        place(r, r->line, status);
    return status == STATUS_OK;
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static enum status read_text(struct reading *r, const char *text, size_t len)
{
    struct settings *s = r->settings;
    s->sources = arena_array(r->arena, SETTINGS_SOURCES, sizeof *s->sources);
    s->golden = arena_array(r->arena, SETTINGS_GOLDEN, sizeof *s->golden);
    if (!s->sources || !s->golden)
        return arena_nomem(r->err);
    TRY(set_defaults(r, SECTION_INDEX, s));
    TRY(set_defaults(r, SECTION_REPORT, s));
    r->at = text;
    r->end = text + len;
    int refused = ini_parse_stream(next_line, r, on_key, r);
    TRY(r->status);
    if (refused != 0)
        return place(r, (unsigned)(refused > 0 ? refused : 0),
                     err_set(r->err, STATUS_INTERNAL, "the line was not understood"));
    TRY(section_end(r));
    if (s->source_count == 0)
        return err_set(r->err, STATUS_INVALID, "%s: there is no [source NAME]", r->file);
    return STATUS_OK;
}

enum status settings_parse(struct settings *settings, const char *text, size_t len, const char *path, struct err *err)
{
    struct settings read = {0};
    struct err own = {0}; /* messages are put together from it, also when the caller wants none */
    struct arena first = ARENA_INIT, *arena = arena_alloc(&first, sizeof *arena); /* it lies in its own memory */
    if (!arena)
        return arena_nomem(err);
    *arena = first;
    const char *slash = strrchr(path, '/');
    const char *folder = arena_copy(arena, path, slash ? (size_t)(slash + 1 - path) : 0);
    struct reading reading = {
        .file = path, .folder = folder, .name = "", .settings = &read, .arena = arena, .err = &own};
    read.arena = arena;
    enum status status = folder ? read_text(&reading, text, len) : arena_nomem(&own);
    if (status != STATUS_OK) {
        settings_release(&read);
        return err_set(err, status, "%s", own.message);
    }
    *settings = read;
    return STATUS_OK;
}

enum status settings_read(struct settings *settings, const char *path, struct err *err)
{
    struct buf text = BUF_INIT;
    enum status status = buf_read_file(&text, path, SETTINGS_BYTES, err);
    if (status == STATUS_OK)
        status = settings_parse(settings, buf_str(&text), text.len, path, err);
    buf_release(&text);
    return status;
}

void settings_release(struct settings *settings)
{
    if (settings->arena) {
        struct arena arena = *(struct arena *)settings->arena;
        arena_release(&arena);
    }
    *settings = (struct settings){0};
}
