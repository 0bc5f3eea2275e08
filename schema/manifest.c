/* The manifest of a generation: what is in it and which program can read it. */
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "analyse/analyse.h"
#include "base/utf8.h"
#include "facet.h"
#include "field.h"
#include "generation.h"

void manifest_release(struct manifest *manifest)
{
    free(manifest->sources);
    *manifest = (struct manifest){0};
}

static void add_text(struct buf *out, const char *text)
{
    buf_add(out, text, strlen(text) + 1);
}

static bool add_field(void *context, const struct field *field)
{
    add_text(context, field->path);
    add_text(context, field_group_name(field->group));
    return true;
}

/* Everything that the stored ordinals and terms depend on beside the analyser: fields with their weight groups,
 * facets, and the vocabularies' entries with the labels that are indexed as text. */
static void describe_schema(struct buf *out)
{
    field_walk(add_field, out);
    for (int f = 0; f < FACET_DATE; f++) /* of that one nothing is stored */
        add_text(out, facet_name((enum facet)f));
    for (int v = 0; v < VOCAB_COUNT; v++) {
        for (size_t i = 0; i < vocab_size((enum vocab_name)v); i++) {
            const struct vocab_entry *entry = vocab_entry((enum vocab_name)v, i);
            add_text(out, entry->code);
            buf_addf(out, "%d", entry->broader);
            for (int lang = 0; lang < UI_LANG_COUNT; lang++)
                add_text(out, entry->label[lang]);
        }
    }
}

enum status manifest_expected(struct manifest *manifest, struct err *err)
{
    struct buf schema = BUF_INIT;
    describe_schema(&schema);
    enum status status = buf_ok(&schema, err);
    XXH128_hash_t hash = XXH3_128bits(buf_str(&schema), schema.len);
    buf_release(&schema);
    TRY(status);
    *manifest = (struct manifest){.format = GENERATION_FORMAT, .analyser = ANALYSE_VERSION};
    snprintf(manifest->schema, sizeof manifest->schema, "%016" PRIx64 "%016" PRIx64, (uint64_t)hash.high64,
             (uint64_t)hash.low64);
    return STATUS_OK;
}

/* A file may be named in any bytes: what is no UTF-8 becomes U+FFFD, and what is too long then is cut. */
static json_t *name_to_json(const char *name)
{
    char clean[GENERATION_NAME_BYTES + 3];
    size_t len = 0, step, rest = strlen(name);
    for (; rest && len < GENERATION_NAME_BYTES; name += step, rest -= step)
        len += utf8_encode(utf8_decode(name, rest, &step), clean + len);
    return json_stringn(clean, utf8_cut(clean, len, GENERATION_NAME_BYTES - 1));
}

static json_t *sources_to_json(const struct manifest *manifest)
{
    json_t *list = json_array();
    for (size_t i = 0; i < manifest->source_count; i++) {
        const struct manifest_source *source = &manifest->sources[i];
        json_t *item = json_pack("{s:o, s:I, s:I, s:s, s:b, s:b}", "name", name_to_json(source->name), "records",
                                 (json_int_t)source->records, "rejected", (json_int_t)source->rejected,
                                 "fingerprint", source->fingerprint, "clean", source->clean, "foreign",
                                 source->foreign);
        if (json_array_append_new(list, item) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

/* In one piece: json_dump_file() does not look whether each of its writes went well. */
static enum status write_json(const json_t *json, const char *path, struct err *err)
{
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_SORT_KEYS);
    if (!text)
        return err_set(err, STATUS_NOMEM, "out of memory for the manifest");
    FILE *file = fopen(path, "we");
    bool written = file && fwrite(text, 1, strlen(text), file) == strlen(text) && fflush(file) == 0;
    enum status status = written ? STATUS_OK : err_set_errno(err, STATUS_IO, "%s: cannot write", path);
    if (file && fclose(file) != 0 && status == STATUS_OK)
        status = err_set_errno(err, STATUS_IO, "%s: cannot close", path);
    free(text);
    return status;
}

enum status manifest_write(const struct manifest *manifest, const char *generation_path, struct err *err)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/manifest.json", generation_path);
    TRY(buf_ok(&path, err));
    json_t *json = json_pack("{s:i, s:i, s:s, s:I, s:I, s:I, s:o}", "format", (int)manifest->format, "analyser",
                             (int)manifest->analyser, "schema", manifest->schema, "created",
                             (json_int_t)manifest->created, "documents", (json_int_t)manifest->documents, "rejected",
                             (json_int_t)manifest->rejected, "sources", sources_to_json(manifest));
    enum status status = STATUS_OK;
    if (!json)
        status = err_set(err, STATUS_NOMEM, "out of memory for the manifest");
    else
        status = write_json(json, path.data, err);
    json_decref(json);
    buf_release(&path);
    return status;
}

static bool read_text(const json_t *json, const char *key, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(json, key));
    if (!text || strlen(text) >= size)
        return false;
    strcpy(out, text);
    return true;
}

