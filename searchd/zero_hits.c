#include "searchd/zero_hits.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analyse/fold.h"
#include "base/log.h"
#include "base/utf8.h"
#include "search/query.h"
#include "search/request.h"
#include "search/search.h"
#include "searchd/personal.h"

/* Written by one thread, emptied by another. */
struct zero_hits_feed {
    _Atomic uint32_t put;   /* words ever put in; the writer's */
    _Atomic uint32_t taken; /* and taken out; the reader's */
    char words[ZERO_HITS_FEED_WORDS][HEARD_WORD_BYTES];
};

struct entry {
    uint64_t hash;
    uint64_t error;   /* what it inherited: for choosing who goes */
    uint32_t waiting; /* occurrences that are not counted yet, below HEARD_LEAST */
    int32_t waiting_day; /* of the last of them */
    uint32_t days[HEARD_DAYS]; /* by day modulo HEARD_DAYS; 0 or HEARD_LEAST and more */
    char word[HEARD_WORD_BYTES];
};

struct zero_hits {
    char *dir;
    size_t threads;
    struct zero_hits_feed **feeds;
    struct entry *entries; /* HEARD_WORDS of them */
    size_t count;
    int32_t today; /* days after it hold nothing yet, days HEARD_DAYS before it nothing any more */
    bool changed;  /* since it was written */
};

static size_t day_slot(int32_t day)
{
    return (size_t)(((int64_t)day % HEARD_DAYS + HEARD_DAYS) % HEARD_DAYS);
}

static uint64_t occurrences(const struct entry *entry)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < HEARD_DAYS; i++)
        sum += entry->days[i];
    return sum;
}

/* ---- in the threads that answer --------------------------------------------------------------------------------- */

static void feed_put(struct zero_hits_feed *feed, const char *word, size_t len)
{
    uint32_t put = atomic_load_explicit(&feed->put, memory_order_relaxed);
    if (put - atomic_load_explicit(&feed->taken, memory_order_acquire) >= ZERO_HITS_FEED_WORDS)
        return; /* lost, rather than anybody waits */
    char *slot = feed->words[put % ZERO_HITS_FEED_WORDS];
    memcpy(slot, word, len);
    slot[len] = '\0';
    atomic_store_explicit(&feed->put, put + 1, memory_order_release);
}

/* A word with a letter, neither short nor cut. */
static bool worth_keeping(const char *word, size_t len)
{
    size_t digits = 0;
    if (len >= HEARD_WORD_BYTES || utf8_count(word, len) < ZERO_HITS_WORD_CHARS)
        return false;
    for (size_t i = 0; i < len; i++)
        digits += word[i] >= '0' && word[i] <= '9';
    return digits < len && !personal_query(word, len);
}

void zero_hits_note(struct zero_hits_feed *feed, const struct request *request, const struct answer *answer)
{
    char word[FOLD_BYTES];
    if (!feed || answer->total || !answer->query || personal_query(request->q, strlen(request->q)))
        return;
    const struct query *query = answer->query;
    if (request->all_words && answer->wanted > 1) /* each may be found, only not together */
        return;
    for (size_t i = 0; i < query->word_count; i++) {
        if (query->words[i].optional) /* names an area, a weekday …: not what is missing */
            continue;
        size_t len = fold_surface(query->words[i].text, strlen(query->words[i].text), word);
        if (worth_keeping(word, len))
            feed_put(feed, word, len);
    }
}

/* ---- in the one that gathers ------------------------------------------------------------------------------------ */

static struct entry *find(struct zero_hits *hits, const char *word, uint64_t hash)
{
    for (size_t i = 0; i < hits->count; i++)
        if (hits->entries[i].hash == hash && strcmp(hits->entries[i].word, word) == 0)
            return &hits->entries[i];
    return NULL;
}

/* A new word's entry: a free one, or that of the word that counts least. */
static struct entry *take(struct zero_hits *hits, const char *word, uint64_t hash)
{
    struct entry *least = &hits->entries[0];
    uint64_t error = 0;
    if (hits->count < HEARD_WORDS) {
        least = &hits->entries[hits->count++];
    } else {
        error = UINT64_MAX;
        for (size_t i = 0; i < hits->count; i++) {
            const struct entry *e = &hits->entries[i];
            uint64_t counts = e->error + e->waiting + occurrences(e);
            if (counts < error) {
                error = counts;
                least = &hits->entries[i];
            }
        }
        hits->changed |= occurrences(least) > 0;
    }
    *least = (struct entry){.hash = hash, .error = error};
    memcpy(least->word, word, strlen(word) + 1);
    return least;
}

static void count_word(struct zero_hits *hits, const char *word)
{
    uint64_t hash = XXH3_64bits(word, strlen(word));
    struct entry *e = find(hits, word, hash);
    if (!e)
        e = take(hits, word, hash);
    uint32_t *today = &e->days[day_slot(hits->today)];
    e->waiting++;
    e->waiting_day = hits->today;
    if ((*today || e->waiting >= HEARD_LEAST) && *today <= UINT32_MAX - e->waiting) {
        *today += e->waiting;
        e->waiting = 0;
        hits->changed = true;
    }
}

/* Days that are too old are emptied before their slots are used again. */
static void turn_to(struct zero_hits *hits, int32_t today)
{
    for (int32_t day = today; day > hits->today && day > today - HEARD_DAYS; day--)
        for (size_t i = 0; i < hits->count; i++) {
            struct entry *e = &hits->entries[i];
            hits->changed |= e->days[day_slot(day)] > 0;
            e->days[day_slot(day)] = 0;
        }
    size_t kept = 0;
    for (size_t i = 0; i < hits->count; i++) {
        struct entry *e = &hits->entries[i];
        if (e->waiting_day <= today - HEARD_DAYS)
            e->waiting = 0;
        e->error = 0; /* else what was once inherited would hold a place for ever */
        if (e->waiting || occurrences(e))
            hits->entries[kept++] = *e;
    }
    hits->count = kept;
    hits->today = today;
}

