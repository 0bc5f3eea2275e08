/* Any text as a value of a calendar file: lines of a fitting length that are UTF-8 and end in CRLF, and no line of the
 * text's own. */
#include <string.h>

#include "base/utf8.h"
#include "searchd/ics.h"
#include "tests/fuzz/target.h"

FUZZ_TARGET(ics)
{
    struct buf line = BUF_INIT, file = BUF_INIT;
    buf_adds(&line, "SUMMARY:");
    ics_add_text(&line, (const char *)data, size);
    ics_add_line(&file, buf_str(&line), line.len);
    FUZZ_CHECK(file.len >= 2 && memcmp(file.data + file.len - 2, "\r\n", 2) == 0);
    for (size_t at = 0; at < file.len;) {
        const char *begin = file.data + at, *end = strstr(begin, "\r\n");
        size_t len = (size_t)(end - begin);
        FUZZ_CHECK(len >= 1 && len <= ICS_LINE_BYTES);
        FUZZ_CHECK(utf8_check(begin, len) == len);
        FUZZ_CHECK(at == 0 || *begin == ' ');
        FUZZ_CHECK(!memchr(begin, '\r', len) && !memchr(begin, '\n', len) && !memchr(begin, '\0', len));
        at += len + 2;
    }
    buf_release(&line);
    buf_release(&file);
    return 0;
}
