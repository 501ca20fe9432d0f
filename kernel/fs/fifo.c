/* SPDX-License-Identifier: MIT */
/*
 * Pipes that have a name. Who opens an end waits until there is the other. The end is open
 * meanwhile: it counts, and whatever becomes of the name, the call that is restarted ends with it.
 */
#include "fifo.h"

#include <linux/fcntl.h>

#include "../sched/wait.h"
#include "pipe.h"

int64_t fifo_wait(struct file *file)
{
	if (!pipe_awaits_other(file))
		return 0;
	current->opening = file;
	wait_on(file->waits);
	return wait_restart(CLOCK_FOREVER, RESTART_BY_ACTION);
}

struct file *fifo_resume(void)
{
	struct file *file = current->restart ? current->opening : NULL;

	if (file)
		current->opening = NULL;
	else
		fifo_forget(current);
	return file;
}

void fifo_forget(struct thread *thread)
{
	struct file *file = thread->opening;

	thread->opening = NULL;
	if (file)
		file_put(file);
}
