/* SPDX-License-Identifier: MIT */
/* Timers of every kind, and clocks of CPU time. Nothing here hangs on the machine's speed. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

#define MSEC   1000000L /* in nanoseconds */
#define SECOND 1000000000L
#define AGES   1000 /* seconds: no case lasts so long */

/* glibc's and musl's headers have one of these each. */
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define SPECS(interval, value)                                                                     \
	((struct itimerspec){{(interval) / SECOND, (interval) % SECOND},                           \
			     {(value) / SECOND, (value) % SECOND}})
#define VALUES(interval, value)                                                                    \
	((struct itimerval){{(interval) / SECOND, (interval) % SECOND / 1000},                     \
			    {(value) / SECOND, (value) % SECOND / 1000}})

static volatile sig_atomic_t taken[65];
static siginfo_t last_info;

static void take(int sig, siginfo_t *info, void *context)
{
	last_info = *info;
	taken[sig]++;
}

static void handle(int sig, int flags)
{
	struct sigaction action = {.sa_sigaction = take, .sa_flags = SA_SIGINFO | flags};

	sigemptyset(&action.sa_mask);
	MUST(sigaction(sig, &action, NULL) == 0);
}

/* Computes until so many signals were taken. */
static void spin_until(int sig, int count)
{
	while (taken[sig] < count)
		;
}

static void block(int sig, int how)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	MUST(sigprocmask(how, &set, NULL) == 0);
}

static timer_t make_timer(clockid_t clock, int sig, int value)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = sig,
		.sigev_value.sival_int = value,
	};
	timer_t timer;

	MUST(timer_create(clock, &event, &timer) == 0);
	return timer;
}

static void set_timer(timer_t timer, long interval, long value)
{
	MUST(timer_settime(timer, 0, &SPECS(interval, value), NULL) == 0);
}

static long clock_nsec(clockid_t clock)
{
	struct timespec time;

	MUST(clock_gettime(clock, &time) == 0);
	return time.tv_sec * SECOND + time.tv_nsec;
}

static void burn(long nsec)
{
	long start = clock_nsec(CLOCK_THREAD_CPUTIME_ID);

	while (clock_nsec(CLOCK_THREAD_CPUTIME_ID) - start < nsec)
		;
}

static void nap(long nsec)
{
	nanosleep(&(struct timespec){nsec / SECOND, nsec % SECOND}, NULL);
}

static void alarm_ends_loop(int argc, char **argv)
{
	handle(SIGALRM, 0);
	SHOW(alarm(AGES));
	SHOW(alarm(2 * AGES) >= AGES - 100);
	SHOW(alarm(1) > AGES);
	spin_until(SIGALRM, 1);
	SHOW(last_info.si_code == SI_KERNEL);
	SHOW(alarm(0));
	SHOW(taken[SIGALRM]);
}

static void alarm_ends_wait(int argc, char **argv)
{
	struct itimerval before;
	char c;
	int fds[2];

	handle(SIGALRM, 0);
	MUST(pipe(fds) == 0);
	MUST(setitimer(ITIMER_REAL, &VALUES(0, 50 * MSEC), NULL) == 0);
	CALL(pause());
	MUST(setitimer(ITIMER_REAL, &VALUES(0, 50 * MSEC), NULL) == 0);
	CALL(read(fds[0], &c, 1));
	MUST(setitimer(ITIMER_REAL, &VALUES(0, 50 * MSEC), NULL) == 0);
	CALL(poll(&(struct pollfd){fds[0], POLLIN}, 1, -1));
	/* A read that is restarted gets what the second signal's handler can't have written. */
	handle(SIGALRM, SA_RESTART);
	MUST(setitimer(ITIMER_REAL, &VALUES(0, 50 * MSEC), NULL) == 0);
	if (child() == 0) {
		nap(200 * MSEC);
		write(fds[1], "x", 1);
		leave(0);
	}
	CALL(read(fds[0], &c, 1));
	SHOW(taken[SIGALRM]);
	MUST(getitimer(ITIMER_REAL, &before) == 0);
	SHOW(before.it_value.tv_sec || before.it_value.tv_usec);
	wait(NULL);
}

static void alarm_kills(int argc, char **argv)
{
	pid_t pid = child();

	if (pid == 0) {
		setitimer(ITIMER_REAL, &VALUES(0, 20 * MSEC), NULL);
		for (;;)
			;
	}
	show_end("spinning", pid);
	pid = child();
	if (pid == 0) {
		setitimer(ITIMER_REAL, &VALUES(0, 20 * MSEC), NULL);
		pause();
		leave(1);
	}
	show_end("waiting", pid);
}

