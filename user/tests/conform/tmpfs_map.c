/* SPDX-License-Identifier: MIT */
/* Files in /tmp that are mapped, executed, waited for, or have no name at all. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"
#include "tmpfs.h"

#define PAGE	    4096
#define TMPFS_MAGIC 0x01021994

static char buffer[4 * PAGE];

static int new_file(off_t size)
{
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0666);

	MUST(fd >= 0 && ftruncate(fd, size) == 0);
	return fd;
}

static char *map(int fd, size_t bytes, int prot, int flags)
{
	char *at = mmap(NULL, bytes, prot, flags, fd, 0);

	MUST(at != MAP_FAILED);
	return at;
}

static sigjmp_buf back;

static void caught(int sig)
{
	siglongjmp(back, sig);
}

/* The signal that a read of the byte ends in, or 0. */
static int touch(volatile char *at)
{
	struct sigaction action = {.sa_handler = caught};
	int sig = sigsetjmp(back, 1);

	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	if (!sig)
		(void)*at;
	return sig;
}

static void map_shared(int argc, char **argv)
{
	char *a, *b;
	int fd, reader;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file(2 * PAGE);
	a = map(fd, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
	b = map(fd, 2 * PAGE, PROT_READ, MAP_SHARED);
	SHOW(a[PAGE]);
	a[PAGE] = 'm';
	SHOW(b[PAGE]);
	CALL(pread(fd, buffer, 1, PAGE));
	SHOW(buffer[0]);
	CALL(pwrite(fd, "wxyz", 4, PAGE - 2));
	printf("%.4s %.4s\n", a + PAGE - 2, b + PAGE - 2);
	CALL(read(fd, a, 2 * PAGE));
	CALL(msync(a, 2 * PAGE, MS_SYNC));
	CALL(mprotect(b, PAGE, PROT_READ | PROT_WRITE));
	b[0] = 'b';
	SHOW(a[0]);
	reader = open("file", O_RDONLY);
	SHOW(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, reader, 0) == MAP_FAILED);
	b = map(reader, PAGE, PROT_READ, MAP_SHARED);
	CALL(mprotect(b, PAGE, PROT_READ | PROT_WRITE));
	close(reader);
	reader = open("file", O_WRONLY);
	SHOW(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, reader, 0) == MAP_FAILED);
	close(fd);
	CALL(unlink("file"));
	a[1] = 'c';
	SHOW(b[1]);
	a = mremap(a, 2 * PAGE, PAGE, 0);
	SHOW(a[1]);
}

