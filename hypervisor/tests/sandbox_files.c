/* SPDX-License-Identifier: MIT */
/* Part of sandbox.c: which files a process in the sandbox can still open. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../msg.h"
#include "sandbox_test.h"

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) == EOF || fclose(file) == EOF)
		err(1, "%s", path);
}

/* hostfile_open() of `path` must give `wanted`: -errno, or 0 for a file. */
static void opens(const char *path, int wanted)
{
	char text[128], name[256];
	int messages, status;
	pid_t pid = sandboxed(&messages);

	if (pid == 0) {
		int fd = hostfile_open(&hostfiles, path);

		_exit(fd >= 0 ? 0 : -fd);
	}
	status = end_of(pid, messages, text, sizeof(text));
	snprintf(name, sizeof(name), "%s%sopen(\"%s\") is %s",
		 way_in.no_files	 ? "--no-files: "
		 : way_in.landlock_alone ? "by Landlock alone: "
		 : way_in.root		 ? "--root: "
					 : "",
		 way_in.user.given ? "--user: " : "", path,
		 wanted ? error_name(-wanted) : "a file");
	if (!WIFEXITED(status))
		verdict(name, *text ? text : "the process was killed");
	else
		verdict(name, WEXITSTATUS(status) == -wanted ? ""
			      : *text			     ? text
							     : strerror(WEXITSTATUS(status)));
}

/* A directory that is to be /, and beside it what must not be reached. */
static void make_tree(void)
{
	static const char *const links[][2] = {
		{"/secret", "root/absolute"},
		{"../secret", "root/up"},
		{"../../../../secret", "root/d/ups"},
		{"..", "root/d/parent"},
		{"/", "root/top"},
		{"up", "root/chain"},
		{"/proc/self/root/secret", "root/magic"},
		{"file", "root/link"},
		{"/file", "root/d/absolute"},
	};

	if (mkdir("root", 0700) < 0 || mkdir("root/d", 0700) < 0 || mkdir("root/a", 0700) < 0 ||
	    mkdir("root/a/b", 0700) < 0 || mkdir("root/mount", 0700) < 0 ||
	    mkdir("root/proc", 0700) < 0 || mkdir("outside", 0700) < 0)
		err(1, "mkdir");
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlink(links[i][0], links[i][1]) < 0)
			err(1, "symlink");
	write_file("root/file", "file");
	write_file("root/d/file", "file");
	write_file("secret", "secret");
	write_file("granted", "granted");
	write_file("outside/secret", "secret");
}

static void paths_beneath_the_root(void)
{
	static const char *const inside[] = {
		"/file",       "file",	      "/../../file",	"/d/../file",	       "/link",
		"/d/absolute", "/top/d/file", "/d/parent/file", "/d/parent/../../file"};
	static const char *const outside[] = {
		"/secret", "/../secret", "../secret",		"/d/../../secret", "/absolute",
		"/up",	   "/d/ups",	 "/d/parent/../secret", "/top/secret",	   "/top/../secret",
		"/chain",  "/magic",	 "/etc/hostname",
	};
	char cwd[4096], path[4200];

	way_in.root = "root";
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		opens(inside[i], 0);
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++)
		opens(outside[i], -ENOENT);
	snprintf(path, sizeof(path), "%s/secret", getcwd(cwd, sizeof(cwd)));
	opens(path, -ENOENT);
	/* What it is told to run is the host's, once. */
	opens("granted", 0);
	/* Another directory would take its place. */
	forbidden("close of the root", SYS_close, ROOT, 0, 0, 0);
	if (geteuid() != 0) {
		printf("skip sandbox: mounts beneath the root: they need root\n");
	} else if (unshare(CLONE_NEWNS) < 0 ||
		   mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		   mount("none", "root/mount", "tmpfs", 0, NULL) < 0 ||
		   mount("none", "root/proc", "proc", 0, NULL) < 0) {
		printf("skip sandbox: mounts beneath the root: %s\n", strerror(errno));
	} else {
		write_file("root/mount/file", "file");
		opens("/mount/file", 0);
		opens("/mount/../secret", -ENOENT);
		opens("/mount/../../secret", -ENOENT);
		opens("/proc/self/fd/0", -ELOOP);
		opens("/proc/self/root/secret", -ELOOP);
		opens("/proc/self/cwd/secret", -ELOOP);
		opens("/proc/self/mem", -EACCES);
		opens("/proc/version", -EACCES);
		umount("root/mount");
		umount("root/proc");
	}
	way_in.root = NULL;
}

/* Somebody moves a directory out and back while ".." of it is followed: it never leads out. */
static void renames_during_the_walk(void)
{
	enum { TRIES = 20000 };
	char text[128];
	int messages, status;
	pid_t mover = fork(), pid;

	if (mover == 0) {
		for (;;) {
			rename("root/a/b", "outside/b");
			rename("outside/b", "root/a/b");
		}
	}
	way_in.root = "root";
	pid = sandboxed(&messages);
	if (pid == 0) {
		for (int i = 0; i < TRIES; i++)
			if (hostfile_open(&hostfiles, "/a/b/../secret") >= 0)
				_exit(1);
		_exit(0);
	}
	way_in.root = NULL;
	status = end_of(pid, messages, text, sizeof(text));
	kill(mover, SIGKILL);
	waitpid(mover, NULL, 0);
	verdict("a directory that is moved during the walk", status == 0 ? "" : "it led out");
}

/*
 * Somebody has a path lead to a regular file and to a FIFO by turns. The FIFO
 * stands for a device whose open acts: it is never opened, not even for a check.
 */
