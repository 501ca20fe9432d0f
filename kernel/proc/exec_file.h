/* SPDX-License-Identifier: MIT */
/* A file that is executed: a program, its interpreter, or a script. */
#ifndef EXEC_FILE_H
#define EXEC_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "../mm/mm_types.h"
#include "elf.h"

struct file;

/*
 * The beginning of the file, its head, is read first. A small file is all head: its page frames
 * become the program's, so that loading takes one read. A larger file is mapped from the page
 * cache. If the file's attributes are asked for first, its size is known before the read, and the
 * head of a larger file is taken from the page cache, too. A file of a
 * tmpfs is mapped from there, too.
 */
struct exec_file {
	int fd;		     /* of the host; negative: closed */
	struct file *opened; /* instead of that, a file of a tmpfs; else NULL */
	bool denies;	     /* nobody may write to that: tmpfs_deny_write() */
	uint64_t size;
	struct cache *cache; /* of a larger file, with a reference, or of a tmpfs's; else NULL */
	bool settled;	     /* the head is certainly of this file: the cache may get it */
	paddr_t head;	     /* frames that hold the head, or one frame of the cache's */
	uint64_t head_size;  /* bytes that were asked for */
	uint64_t head_end;   /* bytes that were read */
	uint64_t taken;	     /* up to this offset, the head's frames are the program's or free */
};

/*
 * Opens a file to be executed, by its name for the host (hypercall_open()) or in a tmpfs. With
 * `check_mode`, one without an execute bit is -EACCES, if the host tells modes. Returns 0; or an
 * errno, and nothing is open.
 */
int exec_file_open(struct exec_file *file, const char *host_path, bool check_mode);

/* The same for an open file of a tmpfs, whose reference is taken over. */
int exec_file_take(struct exec_file *file, struct file *opened);

/* A file of a tmpfs is kept, by one reference, and still isn't written to. NULL: it is the host's.
 */
struct file *exec_file_keep(struct exec_file *file);

/* The end of that. */
void exec_file_drop(struct file *kept);

static inline bool exec_file_is_open(const struct exec_file *file)
{
	return file->fd >= 0 || file->opened;
}

/*
 * Closes the file, if it is open, and frees the frames of its head that the program didn't get.
 * They aren't clear, so this is best called after all that needs clear frames.
 */
void exec_file_close(struct exec_file *file);

/* Reads all bytes at `offset` to physical memory. 0 or an errno; -ENODATA: there are fewer. */
int exec_file_read(struct exec_file *file, uint64_t offset, paddr_t pa, uint64_t bytes);

/*
 * The file's head, at least a page; zeros behind the file's end. Read-only: it may be the cache's.
 */
const void *exec_file_head(const struct exec_file *file);

/*
 * Maps the segments of the file, as Linux does: pages of the file, then writable ones of zeros.
 * File pages that aren't the page cache's are areas of `kind`. `top` is the end of all that is
 * mapped in the space but the stack; segments may be mapped over what lies below it. Returns 0 or
 * an errno.
 */
int exec_file_map(struct exec_file *file, struct space *space, const struct elf_plan *plan,
		  uaddr_t top, unsigned kind);

/*
 * Reads the pages [at, end) of a mapped segment from the file, whole pages as mmap(2) would, and
 * clears what the segment has of zeros in them. Returns 0 or an errno.
 */
int exec_file_fill(struct exec_file *file, struct space *space, const struct elf_segment *segment,
		   uaddr_t at, uaddr_t end);

/* The end of the pages that hold a segment's file bytes. */
uaddr_t exec_file_pages_end(const struct elf_segment *segment);

#endif
