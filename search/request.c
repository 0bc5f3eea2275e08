#include "search/request.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/opts.h"
#include "base/utf8.h"
#include "calendar.h"
#include "record.h"
#include "search/members.h"
#include "search/parameters.h"

/* One request while it is read. */
struct reading {
    struct request *request;
    struct arena *arena;
    struct request_errors *errors;
    bool nomem;
    unsigned seen[64]; /* by parameter: how often */
    bool facets_listed, fields_listed;
};

static const char *const sort_names[SORT_COUNT] = {"relevance", "distance", "next", "newest", "name"};

const char *sort_name(enum sort sort)
{
    return sort_names[sort];
}

/* ---- errors --------------------------------------------------------------------------------------------------- */

static void complain(struct reading *r, const char *parameter, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void complain(struct reading *r, const char *parameter, const char *format, ...)
{
    char text[600];
    va_list args;
    if (r->errors->count == REQUEST_ERRORS)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    struct request_error *error = &r->errors->list[r->errors->count];
    error->parameter = arena_copy(r->arena, parameter, strlen(parameter));
    error->detail = arena_copy(r->arena, text, strlen(text));
    if (!error->parameter || !error->detail)
        r->nomem = true;
    else
        r->errors->count++;
}

/* A value as it may be shown: whole characters, not long. */
static const char *shown(struct reading *r, const char *value, size_t len)
{
    size_t cut = utf8_cut(value, len, 60);
    const char *copy = arena_copy(r->arena, value, cut);
    return copy ? copy : "";
}

static void refuse(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    complain(r, p->name, "\"%s\" is not allowed; allowed: %s", shown(r, value, len), p->allowed);
}

/* ---- values --------------------------------------------------------------------------------------------------- */

static void read_text(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    if (len > REQUEST_QUERY_BYTES) {
        complain(r, p->name, "%zu bytes long; allowed: %d", len, REQUEST_QUERY_BYTES);
        return;
    }
    r->request->q = value;
    r->request->q_len = len;
}

static int find_value(enum facet facet, const char *value, size_t len)
{
    int entry = facet == FACET_AREA ? area_municipality(value, len) : -1; /* merged municipalities' codes too */
    return entry >= 0 ? entry : vocab_find_label(facet_vocab(facet), value, len);
}

/* Keeps the list ascending and distinct. */
static void insert_value(struct reading *r, enum facet facet, uint16_t entry)
{
    uint16_t *list = (uint16_t *)(uintptr_t)r->request->selected[facet];
    size_t count = r->request->selected_count[facet], at = 0;
    if (!list && !(list = arena_array(r->arena, REQUEST_VALUES, sizeof *list))) {
        r->nomem = true;
        return;
    }
    r->request->selected[facet] = list;
    while (at < count && list[at] < entry)
        at++;
    if (at < count && list[at] == entry)
        return;
    if (count == REQUEST_VALUES) {
        complain(r, facet_name(facet), "more than %d values", REQUEST_VALUES);
        return;
    }
    memmove(list + at + 1, list + at, (count - at) * sizeof *list);
    list[at] = entry;
    r->request->selected_count[facet]++;
}

static void refuse_code(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    enum vocab_name vocab = facet_vocab((enum facet)p->facet);
    struct buf codes = BUF_INIT;
    for (size_t i = 0; i < vocab_size(vocab) && codes.len < 300; i++)
        buf_addf(&codes, "%s%s", i ? ", " : "", vocab_entry(vocab, i)->code);
    complain(r, p->name, "\"%s\" is not known; allowed: %s%s; all of them: /api/v1/vocabularies/%s",
             shown(r, value, len), buf_str(&codes), codes.len >= 300 ? " ..." : "", vocab_id(vocab));
    buf_release(&codes);
}

static void read_listed(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    int entry = find_value((enum facet)p->facet, value, len);
    if (entry < 0)
        refuse_code(r, p, value, len);
    else
        insert_value(r, (enum facet)p->facet, (uint16_t)entry);
}

static void read_day(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    int entry = vocab_find_label(facet_vocab((enum facet)p->facet), value, len);
    if (entry < 0)
        refuse_code(r, p, value, len);
    else if (p->facet == FACET_WEEKDAY)
        r->request->weekdays |= (uint8_t)(1u << entry);
    else
        r->request->times |= (uint8_t)(1u << entry);
}

static bool yes(const char *value)
{
    return strcmp(value, "1") == 0 || strcmp(value, "true") == 0;
}

static bool no(const char *value)
{
    return strcmp(value, "0") == 0 || strcmp(value, "false") == 0;
}

static void read_free(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    if (yes(value) || no(value))
        insert_value(r, FACET_FREE, (uint16_t)vocab_find(VOCAB_PRICE, yes(value) ? "free" : "paid", 4));
    else
        read_listed(r, p, value, len);
}

static void read_age(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    int64_t age;
    if (opts_number(value, 0, REQUEST_AGE_MOST, &age))
        r->request->age = (int)age;
    else
        refuse(r, p, value, len);
}

static void read_near(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    int entry = area_of_postal_code(value, len);
    if (entry < 0)
        entry = area_municipality(value, len);
    if (entry < 0)
        entry = area_find(AREA_MUNICIPALITY, value, len);
    if (entry < 0) {
        const struct area_merge *merge = area_merge_find(value, len);
        entry = merge ? merge->municipality : -1;
    }
    if (entry < 0) {
        refuse(r, p, value, len);
        return;
    }
    r->request->near = entry;
    r->request->near_text = value;
}

static void read_radius(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    char *end;
    double radius = strtod(value, &end), metres = round(radius * 1000); /* what the canonical form can say */
    if (*end || end == value || !(metres > 0) || radius > REQUEST_RADIUS_MOST_KM || strpbrk(value, "xXnN"))
        refuse(r, p, value, len);
    else
        r->request->radius_km = metres / 1000;
}

static void read_date(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    int32_t day;
    if (day_parse(value, len, &day) && day >= day_from_date(REQUEST_YEAR_LEAST, 1, 1) &&
        day <= day_from_date(REQUEST_YEAR_MOST, 12, 31))
        *(strcmp(p->name, "date") == 0 ? &r->request->date : &r->request->until) = day;
    else
        refuse(r, p, value, len);
}

static bool may_be_unknown(int facet)
{
    return facet >= 0 && facet != FACET_KIND;
}

static void read_unknown(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    int facet = facet_by_name(value, len);
    if (may_be_unknown(facet)) {
        r->request->unknown |= 1u << facet;
    } else if (yes(value)) {
        for (int f = 0; f < FACET_COUNT; f++)
            r->request->unknown |= may_be_unknown(f) ? 1u << f : 0;
    } else if (!no(value)) {
        refuse(r, p, value, len);
    }
}

static void read_sort(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    for (int s = 0; s < SORT_COUNT; s++) {
        if (strcmp(value, sort_names[s]) == 0) {
            r->request->sort = (enum sort)s;
            return;
        }
    }
    refuse(r, p, value, len);
}

static void read_count(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    int64_t number;
    bool page = strcmp(p->name, "page") == 0;
    if (!opts_number(value, page ? 1 : 0, page ? REQUEST_PAGE_MOST : REQUEST_PER_PAGE_MOST, &number))
        refuse(r, p, value, len);
    else
        *(page ? &r->request->page : &r->request->per_page) = (unsigned)number;
}

static void read_cursor(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    if (cursor_parse(&r->request->cursor, value, len, NULL) != STATUS_OK)
        refuse(r, p, value, len);
}

static void read_lang(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
        if (strcmp(value, record_langs[lang]) == 0) {
            r->request->lang = (enum ui_lang)lang;
            return;
        }
    }
    refuse(r, p, value, len);
}

