/* SPDX-License-Identifier: MIT */
/* Files, names and pipes. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "conform.h"

#define TEN "tests/conform/ten" /* "012345678\n" */

static char buffer[200000];

static void *nowhere(void)
{
	return (void *)8;
}

static void read_and_seek(int argc, char **argv)
{
	int fd = open(TEN, O_RDONLY);

	(void)argc, (void)argv;
	MUST(fd >= 0);
	CALL(read(fd, buffer, 4));
	printf("%.4s\n", buffer);
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(lseek(fd, -2, SEEK_END));
	CALL(read(fd, buffer, 100));
	CALL(read(fd, buffer, 100));
	CALL(lseek(fd, 100, SEEK_SET));
	CALL(read(fd, buffer, 1));
	CALL(lseek(fd, 1, SEEK_CUR));
	CALL(lseek(fd, -1, SEEK_SET));
	CALL(lseek(fd, -200, SEEK_CUR));
	CALL(lseek(fd, -11, SEEK_END));
	CALL(lseek(fd, 0, 77));
	CALL(lseek(fd, 5, SEEK_SET));
	CALL(lseek(fd, LLONG_MAX, SEEK_CUR));
	CALL(read(fd, NULL, 0));
	CALL(read(fd, nowhere(), 1));
	CALL(write(fd, "x", 1));
	CALL(read(77, buffer, 1));
	CALL(read(-1, buffer, 1));
	CALL(lseek(77, 0, SEEK_SET));
	CALL(close(fd));
	CALL(close(fd));
	CALL(close(-1));
	CALL(close(INT_MAX));
}

static void positioned(int argc, char **argv)
{
	int fd = open(TEN, O_RDONLY);

	(void)argc, (void)argv;
	CALL(pread(fd, buffer, 3, 5));
	printf("%.3s\n", buffer);
	CALL(read(fd, buffer, 2));
	printf("%.2s\n", buffer);
	CALL(pread(fd, buffer, 100, 8));
	CALL(pread(fd, buffer, 1, 10));
	CALL(pread(fd, buffer, 1, -1));
	CALL(pread(fd, buffer, 1, 1LL << 40));
	CALL(pread(fd, nowhere(), 1, 0));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(pwrite(fd, "x", 1, 0));
	CALL(pread(-1, buffer, 1, 0));
}

static void vectors(int argc, char **argv)
{
	int fd = open(TEN, O_RDONLY);
	struct iovec v[] = {{buffer, 3}, {buffer + 10, 0}, {buffer + 20, 4}, {buffer + 30, 50}};
	struct iovec out[] = {{"one ", 4}, {"", 0}, {"two\n", 4}};
	struct iovec bad[] = {{buffer, 1}, {nowhere(), 5}};
	struct iovec huge[] = {{buffer, (size_t)-1}};

	(void)argc, (void)argv;
	CALL(readv(fd, v, 4));
	printf("%.3s %.4s %.3s\n", buffer, buffer + 20, buffer + 30);
	CALL(readv(fd, v, 4));
	CALL(readv(fd, v, 0));
	CALL(readv(fd, v, -1));
	CALL(readv(fd, v, 1025));
	CALL(readv(fd, nowhere(), 1));
	CALL(readv(fd, huge, 1));
	CALL(readv(-1, v, 1));
	fflush(stdout);
	CALL(writev(STDOUT_FILENO, out, 3));
	CALL(writev(fd, out, 3));
	CALL(lseek(fd, 0, SEEK_SET));
	bad[1].iov_len = 0;
	CALL(readv(fd, bad, 2));
}

