/* SPDX-License-Identifier: MIT */
/* Files that tell of events: epoll, eventfd, signalfd. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

static int add(int epoll, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event event = {.events = events, .data.u64 = data};

	return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static int modify(int epoll, int fd, uint32_t events, uint64_t data)
{
	struct epoll_event event = {.events = events, .data.u64 = data};

	return epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
}

/* Shows what epoll_wait() tells at once. */
static void show_events(int epoll, int count)
{
	struct epoll_event events[16];
	int n = epoll_wait(epoll, events, count, 0);

	printf("%d:", n < 0 ? -errno : n);
	for (int i = 0; i < n; i++)
		printf(" %llu=%x", (unsigned long long)events[i].data.u64, events[i].events);
	putchar('\n');
}

static void put_bytes(int fd, int count)
{
	while (count--)
		MUST(write(fd, "x", 1) == 1);
}

static void take_bytes(int fd, int count)
{
	char byte;

	while (count--)
		MUST(read(fd, &byte, 1) == 1);
}

static int new_epoll(void)
{
	int epoll = epoll_create1(0);

	MUST(epoll >= 0);
	return epoll;
}

static void level(int argc, char **argv)
{
	int epoll = new_epoll();
	int a[2], b[2];

	(void)argc, (void)argv;
	MUST(pipe(a) == 0 && pipe(b) == 0);
	CALL(add(epoll, a[0], EPOLLIN, 1));
	CALL(add(epoll, a[1], EPOLLOUT, 2));
	CALL(add(epoll, b[0], EPOLLIN, 3));
	show_events(epoll, 16);
	put_bytes(b[1], 2);
	put_bytes(a[1], 1);
	show_events(epoll, 16);
	show_events(epoll, 16);
	take_bytes(b[0], 1);
	show_events(epoll, 16);
	take_bytes(b[0], 1);
	show_events(epoll, 16);
	close(b[1]);
	show_events(epoll, 16);
	CALL(modify(epoll, b[0], 0, 4));
	show_events(epoll, 16);
	close(a[0]);
	show_events(epoll, 16);
	CALL(epoll_ctl(epoll, EPOLL_CTL_DEL, b[0], NULL));
	show_events(epoll, 16);
}

/* More are ready than fit: all have their turn. */
static void turns(int argc, char **argv)
{
	int epoll = new_epoll();

	(void)argc, (void)argv;
	for (int i = 0; i < 5; i++) {
		int fd = eventfd(1, 0);

		MUST(fd >= 0 && add(epoll, fd, i == 3 ? EPOLLIN | EPOLLET : EPOLLIN, i) == 0);
	}
	for (int i = 0; i < 6; i++)
		show_events(epoll, 2);
}

static void edge(int argc, char **argv)
{
	int epoll = new_epoll();
	int ends[2];

	(void)argc, (void)argv;
	MUST(pipe2(ends, O_NONBLOCK) == 0);
	CALL(add(epoll, ends[0], EPOLLIN | EPOLLET, 1));
	CALL(add(epoll, ends[1], EPOLLOUT | EPOLLET, 2));
	show_events(epoll, 16);
	put_bytes(ends[1], 2);
	show_events(epoll, 16);
	show_events(epoll, 16);
	take_bytes(ends[0], 1);
	show_events(epoll, 16);
	put_bytes(ends[1], 1);
	show_events(epoll, 16);
	CALL(modify(epoll, ends[0], EPOLLIN | EPOLLET, 3));
	show_events(epoll, 16);
	take_bytes(ends[0], 2);
	put_bytes(ends[1], 1);
	take_bytes(ends[0], 1);
	show_events(epoll, 16);
	close(ends[1]);
	show_events(epoll, 16);
	show_events(epoll, 16);
}

/* A pipe that was full has room again. */
static void edge_full(int argc, char **argv)
{
	static char data[65536];
	int epoll = new_epoll();
	int ends[2];

	(void)argc, (void)argv;
	MUST(pipe2(ends, O_NONBLOCK) == 0);
	CALL(add(epoll, ends[1], EPOLLOUT | EPOLLET, 2));
	show_events(epoll, 16);
	CALL(write(ends[1], data, sizeof(data)));
	show_events(epoll, 16);
	CALL(read(ends[0], data, sizeof(data)));
	show_events(epoll, 16);
	show_events(epoll, 16);
}

