#include "analyse/finnish.h"

#include <stdlib.h>
#include <string.h>

#include "analyse/dictionary.h"
#include "analyse/endings.h"
#include "analyse/fold.h"
#include "analyse/parts.h"
#include "analyse/spoken.h"

enum {
    SPLIT_BEFORE = 4, /* an unknown word may be a compound of which the dictionary knows the end: klaffi|tuolia */
    SPLIT_END = 5,
    SPLIT_END_MAX = 16,
    BEGIN_MIN = 5, /* or the beginning: pumppu|dreenistä */
    BEGIN_REST = 5,
    BEGIN_STEM = 4, /* of the rest, less its ending */
    AGE_DIGITS = 3
};

struct finnish {
    struct dictionary *dictionary; /* owned */
    struct stemmers *stemmers;
    struct finnish_word other; /* scratch: a segment of a joined word, or a word with its dots on */
};

enum status finnish_open(struct finnish **finnish, struct stemmers *stemmers, struct answers *answers, struct err *err)
{
    struct finnish *opened = calloc(1, sizeof *opened);
    if (!opened)
        return err_set(err, STATUS_NOMEM, "out of memory for the Finnish analyser");
    enum status status = dictionary_open(&opened->dictionary, answers, err);
    if (status != STATUS_OK) {
        free(opened);
        return status;
    }
    opened->stemmers = stemmers;
    *finnish = opened;
    return STATUS_OK;
}

void finnish_free(struct finnish *finnish)
{
    if (!finnish)
        return;
    dictionary_free(finnish->dictionary);
    free(finnish);
}

struct dictionary *finnish_dictionary(struct finnish *finnish)
{
    return finnish->dictionary;
}

