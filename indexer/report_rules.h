/* The catalogue of rules: what each problem, guard, way of merging and golden query means, why it matters to somebody
 * who looks for help for another, and how and where it is mended.  Renderings and docs/report-rules.md walk it. */
#ifndef OPASTIN_INDEXER_REPORT_RULES_H
#define OPASTIN_INDEXER_REPORT_RULES_H

#include <stddef.h>

#include "indexer/report.h"

enum report_lang { REPORT_FI, REPORT_EN, REPORT_LANGS };
/* Swedish has no words of its own in reports yet, and gets the Finnish ones. */
enum report_lang report_lang_of(enum ui_lang lang);

enum rule_severity { RULE_ERROR, RULE_WARNING, RULE_NOTICE, RULE_STOP, RULE_SEVERITIES };

struct rule {
    const char *code;            /* "range", "guard-deletions", "merge-name-place", "golden" */
    enum rule_severity severity; /* of a problem: the gravest it comes with */
    struct {
        const char *name; /* a few words */
        const char *what, *why, *mend;
    } in[REPORT_LANGS];
};

/* All of them, and how many. */
const struct rule *rule_table(size_t *count);

/* Never NULL. */
const struct rule *rule_of_problem(enum problem_code code);
const struct rule *rule_of_guard(enum guard guard);
const struct rule *rule_golden(void);
/* "business-id-name", "name-place"; NULL for another. */
const struct rule *rule_of_merge(const char *rule);

#endif
