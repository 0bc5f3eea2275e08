/* What a text becomes: tokens, terms, the limits, and that nothing depends on the cache or the thread. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyse/analyse.h"
#include "base/buf.h"
#include "base/utf8.h"

static struct analyser *analyser; /* of the whole group */

static int group_open(void **state)
{
    (void)state;
    struct err err = {0};
    if (analyser_open(&analyser, 0, &err) != STATUS_OK) {
        print_error("%s\n", err.message);
        return -1;
    }
    return 0;
}

static int group_close(void **state)
{
    (void)state;
    analyser_free(analyser);
    return 0;
}

/* ---- words as text ---------------------------------------------------------------------------------------------- */

static void add_terms(struct buf *out, const struct term *terms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            buf_addc(out, ' ');
        buf_add(out, terms[i].text, terms[i].len);
    }
}

/* All that a word says: flags | terms | query | each part. */
static void add_word(struct buf *out, const struct word *word)
{
    buf_addf(out, "%d%d%d | ", word->known, word->function, word->number);
    add_terms(out, word->terms, word->term_count);
    buf_adds(out, " | ");
    add_terms(out, word->query, word->query_count);
    for (size_t i = 0; i < word->part_count; i++) {
        buf_adds(out, " | ");
        add_terms(out, word->parts[i].terms, word->parts[i].term_count);
    }
}

static bool space_allowed(char space, enum text_lang lang)
{
    switch (space) {
    case TERM_EXACT: return true;
    case TERM_SWEDISH: return lang == TEXT_SV || lang == TEXT_UNSURE;
    case TERM_ENGLISH: return lang == TEXT_EN || lang == TEXT_UNSURE;
    case TERM_WHOLE:
    case TERM_PART: return lang == TEXT_FI || lang == TEXT_UNSURE;
    default: return false;
    }
}

static void check_terms(const struct term *terms, size_t count, enum text_lang lang)
{
    assert_true(count <= ANALYSE_TERMS_PER_WORD);
    for (size_t i = 0; i < count; i++) {
        assert_in_range(terms[i].len, 2, ANALYSE_TERM_BYTES);
        assert_int_equal(strlen(terms[i].text), terms[i].len);
        assert_int_equal(utf8_check(terms[i].text, terms[i].len), terms[i].len);
        assert_true(space_allowed(terms[i].text[0], lang));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(terms[i].text, terms[j].text);
    }
}

/* What the header promises of every word, whatever went in. */
static void check_word(const struct word *word, enum text_lang lang)
{
    check_terms(word->terms, word->term_count, lang);
    check_terms(word->query, word->query_count, TEXT_UNSURE);
    assert_int_equal(word->term_count == 0, word->query_count == 0);
    if (word->term_count > 0) {
        assert_int_equal(word->terms[0].text[0], TERM_EXACT);
        assert_string_equal(word->terms[0].text, word->query[0].text);
    }
    assert_true(word->part_count != 1 && word->part_count <= ANALYSE_PARTS_PER_WORD);
    for (size_t i = 0; i < word->part_count; i++) {
        assert_true(word->parts[i].term_count > 0);
        check_terms(word->parts[i].terms, word->parts[i].term_count, TEXT_FI);
    }
}

static const struct word *analyse_bytes(struct analyser *with, const char *text, size_t len, enum text_lang lang)
{
    const struct word *word = NULL;
    struct err err = {0};
    assert_int_equal(analyse_word(with, text, len, lang, &word, &err), STATUS_OK);
    check_word(word, lang);
    return word;
}

static const struct word *analyse(const char *text, enum text_lang lang)
{
    return analyse_bytes(analyser, text, strlen(text), lang);
}

/* The index terms less the exact one, as "Wlemma Ppart". */
static void assert_lemmas(const char *text, const char *expected)
{
    const struct word *word = analyse(text, TEXT_FI);
    struct buf got = BUF_INIT;
    assert_true(word->term_count > 0);
    add_terms(&got, word->terms + 1, word->term_count - 1);
    if (strcmp(buf_str(&got), expected) != 0)
        print_error("of %s:\n", text);
    assert_string_equal(buf_str(&got), expected);
    buf_release(&got);
}

static bool has_term(const struct term *terms, size_t count, const char *term)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(terms[i].text, term) == 0)
            return true;
    return false;
}

static void assert_index_has(const char *text, enum text_lang lang, const char *term)
{
    const struct word *word = analyse(text, lang);
    if (!has_term(word->terms, word->term_count, term))
        fail_msg("%s has no index term %s", text, term);
}

