/* ETRS-TM35FIN to degrees: within 0.1 m of pairs that others computed, and nothing from outside Finland. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "projection.h"

/* From tests run in the repository; the folder beside it is not part of it. */
#define LIPAS "../shared/data/samples/lipas/sports_places_1000.json"

/* Metres between two points that are close together. */
static double metres(double lat_a, double lon_a, double lat_b, double lon_b)
{
    const double metres_a_degree = 111320.0, radian = acos(-1.0) / 180.0;
    return hypot((lat_a - lat_b) * metres_a_degree, (lon_a - lon_b) * metres_a_degree * cos(lat_a * radian));
}

static double error_of(double northing, double easting, double lat, double lon)
{
    struct err err = {0};
    double made_lat = NAN, made_lon = NAN;
    if (projection_degrees(northing, easting, &made_lat, &made_lon, &err) != STATUS_OK)
        fail_msg("%s", err.message);
    return metres(lat, lon, made_lat, made_lon);
}

static void known_pairs(void **state)
{
    (void)state;
    static const struct {
        double northing, easting, lat, lon;
    } pairs[] = {
        /* on the central meridian: 0.9996 of the meridian's arc, integrated numerically */
        {6651411.1902, 500000, 60, 27},
        {6929882.6715, 500000, 62.5, 27},
        {7208454.5815, 500000, 65, 27},
        {7765873.1354, 500000, 70, 27},
        /* the example of JHS 197 */
        {6715706.37705, 106256.35961, 60 + 23 / 60.0 + 6.38474 / 3600, 19 + 50 / 60.0 + 53.29237 / 3600},
        /* the outermost places of LIPAS, University of Jyväskylä, CC BY 4.0 */
        {6645846.20792, 316680.54885, 59.909265, 23.721472},
        {7772137.75, 532554, 70.0541282718, 27.8550828137},
        {7672725.5, 255516.625, 69.0548893422, 20.8630074718},
        {6979434.89112, 729733.91266, 62.8723480644, 31.5185161688},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        double error = error_of(pairs[i].northing, pairs[i].easting, pairs[i].lat, pairs[i].lon);
        if (!(error < 0.001))
            fail_msg("pair %zu: %.4f m", i, error);
    }
}

static void lipas_pairs(void **state)
{
    (void)state;
    json_t *places = json_load_file(LIPAS, 0, NULL), *place;
    if (!places) {
        print_message("skipped: %s is not there\n", LIPAS);
        skip();
    }
    size_t index;
    double worst = 0;
    json_array_foreach(places, index, place) {
        double error = error_of(json_number_value(json_object_get(place, "tm35_n")),
                                json_number_value(json_object_get(place, "tm35_e")),
                                json_number_value(json_object_get(place, "lat")),
                                json_number_value(json_object_get(place, "lon")));
        worst = fmax(worst, error);
    }
    assert_int_equal(json_array_size(places), 1000);
    print_message("1,000 places, largest error %.2g m\n", worst);
    assert_true(worst < 0.1);
    json_decref(places);
}

static void outside(void **state)
{
    (void)state;
    static const struct {
        double northing, easting;
        const char *message;
    } points[] = {
        {503879, 6834688, "northing 503879 is not in Finland; allowed 6500000..7850000 metres (ETRS-TM35FIN)"},
        {6834688, 3503879, "easting 3503879 is not in Finland; allowed 30000..800000 metres (ETRS-TM35FIN)"},
        {NAN, 503879, "northing nan is not in Finland; allowed 6500000..7850000 metres (ETRS-TM35FIN)"},
        {INFINITY, 503879, "northing inf is not in Finland; allowed 6500000..7850000 metres (ETRS-TM35FIN)"},
        {6834688, -1, "easting -1 is not in Finland; allowed 30000..800000 metres (ETRS-TM35FIN)"},
    };
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        struct err err = {0};
        double lat = 1, lon = 2;
        assert_int_equal(projection_degrees(points[i].northing, points[i].easting, &lat, &lon, &err), STATUS_INVALID);
        assert_string_equal(err.message, points[i].message);
        assert_true(lat == 1 && lon == 2);
    }
}

/* The corners of what is allowed give finite degrees that grow with the metres. */
static void corners(void **state)
{
    (void)state;
    double south_lat, south_lon, north_lat, north_lon;
    assert_int_equal(projection_degrees(PROJECTION_NORTHING_MIN, PROJECTION_EASTING_MIN, &south_lat, &south_lon, NULL),
                     STATUS_OK);
    assert_int_equal(projection_degrees(PROJECTION_NORTHING_MAX, PROJECTION_EASTING_MAX, &north_lat, &north_lon, NULL),
                     STATUS_OK);
    assert_true(south_lat > 58 && south_lat < 59 && south_lon > 18 && south_lon < 20);
    assert_true(north_lat > 70 && north_lat < 71 && north_lon > 34 && north_lon < 36);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_pairs),
        cmocka_unit_test(lipas_pairs),
        cmocka_unit_test(outside),
        cmocka_unit_test(corners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
