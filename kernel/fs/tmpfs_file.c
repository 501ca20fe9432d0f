/* SPDX-License-Identifier: MIT */
/* Open files and directories of a tmpfs. */
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/stat.h>

#include "../lib/math.h"
#include "../mm/cache_chunk.h"
#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "dirents.h"
#include "keep.h"
#include "pipe.h"
#include "tmpfs.h"
#include "tmpfs_names.h"

struct tmpfs_file {
	struct file file; /* first */
	struct tmpfs_node *node;
	bool is_writer; /* it counts as one of a regular file's */
	/* Of a directory. Names that came after it was opened, or rewound, aren't listed. */
	int64_t end;
	struct tmpfs_name *next; /* what follows the file's offset, if nothing was removed since: */
	uint64_t removals;
};

static struct tmpfs_node *node_of(const struct file *file)
{
	return ((const struct tmpfs_file *)file)->node;
}

static int64_t read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	return file_moved(file, tmpfs_read_data(node_of(file), buffer, bytes, file->offset));
}

static int64_t write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct tmpfs_node *node = node_of(file);

	if (file->flags & O_APPEND && bytes)
		file->offset = node->cache.size;
	return file_moved(file, tmpfs_write_data(node, buffer, bytes, file->offset));
}

static int64_t transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			   bool to_user)
{
	struct tmpfs_node *node = node_of(file);

	if (to_user)
		return tmpfs_read_data(node, buffer, bytes, offset);
	/* With O_APPEND it appends, as on Linux, though POSIX has it otherwise: pwrite(2). */
	return tmpfs_write_data(node, buffer, bytes,
				file->flags & O_APPEND ? (int64_t)node->cache.size : offset);
}

/* SEEK_DATA and SEEK_HOLE: the first offset from this one on where a page is there, or isn't. */
static int64_t seek_page(const struct tmpfs_node *node, int64_t offset, bool data)
{
	int64_t size = node->cache.size;
	uint64_t page, next;

	if (offset < 0 || offset >= size)
		return -ENXIO;
	/* A file without pages is one hole. It isn't searched, however long it is. */
	if (!node->has.file.pages)
		return data ? -ENXIO : offset;
	page = offset / PAGE_SIZE;
	if (data)
		next = cache_next_page(&node->cache, page);
	else
		for (next = page; cache_page(&node->cache, next); next++)
			;
	if (next >= page_up(size) / PAGE_SIZE)
		return data ? -ENXIO : size;
	return next == page ? offset : (int64_t)(next * PAGE_SIZE);
}

static int64_t seek(struct file *file, int64_t offset, unsigned whence)
{
	const struct tmpfs_node *node = node_of(file);

	if (whence != SEEK_DATA && whence != SEEK_HOLE)
		return file_seek_sized(file, node->cache.size, offset, whence);
	offset = seek_page(node, offset, whence == SEEK_DATA);
	return offset < 0 ? offset : (file->offset = offset);
}

static int64_t size(struct file *file)
{
	return node_of(file)->cache.size;
}

static int stat(struct file *file, struct hc_stat_result *st)
{
	tmpfs_fill_stat(node_of(file), st);
	return 0;
}

static int map(struct file *file, struct cache **cache)
{
	*cache = &node_of(file)->cache;
	tmpfs_accessed(node_of(file));
	return 0;
}

static int change(struct file *file, const struct attributes *set)
{
	return tmpfs_set(node_of(file), set);
}

static int allocate(struct file *file, unsigned mode, int64_t offset, int64_t bytes)
{
	return tmpfs_allocate(node_of(file), mode, offset, bytes);
}

static int reopen(struct file **opened, struct file *there, unsigned flags)
{
	return tmpfs_open_node(opened, node_of(there), flags);
}

static int path(const struct file *file, char *to)
{
	return tmpfs_path(node_of(file), to);
}

/* Has the file count as a writer of its node, or not. */
static void set_writer(struct tmpfs_file *file, bool is_writer)
{
	if (is_writer != file->is_writer)
		file->node->has.file.writers += is_writer ? 1 : -1;
	file->is_writer = is_writer;
}

