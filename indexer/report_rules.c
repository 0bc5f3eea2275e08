#include "indexer/report_rules.h"

#include <string.h>

enum { RULE_GUARDS = PROBLEM_CODES, RULE_MERGES = RULE_GUARDS + GUARDS, RULE_GOLDEN = RULE_MERGES + 2, RULES };

#define PROBLEM(code) [PROBLEM_##code]
#define GUARD(guard) [RULE_GUARDS + GUARD_##guard]

static const struct rule rules[RULES] = {
    PROBLEM(SYNTAX) = {"syntax", RULE_ERROR, {
        {"rivi tai tiedosto on rikki",
         "Rivi ei ole JSONia tai CSV:tä, tai tiedosto loppuu kesken.",
         "Tietuetta ei voi lukea lainkaan, joten se puuttuu hausta.",
         "Katso tiedoston rivi. Jos tiedosto katkesi siirrossa, hae se uudelleen."},
        {"line or file is not of its form",
         "The line is not JSON or CSV, or the file breaks off.",
         "The record cannot be read at all, so the search does not have it.",
         "Look at the line of the file. If the file was cut on its way, fetch it again."}}},
    PROBLEM(ENCODING) = {"encoding", RULE_ERROR, {
        {"väärä merkistö",
         "Teksti ei ole UTF-8:aa, tai siinä on näkymättömiä ohjausmerkkejä.",
         "Ääkköset menisivät rikki, eikä sanoja löytyisi.",
         "Tallenna tiedosto UTF-8-muodossa (Excelissä \"CSV UTF-8\") tai poista merkki."},
        {"wrong encoding",
         "The text is not UTF-8, or it holds invisible control characters.",
         "Letters such as ä and ö would break, and words would not be found.",
         "Save the file as UTF-8 (in Excel \"CSV UTF-8\"), or delete the character."}}},
    PROBLEM(TOO_BIG) = {"too-big", RULE_ERROR, {
        {"liian pitkä",
         "Rivi, teksti tai luettelo on pidempi kuin sallitaan.",
         "Pitkää tekstiä ei jaksa lukea, ja se painaa haussa väärin.",
         "Lyhennä tekstiä tai jaa se kenttiin; CSV:ssä katso, ettei lainausmerkki puutu."},
        {"too long",
         "A line, a text or a list is longer than allowed.",
         "Nobody reads a text so long, and it weighs wrongly in the search.",
         "Shorten it or divide it among fields; in CSV look for a missing quotation mark."}}},
    PROBLEM(DUPLICATE) = {"duplicate", RULE_ERROR, {
        {"sama kahdesti",
         "Sama tunnus, kenttä tai arvo on kahteen kertaan.",
         "Ei tiedetä, kumpi tieto pitää paikkansa; ensimmäinen jäi voimaan.",
         "Anna joka tietueelle oma, pysyvä tunnus ja poista toinen arvoista."},
        {"there twice",
         "The same id, field or value is there twice.",
         "Nobody knows which of them is true; the first one was taken.",
         "Give each record a lasting id of its own, and delete one of the values."}}},
    PROBLEM(UNKNOWN_FIELD) = {"unknown-field", RULE_ERROR, {
        {"tuntematon kenttä tai sarake",
         "Kentän tai sarakkeen nimeä ei tunneta.",
         "Tieto jäisi näkymättä, vaikka se on kirjoitettu.",
         "Korjaa nimi; sallitut nimet ovat tiedostossa docs/data-format.md."},
        {"unknown field or column",
         "The name of the field or column is not known.",
         "What was written would be shown to nobody.",
         "Correct the name; docs/data-format.md has those there are."}}},
    PROBLEM(OTHER_KIND) = {"other-kind", RULE_ERROR, {
        {"kenttä ei kuulu tähän lajiin",
         "Tietueen lajilla ei ole tätä kenttää.",
         "Laji voi olla väärä, ja silloin tietue löytyy väärästä paikasta.",
         "Poista kenttä tai vaihda laji (kind)."},
        {"field of another kind",
         "Records of this kind do not have the field.",
         "The kind may be wrong, and then the record is found in the wrong place.",
         "Delete the field, or change the kind."}}},
    PROBLEM(TYPE) = {"type", RULE_ERROR, {
        {"väärä tyyppi",
         "Kentässä on esimerkiksi tekstiä, kun siinä pitäisi olla luku.",
         "Tietoa ei voi verrata eikä suodattaa, esimerkiksi iän mukaan.",
         "Kirjoita arvo niin kuin esimerkin perässä neuvotaan."},
        {"wrong type",
         "The field holds, say, a text where a number belongs.",
         "The value cannot be compared or filtered by, by age for one.",
         "Write the value as the example allows."}}},
    PROBLEM(MISSING) = {"missing", RULE_ERROR, {
        {"pakollinen tieto puuttuu",
         "Kenttä, jota ilman tietuetta ei voi näyttää, puuttuu tai on tyhjä.",
         "Ilman nimeä, lajia tai tunnusta ei voi ohjata ketään mihinkään.",
         "Täytä kenttä; jos tieto on toisessa tiedostossa, anna sekin lähteelle."},
        {"required field missing",
         "A field without which the record cannot be shown is absent or empty.",
         "Without a name, a kind or an id nobody can be shown the way.",
         "Fill in the field; if another file has it, give the source that file too."}}},
    PROBLEM(EMPTY) = {"empty", RULE_ERROR, {
        {"tyhjä arvo",
         "Kenttä on mukana, mutta siinä ei ole mitään.",
         "Tyhjä näyttää tiedolta, vaikka asiaa ei tiedetä.",
         "Jätä kenttä pois, kun asiaa ei tiedetä."},
        {"empty value",
         "The field is there but says nothing.",
         "An empty value looks like knowledge where there is none.",
         "Leave the field out when nothing is known."}}},
    PROBLEM(RANGE) = {"range", RULE_ERROR, {
        {"arvo rajojen ulkopuolella",
         "Luku, päivä tai sijainti on sallittujen rajojen ulkopuolella.",
         "Väärä ikä, hinta tai sijainti ohjaa asiakkaan väärään paikkaan.",
         "Tarkista luku; sallitut rajat lukevat esimerkin perässä."},
        {"value outside its limits",
         "A number, a date or a position is outside its limits.",
         "A wrong age, price or position sends people to the wrong place.",
         "Check the number; the limits stand behind the example."}}},
    PROBLEM(CODE) = {"code", RULE_ERROR, {
        {"koodi ei ole luettelossa",
         "Arvoa ei ole sanastossa, esimerkiksi teemaa, kohderyhmää tai kuntaa.",
         "Tietue ei osuisi suodattimiin, joilla sitä haetaan.",
         "Vaihda arvo johonkin sallituista; luettelot ovat tiedostossa docs/data-format.md."},
        {"code not in its list",
         "The vocabulary does not have the value: a theme, an audience, a municipality.",
         "The record would not be met by the filters people use.",
         "Take one of the codes allowed; docs/data-format.md lists them."}}},
    PROBLEM(FORM) = {"form", RULE_ERROR, {
        {"väärässä muodossa",
         "Arvo ei ole kelvollinen päivä, osoite, puhelinnumero tai Y-tunnus.",
         "Numeroon ei voi soittaa eikä osoitteeseen mennä.",
         "Kirjoita arvo niin kuin esimerkin perässä neuvotaan."},
        {"wrong form",
         "The value is no date, address, phone number or business id.",
         "Nobody can call the number or go to the address.",
         "Write the value in the form that the example allows."}}},
    PROBLEM(CONFLICT) = {"conflict", RULE_ERROR, {
        {"tiedot ristiriidassa",
         "Kaksi tietoa ei voi pitää paikkaansa yhtä aikaa, esimerkiksi loppu ennen alkua.",
         "Asiakas voi mennä paikalle väärään aikaan tai väärään paikkaan.",
         "Tarkista molemmat kentät ja korjaa väärä."},
        {"fields contradict each other",
         "Two fields cannot both be true, such as an end before its start.",
         "People may go there at the wrong time, or to the wrong place.",
         "Check both fields and mend the wrong one."}}},
    PROBLEM(NOTE) = {"note", RULE_WARNING, {
        {"hyväksytty, mutta tarkista",
         "Tieto hyväksyttiin, mutta se tulkittiin tai se näyttää oudolta.",
         "Tulkinta voi olla väärä, ja vain tiedon omistaja tietää sen.",
         "Tarkista arvo ja kirjoita se yksiselitteisesti."},
        {"accepted, but look at it",
         "The value was accepted, but it was interpreted or looks odd.",
         "The interpretation may be wrong, and only the owner knows.",
         "Look at the value and write it so that it has one meaning."}}},
    PROBLEM(SKIPPED) = {"skipped", RULE_NOTICE, {
        {"ohitettu: ei julkaistava tietue",
         "Lähdejärjestelmän kohde, jota ei oteta: julkaisematon, poistettu tai toisen osa.",
         "Se ei kuulu hakuun; tieto auttaa, jos jotain näyttää puuttuvan.",
         "Julkaise kohde lähdejärjestelmässä, jos sen pitäisi näkyä."},
        {"skipped: none to publish",
         "An object of the foreign system that is none to take: unpublished, deleted, part of another.",
         "It does not belong in the search; this helps when something seems to be missing.",
         "Publish it in its own system if it should be shown."}}},

    GUARD(UNREADABLE) = {"guard-unreadable", RULE_STOP, {
        {"tiedostoa ei voi lukea",
         "Lähteen tiedosto puuttuu, on katkennut, on tuntematonta muotoa tai siinä on pelkkä otsikko.",
         "Ilman tätä vajaa tiedosto poistaisi hausta palveluja, jotka ovat yhä olemassa.",
         "Hae tiedosto uudelleen ja tarkista sen polku ja muoto asetuksista. Tätä ei voi sallia."},
        {"file cannot be read",
         "A file of the source is missing, cut short, of no known format, or a header alone.",
         "Without this a file cut short would remove services that are still there.",
         "Fetch the file again; check its path and format in the settings. This cannot be allowed."}}},
    GUARD(EMPTY) = {"guard-empty", RULE_STOP, {
        {"liian vähän tietueita",
         "Lähteestä luettiin vähemmän tietueita kuin asetuksissa vaaditaan.",
         "Tyhjä vastaus on yleensä häiriö, ei tieto siitä, että kaikki on loppunut.",
         "Tarkista lähdejärjestelmän vienti; jos lähde todella on näin pieni, laske rajaa (min_records)."},
        {"too few records",
         "Fewer records were read than the settings require.",
         "An empty answer is as a rule a failure, not the news that everything has ended.",
         "Check the export of the source; if it really is that small, lower its limit (min_records)."}}},
    GUARD(AGE) = {"guard-age", RULE_STOP, {
        {"tiedosto on vanha",
         "Lähteen uusin tiedosto on vanhempi kuin asetuksissa sallitaan.",
         "Vanhentuneesta tiedosta ohjataan ihmisiä paikkoihin, joita ei enää ole.",
         "Tarkista, miksi tiedosto ei ole päivittynyt: hakuajo, oikeudet, levytila."},
        {"file is old",
         "The newest file of the source is older than the settings allow.",
         "Stale data sends people to places that are no more.",
         "Find out why the file is not updated: the fetching job, rights, disk space."}}},
    GUARD(REJECTED) = {"guard-rejected", RULE_STOP, {
        {"liikaa hylättyjä",
         "Luetuista tietueista hylättiin suurempi osa kuin sallitaan.",
         "Moni virhe kerralla kertoo, että vienti tai muoto on muuttunut.",
         "Korjaa alla luetellut virheet; yleisin niistä selittää usein kaiken."},
        {"too many rejected",
         "A larger share of what was read was rejected than is allowed.",
         "Many faults at once mean that the export or its form has changed.",
         "Mend the faults listed here; the most frequent one often explains them all."}}},
    GUARD(DELETIONS) = {"guard-deletions", RULE_STOP, {
        {"liikaa poistuvia",
         "Lähteestä poistuisi kerralla enemmän tietueita kuin sallitaan.",
         "Palvelut eivät lakkaa sadoittain yhdessä yössä; vajaa tiedosto näyttää juuri tältä.",
         "Katso poistuvat luettelosta missing.csv. Jos ne todella ovat poistuneet, salli poistot."},
        {"too many deletions",
         "More records of the source would go at once than is allowed.",
         "Services do not end by the hundred in a night; a file cut short looks just like it.",
         "Look through missing.csv. If they really are gone, allow the deletions."}}},
    GUARD(DRIFT) = {"guard-drift", RULE_STOP, {
        {"kentän kattavuus putosi",
         "Jonkin tiedon, kuten sijainnin tai ajan, osuus tietueista putosi äkisti.",
         "Suodattimet ja kartta tyhjenisivät, vaikka palvelut ovat ennallaan.",
         "Vertaa lähteen tiedostoa edelliseen: kenttä on ehkä vaihtanut nimeä tai paikkaa."},
        {"a field's coverage fell",
         "The share of records that have a field, such as a position or a time, fell suddenly.",
         "Filters and the map would go empty though the services are as they were.",
         "Compare the file with the one before: the field may have moved or changed its name."}}},

    [RULE_MERGES] = {"merge-business-id-name", RULE_NOTICE, {
        {"sama Y-tunnus ja nimi",
         "Kahdessa lähteessä on sama Y-tunnus ja sama nimi; ensin luetellun lähteen tietue näytetään.",
         "Sama palvelu kahdesti sekoittaa, ja puhelu voi mennä vanhaan numeroon.",
         "Jos ne ovat eri palveluja, anna niille eri nimet. Järjestyksen määräävät asetukset."},
        {"same business id and name",
         "Two sources have the same business id and name; the one listed first is shown.",
         "A service shown twice confuses, and a call may go to the older number.",
         "If they are different services, name them differently. The settings give the order."}}},
    [RULE_MERGES + 1] = {"merge-name-place", RULE_NOTICE, {
        {"sama nimi ja paikka",
         "Kahdessa lähteessä on sama nimi samassa paikassa; ensin luetellun lähteen tietue näytetään.",
         "Sama toiminta kahdesti vie tilan muilta osumilta.",
         "Jos ne ovat eri asioita, anna niille eri nimet. Järjestyksen määräävät asetukset."},
        {"same name and place",
         "Two sources have the same name at the same place; the one listed first is shown.",
         "What is shown twice takes the place of other hits.",
         "If they are different things, name them differently. The settings give the order."}}},
    [RULE_GOLDEN] = {"golden", RULE_STOP, {
        {"testihaku ei osu",
         "Haku, jonka pitää aina löytää tietty tietue, ei löydä sitä ensimmäisten osumien joukosta.",
         "Jos tuttu palvelu ei löydy omalla nimellään, muutkin ovat luultavasti kadonneet.",
         "Tarkista, onko tietue lähteessä; jos se on poistunut oikeasti, korjaa testihaku asetuksiin."},
        {"golden query finds nothing",
         "A query that must always find a certain record does not have it among its first hits.",
         "When a well-known service is not found by its name, others are lost too.",
         "See whether the source still has the record; if it is gone for good, mend the query."}}},
};

enum report_lang report_lang_of(enum ui_lang lang)
{
    return lang == UI_EN ? REPORT_EN : REPORT_FI;
}

const struct rule *rule_table(size_t *count)
{
    *count = RULES;
    return rules;
}

const struct rule *rule_of_problem(enum problem_code code)
{
    return &rules[(unsigned)code < PROBLEM_CODES ? code : PROBLEM_NOTE];
}

const struct rule *rule_of_guard(enum guard guard)
{
    return &rules[RULE_GUARDS + ((unsigned)guard < GUARDS ? guard : GUARD_UNREADABLE)];
}

const struct rule *rule_golden(void)
{
    return &rules[RULE_GOLDEN];
}

const struct rule *rule_of_merge(const char *rule)
{
    for (size_t i = RULE_MERGES; i < RULE_GOLDEN; i++)
        if (strcmp(rules[i].code + strlen("merge-"), rule) == 0)
            return &rules[i];
    return NULL;
}
