#include "searchd/queries.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/opts.h"
#include "base/utf8.h"
#include "calendar.h"
#include "record.h"
#include "search/similar.h"
#include "searchd/feed.h"
#include "searchd/sitemap.h"

enum { DAY_CHARS = 10, SHOWN_BYTES = 60 };

#define BIT(kind) (1u << (kind))
#define INTEGER(min, max, fallback) PARAMETER_INTEGER, min, max, NULL, fallback
#define CHOICE(of, fallback) PARAMETER_CHOICE, 0, 0, choice_of_##of, fallback
#define OF_HSDS (BIT(QUERY_HSDS_LIST) | BIT(QUERY_HSDS_ONE))

static const char *choice_of_lang(size_t i)
{
    return i < UI_LANG_COUNT ? record_langs[i] : NULL;
}

static const char *choice_of_truth(size_t i)
{
    static const char *const names[] = {"false", "true", "0", "1"};
    return i < sizeof names / sizeof *names ? names[i] : NULL;
}

static const char *choice_of_format(size_t i)
{
    return i == 0 ? "json" : NULL;
}

const struct query_row query_rows[ASKED_COUNT] = {
    [ASKED_LANG] = {{"lang", false, -1, "fi, sv, en", NULL, CHOICE(lang, "fi"), "en",
                     "The language of labels and texts."},
                    "lang", BIT(QUERY_LANG) | BIT(QUERY_SIMILAR)},
    [ASKED_SIMILAR] = {{"per_page", false, -1, "a whole number, 1 to 20", NULL, INTEGER(1, SIMILAR_MOST, "5"), "1",
                        "How many records."},
                       "similar_per_page", BIT(QUERY_SIMILAR)},
    [ASKED_FEED_PAGE] = {{"page", false, -1, "a whole number, 1 to 1000", NULL, INTEGER(1, FEED_ENTRIES_MOST, "1"), "2",
                          "Which page of entries, as far as to the newest 1000 of them."},
                         "feed_page", BIT(QUERY_FEED)},
    [ASKED_FEED_SIZE] = {{"per_page", false, -1, "a whole number, 0 to 100", NULL,
                          INTEGER(0, REQUEST_PER_PAGE_MOST, "50"), "5", "How many entries on a page."},
                         "feed_per_page", BIT(QUERY_FEED)},
    [ASKED_PART] = {{"part", false, -1, "a whole number, 1 to 50000", NULL, INTEGER(1, SITEMAP_PARTS, NULL), "1",
                     "Which part; the index names those that there are. Not given: the index."},
                    "part", BIT(QUERY_SITEMAP)},
    [ASKED_PAGE] = {{"page", false, -1, "a whole number, 1 to 1000000", NULL, INTEGER(1, REQUEST_PAGE_MOST, "1"), "2",
                     "Which page of the list."},
                    "hsds_page", BIT(QUERY_HSDS_LIST)},
    [ASKED_SIZE] = {{"per_page", false, -1, "a whole number, 1 to 100", NULL, INTEGER(1, REQUEST_PER_PAGE_MOST, "50"),
                     "5", "How many on a page."},
                    "hsds_per_page", BIT(QUERY_HSDS_LIST)},
    [ASKED_WORDS] = {{"search", false, -1, "free text", NULL, PARAMETER_TEXT, 0, REQUEST_QUERY_BYTES, NULL, NULL,
                      "jumppa", "The words of a search: what it finds, the best first."},
                     "hsds_search", BIT(QUERY_HSDS_LIST)},
    [ASKED_SINCE] = {{"modified_after", false, -1, "a day or an instant, of which the day counts: 2026-11-30", NULL,
                      PARAMETER_DATE, 0, 0, NULL, NULL, "2026-11-01",
                      "Changed on that day or later, by `last_modified`; of an instant the day counts. What has no "
                      "such day is left out. Not together with `search`."},
                     "hsds_modified_after", BIT(QUERY_HSDS_LIST)},
    [ASKED_FULL] = {{"full", false, -1, "true or false", NULL, CHOICE(truth, NULL), "true",
                     "With nested objects; not given, a list is without them and a single one with them."},
                    "hsds_full", OF_HSDS},
    [ASKED_FULL_SERVICE] = {{"full_service", false, -1, "true or false", NULL, CHOICE(truth, NULL), "true",
                             "Another name of `full`."},
                            "hsds_full_service", OF_HSDS},
    [ASKED_FORMAT] = {{"format", false, -1, "json", NULL, CHOICE(format, "json"), "json", "Nothing else is served."},
                      "hsds_format", OF_HSDS},
};
_Static_assert(SIMILAR_MOST == 20 && SIMILAR_DEFAULT == 5 && REQUEST_PER_PAGE_MOST == 100 && FEED_ENTRIES == 50 &&
               FEED_ENTRIES_MOST == 1000 && SITEMAP_PARTS == 50000 && REQUEST_PAGE_MOST == 1000000, "as the rows say");

