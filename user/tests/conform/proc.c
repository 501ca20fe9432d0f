/* SPDX-License-Identifier: MIT */
/* /proc, read as programs read it: what it says has to agree with what the system calls say. */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <mntent.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

#define OVERLAYFS_SUPER_MAGIC 0x794c7630 /* linux/magic.h, which musl has not */

extern char **environ;

/* Reads a whole file by pieces of so many bytes; ends it with a NUL. Returns its length. */
static size_t slurp(const char *name, char *to, size_t size, size_t piece)
{
	int fd = open(name, O_RDONLY);
	size_t length = 0;
	ssize_t n;

	MUST(fd >= 0);
	while ((n = read(fd, to + length, piece)) > 0) {
		length += n;
		MUST(length + piece < size);
	}
	MUST(n == 0);
	close(fd);
	to[length] = '\0';
	return length;
}

/* What follows "FIELD:" in a file; NULL: there is no such line. */
static const char *field(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (; text && *text; text = strchr(text, '\n'), text = text ? text + 1 : NULL) {
		if (strncmp(text, name, length) == 0 && text[length] == ':') {
			text += length + 1;
			return text + strspn(text, "\t ");
		}
	}
	return NULL;
}

static void nothing(int sig)
{
	(void)sig;
}

static void status(int argc, char **argv)
{
	static char text[1 << 16];
	sigset_t set;
	unsigned uid[4], threads;
	char name[32], *line;

	(void)argc, (void)argv;
	umask(027);
	prctl(PR_SET_NAME, "a (name) of 15!");
	signal(SIGUSR1, nothing);
	signal(SIGUSR2, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigaddset(&set, 40);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGALRM);
	slurp("/proc/self/status", text, sizeof(text), 4096);
	sscanf(field(text, "Name"), "%31[^\n]", name);
	puts(name);
	printf("%.4s %.11s\n", field(text, "Umask"), field(text, "State"));
	SHOW(atoi(field(text, "Pid")) == getpid());
	SHOW(atoi(field(text, "Tgid")) == getpid());
	SHOW(atoi(field(text, "PPid")) == getppid());
	SHOW(atoi(field(text, "TracerPid")));
	SHOW(sscanf(field(text, "Uid"), "%u %u %u %u", uid, uid + 1, uid + 2, uid + 3));
	SHOW(uid[0] == getuid() && uid[1] == geteuid());
	SHOW(atoi(field(text, "FDSize")) >= 3);
	SHOW(sscanf(field(text, "Threads"), "%u", &threads) == 1 && threads == 1);
	for (const char *const *f =
		     (const char *const[]){"VmSize", "VmRSS", "VmData", "VmStk", NULL};
	     *f; f++)
		printf("%s %d\n", *f,
		       atol(field(text, *f)) > 0 &&
			       !strncmp(strchr(field(text, *f), ' '), " kB\n", 4));
	for (const char *const *f =
		     (const char *const[]){"SigBlk", "SigCgt", "SigPnd", "ShdPnd", NULL};
	     *f; f++)
		printf("%s %.16s\n", *f, field(text, *f));
	SHOW(strtoull(field(text, "SigIgn"), NULL, 16) >> (SIGUSR2 - 1) & 1);
	/* No line is of another shape. */
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		size_t n = strspn(
			line, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

		if (n == 0 || strncmp(line + n, ":\t", 2) != 0)
			puts(line);
	}
}