static void release(struct file *file)
{
	struct tmpfs_node *node = node_of(file);

	set_writer((struct tmpfs_file *)file, false);
	kfree(file);
	tmpfs_unuse(node);
}

#define COMMON_OPS                                                                                 \
	.stat = stat, .change = change, .reopen = reopen, .path = path, .release = release

static const struct file_ops regular_ops = {
	.read = read,
	.write = write,
	.transfer_at = transfer_at,
	.seek = seek,
	.size = size,
	.map = map,
	.ioctl = file_regular_ioctl,
	.allocate = allocate,
	.prompt = true,
	.holes = true,
	COMMON_OPS,
};

/* The first name behind the file's offset. */
static struct tmpfs_name *name_behind(struct tmpfs_file *file)
{
	const struct tmpfs_directory *in = &file->node->has.directory;
	struct tmpfs_name *name = in->first;

	if (file->next && file->removals == in->removals)
		return file->next;
	while (name && name->position <= file->file.offset)
		name = name->next;
	return name;
}

static void rewind(struct tmpfs_file *file)
{
	file->end = file->node->has.directory.next_position;
}

static int64_t directory_seek(struct file *file, int64_t offset, unsigned whence)
{
	struct tmpfs_file *there = (struct tmpfs_file *)file;

	if (whence == SEEK_END ||
	    __builtin_add_overflow(whence == SEEK_CUR ? file->offset : 0, offset, &offset) ||
	    offset < 0)
		return -EINVAL;
	if (offset == 0)
		rewind(there);
	if (offset != file->offset)
		there->next = NULL;
	return file->offset = offset;
}

/* Adds "." and ".." if the offset is at them. False: there is no more room. */
static bool add_dots(struct tmpfs_file *file, struct dirents *list)
{
	const struct tmpfs_node *parent = tmpfs_parent(file->node);

	if (file->file.offset == 0) {
		if (!dirents_add(list, ".", file->node->ino, DT_DIR, 1))
			return false;
		file->file.offset = 1;
	}
	if (file->file.offset == 1) {
		if (!dirents_add(list, "..", parent ? parent->ino : file->node->ino, DT_DIR, 2))
			return false;
		file->file.offset = 2;
	}
	return true;
}

static int64_t getdents(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct tmpfs_file *there = (struct tmpfs_file *)file;
	struct dirents list = {.buffer = buffer, .room = bytes};
	struct tmpfs_name *name;

	/* A directory that was removed has not even these. */
	if (!there->node->links)
		return -ENOENT;
	if (!add_dots(there, &list))
		return dirents_result(&list);
	for (name = name_behind(there); name && name->position < there->end; name = name->next) {
		char text[NAME_MAX + 1];

		__builtin_memcpy(text, name->text, name->length);
		text[name->length] = '\0';
		if (!dirents_add(&list, text, name->node->ino, (name->node->mode & S_IFMT) >> 12,
				 name->position))
			break;
		file->offset = name->position;
	}
	there->next = name;
	there->removals = there->node->has.directory.removals;
	tmpfs_accessed(there->node);
	return dirents_result(&list);
}

static const struct file_ops directory_ops = {
	.read = file_read_directory,
	.transfer_at = file_transfer_directory,
	.seek = directory_seek,
	.getdents = getdents,
	COMMON_OPS,
};

/* May the node be opened so? 0 or an errno. */
static int check_open(const struct tmpfs_node *node, unsigned flags)
{
	switch (node->mode & S_IFMT) {
	case S_IFDIR:
		return OPEN_WRITES(flags) ? -EISDIR : 0;
	case S_IFREG:
		if (flags & O_DIRECTORY)
			return -ENOTDIR;
		return OPEN_WRITES(flags & ~O_CREAT) && node->has.file.writers < 0 ? -ETXTBSY : 0;
	case S_IFIFO:
		return flags & O_DIRECTORY ? -ENOTDIR : 0;
	case S_IFLNK:
		return -ELOOP;
	case S_IFSOCK:
		return -ENXIO;
	default: /* a device: as on a file system that is mounted with nodev */
		return -EACCES;
	}
}