/* A child has no timers, a program that is executed keeps an alarm. */
static void alarm_inherited(int argc, char **argv)
{
	timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 0);
	struct itimerspec specs;
	pid_t pid;

	if (argc > 1) {
		SHOW(timer_gettime((timer_t)0, &specs) == 0); /* the one above */
		SHOW(alarm(0) > AGES / 2);
		return;
	}
	MUST(alarm(AGES) == 0);
	pid = child();
	if (pid == 0) {
		SHOW(alarm(0));
		CALL(syscall(SYS_timer_gettime, 0, &specs));
		CALL(syscall(SYS_timer_delete, 0));
		leave(0);
	}
	show_end("child", pid);
	fflush(stdout);
	execl("/proc/self/exe", "conform", "alarm-inherited", "again", NULL);
}

static void itimer_real(int argc, char **argv)
{
	struct itimerval now;

	handle(SIGALRM, 0);
	MUST(setitimer(ITIMER_REAL, &VALUES(20 * MSEC, 10 * MSEC), NULL) == 0);
	spin_until(SIGALRM, 3);
	MUST(setitimer(ITIMER_REAL, &VALUES(0, AGES * SECOND), &now) == 0);
	SHOW(now.it_interval.tv_sec);
	SHOW(now.it_interval.tv_usec);
	SHOW(now.it_value.tv_sec);
	SHOW(now.it_value.tv_usec <= 20000);
	MUST(getitimer(ITIMER_REAL, &now) == 0);
	SHOW(now.it_value.tv_sec > AGES / 2 && now.it_value.tv_sec <= AGES);
	CALL(setitimer(ITIMER_REAL, NULL, &now));
	SHOW(now.it_value.tv_sec > 0);
	MUST(getitimer(ITIMER_REAL, &now) == 0);
	SHOW(now.it_value.tv_sec || now.it_value.tv_usec);
}

/* Those that run by CPU time stand still while the process sleeps. */
static void itimer_cpu(int argc, char **argv)
{
	struct itimerval now;

	handle(SIGPROF, 0);
	handle(SIGVTALRM, 0);
	/* Who sleeps uses no CPU time. In a machine that is held up, some is counted all the same.
	 */
	MUST(setitimer(ITIMER_PROF, &(struct itimerval){.it_value.tv_sec = 100}, NULL) == 0);
	nap(100 * MSEC);
	SHOW(taken[SIGPROF]);
	MUST(getitimer(ITIMER_PROF, &now) == 0);
	SHOW(now.it_value.tv_sec > 10);
	MUST(setitimer(ITIMER_PROF, &VALUES(0, 50 * MSEC), NULL) == 0);
	spin_until(SIGPROF, 1);
	SHOW(last_info.si_code == SI_KERNEL);
	MUST(setitimer(ITIMER_VIRTUAL, &VALUES(20 * MSEC, 20 * MSEC), NULL) == 0);
	spin_until(SIGVTALRM, 3);
	SHOW(taken[SIGPROF]);
}

static void itimer_errors(int argc, char **argv)
{
	struct itimerval value = VALUES(0, 0);

	CALL(syscall(SYS_getitimer, 3, &value));
	CALL(syscall(SYS_getitimer, -1, &value));
	CALL(syscall(SYS_getitimer, 0, 1));
	CALL(syscall(SYS_setitimer, 3, &value, NULL));
	CALL(syscall(SYS_setitimer, 0, 1, NULL));
	CALL(syscall(SYS_setitimer, 0, &value, 1));
	value.it_value.tv_usec = 1000000;
	CALL(syscall(SYS_setitimer, 0, &value, NULL));
	value.it_value.tv_usec = -1;
	CALL(syscall(SYS_setitimer, 0, &value, NULL));
	value.it_value.tv_usec = 0;
	value.it_interval.tv_sec = -1;
	CALL(syscall(SYS_setitimer, 0, &value, NULL));
	value.it_interval.tv_sec = 0;
	value.it_value.tv_sec = LONG_MAX;
	CALL(syscall(SYS_setitimer, 0, &value, NULL));
	SHOW(syscall(SYS_getitimer, 0, &value));
	SHOW(value.it_value.tv_sec > 1000000000);
}

