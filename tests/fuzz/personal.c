/* What somebody typed: ranges are in order and cut no character; what is stored of a report is one clean line in which
 * nothing personal is found. */
#include <string.h>

#include "base/utf8.h"
#include "searchd/error_reports.h"
#include "searchd/personal.h"
#include "tests/fuzz/target.h"

FUZZ_TARGET(personal)
{
    const char *text = (const char *)data;
    struct personal_range range;
    struct buf clean = BUF_INIT;
    bool any = false;
    for (size_t at = 0; personal_next(text, size, at, &range); at = range.to) {
        FUZZ_CHECK(range.from >= at && range.to > range.from && range.to <= size);
        FUZZ_CHECK(utf8_check(text, size) < size || (utf8_check(text, range.from) == range.from &&
                                                      utf8_check(text, range.to) == range.to));
        any = true;
    }
    FUZZ_CHECK(!any || personal_query(text, size));
    error_report_clean(text, size, &clean);
    FUZZ_CHECK(utf8_check(buf_str(&clean), clean.len) == clean.len);
    FUZZ_CHECK(utf8_count(buf_str(&clean), clean.len) <= HEARD_TEXT_CHARS);
    FUZZ_CHECK(!memchr(buf_str(&clean), '\n', clean.len) && !memchr(buf_str(&clean), '@', clean.len));
    for (size_t i = 0, digits = 0; i < clean.len; i++) {
        digits = clean.data[i] >= '0' && clean.data[i] <= '9' ? digits + 1 : 0;
        FUZZ_CHECK(digits < PERSONAL_DIGITS);
    }
    buf_release(&clean);
    return 0;
}
