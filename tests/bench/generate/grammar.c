#include "tests/bench/generate/grammar.h"

#include <stdlib.h>
#include <string.h>

static const char *const case_names[CASE_COUNT] = {"nom", "gen", "par", "ine", "ela", "ill",
                                                   "ade", "abl", "all", "ess", "tra", "ins"};
static const char *const verb_names[VERB_FORM_COUNT] = {
    "inf",   "i",    "he",       "we",  "you",     "they", "past", "past-they", "would",
    "pass", "passpast", "imp", "imp-you", "into", "in",        "by",   "done"};
static const char *const place_names[] = {"nom", "gen", "at", "from", "to"};

static int find(const char *const *names, size_t count, const char *text, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(names[i]) == len && memcmp(names[i], text, len) == 0)
            return (int)i;
    return -1;
}

/* The form behind the first point; slots without forms take none. */
static int find_form(char slot, const char *text, size_t len)
{
    if (strchr("NMKOLAF", slot))
        return find(case_names, CASE_COUNT, text, len);
    if (strchr("VW", slot))
        return find(verb_names, VERB_FORM_COUNT, text, len);
    if (slot == 'T')
        return find(place_names, sizeof place_names / sizeof *place_names, text, len);
    return strchr("SGDCHEY", slot) && len == 0 ? 0 : -1;
}

static bool parse_slot(struct piece *piece, const char *text, size_t len)
{
    piece->slot = text[0];
    if (strchr(",?!:", text[len - 1]))
        piece->sign = text[--len];
    if (len > 2 && text[len - 2] == '.' && strchr("sp", text[len - 1])) {
        piece->number = text[len - 1] == 's' ? NUMBER_ONE : NUMBER_MANY;
        len -= 2;
    }
    int form = find_form(piece->slot, text + (len > 1 ? 2 : 1), len > 1 ? len - 2 : 0);
    piece->form = (uint8_t)form;
    return form >= 0;
}

static bool is_slot(const char *text, size_t len)
{
    return text[0] >= 'A' && text[0] <= 'Z' && (len == 1 || strchr(".,?!:", text[1]));
}

static enum status parse(struct pattern *pattern, const char *text, struct err *err)
{
    size_t words = 1;
    for (const char *c = text; *c; c++)
        words += *c == ' ';
    pattern->pieces = calloc(words, sizeof *pattern->pieces);
    if (!pattern->pieces)
        return err_set(err, STATUS_NOMEM, "out of memory for sentences");
    size_t all = strlen(text);
    pattern->end = text[all - 1] == '?' || text[all - 1] == '!' ? text[all - 1] : '.';
    for (const char *at = text; *at;) {
        struct piece *piece = &pattern->pieces[pattern->count++];
        piece->text = at;
        piece->len = strcspn(at, " ");
        if (is_slot(at, piece->len) && !parse_slot(piece, at, piece->len))
            return err_set(err, STATUS_INTERNAL, "pattern \"%s\": \"%.*s\" is no open place", text, (int)piece->len,
                           at);
        at += piece->len + (at[piece->len] == ' ');
    }
    return STATUS_OK;
}

enum status grammar_init(struct grammar *grammar, struct err *err)
{
    *grammar = (struct grammar){0};
    for (int set = 0; set < SET_COUNT; set++) {
        size_t count = 0;
        while (pattern_texts[set][count])
            count++;
        grammar->sets[set] = calloc(count + 1, sizeof **grammar->sets);
        if (!grammar->sets[set])
            return err_set(err, STATUS_NOMEM, "out of memory for sentences");
        for (; grammar->counts[set] < count; grammar->counts[set]++)
            TRY(parse(&grammar->sets[set][grammar->counts[set]], pattern_texts[set][grammar->counts[set]], err));
    }
    return STATUS_OK;
}

void grammar_release(struct grammar *grammar)
{
    for (int set = 0; set < SET_COUNT; set++) {
        for (size_t i = 0; i < grammar->counts[set]; i++)
            free(grammar->sets[set][i].pieces);
        free(grammar->sets[set]);
    }
}
