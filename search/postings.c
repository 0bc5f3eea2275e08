#include "search/postings.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
/* Out of memory leaves the entry out of the table instead of ending the process. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <xxhash.h>

#include "search/postings_merge.h"

enum {
    ADMISSION_DIVISOR = 4,    /* an entry larger than a quarter of the budget is not kept */
    KEY_BYTES = POSTINGS_TERMS_PER_WORD * (UINT8_MAX + 2),
    USES_ROWS = 4,
    USES_COUNTERS = 1 << 15,  /* a row; several times the entries that a budget holds */
    USES_MOST = UINT8_MAX,
    USES_PERIOD = USES_COUNTERS, /* an entry that nobody asks for any more gives way after a few */
};

/* The list is in order of use, most recent first; `held` counts the requests that use the entry now. */
struct entry {
    struct postings postings; /* first: postings_release() gets back from it to the entry */
    struct entry *newer, *older;
    UT_hash_handle hh;
    unsigned held;
    bool cached; /* in table and list */
    uint64_t hash; /* of the key */
    size_t key_len;
    char key[];
};

struct postings_cache {
    pthread_mutex_t mutex; /* guards everything below; never held while lists are read */
    struct entry *table, *newest, *oldest;
    struct postings_stats stats;
    size_t budget;
    const struct inverted *inverted;
    uint8_t uses[USES_ROWS][USES_COUNTERS]; /* a count-min sketch of keys asked for */
    uint32_t noted;                         /* since the counters were halved */
};

enum status postings_cache_new(struct postings_cache **cache, const struct inverted *inverted, size_t byte_budget,
                               struct err *err)
{
    struct postings_cache *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(err, STATUS_NOMEM, "out of memory for the posting cache");
    pthread_mutex_init(&c->mutex, NULL);
    c->inverted = inverted;
    c->budget = byte_budget;
    *cache = c;
    return STATUS_OK;
}

static void entry_free(struct entry *entry)
{
    if (!entry)
        return;
    postings_arrays_release(&entry->postings);
    free(entry);
}

static void list_add(struct postings_cache *c, struct entry *entry)
{
    entry->older = c->newest;
    entry->newer = NULL;
    if (c->newest)
        c->newest->newer = entry;
    else
        c->oldest = entry;
    c->newest = entry;
}

static void list_remove(struct postings_cache *c, struct entry *entry)
{
    *(entry->newer ? &entry->newer->older : &c->newest) = entry->older;
    *(entry->older ? &entry->older->newer : &c->oldest) = entry->newer;
}

/* Takes the entry out of the cache; frees it unless a request holds it (then its release does). */
static void entry_drop(struct postings_cache *c, struct entry *entry)
{
    HASH_DELETE(hh, c->table, entry);
    list_remove(c, entry);
    entry->cached = false;
    c->stats.bytes -= entry->postings.bytes;
    c->stats.entries--;
    if (!entry->held)
        entry_free(entry);
}

void postings_cache_free(struct postings_cache *c)
{
    if (!c)
        return;
    for (struct entry *entry = c->oldest, *newer; entry; entry = newer) {
        newer = entry->newer;
        entry_drop(c, entry);
    }
    pthread_mutex_destroy(&c->mutex);
    free(c);
}

static size_t make_key(const struct posting_term *terms, size_t count, char *key)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        key[len++] = (char)terms[i].len;
        key[len++] = (char)terms[i].lanes;
        memcpy(key + len, terms[i].text, terms[i].len);
        len += terms[i].len;
    }
    return len;
}

static struct entry *look_up(struct postings_cache *c, const char *key, size_t key_len)
{
    struct entry *entry;
    HASH_FIND(hh, c->table, key, key_len, entry);
    if (entry) {
        entry->held++;
        list_remove(c, entry);
        list_add(c, entry);
    }
    return entry;
}

static enum status entry_make(struct entry **made, const struct inverted *inverted, const struct posting_term *terms,
                              size_t term_count, const char *key, size_t key_len, struct err *err)
{
    struct entry *entry = calloc(1, sizeof *entry + key_len);
    if (!entry)
        return err_set(err, STATUS_NOMEM, "out of memory for postings");
    memcpy(entry->key, key, key_len);
    entry->key_len = key_len;
    entry->held = 1;
    enum status status = postings_merge(&entry->postings, inverted, terms, term_count, err);
    if (status != STATUS_OK) {
        entry_free(entry);
        return status;
    }
    entry->postings.bytes += sizeof *entry + key_len;
    *made = entry;
    return STATUS_OK;
}

/* ---- what may come in ------------------------------------------------------------------------------------------- */

_Static_assert(USES_COUNTERS == 1 << 15 && USES_ROWS == 4, "each row takes 16 bits of a hash");

static uint8_t *use_of(struct postings_cache *c, uint64_t hash, unsigned row)
{
    return &c->uses[row][hash >> 16 * row & (USES_COUNTERS - 1)];
}

