/* SPDX-License-Identifier: MIT */
/* Open files: their data, offsets and attributes. */
#include "file.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../abi.h"
#include "../host/hypercall.h"
#include "../lib/hot.h"
#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../x86/direct_map.h"
#include "device.h"
#include "pipe.h"

#define HOSTS_MAX 252 /* of the host's 256 fds */

#define POPULATE_MAX UINT64_C(0x100000) /* memory made ready for one hypercall */

/* st_blksize: what a C library's stdio reads at once. A read is a hypercall, however long. */
#define BLOCK_SIZE 65536

static struct file first[BOOT_FDS] = {{.refs = 1, .host = 0, .ino = 1},
				      {.refs = 1, .host = 1, .ino = 2},
				      {.refs = 1, .host = 2, .ino = 3}};

struct file *file_first(uint32_t mode, unsigned flags, int host)
{
	first[host].mode = mode;
	first[host].flags = flags;
	return &first[host];
}

struct file *file_new(uint32_t mode, unsigned flags, int host)
{
	static uint64_t last_ino = BOOT_FDS;
	struct file *file = kmalloc(sizeof(*file));

	if (file)
		*file = (struct file){
			.refs = 1, .mode = mode, .flags = flags, .host = host, .ino = ++last_ino};
	return file;
}

static unsigned hosts = BOOT_FDS; /* the host's fds in use */

void file_take_host(struct file *file, int host)
{
	file->host = host;
	hosts++;
}

bool file_hosts_used_up(void)
{
	return hosts > HOSTS_MAX;
}

void file_get(struct file *file)
{
	file->refs++;
}

void file_put(struct file *file)
{
	if (--file->refs)
		return;
	/* The kernel's own messages go to the host's stderr: it stays open. */
	if (file->host >= 0 && file->host != HOST_STDERR) {
		hypercall_close(file->host);
		hosts--;
	}
	if (file->pipe)
		pipe_close(file);
	if (file->original)
		file_put(file->original);
	if (file->path)
		frame_put(virt_to_phys(file->path));
	if (file < first || file >= first + BOOT_FDS)
		kfree(file);
}

__hot bool file_is_data(const struct file *file)
{
	return S_ISREG(file->mode) || (file->rdev && file->rdev != DEVICE_TTY);
}

/* Puts the host's offset where the program's is. */
static __hot int64_t meet_offset(struct file *file, int64_t offset)
{
	if (file->host_offset != offset)
		offset = hypercall_lseek(file->host, offset, SEEK_SET);
	if (offset < 0)
		return offset;
	file->host_offset = offset;
	return 0;
}

/*
 * A read to a buffer that can't take a byte: 0 where there is none to take.
 * Whether a terminal or another's pipe has one can't be asked.
 */
static int64_t read_nothing(struct file *file)
{
	int64_t at, size;

	if (file->rdev == DEVICE_NULL)
		return 0;
	if (!S_ISREG(file->mode))
		return -EFAULT;
	at = hypercall_lseek(file->host, 0, SEEK_CUR);
	size = at < 0 ? at : file_size(file);
	if (size < 0)
		return size;
	return at < size ? -EFAULT : 0;
}

/*
 * How much of a transfer the buffer allows, where that isn't all: 0 or an errno
 * ends it. What isn't a regular file takes only whole pages, as on Linux.
 */
static __attribute__((noinline)) int64_t short_transfer(struct file *file, uint64_t extent,
							bool to_user)
{
	if (!to_user && !S_ISREG(file->mode))
		extent = page_down(extent);
	if (extent)
		return extent;
	return to_user ? read_nothing(file) : -EFAULT;
}

/*
 * Moves data, a hypercall for each run of frames that lie in one piece. A
 * short transfer ends it, as does the end of a run if more might make the
 * program wait. The memory is mapped; its rights don't matter.
 */
