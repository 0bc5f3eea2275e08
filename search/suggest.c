#include "search/suggest.h"

#include <string.h>

#include "analyse/base.h"
#include "analyse/fold.h"
#include "base/utf8.h"
#include "lexicon.h"

/* ---- the query taken apart -------------------------------------------------------------------------------------- */

/* A word before the last one. */
struct before {
    size_t offset, len; /* in the query */
    const char *plain;
    size_t plain_len;
};

struct typed {
    const struct request *request;
    struct before before[REQUEST_QUERY_WORDS];
    size_t before_count;
    size_t offset; /* of the last word, in the query */
    char exact[FOLD_BYTES], plain[FOLD_BYTES];
    size_t exact_len, plain_len; /* 0: nothing to go on */
};

/* Words too many are no words before: they stay in the text, and the count says what that brings. */
static enum status take_apart(const struct request *request, struct arena *arena, struct typed *t, struct err *err)
{
    size_t at = 0;
    struct token token, last = {0, 0};
    *t = (struct typed){.request = request};
    while (token_next(request->q, request->q_len, &at, &token)) {
        if (last.len && t->before_count < REQUEST_QUERY_WORDS) {
            struct before *before = &t->before[t->before_count++];
            before->offset = last.offset;
            before->len = last.len;
            before->plain_len = t->plain_len;
            before->plain = arena_copy(arena, t->plain, t->plain_len);
            if (!before->plain)
                return arena_nomem(err);
        }
        last = token;
        t->plain_len = lexicon_word(request->q + token.offset, token.len, t->exact, &t->exact_len, t->plain);
    }
    t->offset = last.offset;
    return STATUS_OK;
}

/* ---- candidates ------------------------------------------------------------------------------------------------- */

/* How a candidate fits what was typed; better ones stand first whatever their hits. */
enum fit {
    FIT_EXACT,
    FIT_UNDOTTED,  /* typed without dots: kavely */
    FIT_INFLECTED, /* typed is a form of it */
    FIT_NONE,
    FIT_FOREIGN = 4 /* added to a label of another language than asked */
};

struct candidate {
    uint32_t id; /* of the lemma, name or value: each once */
    unsigned fit;
    uint32_t dropped; /* bit per word before that it says too, so that the word may go */
    uint32_t rows;    /* records, before any filter */
    uint64_t total;   /* hits, once counted */
    const char *label;
    size_t label_len;
    const struct topic_word *topic; /* NULL: a word or name */
};

/* The best candidates, the best first. */
struct pool {
    struct candidate list[SUGGEST_COUNTED];
    size_t count;
};

/* a..z å ä ö, then others as they come. */
static uint32_t alphabet(uint32_t letter)
{
    letter = fold_lower(letter);
    switch (letter) {
    case 0xE5: return 'z' + 1;
    case 0xE4: return 'z' + 2;
    case 0xF6: return 'z' + 3;
    default: return letter > 'z' ? letter + 3 : letter;
    }
}

