#include "searchd/http_head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum http_scan_result scan_refuse(struct http_refusal *refusal, int status, const char *detail)
{
    *refusal = (struct http_refusal){status, detail};
    return HTTP_SCAN_REFUSED;
}

enum http_scan_result http_head_scan(const char *bytes, size_t len, const struct http_limits *limits,
                                     struct http_scan *scan, struct http_refusal *refusal)
{
    for (size_t i = scan->at; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        bool after_cr = i > 0 && bytes[i - 1] == '\r';
        if ((c == '\n') != after_cr)
            return scan_refuse(refusal, 400, "a line of the request does not end in carriage return and line feed");
        if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') || c == 0x7F)
            return scan_refuse(refusal, 400, "a control character in the request line or a header");
        if (scan->first_line && i >= scan->first_line + limits->header_bytes)
            return scan_refuse(refusal, 431, "the header lines are longer than allowed");
        if (c == '\n' && scan->first_line && bytes[i - 2] == '\n') {
            scan->at = i + 1;
            return HTTP_SCAN_WHOLE;
        }
        if (c == '\n' && !scan->first_line)
            scan->first_line = i + 1;
        if (!scan->first_line && i >= limits->uri_bytes + HTTP_LINE_SLACK)
            return scan_refuse(refusal, 414, "the request target is longer than allowed");
    }
    scan->at = len;
    return HTTP_SCAN_MORE;
}

/* What the header lines said that decides about the request as a whole. */
struct head {
    struct http_request *request;
    const struct http_limits *limits;
    bool version_1_0;
    unsigned hosts, lengths, encodings;
    uint64_t body_bytes;
};

/* The first refusal stands. */
static bool refuse(struct head *head, int status, const char *detail)
{
    struct http_request *request = head->request;
    if (!request->refusal.status)
        request->refusal = (struct http_refusal){status, detail};
    request->close = true;
    return false;
}

static bool is_token(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i], lower = (char)(c | 32);
        if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z') && (!c || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return len > 0;
}

static void read_method(struct http_request *request, const char *method)
{
    static const char *const names[] = {[HTTP_GET] = "GET", [HTTP_HEAD] = "HEAD", [HTTP_OPTIONS] = "OPTIONS",
                                        [HTTP_POST] = "POST"};
    request->method = HTTP_OTHER;
    request->method_name = "other";
    for (int m = 0; m < HTTP_OTHER; m++) {
        if (strcmp(method, names[m]) == 0) {
            request->method = (enum http_method)m;
            request->method_name = names[m];
        }
    }
}

static bool read_version(struct head *head, const char *version)
{
    head->version_1_0 = strcmp(version, "HTTP/1.0") == 0;
    if (head->version_1_0 || strcmp(version, "HTTP/1.1") == 0)
        return true;
    bool some_version = strlen(version) == 8 && memcmp(version, "HTTP/", 5) == 0 && version[6] == '.' &&
                        strchr("0123456789", version[5]) && strchr("0123456789", version[7]);
    return some_version ? refuse(head, 505, "HTTP/1.1 and HTTP/1.0 are spoken here")
                        : refuse(head, 400, "the request line is not METHOD TARGET HTTP/1.1");
}

/* Cuts "http://host" off: a server must take the absolute form too. */
static char *without_authority(char *target)
{
    size_t scheme = strncasecmp(target, "http://", 7) == 0 ? 7 : strncasecmp(target, "https://", 8) == 0 ? 8 : 0;
    if (!scheme || strchr("/?", target[scheme]))
        return target;
    return target + scheme + strcspn(target + scheme, "/?");
}

static bool read_target(struct head *head, char *target)
{
    struct http_request *request = head->request;
    if (strlen(target) > head->limits->uri_bytes)
        return refuse(head, 414, "the request target is longer than allowed");
    if (strchr(target, '#') || strchr(target, '\t'))
        return refuse(head, 400, "the request target holds a character that must be percent-encoded");
    target = without_authority(target);
    bool any = strcmp(target, "*") == 0 && request->method == HTTP_OPTIONS;
    char *mark = strchr(target, '?');
    if (mark)
        *mark = '\0';
    request->query = mark ? mark + 1 : NULL;
    request->path = *target ? target : "/";
    return *request->path == '/' || any ? true : refuse(head, 400, "the request target does not begin with a slash");
}

