/* SPDX-License-Identifier: MIT */
/* The vCPU's state while the guest runs. */
#include "vcpu.h"

#include <errno.h>
#include <sys/ioctl.h>

int vcpu_fetch(const struct vm *vm, uint64_t parts)
{
	const uint64_t usual = vm->run->kvm_valid_regs;
	int result;

	vm->run->kvm_valid_regs = parts;
	vm->run->immediate_exit = 1;
	result = ioctl(vm->vcpu_fd, KVM_RUN, 0);
	vm->run->immediate_exit = 0;
	vm->run->kvm_valid_regs = usual;
	if (result < 0)
		return errno == EINTR ? 0 : -errno;
	return 1;
}
