/* Forms of words by their kind: municipalities in their six local cases, inflected by hand; speech; new words; ages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/analyse.h"

/* clang-format off */
/* The name, the stem before -ssa -sta -lla -lta -lle, "into" it, whether these endings have ä. */
static const struct place {
    const char *name, *stem, *into;
    bool front;
} places[] = {
    {"Akaa", "Akaa", "Akaaseen", false}, {"Alajärvi", "Alajärve", "Alajärveen", true},
    {"Alavus", "Alavude", "Alavuteen", false}, {"Aura", "Aura", "Auraan", false},
    {"Enonkoski", "Enonkoske", "Enonkoskeen", false}, {"Enontekiö", "Enontekiö", "Enontekiöön", true},
    {"Espoo", "Espoo", "Espooseen", false}, {"Eurajoki", "Eurajoe", "Eurajokeen", false},
    {"Evijärvi", "Evijärve", "Evijärveen", true}, {"Forssa", "Forssa", "Forssaan", false},
    {"Haapajärvi", "Haapajärve", "Haapajärveen", true}, {"Haapavesi", "Haapavede", "Haapaveteen", true},
    {"Hailuoto", "Hailuodo", "Hailuotoon", false}, {"Hankasalmi", "Hankasalme", "Hankasalmeen", false},
    {"Hanko", "Hango", "Hankoon", false}, {"Harjavalta", "Harjavalla", "Harjavaltaan", false},
    {"Hausjärvi", "Hausjärve", "Hausjärveen", true}, {"Heinävesi", "Heinävede", "Heinäveteen", true},
    {"Helsinki", "Helsingi", "Helsinkiin", true}, {"Hirvensalmi", "Hirvensalme", "Hirvensalmeen", false},
    {"Huittinen", "Huittisi", "Huittisiin", false}, {"Hyrynsalmi", "Hyrynsalme", "Hyrynsalmeen", false},
    {"Hyvinkää", "Hyvinkää", "Hyvinkääseen", true}, {"Hämeenlinna", "Hämeenlinna", "Hämeenlinnaan", false},
    {"Ii", "Ii", "Iihin", true}, {"Iisalmi", "Iisalme", "Iisalmeen", false}, {"Iitti", "Iiti", "Iittiin", true},
    {"Ikaalinen", "Ikaalisi", "Ikaalisiin", false}, {"Ilmajoki", "Ilmajoe", "Ilmajokeen", false},
    {"Imatra", "Imatra", "Imatraan", false}, {"Inari", "Inari", "Inariin", false},
    {"Inkoo", "Inkoo", "Inkooseen", false}, {"Isojoki", "Isojoe", "Isojokeen", false},
    {"Joensuu", "Joensuu", "Joensuuhun", false}, {"Jokioinen", "Jokioisi", "Jokioisiin", false},
    {"Joroinen", "Joroisi", "Joroisiin", false}, {"Juupajoki", "Juupajoe", "Juupajokeen", false},
    {"Jyväskylä", "Jyväskylä", "Jyväskylään", true}, {"Järvenpää", "Järvenpää", "Järvenpäähän", true},
    {"Kajaani", "Kajaani", "Kajaaniin", false}, {"Kangasniemi", "Kangasnieme", "Kangasniemeen", true},
    {"Kannonkoski", "Kannonkoske", "Kannonkoskeen", false}, {"Kannus", "Kannukse", "Kannukseen", false},
    {"Kemi", "Kemi", "Kemiin", true}, {"Kemiönsaari", "Kemiönsaare", "Kemiönsaareen", false},
    {"Kempele", "Kempelee", "Kempeleeseen", true}, {"Keuruu", "Keuruu", "Keuruuseen", false},
    {"Kirkkonummi", "Kirkkonumme", "Kirkkonummeen", false}, {"Kitee", "Kitee", "Kiteeseen", true},
    {"Kiuruvesi", "Kiuruvede", "Kiuruveteen", true}, {"Kokemäki", "Kokemäe", "Kokemäkeen", true},
    {"Konnevesi", "Konnevede", "Konneveteen", true}, {"Kontiolahti", "Kontiolahde", "Kontiolahteen", false},
    {"Korsnäs", "Korsnäsi", "Korsnäsiin", true}, {"Kotka", "Kotka", "Kotkaan", false},
    {"Kouvola", "Kouvola", "Kouvolaan", false},
    {"Kristiinankaupunki", "Kristiinankaupungi", "Kristiinankaupunkiin", false},
    {"Kruunupyy", "Kruunupyy", "Kruunupyyhyn", true}, {"Kumlinge", "Kumlinge", "Kumlingeen", false},
    {"Kuopio", "Kuopio", "Kuopioon", false}, {"Kuortane", "Kuortanee", "Kuortaneeseen", false},
    {"Kurikka", "Kurika", "Kurikkaan", false}, {"Kärsämäki", "Kärsämäe", "Kärsämäkeen", true},
    {"Lahti", "Lahde", "Lahteen", false}, {"Lapinlahti", "Lapinlahde", "Lapinlahteen", false},
    {"Lappeenranta", "Lappeenranna", "Lappeenrantaan", false}, {"Lempäälä", "Lempäälä", "Lempäälään", true},
    {"Leppävirta", "Leppävirra", "Leppävirtaan", false}, {"Lieto", "Liedo", "Lietoon", false},
    {"Liminka", "Liminga", "Liminkaan", false}, {"Loimaa", "Loimaa", "Loimaahan", false},
    {"Loppi", "Lopi", "Loppiin", false}, {"Luhanka", "Luhanga", "Luhankaan", false},
    {"Luoto", "Luodo", "Luotoon", false}, {"Luumäki", "Luumäe", "Luumäkeen", true},
    {"Maalahti", "Maalahde", "Maalahteen", false}, {"Mikkeli", "Mikkeli", "Mikkeliin", true},
    {"Muhos", "Muhokse", "Muhokseen", false}, {"Mustasaari", "Mustasaare", "Mustasaareen", false},
    {"Muurame", "Muurame", "Muurameen", false}, {"Mynämäki", "Mynämäe", "Mynämäkeen", true},
    {"Mänttä-Vilppula", "Mänttä-Vilppula", "Mänttä-Vilppulaan", false}, {"Naantali", "Naantali", "Naantaliin", false},
    {"Nokia", "Nokia", "Nokiaan", false}, {"Nurmes", "Nurmekse", "Nurmekseen", false},
    {"Närpiö", "Närpiö", "Närpiöön", true}, {"Oulu", "Oulu", "Ouluun", false},
    {"Outokumpu", "Outokummu", "Outokumpuun", false}, {"Pelkosenniemi", "Pelkosennieme", "Pelkosenniemeen", true},
    {"Pieksämäki", "Pieksämäe", "Pieksämäkeen", true}, {"Pietarsaari", "Pietarsaare", "Pietarsaareen", false},
    {"Pihtipudas", "Pihtiputaa", "Pihtiputaaseen", false}, {"Pomarkku", "Pomarku", "Pomarkkuun", false},
    {"Pori", "Pori", "Poriin", false}, {"Porvoo", "Porvoo", "Porvooseen", false},
    {"Punkalaidun", "Punkalaitume", "Punkalaitumeen", false}, {"Puolanka", "Puolanga", "Puolankaan", false},
    {"Pyhtää", "Pyhtää", "Pyhtääseen", true}, {"Pyhäntä", "Pyhännä", "Pyhäntään", true},
    {"Pyhäranta", "Pyhäranna", "Pyhärantaan", false}, {"Pälkäne", "Pälkänee", "Pälkäneeseen", true},
    {"Raahe", "Raahe", "Raaheen", false}, {"Raisio", "Raisio", "Raisioon", false},
    {"Rauma", "Rauma", "Raumaan", false}, {"Rautalampi", "Rautalamme", "Rautalampeen", false},
    {"Rovaniemi", "Rovanieme", "Rovaniemeen", true}, {"Ruokolahti", "Ruokolahde", "Ruokolahteen", false},
    {"Salo", "Salo", "Saloon", false}, {"Sastamala", "Sastamala", "Sastamalaan", false},
    {"Savitaipale", "Savitaipalee", "Savitaipaleeseen", false}, {"Savonlinna", "Savonlinna", "Savonlinnaan", false},
    {"Savukoski", "Savukoske", "Savukoskeen", false}, {"Seinäjoki", "Seinäjoe", "Seinäjokeen", false},
    {"Sievi", "Sievi", "Sieviin", true}, {"Simo", "Simo", "Simoon", false},
    {"Taipalsaari", "Taipalsaare", "Taipalsaareen", false}, {"Taivalkoski", "Taivalkoske", "Taivalkoskeen", false},
    {"Tampere", "Tamperee", "Tampereeseen", false}, {"Toholampi", "Toholamme", "Toholampeen", false},
    {"Toivakka", "Toivaka", "Toivakkaan", false}, {"Tornio", "Tornio", "Tornioon", false},
    {"Turku", "Turu", "Turkuun", false}, {"Tuusniemi", "Tuusnieme", "Tuusniemeen", true},
    {"Vantaa", "Vantaa", "Vantaaseen", false}, {"Varkaus", "Varkaude", "Varkauteen", false},
    {"Vesanto", "Vesanno", "Vesantoon", false}, {"Vihti", "Vihdi", "Vihtiin", true},
    {"Ylivieska", "Ylivieska", "Ylivieskaan", false},
    {"Äänekoski", "Äänekoske", "Äänekoskeen", false},
};
/* clang-format on */

