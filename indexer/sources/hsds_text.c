/* Texts of HSDS: plain strings, in a language that nothing names. */
#include <string.h>

#include "indexer/sources/hsds_part.h"

enum { LANG_TEXT_BYTES = 4000, WORD_BYTES = 12, ENOUGH_BYTES = 4 * HSDS_BODY_CHARS };

/* ---- language --------------------------------------------------------------------------------------------------- */

/* Small words that one of the languages has and the others have not, between blanks. */
static const char *const small_words[RECORD_LANGS] = {
    [RECORD_FI] = " ja ei tai sekä että joka jotka voi myös mukaan ovat kun olet voit saat ilman varten kanssa "
                  "kaikille ry klo on tule meille oman omaa sinä toiminta ryhmä palvelu yhdistys ",
    [RECORD_SV] = " och för att med är som på till av den det ett du kan vi inte eller alla om hos vid utan din ditt "
                  "dig verksamhet tjänst föreningen ",
    [RECORD_EN] = " the and of to for with is are by or you we our your people who from at this that be have will can "
                  "any service services group community support centre center ",
};

static void count_word(const char *word, size_t len, size_t count[RECORD_LANGS])
{
    char wanted[WORD_BYTES + 3];
    if (len == 0 || len > WORD_BYTES)
        return;
    wanted[0] = ' ';
    for (size_t i = 0; i < len; i++)
        wanted[1 + i] = word[i] >= 'A' && word[i] <= 'Z' ? (char)(word[i] + 32) : word[i];
    wanted[len + 1] = ' ';
    wanted[len + 2] = '\0';
    for (int lang = 0; lang < RECORD_LANGS; lang++)
        count[lang] += strstr(small_words[lang], wanted) != NULL;
}

static void count_words(const char *text, size_t count[RECORD_LANGS])
{
    static const char breaks[] = " \t\r\n.,;:!?()[]<>/\"'-";
    for (size_t at = 0, len; text && text[at] && at < LANG_TEXT_BYTES; at += len) {
        at += strspn(text + at, breaks);
        len = strcspn(text + at, breaks);
        count_word(text + at, len, count);
    }
}

/* Names alone say little; then the country of an address decides, and then that we are in Finland. */
static bool in_english_country(const json_t *object)
{
    const json_t *location = object, *at = json_array_get(hsds_list(object, "service_at_locations"), 0);
    if (!hsds_list(object, "addresses"))
        location = at ? json_object_get(at, "location") : json_array_get(hsds_list(object, "locations"), 0);
    const char *country = import_string(json_array_get(hsds_list(location, "addresses"), 0), "country");
    return country && (strcmp(country, "GB") == 0 || strcmp(country, "UK") == 0 || strcmp(country, "US") == 0 ||
                       strcmp(country, "IE") == 0);
}

int hsds_language_of(const json_t *object)
{
    static const char *const members[] = {"name",  "description", "eligibility_description", "application_process",
                                          "alert", "fees_description", "interpretation_services", "transportation"};
    size_t count[RECORD_LANGS] = {0};
    int best = RECORD_FI;
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        count_words(import_string(object, members[i]), count);
    for (int lang = 0; lang < RECORD_LANGS; lang++)
        if (count[lang] > count[best])
            best = lang;
    return count[best] == 0 && in_english_country(object) ? RECORD_EN : best;
}

json_t *hsds_in_lang(const struct hsds *hsds, json_t *text)
{
    return text ? json_pack("{s:o}", record_langs[hsds->lang], text) : NULL;
}

json_t *hsds_line(struct hsds *hsds, const char *path, const json_t *value, size_t most)
{
    return hsds_in_lang(hsds, import_text(hsds->notes, path, value, TEXT_ONE_LINE, most));
}

json_t *hsds_joined(struct hsds *hsds, const char *path, const char *const *texts, size_t count, const char *between,
                    size_t most)
{
    struct buf buf = BUF_INIT;
    for (size_t i = 0; i < count; i++) {
        if (!texts[i])
            continue;
        if (buf.len > 0)
            buf_adds(&buf, *between == '.' && strchr(".!?:", buf.data[buf.len - 1]) ? " " : between);
        buf_adds(&buf, texts[i]);
    }
    hsds->notes->failed = hsds->notes->failed || buf.failed;
    json_t *whole = buf.len > 0 && !buf.failed ? json_stringn(buf.data, buf.len) : NULL;
    json_t *line = hsds_line(hsds, path, whole, most);
    json_decref(whole);
    buf_release(&buf);
    return line;
}

