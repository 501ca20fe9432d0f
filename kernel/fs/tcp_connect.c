/* SPDX-License-Identifier: MIT */
/* Connections of tcp(7): how they begin and end. */
#include <asm/errno.h>

#include "../lib/math.h"
#include "../lib/string.h"
#include "tcp.h"

/* What Linux makes of an SO_SNDBUF that the program hasn't set, once there is a connection. */
#define SEND_BUFFER_CONNECTED 2626560

/* The connection is no more: tcp(7) sends and receives nothing. */
static void close_both_ways(struct socket *socket)
{
	socket->state = SOCKET_CLOSED;
	socket->shut = SHUT_BOTH;
	wait_wake(&socket->waits);
}

void tcp_reset(struct socket *socket)
{
	if (socket->state != SOCKET_CONNECTED)
		return;
	socket->error = socket->is_ended ? EPIPE : ECONNRESET;
	close_both_ways(socket);
}

/* Nobody takes the connection that it has begun. */
static void refuse(struct socket *socket)
{
	socket->error = ECONNREFUSED;
	close_both_ways(socket);
}

/* It sends no more: the FIN of tcp(7), which is told to its peer. */
static void end_sending(struct socket *socket)
{
	struct socket *peer = socket->peer;

	if (peer->state == SOCKET_CONNECTED && !peer->is_ended) {
		peer->is_ended = true;
		peer->shut |= SHUT_RECEIVES;
		if (peer->shut & SHUT_SENDS)
			close_both_ways(peer);
		wait_wake(&peer->waits);
	}
	if (socket->is_ended)
		close_both_ways(socket);
}

/* The options of a connection are those of the socket that listened. */
static void inherit(struct socket *socket, const struct socket *listener)
{
	socket->switches = listener->switches;
	socket->send_buffer = listener->send_buffer;
	socket->receive_buffer = listener->receive_buffer;
	socket->low_water = listener->low_water;
	socket->priority = listener->priority;
	memcpy(socket->linger, listener->linger, sizeof(socket->linger));
	memcpy(socket->timeouts, listener->timeouts, sizeof(socket->timeouts));
	memcpy(socket->options, listener->options, sizeof(socket->options));
}

static void set_connected(struct socket *socket, struct socket *peer)
{
	socket->state = SOCKET_CONNECTED;
	socket_set_peer(socket, peer);
	if (socket->send_buffer == SEND_BUFFER_NEW)
		socket->send_buffer = SEND_BUFFER_CONNECTED;
	wait_wake(&socket->waits);
}

/* Connects a socket to one that listens and has room. Returns 0 or -ENOMEM. */
static int establish(struct socket *listener, struct socket *socket)
{
	struct socket *other;
	int error = socket_make(&other, listener->file.ops, listener->protocol, 0);

	if (error)
		return error;
	inherit(other, listener);
	inet_bind_to(other, &socket->remote);
	other->remote = socket->local;
	set_connected(socket, other);
	set_connected(other, socket);
	socket_add_pending(listener, other);
	return 0;
}

/* Adds a socket to those that wait for one that listens to have room. */
static void await_room(struct socket *listener, struct socket *socket)
{
	struct socket **at = &listener->connecting;

	while (*at)
		at = &(*at)->next_connecting;
	*at = socket;
	socket->next_connecting = NULL;
	socket->state = SOCKET_CONNECTING;
	socket_set_peer(socket, listener);
}

/* It waits no more. */
static void give_up(struct socket *socket)
{
	struct socket **at = &socket->peer->connecting;

	while (*at != socket)
		at = &(*at)->next_connecting;
	*at = socket->next_connecting;
	socket->state = SOCKET_UNCONNECTED;
	socket_set_peer(socket, NULL);
}

/* There is room again, or no need for it any more: those that wait are connected, or refused. */
static void serve_connecting(struct socket *listener)
{
	while (listener->connecting) {
		struct socket *socket = listener->connecting;
		bool listens = listener->state == SOCKET_LISTENING;

		if (listens && listener->pending > listener->backlog)
			return;
		give_up(socket);
		if (!listens || establish(listener, socket) < 0)
			refuse(socket);
	}
}

static void stop_listening(struct socket *socket)
{
	socket->state = SOCKET_UNCONNECTED;
	socket_purge(socket);
	serve_connecting(socket);
}

