#include "tests/bench/generate/inflect.h"

#include <stdio.h>
#include <string.h>

/* Stems are built in Latin-1, where a letter is a byte, and stored as UTF-8. */
enum { A_DOTS = 0xE4, O_DOTS = 0xF6, A_RING = 0xE5 };

/* How a class builds its stems from the lemma's first part, which is the lemma less its last `chop` letters.
 * In a stem's recipe the first sign may change the consonants at the end of that part:
 *   -  weak grade of its last consonants (kat: kad)    ~  the same as before an a (alk|etaan: aletaan)
 *   +  strong grade of them (osoit: osoitt)    ^  strong grade of those before its last vowel (hamma: hampa)
 *   %  its last t becomes s (huolt: huols)
 * All but % act only when the class is marked with a plus.  The rest is appended:
 *   X Y Z  the letters that were cut off   D  the last letter so far   @  the same, a vowel
 *   A O U  by vowel harmony    other letters as they are */
struct noun_class {
    const char *name;
    unsigned chop;
    const char *ending; /* what the lemma must end in, "" for any */
    const char *stem[STEM_COUNT];
};

static const struct noun_class noun_classes[] = {
    {"talo", 1, "", {"X", "-X", "XA", "XXn", "Xi", "-Xi", "Xjen", "XjA", "Xihin"}},
    {"valtio", 1, "", {"X", "X", "XtA", "XXn", "Xi", "Xi", "Xiden", "XitA", "Xihin"}},
    {"risti", 1, "i", {"i", "-i", "iA", "iin", "ei", "-ei", "ien", "ejA", "eihin"}},
    {"stadion", 0, "", {"i", "i", "iA", "iin", "ei", "ei", "ien", "ejA", "eihin"}},
    {"ovi", 1, "i", {"e", "-e", "eA", "een", "i", "-i", "ien", "iA", "iin"}},
    {"nalle", 1, "e", {"e", "-e", "eA", "een", "ei", "-ei", "ejen", "ejA", "eihin"}},
    {"kala", 1, "A", {"A", "-A", "AA", "AAn", "Oi", "-Oi", "Ojen", "OjA", "Oihin"}},
    {"koira", 1, "A", {"A", "-A", "AA", "AAn", "i", "~i", "ien", "iA", "iin"}},
    {"kulkija", 1, "A", {"A", "A", "AA", "AAn", "Oi", "Oi", "Oiden", "OitA", "Oihin"}},
    {"korkea", 1, "A", {"A", "A", "AA", "AAn", "i", "i", "iden", "itA", "isiin"}},
    {"vanhempi", 2, "pi", {"pA", "mA", "pAA", "pAAn", "pi", "mi", "pien", "piA", "piin"}},
    {"vapaa", 1, "", {"X", "X", "XtA", "Xseen", "i", "i", "iden", "itA", "isiin"}},
    {"maa", 1, "", {"X", "X", "XtA", "XhXn", "i", "i", "iden", "itA", "ihin"}},
    {"suo", 2, "", {"XY", "XY", "XYtA", "XYhYn", "Yi", "Yi", "Yiden", "YitA", "Yihin"}},
    {"uni", 1, "i", {"e", "e", "tA", "een", "i", "i", "ien", "iA", "iin"}},
    {"käsi", 2, "si", {"te", "de", "ttA", "teen", "si", "si", "sien", "siA", "siin"}},
    {"kansi", 2, "si", {"te", "De", "ttA", "teen", "si", "si", "sien", "siA", "siin"}},
    {"lapsi", 3, "psi", {"pse", "pse", "stA", "pseen", "psi", "psi", "sten", "psiA", "psiin"}},
    {"jäsen", 0, "", {"e", "e", "tA", "een", "i", "i", "ien", "iA", "iin"}},
    {"avain", 1, "n", {"^me", "^me", "ntA", "^meen", "^mi", "^mi", "^mien", "^miA", "^miin"}},
    {"työtön", 2, "On", {"tOmA", "tOmA", "OntA", "tOmAAn", "tOmi", "tOmi", "tOmien", "tOmiA", "tOmiin"}},
    {"nainen", 3, "nen", {"se", "se", "stA", "seen", "si", "si", "sten", "siA", "siin"}},
    {"vastaus", 1, "s", {"kse", "kse", "stA", "kseen", "ksi", "ksi", "ksien", "ksiA", "ksiin"}},
    {"terveys", 1, "s", {"te", "de", "ttA", "teen", "ksi", "ksi", "ksien", "ksiA", "ksiin"}},
    {"vieras", 1, "s", {"^@", "^@", "stA", "^@seen", "^i", "^i", "^iden", "^itA", "^isiin"}},
    {"kevät", 1, "t", {"@", "@", "ttA", "@seen", "i", "i", "iden", "itA", "isiin"}},
    {"kuollut", 2, "Ut", {"ee", "ee", "UttA", "eeseen", "ei", "ei", "eiden", "eitA", "eisiin"}},
    {"huone", 1, "e", {"+ee", "+ee", "ettA", "+eeseen", "+ei", "+ei", "+eiden", "+eitA", "+eisiin"}},
    {"lyhyt", 1, "t", {"e", "e", "ttA", "een", "i", "i", "iden", "itA", "isiin"}},
    {"lämmin", 1, "n", {"^mA", "^mA", "ntA", "^mAAn", "^mi", "^mi", "^mien", "^miA", "^miin"}},
    {"mies", 1, "s", {"he", "he", "stA", "heen", "hi", "hi", "sten", "hiA", "hiin"}},
};

