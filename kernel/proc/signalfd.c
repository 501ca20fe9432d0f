/* SPDX-License-Identifier: MIT */
/* signalfd(2): signals that are read from a file. Each process finds its own there. */
#include "signalfd.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/signalfd.h>

#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "deliver.h"
#include "signal.h"

struct signalfd {
	struct file file; /* first */
	uint64_t set;
};

/* What a fault raises has an address. */
static bool is_fault(int sig)
{
	return sig == SIGILL || sig == SIGFPE || sig == SIGSEGV || sig == SIGBUS || sig == SIGTRAP;
}

/* The members that a siginfo_t has depend on the code and the signal: sigaction(2). */
static struct signalfd_siginfo convert(const siginfo_t *info)
{
	struct signalfd_siginfo to = {
		.ssi_signo = info->si_signo,
		.ssi_errno = info->si_errno,
		.ssi_code = info->si_code,
	};
	bool is_own = info->si_code > SI_USER && info->si_code < SI_KERNEL;

	if (is_own && is_fault(info->si_signo)) {
		to.ssi_addr = (uint64_t)info->si_addr;
	} else if (info->si_code == SI_TIMER) {
		to.ssi_tid = info->si_tid;
		to.ssi_overrun = info->si_overrun;
		to.ssi_ptr = (uint64_t)info->si_ptr;
		to.ssi_int = info->si_int;
	} else if (info->si_code == SI_SIGIO || (is_own && info->si_signo == SIGPOLL)) {
		to.ssi_band = info->si_band;
		to.ssi_fd = info->si_fd;
	} else {
		to.ssi_pid = info->si_pid;
		to.ssi_uid = info->si_uid;
		if (is_own && info->si_signo == SIGCHLD) {
			to.ssi_status = info->si_status;
			to.ssi_utime = info->si_utime;
			to.ssi_stime = info->si_stime;
		} else if (info->si_code < 0) {
			to.ssi_ptr = (uint64_t)info->si_ptr;
			to.ssi_int = info->si_int;
		}
	}
	return to;
}

static int64_t signalfd_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	uint64_t set = ((struct signalfd *)file)->set;
	struct signalfd_siginfo told;
	uint64_t done = 0;
	siginfo_t info;

	if (bytes < sizeof(told))
		return -EINVAL;
	while (bytes - done >= sizeof(told) && signal_take(set, &info)) {
		told = convert(&info);
		if (copy_to_user(buffer + done, &told, sizeof(told)) < 0)
			return done ? (int64_t)done : -EFAULT;
		done += sizeof(told);
	}
	return done ? (int64_t)done : -EAGAIN;
}

static unsigned signalfd_poll(const struct file *file)
{
	return signal_pending() & ((const struct signalfd *)file)->set ? POLLIN : 0;
}

static void signalfd_release(struct file *file)
{
	wait_wake(file->waits);
	kfree(file);
}

static const struct file_ops signalfd_ops = {
	.read = signalfd_read,
	.seek = file_seek_nowhere,
	.poll = signalfd_poll,
	.release = signalfd_release,
	.anonymous = "anon_inode:[signalfd]",
};

int signalfd_make(struct file **made, uint64_t set, unsigned flags)
{
	struct signalfd *file = kmalloc(sizeof(*file));

	if (!file)
		return -ENOMEM;
	file_init_anonymous(&file->file, &signalfd_ops, flags);
	file->file.waits = &signal_waits;
	file->set = set & ~SIGNAL_UNBLOCKABLE;
	*made = &file->file;
	return 0;
}

int signalfd_change(struct file *file, uint64_t set)
{
	if (file->ops != &signalfd_ops)
		return -EINVAL;
	((struct signalfd *)file)->set = set & ~SIGNAL_UNBLOCKABLE;
	wait_wake(&signal_waits);
	return 0;
}
