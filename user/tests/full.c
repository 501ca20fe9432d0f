/* SPDX-License-Identifier: MIT */
/*
 * What system calls do where memory is full, by pipes that hold it. The program lies in no page of
 * the page cache: then it isn't ended for want of one.
 */
#include <linux/fcntl.h>
#include <linux/limits.h>

#include "check.h"

#define PAGE	 4096
#define WORDS	 27408 /* of four bytes: three pieces of a stream */
#define NOSIGNAL 0x4000
#define DONTWAIT 0x40
#define SECRETS	 56 /* with what else there is on a stack, they fill three pages */
#define SECRET	 200

static char page[PAGE], text[PATH_MAX];
static unsigned sent[WORDS], received[WORDS];

/* Returns the read end of a pipe that is full. */
static int fill(void)
{
	int ends[2], first = -1;
	long n = 1;

	while (n > 0 || n == -EAGAIN) {
		n = syscall3(__NR_pipe2, (long)ends, O_NONBLOCK, 0);
		if (n < 0)
			break;
		first = first < 0 ? ends[0] : first;
		EQUAL(syscall3(__NR_fcntl, ends[1], F_SETPIPE_SZ, 1 << 20), 1 << 20);
		do
			n = syscall3(__NR_write, ends[1], (long)page, PAGE);
		while (n > 0);
	}
	EQUAL(n, -ENOMEM);
	return first;
}

/* The working directory has another name by now, a longer one. */
static void cwd(void)
{
	int length = 4;

	EQUAL(syscall3(__NR_mkdir, (long)"/tmp/before", 0700, 0), 0);
	EQUAL(syscall3(__NR_chdir, (long)"/tmp/before", 0, 0), 0);
	__builtin_memcpy(text, "/tmp", 4);
	for (int i = 0; i < 5; i++) {
		text[length++] = '/';
		__builtin_memset(text + length, 'a', NAME_MAX);
		length += NAME_MAX;
		EQUAL(syscall3(__NR_mkdir, (long)text, 0700, 0), 0);
	}
	__builtin_memcpy(text + length, "/x", 3);
	EQUAL(syscall3(__NR_rename, (long)"/tmp/before", (long)text, 0), 0);
	fill();
	CHECK(syscall3(__NR_getcwd, (long)text, sizeof(text), 0) > 0);
}

/* The last piece finds memory for a part of it. */
static void send(void)
{
	int ends[2], pipe;
	long done, got = 0, n;

	for (unsigned i = 0; i < WORDS; i++)
		sent[i] = received[i] = i + 1;
	EQUAL(syscall6(__NR_socketpair, 1, 1, 0, (long)ends, 0, 0), 0);
	pipe = fill();
	for (int i = 0; i < 25; i++)
		EQUAL(syscall3(__NR_read, pipe, (long)page, PAGE), PAGE);
	done = syscall6(__NR_sendto, ends[0], (long)sent, sizeof(sent), NOSIGNAL, 0, 0);
	CHECK(done > 0 && done < (long)sizeof(sent));
	for (unsigned i = 0; i < WORDS; i++)
		received[i] = 0;
	for (; got < done; got += n) {
		n = syscall6(__NR_recvfrom, ends[1], (long)received + got, done - got, DONTWAIT, 0,
			     0);
		CHECK(n > 0);
	}
	for (unsigned i = 0; i < done / sizeof(*sent); i++)
		EQUAL(received[i], sent[i]);
}

static void close_all(void)
{
	EQUAL(syscall3(__NR_close_range, 3, ~0u, 0), 0);
}

/* Opens a file until there is no memory for one more. */
static void open_often(const char *path)
{
	long fd = 0;

	while (fd >= 0)
		fd = open(path, O_RDONLY);
	EQUAL(fd, -ENOMEM);
}

/* An open that fails for want of memory leaves all as it was. */
static void opens(void)
{
	int out = open("/out", O_RDWR);

	EQUAL(write(out, "12345", 5), 5);
	fill();
	open_often("/out");
	EQUAL(open("/out", O_RDWR | O_TRUNC), -ENOMEM);
	EQUAL(syscall3(__NR_lseek, out, 0, 2), 5);
}

static void execute(char *name, const char *next, char **environment)
{
	char *arguments[] = {name, (char *)next, NULL};

	EQUAL(syscall3(__NR_execve, (long)name, (long)arguments, (long)environment), 0);
}

/* Memory that was full has no contiguous page frames left that were never used. */
static void exec(char *name)
{
	static char *secrets[SECRETS + 1];

	__builtin_memset(text, 's', SECRET - 1);
	for (int i = 0; i < SECRETS; i++)
		secrets[i] = text;
	fill();
	close_all();
	execute(name, "exec without", secrets);
}

/* Below its own strings, a program has nothing of another's on its stack. */
static void find_secret(const char *end)
{
	int length = 0;

	for (const char *at = (const char *)((uintptr_t)end & -PAGE); at < end; at++) {
		length = *at == 's' ? length + 1 : 0;
		CHECK(length < 16);
	}
}

int main(int argc, char **argv)
{
	EQUAL(argc, 2);
	if (same_text(argv[1], "cwd"))
		cwd();
	else if (same_text(argv[1], "send"))
		send();
	else if (same_text(argv[1], "opens"))
		opens();
	else if (same_text(argv[1], "exec"))
		exec(argv[0]);
	else if (same_text(argv[1], "exec without"))
		execute(argv[0], "exec to find", NULL);
	else
		find_secret((const char *)argv);
	return pass();
}
