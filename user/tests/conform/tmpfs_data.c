/* SPDX-License-Identifier: MIT */
/* What files in /tmp hold, and what is told of them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utime.h>

#include "conform.h"
#include "tmpfs.h"

#define PAGE 4096

#ifndef O_TMPFILE
#define O_TMPFILE 020200000
#endif
#define PUNCH_HOLE 2 /* fallocate(2) */
#define KEEP_SIZE  1
#define DATA	   3 /* lseek(2) */
#define HOLE	   4

static char buffer[4 * PAGE];

static int new_file(void)
{
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0666);

	MUST(fd >= 0);
	return fd;
}

/* How many bytes of [from, to) of a file aren't 0; -1: it can't be read so far. */
static int not_zero(int fd, off_t from, off_t to)
{
	int count = 0;
	char c;

	for (; from < to; from++) {
		if (pread(fd, &c, 1, from) != 1)
			return -1;
		count += c != 0;
	}
	return count;
}

static void offsets(int argc, char **argv)
{
	struct iovec parts[] = {{"one", 3}, {"", 0}, {"two", 3}};
	int fd, other;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file();
	CALL(write(fd, "hello, world", 12));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(read(fd, buffer, 10));
	CALL(pread(fd, buffer, 10, 7));
	CALL(pwrite(fd, "W", 1, 7));
	CALL(pwrite(fd, "!", 1, 20));
	CALL(lseek(fd, -5, SEEK_END));
	CALL(lseek(fd, -50, SEEK_END));
	CALL(lseek(fd, 100, SEEK_SET));
	CALL(read(fd, buffer, 10));
	CALL(write(fd, "", 0));
	CALL(lseek(fd, 3, SEEK_SET));
	CALL(writev(fd, parts, 3));
	CALL(pwritev(fd, parts, 3, 30));
	other = open("file", O_WRONLY | O_APPEND);
	CALL(write(other, "end", 3));
	CALL(lseek(other, 0, SEEK_CUR));
	CALL(pwrite(other, "END", 3, 0));
	CALL(lseek(other, 0, SEEK_SET));
	CALL(writev(other, parts, 3));
	CALL(read(other, buffer, 1));
	CALL(fcntl(fd, F_SETFL, O_APPEND));
	CALL(write(fd, "last", 4));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(pread(fd, buffer, 100, 0));
	for (int i = 0; i < 50; i++)
		putchar(buffer[i] ? buffer[i] : '.');
	putchar('\n');
	CALL(write(fd, (void *)1, 5));
	CALL(pread(fd, (void *)1, 5, 0));
	CALL(pread(fd, (void *)1, 5, 1000));
	CALL(close(open("file", O_WRONLY | O_TRUNC)));
	show_stat("file");
	CALL(pread(fd, buffer, 10, 0));
}

static void sparse(int argc, char **argv)
{
	const off_t far = (off_t)1 << 30;
	struct stat st;
	int fd;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file();
	CALL(pwrite(fd, "x", 1, far));
	CALL(fstat(fd, &st));
	SHOW(st.st_size);
	SHOW(st.st_blocks <= 64);
	SHOW(not_zero(fd, far - 10, far + 1));
	CALL(lseek(fd, 0, DATA));
	CALL(lseek(fd, 0, HOLE));
	CALL(lseek(fd, far, HOLE));
	CALL(lseek(fd, far + 1, HOLE));
	CALL(lseek(fd, far + 1, DATA));
	CALL(pwrite(fd, "y", 1, 4 * PAGE + 7));
	CALL(lseek(fd, 0, DATA));
	CALL(lseek(fd, 4 * PAGE + 100, DATA));
	CALL(lseek(fd, 4 * PAGE + 100, HOLE));
	CALL(lseek(fd, 10 * PAGE, DATA));
	CALL(lseek(fd, -1, DATA));
	CALL(ftruncate(fd, far / 2));
	CALL(lseek(fd, 10 * PAGE, DATA));
	SHOW(not_zero(fd, 3 * PAGE, 6 * PAGE));
}

