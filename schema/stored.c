#include "stored.h"

#include <string.h>

#include "calendar.h"
#include "records.h"

static const char magic[4] = {'O', 'P', 'R', '2'};

/* What a head begins with, before the cards' first members; the header with the magic follows behind the head. */
struct stored_lead {
    uint16_t len;                /* of the whole head, as records.h wants it */
    uint16_t card[RECORD_LANGS]; /* 0: the same bytes as the Finnish one */
};

struct stored_span {
    uint32_t offset, len;
};

struct stored_header {
    char magic[4];
    uint32_t piece_count;
    struct stored_span section[STORED_SECTIONS];
};

/* own words: where they stand, most of them within the JSON; a label: which one */
struct stored_text {
    uint8_t group, lang;
    uint16_t vocab;
    uint32_t offset_or_ordinal, len;
};

/* ---- the card of a hit ---------------------------------------------------------------------------------------- */

static void add_key(struct buf *out, const char *key)
{
    buf_addf(out, ",\"%s\":", key);
}

static void add_text(struct buf *out, const char *key, const char *text)
{
    if (!text)
        return;
    add_key(out, key);
    buf_add_json(out, text, strlen(text));
}

static void add_localised(struct buf *out, const char *key, const struct localised *text, int lang)
{
    add_text(out, key, localised_pick(text, lang, NULL));
}

static void add_day(struct buf *out, const char *key, int32_t day)
{
    char date[CALENDAR_DATE_BYTES];
    if (day == DAY_UNKNOWN)
        return;
    day_format(day, date);
    add_text(out, key, date);
}

static void add_moment(struct buf *out, const char *key, struct moment moment)
{
    char text[CALENDAR_MOMENT_BYTES];
    if (moment.day == DAY_UNKNOWN)
        return;
    moment_format(moment, text);
    add_text(out, key, text);
}

static void add_codes(struct buf *out, const char *key, enum vocab_name vocab, const uint16_t *codes, size_t count)
{
    if (!count)
        return;
    add_key(out, key);
    for (size_t i = 0; i < count; i++)
        buf_addf(out, "%c\"%s\"", i ? ',' : '[', vocab_entry(vocab, codes[i])->code);
    buf_addc(out, ']');
}

/* Opens an object and closes it over the comma that the first member brings. */
static size_t object_begin(struct buf *out, const char *prefix)
{
    buf_adds(out, prefix);
    return out->len;
}

static void object_end(struct buf *out, size_t began)
{
    if (!out->failed && out->len > began && out->data[began] == ',')
        out->data[began] = '{';
    else
        buf_addc(out, '{');
    buf_addc(out, '}');
}

static void add_organisations(struct buf *out, const struct record *r, int lang)
{
    size_t shown = 0;
    for (size_t i = 0; i < r->organisation_count; i++) {
        const struct organisation_ref *ref = &r->organisation[i];
        if (shown == 0)
            add_key(out, "organisation");
        size_t began = object_begin(out, shown++ ? "," : "[");
        add_text(out, "id", ref->id);
        add_localised(out, "name", &ref->name, lang);
        add_text(out, "role", organisation_role_name(ref->role));
        object_end(out, began);
    }
    if (shown)
        buf_addc(out, ']');
}

static void add_places(struct buf *out, const struct record *r, int lang)
{
    if (!r->place_count)
        return;
    add_key(out, "place");
    for (size_t i = 0; i < r->place_count; i++) {
        const struct place *place = &r->place[i];
        size_t began = object_begin(out, i ? "," : "[");
        add_localised(out, "name", &place->name, lang);
        add_localised(out, "address", &place->address, lang);
        add_text(out, "postalCode", place->postal_code);
        if (place->municipality != RECORD_CODE_UNKNOWN) {
            const struct vocab_entry *municipality = vocab_entry(VOCAB_AREA, place->municipality);
            add_text(out, "municipality", municipality->code);
            add_text(out, "municipalityName", municipality->label[lang]);
        }
        if (place_known_position(place)) {
            add_key(out, "lat");
            buf_add_number(out, place->lat, 6);
            add_key(out, "lon");
            buf_add_number(out, place->lon, 6);
        }
        add_codes(out, "accessibility", VOCAB_ACCESSIBILITY, place->accessibility, place->accessibility_count);
        object_end(out, began);
    }
    buf_addc(out, ']');
}

static void add_tristate(struct buf *out, const char *key, uint8_t value)
{
    if (value == TRI_UNKNOWN)
        return;
    add_key(out, key);
    buf_adds(out, value == TRI_YES ? "true" : "false");
}

