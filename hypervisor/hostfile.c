/* SPDX-License-Identifier: MIT */
/* The host's files: which of them the guest may open, and how. */
#include "hostfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../kernel/abi.h"
#include "hostcheck.h"
#include "msg.h"

/*
 * How a path is followed. Never through the magic links of /proc: /proc/self/fd/7 is
 * a host fd. The second of each is for the last link itself: see look_at(). The
 * sandbox knows them by their addresses; they lie in memory that can't be written.
 */
static const struct open_how in_host[HOSTFILE_LOOKS] = {
	{.flags = HOSTFILE_LOOK, .resolve = RESOLVE_NO_MAGICLINKS},
	{.flags = HOSTFILE_LOOK_LINK, .resolve = RESOLVE_NO_MAGICLINKS},
};
static const struct open_how in_root[HOSTFILE_LOOKS] = {
	{.flags = HOSTFILE_LOOK, .resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT},
	{.flags = HOSTFILE_LOOK_LINK, .resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT},
};
_Static_assert(HC_STAT_LINK < HOSTFILE_LOOKS, "an index of these");

#define TEN(n) #n "0", #n "1", #n "2", #n "3", #n "4", #n "5", #n "6", #n "7", #n "8", #n "9"
const char hostfile_numbers[HOSTFILE_NUMBERS][4] = {
	TEN(),	 TEN(1),  TEN(2),  TEN(3),  TEN(4),  TEN(5),  TEN(6),  TEN(7),	TEN(8),
	TEN(9),	 TEN(10), TEN(11), TEN(12), TEN(13), TEN(14), TEN(15), TEN(16), TEN(17),
	TEN(18), TEN(19), TEN(20), TEN(21), TEN(22), TEN(23), TEN(24), TEN(25), TEN(26),
};

/*
 * Opens by O_PATH, which touches nothing, whatever the path leads to; with
 * HC_STAT_LINK in `flags` the last link itself. Returns a host fd or -errno.
 */
static int look_at(const struct hostfiles *files, const char *path, uint64_t flags)
{
	const struct open_how *how = files->look + (flags & HC_STAT_LINK);
	int tries = 100;
	int host;

	/* EAGAIN: something was renamed while ".." was followed, which may have led out. */
	do {
		host = files->openat2 ? syscall(SYS_openat2, files->root, path, how, sizeof(*how))
				      : syscall(SYS_openat, files->root, path, (int)how->flags);
	} while (host < 0 && errno == EAGAIN && --tries);
	return host < 0 ? -errno : host;
}

/* Returns `host`, which is an fd or -errno. Closes an fd that the guest may not have: -errno. */
static int checked(int host)
{
	int error = host < 0 ? host : hostcheck_open(host);

	if (!error)
		return host;
	if (host >= 0)
		close(host);
	return error;
}

/*
 * Opening a device or a FIFO may already do something, so the guest's file is
 * looked at first. Then that very file is opened, through the link that /proc has
 * for its fd, because the path may lead elsewhere by now. Returns a host fd or -errno.
 */
static int open_checked(struct hostfiles *files, const char *path)
{
	int looked = checked(look_at(files, path, 0));
	int host;

	if (looked < 0)
		return looked;
	if (files->proc < 0) {
		if (!files->told)
			msg("hypervisor: no /proc is mounted, and without it the program can open "
			    "no files\n");
		files->told = true;
		host = -EACCES;
	} else if (looked >= HOSTFILE_NUMBERS) {
		host = -EMFILE;
	} else {
		host = syscall(SYS_openat, files->proc, hostfile_numbers[looked], HOSTFILE_READ);
		host = host < 0 ? -errno : host;
	}
	close(looked);
	return host;
}

/*
 * Opens what the command line names, or the hypervisor needs itself. Without /proc
 * the path is followed twice, which is safe: the guest doesn't run yet.
 */
static int open_granted(struct hostfiles *files, const char *path)
{
	int looked, host;

	if (files->proc >= 0)
		return open_checked(files, path);
	looked = checked(look_at(files, path, 0));
	if (looked < 0)
		return looked;
	close(looked);
	host = open(path, HOSTFILE_READ | O_NONBLOCK);
	host = checked(host < 0 ? -errno : host);
	if (host >= 0)
		fcntl(host, F_SETFL, O_RDONLY);
	return host;
}

/* Mounts a proc file system that nobody else sees. Returns an fd, or -1 if that isn't allowed. */
static int mount_proc(void)
{
	int context = syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC);
	int mount = -1;

	if (context >= 0 && syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0)
		mount = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, 0);
	if (context >= 0)
		close(context);
	return mount;
}

