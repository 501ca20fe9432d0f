/* SPDX-License-Identifier: MIT */
/* Directories, links and what is told of files. */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "conform.h"

#define TREE "tests/conform/tree"
#define DIR_ "tests/conform/dir"
#define TEN  "tests/conform/ten"
#define ODD  "tests/conform/odd"

#ifndef O_PATH
#define O_PATH 010000000
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

static char buffer[65536], text[PATH_MAX + 1];

static void *nowhere(void)
{
	return (void *)8;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The entries of a directory, sorted. */
static void list(const char *name)
{
	char *names[100];
	int count = 0;
	DIR *directory = opendir(name);
	struct dirent *entry;

	MUST(directory);
	while ((entry = readdir(directory)) && count < 100) {
		MUST(asprintf(&names[count++], "%s type %d", entry->d_name, entry->d_type) > 0);
		if (strcmp(entry->d_name, "..") != 0) {
			struct stat st;

			MUST(fstatat(dirfd(directory), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) ==
			     0);
			MUST(st.st_ino == entry->d_ino);
		}
	}
	qsort(names, count, sizeof(names[0]), compare);
	for (int i = 0; i < count; i++)
		puts(names[i]);
	SHOW(closedir(directory));
}

static void listing(int argc, char **argv)
{
	(void)argc, (void)argv;
	list(TREE);
	list(TREE "/link-to-dir");
	list(TREE "/empty");
	list(ODD);
}

/* Positions: each d_off leads to what follows. */
static void positions(int argc, char **argv)
{
	DIR *directory = opendir(TREE);
	long at[100];
	char names[100][256];
	struct dirent *entry;
	int count = 0, same = 0;

	(void)argc, (void)argv;
	MUST(directory);
	for (;;) {
		at[count] = telldir(directory);
		entry = readdir(directory);
		if (!entry)
			break;
		strcpy(names[count++], entry->d_name);
	}
	SHOW(count);
	for (int i = count - 1; i >= 0; i--) {
		seekdir(directory, at[i]);
		entry = readdir(directory);
		same += entry && strcmp(entry->d_name, names[i]) == 0;
	}
	SHOW(same == count);
	rewinddir(directory);
	entry = readdir(directory);
	SHOW(entry && strcmp(entry->d_name, names[0]) == 0);
}

static void raw(int argc, char **argv)
{
	int fd = open(TREE, O_RDONLY | O_DIRECTORY);
	long total = 0, n;

	(void)argc, (void)argv;
	MUST(fd >= 0);
	CALL(syscall(SYS_getdents64, fd, buffer, 0));
	CALL(syscall(SYS_getdents64, fd, buffer, 10));
	CALL(syscall(SYS_getdents64, fd, buffer, 23));
	CALL(syscall(SYS_getdents64, fd, nowhere(), 1000));
	CALL(syscall(SYS_getdents64, fd, -1L, 1000));
	CALL(syscall(SYS_getdents64, 99, buffer, 1000));
	CALL(syscall(SYS_getdents64, open(TEN, O_RDONLY), buffer, 1000));
	/* Bit by bit as much as at once, unaligned too. */
	while ((n = syscall(SYS_getdents64, fd, buffer + 4096 * 3 - 100, 64)) > 0)
		total += n;
	CALL(n);
	CALL(lseek(fd, 0, SEEK_SET));
	SHOW(syscall(SYS_getdents64, fd, buffer, sizeof(buffer)) == total);
	CALL(syscall(SYS_getdents64, fd, buffer, sizeof(buffer)));
	CALL(lseek(fd, 0, SEEK_SET));
	/* The old layout. */
	n = syscall(SYS_getdents, fd, buffer, sizeof(buffer));
	SHOW(n == total);
	for (long at = 0; at < n; at += *(unsigned short *)(buffer + at + 16)) {
		unsigned bytes = *(unsigned short *)(buffer + at + 16);

		if (strcmp(buffer + at + 18, "file") == 0)
			printf("file: %u bytes, type %d\n", bytes, buffer[at + bytes - 1]);
	}
	CALL(lseek(fd, 0, SEEK_SET));
	CALL(read(fd, buffer, 10));
	CALL(read(fd, buffer, 0));
	CALL(pread(fd, buffer, 10, 0));
	CALL(write(fd, "x", 1));
	CALL(ftruncate(fd, 0));
	CALL(lseek(fd, -1, SEEK_SET));
	CALL(lseek(fd, 0, 99));
	SHOW(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED);
	SHOW(errno == ENODEV);
	CALL(fsync(fd));
	CALL(fcntl(fd, F_GETFL) & (O_ACCMODE | O_DIRECTORY));
}

/* 100,000 entries: the count, and a sum over their names. */
static void crowd(int argc, char **argv)
{
	DIR *directory = opendir(argv[1]);
	unsigned long count = 0, sum = 0;
	struct dirent *entry;

	MUST(directory);
	while ((entry = readdir(directory))) {
		unsigned long hash = 5381;

		for (char *c = entry->d_name; *c; c++)
			hash = hash * 33 + (unsigned char)*c;
		sum += hash;
		count++;
	}
	printf("%lu entries, %lx\n", count, sum);
}

static void show_stat(const char *what, const struct stat *st)
{
	printf("%s: mode %o nlink %lu uid %u gid %u rdev %u:%u", what, st->st_mode,
	       (unsigned long)st->st_nlink, st->st_uid, st->st_gid, major(st->st_rdev),
	       minor(st->st_rdev));
	if (!S_ISDIR(st->st_mode))
		printf(" size %lld blocks %lld", (long long)st->st_size, (long long)st->st_blocks);
	printf(" blksize %ld mtime %lld.%09ld\n", (long)st->st_blksize, (long long)st->st_mtime,
	       st->st_mtim.tv_nsec);
}

static void metadata(int argc, char **argv)
{
	static const char *const names[] = {"",
					    "/file",
					    "/link",
					    "/dangling",
					    "/link-to-dir",
					    "/fifo",
					    "/socket",
					    "/x",
					    "/none",
					    "/private",
					    "/sticky",
					    "/link/",
					    "/link-to-dir/",
					    "/empty/..",
					    "/file/..",
					    "/file/.",
					    "/file/",
					    "/hard"};
	struct stat st, other;
	int fd;

	(void)argc, (void)argv;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(text, sizeof(text), TREE "%s", names[i]);
		CALL(lstat(text, &st));
		if (lstat(text, &st) == 0)
			show_stat(names[i], &st);
		CALL(stat(text, &st));
		if (stat(text, &st) == 0)
			show_stat(names[i], &st);
	}
	MUST(stat(TREE "/file", &st) == 0 && stat(TREE "/hard", &other) == 0);
	SHOW(st.st_ino == other.st_ino && st.st_dev == other.st_dev);
	MUST(stat(TREE "/empty/..", &st) == 0 && stat(TREE, &other) == 0);
	SHOW(st.st_ino == other.st_ino && st.st_dev == other.st_dev);
	fd = open(TREE "/file", O_RDONLY);
	MUST(fstat(fd, &st) == 0 && stat(TREE "/file", &other) == 0);
	SHOW(memcmp(&st, &other, sizeof(st)));
	MUST(fstat(fd, &other) == 0);
	SHOW(memcmp(&st, &other, sizeof(st)));
	/* The working directory. */
	CALL(fstatat(AT_FDCWD, "", &st, AT_EMPTY_PATH));
	MUST(stat(".", &other) == 0);
	SHOW(st.st_ino == other.st_ino);
	CALL(fstatat(AT_FDCWD, "", &st, 0));
	CALL(fstatat(fd, "", &st, AT_EMPTY_PATH));
	SHOW(st.st_size);
	CALL(fstatat(99, "", &st, AT_EMPTY_PATH));
	CALL(fstatat(AT_FDCWD, TREE, &st, 0x40000000));
	CALL(fstatat(AT_FDCWD, TREE, &st, AT_NO_AUTOMOUNT));
	CALL(syscall(SYS_newfstatat, AT_FDCWD, TREE, nowhere(), 0));
	CALL(syscall(SYS_newfstatat, AT_FDCWD, nowhere(), &st, 0));
	CALL(syscall(SYS_fstat, fd, nowhere()));
}

