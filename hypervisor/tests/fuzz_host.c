/* SPDX-License-Identifier: MIT */
/* The host as a fuzzed guest meets it: real files, of fds whose owner is known. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "../hostcheck.h"
#include "../msg.h"
#include "../signals.h"
#include "../timer.h"
#include "fuzz.h"

#define FILES	 "build/fuzz/files" /* the directory of what the guest opens */
#define FDS	 1024
#define MOVE_MAX 8192 /* a read or write moves no more: a guest may ask for 2 GiB */

struct host host;
/* The hypervisor's fds have the numbers that they would have in a process of its own; behind each
 * is one of this process, or -1. */
static int real[FDS];
static int null_fd, full_fd;
static int stdin_fds[4];
static char root[PATH_MAX];
static char program[PATH_MAX + sizeof("/regular")];

static const char *const names[] = {
	"/regular",
	"/link",
	"/directory/file",
	"/fifo",
	"/link-to-fifo",
	"/directory",
	"/directory/../../../../../../../../../../etc/passwd",
	"/link-out",
	"/loop",
	"/nothing",
	"/magic",
	"/regular/file",
	"/memory",
};
static const char *const host_names[] = {
	"",
	"/",
	"/dev/null",
	"/dev/zero",
	"/dev/full",
	"/dev/urandom",
	"/dev/tty",
	"/dev/kvm",
	"/dev/ptmx",
	"/proc/self/fd/0",
	"/proc/self/exe",
	"/proc/self/mem",
	"/proc/self/root/etc/passwd",
	"/proc/version",
	"/sys/kernel/notes",
	"\033[31mred\n\"\\\377",
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *host_path(unsigned n)
{
	static char path[2 * PATH_MAX];
	bool beneath = host.setup.rooted && n < 0x80;

	n %= COUNT(names) + COUNT(host_names);
	if (n >= COUNT(names))
		return host_names[n - COUNT(names)];
	snprintf(path, sizeof(path), "%s%s", beneath ? "" : root, names[n]);
	return path;
}

/* Makes what is missing: replays and merges run side by side. */
static void make_files(void)
{
	int fd;

	MUST((mkdir(FILES, 0700) == 0 || errno == EEXIST) && realpath(FILES, root));
	snprintf(program, sizeof(program), "%s/regular", root);
	(void)!mkdir(FILES "/directory", 0700);
	(void)!mkfifo(FILES "/fifo", 0600);
	(void)!mknod(FILES "/memory", S_IFCHR | 0600, makedev(1, 1)); /* only root can */
	(void)!symlink("regular", FILES "/link");
	(void)!symlink("fifo", FILES "/link-to-fifo");
	(void)!symlink("/etc/passwd", FILES "/link-out");
	(void)!symlink("loop", FILES "/loop");
	(void)!symlink("/proc/self/exe", FILES "/magic");
	fd = open(FILES "/regular", O_WRONLY | O_CREAT, 0600);
	MUST(fd >= 0 && write(fd, "regular file\n", 13) == 13 && close(fd) == 0);
	fd = open(FILES "/directory/file", O_WRONLY | O_CREAT, 0600);
	MUST(fd >= 0 && close(fd) == 0);
}

void host_init(void)
{
	int pipe_fds[2];

	make_files();
	null_fd = open("/dev/null", O_RDWR);
	full_fd = open("/dev/full", O_RDWR);
	MUST(pipe(pipe_fds) == 0 && close(pipe_fds[1]) == 0);
	stdin_fds[0] = null_fd;
	stdin_fds[1] = open(FILES "/regular", O_RDONLY);
	stdin_fds[2] = pipe_fds[0];
	stdin_fds[3] = open("/dev/zero", O_RDONLY);
	msg_fd = MESSAGE_FD;
	memset(real, -1, sizeof(real));
}

/* Gives the hypervisor a real fd, by the lowest number that is free. */
static int opened(int fd)
{
	int number = 0;

	if (fd < 0)
		return fd;
	while (real[number] >= 0 || number == MESSAGE_FD || number == VCPU_FD)
		number++;
	MUST(number < FDS);
	real[number] = fd;
	return number;
}

bool host_is_output(int fd)
{
	for (int i = 0; i < OUTPUTS_MAX && host.outputs[i]; i++)
		if (fd == host.outputs[i])
			return true;
	return false;
}

int host_real(int fd)
{
	MUST(fd >= 0 && fd < FDS && real[fd] >= 0);
	return real[fd];
}

static int closed(int fd)
{
	int of_process = host_real(fd);

	real[fd] = -1;
	return close(of_process);
}

void host_begin(const struct guestmem *mem, const struct host_setup *setup)
{
	host = (struct host){.mem = mem, .setup = *setup};
	fdtable_init(&host.fds, setup->open_fds);
	for (int fd = 0; fd < FDTABLE_STD; fd++) {
		int kind = fd == 0 ? stdin_fds[setup->stdin_kind % COUNT(stdin_fds)]
			   : fd == 1 && setup->stdout_full ? full_fd
							   : null_fd;

		/* As msg_init() does it: one that was closed is /dev/null, and not the guest's. */
		MUST(opened(fcntl(kind, F_DUPFD_CLOEXEC, 0)) == fd);
		MUST(host.fds.host[fd] == (setup->open_fds >> fd & 1 ? fd : -1));
	}
	lseek(stdin_fds[1], 0, SEEK_SET);
	for (int i = 0; i < OUTPUTS_MAX && setup->outputs; i++) {
		host.outputs[i] = opened(memfd_create("output", MFD_CLOEXEC));
		MUST(host.outputs[i] > STDERR_FILENO);
		fdtable_put(&host.fds, FDTABLE_OUTPUT - i, host.outputs[i]);
	}
	hostfiles_init(&host.files, setup->rooted ? root : NULL, setup->none,
		       setup->program	    ? program
		       : setup->bad_program ? FILES "/fifo"
					    : NULL);
	MUST(host.files.proc >= 0);
	if (setup->old_kernel && !setup->rooted)
		host.files.openat2 = false;
	if (setup->no_proc) {
		MUST(closed(host.files.proc) == 0);
		host.files.proc = -1;
	}
}

void host_crowd(void)
{
	for (int fd = 0; fd < FDTABLE_SIZE - 1; fd++)
		if (host.fds.host[fd] < 0)
			host.fds.host[fd] = opened(fcntl(null_fd, F_DUPFD_CLOEXEC, 0));
}

void host_end(void)
{
	for (int fd = 0; fd < FDTABLE_STD; fd++)
		if (!(host.setup.open_fds >> fd & 1))
			MUST(closed(fd) == 0);
	for (int fd = 0; fd < FDTABLE_SIZE; fd++)
		if (host.fds.host[fd] >= 0)
			MUST(closed(host.fds.host[fd]) == 0);
	for (int i = 0; i < HOSTFILE_GRANTS; i++)
		if (host.files.granted[i].path && host.files.granted[i].host >= 0)
			MUST(closed(host.files.granted[i].host) == 0);
	if (host.files.root != AT_FDCWD)
		MUST(closed(host.files.root) == 0);
	if (host.files.proc >= 0)
		MUST(closed(host.files.proc) == 0);
	for (int fd = 0; fd < FDS; fd++)
		MUST(real[fd] < 0);
}

static bool is_harmless(const struct stat *st)
{
	static const unsigned minors[] = {3, 5, 7, 8, 9};
	bool harmless = S_ISREG(st->st_mode) || S_ISDIR(st->st_mode);

	for (size_t i = 0; i < COUNT(minors); i++)
		harmless |= S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, minors[i]);
	return harmless || (S_ISCHR(st->st_mode) && st->st_rdev == makedev(5, 0));
}

