#include "searchd/highlight.h"

#include <string.h>

#include "base/utf8.h"

/* A word of a text that answers something. */
struct sighting {
    uint32_t offset, len;
    const struct met *met;
};

struct sightings {
    const struct sighting *list;
    uint32_t count;
    bool known;
};

struct highlighter {
    const struct query *query;
    struct meetings *meetings;
    struct arena *arena;
    struct sightings *labels[VOCAB_COUNT]; /* by ordinal and language: the hits of a page share many */
};

const char *match_form_name(enum match_form form)
{
    static const char *const names[MATCH_FORMS] = {"exact", "inflection", "compound-part", "part-of-query", "stem",
                                                     "synonym", "correction", "understood"};
    return names[form];
}

enum status highlighter_new(const struct highlighter **highlighter, const struct query *query, struct arena *arena,
                            struct err *err)
{
    struct highlighter *h = arena_alloc(arena, sizeof *h);
    if (!h)
        return arena_nomem(err);
    h->query = query;
    h->arena = arena;
    *highlighter = h;
    for (int v = 0; query && v < VOCAB_COUNT; v++)
        if (!(h->labels[v] = arena_array(arena, vocab_size((enum vocab_name)v) * RECORD_LANGS, sizeof **h->labels)))
            return arena_nomem(err);
    return query ? meetings_new(&h->meetings, query, arena, err) : STATUS_OK;
}

void highlighter_look_up(const struct highlighter *h, struct meanings_reader *meanings)
{
    if (h->query)
        meetings_look_up(h->meetings, meanings);
}

/* ---- words of texts --------------------------------------------------------------------------------------------- */

struct sight highlight_sight(const struct highlighter *highlighter, struct analyser *analyser,
                             const struct stored *stored)
{
    return (struct sight){.highlighter = highlighter, .analyser = analyser, .stored = stored};
}

/* The words of the text that pass the sieve and answer something, in order; in the arena. */
static enum status look(const struct sight *sight, const struct text_piece *piece, const struct sighting **list,
                        size_t *count, struct err *err)
{
    const struct highlighter *h = sight->highlighter;
    const struct sieve *sieve = meetings_sieve(h->meetings);
    struct sighting few[16], *found = few;
    size_t at = 0, used = 0, room = sizeof few / sizeof *few;
    struct token token;
    while (sieve_next(sieve, piece->text, piece->len, &at, &token)) {
        const struct met *met;
        TRY(meetings_token(h->meetings, sight->analyser, piece->text + token.offset, token.len, text_language(piece),
                           &met, err));
        if (!met)
            continue;
        if (used == room) {
            struct sighting *more = arena_array(h->arena, 2 * room, sizeof *more);
            if (!more)
                return arena_nomem(err);
            memcpy(more, found, used * sizeof *more);
            found = more;
            room *= 2;
        }
        found[used++] = (struct sighting){(uint32_t)token.offset, (uint32_t)token.len, met};
    }
    *count = used;
    *list = found;
    if (found == few && used) {
        struct sighting *kept = arena_array(h->arena, used, sizeof *kept);
        if (!kept)
            return arena_nomem(err);
        memcpy(kept, few, used * sizeof *kept);
        *list = kept;
    }
    return STATUS_OK;
}

static enum status see_label(const struct sight *sight, const struct text_piece *piece, const struct sighting **list,
                             size_t *count, struct err *err)
{
    struct sightings *label =
        &sight->highlighter->labels[piece->vocab][(size_t)piece->ordinal * RECORD_LANGS + (size_t)piece->lang];
    if (!label->known) {
        TRY(look(sight, piece, list, count, err));
        *label = (struct sightings){*list, (uint32_t)*count, true};
    }
    *list = label->list;
    *count = label->count;
    return STATUS_OK;
}

/* The same, of a piece of the record that may have been looked at. */
static enum status see_piece(struct sight *sight, uint32_t index, const struct text_piece *piece,
                             const struct sighting **list, size_t *count, struct err *err)
{
    if (piece->vocab != VOCAB_COUNT)
        return see_label(sight, piece, list, count, err);
    for (size_t i = 0; i < sight->text_count; i++) {
        if (sight->text[i].piece != index)
            continue;
        *list = sight->text[i].list;
        *count = sight->text[i].count;
        return STATUS_OK;
    }
    TRY(look(sight, piece, list, count, err));
    if (sight->text_count < SIGHT_TEXTS) {
        size_t i = sight->text_count++;
        sight->text[i].piece = index;
        sight->text[i].list = *list;
        sight->text[i].count = *count;
    }
    return STATUS_OK;
}

