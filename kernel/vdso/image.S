/* SPDX-License-Identifier: MIT */
/* The vDSO as the kernel's image has it: a page with nothing beside it. */
	.section .rodata.vdso, "a", @progbits
	.balign 4096
	.globl vdso_image
vdso_image:
	.incbin "vdso.so"
	.balign 4096

	.section .note.GNU-stack, "", @progbits
