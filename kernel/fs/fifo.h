/* SPDX-License-Identifier: MIT */
/* Pipes that have a name, fifo(7): how their ends are opened. */
#ifndef FIFO_H
#define FIFO_H

#include "file.h"

struct thread;

/*
 * An open of this file is about to end. Where the other end of a pipe has to be opened first the
 * thread waits, and keeps the reference: what is returned then is greater than 0, and the call's
 * result. Else 0.
 */
int64_t fifo_wait(struct file *file);

/* The file that the current call of open(2) has waited with, with its reference; or NULL. */
struct file *fifo_resume(void);

/* A thread that waits so gives it up. */
void fifo_forget(struct thread *thread);

#endif