static bool is_pseudo(int fd)
{
	struct statfs fs;

	MUST(fstatfs(fd, &fs) == 0);
	return fs.f_type == PROC_SUPER_MAGIC || fs.f_type == SYSFS_MAGIC;
}

/* The path of this process's fd; of one that has none, another name. */
static const char *path_of(int fd)
{
	static char path[PATH_MAX];
	char link[64];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof(path) - 1);
	MUST(length > 0);
	path[length] = '\0';
	return path;
}

static bool is_outside(const char *path)
{
	return host.setup.none || (host.setup.rooted && strncmp(path, root, strlen(root)) != 0);
}

void host_check_opened(int number)
{
	int fd = host_real(number);
	struct stat st, own;
	const char *path;

	MUST((fcntl(fd, F_GETFL) & (O_ACCMODE | O_PATH)) == O_RDONLY);
	MUST(!(fcntl(fd, F_GETFL) & O_NONBLOCK));
	MUST(fcntl(fd, F_GETFD) == FD_CLOEXEC);
	MUST(fstat(fd, &st) == 0 && !is_pseudo(fd));
	MUST(is_harmless(&st));
	/* Through a link of /proc's alone: the hypervisor itself. */
	MUST(stat("/proc/self/exe", &own) == 0);
	MUST(!host.files.openat2 || st.st_ino != own.st_ino || st.st_dev != own.st_dev);
	path = path_of(fd);
	if (is_outside(path))
		MUST(strcmp(path, "/dev/urandom") == 0 || strcmp(path, "/dev/random") == 0 ||
		     (host.setup.none && strcmp(path, program) == 0));
}