/* How often the key was asked for lately, at most: the smallest of its counters. */
static unsigned uses(struct postings_cache *c, uint64_t hash)
{
    unsigned least = UINT8_MAX;
    for (unsigned row = 0; row < USES_ROWS; row++)
        least = *use_of(c, hash, row) < least ? *use_of(c, hash, row) : least;
    return least;
}

/* Counters are halved from time to time, so that what was common once is forgotten. */
static void note_use(struct postings_cache *c, uint64_t hash)
{
    for (unsigned row = 0; row < USES_ROWS; row++) {
        uint8_t *count = use_of(c, hash, row);
        *count = (uint8_t)(*count < USES_MOST ? *count + 1 : *count);
    }
    if (++c->noted < USES_PERIOD)
        return;
    c->noted = 0;
    for (unsigned row = 0; row < USES_ROWS; row++)
        for (size_t i = 0; i < USES_COUNTERS; i++)
            c->uses[row][i] /= 2;
}

/* Room for the new entry can be had of those that were used longest ago, all of which were asked for less often: if as
 * often did, words in turns that do not fit would push each other out before they come again. */
static bool may_have_room(struct postings_cache *c, const struct entry *fresh)
{
    size_t bytes = c->stats.bytes + fresh->postings.bytes;
    unsigned fresh_uses = uses(c, fresh->hash);
    for (const struct entry *oldest = c->oldest; oldest && bytes > c->budget; oldest = oldest->newer) {
        if (uses(c, oldest->hash) >= fresh_uses)
            return false;
        bytes -= oldest->postings.bytes;
    }
    return bytes <= c->budget;
}

/* Drops nothing for an entry that does not come in. */
static bool make_room(struct postings_cache *c, const struct entry *fresh)
{
    if (fresh->postings.bytes > c->budget / ADMISSION_DIVISOR || !may_have_room(c, fresh))
        return false;
    while (c->oldest && c->stats.bytes + fresh->postings.bytes > c->budget) {
        entry_drop(c, c->oldest);
        c->stats.evictions++;
    }
    return true;
}

/* Puts the fresh entry in unless another thread was faster: then theirs is used and ours thrown away. */
static struct entry *admit(struct postings_cache *c, struct entry *fresh)
{
    pthread_mutex_lock(&c->mutex);
    c->stats.misses++;
    struct entry *entry = look_up(c, fresh->key, fresh->key_len);
    if (entry) {
        entry_free(fresh);
    } else {
        entry = fresh;
        if (make_room(c, fresh)) {
            HASH_ADD_KEYPTR(hh, c->table, fresh->key, fresh->key_len, fresh);
            fresh->cached = fresh->hh.tbl != NULL;
        }
        if (fresh->cached) {
            list_add(c, fresh);
            c->stats.bytes += fresh->postings.bytes;
            c->stats.entries++;
        } else {
            c->stats.refused++;
        }
    }
    pthread_mutex_unlock(&c->mutex);
    return entry;
}

enum status postings_get(struct postings_cache *c, const struct posting_term *terms, size_t term_count,
                         const struct postings **postings, struct err *err)
{
    char key[KEY_BYTES];
    if (term_count == 0 || term_count > POSTINGS_TERMS_PER_WORD)
        return err_set(err, STATUS_LIMIT, "a word has %zu terms, allowed are 1..%d", term_count,
                       POSTINGS_TERMS_PER_WORD);
    size_t key_len = make_key(terms, term_count, key);
    uint64_t hash = XXH3_64bits(key, key_len);
    pthread_mutex_lock(&c->mutex);
    note_use(c, hash);
    struct entry *entry = look_up(c, key, key_len);
    c->stats.hits += entry != NULL;
    pthread_mutex_unlock(&c->mutex);
    if (!entry) {
        TRY(entry_make(&entry, c->inverted, terms, term_count, key, key_len, err));
        entry->hash = hash;
        entry = admit(c, entry);
    }
    *postings = &entry->postings;
    return STATUS_OK;
}

bool postings_are_of(const struct postings *postings, const struct posting_term *terms, size_t term_count)
{
    const struct entry *entry = (const struct entry *)(const void *)postings;
    size_t at = 0;
    for (size_t i = 0; i < term_count; at += 2u + terms[i++].len)
        if (entry->key_len < at + 2 + terms[i].len || (uint8_t)entry->key[at] != terms[i].len ||
            (uint8_t)entry->key[at + 1] != terms[i].lanes ||
            memcmp(entry->key + at + 2, terms[i].text, terms[i].len) != 0)
            return false;
    return at == entry->key_len;
}

/* ---- rows of an entry ------------------------------------------------------------------------------------------- */

