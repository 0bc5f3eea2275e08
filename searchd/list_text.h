/* A shortlist as plain text, and the addresses that hand it to a mail or message program. */
#ifndef OPASTIN_SEARCHD_LIST_TEXT_H
#define OPASTIN_SEARCHD_LIST_TEXT_H

#include <stddef.h>

#include "base/buf.h"

/* Beyond it only the link is sent: mail programs cut longer addresses, and nobody reads longer messages. */
enum { LIST_BODY_MOST = 1800 };

/* The text's bytes but for RFC 3986's unreserved ones as %XX; a line feed as `line`: "%0D%0A" in mail (RFC 6068),
 * "%0A" in messages. */
void list_encode(struct buf *out, const char *text, const char *line);
/* mailto: without an address, and sms: without a number: neither is ever asked for here. */
void list_mailto(struct buf *out, const char *subject, const char *body);
void list_sms(struct buf *out, const char *body);

#endif
