/* A record as a card: in the list of hits, and wherever else records are listed. */
#ifndef OPASTIN_SEARCHD_PAGE_CARD_H
#define OPASTIN_SEARCHD_PAGE_CARD_H

#include "searchd/page.h"

struct reason;
struct column_schedule;

enum { PAGE_TEL_BYTES = 40 };
enum { PAGE_CARD_RULES = 2, PAGE_CARD_LABELS = 4 }; /* of a timetable, of a list of labels; the item's page has all */

/* What cards are read with. */
struct page_cards {
    struct page *page;
    struct buf data, text; /* of the record that is being read */
    const char *from;      /* page_from(): where the cards' links lead back to; NULL: nowhere */
};
void page_cards_release(struct page_cards *cards);

/* The members of one stored record (stored.h), shown by card.html.  row: of the serving generation, whose columns say
 * when it takes place; hit: what the search knows of it, NULL when it was not searched.  STATUS_CORRUPT,
 * STATUS_NOMEM. */
enum status page_card(struct page_cards *cards, uint32_t row, const struct hit *hit, struct view *view,
                      struct stored *stored, struct err *err) MUST_USE;

/* "torstaisin klo 10–12" of the row's timetable, at most PAGE_CARD_RULES; in the arena, NULL when there is none. */
const char *page_schedule(const struct page *page, const struct columns *columns, uint32_t row);
/* One rule, "torstaisin klo 10–12", without its season. */
void page_rule(const struct page *page, const struct column_schedule *rule, struct buf *out);
/* The telephone's form of a number, "+358400004567"; 0 when it is none. */
size_t page_tel(const char *phone, char digits[PAGE_TEL_BYTES]);
/* "3,2 km", "450 m"; in the arena. */
const char *page_distance(const struct page *page, double km);

#endif