/* The names whose beginning is inflected as well, and others written in two ways. */
static const char *const forms[][2] = {
    {"Uudessakaarlepyyssä", "uusikaarlepyy"}, {"Uuteenkaarlepyyhyn", "uusikaarlepyy"},
    {"Uudellekaarlepyylle", "uusikaarlepyy"}, {"Uudestakaupungista", "uusikaupunki"},
    {"Uuteenkaupunkiin", "uusikaupunki"},     {"Isossakyrössä", "isokyro"},
    {"Isoonkyröön", "isokyro"},               {"Vähässäkyrössä", "vahakyro"},
    {"Pedersöressä", "pedersore"},            {"KONTIOLAHDELLE", "kontiolahti"},
    {"Mänttä\u2010Vilppulasta", "manttavilppula"},
    {"Virrat", "virta"},                      {"Virtoihin", "virta"},
};

static struct analyser *analyser;

static int group_open(void **state)
{
    (void)state;
    return analyser_open(&analyser, 0, NULL) == STATUS_OK ? 0 : -1;
}

static int group_close(void **state)
{
    (void)state;
    analyser_free(analyser);
    return 0;
}

static bool has_lemma(const struct term *terms, size_t count, const char *lemma)
{
    for (size_t i = 0; i < count; i++)
        if (terms[i].text[0] == TERM_WHOLE && strcmp(terms[i].text + 1, lemma) == 0)
            return true;
    return false;
}

