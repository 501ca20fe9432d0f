/* SPDX-License-Identifier: MIT */
/* The cage: what is left to the hypervisor once it has set up and runs the guest. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>

#include "debug/debug.h"
#include "hostfile.h"

/*
 * Gives up, for good, what isn't needed to run the guest: capabilities, new
 * privileges, new processes, core dumps, files that are not the guest's, writes to
 * anything but the fds that were given and `outputs`, 0: none, and all system calls but a few. From
 * here on any other call ends the process by SIGSYS, with a message. Dies if the host's kernel
 * can't do one of these; only Landlock may be missing. `debug`, not NULL: the guest is debugged,
 * which takes more system calls.
 */
void sandbox_enter(int vcpu_fd, const struct hostfiles *files, const int outputs[HOSTFILE_OUTPUTS],
		   bool stats, const struct debug *debug);

#endif
