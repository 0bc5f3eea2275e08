/* The sieve over whole texts lets through exactly the tokens that it lets through one by one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "oracle.h"
#include "searchd/sieve.h"

enum { ROUNDS = 20000, PIECES = 60, TERMS = 4 };

/* Letters, signs and what is between words; broken UTF-8 too. */
static const char *const pieces[] = {"a", "k", "e", "r", "h", "o", "K", "R", "5", "ä", "ö", "å", "Ä", "Ö", "é",
                                     "ŋ", "Ж", " ", " ", " ", "\n", ".", ",", "-", "-", ":", "'", "’", "–",
                                     "‑", "\xC2\xAD",
                                     "e\xCC\x81", "\xC3", "\xA4", "\xFF", "ker", "kerho", "ö-", "×", "“"};
enum { KINDS = sizeof pieces / sizeof *pieces };

static void make_text(struct oracle_random *random, size_t most, struct buf *text)
{
    buf_reset(text);
    for (size_t left = oracle_below(random, most); left > 0; left--)
        buf_adds(text, pieces[oracle_below(random, KINDS)]);
}

static void compare(const struct sieve *sieve, const char *text, size_t len)
{
    struct token expected, token;
    size_t at = 0, all = 0;
    while (token_next(text, len, &all, &expected)) {
        if (!sieve_passes(sieve, text + expected.offset, expected.len))
            continue;
        if (!sieve_next(sieve, text, len, &at, &token))
            fail_msg("\"%.*s\": \"%.*s\" is lost", (int)len, text, (int)expected.len, text + expected.offset);
        if (token.offset != expected.offset || token.len != expected.len)
            fail_msg("\"%.*s\": \"%.*s\" instead of \"%.*s\"", (int)len, text, (int)token.len, text + token.offset,
                     (int)expected.len, text + expected.offset);
    }
    if (sieve_next(sieve, text, len, &at, &token))
        fail_msg("\"%.*s\": \"%.*s\" does not pass", (int)len, text, (int)token.len, text + token.offset);
    assert_int_equal(at, len);
}

static void texts_are_sieved_as_their_tokens_are(void **state)
{
    (void)state;
    struct sieve *sieve = malloc(sizeof *sieve);
    struct oracle_random random = {11};
    struct buf text = BUF_INIT;
    for (size_t round = 0; round < ROUNDS; round++) {
        sieve_init(sieve);
        for (size_t terms = oracle_below(&random, TERMS); terms > 0; terms--) {
            make_text(&random, 8, &text);
            sieve_add(sieve, buf_str(&text), text.len);
        }
        make_text(&random, PIECES, &text);
        char *exact = malloc(text.len + 1); /* so that a sanitizer sees reading behind it */
        memcpy(exact, buf_str(&text), text.len);
        exact = realloc(exact, text.len + !text.len);
        compare(sieve, exact, text.len);
        free(exact);
    }
    buf_release(&text);
    free(sieve);
}

static void a_long_word_is_sieved_by_its_beginning(void **state)
{
    (void)state;
    struct sieve *sieve = malloc(sizeof *sieve);
    struct buf text = BUF_INIT;
    sieve_init(sieve);
    sieve_add(sieve, "kerho", 5);
    for (size_t i = 0; i < 300; i++)
        buf_addc(&text, 'a');
    buf_adds(&text, "kerho kerhot");
    compare(sieve, text.data, text.len);
    buf_release(&text);
    free(sieve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_sieved_as_their_tokens_are),
        cmocka_unit_test(a_long_word_is_sieved_by_its_beginning),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