static void one_shot(int argc, char **argv)
{
	int epoll = new_epoll();
	int ends[2];

	(void)argc, (void)argv;
	MUST(pipe(ends) == 0);
	CALL(add(epoll, ends[0], EPOLLIN | EPOLLONESHOT, 1));
	put_bytes(ends[1], 1);
	show_events(epoll, 16);
	put_bytes(ends[1], 1);
	show_events(epoll, 16);
	CALL(add(epoll, ends[0], EPOLLIN, 2));
	CALL(modify(epoll, ends[0], EPOLLIN | EPOLLONESHOT, 2));
	show_events(epoll, 16);
	show_events(epoll, 16);
	close(ends[1]);
	show_events(epoll, 16);
	CALL(modify(epoll, ends[0], EPOLLIN | EPOLLET | EPOLLONESHOT, 3));
	show_events(epoll, 16);
	show_events(epoll, 16);
}

static void refused(int argc, char **argv)
{
	static const char *const names[] = {"/dev/null", "/dev/zero", "/dev/urandom", "/",
					    "/etc/os-release"};
	struct epoll_event event = {.events = EPOLLIN};
	int epoll = new_epoll(), fd = eventfd(0, 0), by_name = open("/", O_PATH);

	(void)argc, (void)argv;
	CALL(epoll_create(0));
	CALL(epoll_create(-1));
	CALL(epoll_create1(1));
	for (int i = 0; i < 5; i++)
		CALL(add(epoll, open(names[i], O_RDONLY), EPOLLIN, 0));
	CALL(add(epoll, by_name, EPOLLIN, 0));
	CALL(add(epoll, -1, EPOLLIN, 0));
	CALL(add(-1, fd, EPOLLIN, 0));
	CALL(add(fd, fd, EPOLLIN, 0));
	CALL(add(fd, epoll, EPOLLIN, 0));
	CALL(add(epoll, epoll, EPOLLIN, 0));
	CALL(modify(epoll, fd, EPOLLIN, 0));
	CALL(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL));
	CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, NULL));
	CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, -1, NULL));
	CALL(epoll_ctl(epoll, 0, fd, &event));
	CALL(epoll_ctl(epoll, 4, fd, &event));
	CALL(add(epoll, fd, EPOLLIN, 0));
	CALL(add(epoll, fd, EPOLLIN, 0));
	CALL(epoll_ctl(epoll, 4, fd, &event));
	CALL(epoll_wait(epoll, &event, 0, 0));
	CALL(epoll_wait(epoll, &event, -1, 0));
	CALL(epoll_wait(epoll, &event, 1 << 28, 0));
	CALL(epoll_wait(epoll, (void *)(1UL << 63), 1, 0));
	CALL(epoll_wait(fd, &event, 1, 0));
	CALL(epoll_wait(-1, &event, 1, 0));
	CALL(epoll_wait(epoll, (void *)8, 1, 0));
	MUST(eventfd_write(fd, 1) == 0);
	CALL(epoll_wait(epoll, (void *)8, 1, 0));
	show_events(epoll, 16);
	CALL(read(epoll, &event, sizeof(event)));
	CALL(write(epoll, &event, sizeof(event)));
	CALL(syscall(SYS_epoll_pwait, epoll, &event, 1, 0, &event, 4));
}

static void exclusive(int argc, char **argv)
{
	int epoll = new_epoll(), other = new_epoll(), fd = eventfd(0, 0);

	(void)argc, (void)argv;
	CALL(add(epoll, other, EPOLLIN | EPOLLEXCLUSIVE, 0));
	CALL(add(epoll, fd, EPOLLIN | EPOLLPRI | EPOLLEXCLUSIVE, 0));
	CALL(add(epoll, fd, EPOLLIN | EPOLLONESHOT | EPOLLEXCLUSIVE, 0));
	CALL(add(epoll, fd, EPOLLIN | EPOLLET | EPOLLEXCLUSIVE, 1));
	CALL(modify(epoll, fd, EPOLLIN, 1));
	CALL(modify(epoll, fd, EPOLLIN | EPOLLEXCLUSIVE, 1));
	CALL(add(other, fd, EPOLLIN, 2));
	CALL(modify(other, fd, EPOLLIN | EPOLLEXCLUSIVE, 2));
	MUST(eventfd_write(fd, 1) == 0);
	show_events(epoll, 16);
	show_events(other, 16);
	CALL(epoll_ctl(epoll, EPOLL_CTL_DEL, fd, NULL));
}

