/* why-not and explain: what keeps a record out of the index, and what of a search. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "facet.h"
#include "generation.h"
#include "indexer/asker.h"
#include "indexer/command.h"
#include "indexer/why_not.h"
#include "messages.h"
#include "search/account.h"

static int32_t today_of(const struct command_line *line)
{
    return moment_from_instant(line->now).day;
}

static void add_member(struct buf *out, const char *key, const char *text)
{
    buf_addf(out, "%s\"%s\":", out->len && out->data[out->len - 1] != '{' ? "," : "", key);
    buf_add_json(out, text, strlen(text));
}

static enum status print(const struct command_line *line, const struct buf *text, struct err *err)
{
    TRY(buf_ok(text, err));
    fwrite(text->data, 1, text->len, line->out);
    return STATUS_OK;
}

/* ---- why-not ---------------------------------------------------------------------------------------------------- */

enum status command_why_not(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    struct why_not_answer answer;
    const char *id = line->operands[0];
    (void)exit_code;
    if (line->config)
        TRY(problem_language_set(line->settings.language, err)); /* as the reports that sent one here */
    TRY(why_not(line->index, line->config ? &line->settings : NULL, id, today_of(line), &answer, err));
    struct buf out = BUF_INIT;
    if (line->json) {
        buf_addc(&out, '{');
        add_member(&out, "id", id);
        add_member(&out, "why", why_not_name(answer.why));
        add_member(&out, "words", buf_str(&answer.words));
        buf_adds(&out, "}\n");
    } else {
        buf_addf(&out, "%s\n%s", why_not_name(answer.why), buf_str(&answer.words));
    }
    enum status status = print(line, &out, err);
    buf_release(&out);
    why_not_release(&answer);
    return status;
}

/* ---- explain ---------------------------------------------------------------------------------------------------- */

static void add_list(struct buf *out, const char *key, const char *const *texts, size_t count)
{
    buf_addf(out, ",\"%s\":[", key);
    for (size_t i = 0; i < count; i++) {
        buf_adds(out, i ? "," : "");
        buf_add_json(out, texts[i], strlen(texts[i]));
    }
    buf_addc(out, ']');
}

static size_t list_filters(const struct account *account, const char *names[FACET_COUNT])
{
    size_t count = 0;
    for (int f = 0; f < FACET_COUNT; f++)
        if (account->filtered[f])
            names[count++] = facet_name((enum facet)f);
    return count;
}

static void print_json(const struct account *account, const char *id, const char *query, struct buf *out)
{
    const char *filters[FACET_COUNT];
    size_t filter_count = list_filters(account, filters);
    buf_addc(out, '{');
    add_member(out, "id", id);
    add_member(out, "query", query);
    buf_addf(out, ",\"hit\":%s,\"totalHits\":%" PRIu64 ",\"place\":%" PRIu64, account->hit ? "true" : "false",
             account->total, account->place);
    if (account->hit) {
        buf_adds(out, ",\"score\":");
        buf_add_number(out, account->details.score, 4);
        if (account->details.score_parts)
            add_member(out, "scoreParts", account->details.score_parts);
    }
    buf_addf(out, ",\"hidden\":%s,\"over\":%s,\"words\":%u,\"required\":%u", account->hidden ? "true" : "false",
             account->over ? "true" : "false", account->wanted, account->required);
    add_list(out, "missingWords", account->missing, account->missing_count);
    add_list(out, "filters", filters, filter_count);
    add_member(out, "plan", account->plan);
    buf_adds(out, "}\n");
}

static void print_missing(const struct account *account, struct buf *out)
{
    const char *filters[FACET_COUNT];
    size_t filter_count = list_filters(account, filters);
    if (account->hidden)
        buf_adds(out, "  it is not shown today (visible_from, visible_to)\n");
    if (account->over)
        buf_adds(out, "  it is over: past=1 finds it\n");
    for (size_t i = 0; i < account->missing_count; i++)
        buf_addf(out, "  it has neither the word \"%s\" nor what stands for it\n", account->missing[i]);
    for (size_t i = 0; i < filter_count; i++)
        buf_addf(out, "  it does not pass the filter %s\n", filters[i]);
}

static void print_text(const struct account *account, const char *id, const char *query, struct buf *out)
{
    if (account->hit)
        buf_addf(out, "%s: place %" PRIu64 " of %" PRIu64 " for %s, score %.4f\n", id, account->place, account->total,
                 query, account->details.score);
    else
        buf_addf(out, "%s: none of the %" PRIu64 " hits for %s\n", id, account->total, query);
    if (account->required < account->wanted)
        buf_addf(out, "  %u of %u words are enough: there are few hits with all\n", account->required,
                 account->wanted);
    print_missing(account, out);
    if (account->hit && account->details.score_parts)
        buf_addf(out, "score:\n%s\n", account->details.score_parts);
    if (*account->plan)
        buf_addf(out, "query:\n%s\n", account->plan);
}

static enum status find_row(const struct command_line *line, struct asker *asker, const char *id, uint32_t *row,
                            struct err *err)
{
    enum status status = asker_find(asker, id, row, NULL);
    return status == STATUS_NOTFOUND
               ? err_set(err, status, "%s is not in the index; `why-not %s%s%s` says why", id, id,
                         line->config ? " --config " : "", line->config ? line->config : "")
               : status;
}

enum status command_explain(const struct command_line *line, enum exit_code *exit_code, struct err *err)
{
    struct arena arena = ARENA_INIT;
    struct buf out = BUF_INIT;
    struct account account;
    struct asker *asker;
    const char *id = line->operands[0], *query = line->operands[1];
    uint32_t number, row = 0;
    (void)exit_code;
    TRY(generation_current(line->index, &number, err));
    TRY(asker_open(&asker, line->index, number, today_of(line), err));
    enum status status = find_row(line, asker, id, &row, err);
    if (status == STATUS_OK)
        status = asker_account(asker, query, row, &arena, &account, err);
    if (status == STATUS_OK) {
        (line->json ? print_json : print_text)(&account, id, query, &out);
        status = print(line, &out, err);
    }
    asker_free(asker);
    arena_release(&arena);
    buf_release(&out);
    return status;
}