static void assert_index_lacks(const char *text, enum text_lang lang, const char *term)
{
    const struct word *word = analyse(text, lang);
    if (has_term(word->terms, word->term_count, term))
        fail_msg("%s has the index term %s", text, term);
}

static void assert_query_has(const char *text, const char *term)
{
    const struct word *word = analyse(text, TEXT_UNSURE);
    if (!has_term(word->query, word->query_count, term))
        fail_msg("the query %s has no term %s", text, term);
}

static void assert_query_lacks(const char *text, const char *term)
{
    const struct word *word = analyse(text, TEXT_UNSURE);
    if (has_term(word->query, word->query_count, term))
        fail_msg("the query %s has the term %s", text, term);
}

static void assert_exact(const char *text, const char *exact)
{
    const struct word *word = analyse(text, TEXT_FI);
    assert_true(word->term_count > 0);
    assert_string_equal(word->terms[0].text + 1, exact);
}

/* Both words mean the same to index and query. */
static void assert_same(const char *a, const char *b)
{
    struct buf one = BUF_INIT, two = BUF_INIT;
    add_word(&one, analyse(a, TEXT_UNSURE));
    add_word(&two, analyse(b, TEXT_UNSURE));
    assert_string_equal(buf_str(&one), buf_str(&two));
    buf_release(&one);
    buf_release(&two);
}

/* ---- Finnish words ---------------------------------------------------------------------------------------------- */

static void test_lemmas_and_parts(void **state)
{
    (void)state;
    assert_lemmas("vapaaehtoistoiminnassa",
                  "Wvapaaehtoistoiminta Ptoiminta Pehtoinen Pvapaa Pvapaaehtoinen");
    assert_lemmas("maahanmuuttajanuorille", "Wmaahanmuuttajanuori Wmaahanmuuttajanuora Pnuori Pnuora Pmuuttaja Pmaa "
                                            "Pmaahanmuuttaja");
    assert_lemmas("mielenterveyskuntoutujien",
                  "Wmielenterveyskuntoutuja Pkuntoutuja Pterveys Pmieli Pmielenterveys Pterveyskuntoutuja");
    assert_lemmas("kehittämishanke", "Wkehittamishanke Phanke Pkehittaa");
    assert_lemmas("alusta", "Walku Walus Walunen Walusta Walustaa"); /* homographs stay joined */
    assert_lemmas("nopeammin", "Wnopea");
    assert_lemmas("toiminta", "Wtoiminta");
}

static void test_place_names(void **state)
{
    (void)state;
    assert_lemmas("Mikkelissä", "Wmikkeli");
    assert_lemmas("Kontiolahdelle", "Wkontiolahti Plahti Pkontio");
    assert_lemmas("Keski-Suomessa", "Wkeskisuomi Psuomi Pkeski");
    assert_lemmas("Äänekoskelta", "Waanekoski Pkoski Paane");
    assert_index_has("Helsinginkadulla", TEXT_FI, "Phelsinki");
}

static void test_participles(void **state)
{
    (void)state;
    assert_lemmas("juoksevan", "Wjuokseva Wjuosta");
    assert_lemmas("parannettu", "Wparannettu Wparantaa"); /* not parata, of which it is derived */
    assert_index_has("esittelevä", TEXT_FI, "Wesitella");
    /* On the query side the participle finds itself, not every form of the verb. */
    assert_query_has("juoksevan", "Wjuokseva");
    assert_query_lacks("juoksevan", "Wjuosta");
}

static void test_unknown_words(void **state)
{
    (void)state;
    assert_lemmas("Clintonin", "Wclintonin Wclinton Wclintoni");
    assert_lemmas("stean", "Wstean Wstea Wste");
    assert_index_has("Helvetiuksen", TEXT_FI, "Whelvetius");
    assert_index_has("tektonisista", TEXT_FI, "Wtektoninen");
    assert_index_has("klaffituolia", TEXT_FI, "Wklaffituoli");
    assert_index_has("klaffituolia", TEXT_FI, "Ptuoli");
    assert_index_lacks("Germainen", TEXT_FI, "Pmainen"); /* too short a beginning */
    /* The query has the surface and the stem; guessed endings would widen it for nothing. */
    assert_query_has("Clintonin", "Wclinton");
    assert_query_lacks("Clintonin", "Wclintoni");
    assert_false(analyse("Clintonin", TEXT_FI)->known);
    assert_true(analyse("talossa", TEXT_FI)->known);
}

