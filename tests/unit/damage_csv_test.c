/* Damaged CSV, in more than a thousand ways: whatever happens to a row, its neighbours stay. */
#include "damage.h"

/* ---- CSV ----------------------------------------------------------------------------------------------------- */

static void rows_cut_at_every_byte(void **state)
{
    (void)state;
    struct damaged d = {.name = "cut row"};
    struct buf middle = BUF_INIT;
    csv_victim(&middle, -1, NULL, 0);
    size_t last = middle.len - strlen(victim_row[COLUMNS - 1]);
    for (size_t cut = 1; cut < middle.len; cut++) {
        struct buf part = {middle.data, cut, 0, false};
        file_around(&d, &part, true);
        d.accepted = cut >= last ? "only the last cell is shorter" : NULL;
        judge(&d);
    }
    buf_release(&middle);
    buf_release(&d.text);
}

/* A bad value for each column, and the name of the column in the answer. */
static void cells_gone_wrong(void **state)
{
    (void)state;
    static const struct {
        int column;
        const char *cell;
        size_t len; /* 0: strlen */
        const char *accepted;
    } cells[] = {
        {0, "", 0, NULL},
        {0, "Iso Kirjain", 0, NULL},
        {0, "ä", 0, NULL},
        {1, "", 0, NULL},
        {1, "kerhotus", 0, NULL},
        {2, "", 0, NULL},
        {2, "\"\"", 0, NULL},
        {2, "\"  \"", 0, NULL},
        {2, "<b></b>", 0, NULL},
        {2, "a\0b", 3, NULL},
        {2, "a\x07", 0, NULL},
        {2, "Syd\xE4n", 0, NULL},
        {3, "\xFF", 0, NULL},
        {3, "a\0", 2, NULL},
        {4, "Yksinaset", 0, NULL},
        {4, "Sydänsairaat|x", 0, NULL},
        {4, "\xE4", 0, NULL},
        {5, "sata", 0, NULL},
        {5, "720", 0, NULL},
        {5, "-1", 0, NULL},
        {5, "7,5", 0, NULL},
        {5, "1e2", 0, NULL},
        {6, "Mikkeli", 0, NULL},
        {6, "5010", 0, NULL},
        {6, "501000", 0, NULL},
        {7, "ehkä", 0, NULL},
        {7, "2", 0, NULL},
        {8, "klingon", 0, NULL},
        {8, "suomi|", 0, "an empty value of a list is skipped"},
        {11, "kysy", 0, NULL},
        {11, "12", 0, NULL},
        {11, "040 000 1234 x", 0, NULL},
        {12, "toimisto", 0, NULL},
        {12, "a@b", 0, NULL},
        {12, "ä@b.fi", 0, NULL},
        {9, "sopimuksen mukaan", 0, "what is not understood as weekdays is kept as text, with a warning"},
        {10, "aamulla", 0, "what is not understood as hours is kept as text, with a warning"},
        {10, "15-13", 0, NULL},
        {13, "kysy", 0, "any words will do"},
        {3, "", 0, "the description may be missing"},
        {5, "", 0, "unknown"},
        {10, "", 0, "unknown"},
    };
    struct damaged d = {.name = "bad cell"};
    struct buf middle = BUF_INIT;
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        buf_reset(&middle);
        csv_victim(&middle, cells[i].column, cells[i].cell, cells[i].len ? cells[i].len : strlen(cells[i].cell));
        file_around(&d, &middle, true);
        d.field = columns[cells[i].column];
        d.accepted = cells[i].accepted;
        d.must_accept = d.accepted != NULL;
        judge(&d);
    }
    for (int column = 0; column < COLUMNS; column++) {
        for (int size = 0; size < 3; size++) {
            buf_reset(&middle);
            struct buf cell = BUF_INIT;
            add_repeated(&cell, "ä", (size_t[]){30000, 150000, 1100000}[size]);
            csv_victim(&middle, column, cell.data, cell.len);
            file_around(&d, &middle, true);
            d.field = size == 2 ? NULL : columns[column];
            d.accepted = NULL;
            d.must_accept = false;
            judge(&d);
            buf_release(&cell);
        }
    }
    buf_release(&middle);
    buf_release(&d.text);
}

/* The test's own reading of a row: marks in pairs, and outside of them as many delimiters as the header has.  Whatever
 * is accepted must be so; whether each cell is right is another question. */