static void add_price(struct buf *out, const struct price *price, int lang)
{
    if (price->free == TRI_UNKNOWN && !(price->amount >= 0) && !localised_known(&price->text))
        return;
    add_key(out, "price");
    size_t began = object_begin(out, "");
    add_tristate(out, "free", price->free);
    if (price->amount >= 0) {
        add_key(out, "amount");
        buf_add_number(out, price->amount, 2);
    }
    add_localised(out, "text", &price->text, lang);
    object_end(out, began);
}

static void add_signup(struct buf *out, const struct signup *signup)
{
    if (signup->needed == TRI_UNKNOWN && signup->full == TRI_UNKNOWN && signup->by_day == DAY_UNKNOWN)
        return;
    add_key(out, "signup");
    size_t began = object_begin(out, "");
    add_tristate(out, "needed", signup->needed);
    add_tristate(out, "full", signup->full);
    add_day(out, "by", signup->by_day);
    object_end(out, began);
}

/* The first phone number that may be shown: what a counsellor reaches for. */
static const char *first_phone(const struct record *r)
{
    for (size_t i = 0; i < r->contact_count; i++) {
        struct contact contact = contact_public(&r->contact[i]);
        if (contact.phone)
            return contact.phone;
    }
    for (size_t i = 0; i < r->channel_count; i++)
        if (r->channel[i].phone)
            return r->channel[i].phone;
    return r->signup.phone;
}

static void add_area(struct buf *out, const struct record *r)
{
    if (r->area.scope == RECORD_CHOICE_UNKNOWN)
        return;
    add_key(out, "area");
    size_t began = object_begin(out, "");
    add_text(out, "scope", area_scope_name(r->area.scope));
    add_codes(out, "codes", VOCAB_AREA, r->area.codes, r->area.code_count);
    object_end(out, began);
}

/* The members that a head has. Returns the card's language. */
static int add_first_members(struct buf *out, const struct record *r, int wanted)
{
    int lang = wanted;
    const char *title = localised_pick(&r->title, wanted, &lang);
    buf_adds(out, "\"id\":");
    buf_add_json(out, r->id, strlen(r->id));
    add_text(out, "kind", record_kind_name(r->kind));
    add_text(out, "lang", record_langs[lang]);
    add_text(out, "title", title);
    return lang;
}

static void add_card(struct buf *out, const struct record *r, int wanted)
{
    int lang = add_first_members(out, r, wanted);
    add_localised(out, "summary", &r->summary, lang);
    add_organisations(out, r, lang);
    add_area(out, r);
    add_places(out, r, lang);
    add_codes(out, "audience", VOCAB_AUDIENCE, r->audience, r->audience_count);
    add_codes(out, "theme", VOCAB_THEME, r->theme, r->theme_count);
    add_codes(out, "form", VOCAB_FORM, r->form, r->form_count);
    add_codes(out, "threshold", VOCAB_THRESHOLD, r->threshold, r->threshold_count);
    add_codes(out, "languages", VOCAB_LANGUAGE, r->languages, r->languages_count);
    add_tristate(out, "plainLanguage", r->plain_language);
    if (r->age_min != RECORD_AGE_UNKNOWN)
        buf_addf(out, ",\"ageMin\":%d", r->age_min);
    if (r->age_max != RECORD_AGE_UNKNOWN)
        buf_addf(out, ",\"ageMax\":%d", r->age_max);
    add_moment(out, "start", r->start);
    add_moment(out, "end", r->end);
    add_price(out, &r->price, lang);
    add_signup(out, &r->signup);
    add_text(out, "phone", first_phone(r));
    if (r->status != RECORD_ACTIVE)
        add_text(out, "status", record_status_name(r->status));
    add_day(out, "modified", r->modified_day);
    add_day(out, "verifiedAt", r->verified_at_day);
    add_text(out, "source", r->source);
    add_text(out, "originUrl", r->origin_url);
}

/* ---- writing -------------------------------------------------------------------------------------------------- */

enum { STORED_LOOK_BYTES = 1 << 16 }; /* of the JSON in which a text is looked for: large records must not take long */

struct writing {
    struct stored_lead lead;
    struct buf head;
    struct stored_header header;
    struct buf texts;  /* struct stored_text */
    struct buf bytes;  /* sections and words, at their offset from here */
    uint32_t pieces;
    size_t found;      /* where in the JSON the last text was found: the next one mostly follows */
};

static bool look_from(struct writing *w, size_t from, const char *text, size_t len)
{
    size_t end = w->header.section[STORED_JSON].offset + (size_t)w->header.section[STORED_JSON].len;
    size_t room = end - from < STORED_LOOK_BYTES ? end - from : STORED_LOOK_BYTES;
    const char *at = memmem(w->bytes.data + from, room, text, len);
    if (at)
        w->found = (size_t)(at - w->bytes.data);
    return at != NULL;
}

