/* SPDX-License-Identifier: MIT */
/* System calls on file descriptors. */
#include <asm/errno.h>
#include <asm/ioctls.h>
#include <linux/close_range.h>
#include <linux/fadvise.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "../fs/fdtable.h"
#include "../fs/pipe.h"
#include "../mm/uaccess.h"
#include "../sched/wait.h"
#include "syscall.h"

#define F_SETTABLE (O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME) /* F_SETFL, fcntl(2) */

int64_t sys_close(int fd)
{
	return fd_close(fd);
}

int64_t sys_close_range(unsigned first, unsigned last, unsigned flags)
{
	if (first > last || flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC))
		return -EINVAL;
	for (uint32_t fd = first; fd <= last && fd < FD_COUNT; fd++) {
		if (!(flags & CLOSE_RANGE_CLOEXEC))
			fd_close(fd);
		else if (fd_file(fd))
			fd_set_cloexec(fd, true);
	}
	return 0;
}

static int64_t dup_from(int fd, unsigned from, bool cloexec)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	file_get(file);
	return fd_install(file, from, cloexec);
}

int64_t sys_dup(int fd)
{
	return dup_from(fd, 0, false);
}

/* Makes `to`, which is another fd, the same file. */
static int64_t dup_to(int fd, int to, bool cloexec)
{
	struct file *file = fd_file(fd);

	if (!file || !fd_allowed(to))
		return -EBADF;
	file_get(file);
	fd_replace(to, file, cloexec);
	return to;
}

int64_t sys_dup2(int fd, int to)
{
	if (fd == to)
		return fd_file(fd) ? fd : -EBADF;
	return dup_to(fd, to, false);
}

int64_t sys_dup3(int fd, int to, unsigned flags)
{
	if (fd == to || flags & ~O_CLOEXEC)
		return -EINVAL;
	return dup_to(fd, to, flags);
}

/* F_SETLK and F_GETLK. Locks aren't kept: whoever asks for one gets it, and none is ever held. */
static int64_t lock_file(const struct file *file, uint64_t user, bool set)
{
	unsigned access = file->flags & O_ACCMODE;
	struct flock lock;

	if (copy_from_user(&lock, user, sizeof(lock)) < 0)
		return -EFAULT;
	if (lock.l_type < F_RDLCK || lock.l_type > (set ? F_UNLCK : F_WRLCK))
		return -EINVAL;
	if (set && ((lock.l_type == F_WRLCK && access == O_RDONLY) ||
		    (lock.l_type == F_RDLCK && access == O_WRONLY)))
		return -EBADF;
	lock.l_type = F_UNLCK;
	return set ? 0 : copy_to_user(user, &lock, sizeof(lock));
}

/* Does the command take a file that is open by O_PATH, too? */
static bool names_only(unsigned command)
{
	return command == F_DUPFD || command == F_DUPFD_CLOEXEC || command == F_GETFD ||
	       command == F_SETFD || command == F_GETFL;
}

int64_t sys_fcntl(int fd, unsigned command, uint64_t argument)
{
	struct file *file = fd_file(fd);

	if (!file || (file->flags & O_PATH && !names_only(command)))
		return -EBADF;
	switch (command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		if (!fd_allowed(argument))
			return -EINVAL;
		return dup_from(fd, argument, command == F_DUPFD_CLOEXEC);
	case F_GETFD:
		return fd_cloexec(fd) ? FD_CLOEXEC : 0;
	case F_SETFD:
		fd_set_cloexec(fd, argument & FD_CLOEXEC);
		return 0;
	case F_GETFL:
		return file->flags;
	case F_SETFL:
		file->flags = (file->flags & ~F_SETTABLE) | (argument & F_SETTABLE);
		return 0;
	case F_GETPIPE_SZ:
		return pipe_size(file);
	case F_SETPIPE_SZ:
		return pipe_resize(file, argument);
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return lock_file(file, argument, command != F_GETLK);
	default:
		return -EINVAL;
	}
}

static int64_t set_nonblocking(struct file *file, uaddr_t from)
{
	int on;

	if (copy_from_user(&on, from, sizeof(on)) < 0)
		return -EFAULT;
	file->flags = on ? file->flags | O_NONBLOCK : file->flags & ~O_NONBLOCK;
	return 0;
}

