/* The C face over Xapian keeps its contract: what was put comes back, limits hold, every failure is a status. */
#include <signal.h>
#include <sys/resource.h>

#include "xap_fixture.h"

/* ---- the exception funnel --------------------------------------------------------------------------------------- */

static void every_exception_becomes_its_status(void **state)
{
    (void)state;
    static const enum status expected[XAP_FAULT_COUNT] = {
        [XAP_FAULT_BAD_ALLOC] = STATUS_NOMEM,
        [XAP_FAULT_DATABASE_LOCK] = STATUS_LOCKED,
        [XAP_FAULT_DATABASE_MODIFIED] = STATUS_STALE,
        [XAP_FAULT_DATABASE_CORRUPT] = STATUS_CORRUPT,
        [XAP_FAULT_DATABASE_VERSION] = STATUS_VERSION,
        [XAP_FAULT_DATABASE_OPENING] = STATUS_IO,
        [XAP_FAULT_DATABASE] = STATUS_IO,
        [XAP_FAULT_DOC_NOT_FOUND] = STATUS_NOTFOUND,
        [XAP_FAULT_INVALID_ARGUMENT] = STATUS_INVALID,
        [XAP_FAULT_QUERY_PARSER] = STATUS_SYNTAX,
        [XAP_FAULT_RANGE] = STATUS_CORRUPT,
        [XAP_FAULT_NETWORK_TIMEOUT] = STATUS_TIMEOUT,
        [XAP_FAULT_FEATURE_UNAVAILABLE] = STATUS_VERSION,
        [XAP_FAULT_STD] = STATUS_INTERNAL,
        [XAP_FAULT_INT] = STATUS_INTERNAL,
    };
    for (enum xap_fault fault = 0; fault < XAP_FAULT_COUNT; fault++) {
        EXPECT(expected[fault], xap_provoke(fault, &err));
        assert_int_equal(xap_provoke(fault, NULL), expected[fault]);
    }
}

static void a_system_error_is_said_in_words(void **state)
{
    (void)state;
    EXPECT(STATUS_IO, xap_provoke(XAP_FAULT_DATABASE, &err));
    assert_string_equal(err.message, "provoke: DatabaseError: provoked: No space left on device");
}

/* ---- opening ---------------------------------------------------------------------------------------------------- */

static void what_is_no_database_is_told_apart(void **state)
{
    (void)state;
    struct xap_reader *reader = NULL;
    struct xap_writer *writer = NULL;
    mkdir(path_of("empty"), 0755);
    mkdir(path_of("stub"), 0755);
    fclose(fopen(path_of("stub/XAPIANDB"), "w"));
    fclose(fopen(path_of("file"), "w"));
    static const struct {
        const char *name;
        enum status status;
    } cases[] = {{"absent", STATUS_NOTFOUND},
                 {"file/below", STATUS_NOTFOUND},
                 {"empty", STATUS_CORRUPT},
                 {"stub", STATUS_CORRUPT},
                 {"file", STATUS_CORRUPT}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        EXPECT(cases[i].status, xap_reader_open(&reader, path_of(cases[i].name), &err));
        EXPECT(cases[i].status, xap_writer_open(&writer, path_of(cases[i].name), &err));
        EXPECT(cases[i].status, xap_check(path_of(cases[i].name), &err));
    }
    assert_null(reader);
    assert_null(writer);
}

static void messages_name_the_path(void **state)
{
    (void)state;
    struct xap_reader *reader;
    EXPECT(STATUS_NOTFOUND, xap_reader_open(&reader, path_of("absent"), &err));
    assert_non_null(strstr(err.message, path_of("absent")));
}

static void creation_needs_a_free_path_in_a_folder(void **state)
{
    (void)state;
    struct xap_writer *writer = NULL;
    EXPECT(STATUS_INVALID, xap_writer_create(&writer, folder, XAP_UPDATABLE, &err));
    EXPECT(STATUS_IO, xap_writer_create(&writer, path_of("absent/below"), XAP_UPDATABLE, &err));
    assert_null(writer);
}

static void a_second_writer_is_locked_out(void **state)
{
    (void)state;
    struct xap_writer *first = create("lock"), *second = NULL;
    EXPECT(STATUS_LOCKED, xap_writer_open(&second, path_of("lock"), &err));
    assert_null(second);
    xap_writer_free(first);
    OK(xap_writer_open(&second, path_of("lock"), &err));
    xap_writer_free(second);
}

