/* Damaged JSON Lines, in more than a thousand ways; and memory that runs out at every point. */
#include "damage.h"

/* ---- JSON Lines ---------------------------------------------------------------------------------------------- */

static void good_files_are_good(void **state)
{
    (void)state;
    for (int csv = 0; csv < 2; csv++) {
        struct damaged d = {.name = "no damage", .accepted = "nothing is wrong", .must_accept = true};
        struct buf middle = BUF_INIT;
        if (csv)
            csv_victim(&middle, -1, NULL, 0);
        else
            jsonl_victim(&middle, -1, NULL, 0);
        file_around(&d, &middle, csv);
        judge(&d);
        buf_release(&middle);
        buf_release(&d.text);
    }
}

/* The top-level member whose value holds the byte; NULL between values. */
static const char *member_at(size_t at)
{
    size_t start = 1;
    for (int i = 0; i < VICTIM_MEMBERS; i++) {
        start += (i > 0) + strlen(victim[i].key) + 3;
        if (at > start && at < start + strlen(victim[i].value))
            return victim[i].key;
        start += strlen(victim[i].value);
    }
    return NULL;
}

static void lines_cut_at_every_byte(void **state)
{
    (void)state;
    struct damaged d = {.name = "cut line"};
    struct buf middle = BUF_INIT;
    jsonl_victim(&middle, -1, NULL, 0);
    for (size_t cut = 1; cut < middle.len; cut++) {
        struct buf part = {middle.data, cut, 0, false};
        file_around(&d, &part, false);
        d.field = (middle.data[cut] & 0xC0) == 0x80 ? NULL : member_at(cut);
        judge(&d);
    }
    buf_release(&middle);
    buf_release(&d.text);
}

/* Bytes put into a string of each member. */
static void foreign_bytes_in_strings(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
        const char *accepted;
    } insertions[] = {
        {"\xE4", 1, NULL},
        {"\xFF", 1, NULL},
        {"\xC0\xAF", 2, NULL},
        {"\xED\xA0\x80", 3, NULL},
        {"\xF5\x80\x80\x80", 4, NULL},
        {"\0", 1, NULL},
        {"\\u0000", 6, NULL},
        {"\x01", 1, NULL},
        {"\\u0007", 6, NULL},
        {"\\x", 2, NULL},
        {"\\ud800", 6, NULL},
        {"\t", 1, NULL},
        {"\xEF\xBB\xBF", 3, "a byte order mark within a text is dropped"},
        {"\xE2\x80\x8B", 3, "a zero-width space is dropped from texts"},
    };
    struct damaged d = {.name = "foreign bytes"};
    struct buf middle = BUF_INIT;
    for (size_t k = 0; k < sizeof insertions / sizeof insertions[0]; k++) {
        for (int i = 0; i < VICTIM_MEMBERS; i++) {
            const char *value = victim[i].value, *quote = strrchr(value, '"');
            if (!quote)
                continue; /* a number or true */
            char changed[600];
            size_t before = (size_t)(quote - value), len = strlen(value);
            memcpy(changed, value, before);
            memcpy(changed + before, insertions[k].bytes, insertions[k].len);
            memcpy(changed + before + insertions[k].len, quote, len - before);
            buf_reset(&middle);
            jsonl_victim(&middle, i, changed, len + insertions[k].len);
            file_around(&d, &middle, false);
            d.field = victim[i].key;
            d.accepted = insertions[k].accepted;
            judge(&d);
        }
    }
    buf_release(&middle);
    buf_release(&d.text);
}

/* True when a value of this JSON is right for the field: the test's own knowledge of types. */
static const char *type_allows(const char *key, const char *value)
{
    const struct field *field = field_find(field_table(), key, strlen(key));
    bool string = strcmp(value, "\"x\"") == 0;
    switch (field->type) {
    case FIELD_STRING:
        return string && (field->form == FORM_LINE || field->form == FORM_ID) ? "any text will do" : NULL;
    case FIELD_TEXT: return string ? "a string is Finnish" : NULL;
    case FIELD_INTEGER: return strcmp(value, "5") == 0 || strcmp(value, "5.0") == 0 ? "a whole number" : NULL;
    case FIELD_BOOL: return strcmp(value, "true") == 0 ? "that is its type" : NULL;
    case FIELD_OBJECTS:
        return (field->flags & FIELD_SHORTHAND) && strcmp(value, "[\"x\"]") == 0 ? "a string is its text" : NULL;
    case FIELD_STRINGS: return strcmp(value, "[\"x\"]") == 0 ? "a list of strings" : NULL;
    default: return NULL;
    }
}

