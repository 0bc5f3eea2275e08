#include <string.h>

#include "base/buf.h"
#include "searchd/instant.h"
#include "vocab/key_index.h"

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
