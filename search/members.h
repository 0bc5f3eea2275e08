/* The members of a hit by name, and the part of a ready card that a client asked for.
 *
 * The list has every member that an answer may show in a hit but `explain`, in the order of the answer. */
#ifndef OPASTIN_SEARCH_MEMBERS_H
#define OPASTIN_SEARCH_MEMBERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum member {
    /* of the stored card; schema/stored.c writes them in this order */
    MEMBER_ID, MEMBER_KIND, MEMBER_LANG, MEMBER_TITLE, MEMBER_SUMMARY, MEMBER_ORGANISATION, MEMBER_AREA, MEMBER_PLACE,
    MEMBER_AUDIENCE, MEMBER_THEME, MEMBER_FORM, MEMBER_THRESHOLD, MEMBER_LANGUAGES, MEMBER_PLAIN_LANGUAGE,
    MEMBER_AGE_MIN, MEMBER_AGE_MAX, MEMBER_START, MEMBER_END, MEMBER_PRICE, MEMBER_SIGNUP, MEMBER_PHONE, MEMBER_STATUS,
    MEMBER_MODIFIED, MEMBER_VERIFIED_AT, MEMBER_SOURCE, MEMBER_ORIGIN_URL,
    /* of the search */
    MEMBER_SNIPPET, MEMBER_WHY, MEMBER_NEXT, MEMBER_DISTANCE_KM, MEMBER_DISTANCE_FROM,
    MEMBERS
};
enum { MEMBERS_OF_HEAD = MEMBER_SUMMARY, MEMBERS_OF_CARD = MEMBER_SNIPPET }; /* head: struct stored_head */

_Static_assert(MEMBERS <= 32, "sets of members are bits of uint32_t");

const char *member_name(enum member member);
int member_by_name(const char *name, size_t len); /* -1: there is none */

/* Appends the members of a card (as stored: without braces) that are not in `without`, a bit per member, in their
 * order and without braces. */
void members_copy(const char *card, size_t len, uint32_t without, struct buf *out);

#endif
