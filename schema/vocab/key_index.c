#include "vocab/key_index.h"

#include <stdlib.h>
#include <string.h>

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

int text_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int order = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return order ? order : (a_len > b_len) - (a_len < b_len);
}

static int key_compare(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    int order = text_compare(a->text, a->len, b->text, b->len);
    if (order)
        return order;
    return a->rank != b->rank ? a->rank - b->rank : a->ordinal - b->ordinal;
}

enum status key_index_room(struct key_index *index, size_t count, struct arena *arena, struct err *err)
{
    *index = (struct key_index){arena_array(arena, count, sizeof *index->keys), 0};
    return index->keys ? STATUS_OK : arena_nomem(err);
}

void key_index_add(struct key_index *index, const char *text, size_t len, size_t ordinal, unsigned rank)
{
    index->keys[index->count++] =
        (struct key){.text = text, .len = (uint16_t)len, .ordinal = (uint16_t)ordinal, .rank = (uint8_t)rank};
}

void key_index_sort(struct key_index *index)
{
    qsort(index->keys, index->count, sizeof *index->keys, key_compare);
}

size_t key_index_find(const struct key_index *index, const char *text, size_t len, const struct key **first)
{
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct key *key = &index->keys[middle];
        if (text_compare(key->text, key->len, text, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    size_t end = low;
    while (end < index->count && text_compare(index->keys[end].text, index->keys[end].len, text, len) == 0)
        end++;
    *first = index->keys + low;
    return end - low;
}

int keys_winner(const struct key *keys, size_t count)
{
    for (size_t k = 1; k < count && keys[k].rank == keys[0].rank; k++)
        if (keys[k].ordinal != keys[0].ordinal)
            return -1;
    return count ? keys[0].ordinal : -1;
}

/* Blanks and control characters around the text go; runs of them inside become one space.  In place. */
static void blanks_squeeze(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        bool blank = (unsigned char)*from <= ' ';
        if (blank && (to == text || to[-1] == ' '))
            continue;
        *to++ = blank ? ' ' : *from;
    }
    if (to > text && to[-1] == ' ')
        to--;
    *to = '\0';
}

bool label_fold(const char *text, size_t len, char folded[FOLDED_BYTES])
{
    UChar wide[VOCAB_LABEL_BYTES], plain[FOLDED_BYTES];
    int32_t wide_len = 0, plain_len = 0;
    UErrorCode code = U_ZERO_ERROR;
    if (len == 0 || len > VOCAB_LABEL_BYTES || memchr(text, '\0', len))
        return false;
    /* NFKC_Casefold does case, composed and decomposed letters, hard spaces and soft hyphens in one pass. */
    const UNormalizer2 *fold = unorm2_getNFKCCasefoldInstance(&code);
    u_strFromUTF8(wide, VOCAB_LABEL_BYTES, &wide_len, text, (int32_t)len, &code);
    plain_len = unorm2_normalize(fold, wide, wide_len, plain, FOLDED_BYTES, &code);
    u_strToUTF8(folded, FOLDED_BYTES - 1, NULL, plain, plain_len, &code);
    if (U_FAILURE(code))
        return false;
    folded[FOLDED_BYTES - 1] = '\0'; /* ICU leaves it out when the text fills the room */
    blanks_squeeze(folded);
    return folded[0] != '\0';
}

enum status label_fold_ready(struct err *err)
{
    UErrorCode code = U_ZERO_ERROR;
    unorm2_getNFKCCasefoldInstance(&code);
    return U_SUCCESS(code) ? STATUS_OK : err_set(err, STATUS_INTERNAL, "ICU case folding: %s", u_errorName(code));
}
