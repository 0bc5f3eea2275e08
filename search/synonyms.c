#include "search/synonyms.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/utf8.h"
#include "search/phrases.h"
#include "search/weights.h"
#include "search/wordbook.h"

struct said {
    const struct posting_term *terms;
    size_t term_count;
};

/* One way to say it: the terms of each of its words. */
struct member {
    const char *text;
    const struct said *words;
    size_t word_count;
};

struct group {
    const struct member *members; /* the left side of a one-way group first */
    size_t left, count;           /* two-way: left == count */
};

struct synonyms {
    struct arena arena;
    struct phrases *phrases; /* value: group * SYNONYMS_MEMBERS + member */
    struct group *groups;
    size_t count, cap;
};

void synonyms_free(struct synonyms *s)
{
    if (!s)
        return;
    phrases_free(s->phrases);
    free(s->groups);
    arena_release(&s->arena);
    free(s);
}

size_t synonyms_groups(const struct synonyms *s)
{
    return s->count;
}

/* ---- reading the file ------------------------------------------------------------------------------------------- */

struct line {
    const char *name;
    size_t number;
    const char *text;
    size_t len;
};

static enum status line_error(const struct line *line, const char *what, struct err *err)
{
    return err_set(err, STATUS_INVALID, "%s:%zu: %s: \"%.*s\"", line->name, line->number, what,
                   (int)(line->len < 80 ? line->len : 80), line->text);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **text, size_t *len)
{
    while (*len && is_space(**text))
        ++*text, --*len;
    while (*len && is_space((*text)[*len - 1]))
        --*len;
}

static bool finds(const struct word *word, const struct term *term)
{
    char space = term->text[0];
    return space != TERM_EXACT && !(word->known && (space == TERM_SWEDISH || space == TERM_ENGLISH));
}

/* The terms by which a record is found that says the synonym: not its exact form, which the lemma covers. */
static enum status read_word(struct synonyms *s, const struct word *word, struct said *said, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < word->query_count; i++)
        count += finds(word, &word->query[i]);
    struct posting_term *terms = arena_array(&s->arena, count, sizeof *terms);
    if (!terms)
        return arena_nomem(err);
    *said = (struct said){.terms = terms};
    for (size_t i = 0; i < word->query_count; i++) {
        const struct term *term = &word->query[i];
        if (!finds(word, term))
            continue;
        char *text = arena_copy(&s->arena, term->text, term->len);
        if (!text)
            return arena_nomem(err);
        terms[said->term_count++] = (struct posting_term){text, term->len, 1u << LANE_ANY};
    }
    return STATUS_OK;
}

/* Into the arena, as many as there are. */
static void *keep(struct synonyms *s, const void *items, size_t count, size_t size)
{
    void *kept = arena_array(&s->arena, count, size);
    if (kept && count)
        memcpy(kept, items, count * size);
    return kept;
}

static enum status read_member(struct synonyms *s, struct analyser *analyser, const struct line *line,
                               const char *text, size_t len, struct member *member, struct err *err)
{
    size_t at = 0;
    struct token token;
    struct wordbook_word scratch;
    struct said words[PHRASE_WORDS];
    *member = (struct member){.text = arena_copy(&s->arena, text, len)};
    if (!member->text)
        return arena_nomem(err);
    while (token_next(text, len, &at, &token)) {
        const struct word *word;
        TRY(wordbook_analyse(analyser, text + token.offset, token.len, &scratch, &word, err));
        if (word->function || word->query_count == 0)
            continue;
        if (member->word_count == PHRASE_WORDS)
            return line_error(line, "a phrase has more words than are allowed (6)", err);
        TRY(read_word(s, word, &words[member->word_count], err));
        member->word_count += words[member->word_count].term_count > 0;
    }
    member->words = keep(s, words, member->word_count, sizeof *words);
    if (!member->words)
        return arena_nomem(err);
    return member->word_count ? STATUS_OK : line_error(line, "a member has no word that counts in a search", err);
}