static void timer_signal(int argc, char **argv)
{
	timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 42);
	struct itimerspec now;

	handle(SIGUSR1, 0);
	set_timer(timer, 0, 10 * MSEC);
	spin_until(SIGUSR1, 1);
	SHOW(last_info.si_code == SI_TIMER);
	SHOW(last_info.si_value.sival_int);
	SHOW(last_info.si_overrun);
	SHOW(timer_getoverrun(timer));
	MUST(timer_gettime(timer, &now) == 0);
	SHOW(now.it_value.tv_sec || now.it_value.tv_nsec);
	set_timer(timer, 20 * MSEC, 10 * MSEC);
	spin_until(SIGUSR1, 4);
	MUST(timer_settime(timer, 0, &SPECS(0, AGES * SECOND), &now) == 0);
	SHOW(now.it_interval.tv_nsec);
	SHOW(now.it_value.tv_sec);
	MUST(timer_gettime(timer, &now) == 0);
	SHOW(now.it_value.tv_sec > AGES / 2);
	SHOW(timer_delete(timer));
	CALL(syscall(SYS_timer_delete, 0));
}

/* A signal that waits stands for all times that the timer fired. */
static void timer_overrun(int argc, char **argv)
{
	timer_t timer = make_timer(CLOCK_MONOTONIC, SIGUSR1, 1);
	int after;

	handle(SIGUSR1, 0);
	block(SIGUSR1, SIG_BLOCK);
	set_timer(timer, 10 * MSEC, 10 * MSEC);
	nap(200 * MSEC);
	block(SIGUSR1, SIG_UNBLOCK);
	SHOW(taken[SIGUSR1] >= 1);
	SHOW(timer_getoverrun(timer) >= 0);
	set_timer(timer, 0, 0);
	/* Of signals that were ignored, too. */
	signal(SIGUSR1, SIG_IGN);
	set_timer(timer, 10 * MSEC, 10 * MSEC);
	nap(200 * MSEC);
	block(SIGUSR1, SIG_BLOCK);
	handle(SIGUSR1, 0);
	after = taken[SIGUSR1];
	nap(50 * MSEC);
	set_timer(timer, 0, 0);
	block(SIGUSR1, SIG_UNBLOCK);
	SHOW(taken[SIGUSR1] <= after + 1);
}

/* Several timers have the same signal: each is delivered. */
static void timer_many(int argc, char **argv)
{
	timer_t timers[8];
	int sum = 0;
	siginfo_t info;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	block(SIGUSR1, SIG_BLOCK);
	for (int i = 0; i < 8; i++) {
		timers[i] = make_timer(i % 2 ? CLOCK_REALTIME : CLOCK_MONOTONIC, SIGUSR1, 1 << i);
		set_timer(timers[i], 0, MSEC);
	}
	nap(100 * MSEC);
	for (int i = 0; i < 8; i++) {
		SHOW(sigwaitinfo(&set, &info));
		SHOW(info.si_code == SI_TIMER);
		sum += info.si_value.sival_int;
	}
	SHOW(sum);
	CALL(sigtimedwait(&set, &info, &(struct timespec){0, 0}));
}

static int timerfds[2];

static void *read_timerfd(void *which)
{
	uint64_t count;

	return (void *)read(timerfds[(intptr_t)which], &count, sizeof(count));
}

/* A timer is closed while a thread waits for it. Whoever waits for the next one isn't concerned. */
static void timerfd_closed(int argc, char **argv)
{
	pthread_t threads[2];
	void *results[2];

	handle(SIGUSR1, 0);
	for (intptr_t i = 0; i < 2; i++) {
		timerfds[i] = timerfd_create(CLOCK_MONOTONIC, 0);
		MUST(timerfds[i] >= 0);
		MUST(pthread_create(&threads[i], NULL, read_timerfd, (void *)i) == 0);
		nap(20 * MSEC);
		if (i == 0)
			MUST(close(timerfds[0]) == 0);
	}
	pthread_kill(threads[0], SIGUSR1);
	pthread_join(threads[0], &results[0]);
	MUST(timerfd_settime(timerfds[1], 0, &SPECS(0, MSEC), NULL) == 0);
	pthread_join(threads[1], &results[1]);
	SHOW((intptr_t)results[0]);
	SHOW((intptr_t)results[1]);
}