/* An item goes with the last fd of its file, not with the one that it was added by. */
static void removed(int argc, char **argv)
{
	int epoll = new_epoll();
	int copy, again;
	int ends[2];

	(void)argc, (void)argv;
	MUST(pipe(ends) == 0);
	copy = dup(ends[0]);
	CALL(add(epoll, ends[0], EPOLLIN, 1));
	CALL(add(epoll, copy, EPOLLIN, 2));
	put_bytes(ends[1], 1);
	show_events(epoll, 16);
	close(ends[0]);
	show_events(epoll, 16);
	CALL(epoll_ctl(epoll, EPOLL_CTL_DEL, ends[0], NULL));
	again = eventfd(1, 0); /* of the same number */
	SHOW(again == ends[0]);
	CALL(add(epoll, again, EPOLLIN, 3));
	show_events(epoll, 16);
	close(copy);
	show_events(epoll, 16);
	close(again);
	show_events(epoll, 16);
	if (child() == 0) {
		close(epoll);
		leave(0);
	}
	MUST(wait(NULL) > 0);
	show_events(epoll, 16);
}

/* A child's copy of the fd keeps the file open, and the item with it. */
static void kept(int argc, char **argv)
{
	int epoll = new_epoll();
	int go[2], fd = eventfd(1, 0);
	pid_t pid;

	(void)argc, (void)argv;
	MUST(pipe(go) == 0);
	CALL(add(epoll, fd, EPOLLIN, 1));
	pid = child();
	if (pid == 0) {
		close(go[1]);
		read(go[0], &pid, 1);
		show_events(epoll, 16);
		leave(0);
	}
	close(fd);
	show_events(epoll, 16);
	fflush(stdout);
	close(go[1]);
	MUST(waitpid(pid, NULL, 0) == pid);
	show_events(epoll, 16);
}

static void nested(int argc, char **argv)
{
	int inner = new_epoll(), outer = new_epoll(), edged = new_epoll(), fd = eventfd(0, 0);
	struct pollfd poll_outer = {.fd = outer, .events = POLLIN | POLLOUT};

	(void)argc, (void)argv;
	CALL(add(outer, inner, EPOLLIN, 1));
	CALL(add(edged, inner, EPOLLIN | EPOLLET, 2));
	CALL(add(inner, fd, EPOLLIN, 3));
	show_events(outer, 16);
	CALL(poll(&poll_outer, 1, 0));
	MUST(eventfd_write(fd, 1) == 0);
	CALL(poll(&poll_outer, 1, 0));
	SHOW(poll_outer.revents);
	show_events(outer, 16);
	show_events(outer, 16);
	show_events(edged, 16);
	show_events(edged, 16);
	show_events(inner, 16);
	MUST(eventfd_write(fd, 1) == 0);
	show_events(edged, 16);
	eventfd_read(fd, &(eventfd_t){0});
	show_events(outer, 16);
	show_events(inner, 16);
	close(inner);
	show_events(outer, 16);
	CALL(add(outer, fd, EPOLLIN, 4));
}

static void loops(int argc, char **argv)
{
	int chain[8];

	(void)argc, (void)argv;
	for (int i = 0; i < 8; i++)
		chain[i] = new_epoll();
	CALL(add(chain[0], chain[1], EPOLLIN, 0));
	CALL(add(chain[1], chain[0], EPOLLIN, 0));
	CALL(add(chain[1], chain[2], EPOLLIN, 0));
	CALL(add(chain[2], chain[0], EPOLLIN, 0));
	CALL(add(chain[2], chain[3], EPOLLIN, 0));
	CALL(add(chain[3], chain[4], EPOLLIN, 0));
	CALL(add(chain[3], eventfd(1, 0), EPOLLIN, 5));
	show_events(chain[0], 16);
	show_events(chain[3], 16);
	/* A file that too many ways lead to. */
	for (int i = 5; i < 8; i++)
		CALL(add(chain[i - 1], chain[i], EPOLLIN, 0) == 0 || errno == ELOOP);
}