static void test_spoken_forms(void **state)
{
    (void)state;
    assert_index_has("nurkas", TEXT_FI, "Wnurkka");
    assert_index_has("ostais", TEXT_FI, "Wostaa");
    assert_index_has("unohtanu", TEXT_FI, "Wunohtaa");
    assert_query_has("sellanen", "Wsellainen");
    assert_query_has("tämmöset", "Wtammoinen");
}

static void test_colons(void **state)
{
    (void)state;
    static const char *const forms[][2] = {
        {"EJY:n", "ejy"},    {"STEA:n", "stea"},   {"EU:hun", "eu"},     {"EU:ssakin", "eu"}, {"SAK:laiset", "sak"},
        {"10:ssä", "10"},    {"3:nnella", "3"},    {"5:nteen", "5"},     {"1:s", "1"},        {"FPA:s", "fpa"},
        {"STM:nsä", "stm"},  {"TE-keskus:n", "te-keskus"},               {"Kela:lta", "kela"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        assert_exact(forms[i][0], forms[i][1]);
    assert_lemmas("EJY:n", "Wejy");
    assert_lemmas("STEA:n", "Wstea");
    assert_lemmas("10:ssä", "W10");
    assert_lemmas("SAA:n", "Wsaada Wsaa"); /* never only what it could be read as */
    assert_exact("9:30", "9:30");
    assert_exact("huom:lapset", "huom:lapset");
    assert_index_has("huom:lapset", TEXT_FI, "Plapsi");
    assert_index_has("Bordeaux'ssa", TEXT_FI, "Wbordeaux");
    assert_index_has("Renault'n", TEXT_FI, "Wrenault");
}

static void test_hyphens(void **state)
{
    (void)state;
    assert_lemmas("sote-järjestöille", "Wsotejarjesto Pjarjesto Psote");
    assert_lemmas("Stesolid-annoksella", "Wstesolidannos Pannos Pstesolid");
    assert_index_has("kuorma-autot", TEXT_FI, "Wkuormaauto");
    assert_index_has("kuormaauto", TEXT_FI, "Wkuormaauto");
    assert_lemmas("3-6-vuotiaille", "W36vuotias P6vuotias Pvuotias P6 P36 P3");
    assert_lemmas("covid-19-rokote", "Wcovid19rokote Prokote P19rokote Pcovid19 Pcovid P19");
    assert_lemmas("EU:n-laajuinen", "Weu:nlaajuinen Plaajuinen Peu");
    assert_index_has("laitok-sen", TEXT_FI, "Wlaitos"); /* a hyphen that broke a line */
    assert_lemmas("a-luokka", "Waluokka Pluokka");
    assert_true(analyse("sote-kehittämishanke", TEXT_FI)->known);
}

static void test_numbers_are_never_stemmed(void **state)
{
    (void)state;
    static const char *const numbers[] = {"1999", "2000", "040", "1a", "24h", "1990luvulla", "365"};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const struct word *word = analyse(numbers[i], TEXT_UNSURE);
        assert_true(word->number);
        for (size_t t = 0; t < word->query_count; t++)
            assert_string_equal(word->query[t].text + 1, numbers[i]);
    }
    assert_lemmas("2000-luvulla", "W2000luku Pluku P2000");
    assert_false(analyse("h2o", TEXT_FI)->number);
}

static void test_query_groups(void **state)
{
    (void)state;
    const struct word *word = analyse("maahanmuuttajanuorille", TEXT_UNSURE);
    assert_int_equal(word->part_count, 3);
    assert_true(has_term(word->parts[0].terms, word->parts[0].term_count, "Wmaa"));
    assert_true(has_term(word->parts[1].terms, word->parts[1].term_count, "Pmuuttaja"));
    assert_true(has_term(word->parts[2].terms, word->parts[2].term_count, "Wnuori"));
    word = analyse("Reunantunnistus-suotimet", TEXT_UNSURE); /* reunasuotimien, reunan tunnistaminen suotimella */
    assert_int_equal(word->part_count, 3);
    assert_true(has_term(word->parts[0].terms, word->parts[0].term_count, "Preuna"));
    assert_true(has_term(word->parts[1].terms, word->parts[1].term_count, "Ptunnistus"));
    assert_true(has_term(word->parts[2].terms, word->parts[2].term_count, "Psuodin"));
    word = analyse("talossa", TEXT_UNSURE);
    assert_int_equal(word->part_count, 0);
    struct buf got = BUF_INIT;
    add_terms(&got, word->query, word->query_count);
    assert_string_equal(buf_str(&got), "Xtalossa Wtalo Ptalo Staloss Etalossa");
    buf_release(&got);
    /* The same group whatever the language; the query finds Swedish and English texts by their stems. */
    assert_query_has("barnens", "Sbarn");
    assert_query_has("services", "Eservic");
    for (enum text_lang lang = TEXT_FI; lang <= TEXT_UNSURE; lang++)
        assert_true(has_term(analyse("services", lang)->query, analyse("services", lang)->query_count, "Eservic"));
}

static void test_undotted_queries(void **state)
{
    (void)state;
    assert_query_has("tyottomyys", "Wtyottomyys");
    assert_query_has("tyottomyyden", "Wtyottomyys");
    assert_query_has("mielenterveystyota", "Xmielenterveystyota");
    assert_query_has("elakkeesta", "Welake");
    assert_query_has("ELÄKKEESTÄ", "Welake");
    assert_index_lacks("elakkeesta", TEXT_FI, "Welake"); /* the index has what was written */
    const struct word *word = analyse("tyottomyysturvasta", TEXT_UNSURE);
    assert_int_equal(word->part_count, 2);
}

/* ---- languages -------------------------------------------------------------------------------------------------- */

static void test_namespaces(void **state)
{
    (void)state;
    struct buf got = BUF_INIT;
    const struct word *word = analyse("föreningarna", TEXT_SV);
    add_terms(&got, word->terms, word->term_count);
    assert_string_equal(buf_str(&got), "Xföreningarna Sförening");
    buf_reset(&got);
    word = analyse("Children's", TEXT_EN);
    add_terms(&got, word->terms, word->term_count);
    assert_string_equal(buf_str(&got), "Xchildren's Echildren");
    buf_release(&got);
    assert_index_has("EU-länderna", TEXT_SV, "Sländ");
    assert_index_has("e-post", TEXT_SV, "Sepost");
    assert_index_has("services", TEXT_UNSURE, "Eservic");
    assert_index_has("palvelut", TEXT_UNSURE, "Wpalvelu");
    /* No dots off in Swedish: får is not far. */
    assert_index_lacks("får", TEXT_SV, "Sfar");
}

static void test_function_words(void **state)
{
    (void)state;
    static const char *const words[] = {"ja", "on", "että", "minulla", "mistä", "kanssa", "och", "att", "för",
                                        "the", "of", "with", "mista", "Ja", "ÄN", "yourself", "varför", "ympäri"};
    for (size_t i = 0; i + 1 < sizeof words / sizeof *words; i++)
        if (!analyse(words[i], TEXT_UNSURE)->function)
            fail_msg("%s is a function word", words[i]);
    static const char *const contents[] = {"talo", "lapsi", "man", "multa", "barn", "house", "apua", "ilman"};
    for (size_t i = 0; i < sizeof contents / sizeof *contents; i++)
        if (analyse(contents[i], TEXT_UNSURE)->function)
            fail_msg("%s is no function word", contents[i]);
    assert_true(analyse("man", TEXT_SV)->function);
    assert_false(analyse("man", TEXT_FI)->function);
    assert_false(analyse("och", TEXT_FI)->function);
}

static void test_language_of_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum text_lang lang;
    } texts[] = {
        {"Mielenterveyspalvelut nuorille ja heidän läheisilleen Mikkelissä ja sen lähikunnissa.", TEXT_FI},
        {"Vertaistukiryhmä kokoontuu joka toinen tiistai kirjastossa. Ryhmään voi tulla ilman ilmoittautumista.",
         TEXT_FI},
        {"Gruppen träffas varannan tisdag på biblioteket och du behöver inte anmäla dig till den.", TEXT_SV},
        {"The group meets at the library every other Tuesday and you do not need to register for it.", TEXT_EN},
        {"Mielenterveystalo", TEXT_UNSURE},
        {"", TEXT_UNSURE},
        {"040 000 4567, 2024", TEXT_UNSURE},
        {"Ryhmä kokoontuu joka toinen tiistai kirjastossa. Gruppen träffas varannan tisdag på biblioteket och du "
         "behöver inte anmäla dig till den.",
         TEXT_UNSURE},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (analyse_language(analyser, texts[i].text, strlen(texts[i].text)) != texts[i].lang)
            fail_msg("the language of: %s", texts[i].text);
}

