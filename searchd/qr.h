/* A QR code (ISO/IEC 18004) as SVG, for links that a phone takes off a screen or a sheet of paper.
 *
 * One unit of the drawing is one module; the quiet zone of four modules is part of it, and so is its white ground: the
 * code stays dark on light whatever colours the page has.  Sizes are the page's: it says width and height by class. */
#ifndef OPASTIN_SEARCHD_QR_H
#define OPASTIN_SEARCHD_QR_H

#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

enum {
    QR_TEXT_BYTES = 1400,  /* at most; 129 modules wide then, which a phone reads from 6 cm of paper */
    QR_FIRM_BYTES = 300,   /* up to here a seventh of the code may be damaged (level M), then a fourteenth (L) */
    QR_QUIET_MODULES = 4,  /* around the code */
};

/* Appends <svg class="qr" role="img" aria-label="LABEL" ...> of the text's bytes; label is not escaped.
 * STATUS_INVALID: the text is empty; STATUS_LIMIT: it is longer than QR_TEXT_BYTES; STATUS_NOMEM.  On failure out is as
 * it was. */
enum status qr_write(const char *text, size_t len, const char *label, struct buf *out, struct err *err) MUST_USE;

#endif
