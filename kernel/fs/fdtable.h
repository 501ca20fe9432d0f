/* SPDX-License-Identifier: MIT */
/*
 * File descriptors. The fd_*() are those of the process that runs. Linux looks
 * at 32 bits of an fd, and so does this.
 */
#ifndef FDTABLE_H
#define FDTABLE_H

#include <stddef.h>

#include "file.h"

#define FD_COUNT 256

struct fdtable {
	unsigned refs;
	bool first;		      /* of the first process: in the kernel's image */
	uint32_t limit;		      /* fds from here on can't be given: RLIMIT_NOFILE */
	uint32_t end;		      /* fds from here on were never given */
	struct file *files[FD_COUNT]; /* NULL: free */
	bool cloexec[FD_COUNT];
};

/* Of the process that runs. */
extern struct fdtable *current_files;

/* Sets up the first table, of zeros: with one reference and the limit FD_COUNT. */
void fdtable_init(struct fdtable *table);

/* A table with the same files, and one reference. NULL: out of memory. */
struct fdtable *fdtable_copy(const struct fdtable *table);

void fdtable_get(struct fdtable *table);

/* Drops a reference; with the last one all fds are closed. */
void fdtable_put(struct fdtable *table);

/* Closes the fds with FD_CLOEXEC: execve(2). */
void fdtable_close_on_exec(struct fdtable *table);

/* Sets RLIMIT_NOFILE. Open fds beyond it stay open. */
void fdtable_set_limit(struct fdtable *table, uint64_t limit);

/* May a file get this fd? */
bool fd_allowed(uint64_t fd);

/* The file behind an fd, or NULL. No reference is taken. */
static inline struct file *fd_file(uint64_t fd)
{
	uint32_t index = fd;

	return index < FD_COUNT ? current_files->files[index] : NULL;
}

/* The same in another process's table. */
static inline struct file *fdtable_file(const struct fdtable *table, uint32_t fd)
{
	return fd < FD_COUNT ? table->files[fd] : NULL;
}

/* Is there an fd that fd_install() could give? For calls that do more than to open a file. */
bool fd_is_free(void);

/* fd_file() for a call that does I/O: NULL for a file that only has a name, by O_PATH, too. */
struct file *fd_io_file(uint64_t fd);

/*
 * Gives a file the lowest free fd from `from` on and takes over the caller's reference. Returns
 * the fd; or -EMFILE, and drops the reference.
 */
int fd_install(struct file *file, uint64_t from, bool cloexec);

/* Is there an fd that fd_install() could give a file? */
bool fd_is_left(void);

/* Gives a file the fd `fd`, which is allowed, whatever it was; takes over the reference. */
void fd_replace(uint32_t fd, struct file *file, bool cloexec);

/* Frees an fd. Returns 0 or -EBADF. */
int fd_close(uint64_t fd);

/* FD_CLOEXEC of an open fd. */
bool fd_cloexec(uint64_t fd);
void fd_set_cloexec(uint64_t fd, bool cloexec);

#endif
