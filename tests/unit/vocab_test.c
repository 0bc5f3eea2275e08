/* The vocabulary files hold what their users rely on.
 *
 * The files are read here by the test's own few lines, not by the loader, so that a mistake in one does not hide in the
 * other.  Run from the root of the repository; another folder with the files may be given as the first argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unicode/ucol.h>
#include <unicode/ustring.h>

#include "base/utf8.h"
#include "vocab/key_index.h"
#include "vocab/vocab.h"

/* ---- the files as tables of cells ------------------------------------------------------------------------------- */

enum { COLUMNS_MAX = 16, AREAS = 308 + 19 + 23 + 2 };

enum { PTV = VOCAB_COUNT, YSO, LAHELLA, AREA_MERGE, POSTAL_CODE, SHEETS };

struct sheet {
    const char *id;
    char *text; /* the file; cells point into it */
    size_t len;
    size_t rows, columns; /* rows without the header */
    const char *header[COLUMNS_MAX];
    const char *(*cells)[COLUMNS_MAX];
    bool ragged; /* a row has another number of cells than the header */
};

static struct sheet sheets[SHEETS];

static char *file_read(const char *folder, const char *id, size_t *len)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.tsv", folder, id);
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    char *text = calloc(1, 1 << 20);
    *len = fread(text, 1, (1 << 20) - 1, file);
    fclose(file);
    return text;
}

static size_t line_split(char *line, const char **cells)
{
    size_t count = 0;
    for (size_t c = 0; c < COLUMNS_MAX; c++)
        cells[c] = "";
    for (char *at = line; at; count++) {
        const char *text = strsep(&at, "\t");
        if (count < COLUMNS_MAX)
            cells[count] = text;
    }
    return count;
}

static void sheet_read(struct sheet *sheet, const char *folder, const char *id)
{
    sheet->id = id;
    char *text = file_read(folder, id, &sheet->len), *line;
    sheet->text = malloc(sheet->len + 1);
    memcpy(sheet->text, text, sheet->len + 1);
    sheet->cells = calloc(sheet->len, sizeof *sheet->cells);
    sheet->columns = line_split(strsep(&text, "\n"), sheet->header);
    for (; (line = strsep(&text, "\n")) && (*line || text); sheet->rows++)
        sheet->ragged |= line_split(line, sheet->cells[sheet->rows]) != sheet->columns;
}

static void sheets_read(const char *folder)
{
    static const char *const others[] = {"ptv", "yso", "lahella", "area_merge", "postal_code"};
    for (int s = 0; s < SHEETS; s++)
        sheet_read(&sheets[s], folder, s < VOCAB_COUNT ? vocab_id((enum vocab_name)s) : others[s - VOCAB_COUNT]);
}

/* "" when the sheet has no such column. */
static const char *cell(int s, size_t row, const char *column)
{
    for (size_t c = 0; c < sheets[s].columns; c++)
        if (strcmp(sheets[s].header[c], column) == 0)
            return sheets[s].cells[row][c];
    return "";
}

static int row_find(int s, const char *column, const char *value, size_t len)
{
    for (size_t r = 0; r < sheets[s].rows; r++) {
        const char *text = cell(s, r, column);
        if (strlen(text) == len && memcmp(text, value, len) == 0)
            return (int)r;
    }
    return -1;
}

static int code_find(int s, const char *code)
{
    return row_find(s, "code", code, strlen(code));
}

static const char *parent(int s, size_t row)
{
    return cell(s, row, s == VOCAB_AREA ? "region" : s == PTV ? "parent" : "broader");
}

static bool is_area(size_t row, const char *type)
{
    return strcmp(cell(VOCAB_AREA, row, "type"), type) == 0;
}

#define FAIL_ROW(s, row, ...)                                                                   \
    do {                                                                                        \
        print_error("%s.tsv, row %zu (%s): ", sheets[s].id, (size_t)(row) + 2,                  \
                    sheets[s].cells[row][0]);                                                   \
        fail_msg(__VA_ARGS__);                                                                  \
    } while (0)

#define EACH_ROW(s, row) (size_t row = 0; row < sheets[s].rows; row++)
#define EACH_VOCAB(s) (int s = 0; s < VOCAB_COUNT; s++)

static const char *const label_columns[] = {"fi", "sv", "en"};
static const char *const alt_columns[] = {"alt_fi", "alt_sv", "alt_en"};

/* ---- form ------------------------------------------------------------------------------------------------------- */

