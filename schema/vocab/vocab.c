#include "vocab/vocab.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "vocab/key_index.h"
#include "vocab/tsv.h"

/* ---- the embedded files ---------------------------------------------------------------------------------------- */

#define EMBEDDED(name) extern const char opastin_vocab_##name[], opastin_vocab_##name##_end[]
EMBEDDED(audience);
EMBEDDED(theme);
EMBEDDED(area);
EMBEDDED(kind);
EMBEDDED(form);
EMBEDDED(threshold);
EMBEDDED(accessibility);
EMBEDDED(language);
EMBEDDED(weekday);
EMBEDDED(time);
EMBEDDED(price);
EMBEDDED(life_event);
EMBEDDED(area_merge);
EMBEDDED(postal_code);
EMBEDDED(neighbour);

#define FILE_OF(name) {#name, opastin_vocab_##name, opastin_vocab_##name##_end}

enum { COLUMNS_MAX = 12 };

/* Which column of a file holds what. */
struct layout {
    const char *header;
    size_t columns;
    size_t broader, label, alt; /* label and alt: the Finnish one, then Swedish and English */
    size_t maps;                /* 0: no such column (0 is the code) */
};

#define LABEL_COLUMNS "fi\tsv\ten\talt_fi\talt_sv\talt_en"
#define PLAIN_COLUMNS "code\tbroader\t" LABEL_COLUMNS "\tmaps"
static const struct layout plain_layout = {PLAIN_COLUMNS, 9, 1, 2, 5, 8};
static const struct layout time_layout = {PLAIN_COLUMNS "\tfrom\tto", 11, 1, 2, 5, 8};
/* The region stands as the parent of a municipality. */
static const struct layout area_layout = {
    "code\ttype\tregion\twellbeing\t" LABEL_COLUMNS "\tlat\tlon", 12, 2, 4, 7, 0};
enum { AREA_COLUMN_TYPE = 1, AREA_COLUMN_WELLBEING = 3, AREA_COLUMN_LAT = 10, AREA_COLUMN_LON = 11 };
enum { TIME_COLUMN_FROM = 9, TIME_COLUMN_TO = 10 };

static const struct {
    struct tsv_file file;
    const struct layout *layout;
    const char *title[UI_LANG_COUNT];
} sources[VOCAB_COUNT] = {
    [VOCAB_AUDIENCE] = {FILE_OF(audience), &plain_layout, {"Kohderyhmä", "Målgrupp", "Audience"}},
    [VOCAB_THEME] = {FILE_OF(theme), &plain_layout, {"Teema", "Tema", "Theme"}},
    [VOCAB_AREA] = {FILE_OF(area), &area_layout, {"Alue", "Område", "Area"}},
    [VOCAB_KIND] = {FILE_OF(kind), &plain_layout, {"Tyyppi", "Typ", "Type"}},
    [VOCAB_FORM] = {FILE_OF(form), &plain_layout, {"Toimintamuoto", "Verksamhetsform", "Form of activity"}},
    [VOCAB_THRESHOLD] = {FILE_OF(threshold), &plain_layout, {"Matala kynnys", "Låg tröskel", "Low threshold"}},
    [VOCAB_ACCESSIBILITY] = {FILE_OF(accessibility),
                             &plain_layout,
                             {"Esteettömyys", "Tillgänglighet", "Accessibility"}},
    [VOCAB_LANGUAGE] = {FILE_OF(language), &plain_layout, {"Kieli", "Språk", "Language"}},
    [VOCAB_WEEKDAY] = {FILE_OF(weekday), &plain_layout, {"Viikonpäivä", "Veckodag", "Weekday"}},
    [VOCAB_TIME] = {FILE_OF(time), &time_layout, {"Vuorokaudenaika", "Tid på dagen", "Time of day"}},
    [VOCAB_PRICE] = {FILE_OF(price), &plain_layout, {"Hinta", "Pris", "Price"}},
    [VOCAB_LIFE_EVENT] = {FILE_OF(life_event), &plain_layout, {"Elämäntilanne", "Livssituation", "Life event"}},
};

