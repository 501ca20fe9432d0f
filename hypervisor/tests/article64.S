/* SPDX-License-Identifier: MIT */
/*
 * The article's second program, byte for byte as its C string is meant: 64-bit
 * mode, "ABCD123" and a newline to the byte console, hlt.
 *
 * With ONE_NUL_MORE it is the string with one NUL too many: `mov` takes the NULs
 * that it needs, and the one left over eats the `out` behind it, `add %ch, %dh`. CH
 * is 0, so DX stays; and as the loop goes back to a byte within that instruction,
 * only the first round writes nothing: "BCD123".
 */
	.globl _start
_start:
	movabs $0x0a33323144434241, %rax /* "ABCD123\n" */
	push $8
	pop %rcx
	mov $0x217, %edx
#ifdef ONE_NUL_MORE
	.byte 0
#endif
1:	out %al, %dx
	shr $8, %rax
	loop 1b
	hlt
