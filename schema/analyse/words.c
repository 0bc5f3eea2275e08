#include "analyse/words.h"

#include <stdlib.h>
#include <string.h>

/* Each table is in the order of its bytes.  With the forms that are typed without dots. */
/* clang-format off */
static const char *const finnish[] = {
    "aikana", "aina", "alla", "alle", "asti", "avulla", "ehkä", "ei", "eikä", "eikö", "eivät", "eivätkä", "eivätkö",
    "eli", "ellei", "ellen", "ellet", "emme", "emmekä", "en", "enkä", "enkö", "ennen", "eräs", "erästä", "erään",
    "eräät", "esimerkiksi", "et", "etkä", "etkö", "etta", "ette", "ettei", "ettekä", "etten", "ettet", "että", "han",
    "hanen", "he", "heidän", "heidät", "heihin", "heille", "heillä", "heiltä", "heissä", "heistä", "heitä", "heiän",
    "hyvin", "hän", "häneen", "hänelle", "hänellä", "häneltä", "hänen", "hänessä", "hänestä", "hänet", "häntä", "ihan",
    "itse", "itselle", "itselleen", "itselleni", "itsellesi", "itsellä", "itselläni", "itsellään", "itseltä", "itsen",
    "itseni", "itsensä", "itsesi", "itsestä", "itsestään", "itseä", "itseäni", "itseäsi", "itseään", "ja", "jo",
    "johdosta", "johon", "johonkin", "joiden", "joidenkin", "joihin", "joilla", "joille", "joilta", "joina", "joissa",
    "joista", "joita", "joitain", "joitakin", "joka", "jokainen", "jokaisella", "jokaiselle", "jokaisen", "jokaisessa",
    "jokaista", "jokin", "joko", "joksi", "joku", "jolla", "jollakin", "jolle", "jollekin", "jolta", "joltakin", "jona",
    "jonka", "jonkin", "jonku", "jonkun", "jonnekin", "jos", "joskin", "joskus", "jossa", "jossain", "jossakin",
    "josta", "jostain", "jostakin", "jota", "jotain", "jotakin", "jotakuta", "joten", "jotka", "jotkin", "jotkut",
    "jotta", "juuri", "jälkeen", "kai", "kaiken", "kaikilla", "kaikille", "kaikilta", "kaikissa", "kaikista", "kaikkea",
    "kaikki", "kaikkia", "kaikkien", "kaikkiin", "kans", "kanssa", "kanssaan", "kanssani", "kanssasi", "kautta",
    "keiden", "keille", "keillä", "keitä", "keneen", "kenelle", "kenellekään", "kenellä", "keneltä", "kenen",
    "kenenkään", "kenessä", "kenestä", "kenet", "ketkä", "ketä", "ketään", "kohti", "koska", "koskaan", "kuin",
    "kuinka", "kuinkahan", "kuka", "kukaan", "kukas", "kumman", "kumpaa", "kumpi", "kumpikaan", "kumpikin", "kun",
    "kunnes", "kuten", "kyllä", "lisäksi", "luokse", "luona", "luota", "lähellä", "me", "meidän", "meidät", "meihin",
    "meille", "meillä", "meiltä", "meissä", "meistä", "meitä", "meiän", "melko", "mie", "mihi", "mihin", "mihinkä",
    "mihinkään", "mika", "miksi", "mikä", "mikäli", "mikäs", "mikään", "milla", "millainen", "millaisen", "millaiset",
    "millaisia", "millaista", "millanen", "millasia", "millasta", "mille", "milloin", "millä", "millään", "miltä",
    "mina", "minka", "minkä", "minkälainen", "minkälaisia", "minkälaista", "minkään", "minne", "minua", "minulla",
    "minulle", "minulta", "minun", "minuna", "minussa", "minusta", "minut", "minuun", "minä", "minäkin", "mis", "missa",
    "missä", "missäpä", "missäs", "missään", "mist", "mista", "mistä", "mistäkin", "mistään", "mita", "miten", "mitkä",
    "mitä", "mitäs", "mitään", "miulla", "miulle", "miun", "molemmat", "molempia", "molempien", "montako", "mua",
    "muassa", "muiden", "muihin", "muilla", "muille", "muilta", "muissa", "muista", "muita", "mukaan", "mukana", "mul",
    "mulla", "mullakin", "mulle", "mult", "multa", "mun", "mut", "mutta", "muu", "muualla", "muun", "muut", "muuta",
    "myos", "myös", "myötä", "mä", "nama", "ne", "niiden", "niihin", "niiksi", "niille", "niillä", "niiltä", "niin",
    "niinku", "niinä", "niissä", "niistä", "niitä", "noiden", "noihin", "noilla", "noille", "noilta", "noin", "noissa",
    "noista", "noita", "nuo", "nyt", "näiden", "näihin", "näille", "näillä", "näiltä", "näin", "näissä", "näistä",
    "näitä", "nämä", "ois", "oisko", "ole", "olemme", "olen", "olenko", "olet", "olette", "oleva", "olevan", "olevat",
    "oli", "oliks", "olimme", "olin", "olisi", "olisiko", "olisimme", "olisin", "olisit", "olisivat", "olit", "olitte",
    "olivat", "olivatko", "olkoon", "olla", "ollaan", "olleet", "ollu", "ollut", "oltu", "on", "onko", "onkohan",
    "onks", "oon", "oot", "ootko", "ootte", "osalta", "ovat", "ovatko", "paitsi", "paljonko", "pitäisi", "pitäisikö",
    "pitää", "pitääkö", "puolesta", "päällä", "saakka", "saaks", "se", "seka", "sekä", "sellainen", "sellaisen",
    "sellaiset", "sellaisia", "sellaista", "sellanen", "sellasen", "sellaset", "sellasia", "sellasii", "sellasta",
    "semmoinen", "semmonen", "semmosen", "semmoset", "semmosia", "semmosii", "semmosta", "sen", "sie", "siel", "siella",
    "siellä", "sielt", "sieltä", "siihen", "siin", "siinä", "siis", "siitä", "siksi", "sille", "sillä", "siltä", "sina",
    "sinne", "sinua", "sinulla", "sinulle", "sinulta", "sinun", "sinussa", "sinusta", "sinut", "sinuun", "sinä",
    "sisällä", "siten", "sitte", "sitten", "sitä", "siulla", "siulle", "siun", "sua", "sul", "sulla", "sulle", "sult",
    "sulta", "sun", "sut", "sä", "taalla", "tahi", "tai", "taikka", "takia", "tama", "taman", "tata", "te", "teidän",
    "teidät", "teihin", "teille", "teillä", "teiltä", "teissä", "teistä", "teitä", "teiän", "toki", "tommoinen",
    "tommonen", "tommoset", "tommosia", "tommosii", "tommosta", "tosi", "tuo", "tuohon", "tuolla", "tuolle", "tuolta",
    "tuon", "tuona", "tuossa", "tuosta", "tuota", "tähän", "täksi", "tällainen", "tällaisen", "tällaiset", "tällaisia",
    "tällaista", "tällanen", "tällasia", "tällasta", "tälle", "tällä", "tältä", "tämmöinen", "tämmönen", "tämmöset",
    "tämmösii", "tämmösiä", "tämmöstä", "tämä", "tämän", "tänne", "tänä", "tässä", "tästä", "tätä", "täytyy",
    "täytyykö", "tääl", "tääll", "täällä", "täält", "täältä", "ulkopuolella", "usein", "vaan", "vai", "vaikka", "vain",
    "varten", "vastaan", "viela", "vielä", "voi", "voida", "voidaan", "voidaanko", "voiko", "voiks", "voimme", "voin",
    "voinko", "voisi", "voisiko", "voisin", "voisinko", "voit", "voitko", "voitte", "voivat", "vuoksi", "välillä",
    "yli", "älkää", "älä",
};