/* ---- tokens ----------------------------------------------------------------------------------------------------- */

static void assert_tokens(const char *text, size_t len, const char *expected)
{
    struct buf got = BUF_INIT;
    struct token token;
    size_t end = 0;
    for (size_t at = 0; token_next(text, len, &at, &token);) {
        assert_true(token.offset >= end && token.len > 0 && token.offset + token.len <= len);
        end = token.offset + token.len;
        assert_int_equal(at, end);
        buf_addf(&got, "%s%zu:%.*s", got.len ? "|" : "", token.offset, (int)token.len, text + token.offset);
    }
    assert_string_equal(buf_str(&got), expected);
    buf_release(&got);
}

static void test_tokens(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"", ""},
        {" .,-:' ", ""},
        {"Äiti, ja isä.", "0:Äiti|7:ja|10:isä"},
        {"-tutkimus valmennus- ", "1:tutkimus|10:valmennus"},
        {"EJY:n STM:n: 10:ssä", "0:EJY:n|6:STM:n|13:10:ssä"},
        {"sote-järjestö--tai 'vaa'an'", "0:sote-järjestö|17:tai|22:vaa'an"},
        {"a-b:c'd", "0:a-b:c'd"},
        {"a-:b", "0:a|3:b"},
        {"klo 9.30, 3,5 % 24/7", "0:klo|4:9|6:30|10:3|12:5|16:24|19:7"},
        {"info@mieli.fi foo_bar", "0:info|5:mieli|11:fi|14:foo|18:bar"},
        {"vaa\u2019an", "0:vaa\u2019an"},
        {"kes\u00ADki\u2011suo", "0:kes\u00ADki\u2011suo"},
        {"a\u0308iti", "0:a\u0308iti"},
        {"\u0308\u0301 \u0308a", "7:a"},
        {"a\u2013b", "0:a|4:b"},
        {"(c++)", "1:c"},
        {"مرحبا بك", "0:مرحبا|11:بك"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_tokens(cases[i][0], strlen(cases[i][0]), cases[i][1]);
    assert_tokens("a\0b", 3, "0:a|2:b");
    assert_tokens("a\xFF"
                  "b\xC3",
                  4, "0:a|2:b");
}