static void flips_during_an_open(void)
{
	enum { TRIES = 20000 };
	int watch = inotify_init1(IN_NONBLOCK), messages, status;
	struct inotify_event event;
	char text[128];
	pid_t flipper, pid;

	if (mkfifo("fifo", 0600) < 0 || symlink("fifo", "flip") < 0 || watch < 0 ||
	    inotify_add_watch(watch, "fifo", IN_OPEN) < 0)
		err(1, "fifo");
	write_file("flop", "file");
	flipper = fork();
	if (flipper == 0) {
		for (;;) {
			renameat2(AT_FDCWD, "flip", AT_FDCWD, "flop", RENAME_EXCHANGE);
			sched_yield();
		}
	}
	pid = sandboxed(&messages);
	if (pid == 0) {
		int files_opened = 0;

		for (int i = 0; i < TRIES; i++) {
			int fd = hostfile_open(&hostfiles, "flip");

			if (fd >= 0)
				close(fd);
			files_opened += fd >= 0;
		}
		/* Both were met, or the test has shown nothing. */
		_exit(files_opened > 0 && files_opened < TRIES ? 0 : 1);
	}
	status = end_of(pid, messages, text, sizeof(text));
	kill(flipper, SIGKILL);
	waitpid(flipper, NULL, 0);
	verdict("a path that is changed during an open",
		status != 0 ? "the file and the FIFO weren't both met"
		: read(watch, &event, sizeof(event)) != -1 ? "the FIFO was opened"
		: errno != EAGAIN			   ? strerror(errno)
							   : "");
	close(watch);
}

static char found[PATH_MAX];

/* nftw(3)'s: ends the walk at a regular file that can be read. */
static int find(const char *path, const struct stat *st, int type, struct FTW *place)
{
	(void)place;
	if (type != FTW_F || !S_ISREG(st->st_mode) || !(st->st_mode & 0444))
		return 0;
	snprintf(found, sizeof(found), "%s", path);
	return 1;
}

/* No regular file of a file system that keeps no data is opened, known by name here or not. */
static void pseudo_file_systems(void)
{
	static const char *const data[] = {"tmpfs", "ramfs", "hugetlbfs"};
	static const char *const pseudo[] = {
		"proc",	      "sysfs",	 "mqueue",     "debugfs",   "tracefs",	   "cgroup",
		"cgroup2",    "cpuset",	 "securityfs", "pstore",    "bpf",	   "configfs",
		"selinuxfs",  "smackfs", "efivarfs",   "resctrl",   "binfmt_misc", "fusectl",
		"rpc_pipefs", "nfsd",	 "xenfs",      "functionfs"};
	unsigned tried = 0;

	if (geteuid() != 0 || unshare(CLONE_NEWNS) < 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mkdir("pseudo", 0755) < 0) {
		printf("skip sandbox: pseudo file systems: %s\n", strerror(errno));
		return;
	}
	for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
		if (mount("none", "pseudo", data[i], 0, NULL) < 0)
			continue;
		close(open("pseudo/file", O_RDONLY | O_CREAT, 0644));
		opens("pseudo/file", 0);
		umount("pseudo");
	}
	for (size_t i = 0; i < sizeof(pseudo) / sizeof(pseudo[0]); i++) {
		if (mount("none", "pseudo", pseudo[i], 0, NULL) < 0)
			continue;
		if (strcmp(pseudo[i], "mqueue") == 0)
			close(open("pseudo/queue", O_RDONLY | O_CREAT, 0644));
		if (nftw("pseudo", find, 16, FTW_PHYS | FTW_MOUNT) == 1) {
			opens(found, -EACCES);
			tried++;
		}
		umount("pseudo");
	}
	verdict("pseudo file systems were there to be tried", tried >= 3 ? "" : "they weren't");
}

/* --user: root's files are another user's. */
static void files_of_root(void)
{
	if (geteuid() != 0)
		return;
	write_file("private", "root's");
	if (chmod("private", 0600) < 0 || chmod("secret", 0644) < 0)
		err(1, "chmod");
	opens("private", 0);
	way_in.user = (struct user){true, 65534, 65534};
	opens("private", -EACCES);
	opens("secret", 0);
	way_in.user.given = false;
}

static void landlock(void)
{
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < 1) {
		printf("skip sandbox: Landlock: this kernel has none: %s\n", strerror(errno));
		return;
	}
	way_in.root = "root";
	way_in.landlock_alone = true;
	opens("file", 0);
	opens("../secret", -EACCES);
	opens("/dev/null", -EACCES);
	opens("up", -EACCES);
	way_in.root = NULL;
	way_in.landlock_alone = false;
}

static void no_files_at_all(void)
{
	way_in.no_files = true;
	opens("secret", -EACCES);
	opens("/etc/hostname", -EACCES);
	opens("granted", 0); /* the program, once */
	opens("/dev/urandom", 0);
	forbidden("openat2 with --no-files", SYS_openat2, ROOT, (long)"secret", LOOK,
		  sizeof(struct open_how));
	forbidden("an fd's file with --no-files", SYS_openat, PROC, NUMBERS, HOSTFILE_READ, 0);
	way_in.no_files = false;
}

void files_in_the_sandbox(void)
{
	make_tree();
	opens("secret", 0);
	opens("/proc/self/mem", -EACCES);
	opens("/dev/kvm", -EACCES);
	files_of_root();
	flips_during_an_open();
	paths_beneath_the_root();
	renames_during_the_walk();
	landlock();
	no_files_at_all();
	pseudo_file_systems();
}
