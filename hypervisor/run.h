/* SPDX-License-Identifier: MIT */
/* The KVM_RUN loop. */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>

#include "hypercall.h"
#include "vm.h"

/*
 * Runs the guest to its end: HC_EXITED; HC_HALTED by hlt, where that is an
 * end; or HC_FAILED, the user has been told why and seen the vCPU's state.
 */
enum hc_next run_vm(struct vm *vm, struct hypercalls *hc, bool hlt_is_exit);

/* KVM_RUN has returned that, with that errno: counts it, and looks at the limit of CPU time. */
void run_returned(struct vm *vm, int result, int error);

/* Does what the guest's last exit asks for, as run_vm() does. Port I/O apart, it is the end. */
enum hc_next run_exit(struct vm *vm, struct hypercalls *hc, bool hlt_is_exit);

#endif