struct collected {
    struct buf text;
    size_t calls, fail_at;
};

static enum status collect(void *context, const struct token *token, const struct word *word, struct err *err)
{
    struct collected *collected = context;
    if (++collected->calls == collected->fail_at)
        return err_set(err, STATUS_LIMIT, "enough");
    check_word(word, TEXT_FI);
    buf_addf(&collected->text, "%s%zu:%s", collected->text.len ? " " : "", token->offset,
             word->term_count > 1 ? word->terms[1].text + 1 : "");
    return STATUS_OK;
}

static void assert_text(const char *text, const char *expected)
{
    struct collected collected = {0};
    struct err err = {0};
    assert_int_equal(analyse_text(analyser, text, strlen(text), TEXT_FI, collect, &collected, &err), STATUS_OK);
    assert_string_equal(buf_str(&collected.text), expected);
    buf_release(&collected.text);
}

static void test_ellipsis(void **state)
{
    (void)state;
    assert_text("kohtaamispaikka- ja ryhmätoiminta",
                "0:kohtaamispaikka 0:kohtaamispaikkatoiminta 17:ja 20:ryhmatoiminta");
    assert_text("sosiaali-, terveys- ja kulttuuripalvelut",
                "0:sosiaali 0:sosiaalipalvelu 11:terveys 11:terveyspalvelu 20:ja 23:kulttuuripalvelu");
    assert_text("lapsi- ja nuorisotyöntekijä", "0:lapsi 0:lapsityontekija 7:ja 10:nuorisotyontekija");
    assert_text("sote- ja kuntapalvelut", "0:sote 0:sotepalvelu 6:ja 9:kuntapalvelu");
    assert_text("linja- ja kuorma-auto", "0:linja 0:linjaauto 7:ja 10:kuormaauto");
    assert_text("kirjastopalvelut ja -tilat", "0:kirjastopalvelu 17:ja 21:tila 21:kirjastotila");
    assert_text("perhekerhot, -leirit ja -retket",
                "0:perhekerho 14:leiri 14:perheleiri 21:ja 25:retki 25:perheretki");
    /* Not a list, no compound, too far. */
    assert_text("perhe- palvelu", "0:perhe 7:palvelu");
    assert_text("perhe- ja talo", "0:perhe 7:ja 10:talo");
    assert_text("perhe-. Ja työpalvelut", "0:perhe 8:ja 11:tyopalvelu");
    assert_text("perhetyö. -leirit", "0:perhetyo 12:leiri");
    assert_text("perhe-", "0:perhe");
    assert_text("lämpö -5 ja -7", "0:lampo 9:5 11:ja 15:7");
}

