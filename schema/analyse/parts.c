#include "analyse/parts.h"

#include <string.h>

#include "base/utf8.h"

void wide_fill(struct wide *wide, const char *bytes, size_t len)
{
    wide->bytes = bytes;
    wide->len = 0;
    for (size_t at = 0, step; at < len; at += step) {
        wide->at[wide->len] = (uint8_t)at;
        wide->text[wide->len++] = (wchar_t)utf8_decode(bytes + at, len - at, &step);
    }
    wide->at[wide->len] = (uint8_t)len;
    wide->text[wide->len] = L'\0';
}

/* The characters [from, to) of a word. */
struct piece {
    size_t from, to;
};

static struct piece piece_trim(const struct wide *wide, size_t from, size_t to)
{
    while (from < to && wide->text[from] == L'-')
        from++;
    while (to > from && wide->text[to - 1] == L'-')
        to--;
    return (struct piece){from, to};
}

/* A letter alone (e-kirja) says nothing as a part; a digit does. */
static bool piece_is_letter(const struct wide *wide, struct piece piece)
{
    return piece.to - piece.from == 1 && !(wide->text[piece.from] >= L'0' && wide->text[piece.from] <= L'9');
}

static bool lemma_ends_with(const char *lemma, const char *tail)
{
    size_t len = strlen(lemma), n = strlen(tail);
    return n <= len && memcmp(lemma + len - n, tail, n) == 0;
}

static bool readings_all_verbs(const struct readings *readings)
{
    for (size_t i = 0; i < readings->count; i++)
        if (!readings->reading[i].is_verb)
            return false;
    return true;
}

/* yhteis|työ, kansalais|opisto: the form of -nen words that begins compounds is no word by itself. */
static bool part_read_nen(struct dictionary *dictionary, const wchar_t *text, size_t len, struct lemmas *lemmas)
{
    wchar_t nen[ANALYSE_WORD_BYTES + 3];
    struct readings readings;
    if (len < 3 || text[len - 1] != L's')
        return false;
    wmemcpy(nen, text, len - 1);
    wmemcpy(nen + len - 1, L"nen", 3);
    dictionary_read(dictionary, nen, len + 2, &readings);
    bool verbs = readings_all_verbs(&readings); /* kehittämis|hanke: kehittäminen is read as kehittää */
    for (size_t i = 0; i < readings.count; i++)
        if (verbs || lemma_ends_with(readings.reading[i].lemma, "nen"))
            lemmas_adds(lemmas, readings.reading[i].lemma);
    return readings.count > 0;
}

/* Of several readings those in a form that begins compounds (vapaa, not the partitive of vapa), else the nouns
 * (maahan), else all. */
static int reading_fitness(const struct reading *reading)
{
    return reading->is_joiner ? 2 : !reading->is_verb;
}

bool part_read(struct dictionary *dictionary, const wchar_t *text, size_t len, struct lemmas *lemmas)
{
    struct readings readings;
    dictionary_read(dictionary, text, len, &readings);
    int best = 0;
    for (size_t i = 0; i < readings.count; i++)
        if (reading_fitness(&readings.reading[i]) > best)
            best = reading_fitness(&readings.reading[i]);
    for (size_t i = 0; i < readings.count; i++)
        if (reading_fitness(&readings.reading[i]) == best)
            lemmas_adds(lemmas, readings.reading[i].lemma);
    return readings.count > 0 || part_read_nen(dictionary, text, len, lemmas);
}

static bool piece_read(struct dictionary *dictionary, const struct wide *wide, struct piece piece,
                       struct lemmas *lemmas)
{
    return part_read(dictionary, wide->text + piece.from, piece.to - piece.from, lemmas);
}

/* The lemmas of what ends the word: the whole lemma less what stands before, or, where the parts before are inflected
 * as well (viidessä|toista), those of its own that end the whole lemma. */
