#include "search/wordbook.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analyse/edition.h"

/* wordbook_data.S */
extern const unsigned char wordbook_data[];

/* Behind it: slots, the offset of a word behind the slots plus one, 0 where free; then the words: length of the token,
 * the token, flags, number of terms, and each term's length, text and zero byte. */
struct header {
    uint64_t edition; /* 0: there is no book */
    uint32_t words, slots; /* slots: a power of two, over the words */
};

_Static_assert(sizeof(struct header) == WORDBOOK_HEADER_BYTES, "an empty book is a header of zeros");

enum { FLAG_KNOWN = 1, FLAG_FUNCTION = 2, TOKEN_MOST = UINT8_MAX };

static struct {
    struct header header; /* of zeros: the book is not used */
    const uint32_t *slots;
    const unsigned char *words;
} book;
static pthread_once_t opened = PTHREAD_ONCE_INIT;

static void open_book(void)
{
    struct header header;
    memcpy(&header, wordbook_data, sizeof header);
    if (header.edition == 0 || header.edition != analyse_edition())
        return;
    book.slots = (const uint32_t *)(const void *)(wordbook_data + sizeof header);
    book.words = wordbook_data + sizeof header + header.slots * sizeof *book.slots;
    book.header = header;
}

size_t wordbook_words(void)
{
    pthread_once(&opened, open_book);
    return book.header.words;
}

static void read_word(const unsigned char *at, struct wordbook_word *found)
{
    uint8_t flags = *at++, count = *at++;
    for (size_t i = 0; i < count; i++) {
        found->query[i] = (struct term){(const char *)at + 1, *at};
        at += *at + 2u;
    }
    found->word = (struct word){.query = found->query, .query_count = count, .known = (flags & FLAG_KNOWN) != 0,
                                .function = (flags & FLAG_FUNCTION) != 0};
}

bool wordbook_find(const char *token, size_t len, struct wordbook_word *found)
{
    if (wordbook_words() == 0)
        return false;
    uint32_t mask = book.header.slots - 1;
    for (uint32_t at = (uint32_t)XXH3_64bits(token, len) & mask; book.slots[at]; at = (at + 1) & mask) {
        const unsigned char *word = book.words + book.slots[at] - 1;
        if (*word != len || memcmp(word + 1, token, len) != 0)
            continue;
        read_word(word + 1 + len, found);
        return true;
    }
    return false;
}

enum status wordbook_analyse(struct analyser *analyser, const char *token, size_t len, struct wordbook_word *scratch,
                             const struct word **word, struct err *err)
{
    if (!wordbook_find(token, len, scratch))
        return analyse_word(analyser, token, len, TEXT_UNSURE, word, err);
    *word = &scratch->word;
    return STATUS_OK;
}

/* ---- making ------------------------------------------------------------------------------------------------------ */

void wordbook_pack(const struct word *word, struct buf *out)
{
    buf_addc(out, (char)((word->known ? FLAG_KNOWN : 0) | (word->function ? FLAG_FUNCTION : 0)));
    buf_addc(out, (char)word->query_count);
    for (size_t i = 0; i < word->query_count; i++) {
        buf_addc(out, (char)word->query[i].len);
        buf_add(out, word->query[i].text, word->query[i].len);
        buf_addc(out, '\0');
    }
}

enum status wordbook_write(const struct wordbook_entry *entries, size_t count, uint64_t edition, struct buf *out,
                           struct err *err)
{
    struct header header = {.edition = edition, .slots = 1};
    struct buf words = BUF_INIT;
    while (header.slots < 2 * count)
        header.slots *= 2;
    uint32_t *slots = calloc(header.slots, sizeof *slots);
    if (!slots)
        return err_set(err, STATUS_NOMEM, "out of memory for %zu words", count);
    for (size_t i = 0; i < count; i++) {
        const struct wordbook_entry *e = &entries[i];
        uint32_t at = (uint32_t)XXH3_64bits(e->token, e->len) & (header.slots - 1);
        if (e->len > TOKEN_MOST)
            continue;
        while (slots[at])
            at = (at + 1) & (header.slots - 1);
        slots[at] = (uint32_t)words.len + 1;
        buf_addc(&words, (char)e->len);
        buf_add(&words, e->token, e->len);
        buf_add(&words, (const char *)e->bytes, e->byte_count);
        header.words++;
    }
    buf_add(out, (const char *)&header, sizeof header);
    buf_add(out, (const char *)slots, header.slots * sizeof *slots);
    buf_add(out, buf_str(&words), words.len);
    enum status status = words.failed ? err_set(err, STATUS_NOMEM, "out of memory for %zu words", count)
                                      : buf_ok(out, err);
    free(slots);
    buf_release(&words);
    return status;
}
