#include "tests/bench/generate/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "tests/bench/generate/text.h"
#include "vocab/vocab.h"

/* How far the heads of the frequency lists are flattened: no organisation has a tenth of a country's activities. */
enum { ORGANISATION_SHIFT = 20, THEME_SHIFT = 5, AUDIENCE_SHIFT = 3 };

enum { POSTAL_CODES = 100000 };

/* ---- tables ------------------------------------------------------------------------------------------------------ */

/* Which value is the most frequent one depends on the seed only. */
static void shuffle(uint16_t *list, size_t count, struct rng *rng)
{
    for (size_t i = count; i > 1; i--) {
        uint32_t other = rng_below(rng, (uint32_t)i);
        uint16_t keep = list[i - 1];
        list[i - 1] = list[other];
        list[other] = keep;
    }
}

static enum status init_values(struct world *w, struct rng *rng, struct err *err)
{
    w->themes = calloc(vocab_size(VOCAB_THEME), sizeof *w->themes);
    w->audiences = calloc(vocab_size(VOCAB_AUDIENCE), sizeof *w->audiences);
    if (!w->themes || !w->audiences)
        return err_set(err, STATUS_NOMEM, "out of memory for values");
    for (size_t i = 0; i < vocab_size(VOCAB_THEME); i++)
        if (vocab_entry(VOCAB_THEME, i)->broader >= 0)
            w->themes[w->theme_count++] = (uint16_t)i;
    for (size_t i = 0; i < vocab_size(VOCAB_AUDIENCE); i++)
        w->audiences[w->audience_count++] = (uint16_t)i;
    shuffle(w->themes, w->theme_count, rng);
    shuffle(w->audiences, w->audience_count, rng);
    return STATUS_OK;
}

static enum status init_towns(struct world *w, struct err *err)
{
    size_t areas = vocab_size(VOCAB_AREA);
    double *weights = calloc(areas, sizeof *weights);
    if (!weights)
        return err_set(err, STATUS_NOMEM, "out of memory for municipalities");
    for (size_t i = 0; i < areas; i++)
        weights[i] = w->lexicon.towns[i].weight;
    enum status status = choice_init(&w->towns, weights, areas, err);
    free(weights);
    return status;
}

/* All postal codes sorted by municipality; the vocabulary only answers for one code. */
static enum status init_postal(struct world *w, struct err *err)
{
    size_t areas = vocab_size(VOCAB_AREA);
    int16_t *area_of = calloc(POSTAL_CODES, sizeof *area_of);
    w->postal = calloc(POSTAL_CODES, sizeof *w->postal);
    w->postal_first = calloc(areas + 2, sizeof *w->postal_first);
    if (!area_of || !w->postal || !w->postal_first) {
        free(area_of);
        return err_set(err, STATUS_NOMEM, "out of memory for postal codes");
    }
    char code[16];
    for (int i = 0; i < POSTAL_CODES; i++) {
        snprintf(code, sizeof code, "%05d", i);
        area_of[i] = (int16_t)area_of_postal_code(code, 5);
        if (area_of[i] >= 0)
            w->postal_first[area_of[i] + 2]++;
    }
    for (size_t a = 1; a < areas + 2; a++)
        w->postal_first[a] += w->postal_first[a - 1];
    for (int i = 0; i < POSTAL_CODES; i++) /* afterwards each entry is where its own codes begin */
        if (area_of[i] >= 0)
            snprintf(w->postal[w->postal_first[area_of[i] + 1]++], sizeof *w->postal, "%05u",
                     (unsigned)i % POSTAL_CODES);
    free(area_of);
    return STATUS_OK;
}

static size_t most(size_t a, size_t b)
{
    return a > b ? a : b;
}

enum status world_init(struct world *w, const char *words_path, uint64_t seed, uint64_t records, struct err *err)
{
    struct rng rng;
    *w = (struct world){.seed = seed, .records = records};
    rng_init(&rng, seed, PURPOSE_WORLD, 0);
    uint64_t organisations = records / WORLD_RECORDS_PER_ORGANISATION + 1;
    w->organisations = (uint32_t)(organisations < WORLD_ORGANISATIONS_MOST ? organisations : WORLD_ORGANISATIONS_MOST);
    TRY(lexicon_load(&w->lexicon, words_path, err));
    TRY(grammar_init(&w->grammar, err));
    size_t words = most(w->lexicon.noun_count, most(w->lexicon.adjective_count, w->lexicon.verb_count));
    TRY(zipf_init(&w->zipf, most(words, WORLD_ORGANISATIONS_MOST + ORGANISATION_SHIFT), err));
    TRY(init_values(w, &rng, err));
    TRY(init_towns(w, err));
    return init_postal(w, err);
}

