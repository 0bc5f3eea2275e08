/* An event, or a series of them, as a record. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "indexer/sources/linkedevents_object.h"
#include "indexer/sources/occurrences.h"

enum {
    TITLE_CHARS = 200,
    TEXT_CHARS = 500,
    KEYWORD_CHARS = 100,
    KEYWORDS_MOST = 100,
    PROVIDER_TEXT_BYTES = 2000, /* longer texts about the provider are not searched for addresses */
    LINKS_MOST = 40,
    HEADING_BYTES = 24, /* "Lisätietoja:" and its like */
};

static const char *const langs[] = {"fi", "sv", "en"};

static bool is(const json_t *event, const char *key, const char *wanted)
{
    const char *value = import_string(event, key);
    return value && strcmp(value, wanted) == 0;
}

/* ---- times ------------------------------------------------------------------------------------------------------ */

static const struct moment unknown = {DAY_UNKNOWN, MINUTE_UNKNOWN};

static struct moment moment_at(const struct le_import *import, const json_t *event, const char *key, const char *has)
{
    struct moment moment = unknown;
    json_t *text = import_moment(import->notes, key, json_object_get(event, key));
    if (text && !normalise_moment(json_string_value(text), json_string_length(text), &moment))
        moment = unknown;
    if (json_is_false(json_object_get(event, has)))
        moment.minute = MINUTE_UNKNOWN;
    json_decref(text);
    return moment;
}

/* The times of an event as people mean them: midnight ends the day before, and from midnight to midnight is all day. */
static void times_of(const struct le_import *import, const json_t *event, struct moment *start, struct moment *end)
{
    struct moment raw_end = moment_at(import, event, "end_time", "");
    *start = moment_at(import, event, "start_time", "has_start_time");
    *end = moment_at(import, event, "end_time", "has_end_time");
    bool midnight = raw_end.day != DAY_UNKNOWN && raw_end.minute == 0 && raw_end.day > start->day &&
                    start->day != DAY_UNKNOWN;
    if (midnight) {
        end->day = raw_end.day - 1;
        bool one_day = end->day == start->day && start->minute > 0 && end->minute != MINUTE_UNKNOWN;
        end->minute = one_day ? 24 * 60 : MINUTE_UNKNOWN;
        if (start->minute == 0)
            start->minute = MINUTE_UNKNOWN;
    }
    if (start->minute == MINUTE_UNKNOWN)
        end->minute = MINUTE_UNKNOWN;
}

static void put_moment(json_t *record, const char *key, struct moment moment)
{
    char text[CALENDAR_MOMENT_BYTES];
    if (moment.day == DAY_UNKNOWN)
        return;
    if (moment.minute == 24 * 60) /* a moment has no 24:00, and midnight would be another day */
        moment.minute--;
    moment_format(moment, text);
    import_put(record, key, json_string(text));
}

static bool takes_place(const json_t *occurrence)
{
    const char *publication = import_string(occurrence, "publication_status");
    return !json_is_true(json_object_get(occurrence, "deleted")) && !is(occurrence, "event_status", "EventCancelled") &&
           !(publication && strcmp(publication, "public") != 0);
}

static void add_occurrence(const struct le_import *import, struct occurrence_list *list, const json_t *occurrence)
{
    struct moment start, end;
    if (!takes_place(occurrence))
        return;
    times_of(import, occurrence, &start, &end);
    occurrences_add(list, import->notes, start, end);
}

/* The dates of a series: sub-events that it holds, and those of the files that name it.  Returns how many there are,
 * cancelled ones too. */
static size_t gather(const struct le_import *import, const json_t *event, struct occurrence_list *list)
{
    const char *id = le_id(import->notes->arena, event);
    size_t count = import_lookup_count(import->lookup, LE_OCCURRENCES, id), told = count, i;
    json_t *sub;
    for (size_t at = 0; at < count; at++) {
        json_t *occurrence = import_lookup_get(import->lookup, LE_OCCURRENCES, id, at);
        add_occurrence(import, list, occurrence);
        json_decref(occurrence);
    }
    json_array_foreach(json_object_get(event, "sub_events"), i, sub)
    {
        if (!json_object_get(sub, "start_time"))
            continue;
        told++;
        add_occurrence(import, list, sub);
    }
    return told;
}

