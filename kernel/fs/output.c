/* SPDX-License-Identifier: MIT */
/* Files of the host that the program may write to: what is read and written. */
#include "output.h"

#include "../host/hypercall.h"
#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../x86/direct_map.h"
#include "hostcache.h"
#include "hostfile.h"

struct output outputs[BOOT_OUTPUTS];

static struct output *output_of(const struct file *file)
{
	return &outputs[file->dev - DEV_OUTPUT];
}

/* Has the host's offset be this one. Returns 0 or a negative errno. */
static int go_to(struct output *output, int64_t offset, int whence)
{
	int64_t at = offset;

	if (whence != SEEK_SET || offset != output->offset)
		at = hypercall_lseek(output->host, offset, whence);
	if (at < 0)
		return at;
	output->offset = at;
	return 0;
}

/* After a write at the host's offset that has returned `n`. */
static int64_t written(struct output *output, int64_t n)
{
	if (n > 0)
		output->offset += n;
	return n;
}

static int64_t read_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset)
{
	return hostfile_transfer_at(file, buffer, bytes, offset, true);
}

static int64_t read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	return file_moved(file, read_at(file, buffer, bytes, file->offset));
}

/* Goes to where the file's next write is to begin. Returns 0 or a negative errno. */
static int go_to_next(struct file *file)
{
	bool append = file->flags & O_APPEND;

	return go_to(output_of(file), append ? 0 : file->offset, append ? SEEK_END : SEEK_SET);
}

/* After such a write. */
static int64_t written_next(struct file *file, int64_t n)
{
	n = written(output_of(file), n);
	if (n > 0)
		file->offset = output_of(file)->offset;
	return n;
}

static int64_t write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	int error = go_to_next(file);

	return error ? error : written_next(file, hostfile_write(file, buffer, bytes));
}

static int64_t write_kernel(struct file *file, const void *from, uint64_t bytes)
{
	int error = go_to_next(file);

	return error ? error : written_next(file, hostfile_write_kernel(file, from, bytes));
}

static int64_t transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			   bool to_user)
{
	struct output *output = output_of(file);
	int error;

	if (to_user)
		return read_at(file, buffer, bytes, offset);
	/* As on Linux, for all that POSIX says: pwrite(2). */
	error = file->flags & O_APPEND ? go_to(output, 0, SEEK_END)
				       : go_to(output, offset, SEEK_SET);
	return error ? error : written(output, hostfile_write(file, buffer, bytes));
}

static int64_t seek(struct file *file, int64_t offset, unsigned whence)
{
	int64_t at = file_seek_blindly(file, &offset, &whence);
	int error;

	if (at != -EAGAIN)
		return at;
	error = go_to(output_of(file), offset, whence);
	return error ? error : (file->offset = output_of(file)->offset);
}

static int64_t size(struct file *file)
{
	return hostcache_size(output_of(file)->host);
}

static int stat(struct file *file, struct hc_stat_result *st)
{
	return output_stat(output_of(file), st);
}

static int change(struct file *file, const struct attributes *set)
{
	return output_set(output_of(file), set);
}

static int reopen(struct file **opened, struct file *there, unsigned flags)
{
	return output_open(opened, output_of(there), flags);
}

/* The host's fd stays open. */
static void release(struct file *file)
{
	kfree(file);
}

static const struct file_ops ops = {
	.read = read,
	.write = write,
	.transfer_at = transfer_at,
	.write_kernel = write_kernel,
	.seek = seek,
	.size = size,
	.stat = stat,
	.ioctl = file_regular_ioctl,
	.change = change,
	.reopen = reopen,
	.release = release,
	.prompt = true,
};

static int make_empty(const struct output *output)
{
	int host = hypercall_open(output->name);

	return host < 0 ? host : 0;
}

int output_open(struct file **file, struct output *output, unsigned flags)
{
	struct hc_stat_result st;
	struct file *opened;
	int error = flags & O_DIRECTORY ? -ENOTDIR : output_stat(output, &st);

	if (error)
		return error;
	opened = hostfile_new(&ops, &st, OPEN_KEPT(flags), output->host);
	if (!opened)
		return -ENOMEM;
	/* Last, for an open that fails is to leave the data. */
	error = flags & O_TRUNC ? make_empty(output) : 0;
	if (error) {
		release(opened);
		return error;
	}
	*file = opened;
	return 0;
}

