/* SPDX-License-Identifier: MIT */
/*
 * Some 200 system calls, whose traces the suite compares with those of strace(1). Run with
 * /dev/null as stdin, stdout and stderr.
 */
#include <asm/ioctls.h>
#include <asm/prctl.h>
#include <asm/signal.h>
#include <linux/close_range.h>
#include <linux/fadvise.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/mman.h>
#include <linux/poll.h>
#include <linux/prctl.h>
#include <linux/random.h>
#include <linux/resource.h>
#include <linux/sched.h>
#include <linux/stat.h>
#include <linux/time.h>

#include "check.h"

#define A(value)		      ((long)(value))
#define CALL0(name)		      syscall3(__NR_##name, 0, 0, 0)
#define CALL1(name, a)		      syscall3(__NR_##name, A(a), 0, 0)
#define CALL2(name, a, b)	      syscall3(__NR_##name, A(a), A(b), 0)
#define CALL3(name, a, b, c)	      syscall3(__NR_##name, A(a), A(b), A(c))
#define CALL4(name, a, b, c, d)	      syscall6(__NR_##name, A(a), A(b), A(c), A(d), 0, 0)
#define CALL5(name, a, b, c, d, e)    syscall6(__NR_##name, A(a), A(b), A(c), A(d), A(e), 0)
#define CALL6(name, a, b, c, d, e, f) syscall6(__NR_##name, A(a), A(b), A(c), A(d), A(e), A(f))

#define AF_INET	 2
#define AF_INET6 10

#define PAGE 4096
#define BAD  ((void *)0x1000) /* where nothing is mapped */

static char buffer[8192];
static int fds[2];

static void on_signal(int sig)
{
	(void)sig;
}

static __attribute__((naked)) void restorer(void)
{
	__asm__("mov %0, %%eax\n\tsyscall" : : "i"(__NR_rt_sigreturn));
}

static void strings(void)
{
	static const char odd[] = "a\tb\033\0011\0\377\"\\\v\f\r\n7\0008";
	static const char longest[] = "0123456789012345678901234567890123456789";

	CALL2(pipe2, fds, O_CLOEXEC | O_NONBLOCK);
	CALL3(write, fds[1], odd, sizeof(odd));
	CALL3(read, fds[0], buffer, 90);
	CALL3(write, fds[1], longest, 32);
	CALL3(write, fds[1], longest, 33);
	CALL3(read, fds[0], buffer, 32);
	CALL3(read, fds[0], buffer, 90);
	CALL3(read, fds[0], buffer, 90);
	CALL3(write, fds[1], BAD, 5);
	CALL3(write, fds[1], "", 0);
	CALL3(write, 99, "x", 1);
	CALL3(read, -1, buffer, 1);
	CALL3(open, odd, O_RDONLY, 0);
	CALL3(open, longest, O_RDONLY, 0);
	CALL3(open, BAD, O_RDONLY, 0);
	CALL3(open, NULL, O_RDONLY, 0);
}

