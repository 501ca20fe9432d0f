/* SPDX-License-Identifier: MIT */
/* Files that stand for a process: pidfd_open(2). */
#include "pidfd.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>

#include "../fs/fdtable.h"
#include "../mm/kmalloc.h"
#include "../sched/wait.h"

struct pidfd {
	struct file file; /* first */
	struct wait_queue waits;
	struct process *process; /* NULL: it was waited for */
	struct pidfd *next;	 /* of the same process */
};

static unsigned pidfd_poll(const struct file *file)
{
	const struct process *process = ((const struct pidfd *)file)->process;

	return process && process->tasks ? 0 : POLLIN | (process ? 0 : POLLHUP);
}

static void pidfd_release(struct file *file)
{
	struct pidfd *pidfd = (struct pidfd *)file;
	struct pidfd **link;

	if (pidfd->process) {
		for (link = &pidfd->process->pidfds; *link != pidfd;)
			link = &(*link)->next;
		*link = pidfd->next;
	}
	wait_wake(&pidfd->waits);
	kfree(pidfd);
}

static const struct file_ops pidfd_ops = {
	.poll = pidfd_poll,
	.release = pidfd_release,
	.anonymous = "anon_inode:[pidfd]",
};

int pidfd_install(struct process *process, unsigned flags)
{
	struct pidfd *pidfd = kmalloc(sizeof(*pidfd));

	if (!pidfd)
		return -ENOMEM;
	*pidfd = (struct pidfd){.process = process, .next = process->pidfds};
	file_init_anonymous(&pidfd->file, &pidfd_ops, O_RDWR | flags);
	pidfd->file.waits = &pidfd->waits;
	process->pidfds = pidfd;
	return fd_install(&pidfd->file, 0, true);
}

static const struct pidfd *find(int fd)
{
	const struct file *file = fd_file(fd);

	return file && file->ops == &pidfd_ops ? (const struct pidfd *)file : NULL;
}

int pidfd_process(int fd, struct process **process)
{
	const struct pidfd *pidfd = find(fd);

	if (!pidfd)
		return -EBADF;
	*process = pidfd->process;
	return 0;
}

bool pidfd_is_nonblocking(int fd)
{
	const struct pidfd *pidfd = find(fd);

	return pidfd && pidfd->file.flags & O_NONBLOCK;
}

void pidfd_wake(struct process *process)
{
	for (struct pidfd *p = process->pidfds; p; p = p->next)
		wait_wake_for(&p->waits, POLLIN);
}

void pidfd_forget(struct process *process)
{
	struct pidfd *next;

	for (struct pidfd *p = process->pidfds; p; p = next) {
		next = p->next;
		p->process = NULL;
		p->next = NULL;
		wait_wake_for(&p->waits, POLLIN | POLLHUP);
	}
	process->pidfds = NULL;
}