/* Signals that come faster than they can be taken leave time to compute. */
static void itimer_short(int argc, char **argv)
{
	volatile uint64_t sum = 0;

	handle(SIGALRM, SA_RESTART);
	MUST(setitimer(ITIMER_REAL, &VALUES(100000, 100000), NULL) == 0);
	for (uint64_t i = 0; i < 20000000; i++)
		sum += i;
	SHOW(sum);
}

/* Each timer takes one of the places that RLIMIT_SIGPENDING gives, until it is deleted. */
static void timer_limit(int argc, char **argv)
{
	struct sigevent event = {.sigev_notify = SIGEV_NONE};
	struct rlimit limit;
	timer_t timer;

	MUST(getrlimit(RLIMIT_SIGPENDING, &limit) == 0);
	limit.rlim_cur = 1000;
	MUST(setrlimit(RLIMIT_SIGPENDING, &limit) == 0);
	for (unsigned i = 0; i < 1200; i++) {
		MUST(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
		MUST(timer_delete(timer) == 0);
	}
	limit.rlim_cur = 0;
	MUST(setrlimit(RLIMIT_SIGPENDING, &limit) == 0);
	CALL(timer_create(CLOCK_MONOTONIC, &event, &timer));
}

/* They fire in the order of their times, however they were set. */
static void timer_order(int argc, char **argv)
{
	static const long delays[] = {60, 20, 80, 40};
	siginfo_t info;
	sigset_t set;
	long base;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	block(SIGRTMIN, SIG_BLOCK);
	base = clock_nsec(CLOCK_MONOTONIC) + 100 * MSEC;
	for (int i = 0; i < 4; i++) {
		timer_t timer = make_timer(CLOCK_MONOTONIC, SIGRTMIN, delays[i]);

		MUST(timer_settime(timer, TIMER_ABSTIME, &SPECS(0, base + delays[i] * MSEC),
				   NULL) == 0);
	}
	for (int i = 0; i < 4; i++) {
		MUST(sigwaitinfo(&set, &info) == SIGRTMIN);
		SHOW(info.si_value.sival_int);
	}
}

static void timer_silent(int argc, char **argv)
{
	struct sigevent event = {.sigev_notify = SIGEV_NONE};
	struct itimerspec now;
	timer_t timer;

	MUST(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	set_timer(timer, 0, AGES * SECOND);
	MUST(timer_gettime(timer, &now) == 0);
	SHOW(now.it_value.tv_sec > AGES / 2);
	set_timer(timer, 0, MSEC);
	nap(20 * MSEC);
	MUST(timer_gettime(timer, &now) == 0);
	SHOW(now.it_value.tv_sec);
	SHOW(now.it_value.tv_nsec);
	set_timer(timer, AGES * SECOND, MSEC);
	nap(20 * MSEC);
	MUST(timer_gettime(timer, &now) == 0);
	SHOW(now.it_interval.tv_sec);
	SHOW(now.it_value.tv_sec > AGES / 2);
	SHOW(timer_getoverrun(timer));
}

static volatile int notified, notified_value;
static pthread_t notifier;

static void notify(union sigval value)
{
	notifier = pthread_self();
	notified_value = value.sival_int;
	notified++;
}

static void timer_thread(int argc, char **argv)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD,
		.sigev_notify_function = notify,
		.sigev_value.sival_int = 7,
	};
	timer_t timer;

	MUST(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	set_timer(timer, 20 * MSEC, 20 * MSEC);
	while (notified < 3)
		;
	SHOW(notified_value);
	SHOW(pthread_equal(notifier, pthread_self()));
	SHOW(timer_delete(timer));
}

static volatile pid_t helper_tid;
static volatile int helper_ends;

static void *help(void *unused)
{
	helper_tid = gettid();
	while (!helper_ends)
		;
	return NULL;
}

static pid_t taker;

static void take_by(int sig)
{
	taker = gettid();
	taken[sig]++;
}

static void timer_thread_id(int argc, char **argv)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGUSR1};
	pthread_t helper;
	timer_t timer;

	signal(SIGUSR1, take_by);
	MUST(pthread_create(&helper, NULL, help, NULL) == 0);
	while (!helper_tid)
		;
	event.sigev_notify_thread_id = helper_tid;
	MUST(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	set_timer(timer, 0, 20 * MSEC);
	spin_until(SIGUSR1, 1);
	SHOW(taker == helper_tid);
	helper_ends = 1;
	pthread_join(helper, NULL);
	/* Nobody is there to take it. */
	set_timer(timer, 0, MSEC);
	nap(50 * MSEC);
	SHOW(taken[SIGUSR1]);
	SHOW(timer_delete(timer));
}

