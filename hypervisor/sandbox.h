/* SPDX-License-Identifier: MIT */
/* The cage: what is left to the hypervisor once it has set up and runs the guest. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "hostfile.h"

/*
 * Gives up, for good, what isn't needed to run the guest: capabilities, new
 * privileges, new processes, core dumps, files that are not the guest's, writes to
 * anything but the fds that were given and `outputs`, 0: none, and all system calls but a few. From
 * here on any other call ends the process by SIGSYS, with a message. Dies if the host's kernel
 * can't do one of these; only Landlock may be missing.
 */
void sandbox_enter(int vcpu_fd, const struct hostfiles *files, const int outputs[HOSTFILE_OUTPUTS]);

#endif