static void stat_and_memory(int argc, char **argv)
{
	static char text[1 << 16], copy[1 << 16];
	unsigned long v[53];
	int pid, ppid, pgrp, session, n, at = 0;
	char name[32], state;
	size_t length;

	(void)argc;
	prctl(PR_SET_NAME, "x) R (y");
	slurp("/proc/self/stat", text, sizeof(text), 4096);
	sscanf(text, "%d (%31[^\n]", &pid, name);
	*strrchr(name, ')') = '\0';
	puts(name);
	n = sscanf(strrchr(text, ')') + 2, "%c %d %d %d %n", &state, &ppid, &pgrp, &session, &at);
	printf("%d %c\n", n, state);
	SHOW(pid == getpid() && ppid == getppid() && pgrp == getpgrp() && session == getsid(0));
	n = 7;
	for (char *f = strtok(strrchr(text, ')') + 2 + at, " \n"); f; f = strtok(NULL, " \n"), n++)
		v[n < 53 ? n : 0] = strtoul(f, NULL, 10);
	SHOW(n);
	SHOW(v[18] == 20 && v[19] == 0 && v[20] == 1);
	SHOW(v[23] > 0);
	SHOW(v[28] > (unsigned long)&v && v[28] <= v[48]);
	/* The strings that the program was started with. */
	SHOW((unsigned long)argv[-1] == v[48]);
	SHOW((unsigned long)environ[0] == v[50] && v[49] <= v[50] && v[50] < v[51]);
	length = slurp("/proc/self/cmdline", copy, sizeof(copy), 5);
	SHOW(length == v[49] - v[48] && memcmp(copy, (char *)v[48], length) == 0);
	length = slurp("/proc/self/environ", copy, sizeof(copy), 100);
	SHOW(length == v[51] - v[50] && memcmp(copy, (char *)v[50], length) == 0);
	SHOW(strstr(copy, "CONFORM=1") != NULL);
	length = slurp("/proc/self/auxv", copy, sizeof(copy), 24);
	SHOW(length % sizeof(ElfW(auxv_t)));
	for (ElfW(auxv_t) *a = (void *)copy; a->a_type != AT_NULL; a++)
		if (a->a_type == AT_ENTRY || a->a_type == AT_PAGESZ || a->a_type == AT_RANDOM)
			printf("%lu %d\n", (long)a->a_type, a->a_un.a_val == getauxval(a->a_type));
	slurp("/proc/self/statm", text, sizeof(text), 4096);
	SHOW(sscanf(text, "%lu %lu %lu %lu %lu %lu %lu", v, v + 1, v + 2, v + 3, v + 4, v + 5,
		    v + 6));
	SHOW(v[0] > 0 && v[1] > 0);
}

/* Shows the rights and the name of the area around an address; it must be there, and whole. */
static void show_area(const char *text, const void *address, size_t bytes)
{
	unsigned long start, end, offset, inode, at = (unsigned long)address;
	unsigned major, minor;
	char rights[5], name[300];

	for (; text && *text; text = strchr(text, '\n') + 1) {
		char line[400];

		sscanf(text, "%399[^\n]", line);
		name[0] = '\0';
		MUST(sscanf(line, "%lx-%lx %4s %lx %x:%x %lu %299[^\n]", &start, &end, rights,
			    &offset, &major, &minor, &inode, name) >= 7);
		if (start <= at && at < end) {
			printf("%s %d %s\n", rights, at + bytes <= end,
			       strrchr(name, '/') ? "a file" : name);
			return;
		}
	}
	puts("none");
}

static void maps(int argc, char **argv)
{
	static char text[1 << 18], again[1 << 18];
	long page = 4096;
	char *several = mmap(NULL, 4 * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *shared = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	char *heap = sbrk(page);
	unsigned long start, end, last = 0;
	size_t length;

	(void)argc, (void)argv;
	mprotect(several + page, page, PROT_NONE);
	mprotect(several + 2 * page, page, PROT_READ | PROT_EXEC);
	munmap(several + 3 * page, page);
	length = slurp("/proc/self/maps", text, sizeof(text), 4096);
	show_area(text, several, page);
	show_area(text, several + page, page);
	show_area(text, several + 2 * page, page);
	show_area(text, several + 3 * page, page);
	show_area(text, shared, page);
	show_area(text, heap, page);
	show_area(text, &length, 8);
	show_area(text, (void *)maps, 1);
	show_area(text, (void *)getauxval(AT_SYSINFO_EHDR), page);
	show_area(text, NULL, 1);
	/* In order, and one line is as long as another up to its name. */
	for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
		sscanf(line, "%lx-%lx", &start, &end);
		MUST(start >= last && end > start);
		last = end;
		if (strcspn(line, "/[\n") != 73 && strcspn(line, "/[") < strcspn(line, "\n"))
			printf("%.80s\n", line);
	}
	/* However it is read, it is the same. */
	for (size_t piece = 1; piece < 5000; piece = piece * 3 + 1)
		if (slurp("/proc/self/maps", again, sizeof(again), piece) != length ||
		    memcmp(text, again, length) != 0)
			printf("not the same by %zu bytes\n", piece);
}

