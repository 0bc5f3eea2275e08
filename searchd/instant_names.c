#include <string.h>

#include "base/buf.h"
#include "searchd/instant.h"
#include "vocab/key_index.h"

const struct instant_parameter instant_parameters[INSTANT_GIVEN_COUNT] = {
    [INSTANT_GIVEN_INDEX] = {"indexName", INSTANT_AN_INDEX, 0, INSTANT_INDEX_BYTES, NULL,
        "`opastin`, then a language if you like, then an order: `opastin_sv_newest`."},
    [INSTANT_GIVEN_TYPE] = {"type", INSTANT_A_TYPE, 0, 0, NULL,
        "`facet`: a search among the values of `facet`, which must be given then."},
    [INSTANT_GIVEN_FACET] = {"facet", INSTANT_AN_ATTRIBUTE, 0, 0, NULL,
        "The attribute whose values are searched; none that is a number."},
    [INSTANT_GIVEN_QUERY] = {"query", INSTANT_A_TEXT, 0, REQUEST_QUERY_BYTES, NULL, "Free text, at most 32 words."},
    [INSTANT_GIVEN_PAGE] = {"page", INSTANT_A_COUNT, 0, REQUEST_PAGE_MOST - 1, NULL, "Which page, from 0."},
    [INSTANT_GIVEN_SIZE] = {"hitsPerPage", INSTANT_A_COUNT, REQUEST_PER_PAGE_DEFAULT, REQUEST_PER_PAGE_MOST, NULL,
        "Hits on a page; more than 100 is taken as 100."},
    [INSTANT_GIVEN_FACETS] = {"facets", INSTANT_NAMES, 0, 0, NULL,
        "Attributes to count, `*` for all; what is none is passed over."},
    [INSTANT_GIVEN_FACET_FILTERS] = {"facetFilters", INSTANT_ALL_OF, 0, 0, NULL,
        "`attribute:value` each; `theme:-Kulttuuri` for what lacks the value."},
    [INSTANT_GIVEN_NUMERIC_FILTERS] = {"numericFilters", INSTANT_ALL_OF, 0, 0, NULL,
        "Of `age`, `age_min`, `age_max`: `age_min<=70`, `age:60 TO 70`; `< <= = != > >=`."},
    [INSTANT_GIVEN_BOX_FILTERS] = {"insideBoundingBox", INSTANT_BOX_LIST, 0, INSTANT_BOXES, NULL,
        "Boxes, two corners each, of which any will do; only places whose own position is known are in one."},
    [INSTANT_GIVEN_PLACE] = {"aroundLatLng", INSTANT_A_POINT, 0, 0, NULL,
        "A point, `61.69,27.27`, from which distances are counted."},
    [INSTANT_GIVEN_RADIUS] = {"aroundRadius", INSTANT_A_RADIUS, 0, REQUEST_RADIUS_MOST_KM * 1000, NULL,
        "Metres around it, or `all`."},
    [INSTANT_GIVEN_RETRIEVE] = {"attributesToRetrieve", INSTANT_NAMES, 0, 0, NULL,
        "Members of a hit of the API, `labels`, `*`; `-title` all but that."},
    [INSTANT_GIVEN_HIGHLIGHT] = {"attributesToHighlight", INSTANT_NAMES, 0, 0, NULL,
        "Of `title`, `summary`, `body`; not given the first two."},
    [INSTANT_GIVEN_SNIPPET] = {"attributesToSnippet", INSTANT_NAMES, 0, 0, NULL,
        "The same, `summary:20` for about so many words."},
    [INSTANT_GIVEN_PRE] = {"highlightPreTag", INSTANT_A_TEXT, 0, INSTANT_TAG_BYTES, "<em>",
        "Before a word that was found; a mark with `<` makes the text around it HTML."},
    [INSTANT_GIVEN_POST] = {"highlightPostTag", INSTANT_A_TEXT, 0, INSTANT_TAG_BYTES, "</em>", "Behind it."},
    [INSTANT_GIVEN_ELLIPSIS] = {"snippetEllipsisText", INSTANT_A_TEXT, 0, INSTANT_TAG_BYTES, "…",
        "Where a snippet leaves text out."},
    [INSTANT_GIVEN_MOST_VALUES] = {"maxValuesPerFacet", INSTANT_A_COUNT, INSTANT_VALUES, INSTANT_VALUES_MOST, NULL,
        "Values of a facet, at most."},
    [INSTANT_GIVEN_ORDER] = {"sortFacetValuesBy", INSTANT_AN_ORDER, 0, 0, "count", "How they are ordered."},
    [INSTANT_GIVEN_FACET_NAME] = {"facetName", INSTANT_AN_ATTRIBUTE, 0, 0, NULL, "Another place for `facet`."},
    [INSTANT_GIVEN_FACET_QUERY] = {"facetQuery", INSTANT_A_TEXT, 0, REQUEST_QUERY_BYTES, NULL,
        "With what a word of the value begins."},
    [INSTANT_GIVEN_FACET_MOST] = {"maxFacetHits", INSTANT_A_COUNT, INSTANT_FACET_HITS, INSTANT_FACET_HITS_MOST, NULL,
        "Values found, at most."},
    [INSTANT_GIVEN_FILTERS] = {"filters", INSTANT_REFUSED, 0, 0, NULL,
        "Not done here: `facetFilters` and `numericFilters` say the same."},
    [INSTANT_GIVEN_POLYGON] = {"insidePolygon", INSTANT_REFUSED, 0, 0, NULL,
        "Not done here; there is `insideBoundingBox`."},
};
const char *const instant_sorts[SORT_COUNT] = {"relevance", "distance", "next", "newest", "name"};
const char *const instant_texts[INSTANT_TEXTS] = {"title", "summary", "body"};