/* struct statx, which not every C library has. */
struct extended {
	unsigned mask, blksize;
	unsigned long long attributes;
	unsigned nlink, uid, gid;
	unsigned short mode, spare;
	unsigned long long ino, size, blocks, attributes_mask;
	struct {
		long long sec;
		unsigned nsec;
		int reserved;
	} atime, btime, ctime, mtime;
	unsigned rdev_major, rdev_minor, dev_major, dev_minor;
	unsigned long long rest[14];
};

static void extended_stat(int argc, char **argv)
{
	struct extended st;
	struct stat plain;

	(void)argc, (void)argv;
	CALL(syscall(SYS_statx, AT_FDCWD, TREE "/file", 0, 0x7ff, &st));
	MUST(stat(TREE "/file", &plain) == 0);
	SHOW((st.mask & 0x7ff) == 0x7ff);
	SHOW(st.mode == plain.st_mode && st.ino == plain.st_ino && st.size == plain.st_size);
	SHOW(st.nlink == plain.st_nlink && st.uid == plain.st_uid && st.gid == plain.st_gid);
	SHOW(st.blocks == plain.st_blocks && st.blksize == plain.st_blksize);
	SHOW(st.dev_major == major(plain.st_dev) && st.dev_minor == minor(plain.st_dev));
	SHOW(st.mtime.sec == plain.st_mtim.tv_sec && st.mtime.nsec == plain.st_mtim.tv_nsec);
	SHOW(st.ctime.sec == plain.st_ctim.tv_sec && st.ctime.nsec == plain.st_ctim.tv_nsec);
	CALL(syscall(SYS_statx, AT_FDCWD, TREE "/link", 0x100, 0x7ff, &st));
	SHOW(st.mode);
	CALL(syscall(SYS_statx, AT_FDCWD, TREE, 0x6000, 0x7ff, &st));
	CALL(syscall(SYS_statx, AT_FDCWD, TREE, 0x2000, 0x7ff, &st));
	CALL(syscall(SYS_statx, AT_FDCWD, TREE, 0, 0x80000000, &st));
	CALL(syscall(SYS_statx, AT_FDCWD, TREE, 0x10, 0x7ff, &st));
	CALL(syscall(SYS_statx, AT_FDCWD, "", 0x1000, 0x7ff, &st));
	CALL(syscall(SYS_statx, AT_FDCWD, TREE "/none", 0, 0x7ff, &st));
	CALL(syscall(SYS_statx, AT_FDCWD, TREE, 0, 0x7ff, nowhere()));
}

