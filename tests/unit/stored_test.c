/* What an index keeps of a record: comes back whole, holds nothing that is withheld, and damage never crashes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <math.h>

#include "oracle.h"
#include "records.h"
#include "stored.h"
#include "validate.h"

static struct {
    struct oracle_world world;
    struct arena arena;
} t;

static struct record read_record(const char *text)
{
    struct record record;
    struct problems problems;
    json_t *json = json_loads(text, 0, NULL);
    assert_non_null(json);
    problems_init(&problems, &t.arena);
    if (record_from_json(json, &t.arena, &record, &problems) != STATUS_OK)
        fail_msg("%s: %s", problems.list[0].field, problems.list[0].what);
    json_decref(json);
    return record;
}

static struct buf write_record(const struct record *record)
{
    struct buf data = BUF_INIT;
    assert_int_equal(stored_write(record, &data, NULL), STATUS_OK);
    return data;
}

static struct stored open_stored(const struct buf *data)
{
    struct stored stored;
    assert_int_equal(stored_open(&stored, data->data, data->len, NULL), STATUS_OK);
    return stored;
}

/* ---- round trip ------------------------------------------------------------------------------------------------- */

struct comparing {
    const struct stored *stored;
    uint32_t at;
};

static enum status same_piece(void *context, const struct text_piece *piece, struct err *err)
{
    (void)err;
    struct comparing *c = context;
    assert_true(c->at < c->stored->piece_count);
    struct text_piece back = stored_piece(c->stored, c->at++);
    assert_int_equal(back.group, piece->group);
    assert_int_equal(back.lang, piece->lang);
    assert_int_equal(back.vocab, piece->vocab);
    if (piece->vocab != VOCAB_COUNT)
        assert_int_equal(back.ordinal, piece->ordinal);
    assert_int_equal(back.len, piece->len);
    assert_memory_equal(back.text, piece->text, piece->len);
    return STATUS_OK;
}

static void same_section(const struct stored *stored, enum stored_section section, const void *bytes, size_t expected)
{
    size_t len;
    const char *text = stored_section(stored, section, &len);
    assert_int_equal(len, expected);
    assert_memory_equal(text, bytes, expected);
}

static json_t *read_card(const struct stored *stored, int lang)
{
    struct buf card = BUF_INIT;
    size_t len;
    const char *text = stored_section(stored, (enum stored_section)(STORED_CARD_FI + lang), &len);
    buf_addc(&card, '{');
    buf_add(&card, text, len);
    buf_addc(&card, '}');
    json_error_t where;
    json_t *json = json_loadb(card.data, card.len, JSON_REJECT_DUPLICATES, &where);
    if (!json)
        fail_msg("card: %s: %s", where.text, card.data);
    buf_release(&card);
    return json;
}

static void same_card(const struct stored *stored, const struct record *record, int lang)
{
    json_t *card = read_card(stored, lang);
    const char *title = json_string_value(json_object_get(card, "title"));
    assert_string_equal(json_string_value(json_object_get(card, "id")), record->id);
    assert_string_equal(json_string_value(json_object_get(card, "kind")), record_kind_name(record->kind));
    assert_string_equal(title, localised_pick(&record->title, lang, NULL));
    assert_int_equal(json_array_size(json_object_get(card, "place")), record->place_count);
    assert_int_equal(json_array_size(json_object_get(card, "organisation")), record->organisation_count);
    assert_int_equal(json_array_size(json_object_get(card, "audience")), record->audience_count);
    json_decref(card);
}

/* The members id, kind, lang and title, the bytes with which the card begins. */
static void same_head(const struct stored_head *head, const struct stored *stored, int lang)
{
    static const char *const members[] = {"id", "kind", "lang", "title"};
    struct buf text = BUF_INIT;
    size_t len;
    const char *card = stored_section(stored, (enum stored_section)(STORED_CARD_FI + lang), &len);
    assert_in_range(head->len[lang], 1, len);
    assert_memory_equal(head->card[lang], card, head->len[lang]);
    buf_addf(&text, "{%.*s}", (int)head->len[lang], head->card[lang]);
    json_t *json = json_loadb(text.data, text.len, JSON_REJECT_DUPLICATES, NULL);
    assert_int_equal(json_object_size(json), 4);
    for (size_t i = 0; i < 4; i++)
        assert_true(json_is_string(json_object_get(json, members[i])));
    json_decref(json);
    buf_release(&text);
}

