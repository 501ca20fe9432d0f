/* SPDX-License-Identifier: MIT */
/* Part of sandbox.c: a file that the guest may write to, and what else could be reached by it. */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox_test.h"

static void write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0 || close(fd) < 0)
		err(1, "%s", path);
}

static bool holds(const char *path, const char *text)
{
	char found[64];
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, found, sizeof(found));

	close(fd);
	return n == (ssize_t)strlen(text) && memcmp(found, text, n) == 0;
}

/* Has the output's name, and that of its directory, lead elsewhere and back. */
static void exchange(void)
{
	renameat2(AT_FDCWD, "out/file", AT_FDCWD, "out/link", RENAME_EXCHANGE);
	renameat2(AT_FDCWD, "out", AT_FDCWD, "other", RENAME_EXCHANGE);
}

/* In the sandbox. 0, or the number of what can't be done. */
static int write_and_empty(int output)
{

	for (int i = 0; i < tries; i++) {
		if (lseek(output, 0, SEEK_SET) != 0 || write(output, "text", 4) != 4)
			return 1;
		if (lseek(output, 0, SEEK_END) != 4 || ftruncate(output, 0) < 0)
			return 2;
		if (lseek(output, 0, SEEK_END) != 0)
			return 3;
	}
	return lseek(output, 0, SEEK_SET) == 0 && write(output, "end", 3) == 3 ? 0 : 4;
}

/* Somebody exchanges names all the time: the file stays what it was when it was opened. */
static void renames_during_writes(void)
{
	char text[128];
	int messages, status, seen = open("out/file", O_RDONLY);
	pid_t mover, pid = sandboxed(&messages);
	struct stat st;

	if (pid == 0)
		_exit(write(STDERR_FILENO, "x", 1) == 1 ? write_and_empty(granted_output) : 5);
	/* It has opened the file. */
	if (read(messages, text, 1) != 1)
		err(1, "the process in the sandbox");
	mover = fork();
	while (mover == 0)
		exchange();
	status = end_of(pid, messages, text, sizeof(text));
	kill(mover, SIGKILL);
	waitpid(mover, NULL, 0);
	verdict("an output is written and emptied while names are exchanged",
		*text					  ? text
		: status != 0				  ? "it wasn't"
		: fstat(seen, &st) < 0 || st.st_size != 3 ? "another file was"
							  : "");
	close(seen);
	verdict("no other file was", holds("secret", "secret") ? "" : "it was");
}

void outputs_in_the_sandbox(void)
{
	if (mkdir("out", 0700) < 0 || mkdir("other", 0700) < 0 ||
	    symlink("../secret", "out/link") < 0 || symlink("../secret", "other/file") < 0 ||
	    symlink("../secret", "other/link") < 0)
		err(1, "out");
	write_text("out/file", "");
	way_in.output = "out/file";
	forbidden("an output of another size", SYS_ftruncate, OUTPUT, 1, 0, 0);
	forbidden("an output of the same low half of a size", SYS_ftruncate, OUTPUT, 1L << 32, 0,
		  0);
	forbidden("stdin emptied, where there is an output", SYS_ftruncate, STDIN_FILENO, 0, 0, 0);
	forbidden("close of an output", SYS_close, OUTPUT, 0, 0, 0);
	forbidden("pwrite64 to an output", SYS_pwrite64, OUTPUT, (long)"x", 1, 0);
	forbidden("fallocate of an output", SYS_fallocate, OUTPUT, 0, 0, 1);
	forbidden("fchmod of an output", SYS_fchmod, OUTPUT, 0777, 0, 0);
	forbidden("write beside an output", SYS_write, VCPU, (long)"x", 1, 0);
	renames_during_writes();
	way_in.output = NULL;
}
