/* SPDX-License-Identifier: MIT */
/* System calls that send and receive through sockets. */
#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/time_types.h>

#include "../host/clock.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../sched/timespec.h"
#include "control.h"
#include "io.h"
#include "socket.h"
#include "syscall.h"

/* A call is restarted with what it has done before; one of several messages counts these. */
enum resume {
	RESUMES,
	BEGINS,
};

static bool is_nonblocking(const struct socket *socket, unsigned flags)
{
	return flags & MSG_DONTWAIT || socket->file.flags & O_NONBLOCK;
}

/* The bytes that the call has moved when it was made before. */
static uint64_t done_before(const struct transfer *transfer, enum resume resume)
{
	return current->restart && resume == RESUMES ? min(current->progress, transfer->pieces.left)
						     : 0;
}

/* The call couldn't go on, with `done` bytes moved: it waits and is restarted, or ends so. */
static int64_t wait_with(uint64_t done, struct wait_queue *blocked, uint64_t timeout,
			 enum resume resume)
{
	int64_t n;

	if (done && resume == BEGINS)
		return done;
	n = io_wait(blocked, POLLIN | POLLOUT, timeout);
	current->progress = done;
	return done && n < 0 ? (int64_t)done : n;
}

/* Sends all, if the socket may wait. What it hasn't taken of the files is dropped. */
static int64_t send(struct socket *socket, struct transfer *transfer, enum resume resume)
{
	bool nonblocking = is_nonblocking(socket, transfer->flags);
	uint64_t done = done_before(transfer, resume);
	int64_t n;

	pieces_skip(&transfer->pieces, done);
	if (done) {
		rights_drop(transfer->rights); /* they went with the first */
		transfer->rights = NULL;
	}
	do {
		n = socket_send(socket, transfer);
		done += n > 0 ? n : 0;
	} while (n > 0 && transfer->pieces.left && !nonblocking);
	rights_drop(transfer->rights);
	if (n == -EAGAIN && !nonblocking && transfer->blocked)
		return wait_with(done, transfer->blocked, socket->timeouts[true], resume);
	if (n == -EPIPE && !done && socket->file.ops->stream && !(transfer->flags & MSG_NOSIGNAL))
		return io_broken();
	return done ? (int64_t)done : n;
}

/* How much a stream receives before the call ends, if it may wait. */
static uint64_t wanted(const struct socket *socket, const struct transfer *transfer)
{
	if (socket->type != SOCK_STREAM || transfer->flags & MSG_PEEK)
		return 0;
	if (transfer->flags & MSG_WAITALL)
		return transfer->pieces.left;
	return min(socket->low_water, transfer->pieces.left);
}

/* Receives. Files that came are the caller's, if it doesn't wait. */
static int64_t receive(struct socket *socket, struct transfer *transfer, enum resume resume)
{
	bool nonblocking = is_nonblocking(socket, transfer->flags);
	uint64_t least = wanted(socket, transfer);
	uint64_t done = done_before(transfer, resume);
	int64_t n;

	/* No option that there is puts errors into a queue of their own. */
	if (transfer->flags & MSG_ERRQUEUE && socket->protocol->family != AF_UNIX)
		return -EAGAIN;
	pieces_skip(&transfer->pieces, done);
	do {
		n = socket_receive(socket, transfer);
		done += n > 0 ? n : 0;
	} while (n > 0 && done < least && !transfer->rights && !nonblocking);
	if (n == -EAGAIN && !nonblocking)
		return wait_with(done, transfer->blocked, socket->timeouts[false], resume);
	return done ? (int64_t)done : n;
}

/* The one buffer of a call. */
static struct pieces one_piece(uaddr_t buffer, uint64_t bytes)
{
	bytes = min(bytes, TRANSFER_MAX);
	vector[0] = (struct iovec){(void *)buffer, bytes};
	return (struct pieces){vector, 0, bytes};
}

int64_t sys_sendto(int fd, uaddr_t buffer, size_t bytes, unsigned flags, uaddr_t address,
		   unsigned address_bytes)
{
	struct transfer transfer = {.pieces = one_piece(buffer, bytes), .flags = flags};
	struct socket_name name;
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (!user_buffer(buffer, transfer.pieces.left))
		return -EFAULT;
	if (!socket)
		return error;
	if (address) {
		error = socket_take_receiver(socket, &name, address, address_bytes);
		if (error)
			return error;
		transfer.to = &name;
	}
	return send(socket, &transfer, RESUMES);
}

int64_t sys_recvfrom(int fd, uaddr_t buffer, size_t bytes, unsigned flags, uaddr_t to,
		     uaddr_t user_bytes)
{
	struct socket_name name;
	struct transfer transfer = {.pieces = one_piece(buffer, bytes), .flags = flags};
	int64_t n;
	int error;
	struct socket *socket = socket_of_fd(fd, &n);

	if (!user_buffer(buffer, transfer.pieces.left))
		return -EFAULT;
	if (!socket)
		return n;
	name.bytes = 0;
	if (to)
		transfer.from = &name;
	n = receive(socket, &transfer, RESUMES);
	if (n < 0 || !to || current->state != THREAD_READY)
		return n;
	error = socket_put_name(&name, to, user_bytes);
	return error ? error : n;
}

/* Copies the header of a message, and its vector. Returns the vector's bytes or a negative errno.
 */
