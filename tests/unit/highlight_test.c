/* Why a record was found, and the piece of text that shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "oracle.h"
#include "search/guide.h"
#include "searchd/highlight.h"
#include "search/request.h"

enum { RANDOM_TEXTS = 1500, TEXT_PIECES = 120, CORPUS_ROUNDS = 400 };

static struct {
    struct analyser *analyser;
    struct arena arena;
    struct oracle_world world;
    struct oracle_pool pool;
} t;

/* ---- records and queries ---------------------------------------------------------------------------------------- */

/* A record of these texts in one language; NULL: none. */
static struct stored texts(struct buf *data, int lang, const char *title, const char *summary, const char *body)
{
    struct record record;
    struct stored stored;
    record_init(&record);
    record.id = "x";
    record.kind = RECORD_ACTIVITY;
    record.title.in[lang] = title;
    record.summary.in[lang] = summary;
    record.body.in[lang] = body;
    buf_reset(data);
    assert_int_equal(stored_write(&record, data, NULL), STATUS_OK);
    assert_int_equal(stored_open(&stored, data->data, data->len, NULL), STATUS_OK);
    return stored;
}

static const struct highlighter *highlighter_for(const struct query *query)
{
    const struct highlighter *highlighter;
    assert_int_equal(highlighter_new(&highlighter, query, &t.arena, NULL), STATUS_OK);
    return highlighter;
}

static struct query *parse(const char *q)
{
    struct query *query;
    assert_int_equal(query_parse(&query, q, strlen(q), t.analyser, &t.arena, NULL), STATUS_OK);
    return query;
}

static const struct highlighter *highlighter_of(const char *q)
{
    return highlighter_for(parse(q));
}

/* "word: field form text" of each reason, a line each. */
static char *reasons_for(const struct stored *stored, const struct query *query)
{
    struct reason *reasons;
    size_t count;
    struct buf out = BUF_INIT;
    /* more are expected than there can be: every word is looked at in the end */
    assert_int_equal(highlight_reasons(highlighter_for(query), t.analyser, stored, REQUEST_QUERY_WORDS + 1,
                                       &t.arena, &reasons, &count, NULL),
                     STATUS_OK);
    for (size_t i = 0; i < count; i++)
        buf_addf(&out, "%s%s: %s %s %.*s", i ? "\n" : "", reasons[i].word->text, field_group_name(reasons[i].field),
                 match_form_name(reasons[i].form), (int)reasons[i].len, reasons[i].text);
    buf_add(&out, "", 0);
    char *text = strdup(buf_str(&out));
    buf_release(&out);
    return text;
}

static char *reasons_of(const struct stored *stored, const char *q)
{
    return reasons_for(stored, parse(q));
}

static char *snippet_of(const struct stored *stored, const char *q, int lang)
{
    struct buf out = BUF_INIT;
    assert_int_equal(highlight_snippet(highlighter_of(q), t.analyser, stored, lang, &out, NULL), STATUS_OK);
    char *text = strdup(buf_str(&out));
    buf_release(&out);
    return text;
}

/* ---- reasons ---------------------------------------------------------------------------------------------------- */

static const struct {
    int lang;
    const char *title, *q, *reasons;
} forms[] = {
    {RECORD_FI, "Kävely", "kävely", "kävely: title exact Kävely"},
    {RECORD_FI, "Lähde kävelylle", "kävely", "kävely: title inflection kävelylle"},
    {RECORD_FI, "Kävely", "kävelylle", "kävelylle: title inflection Kävely"},
    {RECORD_FI, "Kävelyryhmä", "kävely", "kävely: title compound-part Kävelyryhmä"},
    {RECORD_FI, "Kävelyryhmässä", "ryhmä", "ryhmä: title compound-part Kävelyryhmässä"},
    {RECORD_FI, "Ryhmä lähtee kävelylle", "kävelyryhmä", "kävelyryhmä: title part-of-query Ryhmä"},
    {RECORD_FI, "Kävelyryhmän lähtö", "kävelyryhmä", "kävelyryhmä: title inflection Kävelyryhmän"},
    {RECORD_SV, "Klubbar på torsdag", "klubben", "klubben: title stem Klubbar"},
    {RECORD_SV, "Promenad", "promenad", "promenad: title exact Promenad"},
    {RECORD_EN, "Walking together", "walks", "walks: title stem Walking"},
    {RECORD_FI, "Jumppa", "kävely", ""},
    {RECORD_FI, "Kävely ja jumppa", "jumppaa kävellen uimaan", "jumppaa: title inflection jumppa"},
    {RECORD_FI, "Kohtaamispaikka- ja ryhmätoiminta", "kohtaamispaikkatoiminta",
     "kohtaamispaikkatoiminta: title exact Kohtaamispaikka"}, /* the hyphen stands for the rest */
};

