/* SPDX-License-Identifier: MIT */
/* The host's services. */
#ifndef HYPERCALL_H
#define HYPERCALL_H

#include <stdint.h>

#include "../types.h"

#define HOST_STDERR 2 /* the host's fd for the kernel's own messages */

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

/* From now on the host speaks the calls beyond the original protocol, too. */
void hypercall_set_extended(void);

/* Each returns 0 or more, or a negative errno of the host. */
int hypercall_open(const char *path); /* in the low 2 MiB: kernel image or boot stack */
int hypercall_close(int fd);
int64_t hypercall_read(int fd, paddr_t pa, uint64_t bytes);
int64_t hypercall_write(int fd, paddr_t pa, uint64_t bytes);
int64_t hypercall_lseek(int fd, int64_t offset, int whence);

/* Lets the host wait, or returns -ENOSYS if it can't. It may wait for less. */
int hypercall_sleep(uint32_t microseconds);

/* `code` is a status, or EXIT_KILLED(signal). */
void hypercall_exit(uint32_t code) __attribute__((noreturn));
void hypercall_panic(const char *message) /* where a path may be, too */ __attribute__((noreturn));

#endif