int output_stat(const struct output *output, struct hc_stat_result *st)
{
	int error = hypercall_fstat(output->host, st);

	st->dev = DEV_OUTPUT + (output - outputs);
	return error;
}

/* Data that are kept while the file is empty: page frames, and lists of them in others. */
struct kept {
	paddr_t next;
	paddr_t page[FRAME_SIZE / sizeof(paddr_t) - 1];
};
_Static_assert(sizeof(struct kept) == FRAME_SIZE, "a page frame");

#define KEPT_PAGES (sizeof(((struct kept *)0)->page) / sizeof(paddr_t))

static void drop_kept(paddr_t list)
{
	while (list) {
		struct kept *kept = phys_to_virt(list);
		paddr_t next = kept->next;

		for (size_t i = 0; i < KEPT_PAGES && kept->page[i]; i++)
			frame_put(kept->page[i]);
		frame_put(list);
		list = next;
	}
}

/* Reads what is at `offset` to a page frame. Returns that, or a negative errno. */
static int64_t keep_page(const struct output *output, uint64_t bytes, uint64_t offset)
{
	paddr_t page = frame_alloc();
	int64_t n = page ? hypercall_pread(output->host, page, bytes, offset) : -ENOMEM;

	if (n == (int64_t)bytes)
		return page;
	if (page)
		frame_put(page);
	return n < 0 ? n : -EIO;
}

/* Keeps the file's first bytes in *list, which is 0 before. Returns 0 or a negative errno. */
static int keep(const struct output *output, uint64_t bytes, paddr_t *list)
{
	struct kept *kept = NULL;

	for (uint64_t at = 0; at < bytes; at += FRAME_SIZE) {
		size_t i = at / FRAME_SIZE % KEPT_PAGES;
		int64_t page;

		if (i == 0) {
			*list = frame_alloc();
			if (!*list)
				return -ENOMEM;
			kept = phys_to_virt(*list);
			list = &kept->next;
		}
		page = keep_page(output, min(bytes - at, FRAME_SIZE), at);
		if (page < 0)
			return page;
		kept->page[i] = page;
	}
	return 0;
}

/* Writes what was kept to the file, which is empty. Returns 0 or a negative errno. */
static int put_back(struct output *output, uint64_t bytes, paddr_t list)
{
	const struct kept *kept = NULL;
	int error = go_to(output, 0, SEEK_SET);

	for (uint64_t at = 0; at < bytes && !error; at += FRAME_SIZE) {
		size_t i = at / FRAME_SIZE % KEPT_PAGES;
		uint64_t piece = min(bytes - at, FRAME_SIZE);
		int64_t n;

		if (i == 0) {
			kept = phys_to_virt(list);
			list = kept->next;
		}
		n = written(output, hypercall_write(output->host, kept->page[i], piece));
		error = n < 0 ? n : n < (int64_t)piece ? -EIO : 0;
	}
	return error;
}

/* There is no hypercall for it: the file is emptied, and what is to stay is written again. */
static int shorten(struct output *output, uint64_t size)
{
	paddr_t list = 0;
	int error = keep(output, size, &list);

	if (!error)
		error = make_empty(output);
	if (!error)
		error = put_back(output, size, list);
	drop_kept(list);
	return error;
}

/* By a zero as its last byte. */
static int lengthen(struct output *output, uint64_t size)
{
	static const char zero;
	int64_t n = go_to(output, size - 1, SEEK_SET);

	if (!n)
		n = written(output, hypercall_write(output->host, virt_to_phys(&zero), 1));
	return n < 0 ? n : n == 1 ? 0 : -EIO;
}

int output_set(struct output *output, const struct attributes *set)
{
	int64_t now;

	if (set->set != SET_SIZE)
		return set->set ? -EPERM : 0;
	now = hostcache_size(output->host);
	if (now < 0)
		return now;
	if ((uint64_t)now == set->size)
		return 0;
	return (uint64_t)now < set->size ? lengthen(output, set->size) : shorten(output, set->size);
}