static bool has_term(const char *form, const char *term)
{
    const struct word *word;
    assert_int_equal(analyse_word(analyser, form, strlen(form), TEXT_FI, &word, NULL), STATUS_OK);
    for (size_t i = 0; i < word->term_count; i++)
        if (strcmp(word->terms[i].text, term) == 0)
            return true;
    return false;
}

static void assert_term(const char *form, const char *term)
{
    if (!has_term(form, term))
        fail_msg("%s has no index term %s", form, term);
}

/* Index and query both have the lemma. */
static void assert_form(const char *form, const char *lemma)
{
    const struct word *word;
    assert_int_equal(analyse_word(analyser, form, strlen(form), TEXT_FI, &word, NULL), STATUS_OK);
    if (!has_lemma(word->terms, word->term_count, lemma))
        fail_msg("%s gives the index no %s", form, lemma);
    if (!has_lemma(word->query, word->query_count, lemma))
        fail_msg("%s gives the query no %s", form, lemma);
}

/* As lemmas stand in the index: lower case, no dots, no hyphens. */
static void lemma_of(const char *name, char out[64])
{
    size_t used = 0;
    for (; *name; name++) {
        unsigned char c = (unsigned char)*name, next = (unsigned char)name[1];
        if (c == 0xC3) {
            out[used++] = (next | 0x20) == 0xB6 ? 'o' : 'a';
            name++;
        } else if (c != '-') {
            out[used++] = (char)(c | 0x20);
        }
    }
    out[used] = '\0';
}

