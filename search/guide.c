#include "search/guide.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <xxhash.h>

#include "base/buf.h"
#include "base/log.h"
#include "search/filler.h"
#include "search/synonyms.h"
#include "search/understand.h"

/* synonyms_data.S */
extern const char synonyms_text[], synonyms_text_end[];

struct guide {
    const struct gazetteer *gazetteer; /* of the guides */
    const struct filler *filler;       /* of the guides */
    struct synonyms *synonyms;
    uint64_t hash;
    atomic_uint users;
};

struct guides {
    pthread_mutex_t mutex; /* current */
    struct guide *current;
    atomic_uint turn;
    atomic_bool failed;
    struct gazetteer *gazetteer;
    struct filler *filler;
    const char *path; /* NULL: the program's own synonyms */
    struct stat seen; /* the file as it was looked at last */
};

struct guide *guide_hold(struct guide *guide)
{
    atomic_fetch_add(&guide->users, 1);
    return guide;
}

void guide_release(struct guide *guide)
{
    if (!guide || atomic_fetch_sub(&guide->users, 1) > 1)
        return;
    synonyms_free(guide->synonyms);
    free(guide);
}

uint64_t guide_hash(const struct guide *guide)
{
    return guide->hash;
}

size_t guide_synonyms(const struct guide *guide)
{
    return synonyms_groups(guide->synonyms);
}

bool guide_knows(const struct guide *guide, const struct query *query, size_t word)
{
    return gazetteer_has(guide->gazetteer, query, word) || filler_has(guide->filler, query, word) ||
           synonyms_has(guide->synonyms, query, word);
}

enum status guide_apply(const struct guide *guide, struct query *query, struct arena *arena, struct err *err)
{
    understand(guide->gazetteer, query);
    filler_mark(guide->filler, query);
    understand_settle(query);
    return synonyms_apply(guide->synonyms, query, arena, err);
}

/* ---- the one that serves ---------------------------------------------------------------------------------------- */

static enum status guide_new(struct guide **guide, const struct guides *all, struct analyser *analyser,
                             const char *name, const char *text, size_t len, struct err *err)
{
    struct guide *g = calloc(1, sizeof *g);
    if (!g)
        return err_set(err, STATUS_NOMEM, "out of memory");
    g->gazetteer = all->gazetteer;
    g->filler = all->filler;
    g->hash = XXH3_64bits(text, len);
    atomic_init(&g->users, 1);
    enum status status = synonyms_new(&g->synonyms, analyser, name, text, len, err);
    if (status != STATUS_OK) {
        free(g);
        return status;
    }
    *guide = g;
    return STATUS_OK;
}

static enum status read_guide(struct guides *all, struct analyser *analyser, struct guide **guide, struct err *err)
{
    struct buf text = BUF_INIT;
    if (!all->path)
        return guide_new(guide, all, analyser, "synonyms.txt", synonyms_text,
                         (size_t)(synonyms_text_end - synonyms_text), err);
    enum status status = buf_read_file(&text, all->path, SYNONYMS_FILE_BYTES, err);
    if (status == STATUS_OK)
        status = guide_new(guide, all, analyser, all->path, buf_str(&text), text.len, err);
    buf_release(&text);
    return status;
}

static void publish(struct guides *all, struct guide *guide)
{
    pthread_mutex_lock(&all->mutex);
    struct guide *old = all->current;
    all->current = guide;
    pthread_mutex_unlock(&all->mutex);
    atomic_fetch_add(&all->turn, 1);
    guide_release(old);
}

/* The analyser is needed for a moment only, once an edit. */
static enum status load(struct guides *all, struct err *err)
{
    struct analyser *analyser;
    struct guide *guide = NULL;
    TRY(analyser_open(&analyser, 1024, err));
    enum status status = all->gazetteer ? STATUS_OK : gazetteer_new(&all->gazetteer, analyser, err);
    if (status == STATUS_OK && !all->filler)
        status = filler_new(&all->filler, analyser, err);
    if (status == STATUS_OK)
        status = read_guide(all, analyser, &guide, err);
    analyser_free(analyser);
    if (status == STATUS_OK)
        publish(all, guide);
    return status;
}

enum status guides_open(struct guides **guides, const char *path, struct err *err)
{
    struct guides *all = calloc(1, sizeof *all);
    if (!all)
        return err_set(err, STATUS_NOMEM, "out of memory");
    pthread_mutex_init(&all->mutex, NULL);
    all->path = path;
    if (path)
        (void)stat(path, &all->seen); /* before it is read: a later edit is seen as one */
    enum status status = load(all, err);
    if (status != STATUS_OK) {
        guides_free(all);
        return status;
    }
    *guides = all;
    return STATUS_OK;
}

void guides_free(struct guides *all)
{
    if (!all)
        return;
    guide_release(all->current);
    gazetteer_free(all->gazetteer);
    filler_free(all->filler);
    pthread_mutex_destroy(&all->mutex);
    free(all);
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

void guides_look(struct guides *all, bool *changed)
{
    struct stat now;
    struct err err = {0};
    *changed = false;
    /* While an editor replaces the file it may be gone for a moment: what was read serves on. */
    if (!all->path || stat(all->path, &now) != 0 || same_file(&now, &all->seen))
        return;
    all->seen = now;
    enum status status = load(all, &err);
    atomic_store(&all->failed, status != STATUS_OK);
    *changed = status == STATUS_OK;
    if (status != STATUS_OK)
        log_line(LOG_ERROR, "event", "synonyms-failed", "status", status_name(status), "message", err.message,
                 "serving", "the ones before", NULL);
    else
        log_line(LOG_INFO, "event", "synonyms", "file", all->path, NULL);
}

struct guide *guides_hold(struct guides *all)
{
    pthread_mutex_lock(&all->mutex);
    struct guide *guide = guide_hold(all->current);
    pthread_mutex_unlock(&all->mutex);
    return guide;
}

uint32_t guides_turn(const struct guides *all)
{
    return atomic_load(&all->turn);
}

bool guides_failed(struct guides *all)
{
    return atomic_load(&all->failed);
}
