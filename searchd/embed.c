#include "searchd/embed.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "record.h"

static const char *const views[EMBED_VIEWS] = {"search", "list", "count"};
static const char *const looks[EMBED_LOOKS] = {"light", "auto", "blue", "contrast"};
static const char *const targets[] = {"_top", "_blank"};
static const char *const styles[] = {"inline"};
static const char *const own[] = {"lang", "heading-level", "lock", "view", "target", "look", "style"};
enum {
    OWN = sizeof own / sizeof *own,
    TARGETS = sizeof targets / sizeof *targets,
    STYLES = sizeof styles / sizeof *styles,
};

const char *embed_view_name(enum embed_view view)
{
    return views[view];
}

const char *embed_look_name(enum embed_look look)
{
    return looks[look];
}

static int find(const char *const *names, size_t count, const char *text, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0)
            return (int)i;
    return -1;
}

static size_t name_length(const char *pair, size_t len)
{
    const char *equals = memchr(pair, '=', len);
    return equals ? (size_t)(equals - pair) : len;
}

bool embed_owns(const char *pair, size_t len)
{
    return find(own, OWN, pair, name_length(pair, len)) >= 0;
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static void complain(struct request_errors *errors, struct arena *arena, const char *name, const char *allowed)
{
    const char *detail = arena_printf(arena, "not allowed as given; allowed: %s", allowed);
    if (detail && errors->count < REQUEST_ERRORS)
        errors->list[errors->count++] = (struct request_error){name, detail};
}

/* The length of the name before a comma, which a form or a program may have percent-encoded. */
static size_t until_comma(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] == ',' || (len - i >= 3 && memcmp(text + i, "%2", 2) == 0 && (text[i + 2] | 32) == 'c'))
            return i;
    return len;
}

static bool read_lock(struct embed *embed, const char *text, size_t len)
{
    while (len) {
        size_t part = until_comma(text, len), skip = part < len ? (text[part] == ',' ? 1 : 3) : 0;
        int facet = facet_by_name(text, part);
        if (part == 1 && *text == 'q')
            embed->lock |= 1u << EMBED_LOCK_WORDS;
        else if (facet >= 0)
            embed->lock |= 1u << facet;
        else if (part)
            return false;
        text += part + skip;
        len -= part + skip;
    }
    return true;
}

static void read_pair(struct embed *embed, const char *pair, size_t len, struct arena *arena,
                      struct request_errors *errors)
{
    size_t name = name_length(pair, len);
    int which = find(own, OWN, pair, name), found = 0;
    const char *value = pair + name + 1;
    size_t value_len = len > name ? len - name - 1 : 0;
    if (which < 0 || !value_len)
        return;
    switch (which) {
    case 0:
        found = find(record_langs, UI_LANG_COUNT, value, value_len);
        embed->lang = found >= 0 ? (enum ui_lang)found : UI_FI;
        if (found < 0)
            complain(errors, arena, own[which], "fi, sv, en");
        break;
    case 1:
        found = value_len == 1 && *value >= '1' && *value <= '0' + EMBED_HEADING_MOST ? *value - '0' : -1;
        embed->heading = found > 0 ? (unsigned)found : EMBED_HEADING_DEFAULT;
        if (found < 0)
            complain(errors, arena, own[which], "1 to 5");
        break;
    case 2:
        if (!read_lock(embed, value, value_len))
            complain(errors, arena, own[which], "q and the names of filters: area, theme, audience, kind, ...");
        break;
    case 3:
        found = find(views, EMBED_VIEWS, value, value_len);
        embed->view = found >= 0 ? (enum embed_view)found : EMBED_SEARCH;
        if (found < 0)
            complain(errors, arena, own[which], "search, list, count");
        break;
    case 4:
        found = find(targets, TARGETS, value, value_len);
        embed->new_tab = found == 1;
        if (found < 0)
            complain(errors, arena, own[which], "_top, _blank");
        break;
    case 5:
        found = find(looks, EMBED_LOOKS, value, value_len);
        embed->look = found >= 0 ? (enum embed_look)found : EMBED_LIGHT;
        if (found < 0)
            complain(errors, arena, own[which], "light, auto, blue, contrast");
        break;
    default:
        found = find(styles, STYLES, value, value_len);
        embed->styled = found >= 0;
        if (found < 0)
            complain(errors, arena, own[which], "inline");
    }
}