const struct instant_attribute instant_attributes[] = {
    {"audience", FACET_AUDIENCE, -1, 0},     {"audience.lvl0", FACET_AUDIENCE, 0, 0},
    {"audience.lvl1", FACET_AUDIENCE, 1, 0}, {"area", FACET_AREA, -1, 0},
    {"area.lvl0", FACET_AREA, 0, 0},         {"area.lvl1", FACET_AREA, 1, 0},
    {"area.lvl2", FACET_AREA, 2, 0}, /* has no values: a tree of three levels may be asked for all the same */
    {"theme", FACET_THEME, -1, 0},           {"theme.lvl0", FACET_THEME, 0, 0},
    {"theme.lvl1", FACET_THEME, 1, 0},       {"kind", FACET_KIND, -1, 0},
    {"language", FACET_LANGUAGE, -1, 0},     {"free", FACET_FREE, -1, 0},
    {"form", FACET_FORM, -1, 0},             {"accessible", FACET_ACCESSIBLE, -1, 0},
    {"threshold", FACET_THRESHOLD, -1, 0},   {"weekday", FACET_WEEKDAY, -1, 0},
    {"time", FACET_TIME, -1, 0},             {"age", FACET_AGE, -1, AGE_ANY},
    {"age_min", FACET_AGE, -1, AGE_FROM},    {"age_max", FACET_AGE, -1, AGE_TO},
};
const size_t instant_attribute_count = sizeof instant_attributes / sizeof *instant_attributes;
_Static_assert(sizeof instant_attributes / sizeof *instant_attributes <= 32, "a bit each");

int instant_attribute_by_name(const char *name, size_t len)
{
    for (size_t i = 0; i < instant_attribute_count; i++)
        if (strlen(instant_attributes[i].name) == len && memcmp(instant_attributes[i].name, name, len) == 0)
            return (int)i;
    return -1;
}

void instant_attribute_names(struct buf *out)
{
    for (size_t i = 0; i < instant_attribute_count; i++)
        buf_addf(out, "%s%s", i ? ", " : "", instant_attributes[i].name);
}

/* Counties are no level: they lie across the regions, and have the municipalities of their own. */
static int level_of(enum facet facet, size_t entry)
{
    int level = 0;
    if (facet == FACET_AREA && area_at(entry)->type == AREA_WELLBEING)
        return -1;
    for (int at = vocab_entry(facet_vocab(facet), entry)->broader; at >= 0;
         at = vocab_entry(facet_vocab(facet), (size_t)at)->broader)
        level++;
    return level;
}

bool instant_has(const struct instant_attribute *attribute, size_t entry)
{
    return attribute->level < 0 || level_of(attribute->facet, entry) == attribute->level;
}

/* The first entry with the label, which has it alone. */
static int labelled(enum vocab_name vocab, const char *label, size_t len, enum ui_lang lang)
{
    for (size_t i = 0; i < vocab_size(vocab); i++) {
        const char *other = vocab_entry(vocab, i)->label[lang];
        if (strlen(other) == len && memcmp(other, label, len) == 0)
            return (int)i;
    }
    return -1;
}

static void show_one(enum vocab_name vocab, size_t entry, enum ui_lang lang, struct buf *out)
{
    const char *label = vocab_entry(vocab, entry)->label[lang];
    buf_adds(out, label);
    if (labelled(vocab, label, strlen(label), lang) != (int)entry)
        buf_addf(out, " (%s)", vocab_entry(vocab, entry)->code);
}

void instant_show(const struct instant_attribute *attribute, size_t entry, enum ui_lang lang, struct buf *out)
{
    enum vocab_name vocab = facet_vocab(attribute->facet);
    int above = attribute->level < 0 ? -1 : vocab_entry(vocab, entry)->broader;
    if (above >= 0) {
        show_one(vocab, (size_t)above, lang, out); /* no vocabulary has more than two levels; a test looks */
        buf_adds(out, INSTANT_SEPARATOR);
    }
    show_one(vocab, entry, lang, out);
}

static bool is(const char *text, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(text, word, len) == 0;
}

static int find_one(enum facet facet, const char *text, size_t len, enum ui_lang lang)
{
    enum vocab_name vocab = facet_vocab(facet);
    int found = labelled(vocab, text, len, lang);
    if (found < 0)
        found = vocab_find(vocab, text, len);
    for (size_t at = len; found < 0 && len && text[len - 1] == ')' && at-- > 0;)
        if (text[at] == '(')
            found = vocab_find(vocab, text + at + 1, len - at - 2);
    if (found < 0 && facet == FACET_FREE && (is(text, len, "true") || is(text, len, "1")))
        found = vocab_find(vocab, "free", 4);
    if (found < 0 && facet == FACET_FREE && (is(text, len, "false") || is(text, len, "0")))
        found = vocab_find(vocab, "paid", 4);
    if (found < 0 && facet == FACET_AREA)
        found = area_municipality(text, len); /* merged ones */
    return found < 0 ? vocab_find_label(vocab, text, len) : found;
}

int instant_find(const struct instant_attribute *attribute, const char *text, size_t len, enum ui_lang lang)
{
    size_t last = len, separator = strlen(INSTANT_SEPARATOR);
    while (attribute->level > 0 && last >= separator && memcmp(text + last - separator, INSTANT_SEPARATOR, separator))
        last--;
    if (attribute->level <= 0 || last < separator)
        last = 0;
    int found = find_one(attribute->facet, text + last, len - last, lang);
    if (found < 0 || !instant_has(attribute, (size_t)found))
        return -1;
    int above = vocab_entry(facet_vocab(attribute->facet), (size_t)found)->broader;
    if (last && find_one(attribute->facet, text, last - separator, lang) != above)
        return -1;
    return found;
}
