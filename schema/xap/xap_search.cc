#include "xap/xap_guard.hh"
#include "xap/xap_handles.hh"

#include <chrono>

using std::chrono::steady_clock;
using xap::guard;

/* Xapian offers every match to its spies, and only a throw from one stops get_mset (measured). */
class deadline : public Xapian::MatchSpy
{
  public:
    explicit deadline(unsigned timeout)
        : timeout_ms(timeout), end(steady_clock::now() + std::chrono::milliseconds(timeout))
    {
    }

    void operator()(const Xapian::Document &, double) override
    {
        if (matches++ % MATCHES_PER_LOOK == 0 && steady_clock::now() >= end)
            xap::fail(STATUS_TIMEOUT, "search stopped after %u ms", timeout_ms);
    }

  private:
    static constexpr unsigned MATCHES_PER_LOOK = 64; /* reading the clock costs about as much as a match */
    unsigned timeout_ms;
    unsigned matches = 0;
    steady_clock::time_point end;
};

static enum status opts_check(const struct xap_search_opts *opts, struct err *err)
{
    if (!(opts->k1 >= 0 && opts->k1 <= 1e6 && opts->b >= 0 && opts->b <= 1))
        return err_set(err, STATUS_INVALID, "BM25 with k1 %g and b %g", opts->k1, opts->b);
    if (opts->top == 0 || opts->top > XAP_SEARCH_TOP)
        return err_set(err, STATUS_LIMIT, "%zu hits asked for: 1 to %d are allowed", opts->top, XAP_SEARCH_TOP);
    return STATUS_OK;
}

static Xapian::MSet match(struct xap_reader *reader, const struct xap_query *query, const struct xap_search_opts *opts)
{
    deadline spy(opts->timeout_ms);
    Xapian::Enquire enquire(reader->database);
    enquire.set_query(query->tree);
    enquire.set_weighting_scheme(Xapian::BM25Weight(opts->k1, 0, 1, opts->b, 0));
    if (opts->timeout_ms)
        enquire.add_matchspy(&spy);
    return enquire.get_mset(0, static_cast<Xapian::doccount>(opts->top), opts->exact_total ? reader->count : 0);
}

enum status xap_search(struct xap_reader *reader, const struct xap_query *query, const struct xap_search_opts *opts,
                       struct xap_hit *hits, size_t *count, uint32_t *total, struct err *err)
{
    return guard(reader->path.c_str(), err, [&] {
        TRY(opts_check(opts, err));
        Xapian::MSet found = match(reader, query, opts);
        size_t n = 0;
        for (Xapian::MSetIterator hit = found.begin(); hit != found.end(); ++hit)
            hits[n++] = {*hit, hit.get_weight()};
        *count = n;
        *total = found.get_matches_estimated();
        return STATUS_OK;
    });
}
