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

/* ---- the order of values ---------------------------------------------------------------------------------------- */

/* Entries to show, each with what it is ordered by in the bits above it; a parent of a shown one is shown. */
static size_t collect(const struct facet_view *v, uint64_t *keys)
{
    bool wanted[FACET_TREE_ENTRIES] = {false};
    bool own_order = v->facet == FACET_WEEKDAY || v->facet == FACET_TIME;
    size_t size = vocab_size(v->vocab), count = 0;
    for (size_t i = 0; i < size && i < FACET_TREE_ENTRIES; i++) {
        if (v->counts[i] == 0 && !facet_view_selected(v, i))
            continue;
        wanted[i] = true;
        int parent = parent_of(v, i);
        if (parent >= 0)
            wanted[parent] = true;
    }
    for (size_t i = 0; i < size && i < FACET_TREE_ENTRIES; i++) {
        uint64_t fewer = UINT32_MAX - v->counts[i];
        if (wanted[i])
            keys[count++] = own_order ? i : fewer << 32 |
                            (uint64_t)labels_rank(v->labels, v->vocab, i, v->request->lang) << FACET_TREE_BITS | i;
    }
    return count;
}

/* Merges runs of 1, 2, 4 … keys from one array into the other; true when the result is in `spare`. */
static bool merge_runs(uint64_t *keys, uint64_t *spare, size_t count)
{
    bool swapped = false;
    for (size_t run = 1; run < count; run *= 2, swapped = !swapped) {
        const uint64_t *from = swapped ? spare : keys;
        uint64_t *to = swapped ? keys : spare;
        for (size_t first = 0; first < count; first += 2 * run) {
            size_t middle = first + run < count ? first + run : count;
            size_t end = middle + run < count ? middle + run : count;
            for (size_t at = first, i = first, j = middle; at < end; at++) {
                bool left = j == end || (i < middle && from[i] < from[j]);
                to[at] = left ? from[i] : from[j];
                i += left;
                j += !left;
            }
        }
    }
    return swapped;
}

void facet_tree_order(const struct facet_view *v, struct facet_tree *tree)
{
    uint64_t keys[FACET_TREE_ENTRIES], spare[FACET_TREE_ENTRIES];
    size_t count = collect(v, keys);
    const uint64_t *sorted = merge_runs(keys, spare, count) ? spare : keys;
    memset(tree->first, 0, sizeof tree->first);
    while (count-- > 0) {
        size_t entry = sorted[count] & ((1 << FACET_TREE_BITS) - 1);
        int parent = parent_of(v, entry);
        uint16_t *first = &tree->first[parent < 0 ? FACET_TREE_TOP : parent];
        tree->next[entry] = *first;
        *first = (uint16_t)(entry + 1);
    }
}