/* The text's place: in the JSON when it stands there as it is, else behind everything. */
static uint32_t place_text(struct writing *w, const char *text, size_t len)
{
    size_t began = w->header.section[STORED_JSON].offset;
    if (!w->bytes.failed && (look_from(w, w->found, text, len) || look_from(w, began, text, len)))
        return (uint32_t)w->found;
    size_t behind = w->bytes.len;
    buf_add(&w->bytes, text, len);
    return (uint32_t)behind;
}

static enum status write_piece(void *context, const struct text_piece *piece, struct err *err)
{
    struct writing *w = context;
    bool own = piece->vocab == VOCAB_COUNT;
    struct stored_text text = {(uint8_t)piece->group, (uint8_t)piece->lang, (uint16_t)piece->vocab,
                               own ? place_text(w, piece->text, piece->len) : piece->ordinal,
                               own ? (uint32_t)piece->len : 0};
    if (w->pieces == STORED_PIECES)
        return err_set(err, STATUS_LIMIT, "the record has more than %d texts", STORED_PIECES);
    w->pieces++;
    buf_add(&w->texts, &text, sizeof text);
    return STATUS_OK;
}

static void end_section(struct writing *w, enum stored_section section, size_t began)
{
    w->header.section[section] = (struct stored_span){(uint32_t)began, (uint32_t)(w->bytes.len - began)};
}

static void write_cards(struct writing *w, const struct record *record)
{
    for (int lang = 0; lang < RECORD_LANGS; lang++) {
        size_t began = w->bytes.len;
        add_card(&w->bytes, record, lang);
        end_section(w, (enum stored_section)(STORED_CARD_FI + lang), began);
        struct stored_span *own = &w->header.section[STORED_CARD_FI + lang];
        const struct stored_span *first = &w->header.section[STORED_CARD_FI];
        if (lang > 0 && !w->bytes.failed && own->len == first->len &&
            memcmp(w->bytes.data + own->offset, w->bytes.data + first->offset, own->len) == 0) {
            *own = *first;
            w->bytes.len = began;
        }
    }
}

static enum status write_sections(struct writing *w, const struct record *record, struct err *err)
{
    write_cards(w, record);
    size_t began = w->bytes.len;
    record_to_json(record, RECORD_PUBLIC_ONLY, &w->bytes);
    end_section(w, STORED_JSON, began);
    w->found = began;
    began = w->bytes.len;
    buf_adds(&w->bytes, record->source ? record->source : "");
    end_section(w, STORED_SOURCE, began);
    struct record_hash hash;
    TRY(record_hash(record, &hash, err));
    began = w->bytes.len;
    buf_add(&w->bytes, &hash, sizeof hash);
    end_section(w, STORED_HASH, began);
    return buf_ok(&w->bytes, err);
}

static enum status write_head(struct writing *w, const struct record *record, struct err *err)
{
    size_t first = 0;
    for (int lang = 0; lang < RECORD_LANGS; lang++) {
        size_t began = w->head.len;
        add_first_members(&w->head, record, lang);
        TRY(buf_ok(&w->head, err));
        size_t len = w->head.len - began;
        if (sizeof w->lead + w->head.len > RECORDS_HEAD_BYTES)
            return err_set(err, STATUS_LIMIT, "id and title of the record take more than %d bytes", RECORDS_HEAD_BYTES);
        if (lang == 0)
            first = len;
        else if (len == first && memcmp(w->head.data, w->head.data + began, len) == 0)
            w->head.len = began;
        w->lead.card[lang] = (uint16_t)(w->head.len - began);
    }
    w->lead.len = (uint16_t)(sizeof w->lead + w->head.len);
    return STATUS_OK;
}

enum status stored_write(const struct record *record, struct buf *out, struct err *err)
{
    struct writing w = {.head = BUF_INIT, .texts = BUF_INIT, .bytes = BUF_INIT};
    memcpy(w.header.magic, magic, sizeof magic);
    enum status status = write_head(&w, record, err);
    if (status == STATUS_OK)
        status = write_sections(&w, record, err);
    if (status == STATUS_OK)
        status = text_walk(record, write_piece, &w, err);
    if (status == STATUS_OK)
        status = buf_ok(&w.bytes, err);
    if (status == STATUS_OK)
        status = buf_ok(&w.texts, err);
    if (status == STATUS_OK) {
        w.header.piece_count = w.pieces;
        buf_add(out, &w.lead, sizeof w.lead);
        buf_add(out, w.head.data, w.head.len);
        buf_add(out, &w.header, sizeof w.header);
        buf_add(out, buf_str(&w.texts), w.texts.len);
        buf_add(out, buf_str(&w.bytes), w.bytes.len);
        status = buf_ok(out, err);
    }
    buf_release(&w.head);
    buf_release(&w.texts);
    buf_release(&w.bytes);
    return status;
}

