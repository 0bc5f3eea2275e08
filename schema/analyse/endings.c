#include "analyse/endings.h"

#include <string.h>

#include "analyse/fold.h"
#include "base/utf8.h"

enum { GUESS_LETTERS = 3, GUESS_BYTES = 256, GUESS_GROWTH = 4 };

/* With dots folded, so that each ending stands here once. */
static const char *const clitics[] = {"kin", "kaan", "ko", "han", "pa", "kohan", "kos"};
static const char *const possessives[] = {"ni", "si", "nsa", "mme", "nne", "an", "en"};

/* clang-format off */
static const char *const cases[] = {
    /* singular, behind the sound of the last letter: EU:ta, STM:ää, USA:ssa, SDP:hen, 10:een */
    "n", "in", "en", "a", "ta", "ia", "ea", "aa", "tta", "na", "ina", "ena", "ssa", "issa", "essa",
    "sta", "ista", "esta", "lla", "illa", "ella", "lta", "ilta", "elta", "lle", "ille", "elle", "ksi", "iksi", "eksi",
    "itta", "ne", "ine", "on", "un", "yn", "iin", "een", "aan", "oon", "uun", "yyn", "han", "hen", "hin", "hon", "hun",
    "hyn", "siin", "seen",
    /* plural */
    "t", "it", "et", "ja", "eja", "ita", "eita", "oita", "jen", "ien", "den", "iden", "eiden", "tten", "ihin", "eihin",
    "eissa", "eista", "eilla", "eilta", "eille", "eiksi", "eina", "oissa", "oista", "oilla", "oilta", "oille",
    /* ordinals: 1:s, 3:nnella, 5:nteen */
    "s", "nnen", "nnet", "nnessa", "nnesta", "nnella", "nnelta", "nnelle", "nneksi", "ntena", "nteen", "nsi", "nsia",
    "nsien", "nsiin",
    /* derivations: EU:lainen */
    "lainen", "laisen", "laista", "laiset", "laisten", "laisia", "laisuus", "laisuuden",
    /* Swedish: FPA:s */
    "ns", "ens", "ets", "ar", "er", "arna", "erna", "arnas", "ernas", "ars", "ers",
};

/* What stands behind the stem of a name; the stemmer finds some of the rest. */
static const char *const guessed[] = {
    "n", "an", "en", "in", "on", "un", "yn", "a", "ta", "ia", "ja", "eja", "oja", "oita", "tta", "itta", "na", "ina",
    "ssa", "issa", "eissa", "oissa", "sta", "ista", "eista", "oista", "lla", "illa", "eilla", "oilla",
    "lta", "ilta", "eilta", "oilta", "lle", "ille", "eille", "oille", "ksi", "iksi",
    "iin", "een", "aan", "oon", "uun", "yyn", "hin", "ihin", "eihin", "oihin", "hun", "hon", "han",
    "t", "it", "ien", "jen", "iden", "eiden", "oiden", "tten", "kin", "kaan", "nsa", "mme",
};
/* clang-format on */

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool table_has(const char *const *table, size_t count, const char *text, size_t len)
{
    for (size_t i = 0; i < count; i++)
        if (strlen(table[i]) == len && memcmp(table[i], text, len) == 0)
            return true;
    return false;
}

/* Length of the text less the longest tail from the table that fits; its own length when none does. */
static size_t table_strip(const char *const *table, size_t count, const char *text, size_t len)
{
    size_t best = len;
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen(table[i]);
        if (n <= len && memcmp(text + len - n, table[i], n) == 0 && len - n < best)
            best = len - n;
    }
    return best;
}

/* A case, a possessive, or both. */
static bool is_case(const char *text, size_t len)
{
    if (table_has(cases, COUNT(cases), text, len))
        return true;
    size_t owned = table_strip(possessives, COUNT(possessives), text, len);
    return owned == 0 || (owned < len && table_has(cases, COUNT(cases), text, owned));
}

bool ending_is_inflection(const char *text, size_t len)
{
    char plain[GUESS_BYTES];
    if (len == 0 || len >= sizeof plain)
        return false;
    len = fold_dots(text, len, plain);
    size_t bare = table_strip(clitics, COUNT(clitics), plain, len);
    return bare == 0 || is_case(plain, len) || (bare < len && is_case(plain, bare));
}

size_t ending_colon_base(const char *word, size_t len)
{
    size_t colon = len;
    while (colon > 0 && word[colon - 1] != ':')
        colon--;
    if (colon < 2 || !ending_is_inflection(word + colon, len - colon))
        return 0;
    return colon - 1;
}

size_t ending_stem(const char *word, size_t len)
{
    char plain[GUESS_BYTES];
    if (len >= sizeof plain)
        return 0;
    len = fold_dots(word, len, plain);
    return utf8_count(plain, table_strip(guessed, COUNT(guessed), plain, len));
}

static bool ends_with(const char *text, size_t len, const char *tail)
{
    size_t n = strlen(tail);
    return len > n && memcmp(text + len - n, tail, n) == 0;
}

static void guess_add(char *base, size_t len, struct lemmas *lemmas)
{
    static const struct {
        const char *stem, *lemma;
    } changes[] = {{"kse", "s"}, {"ks", "s"}, {"ise", "inen"}, {"is", "inen"}};
    lemmas_add(lemmas, base, len);
    for (size_t i = 0; i < COUNT(changes); i++) {
        if (!ends_with(base, len, changes[i].stem))
            continue;
        size_t kept = len - strlen(changes[i].stem);
        strcpy(base + kept, changes[i].lemma);
        lemmas_add(lemmas, base, strlen(base));
        return;
    }
}

/* Forms of new verbs: zoomaamaan, tuunattu -> zoomata, tuunata; with gradation twiittasi -> twiitata. */
static const char *const contracted[] = {
    "aan", "aa", "aat", "aamme", "aavat", "ataan", "asi", "asin", "asivat", "attiin", "aisi", "atkaa", "annut",
    "anneet", "anneen", "attu", "attua", "atut", "atun", "aava", "aavan", "aavia", "aamassa", "aamasta", "aamaan",
    "aamalla", "aamatta", "atessa", "aaminen", "aamisen", "aamista",
};

void endings_guess(const char *word, size_t len, struct lemmas *lemmas)
{
    char plain[GUESS_BYTES], base[GUESS_BYTES + GUESS_GROWTH];
    if (len >= sizeof plain)
        return;
    len = fold_dots(word, len, plain);
    for (size_t i = 0; i < COUNT(guessed); i++) {
        size_t n = strlen(guessed[i]);
        if (!ends_with(plain, len, guessed[i]) || utf8_count(plain, len - n) < GUESS_LETTERS)
            continue;
        memcpy(base, plain, len - n);
        guess_add(base, len - n, lemmas);
    }
    size_t verb = table_strip(contracted, COUNT(contracted), plain, len);
    if (verb == len || utf8_count(plain, verb) < GUESS_LETTERS)
        return;
    verb -= strchr("ptk", plain[verb - 1]) && plain[verb - 1] == plain[verb - 2];
    memcpy(base, plain, verb);
    memcpy(base + verb, "ata", 3);
    lemmas_add(lemmas, base, verb + 3);
}
