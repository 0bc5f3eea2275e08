/* messages.tsv as it stands.  Assembled from the root of the repository: the path is relative to it. */
#if defined(__ELF__)
	.section .note.GNU-stack, "", %progbits
#endif
	.section .rodata
	.globl opastin_messages
	.globl opastin_messages_end
	.hidden opastin_messages
	.hidden opastin_messages_end
	.type opastin_messages, %object
	.type opastin_messages_end, %object
opastin_messages:
	.incbin "schema/messages.tsv"
opastin_messages_end:
	.size opastin_messages, . - opastin_messages
	.byte 0