static void a_reason_names_the_form_in_which_a_word_was_met(void **state)
{
    (void)state;
    struct buf data = BUF_INIT;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct stored stored = texts(&data, forms[i].lang, forms[i].title, NULL, NULL);
        char *reasons = reasons_of(&stored, forms[i].q);
        if (strcmp(reasons, forms[i].reasons) != 0)
            fail_msg("\"%s\" in \"%s\": \"%s\" instead of \"%s\"", forms[i].q, forms[i].title, reasons,
                     forms[i].reasons);
        free(reasons);
    }
    buf_release(&data);
}

static const struct {
    const char *title, *q, *reasons;
} guided[] = {
    {"Ikäihmisten kahvila", "vanhuksille", "vanhuksille: title synonym Ikäihmisten"},
    {"Vanhusten ja ikäihmisten kahvila", "ikäihmisille", "ikäihmisille: title inflection ikäihmisten"},
    {"Ikäihmisten kerho", "vanhustenkerho", "vanhustenkerho: title part-of-query kerho"},
    {"Ikäihmisten piiri", "vanhustenkerho", "vanhustenkerho: title synonym Ikäihmisten"},
    {"Lemmikin lainaus", "koirakaveri", "koirakaveri: title synonym Lemmikin"},
    {"Koirakaveri tulee käymään", "lemmikin lainaus",
     "lemmikin: title synonym Koirakaveri\nlainaus: title synonym Koirakaveri"},
    {"Ikäihmisten kahvila", "\"vanhuksille\"", ""},
};

static const char guided_rules[] = "vanhus, ikäihminen\nkoirakaveri, lemmikin lainaus\n";

static struct guides *open_guides(const char *rules)
{
    struct guides *guides;
    char *folder = files_folder(), *path = files_path(folder, "synonyms.txt");
    files_write(path, rules, strlen(rules));
    assert_int_equal(guides_open(&guides, path, NULL), STATUS_OK);
    files_remove(folder);
    free(folder);
    free(path); /* the guides look for it no more */
    return guides;
}

static void a_reason_says_when_a_synonym_was_met(void **state)
{
    (void)state;
    struct buf data = BUF_INIT;
    struct guides *guides = open_guides(guided_rules);
    struct guide *guide = guides_hold(guides);
    for (size_t i = 0; i < sizeof guided / sizeof *guided; i++) {
        struct stored stored = texts(&data, RECORD_FI, guided[i].title, NULL, NULL);
        struct query *query = parse(guided[i].q);
        assert_int_equal(guide_apply(guide, query, &t.arena, NULL), STATUS_OK);
        char *reasons = reasons_for(&stored, query);
        assert_string_equal(reasons, guided[i].reasons);
        free(reasons);
    }
    guide_release(guide);
    guides_free(guides);
    buf_release(&data);
}

static void a_reason_says_when_another_spelling_was_met(void **state)
{
    (void)state;
    struct buf data = BUF_INIT;
    struct stored stored = texts(&data, RECORD_FI, "Kirjaston lukupiirit ja kerhot", NULL, NULL);
    struct query *query = parse("lukupirii kerho");
    assert_int_equal(query_replace(query, 0, "lukupiiri", t.analyser, 0.7, &t.arena, NULL), STATUS_OK);
    char *reasons = reasons_for(&stored, query);
    assert_string_equal(reasons, "lukupirii: title correction lukupiirit\nkerho: title inflection kerhot");
    free(reasons);
    buf_release(&data);
}