static enum status new_group(struct synonyms *s, struct err *err)
{
    if (s->count == SYNONYMS_GROUPS)
        return err_set(err, STATUS_LIMIT, "more than %d groups of synonyms", SYNONYMS_GROUPS);
    struct group *groups = grow(s->groups, s->count, &s->cap, sizeof *groups);
    if (!groups)
        return err_set(err, STATUS_NOMEM, "out of memory for synonyms");
    s->groups = groups;
    s->groups[s->count] = (struct group){0};
    return STATUS_OK;
}

/* The members of one side, divided by commas. */
static enum status read_side(struct synonyms *s, struct analyser *analyser, const struct line *line, const char *text,
                             size_t len, struct member *members, struct err *err)
{
    struct group *group = &s->groups[s->count];
    for (size_t from = 0; from <= len;) {
        const char *comma = memchr(text + from, ',', len - from);
        size_t to = comma ? (size_t)(comma - text) : len;
        const char *item = text + from;
        size_t item_len = to - from;
        trim(&item, &item_len);
        if (item_len == 0)
            return line_error(line, "an empty member; members are divided by single commas", err);
        if (group->count == SYNONYMS_MEMBERS)
            return line_error(line, "more than 40 members", err);
        TRY(read_member(s, analyser, line, item, item_len, &members[group->count], err));
        group->count++;
        from = to + 1;
    }
    return STATUS_OK;
}

static enum status read_line(struct synonyms *s, struct analyser *analyser, const struct line *line, struct err *err)
{
    struct member members[SYNONYMS_MEMBERS];
    const char *text = line->text, *arrow = memmem(line->text, line->len, "=>", 2);
    size_t len = line->len;
    if (len > SYNONYMS_LINE_BYTES)
        return line_error(line, "a line of more than 4000 bytes", err);
    if (arrow && memmem(arrow + 2, (size_t)(text + len - arrow) - 2, "=>", 2))
        return line_error(line, "more than one \"=>\"", err);
    TRY(new_group(s, err));
    TRY(read_side(s, analyser, line, text, arrow ? (size_t)(arrow - text) : len, members, err));
    struct group *group = &s->groups[s->count];
    group->left = group->count;
    if (arrow)
        TRY(read_side(s, analyser, line, arrow + 2, (size_t)(text + len - arrow) - 2, members, err));
    if (group->count < 2)
        return line_error(line, "a group needs two members, divided by a comma or \"=>\"", err);
    group->members = keep(s, members, group->count, sizeof *members);
    if (!group->members)
        return arena_nomem(err);
    for (size_t m = 0; m < group->left; m++) {
        uint32_t value = (uint32_t)(s->count * SYNONYMS_MEMBERS + m);
        const char *member = members[m].text;
        TRY(phrases_add(s->phrases, analyser, member, strlen(member), TEXT_SV, value, err));
        TRY(phrases_add(s->phrases, analyser, member, strlen(member), TEXT_EN, value, err));
    }
    s->count++;
    return STATUS_OK;
}

static enum status read_file(struct synonyms *s, struct analyser *analyser, const char *name, const char *text,
                             size_t len, struct err *err)
{
    size_t number = 1, begin = len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* a mark of some editors */
    if (len > SYNONYMS_FILE_BYTES)
        return err_set(err, STATUS_LIMIT, "%s: %zu bytes, allowed are %d", name, len, SYNONYMS_FILE_BYTES);
    for (size_t from = begin; from < len; number++) {
        const char *end = memchr(text + from, '\n', len - from);
        size_t to = end ? (size_t)(end - text) : len;
        struct line line = {name, number, text + from, to - from};
        trim(&line.text, &line.len);
        if (utf8_check(line.text, line.len) != line.len)
            return err_set(err, STATUS_INVALID, "%s:%zu: not UTF-8", name, number);
        if (line.len && line.text[0] != '#')
            TRY(read_line(s, analyser, &line, err));
        from = to + 1;
    }
    return STATUS_OK;
}

enum status synonyms_new(struct synonyms **synonyms, struct analyser *analyser, const char *name, const char *text,
                         size_t len, struct err *err)
{
    struct synonyms *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(err, STATUS_NOMEM, "out of memory for synonyms");
    enum status status = phrases_new(&s->phrases, err);
    if (status == STATUS_OK)
        status = read_file(s, analyser, name, text, len, err);
    if (status != STATUS_OK) {
        synonyms_free(s);
        return status;
    }
    *synonyms = s;
    return STATUS_OK;
}