static bool tail_read(struct dictionary *dictionary, const struct wide *wide, const struct reading *reading,
                      struct piece piece, struct lemmas *lemmas)
{
    size_t before = wide->at[piece.from], count = lemmas->count;
    if (strncmp(reading->lemma, wide->bytes, before) == 0 && reading->lemma[before]) {
        lemmas_adds(lemmas, reading->lemma + before);
        return true;
    }
    struct readings readings;
    dictionary_read(dictionary, wide->text + piece.from, piece.to - piece.from, &readings);
    for (size_t i = 0; i < readings.count; i++)
        if (lemma_ends_with(reading->lemma, readings.reading[i].lemma))
            lemmas_adds(lemmas, readings.reading[i].lemma);
    return lemmas->count > count;
}

static bool cut_is_repeated(const struct readings *readings, size_t r, size_t part)
{
    const uint8_t *cut = readings->reading[r].cut;
    for (size_t i = 0; i < r; i++)
        if (readings->reading[i].cut[part] == cut[part] && readings->reading[i].cut[part + 1] == cut[part + 1])
            return true;
    return false;
}

/* The lemmas of one part over all readings of the word. */
static void single_read(struct dictionary *dictionary, const struct wide *wide, const struct readings *readings,
                        size_t part, struct lemmas *lemmas)
{
    for (size_t r = 0; r < readings->count; r++) {
        const struct reading *reading = &readings->reading[r];
        struct piece piece = piece_trim(wide, reading->cut[part], reading->cut[part + 1]);
        bool last = part + 1 == reading->part_count;
        if (piece.from == piece.to || piece_is_letter(wide, piece) || (!last && cut_is_repeated(readings, r, part)))
            continue;
        bool read =
            last ? tail_read(dictionary, wide, reading, piece, lemmas) : piece_read(dictionary, wide, piece, lemmas);
        if (!read)
            lemmas_add(lemmas, wide->bytes + wide->at[piece.from], (size_t)(wide->at[piece.to] - wide->at[piece.from]));
    }
}

/* Whether some reading has the boundary before this part inside one word of its lexicon. */
static bool part_is_glued(const struct readings *readings, size_t part)
{
    for (size_t r = 0; r < readings->count; r++)
        if (readings->reading[r].glued >> part & 1)
            return true;
    return false;
}

/* mielen|terveys|kuntoutuja: mielenterveys and terveyskuntoutuja can be asked for as well.  What begins inside a word
 * of the lexicon is no word: maahan=muuttaja|nuori has no muuttajanuori. */
static void runs_read(struct dictionary *dictionary, const struct wide *wide, const struct readings *readings,
                      struct lemmas *parts)
{
    size_t part_count = readings->reading[0].part_count;
    for (size_t part = 2; part < part_count; part++)
        piece_read(dictionary, wide, piece_trim(wide, 0, readings->reading[0].cut[part]), parts);
    for (size_t part = 1; part + 1 < part_count; part++) {
        if (part_is_glued(readings, part))
            continue;
        for (size_t r = 0; r < readings->count; r++) {
            const struct reading *reading = &readings->reading[r];
            tail_read(dictionary, wide, reading, piece_trim(wide, reading->cut[part], wide->len), parts);
        }
    }
}

void groups_close(struct finnish_word *word)
{
    size_t kept = 0;
    for (size_t i = 0; i < word->group_count; i++) {
        if (word->group[i].count == 0)
            continue;
        if (kept != i)
            word->group[kept] = word->group[i];
        kept++;
    }
    word->group_count = kept < 2 ? 0 : kept;
}

void parts_read(struct dictionary *dictionary, const struct wide *wide, const struct readings *readings,
                struct finnish_word *word)
{
    size_t parts = readings->reading[0].part_count;
    size_t first = parts > ANALYSE_PARTS_PER_WORD ? parts - ANALYSE_PARTS_PER_WORD : 0;
    for (size_t part = parts; part-- > first;) { /* the last one says most of what the word is */
        single_read(dictionary, wide, readings, part, &word->group[part - first]);
        lemmas_add_all(&word->parts, &word->group[part - first]);
    }
    word->group_count = parts - first;
    runs_read(dictionary, wide, readings, &word->parts);
    groups_close(word);
}
