/* SPDX-License-Identifier: MIT */
/* System calls that move data. */
#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>
#include <linux/uio.h>

#include "../fs/fdtable.h"
#include "../host/hypercall.h"
#include "../layout.h"
#include "../lib/hot.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../proc/limits.h"
#include "../proc/signal.h"
#include "../sched/wait.h"
#include "syscall.h"

/* What a call comes to whose file has failed with `n`, an errno. `events`: that it waits for. */
static __attribute__((noinline)) int64_t finish_failed(const struct file *file, int64_t n,
						       unsigned events)
{
	siginfo_t info;

	if (n == -EAGAIN && file_can_wait(file) && !(file->flags & O_NONBLOCK)) {
		file_wait(file, events);
		return wait_restart(CLOCK_FOREVER, RESTART_BY_ACTION);
	}
	if (n == -EPIPE) {
		info = signal_info(SIGPIPE, SI_USER);
		signal_send(task_current(), &info);
	}
	return n;
}

/* What a call comes to whose file has moved `n` bytes, or failed. */
static inline int64_t finish(const struct file *file, int64_t n, unsigned events)
{
	return n < 0 ? finish_failed(file, n, events) : n;
}

/* Cuts a write to the offset, see limit_write(), to `limit`. */
static __attribute__((noinline)) int64_t apply_limit(struct file *file, int64_t offset,
						     uint64_t *bytes, uint64_t limit)
{
	siginfo_t info;

	if (!*bytes || !S_ISREG(file->mode) || (file->flags & O_ACCMODE) == O_RDONLY)
		return 0;
	if (file->flags & O_APPEND)
		offset = file_size(file);
	else if (offset < 0)
		offset = file_seek(file, 0, SEEK_CUR);
	if (offset < 0)
		return offset;
	if ((uint64_t)offset < limit) {
		*bytes = min(*bytes, limit - offset);
		return 0;
	}
	info = signal_info(SIGXFSZ, SI_USER);
	signal_send(task_current(), &info);
	return -EFBIG;
}

/*
 * Cuts a write to `offset`, -1: where the file is, to what RLIMIT_FSIZE allows.
 * Returns 0 or a negative errno; what is none of it is a signal, too.
 */
static inline int64_t limit_write(struct file *file, int64_t offset, uint64_t *bytes)
{
	uint64_t limit = limit_of(RLIMIT_FSIZE);

	return limit == RLIM64_INFINITY ? 0 : apply_limit(file, offset, bytes, limit);
}

__hot int64_t sys_read(int fd, uaddr_t buffer, size_t bytes)
{
	struct file *file = fd_file(fd);

	if (!file)
		return -EBADF;
	return finish(file, file_read(file, buffer, bytes), POLLIN);
}

/* A full pipe takes a part. The call waits and is restarted until all is written. */
static int64_t write_all(struct file *file, uaddr_t buffer, size_t bytes)
{
	uint64_t done = current->restart ? current->progress : 0;
	int64_t n;

	/* Once more after a part: what is left meets a pipe that is full, or a buffer that ends. */
	do {
		n = file_write(file, buffer + done, bytes - done);
		done += n > 0 ? n : 0;
	} while (n > 0 && done < bytes && !(file->flags & O_NONBLOCK));
	n = finish(file, n > 0 ? (int64_t)done : n, POLLOUT);
	current->progress = done;
	return done && n < 0 ? (int64_t)done : n;
}

