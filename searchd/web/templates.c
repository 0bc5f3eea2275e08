#include "searchd/web/templates.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[TEMPLATES] = {"search", "status", "error", "list", "privacy", "accessibility",
                                             "help", "item", "gone", "report", "api", "embed",
                                             "embed_fragment", "embed_builder"};

struct templates {
    struct mustache *of[TEMPLATES][UI_LANG_COUNT];
};

struct expanding {
    const struct assets *assets;
    enum ui_lang lang;
    struct buf *out;
    struct err *err;
};

static void add_escaped(struct buf *out, const char *text)
{
    for (; *text; text++) {
        switch (*text) {
        case '&': buf_adds(out, "&amp;"); break;
        case '<': buf_adds(out, "&lt;"); break;
        case '>': buf_adds(out, "&gt;"); break;
        case '"': buf_adds(out, "&quot;"); break;
        default: buf_addc(out, *text);
        }
    }
}

static enum status expand(struct expanding *e, const char *name, size_t name_len, unsigned depth);

/* {{> name}} and {{t.key}} here; every other tag is the library's. */
static enum status expand_tag(struct expanding *e, const char *tag, size_t len, unsigned depth)
{
    const char *inner = tag + 2;
    size_t inner_len = len - 4;
    if (*inner == '>') {
        for (inner++, inner_len--; inner_len && *inner == ' '; inner++)
            inner_len--;
        return expand(e, inner, inner_len, depth + 1);
    }
    if (*inner == '!')
        return STATUS_OK;
    if (inner_len > 2 && memcmp(inner, "t.", 2) == 0) {
        const char *text = strings_find(assets_strings(e->assets), e->lang, inner + 2, inner_len - 2);
        if (!text)
            return err_set(e->err, STATUS_SYNTAX, "no text has the key \"%.*s\" (strings.tsv)", (int)inner_len - 2,
                           inner + 2);
        add_escaped(e->out, text);
        return STATUS_OK;
    }
    buf_add(e->out, tag, len);
    return STATUS_OK;
}

/* A line break with the blanks around it. */
static size_t add_break(struct buf *out, const char *at, const char *end)
{
    size_t len = 0;
    while (at + len < end && strchr(" \n", at[len]))
        len++;
    while (out->len && out->data[out->len - 1] == ' ')
        out->len--;
    char before = out->len ? out->data[out->len - 1] : '>', after = at + len < end ? at[len] : '<';
    if (!strchr(">}", before) && !strchr("<{", after))
        buf_addc(out, ' ');
    return len;
}

static enum status expand(struct expanding *e, const char *name, size_t name_len, unsigned depth)
{
    char file[64];
    size_t len, used = name_len < sizeof file - 6 ? name_len : 0;
    memcpy(file, name, used);
    memcpy(file + used, ".html", 6);
    const char *at = assets_text(e->assets, file, &len), *end = at ? at + len : NULL;
    if (!at)
        return err_set(e->err, STATUS_SYNTAX, "there is no template %s", file);
    if (depth > TEMPLATES_DEPTH)
        return err_set(e->err, STATUS_SYNTAX, "%s: templates within templates beyond %d", file, TEMPLATES_DEPTH);
    while (at < end) {
        if (end - at > 4 && at[0] == '{' && at[1] == '{') {
            bool plain = at[2] == '{';
            const char *close = memmem(at, (size_t)(end - at), plain ? "}}}" : "}}", plain ? 3 : 2);
            if (!close)
                return err_set(e->err, STATUS_SYNTAX, "%s: a tag is not closed: %.20s", file, at);
            size_t tag = (size_t)(close - at) + (plain ? 3 : 2);
            if (plain)
                buf_add(e->out, at, tag);
            else
                TRY(expand_tag(e, at, tag, depth));
            at += tag;
        } else if (*at == '\n') {
            at += add_break(e->out, at, end);
        } else {
            buf_addc(e->out, *at++);
        }
    }
    return STATUS_OK;
}

enum status templates_expand(const struct assets *assets, const char *name, enum ui_lang lang, struct buf *out,
                             struct err *err)
{
    struct expanding e = {assets, lang, out, err};
    TRY(expand(&e, name, strlen(name), 0));
    return buf_ok(out, err);
}

static enum status fill(struct templates *templates, const struct assets *assets, struct err *err)
{
    struct buf text = BUF_INIT;
    enum status status = STATUS_OK;
    for (int name = 0; name < TEMPLATES; name++) {
        for (int lang = 0; lang < UI_LANG_COUNT && status == STATUS_OK; lang++) {
            buf_reset(&text);
            status = templates_expand(assets, names[name], (enum ui_lang)lang, &text, err);
            if (status == STATUS_OK)
                status = mustache_new(&templates->of[name][lang], buf_str(&text), text.len, err);
            if (status != STATUS_OK)
                err_prefix(err, "%s.html", names[name]);
        }
    }
    buf_release(&text);
    return status;
}

enum status templates_new(struct templates **result, const struct assets *assets, struct err *err)
{
    struct templates *templates = calloc(1, sizeof *templates);
    if (!templates)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = fill(templates, assets, err);
    if (status != STATUS_OK) {
        templates_free(templates);
        return status;
    }
    *result = templates;
    return STATUS_OK;
}

void templates_free(struct templates *templates)
{
    if (!templates)
        return;
    for (int name = 0; name < TEMPLATES; name++)
        for (int lang = 0; lang < UI_LANG_COUNT; lang++)
            mustache_free(templates->of[name][lang]);
    free(templates);
}

struct mustache *templates_get(struct templates *templates, enum template_name name, enum ui_lang lang)
{
    return templates->of[name][lang];
}