static const char *const swedish[] = {
    "all", "alla", "allt", "andra", "annan", "annat", "att", "av", "bara", "bland", "blev", "bli", "blir", "blivit",
    "borde", "både", "bör", "de", "dem", "den", "denna", "denne", "deras", "dess", "dessa", "det", "detta", "dig",
    "din", "dina", "ditt", "dock", "dom", "du", "där", "därför", "då", "efter", "eftersom", "ej", "eller", "en",
    "enligt", "er", "era", "ert", "ett", "exempelvis", "fast", "fick", "från", "får", "för", "före", "genom", "ha",
    "hade", "haft", "han", "hans", "har", "henne", "hennes", "hon", "honom", "hos", "hur", "här", "i", "icke", "inga",
    "ingen", "inget", "innan", "inom", "inte", "jag", "ju", "kan", "kring", "kunde", "kunnat", "längs", "man", "med",
    "medan", "mellan", "men", "mig", "min", "mina", "mitt", "mot", "mycket", "måste", "ni", "nog", "nu", "när",
    "någon", "något", "några", "och", "också", "om", "oss", "per", "på", "redan", "samma", "samt", "sedan", "sig",
    "sin", "sina", "sitt", "själv", "själva", "ska", "skall", "skulle", "som", "så", "sådan", "sådana", "sådant",
    "till", "tills", "trots", "under", "ur", "utan", "utom", "vad", "var", "vara", "varför", "varifrån", "varit",
    "varje", "vart", "vartill", "vem", "vems", "vi", "vid", "vilka", "vilken", "vilket", "vill", "ville", "väl",
    "vår", "våra", "vårt", "än", "är", "åt", "över",
};