static void many_paths(int argc, char **argv)
{
	int middle = new_epoll();
	int n = 0;

	(void)argc, (void)argv;
	MUST(add(middle, eventfd(0, 0), EPOLLIN, 0) == 0);
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 80; j++)
			n += add(new_epoll(), middle, EPOLLIN, j) == 0;
	SHOW(n);
	CALL(add(middle, eventfd(0, 0), EPOLLIN, 0));
}

static void counters(int argc, char **argv)
{
	uint64_t value, pair[2] = {1, 2};
	int fd = eventfd(3, EFD_NONBLOCK);
	int semaphore = eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE);
	struct pollfd polled = {.fd = fd, .events = POLLIN | POLLOUT | POLLPRI};

	(void)argc, (void)argv;
	CALL(syscall(SYS_eventfd2, 0, 2));
	CALL(eventfd_read(fd, &value));
	SHOW(value);
	CALL(eventfd_read(fd, &value));
	CALL(read(fd, &value, 7));
	CALL(write(fd, &value, 7));
	CALL(eventfd_write(fd, 1));
	CALL(read(fd, pair, sizeof(pair)));
	SHOW(pair[0]);
	CALL(poll(&polled, 1, 0));
	SHOW(polled.revents);
	CALL(eventfd_write(fd, UINT64_MAX));
	CALL(eventfd_write(fd, UINT64_MAX - 1));
	CALL(poll(&polled, 1, 0));
	SHOW(polled.revents);
	CALL(eventfd_write(fd, 1));
	CALL(eventfd_write(fd, 0));
	CALL(eventfd_read(fd, &value));
	SHOW(value == UINT64_MAX - 1);
	CALL(eventfd_read(semaphore, &value));
	SHOW(value);
	CALL(eventfd_read(semaphore, &value));
	CALL(eventfd_read(semaphore, &value));
	CALL(write(fd, (void *)8, 8));
	MUST(eventfd_write(fd, 5) == 0);
	CALL(read(fd, (void *)8, 8));
	CALL(eventfd_read(fd, &value));
	CALL(pread(fd, &value, 8, 0));
	CALL(lseek(fd, 5, SEEK_SET));
}

static void show_kind(int fd)
{
	char name[64], link[64];
	struct stat st;
	struct statfs fs;
	ssize_t n;

	MUST(fstat(fd, &st) == 0 && fstatfs(fd, &fs) == 0);
	printf("mode %o, %d links, size %d, magic %lx, flags %o, ", st.st_mode, (int)st.st_nlink,
	       (int)st.st_size, (long)fs.f_type, fcntl(fd, F_GETFL));
	sprintf(name, "/proc/self/fd/%d", fd);
	n = readlink(name, link, sizeof(link) - 1);
	MUST(n > 0);
	link[n] = 0;
	puts(link);
	CALL(open(name, O_RDWR));
	CALL(ftruncate(fd, 0));
	CALL(fsync(fd));
	CALL(lseek(fd, 3, SEEK_SET));
	CALL(lseek(fd, 0, 9));
	CALL(getdents64(fd, &fs, sizeof(fs)));
	CALL(fchdir(fd));
}

static void kinds(int argc, char **argv)
{
	struct stat one, other;
	sigset_t set;

	(void)argc, (void)argv;
	sigemptyset(&set);
	show_kind(3 + 0 * new_epoll());
	show_kind(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	show_kind(signalfd(-1, &set, SFD_CLOEXEC));
	fstat(3, &one);
	fstat(4, &other);
	SHOW(one.st_ino == other.st_ino && one.st_dev == other.st_dev);
	SHOW(fcntl(4, F_GETFD));
	SHOW(fcntl(3, F_GETFD));
}

static void block(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGUSR1);
	sigaddset(set, SIGUSR2);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGRTMIN + 3);
	MUST(sigprocmask(SIG_BLOCK, set, NULL) == 0);
}

static void show_signals(int fd, int most)
{
	struct signalfd_siginfo infos[4];
	ssize_t n = read(fd, infos, most * sizeof(infos[0]));

	if (n < 0) {
		CALL(n);
		return;
	}
	for (int i = 0; i < n / (int)sizeof(infos[0]); i++)
		printf("signal %d, code %d, pid %d, uid %d, status %d, int %d\n",
		       infos[i].ssi_signo > 31 ? 100 : infos[i].ssi_signo, infos[i].ssi_code,
		       (int)infos[i].ssi_pid == getpid(), infos[i].ssi_uid, infos[i].ssi_status,
		       infos[i].ssi_int);
}

