/* The page of one record, in parts: page_item.c finds it and puts the page together, page_item_when.c says when,
 * page_item_facts.c what, for whom, where and from whom, page_report.c takes reports of errors. */
#ifndef OPASTIN_SEARCHD_PAGE_ITEM_H
#define OPASTIN_SEARCHD_PAGE_ITEM_H

#include "heard.h"
#include "record.h"
#include "searchd/page.h"

enum {
    ITEM_RULES = 40,    /* of a timetable; opening hours take the most */
    ITEM_EXCEPTS = 12,  /* days to come on which a rule does not hold */
    ITEM_SIMILAR = 4,   /* of so many that are looked at: what is far away is left out */
    ITEM_SIMILAR_READ = 12,
    ITEM_RELATED = 20,
};

struct item_page {
    struct page page;
    const char *id;
    uint32_t row;
    struct record record;
    const char *source; /* its name */
    struct request back; /* the search that led here, when it is `given` */
    bool back_given;
    const char *from;    /* item_from(); NULL: none */
    bool reported; /* a report was just taken */
    bool calendar; /* the address asks for the calendar file */
};

/* What the address says beside the id: `from` and `reported`.  False: something else stands there. */
bool item_address(struct item_page *item, const char *query);
/* "?from=…" of this page, "" when no search led here. */
const char *item_from(const struct item_page *item);
/* Finds and reads the record.  STATUS_NOTFOUND. */
enum status item_read(struct item_page *item, struct err *err) MUST_USE;
/* Another record's name in the page's language, else in any; NULL when there is none that is shown today.  *lang gets
 * the language of the name. */
const char *item_title_of(struct item_page *item, const char *id, const char **lang);
bool item_is_shown(struct item_page *item, const char *id);
/* The answer where item_read() finds nothing: 308 to the record that stands for it now, 410 with its name, 404. */
enum http_turn item_missing(struct item_page *item, struct http_reply *reply);
/* Percent-encoded, and with plus for a blank when it is of a form; false when it is no UTF-8, or holds control
 * characters but line breaks.  out: as long as the text, and a zero byte. */
bool item_decode(const char *text, size_t len, bool form, char *out);

/* What the page says of the record, into its tree. */
void item_when(struct item_page *item);
void item_where(struct item_page *item);
void item_facts(struct item_page *item);
void item_contacts(struct item_page *item);
void item_texts(struct item_page *item);
void item_fresh(struct item_page *item);

/* The form for a report of an error; HEARD_KINDS: none is chosen. */
void item_report_form(const struct item_page *item, struct view *view, enum heard_kind kind, const char *text);

/* A text as members `key` and `key_lang`, the language only when it is not the page's; false when there is none. */
bool item_text(const struct item_page *item, struct view *view, const char *key, const char *key_lang,
               const struct localised *text);

/* A list of facts: a heading, and what stands beside it.  The heading is there when the first value is. */
struct fact {
    const struct item_page *item;
    const char *list, *key; /* of the tree; of the heading's text */
    struct view *view;
};
struct view *fact_value(struct fact *fact, const char *text);
struct view *fact_localised(struct fact *fact, const struct localised *text);
/* A link out of the service, which opens in a new tab. */
void fact_link(struct fact *fact, const char *url, const char *text, const char *lang);

#endif
