/* SPDX-License-Identifier: MIT */
/* The notes of a core: registers, names, mapped files. */
#ifndef CORE_NOTES_H
#define CORE_NOTES_H

#include <asm/siginfo.h>

#include "core_file.h"
#include "process.h"

struct core {
	struct task *task; /* who leaves it, NULL: nobody yet */
	siginfo_t info;	   /* by which signal */
	bool has_fpu;	   /* its FPU state is saved */
};

/* Adds the notes of the current process, whose current task leaves the core. */
void core_put_notes(struct core_file *file, const struct core *core);

#endif