struct verb_class {
    const char *name;
    unsigned chop;
    const char *ending;
    const char *stem[VERB_STEM_COUNT];
};

/* present, its weak grade, he, past, would, passive, passive past, done, imperative plural */
static const struct verb_class verb_classes[] = {
    {"puhua", 2, "A", {"X", "-X", "XX", "Xi", "Xisi", "-XtAAn", "-Xttiin", "XnUt", "XkAA"}},
    {"lukea", 2, "eA", {"e", "-e", "ee", "i", "isi", "-etAAn", "-ettiin", "enUt", "ekAA"}},
    {"oppia", 2, "iA", {"i", "-i", "ii", "i", "isi", "-itAAn", "-ittiin", "inUt", "ikAA"}},
    {"muistaa", 2, "AA", {"A", "-A", "AA", "i", "Aisi", "~etAAn", "~ettiin", "AnUt", "AkAA"}},
    {"auttaa", 2, "AA", {"A", "-A", "AA", "Oi", "Aisi", "~etAAn", "~ettiin", "AnUt", "AkAA"}},
    {"huoltaa", 2, "AA", {"A", "-A", "AA", "%i", "Aisi", "~etAAn", "~ettiin", "AnUt", "AkAA"}},
    {"saada", 3, "dA", {"X", "X", "X", "i", "isi", "XdAAn", "Xtiin", "XnUt", "XkAA"}},
    {"tuoda", 4, "dA", {"XY", "XY", "XY", "Yi", "Yisi", "XYdAAn", "XYtiin", "XYnUt", "XYkAA"}},
    {"käydä", 3, "dA", {"y", "y", "y", "vi", "visi", "ydAAn", "ytiin", "ynUt", "ykAA"}},
    {"tehdä", 3, "hdA", {"ke", "e", "kee", "ki", "kisi", "hdAAn", "htiin", "hnUt", "hkAA"}},
    {"tulla", 2, "A", {"^e", "^e", "^ee", "^i", "^isi", "DAAn", "tiin", "DUt", "kAA"}},
    {"nousta", 2, "tA", {"e", "e", "ee", "i", "isi", "tAAn", "tiin", "sUt", "kAA"}},
    {"tavata", 2, "tA", {"^A", "^A", "^A", "^si", "^isi", "tAAn", "ttiin", "nnUt", "tkAA"}},
    {"haluta", 2, "tA", {"^A", "^A", "^AA", "^si", "^Aisi", "tAAn", "ttiin", "nnUt", "tkAA"}},
    {"valita", 2, "tA", {"tse", "tse", "tsee", "tsi", "tsisi", "tAAn", "ttiin", "nnUt", "tkAA"}},
    {"vanheta", 2, "tA", {"^ne", "^ne", "^nee", "^ni", "^nisi", "tAAn", "ttiin", "nnUt", "tkAA"}},
};

enum {
    NOUN_CLASSES = sizeof noun_classes / sizeof *noun_classes,
    VERB_CLASSES = sizeof verb_classes / sizeof *verb_classes,
};

/* ---- letters ----------------------------------------------------------------------------------------------------- */

