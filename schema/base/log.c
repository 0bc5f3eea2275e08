#include "base/log.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/utf8.h"

static const char *const level_names[] = {[LOG_ERROR] = "error", [LOG_WARNING] = "warning", [LOG_INFO] = "info"};

static void add_value(struct buf *line, const char *value)
{
    size_t len = strlen(value);
    size_t cut = utf8_cut(value, len, LOG_VALUE_BYTES);
    if (cut == len && len > 0 && strcspn(value, " \"\\=") == len && utf8_check(value, len) == len) {
        bool plain = true;
        for (size_t i = 0; i < len && plain; i++)
            plain = (unsigned char)value[i] > 0x20 && value[i] != 0x7F;
        if (plain) {
            buf_add(line, value, len);
            return;
        }
    }
    buf_add_json(line, value, cut);
}

void log_line(enum log_level level, const char *key, ...)
{
    struct buf line = BUF_INIT;
    buf_adds(&line, level_names[level]);
    va_list args;
    va_start(args, key);
    while (key) {
        const char *value = va_arg(args, const char *);
        buf_addc(&line, ' ');
        buf_adds(&line, key);
        buf_addc(&line, '=');
        add_value(&line, value ? value : "");
        key = va_arg(args, const char *);
    }
    va_end(args);
    buf_addc(&line, '\n');
    /* One write, so that lines of several threads do not mix; a full pipe loses the line, never the request. */
    ssize_t written = line.failed ? 0 : write(STDERR_FILENO, line.data, line.len);
    (void)written;
    buf_release(&line);
}