static void read_flag(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    bool *flag = strcmp(p->name, "past") == 0 ? &r->request->past : &r->request->explain;
    if (yes(value) || no(value))
        *flag = yes(value);
    else
        refuse(r, p, value, len);
}

static void read_labels(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    if (yes(value) || no(value))
        r->request->unlabelled = no(value);
    else
        refuse(r, p, value, len);
}

static const char *const words_names[] = {"most", "all"}; /* by request.all_words */

static void read_words(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    if (strcmp(value, words_names[true]) == 0)
        r->request->all_words = true;
    else if (strcmp(value, words_names[false]) != 0)
        refuse(r, p, value, len);
}

/* A list of names, "a,b"; repeated parameters add up.  What is named is taken out of *without, where first all are. */
static void read_names(struct reading *r, const struct parameter *p, const char *value,
                       int (*find)(const char *, size_t), bool *listed, uint32_t all, uint32_t *without)
{
    if (!*listed)
        *without = all;
    *listed = true;
    for (const char *at = value; *at;) {
        size_t len = strcspn(at, ",");
        int found = find(at, len);
        if (found < 0) {
            refuse(r, p, at, len);
            return;
        }
        *without &= ~((uint32_t)1 << found);
        at += len + (at[len] == ',');
    }
}

static void read_facets(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    (void)len;
    read_names(r, p, value, facet_by_name, &r->facets_listed, ((uint32_t)1 << FACET_COUNT) - 1, &r->request->uncounted);
}