static void timer_errors(int argc, char **argv)
{
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	struct itimerspec specs = SPECS(0, 0);
	int timer = -1;

	CALL(syscall(SYS_timer_create, 77, &event, &timer));
	CALL(syscall(SYS_timer_create, -1, &event, &timer));
	CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC_RAW, &event, &timer));
	CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC_COARSE, &event, &timer));
	CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, 1, &timer));
	CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, 1));
	event.sigev_signo = 0;
	CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
	event.sigev_signo = 65;
	CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
	event.sigev_signo = SIGUSR1;
	event.sigev_notify = 3;
	CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_notify_thread_id = 1;
	CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
	event.sigev_notify = SIGEV_NONE;
	event.sigev_signo = 99;
	CALL(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer));
	CALL(syscall(SYS_timer_settime, timer, 0, NULL, NULL));
	CALL(syscall(SYS_timer_settime, timer, 0, 1, NULL));
	CALL(syscall(SYS_timer_settime, timer, 0, &specs, 1));
	CALL(syscall(SYS_timer_gettime, timer, 1));
	specs.it_value.tv_nsec = SECOND;
	CALL(syscall(SYS_timer_settime, timer, 0, &specs, NULL));
	specs.it_value.tv_nsec = 0;
	specs.it_value.tv_sec = -1;
	CALL(syscall(SYS_timer_settime, timer, 0, &specs, NULL));
	CALL(syscall(SYS_timer_settime, timer + 1000, 0, &specs, NULL));
	CALL(syscall(SYS_timer_gettime, timer + 1000, &specs));
	CALL(syscall(SYS_timer_getoverrun, timer + 1000));
	CALL(syscall(SYS_timer_delete, -1));
	CALL(syscall(SYS_timer_delete, timer));
	CALL(syscall(SYS_timer_delete, timer));
}

/* By default SIGALRM comes with the timer's number. */
static void timer_default(int argc, char **argv)
{
	int first, second;

	handle(SIGALRM, 0);
	MUST(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &first) == 0);
	MUST(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, &second) == 0);
	SHOW(second != first);
	MUST(syscall(SYS_timer_settime, second, 0, &SPECS(0, MSEC), NULL) == 0);
	spin_until(SIGALRM, 1);
	SHOW(last_info.si_value.sival_int == second);
	SHOW(last_info.si_timerid == second);
	SHOW(last_info.si_code == SI_TIMER);
}

/* A time that is past is due at once; one that is stopped never. */
static void timer_absolute(int argc, char **argv)
{
	timer_t timer = make_timer(CLOCK_REALTIME, SIGUSR1, 0);
	struct itimerspec specs = SPECS(0, MSEC);

	handle(SIGUSR1, 0);
	MUST(timer_settime(timer, TIMER_ABSTIME, &specs, NULL) == 0);
	spin_until(SIGUSR1, 1);
	MUST(clock_gettime(CLOCK_REALTIME, &specs.it_value) == 0);
	specs.it_value.tv_sec += AGES;
	MUST(timer_settime(timer, TIMER_ABSTIME, &specs, NULL) == 0);
	MUST(timer_gettime(timer, &specs) == 0);
	SHOW(specs.it_value.tv_sec > AGES / 2 && specs.it_value.tv_sec <= AGES);
	set_timer(timer, 0, MSEC);
	set_timer(timer, 0, 0);
	nap(20 * MSEC);
	SHOW(taken[SIGUSR1] <= 2);
	MUST(timer_delete(timer) == 0);
}

static void timer_cpu(int argc, char **argv)
{
	timer_t process = make_timer(CLOCK_PROCESS_CPUTIME_ID, SIGUSR1, 0);
	timer_t thread = make_timer(CLOCK_THREAD_CPUTIME_ID, SIGUSR2, 0);
	struct itimerspec now;

	handle(SIGUSR1, 0);
	handle(SIGUSR2, 0);
	set_timer(process, 0, 50 * MSEC);
	set_timer(thread, 0, 50 * MSEC);
	nap(100 * MSEC);
	SHOW(taken[SIGUSR1] + taken[SIGUSR2]);
	MUST(timer_gettime(process, &now) == 0);
	SHOW(now.it_value.tv_nsec > 0);
	spin_until(SIGUSR1, 1);
	spin_until(SIGUSR2, 1);
	SHOW(last_info.si_code == SI_TIMER);
	MUST(timer_gettime(process, &now) == 0);
	SHOW(now.it_value.tv_sec || now.it_value.tv_nsec);
}