int64_t sys_ioctl(int fd, unsigned request, uaddr_t argument)
{
	struct file *file = fd_file(fd);
	int64_t result;

	if (!file || file->flags & O_PATH)
		return -EBADF;
	switch (request) {
	case FIOCLEX:
	case FIONCLEX:
		fd_set_cloexec(fd, request == FIOCLEX);
		return 0;
	case FIONBIO:
		return set_nonblocking(file, argument);
	default:
		result = file->ops->ioctl ? file->ops->ioctl(file, request, argument) : -ENOTTY;
		return result == -ERESTARTSYS ? wait_restart(0, RESTART_BY_ACTION) : result;
	}
}

int64_t sys_pipe2(uaddr_t to, unsigned flags)
{
	struct file *ends[2];
	int fds[2];
	int error;

	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	error = pipe_make(&ends[0], &ends[1], flags & O_NONBLOCK);
	if (error)
		return error;
	fds[0] = fd_install(ends[0], 0, flags & O_CLOEXEC);
	fds[1] = fd_install(ends[1], 0, flags & O_CLOEXEC);
	error = fds[0] < 0 ? fds[0] : fds[1] < 0 ? fds[1] : copy_to_user(to, fds, sizeof(fds));
	if (error) {
		/* If it is an errno, this does nothing: no such fd is open. */
		fd_close(fds[0]);
		fd_close(fds[1]);
	}
	return error;
}

int64_t sys_pipe(uaddr_t to)
{
	return sys_pipe2(to, 0);
}

/* Locks aren't kept: whoever asks for one gets it. LOCK_MAND does nothing on Linux either. */
int64_t sys_flock(int fd, unsigned operation)
{
	unsigned kind = operation & ~LOCK_NB;

	if (operation & LOCK_MAND)
		return 0;
	if (kind != LOCK_SH && kind != LOCK_EX && kind != LOCK_UN)
		return -EINVAL;
	return fd_file(fd) && !(fd_file(fd)->flags & O_PATH) ? 0 : -EBADF;
}

/* Nothing to do: a write has reached the host when it returns. */
int64_t sys_fsync(int fd)
{
	const struct file *file = fd_file(fd);

	if (!file || file->flags & O_PATH)
		return -EBADF;
	return S_ISREG(file->mode) || S_ISDIR(file->mode) ? 0 : -EINVAL;
}

int64_t sys_sync(void)
{
	return 0;
}

int64_t sys_syncfs(int fd)
{
	return fd_file(fd) && !(fd_file(fd)->flags & O_PATH) ? 0 : -EBADF;
}

int64_t sys_sync_file_range(int fd, int64_t offset, int64_t bytes, unsigned flags)
{
	const struct file *file = fd_file(fd);
	int64_t end;

	if (!file || file->flags & O_PATH)
		return -EBADF;
	if (flags & ~(SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
		      SYNC_FILE_RANGE_WAIT_AFTER) ||
	    offset < 0 || bytes < 0 || __builtin_add_overflow(offset, bytes, &end))
		return -EINVAL;
	return S_ISREG(file->mode) || S_ISDIR(file->mode) ? 0 : -ESPIPE;
}

int64_t sys_fadvise64(int fd, int64_t offset, int64_t bytes, int advice)
{
	const struct file *file = fd_file(fd);

	(void)offset;
	if (!file || file->flags & O_PATH)
		return -EBADF;
	if (S_ISFIFO(file->mode))
		return -ESPIPE;
	return bytes < 0 || advice < POSIX_FADV_NORMAL || advice > POSIX_FADV_NOREUSE ? -EINVAL : 0;
}

/* Only checks: what is read ahead from the disk is the host's choice. */
int64_t sys_readahead(int fd)
{
	const struct file *file = fd_file(fd);

	if (!file || file->flags & O_PATH || (file->flags & O_ACCMODE) == O_WRONLY)
		return -EBADF;
	return S_ISREG(file->mode) ? 0 : -EINVAL;
}

/* Space can't be allocated to a file: the host has no call for it. */
int64_t sys_fallocate(int fd, unsigned mode, int64_t offset, int64_t bytes)
{
	const struct file *file = fd_file(fd);

	(void)mode;
	if (!file || file->flags & O_PATH)
		return -EBADF;
	if (offset < 0 || bytes <= 0)
		return -EINVAL;
	if ((file->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (S_ISFIFO(file->mode))
		return -ESPIPE;
	return S_ISREG(file->mode) ? -EOPNOTSUPP : -ENODEV;
}
