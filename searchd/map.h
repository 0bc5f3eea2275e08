/* The map of Finland: shapes of areas as SVG paths, in the program, and the <svg> that makes links of them.
 *
 * Shapes are made by scripts/map.py and compiled in: nothing is read or parsed.  All lie in one coordinate system, one
 * unit is 0.4 km.  Borders reach far into the sea, as municipalities do, so that an archipelago is as easy to hit as a
 * town; the sea is drawn over them and lets clicks through.
 *
 * Small targets: in the country, a piece around the capital stands enlarged beside it.  At 320 px the smallest link of
 * the country is wider and higher than 24 px; of Helsinki and of Vantaa and Kerava, which are below that, the enlarged
 * ones are the links for keyboard and screen reader, and the small ones serve pointers only, as do those of other
 * counties in the enlarged piece: each county is met once by who goes from link to link.  Small municipalities of a
 * county (Kauniainen is 6 km2) stay below 24 px on a phone: a page must have them in a list as well.
 *
 * Each link holds its name once more as a text above the map, for a style to show while the link is pointed at or has
 * the focus: what a tooltip would do, but for the keyboard too, and without script.
 *
 * No style is written, only classes: map, map-area (a link), map-none (a link to 0 records), map-part (something in it,
 * or around it, is selected), map-plain (no link), map-sea, map-frame; map-name (the text of a link), map-hint (what
 * stands there else), map-mark (a tick on what is selected).  What is selected has aria-current="true".  A link that
 * the keyboard meets has the id "map-" and its code: a page has one map. */
#ifndef OPASTIN_SEARCHD_MAP_H
#define OPASTIN_SEARCHD_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"
#include "vocab/vocab.h"

enum {
    MAP_AREAS = 23,           /* wellbeing services counties, Helsinki, Aland */
    MAP_MUNICIPALITIES = 308,
};

struct map_box {
    int x, y, width, height;
};

/* Constant, for ever. */
struct map_shape {
    const char *code; /* of VOCAB_AREA: "wellbeing-12" or "491" */
    const char *of;   /* a municipality's county; "" for the others */
    struct map_box box;
    const char *path;    /* the d of a <path> */
    struct map_box view; /* a county's: what to show of the map for its municipalities, with a margin; else 0 */
    const char *sea;     /* a county's: the sea in its view, "" when there is none; to be filled by the even-odd rule */
};

/* NULL when the code is of neither a county nor a municipality. */
const struct map_shape *map_shape(const char *code);
/* By code, ascending; index < MAP_AREAS. */
const struct map_shape *map_area(size_t index);
/* The municipalities of a county by code, ascending; returns how many there are, 0 when it is none. */
size_t map_members(const char *county, const struct map_shape *members[MAP_MUNICIPALITIES]);

/* Where a point (degrees WGS84) lies on the map; outside of it for what is not in Finland. */
struct map_point {
    double x, y;
};
struct map_point map_point(double lat, double lon);

/* What one shape links to. */
struct map_link {
    const char *href;  /* not escaped; NULL: drawn, but no link */
    const char *label; /* the accessible name and the tooltip: name and count in the page's language; not escaped */
    uint64_t count;    /* records there; 0 is shown apart */
    bool selected;
    bool part; /* something in it is selected, or something that it is in */
};
/* Fills *link, which is empty before; called once or twice for each code of the map.  Texts must hold until the next
 * call. */
typedef void map_describe_fn(void *context, const char *code, struct map_link *link);

/* Not escaped. */
struct map_words {
    const char *name; /* the map's accessible name */
    const char *hint; /* above the map while nothing is pointed at */
};

/* Appends the <svg>: the counties (county NULL) or the municipalities of a county.  STATUS_NOTFOUND: no such county;
 * STATUS_NOMEM. */
enum status map_write(const char *county, const struct map_words *words, map_describe_fn *describe, void *context,
                      struct buf *out, struct err *err) MUST_USE;

#endif