static void put_times(const struct le_import *import, const json_t *event)
{
    struct occurrence_list list = {0};
    struct moment start, end;
    int32_t first, last;
    size_t told = is(event, "super_event_type", "recurring") ? gather(import, event, &list) : 0;
    times_of(import, event, &start, &end);
    if (occurrences_put(&list, import->notes, "sub_events", import->record, &first, &last)) {
        start = (struct moment){first, MINUTE_UNKNOWN};
        end = (struct moment){last, MINUTE_UNKNOWN};
        import_origin(import->notes, "schedule", "sub_events");
    } else if (told > 0 && !is(event, "event_status", "EventCancelled")) {
        import_put(import->record, "status", json_string("cancelled"));
        import_origin(import->notes, "status", "sub_events");
    }
    put_moment(import->record, "start", start);
    put_moment(import->record, "end", end);
    import_origin(import->notes, "start", "start_time");
    import_origin(import->notes, "end", "end_time");
}

/* ---- what it is and whether it is on ---------------------------------------------------------------------------- */

static const char *kind_of(const struct le_import *import, const json_t *event)
{
    static const struct {
        const char *type, *kind;
    } kinds[] = {{"General", "event"}, {"Course", "event"}, {"Volunteering", "volunteer"}, {"Hobbies", "activity"}};
    const json_t *type = json_object_get(event, "type_id");
    for (size_t i = 0; json_is_string(type) && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(json_string_value(type), kinds[i].type) == 0)
            return kinds[i].kind;
    if (json_is_string(type))
        import_warn(import->notes, &(struct import_note){PROBLEM_CODE, "type_id", type, NULL},
                    "is not known; it is taken as an event");
    return "event";
}

static void put_state(const struct le_import *import, const json_t *event, const char *kind)
{
    static const struct {
        const char *foreign, *ours;
    } states[] = {{"EventScheduled", NULL}, {"EventRescheduled", NULL}, {"EventCancelled", "cancelled"},
                  {"EventPostponed", "postponed"}};
    const json_t *state = json_object_get(event, "event_status");
    const char *super = le_id(import->notes->arena, json_object_get(event, "super_event"));
    size_t i = 0;
    while (json_is_string(state) && i < 4 && strcmp(json_string_value(state), states[i].foreign) != 0)
        i++;
    if (json_is_string(state) && i < 4 && states[i].ours)
        import_put(import->record, "status", json_string(states[i].ours));
    if (json_is_string(state) && i == 4)
        import_warn(import->notes, &(struct import_note){PROBLEM_CODE, "event_status", state, NULL},
                    "is not known; the event is taken as going on");
    if (super && strcmp(kind, "event") == 0)
        import_put(import->record, "series", import_id("", super));
    import_put(import->record, "modified",
               import_date(import->notes, "last_modified_time", json_object_get(event, "last_modified_time")));
    import_put(import->record, "visible_from",
               import_date(import->notes, "date_published", json_object_get(event, "date_published")));
}

/* ---- keywords --------------------------------------------------------------------------------------------------- */

/* "yso:p4354" -> its address; NULL for keywords of other ontologies. */
static json_t *concept(const char *id)
{
    char uri[80];
    size_t digits = strncmp(id, "yso:p", 5) == 0 ? strspn(id + 5, "0123456789") : 0;
    if (digits == 0 || digits > 10 || id[5 + digits])
        return NULL;
    snprintf(uri, sizeof uri, "http://www.yso.fi/onto/yso/%s", id + 4);
    return json_string(uri);
}

