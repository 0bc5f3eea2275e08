/* A sketch with all its other fields as one line of our record format. */
#ifndef OPASTIN_BENCH_RECORD_JSON_H
#define OPASTIN_BENCH_RECORD_JSON_H

#include "tests/bench/generate/sketch.h"
#include "vocab/vocab.h"

/* The day that all dates lie around: 2026-11-22. */
int32_t bench_day(void);

/* Appends the line with its end. Uses up chance of the sketch. */
void record_json(struct sketch *sketch, struct buf *out);

/* ---- parts, for record_json.c ------------------------------------------------------------------------------------ */

/* `,"key":` */
void json_key(struct buf *out, const char *key);
void json_text(struct buf *out, const char *key, const char *text);
void json_date(struct buf *out, const char *key, int32_t day);
/* A text of one line from the patterns of a set. */
void json_line(struct sketch *sketch, struct buf *out, const char *key, enum pattern_set set);
/* Some of a vocabulary's codes, each with its chance in percent; nothing when none is drawn. */
void json_codes(struct sketch *sketch, struct buf *out, const char *key, enum vocab_name vocab, const double *percent,
                size_t count);

/* record_when.c: schedule, start and end, status, and the dates of the record itself. */
void json_when(struct sketch *sketch, struct buf *out);
/* record_kind.c: fields of one kind. */
void json_kind(struct sketch *sketch, struct buf *out);

#endif