/* First place of those from `at` to `end` whose low bits are not below these; `end` when there is none. */
static uint32_t gallop(const struct postings *p, uint32_t at, uint32_t end, uint16_t low)
{
    uint32_t step = 1, from = at;
    while (at < end && p->low[at] < low) {
        from = at + 1;
        at = step < end - at ? at + step : end;
        step *= 2;
    }
    while (from < at) {
        uint32_t middle = from + (at - from) / 2;
        if (p->low[middle] < low)
            from = middle + 1;
        else
            at = middle;
    }
    return from;
}

uint32_t postings_place(const struct postings *p, uint32_t row, uint32_t *from)
{
    if (p->low) {
        uint32_t begin = p->begins[row / POSTINGS_RUN], end = p->begins[row / POSTINGS_RUN + 1];
        *from = gallop(p, *from > begin ? *from : begin, end, (uint16_t)row);
        return *from < end && p->low[*from] == (uint16_t)row ? *from : POSTINGS_NONE;
    }
    if (p->count == 0 || !docset_has(&p->set, row))
        return POSTINGS_NONE;
    size_t word = row / 64;
    uint32_t place = p->before[word / POSTINGS_STRIDE];
    for (size_t w = word - word % POSTINGS_STRIDE; w < word; w++)
        place += docset_ones(p->set.words[w]);
    return place + docset_ones(p->set.words[word] & (((uint64_t)1 << (row & 63)) - 1));
}

void postings_or(const struct postings *p, struct docset *set)
{
    if (p->set.words)
        docset_or(set, &p->set);
    else
        POSTINGS_EACH(p, row)
            docset_put(set, row);
}

void postings_keep(const struct postings *p, struct docset *set)
{
    size_t word = 0;
    uint64_t kept = 0;
    if (p->set.words) {
        docset_and(set, &p->set);
        return;
    }
    POSTINGS_EACH(p, row) {
        for (; word < row / 64; kept = 0)
            set->words[word++] &= kept;
        kept |= (uint64_t)1 << (row & 63);
    }
    for (; word < set->word_count; kept = 0)
        set->words[word++] &= kept;
}

/* ---- warming ---------------------------------------------------------------------------------------------------- */

/* Key and all, so that the other cache need not be locked while lists are read. */
static struct entry *copy_keys(struct postings_cache *from)
{
    pthread_mutex_lock(&from->mutex);
    struct entry *first = NULL, **next = &first;
    for (struct entry *e = from->newest; e; e = e->older) {
        struct entry *copy = calloc(1, sizeof *copy + e->key_len);
        if (!copy)
            break;
        memcpy(copy->key, e->key, copy->key_len = e->key_len);
        *next = copy;
        next = &copy->older;
    }
    pthread_mutex_unlock(&from->mutex);
    return first;
}

/* The terms that make_key() was given. */
static size_t terms_of_key(const struct entry *key, struct posting_term *terms)
{
    size_t count = 0;
    for (size_t at = 0; at < key->key_len; at += 2u + terms[count++].len)
        terms[count] = (struct posting_term){key->key + at + 2, (uint8_t)key->key[at], (uint8_t)key->key[at + 1]};
    return count;
}

/* Each was put in as the newest, the newest of the other cache first: now they stand as they did there, and count as
 * much. */
static void take_over_order(struct postings_cache *c, struct postings_cache *from)
{
    pthread_mutex_lock(&c->mutex);
    for (struct entry *e = c->newest, *older; e; e = older) {
        older = e->older;
        e->older = e->newer;
        e->newer = older;
    }
    struct entry *newest = c->newest;
    c->newest = c->oldest;
    c->oldest = newest;
    pthread_mutex_lock(&from->mutex);
    memcpy(c->uses, from->uses, sizeof c->uses);
    c->noted = from->noted;
    pthread_mutex_unlock(&from->mutex);
    pthread_mutex_unlock(&c->mutex);
}

enum status postings_cache_warm(struct postings_cache *c, struct postings_cache *from, struct err *err)
{
    struct posting_term terms[POSTINGS_TERMS_PER_WORD];
    enum status status = STATUS_OK;
    struct entry *key = copy_keys(from), *next;
    for (; key; key = next) {
        const struct postings *postings;
        if (status == STATUS_OK && postings_cache_stats(c).bytes <= c->budget / 2) {
            status = postings_get(c, terms, terms_of_key(key, terms), &postings, err);
            if (status == STATUS_OK)
                postings_release(c, postings);
        }
        next = key->older;
        free(key);
    }
    take_over_order(c, from);
    return status;
}

void postings_release(struct postings_cache *c, const struct postings *postings)
{
    if (!postings)
        return;
    struct entry *entry = (struct entry *)(uintptr_t)postings;
    pthread_mutex_lock(&c->mutex);
    bool last = --entry->held == 0 && !entry->cached;
    pthread_mutex_unlock(&c->mutex);
    if (last)
        entry_free(entry);
}

struct postings_stats postings_cache_stats(struct postings_cache *c)
{
    pthread_mutex_lock(&c->mutex);
    struct postings_stats stats = c->stats;
    pthread_mutex_unlock(&c->mutex);
    return stats;
}
