/* SPDX-License-Identifier: MIT */
/* Datagrams of udp(7). */
#include <asm/errno.h>
#include <asm/poll.h>

#include "../lib/math.h"
#include "inet.h"

/* What fits a packet beside the headers of UDP, and of IPv4. */
#define BYTES_MAX    65535
#define BYTES_MAX_V6 (BYTES_MAX - 8)
#define BYTES_MAX_V4 (BYTES_MAX - 8 - 20)

static int udp_connect(struct socket *socket, const struct socket_name *name,
		       struct wait_queue **blocked)
{
	struct endpoint to;
	int error;

	(void)blocked;
	if (name->bytes < sizeof(name->address.family))
		return -EINVAL;
	if (name->address.family == AF_UNSPEC) {
		inet_forget_peer(socket);
		if (!socket->has_chosen_port)
			inet_unbind(socket);
		socket->state = SOCKET_UNCONNECTED;
		return 0;
	}
	error = inet_bind_any(socket);
	if (!error)
		error = inet_destination(socket, name, &to);
	if (error)
		return error == -EADDRINUSE ? -EAGAIN : error;
	socket->local = inet_source(socket, &to);
	socket->remote = to;
	socket->state = SOCKET_CONNECTED;
	return 0;
}

/* As on Linux, it has an effect without a peer, too. */
static int udp_shutdown(struct socket *socket, unsigned how)
{
	socket->shut |= how + 1;
	wait_wake(&socket->waits);
	return socket->remote.port ? 0 : -ENOTCONN;
}

/* To where is it to be sent? Returns 0 or a negative errno. */
static int choose_destination(struct socket *socket, const struct transfer *transfer,
			      struct endpoint *to)
{
	int error = inet_bind_any(socket);

	/* Nothing would end a wait. Without `to` it is bound to where its peer sends, or fails. */
	if (error && transfer->to)
		return -EAGAIN;
	error = 0;
	if (transfer->to)
		error = inet_destination(socket, transfer->to, to);
	else
		*to = socket->remote;
	if (!error && !to->port)
		error = transfer->to ? -EINVAL : -EDESTADDRREQ;
	return error;
}

/* Hands a message to who is to receive it, or drops it. */
static void deliver(struct socket *socket, const struct endpoint *to, struct message *message)
{
	struct socket *receiver = inet_find(socket->protocol, &message->from, to);

	if (receiver && (!receiver->first ||
			 receiver->received + message->charge <= receiver->receive_buffer)) {
		socket_add_message(receiver, message);
		return;
	}
	message_free(message);
	/* Only a peer's port is one that the socket is told of. */
	if (!receiver && endpoint_is_equal(to, &socket->remote)) {
		socket->error = ECONNREFUSED;
		wait_wake(&socket->waits);
	}
}

static int64_t udp_send(struct socket *socket, struct transfer *transfer)
{
	uint64_t bytes = transfer->pieces.left;
	struct message *message;
	struct endpoint to;
	int error;

	if (bytes > BYTES_MAX)
		return -EMSGSIZE;
	/* It would have to be one datagram with what follows. */
	if (transfer->flags & MSG_MORE)
		return -EOPNOTSUPP;
	error = choose_destination(socket, transfer, &to);
	if (error)
		return error;
	if (bytes > (inet_is_v4(&to.ip) ? BYTES_MAX_V4 : BYTES_MAX_V6))
		return -EMSGSIZE;
	error = socket_take_error(socket);
	if (!error && socket->shut & SHUT_SENDS)
		error = -EPIPE;
	if (!error)
		error = message_make(&message, &transfer->pieces, bytes);
	if (error)
		return error;
	message->from = inet_source(socket, &to);
	deliver(socket, &to, message);
	return bytes;
}

static int64_t udp_receive(struct socket *socket, struct transfer *transfer)
{
	if (socket->first && transfer->from)
		inet_name(socket, &socket->first->from, transfer->from);
	return socket_receive_message(socket, transfer);
}

static unsigned udp_poll(const struct socket *socket)
{
	return socket_poll_received(socket) | POLLOUT | POLLWRNORM | POLLWRBAND;
}

static int udp_peer_name(const struct socket *socket, struct socket_name *to)
{
	inet_name(socket, &socket->remote, to);
	return socket->remote.port ? 0 : -ENOTCONN;
}

#define OPERATIONS                                                                                 \
	.type = SOCK_DGRAM, .number = IPPROTO_UDP, .init = inet_init, .connect = udp_connect,      \
	.shutdown = udp_shutdown, .leave = inet_unbind, .send = udp_send, .receive = udp_receive,  \
	.poll = udp_poll, .own_name = inet_own_name, .peer_name = udp_peer_name,                   \
	.get_option = inet_get_option, .set_option = inet_set_option

const struct protocol udp_protocols[] = {
	{OPERATIONS, .family = AF_INET},
	{OPERATIONS, .family = AF_INET6},
};
