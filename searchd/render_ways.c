#include "searchd/render_ways.h"

#include <inttypes.h>
#include <string.h>

#include "searchd/render_query.h"

/* ---- labels ----------------------------------------------------------------------------------------------------- */

/* %s stands for the name, the list or the filter. */
static const char *const label_quotes[UI_LANG_COUNT] = {"Ilman lainausmerkkejä", "Utan citattecken",
                                                        "Without quotation marks"};
static const char *const label_unknown[UI_LANG_COUNT] = {"Myös ne, joiden %s ei tiedetä",
                                                         "Även de som inte anger %s",
                                                         "Also those that do not state the %s"};
static const char *const label_neighbour[UI_LANG_COUNT] = {"Myös naapurikunnassa: %s", "Även i grannkommunen: %s",
                                                           "Also in the neighbouring municipality: %s"};
static const char *const label_neighbours[UI_LANG_COUNT] = {"Myös naapurikunnissa: %s", "Även i grannkommunerna: %s",
                                                            "Also in the neighbouring municipalities: %s"};
static const char *const label_region[UI_LANG_COUNT] = {"Koko maakunnassa: %s", "I hela landskapet: %s",
                                                        "In the whole region: %s"};
static const char *const label_regions[UI_LANG_COUNT] = {"Koko maakuntien alueella: %s", "I landskapen: %s",
                                                         "Anywhere in these regions: %s"};
static const char *const label_country[UI_LANG_COUNT] = {"Koko Suomessa", "I hela Finland", "In all of Finland"};
static const char *const label_online_too[UI_LANG_COUNT] = {"Myös verkossa", "Även på nätet", "Also online"};
static const char *const label_online[UI_LANG_COUNT] = {"Verkossa, asuinpaikasta riippumatta",
                                                        "På nätet, oberoende av bostadsort",
                                                        "Online, wherever you live"};
static const char *const label_filter[UI_LANG_COUNT] = {"Ilman rajausta ”%s”", "Utan avgränsningen ”%s”",
                                                        "Without the filter “%s”"};
static const char *const label_date[UI_LANG_COUNT] = {"Milloin tahansa", "När som helst", "At any time"};
static const char *const label_radius[UI_LANG_COUNT] = {"Ilman etäisyysrajaa", "Utan avståndsgräns",
                                                        "Without the distance limit"};
static const char *const label_word[UI_LANG_COUNT] = {"Ilman sanaa ”%s”", "Utan ordet ”%s”",
                                                      "Without the word “%s”"};
static const char *const label_phrase[UI_LANG_COUNT] = {"Ilman sanoja ”%s”", "Utan orden ”%s”",
                                                        "Without the words “%s”"};
static const char *const label_past[UI_LANG_COUNT] = {"Myös päättyneet hankkeet ja menneet tapahtumat",
                                                      "Även avslutade projekt och tidigare evenemang",
                                                      "Also ended projects and past events"};
static const char *const label_filters[UI_LANG_COUNT] = {"Ilman rajauksia", "Utan avgränsningar", "Without filters"};
static const char *const label_words[UI_LANG_COUNT] = {"Ilman hakusanoja", "Utan sökord", "Without search words"};
static const char *const age_name[UI_LANG_COUNT] = {"Ikä", "Ålder", "Age"};
static const char *const others[UI_LANG_COUNT] = {" ja %zu muuta", " och %zu till", " and %zu others"};

/* What a record does not say: in Finnish in the partitive. */
static const char *const unsaid[FACET_COUNT][UI_LANG_COUNT] = {
    [FACET_AUDIENCE] = {"kohderyhmää", "målgrupp", "audience"},
    [FACET_AREA] = {"aluetta", "område", "area"},
    [FACET_THEME] = {"aihetta", "ämne", "theme"},
    [FACET_LANGUAGE] = {"kieltä", "språk", "language"},
    [FACET_FREE] = {"hintaa", "pris", "price"},
    [FACET_FORM] = {"toteutustapaa", "form", "form"},
    [FACET_ACCESSIBLE] = {"esteettömyyttä", "tillgänglighet", "accessibility"},
    [FACET_THRESHOLD] = {"osallistumistapaa", "sätt att delta", "way of taking part"},
    [FACET_WEEKDAY] = {"ajankohtaa", "tidpunkt", "time"},
    [FACET_TIME] = {"ajankohtaa", "tidpunkt", "time"},
    [FACET_AGE] = {"ikärajaa", "åldersgräns", "age limit"},
    [FACET_NEAR] = {"paikkaa", "plats", "place"},
    [FACET_DATE] = {"ajankohtaa", "tidpunkt", "time"},
};

static void add_filled(const char *const pattern[UI_LANG_COUNT], enum ui_lang lang, const char *text, size_t len,
                       struct buf *out)
{
    const char *gap = strstr(pattern[lang], "%s");
    buf_add(out, pattern[lang], (size_t)(gap - pattern[lang]));
    buf_add(out, text, len);
    buf_adds(out, gap + 2);
}