static void test_text_stops_at_failure(void **state)
{
    (void)state;
    struct err err = {0};
    struct collected collected = {.fail_at = 2};
    const char *text = "yksi kaksi kolme";
    assert_int_equal(analyse_text(analyser, text, strlen(text), TEXT_FI, collect, &collected, &err), STATUS_LIMIT);
    assert_int_equal(collected.calls, 2);
    assert_string_equal(err.message, "enough");
    buf_release(&collected.text);
}

/* ---- folding ---------------------------------------------------------------------------------------------------- */

static void test_folding(void **state)
{
    (void)state;
    assert_exact("ÅÄÖåäö", "åäöåäö");
    assert_exact("Éluard", "eluard");
    assert_exact("ŠAKKI", "sakki");
    assert_exact("Čáhppesluohkká", "cahppesluohkka");
    assert_exact("Ŋŧđ", "ntd");
    assert_exact("Straße", "strasse");
    assert_exact("Việt", "viet");
    assert_exact("ǟ", "ä"); /* the macron goes, the dots stay */
    assert_exact("İstanbul", "istanbul");
    assert_exact("Ａ４", "a4");
    assert_exact("ﬁlmi", "filmi");
    assert_exact("Ёлка", "елка");
    assert_exact("日本語", "日本語");
    assert_same("pa\u0308iva\u0308", "päivä");
    assert_same("PÄIVÄ", "päivä");
    assert_same("vaa\u2019an", "vaa'an");
    assert_same("keski\u2011suomi", "Keski-Suomi");
    assert_same("päi\u00ADvä", "päivä");
    assert_same("-päivä-", "päivä");
    /* Dots and hyphens off in lemmas only. */
    assert_index_has("äiti", TEXT_FI, "Xäiti");
    assert_index_has("äiti", TEXT_FI, "Waiti");
    assert_index_has("Tšekissä", TEXT_FI, "Wtsekki");
}

/* ---- limits and garbage ----------------------------------------------------------------------------------------- */

static void test_nothing_left(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t len;
    } nothing[] = {{"", 0},          {"\0\0", 2},       {"---", 3},     {"\xFF\xFE", 2}, {"\xC3", 1},
                   {"\u0301", 2}, {"\u115F", 3}, {"\u200D", 3}, {" . ", 3},      {"\xED\xA0\x80", 3}};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        const struct word *word = analyse_bytes(analyser, nothing[i].bytes, nothing[i].len, TEXT_UNSURE);
        assert_int_equal(word->term_count, 0);
        assert_int_equal(word->query_count, 0);
        assert_int_equal(word->part_count, 0);
    }
    struct buf with = BUF_INIT;
    add_word(&with, analyse_bytes(analyser, "ta\0\xFFlo", 6, TEXT_FI));
    assert_string_equal(buf_str(&with), "100 | Xtalo Wtalo | Xtalo Wtalo Ptalo Stalo Etalo");
    buf_release(&with);
}

static void test_word_bytes(void **state)
{
    (void)state;
    char text[2 * ANALYSE_WORD_BYTES];
    memset(text, 'x', sizeof text);
    for (size_t len = ANALYSE_WORD_BYTES - 1; len <= ANALYSE_WORD_BYTES + 1; len++) {
        const struct word *word = analyse_bytes(analyser, text, len, TEXT_UNSURE);
        assert_int_equal(word->terms[0].len, 1 + (len < ANALYSE_WORD_BYTES ? len : ANALYSE_WORD_BYTES));
    }
    /* A character that the limit would cut is left out whole. */
    memcpy(text + ANALYSE_WORD_BYTES - 1, "ä", 2);
    assert_int_equal(analyse_bytes(analyser, text, ANALYSE_WORD_BYTES + 1, TEXT_FI)->terms[0].len, ANALYSE_WORD_BYTES);
    /* Compatibility characters that grow when folded (ﷺ becomes 18 letters) are cut as well. */
    for (size_t i = 0; i + 3 <= sizeof text; i += 3)
        memcpy(text + i, "\uFDFA", 3);
    assert_true(analyse_bytes(analyser, text, sizeof text, TEXT_FI)->terms[0].len <= ANALYSE_WORD_BYTES + 1);
}

