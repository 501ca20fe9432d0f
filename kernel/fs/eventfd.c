/* SPDX-License-Identifier: MIT */
/* eventfd(2): a file that is a counter. */
#include "eventfd.h"

#include <asm/errno.h>
#include <asm/poll.h>

#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "../sched/wait.h"

#define COUNT_MAX (UINT64_MAX - 1)

struct eventfd {
	struct file file; /* first */
	struct wait_queue waits;
	uint64_t count;
	bool semaphore;
};

static int64_t eventfd_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct eventfd *event = (struct eventfd *)file;
	uint64_t taken = event->semaphore ? 1 : event->count;

	if (bytes < sizeof(taken))
		return -EINVAL;
	if (event->count == 0)
		return -EAGAIN;
	/* Taken even where it can't be told, as on Linux. */
	event->count -= taken;
	wait_wake_for(&event->waits, POLLOUT);
	return copy_to_user(buffer, &taken, sizeof(taken)) < 0 ? -EFAULT : (int64_t)sizeof(taken);
}

static int64_t eventfd_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct eventfd *event = (struct eventfd *)file;
	uint64_t more;

	if (bytes < sizeof(more))
		return -EINVAL;
	if (copy_from_user(&more, buffer, sizeof(more)) < 0)
		return -EFAULT;
	if (more > COUNT_MAX)
		return -EINVAL;
	if (more > COUNT_MAX - event->count)
		return -EAGAIN;
	event->count += more;
	wait_wake_for(&event->waits, POLLIN);
	return sizeof(more);
}

static unsigned eventfd_poll(const struct file *file)
{
	uint64_t count = ((const struct eventfd *)file)->count;

	return (count > 0 ? POLLIN : 0) | (count < COUNT_MAX ? POLLOUT : 0);
}

static void eventfd_release(struct file *file)
{
	wait_wake(file->waits);
	kfree(file);
}

static const struct file_ops eventfd_ops = {
	.read = eventfd_read,
	.write = eventfd_write,
	.seek = file_seek_nowhere,
	.poll = eventfd_poll,
	.release = eventfd_release,
	.nowait = true,
	.anonymous = "anon_inode:[eventfd]",
};

int eventfd_make(struct file **made, unsigned count, bool semaphore, unsigned flags)
{
	struct eventfd *event = kmalloc(sizeof(*event));

	if (!event)
		return -ENOMEM;
	*event = (struct eventfd){.count = count, .semaphore = semaphore};
	file_init_anonymous(&event->file, &eventfd_ops, flags);
	event->file.waits = &event->waits;
	*made = &event->file;
	return 0;
}
