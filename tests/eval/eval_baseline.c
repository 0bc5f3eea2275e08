#include "tests/eval/eval_baseline.h"

#include <libstemmer.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <uthash.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "indexer/source.h"
#include "text.h"

enum { GRAM_LETTERS = 5, WORD_LETTERS = 200 };

static const double K1 = 1.2, B = 0.75;

struct entry {
    uint32_t row, frequency; /* weighted */
};

struct posting_list {
    char *token;
    struct entry *entries; /* by ascending time of reading, one a row */
    size_t count, cap;
    UT_hash_handle hh;
};

struct baseline {
    enum baseline_tokens tokens;
    struct sb_stemmer *stemmers[RECORD_LANGS];
    struct posting_list *lists;
    double *lengths; /* by row, weighted tokens; 0: not in it */
    double total_length;
    double *scores; /* by row; zero between searches */
    uint32_t row_count, document_count;
    bool nomem;
};

/* ---- tokens ------------------------------------------------------------------------------------------------------ */

typedef void token_fn(struct baseline *baseline, const char *token, size_t len, void *context);

/* Offsets of the letters of a lower-cased word, one more for its end. */
struct letters {
    char text[4 * WORD_LETTERS];
    size_t at[WORD_LETTERS + 1], count;
};

static void give_word(struct baseline *b, const struct letters *word, int lang, token_fn *fn, void *context)
{
    if (word->count == 0)
        return;
    size_t len = word->at[word->count];
    if (b->tokens == BASELINE_STEMS) {
        const sb_symbol *stem = sb_stemmer_stem(b->stemmers[lang], (const sb_symbol *)word->text, (int)len);
        if (stem)
            fn(b, (const char *)stem, (size_t)sb_stemmer_length(b->stemmers[lang]), context);
        else
            b->nomem = true;
    } else if (word->count <= GRAM_LETTERS) {
        fn(b, word->text, len, context);
    } else {
        for (size_t i = 0; i + GRAM_LETTERS <= word->count; i++)
            fn(b, word->text + word->at[i], word->at[i + GRAM_LETTERS] - word->at[i], context);
    }
}

/* The words of a text: runs of letters and digits, with : and ' inside (EU:n), lower-cased. */
static void tokens_of(struct baseline *b, const char *text, size_t len, int lang, token_fn *fn, void *context)
{
    struct letters word;
    struct token token;
    size_t at = 0;
    while (token_next(text, len, &at, &token)) {
        size_t end = token.offset + token.len, step;
        word.count = word.at[0] = 0;
        for (size_t i = token.offset; i < end; i += step) {
            uint32_t c = utf8_decode(text + i, end - i, &step);
            if (c == '-' || word.count == WORD_LETTERS) {
                give_word(b, &word, lang, fn, context);
                word.count = 0;
                if (c == '-')
                    continue;
            }
            size_t bytes = utf8_encode((uint32_t)u_tolower((UChar32)c), word.text + word.at[word.count]);
            word.at[word.count + 1] = word.at[word.count] + bytes;
            word.count++;
        }
        give_word(b, &word, lang, fn, context);
    }
}

/* ---- reading ----------------------------------------------------------------------------------------------------- */

struct adding {
    uint32_t row;
    unsigned weight;
};

static struct posting_list *list_find(const struct baseline *b, const char *token, size_t len)
{
    struct posting_list *list;
    HASH_FIND(hh, b->lists, token, len, list);
    return list;
}

static struct posting_list *list_make(struct baseline *b, const char *token, size_t len)
{
    struct posting_list *list = calloc(1, sizeof *list);
    if (list && !(list->token = strndup(token, len))) {
        free(list);
        list = NULL;
    }
    if (list)
        HASH_ADD_KEYPTR(hh, b->lists, list->token, len, list);
    return list;
}

static bool list_add(struct posting_list *list, const struct adding *adding)
{
    if (list->count && list->entries[list->count - 1].row == adding->row) {
        list->entries[list->count - 1].frequency += adding->weight;
        return true;
    }
    if (list->count == list->cap) {
        list->cap = list->cap ? 2 * list->cap : 2;
        struct entry *more = realloc(list->entries, list->cap * sizeof *more);
        if (!more)
            return false;
        list->entries = more;
    }
    list->entries[list->count++] = (struct entry){adding->row, adding->weight};
    return true;
}

static void add_token(struct baseline *b, const char *token, size_t len, void *context)
{
    const struct adding *adding = context;
    struct posting_list *list = list_find(b, token, len);
    if (!list)
        list = list_make(b, token, len);
    if (!list || !list_add(list, adding)) {
        b->nomem = true;
        return;
    }
    b->lengths[adding->row] += adding->weight;
    b->total_length += adding->weight;
}

struct reading {
    struct baseline *baseline;
    struct adding adding;
};

