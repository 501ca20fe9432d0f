/* SPDX-License-Identifier: MIT */
/* The page of ring-3 code that saves and restores a program's FPU state. */
#include "trampoline.h"

#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <linux/mman.h>

#include "../abi.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../x86/cpu.h"
#include "../x86/direct_map.h"

/* From trampoline.S. */
extern const char trampoline[], trampoline_handler[], trampoline_restore[], trampoline_restored[],
	trampoline_switch[], trampoline_switched[], trampoline_end[];

static bool switching; /* trampoline_switch_fpu() has begun */
uint64_t syscall_limit;
static uint64_t limit; /* what it is while nothing is switched */
static unsigned ticks; /* that have come since then */

/* So many of them within one switch, which is a few instructions and page faults long, are too
 * many. */
#define STUCK 100

static uint64_t offset_of(const char *label)
{
	return (uint64_t)label - (uint64_t)trampoline;
}

static uint64_t address_of(const char *label)
{
	return current_space->trampoline + offset_of(label);
}

int trampoline_map(void)
{
	struct space *space = current_space;
	uaddr_t at;
	paddr_t pa;

	if (space->trampoline)
		return 0;
	at = vma_find_gap(space, PAGE_SIZE, USER_MIN, MMAP_TOP);
	if (!at || space_map(space, at, at + PAGE_SIZE, PROT_READ | PROT_EXEC, VMA_MEMORY) < 0)
		return -ENOMEM;
	if (space_run(space, at, PAGE_SIZE, true, &pa) != PAGE_SIZE) {
		space_unmap(space, at, at + PAGE_SIZE);
		return -ENOMEM;
	}
	memcpy(phys_to_virt(pa), trampoline, offset_of(trampoline_end));
	space->trampoline = at;
	return 0;
}

uaddr_t trampoline_alloc_area(void)
{
	uint64_t bytes = page_up(cpu.xsave_size);
	uaddr_t at = vma_find_gap(current_space, bytes, USER_MIN, MMAP_TOP);

	if (!at || space_map(current_space, at, at + bytes, PROT_READ | PROT_WRITE, VMA_MEMORY) < 0)
		return 0;
	return at;
}

void trampoline_free_area(struct space *space, uaddr_t area)
{
	space_unmap(space, area, area + page_up(cpu.xsave_size));
}

/* Where fxsave and xsave have them: SDM 1, 10.5.1 and 13.4.1. */
#define FCW_OFFSET    0
#define MXCSR_OFFSET  24
#define FCW_DEFAULT   0x37f  /* SDM 1, 8.1.5: all exceptions masked, as the next */
#define MXCSR_DEFAULT 0x1f80 /* 10.2.3 */

int trampoline_init_area(uaddr_t area)
{
	const uint16_t fcw = FCW_DEFAULT;
	const uint32_t mxcsr = MXCSR_DEFAULT;
	int error = copy_to_user(area + FCW_OFFSET, &fcw, sizeof(fcw));

	return error ? error : copy_to_user(area + MXCSR_OFFSET, &mxcsr, sizeof(mxcsr));
}

void trampoline_enter_handler(struct trap_frame *frame, uint64_t area, uint32_t features)
{
	frame->rbx = frame->rip;
	frame->r8 = features;
	frame->r9 = area;
	frame->rip = address_of(trampoline_handler);
}

void trampoline_restore_fpu(struct trap_frame *frame, uint64_t area, uint32_t features)
{
	frame->r8 = features;
	frame->r9 = area;
	frame->rip = address_of(trampoline_restore);
}

void trampoline_switch_fpu(uint64_t save, uint64_t restore, enum after_switch after)
{
	const struct trap_frame frame = {
		.r8 = cpu.xfeatures,
		.r9 = save,
		.r10 = restore,
		.rip = address_of(trampoline_switch),
		.cs = SEL_USER_CODE,
		.rflags = RFLAGS_IF | RFLAGS_1,
		.ss = SEL_USER_DATA,
	};

	/* Each time: a program that jumps out of its trampoline could make use of an old one. */
	current->after_switch = after;
	switching = true;
	syscall_limit = 0;
	ticks = 0;
	trap_return(&frame);
}

bool trampoline_has_restored(const struct trap_frame *frame)
{
	return current_space->trampoline && frame->rip == address_of(trampoline_restored);
}

bool trampoline_has_switched(const struct trap_frame *frame)
{
	if (!switching || frame->rip != address_of(trampoline_switched))
		return false;
	switching = false;
	syscall_limit = limit;
	return true;
}

bool trampoline_is_spoilt(const struct trap_frame *frame)
{
	return switching && (frame->rip != address_of(trampoline_switched) ||
			     (uint32_t)frame->rax != __NR_rt_sigreturn);
}

void trampoline_set_syscall_limit(uint64_t new_limit)
{
	syscall_limit = limit = new_limit;
}

bool trampoline_is_switching(void)
{
	return switching;
}

bool trampoline_goes_on(void)
{
	return ++ticks < STUCK;
}

bool trampoline_makes_call(const struct trap_frame *frame)
{
	return current_space->trampoline && (frame->rip == address_of(trampoline_restored) ||
					     frame->rip == address_of(trampoline_switched));
}