static const struct tsv_file merge_file = FILE_OF(area_merge);
static const char merge_header[] = "old_code\told_name_fi\tcode\teffective";
static const struct tsv_file postal_file = FILE_OF(postal_code);
static const char postal_header[] = "postal_code\tmunicipality\tname_fi\tname_sv";
static const struct tsv_file neighbour_file = FILE_OF(neighbour);
static const char neighbour_header[] = "code\tneighbours";

static const char *const area_type_names[AREA_TYPE_COUNT] = {"nationwide", "online", "wellbeing", "region",
                                                             "municipality"};

/* ---- what is loaded -------------------------------------------------------------------------------------------- */

/* What names an entry, the best claim first. */
enum claim { CLAIM_CODE, CLAIM_LABEL, CLAIM_ALT, CLAIM_COUNT };

struct table {
    struct vocab_entry *entries;
    size_t size;
    struct key_index codes;  /* as written */
    struct key_index labels; /* codes, labels and alternative labels, folded */
    struct key_index maps;   /* foreign codes as written */
    uint16_t *mapped;        /* the ordinals of `maps`, key by key */
};

/* Written by vocab_load() and vocab_unload() alone. */
static struct {
    bool loaded;
    struct arena arena; /* everything below */
    struct table tables[VOCAB_COUNT];
    struct area_entry *areas;
    uint16_t *members;     /* of area 0, of area 1, ... */
    size_t *members_first; /* where an area's members start; one more for the end */
    uint16_t *neighbours;  /* of area 0, of area 1, ... */
    size_t *neighbours_first; /* where an area's neighbours start; one more for the end */
    int (*times)[2];       /* minutes from, to */
    struct area_merge *merges;
    const char **merge_names; /* folded */
    size_t merge_count;
    struct postal_code *postal_codes;
    size_t postal_count;
} store;

/* ---- loading one vocabulary ------------------------------------------------------------------------------------- */

/* Ordinal of a code among the first `count` entries; -1. */
static int entries_find(const struct vocab_entry *entries, size_t count, const char *code)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(entries[i].code, code) == 0)
            return (int)i;
    return -1;
}

static enum status entry_read(struct vocab_entry *entry, const struct table *table, size_t ordinal,
                              const struct layout *layout, const struct tsv *tsv, const char **cells)
{
    const char *broader = cells[layout->broader];
    *entry = (struct vocab_entry){.code = cells[0], .maps = layout->maps ? cells[layout->maps] : "",
                                  .ordinal = (uint16_t)ordinal, .broader = -1};
    if (!*entry->code || strlen(entry->code) > VOCAB_LABEL_BYTES)
        return tsv_corrupt(tsv, "no code, or too long a one", entry->code);
    for (size_t lang = 0; lang < UI_LANG_COUNT; lang++) {
        entry->label[lang] = cells[layout->label + lang];
        entry->alt[lang] = cells[layout->alt + lang];
        if (!*entry->label[lang])
            return tsv_corrupt(tsv, "a label is missing", entry->code);
    }
    if (*broader)
        entry->broader = (int16_t)entries_find(table->entries, ordinal, broader);
    if (*broader && entry->broader < 0)
        return tsv_corrupt(tsv, "no row above has the code", broader);
    return STATUS_OK;
}

/* Degrees, "61.687"; not strtod(), which reads the locale's decimal sign. */
static bool degrees_read(const char *text, double *degrees)
{
    double value = 0, unit = 0;
    const char *at = text;
    for (; (*at >= '0' && *at <= '9') || (*at == '.' && unit == 0 && at > text); at++) {
        if (*at == '.') {
            unit = 1;
            continue;
        }
        value = value * 10 + (*at - '0');
        unit *= 10;
    }
    *degrees = unit > 0 ? value / unit : value;
    return *at == '\0' && at > text && at[-1] != '.';
}

