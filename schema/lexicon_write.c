#include "lexicon.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analyse/analyse.h"
#include "lexicon_file.h"

/* ---- distinct texts with a number each -------------------------------------------------------------------------- */

struct pool {
    struct buf bytes, offset; /* offset: uint32_t, one more than there are texts */
    struct buf rows;          /* uint32_t */
    uint32_t count;
    uint32_t *slots; /* number + 1, 0 free; owned */
    size_t slot_count;
};

static const char *pool_text(const struct pool *pool, uint32_t i, size_t *len)
{
    const uint32_t *offset = (const uint32_t *)(const void *)pool->offset.data;
    *len = offset[i + 1] - offset[i];
    return pool->bytes.data + offset[i];
}

static uint32_t *pool_rows(const struct pool *pool)
{
    return (uint32_t *)(void *)pool->rows.data;
}

static void pool_start(struct pool *pool)
{
    const uint32_t zero = 0;
    buf_add(&pool->offset, &zero, sizeof zero);
}

static void pool_release(struct pool *pool)
{
    buf_release(&pool->bytes);
    buf_release(&pool->offset);
    buf_release(&pool->rows);
    free(pool->slots);
}

/* The slot of the text, or the free one where it belongs. */
static uint32_t *pool_slot(const struct pool *pool, const char *text, size_t len)
{
    size_t at = XXH3_64bits(text, len) & (pool->slot_count - 1), other_len;
    for (; pool->slots[at]; at = (at + 1) & (pool->slot_count - 1)) {
        const char *other = pool_text(pool, pool->slots[at] - 1, &other_len);
        if (other_len == len && memcmp(other, text, len) == 0)
            break;
    }
    return &pool->slots[at];
}

static enum status pool_grow(struct pool *pool, struct err *err)
{
    size_t len, bigger = pool->slot_count ? pool->slot_count * 2 : 1024;
    uint32_t *slots = calloc(bigger, sizeof *slots);
    if (!slots)
        return err_set(err, STATUS_NOMEM, "out of memory for %u words", pool->count);
    free(pool->slots);
    pool->slots = slots;
    pool->slot_count = bigger;
    for (uint32_t i = 0; i < pool->count; i++) {
        const char *text = pool_text(pool, i, &len);
        *pool_slot(pool, text, len) = i + 1;
    }
    return STATUS_OK;
}

/* A text at the end, known to be new or not looked for. */
static enum status pool_push(struct pool *pool, const char *text, size_t len, uint32_t rows, struct err *err)
{
    buf_add(&pool->bytes, text, len);
    if (pool->bytes.len > UINT32_MAX)
        return err_set(err, STATUS_LIMIT, "lexicon: more than %u bytes of one kind of text", UINT32_MAX);
    uint32_t end = (uint32_t)pool->bytes.len;
    buf_add(&pool->offset, &end, sizeof end);
    buf_add(&pool->rows, &rows, sizeof rows);
    pool->count++;
    TRY(buf_ok(&pool->bytes, err));
    TRY(buf_ok(&pool->offset, err));
    return buf_ok(&pool->rows, err);
}

/* *number gets the text's; UINT32_MAX when it is new and there are `most` already. */
static enum status pool_add(struct pool *pool, const char *text, size_t len, uint32_t rows, uint32_t most,
                            uint32_t *number, struct err *err)
{
    if ((size_t)pool->count * 2 >= pool->slot_count)
        TRY(pool_grow(pool, err));
    uint32_t *slot = pool_slot(pool, text, len);
    *number = *slot ? *slot - 1 : UINT32_MAX;
    if (*slot || pool->count == most)
        return STATUS_OK;
    TRY(pool_push(pool, text, len, rows, err));
    *slot = pool->count;
    *number = pool->count - 1;
    return STATUS_OK;
}

/* ---- collecting ------------------------------------------------------------------------------------------------- */

struct lexicon_writer {
    struct pool forms, lemmas, names;
    struct buf form_lemma, form_known, form_common;
};

enum status lexicon_writer_new(struct lexicon_writer **writer, struct err *err)
{
    struct lexicon_writer *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(err, STATUS_NOMEM, "out of memory for the lexicon");
    pool_start(&w->forms);
    pool_start(&w->lemmas);
    pool_start(&w->names);
    *writer = w;
    return STATUS_OK;
}

void lexicon_writer_free(struct lexicon_writer *w)
{
    if (!w)
        return;
    pool_release(&w->forms);
    pool_release(&w->lemmas);
    pool_release(&w->names);
    buf_release(&w->form_lemma);
    buf_release(&w->form_known);
    buf_release(&w->form_common);
    free(w);
}

enum status lexicon_writer_name(struct lexicon_writer *w, const char *name, size_t len, int32_t records,
                                struct err *err)
{
    uint32_t number;
    if (len == 0 || len > LEXICON_NAME_BYTES)
        return STATUS_OK;
    TRY(pool_add(&w->names, name, len, 0, LEXICON_NAMES_MOST, &number, err));
    if (number == UINT32_MAX)
        return STATUS_OK;
    int64_t rows = (int64_t)pool_rows(&w->names)[number] + records;
    pool_rows(&w->names)[number] = rows < 0 ? 0 : (uint32_t)rows;
    return STATUS_OK;
}