/* The directory that has a link for each fd of this process. An fd, or -1. */
static int open_own_fds(void)
{
	int fds = open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;
	int mount;

	/* Is it really proc, and no directory that somebody has put there? */
	if (fds >= 0 && fstatfs(fds, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC)
		return fds;
	if (fds >= 0)
		close(fds);
	mount = mount_proc();
	if (mount < 0)
		return -1;
	fds = openat(mount, "self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
	close(mount);
	return fds;
}

void hostfiles_init(struct hostfiles *files, const char *root, bool none, const char *program)
{
	const char *const granted[] = {program, "/dev/urandom", "/dev/random"};
	char shown[PATH_MAX];

	*files = (struct hostfiles){.root = AT_FDCWD, .look = in_host};
	/* A kernel that has the call refuses a struct of 0 bytes with EINVAL. */
	files->openat2 = syscall(SYS_openat2, AT_FDCWD, "/", NULL, 0) < 0 && errno == EINVAL;
	files->proc = open_own_fds();
	/* The program is opened before the sandbox drops root's rights. */
	for (unsigned i = 0; i < (root || none ? HOSTFILE_GRANTS : 1) && program; i++) {
		files->granted[i].path = granted[i];
		files->granted[i].host = open_granted(files, granted[i]);
	}
	files->none = none;
	if (!root)
		return;
	if (!files->openat2)
		die("--root: this kernel has no openat2, which alone keeps paths beneath it");
	files->root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (files->root < 0)
		die("--root %s: %m", escape(shown, sizeof(shown), root, strlen(root)));
	files->look = in_root;
}

/* Another host fd for the same open file, or -errno. */
static int duplicate(int host)
{
	int copy = fcntl(host, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -errno : copy;
}

int hostfile_open(struct hostfiles *files, const char *path)
{
	for (unsigned i = 0; i < HOSTFILE_GRANTS; i++) {
		int host = files->granted[i].host;

		if (!files->granted[i].path || strcmp(path, files->granted[i].path) != 0)
			continue;
		if (i == HOSTFILE_PROGRAM)
			files->granted[i].path = NULL;
		else if (host >= 0)
			host = duplicate(host);
		/* The program is what program_find() has found, or its errno. */
		if (host >= 0 || i == HOSTFILE_PROGRAM || files->none)
			return host;
	}
	return files->none ? -EACCES : open_checked(files, path);
}

/* As look_at(), if the guest may have the file's attributes. Returns a host fd or -errno. */
static int look_to_tell(const struct hostfiles *files, const char *path, uint64_t flags,
			struct statx *st)
{
	int host = files->none ? -EACCES : look_at(files, path, flags);
	int error = host < 0 ? host : hostcheck_stat(host, st);

	if (!error)
		error = hostcheck_tell(host, st);
	if (!error)
		return host;
	if (host >= 0)
		close(host);
	return error;
}

static struct hc_time time_of(const struct statx_timestamp *time)
{
	return (struct hc_time){.seconds = time->tv_sec, .nanoseconds = time->tv_nsec};
}

static void fill(struct hc_stat_result *result, const struct statx *st)
{
	*result = (struct hc_stat_result){
		.dev = hc_device(st->stx_dev_major, st->stx_dev_minor),
		.ino = st->stx_ino,
		.mode = st->stx_mode,
		.nlink = st->stx_nlink,
		.uid = st->stx_uid,
		.gid = st->stx_gid,
		.rdev = hc_device(st->stx_rdev_major, st->stx_rdev_minor),
		.size = st->stx_size,
		.blocks = st->stx_blocks,
		.blksize = st->stx_blksize,
		.atime = time_of(&st->stx_atime),
		.mtime = time_of(&st->stx_mtime),
		.ctime = time_of(&st->stx_ctime),
		.btime = time_of(&st->stx_btime), /* zeros where there is none */
	};
}

int hostfile_stat(const struct hostfiles *files, const char *path, uint64_t flags,
		  struct hc_stat_result *result)
{
	struct statx st;
	int looked = look_to_tell(files, path, flags, &st);

	if (looked < 0)
		return looked;
	close(looked);
	fill(result, &st);
	return 0;
}

int hostfile_fstat(int host, struct hc_stat_result *result)
{
	struct statx st;
	int error = hostcheck_stat(host, &st);

	if (!error)
		fill(result, &st);
	return error;
}

int hostfile_readlink(const struct hostfiles *files, const char *path, char *to, size_t size)
{
	struct statx st;
	int looked = look_to_tell(files, path, HC_STAT_LINK, &st);
	int length = -EINVAL;

	if (looked < 0)
		return looked;
	if ((st.stx_mode & S_IFMT) == S_IFLNK) {
		length = syscall(SYS_readlinkat, looked, hostcheck_itself, to, size);
		length = length < 0 ? -errno : length;
	}
	close(looked);
	return length;
}
