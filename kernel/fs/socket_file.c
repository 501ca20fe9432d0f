/* SPDX-License-Identifier: MIT */
/* Sockets as files: how they begin and end, what they are ready for. */
#include <asm/errno.h>
#include <asm/ioctls.h>

#include "../mm/uaccess.h"
#include "scm.h"
#include "socket.h"

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
		socket_end(socket);
	}
	is_closing = false;
	scm_collect();
}

static unsigned socket_poll(const struct file *file)
{
	const struct socket *socket = (const struct socket *)file;

	return socket->protocol->poll(socket);
}

/* What FIONREAD tells: of a stream all bytes, of datagrams those of the next. */
static int64_t socket_ioctl(struct file *file, unsigned request, uaddr_t argument)
{
	const struct socket *socket = (const struct socket *)file;
	/* What the other end of a loopback interface has received, tcp(7) has acknowledged. */
	int bytes = socket->protocol->family == AF_UNIX ? socket->sent : 0;

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

int64_t socket_send(struct socket *socket, struct transfer *transfer)
{
	return transfer->flags & MSG_OOB ? -EOPNOTSUPP : socket->protocol->send(socket, transfer);
}

int64_t socket_receive(struct socket *socket, struct transfer *transfer)
{
	transfer->blocked = &socket->waits;
	if (transfer->from)
		transfer->from->bytes = 0;
	if (transfer->flags & MSG_OOB && socket->type == SOCK_STREAM)
		return -EINVAL;
	return socket->protocol->receive(socket, transfer);
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
	.ioctl = socket_ioctl, .patience = socket_patience, .release = socket_release,             \
	.socket = true

static const struct file_ops stream_ops = {OPERATIONS, .stream = true};
static const struct file_ops message_ops = {OPERATIONS};

int socket_open(struct socket **made, const struct protocol *protocol, unsigned flags)
{
	return socket_make(made, protocol->type == SOCK_STREAM ? &stream_ops : &message_ops,
			   protocol, flags);
}
