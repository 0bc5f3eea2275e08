/* Answers as JSON, written straight into a buffer from ready pieces. */
#ifndef OPASTIN_SEARCHD_RENDER_H
#define OPASTIN_SEARCHD_RENDER_H

#include "base/buf.h"
#include "base/status.h"
#include "searchd/labels.h"
#include "search/search.h"
#include "searchd/highlight.h"

/* The answer of /api/v1/search. Reads the hits' records. */
enum status render_search(struct searcher *searcher, const struct labels *labels, const struct request *request,
                          const struct answer *answer, struct arena *arena, struct buf *out, struct err *err) MUST_USE;

/* ,"next":{…},"distanceKm":… of a hit, what is known of them; but members in `unshown`, see members.h. */
void render_when_where(const struct hit *hit, uint32_t unshown, struct buf *out);

/* The language that the card's texts are in: the wanted one if the record has a title in it. */
int render_card_language(const struct stored *stored, int wanted);
/* Words that the record's texts are known to have: the wanted ones but those that are missing or are met by values. */
size_t render_expected_reasons(const struct query *query, const struct hit *hit);
/* Every word that names the value has a reason in a text already. */
bool render_texts_say(const struct query *query, const struct query_value *value, const struct reason *reasons,
                      size_t count);

/* The record with its generation; STATUS_NOTFOUND. today: hidden records (visible_from, visible_to) are not found. */
enum status render_item(struct searcher *searcher, const char *id, size_t id_len, int32_t today, struct buf *out,
                        struct err *err) MUST_USE;

/* All entries of a vocabulary with labels and alternative labels in three languages. */
void render_vocabulary(enum vocab_name vocab, struct buf *out);

/* What serves: generation, counts per source, limits, parameters. */
void render_meta(const struct snapshot *snapshot, struct buf *out);

#endif
