#include "searchd/weights.h"

#include <math.h>
#include <string.h>

/* any, whole, exact and parts: the best of a grid on five public Finnish retrieval sets, flat around it. */
struct weights weights = {
    .any = 1.0, .whole = 0.3, .exact = 0.1, .parts = 1.0,
    .synonym = 0.6, .correction = 0.7, .filler = 0.6,
    .area_local = 1.0, .area_region = 0.5, .area_nation = 0.2,
    .audience = 0.4, .theme = 0.4, .form = 0.1, .soft = 0.5, .from_part = 0.5,
    .fresh = 0.02, .relax = 0.2,
    .k1 = 1.2, .b = 0.75,
};

static const struct weight_name table[] = {
    {"any", &weights.any}, {"whole", &weights.whole}, {"exact", &weights.exact}, {"parts", &weights.parts},
    {"synonym", &weights.synonym}, {"correction", &weights.correction},
    {"filler", &weights.filler},
    {"area_local", &weights.area_local}, {"area_region", &weights.area_region},
    {"area_nation", &weights.area_nation}, {"audience", &weights.audience}, {"theme", &weights.theme},
    {"form", &weights.form}, {"soft", &weights.soft}, {"from_part", &weights.from_part}, {"fresh", &weights.fresh}, {"relax", &weights.relax},
    {"k1", &weights.k1}, {"b", &weights.b},
};

const struct weight_name *weights_table(size_t *count)
{
    *count = sizeof table / sizeof *table;
    return table;
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
