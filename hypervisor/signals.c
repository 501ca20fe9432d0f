/* SPDX-License-Identifier: MIT */
/* Signals: what ends the hypervisor before its guest does, and what the user is told. */
#include "signals.h"

#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../kernel/abi.h"
#include "msg.h"

#ifndef SYS_SECCOMP
#define SYS_SECCOMP 1 /* si_code of a SIGSYS that seccomp raised: sigaction(2) */
#endif

enum limit { TIMEOUT, CPU_TIME };

const uint64_t signals_default[4] = {(uintptr_t)SIG_DFL};
static bool quiet;
static pid_t self; /* the sandbox has no getpid(2) */
static bool cpu_limited;
static struct timespec cpu_limit; /* of CLOCK_PROCESS_CPUTIME_ID */

/* The signals that end the process, unless they were ignored from the start, as by nohup(1). */
static const struct {
	int sig;
	const char *text;
} endings[] = {
	{SIGINT, "+++ killed by SIGINT +++\n"}, {SIGTERM, "+++ killed by SIGTERM +++\n"},
	{SIGHUP, "+++ killed by SIGHUP +++\n"}, {SIGALRM, "+++ killed by SIGALRM +++\n"},
	{SIGSYS, "+++ killed by SIGSYS +++\n"},
};

static _Noreturn void time_is_up(enum limit limit)
{
	const char *text =
		limit == TIMEOUT ? "+++ ended by --timeout +++\n" : "+++ ended by --cpu-time +++\n";

	if (!quiet)
		msg_raw(text, strlen(text));
	_exit(STATUS_TIMEOUT);
}

/* Never returns. */
static void end(int sig, siginfo_t *info, void *context)
{
	sigset_t set;

	(void)context;
	if (sig == SIGRTMIN && info->si_code == SI_TIMER)
		time_is_up(info->si_value.sival_int);
	if (sig == SIGRTMIN && info->si_pid == self)
		time_is_up(CPU_TIME);
	if (sig == SIGSYS && info->si_code == SYS_SECCOMP)
		/* Raised by a system call: no message was being written just then. */
		msg("hypervisor: stopped by its sandbox at system call %d\n", info->si_syscall);
	else
		for (unsigned i = 0; i < sizeof(endings) / sizeof(endings[0]) && !quiet; i++)
			if (endings[i].sig == sig)
				msg_raw(endings[i].text, strlen(endings[i].text));
	/*
	 * Dies of the signal: the shell must see that Ctrl-C ended its command. SA_RESETHAND
	 * won't do: a second signal could come between its reset and the handler.
	 */
	syscall(SYS_rt_sigaction, sig, signals_default, NULL, sizeof(uint64_t));
	kill(self, sig);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	/* The first process of a PID namespace survives its own signal. */
	_exit(STATUS_SIGNAL(sig));
}

/*
 * Starts a timer. It has a signal of its own: SIGALRM may come of an alarm(2) that
 * was set before this process was executed. `time` is a time of the clock with
 * TIMER_ABSTIME in `flags`, else it is from now on.
 */
static void start_timer(enum limit limit, clockid_t clock, int flags, struct timespec time)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGRTMIN,
		.sigev_value.sival_int = limit,
	};
	timer_t timer;

	if (timer_create(clock, &event, &timer) < 0 ||
	    timer_settime(timer, flags, &(struct itimerspec){.it_value = time}, NULL) < 0)
		die("timer: %m");
}

/* Never 0, which would stop a timer. */
static struct timespec to_timespec(double seconds)
{
	struct timespec time = {.tv_sec = seconds};

	time.tv_nsec = (seconds - time.tv_sec) * 999999999 + 1;
	return time;
}

void signals_check_cpu_time(void)
{
	struct timespec used;

	if (!cpu_limited)
		return;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	if (used.tv_sec < cpu_limit.tv_sec ||
	    (used.tv_sec == cpu_limit.tv_sec && used.tv_nsec < cpu_limit.tv_nsec))
		return;
	/* By a signal, whose handler prints the message: the timer's own is blocked in it. */
	kill(self, SIGRTMIN);
}

/* The set of ignored signals, by a system call for each: for hosts without /proc. */
static uint64_t ask_for_ignored(void)
{
	struct sigaction action;
	uint64_t set = 0;

	for (int sig = 1; sig <= 64; sig++)
		if (sigaction(sig, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			set |= UINT64_C(1) << (sig - 1);
	return set;
}

uint64_t signals_ignored(void)
{
	static const char name[] = "\nSigIgn:\t"; /* proc_pid_status(5) */
	char text[4096] = "";
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t bytes = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	const char *line = bytes > 0 ? strstr(text, name) : NULL;

	if (fd >= 0)
		close(fd);
	/* The line may lie behind what was read, or be cut. */
	return line && strchr(line + 1, '\n') ? strtoull(line + strlen(name), NULL, 16)
					      : ask_for_ignored();
}

uint64_t signals_init(bool be_quiet, double timeout, double cpu_time)
{
	struct sigaction action = {.sa_sigaction = end, .sa_flags = SA_SIGINFO};
	struct sigaction old;
	sigset_t none, mask;
	uint64_t blocked;

	quiet = be_quiet;
	self = getpid();
	/* No other signal interrupts the handler, so one message is printed. */
	sigfillset(&action.sa_mask);
	sigemptyset(&none);
	for (unsigned i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		sigaction(endings[i].sig, &action, &old);
		if (old.sa_handler == SIG_IGN && endings[i].sig != SIGSYS)
			sigaction(endings[i].sig, &old, NULL);
	}
	/* A timer's signal may have been blocked by whoever started this. */
	sigprocmask(SIG_SETMASK, &none, &mask);
	memcpy(&blocked, &mask, sizeof(blocked)); /* the kernel's 64 signals */
	if (timeout > 0 || cpu_time > 0)
		sigaction(SIGRTMIN, &action, NULL);
	if (timeout > 0)
		start_timer(TIMEOUT, CLOCK_MONOTONIC, 0, to_timespec(timeout));
	if (cpu_time > 0) {
		cpu_limited = true;
		cpu_limit = to_timespec(cpu_time);
		start_timer(CPU_TIME, CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, cpu_limit);
	}
	return blocked;
}
