/* SPDX-License-Identifier: MIT */
/* An image of the largest size; OVER makes it a byte larger. Its last bytes say "L". */
#include "flat.inc"

	.globl _start
_start:
	jmp last
	.org BOOT_IMAGE_LIMIT - 12
last:	mov $PORT_CONSOLE, %dx
	mov $'L', %al
	out %al, %dx
	mov $'\n', %al
	out %al, %dx
	hlt
	.org BOOT_IMAGE_LIMIT
#ifdef OVER
	.byte 0
#endif
