/* SPDX-License-Identifier: MIT */
/* The KVM_RUN loop: what each exit of the guest means. */
#include "run.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include "dump.h"
#include "msg.h"

#define PAGE_SIZE 4096 /* in KVM_COALESCED_MMIO_MAX */

/* Ends the guest: says why, shows its state. */
static __attribute__((format(printf, 2, 3))) void failed(const struct vm *vm, const char *format,
							 ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	msg("hypervisor: %s\n", text);
	dump_vcpu(vm);
}

static const char *internal_error_name(uint32_t suberror)
{
	switch (suberror) {
	case KVM_INTERNAL_ERROR_EMULATION:
		return "KVM can't emulate the instruction";
	case KVM_INTERNAL_ERROR_SIMUL_EX:
		return "an exception while delivering an exception";
	case KVM_INTERNAL_ERROR_DELIVERY_EV:
		return "an exit while delivering an event";
	case KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON:
		return "an exit that KVM doesn't know";
	default:
		return "unknown";
	}
}

/* Every exit but port I/O ends the guest. */
static void failed_exit(const struct vm *vm)
{
	const struct kvm_run *run = vm->run;
	const char *name = dump_exit_name(run->exit_reason);

	switch (run->exit_reason) {
	case KVM_EXIT_HLT:
		failed(vm, "%s: the kernel halted without telling how its program ended", name);
		break;
	case KVM_EXIT_SHUTDOWN:
		failed(vm, "%s: triple fault", name);
		break;
	case KVM_EXIT_FAIL_ENTRY:
		failed(vm, "%s: the CPU refused the guest's state, hardware reason 0x%llx", name,
		       run->fail_entry.hardware_entry_failure_reason);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		failed(vm, "%s: suberror %" PRIu32 ", %s", name, run->internal.suberror,
		       internal_error_name(run->internal.suberror));
		break;
	case KVM_EXIT_MMIO:
		failed(vm, "%s: %s of %" PRIu32 " bytes at 0x%llx, outside guest memory", name,
		       run->mmio.is_write ? "write" : "read", run->mmio.len, run->mmio.phys_addr);
		break;
	case KVM_EXIT_SYSTEM_EVENT:
		failed(vm, "%s: type %" PRIu32, name, run->system_event.type);
		break;
	default:
		failed(vm, "%s: exit reason %" PRIu32 ", which nothing here asks for", name,
		       run->exit_reason);
	}
}

/* Does a port access; tells the user if the guest must not go on. */
static enum hc_next port_access(const struct vm *vm, struct hypercalls *hc,
				const struct port_io *io)
{
	enum hc_next next = hypercall_io(hc, io);

	if (next == HC_FAULT)
		failed(vm, "protocol fault: %s", hc->text);
	else if (next == HC_PANIC)
		dump_vcpu(vm);
	return next;
}

/* Does the `out`s that KVM has kept back. */
static enum hc_next drain_ring(const struct vm *vm, struct hypercalls *hc)
{
	struct kvm_coalesced_mmio_ring *ring = vm->ring;
	enum hc_next next = HC_CONTINUE;

	while (ring && ring->first != ring->last && next == HC_CONTINUE) {
		struct kvm_coalesced_mmio *kept = &ring->coalesced_mmio[ring->first];
		struct port_io io = {
			.out = true,
			.port = kept->phys_addr,
			.width = kept->len,
			.count = 1,
			.data = kept->data,
		};

		next = port_access(vm, hc, &io);
		ring->first = (ring->first + 1) % KVM_COALESCED_MMIO_MAX;
	}
	return next;
}

/* Does what the exit KVM_EXIT_IO asks for. */
static enum hc_next exit_io(const struct vm *vm, struct hypercalls *hc)
{
	struct kvm_run *run = vm->run;
	struct port_io io = {
		.out = run->io.direction == KVM_EXIT_IO_OUT,
		.port = run->io.port,
		.width = run->io.size,
		.count = run->io.count,
		.data = (char *)run + run->io.data_offset,
	};

	return port_access(vm, hc, &io);
}

enum run_end run_vm(struct vm *vm, struct hypercalls *hc, bool hlt_is_exit)
{
	enum hc_next next = HC_CONTINUE;

	while (next == HC_CONTINUE) {
		int result = ioctl(vm->vcpu_fd, KVM_RUN, 0);
		int error = errno;

		vm->exits++;
		next = drain_ring(vm, hc);
		if (next != HC_CONTINUE)
			break;
		if (result < 0 && error == EINTR)
			continue; /* a signal that didn't end this process, SIGCONT say */
		if (result < 0) {
			failed(vm, "KVM_RUN: %s", strerror(error));
			return RUN_FAILED;
		}
		if (vm->run->exit_reason == KVM_EXIT_IO) {
			next = exit_io(vm, hc);
		} else if (vm->run->exit_reason == KVM_EXIT_HLT && hlt_is_exit) {
			return RUN_HALTED;
		} else {
			failed_exit(vm);
			return RUN_FAILED;
		}
	}
	return next == HC_EXIT ? RUN_EXITED : RUN_FAILED;
}