bool synonyms_has(const struct synonyms *s, const struct query *query, size_t word)
{
    struct phrase_hit hits[PHRASE_HITS];
    return phrases_at(s->phrases, query, word, hits) > 0;
}

/* ---- applying --------------------------------------------------------------------------------------------------- */

static enum status add_alternative(struct query *query, size_t first, size_t words, const struct member *member,
                                   struct arena *arena, struct err *err)
{
    if (query->alternative_count == QUERY_ALTERNATIVES)
        return STATUS_OK;
    struct query_alternative *a = &query->alternatives[query->alternative_count];
    *a = (struct query_alternative){.first = first, .words = words,
                                    .group_count = member->word_count, .weight = weights.synonym};
    a->text = member->text;
    a->groups = arena_array(arena, member->word_count, sizeof *a->groups);
    if (!a->groups)
        return arena_nomem(err);
    for (size_t w = 0; w < member->word_count; w++) {
        if (query->term_count + member->words[w].term_count > QUERY_TERMS)
            return STATUS_OK; /* no room for all of it: it stays out */
        a->groups[w] = (struct query_group){.terms = member->words[w].terms,
                                            .term_count = member->words[w].term_count, .weight = {[LANE_ANY] = 1}};
        query->term_count += member->words[w].term_count;
    }
    query->alternative_count++;
    return STATUS_OK;
}

static enum status widen(struct query *query, struct query_group *group, const struct member *member,
                         struct arena *arena, struct err *err)
{
    return query_group_widen(query, group, member->words[0].terms, member->words[0].term_count, arena, err);
}

/* The members that a rule adds for the one that was found. */
static bool adds(const struct group *group, size_t found, size_t member)
{
    return member != found && (group->left == group->count || member >= group->left);
}

static enum status apply_hit(const struct synonyms *s, struct query *query, size_t first,
                             const struct phrase_hit *hit, struct arena *arena, struct err *err)
{
    const struct group *group = &s->groups[hit->value / SYNONYMS_MEMBERS];
    size_t found = hit->value % SYNONYMS_MEMBERS;
    for (size_t m = 0; m < group->count; m++) {
        const struct member *member = &group->members[m];
        if (!adds(group, found, m))
            continue;
        if (hit->words == 1 && member->word_count == 1)
            TRY(widen(query, &query->words[first].whole, member, arena, err));
        else
            TRY(add_alternative(query, first, hit->words, member, arena, err));
    }
    return STATUS_OK;
}

static enum status apply_to_part(const struct synonyms *s, struct query *query, struct query_group *part,
                                 struct arena *arena, struct err *err)
{
    struct phrase_hit hits[PHRASE_HITS];
    size_t count = phrases_at_part(s->phrases, part, hits);
    for (size_t h = 0; h < count; h++) {
        const struct group *group = &s->groups[hits[h].value / SYNONYMS_MEMBERS];
        for (size_t m = 0; m < group->count; m++)
            if (adds(group, hits[h].value % SYNONYMS_MEMBERS, m) && group->members[m].word_count == 1)
                TRY(widen(query, part, &group->members[m], arena, err));
    }
    return STATUS_OK;
}

enum status synonyms_apply(const struct synonyms *s, struct query *query, struct arena *arena, struct err *err)
{
    size_t covered = 0; /* words before it are in a longer phrase that was found */
    for (size_t w = 0; w < query->word_count; w++) {
        struct phrase_hit hits[PHRASE_HITS];
        size_t count = phrases_at(s->phrases, query, w, hits), longest = count ? hits[count - 1].words : 0;
        for (size_t h = 0; h < count; h++)
            if (hits[h].words == longest && (longest > 1 || w >= covered))
                TRY(apply_hit(s, query, w, &hits[h], arena, err));
        if (longest > 1 && w + longest > covered)
            covered = w + longest;
        if (query->words[w].literal)
            continue;
        for (size_t p = 0; p < query->words[w].part_count; p++)
            TRY(apply_to_part(s, query, &query->words[w].parts[p], arena, err));
    }
    return STATUS_OK;
}
