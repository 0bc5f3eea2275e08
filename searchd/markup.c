#include "searchd/markup.h"

void markup_escape(struct buf *out, const char *text)
{
    for (const char *c = text; *c; c++)
        switch (*c) {
        case '&': buf_adds(out, "&amp;"); break;
        case '<': buf_adds(out, "&lt;"); break;
        case '>': buf_adds(out, "&gt;"); break;
        case '"': buf_adds(out, "&quot;"); break;
        default: buf_addc(out, *c);
        }
}
