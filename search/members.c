#include "search/members.h"

#include <stdbool.h>
#include <string.h>

static const char *const names[MEMBERS] = {
    "id", "kind", "lang", "title", "summary", "organisation", "area", "place", "audience", "theme", "form", "threshold",
    "languages", "plainLanguage", "ageMin", "ageMax", "start", "end", "price", "signup", "phone", "status", "modified",
    "verifiedAt", "source", "originUrl", "snippet", "why", "next", "distanceKm", "distanceFrom"};

const char *member_name(enum member member)
{
    return names[member];
}

int member_by_name(const char *name, size_t len)
{
    for (int m = 0; m < MEMBERS; m++)
        if (strlen(names[m]) == len && memcmp(names[m], name, len) == 0)
            return m;
    return -1;
}

/* Behind the string that begins with the quote at `at`. */
static const char *string_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\';
    return at < end ? at + 1 : end;
}

/* Behind the value that begins at `at`: where a comma of this level or the end is. */
static const char *value_end(const char *at, const char *end)
{
    size_t depth = 0;
    while (at < end && (depth > 0 || *at != ',')) {
        if (*at == '"') {
            at = string_end(at, end);
            continue;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
    }
    return at;
}

void members_copy(const char *card, size_t len, uint32_t without, struct buf *out)
{
    const uint32_t of_card = ((uint32_t)1 << MEMBERS_OF_CARD) - 1;
    const char *end = card + len, *next;
    bool first = true;
    int member = 0;
    if (!(without & of_card)) {
        buf_add(out, card, len);
        return;
    }
    for (const char *at = card; at < end && of_card & ~without; at = next + 1) {
        const char *name_end = string_end(at, end);
        size_t name_len = (size_t)(name_end - at) - 2;
        next = value_end(name_end, end);
        while (member < MEMBERS_OF_CARD &&
               (strlen(names[member]) != name_len || memcmp(names[member], at + 1, name_len) != 0))
            without |= (uint32_t)1 << member++; /* passed: the card has none */
        if (member == MEMBERS_OF_CARD)
            return;
        if (!(without >> member & 1)) {
            if (!first)
                buf_addc(out, ',');
            first = false;
            buf_add(out, at, (size_t)(next - at));
        }
        without |= (uint32_t)1 << member++;
    }
}
