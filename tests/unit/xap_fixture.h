/* What the tests of schema/xap share: statuses that must be, a folder of their own, small databases. */
#ifndef OPASTIN_TESTS_XAP_FIXTURE_H
#define OPASTIN_TESTS_XAP_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xap/xap.h"

static struct err err;
static char folder[256]; /* all databases of a run */

/* The call must return the status; the words of a wrong one are shown. */
#define EXPECT(status_, call)                                                                                          \
    do {                                                                                                               \
        err_reset(&err);                                                                                               \
        enum status got_ = (call);                                                                                     \
        if (got_ != (status_))                                                                                         \
            fail_msg("%s: %s (%s)", #call, status_name(got_), err.message);                                            \
        if (got_ != STATUS_OK)                                                                                         \
            assert_int_equal(err.status, got_);                                                                        \
    } while (0)
#define OK(call) EXPECT(STATUS_OK, call)

/* ---- files ------------------------------------------------------------------------------------------------------ */

/* A path in the folder of this run; it stays until PATHS further ones were asked for. */
static inline const char *path_of(const char *name)
{
    enum { PATHS = 32 };
    static char paths[PATHS][512];
    static unsigned next;
    char *path = paths[next++ % PATHS];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static inline int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

/* Overwrites (or with bytes NULL cuts off at offset) a file of a database. */
static inline void damage(const char *database, const char *file, off_t offset, const char *bytes, size_t len)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", path_of(database), file);
    int fd = open(path, O_WRONLY);
    assert_true(fd >= 0);
    if (bytes)
        assert_int_equal(pwrite(fd, bytes, len, offset), len);
    else
        assert_return_code(ftruncate(fd, offset), errno);
    close(fd);
}

static inline bool file_exists(const char *database, const char *file)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", path_of(database), file);
    return access(path, F_OK) == 0;
}

/* ---- databases -------------------------------------------------------------------------------------------------- */

static inline struct xap_writer *create(const char *name)
{
    struct xap_writer *writer;
    OK(xap_writer_create(&writer, path_of(name), XAP_UPDATABLE, &err));
    return writer;
}

static inline struct xap_reader *reader_of(const char *name)
{
    struct xap_reader *reader;
    OK(xap_reader_open(&reader, path_of(name), &err));
    return reader;
}

static inline void commit_and_free(struct xap_writer *writer)
{
    OK(xap_writer_commit(writer, &err));
    xap_writer_free(writer);
}

/* Words are separated by spaces and each counts once. */
static inline struct xap_doc *doc_of(const char *words, const char *data)
{
    struct xap_doc *doc;
    OK(xap_doc_new(&doc, &err));
    while (*words) {
        size_t len = strcspn(words, " ");
        OK(xap_doc_add_term(doc, words, len, 1, &err));
        words += len + (words[len] == ' ');
    }
    OK(xap_doc_set_data(doc, data, strlen(data), &err));
    return doc;
}

static inline uint32_t add(struct xap_writer *writer, const char *words, const char *data)
{
    uint32_t docid = 0;
    struct xap_doc *doc = doc_of(words, data);
    OK(xap_writer_add(writer, doc, &docid, &err));
    xap_doc_free(doc);
    return docid;
}

static inline uint32_t put(struct xap_writer *writer, const char *unique, const char *words, const char *data)
{
    uint32_t docid = 0;
    struct xap_doc *doc = doc_of(words, data);
    OK(xap_writer_put(writer, unique, strlen(unique), doc, &docid, &err));
    xap_doc_free(doc);
    return docid;
}

/* Document i has the terms "all", "m<i mod 7>" with wdf i mod 5 + 1, "id<i>" and fifty more; enough for many blocks. */
static inline void fill(struct xap_doc *doc, uint32_t i)
{
    char text[32];
    OK(xap_doc_reset(doc, &err));
    OK(xap_doc_add_term(doc, "all", 3, 1, &err));
    OK(xap_doc_add_term(doc, text, (size_t)snprintf(text, sizeof text, "m%u", i % 7), i % 5 + 1, &err));
    OK(xap_doc_add_term(doc, text, (size_t)snprintf(text, sizeof text, "id%u", i), 0, &err));
    for (uint32_t k = 0; k < 50; k++)
        OK(xap_doc_add_term(doc, text, (size_t)snprintf(text, sizeof text, "common%u", k), (i + k) % 3 + 1, &err));
    OK(xap_doc_set_data(doc, text, (size_t)snprintf(text, sizeof text, "record %u", i), &err));
}

static inline void create_many(const char *name, enum xap_mode mode, uint32_t count)
{
    struct xap_writer *writer;
    struct xap_doc *doc;
    OK(xap_writer_create(&writer, path_of(name), mode, &err));
    OK(xap_doc_new(&doc, &err));
    for (uint32_t i = 1; i <= count; i++) {
        fill(doc, i);
        OK(xap_writer_add(writer, doc, NULL, &err));
    }
    xap_doc_free(doc);
    commit_and_free(writer);
}

static inline void assert_data(struct xap_reader *reader, uint32_t docid, const char *expected)
{
    struct buf data = BUF_INIT;
    OK(xap_reader_data(reader, docid, &data, &err));
    assert_string_equal(buf_str(&data), expected);
    buf_release(&data);
}

static inline void assert_meta(struct xap_reader *reader, const char *key, const char *expected)
{
    struct buf value = BUF_INIT;
    OK(xap_reader_meta(reader, key, &value, &err));
    assert_string_equal(buf_str(&value), expected);
    buf_release(&value);
}

static inline void assert_suggestion(struct xap_reader *reader, const char *word, const char *expected)
{
    struct buf best = BUF_INIT;
    OK(xap_reader_suggest(reader, word, strlen(word), 2, &best, &err));
    assert_string_equal(buf_str(&best), expected);
    buf_release(&best);
}

static inline uint32_t freq_of(struct xap_reader *reader, const char *term)
{
    uint32_t freq = 0;
    OK(xap_reader_freq(reader, term, strlen(term), &freq, &err));
    return freq;
}

static inline int group_setup(void **state)
{
    (void)state;
    const char *parent = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/opastin-xap.XXXXXX", parent ? parent : "/tmp");
    assert_non_null(mkdtemp(folder));
    return 0;
}

static inline int group_teardown(void **state)
{
    (void)state;
    umount2(path_of("full"), MNT_DETACH);
    return nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
