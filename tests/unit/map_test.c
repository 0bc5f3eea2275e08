/* The shapes of the map: every area and municipality is there, where its centre is, without gaps; and the <svg>. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "searchd/map.h"

enum { POINTS = 20000, BUDGET_AREAS = 6 * 1024, BUDGET_MUNICIPALITIES = 25 * 1024 };

struct edge {
    int x0, y0, x1, y1;
};

/* ---- reading paths back ----------------------------------------------------------------------------------------- */

static struct edge edges[POINTS];
static size_t edge_count;

/* Appends the edges of "M x y l dx dy ... z ...", which is all that a path may hold. */
static void read_path(const char *path)
{
    const char *at = path;
    while (*at) {
        int n, x, y, dx, dy;
        assert_int_equal(sscanf(at, "M%d %dl%n", &x, &y, &n), 2);
        at += n;
        int first_x = x, first_y = y, corners = 0;
        while (*at != 'z') {
            assert_int_equal(sscanf(at, "%d%d%n", &dx, &dy, &n), 2);
            at += n;
            assert_true(dx || dy);
            assert_in_range(edge_count, 0, POINTS - 2);
            edges[edge_count++] = (struct edge){x, y, x + dx, y + dy};
            x += dx;
            y += dy;
            corners++;
        }
        assert_true(corners >= 2);
        edges[edge_count++] = (struct edge){x, y, first_x, first_y};
        at++;
    }
}

static int64_t doubled_area(void)
{
    int64_t sum = 0;
    for (size_t i = 0; i < edge_count; i++)
        sum += (int64_t)edges[i].x0 * edges[i].y1 - (int64_t)edges[i].x1 * edges[i].y0;
    return sum;
}

static bool inside(double x, double y)
{
    bool in = false;
    for (size_t i = 0; i < edge_count; i++) {
        const struct edge *e = &edges[i];
        if ((e->y0 > y) != (e->y1 > y) && x < e->x0 + (y - e->y0) * (e->x1 - e->x0) / (e->y1 - e->y0))
            in = !in;
    }
    return in;
}

static double distance(double x, double y)
{
    double least = INFINITY;
    for (size_t i = 0; i < edge_count; i++) {
        const struct edge *e = &edges[i];
        double dx = e->x1 - e->x0, dy = e->y1 - e->y0;
        double t = fmin(1, fmax(0, ((x - e->x0) * dx + (y - e->y0) * dy) / (dx * dx + dy * dy)));
        least = fmin(least, hypot(x - e->x0 - t * dx, y - e->y0 - t * dy));
    }
    return least;
}

/* ---- shapes ----------------------------------------------------------------------------------------------------- */

static int load(void **state)
{
    (void)state;
    return vocab_load(NULL) == STATUS_OK ? 0 : -1;
}

static int unload(void **state)
{
    (void)state;
    vocab_unload();
    return 0;
}

static void every_area_has_a_shape(void **state)
{
    (void)state;
    const struct map_shape *members[MAP_MUNICIPALITIES];
    size_t municipalities = 0, counties = 0;
    for (size_t i = 0; i < vocab_size(VOCAB_AREA); i++) {
        const struct area_entry *area = area_at(i);
        const struct map_shape *shape = map_shape(area->entry->code);
        assert_int_equal(shape != NULL, area->type == AREA_MUNICIPALITY || area->type == AREA_WELLBEING);
        if (area->type == AREA_MUNICIPALITY) {
            assert_string_equal(shape->of, area_at((size_t)area->wellbeing)->entry->code);
            municipalities++;
        } else if (area->type == AREA_WELLBEING) {
            size_t expected, count = map_members(shape->code, members);
            area_members(i, &expected);
            assert_int_equal(count, expected);
            for (size_t j = 0; j < count; j++)
                assert_true(members[j] == map_shape(members[j]->code) && (!j || strcmp(members[j - 1]->code,
                                                                                       members[j]->code) < 0));
            counties++;
        }
    }
    assert_int_equal(municipalities, MAP_MUNICIPALITIES);
    assert_int_equal(counties, MAP_AREAS);
    assert_null(map_shape(""));
    assert_null(map_shape("588")); /* Pertunmaa is in Mäntyharju now */
    assert_int_equal(map_members("wellbeing-99", members), 0);
}

