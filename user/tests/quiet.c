/* SPDX-License-Identifier: MIT */
/* quiet ROUNDS: system calls that need nothing of the host. quiet: sleeps for 0.3 s. */
#include <linux/mman.h>

#include "check.h"

struct sleep_time {
	long seconds, nanoseconds;
};

static long number(const char *text)
{
	long n = 0;

	for (; *text; text++)
		n = n * 10 + *text - '0';
	return n;
}

int main(int argc, char **argv)
{
	struct sleep_time time = {0, 300000000};
	long rounds = argc > 1 ? number(argv[1]) : 0;

	if (argc < 2)
		EQUAL(syscall3(__NR_nanosleep, (long)&time, 0, 0), 0);
	for (long i = 0; i < rounds; i++) {
		char *page = (char *)mmap(0, 4096, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		CHECK(syscall3(__NR_getpid, 0, 0, 0) > 0);
		EQUAL(syscall3(__NR_clock_gettime, 1, (long)&time, 0), 0);
		EQUAL(syscall3(__NR_rt_sigprocmask, 0, 0, 0), -EINVAL);
		*page = 1;
		EQUAL(munmap(page, 4096), 0);
		EQUAL(syscall3(__NR_sched_yield, 0, 0, 0), 0);
		EQUAL(syscall3(9999, 0, 0, 0), -ENOSYS);
	}
	return 0;
}
