/* SPDX-License-Identifier: MIT */
/* System calls on files that tell of events: epoll(7), eventfd(2), signalfd(2). */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/time_types.h>

#include "../fs/epoll.h"
#include "../fs/eventfd.h"
#include "../fs/fdtable.h"
#include "../mm/uaccess.h"
#include "../proc/signal.h"
#include "../proc/signalfd.h"
#include "../sched/timespec.h"
#include "poll.h"
#include "syscall.h"

#define EFD_SEMAPHORE 1 /* eventfd(2), whose other flags are those of open(2) */
#define SET_BYTES     8 /* of signals */

#define NSEC_PER_MSEC UINT64_C(1000000)
#define EVENTS_MAX    (INT32_MAX / sizeof(struct epoll_event))

int64_t sys_eventfd2(unsigned count, unsigned flags)
{
	struct file *file;
	int error;

	if (flags & ~(EFD_SEMAPHORE | O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	error = eventfd_make(&file, count, flags & EFD_SEMAPHORE, (flags & O_NONBLOCK) | O_RDWR);
	return error ? error : fd_install(file, 0, flags & O_CLOEXEC);
}

int64_t sys_eventfd(unsigned count)
{
	return sys_eventfd2(count, 0);
}

int64_t sys_signalfd4(int fd, uaddr_t user, size_t set_bytes, unsigned flags)
{
	struct file *file;
	uint64_t set;
	int error;

	if (set_bytes != SET_BYTES)
		return -EINVAL;
	if (copy_from_user(&set, user, sizeof(set)) < 0)
		return -EFAULT;
	if (flags & ~(O_CLOEXEC | O_NONBLOCK))
		return -EINVAL;
	if (fd == -1) {
		error = signalfd_make(&file, set, (flags & O_NONBLOCK) | O_RDWR);
		return error ? error : fd_install(file, 0, flags & O_CLOEXEC);
	}
	file = fd_io_file(fd);
	if (!file)
		return -EBADF;
	error = signalfd_change(file, set);
	return error ? error : fd;
}

int64_t sys_signalfd(int fd, uaddr_t set, size_t set_bytes)
{
	return sys_signalfd4(fd, set, set_bytes, 0);
}

int64_t sys_epoll_create1(unsigned flags)
{
	struct file *file;
	int error;

	if (flags & ~EPOLL_CLOEXEC)
		return -EINVAL;
	error = epoll_make(&file);
	return error ? error : fd_install(file, 0, flags & EPOLL_CLOEXEC);
}

int64_t sys_epoll_create(int size)
{
	return size > 0 ? sys_epoll_create1(0) : -EINVAL;
}

int64_t sys_epoll_ctl(int epoll_fd, int operation, int fd, uaddr_t user)
{
	struct epoll_event event = {0};
	struct file *epoll, *file;

	if (operation != EPOLL_CTL_DEL && copy_from_user(&event, user, sizeof(event)) < 0)
		return -EFAULT;
	epoll = fd_io_file(epoll_fd);
	file = fd_io_file(fd);
	if (!epoll || !file)
		return -EBADF;
	if (!epoll_can_watch(file))
		return -EPERM;
	if (!epoll_of(epoll))
		return -EINVAL;
	return epoll_control(epoll_of(epoll), operation, fd, file, &event);
}

/* `timeout`: nanoseconds, or CLOCK_FOREVER. */
static int64_t wait_for_events(int fd, uaddr_t to, int count, uint64_t timeout)
{
	struct file *file = fd_io_file(fd);
	struct epoll *epoll;
	int64_t n;

	if (count <= 0 || (unsigned)count > EVENTS_MAX)
		return -EINVAL;
	if (!user_range(to, count * sizeof(struct epoll_event)))
		return -EFAULT;
	if (!file)
		return -EBADF;
	epoll = epoll_of(file);
	if (!epoll)
		return -EINVAL;
	n = epoll_collect(epoll, to, count);
	if (n == 0)
		wait_on(file->waits);
	return n < 0 ? n : poll_leave(poll_finish(n, timeout));
}

/* A negative timeout is for ever. */
int64_t sys_epoll_wait(int fd, uaddr_t to, int count, int milliseconds)
{
	return wait_for_events(fd, to, count,
			       milliseconds < 0 ? CLOCK_FOREVER : milliseconds * NSEC_PER_MSEC);
}

int64_t sys_epoll_pwait(int fd, uaddr_t to, int count, int milliseconds, uaddr_t mask,
			size_t mask_bytes)
{
	int error = signal_mask_for_call(mask, mask_bytes);

	return error ? error : signal_mask_after_call(sys_epoll_wait(fd, to, count, milliseconds));
}

int64_t sys_epoll_pwait2(int fd, uaddr_t to, int count, uaddr_t time, uaddr_t mask,
			 size_t mask_bytes)
{
	uint64_t timeout = CLOCK_FOREVER;
	int error = time ? timespec_from_user(time, &timeout) : 0;

	if (!error)
		error = signal_mask_for_call(mask, mask_bytes);
	return error ? error : signal_mask_after_call(wait_for_events(fd, to, count, timeout));
}
