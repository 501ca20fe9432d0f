/* SPDX-License-Identifier: MIT */
/* Breakpoints that the debugger sets for itself. */
#include "hooks.h"

#include <string.h>

#include "../../kernel/abi.h"
#include "../longmode.h"

/* SDM 3, 6.14.2: what the CPU pushes for an exception without an error code. */
struct cpu_frame {
	uint64_t rip, cs, rflags, rsp, ss;
};

static void set(struct machine *machine, uint64_t address)
{
	breakpoint_add(&machine->breakpoints, address, OF_HOOK, false, (struct owner){0});
}

void hooks_set(struct machine *machine)
{
	const struct debug_table *table = &machine->kernel.table;
	const bool pages = breakpoints_want_pages(&machine->breakpoints);

	breakpoints_remove_all(&machine->breakpoints, OF_HOOK);
	if (!machine->kernel.known)
		return;
	if (machine->watch_programs) {
		set(machine, table->program_starts);
		set(machine, table->program_dies);
	}
	/* Pages that were populated meanwhile get their breakpoints. */
	if (pages) {
		set(machine, table->trap_return);
		set(machine, table->syscall_return);
		/* An int3 that KVM doesn't tell of: kvm_pvm's ring 3, AMD-V as QEMU emulates it. */
		set(machine, table->trap_breakpoint);
	}
	if (!machine->intercepts && machine->trap_awaited)
		set(machine, table->trap_debug);
}

/*
 * The guest is at the entry of an exception of ring 3: takes that back, as if it had been an exit.
 * The vCPU is at `rip` in ring 3 then.
 */
static void take_back(struct machine *machine, const struct cpu_frame *frame, uint64_t rip)
{
	struct state *state = &machine->state;

	state->regs.rip = rip;
	state->regs.rsp = frame->rsp;
	state->regs.rflags = frame->rflags & ~(uint64_t)RFLAGS_TF;
	state->sregs.cs = longmode_segment(SEL_USER_CODE, TYPE_CODE_READ_ACCESSED, true);
	state->sregs.ss = longmode_segment(SEL_USER_DATA, TYPE_DATA_RW_ACCESSED, false);
	state->regs_changed = state->sregs_changed = true;
}

/* Reads what the CPU has pushed. false: it wasn't ring 3 that was interrupted. */
static bool read_frame(const struct machine *machine, struct cpu_frame *frame)
{
	return memory_read(&machine->memory, machine->state.regs.rsp, frame, sizeof(*frame)) ==
		       sizeof(*frame) &&
	       frame->cs == SEL_USER_CODE && frame->ss == SEL_USER_DATA;
}

/* At the entry of #DB. */
static enum hook take_trap(struct machine *machine, struct stop *stop)
{
	struct cpu_frame frame;

	if (!machine->trap_awaited || !read_frame(machine, &frame))
		return HOOK_GO_ON;
	take_back(machine, &frame, frame.rip);
	stop->kind = STOP_STEPPED;
	return HOOK_TRAPPED;
}

/* At the entry of #BP. */
static enum hook take_int3(struct machine *machine, struct stop *stop)
{
	const struct breakpoint *breakpoint;
	struct cpu_frame frame;

	if (!read_frame(machine, &frame))
		return HOOK_GO_ON;
	/* RIP is behind the int3, which has one byte. */
	breakpoint = breakpoint_at(&machine->breakpoints, frame.rip - 1);
	if (!breakpoint || !breakpoint->of_program)
		return HOOK_GO_ON;
	take_back(machine, &frame, frame.rip - 1);
	stop->kind = breakpoint->askers & OF_GDB ? STOP_BREAKPOINT : STOP_STEPPED;
	return HOOK_TELL;
}

/* Has the name of the program's file begin with a /, for gdb. What is too long stays. */
static void complete_name(const struct machine *machine, struct program_info *program)
{
	size_t bytes = strlen(program->exe) + 1;
	size_t room = strlen(machine->directory) + 1;

	if (program->exe[0] == '/' || bytes + room > sizeof(program->exe))
		return;
	memmove(program->exe + room, program->exe, bytes);
	memcpy(program->exe, machine->directory, room - 1);
	program->exe[room - 1] = '/';
}

