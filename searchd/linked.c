#include "searchd/linked.h"

#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "searchd/api.h"

/* An object in the making. */
struct linked {
    const struct record *record;
    const struct linked_options *options;
    struct buf *out;
};

/* ---- JSON ---------------------------------------------------------------------------------------------------- */

/* What comes next in a list or an object: a comma before it unless it is the first. */
static void next(struct linked *l)
{
    char last = l->out->len ? l->out->data[l->out->len - 1] : '{';
    if (last != '{' && last != '[' && last != ':')
        buf_addc(l->out, ',');
}

static void key(struct linked *l, const char *name)
{
    next(l);
    buf_addf(l->out, "\"%s\":", name);
}

static void value(struct linked *l, const char *text)
{
    next(l);
    buf_add_json(l->out, text, strlen(text));
}

static void member(struct linked *l, const char *name, const char *text)
{
    if (!text)
        return;
    key(l, name);
    value(l, text);
}

static void number(struct linked *l, const char *name, double is, int decimals)
{
    key(l, name);
    buf_add_number(l->out, is, decimals);
}

static void begin(struct linked *l, const char *type)
{
    next(l);
    buf_addc(l->out, '{');
    member(l, "@type", type);
}

static void end(struct linked *l)
{
    buf_addc(l->out, '}');
}

/* A member that is a list; dropped again when nothing came. */
static size_t list_begin(struct linked *l, const char *name)
{
    size_t before = l->out->len;
    key(l, name);
    buf_addc(l->out, '[');
    return before;
}

static void list_end(struct linked *l, size_t before)
{
    if (!l->out->failed && l->out->data[l->out->len - 1] == '[') {
        l->out->len = before;
        l->out->data[before] = '\0';
    } else {
        buf_addc(l->out, ']');
    }
}

static const char *in_language(const struct linked *l, const struct localised *text)
{
    return localised_pick(text, (int)l->options->lang, NULL);
}

static const char *label(const struct linked *l, enum vocab_name vocab, size_t ordinal)
{
    return vocab_entry(vocab, ordinal)->label[l->options->lang];
}

static void labels(struct linked *l, const char *name, enum vocab_name vocab, const uint16_t *codes, size_t count)
{
    size_t list = list_begin(l, name);
    for (size_t i = 0; i < count; i++)
        value(l, label(l, vocab, codes[i]));
    list_end(l, list);
}

/* The page of a record; fragment: of one of the things on it. */
static void page_of(struct linked *l, const char *name, const char *id, const char *fragment)
{
    struct buf url = BUF_INIT;
    buf_addf(&url, "%s/%s/item/", l->options->origin, record_langs[l->options->lang]);
    api_path_part(id, &url);
    buf_adds(&url, fragment);
    member(l, name, buf_str(&url));
    buf_release(&url);
}

/* ---- who and where -------------------------------------------------------------------------------------- */

/* roles: bit per enum organisation_role */
static void organisations(struct linked *l, const char *name, unsigned roles)
{
    const struct record *r = l->record;
    size_t list = list_begin(l, name);
    for (size_t i = 0; i < r->organisation_count; i++) {
        const struct organisation_ref *ref = &r->organisation[i];
        if (!(roles >> ref->role & 1) || !in_language(l, &ref->name))
            continue;
        begin(l, "Organization");
        member(l, "name", in_language(l, &ref->name));
        if (ref->id)
            page_of(l, "url", ref->id, "");
        end(l);
    }
    list_end(l, list);
}

/* Those who offer it: the organisers, and where none is named all that do not only pay. */
static unsigned offering(const struct record *r)
{
    for (size_t i = 0; i < r->organisation_count; i++)
        if (r->organisation[i].role == ROLE_ORGANISER)
            return 1u << ROLE_ORGANISER;
    return ~(1u << ROLE_FUNDER);
}

static void address(struct linked *l, const struct place *place)
{
    key(l, "address");
    begin(l, "PostalAddress");
    member(l, "streetAddress", in_language(l, &place->address));
    member(l, "postalCode", place->postal_code);
    if (place->municipality != RECORD_CODE_UNKNOWN)
        member(l, "addressLocality", label(l, VOCAB_AREA, place->municipality));
    member(l, "addressCountry", "FI");
    end(l);
}