static const char *const english[] = {
    "a", "about", "above", "across", "after", "again", "against", "all", "also", "although", "am", "among", "an",
    "and", "another", "any", "are", "aren't", "as", "at", "be", "because", "been", "before", "being", "below",
    "between", "both", "but", "by", "can", "can't", "could", "did", "do", "does", "doesn't", "doing", "don't", "down",
    "during", "each", "either", "every", "for", "from", "had", "has", "have", "having", "he", "her", "here", "hers",
    "herself", "him", "himself", "his", "how", "i", "i'm", "if", "in", "into", "is", "isn't", "it", "it's", "its",
    "itself", "just", "may", "me", "might", "mine", "more", "most", "must", "my", "myself", "neither", "no", "nor",
    "not", "of", "off", "on", "once", "only", "or", "other", "our", "ours", "ourselves", "out", "over", "own", "same",
    "shall", "she", "should", "since", "so", "some", "such", "than", "that", "the", "their", "theirs", "them",
    "themselves", "then", "there", "these", "they", "this", "those", "though", "through", "to", "too", "toward",
    "towards", "under", "unless", "until", "up", "upon", "us", "very", "was", "we", "were", "what", "when", "where",
    "whether", "which", "while", "who", "whom", "whose", "why", "will", "with", "within", "without", "would", "you",
    "your", "yours", "yourself",
};

/* Content words of another of the languages (sv man, multa), or names: they count only where the language is known. */
static const char *const doubtful[] = {
    "all", "alle", "dom", "fast", "her", "kai", "man", "may", "mine", "multa", "mun", "mut", "per", "sin", "sua",
    "sun", "sut", "tosi", "vart", "will",
};

/* clang-format on */

static const char *const joining[] = {"eli", "eller", "ja", "och", "samt", "seka", "sekä", "tahi", "tai", "taikka"};

enum { WORD_MAX = 16 }; /* no word of the tables is as long in bytes */

static int word_compare(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

static bool table_has(const char *const *table, size_t count, const char *word)
{
    return bsearch(word, table, count, sizeof *table, word_compare) != NULL;
}

#define TABLE_HAS(table, word) table_has(table, sizeof(table) / sizeof *(table), word)

unsigned words_lookup(const char *word, size_t len)
{
    char key[WORD_MAX];
    if (len >= sizeof key)
        return 0;
    memcpy(key, word, len);
    key[len] = '\0';
    unsigned langs = TABLE_HAS(finnish, key) ? WORDS_FI : 0;
    langs |= TABLE_HAS(swedish, key) ? WORDS_SV : 0;
    langs |= TABLE_HAS(english, key) ? WORDS_EN : 0;
    return langs && TABLE_HAS(doubtful, key) ? langs | WORDS_DOUBTFUL : langs;
}

bool words_function(unsigned langs, enum text_lang lang)
{
    switch (lang) {
    case TEXT_FI: return langs & WORDS_FI;
    case TEXT_SV: return langs & WORDS_SV;
    case TEXT_EN: return langs & WORDS_EN;
    default: return langs && !(langs & WORDS_DOUBTFUL);
    }
}

bool words_joins(const char *word, size_t len)
{
    if (len > WORDS_JOINS_BYTES)
        return false;
    for (size_t i = 0; i < sizeof joining / sizeof *joining; i++)
        if (strlen(joining[i]) == len && memcmp(joining[i], word, len) == 0)
            return true;
    return false;
}