static __hot int64_t transfer(struct file *file, uint64_t buffer, uint64_t bytes, bool to_user)
{
	uint64_t left = bytes;
	uint64_t done = 0;
	int64_t n = 0;
	uint64_t pa = 0;

	do {
		int64_t run = left ? space_run(buffer, min(left, POPULATE_MAX), &pa) : 0;

		n = run < 0   ? run
		    : to_user ? hypercall_read(file->host, pa, run)
			      : hypercall_write(file->host, pa, run);
		if (n < 0)
			break;
		done += n;
		buffer += n;
		left -= n;
		if (n < run)
			break;
	} while (left && (!to_user || file_is_data(file)));
	return done ? (int64_t)done : n;
}

/* The same with as much of a buffer as is the program's to use so. */
static __hot int64_t transfer_checked(struct file *file, uint64_t buffer, uint64_t bytes,
				      bool to_user)
{
	uint64_t wanted = min(bytes, TRANSFER_MAX);
	int64_t extent = user_extent(buffer, wanted, to_user);

	if (extent < (int64_t)wanted) {
		extent = short_transfer(file, extent, to_user);
		if (extent <= 0)
			return extent;
	}
	return transfer(file, buffer, extent, to_user);
}

/* May the file be read to the buffer, or written from it? 0 or an errno. */
static __hot int check_access(const struct file *file, uint64_t buffer, uint64_t bytes,
			      bool to_user)
{
	unsigned mode = file->flags & O_ACCMODE;

	if (mode == (to_user ? O_WRONLY : O_RDONLY) || file->flags & O_PATH)
		return -EBADF;
	if (!user_buffer(buffer, bytes))
		return -EFAULT;
	return S_ISDIR(file->mode) ? -EISDIR : 0;
}

int file_reopen(struct file **file, struct file *there, unsigned keep)
{
	struct file *original = there->original ? there->original : there;
	struct file *again;

	if (check_access(original, 0, 0, true) < 0)
		return -EACCES;
	again = file_new(there->mode, keep, -1);
	if (!again)
		return -ENOMEM;
	file_get(original);
	again->original = original;
	again->ino = original->ino;
	*file = again;
	return 0;
}

static int64_t read_original(struct file *file, uint64_t buffer, uint64_t bytes)
{
	int64_t n = file_transfer_at(file->original, buffer, bytes, file->offset, true);

	if (n > 0)
		file->offset += n;
	return n;
}

__hot int64_t file_read(struct file *file, uint64_t buffer, uint64_t bytes)
{
	int64_t n = check_access(file, buffer, bytes, true);

	if (n < 0)
		return n;
	if (file->pipe)
		return pipe_read(file, buffer, bytes);
	if (file->original)
		return read_original(file, buffer, bytes);
	if (file->host < 0)
		return -EINVAL;
	if (!file->own_offset)
		return transfer_checked(file, buffer, bytes, true);
	n = meet_offset(file, file->offset);
	if (n == 0)
		n = transfer_checked(file, buffer, bytes, true);
	if (n > 0)
		file->offset = file->host_offset += n;
	return n;
}

bool file_has_offset(const struct file *file)
{
	return (file->host >= 0 || file->original) && !S_ISFIFO(file->mode) &&
	       !S_ISSOCK(file->mode);
}

bool file_is_host(const struct file *file)
{
	return file->host >= 0 && !file->rdev;
}

__hot int64_t file_write(struct file *file, uint64_t buffer, uint64_t bytes)
{
	int error = check_access(file, buffer, bytes, false);

	if (error)
		return error;
	if (file->pipe)
		return pipe_write(file, buffer, bytes);
	if (file->rdev)
		return device_write(file, bytes);
	return file->host < 0 ? -EINVAL : transfer_checked(file, buffer, bytes, false);
}

int64_t file_write_kernel(const struct file *file, const void *from, uint64_t bytes)
{
	int error = check_access(file, 0, 0, false);

	return error ? error : hypercall_write(file->host, virt_to_phys(from), bytes);
}

