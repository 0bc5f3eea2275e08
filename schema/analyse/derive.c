#include "analyse/derive.h"

#include <stdio.h>
#include <string.h>

/* A lemma that ends so loses `cut` letters and gets the ending; doubled: once more with its last stop doubled, as the
 * strong grade has it (jutella, juttelu). */
struct rule {
    const char *ends;
    size_t cut;
    const char *gets;
};

static const struct rule nouns[] = {
    {"ella", 2, "u"},   {"ella", 2, "y"},    /* muistella: muistelu; kavella: kavely */
    {"illa", 2, "u"},   {"illa", 2, "y"},    /* urheilla: urheilu; retkeilla: retkeily */
    {"ltaa", 3, "lus"}, {"ula", 2, "u"},     /* vaeltaa: vaellus */
    {"ttaa", 3, "us"},  {"ttaa", 3, "ys"},   /* opettaa: opetus; */
    {"ttaa", 2, "o"},                        /* soittaa: soitto */
    {"staa", 2, "us"},  {"staa", 2, "ys"},   /* kalastaa: kalastus */
    {"htaa", 2, "o"},   {"htaa", 2, "us"},   /* hiihtaa: hiihto */
    {"ntaa", 2, "o"},   {"rtaa", 2, "o"},    /* lentaa: lento */
    {"taa", 2, "u"},                         /* soutaa: soutu */
    {"laa", 2, "u"},    {"kaa", 2, "u"},     /* laulaa: laulu */
    {"ida", 2, "nti"},  {"yda", 2, "nti"},   /* uida: uinti */
    {"ata", 2, "us"},   {"ata", 2, "ys"},    /* maalata: maalaus */
    {"ota", 2, "us"},   {"uta", 2, "us"},    /* siivota: siivous */
    {"oa", 1, "nta"},   {"oa", 1, ""},       /* neuvoa: neuvonta, neuvo */
    {"ua", 1, "nta"},   {"ua", 1, ""},       /* kutsua: kutsu */
    {"ia", 1, ""},      {"ia", 1, "nta"},    /* tanssia: tanssi */
    {"ea", 2, "u"},     {"ea", 2, "o"},      /* lukea: luku */
};

static const struct rule verbs[] = {
    {"elu", 1, "la"},   {"ely", 1, "la"},    /* muistelu: muistella */
    {"ilu", 1, "la"},   {"ily", 1, "la"},    /* urheilu: urheilla */
    {"llus", 3, "taa"},                      /* vaellus: vaeltaa */
    {"tus", 2, "taa"},  {"tys", 2, "taa"},   /* opetus: opettaa */
    {"stus", 2, "aa"},  {"stys", 2, "aa"},   /* kalastus: kalastaa */
    {"aus", 2, "ta"},   {"ays", 2, "ta"},    /* maalaus: maalata */
    {"ous", 2, "ta"},
    {"itto", 1, "aa"},  {"hto", 1, "aa"},    /* soitto: soittaa */
    {"nto", 1, "aa"},   {"outu", 1, "aa"},
    {"onta", 3, "a"},   {"unta", 3, "a"},    /* neuvonta: neuvoa */
    {"inti", 3, "da"},                       /* uinti: uida */
    {"aulu", 1, "aa"},                       /* laulu: laulaa */
};

static void add(const char *stem, size_t len, const char *ending, char out[DERIVE_MOST][DERIVE_BYTES], size_t *count)
{
    if (*count < DERIVE_MOST)
        snprintf(out[(*count)++], DERIVE_BYTES, "%.*s%s", (int)len, stem, ending);
}

/* The strong grade of a stop between vowels: juttel- of jutel-. */
static size_t strengthen(const char *stem, size_t len, char strong[DERIVE_BYTES])
{
    size_t at = len >= 4 ? len - 3 : 0;
    if (at == 0 || !strchr("ktp", stem[at]) || stem[at - 1] == stem[at] || !strchr("aeiouy", stem[at - 1]))
        return 0;
    snprintf(strong, DERIVE_BYTES, "%.*s%c%.*s", (int)at, stem, stem[at], (int)(len - at), stem + at);
    return len + 1;
}

static size_t derive(const struct rule *rules, size_t rule_count, const char *lemma, size_t len,
                     char out[DERIVE_MOST][DERIVE_BYTES])
{
    size_t count = 0;
    if (len < DERIVE_LEAST || len + 8 > DERIVE_BYTES)
        return 0;
    for (size_t r = 0; r < rule_count; r++) {
        char strong[DERIVE_BYTES];
        size_t ends = strlen(rules[r].ends);
        if (ends >= len || memcmp(lemma + len - ends, rules[r].ends, ends) != 0)
            continue;
        add(lemma, len - rules[r].cut, rules[r].gets, out, &count);
        size_t strong_len = strncmp(rules[r].ends, "ella", 4) == 0
                                ? strengthen(lemma, len - rules[r].cut, strong) : 0;
        if (strong_len)
            add(strong, strong_len, rules[r].gets, out, &count);
    }
    return count;
}

size_t derive_nouns(const char *lemma, size_t len, char out[DERIVE_MOST][DERIVE_BYTES])
{
    return derive(nouns, sizeof nouns / sizeof *nouns, lemma, len, out);
}

size_t derive_verbs(const char *lemma, size_t len, char out[DERIVE_MOST][DERIVE_BYTES])
{
    return derive(verbs, sizeof verbs / sizeof *verbs, lemma, len, out);
}
