/* SPDX-License-Identifier: MIT */
/* The protocols of unix(7): what their sockets are ready for, and their names. */
#include "unix.h"

#include <asm/errno.h>
#include <asm/poll.h>

static unsigned unix_poll(const struct socket *socket)
{
	const struct socket *peer = socket->peer;
	unsigned events = socket_poll_received(socket);

	if (socket->type != SOCK_DGRAM && socket->state == SOCKET_UNCONNECTED)
		events |= POLLHUP;
	if (!socket_is_writable(socket))
		return events;
	/* A datagram has to wait for one that isn't connected back. */
	if (socket->type == SOCK_DGRAM && peer && peer->peer != socket && socket_is_full(peer))
		return events;
	return events | POLLOUT | POLLWRNORM | POLLWRBAND;
}

/* The name of one that hasn't any is the family alone, where it is asked for. */
static void unix_own_name(const struct socket *socket, struct socket_name *to)
{
	static const struct socket_name none = {.bytes = sizeof(uint16_t),
						.address = {AF_UNIX, {0}}};

	*to = socket->name.bytes ? socket->name : none;
}

static int unix_peer_name(const struct socket *socket, struct socket_name *to)
{
	if (!socket->peer)
		return -ENOTCONN;
	unix_own_name(socket->peer, to);
	return 0;
}

#define OPERATIONS                                                                                 \
	.family = AF_UNIX, .connect = unix_connect, .listen = unix_listen, .accept = unix_accept,  \
	.shutdown = unix_shutdown, .leave = unix_leave, .poll = unix_poll,                         \
	.own_name = unix_own_name, .peer_name = unix_peer_name

static const struct protocol protocols[] = {
	{OPERATIONS, .type = SOCK_STREAM, .send = unix_send_stream, .receive = unix_receive_stream},
	{OPERATIONS, .type = SOCK_DGRAM, .send = unix_send_message,
	 .receive = unix_receive_message},
	{OPERATIONS, .type = SOCK_SEQPACKET, .send = unix_send_message,
	 .receive = unix_receive_message},
};

const struct protocol *unix_protocol(unsigned type)
{
	for (unsigned i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
		if (protocols[i].type == type)
			return &protocols[i];
	return NULL;
}