static void put_keyword(const struct le_import *import, const char *path, const char *id, const json_t *name)
{
    json_t *list = import_list(import->record, "keyword"), *text, *item;
    size_t i;
    if (json_array_size(list) >= KEYWORDS_MOST)
        return;
    if (!(text = import_localised(import->notes, path, name, TEXT_ONE_LINE, KEYWORD_CHARS)))
        return;
    json_array_foreach(list, i, item)
        if (json_equal(json_object_get(item, "text"), text)) {
            json_decref(text);
            return;
        }
    item = json_object();
    import_put(item, "text", text);
    import_put(item, "uri", concept(id));
    import_origin(import->notes, import_path(import->notes, "keyword[%zu]", json_array_size(list)), path);
    json_array_append_new(list, item);
}

/* The codes that a keyword means in a vocabulary, by its concept or by its name. */
static bool put_meaning(const struct le_import *import, const char *field, enum vocab_name vocab, const char *id,
                        const json_t *name)
{
    bool found = import_put_mapped(import->record, field, vocab, id);
    for (size_t i = 0; !found && i < 3; i++) {
        const char *label = json_is_string(name) && i == 0 ? json_string_value(name) : import_string(name, langs[i]);
        found = label && import_put_label(import->record, field, vocab, label);
    }
    return found;
}

/* Audiences of hel.fi from before they were concepts. */
static bool put_legacy_audience(const struct le_import *import, const char *id)
{
    static const char *const concepts[][2] = {{"yso:p4354", "yso:p13050"}, {"yso:p11617", NULL}, {"yso:p6165", NULL},
                                              {"yso:p7179", NULL},         {"yso:p2433", NULL},  {"yso:p3128", NULL},
                                              {"yso:p1393", NULL}};
    bool found = false;
    if (strncmp(id, "helfi:", 6) != 0 || id[6] < '1' || id[6] > '7' || id[7])
        return false;
    for (int i = 0; i < 2 && concepts[id[6] - '1'][i]; i++)
        found = import_put_mapped(import->record, "audience", VOCAB_AUDIENCE, concepts[id[6] - '1'][i]) || found;
    return found;
}

static void put_keywords(const struct le_import *import, const json_t *event, const char *member, bool audience)
{
    size_t i;
    json_t *reference;
    json_array_foreach(json_object_get(event, member), i, reference)
    {
        const char *id = le_id(import->notes->arena, reference);
        if (!id)
            continue;
        const char *path = import_path(import->notes, "%s[%zu]", member, i);
        json_t *keyword = le_resolve(import, LE_KEYWORDS, reference);
        const json_t *name = json_object_get(keyword, "name");
        const char *now = json_object_get(keyword, "id") ? le_id(import->notes->arena, keyword) : id;
        bool group = audience || import_lookup_count(import->lookup, LE_AUDIENCES, id) > 0;
        bool mapped = group && (put_legacy_audience(import, id) ||
                                put_meaning(import, "audience", VOCAB_AUDIENCE, now, name));
        if (!audience) {
            put_meaning(import, "theme", VOCAB_THEME, now, name);
            put_meaning(import, "form", VOCAB_FORM, now, name);
        }
        if (!mapped || !audience)
            put_keyword(import, path, now, name);
        json_decref(keyword);
    }
    import_origin(import->notes, audience ? "audience" : "theme", member);
}

static void put_languages(const struct le_import *import, const json_t *event)
{
    size_t i;
    json_t *reference;
    json_array_foreach(json_object_get(event, "in_language"), i, reference)
    {
        const char *id = le_id(import->notes->arena, reference), *cut = id ? strpbrk(id, "_-") : NULL;
        const char *base = cut ? arena_copy(import->notes->arena, id, (size_t)(cut - id)) : NULL;
        if (!id || import_put_label(import->record, "languages", VOCAB_LANGUAGE, id))
            continue;
        if (strcmp(id, "sign_language") == 0)
            import_put_label(import->record, "languages", VOCAB_LANGUAGE, "fse");
        else if (!base || !import_put_label(import->record, "languages", VOCAB_LANGUAGE, base))
            import_warn(import->notes, &(struct import_note){PROBLEM_CODE, "in_language", reference, NULL},
                        "is a language that is not known; it is left out");
    }
}

