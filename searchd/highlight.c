#include "searchd/highlight.h"

#include <string.h>
#include <xxhash.h>

#include "base/utf8.h"
#include "searchd/request.h"

enum {
    SLOTS = 1024,         /* a power of two, twice QUERY_TERMS */
    SIEVE_BITS = 1 << 16, /* two letters, or a hash of three */
};

_Static_assert(SLOTS >= 2 * QUERY_TERMS, "there is always a free slot, and mostly at once");

struct meeting {
    const struct posting_term *term; /* NULL: free slot */
    uint8_t word;                    /* index in the query */
    bool corrected;                  /* of another spelling than was typed */
    enum match_form form;            /* that meeting it is; MATCH_FORMS: as the kind of term says */
    uint8_t alternative, group;      /* of what stands for words: its index and 1, and which of its words; 0: of none */
};

/* Which words of a text are worth analysing: those that begin like a term of the query, or hold the beginning of one.
 * A page of hits has thousands of words, and analysing them all would cost many times the search itself. */
struct sieve {
    uint64_t begins[SIEVE_BITS / 64]; /* first two letters of a term */
    uint64_t holds[SIEVE_BITS / 64];  /* hash of a term's first three */
};

struct highlighter {
    const struct query *query;
    struct meeting slots[SLOTS];
    struct sieve sieve;
};

const char *match_form_name(enum match_form form)
{
    static const char *const names[MATCH_FORMS] = {"exact", "inflection", "compound-part", "part-of-query", "stem",
                                                     "synonym", "correction", "understood"};
    return names[form];
}

/* ---- meeting terms ---------------------------------------------------------------------------------------------- */