uint64_t finnish_dictionary_calls(const struct finnish *finnish)
{
    return dictionary_calls(finnish->dictionary);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void groups_reset(struct finnish_word *word)
{
    for (size_t i = 0; i < ANALYSE_PARTS_PER_WORD; i++)
        lemmas_reset(&word->group[i]);
    word->group_count = 0;
}

static void word_reset(struct finnish_word *word)
{
    word->known = false;
    word->verb = false;
    lemmas_reset(&word->whole);
    lemmas_reset(&word->index);
    lemmas_reset(&word->query);
    lemmas_reset(&word->parts);
    groups_reset(word);
}

/* kielinen, vuotinen: an adjective that stands only in compounds, where the dictionary sees a verb's potential. */
static bool is_bound_adjective(const struct readings *readings, const char *text, size_t len)
{
    for (size_t r = 0; r < readings->count; r++)
        if (!readings->reading[r].is_verb)
            return false;
    return len > 4 && memcmp(text + len - 4, "inen", 4) == 0;
}

/* syöpä, tuki, puhelin: where a noun stands in its base form, the forms of verbs that look the same (syödä, tukkia,
 * puhella) are seldom meant: a query does not ask for them, a text is found by them still. */
static void drop_verbs(struct readings *readings, const char *text, struct lemmas *index)
{
    bool base = false;
    size_t kept = 0;
    for (size_t r = 0; r < readings->count; r++)
        base |= !readings->reading[r].is_verb && strcmp(readings->reading[r].lemma, text) == 0;
    for (size_t r = 0; base && r < readings->count; r++)
        if (readings->reading[r].is_verb)
            lemmas_adds(index, readings->reading[r].lemma);
        else
            readings->reading[kept++] = readings->reading[r];
    readings->count = base ? kept : readings->count;
}

/* Adds what the dictionary has on the text; false when it has nothing. */
static bool read_known(struct finnish *finnish, const char *text, size_t len, struct finnish_word *word)
{
    struct wide wide;
    struct readings readings;
    wide_fill(&wide, text, len);
    dictionary_read(finnish->dictionary, wide.text, wide.len, &readings);
    if (readings.count == 0)
        return false;
    drop_verbs(&readings, text, &word->index);
    bool compound = readings.reading[0].part_count > 1;
    word->verb = true;
    for (size_t r = 0; r < readings.count; r++)
        word->verb = word->verb && readings.reading[r].is_verb;
    for (size_t r = 0; r < readings.count; r++)
        lemmas_adds(&word->whole, readings.reading[r].lemma);
    if (is_bound_adjective(&readings, text, len))
        lemmas_add(&word->whole, text, len);
    if (compound)
        parts_read(finnish->dictionary, &wide, &readings, word);
    for (size_t r = 0; r < readings.count; r++)
        lemmas_adds(compound ? &word->parts : &word->index, readings.reading[r].verb);
    return true;
}

/* The text as it is, or, when that is unknown, without accents; digits alone are never asked. */
static bool read_plain(struct finnish *finnish, const char *text, size_t len, struct finnish_word *word)
{
    char plain[FOLD_BYTES];
    if (strspn(text, "0123456789") == len)
        return false;
    if (read_known(finnish, text, len, word))
        return true;
    size_t plain_len = fold_accents(text, len, plain);
    return strcmp(plain, text) != 0 && read_known(finnish, plain, plain_len, word);
}

static bool read_spoken(struct finnish *finnish, const char *text, size_t len, struct finnish_word *word)
{
    char full[FOLD_BYTES];
    for (size_t rule = 0; spoken_next(text, len, &rule, full);)
        if (read_known(finnish, full, strlen(full), word))
            return true;
    return false;
}

/* Uudessa|kaarlepyyssä, Vähään|kyröön: names whose beginning is an adjective in the case of the end, which the
 * dictionary knows with a plain beginning only. */
static bool read_agreeing(struct finnish *finnish, const char *text, size_t len, struct finnish_word *word)
{
    static const struct {
        const char *lemma, *stem, *illative;
    } adjectives[] = {{"uusi", "uude", "uuteen"}, {"vähä", "vähä", "vähään"}, {"iso", "iso", "isoon"}};
    static const char *const cases[] = {"ssa", "ssä", "sta", "stä", "lla", "llä", "lta", "ltä", "lle", "n"};
    char plain[FOLD_BYTES];
    for (size_t a = 0; a < sizeof adjectives / sizeof *adjectives; a++) {
        size_t stem_len = strlen(adjectives[a].stem), before = strlen(adjectives[a].illative);
        bool inflected = strncmp(text, adjectives[a].illative, before) == 0;
        for (size_t c = 0; !inflected && c < sizeof cases / sizeof *cases; c++) {
            before = stem_len + strlen(cases[c]);
            inflected = strncmp(text, adjectives[a].stem, stem_len) == 0 &&
                        strncmp(text + stem_len, cases[c], before - stem_len) == 0;
        }
        if (!inflected)
            continue;
        size_t lemma_len = strlen(adjectives[a].lemma);
        memcpy(plain, adjectives[a].lemma, lemma_len);
        memcpy(plain + lemma_len, text + before, len - before + 1);
        return read_known(finnish, plain, lemma_len + len - before, word);
    }
    return false;
}

/* Common words of one part can end a compound; names (ger|mainen, noradren|alina) would be chance. */
static bool split_add(const struct readings *ends, const struct wide *wide, size_t cut, struct finnish_word *word)
{
    bool added = false;
    for (size_t r = 0; r < ends->count; r++) {
        const struct reading *end = &ends->reading[r];
        if (end->is_verb || end->is_prefix || end->is_name || end->part_count > 1)
            continue;
        lemmas_add_joined(&word->whole, wide->bytes, wide->at[cut], end->lemma);
        lemmas_adds(&word->group[1], end->lemma);
        added = true;
    }
    return added;
}

static bool read_split(struct finnish *finnish, const char *text, size_t len, struct finnish_word *word)
{
    struct wide wide;
    struct readings ends;
    wide_fill(&wide, text, len);
    size_t cut = wide.len > SPLIT_BEFORE + SPLIT_END_MAX ? wide.len - SPLIT_END_MAX : SPLIT_BEFORE;
    for (; cut + SPLIT_END <= wide.len; cut++) {
        dictionary_read(finnish->dictionary, wide.text + cut, wide.len - cut, &ends);
        if (!split_add(&ends, &wide, cut, word))
            continue;
        if (!part_read(finnish->dictionary, wide.text, cut, &word->group[0]))
            lemmas_add(&word->group[0], text, wide.at[cut]);
        lemmas_add_all(&word->parts, &word->group[1]);
        lemmas_add_all(&word->parts, &word->group[0]);
        word->group_count = 2;
        return true;
    }
    return false;
}

/* pumppu|dreenistä: of an unknown compound the dictionary may know the beginning, in a form that begins compounds. */
static bool begin_add(const struct readings *readings, struct lemmas *lemmas)
{
    for (size_t r = 0; r < readings->count; r++)
        if (readings->reading[r].is_joiner && !readings->reading[r].is_name && !readings->reading[r].is_prefix)
            lemmas_adds(lemmas, readings->reading[r].lemma);
    return lemmas->count > 0;
}

static bool is_vowel(wchar_t c)
{
    return c && wcschr(L"aeiouyäöå", c) != NULL;
}

/* What a wrong cut leaves looks like no word: it begins with two consonants (but tr, kl), or is but an ending (sesta),
 * or holds digits. */
static bool looks_like_word(const wchar_t *rest, const char *bytes, size_t len)
{
    size_t at = !is_vowel(rest[0]) + (!is_vowel(rest[0]) && (rest[1] == L'l' || rest[1] == L'r') && rest[0] != rest[1]);
    return is_vowel(rest[at]) && strpbrk(bytes, "0123456789'") == NULL && ending_stem(bytes, len) >= BEGIN_STEM;
}

static bool read_begin(struct finnish *finnish, const char *text, size_t len, struct finnish_word *word)
{
    struct wide wide;
    struct readings begin;
    char stemmed[FOLD_BYTES];
    wide_fill(&wide, text, len);
    for (size_t cut = wide.len; cut-- > BEGIN_MIN;) {
        if (wide.len - cut < BEGIN_REST || !looks_like_word(wide.text + cut, text + wide.at[cut], len - wide.at[cut]))
            continue;
        dictionary_read(finnish->dictionary, wide.text, cut, &begin);
        if (!begin_add(&begin, &word->group[0]))
            continue;
        const char *rest = text + wide.at[cut];
        size_t rest_len = len - wide.at[cut];
        lemmas_add(&word->group[1], rest, rest_len);
        lemmas_add(&word->group[1], stemmed, stem(finnish->stemmers, STEM_FINNISH, rest, rest_len, stemmed));
        lemmas_add_all(&word->parts, &word->group[1]);
        endings_guess(rest, rest_len, &word->parts);
        lemmas_add_all(&word->parts, &word->group[0]);
        word->group_count = 2;
        return true;
    }
    return false;
}

/* 5v: an age, as 5-vuotias. */
static void read_age(const char *text, size_t len, struct finnish_word *word)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > AGE_DIGITS || strcmp(text + digits, "v") != 0)
        return;
    char age[AGE_DIGITS + 1];
    memcpy(age, text, digits);
    age[digits] = '\0';
    lemmas_add_joined(&word->whole, age, digits, "vuotias");
    lemmas_adds(&word->parts, "vuotias");
    lemmas_add(&word->parts, age, len - 1);
}