static void the_title_says_more_than_the_body_and_the_form_more_than_a_part(void **state)
{
    (void)state;
    struct buf data = BUF_INIT;
    struct stored stored = texts(&data, RECORD_FI, "Kävelyryhmä", "Kävely", "kävely kävellen");
    char *reasons = reasons_of(&stored, "kävely");
    assert_string_equal(reasons, "kävely: title compound-part Kävelyryhmä"); /* the better field wins */
    free(reasons);
    stored = texts(&data, RECORD_FI, "Retki", NULL, "Kävelyryhmä lähtee kävelylle. Kävely on hyväksi.");
    reasons = reasons_of(&stored, "kävely");
    assert_string_equal(reasons, "kävely: body exact Kävely"); /* in one field, the better form */
    free(reasons);
    buf_release(&data);
}

static void every_word_has_its_own_reason_in_the_order_of_the_query(void **state)
{
    (void)state;
    struct buf data = BUF_INIT;
    struct stored stored = texts(&data, RECORD_FI, "Jumppa", "Kahvia ja laulua", "Kerho kokoontuu tupaan.");
    char *reasons = reasons_of(&stored, "kerho laulu tanssi jumppa");
    assert_string_equal(reasons, "kerho: body exact Kerho\nlaulu: summary inflection laulua\n"
                                 "jumppa: title exact Jumppa");
    free(reasons);
    reasons = reasons_of(&stored, "");
    assert_string_equal(reasons, "");
    free(reasons);
    buf_release(&data);
}

static void the_name_of_a_code_is_a_reason(void **state)
{
    (void)state;
    struct record record;
    struct buf data = BUF_INIT;
    struct stored stored;
    uint16_t theme = (uint16_t)vocab_find(VOCAB_THEME, "jumppa", 6);
    uint16_t area = (uint16_t)vocab_find(VOCAB_AREA, "491", 3);
    record_init(&record);
    record.id = "x";
    record.kind = RECORD_ACTIVITY;
    record.title.in[RECORD_FI] = "Maanantai";
    record.theme = &theme;
    record.theme_count = 1;
    record.area = (struct area){SCOPE_MUNICIPALITY, &area, 1};
    assert_int_equal(stored_write(&record, &data, NULL), STATUS_OK);
    assert_int_equal(stored_open(&stored, data.data, data.len, NULL), STATUS_OK);
    char *reasons = reasons_of(&stored, "jumppaan mikkelissä");
    assert_string_equal(reasons, "jumppaan: label inflection Jumppa\nmikkelissä: place inflection Mikkeli");
    free(reasons);
    buf_release(&data);
}

/* ---- snippets --------------------------------------------------------------------------------------------------- */

static void snippets_show_the_words_and_escape_the_rest(void **state)
{
    (void)state;
    static const struct {
        const char *summary, *q, *snippet;
    } cases[] = {
        {"Lähdetään kävelylle yhdessä.", "kävely", "Lähdetään <em>kävelylle</em> yhdessä."},
        {"Kävely, kävely & jumppa", "jumppa kävely", "<em>Kävely</em>, <em>kävely</em> &amp; <em>jumppa</em>"},
        {"a<b>\"c\"'d' & kerho", "kerho", "a&lt;b&gt;&quot;c&quot;&#39;d&#39; &amp; <em>kerho</em>"},
        {"Yksi.\n\nKaksi.\nKolme.", "tanssi", "Yksi. Kaksi. Kolme."},
        {"Kerho.\n\nKerho.", "kerho", "<em>Kerho</em>. <em>Kerho</em>."},
        {"Tanssit", "", "Tanssit"},
        {"<em>kerho</em>", "kerho", "&lt;em&gt;<em>kerho</em>&lt;/em&gt;"},
        {"Kohtaamispaikka- ja ryhmätoiminta", "kohtaamispaikkatoiminta",
         "<em>Kohtaamispaikka</em>- ja <em>ryhmätoiminta</em>"},
    };
    struct buf data = BUF_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stored stored = texts(&data, RECORD_FI, "T", cases[i].summary, NULL);
        char *snippet = snippet_of(&stored, cases[i].q, RECORD_FI);
        if (strcmp(snippet, cases[i].snippet) != 0)
            fail_msg("\"%s\": \"%s\" instead of \"%s\"", cases[i].q, snippet, cases[i].snippet);
        free(snippet);
    }
    buf_release(&data);
}

