/* SPDX-License-Identifier: MIT */
/* Pipes of the program to itself: a ring of pages, as pipe(7) has it. */
#include "pipe.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "../proc/thread.h"
#include "../x86/direct_map.h"

#define PAGES	 16
#define CAPACITY ((uint64_t)PAGES * PAGE_SIZE)

struct pipe {
	bool has_reader, has_writer;
	uint64_t in, out;	/* bytes that were ever written and read */
	uint64_t frames[PAGES]; /* 0: not needed yet */
};

int pipe_make(struct file **read_end, struct file **write_end, unsigned flags)
{
	struct pipe *pipe = kmalloc(sizeof(*pipe));
	struct file *r = file_new(S_IFIFO | S_IRUSR | S_IWUSR, flags | O_RDONLY, -1);
	struct file *w = file_new(S_IFIFO | S_IRUSR | S_IWUSR, flags | O_WRONLY, -1);

	if (!pipe || !r || !w) {
		kfree(pipe);
		kfree(r);
		kfree(w);
		return -ENOMEM;
	}
	*pipe = (struct pipe){.has_reader = true, .has_writer = true};
	w->ino = r->ino;
	r->pipe = w->pipe = pipe;
	*read_end = r;
	*write_end = w;
	return 0;
}

/* Moves bytes between the ring, from position *at on, and the program; how many, or an errno. */
static int64_t move(struct pipe *pipe, uint64_t *at, uint64_t user, uint64_t bytes, bool to_user)
{
	uint64_t done = 0;
	int error = 0;

	while (done < bytes && !error) {
		uint64_t *frame = &pipe->frames[*at / PAGE_SIZE % PAGES];
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
	if (done)
		thread_notify();
	return done ? (int64_t)done : error;
}

int64_t pipe_read(struct file *file, uint64_t buffer, uint64_t bytes)
{
	struct pipe *pipe = file->pipe;
	uint64_t there = pipe->in - pipe->out;

	if (bytes == 0)
		return 0;
	if (there == 0)
		return pipe->has_writer ? -EAGAIN : 0;
	return move(pipe, &pipe->out, buffer, min(bytes, there), true);
}

int64_t pipe_write(struct file *file, uint64_t buffer, uint64_t bytes)
{
	struct pipe *pipe = file->pipe;
	uint64_t room = CAPACITY - (pipe->in - pipe->out);
	uint64_t extent;

	if (bytes == 0)
		return 0;
	if (!pipe->has_reader)
		return -EPIPE;
	/* So much is written in one piece or not at all. */
	if (room == 0 || (bytes <= PIPE_BUF && room < bytes))
		return -EAGAIN;
	bytes = min(bytes, room);
	extent = user_extent(buffer, bytes, false);
	/* Of a buffer that ends, whole pages, as on Linux. */
	if (extent < bytes)
		bytes = page_down(extent);
	return bytes ? move(pipe, &pipe->in, buffer, bytes, false) : -EFAULT;
}

unsigned pipe_bytes(const struct file *file)
{
	return file->pipe->in - file->pipe->out;
}

unsigned pipe_poll(const struct file *file)
{
	const struct pipe *pipe = file->pipe;
	uint64_t there = pipe->in - pipe->out;

	if ((file->flags & O_ACCMODE) == O_RDONLY)
		return (there ? POLLIN | POLLRDNORM : 0) | (pipe->has_writer ? 0 : POLLHUP);
	return (there + PIPE_BUF <= CAPACITY ? POLLOUT | POLLWRNORM : 0) |
	       (pipe->has_reader ? 0 : POLLERR);
}

void pipe_close(const struct file *file)
{
	struct pipe *pipe = file->pipe;

	if ((file->flags & O_ACCMODE) == O_RDONLY)
		pipe->has_reader = false;
	else
		pipe->has_writer = false;
	thread_notify();
	if (pipe->has_reader || pipe->has_writer)
		return;
	for (unsigned i = 0; i < PAGES; i++)
		if (pipe->frames[i])
			frame_put(pipe->frames[i]);
	kfree(pipe);
}
