/* SPDX-License-Identifier: MIT */
/* System calls that move data. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>
#include <linux/uio.h>

#include "../fs/fdtable.h"
#include "../hypercall.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../proc/limits.h"
#include "../proc/thread.h"
#include "syscall.h"

/* What a call comes to whose file has moved `n` bytes, or failed. */
static int64_t finish(const struct file *file, int64_t n)
{
	siginfo_t info;

	if (n == -EAGAIN && file->pipe && !(file->flags & O_NONBLOCK))
		return thread_wait_again(THREAD_WAITS_EVENT, CLOCK_FOREVER, true);
	if (n == -EPIPE) {
		info = signal_info(SIGPIPE, SI_USER);
		signal_send(current, &info);
	}
	return n;
}

/*
 * How much of a write to `offset`, -1: where the file is, RLIMIT_FSIZE allows;
 * or a negative errno. What is none of it is a signal.
 */
static int64_t allowed_write(struct file *file, uint64_t bytes, int64_t offset)
{
	uint64_t limit = limit_of(RLIMIT_FSIZE);
	siginfo_t info;

	if (limit == RLIM64_INFINITY || !bytes || !S_ISREG(file->mode) ||
	    (file->flags & O_ACCMODE) == O_RDONLY)
		return bytes;
	if (file->flags & O_APPEND)
		offset = file_size(file);
	else if (offset < 0)
		offset = file_seek(file, 0, SEEK_CUR);
	if (offset < 0)
		return offset;
	if ((uint64_t)offset < limit)
		return min(bytes, limit - offset);
	info = signal_info(SIGXFSZ, SI_USER);
	signal_send(current, &info);
	return -EFBIG;
}

static int64_t write_some(struct file *file, uaddr_t buffer, size_t bytes)
{
	int64_t n = allowed_write(file, bytes, -1);

	return n < 0 ? n : file_write(file, buffer, n);
}

int64_t sys_read(int fd, uaddr_t buffer, size_t bytes)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	return finish(file, file_read(file, buffer, bytes));
}

/* A pipe that is full takes a part; the call comes to its end when all is written. */
static int64_t write_pipe(struct file *file, uaddr_t buffer, size_t bytes)
{
	uint64_t done = current->again ? current->progress : 0;
	int64_t n;

	/* Again: what is left meets a pipe that is full, or a buffer that ends. */
	do {
		n = file_write(file, buffer + done, bytes - done);
		done += n > 0 ? n : 0;
	} while (n > 0 && done < bytes && !(file->flags & O_NONBLOCK));
	n = finish(file, n > 0 ? (int64_t)done : n);
	current->progress = done;
	return done && n < 0 ? (int64_t)done : n;
}

int64_t sys_write(int fd, uaddr_t buffer, size_t bytes)
{
	struct file *file = fd_file(fd);

	if (!file || (file->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (file->pipe)
		return write_pipe(file, buffer, bytes);
	return finish(file, write_some(file, buffer, bytes));
}

static int64_t transfer_at(int fd, uaddr_t buffer, size_t bytes, int64_t offset, bool to_user)
{
	struct file *file = fd_file(fd);
	int64_t n;

	if (!file)
		return -EBADF;
	if (offset < 0)
		return -EINVAL;
	if (!to_user) {
		n = allowed_write(file, bytes, offset);
		if (n < 0)
			return n;
		bytes = n;
	}
	return file_transfer_at(file, buffer, bytes, offset, to_user);
}

int64_t sys_pread64(int fd, uaddr_t buffer, size_t bytes, int64_t offset)
{
	return transfer_at(fd, buffer, bytes, offset, true);
}

int64_t sys_pwrite64(int fd, uaddr_t buffer, size_t bytes, int64_t offset)
{
	return transfer_at(fd, buffer, bytes, offset, false);
}

static struct iovec vector[UIO_MAXIOV];

/* Copies and checks the vector that a call names. Returns the sum of its lengths, or an errno. */
static int64_t take_vector(uaddr_t user, unsigned count)
{
	uint64_t total = 0;

	if (count > UIO_MAXIOV)
		return -EINVAL;
	if (copy_from_user(vector, user, count * sizeof(vector[0])) < 0)
		return -EFAULT;
	for (unsigned i = 0; i < count; i++) {
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

static int64_t transfer_vector(int fd, uaddr_t user, unsigned count, bool to_user)
{
	struct file *file = fd_file(fd);
	int64_t total = file ? take_vector(user, count) : -EBADF;
	int64_t left = total;
	int64_t done = 0;
	int64_t n = 0;

	if (total >= 0 && !to_user)
		left = allowed_write(file, total, -1);
	if (left < 0)
		return left;
	if (!to_user && count > 1 && left == total && total <= PAGE_SIZE && file_is_host(file))
		return finish(file, write_gathered(file, count));
	for (unsigned i = 0; i < count; i++) {
		uint64_t buffer = (uint64_t)vector[i].iov_base;
		uint64_t bytes = min(vector[i].iov_len, left);

		if (bytes == 0)
			continue;
		n = to_user ? file_read(file, buffer, bytes) : file_write(file, buffer, bytes);
		if (n < 0)
			break;
		done += n;
		left -= n;
		/* A second read of a terminal might wait. */
		if (n < (int64_t)bytes || (to_user && !file_is_data(file)))
			break;
	}
	return finish(file, done ? done : n);
}

int64_t sys_readv(int fd, uaddr_t user, unsigned count)
{
	return transfer_vector(fd, user, count, true);
}

int64_t sys_writev(int fd, uaddr_t user, unsigned count)
{
	return transfer_vector(fd, user, count, false);
}

int64_t sys_lseek(int fd, int64_t offset, unsigned whence)
{
	struct file *file = fd_file(fd);

	return file ? file_seek(file, offset, whence) : -EBADF;
}
