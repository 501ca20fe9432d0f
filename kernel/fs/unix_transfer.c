/* SPDX-License-Identifier: MIT */
/* What sockets of unix(7) send and receive. */
#include <asm/errno.h>

#include "../lib/math.h"
#include "unix.h"

/* Linux's bytes in one piece of a stream: what fits a page beside its own, and 32 KiB. */
#define STREAM_PIECE (4096 - 320 + 32768)

/* What a message doesn't need of the buffer, but a longer one is -EMSGSIZE. */
#define MESSAGE_SPARE 32

#define NOBODY 65534 /* overflowuid of Linux: whoever didn't say */

/* Sends the next `bytes` as one message. Returns 0 or a negative errno. */
static int enqueue(struct socket *from, struct socket *to, struct transfer *transfer,
		   uint64_t bytes)
{
	struct message *message;
	int error = message_make(&message, &transfer->pieces, bytes);

	if (error)
		return error;
	message->rights = transfer->rights;
	transfer->rights = NULL;
	message->credentials = (struct credentials){.user = NOBODY, .group = NOBODY};
	if (transfer->has_credentials)
		message->credentials = transfer->credentials;
	else if (socket_passes_credentials(from) || socket_passes_credentials(to))
		message->credentials = unix_own_credentials();
	socket_send_to(from, to, message);
	return 0;
}

int64_t unix_send_stream(struct socket *socket, struct transfer *transfer)
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
	error = unix_find(to, name, socket->type);
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

int64_t unix_send_message(struct socket *socket, struct transfer *transfer)
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
		error = unix_bind_sender(socket);
	if (!error && bytes > socket->send_buffer - MESSAGE_SPARE)
		error = -EMSGSIZE;
	if (!error)
		error = check_room(socket, to, transfer);
	if (!error)
		error = enqueue(socket, to, transfer, bytes);
	return error ? error : (int64_t)bytes;
}

int64_t unix_receive_stream(struct socket *socket, struct transfer *transfer)
{
	int error;

	if (socket->state != SOCKET_CONNECTED)
		return -EINVAL;
	if (socket->first)
		return socket_receive_bytes(socket, transfer);
	error = socket_take_error(socket);
	if (error)
		return error;
	return socket->shut & SHUT_RECEIVES ? 0 : -EAGAIN;
}

int64_t unix_receive_message(struct socket *socket, struct transfer *transfer)
{
	if (socket->type == SOCK_SEQPACKET && socket->state != SOCKET_CONNECTED)
		return -ENOTCONN;
	return socket_receive_message(socket, transfer);
}
