/* SPDX-License-Identifier: MIT */
/* Files in memory: what mappings and small reads show, and who may write where. */
#include "conform.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define PAGE  4096L
#define RW    (PROT_READ | PROT_WRITE)
#define PAGES "tests/conform/pages" /* a page of 0s, a page of 1s, 22222 */
#define TEXT  "tests/conform/text"  /* some 90 KB */

#ifndef FUTEX_WAKE_OP
#define FUTEX_WAKE_OP 5
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif

static sigjmp_buf fault_jump;

static void on_fault(int sig)
{
	siglongjmp(fault_jump, sig);
}

/* Reads a byte, or tells the signal that it takes. */
static int look(volatile char *at)
{
	int sig;

	signal(SIGSEGV, on_fault);
	signal(SIGBUS, on_fault);
	sig = sigsetjmp(fault_jump, 1);
	return sig ? -sig : *at;
}

static int open_pages(void)
{
	int fd = open(PAGES, O_RDONLY);

	MUST(fd >= 0);
	return fd;
}

static char *map(int fd, long bytes, int prot, int flags, long offset)
{
	char *at = mmap(NULL, bytes, prot, flags, fd, offset);

	MUST(at != MAP_FAILED);
	return at;
}

static void private_pages(int argc, char **argv)
{
	int fd = open_pages();
	char *a = map(fd, 4 * PAGE, RW, MAP_PRIVATE, 0);
	char *b = map(fd, 2 * PAGE, PROT_READ, MAP_PRIVATE, PAGE);
	char *c = map(fd, PAGE, PROT_READ, MAP_SHARED, PAGE);

	(void)argc, (void)argv;
	SHOW(b[1]);
	SHOW(a[PAGE]);
	a[PAGE] = 'x';
	a[2 * PAGE + 100] = 'y';
	printf("%c%c %c%c %c %d %d\n", a[PAGE], a[PAGE + 1], b[0], b[1], c[0], a[2 * PAGE + 100],
	       b[PAGE + 100]);
	/* The file's again, but what was never written to is as it was. */
	CALL(madvise(a + PAGE, 2 * PAGE, MADV_DONTNEED));
	printf("%c %d\n", a[PAGE], a[2 * PAGE + 100]);
	/* A right to write doesn't come to the page that others see. */
	CALL(mprotect(b, 2 * PAGE, RW));
	b[0] = 'z';
	CALL(mprotect(b, PAGE, PROT_READ));
	CALL(mprotect(b, PAGE, RW));
	printf("%c %c %c\n", a[PAGE], b[0], c[0]);
	CALL(mprotect(c, PAGE, RW));
	CALL(munmap(a, 4 * PAGE));
	CALL(close(fd));
	fd = open_pages();
	a = map(fd, PAGE, PROT_READ, MAP_PRIVATE | MAP_POPULATE, PAGE);
	printf("%c %c %c\n", a[0], b[0], c[0]);
	SHOW(look(b + 2 * PAGE - 1));
}

