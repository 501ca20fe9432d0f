/* SPDX-License-Identifier: MIT */
/* Messages of the program, kept by the kernel until somebody takes them. */
#ifndef IPC_MESSAGE_H
#define IPC_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

#include "../mm/kmalloc.h"
#include "../types.h"

struct ipc_message_piece;

struct ipc_message {
	struct ipc_message *next;	/* its owner's */
	int64_t type;			/* its owner's: priority, or type */
	uint64_t bytes;			/* how long it is */
	struct ipc_message_piece *more; /* what has no room in `data` */
	uint8_t data[KMALLOC_MAX - 32];
};
_Static_assert(sizeof(struct ipc_message) == KMALLOC_MAX, "a message is one object of kmalloc()");

/* Makes a message of the program's memory. Returns 0, -EFAULT or -ENOMEM. */
int ipc_message_load(struct ipc_message **message, uaddr_t from, size_t bytes);

/* Copies the first `bytes` of it, all of them at most, to the program. Returns 0 or a negative
 * errno. */
int ipc_message_store(const struct ipc_message *message, uaddr_t to, size_t bytes);

void ipc_message_free(struct ipc_message *message);

#endif
