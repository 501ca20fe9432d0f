/* SPDX-License-Identifier: MIT */
/* System calls on sockets and their connections. What they send is in socket_message.c. */
#include "socket.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/stat.h>

#include "../fs/change.h"
#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/inet.h"
#include "../fs/lookup.h"
#include "../fs/unix.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "io.h"
#include "syscall.h"

#define FLAGS (SOCK_CLOEXEC | SOCK_NONBLOCK)

static int inet_protocol(const struct protocol **found, int family, unsigned type, int number)
{
	const struct protocol *protocols = type == SOCK_STREAM ? tcp_protocols : udp_protocols;

	if (number < 0 || number > IPPROTO_MPTCP)
		return -EINVAL;
	if (type == SOCK_RAW) /* for a process without CAP_NET_RAW */
		return number ? -EPERM : -EPROTONOSUPPORT;
	if (type != SOCK_STREAM && type != SOCK_DGRAM)
		return -ESOCKTNOSUPPORT;
	*found = &protocols[family == AF_INET6];
	return number && number != (*found)->number ? -EPROTONOSUPPORT : 0;
}

/* Finds the protocol of a type in a family that there is. Returns 0 or a negative errno. */
static int find_protocol(const struct protocol **found, int family, unsigned type, int number)
{
	if (family != AF_UNIX)
		return inet_protocol(found, family, type, number);
	if (number && number != AF_UNIX)
		return -EPROTONOSUPPORT;
	*found = unix_protocol(type == SOCK_RAW ? SOCK_DGRAM : type);
	return *found ? 0 : -ESOCKTNOSUPPORT;
}

/* Makes a socket, if there is such a family, type and protocol. Returns 0 or a negative errno. */
static int make(struct socket **made, int family, unsigned type, int number)
{
	const struct protocol *protocol;
	unsigned flags = type & SOCK_NONBLOCK;
	int error;

	if (type & ~(SOCK_TYPE_MASK | FLAGS))
		return -EINVAL;
	type &= SOCK_TYPE_MASK;
	if ((unsigned)family >= AF_FAMILIES)
		return -EAFNOSUPPORT;
	if (type >= SOCK_TYPES)
		return -EINVAL;
	if (family != AF_UNIX && family != AF_INET && family != AF_INET6)
		return -EAFNOSUPPORT;
	error = find_protocol(&protocol, family, type, number);
	return error ? error : socket_open(made, protocol, flags);
}

int64_t sys_socket(int family, unsigned type, int protocol)
{
	struct socket *socket;
	int error = make(&socket, family, type, protocol);

	return error ? error : fd_install(&socket->file, 0, type & SOCK_CLOEXEC);
}

int64_t sys_socketpair(int family, unsigned type, int protocol, uaddr_t to)
{
	struct socket *ends[2];
	int fds[2];
	int error = make(&ends[0], family, type, protocol);

	if (error)
		return error;
	error = make(&ends[1], family, type, protocol);
	if (error) {
		file_put(&ends[0]->file);
		return error;
	}
	if (family != AF_UNIX) {
		file_put(&ends[0]->file);
		file_put(&ends[1]->file);
		return -EOPNOTSUPP;
	}
	unix_connect_pair(ends[0], ends[1]);
	for (int i = 0; i < 2; i++)
		fds[i] = fd_install(&ends[i]->file, 0, type & SOCK_CLOEXEC);
	error = fds[0] < 0 ? fds[0] : fds[1] < 0 ? fds[1] : copy_to_user(to, fds, sizeof(fds));
	if (error) {
		/* An errno is no fd that could be open. */
		fd_close(fds[0]);
		fd_close(fds[1]);
	}
	return error;
}

struct socket *socket_of_fd(int fd, int64_t *error)
{
	struct file *file = fd_io_file(fd);

	*error = file ? -ENOTSOCK : -EBADF;
	return file ? socket_of(file) : NULL;
}

/* Copies an address of any form. Returns 0, -EFAULT or -EINVAL: it is too long. */
static int copy_address(struct socket_name *name, uaddr_t user, unsigned bytes)
{
	if (bytes > ADDRESS_MAX)
		return -EINVAL;
	memset(name, 0, sizeof(*name));
	name->bytes = bytes;
	return copy_from_user(&name->address, user, min(bytes, sizeof(struct sockaddr_un)));
}