/* A word of Latin-1 letters under construction. */
struct letters {
    unsigned char at[STEM_BYTES];
    size_t len;
};

static bool letters_add(struct letters *word, unsigned letter)
{
    if (word->len == STEM_BYTES - 1)
        return false;
    word->at[word->len++] = (unsigned char)letter;
    return true;
}

/* False when the text has letters beyond Latin-1 or is too long. */
static bool letters_read(struct letters *word, const char *text)
{
    word->len = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        unsigned letter = *c;
        if (letter >= 0xC2 && letter <= 0xC3 && c[1])
            letter = (letter & 3) << 6 | (*++c & 0x3F);
        else if (letter >= 0x80)
            return false;
        if (!letters_add(word, letter))
            return false;
    }
    return word->len > 0;
}

static bool letters_write(const struct letters *word, char out[STEM_BYTES])
{
    size_t len = 0;
    for (size_t i = 0; i < word->len; i++) {
        if (len + 3 > STEM_BYTES)
            return false;
        if (word->at[i] < 0x80) {
            out[len++] = (char)word->at[i];
        } else {
            out[len++] = (char)(0xC0 | word->at[i] >> 6);
            out[len++] = (char)(0x80 | (word->at[i] & 0x3F));
        }
    }
    out[len] = '\0';
    return true;
}

static bool vowel(unsigned letter)
{
    return letter && (strchr("aeiouyAEIOUY", (int)letter) || letter == A_DOTS || letter == O_DOTS || letter == A_RING);
}

static bool letters_front(const struct letters *word)
{
    for (size_t i = word->len; i-- > 0;) {
        unsigned letter = word->at[i];
        if (letter == A_DOTS || letter == O_DOTS || letter == 'y' || letter == 'Y' || letter == 0xC4 || letter == 0xD6)
            return true;
        if (strchr("aouAOU", (int)letter) || letter == A_RING || letter == 0xC5)
            return false;
    }
    return true;
}

bool word_is_front(const char *lemma)
{
    struct letters word;
    return letters_read(&word, lemma) && letters_front(&word);
}

static unsigned harmony(unsigned capital, bool front)
{
    if (capital == 'A')
        return front ? A_DOTS : 'a';
    if (capital == 'O')
        return front ? O_DOTS : 'o';
    return front ? 'y' : 'u';
}

/* ---- gradation --------------------------------------------------------------------------------------------------- */

static unsigned before(const struct letters *word, size_t back)
{
    return word->len > back ? word->at[word->len - 1 - back] : 0;
}

/* The single k: it vanishes, but stands as v in puvun, as j in jäljen and ajan, as ' between equal vowels (vaa'an). */
static void weaken_k(struct letters *word, unsigned next)
{
    unsigned left = before(word, 1), left2 = before(word, 2);
    if (strchr("st", (int)left)) /* matka, lasku: no gradation */
        return;
    word->len--;
    if (left == 'i' && (left2 == 'a' || left2 == 'o'))
        word->at[word->len - 1] = 'j'; /* aika: ajan */
    else if (left == 'n')
        letters_add(word, 'g');
    else if ((left == 'l' || left == 'r' || left == 'h') && (next == 'e' || next == 'i'))
        letters_add(word, 'j');
    else if ((left == 'u' && next == 'u' && !vowel(left2)) || (left == 'y' && next == 'y' && !vowel(left2)))
        letters_add(word, 'v');
    else if (left == next && left2 == next)
        letters_add(word, '\'');
}

/* The weak grade of the consonants at the end of the word, before the vowel `next`. */
static void weaken(struct letters *word, unsigned next)
{
    unsigned last = before(word, 0), left = before(word, 1);
    if (last == left && strchr("kpt", (int)last)) {
        word->len--;
    } else if (last == 'k') {
        weaken_k(word, next);
    } else if (last == 'p' && left == 'm') {
        word->at[word->len - 1] = 'm';
    } else if (last == 'p' && left != 's') {
        word->at[word->len - 1] = 'v';
    } else if (last == 't' && left && strchr("nlr", (int)left)) {
        word->at[word->len - 1] = (unsigned char)left;
    } else if (last == 't' && left != 's' && left != 't') {
        word->at[word->len - 1] = 'd';
    }
}

