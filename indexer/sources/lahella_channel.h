/* The channels of a Lähellä.fi activity: places, ways to take part, times and signing up. */
#ifndef OPASTIN_INDEXER_SOURCES_LAHELLA_CHANNEL_H
#define OPASTIN_INDEXER_SOURCES_LAHELLA_CHANNEL_H

#include "indexer/sources/import_value.h"

/* Puts place, channel, form, schedule, start, end and signup. */
void lahella_put_channels(struct import_notes *notes, const json_t *traits, json_t *record);

/* The Finnish day of milliseconds since 1970, or of a date as text; 0 is no date. */
json_t *lahella_date(struct import_notes *notes, const char *path, const json_t *value);

/* lahella.c: {"fi": …} of translations.fi.MEMBER; NULL.  A code of Lähellä.fi in a vocabulary of ours. */
json_t *lahella_texts(struct import_notes *notes, const char *path, const json_t *owner, const char *member,
                      size_t most);
bool lahella_put_code(json_t *record, const char *field, enum vocab_name vocab, const char *code);

#endif
