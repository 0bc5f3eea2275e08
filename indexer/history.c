#include "indexer/history.h"

#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "generation.h"
#include "ids.h"

struct history {
    struct columns columns;
    struct ids *ids; /* NULL: nothing to look up */
};

static enum status open_current(struct history *h, const char *dir, uint32_t number, struct err *err)
{
    struct buf path = BUF_INIT, part = BUF_INIT;
    enum status status = generation_path(dir, number, &path, err);
    buf_addf(&part, "%s/columns", buf_str(&path));
    if (status == STATUS_OK)
        status = buf_ok(&part, err);
    if (status == STATUS_OK)
        status = columns_open(&h->columns, part.data, err);
    if (status == STATUS_OK)
        status = ids_open(&h->ids, path.data, err);
    buf_release(&path);
    buf_release(&part);
    return status;
}

enum status history_open(struct history **history, const char *dir, struct err *err)
{
    struct err local = {0};
    uint32_t number;
    struct history *h = calloc(1, sizeof *h);
    if (!h)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = generation_current(dir, &number, &local);
    if (status == STATUS_OK)
        status = open_current(h, dir, number, &local);
    /* No index yet, or one that cannot be read: then every record is new, and a rebuild must not fail for it. */
    if (status != STATUS_OK && status != STATUS_NOTFOUND && status != STATUS_VERSION && status != STATUS_CORRUPT) {
        history_free(h);
        return err_set(err, status, "%s", local.message);
    }
    *history = h;
    return STATUS_OK;
}

void history_free(struct history *history)
{
    if (!history)
        return;
    ids_free(history->ids);
    columns_close(&history->columns);
    free(history);
}

enum status history_first_seen(struct history *h, const char *id, uint32_t *first_seen, struct err *err)
{
    uint32_t row;
    if (!h->ids)
        return STATUS_OK;
    enum status status = ids_find(h->ids, id, strlen(id), &row, NULL);
    if (status == STATUS_NOTFOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return err_set(err, status, "the index that serves now cannot be read; roll back or remove it");
    if (row < h->columns.count)
        *first_seen = h->columns.first_seen[row];
    return STATUS_OK;
}