/* The strong grade of the consonant at the index; it may make the word longer. */
static bool strengthen(struct letters *word, size_t index)
{
    static const char doubled[] = "mpntltrt"; /* mm: mp, nn: nt, ll: lt, rr: rt */
    unsigned letter = word->at[index], left = index ? word->at[index - 1] : 0;
    if (letter == left)
        for (size_t i = 0; i < sizeof doubled - 1; i += 2)
            if ((unsigned)doubled[i] == letter) {
                word->at[index] = (unsigned char)doubled[i + 1];
                return true;
            }
    if (letter == 'g' && left == 'n')
        word->at[index] = 'k';
    else if (letter == 'd')
        word->at[index] = 't';
    else if (letter == 'v')
        word->at[index] = 'p';
    else if (letter == 'j')
        word->at[index] = 'k';
    if (!strchr("kpt", (int)letter))
        return true;
    if (word->len == STEM_BYTES - 1)
        return false;
    memmove(word->at + index + 1, word->at + index, word->len - index);
    word->len++;
    return true;
}

/* The strong grade of the consonants before the last vowels: hamma, kuunnel. */
static bool strengthen_inner(struct letters *word)
{
    size_t at = word->len;
    while (at > 0 && !vowel(word->at[at - 1]))
        at--;
    while (at > 0 && vowel(word->at[at - 1]))
        at--;
    return at == 0 || strengthen(word, at - 1);
}

/* ---- stems by recipe --------------------------------------------------------------------------------------------- */

struct base {
    struct letters part;
    unsigned char cut[4]; /* the letters that were cut off, in order */
    bool front, graded;
};

/* The vowel that the recipe puts first: gradation depends on it. */
static unsigned first_letter(const struct base *base, const char *recipe)
{
    if (*recipe == 'X')
        return base->cut[0];
    return strchr("AOU", *recipe) ? harmony((unsigned char)*recipe, base->front) : (unsigned char)*recipe;
}

static bool change_end(const struct base *base, char sign, const char *rest, struct letters *word)
{
    if (sign == '%') {
        bool t = before(word, 0) == 't';
        if (t)
            word->at[word->len - 1] = 's';
        return t;
    }
    if (!base->graded)
        return true;
    if (sign == '-' || sign == '~')
        weaken(word, sign == '~' ? 'a' : first_letter(base, rest));
    else if (sign == '+')
        return word->len == 0 || strengthen(word, word->len - 1);
    else
        return strengthen_inner(word);
    return true;
}

static bool build(const struct base *base, const char *recipe, char out[STEM_BYTES])
{
    struct letters word = base->part;
    bool good = true;
    if (*recipe && strchr("-~+^%", *recipe)) {
        good = change_end(base, *recipe, recipe + 1, &word);
        recipe++;
    }
    for (; *recipe; recipe++) {
        unsigned letter = (unsigned char)*recipe;
        if (letter >= 'X' && letter <= 'Z')
            letter = base->cut[letter - 'X'];
        else if (letter == 'D' || letter == '@')
            letter = before(&word, 0);
        else if (strchr("AOU", (int)letter))
            letter = harmony(letter, base->front);
        good = good && letter && letters_add(&word, letter);
    }
    return good && letters_write(&word, out);
}

/* Cuts the lemma; false when it does not end as the class does. */
static bool cut(struct base *base, const char *lemma, unsigned chop, const char *ending)
{
    if (!letters_read(&base->part, lemma) || base->part.len <= chop)
        return false;
    struct letters *word = &base->part;
    base->front = base->front || letters_front(word);
    size_t ending_len = strlen(ending);
    if (ending_len > word->len)
        return false;
    for (size_t i = 0; i < ending_len; i++) {
        unsigned want = (unsigned char)ending[i];
        want = strchr("AOU", (int)want) ? harmony(want, base->front) : want;
        if (word->at[word->len - ending_len + i] != want)
            return false;
    }
    word->len -= chop;
    memset(base->cut, 0, sizeof base->cut);
    memcpy(base->cut, word->at + word->len, chop < 3 ? chop : 3);
    return true;
}

/* Is it the wanted class, whatever its marks?  "ovi+*": with gradation, and with front vowels. */
static bool class_is(const char *name, const char *wanted, struct base *base)
{
    size_t len = strlen(name);
    if (strncmp(name, wanted, len) != 0)
        return false;
    base->graded = wanted[len] == '+';
    len += base->graded;
    base->front = wanted[len] == '*';
    len += base->front;
    return wanted[len] == '\0';
}

