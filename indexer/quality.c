#include "indexer/quality.h"

#include <math.h>

#include "calendar.h"

const char *quality_name(enum quality quality)
{
    static const char *const names[QUALITIES] = {
        [QUALITY_PHONE] = "phone",
        [QUALITY_TIME] = "time",
        [QUALITY_PLACE] = "place",
        [QUALITY_COORDINATES] = "coordinates",
        [QUALITY_PRICE] = "price",
        [QUALITY_ACCESSIBILITY] = "accessibility",
        [QUALITY_LANGUAGE] = "language",
        [QUALITY_THEME] = "theme",
        [QUALITY_AUDIENCE] = "audience",
        [QUALITY_SUMMARY] = "summary",
    };
    return (unsigned)quality < QUALITIES ? names[quality] : "unknown";
}

static bool has_phone(const struct record *record)
{
    if (record->signup.phone)
        return true;
    for (size_t i = 0; i < record->contact_count; i++)
        if (contact_public(&record->contact[i]).phone)
            return true;
    for (size_t i = 0; i < record->channel_count; i++)
        if (record->channel[i].phone)
            return true;
    return false;
}

static bool has_time(const struct record *record)
{
    if (record->start.day != DAY_UNKNOWN || record->end.day != DAY_UNKNOWN)
        return true;
    for (size_t i = 0; i < record->schedule_count; i++)
        if (record->schedule[i].weekdays & WEEKDAY_MASK)
            return true;
    return false;
}

static bool has_place(const struct record *record)
{
    for (size_t i = 0; i < record->place_count; i++)
        if (localised_known(&record->place[i].address))
            return true;
    for (size_t i = 0; i < record->channel_count; i++)
        if (record->channel[i].type == CHANNEL_ONLINE)
            return true;
    return false;
}

static bool has_coordinates(const struct record *record)
{
    for (size_t i = 0; i < record->place_count; i++)
        if (place_known_position(&record->place[i]))
            return true;
    return false;
}

static bool has_price(const struct record *record)
{
    const struct price *price = &record->price;
    return price->free != TRI_UNKNOWN || !isnan(price->amount) || localised_known(&price->text);
}

static bool has_accessibility(const struct record *record)
{
    for (size_t i = 0; i < record->place_count; i++)
        if (record->place[i].accessibility_count)
            return true;
    return false;
}

uint16_t quality_of(const struct record *record)
{
    const bool has[QUALITIES] = {
        [QUALITY_PHONE] = has_phone(record),
        [QUALITY_TIME] = has_time(record),
        [QUALITY_PLACE] = has_place(record),
        [QUALITY_COORDINATES] = has_coordinates(record),
        [QUALITY_PRICE] = has_price(record),
        [QUALITY_ACCESSIBILITY] = has_accessibility(record),
        [QUALITY_LANGUAGE] = record->languages_count > 0,
        [QUALITY_THEME] = record->theme_count > 0,
        [QUALITY_AUDIENCE] = record->audience_count > 0,
        [QUALITY_SUMMARY] = localised_known(&record->summary),
    };
    unsigned bits = 0;
    for (unsigned i = 0; i < QUALITIES; i++)
        bits |= (unsigned)has[i] << i;
    return (uint16_t)bits;
}

/* ---- freshness ------------------------------------------------------------------------------------------------ */

const char *freshness_name(enum freshness freshness)
{
    static const char *const names[FRESHNESS] = {
        [FRESH_3] = "months0to3",     [FRESH_6] = "months3to6", [FRESH_12] = "months6to12",
        [FRESH_24] = "months12to24", [FRESH_OLDER] = "older",  [FRESH_UNKNOWN] = "unknown",
    };
    return (unsigned)freshness < FRESHNESS ? names[freshness] : "unknown";
}

static int32_t months_before(int32_t day, int months)
{
    struct date date = date_from_day(day);
    int month = 12 * date.year + date.month - 1 - months;
    int year = month / 12, length = month_length(year, month % 12 + 1);
    return day_from_date(year, month % 12 + 1, date.day < length ? date.day : length);
}

enum freshness freshness_of(int32_t verified, int32_t today)
{
    static const int months[] = {[FRESH_3] = 3, [FRESH_6] = 6, [FRESH_12] = 12, [FRESH_24] = 24};
    if (verified == DAY_UNKNOWN)
        return FRESH_UNKNOWN;
    for (unsigned i = FRESH_3; i < FRESH_OLDER; i++)
        if (verified >= months_before(today, months[i]))
            return (enum freshness)i;
    return FRESH_OLDER;
}
