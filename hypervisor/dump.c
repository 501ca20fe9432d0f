/* SPDX-License-Identifier: MIT */
/* What the user sees of a VM that failed. */
#include "dump.h"

#include <stdbool.h>
#include <string.h>

#include "msg.h"
#include "vcpu.h"

const char *dump_exit_name(uint32_t reason)
{
#define NAME(exit) [KVM_EXIT_##exit] = "KVM_EXIT_" #exit
	/* clang-format off */
	static const char *const names[] = {
		NAME(UNKNOWN), NAME(EXCEPTION), NAME(IO), NAME(HYPERCALL), NAME(DEBUG),
		NAME(HLT), NAME(MMIO), NAME(IRQ_WINDOW_OPEN), NAME(SHUTDOWN), NAME(FAIL_ENTRY),
		NAME(INTR), NAME(SET_TPR), NAME(TPR_ACCESS), NAME(NMI), NAME(INTERNAL_ERROR),
		NAME(SYSTEM_EVENT), NAME(IOAPIC_EOI), NAME(HYPERV), NAME(X86_RDMSR),
		NAME(X86_WRMSR), NAME(DIRTY_RING_FULL), NAME(X86_BUS_LOCK), NAME(XEN), NAME(NOTIFY),
	};
	/* clang-format on */
#undef NAME
	const bool known = reason < sizeof(names) / sizeof(names[0]) && names[reason];

	return known ? names[reason] : "unknown";
}

static void dump_regs(const struct kvm_regs *r)
{
	msg("  rip=%016llx rflags=%016llx\n", r->rip, r->rflags);
	msg("  rax=%016llx rbx=%016llx rcx=%016llx rdx=%016llx\n", r->rax, r->rbx, r->rcx, r->rdx);
	msg("  rsi=%016llx rdi=%016llx rbp=%016llx rsp=%016llx\n", r->rsi, r->rdi, r->rbp, r->rsp);
	msg("  r8 =%016llx r9 =%016llx r10=%016llx r11=%016llx\n", r->r8, r->r9, r->r10, r->r11);
	msg("  r12=%016llx r13=%016llx r14=%016llx r15=%016llx\n", r->r12, r->r13, r->r14, r->r15);
}

static void dump_segment(const char *name, const struct kvm_segment *s)
{
	msg("  %s  %04x base=%016llx limit=%08x type=%x%s dpl=%u%s%s%s%s\n", name, s->selector,
	    s->base, s->limit, s->type, s->s ? "" : " system", s->dpl, s->present ? "" : " absent",
	    s->l ? " 64-bit" : "", s->db ? " 32-bit" : "", s->unusable ? " unusable" : "");
}

static void dump_sregs(const struct kvm_sregs *s)
{
	msg("  cr0=%016llx cr2=%016llx cr3=%016llx cr4=%016llx\n", s->cr0, s->cr2, s->cr3, s->cr4);
	msg("  efer=%016llx\n", s->efer);
	dump_segment("cs", &s->cs);
	dump_segment("ds", &s->ds);
	dump_segment("es", &s->es);
	dump_segment("fs", &s->fs);
	dump_segment("gs", &s->gs);
	dump_segment("ss", &s->ss);
	dump_segment("tr", &s->tr);
	msg("  gdt base=%016llx limit=%04x  idt base=%016llx limit=%04x\n", s->gdt.base,
	    s->gdt.limit, s->idt.base, s->idt.limit);
}

/* SDM 3, 9.1.1. KVM does this to the vCPU at a triple fault on AMD's CPUs. */
static bool is_reset(const struct kvm_sync_regs *state)
{
	return state->regs.rip == 0xfff0 && state->sregs.cs.selector == 0xf000 &&
	       state->sregs.cs.base == 0xffff0000;
}

void dump_vcpu(const struct vm *vm)
{
	const struct kvm_sync_regs *state = &vm->run->s.regs;
	int result = vcpu_fetch(vm, KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS);

	if (result < 0) {
		msg("  the registers can't be read: %s\n", strerror(-result));
		return;
	}
	if (is_reset(state))
		msg("  KVM has reset the vCPU: what follows isn't the state that it failed in\n");
	dump_regs(&state->regs);
	dump_sregs(&state->sregs);
}
