/* SPDX-License-Identifier: MIT */
/* System calls that move data. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/uio.h>

#include "../fs/fdtable.h"
#include "../layout.h"
#include "../mm/uaccess.h"
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

int64_t sys_read(int fd, uaddr_t buffer, size_t bytes)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	if (!user_allows(buffer, bytes, true))
		return -EFAULT;
	return finish(file, file_read(file, buffer, bytes));
}

/* A pipe that is full takes a part; the call comes to its end when all is written. */
static int64_t write_pipe(struct file *file, uaddr_t buffer, size_t bytes)
{
	uint64_t done = current->again ? current->progress : 0;
	int64_t n = file_write(file, buffer + done, bytes - done);

	done += n > 0 ? n : 0;
	if (!(file->flags & O_NONBLOCK) && (n > 0 || n == -EAGAIN) && done < bytes)
		n = -EAGAIN;
	else if (n > 0)
		n = done;
	n = finish(file, n);
	current->progress = done;
	return done && n < 0 ? (int64_t)done : n;
}

int64_t sys_write(int fd, uaddr_t buffer, size_t bytes)
{
	struct file *file = fd_file(fd);

	if (!file || (file->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (!user_allows(buffer, bytes, false))
		return -EFAULT;
	if (file->pipe)
		return write_pipe(file, buffer, bytes);
	return finish(file, file_write(file, buffer, bytes));
}

static int64_t transfer_at(int fd, uaddr_t buffer, size_t bytes, int64_t offset, bool to_user)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	if (offset < 0)
		return -EINVAL;
	if (!user_allows(buffer, bytes, to_user))
		return -EFAULT;
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

#define AT_OFFSET (-1)

static struct iovec vector[UIO_MAXIOV];

/* Copies and checks the vector that a call names. Returns the sum of its lengths, or an errno. */
static int64_t take_vector(uaddr_t user, unsigned count, bool to_user)
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
		if (!user_allows((uint64_t)vector[i].iov_base, vector[i].iov_len, to_user))
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
		int error = copy_from_user(page + bytes, (uint64_t)vector[i].iov_base,
					   vector[i].iov_len);

		if (error)
			return error;
		bytes += vector[i].iov_len;
	}
	return file_write_kernel(file, page, bytes);
}

/*
 * Moves the data of a vector, a piece after the other, at the file's offset
 * (AT_OFFSET) or at this one.
 */
static int64_t transfer_pieces(struct file *file, unsigned count, int64_t offset, bool to_user)
{
	int64_t done = 0;

	for (unsigned i = 0; i < count; i++) {
		uaddr_t buffer = (uaddr_t)vector[i].iov_base;
		uint64_t bytes = vector[i].iov_len;
		int64_t n;

		if (bytes == 0)
			continue;
		n = offset >= 0 ? file_transfer_at(file, buffer, bytes, offset + done, to_user)
		    : to_user	? file_read(file, buffer, bytes)
				: file_write(file, buffer, bytes);
		if (n < 0)
			return done ? done : n;
		done += n;
		/* A second read of a terminal might wait. */
		if (n < (int64_t)bytes || (to_user && !file_is_data(file)))
			break;
	}
	return done;
}

static int64_t transfer_vector(int fd, uaddr_t user, unsigned count, bool to_user)
{
	struct file *file = fd_file(fd);
	int64_t total = file ? take_vector(user, count, to_user) : -EBADF;

	if (total < 0)
		return total;
	if (!to_user && count > 1 && total <= PAGE_SIZE && file_is_host(file))
		return finish(file, write_gathered(file, count));
	return finish(file, transfer_pieces(file, count, AT_OFFSET, to_user));
}

int64_t sys_readv(int fd, uaddr_t user, unsigned count)
{
	return transfer_vector(fd, user, count, true);
}

int64_t sys_writev(int fd, uaddr_t user, unsigned count)
{
	return transfer_vector(fd, user, count, false);
}

static int64_t transfer_vector_at(int fd, uaddr_t user, unsigned count, int64_t offset,
				  bool to_user)
{
	struct file *file = fd_file(fd);
	int64_t total;

	if (offset < 0)
		return -EINVAL;
	if (!file)
		return -EBADF;
	if (!file_has_offset(file))
		return -ESPIPE;
	total = take_vector(user, count, to_user);
	return total < 0 ? total : transfer_pieces(file, count, offset, to_user);
}

int64_t sys_preadv(int fd, uaddr_t user, unsigned count, int64_t offset)
{
	return transfer_vector_at(fd, user, count, offset, true);
}

int64_t sys_pwritev(int fd, uaddr_t user, unsigned count, int64_t offset)
{
	return transfer_vector_at(fd, user, count, offset, false);
}

/*
 * preadv2 and pwritev2: the offset -1 is the file's own. Of the flags, those
 * that ask for what is so anyway are known; the fifth argument is the upper half of an
 * offset, where a register has but 32 bits.
 */
int64_t sys_preadv2(int fd, uaddr_t user, unsigned count, int64_t offset, uint64_t upper,
		    unsigned flags)
{
	(void)upper;
	if (flags & ~(RWF_HIPRI | RWF_DSYNC | RWF_SYNC))
		return -EOPNOTSUPP;
	return offset == -1 ? sys_readv(fd, user, count) : sys_preadv(fd, user, count, offset);
}

int64_t sys_pwritev2(int fd, uaddr_t user, unsigned count, int64_t offset, uint64_t upper,
		     unsigned flags)
{
	(void)upper;
	if (flags & ~(RWF_HIPRI | RWF_DSYNC | RWF_SYNC))
		return -EOPNOTSUPP;
	return offset == -1 ? sys_writev(fd, user, count) : sys_pwritev(fd, user, count, offset);
}

int64_t sys_lseek(int fd, int64_t offset, unsigned whence)
{
	struct file *file = fd_file(fd);

	return file ? file_seek(file, offset, whence) : -EBADF;
}