static void links(int argc, char **argv)
{
	static const char *const names[] = {"link",	   "dangling",	       "file",	 "none",
					    "link-to-dir", "link-to-dir/",     "file/x", "loop",
					    "loop/x",	   "link-to-dir/file", ""};
	int fd;

	(void)argc, (void)argv;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(text, sizeof(text), TREE "/%s", names[i]);
		memset(buffer, 0, 200);
		printf("%s: ", names[i]);
		CALL(readlink(text, buffer, 100));
		puts(buffer);
	}
	memset(buffer, 0, 200);
	CALL(readlink(TREE "/link", buffer, 2));
	puts(buffer);
	CALL(readlink(TREE "/link", nowhere(), 2));
	CALL(readlink(TREE "/link", buffer, 0));
	fd = open(TREE, O_RDONLY);
	CALL(readlinkat(fd, "link", buffer, 100));
	CALL(readlinkat(fd, "", buffer, 100));
	CALL(readlinkat(99, "link", buffer, 100));
	fd = open(TREE "/link", O_PATH | O_NOFOLLOW);
	MUST(fd >= 0);
	CALL(readlinkat(fd, "", buffer, 100));
	/* A link before "..": to where it leads. */
	MUST(chdir(TREE) == 0);
	CALL(access("link-to-sub/../in-empty", F_OK));
	CALL(access("link-to-sub/../file", F_OK));
	CALL(access("link-to-dir/../file", F_OK));
	fd = open("link-to-sub", O_RDONLY);
	CALL(faccessat(fd, "../in-empty", F_OK, 0));
	fd = open("link-to-sub/..", O_RDONLY);
	CALL(faccessat(fd, "in-empty", F_OK, 0));
	CALL(faccessat(fd, "../file", F_OK, 0));
	MUST(realpath("link-to-sub/../in-empty", buffer));
	puts(strstr(buffer, "tests/conform"));
	MUST(realpath("/proc/self/exe", buffer));
	puts(strstr(buffer, "tests/conform") ? "exe" : buffer);
}