static void files_are_whole_tables_of_clean_text(void **state)
{
    (void)state;
    for (int s = 0; s < SHEETS; s++) {
        const struct sheet *sheet = &sheets[s];
        assert_true(sheet->rows > 0 && sheet->columns <= COLUMNS_MAX);
        assert_false(sheet->ragged);
        assert_int_equal(utf8_check(sheet->text, sheet->len), sheet->len);
        assert_int_equal(sheet->text[sheet->len - 1], '\n');
        for (size_t i = 0; i < sheet->len; i++)
            assert_true((unsigned char)sheet->text[i] >= ' ' || sheet->text[i] == '\t' || sheet->text[i] == '\n');
        assert_true(strncmp(sheet->text, "\xEF\xBB\xBF", 3) != 0);
    }
}

static void cells_and_list_items_have_no_blanks_around_and_are_not_empty(void **state)
{
    (void)state;
    for (int s = 0; s < SHEETS; s++)
        for EACH_ROW(s, row)
            for (size_t c = 0; c < sheets[s].columns; c++) {
                const char *text = sheets[s].cells[row][c];
                size_t len = strlen(text);
                if (len && (text[0] == ' ' || text[len - 1] == ' ' || text[0] == '|' || text[len - 1] == '|' ||
                            strstr(text, "||") || strstr(text, " |") || strstr(text, "| ") || strstr(text, "  ")))
                    FAIL_ROW(s, row, "'%s'", text);
            }
}

static bool is_slug(const char *code)
{
    size_t len = strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return len > 0 && len < 60 && code[len] == '\0' && code[0] != '-' && code[len - 1] != '-';
}

static bool is_digits(const char *text, size_t count)
{
    return strlen(text) == count && strspn(text, "0123456789") == count;
}

static bool is_language(const char *code)
{
    size_t len = strspn(code, "abcdefghijklmnopqrstuvwxyz");
    return code[len] == '\0' && (len == 2 || len == 3 || strcmp(code, "plain") == 0);
}

/* "KE4.1" */
static bool is_ptv(const char *code, const char *prefix)
{
    size_t start = strlen(prefix), digits = strspn(code + start, "0123456789");
    const char *rest = code + start + digits;
    return strncmp(code, prefix, start) == 0 && digits > 0 &&
           (*rest == '\0' || (*rest == '.' && rest[1] && rest[1 + strspn(rest + 1, "0123456789")] == '\0'));
}

static bool is_area_code(size_t row, const char *code)
{
    if (is_area(row, "municipality"))
        return is_digits(code, 3);
    if (is_area(row, "region"))
        return strncmp(code, "region-", 7) == 0 && is_digits(code + 7, 2);
    if (is_area(row, "wellbeing"))
        return strncmp(code, "wellbeing-", 10) == 0 && is_digits(code + 10, 2);
    return (is_area(row, "nationwide") || is_area(row, "online")) && strcmp(code, cell(VOCAB_AREA, row, "type")) == 0;
}

static void codes_have_the_documented_form(void **state)
{
    (void)state;
    for EACH_VOCAB(s)
        for EACH_ROW(s, row) {
            const char *code = cell(s, row, "code");
            bool good = s == VOCAB_AREA         ? is_area_code(row, code)
                        : s == VOCAB_LANGUAGE   ? is_language(code)
                        : s == VOCAB_LIFE_EVENT ? is_ptv(code, "KE")
                                                : is_slug(code);
            if (!good)
                FAIL_ROW(s, row, "not the form of a code of this file");
        }
    for EACH_ROW(PTV, row)
        if (!is_ptv(cell(PTV, row, "code"), "KR") && !is_ptv(cell(PTV, row, "code"), "KE") &&
            !is_ptv(cell(PTV, row, "code"), "P"))
            FAIL_ROW(PTV, row, "not a PTV code");
}

static void codes_are_unique(void **state)
{
    (void)state;
    for (int s = 0; s < SHEETS; s++)
        for EACH_ROW(s, row)
            if (row_find(s, sheets[s].header[0], sheets[s].cells[row][0], strlen(sheets[s].cells[row][0])) != (int)row)
                FAIL_ROW(s, row, "stands twice");
}

