#include "indexer/report_words.h"

const char *word_text(enum word word, enum report_lang lang)
{
#define REPORT_WORD_ROW(name, fi, en) {fi, en},
    static const char *const words[WORDS][REPORT_LANGS] = {REPORT_WORDS(REPORT_WORD_ROW)};
#undef REPORT_WORD_ROW
    return words[word][lang];
}