/* ---- damage ----------------------------------------------------------------------------------------------------- */

static void a_sound_database_passes_the_check(void **state)
{
    (void)state;
    create_many("sound", XAP_UPDATABLE, 100);
    OK(xap_check(path_of("sound"), &err));
}

static void a_database_of_another_format_is_refused(void **state)
{
    (void)state;
    struct xap_reader *reader;
    enum { VERSION_AT = 14 }; /* behind the magic of iamglass */
    create_many("version", XAP_UPDATABLE, 1);
    damage("version", "iamglass", VERSION_AT, "\x7f", 1);
    EXPECT(STATUS_VERSION, xap_reader_open(&reader, path_of("version"), &err));
}

static void truncated_files_are_corrupt(void **state)
{
    (void)state;
    static const char *const files[] = {"iamglass", "postlist.glass", "docdata.glass", "termlist.glass"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char name[32];
        struct xap_reader *reader;
        snprintf(name, sizeof name, "truncated%zu", i);
        create_many(name, XAP_UPDATABLE, 2000);
        damage(name, files[i], 20, NULL, 0);
        EXPECT(STATUS_CORRUPT, xap_reader_open(&reader, path_of(name), &err));
        EXPECT(STATUS_CORRUPT, xap_check(path_of(name), &err));
    }
}

static void a_lost_table_is_corrupt(void **state)
{
    (void)state;
    struct xap_reader *reader;
    create_many("lost", XAP_UPDATABLE, 1);
    assert_return_code(unlink(path_of("lost/postlist.glass")), errno);
    EXPECT(STATUS_CORRUPT, xap_reader_open(&reader, path_of("lost"), &err));
}

static enum status read_postings(struct xap_reader *reader, const char *term, struct err *error)
{
    struct xap_postings *postings;
    uint32_t docids[64];
    size_t count = 1;
    TRY(xap_postings_open(&postings, reader, term, strlen(term), error));
    enum status status = STATUS_OK;
    while (status == STATUS_OK && count > 0)
        status = xap_postings_next(postings, docids, NULL, 64, &count, error);
    xap_postings_free(postings);
    return status;
}

static void overwritten_blocks_are_corrupt(void **state)
{
    (void)state;
    enum { BLOCK = 8192, FROM = 3, TO = 40 }; /* not the root, which is read when opening */
    static char rubbish[BLOCK];
    memset(rubbish, 0x5a, sizeof rubbish);
    create_many("rubbish", XAP_UPDATABLE, 5000);
    for (off_t block = FROM; block < TO; block++)
        damage("rubbish", "postlist.glass", block * BLOCK, rubbish, sizeof rubbish);
    EXPECT(STATUS_CORRUPT, xap_check(path_of("rubbish"), &err));
    struct xap_reader *reader = reader_of("rubbish");
    EXPECT(STATUS_CORRUPT, read_postings(reader, "common1", &err));
    xap_reader_free(reader);
}

static void a_reader_several_commits_behind_is_stale(void **state)
{
    (void)state;
    struct xap_writer *writer;
    struct xap_doc *doc = doc_of("", "");
    create_many("stale", XAP_UPDATABLE, 2000);
    struct xap_reader *reader = reader_of("stale");
    OK(xap_writer_open(&writer, path_of("stale"), &err));
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 1; i <= 2000; i++) {
            fill(doc, i + (uint32_t)round);
            OK(xap_writer_add(writer, doc, NULL, &err));
        }
        OK(xap_writer_commit(writer, &err));
    }
    xap_writer_free(writer);
    xap_doc_free(doc);
    EXPECT(STATUS_STALE, read_postings(reader, "common1", &err));
    xap_reader_free(reader);
}

/* ---- limits ----------------------------------------------------------------------------------------------------- */