static void wrong_types(void **state)
{
    (void)state;
    static const char *const values[] = {"5",
                                         "5.0",
                                         "-7.25",
                                         "\"x\"",
                                         "true",
                                         "null",
                                         "[]",
                                         "{}",
                                         "[5]",
                                         "[null]",
                                         "[[]]",
                                         "[\"x\"]",
                                         "{\"x\":1}",
                                         "[{}]",
                                         "[{\"x\":1}]",
                                         "\"\"",
                                         "\" \"",
                                         "1e400",
                                         "99999999999999999999",
                                         "x",
                                         "'x'",
                                         "\"<b></b>\"",
                                         "{\"fi\":5}",
                                         "{\"fi\":\"\"}",
                                         "{\"from\":1}",
                                         "[true,false]",
                                         ""};
    struct damaged d = {.name = "wrong type"};
    struct buf middle = BUF_INIT;
    for (int i = 0; i < VICTIM_MEMBERS; i++) {
        for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
            buf_reset(&middle);
            jsonl_victim(&middle, i, values[k], strlen(values[k]));
            file_around(&d, &middle, false);
            d.field = victim[i].key;
            d.accepted = type_allows(victim[i].key, values[k]);
            d.must_accept = d.accepted != NULL;
            judge(&d);
        }
    }
    buf_release(&middle);
    buf_release(&d.text);
}

/* Huge strings, lists, numbers and nesting in each member. */
static void huge_values(void **state)
{
    (void)state;
    struct damaged d = {.name = "huge value"};
    struct buf middle = BUF_INIT, value = BUF_INIT;
    for (int i = 0; i < VICTIM_MEMBERS; i++) {
        for (int kind = 0; kind < 7; kind++) {
            size_t count =
                kind < 3 ? (size_t[]){30000, 400000, 1100000}[kind] : (size_t[]){17, 300, 2500, 600}[kind - 3];
            buf_reset(&value);
            if (kind < 3) {
                buf_addc(&value, '"');
                add_repeated(&value, "ä", count);
                buf_addc(&value, '"');
            } else if (kind < 6) {
                add_repeated(&value, kind == 4 ? "[{\"a\":" : "[", count);
                if (kind == 3) /* closed; the others are not */
                    add_repeated(&value, "]", count);
            } else {
                buf_addc(&value, '[');
                add_repeated(&value, "\"x\",", count);
                buf_adds(&value, "\"x\"]");
            }
            buf_reset(&middle);
            jsonl_victim(&middle, i, value.data, value.len);
            file_around(&d, &middle, false);
            d.field = middle.len > SOURCE_LINE_BYTES ? NULL : victim[i].key; /* of a line that long nothing is read */
            judge(&d);
        }
    }
    buf_release(&value);
    buf_release(&middle);
    buf_release(&d.text);
}

static void keys_gone_wrong(void **state)
{
    (void)state;
    struct damaged d = {.name = "wrong key"};
    struct buf middle = BUF_INIT;
    for (int i = 0; i < VICTIM_MEMBERS; i++) {
        for (int how = 0; how < 3; how++) { /* twice; misspelt; gone */
            buf_reset(&middle);
            buf_addc(&middle, '{');
            for (int k = 0; k < VICTIM_MEMBERS; k++) {
                if (how == 2 && k == i)
                    continue;
                buf_addf(&middle, "%s\"%s%s\":%s", middle.len > 1 ? "," : "", victim[k].key,
                         how == 1 && k == i ? "x" : "", victim[k].value);
                if (how == 0 && k == i)
                    buf_addf(&middle, ",\"%s\":%s", victim[k].key, victim[k].value);
            }
            buf_addc(&middle, '}');
            file_around(&d, &middle, false);
            char misspelt[40];
            snprintf(misspelt, sizeof misspelt, "%sx", victim[i].key);
            d.field = how == 1 ? misspelt : victim[i].key;
            bool needed =
                (field_find(field_table(), victim[i].key, strlen(victim[i].key))->flags & FIELD_REQUIRED) != 0;
            d.accepted = how == 2 && !needed ? "a field that is not there is unknown" : NULL;
            d.must_accept = d.accepted != NULL;
            judge(&d);
        }
    }
    buf_release(&middle);
    buf_release(&d.text);
}

