/* SPDX-License-Identifier: MIT */
/* The guest under a debugger: lets it go on, by one instruction or until something happens. */
#include "machine.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>

#include "../cpuid.h"
#include "../msg.h"
#include "../timer.h"
#include "hooks.h"

#define VECTOR_DB 1 /* SDM 3, 6.15 */
#define VECTOR_BP 3
#define DR6_BS	  (1u << 14) /* SDM 3, 17.2.3: a single step */
#define DR6_B(n)  (1u << (n))

/*
 * A KVM may tell of a step that it hasn't made, as on the VT-x that Bochs emulates. No register
 * has changed then, which a jump to itself does, too: so it is tried again so many times.
 */
#define STEP_TRIES 8

static void set_guest_debug(const struct machine *machine, uint32_t flags)
{
	struct kvm_guest_debug debug = {.control = flags};
	int result;

	if (flags)
		hardware_registers(&machine->breakpoints, debug.arch.debugreg);
	do {
		result = ioctl(machine->vm->vcpu_fd, KVM_SET_GUEST_DEBUG, &debug);
	} while (result < 0 && errno == EINTR);
	if (result < 0)
		die("KVM_SET_GUEST_DEBUG: %m");
}

void machine_init(struct machine *machine, struct vm *vm, struct hypercalls *hc, bool hlt_is_exit,
		  const char *image, const char *directory)
{
	machine->vm = vm;
	machine->hc = hc;
	machine->hlt_is_exit = hlt_is_exit;
	machine->directory = directory;
	machine->intercepts = cpuid_host_virtualizes();
	machine->has_avx = vm->xcr0 & XSTATE_AVX;
	symbols_load(&machine->symbols, image);
	kernelinfo_load(&machine->kernel, &machine->symbols, &vm->mem);
	machine->memory = (struct memory){&vm->mem, &machine->state, machine->kernel.known};
	/* No program has begun: its addresses are nobody's yet. */
	machine->owner = (struct owner){.known = machine->kernel.known, .cr3 = UINT64_MAX};
}

void machine_fetch(struct machine *machine)
{
	int error = state_fetch(&machine->state, machine->vm);

	if (error)
		die("the registers can't be read: %s", strerror(-error));
}

/* What an exit for a debugger means, which is a #BP or a #DB. false: it is the guest's own. */
static bool take_debug_exit(struct machine *machine, bool single, struct stop *stop)
{
	const struct kvm_debug_exit_arch *arch = &machine->vm->run->debug.arch;

	if (arch->exception == VECTOR_BP) {
		stop->kind = STOP_BREAKPOINT;
		return breakpoint_at(&machine->breakpoints, arch->pc) != NULL;
	}
	for (unsigned i = 0; i < HARDWARE_MAX; i++) {
		if (arch->dr6 & DR6_B(i) && machine->breakpoints.hard[i].used) {
			stop->kind = STOP_HARDWARE;
			stop->hardware = machine->breakpoints.hard[i];
			return true;
		}
	}
	stop->kind = STOP_STEPPED;
	return arch->dr6 & DR6_BS && (single || machine->trap_awaited);
}

/* After a hlt: was it that of a breakpoint? Then RIP is set back to it. */
static bool take_hlt(struct machine *machine)
{
	struct kvm_regs *regs = &machine->state.regs;
	const struct breakpoint *breakpoint;

	machine_fetch(machine);
	breakpoint = breakpoint_at(&machine->breakpoints, regs->rip - 1);
	if (!breakpoint || !breakpoint->planted || breakpoint->opcode != OPCODE_HLT)
		return false;
	regs->rip--;
	machine->state.regs_changed = true;
	return true;
}

static bool is_interrupted(struct machine *machine, struct stop *stop)
{
	if (!machine->is_interrupted || !machine->is_interrupted(machine))
		return false;
	stop->kind = STOP_INTERRUPTED;
	return true;
}

/*
 * The guest runs, with what is planted, until the debugger has to look. `single`: KVM is to
 * stop it after an instruction. The state is fetched then.
 */
static struct stop run(struct machine *machine, bool single)
{
	const uint32_t usual = KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_USE_SW_BP |
			       KVM_GUESTDBG_USE_HW_BP | (single ? KVM_GUESTDBG_SINGLESTEP : 0);
	struct kvm_run *const run = machine->vm->run;
	const uint64_t valid = run->kvm_valid_regs;
	struct stop stop = {.kind = STOP_END, .end = HC_CONTINUE};
	/* The timer's interrupt would leave KVM's RFLAGS.TF on the guest's stack. */
	bool takes_timer = !single;

