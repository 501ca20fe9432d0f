/* SPDX-License-Identifier: MIT */
/* System calls on files that stand for a process. */
#include "../proc/pidfd.h"

#include <asm/errno.h>
#include <linux/fcntl.h>

#include "../fs/fdtable.h"
#include "../mm/uaccess.h"
#include "../proc/signal.h"
#include "syscall.h"

int64_t sys_pidfd_open(int pid, unsigned flags)
{
	struct process *process;

	if (flags & ~O_NONBLOCK || pid <= 0)
		return -EINVAL;
	process = process_find(pid);
	if (process)
		return pidfd_install(process, flags);
	/* A thread that isn't the first of its process can't be named so. */
	return task_find(pid) ? -EINVAL : -ESRCH;
}

int64_t sys_pidfd_send_signal(int fd, int sig, uaddr_t user_info, unsigned flags)
{
	siginfo_t info = signal_info(sig, SI_USER);
	struct process *process;
	int error;

	if (flags)
		return -EINVAL;
	error = pidfd_process(fd, &process);
	if (error)
		return error;
	if (user_info) {
		if (copy_from_user(&info, user_info, sizeof(info)) < 0)
			return -EFAULT;
		if (info.si_signo != sig)
			return -EINVAL;
		if ((info.si_code >= 0 || info.si_code == SI_TKILL) && process != process_current())
			return -EPERM;
	}
	if ((unsigned)sig > SIGNAL_COUNT)
		return -EINVAL;
	if (!process)
		return -ESRCH;
	return sig ? signal_send_process(process, &info) : 0;
}

int64_t sys_pidfd_getfd(int pidfd, int fd, unsigned flags)
{
	struct process *process;
	struct file *file;
	int error;

	if (flags)
		return -EINVAL;
	error = pidfd_process(pidfd, &process);
	if (error)
		return error;
	if (!process || !process->tasks)
		return -ESRCH;
	file = fdtable_file(process->files, fd);
	if (!file)
		return -EBADF;
	file_get(file);
	return fd_install(file, 0, true);
}
