/* SPDX-License-Identifier: MIT */
/* Names in /tmp: how they are made, found, listed, changed and removed. */
#define _GNU_SOURCE
#include "tmpfs.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "conform.h"

#define RENAME_NOREPLACE 1 /* renameat2(2) */
#define RENAME_EXCHANGE	 2

static char directory[] = "/tmp/conform.XXXXXX";
static pid_t owner;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void remove_directory(void)
{
	if (getpid() == owner) {
		MUST(chdir("/") == 0);
		nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	}
}

void own_directory(void)
{
	MUST(mkdtemp(directory) && chdir(directory) == 0);
	owner = getpid();
	atexit(remove_directory);
	umask(022);
}

void put_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	MUST(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
}

void show_file(const char *name)
{
	char text[200];
	int fd = open(name, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (n < 0)
		printf("%s: %s\n", name, strerror(errno));
	else
		printf("%s: %.*s\n", name, (int)n, text);
	close(fd);
}

void show_stat(const char *name)
{
	struct stat st;

	if (lstat(name, &st) < 0)
		printf("%s: %s\n", name, strerror(errno));
	else
		printf("%s: %o, links %d, size %d, owner %d %d\n", name, st.st_mode,
		       (int)st.st_nlink, S_ISDIR(st.st_mode) ? 0 : (int)st.st_size, (int)st.st_uid,
		       (int)st.st_gid);
}

void show_directory(const char *name)
{
	struct dirent **list;
	int count = scandir(name, &list, NULL, alphasort);

	printf("%s:", name);
	for (int i = 0; i < count; i++)
		printf(" %s/%d", list[i]->d_name, list[i]->d_type);
	printf(" (%d)\n", count);
}

static int rename2(const char *from, const char *to, unsigned flags)
{
	return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

static void create(int argc, char **argv)
{
	(void)argc, (void)argv;
	own_directory();
	CALL(open("a", O_RDWR));
	CALL(close(open("a", O_RDWR | O_CREAT, 0666)));
	CALL(close(open("a", O_RDWR | O_CREAT | O_EXCL, 0666)));
	CALL(open("a", O_RDWR | O_CREAT | O_EXCL, 0666));
	CALL(open("a/b", O_RDWR | O_CREAT, 0666));
	CALL(open("b/", O_RDWR | O_CREAT, 0666));
	CALL(open("a", O_RDONLY | O_DIRECTORY));
	CALL(open(".", O_RDWR));
	CALL(open(".", O_RDONLY | O_CREAT, 0666));
	CALL(open(".", O_RDONLY | O_CREAT | O_EXCL, 0666));
	CALL(open("none/a", O_RDWR | O_CREAT, 0666));
	umask(0);
	CALL(close(creat("c", 07777)));
	umask(077);
	CALL(close(open("d", O_CREAT | O_RDONLY, 0666)));
	CALL(close(open("e", O_CREAT | O_WRONLY, 0400)));
	put_file("a", "text");
	CALL(close(open("a", O_RDONLY | O_TRUNC)));
	for (int i = 0; i < 5; i++)
		show_stat((const char *[]){"a", "b", "c", "d", "e"}[i]);
	CALL(open((char *)1, O_CREAT | O_RDWR, 0666));
	CALL(open("", O_CREAT | O_RDWR, 0666));
}

static void directories(int argc, char **argv)
{
	(void)argc, (void)argv;
	own_directory();
	CALL(mkdir("d", 0777));
	CALL(mkdir("d", 0777));
	CALL(mkdir("d/", 0777));
	CALL(mkdir("d/.", 0777));
	CALL(mkdir("d/..", 0777));
	CALL(mkdir("/", 0777));
	CALL(mkdir("d/e/", 01777));
	CALL(mkdir("d/f/g", 0777));
	put_file("file", "");
	CALL(mkdir("file", 0777));
	CALL(mkdir("file/x", 0777));
	show_stat("d");
	show_stat("d/e");
	show_directory("d");
	CALL(rmdir("d"));
	CALL(rmdir("d/e/."));
	CALL(rmdir("d/e/.."));
	CALL(rmdir("file"));
	CALL(rmdir("none"));
	CALL(unlink("d"));
	CALL(unlink("d/e/."));
	CALL(rmdir("d/e/"));
	CALL(rmdir("d"));
	CALL(rmdir("/"));
	CALL(unlink("file/"));
	CALL(unlink("file"));
	CALL(unlink("file"));
	show_directory(".");
	CALL(chmod(".", 02777));
	CALL(mkdir("s", 0755));
	show_stat("s");
}

static void hard_links(int argc, char **argv)
{
	(void)argc, (void)argv;
	own_directory();
	put_file("a", "one");
	CALL(mkdir("d", 0777));
	CALL(link("a", "b"));
	CALL(link("a", "b"));
	CALL(link("a", "d/c"));
	CALL(link("a", "none/c"));
	CALL(link("none", "c"));
	CALL(link("d", "e"));
	CALL(link("a", "x/"));
	CALL(link("a/", "x"));
	CALL(symlink("a", "l"));
	CALL(link("l", "m"));
	CALL(linkat(AT_FDCWD, "l", AT_FDCWD, "n", AT_SYMLINK_FOLLOW));
	CALL(linkat(AT_FDCWD, "a", AT_FDCWD, "o", AT_EMPTY_PATH));
	CALL(linkat(AT_FDCWD, "a", AT_FDCWD, "p", 1));
	CALL(link("a", "/dev/shm/conform-no"));
	put_file("d/c", "two, longer");
	for (int i = 0; i < 6; i++)
		show_stat((const char *[]){"a", "b", "d/c", "m", "n", "o"}[i]);
	show_file("b");
	CALL(unlink("a"));
	CALL(unlink("b"));
	show_stat("d/c");
	show_file("d/c");
}

static void soft_links(int argc, char **argv)
{
	char text[300];

	(void)argc, (void)argv;
	own_directory();
	put_file("file", "file");
	CALL(mkdir("d", 0777));
	CALL(symlink("file", "a"));
	CALL(symlink("file", "a"));
	CALL(symlink("", "b"));
	CALL(symlink("x", "none/b"));
	CALL(symlink("x", "b/"));
	CALL(symlink("../file", "d/up"));
	CALL(symlink("d/up", "twice"));
	CALL(symlink("loop", "loop"));
	CALL(symlink("nothing", "dangling"));
	CALL(symlink("/proc/self/status", "status"));
	CALL(symlink("d", "to-d"));
	CALL(readlink("a", text, sizeof(text)));
	CALL(readlink("a", text, 2));
	CALL(readlink("file", text, sizeof(text)));
	CALL(readlink("d/up", text, sizeof(text)));
	show_stat("twice");
	show_file("twice");
	show_file("to-d/up");
	CALL(close(open("loop", O_RDONLY)));
	CALL(close(open("a", O_RDONLY | O_NOFOLLOW)));
	CALL(close(open("dangling", O_RDONLY)));
	CALL(open("dangling", O_RDWR | O_CREAT | O_EXCL, 0600));
	CALL(close(open("dangling", O_RDWR | O_CREAT, 0600)));
	show_stat("nothing");
	CALL(close(open("status", O_RDONLY)));
	CALL(access("status/x", F_OK));
	CALL(chmod("a", 0600));
	show_stat("file");
	CALL(lchown("a", 1, 2));
	show_stat("a");
	CALL(rmdir("to-d"));
	CALL(rmdir("to-d/"));
	CALL(unlink("to-d"));
	CALL(unlink("a"));
	show_file("file");
	memset(text, 'x', sizeof(text));
	text[256] = '\0';
	CALL(symlink(text, "long"));
	CALL(symlink("x", text));
	CALL(close(open("long", O_RDONLY)));
	text[255] = '\0';
	CALL(symlink("x", text));
	CALL(unlink(text));
}

static void renames(int argc, char **argv)
{
	(void)argc, (void)argv;
	own_directory();
	put_file("a", "a");
	put_file("b", "b");
	CALL(mkdir("d", 0777));
	CALL(mkdir("e", 0777));
	put_file("e/in", "in");
	CALL(rename("a", "c"));
	CALL(rename("a", "c"));
	CALL(rename("c", "b"));
	show_file("b");
	CALL(rename("b", "d"));
	CALL(rename("d", "b"));
	CALL(rename("d", "e"));
	CALL(rename("e", "d"));
	show_file("d/in");
	CALL(rename("d", "d/in/x"));
	CALL(mkdir("d/f", 0777));
	CALL(rename("d", "d/f/x"));
	CALL(rename("d/f", "d"));
	CALL(rename("d/f", "g/"));
	CALL(rename("b", "h/"));
	CALL(rename("b/", "h"));
	CALL(rename("b", "none/h"));
	CALL(rename(".", "x"));
	CALL(rename("d/..", "x"));
	CALL(rename("b", "."));
	CALL(rename("/", "x"));
	CALL(link("b", "b2"));
	CALL(rename("b", "b2"));
	show_stat("b");
	CALL(rename("b", "b"));
	CALL(rename("b", "/dev/shm/conform-no"));
	CALL(symlink("d", "l"));
	CALL(rename("l", "m"));
	CALL(rename("m/", "n"));
	show_directory(".");
	show_directory("d");
	show_stat(".");
}

static void rename_flags(int argc, char **argv)
{
	(void)argc, (void)argv;
	own_directory();
	put_file("a", "a");
	put_file("b", "b");
	CALL(mkdir("d", 0777));
	CALL(mkdir("d/e", 0777));
	CALL(rename2("a", "b", RENAME_NOREPLACE));
	CALL(rename2("a", "c", RENAME_NOREPLACE));
	CALL(rename2("c", "c", RENAME_NOREPLACE));
	CALL(rename2("b", "c", RENAME_EXCHANGE));
	show_file("b");
	show_file("c");
	CALL(rename2("b", "none", RENAME_EXCHANGE));
	CALL(rename2("b", "d/e", RENAME_EXCHANGE));
	show_directory(".");
	show_directory("d");
	show_stat(".");
	show_stat("d");
	CALL(rename2("d", "d/e", RENAME_EXCHANGE));
	CALL(rename2("d", "b", RENAME_EXCHANGE));
	show_file("b/e");
	CALL(rename2("b", "d", RENAME_NOREPLACE | RENAME_EXCHANGE));
	CALL(rename2("b", "d", 64));
	show_directory(".");
}

/* What is removed and made while a directory is read. */
static void listing(int argc, char **argv)
{
	struct dirent *entry;
	char name[8];
	bool seen[200] = {0};
	int missing = 0, count = 0;
	DIR *dir;

	(void)argc, (void)argv;
	own_directory();
	CALL(mkdir("d", 0777));
	for (int i = 0; i < 200; i++) {
		sprintf(name, "d/%d", i);
		close(creat(name, 0600));
	}
	MUST((dir = opendir("d")));
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		count++;
		seen[atoi(entry->d_name)] = true;
		MUST(unlinkat(dirfd(dir), entry->d_name, 0) == 0);
	}
	for (int i = 0; i < 200; i++)
		missing += !seen[i];
	printf("%d entries, %d missing\n", count, missing);
	show_directory("d");
	put_file("d/new", "");
	rewinddir(dir);
	while ((entry = readdir(dir)))
		count++;
	printf("%d\n", count);
	unlink("d/new");
	CALL(rmdir("d"));
	rewinddir(dir);
	errno = 0;
	SHOW(readdir(dir) == NULL);
	CALL(openat(dirfd(dir), "x", O_CREAT | O_RDWR, 0600));
	show_stat(".");
	closedir(dir);
}

/* Directories that are renamed and removed while they are open, or worked in. */
static void moved(int argc, char **argv)
{
	char text[PATH_MAX];
	int fd;

	(void)argc, (void)argv;
	own_directory();
	MUST(mkdir("d", 0777) == 0 && mkdir("d/e", 0777) == 0 && mkdir("x", 0777) == 0);
	put_file("d/e/file", "inside");
	MUST((fd = open("d/e", O_RDONLY | O_DIRECTORY)) >= 0);
	CALL(rename("d", "x/y"));
	CALL(faccessat(fd, "file", R_OK, 0));
	CALL(faccessat(fd, "../../y", R_OK, 0));
	CALL(mkdirat(fd, "made", 0777));
	show_directory("x/y/e");
	CALL(fchdir(fd));
	MUST(getcwd(text, sizeof(text)));
	printf("%s\n", text + sizeof(directory) - 1);
	show_file("file");
	CALL(rename("../../../x", "../../../z"));
	show_file("file");
	MUST(getcwd(text, sizeof(text)));
	printf("%s\n", text + sizeof(directory) - 1);
	CALL(close(creat("by-name", 0600)));
	show_directory("..");
	CALL(unlink("by-name"));
	CALL(unlink("file"));
	CALL(rmdir("made"));
	CALL(rmdir("../e"));
	CALL(getcwd(text, sizeof(text)) != NULL);
	CALL(open("new", O_CREAT | O_RDWR, 0600));
	CALL(mkdir("new", 0700));
}

const struct conform_case tmpfs_cases[] = {
	{"tmp-create", create},
	{"tmp-directories", directories},
	{"tmp-hard-links", hard_links},
	{"tmp-soft-links", soft_links},
	{"tmp-renames", renames},
	{"tmp-rename-flags", rename_flags},
	{"tmp-listing", listing},
	{"tmp-moved", moved},
	{NULL, NULL},
};