/* The socket that an fd is, and the address given for it. NULL: *error is a negative errno. */
static struct socket *socket_and_address(int fd, uaddr_t address, unsigned bytes,
					 struct socket_name *name, int64_t *error)
{
	struct socket *socket = socket_of_fd(fd, error);

	if (socket)
		*error = copy_address(name, address, bytes);
	return *error ? NULL : socket;
}

/* Checks the form of a name of unix(7), and completes it. Returns 0 or -EINVAL. */
static int check_name(struct socket_name *name)
{
	if (name->bytes <= sizeof(name->address.family) ||
	    name->bytes > sizeof(struct sockaddr_un) || name->address.family != AF_UNIX)
		return -EINVAL;
	name->is_path = name->address.path[0];
	if (name->is_path)
		name->bytes = sizeof(name->address.family) + strlen(name->address.path) + 1;
	return 0;
}

/* Finds the file of a name of unix(7), if it is a path. Returns 0 or a negative errno. */
static int find_file(struct socket_name *name)
{
	const struct path *path;
	struct hc_stat_result st;
	int error = check_name(name);

	if (error || !name->is_path)
		return error;
	error = path_from_text(&path, name->address.path);
	if (!error)
		error = path_stat(path, true, &st);
	if (error)
		return error;
	if (!S_ISSOCK(st.mode))
		return -ECONNREFUSED;
	name->dev = st.dev;
	name->ino = st.ino;
	return 0;
}

int socket_take_receiver(const struct socket *socket, struct socket_name *name, uaddr_t user,
			 unsigned bytes)
{
	int error = copy_address(name, user, bytes);

	if (!error && socket->protocol->family == AF_UNIX && socket->type == SOCK_DGRAM)
		error = find_file(name);
	return error;
}

int socket_put_name(const struct socket_name *name, uaddr_t to, uaddr_t user_bytes)
{
	unsigned bytes = name->bytes;
	int room;

	if (copy_from_user(&room, user_bytes, sizeof(room)) < 0)
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	room = min(room, bytes);
	if (room && copy_to_user(to, &name->address, room) < 0)
		return -EFAULT;
	return copy_to_user(user_bytes, &bytes, sizeof(bytes));
}

/* Makes the file of a path, and binds a socket to it. Returns 0 or a negative errno. */
static int bind_file(struct socket *socket, struct socket_name *name)
{
	static struct name file;
	const struct new_name new = {.mode = S_IFSOCK | (0777 & ~current_fs->umask)};
	const struct path *path;
	struct hc_stat_result st;
	int error = path_from_text(&path, name->address.path);

	if (error)
		return error;
	name_find(&file, path, false);
	error = name_make(&file, &new);
	if (error)
		return error == -EEXIST ? -EADDRINUSE : error;
	error = file.at.type->stat(file.at.name, false, &st);
	name->dev = st.dev;
	name->ino = st.ino;
	/* As on Linux, one that has a name already is told so only now. */
	if (!error)
		error = unix_bind(socket, name);
	if (error)
		(void)file.changes->remove(file.at.name, false);
	return error;
}

static int bind_unix(struct socket *socket, struct socket_name *name)
{
	int error;

	if (name->bytes == sizeof(name->address.family) && name->address.family == AF_UNIX)
		return unix_bind_any(socket);
	error = check_name(name);
	if (error)
		return error;
	return name->is_path ? bind_file(socket, name) : unix_bind(socket, name);
}

int64_t sys_bind(int fd, uaddr_t address, unsigned bytes)
{
	struct socket_name name;
	int64_t error;
	struct socket *socket = socket_and_address(fd, address, bytes, &name, &error);

	if (!socket)
		return error;
	return socket->protocol->family == AF_UNIX ? bind_unix(socket, &name)
						   : inet_bind(socket, &name);
}

int64_t sys_listen(int fd, int backlog)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (!socket)
		return error;
	return socket->type == SOCK_DGRAM ? -EOPNOTSUPP : socket->protocol->listen(socket, backlog);
}

