/* What is behind the handles of xap.h that more than one file knows. */
#ifndef OPASTIN_XAP_HANDLES_HH
#define OPASTIN_XAP_HANDLES_HH

#include "xap/xap.h"

#include <xapian.h>

#include <string>

static_assert(sizeof(Xapian::docid) == sizeof(uint32_t) && sizeof(Xapian::termcount) == sizeof(uint32_t),
              "xap.h speaks of 32-bit document numbers and frequencies");

struct xap_doc {
    Xapian::Document document;
    std::string term;      /* reused from call to call: no allocation per term */
    uint64_t length = 0;   /* sum of all wdf; Xapian keeps 32 bits */
    size_t term_bytes = 0; /* of all added terms */
    size_t data_bytes = 0;
};

struct xap_reader {
    std::string path;
    Xapian::Database database;
    uint32_t count;
    uint32_t last_id;
};

struct xap_query {
    Xapian::Query tree;
    unsigned depth;
};

namespace xap
{

/* Whether Xapian can store the term. */
bool term_fits(const char *term, size_t len);
/* STATUS_LIMIT when it cannot. */
enum status term_check(const char *term, size_t len, struct err *err) MUST_USE;
/* STATUS_LIMIT for what is too large to be stored. */
enum status data_check(size_t len, struct err *err) MUST_USE;

/* Throws STATUS_NOTFOUND when there is no such folder, STATUS_CORRUPT when it holds no database, STATUS_IO. */
void require_database(const std::string &path);
/* Throws STATUS_INVALID when there is anything at that path. */
void require_absent(const std::string &path);
/* Whether the database has lists of each document's terms. */
bool has_termlists(const std::string &path);
Xapian::Database open_database(const std::string &path);

} // namespace xap

#endif
