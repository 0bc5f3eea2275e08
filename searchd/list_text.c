#include "searchd/list_text.h"

#include <string.h>

void list_encode(struct buf *out, const char *text, const char *line)
{
    static const char digits[] = "0123456789ABCDEF";
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || strchr("-_.~", c))
            buf_addc(out, (char)c);
        else if (c == '\n')
            buf_adds(out, line);
        else
            buf_add(out, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
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
