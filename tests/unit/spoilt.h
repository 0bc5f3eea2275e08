/* Objects of foreign formats with strange values in them, the same ones in each run; and the vocabularies that all
 * tests of such formats need. */
#ifndef OPASTIN_TESTS_SPOILT_H
#define OPASTIN_TESTS_SPOILT_H

#include <stddef.h>

#include <jansson.h>

/* 0 <= n < limit, by chance; 0 for 0. */
size_t below(size_t limit);
/* Puts strange values into one of `rarity` places, at any depth.  "traits" stay: by them a format is recognised. */
void spoil(json_t *value, size_t rarity);

/* A group's setup and teardown: the vocabularies are there in between. */
int vocab_setup(void **state);
int vocab_teardown(void **state);

#endif
