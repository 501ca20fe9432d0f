/* SPDX-License-Identifier: MIT */
/* What the system calls itself: uname(2). */
#include "uts.h"

/*
 * The release is the Linux whose system calls these are: C libraries refuse to start on
 * one that is too old.
 */
const struct new_utsname uts = {
	.sysname = "Linux",
	.nodename = "guest",
	.release = "5.10.0-kernel.bin",
	.version = "a small kernel in a KVM virtual machine, not Linux itself",
	.machine = "x86_64",
	.domainname = "(none)",
};