enum status lexicon_writer_form(struct lexicon_writer *w, const struct lexicon_form *form, struct err *err)
{
    uint32_t lemma;
    size_t last_len;
    uint8_t known = form->known, common = 0;
    if (form->len == 0 || form->len > LEXICON_TEXT_BYTES || form->lemma_len == 0 ||
        form->lemma_len > LEXICON_TEXT_BYTES || w->forms.count == LEXICON_FORMS_MOST)
        return STATUS_OK;
    if (w->forms.count) {
        const char *last = pool_text(&w->forms, w->forms.count - 1, &last_len);
        int order = memcmp(last, form->text, last_len < form->len ? last_len : form->len);
        if (order > 0 || (order == 0 && last_len >= form->len))
            return err_set(err, STATUS_INTERNAL, "lexicon: forms out of order");
        while (common < LEXICON_COMMON_MOST && common < last_len && last[common] == form->text[common])
            common++;
    }
    TRY(pool_push(&w->forms, form->text, form->len, form->rows, err));
    TRY(pool_add(&w->lemmas, form->lemma, form->lemma_len, form->lemma_rows, UINT32_MAX, &lemma, err));
    buf_add(&w->form_lemma, &lemma, sizeof lemma);
    buf_add(&w->form_known, &known, sizeof known);
    buf_add(&w->form_common, &common, sizeof common);
    TRY(buf_ok(&w->form_lemma, err));
    TRY(buf_ok(&w->form_known, err));
    return buf_ok(&w->form_common, err);
}

/* ---- orders ----------------------------------------------------------------------------------------------------- */

/* A text of the pool and how it begins: two texts are seldom looked at beyond that. */
struct sorted {
    uint64_t beginning; /* the first bytes, plain or as they are, the very first highest */
    uint32_t number;
};

enum { BEGINNING_BYTES = 8, PLAIN_WIDEST = 2 /* bytes of a text that one plain byte stands for */ };

static uint64_t beginning_of(const char *text, size_t len, bool plain)
{
    char bytes[BEGINNING_BYTES * PLAIN_WIDEST + 1] = {0};
    uint64_t beginning = 0;
    len = len < sizeof bytes ? len : sizeof bytes;
    if (plain)
        lexicon_plain(text, len, bytes);
    else
        memcpy(bytes, text, len);
    for (size_t i = 0; i < BEGINNING_BYTES; i++)
        beginning = beginning << 8 | (unsigned char)bytes[i];
    return beginning;
}