static void pipe_left(void *node)
{
	tmpfs_unuse(node);
}

static int open_pipe(struct file **opened, struct tmpfs_node *node, unsigned flags)
{
	int error;

	if (!node->has.pipe)
		node->has.pipe = pipe_new(pipe_left, node);
	if (!node->has.pipe)
		return -ENOMEM;
	if ((flags & O_ACCMODE) == O_WRONLY && flags & O_NONBLOCK && !pipe_readers(node->has.pipe))
		return -ENXIO;
	error = pipe_open(opened, node->has.pipe, node->mode, OPEN_KEPT(flags));
	if (error)
		return error;
	(*opened)->dev = node->dev;
	(*opened)->ino = node->ino;
	node->uses++;
	return 0;
}

int tmpfs_open_node(struct file **opened, struct tmpfs_node *node, unsigned flags)
{
	struct tmpfs_file *file;
	int error = check_open(node, flags);

	if (!error && S_ISFIFO(node->mode))
		return open_pipe(opened, node, flags);
	if (!error && S_ISREG(node->mode) && flags & O_TRUNC)
		error = tmpfs_resize(node, 0);
	if (error)
		return error;
	file = kmalloc(sizeof(*file));
	if (!file)
		return -ENOMEM;
	file_init(&file->file, S_ISDIR(node->mode) ? &directory_ops : &regular_ops, node->mode,
		  OPEN_KEPT(flags));
	file->file.dev = node->dev;
	file->file.ino = node->ino;
	file->node = node;
	file->next = NULL;
	node->uses++;
	file->is_writer = false;
	set_writer(file, S_ISREG(node->mode) && (flags & O_ACCMODE) != O_RDONLY);
	rewind(file);
	*opened = &file->file;
	return 0;
}

struct tmpfs_node *tmpfs_node_of(const struct file *file)
{
	return file->ops == &regular_ops || file->ops == &directory_ops ? node_of(file) : NULL;
}

int tmpfs_deny_write(struct file *file)
{
	if (node_of(file)->has.file.writers > 0)
		return -ETXTBSY;
	node_of(file)->has.file.writers--;
	return 0;
}

void tmpfs_allow_write(struct file *file)
{
	node_of(file)->has.file.writers++;
}

int tmpfs_memfd(struct file **file, const char *name, bool sealable)
{
	struct tmpfs_node *node;
	int error = tmpfs_node_new(&node, DEV_MEMFD, S_IFREG | 0777, NULL);

	if (error)
		return error;
	node->label = path_keep(name);
	node->has.file.seals = sealable ? 0 : F_SEAL_SEAL;
	error = node->label ? tmpfs_open_node(file, node, O_RDWR) : -ENOMEM;
	/* As on Linux, it can be executed by this file, though that may write to it. */
	if (!error)
		set_writer((struct tmpfs_file *)*file, false);
	if (!error)
		error = file_set_path(*file, name);
	if (error && *file)
		file_put(*file);
	tmpfs_unuse(node);
	return error;
}

int tmpfs_add_seals(struct file *file, uint32_t seals)
{
	struct tmpfs_node *node = tmpfs_node_of(file);

	if (!node || !S_ISREG(node->mode) || seals & ~TMPFS_SEALS)
		return -EINVAL;
	if ((file->flags & O_ACCMODE) == O_RDONLY || node->has.file.seals & F_SEAL_SEAL)
		return -EPERM;
	if (seals & F_SEAL_WRITE && tmpfs_is_mapped_to_write(node))
		return -EBUSY;
	node->has.file.seals |= seals;
	return 0;
}

int tmpfs_get_seals(const struct file *file)
{
	const struct tmpfs_node *node = tmpfs_node_of(file);

	return node && S_ISREG(node->mode) ? (int)node->has.file.seals : -EINVAL;
}
