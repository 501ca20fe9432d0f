/* SPDX-License-Identifier: MIT */
/* Files that stand for a process: pidfd_open(2). */
#ifndef PIDFD_H
#define PIDFD_H

#include "../fs/file.h"
#include "process.h"

/* Gives the current process an fd for a process, with FD_CLOEXEC. `flags`: 0 or O_NONBLOCK. Returns
 * the fd, -EMFILE or -ENOMEM. */
int pidfd_install(struct process *process, unsigned flags);

/* Sets *process to that of the fd; NULL: it was waited for. Returns 0, or -EBADF: it is no such fd.
 */
int pidfd_process(int fd, struct process **process);

/* Is the fd one, and open with O_NONBLOCK? */
bool pidfd_is_nonblocking(int fd);

/* The process has ended: its pidfds can be read from, poll(2) says. */
void pidfd_wake(struct process *process);

/* The process is about to be freed. */
void pidfd_forget(struct process *process);

#endif
