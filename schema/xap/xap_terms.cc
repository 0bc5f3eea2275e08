#include "xap/xap_guard.hh"
#include "xap/xap_handles.hh"

using xap::guard;

struct xap_terms {
    const struct xap_reader *reader;
    Xapian::TermIterator at;
    std::string current; /* the caller's view */
};

enum status xap_terms_open(struct xap_terms **terms, struct xap_reader *reader, const char *prefix, size_t len,
                           struct err *err)
{
    return guard(reader->path.c_str(), err, [&] {
        Xapian::TermIterator at;
        if (len == 0 || xap::term_fits(prefix, len))
            at = reader->database.allterms_begin(std::string(prefix, len));
        *terms = new xap_terms{reader, std::move(at), std::string()};
        return STATUS_OK;
    });
}

enum status xap_terms_next(struct xap_terms *terms, const char **term, size_t *len, uint32_t *freq, struct err *err)
{
    return guard(terms->reader->path.c_str(), err, [&] {
        bool more = terms->at != Xapian::TermIterator();
        uint32_t found = 0;
        terms->current.clear();
        if (more) {
            terms->current = *terms->at;
            found = terms->at.get_termfreq();
            ++terms->at;
        }
        *term = more ? terms->current.data() : nullptr;
        *len = terms->current.size();
        *freq = found;
        return STATUS_OK;
    });
}

void xap_terms_free(struct xap_terms *terms)
{
    delete terms;
}
