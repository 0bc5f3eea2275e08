#include "indexer/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>
#include <zlib.h>

#include "indexer/sources/csv.h"
#include "indexer/sources/hsds.h"
#include "indexer/sources/hsds_package.h"
#include "indexer/sources/import.h"
#include "indexer/sources/import_reader.h"
#include "indexer/sources/jsonl.h"
#include "indexer/sources/outpost.h"
#include "messages.h"

enum { BUFFER_BYTES = 64 * 1024 };

struct source {
    gzFile file; /* zlib reads plain files as they are */
    char *path, *shown;
    const char *name;
    const struct import_lookup *lookup;
    source_known *known;
    void *known_context;
    struct source_info info;
    const struct source_reader *reader;
    void *state;
    bool ended;
    unsigned char buffer[BUFFER_BYTES];
    size_t at, end;
};

/* ---- bytes --------------------------------------------------------------------------------------------------- */

static enum status fail_read(struct source *source, struct err *err)
{
    int code;
    const char *words = gzerror(source->file, &code);
    if (code == Z_ERRNO)
        return err_set_errno(err, STATUS_IO, "%s", source->shown);
    if (code == Z_MEM_ERROR)
        return err_set(err, STATUS_NOMEM, "%s: out of memory", source->shown);
    if (code == Z_BUF_ERROR)
        return err_set(err, STATUS_IO, problem_text("%s: the gzip data ends in the middle; fetch the file again"),
                       source->shown);
    return err_set(err, STATUS_IO, problem_text("%s: the gzip data is broken (%s); fetch the file again"),
                   source->shown, words);
}

/* Refills the buffer; source->end is 0 at the end of the file. */
static enum status buffer_fill(struct source *source, struct err *err)
{
    source->at = source->end = 0;
    int n = gzread(source->file, source->buffer, BUFFER_BYTES);
    int code;
    if (n < 0)
        return fail_read(source, err);
    gzerror(source->file, &code);
    if (n < BUFFER_BYTES && code == Z_BUF_ERROR)
        return fail_read(source, err);
    source->end = (size_t)n;
    source->info.compressed = !gzdirect(source->file);
    z_off_t offset = gzoffset(source->file);
    source->info.bytes_read = offset > 0 ? (uint64_t)offset : source->info.bytes_read;
    return STATUS_OK;
}

enum status source_read_bytes(struct source *source, const unsigned char **bytes, size_t *len, struct err *err)
{
    if (source->at == source->end)
        TRY(buffer_fill(source, err));
    *bytes = source->buffer + source->at;
    *len = source->end - source->at;
    source->at = source->end;
    return STATUS_OK;
}

enum status source_rewind(struct source *source, struct err *err)
{
    source->at = source->end = 0;
    source->info.lines = 0;
    if (gzrewind(source->file) != 0)
        return fail_read(source, err);
    return STATUS_OK;
}

/* Position of the first CR or LF in the buffer, or its end. */
static size_t line_end(const struct source *source)
{
    const unsigned char *from = source->buffer + source->at, *feed, *carriage;
    size_t left = source->end - source->at;
    if ((feed = memchr(from, '\n', left)))
        left = (size_t)(feed - from);
    if ((carriage = memchr(from, '\r', left)))
        left = (size_t)(carriage - from);
    return source->at + left;
}

/* Steps over one line end; the LF of a CR LF may stand in the next buffer. */
static enum status skip_line_end(struct source *source, struct err *err)
{
    bool carriage = source->buffer[source->at++] == '\r';
    if (carriage && source->at == source->end)
        TRY(buffer_fill(source, err));
    if (carriage && source->at < source->end && source->buffer[source->at] == '\n')
        source->at++;
    return STATUS_OK;
}

enum status source_read_line(struct source *source, struct buf *text, struct source_line *line, struct err *err)
{
    size_t start = text->len;
    *line = (struct source_line){.number = source->info.lines + 1};
    for (bool first = true;; first = false) {
        if (source->at == source->end)
            TRY(buffer_fill(source, err));
        if (source->end == 0) {
            line->end = first;
            source->info.lines += !first;
            source->info.unfinished = source->info.unfinished || !first;
            return buf_ok(text, err);
        }
        size_t stop = line_end(source), room = SOURCE_LINE_BYTES - (text->len - start), n = stop - source->at;
        buf_add(text, source->buffer + source->at, n < room ? n : room);
        line->too_long = line->too_long || n > room;
        source->at = stop;
        if (stop < source->end) {
            source->info.lines++;
            TRY(skip_line_end(source, err));
            return buf_ok(text, err);
        }
    }
}