static void truncation(int argc, char **argv)
{
	int fd, other;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file();
	memset(buffer, 'x', sizeof(buffer));
	MUST(write(fd, buffer, sizeof(buffer)) == sizeof(buffer));
	CALL(ftruncate(fd, PAGE + 10));
	CALL(ftruncate(fd, 3 * PAGE));
	SHOW(not_zero(fd, 0, 3 * PAGE));
	CALL(truncate("file", 5));
	CALL(truncate("file", 20));
	SHOW(not_zero(fd, 0, 20));
	CALL(ftruncate(fd, -1));
	CALL(truncate("none", 0));
	CALL(truncate(".", 0));
	other = open("file", O_RDONLY);
	CALL(ftruncate(other, 0));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(write(fd, "y", 1));
	show_stat("file");
	SHOW(not_zero(other, 0, 4 * PAGE + 1));
	CALL(unlink("file"));
	CALL(ftruncate(fd, 3));
	CALL(pread(other, buffer, 10, 0));
}

static void allocation(int argc, char **argv)
{
	struct stat st;
	int fd, other;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file();
	CALL(fallocate(fd, 0, 0, 2 * PAGE));
	CALL(fstat(fd, &st));
	SHOW(st.st_size);
	SHOW(st.st_blocks);
	CALL(fallocate(fd, KEEP_SIZE, 0, 4 * PAGE));
	CALL(lseek(fd, 0, SEEK_END));
	memset(buffer, 'x', sizeof(buffer));
	MUST(pwrite(fd, buffer, sizeof(buffer), 0) == sizeof(buffer));
	CALL(fallocate(fd, PUNCH_HOLE | KEEP_SIZE, 100, 2 * PAGE));
	CALL(lseek(fd, 0, SEEK_END));
	SHOW(not_zero(fd, 0, 4 * PAGE));
	CALL(fallocate(fd, PUNCH_HOLE | KEEP_SIZE, 10, 20));
	SHOW(not_zero(fd, 0, 4 * PAGE));
	CALL(fallocate(fd, PUNCH_HOLE, 0, PAGE));
	CALL(fallocate(fd, 0, 0, 0));
	CALL(fallocate(fd, 0, -1, 10));
	CALL(fallocate(fd, 0, LLONG_MAX, 10));
	CALL(fallocate(fd, 0x8000, 0, 10));
	other = open("file", O_RDONLY);
	CALL(fallocate(other, 0, 0, 10));
	other = open(".", O_RDONLY);
	CALL(fallocate(other, 0, 0, 10));
	CALL(posix_fallocate(fd, 0, 6 * PAGE));
	CALL(lseek(fd, 0, SEEK_END));
}

static void unlinked(int argc, char **argv)
{
	char text[PATH_MAX];
	struct stat st;
	ssize_t n;
	int fd, again;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file();
	CALL(write(fd, "kept", 4));
	CALL(unlink("file"));
	CALL(fstat(fd, &st));
	SHOW(st.st_nlink);
	CALL(pread(fd, buffer, 4, 0));
	put_file("file", "another");
	sprintf(text, "/proc/self/fd/%d", fd);
	n = readlink(text, buffer, sizeof(buffer));
	printf("%.*s\n", (int)n - 19, buffer + 19);
	again = open(text, O_RDWR);
	CALL(again >= 0);
	CALL(write(again, "K", 1));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(pread(fd, buffer, 4, 0));
	printf("%.4s\n", buffer);
	CALL(close(open(text, O_WRONLY | O_TRUNC)));
	CALL(lseek(again, 0, SEEK_END));
	CALL(linkat(AT_FDCWD, text, AT_FDCWD, "back", AT_SYMLINK_FOLLOW));
	show_file("file");
	show_directory(".");
	/* One that is only named. */
	put_file("new", "text");
	MUST((fd = open("new", O_PATH)) >= 0);
	sprintf(text, "/proc/self/fd/%d", fd);
	CALL(linkat(AT_FDCWD, "new", AT_FDCWD, "by-name", AT_SYMLINK_FOLLOW));
	CALL(linkat(AT_FDCWD, text, AT_FDCWD, "by-link", AT_SYMLINK_FOLLOW));
	show_stat("by-link");
}