/* Where links of the host lead into what isn't the host's. */
static void links_to_devices(int argc, char **argv)
{
	struct stat st, other;

	(void)argc, (void)argv;
	MUST(chdir(TREE) == 0);
	MUST(stat("to-null", &st) == 0 && stat("/dev/null", &other) == 0);
	SHOW(st.st_rdev == other.st_rdev && st.st_ino == other.st_ino);
	CALL(write(open("to-null", O_WRONLY), "x", 1));
	CALL(lstat("to-null", &st));
	SHOW(S_ISLNK(st.st_mode));
	CALL(open("to-null", O_WRONLY | O_NOFOLLOW) < 0 ? -1 : 0);
	SHOW(errno == ELOOP);
	CALL(open("to-dev/zero", O_RDONLY) > 0);
	CALL(open("to-dev/../dev/full", O_RDONLY) > 0);
	CALL(stat("to-exe", &st));
	MUST(stat("/proc/self/exe", &other) == 0);
	SHOW(st.st_ino == other.st_ino);
	CALL(access("to-proc/self/none", F_OK));
	CALL(access("to-proc/..", F_OK));
	CALL(access("to-proc/../dev/null", F_OK));
	CALL(access("/dev/../proc/self/exe", F_OK));
	CALL(access("/dev/null/", F_OK));
	CALL(access("/dev/null/x", F_OK));
	MUST(readlink("/proc/self/exe", buffer, sizeof(buffer)) > 0);
	MUST(readlink("to-exe", buffer, sizeof(buffer)) == 14);
	CALL(lseek(open("to-stdin", O_RDONLY), 0, SEEK_SET) >= 0);
}