/* ---- place and channels ----------------------------------------------------------------------------------------- */

static void put_channel(const struct le_import *import, const char *type, json_t *url, json_t *text)
{
    json_t *channel = json_object();
    import_put(channel, "type", json_string(type));
    import_put(channel, "url", url);
    import_put(channel, "text", text);
    json_array_append_new(import_list(import->record, "channel"), channel);
}

static void put_place(const struct le_import *import, const json_t *event, json_t **contact)
{
    struct import_notes *notes = import->notes;
    const json_t *location = json_object_get(event, "location");
    const char *id = le_id(notes->arena, location);
    json_t *place = NULL;
    *contact = NULL;
    if (!id && json_object_get(location, "name"))
        place = json_incref((json_t *)location);
    if (id && !le_is_internet(id) && !(place = le_resolve(import, LE_PLACES, location)))
        import_warn(notes, &(struct import_note){PROBLEM_MISSING, "location", location, "give the file of the places "
                    "too, behind this one or in the folder NAME.refs beside it"}, "is not in the files given");
    if (!place)
        return;
    json_array_append_new(import_list(import->record, "place"), le_place(import, "location.", place));
    import_origin(notes, "place[0]", "location");
    import_origin(notes, "place[0].postal_code", "location.postal_code");
    *contact = le_place_contact(import, "location.", place);
    json_decref(place);
}

static void put_channels(const struct le_import *import, const json_t *event)
{
    struct import_notes *notes = import->notes;
    const char *id = le_id(notes->arena, json_object_get(event, "location"));
    bool online = (id && le_is_internet(id)) || json_is_true(json_object_get(event, "is_virtualevent"));
    json_t *extra = import_localised(notes, "location_extra_info", json_object_get(event, "location_extra_info"),
                                     TEXT_ONE_LINE, TEXT_CHARS);
    bool physical = json_object_get(import->record, "place") || (!online && extra);
    if (physical && (online || extra))
        put_channel(import, "place", NULL, json_incref(extra));
    if (online)
        put_channel(import, "online",
                    import_url(notes, "virtualevent_url", json_object_get(event, "virtualevent_url")),
                    physical ? NULL : json_incref(extra));
    if (online)
        import_put_label(import->record, "form", VOCAB_FORM, "online");
    import_origin(notes, "channel", online ? "virtualevent_url" : "location_extra_info");
    json_decref(extra);
}

/* ---- who --------------------------------------------------------------------------------------------------------- */

static void put_organisations(const struct le_import *import, const json_t *event)
{
    json_t *provider = import_localised(import->notes, "provider", json_object_get(event, "provider"), TEXT_ONE_LINE,
                                        TITLE_CHARS);
    bool known = provider != NULL;
    if (provider)
        json_array_append_new(import_list(import->record, "organisation"),
                              json_pack("{s:o, s:s}", "name", provider, "role", "organiser"));
    import_origin(import->notes, "organisation", known ? "provider" : "publisher");
    le_put_publisher(import, event, known ? "administrator" : "organiser");
}

/* The first run of characters from the set that holds the mark. */
static const char *piece_with(const char *text, const char *set, char mark, size_t *len)
{
    for (const char *at = text; *at; at += *len ? *len : 1) {
        *len = strspn(at, set);
        if (*len && (!mark || memchr(at, mark, *len)))
            return at;
    }
    return NULL;
}