/* ---- nominals ---------------------------------------------------------------------------------------------------- */

static void make_modifier(struct nominal *n)
{
    size_t len = strlen(n->lemma);
    memcpy(n->modifier, n->lemma, len + 1);
    if (len > 4 && strcmp(n->lemma + len - 3, "nen") == 0)
        memcpy(n->modifier + len - 3, "s", 2); /* naisryhmä */
}

bool nominal_make(struct nominal *n, const char *lemma, const char *class_name)
{
    struct base base;
    for (size_t c = 0; c < NOUN_CLASSES; c++) {
        const struct noun_class *class = &noun_classes[c];
        if (!class_is(class->name, class_name, &base))
            continue;
        if (!cut(&base, lemma, class->chop, class->ending) || strlen(lemma) >= STEM_BYTES)
            return false;
        n->front = base.front;
        memcpy(n->lemma, lemma, strlen(lemma) + 1);
        for (int s = 0; s < STEM_COUNT; s++)
            if (!build(&base, class->stem[s], n->stem[s]))
                return false;
        make_modifier(n);
        return true;
    }
    return false;
}

static void append(const char *text, size_t text_len, char *form, size_t *len)
{
    if (*len + text_len >= FORM_BYTES)
        return;
    memcpy(form + *len, text, text_len);
    *len += text_len;
    form[*len] = '\0';
}

void word_append(bool front, const char *ending, char *form, size_t *len)
{
    for (; *ending; ending++) {
        if (front && *ending == 'A')
            append("ä", 2, form, len);
        else if (front && *ending == 'O')
            append("ö", 2, form, len);
        else if (*ending == 'U')
            append(front ? "y" : "u", 1, form, len);
        else
            append(*ending == 'A' ? "a" : *ending == 'O' ? "o" : ending, 1, form, len);
    }
}

/* What stands behind the stem; NULL: the case has a stem of its own. */
static const char *const case_endings[CASE_COUNT] = {
    [CASE_INESSIVE] = "ssA", [CASE_ELATIVE] = "stA", [CASE_ADESSIVE] = "llA", [CASE_ABLATIVE] = "ltA",
    [CASE_ALLATIVE] = "lle", [CASE_ESSIVE] = "nA",   [CASE_TRANSLATIVE] = "ksi", [CASE_INSTRUCTIVE] = "n",
};

static const char *whole_form(const struct nominal *n, enum noun_case noun_case, bool plural)
{
    if (noun_case == CASE_PARTITIVE)
        return n->stem[plural ? STEM_PLURAL_PARTITIVE : STEM_PARTITIVE];
    if (noun_case == CASE_ILLATIVE)
        return n->stem[plural ? STEM_PLURAL_ILLATIVE : STEM_ILLATIVE];
    if (noun_case == CASE_GENITIVE && plural)
        return n->stem[STEM_PLURAL_GENITIVE];
    return noun_case == CASE_NOMINATIVE && !plural ? n->lemma : NULL;
}

static const char *case_stem(const struct nominal *n, enum noun_case noun_case, bool plural)
{
    bool strong = noun_case == CASE_ESSIVE;
    if (noun_case == CASE_NOMINATIVE || (noun_case == CASE_GENITIVE && !plural))
        return n->stem[STEM_WEAK];
    if (plural)
        return n->stem[strong ? STEM_PLURAL_STRONG : STEM_PLURAL_WEAK];
    return n->stem[strong ? STEM_STRONG : STEM_WEAK];
}

void nominal_form(const struct nominal *n, enum noun_case noun_case, bool plural, char *form, size_t *len)
{
    plural = plural || noun_case == CASE_INSTRUCTIVE;
    const char *whole = whole_form(n, noun_case, plural);
    const char *stem = whole ? whole : case_stem(n, noun_case, plural);
    append(stem, strlen(stem), form, len);
    if (whole)
        return;
    const char *ending = case_endings[noun_case];
    word_append(n->front, ending ? ending : noun_case == CASE_GENITIVE ? "n" : "t", form, len);
}

static const char *const possessive_endings[POSSESSOR_COUNT] = {"ni", "si", "nsA", "mme"};