/* Does the input want this call to fail? */
static bool fails(void)
{
	if (!host.fail_times)
		return false;
	host.fail_times--;
	errno = host.fail_error;
	return true;
}

int fuzz_open(const char *path, int flags, ...)
{
	/* Directories of the hypervisor's own; all else is opened by the two below. */
	MUST(flags == (O_PATH | O_DIRECTORY | O_CLOEXEC));
	return fails() ? -1 : opened(open(path, flags));
}

/* Opens for reading the file that an fd has: it must have been looked at, for to open a device may
 * already do something. */
static int open_looked_at(const char *name, int flags)
{
	int number = atoi(name);
	char link[64];
	struct stat st;

	MUST(name >= hostfile_numbers[0] &&
	     name < (const char *)(hostfile_numbers + HOSTFILE_NUMBERS));
	MUST(flags == HOSTFILE_READ && (fcntl(host_real(number), F_GETFL) & O_PATH));
	MUST(fstat(host_real(number), &st) == 0 && is_harmless(&st));
	snprintf(link, sizeof(link), "/proc/self/fd/%d", host_real(number));
	return fails() ? -1 : opened(open(link, flags));
}

static int look(int directory, const char *path, const struct open_how *how, size_t size)
{
	/* To ask whether there is the call. */
	if (!how)
		return syscall(SYS_openat2, directory, path, how, size);
	MUST(how->flags == HOSTFILE_LOOK || how->flags == HOSTFILE_LOOK_LINK);
	return fails() ? -1 : opened(syscall(SYS_openat2, directory, path, how, size));
}

int fuzz_fstatfs(int fd, struct statfs *fs)
{
	return fstatfs(host_real(fd), fs);
}

int fuzz_fcntl(int fd, int command, ...)
{
	va_list args;
	int flags;

	va_start(args, command);
	flags = va_arg(args, int);
	va_end(args);
	MUST(command == F_DUPFD_CLOEXEC && (fd == host.files.granted[HOSTFILE_URANDOM].host ||
					    fd == host.files.granted[HOSTFILE_RANDOM].host));
	return opened(fcntl(host_real(fd), command, flags));
}

/* The timer of its own file: no input has it end. What is polled is the guest's. */
void timer_raise(void)
{
}

int timer_set(uint32_t microseconds)
{
	host.timers++;
	host.timer = microseconds;
	return fails() ? -errno : 0;
}

int timer_poll(struct pollfd *fds, unsigned count, uint64_t microseconds)
{
	MUST(count <= HC_WAIT_FDS);
	host.polls++;
	host.polled_for = microseconds;
	host.polled = count;
	host.poll_result = 0;
	if (fails())
		return host.poll_result = -errno;
	for (unsigned i = 0; i < count; i++) {
		MUST(fds[i].fd < 0 || host_real(fds[i].fd) >= 0);
		/* As the kernel does: what was asked for, and what is told unasked. */
		fds[i].revents = fds[i].fd < 0 ? 0 : fds[i].events & (POLLIN | POLLOUT);
		host.poll_result += fds[i].revents != 0;
	}
	return host.poll_result;
}

/* No input has --cpu-time. */
void signals_check_cpu_time(void)
{
}

int fuzz_close(int fd)
{
	MUST(!host_is_output(fd));
	return closed(fd);
}

/* Only what the guest has is read, written and sought. Returns the fd of this process. */
static int guests(int fd)
{
	bool found = false;

	for (int i = 0; i < FDTABLE_SIZE; i++)
		found |= host.fds.host[i] == fd;
	MUST(found);
	return host_real(fd);
}

static bool in_guest(const void *buffer, size_t bytes)
{
	return fits(host.mem->size, (uintptr_t)buffer - (uintptr_t)host.mem->base, bytes);
}

static ssize_t transferred(ssize_t result)
{
	host.moved = result < 0 ? -errno : result;
	host.transfers++;
	return result;
}

static size_t at_most(size_t bytes)
{
	return bytes < MOVE_MAX ? bytes : MOVE_MAX;
}

/* By the empty path, which stands for the fd itself. */
static int tell(int number, const char *path, int flags, unsigned mask, struct statx *st)
{
	int fd = host_real(number);
	struct stat same;

	MUST(path == hostcheck_itself && !*path && flags == AT_EMPTY_PATH);
	if (fails())
		return -1;
	MUST(fstat(fd, &same) == 0);
	host.told_ino = same.st_ino;
	host.told_forbidden = is_pseudo(fd) || is_outside(path_of(fd));
	return syscall(SYS_statx, fd, "", flags, mask, st);
}