static void test_many_segments(void **state)
{
    (void)state;
    struct buf text = BUF_INIT;
    for (int i = 0; i < 60; i++)
        buf_addf(&text, "%s%s", i ? "-" : "", i % 2 ? "talo" : "xq");
    const struct word *word = analyse_bytes(analyser, text.data, text.len, TEXT_UNSURE);
    assert_int_equal(word->part_count, ANALYSE_PARTS_PER_WORD);
    buf_reset(&text);
    for (int i = 0; i < ANALYSE_PARTS_PER_WORD; i++)
        buf_addf(&text, "%s%s", i ? "-" : "", i % 2 ? "talo" : "xq");
    assert_int_equal(analyse_bytes(analyser, text.data, text.len, TEXT_FI)->part_count, ANALYSE_PARTS_PER_WORD);
    buf_reset(&text);
    for (int i = 0; i < ANALYSE_PARTS_PER_WORD; i++) /* segments of more parts together */
        buf_addf(&text, "%s%s", i ? "-" : "", "kuorotalo");
    assert_int_equal(analyse_bytes(analyser, text.data, text.len, TEXT_FI)->part_count, ANALYSE_PARTS_PER_WORD);
    buf_reset(&text);
    for (int i = 0; i < 12; i++) /* a compound of more parts than are kept */
        buf_adds(&text, "talo");
    analyse_bytes(analyser, text.data, text.len, TEXT_FI);
    buf_release(&text);
}

static enum status count_only(void *context, const struct token *token, const struct word *word, struct err *err)
{
    (void)token, (void)err;
    check_word(word, TEXT_UNSURE);
    ++*(size_t *)context;
    return STATUS_OK;
}

static size_t count_words(const char *text, size_t len)
{
    size_t count = 0;
    struct err err = {0};
    assert_int_equal(analyse_text(analyser, text, len, TEXT_UNSURE, count_only, &count, &err), STATUS_OK);
    return count;
}

static void test_huge_texts(void **state)
{
    (void)state;
    enum { LEN = 1 << 20 };
    static const char *const units[] = {"a",  "-",  "a-",    "\u0301", "a\u0301", "\u00AD",
                                        "ä", "a:", "- ja ", "\u05D0", "\0"};
    char *text = malloc(LEN);
    assert_non_null(text);
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        size_t unit = units[u][0] ? strlen(units[u]) : 1, used = 0;
        for (; used + unit <= LEN; used += unit)
            memcpy(text + used, units[u], unit);
        count_words(text, used);
    }
    free(text);
}

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Random bytes, random pieces of what has a meaning here, and their mixtures. */
static void test_random_texts(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "vapaaehtois", "toiminta", "ja", "-", ":", "'", " ", "n", "ssä", "talo", "yö", "2000", "luku",
        "\u0301", "\u200D",
        "\u2019", "\u2011", "ñ", "ﷺ", "مرحبا", "שלום", "語", "\xFF", "\xC3", "\xE2\x80", ",", "nen", "s", "is", "X", "Ä",
    };
    uint64_t seed = 0x9E3779B97F4A7C15u;
    char text[600];
    for (int round = 0; round < 3000; round++) {
        size_t len = 0, most = random_next(&seed) % 500;
        while (len < most) {
            const char *piece = pieces[random_next(&seed) % (sizeof pieces / sizeof *pieces)];
            if (round % 3 == 0 || random_next(&seed) % 20 == 0) {
                text[len++] = (char)random_next(&seed);
            } else {
                memcpy(text + len, piece, strlen(piece));
                len += strlen(piece);
            }
        }
        count_words(text, len);
        analyse_bytes(analyser, text, len, (enum text_lang)(random_next(&seed) % 4));
        if (round % 50 == 0)
            analyse_language(analyser, text, len);
    }
}

/* ---- the cache and threads -------------------------------------------------------------------------------------- */

enum { MIXED_WORDS = 10000 };

/* Word number n of the test: stems with endings, of which many repeat. */
static void mixed_word(uint64_t n, char out[128])
{
    static const char *const stems[] = {"talo", "lapsi", "nuoriso", "työ", "mielenterveys", "palvelu", "Mikkeli",
                                        "kerho", "förening", "service", "Clinton", "STEA", "vapaaehtois", "2000"};
    static const char *const ends[] = {"", "n", "ssa", "ssä", "toiminta", ":n", "-palvelut", "t", "lle", "työntekijä",
                                       "s", "ista", "-", "jen", "kin"};
    snprintf(out, 128, "%s%s%s", stems[n % 14], ends[n / 14 % 15], n / 210 % 3 ? "" : ends[n / 630 % 15]);
}

