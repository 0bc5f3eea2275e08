#include "record.h"

#include <math.h>

#include "field.h"

const char *const record_langs[RECORD_LANGS] = {"fi", "sv", "en"};

void record_init(struct record *record)
{
    field_init(field_table(), record);
}

bool localised_known(const struct localised *text)
{
    for (int i = 0; i < RECORD_LANGS; i++)
        if (text->in[i])
            return true;
    return false;
}

const char *localised_pick(const struct localised *text, int wanted, int *lang)
{
    int order[RECORD_LANGS + 1] = {wanted, RECORD_FI, RECORD_SV, RECORD_EN};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (order[i] < 0 || order[i] >= RECORD_LANGS || !text->in[order[i]])
            continue;
        if (lang)
            *lang = order[i];
        return text->in[order[i]];
    }
    return NULL;
}

bool place_known_position(const struct place *place)
{
    return !isnan(place->lat) && !isnan(place->lon);
}

struct contact contact_public(const struct contact *contact)
{
    static const struct localised nothing;
    struct contact shown = *contact;
    if (!(contact->shown & SHOW_NAME))
        shown.name = nothing;
    if (!(contact->shown & SHOW_TITLE))
        shown.title = nothing;
    if (!(contact->shown & SHOW_EMAIL))
        shown.email = NULL;
    if (!(contact->shown & SHOW_PHONE))
        shown.phone = NULL;
    return shown;
}