__hot int64_t sys_write(int fd, uaddr_t buffer, size_t bytes)
{
	struct file *file = fd_file(fd);
	int64_t error;

	if (!file || (file->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (file->waits)
		return write_all(file, buffer, bytes);
	error = limit_write(file, -1, &bytes);
	return error ? error : finish(file, file_write(file, buffer, bytes), POLLOUT);
}

static __hot int64_t transfer_at(int fd, uaddr_t buffer, size_t bytes, int64_t offset, bool to_user)
{
	struct file *file = fd_file(fd);
	int64_t error;

	if (!file)
		return -EBADF;
	if (offset < 0)
		return -EINVAL;
	error = to_user ? 0 : limit_write(file, offset, &bytes);
	return error ? error : file_transfer_at(file, buffer, bytes, offset, to_user);
}

__hot int64_t sys_pread64(int fd, uaddr_t buffer, size_t bytes, int64_t offset)
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

/* The sum of the lengths of the vector's first pieces: take_vector() has checked it. */
static int64_t vector_bytes(unsigned count)
{
	int64_t total = 0;

	for (unsigned i = 0; i < count; i++)
		total += vector[i].iov_len;
	return total;
}

/*
 * Writes small pieces to the host as one: a program that formats its output in
 * pieces has a hypercall for all of them, and others see them together.
 */
static int64_t write_gathered(struct file *file, uint64_t count)
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

/*
 * Moves `left` bytes of a vector, a piece after the other, at the file's offset
 * (AT_OFFSET) or at this one.
 */
static int64_t transfer_pieces(struct file *file, uint64_t left, int64_t offset, bool to_user)
{
	int64_t done = 0;

	for (unsigned i = 0; left; i++) {
		uaddr_t buffer = (uaddr_t)vector[i].iov_base;
		uint64_t bytes = min(vector[i].iov_len, left);
		int64_t n;

		if (bytes == 0)
			continue;
		n = offset >= 0 ? file_transfer_at(file, buffer, bytes, offset + done, to_user)
		    : to_user	? file_read(file, buffer, bytes)
				: file_write(file, buffer, bytes);
		if (n < 0)
			return done ? done : n;
		done += n;
		left -= n;
		/* A second read of a terminal might wait. */
		if (n < (int64_t)bytes || (to_user && !file->ops->prompt))
			break;
	}
	return done;
}

/* What may be moved of the vector that the program names, or a negative errno. */
static int64_t take_limited(struct file *file, uaddr_t user, unsigned count, int64_t offset,
			    bool to_user)
{
	int64_t total = take_vector(user, count);
	uint64_t left = total;
	int64_t error = total < 0 ? total : to_user ? 0 : limit_write(file, offset, &left);

	return error ? error : (int64_t)left;
}

static int64_t transfer_vector(int fd, uaddr_t user, unsigned count, bool to_user)
{
	struct file *file = fd_file(fd);
	int64_t left = file ? take_limited(file, user, count, AT_OFFSET, to_user) : -EBADF;

	if (left < 0)
		return left;
	if (!to_user && count > 1 && left <= PAGE_SIZE && file->ops->write_kernel &&
	    vector_bytes(count) == left)
		return finish(file, write_gathered(file, count), POLLOUT);
	return finish(file, transfer_pieces(file, left, AT_OFFSET, to_user),
		      to_user ? POLLIN : POLLOUT);
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
	int64_t left;

	if (offset < 0)
		return -EINVAL;
	if (!file)
		return -EBADF;
	if (!file->ops->transfer_at)
		return -ESPIPE;
	left = take_limited(file, user, count, offset, to_user);
	return left < 0 ? left : transfer_pieces(file, left, offset, to_user);
}

int64_t sys_preadv(int fd, uaddr_t user, unsigned count, int64_t offset)
{
	return transfer_vector_at(fd, user, count, offset, true);
}

int64_t sys_pwritev(int fd, uaddr_t user, unsigned count, int64_t offset)
{
	return transfer_vector_at(fd, user, count, offset, false);
}

/* Flags of preadv2 and pwritev2 that ask for what is so anyway. */
#define RWF_KNOWN (RWF_HIPRI | RWF_DSYNC | RWF_SYNC)

/* preadv2 and pwritev2: the offset -1 is the file's own. */
static int64_t transfer_flagged(int fd, uaddr_t user, unsigned count, int64_t offset,
				unsigned flags, bool writes)
{
	if (flags & ~RWF_KNOWN)
		return -EOPNOTSUPP;
	if (offset == -1)
		return writes ? sys_writev(fd, user, count) : sys_readv(fd, user, count);
	return writes ? sys_pwritev(fd, user, count, offset) : sys_preadv(fd, user, count, offset);
}

/* The fifth argument is the upper half of an offset, where a register has but 32 bits. */
int64_t sys_preadv2(int fd, uaddr_t user, unsigned count, int64_t offset, uint64_t upper,
		    unsigned flags)
{
	(void)upper;
	return transfer_flagged(fd, user, count, offset, flags, false);
}

int64_t sys_pwritev2(int fd, uaddr_t user, unsigned count, int64_t offset, uint64_t upper,
		     unsigned flags)
{
	(void)upper;
	return transfer_flagged(fd, user, count, offset, flags, true);
}

int64_t sys_lseek(int fd, int64_t offset, unsigned whence)
{
	struct file *file = fd_file(fd);

	return file ? file_seek(file, offset, whence) : -EBADF;
}