/* What a place has beside its type and its name. */
static void place_members(struct linked *l, const struct place *place)
{
    if (localised_known(&place->address) || place->postal_code || place->municipality != RECORD_CODE_UNKNOWN)
        address(l, place);
    if (place_known_position(place)) {
        key(l, "geo");
        begin(l, "GeoCoordinates");
        number(l, "latitude", place->lat, 6);
        number(l, "longitude", place->lon, 6);
        end(l);
    }
    size_t list = list_begin(l, "amenityFeature");
    for (size_t i = 0; i < place->accessibility_count; i++) {
        begin(l, "LocationFeatureSpecification");
        member(l, "name", label(l, VOCAB_ACCESSIBILITY, place->accessibility[i]));
        key(l, "value");
        buf_adds(l->out, "true");
        end(l);
    }
    list_end(l, list);
}

static void one_place(struct linked *l, const struct place *place)
{
    begin(l, "Place");
    member(l, "name", in_language(l, &place->name));
    place_members(l, place);
    end(l);
}

static void places(struct linked *l, const char *name)
{
    size_t list = list_begin(l, name);
    for (size_t i = 0; i < l->record->place_count; i++)
        one_place(l, &l->record->place[i]);
    list_end(l, list);
}

static void areas(struct linked *l)
{
    const struct area *area = &l->record->area;
    size_t list = list_begin(l, "areaServed");
    if (area->scope == SCOPE_NATIONWIDE) {
        static const char *const names[UI_LANG_COUNT] = {"Suomi", "Finland", "Finland"};
        begin(l, "Country");
        member(l, "name", names[l->options->lang]);
        member(l, "identifier", "FI");
        end(l);
    }
    for (size_t i = 0; area->scope != RECORD_CHOICE_UNKNOWN && i < area->code_count; i++) {
        begin(l, "AdministrativeArea");
        member(l, "name", label(l, VOCAB_AREA, area->codes[i]));
        end(l);
    }
    list_end(l, list);
}

/* ---- for whom and for how much -------------------------------------------------------------------------- */

/* Said of some, not of everybody. */
static bool known_age(const struct record *r)
{
    bool from = r->age_min != RECORD_AGE_UNKNOWN && r->age_min > 0;
    return from || (r->age_max != RECORD_AGE_UNKNOWN && r->age_max < LINKED_AGE_ALL);
}

static void audience(struct linked *l)
{
    const struct record *r = l->record;
    size_t list = list_begin(l, "audience");
    for (size_t i = 0; i < r->audience_count; i++) {
        begin(l, "PeopleAudience");
        member(l, "audienceType", label(l, VOCAB_AUDIENCE, r->audience[i]));
        end(l);
    }
    if (known_age(r)) {
        begin(l, "PeopleAudience");
        if (r->age_min != RECORD_AGE_UNKNOWN)
            number(l, "suggestedMinAge", r->age_min, 0);
        if (r->age_max != RECORD_AGE_UNKNOWN)
            number(l, "suggestedMaxAge", r->age_max, 0);
        end(l);
    }
    list_end(l, list);
}

/* "65-", "7-12", "-29": as schema.org writes ranges of ages. */
static void age_range(struct linked *l)
{
    char text[16] = "", most[8] = "";
    const struct record *r = l->record;
    if (r->age_min != RECORD_AGE_UNKNOWN)
        snprintf(text, sizeof text, "%d-", r->age_min);
    else
        snprintf(text, sizeof text, "0-");
    if (r->age_max != RECORD_AGE_UNKNOWN)
        snprintf(most, sizeof most, "%d", r->age_max);
    strncat(text, most, sizeof text - strlen(text) - 1);
    member(l, "typicalAgeRange", text);
}

static void languages(struct linked *l, const char *name)
{
    const struct record *r = l->record;
    size_t list = list_begin(l, name);
    for (size_t i = 0; i < r->languages_count; i++) {
        const char *code = vocab_entry(VOCAB_LANGUAGE, r->languages[i])->code;
        if (strcmp(code, "plain") != 0) /* plain language is no language of BCP 47 */
            value(l, code);
    }
    list_end(l, list);
}

static void free_of_charge(struct linked *l)
{
    if (l->record->price.free == TRI_UNKNOWN)
        return;
    key(l, "isAccessibleForFree");
    buf_adds(l->out, l->record->price.free == TRI_YES ? "true" : "false");
}

static void offers(struct linked *l)
{
    const struct record *r = l->record;
    bool priced = r->price.free == TRI_YES || r->price.amount >= 0;
    if (!priced && !r->signup.url && r->signup.full != TRI_YES)
        return;
    key(l, "offers");
    begin(l, "Offer");
    if (priced) {
        number(l, "price", r->price.free == TRI_YES ? 0 : r->price.amount, 2);
        member(l, "priceCurrency", "EUR");
    }
    member(l, "description", in_language(l, &r->price.text));
    member(l, "url", r->signup.url);
    if (r->signup.full != TRI_UNKNOWN)
        member(l, "availability", r->signup.full == TRI_YES ? "https://schema.org/SoldOut"
                                                            : "https://schema.org/InStock");
    if (r->signup.by_day != DAY_UNKNOWN) {
        char day[CALENDAR_DATE_BYTES];
        day_format(r->signup.by_day, day);
        member(l, "availabilityEnds", day);
    }
    end(l);
}

