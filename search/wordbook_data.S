/* The analysed words (wordbook.h), made before this is assembled; found by the assembler's include path. */
#if defined(__ELF__)
	.section .note.GNU-stack, "", %progbits
#endif
	.section .rodata
	.globl wordbook_data
	.globl wordbook_data_end
	.hidden wordbook_data
	.hidden wordbook_data_end
	.type wordbook_data, %object
	.type wordbook_data_end, %object
	.balign 8
wordbook_data:
	.incbin "wordbook.bin"
wordbook_data_end:
	.size wordbook_data, . - wordbook_data
	.byte 0