static void read_fields(struct reading *r, const struct parameter *p, const char *value, size_t len)
{
    (void)len;
    read_names(r, p, value, member_by_name, &r->fields_listed, ((uint32_t)1 << MEMBERS) - 1, &r->request->unshown);
}

/* ---- the table ------------------------------------------------------------------------------------------------- */

/* What may be chosen, one by one, for those who describe the parameters. */
static const char *choice_of_sort(size_t i)
{
    return i < SORT_COUNT ? sort_names[i] : NULL;
}

static const char *choice_of_lang(size_t i)
{
    return i < UI_LANG_COUNT ? record_langs[i] : NULL;
}

static const char *choice_of_flag(size_t i)
{
    static const char *const names[] = {"1", "0", "true", "false"};
    return i < sizeof names / sizeof *names ? names[i] : NULL;
}

static const char *choice_of_words(size_t i)
{
    return i < sizeof words_names / sizeof *words_names ? words_names[i] : NULL;
}

static const char *choice_of_facet(size_t i)
{
    return i < FACET_COUNT ? facet_name((enum facet)i) : NULL;
}

static const char *choice_of_unknown(size_t i)
{
    for (int f = 0; f < FACET_COUNT; f++)
        if (may_be_unknown(f) && i-- == 0)
            return facet_name((enum facet)f);
    return choice_of_flag(i);
}

static const char *choice_of_member(size_t i)
{
    return i < MEMBERS ? member_name((enum member)i) : NULL;
}

#define CODES PARAMETER_CODES, 0, 0, NULL, NULL
#define CHOICE(of, fallback) PARAMETER_CHOICE, 0, 0, choice_of_##of, fallback
#define INTEGER(least, most, fallback) PARAMETER_INTEGER, least, most, NULL, fallback
#define DAY PARAMETER_DATE, 0, 0, NULL, NULL
#define NAMES(of) PARAMETER_NAMES, 0, 0, choice_of_##of, NULL