static int compare_labels(const struct candidate *a, const struct candidate *b)
{
    size_t i = 0, j = 0, step;
    while (i < a->label_len && j < b->label_len) {
        uint32_t x = alphabet(utf8_decode(a->label + i, a->label_len - i, &step));
        i += step;
        uint32_t y = alphabet(utf8_decode(b->label + j, b->label_len - j, &step));
        j += step;
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (i < a->label_len) - (j < b->label_len);
}

static int compare(const struct candidate *a, const struct candidate *b)
{
    int dropped = __builtin_popcount(b->dropped) - __builtin_popcount(a->dropped);
    if (a->fit != b->fit)
        return a->fit < b->fit ? -1 : 1;
    if (dropped)
        return dropped;
    if (a->total != b->total)
        return a->total > b->total ? -1 : 1;
    if (a->rows != b->rows)
        return a->rows > b->rows ? -1 : 1;
    int order = compare_labels(a, b);
    return order ? order : (a->id > b->id) - (a->id < b->id);
}

static void pool_remove(struct pool *pool, size_t i)
{
    memmove(&pool->list[i], &pool->list[i + 1], (--pool->count - i) * sizeof *pool->list);
}

static bool pool_wants(const struct pool *pool, const struct candidate *candidate)
{
    return pool->count < SUGGEST_COUNTED || compare(candidate, &pool->list[pool->count - 1]) < 0;
}

static void pool_add(struct pool *pool, const struct candidate *candidate)
{
    for (size_t i = 0; i < pool->count; i++) {
        if (pool->list[i].id != candidate->id)
            continue;
        if (compare(&pool->list[i], candidate) <= 0)
            return;
        pool_remove(pool, i);
        break;
    }
    if (!pool_wants(pool, candidate))
        return;
    size_t at = pool->count < SUGGEST_COUNTED ? pool->count++ : pool->count - 1;
    for (; at > 0 && compare(candidate, &pool->list[at - 1]) < 0; at--)
        pool->list[at] = pool->list[at - 1];
    pool->list[at] = *candidate;
}

/* Typed letters stand for themselves; a and o, typed without their dots, for ä å and ö too. */
static enum fit fit_of(const struct typed *t, const char *text, size_t len)
{
    enum fit fit = FIT_EXACT;
    size_t i = 0, j = 0, step;
    while (i < t->exact_len) {
        if (j >= len)
            return FIT_NONE;
        uint32_t typed = utf8_decode(t->exact + i, t->exact_len - i, &step);
        i += step;
        uint32_t letter = fold_lower(utf8_decode(text + j, len - j, &step));
        j += step;
        if (typed == letter)
            continue;
        if (!(typed == 'a' && (letter == 0xE4 || letter == 0xE5)) && !(typed == 'o' && letter == 0xF6))
            return FIT_NONE;
        fit = FIT_UNDOTTED;
    }
    return fit;
}

/* ---- words ------------------------------------------------------------------------------------------------------ */

static bool is_before(const struct typed *t, const char *plain, size_t len)
{
    for (size_t i = 0; i < t->before_count; i++)
        if (t->before[i].plain_len == len && memcmp(t->before[i].plain, plain, len) == 0)
            return true;
    return false;
}

static enum status add_lemma(struct searcher *s, const struct typed *t, uint32_t lemma, enum fit fit,
                             struct pool *pool, struct err *err)
{
    const struct lexicon *l = &searcher_snapshot(s)->lexicon;
    struct candidate candidate = {.id = lemma, .fit = fit, .rows = l->lemma_rows[lemma]};
    char plain[LEXICON_TEXT_BYTES];
    const struct word *word;
    candidate.label = lexicon_text(&l->lemmas, lemma, &candidate.label_len);
    if (fit == FIT_NONE || !pool_wants(pool, &candidate) ||
        is_before(t, plain, lexicon_plain(candidate.label, candidate.label_len, plain)))
        return STATUS_OK;
    TRY(analyse_word(searcher_analyser(s), candidate.label, candidate.label_len, TEXT_UNSURE, &word, err));
    if (!word->function)
        pool_add(pool, &candidate);
    return STATUS_OK;
}

/* Lemmas that begin with what was typed. */
static enum status add_lemmas(struct searcher *s, const struct typed *t, struct pool *pool, struct err *err)
{
    const struct lexicon *l = &searcher_snapshot(s)->lexicon;
    struct lexicon_range range = lexicon_lemmas_from(l, t->plain, t->plain_len);
    for (uint32_t at = range.first; at < range.end; at++) {
        size_t len;
        if (pool->count == SUGGEST_COUNTED && l->lemma_rows[at] < pool->list[SUGGEST_COUNTED - 1].rows &&
            pool->list[SUGGEST_COUNTED - 1].fit == FIT_EXACT)
            continue; /* most of a short beginning's, without reading their text */
        const char *lemma = lexicon_text(&l->lemmas, at, &len);
        TRY(add_lemma(s, t, at, fit_of(t, lemma, len), pool, err));
    }
    return STATUS_OK;
}

/* Lemmas of forms that begin with what was typed: kävelyryhmis of kävelyryhmissä. */
static enum status add_forms(struct searcher *s, const struct typed *t, struct pool *pool, struct err *err)
{
    const struct lexicon *l = &searcher_snapshot(s)->lexicon;
    struct lexicon_range range = lexicon_forms_from(l, t->plain, t->plain_len);
    for (uint32_t at = range.first; at < range.end && at - range.first < SUGGEST_SCANNED; at++) {
        size_t len;
        uint32_t form = l->form_plain[at];
        const char *text = lexicon_text(&l->forms, form, &len);
        if (fit_of(t, text, len) != FIT_NONE)
            TRY(add_lemma(s, t, l->form_lemma[form], FIT_INFLECTED, pool, err));
    }
    return STATUS_OK;
}

enum { STEM_LETTERS = 4, TAIL_LETTERS = 4, ENDING_BYTES = 16 };

/* Letters that may stand behind a stem when a case ending has been begun: "s" and "is" of ryhmissä. */
static bool begins_ending(const char *tail, size_t len)
{
    static const char *const vowels[] = {"", "i", "e", "ei", "oi"};
    static const char *const endings[] = {"n", "ssa", "sta", "lla", "lta", "lle", "na", "ksi", "ta", "tta", "ja",
                                          "den", "tten", "en", "hin", "iin", "een", "a", "t"};
    for (size_t v = 0; v < sizeof vowels / sizeof *vowels; v++) {
        for (size_t e = 0; e < sizeof endings / sizeof *endings; e++) {
            char ending[ENDING_BYTES];
            size_t first = strlen(vowels[v]), second = strlen(endings[e]);
            memcpy(ending, vowels[v], first);
            memcpy(ending + first, endings[e], second);
            if (len <= first + second && memcmp(ending, tail, len) == 0)
                return true;
        }
    }
    return false;
}

/* No form of the index goes on like this: what was typed may be a stem and the beginning of an ending. */
static enum status add_stems(struct searcher *s, const struct typed *t, struct pool *pool, struct err *err)
{
    const struct lexicon *l = &searcher_snapshot(s)->lexicon;
    for (size_t cut = 1; cut <= TAIL_LETTERS && t->plain_len >= STEM_LETTERS + cut && pool->count == 0; cut++) {
        size_t stem = t->plain_len - cut;
        if (!begins_ending(t->plain + stem, cut))
            continue;
        struct lexicon_range range = lexicon_lemmas_from(l, t->plain, stem);
        for (uint32_t at = range.first; at < range.end && at - range.first < SUGGEST_SCANNED; at++) {
            size_t len;
            lexicon_text(&l->lemmas, at, &len);
            if (len <= stem + 4) /* two letters with dots */
                TRY(add_lemma(s, t, at, FIT_INFLECTED, pool, err));
        }
    }
    return STATUS_OK;
}

static enum status find_words(struct searcher *s, const struct typed *t, const struct bases *bases, struct pool *pool,
                              struct err *err)
{
    const struct lexicon *l = &searcher_snapshot(s)->lexicon;
    TRY(add_lemmas(s, t, pool, err));
    if (pool->count < SUGGEST_COUNTED)
        TRY(add_forms(s, t, pool, err));
    for (size_t i = 0; bases->known && i < bases->count; i++) {
        uint32_t lemma = lexicon_find_lemma(l, bases->base[i], strlen(bases->base[i]), true);
        if (lemma != UINT32_MAX)
            TRY(add_lemma(s, t, lemma, FIT_INFLECTED, pool, err));
    }
    if (pool->count == 0)
        TRY(add_stems(s, t, pool, err));
    return STATUS_OK;
}

/* ---- names and labels ------------------------------------------------------------------------------------------- */

/* The words before the last one that the text says too. */
static uint32_t words_said(const struct typed *t, const char *text, size_t len)
{
    uint32_t said = 0;
    size_t at = 0, exact_len;
    struct token token;
    if (t->before_count == REQUEST_QUERY_WORDS) /* there may be more than are known: none may go */
        return 0;
    while (t->before_count && token_next(text, len, &at, &token)) {
        char exact[FOLD_BYTES], plain[FOLD_BYTES];
        size_t plain_len = lexicon_word(text + token.offset, token.len, exact, &exact_len, plain);
        for (size_t i = 0; i < t->before_count; i++)
            if (t->before[i].plain_len == plain_len && memcmp(t->before[i].plain, plain, plain_len) == 0)
                said |= UINT32_C(1) << i;
    }
    return said;
}

/* How the word that goes on best fits: names have their words in plain text only in the lexicon. */
static enum fit best_fit(const struct typed *t, const char *text, size_t len)
{
    enum fit best = FIT_NONE;
    size_t at = 0, exact_len;
    struct token token;
    while (token_next(text, len, &at, &token)) {
        char exact[FOLD_BYTES], plain[FOLD_BYTES];
        lexicon_word(text + token.offset, token.len, exact, &exact_len, plain);
        enum fit fit = fit_of(t, exact, exact_len);
        best = fit < best ? fit : best;
    }
    return best;
}

/* Is any word before the last one a word of any name? */
static bool has_named_word(const struct lexicon *l, const struct typed *t)
{
    for (size_t i = 0; i < t->before_count; i++) {
        struct lexicon_range range = lexicon_words_from(l, t->before[i].plain, t->before[i].plain_len);
        size_t len = 0;
        if (range.first < range.end)
            lexicon_text(&l->words, range.first, &len); /* the shortest of those that begin so */
        if (len == t->before[i].plain_len && len)
            return true;
    }
    return false;
}

static void find_names(const struct searcher *s, const struct typed *t, struct pool *pool)
{
    const struct lexicon *l = &searcher_snapshot(s)->lexicon;
    struct lexicon_range range = lexicon_words_from(l, t->plain, t->plain_len);
    bool named = has_named_word(l, t);
    if (t->plain_len < SUGGEST_NAME_BYTES)
        return;
    for (uint32_t at = range.first; at < range.end && at - range.first < SUGGEST_SCANNED; at++) {
        uint32_t name = l->word_name[at];
        struct candidate candidate = {.id = name, .rows = l->name_rows[name], .dropped = named ? UINT32_MAX : 0};
        candidate.label = lexicon_text(&l->names, name, &candidate.label_len);
        if (!pool_wants(pool, &candidate)) /* at its best */
            continue;
        candidate.dropped = named ? words_said(t, candidate.label, candidate.label_len) : 0;
        candidate.fit = best_fit(t, candidate.label, candidate.label_len);
        if (candidate.fit != FIT_NONE)
            pool_add(pool, &candidate);
    }
}

static bool is_selected(const struct request *request, enum facet facet, uint16_t entry)
{
    for (size_t i = 0; i < request->selected_count[facet]; i++)
        if (request->selected[facet][i] == entry)
            return true;
    return false;
}

static void add_topic(const struct searcher *s, const struct typed *t, const struct topic_word *topic, enum fit fit,
                      struct pool *topics, struct pool *areas)
{
    const struct request *request = t->request;
    uint16_t ordinal = (uint16_t)(facet_first(topic->facet) + topic->entry);
    if (fit == FIT_NONE || is_selected(request, topic->facet, topic->entry) ||
        request->selected_count[topic->facet] == REQUEST_VALUES)
        return;
    struct candidate candidate = {
        .id = ordinal, .topic = topic, .rows = searcher_snapshot(s)->values[ordinal].count,
        .fit = (unsigned)fit + (topic->lang == request->lang ? 0u : (unsigned)FIT_FOREIGN),
        .dropped = words_said(t, topic->label, topic->label_len)};
    candidate.label = vocab_entry(facet_vocab(topic->facet), topic->entry)->label[request->lang];
    candidate.label_len = strlen(candidate.label);
    pool_add(topic->facet == FACET_AREA ? areas : topics, &candidate);
}

/* By what was typed, and by its base forms: Kontiolahti by kontiolahdella. */
static void find_topics(const struct searcher *s, const struct topics *topics_of, const struct typed *t,
                        const struct bases *bases, struct pool *topics, struct pool *areas)
{
    const struct topic_word *word;
    size_t count = topics_from(topics_of, t->plain, t->plain_len, &word);
    for (size_t i = 0; i < count; i++)
        add_topic(s, t, &word[i], fit_of(t, word[i].word, word[i].word_len), topics, areas);
    for (size_t b = 0; bases->known && b < bases->count; b++) {
        char exact[FOLD_BYTES], plain[FOLD_BYTES];
        size_t exact_len, len = lexicon_word(bases->base[b], strlen(bases->base[b]), exact, &exact_len, plain);
        count = topics_from(topics_of, plain, len, &word);
        for (size_t i = 0; i < count && word[i].plain_len == len; i++)
            add_topic(s, t, &word[i], FIT_INFLECTED, topics, areas);
    }
}

/* ---- counting --------------------------------------------------------------------------------------------------- */

/* The query without its last word and the words that the candidate says. */
static enum status head_text(const struct typed *t, uint32_t dropped, struct buf *out, struct err *err)
{
    buf_reset(out);
    if (dropped == 0)
        buf_add(out, t->request->q, t->offset);
    for (size_t i = 0; dropped && i < t->before_count; i++) {
        if (dropped >> i & 1)
            continue;
        buf_add(out, t->request->q + t->before[i].offset, t->before[i].len);
        buf_addc(out, ' ');
    }
    return buf_ok(out, err);
}

static enum status with_value(struct request *request, const struct topic_word *topic, struct arena *arena,
                              struct err *err)
{
    size_t count = request->selected_count[topic->facet], at = 0;
    uint16_t *selected = arena_array(arena, count + 1, sizeof *selected);
    if (!selected)
        return arena_nomem(err);
    while (at < count && request->selected[topic->facet][at] < topic->entry)
        at++;
    if (count) {
        memcpy(selected, request->selected[topic->facet], at * sizeof *selected);
        memcpy(selected + at + 1, request->selected[topic->facet] + at, (count - at) * sizeof *selected);
    }
    selected[at] = topic->entry;
    request->selected[topic->facet] = selected;
    request->selected_count[topic->facet] = count + 1;
    return STATUS_OK;
}

/* What leads to the word that goes goes with it: blanks, a hyphen, the quote that it opens. */
static void trim_head(struct buf *head)
{
    size_t quotes = 0;
    for (size_t i = 0; i < head->len; i++)
        quotes += head->data[i] == '"';
    while (head->len) {
        char last = head->data[head->len - 1];
        if (last != ' ' && last != '-' && !(last == '"' && quotes % 2))
            break;
        quotes -= last == '"';
        head->len--;
    }
}

/* The search that the candidate stands for. */
static enum status candidate_request(const struct typed *t, const struct candidate *candidate, struct buf *scratch,
                                     struct arena *arena, struct request *request, struct err *err)
{
    *request = *t->request;
    request->cursor.given = request->explain = false;
    request->page = 1;
    TRY(head_text(t, candidate->dropped, scratch, err));
    if (candidate->topic) {
        TRY(with_value(request, candidate->topic, arena, err));
        trim_head(scratch);
    } else {
        buf_add(scratch, candidate->label, candidate->label_len);
        TRY(buf_ok(scratch, err));
    }
    request->q = arena_copy(arena, buf_str(scratch), scratch->len);
    request->q_len = scratch->len;
    return request->q ? STATUS_OK : arena_nomem(err);
}

struct counting {
    struct searcher *searcher;
    const struct typed *typed;
    const struct search_clock *clock;
    struct arena *arena;
    struct buf scratch;
};

/* What makes a query that is too long or too rich is no suggestion: its total stays 0. */
static enum status count_one(struct counting *c, struct candidate *candidate, struct err *err)
{
    struct request request;
    struct err local = {0};
    uint64_t total = 0;
    TRY(candidate_request(c->typed, candidate, &c->scratch, c->arena, &request, err));
    if (request.q_len > REQUEST_QUERY_BYTES)
        return STATUS_OK;
    enum status status = search_total(c->searcher, &request, c->clock, c->arena, &total, &local);
    if (status != STATUS_OK && status != STATUS_LIMIT)
        return err_set(err, status, "%s", local.message);
    candidate->total = status == STATUS_OK ? total : 0;
    return STATUS_OK;
}

static enum status take_best(struct counting *c, struct pool *pool, struct suggestion *list, size_t *count,
                             struct err *err)
{
    struct pool found = {.count = 0};
    for (size_t i = 0; i < pool->count && found.count < SUGGEST_EACH; i++) {
        TRY(count_one(c, &pool->list[i], err));
        if (pool->list[i].total)
            pool_add(&found, &pool->list[i]);
    }
    *count = found.count < SUGGEST_EACH ? found.count : SUGGEST_EACH;
    for (size_t i = 0; i < *count; i++) {
        const struct candidate *candidate = &found.list[i];
        struct suggestion *out = &list[i];
        *out = (struct suggestion){.facet = -1, .total = candidate->total};
        TRY(candidate_request(c->typed, candidate, &c->scratch, c->arena, &out->request, err));
        out->text = out->request.q;
        out->label = arena_copy(c->arena, candidate->label, candidate->label_len);
        if (!out->label)
            return arena_nomem(err);
        if (candidate->topic) {
            out->facet = (int)candidate->topic->facet;
            out->entry = candidate->topic->entry;
        }
    }
    return STATUS_OK;
}

const char *suggest_group_name(enum suggest_group group)
{
    static const char *const names[SUGGEST_GROUPS] = {"words", "organisations", "topics", "areas"};
    return names[group];
}

enum status suggest_run(struct searcher *searcher, const struct topics *topics, const struct request *request,
                        const struct search_clock *clock, struct arena *arena, struct suggestions *suggestions,
                        struct err *err)
{
    struct typed *typed = arena_alloc(arena, sizeof *typed);
    struct pool *pools = arena_array(arena, SUGGEST_GROUPS, sizeof *pools);
    struct bases *bases = arena_alloc(arena, sizeof *bases);
    memset(suggestions, 0, sizeof *suggestions);
    if (!typed || !pools || !bases)
        return arena_nomem(err);
    TRY(take_apart(request, arena, typed, err));
    if (typed->plain_len == 0)
        return STATUS_OK;
    analyse_bases(searcher_analyser(searcher), typed->exact, typed->exact_len, bases);
    TRY(find_words(searcher, typed, bases, &pools[SUGGEST_WORDS], err));
    find_names(searcher, typed, &pools[SUGGEST_ORGANISATIONS]);
    find_topics(searcher, topics, typed, bases, &pools[SUGGEST_TOPICS], &pools[SUGGEST_AREAS]);
    struct counting counting = {.searcher = searcher, .typed = typed, .clock = clock, .arena = arena};
    enum status status = STATUS_OK;
    for (int g = 0; status == STATUS_OK && g < SUGGEST_GROUPS; g++)
        status = take_best(&counting, &pools[g], suggestions->list[g], &suggestions->count[g], err);
    buf_release(&counting.scratch);
    return status;
}