static void there_is_no_snippet_in_a_language_without_text(void **state)
{
    (void)state;
    struct buf data = BUF_INIT;
    struct stored stored = texts(&data, RECORD_SV, "Klubb", "Vi dansar", "Kom med");
    char *fi = snippet_of(&stored, "klubb", RECORD_FI), *sv = snippet_of(&stored, "", RECORD_SV);
    assert_string_equal(fi, "");
    assert_string_equal(sv, "Vi dansar");
    free(fi);
    free(sv);
    buf_release(&data);
}

static char *repeat(const char *before, const char *part, size_t times, const char *after)
{
    struct buf out = BUF_INIT;
    buf_adds(&out, before);
    for (size_t i = 0; i < times; i++)
        buf_adds(&out, part);
    buf_adds(&out, after);
    return out.data;
}

static void a_long_text_is_shown_around_the_most_words_with_dots_where_it_was_cut(void **state)
{
    (void)state;
    struct buf data = BUF_INIT;
    char *body = repeat("Jumppa alkaa. ", "Muuta asiaa on paljon. ", 30, "Jumppa ja laulu ja kahvi. ");
    char *longer = repeat(body, "Loppu on pitkä. ", 30, "");
    struct stored stored = texts(&data, RECORD_FI, "T", "Lyhyt jumppa", longer);
    char *snippet = snippet_of(&stored, "jumppa laulu kahvi", RECORD_FI);
    assert_non_null(strstr(snippet, "<em>Jumppa</em> ja <em>laulu</em> ja <em>kahvi</em>. Loppu"));
    assert_int_equal(strncmp(snippet, "… ", strlen("… ")), 0);
    assert_string_equal(snippet + strlen(snippet) - strlen(" …"), " …");
    free(snippet);
    snippet = snippet_of(&stored, "jumppa", RECORD_FI); /* as many words in the summary, which comes first */
    assert_string_equal(snippet, "Lyhyt <em>jumppa</em>");
    free(snippet);
    free(body);
    free(longer);
    buf_release(&data);
}

/* ---- what holds for any snippet --------------------------------------------------------------------------------- */

