/* PTV's channels as ways to take part, and a service's connections to its channels. */
#include "indexer/sources/ptv_part.h"

#include <string.h>

static bool type_is(const json_t *channel, const char *type)
{
    const char *its = import_string(channel, "serviceChannelType");
    return its && strcmp(its, type) == 0;
}

/* The first address that is one; what is wrong with the others is told where they become links. */
static json_t *first_url(struct ptv *ptv, const json_t *pages, const char *key)
{
    const json_t *page;
    size_t i;
    json_array_foreach(pages, i, page) {
        const char *text = import_string(page, key), *url;
        if (text && normalise_url(text, strlen(text), ptv->notes->arena, &url) == STATUS_OK)
            return json_string(url);
    }
    return NULL;
}

static json_t *channel_url(struct ptv *ptv, const json_t *channel)
{
    json_t *url = first_url(ptv, json_object_get(channel, "channelUrls"), "value");
    return url ? url : first_url(ptv, json_object_get(channel, "webPages"), "url");
}

/* ---- where a form is sent -------------------------------------------------------------------------------------- */

static void add_words(struct buf *buf, const json_t *texts, const char *lang)
{
    const char *text = json_string_value(json_object_get(texts, lang));
    if (text)
        buf_addf(buf, "%s%s", buf->len > 0 ? ", " : "", text);
}

/* "Kirjaamo, PL 12, 50101 MIKKELI" in each language; a new reference, NULL when nothing is known. */
static json_t *delivery_text(struct ptv *ptv, const char *path, const json_t *delivery)
{
    const json_t *street = json_object_get(delivery, "streetAddress");
    const json_t *box = json_object_get(delivery, "postOfficeBoxAddress");
    const json_t *address = json_is_object(street) ? street : box;
    const char *number = import_string(street, "streetNumber"), *postal_code = import_string(address, "postalCode");
    const json_t *sources[] = {
        json_object_get(delivery, "receiver"), json_object_get(street, "street"), json_object_get(box, "postOfficeBox"),
        json_object_get(delivery, "deliveryAddressInText"), json_object_get(address, "postOffice")};
    enum { SOURCES = sizeof sources / sizeof sources[0], STREET = 1, OFFICE = 4 };
    json_t *texts[SOURCES], *lines = json_object();
    for (size_t i = 0; i < SOURCES; i++)
        texts[i] = ptv_localised(ptv, path, sources[i], NULL, TEXT_ONE_LINE, PTV_LINE_CHARS);
    for (int lang = 0; lang < RECORD_LANGS; lang++) {
        struct buf buf = BUF_INIT;
        for (size_t i = 0; i < OFFICE; i++) {
            size_t before = buf.len;
            add_words(&buf, texts[i], record_langs[lang]);
            if (i == STREET && buf.len > before && number)
                buf_addf(&buf, " %s", number);
        }
        const char *office = json_string_value(json_object_get(texts[OFFICE], record_langs[lang]));
        if (buf.len > 0 && postal_code)
            buf_addf(&buf, ", %s%s%s", postal_code, office ? " " : "", office ? office : "");
        json_t *line = buf.len > 0 && !buf.failed ? json_stringn(buf.data, buf.len) : NULL;
        import_put(lines, record_langs[lang], import_text(ptv->notes, path, line, TEXT_ONE_LINE, PTV_NOTE_CHARS));
        json_decref(line);
        buf_release(&buf);
    }
    for (size_t i = 0; i < SOURCES; i++)
        json_decref(texts[i]);
    return lines;
}

static void put_post(struct ptv *ptv, const char *path, const json_t *channel)
{
    const json_t *deliveries = json_object_get(channel, "deliveryAddresses"), *delivery;
    size_t i;
    json_array_foreach(deliveries, i, delivery) {
        const char *its_path = import_path(ptv->notes, "%sdeliveryAddresses[%zu]", path, i);
        json_t *way = json_pack("{s:s}", "type", "post");
        if (import_put(way, "text", delivery_text(ptv, its_path, delivery)))
            ptv_append(ptv, "channel", its_path, way, PTV_CHANNELS);
        else
            json_decref(way);
    }
}

