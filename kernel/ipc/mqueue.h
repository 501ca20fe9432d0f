/* SPDX-License-Identifier: MIT */
/* POSIX message queues: mq_overview(7). One that is open is a file. */
#ifndef MQUEUE_H
#define MQUEUE_H

#include <linux/mqueue.h>
#include <linux/signal.h>
#include <stdbool.h>

#include "../fs/file.h"
#include "ipc_message.h"

struct mqueue;

/*
 * Opens a queue by its name, without a slash, with the flags of mq_open(3). One that is made has
 * this mode, and these attributes, or NULL: the usual ones. Returns 0 or a negative errno.
 */
int mqueue_open(struct file **file, const char *name, unsigned flags, uint32_t mode,
		const struct mq_attr *attr);

/* Removes the name. Who has the queue open goes on. Returns 0 or a negative errno. */
int mqueue_unlink(const char *name);

/* The queue behind an fd, and its file. NULL: it is none. */
struct mqueue *mqueue_of_fd(int fd, struct file **file);

/* What mq_getattr(3) tells; the flags are the file's. */
struct mq_attr mqueue_attr(const struct mqueue *queue);

/*
 * Puts a message into the queue, which takes it over. -EAGAIN: it is full; then the current
 * thread is entered to wait, if `waits`.
 */
int mqueue_send(struct mqueue *queue, struct ipc_message *message, bool waits);

/* Takes the oldest of the most urgent ones. -EAGAIN: there is none; likewise. */
int mqueue_receive(struct mqueue *queue, struct ipc_message **message, bool waits);

/*
 * The current process is to be told, once, when a message comes into the queue while it is empty
 * and nobody waits. NULL: no longer. Returns 0, or -EBUSY if another process is to be.
 */
int mqueue_notify(struct mqueue *queue, const struct sigevent *event);

#endif