static void test_local_cases(void **state)
{
    (void)state;
    static const char *const endings[][2] = {
        {"ssa", "ssä"}, {"sta", "stä"}, {"lla", "llä"}, {"lta", "ltä"}, {"lle", "lle"}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const struct place *place = &places[i];
        char lemma[64], form[64];
        lemma_of(place->name, lemma);
        assert_form(place->name, lemma);
        assert_form(place->into, lemma);
        for (size_t e = 0; e < sizeof endings / sizeof *endings; e++) {
            snprintf(form, sizeof form, "%s%s", place->stem, endings[e][place->front]);
            assert_form(form, lemma);
        }
    }
}

static void test_inflected_beginnings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_form(forms[i][0], forms[i][1]);
}

static void test_spoken(void **state)
{
    (void)state;
    static const char *const spoken[][2] = {
        {"kirjottamassa", "kirjoittaa"}, {"semmosii", "semmoinen"},   {"tehä", "tehda"},     {"kahen", "kaksi"},
        {"mahollinen", "mahdollinen"},   {"kattella", "katsella"},    {"ettii", "etsia"},    {"korkee", "korkea"},
        {"nopeet", "nopea"},             {"haluu", "haluta"},         {"tarvii", "tarvita"}, {"kaverei", "kaveri"},
        {"kissoi", "kissa"},             {"kotihoitoo", "kotihoito"}, {"uus", "uusi"},       {"leikkas", "leikata"},
        {"sairaaalassa", "sairaala"},    {"töihi", "tyo"},            {"vanhuksii", "vanhus"},
        {"sinisii", "sininen"},
        {"punanen", "punainen"},         {"lapsii", "lapsi"},         {"kahvii", "kahvi"},   {"hyvii", "hyva"},
        {"mennään", "menna"},            {"pystyy", "pystya"},        {"mummolle", "mummo"}, {"telkkarii", "telkkari"},
    };
    for (size_t i = 0; i < sizeof spoken / sizeof *spoken; i++)
        assert_form(spoken[i][0], spoken[i][1]);
    /* Foreign words are not taken for speech. */
    assert_false(has_term("that", "Wthai"));
    assert_false(has_term("des", "Wdesi"));
    assert_false(has_term("press", "Wpressi"));
    assert_false(has_term("links", "Wlinko"));
    static const char *const functions[] = {"mä", "mul", "sul", "oon", "oot", "semmonen", "jonku", "niinku", "onks"};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        const struct word *word;
        const char *form = functions[i];
        assert_int_equal(analyse_word(analyser, form, strlen(form), TEXT_UNSURE, &word, NULL), STATUS_OK);
        assert_true(word->function);
    }
}

static void test_new_words(void **state)
{
    (void)state;
    const struct word *word;
    assert_term("pumppudreenistä", "Pdreeni"); /* a known beginning */
    assert_term("pumppudreenistä", "Ppumppu");
    assert_term("harrastejärkkäri", "Pjarkkari");
    assert_int_equal(analyse_word(analyser, "pumppudreeni", 12, TEXT_UNSURE, &word, NULL), STATUS_OK);
    assert_int_equal(word->part_count, 2);
    assert_false(has_term("särkänniemi", "Pnniemi"));
    assert_term("Mellonmäellä", "Wmellonmaki"); /* Mäki is a surname, too */
    assert_term("tuunattu", "Wtuunata");        /* new verbs */
    assert_term("twiittasi", "Wtwiitata");
}

static void test_ages(void **state)
{
    (void)state;
    assert_form("70-vuotiaalle", "70vuotias");
    assert_term("70-vuotiaalle", "P70");
    assert_form("65-vuotiaat", "65vuotias");
    assert_term("65-vuotiaat", "Pvuotias");
    assert_form("7-vuotias", "7vuotias");
    assert_form("65+", "65");
    assert_form("5v", "5vuotias");
    assert_term("5v", "P5");
    assert_term("10-12v", "P12vuotias");
    assert_false(has_term("24h", "P24"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_local_cases),
        cmocka_unit_test(test_inflected_beginnings),
        cmocka_unit_test(test_spoken),
        cmocka_unit_test(test_new_words),
        cmocka_unit_test(test_ages),
    };
    return cmocka_run_group_tests(tests, group_open, group_close);
}
