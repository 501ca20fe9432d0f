/* SPDX-License-Identifier: MIT */
/* System calls that move data. */
#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>
#include <linux/uio.h>

#include "../fs/fdtable.h"
#include "../fs/pieces.h"
#include "../host/hypercall.h"
#include "../layout.h"
#include "../lib/hot.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../proc/limits.h"
#include "../proc/signal.h"
#include "../sched/wait.h"
#include "io.h"
#include "syscall.h"

int64_t io_wait(struct wait_queue *queue, unsigned events, uint64_t timeout)
{
	bool forever = timeout == CLOCK_FOREVER;
	uint64_t deadline = current->restart ? current->deadline : deadline_after(timeout);

	if (!forever && deadline <= clock_monotonic())
		return -EAGAIN;
	wait_on_for(queue, events);
	return wait_restart(deadline, forever ? RESTART_BY_ACTION : RESTART_NEVER);
}

int64_t io_broken(void)
{
	siginfo_t info = signal_info(SIGPIPE, SI_USER);

	signal_send(task_current(), &info);
	return -EPIPE;
}

/* The result of a call whose file operation has failed with the errno `n`. */
static __attribute__((noinline)) int64_t finish_failed(const struct file *file, int64_t n,
						       bool writes)
{
	if (n == -EAGAIN && file->waits && !(file->flags & O_NONBLOCK))
		return io_wait(file->waits, writes ? POLLOUT : POLLIN,
			       file->ops->patience ? file->ops->patience(file, writes)
						   : CLOCK_FOREVER);
	if (n == -ERESTARTSYS)
		return wait_restart_signal();
	return n == -EPIPE && file->ops->stream ? io_broken() : n;
}

/* The result of a call whose file operation has returned `n`: bytes moved, or an errno. */
static inline int64_t finish(const struct file *file, int64_t n, bool writes)
{
	return n < 0 ? finish_failed(file, n, writes) : n;
}

/* limit_write() where there is a limit. */
static __attribute__((noinline)) int64_t apply_limit(struct file *file, int64_t offset,
						     uint64_t *bytes, uint64_t limit)
{
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
	return signal_file_too_large();
}

/*
 * Cuts a write at `offset`, -1: at the file's own, to what RLIMIT_FSIZE allows. Returns 0 or a
 * negative errno. If the limit allows no byte, that is -EFBIG and SIGXFSZ.
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
	return finish(file, file_read(file, buffer, bytes), false);
}

/* A pipe may take only a part. The call waits and is restarted until all is written. */
static int64_t write_all(struct file *file, uaddr_t buffer, size_t bytes)
{
	uint64_t done = current->restart ? current->progress : 0;
	int64_t n;

	/* After a part, once more: to find the pipe full, or the program's buffer at its end. */
	do {
		n = file_write(file, buffer + done, bytes - done);
		done += n > 0 ? n : 0;
	} while (n > 0 && done < bytes && !(file->flags & O_NONBLOCK));
	n = finish(file, n > 0 ? (int64_t)done : n, true);
	current->progress = done;
	return done && n < 0 ? (int64_t)done : n;
}

__hot int64_t sys_write(int fd, uaddr_t buffer, size_t bytes)
{
	struct file *file = fd_file(fd);
	int64_t error;

	if (!file || (file->flags & O_ACCMODE) == O_RDONLY)
		return -EBADF;
	if (file->ops->stream)
		return write_all(file, buffer, bytes);
	error = limit_write(file, -1, &bytes);
	return error ? error : finish(file, file_write(file, buffer, bytes), true);
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

/* The sum of the lengths of the vector's first pieces: take_vector() has checked it. */
static int64_t vector_bytes(unsigned count)
{
	int64_t total = 0;

	for (unsigned i = 0; i < count; i++)
		total += vector[i].iov_len;
	return total;
}

/*
 * Writes small pieces to the host as one. A program that formats its output in pieces then costs
 * one hypercall, and others see the pieces together.
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
		/* As much as is accessible. Less than a page goes to a regular file alone. */
		if (!bytes || !S_ISREG(file->mode))
			return -EFAULT;
		break;
	}
	return file->ops->write_kernel(file, page, bytes);
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

/* May data be moved with these flags of preadv2(2), which aren't 0? 0 or a negative errno. */
static int64_t check_flags(const struct file *file, unsigned flags)
{
	unsigned known = RWF_HIPRI;

	if (!S_ISDIR(file->mode))
		known |= RWF_DSYNC | RWF_SYNC | RWF_APPEND | (file->ops->nowait ? RWF_NOWAIT : 0);
	return flags & ~known ? -EOPNOTSUPP : 0;
}

/*
 * How many bytes of the program's vector may be moved, or a negative errno: -EBADF, before the
 * vector is looked at, if the file isn't open for that. `flags` are those of preadv2(2), which
 * nobody looks at if there is nothing to be moved.
 */
