/* Connections of the whole process and of each address, counted without locks by all threads. */
#ifndef OPASTIN_SEARCHD_HTTP_ADMISSION_H
#define OPASTIN_SEARCHD_HTTP_ADMISSION_H

#include <stdbool.h>

#include "base/status.h"
#include "searchd/client.h"
#include "searchd/stats.h"

struct http_admission;
/* per_address 0: no limit. */
enum status http_admission_new(struct http_admission **admission, unsigned most, unsigned per_address,
                               struct err *err) MUST_USE;
void http_admission_free(struct http_admission *admission);

/* Where connections of the address are counted: one IPv4 address or IPv6 /64. */
unsigned http_admission_slot(const struct http_admission *admission, const struct client *peer);
/* The slot of trusted proxies: counted in all alone, for they come for many clients. */
enum { HTTP_ADMISSION_SLOTS = 1 << 16, HTTP_ADMISSION_TRUSTED = HTTP_ADMISSION_SLOTS };
/* Counts a connection; when it may not be, tells which limit it met and counts nothing. */
bool http_admission_enter(struct http_admission *admission, unsigned slot, enum stat *limit);
void http_admission_leave(struct http_admission *admission, unsigned slot);

#endif
