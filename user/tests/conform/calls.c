/* SPDX-License-Identifier: MIT */
/*
 * System calls that have an answer of their own, with good and bad arguments:
 * by number, so that no C library checks, or answers, first. The program has
 * no capability, on Linux either.
 */
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

#define TEN  "tests/conform/ten"
#define BAD  ((void *)8)
#define PAGE 4096L

#define RAW(name, ...) CALL(syscall(SYS_##name, ##__VA_ARGS__))

/* CAP_*'s three sets, of two words each: capset(2). */
static void drop_capabilities(void)
{
	uint32_t header[2] = {0x20080522, 0};
	uint32_t none[6] = {0};

	MUST(syscall(SYS_capset, header, none) == 0);
}

static void identities(int argc, char **argv)
{
	uint32_t header[2] = {0x20080522, 0};
	uint32_t sets[6] = {1, 1, 1, 1, 1, 1};
	unsigned a = 77, b = 77, c = 77;
	unsigned other = getuid() + 1;

	(void)argc, (void)argv;
	drop_capabilities();
	RAW(getresuid, &a, &b, &c);
	SHOW(a == getuid() && b == geteuid() && c == geteuid());
	RAW(getresuid, &a, &b, BAD);
	RAW(getresuid, BAD, &b, &c);
	RAW(getresgid, &a, &b, &c);
	SHOW(a == getgid() && b == getegid());
	RAW(setuid, getuid());
	RAW(setuid, other);
	RAW(setuid, -1);
	RAW(setgid, getgid());
	RAW(setgid, -1);
	RAW(setreuid, -1, -1);
	RAW(setreuid, getuid(), getuid());
	RAW(setreuid, -1, other);
	RAW(setregid, other, -1);
	RAW(setresuid, -1, -1, -1);
	RAW(setresuid, getuid(), -1, getuid());
	RAW(setresuid, -1, -1, other);
	RAW(setresgid, -1, other, -1);
	SHOW(syscall(SYS_setfsuid, -1) == geteuid());
	SHOW(syscall(SYS_setfsuid, other) == geteuid());
	SHOW(syscall(SYS_setfsuid, -1) == geteuid());
	SHOW(syscall(SYS_setfsgid, -1) == getegid());
	RAW(getgroups, -1, NULL);
	RAW(setgroups, 0, NULL);
	RAW(setgroups, 1, &a);
	RAW(capget, header, sets);
	SHOW(sets[0] | sets[1] | sets[3] | sets[4]);
	RAW(capget, header, NULL);
	RAW(capget, BAD, sets);
	header[1] = -1;
	RAW(capget, header, sets);
	header[1] = INT_MAX;
	RAW(capget, header, sets);
	header[1] = 0;
	header[0] = 1;
	RAW(capget, header, NULL);
	printf("version %x\n", header[0]);
	header[0] = 1;
	RAW(capget, header, sets);
	memset(sets, 0, sizeof(sets));
	RAW(capset, header, sets);
	sets[0] = 1;
	RAW(capset, header, sets);
	RAW(capset, header, BAD);
	RAW(getpgid, INT_MAX);
	RAW(getsid, INT_MAX);
	RAW(setpgid, 0, -1);
	RAW(setpgid, INT_MAX, 0);
}

struct attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t more[3];
	uint32_t clamps[2];
};

/* Flags of sched_setattr(2), without a capability or a limit to make use of. */
static void scheduling_flags(void)
{
	struct attr attr = {.size = 48, .policy = 3, .flags = 1 << 20, .nice = 19};

	RAW(sched_setattr, 0, &attr, 0);
	attr.flags = 8 | 16; /* keeps policy and parameters */
	attr.policy = 0;
	attr.nice = 0;
	RAW(sched_setattr, 0, &attr, 0);
	SHOW(syscall(SYS_sched_getscheduler, 0));
	attr = (struct attr){.size = 48, .policy = 3, .flags = 1, .nice = 25};
	RAW(sched_setattr, 0, &attr, 0); /* SCHED_RESET_ON_FORK, which then must stay */
	SHOW(syscall(SYS_sched_getscheduler, 0));
	attr.flags = 0;
	RAW(sched_setattr, 0, &attr, 0);
	attr.flags = 1;
	attr.priority = 1;
	RAW(sched_setattr, 0, &attr, 0);
	attr.priority = 0;
	attr.policy = 5;
	RAW(sched_setattr, 0, &attr, 0);
	attr.policy = 3;
	RAW(sched_setattr, 0, &attr, 0); /* SCHED_IDLE can't be left */
	SHOW(syscall(SYS_sched_getscheduler, 0));
	if (child() == 0) {
		SHOW(syscall(SYS_sched_getscheduler, 0));
		leave(0);
	}
	wait(NULL);
}