static uint64_t read_count(int fd)
{
	uint64_t count = 0;

	MUST(read(fd, &count, sizeof(count)) == sizeof(count));
	return count;
}

static void timerfd_counts(int argc, char **argv)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	struct itimerspec now;
	uint64_t count;

	SHOW(fcntl(fd, F_GETFD));
	SHOW(fcntl(fd, F_GETFL) & O_ACCMODE);
	MUST(timerfd_settime(fd, 0, &SPECS(0, 10 * MSEC), NULL) == 0);
	SHOW(read_count(fd));
	MUST(timerfd_gettime(fd, &now) == 0);
	SHOW(now.it_value.tv_sec || now.it_value.tv_nsec);
	MUST(timerfd_settime(fd, 0, &SPECS(10 * MSEC, 10 * MSEC), NULL) == 0);
	nap(100 * MSEC);
	SHOW(read_count(fd) >= 9);
	SHOW(read_count(fd) >= 1);
	MUST(timerfd_settime(fd, 0, &SPECS(0, AGES * SECOND), &now) == 0);
	SHOW(now.it_interval.tv_nsec);
	SHOW(now.it_value.tv_sec);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	CALL(read(fd, &count, sizeof(count)));
	CALL(read(fd, &count, 7));
	CALL(write(fd, &count, sizeof(count)));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(pread(fd, &count, sizeof(count), 0));
	MUST(timerfd_settime(fd, TFD_TIMER_ABSTIME, &SPECS(0, MSEC), &now) == 0);
	SHOW(now.it_value.tv_sec > AGES / 2);
	SHOW(poll(&(struct pollfd){fd, POLLIN}, 1, -1));
	SHOW(read_count(fd));
	/* What was counted is void once it is set again. */
	MUST(timerfd_settime(fd, 0, &SPECS(0, MSEC), NULL) == 0);
	SHOW(poll(&(struct pollfd){fd, POLLIN}, 1, -1));
	MUST(timerfd_settime(fd, 0, &SPECS(0, 0), NULL) == 0);
	CALL(read(fd, &count, sizeof(count)));
}

static void timerfd_errors(int argc, char **argv)
{
	int fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK);
	int other = open("/dev/null", O_RDONLY);
	struct itimerspec specs = SPECS(0, 0);

	SHOW(fcntl(fd, F_GETFL) & O_NONBLOCK ? 1 : 0);
	CALL(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0));
	CALL(timerfd_create(CLOCK_MONOTONIC_RAW, 0));
	CALL(timerfd_create(99, 0));
	CALL(timerfd_create(CLOCK_MONOTONIC, 1));
	CALL(timerfd_settime(fd, 8, &specs, NULL));
	CALL(timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &specs, NULL));
	CALL(timerfd_settime(other, 0, &specs, NULL));
	CALL(timerfd_settime(99, 0, &specs, NULL));
	CALL(syscall(SYS_timerfd_settime, fd, 0, 1, NULL));
	CALL(syscall(SYS_timerfd_settime, fd, 0, &specs, 1));
	CALL(syscall(SYS_timerfd_gettime, fd, 1));
	CALL(timerfd_gettime(other, &specs));
	CALL(timerfd_gettime(99, &specs));
	specs.it_interval.tv_nsec = SECOND;
	CALL(timerfd_settime(fd, 0, &specs, NULL));
	specs.it_interval.tv_nsec = -1;
	CALL(timerfd_settime(fd, 0, &specs, NULL));
}

/* Processes share the timer; poll sees it; so does whoever waits in the other one. */
static void timerfd_shared(int argc, char **argv)
{
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	pid_t pid = child();

	if (pid == 0) {
		SHOW(poll(&(struct pollfd){fd, POLLIN}, 1, -1));
		SHOW(read_count(fd));
		leave(0);
	}
	nap(20 * MSEC);
	MUST(timerfd_settime(fd, 0, &SPECS(0, 20 * MSEC), NULL) == 0);
	show_end("child", pid);
	close(fd);
}