/* Returns how many different ones there are. */
static int same_heads(const struct buf *data)
{
    struct stored stored = open_stored(data);
    struct stored_head head, alone;
    int own = 0;
    assert_int_equal(stored_head_open(&head, data->data, data->len, NULL), STATUS_OK);
    assert_int_equal(stored_head_open(&alone, data->data, head.bytes, NULL), STATUS_OK);
    assert_int_equal(stored_head_open(&alone, data->data, head.bytes - 1, NULL), STATUS_CORRUPT);
    const unsigned char *prefix = (const unsigned char *)data->data; /* as records.h says */
    assert_int_equal(prefix[0] | prefix[1] << 8, head.bytes);
    for (int lang = 0; lang < RECORD_LANGS; lang++) {
        same_head(&head, &stored, lang);
        own += lang == 0 || head.card[lang] != head.card[0];
    }
    return own;
}

static void every_record_of_the_corpus_comes_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < t.world.count; i++) {
        struct record record = *t.world.facts[i].record;
        struct buf json = BUF_INIT;
        struct record_hash hash;
        record.source = i % 2 ? "lähde" : NULL;
        struct buf data = write_record(&record);
        struct stored stored = open_stored(&data);
        struct comparing comparing = {&stored, 0};
        assert_int_equal(text_walk(&record, same_piece, &comparing, NULL), STATUS_OK);
        assert_int_equal(comparing.at, stored.piece_count);
        record_to_json(&record, RECORD_PUBLIC_ONLY, &json);
        same_section(&stored, STORED_JSON, json.data, json.len);
        same_section(&stored, STORED_SOURCE, record.source ? record.source : "", i % 2 ? 6 : 0);
        assert_int_equal(record_hash(&record, &hash, NULL), STATUS_OK);
        same_section(&stored, STORED_HASH, &hash, sizeof hash);
        for (int lang = 0; lang < RECORD_LANGS; lang++)
            same_card(&stored, &record, lang);
        same_heads(&data);
        buf_release(&json);
        buf_release(&data);
    }
}

static void a_stored_record_may_lie_at_any_address(void **state)
{
    (void)state;
    struct buf data = write_record(t.world.facts[0].record);
    for (size_t shift = 0; shift < 8; shift++) {
        char *moved = malloc(data.len + shift);
        struct stored stored;
        memcpy(moved + shift, data.data, data.len);
        assert_int_equal(stored_open(&stored, moved + shift, data.len, NULL), STATUS_OK);
        struct comparing comparing = {&stored, 0};
        assert_int_equal(text_walk(t.world.facts[0].record, same_piece, &comparing, NULL), STATUS_OK);
        free(moved);
    }
    buf_release(&data);
}

static void the_same_record_gives_the_same_bytes_behind_what_was_there(void **state)
{
    (void)state;
    struct buf once = write_record(t.world.facts[1].record), twice = BUF_INIT;
    buf_adds(&twice, "before");
    assert_int_equal(stored_write(t.world.facts[1].record, &twice, NULL), STATUS_OK);
    assert_int_equal(twice.len, once.len + 6);
    assert_memory_equal(twice.data + 6, once.data, once.len);
    buf_release(&once);
    buf_release(&twice);
}

/* ---- what is in it ---------------------------------------------------------------------------------------------- */

static const char *const bilingual =
    "{\"id\":\"kerho\",\"kind\":\"activity\","
    "\"texts\":{\"fi\":{\"title\":\"Kerho\",\"summary\":\"Tule \\\"mukaan\\\"\"},"
    "\"sv\":{\"title\":\"Klubb\"}},\"area\":{\"scope\":\"municipality\",\"codes\":[\"491\"]},\"theme\":[\"jumppa\"],"
    "\"keyword\":[\"kortit\"],\"organisation\":[{\"name\":\"Seura ry\"}],\"place\":[{\"name\":\"Tupa\"}],"
    "\"contact\":[{\"name\":\"Salainen Nimi\",\"email\":\"salainen@posti.example\",\"phone\":\"040 000 7777\","
    "\"public\":false,\"title\":\"salainen titteli\"},{\"name\":\"Julkinen Nimi\",\"phone\":\"040 000 5555\","
    "\"email\":\"salainen2@posti.example\",\"public\":[\"name\",\"phone\"]}]}";

static void withheld_contacts_are_nowhere_in_the_bytes(void **state)
{
    (void)state;
    static const char *const secrets[] = {"Salainen", "salainen", "7777"};
    struct record record = read_record(bilingual);
    struct buf data = write_record(&record);
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        assert_null(memmem(data.data, data.len, secrets[i], strlen(secrets[i])));
    assert_non_null(memmem(data.data, data.len, "Julkinen Nimi", 13));
    assert_non_null(memmem(data.data, data.len, "5555", 4));
    buf_release(&data);
}

