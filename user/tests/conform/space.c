/* SPDX-License-Identifier: MIT */
/* The address space: its limits, its stack, and what can be had again of it. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "conform.h"

#define PAGE	4096
#define ANON	(MAP_PRIVATE | MAP_ANONYMOUS)
#define RW	(PROT_READ | PROT_WRITE)
#define MIB	((size_t)1 << 20)
#define MAPS(x) ((x) != MAP_FAILED ? 0 : -1)

static sigjmp_buf fault_jump;
static char fault_stack[65536];

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	siglongjmp(fault_jump, sig << 8 | (info->si_code & 0xff));
}

static void catch_faults(void)
{
	stack_t stack = {.ss_sp = fault_stack, .ss_size = sizeof(fault_stack)};
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

/* Shows what an expression comes to, or the signal that it ends in. */
#define TRY(expression)                                                                            \
	do {                                                                                       \
		int fault_ = sigsetjmp(fault_jump, 1);                                             \
		if (fault_)                                                                        \
			printf("%s: signal %d code %d\n", #expression, fault_ >> 8,                \
			       fault_ & 0xff);                                                     \
		else                                                                               \
			SHOW(expression);                                                          \
	} while (0)

static void set_limit(int resource, rlim_t bytes)
{
	struct rlimit limit;

	MUST(getrlimit(resource, &limit) == 0);
	limit.rlim_cur = bytes;
	MUST(setrlimit(resource, &limit) == 0);
	MUST(getrlimit(resource, &limit) == 0 && limit.rlim_cur == bytes);
}

static void kept_limits(int argc, char **argv)
{
	static const int resources[] = {
		RLIMIT_CORE,   RLIMIT_RSS,	  RLIMIT_NPROC,	   RLIMIT_MEMLOCK, RLIMIT_LOCKS,
		RLIMIT_STACK,  RLIMIT_SIGPENDING, RLIMIT_MSGQUEUE, RLIMIT_NICE,	   RLIMIT_RTPRIO,
		RLIMIT_RTTIME, RLIMIT_CPU,	  RLIMIT_NOFILE,   RLIMIT_DATA,	   RLIMIT_AS,
	};
	struct rlimit limit, old;

	(void)argc, (void)argv;
	for (size_t i = 0; i < sizeof(resources) / sizeof(resources[0]); i++) {
		MUST(getrlimit(resources[i], &old) == 0);
		limit = (struct rlimit){old.rlim_max == RLIM_INFINITY ? 1 << 30 : old.rlim_max,
					old.rlim_max};
		CALL(setrlimit(resources[i], &limit));
		CALL(prlimit(0, resources[i], &old, &limit));
		SHOW(limit.rlim_cur == (old.rlim_max == RLIM_INFINITY ? 1 << 30 : old.rlim_max));
	}
	CALL(getrlimit(RLIMIT_STACK, &old));
	printf("%lld %lld\n", (long long)old.rlim_cur, (long long)old.rlim_max);
	limit = (struct rlimit){2, 1};
	CALL(setrlimit(RLIMIT_CORE, &limit));
	CALL(setrlimit(16, &limit));
	CALL(setrlimit(-1, &limit));
	CALL(syscall(SYS_prlimit64, 0, RLIMIT_CORE, NULL, NULL));
	CALL(syscall(SYS_prlimit64, 0, RLIMIT_CORE, 8, NULL));
	CALL(syscall(SYS_prlimit64, 0, RLIMIT_CORE, NULL, 8));
	CALL(syscall(SYS_prlimit64, -5, RLIMIT_CORE, NULL, NULL));
	CALL(syscall(SYS_getrlimit, RLIMIT_CORE, NULL));
}