static void opening(int argc, char **argv)
{
	static char path[PATH_MAX + 10];

	(void)argc, (void)argv;
	CALL(open("tests/conform/none", O_RDONLY));
	CALL(open("", O_RDONLY));
	CALL(open(TEN "/x", O_RDONLY));
	CALL(open(TEN "/", O_RDONLY));
	CALL(open(TEN, O_RDONLY | O_DIRECTORY));
	CALL(open("tests/conform/loop", O_RDONLY));
	CALL(open("tests/conform/link", O_RDONLY));
	CALL(open("tests/conform/../conform/./ten", O_RDONLY | O_CLOEXEC | O_NOCTTY));
	CALL(open("tests/conform/dir", O_RDONLY | O_DIRECTORY));
	CALL(read(5, buffer, 1));
	CALL(openat(5, "inner", O_RDONLY));
	CALL(openat(5, "../ten", O_RDONLY));
	CALL(openat(5, "none", O_RDONLY));
	CALL(openat(5, "", O_RDONLY));
	CALL(openat(3, "inner", O_RDONLY));
	CALL(openat(99, "inner", O_RDONLY));
	CALL(openat(99, "/etc/os-release", O_RDONLY));
	CALL(open(nowhere(), O_RDONLY));
	CALL(open(NULL, O_RDONLY));
	memset(path, '/', sizeof(path) - 1);
	CALL(open(path, O_RDONLY));
	path[PATH_MAX - 1] = '\0';
	CALL(open(path, O_RDONLY));
	memset(path, 'n', 256);
	path[256] = '\0';
	CALL(open(path, O_RDONLY));
	path[255] = '\0';
	CALL(open(path, O_RDONLY));
	CALL(open("/dev/null", O_RDWR));
	CALL(write(10, "abc", 3));
	CALL(read(10, buffer, 3));
	CALL(open("/dev/full", O_WRONLY));
	CALL(write(11, "abc", 3));
	CALL(open("/dev/zero", O_RDONLY));
	CALL(read(12, buffer, sizeof(buffer)));
	SHOW(buffer[sizeof(buffer) - 1]);
}

static void descriptors(int argc, char **argv)
{
	int fd = open(TEN, O_RDONLY | O_CLOEXEC);

	(void)argc, (void)argv;
	CALL(dup(fd));
	CALL(read(fd, buffer, 2));
	CALL(lseek(4, 0, SEEK_CUR));
	CALL(lseek(4, 7, SEEK_SET));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(dup2(fd, 20));
	CALL(dup2(fd, fd));
	CALL(dup2(99, 20));
	CALL(dup2(99, 99));
	CALL(dup2(fd, -1));
	CALL(dup3(fd, 21, O_CLOEXEC));
	CALL(dup3(fd, fd, 0));
	CALL(dup3(fd, 22, 1));
	CALL(fcntl(fd, F_GETFD));
	CALL(fcntl(4, F_GETFD));
	CALL(fcntl(21, F_GETFD));
	CALL(fcntl(4, F_SETFD, FD_CLOEXEC));
	CALL(fcntl(4, F_GETFD));
	CALL(fcntl(fd, F_DUPFD, 10));
	CALL(fcntl(fd, F_DUPFD_CLOEXEC, 10));
	CALL(fcntl(11, F_GETFD));
	CALL(fcntl(fd, F_DUPFD, -1));
	CALL(fcntl(fd, F_GETFL) & O_ACCMODE);
	CALL(fcntl(fd, F_SETFL, O_NONBLOCK));
	CALL((fcntl(4, F_GETFL) & O_NONBLOCK) != 0);
	CALL(fcntl(fd, 12345));
	CALL(fcntl(99, F_GETFD));
	CALL(close(fd));
	CALL(read(20, buffer, 1));
	CALL(open(TEN, O_RDONLY));
	CALL(lseek(3, 0, SEEK_CUR));
	CALL(ioctl(20, TCGETS, buffer));
	CALL(ioctl(99, TCGETS, buffer));
	CALL(isatty(20));
}

