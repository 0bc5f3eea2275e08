#include "searchd/meetings.h"

#include <string.h>
#include <xxhash.h>

#include "analyse/fold.h"

enum {
    SLOTS = 1024,         /* a power of two, twice QUERY_TERMS */
    TOKENS_AT_FIRST = 256 /* remembered; a power of two */
};

_Static_assert(SLOTS >= 2 * QUERY_TERMS, "there is always a free slot, and mostly at once");

struct meeting {
    const struct posting_term *term; /* NULL: free slot */
    uint32_t tag;                    /* of the term's hash */
    uint8_t word;                    /* index in the query */
    bool corrected;                  /* of another spelling than was typed */
    uint8_t form;                    /* enum match_form that meeting it is; MATCH_FORMS: as the kind of term says */
    uint8_t alternative, group;      /* of what stands for words: its index and 1, and which of its words; 0: of none */
};

/* A token that was met before. */
struct token_met {
    const char *token; /* NULL: free slot */
    uint32_t tag;
    uint16_t len;
    uint8_t lang;
    const struct met *met; /* NULL: answers nothing */
};

struct meetings {
    const struct query *query;
    struct arena *arena;
    struct meanings_reader *meanings; /* NULL: none */
    struct token_met *tokens;
    size_t token_count, token_slots;
    struct meeting slots[SLOTS];
    struct sieve sieve;
};

static uint32_t tag_of(uint64_t hash)
{
    return (uint32_t)(hash >> 32);
}

/* ---- the terms of the query ------------------------------------------------------------------------------------- */

static void add_meeting(struct meetings *m, struct meeting meeting)
{
    const struct posting_term *term = meeting.term;
    uint64_t hash = XXH3_64bits(term->text, term->len);
    size_t at = hash % SLOTS;
    while (m->slots[at].term)
        at = (at + 1) % SLOTS;
    meeting.tag = tag_of(hash);
    m->slots[at] = meeting;
    sieve_add(&m->sieve, term->text + 1, (size_t)term->len - 1);
}

static void add_terms(struct meetings *m, const struct query_group *group, size_t word, enum match_form form)
{
    for (size_t i = 0; i < group->term_count; i++) {
        const struct posting_term *term = &group->terms[i];
        bool synonym = term->lanes == 1u << LANE_WIDE;
        add_meeting(m, (struct meeting){.term = term, .word = (uint8_t)word,
                                        .form = (uint8_t)(synonym ? MATCH_SYNONYM : form),
                                        .corrected = m->query->words[word].corrected && !synonym});
    }
}

static void add_alternative(struct meetings *m, size_t alternative)
{
    const struct query_alternative *a = &m->query->alternatives[alternative];
    for (size_t g = 0; g < a->group_count; g++)
        for (size_t i = 0; i < a->groups[g].term_count; i++)
            add_meeting(m, (struct meeting){.term = &a->groups[g].terms[i], .form = MATCH_SYNONYM,
                                            .word = (uint8_t)a->first, .alternative = (uint8_t)(alternative + 1),
                                            .group = (uint8_t)g});
}

enum status meetings_new(struct meetings **meetings, const struct query *query, struct arena *arena, struct err *err)
{
    struct meetings *m = arena_alloc(arena, sizeof *m);
    if (!m)
        return arena_nomem(err);
    m->query = query;
    m->arena = arena;
    sieve_init(&m->sieve);
    for (size_t w = 0; query && w < query->word_count; w++) {
        add_terms(m, &query->words[w].whole, w, MATCH_FORMS);
        for (size_t p = 0; p < query->words[w].part_count; p++)
            add_terms(m, &query->words[w].parts[p], w, MATCH_PARTS);
    }
    for (size_t a = 0; query && a < query->alternative_count; a++)
        add_alternative(m, a);
    *meetings = m;
    return STATUS_OK;
}

void meetings_look_up(struct meetings *m, struct meanings_reader *meanings)
{
    m->meanings = meanings;
}

const struct sieve *meetings_sieve(const struct meetings *m)
{
    return &m->sieve;
}

/* ---- one word --------------------------------------------------------------------------------------------------- */

static enum match_form form_of(const struct meeting *meeting)
{
    if (meeting->corrected)
        return MATCH_CORRECTION;
    if (meeting->form != MATCH_FORMS)
        return (enum match_form)meeting->form;
    switch (meeting->term->text[0]) {
    case TERM_EXACT: return MATCH_EXACT;
    case TERM_WHOLE: return MATCH_LEMMA;
    case TERM_PART: return MATCH_PART;
    default: return MATCH_STEM;
    }
}

