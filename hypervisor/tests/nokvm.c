/* SPDX-License-Identifier: MIT */
/*
 * Runs a command where /dev/kvm is "missing", "forbidden" (it is another
 * user's), "nodev" (its file system has no devices), "container" (not among the
 * devices of its cgroup) or "null" (another device). Needs root, for a mount
 * namespace. "container" leaves a cgroup behind: for a machine of its own.
 */
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void make_kvm(int mode)
{
	if (mknod("/dev/kvm", S_IFCHR | mode, makedev(10, 232)) < 0)
		err(124, "mknod");
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(124, "%s", path);
	close(fd);
}

/* Documentation/admin-guide/cgroup-v1/devices.rst */
static void enter_cgroup(void)
{
	if (mount("none", "/sys/fs/cgroup", "cgroup", 0, "devices") < 0 ||
	    mkdir("/sys/fs/cgroup/no_kvm", 0700) < 0)
		err(124, "cgroup");
	write_file("/sys/fs/cgroup/no_kvm/devices.deny", "c 10:232 rwm");
	write_file("/sys/fs/cgroup/no_kvm/cgroup.procs", "0");
}

int main(int argc, char **argv)
{
	const char *mode = argv[1];

	if (argc < 3)
		errx(124, "usage: nokvm missing|forbidden|nodev|container|null COMMAND...");
	if (unshare(CLONE_NEWNS) < 0 || (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 &&
					 mount(NULL, "/dev", NULL, MS_PRIVATE, NULL) < 0))
		err(124, "mount namespace");
	if (strcmp(mode, "null") == 0) {
		if (mount("/dev/null", "/dev/kvm", NULL, MS_BIND, NULL) < 0)
			err(124, "bind mount");
	} else if (strcmp(mode, "container") == 0) {
		enter_cgroup();
	} else {
		if (mount("none", "/dev", "tmpfs", strcmp(mode, "nodev") == 0 ? MS_NODEV : 0,
			  NULL) < 0)
			err(124, "tmpfs");
		if (strcmp(mode, "missing") != 0)
			make_kvm(0600);
		if (strcmp(mode, "forbidden") == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
			err(124, "setuid");
	}
	execv(argv[2], argv + 2);
	err(124, "%s", argv[2]);
}
