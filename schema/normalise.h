/* Readings of what people write: texts, dates, hours, phone numbers, addresses, codes, into one form each.
 *
 * Every function takes text as (pointer, length) in UTF-8 and is idempotent: its result normalises to itself.
 * Text results live in the arena.  STATUS_NOMEM, or STATUS_INVALID when the text cannot be read as what it should be;
 * outputs are untouched then.  Nothing here reads a clock. */
#ifndef OPASTIN_NORMALISE_H
#define OPASTIN_NORMALISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "record.h"
#include "vocab/vocab.h"

enum {
    NORMALISE_INPUT_BYTES = 1 << 20, /* longer texts are refused */
    NORMALISE_PHONE_DIGITS = 15,     /* ITU E.164 */
};

/* ---- texts (normalise.c, normalise_html.c) ------------------------------------------------------------------- */

enum text_shape {
    TEXT_ONE_LINE,   /* every run of white space is one space */
    TEXT_PARAGRAPHS, /* lines are kept, blank lines become one "\n\n" */
};

/* NFC; HTML tags stripped and entities decoded (block tags and <br> divide lines); NBSP and other spaces are spaces;
 * zero-width and direction marks, soft hyphens and byte order marks go; runs of spaces are one; ends trimmed.
 * *out is NULL when nothing is left.  STATUS_INVALID: not UTF-8, or a control character other than tab and line ends;
 * *bad (may be NULL) gets its offset. */
enum status normalise_text(const char *text, size_t len, enum text_shape shape, struct arena *arena, const char **out,
                           size_t *bad) MUST_USE;

/* Offset of the first byte that is not UTF-8 or begins a control character other than tab and line ends; len when there
 * is none. */
size_t text_check(const char *text, size_t len);

/* A run of bytes in an arena. */
struct span {
    char *text;
    size_t len;
};

/* Known HTML tags and comments stripped, entities decoded, script and style dropped; one pass, which may bring new tags
 * and entities to light.  Other angle brackets and ampersands stay.  Well-formed UTF-8 in and out. STATUS_NOMEM. */
enum status html_strip(struct span in, struct arena *arena, struct span *out) MUST_USE;
/* Breaks what html_strip would still take for markup, in place. */
void html_defang(struct span *text);
/* True when html_strip would change nothing. */
bool html_free(const char *text, size_t len);

/* ---- times (normalise_time.c) -------------------------------------------------------------------------------- */

/* "2026-12-01", "1.12.2026", "01.12.2026", "1. 12. 2026"; a weekday before it ("ti 1.12.2026") is skipped. */
bool normalise_date(const char *text, size_t len, int32_t *day);
/* A date alone, or with a clock time: "2026-12-01T18:00", "2026-12-01 18:00:00", "1.12.2026 klo 18.30"; ISO instants
 * with an offset ("2026-12-01T16:00:00Z", "+02:00") become Finnish local time. */
bool normalise_moment(const char *text, size_t len, struct moment *moment);
/* "18:00", "18.00", "18", "klo 18", "kl. 18", "18:00:00"; 24 is 24:00. */
bool normalise_clock(const char *text, size_t len, int16_t *minute);
/* "klo 13–15.30", "13-15", "13:00 - 15:30", "klo 13 alkaen" (to unknown). */
bool normalise_clock_range(const char *text, size_t len, int16_t *from, int16_t *to);

/* What a weekday cell says: "ma", "tiistaisin", "ma, ke ja pe", "ma–pe", "arkisin", "joka toinen torstai",
 * "kuukauden ensimmäinen tiistai", "tisdagar", "Mondays". */
struct weekday_words {
    uint8_t weekdays;    /* mask, bit 0 Monday; not 0 */
    uint8_t nth;         /* mask as in struct schedule; 0 all */
    int16_t every_weeks; /* 0 not said */
};
bool normalise_weekdays(const char *text, size_t len, struct weekday_words *words);

/* ---- ways of contact (normalise_contact.c) ------------------------------------------------------------------- */

struct phone {
    const char *display; /* as Finns write it: "040 000 4567", "+46 70 123 45 67", "09 1234 567, alanumero 12" */
    const char *dial;    /* for tel: links, "+358400004567"; short service numbers without a prefix: "116117" */
};
/* "p. 040 000 4567", "puh 09-1234 567 (vaihde)", "+358 (0)40 0004567", "040 000 4567 alanumero 12". */
enum status normalise_phone(const char *text, size_t len, struct arena *arena, struct phone *phone) MUST_USE;
/* "Etunimi.Sukunimi(a)jarjesto.fi", "x (at) y.fi", "x ät y.fi", "mailto:x@y.fi"; the domain gets lower case. */
enum status normalise_email(const char *text, size_t len, struct arena *arena, const char **email) MUST_USE;
/* http and https only; "www.jarjesto.fi" gets https://; scheme and host in lower case; spaces and quotes refused. */
enum status normalise_url(const char *text, size_t len, struct arena *arena, const char **url) MUST_USE;
/* "1234567-8", "12345678", "FI12345678"; the check digit must be right. */
enum status normalise_business_id(const char *text, size_t len, struct arena *arena, const char **business_id) MUST_USE;
/* "50100", "50100 Mikkeli", "FI-50100". */
enum status normalise_postal_code(const char *text, size_t len, struct arena *arena, const char **postal_code) MUST_USE;

/* ---- codes (normalise_code.c) -------------------------------------------------------------------------------- */

/* A code of the vocabulary, or a label of it in any language; languages also "fi-FI", "fisl" and "FI".  False when
 * neither. */
bool normalise_code(enum vocab_name vocab, const char *text, size_t len, uint16_t *ordinal);
/* The closest code, for a message; NULL when none is near. */
const char *nearest_code(enum vocab_name vocab, const char *text, size_t len);
/* "491", "Mikkeli", "S:t Michel"; old codes and names of merged municipalities give the present one and set *merged. */
bool normalise_municipality(const char *text, size_t len, uint16_t *area, bool *merged);
/* An area of the scope by code or name: SCOPE_REGION "10", "Etelä-Savo"; SCOPE_WELLBEING "12", "Etelä-Savon
 * hyvinvointialue"; SCOPE_MUNICIPALITY as above. */
bool normalise_area(enum area_scope scope, const char *text, size_t len, uint16_t *area, bool *merged);
/* yes: kyllä, k, x, joo, true, 1, ja, yes; no: ei, e, -, false, 0, nej, no. */
bool normalise_yes_no(const char *text, size_t len, bool *yes);
/* A whole cell or string as a number: "61,68", "5.5", "7", "-3", "1 200"; nothing else around it. */
bool normalise_number(const char *text, size_t len, double *number);
/* "5 €", "5,50", "maksuton", "2 e/kerta", "0 €", "10–20 €": free and amount where they are clear (unknown
 * otherwise: a range is only text); `plain` is true when the text says nothing more than they do. */
struct price_words {
    enum tristate free;
    double amount; /* NAN unknown */
    bool plain;
};
void normalise_price(const char *text, size_t len, struct price_words *words);

/* Fills what follows from the rest: an unknown area from the places' municipalities, a place's unknown municipality
 * from its postal code, plain_language from a language "plain". STATUS_NOMEM. */
enum status record_derive(struct record *record, struct arena *arena) MUST_USE;

#endif
