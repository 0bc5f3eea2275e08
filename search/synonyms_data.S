/* The synonyms that come with the program. Assembled from the root of the repository: the path is relative to it. */
#if defined(__ELF__)
	.section .note.GNU-stack, "", %progbits
#endif
	.section .rodata
	.globl synonyms_text
	.globl synonyms_text_end
	.hidden synonyms_text
	.hidden synonyms_text_end
	.type synonyms_text, %object
	.type synonyms_text_end, %object
synonyms_text:
	.incbin "share/synonyms.txt"
synonyms_text_end:
	.size synonyms_text, . - synonyms_text
	.byte 0