/* ---- reasons ---------------------------------------------------------------------------------------------------- */

/* Where a match says most, first: by name, then as the maintainers classified it, then in running text. */
static const uint8_t field_order[GROUP_COUNT] = {
    [GROUP_TITLE] = 0, [GROUP_ORGANISATION] = 1, [GROUP_KEYWORD] = 2, [GROUP_LABEL] = 3,
    [GROUP_SUMMARY] = 4, [GROUP_PLACE] = 5, [GROUP_BODY] = 6, [GROUP_NONE] = 7,
};

struct reasoning {
    const struct highlighter *highlighter;
    struct reason *reasons; /* by word; field GROUP_NONE: none yet */
    struct text_piece piece;
    uint8_t groups[QUERY_ALTERNATIVES];              /* what the record's words answered of each alternative */
    struct reason alternatives[QUERY_ALTERNATIVES];  /* the best of each: reasons once all of it was seen */
};

static bool better(const struct reason *known, enum field_group field, enum match_form form)
{
    if (known->field == GROUP_NONE)
        return true;
    if (field_order[field] != field_order[known->field])
        return field_order[field] < field_order[known->field];
    return form < known->form;
}

static void see(struct reasoning *r, struct reason *known, const struct query_word *word, enum match_form form,
                size_t offset, size_t len)
{
    if (better(known, r->piece.group, form))
        *known = (struct reason){word, r->piece.group, form, r->piece.lang, r->piece.text + offset, len};
}

static void see_met(struct reasoning *r, const struct met *met, size_t offset, size_t len)
{
    for (uint32_t own = met->own; own; own &= own - 1) {
        int w = __builtin_ctz(own);
        see(r, &r->reasons[w], &r->highlighter->query->words[w], (enum match_form)met->form[w], offset, len);
    }
    for (uint64_t others = met->alternatives; others; others &= others - 1) {
        int a = __builtin_ctzll(others);
        r->groups[a] |= met->groups[a];
        see(r, &r->alternatives[a], NULL, MATCH_SYNONYM, offset, len);
    }
}

static enum status see_word(void *context, const struct token *token, const struct word *word, struct err *err)
{
    (void)err;
    struct reasoning *r = context;
    struct met met;
    if (meetings_word(r->highlighter->meetings, word, &met))
        see_met(r, &met, token->offset, token->len);
    return STATUS_OK;
}

/* What stands for words does so as a whole. */
static void take_alternatives(struct reasoning *r)
{
    const struct query *query = r->highlighter->query;
    for (size_t a = 0; a < query->alternative_count; a++) {
        const struct query_alternative *other = &query->alternatives[a];
        const struct reason *reason = &r->alternatives[a];
        if (r->groups[a] != (1u << other->group_count) - 1)
            continue;
        for (size_t w = other->first; w < other->first + other->words; w++) {
            if (!better(&r->reasons[w], reason->field, reason->form))
                continue;
            r->reasons[w] = *reason;
            r->reasons[w].word = &query->words[w];
        }
    }
}

/* Nothing in this field could be a better reason than those that are known. */
static bool settled(const struct reasoning *r, enum field_group field)
{
    for (size_t w = 0; w < r->highlighter->query->word_count; w++)
        if (better(&r->reasons[w], field, MATCH_EXACT))
            return false;
    return true;
}

static enum status keep_reasons(const struct reasoning *r, struct arena *arena, size_t *count, struct err *err)
{
    size_t kept = 0;
    for (size_t w = 0; w < r->highlighter->query->word_count; w++) {
        if (r->reasons[w].field == GROUP_NONE)
            continue;
        r->reasons[kept] = r->reasons[w];
        r->reasons[kept].text = arena_copy(arena, r->reasons[w].text, r->reasons[w].len);
        if (!r->reasons[kept++].text)
            return arena_nomem(err);
    }
    *count = kept;
    return STATUS_OK;
}

