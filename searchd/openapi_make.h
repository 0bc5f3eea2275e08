/* How the parts of the API's document are made; for searchd/openapi*.c alone. */
#ifndef OPASTIN_SEARCHD_OPENAPI_MAKE_H
#define OPASTIN_SEARCHD_OPENAPI_MAKE_H

#include <jansson.h>
#include <stdbool.h>

#include "search/parameters.h"

/* jansson's functions take NULL and fail, so what could not be made is noticed where it is put. */
struct openapi_make {
    json_t *root, *schemas; /* borrowed */
    json_t *examples;       /* the file of them; borrowed */
    const char *here;       /* what examples' addresses begin with */
    bool failed;
};

/* Both take the value over. */
void openapi_put(struct openapi_make *make, json_t *object, const char *key, json_t *value);
void openapi_add(struct openapi_make *make, json_t *list, json_t *value);
json_t *openapi_ref(const char *kind, const char *name); /* {"$ref": "#/components/kind/name"} */

/* Adds the schemas that tables give: codes, and the record by its fields. */
void openapi_schemas(struct openapi_make *make);
/* Adds those of what InstantSearch sends. */
void openapi_instant(struct openapi_make *make);
/* The schema of a parameter's value. */
json_t *openapi_value(struct openapi_make *make, const struct parameter *parameter);
/* {"enum": […]} of what choice(0), choice(1) … give until NULL. */
json_t *openapi_choice(struct openapi_make *make, const char *(*choice)(size_t i));

/* What the page shows of the finished document. */
json_t *openapi_page(struct openapi_make *make);

#endif
