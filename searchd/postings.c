#include "searchd/postings.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
/* Out of memory leaves the entry out of the table instead of ending the process. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>
#include <xxhash.h>

enum {
    READ_BLOCK = 4096,
    BITMAP_SHARE = 64,        /* a bitmap when more than rows / 64 match: then it is the smaller form to intersect */
    ADMISSION_DIVISOR = 4,    /* an entry larger than a quarter of the budget is not kept */
    /* Measured against the 15 ns of reading one posting: */
    ASKED_FAR = 110,          /* asking for a row far from the last one, which seeks, … */
    ASKED_WALK = 7,           /* … at most the whole list by so many postings at once, … */
    ASKED_ROW = 2,            /* … and each row asked for; */
    ASKED_TERMS = 3,          /* terms of a group that are asked before all rows are found, as a rule */
    SIGHTS = 2048,            /* groups of terms of which is remembered how many rows they have */
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

/* What is known of terms that nobody has read: a later one of the same place overwrites it. */
struct sight {
    uint64_t key_hash;
    uint64_t rows;  /* of all terms together */
    uint64_t asked; /* what asking row by row has cost so far, in postings read */
    uint64_t there; /* bit per term that the index has */
    size_t first;   /* the commonest term */
};
_Static_assert(POSTINGS_TERMS_PER_WORD <= 64, "a bit for each term");

