/* Makes the book of analysed words (search/wordbook.h) while the program is built.
 *
 *   wordbook FILE
 *
 * Makes a guide as the daemon does, from an empty book, and writes down every word that was analysed for it: the linker
 * puts the analyser's call here (--wrap). */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyse/edition.h"
#include "base/arena.h"
#include "base/grow.h"
#include "search/guide.h"
#include "search/wordbook.h"
#include "vocab/vocab.h"

/* In place of wordbook_data.S. */
extern const unsigned char wordbook_data[];
const unsigned char wordbook_data[WORDBOOK_HEADER_BYTES];

enum status __real_analyse_word(struct analyser *analyser, const char *token, size_t len, enum text_lang lang,
                                const struct word **word, struct err *err);
enum status __wrap_analyse_word(struct analyser *analyser, const char *token, size_t len, enum text_lang lang,
                                const struct word **word, struct err *err);

static struct {
    struct arena arena;
    struct wordbook_entry *entries;
    size_t count, cap;
    uint64_t edition; /* while the analyser is open */
} made;

static enum status note(const char *token, size_t len, const struct word *word, struct err *err)
{
    struct buf packed = BUF_INIT;
    struct wordbook_entry *grown = grow(made.entries, made.count, &made.cap, sizeof *grown);
    if (!grown)
        return err_set(err, STATUS_NOMEM, "out of memory for words");
    made.entries = grown;
    wordbook_pack(word, &packed);
    made.entries[made.count] = (struct wordbook_entry){
        .token = arena_copy(&made.arena, token, len), .len = len,
        .bytes = (const unsigned char *)arena_copy(&made.arena, buf_str(&packed), packed.len),
        .byte_count = packed.len};
    enum status status = buf_ok(&packed, err);
    buf_release(&packed);
    if (status == STATUS_OK && !(made.entries[made.count].token && made.entries[made.count].bytes))
        status = arena_nomem(err);
    made.count += status == STATUS_OK;
    return status;
}

enum status __wrap_analyse_word(struct analyser *analyser, const char *token, size_t len, enum text_lang lang,
                                const struct word **word, struct err *err)
{
    TRY(__real_analyse_word(analyser, token, len, lang, word, err));
    if (!made.edition)
        made.edition = analyse_edition();
    return note(token, len, *word, err);
}

static int compare(const void *a, const void *b)
{
    const struct wordbook_entry *x = a, *y = b;
    int order = memcmp(x->token, y->token, x->len < y->len ? x->len : y->len);
    return order ? order : (x->len > y->len) - (x->len < y->len);
}

/* Each token once. */
static void sort_words(void)
{
    size_t kept = 0;
    qsort(made.entries, made.count, sizeof *made.entries, compare);
    for (size_t i = 0; i < made.count; i++)
        if (i == 0 || compare(&made.entries[i], &made.entries[i - 1]) != 0)
            made.entries[kept++] = made.entries[i];
    made.count = kept;
}

static enum status make(struct buf *out, struct err *err)
{
    struct guides *guides;
    TRY(vocab_load(err));
    enum status status = guides_open(&guides, NULL, err);
    if (status == STATUS_OK) {
        guides_free(guides);
        sort_words();
        status = wordbook_write(made.entries, made.count, made.edition, out, err);
    }
    vocab_unload();
    return status;
}

static bool write_file(const char *path, const struct buf *out)
{
    FILE *file = fopen(path, "wb");
    if (!file)
        return false;
    bool good = fwrite(out->data, 1, out->len, file) == out->len;
    return fclose(file) == 0 && good;
}

int main(int argc, char **argv)
{
    struct err err = {0};
    struct buf out = BUF_INIT;
    setlocale(LC_ALL, "C.UTF-8");
    if (argc != 2) {
        fputs("wordbook FILE\n", stderr);
        return 2;
    }
    bool good = make(&out, &err) == STATUS_OK;
    if (good && !write_file(argv[1], &out)) {
        good = false;
        err_set_errno(&err, STATUS_IO, "%s", argv[1]);
    }
    if (!good)
        fprintf(stderr, "wordbook: %s\n", err.message);
    free(made.entries);
    arena_release(&made.arena);
    buf_release(&out);
    return good ? 0 : 1;
}
