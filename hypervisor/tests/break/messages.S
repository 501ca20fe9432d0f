/* SPDX-License-Identifier: MIT */
/*
 * The byte console, the message of a panic, a path that a message shows.
 *
 *	in_console: 125 protocol fault: in from the byte console, which has no input
 *	console32: 125 protocol fault: 32-bit out to port 0x217
 *	console_closed console_reopened: 125 protocol fault: the byte console can't write: stdout is closed
 *	panic: 125 kernel panic: he said ?????x1b?31m?x07?xc8
 *	panic_closed: 125 kernel panic: he said *
 *	panic_wild: 125 kernel panic, its message at 0xffffffff runs off the end of guest memory
 *	panic_endless: 125 kernel panic: xxx*
 *	panic_end (-m 4M): 125 kernel panic, its message at 0x400000 runs off the end of guest memory
 *	panic_last (-m 4M): 125 kernel panic, its message at 0x3fffff runs off the end of guest memory
 *	panic_empty: 125 kernel panic:?
 *	panic_escapes: 125 kernel panic: ?x1b?x1b?x1b*?x1b*
 *	open_escapes: elsewhere
 */
#include "../flat.inc"

	.globl _start
_start:
#if defined(KERNEL_in_console)
	mov $PORT_CONSOLE, %edx
	in %dx, %al
#elif defined(KERNEL_console32)
	mov $PORT_CONSOLE, %edx
	out %eax, %dx
#elif defined(KERNEL_console_closed)
	mov $1, %eax
	HYPERCALL PORT_CLOSE
	mov $PORT_CONSOLE, %edx
	out %al, %dx
#elif defined(KERNEL_console_reopened)
	mov $1, %eax
	HYPERCALL PORT_CLOSE
	mov $path, %eax
	HYPERCALL PORT_OPEN
	mov $PORT_CONSOLE, %edx
	out %al, %dx
#elif defined(KERNEL_panic)
	mov $text, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(KERNEL_panic_closed)
	/* All fds, the hypervisor's stderr among them if it owned it. */
	xor %ebx, %ebx
1:	mov %ebx, %eax
	HYPERCALL PORT_CLOSE
	inc %ebx
	cmp $256, %ebx
	jb 1b
	mov $text, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(KERNEL_panic_wild)
	mov $-1, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(KERNEL_panic_endless)
	mov $0x1000, %edi
	mov $0x1f6000, %ecx
	mov $'x', %al
	rep stosb
	mov $0x1000, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(KERNEL_panic_end)
	mov $0x400000, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(KERNEL_panic_last)
	/* The last byte of 4 MiB, and no NUL. */
	movq $0x200083, 0x1f9008
	movb $'x', 0x3fffff
	mov $0x3fffff, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(KERNEL_panic_empty)
	mov $0x1fa000, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(KERNEL_panic_escapes)
	mov $0x1000, %edi
	mov $0x1000, %ecx
	mov $27, %al
	rep stosb
	mov $0x1000, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(KERNEL_open_escapes)
	mov $text, %eax
	HYPERCALL PORT_OPEN
	EXIT 0
#else
#error "no such kernel"
#endif
	hlt
text:	.ascii "he said \"\\\33[31m"
	.byte 7, 200, 0
path:	.asciz "/dev/null"
