#include "tests/unit/spoilt.h"

#include <string.h>

#include "vocab/vocab.h"

size_t below(size_t limit)
{
    static uint64_t seed = 20261122;
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return limit ? (size_t)((seed >> 11) % limit) : 0;
}

static json_t *strange_value(void)
{
    switch (below(12)) {
    case 0: return json_null();
    case 1: return json_string("");
    case 2: return json_integer(-1);
    case 3: return json_real(1e300);
    case 4: return json_array();
    case 5: return json_object();
    case 6: return json_string("\x01<p>\xE2\x80\x8Bäö&nbsp;</p>");
    case 7: return json_true();
    case 8: return json_pack("[s,n,{},[i]]", "x", 5);
    case 9: return json_string("99999999999999999999,-5,5MO,XX");
    case 10: return json_integer(2147483647);
    default: return json_string("2026-13-45T99:99");
    }
}

void spoil(json_t *value, size_t rarity)
{
    const char *key;
    json_t *child;
    void *next;
    json_object_foreach_safe(value, next, key, child) {
        if (below(rarity) == 0 && strcmp(key, "traits") != 0)
            json_object_set_new(value, key, strange_value());
        else
            spoil(child, rarity);
    }
    for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++) {
        if (below(rarity) == 0)
            json_array_set_new(value, i, strange_value());
        else
            spoil(json_array_get(value, i), rarity);
    }
}

int vocab_setup(void **state)
{
    (void)state;
    return vocab_load(NULL) == STATUS_OK ? 0 : -1;
}

int vocab_teardown(void **state)
{
    (void)state;
    vocab_unload();
    return 0;
}
