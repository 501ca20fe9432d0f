/* SPDX-License-Identifier: MIT */
/* Memory. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "conform.h"

#define PAGE	 4096
#define ANON	 (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW	 (PROT_READ | PROT_WRITE)
#define PAGES	 "tests/conform/pages" /* a page of 0s, a page of 1s, 22222 */
#define HINT	 ((char *)0x200000000000)
#define LOW_HINT ((char *)0x50000000)

static sigjmp_buf fault_jump;

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	siglongjmp(fault_jump, sig << 8 | info->si_code);
}

static void catch_faults(void)
{
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

/* What a read, or a write, of a byte comes to. */
static void touch(const char *what, volatile char *at, int write)
{
	int fault = sigsetjmp(fault_jump, 1);

	if (fault)
		printf("%s: signal %d code %d\n", what, fault >> 8, fault & 0xff);
	else if (write)
		printf("%s: %d\n", what, *at = 5);
	else
		printf("%s: %d\n", what, *at);
}

/* mmap()'s result as an offset, for addresses differ. */
static long long offset(void *at, char *base)
{
	return at == MAP_FAILED ? -1 : (char *)at - base;
}

static void mapping(int argc, char **argv)
{
	char *base = mmap(NULL, 16 * PAGE, RW, ANON, -1, 0);

	(void)argc, (void)argv;
	MUST(base != MAP_FAILED);
	memset(base, 7, 16 * PAGE);
	CALL(offset(mmap(base + 4 * PAGE, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0), base));
	SHOW(base[4 * PAGE] + base[5 * PAGE] * 10 + base[3 * PAGE] * 100 + base[6 * PAGE]);
	CALL(offset(mmap(HINT, PAGE, RW, ANON, -1, 0), HINT));
	CALL(offset(mmap(HINT, PAGE, RW, ANON, -1, 0), HINT) != 0);
	CALL(offset(mmap(HINT + 5, PAGE, RW, ANON | MAP_FIXED, -1, 0), HINT));
	CALL(offset(mmap(HINT, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0), HINT));
	CALL(offset(mmap(HINT + PAGE, PAGE, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0), HINT));
	/* A hint counts with MAP_32BIT, too, if the mapping then ends below 2 GiB. */
	CALL(offset(mmap(LOW_HINT, PAGE, RW, ANON | MAP_32BIT, -1, 0), LOW_HINT));
	SHOW((char *)mmap(HINT + 2 * PAGE, PAGE, RW, ANON | MAP_32BIT, -1, 0) < (char *)0x80000000);
	CALL(offset(mmap(NULL, 0, RW, ANON, -1, 0), HINT));
	CALL(offset(mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0), HINT));
	CALL(offset(mmap(NULL, PAGE, RW, MAP_PRIVATE, -1, 0), HINT));
	CALL(offset(mmap(NULL, (size_t)1 << 60, RW, ANON, -1, 0), HINT));
	CALL(offset(mmap((void *)-PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0), HINT));
	CALL(munmap(base + PAGE, PAGE));
	CALL(munmap(base + PAGE, PAGE));
	CALL(munmap(base + 1, PAGE));
	CALL(munmap(base, 0));
	CALL(munmap(base, 1));
	CALL(munmap((void *)-PAGE, PAGE));
	catch_faults();
	touch("unmapped", base, 0);
	touch("mapped", base + 2 * PAGE, 0);
	char *again = mmap(base, 2 * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	SHOW(again[0] + again[PAGE]);
}

static void protection(int argc, char **argv)
{
	char *base = mmap(NULL, 8 * PAGE, RW, ANON, -1, 0);

	(void)argc, (void)argv;
	memset(base, 1, 8 * PAGE);
	catch_faults();
	CALL(mprotect(base + 2 * PAGE, PAGE, PROT_READ));
	CALL(mprotect(base + 4 * PAGE, PAGE, PROT_NONE));
	touch("read of r--", base + 2 * PAGE, 0);
	touch("write of r--", base + 2 * PAGE, 1);
	touch("write before it", base + 2 * PAGE - 1, 1);
	touch("write behind it", base + 3 * PAGE, 1);
	touch("read of ---", base + 4 * PAGE, 0);
	CALL(mprotect(base, 8 * PAGE, RW));
	touch("write of all", base + 4 * PAGE, 1);
	SHOW(base[4 * PAGE + 1]);
	CALL(mprotect(base + 1, PAGE, RW));
	CALL(mprotect(base, 0, RW));
	CALL(mprotect(base, PAGE, 0x1000));
	MUST(munmap(base + 6 * PAGE, PAGE) == 0);
	CALL(mprotect(base + 5 * PAGE, 3 * PAGE, PROT_READ));
	CALL(mprotect(base + 6 * PAGE, PAGE, PROT_READ));
	char *reserve = mmap(NULL, (size_t)4 << 30, PROT_NONE, ANON | MAP_NORESERVE, -1, 0);
	SHOW(reserve != MAP_FAILED);
	CALL(mprotect(reserve + ((size_t)3 << 30), 1 << 20, RW));
	memset(reserve + ((size_t)3 << 30), 1, 1 << 20);
	touch("reserve", reserve, 0);
	CALL(munmap(reserve, (size_t)4 << 30));
	unsigned char code[] = {0xb8, 42, 0, 0, 0, 0xc3}; /* mov $42, %eax; ret */
	memcpy(base, code, sizeof(code));
	CALL(mprotect(base, PAGE, PROT_READ | PROT_EXEC));
	SHOW(((int (*)(void))(uintptr_t)base)());
}

static void moving(int argc, char **argv)
{
	char *base = mmap(NULL, 16 * PAGE, RW, ANON, -1, 0);
	char *moved;

	(void)argc, (void)argv;
	for (int i = 0; i < 16; i++)
		base[i * PAGE] = i;
	CALL(offset(mremap(base, 16 * PAGE, 8 * PAGE, 0), base));
	catch_faults();
	touch("cut off", base + 8 * PAGE, 0);
	CALL(offset(mremap(base, 8 * PAGE, 12 * PAGE, 0), base));
	SHOW(base[7 * PAGE] * 100 + base[8 * PAGE]);
	MUST(mmap(base + 12 * PAGE, PAGE, RW, ANON | MAP_FIXED, -1, 0) != MAP_FAILED);
	CALL(offset(mremap(base, 12 * PAGE, 20 * PAGE, 0), base));
	moved = mremap(base, 12 * PAGE, 20 * PAGE, MREMAP_MAYMOVE);
	SHOW(moved != MAP_FAILED && moved != base);
	SHOW(moved[7 * PAGE] * 100 + moved[19 * PAGE]);
	touch("where it was", base, 0);
	CALL(offset(mremap(moved, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, HINT), HINT));
	SHOW(HINT[3 * PAGE]);
	touch("where it was", moved, 0);
	CALL(offset(mremap(moved + 1, PAGE, PAGE, 0), base));
	CALL(offset(mremap(moved, PAGE, PAGE, 0), base));
	CALL(offset(mremap(HINT, PAGE, 0, 0), base));
	CALL(offset(mremap(HINT, PAGE, PAGE, 77), base));
	CALL(offset(mremap(HINT, PAGE, PAGE, MREMAP_FIXED, HINT), base));
	CALL(offset(mremap(HINT, 2 * PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, HINT + PAGE),
		    base));
	char *big = malloc(1 << 20);
	for (int i = 0; i < 1 << 20; i++)
		big[i] = i % 100;
	for (int size = 2; size <= 64; size *= 2)
		big = realloc(big, (size_t)size << 20);
	int wrong = 0;
	for (int i = 0; i < 1 << 20; i++)
		wrong += big[i] != i % 100;
	SHOW(wrong);
}

static void advice(int argc, char **argv)
{
	char *base = mmap(NULL, 8 * PAGE, RW, ANON, -1, 0);

	(void)argc, (void)argv;
	memset(base, 9, 8 * PAGE);
	CALL(madvise(base + PAGE, 2 * PAGE, MADV_DONTNEED));
	SHOW(base[0] * 1000 + base[PAGE] * 100 + base[2 * PAGE] * 10 + base[3 * PAGE]);
	CALL(madvise(base, 8 * PAGE, MADV_WILLNEED));
	CALL(madvise(base, 8 * PAGE, MADV_SEQUENTIAL));
	CALL(madvise(base, 8 * PAGE, MADV_HUGEPAGE) >= -1);
	CALL(madvise(base, 8 * PAGE, 12345));
	CALL(madvise(base + 1, PAGE, MADV_DONTNEED));
	CALL(madvise(base, 0, MADV_DONTNEED));
	MUST(munmap(base + 4 * PAGE, PAGE) == 0);
	CALL(madvise(base, 8 * PAGE, MADV_DONTNEED));
	SHOW(base[0] + base[7 * PAGE]);
}

static void breaks(int argc, char **argv)
{
	char *start = sbrk(0);

	(void)argc, (void)argv;
	SHOW(sbrk(0x1d40) == start);
	memset(start, 3, 0x1d40);
	SHOW((char *)sbrk(0) - start);
	SHOW(sbrk(-0x1d40) == start + 0x1d40);
	SHOW(sbrk(PAGE) == start);
	SHOW(sbrk(3 << 20) == start + PAGE);
	memset(start, 4, 3 << 20);
	SHOW(sbrk(0) == start + PAGE + (3 << 20));
}

static void file_mapping(int argc, char **argv)
{
	int fd = open(PAGES, O_RDONLY);
	int directory = open("tests/conform", O_RDONLY);
	int ends[2];
	char *at;

	(void)argc, (void)argv;
	MUST(fd >= 0);
	at = mmap(NULL, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
	SHOW(at != MAP_FAILED);
	printf("%c %c %.6s\n", at[0], at[PAGE], at + 2 * PAGE);
	catch_faults();
	touch("behind the end, same page", at + 2 * PAGE + 100, 0);
	touch("behind the end", at + 3 * PAGE, 0);
	touch("private write", at, 1);
	CALL(lseek(fd, 0, SEEK_CUR));
	char *shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
	SHOW(shared[0]);
	touch("shared write", shared, 1);
	CALL(mprotect(shared, PAGE, RW));
	CALL(mprotect(at, PAGE, PROT_READ));
	CALL(close(fd));
	SHOW(shared[5] + at[PAGE]);
	fd = open(PAGES, O_RDONLY);
	CALL(offset(mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0), at));
	CALL(offset(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 100), at));
	CALL(offset(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0), at));
	CALL(offset(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, directory, 0), at));
	CALL(offset(mmap(NULL, PAGE, PROT_READ, 0, fd, 0), at));
	CALL(offset(mmap(NULL, 0, PROT_READ, MAP_PRIVATE, 99, 0), at));
	CALL(offset(mmap(NULL, 0, PROT_READ, MAP_PRIVATE, 99, 100), at));
	MUST(pipe(ends) == 0);
	CALL(offset(mmap(NULL, PAGE, PROT_READ, 0, ends[1], 0), at));
	CALL(offset(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ends[1], 0), at));
	CALL(offset(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, ends[0], 0), at));
	at = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 100 * PAGE);
	touch("far behind the end", at, 0);
	at = mmap(NULL, PAGE, RW, MAP_PRIVATE, open("/dev/zero", O_RDWR), 0);
	touch("zero", at, 0);
	touch("zero", at, 1);
	fd = open("/dev/zero", O_WRONLY);
	CALL(offset(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0), at));
	fd = open(PAGES, O_PATH);
	CALL(offset(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0), at));
	/* Shared, memory is as read-only as the file that it comes by. */
	fd = open("/dev/zero", O_RDONLY);
	CALL(offset(mmap(NULL, PAGE, RW, MAP_SHARED, fd, 0), at));
	at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	touch("zero, shared", at, 0);
	CALL(mprotect(at, PAGE, RW));
	CALL(offset(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_HUGETLB, fd, 0), at));
	at = mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 0);
	touch("zero, private", at, 1);
	at = mmap(NULL, PAGE, RW, MAP_SHARED_VALIDATE, open("/dev/zero", O_RDWR), 0);
	touch("zero, shared to write", at, 1);
}