static void remapped_pages(int argc, char **argv)
{
	int fd = open_pages();
	char *a = map(fd, 8 * PAGE, RW, MAP_PRIVATE, 0);
	char *b;

	(void)argc, (void)argv;
	munmap(a + PAGE, 7 * PAGE);
	a[1] = 'x';
	SHOW(mremap(a, PAGE, 3 * PAGE, 0) == a);
	printf("%c%c %c %c %d\n", a[0], a[1], a[PAGE], a[2 * PAGE + 4], a[2 * PAGE + 5]);
	SHOW(mremap(a, 3 * PAGE, 5 * PAGE, 0) == a);
	SHOW(look(a + 3 * PAGE));
	SHOW(look(a + 3 * PAGE - 1));
	/* Moved, it grows, too, and keeps what was written. */
	map(-1, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, 0);
	b = mremap(a + PAGE, 2 * PAGE, 16 * PAGE, MREMAP_MAYMOVE);
	MUST(b != MAP_FAILED);
	printf("%c%c %c %c\n", a[0], a[1], b[0], b[PAGE]);
	SHOW(look(b + 2 * PAGE));
	/* What is left behind shows the file. */
	b[0] = 'y';
	a = mremap(b, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
	MUST(a != MAP_FAILED);
	printf("%c%c %c%c\n", a[0], a[1], b[0], b[1]);
	SHOW(mremap(a, PAGE, 2 * PAGE, MREMAP_MAYMOVE) != MAP_FAILED);
}

/* Each thing that the kernel writes for the program goes to a page that shows a file. */

static char *page;	 /* private */
static const char *seen; /* of the same file */

static void check(const char *what, long result)
{
	long wrong = 0;

	for (long i = 0; i < PAGE; i++)
		wrong += seen[i] != '1';
	printf("%s: %s, %ld bytes of the file changed\n", what,
	       result < 0 ? strerror(errno) : "done", wrong);
	MUST(madvise(page, PAGE, MADV_DONTNEED) == 0);
	MUST(page[7] == '1' && page[PAGE - 1] == '1');
}

static void on_signal(int sig)
{
	(void)sig;
}

static void write_by_calls(int fd)
{
	struct iovec iov[2] = {{page, 10}, {page + 2000, 1000}};
	int ends[2];

	check("read", read(fd, page, 100));
	check("small read", read(fd, page + 50, 10));
	check("pread", pread(fd, page + 1, PAGE - 1, 10));
	check("readv", readv(fd, iov, 2));
	check("preadv", preadv(fd, iov, 2, 0));
	MUST(pipe(ends) == 0 && write(ends[1], "text", 4) == 4);
	check("pipe", read(ends[0], page, 100));
	check("fstat", syscall(SYS_fstat, fd, page));
	check("uname", syscall(SYS_uname, page));
	check("getrandom", syscall(SYS_getrandom, page, 100, 0));
	check("getcwd", syscall(SYS_getcwd, page, PAGE));
	check("clock_gettime", syscall(SYS_clock_gettime, CLOCK_MONOTONIC, page));
	check("sigaction", syscall(SYS_rt_sigaction, SIGUSR1, NULL, page, 8));
	check("sigprocmask", syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, page, 8));
	check("getrlimit", syscall(SYS_getrlimit, 0, page));
	check("mincore", syscall(SYS_mincore, page, PAGE, page + 5));
}

static void write_by_signals_and_futexes(void)
{
	stack_t stack = {.ss_sp = page, .ss_size = 16 * PAGE};
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
	unsigned word = 0;
	/* Adds (1) the number 1 to the word, and wakes there if it was (0) the number 2. */
	unsigned add = 1u << 28 | 0 << 24 | 1 << 12 | 2;

	MUST(sigaltstack(&stack, NULL) == 0 && sigaction(SIGUSR1, &action, NULL) == 0);
	check("signal frame", raise(SIGUSR1));
	check("futex", syscall(SYS_futex, &word, FUTEX_WAKE_OP, 1, 1, page, add));
	check("set_robust_list", syscall(SYS_set_robust_list, page, 24));
	check("set_tid_address", syscall(SYS_set_tid_address, page));
}

