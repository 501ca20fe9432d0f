/* SPDX-License-Identifier: MIT */
/* Pipes: pipe(7), and with a name fifo(7). */
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
	unsigned readers, writers; /* open ends */
	uint64_t readers_ever, writers_ever;
	void (*left)(void *owner); /* NULL: the pipe goes with its last end */
	void *owner;
	struct wait_queue waits; /* for bytes, for room, or for the other end to close */
	struct pipe_ring ring;
};

/* One end of it, which is a file. */
struct pipe_end {
	struct file file; /* first */
	struct pipe *pipe;
	/* That had come when it was opened; UINT64_MAX: one was open. */
	uint64_t readers_before, writers_before;
};

static struct pipe *pipe_of(const struct file *file)
{
	return ((const struct pipe_end *)file)->pipe;
}

static int64_t read_pieces(struct pipe *pipe, struct pieces *to)
{
	bool was_full = pipe_ring_is_full(&pipe->ring);
	int64_t n;

	if (to->left == 0 || (!pipe->ring.used && !pipe->writers))
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
	if (!pipe->readers)
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
	bool hung_up = !pipe->writers &&
		       pipe->writers_ever != ((const struct pipe_end *)file)->writers_before;

	return (pipe->ring.used ? POLLIN | POLLRDNORM : 0) | (hung_up ? POLLHUP : 0);
}

static unsigned poll_write_end(const struct file *file)
{
	const struct pipe *pipe = pipe_of(file);

	return (pipe_ring_is_full(&pipe->ring) ? 0 : POLLOUT | POLLWRNORM) |
	       (pipe->readers ? 0 : POLLERR);
}

static unsigned poll_both(const struct file *file)
{
	return poll_read_end(file) | poll_write_end(file);
}

/* FIONREAD, on either end: how many bytes are there to be read. */
static int64_t pipe_ioctl(struct file *file, unsigned request, uaddr_t argument)
{
	int there = pipe_of(file)->ring.bytes;

	return request == FIONREAD ? copy_to_user(argument, &there, sizeof(there)) : -ENOTTY;
}

void pipe_free(struct pipe *pipe)
{
	pipe_ring_free(&pipe->ring);
	kfree(pipe);
}

/* What nobody will read goes with the last end. */
static void empty(struct pipe *pipe)
{
	struct pipe_ring before = pipe->ring;

	/* Without memory for another, the old ring is read by who comes next. */
	if (before.used && pipe_ring_init(&pipe->ring) == 0)
		pipe_ring_free(&before);
	else
		pipe->ring = before;
}

static void release_end(struct file *file)
{
	struct pipe *pipe = pipe_of(file);
	unsigned access = file->flags & O_ACCMODE;

	kfree(file);
	pipe->readers -= access != O_WRONLY;
	pipe->writers -= access != O_RDONLY;
	wait_wake(&pipe->waits);
	if (!pipe->readers && !pipe->writers && pipe->left)
		empty(pipe);
	if (pipe->left)
		pipe->left(pipe->owner);
	else if (!pipe->readers && !pipe->writers)
		pipe_free(pipe);
}

static const struct file_ops read_end_ops = {
	.read = pipe_read,
	.vector = pipe_vector,
	.poll = poll_read_end,
	.ioctl = pipe_ioctl,
	.release = release_end,
};

static const struct file_ops write_end_ops = {
	.write = pipe_write,
	.vector = pipe_vector,
	.poll = poll_write_end,
	.ioctl = pipe_ioctl,
	.release = release_end,
	.stream = true,
};

static const struct file_ops both_ops = {
	.read = pipe_read,
	.write = pipe_write,
	.vector = pipe_vector,
	.poll = poll_both,
	.ioctl = pipe_ioctl,
	.release = release_end,
	.stream = true,
};

static bool is_pipe(const struct file *file)
{
	return file->ops == &read_end_ops || file->ops == &write_end_ops || file->ops == &both_ops;
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

struct pipe *pipe_new(void (*left)(void *owner), void *owner)
{
	struct pipe *pipe = kmalloc(sizeof(*pipe));

	if (!pipe)
		return NULL;
	*pipe = (struct pipe){.left = left, .owner = owner};
	if (pipe_ring_init(&pipe->ring) == 0)
		return pipe;
	kfree(pipe);
	return NULL;
}

unsigned pipe_readers(const struct pipe *pipe)
{
	return pipe->readers;
}

bool pipe_awaits_other(const struct file *file)
{
	const struct pipe_end *end = (const struct pipe_end *)file;
	unsigned access = file->flags & O_ACCMODE;

	if (!is_pipe(file) || file->flags & O_NONBLOCK)
		return false;
	return (access == O_RDONLY && end->pipe->writers_ever == end->writers_before) ||
	       (access == O_WRONLY && end->pipe->readers_ever == end->readers_before);
}

int pipe_open(struct file **opened, struct pipe *pipe, uint32_t mode, unsigned flags)
{
	struct pipe_end *end = kmalloc(sizeof(*end));
	unsigned access = flags & O_ACCMODE;
	unsigned readers = access != O_WRONLY, writers = access != O_RDONLY;

	if (!end)
		return -ENOMEM;
	file_init(&end->file,
		  access == O_RDONLY   ? &read_end_ops
		  : access == O_WRONLY ? &write_end_ops
				       : &both_ops,
		  mode, flags);
	end->pipe = pipe;
	end->readers_before = pipe->readers ? UINT64_MAX : pipe->readers_ever;
	end->writers_before = pipe->writers ? UINT64_MAX : pipe->writers_ever;
	end->file.waits = &pipe->waits;
	pipe->readers += readers;
	pipe->readers_ever += readers;
	pipe->writers += writers;
	pipe->writers_ever += writers;
	wait_wake(&pipe->waits);
	*opened = &end->file;
	return 0;
}

int pipe_make(struct file **read_end, struct file **write_end, unsigned flags)
{
	const uint32_t mode = S_IFIFO | S_IRUSR | S_IWUSR;
	struct pipe *pipe = pipe_new(NULL, NULL);

	if (!pipe)
		return -ENOMEM;
	if (pipe_open(read_end, pipe, mode, flags | O_RDONLY) < 0) {
		pipe_free(pipe);
		return -ENOMEM;
	}
	if (pipe_open(write_end, pipe, mode, flags | O_WRONLY) < 0) {
		file_put(*read_end);
		return -ENOMEM;
	}
	(*write_end)->ino = (*read_end)->ino;
	(*read_end)->dev = (*write_end)->dev = DEV_PIPE;
	return 0;
}