static void terms_fit_up_to_245_bytes_with_zero_bytes_twice(void **state)
{
    (void)state;
    char letters[XAP_TERM_BYTES + 1], zeros[XAP_TERM_BYTES + 1];
    memset(letters, 'a', sizeof letters);
    memset(zeros, 0, sizeof zeros);
    zeros[0] = 'z'; /* 1 + 2 * 122 = 245 */
    struct xap_doc *doc;
    OK(xap_doc_new(&doc, &err));
    EXPECT(STATUS_LIMIT, xap_doc_add_term(doc, "", 0, 1, &err));
    EXPECT(STATUS_LIMIT, xap_doc_add_term(doc, letters, XAP_TERM_BYTES + 1, 1, &err));
    EXPECT(STATUS_LIMIT, xap_doc_add_term(doc, zeros, 1 + 123, 1, &err));
    OK(xap_doc_add_term(doc, letters, XAP_TERM_BYTES, 1, &err));
    OK(xap_doc_add_term(doc, zeros, 1 + 122, 1, &err));

    struct xap_writer *writer = create("terms");
    OK(xap_writer_add(writer, doc, NULL, &err));
    commit_and_free(writer);
    xap_doc_free(doc);

    struct xap_reader *reader = reader_of("terms");
    uint32_t freq = 0;
    OK(xap_reader_freq(reader, letters, XAP_TERM_BYTES, &freq, &err));
    assert_int_equal(freq, 1);
    OK(xap_reader_freq(reader, zeros, 1 + 122, &freq, &err));
    assert_int_equal(freq, 1);
    xap_reader_free(reader);
}

static void what_cannot_be_stored_is_simply_not_found(void **state)
{
    (void)state;
    char word[1000];
    memset(word, 'a', sizeof word);
    create_many("long", XAP_UPDATABLE, 10);
    struct xap_reader *reader = reader_of("long");
    uint32_t number = 9;
    OK(xap_reader_freq(reader, word, sizeof word, &number, &err));
    assert_int_equal(number, 0);
    EXPECT(STATUS_NOTFOUND, xap_reader_find(reader, word, sizeof word, &number, &err));
    EXPECT(STATUS_NOTFOUND, xap_reader_find(reader, "", 0, &number, &err));

    struct buf best = BUF_INIT;
    OK(xap_reader_suggest(reader, word, sizeof word, 2, &best, &err));
    assert_int_equal(best.len, 0);
    buf_release(&best);

    struct xap_terms *terms;
    const char *term = word;
    size_t len = 1;
    OK(xap_terms_open(&terms, reader, word, sizeof word, &err));
    OK(xap_terms_next(terms, &term, &len, &number, &err));
    assert_null(term);
    xap_terms_free(terms);

    struct xap_query *query;
    struct xap_hit hit;
    struct xap_search_opts opts = {.k1 = 1, .b = 0.5, .top = 1};
    OK(xap_query_term(&query, word, sizeof word, &err));
    OK(xap_search(reader, query, &opts, &hit, &len, &number, &err));
    assert_int_equal(len, 0);
    xap_query_free(query);
    xap_reader_free(reader);
}

static void data_fits_up_to_its_limit(void **state)
{
    (void)state;
    size_t size = XAP_DATA_BYTES;
    char *bytes = malloc(size + 1);
    uint32_t random = 1; /* what does not compress takes the most room */
    for (size_t i = 0; i <= size; i++)
        bytes[i] = (char)((random = random * 1664525u + 1013904223u) >> 24);
    struct xap_writer *writer = create("data");
    struct xap_doc *doc = doc_of("a", "");
    EXPECT(STATUS_LIMIT, xap_doc_set_data(doc, bytes, size + 1, &err));
    OK(xap_doc_set_data(doc, bytes, size, &err));
    OK(xap_writer_add(writer, doc, NULL, &err));
    xap_doc_free(doc);
    EXPECT(STATUS_LIMIT, xap_writer_set_meta(writer, "m", bytes, size + 1, &err));
    OK(xap_writer_set_meta(writer, "m", bytes, size, &err));
    commit_and_free(writer);

    struct xap_reader *reader = reader_of("data");
    struct buf back = BUF_INIT;
    OK(xap_reader_data(reader, 1, &back, &err));
    assert_int_equal(back.len, size);
    assert_memory_equal(back.data, bytes, size);
    OK(xap_reader_meta(reader, "m", &back, &err));
    assert_int_equal(back.len, size);
    assert_memory_equal(back.data, bytes, size);
    buf_release(&back);
    xap_reader_free(reader);
    free(bytes);
}

