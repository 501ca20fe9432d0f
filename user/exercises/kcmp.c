/* SPDX-License-Identifier: MIT */
/* Exercise 2: do two fds name one open file? What kcmp(2) says of KCMP_FILE, here and on Linux. */
#include <linux/kcmp.h>

#include "../tests/check.h"

static long kcmp(long pid, long other, long type, long fd, long other_fd)
{
	return syscall6(__NR_kcmp, pid, other, type, fd, other_fd, 0);
}

int main(void)
{
	long self = syscall3(__NR_getpid, 0, 0, 0);
	long file = open("/etc/os-release", O_RDONLY);
	long again = open("/etc/os-release", O_RDONLY);
	long copy = syscall3(__NR_dup, file, 0, 0);
	long order;

	CHECK(file >= 0 && again >= 0 && copy >= 0);
	if (kcmp(self, self, KCMP_FILE, file, file) == -ENOSYS) {
		print(1, "ENOSYS\n");
		return 1;
	}
	EQUAL(kcmp(self, self, KCMP_FILE, file, file), 0);
	EQUAL(kcmp(self, self, KCMP_FILE, file, copy), 0);
	/* Opened twice: two files, in an order that is the other way round from the other side. */
	order = kcmp(self, self, KCMP_FILE, file, again);
	CHECK(order == 1 || order == 2);
	EQUAL(kcmp(self, self, KCMP_FILE, again, copy), 3 - order);
	EQUAL(kcmp(self, self, KCMP_FILE, file, 200), -EBADF);
	EQUAL(kcmp(self, self, KCMP_FILE, 200, file), -EBADF);
	EQUAL(kcmp(self, self, KCMP_FILE, -1, file), -EBADF);
	EQUAL(kcmp(self, self, 1000, file, file), -EINVAL);
	EQUAL(kcmp(self, 0x7fffffff, KCMP_FILE, file, file), -ESRCH);
	EQUAL(kcmp(0x7fffffff, self, KCMP_FILE, file, file), -ESRCH);
	return pass();
}
