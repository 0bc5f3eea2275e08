#include "analyse/base.h"

#include <string.h>
#include <wchar.h>

#include <libvoikko/voikko.h>

#include "analyse/analyser.h"
#include "analyse/dictionary.h"
#include "analyse/endings.h"
#include "analyse/fold.h"
#include "base/utf8.h"

static size_t count_parts(const wchar_t *structure)
{
    size_t parts = 0;
    for (; structure && *structure; structure++)
        parts += *structure == L'=';
    return parts ? parts : 1;
}

/* False when the text does not fit: such a base is left out. */
static bool narrow(const wchar_t *from, char out[BASE_BYTES])
{
    size_t used = 0;
    for (; *from; from++) {
        char bytes[4];
        size_t n = utf8_encode((uint32_t)*from, bytes);
        if (used + n >= BASE_BYTES)
            return false;
        memcpy(out + used, bytes, n);
        used += n;
    }
    out[used] = '\0';
    return used > 0;
}

static bool same_but_case(const char *a, const char *b)
{
    char one[FOLD_BYTES], two[FOLD_BYTES];
    size_t one_len = fold_surface(a, strlen(a), one), two_len = fold_surface(b, strlen(b), two);
    return one_len == two_len && memcmp(one, two, one_len) == 0;
}

/* Of two spellings that differ in letter case: a place whose name is a compound (Kontiolahti) is seldom meant as the
 * compound, any other name is also a word (mäki).  In ASCII and beyond, capitals sort before their small letters. */
static bool stands_for(const char *base, const char *other, bool place)
{
    return place ? strcmp(base, other) < 0 : strcmp(base, other) > 0;
}

struct spelt {
    bool place[BASES_MOST]; /* by base: a compound that is a place's name */
};

static void add(struct bases *bases, struct spelt *spelt, const char *base, bool place)
{
    for (size_t i = 0; i < bases->count; i++) {
        if (!same_but_case(bases->base[i], base))
            continue;
        spelt->place[i] |= place;
        if (stands_for(base, bases->base[i], spelt->place[i]))
            memcpy(bases->base[i], base, strlen(base) + 1);
        return;
    }
    if (bases->count == BASES_MOST)
        return;
    spelt->place[bases->count] = place;
    memcpy(bases->base[bases->count++], base, strlen(base) + 1);
}

void bases_read(struct voikko_mor_analysis *const *all, struct bases *bases)
{
    char base[BASE_BYTES];
    struct spelt spelt;
    size_t fewest = SIZE_MAX;
    bases->count = 0;
    for (size_t i = 0; all && all[i]; i++) {
        const wchar_t *text = voikko_mor_analysis_value_ucs4(all[i], "BASEFORM");
        size_t parts = count_parts(voikko_mor_analysis_value_ucs4(all[i], "STRUCTURE"));
        if (!text || parts > fewest || !narrow(text, base))
            continue;
        if (parts < fewest)
            bases->count = 0;
        fewest = parts;
        const wchar_t *class = voikko_mor_analysis_value_ucs4(all[i], "CLASS");
        add(bases, &spelt, base, parts > 1 && class && wcscmp(class, L"paikannimi") == 0);
    }
}

void analyse_bases(struct analyser *analyser, const char *word, size_t len, struct bases *bases)
{
    char surface[FOLD_BYTES];
    wchar_t wide[FOLD_BYTES];
    size_t letters = 0;
    *bases = (struct bases){0};
    size_t surface_len = fold_surface(word, len, surface);
    if (surface_len == 0)
        return;
    size_t base_len = ending_colon_base(surface, surface_len);
    if (base_len) {
        surface_len = base_len;
        surface[surface_len] = '\0';
    }
    for (size_t at = 0, step; at < surface_len; at += step)
        wide[letters++] = (wchar_t)utf8_decode(surface + at, surface_len - at, &step);
    dictionary_bases(finnish_dictionary(analyser_finnish(analyser)), wide, letters, bases);
    bases->known = bases->count > 0;
    if (!bases->known)
        memcpy(bases->base[bases->count++], surface, surface_len + 1);
}

size_t base_plain(const char *base, size_t len, char out[ANALYSE_TERM_BYTES])
{
    char surface[FOLD_BYTES], exact[FOLD_BYTES];
    size_t used = fold_surface(base, len, surface);
    used = fold_accents(surface, used, exact);
    return fold_dots(exact, used, out);
}