static void sleep_interrupted(int argc, char **argv)
{
	struct timespec rest = {-1, -1};
	struct timespec until;

	handle(SIGALRM, SA_RESTART);
	MUST(setitimer(ITIMER_REAL, &VALUES(0, 30 * MSEC), NULL) == 0);
	CALL(nanosleep(&(struct timespec){AGES, 0}, &rest));
	SHOW(rest.tv_sec > AGES / 2 && rest.tv_sec < AGES);
	MUST(setitimer(ITIMER_REAL, &VALUES(0, 30 * MSEC), NULL) == 0);
	SHOW(clock_nanosleep(CLOCK_REALTIME, 0, &(struct timespec){AGES, 0}, &rest) == EINTR);
	SHOW(rest.tv_sec > AGES / 2 && rest.tv_sec < AGES);
	MUST(setitimer(ITIMER_REAL, &VALUES(0, 30 * MSEC), NULL) == 0);
	CALL(nanosleep(&(struct timespec){AGES, 0}, (void *)8));
	rest = (struct timespec){-1, -1};
	MUST(clock_gettime(CLOCK_MONOTONIC, &until) == 0);
	until.tv_sec += AGES;
	MUST(setitimer(ITIMER_REAL, &VALUES(0, 30 * MSEC), NULL) == 0);
	SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, &rest) == EINTR);
	SHOW(rest.tv_sec);
	SHOW(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){0, 1}, &rest));
	/* A signal that has no handler doesn't end a sleep, nor does a stop. */
	signal(SIGALRM, SIG_IGN);
	MUST(setitimer(ITIMER_REAL, &VALUES(0, 10 * MSEC), NULL) == 0);
	SHOW(nanosleep(&(struct timespec){0, 50 * MSEC}, &rest));
}

/* What is left goes to who slept, and to nobody else: here to the same address of another. */
static void sleep_rest(int argc, char **argv)
{
	static struct timespec rest = {-1, -1};
	int fds[2];
	char c;
	pid_t pid;

	handle(SIGUSR1, 0);
	MUST(pipe(fds) == 0);
	pid = child();
	if (pid == 0) {
		write(fds[1], "x", 1);
		CALL(nanosleep(&(struct timespec){AGES, 0}, &rest));
		SHOW(rest.tv_sec > AGES / 2 && rest.tv_sec < AGES);
		leave(0);
	}
	read(fds[0], &c, 1);
	nap(100 * MSEC);
	kill(pid, SIGUSR1);
	show_end("child", pid);
	SHOW(rest.tv_sec);
}

static void *burn_until_told(void *unused)
{
	while (!helper_ends)
		;
	return NULL;
}

static void sleep_cpu(int argc, char **argv)
{
	struct timespec until;
	pthread_t helper;
	clockid_t clock;

	CALL(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &(struct timespec){0, 1}, NULL));
	SHOW(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &(struct timespec){0, 0}, NULL));
	MUST(pthread_create(&helper, NULL, burn_until_told, NULL) == 0);
	SHOW(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &(struct timespec){0, 30 * MSEC}, NULL));
	MUST(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &until) == 0);
	until.tv_sec++;
	until.tv_nsec = 0;
	handle(SIGALRM, 0);
	MUST(setitimer(ITIMER_REAL, &VALUES(0, 30 * MSEC), NULL) == 0);
	/* It is interrupted, or the time has come already. */
	clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &until, NULL);
	MUST(pthread_getcpuclockid(helper, &clock) == 0);
	SHOW(clock_nanosleep(clock, 0, &(struct timespec){0, 10 * MSEC}, NULL));
	helper_ends = 1;
	pthread_join(helper, NULL);
}

static void cpu_clocks(int argc, char **argv)
{
	long process, thread, other;
	pthread_t helper;
	clockid_t clock;

	process = clock_nsec(CLOCK_PROCESS_CPUTIME_ID);
	nap(200 * MSEC);
	SHOW(clock_nsec(CLOCK_PROCESS_CPUTIME_ID) - process < 100 * MSEC);
	thread = clock_nsec(CLOCK_THREAD_CPUTIME_ID);
	MUST(pthread_create(&helper, NULL, burn_until_told, NULL) == 0);
	MUST(pthread_getcpuclockid(helper, &clock) == 0);
	burn(20 * MSEC);
	while (clock_nsec(clock) < 20 * MSEC)
		;
	other = clock_nsec(clock);
	SHOW(clock_nsec(CLOCK_THREAD_CPUTIME_ID) - thread >= 20 * MSEC);
	SHOW(clock_nsec(CLOCK_PROCESS_CPUTIME_ID) - process >= 20 * MSEC + other);
	helper_ends = 1;
	pthread_join(helper, NULL);
	SHOW(clock_nsec(CLOCK_PROCESS_CPUTIME_ID) - process >= 20 * MSEC + other);
	MUST(clock_getcpuclockid(0, &clock) == 0);
	SHOW(clock_nsec(clock) >= 20 * MSEC);
}

