#include "searchd/markup.h"

#include "base/utf8.h"

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

void markup_xml(struct buf *out, const char *text)
{
    for (size_t left = strlen(text), step; left; text += step, left -= step) {
        char bytes[5] = "";
        uint32_t c = utf8_decode(text, left, &step);
        bool allowed = c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
        bytes[allowed ? utf8_encode(c, bytes) : 0] = '\0';
        markup_escape(out, bytes);
    }
}