/* Takes off marks and escapes; fails on a broken one. */
static char *plain_of(const char *snippet)
{
    static const char *const escapes[][2] = {
        {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"}};
    struct buf out = BUF_INIT;
    bool marked = false;
    for (const char *at = snippet; *at;) {
        const char *tag = marked ? "</em>" : "<em>", *text = NULL;
        size_t step = 0;
        for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++) {
            if (strncmp(at, escapes[i][0], strlen(escapes[i][0])) == 0) {
                text = escapes[i][1];
                step = strlen(escapes[i][0]);
            }
        }
        if (text) {
            buf_adds(&out, text);
            at += step;
        } else if (strncmp(at, tag, strlen(tag)) == 0) {
            at += strlen(tag);
            assert_true(!marked || at[-6] != '>'); /* never empty */
            marked = !marked;
        } else if (strchr("&<>\"'\n", *at)) {
            fail_msg("a broken mark or escape at \"%s\" of \"%s\"", at, snippet);
        } else {
            buf_addc(&out, *at++);
        }
    }
    assert_false(marked);
    assert_int_equal(utf8_check(buf_str(&out), out.len), out.len);
    buf_add(&out, "", 0);
    char *plain = strdup(buf_str(&out));
    buf_release(&out);
    return plain;
}

/* One blank for a run of line ends, as snippets show them. */
static char *folded(const char *text)
{
    char *out = strdup(text), *to = out;
    for (const char *at = text; *at; at++)
        if (*at != '\n')
            *to++ = *at;
        else if (at == text || at[-1] != '\n')
            *to++ = ' ';
    *to = '\0';
    return out;
}

/* Well-formed, within the limit, and a piece of the text. */
static void is_piece_of(const char *snippet, const char *text)
{
    char *plain = plain_of(snippet), *source = folded(text), *at = plain;
    size_t len = strlen(plain);
    if (strncmp(at, "… ", strlen("… ")) == 0) {
        at += strlen("… ");
        len -= strlen("… ");
    }
    if (len >= strlen(" …") && strcmp(at + len - strlen(" …"), " …") == 0)
        len -= strlen(" …");
    at[len] = '\0';
    for (; *at == ' '; at++)
        len--;
    assert_true(len <= SNIPPET_BYTES);
    if (!strstr(source, at))
        fail_msg("\"%s\" is no piece of \"%s\"", at, source);
    free(plain);
    free(source);
}

static void any_text_is_cut_between_characters_escapes_and_marks(void **state)
{
    (void)state;
    static const char *const pieces[] = {
        "&", "<", ">", "\"", "'", "ä", "😀", "€", " ", " ", " ", "\n", "\n\n", ".", "-", "kävely",
        "kävelyryhmässä", "kävelyllä", "x", "Kerho", "&amp;", "<em>", "</em>",
        "kohtaamispaikka- ja ryhmätoiminta",
        "äääääääääääääääääääääää"};
    const size_t all = sizeof pieces / sizeof *pieces;
    struct oracle_random random = {41};
    struct buf data = BUF_INIT;
    for (int round = 0; round < RANDOM_TEXTS; round++) {
        struct buf text = BUF_INIT;
        size_t count = 1 + oracle_below(&random, TEXT_PIECES), kinds = 1 + oracle_below(&random, all);
        size_t first = oracle_below(&random, all);
        for (size_t i = 0; i < count; i++)
            buf_adds(&text, pieces[(first + oracle_below(&random, kinds)) % all]);
        arena_reset(&t.arena);
        struct stored stored = texts(&data, RECORD_FI, "T", NULL, text.data);
        char *snippet = snippet_of(&stored, round % 3 ? "kävely kerho" : "kohtaamispaikkatoiminta x", RECORD_FI);
        is_piece_of(snippet, text.data);
        free(snippet);
        buf_release(&text);
    }
    buf_release(&data);
}

/* Lengths around the window's, with the match at the beginning, in the middle and at the end. */
static void texts_about_as_long_as_the_window_are_cut_right(void **state)
{
    (void)state;
    struct buf data = BUF_INIT;
    for (size_t before = 0; before < SNIPPET_BYTES + 80; before += 3) {
        for (size_t after = 0; after < SNIPPET_BYTES + 80; after += 11) {
            char *head = repeat("", before % 2 ? "ä" : "a ", before / 2, before % 2 ? " kävely" : "kävely");
            char *text = repeat(head, after % 2 ? "ö" : " b", after / 2, "");
            struct stored stored = texts(&data, RECORD_FI, "T", NULL, text);
            arena_reset(&t.arena);
            char *snippet = snippet_of(&stored, "kävely", RECORD_FI);
            is_piece_of(snippet, text);
            if (after % 2 == 0)
                assert_non_null(strstr(snippet, "<em>kävely</em>"));
            free(snippet);
            free(head);
            free(text);
        }
    }
    buf_release(&data);
}

static void a_word_longer_than_the_window_is_cut_and_not_marked(void **state)
{
    (void)state;
    struct buf data = BUF_INIT;
    char *word = repeat("kerho", "ä", SNIPPET_BYTES, ""), *q = repeat("", word, 1, "");
    struct stored stored = texts(&data, RECORD_FI, "T", NULL, word);
    char *snippet = snippet_of(&stored, q, RECORD_FI);
    is_piece_of(snippet, word);
    assert_null(strstr(snippet, "<em>"));
    free(snippet);
    free(word);
    free(q);
    buf_release(&data);
}

/* Every word of the corpus that is in the query as it stands is marked where it is shown. */
static void snippets_of_the_corpus_are_pieces_of_its_texts(void **state)
{
    (void)state;
    struct oracle_random random = {42};
    struct buf data = BUF_INIT;
    size_t shown = 0, marked = 0;
    for (int round = 0; round < CORPUS_ROUNDS; round++) {
        const struct record *record = t.world.facts[oracle_below(&random, t.world.count)].record;
        int lang = oracle_chance(&random, 80) ? RECORD_FI : RECORD_SV;
        const char *body = record->body.in[lang];
        struct token token = {0, 0};
        if (!body)
            continue;
        arena_reset(&t.arena);
        struct stored stored = texts(&data, lang, "T", NULL, body);
        size_t at = 0, skip = oracle_below(&random, 60);
        while (token_next(body, strlen(body), &at, &token) && skip)
            skip--;
        char *word = strndup(body + token.offset, token.len);
        char *q = repeat(word, " ", 1, t.pool.words[oracle_below(&random, t.pool.count)]);
        char *snippet = snippet_of(&stored, word, lang), *two = snippet_of(&stored, q, lang);
        char *mark = repeat("<em>", word, 1, "</em>");
        is_piece_of(snippet, body);
        is_piece_of(two, body);
        if (!strpbrk(word, "'")) {
            shown++;
            if (!strstr(snippet, "<em>"))
                fail_msg("\"%s\" is not marked in \"%s\"", word, snippet);
            marked += strstr(snippet, mark) != NULL;
        }
        free(mark);
        free(two);
        free(snippet);
        free(q);
        free(word);
    }
    assert_true(shown > CORPUS_ROUNDS / 3 && marked > shown * 3 / 4);
    buf_release(&data);
}

/* ---- the sieve, against reading every word ---------------------------------------------------------------------- */

static char *some_query(struct oracle_random *random, size_t words)
{
    struct buf q = BUF_INIT;
    size_t first = oracle_below(random, t.pool.count);
    for (size_t i = 0; i < words; i++) /* neighbours come from the same record */
        buf_addf(&q, "%s ", t.pool.words[(first + oracle_below(random, 6)) % t.pool.count]);
    return q.data;
}

static char *some_words(struct oracle_random *random, size_t words)
{
    struct buf q = BUF_INIT;
    for (size_t i = 0; i < words; i++)
        buf_addf(&q, "%s ", t.pool.words[oracle_below(random, t.pool.count)]);
    return q.data;
}

/* Which words of the query a record has, as the oracle finds it. */
static size_t words_had(uint32_t record, const struct oracle_word *const *words, size_t count, bool *had)
{
    size_t sum = 0;
    for (size_t w = 0; w < count; w++) {
        size_t found_count;
        const struct oracle_found *found = oracle_word_found(words[w], &found_count);
        had[w] = false;
        for (size_t i = 0; i < found_count; i++)
            had[w] |= found[i].record == record && found[i].has;
        sum += had[w];
    }
    return sum;
}

static bool has_part(const struct query_word *word, uint32_t record)
{
    for (size_t p = 0; p < word->part_count; p++)
        if (oracle_has_any(&t.world, &t.world.facts[record], &word->parts[p]))
            return true;
    return false;
}

static void check_reasons(uint32_t record, const struct query *query, const bool *had, size_t expected)
{
    const struct highlighter *highlighter;
    struct stored stored;
    struct reason *reasons;
    struct buf data = BUF_INIT;
    bool given[REQUEST_QUERY_WORDS] = {false};
    size_t count;
    assert_int_equal(stored_write(t.world.facts[record].record, &data, NULL), STATUS_OK);
    assert_int_equal(stored_open(&stored, data.data, data.len, NULL), STATUS_OK);
    assert_int_equal(highlighter_new(&highlighter, query, &t.arena, NULL), STATUS_OK);
    assert_int_equal(highlight_reasons(highlighter, t.analyser, &stored, expected, &t.arena, &reasons, &count, NULL),
                     STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        assert_true(i == 0 || reasons[i].word > reasons[i - 1].word);
        size_t w = (size_t)(reasons[i].word - query->words);
        given[w] = true;
        if (reasons[i].form == MATCH_SYNONYM && !had[w] && !has_part(&query->words[w], record))
            fail_msg("%s is said to have \"%s\" by \"%.*s\"", t.world.facts[record].record->id, query->words[w].text,
                     (int)reasons[i].len, reasons[i].text);
    }
    for (size_t w = 0; w < query->word_count; w++)
        if (had[w] && !given[w])
            fail_msg("no reason why %s has \"%s\"", t.world.facts[record].record->id, query->words[w].text);
    buf_release(&data);
}

static void every_word_that_a_record_has_gets_a_reason(void **state)
{
    (void)state;
    struct oracle_random random = {43};
    size_t checked = 0;
    for (int round = 0; round < CORPUS_ROUNDS; round++) {
        const struct oracle_word *words[REQUEST_QUERY_WORDS];
        struct query *query;
        bool had[REQUEST_QUERY_WORDS];
        char *q = some_query(&random, 1 + oracle_below(&random, 4));
        arena_reset(&t.arena);
        assert_int_equal(query_parse(&query, q, strlen(q), t.analyser, &t.arena, NULL), STATUS_OK);
        size_t count = oracle_words(&t.world, q, words);
        assert_int_equal(query ? query->word_count : 0, count);
        for (uint32_t record = 0, shown = 0; query && record < t.world.count && shown < 5; record++) {
            size_t expected = words_had(record, words, count, had);
            if (expected == 0 || !oracle_chance(&random, 30))
                continue;
            check_reasons(record, query, had, expected);
            shown++;
            checked++;
        }
        free(q);
    }
    printf("figure: reasons: %zu records with words checked\n", checked);
    assert_true(checked > 1000);
}

/* The record's texts have the word as it is searched for: itself, its parts, or a phrase that stands for it. */
static bool has_word(const struct query *query, size_t w, uint32_t record)
{
    const struct oracle_facts *f = &t.world.facts[record];
    const struct query_word *word = &query->words[w];
    size_t parts = 0;
    for (size_t p = 0; p < word->part_count; p++)
        parts += oracle_has_any(&t.world, f, &word->parts[p]);
    if (oracle_has_any(&t.world, f, &word->whole) || (parts && parts == word->part_count))
        return true;
    for (size_t a = 0; a < query->alternative_count; a++) {
        const struct query_alternative *other = &query->alternatives[a];
        bool all = other->first <= w && w < other->first + other->words;
        for (size_t g = 0; g < other->group_count; g++)
            all = all && oracle_has_any(&t.world, f, &other->groups[g]);
        if (all)
            return true;
    }
    return false;
}

static void every_word_that_a_record_has_by_a_synonym_gets_a_reason(void **state)
{
    (void)state;
    static const char *const asked[] = {
        "vanhukselle juttuseuraa", "leski", "jumppa ikäihmisille", "vapaaehtoinen ystävä", "avioero", "mummokaveri",
        "velat", "lukupiiri", "kuntosali senioreille", "yksinäisyys", "muistisairaus", "päihdeongelma", "ruoka-apu",
        "isoäiti", "eläkkeelle jäänyt mies", "puhelinystävä", "kielikahvila", "liikuntaryhmä", "tukihenkilö", "suru",
    };
    struct guides *guides;
    size_t checked = 0;
    assert_int_equal(guides_open(&guides, NULL, NULL), STATUS_OK);
    struct guide *guide = guides_hold(guides);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        arena_reset(&t.arena);
        struct query *query = parse(asked[i]);
        assert_int_equal(query_derive(query, &t.arena, NULL), STATUS_OK);
        assert_int_equal(guide_apply(guide, query, &t.arena, NULL), STATUS_OK);
        for (uint32_t record = 0; record < t.world.count; record++) {
            bool had[REQUEST_QUERY_WORDS] = {false};
            size_t expected = 0;
            for (size_t w = 0; w < query->word_count; w++)
                expected += had[w] = has_word(query, w, record);
            if (expected == 0)
                continue;
            check_reasons(record, query, had, expected);
            checked++;
        }
    }
    printf("figure: reasons: %zu records checked that have words by synonyms too\n", checked);
    assert_true(checked > 500);
    guide_release(guide);
    guides_free(guides);
}