static void a_card_is_in_the_language_that_is_wanted_as_far_as_it_is_there(void **state)
{
    (void)state;
    static const char *const titles[] = {"Kerho", "Klubb", "Kerho"}, *const langs[] = {"fi", "sv", "fi"};
    struct record record = read_record(bilingual);
    struct buf data = write_record(&record);
    struct stored stored = open_stored(&data);
    for (int lang = 0; lang < RECORD_LANGS; lang++) {
        json_t *card = read_card(&stored, lang);
        assert_string_equal(json_string_value(json_object_get(card, "title")), titles[lang]);
        assert_string_equal(json_string_value(json_object_get(card, "lang")), langs[lang]);
        assert_string_equal(json_string_value(json_object_get(card, "summary")), "Tule \"mukaan\"");
        assert_string_equal(json_string_value(json_object_get(card, "phone")), "040 000 5555");
        json_decref(card);
    }
    buf_release(&data);
}

/* The same bytes lie there once. */
static void a_head_has_as_many_texts_as_the_title_has_languages(void **state)
{
    (void)state;
    static const char *const titles[] = {"Kerho", "Klubb", "Club"};
    struct record record = read_record(bilingual);
    for (int set = 1; set < 1 << RECORD_LANGS; set++) {
        int langs = 0;
        for (int lang = 0; lang < RECORD_LANGS; lang++) {
            bool has = set >> lang & 1;
            record.title.in[lang] = has ? titles[lang] : NULL;
            langs += has;
        }
        struct buf data = write_record(&record);
        assert_int_equal(same_heads(&data), langs);
        buf_release(&data);
    }
}

/* As long as an id and titles may be, which a head has room for, and longer, until it has not. */
static void long_ids_and_titles_have_room_and_there_is_a_limit(void **state)
{
    (void)state;
    enum { TITLE_CHARS = 200, ESCAPED = 6 }; /* of data-format.md; a control character in JSON */
    struct record record = read_record(bilingual);
    static char id[STORED_ID_BYTES + 1], title[RECORD_LANGS][RECORDS_HEAD_BYTES];
    memset(id, 'i', STORED_ID_BYTES);
    record.id = id;
    assert_true(RECORD_LANGS * ESCAPED * (STORED_ID_BYTES + TITLE_CHARS + 40) < RECORDS_HEAD_BYTES);
    size_t len = 1, fits = 0;
    for (enum status status = STATUS_OK; status == STATUS_OK; len++) {
        struct buf data = BUF_INIT;
        for (int lang = 0; lang < RECORD_LANGS; lang++) {
            title[lang][0] = (char)('a' + lang);
            memset(title[lang] + 1, '\1', len);
            record.title.in[lang] = title[lang];
        }
        status = stored_write(&record, &data, NULL);
        if (status == STATUS_OK) {
            assert_int_equal(same_heads(&data), RECORD_LANGS);
            fits = len;
        } else {
            assert_int_equal(status, STATUS_LIMIT);
            assert_int_equal(data.len, 0);
        }
        buf_release(&data);
    }
    assert_in_range(fits, TITLE_CHARS, RECORDS_HEAD_BYTES / RECORD_LANGS / ESCAPED);
}

static void an_object_that_says_nothing_is_still_an_object(void **state)
{
    (void)state;
    struct record record = read_record(bilingual);
    struct place nothing = *record.place;
    memset(&nothing, 0, sizeof nothing);
    nothing.municipality = RECORD_CODE_UNKNOWN;
    nothing.lat = nothing.lon = (double)NAN;
    record.place = &nothing;
    struct buf data = write_record(&record);
    struct stored stored = open_stored(&data);
    json_t *card = read_card(&stored, RECORD_FI);
    assert_true(json_is_object(json_array_get(json_object_get(card, "place"), 0)));
    assert_int_equal(json_object_size(json_array_get(json_object_get(card, "place"), 0)), 0);
    json_decref(card);
    buf_release(&data);
}

