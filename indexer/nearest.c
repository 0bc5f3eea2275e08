#include "indexer/nearest.h"

#include <stdlib.h>
#include <string.h>

#include "generation.h"
#include "lexicon.h"
#include "search/correct.h"

struct nearest {
    struct lexicon lexicon;
    struct analyser *analyser;
    struct arena arena; /* of the last word */
};

static enum status open_lexicon(struct nearest *nearest, const char *dir, uint32_t number, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = generation_path(dir, number, &path, err);
    if (status == STATUS_OK) {
        buf_adds(&path, "/lexicon");
        status = buf_ok(&path, err);
    }
    if (status == STATUS_OK)
        status = lexicon_open(&nearest->lexicon, path.data, err);
    buf_release(&path);
    return status;
}

enum status nearest_open(struct nearest **nearest, const char *dir, uint32_t number, struct err *err)
{
    struct nearest *n = calloc(1, sizeof *n);
    if (!n)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = open_lexicon(n, dir, number, err);
    if (status == STATUS_OK)
        status = analyser_open(&n->analyser, 0, err);
    if (status != STATUS_OK) {
        nearest_close(n);
        return status;
    }
    *nearest = n;
    return STATUS_OK;
}

const char *nearest_word(void *nearest, const char *word)
{
    struct nearest *n = nearest;
    struct correction found[CORRECT_MOST];
    size_t count = 0;
    arena_release(&n->arena);
    if (correct_word(&n->lexicon, n->analyser, word, strlen(word), &n->arena, found, &count, NULL) != STATUS_OK)
        return NULL;
    for (size_t i = 0; i < count; i++)
        if (found[i].rows)
            return found[i].form;
    return NULL;
}

void nearest_close(struct nearest *nearest)
{
    if (!nearest)
        return;
    arena_release(&nearest->arena);
    analyser_free(nearest->analyser);
    lexicon_close(&nearest->lexicon);
    free(nearest);
}
