/* Files become records one by one, whatever their encoding, line ends, delimiters and size. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "indexer/source.h"
#include "tests/unit/files.h"
#include "vocab/vocab.h"

static char *folder;
static struct err err;

static int setup(void **state)
{
    (void)state;
    folder = files_folder();
    return vocab_load(NULL) == STATUS_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    files_remove(folder);
    free(folder);
    vocab_unload();
    return 0;
}

/* ---- helpers ------------------------------------------------------------------------------------------------- */

static const char *path_of(const char *name)
{
    static char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *write_bytes(const char *name, const void *bytes, size_t len)
{
    files_write(path_of(name), bytes, len);
    return path_of(name);
}

static const char *write_text(const char *name, const char *text)
{
    return write_bytes(name, text, strlen(text));
}

static const char *write_gzip(const char *name, const char *text, size_t cut)
{
    gzFile file = gzopen(path_of(name), "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, (unsigned)strlen(text)), strlen(text));
    assert_int_equal(gzclose(file), Z_OK);
    struct stat about;
    assert_int_equal(stat(path_of(name), &about), 0);
    assert_int_equal(truncate(path_of(name), about.st_size - (off_t)cut), 0);
    return path_of(name);
}

/* What a file says: "1 a-1" for a record, "2 !" and its problems for a refused one, "1 ?" for a notice. */
static struct source_info read_file(const char *path, const struct source_options *options, struct buf *said)
{
    struct source *source;
    struct source_item item;
    struct record record;
    struct problems problems;
    struct arena arena = ARENA_INIT;
    buf_reset(said);
    err_reset(&err);
    if (source_open(&source, path, options, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    for (;;) {
        arena_reset(&arena);
        problems_init(&problems, &arena);
        if (source_next(source, &arena, &record, &problems, &item, &err) != STATUS_OK)
            fail_msg("%s", err.message);
        if (item.kind == SOURCE_END)
            break;
        buf_addf(said, "%llu ", (unsigned long long)item.line);
        if (item.kind == SOURCE_RECORD)
            buf_adds(said, record.id);
        else
            buf_addc(said, item.kind == SOURCE_REJECTED ? '!' : '?');
        for (size_t i = 0; i < problems.count && item.kind != SOURCE_RECORD; i++) {
            buf_addc(said, ' ');
            buf_adds(said, problem_code_name(problems.list[i].code));
        }
        buf_addc(said, '\n');
    }
    assert_int_equal(source_next(source, &arena, &record, &problems, &item, &err), STATUS_OK);
    assert_int_equal(item.kind, SOURCE_END); /* and stays so */
    struct source_info info = source_info(source);
    source_free(source);
    arena_release(&arena);
    return info;
}

static struct source_info expect(const char *path, const char *wanted)
{
    struct buf said = BUF_INIT;
    struct source_info info = read_file(path, NULL, &said);
    assert_string_equal(buf_str(&said), wanted);
    buf_release(&said);
    return info;
}

#define LINE(id) "{\"id\":\"" id "\",\"kind\":\"activity\",\"texts\":{\"fi\":{\"title\":\"Kerho\"}}}"

/* ---- JSON Lines ---------------------------------------------------------------------------------------------- */

static void lines_end_in_any_way(void **state)
{
    (void)state;
    static const char *const texts[] = {
        LINE("a") "\n" LINE("b") "\n\n" LINE("c"),
        LINE("a") "\r\n" LINE("b") "\r\n\r\n" LINE("c") "\r\n",
        LINE("a") "\r" LINE("b") "\r\r" LINE("c") "\r",
        LINE("a") "\n" LINE("b") "\r\n \t\r" LINE("c") "\n\n\n",
        "\xEF\xBB\xBF" LINE("a") "\n  " LINE("b") "  \n\n" LINE("c"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct source_info info = expect(write_text("a.jsonl", texts[i]), "1 a\n2 b\n4 c\n");
        assert_int_equal(info.format, SOURCE_JSONL);
        assert_int_equal(info.records, 3);
        assert_int_equal(info.rejected, 0);
        assert_int_equal(info.bytes_total, strlen(texts[i]));
        assert_int_equal(info.bytes_read, info.bytes_total);
        assert_int_equal(info.encoding, i == 4 ? SOURCE_UTF8_BOM : SOURCE_UTF8);
        assert_false(info.compressed);
    }
}

static void broken_lines_leave_the_rest(void **state)
{
    (void)state;
    expect(write_text("a.jsonl", "{\n" LINE("a") "\n" LINE("b") "x\n[]\n" LINE("c") "\n\xFF\n" LINE("d")),
           "1 ! syntax\n2 a\n3 ! syntax\n4 ! type\n5 c\n6 ! encoding\n7 d\n");
    expect(write_text("a.jsonl", ""), "");
    expect(write_text("a.jsonl", "\n \n"), "");
    expect(write_bytes("a.jsonl",
                       "{\0\"\0i\0d\0\"\0:\0"
                       "1\0}\0\n\0",
                       18),
           "1 ? encoding\n");
    expect(write_bytes("a.jsonl", "\xFF\xFE{\0}\0", 6), "1 ? encoding\n");
}

static void long_lines_have_a_limit(void **state)
{
    (void)state;
    size_t len = strlen(LINE("a"));
    char *text = malloc(2 * SOURCE_LINE_BYTES + 1000);
    assert_non_null(text);
    for (size_t extra = 0; extra < 2; extra++) {
        size_t used = SOURCE_LINE_BYTES - len + extra;
        memset(text, ' ', used);
        memcpy(text + used, LINE("a") "\n" LINE("b"), 2 * len + 1);
        expect(write_bytes("a.jsonl", text, used + 2 * len + 1), extra ? "1 ! too-big\n2 b\n" : "1 a\n2 b\n");
    }
    memset(text, '{', 2 * SOURCE_LINE_BYTES); /* and a file that is one such line */
    expect(write_bytes("a.jsonl", text, 2 * SOURCE_LINE_BYTES), "1 ! too-big\n");
    free(text);
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    char text[400];
    for (int depth = SOURCE_DEPTH; depth <= SOURCE_DEPTH + 1; depth++) {
        size_t used = (size_t)snprintf(text, sizeof text, "{\"id\":\"a\",\"x\":");
        for (int i = 1; i < depth; i++)
            text[used++] = '[';
        for (int i = 1; i < depth; i++)
            text[used++] = ']';
        snprintf(text + used, sizeof text - used, "}\n%s", LINE("b"));
        expect(write_text("a.jsonl", text),
               depth > SOURCE_DEPTH ? "1 ! too-big\n2 b\n" : "1 ! unknown-field missing missing\n2 b\n");
    }
}

/* ---- where records come from --------------------------------------------------------------------------------- */

static void formats_are_recognised(void **state)
{
    (void)state;
    assert_int_equal(expect(write_text("a.data", " \n" LINE("a")), "2 a\n").format, SOURCE_JSONL);
    assert_int_equal(expect(write_text("a.data", "\xEF\xBB\xBF" LINE("a")), "1 a\n").format, SOURCE_JSONL);
    assert_int_equal(expect(write_text("a.data", "tunnus;tyyppi;nimi\na;toiminta;Kerho"), "2 a\n").format, SOURCE_CSV);
    assert_int_equal(expect(write_text("a.tsv", "id\tkind\ttitle\na\tactivity\tKerho"), "2 a\n").delimiter, '\t');
    struct source_options options = {.format = SOURCE_CSV, .name = "lista", .shown_path = "lista.csv"};
    struct buf said = BUF_INIT;
    assert_int_equal(read_file(write_text("a.data", "{\n"), &options, &said).format, SOURCE_CSV);
    buf_release(&said);
    assert_string_equal(source_format_name(SOURCE_JSONL), "jsonl");
    assert_string_equal(source_encoding_name(SOURCE_WINDOWS_1252), "windows-1252");
}

static void gzip_is_read_through(void **state)
{
    (void)state;
    struct source_info info = expect(write_gzip("a.jsonl.gz", LINE("a") "\n" LINE("b") "\n", 0), "1 a\n2 b\n");
    assert_true(info.compressed);
    assert_true(info.bytes_read > 0 && info.bytes_read <= info.bytes_total);
    info = expect(write_gzip("a.csv.gz", "tunnus;tyyppi;nimi\na;toiminta;Kerho\n", 0), "2 a\n");
    assert_int_equal(info.format, SOURCE_CSV);
    expect(write_gzip("a.data", LINE("a") "\n", 0), "1 a\n");
}

static void broken_files_are_failures(void **state)
{
    (void)state;
    struct source *source = NULL;
    struct source_item item;
    struct record record;
    struct problems problems;
    struct arena arena = ARENA_INIT;
    err_reset(&err);
    assert_int_equal(source_open(&source, path_of("no-such.jsonl"), NULL, &err), STATUS_NOTFOUND);
    assert_non_null(strstr(err.message, "no-such.jsonl"));
    err_reset(&err);
    assert_int_equal(source_open(&source, folder, NULL, &err), STATUS_IO);
    assert_non_null(strstr(err.message, "folder"));
    err_reset(&err);
    char text[5000];
    size_t used = 0;
    for (unsigned i = 0, seed = 7; i < 30; i++, seed = seed * 1103515245 + 12345)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "{\"id\":\"a-%u\",\"kind\":\"activity\",\"x\":\"%u\"}\n", i, seed);
    assert_int_equal(source_open(&source, write_gzip("a.jsonl.gz", text, 60), NULL, &err), STATUS_OK);
    enum status status;
    do {
        arena_reset(&arena);
        problems_init(&problems, &arena);
        status = source_next(source, &arena, &record, &problems, &item, &err);
    } while (status == STATUS_OK && item.kind != SOURCE_END);
    assert_int_equal(status, STATUS_IO);
    assert_non_null(strstr(err.message, "gzip"));
    source_free(source);
    source_free(NULL);
    arena_release(&arena);
}

/* Standard input cannot be read twice; the encoding of a CSV is still found. */
static void standard_input_is_a_file_too(void **state)
{
    (void)state;
    static const char csv[] = "tunnus;tyyppi;nimi\na;toiminta;\xC4ij\xE4t\n", jsonl[] = LINE("a") "\n" LINE("b") "\n";
    struct {
        const char *text, *wanted;
        enum source_format format;
    } cases[] = {{csv, "2 a\n", SOURCE_AUTO}, {jsonl, "1 a\n2 b\n", SOURCE_AUTO}, {jsonl, "1 a\n2 b\n", SOURCE_JSONL}};
    for (size_t i = 0; i < 3; i++) {
        int ends[2], kept = dup(STDIN_FILENO);
        assert_int_equal(pipe(ends), 0);
        assert_int_equal(write(ends[1], cases[i].text, strlen(cases[i].text)), strlen(cases[i].text));
        close(ends[1]);
        dup2(ends[0], STDIN_FILENO);
        close(ends[0]);
        struct buf said = BUF_INIT;
        struct source_options options = {.format = cases[i].format};
        struct source_info info = read_file("-", &options, &said);
        assert_string_equal(buf_str(&said), cases[i].wanted);
        assert_int_equal(info.bytes_total, 0);
        assert_int_equal(info.encoding, i == 0 ? SOURCE_WINDOWS_1252 : SOURCE_UTF8);
        buf_release(&said);
        if (kept >= 0) {
            dup2(kept, STDIN_FILENO);
            close(kept);
        }
    }
}

static void memory_does_not_grow_with_the_file(void **state)
{
    (void)state;
    FILE *file = fopen(path_of("big.jsonl"), "wb");
    assert_non_null(file);
    for (int i = 0; i < 40000; i++)
        fprintf(file,
                "{\"id\":\"a-%d\",\"kind\":\"activity\",\"texts\":{\"fi\":{\"title\":\"Kerho %d\"}},\"age_min\":%d}\n",
                i, i, i % 200);
    assert_int_equal(fclose(file), 0);
    struct source *source;
    struct source_item item;
    struct record record;
    struct problems problems;
    struct arena arena = ARENA_INIT;
    size_t early = 0, late = 0;
    assert_int_equal(source_open(&source, path_of("big.jsonl"), NULL, &err), STATUS_OK);
    do {
        arena_reset(&arena);
        problems_init(&problems, &arena);
        assert_int_equal(source_next(source, &arena, &record, &problems, &item, &err), STATUS_OK);
        if (item.line == 1000)
            early = mallinfo2().uordblks;
        if (item.line == 40000)
            late = mallinfo2().uordblks;
    } while (item.kind != SOURCE_END);
    assert_true(late <= early + 65536);
    struct source_info info = source_info(source);
    assert_int_equal(info.records + info.rejected, 40000);
    assert_int_equal(info.rejected, 40000 / 200 * 79); /* ages 121..199 */
    source_free(source);
    arena_release(&arena);
}

/* ---- CSV: a row and the record it means ---------------------------------------------------------------------- */

static const struct {
    const char *header, *row, *json; /* json: the record's members behind id, kind and title */
} rows[] = {
    {"kohderyhmät;teemat", "Yksinäiset|Ikäihmiset;Jumppa, Kävely",
     "\"audience\":[\"ikaihmiset\",\"yksinaiset\"],\"theme\":[\"jumppa\",\"kavely\"]"},
    {"ikä_alku;ikä loppu", "18 v;65-vuotiaat", "\"age_min\":18,\"age_max\":65"},
    {"järjestö;rahoittaja", "Kuopion kaupunki, kirjasto|Martat;STEA",
     "\"organisation\":[{\"name\":\"Kuopion kaupunki, "
     "kirjasto\"},{\"name\":\"Martat\"},{\"name\":\"STEA\",\"role\":\"funder\"}]"},
    {"asiasanat;asiasanat_sv", "kahvi, tanssi|laulu;kaffe",
     "\"keyword\":[{\"text\":{\"fi\":\"kahvi\",\"sv\":\"kaffe\"}},{\"text\":\"tanssi\"},{\"text\":\"laulu\"}]"},
    {"kunta", "Mikkeli",
     "\"area\":{\"scope\":\"municipality\",\"codes\":[\"491\"]},\"place\":[{\"municipality\":\"491\"}]"},
    {"kunta;osoite", "Kuopio|Siilinjärvi;Torikatu 1",
     "\"area\":{\"scope\":\"municipality\",\"codes\":[\"297\",\"749\"]},\"place\":[{\"address\":\"Torikatu 1\"}]"},
    {"kunta;alue;paikka;postinumero;lat;lon", "Mikkeli;Etelä-Savo;Sali;50100;61,68;27,27",
     "\"area\":{\"scope\":\"region\",\"codes\":[\"10\"]},\"place\":[{\"name\":\"Sali\",\"postal_code\":\"50100\","
     "\"municipality\":\"491\","
     "\"lat\":61.68,\"lon\":27.27}]"},
    {"alue", "koko maa", "\"area\":{\"scope\":\"nationwide\"}"},
    {"alue", "wellbeing-12", "\"area\":{\"scope\":\"wellbeing\",\"codes\":[\"12\"]}"},
    {"alue", "Mikkeli|Juva", "\"area\":{\"scope\":\"municipality\",\"codes\":[\"178\",\"491\"]}"},
    {"esteettömyys;muoto;kynnys", "Induktiosilmukka;ryhmä;ei ajanvarausta",
     "\"threshold\":[\"no-booking\"],\"form\":[\"group\"],\"place\":[{\"accessibility\":[\"induction-loop\"]}]"},
    {"viikonpäivä;klo", "ti;klo 13.00–15.30",
     "\"schedule\":[{\"weekday\":[\"tue\"],\"from\":\"13:00\",\"to\":\"15:30\"}]"},
    {"viikonpäivä;klo", "ma–ke;10-12|14-16",
     "\"schedule\":[{\"weekday\":[\"mon\",\"tue\",\"wed\"],\"from\":\"10:00\",\"to\":\"12:00\"},"
     "{\"weekday\":[\"mon\",\"tue\",\"wed\"],\"from\":\"14:00\",\"to\":\"16:00\"}]"},
    {"weekday;from;to;start;end", "to;9;11.30;7.9.2026;29.4.2027",
     "\"schedule\":[{\"weekday\":[\"thu\"],\"from\":\"09:00\",\"to\":\"11:30\",\"valid_from\":\"2026-09-07\",\"valid_"
     "to\":\"2027-04-29\"}]"},
    {"viikonpäivä;alkupvm", "joka toinen torstai;7.1.2027",
     "\"schedule\":[{\"weekday\":[\"thu\"],\"valid_from\":\"2027-01-07\",\"every\":2}]"},
    {"viikonpäivä", "kuukauden viimeinen ma", "\"schedule\":[{\"weekday\":[\"mon\"],\"nth\":[-1]}]"},
    {"viikonpäivä;poikkeukset", "ma;24.12.2026|1.7.2026–31.7.2026",
     "\"schedule\":[{\"weekday\":[\"mon\"],\"except\":[\"2026-12-24\",{\"from\":\"2026-07-01\",\"to\":\"2026-07-31\"}]}"
     "]"},
    {"viikonpäivä;aikataulu", "sopimuksen mukaan;Soita ensin",
     "\"schedule\":[{\"text\":\"Soita ensin; sopimuksen mukaan\"}]"},
    {"alkupvm;klo", "5.12.2026;18–20", "\"start\":\"2026-12-05T18:00\",\"end\":\"2026-12-05T20:00\""},
    {"alkupvm;klo", "5.12.2026;22–2", "\"start\":\"2026-12-05T22:00\",\"end\":\"2026-12-06T02:00\""},
    {"alkupvm;loppupvm;klo", "5.12.2026;8.12.2026;10–16",
     "\"schedule\":[{\"from\":\"10:00\",\"to\":\"16:00\"}],\"start\":\"2026-12-05\",\"end\":\"2026-12-08\""},
    {"alkupvm", "2026-12-05T18:00", "\"start\":\"2026-12-05T18:00\""},
    {"hinta", "5,50", "\"price\":{\"free\":false,\"amount\":5.5}"},
    {"hinta", "2 e/kerta", "\"price\":{\"free\":false,\"amount\":2,\"text\":\"2 e/kerta\"}"},
    {"hinta", "maksuton", "\"price\":{\"free\":true}"},
    {"hinta;maksuton", "kahvi 2 €;x", "\"price\":{\"free\":true,\"text\":\"kahvi 2 €\"}"},
    {"hinta;maksuton", "6 € raaka-aineista;kyllä", "\"price\":{\"free\":true,\"text\":\"6 € raaka-aineista\"}"},
    {"maksuton", "ei", "\"price\":{\"free\":false}"},
    {"ilmoittautuminen", "kyllä", "\"signup\":{\"needed\":true}"},
    {"ilmoittautuminen", "Ei tarvitse ilmoittautua",
     "\"signup\":{\"needed\":false,\"text\":\"Ei tarvitse ilmoittautua\"}"},
    {"ilmoittautuminen", "info(a)x.example.org", "\"signup\":{\"needed\":true,\"email\":\"info@x.example.org\"}"},
    {"ilmoittautuminen", "www.x.example.org/ilmo",
     "\"signup\":{\"needed\":true,\"url\":\"https://www.x.example.org/ilmo\"}"},
    {"ilmoittautuminen", "p. 040 000 1234", "\"signup\":{\"needed\":true,\"phone\":\"040 000 1234\"}"},
    {"ilmoittautuminen;ilmoittautuminen viimeistään", "Eijalle;1.12.2026",
     "\"signup\":{\"by\":\"2026-12-01\",\"text\":\"Eijalle\"}"},
    {"lähete", "ei", "\"referral\":{\"needed\":false}"},
    {"lähete", "Kyllä, Kelasta", "\"referral\":{\"needed\":true,\"text\":\"Kyllä, Kelasta\"}"},
    {"kielet", "fi|selkokieli", "\"languages\":[\"fi\"],\"plain_language\":true"},
    {"kielet;selkokieli", "suomi, ruotsi|en;x", "\"languages\":[\"fi\",\"sv\",\"en\"],\"plain_language\":true"},
    {"yhteyshenkilö;sähköposti;puhelin", "Hannele, järjestöneuvoja;a@x.example.org, b@x.example.org;040 000 1234",
     "\"contact\":[{\"name\":\"Hannele, järjestöneuvoja\",\"email\":\"a@x.example.org\",\"phone\":\"040 000 1234\"},"
     "{\"email\":\"b@x.example.org\"}]"},
    {"puhelin", "040 000 1234, 050 000 1234",
     "\"contact\":[{\"phone\":\"040 000 1234\"},{\"phone\":\"050 000 1234\"}]"},
    {"verkkosivu;varauslinkki", "https://x.example.org/?a;https://y.example.org",
     "\"links\":[{\"kind\":\"info\",\"url\":\"https://x.example.org/?a\"},{\"kind\":\"booking\",\"url\":\"https://"
     "y.example.org\"}]"},
    {"hanke;liittyvät", "metsa-hanke;salo-kerho", "\"related\":[\"salo-kerho\",\"metsa-hanke\"]"},
    {"tila;tarkistettu;julkaistaan_asti", "peruttu;1.11.2026;31.12.2026",
     "\"status\":\"cancelled\",\"visible_to\":\"2026-12-31\",\"verified_at\":\"2026-11-01\""},
    {"vertaistuki;oma muistiinpano", "x;älä julkaise", "\"peer_support\":true"},
};

static void rows_mean_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[1000], wanted[1000];
        struct source *source;
        struct source_item item;
        struct record record;
        struct problems problems;
        struct arena arena = ARENA_INIT;
        struct buf json = BUF_INIT;
        snprintf(text, sizeof text, "tunnus;tyyppi;nimi;%s\na-1;toiminta;Kerho;%s\n", rows[i].header, rows[i].row);
        snprintf(wanted, sizeof wanted,
                 "{\"id\":\"a-1\",\"kind\":\"activity\",\"texts\":{\"fi\":{\"title\":\"Kerho\"}},%s}", rows[i].json);
        assert_int_equal(source_open(&source, write_text("a.csv", text), NULL, &err), STATUS_OK);
        do {
            problems_init(&problems, &arena);
            assert_int_equal(source_next(source, &arena, &record, &problems, &item, &err), STATUS_OK);
        } while (item.kind == SOURCE_NOTICE);
        for (size_t k = 0; k < problems.count && item.kind != SOURCE_RECORD; k++)
            problem_format(&problems.list[k], &json);
        if (item.kind == SOURCE_RECORD)
            record_to_json(&record, RECORD_WHOLE, &json);
        if (strcmp(buf_str(&json), wanted) != 0)
            fail_msg("%s\n said:   %s\n wanted: %s", rows[i].row, buf_str(&json), wanted);
        buf_release(&json);
        source_free(source);
        arena_release(&arena);
    }
}

/* An event's dates are its own; a project's too, and its weekday a schedule beside them. */
static void kinds_read_dates_their_own_way(void **state)
{
    (void)state;
    static const struct {
        const char *row, *json;
    } cases[] = {
        {"tapahtuma;K;la;18–20;5.12.2026;", "\"start\":\"2026-12-05T18:00\",\"end\":\"2026-12-05T20:00\"}"},
        {"tapahtuma;K;ma;18–20;7.9.2026;14.12.2026",
         "\"schedule\":[{\"weekday\":[\"mon\"],\"from\":\"18:00\",\"to\":\"20:00\",\"valid_from\":\"2026-09-07\","
         "\"valid_to\":\"2026-12-14\"}]}"},
        {"hanke;K;ma;;1.2.2026;31.12.2027",
         "\"schedule\":[{\"weekday\":[\"mon\"]}],\"start\":\"2026-02-01\",\"end\":\"2027-12-31\"}"},
        {"hanke;K;;;1.2.2026;31.12.2027", "\"start\":\"2026-02-01\",\"end\":\"2027-12-31\"}"},
        {"paikka;K;ma-su;8–21;;", "\"schedule\":[{\"weekday\":[\"mon\",\"tue\",\"wed\",\"thu\",\"fri\",\"sat\","
                                  "\"sun\"],\"from\":\"08:00\",\"to\":\"21:00\"}]}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[500];
        struct source *source;
        struct source_item item;
        struct record record;
        struct problems problems;
        struct arena arena = ARENA_INIT;
        struct buf json = BUF_INIT;
        snprintf(text, sizeof text, "tunnus;tyyppi;nimi;viikonpäivä;klo;alkupvm;loppupvm\na-1;%s\n", cases[i].row);
        assert_int_equal(source_open(&source, write_text("a.csv", text), NULL, &err), STATUS_OK);
        problems_init(&problems, &arena);
        assert_int_equal(source_next(source, &arena, &record, &problems, &item, &err), STATUS_OK);
        assert_int_equal(item.kind, SOURCE_RECORD);
        assert_int_equal(problems.count, 0);
        record_to_json(&record, RECORD_WHOLE, &json);
        const char *end = strstr(buf_str(&json), "}},");
        assert_non_null(end);
        assert_string_equal(end + 3, cases[i].json);
        buf_release(&json);
        source_free(source);
        arena_release(&arena);
    }
}

static void delimiters_and_encodings_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        char delimiter;
        enum source_encoding encoding;
    } cases[] = {
        {"tunnus;tyyppi;nimi\na;toiminta;Äijät, isot\n", ';', SOURCE_UTF8},
        {"id,kind,title\na,activity,\"Äijät; isot\"\n", ',', SOURCE_UTF8},
        {"id\tkind\ttitle\na\tactivity\tÄijät; isot, pienet\n", '\t', SOURCE_UTF8},
        {"\xEF\xBB\xBFtunnus;tyyppi;nimi\r\na;toiminta;Kerho\r\n", ';', SOURCE_UTF8_BOM},
        {"tunnus;tyyppi;nimi\ra;toiminta;\xC4ij\xE4t \x96 5 \x80\r", ';', SOURCE_WINDOWS_1252},
        {"\"tunnus\";\"tyyppi\";\"nimi\"\n\"a\";\"toiminta\";\"Ker\"\"ho\"", ';', SOURCE_UTF8},
        {"\n\nTUNNUS ; Tyyppi ; Nimi * ;;\na;toiminta;Kerho;;\n;;;;\n", ';', SOURCE_UTF8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct source_info info = expect(write_text("a.csv", cases[i].text), i == 6 ? "4 a\n" : "2 a\n");
        assert_int_equal(info.delimiter, cases[i].delimiter);
        assert_int_equal(info.encoding, cases[i].encoding);
    }
}

static void rows_have_limits(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    /* columns */
    for (int extra = 0; extra < 2; extra++) {
        buf_reset(&text);
        buf_adds(&text, "tunnus;tyyppi;nimi");
        for (int i = 3; i < SOURCE_COLUMNS + extra; i++)
            buf_addf(&text, ";x%d", i);
        buf_adds(&text, "\na;toiminta;Kerho");
        for (int i = 3; i < SOURCE_COLUMNS + extra; i++)
            buf_adds(&text, ";");
        struct buf said = BUF_INIT;
        read_file(write_text("a.csv", text.data), NULL, &said);
        assert_int_equal(strstr(buf_str(&said), "too-big") != NULL, extra);
        assert_int_equal(strstr(buf_str(&said), "2 a\n") != NULL, !extra);
        buf_release(&said);
    }
    /* lines of one row */
    for (int extra = 0; extra < 2; extra++) {
        buf_reset(&text);
        buf_adds(&text, "tunnus;tyyppi;nimi;kuvaus\na;toiminta;Kerho;\"");
        for (int i = 1; i < SOURCE_ROW_LINES + extra; i++)
            buf_adds(&text, "rivi\n");
        buf_adds(&text, "\"\nb;toiminta;Kerho;x\n");
        struct buf said = BUF_INIT;
        read_file(write_text("a.csv", text.data), NULL, &said);
        assert_int_equal(strstr(buf_str(&said), "2 a\n") != NULL, !extra);
        assert_int_equal(strstr(buf_str(&said), "2 ! syntax\n") != NULL, extra);
        assert_non_null(strstr(buf_str(&said), " b\n"));
        buf_release(&said);
    }
    /* values in a cell */
    for (int extra = 0; extra < 2; extra++) {
        buf_reset(&text);
        buf_adds(&text, "tunnus;tyyppi;nimi;asiasanat\na;toiminta;Kerho;");
        for (int i = 0; i < SOURCE_CELL_ITEMS + extra; i++)
            buf_addf(&text, "sana %d|", i);
        expect(write_text("a.csv", text.data), extra ? "2 ! too-big\n" : "2 a\n");
    }
    /* bytes in a cell: a body has a lower limit of its own, so the message tells them apart */
    for (size_t extra = 0; extra < 2; extra++) {
        buf_reset(&text);
        buf_adds(&text, "tunnus;tyyppi;nimi;kuvaus\na;toiminta;Kerho;");
        for (size_t i = 0; i < SOURCE_CELL_BYTES + extra; i++)
            buf_addc(&text, 'a');
        expect(write_text("a.csv", text.data), "2 ! too-big\n");
    }
    /* bytes in a row */
    buf_reset(&text);
    buf_adds(&text, "tunnus;tyyppi;nimi\na;toiminta;");
    for (size_t i = 0; i < SOURCE_LINE_BYTES; i++)
        buf_addc(&text, 'a');
    buf_adds(&text, "\nb;toiminta;Kerho\n");
    expect(write_text("a.csv", text.data), "2 ! too-big\n3 b\n");
    buf_release(&text);
}

/* A header alone: no notice, no record. */
static void the_csv_headers_of_the_corpus_are_known(void **state)
{
    (void)state;
    static const char *const headers[] = {
        "tunnus;tyyppi;nimi;tiivistelmä;kuvaus;järjestö;kohderyhmät;ikä_alku;ikä_loppu;teemat;"
        "asiasanat;kunta;alue;paikka;osoite;postinumero;lat;lon;viikonpäivä;klo;alkupvm;loppupvm;hinta;"
        "maksuton;ilmoittautuminen;lähete;kielet;esteettömyys;muoto;kynnys;yhteyshenkilö;sähköposti;"
        "puhelin;verkkosivu;varauslinkki;rahoittaja;tarkistettu;julkaistaan_asti",
        "id,kind,title,title_sv,summary,description,organisation,audience,age_min,age_max,theme,keywords,"
        "municipality,area,place,address,postal_code,lat,lon,weekday,from,to,start,end,price,free,signup,"
        "referral,languages,accessibility,form,threshold,contact,email,phone,url,booking_url,funder,verified,"
        "visible_to",
        "tunnus;tyyppi;nimi;nimi_sv;nimi_en;kuvaus;järjestö;y_tunnus;kohderyhmät;ikä_alku;ikä_loppu;"
        "teemat;asiasanat;kunta;alue;paikka;osoite;postinumero;lat;lon;viikonpäivä;alkaa;päättyy;alkupvm;"
        "loppupvm;hinta;maksuton;ilmoittautuminen;lähete;kielet;esteettömyys;yhteyshenkilö;sähköposti;"
        "puhelin;verkkosivu;varauslinkki;rahoittaja;hanke;tarkistettu;julkaistaan_asti",
    };
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        expect(write_text("a.csv", headers[i]), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_in_any_way),
        cmocka_unit_test(broken_lines_leave_the_rest),
        cmocka_unit_test(long_lines_have_a_limit),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(formats_are_recognised),
        cmocka_unit_test(gzip_is_read_through),
        cmocka_unit_test(broken_files_are_failures),
        cmocka_unit_test(standard_input_is_a_file_too),
        cmocka_unit_test(memory_does_not_grow_with_the_file),
        cmocka_unit_test(rows_mean_records),
        cmocka_unit_test(kinds_read_dates_their_own_way),
        cmocka_unit_test(delimiters_and_encodings_are_found),
        cmocka_unit_test(rows_have_limits),
        cmocka_unit_test(the_csv_headers_of_the_corpus_are_known),
    };
    return cmocka_run_group_tests_name("source", tests, setup, teardown);
}