/* A word that the dictionary does not know: mostly a name. The surface always counts as its lemma. */
static void read_unknown(struct finnish *finnish, const char *text, size_t len, struct finnish_word *word)
{
    char plain[FOLD_BYTES], stemmed[FOLD_BYTES];
    size_t plain_len = fold_accents(text, len, plain);
    lemmas_add(&word->whole, plain, plain_len);
    if (is_digit(plain[0])) {
        read_age(plain, plain_len, word);
        return;
    }
    const char *apostrophe = strrchr(plain, '\'');
    if (apostrophe && ending_is_inflection(apostrophe + 1, strlen(apostrophe + 1)))
        lemmas_add(&word->whole, plain, (size_t)(apostrophe - plain));
    size_t stem_len = stem(finnish->stemmers, STEM_FINNISH, plain, plain_len, stemmed);
    lemmas_add(&word->whole, stemmed, stem_len);
    endings_guess(plain, plain_len, &word->index);
    if (!read_agreeing(finnish, text, len, word) && !read_spoken(finnish, text, len, word) &&
        !read_split(finnish, text, len, word))
        read_begin(finnish, text, len, word);
}

struct segment {
    size_t from, to;
};

/* A hyphen, or a colon with no ending behind it (huom:muista), but not that of a time (9:30). */
static bool is_joint(const char *text, size_t at)
{
    if (text[at] != ':')
        return text[at] == '-';
    return !is_digit(text[at + 1]) && !ending_is_inflection(text + at + 1, strcspn(text + at + 1, ":-"));
}