static void quotes_swapped_and_lost(void **state)
{
    (void)state;
    static const char *const marks[] = {"", "'", "”", "\"\"", "\\\""};
    struct damaged d = {.name = "quotes"};
    struct buf good = BUF_INIT, middle = BUF_INIT;
    jsonl_victim(&good, -1, NULL, 0);
    for (size_t at = 0; at < good.len; at++) {
        if (good.data[at] != '"' || good.data[at - 1] == '\\')
            continue;
        for (size_t k = 0; k < sizeof marks / sizeof marks[0]; k++) {
            buf_reset(&middle);
            buf_add(&middle, good.data, at);
            buf_adds(&middle, marks[k]);
            buf_adds(&middle, good.data + at + 1);
            file_around(&d, &middle, false);
            judge(&d);
        }
    }
    buf_release(&good);
    buf_release(&middle);
    buf_release(&d.text);
}

/* Lines run together, split, ended in every mixture, filled with rubbish. */
static void lines_gone_wrong(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\r", "\n\n", "\r\r\n", " \n", "\t\r\n", "\n \n"};
    struct damaged d = {.csv = false};
    struct buf good = BUF_INIT;
    jsonl_victim(&good, -1, NULL, 0);
    random_state = 1;
    for (int round = 0; round < 60; round++) {
        d = (struct damaged){.text = d.text,
                             .name = "line ends",
                             .accepted = "line ends are read in any mixture",
                             .must_accept = true,
                             .lost = 1};
        buf_reset(&d.text);
        for (int i = 0; i < RECORDS; i++) {
            if (i == VICTIM)
                buf_add(&d.text, good.data, good.len);
            else
                jsonl_neighbour(&d.text, i);
            buf_adds(&d.text, ends[random_below(sizeof ends / sizeof ends[0])]);
        }
        judge(&d);
    }
    for (size_t at = 1; at < good.len; at += 7) { /* a line end in the middle: two lines, both broken */
        struct buf middle = BUF_INIT;
        buf_add(&middle, good.data, at);
        buf_addc(&middle, '\n');
        buf_add(&middle, good.data + at, good.len - at);
        d.name = "split line";
        d.field = NULL;
        d.accepted = NULL;
        d.must_accept = false;
        file_around(&d, &middle, false);
        d.lost = 1;
        judge(&d);
        buf_release(&middle);
    }
    d.name = "joined lines";
    file_around(&d, &good, false);
    char *end = strstr(d.text.data, "\n{\"id\":\"naapuri-4\"");
    assert_non_null(end);
    *end = ' ';
    d.lost = 2;
    judge(&d);
    for (int round = 0; round < 100; round++) {
        struct buf rubbish = BUF_INIT;
        size_t len = 1 + random_below(300);
        for (size_t i = 0; i < len; i++) {
            char c = (char)random_below(256);
            buf_addc(&rubbish, c == '\n' || c == '\r' ? '?' : i == 0 ? '#' : c);
        }
        d.name = "rubbish";
        d.accepted = NULL;
        file_around(&d, &rubbish, false);
        judge(&d);
        buf_release(&rubbish);
    }
    d.name = "duplicate id";
    d.accepted = "the caller compares ids over all files";
    d.must_accept = true;
    file_around(&d, &good, false);
    buf_add(&d.text, good.data, good.len);
    judge(&d);
    buf_release(&good);
    buf_release(&d.text);
}

