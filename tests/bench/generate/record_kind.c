#include "tests/bench/generate/record_json.h"

/* One to three lines of a set as a list. */
static void add_lines(struct sketch *s, struct buf *out, const char *key, enum pattern_set set)
{
    struct buf line = BUF_INIT;
    json_key(out, key);
    for (size_t i = 0, count = 1 + rng_below(&s->rng, 3); i < count; i++) {
        buf_addc(out, i ? ',' : '[');
        buf_reset(&line);
        text_line(&s->voice, set, &line);
        buf_add_json(out, buf_str(&line), line.len);
    }
    buf_addc(out, ']');
    buf_release(&line);
}

static void add_sentences(struct sketch *s, struct buf *out, const char *key, size_t words)
{
    struct buf text = BUF_INIT;
    text_sentences(&s->voice, SET_BODY, words, false, &text);
    json_text(out, key, buf_str(&text));
    buf_release(&text);
}

static void add_partners(struct sketch *s, struct buf *out)
{
    struct organisation other;
    if (!rng_chance(&s->rng, 25))
        return;
    world_organisation(s->world, world_choose_organisation(s->world, &s->rng), &other);
    json_key(out, "partners");
    buf_addf(out, "[{\"id\":\"%s\"", other.id);
    json_text(out, "name", other.name);
    buf_adds(out, "}]");
}

static void kind_organisation(struct sketch *s, struct buf *out)
{
    json_text(out, "type", s->organisation.type);
    add_partners(s, out);
}

static void kind_activity(struct sketch *s, struct buf *out)
{
    if (rng_chance(&s->rng, 45))
        buf_addf(out, ",\"peer_support\":%s", rng_chance(&s->rng, 60) ? "true" : "false");
}

static void kind_event(struct sketch *s, struct buf *out)
{
    if (rng_chance(&s->rng, 12))
        buf_addf(out, ",\"series\":\"sarja-%u\"", rng_below(&s->rng, s->world->organisations));
    if (rng_chance(&s->rng, 20))
        add_lines(s, out, "programme", SET_NOTE);
}

static void kind_place(struct sketch *s, struct buf *out)
{
    add_lines(s, out, "facilities", SET_VENUE);
    if (rng_chance(&s->rng, 50))
        json_line(s, out, "users", SET_NOTE);
}

static void kind_volunteer(struct sketch *s, struct buf *out)
{
    json_line(s, out, "time_needed", SET_NOTE);
    if (rng_chance(&s->rng, 70))
        json_line(s, out, "training", SET_NOTE);
    if (rng_chance(&s->rng, 70))
        json_line(s, out, "support", SET_NOTE);
}

static void kind_project(struct sketch *s, struct buf *out)
{
    add_lines(s, out, "goals", SET_SUMMARY);
    add_partners(s, out);
}

static void kind_experiment(struct sketch *s, struct buf *out)
{
    add_sentences(s, out, "structure", 10);
    add_sentences(s, out, "content", 15);
    if (rng_chance(&s->rng, 80))
        add_sentences(s, out, "process", 15);
    if (rng_chance(&s->rng, 80))
        add_sentences(s, out, "result", 15);
}

static void kind_story(struct sketch *s, struct buf *out)
{
    struct buf name = BUF_INIT, ascii = BUF_INIT;
    text_person(&s->voice, &name, &ascii);
    json_text(out, "subject", buf_str(&name));
    if (rng_chance(&s->rng, 60))
        json_text(out, "teller", s->organisation.name);
    buf_release(&name);
    buf_release(&ascii);
}

static void kind_news(struct sketch *s, struct buf *out)
{
    struct buf name = BUF_INIT, ascii = BUF_INIT;
    text_person(&s->voice, &name, &ascii);
    json_date(out, "date", bench_day() - (int32_t)(900 * rng_real(&s->rng) * rng_real(&s->rng)));
    if (rng_chance(&s->rng, 60))
        json_text(out, "author", buf_str(&name));
    buf_release(&name);
    buf_release(&ascii);
}

void json_kind(struct sketch *s, struct buf *out)
{
    static void (*const add[RECORD_KINDS])(struct sketch *, struct buf *) = {
        [RECORD_ORGANISATION] = kind_organisation, [RECORD_ACTIVITY] = kind_activity, [RECORD_EVENT] = kind_event,
        [RECORD_PLACE] = kind_place, [RECORD_VOLUNTEER] = kind_volunteer, [RECORD_PROJECT] = kind_project,
        [RECORD_EXPERIMENT] = kind_experiment, [RECORD_STORY] = kind_story, [RECORD_NEWS] = kind_news};
    add[s->kind](s, out);
}
