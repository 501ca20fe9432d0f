/* SPDX-License-Identifier: MIT */
/* The KVM_RUN loop. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

#include "hypercall.h"
#include "vm.h"

enum run_end {
	RUN_EXITED, /* by the exit hypercall: hc->exit_code */
	RUN_HALTED, /* by hlt, where `hlt_is_exit` */
	RUN_FAILED, /* the user has been told why */
};

/* Runs the guest to its end. */
enum run_end run_vm(struct vm *vm, struct hypercalls *hc, bool hlt_is_exit);

#endif
