/* SPDX-License-Identifier: MIT */
/* inherited IGNORED BLOCKED: are these signals, comma-separated numbers, so from the start? */
#include <linux/signal.h>

#include "check.h"

static unsigned long set_of(const char *text)
{
	unsigned long set = 0;
	unsigned sig = 0;

	for (;; text++) {
		if (*text >= '0' && *text <= '9') {
			sig = sig * 10 + *text - '0';
			continue;
		}
		set |= sig ? 1UL << (sig - 1) : 0;
		sig = 0;
		if (!*text)
			return set;
	}
}

int main(int argc, char **argv)
{
	unsigned long ignored = 0, blocked = 0;

	EQUAL(argc, 3);
	for (int sig = 1; sig <= 64; sig++) {
		struct sigaction action;

		EQUAL(syscall6(__NR_rt_sigaction, sig, 0, (long)&action, 8, 0, 0), 0);
		ignored |= action.sa_handler == SIG_IGN ? 1UL << (sig - 1) : 0;
	}
	EQUAL(syscall6(__NR_rt_sigprocmask, SIG_BLOCK, 0, (long)&blocked, 8, 0, 0), 0);
	EQUAL(ignored, set_of(argv[1]));
	EQUAL(blocked, set_of(argv[2]));
	return pass();
}
