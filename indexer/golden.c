#include "indexer/golden.h"

#include <stdio.h>
#include <string.h>

#include "indexer/asker.h"

/* Place of the first hit that is expected, from 1; 0: none is among them. */
static unsigned place_among(const struct asker *asker, const struct answer *answer,
                            const struct settings_golden *golden)
{
    for (size_t i = 0; i < answer->hit_count && i < golden->among; i++) {
        size_t len;
        const char *id = asker_hit_id(asker, &answer->hits[i], &len);
        for (size_t e = 0; e < golden->expected_count; e++)
            if (strlen(golden->expected[e]) == len && memcmp(golden->expected[e], id, len) == 0)
                return (unsigned)i + 1;
    }
    return 0;
}

enum { FOUND_SHOWN = 3 };

static void tell_found(const struct asker *asker, const struct answer *answer, struct report_golden *told)
{
    size_t used = 0;
    for (size_t i = 0; i < answer->hit_count && i < FOUND_SHOWN; i++) {
        size_t len;
        const char *id = asker_hit_id(asker, &answer->hits[i], &len);
        int wrote = snprintf(told->found + used, sizeof told->found - used, "%s%.*s", used ? ", " : "", (int)len, id);
        if (wrote < 0 || (size_t)wrote >= sizeof told->found - used)
            return;
        used += (size_t)wrote;
    }
}

/* found NULL: only the place is asked for. */
static enum status ask(struct asker *asker, const struct settings_golden *golden, unsigned *place,
                       struct report_golden *found, struct err *err)
{
    struct arena arena = ARENA_INIT;
    struct request request;
    struct answer answer;
    char extra[64];
    snprintf(extra, sizeof extra, "facets=&per_page=%u", golden->among);
    enum status status = asker_ask(asker, golden->query, extra, &arena, &request, &answer, err);
    if (status == STATUS_OK) {
        *place = place_among(asker, &answer, golden);
        if (*place == 0 && found)
            tell_found(asker, &answer, found);
    }
    arena_release(&arena);
    return status;
}

static enum status ask_new(const char *dir, uint32_t number, int32_t today, struct report *report, struct err *err)
{
    struct asker *asker;
    TRY(asker_open(&asker, dir, number, today, err));
    enum status status = STATUS_OK;
    for (size_t i = 0; i < report->golden_count && status == STATUS_OK; i++) {
        struct report_golden *told = &report->golden[i];
        status = ask(asker, told->settings, &told->place, told, err);
        told->passed = told->place > 0;
    }
    asker_free(asker);
    return status;
}

/* What serves may be of another program, and then was never asked. */
static enum status ask_before(const char *dir, uint32_t before, int32_t today, struct report *report, bool *lost,
                              struct err *err)
{
    struct asker *asker;
    enum status status = asker_open(&asker, dir, before, today, NULL);
    if (status == STATUS_NOMEM)
        return err_set(err, status, "out of memory");
    if (status != STATUS_OK)
        return STATUS_OK;
    for (size_t i = 0; i < report->golden_count && status == STATUS_OK; i++) {
        struct report_golden *told = &report->golden[i];
        status = ask(asker, told->settings, &told->before, NULL, err);
        *lost |= !told->passed && told->before > 0;
    }
    asker_free(asker);
    return status;
}

enum status golden_ask(const char *dir, uint32_t number, uint32_t before, const struct settings *settings,
                       int32_t today, struct report *report, bool *lost, struct err *err)
{
    *lost = false;
    if (settings->golden_count == 0)
        return STATUS_OK;
    TRY(ask_new(dir, number, today, report, err));
    return before ? ask_before(dir, before, today, report, lost, err) : STATUS_OK;
}
