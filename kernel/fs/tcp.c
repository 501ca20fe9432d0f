/* SPDX-License-Identifier: MIT */
/* What is sent through connections of tcp(7), and what they are ready for. */
#include "tcp.h"

#include <asm/errno.h>
#include <asm/poll.h>

#include "../lib/math.h"

#define READABLE (POLLIN | POLLRDNORM)
#define WRITABLE (POLLOUT | POLLWRNORM)

/* Bytes that are sent at once: those of a packet through a loopback interface. */
#define PIECE 65483

static void tcp_init(struct socket *socket)
{
	inet_init(socket);
	socket->send_buffer = SEND_BUFFER_NEW;
	socket->receive_buffer = RECEIVE_BUFFER_NEW;
}

/* Sends the next `bytes`. Returns 0 or a negative errno. */
static int send_piece(struct socket *socket, struct transfer *transfer, uint64_t bytes)
{
	struct socket *peer = socket->peer;
	struct message *message;
	int error = message_make(&message, &transfer->pieces, bytes);

	if (error)
		return error;
	/* Who has said to receive no more, and has sent all, is no part of a connection. */
	if (peer->shut == SHUT_BOTH) {
		message_free(message);
		tcp_reset(peer);
		tcp_reset(socket);
		return 0;
	}
	socket_send_to(socket, peer, message);
	return 0;
}

/* May the socket send now? 0 or a negative errno. */
static int check_sending(struct socket *socket)
{
	int error;

	if (socket->state == SOCKET_CONNECTING)
		return -EAGAIN;
	if (socket->state == SOCKET_CONNECTED && !(socket->shut & SHUT_SENDS) && !socket->error)
		return 0;
	error = socket_take_error(socket);
	return error ? error : -EPIPE;
}

static int64_t tcp_send(struct socket *socket, struct transfer *transfer)
{
	const struct pieces *pieces = &transfer->pieces;
	int error = check_sending(socket);
	int64_t done = 0;

	transfer->blocked = &socket->waits;
	while (pieces->left && !error && socket->state == SOCKET_CONNECTED) {
		uint64_t bytes = min(pieces->left, PIECE);

		if (socket->sent >= socket->send_buffer)
			error = -EAGAIN;
		else
			error = send_piece(socket, transfer, bytes);
		if (!error)
			done += bytes;
	}
	return done ? done : error;
}

static int64_t tcp_receive(struct socket *socket, struct transfer *transfer)
{
	int error;

	if (socket->first)
		return socket_receive_bytes(socket, transfer);
	if (socket->is_ended)
		return 0;
	error = socket_take_error(socket);
	if (error)
		return error;
	if (socket->shut & SHUT_RECEIVES)
		return 0;
	return socket->state == SOCKET_UNCONNECTED || socket->state == SOCKET_LISTENING ? -ENOTCONN
											: -EAGAIN;
}

static unsigned tcp_poll(const struct socket *socket)
{
	unsigned events = socket->error ? POLLERR : 0;

	if (socket->state == SOCKET_LISTENING)
		return socket->pending_first ? READABLE : 0;
	if (socket->shut == SHUT_BOTH || socket->state == SOCKET_UNCONNECTED)
		events |= POLLHUP;
	if (socket->shut & SHUT_RECEIVES)
		events |= READABLE | POLLRDHUP;
	if (socket->state == SOCKET_CONNECTING)
		return events;
	if (socket->first)
		events |= READABLE;
	if (socket->shut & SHUT_SENDS || socket_is_writable(socket))
		events |= WRITABLE;
	return events;
}

/* It is told even if there is no connection any more: accept(2) does. */
static int tcp_peer_name(const struct socket *socket, struct socket_name *to)
{
	inet_name(socket, &socket->remote, to);
	return socket->state == SOCKET_CONNECTED ? 0 : -ENOTCONN;
}

#define OPERATIONS                                                                                 \
	.type = SOCK_STREAM, .number = IPPROTO_TCP, .init = tcp_init, .connect = tcp_connect,      \
	.listen = tcp_listen, .accept = tcp_accept, .shutdown = tcp_shutdown, .leave = tcp_leave,  \
	.send = tcp_send, .receive = tcp_receive, .poll = tcp_poll, .own_name = inet_own_name,     \
	.peer_name = tcp_peer_name, .get_option = inet_get_option, .set_option = inet_set_option

const struct protocol tcp_protocols[] = {
	{OPERATIONS, .family = AF_INET},
	{OPERATIONS, .family = AF_INET6},
};
