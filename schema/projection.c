#include "projection.h"

#include <math.h>

#include "messages.h"

/* The series, for GRS 80: n = f / (2 - f), f = 1 / 298.257222101. */
enum { ORDER = 6 };

struct series {
    double radius;        /* of the rectifying sphere, Karney's A */
    double beta[ORDER];   /* plane to conformal sphere, equation 36 */
    double eccentricity2; /* e^2 */
};

static struct series series_make(void)
{
    const double a = 6378137.0, f = 1.0 / 298.257222101, n = f / (2.0 - f);
    const double n2 = n * n, n3 = n2 * n, n4 = n3 * n, n5 = n4 * n, n6 = n5 * n;
    return (struct series){
        .radius = a / (1.0 + n) * (1.0 + n2 / 4.0 + n4 / 64.0 + n6 / 256.0),
        .eccentricity2 = f * (2.0 - f),
        .beta = {n / 2.0 - 2.0 / 3.0 * n2 + 37.0 / 96.0 * n3 - n4 / 360.0 - 81.0 / 512.0 * n5 + 96199.0 / 604800.0 * n6,
                 n2 / 48.0 + n3 / 15.0 - 437.0 / 1440.0 * n4 + 46.0 / 105.0 * n5 - 1118711.0 / 3870720.0 * n6,
                 17.0 / 480.0 * n3 - 37.0 / 840.0 * n4 - 209.0 / 4480.0 * n5 + 5569.0 / 90720.0 * n6,
                 4397.0 / 161280.0 * n4 - 11.0 / 504.0 * n5 - 830251.0 / 7257600.0 * n6,
                 4583.0 / 161280.0 * n5 - 108847.0 / 3991680.0 * n6, 20648693.0 / 638668800.0 * n6}};
}

/* tan of the geographic latitude from that of the conformal one, by Newton's method (Karney, equations 19-21), which
 * doubles the good digits each round: the start has three. */
static double geographic_tangent(double conformal, double eccentricity2)
{
    const double e = sqrt(eccentricity2);
    double t = conformal / (1.0 - eccentricity2);
    for (int round = 0; round < 4; round++) {
        double sigma = sinh(e * atanh(e * t / hypot(1.0, t)));
        double made = t * hypot(1.0, sigma) - sigma * hypot(1.0, t);
        t += (conformal - made) / hypot(1.0, made) * (1.0 + (1.0 - eccentricity2) * t * t) /
             ((1.0 - eccentricity2) * hypot(1.0, t));
    }
    return t;
}

/* Written so that NaN is outside too. */
static enum status check(const char *name, double value, double min, double max, struct err *err)
{
    if (value >= min && value <= max)
        return STATUS_OK;
    return err_set(err, STATUS_INVALID,
                   problem_text("%s %.10g is not in Finland; allowed %.0f..%.0f metres (ETRS-TM35FIN)"), name, value,
                   min, max);
}

enum status projection_degrees(double northing, double easting, double *lat, double *lon, struct err *err)
{
    TRY(check(problem_text("northing"), northing, PROJECTION_NORTHING_MIN, PROJECTION_NORTHING_MAX, err));
    TRY(check(problem_text("easting"), easting, PROJECTION_EASTING_MIN, PROJECTION_EASTING_MAX, err));
    const double scale = 0.9996, false_easting = 500000.0, central_meridian = 27.0;
    const double degrees = 180.0 / acos(-1.0);
    const struct series series = series_make();
    double xi = northing / (scale * series.radius), eta = (easting - false_easting) / (scale * series.radius);
    double xi_sphere = xi, eta_sphere = eta;
    for (int i = 0; i < ORDER; i++) {
        double k = 2.0 * (i + 1);
        xi_sphere -= series.beta[i] * sin(k * xi) * cosh(k * eta);
        eta_sphere -= series.beta[i] * cos(k * xi) * sinh(k * eta);
    }
    double conformal = sin(xi_sphere) / hypot(sinh(eta_sphere), cos(xi_sphere));
    *lat = atan(geographic_tangent(conformal, series.eccentricity2)) * degrees;
    *lon = central_meridian + atan2(sinh(eta_sphere), cos(xi_sphere)) * degrees;
    return STATUS_OK;
}
