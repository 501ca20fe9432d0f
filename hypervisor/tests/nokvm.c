/* SPDX-License-Identifier: MIT */
/*
 * Runs a command where /dev/kvm is "missing", "forbidden" (it is another
 * user's) or "null" (another device). Needs root, for a mount namespace.
 */
#include <err.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 3)
		errx(124, "usage: nokvm missing|forbidden|null COMMAND...");
	if (unshare(CLONE_NEWNS) < 0 || (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 &&
					 mount(NULL, "/dev", NULL, MS_PRIVATE, NULL) < 0))
		err(124, "mount namespace");
	if (strcmp(argv[1], "null") == 0) {
		if (mount("/dev/null", "/dev/kvm", NULL, MS_BIND, NULL) < 0)
			err(124, "bind mount");
	} else {
		if (mount("none", "/dev", "tmpfs", 0, NULL) < 0)
			err(124, "tmpfs");
		if (strcmp(argv[1], "forbidden") == 0 &&
		    (mknod("/dev/kvm", S_IFCHR | 0600, makedev(10, 232)) < 0 || setgid(65534) < 0 ||
		     setuid(65534) < 0))
			err(124, "mknod");
	}
	execv(argv[2], argv + 2);
	err(124, "%s", argv[2]);
}