static void assert_caches_equal(struct analyser *one, struct analyser *two, uint64_t seed)
{
    struct buf a = BUF_INIT, b = BUF_INIT;
    char text[128];
    for (int i = 0; i < MIXED_WORDS; i++) {
        enum text_lang lang = (enum text_lang)(random_next(&seed) % 4);
        mixed_word(random_next(&seed) % 9450, text);
        buf_reset(&a);
        buf_reset(&b);
        add_word(&a, analyse_bytes(one, text, strlen(text), lang));
        add_word(&b, analyse_bytes(two, text, strlen(text), lang));
        assert_string_equal(buf_str(&a), buf_str(&b));
    }
    buf_release(&a);
    buf_release(&b);
}

static void test_cache_changes_nothing(void **state)
{
    (void)state;
    struct analyser *tiny, *small;
    struct err err = {0};
    assert_int_equal(analyser_open(&tiny, 1, &err), STATUS_OK);
    assert_int_equal(analyser_open(&small, 61, &err), STATUS_OK);
    assert_caches_equal(tiny, analyser, 1);
    assert_caches_equal(small, analyser, 2);
    struct analyse_stats stats = analyser_stats(tiny), full = analyser_stats(analyser);
    assert_int_equal(stats.words, MIXED_WORDS);
    assert_true(stats.cache_hits < stats.words / 10);
    assert_true(full.cache_hits > full.words / 2);
    assert_true(stats.dictionary_calls > stats.words / 2);
    analyser_free(tiny);
    analyser_free(small);
}

static void test_cache_hit(void **state)
{
    (void)state;
    struct analyser *fresh;
    struct err err = {0};
    assert_int_equal(analyser_open(&fresh, 0, &err), STATUS_OK);
    analyse_bytes(fresh, "talossa", 7, TEXT_FI);
    uint64_t calls = analyser_stats(fresh).dictionary_calls;
    analyse_bytes(fresh, "Talossa", 7, TEXT_SV); /* one entry for every case and language */
    assert_int_equal(analyser_stats(fresh).cache_hits, 1);
    assert_int_equal(analyser_stats(fresh).dictionary_calls, calls);
    analyser_free(fresh);
    analyser_free(NULL);
}

/* cmocka's asserts belong to the main thread: the others only write down what they see. */
static void *thread_run(void *context)
{
    struct buf *out = context;
    struct analyser *own;
    char text[128];
    if (analyser_open(&own, 1000, NULL) != STATUS_OK)
        return NULL;
    for (uint64_t i = 0; i < 2000; i++) {
        const struct word *word;
        mixed_word(i, text);
        if (analyse_word(own, text, strlen(text), TEXT_UNSURE, &word, NULL) == STATUS_OK)
            add_word(out, word);
    }
    analyser_free(own);
    return out;
}

static void test_threads(void **state)
{
    (void)state;
    struct buf out[2] = {BUF_INIT, BUF_INIT};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, thread_run, &out[i]), 0);
    for (int i = 0; i < 2; i++) {
        void *ran;
        pthread_join(threads[i], &ran);
        assert_non_null(ran);
    }
    assert_true(out[0].len > 10000);
    assert_string_equal(buf_str(&out[0]), buf_str(&out[1]));
    buf_release(&out[0]);
    buf_release(&out[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lemmas_and_parts),
        cmocka_unit_test(test_place_names),
        cmocka_unit_test(test_participles),
        cmocka_unit_test(test_unknown_words),
        cmocka_unit_test(test_spoken_forms),
        cmocka_unit_test(test_colons),
        cmocka_unit_test(test_hyphens),
        cmocka_unit_test(test_numbers_are_never_stemmed),
        cmocka_unit_test(test_query_groups),
        cmocka_unit_test(test_undotted_queries),
        cmocka_unit_test(test_namespaces),
        cmocka_unit_test(test_function_words),
        cmocka_unit_test(test_language_of_text),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_ellipsis),
        cmocka_unit_test(test_text_stops_at_failure),
        cmocka_unit_test(test_folding),
        cmocka_unit_test(test_nothing_left),
        cmocka_unit_test(test_word_bytes),
        cmocka_unit_test(test_many_segments),
        cmocka_unit_test(test_huge_texts),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_cache_changes_nothing),
        cmocka_unit_test(test_cache_hit),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(tests, group_open, group_close);
}
