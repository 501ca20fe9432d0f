/* SPDX-License-Identifier: MIT */
/*
 * Open files: what an fd stands for. Fds made by dup() share one. What a file
 * can do lies in its file_ops, so that nobody else asks what kind it is of.
 */
#ifndef FILE_H
#define FILE_H

#include <asm/stat.h>
#include <stdbool.h>
#include <stdint.h>

#include "../types.h"

struct file;

/*
 * What one kind of file does. Unless said otherwise: results are 0 or more, or
 * a negative errno; bytes are cut to TRANSFER_MAX by the function; the file's
 * access mode has been checked, and each buffer is a user_buffer() (uaccess.h).
 */
struct file_ops {
	/* read(2) and write(2), at the file's own offset if it has one. NULL: -EINVAL. */
	int64_t (*read)(struct file *file, uaddr_t buffer, uint64_t bytes);
	int64_t (*write)(struct file *file, uaddr_t buffer, uint64_t bytes);
	/* pread64(2) and pwrite64(2): the file's own offset stays. NULL: -ESPIPE. */
	int64_t (*transfer_at)(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			       bool to_user);
	/* Writes what lies in the kernel, in the low 2 MiB. NULL: that gains nothing. */
	int64_t (*write_kernel)(struct file *file, const void *from, uint64_t bytes);
	/* lseek(2), with a `whence` of SEEK_SET, SEEK_CUR or SEEK_END. NULL: -ESPIPE. */
	int64_t (*seek)(struct file *file, int64_t offset, unsigned whence);
	/* st_size. NULL: 0. */
	int64_t (*size)(struct file *file);
	/* How much of it mmap(2) can map, in bytes, or FILE_MAPS_ZEROS. NULL: -ENODEV. */
	int64_t (*map)(struct file *file);
	/*
	 * Reads from `offset` on to [start, start + bytes), which is mapped,
	 * whatever its rights. There if `map` tells a size.
	 */
	int64_t (*populate)(struct file *file, uaddr_t start, uint64_t bytes, int64_t offset);
	/* POLLIN, POLLOUT and their like, as poll(2) tells them. NULL: always ready. */
	unsigned (*poll)(const struct file *file);
	/* ioctl(2), but for what concerns the fd or O_NONBLOCK. NULL: -ENOTTY. */
	int64_t (*ioctl)(struct file *file, unsigned request, uaddr_t argument);
	/* The last reference is gone: frees the file and what belongs to it. */
	void (*release)(struct file *file);
	/* A read has what there is at once, and a second one what is behind it. */
	bool prompt;
	/*
	 * -EAGAIN of a read or a write means: restart the call after a
	 * thread_notify(). A write goes on until all is written.
	 */
	bool can_wait;
};

struct file {
	const struct file_ops *ops;
	unsigned refs;
	unsigned flags; /* of open(2): access mode and what F_SETFL can change */
	uint32_t mode;	/* st_mode */
	uint32_t rdev;	/* st_rdev: major << 8 | minor of a device */
	uint64_t ino;	/* st_ino */
	int64_t offset; /* of lseek(2), for ops that keep one here */
	char *path;	/* of a directory: absolute; NULL: it is none */
};

/* Moved by one call at most, as on Linux. */
#define TRANSFER_MAX UINT64_C(0x7ffff000)

/* Mapped, each page of it is memory of zeros. */
#define FILE_MAPS_ZEROS INT64_MAX

/* Does an open(2) with these flags want to change the file? */
#define OPEN_WRITES(flags) (((flags)&O_ACCMODE) != O_RDONLY || (flags) & (O_CREAT | O_TRUNC))

/* Of the flags of open(2), those that F_GETFL shows. */
#define OPEN_KEPT(flags)                                                                           \
	(((flags) & ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC)) | O_LARGEFILE)

/* Makes *file a file with one reference, a st_ino of its own and these flags of F_GETFL. */
void file_init(struct file *file, const struct file_ops *ops, uint32_t mode, unsigned flags);

/* A st_ino for an absolute path: the same each time. */
uint64_t file_ino(const char *absolute);

void file_get(struct file *file);
void file_put(struct file *file);

/* Is the file open for reading (or writing) data? 0 or -EBADF. */
int file_check_access(const struct file *file, bool reading);

/*
 * Move data between a file and the program's memory, any address and length:
 * as much as the program may use so (uaccess.h). Return the bytes moved or a
 * negative errno. file_transfer_at() leaves the file's own offset alone.
 */
int64_t file_read(struct file *file, uaddr_t buffer, uint64_t bytes);
int64_t file_write(struct file *file, uaddr_t buffer, uint64_t bytes);
int64_t file_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			 bool to_user);

/* Writes what lies in the kernel to a file with the operation `write_kernel`. */
int64_t file_write_kernel(struct file *file, const void *from, uint64_t bytes);

/* poll(2): the events that the file is ready for. */
unsigned file_poll(const struct file *file);

/* lseek(2). */
int64_t file_seek(struct file *file, int64_t offset, unsigned whence);

/* st_size, or a negative errno. */
int64_t file_size(struct file *file);

/* What mmap(2) can map: a size in bytes, FILE_MAPS_ZEROS or a negative errno. */
int64_t file_map(struct file *file);

/* The operation `ioctl` of regular files. */
int64_t file_regular_ioctl(struct file *file, unsigned request, uaddr_t argument);

/* fstat(2). Returns 0 or a negative errno. */
int file_stat(struct file *file, struct stat *st);

#endif