/* Looks at the words that pass the sieve, or at all of them and the completed ellipses too. */
static enum status find_reasons(struct reasoning *r, struct sight *sight, bool all, struct err *err)
{
    for (uint32_t i = 0; i < sight->stored->piece_count; i++) {
        const struct text_piece piece = r->piece = stored_piece(sight->stored, i);
        const struct sighting *list;
        size_t count;
        if (settled(r, piece.group))
            continue;
        if (all) {
            TRY(analyse_text(sight->analyser, piece.text, piece.len, text_language(&piece), see_word, r, err));
            continue;
        }
        TRY(see_piece(sight, i, &piece, &list, &count, err));
        for (size_t k = 0; k < count; k++)
            see_met(r, list[k].met, list[k].offset, list[k].len);
    }
    take_alternatives(r);
    return STATUS_OK;
}

static size_t count_reasons(const struct reasoning *r)
{
    size_t count = 0;
    for (size_t w = 0; w < r->highlighter->query->word_count; w++)
        count += r->reasons[w].field != GROUP_NONE && !r->highlighter->query->words[w].optional;
    return count;
}

enum status sight_reasons(struct sight *sight, size_t expected, struct arena *arena, struct reason **reasons,
                          size_t *count, struct err *err)
{
    const struct highlighter *h = sight->highlighter;
    *count = 0;
    *reasons = NULL;
    if (!h->query)
        return STATUS_OK;
    struct reasoning r = {.highlighter = h, .reasons = arena_array(arena, h->query->word_count, sizeof *r.reasons)};
    if (!r.reasons)
        return arena_nomem(err);
    TRY(find_reasons(&r, sight, false, err));
    /* A form that does not begin like its lemma, or an ellipsis: look at every word. */
    if (count_reasons(&r) < expected)
        TRY(find_reasons(&r, sight, true, err));
    *reasons = r.reasons;
    return keep_reasons(&r, arena, count, err);
}

enum status highlight_reasons(const struct highlighter *h, struct analyser *analyser, const struct stored *stored,
                              size_t expected, struct arena *arena, struct reason **reasons, size_t *count,
                              struct err *err)
{
    struct sight sight = highlight_sight(h, analyser, stored);
    return sight_reasons(&sight, expected, arena, reasons, count, err);
}

/* ---- snippets --------------------------------------------------------------------------------------------------- */

/* Words of one text that answer something. */
struct matches {
    const struct sighting *list;
    size_t count;
};

/* The match to begin with: from there, a window holds most different words, then most matches; the earliest. */
static size_t best_start(const struct matches *m, size_t most, int *distinct)
{
    size_t best = 0;
    int best_words = 0, best_count = 0;
    for (size_t i = 0; i < m->count; i++) {
        uint32_t words = 0;
        int count = 0;
        for (size_t j = i; j < m->count && m->list[j].offset + m->list[j].len <= m->list[i].offset + most;
             j++, count++)
            words |= m->list[j].met->words;
        int distinct_here = __builtin_popcount(words);
        if (distinct_here > best_words || (distinct_here == best_words && count > best_count)) {
            best = i;
            best_words = distinct_here;
            best_count = count;
        }
    }
    *distinct = best_words;
    return best;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\n';
}

/* The window around a match: a little before it, ending at the ends of words. */
static void set_window(const char *text, size_t len, size_t match, size_t most, size_t *from, size_t *to)
{
    size_t lead = most / 4, start = match > lead ? match - lead : 0;
    if (len <= most)
        start = 0;
    else if (start > len - most)
        start = len - most < match ? len - most : match;
    while (start > 0 && start < match && !is_blank(text[start - 1]))
        start++;
    size_t end = len - start <= most ? len : start + utf8_cut(text + start, len - start, most);
    if (end < len) {
        size_t back = end;
        while (back > match && !is_blank(text[back]))
            back--;
        if (back > match)
            end = back;
    }
    *from = start;
    *to = end;
}

static const char *escape_of(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    case '\n': return " ";
    default: return NULL;
    }
}

