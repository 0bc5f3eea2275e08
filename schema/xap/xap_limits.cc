/* What Xapian can store: asked before it is told, since a throw inside it drops a whole batch of documents. */
#include "xap/xap_handles.hh"

#include <algorithm>

namespace xap
{

bool term_fits(const char *term, size_t len)
{
    if (len == 0 || len > XAP_TERM_BYTES)
        return false;
    return len + static_cast<size_t>(std::count(term, term + len, '\0')) <= XAP_TERM_BYTES;
}

enum status term_check(const char *term, size_t len, struct err *err)
{
    if (term_fits(term, len))
        return STATUS_OK;
    return err_set(err, STATUS_LIMIT, "term of %zu bytes: 1 to %d are allowed, zero bytes count twice", len,
                   XAP_TERM_BYTES);
}

enum status data_check(size_t len, struct err *err)
{
    if (len <= XAP_DATA_BYTES)
        return STATUS_OK;
    return err_set(err, STATUS_LIMIT, "data of %zu bytes: at most %d are allowed", len, XAP_DATA_BYTES);
}

} // namespace xap
