#include "text.h"

#include <string.h>

/* Weighted term frequencies are BM25's way to weigh fields (BM25F with one length norm).  Chosen by judgement: a title
 * says what a record is, a body mentions much; not tuned on judged topics yet. */
static const unsigned weights[GROUP_COUNT] = {
    [GROUP_TITLE] = 6, [GROUP_ORGANISATION] = 3, [GROUP_KEYWORD] = 4, [GROUP_LABEL] = 2,
    [GROUP_SUMMARY] = 2, [GROUP_BODY] = 1, [GROUP_PLACE] = 2,
};

unsigned text_weight(enum field_group group)
{
    return weights[group];
}

enum text_lang text_language(const struct text_piece *piece)
{
    static const enum text_lang languages[RECORD_LANGS] = {TEXT_FI, TEXT_SV, TEXT_EN};
    bool name = piece->group == GROUP_ORGANISATION || piece->group == GROUP_PLACE || piece->group == GROUP_KEYWORD;
    if (name && piece->vocab == VOCAB_COUNT)
        return TEXT_UNSURE;
    return languages[piece->lang];
}

struct walk {
    text_fn *fn;
    void *context;
    struct err *err;
};

static enum status give(const struct walk *w, enum field_group group, int lang, const char *text)
{
    if (!text)
        return STATUS_OK;
    struct text_piece piece = {group, lang, VOCAB_COUNT, 0, text, strlen(text)};
    return w->fn(w->context, &piece, w->err);
}

static enum status give_localised(const struct walk *w, enum field_group group, const struct localised *text)
{
    for (int lang = 0; lang < RECORD_LANGS; lang++)
        TRY(give(w, group, lang, text->in[lang]));
    return STATUS_OK;
}

static enum status give_label(const struct walk *w, enum field_group group, enum vocab_name vocab, uint16_t ordinal)
{
    const struct vocab_entry *entry = vocab_entry(vocab, ordinal);
    for (int lang = 0; lang < RECORD_LANGS; lang++) {
        struct text_piece piece = {group, lang, vocab, ordinal, entry->label[lang], strlen(entry->label[lang])};
        TRY(w->fn(w->context, &piece, w->err));
    }
    return STATUS_OK;
}

static enum status give_code(const struct walk *w, enum field_group group, enum vocab_name vocab, uint16_t ordinal)
{
    if (ordinal == RECORD_CODE_UNKNOWN)
        return STATUS_OK;
    TRY(give_label(w, group, vocab, ordinal));
    if (vocab != VOCAB_AREA)
        return STATUS_OK;
    const struct area_entry *area = area_at(ordinal);
    if (area->region >= 0)
        TRY(give_label(w, group, vocab, (uint16_t)area->region));
    if (area->wellbeing >= 0)
        TRY(give_label(w, group, vocab, (uint16_t)area->wellbeing));
    return STATUS_OK;
}

static enum status walk_table(const struct walk *w, const struct field_table *table, const void *object);

static enum status walk_objects(const struct walk *w, const struct field *field, const void *object)
{
    const char *item = *(const char *const *)field_member(field, object);
    for (size_t i = 0; i < field_count(field, object); i++)
        TRY(walk_table(w, field->sub, item + i * field->sub->size));
    return STATUS_OK;
}

static enum status walk_list(const struct walk *w, const struct field *field, const void *object)
{
    const void *list = *(const void *const *)field_member(field, object);
    for (size_t i = 0; i < field_count(field, object); i++) {
        if (field->type == FIELD_TEXTS)
            TRY(give_localised(w, field->group, (const struct localised *)list + i));
        else if (field->type == FIELD_STRINGS)
            TRY(give(w, field->group, RECORD_FI, ((const char *const *)list)[i]));
        else
            TRY(give_code(w, field->group, field->type == FIELD_AREAS ? VOCAB_AREA : field->vocab,
                          ((const uint16_t *)list)[i]));
    }
    return STATUS_OK;
}

static enum status walk_field(const struct walk *w, const struct field *field, const void *object)
{
    const void *member = field_member(field, object);
    switch (field->type) {
    case FIELD_OBJECT: return walk_table(w, field->sub, member);
    case FIELD_OBJECTS: return walk_objects(w, field, object);
    case FIELD_BY_LANGUAGE: return walk_table(w, field->sub, object);
    default: break;
    }
    if (field->group == GROUP_NONE)
        return STATUS_OK;
    switch (field->type) {
    case FIELD_STRING: return give(w, field->group, RECORD_FI, *(const char *const *)member);
    case FIELD_TEXT: return give_localised(w, field->group, member);
    case FIELD_CODE: return give_code(w, field->group, field->vocab, *(const uint16_t *)member);
    case FIELD_STRINGS:
    case FIELD_TEXTS:
    case FIELD_CODES:
    case FIELD_AREAS: return walk_list(w, field, object);
    case FIELD_CHOICE: /* the one choice that is searched is the kind, whose codes are a vocabulary */
        return give_label(w, field->group, VOCAB_KIND, *(const uint8_t *)member);
    default: return STATUS_OK;
    }
}

static enum status walk_table(const struct walk *w, const struct field_table *table, const void *object)
{
    for (size_t i = 0; i < table->count; i++)
        TRY(walk_field(w, &table->fields[i], object));
    return STATUS_OK;
}

enum status text_walk(const struct record *record, text_fn *fn, void *context, struct err *err)
{
    struct walk w = {fn, context, err};
    return walk_table(&w, field_table(), record);
}
