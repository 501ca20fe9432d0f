/* SPDX-License-Identifier: MIT */
/* The vCPU's state while the guest runs. */
#ifndef VCPU_H
#define VCPU_H

#include "vm.h"

/*
 * Has KVM complete the exit that it made last, without going on in the guest,
 * and put these parts of the vCPU's state (KVM_SYNC_X86_*) into run->s.regs.
 * Returns 0; 1 if a string instruction has more to do, which is the next exit;
 * or -errno. The sandbox leaves no other way: KVM_CAP_SYNC_REGS, and
 * KVM_CAP_IMMEDIATE_EXIT.
 */
int vcpu_fetch(const struct vm *vm, uint64_t parts);

#endif
