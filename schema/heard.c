#include "heard.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/utf8.h"
#include "calendar.h"

static const char *const kind_names[HEARD_KINDS] = {"closed", "wrong-time", "wrong-contact", "other"};

const char *heard_kind_name(enum heard_kind kind)
{
    return (unsigned)kind < HEARD_KINDS ? kind_names[kind] : "unknown";
}

int heard_kind_find(const char *name, size_t len)
{
    for (int i = 0; i < HEARD_KINDS; i++)
        if (strlen(kind_names[i]) == len && memcmp(kind_names[i], name, len) == 0)
            return i;
    return -1;
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static void add_day(struct buf *out, int32_t day)
{
    char text[CALENDAR_DATE_BYTES];
    day_format(day, text);
    buf_addf(out, "\"%s\"", text);
}

void heard_words_json(const struct heard_word *words, size_t count, struct buf *out)
{
    buf_addf(out, "{\"format\":%d,\"least\":%d,\"words\":[", HEARD_FORMAT, HEARD_LEAST);
    for (size_t i = 0; i < count; i++) {
        buf_adds(out, i ? ",\n{\"word\":" : "\n{\"word\":");
        buf_add_json(out, words[i].word, strlen(words[i].word));
        buf_adds(out, ",\"count\":");
        buf_addu(out, words[i].count);
        buf_adds(out, ",\"days\":{");
        for (size_t d = 0; d < words[i].day_count; d++) {
            buf_adds(out, d ? "," : "");
            add_day(out, words[i].days[d].day);
            buf_addc(out, ':');
            buf_addu(out, words[i].days[d].count);
        }
        buf_adds(out, "}}");
    }
    buf_adds(out, "\n]}\n");
}

void heard_report_line(const struct heard_report *report, struct buf *out)
{
    buf_adds(out, "{\"day\":");
    add_day(out, report->day);
    buf_adds(out, ",\"id\":");
    buf_add_json(out, report->id, strlen(report->id));
    buf_addf(out, ",\"kind\":\"%s\",\"text\":", heard_kind_name(report->kind));
    buf_add_json(out, report->text, strlen(report->text));
    buf_adds(out, "}\n");
}

static enum status write_file(const char *path, const struct buf *data, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, HEARD_FILE_MODE);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!file) {
        enum status failed = err_set_errno(err, STATUS_IO, "%s: cannot create", path);
        if (fd >= 0)
            close(fd);
        return failed;
    }
    enum status status = STATUS_OK;
    if (fwrite(buf_str(data), 1, data->len, file) != data->len || fflush(file) != 0 || fsync(fileno(file)) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot write", path);
    if (fclose(file) != 0 && status == STATUS_OK)
        status = err_set_errno(err, STATUS_IO, "%s: cannot close", path);
    return status;
}

enum status heard_replace(const char *dir, const char *name, const struct buf *data, struct err *err)
{
    struct buf path = BUF_INIT, aside = BUF_INIT;
    TRY(buf_ok(data, err));
    buf_addf(&path, "%s/%s", dir, name);
    buf_addf(&aside, "%s/%s.tmp", dir, name);
    enum status status = buf_ok(&path, err);
    if (status == STATUS_OK)
        status = buf_ok(&aside, err);
    if (status == STATUS_OK)
        status = write_file(aside.data, data, err);
    if (status == STATUS_OK && rename(aside.data, path.data) != 0)
        status = err_set_errno(err, STATUS_IO, "%s: cannot rename", aside.data);
    if (status == STATUS_OK)
        status = folder_sync(dir, err);
    buf_release(&path);
    buf_release(&aside);
    return status;
}

/* ---- reading ---------------------------------------------------------------------------------------------------- */

/* Absent: empty. */
static enum status read_all(const char *dir, const char *name, size_t most, struct buf *text, struct err *err)
{
    struct buf path = BUF_INIT;
    buf_addf(&path, "%s/%s", dir, name);
    enum status status = buf_ok(&path, err);
    if (status == STATUS_OK && access(path.data, F_OK) == 0)
        status = buf_read_file(text, path.data, most, err);
    buf_release(&path);
    return status;
}

/* Fit to be shown: UTF-8 without control characters, not empty, not too long. */
static const char *shown_text(const json_t *json, size_t most)
{
    const char *text = json_string_value(json);
    size_t len = json_string_length(json);
    if (!text || len > most || utf8_check(text, len) != len)
        return NULL;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7F)
            return NULL;
    return text;
}