static int64_t take_limited(struct file *file, uaddr_t user, unsigned count, int64_t offset,
			    bool to_user, unsigned flags)
{
	int access = file_check_access(file, to_user);
	int64_t total = access ? access : take_vector(user, count);
	uint64_t left = total;
	int64_t error = total < 0 ? total : total && flags ? check_flags(file, flags) : 0;

	if (!error && !to_user)
		error = limit_write(file, offset, &left);
	return error ? error : (int64_t)left;
}

/* Writes of the next piece what the file takes. */
static int64_t write_piece(struct file *file, struct pieces *pieces)
{
	struct iovec first = pieces_first(pieces);
	int64_t n = file_write(file, (uaddr_t)first.iov_base, first.iov_len);

	if (n > 0)
		pieces_skip(pieces, n);
	return n;
}

/* Moves the vector as one buffer. A write to a stream waits and is restarted until all is written.
 */
static int64_t transfer_whole(struct file *file, uint64_t bytes, bool to_user)
{
	bool repeats = !to_user && file->ops->stream && !(file->flags & O_NONBLOCK);
	uint64_t done = repeats && current->restart ? min(current->progress, bytes) : 0;
	struct pieces pieces = {vector, 0, bytes};
	int64_t n;

	pieces_skip(&pieces, done);
	/* Nothing, or another thread has shortened the vector while it waited. */
	if (!pieces.left)
		return done;
	do {
		n = file->ops->vector ? file->ops->vector(file, &pieces, to_user)
				      : write_piece(file, &pieces);
		done += n > 0 ? n : 0;
	} while (n > 0 && pieces.left && (repeats || !file->ops->vector));
	n = finish(file, n > 0 ? (int64_t)done : n, !to_user);
	if (repeats)
		current->progress = done;
	return done && n < 0 ? (int64_t)done : n;
}

static int64_t transfer_vector(struct file *file, uaddr_t user, unsigned count, bool to_user,
			       unsigned flags)
{
	int64_t left = file ? take_limited(file, user, count, AT_OFFSET, to_user, flags) : -EBADF;

	if (left < 0)
		return left;
	if (!to_user && count > 1 && left <= PAGE_SIZE && file->ops->write_kernel &&
	    vector_bytes(count) == left)
		return finish(file, write_gathered(file, count), true);
	if (file->ops->vector || (file->ops->stream && !to_user))
		return transfer_whole(file, left, to_user);
	return finish(file, transfer_pieces(file, left, AT_OFFSET, to_user), !to_user);
}

int64_t sys_readv(int fd, uaddr_t user, unsigned count)
{
	return transfer_vector(fd_file(fd), user, count, true, 0);
}

int64_t sys_writev(int fd, uaddr_t user, unsigned count)
{
	return transfer_vector(fd_file(fd), user, count, false, 0);
}

static int64_t transfer_vector_at(struct file *file, uaddr_t user, unsigned count, int64_t offset,
				  bool to_user, unsigned flags)
{
	int64_t left;

	if (offset < 0)
		return -EINVAL;
	if (!file)
		return -EBADF;
	if (!file->ops->transfer_at)
		return file->flags & O_PATH ? -EBADF : -ESPIPE;
	left = take_limited(file, user, count, offset, to_user, flags);
	return left < 0 ? left : transfer_pieces(file, left, offset, to_user);
}

int64_t sys_preadv(int fd, uaddr_t user, unsigned count, int64_t offset)
{
	return transfer_vector_at(fd_file(fd), user, count, offset, true, 0);
}

int64_t sys_pwritev(int fd, uaddr_t user, unsigned count, int64_t offset)
{
	return transfer_vector_at(fd_file(fd), user, count, offset, false, 0);
}

/* preadv2 and pwritev2: the offset -1 is the file's own. */
static int64_t transfer_flagged(int fd, uaddr_t user, unsigned count, int64_t offset,
				unsigned flags, bool to_user)
{
	struct file *file = fd_file(fd);
	unsigned before;
	int64_t n;

	if (!file)
		return offset < -1 ? -EINVAL : -EBADF;
	/* For this call alone it is as if it had been opened so. The rest asks for nothing here. */
	before = file->flags;
	file->flags |= (flags & RWF_APPEND ? O_APPEND : 0) | (flags & RWF_NOWAIT ? O_NONBLOCK : 0);
	file_get(file);
	n = offset == -1 ? transfer_vector(file, user, count, to_user, flags)
			 : transfer_vector_at(file, user, count, offset, to_user, flags);
	file->flags = before;
	file_put(file);
	return n;
}

/* On 32-bit systems the fifth argument is the upper half of the offset. Here it is ignored. */
int64_t sys_preadv2(int fd, uaddr_t user, unsigned count, int64_t offset, uint64_t upper,
		    unsigned flags)
{
	(void)upper;
	return transfer_flagged(fd, user, count, offset, flags, true);
}

int64_t sys_pwritev2(int fd, uaddr_t user, unsigned count, int64_t offset, uint64_t upper,
		     unsigned flags)
{
	(void)upper;
	return transfer_flagged(fd, user, count, offset, flags, false);
}

int64_t sys_lseek(int fd, int64_t offset, unsigned whence)
{
	struct file *file = fd_file(fd);

	return file ? file_seek(file, offset, whence) : -EBADF;
}