static void signals_read(int argc, char **argv)
{
	struct pollfd polled = {.events = POLLIN | POLLOUT};
	union sigval value = {.sival_int = 77};
	sigset_t set, pending;
	int fd;

	(void)argc, (void)argv;
	block(&set);
	fd = signalfd(-1, &set, SFD_NONBLOCK);
	MUST(fd >= 0);
	polled.fd = fd;
	show_signals(fd, 4);
	CALL(poll(&polled, 1, 0));
	kill(getpid(), SIGUSR2);
	kill(getpid(), SIGUSR1);
	kill(getpid(), SIGUSR1);
	CALL(poll(&polled, 1, 0));
	SHOW(polled.revents);
	show_signals(fd, 1);
	show_signals(fd, 4);
	show_signals(fd, 4);
	sigqueue(getpid(), SIGRTMIN + 3, value);
	value.sival_int++;
	sigqueue(getpid(), SIGRTMIN + 3, value);
	raise(SIGUSR1);
	show_signals(fd, 4);
	if (child() == 0)
		leave(9);
	CALL(poll(&polled, 1, -1));
	show_signals(fd, 4);
	MUST(wait(NULL) > 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	SHOW(signalfd(fd, &set, 0) == fd);
	kill(getpid(), SIGUSR1);
	CALL(poll(&polled, 1, 0));
	show_signals(fd, 4);
	sigpending(&pending);
	SHOW(sigismember(&pending, SIGUSR1));
	CALL(signalfd(0, &set, 0));
	CALL(signalfd(-2, &set, 0));
	CALL(signalfd(-1, &set, 1));
	CALL(syscall(SYS_signalfd4, -1, &set, 4, 0));
	CALL(syscall(SYS_signalfd4, -1, (void *)8, 8, 0));
	CALL(read(fd, &set, 127));
	CALL(write(fd, &set, 128));
	kill(getpid(), SIGUSR2);
	CALL(read(fd, (void *)8, 128));
	CALL(poll(&polled, 1, 0));
}

/* A signal through epoll; in a child, the fd tells of the child's signals. */
static void signals_polled(int argc, char **argv)
{
	int epoll = new_epoll();
	sigset_t set;
	int fd, status;

	(void)argc, (void)argv;
	block(&set);
	fd = signalfd(-1, &set, SFD_NONBLOCK);
	CALL(add(epoll, fd, EPOLLIN, 1));
	show_events(epoll, 4);
	kill(getpid(), SIGUSR1);
	show_events(epoll, 4);
	if (child() == 0) {
		show_signals(fd, 4);
		kill(getpid(), SIGUSR2);
		show_signals(fd, 4);
		leave(0);
	}
	MUST(wait(&status) > 0);
	show_signals(fd, 1);
	show_signals(fd, 1);
	show_events(epoll, 4);
}

static int shared_epoll, shared_pipe[2], shared_event, answers[2];

static void say(const char *what)
{
	MUST(write(answers[1], what, 1) == 1);
}

static char heard(void)
{
	char what;

	MUST(read(answers[0], &what, 1) == 1);
	return what;
}

/* Waits for each event, and says which. */
static void *wait_and_say(void *count)
{
	struct epoll_event event;

	for (intptr_t i = 0; i < (intptr_t)count; i++) {
		MUST(epoll_wait(shared_epoll, &event, 1, -1) == 1);
		if (event.events & EPOLLIN)
			take_bytes(event.data.fd, 1);
		say(event.events & EPOLLIN ? "i" : "h");
	}
	return NULL;
}

static void waiting(int argc, char **argv)
{
	pthread_t thread;

	(void)argc, (void)argv;
	shared_epoll = new_epoll();
	MUST(pipe(shared_pipe) == 0 && pipe(answers) == 0);
	MUST(pthread_create(&thread, NULL, wait_and_say, (void *)4) == 0);
	sched_yield();
	MUST(add(shared_epoll, shared_pipe[0], EPOLLIN, shared_pipe[0]) == 0);
	for (int i = 0; i < 3; i++) {
		put_bytes(shared_pipe[1], 1);
		printf("%c", heard());
	}
	close(shared_pipe[1]);
	printf("%c\n", heard());
	SHOW(pthread_join(thread, NULL));
}

/* Several wait for one epoll: each event is for one of them. */
static void shared(int argc, char **argv)
{
	enum { WAITERS = 4, EACH = 5 };
	pthread_t threads[WAITERS];

	(void)argc, (void)argv;
	shared_epoll = new_epoll();
	MUST(pipe(shared_pipe) == 0 && pipe(answers) == 0);
	MUST(add(shared_epoll, shared_pipe[0], EPOLLIN | EPOLLET, shared_pipe[0]) == 0);
	for (int i = 0; i < WAITERS; i++)
		MUST(pthread_create(&threads[i], NULL, wait_and_say, (void *)EACH) == 0);
	for (int i = 0; i < WAITERS * EACH; i++) {
		put_bytes(shared_pipe[1], 1);
		putchar(heard());
	}
	putchar('\n');
	for (int i = 0; i < WAITERS; i++)
		SHOW(pthread_join(threads[i], NULL));
}

static void *take_event(void *unused)
{
	eventfd_t value;

	(void)unused;
	MUST(eventfd_read(shared_event, &value) == 0);
	say("r");
	MUST(eventfd_write(shared_event, UINT64_MAX - 1) == 0);
	say("w");
	MUST(eventfd_write(shared_event, 2) == 0);
	say("w");
	return (void *)(intptr_t)value;
}

/* Reads and writes that wait. */
static void counter_waits(int argc, char **argv)
{
	pthread_t thread;
	eventfd_t value;
	void *result;

	(void)argc, (void)argv;
	MUST(pipe(answers) == 0);
	shared_event = eventfd(0, 0);
	MUST(pthread_create(&thread, NULL, take_event, NULL) == 0);
	sched_yield();
	MUST(eventfd_write(shared_event, 11) == 0);
	putchar(heard());
	putchar(heard());
	MUST(eventfd_read(shared_event, &value) == 0);
	printf("%c\n", heard());
	SHOW(value == UINT64_MAX - 1);
	MUST(eventfd_read(shared_event, &value) == 0);
	SHOW(value);
	SHOW(pthread_join(thread, &result));
	SHOW((intptr_t)result);
}

static volatile int handled;

static void on_signal(int sig)
{
	handled = sig;
}

/* Timeouts, masks, and a signal that ends the wait, whatever SA_RESTART says. */
static void timeouts(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	struct timespec short_time = {0, 20000000}, bad = {0, 1000000000}, none = {0, 0};
	struct epoll_event event;
	int epoll = new_epoll();
	struct timespec before, after;
	sigset_t set, empty;

	(void)argc, (void)argv;
	sigemptyset(&empty);
	block(&set);
	sigaction(SIGUSR1, &action, NULL);
	MUST(add(epoll, eventfd(0, 0), EPOLLIN, 0) == 0);
	clock_gettime(CLOCK_MONOTONIC, &before);
	CALL(epoll_wait(epoll, &event, 1, 30));
	clock_gettime(CLOCK_MONOTONIC, &after);
	SHOW((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec >=
	     30000000);
	CALL(epoll_pwait(epoll, &event, 1, 1, &empty));
	kill(getpid(), SIGUSR1);
	CALL(epoll_wait(epoll, &event, 1, 1));
	SHOW(handled);
	CALL(epoll_pwait(epoll, &event, 1, -1, &empty));
	SHOW(handled == SIGUSR1);
	CALL(syscall(SYS_epoll_pwait2, epoll, &event, 1, &short_time, NULL, 0));
	CALL(syscall(SYS_epoll_pwait2, epoll, &event, 1, &bad, NULL, 0));
	CALL(syscall(SYS_epoll_pwait2, epoll, &event, 1, &none, NULL, 0));
	CALL(syscall(SYS_epoll_pwait2, epoll, &event, 1, (void *)8, NULL, 0));
	kill(getpid(), SIGUSR2);
	signal(SIGUSR2, on_signal);
	sigdelset(&set, SIGUSR2);
	CALL(syscall(SYS_epoll_pwait2, epoll, &event, 1, NULL, &set, 8));
	SHOW(handled == SIGUSR2);
}

static void *close_it(void *fd)
{
	close((intptr_t)fd);
	return NULL;
}

/* A thread waits for an epoll; what it waits for is closed by another. */
static void closed_meanwhile(int argc, char **argv)
{
	struct epoll_event event;
	pthread_t thread;
	int ends[2];

	(void)argc, (void)argv;
	shared_epoll = new_epoll();
	MUST(pipe(ends) == 0);
	MUST(add(shared_epoll, ends[0], EPOLLIN, 1) == 0);
	MUST(pthread_create(&thread, NULL, close_it, (void *)(intptr_t)ends[0]) == 0);
	CALL(epoll_wait(shared_epoll, &event, 1, 50));
	SHOW(pthread_join(thread, NULL));
	CALL(epoll_ctl(shared_epoll, EPOLL_CTL_DEL, ends[0], NULL));
	MUST(pipe(ends) == 0);
	MUST(add(shared_epoll, ends[0], EPOLLIN, 2) == 0);
	MUST(pthread_create(&thread, NULL, close_it, (void *)(intptr_t)ends[1]) == 0);
	CALL(epoll_wait(shared_epoll, &event, 1, -1));
	SHOW(event.events);
	SHOW(pthread_join(thread, NULL));
}

/* Two epolls watch one file each for itself; processes share what they inherit. */
static void between_processes(int argc, char **argv)
{
	int epoll = new_epoll();
	int fd = eventfd(0, 0);
	struct epoll_event event;
	pid_t pid;

	(void)argc, (void)argv;
	MUST(add(epoll, fd, EPOLLIN, 7) == 0);
	pid = child();
	if (pid == 0) {
		MUST(epoll_wait(epoll, &event, 1, -1) == 1);
		SHOW(event.data.u64);
		MUST(eventfd_read(fd, &(eventfd_t){0}) == 0);
		MUST(add(epoll, eventfd(1, 0), EPOLLIN, 8) == 0);
		leave(0);
	}
	MUST(eventfd_write(fd, 1) == 0);
	MUST(waitpid(pid, NULL, 0) == pid);
	show_events(epoll, 4);
}

/* Fills a pipe, from byte number `from` on, and shows how many went in. */
static int fill(int fd, int from)
{
	static unsigned char bytes[1 << 21];
	ssize_t n;

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (from + i) % 251;
	n = write(fd, bytes, sizeof(bytes));
	SHOW(n);
	return n;
}

static void drain(int fd, int from, int count)
{
	static unsigned char bytes[1 << 21];
	ssize_t n = read(fd, bytes, count);
	int wrong = 0;

	for (ssize_t i = 0; i < n; i++)
		wrong += bytes[i] != (from + i) % 251;
	SHOW(n);
	SHOW(wrong);
}

static void pipe_sizes(int argc, char **argv)
{
	int ends[2], in, on = 1;

	(void)argc, (void)argv;
	MUST(pipe(ends) == 0);
	CALL(ioctl(ends[0], FIONBIO, &on));
	CALL(ioctl(ends[1], FIONBIO, &on));
	CALL(fcntl(ends[0], F_GETPIPE_SZ));
	in = fill(ends[1], 0);
	CALL(fcntl(ends[1], F_SETPIPE_SZ, 4096));
	drain(ends[0], 0, 4196);
	in += fill(ends[1], in);
	/* A full ring, whose first and last page share one. */
	CALL(fcntl(ends[1], F_SETPIPE_SZ, 65537));
	in += fill(ends[1], in);
	CALL(ioctl(ends[0], FIONREAD, &on));
	SHOW(on == in - 4196);
	drain(ends[0], 4196, in - 4196 - 5000);
	CALL(fcntl(ends[0], F_SETPIPE_SZ, 1));
	CALL(fcntl(ends[0], F_SETPIPE_SZ, 8193));
	drain(ends[0], in - 5000, 10000);
	CALL(fcntl(ends[0], F_SETPIPE_SZ, 1));
	CALL(fcntl(ends[0], F_GETPIPE_SZ));
	fill(ends[1], 7);
	drain(ends[0], 7, 10000);
	CALL(fcntl(ends[0], F_SETPIPE_SZ, 1 << 20));
	CALL(fcntl(ends[0], F_SETPIPE_SZ, 0xc0000000u));
	fill(ends[1], 9);
	drain(ends[0], 9, 1 << 21);
	CALL(fcntl(ends[0], F_SETPIPE_SZ, 100000));
	CALL(fcntl(open("/", O_RDONLY), F_GETPIPE_SZ));
	CALL(fcntl(eventfd(0, 0), F_SETPIPE_SZ, 4096));
}

static void *take_slowly(void *unused)
{
	char bytes[1000];
	long sum = 0;
	ssize_t n;

	(void)unused;
	while ((n = read(shared_pipe[0], bytes, sizeof(bytes))) > 0)
		sum += n;
	return (void *)sum;
}

/* Pieces of a writev() are one write: all of it, or at once, or not at all. */
static void pipe_vectors(int argc, char **argv)
{
	static char bytes[200000];
	struct iovec many[3] = {{bytes, 90000}, {bytes, 0}, {bytes, 200000}};
	struct iovec few[3] = {{"one", 3}, {"two", 3}, {(void *)8, 3}};
	pthread_t thread;
	void *result;

	(void)argc, (void)argv;
	MUST(pipe(shared_pipe) == 0);
	MUST(pthread_create(&thread, NULL, take_slowly, NULL) == 0);
	CALL(writev(shared_pipe[1], many, 3));
	close(shared_pipe[1]);
	MUST(pthread_join(thread, &result) == 0);
	SHOW((intptr_t)result);
	close(shared_pipe[0]);
	MUST(pipe2(shared_pipe, O_NONBLOCK) == 0);
	CALL(writev(shared_pipe[1], few, 2));
	CALL(writev(shared_pipe[1], few, 3));
	CALL(readv(shared_pipe[0], (struct iovec[]){{bytes, 2}, {bytes + 2, 100}}, 2));
	puts(bytes);
	CALL(writev(shared_pipe[1], many, 3));
	CALL(read(shared_pipe[0], bytes, 4000));
	CALL(writev(shared_pipe[1], few, 2));
	CALL(read(shared_pipe[0], bytes, 96));
	CALL(writev(shared_pipe[1], few, 2));
	CALL(writev(shared_pipe[1], few, 0));
	CALL(readv(shared_pipe[0], few, 0));
	CALL(preadv(shared_pipe[0], many, 1, 0));
}

static volatile int taken;

static void take(int sig)
{
	(void)sig;
	taken++;
}

/* A signal that a call's mask lets in comes after what is ready, and before nothing is. */
static void mask_ready(int argc, char **argv)
{
	const struct timespec none = {0, 0};
	struct epoll_event event = {.events = EPOLLIN};
	int p[2], epoll = epoll_create1(0);
	struct pollfd fd = {.events = POLLIN};
	sigset_t set, empty;
	fd_set in;

	(void)argc, (void)argv;
	MUST(pipe(p) == 0 && write(p[1], "x", 1) == 1);
	MUST(epoll_ctl(epoll, EPOLL_CTL_ADD, p[0], &event) == 0);
	fd.fd = p[0];
	FD_ZERO(&in);
	FD_SET(p[0], &in);
	sigemptyset(&empty);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGUSR1, take);
	raise(SIGUSR1);
	CALL(ppoll(&fd, 1, NULL, &empty));
	CALL(pselect(p[0] + 1, &in, NULL, NULL, NULL, &empty));
	CALL(epoll_pwait(epoll, &event, 1, -1, &empty));
	SHOW(taken);
	CALL(ppoll(NULL, 0, &none, &empty));
	SHOW(taken);
	raise(SIGUSR1);
	CALL(pselect(0, NULL, NULL, NULL, &none, &empty));
	SHOW(taken);
	CALL(ppoll(NULL, 0, &none, &empty));
}

const struct conform_case event_cases[] = {
	{"mask-ready", mask_ready},
	{"epoll-level", level},
	{"epoll-turns", turns},
	{"epoll-edge", edge},
	{"epoll-full", edge_full},
	{"epoll-oneshot", one_shot},
	{"epoll-refused", refused},
	{"epoll-exclusive", exclusive},
	{"epoll-removed", removed},
	{"epoll-kept", kept},
	{"epoll-nested", nested},
	{"epoll-loops", loops},
	{"epoll-paths", many_paths},
	{"epoll-thread", waiting},
	{"epoll-threads", shared},
	{"epoll-times", timeouts},
	{"epoll-closed", closed_meanwhile},
	{"epoll-processes", between_processes},
	{"pipe-sizes", pipe_sizes},
	{"pipe-vectors", pipe_vectors},
	{"event-kinds", kinds},
	{"eventfd", counters},
	{"eventfd-waits", counter_waits},
	{"signalfd", signals_read},
	{"signalfd-epoll", signals_polled},
	{NULL, NULL},
};
