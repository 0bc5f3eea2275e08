/* What an HSDS service costs: cost_options and the words about it. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "calendar.h"
#include "indexer/sources/hsds_part.h"

enum { OPTIONS_MOST = 50, DAYS_BYTES = 40, AMOUNT_BYTES = 40, MONEY_MOST = 100000 };

struct option {
    const char *name, *note, *currency; /* NULL: not said */
    double amount;                      /* NAN: not said */
    int32_t from, to;
};

struct options {
    struct option list[OPTIONS_MOST];
    size_t count;
};

/* Prices without a currency are euros, unless the service is in another country. */
static bool in_euros(const struct hsds *hsds, const struct option *option)
{
    const json_t *at, *location;
    size_t i;
    if (option->currency)
        return strcasecmp(option->currency, "eur") == 0 || strcmp(option->currency, "€") == 0;
    json_array_foreach(hsds_list(hsds->object, "service_at_locations"), i, at) {
        location = json_object_get(at, "location");
        if (hsds_is_abroad(json_array_get(hsds_list(location, "addresses"), 0)))
            return false;
    }
    return true;
}

static void read_options(struct hsds *hsds, struct options *options)
{
    const json_t *list = hsds_list(hsds->object, "cost_options"), *item;
    size_t i;
    json_array_foreach(list, i, item) {
        const char *path = import_path(hsds->notes, "cost_options[%zu]", i);
        if (options->count == OPTIONS_MOST)
            return;
        struct option *option = &options->list[options->count];
        *option = (struct option){import_string(item, "option"), import_string(item, "amount_description"),
                                  import_string(item, "currency"), NAN, DAY_UNKNOWN, DAY_UNKNOWN};
        if (!hsds_number(hsds, import_path(hsds->notes, "%s.amount", path), json_object_get(item, "amount"),
                         &option->amount))
            option->amount = NAN;
        if (option->amount < 0 || option->amount > MONEY_MOST) {
            import_warn(hsds->notes,
                        &(struct import_note){PROBLEM_RANGE, import_path(hsds->notes, "%s.amount", path),
                                              json_object_get(item, "amount"), "write an amount of 0 to 100000"},
                        "is no price; it is left out");
            option->amount = NAN;
        }
        option->from = hsds_day(hsds, import_path(hsds->notes, "%s.valid_from", path),
                                json_object_get(item, "valid_from"));
        option->to = hsds_day(hsds, import_path(hsds->notes, "%s.valid_to", path), json_object_get(item, "valid_to"));
        options->count += option->name || option->note || !isnan(option->amount);
    }
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

/* Did another price of the same option come after it? */
static bool is_superseded(const struct options *options, const struct option *option)
{
    for (size_t i = 0; i < options->count; i++) {
        const struct option *other = &options->list[i];
        if (other != option && option->to != DAY_UNKNOWN && other->from != DAY_UNKNOWN && other->from > option->to &&
            same_text(other->name, option->name))
            return true;
    }
    return false;
}

static void drop_superseded(struct options *options)
{
    bool drop[OPTIONS_MOST];
    size_t kept = 0;
    for (size_t i = 0; i < options->count; i++)
        drop[i] = is_superseded(options, &options->list[i]);
    for (size_t i = 0; i < options->count; i++)
        if (!drop[i])
            options->list[kept++] = options->list[i];
    options->count = kept;
}

/* ---- in words --------------------------------------------------------------------------------------------------- */

static void add_day(struct buf *out, int32_t day)
{
    struct date date = date_from_day(day);
    buf_addf(out, "%d.%d.%d", date.day, date.month, date.year);
}

/* " (1.1.2026–31.12.2026)" */
static void add_period(struct buf *out, const struct option *option)
{
    if (option->from == DAY_UNKNOWN && option->to == DAY_UNKNOWN)
        return;
    buf_adds(out, " (");
    if (option->from != DAY_UNKNOWN)
        add_day(out, option->from);
    buf_adds(out, "–");
    if (option->to != DAY_UNKNOWN)
        add_day(out, option->to);
    buf_addc(out, ')');
}

/* "35 €", "5,50 €", "35 GBP", "35" */
static void add_amount(const struct hsds *hsds, struct buf *out, const struct option *option)
{
    char number[AMOUNT_BYTES];
    bool whole = option->amount == floor(option->amount);
    snprintf(number, sizeof number, whole ? "%.0f" : "%.2f", option->amount);
    char *point = strchr(number, '.');
    if (point && hsds->lang != RECORD_EN)
        *point = ',';
    buf_adds(out, number);
    if (in_euros(hsds, option))
        buf_adds(out, " €");
    for (const char *at = in_euros(hsds, option) || !option->currency ? "" : option->currency; *at; at++) {
        if (at == option->currency)
            buf_addc(out, ' ');
        buf_addc(out, *at >= 'a' && *at <= 'z' ? (char)(*at - 32) : *at);
    }
}

/* "Under 18s: 35 € per 1 hour session (1.1.2020–31.12.2022)" */
static void add_option(const struct hsds *hsds, struct buf *out, const struct option *option)
{
    buf_adds(out, out->len > 0 ? "; " : "");
    if (option->name)
        buf_addf(out, "%s%s", option->name, option->note || !isnan(option->amount) ? ": " : "");
    if (!isnan(option->amount))
        add_amount(hsds, out, option);
    if (option->note)
        buf_addf(out, "%s%s", isnan(option->amount) ? "" : " ", option->note);
    add_period(out, option);
}

/* ---- the price -------------------------------------------------------------------------------------------------- */

/* Free when all is; not free when nothing is; between them only the words know. */
static enum tristate is_free(const struct options *options)
{
    size_t free = 0, paid = 0;
    for (size_t i = 0; i < options->count; i++) {
        free += options->list[i].amount == 0;
        paid += options->list[i].amount > 0;
    }
    return paid > 0 && free == 0 ? TRI_NO : free > 0 && free == options->count ? TRI_YES : TRI_UNKNOWN;
}

/* The one amount in euros that all options have; NAN. */
static double one_amount(const struct hsds *hsds, const struct options *options)
{
    double amount = NAN;
    for (size_t i = 0; i < options->count; i++) {
        const struct option *option = &options->list[i];
        if (!(option->amount > 0) || !in_euros(hsds, option) || (i > 0 && option->amount != amount))
            return NAN;
        amount = option->amount;
    }
    return amount;
}

static json_t *words_of(struct hsds *hsds, const struct options *options, const char *fees)
{
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < options->count; i++) {
        const struct option *option = &options->list[i];
        bool bare = !option->name && !option->note && option->from == DAY_UNKNOWN && option->to == DAY_UNKNOWN;
        if (!bare || options->count > 1 || !in_euros(hsds, option))
            add_option(hsds, &out, option);
    }
    const char *const texts[] = {out.len > 0 && !out.failed ? buf_str(&out) : NULL, fees};
    hsds->notes->failed = hsds->notes->failed || out.failed;
    json_t *words = hsds_joined(hsds, options->count ? "cost_options" : "fees_description", texts, 2, ". ",
                                HSDS_NOTE_CHARS);
    buf_release(&out);
    return words;
}

void hsds_put_price(struct hsds *hsds)
{
    struct options *options = arena_alloc(hsds->notes->arena, sizeof *options);
    struct price_words read = {.free = TRI_UNKNOWN, .amount = NAN, .plain = false};
    const char *fees = import_string(hsds->object, "fees_description");
    json_t *price = json_object();
    if (!options) {
        hsds->notes->failed = true;
        json_decref(price);
        return;
    }
    fees = fees ? fees : import_string(hsds->object, "fees");
    read_options(hsds, options);
    drop_superseded(options);
    enum tristate free = is_free(options);
    double amount = one_amount(hsds, options);
    if (fees)
        normalise_price(fees, strlen(fees), &read);
    if (options->count == 0 && read.plain) {
        free = read.free;
        amount = read.amount;
    }
    if (free != TRI_UNKNOWN)
        import_put(price, "free", json_boolean(free == TRI_YES));
    if (free != TRI_YES && amount > 0)
        import_put(price, "amount", json_real(amount));
    import_put(price, "text", words_of(hsds, options, read.plain ? NULL : fees));
    import_put(hsds->record, "price", price);
    import_origin(hsds->notes, "price", options->count ? "cost_options" : "fees_description");
}