static void opening(int argc, char **argv)
{
	(void)argc, (void)argv;
	MUST(chdir(TREE) == 0);
	CALL(open("link", O_RDONLY | O_NOFOLLOW));
	CALL(open("link", O_RDONLY | O_NOFOLLOW | O_DIRECTORY));
	CALL(open("link-to-dir", O_RDONLY | O_NOFOLLOW));
	CALL(open("link-to-dir/", O_RDONLY | O_NOFOLLOW));
	CALL(open("link-to-dir/file", O_RDONLY | O_NOFOLLOW));
	CALL(open("file", O_RDONLY | O_NOFOLLOW));
	CALL(open("empty", O_RDONLY | O_NOFOLLOW | O_DIRECTORY));
	CALL(open("none", O_RDONLY | O_NOFOLLOW));
	CALL(open("file", O_RDONLY | O_DIRECTORY));
	CALL(open("loop", O_RDONLY));
	CALL(open("dangling", O_RDONLY));
	CALL(open("empty", O_RDWR));
	CALL(open("empty", O_RDONLY | O_CREAT, 0644));
	CALL(open("none/x", O_RDONLY | O_CREAT, 0644));
	CALL(open("file/x", O_RDONLY | O_CREAT, 0644));
	CALL(open("file", O_RDONLY | O_CREAT | O_EXCL, 0644));
	CALL(open("link", O_RDONLY | O_CREAT | O_EXCL, 0644));
	CALL(open("none/", O_RDONLY | O_CREAT, 0644));
	CALL(open(".", O_RDONLY | (O_TMPFILE & ~O_DIRECTORY), 0644));
	CALL(open("file", O_RDWR | O_TMPFILE, 0644));
	CALL(open("none", O_RDWR | O_TMPFILE, 0644));
	memset(text, 'n', 300);
	text[300] = '\0';
	CALL(open(text, O_RDONLY));
	CALL(access(text, F_OK));
	memset(text, 'n', PATH_MAX);
	for (int i = 0; i < PATH_MAX; i += 2)
		memcpy(text + i, "./", 2);
	strcpy(text + PATH_MAX - 5, "file");
	CALL(access(text, F_OK));
	strcpy(text + PATH_MAX - 4, "file");
	CALL(access(text, F_OK));
}

static void path_only(int argc, char **argv)
{
	struct stat st, other;
	struct pollfd poll_one;
	struct statfs fs;
	int fd, again;

	(void)argc, (void)argv;
	MUST(chdir(TREE) == 0);
	fd = open("file", O_PATH);
	MUST(fd >= 0);
	CALL(read(fd, buffer, 1));
	CALL(write(fd, "x", 1));
	CALL(pread(fd, buffer, 1, 0));
	CALL(readv(fd, &(struct iovec){buffer, 1}, 1));
	CALL(lseek(fd, 0, SEEK_SET));
	CALL(ioctl(fd, 0x5401, buffer));
	CALL(fsync(fd));
	/* Not by musl, which then tries /proc/self/fd. */
	CALL(syscall(SYS_fchmod, fd, 0644));
	CALL(syscall(SYS_fchown, fd, -1, -1));
	CALL(ftruncate(fd, 0));
	CALL(fchdir(fd));
	CALL(fgetxattr(fd, "user.x", buffer, 10));
	CALL(syscall(SYS_getdents64, fd, buffer, 1000));
	CALL(fcntl(fd, F_GETFL));
	CALL(fcntl(fd, F_GETFD));
	CALL(fcntl(fd, F_SETFD, FD_CLOEXEC));
	CALL(fcntl(fd, F_GETFD));
	CALL(fcntl(fd, F_SETFL, O_NONBLOCK));
	CALL(fcntl(fd, F_GETLK, buffer));
	CALL(dup(fd));
	CALL(fstat(fd, &st));
	MUST(stat("file", &other) == 0);
	SHOW(memcmp(&st, &other, sizeof(st)));
	CALL(fstatfs(fd, &fs));
	CALL(fstatat(fd, "", &st, AT_EMPTY_PATH));
	CALL(faccessat(fd, "x", F_OK, 0));
	SHOW(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED);
	SHOW(errno == EBADF);
	poll_one = (struct pollfd){.fd = fd, .events = POLLIN};
	CALL(poll(&poll_one, 1, 0));
	printf("%x\n", poll_one.revents);
	snprintf(text, sizeof(text), "/proc/self/fd/%d", fd);
	again = open(text, O_RDONLY);
	CALL(read(again, buffer, 4));
	fd = open("empty", O_PATH | O_DIRECTORY);
	CALL(faccessat(fd, "in-empty", F_OK, 0));
	CALL(faccessat(fd, "../file", F_OK, 0));
	CALL(fchdir(fd));
	CALL(access("in-empty", F_OK));
	snprintf(text, sizeof(text), "/dev/fd/%d", fd);
	again = open(text, O_RDONLY | O_DIRECTORY);
	CALL(syscall(SYS_getdents64, again, buffer, sizeof(buffer)) > 0);
	CALL(open("../file", O_PATH | O_DIRECTORY));
	CALL(open("../none", O_PATH));
	CALL(close(open("../link", O_PATH | O_NOFOLLOW)));
	CALL(close(open("../dangling", O_PATH | O_NOFOLLOW)));
	CALL(open("../dangling", O_PATH));
	CALL(fstat(open("../link", O_PATH | O_NOFOLLOW), &st));
	SHOW(S_ISLNK(st.st_mode));
	CALL(fstat(open("../fifo", O_PATH), &st));
	SHOW(S_ISFIFO(st.st_mode));
	CALL(fcntl(open("../file", O_PATH | O_RDWR | O_APPEND | O_NOFOLLOW), F_GETFL));
}

