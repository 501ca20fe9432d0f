/* SPDX-License-Identifier: MIT */
/* Messages: what an object of kmalloc() has no room for is in a chain of pieces. */
#include "ipc_message.h"

#include <asm/errno.h>

#include "../lib/math.h"
#include "../mm/uaccess.h"

struct ipc_message_piece {
	struct ipc_message_piece *next;
	uint8_t data[KMALLOC_MAX - sizeof(void *)];
};

void ipc_message_free(struct ipc_message *message)
{
	struct ipc_message_piece *piece = message->more;

	while (piece) {
		struct ipc_message_piece *next = piece->next;

		kfree(piece);
		piece = next;
	}
	kfree(message);
}

/* Fills the pieces. Those that there are belong to the message, even if one fails. */
static int load_pieces(struct ipc_message_piece **at, uaddr_t from, size_t bytes)
{
	while (bytes) {
		struct ipc_message_piece *piece = kmalloc(sizeof(*piece));
		size_t here = min(bytes, sizeof(piece->data));

		if (!piece)
			return -ENOMEM;
		piece->next = NULL;
		*at = piece;
		at = &piece->next;
		if (copy_from_user(piece->data, from, here) < 0)
			return -EFAULT;
		from += here;
		bytes -= here;
	}
	return 0;
}

int ipc_message_load(struct ipc_message **loaded, uaddr_t from, size_t bytes)
{
	/* A short one takes no more than it needs. */
	size_t here = min(bytes, sizeof((*loaded)->data));
	struct ipc_message *message = kmalloc(offsetof(struct ipc_message, data) + here);
	int error;

	if (!message)
		return -ENOMEM;
	message->next = NULL;
	message->bytes = bytes;
	message->more = NULL;
	error = copy_from_user(message->data, from, here) < 0 ? -EFAULT : 0;
	if (!error)
		error = load_pieces(&message->more, from + here, bytes - here);
	if (error)
		ipc_message_free(message);
	else
		*loaded = message;
	return error;
}

int ipc_message_store(const struct ipc_message *message, uaddr_t to, size_t bytes)
{
	size_t here = min(bytes, sizeof(message->data));
	const struct ipc_message_piece *piece = message->more;
	int error = copy_to_user(to, message->data, here);

	for (; bytes > here && !error; piece = piece->next) {
		to += here;
		bytes -= here;
		here = min(bytes, sizeof(piece->data));
		error = copy_to_user(to, piece->data, here);
	}
	return error;
}
