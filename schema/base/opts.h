/* Command lines of both programs, from tables: --name VALUE, --name=VALUE, --flag, -- and operands.
 *
 * Help and errors walk the same table that parsing does, so that no option can be undocumented. */
#ifndef OPASTIN_BASE_OPTS_H
#define OPASTIN_BASE_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/status.h"

enum opt_type { OPT_FLAG, OPT_TEXT, OPT_NUMBER, OPT_LIST /* may be given again */ };

enum { OPT_LIST_ITEMS = 200 };

struct opt_list {
    const char *items[OPT_LIST_ITEMS]; /* views into argv */
    size_t count;
};

struct opt {
    const char *name;    /* without the hyphens */
    enum opt_type type;
    void *value;         /* bool *, const char **, int64_t *, struct opt_list * */
    int64_t min, max;    /* OPT_NUMBER, both allowed */
    const char *operand; /* shown in the help: "DIR"; NULL for flags */
    const char *help;
};

/* Reads argv[1..argc); operands are moved to the front of argv[1..] and *operand_count says how many.
 * STATUS_INVALID names the option and what is allowed. */
enum status opts_parse(const struct opt *opts, size_t count, int argc, char **argv, int *operand_count,
                       struct err *err) MUST_USE;

/* "  --index DIR    help" lines. */
void opts_help(const struct opt *opts, size_t count, struct buf *out);

/* A decimal whole number of all of text within min..max. */
bool opts_number(const char *text, int64_t min, int64_t max, int64_t *number);

#endif
