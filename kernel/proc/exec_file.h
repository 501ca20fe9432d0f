/* SPDX-License-Identifier: MIT */
/* A file that is executed: a program, its interpreter, or a script. */
#ifndef EXEC_FILE_H
#define EXEC_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "../mm/mm_types.h"
#include "elf.h"

/*
 * Its beginning is read at once. If that is all, its page frames become the
 * program's where a page of it is a page of the file: that takes no other call. A
 * larger file is mapped from the page cache; if its mode had to be asked for, its size is known
 * before, and the beginning is taken from there, too.
 */
struct exec_file {
	int fd; /* of the host; negative: closed */
	uint64_t size;
	struct cache *cache; /* of a larger file, with a reference; else NULL */
	bool settled;	     /* the cache may have the head */
	paddr_t head;	     /* frames that hold its beginning, or one of the cache's */
	uint64_t head_size;  /* bytes of them that were to be read */
	uint64_t head_end;   /* how much was read */
	uint64_t taken;	     /* up to here the head's frames are the program's, or free again */
};

/*
 * Opens a file, by its name for the host (hypercall_open()), to be executed. With
 * `check_mode`, one that nobody may execute is -EACCES, if the host tells modes.
 * Returns 0 or an errno, and then it is closed.
 */
int exec_file_open(struct exec_file *file, const char *host_path, bool check_mode);

/* Frees what a program hasn't got of it, if it is open. These frames aren't clear: better not
 * before the end. */
void exec_file_close(struct exec_file *file);

/* Reads all bytes at `offset` to physical memory. 0 or an errno; -ENODATA: there are fewer. */
int exec_file_read(struct exec_file *file, uint64_t offset, paddr_t pa, uint64_t bytes);

/* The first bytes of the file, at least a page; behind its end, zeros. They may be the cache's. */
const void *exec_file_head(const struct exec_file *file);

/*
 * Maps the segments of the file, as Linux does: pages of the file, which are areas of `kind` if
 * they are not those of the page cache, then writable ones of zeros. `top` is the end of all that
 * is mapped in the space, but for the stack; what is below may be mapped over. Returns 0 or an
 * errno.
 */
int exec_file_map(struct exec_file *file, struct space *space, const struct elf_plan *plan,
		  uaddr_t top, unsigned kind);

/*
 * Reads what the file has for the pages [at, end) of a segment that is mapped, all of each
 * page as mmap(2) would, and clears them where the segment goes on with zeros. Returns 0 or an
 * errno.
 */
int exec_file_fill(struct exec_file *file, struct space *space, const struct elf_segment *segment,
		   uaddr_t at, uaddr_t end);

/* The end of the pages that hold a segment's file bytes. */
uaddr_t exec_file_pages_end(const struct elf_segment *segment);

#endif
