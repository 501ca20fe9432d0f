/* SPDX-License-Identifier: MIT */
/*
 * String instructions, which move more than one datum.
 *
 *	outs: 125 protocol fault: *out to port 0x8002*
 *	outsb: 125 protocol fault: *out to port 0x8003*
 *	outsw: 125 protocol fault: *out to port 0x8006*
 *	outs_backwards: 125 protocol fault: *out to port 0x8000*
 *	outs_panic: 125 *
 *	outs_nothing: 0 +++ exited with 0 +++
 *	ins insb: 125 protocol fault: *in from port 0x8003*
 *	ins_console: 125 protocol fault: *in from *
 *	ins_exit: 125 protocol fault: *in from port 0x8005*
 */
#include "../flat.inc"

	.globl _start
_start:
#if defined(KERNEL_outs)
	mov $PORT_WRITE, %edx
	xor %esi, %esi
	mov $4, %ecx
	rep outsl
#elif defined(KERNEL_outsb)
	mov $PORT_CLOSE, %edx
	xor %esi, %esi
	mov $-1, %rcx
	rep outsb
#elif defined(KERNEL_outsw)
	mov $PORT_LSEEK64, %edx
	xor %esi, %esi
	mov $1000, %ecx
	rep outsw
#elif defined(KERNEL_outs_backwards)
	mov $PORT_OPEN, %edx
	mov $0x1000, %esi
	mov $8, %ecx
	std
	rep outsl
#elif defined(KERNEL_outs_panic)
	mov $PORT_PANIC, %edx
	mov $0x1fa000, %esi
	mov $8, %ecx
	rep outsl
#elif defined(KERNEL_outs_nothing)
	mov $PORT_EXIT, %edx
	xor %ecx, %ecx
	rep outsl
	rep insl
	EXIT 0
#elif defined(KERNEL_ins)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $0x1000, %edi
	mov $4, %ecx
	rep insl
#elif defined(KERNEL_insb)
	mov $PORT_CLOSE, %edx
	out %eax, %dx
	mov $0x1000, %edi
	mov $-1, %rcx
	rep insb
#elif defined(KERNEL_ins_console)
	mov $PORT_CONSOLE, %edx
	mov $0x1000, %edi
	mov $100, %ecx
	rep insb
#elif defined(KERNEL_ins_exit)
	mov $PORT_EXIT, %edx
	mov $0x1000, %edi
	mov $100, %ecx
	rep insl
#else
#error "no such kernel"
#endif
	hlt
