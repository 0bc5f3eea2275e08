#include "search/umbrellas.h"

const struct umbrella umbrellas[] = {
    {FACET_THEME, "liikunta|luonto|kulttuuri",
     {"harrastus|harrastustoiminta", "hobby|hobbyer|fritidsintresse", "hobby|hobbies"}, NULL},
    {FACET_THEME, "kohtaamispaikat|ystavatoiminta|keskusteluryhmat|yhdessa-syominen|yksinaisyys",
     {"seuraa", NULL, NULL}, "seuraa"},
    {0, NULL, {NULL}, NULL},
};