static bool has_joint(const char *text, size_t len)
{
    for (size_t at = 0; at < len; at++)
        if (is_joint(text, at))
            return true;
    return false;
}

/* The segments between the joints, at most the last ANALYSE_PARTS_PER_WORD, in order. */
static size_t segments_find(const char *text, size_t len, struct segment segments[ANALYSE_PARTS_PER_WORD])
{
    size_t total = 1, number = 0, from = 0;
    for (size_t at = 0; at < len; at++)
        total += is_joint(text, at);
    size_t skipped = total > ANALYSE_PARTS_PER_WORD ? total - ANALYSE_PARTS_PER_WORD : 0;
    for (size_t at = 0; at <= len; at++) {
        if (at < len && !is_joint(text, at))
            continue;
        if (number >= skipped)
            segments[number - skipped] = (struct segment){from, at};
        from = at + 1;
        number++;
    }
    return total - skipped;
}

/* The last segment is inflected and carries the others: Stesolid-annoksella -> stesolidannos. */
static void add_head(const struct finnish_word *last, const char *prefix, size_t prefix_len, struct lemmas *whole,
                     struct lemmas *index)
{
    for (size_t i = 0; i < last->whole.count; i++)
        lemmas_add_joined(whole, prefix, prefix_len, lemmas_get(&last->whole, i));
    for (size_t i = 0; i < last->index.count; i++)
        lemmas_add_joined(index, prefix, prefix_len, lemmas_get(&last->index, i));
}

static void segment_read(struct finnish *finnish, const char *text, struct segment at, struct finnish_word *segment)
{
    char bytes[FOLD_BYTES];
    size_t base = ending_colon_base(text + at.from, at.to - at.from); /* EU:n-laajuinen */
    size_t len = base ? base : at.to - at.from;
    memcpy(bytes, text + at.from, len);
    bytes[len] = '\0';
    word_reset(segment);
    segment->known = read_plain(finnish, bytes, len, segment);
    if (!segment->known)
        read_unknown(finnish, bytes, len, segment);
}

/* 3-6-vuotiaille: the dictionary may know the word from its second segment on, or from a later one.  Reads that end of
 * the word, else the last segment, and returns where it begins. */
static size_t read_end(struct finnish *finnish, const char *text, size_t len, const struct segment *segments,
                       size_t count, struct finnish_word *end)
{
    for (size_t i = 1; i + 1 < count; i++) {
        word_reset(end);
        end->known = read_known(finnish, text + segments[i].from, len - segments[i].from, end);
        if (end->known)
            return i;
    }
    segment_read(finnish, text, segments[count - 1], end);
    return count - 1;
}

/* A letter alone (a-luokka) says nothing as a part; a digit does. */
static bool segment_speaks(const char *text, struct segment at)
{
    return at.to - at.from > 1 || is_digit(text[at.from]);
}

static void add_parts(const struct finnish_word *segment, struct lemmas *parts)
{
    lemmas_add_all(parts, &segment->whole);
    lemmas_add_all(parts, &segment->index);
    lemmas_add_all(parts, &segment->parts);
}

/* The groups of a segment, which may be a compound itself: group[from], … while there is room. Returns how many. */
static size_t add_groups(const struct finnish_word *segment, struct finnish_word *word, size_t from, size_t room)
{
    size_t count = segment->group_count ? segment->group_count : 1;
    if (count > room)
        count = room;
    for (size_t i = 0; i < count; i++)
        word->group[from + i] = segment->group_count ? segment->group[i] : segment->whole;
    return count;
}

/* The groups of the word's end wait at the end of the array, for those of the segments before it come first. */
static size_t add_end_groups(const struct finnish_word *end, size_t first, struct finnish_word *word)
{
    size_t count = end->group_count ? end->group_count : 1, room = ANALYSE_PARTS_PER_WORD - first;
    return add_groups(end, word, ANALYSE_PARTS_PER_WORD - (count < room ? count : room), room);
}