static void boxes_are_those_of_the_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < vocab_size(VOCAB_AREA); i++) {
        const struct map_shape *shape = map_shape(vocab_entry(VOCAB_AREA, i)->code);
        if (!shape)
            continue;
        edge_count = 0;
        read_path(shape->path);
        struct map_box b = {1 << 20, 1 << 20, 0, 0};
        int right = 0, low = 0;
        for (size_t e = 0; e < edge_count; e++) {
            b.x = edges[e].x0 < b.x ? edges[e].x0 : b.x;
            b.y = edges[e].y0 < b.y ? edges[e].y0 : b.y;
            right = edges[e].x0 > right ? edges[e].x0 : right;
            low = edges[e].y0 > low ? edges[e].y0 : low;
        }
        assert_true(b.x == shape->box.x && b.y == shape->box.y);
        assert_true(right == b.x + shape->box.width && low == b.y + shape->box.height);
        if (*shape->of) { /* and a county's view holds its municipalities */
            struct map_box v = map_shape(shape->of)->view;
            assert_true(b.x >= v.x && b.y >= v.y && right <= v.x + v.width && low <= v.y + v.height);
        }
    }
}

static int compare_edges(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct edge));
}

/* What is left of the edges when each has been paired with its opposite: the outline. */
static void keep_outline(void)
{
    static struct edge left[POINTS];
    size_t count = 0;
    qsort(edges, edge_count, sizeof *edges, compare_edges);
    for (size_t i = 0; i < edge_count; i++) {
        const struct edge *e = &edges[i];
        const struct edge back = {e->x1, e->y1, e->x0, e->y0};
        if (i && compare_edges(e, e - 1) == 0)
            fail_msg("two shapes lie on the same side of %d,%d - %d,%d", e->x0, e->y0, e->x1, e->y1);
        if (!bsearch(&back, edges, edge_count, sizeof *edges, compare_edges))
            left[count++] = *e;
    }
    memcpy(edges, left, count * sizeof *left);
    edge_count = count;
}

/* The shapes together are as large as what their outline encloses, and the outline is one ring without a gap. */
static void check_seamless(const char *what)
{
    int64_t area = doubled_area();
    keep_outline();
    assert_int_equal(doubled_area(), area);
    assert_true(edge_count > 2);
    int x = edges[0].x1, y = edges[0].y1;
    size_t steps = 1;
    while (steps < edge_count && (x != edges[0].x0 || y != edges[0].y0)) {
        size_t i = 0;
        while (i < edge_count && (edges[i].x0 != x || edges[i].y0 != y))
            i++;
        if (i == edge_count)
            fail_msg("%s: the outline ends at %d,%d", what, x, y);
        x = edges[i].x1;
        y = edges[i].y1;
        steps++;
    }
    if (steps != edge_count)
        fail_msg("%s: the outline has a gap or a hole: one ring has %zu of its %zu edges", what, steps, edge_count);
}

static void shapes_meet_without_gaps(void **state)
{
    (void)state;
    edge_count = 0;
    for (size_t i = 0; i < MAP_AREAS; i++)
        read_path(map_area(i)->path);
    check_seamless("counties");
    edge_count = 0;
    for (size_t i = 0; i < vocab_size(VOCAB_AREA); i++)
        if (area_at(i)->type == AREA_MUNICIPALITY)
            read_path(map_shape(area_at(i)->entry->code)->path);
    check_seamless("municipalities");
    /* a check that cannot fail is none */
    edge_count = 0;
    read_path("M0 0l9 0 0 9-9 0z");
    read_path("M9 0l9 0 0 9-9 0z");
    int64_t area = doubled_area();
    keep_outline();
    assert_int_equal(edge_count, 6);
    assert_int_equal(doubled_area(), area);
}

/* Simplified borders may miss a centre near the border by a little. */
static void centres_lie_in_their_shapes(void **state)
{
    (void)state;
    enum { TOLERANCE = 8, MISSES = 6 }; /* 3.2 km; 3 of the 308 centres lie outside of the source's polygons */
    int misses = 0;
    for (size_t i = 0; i < vocab_size(VOCAB_AREA); i++) {
        const struct area_entry *area = area_at(i);
        if (area->type != AREA_MUNICIPALITY)
            continue;
        struct map_point at = map_point(area->lat, area->lon);
        edge_count = 0;
        read_path(map_shape(area->entry->code)->path);
        if (inside(at.x, at.y))
            continue;
        misses++;
        if (distance(at.x, at.y) > TOLERANCE)
            fail_msg("%s: its centre is %.1f units outside", area->entry->label[UI_FI], distance(at.x, at.y));
    }
    assert_in_range(misses, 0, MISSES);
}