/* Several ends of lines are one blank. */
static void add_escaped(struct buf *out, const char *text, size_t len)
{
    size_t plain = 0; /* start of the run that needs no escape */
    for (size_t i = 0; i < len; i++) {
        const char *escape = (unsigned char)text[i] > '>' ? NULL : escape_of(text[i]);
        if (!escape)
            continue;
        buf_add(out, text + plain, i - plain);
        plain = i + 1;
        if (text[i] != '\n' || i == 0 || text[i - 1] != '\n')
            buf_adds(out, escape);
    }
    buf_add(out, text + plain, len - plain);
}

static void add_plain(const struct marks *marks, struct buf *out, const char *text, size_t len)
{
    if (marks->escaped)
        add_escaped(out, text, len);
    else
        buf_add(out, text, len);
}

static void write_window(const struct matches *m, const char *text, size_t len, size_t match,
                         const struct marks *marks, struct buf *out)
{
    size_t from = 0, to = len;
    if (marks->most)
        set_window(text, len, match, marks->most, &from, &to);
    if (from > 0) {
        buf_adds(out, marks->ellipsis);
        buf_addc(out, ' ');
    }
    size_t at = from;
    for (size_t i = 0; i < m->count; i++) {
        const struct sighting *found = &m->list[i];
        if (found->offset < at || found->offset + found->len > to)
            continue;
        add_plain(marks, out, text + at, found->offset - at);
        buf_adds(out, marks->pre);
        add_plain(marks, out, text + found->offset, found->len);
        buf_adds(out, marks->post);
        at = found->offset + found->len;
    }
    add_plain(marks, out, text + at, to - at);
    if (to < len) {
        buf_addc(out, ' ');
        buf_adds(out, marks->ellipsis);
    }
}

enum status sight_marked(struct sight *sight, enum field_group group, int lang, const struct marks *marks,
                         struct marked *marked, struct buf *out, struct err *err)
{
    *marked = (struct marked){.words = 0};
    for (uint32_t i = 0; i < sight->stored->piece_count && !marked->found; i++) {
        struct text_piece piece = stored_piece(sight->stored, i);
        struct matches m = {NULL, 0};
        int distinct;
        if (piece.group != group || piece.lang != lang || piece.vocab != VOCAB_COUNT)
            continue;
        marked->found = true;
        if (sight->highlighter->query)
            TRY(see_piece(sight, i, &piece, &m.list, &m.count, err));
        m.count = m.count < SNIPPET_MATCHES ? m.count : SNIPPET_MATCHES;
        for (size_t k = 0; k < m.count; k++)
            marked->words |= m.list[k].met->words;
        marked->whole = m.count == 1 && m.list[0].len == piece.len;
        size_t start = marks->most ? best_start(&m, marks->most, &distinct) : 0;
        write_window(&m, piece.text, piece.len, m.count ? m.list[start].offset : 0, marks, out);
    }
    return buf_ok(out, err);
}

enum status sight_snippet(struct sight *sight, int lang, struct buf *out, struct err *err)
{
    static const struct marks marks = {"<em>", "</em>", "…", true, SNIPPET_BYTES};
    struct matches best = {NULL, 0};
    struct text_piece shown = {.text = NULL};
    int most = -1;
    size_t match = 0;
    for (uint32_t i = 0; i < sight->stored->piece_count; i++) {
        struct text_piece piece = stored_piece(sight->stored, i);
        struct matches m = {NULL, 0};
        int distinct;
        if ((piece.group != GROUP_SUMMARY && piece.group != GROUP_BODY) || piece.lang != lang ||
            piece.vocab != VOCAB_COUNT)
            continue;
        if (sight->highlighter->query)
            TRY(see_piece(sight, i, &piece, &m.list, &m.count, err));
        m.count = m.count < SNIPPET_MATCHES ? m.count : SNIPPET_MATCHES;
        size_t start = best_start(&m, SNIPPET_BYTES, &distinct);
        if (distinct > most) {
            most = distinct;
            shown = piece;
            best = m;
            match = m.count ? m.list[start].offset : 0;
        }
    }
    if (shown.text)
        write_window(&best, shown.text, shown.len, match, &marks, out);
    return buf_ok(out, err);
}

enum status highlight_snippet(const struct highlighter *h, struct analyser *analyser, const struct stored *stored,
                              int lang, struct buf *out, struct err *err)
{
    struct sight sight = highlight_sight(h, analyser, stored);
    return sight_snippet(&sight, lang, out, err);
}
