#include "indexer/words.h"

#include <string.h>

#include "analyse/base.h"
#include "analyse/fold.h"
#include "base/utf8.h"

/* ---- names ------------------------------------------------------------------------------------------------------ */

enum { NAMES_PER_RECORD = 64 }; /* more are not counted */

struct names {
    const char *list[NAMES_PER_RECORD];
    size_t count;
};

static void add_names(struct names *names, const struct localised *text)
{
    for (int lang = 0; lang < RECORD_LANGS; lang++) {
        const char *name = text->in[lang];
        bool seen = !name || names->count == NAMES_PER_RECORD;
        for (size_t i = 0; !seen && i < names->count; i++)
            seen = strcmp(names->list[i], name) == 0;
        if (!seen)
            names->list[names->count++] = name;
    }
}

enum status words_add_names(struct lexicon_writer *writer, const struct record *record, int32_t records,
                            struct err *err)
{
    struct names names = {.count = 0};
    if (record->kind == RECORD_ORGANISATION)
        add_names(&names, &record->title);
    for (size_t i = 0; i < record->organisation_count; i++)
        add_names(&names, &record->organisation[i].name);
    for (size_t i = 0; i < names.count; i++)
        TRY(lexicon_writer_name(writer, names.list[i], strlen(names.list[i]), records, err));
    return STATUS_OK;
}

enum status words_copy_names(struct lexicon_writer *writer, const struct lexicon *from, struct err *err)
{
    for (uint32_t i = 0; i < from->names.count; i++) {
        size_t len;
        const char *name = lexicon_text(&from->names, i, &len);
        TRY(lexicon_writer_name(writer, name, len, (int32_t)from->name_rows[i], err));
    }
    return STATUS_OK;
}

/* ---- forms ------------------------------------------------------------------------------------------------------ */

static enum status freq(const struct inverted *inverted, enum term_space space, const char *text, size_t len,
                        uint32_t *rows, struct err *err)
{
    char term[ANALYSE_TERM_BYTES + 1];
    *rows = 0;
    if (len == 0 || len >= ANALYSE_TERM_BYTES)
        return STATUS_OK;
    term[0] = (char)space;
    memcpy(term + 1, text, len);
    struct inverted_list list;
    TRY(inverted_find(inverted, term, len + 1, &list, err));
    *rows = list.count;
    return STATUS_OK;
}

static bool has_letter(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] >= 0x80 || (unsigned)((text[i] | 0x20) - 'a') < 26)
            return true;
    return false;
}

/* Bytes of the text that fold to exactly this plain text; 0 when it does not begin so. */
static size_t beginning(const char *text, size_t len, const char *plain, size_t plain_len)
{
    char folded[FOLD_BYTES];
    for (size_t at = 0, step; at < len; at += step) {
        utf8_decode(text + at, len - at, &step);
        if (fold_dots(text, at + step, folded) < plain_len)
            continue;
        return memcmp(folded, plain, plain_len) == 0 && folded[plain_len] == '\0' ? at + step : 0;
    }
    return 0;
}

enum { GUESS_LETTERS = 4 }; /* shorter beginnings are mostly other words */

/* The lemma of a word that the dictionary does not know, among the beginnings that the analyser guesses. */
static enum status guess_lemma(const struct inverted *inverted, struct analyser *analyser, struct lexicon_form *form,
                               struct err *err)
{
    const struct word *word;
    uint32_t most = form->rows;
    TRY(analyse_word(analyser, form->text, form->len, TEXT_FI, &word, err));
    if (word->number)
        return STATUS_OK;
    for (size_t i = 0; i < word->term_count; i++) {
        uint32_t rows;
        const struct term *term = &word->terms[i];
        size_t len = term->text[0] == TERM_WHOLE ? beginning(form->text, form->len, term->text + 1, term->len - 1u) : 0;
        if (len == form->len || utf8_count(form->text, len) < GUESS_LETTERS)
            continue;
        TRY(freq(inverted, TERM_EXACT, form->text, len, &rows, err));
        if (rows > most) {
            most = rows;
            form->lemma_len = len;
        }
    }
    return STATUS_OK;
}

/* Records that have the form's lemma, in any form. */
static enum status count_lemma(const struct inverted *inverted, struct lexicon_form *form, struct err *err)
{
    char plain[ANALYSE_TERM_BYTES];
    TRY(freq(inverted, TERM_WHOLE, plain, base_plain(form->lemma, form->lemma_len, plain), &form->lemma_rows, err));
    if (form->lemma_rows < form->rows)
        form->lemma_rows = form->rows; /* texts in other languages have no lemmas */
    return STATUS_OK;
}

