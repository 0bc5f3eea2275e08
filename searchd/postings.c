#include "searchd/postings.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
/* Out of memory leaves the entry out of the table instead of ending the process. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

enum {
    READ_BLOCK = 4096,
    BITMAP_SHARE = 64,        /* a bitmap when more than rows / 64 match: then it is the smaller form to intersect */
    ADMISSION_DIVISOR = 4,    /* an entry larger than a quarter of the budget is not kept */
    KEY_BYTES = POSTINGS_TERMS_PER_WORD * (XAP_TERM_BYTES + 2),
};

/* The list is in order of use, most recent first; `held` counts the requests that use the entry now. */
struct entry {
    struct postings postings; /* first: postings_release() gets back from it to the entry */
    struct entry *newer, *older;
    UT_hash_handle hh;
    unsigned held;
    bool cached; /* in table and list */
    size_t key_len;
    char key[];
};

struct postings_cache {
    pthread_mutex_t mutex; /* guards everything below; never held while reading from Xapian */
    struct entry *table, *newest, *oldest;
    struct postings_stats stats;
    size_t budget;
    uint32_t rows;
};

enum status postings_cache_new(struct postings_cache **cache, uint32_t rows, size_t byte_budget, struct err *err)
{
    struct postings_cache *c = calloc(1, sizeof *c);
    if (!c)
        return err_set(err, STATUS_NOMEM, "out of memory for the posting cache");
    pthread_mutex_init(&c->mutex, NULL);
    c->rows = rows;
    c->budget = byte_budget;
    *cache = c;
    return STATUS_OK;
}