static int compare(const struct sorted *a, const struct sorted *b, const struct pool *pool, bool plain)
{
    size_t x_len, y_len;
    if (a->beginning != b->beginning)
        return a->beginning < b->beginning ? -1 : 1;
    const char *x = pool_text(pool, a->number, &x_len), *y = pool_text(pool, b->number, &y_len);
    int order = plain ? lexicon_plain_compare(x, x_len, y, y_len) : 0;
    if (order == 0)
        order = memcmp(x, y, x_len < y_len ? x_len : y_len);
    if (order == 0)
        order = (x_len > y_len) - (x_len < y_len);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

static int compare_bytes(const void *a, const void *b, void *pool)
{
    return compare(a, b, pool, false);
}

static int compare_plain(const void *a, const void *b, void *pool)
{
    return compare(a, b, pool, true);
}

/* The numbers 0..count-1 in the order of their texts, plain ones first; the caller's to free. */
static enum status sort_pool(struct pool *pool, bool plain, uint32_t **order, struct err *err)
{
    struct sorted *texts = malloc((pool->count + 1) * sizeof *texts);
    *order = malloc((pool->count + 1) * sizeof **order);
    if (!*order || !texts) {
        free(texts);
        free(*order);
        return err_set(err, STATUS_NOMEM, "out of memory for the order of %u words", pool->count);
    }
    for (uint32_t i = 0; i < pool->count; i++) {
        size_t len;
        const char *text = pool_text(pool, i, &len);
        texts[i] = (struct sorted){beginning_of(text, len, plain), i};
    }
    qsort_r(texts, pool->count, sizeof *texts, plain ? compare_plain : compare_bytes, pool);
    for (uint32_t i = 0; i < pool->count; i++)
        (*order)[i] = texts[i].number;
    free(texts);
    return STATUS_OK;
}

/* The pool's texts and rows in the order, to the three sections from `first`. */
static enum status write_pool(const struct pool *pool, const uint32_t *order, struct buf *sections, int first,
                              struct err *err)
{
    struct pool sorted = {0};
    enum status status = STATUS_OK;
    pool_start(&sorted);
    for (uint32_t i = 0; status == STATUS_OK && i < pool->count; i++) {
        size_t len;
        const char *text = pool_text(pool, order[i], &len);
        status = pool_push(&sorted, text, len, pool_rows(pool)[order[i]], err);
    }
    sections[first] = sorted.offset;
    sections[first + 1] = sorted.bytes;
    sections[first + 2] = sorted.rows;
    return status;
}

static enum status write_lemmas(struct lexicon_writer *w, struct buf *sections, struct err *err)
{
    uint32_t *order, *place = malloc((w->lemmas.count + 1) * sizeof *place);
    if (!place)
        return err_set(err, STATUS_NOMEM, "out of memory for %u lemmas", w->lemmas.count);
    enum status status = sort_pool(&w->lemmas, true, &order, err);
    if (status == STATUS_OK) {
        for (uint32_t i = 0; i < w->lemmas.count; i++)
            place[order[i]] = i;
        uint32_t *lemma = (uint32_t *)(void *)w->form_lemma.data;
        for (uint32_t i = 0; i < w->forms.count; i++)
            lemma[i] = place[lemma[i]];
        status = write_pool(&w->lemmas, order, sections, LEXICON_LEMMA_OFFSET, err);
        free(order);
    }
    free(place);
    return status;
}

static enum status write_forms(struct lexicon_writer *w, struct buf *sections, struct err *err)
{
    uint32_t *order;
    TRY(sort_pool(&w->forms, true, &order, err));
    buf_add(&sections[LEXICON_FORM_PLAIN], order, w->forms.count * sizeof *order);
    free(order);
    return buf_ok(&sections[LEXICON_FORM_PLAIN], err);
}

/* ---- words of names --------------------------------------------------------------------------------------------- */

/* rows of this pool: the number of the name. */
static enum status add_name_words(struct pool *words, const char *name, size_t len, uint32_t number, struct err *err)
{
    size_t at = 0;
    struct token token;
    for (int count = 0; count < LEXICON_NAME_WORDS && token_next(name, len, &at, &token); count++) {
        char exact[FOLD_BYTES], plain[FOLD_BYTES];
        size_t exact_len, used = lexicon_word(name + token.offset, token.len, exact, &exact_len, plain);
        if (used)
            TRY(pool_push(words, plain, used, number, err));
    }
    return STATUS_OK;
}

/* Those that some record has. */
static enum status names_in_use(const struct pool *names, struct pool *out, struct err *err)
{
    pool_start(out);
    for (uint32_t i = 0; i < names->count; i++) {
        size_t len;
        const char *name = pool_text(names, i, &len);
        if (pool_rows(names)[i])
            TRY(pool_push(out, name, len, pool_rows(names)[i], err));
    }
    return STATUS_OK;
}

static enum status write_names(struct lexicon_writer *w, struct buf *sections, struct err *err)
{
    uint32_t *order;
    struct pool words = {0}, named = {0};
    pool_start(&words);
    enum status status = names_in_use(&w->names, &named, err);
    if (status == STATUS_OK)
        status = sort_pool(&named, false, &order, err);
    if (status != STATUS_OK) {
        pool_release(&named);
        pool_release(&words);
        return status;
    }
    status = write_pool(&named, order, sections, LEXICON_NAME_OFFSET, err);
    for (uint32_t i = 0; status == STATUS_OK && i < named.count; i++) {
        size_t len;
        const char *name = pool_text(&named, order[i], &len);
        status = add_name_words(&words, name, len, i, err);
    }
    free(order);
    pool_release(&named);
    if (status == STATUS_OK)
        status = sort_pool(&words, false, &order, err);
    if (status == STATUS_OK) {
        status = write_pool(&words, order, sections, LEXICON_WORD_OFFSET, err);
        free(order);
    }
    pool_release(&words);
    return status;
}

static enum status write_sections(struct lexicon_writer *w, struct buf *sections, const char *path, struct err *err)
{
    TRY(write_lemmas(w, sections, err));
    TRY(write_forms(w, sections, err));
    TRY(write_names(w, sections, err));
    struct buf *own[] = {[LEXICON_FORM_OFFSET] = &w->forms.offset, [LEXICON_FORM_TEXT] = &w->forms.bytes,
                         [LEXICON_FORM_ROWS] = &w->forms.rows, [LEXICON_FORM_LEMMA] = &w->form_lemma,
                         [LEXICON_FORM_KNOWN] = &w->form_known, [LEXICON_FORM_COMMON] = &w->form_common};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) { /* moved, not copied */
        if (!own[i])
            continue;
        sections[i] = *own[i];
        *own[i] = (struct buf)BUF_INIT;
    }
    return sections_write(&lexicon_kind, sections, path, err);
}

enum status lexicon_writer_finish(struct lexicon_writer *w, const char *path, struct err *err)
{
    struct buf sections[LEXICON_SECTIONS] = {{0}};
    enum status status = write_sections(w, sections, path, err);
    for (int i = 0; i < LEXICON_SECTIONS; i++)
        buf_release(&sections[i]);
    return status;
}
