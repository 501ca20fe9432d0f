/* SPDX-License-Identifier: MIT */
/* The kernel's set-up, in order. */
#include <stdint.h>

#include "abi.h"
#include "cpu.h"
#include "hypercall.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "mm/direct_map.h"
#include "mm/frame.h"
#include "mm/paging.h"
#include "mm/vma.h"
#include "proc/load.h"
#include "syscall/file.h"
#include "trap.h"
#include "x86.h"

#define GOLDEN_RATIO UINT64_C(0x9e3779b97f4a7c15) /* 2^64 / 1.618...: Knuth, 6.4 */
#define ALL_OPEN     7				  /* fds 0, 1 and 2 */

/* The boot stack's vectors of strings are lists of physical addresses. */
static const char *boot_string(uint64_t vector, uint64_t index)
{
	const uint64_t *strings = phys_to_virt(vector);

	return phys_to_virt(strings[index]);
}

/* Reads what the host hands over beyond the original protocol, or makes do without. */
static void take_boot_info(struct stack_contents *contents, uint64_t magic, uint64_t address,
			   uint8_t *random)
{
	const struct boot_info *info = phys_to_virt(address);
	uint64_t clock = rdtsc() | 1;

	if (magic == BOOT_INFO_MAGIC && info->size >= sizeof(*info)) {
		hypercall_set_extended();
		contents->envc = info->envc;
		contents->envp = info->envp;
		file_init(info->open_fds);
		memcpy(random, info->random, sizeof(info->random));
	} else {
		file_init(ALL_OPEN);
		/* Not secret, but different each time: for stack protectors it has to do. */
		for (unsigned i = 0; i < BOOT_RANDOM_BYTES; i++)
			random[i] = (clock *= GOLDEN_RATIO) >> 56;
	}
}

/* Called by entry.S with what the boot protocol has in RDI, RSI, RSP, R8 and R9. */
void kmain(uint64_t free_memory, uint64_t free_bytes, uint64_t boot_stack, uint64_t magic,
	   uint64_t boot_info) __attribute__((noreturn));

void kmain(uint64_t free_memory, uint64_t free_bytes, uint64_t boot_stack, uint64_t magic,
	   uint64_t boot_info)
{
	uint8_t random[BOOT_RANDOM_BYTES];
	struct stack_contents contents = {
		.string = boot_string,
		.argv = boot_stack + sizeof(uint64_t),
		.random = random,
	};
	struct trap_frame frame;
	uint32_t seed;

	cpu_init();
	paging_init(cpu_has_nx());
	frame_init(free_memory, free_bytes);
	contents.argc = *(const uint64_t *)phys_to_virt(boot_stack);
	contents.hwcap = cpu_hwcap();
	take_boot_info(&contents, magic, boot_info, random);
	memcpy(&seed, random + STACK_RANDOM_BYTES, sizeof(seed));
	vma_seed(seed);
	if (contents.argc == 0) {
		printk("kernel: no program given\n");
		hypercall_exit(STATUS_FAILED);
	}
	load_program(&contents, &frame);
	trap_return(&frame);
}