/* ---- one channel ----------------------------------------------------------------------------------------------- */

static json_t *first_phone(struct ptv *ptv, const char *path, const json_t *channel)
{
    const json_t *phones = json_object_get(channel, "phoneNumbers"), *phone;
    size_t i;
    json_array_foreach(phones, i, phone) {
        json_t *number = ptv_phone(ptv, import_path(ptv->notes, "%sphoneNumbers[%zu]", path, i), phone);
        if (number)
            return number;
    }
    return NULL;
}

/* What is left to say about a way, with "requires identification" where it does; a new reference. */
static json_t *way_text(const json_t *channel, json_t *text)
{
    static const char *const words[RECORD_LANGS] = {"vaatii tunnistautumisen", "kräver identifiering",
                                                    "requires identification"};
    if (!json_is_true(json_object_get(channel, "requiresAuthentication")))
        return json_incref(text);
    json_t *texts = json_object();
    for (int i = 0; i < RECORD_LANGS; i++) {
        const char *own = json_string_value(json_object_get(text, record_langs[i]));
        if (own)
            import_put(texts, record_langs[i], json_sprintf("%s (%s)", own, words[i]));
    }
    return texts;
}

void ptv_put_way(struct ptv *ptv, const char *path, const json_t *channel, json_t *text)
{
    json_t *way = json_object();
    const char *type = NULL;
    if (type_is(channel, "ServiceLocation")) {
        type = "place";
    } else if (type_is(channel, "Phone")) {
        if (import_put(way, "phone", first_phone(ptv, path, channel)))
            type = "phone";
    } else if (import_put(way, "url", channel_url(ptv, channel))) {
        type = "online";
    }
    if (type_is(channel, "PrintableForm"))
        put_post(ptv, path, channel);
    if (!type) {
        json_decref(way);
        return;
    }
    import_put(way, "type", json_string(type));
    import_put(way, "text", way_text(channel, text));
    import_origin(ptv->notes,
                  import_path(ptv->notes, "channel[%zu]", json_array_size(json_object_get(ptv->record, "channel"))),
                  path);
    ptv_append(ptv, "channel", path, way, PTV_CHANNELS);
}

/* ---- connections of a service ---------------------------------------------------------------------------------- */

/* "name: description" in each language; a channel that is not at hand has its name in one language, which one is not
 * said.  A new reference. */
static json_t *connection_text(struct ptv *ptv, const char *path, const json_t *connection, const json_t *channel)
{
    json_t *names = ptv_localised(ptv, import_path(ptv->notes, "%s.serviceChannel.name", path),
                                  channel ? json_object_get(channel, "serviceChannelNames")
                                          : json_object_get(json_object_get(connection, "serviceChannel"), "name"),
                                  channel ? "Name" : NULL, TEXT_ONE_LINE, PTV_LINE_CHARS);
    json_t *words = ptv_localised(ptv, import_path(ptv->notes, "%s.description", path),
                                  json_object_get(connection, "description"), "Description", TEXT_ONE_LINE,
                                  PTV_BODY_CHARS);
    const char *only = channel ? NULL : json_string_value(json_object_get(names, "fi"));
    bool used = false;
    json_t *texts = json_object();
    for (int i = 0; i < RECORD_LANGS; i++) {
        const char *name = json_string_value(json_object_get(names, record_langs[i]));
        const char *word = json_string_value(json_object_get(words, record_langs[i]));
        bool titled = json_object_get(json_object_get(ptv->record, "texts"), record_langs[i]) != NULL;
        name = only && (word || (titled && !used)) ? only : channel ? name : NULL;
        used = used || name;
        if (name && word)
            import_put(texts, record_langs[i], json_sprintf("%s: %s", name, word));
        else if (name || word)
            import_put(texts, record_langs[i], json_string(name ? name : word));
    }
    json_decref(names);
    json_decref(words);
    return texts;
}