static int64_t take_header(struct user_msghdr *header, uaddr_t user)
{
	int64_t bytes;

	if (copy_from_user(header, user, sizeof(*header)) < 0)
		return -EFAULT;
	if (!header->name)
		header->name_bytes = 0;
	if ((int32_t)header->name_bytes < 0)
		return -EINVAL;
	/* Here, as on Linux, what is longer isn't an error, as it is in sendto(2). */
	header->name_bytes = min(header->name_bytes, ADDRESS_MAX);
	if (header->count > UIO_MAXIOV)
		return -EMSGSIZE;
	bytes = take_vector(header->vector, header->count);
	return bytes > (int64_t)TRANSFER_MAX ? (int64_t)TRANSFER_MAX : bytes;
}

static int64_t send_message(struct socket *socket, uaddr_t user, unsigned flags, enum resume resume)
{
	struct transfer transfer = {.flags = flags};
	struct user_msghdr header;
	struct socket_name name;
	int64_t bytes = take_header(&header, user);
	int error;

	if (bytes < 0)
		return bytes;
	transfer.pieces = (struct pieces){vector, 0, bytes};
	if (header.name_bytes) {
		error = socket_take_receiver(socket, &name, header.name, header.name_bytes);
		if (error)
			return error;
		transfer.to = &name;
	}
	error = control_take(&transfer, header.control, header.control_bytes);
	if (error) {
		rights_drop(transfer.rights);
		return error;
	}
	return send(socket, &transfer, resume);
}

int64_t sys_sendmsg(int fd, uaddr_t user, unsigned flags)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	return socket ? send_message(socket, user, flags, RESUMES) : error;
}

/* Tells what came with a message, in the program's header. Returns 0 or -EFAULT. */
static int put_header(const struct socket *socket, uaddr_t user, struct user_msghdr *header,
		      struct transfer *transfer)
{
	unsigned told = transfer->told | (transfer->flags & MSG_CMSG_CLOEXEC);
	uint64_t control_bytes = control_put(socket, transfer, header, &told);
	int error = 0;

	if (header->name)
		error = socket_put_name(transfer->from, header->name,
					user + offsetof(struct user_msghdr, name_bytes));
	if (!error)
		error = copy_to_user(user + offsetof(struct user_msghdr, flags), &told,
				     sizeof(told));
	if (!error)
		error = copy_to_user(user + offsetof(struct user_msghdr, control_bytes),
				     &control_bytes, sizeof(control_bytes));
	return error ? -EFAULT : 0;
}

static int64_t receive_message(struct socket *socket, uaddr_t user, unsigned flags,
			       enum resume resume)
{
	struct socket_name name;
	struct transfer transfer = {.flags = flags, .wants_control = true, .from = &name};
	struct user_msghdr header;
	int64_t n = take_header(&header, user);

	if (n < 0)
		return n;
	transfer.pieces = (struct pieces){vector, 0, n};
	n = receive(socket, &transfer, resume);
	if (n < 0 || current->state != THREAD_READY)
		return n;
	return put_header(socket, user, &header, &transfer) < 0 ? -EFAULT : n;
}

int64_t sys_recvmsg(int fd, uaddr_t user, unsigned flags)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	return socket ? receive_message(socket, user, flags, RESUMES) : error;
}

/*
 * Several messages. A call that is restarted has moved some before: current->progress. An error
 * after the first message is told by the next call, if it is still there.
 */
static int64_t move_messages(struct socket *socket, uaddr_t user, unsigned count, unsigned flags,
			     uint64_t deadline, bool receives)
{
	unsigned i = current->restart ? min(current->progress, count) : 0;

	while (i < count) {
		uaddr_t at = user + i * sizeof(struct user_mmsghdr);
		int64_t n = receives ? receive_message(socket, at, flags, BEGINS)
				     : send_message(socket, at, flags, BEGINS);
		uint32_t bytes = n;

		if (current->state != THREAD_READY) {
			current->progress = i;
			return n;
		}
		if (n < 0)
			return i ? (int64_t)i : n;
		if (copy_to_user(at + offsetof(struct user_mmsghdr, bytes), &bytes, sizeof(bytes)) <
		    0)
			return i ? (int64_t)i : -EFAULT;
		i++;
		if (flags & MSG_WAITFORONE)
			flags |= MSG_DONTWAIT;
		if (deadline != CLOCK_FOREVER && deadline <= clock_monotonic())
			break;
	}
	return i;
}

int64_t sys_sendmmsg(int fd, uaddr_t user, unsigned count, unsigned flags)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	return socket ? move_messages(socket, user, min(count, UIO_MAXIOV), flags & ~MSG_WAITFORONE,
				      CLOCK_FOREVER, false)
		      : error;
}

/* The timeout is looked at after each message, as on Linux, and what is left of it told. */
int64_t sys_recvmmsg(int fd, uaddr_t user, unsigned count, unsigned flags, uaddr_t timeout)
{
	uint64_t deadline = CLOCK_FOREVER;
	uint64_t now, nsec;
	int64_t n = timeout ? timespec_from_user(timeout, &nsec) : 0;
	struct socket *socket;

	if (n)
		return n;
	if (timeout)
		deadline = current->restart ? current->messages_until : deadline_after(nsec);
	current->messages_until = deadline;
	socket = socket_of_fd(fd, &n);
	if (!socket)
		return n;
	n = move_messages(socket, user, min(count, UIO_MAXIOV), flags, deadline, true);
	if (!timeout || n <= 0 || current->state != THREAD_READY)
		return n;
	now = clock_monotonic();
	return timespec_to_user(timeout, deadline - min(deadline, now)) < 0 ? -EFAULT : n;
}