static void locks(int argc, char **argv)
{
	int fd = open(TEN, O_RDONLY);
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};

	(void)argc, (void)argv;
	CALL(fcntl(fd, F_SETLK, &lock));
	CALL(fcntl(fd, F_GETLK, &lock));
	SHOW(lock.l_type == F_UNLCK);
	lock.l_type = F_UNLCK;
	CALL(fcntl(fd, F_SETLK, &lock));
	lock.l_type = 77;
	CALL(fcntl(fd, F_SETLK, &lock));
	CALL(fcntl(fd, F_SETLK, nowhere()));
}

static void many_descriptors(int argc, char **argv)
{
	struct pollfd fds[5];
	int count = 0;

	(void)argc, (void)argv;
	while (count < 250 && dup(1) >= 0)
		count++;
	SHOW(count);
	for (int fd = 3; fd < 253; fd++)
		MUST(close(fd) == 0);
	CALL(dup(1));
	CALL(close(3));
	/* It is there: nothing is created. */
	CALL(open(TEN, O_RDONLY | O_CREAT, 0644));
	CALL(close(3));
	memset(fds, -1, sizeof(fds));
	CALL(setrlimit(RLIMIT_NOFILE, &(struct rlimit){4, 256}));
	CALL(poll(fds, 4, 0));
	CALL(poll(fds, 5, 0));
	CALL(fcntl(1, F_DUPFD, 3));
	CALL(fcntl(1, F_DUPFD, 3));
	CALL(fcntl(1, F_DUPFD, 4));
	CALL(setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, 256}));
	CALL(dup(1));
}

static void show_stat(const struct stat *st)
{
	printf("type %o size %lld\n", st->st_mode & S_IFMT,
	       S_ISDIR(st->st_mode) ? 0 : (long long)st->st_size);
}

static void attributes(int argc, char **argv)
{
	int fd = open(TEN, O_RDONLY);
	struct stat by_fd, by_name, other;

	(void)argc, (void)argv;
	CALL(fstat(fd, &by_fd));
	CALL(stat(TEN, &by_name));
	show_stat(&by_fd);
	SHOW(by_fd.st_ino == by_name.st_ino && by_fd.st_dev == by_name.st_dev);
	SHOW(by_fd.st_mode == by_name.st_mode && by_fd.st_size == by_name.st_size);
	CALL(stat("tests/conform/empty", &other));
	show_stat(&other);
	SHOW(other.st_ino == by_fd.st_ino);
	CALL(stat("tests/conform/dir", &other));
	show_stat(&other);
	CALL(stat("tests/conform/link", &other));
	show_stat(&other);
	CALL(stat("/dev/null", &other));
	printf("%o %lx\n", other.st_mode & S_IFMT, (long)other.st_rdev);
	CALL(lstat(TEN, &other));
	show_stat(&other);
	CALL(fstatat(AT_FDCWD, TEN, &other, AT_SYMLINK_NOFOLLOW));
	CALL(fstatat(fd, "", &other, AT_EMPTY_PATH));
	show_stat(&other);
	CALL(fstatat(fd, "", &other, 0));
	CALL(fstatat(fd, "x", &other, 0));
	CALL(fstatat(-1, "x", &other, 0));
	CALL(stat("tests/conform/none", &other));
	CALL(stat("", &other));
	CALL(stat(TEN "/x", &other));
	CALL(stat("tests/conform/loop", &other));
	CALL(fstat(99, &other));
	CALL(lseek(fd, 3, SEEK_SET));
	CALL(fstat(fd, &other));
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(access(TEN, F_OK));
	CALL(access(TEN, R_OK));
	CALL(access("tests/conform/none", F_OK));
	CALL(access("tests/conform/dir", X_OK));
	CALL(access(TEN, 77));
	CALL(access(TEN "/x", F_OK));
	CALL(faccessat(AT_FDCWD, TEN, R_OK, 0));
	CALL(readlink(TEN, buffer, 100));
	CALL(readlink("tests/conform/none", buffer, 100));
	CALL(readlink(TEN, buffer, 0));
	CALL(readlink("/proc/self/exe", buffer, sizeof(buffer)) > 0);
	SHOW(strstr(buffer, "/tests/conform/") != NULL);
}

