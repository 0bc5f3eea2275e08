/* QR codes: the drawing's form, its limits, and that a reader reads back what was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "searchd/qr.h"
#include "tests/unit/files.h"

enum { SIZE_MOST = 200, MODULE_PX = 4 };

static bool dark[SIZE_MOST][SIZE_MOST];

/* Paints the modules again from the path; returns how many there are to a side, with the quiet zone. */
static int paint(const char *svg)
{
    int size, height;
    assert_int_equal(sscanf(strstr(svg, "viewBox"), "viewBox=\"0 0 %d %d\"", &size, &height), 2);
    assert_true(size == height && size <= SIZE_MOST);
    memset(dark, 0, sizeof dark);
    const char *at = strstr(svg, "fill=\"#000\" d=\"") + strlen("fill=\"#000\" d=\"");
    while (*at != '"') {
        int x, y, run, back, n = 0;
        assert_int_equal(sscanf(at, "M%d %dh%dv1h-%dz%n", &x, &y, &run, &back, &n), 4);
        assert_true(n > 0 && run == back && x >= QR_QUIET_MODULES && x + run <= size - QR_QUIET_MODULES);
        assert_true(y >= QR_QUIET_MODULES && y < size - QR_QUIET_MODULES);
        for (int i = 0; i < run; i++)
            dark[y][x + i] = true;
        at += n;
    }
    return size;
}

/* What the text of a length is: a link to a list, as the pages make them. */
static char *link_of(size_t len)
{
    static const char begin[] = "https://opastin.example/fi/list?id=";
    static const char ids[] = "mikkeli-lukupiiri,helsinki:ab12,\xC3\xA4";
    char *text = malloc(len + 1);
    assert_non_null(text);
    for (size_t i = 0; i < len; i++)
        text[i] = i < sizeof begin - 1 ? begin[i] : ids[(i - (sizeof begin - 1)) % (sizeof ids - 3)];
    text[len] = '\0';
    return text;
}

static void write_picture(const char *path, int size)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "P5\n%d %d\n255\n", size * MODULE_PX, size * MODULE_PX);
    for (int y = 0; y < size * MODULE_PX; y++)
        for (int x = 0; x < size * MODULE_PX; x++)
            fputc(dark[y / MODULE_PX][x / MODULE_PX] ? 0 : 255, file);
    assert_int_equal(fclose(file), 0);
}

static void a_reader_reads_it_back(void **state)
{
    (void)state;
    static const size_t lengths[] = {1, 20, 80, QR_FIRM_BYTES, QR_FIRM_BYTES + 1, 700, QR_TEXT_BYTES};
    if (system("command -v zbarimg >/dev/null 2>&1") != 0) {
        puts("skipped: zbarimg is not installed (apt-get install zbar-tools): QR codes are not read back");
        skip();
    }
    char *dir = files_folder(), *picture = files_path(dir, "qr.pgm"), *read = files_path(dir, "text"), command[8192];
    struct buf svg = BUF_INIT;
    snprintf(command, sizeof command, "zbarimg --raw -q '%s' >'%s' 2>/dev/null", picture, read);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        size_t len;
        char *text = link_of(lengths[i]);
        buf_reset(&svg);
        assert_int_equal(qr_write(text, lengths[i], "koodi", &svg, NULL), STATUS_OK);
        write_picture(picture, paint(buf_str(&svg)));
        assert_int_equal(system(command), 0);
        char *found = files_read(read, &len);
        assert_true(len > 0 && found[len - 1] == '\n');
        found[len - 1] = '\0';
        assert_string_equal(found, text);
        free(found);
        free(text);
    }
    buf_release(&svg);
    files_remove(dir);
    free(picture);
    free(read);
    free(dir);
}

static void limits_are_kept(void **state)
{
    (void)state;
    struct buf svg = BUF_INIT;
    struct err err = {0};
    char *text = link_of(QR_TEXT_BYTES + 1);
    buf_adds(&svg, "before");
    assert_int_equal(qr_write(text, QR_TEXT_BYTES + 1, "koodi", &svg, &err), STATUS_LIMIT);
    assert_non_null(strstr(err.message, "too long"));
    assert_int_equal(qr_write(text, 0, "koodi", &svg, NULL), STATUS_INVALID);
    assert_string_equal(buf_str(&svg), "before");
    assert_int_equal(qr_write(text, QR_TEXT_BYTES, "koodi", &svg, NULL), STATUS_OK);
    assert_in_range(paint(buf_str(&svg)), 100, 129 + 2 * QR_QUIET_MODULES);
    printf("figure: qr: the longest text's svg %zu bytes\n", svg.len);
    free(text);
    buf_release(&svg);
}

static void the_drawing_is_closed_and_styleless(void **state)
{
    (void)state;
    struct buf svg = BUF_INIT, again = BUF_INIT;
    assert_int_equal(qr_write("https://a.example/", 18, "Avaa \"lista\" & <muu>", &svg, NULL), STATUS_OK);
    assert_int_equal(qr_write("https://a.example/", 18, "Avaa \"lista\" & <muu>", &again, NULL), STATUS_OK);
    assert_string_equal(buf_str(&svg), buf_str(&again));
    assert_non_null(strstr(buf_str(&svg), "role=\"img\" aria-label=\"Avaa &quot;lista&quot; &amp; &lt;muu&gt;\""));
    assert_null(strstr(buf_str(&svg), "style"));
    assert_string_equal(buf_str(&svg) + svg.len - 6, "</svg>");
    /* the three finder patterns stand in their corners */
    int size = paint(buf_str(&svg)), low = QR_QUIET_MODULES, high = size - QR_QUIET_MODULES - 7;
    const int corners[3][2] = {{low, low}, {low, high}, {high, low}};
    for (size_t i = 0; i < 3; i++)
        for (int y = 0; y < 7; y++)
            for (int x = 0; x < 7; x++) {
                int ring = x < y ? x : y;
                ring = 6 - x < ring ? 6 - x : ring;
                ring = 6 - y < ring ? 6 - y : ring;
                assert_int_equal(dark[corners[i][1] + y][corners[i][0] + x], ring != 1);
            }
    buf_release(&svg);
    buf_release(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reader_reads_it_back),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(the_drawing_is_closed_and_styleless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