static void map_private(int argc, char **argv)
{
	char *a, *b;
	int fd;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file(2 * PAGE);
	a = map(fd, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	b = map(fd, 2 * PAGE, PROT_READ, MAP_PRIVATE);
	pwrite(fd, "file", 4, 0);
	printf("%.4s %.4s\n", a, b);
	a[0] = 'A';
	pwrite(fd, "FILE", 4, 0);
	printf("%.4s %.4s\n", a, b);
	CALL(pread(fd, buffer, 4, 0));
	printf("%.4s\n", buffer);
	CALL(madvise(a, PAGE, MADV_DONTNEED));
	printf("%.4s\n", a);
	a[PAGE] = 'p';
	CALL(pread(fd, buffer, 1, PAGE));
	SHOW(buffer[0]);
}

static void map_fork(int argc, char **argv)
{
	char *shared, *private;
	int fd, status;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file(3 * PAGE);
	shared = map(fd, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
	private = map(fd, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	shared[0] = 's';
	private[PAGE] = 'p';
	if (!child()) {
		shared[1] = 't';
		shared[2 * PAGE] = 'u';
		private[PAGE + 1] = 'q';
		pwrite(fd, "v", 1, PAGE + 2);
		printf("child: %c %c\n", shared[0], private[PAGE]);
		leave(3);
	}
	wait(&status);
	SHOW(WEXITSTATUS(status));
	printf("%c %c %c\n", shared[1], shared[2 * PAGE], shared[PAGE + 2]);
	SHOW(private[PAGE + 1]);
	SHOW(private[PAGE + 2]);
}

static void map_cut(int argc, char **argv)
{
	char *shared, *private;
	int fd, status;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file(4 * PAGE);
	memset(buffer, 'x', sizeof(buffer));
	MUST(write(fd, buffer, sizeof(buffer)) == sizeof(buffer));
	shared = map(fd, 6 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
	private = map(fd, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	SHOW(touch(shared + 3 * PAGE));
	SHOW(touch(shared + 4 * PAGE));
	private[2 * PAGE] = 'p';
	if (!child()) {
		MUST(ftruncate(fd, PAGE + 100) == 0);
		leave(0);
	}
	wait(&status);
	SHOW(touch(shared + 3 * PAGE));
	SHOW(touch(private + 3 * PAGE));
	SHOW(touch(private + 2 * PAGE));
	SHOW(shared[PAGE + 99]);
	SHOW(shared[PAGE + 100]);
	CALL(read(fd, shared + 3 * PAGE, 10));
	CALL(ftruncate(fd, 4 * PAGE));
	SHOW(touch(shared + 3 * PAGE));
	SHOW(shared[3 * PAGE]);
	SHOW(private[2 * PAGE]);
	shared[2 * PAGE] = 's';
	private[PAGE] = 'q';
	CALL(fallocate(fd, 3, PAGE, 2 * PAGE));
	SHOW(shared[2 * PAGE]);
	SHOW(private[PAGE]);
	CALL(madvise(shared, PAGE, MADV_REMOVE));
	SHOW(shared[0]);
	CALL(pread(fd, buffer, 1, 0));
	SHOW(buffer[0]);
}

/* The lines of /proc/self/maps that have this in them. */
static void show_maps(const char *wanted)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[PATH_MAX], rights[5], offset[20];

	while (fgets(line, sizeof(line), maps)) {
		if (!strstr(line, wanted))
			continue;
		MUST(sscanf(line, "%*s %4s %19s", rights, offset) == 2);
		printf("%s %s %s", rights, offset, strstr(line, wanted));
	}
	fclose(maps);
}

static void map_listed(int argc, char **argv)
{
	int fd;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file(3 * PAGE);
	map(fd, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
	MUST(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 2 * PAGE) != MAP_FAILED);
	show_maps("/file");
	CALL(rename("file", "other"));
	show_maps("/other");
	CALL(unlink("other"));
	show_maps("/other");
	MUST((fd = syscall(SYS_memfd_create, "name", 0)) >= 0);
	map(fd, PAGE, PROT_READ, MAP_SHARED);
	show_maps("/memfd");
}

/* A program and scripts that lie in /tmp. */
static void executed(int argc, char **argv)
{
	const char *const names[] = {"copy", "link", "script", "by-link", "none", "plain", "empty"};
	char *arguments[] = {"x", "exit", "7", NULL};
	int from, to, status;
	ssize_t n;

	(void)argc, (void)argv;
	own_directory();
	from = open("/proc/self/exe", O_RDONLY);
	to = open("copy", O_CREAT | O_WRONLY, 0755);
	while ((n = read(from, buffer, sizeof(buffer))) > 0)
		MUST(write(to, buffer, n) == n);
	close(to);
	symlink("copy", "link");
	put_file("script", "#!./copy exit\n");
	chmod("script", 0755);
	symlink("script", "by-link");
	put_file("plain", "text\n");
	put_file("empty", "");
	chmod("empty", 0755);
	for (int i = 0; i < 7; i++) {
		if (!child()) {
			CALL(execv(names[i], arguments));
			leave(99);
		}
		wait(&status);
		printf("%s: %d\n", names[i], WEXITSTATUS(status));
	}
	if (!child()) {
		MUST((to = open("copy", O_RDONLY | O_CLOEXEC)) >= 0 && unlink("copy") == 0);
		fexecve(to, arguments, (char *[]){NULL});
		leave(98);
	}
	wait(&status);
	SHOW(WEXITSTATUS(status));
}

static void fifo(int argc, char **argv)
{
	struct pollfd poll_fd = {.events = POLLIN};
	int status, fd, writer;

	(void)argc, (void)argv;
	own_directory();
	MUST(mkfifo("fifo", 0600) == 0);
	for (int i = 0; i < 2; i++) {
		if (!child()) {
			fd = open("fifo", i ? O_RDONLY : O_WRONLY);
			status = i ? read(fd, buffer, 10) : write(fd, "through", 7);
			leave(status);
		}
		fd = open("fifo", i ? O_WRONLY : O_RDONLY);
		CALL(i ? write(fd, "back", 4) : read(fd, buffer, 10));
		close(fd);
		wait(&status);
		SHOW(WEXITSTATUS(status));
	}
	MUST((fd = open("fifo", O_RDONLY | O_NONBLOCK)) >= 0);
	CALL(read(fd, buffer, 1));
	poll_fd.fd = fd;
	CALL(poll(&poll_fd, 1, 0));
	MUST((writer = open("fifo", O_WRONLY)) >= 0);
	CALL(read(fd, buffer, 1));
	CALL(write(writer, "abc", 3));
	CALL(poll(&poll_fd, 1, 0));
	CALL(lseek(fd, 0, SEEK_SET));
	close(writer);
	CALL(read(fd, buffer, 10));
	CALL(poll(&poll_fd, 1, 0));
	SHOW(poll_fd.revents);
	CALL(read(fd, buffer, 10));
	close(fd);
	MUST((fd = open("fifo", O_RDWR)) >= 0);
	CALL(write(fd, "both", 4));
	CALL(unlink("fifo"));
	CALL(read(fd, buffer, 10));
}

static void *open_to_read(void *unused)
{
	open("fifo", O_RDONLY);
	pause();
	return unused;
}

/* Who waits for the other end is gone, or its name is, when it has come. */
static void fifo_gone(int argc, char **argv)
{
	pthread_t thread;
	int status, writer;

	(void)argc, (void)argv;
	own_directory();
	signal(SIGPIPE, SIG_IGN);
	MUST(mkfifo("fifo", 0600) == 0);
	if (!child())
		leave(read(open("fifo", O_RDONLY), buffer, 10));
	usleep(100000);
	MUST((writer = open("fifo", O_WRONLY)) >= 0);
	CALL(unlink("fifo"));
	CALL(write(writer, "kept", 4));
	wait(&status);
	SHOW(WEXITSTATUS(status));
	CALL(write(writer, "lost", 4));
	MUST(mkfifo("fifo", 0600) == 0);
	if (!child()) {
		MUST(pthread_create(&thread, NULL, open_to_read, NULL) == 0);
		usleep(100000);
		open("fifo", O_WRONLY);
		_exit(0);
	}
	wait(&status);
	CALL(open("fifo", O_WRONLY | O_NONBLOCK));
}

static void memory_file(int argc, char **argv)
{
	struct statfs fs;
	struct stat st;
	char *at;
	int fd;

	(void)argc, (void)argv;
	MUST((fd = syscall(SYS_memfd_create, "name", 3)) >= 0);
	CALL(syscall(SYS_memfd_create, "name", 0x1000));
	CALL(syscall(SYS_memfd_create, (char *)1, 0));
	memset(buffer, 'n', 250);
	CALL(syscall(SYS_memfd_create, buffer, 0));
	CALL(fcntl(fd, F_GETFD));
	CALL(fcntl(fd, F_GETFL) & O_ACCMODE);
	CALL(fstat(fd, &st));
	printf("%o %d\n", st.st_mode, (int)st.st_nlink);
	sprintf(buffer + 1000, "/proc/self/fd/%d", fd);
	printf("%.*s\n", (int)readlink(buffer + 1000, buffer, 1000), buffer);
	CALL(fstatfs(fd, &fs));
	SHOW(fs.f_type == TMPFS_MAGIC);
	CALL(ftruncate(fd, 2 * PAGE));
	at = map(fd, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED);
	CALL(madvise(at, 2 * PAGE, MADV_WILLNEED));
	CALL(fstat(fd, &st));
	SHOW(st.st_blocks);
	at[PAGE] = 'x';
	CALL(pread(fd, buffer, 1, PAGE));
	SHOW(buffer[0]);
	CALL(fcntl(fd, 1034));	      /* F_GET_SEALS */
	CALL(fcntl(fd, 1033, 8));     /* F_ADD_SEALS, F_SEAL_WRITE */
	CALL(fcntl(fd, 1033, 2 | 4)); /* no shrinking, no growing */
	CALL(ftruncate(fd, 0));
	CALL(ftruncate(fd, 3 * PAGE));
	CALL(pwrite(fd, "y", 1, 2 * PAGE));
	CALL(pwrite(fd, "y", 1, 0));
	munmap(at, 2 * PAGE);
	CALL(fcntl(fd, 1033, 8 | 1));
	CALL(pwrite(fd, "y", 1, 0));
	SHOW(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
	SHOW(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0) == MAP_FAILED);
	CALL(fcntl(fd, 1033, 2));
	CALL(fcntl(fd, 1034));
}

static void size_limit(int argc, char **argv)
{
	struct rlimit limit = {1000, 1000};
	int fd;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file(0);
	signal(SIGXFSZ, SIG_IGN);
	MUST(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	CALL(write(fd, buffer, 990));
	CALL(write(fd, buffer, 20));
	CALL(write(fd, buffer, 20));
	CALL(ftruncate(fd, 1001));
	CALL(ftruncate(fd, 1000));
	CALL(truncate("file", 1001));
	CALL(fallocate(fd, 0, 0, 1001));
}

/* From /tmp elsewhere, and back. */
static void across(int argc, char **argv)
{
	char text[PATH_MAX];

	(void)argc, (void)argv;
	own_directory();
	CALL(symlink("/etc", "etc"));
	CALL(symlink("/proc/self", "self"));
	CALL(symlink("/dev/null", "null"));
	CALL(access("etc/os-release", R_OK));
	CALL(access("etc/../tmp", W_OK));
	CALL(access("self/status", R_OK));
	CALL(mknod("self/no-such", S_IFREG | 0600, 0));
	CALL(mkdir("self/no-such/none", 0700));
	CALL(open("self/no-such", O_WRONLY | O_CREAT, 0600));
	CALL(symlink("text", "etc/no-such/none"));
	CALL(link("null", "self/no-such"));
	CALL(access("../../etc/os-release", R_OK));
	CALL(access("../../dev/shm/..", R_OK));
	CALL(close(open("null", O_RDWR)));
	CALL(close(open("null", O_RDWR | O_CREAT, 0600)));
	CALL(access("/dev/shm", W_OK));
	CALL(chdir("etc"));
	MUST(getcwd(text, sizeof(text)));
	printf("%s\n", text);
	CALL(access("../tmp", W_OK));
}

const struct conform_case tmpfs_map_cases[] = {
	{"tmp-map-listed", map_listed},
	{"tmp-map-shared", map_shared},
	{"tmp-map-private", map_private},
	{"tmp-map-fork", map_fork},
	{"tmp-map-cut", map_cut},
	{"tmp-executed", executed},
	{"tmp-fifo", fifo},
	{"tmp-fifo-gone", fifo_gone},
	{"tmp-memory-file", memory_file},
	{"tmp-size-limit", size_limit},
	{"tmp-across", across},
	{NULL, NULL},
};