static void directories(int argc, char **argv)
{
	char before[PATH_MAX];

	(void)argc, (void)argv;
	MUST(getcwd(before, sizeof(before)));
	CALL(chdir("tests/conform/dir"));
	CALL(open("inner", O_RDONLY));
	CALL(open("../ten", O_RDONLY));
	MUST(getcwd(buffer, sizeof(buffer)));
	SHOW(strlen(buffer) - strlen(before));
	printf("%s\n", buffer + strlen(before));
	CALL(chdir(".."));
	CALL(chdir("none"));
	CALL(chdir("ten"));
	CALL(chdir(""));
	MUST(getcwd(buffer, sizeof(buffer)));
	printf("%s\n", buffer + strlen(before));
	CALL(fchdir(open("dir/..", O_RDONLY)));
	CALL(fchdir(99));
	CALL(chdir("/"));
	CALL(open("etc/os-release", O_RDONLY) >= 0);
	MUST(getcwd(buffer, sizeof(buffer)));
	puts(buffer);
	SHOW(getcwd(buffer, 1) == NULL);
	SHOW(errno == ERANGE);
}

static void standard_io(int argc, char **argv)
{
	FILE *f = fopen(TEN, "r");
	char line[64];

	(void)argc, (void)argv;
	MUST(f);
	SHOW(fgetc(f));
	SHOW(ungetc('z', f));
	MUST(fgets(line, sizeof(line), f));
	fputs(line, stdout);
	SHOW(fgetc(f));
	SHOW(feof(f) != 0);
	rewind(f);
	SHOW(fseek(f, -3, SEEK_END));
	SHOW(ftell(f));
	SHOW(fread(line, 1, sizeof(line), f));
	SHOW(fclose(f));
	f = fopen("tests/conform/text", "r");
	MUST(f);
	int lines = 0;
	unsigned long sum = 0;
	while (fgets(line, sizeof(line), f)) {
		lines++;
		for (char *at = line; *at; at++)
			sum = sum * 31 + *at;
	}
	printf("%d lines, %lu\n", lines, sum);
	SHOW(fopen("tests/conform/none", "r") == NULL);
	setvbuf(stdout, NULL, _IOFBF, 1 << 16);
	for (int i = 0; i < 5000; i++)
		printf("%d ", i);
	puts("");
}

static void pipes(int argc, char **argv)
{
	int p[2];
	struct pollfd fds[2];

	(void)argc, (void)argv;
	signal(SIGPIPE, SIG_IGN);
	CALL(pipe(p));
	printf("%d %d\n", p[0], p[1]);
	CALL(write(p[1], "hello", 5));
	CALL(write(p[1], " world", 6));
	CALL(read(p[0], buffer, 3));
	CALL(read(p[0], buffer, 100));
	printf("%.8s\n", buffer);
	fds[0] = (struct pollfd){.fd = p[0], .events = POLLIN};
	fds[1] = (struct pollfd){.fd = p[1], .events = POLLOUT};
	CALL(poll(fds, 2, 0));
	printf("%x %x\n", fds[0].revents, fds[1].revents);
	CALL(fcntl(p[0], F_SETFL, O_NONBLOCK));
	CALL(fcntl(p[1], F_SETFL, O_NONBLOCK));
	CALL(read(p[0], buffer, 1));
	CALL(write(p[1], buffer, sizeof(buffer)));
	CALL(write(p[1], buffer, 1));
	CALL(poll(fds, 2, 0));
	printf("%x %x\n", fds[0].revents, fds[1].revents);
	CALL(read(p[0], buffer, 5000));
	CALL(write(p[1], buffer, 100));
	CALL(read(p[0], buffer, sizeof(buffer)));
	CALL(lseek(p[0], 0, SEEK_SET));
	CALL(pread(p[0], buffer, 1, 0));
	CALL(write(p[0], "x", 1));
	CALL(read(p[1], buffer, 1));
	CALL(close(p[1]));
	CALL(read(p[0], buffer, 1));
	CALL(poll(fds, 1, -1));
	printf("%x\n", fds[0].revents);
	CALL(pipe2(p, O_CLOEXEC | O_NONBLOCK));
	CALL(fcntl(p[0], F_GETFD));
	CALL(close(p[0]));
	CALL(write(p[1], "x", 1));
	CALL(pipe2(p, 12345));
	CALL(pipe(nowhere()));
	struct stat st;
	CALL(fstat(p[1], &st));
	SHOW(S_ISFIFO(st.st_mode));
}