/*
 * Shows where in its file an address of an area is, and whether that has the file's name,
 * without links, and its device and inode. An overlay has its own numbers of these, which are not
 * those that the area has.
 */
static void show_file(const char *text, const void *address, const char *path)
{
	unsigned long start, end, offset, inode, at = (unsigned long)address;
	char name[PATH_MAX], resolved[PATH_MAX];
	unsigned major, minor;
	struct statfs fs;
	struct stat st;

	MUST(stat(path, &st) == 0 && statfs(path, &fs) == 0 && realpath(path, resolved));
	for (; *text; text = strchr(text, '\n') + 1) {
		name[0] = '\0';
		MUST(sscanf(text, "%lx-%lx %*s %lx %x:%x %lu %4095[^\n]", &start, &end, &offset,
			    &major, &minor, &inode, name) >= 6);
		if (start > at || at >= end)
			continue;
		printf("%lx %d %d\n", offset + (at & -4096) - start, strcmp(name, resolved) == 0,
		       fs.f_type == OVERLAYFS_SUPER_MAGIC ||
			       (inode == st.st_ino && makedev(major, minor) == st.st_dev));
		return;
	}
	puts("none");
}

static void maps_files(int argc, char **argv)
{
	static char text[1 << 18];
	long page = 4096;
	int fd = open("tests/conform/pages", O_RDONLY);
	int link = open("/proc/self/exe", O_RDONLY);
	char *all = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, page);
	char *shared = mmap(NULL, page, PROT_READ, MAP_SHARED, fd, 0);
	char *self = mmap(NULL, page, PROT_READ, MAP_PRIVATE, link, page);

	(void)argc, (void)argv;
	MUST(all != MAP_FAILED && shared != MAP_FAILED && self != MAP_FAILED);
	close(fd);
	close(link);
	all[0] = 1;
	munmap(all + page, page);
	slurp("/proc/self/maps", text, sizeof(text), 4096);
	show_file(text, all, "tests/conform/pages");
	show_file(text, all + 2 * page, "tests/conform/../conform/pages");
	show_file(text, shared, "tests/conform/pages");
	show_file(text, self, "/proc/self/exe");
	show_file(text, (void *)maps_files, "/proc/self/exe");
	show_file(text, "text", "/proc/self/exe");
	munmap(shared, page);
	munmap(all, 3 * page);
	slurp("/proc/self/maps", text, sizeof(text), 4096);
	SHOW(strstr(text, "tests/conform/pages") == NULL);
}

static void positions(int argc, char **argv)
{
	static char text[1 << 16], piece[100];
	int fd = open("/proc/self/limits", O_RDONLY);
	size_t length = slurp("/proc/self/limits", text, sizeof(text), 4096);

	(void)argc, (void)argv;
	for (size_t at = 0; at < length + 50; at += 37) {
		size_t wanted = at < length ? length - at : 0;
		ssize_t n = pread(fd, piece, sizeof(piece), at);

		wanted = wanted < sizeof(piece) ? wanted : sizeof(piece);
		if (n != (ssize_t)wanted || memcmp(piece, text + at, wanted) != 0)
			printf("%zu: %zd\n", at, n);
	}
	CALL(lseek(fd, 0, SEEK_CUR));
	CALL(lseek(fd, 10, SEEK_SET));
	CALL(read(fd, piece, 20));
	printf("%d\n", memcmp(piece, text + 10, 20));
	CALL(lseek(fd, -5, SEEK_CUR));
	CALL(lseek(fd, -50, SEEK_CUR));
	CALL(lseek(fd, 1000000, SEEK_SET));
	CALL(read(fd, piece, 20));
	CALL(lseek(fd, 0, SEEK_END) >= 0 || errno == EINVAL);
	CALL(read(fd, (void *)8, 20) == -1 || errno == EFAULT);
	CALL(lseek(fd, 0, SEEK_SET));
	CALL(read(fd, (void *)8, 20));
	CALL(read(fd, piece, 0));
	CALL(write(fd, piece, 1));
	CALL(open("/proc/self/none", O_RDONLY));
	CALL(open("/proc/self/status/", O_RDONLY));
	CALL(open("/proc/self/status/x", O_RDONLY));
	CALL(open("/proc/self", O_WRONLY));
	CALL(open("/proc/self/status", O_RDONLY | O_DIRECTORY));
	CALL(open("/proc/999999999/status", O_RDONLY));
	CALL(open("/proc/0100/status", O_RDONLY));
	CALL(read(open("/proc/self", O_RDONLY), piece, 1));
	CALL(readlink("/proc/self/status", piece, 100));
	CALL(access("/proc/self/status", R_OK));
	CALL(access("/proc/self/status", X_OK));
	CALL(access("/proc/self/fd/0", F_OK));
	CALL(access("/proc/self/fd/77", F_OK));
}

