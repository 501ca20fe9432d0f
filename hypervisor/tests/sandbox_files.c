/* SPDX-License-Identifier: MIT */
/* Part of sandbox.c: which files a process in the sandbox can still open. */
#include <dirent.h>
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

/* What a process in the sandbox may do with a path. */
enum deed { OPEN, STAT, LSTAT, READLINK };
static const char *const deeds[] = {"open", "stat", "lstat", "readlink"};

/* 0 or more, or -errno. */
static int do_it(enum deed deed, const char *path)
{
	struct hc_stat_result told;
	char text[PATH_MAX];

	switch (deed) {
	case OPEN:
		return hostfile_open(&hostfiles, path);
	case STAT:
		return hostfile_stat(&hostfiles, path, 0, &told);
	case LSTAT:
		return hostfile_stat(&hostfiles, path, HC_STAT_LINK, &told);
	default:
		return hostfile_readlink(&hostfiles, path, text, sizeof(text));
	}
}

/* It must give `wanted`: -errno, or 0 for success. */
static void gives(enum deed deed, const char *path, int wanted)
{
	char text[128], name[256];
	int messages, status;
	pid_t pid = sandboxed(&messages);

	if (pid == 0) {
		int result = do_it(deed, path);

		_exit(result >= 0 ? 0 : -result);
	}
	status = end_of(pid, messages, text, sizeof(text));
	snprintf(name, sizeof(name), "%s%s%s(\"%s\") is %s",
		 way_in.no_files	 ? "--no-files: "
		 : way_in.landlock_alone ? "by Landlock alone: "
		 : way_in.root		 ? "--root: "
					 : "",
		 way_in.user.given ? "--user: " : "", deeds[deed], path,
		 wanted ? error_name(-wanted) : "done");
	if (!WIFEXITED(status))
		verdict(name, *text ? text : "the process was killed");
	else
		verdict(name, WEXITSTATUS(status) == -wanted ? ""
			      : *text			     ? text
							     : strerror(WEXITSTATUS(status)));
}

static void opens(const char *path, int wanted)
{
	gives(OPEN, path, wanted);
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
		{"text", "root/d/link"},
		{"secret", "outside/link"},
		{"../outside", "root/swap_link"},
	};

	if (mkdir("root", 0700) < 0 || mkdir("root/d", 0700) < 0 || mkdir("root/a", 0700) < 0 ||
	    mkdir("root/a/b", 0700) < 0 || mkdir("root/mount", 0700) < 0 ||
	    mkdir("root/proc", 0700) < 0 || mkdir("root/swap", 0700) < 0 ||
	    mkdir("outside", 0700) < 0)
		err(1, "mkdir");
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (symlink(links[i][0], links[i][1]) < 0)
			err(1, "symlink");
	write_file("root/file", "file");
	write_file("root/d/file", "file");
	write_file("secret", "secret");
	write_file("granted", "granted");
	write_file("outside/secret", "secret");
	write_file("root/swap/inside", "file");
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
	static const char *const links[] = {"/absolute", "/up",	   "/d/ups",	"/top",
					    "/chain",	 "/magic", "/d/parent", "/d/../d/link"};
	char cwd[4096], path[4200];

	way_in.root = "root";
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		opens(inside[i], 0);
		gives(STAT, inside[i], 0);
	}
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		opens(outside[i], -ENOENT);
		gives(STAT, outside[i], -ENOENT);
	}
	/* Of the links themselves there is no other way. */
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++) {
		gives(LSTAT, links[i], 0);
		gives(READLINK, links[i], 0);
	}
	gives(LSTAT, "/../outside/link", -ENOENT);
	gives(READLINK, "/../outside/link", -ENOENT);
	gives(READLINK, "/swap_link/link", -ENOENT);
	opens("/", 0);
	opens("/d/../..", 0);
	snprintf(path, sizeof(path), "%s/secret", getcwd(cwd, sizeof(cwd)));
	opens(path, -ENOENT);
	gives(STAT, path, -ENOENT);
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
		opens("/proc", -EACCES);
		gives(STAT, "/proc", -EACCES);
		gives(STAT, "/proc/self/cwd/secret", -ELOOP);
		gives(LSTAT, "/proc/self/cwd", -EACCES);
		gives(READLINK, "/proc/self/cwd", -EACCES);
		gives(READLINK, "/proc/self", -EACCES);
		umount("root/mount");
		umount("root/proc");
	}
	way_in.root = NULL;
}