static void nameless(int argc, char **argv)
{
	char text[40];
	struct stat st;
	int fd;

	(void)argc, (void)argv;
	own_directory();
	CALL(open(".", O_TMPFILE | O_RDONLY, 0600));
	CALL(open("none", O_TMPFILE | O_RDWR, 0600));
	put_file("file", "");
	CALL(open("file", O_TMPFILE | O_RDWR, 0600));
	MUST((fd = open(".", O_TMPFILE | O_RDWR, 0666)) >= 0);
	CALL(write(fd, "secret", 6));
	CALL(fstat(fd, &st));
	SHOW(st.st_nlink);
	printf("%o\n", st.st_mode);
	show_directory(".");
	sprintf(text, "/proc/self/fd/%d", fd);
	CALL(linkat(AT_FDCWD, text, AT_FDCWD, "named", AT_SYMLINK_FOLLOW));
	CALL(linkat(AT_FDCWD, text, AT_FDCWD, "file", AT_SYMLINK_FOLLOW));
	CALL(linkat(fd, "", AT_FDCWD, "again", AT_EMPTY_PATH));
	show_file("named");
	show_stat("again");
	MUST((fd = open(".", O_TMPFILE | O_RDWR | O_EXCL, 0666)) >= 0);
	sprintf(text, "/proc/self/fd/%d", fd);
	CALL(linkat(AT_FDCWD, text, AT_FDCWD, "never", AT_SYMLINK_FOLLOW));
	show_directory(".");
}

static void show_times(const char *name)
{
	struct stat st;

	MUST(lstat(name, &st) == 0);
	printf("%s: %lld.%09ld %lld.%09ld\n", name, (long long)st.st_atime, st.st_atim.tv_nsec,
	       (long long)st.st_mtime, st.st_mtim.tv_nsec);
}

static void times(int argc, char **argv)
{
	struct timespec both[2] = {{1000000000, 123456789}, {-5, 999999999}};
	struct timeval micro[2] = {{1, 2}, {3, 4}};
	struct utimbuf whole = {5, 6};
	struct stat st;
	time_t now;
	int fd;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file();
	symlink("file", "link");
	mkdir("d", 0777);
	CALL(utimensat(AT_FDCWD, "file", both, 0));
	show_times("file");
	CALL(utimensat(AT_FDCWD, "link", (struct timespec[]){{7, 8}, {9, 10}},
		       AT_SYMLINK_NOFOLLOW));
	show_times("link");
	show_times("file");
	CALL(futimens(fd, (struct timespec[]){{0, UTIME_OMIT}, {11, 12}}));
	show_times("file");
	CALL(utimes("file", micro));
	show_times("file");
	CALL(utime("file", &whole));
	show_times("file");
	CALL(utimensat(AT_FDCWD, "d", both, 0));
	show_times("d");
	CALL(utimensat(AT_FDCWD, "none", both, 0));
	both[0].tv_nsec = 1000000000;
	CALL(utimensat(AT_FDCWD, "file", both, 0));
	now = time(NULL);
	CALL(utimensat(AT_FDCWD, "file", NULL, 0));
	MUST(stat("file", &st) == 0);
	SHOW(st.st_mtime >= now && st.st_mtime <= now + 60);
	SHOW(st.st_ctime >= now && st.st_ctime <= now + 60);
}

/* Makes all times old, and shows which of them a change has made new. */
static void old(const char *name)
{
	const struct timespec both[2] = {{100, 0}, {200, 0}};

	MUST(utimensat(AT_FDCWD, name, both, 0) == 0);
}

static void changed(const char *what, const char *name)
{
	struct stat st;

	MUST(stat(name, &st) == 0);
	printf("%s: %s%s%s\n", what, st.st_atime > 200 ? "a" : "", st.st_mtime > 200 ? "m" : "",
	       st.st_ctime > 200 ? "c" : "");
	old(name);
}

