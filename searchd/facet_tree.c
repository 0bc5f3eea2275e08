#include "searchd/facet_tree.h"

#include <string.h>

bool facet_view_selected(const struct facet_view *v, size_t entry)
{
    if (v->facet == FACET_WEEKDAY)
        return v->request->weekdays >> entry & 1;
    if (v->facet == FACET_TIME)
        return v->request->times >> entry & 1;
    for (size_t i = 0; i < v->request->selected_count[v->facet]; i++)
        if (v->request->selected[v->facet][i] == entry)
            return true;
    return false;
}

/* A municipality stands under its wellbeing services county; regions stand beside them without children. */
static int parent_of(const struct facet_view *v, size_t entry)
{
    if (v->facet == FACET_AREA)
        return area_at(entry)->wellbeing;
    return facet_is_tree(v->facet) ? vocab_entry(v->vocab, entry)->broader : -1;
}

static bool has_own_order(enum facet facet)
{
    return facet == FACET_WEEKDAY || facet == FACET_TIME;
}

/* ---- the order of values ---------------------------------------------------------------------------------------- */

/* Entries to show, by name or in their own order; a parent of a shown one is shown. *most: the largest count. */
static size_t collect(const struct facet_view *v, uint16_t *shown, uint32_t *most)
{
    bool wanted[FACET_TREE_ENTRIES] = {false}, own_order = has_own_order(v->facet);
    const uint16_t *order = labels_order(v->labels, v->vocab, v->request->lang);
    size_t size = vocab_size(v->vocab), count = 0;
    *most = 0;
    for (size_t i = 0; i < size && i < FACET_TREE_ENTRIES; i++) {
        if (v->counts[i] == 0 && !facet_view_selected(v, i))
            continue;
        wanted[i] = true;
        *most = v->counts[i] > *most ? v->counts[i] : *most;
        int parent = parent_of(v, i);
        if (parent >= 0)
            wanted[parent] = true;
    }
    for (size_t i = 0; i < size; i++) {
        uint16_t entry = own_order ? (uint16_t)i : order[i];
        if (entry >= FACET_TREE_ENTRIES)
            continue;
        shown[count] = entry; /* without a branch: which are wanted cannot be foreseen */
        count += wanted[entry];
    }
    return count;
}

/* One pass of a radix sort: larger digits first, equal ones as they were. */
static void pass_by_count(const uint32_t *counts, unsigned shift, const uint16_t *from, size_t count, uint16_t *to)
{
    uint16_t place[256] = {0};
    size_t at = 0;
    for (size_t i = 0; i < count; i++)
        place[counts[from[i]] >> shift & 255]++;
    for (size_t digit = 256; digit-- > 0;) {
        size_t these = place[digit];
        place[digit] = (uint16_t)at;
        at += these;
    }
    for (size_t i = 0; i < count; i++)
        to[place[counts[from[i]] >> shift & 255]++] = from[i];
}

void facet_tree_order(const struct facet_view *v, struct facet_tree *tree)
{
    uint16_t lists[2][FACET_TREE_ENTRIES];
    uint32_t most;
    unsigned list = 0;
    size_t count = collect(v, lists[list], &most);
    for (unsigned shift = 0; !has_own_order(v->facet) && shift < 32 && most >> shift; shift += 8, list = !list)
        pass_by_count(v->counts, shift, lists[list], count, lists[!list]);
    memset(tree->first, 0, sizeof tree->first);
    while (count-- > 0) {
        size_t entry = lists[list][count];
        int parent = parent_of(v, entry);
        uint16_t *first = &tree->first[parent < 0 ? FACET_TREE_TOP : parent];
        tree->next[entry] = *first;
        *first = (uint16_t)(entry + 1);
    }
}
