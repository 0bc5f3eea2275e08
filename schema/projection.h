/* Finnish plane coordinates, ETRS-TM35FIN (EPSG:3067), to degrees of latitude and longitude.
 *
 * Transverse Mercator by the Krüger series to the sixth order of the third flattening, on the ellipsoid GRS 80: central
 * meridian 27° E, scale 0.9996, false easting 500,000 m.  Sources: JHS 197 (EUREF-FIN coordinate systems, annex 1);
 * C. F. F. Karney, Transverse Mercator with an accuracy of a few nanometers, J. Geodesy 85 (2011), equations 6-26 and
 * 36.  The ellipsoids of GRS 80 and WGS 84 differ by 0.1 mm and their frames by less than a metre, so the degrees are
 * given as WGS 84 ones, as everywhere else. */
#ifndef OPASTIN_PROJECTION_H
#define OPASTIN_PROJECTION_H

#include "base/status.h"

/* What lies in Finland, its sea areas and a margin, in metres. */
#define PROJECTION_NORTHING_MIN 6500000.0
#define PROJECTION_NORTHING_MAX 7850000.0
#define PROJECTION_EASTING_MIN 30000.0
#define PROJECTION_EASTING_MAX 800000.0

/* STATUS_INVALID, with the value and what is allowed, for what is outside these limits or no number. */
enum status projection_degrees(double northing, double easting, double *lat, double *lon, struct err *err) MUST_USE;

#endif
