/* What a sentence about a place states.  The words are those of Helsinki's accessibility register, whose sentences PTV
 * has in three languages of one meaning, and what directories in English write. */
#include "indexer/sources/import_access.h"

#include <string.h>

#include "base/utf8.h"
#include "indexer/sources/import_value.h"
#include "record.h"
#include "vocab/vocab.h"

enum { STATEMENT_BYTES = 2000, PATTERN_WORDS = 2, DENIALS = 8 };

/* A statement that has all the words, and none that denies, means the code. */
static const struct {
    const char *code;
    int lang;
    const char *words[PATTERN_WORDS];
} patterns[] = {
    {"accessible-toilet", RECORD_FI, {"esteet", "wc"}},
    {"accessible-toilet", RECORD_FI, {"inva-wc", NULL}},
    {"accessible-toilet", RECORD_FI, {"liikkumisesteis", "wc"}},
    {"accessible-toilet", RECORD_SV, {"tillgänglig", "toalett"}},
    {"accessible-toilet", RECORD_SV, {"rörelsehindrade", "toalett"}},
    {"accessible-toilet", RECORD_EN, {"accessible", "toilet"}},
    {"accessible-toilet", RECORD_EN, {"disabled toilet", NULL}},
    {"accessible-parking", RECORD_FI, {"liikkumisesteis", "autopai"}},
    {"accessible-parking", RECORD_FI, {"liikkumisesteis", "pysäköintipai"}},
    {"accessible-parking", RECORD_FI, {"esteet", "pysäköintipai"}},
    {"accessible-parking", RECORD_SV, {"rörelsehindrade", "bilplats"}},
    {"accessible-parking", RECORD_SV, {"rörelsehindrade", "parkering"}},
    {"accessible-parking", RECORD_EN, {"accessible", "parking"}},
    {"accessible-parking", RECORD_EN, {"disabled", "parking"}},
    {"induction-loop", RECORD_FI, {"induktiosilmuk", NULL}},
    {"induction-loop", RECORD_SV, {"induktionsslinga", NULL}},
    {"induction-loop", RECORD_SV, {"hörslinga", NULL}},
    {"induction-loop", RECORD_EN, {"induction loop", NULL}},
    {"induction-loop", RECORD_EN, {"hearing loop", NULL}},
    {"lift", RECORD_FI, {"hissi", NULL}},
    {"lift", RECORD_SV, {"hiss", NULL}},
    {"lift", RECORD_EN, {" lift ", NULL}},
    {"lift", RECORD_EN, {" lifts ", NULL}},
    {"lift", RECORD_EN, {"elevator", NULL}},
    {"wheelchair", RECORD_FI, {"pyörätuolilla", "pääsee"}},
    {"wheelchair", RECORD_FI, {"esteetön sisäänkäyn", NULL}},
    {"wheelchair", RECORD_EN, {"wheelchair accessible", NULL}},
    {"wheelchair", RECORD_EN, {"wheelchair access ", NULL}},
    {"guide-dog", RECORD_FI, {"opaskoir", "tervetul"}},
    {"guide-dog", RECORD_FI, {"opaskoir", "saa"}},
    {"guide-dog", RECORD_EN, {"guide dog", NULL}},
    {"sign-interpreting", RECORD_FI, {"viittomakiel", "tulk"}},
    {"sign-interpreting", RECORD_SV, {"teckenspråk", "tolk"}},
    {"sign-interpreting", RECORD_EN, {"sign language", "interpret"}},
};

/* Between blanks, in small letters. */
static const char *const denials[RECORD_LANGS][DENIALS] = {
    [RECORD_FI] = {" ei ", " eivät ", " eikä ", " puuttuu ", " ilman ", " vain henkilökunnan ", NULL},
    [RECORD_SV] = {" inte ", " ingen ", " inga ", " inget ", " saknas ", " utan ", NULL},
    [RECORD_EN] = {" no ", " not ", " without ", " isn't ", " aren't ", " lacks ", " partial "},
};

static bool all_words(const char *statement, const char *const words[PATTERN_WORDS])
{
    for (int i = 0; i < PATTERN_WORDS && words[i]; i++)
        if (!strstr(statement, words[i]))
            return false;
    return true;
}

static bool denied(const char *statement, int lang)
{
    for (int i = 0; i < DENIALS && denials[lang][i]; i++)
        if (strstr(statement, denials[lang][i]))
            return true;
    return false;
}

static void match_statement(json_t *place, const char *statement, int lang)
{
    if (denied(statement, lang))
        return;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        if (patterns[i].lang == lang && all_words(statement, patterns[i].words))
            import_put_label(place, "accessibility", VOCAB_ACCESSIBILITY, patterns[i].code);
}

/* Small letters, blanks for punctuation and at both ends; of Ä, Ö and Å too. */
static void fold(const char *text, size_t len, char out[STATEMENT_BYTES])
{
    size_t used = 0, step;
    out[used++] = ' ';
    for (size_t at = 0; at < len && used + 6 < STATEMENT_BYTES; at += step) {
        uint32_t c = utf8_decode(text + at, len - at, &step);
        if ((c >= 'A' && c <= 'Z') || c == 0xC4 || c == 0xC5 || c == 0xD6)
            c += 32;
        used += utf8_encode(c < 0x80 && strchr(",;:()", (int)c) ? ' ' : c, out + used);
    }
    out[used++] = ' ';
    out[used] = '\0';
}

/* A sentence of the form may be several: "Ovi on raskas. Tilassa on hissi." */
void import_put_access(json_t *place, const char *text, int lang)
{
    char statement[STATEMENT_BYTES];
    while (*text) {
        const char *end = strstr(text, ". ");
        size_t len = end ? (size_t)(end - text) : strlen(text);
        if (!end && len > 0 && text[len - 1] == '.')
            len--;
        fold(text, len, statement);
        match_statement(place, statement, lang);
        text = end ? end + 2 : text + strlen(text);
    }
}