const struct parameter parameters[] = {
    {"q", false, -1, "free text", read_text, PARAMETER_TEXT, 0, REQUEST_QUERY_BYTES, NULL, NULL,
     "vertaistuki eronneille",
     "Free text, at most 1000 bytes and 32 words. A word means any of its forms; in double quotes it is neither "
     "corrected nor interpreted and has no synonyms."},
    {"audience", true, FACET_AUDIENCE, "codes or names of audiences", read_listed, CODES, "eronneet",
     "For whom it is."},
    {"area", true, FACET_AREA, "codes or names of municipalities, regions, counties; nationwide, online", read_listed,
     CODES, "491", "Where it serves: a municipality, region or wellbeing services county, `nationwide` or `online`."},
    {"theme", true, FACET_THEME, "codes or names of themes", read_listed, CODES, "vertaistuki", "What it is about."},
    {"kind", true, FACET_KIND, "kinds of record", read_listed, CODES, "activity", "What the record is."},
    {"weekday", true, FACET_WEEKDAY, "mon, tue, wed, thu, fri, sat, sun", read_day, CODES, "tue",
     "On which day of the week."},
    {"time", true, FACET_TIME, "morning, afternoon, evening", read_day, CODES, "evening", "At which time of the day."},
    {"language", true, FACET_LANGUAGE, "language codes; plain for plain language", read_listed, CODES, "sv",
     "In which language; `plain` for plain language."},
    {"free", true, FACET_FREE, "1 (free of charge), 0 (with a price)", read_free, CHOICE(flag, NULL), "1",
     "`1` free of charge, `0` with a price."},
    {"form", true, FACET_FORM, "codes of forms", read_listed, CODES, "group", "How it is done."},
    {"accessible", true, FACET_ACCESSIBLE, "codes of accessibility", read_listed, CODES, "wheelchair",
     "What the place must have."},
    {"threshold", true, FACET_THRESHOLD, "codes of thresholds", read_listed, CODES, "drop-in",
     "How easy it is to come."},
    {"age", false, FACET_AGE, "a whole number of years, 0 to 120", read_age, INTEGER(0, REQUEST_AGE_MOST, NULL), "70",
     "For someone of this age, in years."},
    {"near", false, FACET_NEAR, "a postal code of five digits, or a municipality's name or code", read_near,
     PARAMETER_TEXT, 0, 0, NULL, NULL, "50100",
     "A postal code of five digits, or a municipality's name or code: distances are counted from it."},
    {"radius", false, -1, "kilometres, above 0 to 1500; with near", read_radius, PARAMETER_NUMBER, 0,
     REQUEST_RADIUS_MOST_KM, NULL, NULL, NULL, "At most so many kilometres away; goes with `near`."},
    {"date", false, FACET_DATE, "the first day, YYYY-MM-DD, 2000-01-01 to 2100-12-31", read_date, DAY, "2026-12-04",
     "The first of the days on which it takes place; not given today, when `until` is."},
    {"until", false, -1, "the last day, YYYY-MM-DD, 2000-01-01 to 2100-12-31, not before date", read_date, DAY,
     "2026-12-24", "The last of the days on which it takes place; not before `date`. Not given none."},
    {"include_unknown", true, -1, "1, or names of filters: audience, area, theme, weekday, time, language, free, form, "
     "accessible, threshold, age, near, date", read_unknown, CHOICE(unknown, NULL), "age",
     "Records that do not say pass these filters too; `1`: all filters."},
    {"sort", false, -1, "relevance, distance, next, newest, name", read_sort, CHOICE(sort, "relevance"), "name",
     "The order of the hits; `distance` goes with `near`."},
    {"page", false, -1, "a whole number, 1 to 1000000", read_count, INTEGER(1, REQUEST_PAGE_MOST, "1"), "2",
     "Which page of hits."},
    {"per_page", false, -1, "a whole number, 0 to 100", read_count, INTEGER(0, REQUEST_PER_PAGE_MOST, "20"), "5",
     "How many hits on a page; `0` gives counts only."},
    {"cursor", false, -1, "the nextCursor of an earlier answer", read_cursor, PARAMETER_TEXT, 0, REQUEST_CURSOR_BYTES,
     NULL, NULL, NULL, "The `nextCursor` of an earlier answer to the same search, in place of `page`."},
    {"lang", false, -1, "fi, sv, en", read_lang, CHOICE(lang, "fi"), "en", "The language of labels and texts."},
    {"facets", true, -1, "names of facets: audience, area, theme, kind, weekday, time, language, free, form, "
     "accessible, threshold, age, near, date; without a value: none", read_facets, NAMES(facet), "audience,area",
     "Facets to count, divided by commas; without a value none, not given all."},
    {"fields", true, -1, "names of members of a hit: id, kind, lang, title, summary, organisation, area, place, "
     "audience, theme, form, threshold, languages, plainLanguage, ageMin, ageMax, start, end, price, signup, phone, "
     "status, modified, verifiedAt, source, originUrl, snippet, why, next, distanceKm, distanceFrom", read_fields,
     NAMES(member), "id,title", "Members that a hit has, divided by commas; not given all."},
    {"labels", false, -1, "1; 0: values of facets with their counts alone", read_labels, CHOICE(flag, "1"), "0",
     "`0`: values of facets have their `count`, `selected` where they are, `children` where there are any, and nothing "
     "else; `/api/v1/vocabularies/{name}` has their names."},
    {"past", false, -1, "1: ended projects and past events too; 0", read_flag, CHOICE(flag, "0"), "1",
     "`1`: ended projects and past events too."},
    {"words", false, -1, "most, all", read_words, CHOICE(words, "most"), "all",
     "`all`: hits have all words of `q` that are not optional; few of them are not joined by records that have most of "
     "the words."},
    {"explain", false, -1, "1, 0", read_flag, CHOICE(flag, "0"), "1",
     "`1`: how the answer came about; never cached, for people who mend the search. Its form may change."},
};
_Static_assert(REQUEST_PER_PAGE_DEFAULT == 20, "as the table says");
const size_t parameter_count = sizeof parameters / sizeof *parameters;