static void files(void)
{
	static const int flags[] = {O_RDONLY,
				    O_RDWR,
				    O_WRONLY | O_TRUNC,
				    O_RDONLY | O_CLOEXEC,
				    O_DIRECTORY,
				    O_NOFOLLOW,
				    O_RDWR | O_APPEND,
				    O_PATH | O_CLOEXEC,
				    O_RDONLY | O_NONBLOCK | O_NOCTTY,
				    O_DIRECTORY | O_PATH,
				    O_EXCL,
				    O_RDONLY | O_LARGEFILE};

	for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		CALL3(open, "none", flags[i], 0);
	CALL4(openat, AT_FDCWD, "none", O_RDONLY, 0777);
	CALL4(openat, 98, "none", O_RDONLY, 0);
	CALL3(open, "/dev/null", O_RDONLY | O_CLOEXEC, 0); /* 5, as on Linux */
	CALL2(fstat, 5, buffer);
	CALL2(stat, "none", buffer);
	CALL2(lstat, "/dev/null", buffer);
	CALL2(fstat, 99, buffer);
	CALL2(fstat, 5, BAD);
	CALL4(newfstatat, AT_FDCWD, "/dev/null", buffer, AT_SYMLINK_NOFOLLOW);
	CALL4(newfstatat, 5, "", buffer, AT_EMPTY_PATH);
	CALL4(newfstatat, 5, "", buffer, 0x10000);
	CALL2(access, "none", 0);
	CALL2(access, "none", 4);
	CALL2(access, "none", 7);
	CALL2(access, "none", 8);
	CALL3(faccessat, AT_FDCWD, "none", 1);
	CALL4(faccessat2, AT_FDCWD, "none", 2, AT_EACCESS | AT_SYMLINK_NOFOLLOW);
	CALL3(readlink, "none", buffer, 90);
	CALL4(readlinkat, 98, "none", buffer, 90);
	CALL3(lseek, fds[0], 0, 0);
	CALL3(lseek, fds[0], -5, 1);
	CALL3(lseek, 99, 1L << 40, 2);
	CALL3(lseek, 99, 0, 17);
	CALL2(dup2, 5, 9);
	CALL3(dup3, 5, 9, O_CLOEXEC);
	CALL3(dup3, 9, 9, 0);
	CALL1(dup, 99);
	CALL1(close, 9);
	CALL3(close_range, 20, 30, CLOSE_RANGE_CLOEXEC);
	CALL1(unlink, "none");
	CALL3(unlinkat, AT_FDCWD, "none/a", AT_REMOVEDIR);
	CALL2(rename, "none/a", "none/b");
	CALL2(link, "none", "none/b");
	CALL1(chdir, "none");
	CALL1(fchdir, 5);
	CALL1(rmdir, "none");
	CALL1(umask, 027);
	CALL1(umask, 022);
	CALL1(fsync, 99);
	CALL4(fadvise64, 99, 0, 4096, POSIX_FADV_SEQUENTIAL);
	CALL2(flock, 99, 1 | 4);
	CALL3(getdents64, 5, buffer, 90);
	CALL2(getcwd, buffer, 1);
}

static void descriptors(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = 0, .l_start = 5, .l_len = 7};
	struct pollfd polled[] = {
		{fds[1], POLLIN | POLLOUT, 0}, {fds[0], POLLIN, 0}, {-1, 0, 0}, {99, POLLPRI, 0}};
	struct {
		const void *base;
		unsigned long length;
	} vector[] = {{"abc", 3}, {"defg", 4}, {"", 0}}, into[] = {{buffer, 2}, {buffer + 8, 90}};
	struct timespec now = {0};
	unsigned long set = 1UL << fds[1] | 1UL << fds[0];

	CALL3(fcntl, fds[0], F_GETFD, 0);
	CALL3(fcntl, fds[0], F_SETFD, 0);
	CALL3(fcntl, fds[0], F_GETFD, 0);
	CALL3(fcntl, fds[0], F_SETFD, FD_CLOEXEC);
	CALL3(fcntl, fds[0], F_GETFL, 0);
	CALL3(fcntl, fds[1], F_SETFL, O_RDONLY | O_NONBLOCK);
	CALL3(fcntl, fds[1], F_GETFL, 0);
	CALL3(fcntl, 99, F_DUPFD, 10);
	CALL3(fcntl, 99, F_DUPFD_CLOEXEC, 10);
	CALL3(fcntl, 99, F_SETLK, &lock);
	CALL3(fcntl, 99, F_SETLK, BAD);
	CALL3(fcntl, 99, 4711, 5);
	CALL3(writev, fds[1], vector, 3);
	CALL3(readv, fds[0], into + 1, 1);
	CALL3(writev, 99, vector, 2);
	CALL3(readv, 99, into, 2);
	CALL3(writev, fds[1], vector, 0);
	CALL3(poll, polled, 3, 0);
	CALL3(poll, polled + 1, 1, 0);
	CALL3(poll, polled + 1, 3, 0);
	CALL3(poll, NULL, 0, 1);
	CALL4(ppoll, polled + 1, 1, &now, NULL);
	CALL5(select, 8, NULL, &set, NULL, NULL);
	CALL3(ioctl, 5, TCGETS, buffer);
	CALL3(ioctl, 99, FIONREAD, buffer);
	CALL3(ioctl, 5, TIOCGWINSZ, buffer);
	CALL2(ioctl, 5, FIOCLEX);
	CALL4(pread64, fds[0], buffer, 3, 0);
	CALL4(pread64, 99, buffer, 3, 1L << 33);
	CALL4(preadv, 99, into, 1, 5);
	CALL1(pipe, BAD);
}

