/* The vocabulary files as they stand, between opastin_vocab_<name> and opastin_vocab_<name>_end.
 * Assembled from the root of the repository: the paths are relative to it. */
#if defined(__ELF__)
	.section .note.GNU-stack, "", %progbits
#endif
	.section .rodata

.macro embed name
	.globl opastin_vocab_\name
	.globl opastin_vocab_\name\()_end
	.hidden opastin_vocab_\name
	.hidden opastin_vocab_\name\()_end
	.type opastin_vocab_\name, %object
	.type opastin_vocab_\name\()_end, %object
opastin_vocab_\name:
	.incbin "schema/vocab/\name\().tsv"
opastin_vocab_\name\()_end:
	.size opastin_vocab_\name, . - opastin_vocab_\name
	.byte 0 /* so that no end is the start of the next file */
.endm

	embed audience
	embed theme
	embed area
	embed kind
	embed form
	embed threshold
	embed accessibility
	embed language
	embed weekday
	embed time
	embed price
	embed life_event
	embed area_merge
	embed postal_code
	embed neighbour