static void a_document_is_at_most_32_bits_long(void **state)
{
    (void)state;
    struct xap_doc *doc = doc_of("a", "");
    EXPECT(STATUS_LIMIT, xap_doc_add_term(doc, "a", 1, UINT32_MAX, &err));
    OK(xap_doc_add_term(doc, "a", 1, UINT32_MAX - 1, &err));
    EXPECT(STATUS_LIMIT, xap_doc_add_term(doc, "b", 1, 1, &err));
    OK(xap_doc_add_term(doc, "b", 1, 0, &err));
    xap_doc_free(doc);
}

/* ---- writing ---------------------------------------------------------------------------------------------------- */

static void documents_get_numbers_in_order_and_come_back(void **state)
{
    (void)state;
    struct xap_writer *writer = create("order");
    assert_int_equal(add(writer, "kissa", "eka"), 1);
    assert_int_equal(add(writer, "koira", "toka"), 2);
    assert_int_equal(add(writer, "kissa koira", ""), 3);
    commit_and_free(writer);

    struct xap_reader *reader = reader_of("order");
    assert_int_equal(xap_reader_count(reader), 3);
    assert_int_equal(xap_reader_last_id(reader), 3);
    assert_data(reader, 1, "eka");
    assert_data(reader, 2, "toka");
    assert_data(reader, 3, "");
    assert_int_equal(freq_of(reader, "kissa"), 2);
    assert_int_equal(freq_of(reader, "hevonen"), 0);
    uint32_t docid = 0;
    OK(xap_reader_find(reader, "koira", 5, &docid, &err));
    assert_int_equal(docid, 2);
    xap_reader_free(reader);
}

static void a_missing_document_is_not_found_and_the_buffer_stays(void **state)
{
    (void)state;
    struct xap_writer *writer = create("missing");
    add(writer, "a", "1");
    add(writer, "b", "2");
    add(writer, "c", "3");
    OK(xap_writer_delete(writer, "b", 1, &err));
    commit_and_free(writer);
    struct xap_reader *reader = reader_of("missing");
    struct buf data = BUF_INIT;
    buf_adds(&data, "kept");
    static const uint32_t missing[] = {0, 2, 4, UINT32_MAX};
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        EXPECT(STATUS_NOTFOUND, xap_reader_data(reader, missing[i], &data, &err));
    EXPECT(STATUS_NOTFOUND, xap_reader_meta(reader, "none", &data, &err));
    EXPECT(STATUS_INVALID, xap_reader_meta(reader, "", &data, &err));
    assert_string_equal(buf_str(&data), "kept");
    buf_release(&data);
    xap_reader_free(reader);
}

static void a_reset_doc_is_empty(void **state)
{
    (void)state;
    struct xap_writer *writer = create("reset");
    struct xap_doc *doc = doc_of("old", "old data");
    OK(xap_doc_reset(doc, &err));
    OK(xap_doc_add_term(doc, "new", 3, 1, &err));
    OK(xap_writer_add(writer, doc, NULL, &err));
    commit_and_free(writer);
    xap_doc_free(doc);
    struct xap_reader *reader = reader_of("reset");
    assert_int_equal(freq_of(reader, "old"), 0);
    assert_int_equal(freq_of(reader, "new"), 1);
    assert_data(reader, 1, "");
    xap_reader_free(reader);
}

static void only_committed_documents_count(void **state)
{
    (void)state;
    struct xap_writer *writer = create("commit");
    add(writer, "a", "1");
    OK(xap_writer_commit(writer, &err));
    add(writer, "b", "2");
    OK(xap_writer_set_meta(writer, "m", "2", 1, &err));
    struct xap_reader *reader = reader_of("commit");
    assert_int_equal(xap_reader_count(reader), 1);
    xap_reader_free(reader);

    xap_writer_free(writer);
    reader = reader_of("commit");
    struct buf value = BUF_INIT;
    assert_int_equal(xap_reader_count(reader), 1);
    assert_int_equal(freq_of(reader, "b"), 0);
    EXPECT(STATUS_NOTFOUND, xap_reader_meta(reader, "m", &value, &err));
    xap_reader_free(reader);
}

