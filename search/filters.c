#include "search/filters.h"

#include <math.h>
#include <string.h>

#include "search/dates.h"
#include "search/when.h"

enum { CLASSES_JUDGED = 4096 }; /* of slots, before the rows that have them */

static const double earth_km = 6371.0088, radian = 0.017453292519943295;

/* ---- filters whose rows are at hand ----------------------------------------------------------------------------- */

void filter_values(const struct searcher *s, enum facet facet, const uint16_t *entries, size_t count,
                          struct docset *rows)
{
    const struct value_set *values = s->snapshot->values + facet_first(facet);
    bool nation = false;
    for (size_t i = 0; i < count; i++) {
        value_set_or(&values[entries[i]], rows);
        nation |= facet == FACET_AREA && area_is_place(entries[i]);
    }
    if (nation) /* what serves the whole country serves this municipality */
        value_set_or(&values[area_nationwide()], rows);
}

void filter_listed(const struct searcher *s, const struct request *request, enum facet facet, struct docset *rows)
{
    filter_values(s, facet, request->selected[facet], request->selected_count[facet], rows);
    if (request->unknown & 1u << facet)
        value_set_or(s->snapshot->values + facet_unknown(facet), rows);
}

/* ---- filters decided row by row --------------------------------------------------------------------------------- */

bool filter_days(const struct searcher *s, const struct request *request, const struct days *days, uint32_t row,
                 uint32_t *slots)
{
    return row_within(&s->snapshot->columns, row, days, slots) ||
           (request->unknown >> FACET_DATE & 1 && docset_has(&s->undated, row));
}

/* Few classes of rows are there: each is asked once. */
static void keep_slots(const struct columns *c, const struct when *when, const struct docset *among,
                       struct docset *rows)
{
    bool passes[CLASSES_JUDGED];
    uint32_t judged = c->slot_class_count < CLASSES_JUDGED ? c->slot_class_count : CLASSES_JUDGED;
    for (uint32_t i = 0; i < judged; i++)
        passes[i] = when_pass(when, c->slots[i]);
    DOCSET_EACH(among, row) {
        uint32_t class = c->slot_class[row];
        if (class < judged ? passes[class] : when_pass(when, c->slots[class]))
            docset_put(rows, row);
    }
}

static void keep_when(const struct searcher *s, const struct request *request, const struct docset *among,
                      struct docset *rows)
{
    struct when when = when_of(request->weekdays, request->times, request->unknown >> FACET_WEEKDAY & 1,
                               request->unknown >> FACET_TIME & 1);
    const struct columns *c = &s->snapshot->columns;
    const struct days days = days_asked(request, s->clock->today);
    uint32_t slots;
    if (!days.asked) {
        keep_slots(c, &when, among, rows);
        return;
    }
    DOCSET_EACH(among, row)
        if (filter_days(s, request, &days, row, &slots) && when_pass(&when, slots))
            docset_put(rows, row);
}

static void keep_age(const struct searcher *s, const struct request *request, const struct docset *among,
                     struct docset *rows)
{
    const struct columns *c = &s->snapshot->columns;
    bool unknown = request->unknown >> FACET_AGE & 1;
    DOCSET_EACH(among, row) {
        bool stated = c->age_min[row] != AGE_UNKNOWN;
        if (stated ? c->age_min[row] <= request->age && request->age <= c->age_max[row] : unknown)
            docset_put(rows, row);
    }
}

double row_distance_from(const struct columns *c, uint32_t row, double lat, double lon, bool *centre)
{
    double best = NAN;
    for (uint32_t i = c->place_offset[row]; i < c->place_offset[row + 1]; i++) {
        const struct column_place *place = &c->places[i];
        double north = sin((place->lat - lat) * radian / 2), east = sin((place->lon - lon) * radian / 2);
        double h = north * north + cos(lat * radian) * cos(place->lat * radian) * east * east;
        double km = 2 * earth_km * asin(sqrt(h > 1 ? 1 : h));
        if (!(km >= best)) {
            best = km;
            if (centre)
                *centre = place->centre != 0;
        }
    }
    return best;
}

bool distance_asked(const struct request *request)
{
    return request->point.given || request->near >= 0;
}

