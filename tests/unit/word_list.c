#include "tests/unit/word_list.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyse/base.h"
#include "analyse/fold.h"

void word_list_add(struct word_list *list, const char *form, uint32_t rows)
{
    char surface[FOLD_BYTES], exact[FOLD_BYTES];
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 256;
        list->words = realloc(list->words, list->room * sizeof *list->words);
        if (!list->words)
            abort();
    }
    if (fold_accents(surface, fold_surface(form, strlen(form), surface), exact) > 0)
        list->words[list->count++] = (struct listed_word){strdup(exact), rows};
}

void word_list_free(struct word_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->words[i].form);
    free(list->words);
    *list = (struct word_list){0};
}

static int compare(const void *a, const void *b)
{
    const struct listed_word *x = a, *y = b;
    int order = strcmp(x->form, y->form);
    return order ? order : (x->rows < y->rows) - (x->rows > y->rows);
}

/* Lemma and records of each form, and the forms in the order of their lemmas to add the records up. */
struct lemma {
    char *text; /* owned */
    uint32_t rows;
    bool known;
};

static int compare_lemmas(const void *a, const void *b)
{
    return strcmp((*(struct lemma *const *)a)->text, (*(struct lemma *const *)b)->text);
}

/* The records of a lemma are at most those of all its forms together: that is what is written. */
static void add_up(struct lemma *lemmas, size_t count)
{
    struct lemma **order = calloc(count + 1, sizeof *order);
    if (!order)
        abort();
    for (size_t i = 0; i < count; i++)
        order[i] = &lemmas[i];
    qsort(order, count, sizeof *order, compare_lemmas);
    for (size_t first = 0, end; first < count; first = end) {
        uint32_t rows = 0;
        for (end = first; end < count && strcmp(order[end]->text, order[first]->text) == 0; end++)
            rows += order[end]->rows;
        for (size_t i = first; i < end; i++)
            order[i]->rows = rows;
    }
    free(order);
}

/* Each form once, the one with the most records. */
static void remove_doubles(struct word_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (kept > 0 && strcmp(list->words[i].form, list->words[kept - 1].form) == 0)
            free(list->words[i].form);
        else
            list->words[kept++] = list->words[i];
    }
    list->count = kept;
}

static enum status write_words(const struct word_list *list, struct lexicon_writer *writer, struct analyser *analyser,
                               struct err *err)
{
    struct bases bases;
    enum status status = STATUS_OK;
    struct lemma *lemmas = calloc(list->count + 1, sizeof *lemmas);
    if (!lemmas)
        abort();
    for (size_t i = 0; i < list->count; i++) {
        analyse_bases(analyser, list->words[i].form, strlen(list->words[i].form), &bases);
        lemmas[i] = (struct lemma){strdup(bases.base[0]), list->words[i].rows, bases.known};
    }
    add_up(lemmas, list->count);
    for (size_t i = 0; status == STATUS_OK && i < list->count; i++) {
        const struct listed_word *word = &list->words[i];
        struct lexicon_form form = {.text = word->form, .len = strlen(word->form), .rows = word->rows,
                                    .known = lemmas[i].known, .lemma = lemmas[i].text,
                                    .lemma_len = strlen(lemmas[i].text), .lemma_rows = lemmas[i].rows};
        status = lexicon_writer_form(writer, &form, err);
    }
    for (size_t i = 0; i < list->count; i++)
        free(lemmas[i].text);
    free(lemmas);
    return status;
}

enum status word_list_open(struct word_list *list, struct analyser *analyser, const char *path,
                           struct lexicon *lexicon, struct err *err)
{
    struct lexicon_writer *writer;
    TRY(lexicon_writer_new(&writer, err));
    if (list->count)
        qsort(list->words, list->count, sizeof *list->words, compare);
    remove_doubles(list);
    unlink(path);
    enum status status = write_words(list, writer, analyser, err);
    if (status == STATUS_OK)
        status = lexicon_writer_finish(writer, path, err);
    lexicon_writer_free(writer);
    return status == STATUS_OK ? lexicon_open(lexicon, path, err) : status;
}