/* Moves data by `mover`, from another offset. One that others share is put back. */
static int64_t transfer_at(struct file *file, uint64_t buffer, uint64_t bytes, int64_t offset,
			   bool to_user, typeof(transfer) *mover)
{
	int64_t before = 0;
	int64_t n;

	if (!file->own_offset) {
		before = file->host_offset = hypercall_lseek(file->host, 0, SEEK_CUR);
		if (before < 0)
			return before;
	}
	n = meet_offset(file, offset);
	if (n == 0)
		n = mover(file, buffer, bytes, to_user);
	if (n > 0)
		file->host_offset += n;
	if (!file->own_offset)
		meet_offset(file, before);
	return n;
}

__hot int64_t file_transfer_at(struct file *file, uint64_t buffer, uint64_t bytes, int64_t offset,
			       bool to_user)
{
	int64_t n = check_access(file, buffer, bytes, to_user);

	if (n < 0)
		return n;
	if (!file_has_offset(file))
		return -ESPIPE;
	if (file->original)
		return file_transfer_at(file->original, buffer, bytes, offset, to_user);
	if (file->rdev && !to_user)
		return device_write(file, bytes);
	return transfer_at(file, buffer, bytes, offset, to_user, transfer_checked);
}

int64_t file_populate(struct file *file, uint64_t start, uint64_t bytes, int64_t offset)
{
	if (file->original)
		file = file->original;
	return transfer_at(file, start, min(bytes, TRANSFER_MAX), offset, true, transfer);
}

unsigned file_poll(const struct file *file)
{
	return file->pipe ? pipe_poll(file) : POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
}

static int64_t seek_original(struct file *file, int64_t offset, unsigned whence)
{
	int64_t base = whence == SEEK_CUR   ? file->offset
		       : whence == SEEK_END ? file_size(file->original)
					    : 0;

	if (base < 0)
		return base;
	if (__builtin_add_overflow(base, offset, &offset) || offset < 0)
		return -EINVAL;
	file->offset = offset;
	return offset;
}

int64_t file_seek(struct file *file, int64_t offset, unsigned whence)
{
	int64_t at;

	if (file->flags & O_PATH)
		return -EBADF;
	if (whence > SEEK_END)
		return -EINVAL;
	if (file->original)
		return seek_original(file, offset, whence);
	if (file->host < 0)
		return S_ISDIR(file->mode) ? 0 : -ESPIPE;
	if (file->own_offset && whence == SEEK_CUR) {
		if (offset == 0)
			return file->offset;
		if (__builtin_add_overflow(file->offset, offset, &offset))
			return -EINVAL;
		whence = SEEK_SET;
	}
	at = hypercall_lseek(file->host, offset, whence);
	if (at >= 0)
		file->offset = file->host_offset = at;
	return at;
}

int64_t file_size(struct file *file)
{
	int64_t before = 0;
	int64_t size;

	if (!S_ISREG(file->mode))
		return S_ISDIR(file->mode) ? PAGE_SIZE : 0;
	if (file->original)
		return file_size(file->original);
	if (!file->own_offset)
		before = hypercall_lseek(file->host, 0, SEEK_CUR);
	size = before < 0 ? before : hypercall_lseek(file->host, 0, SEEK_END);
	if (size < 0)
		return size;
	file->host_offset = size;
	if (!file->own_offset)
		meet_offset(file, before);
	return size;
}

int file_stat(struct file *file, struct stat *st)
{
	int64_t size = file_size(file);

	if (size < 0)
		return size;
	/* What the host's services don't tell is constant: owner, times, links. */
	*st = (struct stat){
		.st_dev = 1,
		.st_ino = file->ino,
		.st_nlink = 1,
		.st_mode = file->mode,
		.st_rdev = file->rdev,
		.st_size = size,
		.st_blksize = BLOCK_SIZE,
		.st_blocks = (size + 511) / 512,
	};
	return 0;
}
