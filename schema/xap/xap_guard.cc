#include "xap/xap_guard.hh"

#include <xapian.h>

#include <cstdarg>
#include <cstdio>
#include <new>
#include <string>

extern "C" {
#include "base/utf8.h"
}

namespace xap
{

void fail(enum status status, const char *format, ...)
{
    failure f = {status, {}};
    va_list args;
    va_start(args, format);
    vsnprintf(f.message, sizeof f.message, format, args);
    va_end(args);
    throw f;
}

/* Xapian quotes terms and file names, which need not be UTF-8; messages must be. */
static std::string well_formed(std::string text)
{
    if (utf8_check(text.data(), text.size()) != text.size())
        for (char &c : text)
            if (static_cast<unsigned char>(c) >= 0x80)
                c = '?';
    return text;
}

static enum status report(enum status status, const char *where, const Xapian::Error &e, struct err *err)
{
    const char *system = e.get_error_string();
    return err_set(err, status, "%s: %s: %s%s%s", where, e.get_type(), well_formed(e.get_msg()).c_str(),
                   system ? ": " : "", system ? system : "");
}

/* Xapian throws its general database errors both when the system refuses, and then it says how, and when what it
 * read made no sense. */
static enum status database_status(const Xapian::Error &e)
{
    return e.get_error_string() ? STATUS_IO : STATUS_CORRUPT;
}

/* Lock errors cover every way of not getting the lock; only this one means another writer. */
static enum status lock_status(const Xapian::Error &e)
{
    return e.get_msg().find("already locked") != std::string::npos ? STATUS_LOCKED : STATUS_IO;
}

/* Special before general.  Xapian::Error is no std::exception. */
static enum status classify(const char *where, struct err *err)
{
    try {
        throw;
    } catch (const failure &f) {
        return err_set(err, f.status, "%s: %s", where, f.message);
    } catch (const std::bad_alloc &) {
        return err_set(err, STATUS_NOMEM, "%s: out of memory", where);
    } catch (const Xapian::DatabaseLockError &e) {
        return report(lock_status(e), where, e, err);
    } catch (const Xapian::DatabaseModifiedError &e) {
        return report(STATUS_STALE, where, e, err);
    } catch (const Xapian::DatabaseCorruptError &e) {
        return report(STATUS_CORRUPT, where, e, err);
    } catch (const Xapian::DatabaseVersionError &e) {
        return report(STATUS_VERSION, where, e, err);
    } catch (const Xapian::DatabaseNotFoundError &e) {
        return report(STATUS_NOTFOUND, where, e, err);
    } catch (const Xapian::DatabaseClosedError &e) {
        return report(STATUS_INTERNAL, where, e, err);
    } catch (const Xapian::DatabaseError &e) { /* also the opening and creating ones */
        return report(database_status(e), where, e, err);
    } catch (const Xapian::DocNotFoundError &e) {
        return report(STATUS_NOTFOUND, where, e, err);
    } catch (const Xapian::InvalidArgumentError &e) {
        return report(STATUS_INVALID, where, e, err);
    } catch (const Xapian::QueryParserError &e) {
        return report(STATUS_SYNTAX, where, e, err);
    } catch (const Xapian::WildcardError &e) {
        return report(STATUS_LIMIT, where, e, err);
    } catch (const Xapian::RangeError &e) { /* a stored number that does not fit its type */
        return report(STATUS_CORRUPT, where, e, err);
    } catch (const Xapian::SerialisationError &e) {
        return report(STATUS_CORRUPT, where, e, err);
    } catch (const Xapian::NetworkTimeoutError &e) {
        return report(STATUS_TIMEOUT, where, e, err);
    } catch (const Xapian::NetworkError &e) {
        return report(STATUS_IO, where, e, err);
    } catch (const Xapian::FeatureUnavailableError &e) { /* a database of a format this libxapian lacks */
        return report(STATUS_VERSION, where, e, err);
    } catch (const Xapian::Error &e) {
        return report(STATUS_INTERNAL, where, e, err);
    } catch (const std::exception &e) {
        return err_set(err, STATUS_INTERNAL, "%s: %s", where, well_formed(e.what()).c_str());
    } catch (...) {
        return err_set(err, STATUS_INTERNAL, "%s: unknown exception", where);
    }
}

enum status caught(const char *where, struct err *err) noexcept
{
    try {
        return classify(where, err);
    } catch (...) { /* no memory even for the words */
        return err_set(err, STATUS_NOMEM, "%s: out of memory", where);
    }
}

} // namespace xap
