/* SPDX-License-Identifier: MIT */
/*
 * Open files: what an fd refers to. Fds made by dup(2) share one. How a file
 * behaves is in its file_ops: other code doesn't ask what kind of file it is.
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "../abi.h"
#include "../types.h"

struct attributes;
struct cache; /* mm/pagecache.h */
struct file;
struct pieces;
struct wait_queue;

/*
 * The operations of one kind of file. They return 0 or more, or a negative
 * errno. The caller has checked the access mode, and that each buffer is a
 * user_buffer() (uaccess.h). No more than TRANSFER_MAX bytes are moved.
 */
struct file_ops {
	/* read(2) and write(2), at the file's own offset if it has one. NULL: -EINVAL. */
	int64_t (*read)(struct file *file, uaddr_t buffer, uint64_t bytes);
	int64_t (*write)(struct file *file, uaddr_t buffer, uint64_t bytes);
	/* pread64(2) and pwrite64(2): the file's own offset stays. NULL: -ESPIPE. */
	int64_t (*transfer_at)(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			       bool to_user);
	/* Writes from the kernel's own memory, in the low 2 MiB. NULL: it can't. */
	int64_t (*write_kernel)(struct file *file, const void *from, uint64_t bytes);
	/*
	 * lseek(2), with a `whence` of SEEK_SET, SEEK_CUR or SEEK_END; if `holes`, of SEEK_DATA or
	 * SEEK_HOLE, too. NULL: -ESPIPE.
	 */
	int64_t (*seek)(struct file *file, int64_t offset, unsigned whence);
	/* st_size. NULL: 0. */
	int64_t (*size)(struct file *file);
	/* fstat(2). NULL or -ENOSYS: what the members of struct file and `size` tell. */
	int (*stat)(struct file *file, struct hc_stat_result *st);
	/*
	 * getdents64(2), of the directory's entries from its offset on (lseek(2) sets it to 0 or to
	 * some d_off). See dirents.h. NULL: -ENOTDIR.
	 */
	int64_t (*getdents)(struct file *file, uaddr_t buffer, uint64_t bytes);
	/*
	 * mmap(2): sets *cache to the file in the page cache, whose reference stays the
	 * file's; or to NULL, then a mapping is anonymous memory. NULL: -ENODEV.
	 */
	int (*map)(struct file *file, struct cache **cache);
	/* The events of poll(2) that it is ready for. NULL: always ready to read and write. */
	unsigned (*poll)(const struct file *file);
	/* ioctl(2), except for requests that hold for every file. NULL: -ENOTTY. */
	int64_t (*ioctl)(struct file *file, unsigned request, uaddr_t argument);
	/* Changes its attributes: fchmod(2), ftruncate(2) and so on. NULL: -EROFS. */
	int (*change)(struct file *file, const struct attributes *set);
	/*
	 * fallocate(2), of a file that is open for writing, with an offset and a length whose sum
	 * is at most INT64_MAX. NULL: -EOPNOTSUPP.
	 */
	int (*allocate)(struct file *file, unsigned mode, int64_t offset, int64_t bytes);
	/* Opens the same file anew, with flags of open(2). NULL: see reopen.h. */
	int (*reopen)(struct file **opened, struct file *there, unsigned flags);
	/*
	 * The path that it has now, which others may have changed, to to[PATH_MAX]. Returns its
	 * length, or -ENOENT: it has none any more. NULL: that it was opened by.
	 */
	int (*path)(const struct file *file, char *to);
	/* The current process closes an fd of it, maybe not the last. NULL: nothing is to be done.
	 */
	void (*flush)(struct file *file);
	/* Frees the file and all that belongs to it, when its last reference is dropped. */
	void (*release)(struct file *file);
	/* A read never waits: after a short one, a second may ask for the rest. */
	bool prompt;
	bool holes;
	bool nowait; /* has RWF_NOWAIT, as the same kind of file on Linux 6.1 */
	/* Bytes without bounds: a write goes on until all are written; -EPIPE is a SIGPIPE, too. */
	bool stream;
	/* It is a struct socket: socket_of(). */
	bool socket;
	/*
	 * readv(2) and writev(2), where the pieces are one message. What is moved is done in
	 * `pieces`, too. NULL: each is read or written on its own.
	 */
	int64_t (*vector)(struct file *file, struct pieces *pieces, bool to_user);
	/* How long a read or a write waits: nanoseconds. NULL: for ever. */
	uint64_t (*patience)(const struct file *file, bool writes);
	/* What /proc/self/fd has for a file without a name. NULL: what its type tells. */
	const char *anonymous;
};

#define FILE_SHORT_PATH 40 /* bytes, the NUL among them: a longer path takes memory of its own */

/* Who is told when a file is closed: epoll(7) forgets it. */
struct file_watcher {
	struct file_watcher *next;
	struct file_watcher **at; /* what points here */
	/* The last reference is gone. It leaves the file. */
	void (*closed)(struct file_watcher *watcher);
};

