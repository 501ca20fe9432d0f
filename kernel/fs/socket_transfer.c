/* SPDX-License-Identifier: MIT */
/* What sockets send and receive. */
#include <asm/errno.h>

#include "../lib/math.h"
#include "socket.h"

/* Linux's bytes in one piece of a stream: what fits a page beside its own, and 32 KiB. */
#define STREAM_PIECE (4096 - 320 + 32768)

/* What a message doesn't need of the buffer, but a longer one is -EMSGSIZE. */
#define MESSAGE_SPARE 32

#define NOBODY 65534 /* overflowuid of Linux: whoever didn't say */

static bool passes_credentials(const struct socket *socket)
{
	return socket->switches >> SO_PASSCRED & 1;
}

/* Sends the next `bytes` as one message. Returns 0 or a negative errno. */
static int enqueue(struct socket *from, struct socket *to, struct transfer *transfer,
		   uint64_t bytes)
{
	struct message *message;
	int error = message_make(&message, &transfer->pieces, bytes);

	if (error)
		return error;
	message->sender = from;
	from->refs++;
	message->charge = message_charge(bytes);
	from->sent += message->charge;
	message->rights = transfer->rights;
	transfer->rights = NULL;
	message->credentials = (struct credentials){.user = NOBODY, .group = NOBODY};
	if (transfer->has_credentials)
		message->credentials = transfer->credentials;
	else if (passes_credentials(from) || passes_credentials(to))
		message->credentials = socket_own_credentials();
	socket_add_message(to, message);
	return 0;
}

static int64_t send_stream(struct socket *socket, struct transfer *transfer)
{
	const struct pieces *pieces = &transfer->pieces;
	struct socket *peer = socket->peer;
	int64_t done = 0;
	int error = 0;

	if (transfer->to)
		return socket->state == SOCKET_CONNECTED ? -EISCONN : -EOPNOTSUPP;
	if (!peer)
		return -ENOTCONN;
	if (socket->shut & SHUT_SENDS)
		return -EPIPE;
	while (pieces->left && !error) {
		uint64_t bytes = min(pieces->left, STREAM_PIECE);

		error = socket_take_error(socket);
		if (!error && socket->sent >= socket->send_buffer) {
			transfer->blocked = &socket->waits;
			error = -EAGAIN;
		}
		if (!error && peer->shut & SHUT_RECEIVES)
			error = -EPIPE;
		if (!error)
			error = enqueue(socket, peer, transfer, bytes);
		if (!error)
			done += bytes;
	}
	return done ? done : error;
}

/* Who a message is for, and may it be sent there? */
static int find_receiver(struct socket *socket, const struct socket_name *name, struct socket **to)
{
	int error;

	if (!name) {
		*to = socket->peer;
		return *to ? 0 : -ENOTCONN;
	}
	error = socket_find(to, name, socket->type);
	if (!error && (*to)->peer && (*to)->peer != socket)
		error = -EPERM;
	return error;
}

/* Is there room for a message? 0 or a negative errno. */
static int check_room(struct socket *socket, struct socket *to, struct transfer *transfer)
{
	int error = socket_take_error(socket);

	if (error)
		return error;
	if (socket->shut & SHUT_SENDS)
		return -EPIPE;
	if (to->is_dead && socket->type == SOCK_DGRAM) {
		socket_set_peer(socket, NULL);
		socket->state = SOCKET_UNCONNECTED;
		return -ECONNREFUSED;
	}
	if (to->shut & SHUT_RECEIVES)
		return -EPIPE;
	transfer->blocked = NULL;
	if (socket->sent >= socket->send_buffer)
		transfer->blocked = &socket->waits;
	else if (to != socket && to->peer != socket && socket_is_full(to))
		transfer->blocked = &to->room;
	return transfer->blocked ? -EAGAIN : 0;
}

static int64_t send_message(struct socket *socket, struct transfer *transfer)
{
	const struct socket_name *name = socket->type == SOCK_DGRAM ? transfer->to : NULL;
	uint64_t bytes = transfer->pieces.left;
	struct socket *to;
	int error = 0;

	if (socket->type == SOCK_SEQPACKET) {
		error = socket_take_error(socket);
		if (!error && socket->state != SOCKET_CONNECTED)
			error = -ENOTCONN;
	}
	if (!error)
		error = find_receiver(socket, name, &to);
	if (!error)
		error = socket_bind_sender(socket);
	if (!error && bytes > socket->send_buffer - MESSAGE_SPARE)
		error = -EMSGSIZE;
	if (!error)
		error = check_room(socket, to, transfer);
	if (!error)
		error = enqueue(socket, to, transfer, bytes);
	return error ? error : (int64_t)bytes;
}

int64_t socket_send(struct socket *socket, struct transfer *transfer)
{
	if (transfer->flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (socket->type == SOCK_STREAM)
		return send_stream(socket, transfer);
	return send_message(socket, transfer);
}

/* Tells what came with a message, which keeps its files if `peeks`. Returns 0 or -ENOMEM. */
static int receive_control(struct message *message, struct transfer *transfer, bool peeks)
{
	struct rights *rights = message->rights;

	transfer->credentials = message->credentials;
	if (transfer->from)
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
	return !passes_credentials(socket) ||
	       (message->credentials.pid == transfer->credentials.pid &&
		message->credentials.user == transfer->credentials.user);
}

/* Bytes of messages in a row, up to one that had files. */
static int64_t receive_bytes(struct socket *socket, struct transfer *transfer)
{
	struct message *message = socket->first;
	bool peeks = transfer->flags & MSG_PEEK;
	bool had_rights = false;
	int64_t done = 0;
	int error = 0;

	while (message && transfer->pieces.left && !had_rights) {
		struct message *next = message->next;
		uint64_t bytes = min(transfer->pieces.left, message->bytes - message->taken);

		if (done && !may_follow(socket, message, transfer))
			break;
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

static int64_t receive_stream(struct socket *socket, struct transfer *transfer)
{
	int error;

	if (socket->state != SOCKET_CONNECTED)
		return -EINVAL;
	if (socket->first)
		return receive_bytes(socket, transfer);
	error = socket_take_error(socket);
	if (error)
		return error;
	return socket->shut & SHUT_RECEIVES ? 0 : -EAGAIN;
}

static int64_t receive_message(struct socket *socket, struct transfer *transfer)
{
	struct message *message = socket->first;
	bool peeks = transfer->flags & MSG_PEEK;
	bool waits = !(transfer->flags & MSG_DONTWAIT || socket->file.flags & O_NONBLOCK);
	uint64_t bytes, whole;
	int error;

	if (socket->type == SOCK_SEQPACKET && socket->state != SOCKET_CONNECTED)
		return -ENOTCONN;
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

int64_t socket_receive(struct socket *socket, struct transfer *transfer)
{
	transfer->blocked = &socket->waits;
	if (transfer->from)
		transfer->from->bytes = 0;
	if (socket->type != SOCK_STREAM)
		return receive_message(socket, transfer);
	return transfer->flags & MSG_OOB ? -EINVAL : receive_stream(socket, transfer);
}