static const char *find_email(const char *text, size_t *len)
{
    const char *at = piece_with(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._+-", '@', len);
    while (at && *len && strchr(".-", at[*len - 1]))
        (*len)--;
    return at;
}

static const char *find_phone(const char *text, size_t *len)
{
    for (const char *at = text; (at = piece_with(at, "+0123456789 ()-", '\0', len)) != NULL; at += *len) {
        size_t digits = 0, skip = strspn(at, " )-");
        for (size_t i = 0; i < *len; i++)
            digits += at[i] >= '0' && at[i] <= '9';
        bool begins = at[skip] == '+' || at[skip] == '0' || at[skip] == '(';
        if (digits >= 6 && digits <= NORMALISE_PHONE_DIGITS && begins) {
            at += skip;
            *len -= skip;
            while (*len && strchr(" (-", at[*len - 1]))
                (*len)--;
            return at;
        }
    }
    return NULL;
}

/* Behind a word that only says what comes, "Lisätietoja: ". */
static const char *behind_heading(const char *text)
{
    const char *colon = strchr(text, ':');
    return colon && colon - text < HEADING_BYTES && !memchr(text, ' ', (size_t)(colon - text)) && colon[1] == ' '
               ? colon + 2
               : text;
}

/* Length of the text without blanks and signs at its end. */
static size_t without_signs(const char *text, size_t len)
{
    while (len > 0 && strchr(" ,;:/(-", text[len - 1]))
        len--;
    return len;
}

/* Length of a name that a telephone number or an address follows: "Maija Esimerkki, puh." without the "puh.". */
static size_t name_length(const char *text, size_t len)
{
    static const char *const leads[] = {"puhelin", "puh.", "puh",   "p.",         "tel.",
                                        "tel",     "email", "sähköposti", "s-posti"};
    len = without_signs(text, len);
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        size_t n = strlen(leads[i]);
        if (len < n || strncmp(text + len - n, leads[i], n) != 0 || (len > n && text[len - n - 1] != ' '))
            continue;
        len = without_signs(text, len - n);
        i = (size_t)-1; /* "Puhelin: p." has two */
    }
    return len;
}

/* "Lisätietoja: Maija Esimerkki, p. 040 000 1234, maija@example.org" as name, telephone and e-mail. */
static void read_contact(struct import_notes *notes, const char *path, const char *text, json_t *contact)
{
    size_t email_len = 0, phone_len = 0, end = strlen(text);
    const char *email = find_email(text, &email_len), *phone = find_phone(text, &phone_len);
    if (email && (size_t)(email - text) < end)
        end = (size_t)(email - text);
    if (phone && (size_t)(phone - text) < end)
        end = (size_t)(phone - text);
    json_t *parts[] = {email ? json_stringn(email, email_len) : NULL, phone ? json_stringn(phone, phone_len) : NULL,
                       json_stringn(text, email || phone ? name_length(text, end) : end)};
    import_put(contact, "email", import_email(notes, path, parts[0]));
    import_put(contact, "phone", import_phone(notes, path, parts[1]));
    import_put(contact, "name", import_text(notes, path, parts[2], TEXT_ONE_LINE, TITLE_CHARS));
    for (size_t i = 0; i < 3; i++)
        json_decref(parts[i]);
}

static json_t *provider_contact(const struct le_import *import, const json_t *event)
{
    static const char path[] = "provider_contact_info";
    json_t *texts = import_localised(import->notes, path, json_object_get(event, path), TEXT_ONE_LINE,
                                     PROVIDER_TEXT_BYTES);
    const char *text = json_string_value(texts);
    for (size_t i = 0; !text && i < 3; i++)
        text = import_string(texts, langs[i]);
    json_t *contact = json_object();
    if (text)
        read_contact(import->notes, path, behind_heading(text), contact);
    json_decref(texts);
    if (json_object_size(contact) > 0)
        return contact;
    json_decref(contact);
    return NULL;
}

static void put_contacts(const struct le_import *import, const json_t *event, json_t *place_contact)
{
    json_t *provider = provider_contact(import, event);
    bool reachable = json_object_get(provider, "email") || json_object_get(provider, "phone");
    if (provider && (reachable || !place_contact)) {
        json_array_append_new(import_list(import->record, "contact"), provider);
        import_origin(import->notes, "contact", "provider_contact_info");
    } else {
        json_decref(provider);
    }
    if (place_contact && !reachable) {
        json_array_append(import_list(import->record, "contact"), place_contact);
        import_origin(import->notes, "contact", "location");
    }
}

