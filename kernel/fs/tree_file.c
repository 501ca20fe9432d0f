/* SPDX-License-Identifier: MIT */
/* Open files and directories of a tree. */
#include "tree_file.h"

#include <asm/errno.h>

#include "../host/hypercall.h"
#include "../layout.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "dirents.h"

struct tree_file {
	struct file file; /* first */
	struct tree_at at;
	uint64_t mark, mark_at; /* where what is read next can begin to be made: text_mark() */
};

static struct tree_file *tree_file(struct file *file)
{
	return (struct tree_file *)file;
}

/* Makes what the file holds from text->from on, as much as there is room for. */
static int make(struct tree_file *file, struct text *text)
{
	int error;

	if (file->mark_at <= text->from) {
		text->mark = file->mark;
		text->at = text->mark_at = file->mark_at;
	}
	error = file->at.node->show(text, &file->at);
	if (!error) {
		file->mark = text->mark;
		file->mark_at = text->mark_at;
	}
	return error;
}

/* Each call makes the contents anew, a page at a time. Only where that page begins is kept. */
static int64_t read_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset)
{
	static char page[PAGE_SIZE];
	uint64_t done = 0, length;
	int error;

	bytes = min(bytes, TRANSFER_MAX);
	do {
		struct text text = {
			.to = page, .from = offset + done, .room = min(bytes - done, PAGE_SIZE)};

		error = make(tree_file(file), &text);
		length = text_length(&text);
		if (!error && length)
			error = copy_to_user(buffer + done, page, length);
		if (error)
			return done ? (int64_t)done : error;
		done += length;
	} while (length == PAGE_SIZE && done < bytes);
	return done;
}

static int64_t file_read_next(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	return file_moved(file, read_at(file, buffer, bytes, file->offset));
}

static int64_t file_write_any(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	const struct tree_at *at = &tree_file(file)->at;

	return at->node->write(at, buffer, min(bytes, TRANSFER_MAX));
}

static int64_t file_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
		       bool to_user)
{
	/* As Linux answers a pwrite to such files. */
	return to_user ? read_at(file, buffer, bytes, offset) : -ESPIPE;
}

/* lseek(2), up to `limit`. The file's end isn't known. */
static int64_t seek_within(struct file *file, int64_t offset, unsigned whence, int64_t limit)
{
	if (whence == SEEK_END ||
	    __builtin_add_overflow(whence == SEEK_CUR ? file->offset : 0, offset, &offset) ||
	    offset < 0 || offset > limit)
		return -EINVAL;
	file->offset = offset;
	return offset;
}

static int64_t seek_in_file(struct file *file, int64_t offset, unsigned whence)
{
	return seek_within(file, offset, whence, INT64_MAX);
}

static void tree_release(struct file *file)
{
	kfree(file);
}

static const struct file_ops file_ops = {
	.read = file_read_next,
	.write = file_write_any,
	.transfer_at = file_at,
	.seek = seek_in_file,
	.ioctl = file_regular_ioctl,
	.release = tree_release,
	.prompt = true,
};

/* Offsets in a directory: ".", "..", the children in order; numbered entries from here on. */
#define FIRST_CHILD  2
#define FIRST_NUMBER 0x10000

/* Positions are of 31 bits, as in Linux's /proc: a number that is made of one fits. */
static int64_t seek_in_directory(struct file *file, int64_t offset, unsigned whence)
{
	return seek_within(file, offset, whence, INT32_MAX);
}

static unsigned type_of(const struct tree_node *node)
{
	return (node->mode & S_IFMT) >> 12;
}

/* Adds the entries that have no number. False: there is no more room. */
static bool add_children(struct file *file, struct dirents *list)
{
	const struct tree_node *node = tree_file(file)->at.node->children;
	int64_t at = 0;

	for (; at < FIRST_CHILD; at++) {
		if (at < file->offset)
			continue;
		if (!dirents_add(list, at == 0 ? "." : "..", file->ino, DT_DIR, at + 1))
			return false;
		file->offset = at + 1;
	}
	for (; node && node->mode; node++, at++) {
		if (at < file->offset)
			continue;
		if (!dirents_add(list, node->name, file_ino_below(file->ino, node->name),
				 type_of(node), at + 1))
			return false;
		file->offset = at + 1;
	}
	return true;
}

static void add_numbered(struct file *file, struct dirents *list)
{
	const struct tree_at *at = &tree_file(file)->at;
	uint32_t number = file->offset > FIRST_NUMBER ? file->offset - FIRST_NUMBER : 0;

	for (; at->node->numbered->next(at, &number); number++) {
		char name[12];
		struct text text = {.to = name, .room = sizeof(name)};
		int64_t next = (int64_t)number + 1 + FIRST_NUMBER;

		text_format(&text, "%u%c", number, 0);
		if (!dirents_add(list, name, file_ino_below(file->ino, name),
				 type_of(at->node->numbered->node), next))
			return;
		file->offset = next;
	}
}

static int64_t directory_getdents(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct dirents list = {.buffer = buffer, .room = bytes};

	if (add_children(file, &list) && tree_file(file)->at.node->numbered)
		add_numbered(file, &list);
	return dirents_result(&list);
}

static const struct file_ops directory_ops = {
	.read = file_read_directory,
	.transfer_at = file_transfer_directory,
	.seek = seek_in_directory,
	.getdents = directory_getdents,
	.release = tree_release,
};

/* May the node be opened so? 0 or an errno. */
static int check_open(const struct tree_node *node, unsigned flags)
{
	if (S_ISLNK(node->mode))
		return -ELOOP;
	if (S_ISDIR(node->mode))
		return OPEN_WRITES(flags) ? -EISDIR : 0;
	if (flags & O_DIRECTORY)
		return -ENOTDIR;
	return OPEN_WRITES(flags & ~O_CREAT) && !node->write ? -EACCES : 0;
}

int tree_file_new(struct file **opened, const struct tree_at *at, unsigned flags)
{
	const struct tree_node *node = at->node;
	struct tree_file *file;
	int error = check_open(node, flags);

	if (error)
		return error;
	file = kmalloc(sizeof(*file));
	if (!file)
		return -ENOMEM;
	file_init(&file->file, S_ISDIR(node->mode) ? &directory_ops : &file_ops, node->mode,
		  OPEN_KEPT(flags));
	file->at = *at;
	file->mark = file->mark_at = 0;
	*opened = &file->file;
	return 0;
}