static void put_replaces_every_document_of_the_term(void **state)
{
    (void)state;
    struct xap_writer *writer = create("put");
    assert_int_equal(put(writer, "Q1", "Q1 a", "1"), 1);
    assert_int_equal(put(writer, "Q2", "Q2 a", "2"), 2);
    assert_int_equal(put(writer, "Q1", "Q1 b", "3"), 1);
    OK(xap_writer_commit(writer, &err));
    add(writer, "Q2 c", "4");
    assert_int_equal(put(writer, "Q2", "Q2 d", "5"), 2);
    commit_and_free(writer);

    struct xap_reader *reader = reader_of("put");
    assert_int_equal(xap_reader_count(reader), 2);
    assert_int_equal(xap_reader_last_id(reader), 3);
    assert_data(reader, 1, "3");
    assert_data(reader, 2, "5");
    assert_int_equal(freq_of(reader, "a"), 0);
    assert_int_equal(freq_of(reader, "c"), 0);
    xap_reader_free(reader);
    OK(xap_check(path_of("put"), &err));
}

static void refused_arguments_leave_the_writer_usable(void **state)
{
    (void)state;
    char term[XAP_TERM_BYTES + 2];
    memset(term, 'a', sizeof term);
    term[sizeof term - 1] = '\0';
    struct xap_writer *writer = create("refused");
    struct xap_doc *doc = doc_of("a", "");
    add(writer, "a", "1");
    EXPECT(STATUS_LIMIT, xap_writer_put(writer, term, XAP_TERM_BYTES + 1, doc, NULL, &err));
    EXPECT(STATUS_LIMIT, xap_writer_put(writer, "", 0, doc, NULL, &err));
    EXPECT(STATUS_LIMIT, xap_writer_delete(writer, term, XAP_TERM_BYTES + 1, &err));
    EXPECT(STATUS_NOTFOUND, xap_writer_delete(writer, "b", 1, &err));
    EXPECT(STATUS_LIMIT, xap_writer_add_spelling(writer, term, XAP_TERM_BYTES + 1, 1, &err));
    EXPECT(STATUS_INVALID, xap_writer_add_spelling(writer, "a", 1, 0, &err));
    EXPECT(STATUS_LIMIT, xap_writer_set_meta(writer, term, "v", 1, &err));
    EXPECT(STATUS_LIMIT, xap_writer_set_meta(writer, "", "v", 1, &err));
    term[XAP_TERM_BYTES] = '\0';
    OK(xap_writer_set_meta(writer, term, "v", 1, &err));
    OK(xap_writer_add_spelling(writer, term, XAP_TERM_BYTES, 1, &err));
    add(writer, "b", "2");
    OK(xap_writer_delete(writer, "a", 1, &err));
    commit_and_free(writer);
    xap_doc_free(doc);
    struct xap_reader *reader = reader_of("refused");
    assert_int_equal(xap_reader_count(reader), 1);
    xap_reader_free(reader);
}

/* Adds until something fails. */
static enum status add_until_failure(struct xap_writer *writer, struct err *error)
{
    static char noise[1 << 16];
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (char)(i * i * 31 >> 7);
    struct xap_doc *doc = doc_of("a b c", "");
    OK(xap_doc_set_data(doc, noise, sizeof noise, &err));
    enum status status = STATUS_OK;
    for (int i = 0; i < 2000 && status == STATUS_OK; i++)
        status = xap_writer_add(writer, doc, NULL, error);
    xap_doc_free(doc);
    return status;
}

static void assert_refuses_all_work(struct xap_writer *writer)
{
    struct xap_doc *doc = doc_of("a", "");
    EXPECT(STATUS_INTERNAL, xap_writer_add(writer, doc, NULL, &err));
    assert_non_null(strstr(err.message, "writer failed before"));
    EXPECT(STATUS_INTERNAL, xap_writer_put(writer, "a", 1, doc, NULL, &err));
    EXPECT(STATUS_INTERNAL, xap_writer_delete(writer, "a", 1, &err));
    EXPECT(STATUS_INTERNAL, xap_writer_set_meta(writer, "k", "v", 1, &err));
    EXPECT(STATUS_INTERNAL, xap_writer_add_spelling(writer, "word", 4, 1, &err));
    EXPECT(STATUS_INTERNAL, xap_writer_commit(writer, &err));
    xap_doc_free(doc);
}

static void assert_last_commit_survives(const char *name, uint32_t least)
{
    OK(xap_check(path_of(name), &err));
    struct xap_reader *reader = reader_of(name);
    assert_true(xap_reader_count(reader) >= least);
    assert_data(reader, 1, "first");
    xap_reader_free(reader);
}