static int follow(int number, const char *path, char *to, size_t size)
{
	MUST(path == hostcheck_itself && !*path && in_guest(to, size) && size <= INT32_MAX);
	return transferred(fails() ? -1 : readlinkat(host_real(number), "", to, size));
}

static int list(int number, void *to, size_t bytes)
{
	int fd = guests(number);

	MUST(in_guest(to, bytes) && bytes <= INT32_MAX);
	return transferred(fails() ? -1 : syscall(SYS_getdents64, fd, to, at_most(bytes)));
}

static int open_plainly(int fd, const char *path, int flags)
{
	struct open_how plain = {.flags = flags};

	MUST(fd == host.files.proc || (fd == AT_FDCWD && !host.files.openat2));
	return fd == AT_FDCWD ? look(fd, path, &plain, sizeof(plain)) : open_looked_at(path, flags);
}

/* All arguments are taken as the widest: what isn't there is anything, and not looked at. */
long fuzz_syscall(long number, ...)
{
	long a[5];
	va_list args;

	va_start(args, number);
	for (size_t i = 0; i < COUNT(a); i++)
		a[i] = va_arg(args, long);
	va_end(args);
	switch (number) {
	case SYS_openat:
		return open_plainly(a[0], (const char *)a[1], a[2]);
	case SYS_openat2:
		return look((int)a[0] == AT_FDCWD ? AT_FDCWD : host_real(a[0]), (const char *)a[1],
			    (const struct open_how *)a[2], a[3]);
	case SYS_statx:
		return tell(a[0], (const char *)a[1], a[2], a[3], (struct statx *)a[4]);
	case SYS_readlinkat:
		return follow(a[0], (const char *)a[1], (char *)a[2], a[3]);
	default:
		MUST(number == SYS_getdents64);
		return list(a[0], (void *)a[1], a[2]);
	}
}

ssize_t fuzz_read(int fd, void *buffer, size_t bytes)
{
	struct pollfd ready = {.fd = guests(fd), .events = POLLIN};

	/* read(2) would say EFAULT, not fault. */
	MUST(in_guest(buffer, bytes) && bytes <= INT32_MAX);
	if (fails())
		return transferred(-1);
	if (poll(&ready, 1, 0) == 0) /* a terminal: nobody types */
		return transferred(0);
	return transferred(read(ready.fd, buffer, at_most(bytes)));
}

ssize_t fuzz_pread(int fd, void *buffer, size_t bytes, off_t offset)
{
	fd = guests(fd);
	MUST(in_guest(buffer, bytes) && bytes <= INT32_MAX);
	host.at = offset;
	return transferred(fails() ? -1 : pread(fd, buffer, at_most(bytes), offset));
}

/* A message must not drive the user's terminal, whatever the guest's part of it is. */
static void check_message(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		MUST(text[i] == '\n' || (text[i] >= 0x20 && text[i] < 0x7f));
	host.messages++;
}

ssize_t fuzz_write(int fd, const void *buffer, size_t bytes)
{
	if (fd == MESSAGE_FD) {
		check_message(buffer, bytes);
		return bytes;
	}
	/* The sandbox kills a write to any other. */
	MUST(fd <= STDERR_FILENO || host_is_output(fd));
	fd = guests(fd);
	MUST((in_guest(buffer, bytes) && bytes <= INT32_MAX) ||
	     (buffer == host.data && bytes == 1));
	return transferred(fails() ? -1 : write(fd, buffer, at_most(bytes)));
}

int fuzz_ftruncate(int fd, off_t length)
{
	MUST(host_is_output(fd) && length == 0);
	host.emptied++;
	return fails() ? -1 : ftruncate(host_real(fd), length);
}

off_t fuzz_lseek(int fd, off_t offset, int whence)
{
	return lseek(guests(fd), offset, whence);
}

int fuzz_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	MUST(count == 1 && fds->fd == host.fds.host[STDOUT_FILENO]);
	MUST(fds->events == POLLOUT && timeout == -1);
	return 1;
}

int fuzz_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time,
			 struct timespec *left)
{
	MUST(clock == CLOCK_MONOTONIC && flags == 0);
	MUST(!left && time->tv_nsec >= 0 && time->tv_nsec < 1000000000);
	host.slept = *time;
	host.sleeps++;
	return 0;
}
