/* SPDX-License-Identifier: MIT */
/* Sockets: the list of all, who is connected to whom, and what they have received. */
#include "socket.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/stat.h>

#include "../host/clock.h"
#include "../mm/kmalloc.h"
#include "mount.h"

/* net.core.wmem_default of Linux. */
#define BUFFER_DEFAULT 212992

#define READABLE (POLLIN | POLLRDNORM | POLLPRI | POLLRDBAND)
#define WRITABLE (POLLOUT | POLLWRNORM | POLLWRBAND)

static struct socket *all;
static unsigned in_flight; /* references that messages hold to sockets */

struct socket *socket_of(struct file *file)
{
	return file->ops->socket ? (struct socket *)file : NULL;
}

struct socket *socket_first(void)
{
	return all;
}

bool socket_is_full(const struct socket *socket)
{
	return socket->count > socket->backlog;
}

bool socket_is_writable(const struct socket *socket)
{
	return socket->state != SOCKET_LISTENING && socket->sent * 4 <= socket->send_buffer;
}

unsigned socket_poll_received(const struct socket *socket)
{
	unsigned events = 0;

	if (socket->error)
		events |= POLLERR;
	if (socket->shut == SHUT_BOTH)
		events |= POLLHUP;
	if (socket->shut & SHUT_RECEIVES)
		events |= POLLRDHUP | POLLIN | POLLRDNORM;
	if (socket->first || socket->pending_first)
		events |= POLLIN | POLLRDNORM;
	return events;
}

void socket_put(struct socket *socket)
{
	if (--socket->refs == 0)
		kfree(socket);
}

void socket_set_peer(struct socket *socket, struct socket *peer)
{
	struct socket *before = socket->peer;

	if (peer)
		peer->refs++;
	socket->peer = peer;
	if (before)
		socket_put(before);
}

/* There is room again in the queue: for those that wait to send to it. */
static void tell_of_room(struct socket *socket)
{
	wait_wake(&socket->room);
	for (struct socket *s = all; s && socket->type != SOCK_STREAM; s = s->next)
		if (s->peer == socket)
			wait_wake_for(&s->waits, WRITABLE);
}

struct message *socket_take(struct socket *socket)
{
	struct message *message = socket->first;
	bool was_full = socket_is_full(socket);

	socket->first = message->next;
	if (!socket->first)
		socket->last = NULL;
	socket->count--;
	socket->received -= message->charge;
	if (was_full)
		tell_of_room(socket);
	return message;
}

/* Counts the references to sockets that come into a queue, `by` 1, or leave it, -1. */
static void count_in_flight(const struct rights *rights, int by)
{
	for (unsigned i = 0; rights && i < rights->count; i++) {
		struct socket *socket = socket_of(rights->files[i]);

		if (!socket)
			continue;
		socket->in_flight += by;
		in_flight += by;
	}
}

bool socket_any_in_flight(void)
{
	return in_flight;
}

void socket_add_message(struct socket *socket, struct message *message)
{
	count_in_flight(message->rights, 1);
	if (socket->last)
		socket->last->next = message;
	else
		socket->first = message;
	socket->last = message;
	socket->count++;
	socket->received += message->charge;
	wait_wake_for(&socket->waits, READABLE);
}

void socket_send_to(struct socket *sender, struct socket *receiver, struct message *message)
{
	message->sender = sender;
	sender->refs++;
	sender->sent += message->charge;
	socket_add_message(receiver, message);
}

struct rights *socket_take_rights(struct message *message)
{
	struct rights *rights = message->rights;

	count_in_flight(rights, -1);
	message->rights = NULL;
	return rights;
}

void socket_drop_message(struct message *message)
{
	struct socket *sender = message->sender;
	struct rights *rights = socket_take_rights(message);

	if (sender) {
		sender->sent -= message->charge;
		if (!sender->is_dead && socket_is_writable(sender))
			wait_wake_for(&sender->waits, WRITABLE);
	}
	message_free(message);
	rights_drop(rights);
	if (sender)
		socket_put(sender);
}

void socket_purge(struct socket *socket)
{
	while (socket->first)
		socket_drop_message(socket_take(socket));
	while (socket->pending_first) {
		struct socket *pending = socket->pending_first;

		socket->pending_first = pending->next_pending;
		file_put(&pending->file);
	}
	socket->pending_last = NULL;
	socket->pending = 0;
}

void socket_add_pending(struct socket *listener, struct socket *socket)
{
	socket->is_pending = true;
	if (listener->pending_last)
		listener->pending_last->next_pending = socket;
	else
		listener->pending_first = socket;
	listener->pending_last = socket;
	listener->pending++;
	wait_wake_for(&listener->waits, POLLIN | POLLRDNORM);
}

int socket_take_pending(struct socket *listener, struct socket **taken)
{
	struct socket *socket = listener->pending_first;

	if (listener->state != SOCKET_LISTENING)
		return -EINVAL;
	if (!socket)
		return -EAGAIN;
	listener->pending_first = socket->next_pending;
	if (!listener->pending_first)
		listener->pending_last = NULL;
	listener->pending--;
	socket->next_pending = NULL;
	socket->is_pending = false;
	*taken = socket;
	return 0;
}

int socket_take_error(struct socket *socket)
{
	int error = socket->error;

	socket->error = 0;
	return -error;
}

void socket_end(struct socket *socket)
{
	socket->is_dead = true;
	socket->shut = SHUT_BOTH;
	*socket->at = socket->next;
	if (socket->next)
		socket->next->at = socket->at;
	socket->protocol->leave(socket);
	socket_purge(socket);
	wait_wake(&socket->waits);
	tell_of_room(socket);
	socket_put(socket);
}

int socket_make(struct socket **made, const struct file_ops *ops, const struct protocol *protocol,
		unsigned flags)
{
	struct socket *socket = kmalloc(sizeof(*socket));

	if (!socket)
		return -ENOMEM;
	*socket = (struct socket){
		.refs = 1,
		.next = all,
		.at = &all,
		.protocol = protocol,
		.type = protocol->type,
		.backlog = 10, /* net.unix.max_dgram_qlen of Linux */
		.credentials = {.user = UINT32_MAX, .group = UINT32_MAX},
		.send_buffer = BUFFER_DEFAULT,
		.receive_buffer = BUFFER_DEFAULT,
		.low_water = 1,
		.timeouts = {CLOCK_FOREVER, CLOCK_FOREVER},
	};
	file_init(&socket->file, ops, S_IFSOCK | 0777, flags | O_RDWR);
	socket->file.dev = DEV_SOCKET;
	socket->file.waits = &socket->waits;
	if (protocol->init)
		protocol->init(socket);
	if (all)
		all->at = &socket->next;
	all = socket;
	*made = socket;
	return 0;
}