static void memory_limits(int argc, char **argv)
{
	char *some = mmap(NULL, 4 * MIB, RW, ANON, -1, 0);
	void *end = sbrk(0);

	(void)argc, (void)argv;
	MUST(some != MAP_FAILED);
	set_limit(RLIMIT_AS, 64 * MIB);
	CALL(MAPS(mmap(NULL, 128 * MIB, PROT_NONE, ANON | MAP_NORESERVE, -1, 0)));
	CALL(MAPS(mmap(NULL, 32 * MIB, PROT_NONE, ANON | MAP_NORESERVE, -1, 0)));
	CALL(MAPS(mmap(NULL, 32 * MIB, PROT_NONE, ANON | MAP_NORESERVE, -1, 0)));
	/* Over what is mapped it takes nothing more. */
	CALL(MAPS(mmap(some, 4 * MIB, RW, ANON | MAP_FIXED, -1, 0)));
	CALL(MAPS(mremap(some, 4 * MIB, 64 * MIB, MREMAP_MAYMOVE)));
	CALL(MAPS(mremap(some, 4 * MIB, 2 * MIB, 0)));
	SHOW(sbrk(64 * MIB) == (void *)-1);
	SHOW(sbrk(0) == end);
	SHOW(sbrk(MIB) == end);
	SHOW(malloc(64 * MIB) == NULL);
	set_limit(RLIMIT_AS, RLIM_INFINITY);
	CALL(MAPS(mmap(NULL, 128 * MIB, PROT_NONE, ANON | MAP_NORESERVE, -1, 0)));
	set_limit(RLIMIT_DATA, 32 * MIB);
	CALL(MAPS(mmap(NULL, 64 * MIB, RW, ANON, -1, 0)));
	CALL(MAPS(mmap(NULL, 64 * MIB, PROT_READ, ANON, -1, 0)));
	CALL(MAPS(mmap(NULL, 64 * MIB, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0)));
	CALL(MAPS(mmap(NULL, 8 * MIB, RW, ANON, -1, 0)));
	end = sbrk(0);
	SHOW(sbrk(32 * MIB) == (void *)-1);
	SHOW(sbrk(MIB) == end);
}

static volatile int signals;

static void on_limit(int sig)
{
	signals += sig == SIGXFSZ;
}

/* Its stdout is a file. */
static void file_size_limit(int argc, char **argv)
{
	struct iovec v[2] = {{"12345", 5}, {"67890", 5}};
	off_t at;

	(void)argc, (void)argv;
	setvbuf(stdout, NULL, _IOFBF, 1 << 16); /* nothing is written by the way */
	signal(SIGXFSZ, on_limit);
	puts("before");
	fflush(stdout);
	at = lseek(1, 0, SEEK_CUR);
	set_limit(RLIMIT_FSIZE, at + 12);
	CALL(write(1, "abcdefgh", 8));
	CALL(writev(1, v, 2));
	CALL(write(1, "x", 1));
	SHOW(signals);
	CALL(writev(1, v, 2));
	SHOW(signals);
	CALL(write(1, "x", 0));
	CALL(pwrite(1, "ABCDEF", 6, at + 10));
	CALL(pwrite(1, "ABCDEF", 6, at + 12));
	SHOW(signals);
	CALL(write(open("/dev/null", O_WRONLY), "x", 1));
	set_limit(RLIMIT_FSIZE, RLIM_INFINITY);
	fflush(stdout);
}

static void file_size_killed(int argc, char **argv)
{
	(void)argc, (void)argv;
	set_limit(RLIMIT_FSIZE, 0);
	CALL(write(1, "x", 1));
	fflush(stdout);
}

/* Goes down the stack by so many KiB. */
static int deep(int depth)
{
	volatile char frame[1000];

	frame[0] = frame[999] = depth;
	return depth ? deep(depth - 1) + (frame[0] == frame[999]) : 0;
}

static void stack_limit(int argc, char **argv)
{
	(void)argc, (void)argv;
	catch_faults();
	TRY(deep(6000));
	TRY(deep(10000));
	set_limit(RLIMIT_STACK, 64 * MIB);
	TRY(deep(50000));
	set_limit(RLIMIT_STACK, MIB);
	TRY(deep(30000)); /* what it has grown to stays */
	TRY(deep(70000));
	set_limit(RLIMIT_STACK, RLIM_INFINITY);
	TRY(deep(100000));
	/* The kernel, too, may write where the stack hasn't grown yet. */
	CALL(read(open("/dev/zero", 0), (char *)&argc - 110 * MIB, 100));
}

static void stack_lowered(int argc, char **argv)
{
	(void)argc, (void)argv;
	catch_faults();
	set_limit(RLIMIT_STACK, MIB);
	TRY(deep(500));
	TRY(deep(2000));
	set_limit(RLIMIT_STACK, 16 * MIB);
	TRY(deep(14000));
}

