/* SPDX-License-Identifier: MIT */
/* Threads. */
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

enum { THREADS = 8 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static __thread int tls = 5;
static int shared;

static void *count(void *number)
{
	double own = (intptr_t)number;

	for (int i = 0; i < 100; i++) {
		pthread_mutex_lock(&mutex);
		shared++;
		pthread_cond_broadcast(&condition);
		pthread_mutex_unlock(&mutex);
		if (i % 7 == 0)
			sched_yield();
		own += 0.5;
		tls++;
	}
	return (void *)(intptr_t)(own * 2 + tls);
}

static void joined(int argc, char **argv)
{
	pthread_t threads[THREADS];

	(void)argc, (void)argv;
	for (intptr_t i = 0; i < THREADS; i++)
		MUST(pthread_create(&threads[i], NULL, count, (void *)i) == 0);
	pthread_mutex_lock(&mutex);
	while (shared < THREADS * 100)
		pthread_cond_wait(&condition, &mutex);
	pthread_mutex_unlock(&mutex);
	for (int i = 0; i < THREADS; i++) {
		void *result;

		MUST(pthread_join(threads[i], &result) == 0);
		SHOW((intptr_t)result);
	}
	SHOW(shared);
	SHOW(tls);
}

static int channel[2];

static void *produce(void *unused)
{
	(void)unused;
	for (int i = 0; i < 1000; i++)
		if (write(channel[1], &i, sizeof(i)) != sizeof(i))
			return NULL;
	close(channel[1]);
	return NULL;
}

static void piped(int argc, char **argv)
{
	pthread_t thread;
	long sum = 0;
	int number;

	(void)argc, (void)argv;
	MUST(pipe(channel) == 0);
	MUST(pthread_create(&thread, NULL, produce, NULL) == 0);
	while (read(channel[0], &number, sizeof(number)) == sizeof(number))
		sum += number;
	SHOW(sum);
	SHOW(pthread_join(thread, NULL));
}

enum { PIPES = 5 };

static int pipes[PIPES][2];

/* Waits for all pipes at once and says what came, until all writers are gone. */
static void *poll_all(void *unused)
{
	struct pollfd fds[PIPES];
	int open = PIPES;

	(void)unused;
	for (int i = 0; i < PIPES; i++)
		fds[i] = (struct pollfd){.fd = pipes[i][0], .events = POLLIN};
	while (open) {
		MUST(poll(fds, PIPES, -1) > 0);
		for (int i = 0; i < PIPES; i++) {
			char what = 'A' + i;

			if (!fds[i].revents)
				continue;
			if (fds[i].revents & POLLIN) {
				MUST(read(fds[i].fd, &what, 1) == 1);
			} else {
				fds[i].fd = -1;
				open--;
			}
			MUST(write(channel[1], &what, 1) == 1);
		}
	}
	return NULL;
}

static void answer(void)
{
	char what;

	MUST(read(channel[0], &what, 1) == 1);
	putchar(what);
}

static void polled(int argc, char **argv)
{
	struct pollfd fds[PIPES];
	pthread_t thread;

	(void)argc, (void)argv;
	MUST(pipe(channel) == 0);
	for (int i = 0; i < PIPES; i++) {
		MUST(pipe(pipes[i]) == 0);
		fds[i] = (struct pollfd){.fd = pipes[i][0], .events = POLLIN};
	}
	MUST(pthread_create(&thread, NULL, poll_all, NULL) == 0);
	for (int i = 0; i < 20; i++) {
		MUST(write(pipes[i * 3 % PIPES][1], &"abcdefghijklmnopqrst"[i], 1) == 1);
		answer();
	}
	/* While the other thread waits for the same pipes. */
	CALL(poll(fds, PIPES, 1));
	CALL(poll(fds + 1, 2, 1));
	for (int i = 0; i < PIPES; i++) {
		close(pipes[PIPES - 1 - i][1]);
		answer();
	}
	SHOW(pthread_join(thread, NULL));
	CALL(poll(fds, PIPES, -1));
}

static sem_t semaphore;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int once_count;

static void run_once(void)
{
	once_count++;
}

static void *meet(void *unused)
{
	(void)unused;
	pthread_once(&once, run_once);
	sem_wait(&semaphore);
	int serial = pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD;
	sem_post(&semaphore);
	return (void *)(intptr_t)serial;
}

static void synchronized(int argc, char **argv)
{
	pthread_t threads[4];
	struct timespec until;
	int serial = 0;

	(void)argc, (void)argv;
	sem_init(&semaphore, 0, 4);
	pthread_barrier_init(&barrier, NULL, 4);
	for (int i = 0; i < 4; i++)
		MUST(pthread_create(&threads[i], NULL, meet, NULL) == 0);
	for (int i = 0; i < 4; i++) {
		void *result;

		MUST(pthread_join(threads[i], &result) == 0);
		serial += (intptr_t)result;
	}
	SHOW(serial);
	SHOW(once_count);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 20000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_mutex_lock(&mutex);
	SHOW(pthread_cond_timedwait(&condition, &mutex, &until) == ETIMEDOUT);
	SHOW(pthread_mutex_trylock(&mutex) == EBUSY);
	for (int i = 0; i < 4; i++)
		MUST(sem_wait(&semaphore) == 0);
	CALL(sem_trywait(&semaphore));
}

static volatile int handled;
static volatile int awake;

static void on_signal(int sig)
{
	handled = sig;
}

static void *sleeper(void *unused)
{
	struct timespec long_time = {100, 0};

	(void)unused;
	int error = nanosleep(&long_time, NULL) < 0 ? errno : 0;

	awake = 1;
	SHOW(error);
	SHOW(handled == SIGUSR1);
	pthread_exit((void *)42);
}

static void signalled(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_signal};
	pthread_t thread;
	void *result;

