/* SPDX-License-Identifier: MIT */
/* Files whose data are the host's. */
#include "hostfile.h"

#include <asm/errno.h>
#include <linux/stat.h>

#include "../abi.h"
#include "../host/clock.h"
#include "../host/hypercall.h"
#include "../lib/hot.h"
#include "../lib/math.h"
#include "../mm/kmalloc.h"
#include "../mm/space.h"
#include "../mm/uaccess.h"
#include "../x86/direct_map.h"
#include "terminal.h"

#define HOSTS_MAX 252 /* of the host's 256 fds, see hostfile_used_up() */

#define TOLD_FOR NSEC_PER_SEC /* at most, what was told of a file at its open is true */

#define POPULATE_MAX UINT64_C(0x100000) /* memory populated for one hypercall */

struct host_file {
	struct file file;	    /* first */
	int host;		    /* the host's fd */
	int64_t host_offset;	    /* where that was last seen */
	struct hc_stat_result told; /* at the open */
	uint64_t told_epoch;	    /* hypercall_epoch() then; 0: no more */
	uint64_t told_at;	    /* clock_monotonic() then */
};

static struct host_file first[BOOT_FDS] = {
	{.file = {.refs = 1, .ino = 1}, .host = 0},
	{.file = {.refs = 1, .ino = 2}, .host = 1},
	{.file = {.refs = 1, .ino = 3}, .host = 2},
};

static unsigned hosts = BOOT_FDS; /* the host's fds that files have */

static struct host_file *host_file(struct file *file)
{
	return (struct host_file *)file;
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

	there->told_epoch = 0;
	if (!fresh)
		return hypercall_fstat(there->host, st);
	*st = there->told;
	return 0;
}

bool hostfile_used_up(void)
{
	return hosts > HOSTS_MAX;
}

/* Syncs the host's offset with `offset`. Returns 0 or an errno. */
static __hot int64_t sync_offset(struct host_file *file, int64_t offset)
{
	if (file->host_offset != offset)
		offset = hypercall_lseek(file->host, offset, SEEK_SET);
	if (offset < 0)
		return offset;
	file->host_offset = offset;
	return 0;
}

/*
 * A read into a buffer whose first byte the program can't write: 0 at the end of
 * a regular file, as on Linux. Whether a terminal or a pipe has data can't be asked.
 */
static int64_t read_nothing(struct host_file *file)
{
	int64_t at, size;

	if (!S_ISREG(file->file.mode))
		return -EFAULT;
	at = hypercall_lseek(file->host, 0, SEEK_CUR);
	size = at < 0 ? at : file_size(&file->file);
	if (size < 0)
		return size;
	return at < size ? -EFAULT : 0;
}

/*
 * How many bytes to move where the program may use only `extent` bytes of its
 * buffer. 0 or an errno is the result of the call. Only to a regular file are
 * parts of a page written, as on Linux.
 */
static __attribute__((noinline)) int64_t short_transfer(struct host_file *file, uint64_t extent,
							bool to_user)
{
	if (!to_user && !S_ISREG(file->file.mode))
		extent = page_down(extent);
	if (extent)
		return extent;
	return to_user ? read_nothing(file) : -EFAULT;
}

/*
 * Moves data, one hypercall for each run of contiguous page frames. It stops at
 * a short transfer, and after one run if a second read might wait. The memory is
 * mapped; its access rights don't matter.
 */
static __hot int64_t transfer(struct host_file *file, uaddr_t buffer, uint64_t bytes, bool to_user)
{
	uint64_t left = bytes;
	uint64_t done = 0;
	int64_t n = 0;
	uint64_t pa = 0;

	do {
		int64_t run =
			left ? space_run(current_space, buffer, min(left, POPULATE_MAX), &pa) : 0;

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
	} while (left && (!to_user || file->file.ops->prompt));
	return done ? (int64_t)done : n;
}

/* The same for as much of the buffer as the program has access to. */
static __hot int64_t transfer_checked(struct host_file *file, uaddr_t buffer, uint64_t bytes,
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

/*
 * A regular file that the program opened by name. Nobody else moves the host's
 * offset, so the kernel knows where it is, and syncs it only when needed.
 */

static __hot int64_t own_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct host_file *there = host_file(file);
	int64_t n = sync_offset(there, file->offset);

	if (n == 0)
		n = transfer_checked(there, buffer, bytes, true);
	if (n > 0)
		file->offset = there->host_offset += n;
	return n;
}

/* Moves data by `mover`, at `offset`. */
static __hot int64_t move_at(struct host_file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			     bool to_user, typeof(transfer) *mover)
{
	int64_t n = sync_offset(file, offset);

	if (n == 0)
		n = mover(file, buffer, bytes, to_user);
	if (n > 0)
		file->host_offset += n;
	return n;
}

static __hot int64_t own_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes,
				     int64_t offset, bool to_user)
{
	return move_at(host_file(file), buffer, bytes, offset, to_user, transfer_checked);
}

