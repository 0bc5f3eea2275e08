#include "xap/xap_guard.hh"
#include "xap/xap_handles.hh"

using xap::guard;

enum status xap_doc_new(struct xap_doc **doc, struct err *err)
{
    return guard("document", err, [&] {
        *doc = new xap_doc();
        return STATUS_OK;
    });
}

void xap_doc_free(struct xap_doc *doc)
{
    delete doc;
}

enum status xap_doc_reset(struct xap_doc *doc, struct err *err)
{
    return guard("document", err, [&] {
        doc->document.clear_terms();
        doc->document.set_data(std::string());
        doc->length = 0;
        doc->term_bytes = doc->data_bytes = 0;
        return STATUS_OK;
    });
}

enum status xap_doc_add_term(struct xap_doc *doc, const char *term, size_t len, uint32_t wdf, struct err *err)
{
    return guard("document", err, [&] {
        TRY(xap::term_check(term, len, err));
        if (doc->length + wdf > UINT32_MAX)
            return err_set(err, STATUS_LIMIT, "document longer than %u", UINT32_MAX);
        doc->document.add_term(doc->term.assign(term, len), wdf);
        doc->length += wdf;
        doc->term_bytes += len;
        return STATUS_OK;
    });
}

enum status xap_doc_set_data(struct xap_doc *doc, const void *data, size_t len, struct err *err)
{
    return guard("document", err, [&] {
        TRY(xap::data_check(len, err));
        doc->document.set_data(std::string(static_cast<const char *>(data), len));
        doc->data_bytes = len;
        return STATUS_OK;
    });
}
