#include "xap/xap_guard.hh"
#include "xap/xap_handles.hh"

#include <sys/stat.h>

#include <cinttypes>
#include <memory>

using xap::fail;
using xap::guard;

struct xap_writer {
    std::string path;
    Xapian::WritableDatabase database;
    bool append_only;
    bool failed = false;
    uint64_t count = 0;   /* documents, by what the calls add up to */
    size_t unflushed = 0; /* bytes of data, terms and words since the last commit */
};

/* Runs one change.  While Xapian works the writer counts as failed, and a throw leaves it so: by then Xapian may have
 * dropped every uncommitted document.  A body that returns, with whatever status, has changed nothing or all. */
template <class Body> static enum status change(struct xap_writer *writer, struct err *err, Body body)
{
    const char *path = writer->path.c_str();
    return guard(path, err, [&] {
        if (writer->failed)
            return err_set(err, STATUS_INTERNAL, "%s: writer failed before", path);
        writer->failed = true;
        enum status status = body();
        writer->failed = false;
        return status;
    });
}

static void commit(struct xap_writer *writer)
{
    writer->database.commit();
    writer->unflushed = 0;
    uint64_t stored = writer->database.get_doccount();
    if (stored != writer->count)
        fail(STATUS_INTERNAL, "%" PRIu64 " documents stored, %" PRIu64 " put", stored, writer->count);
}

/* Xapian itself counts documents, however large, and takes the number from the environment.  Bytes bound its memory,
 * and its trees of uncommitted postings are slow once they outgrow the processor's caches: measured with records of
 * 2.8 kB, 2 to 8 MiB take two thirds of the time of 64 MiB, and 8 MiB a peak of 31 MB. */
static void changed(struct xap_writer *writer, size_t bytes)
{
    writer->unflushed += bytes;
    if (writer->unflushed >= XAP_FLUSH_BYTES)
        commit(writer);
}

static enum status need_termlists(const struct xap_writer *writer, struct err *err)
{
    if (!writer->append_only)
        return STATUS_OK;
    return err_set(err, STATUS_INVALID, "%s: append-only database: nothing can be replaced or deleted",
                   writer->path.c_str());
}

/* ---- the handle --------------------------------------------------------------------------------------------- */

/* 0755 as Xapian does. */
static void make_folder(const std::string &path)
{
    xap::require_absent(path);
    if (mkdir(path.c_str(), 0755) != 0)
        throw Xapian::DatabaseCreateError("cannot create the folder", errno);
}

static int termlist_flag(bool append_only)
{
    return append_only ? Xapian::DB_NO_TERMLIST : 0;
}

static struct xap_writer *open_writer(const char *path, int action, bool append_only)
{
    int flags = action | Xapian::DB_BACKEND_GLASS | termlist_flag(append_only);
    auto writer = std::unique_ptr<xap_writer>(new xap_writer{path, Xapian::WritableDatabase(path, flags), append_only});
    writer->count = writer->database.get_doccount();
    return writer.release();
}

enum status xap_writer_create(struct xap_writer **writer, const char *path, enum xap_mode mode, struct err *err)
{
    return guard(path, err, [&] {
        make_folder(path);
        *writer = open_writer(path, Xapian::DB_CREATE, mode == XAP_APPEND_ONLY);
        return STATUS_OK;
    });
}

enum status xap_writer_open(struct xap_writer **writer, const char *path, struct err *err)
{
    return guard(path, err, [&] {
        xap::require_database(path);
        *writer = open_writer(path, Xapian::DB_OPEN, !xap::has_termlists(path));
        return STATUS_OK;
    });
}

void xap_writer_free(struct xap_writer *writer)
{
    if (!writer)
        return;
    /* Xapian's destructor commits, unless it finds a transaction: that it drops, with all uncommitted before it. */
    enum status ignored = guard(writer->path.c_str(), nullptr, [&] {
        writer->database.begin_transaction(false);
        return STATUS_OK;
    });
    (void)ignored;
    delete writer;
}

/* ---- changes ------------------------------------------------------------------------------------------------ */

enum status xap_writer_add(struct xap_writer *writer, const struct xap_doc *doc, uint32_t *docid, struct err *err)
{
    return change(writer, err, [&] {
        uint32_t id = writer->database.add_document(doc->document);
        writer->count++;
        changed(writer, doc->term_bytes + doc->data_bytes);
        if (docid)
            *docid = id;
        return STATUS_OK;
    });
}

enum status xap_writer_put(struct xap_writer *writer, const char *unique, size_t unique_len, const struct xap_doc *doc,
                           uint32_t *docid, struct err *err)
{
    return change(writer, err, [&] {
        TRY(need_termlists(writer, err));
        TRY(xap::term_check(unique, unique_len, err));
        std::string term(unique, unique_len);
        uint32_t replaced = writer->database.get_termfreq(term);
        uint32_t id = writer->database.replace_document(term, doc->document);
        writer->count = writer->count - replaced + 1;
        changed(writer, doc->term_bytes + doc->data_bytes);
        if (docid)
            *docid = id;
        return STATUS_OK;
    });
}

enum status xap_writer_delete(struct xap_writer *writer, const char *unique, size_t unique_len, struct err *err)
{
    return change(writer, err, [&] {
        TRY(need_termlists(writer, err));
        TRY(xap::term_check(unique, unique_len, err));
        std::string term(unique, unique_len);
        uint32_t found = writer->database.get_termfreq(term);
        if (found == 0)
            return err_set(err, STATUS_NOTFOUND, "%s: no document to delete", writer->path.c_str());
        writer->database.delete_document(term);
        writer->count -= found;
        return STATUS_OK;
    });
}

enum status xap_writer_set_meta(struct xap_writer *writer, const char *key, const void *value, size_t len,
                                struct err *err)
{
    return change(writer, err, [&] {
        std::string name(key);
        TRY(xap::term_check(name.data(), name.size(), err));
        TRY(xap::data_check(len, err));
        writer->database.set_metadata(name, std::string(static_cast<const char *>(value), len));
        changed(writer, len);
        return STATUS_OK;
    });
}

enum status xap_writer_add_spelling(struct xap_writer *writer, const char *word, size_t len, uint32_t freq,
                                    struct err *err)
{
    return change(writer, err, [&] {
        TRY(xap::term_check(word, len, err));
        if (freq == 0) /* Xapian would list a word that it then cannot find */
            return err_set(err, STATUS_INVALID, "%s: spelling word with frequency 0", writer->path.c_str());
        writer->database.add_spelling(std::string(word, len), freq);
        changed(writer, len);
        return STATUS_OK;
    });
}

enum status xap_writer_commit(struct xap_writer *writer, struct err *err)
{
    return change(writer, err, [&] {
        commit(writer);
        return STATUS_OK;
    });
}