static enum status read_days(const json_t *days, struct arena *arena, struct heard_word *word, struct err *err)
{
    const char *key;
    json_t *value;
    struct heard_day *list = arena_array(arena, json_object_size(days), sizeof *list);
    if (!list)
        return arena_nomem(err);
    word->days = list;
    json_object_foreach((json_t *)(uintptr_t)days, key, value) {
        int32_t day;
        json_int_t count = json_integer_value(value);
        bool ordered = day_parse(key, strlen(key), &day) && (!word->day_count || list[word->day_count - 1].day < day);
        if (!ordered || count < HEARD_LEAST || count > UINT32_MAX)
            continue;
        list[word->day_count++] = (struct heard_day){day, (uint32_t)count};
        word->count += (uint64_t)count;
    }
    return STATUS_OK;
}

static enum status read_words(const json_t *list, struct arena *arena, struct heard_word **words, size_t *count,
                              struct err *err)
{
    size_t most = json_array_size(list) < HEARD_WORDS ? json_array_size(list) : HEARD_WORDS;
    struct heard_word *found = arena_array(arena, most, sizeof *found);
    if (!found)
        return arena_nomem(err);
    *count = 0;
    for (size_t i = 0; i < most; i++) {
        const json_t *one = json_array_get(list, i);
        const char *text = shown_text(json_object_get(one, "word"), HEARD_WORD_BYTES - 1);
        struct heard_word word = {0};
        if (!text || !*text)
            continue;
        TRY(read_days(json_object_get(one, "days"), arena, &word, err));
        word.word = arena_copy(arena, text, strlen(text));
        if (!word.word)
            return arena_nomem(err);
        if (word.day_count)
            found[(*count)++] = word;
    }
    *words = found;
    return STATUS_OK;
}

enum status heard_words_read(const char *dir, struct arena *arena, struct heard_word **words, size_t *count,
                             struct err *err)
{
    struct buf text = BUF_INIT;
    enum status status = read_all(dir, HEARD_WORDS_FILE, HEARD_WORDS_FILE_BYTES, &text, err);
    *words = NULL;
    *count = 0;
    if (status == STATUS_OK && text.len) {
        json_t *json = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
        const json_t *list = json_object_get(json, "words");
        status = json_integer_value(json_object_get(json, "format")) != HEARD_FORMAT || !json_is_array(list)
                     ? err_set(err, STATUS_CORRUPT, "%s/%s: no file of this format", dir, HEARD_WORDS_FILE)
                     : read_words(list, arena, words, count, err);
        json_decref(json);
    }
    buf_release(&text);
    return status;
}

/* STATUS_CORRUPT: the line is no report. */
static enum status read_line(const char *line, size_t len, struct arena *arena, struct heard_report *report)
{
    json_t *json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    const char *day = json_string_value(json_object_get(json, "day"));
    const char *kind = json_string_value(json_object_get(json, "kind"));
    const char *id = shown_text(json_object_get(json, "id"), HEARD_ID_BYTES);
    const char *text = shown_text(json_object_get(json, "text"), (size_t)HEARD_TEXT_CHARS * 4);
    int known = kind ? heard_kind_find(kind, strlen(kind)) : -1;
    enum status status = STATUS_CORRUPT;
    if (day && day_parse(day, strlen(day), &report->day) && known >= 0 && id && *id && text) {
        report->kind = (enum heard_kind)known;
        report->id = arena_copy(arena, id, strlen(id));
        report->text = arena_copy(arena, text, strlen(text));
        status = report->id && report->text ? STATUS_OK : STATUS_NOMEM;
    }
    json_decref(json);
    return status;
}

enum status heard_reports_read(const char *dir, struct arena *arena, struct heard_report **reports, size_t *count,
                               size_t *unreadable, struct err *err)
{
    struct buf text = BUF_INIT;
    enum status status = read_all(dir, HEARD_REPORTS_FILE, HEARD_REPORTS_FILE_BYTES, &text, err);
    size_t lines = 0;
    *reports = NULL;
    *count = *unreadable = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.data[i] == '\n';
    struct heard_report *list = status == STATUS_OK ? arena_array(arena, lines + 1, sizeof *list) : NULL;
    if (status == STATUS_OK && !list)
        status = arena_nomem(err);
    for (size_t at = 0; status == STATUS_OK && at < text.len;) {
        const char *line = text.data + at, *end = memchr(line, '\n', text.len - at);
        size_t len = end ? (size_t)(end - line) : text.len - at;
        status = read_line(line, len, arena, &list[*count]);
        *count += status == STATUS_OK;
        *unreadable += status == STATUS_CORRUPT;
        status = status == STATUS_NOMEM ? arena_nomem(err) : STATUS_OK;
        at += len + 1;
    }
    if (status == STATUS_OK)
        *reports = list;
    buf_release(&text);
    return status;
}
