/* SPDX-License-Identifier: MIT */
/* Runs a command as a user with no right but to use /dev/kvm: nobody COMMAND... */
#include <err.h>
#include <grp.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534

int main(int argc, char **argv)
{
	struct stat kvm;

	if (argc < 2)
		errx(1, "usage: nobody COMMAND...");
	if (stat("/dev/kvm", &kvm) < 0 || setgroups(1, &kvm.st_gid) < 0 || setgid(NOBODY) < 0 ||
	    setuid(NOBODY) < 0)
		err(1, "nobody");
	execv(argv[1], argv + 1);
	err(1, "%s", argv[1]);
}
