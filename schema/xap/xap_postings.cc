#include "xap/xap_guard.hh"
#include "xap/xap_handles.hh"

#include <cassert>

using xap::guard;

struct xap_postings {
    const struct xap_reader *reader;
    Xapian::PostingIterator at;
};

enum status xap_postings_open(struct xap_postings **postings, struct xap_reader *reader, const char *term, size_t len,
                              struct err *err)
{
    return guard(reader->path.c_str(), err, [&] {
        Xapian::PostingIterator at;
        if (len == 0 || xap::term_fits(term, len))
            at = reader->database.postlist_begin(std::string(term, len));
        *postings = new xap_postings{reader, std::move(at)};
        return STATUS_OK;
    });
}

enum status xap_postings_next(struct xap_postings *postings, uint32_t *docids, uint32_t *wdfs, size_t cap,
                              size_t *count, struct err *err)
{
    assert(cap > 0);
    return guard(postings->reader->path.c_str(), err, [&] {
        Xapian::PostingIterator &at = postings->at;
        const Xapian::PostingIterator end;
        size_t n = 0;
        for (; n < cap && at != end; ++at, n++) {
            docids[n] = *at;
            if (wdfs)
                wdfs[n] = at.get_wdf();
        }
        *count = n;
        return STATUS_OK;
    });
}

enum status xap_postings_among(struct xap_postings *postings, const uint32_t *docids, size_t count, uint32_t *found,
                               size_t *found_count, struct err *err)
{
    return guard(postings->reader->path.c_str(), err, [&] {
        Xapian::PostingIterator &at = postings->at;
        const Xapian::PostingIterator end;
        size_t n = 0;
        for (size_t i = 0; i < count && at != end; i++) {
            if (*at < docids[i]) {
                at.skip_to(docids[i]);
                if (at == end)
                    break;
            }
            if (*at == docids[i])
                found[n++] = docids[i];
        }
        *found_count = n;
        return STATUS_OK;
    });
}

void xap_postings_free(struct xap_postings *postings)
{
    delete postings;
}
