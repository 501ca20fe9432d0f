/* SPDX-License-Identifier: MIT */
/* Files of the host's that the program starts with: their data may come when they come. */
#include "hoststream.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../sched/cpu_clock.h"
#include "../sched/hostwait.h"
#include "../sched/tick.h"
#include "hostfile.h"
#include "terminal.h"

/*
 * A pipe, a socket or a terminal that the program starts with: a read may wait. The host does
 * that if nothing would be late meanwhile; else the kernel does, which asks first.
 */
static int64_t stream_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	int host = hostfile_fd(file);
	int64_t n;

	if (bytes && (file->flags & O_NONBLOCK || tick_is_needed()) && !hostwait_poll(host, POLLIN))
		return -EAGAIN;
	cpu_charge();
	n = hostfile_read(file, buffer, bytes);
	cpu_skip();
	hostwait_used(host, POLLIN | POLLPRI);
	return n;
}

static unsigned stream_poll(const struct file *file)
{
	return hostwait_poll(hostfile_fd(file),
			     POLLIN | POLLRDNORM | POLLPRI | POLLOUT | POLLWRNORM);
}

static int64_t terminal_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	int error = terminal_check_read(file);

	return error ? error : stream_read(file, buffer, bytes);
}

static int64_t terminal_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	int error = terminal_check_write(file);

	return error ? error : hostfile_write(file, buffer, bytes);
}

static const struct file_ops terminal_ops = {
	.read = terminal_read,
	.write = terminal_write,
	.transfer_at = hostfile_transfer_at,
	.write_kernel = hostfile_write_kernel,
	.seek = hostfile_seek,
	.stat = hostfile_stat,
	.poll = stream_poll,
	.ioctl = terminal_ioctl,
	.release = hostfile_release,
};

/* Of a device that is no terminal: it never waits. */
static const struct file_ops device_ops = {
	.read = hostfile_terminal_read,
	.write = terminal_write,
	.transfer_at = hostfile_transfer_at,
	.write_kernel = hostfile_write_kernel,
	.seek = hostfile_seek,
	.stat = hostfile_stat,
	.ioctl = terminal_ioctl,
	.release = hostfile_release,
};

/* Of a pipe or a socket. */
static const struct file_ops stream_ops = {
	.read = stream_read,
	.write = hostfile_write,
	.write_kernel = hostfile_write_kernel,
	.stat = hostfile_stat,
	.poll = stream_poll,
	.release = hostfile_release,
	.stream = true,
};

struct file *hoststream_first(int host, uint32_t mode, unsigned flags,
			      const struct boot_file *which)
{
	const struct file_ops *ops = S_ISREG(mode)			? &hostfile_shared_ops
				     : S_ISFIFO(mode) || S_ISSOCK(mode) ? &stream_ops
				     : terminal_rdev(host)		? &terminal_ops
									: &device_ops;
	struct file *file = hostfile_first(ops, host, mode, flags, which);

	if (ops->poll)
		file->waits = hostwait_queue(host);
	return file;
}