static void answer(const struct query *query, const struct meeting *meeting, struct met *met)
{
    uint32_t bit = (uint32_t)1 << meeting->word;
    if (meeting->alternative) {
        size_t a = meeting->alternative - 1u;
        met->alternatives |= (uint64_t)1 << a;
        met->groups[a] |= (uint8_t)(1u << meeting->group);
        met->words |= (bit << (query->alternatives[a].words - 1) << 1) - bit;
        return;
    }
    enum match_form form = form_of(meeting);
    if (!(met->own & bit) || form < met->form[meeting->word])
        met->form[meeting->word] = (uint8_t)form;
    met->own |= bit;
    met->words |= bit;
}

static bool meet(const struct meetings *m, const struct term *terms, size_t count, struct met *met)
{
    *met = (struct met){.words = 0};
    for (size_t i = 0; m->query && i < count; i++) {
        const struct term *term = &terms[i];
        uint64_t hash = XXH3_64bits(term->text, term->len);
        for (size_t at = hash % SLOTS; m->slots[at].term; at = (at + 1) % SLOTS) {
            const struct meeting *meeting = &m->slots[at];
            if (meeting->tag == tag_of(hash) && meeting->term->len == term->len &&
                memcmp(meeting->term->text, term->text, term->len) == 0)
                answer(m->query, meeting, met);
        }
    }
    return met->words != 0;
}

bool meetings_word(const struct meetings *m, const struct word *word, struct met *met)
{
    return meet(m, word->terms, word->term_count, met);
}

/* ---- words met before ------------------------------------------------------------------------------------------- */

static struct token_met *slot_of(const struct meetings *m, const char *token, size_t len, enum text_lang lang,
                                 uint64_t hash)
{
    size_t at = hash & (m->token_slots - 1);
    for (; m->tokens[at].token; at = (at + 1) & (m->token_slots - 1)) {
        const struct token_met *t = &m->tokens[at];
        if (t->tag == tag_of(hash) && t->len == len && t->lang == lang && memcmp(t->token, token, len) == 0)
            break;
    }
    return &m->tokens[at];
}

static enum status grow(struct meetings *m, struct err *err)
{
    struct meetings bigger = {.token_slots = m->token_slots ? 2 * m->token_slots : TOKENS_AT_FIRST};
    bigger.tokens = arena_array(m->arena, bigger.token_slots, sizeof *bigger.tokens);
    if (!bigger.tokens)
        return arena_nomem(err);
    for (size_t i = 0; i < m->token_slots; i++) {
        const struct token_met *t = &m->tokens[i];
        if (t->token)
            *slot_of(&bigger, t->token, t->len, (enum text_lang)t->lang,
                     XXH3_64bits_withSeed(t->token, t->len, t->lang)) = *t;
    }
    m->tokens = bigger.tokens;
    m->token_slots = bigger.token_slots;
    return STATUS_OK;
}

static enum status find_out(struct meetings *m, struct analyser *analyser, const char *token, size_t len,
                            enum text_lang lang, const struct met **met, struct err *err)
{
    char surface[FOLD_BYTES];
    struct meaning meaning;
    struct met answered;
    bool meets;
    *met = NULL;
    if (m->meanings && meanings_read(m->meanings, surface, fold_surface(token, len, surface), lang, &meaning)) {
        meets = meet(m, meaning.terms, meaning.term_count, &answered);
    } else {
        const struct word *word;
        TRY(analyse_word(analyser, token, len, lang, &word, err));
        meets = meetings_word(m, word, &answered);
    }
    if (!meets)
        return STATUS_OK;
    struct met *kept = arena_alloc(m->arena, sizeof *kept);
    if (!kept)
        return arena_nomem(err);
    *kept = answered;
    *met = kept;
    return STATUS_OK;
}

enum status meetings_token(struct meetings *m, struct analyser *analyser, const char *token, size_t len,
                           enum text_lang lang, const struct met **met, struct err *err)
{
    if (len > UINT16_MAX) /* nobody's word */
        return find_out(m, analyser, token, len, lang, met, err);
    if (2 * m->token_count >= m->token_slots)
        TRY(grow(m, err));
    uint64_t hash = XXH3_64bits_withSeed(token, len, (uint64_t)lang);
    struct token_met *slot = slot_of(m, token, len, lang, hash);
    if (!slot->token) {
        const char *copy = arena_copy(m->arena, token, len); /* texts go with their record */
        if (!copy)
            return arena_nomem(err);
        const struct met *found;
        TRY(find_out(m, analyser, token, len, lang, &found, err));
        *slot = (struct token_met){copy, tag_of(hash), (uint16_t)len, (uint8_t)lang, found};
        m->token_count++;
    }
    *met = slot->met;
    return STATUS_OK;
}
