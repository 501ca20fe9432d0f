/* SPDX-License-Identifier: MIT */
/* The host's services. */
#ifndef HYPERCALL_H
#define HYPERCALL_H

#include <stdint.h>

#include "../abi.h"
#include "../types.h"

#define HOST_STDERR 2 /* the host's fd for the kernel's own messages */

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

/* The host has the calls beyond the original protocol, too. */
void hypercall_set_extended(void);

/*
 * Counts, from 1, the calls by which the program may have waited for other processes of the host,
 * or told or asked them something: writes, sleeps, and reads of what it started with.
 */
uint64_t hypercall_epoch(void);

/* Counts all calls: where it is the same as before, nothing was asked of the host meanwhile. */
uint64_t hypercall_count(void);

/* Each returns 0 or more, or a negative errno of the host. */
int hypercall_open(const char *path); /* in the low 2 MiB: kernel image or boot stack */
int hypercall_close(int fd);
int64_t hypercall_read(int fd, paddr_t pa, uint64_t bytes);
int64_t hypercall_write(int fd, paddr_t pa, uint64_t bytes);
int64_t hypercall_lseek(int fd, int64_t offset, int whence);

/* The fd's own offset stays. On a host of the original protocol it takes four calls. */
int64_t hypercall_pread(int fd, paddr_t pa, uint64_t bytes, int64_t offset);

/*
 * The calls from here on fail with -ENOSYS on a host of the original protocol.
 * A path lies in the low 2 MiB, as for hypercall_open().
 */

/* Of a directory's fd: whole records of struct linux_dirent64; 0 at the end. */
int64_t hypercall_readdir(int fd, paddr_t pa, uint64_t bytes);

/* What a name leads to; with `flags` of HC_STAT_LINK the last link itself. Or what an fd is. */
int hypercall_stat(const char *path, unsigned flags, struct hc_stat_result *result);
int hypercall_fstat(int fd, struct hc_stat_result *result);

/* Where the link leads, without a NUL. Returns its length, at most `bytes`. */
int hypercall_readlink(const char *path, paddr_t pa, uint64_t bytes);

/* Lets the host wait, or returns -ENOSYS if it can't. It may wait for less. */
int hypercall_sleep(uint32_t microseconds);

/* The files that a wait is for. */
struct hc_wait_list {
	struct hc_wait head;
	struct hc_wait_fd fds[HC_WAIT_FDS];
};

/*
 * Lets the host wait for files, and at most for a time. Returns how many are ready, and
 * sets their `revents`; 0: none, perhaps because the timer's interrupt is due.
 */
int hypercall_wait(struct hc_wait_list *list);

/* Sets when the timer's interrupt comes, once: in so many microseconds; 0: never. Returns 0. */
int hypercall_timer(uint32_t microseconds);

/* `code` is a status, or EXIT_KILLED(signal). */
void hypercall_exit(uint32_t code) __attribute__((noreturn));
void hypercall_panic(const char *message) /* where a path may be, too */ __attribute__((noreturn));

#endif