/* ---- the query string ----------------------------------------------------------------------------------------- */

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes %XX and +; NULL when an escape is broken or the text is no clean UTF-8. Blanks around it go. */
static const char *decode(struct reading *r, const char *text, size_t len, size_t *decoded)
{
    char *out = arena_alloc(r->arena, len + 1), *to = out;
    if (!out) {
        r->nomem = true;
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%') {
            int high = len - i > 2 ? hex(text[i + 1]) : -1, low = len - i > 2 ? hex(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return NULL;
            *to++ = (char)(high * 16 + low);
            i += 2;
        } else {
            *to++ = text[i] == '+' ? ' ' : text[i];
        }
    }
    size_t size = (size_t)(to - out);
    if (memchr(out, '\0', size) || utf8_check(out, size) != size)
        return NULL;
    for (size_t i = 0; i < size; i++)
        if ((unsigned char)out[i] < 0x20 || out[i] == 0x7F)
            out[i] = ' ';
    while (size && *out == ' ')
        out++, size--;
    while (size && out[size - 1] == ' ')
        size--;
    out[size] = '\0';
    *decoded = size;
    return out;
}

static void unknown_parameter(struct reading *r, const char *name)
{
    struct buf known = BUF_INIT;
    for (size_t i = 0; i < parameter_count; i++)
        buf_addf(&known, "%s%s", i ? ", " : "", parameters[i].name);
    complain(r, *name ? name : "(empty)", "no such parameter; there are: %s", buf_str(&known));
    buf_release(&known);
}

static void read_pair(struct reading *r, const char *pair, size_t len)
{
    const char *equals = memchr(pair, '=', len);
    size_t raw_name = equals ? (size_t)(equals - pair) : len, name_len = 0, value_len = 0;
    const char *name = decode(r, pair, raw_name, &name_len);
    const char *value = equals ? decode(r, equals + 1, len - raw_name - 1, &value_len) : "";
    if (r->nomem)
        return;
    if (!name) {
        complain(r, "(unreadable)", "a parameter's name is not percent-encoded UTF-8");
        return;
    }
    for (size_t i = 0; i < parameter_count; i++) {
        const struct parameter *p = &parameters[i];
        if (strcmp(p->name, name) != 0)
            continue;
        if (!value)
            complain(r, p->name, "not percent-encoded UTF-8 without control characters");
        else if (value_len && r->seen[i]++ && !p->repeats)
            complain(r, p->name, "given more than once");
        else if (value_len || p->read == read_facets) /* of facets, none is something that one may ask for */
            p->read(r, p, value, value_len);
        return;
    }
    unknown_parameter(r, shown(r, name, name_len));
}

