/* SPDX-License-Identifier: MIT */
/* The vCPU's registers while the guest stands still. */
#include "state.h"

#include <errno.h>
#include <sys/ioctl.h>

#include "../vcpu.h"

/* ioctl(2), restarted when a signal interrupts it. Returns 0 or -errno. */
static int ask(const struct vm *vm, unsigned long request, void *argument)
{
	int result;

	do {
		result = ioctl(vm->vcpu_fd, request, argument);
	} while (result < 0 && errno == EINTR);
	return result < 0 ? -errno : 0;
}

int state_fetch(struct state *state, const struct vm *vm)
{
	int error;

	/* A failed entry, say, stays one: then what follows shows what there is. */
	(void)vcpu_fetch(vm, vm->run->kvm_valid_regs);
	error = ask(vm, KVM_GET_REGS, &state->regs);
	if (!error)
		error = ask(vm, KVM_GET_SREGS, &state->sregs);
	if (!error)
		error = ask(vm, KVM_GET_XSAVE, &state->xsave);
	state->regs_changed = state->sregs_changed = state->xsave_changed = false;
	return error;
}

int state_give(struct state *state, const struct vm *vm)
{
	int error = 0;

	if (state->sregs_changed)
		error = ask(vm, KVM_SET_SREGS, &state->sregs);
	if (!error && state->regs_changed)
		error = ask(vm, KVM_SET_REGS, &state->regs);
	if (!error && state->xsave_changed)
		error = ask(vm, KVM_SET_XSAVE, &state->xsave);
	if (!error)
		state->regs_changed = state->sregs_changed = state->xsave_changed = false;
	return error;
}