static size_t deflated(const char *text, size_t len)
{
    static Bytef packed[1 << 17];
    uLongf size = sizeof packed;
    assert_int_equal(compress2(packed, &size, (const Bytef *)text, len, 9), Z_OK);
    return size;
}

static void sizes_stay_in_their_budgets(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < MAP_AREAS; i++)
        buf_adds(&text, map_area(i)->path);
    size_t areas = deflated(buf_str(&text), text.len);
    buf_reset(&text);
    for (size_t i = 0; i < vocab_size(VOCAB_AREA); i++)
        if (area_at(i)->type == AREA_MUNICIPALITY)
            buf_adds(&text, map_shape(area_at(i)->entry->code)->path);
    size_t municipalities = deflated(buf_str(&text), text.len);
    printf("figure: map: counties %zu bytes, municipalities %zu bytes, deflated\n", areas, municipalities);
    assert_in_range(areas, 1, BUDGET_AREAS);
    assert_in_range(municipalities, 1, BUDGET_MUNICIPALITIES);
    buf_release(&text);
}

/* ---- the drawing ------------------------------------------------------------------------------------------------ */

static const struct map_words words = {"Alueet", "Valitse"}, quoted = {"Alueet & \"muut\"", "Valitse <alue>"};

struct told {
    int asked;
    const char *unlinked;
};

static void describe(void *context, const char *code, struct map_link *link)
{
    struct told *told = context;
    static char href[64], label[64];
    assert_true(!link->href && !link->label && !link->count && !link->selected && !link->part);
    told->asked++;
    if (told->unlinked && strcmp(code, told->unlinked) == 0)
        return;
    snprintf(href, sizeof href, "/fi/search?q=a&area=%s", code);
    snprintf(label, sizeof label, "\"<%s>\" & 5", code);
    *link = (struct map_link){href, label, strcmp(code, "wellbeing-21") != 0, strcmp(code, "wellbeing-12") == 0,
                              strcmp(code, "wellbeing-20") == 0};
}

static size_t times(const struct buf *text, const char *what)
{
    size_t count = 0;
    for (const char *at = buf_str(text); (at = strstr(at, what)); at += strlen(what))
        count++;
    return count;
}

static void the_country_links_each_county_once(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    struct told told = {.unlinked = "wellbeing-13"};
    assert_int_equal(map_write(NULL, &quoted, describe, &told, &out, NULL), STATUS_OK);
    assert_true(strncmp(buf_str(&out), "<svg class=\"map\"", 16) == 0);
    assert_non_null(strstr(buf_str(&out), "aria-label=\"Alueet &amp; &quot;muut&quot;\""));
    size_t links = times(&out, "<a class="), hidden = times(&out, "tabindex=\"-1\" aria-hidden=\"true\"");
    assert_int_equal(links, told.asked - 1);
    assert_int_equal(links - hidden, MAP_AREAS - 1);
    assert_int_equal(times(&out, "map-plain"), 1);
    assert_int_equal(times(&out, "map-none"), 1);
    assert_int_equal(times(&out, "aria-current=\"true\""), 1);
    assert_non_null(strstr(buf_str(&out), "href=\"/fi/search?q=a&amp;area=wellbeing-12\" "
                                          "id=\"map-wellbeing-12\" "
                                          "aria-label=\"&quot;&lt;wellbeing-12&gt;&quot; &amp; 5\" aria-current"));
    assert_null(strstr(buf_str(&out), "style"));
    assert_int_equal(times(&out, " id=\"map-wellbeing-"), MAP_AREAS - 1);
    assert_int_equal(times(&out, "map-part"), 1);
    assert_int_equal(times(&out, "map-mark"), 1);
    assert_int_equal(times(&out, "map-name"), links);
    assert_non_null(strstr(buf_str(&out), "class=\"map-hint\""));
    assert_non_null(strstr(buf_str(&out), ">Valitse &lt;alue&gt;</tspan>"));
    assert_int_equal(times(&out, "<path"), times(&out, "d=\"M"));
    printf("figure: map: the country's svg with links %zu bytes, %zu deflated\n", out.len,
           deflated(buf_str(&out), out.len));
    buf_release(&out);
}