static enum status area_read(struct area_entry *area, const struct vocab_entry *entry, const struct table *table,
                             const struct tsv *tsv, const char **cells)
{
    int type = 0;
    while (type < AREA_TYPE_COUNT && strcmp(cells[AREA_COLUMN_TYPE], area_type_names[type]) != 0)
        type++;
    if (type == AREA_TYPE_COUNT)
        return tsv_corrupt(tsv, "unknown type of area", cells[AREA_COLUMN_TYPE]);
    *area = (struct area_entry){.entry = entry, .type = (enum area_type)type, .region = -1, .wellbeing = -1,
                                .lat = NAN, .lon = NAN};
    if (type != AREA_MUNICIPALITY)
        return STATUS_OK;
    int wellbeing = entries_find(table->entries, entry->ordinal, cells[AREA_COLUMN_WELLBEING]);
    area->region = entry->broader;
    area->wellbeing = (int16_t)wellbeing;
    if (area->region < 0 || store.areas[area->region].type != AREA_REGION)
        return tsv_corrupt(tsv, "the municipality's region is unknown", entry->code);
    if (wellbeing < 0 || store.areas[wellbeing].type != AREA_WELLBEING)
        return tsv_corrupt(tsv, "no wellbeing services county above has the code", cells[AREA_COLUMN_WELLBEING]);
    if (!degrees_read(cells[AREA_COLUMN_LAT], &area->lat) || !degrees_read(cells[AREA_COLUMN_LON], &area->lon))
        return tsv_corrupt(tsv, "no coordinates", entry->code);
    return STATUS_OK;
}

/* "17:00", up to "24:00". */
static bool clock_read(const char *text, int *minute)
{
    for (size_t i = 0; i < 5; i++)
        if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return false;
    *minute = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
    return text[5] == '\0' && text[3] < '6' && *minute <= 24 * 60;
}

static enum status time_read(int range[2], const struct tsv *tsv, const char **cells)
{
    bool good = clock_read(cells[TIME_COLUMN_FROM], &range[0]) && clock_read(cells[TIME_COLUMN_TO], &range[1]);
    return good && range[0] < range[1] ? STATUS_OK : tsv_corrupt(tsv, "no range of hours", cells[0]);
}

static enum status table_read(enum vocab_name vocab, struct err *err)
{
    struct table *table = &store.tables[vocab];
    const struct layout *layout = sources[vocab].layout;
    const char *cells[COLUMNS_MAX];
    struct tsv tsv;
    TRY(tsv_open(&tsv, &sources[vocab].file, layout->header, &store.arena, &table->size, err));
    table->entries = arena_array(&store.arena, table->size, sizeof *table->entries);
    if (vocab == VOCAB_AREA)
        store.areas = arena_array(&store.arena, table->size, sizeof *store.areas);
    if (vocab == VOCAB_TIME)
        store.times = arena_array(&store.arena, table->size, sizeof *store.times);
    if (!table->entries || (vocab == VOCAB_AREA && !store.areas) || (vocab == VOCAB_TIME && !store.times))
        return arena_nomem(err);
    for (size_t i = 0; i < table->size; i++) {
        TRY(tsv_row(&tsv, cells, layout->columns));
        TRY(entry_read(&table->entries[i], table, i, layout, &tsv, cells));
        if (vocab == VOCAB_AREA)
            TRY(area_read(&store.areas[i], &table->entries[i], table, &tsv, cells));
        if (vocab == VOCAB_TIME)
            TRY(time_read(store.times[i], &tsv, cells));
    }
    return STATUS_OK;
}

/* ---- indexes ---------------------------------------------------------------------------------------------------- */

static size_t list_length(const char *list)
{
    size_t items = *list != '\0';
    for (; *list; list++)
        items += *list == '|';
    return items;
}

static enum status codes_index(enum vocab_name vocab, struct err *err)
{
    struct table *table = &store.tables[vocab];
    TRY(key_index_room(&table->codes, table->size, &store.arena, err));
    for (size_t i = 0; i < table->size; i++)
        key_index_add(&table->codes, table->entries[i].code, strlen(table->entries[i].code), i, 0);
    key_index_sort(&table->codes);
    for (size_t k = 1; k < table->size; k++)
        if (strcmp(table->codes.keys[k - 1].text, table->codes.keys[k].text) == 0)
            return err_set(err, STATUS_CORRUPT, "%s.tsv: the code '%s' stands twice", sources[vocab].file.id,
                           table->codes.keys[k].text);
    return STATUS_OK;
}