/* The nice value of a whole group of processes. */
static void group_priority(void)
{
	int go[2];
	char byte;

	MUST(pipe(go) == 0);
	if (child() == 0) {
		MUST(setpgid(0, 0) == 0);
		if (child() == 0) {
			close(go[1]);
			MUST(read(go[0], &byte, 1) == 1);
			RAW(getpriority, PRIO_PROCESS, 0);
			leave(0);
		}
		RAW(setpriority, PRIO_PGRP, 0, 19);
		RAW(getpriority, PRIO_PGRP, getpid());
		MUST(write(go[1], "x", 1) == 1);
		wait(NULL);
		leave(0);
	}
	wait(NULL);
}

static void scheduling(int argc, char **argv)
{
	int none = 0, one = 1, hundred = 100;
	uint64_t cpus[128] = {0};
	unsigned cpu = 77, first = 0;
	struct attr attr = {0};
	int nicer;

	(void)argc, (void)argv;
	drop_capabilities();
	MUST(setrlimit(RLIMIT_NICE, &(struct rlimit){0}) == 0);
	MUST(setrlimit(RLIMIT_RTPRIO, &(struct rlimit){0}) == 0);
	/* The suite may have been started with any nice value. */
	nicer = 20 - syscall(SYS_getpriority, 0, 0) + 1;
	nicer = nicer > 19 ? 19 : nicer;
	RAW(setpriority, 0, 0, nicer);
	SHOW(syscall(SYS_getpriority, 0, 0) == 20 - nicer);
	SHOW(syscall(SYS_getpriority, 0, getpid()) == 20 - nicer);
	RAW(getpriority, 3, 0);
	RAW(getpriority, -1, 0);
	RAW(getpriority, 0, INT_MAX);
	RAW(getpriority, 1, INT_MAX);
	RAW(getpriority, 2, 12345);
	RAW(setpriority, 0, 0, nicer - 1);
	RAW(setpriority, 0, 0, 99);
	RAW(getpriority, 0, 0);
	RAW(setpriority, 3, 0, 0);
	RAW(setpriority, 0, INT_MAX, 0);
	for (int policy = -1; policy < 7; policy++) {
		RAW(sched_get_priority_max, policy);
		RAW(sched_get_priority_min, policy);
	}
	RAW(sched_setscheduler, 0, 0, &none); /* whatever it was */
	RAW(sched_getscheduler, 0);
	RAW(sched_getscheduler, -1);
	RAW(sched_getscheduler, INT_MAX);
	RAW(sched_setscheduler, 0, 0, &none);
	RAW(sched_setscheduler, 0, 3, &none);
	RAW(sched_getscheduler, 0);
	RAW(sched_setscheduler, 0, 1, &one);
	RAW(sched_setscheduler, 0, 2, &hundred);
	RAW(sched_setscheduler, 0, 1, &none);
	RAW(sched_setscheduler, 0, 0, &one);
	RAW(sched_setscheduler, 0, 99, &none);
	RAW(sched_setscheduler, 0, -1, &none);
	RAW(sched_setscheduler, 0, 0, NULL);
	RAW(sched_setscheduler, 0, 0, BAD);
	RAW(sched_setscheduler, INT_MAX, 0, &none);
	RAW(sched_setscheduler, 0, 0, &none);
	RAW(sched_getparam, 0, &one);
	SHOW(one);
	RAW(sched_getparam, 0, NULL);
	RAW(sched_getparam, -1, &one);
	RAW(sched_getparam, INT_MAX, &one);
	RAW(sched_setparam, 0, &none);
	RAW(sched_setparam, 0, &hundred);
	RAW(sched_rr_get_interval, -1, &attr);
	RAW(sched_rr_get_interval, INT_MAX, &attr);
	RAW(sched_rr_get_interval, 0, BAD);
	RAW(sched_getattr, 0, &attr, sizeof(attr), 0);
	printf("%u %u %llu %d %u\n", attr.size, attr.policy, (long long)attr.flags, attr.nice,
	       attr.priority);
	RAW(sched_getattr, 0, &attr, 47, 0);
	RAW(sched_getattr, 0, &attr, 48, 1);
	RAW(sched_getattr, 0, &attr, PAGE + 1, 0);
	RAW(sched_getattr, 0, NULL, 48, 0);
	attr = (struct attr){.size = 48, .policy = 3, .nice = 19};
	RAW(sched_setattr, 0, &attr, 0);
	RAW(sched_getscheduler, 0);
	attr.nice = 1;
	RAW(sched_setattr, 0, &attr, 0);
	attr.size = 10;
	RAW(sched_setattr, 0, &attr, 0);
	attr.size = 48;
	RAW(sched_setattr, 0, &attr, 1);
	RAW(sched_setattr, 0, NULL, 0);
	RAW(sched_setattr, 0, BAD, 0);
	SHOW(syscall(SYS_sched_getaffinity, 0, sizeof(cpus), cpus) > 0);
	RAW(sched_getaffinity, 0, 0, cpus);
	RAW(sched_getaffinity, 0, 9, cpus);
	RAW(sched_getaffinity, INT_MAX, 128, cpus);
	RAW(sched_getaffinity, 0, 128, BAD);
	/* The suite may run on any of the machine's CPUs. */
	while (!(cpus[first / 64] >> first % 64 & 1))
		first++;
	memset(cpus, 0, sizeof(cpus));
	cpus[first / 64] = UINT64_C(1) << first % 64;
	RAW(sched_setaffinity, 0, sizeof(cpus), cpus);
	SHOW(syscall(SYS_sched_setaffinity, 0, first / 8 + 1, cpus));
	RAW(sched_setaffinity, INT_MAX, 8, cpus);
	cpus[first / 64] = 0;
	RAW(sched_setaffinity, 0, 8, cpus);
	RAW(sched_setaffinity, 0, 8, BAD);
	RAW(getcpu, &cpu, NULL, NULL);
	SHOW(cpu == first);
	group_priority();
	scheduling_flags();
	RAW(getcpu, BAD, NULL, NULL);
	RAW(getcpu, NULL, NULL, NULL);
	SHOW(syscall(SYS_membarrier, 0, 0) > 0);
	RAW(membarrier, 0, 1);
	RAW(membarrier, 8, 0);
	RAW(membarrier, 16, 0);
	RAW(membarrier, 8, 0);
	RAW(membarrier, 1 << 20, 0);
}

