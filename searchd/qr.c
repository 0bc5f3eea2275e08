#include "searchd/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <stdbool.h>

#include "searchd/markup.h"

/* Each row's runs of dark modules: one path, drawn without gaps between the rows' edges. */
static void add_modules(const QRcode *code, struct buf *out)
{
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width;) {
            const unsigned char *row = code->data + (ptrdiff_t)y * code->width;
            int end = x;
            while (end < code->width && (row[end] & 1))
                end++;
            if (end > x)
                buf_addf(out, "M%d %dh%dv1h-%dz", x + QR_QUIET_MODULES, y + QR_QUIET_MODULES, end - x, end - x);
            x = end > x ? end : x + 1;
        }
}

enum status qr_write(const char *text, size_t len, const char *label, struct buf *out, struct err *err)
{
    size_t began = out->len;
    if (!len)
        return err_set(err, STATUS_INVALID, "there is no text for a QR code");
    if (len > QR_TEXT_BYTES)
        return err_set(err, STATUS_LIMIT, "the text of %zu bytes is too long for a QR code; %d are allowed", len,
                       QR_TEXT_BYTES);
    QRcode *code = QRcode_encodeData((int)len, (const unsigned char *)text, 0,
                                     len <= QR_FIRM_BYTES ? QR_ECLEVEL_M : QR_ECLEVEL_L);
    if (!code)
        return errno == ENOMEM ? err_set(err, STATUS_NOMEM, "out of memory for a QR code")
                               : err_set_errno(err, STATUS_INTERNAL, "a QR code of %zu bytes", len);
    int size = code->width + 2 * QR_QUIET_MODULES;
    buf_adds(out, "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\"");
    markup_escape(out, label);
    buf_addf(out, "\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
             "<path fill=\"#000\" d=\"", size, size, size, size);
    add_modules(code, out);
    buf_adds(out, "\"/></svg>");
    QRcode_free(code);
    enum status status = buf_ok(out, err);
    if (status != STATUS_OK && out->len > began) {
        out->len = began;
        out->data[began] = '\0';
    }
    return status;
}
