/* Every word of a report in its languages.  {0}, {1} … stand for what is filled in; a _ONE word is followed by its
 * _MANY.  A new word is a new row here. */
#ifndef OPASTIN_INDEXER_REPORT_WORDS_H
#define OPASTIN_INDEXER_REPORT_WORDS_H

#include "indexer/report_rules.h"

#define REPORT_WORDS(X) \
    /* the verdict */ \
    X(SUBJECT, "Opastin: {0} – {1}", "Opastin: {0} – {1}") \
    X(SUBJECT_DRY, "Opastin, koeajo: {0} – {1}", "Opastin, dry run: {0} – {1}") \
    X(IS_PUBLISHED, "julkaistu", "published") \
    X(IS_UNCHANGED, "ei muutoksia", "no changes") \
    X(IS_HELD, "PYSÄYTETTY", "STOPPED") \
    X(IS_REFUSED, "EI JULKAISTU", "NOT PUBLISHED") \
    X(IS_FAILED, "AJO KESKEYTYI", "RUN FAILED") \
    X(AND_MORE, " (+{0})", " (+{0})") \
    X(TITLE_PUBLISHED, "Julkaistu", "Published") \
    X(TITLE_UNCHANGED, "Ei muutoksia", "No changes") \
    X(TITLE_HELD, "Pysäytetty: {0}", "Stopped: {0}") \
    X(TITLE_REFUSED, "Ei julkaistu", "Not published") \
    X(TITLE_FAILED, "Ajo keskeytyi", "The run failed") \
    X(LEAD_PUBLISHED, "Uudet tiedot ovat haussa. Mitään ei pysäytetty.", \
      "The new data is in the search. Nothing was stopped.") \
    X(LEAD_UNCHANGED, "Lähteissä ei ollut mitään uutta, joten mitään ei julkaistu.", \
      "The sources had nothing new, so nothing was published.") \
    X(LEAD_HELD, "Pysäytetyistä lähteistä haussa ovat edelliset tiedot, muut lähteet ovat ajan tasalla.", \
      "Of stopped sources the search has the data of the run before; the others are up to date.") \
    X(LEAD_REFUSED, "Mitään ei julkaistu: haussa ovat edelliset tiedot.", \
      "Nothing was published: the search has the data of the run before.") \
    X(LEAD_FAILED, "Ajo ei päässyt loppuun: haussa ovat edelliset tiedot.", \
      "The run did not reach its end: the search has the data of the run before.") \
    X(LEAD_DRY, "Koeajo: tämä olisi tulos, mutta mitään ei julkaistu.", \
      "Dry run: this is what would have come of it; nothing was published.") \
    X(REASON, "Syy: {0}", "Reason: {0}") \
    X(RUN, "Ajo {0}", "Run {0}") \
    X(RUN_TIME, "Ajo {0}, {1}, kesto {2}, suoritinaikaa {3}", "Run {0}, {1}, took {2}, processor time {3}") \
    X(INDEX, "Haussa indeksi {0} (ennen {1}): {2} tietuetta (ennen {3})", \
      "In the search: index {0} (before {1}): {2} records (before {3})") \
    X(REBUILT, "Kaikki tietueet indeksoitiin uudelleen.", "Every record was indexed anew.") \
    X(NO_INDEX, "ei mitään", "none") \
    /* counted things */ \
    X(NEW_ONE, "{0} uusi", "{0} new") \
    X(NEW_MANY, "{0} uutta", "{0} new") \
    X(CHANGED_ONE, "{0} muuttunut", "{0} changed") \
    X(CHANGED_MANY, "{0} muuttunutta", "{0} changed") \
    X(REMOVED_ONE, "{0} poistunut", "{0} removed") \
    X(REMOVED_MANY, "{0} poistunutta", "{0} removed") \
    X(REJECTED_ONE, "{0} hylätty", "{0} rejected") \
    X(REJECTED_MANY, "{0} hylättyä", "{0} rejected") \
    X(LOST_ONE, "{0} testihaku ei osu", "{0} golden query lost") \
    X(LOST_MANY, "{0} testihakua ei osu", "{0} golden queries lost") \
    X(FAULTS_ONE, "{0} virhe", "{0} fault") \
    X(FAULTS_MANY, "{0} virhettä", "{0} faults") \
    X(WARNINGS_ONE, "{0} huomautus", "{0} warning") \
    X(WARNINGS_MANY, "{0} huomautusta", "{0} warnings") \
    X(ROWS_ONE, "{0} rivi", "{0} row") \
    X(ROWS_MANY, "{0} riviä", "{0} rows") \
    X(RECORDS_ONE, "{0} tietue", "{0} record") \
    X(RECORDS_MANY, "{0} tietuetta", "{0} records") \
    X(SOURCES_ONE, "{0} lähde", "{0} source") \
    X(SOURCES_MANY, "{0} lähdettä", "{0} sources") \
    /* columns: the short ones of the text, at most 8 characters, then those of the page */ \
    X(SHORT_SOURCE, "LÄHDE", "SOURCE") \
    X(SHORT_READ, "luettu", "read") \
    X(SHORT_REJECTED, "hylätty", "rejected") \
    X(SHORT_MERGED, "yhdist.", "merged") \
    X(SHORT_NEW, "uusia", "new") \
    X(SHORT_CHANGED, "muuttun.", "changed") \
    X(SHORT_REMOVED, "poistun.", "removed") \
    X(SHORT_SAME, "ennall.", "same") \
    X(SHORT_REST, "muut {0}", "{0} more") \
    X(SHORT_TOTAL, "yhteensä", "total") \
    X(SOURCE, "Lähde", "Source") \
    X(TAKEN, "Tila", "State") \
    X(READ, "Luettu", "Read") \
    X(ACCEPTED, "Hyväksytty", "Accepted") \
    X(REJECTED, "Hylätty", "Rejected") \
    X(MERGED, "Yhdistetty", "Merged") \
    X(SKIPPED, "Ohitettu", "Skipped") \
    X(WARNINGS, "Huomautuksia", "Warnings") \
    X(NEW, "Uusia", "New") \
    X(CHANGED, "Muuttunut", "Changed") \
    X(REMOVED, "Poistunut", "Removed") \
    X(SAME, "Ennallaan", "Unchanged") \
    X(RECORDS, "Haussa", "In the search") \
    X(TOTAL, "Yhteensä", "Total") \
    X(FILES_TIME, "Tiedostot", "Files") \
    X(TAKEN_NEW, "luettu", "read") \
    X(TAKEN_SAME, "tiedostot ennallaan", "files unchanged") \
    X(TAKEN_KEPT, "pysäytetty", "stopped") \
    X(TAKEN_LEFT, "ei mukana", "left out") \
    X(NOT_CONFIGURED, "ei asetuksissa", "not configured") \
    X(OWNER, "Omistaja: {0}", "Owner: {0}") \
    /* what to do */ \
    X(TO_DO, "Mitä pitää tehdä", "What to do") \
    X(TO_DO_NOTHING, "Ei mitään: yhtään lähdettä ei pysäytetty, eikä tietueita hylätty.", \
      "Nothing: no source was stopped and no record was rejected.") \
    X(STOPPED, "Pysäytetyt lähteet", "Stopped sources") \
    X(STOPPED_CAPS, "PYSÄYTETYT LÄHTEET", "STOPPED SOURCES") \
    X(WAS_ALLOWED, "sallittu tälle ajolle", "allowed for this run") \
    X(WHY, "Miksi", "Why") \
    X(MEND, "Korjaa", "Mend") \
    X(MEND_LINE, "Korjaa: {0}", "Mend: {0}") \
    X(ALLOW, "Jos muutos on oikea:", "If the change is right:") \
    X(SAW_UNREADABLE, "tiedostoa ei voi lukea: {0}", "file cannot be read: {0}") \
    X(SAW_EMPTY, "luettuja tietueita on {0}, vaaditaan vähintään {1}", \
      "{0} records were read, at least {1} are required") \
    X(SAW_AGE, "uusin tiedosto on {0} päivää vanha, raja {1}", "the newest file is {0} days old, the limit is {1}") \
    X(SAW_REJECTED, "tietueista hylättiin {0} ({1}), raja {2} %", \
      "{0} of the records were rejected ({1}), the limit is {2}%") \
    X(SAW_DELETIONS, "tietueista poistuisi {0} ({1}), raja {2} %", \
      "{0} of the records would go ({1}), the limit is {2}%") \
    X(SAW_DRIFT, "{0}: osuus putosi {1} %-yksikköä, raja {2}", \
      "{0}: the share fell {1} points, the limit is {2}") \
    X(SAW_FILE, " ({0})", " ({0})") \
    X(REJECTS, "Hylätyt tietueet", "Rejected records") \
    X(REJECTS_CAPS, "HYLÄTYT TIETUEET: {0}, {1}; kaikki: rejects.csv", \
      "REJECTED RECORDS: {0}, {1}; all: rejects.csv") \
    X(NOTICED_CAPS, "HYVÄKSYTYT, JOISSA ON KATSOTTAVAA: {0}; kaikki: warnings.csv", \
      "TAKEN, BUT TO BE LOOKED AT: {0}; all: warnings.csv") \
    X(REJECTS_LEAD, "Hylättyjä tietueita on {0}, virheitä niissä {1}. Täydellinen luettelo:", \
      "{0} records were rejected for {1} faults. The complete list:") \
    X(RULES_REST, "… ja {0} muuta sääntöä, {1}: report.html", "… and {0} more rules, {1}: report.html") \
    X(STOPS_REST, "… ja {0} muuta: report.html", "… and {0} more: report.html") \
    X(GOLDEN_REST, "… ja {0} muuta: report.html", "… and {0} more: report.html") \
    X(NOTICED, "Huomautukset", "Warnings") \
    X(NOTICED_LEAD, "Nämä tietueet hyväksyttiin, mutta jokin niissä kaipaa katsomista. Täydellinen luettelo:", \
      "These records were accepted, but something in them needs a look. The complete list:") \
    X(RULE, "Sääntö", "Rule") \
    X(COUNT, "Määrä", "Count") \
    X(PLACE_IN_FILE, "Tiedosto ja rivi", "File and line") \
    X(ID, "Tunnus", "Id") \
    X(FIELD, "Kenttä", "Field") \
    X(VALUE, "Arvo", "Value") \
    X(WHAT, "Vika ja korjaus", "What is wrong, and how to mend it") \
    X(EXAMPLES, "Esimerkkejä", "Examples") \
    X(ALLOWED, "sallittu {0}", "allowed {0}") \
    X(EDIT, "muokkaa", "edit") \
    /* sources, guards */ \
    X(SOURCES, "Lähteet", "Sources") \
    X(SOURCES_CAPTION, "Tietueet lähteittäin", "Records by source") \
    X(GUARDS, "Rajat", "Limits") \
    X(GUARDS_CAPTION, "Mitatut arvot ja rajat; lihavoitu ylitti rajan", \
      "What was measured, and the limit; bold is beyond it") \
    X(GUARD_UNREADABLE, "Luettavissa", "Readable") \
    X(GUARD_EMPTY, "Luettuja", "Read") \
    X(GUARD_AGE, "Ikä, päivää", "Age, days") \
    X(GUARD_REJECTED, "Hylättyjä", "Rejected") \
    X(GUARD_DELETIONS, "Poistuvia", "Deletions") \
    X(GUARD_DRIFT, "Kattavuuden lasku, %-yks.", "Fall in coverage, points") \
    X(YES, "kyllä", "yes") \
    X(NO, "ei", "no") \
    X(TRIPPED_MARK, "raja ylittyi", "beyond the limit") \
    /* quality */ \
    X(QUALITY, "Tietojen laatu", "Quality of the data") \
    X(HAS_PHONE, "Puhelin", "Phone") \
    X(HAS_TIME, "Aika", "Time") \
    X(HAS_PLACE, "Paikka tai verkossa", "Place or online") \
    X(HAS_COORDINATES, "Sijainti kartalla", "Position on the map") \
    X(HAS_PRICE, "Hinta", "Price") \
    X(HAS_ACCESSIBILITY, "Esteettömyys", "Accessibility") \
    X(HAS_LANGUAGE, "Kieli", "Language") \
    X(HAS_THEME, "Teema", "Theme") \
    X(HAS_AUDIENCE, "Kohderyhmä", "Audience") \
    X(HAS_SUMMARY, "Tiivistelmä", "Summary") \
    X(COMPLETENESS, "Kuinka monessa tietueessa tieto on", "How many records have it") \
    X(COMPLETENESS_DESC, "Pylväs: osuus nyt. Viiva: osuus ennen ajoa.", \
      "Bar: share now. Line: share before the run.") \
    X(NOW, "Nyt", "Now") \
    X(BEFORE, "Ennen", "Before") \
    X(SHARE, "Osuus", "Share") \
    X(SHARE_BEFORE, "Osuus ennen", "Share before") \
    X(FRESHNESS, "Milloin tieto on tarkistettu", "When the data was last verified") \
    X(AGE, "Tarkistettu", "Verified") \
    X(FRESH_3, "alle 3 kk", "under 3 mo.") \
    X(FRESH_6, "3–6 kk", "3–6 mo.") \
    X(FRESH_12, "6–12 kk", "6–12 mo.") \
    X(FRESH_24, "1–2 v", "1–2 y.") \
    X(FRESH_OLDER, "yli 2 v", "over 2 y.") \
    X(FRESH_UNKNOWN, "ei tiedossa", "unknown") \
    X(PAST, "Päättyneitä hankkeita ja menneitä tapahtumia", "Ended projects and past events") \
    X(QUALITY_BY_SOURCE, "Osuudet lähteittäin; suluissa muutos prosenttiyksikköinä", \
      "Shares by source; in brackets the change in points") \
    /* golden queries */ \
    X(GOLDEN, "Testihaut", "Golden queries") \
    X(GOLDEN_CAPS, "TESTIHAUT, JOTKA EIVÄT OSU", "GOLDEN QUERIES THAT ARE LOST") \
    X(GOLDEN_LEAD, "{0}/{1} testihakua löytää sen, mitä pitää.", "{0}/{1} find what they must.") \
    X(GOLDEN_LOST, "Testihaut, jotka eivät osu", "Lost golden queries") \
    X(GOLDEN_LINE, "{0}: {1} ei löydä mitään näistä: {2}", "{0}: {1} finds none of: {2}") \
    X(GOLDEN_FOUND, "; löysi: {0}", "; it found: {0}") \
    X(QUERY, "Haku", "Query") \
    X(EXPECTED, "Odotettu", "Expected") \
    X(PLACE_NOW, "Sija nyt", "Place now") \
    X(PLACE_BEFORE, "Sija ennen", "Place before") \
    X(RESULT, "Tulos", "Result") \
    X(PASSED, "löytyy", "found") \
    X(LOST, "ei löydy", "lost") \
    X(FOUND, "Löysi", "Found") \
    /* organisations, trend, lists */ \
    X(ORGANISATIONS, "Organisaatiot", "Organisations") \
    X(ORGANISATIONS_LEAD, "{0}/{1} organisaatiota: ne, joilla on eniten puutteellisia tietueita.", \
      "{0} of {1} organisations: those with most records that lack something.") \
    X(ORGANISATIONS_CAPS, "ENITEN PUUTTEITA", "MOST IS LACKING") \
    X(ORGANISATION_LINE, "{0} ({1}), {2}; puuttuu: ", "{0} ({1}), {2}; lacking: ") \
    X(LACKS_PHONE, "puhelin", "phone") \
    X(LACKS_TIME, "aika", "time") \
    X(LACKS_PLACE, "paikka", "place") \
    X(LACKS_COORDINATES, "sijainti kartalla", "position on the map") \
    X(LACKS_PRICE, "hinta", "price") \
    X(LACKS_ACCESSIBILITY, "esteettömyys", "accessibility") \
    X(LACKS_LANGUAGE, "kieli", "language") \
    X(LACKS_THEME, "teema", "theme") \
    X(LACKS_AUDIENCE, "kohderyhmä", "audience") \
    X(LACKS_SUMMARY, "tiivistelmä", "summary") \
    X(ORGANISATION, "Organisaatio", "Organisation") \
    X(ORGANISATION_RECORDS, "Tietueita", "Records") \
    X(TREND, "Viimeiset ajot", "The last runs") \
    X(TREND_RECORDS, "Tietueita haussa ajoittain", "Records in the search by run") \
    X(TREND_DESC, "{0} ajoa, vähintään {1} ja enintään {2} tietuetta.", \
      "{0} runs, at least {1} and at most {2} records.") \
    X(TREND_BROKEN, "Aiempia raportteja, joita ei voitu lukea: {0}.", "{0} earlier reports could not be read.") \
    X(TREND_NUMBER, "Ajo", "Run") \
    X(WHEN, "Milloin", "When") \
    X(DURATION, "Kesto", "Duration") \
    X(LISTS, "Luettelot", "Lists") \
    X(LISTS_LEAD, "Taulukko-ohjelmassa avautuvat tiedostot kansiossa {0}", \
      "Files for a spreadsheet in the folder {0}") \
    X(LISTS_LINE, "Luettelot: {0}", "Lists: {0}") \
    X(LIST_REJECTS, "hylättyjen tietueiden virheet", "faults of rejected records") \
    X(LIST_WARNINGS, "huomautukset", "warnings") \
    X(LIST_REMOVED, "poistuneet tietueet", "removed records") \
    X(LIST_MERGED, "yhdistetyt tietueet", "merged records") \
    X(LIST_CHANGED, "uudet ja muuttuneet tietueet", "new and changed records") \
    X(LIST_MISSING, "pysäytetyistä lähteistä puuttuvat tietueet", "records missing from stopped sources") \
    X(LIST_ERRORS, "ilmoitetut virheet", "reported errors") \
    X(LIST_WORDS, "hakusanat, joilla ei löytynyt mitään", "search words that found nothing") \
    X(LIST_ORGANISATIONS, "organisaatiot ja niiden tietueiden puutteet", "organisations and what their records lack") \
    X(CONTENTS, "Sisällys", "Contents") \
    /* what people asked and reported */ \
    X(HEARD, "Käyttäjiltä", "From users") \
    X(HEARD_CAPS, "KÄYTTÄJILTÄ", "FROM USERS") \
    X(HEARD_FAILED, "Kaikkea ei voitu lukea: {0}", "Not all could be read: {0}") \
    X(HEARD_ERRORS_ONE, "{0} ilmoitettu virhe", "{0} reported error") \
    X(HEARD_ERRORS_MANY, "{0} ilmoitettua virhettä", "{0} reported errors") \
    X(HEARD_WORDS_ONE, "{0} hakusana ilman osumia", "{0} search word without hits") \
    X(HEARD_WORDS_MANY, "{0} hakusanaa ilman osumia", "{0} search words without hits") \
    X(HEARD_ERRORS, "Viimeksi ilmoitetut virheet", "The errors reported last") \
    X(HEARD_WORDS, "Useimmin ilman osumia haetut sanat", "The words that most often found nothing") \
    X(HEARD_DAY, "Päivä", "Day") \
    X(HEARD_RECORD, "Tietue", "Record") \
    X(HEARD_KIND, "Mikä on väärin", "What is wrong") \
    X(HEARD_TEXT, "Selitys", "In words") \
    X(HEARD_WORD, "Sana", "Word") \
    X(HEARD_NEAREST, "Lähin sana indeksissä", "Nearest word of the index") \
    X(HEARD_NEAREST_NOTE, "Jos lähin sana tarkoittaa samaa, lisää pari synonyymitiedostoon.", \
      "If the nearest word means the same, add the pair to the file of synonyms.") \
    X(HEARD_NEAREST_SHORT, " (lähin: {0})", " (nearest: {0})") \
    X(HEARD_WEEK, "7 viime päivää", "Last 7 days") \
    X(HEARD_WEEK_BEFORE, "7 edellistä", "7 before") \
    X(HEARD_LAST, "Viimeksi", "Last") \
    X(HEARD_TIMES, "Hakuja", "Searches") \
    X(HEARD_ERROR_LINE, "{0} {1}: {2}", "{0} {1}: {2}") \
    X(HEARD_CLOSED, "toiminta on loppunut", "it has ended") \
    X(HEARD_WRONG_TIME, "aika on väärä", "the time is wrong") \
    X(HEARD_WRONG_CONTACT, "yhteystieto on väärä", "the contact is wrong") \
    X(HEARD_OTHER, "muu", "other") \
    X(SERVICE, "Palvelu", "Service") \
    X(NONE, "–", "–") \
    /* severities */ \
    X(SEVERITY_ERROR, "virhe", "error") \
    X(SEVERITY_WARNING, "huomautus", "warning") \
    X(SEVERITY_NOTICE, "tiedoksi", "notice") \
    X(SEVERITY_STOP, "pysäyttää", "stops") \
    /* times */ \
    X(HOURS, "{0} h {1} min", "{0} h {1} min") \
    X(MINUTES, "{0} min {1} s", "{0} min {1} s") \
    X(SECONDS, "{0} s", "{0} s") \
    X(MOMENT, "{0} klo {1}", "{0} at {1}")

#define REPORT_WORD_ENUM(name, fi, en) W_##name,
enum word { REPORT_WORDS(REPORT_WORD_ENUM) WORDS };
#undef REPORT_WORD_ENUM

const char *word_text(enum word word, enum report_lang lang);

#endif