#define AREA (8UL << 30)

static void residency(int argc, char **argv)
{
	char *at = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char there[8], *told;
	char *huge;

	(void)argc, (void)argv;
	MUST(at != MAP_FAILED);
	MUST(madvise(at, 8 * PAGE, MADV_NOHUGEPAGE) == 0);
	at[PAGE] = 1;
	CALL(munmap(at + 7 * PAGE, PAGE));
	RAW(mincore, at, 3 * PAGE, there);
	printf("%d %d %d\n", there[0] & 1, there[1] & 1, there[2] & 1);
	RAW(mlock, at + PAGE + 5, PAGE);
	RAW(mlock2, at + 3 * PAGE, PAGE, 1);
	RAW(mincore, at, 4 * PAGE, there);
	printf("%d %d %d %d\n", there[0] & 1, there[1] & 1, there[2] & 1, there[3] & 1);
	RAW(munlock, at + PAGE, 3 * PAGE);
	MUST(mprotect(at + 6 * PAGE, PAGE, PROT_NONE) == 0);
	RAW(mlock, at + 5 * PAGE, 2 * PAGE);
	RAW(mincore, at + 5 * PAGE, 2 * PAGE, there);
	printf("%d %d\n", there[0] & 1, there[1] & 1);
	RAW(munlock, at + 5 * PAGE, 2 * PAGE);
	RAW(mincore, at + 1, PAGE, there);
	RAW(mincore, at, 0, there);
	RAW(mincore, at, 8 * PAGE, there);
	RAW(mincore, at, PAGE, BAD);
	RAW(mincore, at, -1L, there);
	/* An area that is larger than memory. */
	huge = mmap(NULL, AREA, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	told = mmap(NULL, AREA / PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(huge != MAP_FAILED && told != MAP_FAILED);
	MUST(mprotect(huge + AREA / 2, PAGE, PROT_READ | PROT_WRITE) == 0);
	huge[AREA / 2] = 1;
	told[0] = told[AREA / PAGE - 1] = 1;
	CALL(mincore(huge, AREA, told));
	printf("%d %d %d\n", told[0], told[AREA / 2 / PAGE], told[AREA / PAGE - 1]);
	RAW(msync, at, PAGE, MS_SYNC);
	RAW(msync, at, 0, MS_SYNC);
	RAW(msync, at + 1, PAGE, MS_SYNC);
	RAW(msync, at, PAGE, MS_SYNC | MS_ASYNC);
	RAW(msync, at, PAGE, 8);
	RAW(msync, at, PAGE, 0);
	RAW(msync, at, 8 * PAGE, MS_ASYNC);
	RAW(msync, at, -PAGE, MS_ASYNC);
	RAW(mlock, at, PAGE);
	RAW(mlock, at + 1, 1);
	RAW(mlock, at, 0);
	RAW(mlock, at, 8 * PAGE);
	RAW(mlock, at, -PAGE);
	RAW(munlock, at, 7 * PAGE);
	RAW(munlock, at + 6 * PAGE, 2 * PAGE);
	RAW(mlock2, at, PAGE, 1);
	RAW(mlock2, at, PAGE, 2);
	RAW(mlockall, 0);
	RAW(mlockall, 8);
	RAW(mlockall, 4);
	RAW(munlockall);
	RAW(pkey_mprotect, at, PAGE, PROT_READ, -1);
	RAW(pkey_free, -1);
	RAW(pkey_alloc, 1, 0);
	RAW(pkey_alloc, 0, 99);
}

/* The flags of preadv2(2), of each kind of file: RWF_HIPRI, DSYNC, SYNC, NOWAIT, APPEND, and none.
 */
enum { DSYNC = 2, SYNC = 4, NOWAIT = 8, APPEND = 16, NO_FLAG = 1 << 20 };

static void show_flagged(const char *what, int fd, long offset)
{
	char byte = 'x';
	struct {
		void *base;
		size_t bytes;
	} piece = {&byte, 1};

	puts(what);
	for (int flags = 1; flags <= APPEND; flags *= 2) {
		/* Pipes and sockets have RWF_NOWAIT since Linux 6.4 alone. */
		if (flags == NOWAIT && *what == '-')
			continue;
		RAW(pwritev2, fd, &piece, 1, offset, 0, flags);
		RAW(preadv2, fd, &piece, 1, offset, 0, flags);
	}
	RAW(preadv2, fd, &piece, 1, offset, 0, NO_FLAG);
	RAW(pwritev2, fd, &piece, 1, offset, 0, SYNC | NO_FLAG);
}

static void position_flags(void)
{
	char byte;
	struct {
		void *base;
		size_t bytes;
	} piece = {"12", 2}, none = {&byte, 0}, bad = {BAD, 1}, count = {(uint64_t[]){5}, 8};
	int file = syscall(SYS_memfd_create, "file", 0), event = syscall(SYS_eventfd2, 0, 0);
	int pair[2];

	MUST(file >= 0 && event >= 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	MUST(write(pair[0], "much", 4) == 4 && write(pair[1], "much", 4) == 4);
	show_flagged("null", open("/dev/null", O_RDWR), 0);
	show_flagged("zero", open("/dev/zero", O_RDWR), -1);
	show_flagged("random", open("/dev/urandom", O_RDWR), 0);
	show_flagged("file", file, 0);
	show_flagged("file, at its offset", file, -1);
	show_flagged("directory", open("tests/conform", O_RDONLY), 0);
	show_flagged("- socket", pair[0], -1);
	show_flagged("- socket, at", pair[0], 0);
	show_flagged("no file", 99, -1);
	show_flagged("path", open(TEN, O_PATH), 0);
	RAW(preadv2, event, &count, 1, -1L, 0, NOWAIT);
	MUST(write(event, count.base, 8) == 8);
	RAW(preadv2, event, &count, 1, -1L, 0, NOWAIT);
	RAW(preadv2, file, &none, 1, 0L, 0, NO_FLAG);
	RAW(pwritev2, file, &bad, 1, 0L, 0, NO_FLAG);
	RAW(preadv2, file, BAD, 1, 0L, 0, NO_FLAG);
	RAW(preadv2, file, &none, 1, -2L, 0, NO_FLAG);
	RAW(preadv2, 99, &none, 1, -2L, 0, NO_FLAG);
	MUST(ftruncate(file, 4) == 0);
	RAW(lseek, file, 1, SEEK_SET);
	RAW(pwritev2, file, &piece, 1, 0L, 0, APPEND);
	RAW(lseek, file, 0, SEEK_CUR);
	RAW(pwritev2, file, &piece, 1, -1L, 0, APPEND | DSYNC);
	RAW(lseek, file, 0, SEEK_CUR);
	RAW(lseek, file, 0, SEEK_END);
	RAW(fcntl, file, F_GETFL);
	RAW(pwritev2, file, &piece, 1, 0L, 0, 0);
	RAW(lseek, file, 0, SEEK_END);
}

static void positions(int argc, char **argv)
{
	int fd = open(TEN, O_RDONLY);
	char a[4], b[4];
	struct {
		void *base;
		size_t bytes;
	} pieces[] = {{a, 3}, {b, 3}}, bad[] = {{BAD, 1}}, long_one[] = {{a, -1UL}};
	int fds[2];

	(void)argc, (void)argv;
	MUST(fd >= 0 && pipe(fds) == 0);
	RAW(preadv, fd, pieces, 2, 2L, 0);
	printf("%.3s %.3s\n", a, b);
	RAW(preadv, fd, pieces, 2, 8L, 0);
	RAW(preadv, fd, pieces, 2, 100L, 0);
	RAW(preadv, fd, pieces, 2, -1L, 0);
	RAW(preadv, fd, pieces, 0, 0L, 0);
	RAW(preadv, fd, pieces, 1025, 0L, 0);
	RAW(preadv, fd, bad, 1, 0L, 0);
	RAW(preadv, fd, BAD, 1, 0L, 0);
	RAW(preadv, fd, long_one, 1, 0L, 0);
	RAW(preadv, 99, pieces, 2, 0L, 0);
	RAW(preadv, open("tests/conform", O_RDONLY), pieces, 2, 0L, 0);
	RAW(preadv, fds[0], pieces, 2, 0L, 0);
	RAW(pwritev, fds[1], pieces, 2, 0L, 0);
	RAW(pwritev, fd, pieces, 2, 0L, 0);
	RAW(pwritev, 99, pieces, 2, 0L, 0);
	RAW(preadv2, fd, pieces, 2, -1L, 0, 0);
	printf("%.3s %.3s\n", a, b);
	RAW(lseek, fd, 0, SEEK_CUR);
	RAW(preadv2, fd, pieces, 2, 1L, 0, 0);
	RAW(preadv2, fd, pieces, 2, -2L, 0, 0);
	RAW(preadv2, fd, pieces, 2, 1L, 0, 1 << 20);
	RAW(pwritev2, fds[1], pieces, 2, -1L, 0, 0);
	RAW(pwritev2, fds[1], pieces, 2, 0L, 0, 0);
	RAW(pwritev2, fds[1], pieces, 2, -1L, 0, 1 << 20);
	RAW(lseek, fd, 0, SEEK_CUR);
	position_flags();
}

static void advice(int argc, char **argv)
{
	int fd = open(TEN, O_RDONLY);
	int path = open(TEN, O_PATH);
	int fds[2], count = 77;
	char text[32];

	(void)argc, (void)argv;
	MUST(fd >= 0 && path >= 0 && pipe(fds) == 0);
	for (int i = -1; i < 8; i++)
		RAW(fadvise64, fd, 0, 0, i);
	RAW(fadvise64, fd, -1L, 0, 0);
	RAW(fadvise64, fd, 0, -1L, 0);
	RAW(fadvise64, 99, 0, 0, 0);
	RAW(fadvise64, path, 0, 0, 0);
	RAW(fadvise64, fds[0], 0, 0, 0);
	RAW(readahead, fd, 0, 10);
	RAW(readahead, fds[0], 0, 10);
	RAW(readahead, fds[1], 0, 10);
	RAW(readahead, 99, 0, 10);
	RAW(sync_file_range, fd, 0, 0, 0);
	RAW(sync_file_range, fd, 0, 0, 8);
	RAW(sync_file_range, fd, -1L, 0, 0);
	RAW(sync_file_range, fd, 1, INT64_MAX, 0);
	RAW(sync_file_range, fds[0], 0, 0, 0);
	RAW(sync_file_range, 99, 0, 0, 0);
	RAW(sync);
	RAW(syncfs, fd);
	RAW(syncfs, 99);
	RAW(syncfs, path);
	RAW(fallocate, fd, 0, 0L, 10L);
	RAW(fallocate, fd, 0, -1L, 10);
	RAW(fallocate, fd, 0, 0L, 0L);
	RAW(fallocate, 99, 0, 0L, 10L);
	RAW(fallocate, fds[1], 0, 0L, 10L);
	RAW(ftruncate, fd, 0);
	RAW(ftruncate, fd, -1L);
	RAW(ftruncate, 99, 0);
	RAW(ftruncate, fds[1], 0);
	RAW(truncate, TEN, -1L);
	RAW(flock, fd, 1);
	RAW(flock, fd, 4 | 8);
	RAW(flock, fd, 99);
	RAW(flock, 99, 1);
	RAW(ioctl, fd, FIONREAD, &count);
	SHOW(count);
	MUST(read(fd, text, 4) == 4);
	RAW(ioctl, fd, FIONREAD, &count);
	SHOW(count);
	RAW(ioctl, fd, FIONREAD, BAD);
	MUST(write(fds[1], text, 3) == 3);
	RAW(ioctl, fds[0], FIONREAD, &count);
	SHOW(count);
	RAW(ioctl, fds[0], FIONBIO, &count);
	SHOW(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
	count = 0;
	RAW(ioctl, fds[0], FIONBIO, &count);
	SHOW(fcntl(fds[0], F_GETFL) & O_NONBLOCK);
	RAW(ioctl, fds[0], FIONBIO, BAD);
	RAW(ioctl, fd, FIOCLEX);
	SHOW(fcntl(fd, F_GETFD));
	RAW(ioctl, fd, FIONCLEX);
	RAW(ioctl, fd, 0x12345678, 0);
	RAW(ioctl, path, FIONREAD, &count);
	RAW(ioctl, 99, FIONREAD, &count);
	RAW(getxattr, "tests/conform/none", "user.x", text, 8);
	RAW(fgetxattr, 99, "user.x", text, 8);
	RAW(flistxattr, 99, text, 8);
	RAW(socket, -1, 1, 0);
	RAW(socket, 2, 0xff, 0);
	RAW(sendmsg, fd, NULL, 0);
	RAW(recvmsg, 99, NULL, 0);
	RAW(accept4, 99, NULL, NULL, 0);
}

static void administration(int argc, char **argv)
{
	long time[2] = {1, 0};
	long wrong[2] = {1, -1};
	struct {
		long a[4];
	} timer;

	(void)argc, (void)argv;
	drop_capabilities();
	RAW(sethostname, "x", 1);
	RAW(setdomainname, "x", 1);
	RAW(reboot, 0xfee1dead, 672274793, 0x4321fedc, NULL);
	RAW(mount, "/", "/", "tmpfs", 0, NULL);
	RAW(umount2, "/none", 0);
	RAW(umount2, "/none", 0x1000);
	RAW(chroot, "/etc");
	RAW(chroot, "/none");
	RAW(chroot, TEN);
	RAW(acct, "/none");
	RAW(swapon, "/none", 0);
	RAW(swapoff, "/none");
	RAW(vhangup);
	RAW(pivot_root, "/none", "/none");
	RAW(settimeofday, time, NULL);
	RAW(settimeofday, wrong, NULL);
	RAW(settimeofday, BAD, NULL);
	RAW(clock_settime, 0, time);
	RAW(clock_settime, 0, wrong);
	RAW(clock_settime, 0, BAD);
	RAW(clock_settime, 1, time);
	RAW(clock_settime, 99, time);
	RAW(getitimer, 0, &timer);
	RAW(getitimer, 3, &timer);
	RAW(getitimer, -1, &timer);
	RAW(getitimer, 0, BAD);
	RAW(unshare, 0);
	RAW(unshare, 1);
	RAW(unshare, 0x00020000); /* CLONE_NEWNS */
	RAW(unshare, 0x00000600); /* CLONE_FS, CLONE_FILES */
	RAW(restart_syscall);
	RAW(personality, 0xffffffff);
	RAW(personality, 0x0040000);
	RAW(personality, 0xffffffff);
}

static void waiting(int argc, char **argv)
{
	siginfo_t info;
	struct {
		long ticks[4];
	} times;
	long first = syscall(SYS_times, &times);
	void *head = BAD;
	size_t bytes = 0;

	(void)argc, (void)argv;
	SHOW(first >= 0);
	SHOW(times.ticks[2] + times.ticks[3]);
	SHOW(syscall(SYS_times, NULL) >= first);
	RAW(times, BAD);
	RAW(wait4, -1, NULL, 0, NULL);
	RAW(wait4, 12345, NULL, WNOHANG, NULL);
	RAW(wait4, -1, NULL, 0x100, NULL);
	RAW(wait4, INT_MIN, NULL, 0, NULL);
	RAW(waitid, P_ALL, 0, &info, WEXITED, NULL);
	RAW(waitid, P_ALL, 0, &info, 0, NULL);
	RAW(waitid, P_PID, 0, &info, WEXITED, NULL);
	RAW(waitid, P_PGID, -1, &info, WEXITED, NULL);
	RAW(waitid, 99, 1, &info, WEXITED, NULL);
	RAW(waitid, P_ALL, 0, &info, WEXITED | 0x100, NULL);
	SHOW(syscall(SYS_get_robust_list, 0, &head, &bytes) == 0 && bytes == 24);
	RAW(get_robust_list, INT_MAX, &head, &bytes);
	RAW(get_robust_list, 0, BAD, &bytes);
	RAW(set_robust_list, &head, 23);
	RAW(rt_tgsigqueueinfo, 0, 1, 0, &info);
	RAW(rt_tgsigqueueinfo, getpid(), getpid(), 0, BAD);
	RAW(rt_tgsigqueueinfo, getpid(), INT_MAX, 0, memset(&info, 0, sizeof(info)));
	RAW(rt_tgsigqueueinfo, getpid(), getpid(), 65, &info);
	RAW(rt_tgsigqueueinfo, getpid(), getpid(), 0, &info);
	CALL(syscall((1L << 32) + SYS_close, -1));
	CALL(syscall((1L << 31) + SYS_close, -1));
}

static void attributes(int argc, char **argv)
{
	char name[16] = "";
	int value = 77;
	pid_t pid;

	(void)argc, (void)argv;
	drop_capabilities();
	RAW(prctl, PR_GET_NAME, name);
	puts(name);
	RAW(prctl, PR_SET_NAME, "a name that is longer than it may be");
	RAW(prctl, PR_GET_NAME, name);
	puts(name);
	RAW(prctl, PR_SET_NAME, BAD);
	RAW(prctl, PR_GET_NAME, BAD);
	RAW(prctl, PR_GET_DUMPABLE);
	RAW(prctl, PR_SET_DUMPABLE, 0);
	RAW(prctl, PR_GET_DUMPABLE);
	RAW(prctl, PR_SET_DUMPABLE, 2);
	RAW(prctl, PR_SET_DUMPABLE, 1);
	RAW(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	RAW(prctl, PR_GET_NO_NEW_PRIVS, 1, 0, 0, 0);
	RAW(prctl, PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
	RAW(prctl, PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0);
	RAW(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	RAW(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	RAW(prctl, PR_SET_PDEATHSIG, 65);
	RAW(prctl, PR_SET_PDEATHSIG, SIGTERM);
	RAW(prctl, PR_GET_PDEATHSIG, &value);
	SHOW(value);
	RAW(prctl, PR_GET_PDEATHSIG, BAD);
	RAW(prctl, PR_SET_PDEATHSIG, 0);
	RAW(prctl, PR_GET_KEEPCAPS);
	RAW(prctl, PR_SET_KEEPCAPS, 2);
	RAW(prctl, PR_SET_KEEPCAPS, 1);
	RAW(prctl, PR_GET_KEEPCAPS);
	RAW(prctl, PR_GET_TIMING);
	RAW(prctl, PR_SET_TIMING, 1);
	RAW(prctl, PR_SET_CHILD_SUBREAPER, 5);
	RAW(prctl, PR_GET_CHILD_SUBREAPER, &value);
	SHOW(value);
	RAW(prctl, PR_GET_TIMERSLACK);
	RAW(prctl, PR_SET_TIMERSLACK, 1000);
	RAW(prctl, PR_GET_TIMERSLACK);
	pid = child();
	if (pid == 0) {
		RAW(prctl, PR_SET_TIMERSLACK, 2000);
		RAW(prctl, PR_SET_TIMERSLACK, 0);
		RAW(prctl, PR_GET_TIMERSLACK);
		leave(0);
	}
	MUST(waitpid(pid, NULL, 0) == pid);
	RAW(prctl, PR_SET_TIMERSLACK, 0);
	RAW(prctl, PR_GET_TIMERSLACK);
	RAW(prctl, PR_GET_TSC, &value);
	SHOW(value);
	RAW(prctl, PR_SET_TSC, 1);
	RAW(prctl, PR_SET_TSC, 3);
	RAW(prctl, PR_SET_SECUREBITS, 1);
	RAW(prctl, PR_CAPBSET_READ, 1000);
	RAW(prctl, PR_CAPBSET_DROP, 0);
	RAW(prctl, PR_GET_SECCOMP);
	RAW(prctl, 12345);
}

/* stdin is a regular file. Linux opens it anew by the names of its fd: with an offset of its own.
 */
static void own_names(int argc, char **argv)
{
	static const char *const names[] = {"/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"};
	struct stat st, by_name;
	char text[8] = "";

	(void)argc, (void)argv;
	MUST(read(0, text, 4) == 4);
	MUST(fstat(0, &st) == 0);
	for (int i = 0; i < 3; i++) {
		int fd = open(names[i], O_RDONLY);

		MUST(fd >= 0);
		CALL(read(fd, text, 3));
		puts(text);
		CALL(lseek(fd, 0, SEEK_CUR));
		CALL(lseek(fd, -2, SEEK_END));
		CALL(lseek(fd, -99, SEEK_CUR));
		CALL(pread(fd, text, 2, 6));
		puts(text);
		SHOW(stat(names[i], &by_name) == 0 && by_name.st_ino == st.st_ino &&
		     by_name.st_size == st.st_size);
		CALL(dup2(fd, 40));
		CALL(close(fd));
		CALL(read(40, text, 5));
		CALL(close(40));
	}
	CALL(lseek(0, 0, SEEK_CUR));
	CALL(open("/dev/fd/77", O_RDONLY));
	CALL(open("/dev/fd/00", O_RDONLY));
	CALL(open("/dev/fd/0x", O_RDONLY));
	CALL(open("/dev/fd/4294967296", O_RDONLY));
}

/* With no fd left, a program still looks at files and has random numbers. */
static void starved(int argc, char **argv)
{
	struct rlimit limit = {256, 256};
	struct stat st;
	char bytes[8];

	(void)argc, (void)argv;
	MUST(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	while (open(TEN, O_RDONLY) >= 0)
		;
	SHOW(errno == EMFILE);
	RAW(getrandom, bytes, sizeof(bytes), 0);
	CALL(stat(TEN, &st));
	CALL(access(TEN, R_OK));
	CALL(chdir("tests/conform"));
	CALL(stat("ten", &st));
	RAW(getrandom, NULL, 0, 0);
	RAW(getrandom, BAD, 8, 0);
	RAW(getrandom, bytes, 8, 6);
	RAW(getrandom, bytes, 8, 8);
}

static void *named(void *unused)
{
	char name[16];

	(void)unused;
	RAW(prctl, PR_GET_NAME, name);
	puts(name);
	RAW(prctl, PR_SET_NAME, "other");
	RAW(prctl, PR_GET_NAME, name);
	puts(name);
	return NULL;
}

static void thread_names(int argc, char **argv)
{
	pthread_t thread;
	char name[16];

	(void)argc, (void)argv;
	/* A thread has the name of the one that makes it, first the program's. */
	for (int round = 0; round < 2; round++) {
		MUST(pthread_create(&thread, NULL, named, NULL) == 0);
		MUST(pthread_join(thread, NULL) == 0);
		RAW(prctl, PR_GET_NAME, name);
		puts(name);
		RAW(prctl, PR_SET_NAME, "first");
	}
}

const struct conform_case call_cases[] = {
	{"call-ids", identities},	{"call-sched", scheduling},
	{"call-memory", residency},	{"call-positions", positions},
	{"call-files", advice},		{"call-admin", administration},
	{"call-waits", waiting},	{"call-prctl", attributes},
	{"own-names", own_names},	{"starved", starved},
	{"thread-names", thread_names}, {NULL, NULL},
};