static void where(const char *prefix)
{
	char now[PATH_MAX];

	MUST(getcwd(now, sizeof(now)));
	printf("%s\n", strstr(now, prefix) ? strstr(now, prefix) : now);
}

static void changing(int argc, char **argv)
{
	int fd;

	(void)argc, (void)argv;
	CALL(chdir(TREE "/link-to-sub"));
	where("tests/conform");
	CALL(chdir(".."));
	where("tests/conform");
	CALL(chdir("../link-to-dir/."));
	where("tests/conform");
	CALL(chdir("../file"));
	CALL(chdir("../none"));
	CALL(chdir("../link"));
	CALL(chdir("../loop"));
	fd = open("../link-to-sub", O_RDONLY);
	CALL(fchdir(fd));
	where("tests/conform");
	fd = open("..", O_RDONLY);
	CALL(chdir("/"));
	CALL(fchdir(fd));
	where("tests/conform");
	CALL(chdir("../to-dev"));
	where("/");
	CALL(access("null", F_OK));
	CALL(chdir(".."));
	where("/");
	CALL(chdir("etc/../dev"));
	where("/");
	CALL(syscall(SYS_getcwd, buffer, 4));
	CALL(syscall(SYS_getcwd, buffer, 5));
	CALL(syscall(SYS_getcwd, nowhere(), 100));
	CALL(chdir(nowhere()));
}

static void rights(int argc, char **argv)
{
	(void)argc, (void)argv;
	MUST(chdir(TREE) == 0);
	CALL(access("x", X_OK));
	CALL(access("file", X_OK));
	CALL(access("file", R_OK));
	CALL(access("link", X_OK));
	CALL(access("empty", R_OK | X_OK));
	CALL(access("private", R_OK));
	CALL(access("none", W_OK));
	CALL(access("dangling", F_OK));
	CALL(access("fifo", W_OK));
	CALL(access("/dev/null", R_OK | W_OK));
	CALL(access("/dev/null", X_OK));
	CALL(access("file", 8));
	CALL(faccessat(AT_FDCWD, "file", R_OK, AT_EACCESS));
	CALL(syscall(439, AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW));
	CALL(syscall(439, AT_FDCWD, "x", X_OK, 0x200));
	CALL(syscall(439, open("x", O_RDONLY), "", X_OK, AT_EMPTY_PATH));
	CALL(syscall(439, AT_FDCWD, "x", X_OK, 1));
}

static void file_systems(int argc, char **argv)
{
	struct statfs fs;

	(void)argc, (void)argv;
	CALL(statfs(TREE, &fs));
	SHOW(fs.f_bsize > 0 && fs.f_namelen == 255);
	CALL(statfs("/proc", &fs));
	printf("%lx\n", (long)fs.f_type);
	CALL(statfs("/proc/self/exe", &fs));
	SHOW(fs.f_type != 0x9fa0);
	CALL(statfs(TREE "/none", &fs));
	CALL(statfs(TREE "/file/x", &fs));
	CALL(syscall(SYS_statfs, TREE, nowhere()));
	CALL(fstatfs(99, &fs));
	CALL(fstatfs(open(TREE, O_RDONLY), &fs));
}

