/* Content codings: which one a client takes, and bodies in it.
 *
 * gzip always; br where the build found libbrotlienc (Debian: libbrotli-dev).  For answers br at CODING_BR_ANSWER takes
 * the time of gzip at 1 and sends 10 to 14 % less (a search of 54 KB: 0.36 ms, 11.0 KB; gzip 0.33 ms, 12.8 KB). */
#ifndef OPASTIN_SEARCHD_CODING_H
#define OPASTIN_SEARCHD_CODING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

enum coding { CODING_PLAIN, CODING_GZIP, CODING_BR, CODING_COUNT };

enum {
    CODING_GZIP_ANSWER = 1,
    CODING_BR_ANSWER = 3,
    CODING_GZIP_FILE = 9,
    CODING_BR_FILE = 8, /* 11 would take 20 times as long at the start, for 5 % */
};

/* "", "gzip", "br": as in Content-Encoding. */
extern const char *const coding_names[CODING_COUNT];
/* "", "-gz", "-br": at the end of the entity tag of a compressed answer, which has other bytes. */
extern const char *const coding_tags[CODING_COUNT];
bool coding_known(enum coding coding); /* this build has it */

/* The one that an Accept-Encoding header weighs most; br before gzip before none where it weighs them alike. */
enum coding coding_choose(const char *accept_encoding);

/* What is kept from one body to the next: making it costs more than most compressions. Zero at first. */
struct coder {
    struct z_stream_s *zip;
    int zip_level;
};
void coder_release(struct coder *coder);
/* Replaces out; false when it could not be done, for want of memory. */
bool coder_pack(struct coder *coder, enum coding coding, int level, const char *data, size_t len, struct buf *out);

#endif
