#include "searchd/map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "searchd/map_shapes.inc"
#include "searchd/markup.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

_Static_assert(COUNT(areas) == MAP_AREAS && COUNT(municipalities) == MAP_MUNICIPALITIES, "as the header says");

/* Where the enlarged piece stands: left of Lapland, where the map has nothing of Finland. */
static const struct map_box inset = {24, 520, 660, 622};
static const struct map_box capital_window = MAP_CAPITAL;

/* ---- shapes --------------------------------------------------------------------------------------------------- */

static int compare_code(const void *code, const void *shape)
{
    return strcmp(code, ((const struct map_shape *)shape)->code);
}

const struct map_shape *map_shape(const char *code)
{
    const struct map_shape *found = bsearch(code, areas, MAP_AREAS, sizeof *areas, compare_code);
    return found ? found : bsearch(code, municipalities, MAP_MUNICIPALITIES, sizeof *municipalities, compare_code);
}

const struct map_shape *map_area(size_t index)
{
    return &areas[index];
}

size_t map_members(const char *county, const struct map_shape *members[MAP_MUNICIPALITIES])
{
    size_t count = 0;
    for (size_t i = 0; i < MAP_MUNICIPALITIES; i++)
        if (strcmp(municipalities[i].of, county) == 0)
            members[count++] = &municipalities[i];
    return count;
}

/* Transverse Mercator on a sphere, as scripts/map.py has it. */
struct map_point map_point(double lat, double lon)
{
    const double radian = 3.14159265358979323846 / 180;
    double phi = lat * radian, lambda = (lon - MAP_MERIDIAN) * radian;
    double east = MAP_EARTH_KM * atanh(cos(phi) * sin(lambda)), north = MAP_EARTH_KM * atan2(tan(phi), cos(lambda));
    return (struct map_point){east / MAP_UNIT_KM - MAP_ORIGIN_X, -north / MAP_UNIT_KM - MAP_ORIGIN_Y};
}

const char *map_attribution(enum ui_lang lang)
{
    static const char *const texts[UI_LANG_COUNT] = {
        [UI_FI] = "Kuntarajat: Maanmittauslaitos 2024, CC BY 4.0, yksinkertaistettu. Rantaviiva: Natural Earth.",
        [UI_SV] = "Kommungränser: Lantmäteriverket 2024, CC BY 4.0, förenklade. Strandlinje: Natural Earth.",
        [UI_EN] = "Municipal borders: National Land Survey of Finland 2024, CC BY 4.0, simplified. "
                  "Shoreline: Natural Earth.",
    };
    return texts[lang];
}

/* ---- the drawing ---------------------------------------------------------------------------------------------- */

struct drawing {
    struct buf *out;
    map_describe_fn *describe;
    void *context;
};

/* pointer_only: the same link stands elsewhere, in a size that can be hit. */
static void add_shape(struct drawing *d, const struct map_shape *shape, bool pointer_only)
{
    struct map_link link = {0};
    d->describe(d->context, shape->code, &link);
    if (!link.href) {
        buf_addf(d->out, "<path class=\"map-plain\" d=\"%s\"/>", shape->path);
        return;
    }
    buf_addf(d->out, "<a class=\"map-area%s\" href=\"", link.count ? "" : " map-none");
    markup_escape(d->out, link.href);
    if (pointer_only)
        buf_adds(d->out, "\" tabindex=\"-1\" aria-hidden=\"true");
    buf_adds(d->out, "\" aria-label=\"");
    markup_escape(d->out, link.label ? link.label : shape->code);
    buf_adds(d->out, link.selected ? "\" aria-current=\"true\"><title>" : "\"><title>");
    markup_escape(d->out, link.label ? link.label : shape->code);
    buf_addf(d->out, "</title><path d=\"%s\"/></a>", shape->path);
}

static void add_sea(struct drawing *d, const char *path)
{
    if (*path)
        buf_addf(d->out, "<path class=\"map-sea\" fill-rule=\"evenodd\" pointer-events=\"none\" d=\"%s\"/>", path);
}

/* In two codes the enlarged piece holds whole counties that are too small in the country. */
static bool enlarged(const char *code)
{
    return strcmp(code, "wellbeing-04") == 0 || strcmp(code, "wellbeing-90") == 0;
}

static void add_country(struct drawing *d)
{
    const struct map_box *w = &capital_window;
    for (size_t i = 0; i < MAP_AREAS; i++)
        add_shape(d, &areas[i], enlarged(areas[i].code));
    add_sea(d, MAP_SEA);
    /* A nested <svg> has its own coordinates, and cuts off what is outside of them. */
    buf_addf(d->out, "<svg x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" viewBox=\"%d %d %d %d\">", inset.x, inset.y,
             inset.width, inset.height, w->x, w->y, w->width, w->height);
    for (size_t i = 0; i < COUNT(capital); i++)
        add_shape(d, &capital[i], !enlarged(capital[i].code));
    add_sea(d, MAP_CAPITAL_SEA);
    buf_addf(d->out, "<rect class=\"map-frame\" pointer-events=\"none\" fill=\"none\" x=\"%d\" y=\"%d\" width=\"%d\" "
             "height=\"%d\"/></svg>", w->x, w->y, w->width, w->height);
    /* Where in the country the piece is. */
    buf_addf(d->out, "<rect class=\"map-frame\" pointer-events=\"none\" fill=\"none\" x=\"%d\" y=\"%d\" width=\"%d\" "
             "height=\"%d\"/>", w->x, w->y, w->width, w->height);
}

static void add_county(struct drawing *d, const struct map_shape *county)
{
    for (size_t i = 0; i < MAP_MUNICIPALITIES; i++)
        if (strcmp(municipalities[i].of, county->code) == 0)
            add_shape(d, &municipalities[i], false);
    add_sea(d, county->sea);
}

enum status map_write(const char *code, const char *name, map_describe_fn *describe, void *context, struct buf *out,
                      struct err *err)
{
    struct drawing d = {out, describe, context};
    const struct map_shape *county = NULL;
    struct map_box view = {0, 0, MAP_WIDTH, MAP_HEIGHT};
    if (code) {
        county = bsearch(code, areas, MAP_AREAS, sizeof *areas, compare_code);
        if (!county)
            return err_set(err, STATUS_NOTFOUND, "no area of the map has this code");
        view = county->view;
    }
    buf_addf(out, "<svg class=\"map\" xmlns=\"http://www.w3.org/2000/svg\" role=\"group\" viewBox=\"%d %d %d %d\" "
             "aria-label=\"", view.x, view.y, view.width, view.height);
    markup_escape(out, name);
    buf_adds(out, "\">");
    if (county)
        add_county(&d, county);
    else
        add_country(&d);
    buf_adds(out, "</svg>");
    return buf_ok(out, err);
}
