/* Throws on demand, so that the tests see what the funnel makes of each kind. */
#include "xap/xap_guard.hh"

#include <xapian.h>

#include <cerrno>
#include <new>
#include <stdexcept>

[[noreturn]] static void throw_fault(enum xap_fault fault)
{
    switch (fault) {
    case XAP_FAULT_BAD_ALLOC: throw std::bad_alloc();
    case XAP_FAULT_DATABASE_LOCK: throw Xapian::DatabaseLockError("provoked: already locked");
    case XAP_FAULT_DATABASE_MODIFIED: throw Xapian::DatabaseModifiedError("provoked");
    case XAP_FAULT_DATABASE_CORRUPT: throw Xapian::DatabaseCorruptError("provoked");
    case XAP_FAULT_DATABASE_VERSION: throw Xapian::DatabaseVersionError("provoked");
    case XAP_FAULT_DATABASE_OPENING: throw Xapian::DatabaseOpeningError("provoked", EACCES);
    case XAP_FAULT_DATABASE: throw Xapian::DatabaseError("provoked", ENOSPC);
    case XAP_FAULT_DOC_NOT_FOUND: throw Xapian::DocNotFoundError("provoked");
    case XAP_FAULT_INVALID_ARGUMENT: throw Xapian::InvalidArgumentError("provoked");
    case XAP_FAULT_QUERY_PARSER: throw Xapian::QueryParserError("provoked");
    case XAP_FAULT_RANGE: throw Xapian::RangeError("provoked");
    case XAP_FAULT_NETWORK_TIMEOUT: throw Xapian::NetworkTimeoutError("provoked");
    case XAP_FAULT_FEATURE_UNAVAILABLE: throw Xapian::FeatureUnavailableError("provoked");
    case XAP_FAULT_STD: throw std::runtime_error("provoked");
    case XAP_FAULT_INT:
    case XAP_FAULT_COUNT: break;
    }
    throw 42;
}

enum status xap_provoke(enum xap_fault fault, struct err *err)
{
    return xap::guard(
        "provoke", err, [&]() -> enum status { throw_fault(fault); });
}