bool query_takes(enum query_kind kind, const struct parameter *of_search)
{
    static const char *const ours[] = {"sort", "page", "per_page", "cursor", "facets", "fields", "labels", "words",
                                       "explain"};
    bool sought = true;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        sought &= strcmp(of_search->name, ours[i]) != 0;
    return kind == QUERY_SEARCH || (sought && (kind == QUERY_FEED || kind == QUERY_CALENDAR));
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static void complain(struct request_errors *errors, const char *parameter, const char *detail)
{
    if (errors->count < REQUEST_ERRORS)
        errors->list[errors->count++] = (struct request_error){parameter, detail ? detail : "not allowed as given"};
}

static void complain_unknown(enum query_kind kind, const char *name, struct arena *arena, struct request_errors *errors)
{
    struct buf known = BUF_INIT;
    size_t len = utf8_cut(name, strlen(name), SHOWN_BYTES);
    for (size_t i = 0; i < ASKED_COUNT; i++)
        if (query_rows[i].queries & BIT(kind))
            buf_addf(&known, "%s%s", known.len ? ", " : "", query_rows[i].parameter.name);
    const char *shown = len && utf8_check(name, len) == len ? arena_copy(arena, name, len) : "(unreadable)";
    complain(errors, shown ? shown : "(unreadable)",
             arena_printf(arena, "no such parameter here; there are: %s", buf_str(&known)));
    buf_release(&known);
}

static bool read_choice(const struct parameter *p, const char *text, int64_t *number)
{
    for (size_t i = 0; p->choice(i); i++) {
        *number = (int64_t)i;
        if (strcmp(p->choice(i), text) == 0)
            return true;
    }
    return false;
}

static bool read_value(const struct parameter *p, const char *text, int64_t *number)
{
    int32_t day;
    switch (p->type) {
    case PARAMETER_INTEGER: return opts_number(text, p->least, p->most, number);
    case PARAMETER_CHOICE: return read_choice(p, text, number);
    case PARAMETER_DATE:
        if (strlen(text) < DAY_CHARS || !day_parse(text, DAY_CHARS, &day))
            return false;
        *number = day;
        return true;
    case PARAMETER_TEXT: return true;
    case PARAMETER_CODES:
    case PARAMETER_NUMBER:
    case PARAMETER_NAMES: break; /* of a search alone */
    }
    return false;
}

static void read_pair(enum query_kind kind, char *name, struct arena *arena, struct asked_value *values,
                      struct request_errors *errors)
{
    char *text = strchr(name, '=');
    size_t i = 0;
    if (text)
        *text++ = '\0';
    while (i < ASKED_COUNT && (!(query_rows[i].queries & BIT(kind)) ||
                               strcmp(query_rows[i].parameter.name, name) != 0))
        i++;
    if (i == ASKED_COUNT) {
        complain_unknown(kind, name, arena, errors);
        return;
    }
    const struct parameter *p = &query_rows[i].parameter;
    if (!text || !*text)
        return;
    if (values[i].text)
        complain(errors, p->name, "given more than once");
    else if (!read_value(p, text, &values[i].number))
        complain(errors, p->name, arena_printf(arena, "allowed: %s", p->allowed));
    values[i].text = text;
}

enum status query_read(enum query_kind kind, const char *text, struct arena *arena,
                       struct asked_value values[ASKED_COUNT], struct request_errors *errors, struct err *err)
{
    char *at = arena_copy(arena, text ? text : "", text ? strlen(text) : 0);
    errors->count = 0;
    if (!at)
        return arena_nomem(err);
    for (size_t i = 0; i < ASKED_COUNT; i++) {
        const struct parameter *p = &query_rows[i].parameter;
        values[i] = (struct asked_value){.number = p->type == PARAMETER_DATE ? DAY_UNKNOWN : 0};
        if (p->fallback && p->type == PARAMETER_INTEGER)
            values[i].number = strtol(p->fallback, NULL, 10);
    }
    for (char *next; *at; at = next) {
        next = at + strcspn(at, "&");
        if (*next)
            *next++ = '\0';
        if (*at)
            read_pair(kind, at, arena, values, errors);
    }
    return errors->count ? STATUS_INVALID : STATUS_OK;
}