/* A process that does this all the time, until it is killed. */
static pid_t meanwhile(void (*act)(void))
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	while (pid == 0) {
		act();
		sched_yield();
	}
	return pid;
}

static void end_meanwhile(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* In the sandbox, so many times: whether each deed fails on what lies outside. */
static int never_outside(const char *secret, const char *link, int times)
{
	for (int i = 0; i < times; i++)
		if (do_it(OPEN, secret) >= 0 || do_it(STAT, secret) >= 0 ||
		    do_it(LSTAT, link) >= 0 || do_it(READLINK, link) >= 0)
			return 1;
	return 0;
}

static void move_out_and_back(void)
{
	rename("root/a/b", "outside/b");
	rename("outside/b", "root/a/b");
}

/* Somebody moves a directory out and back while ".." of it is followed: it never leads out. */
static void renames_during_the_walk(void)
{
	char text[128];
	int messages, status;
	pid_t mover = meanwhile(move_out_and_back), pid;

	way_in.root = "root";
	pid = sandboxed(&messages);
	if (pid == 0)
		_exit(never_outside("/a/b/../secret", "/a/b/../link", tries / 2) +
		      never_outside("/a/b/../../outside/secret", "/a/b/../../outside/link",
				    tries / 2));
	way_in.root = NULL;
	status = end_of(pid, messages, text, sizeof(text));
	end_meanwhile(mover);
	verdict("a directory that is moved during the walk", status == 0 ? "" : "it led out");
}

static void swap(void)
{
	renameat2(AT_FDCWD, "root/swap", AT_FDCWD, "root/swap_link", RENAME_EXCHANGE);
}

static bool has_entry(int fd, const char *name)
{
	char entries[4096];
	long n = syscall(SYS_getdents64, fd, entries, sizeof(entries));

	for (long at = 0; at < n; at += ((struct dirent64 *)(entries + at))->d_reclen)
		if (strcmp(((struct dirent64 *)(entries + at))->d_name, name) == 0)
			return true;
	return false;
}

/* In the sandbox: as above, while a name is a directory and a link that leads out, by turns. */
static int swapped(void)
{
	int inside = 0, links = 0;

	for (int i = 0; i < tries; i++) {
		int fd = do_it(OPEN, "/swap/");

		inside += do_it(STAT, "/swap/inside") >= 0;
		links += do_it(READLINK, "/swap") >= 0;
		/* Only the one outside has such an entry. */
		if (fd >= 0 && has_entry(fd, "secret"))
			return 1;
		if (fd >= 0)
			close(fd);
		if (never_outside("/swap/secret", "/swap/link", 1))
			return 1;
	}
	/* Both were met, or the test has shown nothing. */
	return inside > 0 && inside < tries && links > 0 && links < tries ? 0 : 2;
}

static void swaps_during_the_walk(void)
{
	char text[128];
	int messages, status;
	pid_t swapper = meanwhile(swap), pid;

	way_in.root = "root";
	pid = sandboxed(&messages);
	if (pid == 0)
		_exit(swapped());
	way_in.root = NULL;
	status = end_of(pid, messages, text, sizeof(text));
	end_meanwhile(swapper);
	verdict("a directory that becomes a link and back", status == 0 ? ""
							    : WEXITSTATUS(status) == 2
								    ? "they weren't both met"
								    : "it led out");
}

/*
 * Somebody has a path lead to a regular file and to a FIFO by turns. The FIFO
 * stands for a device whose open acts: it is never opened, not even for a check.
 */
static void flip(void)
{
	renameat2(AT_FDCWD, "flip", AT_FDCWD, "flop", RENAME_EXCHANGE);
}

/* In the sandbox: both were met, or the test has shown nothing. */
static int flipped(ino_t fifo, ino_t file)
{
	int files_opened = 0, fifos_told = 0;
	struct hc_stat_result told;

	for (int i = 0; i < tries; i++) {
		int fd = hostfile_open(&hostfiles, "flip");

		if (fd >= 0)
			close(fd);
		files_opened += fd >= 0;
		/* What is told is of one of them. */
		if (hostfile_stat(&hostfiles, "flip", 0, &told) < 0 ||
		    told.ino != (S_ISFIFO(told.mode) ? fifo : file))
			return 2;
		fifos_told += S_ISFIFO(told.mode);
	}
	return files_opened > 0 && files_opened < tries && fifos_told > 0 && fifos_told < tries ? 0
												: 1;
}

static void flips_during_an_open(void)
{
	int watch = inotify_init1(IN_NONBLOCK), messages, status;
	struct inotify_event event;
	struct stat fifo, file;
	char text[128];
	pid_t flipper, pid;

	write_file("flop", "file");
	if (mkfifo("fifo", 0600) < 0 || symlink("fifo", "flip") < 0 || watch < 0 ||
	    inotify_add_watch(watch, "fifo", IN_OPEN) < 0 || stat("fifo", &fifo) < 0 ||
	    stat("flop", &file) < 0)
		err(1, "fifo");
	flipper = meanwhile(flip);
	pid = sandboxed(&messages);
	if (pid == 0)
		_exit(flipped(fifo.st_ino, file.st_ino));
	status = end_of(pid, messages, text, sizeof(text));
	end_meanwhile(flipper);
	verdict("a path that is changed during an open",
		WEXITSTATUS(status) == 2 ? "one was told as the other"
		: status != 0		 ? "the file and the FIFO weren't both met"
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
		opens("pseudo", -EACCES);
		gives(STAT, "pseudo", -EACCES);
		if (nftw("pseudo", find, 16, FTW_PHYS | FTW_MOUNT) == 1) {
			opens(found, -EACCES);
			gives(STAT, found, -EACCES);
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
	gives(STAT, "private", 0);
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
	opens("d", 0);
	opens("..", -EACCES);
	opens("../outside", -EACCES);
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
	opens("root", -EACCES);
	gives(STAT, "secret", -EACCES);
	gives(STAT, "/", -EACCES);
	gives(READLINK, "root/link", -EACCES);
	forbidden("readlinkat with --no-files", SYS_readlinkat, STDIN_FILENO, ITSELF, 0, 0);
	forbidden("openat2 with --no-files", SYS_openat2, ROOT, (long)"secret", LOOK,
		  sizeof(struct open_how));
	forbidden("an fd's file with --no-files", SYS_openat, PROC, NUMBERS, HOSTFILE_READ, 0);
	way_in.no_files = false;
}

/* The directories that the hypervisor holds are open for no entry of theirs. */
static void entries_of_its_own(void)
{
	char text[4096];
	int messages, status;
	pid_t pid;

	way_in.root = "root";
	pid = sandboxed(&messages);
	if (pid == 0)
		_exit((syscall(SYS_getdents64, hostfiles.root, text, sizeof(text)) >= 0 ? 1 : 0) +
		      (syscall(SYS_getdents64, hostfiles.proc, text, sizeof(text)) >= 0 ? 1 : 0));
	way_in.root = NULL;
	status = end_of(pid, messages, text, sizeof(text));
	verdict("the hypervisor's own directories", status == 0 ? "" : "they were read");
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
	swaps_during_the_walk();
	entries_of_its_own();
	landlock();
	no_files_at_all();
	pseudo_file_systems();
}