/* A joined word that the dictionary does not know as one. */
static void read_segments(struct finnish *finnish, const char *text, size_t len, struct finnish_word *word)
{
    struct segment segments[ANALYSE_PARTS_PER_WORD];
    struct finnish_word *segment = &finnish->other;
    size_t count = segments_find(text, len, segments);
    size_t last = read_end(finnish, text, len, segments, count, segment);
    word->known = segment->known;
    add_head(segment, text, segments[last].from, &word->whole, &word->index);
    size_t end_groups = 0;
    if (last + 1 < count || segment_speaks(text, segments[last])) {
        add_parts(segment, &word->parts);
        end_groups = add_end_groups(segment, last, word);
    }
    for (size_t i = 1; i < last; i++) /* covid-19|-rokote: 19rokote and covid19 can be asked for */
        add_head(segment, text + segments[i].from, segments[last].from - segments[i].from, &word->parts, &word->parts);
    for (size_t i = 2; i < count; i++)
        lemmas_add(&word->parts, text, segments[i].from);
    for (size_t i = 0; i < last; i++) {
        segment_read(finnish, text, segments[i], segment);
        word->known = word->known && (segment->known || is_digit(text[segments[i].from]));
        if (!segment_speaks(text, segments[i]))
            continue;
        add_parts(segment, &word->parts);
        word->group_count += add_groups(segment, word, word->group_count,
                                        ANALYSE_PARTS_PER_WORD - end_groups - word->group_count);
    }
    memmove(&word->group[word->group_count], &word->group[ANALYSE_PARTS_PER_WORD - end_groups],
            end_groups * sizeof word->group[0]);
    word->group_count += end_groups;
    groups_close(word);
}

/* laitok-sen: a hyphen that broke a line, or that does not belong there. */
static void read_joined(struct finnish *finnish, const char *text, size_t len, struct finnish_word *word)
{
    char joined[FOLD_BYTES];
    size_t used = 0;
    for (size_t i = 0; i < len; i++)
        if (text[i] != '-')
            joined[used++] = text[i];
    joined[used] = '\0';
    struct finnish_word *one = &finnish->other;
    word_reset(one);
    if (!read_known(finnish, joined, used, one))
        return;
    lemmas_add_all(&word->whole, &one->whole);
    lemmas_add_all(&word->index, &one->index);
    lemmas_add_all(&word->parts, &one->parts);
}

/* tyottomyysturva, as typed on a keyboard without dots: asked for as työttömyysturva as well. */
static void read_undotted(struct finnish *finnish, const char *text, size_t len, struct finnish_word *word)
{
    char dotted[FOLD_BYTES];
    struct finnish_word *one = &finnish->other;
    if (is_digit(text[0]) || !fold_undotted(text, len, dotted, sizeof dotted))
        return;
    word_reset(one);
    if (!read_known(finnish, dotted, strlen(dotted), one))
        return;
    lemmas_add_all(&word->query, &one->whole);
    if (one->group_count == 0)
        return;
    memcpy(word->group, one->group, sizeof word->group);
    word->group_count = one->group_count;
}

void finnish_read(struct finnish *finnish, const char *surface, size_t len, struct finnish_word *word)
{
    word_reset(word);
    dictionary_begin(finnish->dictionary);
    word->known = read_plain(finnish, surface, len, word);
    if (word->known)
        return;
    if (has_joint(surface, len)) {
        read_segments(finnish, surface, len, word);
        if (word->known)
            return;
        read_joined(finnish, surface, len, word);
    } else {
        read_unknown(finnish, surface, len, word);
    }
    read_undotted(finnish, surface, len, word);
}

/* Where the last part begins that could stand alone: a genitive goes with what follows it (nuoriso|työn-tekijä), and a
 * word of the lexicon is not cut (suur|maahan=muutto). */
static size_t head_part(const struct wide *wide, const struct reading *reading)
{
    size_t part = reading->part_count;
    while (part-- > 1) {
        bool genitive = part > 1 && wide->text[reading->cut[part] - 1] == L'n';
        if (!genitive && !(reading->glued >> part & 1))
            return part;
    }
    return 0;
}

size_t finnish_head(struct finnish *finnish, const char *surface, size_t len)
{
    struct wide wide;
    struct readings readings;
    wide_fill(&wide, surface, len);
    dictionary_begin(finnish->dictionary);
    dictionary_read(finnish->dictionary, wide.text, wide.len, &readings);
    if (readings.count > 0)
        return wide.at[readings.reading[0].cut[head_part(&wide, &readings.reading[0])]];
    const char *hyphen = memrchr(surface, '-', len);
    return hyphen ? (size_t)(hyphen - surface) + 1 : 0;
}