	(void)argc, (void)argv;
	sigaction(SIGUSR1, &action, NULL);
	MUST(pthread_create(&thread, NULL, sleeper, NULL) == 0);
	int error;

	/* Until one comes while it sleeps. */
	do {
		usleep(20000);
		error = pthread_kill(thread, SIGUSR1);
	} while (!awake && error == 0);
	SHOW(pthread_join(thread, &result));
	SHOW((intptr_t)result);
	SHOW(error);
}

static void *take_all(void *unused)
{
	static char buffer[5000];
	long sum = 0, n;

	(void)unused;
	while ((n = read(channel[0], buffer, sizeof(buffer))) > 0)
		sum += n;
	return (void *)sum;
}

/* A write of more than a pipe holds comes back when all of it is written. */
static void long_write(int argc, char **argv)
{
	static char data[300000];
	pthread_t thread;
	void *result;

	(void)argc, (void)argv;
	MUST(pipe(channel) == 0);
	MUST(pthread_create(&thread, NULL, take_all, NULL) == 0);
	CALL(write(channel[1], data, sizeof(data)));
	close(channel[1]);
	SHOW(pthread_join(thread, &result));
	SHOW((intptr_t)result);
}

static void *wait_for_signal(void *set)
{
	int sig = 0;

	sigwait(set, &sig);
	return (void *)(intptr_t)sig;
}

/* All threads block a signal; those that wait for it get it, one each. */
static void signal_threads(int argc, char **argv)
{
	pthread_t threads[2];
	sigset_t set;
	void *result;
	int sum = 0;

	(void)argc, (void)argv;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	for (int i = 0; i < 2; i++)
		MUST(pthread_create(&threads[i], NULL, wait_for_signal, &set) == 0);
	usleep(20000);
	CALL(kill(getpid(), SIGUSR1));
	CALL(kill(getpid(), SIGUSR2));
	for (int i = 0; i < 2; i++) {
		SHOW(pthread_join(threads[i], &result));
		sum += (intptr_t)result;
	}
	SHOW(sum);
}

static void *never(void *unused)
{
	(void)unused;
	pause();
	return NULL;
}

static void detached(int argc, char **argv)
{
	pthread_t thread;

	(void)argc, (void)argv;
	for (int i = 0; i < 3; i++) {
		MUST(pthread_create(&thread, NULL, never, NULL) == 0);
		SHOW(pthread_detach(thread));
	}
	usleep(1000);
	puts("the end of main is the end of all");
	exit(5);
}

static void *tell_and_wait(void *begun)
{
	sem_post(begun);
	return never(NULL);
}

/* A thread that has begun: a C library may start it with its signals blocked. */
static pthread_t start_waiting(void)
{
	pthread_t thread;
	sem_t begun;

	sem_init(&begun, 0, 0);
	MUST(pthread_create(&thread, NULL, tell_and_wait, &begun) == 0);
	sem_wait(&begun);
	return thread;
}

/* Sends the process a signal that another thread takes, for this one blocks it. */
static void end_by_another(void)
{
	sigset_t set;

	start_waiting();
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	kill(getpid(), SIGTERM);
	_exit(1);
}

static void *read_signals(void *begun)
{
	struct signalfd_siginfo info;
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, 0);
	sem_post(begun);
	MUST(read(fd, &info, sizeof(info)) == sizeof(info));
	_exit(2);
}

/* A signal of another process ends this one, though a thread could read it from a signalfd. */
static void end_by_child(void)
{
	pid_t own = getpid();
	pthread_t thread;
	int forked[2];
	sem_t begun;
	char byte;

	sem_init(&begun, 0, 0);
	MUST(pthread_create(&thread, NULL, read_signals, &begun) == 0);
	sem_wait(&begun);
	MUST(pipe(forked) == 0);
	if (fork() == 0) {
		/* A C library blocks signals in fork(3). */
		MUST(read(forked[0], &byte, 1) == 1);
		kill(own, SIGTERM);
		_exit(0);
	}
	MUST(write(forked[1], "x", 1) == 1);
	never(NULL);
}

/* A signal for which there is no room ends nothing, and unblocks nothing. */
static void end_by_none(void)
{
	const struct rlimit none = {0, 0};
	sigset_t set, blocked;

	start_waiting();
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	MUST(setrlimit(RLIMIT_SIGPENDING, &none) == 0);
	MUST(sigqueue(getpid(), SIGRTMIN, (union sigval){0}) == -1 && errno == EAGAIN);
	pthread_sigmask(SIG_BLOCK, NULL, &blocked);
	_exit(sigismember(&blocked, SIGRTMIN));
}

