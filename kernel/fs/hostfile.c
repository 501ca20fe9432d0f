/* SPDX-License-Identifier: MIT */
/* Files whose data are the host's. */
#include "hostfile.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../host/clock.h"
#include "../host/hypercall.h"
#include "../lib/hot.h"
#include "../lib/math.h"
#include "../mm/kmalloc.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../x86/direct_map.h"
#include "hostcache.h"
#include "readahead.h"
#include "terminal.h"

#define TOLD_FOR NSEC_PER_SEC /* how long the attributes of an open hold, at most */

#define POPULATE_MAX UINT64_C(0x100000) /* bytes of memory populated for one hypercall */

#define HOST_OFFSET (-1) /* in place of an offset: the one of the host's fd */

struct host_file {
	struct file file;	    /* first */
	int host;		    /* the host's fd */
	struct cache *cache;	    /* the file's pages, once it was mapped; NULL: it never was */
	struct readahead ahead;	    /* of a file that the program opened by name */
	uint32_t small;		    /* the largest read that read-ahead serves, bytes */
	struct hc_stat_result told; /* its attributes at the open */
	uint64_t told_epoch;	    /* hypercall_epoch() at the open; 0: they hold no more */
	uint64_t told_at;	    /* clock_monotonic() at the open */
};

static struct host_file first[BOOT_FDS] = {
	{.file = {.refs = 1, .ino = 1}, .host = 0},
	{.file = {.refs = 1, .ino = 2}, .host = 1},
	{.file = {.refs = 1, .ino = 3}, .host = 2},
};

static struct host_file *host_file(struct file *file)
{
	return (struct host_file *)file;
}

/* Is it one that the program starts with? */
static bool is_first(const struct host_file *file)
{
	return file >= first && file < first + BOOT_FDS;
}

int hostfile_fd(const struct file *file)
{
	return ((const struct host_file *)file)->host;
}

int hostfile_stat(struct file *file, struct hc_stat_result *st)
{
	struct host_file *there = host_file(file);
	bool fresh = there->told_epoch == hypercall_epoch() &&
		     clock_monotonic() - there->told_at < TOLD_FOR &&
		     (uint64_t)file->offset <= there->told.size;

	if (!fresh)
		return hypercall_fstat(there->host, st);
	*st = there->told;
	return 0;
}

/*
 * A read into a buffer whose first byte the program can't write. As on Linux it is 0 at the end
 * of a regular file, else -EFAULT. Whether a terminal or a pipe has data can't be asked.
 */
static int64_t read_nothing(struct host_file *file, int64_t offset)
{
	int64_t at = offset, size;

	if (!S_ISREG(file->file.mode))
		return -EFAULT;
	if (at == HOST_OFFSET)
		at = hypercall_lseek(file->host, 0, SEEK_CUR);
	size = at < 0 ? at : hostcache_size(file->host);
	if (size < 0)
		return size;
	return at < size ? -EFAULT : 0;
}

/*
 * Moves data, with one hypercall for each run of contiguous page frames. Stops at a short
 * transfer, and after one run if a second read might wait. The caller has checked the buffer.
 */
static __hot int64_t transfer(struct host_file *file, uaddr_t buffer, uint64_t bytes,
			      int64_t offset, bool to_user)
{
	uint64_t left = bytes;
	uint64_t done = 0;
	int64_t n = 0;
	uint64_t pa = 0;

	do {
		int64_t run = left ? space_run(current_space, buffer, min(left, POPULATE_MAX),
					       to_user, &pa)
				   : 0;

		n = run < 0		    ? run
		    : !to_user		    ? hypercall_write(file->host, pa, run)
		    : offset == HOST_OFFSET ? hypercall_read(file->host, pa, run)
					    : hypercall_pread(file->host, pa, run, offset + done);
		if (n < 0)
			break;
		done += n;
		buffer += n;
		left -= n;
		if (n < run) {
			if (n && offset != HOST_OFFSET)
				readahead_note_end(&file->ahead, offset + done);
			break;
		}
	} while (left && (!to_user || file->file.ops->prompt));
	return done ? (int64_t)done : n;
}

/*
 * The same for an unchecked buffer: moves as much as the program has access to. As on Linux, a part
 * of a page is written only to a regular file.
 */
static __hot int64_t transfer_checked(struct host_file *file, uaddr_t buffer, uint64_t bytes,
				      int64_t offset, bool to_user)
{
	uint64_t wanted = min(bytes, TRANSFER_MAX);
	uint64_t extent = user_extent(buffer, wanted, to_user);

	if (extent < wanted && !to_user && !S_ISREG(file->file.mode))
		extent = page_down(extent);
	if (!extent && wanted)
		return to_user ? read_nothing(file, offset) : -EFAULT;
	return transfer(file, buffer, extent, offset, to_user);
}

/* The operation `map` of regular files. Which file it is, the host is asked the first time. */
static int map(struct file *file, struct cache **cache)
{
	struct host_file *there = host_file(file);
	bool known = there->told.ino && clock_monotonic() - there->told_at < TOLD_FOR;
	int error = 0;

	if (!there->cache)
		error = hostcache_attach(&there->cache, &there->host, known ? &there->told : NULL,
					 is_first(there));
	if (!error && file->path)
		hostcache_set_name(there->cache, file->path, file->resolved);
	*cache = there->cache;
	return error;
}

/* A regular file that the program opened by name. Its offset is the kernel's. */