/* ---- price and signing up --------------------------------------------------------------------------------------- */

static const json_t *in_lang(const json_t *value, const char *lang)
{
    return json_is_string(value) && strcmp(lang, "fi") == 0 ? value : json_object_get(value, lang);
}

/* Price and description of all offers in one language. */
static json_t *price_text(const struct le_import *import, const json_t *offers, const char *lang)
{
    struct buf text = BUF_INIT;
    size_t i;
    json_t *offer;
    json_array_foreach(offers, i, offer)
    {
        static const char *const members[] = {"price", "description"};
        for (size_t m = 0; m < 2; m++) {
            const json_t *said = in_lang(json_object_get(offer, members[m]), lang);
            const char *path = import_path(import->notes, "offers[%zu].%s.%s", i, members[m], lang);
            json_t *part = import_text(import->notes, path, said, TEXT_ONE_LINE, TEXT_CHARS);
            if (part)
                buf_addf(&text, "%s%s", text.len ? m ? ". " : "; " : "", json_string_value(part));
            json_decref(part);
        }
    }
    json_t *all = text.len ? json_string(buf_str(&text)) : NULL, *fit;
    fit = import_text(import->notes, "offers", all, TEXT_ONE_LINE, TEXT_CHARS);
    json_decref(all);
    buf_release(&text);
    return fit;
}

/* What the texts of one offer say of its price in figures. */
static struct price_words price_words(const json_t *offer)
{
    struct price_words words = {.free = TRI_UNKNOWN, .amount = NAN};
    const json_t *price = json_object_get(offer, "price");
    for (size_t i = 0; i < 3; i++) {
        const json_t *said = in_lang(price, langs[i]);
        if (json_is_string(said) && json_string_length(said) > 0) {
            normalise_price(json_string_value(said), json_string_length(said), &words);
            break;
        }
    }
    return words;
}

static void put_price(const struct le_import *import, const json_t *event)
{
    const json_t *offers = json_object_get(event, "offers");
    json_t *price = json_object(), *texts = json_object(), *offer;
    size_t count = json_array_size(offers), free = 0, paid = 0, i;
    json_array_foreach(offers, i, offer)
    {
        struct price_words words = price_words(offer);
        const json_t *is_free = json_object_get(offer, "is_free");
        free += json_is_true(is_free);
        /* is_free is false where nobody said anything, so that something else must be said too */
        paid += json_is_false(is_free) && words.free != TRI_YES &&
                (json_object_size(json_object_get(offer, "price")) > 0 || import_string(offer, "price"));
        if (count == 1 && !json_is_true(is_free) && isfinite(words.amount) && words.amount > 0)
            import_put(price, "amount", json_real(words.amount));
    }
    if (count > 0 && free == count)
        import_put(price, "free", json_true());
    else if (count > 0 && paid == count)
        import_put(price, "free", json_false());
    for (i = 0; i < 3; i++)
        import_put(texts, langs[i], price_text(import, offers, langs[i]));
    import_put(price, "text", texts);
    import_put(import->record, "price", price);
    import_origin(import->notes, "price", "offers");
}

static void put_offer_links(const struct le_import *import, const json_t *event)
{
    size_t i;
    json_t *offer;
    json_array_foreach(json_object_get(event, "offers"), i, offer)
        le_put_links(import, import_path(import->notes, "offers[%zu].info_url", i), json_object_get(offer, "info_url"),
                     "booking");
}