void nominal_possessed(const struct nominal *n, enum noun_case noun_case, bool plural, enum possessor possessor,
                       char *form, size_t *len)
{
    const char *ending = possessive_endings[possessor];
    bool bare = noun_case == CASE_NOMINATIVE || (noun_case == CASE_GENITIVE && !plural);
    if (bare) {
        append(n->stem[STEM_STRONG], strlen(n->stem[STEM_STRONG]), form, len);
    } else {
        nominal_form(n, noun_case, plural, form, len);
        if (noun_case == CASE_ILLATIVE || noun_case == CASE_GENITIVE || noun_case == CASE_INSTRUCTIVE)
            form[--*len] = '\0'; /* taloon: taloonsa */
        else if (noun_case == CASE_TRANSLATIVE)
            form[*len - 1] = 'e'; /* taloksi: talokseni */
        /* talossaan: the vowel of the ending is doubled; partitives and bare stems keep nsA. */
        if (possessor == POSSESSOR_THEIR && case_endings[noun_case] && noun_case != CASE_INSTRUCTIVE)
            ending = noun_case == CASE_ALLATIVE || noun_case == CASE_TRANSLATIVE ? "en" : "An";
    }
    word_append(n->front, ending, form, len);
}

const char *nominal_class_name(size_t index)
{
    return index < NOUN_CLASSES ? noun_classes[index].name : NULL;
}

/* ---- verbs ------------------------------------------------------------------------------------------------------- */

bool verb_make(struct verb *v, const char *lemma, const char *class_name)
{
    struct base base;
    for (size_t c = 0; c < VERB_CLASSES; c++) {
        const struct verb_class *class = &verb_classes[c];
        if (!class_is(class->name, class_name, &base))
            continue;
        if (!cut(&base, lemma, class->chop, class->ending) || strlen(lemma) >= STEM_BYTES)
            return false;
        v->front = base.front;
        memcpy(v->lemma, lemma, strlen(lemma) + 1);
        for (int s = 0; s < VERB_STEM_COUNT; s++)
            if (!build(&base, class->stem[s], v->stem[s]))
                return false;
        return true;
    }
    return false;
}

static const struct {
    enum verb_stem stem;
    const char *ending;
} verb_endings[VERB_FORM_COUNT] = {
    [VERB_I] = {STEM_PRESENT_WEAK, "n"},
    [VERB_HE] = {STEM_HE, ""},
    [VERB_WE] = {STEM_PRESENT_WEAK, "mme"},
    [VERB_YOU] = {STEM_PRESENT_WEAK, "tte"},
    [VERB_THEY] = {STEM_PRESENT, "vAt"},
    [VERB_PAST_HE] = {STEM_PAST, ""},
    [VERB_PAST_THEY] = {STEM_PAST, "vAt"},
    [VERB_WOULD] = {STEM_WOULD, ""},
    [VERB_PASSIVE] = {STEM_PASSIVE, ""},
    [VERB_PASSIVE_PAST] = {STEM_PASSIVE_PAST, ""},
    [VERB_IMPERATIVE] = {STEM_PRESENT_WEAK, ""},
    [VERB_IMPERATIVE_PLURAL] = {STEM_IMPERATIVE, ""},
    [VERB_INTO] = {STEM_PRESENT, "mAAn"},
    [VERB_IN] = {STEM_PRESENT, "mAssA"},
    [VERB_BY] = {STEM_PRESENT, "mAllA"},
    [VERB_DONE] = {STEM_DONE, ""},
};

void verb_form(const struct verb *v, enum verb_form verb_form, char *form, size_t *len)
{
    const char *stem = verb_form == VERB_INFINITIVE ? v->lemma : v->stem[verb_endings[verb_form].stem];
    append(stem, strlen(stem), form, len);
    if (verb_form != VERB_INFINITIVE)
        word_append(v->front, verb_endings[verb_form].ending, form, len);
}

bool verb_action(const struct verb *v, struct nominal *nominal)
{
    char lemma[2 * STEM_BYTES];
    snprintf(lemma, sizeof lemma, "%sminen", v->stem[STEM_PRESENT]);
    return strlen(lemma) < STEM_BYTES && nominal_make(nominal, lemma, "nainen");
}

const char *verb_class_name(size_t index)
{
    return index < VERB_CLASSES ? verb_classes[index].name : NULL;
}
