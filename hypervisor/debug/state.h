/* SPDX-License-Identifier: MIT */
/* The vCPU's registers while the guest stands still. */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "../vm.h"

/* SDM 1, 13.4: the legacy region of an XSAVE area, which FXSAVE writes, and its header. */
#define XSAVE_XMM	160
#define XSAVE_XSTATE_BV 512
#define XSTATE_X87	(1u << 0)
#define XSTATE_SSE	(1u << 1)
#define XSTATE_AVX	(1u << 2)

_Static_assert(sizeof(struct kvm_xsave) == 4096, "struct state has room for it");

struct state {
	struct kvm_regs regs;
	struct kvm_sregs sregs;
	union { /* struct kvm_xsave */
		uint8_t bytes[4096];
		uint64_t words[512];
	} xsave;
	/* Which of them are to be given to the vCPU before it goes on. */
	bool regs_changed, sregs_changed, xsave_changed;
};

/*
 * Has KVM complete the exit that it made last, and fetches the vCPU's state.
 * Returns 0 or -errno.
 */
int state_fetch(struct state *state, const struct vm *vm);

/* Gives the vCPU what has changed. Returns 0; or -errno: KVM refuses it. */
int state_give(struct state *state, const struct vm *vm);

/* The privilege level, 0 to 3. SDM 3, 24.4.1: SS's DPL, in real mode, too. */
static inline unsigned state_cpl(const struct state *state)
{
	return state->sregs.ss.dpl;
}

#endif
