/* SPDX-License-Identifier: MIT */
/*
 * Pipes that have a name. Who opens an end waits until there is the other. One that
 * waits is woken, and its call restarted: meanwhile its end counts as open, so that who has woken
 * it may write, and even close again.
 */
#include "fifo.h"

#include <asm/errno.h>
#include <linux/fcntl.h>

#include "../mm/kmalloc.h"
#include "../sched/wait.h"
#include "pipe.h"

struct fifo {
	struct pipe *pipe;
	struct wait_queue readers, writers;    /* that wait for the other end */
	unsigned woken_readers, woken_writers; /* whose calls will be restarted */
};

struct fifo *fifo_new(void (*left)(void *owner), void *owner)
{
	struct fifo *fifo = kmalloc(sizeof(*fifo));
	struct pipe *pipe = fifo ? pipe_new(left, owner) : NULL;

	if (!pipe) {
		kfree(fifo);
		return NULL;
	}
	*fifo = (struct fifo){.pipe = pipe};
	return fifo;
}

static unsigned wake_all(struct wait_queue *queue)
{
	unsigned count = 0;

	for (const struct wait_entry *entry = queue->first; entry; entry = entry->next)
		count++;
	wait_wake(queue);
	return count;
}

void fifo_free(struct fifo *fifo)
{
	/* Who waits to open it finds that its name is gone. */
	wait_wake(&fifo->readers);
	wait_wake(&fifo->writers);
	pipe_free(fifo->pipe);
	kfree(fifo);
}

/* Those that wait for an end that is opened now. */
static void wake_others(struct fifo *fifo, unsigned access)
{
	unsigned readers = access == O_RDONLY ? 0 : wake_all(&fifo->readers);
	unsigned writers = access == O_WRONLY ? 0 : wake_all(&fifo->writers);

	fifo->woken_readers += readers;
	fifo->woken_writers += writers;
	pipe_expect(fifo->pipe, readers, writers);
}

/* Was this call woken by who opened the other end? */
static bool was_woken(unsigned *woken)
{
	if (!current->restart || !*woken)
		return false;
	--*woken;
	return true;
}

int fifo_open(struct file **file, struct fifo *fifo, uint32_t mode, unsigned flags)
{
	unsigned access = flags & O_ACCMODE;
	bool woken, ready;
	int error;

	woken = (access == O_RDONLY && was_woken(&fifo->woken_readers)) ||
		(access == O_WRONLY && was_woken(&fifo->woken_writers));
	ready = woken || (access == O_RDONLY   ? pipe_writers(fifo->pipe) || fifo->writers.first
			  : access == O_WRONLY ? pipe_readers(fifo->pipe) || fifo->readers.first
					       : true);
	if (!ready && flags & O_NONBLOCK && access == O_WRONLY)
		return -ENXIO;
	if (!ready && !(flags & O_NONBLOCK)) {
		wait_on(access == O_RDONLY ? &fifo->readers : &fifo->writers);
		return wait_restart(CLOCK_FOREVER, RESTART_BY_ACTION);
	}
	error = pipe_open(file, fifo->pipe, mode, OPEN_KEPT(flags), woken);
	if (error)
		return error;
	wake_others(fifo, access);
	return 0;
}
