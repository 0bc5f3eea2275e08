/* The files of the pages as they stand, between opastin_web_<symbol> and opastin_web_<symbol>_end.
 * Assembled from the root of the repository: the paths are relative to it. */
#if defined(__ELF__)
	.section .note.GNU-stack, "", %progbits
#endif
	.section .rodata

.macro embed symbol, name
	.globl opastin_web_\symbol
	.globl opastin_web_\symbol\()_end
	.hidden opastin_web_\symbol
	.hidden opastin_web_\symbol\()_end
	.type opastin_web_\symbol, %object
	.type opastin_web_\symbol\()_end, %object
opastin_web_\symbol:
	.incbin "searchd/web/\name"
opastin_web_\symbol\()_end:
	.size opastin_web_\symbol, . - opastin_web_\symbol
	.byte 0 /* so that no end is the start of the next file */
.endm

#define WEB_FILE(symbol, name) embed symbol, name
#include "searchd/web/files.h"