void world_release(struct world *w)
{
    lexicon_release(&w->lexicon);
    grammar_release(&w->grammar);
    zipf_release(&w->zipf);
    choice_release(&w->towns);
    free(w->themes);
    free(w->audiences);
    free(w->postal);
    free(w->postal_first);
}

/* ---- choosing ---------------------------------------------------------------------------------------------------- */

uint32_t world_choose_organisation(const struct world *w, struct rng *rng)
{
    return (uint32_t)zipf_pick_flat(&w->zipf, rng, ORGANISATION_SHIFT, w->organisations);
}

uint16_t world_theme(const struct world *w, struct rng *rng)
{
    return w->themes[zipf_pick_flat(&w->zipf, rng, THEME_SHIFT, w->theme_count)];
}

int world_town(const struct world *w, struct rng *rng)
{
    return (int)choice_pick(&w->towns, rng);
}

/* Half of the audiences follow the theme: each theme has its own order of frequency. */
uint16_t world_audience(const struct world *w, uint16_t theme, struct rng *rng)
{
    size_t rank = zipf_pick_flat(&w->zipf, rng, AUDIENCE_SHIFT, w->audience_count);
    if (rng_chance(rng, 50))
        rank = (rank * 7 + theme * 11u) % w->audience_count;
    return w->audiences[rank];
}

const char *world_postal_code(const struct world *w, int town, struct rng *rng)
{
    uint32_t first = w->postal_first[town], end = w->postal_first[town + 1];
    return first == end ? NULL : w->postal[first + rng_below(rng, end - first)];
}

/* ---- organisations ----------------------------------------------------------------------------------------------- */

static const char *const types[] = {"association", "municipality", "parish",  "wellbeing-county", "foundation",
                                    "company",     "school",       "network", "state",            "other"};
static const double type_weights[] = {70, 9, 8, 2, 3, 2, 2, 2, 0.5, 1.5};

static const char *town_name(int town)
{
    return town < 0 ? "Suomi" : vocab_entry(VOCAB_AREA, (size_t)town)->label[UI_FI];
}

static void town_genitive(const struct world *w, int town, struct buf *out)
{
    char form[FORM_BYTES] = "";
    size_t len = 0;
    if (town >= 0 && w->lexicon.towns[town].inflects)
        nominal_form(&w->lexicon.towns[town].name, CASE_GENITIVE, w->lexicon.towns[town].many, form, &len);
    buf_adds(out, len ? form : town < 0 ? "Suomen" : town_name(town));
}

/* "Kuopion kaupunki", "Kuopion seurakunta"; other types have names of associations. */
static void organisation_name(const struct world *w, const struct organisation *o, struct rng *rng, struct buf *out)
{
    struct voice voice = {.lexicon = &w->lexicon, .grammar = &w->grammar, .zipf = &w->zipf, .rng = rng,
                          .themes = {o->theme}, .theme_count = 1, .town = o->town, .organisation = "",
                          .weekday = -1, .minute = -1};
    if (o->town >= 0 && strcmp(o->type, "wellbeing-county") == 0) {
        buf_adds(out, vocab_entry(VOCAB_AREA, (size_t)area_at((size_t)o->town)->wellbeing)->label[UI_FI]);
        return;
    }
    if (o->town >= 0 && (strcmp(o->type, "municipality") == 0 || strcmp(o->type, "parish") == 0)) {
        town_genitive(w, o->town, out);
        buf_adds(out, *o->type == 'p' ? " seurakunta" : w->lexicon.towns[o->town].weight > 15 ? " kaupunki" : " kunta");
        return;
    }
    voice_start(&voice);
    text_line(&voice, SET_ASSOCIATION, out);
}

void world_organisation(const struct world *w, uint32_t number, struct organisation *o)
{
    struct rng rng;
    struct buf name = BUF_INIT, slug = BUF_INIT;
    rng_init(&rng, w->seed, PURPOSE_ORGANISATION, number);
    o->town = rng_chance(&rng, 7) ? -1 : world_town(w, &rng);
    o->theme = world_theme(w, &rng);
    o->type = types[rng_weighted(&rng, type_weights, sizeof types / sizeof *types)];
    organisation_name(w, o, &rng, &name);
    text_ascii(buf_str(&name), 40, &slug);
    int fits = (int)utf8_cut(buf_str(&name), name.len, sizeof o->name - 1);
    snprintf(o->name, sizeof o->name, "%.*s", fits, buf_str(&name));
    snprintf(o->id, sizeof o->id, "%s-%u", buf_str(&slug), number);
    snprintf(o->host, sizeof o->host, "%s.example.org", buf_str(&slug));
    buf_release(&name);
    buf_release(&slug);
}
