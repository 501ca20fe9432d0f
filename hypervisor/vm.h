/* SPDX-License-Identifier: MIT */
/* One VM with one vCPU: the KVM set-up of Documentation/virt/kvm/api.rst. */
#ifndef VM_H
#define VM_H

#include <stdbool.h>
#include <stdint.h>

#include "guestmem.h"
#include "kvm.h"

#define VM_MEMORY_MIN (UINT64_C(4) << 20)
#define VM_MEMORY_MAX (UINT64_C(512) << 30) /* what one PML4 slot of the kernel can map */

#define VM_EXIT_REASONS 64 /* more than KVM has */

struct vm {
	int vcpu_fd;
	struct kvm_run *run; /* shared with KVM; the data of a port access are behind it */
	struct guestmem mem;
	unsigned tsc_khz;    /* of the vCPU, 0: not known */
	bool shared_counter; /* ring 3 reads the same time-stamp counter as ring 0 */
	uint64_t xcr0;	     /* of the vCPU, 0: not set */
	/* From the guest to here; counted by run.c. */
	uint64_t exits;
	uint64_t exits_by[VM_EXIT_REASONS]; /* of them, by KVM_EXIT_* */
	uint64_t interrupted;		    /* of them, by a signal to this process */
};

/*
 * Begins *vm: maps its memory, `size` bytes from gpa 0 on, a multiple of 4 KiB
 * between the limits above. They are zero, and taken from the host as they
 * are touched. Dies with a message if there is no room for them.
 */
void vm_map_memory(struct vm *vm, uint64_t size);

/*
 * Makes the VM of that memory. The vCPU is in its reset state, sees of CPUID
 * what cpuid.c lets through, and reaches the MSRs that a kernel of 64-bit mode
 * needs. Dies with a message if anything fails.
 */
void vm_create(struct vm *vm);

/* An ioctl of KVM's that must succeed: dies with its name if it doesn't. */
int vm_ioctl(int fd, unsigned long request, const char *name, void *argument);
#define VM_IOCTL(fd, request, argument) vm_ioctl(fd, request, #request, argument)

#endif
