/* What a record says beside when it takes place: where, for whom, on what terms, from whom. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "searchd/page_card.h"
#include "searchd/page_item.h"

/* ---- facts ------------------------------------------------------------------------------------------------------- */

struct view *fact_value(struct fact *fact, const char *text)
{
    const struct page *page = &fact->item->page;
    if (!text || !*text)
        return NULL;
    if (!fact->view) {
        fact->view = view_item(page->view, fact->list);
        view_text(fact->view, "label", page_text(page, fact->key));
    }
    struct view *value = view_item(fact->view, "values");
    view_text(value, "v", text);
    return value;
}

static void add_lang(const struct item_page *item, struct view *view, const char *key, int lang)
{
    if (lang != (int)item->page.lang)
        view_text(view, key, record_langs[lang]);
}

bool item_text(const struct item_page *item, struct view *view, const char *key, const char *key_lang,
               const struct localised *text)
{
    int lang = 0;
    const char *found = localised_pick(text, (int)item->page.lang, &lang);
    if (!found)
        return false;
    view_text(view, key, found);
    add_lang(item, view, key_lang, lang);
    return true;
}

struct view *fact_localised(struct fact *fact, const struct localised *text)
{
    int lang = 0;
    struct view *value = fact_value(fact, localised_pick(text, (int)fact->item->page.lang, &lang));
    if (value)
        add_lang(fact->item, value, "vlang", lang);
    return value;
}

/* Checked when it was read; again here, because it becomes a link. */
static bool is_web(const char *url)
{
    return url && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
}

/* Without its scheme, as people say it. */
static const char *bare_url(const char *url)
{
    const char *bare = strstr(url, "://") + 3;
    return strncmp(bare, "www.", 4) == 0 ? bare + 4 : bare;
}

void fact_link(struct fact *fact, const char *url, const char *text, const char *lang)
{
    if (!is_web(url))
        return;
    struct view *value = fact_value(fact, text ? text : bare_url(url));
    view_text(value, "href", url);
    view_flag(value, "tab", true);
    view_text(value, "vlang", text ? lang : NULL);
}

static void fact_link_text(struct fact *fact, const char *url, const struct localised *text)
{
    int lang = (int)fact->item->page.lang;
    const char *found = localised_pick(text, lang, &lang);
    fact_link(fact, url, found, lang == (int)fact->item->page.lang ? NULL : record_langs[lang]);
}

static void fact_phone(struct fact *fact, const char *phone)
{
    char digits[PAGE_TEL_BYTES];
    struct view *value = fact_value(fact, phone);
    if (value && page_tel(phone, digits))
        view_format(value, "href", "tel:%s", digits);
}

