/* The report as a message for sendmail: the text and the page as alternatives (RFC 5322, 2045, 2047).
 *
 * No header can be smuggled in: what comes from settings loses every control character, and what is not ASCII goes
 * into encoded words.  Bodies are quoted-printable, in which the boundary, "=_…", cannot occur. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "calendar.h"
#include "indexer/report_html.h"

enum {
    QP_COLUMNS = 76,
    WORD_BYTES = 42,    /* of text in one encoded word: 56 characters of base64, 68 with its wrapping */
    ADDRESS_BYTES = 320 /* of one address, without a name: 64 @ 255 */
};

static const char boundary[] = "=_opastin-report";

/* ---- headers -------------------------------------------------------------------------------------------------- */

static void add_base64(struct buf *out, const char *data, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t at = 0; at < len; at += 3) {
        uint32_t bits = (uint32_t)(unsigned char)data[at] << 16;
        if (at + 1 < len)
            bits |= (uint32_t)(unsigned char)data[at + 1] << 8;
        if (at + 2 < len)
            bits |= (unsigned char)data[at + 2];
        char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63], at + 1 < len ? digits[bits >> 6 & 63] : '=',
                        at + 2 < len ? digits[bits & 63] : '='};
        buf_add(out, four, sizeof four);
    }
}

/* Encoded words on lines of their own; no character is cut in two. */
static void add_encoded(struct buf *out, const char *text, size_t len)
{
    for (size_t at = 0; at < len;) {
        size_t step = utf8_cut(text + at, len - at, WORD_BYTES);
        buf_adds(out, at ? "\r\n =?UTF-8?B?" : "=?UTF-8?B?");
        add_base64(out, text + at, step);
        buf_adds(out, "?=");
        at += step;
    }
}

static void add_clean(struct buf *out, const char *text, size_t len)
{
    struct pen pen = {.out = out, .lang = REPORT_FI, .html = false};
    struct buf copy = BUF_INIT;
    buf_add(&copy, text, len);
    pen_text(&pen, buf_str(&copy));
    buf_release(&copy);
}

/* The visible ASCII of an address, up to what could end it or begin another. */
static void add_address(struct buf *out, const char *text, size_t len)
{
    size_t at = 0, begin;
    while (at < len && (text[at] == ' ' || text[at] == '\t'))
        at++;
    for (begin = at; at < len && at - begin < ADDRESS_BYTES; at++) {
        char c = text[at];
        if (c <= ' ' || c >= 0x7F || strchr("<>,;:\"()[]\\", c))
            break;
        buf_addc(out, c);
    }
}

/* One "name <address>" or "address". */
static void add_mailbox(struct buf *out, const char *text, size_t len)
{
    const char *open = memchr(text, '<', len);
    size_t name_len = open ? (size_t)(open - text) : 0;
    while (name_len && strchr(" \"\t", text[name_len - 1]))
        name_len--;
    size_t begin = 0;
    while (begin < name_len && strchr(" \"\t", text[begin]))
        begin++;
    if (!open) {
        add_address(out, text, len);
        return;
    }
    if (begin < name_len) {
        struct buf name = BUF_INIT;
        add_clean(&name, text + begin, name_len - begin);
        add_encoded(out, buf_str(&name), name.len);
        buf_adds(out, "\r\n ");
        buf_release(&name);
    }
    buf_addc(out, '<');
    add_address(out, open + 1, len - (size_t)(open + 1 - text));
    buf_addc(out, '>');
}

/* Addresses divided by commas, each on a line of its own. */
static void add_mailboxes(struct buf *out, const char *name, const char *list)
{
    bool quoted = false, first = true;
    buf_adds(out, name);
    buf_adds(out, ": ");
    for (const char *begin = list, *at = list;; at++) {
        quoted = *at == '"' ? !quoted : quoted;
        if (*at != '\0' && (*at != ',' || quoted))
            continue;
        if (strspn(begin, " \t\r\n") < (size_t)(at - begin)) {
            buf_adds(out, first ? "" : ",\r\n ");
            add_mailbox(out, begin, (size_t)(at - begin));
            first = false;
        }
        if (*at == '\0')
            break;
        begin = at + 1;
    }
    buf_adds(out, "\r\n");
}