/* A program starts. Is it the debugger's? The first one is, and what its process executes then. */
static bool take_start(struct machine *machine)
{
	struct program_info program;

	if (!kernelinfo_program(&machine->kernel, &machine->memory, &program))
		return false;
	if (machine->program.pid && machine->program.pid != program.pid && !machine->follow_all) {
		/* Its page tables may be where the other's were. */
		if (machine->owner.cr3 == machine->state.sregs.cr3)
			machine->owner.cr3 = UINT64_MAX;
		return false;
	}
	complete_name(machine, &program);
	machine->program = program;
	machine->owner.cr3 = machine->state.sregs.cr3;
	breakpoints_set_owner(&machine->breakpoints, machine->owner);
	return true;
}

enum hook hooks_take(struct machine *machine, struct stop *stop)
{
	const struct debug_table *table = &machine->kernel.table;
	const uint64_t rip = machine->state.regs.rip;
	const struct breakpoint *here = breakpoint_at(&machine->breakpoints, rip);
	const unsigned askers = here ? here->askers : 0;
	enum hook hook = HOOK_GO_ON;

	if (askers & OF_HOOK && rip == table->program_starts && take_start(machine)) {
		stop->kind = STOP_STARTS;
		return HOOK_TELL;
	}
	if (askers & OF_HOOK && rip == table->program_dies) {
		stop->kind = STOP_DIES;
		stop->sig = machine->state.regs.rdi;
		return HOOK_TELL;
	}
	if (askers & OF_HOOK && rip == table->trap_breakpoint)
		hook = take_int3(machine, stop);
	if (askers & OF_HOOK && rip == table->trap_debug)
		hook = take_trap(machine, stop);
	if (hook == HOOK_GO_ON && askers & (OF_GDB | OF_STEP)) {
		stop->kind = askers & OF_GDB ? STOP_BREAKPOINT : STOP_STEPPED;
		return HOOK_TELL;
	}
	return hook;
}

/*
 * Where the instruction leads, if it loads RFLAGS and goes to another ring. false: it is another
 * one.
 */
static bool target_of(const struct machine *machine, uint64_t *target)
{
	static const uint8_t syscall_code[] = {0x0f, 0x05};
	static const uint8_t sysretq_code[] = {0x48, 0x0f, 0x07};
	static const uint8_t iretq_code[] = {0x48, 0xcf};
	const struct kvm_regs *regs = &machine->state.regs;
	uint8_t code[3] = {0};
	struct cpu_frame frame;

	memory_read(&machine->memory, regs->rip, code, sizeof(code));
	if (state_cpl(&machine->state) == 3) {
		*target = regs->rip + sizeof(syscall_code);
		return memcmp(code, syscall_code, sizeof(syscall_code)) == 0;
	}
	if (memcmp(code, sysretq_code, sizeof(sysretq_code)) == 0) {
		*target = regs->rcx;
		return true;
	}
	if (memcmp(code, iretq_code, sizeof(iretq_code)) != 0 ||
	    memory_read(&machine->memory, regs->rsp, &frame, sizeof(frame)) != sizeof(frame))
		return false;
	*target = frame.rip;
	return frame.cs == SEL_USER_CODE;
}

bool hooks_step_around(struct machine *machine)
{
	const struct owner here = {.known = true, .cr3 = machine->state.sregs.cr3};
	uint64_t target;

	return machine->kernel.known && target_of(machine, &target) &&
	       breakpoint_add(&machine->breakpoints, target, OF_STEP, true, here) == 0;
}

void hooks_forget_trap(struct machine *machine)
{
	struct trap_frame frame;
	const uint64_t at = machine->kernel.table.user_frame + offsetof(struct trap_frame, rflags);

	if (!machine->trap_awaited || state_cpl(&machine->state) == 3)
		return;
	machine->trap_awaited = false;
	if (!kernelinfo_user_frame(&machine->kernel, &machine->memory, &frame))
		return;
	frame.rflags &= ~(uint64_t)RFLAGS_TF;
	memory_write(&machine->memory, at, &frame.rflags, sizeof(frame.rflags));
}