struct meeting_words {
    struct query *query;
    size_t last, met; /* offset of the last token that was met; how many */
};

static bool has_term(const struct query_group *group, const struct term *term)
{
    for (size_t i = 0; i < group->term_count; i++)
        if (group->terms[i].len == term->len && memcmp(group->terms[i].text, term->text, term->len) == 0)
            return true;
    return false;
}

static enum status meet_naively(void *context, const struct token *token, const struct word *word, struct err *err)
{
    (void)err;
    struct meeting_words *m = context;
    bool met = false;
    for (size_t i = 0; i < word->term_count; i++) {
        for (size_t w = 0; w < m->query->word_count; w++) {
            met |= has_term(&m->query->words[w].whole, &word->terms[i]);
            for (size_t p = 0; p < m->query->words[w].part_count; p++)
                met |= has_term(&m->query->words[w].parts[p], &word->terms[i]);
        }
    }
    if (met && m->last != token->offset) {
        m->met++;
        m->last = token->offset;
    }
    return STATUS_OK;
}

static size_t count_marks(const char *snippet)
{
    size_t count = 0;
    for (const char *at = snippet; (at = strstr(at, "<em>")); at++)
        count++;
    return count;
}

/* Summaries that are shown whole: the marks are all words that match.  The sieve may miss forms that begin unlike their
 * lemma and completed ellipses, and marks nothing that does not match. */
