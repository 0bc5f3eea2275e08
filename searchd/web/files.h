/* The files of the pages that are put into the program when it is built: symbol and name.  Included by the assembler
 * and by assets.c, each with its own WEB_FILE; whatever stands here must be that macro or a comment. */
WEB_FILE(strings, "strings.tsv")
WEB_FILE(site_css, "site.css")
WEB_FILE(app_js, "app.js")
WEB_FILE(favicon, "favicon.svg")
WEB_FILE(head, "head.html")
WEB_FILE(foot, "foot.html")
WEB_FILE(card, "card.html")
WEB_FILE(facets, "facets.html")
WEB_FILE(option, "option.html")
WEB_FILE(search, "search.html")
WEB_FILE(status, "status.html")
WEB_FILE(error, "error.html")