static void codes_that_programs_name_stand_in_their_order(void **state)
{
    (void)state;
    static const struct {
        int s;
        const char *codes;
    } known[] = {
        {VOCAB_KIND, "organisation activity event place volunteer project experiment story news "},
        {VOCAB_WEEKDAY, "mon tue wed thu fri sat sun "},
        {VOCAB_TIME, "morning afternoon evening "},
        {VOCAB_PRICE, "free paid "},
        {VOCAB_FORM, "group one-to-one phone online home-visit excursion "},
        {VOCAB_THRESHOLD,
         "drop-in no-booking anonymous companion-first-time intoxicated-welcome no-membership "},
        {VOCAB_ACCESSIBILITY, "wheelchair rollator induction-loop accessible-toilet accessible-parking lift "
                              "sign-interpreting guide-dog "},
    };
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        char codes[500] = "";
        for EACH_ROW(known[k].s, row)
            strcat(strcat(codes, cell(known[k].s, row, "code")), " ");
        assert_string_equal(codes, known[k].codes);
    }
}

/* ---- hierarchy -------------------------------------------------------------------------------------------------- */

static void no_entry_is_an_orphan(void **state)
{
    (void)state;
    for (int s = 0; s <= PTV; s++)
        for EACH_ROW(s, row)
            if (*parent(s, row) && code_find(s, parent(s, row)) < 0)
                FAIL_ROW(s, row, "its parent '%s' is no row", parent(s, row));
}

/* Levels above a row; -1 when the way up never ends or leads nowhere. */
static int depth(int s, size_t row)
{
    int up = 0;
    for (int at = (int)row; *parent(s, (size_t)at); up++) {
        at = code_find(s, parent(s, (size_t)at));
        if (at < 0 || up > 10)
            return -1;
    }
    return up;
}

static void no_way_up_is_a_cycle(void **state)
{
    (void)state;
    for (int s = 0; s <= PTV; s++)
        for EACH_ROW(s, row)
            if (depth(s, row) < 0)
                FAIL_ROW(s, row, "following the parents does not end");
}

static void parents_stand_before_their_children(void **state)
{
    (void)state;
    for EACH_VOCAB(s)
        for EACH_ROW(s, row)
            if (code_find(s, parent(s, row)) >= (int)row)
                FAIL_ROW(s, row, "stands above its parent '%s'", parent(s, row));
}

static void audience_and_theme_have_two_levels_and_the_lists_one(void **state)
{
    (void)state;
    for EACH_VOCAB(s) {
        int deepest = 0, wanted = s == VOCAB_AUDIENCE || s == VOCAB_THEME || s == VOCAB_LIFE_EVENT || s == VOCAB_AREA;
        for EACH_ROW(s, row)
            deepest = depth(s, row) > deepest ? depth(s, row) : deepest;
        assert_int_equal(deepest, wanted);
    }
}

/* ---- labels ----------------------------------------------------------------------------------------------------- */

static void labels_are_complete_in_three_languages(void **state)
{
    (void)state;
    for (int s = 0; s <= PTV; s++)
        for EACH_ROW(s, row)
            for (int lang = 0; lang < UI_LANG_COUNT; lang++)
                if (!*cell(s, row, label_columns[lang]))
                    FAIL_ROW(s, row, "no label in column %s", label_columns[lang]);
}

static void audience_and_theme_have_alternative_labels_in_three_languages(void **state)
{
    (void)state;
    for (int s = VOCAB_AUDIENCE; s <= VOCAB_THEME; s++)
        for EACH_ROW(s, row)
            for (int lang = 0; lang < UI_LANG_COUNT; lang++)
                if (!*cell(s, row, alt_columns[lang]))
                    FAIL_ROW(s, row, "no alternative in column %s", alt_columns[lang]);
}

/* Every name of every entry of a sheet, folded. */
struct name {
    char folded[FOLDED_BYTES];
    size_t row;
    int lang;
    bool main;
};

static void name_add(struct name *names, size_t *count, const char *text, size_t len, size_t row, int lang, bool main)
{
    struct name *name = &names[(*count)++];
    *name = (struct name){.row = row, .lang = lang, .main = main};
    assert_true(label_fold(text, len, name->folded));
}

static struct name *names_collect(int s, size_t *count)
{
    struct name *names = calloc(sheets[s].rows * 40, sizeof *names);
    *count = 0;
    for EACH_ROW(s, row)
        for (int lang = 0; lang < UI_LANG_COUNT; lang++) {
            const char *label = cell(s, row, label_columns[lang]), *list = cell(s, row, alt_columns[lang]), *item;
            size_t len;
            name_add(names, count, label, strlen(label), row, lang, true);
            while (vocab_list_next(&list, &item, &len))
                name_add(names, count, item, len, row, lang, false);
        }
    return names;
}