static void origin(const struct request *request, double *lat, double *lon)
{
    const struct area_entry *near = request->point.given ? NULL : area_at((size_t)request->near);
    *lat = near ? near->lat : request->point.lat;
    *lon = near ? near->lon : request->point.lon;
}

double row_distance_km(const struct columns *c, uint32_t row, const struct request *request, bool *centre)
{
    double lat, lon;
    if (!distance_asked(request))
        return NAN;
    origin(request, &lat, &lon);
    return row_distance_from(c, row, lat, lon, centre);
}

/* Most rows are far to the north or south of any point: that is seen without an angle function. */
static bool is_far(const struct columns *c, uint32_t row, double lat, double radius_km)
{
    static const double rounding = 1.000001;
    for (uint32_t i = c->place_offset[row]; i < c->place_offset[row + 1]; i++)
        if (!(fabs(c->places[i].lat - lat) * radian * earth_km > radius_km * rounding))
            return false;
    return true;
}

static void keep_near(const struct searcher *s, const struct request *request, const struct docset *among,
                      struct docset *rows)
{
    const struct columns *c = &s->snapshot->columns;
    bool unknown = request->unknown >> FACET_NEAR & 1;
    double lat, lon;
    origin(request, &lat, &lon);
    DOCSET_EACH(among, row) {
        bool placed = c->place_offset[row] < c->place_offset[row + 1];
        if (placed ? !is_far(c, row, lat, request->radius_km) &&
                         row_distance_from(c, row, lat, lon, NULL) <= request->radius_km
                   : unknown)
            docset_put(rows, row);
    }
}

/* All that the filter's verdict on a row depends on, beside the row. */
static struct filter_key key_of(const struct searcher *s, const struct request *request, enum filter filter)
{
    struct filter_key key = {.asked = true};
    struct days days = days_asked(request, s->clock->today);
    switch (filter) {
    case FILTER_WHEN:
        key.weekdays = request->weekdays;
        key.times = request->times;
        key.unknown = request->unknown & (1u << FACET_WEEKDAY | 1u << FACET_TIME | 1u << FACET_DATE);
        if (days.asked) {
            key.first_day = days.first;
            key.last_day = days.last;
        }
        break;
    case FILTER_AGE:
        key.number = request->age;
        key.unknown = request->unknown & 1u << FACET_AGE;
        break;
    default:
        key.number = request->point.given ? -1 : request->near;
        key.lat = request->point.lat;
        key.lon = request->point.lon;
        key.metres = (uint64_t)llround(request->radius_km * 1000);
        key.unknown = request->unknown & 1u << FACET_NEAR;
    }
    return key;
}

static bool same_key(const struct filter_key *a, const struct filter_key *b)
{
    return a->asked == b->asked && a->weekdays == b->weekdays && a->times == b->times && a->first_day == b->first_day &&
           a->last_day == b->last_day && a->number == b->number && a->metres == b->metres && a->lat == b->lat &&
           a->lon == b->lon && a->unknown == b->unknown;
}

enum status filter_computed(struct searcher *s, const struct request *request, enum filter filter,
                            const struct docset *among, struct docset *passed, struct err *err)
{
    static void (*const keep[])(const struct searcher *, const struct request *, const struct docset *,
                                struct docset *) = {keep_when, keep_age, keep_near};
    struct row_filter *memory = &s->row_filters[filter - FACET_LISTED];
    struct filter_key key = key_of(s, request, filter);
    struct docset open;
    TRY(searcher_deadline(s, err));
    TRY(searcher_set(s, &open, err));
    if (!same_key(&memory->key, &key)) {
        memory->key = key;
        docset_clear(&memory->decided);
        docset_clear(&memory->passed);
    }
    docset_copy(&open, among);
    docset_and_not(&open, &memory->decided);
    keep[filter - FACET_LISTED](s, request, &open, &memory->passed);
    docset_or(&memory->decided, &open);
    *passed = memory->passed;
    return STATUS_OK;
}

void filters_asked(const struct request *request, bool filtered[FILTER_COUNT])
{
    for (int f = 0; f < FACET_LISTED; f++)
        filtered[f] = request->selected_count[f] > 0;
    filtered[FILTER_WHEN] = request->weekdays || request->times || request->date || request->until;
    filtered[FILTER_AGE] = request->age >= 0;
    filtered[FILTER_NEAR] = distance_asked(request) && request->radius_km > 0;
}
