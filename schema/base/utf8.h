/* Walking and checking UTF-8 (RFC 3629). */
#ifndef OPASTIN_BASE_UTF8_H
#define OPASTIN_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Length 1..4 of the well-formed character at the start of text, 0 when there is none (truncated, overlong,
 * surrogate, above U+10FFFF) or len is 0. */
size_t utf8_length(const char *text, size_t len);

/* The character at the start; *step gets its length.  A malformed byte counts as U+FFFD of length 1.  len > 0. */
uint32_t utf8_decode(const char *text, size_t len, size_t *step);

/* Writes the character into out (4 bytes) and returns its length; U+FFFD for what is no character. */
size_t utf8_encode(uint32_t character, char out[4]);

/* Offset of the first malformed byte, or len when all is well-formed. */
size_t utf8_check(const char *text, size_t len);

/* The longest prefix of at most `most` bytes that does not cut a character. */
size_t utf8_cut(const char *text, size_t len, size_t most);

/* Number of characters of a well-formed text. */
size_t utf8_count(const char *text, size_t len);

#endif
