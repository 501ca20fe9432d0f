/* SPDX-License-Identifier: MIT */
/*
 * Virtual memory as the kernel lays it out. One address space, one PML4: the
 * program has the low half, the kernel one slot of the high half.
 *
 *   0x0000000000010000  lowest address a program may map
 *   0x0000000000020000  the vDSO: the page of the clock, and one of code
 *   0x0000555555554000  load bias of a static PIE
 *   ................    mmap areas, from below the stack downwards
 *   0x00007ffffffff000  end of the stack, and of what a program may map
 *   0xffff800000000000  direct map (PML4 slot 256): physical memory, and so the
 *                       kernel image at physical 0. The low 2 MiB are mapped
 *                       by 4 KiB pages, each with only the rights that it
 *                       needs; memory above by 2 MiB pages, as it is handed
 *                       out.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#define KERNEL_BASE 0xffff800000000000
#define KERNEL_SLOT 256 /* of the PML4 */

#define USER_MIN 0x10000
/* Below all else, where it makes no search for room longer. */
#define VDSO_START 0x20000
#define VDSO_SIZE  0x2000 /* the clock's page, and one of code */
#define USER_TOP                                                                                   \
	0x7ffffffff000 /* the page above stays unmapped: `syscall` there would                     \
			  leave a RIP that is not canonical */
#define PIE_BIAS   0x555555554000
#define STACK_SIZE 0x800000  /* of the first thread, unless RLIMIT_STACK says otherwise */
#define STACK_ROOM 0x8000000 /* what it may grow to, as on Linux */
#define STACK_GAP  0x100000  /* nothing is placed this close below the stack */
#define MMAP_TOP   (USER_TOP - STACK_ROOM - STACK_GAP)

#define KERNEL_STACK_SIZE    0x4000
#define EXCEPTION_STACK_SIZE 0x1000

#ifndef PAGE_SIZE /* musl's limits.h has it, too */
#define PAGE_SIZE 4096
#endif

#endif
