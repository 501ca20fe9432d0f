/* SPDX-License-Identifier: MIT */
/* The cage: what is left to the hypervisor once it has set up and runs the guest. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "hostfile.h"

/*
 * Gives up, for good, all that running the guest doesn't take: capabilities,
 * new privileges, new processes, core dumps, files that are not the guest's,
 * writing where no fd was given, and every system call but a few with the
 * arguments that they need. From here on any other call ends the process by
 * SIGSYS, with a message. Dies if the kernel can't do one of these; Landlock
 * alone may be missing.
 */
void sandbox_enter(int vcpu_fd, const struct hostfiles *files);

#endif
