/* SPDX-License-Identifier: MIT */
/* System V message queues: msgop(2). */
#ifndef SYSV_MSG_H
#define SYSV_MSG_H

#include <linux/msg.h>

#include "ipc_message.h"
#include "sysv.h"

struct msg_queue;

extern struct ipc_kind msg_kind;

/* Puts a message into the queue, which takes it over. -EAGAIN: it has no room. */
int msg_put(struct msg_queue *queue, struct ipc_message *message);

/*
 * Finds the message that msgrcv(2) means by a type and flags, and takes it if it has no more than
 * `bytes` or may be cut. Returns 0, -ENOMSG or -E2BIG.
 */
int msg_take(struct msg_queue *queue, struct ipc_message **message, uint64_t bytes, long type,
	     unsigned flags);

/* The current thread is to wait for room, or for a message. */
void msg_wait(struct msg_queue *queue, bool for_room);

/* Removes a queue and what is in it. Whoever waits is woken. */
void msg_remove(struct msg_queue *queue);

/* IPC_STAT. IPC_SET: returns 0, or -EPERM for more bytes than MSGMNB. */
void msg_stat(const struct msg_queue *queue, struct msqid64_ds *st);
int msg_set(struct msg_queue *queue, const struct msqid64_ds *st);

/* How many messages and bytes there are in all queues: MSG_INFO. */
void msg_totals(uint64_t *messages, uint64_t *bytes);

static inline struct msg_queue *msg_queue_of(struct ipc_object *object)
{
	return (struct msg_queue *)object; /* its first member */
}

#endif
