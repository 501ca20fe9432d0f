/* SPDX-License-Identifier: MIT */
/*
 * inherit IGNORED BLOCKED COMMAND...: runs a command with these signals, comma-separated
 * numbers, ignored and blocked; all others as they are by default.
 */
#include <err.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Not the C library's calls: it keeps signals for itself. */
static uint64_t set_of(char *text)
{
	uint64_t set = 0;

	for (char *word = strtok(text, ","); word; word = strtok(NULL, ","))
		if (atoi(word) > 0)
			set |= UINT64_C(1) << (atoi(word) - 1);
	return set;
}

int main(int argc, char **argv)
{
	uint64_t ignored, blocked;

	if (argc < 4)
		errx(2, "usage: inherit IGNORED BLOCKED COMMAND...");
	ignored = set_of(argv[1]);
	blocked = set_of(argv[2]);
	for (int sig = 1; sig <= 64; sig++) {
		/* The kernel's struct sigaction: handler, flags, restorer, mask. */
		const uint64_t action[4] = {ignored >> (sig - 1) & 1 ? (uintptr_t)SIG_IGN
								     : (uintptr_t)SIG_DFL};

		if (sig != SIGKILL && sig != SIGSTOP &&
		    syscall(SYS_rt_sigaction, sig, action, NULL, sizeof(uint64_t)) < 0)
			err(2, "signal %d", sig);
	}
	if (syscall(SYS_rt_sigprocmask, SIG_SETMASK, &blocked, NULL, sizeof(blocked)) < 0)
		err(2, "rt_sigprocmask");
	execv(argv[3], argv + 3);
	err(2, "%s", argv[3]);
}
