/* Topics and their judgements, read from two tab-separated files without headers:
 *
 *   topics.tsv       id, lang (fi, sv, en), query, types (comma list, may be empty), need (a sentence)
 *   judgements.tsv   topic id, record id, grade 0..3
 *
 * Rows of one id in several languages are topics of their own that share the judgements. */
#ifndef OPASTIN_TESTS_EVAL_TOPICS_H
#define OPASTIN_TESTS_EVAL_TOPICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/eval/eval_index.h"

enum { GRADE_MOST = 3, GRADES = GRADE_MOST + 1, GRADE_NONE = -1 };

struct judgement {
    uint32_t row;
    uint8_t grade;
    bool live; /* others are left out of the ideal */
};

/* All judgements of one topic id, ascending by row. */
struct judgements {
    struct judgement *list;
    size_t count, cap;
};

struct topic {
    const char *id, *lang, *query, *types, *need;
    const struct judgements *judged; /* of its id; never NULL */
};

struct topics {
    struct topic *list;
    size_t count, cap;
    size_t unknown;              /* judgements of records that the index does not have */
    struct topic_judged *judged; /* private: by topic id */
    struct arena arena;
};

/* STATUS_NOTFOUND when a file is not there; STATUS_SYNTAX with the line. Grades are joined to the index's rows. */
enum status topics_read(struct topics *topics, const char *topics_path, const char *judgements_path,
                        const struct eval_index *index, struct err *err) MUST_USE;
void topics_release(struct topics *topics);

/* Grade of a row, GRADE_NONE when it was not judged. */
int topic_grade(const struct topic *topic, uint32_t row);
/* The topic has a type of this name. */
bool topic_has_type(const struct topic *topic, const char *type);

#endif