static void a_writer_that_failed_refuses_further_work(void **state)
{
    (void)state;
    struct xap_writer *writer = create("failed");
    add(writer, "first", "first");
    OK(xap_writer_commit(writer, &err));

    struct rlimit before, small;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 1 << 18;
    setrlimit(RLIMIT_FSIZE, &small);
    enum status status = add_until_failure(writer, &err);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, SIG_DFL);

    assert_int_equal(status, STATUS_IO);
    assert_refuses_all_work(writer);
    xap_writer_free(writer);
    assert_last_commit_survives("failed", 1);
}

static void a_full_disk_is_an_io_failure_and_the_last_commit_survives(void **state)
{
    (void)state;
    mkdir(path_of("full"), 0755);
    if (mount("tmpfs", path_of("full"), "tmpfs", 0, "size=4m") != 0) {
        print_message("skipped: no tmpfs can be mounted here: %s\n", strerror(errno));
        skip();
    }
    struct xap_writer *writer = create("full/database");
    add(writer, "first", "first");
    OK(xap_writer_commit(writer, &err));
    EXPECT(STATUS_IO, add_until_failure(writer, &err));
    assert_refuses_all_work(writer);
    xap_writer_free(writer);
    assert_last_commit_survives("full/database", 1);
    assert_return_code(umount2(path_of("full"), 0), errno);
}

static void the_writer_commits_by_itself_after_so_many_bytes(void **state)
{
    (void)state;
    enum { PART = 1 << 20, PARTS = XAP_FLUSH_BYTES / PART };
    char *bytes = calloc(1, PART);
    struct xap_writer *writer = create("flush");
    struct xap_doc *doc = doc_of("", "");
    OK(xap_doc_set_data(doc, bytes, PART, &err));
    for (uint32_t i = 1; i <= PARTS; i++) {
        struct xap_reader *reader = reader_of("flush");
        assert_int_equal(xap_reader_count(reader), 0);
        xap_reader_free(reader);
        OK(xap_writer_add(writer, doc, NULL, &err));
    }
    struct xap_reader *reader = reader_of("flush");
    assert_int_equal(xap_reader_count(reader), PARTS);
    xap_reader_free(reader);
    xap_doc_free(doc);
    xap_writer_free(writer);
    free(bytes);
}

/* ---- merging ---------------------------------------------------------------------------------------------------- */

static void compaction_keeps_the_order_of_parts_and_all_data(void **state)
{
    (void)state;
    struct xap_writer *writer = create("part1");
    add(writer, "gone", "gone");
    add(writer, "a b", "1");
    add(writer, "gone", "gone");
    add(writer, "a", "2");
    OK(xap_writer_delete(writer, "gone", 4, &err));
    OK(xap_writer_add_spelling(writer, "kissa", 5, 1, &err));
    OK(xap_writer_set_meta(writer, "m", "first", 5, &err));
    commit_and_free(writer);
    writer = create("part2");
    add(writer, "b", "3");
    OK(xap_writer_add_spelling(writer, "koira", 5, 1, &err));
    OK(xap_writer_set_meta(writer, "m", "second", 6, &err));
    OK(xap_writer_set_meta(writer, "n", "only", 4, &err));
    commit_and_free(writer);

    const char *parts[] = {path_of("part1"), path_of("part2")};
    OK(xap_compact(parts, 2, path_of("whole"), &err));
    OK(xap_check(path_of("whole"), &err));
    struct xap_reader *reader = reader_of("whole");
    assert_int_equal(xap_reader_count(reader), 3);
    assert_int_equal(xap_reader_last_id(reader), 4); /* the gap at the start has closed, the inner one stays */
    assert_data(reader, 1, "1");
    assert_data(reader, 3, "2");
    assert_data(reader, 4, "3");
    assert_int_equal(freq_of(reader, "a"), 2);
    assert_int_equal(freq_of(reader, "b"), 2);
    assert_int_equal(freq_of(reader, "gone"), 0);
    assert_meta(reader, "m", "first");
    assert_meta(reader, "n", "only");
    assert_suggestion(reader, "kiss", "kissa");
    assert_suggestion(reader, "koir", "koira");
    xap_reader_free(reader);

    OK(xap_compact(parts, 1, path_of("one"), &err));
    reader = reader_of("one");
    assert_int_equal(xap_reader_count(reader), 2);
    xap_reader_free(reader);
}

