/* SPDX-License-Identifier: MIT */
/* What the user sees of a VM that failed. */
#ifndef DUMP_H
#define DUMP_H

#include "vm.h"

/* Shows registers, control registers and segments. */
void dump_vcpu(const struct vm *vm);

/* The name of a KVM exit reason, "unknown" if it has none here. */
const char *dump_exit_name(uint32_t reason);

#endif