/* Of such a text what a remark of a way may hold. */
static json_t *note_of(struct ptv *ptv, const char *path, json_t *text)
{
    json_t *texts = json_object();
    for (int i = 0; i < RECORD_LANGS; i++)
        import_put(texts, record_langs[i], import_text(ptv->notes, path, json_object_get(text, record_langs[i]),
                                                       TEXT_ONE_LINE, PTV_NOTE_CHARS));
    return texts;
}

static void put_channel(struct ptv *ptv, const char *path, const json_t *channel, json_t *text)
{
    const char *inside = import_path(ptv->notes, "%s.serviceChannel.", path);
    json_t *names = ptv_localised(ptv, inside, json_object_get(channel, "serviceChannelNames"), "Name", TEXT_ONE_LINE,
                                  PTV_LINE_CHARS);
    json_t *note = note_of(ptv, import_path(ptv->notes, "%s.description", path), text);
    ptv_put_way(ptv, inside, channel, note);
    if (type_is(channel, "ServiceLocation"))
        ptv_put_places(ptv, import_path(ptv->notes, "%saddresses", inside), json_object_get(channel, "addresses"),
                       names);
    ptv_put_links(ptv, import_path(ptv->notes, "%schannelUrls", inside), json_object_get(channel, "channelUrls"),
                  "form");
    if (type_is(channel, "EChannel")) {
        ptv_put_links(ptv, import_path(ptv->notes, "%swebPages", inside), json_object_get(channel, "webPages"), "form");
        json_t *url = json_object_get(ptv->record, "signup") ? NULL : channel_url(ptv, channel);
        import_put(ptv->record, "signup", url ? json_pack("{s:o}", "url", url) : NULL);
    }
    ptv_put_contacts(ptv, inside, channel);
    json_decref(names);
    json_decref(note);
}

static void put_connection(struct ptv *ptv, struct ptv_body *body, const char *path, const json_t *connection,
                           const json_t *channel)
{
    const json_t *details = json_object_get(connection, "contactDetails");
    const char *inside = import_path(ptv->notes, "%s.contactDetails.", path);
    json_t *text = connection_text(ptv, path, connection, channel);
    if (channel)
        put_channel(ptv, path, channel, text);
    else
        ptv_body_add(body, PTV_WAYS, json_incref(text));
    ptv_put_contacts(ptv, inside, details);
    ptv_put_places(ptv, import_path(ptv->notes, "%saddresses", inside), json_object_get(details, "addresses"), NULL);
    ptv_put_hours(ptv, import_path(ptv->notes, "%s.serviceHours", path), json_object_get(connection, "serviceHours"));
    json_decref(text);
}

/* A service with one location is open when that is; with several each place says its own hours. */
static void put_location_hours(struct ptv *ptv, const char *path, const json_t *location)
{
    if (location && !json_object_get(ptv->record, "schedule"))
        ptv_put_hours(ptv, path, json_object_get(location, "serviceHours"));
}

void ptv_put_connections(struct ptv *ptv, struct ptv_body *body)
{
    const json_t *connections = json_object_get(ptv->object, "serviceChannels"), *connection;
    json_t *location = NULL;
    const char *location_path = NULL;
    size_t i, locations = 0;
    ptv_body_part(body);
    json_array_foreach(connections, i, connection) {
        const json_t *reference = json_object_get(connection, "serviceChannel"), *status;
        const char *id = import_string(reference, "id"), *path = import_path(ptv->notes, "serviceChannels[%zu]", i);
        json_t *channel = id ? import_lookup_get(ptv->lookup, PTV_SET_CHANNEL, id, 0) : NULL;
        if (!channel || ptv_published(channel, &status)) {
            put_connection(ptv, body, path, connection, channel);
            ptv_put_related(ptv, path, id);
        }
        if (channel && type_is(channel, "ServiceLocation") && ptv_published(channel, &status) && locations++ == 0) {
            location = json_incref(channel);
            location_path = import_path(ptv->notes, "%s.serviceChannel.serviceHours", path);
        }
        json_decref(channel);
    }
    if (locations == 1)
        put_location_hours(ptv, location_path, location);
    json_decref(location);
}
