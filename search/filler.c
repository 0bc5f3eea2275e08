#include "search/filler.h"

#include <stdlib.h>
#include <string.h>

#include "search/phrases.h"
#include "search/request.h"
#include "search/weights.h"

/* By language; Finnish as lemmas, for any inflection is met. */
static const char *const words[UI_LANG_COUNT] = {
    "haluta tahtoa tarvita kaivata etsiä etsin hakea löytää löytyä saada päästä voida osata tietää mennä tulla käydä "
    "olla tehdä pitää antaa ottaa alkaa yrittää kiinnostaa sopia tuntua tuntea pystyä ehtiä lähteä jaksaa joutua jäädä "
    "istua seistä nukkua sanoa kertoa kysyä laittaa panna näyttää kuulla nähdä katsoa ajatella luulla uskoa toivoa "
    "odottaa palata kulkea viettää keksiä jatkaa onnistua riittää kestää tuoda viedä kuulua liittyä tapahtua aikoa "
    "suositella ehdottaa järjestyä olemassa "
    "joku jokin missä mistä mihin minne kuka mikä kuinka miten milloin jossain jostain jonnekin missään mitään ketään "
    "kukaan mikään sinne tänne sieltä täällä siellä "
    "tekeminen ohjelma meno asia juttu tapa kohta hetki kerta keino mahdollisuus syy tilanne ihminen asiakas henkilö "
    "pari loppu "
    "jälkeen kanssa varten luona lähellä mukaan mukana ympäri vain vaan aina enää ihan vielä nyt sitten jo taas "
    "ikinä koskaan ennen melkein ainakin edes myös varmaan ehkä oikein tosi todella niin näin siis kuitenkin koko "
    "apu uusi sopiva hyvä kiva mukava oma moni paljon vähän muu kaikki itse jotta kun jos ettei enkä eikä",
    "vilja behöva söka hitta kunna få gå komma finnas göra vara vill behöver söker hittar kan får går kommer finns "
    "någon något några var vart vem hur när med för som eller inte också hjälp klient person",
    "want wants wanting need needs needing look looking find finding get getting where who how when can could would "
    "someone somebody something anyone anything thing things person people client place",
};

struct filler {
    struct phrases *phrases;
};

void filler_free(struct filler *filler)
{
    if (!filler)
        return;
    phrases_free(filler->phrases);
    free(filler);
}

/* A word that the analyser leaves out by itself is none that must be known here. */
static enum status add_words(struct phrases *phrases, struct analyser *analyser, int lang, struct err *err)
{
    static const enum text_lang langs[UI_LANG_COUNT] = {TEXT_FI, TEXT_SV, TEXT_EN};
    for (const char *at = words[lang]; *at; at += strspn(at, " ")) {
        struct err none = {0};
        size_t len = strcspn(at, " ");
        enum status status = phrases_add(phrases, analyser, at, len, langs[lang], 0, &none);
        if (status != STATUS_OK && status != STATUS_INVALID)
            return err_set(err, status, "%s", none.message);
        at += len;
    }
    return STATUS_OK;
}

enum status filler_new(struct filler **filler, struct analyser *analyser, struct err *err)
{
    struct filler *f = calloc(1, sizeof *f);
    if (!f)
        return err_set(err, STATUS_NOMEM, "out of memory");
    enum status status = phrases_new(&f->phrases, err);
    for (int lang = 0; lang < UI_LANG_COUNT && status == STATUS_OK; lang++)
        status = add_words(f->phrases, analyser, lang, err);
    if (status != STATUS_OK) {
        filler_free(f);
        return status;
    }
    *filler = f;
    return STATUS_OK;
}

bool filler_has(const struct filler *filler, const struct query *query, size_t word)
{
    struct phrase_hit hits[PHRASE_HITS];
    return phrases_at(filler->phrases, query, word, hits) > 0;
}

void filler_mark(const struct filler *filler, struct query *query)
{
    bool is_filler[REQUEST_QUERY_WORDS] = {false};
    size_t left = 0;
    for (size_t w = 0; w < query->word_count; w++) {
        is_filler[w] = !query_named(query, w) && filler_has(filler, query, w);
        left += !is_filler[w];
    }
    for (size_t w = 0; w < query->word_count && left; w++) {
        struct query_word *word = &query->words[w];
        if (is_filler[w]) {
            word->optional = true;
            query_word_lessen(word, weights.filler);
        } else if (word->verb && !word->literal && !query_named(query, w)) {
            query_word_lessen(word, weights.verb);
        }
    }
}