/* Areas share names across types (Etelä-Savo is a region and a county); the lookups tell them apart. */
static bool are_rivals(int s, const struct name *a, const struct name *b)
{
    return s != VOCAB_AREA || strcmp(cell(s, a->row, "type"), cell(s, b->row, "type")) == 0;
}

static int name_order(const void *left, const void *right)
{
    const struct name *a = left, *b = right;
    int order = strcmp(a->folded, b->folded);
    return order ? order : a->row != b->row ? (a->row > b->row) - (a->row < b->row) : a->lang - b->lang;
}

/* Calls check for every two names of one text. */
static void names_compare(void (*check)(int s, const struct name *a, const struct name *b))
{
    for EACH_VOCAB(s) {
        size_t count;
        struct name *names = names_collect(s, &count);
        qsort(names, count, sizeof *names, name_order);
        for (size_t i = 0; i < count; i++)
            for (size_t j = i + 1; j < count && strcmp(names[i].folded, names[j].folded) == 0; j++)
                check(s, &names[i], &names[j]);
        free(names);
    }
}

static void check_labels(int s, const struct name *a, const struct name *b)
{
    if (a->row != b->row && a->main && b->main && are_rivals(s, a, b))
        FAIL_ROW(s, a->row, "'%s' is the label of %s, too", a->folded, cell(s, b->row, "code"));
}

static void labels_are_unique_within_a_vocabulary(void **state)
{
    (void)state;
    names_compare(check_labels);
}

static void check_alternatives(int s, const struct name *a, const struct name *b)
{
    if (a->row != b->row && !(a->main && b->main) && are_rivals(s, a, b))
        FAIL_ROW(s, a->row, "'%s' is a label or alternative label of %s, too", a->folded, cell(s, b->row, "code"));
}

static void alternative_labels_are_nobody_elses(void **state)
{
    (void)state;
    names_compare(check_alternatives);
}

static void check_repeats(int s, const struct name *a, const struct name *b)
{
    if (a->row == b->row && a->lang == b->lang)
        FAIL_ROW(s, a->row, "'%s' stands twice in language %s", a->folded, label_columns[a->lang]);
}

static void alternative_labels_do_not_repeat_the_entrys_own(void **state)
{
    (void)state;
    names_compare(check_repeats);
}

/* ---- maps ------------------------------------------------------------------------------------------------------- */

static bool external_exists(const char *code, size_t len)
{
    if (len > 4 && memcmp(code, "yso:", 4) == 0)
        return row_find(YSO, "id", code + 4, len - 4) >= 0;
    if (len > 8 && memcmp(code, "lahella:", 8) == 0)
        return row_find(LAHELLA, "code", code + 8, len - 8) >= 0;
    return row_find(PTV, "code", code, len) >= 0;
}

static void every_mapped_code_exists_in_its_system(void **state)
{
    (void)state;
    for EACH_VOCAB(s)
        for EACH_ROW(s, row) {
            const char *list = cell(s, row, "maps"), *item;
            size_t len;
            while (vocab_list_next(&list, &item, &len))
                if (!external_exists(item, len))
                    FAIL_ROW(s, row, "'%.*s' is no code of PTV, YSO or Lähellä.fi", (int)len, item);
        }
}

static bool list_has(const char *list, const char *wanted, size_t wanted_len)
{
    const char *item;
    size_t len;
    while (vocab_list_next(&list, &item, &len))
        if (len == wanted_len && memcmp(item, wanted, len) == 0)
            return true;
    return false;
}

static void no_code_is_mapped_by_an_entry_and_its_parent(void **state)
{
    (void)state;
    for EACH_VOCAB(s)
        for EACH_ROW(s, row) {
            int above = code_find(s, parent(s, row));
            const char *list = cell(s, row, "maps"), *item;
            size_t len;
            while (above >= 0 && vocab_list_next(&list, &item, &len))
                if (list_has(cell(s, (size_t)above, "maps"), item, len))
                    FAIL_ROW(s, row, "'%.*s' is mapped by its parent, too", (int)len, item);
        }
}

static void no_code_is_mapped_twice_by_one_entry(void **state)
{
    (void)state;
    for EACH_VOCAB(s)
        for EACH_ROW(s, row) {
            const char *list = cell(s, row, "maps"), *item;
            size_t len;
            while (vocab_list_next(&list, &item, &len))
                if (list_has(list, item, len))
                    FAIL_ROW(s, row, "'%.*s' stands twice", (int)len, item);
        }
}