/* "GET /path HTTP/1.1", exactly one blank between the parts. */
static bool read_request_line(struct head *head, char *line)
{
    char *target = strchr(line, ' ');
    char *version = target ? strchr(target + 1, ' ') : NULL;
    if (!version || target - line > HTTP_METHOD_BYTES || !is_token(line, (size_t)(target - line)))
        return refuse(head, 400, "the request line is not METHOD TARGET HTTP/1.1");
    *target++ = '\0';
    *version++ = '\0';
    read_method(head->request, line);
    return read_version(head, version) && read_target(head, target);
}

static void read_host(struct head *head, const char *value)
{
    if (head->hosts++)
        refuse(head, 400, "more than one Host header");
    if (value[strcspn(value, " \t,/?#@\\\"<>")])
        refuse(head, 400, "the Host header is not a host and port");
    else
        head->request->host = value;
}

static void read_length(struct head *head, const char *value)
{
    size_t digits = strspn(value, "0123456789");
    if (head->lengths++)
        refuse(head, 400, "more than one Content-Length header");
    if (digits == 0 || value[digits])
        refuse(head, 400, "Content-Length is not a whole number");
    else if (digits > 18)
        refuse(head, 413, "the body is larger than allowed");
    else
        head->body_bytes = strtoull(value, NULL, 10);
}

static void read_connection(struct head *head, const char *value)
{
    while (*value) {
        size_t len = strcspn(value, ", \t");
        if (len == 5 && strncasecmp(value, "close", 5) == 0)
            head->request->close = true;
        value += len + strspn(value + len, ", \t");
    }
}

static void read_expect(struct head *head, const char *value)
{
    if (strcasecmp(value, "100-continue") != 0)
        refuse(head, 417, "the expectation is not known");
}

static void read_encoding(struct head *head, const char *value)
{
    (void)value;
    head->encodings++;
}

static void read_accept_encoding(struct head *head, const char *value)
{
    if (!*head->request->accept_encoding)
        head->request->accept_encoding = value;
}

static void read_accept(struct head *head, const char *value)
{
    if (!*head->request->accept)
        head->request->accept = value;
}

static void read_accept_language(struct head *head, const char *value)
{
    if (!*head->request->accept_language)
        head->request->accept_language = value;
}

static void read_origin(struct head *head, const char *value)
{
    if (!*head->request->origin)
        head->request->origin = value;
}

static void read_fetch_site(struct head *head, const char *value)
{
    if (!*head->request->fetch_site)
        head->request->fetch_site = value;
}

static void read_content_type(struct head *head, const char *value)
{
    if (!*head->request->content_type)
        head->request->content_type = value;
}

static void read_authorization(struct head *head, const char *value)
{
    if (!*head->request->authorization)
        head->request->authorization = value;
}

static void read_forwarded_for(struct head *head, const char *value)
{
    client_chain_add(&head->request->forwarded_for, value);
}

static void read_forwarded(struct head *head, const char *value)
{
    client_chain_add(&head->request->forwarded, value);
}

static void read_match(struct head *head, const char *value)
{
    if (!*head->request->if_none_match)
        head->request->if_none_match = value;
}

static void read_since(struct head *head, const char *value)
{
    if (!*head->request->if_modified_since)
        head->request->if_modified_since = value;
}

