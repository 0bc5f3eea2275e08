#include "analyse/dictionary.h"

#include <stdlib.h>
#include <string.h>

#include <libvoikko/voikko.h>

#include "analyse/answers.h"
#include "analyse/base.h"
#include "analyse/fold.h"
#include "base/utf8.h"

struct dictionary {
    struct VoikkoHandle *voikko; /* owned */
    struct answers *answers, *own; /* own: owned, NULL when the answers are shared */
    uint64_t calls;
    unsigned reads_left; /* for the word at hand */
    char word[ANSWER_KEY_BYTES + 1];    /* the one at hand, in UTF-8, */
    unsigned char packed[ANSWER_BYTES]; /* and its answer: first the bases, then the readings */
};

_Static_assert(DICTIONARY_CHARS * 4 <= ANSWER_KEY_BYTES, "every word that may be asked is a key");
_Static_assert(1 + BASES_MOST * (BASE_BYTES + 2) + READINGS_BYTES <= ANSWER_BYTES, "every answer has room");

enum status dictionary_open(struct dictionary **dictionary, struct answers *shared, struct err *err)
{
    struct dictionary *opened = calloc(1, sizeof *opened);
    if (!opened)
        return err_set(err, STATUS_NOMEM, "out of memory for the dictionary");
    const char *reason = NULL;
    opened->voikko = voikkoInit(&reason, "fi", NULL);
    if (!opened->voikko) {
        free(opened);
        return err_set(err, STATUS_NOTFOUND, "no Finnish dictionary (%s): install the package voikko-fi",
                       reason ? reason : "unknown reason");
    }
    enum status status = shared ? STATUS_OK : answers_new(&opened->own, DICTIONARY_ANSWER_BYTES, err);
    if (status != STATUS_OK) {
        dictionary_free(opened);
        return status;
    }
    opened->answers = shared ? shared : opened->own;
    *dictionary = opened;
    return STATUS_OK;
}

void dictionary_free(struct dictionary *dictionary)
{
    if (!dictionary)
        return;
    voikkoTerminate(dictionary->voikko);
    answers_free(dictionary->own);
    free(dictionary);
}

struct VoikkoHandle *dictionary_voikko(struct dictionary *dictionary)
{
    return dictionary->voikko;
}

uint64_t dictionary_calls(const struct dictionary *dictionary)
{
    return dictionary->calls;
}

static void lower_copy(const wchar_t *from, const wchar_t *end, char out[READING_BYTES])
{
    size_t used = 0;
    for (; from < end; from++) {
        char bytes[4];
        size_t n = utf8_encode(fold_lower((uint32_t)*from), bytes);
        if (used + n >= READING_BYTES)
            break;
        memcpy(out + used, bytes, n);
        used += n;
    }
    out[used] = '\0';
}

void dictionary_begin(struct dictionary *dictionary)
{
    dictionary->reads_left = DICTIONARY_READS;
}

/* STRUCTURE has one sign for each character of the word and '=' where a part begins: "=pppppp-=pppp". */
static void structure_read(const wchar_t *structure, size_t word_len, struct reading *reading)
{
    size_t parts = 0, at = 0;
    for (const wchar_t *s = structure; s && *s && parts <= READING_PARTS; s++) {
        if (*s != L'=') {
            at++;
        } else {
            if (parts < READING_PARTS)
                reading->cut[parts] = (uint8_t)at;
            if (s > structure && s[-1] == L'-' && parts < 32)
                reading->hyphened |= UINT32_C(1) << parts;
            parts++;
        }
    }
    /* A structure that does not fit the word cannot be cut along. */
    if (parts == 0 || parts > READING_PARTS || at != word_len || reading->cut[0] != 0) {
        parts = 1;
        reading->cut[0] = 0;
    }
    reading->part_count = (uint8_t)parts;
    reading->cut[parts] = (uint8_t)word_len;
}

/* FSTOUTPUT marks each boundary in order: [Bc] of a free compound, [Bm] inside one word of the lexicon. */
static void glue_read(const wchar_t *output, struct reading *reading)
{
    size_t boundary = 0;
    uint32_t glued = 0;
    for (const wchar_t *o = output; o && *o; o++) {
        if (o[0] != L'[' || o[1] != L'B' || o[2] == L'\0' || o[3] != L']')
            continue;
        bool lexical = o[2] == L'm';
        boundary += lexical || o[2] == L'c';
        if (lexical && boundary < 32)
            glued |= UINT32_C(1) << boundary;
    }
    reading->glued = boundary + 1 == reading->part_count ? glued & ~reading->hyphened : 0;
}