/* ---- opening ------------------------------------------------------------------------------------------------- */

static bool ends_with(const char *name, size_t len, const char *suffix)
{
    size_t n = strlen(suffix);
    return len > n && strncasecmp(name + len - n, suffix, n) == 0;
}

static enum source_format format_by_name(const char *path)
{
    size_t len = strlen(path);
    if (ends_with(path, len, ".gz"))
        len -= 3;
    if (ends_with(path, len, ".jsonl") || ends_with(path, len, ".ndjson") || ends_with(path, len, ".json"))
        return SOURCE_JSONL;
    if (ends_with(path, len, ".csv") || ends_with(path, len, ".tsv") || ends_with(path, len, ".txt"))
        return SOURCE_CSV;
    return SOURCE_AUTO;
}

/* JSON begins with a bracket, a CSV header does not; an empty file may be either. */
static enum status format_by_content(struct source *source, enum source_format *format, struct err *err)
{
    const unsigned char *bytes;
    size_t len, at = 0;
    TRY(source_read_bytes(source, &bytes, &len, err));
    if (len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0)
        at = 3;
    while (at < len && strchr(" \t\r\n", bytes[at]) && bytes[at])
        at++;
    *format = at == len || bytes[at] == '{' || bytes[at] == '[' ? SOURCE_JSONL : SOURCE_CSV;
    return source_rewind(source, err);
}

/* What cannot be read twice is kept in a file without a name, which goes when it is closed. */
static enum status spool(int from, const char *shown, int *to, struct err *err)
{
    char bytes[BUFFER_BYTES];
    FILE *file = tmpfile();
    int copy = file ? dup(fileno(file)) : -1;
    if (file)
        fclose(file);
    if (copy < 0)
        return err_set_errno(err, STATUS_IO, "%s: cannot keep it in a temporary file", shown);
    for (;;) {
        ssize_t n = read(from, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n == 0 && lseek(copy, 0, SEEK_SET) == 0) {
            *to = copy;
            return STATUS_OK;
        }
        for (ssize_t done = 0; n > 0 && done < n;) {
            ssize_t written = write(copy, bytes + done, (size_t)(n - done));
            if (written < 0 && errno != EINTR) {
                n = -1;
                break;
            }
            done += written > 0 ? written : 0;
        }
        if (n <= 0) {
            enum status status = err_set_errno(err, STATUS_IO, "%s: cannot keep it in a temporary file", shown);
            close(copy);
            return status;
        }
    }
}

