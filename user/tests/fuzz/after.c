/* SPDX-License-Identifier: MIT */
/* What must hold after a call. */
#include <linux/mman.h>

#include "fuzz.h"

int starved;
uint64_t first_brk;

/* New memory must be zero. Leaves it full of something, so that it can't be zero by chance. */
static void check_new_memory(uint64_t start, uint64_t bytes, unsigned prot)
{
	if (starved || !(prot & 7) || !start)
		return;
	for (uint64_t page = start; page < start + bytes && page < start + 4 * PAGE; page += PAGE)
		for (volatile uint64_t *at = (uint64_t *)page; at < (uint64_t *)(page + PAGE);
		     at++) {
			if (*at)
				fail("a word of new memory", *at, 0);
			if (prot & PROT_WRITE)
				*at = 0x5ec4e75ec4e75ec4;
		}
}

static int in_sandbox_range(uint64_t address)
{
	return address - SANDBOX < SANDBOX_PAGES * PAGE;
}

void after_mapping(uint64_t nr, uint64_t result)
{
	uint64_t bytes = (ARGUMENT(nr == __NR_mmap ? 1 : 2) + PAGE - 1) & -PAGE;

	if (nr == __NR_brk) {
		if (result > first_brk)
			check_new_memory((first_brk + PAGE - 1) & -PAGE,
					 (result & -PAGE) - first_brk, RW);
		syscall3(__NR_brk, first_brk, 0, 0);
	} else if (nr == __NR_shmat) {
		if ((int64_t)result > 0 && !in_sandbox_range(result))
			syscall3(__NR_shmdt, result, 0, 0);
	} else if ((int64_t)result > 0) {
		if (nr == __NR_mmap && ARGUMENT(3) & MAP_ANONYMOUS)
			check_new_memory(result, bytes, ARGUMENT(2));
		if (!in_sandbox_range(result))
			munmap((void *)result, bytes);
	}
}

void check_result(uint64_t nr, uint64_t result)
{
	int64_t value = result;

	if (value < 0 && value >= -4095)
		return;
	if (nr == __NR_lseek || nr == __NR_prctl || nr == __NR_personality)
		return; /* any offset, or what was set */
	if (value < 0 || result >= USER_END)
		fail("the result", result, 0);
	if (result >= 0xfffff000 && result <= 0xffffffff && nr != __NR_mmap && nr != __NR_mremap &&
	    nr != __NR_shmat)
		fail("the result", result, (int)result);
}

void check_registers(void)
{
	/* kvm_pvm loses NT. TF ends with the call. */
	uint64_t not_compared = 0x4000 | 0x100;

	for (int i = 0; i < FLAGS; i++)
		if (i != AX && i != CX && i != R11 && registers_out[i] != registers_in[i])
			fail("a register", registers_out[i], registers_in[i]);
	/* A call that is made again may meet the trap of TF between its two times. */
	if (registers_out[CX] != (uint64_t)fuzz_after &&
	    !(registers_out[CX] == (uint64_t)fuzz_syscall && registers_in[FLAGS] & 0x100))
		fail("rcx", registers_out[CX], (uint64_t)fuzz_after);
	if ((registers_out[FLAGS] ^ (registers_in[FLAGS] | 0x202)) & ~not_compared)
		fail("rflags", registers_out[FLAGS], registers_in[FLAGS] | 0x202);
	if ((registers_out[R11] ^ registers_out[FLAGS]) & ~not_compared)
		fail("r11", registers_out[R11], registers_out[FLAGS]);
	for (int i = 0; i < 32; i++)
		if (vectors_out[i] != vectors_in[i])
			fail("a word of an SSE register", vectors_out[i], vectors_in[i]);
}