struct file {
	const struct file_ops *ops;
	unsigned refs;
	unsigned flags; /* of open(2): access mode and what F_SETFL can change */
	uint32_t mode;	/* st_mode, for calls whose errno depends on the type */
	uint32_t rdev;	/* st_rdev: major << 8 | minor of a device */
	uint64_t dev;	/* st_dev, as hc_stat_result has it */
	uint64_t ino;	/* st_ino */
	int64_t offset; /* of kinds whose offset isn't the host's */
	char *path;	/* absolute, by which it was opened; NULL: by none. See file_set_path() */
	char short_path[FILE_SHORT_PATH]; /* where it is, if it fits */
	bool resolved;			  /* no part of the path is a symbolic link */
	/*
	 * Where a call waits for the file to become ready; whatever may make it so
	 * wakes the queue. -EAGAIN of read and write means that the call waits and is
	 * restarted. NULL: it never waits here.
	 */
	struct wait_queue *waits;
	struct file_watcher *watchers;
};

/* The most bytes that one call moves, as on Linux. */
#define TRANSFER_MAX UINT64_C(0x7ffff000)

/* Would an open(2) with these flags change the file, or allow to? */
#define OPEN_WRITES(flags) (((flags)&O_ACCMODE) != O_RDONLY || (flags) & (O_CREAT | O_TRUNC))

/* Of the flags of open(2), those that F_GETFL shows. */
#define OPEN_KEPT(flags)                                                                           \
	(((flags) & ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC)) | O_LARGEFILE)

/* Makes *file a file with one reference, an st_ino of its own and these flags of F_GETFL. */
void file_init(struct file *file, const struct file_ops *ops, uint32_t mode, unsigned flags);

/* The same for a file that isn't in a file system, and is no pipe or socket: epoll(7) and so on. */
void file_init_anonymous(struct file *file, const struct file_ops *ops, unsigned flags);

/* An st_ino made from the absolute path, so that it is the same at each open. */
uint64_t file_ino(const char *absolute);

/* An st_ino for an entry of the directory that has the st_ino `directory`. */
uint64_t file_ino_below(uint64_t directory, const char *name);

void file_get(struct file *file);
void file_put(struct file *file);

/* Adds a watcher, whose `closed` is set; takes it away. */
void file_watch(struct file *file, struct file_watcher *watcher);
void file_unwatch(struct file_watcher *watcher);

/* Keeps a copy of the path that it is opened by. Returns 0, -ENOMEM or -ENAMETOOLONG. */
int file_set_path(struct file *file, const char *absolute);

/* Is the file open for reading (or writing) data? 0 or -EBADF. */
int file_check_access(const struct file *file, bool reading);

/*
 * Move data between a file and the program's memory, at any address and of any
 * length: up to where the program has no access (uaccess.h). Return the bytes
 * moved or a negative errno. file_transfer_at() leaves the file's offset alone.
 */
int64_t file_read(struct file *file, uaddr_t buffer, uint64_t bytes);
int64_t file_write(struct file *file, uaddr_t buffer, uint64_t bytes);
int64_t file_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			 bool to_user);

/* The events of poll(2) that the file is ready for. */
unsigned file_poll(const struct file *file);

/* lseek(2). */
int64_t file_seek(struct file *file, int64_t offset, unsigned whence);

/*
 * What of lseek(2) needs no look at the file: every file system allows 31 bits, MAX_NON_LFS of
 * Linux. Returns the new offset or -EINVAL; or -EAGAIN, with *offset and *whence no longer relative
 * to the old one, for the file to decide.
 */
int64_t file_seek_blindly(struct file *file, int64_t *offset, unsigned *whence);

/* The operation `seek` of files that have no offset, and say so to nobody. */
int64_t file_seek_nowhere(struct file *file, int64_t offset, unsigned whence);

/* A transfer at the file's own offset has returned `n`: moves that on. Returns `n`. */
static inline int64_t file_moved(struct file *file, int64_t n)
{
	if (n > 0)
		file->offset += n;
	return n;
}

/*
 * lseek(2) in a file of `size` bytes, but for SEEK_DATA and SEEK_HOLE: sets the offset. Returns it,
 * or -EINVAL.
 */
int64_t file_seek_sized(struct file *file, uint64_t size, int64_t offset, unsigned whence);

/* The operations `read` and `transfer_at` of directories: -EISDIR. */
int64_t file_read_directory(struct file *file, uaddr_t buffer, uint64_t bytes);
int64_t file_transfer_directory(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
				bool to_user);

/* st_size, or a negative errno. */
int64_t file_size(struct file *file);

/* The operation `map`, if the file is open for reading. Returns 0 or a negative errno. */
int file_map(struct file *file, struct cache **cache);

/* The operation `ioctl` of regular files. */
int64_t file_regular_ioctl(struct file *file, unsigned request, uaddr_t argument);

/* Has the file's path be what it is now. Returns 0, -ENOENT: it has none; -ENOMEM. */
int file_update_path(struct file *file);

/* fstat(2). Returns 0 or a negative errno. */
int file_stat(struct file *file, struct hc_stat_result *st);

/* getdents64(2). */
int64_t file_getdents(struct file *file, uaddr_t buffer, uint64_t bytes);

/* st_blksize of files that aren't the host's, and of those that it doesn't tell about. */
#define FILE_BLOCK 4096

#endif
