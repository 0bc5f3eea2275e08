/* A made-up report: as many sources as wanted, random numbers that add up, nasty names, problems of every rule. */
#ifndef OPASTIN_TESTS_MADE_REPORT_H
#define OPASTIN_TESTS_MADE_REPORT_H

#include "indexer/report.h"

struct made_report {
    struct settings settings;
    struct report report;
    uint64_t random;
};

struct made_options {
    uint64_t seed;
    size_t sources, golden, organisations;
    size_t stopped;          /* of the sources, the first ones */
    unsigned problems;       /* of each code in each source; 0: none is rejected */
    uint64_t most;           /* largest number of records of a source */
    enum ui_lang language;
    bool nasty;              /* names with markup, line ends, formulas, turned text */
    bool quiet;              /* nothing changed, nothing to say */
};

extern const char made_nasty[]; /* what nasty names hold */

/* Begins and fills a report; release with made_report_release(), whether or not it was finished. */
void made_report_begin(struct made_report *made, const char *folder, const struct made_options *options);
void made_report_release(struct made_report *made);
uint64_t made_random(struct made_report *made, uint64_t below);

#endif