static bool read_count(const json_t *json, const char *key, uint64_t *out)
{
    const json_t *value = json_object_get(json, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *out = (uint64_t)json_integer_value(value);
    return true;
}

static bool read_sources(const json_t *list, struct manifest *manifest)
{
    size_t count = json_array_size(list);
    if (!json_is_array(list) || count > GENERATION_SOURCES_MOST)
        return false;
    manifest->sources = calloc(count + 1, sizeof *manifest->sources);
    if (!manifest->sources)
        return false;
    manifest->source_count = count;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        struct manifest_source *source = &manifest->sources[i];
        if (!read_text(item, "name", source->name, sizeof source->name) ||
            !read_count(item, "records", &source->records) || !read_count(item, "rejected", &source->rejected) ||
            !read_text(item, "fingerprint", source->fingerprint, sizeof source->fingerprint))
            return false;
        source->clean = json_is_true(json_object_get(item, "clean"));
        source->foreign = json_is_true(json_object_get(item, "foreign"));
    }
    return true;
}

static enum status version_check(const struct manifest *m, const struct manifest *expect, const char *path,
                                 struct err *err)
{
    if (m->format != expect->format)
        return err_set(err, STATUS_VERSION, "%s: index of format %u, this program reads %u; rebuild the index", path,
                       m->format, expect->format);
    if (m->analyser != expect->analyser)
        return err_set(err, STATUS_VERSION, "%s: words analysed by version %u, this program is %u; rebuild the index",
                       path, m->analyser, expect->analyser);
    if (strcmp(m->schema, expect->schema) != 0)
        return err_set(err, STATUS_VERSION, "%s: made with other fields or vocabularies; rebuild the index", path);
    return STATUS_OK;
}

enum status manifest_read(struct manifest *manifest, const char *generation_path, const struct manifest *expect,
                          struct err *err)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/manifest.json", generation_path);
    TRY(buf_ok(&path, err));
    struct manifest m = {0};
    json_error_t where;
    uint64_t format = 0, analyser = 0, created = 0;
    enum status status = STATUS_OK;
    json_t *json = NULL;
    if (access(path.data, R_OK) != 0)
        status = err_set_errno(err, STATUS_NOTFOUND, "%s: cannot read", path.data);
    else if (!(json = json_load_file(path.data, JSON_REJECT_DUPLICATES, &where)))
        status = err_set(err, STATUS_CORRUPT, "%s:%d: %s", path.data, where.line, where.text);
    else if (!read_count(json, "format", &format) || format > UINT_MAX || !read_count(json, "analyser", &analyser) ||
             analyser > UINT_MAX ||
             !read_text(json, "schema", m.schema, sizeof m.schema) || !read_count(json, "created", &created) ||
             !read_count(json, "documents", &m.documents) || !read_count(json, "rejected", &m.rejected) ||
             !read_sources(json_object_get(json, "sources"), &m))
        status = err_set(err, STATUS_CORRUPT, "%s: a field is missing or of a wrong type", path.data);
    m.format = (unsigned)format;
    m.analyser = (unsigned)analyser;
    m.created = (int64_t)created;
    if (status == STATUS_OK && expect)
        status = version_check(&m, expect, path.data, err);
    json_decref(json);
    buf_release(&path);
    if (status != STATUS_OK) {
        manifest_release(&m);
        return status;
    }
    *manifest = m;
    return STATUS_OK;
}
