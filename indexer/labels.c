#include "indexer/labels.h"

#include <stdlib.h>
#include <string.h>

struct label_terms {
    size_t bytes;
    unsigned char packed[]; /* each term's length, hash, text */
};

void labels_release(struct labels *labels)
{
    for (int vocab = 0; vocab < VOCAB_COUNT; vocab++) {
        for (size_t i = 0; i < labels->count[vocab]; i++)
            free(labels->of[vocab][i]);
        free(labels->of[vocab]);
    }
    *labels = (struct labels)LABELS_INIT;
}

static enum status pack_word(void *context, const struct token *token, const struct word *word, struct err *err)
{
    struct buf *packed = context;
    (void)token;
    for (size_t i = 0; i < word->term_count; i++) {
        const struct term *term = &word->terms[i];
        uint32_t hash = termset_hash(term->text, term->len);
        buf_addc(packed, (char)term->len);
        buf_add(packed, &hash, sizeof hash);
        buf_add(packed, term->text, term->len);
    }
    return buf_ok(packed, err);
}

static enum status analyse_label(struct analyser *analyser, const struct text_piece *piece, struct label_terms **made,
                                 struct err *err)
{
    struct buf packed = BUF_INIT;
    enum status status =
        analyse_text(analyser, piece->text, piece->len, text_language(piece), pack_word, &packed, err);
    if (status == STATUS_OK && !(*made = malloc(sizeof **made + packed.len)))
        status = err_set(err, STATUS_NOMEM, "out of memory for the words of labels");
    if (status == STATUS_OK) {
        (*made)->bytes = packed.len;
        memcpy((*made)->packed, buf_str(&packed), packed.len);
    }
    buf_release(&packed);
    return status;
}

static enum status make_room(struct labels *labels, enum vocab_name vocab, struct err *err)
{
    size_t count = vocab_size(vocab) * RECORD_LANGS;
    if (labels->of[vocab])
        return STATUS_OK;
    labels->of[vocab] = calloc(count, sizeof *labels->of[vocab]);
    if (!labels->of[vocab])
        return err_set(err, STATUS_NOMEM, "out of memory for the words of labels");
    labels->count[vocab] = count;
    return STATUS_OK;
}

enum status labels_add(struct labels *labels, struct analyser *analyser, const struct text_piece *piece,
                       struct termset *terms, struct err *err)
{
    TRY(make_room(labels, piece->vocab, err));
    struct label_terms **label = &labels->of[piece->vocab][piece->ordinal * (size_t)RECORD_LANGS + (size_t)piece->lang];
    if (!*label)
        TRY(analyse_label(analyser, piece, label, err));
    const unsigned char *at = (*label)->packed, *end = at + (*label)->bytes;
    for (unsigned weight = text_weight(piece->group); at < end;) {
        size_t len = *at++;
        uint32_t hash;
        memcpy(&hash, at, sizeof hash);
        at += sizeof hash;
        TRY(termset_add_hashed(terms, (const char *)at, len, hash, weight, err));
        at += len;
    }
    return STATUS_OK;
}