static __hot int64_t own_read_at(struct host_file *there, uaddr_t buffer, uint64_t bytes,
				 int64_t offset)
{
	int64_t n = -EAGAIN;

	/* A short read alone doesn't prove the end. The size at the open must confirm it. */
	if (there->told.nlink && offset >= (int64_t)there->told.size &&
	    readahead_at_end(&there->ahead, offset))
		return 0;
	if (bytes <= there->small)
		n = readahead_read(&there->ahead, there->host, buffer, bytes, offset);
	if (n == -EAGAIN)
		n = transfer_checked(there, buffer, bytes, offset, true);
	if (n > 0)
		readahead_note(&there->ahead, offset + n);
	return n;
}

static __hot int64_t own_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	return file_moved(file, own_read_at(host_file(file), buffer, bytes, file->offset));
}

static __hot int64_t own_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes,
				     int64_t offset, bool to_user)
{
	/* Nothing is opened for writing. */
	return to_user ? own_read_at(host_file(file), buffer, bytes, offset) : -EBADF;
}

static int64_t size(struct file *file)
{
	return hostcache_size(host_file(file)->host);
}

static int64_t own_seek(struct file *file, int64_t offset, unsigned whence)
{
	int64_t at = file_seek_blindly(file, &offset, &whence);

	if (at != -EAGAIN)
		return at;
	at = hypercall_lseek(host_file(file)->host, offset, whence);
	if (at >= 0)
		file->offset = at;
	return at;
}

const struct file_ops hostfile_regular_ops = {
	.read = own_read,
	.transfer_at = own_transfer_at,
	.seek = own_seek,
	.size = size,
	.stat = hostfile_stat,
	.map = map,
	.ioctl = file_regular_ioctl,
	.release = hostfile_release,
	.prompt = true,
};

/*
 * A file whose offset is the host's: a device, or one that the program starts
 * with and shares with processes of the host, which may move the offset.
 */
__hot int64_t hostfile_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	return transfer_checked(host_file(file), buffer, bytes, HOST_OFFSET, true);
}

/* The page cache may have pages of what was written to, up to where the host's offset is now. */
static __attribute__((noinline)) int64_t renew_written(const struct host_file *file, int64_t n)
{
	if (n > 0)
		hostcache_renew(file->host, n);
	return n;
}

__hot int64_t hostfile_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct host_file *there = host_file(file);
	int64_t n = transfer_checked(there, buffer, bytes, HOST_OFFSET, false);

	return hostcache_holds_writable ? renew_written(there, n) : n;
}

int64_t hostfile_write_kernel(struct file *file, const void *from, uint64_t bytes)
{
	int64_t n = hypercall_write(host_file(file)->host, virt_to_phys(from), bytes);

	return hostcache_holds_writable ? renew_written(host_file(file), n) : n;
}

/* Writes at another offset, then restores the host's: there is no hypercall for pwrite(2). */
static int64_t shared_write_at(struct host_file *there, uaddr_t buffer, uint64_t bytes,
			       int64_t offset)
{
	int64_t before = hypercall_lseek(there->host, 0, SEEK_CUR);
	int64_t n = before < 0 ? before : hypercall_lseek(there->host, offset, SEEK_SET);

	if (n < 0)
		return n;
	n = transfer_checked(there, buffer, bytes, HOST_OFFSET, false);
	if (hostcache_holds_writable)
		renew_written(there, n);
	hypercall_lseek(there->host, before, SEEK_SET);
	return n;
}

int64_t hostfile_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			     bool to_user)
{
	struct host_file *there = host_file(file);

	return to_user ? transfer_checked(there, buffer, bytes, offset, true)
		       : shared_write_at(there, buffer, bytes, offset);
}

int64_t hostfile_seek(struct file *file, int64_t offset, unsigned whence)
{
	return hypercall_lseek(host_file(file)->host, offset, whence);
}

const struct file_ops hostfile_shared_ops = {
	.read = hostfile_read,
	.write = hostfile_write,
	.transfer_at = hostfile_transfer_at,
	.write_kernel = hostfile_write_kernel,
	.seek = hostfile_seek,
	.size = size,
	.stat = hostfile_stat,
	.map = map,
	.ioctl = file_regular_ioctl,
	.release = hostfile_release,
	.prompt = true,
};

int64_t hostfile_terminal_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	int error = terminal_check_read(file);

	return error ? error : hostfile_read(file, buffer, bytes);
}

struct file *hostfile_new(const struct file_ops *ops, const struct hc_stat_result *st,
			  unsigned flags, int host)
{
	struct host_file *file = kmalloc(sizeof(*file));

	if (!file)
		return NULL;
	file_init(&file->file, ops, st->mode, flags);
	file->file.dev = st->dev;
	if (st->ino)
		file->file.ino = st->ino;
	file->host = host;
	file->cache = NULL;
	file->ahead = (struct readahead){0};
	/* What the program writes itself must show at once. */
	file->small = hostcache_is_writable(st->dev, st->ino) ? 0 : READAHEAD_SMALL;
	file->told = *st;
	/* Without a link count, *st has only the type. */
	file->told_epoch = st->nlink ? hypercall_epoch() : 0;
	file->told_at = clock_monotonic();
	return &file->file;
}

struct file *hostfile_first(const struct file_ops *ops, int host, uint32_t mode, unsigned flags,
			    const struct boot_file *which)
{
	struct file *file = &first[host].file;

	file->ops = ops;
	file->mode = mode;
	file->rdev = terminal_rdev(host);
	file->flags = flags;
	if (which && S_ISREG(mode) && (flags & O_ACCMODE) != O_RDONLY)
		hostcache_add_writable(host, which->dev, which->ino);
	return file;
}

void hostfile_release(struct file *file)
{
	struct host_file *there = host_file(file);

	if (there->ahead.frames)
		readahead_drop(&there->ahead);
	if (there->cache)
		hostcache_detach(there->cache, there->host);
	else
		hostcache_close(there->host);
	if (!is_first(there))
		kfree(there);
}