static void marks_are_nearly_all_words_that_match_and_no_others(void **state)
{
    (void)state;
    struct oracle_random random = {44};
    struct buf data = BUF_INIT;
    size_t matching = 0, marked = 0;
    for (int round = 0; round < 5 * CORPUS_ROUNDS; round++) {
        const char *text = t.world.facts[oracle_below(&random, t.world.count)].record->summary.in[RECORD_FI];
        struct text_piece piece = {.group = GROUP_SUMMARY, .lang = RECORD_FI, .vocab = VOCAB_COUNT};
        struct meeting_words meeting = {.last = SIZE_MAX};
        if (!text || strlen(text) > SNIPPET_BYTES)
            continue;
        arena_reset(&t.arena);
        char *q = some_words(&random, 20);
        assert_int_equal(query_parse(&meeting.query, q, strlen(q), t.analyser, &t.arena, NULL), STATUS_OK);
        if (meeting.query) {
            struct stored stored = texts(&data, RECORD_FI, "T", text, NULL);
            char *snippet = snippet_of(&stored, q, RECORD_FI);
            assert_int_equal(analyse_text(t.analyser, text, strlen(text), text_language(&piece), meet_naively, &meeting,
                                          NULL), STATUS_OK);
            assert_true(count_marks(snippet) <= meeting.met);
            matching += meeting.met;
            marked += count_marks(snippet);
            free(snippet);
        }
        free(q);
    }
    printf("figure: snippets: %zu of %zu matching words are marked\n", marked, matching);
    assert_true(matching > 200 && marked * 100 >= matching * 97);
    buf_release(&data);
}