struct base {
    const wchar_t *surface, *base; /* base NULL when the element names none */
    size_t surface_len, base_len;
    bool attached; /* no '+' before it: it makes one verb of another */
};

/* One element of WORDBASES, "+juokse(juosta)", "ta(+taa)", "+v"; moves *at behind it. */
static bool base_next(const wchar_t **at, struct base *out)
{
    const wchar_t *from = *at;
    if (!*from)
        return false;
    *out = (struct base){.attached = *from != L'+'};
    out->surface = from + !out->attached;
    out->surface_len = wcscspn(out->surface, L"+(");
    const wchar_t *end = out->surface + out->surface_len;
    if (*end == L'(') {
        out->base = end + 1;
        out->base_len = wcscspn(out->base, L")");
        end = out->base + out->base_len;
        end += *end == L')';
    }
    if (end == from)
        return false;
    *at = end;
    return true;
}

static size_t text_add(wchar_t *text, size_t used, const wchar_t *more, size_t len)
{
    for (size_t i = 0; i < len && used < READING_BYTES - 1; i++)
        if (more[i] != L'=') /* the lexicon's own boundary: vastaan=ottaa */
            text[used++] = more[i];
    text[used] = L'\0';
    return used;
}

/* The verb of a participle is the last base that is a word: "+juokse(juosta)+v+a(+a)"; but with an ending attached it
 * is the stem with that ending: "+paran(parata)ne(+taa)+t+tu(+tu)" is parantaa. */
static void verb_read(const wchar_t *bases, char out[READING_BYTES])
{
    wchar_t verb[READING_BYTES] = L"", stem[READING_BYTES] = L"";
    size_t verb_len = 0, stem_len = 0;
    struct base base;
    while (bases && base_next(&bases, &base)) {
        bool ending = base.base && base.base[0] == L'+';
        if (base.base && !ending) {
            verb_len = text_add(verb, 0, base.base, base.base_len);
            stem_len = 0;
        } else if (base.attached && ending) {
            verb_len = text_add(verb, 0, stem, stem_len);
            verb_len = text_add(verb, verb_len, base.base + 1, base.base_len - 1);
        }
        stem_len = text_add(stem, stem_len, base.surface, base.surface_len);
    }
    lower_copy(verb, verb + verb_len, out);
}

static const wchar_t *value(const struct voikko_mor_analysis *analysis, const char *key)
{
    return voikko_mor_analysis_value_ucs4(analysis, key);
}

static bool reading_fill(const struct voikko_mor_analysis *analysis, size_t word_len, struct reading *reading)
{
    const wchar_t *lemma = value(analysis, "BASEFORM");
    const wchar_t *class = value(analysis, "CLASS");
    const wchar_t *grammar_case = value(analysis, "SIJAMUOTO");
    if (!lemma || !*lemma)
        return false;
    memset(reading, 0, sizeof *reading);
    lower_copy(lemma, lemma + wcslen(lemma), reading->lemma);
    structure_read(value(analysis, "STRUCTURE"), word_len, reading);
    if (reading->part_count > 1)
        glue_read(value(analysis, "FSTOUTPUT"), reading);
    if (value(analysis, "PARTICIPLE"))
        verb_read(value(analysis, "WORDBASES"), reading->verb);
    reading->is_name = fold_lower((uint32_t)*lemma) != (uint32_t)*lemma;
    reading->is_verb = class && wcscmp(class, L"teonsana") == 0;
    reading->is_prefix = class && wcscmp(class, L"etuliite") == 0;
    reading->is_joiner = !reading->is_verb && (!grammar_case || wcscmp(grammar_case, L"nimento") == 0 ||
                                               wcscmp(grammar_case, L"omanto") == 0);
    return reading->lemma[0] != '\0';
}

/* Of all answers those with the fewest parts. */
static void read_all(struct voikko_mor_analysis *const *all, size_t word_len, struct readings *readings)
{
    uint8_t fewest = READING_PARTS + 1;
    readings->count = 0;
    for (size_t i = 0; all && all[i]; i++) {
        struct reading reading;
        if (!reading_fill(all[i], word_len, &reading) || reading.part_count > fewest)
            continue;
        if (reading.part_count < fewest)
            readings->count = 0;
        fewest = reading.part_count;
        readings_add(readings, &reading);
    }
}

