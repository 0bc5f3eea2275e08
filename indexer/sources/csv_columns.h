/* What each column of a CSV file means, by its header. */
#ifndef OPASTIN_INDEXER_CSV_COLUMNS_H
#define OPASTIN_INDEXER_CSV_COLUMNS_H

#include "field.h"
#include "indexer/sources/csv_rows.h"

enum csv_role {
    CSV_IGNORED,      /* a header that is not known */
    CSV_FIELD,        /* `field`, in the language `lang` */
    CSV_HOURS,        /* "13–15.30": schedule.from and schedule.to */
    CSV_INFO_LINK,    /* links of kind info */
    CSV_BOOKING_LINK, /* links of kind booking */
    CSV_FUNDER,       /* organisations of role funder */
};

struct csv_column {
    char *header; /* as it stands in the file; owned */
    enum csv_role role;
    const struct field *field; /* NULL for other roles than CSV_FIELD */
    int lang;                  /* enum of record.h, -1 none named */
};

struct csv_columns {
    struct csv_column list[SOURCE_COLUMNS];
    size_t count;
};

/* The columns that are no row of the field table. */
struct csv_extra {
    const char *headers; /* as in struct field */
    enum csv_role role;
    const char *help;
};
extern const struct csv_extra csv_extras[];
extern const size_t csv_extra_count;

/* True when the header is known. */
bool csv_column_find(const char *header, struct csv_column *column);

/* Takes the header row.  Problems (unknown, missing or double columns) go to the list; errors mean that the file cannot
 * be read. STATUS_NOMEM. */
enum status csv_columns_read(struct csv_columns *columns, const struct csv_row *row, struct problems *problems,
                             struct err *err) MUST_USE;
void csv_columns_release(struct csv_columns *columns);

/* The delimiter among ; , and tab by which most of the header's names are known. STATUS_NOMEM. */
enum status csv_delimiter_guess(const char *header, size_t len, struct csv_row *scratch, char *delimiter,
                                struct err *err) MUST_USE;

/* True when the line, divided so, names the columns that every file needs: id, kind and title. STATUS_NOMEM. */
enum status csv_names_columns(const char *line, size_t len, char delimiter, struct csv_row *scratch, bool *names,
                              struct err *err) MUST_USE;

/* Number of the column of a field's path or of another role; -1 when the file has none. */
int csv_columns_of_path(const struct csv_columns *columns, const char *path);
int csv_columns_of_role(const struct csv_columns *columns, enum csv_role role);

#endif
