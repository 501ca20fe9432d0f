/* SPDX-License-Identifier: MIT */
/*
 * What steps.c does in the machine, and how it tells hypervisor/bench/steps.c
 * what comes next: by system calls of these numbers, which no kernel has.
 */
#ifndef STEPS_H
#define STEPS_H

#define STEP_MARK 0x5eed0000 /* + an enum step */

/* Each of them is done once unseen, for what only the first of its kind costs, and once marked. */
#define STEPS(step)                                                                                \
	step(getppid) step(write1) step(pread4k) step(mmap1) step(touch) step(munmap1) step(close) \
		step(open) step(unknown)

#define STEP_NAME(name) STEP_##name,
enum step { STEPS(STEP_NAME) STEP_NONE };
#undef STEP_NAME

#endif