/* One byte changed; it may well remain a record, when jansson agrees. */
static void bytes_changed_at_random(void **state)
{
    (void)state;
    struct damaged d = {.name = "changed byte"};
    struct buf good = BUF_INIT;
    jsonl_victim(&good, -1, NULL, 0);
    random_state = 20261122;
    for (int round = 0; round < 800; round++) {
        struct buf middle = BUF_INIT;
        buf_add(&middle, good.data, good.len);
        size_t at = random_below((uint32_t)good.len);
        char c = (char)random_below(256);
        middle.data[at] = c == '\n' || c == '\r' ? ' ' : c;
        json_t *json = json_loadb(middle.data, middle.len, JSON_REJECT_DUPLICATES, NULL);
        d.accepted = json ? "the line is still an object" : NULL;
        json_decref(json);
        file_around(&d, &middle, false);
        judge(&d);
        buf_release(&middle);
    }
    buf_release(&good);
    buf_release(&d.text);
}

/* ---- memory that runs out ------------------------------------------------------------------------------------ */

/* Reads the file with the Nth allocation failing; true when it had any effect. */
static bool read_failing(bool csv, long n, uint64_t wanted_records)
{
    struct source *source;
    struct source_item item;
    struct record record;
    struct problems problems;
    struct arena arena = ARENA_INIT;
    struct err err = {STATUS_OK, ""};
    struct source_options options = {.format = csv ? SOURCE_CSV : SOURCE_JSONL, .shown_path = "damaged"};
    enum status status;
    allocations = 0;
    fail_at = n;
    status = source_open(&source, path, &options, &err);
    assert_int_equal(status, STATUS_OK);
    do {
        problems_init(&problems, &arena);
        status = source_next(source, &arena, &record, &problems, &item, &err);
    } while (status == STATUS_OK && item.kind != SOURCE_END);
    bool failed = allocations >= n;
    fail_at = 0;
    if (status ==
        STATUS_OK) /* without memory for it a problem may be told in fewer words; no record is lost for that */
        assert_int_equal(source_info(source).records, wanted_records);
    else
        assert_int_equal(status, STATUS_NOMEM);
    source_free(source);
    arena_release(&arena);
    return failed;
}

static void memory_runs_out_at_every_point(void **state)
{
    (void)state;
    for (int csv = 0; csv < 2; csv++) {
        struct damaged d = {.name = "memory", .accepted = "whatever", .field = NULL};
        struct buf middle = BUF_INIT;
        for (int broken = 0; broken < 2; broken++) { /* a good record, and one with problems in every corner */
            buf_reset(&middle);
            if (csv)
                csv_victim(&middle, broken ? 4 : -1, "Yksinaset|Miehet|\xC3\xA4", 18);
            else if (broken)
                buf_adds(&middle, "{\"id\":\"x-1\",\"kind\":\"event\",\"kind\":\"activity\",\"audience\":["
                                  "\"yksinaset\"],\"agemin\":5,\"goals\":[],"
                                  "\"place\":[{\"municipality\":\"Mikeli\",\"lat\":{\"a\":1}},{\"municipality\":"
                                  "\"Lavia\"}],\"texts\":{\"fi\":{\"title\":"
                                  "\"<p>J&auml;rjesto\xCC\x88</p>\",\"body\":5}},\"status\":\"gone\"}");
            else
                jsonl_victim(&middle, -1, NULL, 0);
            file_around(&d, &middle, csv);
            if (broken)
                d.must_accept = false;
            judge(&d); /* writes the file */
            long n = 1;
            while (read_failing(csv, n, RECORDS - (broken ? 1 : 0)))
                n++;
            assert_true(n > 100);
        }
        buf_release(&middle);
        buf_release(&d.text);
    }
}

static void there_were_enough(void **state)
{
    (void)state;
    print_message("%zu damaged files, %zu of the broken records accepted for a stated reason\n", file_count,
                  accepted_count);
    assert_true(file_count > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_files_are_good),
        cmocka_unit_test(lines_cut_at_every_byte),
        cmocka_unit_test(foreign_bytes_in_strings),
        cmocka_unit_test(wrong_types),
        cmocka_unit_test(huge_values),
        cmocka_unit_test(keys_gone_wrong),
        cmocka_unit_test(quotes_swapped_and_lost),
        cmocka_unit_test(lines_gone_wrong),
        cmocka_unit_test(bytes_changed_at_random),
        cmocka_unit_test(memory_runs_out_at_every_point),
        cmocka_unit_test(there_were_enough),
    };
    return cmocka_run_group_tests_name("damage", tests, setup, teardown);
}