	set_guest_debug(machine, usual);
	/* To answer a hypercall at its `out` would skip the `in`, where the step ends. */
	if (single)
		run->kvm_valid_regs = 0;
	while (stop.end == HC_CONTINUE) {
		int result, error;

		if (takes_timer)
			timer_raise();
		else
			run->request_interrupt_window = 0; /* else the step never begins */
		takes_timer = !single;
		/* immediate_exit of what came before is cleared; what comes later sets it again. */
		if (is_interrupted(machine, &stop))
			break;
		result = ioctl(machine->vm->vcpu_fd, KVM_RUN, 0);
		error = errno;
		run_returned(machine->vm, result, error);
		if (result < 0 && error != EINTR) {
			msg("hypervisor: KVM_RUN: %s\n", strerror(error));
			stop.end = HC_FAILED;
		} else if (result < 0) {
			run->immediate_exit = 0;
		} else if (run->exit_reason == KVM_EXIT_DEBUG) {
			if (take_debug_exit(machine, single, &stop))
				break;
			stop.kind = STOP_END;
			set_guest_debug(machine, usual | (run->debug.arch.exception == VECTOR_BP
								  ? KVM_GUESTDBG_INJECT_BP
								  : KVM_GUESTDBG_INJECT_DB));
			takes_timer = false; /* the exception goes first */
		} else if (run->exit_reason == KVM_EXIT_HLT && take_hlt(machine)) {
			stop.kind = STOP_BREAKPOINT;
			break;
		} else {
			stop.end = run_exit(machine->vm, machine->hc, machine->hlt_is_exit);
			/* Some KVMs tell no more of a port access than that it was one. */
			if (single && stop.end == HC_CONTINUE && run->exit_reason == KVM_EXIT_IO) {
				stop.kind = STOP_STEPPED;
				break;
			}
		}
	}
	run->kvm_valid_regs = valid;
	if (!machine->state.regs_changed)
		machine_fetch(machine);
	return stop;
}

/* Is there a breakpoint at RIP? It must not stop the instruction with which the guest goes on. */
static bool stands_at_breakpoint(const struct machine *machine)
{
	const uint64_t rip = machine->state.regs.rip;

	if (breakpoint_at(&machine->breakpoints, rip))
		return true;
	for (unsigned i = 0; i < HARDWARE_MAX; i++) {
		const struct hardware *hard = &machine->breakpoints.hard[i];

		if (hard->used && hard->watch == WATCH_EXECUTE && hard->address == rip)
			return true;
	}
	return false;
}

/* hlt ends the guest. Some KVMs would tell of a step instead. */
static bool stands_at_hlt(const struct machine *machine)
{
	const struct state *state = &machine->state;
	uint8_t code;

	return memory_read(&machine->memory, state->sregs.cs.base + state->regs.rip, &code, 1) ==
		       1 &&
	       code == OPCODE_HLT;
}

/* Plants, runs, lifts. `single`: one instruction, which no breakpoint at it stops. */
static struct stop advance(struct machine *machine, bool single)
{
	struct state *state = &machine->state;
	const uint64_t rip = state->regs.rip;
	const bool by_kvm = single && (machine->intercepts || state_cpl(state) != 3);
	const struct kvm_regs before = state->regs;
	unsigned tries = STEP_TRIES;
	struct hardware hard[HARDWARE_MAX];
	struct stop stop;
	int error;

	if (single && state_cpl(state) == 3)
		machine->trap_awaited = true;
	if (single && !by_kvm) {
		state->regs.rflags |= RFLAGS_TF;
		state->regs_changed = true;
	}
	hooks_set(machine);
	breakpoints_plant(&machine->breakpoints, &machine->memory, single ? &rip : NULL);
	memcpy(hard, machine->breakpoints.hard, sizeof(hard));
	for (unsigned i = 0; i < HARDWARE_MAX; i++)
		if (single && hard[i].watch == WATCH_EXECUTE && hard[i].address == rip)
			machine->breakpoints.hard[i].used = false;
	error = state_give(state, machine->vm);
	if (error) {
		msg("hypervisor: KVM refuses the registers that the debugger has set: %s\n",
		    strerror(-error));
		stop = (struct stop){.kind = STOP_END, .end = HC_FAILED};
	} else {
		do {
			stop = run(machine, by_kvm && !stands_at_hlt(machine));
		} while (by_kvm && stop.kind == STOP_STEPPED && tries-- > 0 &&
			 memcmp(&before, &state->regs, sizeof(before)) == 0);
	}
	memcpy(machine->breakpoints.hard, hard, sizeof(hard));
	breakpoints_lift(&machine->breakpoints, &machine->memory);
	return stop;
}

/* A step of ring 3 is over. */
static void end_trap(struct machine *machine)
{
	machine->trap_awaited = false;
	machine->state.regs.rflags &= ~(uint64_t)RFLAGS_TF;
	machine->state.regs_changed = true;
}

struct stop machine_go(struct machine *machine, bool step)
{
	/* Where the step ends isn't the CPU's next instruction: it gets a breakpoint. */
	const bool around = step && hooks_step_around(machine);
	enum hook hook = HOOK_TELL;
	struct stop stop;

	do {
		/* A step of ring 3 that a fault has interrupted ends when its trap comes. */
		bool single = step && !around && !machine->trap_awaited;
		bool over = !single && stands_at_breakpoint(machine);

		stop = advance(machine, single || over);
		if (stop.kind == STOP_BREAKPOINT)
			hook = hooks_take(machine, &stop);
		else
			hook = stop.kind == STOP_STEPPED ? HOOK_TRAPPED : HOOK_TELL;
		if (hook == HOOK_TRAPPED && state_cpl(&machine->state) == 3) {
			end_trap(machine);
			single = step && !around;
		}
		if (hook == HOOK_TRAPPED && single)
			hook = HOOK_TELL;
	} while (hook != HOOK_TELL);
	breakpoints_remove_all(&machine->breakpoints, OF_STEP);
	hooks_forget_trap(machine);
	return stop;
}

void machine_release(struct machine *machine)
{
	breakpoints_remove_all(&machine->breakpoints, OF_GDB | OF_HOOK | OF_STEP);
	memset(machine->breakpoints.hard, 0, sizeof(machine->breakpoints.hard));
	state_give(&machine->state, machine->vm);
	set_guest_debug(machine, 0);
	/* What the debugger sent last may have set it, and nobody clears it any more. */
	machine->vm->run->immediate_exit = 0;
}
