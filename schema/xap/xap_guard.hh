/* The exception funnel: every function of xap.h runs its body inside guard(), and nothing thrown gets past it. */
#ifndef OPASTIN_XAP_GUARD_HH
#define OPASTIN_XAP_GUARD_HH

#include "xap/xap.h"

namespace xap
{

/* Our own failure, for places that a returned status does not reach: helpers with a value, Xapian's callbacks. */
struct failure {
    enum status status;
    char message[ERR_MESSAGE_BYTES];
};

/* Throws a failure.  It does not allocate. */
[[noreturn]] void fail(enum status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Status and words for the exception being handled; `where` (a path) says what was being worked on. */
enum status caught(const char *where, struct err *err) noexcept;

template <class Body> enum status guard(const char *where, struct err *err, Body body) noexcept
{
    try {
        return body();
    } catch (...) {
        return caught(where, err);
    }
}

} // namespace xap

#endif