static json_t *opens_text(const struct le_import *import, const json_t *event)
{
    struct moment opens = moment_at(import, event, "enrolment_start_time", "");
    char date[CALENDAR_MOMENT_BYTES];
    if (opens.day == DAY_UNKNOWN)
        return NULL;
    struct date day = date_from_day(opens.day);
    snprintf(date, sizeof date, "%d.%d.%d", day.day, day.month, day.year);
    const char *text = import_path(import->notes, "Ilmoittautuminen alkaa %s", date);
    const char *sv = import_path(import->notes, "Anmälan börjar %s", date);
    const char *en = import_path(import->notes, "Sign-up opens on %s", date);
    return json_pack("{s:s, s:s, s:s}", "fi", text, "sv", sv, "en", en);
}

static void put_signup(const struct le_import *import, const json_t *event)
{
    struct import_notes *notes = import->notes;
    json_t *signup = json_object();
    const json_t *left = json_object_get(event, "remaining_attendee_capacity");
    import_put(signup, "url",
               import_url(notes, "enrolment_url", in_lang(json_object_get(event, "enrolment_url"), "fi")));
    import_put(signup, "by", import_date(notes, "enrolment_end_time", json_object_get(event, "enrolment_end_time")));
    import_put(signup, "text", opens_text(import, event));
    bool registration = json_is_object(json_object_get(event, "registration"));
    if (json_object_size(signup) > 0 || registration) {
        import_put(signup, "needed", json_true());
        if (json_is_integer(left) && json_integer_value(left) <= 0)
            import_put(signup, "full", json_true());
    }
    import_put(import->record, "signup", signup);
    import_origin(notes, "signup", "enrolment_url");
    import_origin(notes, "signup.by", "enrolment_end_time");
}

/* ---- links ------------------------------------------------------------------------------------------------------ */

static void put_named_links(const struct le_import *import, const json_t *event, const char *member,
                            const char *address, const char *kind)
{
    size_t i;
    json_t *link;
    json_array_foreach(json_object_get(event, member), i, link)
    {
        json_t *links = import_list(import->record, "links");
        if (json_array_size(links) >= LINKS_MOST)
            break;
        const char *path = import_path(import->notes, "%s[%zu]", member, i);
        json_t *url = import_url(import->notes, import_path(import->notes, "%s.%s", path, address),
                                 json_object_get(link, address));
        if (!url)
            continue;
        json_t *ours = json_pack("{s:s, s:o}", "kind", kind, "url", url);
        const char *name = import_string(link, "name");
        json_t *text = name && !strstr(name, "://") ? import_text(import->notes, path, json_object_get(link, "name"),
                                                                   TEXT_ONE_LINE, TITLE_CHARS)
                                                     : NULL;
        import_put(ours, "text", text);
        import_origin(import->notes, import_path(import->notes, "links[%zu]", json_array_size(links)), path);
        json_array_append_new(links, ours);
    }
}

enum status le_map_event(struct le_import *import, const json_t *event, struct err *err)
{
    json_t *record = import->record, *place_contact;
    const char *kind = kind_of(import, event);
    (void)err;
    import_put(record, "kind", json_string(kind));
    import_origin(import->notes, "kind", "type_id");
    le_put_texts(import, event, "name", "short_description", "description");
    put_organisations(import, event);
    put_keywords(import, event, "audience", true);
    put_keywords(import, event, "keywords", false);
    import_put_ages(import->notes, "audience_min_age", record,
                    import_age(import->notes, "audience_min_age", json_object_get(event, "audience_min_age")),
                    import_age(import->notes, "audience_max_age", json_object_get(event, "audience_max_age")));
    import_origin(import->notes, "age_min", "audience_min_age");
    import_origin(import->notes, "age_max", "audience_max_age");
    put_languages(import, event);
    put_place(import, event, &place_contact);
    put_channels(import, event);
    put_contacts(import, event, place_contact);
    json_decref(place_contact);
    put_state(import, event, kind);
    put_times(import, event);
    put_price(import, event);
    put_signup(import, event);
    le_put_links(import, "info_url", json_object_get(event, "info_url"), "info");
    put_offer_links(import, event);
    put_named_links(import, event, "external_links", "link", "info");
    put_named_links(import, event, "videos", "url", "video");
    import_drop_empty(record);
    return STATUS_OK;
}
