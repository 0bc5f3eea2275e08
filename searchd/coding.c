#include "searchd/coding.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <zlib.h>

#ifdef OPASTIN_BROTLI
#include <brotli/encode.h>
enum { BROTLI_WINDOW = 20, BROTLI_HERE = 1 };
#else
enum { BROTLI_HERE = 0 };
#endif

const char *const coding_names[CODING_COUNT] = {"", "gzip", "br"};
const char *const coding_tags[CODING_COUNT] = {"", "-gz", "-br"};

bool coding_known(enum coding coding)
{
    return coding != CODING_BR || BROTLI_HERE;
}

/* ---- what the client takes --------------------------------------------------------------------------------- */

/* The weight of one item in thousandths: "gzip;q=0.5" is 500, and 1000 without one. */
static int weight_of(const char *item, size_t len)
{
    const char *q = memchr(item, ';', len), *end = item + len;
    if (!q)
        return 1000;
    for (q++; q < end && strchr(" \t", *q);)
        q++;
    if (end - q < 3 || strncasecmp(q, "q=", 2) != 0)
        return 1000;
    int weight = q[2] == '0' ? 0 : 1000, place = 100;
    for (q += 3; weight < 1000 && q < end && (*q == '.' || (*q >= '0' && *q <= '9')); q++) {
        if (*q != '.') {
            weight += (*q - '0') * place;
            place /= 10;
        }
    }
    return weight;
}

static enum coding coding_of(const char *name, size_t len)
{
    if ((len == 4 && strncasecmp(name, "gzip", 4) == 0) || (len == 6 && strncasecmp(name, "x-gzip", 6) == 0))
        return CODING_GZIP;
    return len == 2 && strncasecmp(name, "br", 2) == 0 ? CODING_BR : CODING_PLAIN;
}

enum coding coding_choose(const char *list)
{
    int weights[CODING_COUNT] = {-1, -1, -1}, any = -1;
    while (*list) {
        list += strspn(list, " \t,");
        size_t len = strcspn(list, ","), name = strcspn(list, ",; \t");
        enum coding coding = coding_of(list, name);
        if (coding != CODING_PLAIN && weights[coding] < 0)
            weights[coding] = weight_of(list, len);
        if (name == 1 && *list == '*')
            any = weight_of(list, len);
        list += len;
    }
    enum coding best = CODING_PLAIN;
    for (int c = CODING_GZIP; c < CODING_COUNT; c++) {
        int weight = weights[c] >= 0 ? weights[c] : any;
        int beaten = best == CODING_PLAIN ? 1 : weights[best] >= 0 ? weights[best] : any;
        if (coding_known((enum coding)c) && weight > 0 && weight >= beaten)
            best = (enum coding)c;
    }
    return best;
}

/* ---- packing ------------------------------------------------------------------------------------------ */

void coder_release(struct coder *coder)
{
    if (coder->zip)
        deflateEnd(coder->zip);
    free(coder->zip);
    *coder = (struct coder){0};
}

static bool ready_zip(struct coder *coder, int level)
{
    if (coder->zip && coder->zip_level == level)
        return deflateReset(coder->zip) == Z_OK;
    coder_release(coder);
    coder->zip = calloc(1, sizeof *coder->zip);
    coder->zip_level = level;
    if (coder->zip && deflateInit2(coder->zip, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK)
        return true;
    free(coder->zip);
    coder->zip = NULL;
    return false;
}

static bool pack_gzip(struct coder *coder, int level, const char *data, size_t len, struct buf *out)
{
    if (!ready_zip(coder, level) || !buf_reserve(out, deflateBound(coder->zip, len)))
        return false;
    coder->zip->next_in = (unsigned char *)(uintptr_t)data;
    coder->zip->avail_in = (unsigned)len;
    coder->zip->next_out = (unsigned char *)out->data;
    coder->zip->avail_out = (unsigned)out->cap;
    if (deflate(coder->zip, Z_FINISH) != Z_STREAM_END)
        return false;
    out->len = coder->zip->total_out;
    return true;
}

static bool pack_br(int level, const char *data, size_t len, struct buf *out)
{
#ifdef OPASTIN_BROTLI
    size_t size = BrotliEncoderMaxCompressedSize(len);
    if (!size || !buf_reserve(out, size))
        return false;
    if (!BrotliEncoderCompress(level, BROTLI_WINDOW, BROTLI_MODE_TEXT, len, (const uint8_t *)data, &size,
                               (uint8_t *)out->data))
        return false;
    out->len = size;
    return true;
#else
    (void)level;
    (void)data;
    (void)len;
    (void)out;
    return false;
#endif
}

bool coder_pack(struct coder *coder, enum coding coding, int level, const char *data, size_t len, struct buf *out)
{
    buf_reset(out);
    if (coding == CODING_BR)
        return pack_br(level, data, len, out);
    return coding == CODING_GZIP && pack_gzip(coder, level, data, len, out);
}
