/* SPDX-License-Identifier: MIT */
/*
 * Open files: what an fd of the program stands for. Fds made by dup() share
 * one. The data of the host's files move between host and program, past the
 * kernel.
 */
#ifndef FILE_H
#define FILE_H

#include <asm/stat.h>
#include <stdint.h>

#include "path.h"

struct pipe;
struct wait_queue;

struct file {
	unsigned refs;
	unsigned flags; /* of open(2): access mode and what F_SETFL can change */
	uint32_t mode;	/* st_mode */
	uint32_t rdev;	/* major << 8 | minor of a device */
	uint64_t ino;
	int host; /* the host's fd, or -1 */
	/*
	 * A regular file that the program opened: nobody else moves the host's
	 * offset, so the kernel knows it, and moves it only when it must.
	 */
	bool own_offset;
	int64_t offset;	     /* the program's */
	int64_t host_offset; /* the host's */
	/* Of a regular file that was opened again by the name of its fd: data by this, no host fd.
	 */
	struct file *original;
	char *path; /* of a directory that the program opened: absolute; a frame of its own */
	struct pipe *pipe; /* of a pipe of the program's own */
	/*
	 * Those that wait for it to become ready; woken by whatever may make it so.
	 * NULL: the kernel can't tell, a call of the host waits.
	 */
	struct wait_queue *waits;
};

/* The file of one of the host's fds that the program starts with. It takes no memory. Once. */
struct file *file_first(uint32_t mode, unsigned flags, int host);

/* A file with one reference, for this fd of the host's or -1; NULL: out of memory. */
struct file *file_new(uint32_t mode, unsigned flags, int host);

/* The file's data come from this fd of the host, which goes with it. */
void file_take_host(struct file *file, int host);

/*
 * Has the program all the host's fds that it may have? Some of the 256 are the
 * kernel's, for files that it opens for a moment to look at.
 */
bool file_hosts_used_up(void);

/*
 * Opens the regular file that `there` is once more, to read it at an offset of
 * its own. `keep`: see file_open(). Returns 0, -EACCES if it isn't open for
 * reading, or -ENOMEM.
 */
int file_reopen(struct file **file, struct file *there, unsigned keep);

void file_get(struct file *file);
void file_put(struct file *file);

/*
 * Move data between a file and the program's memory, any address and length:
 * as much as the program may use so (uaccess.h). At most TRANSFER_MAX bytes,
 * as on Linux. Return the bytes moved or a negative errno. file_transfer_at()
 * leaves the file's offset alone.
 */
#define TRANSFER_MAX UINT64_C(0x7ffff000)
int64_t file_read(struct file *file, uint64_t buffer, uint64_t bytes);
int64_t file_write(struct file *file, uint64_t buffer, uint64_t bytes);
int64_t file_transfer_at(struct file *file, uint64_t buffer, uint64_t bytes, int64_t offset,
			 bool to_user);

/* Can it be read and written at any offset? Pipes and sockets can't. */
bool file_has_offset(const struct file *file);

/*
 * Reads a regular file's bytes at an offset to [start, start + bytes), which is mapped, whatever
 * its rights. Returns how many there were, or a negative errno.
 */
int64_t file_populate(struct file *file, uint64_t start, uint64_t bytes, int64_t offset);

/* Does a file's data come from the host, and go there? */
bool file_is_host(const struct file *file);

/* Writes what lies in the kernel, in the low 2 MiB, to such a file. */
int64_t file_write_kernel(const struct file *file, const void *from, uint64_t bytes);

/* Does a read have what there is at once, and a second one what is behind it? */
bool file_is_data(const struct file *file);

/*
 * POLLIN, POLLOUT and their like, as poll(2) tells them. A file of the host is
 * always ready, for the kernel can't ask: a read of it may wait.
 */
unsigned file_poll(const struct file *file);

/* lseek(2). */
int64_t file_seek(struct file *file, int64_t offset, unsigned whence);

/* The size of a regular file, or a negative errno. */
int64_t file_size(struct file *file);

/* fstat(2). Returns 0 or a negative errno. */
int file_stat(struct file *file, struct stat *st);

#endif
