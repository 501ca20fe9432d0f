/* SPDX-License-Identifier: MIT */
/* The KVM_RUN loop: what each exit of the guest means. */
#include "run.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>

#include "dump.h"
#include "msg.h"
#include "signals.h"
#include "timer.h"
#include "vcpu.h"

#define VECTOR_GP 13 /* SDM 3, 6.15 */

/* Tells the user what the exit was that ends the guest: any but port I/O. */
static void explain_exit(const struct kvm_run *run)
{
	const char *const name = dump_exit_name(run->exit_reason);

	switch (run->exit_reason) {
	case KVM_EXIT_HLT:
		msg("hypervisor: %s: the kernel halted without telling how its program ended\n",
		    name);
		break;
	case KVM_EXIT_SHUTDOWN:
		msg("hypervisor: %s: triple fault\n", name);
		break;
	case KVM_EXIT_FAIL_ENTRY:
		msg("hypervisor: %s: the CPU refused the guest's state, hardware reason 0x%llx\n",
		    name, run->fail_entry.hardware_entry_failure_reason);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		msg("hypervisor: %s: suberror %" PRIu32 "%s\n", name, run->internal.suberror,
		    run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION
			    ? ", KVM can't emulate the instruction"
			    : "");
		break;
	case KVM_EXIT_MMIO:
		msg("hypervisor: %s: %s of %" PRIu32 " bytes at 0x%llx, outside guest memory\n",
		    name, run->mmio.is_write ? "write" : "read", run->mmio.len,
		    run->mmio.phys_addr);
		break;
	default:
		msg("hypervisor: %s: exit reason %" PRIu32 ", which nothing here asks for\n", name,
		    run->exit_reason);
	}
}

/*
 * With KVM's parameter enable_vmware_backdoor ring 3 reaches VMware's two ports,
 * whatever its kernel says. Without it the CPU would raise #GP, so this does, for
 * any port without a hypercall. RIP is that of the `in`, or behind the `out`,
 * which KVM has completed. Returns false if it was ring 0, or KVM can't tell.
 */
static bool refuse_to_ring3(const struct vm *vm)
{
	struct kvm_run *run = vm->run;
	struct kvm_sync_regs *state = &run->s.regs;
	const struct kvm_regs before = state->regs;
	int result;

	if (!run->kvm_valid_regs)
		return false;
	do {
		result = vcpu_fetch(vm,
				    KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS | KVM_SYNC_X86_EVENTS);
	} while (result > 0);
	if (result < 0 || state->sregs.ss.dpl != 3) /* SDM 3, 24.4.1: the CPL */
		return false;
	state->regs = before;
	state->events.exception.injected = 1;
	state->events.exception.pending = 0;
	state->events.exception.nr = VECTOR_GP;
	state->events.exception.has_error_code = 1;
	state->events.exception.error_code = 0;
	run->kvm_dirty_regs = KVM_SYNC_X86_REGS | KVM_SYNC_X86_EVENTS;
	return true;
}

/*
 * Does what the exit KVM_EXIT_IO asks for.
 *
 * With HC_RESULT_AT_ONCE a hypercall takes one exit. At the next KVM_RUN, KVM
 * loads the registers that are set here (KVM_CAP_SYNC_REGS) before it completes
 * the `out`, and doesn't complete it if RIP has moved; QEMU's vmport relies on
 * that, too. The other way is KVM_CAP_COALESCED_PIO, where KVM collects the
 * `out`s. With it, destroying the VM waits for a grace period, which takes ten
 * times as long as all else of its life.
 */
static enum hc_next exit_io(const struct vm *vm, struct hypercalls *hc)
{
	struct kvm_run *run = vm->run;
	struct kvm_regs *regs = &run->s.regs.regs;
	struct port_io io = {
		.out = run->io.direction == KVM_EXIT_IO_OUT,
		.port = run->io.port,
		.width = run->io.size,
		.count = run->io.count,
		.data = (char *)run + run->io.data_offset,
	};
	enum hc_next next;

	if (!hypercall_port(io.port) && refuse_to_ring3(vm))
		return HC_CONTINUE;
	next = hypercall_io(hc, &io);
	/* A byte for the console must not fetch the result of an earlier call. */
	if (next == HC_CONTINUE && hc->pending && hc->port == io.port && run->kvm_valid_regs &&
	    regs->rsi == HC_RESULT_AT_ONCE) {
		regs->rax = (uint32_t)hc->result;
		regs->rip = regs->rcx;
		run->kvm_dirty_regs |= KVM_SYNC_X86_REGS;
		hc->pending = false;
	}
	return next;
}

void run_returned(struct vm *vm, int result, int error)
{
	vm->exits++;
	if (result < 0 && error == EINTR)
		vm->interrupted++;
	else if (result == 0 && vm->run->exit_reason < VM_EXIT_REASONS)
		vm->exits_by[vm->run->exit_reason]++;
	signals_check_cpu_time();
}

enum hc_next run_exit(struct vm *vm, struct hypercalls *hc, bool hlt_is_exit)
{
	if (vm->run->exit_reason == KVM_EXIT_IO)
		return exit_io(vm, hc);
	if (vm->run->exit_reason == KVM_EXIT_IRQ_WINDOW_OPEN)
		return HC_CONTINUE;
	if (vm->run->exit_reason == KVM_EXIT_HLT && hlt_is_exit)
		return HC_HALTED;
	explain_exit(vm->run);
	return HC_FAILED;
}

/* Runs the guest until it exits, and does what that exit asks for. */
static enum hc_next run_once(struct vm *vm, struct hypercalls *hc, bool hlt_is_exit)
{
	int result, error;

	timer_raise();
	result = ioctl(vm->vcpu_fd, KVM_RUN, 0);
	error = errno;
	run_returned(vm, result, error);
	if (result < 0 && error == EINTR)
		return HC_CONTINUE; /* a signal that didn't end this process: the timer's, or
				       SIGCONT */
	if (result < 0) {
		msg("hypervisor: KVM_RUN: %s\n", strerror(error));
		return HC_FAILED;
	}
	return run_exit(vm, hc, hlt_is_exit);
}

enum hc_next run_vm(struct vm *vm, struct hypercalls *hc, bool hlt_is_exit)
{
	enum hc_next next;

	do {
		next = run_once(vm, hc, hlt_is_exit);
	} while (next == HC_CONTINUE);
	if (next == HC_FAILED)
		dump_vcpu(vm);
	return next;
}
