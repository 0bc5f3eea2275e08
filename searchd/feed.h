/* What programs subscribe to: a search as Atom, JSON Feed or iCalendar (docs/feeds.md).
 *
 * The order is that in which this index saw the records first, and nothing else is told of time, so that a record that
 * is indexed again or touched by its source is no news.  feed.c asks and caches, feed_entry.c reads an entry, each form
 * has a file of its own. */
#ifndef OPASTIN_SEARCHD_FEED_H
#define OPASTIN_SEARCHD_FEED_H

#include "searchd/page.h"

#define FEED_CACHE "public, max-age=900, stale-while-revalidate=3600, stale-if-error=86400"
#define FEED_TYPE_ATOM "application/atom+xml; charset=utf-8"
#define FEED_TYPE_JSON "application/feed+json; charset=utf-8"
#define FEED_SINCE "2026" /* the date of ids that --public-url makes */

enum {
    FEED_ENTRIES = 50,       /* of a page, when per_page does not say */
    FEED_ENTRIES_MOST = 1000, /* of a feed in all; more is a search's matter */
    FEED_CALENDAR_MOST = 200, /* records of a calendar, the next ones */
    FEED_DATE_BYTES = 32,
    FEED_NAMED = 6,          /* words and filters that a feed's name tells */
    FEED_FORM = 1,           /* raised when feeds change their form: part of every entity tag */
};

struct feed {
    struct page page;      /* no view: texts, language, origin */
    struct request request;
    struct answer answer;
    const char *origin;    /* "https://opastin.example.org" */
    const char *name;      /* for people: what is asked */
    unsigned pages;        /* of it, at least 1 */
    struct buf data;       /* of the record that is being read */
};

/* One entry: views into the arena and the vocabularies. */
struct feed_entry {
    const char *id;        /* a URI that stays: docs/feeds.md */
    const char *url;       /* of the record's page */
    const char *origin_url; /* NULL: none */
    const char *title, *summary; /* summary NULL: none */
    const char *organisation;    /* NULL: none */
    const char *kind;      /* in the feed's language */
    const char *lang;      /* of the texts */
    const struct view_list *themes; /* codes; NULL: none */
    const char *start, *end; /* of an event, as the API tells it; NULL: none */
    char seen[FEED_DATE_BYTES]; /* RFC 3339, UTC */
};
enum status feed_entry(struct feed *feed, const struct hit *hit, struct feed_entry *entry, struct err *err) MUST_USE;

/* The URI of something of this service: tag:AUTHORITY,DATE:what, or a name-based UUID of `what` where no authority is
 * known.  In the arena; NULL without memory. */
const char *feed_uri(const struct feed *feed, const char *what);
/* The query string of the feed's page: what is asked, without what means nothing here.  number 0: of the feed. */
void feed_query(const struct feed *feed, unsigned number, struct buf *out);
/* The search page of the same search. */
const char *feed_page_url(const struct feed *feed);
/* "2026-12-01T00:00:00Z" */
void feed_date(int64_t seconds, char out[FEED_DATE_BYTES]);
/* When the newest entry of this page came; of a page without entries the generation's day. */
int64_t feed_updated(const struct feed *feed);

/* One form of a feed. */
struct feed_form {
    const char *name, *type;
    bool calendar; /* by what takes place next, not by what came last */
    enum status (*write)(struct feed *feed, struct buf *out, struct err *err);
};
extern const struct feed_form feed_atom, feed_json, feed_calendar;

/* Links to the feeds of a search, into the head of its page. */
void feed_links(const struct page *page, const struct request *request);

/* Path handlers, for the table in route.c. */
api_handler api_feed_atom, api_feed_json, api_calendar;

#endif