/* Every text that is searched, with the group that weighs it. */
static void all_that_is_searched_is_stored_and_codes_by_their_names_in_three_languages(void **state)
{
    (void)state;
    static const char *const expected[] = {
        "title fi Kerho", "title sv Klubb", "summary fi Tule \"mukaan\"", "organisation fi Seura ry",
        "keyword fi kortit", "place fi Tupa", "label fi Jumppa", "label fi Toiminta", "label sv Verksamhet",
        "label en Activity", "place fi Mikkeli", "place sv S:t Michel", "place en Mikkeli", "place fi Etelä-Savo",
        "place sv Södra Savolax", "place fi Etelä-Savon hyvinvointialue"};
    struct record record = read_record(bilingual);
    struct buf data = write_record(&record), all = BUF_INIT;
    struct stored stored = open_stored(&data);
    for (uint32_t i = 0; i < stored.piece_count; i++) {
        static const char *const langs[] = {"fi", "sv", "en"};
        struct text_piece piece = stored_piece(&stored, i);
        buf_addf(&all, "\n%s %s %.*s\n", field_group_name(piece.group), langs[piece.lang], (int)piece.len, piece.text);
    }
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        char line[200];
        snprintf(line, sizeof line, "\n%s\n", expected[i]);
        if (!strstr(all.data, line))
            fail_msg("no \"%s\" in:%s", expected[i], all.data);
    }
    buf_release(&all);
    buf_release(&data);
}

static void a_record_has_so_many_texts_and_no_more(void **state)
{
    (void)state;
    struct record record = read_record("{\"id\":\"x\",\"kind\":\"activity\",\"texts\":{\"fi\":{\"title\":\"T\"}}}");
    struct keyword *keywords = calloc(STORED_PIECES, sizeof *keywords);
    struct buf data = BUF_INIT;
    for (size_t i = 0; i < STORED_PIECES; i++)
        keywords[i].text.in[RECORD_FI] = "avain";
    record.keyword = keywords;
    record.keyword_count = STORED_PIECES - 4; /* the title, and the kind's name in three languages */
    assert_int_equal(stored_write(&record, &data, NULL), STATUS_OK);
    assert_int_equal(open_stored(&data).piece_count, STORED_PIECES);
    buf_reset(&data);
    record.keyword_count++;
    assert_int_equal(stored_write(&record, &data, NULL), STATUS_LIMIT);
    assert_int_equal(data.len, 0);
    buf_release(&data);
    free(keywords);
}

/* ---- damage ----------------------------------------------------------------------------------------------------- */

static volatile uint64_t read_bytes; /* so that nobody optimises the reading away */

static void read_text(const char *text, size_t len)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < len; i++)
        sum += (unsigned char)text[i];
    read_bytes += sum;
}

/* Everything that an opened record leads to lies inside of it (or is a label). */
static void read_all(const struct stored *stored)
{
    const char *end = stored->data + stored->len;
    for (int section = 0; section < STORED_SECTIONS; section++) {
        size_t len;
        const char *text = stored_section(stored, (enum stored_section)section, &len);
        assert_true(text >= stored->data && text <= end && len <= (size_t)(end - text));
        read_text(text, len);
    }
    for (uint32_t i = 0; i < stored->piece_count; i++) {
        struct text_piece piece = stored_piece(stored, i);
        assert_in_range(piece.group, 0, GROUP_COUNT - 1);
        assert_in_range(piece.lang, 0, RECORD_LANGS - 1);
        if (piece.vocab == VOCAB_COUNT)
            assert_true(piece.text >= stored->data && piece.text <= end && piece.len <= (size_t)(end - piece.text));
        else
            assert_true(piece.ordinal < vocab_size(piece.vocab));
        read_text(piece.text, piece.len);
    }
}

static void try_head(const char *data, size_t len)
{
    struct stored_head head;
    if (stored_head_open(&head, data, len, NULL) != STATUS_OK)
        return;
    assert_true(head.bytes <= len);
    for (int lang = 0; lang < RECORD_LANGS; lang++) {
        assert_true(head.card[lang] >= data && head.card[lang] + head.len[lang] <= data + head.bytes);
        read_text(head.card[lang], head.len[lang]);
    }
}

static enum status try_to_read(const char *data, size_t len)
{
    char *copy = malloc(len ? len : 1); /* of its own, so that reading behind it is seen */
    struct stored stored;
    memcpy(copy, data, len);
    try_head(copy, len);
    enum status status = stored_open(&stored, copy, len, NULL);
    if (status == STATUS_OK)
        read_all(&stored);
    free(copy);
    return status;
}

static void no_changed_byte_leads_out_of_the_record(void **state)
{
    (void)state;
    struct record record = read_record(bilingual);
    struct buf data = write_record(&record);
    size_t refused = 0;
    for (size_t at = 0; at < data.len; at++) {
        static const unsigned char flips[] = {1, 2, 4, 8, 16, 32, 64, 128, 255};
        for (size_t i = 0; i < sizeof flips; i++) {
            data.data[at] = (char)(data.data[at] ^ flips[i]);
            enum status status = try_to_read(data.data, data.len);
            assert_true(status == STATUS_OK || status == STATUS_CORRUPT);
            refused += status == STATUS_CORRUPT;
            data.data[at] = (char)(data.data[at] ^ flips[i]);
        }
    }
    assert_true(refused > 500);
    assert_int_equal(try_to_read(data.data, data.len), STATUS_OK);
    buf_release(&data);
}

