/* SPDX-License-Identifier: MIT */
/*
 * Timers that are files. As on Linux one with an interval doesn't run on before it is read: what it
 * has missed is counted then.
 */
#include "timerfd.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "../sched/tick.h"
#include "../sched/wait.h"
#include "mount.h"

struct timerfd {
	struct file file; /* first */
	struct timer timer;
	struct wait_queue waits;
	uint64_t ahead;
	uint64_t interval;
	uint64_t count; /* how often it has expired; with an interval, once at most */
};

static struct timerfd *timerfd_of(const struct file *file)
{
	return (struct timerfd *)file;
}

static void fire(struct timer *timer)
{
	struct timerfd *there = (struct timerfd *)((char *)timer - offsetof(struct timerfd, timer));

	there->count++;
	wait_wake(&there->waits);
}

static void run(struct timerfd *there)
{
	timer_set(&there->timer, &timers_by_time, there->timer.expires);
	tick_set();
}

/* Counts what one with an interval has missed, and lets it go on. */
static void catch_up(struct timerfd *there)
{
	if (!there->count || !there->interval || there->timer.queue)
		return;
	there->count += timer_forward(&there->timer, &timers_by_time, there->interval) - 1;
	run(there);
}

static int64_t timerfd_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct timerfd *there = timerfd_of(file);

	if (bytes < sizeof(there->count))
		return -EINVAL;
	if (!there->count)
		return -EAGAIN;
	catch_up(there);
	if (copy_to_user(buffer, &there->count, sizeof(there->count)) < 0)
		return -EFAULT;
	there->count = 0;
	return sizeof(there->count);
}

static unsigned timerfd_poll(const struct file *file)
{
	return timerfd_of(file)->count ? POLLIN | POLLRDNORM : 0;
}

/* As on Linux it has no offset, and takes any. */
static int64_t timerfd_seek(struct file *file, int64_t offset, unsigned whence)
{
	(void)file;
	(void)offset;
	(void)whence;
	return 0;
}

static void timerfd_release(struct file *file)
{
	timer_cancel(&timerfd_of(file)->timer);
	wait_wake(file->waits);
	kfree(file);
}

static const struct file_ops timerfd_ops = {
	.read = timerfd_read,
	.seek = timerfd_seek,
	.poll = timerfd_poll,
	.release = timerfd_release,
};

struct file *timerfd_new(unsigned flags, uint64_t ahead)
{
	struct timerfd *there = kmalloc(sizeof(*there));

	if (!there)
		return NULL;
	*there = (struct timerfd){.timer = {.fire = fire}, .ahead = ahead};
	file_init(&there->file, &timerfd_ops, S_IRUSR | S_IWUSR, flags | O_RDWR);
	there->file.dev = DEV_PIPE;
	there->file.waits = &there->waits;
	return &there->file;
}

bool timerfd_is(const struct file *file)
{
	return file->ops == &timerfd_ops;
}

uint64_t timerfd_ahead(const struct file *file)
{
	return timerfd_of(file)->ahead;
}

void timerfd_set(struct file *file, uint64_t expires, uint64_t interval)
{
	struct timerfd *there = timerfd_of(file);

	timer_cancel(&there->timer);
	there->count = 0;
	there->interval = interval;
	there->timer.expires = expires;
	if (expires)
		run(there);
}

void timerfd_get(struct file *file, uint64_t *left, uint64_t *interval)
{
	struct timerfd *there = timerfd_of(file);

	catch_up(there);
	*left = timer_left(&there->timer);
	*interval = there->interval;
}