/* twice: it will be read from the beginning again. */
static enum status file_open(struct source *source, bool twice, struct err *err)
{
    struct stat about;
    int fd = strcmp(source->path, "-") == 0 ? dup(STDIN_FILENO) : open(source->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set_errno(err, errno == ENOENT ? STATUS_NOTFOUND : STATUS_IO, "%s", source->shown);
    enum status status = STATUS_OK;
    if (fstat(fd, &about) != 0)
        status = err_set_errno(err, STATUS_IO, "%s", source->shown);
    else if (S_ISDIR(about.st_mode))
        status = err_set(err, STATUS_IO, problem_text("%s: is a folder, not a file"), source->shown);
    else if (S_ISREG(about.st_mode))
        source->info.bytes_total = (uint64_t)about.st_size;
    else if (twice) {
        int kept;
        status = spool(fd, source->shown, &kept, err);
        close(fd);
        fd = status == STATUS_OK ? kept : -1;
    }
    if (status == STATUS_OK && !(source->file = gzdopen(fd, "rb")))
        status = err_set(err, STATUS_NOMEM, "%s: out of memory", source->shown);
    if (status != STATUS_OK && fd >= 0)
        close(fd);
    return status;
}

/* Our own JSON, or a foreign one.  A file that breaks off so early says so when it is read. */
static enum status json_by_content(struct source *source, enum source_format *format, struct err *err)
{
    struct err quiet = {0};
    enum status status = import_detect(source, &source->info.import, &quiet);
    if (status == STATUS_NOMEM)
        return err_set(err, status, "%s", quiet.message);
    if (source->info.import || *format == SOURCE_IMPORT)
        *format = SOURCE_IMPORT;
    return source_rewind(source, err);
}

/* A package of tables, when nobody said that it is something else. */
static bool is_package(const char *path, const struct source_options *options)
{
    return (options->format == SOURCE_AUTO ||
            (options->format == SOURCE_IMPORT && (!options->import || options->import == &hsds_format))) &&
           hsds_is_package(path);
}

/* Outpost's CSV; one with its name said is taken at its word. */
static bool is_outpost(const char *path, const struct source_options *options)
{
    return (options->format == SOURCE_IMPORT && options->import == &outpost_format) ||
           (options->format == SOURCE_AUTO && format_by_name(path) == SOURCE_CSV && outpost_is(path));
}

/* A reader that opens the files itself. */
static enum status start_with(struct source *source, const struct source_reader *reader,
                              const struct import_format *import, struct err *err)
{
    source->info.format = SOURCE_IMPORT;
    source->info.import = import;
    source->reader = reader;
    return reader->open(source, &source->state, err);
}

static enum status source_start(struct source *source, const struct source_options *options, struct err *err)
{
    static const struct source_reader *const readers[] = {&jsonl_reader, &csv_reader, &import_reader};
    enum source_format format = options->format;
    if (is_package(source->path, options))
        return start_with(source, &hsds_package_reader, &hsds_format, err);
    if (is_outpost(source->path, options))
        return start_with(source, &outpost_reader, &outpost_format, err);
    bool asked = format == SOURCE_AUTO || (format == SOURCE_IMPORT && !options->import);
    source->info.import = format == SOURCE_IMPORT ? options->import : NULL;
    TRY(file_open(source, asked || format == SOURCE_CSV, err));
    if (format == SOURCE_AUTO)
        format = format_by_name(source->path);
    if (format == SOURCE_AUTO)
        TRY(format_by_content(source, &format, err));
    if (asked && format != SOURCE_CSV)
        TRY(json_by_content(source, &format, err));
    source->info.format = format;
    for (size_t i = 0; i < sizeof readers / sizeof readers[0]; i++)
        if (readers[i]->format == format)
            source->reader = readers[i];
    return source->reader->open(source, &source->state, err);
}

static struct source *source_new(const char *path, const char *shown, struct err *err)
{
    struct source *made = calloc(1, sizeof *made);
    if (made && (made->path = strdup(path)) && (made->shown = strdup(shown)))
        return made;
    source_free(made);
    err_set(err, STATUS_NOMEM, "%s: out of memory", shown);
    return NULL;
}

enum status source_open_bytes(struct source **source, const char *path, const char *shown, struct err *err)
{
    struct source *made = source_new(path, shown, err);
    enum status status = made ? file_open(made, true, err) : STATUS_NOMEM;
    if (status == STATUS_OK)
        *source = made;
    else
        source_free(made);
    return status;
}

enum status source_open(struct source **source, const char *path, const struct source_options *options, struct err *err)
{
    static const struct source_options defaults;
    options = options ? options : &defaults;
    const char *shown = options->shown_path ? options->shown_path : strcmp(path, "-") == 0 ? "stdin" : path;
    struct source *made = source_new(path, shown, err);
    if (!made)
        return STATUS_NOMEM;
    made->name = options->name;
    made->lookup = options->lookup;
    made->known = options->known;
    made->known_context = options->known_context;
    enum status status = source_start(made, options, err);
    if (status != STATUS_OK) {
        source_free(made);
        return status;
    }
    *source = made;
    return STATUS_OK;
}

void source_free(struct source *source)
{
    if (!source)
        return;
    if (source->reader)
        source->reader->free(source->state);
    if (source->file)
        gzclose(source->file);
    free(source->path);
    free(source->shown);
    free(source);
}

/* ---- records ------------------------------------------------------------------------------------------------- */

enum status source_next(struct source *source, struct arena *arena, struct record *record, struct problems *problems,
                        struct source_item *item, struct err *err)
{
    *item = (struct source_item){.kind = SOURCE_END, .file = source->shown};
    record_init(record);
    problems_at(problems, source->shown, 0);
    if (source->ended)
        return STATUS_OK;
    TRY(source->reader->next(source, source->state, arena, record, problems, item, err));
    if (problems->failed)
        return err_set(err, STATUS_NOMEM, "%s:%llu: out of memory", source->shown, (unsigned long long)item->line);
    record->source = source->name;
    source->info.records += item->kind == SOURCE_RECORD || item->kind == SOURCE_SAME;
    source->info.rejected += item->kind == SOURCE_REJECTED;
    source->info.skipped += item->kind == SOURCE_SKIPPED;
    if (source->info.format == SOURCE_IMPORT && item->kind == SOURCE_REJECTED)
        source->info.unfinished = true; /* only looked at when it was the last one, and no record at all */
    source->ended = item->kind == SOURCE_END || (item->kind == SOURCE_NOTICE && problems->errors > 0);
    return STATUS_OK;
}

enum status source_collect(struct import_lookup *lookup, const char *path, const struct source_options *options,
                           struct err *err)
{
    struct source *source;
    TRY(source_open(&source, path, options, err));
    enum status status = source->reader == &import_reader ? import_collect(source, lookup, err) : STATUS_OK;
    source_free(source);
    return status;
}

struct source_info source_info(const struct source *source)
{
    return source->info;
}

void source_set_encoding(struct source *source, enum source_encoding encoding, char delimiter)
{
    source->info.encoding = encoding;
    source->info.delimiter = delimiter;
}

void source_set_bytes(struct source *source, uint64_t total, uint64_t read)
{
    source->info.bytes_total = total ? total : source->info.bytes_total;
    source->info.bytes_read = read;
}

const char *source_path(const struct source *source)
{
    return source->path;
}

const char *source_shown_path(const struct source *source)
{
    return source->shown;
}

bool source_knows(const struct source *source, const void *bytes, size_t len, struct source_item *item)
{
    item->raw = XXH3_64bits(bytes, len);
    bool known = source->known && item->raw && source->known(source->known_context, item->raw, &item->known);
    if (known)
        item->kind = SOURCE_SAME;
    return known;
}

const struct import_format *source_import(const struct source *source)
{
    return source->info.import;
}

const struct import_lookup *source_lookup(const struct source *source)
{
    return source->lookup;
}

void source_notice(struct source *source, struct problems *problems, struct source_item *item, enum problem_code code,
                   const char *what, const char *mend)
{
    struct problem_words words = {.mend = mend};
    item->kind = SOURCE_NOTICE;
    item->line = 1;
    problems_at(problems, source->shown, 1);
    problem_error(problems, code, &words, "%s", what);
}

/* A byte order mark, or Latin text in which nearly every other byte is zero and no byte between. */
bool source_looks_utf16(const unsigned char *bytes, size_t len)
{
    size_t zeros[2] = {0, 0}, pairs = (len < 64 ? len : 64) / 2;
    if (len >= 2 && ((bytes[0] == 0xFF && bytes[1] == 0xFE) || (bytes[0] == 0xFE && bytes[1] == 0xFF)))
        return true;
    for (size_t i = 0; i < 2 * pairs; i++)
        zeros[i % 2] += bytes[i] == 0;
    return pairs > 1 && (zeros[0] == 0 || zeros[1] == 0) && 4 * (zeros[0] + zeros[1]) >= 3 * pairs;
}

enum status source_each_file(const char *path, const struct source_options *options, source_file_fn *file,
                             void *context, struct err *err)
{
    static const struct source_options defaults;
    return is_package(path, options ? options : &defaults) ? hsds_package_each_file(path, file, context, err)
                                                            : file(context, path, err);
}

static const enum source_format own_formats[] = {SOURCE_JSONL, SOURCE_CSV};

bool source_format_named(const char *name, struct source_options *options)
{
    for (size_t i = 0; i < sizeof own_formats / sizeof *own_formats; i++)
        if (strcmp(source_format_name(own_formats[i]), name) == 0) {
            options->format = own_formats[i];
            options->import = NULL;
            return true;
        }
    const struct import_format *import = import_format_named(name);
    if (import) {
        options->format = SOURCE_IMPORT;
        options->import = import;
    }
    return import != NULL;
}

void source_format_names(struct buf *out)
{
    for (size_t i = 0; i < sizeof own_formats / sizeof *own_formats; i++)
        buf_addf(out, "%s%s", i ? ", " : "", source_format_name(own_formats[i]));
    for (const struct import_format *const *import = import_formats; *import; import++)
        buf_addf(out, ", %s", (*import)->name);
}

const char *source_format_name(enum source_format format)
{
    static const char *const names[] = {"auto", "jsonl", "csv", "import"};
    return names[(size_t)format < sizeof names / sizeof *names ? format : SOURCE_AUTO];
}

const char *source_encoding_name(enum source_encoding encoding)
{
    return encoding == SOURCE_WINDOWS_1252 ? "windows-1252" : encoding == SOURCE_UTF8_BOM ? "utf-8-bom" : "utf-8";
}