/* Sets the length in a span so that it ends at the record's last byte, and then one behind. */
static void try_lengths(struct buf *data, size_t offset_at, size_t len_at, size_t room)
{
    uint32_t offset, kept, len;
    memcpy(&offset, data->data + offset_at, sizeof offset);
    memcpy(&kept, data->data + len_at, sizeof kept);
    len = (uint32_t)(room - offset);
    memcpy(data->data + len_at, &len, sizeof len);
    assert_int_equal(try_to_read(data->data, data->len), STATUS_OK);
    len++;
    memcpy(data->data + len_at, &len, sizeof len);
    assert_int_equal(try_to_read(data->data, data->len), STATUS_CORRUPT);
    memcpy(data->data + len_at, &kept, sizeof kept);
}

static void a_text_may_end_with_the_record_and_not_behind_it(void **state)
{
    (void)state;
    enum { HEADER = 8 + 8 * STORED_SECTIONS, TEXT = 12 }; /* of the stored form: spans, then texts of 12 bytes */
    struct record record = read_record(bilingual);
    struct buf data = write_record(&record);
    struct stored stored = open_stored(&data);
    size_t at = (size_t)(stored.data - data.data), room = stored.len - HEADER - TEXT * stored.piece_count, own = 0;
    for (size_t i = 0; i < STORED_SECTIONS; i++)
        try_lengths(&data, at + 8 + 8 * i, at + 12 + 8 * i, room);
    for (uint32_t i = 0; i < stored.piece_count; i++) {
        if (stored_piece(&stored, i).vocab != VOCAB_COUNT)
            continue;
        try_lengths(&data, at + HEADER + TEXT * i + 4, at + HEADER + TEXT * i + 8, room);
        own++;
    }
    assert_true(own > 4);
    buf_release(&data);
}

static void a_cut_record_is_corrupt(void **state)
{
    (void)state;
    struct record record = read_record(bilingual);
    struct buf data = write_record(&record);
    for (size_t cut = 0; cut < data.len; cut++)
        assert_int_equal(try_to_read(data.data, cut), STATUS_CORRUPT);
    buf_release(&data);
}

static void random_bytes_are_no_record(void **state)
{
    (void)state;
    struct oracle_random random = {31};
    struct record record = read_record(bilingual);
    struct buf data = write_record(&record);
    char *noise = malloc(data.len);
    for (int round = 0; round < 3000; round++) {
        memcpy(noise, data.data, data.len);
        for (int i = 0; i < 8; i++)
            noise[oracle_below(&random, round % 2 ? data.len : 200)] = (char)oracle_random(&random);
        enum status status = try_to_read(noise, data.len);
        assert_true(status == STATUS_OK || status == STATUS_CORRUPT);
    }
    free(noise);
    buf_release(&data);
}

/* ---- setting up ------------------------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    size_t count;
    if (vocab_load(NULL) != STATUS_OK)
        return 1;
    char **paths = oracle_corpus(&count);
    oracle_load_records(&t.world, (const char *const *)paths, count);
    oracle_corpus_free(paths, count);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    oracle_release(&t.world);
    arena_release(&t.arena);
    vocab_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_record_of_the_corpus_comes_back),
        cmocka_unit_test(a_stored_record_may_lie_at_any_address),
        cmocka_unit_test(the_same_record_gives_the_same_bytes_behind_what_was_there),
        cmocka_unit_test(withheld_contacts_are_nowhere_in_the_bytes),
        cmocka_unit_test(a_card_is_in_the_language_that_is_wanted_as_far_as_it_is_there),
        cmocka_unit_test(a_head_has_as_many_texts_as_the_title_has_languages),
        cmocka_unit_test(long_ids_and_titles_have_room_and_there_is_a_limit),
        cmocka_unit_test(an_object_that_says_nothing_is_still_an_object),
        cmocka_unit_test(all_that_is_searched_is_stored_and_codes_by_their_names_in_three_languages),
        cmocka_unit_test(a_record_has_so_many_texts_and_no_more),
        cmocka_unit_test(no_changed_byte_leads_out_of_the_record),
        cmocka_unit_test(a_text_may_end_with_the_record_and_not_behind_it),
        cmocka_unit_test(a_cut_record_is_corrupt),
        cmocka_unit_test(random_bytes_are_no_record),
    };
    return cmocka_run_group_tests_name("stored", tests, set_up, tear_down);
}