/* How a process ends in which `end` is called. */
static void show_end_by(const char *what, void (*end)(void))
{
	pid_t child = fork();

	if (child == 0)
		end();
	show_end(what, child);
}

/* A signal that ends one thread ends all, at once. */
static void killed(int argc, char **argv)
{
	pthread_t thread;

	(void)argc, (void)argv;
	show_end_by("another", end_by_another);
	show_end_by("a child", end_by_child);
	show_end_by("none", end_by_none);
	thread = start_waiting();
	puts("before");
	fflush(stdout);
	pthread_kill(thread, SIGTERM);
	puts("after");
	fflush(stdout);
}

static void *nothing(void *argument)
{
	return argument;
}

static void many(int argc, char **argv)
{
	pthread_t thread;
	void *result;
	long sum = 0;

	(void)argc, (void)argv;
	for (intptr_t i = 0; i < 50; i++) {
		MUST(pthread_create(&thread, NULL, nothing, (void *)i) == 0);
		MUST(pthread_join(thread, &result) == 0);
		sum += (intptr_t)result;
	}
	SHOW(sum);
}

/* Futexes, without a library between. */
static void futexes(int argc, char **argv)
{
	enum { WAIT, WAKE };
	static int word = 5;
	struct timespec short_time = {0, 20000000};

	(void)argc, (void)argv;
	CALL(syscall(SYS_futex, &word, WAKE, 1, NULL, NULL, 0));
	CALL(syscall(SYS_futex, &word, WAIT, 4, NULL, NULL, 0));
	CALL(syscall(SYS_futex, &word, WAIT, 5, &short_time, NULL, 0));
	CALL(syscall(SYS_futex, (char *)&word + 1, WAKE, 1, NULL, NULL, 0));
	CALL(syscall(SYS_futex, (void *)8, WAIT, 5, NULL, NULL, 0));
	short_time.tv_nsec = -1;
	CALL(syscall(SYS_futex, &word, WAIT, 5, &short_time, NULL, 0));
}

/* Clocks by number: the system's, and those of CPU time, whose numbers are negative. */
static void clock_ids(int argc, char **argv)
{
	static const int gone = (~0x3ffff0 << 3) | 2, gone_thread = (~0x3ffff0 << 3) | 6;
	struct timespec none = {0};
	struct timespec time;

	(void)argc, (void)argv;
	for (int id = -8; id < 14; id++) {
		if (id == 8 || id == 9) /* that wake the machine: not every one has them */
			continue;
		printf("%d: ", id);
		CALL(syscall(SYS_clock_gettime, id, &time));
		CALL(syscall(SYS_clock_getres, id, NULL));
		CALL(syscall(SYS_clock_nanosleep, id, 0, &none, NULL));
	}
	CALL(syscall(SYS_clock_gettime, gone, &time));
	CALL(syscall(SYS_clock_gettime, gone_thread, &time));
	CALL(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, NULL, NULL));
	CALL(syscall(SYS_clock_nanosleep, 99, 0, NULL, NULL));
}

#define SHARED_PAGES 8

static unsigned *shared_page(void)
{
	unsigned *page =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	MUST(page != MAP_FAILED);
	*page = 1;
	return page;
}

static void *wait_in_page(void *page)
{
	syscall(SYS_futex, page, 0 /* FUTEX_WAIT */, 1, NULL, NULL, 0);
	return NULL;
}

/*
 * One waits for a futex in shared memory that is unmapped meanwhile. What the memory is used for
 * then has waiters of its own.
 */
static void futex_unmapped(int argc, char **argv)
{
	unsigned *first = shared_page(), *pages[SHARED_PAGES];
	pid_t pids[SHARED_PAGES];
	pthread_t thread;

	(void)argc, (void)argv;
	MUST(pthread_create(&thread, NULL, wait_in_page, first) == 0);
	usleep(100000);
	MUST(munmap(first, 4096) == 0);
	for (int i = 0; i < SHARED_PAGES; i++)
		pages[i] = shared_page();
	for (int i = 0; i < SHARED_PAGES; i++) {
		pids[i] = child();
		if (pids[i] == 0) {
			wait_in_page(pages[i]);
			leave(0);
		}
	}
	alarm(60);
	for (int i = 0; i < SHARED_PAGES; i++) {
		while (syscall(SYS_futex, pages[i], 1 /* FUTEX_WAKE */, 1, NULL, NULL, 0) == 0)
			usleep(1000);
		show_end("woken", pids[i]);
	}
}

const struct conform_case thread_cases[] = {
	{"futex-unmapped", futex_unmapped},
	{"threads", joined},
	{"thread-pipe", piped},
	{"thread-poll", polled},
	{"thread-sync", synchronized},
	{"thread-signal", signalled},
	{"detached", detached},
	{"thread-churn", many},
	{"futex", futexes},
	{"thread-write", long_write},
	{"thread-sigwait", signal_threads},
	{"thread-killed", killed},
	{"clock-ids", clock_ids},
	{NULL, NULL},
};
