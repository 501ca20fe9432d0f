/* SPDX-License-Identifier: MIT */
/* For flat kernels in assembly that test the hypervisor: hypercalls and verdicts. */
#include "../../kernel/abi.h"

/* One hypercall: `out` of EAX, `in` of the result to EAX. Changes EDX. */
	.macro HYPERCALL port
	mov $\port, %edx
	out %eax, %dx
	in %dx, %eax
	.endm

	.macro EXIT status
	mov $\status, %eax
	mov $PORT_EXIT, %edx
	out %eax, %dx
	.endm

/* Goes on if the condition holds, else exits with the number of the check. */
	.macro MUST condition, number
	j\condition 9f
	EXIT \number
9:
	.endm
