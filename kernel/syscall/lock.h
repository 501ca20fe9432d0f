/* SPDX-License-Identifier: MIT */
/* What fcntl(2) does about locks. */
#ifndef SYSCALL_LOCK_H
#define SYSCALL_LOCK_H

#include "../types.h"

struct file;

/* F_GETLK, F_SETLK, F_SETLKW, and the same with OFD, with the address of a struct flock. */
int64_t lock_fcntl(struct file *file, unsigned command, uaddr_t from);

#endif