void zero_hits_gather(struct zero_hits *hits, int32_t today)
{
    if (today > hits->today)
        turn_to(hits, today);
    for (size_t t = 0; t < hits->threads; t++) {
        struct zero_hits_feed *feed = hits->feeds[t];
        uint32_t taken = atomic_load_explicit(&feed->taken, memory_order_relaxed);
        uint32_t put = atomic_load_explicit(&feed->put, memory_order_acquire);
        for (; taken != put; taken++)
            count_word(hits, feed->words[taken % ZERO_HITS_FEED_WORDS]);
        atomic_store_explicit(&feed->taken, taken, memory_order_release);
    }
}

/* ---- the file --------------------------------------------------------------------------------------------------- */

static int compare_words(const void *a, const void *b)
{
    const struct heard_word *x = a, *y = b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(x->word, y->word);
}

enum status zero_hits_json(const struct zero_hits *hits, struct buf *out, struct err *err)
{
    struct heard_word *words = calloc(hits->count + 1, sizeof *words);
    struct heard_day *days = calloc((hits->count + 1) * HEARD_DAYS, sizeof *days);
    size_t count = 0, used = 0;
    for (size_t i = 0; words && days && i < hits->count; i++) {
        const struct entry *e = &hits->entries[i];
        struct heard_word *word = &words[count];
        *word = (struct heard_word){.word = e->word, .days = days + used};
        for (int32_t n = HEARD_DAYS - 1; n >= 0; n--) {
            uint32_t times = e->days[day_slot(hits->today - n)];
            if (times < HEARD_LEAST)
                continue;
            days[used++] = (struct heard_day){hits->today - n, times};
            word->day_count++;
            word->count += times;
        }
        count += word->day_count > 0;
    }
    enum status status = words && days ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory");
    if (status == STATUS_OK) {
        qsort(words, count, sizeof *words, compare_words);
        heard_words_json(words, count, out);
        status = buf_ok(out, err);
    }
    free(words);
    free(days);
    return status;
}

enum status zero_hits_write(struct zero_hits *hits, struct err *err)
{
    struct buf text = BUF_INIT;
    if (!hits->changed)
        return STATUS_OK;
    enum status status = zero_hits_json(hits, &text, err);
    if (status == STATUS_OK)
        status = heard_replace(hits->dir, HEARD_WORDS_FILE, &text, err);
    if (status == STATUS_OK)
        hits->changed = false;
    buf_release(&text);
    return status;
}

/* Words of before, most frequent first, so that the first ones are kept. */
static void take_back(struct zero_hits *hits, const struct heard_word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t hash = XXH3_64bits(words[i].word, strlen(words[i].word));
        struct entry *e = find(hits, words[i].word, hash) ? NULL : take(hits, words[i].word, hash);
        for (size_t d = 0; e && d < words[i].day_count; d++) {
            int32_t day = words[i].days[d].day;
            if (day <= hits->today && day > hits->today - HEARD_DAYS)
                e->days[day_slot(day)] = words[i].days[d].count;
            else
                hits->changed = true; /* it goes from the file too, though nobody asks for anything */
        }
    }
}

static enum status open_parts(struct zero_hits *hits, const char *dir, struct err *err)
{
    struct arena arena = ARENA_INIT;
    struct heard_word *words;
    struct err why = {0};
    size_t count;
    hits->dir = strdup(dir);
    hits->entries = calloc(HEARD_WORDS, sizeof *hits->entries);
    hits->feeds = calloc(hits->threads + 1, sizeof *hits->feeds);
    bool made = hits->dir && hits->entries && hits->feeds;
    for (size_t i = 0; made && i < hits->threads; i++)
        made = (hits->feeds[i] = calloc(1, sizeof *hits->feeds[i])) != NULL;
    if (!made)
        return err_set(err, STATUS_NOMEM, "out of memory for words without hits");
    enum status status = heard_words_read(dir, &arena, &words, &count, &why);
    if (status == STATUS_OK)
        take_back(hits, words, count);
    else
        log_line(LOG_WARNING, "event", "zero-hits-unreadable", "message", why.message, NULL);
    arena_release(&arena);
    return STATUS_OK;
}

enum status zero_hits_open(struct zero_hits **result, const char *dir, size_t threads, int32_t today, struct err *err)
{
    struct zero_hits *hits = calloc(1, sizeof *hits);
    if (!hits)
        return err_set(err, STATUS_NOMEM, "out of memory for words without hits");
    hits->threads = threads;
    hits->today = today;
    enum status status = open_parts(hits, dir, err);
    if (status != STATUS_OK) {
        zero_hits_free(hits);
        return status;
    }
    *result = hits;
    return STATUS_OK;
}

void zero_hits_free(struct zero_hits *hits)
{
    if (!hits)
        return;
    for (size_t i = 0; hits->feeds && i < hits->threads; i++)
        free(hits->feeds[i]);
    free(hits->feeds);
    free(hits->entries);
    free(hits->dir);
    free(hits);
}

struct zero_hits_feed *zero_hits_feed(struct zero_hits *hits, size_t thread)
{
    return hits && thread < hits->threads ? hits->feeds[thread] : NULL;
}
