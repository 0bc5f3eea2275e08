#include "search/weights.h"

#include <math.h>
#include <string.h>

/* Found by tests/eval/tune.py on the judged topics and the retrieval sets, rounded: figures are flat around them. */
struct weights weights = {
    .any = 0.8, .whole = 0.2, .exact = 0.06, .parts = 1.25,
    .synonym = 1, .correction = 0.7, .filler = 0.6, .verb = 0.8,
    .area_local = 1.5, .area_region = 0.6, .area_nation = 0.3,
    .audience = 0.45, .theme = 0.6, .kind_named = 0.5, .form = 0.1, .access = 0.5, .language = 1.5, .soft = 1.5,
    .from_part = 0.5,
    .text_area = 0.5, .text_language = 0.3, .text_audience = 1, .text_theme = 1,
    .kind = {[RECORD_ORGANISATION] = 1, [RECORD_ACTIVITY] = 1, [RECORD_EVENT] = 1, [RECORD_PLACE] = 1,
             [RECORD_VOLUNTEER] = 0.8, [RECORD_PROJECT] = 0.8, [RECORD_EXPERIMENT] = 0.9, [RECORD_STORY] = 0.7,
             [RECORD_NEWS] = 0.75},
    .fresh = 0.02, .relax = 0.15, .feedback = 0.4,
    .k1 = 1.2, .b = 0.75,
};

static const struct weight_name table[] = {
    {"any", &weights.any}, {"whole", &weights.whole}, {"exact", &weights.exact}, {"parts", &weights.parts},
    {"synonym", &weights.synonym}, {"correction", &weights.correction},
    {"filler", &weights.filler}, {"verb", &weights.verb},
    {"area_local", &weights.area_local}, {"area_region", &weights.area_region},
    {"area_nation", &weights.area_nation}, {"audience", &weights.audience}, {"theme", &weights.theme},
    {"kind_named", &weights.kind_named}, {"form", &weights.form}, {"access", &weights.access},
    {"language", &weights.language}, {"soft", &weights.soft},
    {"organisation", &weights.kind[RECORD_ORGANISATION]}, {"activity", &weights.kind[RECORD_ACTIVITY]},
    {"event", &weights.kind[RECORD_EVENT]}, {"place", &weights.kind[RECORD_PLACE]},
    {"volunteer", &weights.kind[RECORD_VOLUNTEER]}, {"project", &weights.kind[RECORD_PROJECT]},
    {"experiment", &weights.kind[RECORD_EXPERIMENT]}, {"story", &weights.kind[RECORD_STORY]},
    {"news", &weights.kind[RECORD_NEWS]}, {"from_part", &weights.from_part},
    {"text_area", &weights.text_area}, {"text_language", &weights.text_language},
    {"text_audience", &weights.text_audience}, {"text_theme", &weights.text_theme}, {"fresh", &weights.fresh},
    {"relax", &weights.relax}, {"feedback", &weights.feedback},
    {"k1", &weights.k1}, {"b", &weights.b},
};

const struct weight_name *weights_table(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
}

_Static_assert(sizeof(struct weights) % sizeof(double) == 0, "weights are numbers and nothing else");

bool weights_equal(const struct weights *a, const struct weights *b)
{
    const double *of_a = (const double *)a, *of_b = (const double *)b;
    for (size_t i = 0; i < sizeof *a / sizeof *of_a; i++)
        if (of_a[i] < of_b[i] || of_a[i] > of_b[i])
            return false;
    return true;
}

bool weights_set(const char *name, double value)
{
    if (!isfinite(value) || value < 0)
        return false;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].name, name) == 0) {
            *table[i].value = value;
            return true;
        }
    }
    return false;
}