static void kernel_writes(int argc, char **argv)
{
	int fd = open_pages();

	(void)argc, (void)argv;
	page = mmap(NULL, 16 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	MUST(mmap(page, PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, PAGE) == page);
	MUST(mmap(page + 15 * PAGE, PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, PAGE) ==
	     page + 15 * PAGE);
	seen = map(fd, PAGE, PROT_READ, MAP_SHARED, PAGE);
	SHOW(seen[0] + page[0] + page[15 * PAGE]);
	write_by_calls(fd);
	write_by_signals_and_futexes();
}

static void advised_pages(int argc, char **argv)
{
	int fd = open_pages();
	char *a = map(fd, 4 * PAGE, RW, MAP_PRIVATE, 0);
	char *c = map(fd, 3 * PAGE, PROT_READ, MAP_SHARED, 0);
	unsigned char there[4];

	(void)argc, (void)argv;
	CALL(madvise(a, 4 * PAGE, MADV_WILLNEED));
	CALL(madvise(c, 3 * PAGE, MADV_SEQUENTIAL));
	CALL(madvise(c, 3 * PAGE, MADV_RANDOM));
	SHOW(a[0] + c[PAGE] + a[2 * PAGE]);
	CALL(mincore(a, 3 * PAGE, there));
	printf("%d%d%d\n", there[0] & 1, there[1] & 1, there[2] & 1);
	CALL(madvise(a, PAGE, MADV_FREE));
	CALL(madvise(a, PAGE, MADV_REMOVE));
	CALL(madvise(c, PAGE, MADV_REMOVE));
	CALL(madvise(a, PAGE, MADV_WIPEONFORK));
	CALL(madvise(a, 3 * PAGE, MADV_POPULATE_READ));
	CALL(madvise(a, 3 * PAGE, MADV_POPULATE_WRITE));
	CALL(madvise(a, 4 * PAGE, MADV_POPULATE_READ));
	CALL(madvise(a, 4 * PAGE, MADV_POPULATE_WRITE));
	CALL(madvise(c, 3 * PAGE, MADV_POPULATE_READ));
	CALL(madvise(c, 3 * PAGE, MADV_POPULATE_WRITE));
	a[0] = 'x';
	CALL(msync(a, 4 * PAGE, MS_SYNC));
	CALL(msync(c, 3 * PAGE, MS_ASYNC | MS_INVALIDATE));
	CALL(mlock(a, 3 * PAGE));
	CALL(munlock(a, 3 * PAGE));
	CALL(madvise(c, 3 * PAGE, MADV_DONTNEED));
	printf("%c %c\n", a[0], c[0]);
	/* The kernel finds no page behind the end either. */
	CALL(pread(fd, a + 3 * PAGE, 1, 0));
	CALL(write(STDOUT_FILENO, a + 3 * PAGE, 1));
	CALL(write(STDOUT_FILENO, a + 2 * PAGE, 5));
}

static void many_mappings(int argc, char **argv)
{
	enum { MANY = 1000 };
	static char *at[MANY];
	int fd = open_pages();
	long sum = 0;

	(void)argc, (void)argv;
	for (int i = 0; i < MANY; i++) {
		at[i] = map(fd, 2 * PAGE, RW, MAP_PRIVATE, i % 2 * PAGE);
		sum += at[i][i];
	}
	SHOW(sum);
	for (int i = 0; i < MANY; i += 3)
		at[i][5] = i % 100;
	for (int i = 0; i < MANY; i++)
		MUST(at[i][5] == (i % 3 ? "01"[i % 2] : i % 100) && at[i][6] == "01"[i % 2]);
	for (int i = 0; i < MANY; i += 2)
		MUST(munmap(at[i], 2 * PAGE) == 0);
	close(fd);
	for (int i = 1; i < MANY; i += 2)
		MUST(at[i][PAGE] == '2' && at[i][6] == '1');
	puts("done");
}

/* Reads of all sizes, in order and not, give what the mapping shows. */
static void small_reads(int argc, char **argv)
{
	static char buffer[3 * PAGE];
	int fd = open(TEXT, O_RDONLY);
	struct stat st;
	const char *text;
	unsigned random = 1;
	long at = 0, n;

	(void)argc, (void)argv;
	MUST(fd >= 0 && fstat(fd, &st) == 0);
	text = map(fd, st.st_size, PROT_READ, MAP_PRIVATE, 0);
	for (int round = 0; round < 3; round++) {
		long sizes[] = {1, 100, 4096};
		long count = 0;

		at = lseek(fd, 0, SEEK_SET);
		while ((n = read(fd, buffer, sizes[round])) > 0) {
			MUST(memcmp(buffer, text + at, n) == 0);
			at += n;
			if (++count == 3000)
				break;
		}
		printf("%ld reads, %s the end\n", count, at == st.st_size ? "to" : "before");
	}
	for (int i = 0; i < 2000; i++) {
		long bytes;

		random = random * 1103515245 + 12345;
		bytes = (random >> 8) % (i % 2 ? 100 : sizeof(buffer));
		if ((random >> 4) % 8 == 0)
			at = lseek(fd, (random >> 3) % st.st_size, SEEK_SET);
		n = (random >> 2) % 4 == 0 ? pread(fd, buffer, bytes, at) : read(fd, buffer, bytes);
		MUST(n == (bytes < st.st_size - at ? bytes : st.st_size - at));
		MUST(memcmp(buffer, text + at, n) == 0);
		at = lseek(fd, 0, SEEK_CUR);
	}
	CALL(lseek(fd, -3, SEEK_END) == st.st_size - 3);
	CALL(read(fd, buffer, 100));
	CALL(read(fd, buffer, 100));
	CALL(read(fd, NULL, 100));
	CALL(lseek(fd, 0, SEEK_SET));
	CALL(read(fd, buffer, 10));
	CALL(read(fd, NULL, 10));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(read(fd, buffer, 0));
}

const struct conform_case mapped_cases[] = {
	{"mapped-private", private_pages},
	{"mapped-moved", remapped_pages},
	{"mapped-written", kernel_writes},
	{"mapped-advised", advised_pages},
	{"mapped-many", many_mappings},
	{"small-reads", small_reads},
	{NULL, NULL},
};