/* Lower case without dots, as far as the sieve needs it: ASCII and å ä ö; other letters stay as they are. */
static size_t fold(const char *text, size_t len, char *folded)
{
    size_t out = 0;
    for (size_t i = 0; i < len && out < ANALYSE_WORD_BYTES; i++) {
        unsigned char c = (unsigned char)text[i], next = i + 1 < len ? (unsigned char)text[i + 1] | 0x20 : 0;
        bool dotted = c == 0xC3 && (next == 0xA4 || next == 0xA5 || next == 0xB6);
        if (dotted)
            i++;
        folded[out++] = (char)(dotted ? (next == 0xB6 ? 'o' : 'a') : c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return out;
}

static unsigned two(const char *text)
{
    return (unsigned)(unsigned char)text[0] << 8 | (unsigned char)text[1];
}

static unsigned three(const char *text)
{
    return ((unsigned)(unsigned char)text[0] * 961 + (unsigned)(unsigned char)text[1] * 31 +
            (unsigned char)text[2]) % SIEVE_BITS;
}

static void sieve_add(struct sieve *sieve, const char *term, size_t len)
{
    char folded[ANALYSE_WORD_BYTES + 1];
    len = fold(term, len, folded);
    if (len >= 2)
        sieve->begins[two(folded) / 64] |= (uint64_t)1 << two(folded) % 64;
    if (len >= 3)
        sieve->holds[three(folded) / 64] |= (uint64_t)1 << three(folded) % 64;
}

static bool sieve_passes(const struct sieve *sieve, const char *token, size_t len)
{
    char folded[ANALYSE_WORD_BYTES + 1];
    len = fold(token, len, folded);
    if (len < 2 || sieve->begins[two(folded) / 64] >> two(folded) % 64 & 1)
        return true;
    for (size_t i = 0; i + 3 <= len; i++)
        if (sieve->holds[three(folded + i) / 64] >> three(folded + i) % 64 & 1)
            return true;
    return false;
}

static void add_meeting(struct highlighter *h, const struct meeting *meeting)
{
    const struct posting_term *term = meeting->term;
    size_t at = XXH3_64bits(term->text, term->len) % SLOTS;
    while (h->slots[at].term)
        at = (at + 1) % SLOTS;
    h->slots[at] = *meeting;
    sieve_add(&h->sieve, term->text + 1, (size_t)term->len - 1);
}

static void add_terms(struct highlighter *h, const struct query_group *group, size_t word, enum match_form form)
{
    for (size_t i = 0; i < group->term_count; i++) {
        const struct posting_term *term = &group->terms[i];
        bool synonym = term->lanes == 1u << LANE_WIDE;
        add_meeting(h, &(struct meeting){.term = term, .word = (uint8_t)word, .form = synonym ? MATCH_SYNONYM : form,
                                         .corrected = h->query->words[word].corrected && !synonym});
    }
}

static void add_alternative(struct highlighter *h, size_t alternative)
{
    const struct query_alternative *a = &h->query->alternatives[alternative];
    for (size_t g = 0; g < a->group_count; g++)
        for (size_t i = 0; i < a->groups[g].term_count; i++)
            add_meeting(h, &(struct meeting){.term = &a->groups[g].terms[i], .form = MATCH_SYNONYM,
                                             .word = (uint8_t)a->first, .alternative = (uint8_t)(alternative + 1),
                                             .group = (uint8_t)g});
}

enum status highlighter_new(const struct highlighter **highlighter, const struct query *query, struct arena *arena,
                            struct err *err)
{
    struct highlighter *h = arena_alloc(arena, sizeof *h);
    if (!h)
        return arena_nomem(err);
    h->query = query;
    for (size_t w = 0; query && w < query->word_count; w++) {
        add_terms(h, &query->words[w].whole, w, MATCH_FORMS);
        for (size_t p = 0; p < query->words[w].part_count; p++)
            add_terms(h, &query->words[w].parts[p], w, MATCH_PARTS);
    }
    for (size_t a = 0; query && a < query->alternative_count; a++)
        add_alternative(h, a);
    *highlighter = h;
    return STATUS_OK;
}

static enum match_form form_of(const struct meeting *meeting)
{
    if (meeting->corrected)
        return MATCH_CORRECTION;
    if (meeting->form != MATCH_FORMS)
        return meeting->form;
    switch (meeting->term->text[0]) {
    case TERM_EXACT: return MATCH_EXACT;
    case TERM_WHOLE: return MATCH_LEMMA;
    case TERM_PART: return MATCH_PART;
    default: return MATCH_STEM;
    }
}

/* What the words of a text have answered of each alternative: bit per group. */
struct seen {
    uint8_t groups[QUERY_ALTERNATIVES];
};

static void answer(const struct highlighter *h, const struct meeting *m, enum match_form *best)
{
    enum match_form form = form_of(m);
    size_t words = m->alternative ? h->query->alternatives[m->alternative - 1].words : 1;
    for (size_t w = m->word; w < m->word + words; w++)
        if (form < best[w])
            best[w] = form;
}

/* best[w] becomes the best form in which the text's word answers word w; MATCH_FORMS where it does not.  With `seen`,
 * what answers a word of an alternative is told there alone.  True when it answers anything. */
static bool meet(const struct highlighter *h, const struct word *word, enum match_form *best, struct seen *seen)
{
    bool any = false;
    for (size_t w = 0; w < h->query->word_count; w++)
        best[w] = MATCH_FORMS;
    for (size_t i = 0; i < word->term_count; i++) {
        const struct term *term = &word->terms[i];
        for (size_t at = XXH3_64bits(term->text, term->len) % SLOTS; h->slots[at].term; at = (at + 1) % SLOTS) {
            const struct meeting *m = &h->slots[at];
            if (m->term->len != term->len || memcmp(m->term->text, term->text, term->len) != 0)
                continue;
            if (seen && m->alternative)
                seen->groups[m->alternative - 1] |= (uint8_t)(1u << m->group);
            else
                answer(h, m, best);
            any = true;
        }
    }
    return any;
}

/* Calls fn for the words of a piece: those that pass the sieve, or all of them and the completed ellipses too. */
static enum status read_words(const struct highlighter *h, struct analyser *analyser, const struct text_piece *piece,
                              bool all, analyse_fn *fn, void *context, struct err *err)
{
    size_t at = 0;
    struct token token;
    if (all)
        return analyse_text(analyser, piece->text, piece->len, text_language(piece), fn, context, err);
    while (token_next(piece->text, piece->len, &at, &token)) {
        const struct word *word;
        if (!sieve_passes(&h->sieve, piece->text + token.offset, token.len))
            continue;
        TRY(analyse_word(analyser, piece->text + token.offset, token.len, text_language(piece), &word, err));
        TRY(fn(context, &token, word, err));
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
    const struct text_piece *piece;
    struct seen seen;                                /* in the whole record */
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
                const struct token *token)
{
    if (better(known, r->piece->group, form))
        *known = (struct reason){word, r->piece->group, form, r->piece->lang, r->piece->text + token->offset,
                                 token->len};
}

static enum status see_word(void *context, const struct token *token, const struct word *word, struct err *err)
{
    (void)err;
    struct reasoning *r = context;
    const struct query *query = r->highlighter->query;
    enum match_form best[REQUEST_QUERY_WORDS];
    struct seen seen = {{0}};
    if (!meet(r->highlighter, word, best, &seen))
        return STATUS_OK;
    for (size_t w = 0; w < query->word_count; w++)
        if (best[w] != MATCH_FORMS)
            see(r, &r->reasons[w], &query->words[w], best[w], token);
    for (size_t a = 0; a < query->alternative_count; a++) {
        r->seen.groups[a] |= seen.groups[a];
        if (seen.groups[a])
            see(r, &r->alternatives[a], NULL, MATCH_SYNONYM, token);
    }
    return STATUS_OK;
}

/* What stands for words does so as a whole. */
static void take_alternatives(struct reasoning *r)
{
    const struct query *query = r->highlighter->query;
    for (size_t a = 0; a < query->alternative_count; a++) {
        const struct query_alternative *other = &query->alternatives[a];
        const struct reason *reason = &r->alternatives[a];
        if (r->seen.groups[a] != (1u << other->group_count) - 1)
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

static enum status find_reasons(struct reasoning *r, struct analyser *analyser, const struct stored *stored, bool all,
                                struct err *err)
{
    for (uint32_t i = 0; i < stored->piece_count; i++) {
        struct text_piece piece = stored_piece(stored, i);
        if (settled(r, piece.group))
            continue;
        r->piece = &piece;
        TRY(read_words(r->highlighter, analyser, &piece, all, see_word, r, err));
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

enum status highlight_reasons(const struct highlighter *h, struct analyser *analyser, const struct stored *stored,
                              size_t expected, struct arena *arena, struct reason **reasons, size_t *count,
                              struct err *err)
{
    *count = 0;
    *reasons = NULL;
    if (!h->query)
        return STATUS_OK;
    struct reasoning r = {.highlighter = h, .reasons = arena_array(arena, h->query->word_count, sizeof *r.reasons)};
    if (!r.reasons)
        return arena_nomem(err);
    TRY(find_reasons(&r, analyser, stored, false, err));
    /* A form that does not begin like its lemma, or an ellipsis: look at every word. */
    if (count_reasons(&r) < expected)
        TRY(find_reasons(&r, analyser, stored, true, err));
    *reasons = r.reasons;
    return keep_reasons(&r, arena, count, err);
}

/* ---- snippets --------------------------------------------------------------------------------------------------- */

struct found {
    uint32_t offset, len;
    uint32_t words; /* bit per word of the query */
};

struct snippeting {
    const struct highlighter *highlighter;
    struct found found[SNIPPET_MATCHES];
    size_t count;
};

static enum status find_word(void *context, const struct token *token, const struct word *word, struct err *err)
{
    (void)err;
    struct snippeting *s = context;
    enum match_form best[REQUEST_QUERY_WORDS];
    if (s->count == SNIPPET_MATCHES || !meet(s->highlighter, word, best, NULL))
        return STATUS_OK;
    uint32_t words = 0;
    for (size_t w = 0; w < s->highlighter->query->word_count; w++)
        words |= best[w] != MATCH_FORMS ? 1u << w : 0;
    if (s->count && s->found[s->count - 1].offset == token->offset) /* the second reading of an ellipsis */
        s->found[s->count - 1].words |= words;
    else
        s->found[s->count++] = (struct found){(uint32_t)token->offset, (uint32_t)token->len, words};
    return STATUS_OK;
}

/* The match to begin with: from there, a window holds most different words, then most matches; the earliest. */
static size_t best_start(const struct snippeting *s, int *distinct)
{
    size_t best = 0;
    int best_words = 0, best_count = 0;
    for (size_t i = 0; i < s->count; i++) {
        uint32_t words = 0;
        int count = 0;
        for (size_t j = i; j < s->count && s->found[j].offset + s->found[j].len <= s->found[i].offset + SNIPPET_BYTES;
             j++, count++)
            words |= s->found[j].words;
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
static void set_window(const char *text, size_t len, size_t match, size_t *from, size_t *to)
{
    enum { LEAD = 60 };
    size_t start = match > LEAD ? match - LEAD : 0;
    if (len <= SNIPPET_BYTES)
        start = 0;
    else if (start > len - SNIPPET_BYTES)
        start = len - SNIPPET_BYTES < match ? len - SNIPPET_BYTES : match;
    while (start > 0 && start < match && !is_blank(text[start - 1]))
        start++;
    size_t end = len - start <= SNIPPET_BYTES ? len : start + utf8_cut(text + start, len - start, SNIPPET_BYTES);
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

static void add_escaped(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        switch (text[i]) {
        case '&': buf_adds(out, "&amp;"); break;
        case '<': buf_adds(out, "&lt;"); break;
        case '>': buf_adds(out, "&gt;"); break;
        case '"': buf_adds(out, "&quot;"); break;
        case '\'': buf_adds(out, "&#39;"); break;
        case '\n':
            if (i == 0 || text[i - 1] != '\n')
                buf_addc(out, ' ');
            break;
        default: buf_addc(out, text[i]);
        }
    }
}

static void write_window(const struct snippeting *s, const char *text, size_t len, size_t match, struct buf *out)
{
    size_t from, to;
    set_window(text, len, match, &from, &to);
    if (from > 0)
        buf_adds(out, "… ");
    size_t at = from;
    for (size_t i = 0; i < s->count; i++) {
        const struct found *found = &s->found[i];
        if (found->offset < at || found->offset + found->len > to)
            continue;
        add_escaped(out, text + at, found->offset - at);
        buf_adds(out, "<em>");
        add_escaped(out, text + found->offset, found->len);
        buf_adds(out, "</em>");
        at = found->offset + found->len;
    }
    add_escaped(out, text + at, to - at);
    if (to < len)
        buf_adds(out, " …");
}

static enum status find_matches(struct snippeting *s, struct analyser *analyser, const struct text_piece *piece,
                                struct err *err)
{
    s->count = 0;
    if (!s->highlighter->query)
        return STATUS_OK;
    return read_words(s->highlighter, analyser, piece, false, find_word, s, err);
}

enum status highlight_snippet(const struct highlighter *h, struct analyser *analyser, const struct stored *stored,
                              int lang, struct buf *out, struct err *err)
{
    struct snippeting s = {.highlighter = h}, best = s;
    struct text_piece shown = {.text = NULL};
    int most = -1;
    size_t match = 0;
    for (uint32_t i = 0; i < stored->piece_count; i++) {
        struct text_piece piece = stored_piece(stored, i);
        int distinct;
        if ((piece.group != GROUP_SUMMARY && piece.group != GROUP_BODY) || piece.lang != lang ||
            piece.vocab != VOCAB_COUNT)
            continue;
        TRY(find_matches(&s, analyser, &piece, err));
        size_t start = best_start(&s, &distinct);
        if (distinct > most) {
            most = distinct;
            shown = piece;
            best = s;
            match = s.count ? s.found[start].offset : 0;
        }
    }
    if (shown.text)
        write_window(&best, shown.text, shown.len, match, out);
    return buf_ok(out, err);
}
