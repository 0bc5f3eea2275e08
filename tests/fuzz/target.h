/* A fuzz target: one file NAME.c with FUZZ_TARGET(NAME) { ... return 0; }, any bytes in, FUZZ_CHECK for what must hold.
 *
 * `make fuzz` builds each file of this folder as a libFuzzer program that starts from the inputs in seeds/NAME/.
 * `make check` runs the same targets on inputs made from those seeds, the same ones each time: a new target is one more
 * line in tests/unit/fuzz_test.c. */
#ifndef OPASTIN_TESTS_FUZZ_TARGET_H
#define OPASTIN_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef FUZZ_ALONE
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#define FUZZ_TARGET(name) int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
#else
#define FUZZ_TARGET(name) static int fuzz_##name(const uint8_t *data, size_t size)
#endif

/* Both kinds of run say what broke and stop there. */
#define FUZZ_CHECK(condition)                                                                                          \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                              \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

#endif
