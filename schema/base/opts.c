#include "base/opts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool opts_number(const char *text, int64_t min, int64_t max, int64_t *number)
{
    char *end;
    const char *digits = *text == '-' ? text + 1 : text;
    if (*digits < '0' || *digits > '9')
        return false;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || *end || value < min || value > max)
        return false;
    *number = value;
    return true;
}

static const struct opt *find(const struct opt *opts, size_t count, const char *name, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(opts[i].name) == len && memcmp(opts[i].name, name, len) == 0)
            return &opts[i];
    return NULL;
}

static enum status set_value(const struct opt *opt, const char *value, struct err *err)
{
    if (opt->type == OPT_TEXT) {
        *(const char **)opt->value = value;
        return STATUS_OK;
    }
    if (opt->type == OPT_LIST) {
        struct opt_list *list = opt->value;
        if (list->count == OPT_LIST_ITEMS)
            return err_set(err, STATUS_INVALID, "option --%s is given more than %d times", opt->name, OPT_LIST_ITEMS);
        list->items[list->count++] = value;
        return STATUS_OK;
    }
    if (!opts_number(value, opt->min, opt->max, opt->value))
        return err_set(err, STATUS_INVALID, "option --%s: \"%s\" is no whole number from %" PRId64 " to %" PRId64,
                       opt->name, value, opt->min, opt->max);
    return STATUS_OK;
}

/* One "--name…"; *used gets how many of argv it took. */
static enum status parse_option(const struct opt *opts, size_t count, char **argv, int left, int *used,
                                struct err *err)
{
    const char *name = argv[0] + 2;
    size_t len = strcspn(name, "=");
    const struct opt *opt = find(opts, count, name, len);
    *used = 1;
    if (!opt)
        return err_set(err, STATUS_INVALID, "option %.*s is not known; --help shows those there are", (int)len + 2,
                       argv[0]);
    if (opt->type == OPT_FLAG) {
        if (name[len] == '=')
            return err_set(err, STATUS_INVALID, "option --%s takes no value", opt->name);
        *(bool *)opt->value = true;
        return STATUS_OK;
    }
    if (name[len] == '=')
        return set_value(opt, name + len + 1, err);
    if (left < 2)
        return err_set(err, STATUS_INVALID, "option --%s needs a value: %s", opt->name, opt->operand);
    *used = 2;
    return set_value(opt, argv[1], err);
}

enum status opts_parse(const struct opt *opts, size_t count, int argc, char **argv, int *operand_count,
                       struct err *err)
{
    int operands = 0;
    bool only_operands = false;
    for (int i = 1, used; i < argc; i += used) {
        used = 1;
        if (!only_operands && strcmp(argv[i], "--") == 0)
            only_operands = true;
        else if (!only_operands && strncmp(argv[i], "--", 2) == 0)
            TRY(parse_option(opts, count, argv + i, argc - i, &used, err));
        else
            argv[1 + operands++] = argv[i];
    }
    *operand_count = operands;
    return STATUS_OK;
}

void opts_help(const struct opt *opts, size_t count, struct buf *out)
{
    for (size_t i = 0; i < count; i++) {
        size_t before = out->len;
        buf_addf(out, "  --%s%s%s", opts[i].name, opts[i].operand ? " " : "", opts[i].operand ? opts[i].operand : "");
        while (!out->failed && out->len - before < 26)
            buf_addc(out, ' ');
        buf_addf(out, " %s\n", opts[i].help);
    }
}