struct postings_cache {
    pthread_mutex_t mutex; /* guards everything below; never held while reading from Xapian */
    struct entry *table, *newest, *oldest;
    struct postings_stats stats;
    struct sight sights[SIGHTS];
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

/* rows_only: the key of an entry without frequencies; no term of another feeds no lane. */
static size_t make_key(const struct posting_term *terms, size_t count, bool rows_only, char *key)
{
    size_t len = 0;
    for (size_t i = 0; i < count; i++) {
        key[len++] = (char)terms[i].len;
        key[len++] = rows_only ? 0 : (char)terms[i].lanes;
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

/* What an entry is read from. */
struct reading {
    struct xap_reader *reader;
    const struct posting_term *terms;
    size_t term_count;
    uint32_t rows; /* of the generation */
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

static enum status raw_read(struct raw *raw, const struct reading *from, const struct posting_term *term,
                            struct err *err)
{
    uint32_t most;
    struct xap_postings *list;
    TRY(xap_reader_freq(from->reader, term->text, term->len, &most, err));
    raw->rows = malloc(((size_t)most + 1) * sizeof *raw->rows);
    raw->frequency = malloc((size_t)most + 1);
    if (!raw->rows || !raw->frequency)
        return err_set(err, STATUS_NOMEM, "out of memory for %u postings", most);
    if (most == 0)
        return STATUS_OK;
    TRY(xap_postings_open(&list, from->reader, term->text, term->len, err));
    enum status status = raw_fill(raw, list, most, from->rows, err);
    xap_postings_free(list);
    return status;
}

static enum status new_bitmap(struct docset *set, uint32_t rows, struct err *err)
{
    set->word_count = docset_words(rows);
    set->words = calloc(set->word_count + 1, sizeof *set->words);
    return set->words ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory for a bitmap of %u rows", rows);
}

/* A list is the smaller form when the rows are few. */
static void drop_small_bitmap(struct postings *p, uint32_t rows)
{
    if (p->count > rows / BITMAP_SHARE)
        return;
    free(p->set.words);
    p->set = (struct docset){0};
}

/* Room for that many rows, with frequencies of 0 in the lanes that terms with rows feed. */
static enum status make_room(struct postings *p, const struct raw *raws, const struct reading *from, size_t room,
                             struct err *err)
{
    unsigned lanes = 0;
    for (size_t i = 0; i < from->term_count; i++)
        lanes |= raws[i].count ? from->terms[i].lanes : 0;
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
static enum status merge(struct postings *p, const struct raw *raws, const struct reading *from, struct err *err)
{
    uint32_t rows = from->rows;
    TRY(new_bitmap(&p->set, rows, err));
    for (size_t i = 0; i < from->term_count; i++)
        for (size_t r = 0; r < raws[i].count; r++)
            docset_put(&p->set, raws[i].rows[r]);
    uint32_t *place = malloc(((size_t)rows + 1) * sizeof *place);
    enum status status = place ? make_room(p, raws, from, docset_count(&p->set), err)
                               : err_set(err, STATUS_NOMEM, "out of memory for the places of %u rows", rows);
    if (status == STATUS_OK) {
        DOCSET_EACH(&p->set, row) {
            place[row] = p->count;
            p->rows[p->count++] = row;
        }
        for (size_t i = 0; i < from->term_count; i++)
            add_frequencies(p, &raws[i], from->terms[i].lanes, place);
        count_lanes(p);
    }
    free(place);
    drop_small_bitmap(p, rows);
    return status;
}

static size_t entry_bytes(const struct entry *entry)
{
    const struct postings *p = &entry->postings;
    size_t bytes = sizeof *entry + entry->key_len + p->set.word_count * sizeof *p->set.words;
    bytes += p->rows ? p->count * sizeof *p->rows : 0;
    for (int lane = 0; lane < LANE_COUNT; lane++)
        bytes += p->frequency[lane] ? p->count : 0;
    return bytes;
}

static enum status read_all(struct postings *p, const struct reading *from, struct err *err)
{
    struct raw raws[POSTINGS_TERMS_PER_WORD] = {{0}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < from->term_count && status == STATUS_OK; i++)
        status = raw_read(&raws[i], from, &from->terms[i], err);
    if (status == STATUS_OK)
        status = merge(p, raws, from, err);
    for (size_t i = 0; i < from->term_count; i++)
        raw_release(&raws[i]);
    return status;
}

typedef enum status read_fn(struct postings *postings, const struct reading *from, struct err *err);

static enum status entry_make(struct entry **made, const struct reading *from, read_fn *read, const char *key,
                              size_t key_len, struct err *err)
{
    struct entry *entry = calloc(1, sizeof *entry + key_len);
    if (!entry)
        return err_set(err, STATUS_NOMEM, "out of memory for postings");
    memcpy(entry->key, key, key_len);
    entry->key_len = key_len;
    entry->held = 1;
    enum status status = read(&entry->postings, from, err);
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

static enum status check_count(size_t term_count, struct err *err)
{
    if (term_count == 0 || term_count > POSTINGS_TERMS_PER_WORD)
        return err_set(err, STATUS_LIMIT, "a word has %zu terms, allowed are 1..%d", term_count,
                       POSTINGS_TERMS_PER_WORD);
    return STATUS_OK;
}

/* The cached entry, held; NULL when there is none. */
static struct entry *find(struct postings_cache *c, const char *key, size_t key_len)
{
    pthread_mutex_lock(&c->mutex);
    struct entry *entry = look_up(c, key, key_len);
    c->stats.hits += entry != NULL;
    pthread_mutex_unlock(&c->mutex);
    return entry;
}

enum status postings_get(struct postings_cache *c, struct xap_reader *reader, const struct posting_term *terms,
                         size_t term_count, const struct postings **postings, struct err *err)
{
    char key[KEY_BYTES];
    const struct reading from = {reader, terms, term_count, c->rows};
    TRY(check_count(term_count, err));
    size_t key_len = make_key(terms, term_count, false, key);
    struct entry *entry = find(c, key, key_len);
    if (!entry) {
        TRY(entry_make(&entry, &from, read_all, key, key_len, err));
        entry = admit(c, entry);
    }
    *postings = &entry->postings;
    return STATUS_OK;
}

/* ---- rows alone ------------------------------------------------------------------------------------------------- */

/* Of either kind; the key is that of rows alone afterwards. */
static struct entry *find_any(struct postings_cache *c, const struct posting_term *terms, size_t term_count,
                              char key[KEY_BYTES], size_t *key_len)
{
    *key_len = make_key(terms, term_count, false, key);
    struct entry *entry = find(c, key, *key_len);
    if (entry)
        return entry;
    *key_len = make_key(terms, term_count, true, key);
    return find(c, key, *key_len);
}

static enum status look(struct xap_reader *reader, const struct posting_term *terms, size_t term_count,
                        struct sight *sight, struct err *err)
{
    uint32_t most = 0;
    for (size_t i = 0; i < term_count; i++) {
        uint32_t rows;
        TRY(xap_reader_freq(reader, terms[i].text, terms[i].len, &rows, err));
        sight->rows += rows;
        sight->there |= (uint64_t)(rows > 0) << i;
        if (rows > most) {
            most = rows;
            sight->first = i;
        }
    }
    return STATUS_OK;
}

/* What asking a term for so many rows takes, in postings that would be read in the same time. */
static uint64_t asking_cost(uint64_t count, uint64_t postings)
{
    uint64_t seek = count * ASKED_FAR, walk = postings / ASKED_WALK;
    return count * ASKED_ROW + (seek < walk ? seek : walk);
}

/* What is known of the terms; that `count` rows may be asked for is noted. */
static enum status see(struct postings_cache *c, const struct reading *from, const char *key, size_t key_len,
                       uint64_t count, struct sight *sight, struct err *err)
{
    uint64_t hash = XXH3_64bits(key, key_len);
    struct sight *place = &c->sights[hash % SIGHTS];
    pthread_mutex_lock(&c->mutex);
    *sight = *place;
    bool known = sight->key_hash == hash && sight->there;
    if (known)
        place->asked = sight->asked += ASKED_TERMS * asking_cost(count, sight->rows);
    pthread_mutex_unlock(&c->mutex);
    if (known)
        return STATUS_OK;
    *sight = (struct sight){.key_hash = hash};
    TRY(look(from->reader, from->terms, from->term_count, sight, err));
    sight->asked = ASKED_TERMS * asking_cost(count, sight->rows);
    pthread_mutex_lock(&c->mutex);
    *place = *sight;
    pthread_mutex_unlock(&c->mutex);
    return STATUS_OK;
}

enum status postings_guess(struct postings_cache *c, struct xap_reader *reader, const struct posting_term *terms,
                           size_t term_count, uint64_t *rows, struct err *err)
{
    char key[KEY_BYTES];
    const struct reading from = {reader, terms, term_count, c->rows};
    struct sight sight;
    size_t key_len;
    TRY(check_count(term_count, err));
    struct entry *entry = find_any(c, terms, term_count, key, &key_len);
    if (!entry) {
        TRY(see(c, &from, key, key_len, 0, &sight, err));
        *rows = sight.rows;
        return STATUS_OK;
    }
    *rows = entry->postings.count;
    postings_release(c, &entry->postings);
    return STATUS_OK;
}

static void keep_listed(const struct postings *p, struct docset *set)
{
    if (p->set.words) {
        docset_and(set, &p->set);
        return;
    }
    uint32_t at = 0;
    for (size_t w = 0; w < set->word_count; w++) {
        uint64_t bits = 0;
        for (; at < p->count && p->rows[at] / 64 == w; at++)
            bits |= (uint64_t)1 << (p->rows[at] & 63);
        set->words[w] &= bits;
    }
}

static enum status read_bits(struct xap_postings *list, struct docset *set, uint32_t rows, struct err *err)
{
    uint32_t docids[READ_BLOCK];
    size_t got;
    for (;;) {
        TRY(xap_postings_next(list, docids, NULL, READ_BLOCK, &got, err));
        if (got == 0)
            return STATUS_OK;
        for (size_t i = 0; i < got; i++) {
            if (docids[i] - 1 >= rows)
                return err_set(err, STATUS_CORRUPT, "postings and columns are of different generations");
            docset_put(set, docids[i] - 1);
        }
    }
}

static enum status list_rows(struct postings *p, uint32_t rows, struct err *err)
{
    uint32_t at = 0;
    p->count = (uint32_t)docset_count(&p->set);
    if (p->count > rows / BITMAP_SHARE)
        return STATUS_OK;
    p->rows = malloc(((size_t)p->count + 1) * sizeof *p->rows);
    if (!p->rows)
        return err_set(err, STATUS_NOMEM, "out of memory for %u rows", p->count);
    DOCSET_EACH(&p->set, row)
        p->rows[at++] = row;
    drop_small_bitmap(p, rows);
    return STATUS_OK;
}

/* Takes the rows that the term has from the list to the set. */
static enum status ask_term(struct xap_reader *reader, const struct posting_term *term, uint32_t *docids,
                            uint32_t *found, size_t *count, struct docset *set, struct err *err)
{
    struct xap_postings *list;
    size_t has, left = 0, at = 0;
    TRY(xap_postings_open(&list, reader, term->text, term->len, err));
    enum status status = xap_postings_among(list, docids, *count, found, &has, err);
    xap_postings_free(list);
    TRY(status);
    for (size_t i = 0; i < *count; i++) {
        if (at < has && found[at] == docids[i]) {
            docset_put(set, docids[i] - 1);
            at++;
        } else {
            docids[left++] = docids[i];
        }
    }
    *count = left;
    return STATUS_OK;
}

/* Asks for the rows of the list, term by term, the commonest first: what it has, the others need not be asked for. */
static enum status ask_rows(const struct reading *from, const struct sight *sight, size_t count, struct docset *set,
                            struct err *err)
{
    uint32_t *docids = malloc(2 * (count + 1) * sizeof *docids), *found = docids + count + 1;
    size_t left = 0;
    if (!docids)
        return err_set(err, STATUS_NOMEM, "out of memory for %zu rows", count);
    DOCSET_EACH(set, row)
        docids[left++] = row + 1;
    docset_clear(set);
    enum status status = ask_term(from->reader, &from->terms[sight->first], docids, found, &left, set, err);
    for (size_t i = 0; i < from->term_count && left && status == STATUS_OK; i++)
        if (i != sight->first && sight->there >> i & 1)
            status = ask_term(from->reader, &from->terms[i], docids, found, &left, set, err);
    free(docids);
    return status;
}

/* Adds the rows of one term: all of them, or, of a term that most rows have, those among the rows still missing. */
static enum status add_term(const struct reading *from, const struct posting_term *term, struct docset *set,
                            struct err *err)
{
    struct xap_postings *list;
    uint32_t rows, missing = from->rows - (uint32_t)docset_count(set), *docids;
    size_t left = 0;
    TRY(xap_reader_freq(from->reader, term->text, term->len, &rows, err));
    if (rows && asking_cost(missing, rows) < rows) {
        if (!(docids = malloc(2 * ((size_t)missing + 1) * sizeof *docids)))
            return err_set(err, STATUS_NOMEM, "out of memory for %u rows", missing);
        for (uint32_t row = 0; row < from->rows; row++)
            if (!docset_has(set, row))
                docids[left++] = row + 1;
        enum status status = ask_term(from->reader, term, docids, docids + missing + 1, &left, set, err);
        free(docids);
        return status;
    }
    if (rows == 0)
        return STATUS_OK;
    TRY(xap_postings_open(&list, from->reader, term->text, term->len, err));
    enum status status = read_bits(list, set, from->rows, err);
    xap_postings_free(list);
    return status;
}

/* The rows as a bitmap, or as a list when they are few; the commonest term is read first. */
static enum status read_rows(struct postings *p, const struct reading *from, struct err *err)
{
    struct sight sight = {0};
    TRY(look(from->reader, from->terms, from->term_count, &sight, err));
    TRY(new_bitmap(&p->set, from->rows, err));
    TRY(add_term(from, &from->terms[sight.first], &p->set, err));
    for (size_t i = 0; i < from->term_count; i++)
        if (i != sight.first && sight.there >> i & 1)
            TRY(add_term(from, &from->terms[i], &p->set, err));
    return list_rows(p, from->rows, err);
}

enum status postings_keep(struct postings_cache *c, struct xap_reader *reader, const struct posting_term *terms,
                          size_t term_count, struct docset *set, struct err *err)
{
    char key[KEY_BYTES];
    const struct reading from = {reader, terms, term_count, c->rows};
    struct sight sight;
    uint64_t count = docset_count(set);
    size_t key_len;
    TRY(check_count(term_count, err));
    if (count == 0)
        return STATUS_OK;
    struct entry *entry = find_any(c, terms, term_count, key, &key_len);
    if (!entry) {
        TRY(see(c, &from, key, key_len, count, &sight, err));
        if (sight.asked < sight.rows)
            return ask_rows(&from, &sight, count, set, err);
        TRY(entry_make(&entry, &from, read_rows, key, key_len, err));
        entry = admit(c, entry);
    }
    keep_listed(&entry->postings, set);
    postings_release(c, &entry->postings);
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
