/* SPDX-License-Identifier: MIT */
/* How sockets receive what is in their queues. */
#include <asm/errno.h>

#include "../lib/math.h"
#include "socket.h"

/* Tells what came with a message, which keeps its files if `peeks`. Returns 0 or -ENOMEM. */
static int receive_control(struct message *message, struct transfer *transfer, bool peeks)
{
	struct rights *rights = message->rights;

	transfer->credentials = message->credentials;
	if (transfer->from && message->sender)
		*transfer->from = message->sender->name;
	if (peeks) {
		if (rights && transfer->wants_control) {
			transfer->rights = rights_copy(rights);
			return transfer->rights ? 0 : -ENOMEM;
		}
		return 0;
	}
	rights = socket_take_rights(message);
	if (transfer->wants_control)
		transfer->rights = rights;
	else
		rights_drop(rights);
	return 0;
}

/* May the bytes of a message follow those of others that have been received by the same call? */
static bool may_follow(const struct socket *socket, const struct message *message,
		       const struct transfer *transfer)
{
	return !socket_passes_credentials(socket) ||
	       (message->credentials.pid == transfer->credentials.pid &&
		message->credentials.user == transfer->credentials.user);
}

int64_t socket_receive_bytes(struct socket *socket, struct transfer *transfer)
{
	struct message *message = socket->first;
	bool peeks = transfer->flags & MSG_PEEK;
	/* tcp(7), MSG_TRUNC */
	bool discards = transfer->flags & MSG_TRUNC && socket->protocol->number == IPPROTO_TCP;
	bool had_rights = false;
	int64_t done = 0;
	int error = 0;

	while (message && transfer->pieces.left && !had_rights) {
		struct message *next = message->next;
		uint64_t bytes = min(transfer->pieces.left, message->bytes - message->taken);

		if (done && !may_follow(socket, message, transfer))
			break;
		if (discards)
			pieces_skip(&transfer->pieces, bytes);
		else
			error = message_copy(message, message->taken, &transfer->pieces, bytes);
		had_rights = message->rights;
		if (!error)
			error = receive_control(message, transfer, peeks);
		if (error)
			break;
		done += bytes;
		if (!peeks) {
			message->taken += bytes;
			if (message->taken == message->bytes)
				socket_drop_message(socket_take(socket));
		}
		message = next;
	}
	return done ? done : error;
}

int64_t socket_receive_message(struct socket *socket, struct transfer *transfer)
{
	struct message *message = socket->first;
	bool peeks = transfer->flags & MSG_PEEK;
	bool waits = !(transfer->flags & MSG_DONTWAIT || socket->file.flags & O_NONBLOCK);
	uint64_t bytes, whole;
	int error;

	error = socket_take_error(socket);
	if (error)
		return error;
	if (!message)
		return socket->shut & SHUT_RECEIVES && (waits || socket->type == SOCK_SEQPACKET)
			       ? 0
			       : -EAGAIN;
	whole = message->bytes;
	bytes = min(whole, transfer->pieces.left);
	error = message_copy(message, 0, &transfer->pieces, bytes);
	if (!error)
		error = receive_control(message, transfer, peeks);
	/* It is lost if it can't be told, as on Linux. */
	if (!peeks)
		socket_drop_message(socket_take(socket));
	if (error)
		return error;
	transfer->told = bytes < whole ? MSG_TRUNC : 0;
	return transfer->flags & MSG_TRUNC ? whole : bytes;
}