static size_t ptv_count(const char *prefix)
{
    size_t count = 0;
    for EACH_ROW(PTV, row)
        count += is_ptv(cell(PTV, row, "code"), prefix);
    return count;
}

static void ptv_lists_are_whole(void **state)
{
    (void)state;
    assert_int_equal(ptv_count("KR"), 17);
    assert_int_equal(ptv_count("KE"), 19);
    assert_int_equal(ptv_count("P"), 229);
}

static void life_events_are_those_of_ptv(void **state)
{
    (void)state;
    assert_int_equal(sheets[VOCAB_LIFE_EVENT].rows, ptv_count("KE"));
    for EACH_ROW(VOCAB_LIFE_EVENT, row) {
        int of_ptv = code_find(PTV, cell(VOCAB_LIFE_EVENT, row, "code"));
        assert_true(of_ptv >= 0);
        assert_string_equal(parent(VOCAB_LIFE_EVENT, row), parent(PTV, (size_t)of_ptv));
    }
}

/* ---- areas ------------------------------------------------------------------------------------------------------ */

static size_t area_count(const char *type)
{
    size_t count = 0;
    for EACH_ROW(VOCAB_AREA, row)
        count += is_area(row, type);
    return count;
}

static void areas_are_all_there(void **state)
{
    (void)state;
    assert_int_equal(area_count("municipality"), 308);
    assert_int_equal(area_count("region"), 19);
    assert_int_equal(area_count("wellbeing"), 23);
    assert_int_equal(area_count("nationwide"), 1);
    assert_int_equal(area_count("online"), 1);
    assert_int_equal(sheets[VOCAB_AREA].rows, AREAS);
}

static bool points_at(size_t row, const char *column)
{
    int at = code_find(VOCAB_AREA, cell(VOCAB_AREA, row, column));
    return at >= 0 && is_area((size_t)at, column);
}

static void every_municipality_has_a_region_and_a_county_and_nothing_else_has(void **state)
{
    (void)state;
    for EACH_ROW(VOCAB_AREA, row) {
        if (is_area(row, "municipality") && (!points_at(row, "region") || !points_at(row, "wellbeing")))
            FAIL_ROW(VOCAB_AREA, row, "no region or no wellbeing services county");
        if (!is_area(row, "municipality") && (*cell(VOCAB_AREA, row, "region") || *cell(VOCAB_AREA, row, "wellbeing")))
            FAIL_ROW(VOCAB_AREA, row, "only municipalities lie in an area");
    }
}

static void every_region_and_county_has_a_municipality(void **state)
{
    (void)state;
    for EACH_ROW(VOCAB_AREA, row)
        if ((is_area(row, "region") || is_area(row, "wellbeing")) &&
            row_find(VOCAB_AREA, cell(VOCAB_AREA, row, "type"), cell(VOCAB_AREA, row, "code"),
                     strlen(cell(VOCAB_AREA, row, "code"))) < 0)
            FAIL_ROW(VOCAB_AREA, row, "no municipality lies in it");
}

static void municipalities_lie_in_finland_and_nothing_else_has_coordinates(void **state)
{
    (void)state;
    for EACH_ROW(VOCAB_AREA, row) {
        const char *lat = cell(VOCAB_AREA, row, "lat"), *lon = cell(VOCAB_AREA, row, "lon");
        char *lat_end, *lon_end;
        double north = strtod(lat, &lat_end), east = strtod(lon, &lon_end);
        bool inside = *lat && *lon && !*lat_end && !*lon_end && north > 59.5 && north < 70.1 && east > 19.0 &&
                      east < 31.6;
        if (is_area(row, "municipality") ? !inside : *lat || *lon)
            FAIL_ROW(VOCAB_AREA, row, "coordinates '%s' '%s'", lat, lon);
    }
}

static void municipalities_stand_in_finnish_alphabetical_order(void **state)
{
    (void)state;
    UErrorCode code = U_ZERO_ERROR;
    UCollator *finnish = ucol_open("fi", &code);
    assert_true(U_SUCCESS(code));
    for (size_t row = 1; row < sheets[VOCAB_AREA].rows; row++) {
        const char *before = cell(VOCAB_AREA, row - 1, "fi"), *after = cell(VOCAB_AREA, row, "fi");
        bool both = is_area(row - 1, "municipality") && is_area(row, "municipality");
        if (both && ucol_strcollUTF8(finnish, before, -1, after, -1, &code) >= 0)
            FAIL_ROW(VOCAB_AREA, row, "stands behind %s", before);
    }
    ucol_close(finnish);
}