size_t stored_id_term(const char *id, size_t len, char term[STORED_ID_TERM_BYTES])
{
    if (len == 0 || len > STORED_ID_BYTES)
        return 0;
    term[0] = 'Q';
    memcpy(term + 1, id, len);
    return len + 1;
}

/* ---- reading -------------------------------------------------------------------------------------------------- */

static size_t bytes_at(uint32_t piece_count)
{
    return sizeof(struct stored_header) + piece_count * sizeof(struct stored_text);
}

static struct stored_text text_at(const char *data, uint32_t index)
{
    struct stored_text text; /* the data may lie at any address */
    memcpy(&text, data + bytes_at(index), sizeof text);
    return text;
}

static bool text_right(const struct stored_text *text, size_t room)
{
    if (text->group >= GROUP_COUNT || text->lang >= RECORD_LANGS || text->vocab > VOCAB_COUNT)
        return false;
    if (text->vocab == VOCAB_COUNT)
        return text->offset_or_ordinal <= room && text->len <= room - text->offset_or_ordinal;
    return text->offset_or_ordinal < vocab_size((enum vocab_name)text->vocab);
}

enum status stored_head_open(struct stored_head *head, const void *data, size_t len, struct err *err)
{
    struct stored_lead lead;
    if (len < sizeof lead)
        return err_set(err, STATUS_CORRUPT, "a stored record is damaged: no head");
    memcpy(&lead, data, sizeof lead);
    size_t bytes = sizeof lead;
    for (int lang = 0; lang < RECORD_LANGS; lang++)
        bytes += lead.card[lang];
    if (bytes != lead.len || bytes > len)
        return err_set(err, STATUS_CORRUPT, "a stored record is damaged: length of its head");
    const char *next = (const char *)data + sizeof lead;
    for (int lang = 0; lang < RECORD_LANGS; next += lead.card[lang++]) {
        bool own = lang == 0 || lead.card[lang];
        head->card[lang] = own ? next : head->card[0];
        head->len[lang] = own ? lead.card[lang] : head->len[0];
    }
    head->bytes = bytes;
    return STATUS_OK;
}

enum status stored_open(struct stored *stored, const void *from, size_t from_len, struct err *err)
{
    struct stored_head head;
    TRY(stored_head_open(&head, from, from_len, err));
    const char *data = (const char *)from + head.bytes;
    size_t len = from_len - head.bytes;
    struct stored_header header;
    if (len < sizeof header || memcmp(data, magic, sizeof magic) != 0)
        return err_set(err, STATUS_CORRUPT, "a stored record is damaged: no header");
    memcpy(&header, data, sizeof header);
    if (header.piece_count > STORED_PIECES || bytes_at(header.piece_count) > len)
        return err_set(err, STATUS_CORRUPT, "a stored record is damaged: cut short");
    size_t room = len - bytes_at(header.piece_count);
    for (int i = 0; i < STORED_SECTIONS; i++)
        if (header.section[i].offset > room || header.section[i].len > room - header.section[i].offset)
            return err_set(err, STATUS_CORRUPT, "a stored record is damaged: section %d", i);
    for (uint32_t i = 0; i < header.piece_count; i++) {
        struct stored_text text = text_at(data, i);
        if (!text_right(&text, room))
            return err_set(err, STATUS_CORRUPT, "a stored record is damaged: text %u", i);
    }
    *stored = (struct stored){data, len, header.piece_count};
    return STATUS_OK;
}

const char *stored_section(const struct stored *stored, enum stored_section section, size_t *len)
{
    struct stored_span span;
    memcpy(&span, stored->data + offsetof(struct stored_header, section) + (size_t)section * sizeof span, sizeof span);
    *len = span.len;
    return stored->data + bytes_at(stored->piece_count) + span.offset;
}

struct text_piece stored_piece(const struct stored *stored, uint32_t index)
{
    struct stored_text text = text_at(stored->data, index);
    struct text_piece piece = {.group = (enum field_group)text.group, .lang = text.lang,
                               .vocab = (enum vocab_name)text.vocab};
    if (piece.vocab == VOCAB_COUNT) {
        piece.text = stored->data + bytes_at(stored->piece_count) + text.offset_or_ordinal;
        piece.len = text.len;
    } else {
        piece.ordinal = (uint16_t)text.offset_or_ordinal;
        piece.text = vocab_entry(piece.vocab, piece.ordinal)->label[piece.lang];
        piece.len = strlen(piece.text);
    }
    return piece;
}
