#include "messages.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "vocab/tsv.h"

extern const char opastin_messages[], opastin_messages_end[];

/* Set while no thread runs, constant then. */
static struct {
    enum ui_lang lang;
    struct arena arena; /* of the texts */
    struct message *list;
    size_t count;
    const struct message **slots; /* by the hash of the English text; NULL: free */
    size_t mask;
} words = {.lang = UI_EN};

/* ---- conversions ----------------------------------------------------------------------------------------------- */

/* The next conversion behind `at`, from its '%' to its letter; *len 0 when there is none.  "%%" is none. */
static const char *next_conversion(const char *at, size_t *len)
{
    *len = 0;
    for (; (at = strchr(at, '%')) && at[1] == '%'; at += 2)
        ;
    if (at) {
        *len = 1 + strspn(at + 1, "-+ #0123456789.*hlzjt");
        *len += at[*len] != '\0';
    }
    return at;
}

bool messages_match(const char *a, const char *b)
{
    size_t a_len, b_len;
    for (;;) {
        a = next_conversion(a, &a_len);
        b = next_conversion(b, &b_len);
        if (!a || !b)
            return !a && !b;
        if (a_len != b_len || memcmp(a, b, a_len) != 0)
            return false;
        a += a_len;
        b += b_len;
    }
}

/* ---- the file -------------------------------------------------------------------------------------------------- */

static enum status open_file(struct tsv *tsv, struct arena *arena, size_t *rows, struct err *err)
{
    static const struct tsv_file file = {"messages", opastin_messages, opastin_messages_end};
    return tsv_open(tsv, &file, "english\tfinnish\tswedish", arena, rows, err);
}

static enum status read_message(struct tsv *tsv, struct message *message)
{
    const char *cells[3];
    TRY(tsv_row(tsv, cells, 3));
    *message = (struct message){cells[0], cells[1], cells[2]};
    if (!*message->english || !*message->finnish)
        return tsv_corrupt(tsv, "no text", message->english);
    if (!messages_match(message->english, message->finnish) ||
        (*message->swedish && !messages_match(message->english, message->swedish)))
        return tsv_corrupt(tsv, "other conversions than the English text", message->english);
    return STATUS_OK;
}

enum status messages_walk(message_visit *visit, void *context, struct err *err)
{
    struct arena arena = ARENA_INIT;
    struct tsv tsv;
    struct message message;
    size_t rows;
    enum status status = open_file(&tsv, &arena, &rows, err);
    for (size_t i = 0; status == STATUS_OK && i < rows; i++) {
        status = read_message(&tsv, &message);
        if (status == STATUS_OK)
            status = visit(context, &message, err);
    }
    arena_release(&arena);
    return status;
}

/* ---- looking up ------------------------------------------------------------------------------------------------- */

/* FNV-1a. */
static size_t hash_of(const char *text)
{
    uint64_t hash = 0xCBF29CE484222325u;
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 0x100000001B3u;
    return (size_t)(hash ^ hash >> 32);
}

/* The slot of a text, or the free one where it would be. */
static const struct message **slot_of(const char *english)
{
    size_t at = hash_of(english) & words.mask;
    while (words.slots[at] && strcmp(words.slots[at]->english, english) != 0)
        at = (at + 1) & words.mask;
    return &words.slots[at];
}

static enum status load(struct err *err)
{
    struct tsv tsv;
    size_t rows;
    TRY(open_file(&tsv, &words.arena, &rows, err));
    for (words.mask = 16; words.mask < 2 * rows; words.mask *= 2)
        ;
    words.list = arena_array(&words.arena, rows, sizeof *words.list);
    words.slots = arena_array(&words.arena, words.mask, sizeof *words.slots);
    words.mask--;
    if (!words.list || !words.slots)
        return arena_nomem(err);
    for (words.count = 0; words.count < rows; words.count++) {
        struct message *message = &words.list[words.count];
        TRY(read_message(&tsv, message));
        const struct message **slot = slot_of(message->english);
        if (*slot)
            return tsv_corrupt(&tsv, "is there twice", message->english);
        *slot = message;
    }
    return STATUS_OK;
}

enum status problem_language_set(enum ui_lang lang, struct err *err)
{
    if (lang != UI_EN && !words.list) {
        enum status status = load(err);
        if (status != STATUS_OK) {
            problem_language_unset();
            return status;
        }
    }
    words.lang = lang;
    err_words_set(lang == UI_EN ? NULL : problem_text);
    return STATUS_OK;
}

enum ui_lang problem_language(void)
{
    return words.lang;
}

void problem_language_unset(void)
{
    err_words_set(NULL);
    arena_release(&words.arena);
    words.list = NULL;
    words.slots = NULL;
    words.count = words.mask = 0;
    words.lang = UI_EN;
}

const char *problem_text(const char *english)
{
    if (words.lang == UI_EN || !english)
        return english;
    const struct message *message = *slot_of(english);
    if (!message)
        return english;
    return words.lang == UI_SV && *message->swedish ? message->swedish : message->finnish;
}