static void limits(int argc, char **argv)
{
	static char text[1 << 16];
	struct rlimit limit = {1000000, 2000000};
	unsigned long soft, hard;

	(void)argc, (void)argv;
	setrlimit(RLIMIT_FSIZE, &limit);
	slurp("/proc/self/limits", text, sizeof(text), 4096);
	printf("%.*s\n", (int)strcspn(text, "\n"), text);
	printf("%.*s\n", (int)strcspn(strstr(text, "Max file size"), "\n"),
	       strstr(text, "Max file size"));
	getrlimit(RLIMIT_NOFILE, &limit);
	SHOW(sscanf(strstr(text, "Max open files"), "Max open files %lu %lu files", &soft, &hard));
	SHOW(soft == limit.rlim_cur && hard == limit.rlim_max);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		printf("%.25s|%zu\n", line, strlen(line));
}

/* Shows where a link leads, as far as that is the same everywhere. */
static void show_link(const char *name, const char *known)
{
	char text[PATH_MAX];
	ssize_t n = readlink(name, text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = '\0';
	printf("%s %d\n", name, known ? strcmp(text, known) : n < 0);
}

static void links(int argc, char **argv)
{
	char name[64], known[PATH_MAX], *real = realpath("tests/conform/ten", NULL);
	int fd = open("tests/conform/link", O_RDONLY), ends[2];
	struct stat st;

	(void)argc;
	snprintf(known, sizeof(known), "%d", getpid());
	show_link("/proc/self", known);
	snprintf(known, sizeof(known), "%d/task/%ld", getpid(), syscall(SYS_gettid));
	show_link("/proc/thread-self", known);
	show_link("/proc/self/cwd", getcwd(known, sizeof(known)));
	show_link("/proc/self/root", "/");
	show_link("/proc/mounts", "self/mounts");
	show_link("/proc/self/exe", realpath(argv[-1], NULL));
	show_link("/proc/thread-self/exe", realpath(argv[-1], NULL));
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	show_link(name, real);
	MUST(pipe(ends) == 0 && fstat(ends[0], &st) == 0);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", ends[0]);
	snprintf(known, sizeof(known), "pipe:[%lu]", (long)st.st_ino);
	show_link(name, known);
	show_link("/proc/self/fd/99", NULL);
	CALL(stat("/proc/self/exe", &st));
	printf("%o\n", st.st_mode & 0777777 & ~022);
	CALL(lstat("/proc/self/exe", &st));
	printf("%o %o\n", st.st_mode & S_IFMT, st.st_mode & 0777);
	CALL(open("/proc/self/exe", O_RDONLY | O_NOFOLLOW));
	CALL(stat("/proc/self/cwd/tests/conform/ten", &st));
	CALL(stat("/proc/self/root/proc/self/status", &st));
	CALL(stat("/proc/self/exe/x", &st));
	CALL(stat("/dev/fd/0/x", &st));
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Lists a directory's names, those that are numbers without, in order. */
static int list(const char *name, const char *const *only)
{
	DIR *directory = opendir(name);
	struct dirent *entry;
	int numbers = 0, found = 0, dots = 0;
	long places[1000], place = 0;

	MUST(directory);
	for (; places[place] = telldir(directory), (entry = readdir(directory)); place++) {
		struct stat st, here;

		numbers += isdigit(entry->d_name[0]) != 0;
		dots += entry->d_name[0] == '.';
		for (const char *const *o = only; *o; o++)
			found += strcmp(*o, entry->d_name) == 0;
		/* Not of what is mounted there; a device may be mounted on another. */
		if (entry->d_name[0] != '.' && fstat(dirfd(directory), &here) == 0 &&
		    fstatat(dirfd(directory), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_dev == here.st_dev && !S_ISCHR(st.st_mode) &&
		    (st.st_mode >> 12 != entry->d_type || st.st_ino != entry->d_ino))
			printf("%s: %o, type %u\n", entry->d_name, st.st_mode, entry->d_type);
	}
	/* From a place in the middle it goes on. */
	seekdir(directory, places[place - 1]);
	printf("%s: %d dots, %d of the names, then %d %d\n", name, dots, found,
	       readdir(directory) != NULL, readdir(directory) != NULL);
	closedir(directory);
	return numbers;
}

static void directories(int argc, char **argv)
{
	static char text[4096];
	char name[64];
	int fd = open("tests/conform/ten", O_RDONLY);
	unsigned flags;
	long pos;

	(void)argc, (void)argv;
	SHOW(list("/proc", (const char *const[]){"self", "meminfo", "cpuinfo", "sys", NULL}) > 0);
	SHOW(list("/proc/self", (const char *const[]){"maps", "fd", "exe", "task", "stat", NULL}));
	SHOW(list("/proc/self/task", (const char *const[]){NULL}));
	SHOW(list("/proc/sys/kernel",
		  (const char *const[]){"osrelease", "random", "msgmax", "tainted", NULL}));
	SHOW(list("/sys/devices/system/cpu", (const char *const[]){"online", "possible", NULL}));
	SHOW(list("/dev", (const char *const[]){"null", "zero", "fd", "stdin", "tty", NULL}));
	/* 0 to 2, the file, and the directory itself. */
	SHOW(list("/proc/self/fd", (const char *const[]){"0", "1", "2", NULL}));
	SHOW(list("/proc/self/fdinfo", (const char *const[]){"0", "1", "2", NULL}));
	lseek(fd, 4, SEEK_SET);
	snprintf(name, sizeof(name), "/proc/self/fdinfo/%d", fd);
	slurp(name, text, sizeof(text), 100);
	SHOW(sscanf(text, "pos: %ld flags: %o", &pos, &flags));
	SHOW(pos);
	SHOW((flags & O_ACCMODE) == O_RDONLY);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	slurp(name, text, sizeof(text), 100);
	SHOW(sscanf(text, "pos: %ld flags: %o", &pos, &flags) == 2 && flags & O_CLOEXEC);
}

static pthread_barrier_t barrier;

static void *named(void *tid)
{
	*(int *)tid = syscall(SYS_gettid);
	prctl(PR_SET_NAME, "second");
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	return NULL;
}

static void tasks(int argc, char **argv)
{
	static char text[4096];
	char name[64];
	pthread_t thread;
	int tid, fd;

	(void)argc, (void)argv;
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&thread, NULL, named, &tid);
	pthread_barrier_wait(&barrier);
	SHOW(list("/proc/self/task", (const char *const[]){NULL}));
	snprintf(name, sizeof(name), "/proc/self/task/%d/comm", tid);
	slurp(name, text, sizeof(text), 3);
	printf("%s", text);
	fd = open(name, O_RDWR);
	CALL(write(fd, "a name that is too long", 23));
	CALL(lseek(fd, 0, SEEK_SET));
	CALL(read(fd, text, 100));
	printf("%.16s", text);
	slurp("/proc/thread-self/status", text, sizeof(text), 100);
	SHOW(atoi(field(text, "Threads")));
	snprintf(name, sizeof(name), "/proc/%d/status", tid);
	slurp(name, text, sizeof(text), 100);
	SHOW(atoi(field(text, "Pid")) == tid && atoi(field(text, "Tgid")) == getpid());
	pthread_barrier_wait(&barrier);
	pthread_join(thread, NULL);
	snprintf(name, sizeof(name), "/proc/self/task/%d", tid);
	while (access(name, F_OK) == 0)
		sched_yield();
	CALL(pread(fd, text, 100, 0));
	CALL(write(fd, "x", 1));
	snprintf(name, sizeof(name), "/proc/self/comm");
	fd = open(name, O_WRONLY | O_TRUNC);
	CALL(write(fd, "first\n", 6));
	prctl(PR_GET_NAME, text);
	printf("<%s>\n", text);
}

static double number(const char *text)
{
	return strtod(text, NULL);
}

static void system_files(int argc, char **argv)
{
	static char text[1 << 20], again[4096];
	struct timespec before, after;
	struct sysinfo info;
	struct utsname uts;
	struct mntent *mount;
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	unsigned cpus = 0, found = 0;
	double up;

	(void)argc, (void)argv;
	clock_gettime(CLOCK_BOOTTIME, &before);
	slurp("/proc/uptime", text, sizeof(text), 4096);
	clock_gettime(CLOCK_BOOTTIME, &after);
	up = number(text);
	SHOW(up > before.tv_sec + before.tv_nsec / 1e9 - 0.02);
	SHOW(up < after.tv_sec + after.tv_nsec / 1e9 + 0.02);
	slurp("/proc/meminfo", text, sizeof(text), 4096);
	sysinfo(&info);
	SHOW(number(field(text, "MemTotal")) * 1024 == (double)info.totalram * info.mem_unit);
	SHOW(number(field(text, "MemFree")) <= number(field(text, "MemTotal")));
	SHOW(field(text, "MemAvailable") && field(text, "Buffers") && field(text, "Cached"));
	SHOW(field(text, "SwapTotal") && field(text, "SReclaimable") && field(text, "Shmem"));
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (strlen(line) != 27 && strlen(line) != 24 && strncmp(line, "Vm", 2) != 0)
			puts(line);
	slurp("/proc/cpuinfo", text, sizeof(text), 4096);
	for (const char *p = text; (p = strstr(p, "processor\t: ")); p++)
		cpus++;
	SHOW(cpus == get_nprocs_conf() && cpus >= get_nprocs());
	SHOW(strstr(text, "\nflags\t\t: fpu ") != NULL && strstr(text, " sse2 ") != NULL);
	SHOW(strstr(text, "\nmodel name\t: ") != NULL && strstr(text, "\nvendor_id\t: ") != NULL);
	slurp("/proc/loadavg", text, sizeof(text), 4096);
	SHOW(sscanf(text, "%lf %lf %lf %u/%u %u", &up, &up, &up, &cpus, &cpus, &cpus));
	slurp("/proc/stat", text, sizeof(text), 4096);
	SHOW(strncmp(text, "cpu  ", 5) == 0 && strstr(text, "\ncpu0 ") && strstr(text, "\nbtime "));
	uname(&uts);
	slurp("/proc/version", text, sizeof(text), 4096);
	SHOW(strncmp(text, "Linux version ", 14) == 0 && strstr(text, uts.release) == text + 14);
	slurp("/proc/sys/kernel/osrelease", text, sizeof(text), 4096);
	SHOW(strncmp(text, uts.release, strlen(uts.release)) == 0);
	slurp("/proc/sys/kernel/hostname", text, sizeof(text), 4096);
	SHOW(strncmp(text, uts.nodename, strlen(uts.nodename)) == 0);
	SHOW(slurp("/proc/sys/kernel/random/boot_id", text, sizeof(text), 7));
	slurp("/proc/sys/kernel/random/boot_id", again, sizeof(again), 100);
	SHOW(strcmp(text, again));
	printf("%c %zu\n", text[14], strspn(text, "0123456789abcdef-"));
	SHOW(slurp("/proc/sys/kernel/random/uuid", again, sizeof(again), 100));
	SHOW(strcmp(text, again) != 0);
	while ((mount = getmntent(mounts)))
		found += strcmp(mount->mnt_dir, "/proc") == 0 &&
			 strcmp(mount->mnt_type, "proc") == 0;
	SHOW(found > 0);
	slurp("/proc/filesystems", text, sizeof(text), 4096);
	SHOW(strstr(text, "nodev\tproc\n") != NULL && strstr(text, "\text4\n") != NULL);
	slurp("/sys/devices/system/cpu/online", text, sizeof(text), 4096);
	printf("%c\n", text[0]);
}

const struct conform_case proc_cases[] = {
	{"proc-status", status},
	{"proc-stat", stat_and_memory},
	{"proc-maps", maps},
	{"proc-maps-files", maps_files},
	{"proc-positions", positions},
	{"proc-limits", limits},
	{"proc-links", links},
	{"proc-directories", directories},
	{"proc-tasks", tasks},
	{"proc-system", system_files},
	{NULL, NULL},
};
