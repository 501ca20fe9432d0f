/* SPDX-License-Identifier: MIT */
/* System calls that move data. */
#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <linux/fcntl.h>
#include <linux/stat.h>
#include <linux/uio.h>

#include "../fs/fdtable.h"
#include "../layout.h"
#include "../mm/uaccess.h"
#include "../proc/thread.h"
#include "syscall.h"

/* What a call comes to whose file has moved `n` bytes, or failed. */
static int64_t finish(struct trap_frame *frame, const struct file *file, int64_t n)
{
	siginfo_t info;

	if (n == -EAGAIN && file->pipe && !(file->flags & O_NONBLOCK))
		return thread_wait_again(frame, THREAD_WAITS_EVENT, CLOCK_FOREVER);
	if (n == -EPIPE) {
		info = signal_info(SIGPIPE, SI_USER);
		signal_send(current, &info);
	}
	return n;
}

int64_t sys_read(struct trap_frame *frame)
{
	struct file *file = fd_file(frame->rdi);

	if (!file)
		return -EBADF;
	return finish(frame, file, file_read(file, frame->rsi, frame->rdx));
}

/* A pipe that is full takes a part; the call comes to its end when all is written. */
static int64_t write_pipe(struct trap_frame *frame, struct file *file)
{
	uint64_t before = current->again ? current->progress : 0;
	int64_t n = file_write(file, frame->rsi + before, frame->rdx - before);

	before += n > 0 ? n : 0;
	current->progress = before;
	if (!(file->flags & O_NONBLOCK) && (n > 0 || n == -EAGAIN) && before < frame->rdx)
		n = -EAGAIN;
	else if (n > 0)
		n = before;
	n = finish(frame, file, n);
	return before && n < 0 ? (int64_t)before : n;
}

int64_t sys_write(struct trap_frame *frame)
{
	struct file *file = fd_file(frame->rdi);

	if (!file || (file->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (file->pipe)
		return write_pipe(frame, file);
	return finish(frame, file, file_write(file, frame->rsi, frame->rdx));
}

/* pread64 and pwrite64. */
int64_t sys_positioned(struct trap_frame *frame)
{
	bool to_user = frame->rax == __NR_pread64;
	struct file *file = fd_file(frame->rdi);

	if (!file)
		return -EBADF;
	if ((int64_t)frame->r10 < 0)
		return -EINVAL;
	return file_transfer_at(file, frame->rsi, frame->rdx, frame->r10, to_user);
}

static struct iovec vector[UIO_MAXIOV];

/* Copies and checks the vector that a call names. Returns the sum of its lengths, or an errno. */
static int64_t take_vector(const struct trap_frame *frame)
{
	uint64_t count = (uint32_t)frame->rdx;
	uint64_t total = 0;

	if (count > UIO_MAXIOV)
		return -EINVAL;
	if (copy_from_user(vector, frame->rsi, count * sizeof(vector[0])) < 0)
		return -EFAULT;
	for (uint64_t i = 0; i < count; i++) {
		if (vector[i].iov_len > INT64_MAX - total)
			return -EINVAL;
		total += vector[i].iov_len;
		if (!user_buffer((uint64_t)vector[i].iov_base, vector[i].iov_len))
			return -EFAULT;
	}
	return total;
}

/*
 * Writes small pieces to the host as one: a program that formats its output in
 * pieces has a hypercall for all of them, and others see them together.
 */
static int64_t write_gathered(const struct file *file, uint64_t count)
{
	static char page[PAGE_SIZE];
	uint64_t bytes = 0;

	for (uint64_t i = 0; i < count; i++) {
		uint64_t base = (uint64_t)vector[i].iov_base;
		uint64_t extent = user_extent(base, vector[i].iov_len, false);
		int error = copy_from_user(page + bytes, base, extent);

		if (error)
			return error;
		bytes += extent;
		if (extent == vector[i].iov_len)
			continue;
		/* What there is of it; less than a page is too little for what is no regular file.
		 */
		if (!bytes || !S_ISREG(file->mode))
			return -EFAULT;
		break;
	}
	return file_write_kernel(file, page, bytes);
}

int64_t sys_vector(struct trap_frame *frame)
{
	bool to_user = frame->rax == __NR_readv;
	struct file *file = fd_file(frame->rdi);
	uint64_t count = (uint32_t)frame->rdx;
	int64_t total = file ? take_vector(frame) : -EBADF;
	int64_t done = 0;
	int64_t n = 0;

	if (total < 0)
		return total;
	if (!to_user && count > 1 && total <= PAGE_SIZE && file_is_host(file))
		return finish(frame, file, write_gathered(file, count));
	for (uint64_t i = 0; i < count; i++) {
		uint64_t buffer = (uint64_t)vector[i].iov_base;
		uint64_t bytes = vector[i].iov_len;

		if (bytes == 0)
			continue;
		n = to_user ? file_read(file, buffer, bytes) : file_write(file, buffer, bytes);
		if (n < 0)
			break;
		done += n;
		/* A second read of a terminal might wait. */
		if (n < (int64_t)bytes || (to_user && !file_is_data(file)))
			break;
	}
	return finish(frame, file, done ? done : n);
}

int64_t sys_lseek(struct trap_frame *frame)
{
	struct file *file = fd_file(frame->rdi);

	return file ? file_seek(file, frame->rsi, frame->rdx) : -EBADF;
}