/* False when the lexicon does not have the form. */
static bool known_before(const struct lexicon *before, struct lexicon_form *form)
{
    uint32_t at = before ? lexicon_find_form(before, form->text, form->len) : UINT32_MAX;
    if (at == UINT32_MAX)
        return false;
    form->known = before->form_known[at];
    form->lemma = lexicon_text(&before->lemmas, before->form_lemma[at], &form->lemma_len);
    return true;
}

static enum status find_lemma(const struct inverted *inverted, const struct lexicon *before, struct analyser *analyser,
                              struct bases *bases, struct lexicon_form *form, struct err *err)
{
    char plain[ANALYSE_TERM_BYTES];
    uint32_t rows;
    if (known_before(before, form))
        return count_lemma(inverted, form, err);
    form->lemma = form->text;
    form->lemma_len = form->len;
    form->lemma_rows = 0;
    analyse_bases(analyser, form->text, form->len, bases);
    form->known = bases->known;
    for (size_t i = 0; bases->known && i < bases->count; i++) {
        TRY(freq(inverted, TERM_WHOLE, plain, base_plain(bases->base[i], strlen(bases->base[i]), plain), &rows, err));
        if (rows <= form->lemma_rows)
            continue;
        form->lemma = bases->base[i];
        form->lemma_len = strlen(bases->base[i]);
        form->lemma_rows = rows;
    }
    if (!form->known)
        TRY(guess_lemma(inverted, analyser, form, err));
    return count_lemma(inverted, form, err);
}

/* ---- forms, many at a time -------------------------------------------------------------------------------------- */

enum { FORMS_PER_BATCH = 512 };

struct forms {
    const struct inverted *inverted;
    const struct lexicon *before;
    size_t count;
    struct lexicon_form form[FORMS_PER_BATCH];
};

static enum status find_lemmas(struct batch *batch, struct analyser *analyser, struct err *err)
{
    struct forms *forms = batch->content;
    struct bases bases;
    for (size_t i = 0; i < forms->count; i++) {
        struct lexicon_form *form = &forms->form[i];
        TRY(find_lemma(forms->inverted, forms->before, analyser, &bases, form, err));
        form->lemma = arena_copy(&batch->arena, form->lemma, form->lemma_len); /* may stand in bases */
        if (!form->lemma)
            return arena_nomem(err);
    }
    return STATUS_OK;
}

/* The next forms of the file; *ended when there are none behind them. */
static enum status fill_forms(struct batch *batch, struct inverted_terms *terms, const struct lexicon *before,
                              bool *ended, struct err *err)
{
    struct forms *forms = arena_alloc(&batch->arena, sizeof *forms);
    if (!forms)
        return arena_nomem(err);
    batch->work = find_lemmas;
    batch->content = forms;
    forms->inverted = terms->inverted;
    forms->before = before;
    while (forms->count < FORMS_PER_BATCH) {
        bool more;
        TRY(inverted_terms_next(terms, &more, err));
        *ended = !more;
        if (!more)
            return STATUS_OK;
        if (!has_letter(terms->term + 1, terms->len - 1)) /* behind the namespace byte */
            continue;
        struct lexicon_form *form = &forms->form[forms->count++];
        form->text = arena_copy(&batch->arena, terms->term + 1, terms->len - 1);
        form->len = terms->len - 1;
        form->rows = terms->list.count;
        if (!form->text)
            return arena_nomem(err);
    }
    return STATUS_OK;
}

static enum status take_forms(struct lexicon_writer *writer, struct pipeline *pipeline, bool *more, struct err *err)
{
    struct batch *batch;
    TRY(pipeline_take(pipeline, &batch, err));
    *more = batch != NULL;
    if (!batch)
        return STATUS_OK;
    const struct forms *forms = batch->content;
    for (size_t i = 0; i < forms->count; i++)
        TRY(lexicon_writer_form(writer, &forms->form[i], err));
    pipeline_give_back(pipeline);
    return STATUS_OK;
}

enum status words_add_forms(struct lexicon_writer *writer, const struct inverted *inverted,
                            const struct lexicon *before, struct pipeline *pipeline, struct err *err)
{
    struct inverted_terms terms;
    bool ended = false, more = true;
    TRY(inverted_terms_start(&terms, inverted, (const char[]){TERM_EXACT}, 1, err));
    while (!ended) {
        struct batch *batch = pipeline_batch(pipeline);
        if (!batch) {
            TRY(take_forms(writer, pipeline, &more, err));
            continue;
        }
        TRY(fill_forms(batch, &terms, before, &ended, err));
        pipeline_put(pipeline);
    }
    while (more)
        TRY(take_forms(writer, pipeline, &more, err));
    return STATUS_OK;
}
