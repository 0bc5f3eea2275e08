#include "searchd/web/assets.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "searchd/coding.h"

#define WEB_FILE(symbol, name) extern const char opastin_web_##symbol[], opastin_web_##symbol##_end[];
#include "searchd/web/files.h"
#undef WEB_FILE

static const struct {
    const char *name, *start, *end;
} built_in[] = {
#define WEB_FILE(symbol, name) {name, opastin_web_##symbol, opastin_web_##symbol##_end},
#include "searchd/web/files.h"
#undef WEB_FILE
};

static const struct {
    const char *ending, *type;
} types[] = {
    {".css", "text/css; charset=utf-8"}, {".js", "text/javascript; charset=utf-8"}, {".svg", "image/svg+xml"},
};

enum { FILES = sizeof built_in / sizeof *built_in, TYPES = sizeof types / sizeof *types };

struct assets {
    struct buf text[FILES];   /* read from the folder; empty: the one in the program */
    struct buf packed[FILES], br[FILES];
    struct coder coder;
    struct asset public[FILES];
    size_t public_count;
    struct strings *strings;
    uint64_t hash;
};

static const char *text_at(const struct assets *assets, size_t i, size_t *len)
{
    if (assets->text[i].data) {
        *len = assets->text[i].len;
        return assets->text[i].data;
    }
    *len = (size_t)(built_in[i].end - built_in[i].start);
    return built_in[i].start;
}

const char *assets_text(const struct assets *assets, const char *name, size_t *len)
{
    for (size_t i = 0; i < FILES; i++)
        if (strcmp(built_in[i].name, name) == 0)
            return text_at(assets, i, len);
    return NULL;
}

const struct asset *assets_public(const struct assets *assets, const char *name)
{
    for (size_t i = 0; i < assets->public_count; i++)
        if (strcmp(assets->public[i].name, name) == 0)
            return &assets->public[i];
    return NULL;
}

const struct asset *assets_by_path(const struct assets *assets, const char *rest)
{
    for (size_t i = 0; i < assets->public_count; i++)
        if (strcmp(assets->public[i].path + strlen("/assets/"), rest) == 0)
            return &assets->public[i];
    return NULL;
}

const struct strings *assets_strings(const struct assets *assets)
{
    return assets->strings;
}

uint64_t assets_hash(const struct assets *assets)
{
    return assets->hash;
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static const char *type_of(const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < TYPES; i++) {
        size_t ending = strlen(types[i].ending);
        if (len > ending && strcmp(name + len - ending, types[i].ending) == 0)
            return types[i].type;
    }
    return NULL;
}

static enum status pack(struct coder *coder, enum coding coding, const char *data, size_t len, struct buf *out,
                        struct err *err)
{
    int level = coding == CODING_BR ? CODING_BR_FILE : CODING_GZIP_FILE;
    return !coding_known(coding) || coder_pack(coder, coding, level, data, len, out)
               ? STATUS_OK : err_set(err, STATUS_NOMEM, "out of memory");
}

static enum status read_from(struct assets *assets, const char *dir, struct err *err)
{
    struct buf path = BUF_INIT;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < FILES && status == STATUS_OK; i++) {
        struct err absent = {0};
        buf_reset(&path);
        buf_addf(&path, "%s/%s", dir, built_in[i].name);
        status = buf_read_file(&assets->text[i], buf_str(&path), ASSET_BYTES, &absent);
        if (status == STATUS_NOTFOUND) {
            buf_release(&assets->text[i]);
            status = STATUS_OK;
        } else if (status != STATUS_OK) {
            err_set(err, status, "%s", absent.message);
        }
    }
    buf_release(&path);
    return status;
}

static enum status add_public(struct assets *assets, size_t i, struct err *err)
{
    struct asset *asset = &assets->public[assets->public_count];
    size_t len;
    const char *text = text_at(assets, i, &len), *type = type_of(built_in[i].name);
    if (!type)
        return STATUS_OK;
    TRY(pack(&assets->coder, CODING_GZIP, text, len, &assets->packed[i], err));
    TRY(pack(&assets->coder, CODING_BR, text, len, &assets->br[i], err));
    *asset = (struct asset){.name = built_in[i].name, .type = type, .data = text, .packed = assets->packed[i].data,
                            .len = len, .packed_len = assets->packed[i].len, .br = assets->br[i].data,
                            .br_len = assets->br[i].len};
    snprintf(asset->path, sizeof asset->path, "/assets/%016" PRIx64 "/%s", (uint64_t)XXH3_64bits(text, len),
             asset->name);
    assets->public_count++;
    return STATUS_OK;
}

static enum status fill(struct assets *assets, const char *dir, struct err *err)
{
    if (dir)
        TRY(read_from(assets, dir, err));
    for (size_t i = 0; i < FILES; i++) {
        size_t len;
        const char *text = text_at(assets, i, &len);
        assets->hash = XXH3_64bits_withSeed(text, len, assets->hash + i);
        TRY(add_public(assets, i, err));
    }
    size_t len;
    const char *strings = assets_text(assets, "strings.tsv", &len);
    return strings_new(&assets->strings, strings, len, err);
}

enum status assets_open(struct assets **result, const char *dir, struct err *err)
{
    struct assets *assets = calloc(1, sizeof *assets);
    if (!assets)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = fill(assets, dir, err);
    if (status != STATUS_OK) {
        assets_free(assets);
        return status;
    }
    *result = assets;
    return STATUS_OK;
}

void assets_free(struct assets *assets)
{
    if (!assets)
        return;
    strings_free(assets->strings);
    coder_release(&assets->coder);
    for (size_t i = 0; i < FILES; i++) {
        buf_release(&assets->text[i]);
        buf_release(&assets->packed[i]);
        buf_release(&assets->br[i]);
    }
    free(assets);
}
