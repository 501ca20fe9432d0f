/* SPDX-License-Identifier: MIT */
/* System calls on file descriptors. */
#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/unistd_64.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../fs/fdtable.h"
#include "../fs/pipe.h"
#include "../mm/uaccess.h"
#include "syscall.h"

#define F_SETTABLE (O_APPEND | O_NONBLOCK | O_DIRECT | O_NOATIME) /* F_SETFL, fcntl(2) */

int64_t sys_close(struct trap_frame *frame)
{
	return fd_close(frame->rdi);
}

int64_t sys_close_range(struct trap_frame *frame)
{
	uint32_t first = frame->rdi;
	uint32_t last = frame->rsi;
	uint32_t flags = frame->rdx;

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

static int64_t dup_from(uint64_t fd, uint64_t from, bool cloexec)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	file_get(file);
	return fd_install(file, from, cloexec);
}

int64_t sys_dup(struct trap_frame *frame)
{
	return dup_from(frame->rdi, 0, false);
}

/* dup2 and dup3. */
int64_t sys_dup2(struct trap_frame *frame)
{
	bool is_dup3 = frame->rax == __NR_dup3;
	uint32_t to = frame->rsi;
	bool same = (uint32_t)frame->rdi == to;
	struct file *file = fd_file(frame->rdi);

	if (is_dup3 && (same || frame->rdx & ~(uint64_t)O_CLOEXEC))
		return -EINVAL;
	if (!file || (!same && !fd_allowed(to)))
		return -EBADF;
	if (!same) {
		file_get(file);
		fd_replace(to, file, is_dup3 && frame->rdx);
	}
	return to;
}

/* F_SETLK and F_GETLK: with one process, a lock is always to be had. */
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

int64_t sys_fcntl(struct trap_frame *frame)
{
	struct file *file = fd_file(frame->rdi);
	uint32_t command = frame->rsi;
	uint64_t argument = frame->rdx;

	if (!file)
		return -EBADF;
	switch (command) {
	case F_DUPFD:
	case F_DUPFD_CLOEXEC:
		return dup_from(frame->rdi, (uint32_t)argument, command == F_DUPFD_CLOEXEC);
	case F_GETFD:
		return fd_cloexec(frame->rdi) ? FD_CLOEXEC : 0;
	case F_SETFD:
		fd_set_cloexec(frame->rdi, argument & FD_CLOEXEC);
		return 0;
	case F_GETFL:
		return file->flags;
	case F_SETFL:
		file->flags = (file->flags & ~F_SETTABLE) | (argument & F_SETTABLE);
		return 0;
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
		return lock_file(file, argument, command != F_GETLK);
	default:
		return -EINVAL;
	}
}

/* Nothing here is a terminal, or any other thing that has an ioctl of its own. */
int64_t sys_ioctl(struct trap_frame *frame)
{
	uint32_t request = frame->rsi;

	if (!fd_file(frame->rdi))
		return -EBADF;
	if (request == FIOCLEX || request == FIONCLEX) {
		fd_set_cloexec(frame->rdi, request == FIOCLEX);
		return 0;
	}
	return -ENOTTY;
}

/* The host gives no sockets, so no fd is one. */
int64_t sys_not_a_socket(struct trap_frame *frame)
{
	return fd_file(frame->rdi) ? -ENOTSOCK : -EBADF;
}

/* pipe and pipe2. */
int64_t sys_pipe(struct trap_frame *frame)
{
	unsigned flags = frame->rax == __NR_pipe2 ? frame->rsi : 0;
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
	error = fds[0] < 0   ? fds[0]
		: fds[1] < 0 ? fds[1]
			     : copy_to_user(frame->rdi, fds, sizeof(fds));
	if (error) {
		/* An errno is no fd that could be open. */
		fd_close(fds[0]);
		fd_close(fds[1]);
	}
	return error;
}

int64_t sys_flock(struct trap_frame *frame)
{
	return fd_file(frame->rdi) ? 0 : -EBADF;
}

/* Nothing is kept back that could be lost. */
int64_t sys_fsync(struct trap_frame *frame)
{
	const struct file *file = fd_file(frame->rdi);

	if (!file)
		return -EBADF;
	return S_ISREG(file->mode) || S_ISDIR(file->mode) ? 0 : -EINVAL;
}

int64_t sys_umask(struct trap_frame *frame)
{
	static unsigned mask = 022;
	unsigned old = mask;

	mask = frame->rdi & 0777;
	return old;
}
