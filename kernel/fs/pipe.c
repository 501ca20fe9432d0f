/* SPDX-License-Identifier: MIT */
/* Pipes that the program makes: pipe(7). */
#include "pipe.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../layout.h"
#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "../sched/wait.h"
#include "mount.h"
#include "pipe_ring.h"

struct pipe {
	bool has_reader, has_writer;
	struct wait_queue waits; /* for bytes, for room, or for the other end to close */
	struct pipe_ring ring;
};

/* One end of it, which is a file. */
struct pipe_end {
	struct file file; /* first */
	struct pipe *pipe;
};

static struct pipe *pipe_of(const struct file *file)
{
	return ((const struct pipe_end *)file)->pipe;
}

static int64_t read_pieces(struct pipe *pipe, struct pieces *to)
{
	bool was_full = pipe_ring_is_full(&pipe->ring);
	int64_t n;

	if (to->left == 0 || (!pipe->ring.used && !pipe->has_writer))
		return 0;
	n = pipe_ring_read(&pipe->ring, to);
	/* Nobody waits for more room than a slot. */
	if (was_full && !pipe_ring_is_full(&pipe->ring))
		wait_wake_for(&pipe->waits, POLLOUT | POLLWRNORM);
	return n;
}

/* -EPIPE if the read end is closed. */
static int64_t write_pieces(struct pipe *pipe, struct pieces *from)
{
	int64_t n;

	if (from->left == 0)
		return 0;
	if (!pipe->has_reader)
		return -EPIPE;
	n = pipe_ring_write(&pipe->ring, from);
	if (n > 0)
		wait_wake_for(&pipe->waits, POLLIN | POLLRDNORM);
	return n;
}

static int64_t pipe_vector(struct file *file, struct pieces *pieces, bool to_user)
{
	struct pipe *pipe = pipe_of(file);

	return to_user ? read_pieces(pipe, pieces) : write_pieces(pipe, pieces);
}

static int64_t pipe_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct iovec piece = {(void *)buffer, bytes};

	return read_pieces(pipe_of(file), &(struct pieces){&piece, 0, bytes});
}

static int64_t pipe_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct iovec piece = {(void *)buffer, bytes};

	return write_pieces(pipe_of(file), &(struct pieces){&piece, 0, bytes});
}

static unsigned poll_read_end(const struct file *file)
{
	const struct pipe *pipe = pipe_of(file);

	return (pipe->ring.used ? POLLIN | POLLRDNORM : 0) | (pipe->has_writer ? 0 : POLLHUP);
}

static unsigned poll_write_end(const struct file *file)
{
	const struct pipe *pipe = pipe_of(file);

	return (pipe_ring_is_full(&pipe->ring) ? 0 : POLLOUT | POLLWRNORM) |
	       (pipe->has_reader ? 0 : POLLERR);
}

/* FIONREAD, on either end: how many bytes are there to be read. */
static int64_t pipe_ioctl(struct file *file, unsigned request, uaddr_t argument)
{
	int there = pipe_of(file)->ring.bytes;

	return request == FIONREAD ? copy_to_user(argument, &there, sizeof(there)) : -ENOTTY;
}

/* Frees an end, and with the second one the pipe. */
static void release_end(struct file *file)
{
	struct pipe *pipe = pipe_of(file);

	kfree(file);
	wait_wake(&pipe->waits);
	if (pipe->has_reader || pipe->has_writer)
		return;
	pipe_ring_free(&pipe->ring);
	kfree(pipe);
}

static void release_read_end(struct file *file)
{
	pipe_of(file)->has_reader = false;
	release_end(file);
}

static void release_write_end(struct file *file)
{
	pipe_of(file)->has_writer = false;
	release_end(file);
}

static const struct file_ops read_end_ops = {
	.read = pipe_read,
	.vector = pipe_vector,
	.poll = poll_read_end,
	.ioctl = pipe_ioctl,
	.release = release_read_end,
};

static const struct file_ops write_end_ops = {
	.write = pipe_write,
	.vector = pipe_vector,
	.poll = poll_write_end,
	.ioctl = pipe_ioctl,
	.release = release_write_end,
	.stream = true,
};

static bool is_pipe(const struct file *file)
{
	return file->ops == &read_end_ops || file->ops == &write_end_ops;
}

int64_t pipe_size(const struct file *file)
{
	return is_pipe(file) ? (int64_t)pipe_of(file)->ring.count * PAGE_SIZE : -EBADF;
}

int64_t pipe_resize(struct file *file, uint32_t bytes)
{
	int64_t size = is_pipe(file) ? pipe_ring_resize(&pipe_of(file)->ring, bytes) : -EBADF;

	if (size > 0)
		wait_wake(&pipe_of(file)->waits);
	return size;
}

int pipe_make(struct file **read_end, struct file **write_end, unsigned flags)
{
	struct pipe *pipe = kmalloc(sizeof(*pipe));
	struct pipe_end *r = kmalloc(sizeof(*r));
	struct pipe_end *w = kmalloc(sizeof(*w));

	if (!pipe || !r || !w || pipe_ring_init(&pipe->ring) < 0) {
		kfree(pipe);
		kfree(r);
		kfree(w);
		return -ENOMEM;
	}
	pipe->has_reader = pipe->has_writer = true;
	pipe->waits = (struct wait_queue){0};
	file_init(&r->file, &read_end_ops, S_IFIFO | S_IRUSR | S_IWUSR, flags | O_RDONLY);
	file_init(&w->file, &write_end_ops, S_IFIFO | S_IRUSR | S_IWUSR, flags | O_WRONLY);
	w->file.ino = r->file.ino;
	r->file.dev = w->file.dev = DEV_PIPE;
	r->pipe = w->pipe = pipe;
	r->file.waits = w->file.waits = &pipe->waits;
	*read_end = &r->file;
	*write_end = &w->file;
	return 0;
}