static void times_change(int argc, char **argv)
{
	int fd;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file();
	mkdir("d", 0777);
	old("file");
	old("d");
	write(fd, "x", 1);
	changed("write", "file");
	write(fd, "", 0);
	changed("write nothing", "file");
	pread(fd, buffer, 1, 0);
	changed("read", "file");
	ftruncate(fd, 10);
	changed("truncate", "file");
	chmod("file", 0600);
	changed("chmod", "file");
	link("file", "d/b");
	changed("link", "file");
	changed("in", "d");
	rename("d/b", "d/c");
	changed("rename", "d");
	unlink("d/c");
	changed("unlink", "d");
	mkdir("d/e", 0700);
	changed("mkdir", "d");
	rmdir("d/e");
	changed("rmdir", "d");
	close(open("d/e", O_CREAT | O_RDONLY, 0600));
	changed("create", "d");
	close(open("d/e", O_CREAT | O_RDONLY, 0600));
	changed("open", "d");
	show_directory("d");
	changed("list", "d");
}

static void rights(int argc, char **argv)
{
	int fd, named;

	(void)argc, (void)argv;
	own_directory();
	fd = new_file();
	CALL(access("file", R_OK | W_OK));
	CALL(access("file", X_OK));
	CALL(access(".", R_OK | W_OK | X_OK));
	CALL(fchmod(fd, 06755));
	show_stat("file");
	CALL(access("file", X_OK));
	CALL(chmod("file", 0170777));
	show_stat("file");
	CALL(chmod("file", 06755));
	CALL(chown("file", 10, -1));
	show_stat("file");
	CALL(chmod("file", 02744));
	CALL(fchown(fd, -1, 20));
	show_stat("file");
	CALL(fchownat(AT_FDCWD, "file", 0, 0, 5));
	CALL(fchmodat(AT_FDCWD, "none", 0, 0));
	named = open("file", O_PATH);
	CALL(fchmod(named, 0600));
	CALL(fchown(named, 0, 0));
	CALL(fchownat(named, "", 30, 40, AT_EMPTY_PATH));
	show_stat("file");
	CALL(chmod(".", 01777));
	show_stat(".");
	CALL(chmod("file", 0));
	CALL(close(open("file", O_RDWR)));
}

static void nodes(int argc, char **argv)
{
	(void)argc, (void)argv;
	own_directory();
	CALL(mknod("regular", S_IFREG | 0666, 0));
	CALL(mknod("plain", 0640, 0));
	CALL(mknod("fifo", S_IFIFO | 0666, 0));
	CALL(mknod("socket", S_IFSOCK | 0666, 0));
	CALL(mknod("directory", S_IFDIR | 0777, 0));
	CALL(mknod("odd", 0170000, 0));
	CALL(mknod("regular", S_IFREG, 0));
	CALL(mknod("none/x", S_IFREG, 0));
	CALL(mkfifo("fifo", 0600));
	CALL(mkfifo("other", 0600));
	show_stat("regular");
	show_stat("plain");
	show_stat("fifo");
	show_stat("socket");
	show_directory(".");
	CALL(open("socket", O_RDWR));
	CALL(open("fifo", O_WRONLY | O_NONBLOCK));
	CALL(open("fifo", O_RDONLY | O_DIRECTORY));
	CALL(truncate("fifo", 0));
	MUST(open("fifo", O_RDWR) >= 0);
	CALL(linkat(AT_FDCWD, "fifo", AT_FDCWD, "fifo2", AT_SYMLINK_FOLLOW));
	show_stat("fifo2");
	CALL(unlink("fifo"));
	CALL(unlink("socket"));
}

const struct conform_case tmpfs_data_cases[] = {
	{"tmp-offsets", offsets},
	{"tmp-sparse", sparse},
	{"tmp-truncation", truncation},
	{"tmp-allocation", allocation},
	{"tmp-unlinked", unlinked},
	{"tmp-nameless", nameless},
	{"tmp-times", times},
	{"tmp-times-change", times_change},
	{"tmp-rights", rights},
	{"tmp-nodes", nodes},
	{NULL, NULL},
};
