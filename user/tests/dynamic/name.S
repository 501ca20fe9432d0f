/* SPDX-License-Identifier: MIT */
/* Makes an executable one that is interpreted: the linker gives it a PT_INTERP. */
	.section .interp, "a", @progbits
	.asciz INTERPRETER

	.section .note.GNU-stack, "", @progbits
