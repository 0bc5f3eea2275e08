/* What the files of this folder share of an analyser; others use analyse.h. */
#ifndef OPASTIN_ANALYSE_ANALYSER_H
#define OPASTIN_ANALYSE_ANALYSER_H

#include "analyse/analyse.h"
#include "analyse/finnish.h"

/* Owned by the analyser. */
struct finnish *analyser_finnish(struct analyser *analyser);

#endif
