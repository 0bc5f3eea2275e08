/* The search as browsers add it to theirs: a description (OpenSearch 1.1) and its suggestions. */
#ifndef OPASTIN_SEARCHD_OPENSEARCH_H
#define OPASTIN_SEARCHD_OPENSEARCH_H

#include "searchd/api.h"

#define OPENSEARCH_TYPE "application/opensearchdescription+xml; charset=utf-8"
#define OPENSEARCH_SUGGEST_TYPE "application/x-suggestions+json; charset=utf-8"
#define OPENSEARCH_CACHE "public, max-age=86400"

/* Path handlers, for the table in route.c. */
api_handler api_opensearch, api_opensearch_suggest;

#endif
