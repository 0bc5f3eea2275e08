#include "searchd/list_text.h"

#include <string.h>

void list_encode(struct buf *out, const char *text, const char *line)
{
    for (size_t len; *text; text += len) {
        len = strcspn(text, "\n");
        buf_add_percent(out, text, len, "");
        if (text[len] == '\n') {
            buf_adds(out, line);
            len++;
        }
    }
}

void list_mailto(struct buf *out, const char *subject, const char *body)
{
    buf_adds(out, "mailto:?subject=");
    list_encode(out, subject, "%20");
    buf_adds(out, "&body=");
    list_encode(out, body, "%0D%0A");
}

/* RFC 5724 wants a number; both kinds of telephones open an unaddressed message.  The lone '&' is for those that look
 * for "&body=", and no harm to the others. */
void list_sms(struct buf *out, const char *body)
{
    buf_adds(out, "sms:?&body=");
    list_encode(out, body, "%0A");
}
