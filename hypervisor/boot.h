/* SPDX-License-Identifier: MIT */
/* What lies in guest memory at the guest's first instruction: the image and the boot stack. */
#ifndef BOOT_H
#define BOOT_H

#include <linux/kvm.h>
#include <stdbool.h>

#include "guestmem.h"

/* Reads a flat image to gpa 0. Dies if it is missing, no regular file, empty or too large. */
void boot_load_image(const struct guestmem *mem, const char *path);

struct boot_params {
	char *const *args; /* args[0] is the path of the user ELF; ends with NULL */
	char *const *env;  /* ends with NULL */
	unsigned open_fds; /* bit n: fd n of 0 to 2 is open */
	bool rooted; /* the program sees no directory of the host's but /, which is --root's */
	bool trace_syscalls;
	unsigned tsc_khz; /* of the guest's time-stamp counter, 0: not known */
	uint64_t xcr0;	  /* of the vCPU, 0: not set */
};

/*
 * Lays out the boot stack and sets the general registers to the boot
 * protocol. The guest's clock starts here. Dies if strings take more than BOOT_ARG_MAX bytes.
 */
void boot_registers(const struct guestmem *mem, const struct boot_params *params,
		    struct kvm_regs *regs);

#endif