static enum status label_add(struct table *table, const char *text, size_t len, size_t ordinal, unsigned rank,
                             struct err *err)
{
    char folded[FOLDED_BYTES];
    if (!label_fold(text, len, folded))
        return err_set(err, STATUS_CORRUPT, "%s: '%.*s' cannot be a label", table->entries[ordinal].code, (int)len,
                       text);
    const char *kept = arena_copy(&store.arena, folded, strlen(folded));
    if (!kept)
        return arena_nomem(err);
    key_index_add(&table->labels, kept, strlen(kept), ordinal, rank);
    return STATUS_OK;
}

/* Among areas the type decides before the claim does: "Helsinki" is the municipality, whatever else has the name. */
static unsigned area_rank(size_t ordinal)
{
    static const unsigned rank[AREA_TYPE_COUNT] = {[AREA_MUNICIPALITY] = 0, [AREA_REGION] = 1, [AREA_WELLBEING] = 2,
                                                   [AREA_NATIONWIDE] = 3, [AREA_ONLINE] = 3};
    return rank[store.areas[ordinal].type] * CLAIM_COUNT;
}

static enum status entry_index_labels(struct table *table, size_t ordinal, unsigned rank, struct err *err)
{
    const struct vocab_entry *entry = &table->entries[ordinal];
    TRY(label_add(table, entry->code, strlen(entry->code), ordinal, rank + CLAIM_CODE, err));
    for (size_t lang = 0; lang < UI_LANG_COUNT; lang++) {
        const char *list = entry->alt[lang], *item;
        size_t len;
        TRY(label_add(table, entry->label[lang], strlen(entry->label[lang]), ordinal, rank + CLAIM_LABEL, err));
        while (vocab_list_next(&list, &item, &len))
            TRY(label_add(table, item, len, ordinal, rank + CLAIM_ALT, err));
    }
    return STATUS_OK;
}

static enum status labels_index(enum vocab_name vocab, struct err *err)
{
    struct table *table = &store.tables[vocab];
    size_t room = 0;
    for (size_t i = 0; i < table->size; i++) {
        room += 1 + UI_LANG_COUNT;
        for (size_t lang = 0; lang < UI_LANG_COUNT; lang++)
            room += list_length(table->entries[i].alt[lang]);
    }
    TRY(key_index_room(&table->labels, room, &store.arena, err));
    for (size_t i = 0; i < table->size; i++)
        TRY(entry_index_labels(table, i, vocab == VOCAB_AREA ? area_rank(i) : 0, err));
    key_index_sort(&table->labels);
    return STATUS_OK;
}

static enum status maps_index(enum vocab_name vocab, struct err *err)
{
    struct table *table = &store.tables[vocab];
    size_t room = 0;
    for (size_t i = 0; i < table->size; i++)
        room += list_length(table->entries[i].maps);
    TRY(key_index_room(&table->maps, room, &store.arena, err));
    for (size_t i = 0; i < table->size; i++) {
        const char *list = table->entries[i].maps, *item;
        size_t len;
        while (vocab_list_next(&list, &item, &len))
            key_index_add(&table->maps, item, len, i, 0);
    }
    key_index_sort(&table->maps);
    table->mapped = arena_array(&store.arena, room, sizeof *table->mapped);
    if (!table->mapped)
        return arena_nomem(err);
    for (size_t k = 0; k < room; k++)
        table->mapped[k] = table->maps.keys[k].ordinal;
    return STATUS_OK;
}

/* ---- areas: members, merges, postal codes, neighbours ----------------------------------------------------------- */

static bool area_has(size_t outer, size_t ordinal)
{
    const struct area_entry *area = &store.areas[ordinal];
    if (area->type != AREA_MUNICIPALITY)
        return false;
    return outer == ordinal || (int)outer == area->region || (int)outer == area->wellbeing ||
           store.areas[outer].type == AREA_NATIONWIDE;
}

