/* SPDX-License-Identifier: MIT */
/* Pipes that the program makes: a ring of 16 pages, as in pipe(7). */
#include "pipe.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/stat.h>

#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "../sched/wait.h"
#include "../x86/direct_map.h"
#include "mount.h"

#define PAGES	 16
#define CAPACITY ((uint64_t)PAGES * PAGE_SIZE)

struct pipe {
	bool has_reader, has_writer;
	struct wait_queue waits; /* for bytes, for room, or for the other end to close */
	uint64_t in, out;	 /* bytes that were ever written and read */
	paddr_t frames[PAGES];	 /* page frames; 0: not needed yet */
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

/* Is there room for any write that isn't to be split? */
static bool has_room(const struct pipe *pipe)
{
	return pipe->in - pipe->out + PIPE_BUF <= CAPACITY;
}

/*
 * Moves bytes between the ring, at position *at, and the program. Returns how many, or an errno.
 * A read tells of room only if there was none: nobody waits for more.
 */
static int64_t move(struct pipe *pipe, uint64_t *at, uaddr_t user, uint64_t bytes, bool to_user)
{
	unsigned events = to_user ? POLLOUT | POLLWRNORM : POLLIN | POLLRDNORM;
	bool had_room = has_room(pipe);
	uint64_t done = 0;
	int error = 0;

	while (done < bytes && !error) {
		paddr_t *frame = &pipe->frames[*at / PAGE_SIZE % PAGES];
		uint64_t offset = *at % PAGE_SIZE;
		uint64_t piece = min(bytes - done, PAGE_SIZE - offset);

		if (!*frame)
			*frame = frame_alloc();
		if (!*frame)
			error = -ENOMEM;
		else if (to_user)
			error = copy_to_user(user + done, phys_to_virt(*frame + offset), piece);
		else
			error = copy_from_user(phys_to_virt(*frame + offset), user + done, piece);
		if (!error) {
			done += piece;
			*at += piece;
		}
	}
	if (done && !(to_user && had_room))
		wait_wake_for(&pipe->waits, events);
	return done ? (int64_t)done : error;
}

static int64_t pipe_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct pipe *pipe = pipe_of(file);
	uint64_t there = pipe->in - pipe->out;

	if (bytes == 0)
		return 0;
	if (there == 0)
		return pipe->has_writer ? -EAGAIN : 0;
	return move(pipe, &pipe->out, buffer, min(bytes, there), true);
}

/* -EPIPE if the read end is closed. */
static int64_t pipe_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct pipe *pipe = pipe_of(file);
	uint64_t room = CAPACITY - (pipe->in - pipe->out);
	uint64_t extent;

	if (bytes == 0)
		return 0;
	if (!pipe->has_reader)
		return -EPIPE;
	/* Up to PIPE_BUF bytes are written at once or not at all. */
	if (room == 0 || (bytes <= PIPE_BUF && room < bytes))
		return -EAGAIN;
	bytes = min(bytes, room);
	extent = user_extent(buffer, bytes, false);
	/* If the program's buffer ends early, only whole pages are written, as on Linux. */
	if (extent < bytes)
		bytes = page_down(extent);
	return bytes ? move(pipe, &pipe->in, buffer, bytes, false) : -EFAULT;
}

static unsigned poll_read_end(const struct file *file)
{
	const struct pipe *pipe = pipe_of(file);

	return (pipe->in > pipe->out ? POLLIN | POLLRDNORM : 0) | (pipe->has_writer ? 0 : POLLHUP);
}

static unsigned poll_write_end(const struct file *file)
{
	const struct pipe *pipe = pipe_of(file);

	return (has_room(pipe) ? POLLOUT | POLLWRNORM : 0) | (pipe->has_reader ? 0 : POLLERR);
}

/* FIONREAD, on either end: how many bytes are there to be read. */
static int64_t pipe_ioctl(struct file *file, unsigned request, uaddr_t argument)
{
	int there = pipe_of(file)->in - pipe_of(file)->out;

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
	for (unsigned i = 0; i < PAGES; i++)
		if (pipe->frames[i])
			frame_put(pipe->frames[i]);
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
	.poll = poll_read_end,
	.ioctl = pipe_ioctl,
	.release = release_read_end,
};

static const struct file_ops write_end_ops = {
	.write = pipe_write,
	.poll = poll_write_end,
	.ioctl = pipe_ioctl,
	.release = release_write_end,
	.stream = true,
};

int pipe_make(struct file **read_end, struct file **write_end, unsigned flags)
{
	struct pipe *pipe = kmalloc(sizeof(*pipe));
	struct pipe_end *r = kmalloc(sizeof(*r));
	struct pipe_end *w = kmalloc(sizeof(*w));

	if (!pipe || !r || !w) {
		kfree(pipe);
		kfree(r);
		kfree(w);
		return -ENOMEM;
	}
	*pipe = (struct pipe){.has_reader = true, .has_writer = true};
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