static void compaction_needs_parts_and_a_free_path(void **state)
{
    (void)state;
    create_many("part", XAP_UPDATABLE, 1);
    const char *parts[] = {path_of("part"), path_of("absent")};
    EXPECT(STATUS_INVALID, xap_compact(parts, 0, path_of("target"), &err));
    EXPECT(STATUS_INVALID, xap_compact(parts, 1, path_of("part"), &err));
    EXPECT(STATUS_NOTFOUND, xap_compact(parts, 2, path_of("target"), &err));
    assert_false(file_exists("target", ""));
}

static void an_append_only_database_reads_the_same_but_changes_nothing(void **state)
{
    (void)state;
    create_many("append", XAP_APPEND_ONLY, 300);
    create_many("update", XAP_UPDATABLE, 300);
    assert_false(file_exists("append", "termlist.glass"));
    assert_true(file_exists("update", "termlist.glass"));

    struct xap_writer *writer;
    struct xap_doc *doc = doc_of("id1", "new");
    OK(xap_writer_open(&writer, path_of("append"), &err));
    EXPECT(STATUS_INVALID, xap_writer_put(writer, "id1", 3, doc, NULL, &err));
    EXPECT(STATUS_INVALID, xap_writer_delete(writer, "id1", 3, &err));
    OK(xap_writer_add(writer, doc, NULL, &err));
    commit_and_free(writer);
    xap_doc_free(doc);
    OK(xap_check(path_of("append"), &err));

    const char *parts[] = {path_of("append"), path_of("update")};
    OK(xap_compact(parts, 2, path_of("both"), &err));
    assert_false(file_exists("both", "termlist.glass"));
    struct xap_reader *reader = reader_of("both");
    assert_int_equal(xap_reader_count(reader), 601);
    assert_int_equal(freq_of(reader, "id1"), 3);
    assert_data(reader, 301, "new");
    assert_data(reader, 601, "record 300");
    xap_reader_free(reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_exception_becomes_its_status),
        cmocka_unit_test(a_system_error_is_said_in_words),
        cmocka_unit_test(what_is_no_database_is_told_apart),
        cmocka_unit_test(messages_name_the_path),
        cmocka_unit_test(creation_needs_a_free_path_in_a_folder),
        cmocka_unit_test(a_second_writer_is_locked_out),
        cmocka_unit_test(a_sound_database_passes_the_check),
        cmocka_unit_test(a_database_of_another_format_is_refused),
        cmocka_unit_test(truncated_files_are_corrupt),
        cmocka_unit_test(a_lost_table_is_corrupt),
        cmocka_unit_test(overwritten_blocks_are_corrupt),
        cmocka_unit_test(a_reader_several_commits_behind_is_stale),
        cmocka_unit_test(terms_fit_up_to_245_bytes_with_zero_bytes_twice),
        cmocka_unit_test(what_cannot_be_stored_is_simply_not_found),
        cmocka_unit_test(data_fits_up_to_its_limit),
        cmocka_unit_test(a_document_is_at_most_32_bits_long),
        cmocka_unit_test(documents_get_numbers_in_order_and_come_back),
        cmocka_unit_test(a_missing_document_is_not_found_and_the_buffer_stays),
        cmocka_unit_test(a_reset_doc_is_empty),
        cmocka_unit_test(only_committed_documents_count),
        cmocka_unit_test(put_replaces_every_document_of_the_term),
        cmocka_unit_test(refused_arguments_leave_the_writer_usable),
        cmocka_unit_test(a_writer_that_failed_refuses_further_work),
        cmocka_unit_test(a_full_disk_is_an_io_failure_and_the_last_commit_survives),
        cmocka_unit_test(the_writer_commits_by_itself_after_so_many_bytes),
        cmocka_unit_test(compaction_keeps_the_order_of_parts_and_all_data),
        cmocka_unit_test(compaction_needs_parts_and_a_free_path),
        cmocka_unit_test(an_append_only_database_reads_the_same_but_changes_nothing),
    };
    return cmocka_run_group_tests_name("xap", tests, group_setup, group_teardown);
}