/* Is a socket that may have no peer any more to be connected to none? */
static bool is_no_address(const struct socket *socket, const struct socket_name *name)
{
	return socket->type == SOCK_DGRAM && name->bytes >= sizeof(name->address.family) &&
	       name->address.family == AF_UNSPEC;
}

int64_t sys_connect(int fd, uaddr_t address, unsigned bytes)
{
	struct wait_queue *blocked = NULL;
	struct socket_name name;
	int64_t error;
	struct socket *socket = socket_and_address(fd, address, bytes, &name, &error);

	if (!socket)
		return error;
	if (socket->protocol->family == AF_UNIX && !is_no_address(socket, &name))
		error = find_file(&name);
	if (!error)
		error = socket->protocol->connect(socket, &name, &blocked);
	if (error != -EAGAIN || !blocked || socket->file.flags & O_NONBLOCK)
		return error;
	error = io_wait(blocked, POLLOUT, socket->timeouts[true]);
	/* In time it may be connected, yet. */
	if (error == -EAGAIN && current->state == THREAD_READY && socket->is_connecting)
		return -EINPROGRESS;
	return error;
}

int64_t sys_accept4(int fd, uaddr_t to, uaddr_t user_bytes, unsigned flags)
{
	struct socket *accepted;
	struct socket_name name;
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (flags & ~FLAGS)
		return -EINVAL;
	if (!socket)
		return error;
	if (!fd_is_left())
		return -EMFILE;
	if (socket->type == SOCK_DGRAM)
		return -EOPNOTSUPP;
	error = socket->protocol->accept(socket, &accepted);
	if (error == -EAGAIN && !(socket->file.flags & O_NONBLOCK))
		return io_wait(&socket->waits, POLLIN, socket->timeouts[false]);
	if (error)
		return error;
	(void)accepted->protocol->peer_name(accepted, &name);
	if (to)
		error = socket_put_name(&name, to, user_bytes);
	if (error) {
		file_put(&accepted->file);
		return error;
	}
	accepted->file.flags |= flags & SOCK_NONBLOCK;
	return fd_install(&accepted->file, 0, flags & SOCK_CLOEXEC);
}

int64_t sys_accept(int fd, uaddr_t to, uaddr_t user_bytes)
{
	return sys_accept4(fd, to, user_bytes, 0);
}

int64_t sys_shutdown(int fd, unsigned how)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (!socket)
		return error;
	if (how > SHUT_RDWR)
		return -EINVAL;
	return socket->protocol->shutdown(socket, how);
}

/* Tells the program its socket's own name, or that of the peer. */
static int64_t tell_name(int fd, bool of_peer, uaddr_t to, uaddr_t user_bytes)
{
	struct socket_name name;
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (!socket)
		return error;
	error = 0;
	if (of_peer)
		error = socket->protocol->peer_name(socket, &name);
	else
		socket->protocol->own_name(socket, &name);
	return error ? error : socket_put_name(&name, to, user_bytes);
}

int64_t sys_getsockname(int fd, uaddr_t to, uaddr_t user_bytes)
{
	return tell_name(fd, false, to, user_bytes);
}

int64_t sys_getpeername(int fd, uaddr_t to, uaddr_t user_bytes)
{
	return tell_name(fd, true, to, user_bytes);
}

int64_t sys_getsockopt(int fd, int level, int option, uaddr_t to, uaddr_t user_bytes)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (!socket)
		return error;
	if (level == SOL_SOCKET)
		return socket_get_option(socket, option, to, user_bytes);
	if (!socket->protocol->get_option)
		return -EOPNOTSUPP;
	return socket->protocol->get_option(socket, level, option, to, user_bytes);
}

int64_t sys_setsockopt(int fd, int level, int option, uaddr_t from, int bytes)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (bytes < 0)
		return -EINVAL;
	if (!socket)
		return error;
	if (level == SOL_SOCKET)
		return socket_set_option(socket, option, from, bytes);
	if (!socket->protocol->set_option)
		return -EOPNOTSUPP;
	return socket->protocol->set_option(socket, level, option, from, bytes);
}
