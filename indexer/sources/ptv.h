/* PTV, the Finnish Service Catalogue: answers of its Open API v11 (Service, ServiceChannel, Organization, general
 * descriptions).  The field map and its reasons: docs/import-ptv.md.
 *
 * Source of the format: vrk-kpa/ptv-releases (MIT), branch ptv-release-3_4: PTV.Domain.Model/Models/OpenApi/V11 and the
 * shapes in test/PTV.Domain.Model.Tests. */
#ifndef OPASTIN_INDEXER_SOURCES_PTV_H
#define OPASTIN_INDEXER_SOURCES_PTV_H

#include "indexer/sources/import.h"

extern const struct import_format ptv_format;

#endif