static enum status members_collect(struct err *err)
{
    size_t areas = store.tables[VOCAB_AREA].size, count = 0;
    /* A municipality is in at most four: itself, its region, its county, the whole country. */
    store.members = arena_array(&store.arena, areas * 4, sizeof *store.members);
    store.members_first = arena_array(&store.arena, areas + 1, sizeof *store.members_first);
    if (!store.members || !store.members_first)
        return arena_nomem(err);
    for (size_t outer = 0; outer < areas; outer++) {
        store.members_first[outer] = count;
        for (size_t i = 0; i < areas; i++)
            if (area_has(outer, i))
                store.members[count++] = (uint16_t)i;
    }
    store.members_first[areas] = count;
    return STATUS_OK;
}

/* The ordinal of a present municipality's code, for the rows of the files that point at one. */
static enum status municipality_read(const struct tsv *tsv, const char *code, uint16_t *municipality)
{
    int found = vocab_find(VOCAB_AREA, code, strlen(code));
    if (found < 0 || store.areas[found].type != AREA_MUNICIPALITY)
        return tsv_corrupt(tsv, "not a municipality of today", code);
    *municipality = (uint16_t)found;
    return STATUS_OK;
}

static enum status merges_read(struct err *err)
{
    const char *cells[4];
    struct tsv tsv;
    TRY(tsv_open(&tsv, &merge_file, merge_header, &store.arena, &store.merge_count, err));
    store.merges = arena_array(&store.arena, store.merge_count, sizeof *store.merges);
    store.merge_names = arena_array(&store.arena, store.merge_count, sizeof *store.merge_names);
    if (!store.merges || !store.merge_names)
        return arena_nomem(err);
    for (size_t i = 0; i < store.merge_count; i++) {
        struct area_merge *merge = &store.merges[i];
        char folded[FOLDED_BYTES];
        TRY(tsv_row(&tsv, cells, 4));
        *merge = (struct area_merge){.old_code = cells[0], .old_name_fi = cells[1], .effective = cells[3]};
        TRY(municipality_read(&tsv, cells[2], &merge->municipality));
        if (!label_fold(cells[1], strlen(cells[1]), folded))
            return tsv_corrupt(&tsv, "no name", cells[1]);
        store.merge_names[i] = arena_copy(&store.arena, folded, strlen(folded));
        if (!store.merge_names[i])
            return arena_nomem(err);
    }
    return STATUS_OK;
}

static enum status postal_codes_read(struct err *err)
{
    const char *cells[4], *previous = "";
    struct tsv tsv;
    TRY(tsv_open(&tsv, &postal_file, postal_header, &store.arena, &store.postal_count, err));
    store.postal_codes = arena_array(&store.arena, store.postal_count, sizeof *store.postal_codes);
    if (!store.postal_codes)
        return arena_nomem(err);
    for (size_t i = 0; i < store.postal_count; i++) {
        struct postal_code *postal = &store.postal_codes[i];
        TRY(tsv_row(&tsv, cells, 4));
        *postal = (struct postal_code){.code = cells[0], .name_fi = cells[2], .name_sv = cells[3]};
        TRY(municipality_read(&tsv, cells[1], &postal->municipality));
        if (strlen(cells[0]) != 5 || strcmp(previous, cells[0]) >= 0)
            return tsv_corrupt(&tsv, "not five digits in ascending order", cells[0]);
        previous = cells[0];
    }
    return STATUS_OK;
}

/* The lists of the file by area, NULL for an area that has none. */
static enum status neighbour_lists(const char ***lists, size_t *total, struct tsv *tsv, struct err *err)
{
    const char *cells[2];
    size_t rows;
    uint16_t area;
    TRY(tsv_open(tsv, &neighbour_file, neighbour_header, &store.arena, &rows, err));
    *lists = arena_array(&store.arena, store.tables[VOCAB_AREA].size, sizeof **lists);
    if (!*lists)
        return arena_nomem(err);
    for (*total = 0; rows > 0; rows--) {
        TRY(tsv_row(tsv, cells, 2));
        TRY(municipality_read(tsv, cells[0], &area));
        if ((*lists)[area])
            return tsv_corrupt(tsv, "the municipality stands twice", cells[0]);
        (*lists)[area] = cells[1];
        *total += list_length(cells[1]);
    }
    return STATUS_OK;
}

