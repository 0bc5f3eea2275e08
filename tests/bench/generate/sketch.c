#include "tests/bench/generate/sketch.h"

#include <stdio.h>
#include <string.h>

#include "vocab/vocab.h"

/* By enum record_kind; organisations have their own numbers. */
static const double kind_weights[RECORD_KINDS] = {0, 65, 16, 5, 5, 2, 1.5, 1.5, 4};
static const double weekday_weights[7] = {18, 20, 19, 18, 13, 6, 6};

void sketch_init(struct sketch *s, const struct world *world)
{
    *s = (struct sketch){.world = world};
}

void sketch_release(struct sketch *s)
{
    buf_release(&s->title);
    buf_release(&s->summary);
    buf_release(&s->body);
    buf_release(&s->keywords);
}

/* Every 14th record is an organisation, until all have theirs. */
static void choose_kind(struct sketch *s)
{
    const struct world *w = s->world;
    uint64_t own = s->number / WORLD_RECORDS_PER_ORGANISATION;
    bool is_organisation = s->number % WORLD_RECORDS_PER_ORGANISATION == 0 && own < w->organisations;
    uint32_t number = is_organisation ? (uint32_t)own : world_choose_organisation(w, &s->rng);
    s->kind = is_organisation ? RECORD_ORGANISATION
                              : (enum record_kind)rng_weighted(&s->rng, kind_weights, RECORD_KINDS);
    world_organisation(w, number, &s->organisation);
}

static void choose_themes(struct sketch *s)
{
    struct voice *v = &s->voice;
    uint16_t main_theme = rng_chance(&s->rng, 60) ? s->organisation.theme : world_theme(s->world, &s->rng);
    v->themes[0] = main_theme;
    v->theme_count = 1;
    size_t more = rng_below(&s->rng, 3);
    while (more-- > 0) {
        uint16_t theme = world_theme(s->world, &s->rng);
        bool known = false;
        for (size_t i = 0; i < v->theme_count; i++)
            known |= v->themes[i] == theme;
        if (!known)
            v->themes[v->theme_count++] = theme;
    }
}

static void choose_audiences(struct sketch *s)
{
    static const double counts[] = {12, 45, 28, 11, 4};
    size_t wanted = rng_weighted(&s->rng, counts, SKETCH_AUDIENCES + 1);
    s->audience_count = 0;
    while (wanted-- > 0) {
        uint16_t audience = world_audience(s->world, s->voice.themes[0], &s->rng);
        bool known = false;
        for (size_t i = 0; i < s->audience_count; i++)
            known |= s->audiences[i] == audience;
        if (!known)
            s->audiences[s->audience_count++] = audience;
    }
}

/* Neighbours are municipalities of the same region. */
static void add_neighbours(struct sketch *s)
{
    size_t members;
    const uint16_t *list = area_members((size_t)area_at((size_t)s->town)->region, &members);
    size_t wanted = 1 + rng_below(&s->rng, SKETCH_AREAS - 1);
    while (wanted-- > 0) {
        int area = list[rng_below(&s->rng, (uint32_t)members)];
        bool known = false;
        for (size_t i = 0; i < s->area_count; i++)
            known |= s->areas[i] == area;
        if (!known)
            s->areas[s->area_count++] = area;
    }
}

static void choose_area(struct sketch *s)
{
    static const double weights[] = {4, 8, 6, 76, 6}; /* enum area_scope, and no area at all */
    bool home = s->organisation.town >= 0 && rng_chance(&s->rng, 75);
    s->town = home ? s->organisation.town : world_town(s->world, &s->rng);
    size_t scope = rng_weighted(&s->rng, weights, 5);
    if (s->organisation.town < 0 && rng_chance(&s->rng, 60))
        scope = SCOPE_NATIONWIDE;
    s->scope = scope == 4 ? RECORD_CHOICE_UNKNOWN : (uint8_t)scope;
    s->area_count = 0;
    if (s->scope == SCOPE_REGION)
        s->areas[s->area_count++] = area_at((size_t)s->town)->region;
    if (s->scope == SCOPE_WELLBEING)
        s->areas[s->area_count++] = area_at((size_t)s->town)->wellbeing;
    if (s->scope == SCOPE_MUNICIPALITY) {
        s->areas[s->area_count++] = s->town;
        if (rng_chance(&s->rng, 12))
            add_neighbours(s);
    }
    s->online = rng_chance(&s->rng, s->scope == SCOPE_NATIONWIDE ? 60 : 8);
    if (s->scope == SCOPE_NATIONWIDE && rng_chance(&s->rng, 70))
        s->town = -1;
}

static void start_voice(struct sketch *s)
{
    const struct world *w = s->world;
    struct voice *v = &s->voice;
    v->lexicon = &w->lexicon;
    v->grammar = &w->grammar;
    v->zipf = &w->zipf;
    v->rng = &s->rng;
    v->town = s->town;
    v->organisation = s->organisation.name;
    v->weekday = rng_chance(&s->rng, 85) ? (int)rng_weighted(&s->rng, weekday_weights, 7) : -1;
    v->minute = rng_chance(&s->rng, 85) ? 30 * rng_range(&s->rng, 2 * 9, 2 * 19) : -1;
    voice_start(v);
}

static void write_texts(struct sketch *s)
{
    struct voice *v = &s->voice;
    buf_reset(&s->title);
    buf_reset(&s->summary);
    buf_reset(&s->body);
    buf_reset(&s->keywords);
    size_t words = (size_t)rng_range(&s->rng, 60, 118);
    if (s->kind == RECORD_ORGANISATION)
        buf_adds(&s->title, s->organisation.name);
    else
        text_title(v, &s->title);
    if (rng_chance(&s->rng, 85))
        text_sentences(v, SET_SUMMARY, 10, false, &s->summary);
    size_t used = v->words;
    if (rng_chance(&s->rng, 96))
        text_sentences(v, SET_BODY, used + 20 < words ? words - used : 20, true, &s->body);
}

static void write_keywords(struct sketch *s)
{
    struct buf word = BUF_INIT;
    size_t count = rng_chance(&s->rng, 60) ? 1 + rng_below(&s->rng, 5) : 0;
    for (size_t i = 0; i < count; i++) {
        buf_reset(&word);
        text_keyword(&s->voice, &word);
        buf_adds(&s->keywords, i ? "\n" : "");
        buf_adds(&s->keywords, buf_str(&word));
    }
    buf_release(&word);
}

/* A readable id: the first words of the title and the number. */
static void write_id(struct sketch *s)
{
    if (s->kind == RECORD_ORGANISATION) {
        snprintf(s->id, sizeof s->id, "%s", s->organisation.id);
        return;
    }
    struct buf slug = BUF_INIT;
    text_ascii(buf_str(&s->title), 48, &slug);
    snprintf(s->id, sizeof s->id, "%s.%llu", buf_str(&slug), (unsigned long long)s->number);
    buf_release(&slug);
}

void sketch_make(struct sketch *s, uint64_t number)
{
    s->number = number;
    rng_init(&s->rng, s->world->seed, PURPOSE_RECORD, number);
    choose_kind(s);
    choose_themes(s);
    choose_audiences(s);
    choose_area(s);
    start_voice(s);
    write_texts(s);
    write_keywords(s);
    write_id(s);
}
