/* SPDX-License-Identifier: MIT */
/* What lies in guest memory at the guest's first instruction: the image and the boot stack. */
#ifndef BOOT_H
#define BOOT_H

#include <linux/kvm.h>

#include "guestmem.h"

/* Reads a flat image to gpa 0. Dies if it is missing, no regular file, empty or too large. */
void boot_load_image(const struct guestmem *mem, const char *path);

/*
 * Lays out the boot stack and sets the general registers to the boot
 * protocol. `args` and `env` end with NULL; args[0] is the path of the user
 * ELF. Bit n of `open_fds`: fd n of 0 to 2 is open. Dies if they take more than BOOT_ARG_MAX bytes.
 */
void boot_registers(const struct guestmem *mem, char *const *args, char *const *env,
		    unsigned open_fds, struct kvm_regs *regs);

#endif