static void cpu_children(int argc, char **argv)
{
	struct rusage usage;
	struct tms times_now;
	long before;
	int status;
	pid_t pid;

	burn(100 * MSEC);
	before = clock_nsec(CLOCK_PROCESS_CPUTIME_ID);
	pid = child();
	if (pid == 0) {
		SHOW(clock_nsec(CLOCK_PROCESS_CPUTIME_ID) < before);
		pid = child();
		if (pid == 0) {
			burn(60 * MSEC);
			leave(0);
		}
		show_end("grandchild", pid);
		leave(0);
	}
	MUST(getrusage(RUSAGE_CHILDREN, &usage) == 0);
	SHOW(usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec);
	MUST(wait4(pid, &status, 0, &usage) == pid);
#define USED(u)                                                                                    \
	((u).ru_utime.tv_sec * 1000000 + (u).ru_utime.tv_usec + (u).ru_stime.tv_sec * 1000000 +    \
	 (u).ru_stime.tv_usec)
	SHOW(USED(usage) >= 50000);
	MUST(getrusage(RUSAGE_CHILDREN, &usage) == 0);
	SHOW(USED(usage) >= 50000);
	MUST(times(&times_now) != -1);
	SHOW(times_now.tms_cutime + times_now.tms_cstime >= 4);
	burn(30 * MSEC);
	MUST(getrusage(RUSAGE_SELF, &usage) == 0);
	SHOW(USED(usage) >= 20000);
	MUST(getrusage(RUSAGE_THREAD, &usage) == 0);
	SHOW(USED(usage) >= 20000);
}

/* Two at once: each takes a second. */
static void limit_cpu(int argc, char **argv)
{
	struct rlimit limit = {1, 3};
	pid_t soft, hard;

	soft = child();
	if (soft == 0) {
		handle(SIGXCPU, 0);
		MUST(setrlimit(RLIMIT_CPU, &limit) == 0);
		spin_until(SIGXCPU, 1);
		SHOW(last_info.si_code == SI_KERNEL);
		leave(clock_nsec(CLOCK_PROCESS_CPUTIME_ID) < SECOND / 2);
	}
	hard = child();
	if (hard == 0) {
		limit.rlim_max = 1;
		signal(SIGXCPU, SIG_IGN);
		MUST(setrlimit(RLIMIT_CPU, &limit) == 0);
		for (;;)
			;
	}
	show_end("soft", soft);
	show_end("hard", hard);
}

const struct conform_case timer_cases[] = {
	{"alarm-loop", alarm_ends_loop},
	{"alarm-wait", alarm_ends_wait},
	{"alarm-kills", alarm_kills},
	{"alarm-inherited", alarm_inherited},
	{"itimer-real", itimer_real},
	{"itimer-cpu", itimer_cpu},
	{"itimer-errors", itimer_errors},
	{"timer-signal", timer_signal},
	{"timer-overrun", timer_overrun},
	{"timer-many", timer_many},
	{"timer-limit", timer_limit},
	{"itimer-short", itimer_short},
	{"timerfd-closed", timerfd_closed},
	{"timer-order", timer_order},
	{"timer-silent", timer_silent},
	{"timer-thread", timer_thread},
	{"timer-thread-id", timer_thread_id},
	{"timer-errors", timer_errors},
	{"timer-default", timer_default},
	{"timer-absolute", timer_absolute},
	{"timer-cpu", timer_cpu},
	{"timerfd-counts", timerfd_counts},
	{"timerfd-errors", timerfd_errors},
	{"timerfd-shared", timerfd_shared},
	{"sleep-interrupted", sleep_interrupted},
	{"sleep-rest", sleep_rest},
	{"sleep-cpu", sleep_cpu},
	{"cpu-clocks", cpu_clocks},
	{"cpu-children", cpu_children},
	{"limit-cpu", limit_cpu},
	{NULL, NULL},
};
