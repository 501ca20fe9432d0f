/* SPDX-License-Identifier: MIT */
/* System calls on POSIX message queues: mq_overview(7). */
#include "../ipc/mqueue.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>

#include "../fs/fdtable.h"
#include "../mm/uaccess.h"
#include "../proc/process.h"
#include "../sched/timespec.h"
#include "../sched/wait.h"
#include "syscall.h"

static char name[PATH_MAX];

int64_t sys_mq_open(uaddr_t user_name, unsigned flags, unsigned mode, uaddr_t user_attr)
{
	struct file *file = NULL;
	struct mq_attr attr;
	int64_t error;

	if (user_attr && copy_from_user(&attr, user_attr, sizeof(attr)) < 0)
		return -EFAULT;
	error = string_from_user(name, user_name, sizeof(name));
	if (error < 0)
		return error;
	if (!fd_is_free())
		return -EMFILE;
	error = mqueue_open(&file, name, flags, mode, user_attr ? &attr : NULL);
	return error ? error : fd_install(file, 0, true);
}

int64_t sys_mq_unlink(uaddr_t user_name)
{
	int64_t error = string_from_user(name, user_name, sizeof(name));

	return error < 0 ? error : mqueue_unlink(name);
}

/*
 * Reads the time of CLOCK_REALTIME at which a call is to end, 0: never, as a deadline. A call
 * that is restarted keeps its first.
 */
static int deadline_from_user(uaddr_t user, uint64_t *deadline)
{
	uint64_t now = clock_realtime();
	uint64_t nsec;
	int error = user ? timespec_from_user(user, &nsec) : 0;

	if (current->restart)
		*deadline = current->deadline;
	else if (!user)
		*deadline = CLOCK_FOREVER;
	else if (!error)
		*deadline = deadline_after(nsec > now ? nsec - now : 0);
	return error;
}

/* What a call comes to that found no room, or no message, by its deadline. */
static int64_t wait(const struct file *file, uint64_t deadline)
{
	if (file->flags & O_NONBLOCK)
		return -EAGAIN;
	if (deadline > clock_monotonic())
		return wait_restart(deadline, RESTART_BY_ACTION);
	wait_end(current);
	return -ETIMEDOUT;
}

int64_t sys_mq_timedsend(int fd, uaddr_t from, size_t bytes, unsigned priority, uaddr_t timeout)
{
	struct file *file;
	struct mqueue *queue = mqueue_of_fd(fd, &file);
	struct ipc_message *message;
	uint64_t deadline;
	int error = deadline_from_user(timeout, &deadline);

	if (error)
		return error;
	if (priority >= MQ_PRIO_MAX)
		return -EINVAL;
	if (!queue || file_check_access(file, false) < 0)
		return -EBADF;
	if (bytes > (uint64_t)mqueue_attr(queue).mq_msgsize)
		return -EMSGSIZE;
	error = ipc_message_load(&message, from, bytes);
	if (error)
		return error;
	message->type = priority;
	error = mqueue_send(queue, message, !(file->flags & O_NONBLOCK));
	if (!error)
		return 0;
	ipc_message_free(message);
	return wait(file, deadline);
}

int64_t sys_mq_timedreceive(int fd, uaddr_t to, size_t bytes, uaddr_t priority, uaddr_t timeout)
{
	struct file *file;
	struct mqueue *queue = mqueue_of_fd(fd, &file);
	struct ipc_message *message;
	uint64_t deadline;
	unsigned type;
	int64_t result;
	int error = deadline_from_user(timeout, &deadline);

	if (error)
		return error;
	if (!queue || file_check_access(file, true) < 0)
		return -EBADF;
	if (bytes < (uint64_t)mqueue_attr(queue).mq_msgsize)
		return -EMSGSIZE;
	if (mqueue_receive(queue, &message, !(file->flags & O_NONBLOCK)) < 0)
		return wait(file, deadline);
	/* As on Linux, a message that can't be given is lost. */
	type = message->type;
	result = message->bytes;
	if ((priority && copy_to_user(priority, &type, sizeof(type)) < 0) ||
	    ipc_message_store(message, to, message->bytes) < 0)
		result = -EFAULT;
	ipc_message_free(message);
	return result;
}

int64_t sys_mq_notify(int fd, uaddr_t user_event)
{
	struct file *file;
	struct mqueue *queue = mqueue_of_fd(fd, &file);
	struct sigevent event;

	if (!user_event)
		return queue ? mqueue_notify(queue, NULL) : -EBADF;
	if (copy_from_user(&event, user_event, sizeof(event)) < 0)
		return -EFAULT;
	if (event.sigev_notify != SIGEV_NONE && event.sigev_notify != SIGEV_SIGNAL &&
	    event.sigev_notify != SIGEV_THREAD)
		return -EINVAL;
	if (event.sigev_notify == SIGEV_SIGNAL && (unsigned)event.sigev_signo > SIGNAL_COUNT)
		return -EINVAL;
	/* A thread is told through a netlink socket, which there is none of. */
	if (!queue || event.sigev_notify == SIGEV_THREAD)
		return -EBADF;
	return mqueue_notify(queue, &event);
}

/* Tells what a queue is like, and sets whether calls by this file wait: the only flag there is. */
int64_t sys_mq_getsetattr(int fd, uaddr_t new, uaddr_t old)
{
	struct file *file;
	struct mqueue *queue = mqueue_of_fd(fd, &file);
	struct mq_attr wanted, before;

	if (new &&copy_from_user(&wanted, new, sizeof(wanted)) < 0)
		return -EFAULT;
	if (new &&wanted.mq_flags & ~(long)O_NONBLOCK)
		return -EINVAL;
	if (!queue)
		return -EBADF;
	before = mqueue_attr(queue);
	before.mq_flags = file->flags & O_NONBLOCK;
	if (new)
		file->flags = (file->flags & ~O_NONBLOCK) | wanted.mq_flags;
	return old ? copy_to_user(old, &before, sizeof(before)) : 0;
}
