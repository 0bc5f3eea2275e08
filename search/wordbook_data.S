/* The analysed words (wordbook.h), made before this is assembled; found by the assembler's include path. */
#if defined(__ELF__)
	.section .note.GNU-stack, "", %progbits
#endif
	.section .rodata
	.globl wordbook_data
	.hidden wordbook_data
	.type wordbook_data, %object
	.balign 8
wordbook_data:
	.incbin "wordbook.bin"
	.size wordbook_data, . - wordbook_data
	.byte 0
