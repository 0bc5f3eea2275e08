/* The page, for the file beside its lists and for a mail, which has none of them. */
#ifndef OPASTIN_INDEXER_REPORT_HTML_H
#define OPASTIN_INDEXER_REPORT_HTML_H

#include "indexer/report_pen.h"

void html_page(const struct report *report, bool for_mail, struct buf *out);

/* "What to do", its own file: stopped sources, rejects by rule, warnings, lost golden queries. */
void html_todo(struct pen *pen, const struct report *report, bool for_mail);

/* <section> with its heading and back. */
void html_section(struct pen *pen, const char *id, enum word title);
void html_section_end(struct pen *pen);
/* A table that scrolls on its own when it is wide; its columns' headings, `first` of them texts and the rest numbers;
 * the caption is said by the caller beforehand into `caption`. */
void html_table(struct pen *pen, enum word caption, const enum word *columns, size_t count, size_t first);
void html_table_end(struct pen *pen);
void html_cell(struct pen *pen, const char *text);      /* NULL: a dash */
void html_cell_number(struct pen *pen, uint64_t number);
void html_row_head(struct pen *pen, const char *text);
/* A link to a list, or its name when the page goes by mail. */
void html_list(struct pen *pen, enum report_list list, bool for_mail);

#endif