static void add_names(const struct way *way, struct buf *out)
{
    enum ui_lang lang = way->request.lang;
    size_t named = way->value_count > RENDER_WAYS_NAMES + 1 ? RENDER_WAYS_NAMES : way->value_count; /* not "1 other" */
    for (size_t i = 0; i < named; i++) {
        buf_adds(out, i ? ", " : "");
        if (way->facet == FACET_AGE)
            buf_addu(out, way->values[i]);
        else
            buf_adds(out, vocab_entry(facet_vocab((enum facet)way->facet), way->values[i])->label[lang]);
    }
    if (way->value_count > named) {
        const char *pattern = others[lang], *gap = strstr(pattern, "%zu");
        buf_add(out, pattern, (size_t)(gap - pattern));
        buf_addu(out, way->value_count - named);
        buf_adds(out, gap + 3);
    }
}

static void add_list(const char *const pattern[UI_LANG_COUNT], const struct way *way, struct buf *out)
{
    struct buf names = BUF_INIT;
    if (way->kind == WAY_FILTER) {
        enum facet facet = (enum facet)way->facet;
        buf_adds(&names, facet == FACET_AGE ? age_name[way->request.lang]
                                            : vocab_title(facet_vocab(facet), way->request.lang));
        buf_adds(&names, ": ");
    }
    add_names(way, &names);
    add_filled(pattern, way->request.lang, buf_str(&names), names.len, out);
    buf_release(&names);
}

void render_way_label(const struct way *way, struct buf *out)
{
    enum ui_lang lang = way->request.lang;
    bool one = way->value_count == 1;
    switch (way->kind) {
    case WAY_QUOTES: buf_adds(out, label_quotes[lang]); break;
    case WAY_UNKNOWN: {
        const char *what = unsaid[way->facet][lang];
        add_filled(label_unknown, lang, what, strlen(what), out);
        break;
    }
    case WAY_NEIGHBOURS: add_list(one ? label_neighbour : label_neighbours, way, out); break;
    case WAY_AREA:
        if (way->values[0] == area_nationwide())
            buf_adds(out, label_country[lang]);
        else
            add_list(one ? label_region : label_regions, way, out);
        break;
    case WAY_ONLINE: buf_adds(out, way->facet == FACET_AREA ? label_online_too[lang] : label_online[lang]); break;
    case WAY_FILTER:
        if (way->facet == FACET_NEAR)
            buf_adds(out, label_radius[lang]);
        else if (way->facet == FACET_DATE)
            buf_adds(out, label_date[lang]);
        else
            add_list(label_filter, way, out);
        break;
    case WAY_WORD:
        add_filled(memchr(way->text, ' ', way->text_len) ? label_phrase : label_word, lang, way->text, way->text_len,
                   out);
        break;
    case WAY_PAST: buf_adds(out, label_past[lang]); break;
    case WAY_FILTERS: buf_adds(out, label_filters[lang]); break;
    case WAY_WORDS: buf_adds(out, label_words[lang]); break;
    case WAY_KINDS: break;
    }
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static void add_values(const struct labels *labels, const struct way *way, struct buf *out)
{
    buf_adds(out, ",\"values\":[");
    for (size_t v = 0; v < way->value_count; v++) {
        size_t len;
        buf_adds(out, v ? "," : "");
        if (way->facet == FACET_AGE) {
            buf_addf(out, "{\"value\":\"%u\",\"label\":\"%u\"}", way->values[v], way->values[v]);
            continue;
        }
        const char *json = labels_json(labels, facet_vocab((enum facet)way->facet), way->values[v], way->request.lang,
                                       &len);
        buf_addc(out, '{');
        buf_add(out, json, len);
        buf_addc(out, '}');
    }
    buf_addc(out, ']');
}

static void add_way(const struct labels *labels, const struct way *way, struct buf *out)
{
    struct buf label = BUF_INIT;
    buf_addf(out, "{\"kind\":\"%s\"", way_kind_name(way->kind));
    if (way->text) {
        buf_adds(out, ",\"text\":");
        buf_add_json(out, way->text, way->text_len);
    }
    if (way->facet >= 0) {
        bool radius = way->facet == FACET_NEAR && way->kind == WAY_FILTER;
        buf_addf(out, ",\"parameter\":\"%s\"", radius ? "radius" : facet_name((enum facet)way->facet));
    }
    if (way->value_count > 0)
        add_values(labels, way, out);
    render_way_label(way, &label);
    buf_adds(out, ",\"label\":");
    buf_add_json(out, buf_str(&label), label.len);
    buf_release(&label);
    buf_addf(out, ",\"total\":%" PRIu64, way->total);
    if (way->relaxed)
        buf_adds(out, ",\"relaxed\":true");
    render_url("url", &way->request, out);
    buf_addc(out, '}');
}

void render_ways(const struct labels *labels, const struct ways *ways, struct buf *out)
{
    buf_adds(out, ",\"ways\":[");
    for (size_t i = 0; i < ways->count; i++) {
        buf_adds(out, i ? "," : "");
        add_way(labels, &ways->list[i], out);
    }
    buf_addc(out, ']');
}
