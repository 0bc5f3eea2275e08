/* The values of a facet in the order in which answers and pages show them: those with hits and the chosen ones, by
 * count, then by name; weekdays and times of day in their own order; below their parents where they have any. */
#ifndef OPASTIN_SEARCHD_FACET_TREE_H
#define OPASTIN_SEARCHD_FACET_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "search/search.h"
#include "searchd/labels.h"

/* Of one vocabulary at most; more would be cut. */
enum { FACET_TREE_ENTRIES = 1024, FACET_TREE_TOP = FACET_TREE_ENTRIES };

struct facet_view {
    const struct labels *labels;
    const struct request *request;
    const uint32_t *counts; /* by ordinal of the vocabulary */
    enum facet facet;
    enum vocab_name vocab;
};

/* Shown values in their order, in lists by their parent:
 *   for (size_t at = tree.first[parent]; at; at = tree.next[at - 1]) … the value is at - 1 */
struct facet_tree {
    uint16_t first[FACET_TREE_ENTRIES + 1]; /* by parent, FACET_TREE_TOP for those without; 0: none */
    uint16_t next[FACET_TREE_ENTRIES];
};

void facet_tree_order(const struct facet_view *view, struct facet_tree *tree);
bool facet_view_selected(const struct facet_view *view, size_t entry);

#endif