static enum status neighbour_add(const struct tsv *tsv, const char *code, size_t len, size_t first, size_t *count)
{
    uint16_t area;
    char text[8] = "";
    memcpy(text, code, len < sizeof text ? len : sizeof text - 1);
    TRY(municipality_read(tsv, text, &area));
    size_t at = *count;
    for (; at > first && store.neighbours[at - 1] > area; at--)
        store.neighbours[at] = store.neighbours[at - 1];
    store.neighbours[at] = area;
    *count += 1;
    return STATUS_OK;
}

static enum status neighbours_read(struct err *err)
{
    size_t areas = store.tables[VOCAB_AREA].size, total = 0, count = 0;
    const char **lists;
    struct tsv tsv;
    TRY(neighbour_lists(&lists, &total, &tsv, err));
    store.neighbours = arena_array(&store.arena, total, sizeof *store.neighbours);
    store.neighbours_first = arena_array(&store.arena, areas + 1, sizeof *store.neighbours_first);
    if (!store.neighbours || !store.neighbours_first)
        return arena_nomem(err);
    for (size_t area = 0; area < areas; area++) {
        const char *list = lists[area] ? lists[area] : "", *code;
        size_t len, first = count;
        store.neighbours_first[area] = first;
        while (vocab_list_next(&list, &code, &len))
            TRY(neighbour_add(&tsv, code, len, first, &count));
    }
    store.neighbours_first[areas] = count;
    return STATUS_OK;
}

static enum status store_load(struct err *err)
{
    TRY(label_fold_ready(err));
    for (int vocab = 0; vocab < VOCAB_COUNT; vocab++) {
        TRY(table_read((enum vocab_name)vocab, err));
        TRY(codes_index((enum vocab_name)vocab, err));
        TRY(labels_index((enum vocab_name)vocab, err));
        TRY(maps_index((enum vocab_name)vocab, err));
    }
    TRY(members_collect(err));
    TRY(merges_read(err));
    TRY(postal_codes_read(err));
    return neighbours_read(err);
}

enum status vocab_load(struct err *err)
{
    if (store.loaded)
        return STATUS_OK;
    enum status status = store_load(err);
    if (status != STATUS_OK)
        vocab_unload();
    else
        store.loaded = true;
    return status;
}

void vocab_unload(void)
{
    arena_release(&store.arena);
    memset(&store, 0, sizeof store);
}

/* ---- lookups ----------------------------------------------------------------------------------------------------- */

const char *vocab_id(enum vocab_name vocab)
{
    return sources[vocab].file.id;
}

const char *vocab_title(enum vocab_name vocab, enum ui_lang lang)
{
    return sources[vocab].title[lang];
}

int vocab_by_name(const char *id)
{
    for (int vocab = 0; vocab < VOCAB_COUNT; vocab++)
        if (strcmp(sources[vocab].file.id, id) == 0)
            return vocab;
    return -1;
}

size_t vocab_size(enum vocab_name vocab)
{
    return store.tables[vocab].size;
}

const struct vocab_entry *vocab_entry(enum vocab_name vocab, size_t ordinal)
{
    assert(ordinal < store.tables[vocab].size);
    return &store.tables[vocab].entries[ordinal];
}

int vocab_find(enum vocab_name vocab, const char *code, size_t len)
{
    const struct key *first;
    return key_index_find(&store.tables[vocab].codes, code, len, &first) ? first->ordinal : -1;
}

int vocab_find_label(enum vocab_name vocab, const char *text, size_t len)
{
    char folded[FOLDED_BYTES];
    const struct key *first;
    if (!label_fold(text, len, folded))
        return -1;
    size_t count = key_index_find(&store.tables[vocab].labels, folded, strlen(folded), &first);
    return keys_winner(first, count);
}

const uint16_t *vocab_mapped(enum vocab_name vocab, const char *external, size_t len, size_t *count)
{
    const struct table *table = &store.tables[vocab];
    const struct key *first;
    *count = key_index_find(&table->maps, external, len, &first);
    return table->mapped + (first - table->maps.keys);
}