static const struct {
    const char *name;
    void (*read)(struct head *head, const char *value);
} header_readers[] = {
    {"Host", read_host},           {"Content-Length", read_length},    {"Transfer-Encoding", read_encoding},
    {"Connection", read_connection}, {"Expect", read_expect},          {"Accept-Encoding", read_accept_encoding},
    {"If-None-Match", read_match}, {"Accept", read_accept},            {"Accept-Language", read_accept_language},
    {"Origin", read_origin},       {"Sec-Fetch-Site", read_fetch_site}, {"Content-Type", read_content_type},
    {"If-Modified-Since", read_since},
    {"Authorization", read_authorization}, {"X-Forwarded-For", read_forwarded_for}, {"Forwarded", read_forwarded},
};

/* One line, its end cut off already. */
static bool read_header(struct head *head, char *line)
{
    char *colon = strchr(line, ':');
    if (*line == ' ' || *line == '\t')
        return refuse(head, 400, "a header is folded over several lines");
    if (!colon || !is_token(line, (size_t)(colon - line)))
        return refuse(head, 400, "a header's name is missing or holds a character that names cannot have");
    *colon = '\0';
    char *value = colon + 1 + strspn(colon + 1, " \t");
    for (size_t len = strlen(value); len && strchr(" \t", value[len - 1]); len--)
        value[len - 1] = '\0';
    for (size_t i = 0; i < sizeof header_readers / sizeof *header_readers; i++)
        if (strcasecmp(line, header_readers[i].name) == 0)
            header_readers[i].read(head, value);
    return true;
}

/* What the lines mean together.  Whoever reads the body, if anyone, says so by unread_body; the connection ends with
 * the answer either way: nothing behind a body is ever taken for a request. */
static void check_whole(struct head *head)
{
    struct http_request *request = head->request;
    if (head->hosts == 0 && !head->version_1_0)
        refuse(head, 400, "no Host header");
    if (head->encodings)
        refuse(head, 400, "Transfer-Encoding is not taken");
    if (head->body_bytes > head->limits->body_bytes)
        refuse(head, 413, "the body is larger than allowed");
    if (head->body_bytes && request->method != HTTP_OTHER && request->method != HTTP_POST)
        refuse(head, 400, "a body with a method that has none");
    request->body_bytes = head->body_bytes;
    request->unread_body = head->body_bytes > 0;
    if (head->body_bytes || head->version_1_0)
        request->close = true;
}

void http_head_parse(char *bytes, size_t len, const struct http_limits *limits, struct http_request *request)
{
    struct head head = {.request = request, .limits = limits};
    unsigned lines = 0;
    request->method = HTTP_OTHER;
    request->method_name = "other";
    request->path = "/";
    request->query = NULL;
    request->if_none_match = request->accept_encoding = request->accept = request->accept_language = "";
    request->host = request->origin = request->fetch_site = request->content_type = "";
    request->if_modified_since = "";
    request->authorization = "";
    request->forwarded_for.count = request->forwarded.count = 0;
    request->body = NULL;
    request->body_bytes = 0;
    request->close = request->unread_body = false;
    request->refusal = (struct http_refusal){0, NULL};
    bool good = true;
    for (char *at = bytes, *end; good && (end = memchr(at, '\r', len - (size_t)(at - bytes))) && end != at;) {
        *end = '\0';
        if (at == bytes)
            good = read_request_line(&head, at);
        else if (++lines > HTTP_HEADERS_MOST)
            good = refuse(&head, 431, "more header lines than allowed");
        else
            good = read_header(&head, at);
        at = end + 2;
    }
    if (good)
        check_whole(&head);
}

const char *http_phrase(int status)
{
    static const struct {
        int status;
        const char *phrase;
    } phrases[] = {
        {200, "OK"}, {204, "No Content"}, {303, "See Other"}, {304, "Not Modified"},
        {308, "Permanent Redirect"}, {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"},
        {404, "Not Found"},
        {415, "Unsupported Media Type"}, {429, "Too Many Requests"},
        {405, "Method Not Allowed"}, {408, "Request Timeout"}, {410, "Gone"}, {413, "Content Too Large"},
        {414, "URI Too Long"}, {417, "Expectation Failed"}, {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"}, {503, "Service Unavailable"}, {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return "Unknown";
}