static void memory(void)
{
	const long at = 0x10000000;

	CALL6(mmap, at, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS,
	      -1, 0);
	CALL6(mmap, at + PAGE, PAGE, PROT_NONE,
	      MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	CALL6(mmap, NULL, 0, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CALL6(mmap, NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, PAGE);
	CALL6(mmap, NULL, PAGE, PROT_READ, 0, -1, 0);
	CALL6(mmap, at, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	CALL3(mprotect, at, PAGE, PROT_READ);
	CALL3(mprotect, at, PAGE, PROT_READ | PROT_EXEC);
	CALL3(mprotect, 0, PAGE, PROT_NONE);
	CALL3(mprotect, at + 1, PAGE, PROT_NONE);
	CALL3(madvise, at, PAGE, MADV_DONTNEED);
	CALL3(madvise, at, PAGE, MADV_NORMAL);
	CALL3(madvise, at, PAGE, MADV_WILLNEED);
	CALL3(madvise, at, PAGE, 4711);
	CALL3(msync, at, PAGE, 4);
	CALL3(msync, at, PAGE, 1 | 2);
	CALL5(mremap, at + 2 * PAGE, 2 * PAGE, PAGE, 0, 0);
	CALL5(mremap, at + 1, PAGE, PAGE, MREMAP_MAYMOVE, 0);
	CALL2(munmap, at, 4 * PAGE);
	CALL2(munmap, at + 1, 4 * PAGE);
	CALL2(mlock, 0, PAGE);
	CALL1(brk, 0);
}

static void signals(void)
{
	const struct sigaction action = {.sa_handler = on_signal,
					 .sa_flags = SA_RESTORER | SA_RESTART,
					 .sa_mask = 1UL << (SIGINT - 1) | 1UL << (SIGTERM - 1),
					 .sa_restorer = restorer};
	const struct sigaction by_default = {.sa_handler = SIG_DFL};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	const unsigned long masks[] = {1UL << (SIGUSR2 - 1), 0, ~0UL,
				       1UL << 33 | 1UL << 31 | 1UL << 34};
	const unsigned long usr2 = 1UL << (SIGUSR2 - 1);
	const struct timespec none = {0};
	const int pid = CALL0(getpid);

	CALL4(rt_sigaction, SIGHUP, &by_default, NULL, 8); /* whatever nohup(1) has set */
	CALL4(rt_sigaction, SIGUSR1, &action, NULL, 8);
	CALL4(rt_sigaction, SIGUSR1, NULL, buffer, 8);
	CALL4(rt_sigaction, SIGUSR2, &action, buffer, 8);
	CALL4(rt_sigaction, SIGHUP, &ignore, buffer, 8);
	CALL4(rt_sigaction, SIGKILL, &ignore, NULL, 8);
	CALL4(rt_sigaction, 34, NULL, NULL, 8);
	CALL4(rt_sigaction, 32, NULL, NULL, 8);
	CALL4(rt_sigaction, 65, NULL, NULL, 8);
	for (unsigned i = 0; i < sizeof(masks) / sizeof(masks[0]); i++)
		CALL4(rt_sigprocmask, 2, &masks[i], buffer, 8);
	CALL4(rt_sigprocmask, 2, &masks[1], NULL, 8);
	CALL4(rt_sigprocmask, 0, NULL, buffer, 8);
	CALL2(kill, pid, SIGUSR1);
	CALL2(tkill, pid, SIGUSR1);
	CALL3(tgkill, pid, pid, SIGUSR2);
	CALL2(kill, pid, SIGHUP);
	CALL2(kill, pid, 0);
	CALL2(kill, 4194305, SIGTERM);
	CALL4(rt_sigprocmask, 0, &usr2, NULL, 8);
	CALL2(kill, pid, SIGUSR2);
	CALL2(rt_sigpending, buffer, 8);
	CALL4(rt_sigtimedwait, &usr2, buffer, &none, 8);
	CALL4(rt_sigtimedwait, &usr2, NULL, &none, 8);
	CALL4(rt_sigprocmask, 1, &usr2, NULL, 8);
	CALL2(sigaltstack, NULL, buffer);
}

static void processes(void)
{
	int name[8] = {0};

	CALL0(gettid);
	CALL0(getppid);
	CALL0(getuid);
	CALL3(getresuid, buffer, buffer + 8, buffer + 16);
	CALL2(getgroups, -1, NULL);
	CALL1(setuid, -1);
	CALL4(prlimit64, 0, RLIMIT_DATA, NULL, buffer);
	CALL4(prlimit64, 0, RLIMIT_DATA, buffer, NULL);
	CALL4(prlimit64, 0, 99, NULL, NULL);
	CALL2(getrlimit, RLIMIT_AS, buffer);
	CALL2(arch_prctl, ARCH_GET_FS, buffer);
	CALL2(arch_prctl, ARCH_SET_FS, 0);
	CALL2(prctl, PR_SET_NAME, "traced");
	CALL2(prctl, PR_GET_NAME, name);
	CALL1(prctl, PR_GET_DUMPABLE);
	CALL2(prctl, PR_SET_PDEATHSIG, SIGTERM);
	CALL2(prctl, PR_GET_PDEATHSIG, buffer);
	CALL5(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	CALL4(wait4, -1, buffer, 1, NULL);
	CALL4(wait4, -1, NULL, 1 | 2 | 8, buffer);
	CALL5(waitid, 0, 0, buffer, 4 | 1, NULL);
	CALL5(waitid, 1, 77, buffer, 0, NULL);
	CALL3(execve, "none", ((const char *[]){"none", "two words", NULL}),
	      ((const char *[]){"A=1", NULL}));
	CALL3(execve, "none", ((const char *[]){NULL}), ((const char *[]){"A=1", "B=2", NULL}));
	/* The first sets what every nice value can become. */
	CALL3(setpriority, PRIO_PROCESS, 0, 19);
	CALL2(getpriority, PRIO_PROCESS, 0);
	CALL1(sched_getscheduler, 0);
	CALL2(sched_getparam, 0, buffer);
	CALL1(sched_get_priority_max, 1);
	CALL0(sched_yield);
	CALL5(unshare, 0, 0, 0, 0, 0);
}

static void others(void)
{
	static int word = 7;
	struct timespec bad = {.tv_sec = -1, .tv_nsec = 5}, soon = {.tv_nsec = 1000};

	CALL2(clock_gettime, CLOCK_MONOTONIC, BAD);
	CALL2(clock_gettime, 77, buffer);
	CALL2(clock_getres, CLOCK_REALTIME, NULL);
	CALL2(nanosleep, &soon, NULL);
	CALL2(nanosleep, &bad, NULL);
	CALL4(clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &soon, NULL);
	CALL2(gettimeofday, BAD, NULL);
	CALL1(time, BAD);
	CALL2(getitimer, 4711, buffer);
	CALL2(getrusage, 4711, buffer);
	CALL2(getrusage, RUSAGE_SELF, BAD);
	CALL1(times, BAD);
	CALL1(uname, BAD);
	CALL3(getrandom, BAD, 8, GRND_NONBLOCK);
	CALL3(getrandom, buffer, 0, GRND_RANDOM | GRND_NONBLOCK);
	CALL4(futex, &word, FUTEX_WAIT, 8, NULL);
	CALL4(futex, &word, FUTEX_WAIT_PRIVATE, 7, &soon);
	CALL3(futex, &word, FUTEX_WAKE, 0x7fffffff);
	CALL3(futex, &word, FUTEX_WAKE_PRIVATE, 1);
	CALL3(futex, &word, FUTEX_UNLOCK_PI, 0);
	CALL2(set_robust_list, 0x10000, 24);
	CALL2(set_robust_list, 0x10000, 5);
	CALL1(personality, 0xffffffff);
	CALL0(sync);
}

static void addresses(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = 0x0100007f};
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6,
		.sin6_port = 0x5000, /* 80 */
		.sin6_addr.s6_addr = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1},
	};
	int bytes = sizeof(in), fd = CALL3(socket, AF_INET, 1 | O_CLOEXEC, 6);

	CALL3(getsockname, fd, buffer, &bytes);
	CALL3(connect, fd, &in, sizeof(in));
	CALL3(getpeername, fd, buffer, BAD);
	CALL3(accept, fd, NULL, NULL);
	CALL3(bind, fd, BAD, sizeof(in));
	in.sin_addr.s_addr = 0x010200c0; /* 192.0.2.1, nobody's */
	CALL3(bind, fd, &in, sizeof(in));
	fd = CALL3(socket, AF_INET6, 2, 17);
	bytes = sizeof(in6);
	CALL3(getsockname, fd, buffer, &bytes);
	CALL3(bind, fd, &in6, sizeof(in6));
	CALL6(sendto, fd, "x", 1, 0, &in6, 2);
}

int main(void)
{
	strings();
	files();
	descriptors();
	memory();
	signals();
	processes();
	others();
	addresses();
	return 3;
}
