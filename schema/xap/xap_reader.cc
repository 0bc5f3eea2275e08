#include "xap/xap_guard.hh"
#include "xap/xap_handles.hh"

#include <memory>

using xap::guard;

static enum status fill(struct buf *buf, const std::string &text, struct err *err)
{
    buf_reset(buf);
    buf_add(buf, text.data(), text.size());
    return buf_ok(buf, err);
}

enum status xap_reader_open(struct xap_reader **reader, const char *path, struct err *err)
{
    return guard(path, err, [&] {
        Xapian::Database database = xap::open_database(path);
        uint32_t count = database.get_doccount();
        uint32_t last_id = database.get_lastdocid();
        *reader = new xap_reader{path, std::move(database), count, last_id};
        return STATUS_OK;
    });
}

void xap_reader_free(struct xap_reader *reader)
{
    delete reader;
}

uint32_t xap_reader_count(const struct xap_reader *reader)
{
    return reader->count;
}

uint32_t xap_reader_last_id(const struct xap_reader *reader)
{
    return reader->last_id;
}

enum status xap_reader_meta(struct xap_reader *reader, const char *key, struct buf *value, struct err *err)
{
    const char *path = reader->path.c_str();
    return guard(path, err, [&] {
        std::string text = reader->database.get_metadata(key);
        if (text.empty())
            return err_set(err, STATUS_NOTFOUND, "%s: no metadata %s", path, key);
        return fill(value, text, err);
    });
}

enum status xap_reader_data(struct xap_reader *reader, uint32_t docid, struct buf *data, struct err *err)
{
    const char *path = reader->path.c_str();
    return guard(path, err, [&] {
        if (docid == 0 || docid > reader->last_id)
            return err_set(err, STATUS_NOTFOUND, "%s: no document %u", path, docid);
        /* Data proves that the document exists; only when there is none do we pay for asking. */
        std::string text = reader->database.get_document(docid, Xapian::DOC_ASSUME_VALID).get_data();
        if (text.empty())
            reader->database.get_doclength(docid);
        return fill(data, text, err);
    });
}

enum status xap_reader_freq(struct xap_reader *reader, const char *term, size_t len, uint32_t *freq, struct err *err)
{
    return guard(reader->path.c_str(), err, [&] {
        *freq = xap::term_fits(term, len) ? reader->database.get_termfreq(std::string(term, len)) : 0;
        return STATUS_OK;
    });
}

enum status xap_reader_find(struct xap_reader *reader, const char *unique, size_t len, uint32_t *docid, struct err *err)
{
    const char *path = reader->path.c_str();
    return guard(path, err, [&] {
        if (xap::term_fits(unique, len)) {
            std::string term(unique, len);
            Xapian::PostingIterator at = reader->database.postlist_begin(term);
            if (at != reader->database.postlist_end(term)) {
                *docid = *at;
                return STATUS_OK;
            }
        }
        return err_set(err, STATUS_NOTFOUND, "%s: no document with that term", path);
    });
}

enum status xap_reader_suggest(struct xap_reader *reader, const char *word, size_t len, unsigned max_edits,
                               struct buf *best, struct err *err)
{
    return guard(reader->path.c_str(), err, [&] {
        std::string found;
        if (xap::term_fits(word, len))
            found = reader->database.get_spelling_suggestion(std::string(word, len), max_edits);
        return fill(best, found, err);
    });
}