/* ---- how to reach it ------------------------------------------------------------------------------------ */

static void contact_point(struct linked *l, const char *type, const char *phone, const char *email)
{
    begin(l, "ContactPoint");
    member(l, "contactType", type);
    member(l, "telephone", phone);
    member(l, "email", email);
    end(l);
}

static void contact_points(struct linked *l)
{
    size_t list = list_begin(l, "contactPoint");
    for (size_t i = 0; i < l->record->contact_count; i++) {
        struct contact contact = contact_public(&l->record->contact[i]);
        if (contact.phone || contact.email)
            contact_point(l, in_language(l, &contact.title), contact.phone, contact.email);
    }
    list_end(l, list);
}

static void channel_begin(struct linked *l, const struct localised *text)
{
    begin(l, "ServiceChannel");
    if (text)
        member(l, "description", in_language(l, text));
    languages(l, "availableLanguage");
}

static void channels(struct linked *l)
{
    const struct record *r = l->record;
    size_t list = list_begin(l, "availableChannel");
    for (size_t i = 0; i < r->place_count; i++) {
        channel_begin(l, NULL);
        key(l, "serviceLocation");
        one_place(l, &r->place[i]);
        end(l);
    }
    for (size_t i = 0; i < r->channel_count; i++) {
        const struct channel *channel = &r->channel[i];
        if (!channel->url && !channel->phone && !channel->email)
            continue;
        channel_begin(l, &channel->text);
        member(l, "serviceUrl", channel->url);
        if (channel->phone || channel->email) {
            key(l, "servicePhone");
            contact_point(l, NULL, channel->phone, channel->email);
        }
        end(l);
    }
    for (size_t i = 0; i < r->contact_count; i++) {
        struct contact contact = contact_public(&r->contact[i]);
        if (!contact.phone && !contact.email)
            continue;
        channel_begin(l, NULL);
        key(l, "servicePhone");
        contact_point(l, in_language(l, &contact.title), contact.phone, contact.email);
        end(l);
    }
    list_end(l, list);
}

/* ---- when ---------------------------------------------------------------------------------------------------- */

static const char *const weekdays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

static void days_of_week(struct linked *l, const char *name, uint8_t mask)
{
    size_t list = list_begin(l, name);
    for (unsigned day = 0; day < 7; day++) {
        char url[48];
        snprintf(url, sizeof url, "https://schema.org/%s", weekdays[day]);
        if (mask >> day & 1)
            value(l, url);
    }
    list_end(l, list);
}

static void day_member(struct linked *l, const char *name, int32_t day)
{
    char text[CALENDAR_DATE_BYTES];
    if (day == DAY_UNKNOWN)
        return;
    day_format(day, text);
    member(l, name, text);
}

static void clock_member(struct linked *l, const char *name, int minute)
{
    char text[16];
    if (minute < 0)
        return;
    minute %= 24 * 60; /* the end of the day is the beginning of the next */
    snprintf(text, sizeof text, "%02d:%02d:00", minute / 60, minute % 60);
    member(l, name, text);
}

/* A day, or a minute with the distance of Finnish time from UTC: "2026-12-03T10:00:00+02:00". */
static void moment_member(struct linked *l, const char *name, struct moment moment)
{
    char text[CALENDAR_MOMENT_BYTES + 16];
    if (moment.day == DAY_UNKNOWN)
        return;
    if (moment.minute >= 24 * 60)
        moment = (struct moment){moment.day + 1, (int16_t)(moment.minute - 24 * 60)};
    moment_format(moment, text);
    if (moment.minute != MINUTE_UNKNOWN) {
        int hours = local_offset_seconds(instant_from_moment(moment)) / 3600;
        snprintf(text + strlen(text), sizeof text - strlen(text), ":00+%02d:00", hours);
    }
    member(l, name, text);
}

static void exceptions(struct linked *l, const struct schedule *schedule)
{
    struct schedule whole = *schedule;
    size_t told = 0, list = list_begin(l, "exceptDate");
    whole.except_count = 0;
    for (int32_t day = l->options->today_day; schedule->except_count && day < l->options->today_day + LINKED_AHEAD_DAYS
         && told < LINKED_EXCEPTS; day++) {
        char text[CALENDAR_DATE_BYTES];
        if (!schedule_holds(&whole, day) || schedule_holds(schedule, day))
            continue;
        day_format(day, text);
        value(l, text);
        told++;
    }
    list_end(l, list);
}

