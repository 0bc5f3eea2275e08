/* What a PTV service costs: serviceChargeType and the texts about it. */
#include "indexer/sources/ptv_part.h"

#include <math.h>
#include <string.h>

static enum tristate free_of(const char *type)
{
    if (!type)
        return TRI_UNKNOWN;
    if (strcmp(type, "FreeOfCharge") == 0 || strcmp(type, "Free") == 0)
        return TRI_YES;
    return strcmp(type, "Chargeable") == 0 || strcmp(type, "Charged") == 0 ? TRI_NO : TRI_UNKNOWN;
}

static json_t *charge_text(struct ptv *ptv, const char *path, const json_t *descriptions)
{
    return ptv_localised(ptv, path, descriptions, "ChargeTypeAdditionalInfo", TEXT_ONE_LINE, PTV_NOTE_CHARS);
}

/* Type and text of the service; what it does not say is the general description's, then its first connection's that
 * says it. */
static json_t *find_price(struct ptv *ptv, const char **type)
{
    const json_t *connections = json_object_get(ptv->object, "serviceChannels"), *connection;
    size_t i;
    *type = import_string(ptv->object, "serviceChargeType");
    json_t *text = charge_text(ptv, "serviceDescriptions", json_object_get(ptv->object, "serviceDescriptions"));
    if (!*type)
        *type = import_string(ptv->general, "serviceChargeType");
    if (!text)
        text = charge_text(ptv, "generalDescription.descriptions", json_object_get(ptv->general, "descriptions"));
    if (!text)
        text = ptv_localised(ptv, "generalDescription.charge_info", json_object_get(ptv->general, "charge_info"), NULL,
                             TEXT_ONE_LINE, PTV_NOTE_CHARS);
    json_array_foreach(connections, i, connection) {
        if (!*type)
            *type = import_string(connection, "serviceChargeType");
        if (!text)
            text = charge_text(ptv, import_path(ptv->notes, "serviceChannels[%zu].description", i),
                               json_object_get(connection, "description"));
    }
    return text;
}

void ptv_put_price(struct ptv *ptv)
{
    const char *type = NULL;
    json_t *text = find_price(ptv, &type), *price = json_object();
    const char *words = json_string_value(json_object_get(text, "fi"));
    struct price_words read = {.free = TRI_UNKNOWN, .amount = NAN};
    enum tristate free = free_of(type);
    if (words)
        normalise_price(words, strlen(words), &read);
    if (free == TRI_UNKNOWN && read.plain)
        free = read.free;
    if (free != TRI_UNKNOWN)
        import_put(price, "free", json_boolean(free == TRI_YES));
    if (free != TRI_YES && read.plain && read.amount > 0)
        import_put(price, "amount", json_real(read.amount));
    import_put(price, "text", text);
    import_put(ptv->record, "price", price);
    import_origin(ptv->notes, "price", "serviceChargeType");
}
