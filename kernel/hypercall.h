/* SPDX-License-Identifier: MIT */
/* The host's services. Every physical address must be below 4 GiB but for the data of a transfer.
 */
#ifndef HYPERCALL_H
#define HYPERCALL_H

#include <stdint.h>

/* Does the host speak the calls beyond the original protocol? Set at boot; false before. */
void hypercall_set_extended(void);

/* Each returns 0 or more, or a negative errno of the host. */
int hypercall_open(const char *path); /* a kernel address */
int hypercall_close(int fd);
int64_t hypercall_read(int fd, uint64_t buffer, uint64_t bytes);
int64_t hypercall_write(int fd, uint64_t buffer, uint64_t bytes);
int64_t hypercall_lseek(int fd, int64_t offset, int whence);

/* `code` is a status, or EXIT_KILLED(signal). */
void hypercall_exit(uint32_t code) __attribute__((noreturn));
void hypercall_panic(const char *message) __attribute__((noreturn));

#endif