static void check_together(struct reading *r)
{
    struct request *request = r->request;
    if (request->radius_km > 0 && request->near < 0)
        complain(r, "radius", "needs near: a postal code or municipality to measure from");
    if (request->sort == SORT_DISTANCE && request->near < 0)
        complain(r, "sort", "distance needs near: a postal code or municipality to measure from");
    if (request->date && request->until && request->until < request->date)
        complain(r, "until", "is before date");
    if (request->cursor.given && request->page > 1)
        complain(r, "cursor", "goes without page");
}

enum status request_parse(struct request *request, const char *query_string, struct arena *arena,
                          struct request_errors *errors, struct err *err)
{
    struct reading r = {.request = request, .arena = arena, .errors = errors};
    *request = (struct request){.q = "", .age = -1, .near = -1, .page = 1, .per_page = REQUEST_PER_PAGE_DEFAULT};
    errors->count = 0;
    size_t pairs = 0;
    for (const char *at = query_string ? query_string : ""; *at;) {
        size_t len = strcspn(at, "&");
        if (len && ++pairs > REQUEST_PARAMETERS) {
            complain(&r, "(all)", "more than %d parameters", REQUEST_PARAMETERS);
            break;
        }
        if (len)
            read_pair(&r, at, len);
        at += len + (at[len] == '&');
    }
    check_together(&r);
    if (r.nomem)
        return arena_nomem(err);
    return errors->count ? err_set(err, STATUS_INVALID, "%s: %s", errors->list[0].parameter, errors->list[0].detail)
                         : STATUS_OK;
}

/* ---- canonical form -------------------------------------------------------------------------------------------- */

static void add_encoded(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == ' ')
            buf_addc(out, '+');
        else
            buf_add_percent(out, text + i, 1, "");
    }
}

static void add_pair(struct buf *out, const char *name, const char *value)
{
    if (out->len)
        buf_addc(out, '&');
    buf_adds(out, name);
    buf_addc(out, '=');
    add_encoded(out, value, strlen(value));
}

static void add_mask(struct buf *out, enum facet facet, unsigned mask)
{
    for (size_t i = 0; mask; i++, mask >>= 1)
        if (mask & 1)
            add_pair(out, facet_name(facet), vocab_entry(facet_vocab(facet), i)->code);
}

static void add_number(struct buf *out, const char *name, double number, int decimals)
{
    struct buf text = BUF_INIT;
    buf_add_number(&text, number, decimals);
    add_pair(out, name, buf_str(&text));
    buf_release(&text);
}

static void add_day(struct buf *out, const char *name, int32_t day)
{
    char text[CALENDAR_DATE_BYTES];
    if (!day)
        return;
    day_format(day, text);
    add_pair(out, name, text);
}

static void add_filters(const struct request *r, struct buf *out)
{
    for (int f = 0; f < FACET_LISTED; f++)
        for (size_t i = 0; i < r->selected_count[f]; i++)
            add_pair(out, facet_name((enum facet)f), vocab_entry(facet_vocab((enum facet)f), r->selected[f][i])->code);
    add_mask(out, FACET_WEEKDAY, r->weekdays);
    add_mask(out, FACET_TIME, r->times);
    if (r->age >= 0)
        add_number(out, "age", r->age, 0);
    if (r->near >= 0)
        add_pair(out, "near", r->near_text);
    if (r->radius_km > 0)
        add_number(out, "radius", r->radius_km, 3);
    add_day(out, "date", r->date);
    add_day(out, "until", r->until);
    for (int f = 0; f < FACET_COUNT; f++)
        if (r->unknown & 1u << f)
            add_pair(out, "include_unknown", facet_name((enum facet)f));
}

static const char *name_of_facet(int facet)
{
    return facet_name((enum facet)facet);
}