void embed_read(struct embed *embed, const char *query, struct arena *arena, struct request_errors *errors)
{
    *embed = (struct embed){.lang = UI_FI, .heading = EMBED_HEADING_DEFAULT};
    for (const char *at = query ? query : ""; *at; at += *at == '&') {
        size_t len = strcspn(at, "&");
        read_pair(embed, at, len, arena, errors);
        at += len;
    }
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static void add(struct buf *out, const char *name, const char *value)
{
    char last = out->len ? out->data[out->len - 1] : '?';
    buf_addf(out, "%s%s=%s", last == '?' ? "" : "&", name, value);
}

void embed_write(const struct embed *embed, struct buf *out)
{
    if (embed->lang != UI_FI)
        add(out, "lang", record_langs[embed->lang]);
    if (embed->heading != EMBED_HEADING_DEFAULT)
        add(out, "heading-level", (const char[]){(char)('0' + embed->heading), '\0'});
    for (int f = 0; f < FACET_COUNT; f++)
        if (embed->lock >> f & 1)
            add(out, "lock", facet_name((enum facet)f));
    if (embed->lock >> EMBED_LOCK_WORDS & 1)
        add(out, "lock", "q");
    if (embed->view != EMBED_SEARCH)
        add(out, "view", views[embed->view]);
    if (embed->new_tab)
        add(out, "target", targets[1]);
    if (embed->look != EMBED_LIGHT)
        add(out, "look", looks[embed->look]);
}

/* ---- locks ------------------------------------------------------------------------------------------------------- */

bool embed_locks(const struct embed *embed, enum facet facet)
{
    return embed && embed->lock >> facet & 1;
}

static bool same_values(const struct request *a, const struct request *b, int facet)
{
    size_t count = a->selected_count[facet];
    return count == b->selected_count[facet] &&
           (!count || memcmp(a->selected[facet], b->selected[facet], count * sizeof *a->selected[facet]) == 0);
}

static bool same_choice(const struct request *a, const struct request *b, int facet)
{
    if ((a->unknown ^ b->unknown) >> facet & 1)
        return false;
    switch (facet) {
    case FACET_WEEKDAY: return a->weekdays == b->weekdays;
    case FACET_TIME: return a->times == b->times;
    case FACET_AGE: return a->age == b->age;
    case FACET_DATE: return a->date == b->date && a->until == b->until;
    case FACET_NEAR: return a->near == b->near && a->radius_km >= b->radius_km && b->radius_km >= a->radius_km;
    default: return same_values(a, b, facet);
    }
}

bool embed_keeps(const struct embed *embed, const struct request *other)
{
    if (!embed)
        return true;
    for (int f = 0; f < FACET_COUNT; f++)
        if (embed->lock >> f & 1 && !same_choice(embed->asked, other, f))
            return false;
    return !(embed->lock >> EMBED_LOCK_WORDS & 1) || strcmp(embed->asked->q, other->q) == 0;
}

struct request embed_bare(const struct embed *embed, const struct request *request)
{
    struct request bare = *request;
    for (int f = 0; f < FACET_LISTED; f++)
        if (!embed_locks(embed, (enum facet)f))
            bare.selected_count[f] = 0;
    if (!embed_locks(embed, FACET_WEEKDAY))
        bare.weekdays = 0;
    if (!embed_locks(embed, FACET_TIME))
        bare.times = 0;
    if (!embed_locks(embed, FACET_AGE))
        bare.age = -1;
    if (!embed_locks(embed, FACET_NEAR)) {
        bare.near = -1;
        bare.radius_km = 0;
        bare.sort = bare.sort == SORT_DISTANCE ? SORT_RELEVANCE : bare.sort;
    }
    if (!embed_locks(embed, FACET_DATE))
        bare.date = bare.until = 0;
    bare.unknown &= embed ? embed->lock : 0;
    bare.past = bare.all_words = false;
    bare.page = 1;
    bare.cursor.given = false;
    return bare;
}
