/* SPDX-License-Identifier: MIT */
/*
 * Calls whose result isn't fetched in its turn, and results at once. An `out`
 * whose result is never fetched is done all the same.
 *
 *	in_first: 125 protocol fault: in from port 0x8001 with no call pending
 *	in_twice: 125 protocol fault: in from port 0x8003 with no call pending
 *	in_other: 125 protocol fault: in from port 0x8000, but the call pending is on port 0x8003
 *	in_exit: 125 protocol fault: in from port 0x8005 with no call pending
 *	in_panic: 125 protocol fault: in from port 0xffff with no call pending
 *	out_twice: 125 protocol fault: out to port 0x8000 before the result of port 0x8003 was fetched
 *	then_* hundred_* at_once_exit at_once_twice: elsewhere
 *	at_once_noncanonical at_once_outside (prints hello): 125 KVM_EXIT_*
 *	at_once_nowhere (prints hello): 125 KVM_EXIT_SHUTDOWN: triple fault
 *	at_once_in (prints hello): 125 protocol fault: in from port 0x8002 with no call pending
 *	at_once_out8: 125 protocol fault: 8-bit out to port 0x8005
 *	at_once_panic: 125 kernel panic: he said *
 */
#include "../flat.inc"

	.globl _start
_start:
#if defined(KERNEL_in_first)
	mov $PORT_READ, %edx
	in %dx, %eax
#elif defined(KERNEL_in_twice)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	in %dx, %eax
	in %dx, %eax
#elif defined(KERNEL_in_other)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $PORT_OPEN, %edx
	in %dx, %eax
#elif defined(KERNEL_in_exit)
	mov $PORT_EXIT, %edx
	in %dx, %eax
#elif defined(KERNEL_in_panic)
	mov $PORT_PANIC, %edx
	in %dx, %eax
#elif defined(KERNEL_out_twice)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $PORT_OPEN, %edx
	out %eax, %dx
#elif defined(KERNEL_then_halt)
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
#elif defined(KERNEL_then_triple)
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	ud2
#elif defined(KERNEL_then_panic)
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	mov $text, %eax
	mov $PORT_PANIC, %edx
	out %eax, %dx
#elif defined(KERNEL_then_console)
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	mov $PORT_CONSOLE, %edx
	mov $'x', %al
	out %al, %dx
	mov $PORT_WRITE, %edx
	in %dx, %eax
	EXIT 0
#elif defined(KERNEL_then_exit)
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	EXIT 0
#elif defined(KERNEL_hundred_calls)
	/* Each is an `out` and an `in`. */
	mov $100, %ebx
1:	mov $-1, %eax
	HYPERCALL PORT_CLOSE
	dec %ebx
	jnz 1b
	EXIT 0
#elif defined(KERNEL_hundred_at_once)
	mov $100, %ebx
1:	mov $-1, %eax
	HYPERCALL_AT_ONCE PORT_CLOSE
	cmp $-9, %eax
	MUST e, 1
	dec %ebx
	jnz 1b
	EXIT 0
#elif defined(KERNEL_at_once_noncanonical)
	mov $block, %eax
	OUT_AT_ONCE PORT_WRITE, 0x800000000000
#elif defined(KERNEL_at_once_nowhere)
	mov $block, %eax
	OUT_AT_ONCE PORT_WRITE, 0x200000
#elif defined(KERNEL_at_once_outside)
	/* The page table shows it, and there is no memory. */
	movq $0x40000083, 0x1f9008
	mov $block, %eax
	OUT_AT_ONCE PORT_WRITE, 0x200000
#elif defined(KERNEL_at_once_in)
	/* There is no second result. */
	mov $block, %eax
	OUT_AT_ONCE PORT_WRITE, 1f
1:	mov $PORT_WRITE, %edx
	in %dx, %eax
#elif defined(KERNEL_at_once_twice)
	/* The call before was made without, and waits. */
	mov $block, %eax
	mov $PORT_WRITE, %edx
	out %eax, %dx
	mov $block, %eax
	OUT_AT_ONCE PORT_WRITE, 0x1000
#elif defined(KERNEL_at_once_out8)
	OUT_AT_ONCE PORT_EXIT, 1f, %al
1:	EXIT 1
#elif defined(KERNEL_at_once_panic)
	mov $text, %eax
	OUT_AT_ONCE PORT_PANIC, 1f
1:	EXIT 1
#elif defined(KERNEL_at_once_exit)
	mov $6, %eax
	OUT_AT_ONCE PORT_EXIT, 1f
1:	EXIT 1
#else
#error "no such kernel"
#endif
	hlt
text:	.ascii "he said \"\\\33[31m"
	.byte 7, 200, 0
hello:	.ascii "hello\n"
	.balign 8
block:	.quad 1, hello, 6