static void allocation(int argc, char **argv)
{
	enum { MANY = 2000 };
	static char *blocks[MANY];
	size_t size = (size_t)100 << 20;
	char *big = malloc(size);
	unsigned seed = 1, wrong = 0;

	(void)argc, (void)argv;
	MUST(big);
	for (size_t i = 0; i < size; i += PAGE)
		big[i] = i / PAGE % 127;
	for (size_t i = 0; i < size; i += PAGE)
		wrong += big[i] != (char)(i / PAGE % 127);
	SHOW(wrong);
	free(big);
	for (int round = 0; round < 3000; round++) {
		unsigned at = (seed = seed * 1103515245 + 12345) >> 8 & 0x7fffffff;
		unsigned bytes = (seed = seed * 1103515245 + 12345) >> 8 & 0x3fff;

		at %= MANY;
		if (blocks[at])
			wrong += *blocks[at] != (char)at;
		free(blocks[at]);
		blocks[at] = malloc(bytes + 1);
		MUST(blocks[at]);
		*blocks[at] = at;
	}
	SHOW(wrong);
	SHOW(calloc(1 << 20, 10) != NULL);
	SHOW(malloc((size_t)1 << 62) == NULL);
	SHOW(errno == ENOMEM);
	void *aligned = NULL;
	SHOW(posix_memalign(&aligned, 1 << 16, 100));
	SHOW((uintptr_t)aligned % (1 << 16));
}