static void entry_free(struct entry *entry)
{
    if (!entry)
        return;
    free(entry->postings.rows);
    for (int lane = 0; lane < LANE_COUNT; lane++)
        free(entry->postings.frequency[lane]);
    free(entry->postings.set.words);
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
    while (c->oldest)
        entry_drop(c, c->oldest);
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

/* ---- reading one term after the other into the entry ---------------------------------------------------------- */

struct raw {
    uint32_t *rows;
    uint8_t *frequency;
    size_t count;
};

static void raw_release(struct raw *raw)
{
    free(raw->rows);
    free(raw->frequency);
}

static enum status raw_fill(struct raw *raw, struct xap_postings *list, size_t most, uint32_t rows, struct err *err)
{
    uint32_t docids[READ_BLOCK], wdfs[READ_BLOCK];
    size_t got;
    for (;;) {
        TRY(xap_postings_next(list, docids, wdfs, READ_BLOCK, &got, err));
        if (got == 0)
            return STATUS_OK;
        for (size_t i = 0; i < got; i++) {
            if (raw->count == most || docids[i] - 1 >= rows)
                return err_set(err, STATUS_CORRUPT, "postings and columns are of different generations");
            raw->rows[raw->count] = docids[i] - 1;
            raw->frequency[raw->count++] =
                (uint8_t)(wdfs[i] > POSTINGS_FREQUENCY_MOST ? POSTINGS_FREQUENCY_MOST : wdfs[i]);
        }
    }
}

static enum status raw_read(struct raw *raw, struct xap_reader *reader, const struct posting_term *term, uint32_t rows,
                            struct err *err)
{
    uint32_t most;
    struct xap_postings *list;
    TRY(xap_reader_freq(reader, term->text, term->len, &most, err));
    raw->rows = malloc(((size_t)most + 1) * sizeof *raw->rows);
    raw->frequency = malloc((size_t)most + 1);
    if (!raw->rows || !raw->frequency)
        return err_set(err, STATUS_NOMEM, "out of memory for %u postings", most);
    if (most == 0)
        return STATUS_OK;
    TRY(xap_postings_open(&list, reader, term->text, term->len, err));
    enum status status = raw_fill(raw, list, most, rows, err);
    xap_postings_free(list);
    return status;
}

/* The rows of all terms as a bitmap, and how many they are. */
static enum status unite(struct docset *set, const struct raw *raws, size_t count, uint32_t rows, struct err *err)
{
    set->word_count = docset_words(rows);
    set->words = calloc(set->word_count + 1, sizeof *set->words);
    if (!set->words)
        return err_set(err, STATUS_NOMEM, "out of memory for a bitmap of %u rows", rows);
    for (size_t i = 0; i < count; i++)
        for (size_t r = 0; r < raws[i].count; r++)
            docset_put(set, raws[i].rows[r]);
    return STATUS_OK;
}

/* Room for that many rows, with frequencies of 0 in the lanes that terms with rows feed. */
static enum status make_room(struct postings *p, const struct raw *raws, const struct posting_term *terms,
                             size_t count, size_t room, struct err *err)
{
    unsigned lanes = 0;
    for (size_t i = 0; i < count; i++)
        lanes |= raws[i].count ? terms[i].lanes : 0;
    p->rows = malloc((room + 1) * sizeof *p->rows);
    bool enough = p->rows != NULL;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        if (lanes & 1u << lane)
            enough &= (p->frequency[lane] = calloc(room + 1, 1)) != NULL;
    return enough ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory for %zu postings", room);
}

/* Adds the term's frequencies to its lanes; place: of each row in the lanes. */
static void add_frequencies(struct postings *p, const struct raw *raw, unsigned lanes, const uint32_t *place)
{
    for (int lane = 0; lane < LANE_COUNT; lane++) {
        uint8_t *to = p->frequency[lane];
        for (size_t r = 0; lanes & 1u << lane && r < raw->count; r++) {
            uint32_t at = place[raw->rows[r]];
            unsigned sum = (unsigned)to[at] + raw->frequency[r];
            to[at] = (uint8_t)(sum > POSTINGS_FREQUENCY_MOST ? POSTINGS_FREQUENCY_MOST : sum);
        }
    }
}

static void count_lanes(struct postings *p)
{
    for (int lane = 0; lane < LANE_COUNT; lane++)
        for (uint32_t i = 0; p->frequency[lane] && i < p->count; i++)
            p->rows_in_lane[lane] += p->frequency[lane][i] > 0;
}

/* Adds up frequencies of all terms: first the union of rows through the bitmap, then each term's frequencies at the
 * place of its row in that: no step looks at more than one term. The bitmap stays when the rows are many. */
static enum status merge(struct postings *p, const struct raw *raws, const struct posting_term *terms, size_t count,
                         uint32_t rows, struct err *err)
{
    TRY(unite(&p->set, raws, count, rows, err));
    uint32_t *place = malloc(((size_t)rows + 1) * sizeof *place);
    enum status status = place ? make_room(p, raws, terms, count, docset_count(&p->set), err)
                               : err_set(err, STATUS_NOMEM, "out of memory for the places of %u rows", rows);
    if (status == STATUS_OK) {
        DOCSET_EACH(&p->set, row) {
            place[row] = p->count;
            p->rows[p->count++] = row;
        }
        for (size_t i = 0; i < count; i++)
            add_frequencies(p, &raws[i], terms[i].lanes, place);
        count_lanes(p);
    }
    free(place);
    if (p->count <= rows / BITMAP_SHARE) {
        free(p->set.words);
        p->set = (struct docset){0};
    }
    return status;
}

static size_t entry_bytes(const struct entry *entry)
{
    const struct postings *p = &entry->postings;
    size_t bytes = sizeof *entry + entry->key_len + p->count * sizeof *p->rows + p->set.word_count * 8;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        bytes += p->frequency[lane] ? p->count : 0;
    return bytes;
}

static enum status entry_make(struct entry **made, struct xap_reader *reader, const struct posting_term *terms,
                              size_t term_count, uint32_t rows, const char *key, size_t key_len, struct err *err)
{
    struct raw raws[POSTINGS_TERMS_PER_WORD] = {{0}};
    struct entry *entry = calloc(1, sizeof *entry + key_len);
    if (!entry)
        return err_set(err, STATUS_NOMEM, "out of memory for postings");
    memcpy(entry->key, key, key_len);
    entry->key_len = key_len;
    entry->held = 1;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < term_count && status == STATUS_OK; i++)
        status = raw_read(&raws[i], reader, &terms[i], rows, err);
    if (status == STATUS_OK)
        status = merge(&entry->postings, raws, terms, term_count, rows, err);
    for (size_t i = 0; i < term_count; i++)
        raw_release(&raws[i]);
    if (status != STATUS_OK) {
        entry_free(entry);
        return status;
    }
    entry->postings.bytes = entry_bytes(entry);
    *made = entry;
    return STATUS_OK;
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
        if (fresh->postings.bytes <= c->budget / ADMISSION_DIVISOR) {
            HASH_ADD_KEYPTR(hh, c->table, fresh->key, fresh->key_len, fresh);
            fresh->cached = fresh->hh.tbl != NULL;
        }
        if (fresh->cached) {
            list_add(c, fresh);
            c->stats.bytes += fresh->postings.bytes;
            c->stats.entries++;
        }
        while (c->stats.bytes > c->budget && c->oldest) {
            entry_drop(c, c->oldest);
            c->stats.evictions++;
        }
    }
    pthread_mutex_unlock(&c->mutex);
    return entry;
}

enum status postings_get(struct postings_cache *c, struct xap_reader *reader, const struct posting_term *terms,
                         size_t term_count, const struct postings **postings, struct err *err)
{
    char key[KEY_BYTES];
    if (term_count == 0 || term_count > POSTINGS_TERMS_PER_WORD)
        return err_set(err, STATUS_LIMIT, "a word has %zu terms, allowed are 1..%d", term_count,
                       POSTINGS_TERMS_PER_WORD);
    size_t key_len = make_key(terms, term_count, key);
    pthread_mutex_lock(&c->mutex);
    struct entry *entry = look_up(c, key, key_len);
    c->stats.hits += entry != NULL;
    pthread_mutex_unlock(&c->mutex);
    if (!entry) {
        TRY(entry_make(&entry, reader, terms, term_count, c->rows, key, key_len, err));
        entry = admit(c, entry);
    }
    *postings = &entry->postings;
    return STATUS_OK;
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
