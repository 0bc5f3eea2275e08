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

/* ---- the drawing ---------------------------------------------------------------------------------------------- */

/* Above the map a strip is left free, where the name of the shape that is pointed at is written. */
enum { STRIP_LINES = 3, STRIP_LINE_BYTES = 128 };
static const double strip_height = 3.9; /* of the letters' height */
static const int letters_in_width = 16; /* the map's width is that many heights of a letter, */
static const size_t strip_letters = 30; /* of which so many stand side by side */

struct drawing {
    struct buf *out;
    map_describe_fn *describe;
    void *context;
    struct map_box view;
    double letter;                  /* height of a letter, units */
    double scale, move_x, move_y;   /* from the coordinates of what is drawn now to those of the view */
};

/* Words in lines; what does not fit into the last one is left out: the link's name has it all. */
static void add_lines(const struct drawing *d, const char *css, const char *text)
{
    double letter = d->letter / d->scale;
    double x = (d->view.x + d->letter * .3 - d->move_x) / d->scale;
    double y = (d->view.y - d->letter * strip_height - d->move_y) / d->scale;
    buf_addf(d->out, "<text class=\"%s\" aria-hidden=\"true\" pointer-events=\"none\" font-size=\"%.0f\">", css,
             letter);
    for (int i = 1; i <= STRIP_LINES && *text; i++) {
        char line[STRIP_LINE_BYTES];
        size_t len = 0, letters = 0;
        while (*text) {
            size_t word = strcspn(text, " "), word_letters = 0;
            for (size_t at = 0; at < word; at++)
                word_letters += (text[at] & 0xC0) != 0x80;
            if (len + word + 1 >= sizeof line || (len && letters + word_letters > strip_letters))
                break;
            memcpy(line + len, text, word);
            len += word;
            line[len++] = ' ';
            letters += word_letters + 1;
            bool comma = word && text[word - 1] == ',';
            text += word + (text[word] == ' ');
            if (comma)
                break;
        }
        if (!len)
            break;
        line[len - 1] = '\0';
        buf_addf(d->out, "<tspan x=\"%.0f\" y=\"%.0f\">", x, y + i * letter * 1.2);
        markup_escape(d->out, line);
        buf_adds(d->out, "</tspan>");
    }
    buf_adds(d->out, "</text>");
}

static void add_mark(const struct drawing *d, const struct map_shape *shape)
{
    const struct map_box *box = &shape->box;
    double letter = d->letter * 1.2 / d->scale;
    buf_addf(d->out, "<text class=\"map-mark\" aria-hidden=\"true\" pointer-events=\"none\" text-anchor=\"middle\" "
             "font-size=\"%.0f\" x=\"%.0f\" y=\"%.0f\">\u2713</text>", letter, box->x + box->width / 2.0,
             box->y + box->height / 2.0 + letter * .35);
}

/* pointer_only: the same link stands elsewhere, in a size that can be hit. */
static void add_shape(struct drawing *d, const struct map_shape *shape, bool pointer_only)
{
    struct map_link link = {0};
    d->describe(d->context, shape->code, &link);
    if (!link.href) {
        buf_addf(d->out, "<path class=\"map-plain\" d=\"%s\"/>", shape->path);
        return;
    }
    const char *label = link.label ? link.label : shape->code;
    buf_addf(d->out, "<a class=\"map-area%s%s\" href=\"", link.count ? "" : " map-none", link.part ? " map-part" : "");
    markup_escape(d->out, link.href);
    if (pointer_only)
        buf_adds(d->out, "\" tabindex=\"-1\" aria-hidden=\"true");
    else
        buf_addf(d->out, "\" id=\"map-%s", shape->code);
    buf_adds(d->out, "\" aria-label=\"");
    markup_escape(d->out, label);
    buf_adds(d->out, link.selected ? "\" aria-current=\"true\">" : "\">");
    buf_addf(d->out, "<path d=\"%s\"/>", shape->path);
    if (link.selected && !pointer_only)
        add_mark(d, shape);
    add_lines(d, "map-name", label);
    buf_adds(d->out, "</a>");
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
    double wide = (double)inset.width / w->width, high = (double)inset.height / w->height;
    d->scale = wide < high ? wide : high;
    d->move_x = inset.x + (inset.width - d->scale * w->width) / 2 - d->scale * w->x;
    d->move_y = inset.y + (inset.height - d->scale * w->height) / 2 - d->scale * w->y;
    buf_addf(d->out, "<g transform=\"translate(%.2f %.2f) scale(%.3f)\">", d->move_x, d->move_y, d->scale);
    for (size_t i = 0; i < COUNT(capital); i++)
        add_shape(d, &capital[i], !enlarged(capital[i].code));
    add_sea(d, MAP_CAPITAL_SEA);
    buf_addf(d->out, "<rect class=\"map-frame\" pointer-events=\"none\" fill=\"none\" x=\"%d\" y=\"%d\" width=\"%d\" "
             "height=\"%d\"/></g>", w->x, w->y, w->width, w->height);
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

enum status map_write(const char *code, const struct map_words *words, map_describe_fn *describe, void *context,
                      struct buf *out, struct err *err)
{
    struct drawing d = {out, describe, context, .view = {0, 0, MAP_WIDTH, MAP_HEIGHT}, .scale = 1};
    const struct map_shape *county = NULL;
    if (code) {
        county = bsearch(code, areas, MAP_AREAS, sizeof *areas, compare_code);
        if (!county)
            return err_set(err, STATUS_NOTFOUND, "no area of the map has this code");
        d.view = county->view;
    }
    d.letter = (double)d.view.width / letters_in_width;
    int strip = (int)(d.letter * strip_height);
    buf_addf(out, "<svg class=\"map\" xmlns=\"http://www.w3.org/2000/svg\" role=\"group\" viewBox=\"%d %d %d %d\" "
             "aria-label=\"", d.view.x, d.view.y - strip, d.view.width, d.view.height + strip);
    markup_escape(out, words->name);
    buf_adds(out, "\">");
    add_lines(&d, "map-hint", words->hint);
    if (county)
        add_county(&d, county);
    else
        add_country(&d);
    buf_adds(out, "</svg>");
    return buf_ok(out, err);
}