static int deep(int depth)
{
	volatile char frame[1024];

	frame[0] = frame[1023] = depth;
	return depth ? deep(depth - 1) + (frame[0] == frame[1023]) : 0;
}

static void deep_stack(int argc, char **argv)
{
	(void)argc, (void)argv;
	SHOW(deep(6000));
}

static int endless(int depth)
{
	volatile char frame[1024];

	frame[0] = depth;
	return endless(depth + 1) + frame[0];
}

static char fault_stack[65536];

/* With a handler on a stack of its own, a stack that is full can be told. */
static void stack_overflow(int argc, char **argv)
{
	stack_t stack = {.ss_sp = fault_stack, .ss_size = sizeof(fault_stack)};
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	int fault;

	(void)argc, (void)argv;
	sigaltstack(&stack, NULL);
	sigaction(SIGSEGV, &action, NULL);
	fault = sigsetjmp(fault_jump, 1);
	if (!fault)
		SHOW(endless(0));
	printf("signal %d\n", fault >> 8);
	fault = sigsetjmp(fault_jump, 1);
	if (!fault)
		SHOW(endless(0));
	printf("again: signal %d\n", fault >> 8);
}

static void use_up_stack(int argc, char **argv)
{
	(void)argc, (void)argv;
	SHOW(endless(0));
}

static void churn(int argc, char **argv)
{
	(void)argc, (void)argv;
	for (int i = 0; i < 200; i++) {
		char *at = mmap(NULL, 64 * PAGE, RW, ANON, -1, 0);

		MUST(at != MAP_FAILED);
		MUST(at[0] == 0 && at[63 * PAGE] == 0);
		at[0] = at[63 * PAGE] = 1;
		MUST(munmap(at, 64 * PAGE) == 0);
	}
	puts("done");
}

const struct conform_case memory_cases[] = {
	{"mmap", mapping},
	{"mprotect", protection},
	{"mremap", moving},
	{"madvise", advice},
	{"brk", breaks},
	{"mmap-file", file_mapping},
	{"malloc", allocation},
	{"deep-stack", deep_stack},
	{"overflow-caught", stack_overflow},
	{"overflow", use_up_stack},
	{"churn", churn},
	{NULL, NULL},
};
