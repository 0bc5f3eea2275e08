#include "xap/xap_guard.hh"
#include "xap/xap_handles.hh"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <memory>
#include <vector>

using xap::guard;

static Xapian::Query::op xapian_op(enum xap_op op)
{
    switch (op) {
    case XAP_AND: return Xapian::Query::OP_AND;
    case XAP_OR: return Xapian::Query::OP_OR;
    case XAP_SYNONYM: return Xapian::Query::OP_SYNONYM;
    }
    xap::fail(STATUS_INVALID, "unknown operator %d", static_cast<int>(op));
}

static enum status depth_check(unsigned depth, struct err *err)
{
    if (depth <= XAP_QUERY_DEPTH)
        return STATUS_OK;
    return err_set(err, STATUS_LIMIT, "query nested %u deep: at most %d are allowed", depth, XAP_QUERY_DEPTH);
}

enum status xap_query_term(struct xap_query **query, const char *term, size_t len, struct err *err)
{
    return guard("query", err, [&] {
        *query = new xap_query{Xapian::Query(std::string(term, len)), 1};
        return STATUS_OK;
    });
}

static enum status join(struct xap_query **query, enum xap_op op, struct xap_query *const *children, size_t count,
                        struct err *err)
{
    std::vector<Xapian::Query> trees;
    unsigned depth = 0;
    for (size_t i = 0; i < count; i++) {
        trees.push_back(children[i]->tree);
        depth = std::max(depth, children[i]->depth);
    }
    TRY(depth_check(depth + 1, err));
    *query = new xap_query{Xapian::Query(xapian_op(op), trees.begin(), trees.end()), depth + 1};
    return STATUS_OK;
}

enum status xap_query_join(struct xap_query **query, enum xap_op op, struct xap_query **children, size_t count,
                           struct err *err)
{
    assert(count > 0);
    enum status status = guard("query", err, [&] { return join(query, op, children, count, err); });
    for (size_t i = 0; i < count; i++)
        xap_query_free(children[i]);
    return status;
}

enum status xap_query_scale(struct xap_query **query, struct xap_query *child, double weight, struct err *err)
{
    return guard("query", err, [&] {
        std::unique_ptr<xap_query> owned(child);
        if (!(weight >= 0) || !std::isfinite(weight))
            return err_set(err, STATUS_INVALID, "query weight %g: must be 0 or more", weight);
        TRY(depth_check(child->depth + 1, err));
        *query = new xap_query{Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, child->tree, weight), child->depth + 1};
        return STATUS_OK;
    });
}

void xap_query_free(struct xap_query *query)
{
    delete query;
}