static void a_county_links_its_municipalities(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    const struct map_shape *members[MAP_MUNICIPALITIES];
    size_t largest = 0;
    for (size_t i = 0; i < MAP_AREAS; i++) {
        struct told told = {0};
        buf_reset(&out);
        assert_int_equal(map_write(map_area(i)->code, &words, describe, &told, &out, NULL), STATUS_OK);
        size_t count = map_members(map_area(i)->code, members);
        assert_int_equal(told.asked, count);
        assert_int_equal(times(&out, "<a class="), count);
        assert_int_equal(times(&out, "map-sea"), *map_area(i)->sea != 0);
        assert_in_range(times(&out, "tabindex"), 0, 0);
        largest = deflated(buf_str(&out), out.len) > largest ? deflated(buf_str(&out), out.len) : largest;
    }
    printf("figure: map: the largest county's svg with links, deflated: %zu bytes\n", largest);
    buf_reset(&out);
    struct told told = {0};
    assert_int_equal(map_write("491", &words, describe, &told, &out, NULL), STATUS_NOTFOUND);
    assert_int_equal(map_write("", &words, describe, &told, &out, NULL), STATUS_NOTFOUND);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

/* Links of the country that stand alone are wide and high enough to be hit when the map is 320 px wide. */
static void links_are_large_enough_on_a_phone(void **state)
{
    (void)state;
    enum { PHONE_PX = 320, TARGET_PX = 24 };
    struct buf out = BUF_INIT;
    struct told told = {0};
    enum { X = 24, Y = 520, WIDTH = 660, HEIGHT = 622 }; /* where the enlarged piece stands */
    int top_of_view, width, height;
    double move_x, move_y, enlarged;
    assert_int_equal(map_write(NULL, &words, describe, &told, &out, NULL), STATUS_OK);
    assert_int_equal(sscanf(strstr(buf_str(&out), "viewBox"), "viewBox=\"0 %d %d %d\"", &top_of_view, &width, &height),
                     3);
    const char *nested = strstr(buf_str(&out), "<g ");
    assert_int_equal(sscanf(nested, "<g transform=\"translate(%lf %lf) scale(%lf)\"", &move_x, &move_y, &enlarged), 3);
    double px = (double)PHONE_PX / width;
    size_t links = 0;
    for (const char *a = buf_str(&out); (a = strstr(a, "<a class=")); a++) {
        const char *d = strstr(a, " d=\"") + 4;
        if (strstr(a, "aria-hidden") && strstr(a, "aria-hidden") < d)
            continue;
        char path[8192];
        snprintf(path, sizeof path, "%.*s", (int)strcspn(d, "\""), d);
        edge_count = 0;
        read_path(path);
        int left = 1 << 20, right = 0, top = 1 << 20, low = 0;
        for (size_t i = 0; i < edge_count; i++) {
            left = edges[i].x0 < left ? edges[i].x0 : left;
            right = edges[i].x0 > right ? edges[i].x0 : right;
            top = edges[i].y0 < top ? edges[i].y0 : top;
            low = edges[i].y0 > low ? edges[i].y0 : low;
        }
        double scale = a > nested ? px * enlarged : px;
        if (a > nested) {
            assert_in_range((int)(left * enlarged + move_x), X, X + WIDTH);
            assert_in_range((int)(low * enlarged + move_y), Y, Y + HEIGHT);
        }
        if ((right - left) * scale < TARGET_PX || (low - top) * scale < TARGET_PX)
            fail_msg("%.60s: %.0f x %.0f px", a, (right - left) * scale, (low - top) * scale);
        links++;
    }
    assert_int_equal(links, MAP_AREAS);
    /* the enlarged piece hides nothing of Finland */
    edge_count = 0;
    for (size_t i = 0; i < MAP_AREAS; i++)
        read_path(map_area(i)->path);
    for (int i = X; i <= X + WIDTH; i += 10)
        for (int j = Y; j <= Y + HEIGHT; j += 10)
            assert_false(inside(i, j));
    for (size_t i = 0; i < edge_count; i++)
        assert_false(edges[i].x0 >= X && edges[i].x0 <= X + WIDTH && edges[i].y0 >= Y && edges[i].y0 <= Y + HEIGHT);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_area_has_a_shape),
        cmocka_unit_test(boxes_are_those_of_the_paths),
        cmocka_unit_test(shapes_meet_without_gaps),
        cmocka_unit_test(centres_lie_in_their_shapes),
        cmocka_unit_test(sizes_stay_in_their_budgets),
        cmocka_unit_test(the_country_links_each_county_once),
        cmocka_unit_test(a_county_links_its_municipalities),
        cmocka_unit_test(links_are_large_enough_on_a_phone),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
