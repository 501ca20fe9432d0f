/* SPDX-License-Identifier: MIT */
/* Signals: what ends the hypervisor before its guest does, and what the user is told. */
#include "signals.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "../kernel/abi.h"
#include "msg.h"

const uint64_t signals_default[4] = {(uintptr_t)SIG_DFL};
static bool quiet;
static pid_t self; /* the sandbox lets nobody ask */

static const struct {
	int sig;
	int status; /* 0: dies of the signal, unless it was ignored from the start, as by nohup */
	const char *text;
} endings[] = {
	{SIGINT, 0, "+++ killed by SIGINT +++\n"},
	{SIGTERM, 0, "+++ killed by SIGTERM +++\n"},
	{SIGHUP, 0, "+++ killed by SIGHUP +++\n"},
	{SIGALRM, STATUS_TIMEOUT, "+++ ended by --timeout +++\n"},
	{SIGPROF, STATUS_TIMEOUT, "+++ ended by --cpu-time +++\n"},
};

static void end(int sig, siginfo_t *info, void *context)
{
	sigset_t set;

	(void)context;
	for (unsigned i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (endings[i].sig != sig)
			continue;
		if (!quiet)
			msg_raw(endings[i].text, strlen(endings[i].text));
		if (endings[i].status)
			_exit(endings[i].status);
	}
	/* Raised by a system call that the sandbox refused: no message was being written just then.
	 */
	if (sig == SIGSYS)
		msg("hypervisor: stopped by its sandbox at system call %d\n", info->si_syscall);
	/* Dies of the signal: the shell must see that Ctrl-C ended its command. Not by
	 * SA_RESETHAND: a second signal could come between its reset and the handler. */
	syscall(SYS_rt_sigaction, sig, signals_default, NULL, sizeof(uint64_t));
	kill(self, sig);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	/* The first process of a PID namespace survives its own signal. */
	_exit(STATUS_SIGNAL(sig));
}

static void set_timer(int which, double seconds)
{
	struct itimerval timer = {.it_value.tv_sec = seconds};

	timer.it_value.tv_usec = (seconds - timer.it_value.tv_sec) * 999999 + (seconds > 0);
	if (seconds > 0 && setitimer(which, &timer, NULL) < 0)
		die("setitimer: %m");
}

/* One system call for each signal, where /proc can't tell them all. */
static uint64_t ask_for_ignored(void)
{
	struct sigaction action;
	uint64_t set = 0;

	for (int sig = 1; sig <= 64; sig++)
		if (sigaction(sig, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			set |= UINT64_C(1) << (sig - 1);
	return set;
}

void signals_inherited(uint64_t *ignored, uint64_t *blocked)
{
	static const char name[] = "\nSigIgn:\t"; /* proc_pid_status(5) */
	char text[4096] = "";
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t bytes = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	const char *line = bytes > 0 ? strstr(text, name) : NULL;

	if (fd >= 0)
		close(fd);
	*ignored = line ? strtoull(line + strlen(name), NULL, 16) : ask_for_ignored();
	*blocked = 0;
	/* The call itself: the C library's keeps its own signals out of the set. */
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, blocked, sizeof(*blocked));
}

void signals_init(bool be_quiet, double timeout, double cpu_time)
{
	struct sigaction action = {.sa_sigaction = end, .sa_flags = SA_SIGINFO};
	struct sigaction old;

	quiet = be_quiet;
	self = getpid();
	for (unsigned i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		sigaction(endings[i].sig, NULL, &old);
		if (endings[i].status || old.sa_handler != SIG_IGN)
			sigaction(endings[i].sig, &action, NULL);
	}
	sigaction(SIGSYS, &action, NULL);
	/* Blocked by whoever started this, a timer's signal would never come. */
	sigprocmask(SIG_SETMASK, &action.sa_mask, NULL);
	set_timer(ITIMER_REAL, timeout);
	set_timer(ITIMER_PROF, cpu_time);
}