/* It is part of no connection any more, which it may reset, and listens to none. */
static void abandon(struct socket *socket, bool resets)
{
	bool lost = socket->first || socket->is_pending;

	if (socket->state == SOCKET_LISTENING)
		stop_listening(socket);
	else if (socket->state == SOCKET_CONNECTING)
		give_up(socket);
	else if (socket->state == SOCKET_CONNECTED &&
		 (resets || lost || (socket->linger[0] && !socket->linger[1])))
		tcp_reset(socket->peer);
	else if (socket->state == SOCKET_CONNECTED)
		end_sending(socket);
	socket_set_peer(socket, NULL);
}

void tcp_leave(struct socket *socket)
{
	abandon(socket, false);
	inet_unbind(socket);
}

/* connect(2) to no address: it is as if new, but for what bind(2) has chosen. */
static void disconnect(struct socket *socket)
{
	if (socket->state == SOCKET_CONNECTED || socket->state == SOCKET_CONNECTING)
		socket->error = ECONNRESET;
	/* The peer must not take it for its own once it is part of another connection. */
	abandon(socket, true);
	socket_purge(socket);
	inet_forget_peer(socket);
	socket->state = SOCKET_UNCONNECTED;
	socket->is_connecting = socket->is_ended = false;
	socket->shut = 0;
	wait_wake(&socket->waits);
}

/* How has a connection that was begun come out? */
static int finish_connecting(struct socket *socket)
{
	int error;

	socket->is_connecting = false;
	if (socket->state == SOCKET_CONNECTED)
		return 0;
	error = socket_take_error(socket);
	disconnect(socket);
	return error ? error : -ECONNABORTED;
}

static int begin_connecting(struct socket *socket, const struct socket_name *name)
{
	struct socket *listener;
	struct endpoint to;
	int error = inet_destination(socket, name, &to);

	if (!error)
		error = inet_bind_any(socket);
	if (error)
		return error == -EADDRINUSE ? -EADDRNOTAVAIL : error;
	socket->local = inet_source(socket, &to);
	socket->remote = to;
	socket->error = 0; /* of a connection before */
	listener = inet_find(socket->protocol, &socket->local, &to);
	if (!listener)
		refuse(socket);
	else if (listener->pending > listener->backlog)
		await_room(listener, socket);
	else
		error = establish(listener, socket);
	if (error)
		inet_forget_peer(socket);
	socket->is_connecting = !error;
	return error;
}

int tcp_connect(struct socket *socket, const struct socket_name *name, struct wait_queue **blocked)
{
	bool waits = !(socket->file.flags & O_NONBLOCK);
	bool begins = !socket->is_connecting;
	int error;

	if (name->bytes < sizeof(name->address.family))
		return -EINVAL;
	if (name->address.family == AF_UNSPEC) {
		disconnect(socket);
		return 0;
	}
	if (begins) {
		if (socket->state != SOCKET_UNCONNECTED)
			return -EISCONN;
		error = begin_connecting(socket, name);
		if (error || !waits)
			return error ? error : -EINPROGRESS;
	}
	if (socket->state != SOCKET_CONNECTING)
		return finish_connecting(socket);
	*blocked = &socket->waits;
	return waits ? -EAGAIN : -EALREADY;
}

int tcp_listen(struct socket *socket, int backlog)
{
	int error = 0;

	if (socket->state != SOCKET_LISTENING) {
		if (socket->state != SOCKET_UNCONNECTED)
			return -EINVAL;
		error = socket->local.port ? inet_check_port(socket) : inet_bind_any(socket);
	}
	if (error)
		return error;
	socket->state = SOCKET_LISTENING;
	socket->shut = 0;
	socket->backlog = min((unsigned)backlog, SOMAXCONN);
	serve_connecting(socket);
	return 0;
}

int tcp_accept(struct socket *socket, struct socket **accepted)
{
	int error = socket_take_pending(socket, accepted);

	if (!error)
		serve_connecting(socket);
	return error;
}

int tcp_shutdown(struct socket *socket, unsigned how)
{
	unsigned shut = how + 1;
	bool ends = shut & SHUT_SENDS && !(socket->shut & SHUT_SENDS);

	switch (socket->state) {
	case SOCKET_UNCONNECTED:
	case SOCKET_CLOSED:
		return -ENOTCONN;
	case SOCKET_LISTENING:
		if (shut & SHUT_RECEIVES)
			stop_listening(socket);
		break;
	case SOCKET_CONNECTING:
		disconnect(socket);
		break;
	case SOCKET_CONNECTED:
		socket->shut |= shut;
		if (ends)
			end_sending(socket);
		break;
	}
	wait_wake(&socket->waits);
	return 0;
}
