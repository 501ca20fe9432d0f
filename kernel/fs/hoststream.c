/* SPDX-License-Identifier: MIT */
/* Files of the host's that the program starts with: their data may come when they come. */
#include "hoststream.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../layout.h"
#include "../lib/math.h"
#include "../sched/cpu_clock.h"
#include "../sched/hostwait.h"
#include "../sched/tick.h"
#include "hostfile.h"
#include "terminal.h"

/* Would something be late if the host waited, or does the program want no wait? */
static bool asks_first(const struct file *file)
{
	return file->flags & O_NONBLOCK || tick_is_needed();
}

/*
 * A pipe, a socket or a terminal that the program starts with: a read may wait. The host does
 * that if nothing would be late meanwhile; else the kernel does, which asks first.
 */
static int64_t stream_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	int host = hostfile_fd(file);
	int64_t n;

	if (bytes && asks_first(file) && !hostwait_poll(host, POLLIN))
		return -EAGAIN;
	cpu_charge();
	n = hostfile_read(file, buffer, bytes);
	cpu_skip();
	hostwait_used(host, POLLIN | POLLPRI);
	return n;
}

/*
 * A write that may wait, likewise. Of a pipe that can be written to poll(2) tells no more than that
 * it has room for a page, so no more goes there before it is asked again. What is in one page takes
 * one hypercall. -EAGAIN: nothing is written.
 */
static int64_t stream_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	const int host = hostfile_fd(file);
	uint64_t done = 0;
	int64_t n;

	if (!bytes || !asks_first(file))
		return hostfile_write(file, buffer, bytes);
	do {
		uint64_t piece = bytes - done;

		if (S_ISFIFO(file->mode))
			piece = min(piece, PAGE_SIZE - (buffer + done) % PAGE_SIZE);
		n = hostwait_poll(host, POLLOUT) ? hostfile_write(file, buffer + done, piece)
						 : -EAGAIN;
		done += n > 0 ? n : 0;
	} while (n > 0 && done < bytes);
	hostwait_used(host, POLLOUT);
	return done ? (int64_t)done : n;
}

/* Of no more than a page. */
static int64_t stream_write_kernel(struct file *file, const void *from, uint64_t bytes)
{
	if (bytes && asks_first(file) && !hostwait_poll(hostfile_fd(file), POLLOUT))
		return -EAGAIN;
	return hostfile_write_kernel(file, from, bytes);
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
	.write = stream_write,
	.write_kernel = stream_write_kernel,
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
