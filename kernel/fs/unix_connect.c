/* SPDX-License-Identifier: MIT */
/* Names of sockets of unix(7), and connections between them. */
#include <asm/errno.h>

#include "../lib/math.h"
#include "../lib/string.h"
#include "unix.h"

struct credentials unix_own_credentials(void)
{
	return (struct credentials){.pid = current->tgid};
}

/* A name without a file is a different one for each type. */
static bool has_name(const struct socket *socket, const struct socket_name *name, unsigned type)
{
	const struct socket_name *own = &socket->name;

	if (!socket->is_bound || own->is_path != name->is_path)
		return false;
	if (name->is_path)
		return own->dev == name->dev && own->ino == name->ino;
	return socket->type == type && own->bytes == name->bytes &&
	       memcmp(&own->address, &name->address, name->bytes) == 0;
}

int unix_find(struct socket **found, const struct socket_name *name, unsigned type)
{
	struct socket *socket = socket_first();

	while (socket && !has_name(socket, name, type))
		socket = socket->next;
	*found = socket;
	if (!socket)
		return -ECONNREFUSED;
	return socket->type == type ? 0 : -EPROTOTYPE;
}

int unix_bind(struct socket *socket, const struct socket_name *name)
{
	struct socket *other;

	if (socket->name.bytes)
		return -EINVAL;
	if (unix_find(&other, name, socket->type) == 0)
		return -EADDRINUSE;
	socket->name = *name;
	socket->is_bound = true;
	return 0;
}

#define CHOSEN_NAMES (1u << 20) /* of five hexadecimal digits: unix(7), autobind */

int unix_bind_any(struct socket *socket)
{
	static unsigned last;
	struct socket_name name = {
		.bytes = sizeof(uint16_t) + 6,
		.address = {.family = AF_UNIX},
	};

	for (unsigned tries = 0; !socket->name.bytes; tries++) {
		if (tries == CHOSEN_NAMES)
			return -ENOSPC;
		last = (last + 1) % CHOSEN_NAMES;
		for (unsigned i = 0; i < 5; i++)
			name.address.path[5 - i] = "0123456789abcdef"[last >> 4 * i & 15];
		unix_bind(socket, &name);
	}
	return 0;
}

int unix_bind_sender(struct socket *socket)
{
	return socket_passes_credentials(socket) ? unix_bind_any(socket) : 0;
}

void unix_connect_pair(struct socket *a, struct socket *b)
{
	socket_set_peer(a, b);
	socket_set_peer(b, a);
	a->state = b->state = SOCKET_CONNECTED;
	a->credentials = b->credentials = unix_own_credentials();
}

int unix_listen(struct socket *socket, int backlog)
{
	if (!socket->name.bytes || socket->state == SOCKET_CONNECTED)
		return -EINVAL;
	socket->state = SOCKET_LISTENING;
	socket->backlog = min((unsigned)backlog, SOMAXCONN);
	socket->credentials = unix_own_credentials();
	wait_wake(&socket->room);
	return 0;
}

/* What it has received of its peer before goes, and who was connected to it learns that. */
static void leave_datagram_peer(struct socket *socket)
{
	struct socket *peer = socket->peer;

	if (!peer)
		return;
	if (peer->peer == socket && !peer->is_dead) {
		socket_purge(socket);
		peer->error = ECONNRESET;
		wait_wake(&peer->waits);
	}
	socket_set_peer(socket, NULL);
	socket->state = SOCKET_UNCONNECTED;
}

static int connect_datagrams(struct socket *socket, const struct socket_name *name)
{
	struct socket *peer = NULL;
	int error = name ? unix_bind_sender(socket) : 0;

	if (!error && name)
		error = unix_find(&peer, name, socket->type);
	if (!error && peer && peer->peer && peer->peer != socket)
		error = -EPERM;
	if (error)
		return error;
	if (socket->peer && socket->peer != peer)
		leave_datagram_peer(socket);
	socket_set_peer(socket, peer);
	socket->state = peer ? SOCKET_CONNECTED : SOCKET_UNCONNECTED;
	return 0;
}

/* Makes the other end, which waits for accept(2). Returns 0 or -ENOMEM. */
static int add_pending(struct socket *listener, struct socket *socket)
{
	struct socket *other;
	int error = socket_make(&other, listener->file.ops, listener->protocol, 0);

	if (error)
		return error;
	unix_connect_pair(socket, other);
	socket->credentials = listener->credentials;
	other->name = listener->name;
	socket_add_pending(listener, other);
	return 0;
}

int unix_connect(struct socket *socket, const struct socket_name *name, struct wait_queue **blocked)
{
	struct socket *listener;
	int error;

	if (socket->type == SOCK_DGRAM)
		return connect_datagrams(socket, name->address.family == AF_UNSPEC ? NULL : name);
	error = unix_bind_sender(socket);
	if (!error)
		error = unix_find(&listener, name, socket->type);
	if (error)
		return error;
	if (listener->state != SOCKET_LISTENING || listener->shut & SHUT_RECEIVES)
		return -ECONNREFUSED;
	if (listener->pending > listener->backlog) {
		*blocked = &listener->room;
		return -EAGAIN;
	}
	if (socket->state != SOCKET_UNCONNECTED)
		return socket->state == SOCKET_CONNECTED ? -EISCONN : -EINVAL;
	return add_pending(listener, socket);
}

int unix_accept(struct socket *socket, struct socket **accepted)
{
	int error = socket_take_pending(socket, accepted);

	if (error == -EAGAIN && socket->shut & SHUT_RECEIVES && !(socket->file.flags & O_NONBLOCK))
		return -EINVAL;
	if (!error)
		wait_wake(&socket->room);
	return error;
}

int unix_shutdown(struct socket *socket, unsigned how)
{
	struct socket *peer = socket->peer;
	unsigned shut = how + 1;

	socket->shut |= shut;
	if (peer && socket->type != SOCK_DGRAM) {
		peer->shut |= (shut & SHUT_RECEIVES ? SHUT_SENDS : 0) |
			      (shut & SHUT_SENDS ? SHUT_RECEIVES : 0);
		wait_wake(&peer->waits);
	}
	wait_wake(&socket->waits);
	wait_wake(&socket->room);
	return 0;
}

void unix_leave(struct socket *socket)
{
	struct socket *peer = socket->peer;

	if (!peer)
		return;
	if (socket->type != SOCK_DGRAM && !peer->is_dead) {
		peer->shut = SHUT_BOTH;
		/* What was sent to it is lost, or it was never accepted. */
		if (socket->first || socket->is_pending)
			peer->error = ECONNRESET;
		wait_wake(&peer->waits);
	}
	socket_set_peer(socket, NULL);
}
