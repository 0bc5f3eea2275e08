/* Connections of the whole process and of each address, counted without locks by all threads. */
#ifndef OPASTIN_SEARCHD_HTTP_ADMISSION_H
#define OPASTIN_SEARCHD_HTTP_ADMISSION_H

#include <stdbool.h>

#include "base/status.h"
#include "searchd/stats.h"

struct http_admission;
/* per_address 0: no limit. */
enum status http_admission_new(struct http_admission **admission, unsigned most, unsigned per_address,
                               struct err *err) MUST_USE;
void http_admission_free(struct http_admission *admission);

/* Where connections of the address are counted: one IPv4 address or IPv6 /64. */
struct sockaddr;
unsigned http_admission_slot(const struct http_admission *admission, const struct sockaddr *address);
/* Counts a connection; when it may not be, tells which limit it met and counts nothing. */
bool http_admission_enter(struct http_admission *admission, unsigned slot, enum stat *limit);
void http_admission_leave(struct http_admission *admission, unsigned slot);

#endif
