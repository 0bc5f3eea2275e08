/* Words without hits: what is kept and what never is, also under a flood; the file there and back; threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calendar.h"
#include "search/query.h"
#include "search/request.h"
#include "search/search.h"
#include "searchd/zero_hits.h"
#include "tests/unit/files.h"

enum { TODAY = 20779 }; /* 2026-11-22 */

static char *folder;
static struct zero_hits *hits;
static struct arena arena = ARENA_INIT;

static int setup(void **state)
{
    (void)state;
    folder = files_folder();
    assert_int_equal(zero_hits_open(&hits, folder, 3, TODAY, NULL), STATUS_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    zero_hits_free(hits);
    files_remove(folder);
    free(folder);
    arena_release(&arena);
    return 0;
}

/* A search for the words of a text, divided by blanks, that found `total`; all: of records that have all of them. */
static void ask_words(size_t thread, const char *text, bool all, uint64_t total)
{
    struct query_word words[8] = {0};
    struct query query = {.words = words};
    const struct request request = {.q = text, .all_words = all};
    struct answer answer = {.query = &query, .total = total};
    char copy[600], *rest = copy;
    snprintf(copy, sizeof copy, "%s", text);
    for (char *word; (word = strsep(&rest, " ")) && query.word_count < 8;)
        words[query.word_count++] = (struct query_word){.text = word, .optional = strcmp(word, "kuopio") == 0};
    for (size_t i = 0; i < query.word_count; i++)
        answer.wanted += !words[i].optional;
    zero_hits_note(zero_hits_feed(hits, thread), &request, &answer);
}

static void ask_total(size_t thread, const char *text, uint64_t total)
{
    ask_words(thread, text, false, total);
}

static void ask(const char *text, int times)
{
    while (times-- > 0) {
        ask_total(0, text, 0);
        zero_hits_gather(hits, TODAY);
    }
}

static size_t read_words(struct heard_word **words)
{
    size_t count;
    struct err err = {0};
    assert_int_equal(zero_hits_write(hits, NULL), STATUS_OK);
    if (heard_words_read(folder, &arena, words, &count, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return count;
}

static void same(size_t count, const struct heard_word *words, size_t at, const char *word, uint64_t times)
{
    assert_true(at < count);
    assert_string_equal(words[at].word, word);
    assert_int_equal(words[at].count, times);
}

static void words_are_counted_from_three_on(void **state)
{
    (void)state;
    struct heard_word *words;
    ask("Jousiammunta", 2);
    assert_int_equal(read_words(&words), 0);
    ask("jousiammunta ilmaiseksi", 1);
    size_t count = read_words(&words);
    assert_int_equal(count, 1);
    same(count, words, 0, "jousiammunta", 3);
    assert_int_equal(words[0].days[0].day, TODAY);
    ask("ilmaiseksi", 5);
    ask("jousiammunta", 1);
    count = read_words(&words);
    assert_int_equal(count, 2);
    same(count, words, 0, "ilmaiseksi", 6);
    same(count, words, 1, "jousiammunta", 4);
    ask_total(0, "jooga", 1); /* it has a hit */
    ask_total(0, "jooga", 1);
    ask_total(0, "jooga", 1);
    zero_hits_gather(hits, TODAY);
    ask("kuopio", 9); /* names a place */
    assert_int_equal(read_words(&words), 2);
    zero_hits_note(NULL, NULL, NULL); /* off */
}

static void words_that_are_only_not_found_together_are_not_counted(void **state)
{
    (void)state;
    struct heard_word *words;
    for (int i = 0; i < 5; i++) {
        ask_words(0, "purjehdus ratsastus", true, 0);
        ask_words(0, "lentopallo kuopio", true, 0);
        zero_hits_gather(hits, TODAY);
    }
    size_t count = read_words(&words);
    assert_int_equal(count, 1);
    same(count, words, 0, "lentopallo", 5);
}

static void what_is_personal_is_never_counted(void **state)
{
    (void)state;
    struct heard_word *words;
    static const char *const texts[] = {
        "010190-123A", "jooga 010190-123A", "010190a123b uimahalli", "matti.meikalainen@example.fi", "matti@x soitto",
        "040 000 4567", "soita 0400004567", "+358400004567", "123456", "a123456b", "12 345 6 talo", "12345",
        "x", "matti(at)example.fi pulla",
        "pitkäsanajokaeimahduyhteenkäänlaatikkoonkoskasiinäonlinjaautonkuljettaja"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ask(texts[i], 5);
    assert_int_equal(read_words(&words), 0);
    char *path = files_path(folder, HEARD_WORDS_FILE);
    assert_int_not_equal(access(path, F_OK), 0); /* nothing changed, so nothing is written */
    free(path);
    ask("65-vuotiaat jooga2", 3); /* a few digits are part of a word */
    assert_int_equal(read_words(&words), 2);
}

/* What is inherited from a word that had to go is no occurrence of the next one. */
static void a_flood_brings_nothing_rare_to_light(void **state)
{
    (void)state;
    struct heard_word *words;
    char text[32];
    ask("jousiammunta", 50);
    for (int i = 0; i < 3 * HEARD_WORDS; i++) {
        snprintf(text, sizeof text, "sana%ca%c%c", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676);
        ask(text, 2);
    }
    size_t count = read_words(&words);
    assert_int_equal(count, 1);
    same(count, words, 0, "jousiammunta", 50);
    ask("keilailu", 3); /* takes the place of one that waits, and is counted as often as it was asked */
    count = read_words(&words);
    assert_int_equal(count, 2);
    same(count, words, 1, "keilailu", 3);
    for (int i = 0; i < HEARD_WORDS + 5; i++) { /* never more than so many words */
        snprintf(text, sizeof text, "tana%ca%c%c", 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676);
        ask(text, 10);
    }
    assert_int_equal(read_words(&words), HEARD_WORDS);
    same(HEARD_WORDS, words, 0, "jousiammunta", 50);
}

static void days_come_and_go(void **state)
{
    (void)state;
    struct heard_word *words;
    ask("jousiammunta", 3);
    zero_hits_gather(hits, TODAY + 1);
    ask("keilailu", 2);
    for (int i = 0; i < 2; i++) {
        ask_total(1, "jousiammunta", 0);
        zero_hits_gather(hits, TODAY + 1);
    }
    size_t count = read_words(&words); /* two on a day wait, though three are known */
    assert_int_equal(count, 1);
    same(count, words, 0, "jousiammunta", 3);
    ask_total(2, "jousiammunta", 0);
    zero_hits_gather(hits, TODAY + 2); /* and are counted on the day of the third */
    count = read_words(&words);
    same(count, words, 0, "jousiammunta", 6);
    assert_int_equal(words[0].day_count, 2);
    assert_int_equal(words[0].days[1].day, TODAY + 2);
    assert_int_equal(words[0].days[1].count, 3);
    zero_hits_gather(hits, TODAY + HEARD_DAYS - 1);
    count = read_words(&words);
    same(count, words, 0, "jousiammunta", 6);
    zero_hits_gather(hits, TODAY + HEARD_DAYS);
    count = read_words(&words);
    same(count, words, 0, "jousiammunta", 3);
    zero_hits_gather(hits, TODAY + 3 * HEARD_DAYS);
    assert_int_equal(read_words(&words), 0);
    zero_hits_gather(hits, TODAY); /* a clock that goes back changes nothing */
    assert_int_equal(read_words(&words), 0);
}

static void the_file_is_taken_up_again(void **state)
{
    (void)state;
    struct heard_word *words;
    ask("jousiammunta", 4);
    ask("keilailu", 2); /* waits, and is forgotten */
    assert_int_equal(read_words(&words), 1);
    zero_hits_free(hits);
    assert_int_equal(zero_hits_open(&hits, folder, 3, TODAY + 5, NULL), STATUS_OK);
    ask_total(0, "keilailu", 0);
    zero_hits_gather(hits, TODAY + 5);
    for (int i = 0; i < 3; i++)
        ask_total(0, "jousiammunta", 0);
    zero_hits_gather(hits, TODAY + 5);
    size_t count = read_words(&words);
    assert_int_equal(count, 1);
    same(count, words, 0, "jousiammunta", 7);
    assert_int_equal(words[0].days[0].day, TODAY);
    zero_hits_free(hits);
    assert_int_equal(zero_hits_open(&hits, folder, 3, TODAY + 5 + HEARD_DAYS, NULL), STATUS_OK); /* all too old */
    assert_int_equal(read_words(&words), 0); /* and gone from the file, though nobody asks for anything */
}

static void the_file_is_not_for_everybody(void **state)
{
    (void)state;
    struct stat about;
    struct heard_word *words;
    mode_t before = umask(0);
    ask("jousiammunta", 3);
    assert_int_equal(read_words(&words), 1);
    umask(before);
    char *path = files_path(folder, HEARD_WORDS_FILE);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0640);
    free(path);
}

static void files_that_are_none(void **state)
{
    (void)state;
    struct heard_word *words;
    size_t count;
    static const char *const corrupt[] = {"x", "{", "[]", "{\"format\":2,\"words\":[]}", "{\"format\":1}",
                                          "{\"format\":1,\"words\":{}}"};
    char *path = files_path(folder, HEARD_WORDS_FILE);
    for (size_t i = 0; i < sizeof corrupt / sizeof *corrupt; i++) {
        files_write(path, corrupt[i], strlen(corrupt[i]));
        assert_int_equal(heard_words_read(folder, &arena, &words, &count, NULL), STATUS_CORRUPT);
        assert_int_equal(count, 0);
    }
    static const char odd[] =
        "{\"format\":1,\"words\":[{\"word\":\"rare\",\"days\":{\"2026-11-20\":2}},{\"word\":\"\",\"days\":{}},7,"
        "{\"word\":\"a\\u0007b\",\"days\":{\"2026-11-20\":4}},{\"word\":\"hyvä\",\"count\":99,\"days\":"
        "{\"2026-11-20\":4,\"2026-11-19\":4,\"2026-11-21\":-3,\"x\":5,\"2026-11-22\":3}}]}";
    files_write(path, odd, strlen(odd));
    assert_int_equal(heard_words_read(folder, &arena, &words, &count, NULL), STATUS_OK);
    assert_int_equal(count, 1);
    same(count, words, 0, "hyvä", 7);
    zero_hits_free(hits);
    files_write(path, "x", 1); /* told, and begun anew */
    assert_int_equal(zero_hits_open(&hits, folder, 3, TODAY, NULL), STATUS_OK);
    ask("jousiammunta", 3);
    assert_int_equal(read_words(&words), 1);
    free(path);
}

enum { ASKED = 20000 };

static void *keep_asking(void *thread)
{
    for (int i = 0; i < ASKED; i++)
        ask_total((size_t)(uintptr_t)thread, i % 2 ? "jousiammunta" : "keilailu", 0);
    return NULL;
}

/* Three threads ask while one gathers: nothing is counted that was not asked, and a word is never torn. */
static void threads_do_not_wait_for_each_other(void **state)
{
    (void)state;
    pthread_t threads[3];
    struct heard_word *words;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, keep_asking, (void *)(uintptr_t)i), 0);
    for (int i = 0; i < 2000; i++)
        zero_hits_gather(hits, TODAY);
    for (size_t i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    zero_hits_gather(hits, TODAY);
    size_t count = read_words(&words);
    assert_int_equal(count, 2);
    uint64_t sum = words[0].count + words[1].count;
    assert_in_range(sum, 3 * ZERO_HITS_FEED_WORDS - 4, 3 * ASKED);
    assert_true(strcmp(words[0].word, "jousiammunta") == 0 || strcmp(words[0].word, "keilailu") == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_are_counted_from_three_on, setup, teardown),
        cmocka_unit_test_setup_teardown(words_that_are_only_not_found_together_are_not_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_personal_is_never_counted, setup, teardown),
        cmocka_unit_test_setup_teardown(a_flood_brings_nothing_rare_to_light, setup, teardown),
        cmocka_unit_test_setup_teardown(days_come_and_go, setup, teardown),
        cmocka_unit_test_setup_teardown(the_file_is_taken_up_again, setup, teardown),
        cmocka_unit_test_setup_teardown(the_file_is_not_for_everybody, setup, teardown),
        cmocka_unit_test_setup_teardown(files_that_are_none, setup, teardown),
        cmocka_unit_test_setup_teardown(threads_do_not_wait_for_each_other, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