static void add_date(struct buf *out, int64_t instant)
{
    static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int32_t day;
    struct shown utc = show_utc(instant);
    if (!day_parse(utc.text, 10, &day))
        return;
    struct date date = date_from_day(day);
    buf_addf(out, "Date: %s, %d %s %04d %.8s +0000\r\n", weekdays[weekday_of(day)], date.day, months[date.month - 1],
             date.year, utc.text + 11);
}

/* The part behind the last @ of an address; a name of ours where there is none. */
static void add_host(struct buf *out, const char *from)
{
    const char *at = strrchr(from, '@');
    size_t before = out->len;
    for (at = at ? at + 1 : ""; *at && out->len - before < 255; at++)
        if ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9') ||
            *at == '.' || *at == '-')
            buf_addc(out, *at);
        else
            break;
    if (out->len == before)
        buf_adds(out, "opastin.invalid");
}

static void put_headers(const struct report *report, struct buf *out)
{
    const struct settings *settings = report->settings;
    const char *to = settings->mail_to ? settings->mail_to : "", *from = settings->mail_from ? settings->mail_from : to;
    struct buf subject = BUF_INIT;
    report_subject(report, &subject);
    add_date(out, report->ended);
    add_mailboxes(out, "From", from);
    add_mailboxes(out, "To", to);
    buf_adds(out, "Subject: ");
    add_encoded(out, buf_str(&subject), subject.len);
    buf_addf(out, "\r\nMessage-ID: <run-%" PRIu32 ".%" PRId64 "@", report->run, report->ended);
    add_host(out, from);
    buf_addf(out, ">\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
             "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n", boundary);
    buf_release(&subject);
}

/* ---- bodies --------------------------------------------------------------------------------------------------- */

/* A space or a tab at the end of a line would be lost on the way; "From " at its beginning would be quoted, and a point
 * alone would end the message. */
static void add_quoted_printable(struct buf *out, const char *text, size_t len)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t column = 0;
    for (size_t at = 0; at < len; at++) {
        unsigned char c = (unsigned char)text[at];
        if (c == '\n') {
            buf_adds(out, "\r\n");
            column = 0;
            continue;
        }
        bool last = at + 1 == len || text[at + 1] == '\n';
        bool plain = c > ' ' && c < 0x7F && c != '=';
        plain = plain || ((c == ' ' || c == '\t') && !last);
        /* A break comes before the limit of 76, so that its own "=" fits. */
        if (column + (plain ? 1 : 3) > QP_COLUMNS - 1) {
            buf_adds(out, "=\r\n");
            column = 0;
        }
        if (column == 0 && (c == 'F' || c == '.'))
            plain = false;
        if (plain) {
            buf_addc(out, (char)c);
            column++;
        } else {
            char encoded[3] = {'=', hex[c >> 4], hex[c & 15]};
            buf_add(out, encoded, sizeof encoded);
            column += 3;
        }
    }
}

static void put_part(struct buf *out, const char *type, const struct buf *body)
{
    buf_addf(out, "--%s\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n",
             boundary, type);
    add_quoted_printable(out, buf_str(body), body->len);
    buf_adds(out, "\r\n");
    out->failed = out->failed || body->failed;
}

void report_mail(const struct report *report, struct buf *out)
{
    struct buf body = BUF_INIT;
    put_headers(report, out);
    report_text(report, &body);
    put_part(out, "text/plain", &body);
    buf_reset(&body);
    html_page(report, true, &body);
    put_part(out, "text/html", &body);
    buf_addf(out, "--%s--\r\n", boundary);
    buf_release(&body);
}