/* ---- setting up ------------------------------------------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    size_t count;
    int32_t today[ORACLE_TODAYS] = {20000, 20000, 20000};
    if (vocab_load(NULL) != STATUS_OK || analyser_open(&t.analyser, 0, NULL) != STATUS_OK)
        return 1;
    char **paths = oracle_corpus(&count);
    oracle_load(&t.world, (const char *const *)paths, count, today);
    oracle_corpus_free(paths, count);
    oracle_pool_fill(&t.pool, &t.world);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    oracle_pool_release(&t.pool);
    oracle_release(&t.world);
    analyser_free(t.analyser);
    arena_release(&t.arena);
    vocab_unload();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reason_names_the_form_in_which_a_word_was_met),
        cmocka_unit_test(a_reason_says_when_a_synonym_was_met),
        cmocka_unit_test(a_reason_says_when_another_spelling_was_met),
        cmocka_unit_test(the_title_says_more_than_the_body_and_the_form_more_than_a_part),
        cmocka_unit_test(every_word_has_its_own_reason_in_the_order_of_the_query),
        cmocka_unit_test(the_name_of_a_code_is_a_reason),
        cmocka_unit_test(snippets_show_the_words_and_escape_the_rest),
        cmocka_unit_test(there_is_no_snippet_in_a_language_without_text),
        cmocka_unit_test(a_long_text_is_shown_around_the_most_words_with_dots_where_it_was_cut),
        cmocka_unit_test(any_text_is_cut_between_characters_escapes_and_marks),
        cmocka_unit_test(texts_about_as_long_as_the_window_are_cut_right),
        cmocka_unit_test(a_word_longer_than_the_window_is_cut_and_not_marked),
        cmocka_unit_test(snippets_of_the_corpus_are_pieces_of_its_texts),
        cmocka_unit_test(every_word_that_a_record_has_gets_a_reason),
        cmocka_unit_test(every_word_that_a_record_has_by_a_synonym_gets_a_reason),
        cmocka_unit_test(marks_are_nearly_all_words_that_match_and_no_others),
    };
    return cmocka_run_group_tests_name("highlight", tests, set_up, tear_down);
}
