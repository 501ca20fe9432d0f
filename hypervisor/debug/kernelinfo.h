/* SPDX-License-Identifier: MIT */
/* What the kernel in the guest tells a debugger: kernel/debug_table.h. */
#ifndef KERNELINFO_H
#define KERNELINFO_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "../../kernel/debug_table.h"
#include "../../kernel/x86/trap_frame.h"
#include "memory.h"
#include "symbols.h"

struct kernelinfo {
	bool known; /* else there is no such table, or it isn't of this version */
	struct debug_table table;
};

struct program_info {
	int pid;
	char exe[PATH_MAX]; /* the name of its file, as the kernel knows it */
	uint64_t auxv, auxv_end;
};

/* Looks for the table where the symbols say that it lies. */
void kernelinfo_load(struct kernelinfo *info, const struct symbols *symbols,
		     const struct guestmem *mem);

/* The program of the current process. false: there is none, or it can't be read. */
bool kernelinfo_program(const struct kernelinfo *info, const struct memory *memory,
			struct program_info *program);

/* The registers that ring 3 was left with. false: they can't be read. */
bool kernelinfo_user_frame(const struct kernelinfo *info, const struct memory *memory,
			   struct trap_frame *frame);

#endif
