/* The words of problems in the language of whoever reads them.
 *
 * The sources say everything in English.  messages.tsv beside this header has each of these texts, as it stands there,
 * in Finnish and Swedish; a text that is printed with arguments is looked up by its format, and the one found takes the
 * same arguments.
 *
 *   snprintf(what, sizeof what, problem_text("is above age_max %d"), age);
 *
 * err_set() does so too, and says an errno in the language: such a message stands in a report when a run fails.
 * problem_error(), problem_warning() and what is built on them do so themselves, for `what`, `allowed` and `mend`:
 * only a text that is made before, or a piece of one, needs problem_text().  tests/messages checks that nothing is
 * without an entry. */
#ifndef OPASTIN_MESSAGES_H
#define OPASTIN_MESSAGES_H

#include <stdbool.h>

#include "base/status.h"
#include "vocab/vocab.h"

/* The language from now on; English at first.  Once at the start of a program, while no thread runs: afterwards all of
 * this is constant.  STATUS_NOMEM; STATUS_CORRUPT with the line of messages.tsv when a translation does not take the
 * arguments of its English text; the language is then what it was. */
enum status problem_language_set(enum ui_lang lang, struct err *err) MUST_USE;
enum ui_lang problem_language(void);
/* Back to English; frees everything. */
void problem_language_unset(void);

/* The text in the language; itself when it has no entry.  Swedish is Finnish where there is none. */
const char *problem_text(const char *english) __attribute__((format_arg(1)));

/* Calls visit for each entry of the file, for the tests; the strings live during the call.  Stops at what is no
 * STATUS_OK. */
struct message {
    const char *english, *finnish, *swedish; /* swedish "": none */
};
typedef enum status message_visit(void *context, const struct message *message, struct err *err);
enum status messages_walk(message_visit *visit, void *context, struct err *err) MUST_USE;

/* Do two formats take the same arguments: as many conversions, in the same order, letter by letter? */
bool messages_match(const char *a, const char *b);

#endif