/* "1MO", "-1TH": as iCalendar writes the first Monday and the last Thursday of a month. */
static void days_of_month(struct linked *l, const struct schedule *schedule)
{
    static const char *const days[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    size_t list = list_begin(l, "byDay");
    for (unsigned day = 0; day < 7; day++) {
        for (int n = 0; n < 6; n++) {
            char text[8];
            snprintf(text, sizeof text, "%d%s", 1 << n == NTH_LAST ? -1 : n + 1, days[day]);
            if (schedule->weekdays >> day & 1 && schedule->nth >> n & 1)
                value(l, text);
        }
    }
    list_end(l, list);
}

static void one_schedule(struct linked *l, const struct schedule *schedule)
{
    char frequency[16];
    snprintf(frequency, sizeof frequency, "P%dW", schedule->every_weeks > 1 ? schedule->every_weeks : 1);
    begin(l, "Schedule");
    member(l, "repeatFrequency", schedule->nth ? "P1M" : frequency);
    if (schedule->nth)
        days_of_month(l, schedule);
    else
        days_of_week(l, "byDay", schedule->weekdays);
    day_member(l, "startDate", schedule->valid_from_day);
    day_member(l, "endDate", schedule->valid_to_day);
    clock_member(l, "startTime", schedule->from_minute);
    clock_member(l, "endTime", schedule->to_minute);
    exceptions(l, schedule);
    member(l, "scheduleTimezone", "Europe/Helsinki");
    end(l);
}

/* Over: nobody needs to be told. */
static bool holds_on(const struct linked *l, const struct schedule *schedule)
{
    return schedule->weekdays &&
           (schedule->valid_to_day == DAY_UNKNOWN || schedule->valid_to_day >= l->options->today_day);
}

static void schedules(struct linked *l)
{
    size_t list = list_begin(l, "eventSchedule");
    for (size_t i = 0; i < l->record->schedule_count; i++)
        if (holds_on(l, &l->record->schedule[i]))
            one_schedule(l, &l->record->schedule[i]);
    list_end(l, list);
}

static void opening_hours(struct linked *l, const char *name)
{
    size_t list = list_begin(l, name);
    for (size_t i = 0; i < l->record->schedule_count; i++) {
        const struct schedule *schedule = &l->record->schedule[i];
        if (!holds_on(l, schedule) || schedule->nth || schedule->every_weeks > 1)
            continue; /* opening hours know the days of a week alone */
        begin(l, "OpeningHoursSpecification");
        days_of_week(l, "dayOfWeek", schedule->weekdays);
        clock_member(l, "opens", schedule->from_minute);
        clock_member(l, "closes", schedule->to_minute);
        day_member(l, "validFrom", schedule->valid_from_day);
        day_member(l, "validThrough", schedule->valid_to_day);
        end(l);
    }
    list_end(l, list);
}

/* ---- what it is ----------------------------------------------------------------------------------------- */

static void named(struct linked *l, const char *fragment)
{
    const struct record *r = l->record;
    page_of(l, "@id", r->id, fragment);
    member(l, "name", in_language(l, &r->title));
    member(l, "description", in_language(l, localised_known(&r->summary) ? &r->summary : &r->body));
    page_of(l, "url", r->id, "");
    member(l, "sameAs", r->origin_url);
}

static const char *online_url(const struct record *r, bool *online)
{
    const char *url = NULL;
    *online = false;
    for (size_t i = 0; i < r->channel_count; i++) {
        if (r->channel[i].type != CHANNEL_ONLINE)
            continue;
        *online = true;
        url = url ? url : r->channel[i].url;
    }
    return url;
}

static void attendance(struct linked *l)
{
    const struct record *r = l->record;
    bool online;
    const char *url = online_url(r, &online);
    if (online || r->place_count)
        member(l, "eventAttendanceMode", online && r->place_count ? "https://schema.org/MixedEventAttendanceMode"
                                         : online ? "https://schema.org/OnlineEventAttendanceMode"
                                                  : "https://schema.org/OfflineEventAttendanceMode");
    size_t list = list_begin(l, "location");
    for (size_t i = 0; i < r->place_count; i++)
        one_place(l, &r->place[i]);
    if (online && url) {
        begin(l, "VirtualLocation");
        member(l, "url", url);
        end(l);
    }
    list_end(l, list);
}

static void event(struct linked *l, bool of_service)
{
    const struct record *r = l->record;
    struct occurrence next_time;
    bool weekly = false;
    for (size_t i = 0; i < r->schedule_count; i++)
        weekly |= r->schedule[i].weekdays != 0;
    begin(l, "Event");
    named(l, "#event");
    if (!weekly) {
        moment_member(l, "startDate", r->start);
        moment_member(l, "endDate", r->end);
    } else if (occurrence_next(r->schedule, r->schedule_count, r->start, r->end, l->options->today_day, &next_time)) {
        moment_member(l, "startDate", (struct moment){next_time.day, next_time.from_minute});
    }
    schedules(l);
    member(l, "eventStatus", r->status == RECORD_CANCELLED   ? "https://schema.org/EventCancelled"
                             : r->status == RECORD_POSTPONED ? "https://schema.org/EventPostponed"
                                                             : "https://schema.org/EventScheduled");
    attendance(l);
    organisations(l, "organizer", offering(r));
    organisations(l, "funder", 1u << ROLE_FUNDER);
    audience(l);
    if (known_age(r))
        age_range(l);
    languages(l, "inLanguage");
    free_of_charge(l);
    offers(l);
    labels(l, "keywords", VOCAB_THEME, r->theme, r->theme_count);
    if (of_service) {
        key(l, "about");
        buf_addc(l->out, '{');
        page_of(l, "@id", r->id, "#service");
        end(l);
    }
    end(l);
}

static void service(struct linked *l, bool as_event)
{
    const struct record *r = l->record;
    begin(l, "Service");
    named(l, "#service");
    labels(l, "serviceType", VOCAB_THEME, r->theme, r->theme_count);
    organisations(l, "provider", offering(r));
    areas(l);
    audience(l);
    channels(l);
    if (!as_event)
        opening_hours(l, "hoursAvailable");
    offers(l);
    end(l);
}

static void organisation(struct linked *l)
{
    const struct record *r = l->record;
    const char *type = r->type == ORGANISATION_ASSOCIATION ? "NGO"
                       : r->type == ORGANISATION_MUNICIPALITY || r->type == ORGANISATION_WELLBEING_COUNTY ||
                         r->type == ORGANISATION_STATE ? "GovernmentOrganization"
                       : r->type == ORGANISATION_SCHOOL ? "EducationalOrganization" : "Organization";
    begin(l, type);
    named(l, "#organization");
    if (r->business_id) {
        key(l, "identifier");
        begin(l, "PropertyValue");
        member(l, "propertyID", "Y-tunnus");
        member(l, "value", r->business_id);
        end(l);
    }
    places(l, "location");
    contact_points(l);
    areas(l);
    end(l);
}

static void place(struct linked *l)
{
    const struct record *r = l->record;
    begin(l, "Place");
    named(l, "#place");
    if (r->place_count)
        place_members(l, &r->place[0]);
    free_of_charge(l);
    opening_hours(l, "openingHoursSpecification");
    for (size_t i = 0; i < r->contact_count; i++) {
        struct contact contact = contact_public(&r->contact[i]);
        if (contact.phone) {
            member(l, "telephone", contact.phone);
            break;
        }
    }
    end(l);
}

static bool dated(const struct linked *l)
{
    const struct record *r = l->record;
    struct occurrence when;
    return occurrence_next(r->schedule, r->schedule_count, r->start, r->end, l->options->today_day, &when);
}

/* "</script" would end the element, "<!--" would begin a comment of scripts. */
static void add_harmless(struct buf *out, const struct buf *json)
{
    const char *text = buf_str(json);
    for (size_t i = 0; i < json->len; i++) {
        if (strchr("<>&", text[i]) && text[i])
            buf_addf(out, "\\u%04x", (unsigned char)text[i]);
        else
            buf_addc(out, text[i]);
    }
}

void linked_write(const struct record *record, const struct linked_options *options, struct buf *out)
{
    struct buf json = BUF_INIT;
    struct linked l = {.record = record, .options = options, .out = &json};
    bool as_event = dated(&l);
    buf_adds(&json, "{\"@context\":\"https://schema.org\",\"@graph\":[");
    size_t empty = json.len;
    switch (record->kind) {
    case RECORD_EVENT: event(&l, false); break;
    case RECORD_ACTIVITY:
    case RECORD_VOLUNTEER:
        service(&l, as_event);
        if (as_event)
            event(&l, true);
        break;
    case RECORD_ORGANISATION: organisation(&l); break;
    case RECORD_PLACE: place(&l); break;
    default: break;
    }
    bool any = json.len > empty;
    buf_adds(&json, "]}");
    if (any && !json.failed)
        add_harmless(out, &json);
    out->failed |= json.failed;
    buf_release(&json);
}
