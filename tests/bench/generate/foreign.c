#include "tests/bench/generate/foreign.h"

#include "tests/bench/generate/text.h"

/* In a pattern # is a noun, ~ an adjective and @ the town. */
struct language {
    const char *code;
    const char *const *nouns, *const *adjectives, *const *titles, *const *sentences;
    size_t noun_count, adjective_count, title_count, sentence_count;
};

static const char *const swedish_nouns[] = {
    "gruppen", "föreningen", "träffen", "kaffet", "verksamheten", "kursen", "familjen", "barnen", "ungdomarna",
    "seniorerna", "vännerna", "stödet", "hjälpen", "rådgivningen", "klubben", "kören", "musiken", "dansen",
    "promenaden", "utflykten", "skogen", "trädgården", "biblioteket", "byn", "staden", "kommunen", "församlingen",
    "köket", "lunchen", "språket", "datorn", "telefonen", "arbetet", "hobbyn", "spelet", "boken", "berättelsen",
    "sorgen", "vardagen", "hälsan", "motionen", "simhallen", "gymnastiken", "handarbetet", "konsten", "teatern",
    "filmen", "historien", "minnet", "sjukdomen", "anhörigvårdaren", "vårdaren", "läkaren", "läraren", "ledaren",
    "frivilliga", "medlemmarna", "besökarna", "grannarna", "föräldrarna", "mormor", "morfar", "hunden", "båten",
    "sommaren", "vintern", "festen", "konserten", "marknaden", "projektet", "ansökan", "mötet", "styrelsen"};
static const char *const swedish_adjectives[] = {
    "öppna", "trygga", "nya", "gemensamma", "lugna", "roliga", "svenska", "lokala", "kostnadsfria", "varma", "ensamma",
    "unga", "äldre", "små", "stora", "vänliga", "digitala", "kreativa", "viktiga", "tillgängliga"};
static const char *const swedish_titles[] = {
    "Öppet hus: #", "# och # i @", "Den ~ #", "# för alla", "Kom med i #", "# i @", "Svenska # i @"};
static const char *const swedish_sentences[] = {
    "# samlas varje vecka i @.", "Vi dricker kaffe och talar om #.", "Du är välkommen till # som du är.",
    "# leds av ~ frivilliga.", "Det kostar ingenting att delta i #.", "Anmäl dig till # senast en vecka innan.",
    "Här kan du träffa # och prova på #.", "# ger stöd när vardagen känns tung.", "Ta gärna med # och en vän.",
    "Efter # äter vi lunch tillsammans.", "Lokalen är tillgänglig, och # finns på samma våning.",
    "På hösten ordnar vi # och på våren #.", "Berätta om # för din granne.", "Vi söker ~ medlemmar till #.",
    "Ledaren hjälper dig med #, # och #."};

static const char *const english_nouns[] = {
    "group", "association", "meeting", "coffee", "activity", "course", "family", "children", "youth", "seniors",
    "friends", "support", "help", "advice", "club", "choir", "music", "dance", "walk", "trip", "forest", "garden",
    "library", "village", "city", "municipality", "parish", "kitchen", "lunch", "language", "computer", "phone",
    "work", "hobby", "game", "book", "story", "grief", "everyday life", "health", "exercise", "swimming", "crafts",
    "art", "theatre", "film", "history", "memory", "illness", "carer", "nurse", "doctor", "teacher", "instructor",
    "volunteers", "members", "visitors", "neighbours", "parents", "grandmother", "dog", "boat", "summer", "winter",
    "festival", "concert", "market", "project", "application", "board", "newcomers", "conversation", "workshop"};
static const char *const english_adjectives[] = {
    "open", "safe", "new", "shared", "quiet", "cheerful", "Finnish", "local", "free", "warm", "lonely", "young",
    "older", "small", "large", "friendly", "digital", "creative", "important", "accessible"};
static const char *const english_titles[] = {
    "Open doors: # and #", "The ~ # of @", "A ~ # for everyone", "# and # in @", "Come and join our #",
    "Weekly # in @", "The # you were looking for"};
static const char *const english_sentences[] = {
    "The # meets every week in @.", "We drink coffee and talk about #.", "You are welcome to the # just as you are.",
    "Our ~ # is led by trained volunteers.", "Taking part in the # is free of charge.",
    "Please sign up for the # a week before.", "Here you can meet ~ # and try #.",
    "The # gives support when life feels heavy.", "Bring your # and a friend along.",
    "After the # we eat together.", "The rooms are accessible, and the # is on the same floor.",
    "In autumn we arrange # and in spring #.", "Tell your neighbours about the #.",
    "We are looking for ~ members for the #.", "The instructor helps you with #, # and #."};

static const struct language languages[FOREIGN_COUNT] = {
    {"sv", swedish_nouns, swedish_adjectives, swedish_titles, swedish_sentences,
     sizeof swedish_nouns / sizeof *swedish_nouns, sizeof swedish_adjectives / sizeof *swedish_adjectives,
     sizeof swedish_titles / sizeof *swedish_titles, sizeof swedish_sentences / sizeof *swedish_sentences},
    {"en", english_nouns, english_adjectives, english_titles, english_sentences,
     sizeof english_nouns / sizeof *english_nouns, sizeof english_adjectives / sizeof *english_adjectives,
     sizeof english_titles / sizeof *english_titles, sizeof english_sentences / sizeof *english_sentences},
};

const char *foreign_code(enum foreign language)
{
    return languages[language].code;
}

static void fill(const struct language *l, const char *pattern, const char *town, struct rng *rng,
                 const struct zipf *zipf, struct buf *out)
{
    size_t start = out->len;
    for (; *pattern; pattern++) {
        if (*pattern == '#')
            buf_adds(out, l->nouns[zipf_pick(zipf, rng, l->noun_count)]);
        else if (*pattern == '~')
            buf_adds(out, l->adjectives[zipf_pick(zipf, rng, l->adjective_count)]);
        else if (*pattern == '@')
            buf_adds(out, town);
        else
            buf_addc(out, *pattern);
    }
    text_capitalise(out, start);
}

void foreign_title(enum foreign language, const char *town, struct rng *rng, const struct zipf *zipf, struct buf *out)
{
    const struct language *l = &languages[language];
    fill(l, l->titles[rng_below(rng, (uint32_t)l->title_count)], town, rng, zipf, out);
}

void foreign_sentences(enum foreign language, const char *town, size_t sentences, struct rng *rng,
                       const struct zipf *zipf, struct buf *out)
{
    const struct language *l = &languages[language];
    for (size_t i = 0; i < sentences; i++) {
        if (i)
            buf_addc(out, ' ');
        fill(l, l->sentences[rng_below(rng, (uint32_t)l->sentence_count)], town, rng, zipf, out);
    }
}