static enum status add_piece(void *context, const struct text_piece *piece, struct err *err)
{
    struct reading *reading = context;
    reading->adding.weight = text_weight(piece->group);
    tokens_of(reading->baseline, piece->text, piece->len, piece->lang, add_token, &reading->adding);
    return reading->baseline->nomem ? err_set(err, STATUS_NOMEM, "out of memory") : STATUS_OK;
}

static enum status add_record(struct baseline *b, const struct eval_index *index, const struct record *record,
                              struct err *err)
{
    int64_t row = eval_index_row(index, record->id);
    if (row == EVAL_NO_ROW || !index->documents[row].live || b->lengths[row] > 0)
        return STATUS_OK;
    struct reading reading = {b, {(uint32_t)row, 0}};
    b->document_count++;
    return text_walk(record, add_piece, &reading, err);
}

static enum status read_file(struct baseline *b, const struct eval_index *index, const char *path, struct err *err)
{
    struct arena arena = ARENA_INIT;
    struct source *source;
    struct source_item item = {0};
    struct problems problems;
    struct record record;
    TRY(source_open(&source, path, NULL, err));
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        arena_reset(&arena);
        problems_init(&problems, &arena);
        status = source_next(source, &arena, &record, &problems, &item, err);
        if (status == STATUS_OK && item.kind == SOURCE_END)
            break;
        if (status == STATUS_OK && item.kind == SOURCE_RECORD)
            status = add_record(b, index, &record, err);
    }
    source_free(source);
    arena_release(&arena);
    return status;
}

enum status baseline_make(struct baseline **baseline, enum baseline_tokens tokens, const struct eval_index *index,
                          struct err *err)
{
    static const char *const languages[RECORD_LANGS] = {"finnish", "swedish", "english"};
    struct baseline *b = *baseline = calloc(1, sizeof *b);
    if (!b)
        return err_set(err, STATUS_NOMEM, "out of memory");
    b->tokens = tokens;
    b->row_count = index->count;
    b->lengths = calloc(index->count + 1, sizeof *b->lengths);
    b->scores = calloc(index->count + 1, sizeof *b->scores);
    for (int lang = 0; lang < RECORD_LANGS; lang++)
        b->stemmers[lang] = sb_stemmer_new(languages[lang], "UTF_8");
    if (!b->lengths || !b->scores || !b->stemmers[RECORD_FI] || !b->stemmers[RECORD_SV] || !b->stemmers[RECORD_EN])
        return err_set(err, STATUS_NOMEM, "out of memory");
    for (size_t i = 0; i < index->path_count; i++)
        TRY(read_file(b, index, index->paths[i], err));
    return STATUS_OK;
}

void baseline_free(struct baseline *b)
{
    struct posting_list *list, *next;
    if (!b)
        return;
    HASH_ITER(hh, b->lists, list, next)
    {
        HASH_DEL(b->lists, list);
        free(list->entries);
        free(list->token);
        free(list);
    }
    for (int lang = 0; lang < RECORD_LANGS; lang++)
        if (b->stemmers[lang])
            sb_stemmer_delete(b->stemmers[lang]);
    free(b->lengths);
    free(b->scores);
    free(b);
}

/* ---- searching --------------------------------------------------------------------------------------------------- */

static void score_token(struct baseline *b, const char *token, size_t len, void *context)
{
    const struct posting_list *list = list_find(b, token, len);
    (void)context;
    if (!list)
        return;
    double average = b->total_length / b->document_count, found = (double)list->count;
    double rarity = log(1 + (b->document_count - found + 0.5) / (found + 0.5));
    for (size_t i = 0; i < list->count; i++) {
        double frequency = list->entries[i].frequency, length = b->lengths[list->entries[i].row];
        double norm = K1 * (1 - B + B * length / average);
        b->scores[list->entries[i].row] += rarity * frequency * (K1 + 1) / (frequency + norm);
    }
}

enum status baseline_search(struct baseline *b, const char *query, const char *lang, uint32_t *rows, size_t most,
                            size_t *count, struct err *err)
{
    int number = strcmp(lang, "sv") == 0 ? RECORD_SV : strcmp(lang, "en") == 0 ? RECORD_EN : RECORD_FI;
    tokens_of(b, query, strlen(query), number, score_token, NULL);
    *count = 0;
    for (uint32_t row = 0; row < b->row_count; row++) {
        double score = b->scores[row];
        if (score <= 0 || (*count == most && score <= b->scores[rows[most - 1]]))
            continue;
        size_t at = *count < most ? (*count)++ : most - 1;
        for (; at > 0 && b->scores[rows[at - 1]] < score; at--)
            rows[at] = rows[at - 1];
        rows[at] = row;
    }
    memset(b->scores, 0, b->row_count * sizeof *b->scores);
    return b->nomem ? err_set(err, STATUS_NOMEM, "out of memory") : STATUS_OK;
}
