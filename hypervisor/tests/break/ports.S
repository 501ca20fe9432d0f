/* SPDX-License-Identifier: MIT */
/*
 * Accesses of a wrong width, and ports that no hypercall has.
 *
 *	out8: 125 protocol fault: 8-bit out to port 0x8003
 *	out16: 125 protocol fault: 16-bit out to port 0x8005
 *	in8: 125 protocol fault: 8-bit in from port 0x8003
 *	in16: 125 protocol fault: 16-bit in from port 0x8003
 *	in8_exit: 125 protocol fault: 8-bit in from port 0x8005
 *	in_unknown: 125 protocol fault: in from port 0x80ff with no call pending
 *	in_port: 125 protocol fault: in from port 0x60, which is no hypercall
 *	out8_exit: 125 protocol fault: 8-bit out to port 0x8005
 *	out16_panic: 125 protocol fault: 16-bit out to port 0xffff
 *	out8_sleep: 125 protocol fault: 8-bit out to port 0x8007
 *	out16_inside: 125 protocol fault: 16-bit out to port 0x8009
 *	out_below: 125 protocol fault: out to port 0x7ffe, which is no hypercall
 *	out_above: 125 protocol fault: out to port 0x8100, which is no hypercall
 *	out_wraps: 125 protocol fault: out to port 0xfffe, which is no hypercall
 *	reset: 125 protocol fault: out to port 0xcf9, which is no hypercall
 *	imm8: 125 protocol fault: out to port 0x80, which is no hypercall
 *	port: 125 protocol fault: out to port 0x1234, which is no hypercall
 */
#include "../flat.inc"

	.globl _start
_start:
#if defined(KERNEL_out8)
	mov $PORT_CLOSE, %edx
	out %al, %dx
#elif defined(KERNEL_out16)
	mov $PORT_EXIT, %edx
	out %ax, %dx
#elif defined(KERNEL_in8)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	in %dx, %al
#elif defined(KERNEL_in16)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	in %dx, %ax
#elif defined(KERNEL_in8_exit)
	mov $PORT_EXIT, %edx
	in %dx, %al
#elif defined(KERNEL_in_unknown)
	mov $PORT_LAST, %edx
	in %dx, %eax
#elif defined(KERNEL_in_port)
	mov $0x60, %edx
	in %dx, %al
#elif defined(KERNEL_out8_exit)
	mov $PORT_EXIT, %edx
	out %al, %dx
#elif defined(KERNEL_out16_panic)
	mov $PORT_PANIC, %edx
	out %ax, %dx
#elif defined(KERNEL_out8_sleep)
	mov $PORT_SLEEP, %edx
	out %al, %dx
#elif defined(KERNEL_out16_inside)
	/* Between two ports' bytes. */
	mov $PORT_LSEEK64 + 3, %edx
	out %ax, %dx
#elif defined(KERNEL_out_below)
	mov $PORT_OPEN - 2, %edx
	out %eax, %dx
#elif defined(KERNEL_out_above)
	mov $PORT_LAST + 1, %edx
	out %eax, %dx
#elif defined(KERNEL_out_wraps)
	mov $PORT_PANIC - 1, %edx
	out %eax, %dx
#elif defined(KERNEL_reset)
	/* What a PC's reset is. */
	mov $0xcf9, %edx
	mov $6, %al
	out %al, %dx
#elif defined(KERNEL_imm8)
	out %eax, $0x80
#elif defined(KERNEL_port)
	mov $0x1234, %edx
	out %eax, %dx
#else
#error "no such kernel"
#endif
	hlt
