/* SPDX-License-Identifier: MIT */
/* The program's files. */
#ifndef FILE_H
#define FILE_H

#include <stdint.h>

/* Bit n of `open_fds`: the program starts with fd n, of 0 to 2, the host's. Once. */
void file_init(uint64_t open_fds);

/* For mmap() of a file: its size, or -EBADF; -ENODEV where it has none. */
int64_t file_size(uint64_t fd);

/*
 * Reads [offset, offset + bytes) of a file to `start`, which is mapped. The file's own offset is
 * left alone; what the file lacks by now stays zero. Returns 0 or a negative errno.
 */
int file_read_at(uint64_t fd, uint64_t offset, uint64_t start, uint64_t bytes);

#endif