bool vocab_list_next(const char **list, const char **item, size_t *len)
{
    if (**list == '\0')
        return false;
    *item = *list;
    *len = strcspn(*list, "|");
    *list += *len + ((*list)[*len] == '|');
    return true;
}

void vocab_time_range(size_t ordinal, int *from_minute, int *to_minute)
{
    assert(ordinal < store.tables[VOCAB_TIME].size);
    *from_minute = store.times[ordinal][0];
    *to_minute = store.times[ordinal][1];
}

const struct area_entry *area_at(size_t ordinal)
{
    assert(ordinal < store.tables[VOCAB_AREA].size);
    return &store.areas[ordinal];
}

bool area_is_place(size_t ordinal)
{
    enum area_type type = area_at(ordinal)->type;
    return type != AREA_NATIONWIDE && type != AREA_ONLINE;
}

uint16_t area_nationwide(void)
{
    size_t ordinal = 0; /* it stands among the first rows of the file */
    while (area_at(ordinal)->type != AREA_NATIONWIDE)
        ordinal++;
    return (uint16_t)ordinal;
}

/* "10" as the code of a region is "region-10". */
static int area_find_number(enum area_type type, const char *digits)
{
    char code[sizeof "wellbeing-12"];
    if (strlen(digits) != 2 || (type != AREA_REGION && type != AREA_WELLBEING))
        return -1;
    snprintf(code, sizeof code, "%s-%.2s", area_type_names[type], digits);
    return vocab_find(VOCAB_AREA, code, strlen(code));
}

int area_find(enum area_type type, const char *text, size_t len)
{
    char folded[FOLDED_BYTES];
    const struct key *keys;
    if (!label_fold(text, len, folded))
        return -1;
    size_t count = key_index_find(&store.tables[VOCAB_AREA].labels, folded, strlen(folded), &keys), from = 0, to;
    /* The rank starts with the type: the keys of one type stand together. */
    while (from < count && store.areas[keys[from].ordinal].type != type)
        from++;
    for (to = from; to < count && store.areas[keys[to].ordinal].type == type;)
        to++;
    return to > from ? keys_winner(keys + from, to - from) : area_find_number(type, folded);
}

int area_municipality(const char *code, size_t len)
{
    int found = vocab_find(VOCAB_AREA, code, len);
    if (found >= 0)
        return store.areas[found].type == AREA_MUNICIPALITY ? found : -1;
    for (size_t i = 0; i < store.merge_count; i++)
        if (text_compare(store.merges[i].old_code, strlen(store.merges[i].old_code), code, len) == 0)
            return store.merges[i].municipality;
    return -1;
}

const uint16_t *area_members(size_t ordinal, size_t *count)
{
    assert(ordinal < store.tables[VOCAB_AREA].size);
    *count = store.members_first[ordinal + 1] - store.members_first[ordinal];
    return store.members + store.members_first[ordinal];
}

const uint16_t *area_neighbours(size_t ordinal, size_t *count)
{
    assert(ordinal < store.tables[VOCAB_AREA].size);
    *count = store.neighbours_first[ordinal + 1] - store.neighbours_first[ordinal];
    return store.neighbours + store.neighbours_first[ordinal];
}

const struct postal_code *postal_code_find(const char *code, size_t len)
{
    size_t low = 0, high = store.postal_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = text_compare(store.postal_codes[middle].code, 5, code, len);
        if (order == 0)
            return &store.postal_codes[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

int area_of_postal_code(const char *code, size_t len)
{
    const struct postal_code *postal = postal_code_find(code, len);
    return postal ? postal->municipality : -1;
}

size_t area_merge_count(void)
{
    return store.merge_count;
}

const struct area_merge *area_merge_at(size_t index)
{
    assert(index < store.merge_count);
    return &store.merges[index];
}

const struct area_merge *area_merge_find(const char *text, size_t len)
{
    char folded[FOLDED_BYTES];
    if (!label_fold(text, len, folded))
        return NULL;
    for (size_t i = 0; i < store.merge_count; i++)
        if (strcmp(store.merges[i].old_code, folded) == 0 || strcmp(store.merge_names[i], folded) == 0)
            return &store.merges[i];
    return NULL;
}