static char zeros[1 << 16] __attribute__((aligned(PAGE)));
static char bytes[1 << 14] __attribute__((aligned(PAGE))) = {1, 2, 3, [PAGE] = 4, [2 * PAGE] = 5};
static const char constant[2 * PAGE] __attribute__((aligned(PAGE))) = {7, [PAGE] = 8};

static void image(int argc, char **argv)
{
	int sum = 0;

	(void)argc, (void)argv;
	memset(zeros, 0xaa, sizeof(zeros));
	memset(bytes, 0xaa, sizeof(bytes));
	CALL(madvise(zeros, sizeof(zeros), MADV_DONTNEED));
	for (size_t i = 0; i < sizeof(zeros); i++)
		sum += zeros[i];
	SHOW(sum);
	CALL(madvise(bytes + PAGE, PAGE, MADV_DONTNEED));
	printf("%d %d %d\n", bytes[0], bytes[PAGE], bytes[2 * PAGE]);
	CALL(madvise(bytes, sizeof(bytes), MADV_DONTNEED));
	printf("%d %d %d %d %d\n", bytes[0], bytes[2], bytes[PAGE], bytes[2 * PAGE], bytes[100]);
	CALL(madvise((char *)constant, sizeof(constant), MADV_DONTNEED));
	printf("%d %d\n", constant[0], constant[PAGE]);
	CALL(madvise(zeros, PAGE, MADV_FREE));
	CALL(madvise(bytes, PAGE, MADV_FREE));
	/* Over the file's pages, memory that isn't the file's. */
	CALL(MAPS(mmap(bytes, PAGE, RW, ANON | MAP_FIXED, -1, 0)));
	bytes[0] = 9;
	CALL(madvise(bytes, 2 * PAGE, MADV_DONTNEED));
	printf("%d %d\n", bytes[0], bytes[PAGE]);
	memset(zeros, 6, sizeof(zeros));
	char *moved = mremap(zeros + 2 * PAGE, 2 * PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	MUST(moved != MAP_FAILED);
	printf("%d %d %d\n", moved[0], moved[2 * PAGE - 1], moved[2 * PAGE]);
	catch_faults();
	TRY(zeros[2 * PAGE]);
	TRY(zeros[4 * PAGE]);
	CALL(mprotect(zeros, PAGE, PROT_READ));
	TRY(zeros[0] = 1);
	CALL(munmap(zeros, PAGE));
	TRY(zeros[0]);
}

static void advices(int argc, char **argv)
{
	char *at = mmap(NULL, 4 * PAGE, RW, ANON, -1, 0);
	char *shared = mmap(NULL, 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)argc, (void)argv;
	MUST(at != MAP_FAILED && shared != MAP_FAILED);
	memset(at, 7, 4 * PAGE);
	memset(shared, 7, 4 * PAGE);
	for (int advice = 0; advice <= 23; advice++) {
		if (advice > 4 && advice < 8)
			continue;
		printf("advice %d:\n", advice);
		CALL(madvise(at, PAGE, advice) + (advice >= 12 && advice <= 15 ? 1 : 0) >= 0 ? 0
											     : -1);
		if (advice == MADV_REMOVE || advice == MADV_FREE || advice == MADV_DONTNEED)
			CALL(madvise(shared, PAGE, advice));
		SHOW(shared[0] + shared[PAGE]);
	}
	CALL(mprotect(at + PAGE, PAGE, PROT_NONE));
	CALL(madvise(at + PAGE, PAGE, MADV_DONTNEED));
	CALL(madvise(at, 2 * PAGE, 23 /* MADV_POPULATE_WRITE */));
	CALL(madvise(at, 4 * PAGE, 99));
	CALL(munmap(at + 2 * PAGE, PAGE));
	at[3 * PAGE] = 5;
	CALL(madvise(at, 4 * PAGE, MADV_DONTNEED));
	SHOW(at[3 * PAGE]);
	CALL(madvise((char *)-PAGE, PAGE, MADV_DONTNEED));
	CALL(madvise(at, -1, MADV_DONTNEED));
	CALL(msync(at, PAGE, MS_SYNC));
	CALL(msync(at, 4 * PAGE, MS_SYNC));
	CALL(msync(at + 1, PAGE, MS_SYNC));
	CALL(msync(at, PAGE, MS_SYNC | MS_ASYNC));
	CALL(msync(at, PAGE, 64));
	CALL(mlock(at, PAGE));
	CALL(mlock(at + 5, 4 * PAGE));
	CALL(munlock(at, PAGE));
	CALL(munlock(at, 4 * PAGE));
	CALL(munlock(at, 0));
}

#define DONTUNMAP 4 /* MREMAP_DONTUNMAP */

/* Some libraries' mremap() passes the address only with MREMAP_FIXED. */
static char *remap(char *from, size_t old, size_t new, int flags, char *to)
{
	return (char *)syscall(SYS_mremap, from, old, new, flags, to);
}

static void remapping(int argc, char **argv)
{
	char *at = mmap(NULL, 8 * PAGE, RW, ANON, -1, 0);
	char *shared = mmap(NULL, 3 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *moved;

	(void)argc, (void)argv;
	MUST(at != MAP_FAILED && shared != MAP_FAILED);
	memset(at, 7, 8 * PAGE);
	catch_faults();
	moved = remap(at, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | DONTUNMAP, NULL);
	MUST(moved != MAP_FAILED);
	printf("%d %d %d\n", at[0], moved[0], at[2 * PAGE]);
	CALL(MAPS(remap(at, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | DONTUNMAP, NULL)));
	CALL(MAPS(remap(at, 2 * PAGE, 2 * PAGE, DONTUNMAP, NULL)));
	CALL(MAPS(remap(at, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | DONTUNMAP, moved + 1)));
	CALL(MAPS(remap(at, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | DONTUNMAP, at)));
	CALL(MAPS(mremap(at, 0, 2 * PAGE, MREMAP_MAYMOVE)));
	shared[2 * PAGE] = 3;
	moved = mremap(shared, 3 * PAGE, 5 * PAGE, MREMAP_MAYMOVE);
	MUST(moved != MAP_FAILED);
	TRY(moved[2 * PAGE]);
	TRY(moved[4 * PAGE] = 1);
	CALL(munmap(at + 4 * PAGE, PAGE));
	CALL(mprotect(at + 3 * PAGE, 3 * PAGE, PROT_READ));
	TRY(at[3 * PAGE] = 1);
	TRY(at[5 * PAGE] = 1);
	char *here = (char *)((uintptr_t)__builtin_frame_address(0) & -PAGE);
	CALL(mprotect(here, PAGE, RW | PROT_GROWSDOWN));
	CALL(mprotect(here, PAGE, RW | PROT_GROWSUP));
	CALL(mprotect(here, PAGE, RW | PROT_GROWSUP | PROT_GROWSDOWN));
	CALL(mprotect(at, PAGE, RW | PROT_GROWSDOWN));
	CALL(mprotect(at + 4 * PAGE, PAGE, RW | PROT_GROWSUP));
	CALL(mprotect(at + 4 * PAGE, PAGE, RW | PROT_GROWSDOWN));
	CALL(MAPS(mmap(NULL, 2 * MIB, RW, ANON | MAP_HUGETLB, -1, 0)));
	CALL(MAPS(mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0)));
	int fd = open("tests/conform/ten", 0);
	CALL(MAPS(
		mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE | 0x80000 /* MAP_SYNC */, fd, 0)));
	CALL(MAPS(mmap(NULL, PAGE, PROT_READ, MAP_SHARED_VALIDATE, fd, 0)));
	moved = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	CALL(madvise(moved, PAGE, MADV_FREE));
	CALL(madvise(moved, PAGE, MADV_REMOVE));
	CALL(madvise(moved, PAGE, MADV_WIPEONFORK));
}

const struct conform_case space_cases[] = {
	{"limits-kept", kept_limits},
	{"limits-memory", memory_limits},
	{"limit-file-size", file_size_limit},
	{"limit-file-killed", file_size_killed},
	{"stack-limit", stack_limit},
	{"stack-lowered", stack_lowered},
	{"image", image},
	{"advices", advices},
	{"remapping", remapping},
	{NULL, NULL},
};