/* ---- answers, packed -------------------------------------------------------------------------------------------- */

enum { BASES_ARE_LEMMAS = UINT8_MAX }; /* in place of their number: mostly no base has a capital */

static bool has_base(const struct bases *bases, const char *base)
{
    for (size_t i = 0; i < bases->count; i++)
        if (strcmp(bases->base[i], base) == 0)
            return true;
    return false;
}

static void lemmas_as_bases(const struct readings *readings, struct bases *bases)
{
    bases->count = 0;
    for (size_t i = 0; i < readings->count && bases->count < BASES_MOST; i++)
        if (!has_base(bases, readings->reading[i].lemma))
            strcpy(bases->base[bases->count++], readings->reading[i].lemma);
}

static bool bases_are_lemmas(const struct bases *bases, const struct readings *readings)
{
    struct bases lemmas;
    lemmas_as_bases(readings, &lemmas);
    if (lemmas.count != bases->count)
        return false;
    for (size_t i = 0; i < bases->count; i++)
        if (strcmp(lemmas.base[i], bases->base[i]) != 0)
            return false;
    return true;
}

static size_t answer_pack(const struct bases *bases, const struct readings *readings, const char *word,
                          unsigned char *packed)
{
    unsigned char *to = packed;
    bool short_form = bases_are_lemmas(bases, readings);
    *to++ = short_form ? BASES_ARE_LEMMAS : (unsigned char)bases->count;
    for (size_t i = 0; i < bases->count && !short_form; i++)
        to = readings_pack_text(bases->base[i], word, to);
    return (size_t)(readings_pack(readings, word, to) - packed);
}

static const unsigned char *bases_unpack(const unsigned char *from, const char *word, struct bases *bases)
{
    size_t count = *from++;
    bases->count = count == BASES_ARE_LEMMAS ? 0 : count;
    for (size_t i = 0; i < bases->count; i++)
        from = readings_unpack_text(from, word, bases->base[i]);
    return from;
}

/* Over the bases to the readings. */
static const unsigned char *bases_skip(const unsigned char *from)
{
    size_t count = *from++;
    for (size_t i = 0; count != BASES_ARE_LEMMAS && i < count; i++)
        from += 2 + from[1];
    return from;
}

/* Fills `packed`, from memory or by asking. */
static void answer(struct dictionary *dictionary, const wchar_t *word, size_t len)
{
    wchar_t asked[DICTIONARY_CHARS + 1];
    struct readings readings;
    struct bases bases = {0};
    size_t size = 0;
    for (size_t i = 0; i < len; i++)
        size += utf8_encode((uint32_t)word[i], dictionary->word + size);
    dictionary->word[size] = '\0';
    if (answers_get(dictionary->answers, dictionary->word, size, dictionary->packed))
        return;
    wmemcpy(asked, word, len);
    asked[len] = L'\0';
    dictionary->calls++;
    struct voikko_mor_analysis **all = voikkoAnalyzeWordUcs4(dictionary->voikko, asked);
    read_all(all, len, &readings);
    bases_read(all, &bases);
    if (all)
        voikko_free_mor_analysis(all);
    answers_put(dictionary->answers, dictionary->word, size, dictionary->packed,
                answer_pack(&bases, &readings, dictionary->word, dictionary->packed));
}

void dictionary_read(struct dictionary *dictionary, const wchar_t *word, size_t len, struct readings *readings)
{
    readings->count = 0;
    unsigned reads = 1 + (unsigned)(len / DICTIONARY_READ_CHARS);
    if (len == 0 || len > DICTIONARY_CHARS || dictionary->reads_left < reads)
        return;
    dictionary->reads_left -= reads;
    answer(dictionary, word, len);
    readings_unpack(bases_skip(dictionary->packed), dictionary->word, readings);
}

void dictionary_bases(struct dictionary *dictionary, const wchar_t *word, size_t len, struct bases *bases)
{
    struct readings readings;
    *bases = (struct bases){0};
    if (len == 0 || len > DICTIONARY_CHARS)
        return;
    answer(dictionary, word, len);
    const unsigned char *behind = bases_unpack(dictionary->packed, dictionary->word, bases);
    if (dictionary->packed[0] == BASES_ARE_LEMMAS) {
        readings_unpack(behind, dictionary->word, &readings);
        lemmas_as_bases(&readings, bases);
    }
}
