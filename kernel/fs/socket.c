/* SPDX-License-Identifier: MIT */
/* Sockets as files: how they begin and end, what they are ready for. */
#include "socket.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/poll.h>
#include <linux/stat.h>

#include "../host/clock.h"
#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "mount.h"

/* net.core.wmem_default of Linux. */
#define BUFFER_DEFAULT 212992

#define READABLE (POLLIN | POLLRDNORM)
#define WRITABLE (POLLOUT | POLLWRNORM | POLLWRBAND)

static struct socket *all;

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
	if (was_full)
		tell_of_room(socket);
	return message;
}

void socket_drop_message(struct message *message)
{
	struct socket *sender = message->sender;

	for (unsigned i = 0; message->rights && i < message->rights->count; i++)
		scm_leave(message->rights->files[i]);
	sender->sent -= message->charge;
	if (!sender->is_dead && socket_is_writable(sender))
		wait_wake_for(&sender->waits, WRITABLE);
	message_free(message);
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

/* The other end of a connection learns that this one is closed. */
static void leave_peer(struct socket *socket)
{
	struct socket *peer = socket->peer;

	if (socket->type != SOCK_DGRAM && !peer->is_dead) {
		peer->shut = SHUT_BOTH;
		/* What was sent to it is lost, or it was never accepted. */
		if (socket->first || socket->is_pending)
			peer->error = ECONNRESET;
		wait_wake(&peer->waits);
	}
	socket_set_peer(socket, NULL);
}

static void end(struct socket *socket)
{
	socket->is_dead = true;
	socket->shut = SHUT_BOTH;
	*socket->at = socket->next;
	if (socket->next)
		socket->next->at = socket->at;
	if (socket->peer)
		leave_peer(socket);
	socket_purge(socket);
	wait_wake(&socket->waits);
	tell_of_room(socket);
	socket_put(socket);
}

/*
 * What it has received may hold the last references to other sockets, in a chain of any length. So
 * these are ended one after the other, not one within the other.
 */
static void socket_release(struct file *file)
{
	static struct socket *closing;
	static bool is_closing;
	struct socket *socket = (struct socket *)file;

	socket->next_closing = closing;
	closing = socket;
	if (is_closing)
		return;
	is_closing = true;
	while (closing) {
		socket = closing;
		closing = socket->next_closing;
		end(socket);
	}
	is_closing = false;
	scm_collect();
}

static unsigned socket_poll(const struct file *file)
{
	const struct socket *socket = (const struct socket *)file;
	const struct socket *peer = socket->peer;
	unsigned events = 0;

	if (socket->error)
		events |= POLLERR;
	if (socket->shut == SHUT_BOTH)
		events |= POLLHUP;
	if (socket->shut & SHUT_RECEIVES)
		events |= POLLRDHUP | READABLE;
	if (socket->first || socket->pending_first)
		events |= READABLE;
	if (socket->type != SOCK_DGRAM && socket->state == SOCKET_UNCONNECTED)
		events |= POLLHUP;
	if (!socket_is_writable(socket))
		return events;
	/* A datagram has to wait for one that isn't connected back. */
	if (socket->type == SOCK_DGRAM && peer && peer->peer != socket && socket_is_full(peer))
		return events;
	return events | WRITABLE;
}

/* What FIONREAD tells: of a stream all bytes, of datagrams those of the next. */
static int64_t socket_ioctl(struct file *file, unsigned request, uaddr_t argument)
{
	const struct socket *socket = (const struct socket *)file;
	int bytes = socket->sent;

	if (request != FIONREAD && request != TIOCOUTQ)
		return -ENOTTY;
	if (socket->state == SOCKET_LISTENING)
		return -EINVAL;
	if (request == FIONREAD) {
		bytes = 0;
		for (const struct message *m = socket->first; m; m = m->next) {
			bytes += m->bytes - m->taken;
			if (socket->type == SOCK_DGRAM)
				break;
		}
	}
	return copy_to_user(argument, &bytes, sizeof(bytes));
}

static int64_t socket_vector(struct file *file, struct pieces *pieces, bool to_user)
{
	struct transfer transfer = {.pieces = *pieces};
	int64_t n;

	if (to_user)
		n = pieces->left ? socket_receive((struct socket *)file, &transfer) : 0;
	else
		n = socket_send((struct socket *)file, &transfer);
	*pieces = transfer.pieces;
	return n;
}

static int64_t socket_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct iovec piece = {(void *)buffer, bytes};

	return socket_vector(file, &(struct pieces){&piece, 0, bytes}, true);
}

static int64_t socket_write(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	struct iovec piece = {(void *)buffer, bytes};

	return socket_vector(file, &(struct pieces){&piece, 0, bytes}, false);
}

static uint64_t socket_patience(const struct file *file, bool writes)
{
	return ((const struct socket *)file)->timeouts[writes];
}

#define OPERATIONS                                                                                 \
	.read = socket_read, .write = socket_write, .vector = socket_vector, .poll = socket_poll,  \
	.ioctl = socket_ioctl, .patience = socket_patience, .release = socket_release

static const struct file_ops stream_ops = {OPERATIONS, .stream = true};
static const struct file_ops message_ops = {OPERATIONS};

struct socket *socket_of(struct file *file)
{
	return file->ops == &stream_ops || file->ops == &message_ops ? (struct socket *)file : NULL;
}

int socket_make(struct socket **made, unsigned type, unsigned flags)
{
	struct socket *socket = kmalloc(sizeof(*socket));

	if (!socket)
		return -ENOMEM;
	*socket = (struct socket){
		.refs = 1,
		.next = all,
		.at = &all,
		.type = type,
		.backlog = 10, /* net.unix.max_dgram_qlen of Linux */
		.credentials = {.user = UINT32_MAX, .group = UINT32_MAX},
		.send_buffer = BUFFER_DEFAULT,
		.receive_buffer = BUFFER_DEFAULT,
		.low_water = 1,
		.timeouts = {CLOCK_FOREVER, CLOCK_FOREVER},
	};
	file_init(&socket->file, type == SOCK_STREAM ? &stream_ops : &message_ops, S_IFSOCK | 0777,
		  flags | O_RDWR);
	socket->file.dev = DEV_SOCKET;
	socket->file.waits = &socket->waits;
	if (all)
		all->at = &socket->next;
	all = socket;
	*made = socket;
	return 0;
}
