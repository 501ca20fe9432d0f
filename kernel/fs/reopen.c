/* SPDX-License-Identifier: MIT */
/*
 * The program's own fds, opened by name. Linux opens the file again. So does
 * this with a regular file that is to be read: it gets an offset of its own. Any
 * other file is shared, as by dup(2).
 */
#include "reopen.h"

#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../host/hypercall.h"
#include "../mm/kmalloc.h"
#include "fdtable.h"
#include "lookup.h"
#include "terminal.h"

/* It reads through the original, which has the host's fd and was opened otherwise. */
struct reopened {
	struct file file; /* first */
	struct file *original;
};

static struct file *original(struct file *file)
{
	return ((struct reopened *)file)->original;
}

static int64_t reopened_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes,
				    int64_t offset, bool to_user)
{
	return file_transfer_at(original(file), buffer, bytes, offset, to_user);
}

static int64_t reopened_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	int64_t n = reopened_transfer_at(file, buffer, bytes, file->offset, true);

	if (n > 0)
		file->offset += n;
	return n;
}

static int64_t reopened_size(struct file *file)
{
	return file_size(original(file));
}

static int64_t reopened_seek(struct file *file, int64_t offset, unsigned whence)
{
	int64_t base = whence == SEEK_CUR   ? file->offset
		       : whence == SEEK_END ? reopened_size(file)
					    : 0;

	if (base < 0)
		return base;
	if (__builtin_add_overflow(base, offset, &offset) || offset < 0)
		return -EINVAL;
	file->offset = offset;
	return offset;
}

static int reopened_map(struct file *file, struct cache **cache)
{
	return file_map(original(file), cache);
}

static void reopened_release(struct file *file)
{
	file_put(original(file));
	kfree(file);
}

static const struct file_ops reopened_ops = {
	.read = reopened_read,
	.transfer_at = reopened_transfer_at,
	.seek = reopened_seek,
	.size = reopened_size,
	.map = reopened_map,
	.ioctl = file_regular_ioctl,
	.release = reopened_release,
	.prompt = true,
};

static int reopen(struct file **opened, struct file *there, unsigned flags)
{
	struct reopened *file;

	if (there->ops == &reopened_ops)
		there = original(there);
	if (file_check_access(there, true) < 0)
		return -EACCES;
	file = kmalloc(sizeof(*file));
	if (!file)
		return -ENOMEM;
	file_init(&file->file, &reopened_ops, there->mode, OPEN_KEPT(flags));
	file->file.ino = there->ino;
	file->original = there;
	file_get(there);
	*opened = &file->file;
	return 0;
}

/* The number of an fd, as in /proc/self/fd: no sign, no leading zeros. */
static bool parse_fd(const char *text, uint32_t *number)
{
	uint32_t value = 0;

	if (!*text || (text[0] == '0' && text[1]))
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || value > UINT32_MAX / 10 - 1)
			return false;
		value = value * 10 + *text - '0';
	}
	*number = value;
	return true;
}

int reopen_fd(struct file **opened, const char *number, unsigned flags)
{
	struct file *there;
	uint32_t fd;

	if (!parse_fd(number, &fd))
		return open_absent(flags);
	there = fd_file(fd);
	if (!there)
		return -ENOENT;
	if (S_ISREG(there->mode) && !OPEN_WRITES(flags & ~O_CREAT))
		return reopen(opened, there, flags);
	file_get(there);
	*opened = there;
	return 0;
}

int reopen_terminal(struct file **opened)
{
	for (int fd = 0; fd < BOOT_FDS; fd++) {
		struct file *there = fd_file(fd);

		if (there && (there->flags & (O_ACCMODE | O_PATH)) == O_RDWR &&
		    terminal_is_controlling(there)) {
			file_get(there);
			*opened = there;
			return 0;
		}
	}
	return -EROFS;
}