/* What an address may hold and a mailto: link may not as it is. */
static bool plain_email(const char *email)
{
    return email[strspn(email, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._+-")] == '\0';
}

static void fact_email(struct fact *fact, const char *email)
{
    struct view *value = fact_value(fact, email);
    if (value && plain_email(email))
        view_format(value, "href", "mailto:%s", email);
}

static void fact_labels(struct fact *fact, enum vocab_name vocab, const uint16_t *codes, size_t count)
{
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < count; i++) {
        buf_adds(&text, i ? ", " : "");
        buf_adds(&text, page_label(&fact->item->page, vocab, codes[i]));
    }
    fact_value(fact, arena_copy(fact->item->page.arena, buf_str(&text), text.len));
    buf_release(&text);
}

static struct fact new_fact(const struct item_page *item, const char *list, const char *key)
{
    return (struct fact){item, list, key, NULL};
}

static struct fact fact_of(const struct item_page *item, const char *key)
{
    return new_fact(item, "facts", key);
}

/* ---- where ------------------------------------------------------------------------------------------------------- */

/* From the middle of the municipality that the search was near to; NAN when unknown.  *centre: the place's own position
 * is not known. */
static double distance_to(const struct item_page *item, const struct place *place, bool *centre)
{
    *centre = false;
    if (!item->back_given || item->back.near < 0)
        return NAN;
    const struct area_entry *from = area_at((size_t)item->back.near);
    double lat = place->lat, lon = place->lon, rad = M_PI / 180;
    if (!place_known_position(place)) {
        if (place->municipality == RECORD_CODE_UNKNOWN)
            return NAN;
        lat = area_at(place->municipality)->lat;
        lon = area_at(place->municipality)->lon;
        *centre = true;
    }
    double half_lat = sin((lat - from->lat) * rad / 2), half_lon = sin((lon - from->lon) * rad / 2);
    double part = half_lat * half_lat + cos(from->lat * rad) * cos(lat * rad) * half_lon * half_lon;
    return 2 * 6371.0088 * asin(sqrt(part < 1 ? part : 1));
}

static void add_distance(const struct item_page *item, const struct place *place, struct view *view)
{
    const struct page *page = &item->page;
    bool centre;
    double km = distance_to(item, place, &centre);
    if (isnan(km))
        return;
    const char *text = page_distance(page, km);
    if (centre)
        text = km < 0.05 ? page_text(page, "distance.same")
                         : strings_fill(page->strings, page->lang, page->arena, "distance.centre", "distance", text,
                                        NULL);
    view_text(view, "away_label", strings_fill(page->strings, page->lang, page->arena, "item.from", "place",
                                               page_label(page, VOCAB_AREA, (size_t)item->back.near), NULL));
    view_text(view, "away", text);
}

/* What is known to be there, and what nothing is known of: unknown is not no. */
static void add_accessibility(const struct item_page *item, const struct place *place, struct view *view)
{
    const struct page *page = &item->page;
    struct buf rest = BUF_INIT;
    for (size_t i = 0; i < place->accessibility_count; i++)
        view_item_text(view, "access", page_label(page, VOCAB_ACCESSIBILITY, place->accessibility[i]));
    for (size_t entry = 0; place->accessibility_count && entry < vocab_size(VOCAB_ACCESSIBILITY); entry++) {
        bool known = false;
        for (size_t i = 0; i < place->accessibility_count; i++)
            known |= place->accessibility[i] == entry;
        if (!known)
            buf_addf(&rest, "%s%s", rest.len ? ", " : "", page_label(page, VOCAB_ACCESSIBILITY, entry));
    }
    view_flag(view, "has_access", place->accessibility_count > 0);
    view_copy(view, "access_rest", buf_str(&rest), rest.len);
    buf_release(&rest);
}

static void add_place(struct item_page *item, const struct place *place)
{
    struct page *page = &item->page;
    struct view *view = view_item(page->view, "places");
    if (!item_text(item, view, "pname", "pname_lang", &place->name))
        view_flag(view, "unnamed", true);
    item_text(item, view, "address", "address_lang", &place->address);
    const char *municipality = place->municipality == RECORD_CODE_UNKNOWN
                                   ? NULL : page_label(page, VOCAB_AREA, place->municipality);
    view_format(view, "town", "%s%s%s", place->postal_code ? place->postal_code : "",
                place->postal_code && municipality ? " " : "", municipality ? municipality : "");
    if (place_known_position(place))
        view_format(view, "map", "https://www.openstreetmap.org/?mlat=%.5f&mlon=%.5f#map=17/%.5f/%.5f", place->lat,
                    place->lon, place->lat, place->lon);
    add_distance(item, place, view);
    add_accessibility(item, place, view);
}

/* The nearest first when it is known where from, else as they stand. */
static void add_places(struct item_page *item)
{
    const struct record *r = &item->record;
    bool *done = arena_alloc(item->page.arena, r->place_count), centre;
    for (size_t n = 0; done && n < r->place_count; n++) {
        size_t best = SIZE_MAX;
        double least = INFINITY;
        for (size_t i = 0; i < r->place_count; i++) {
            double km = done[i] ? INFINITY : distance_to(item, &r->place[i], &centre);
            if (!done[i] && (best == SIZE_MAX || km < least)) {
                best = i;
                least = isnan(km) ? INFINITY : km;
            }
        }
        done[best] = true;
        add_place(item, &r->place[best]);
    }
}

void item_where(struct item_page *item)
{
    const struct record *r = &item->record;
    struct page *page = &item->page;
    struct fact serves = new_fact(item, "serves", "item.serves");
    if (r->area.scope == SCOPE_NATIONWIDE)
        fact_value(&serves, page_label(page, VOCAB_AREA, area_nationwide()));
    else if (r->area.scope != RECORD_CHOICE_UNKNOWN)
        fact_labels(&serves, VOCAB_AREA, r->area.codes, r->area.code_count);
    view_flag(page->view, "where", r->place_count || serves.view);
    add_places(item);
    for (size_t i = 0; i < r->place_count; i++)
        if (r->place[i].accessibility_count)
            return;
    if (r->place_count && r->kind != RECORD_STORY && r->kind != RECORD_NEWS)
        view_text(page->view, "access_none", page_text(page, "item.access_none"));
}

/* ---- for whom, on what terms ------------------------------------------------------------------------------------- */

static void add_ages(const struct item_page *item)
{
    const struct record *r = &item->record;
    const struct page *page = &item->page;
    struct fact ages = fact_of(item, "item.ages");
    char from[8], to[8];
    bool least = r->age_min > 0, most = r->age_max >= 0 && r->age_max < REQUEST_AGE_MOST;
    if (r->age_min == RECORD_AGE_UNKNOWN && r->age_max == RECORD_AGE_UNKNOWN)
        return;
    snprintf(from, sizeof from, "%d", r->age_min);
    snprintf(to, sizeof to, "%d", r->age_max);
    const char *key = least && most ? "age.range" : least ? "age.from" : most ? "age.to" : "item.any_age";
    fact_value(&ages, least || most ? strings_fill(page->strings, page->lang, page->arena, key, "from", from, "to", to,
                                                   NULL) : page_text(page, key));
}

static void add_price(const struct item_page *item, bool asked)
{
    const struct price *price = &item->record.price;
    const struct page *page = &item->page;
    struct fact fact = fact_of(item, "card.price");
    int lang = 0;
    if (price->free != TRI_YES && price->amount > 0) {
        if (!page_price_told(price->amount, localised_pick(&price->text, (int)page->lang, &lang)))
            fact_value(&fact, page_price(page, price->amount));
    } else if (price->free != TRI_UNKNOWN) {
        fact_value(&fact, page_label(page, VOCAB_PRICE, price->free == TRI_YES ? 0 : 1));
    }
    fact_localised(&fact, &price->text);
    if (!fact.view && asked)
        fact_value(&fact, page_text(page, "item.unknown"));
}

static bool needs_no_booking(const struct record *r)
{
    bool found = false;
    for (size_t i = 0; i < r->threshold_count; i++)
        found |= strcmp(vocab_entry(VOCAB_THRESHOLD, r->threshold[i])->code, "no-booking") == 0;
    return found;
}

static void add_signup(const struct item_page *item, bool asked)
{
    const struct signup *signup = &item->record.signup;
    const struct page *page = &item->page;
    struct fact fact = fact_of(item, "item.signup");
    const char *by = signup->by_day == DAY_UNKNOWN ? NULL : page_date(page, signup->by_day);
    if (signup->full == TRI_YES)
        view_flag(fact_value(&fact, page_text(page, "item.signup_full")), "strong", true);
    if (by)
        fact_value(&fact, strings_fill(page->strings, page->lang, page->arena,
                                       signup->by_day < page->today ? "item.signup_late" : "signup.by", "date", by,
                                       NULL));
    else if (signup->needed != TRI_UNKNOWN)
        fact_value(&fact, page_text(page, signup->needed == TRI_YES ? "signup.needed" : "signup.not_needed"));
    fact_localised(&fact, &signup->text);
    fact_link(&fact, signup->url, page_text(page, "item.signup_link"), NULL);
    fact_email(&fact, signup->email);
    fact_phone(&fact, signup->phone);
    if (!fact.view && asked && !needs_no_booking(&item->record))
        fact_value(&fact, page_text(page, "item.unknown"));
}

static void add_referral(const struct item_page *item)
{
    const struct referral *referral = &item->record.referral;
    struct fact fact = fact_of(item, "item.referral");
    if (referral->needed != TRI_UNKNOWN)
        fact_value(&fact, page_text(&item->page, referral->needed == TRI_YES ? "item.referral_yes"
                                                                             : "item.referral_no"));
    fact_localised(&fact, &referral->text);
}

static void add_languages(const struct item_page *item)
{
    struct fact fact = fact_of(item, "card.spoken");
    fact_labels(&fact, VOCAB_LANGUAGE, item->record.languages, item->record.languages_count);
    if (item->record.plain_language == TRI_YES)
        fact_value(&fact, page_text(&item->page, "card.plain"));
}

static void add_channels(const struct item_page *item)
{
    const struct record *r = &item->record;
    struct fact fact = fact_of(item, "item.channels");
    for (size_t i = 0; i < r->channel_count; i++) {
        const struct channel *channel = &r->channel[i];
        char key[32];
        snprintf(key, sizeof key, "item.channel_%s", channel_type_name(channel->type));
        struct view *value = fact_value(&fact, page_text(&item->page, key));
        item_text(item, value, "note", "note_lang", &channel->text);
        fact_link(&fact, channel->url, NULL, NULL);
        fact_phone(&fact, channel->phone);
        fact_email(&fact, channel->email);
    }
}

/* Each leads to what else is there of it. */
static void add_themes(const struct item_page *item)
{
    const struct record *r = &item->record;
    struct fact fact = fact_of(item, "item.themes");
    for (size_t i = 0; i < r->theme_count; i++)
        view_format(fact_value(&fact, page_label(&item->page, VOCAB_THEME, r->theme[i])), "href",
                    "/%s/search?theme=%s", record_langs[item->page.lang], vocab_entry(VOCAB_THEME, r->theme[i])->code);
    view_flag(fact.view, "in_row", true);
}

/* A record that the page knows by its id. */
static void add_record_link(struct item_page *item, struct fact *fact, const char *id, const struct localised *name)
{
    bool named = name && localised_known(name), shown = false;
    const char *lang = NULL, *title = id && !named ? item_title_of(item, id, &lang) : NULL;
    struct view *value = named ? fact_localised(fact, name) : fact_value(fact, title);
    if (named && id)
        shown = item_is_shown(item, id);
    if (!named)
        view_text(value, "vlang", lang);
    if (title || shown)
        view_format(value, "href", "/%s/item/%s%s", record_langs[item->page.lang], id, item_from(item));
}

/* The organisers stand under the name. */
static void add_roles(struct item_page *item)
{
    const struct record *r = &item->record;
    for (unsigned role = ROLE_ORGANISER + 1; role < ROLE_COUNT; role++) {
        char key[32];
        snprintf(key, sizeof key, "item.role_%s", organisation_role_name(role));
        const char *label = arena_copy(item->page.arena, key, strlen(key));
        struct fact fact = fact_of(item, label ? label : "");
        for (size_t i = 0; i < r->organisation_count; i++)
            if (r->organisation[i].role == role)
                add_record_link(item, &fact, r->organisation[i].id, &r->organisation[i].name);
    }
}

static void add_plain(const struct item_page *item, const char *key, const struct localised *text)
{
    struct fact fact = fact_of(item, key);
    fact_localised(&fact, text);
}

static void add_by_kind(struct item_page *item)
{
    const struct record *r = &item->record;
    char key[40];
    if (r->type != RECORD_CHOICE_UNKNOWN && r->kind == RECORD_ORGANISATION) {
        struct fact type = fact_of(item, "item.type");
        snprintf(key, sizeof key, "item.type_%s", organisation_type_name(r->type));
        fact_value(&type, page_text(&item->page, key));
    }
    struct fact business = fact_of(item, "item.business_id");
    fact_value(&business, r->business_id);
    add_plain(item, "item.users", &r->users);
    add_plain(item, "item.time_needed", &r->time_needed);
    add_plain(item, "item.training", &r->training);
    add_plain(item, "item.support", &r->support);
    struct fact project = fact_of(item, "item.project");
    add_record_link(item, &project, r->project, NULL);
    add_plain(item, "item.subject", &r->subject);
    add_plain(item, "item.teller", &r->teller);
    add_plain(item, "item.invitation", &r->invitation);
    add_plain(item, "item.author", &r->author);
    struct fact date = fact_of(item, "item.date");
    if (r->date_day != DAY_UNKNOWN)
        fact_value(&date, page_date(&item->page, r->date_day));
}

void item_facts(struct item_page *item)
{
    const struct record *r = &item->record;
    bool asked = r->kind == RECORD_ACTIVITY || r->kind == RECORD_EVENT;
    struct fact whom = fact_of(item, "card.for"), life = fact_of(item, "item.life"), form = fact_of(item, "card.how"),
                threshold = fact_of(item, "item.threshold");
    fact_labels(&whom, VOCAB_AUDIENCE, r->audience, r->audience_count);
    add_ages(item);
    add_price(item, asked);
    add_signup(item, asked);
    for (size_t i = 0; i < r->threshold_count; i++)
        fact_value(&threshold, page_label(&item->page, VOCAB_THRESHOLD, r->threshold[i]));
    add_referral(item);
    add_languages(item);
    fact_labels(&form, VOCAB_FORM, r->form, r->form_count);
    if (r->peer_support == TRI_YES)
        fact_value(&form, page_text(&item->page, "item.peer_yes"));
    add_channels(item);
    add_by_kind(item);
    add_roles(item);
    fact_labels(&life, VOCAB_LIFE_EVENT, r->life_event, r->life_event_count);
    add_themes(item);
    view_flag(item->page.view, "has_facts", view_get_list(item->page.view, "facts") != NULL);
}

/* ---- whom to ask ------------------------------------------------------------------------------------------------- */

static void add_contact(struct item_page *item, struct contact contact)
{
    struct view *view = view_item(item->page.view, "contacts");
    char digits[PAGE_TEL_BYTES];
    item_text(item, view, "cname", "cname_lang", &contact.name);
    item_text(item, view, "ctitle", "ctitle_lang", &contact.title);
    view_flag(view, "cwho", localised_known(&contact.name) || localised_known(&contact.title));
    view_flag(view, "cboth", localised_known(&contact.name) && localised_known(&contact.title));
    view_text(view, "cphone", contact.phone);
    if (page_tel(contact.phone, digits))
        view_format(view, "ctel", "%s", digits);
    view_text(view, "cemail", contact.email);
    view_flag(view, "cmail", contact.email && plain_email(contact.email));
}

static void add_links(const struct item_page *item)
{
    const struct record *r = &item->record;
    struct fact fact = new_fact(item, "links", "item.web");
    for (size_t i = 0; i < r->links_count; i++) {
        char key[32];
        snprintf(key, sizeof key, "item.link_%s", link_kind_name(r->links[i].kind));
        if (localised_known(&r->links[i].text))
            fact_link_text(&fact, r->links[i].url, &r->links[i].text);
        else
            fact_link(&fact, r->links[i].url, page_text(&item->page, key), NULL);
    }
    fact_link(&fact, r->origin_url, page_text(&item->page, "card.origin"), NULL);
    view_flag(item->page.view, "has_links", fact.view != NULL);
}

void item_contacts(struct item_page *item)
{
    const struct record *r = &item->record;
    struct contact other = {.phone = r->signup.phone, .email = r->signup.email};
    bool asked = false, elsewhere = r->signup.url;
    for (size_t i = 0; i < r->contact_count; i++) {
        const struct contact contact = contact_public(&r->contact[i]);
        if (localised_known(&contact.name) || localised_known(&contact.title) || contact.email || contact.phone)
            add_contact(item, contact);
        asked |= contact.email || contact.phone;
    }
    for (size_t i = 0; i < r->channel_count; i++) {
        other.phone = other.phone ? other.phone : r->channel[i].phone;
        other.email = other.email ? other.email : r->channel[i].email;
        elsewhere |= r->channel[i].url != NULL;
    }
    if (!asked && (other.phone || other.email)) /* whoever takes part asks there */
        add_contact(item, other);
    add_links(item);
    bool people = view_get_list(item->page.view, "contacts") != NULL;
    bool web = view_get_list(item->page.view, "links") != NULL;
    view_flag(item->page.view, "contact_none", !people && !web && !elsewhere);
    view_flag(item->page.view, "has_contact", people || web || !elsewhere);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

/* A section of its own; paragraphs are divided by an empty line. */
static void add_section(struct item_page *item, const char *key, const struct localised *text)
{
    struct page *page = &item->page;
    int lang = (int)page->lang;
    const char *at = localised_pick(text, lang, &lang);
    if (!at)
        return;
    struct view *section = view_item(page->view, "sections");
    view_text(section, "sheading", page_text(page, key));
    add_lang(item, section, "slang", lang);
    while (*at) {
        const char *end = strstr(at, "\n\n");
        size_t len = end ? (size_t)(end - at) : strlen(at);
        if (len)
            view_text_n(view_item(section, "paragraphs"), ".", at, len);
        at += len + strspn(at + len, "\n");
    }
}

static struct fact new_list(const struct item_page *item, const char *key)
{
    return new_fact(item, "lists", key);
}

static void add_list(const struct item_page *item, const char *key, const struct localised *texts, size_t count)
{
    struct fact fact = new_list(item, key);
    for (size_t i = 0; i < count; i++)
        fact_localised(&fact, &texts[i]);
}

static void add_refs(struct item_page *item, const char *key, const struct organisation_ref *refs, size_t count)
{
    struct fact fact = new_list(item, key);
    for (size_t i = 0; i < count; i++)
        add_record_link(item, &fact, refs[i].id, &refs[i].name);
}

static void add_keywords(const struct item_page *item)
{
    const struct record *r = &item->record;
    struct fact fact = fact_of(item, "item.keywords");
    struct buf text = BUF_INIT;
    for (size_t i = 0; i < r->keyword_count; i++) {
        const char *word = r->keyword[i].text.in[item->page.lang];
        if (word)
            buf_addf(&text, "%s%s", text.len ? ", " : "", word);
    }
    fact_value(&fact, arena_copy(item->page.arena, buf_str(&text), text.len));
    buf_release(&text);
}

void item_texts(struct item_page *item)
{
    const struct record *r = &item->record;
    add_section(item, "item.about", &r->body);
    add_section(item, "item.structure", &r->structure);
    add_section(item, "item.content", &r->content);
    add_section(item, "item.process", &r->process);
    add_section(item, "item.result", &r->result);
    add_list(item, "item.programme", r->programme, r->programme_count);
    add_list(item, "item.facilities", r->facilities, r->facilities_count);
    add_list(item, "item.goals", r->goals, r->goals_count);
    add_refs(item, "item.members", r->members, r->members_count);
    add_refs(item, "item.partners", r->partners, r->partners_count);
    struct fact related = new_list(item, "item.related");
    for (size_t i = 0; i < r->related_count && i < ITEM_RELATED; i++)
        add_record_link(item, &related, r->related[i], NULL);
    add_keywords(item);
}

/* ---- how fresh it is --------------------------------------------------------------------------------------------- */

static int months_since(int32_t day, int32_t today)
{
    struct date then = date_from_day(day), now = date_from_day(today);
    return (now.year - then.year) * 12 + now.month - then.month - (now.day < then.day);
}

/* A person's check counts; where nobody checked, the source's own date. */
void item_fresh(struct item_page *item)
{
    const struct record *r = &item->record;
    struct page *page = &item->page;
    struct fact source = new_fact(item, "fresh", "item.source"), modified = new_fact(item, "fresh", "item.modified"),
                checked = new_fact(item, "fresh", "item.checked"), licence = new_fact(item, "fresh", "item.licence");
    fact_value(&source, item->source);
    fact_link(&source, r->origin_url, page_text(page, "item.origin"), NULL);
    bool dated = r->modified_day != DAY_UNKNOWN;
    fact_value(&modified, dated ? page_date(page, r->modified_day) : page_text(page, "item.modified_never"));
    bool known = r->verified_at_day != DAY_UNKNOWN;
    struct view *value = fact_value(&checked, known ? page_date(page, r->verified_at_day)
                                                    : page_text(page, "item.checked_never"));
    item_text(item, value, "note", "note_lang", &r->verified_by);
    fact_value(&licence, r->licence);
    int32_t day = known ? r->verified_at_day : r->modified_day;
    if (day == DAY_UNKNOWN)
        view_text(page->view, "old", page_text(page, "item.undated"));
    else if (months_since(day, page->today) >= PAGE_OLD_MONTHS)
        view_text(page->view, "old", page_text(page, "item.old"));
}
