#include "searchd/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <xxhash.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

static bool is_four(const struct client *client)
{
    return memcmp(client->bytes, mapped, sizeof mapped) == 0;
}

static void set_four(const void *four, struct client *client)
{
    memcpy(client->bytes, mapped, sizeof mapped);
    memcpy(client->bytes + sizeof mapped, four, 4);
}

void client_of_peer(const struct sockaddr *address, struct client *client)
{
    *client = (struct client){{0}};
    if (address->sa_family == AF_INET6)
        memcpy(client->bytes, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, 16);
    else if (address->sa_family == AF_INET)
        set_four(&((const struct sockaddr_in *)(const void *)address)->sin_addr, client);
}

bool client_parse(const char *text, size_t len, struct client *client)
{
    char copy[INET6_ADDRSTRLEN];
    struct in_addr four;
    if (len == 0 || len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    if (inet_pton(AF_INET6, copy, client->bytes) == 1)
        return true;
    if (inet_pton(AF_INET, copy, &four) != 1)
        return false;
    set_four(&four, client);
    return true;
}

/* ---- trusted proxies ------------------------------------------------------------------------------------------ */

static enum status parse_range(const char *text, size_t len, struct client_range *range, struct err *err)
{
    const char *slash = memchr(text, '/', len);
    size_t address = slash ? (size_t)(slash - text) : len;
    unsigned most = 128, bits;
    if (!client_parse(text, address, &range->first))
        return err_set(err, STATUS_INVALID, "option --trusted-proxies: \"%.*s\" is no numeric address, nor one with "
                       "a length like 10.0.0.0/8", (int)len, text);
    if (is_four(&range->first) && !memchr(text, ':', address))
        most = 32;
    bits = most;
    if (slash) {
        char *end;
        unsigned long given = slash[1] >= '0' && slash[1] <= '9' ? strtoul(slash + 1, &end, 10) : most + 1;
        if (given > most || end != text + len)
            return err_set(err, STATUS_INVALID, "option --trusted-proxies: \"%.*s\": the length must be 0 to %u",
                           (int)len, text, most);
        bits = (unsigned)given;
    }
    range->bits = bits + (128 - most);
    return STATUS_OK;
}

enum status client_proxies_parse(struct client_proxies *proxies, const char *list, struct err *err)
{
    proxies->count = 0;
    while (list && *list) {
        size_t len = strcspn(list, ", ");
        if (len && proxies->count == CLIENT_PROXIES)
            return err_set(err, STATUS_INVALID, "option --trusted-proxies: more than %d ranges", CLIENT_PROXIES);
        if (len)
            TRY(parse_range(list, len, &proxies->ranges[proxies->count++], err));
        list += len + strspn(list + len, ", ");
    }
    return STATUS_OK;
}

static bool in_range(const struct client_range *range, const struct client *client)
{
    unsigned whole = range->bits / 8, rest = range->bits % 8;
    if (memcmp(range->first.bytes, client->bytes, whole) != 0)
        return false;
    return rest == 0 || (range->first.bytes[whole] ^ client->bytes[whole]) >> (8 - rest) == 0;
}

bool client_trusted(const struct client_proxies *proxies, const struct client *client)
{
    for (size_t i = 0; i < proxies->count; i++)
        if (in_range(&proxies->ranges[i], client))
            return true;
    return false;
}

/* ---- the chain ------------------------------------------------------------------------------------------------- */

/* One member of Forwarded: the value of its `for`, without quotation marks. */
static bool find_for(const char **text, size_t *len)
{
    const char *at = *text, *end = at + *len;
    while (at < end) {
        const char *semicolon = memchr(at, ';', (size_t)(end - at)), *stop = semicolon ? semicolon : end;
        at += strspn(at, " \t");
        if (stop - at > 4 && strncasecmp(at, "for=", 4) == 0) {
            *text = at + 4;
            while (stop > *text && strchr(" \t", stop[-1]))
                stop--;
            *len = (size_t)(stop - *text);
            if (*len >= 2 && **text == '"' && stop[-1] == '"') {
                ++*text;
                *len -= 2;
            }
            return true;
        }
        at = stop + 1;
    }
    return false;
}

/* "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80". */
static bool parse_node(const char *text, size_t len, struct client *client)
{
    const char *close = len && *text == '[' ? memchr(text, ']', len) : NULL;
    const char *colon = memchr(text, ':', len);
    if (close)
        return client_parse(text + 1, (size_t)(close - text) - 1, client);
    if (colon && !memchr(colon + 1, ':', len - (size_t)(colon - text) - 1))
        len = (size_t)(colon - text);
    return client_parse(text, len, client);
}

void client_chain_add(struct client_chain *chain, const char *line)
{
    if (chain->count == CLIENT_CHAIN)
        memmove(chain->lines, chain->lines + 1, --chain->count * sizeof *chain->lines);
    chain->lines[chain->count++] = line;
}

/* The last member of line[0..*end), whose end moves to the one before it. */
static bool parse_last(const char *line, size_t *end, bool forwarded, struct client *client)
{
    size_t begin = *end;
    while (begin > 0 && line[begin - 1] != ',')
        begin--;
    const char *text = line + begin + strspn(line + begin, " \t");
    size_t len = text < line + *end ? (size_t)(line + *end - text) : 0;
    while (len && strchr(" \t", text[len - 1]))
        len--;
    *end = begin ? begin - 1 : 0;
    return (!forwarded || find_for(&text, &len)) && parse_node(text, len, client);
}

void client_behind(const struct client_proxies *proxies, const struct client *peer, const struct client_chain *chain,
                   bool forwarded, struct client *client)
{
    size_t line = chain->count, end = 0;
    *client = *peer;
    for (int i = 0; i < CLIENT_CHAIN && (line > 0 || end > 0) && client_trusted(proxies, client); i++) {
        struct client before;
        if (end == 0)
            end = strlen(chain->lines[--line]);
        if (!parse_last(chain->lines[line], &end, forwarded, &before))
            return; /* "unknown", or nonsense: the proxy that let it pass answers for it */
        *client = before;
    }
}

uint64_t client_group(const struct client *client, uint64_t key)
{
    return XXH3_64bits_withSeed(client->bytes, is_four(client) ? 16 : 8, key);
}