static void polling(int argc, char **argv)
{
	int fd = open(TEN, O_RDONLY);
	struct pollfd fds[3] = {{fd, POLLIN | POLLOUT, 0}, {-1, POLLIN, 0}, {99, POLLIN, 0}};
	struct timeval zero = {0, 0}, short_time = {0, 20000};
	fd_set set;
	int p[2];

	(void)argc, (void)argv;
	CALL(poll(fds, 3, 0));
	printf("%x %x %x\n", fds[0].revents & POLLIN, fds[1].revents, fds[2].revents);
	CALL(poll(NULL, 0, 10));
	MUST(pipe(p) == 0);
	FD_ZERO(&set);
	FD_SET(p[0], &set);
	CALL(select(p[0] + 1, &set, NULL, NULL, &zero));
	FD_SET(p[0], &set);
	CALL(select(p[0] + 1, &set, NULL, NULL, &short_time));
	SHOW(FD_ISSET(p[0], &set));
	MUST(write(p[1], "x", 1) == 1);
	FD_SET(p[0], &set);
	FD_SET(p[1], &set);
	CALL(select(p[1] + 1, &set, NULL, NULL, NULL));
	SHOW(FD_ISSET(p[0], &set));
	SHOW(FD_ISSET(p[1], &set));
	FD_SET(p[1], &set);
	CALL(select(p[1] + 1, NULL, &set, NULL, &zero));
	FD_ZERO(&set);
	/* Below 64: how many of the numbers above select looks at depends on what the table once
	 * held. */
	FD_SET(60, &set);
	CALL(select(61, &set, NULL, NULL, &zero));
	CALL(select(-1, NULL, NULL, NULL, &zero));
	/* Of the same word, what is above is no result, whether it is open or not. */
	FD_SET(0, &set);
	CALL(select(1, NULL, NULL, &set, &zero));
	SHOW(FD_ISSET(60, &set));
}

/* Names that can't be changed, with what Linux says where that has nothing to do with rights. */
static void changes(int argc, char **argv)
{
	(void)argc, (void)argv;
	CALL(open("tests/conform/none", O_WRONLY));
	CALL(open("tests/conform/dir", O_WRONLY));
	CALL(open(TEN "/x", O_RDWR));
	CALL(open(TEN, O_RDWR | O_CREAT | O_EXCL, 0666));
	CALL(unlink("tests/conform/none"));
	CALL(mkdir("tests/conform/dir", 0777));
	CALL(rename("tests/conform/none", "tests/conform/other"));
	CALL(chmod("tests/conform/none", 0777));
	CALL(truncate("tests/conform/none", 0));
	CALL(rmdir("tests/conform/none"));
	CALL(symlink("x", TEN));
	CALL(unlink(""));
	CALL(fsync(open(TEN, O_RDONLY)));
	CALL(fsync(99));
}

const struct conform_case file_cases[] = {
	{"read", read_and_seek},
	{"pread", positioned},
	{"iovec", vectors},
	{"open", opening},
	{"fds", descriptors},
	{"locks", locks},
	{"many-fds", many_descriptors},
	{"stat", attributes},
	{"chdir", directories},
	{"stdio", standard_io},
	{"pipe", pipes},
	{"poll", polling},
	{"changes", changes},
	{NULL, NULL},
};