/* ---- words of ours ---------------------------------------------------------------------------------------------- */

static const char *const headings[HSDS_HEADINGS][RECORD_LANGS] = {
    [HSDS_NO_HEADING] = {NULL, NULL, NULL},
    [HSDS_ALERT] = {"Ajankohtaista", "Aktuellt", "Please note"},
    [HSDS_ELIGIBILITY] = {"Kenelle", "För vem", "Who it is for"},
    [HSDS_APPLICATION] = {"Näin pääset mukaan", "Så kommer du med", "How to apply"},
    [HSDS_INTERPRETATION] = {"Tulkkaus", "Tolkning", "Interpretation"},
    [HSDS_ACCREDITATION] = {"Laatu ja valvonta", "Kvalitet och tillsyn", "Accreditation"},
    [HSDS_WAIT] = {"Odotusaika", "Väntetid", "Waiting time"},
    [HSDS_DOCUMENTS] = {"Tarvittavat asiakirjat", "Handlingar som behövs", "Documents needed"},
    [HSDS_FUNDING] = {"Rahoitus", "Finansiering", "Funding"},
    [HSDS_AREA] = {"Toiminta-alue", "Verksamhetsområde", "Area served"},
    [HSDS_PLACE] = {"Paikat", "Platser", "Places"},
    [HSDS_TRANSPORT] = {"Kulkuyhteydet", "Förbindelser", "Getting there"},
    [HSDS_ACCESS] = {"Esteettömyys", "Tillgänglighet", "Accessibility"},
};

const char *hsds_word(const struct hsds *hsds, enum hsds_words words)
{
    static const char *const all[HSDS_WORDS][RECORD_LANGS] = {
        [HSDS_CLOSED_FOR_NOW] = {"Tilapäisesti suljettu.", "Tillfälligt stängt.", "Temporarily closed."},
        [HSDS_TEXT_MESSAGE] = {"tekstiviesti", "textmeddelande", "text message"},
        [HSDS_TEXTPHONE] = {"tekstipuhelin", "texttelefon", "textphone"},
        [HSDS_EXTENSION] = {"alanumero", "alanumero", "alanumero"}, /* as phone numbers are read here */
    };
    return all[words][hsds->lang];
}

/* ---- the body ---------------------------------------------------------------------------------------------------- */

void hsds_body_add_words(struct hsds *hsds, struct hsds_body *body, enum hsds_heading heading, const char *words)
{
    const char *title = headings[heading][hsds->lang];
    if (!words || (body->text.len > 0 && strstr(buf_str(&body->text), words)) || body->text.len > ENOUGH_BYTES)
        return;
    bool same = body->heading == heading && body->text.len > 0;
    buf_adds(&body->text, body->text.len == 0 ? "" : same && title ? "\n" : "\n\n");
    if (title && !same)
        buf_addf(&body->text, "%s\n", title);
    buf_adds(&body->text, words);
    body->heading = heading;
}

void hsds_body_add(struct hsds *hsds, struct hsds_body *body, enum hsds_heading heading, const char *path,
                   const json_t *value)
{
    json_t *text = import_text(hsds->notes, path, value, TEXT_PARAGRAPHS, HSDS_BODY_CHARS);
    hsds_body_add_words(hsds, body, heading, json_string_value(text));
    json_decref(text);
}

void hsds_body_put(struct hsds *hsds, struct hsds_body *body)
{
    json_t *whole = body->text.len > 0 && !body->text.failed ? json_stringn(body->text.data, body->text.len) : NULL;
    hsds->notes->failed = hsds->notes->failed || body->text.failed;
    import_put_text(hsds->record, record_langs[hsds->lang], "body",
                    import_text(hsds->notes, "description", whole, TEXT_PARAGRAPHS, HSDS_BODY_CHARS));
    json_decref(whole);
    buf_release(&body->text);
}
