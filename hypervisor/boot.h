/* SPDX-License-Identifier: MIT */
/* The guest before its first instruction: the image, the boot stack, the vCPU's registers. */
#ifndef BOOT_H
#define BOOT_H

#include <stdbool.h>

#include "vm.h"

struct boot_params {
	uint64_t memory;   /* bytes, see vm_map_memory() */
	const char *image; /* path of a flat image */
	bool real_mode;	   /* enters it in 16-bit real mode; what follows doesn't matter then */
	char *const *args; /* args[0] is the path of the user ELF; ends with NULL */
	char *const *env;  /* ends with NULL */
	unsigned open_fds; /* bit n: fd n of 0 to 2 is open */
	bool rooted;	  /* the program sees no directory of the host's but /, which is --root's */
	bool no_files;	  /* it can open none but its own */
	uint64_t core_fd; /* the guest fd for a core, 0: none */
	const struct boot_trace *trace; /* of system calls; NULL: none */
	char *const *tmpfs;		/* paths for boot_info.tmpfs, and a NULL; or NULL */
	char *const *outputs;		/* the same for boot_info.outputs, */
	gpa_t *output_names;		/* and where each is to be told, if there are any */
	uint64_t ignored, blocked;	/* sets of signals that the hypervisor was started with */
};

/*
 * Makes the VM, with the image at gpa 0 and the boot stack, and its vCPU before
 * its first instruction, by the boot protocol. The guest's clock starts here.
 * Dies if the VM can't be made, if the image is missing, no regular file,
 * empty or too large, or if strings take more room than the image has for them.
 */
void boot_vm(struct vm *vm, const struct boot_params *params);

#endif
