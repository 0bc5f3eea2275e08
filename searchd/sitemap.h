/* What search engines are told: which pages there are (sitemaps.org 0.9) and which they should leave (RFC 9309).
 *
 * /sitemap.xml is an index of parts, /sitemap.xml?part=1 ...: an address at the root, for a sitemap tells of what is
 * below it alone.  A part covers SITEMAP_ROWS rows of the generation, so that it is made in one turn of a thread and in
 * little memory, far below the 50,000 addresses and 50 MB that are allowed. */
#ifndef OPASTIN_SEARCHD_SITEMAP_H
#define OPASTIN_SEARCHD_SITEMAP_H

#include "searchd/api.h"

#define SITEMAP_TYPE "application/xml; charset=utf-8"
#define SITEMAP_CACHE "public, max-age=3600"
#define ROBOTS_TYPE "text/plain; charset=utf-8"
#define ROBOTS_CACHE "public, max-age=86400"

enum {
    SITEMAP_ROWS = 1000,    /* records of a part; three addresses each at most */
    SITEMAP_PARTS = 50000,  /* that an index may name */
};

/* Path handlers, for the table in route.c. */
api_handler api_sitemap, api_robots;

#endif