static const char *cells_come_out(const struct buf *row)
{
    size_t delimiters = 0;
    bool quoted = false;
    for (size_t i = 0; i < row->len; i++) {
        quoted = quoted != (row->data[i] == '"');
        delimiters += row->data[i] == ';' && !quoted;
    }
    if (!quoted && delimiters == COLUMNS && row->data[row->len - 1] == ';')
        return "an empty cell behind the last one is what spreadsheets leave";
    return !quoted && delimiters == COLUMNS - 1 ? "the cells still come out, and each is right" : NULL;
}

/* Quotation marks and delimiters added and taken away at every byte of the row. */
static void quotes_and_delimiters_at_every_byte(void **state)
{
    (void)state;
    static const char *const additions[] = {"\"", "\"\"", ";", "'"};
    struct damaged d = {.name = "quotes and delimiters"};
    struct buf good = BUF_INIT, middle = BUF_INIT;
    csv_victim(&good, -1, NULL, 0);
    for (size_t at = 0; at <= good.len; at++) {
        for (size_t k = 0; k < sizeof additions / sizeof additions[0]; k++) {
            buf_reset(&middle);
            buf_add(&middle, good.data, at);
            buf_adds(&middle, additions[k]);
            buf_adds(&middle, good.data + at);
            file_around(&d, &middle, true);
            d.accepted = cells_come_out(&middle);
            judge(&d);
        }
        if (at == good.len || (good.data[at] != '"' && good.data[at] != ';'))
            continue;
        buf_reset(&middle);
        buf_add(&middle, good.data, at);
        buf_adds(&middle, good.data + at + 1);
        file_around(&d, &middle, true);
        d.accepted = cells_come_out(&middle);
        judge(&d);
    }
    buf_release(&good);
    buf_release(&middle);
    buf_release(&d.text);
}

/* A quotation mark that opens in any row and is never closed costs that row only. */
static void open_quotes_cost_one_row(void **state)
{
    (void)state;
    static const char *const rows[] = {"x;toiminta;\"Auki;a;;;;;;;;;;", "\"x;toiminta;Auki;a;;;;;;;;;;",
                                       "x;toiminta;A;a;;;;;;;;;;\"", "x;toiminta;A;\"a;;;;;;;;;;",
                                       "x;toiminta;\"A\"\";a;;;;;;;;;;"};
    struct damaged d = {.name = "open quote"};
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        struct buf middle = BUF_INIT;
        buf_adds(&middle, rows[k]);
        file_around(&d, &middle, true);
        judge(&d);
        buf_adds(&d.text, "lopussa;toiminta;\"Auki"); /* and one at the end of the file */
        d.lost = RECORDS;
        judge(&d);
        buf_release(&middle);
    }
    buf_release(&d.text);
}

static void row_ends_and_random_bytes(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r", "\n\n", "\r\n\r\n", ";\n", ";;;\r\n", "\n;;;;\n"};
    struct damaged d = {.csv = true};
    struct buf good = BUF_INIT;
    csv_victim(&good, -1, NULL, 0);
    random_state = 3;
    for (int round = 0; round < 60; round++) {
        d = (struct damaged){.text = d.text,
                             .csv = true,
                             .name = "row ends",
                             .accepted = "row ends are read in any mixture",
                             .must_accept = true,
                             .lost = 1};
        buf_reset(&d.text);
        csv_header(&d.text);
        for (int i = 0; i < RECORDS; i++) {
            if (i == VICTIM)
                buf_add(&d.text, good.data, good.len);
            else
                csv_neighbour(&d.text, i);
            buf_adds(&d.text, ends[random_below(sizeof ends / sizeof ends[0])]);
        }
        judge(&d);
    }
    d.must_accept = false;
    for (int round = 0; round < 800; round++) {
        struct buf middle = BUF_INIT;
        buf_add(&middle, good.data, good.len);
        size_t at = random_below((uint32_t)good.len);
        char c = (char)random_below(256);
        middle.data[at] = c == '\n' || c == '\r' ? ' ' : c;
        d.name = "changed byte";
        d.accepted = cells_come_out(&middle);
        file_around(&d, &middle, true);
        judge(&d);
        buf_release(&middle);
    }
    buf_release(&good);
    buf_release(&d.text);
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
        cmocka_unit_test(rows_cut_at_every_byte),
        cmocka_unit_test(cells_gone_wrong),
        cmocka_unit_test(quotes_and_delimiters_at_every_byte),
        cmocka_unit_test(open_quotes_cost_one_row),
        cmocka_unit_test(row_ends_and_random_bytes),
        cmocka_unit_test(there_were_enough),
    };
    return cmocka_run_group_tests_name("damage_csv", tests, setup, teardown);
}