static int64_t own_populate(struct file *file, uaddr_t start, uint64_t bytes, int64_t offset)
{
	return move_at(host_file(file), start, min(bytes, TRANSFER_MAX), offset, true, transfer);
}

static int64_t own_size(struct file *file)
{
	int64_t size = hypercall_lseek(host_file(file)->host, 0, SEEK_END);

	if (size >= 0)
		host_file(file)->host_offset = size;
	return size;
}

static int64_t own_seek(struct file *file, int64_t offset, unsigned whence)
{
	int64_t at;

	if (whence == SEEK_CUR) {
		if (offset == 0)
			return file->offset;
		if (__builtin_add_overflow(file->offset, offset, &offset))
			return -EINVAL;
		whence = SEEK_SET;
	}
	at = hypercall_lseek(host_file(file)->host, offset, whence);
	if (at >= 0)
		file->offset = host_file(file)->host_offset = at;
	return at;
}

const struct file_ops hostfile_regular_ops = {
	.read = own_read,
	.transfer_at = own_transfer_at,
	.seek = own_seek,
	.size = own_size,
	.stat = hostfile_stat,
	.map = own_size,
	.populate = own_populate,
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
	return transfer_checked(host_file(file), buffer, bytes, true);
}

static __hot int64_t shared_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	return transfer_checked(host_file(file), buffer, bytes, false);
}

static int64_t shared_write_kernel(struct file *file, const void *from, uint64_t bytes)
{
	return hypercall_write(host_file(file)->host, virt_to_phys(from), bytes);
}

/* Moves data by `mover` at another offset, then restores the host's. */
static int64_t shared_move_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			      bool to_user, typeof(transfer) *mover)
{
	struct host_file *there = host_file(file);
	int64_t before = hypercall_lseek(there->host, 0, SEEK_CUR);
	int64_t n;

	if (before < 0)
		return before;
	there->host_offset = before;
	n = move_at(there, buffer, bytes, offset, to_user, mover);
	sync_offset(there, before);
	return n;
}

int64_t hostfile_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			     bool to_user)
{
	return shared_move_at(file, buffer, bytes, offset, to_user, transfer_checked);
}

static int64_t shared_populate(struct file *file, uaddr_t start, uint64_t bytes, int64_t offset)
{
	return shared_move_at(file, start, min(bytes, TRANSFER_MAX), offset, true, transfer);
}

static int64_t shared_size(struct file *file)
{
	struct host_file *there = host_file(file);
	int64_t before = hypercall_lseek(there->host, 0, SEEK_CUR);
	int64_t size = before < 0 ? before : own_size(file);

	if (size >= 0)
		sync_offset(there, before);
	return size;
}

int64_t hostfile_seek(struct file *file, int64_t offset, unsigned whence)
{
	return hypercall_lseek(host_file(file)->host, offset, whence);
}

static const struct file_ops shared_regular_ops = {
	.read = hostfile_read,
	.write = shared_write,
	.transfer_at = hostfile_transfer_at,
	.write_kernel = shared_write_kernel,
	.seek = hostfile_seek,
	.size = shared_size,
	.stat = hostfile_stat,
	.map = shared_size,
	.populate = shared_populate,
	.ioctl = file_regular_ioctl,
	.release = hostfile_release,
	.prompt = true,
};

/* A terminal or another device that the program starts with. */
static const struct file_ops shared_device_ops = {
	.read = hostfile_read,
	.write = shared_write,
	.transfer_at = hostfile_transfer_at,
	.write_kernel = shared_write_kernel,
	.seek = hostfile_seek,
	.stat = hostfile_stat,
	.ioctl = terminal_ioctl,
	.release = hostfile_release,
};

/* A pipe or socket that the program starts with. */
static const struct file_ops stream_ops = {
	.read = hostfile_read,
	.write = shared_write,
	.write_kernel = shared_write_kernel,
	.stat = hostfile_stat,
	.release = hostfile_release,
};

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
	file->host_offset = 0;
	file->told = *st;
	/* Who tells only the type tells of no links. */
	file->told_epoch = st->nlink ? hypercall_epoch() : 0;
	file->told_at = clock_monotonic();
	hosts++;
	return &file->file;
}

struct file *hostfile_first(uint32_t mode, unsigned flags, int host)
{
	const struct file_ops *ops = S_ISREG(mode)			? &shared_regular_ops
				     : S_ISFIFO(mode) || S_ISSOCK(mode) ? &stream_ops
									: &shared_device_ops;

	first[host].file.ops = ops;
	first[host].file.mode = mode;
	first[host].file.rdev = terminal_rdev(host);
	first[host].file.flags = flags;
	return &first[host].file;
}

void hostfile_release(struct file *file)
{
	struct host_file *there = host_file(file);

	/* The kernel's own messages go to the host's stderr: it stays open. */
	if (there->host != HOST_STDERR) {
		hypercall_close(there->host);
		hosts--;
	}
	if (there < first || there >= first + BOOT_FDS)
		kfree(there);
}