static const char *name_of_member(int member)
{
    return member_name((enum member)member);
}

/* The names that are not in `without`, unless that is nothing. */
static void add_names(struct buf *out, const char *parameter, uint32_t without, int count, const char *(*name)(int))
{
    bool any = false;
    if (!without)
        return;
    add_pair(out, parameter, "");
    for (int i = 0; i < count; i++) {
        if (without >> i & 1)
            continue;
        if (any)
            buf_addc(out, ',');
        any = true;
        buf_adds(out, name(i));
    }
}

void request_write(const struct request *r, bool with_page, struct buf *out)
{
    if (r->q_len)
        add_pair(out, "q", r->q);
    add_filters(r, out);
    if (r->sort != SORT_RELEVANCE)
        add_pair(out, "sort", sort_names[r->sort]);
    if (with_page && r->page != 1)
        add_number(out, "page", r->page, 0);
    if (r->per_page != REQUEST_PER_PAGE_DEFAULT)
        add_number(out, "per_page", r->per_page, 0);
    if (with_page && r->cursor.given) {
        struct buf cursor = BUF_INIT;
        cursor_write(&r->cursor, &cursor);
        add_pair(out, "cursor", buf_str(&cursor));
        buf_release(&cursor);
    }
    if (r->lang != UI_FI)
        add_pair(out, "lang", record_langs[r->lang]);
    add_names(out, "facets", r->uncounted, FACET_COUNT, name_of_facet);
    add_names(out, "fields", r->unshown, MEMBERS, name_of_member);
    if (r->unlabelled)
        add_pair(out, "labels", "0");
    if (r->past)
        add_pair(out, "past", "1");
    if (r->all_words)
        add_pair(out, "words", words_names[true]);
    if (r->explain)
        add_pair(out, "explain", "1");
}

uint64_t request_hash(const struct request *request)
{
    struct request meaning = *request;
    struct buf text = BUF_INIT;
    meaning.per_page = REQUEST_PER_PAGE_DEFAULT;
    meaning.lang = UI_FI;
    meaning.explain = meaning.unlabelled = false;
    meaning.uncounted = meaning.unshown = 0;
    request_write(&meaning, false, &text);
    uint64_t hash = XXH3_64bits(buf_str(&text), text.len);
    buf_release(&text);
    return hash;
}

/* ---- cursors ---------------------------------------------------------------------------------------------------- */

void cursor_write(const struct cursor *c, struct buf *out)
{
    buf_addf(out, "2.%" PRIx32 ".%" PRIx32 ".%" PRIx32 ".%" PRIx64 ".%" PRIx64 ".%" PRIx32, c->generation,
             (uint32_t)c->today, c->guide, c->query, c->key_high, c->key_low);
}

enum status cursor_parse(struct cursor *cursor, const char *text, size_t len, struct err *err)
{
    static const int digits[] = {8, 8, 8, 16, 16, 8}; /* at most, of each number */
    enum { PARTS = sizeof digits / sizeof *digits };
    uint64_t part[PARTS];
    const char *at = text + 2;
    bool right = len > 2 && len <= REQUEST_CURSOR_BYTES && memcmp(text, "2.", 2) == 0;
    for (int i = 0; right && i < PARTS; i++) {
        int count = 0;
        part[i] = 0;
        for (; hex(*at) >= 0 && count <= digits[i]; at++, count++)
            part[i] = part[i] << 4 | (uint64_t)hex(*at);
        right = count > 0 && count <= digits[i] && *at == (i + 1 < PARTS ? '.' : '\0');
        at++;
    }
    if (!right)
        return err_set(err, STATUS_INVALID, "not a cursor of this service");
    *cursor = (struct cursor){.given = true, .generation = (uint32_t)part[0], .today = (int32_t)(uint32_t)part[1],
                              .guide = (uint32_t)part[2], .query = part[3], .key_high = part[4],
                              .key_low = (uint32_t)part[5]};
    return STATUS_OK;
}