/* What fails on any file system. */
static void refusals(int argc, char **argv)
{
	const struct timespec bad[2] = {{0, 2000000000}, {0, 0}};
	const struct timespec omit[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};

	(void)argc, (void)argv;
	MUST(chdir(TREE) == 0);
	CALL(mkdir("empty", 0777));
	CALL(mkdir("link", 0777));
	CALL(mkdir("dangling", 0777));
	CALL(mkdir("none/x", 0777));
	CALL(mkdir("file/x", 0777));
	CALL(mkdir("/", 0777));
	CALL(mkdir(".", 0777));
	CALL(mkdir("", 0777));
	CALL(mknod("file", S_IFREG, 0));
	CALL(mknod("none/", S_IFREG, 0));
	CALL(mknod("x1", S_IFDIR, 0));
	CALL(mknod("x1", S_IFLNK, 0));
	CALL(symlink("", "new"));
	CALL(symlink("x", "new/"));
	CALL(symlink("x", "dangling"));
	CALL(link("none", "new"));
	CALL(link("file", "x"));
	CALL(link("file", "none/new"));
	CALL(linkat(AT_FDCWD, "file", AT_FDCWD, "new", 0x40));
	CALL(unlink("none"));
	CALL(unlink("empty"));
	CALL(unlink("file/x"));
	CALL(unlinkat(AT_FDCWD, "file", 1));
	CALL(rmdir("file"));
	CALL(rmdir("none"));
	CALL(rename("none", "new"));
	CALL(rename("file", "none/new"));
	CALL(rename("none/x", "new"));
	CALL(syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "x", 1));
	CALL(syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "none", 2));
	CALL(syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "x", 8));
	CALL(syscall(SYS_renameat2, AT_FDCWD, "file", AT_FDCWD, "x", 3));
	CALL(chmod("none", 0644));
	CALL(chmod("file/x", 0644));
	CALL(chown("dangling", 0, 0));
	CALL(lchown("none", 0, 0));
	CALL(fchownat(AT_FDCWD, "file", 0, 0, 1));
	CALL(fchmod(99, 0644));
	CALL(truncate("none", 0));
	CALL(truncate("empty", 0));
	CALL(truncate("file", -1));
	CALL(utimensat(AT_FDCWD, "none", NULL, 0));
	CALL(utimensat(AT_FDCWD, "file", bad, 0));
	CALL(utimensat(AT_FDCWD, "none", omit, 0));
	CALL(utimensat(AT_FDCWD, "file", NULL, 1));
	CALL(futimens(99, NULL));
	CALL(setxattr("none", "user.x", "y", 1, 0));
	CALL(setxattr("file", "user.x", "y", 1, 9));
	CALL(setxattr("file", "", "y", 1, 0));
	CALL(getxattr("none", "user.x", buffer, 10));
	CALL(getxattr("file", "", buffer, 10));
	CALL(listxattr("none", buffer, 10));
	CALL(lgetxattr("none", "user.x", buffer, 10));
	CALL(fgetxattr(99, "user.x", buffer, 10));
	CALL(statfs("none", (void *)buffer));
}

const struct conform_case directory_cases[] = {
	{"dir-list", listing},
	{"dir-positions", positions},
	{"dir-raw", raw},
	{"dir-crowd", crowd},
	{"dir-metadata", metadata},
	{"dir-statx", extended_stat},
	{"dir-links", links},
	{"dir-own-links", links_to_devices},
	{"dir-open", opening},
	{"dir-path-only", path_only},
	{"dir-chdir", changing},
	{"dir-rights", rights},
	{"dir-statfs", file_systems},
	{"dir-refusals", refusals},
	{NULL, NULL},
};