static void merged_municipalities_point_to_present_ones(void **state)
{
    (void)state;
    assert_int_equal(sheets[AREA_MERGE].rows, 12);
    for EACH_ROW(AREA_MERGE, row) {
        const char *old = cell(AREA_MERGE, row, "old_code"), *day = cell(AREA_MERGE, row, "effective");
        int now = code_find(VOCAB_AREA, cell(AREA_MERGE, row, "code"));
        if (now < 0 || !is_area((size_t)now, "municipality"))
            FAIL_ROW(AREA_MERGE, row, "'%s' is no municipality", cell(AREA_MERGE, row, "code"));
        if (!is_digits(old, 3) || code_find(VOCAB_AREA, old) >= 0)
            FAIL_ROW(AREA_MERGE, row, "the old code is a code of today");
        if (strlen(day) != 10 || strcmp(day + 4, "-01-01") != 0 || strcmp(day, "2014") < 0 ||
            !*cell(AREA_MERGE, row, "old_name_fi"))
            FAIL_ROW(AREA_MERGE, row, "name or date is wrong");
    }
}

static void postal_codes_point_to_present_municipalities(void **state)
{
    (void)state;
    assert_true(sheets[POSTAL_CODE].rows > 4000);
    for EACH_ROW(POSTAL_CODE, row) {
        int at = code_find(VOCAB_AREA, cell(POSTAL_CODE, row, "municipality"));
        if (at < 0 || !is_area((size_t)at, "municipality"))
            FAIL_ROW(POSTAL_CODE, row, "'%s' is no municipality", cell(POSTAL_CODE, row, "municipality"));
        if (!is_digits(cell(POSTAL_CODE, row, "postal_code"), 5) || !*cell(POSTAL_CODE, row, "name_fi") ||
            !*cell(POSTAL_CODE, row, "name_sv"))
            FAIL_ROW(POSTAL_CODE, row, "no postal code, or a name is missing");
    }
}

/* ---- hours ------------------------------------------------------------------------------------------------------ */

static void times_of_day_fill_the_day_without_gap_or_overlap(void **state)
{
    (void)state;
    const char *end = "00:00";
    for EACH_ROW(VOCAB_TIME, row) {
        assert_string_equal(cell(VOCAB_TIME, row, "from"), end);
        end = cell(VOCAB_TIME, row, "to");
    }
    assert_string_equal(end, "24:00");
}

int main(int argc, char **argv)
{
    sheets_read(argc > 1 ? argv[1] : "schema/vocab");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_whole_tables_of_clean_text),
        cmocka_unit_test(cells_and_list_items_have_no_blanks_around_and_are_not_empty),
        cmocka_unit_test(codes_have_the_documented_form),
        cmocka_unit_test(codes_are_unique),
        cmocka_unit_test(codes_that_programs_name_stand_in_their_order),
        cmocka_unit_test(no_entry_is_an_orphan),
        cmocka_unit_test(no_way_up_is_a_cycle),
        cmocka_unit_test(parents_stand_before_their_children),
        cmocka_unit_test(audience_and_theme_have_two_levels_and_the_lists_one),
        cmocka_unit_test(labels_are_complete_in_three_languages),
        cmocka_unit_test(audience_and_theme_have_alternative_labels_in_three_languages),
        cmocka_unit_test(labels_are_unique_within_a_vocabulary),
        cmocka_unit_test(alternative_labels_are_nobody_elses),
        cmocka_unit_test(alternative_labels_do_not_repeat_the_entrys_own),
        cmocka_unit_test(every_mapped_code_exists_in_its_system),
        cmocka_unit_test(no_code_is_mapped_by_an_entry_and_its_parent),
        cmocka_unit_test(no_code_is_mapped_twice_by_one_entry),
        cmocka_unit_test(ptv_lists_are_whole),
        cmocka_unit_test(life_events_are_those_of_ptv),
        cmocka_unit_test(areas_are_all_there),
        cmocka_unit_test(every_municipality_has_a_region_and_a_county_and_nothing_else_has),
        cmocka_unit_test(every_region_and_county_has_a_municipality),
        cmocka_unit_test(municipalities_lie_in_finland_and_nothing_else_has_coordinates),
        cmocka_unit_test(municipalities_stand_in_finnish_alphabetical_order),
        cmocka_unit_test(merged_municipalities_point_to_present_ones),
        cmocka_unit_test(postal_codes_point_to_present_municipalities),
        cmocka_unit_test(times_of_day_fill_the_day_without_gap_or_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
