/* SPDX-License-Identifier: MIT */
/* System calls on sockets and their connections. What they send is in socket_message.c. */
#include "socket.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/stat.h>

#include "../fs/change.h"
#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/lookup.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "io.h"
#include "syscall.h"

#define ADDRESS_MAX 128 /* struct sockaddr_storage */
#define FLAGS	    (SOCK_CLOEXEC | SOCK_NONBLOCK)

/* Makes a socket, if there is such a family, type and protocol. Returns 0 or a negative errno. */
static int make(struct socket **made, int family, unsigned type, int protocol)
{
	unsigned flags = type & SOCK_NONBLOCK;

	if (type & ~(SOCK_TYPE_MASK | FLAGS))
		return -EINVAL;
	type &= SOCK_TYPE_MASK;
	if ((unsigned)family >= AF_FAMILIES)
		return -EAFNOSUPPORT;
	if (type >= SOCK_TYPES)
		return -EINVAL;
	if (family != AF_UNIX)
		return -EAFNOSUPPORT;
	if (protocol && protocol != AF_UNIX)
		return -EPROTONOSUPPORT;
	if (type == SOCK_RAW)
		type = SOCK_DGRAM;
	if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_SEQPACKET)
		return -ESOCKTNOSUPPORT;
	return socket_open(made, type, flags);
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
	socket_connect_pair(ends[0], ends[1]);
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
	return copy_from_user(&name->address, user, min(bytes, sizeof(struct sockaddr_un)));
}

/* Copies one, and checks its form. Returns 0, -EFAULT or -EINVAL. */
static int copy_name(struct socket_name *name, uaddr_t user, unsigned bytes)
{
	int error = copy_address(name, user, bytes);

	if (error)
		return error;
	if (bytes <= sizeof(name->address.family) || bytes > sizeof(struct sockaddr_un) ||
	    name->address.family != AF_UNIX)
		return -EINVAL;
	name->bytes = bytes;
	name->is_path = name->address.path[0];
	if (name->is_path)
		name->bytes = sizeof(name->address.family) + strlen(name->address.path) + 1;
	return 0;
}

/* Takes the address of a socket that is there. Returns 0 or a negative errno. */
static int take_name(struct socket_name *name, uaddr_t user, unsigned bytes)
{
	const struct path *path;
	struct hc_stat_result st;
	int error = copy_name(name, user, bytes);

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
	return socket->type == SOCK_DGRAM ? take_name(name, user, bytes)
					  : copy_address(name, user, bytes);
}

int socket_put_name(const struct socket_name *name, uaddr_t to, uaddr_t user_bytes)
{
	unsigned bytes = name->bytes;
	int room;

	if (copy_from_user(&room, user_bytes, sizeof(room)) < 0)
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	if (copy_to_user(to, &name->address, min(room, bytes)) < 0)
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
		error = socket_bind(socket, name);
	if (error)
		(void)file.changes->remove(file.at.name, false);
	return error;
}

int64_t sys_bind(int fd, uaddr_t address, unsigned bytes)
{
	struct socket_name name;
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (!socket)
		return error;
	error = copy_name(&name, address, bytes);
	if (error == -EINVAL && bytes == sizeof(name.address.family) &&
	    name.address.family == AF_UNIX)
		return socket_bind_any(socket);
	if (error)
		return error;
	return name.is_path ? bind_file(socket, &name) : socket_bind(socket, &name);
}

int64_t sys_listen(int fd, int backlog)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	return socket ? socket_listen(socket, backlog) : error;
}

/* connect(2) of a socket for datagrams to no address: it has no peer any more. */
static bool is_no_address(const struct socket *socket, uaddr_t address, unsigned bytes)
{
	uint16_t family;

	return socket->type == SOCK_DGRAM && bytes >= sizeof(family) && bytes <= ADDRESS_MAX &&
	       copy_from_user(&family, address, sizeof(family)) == 0 && family == AF_UNSPEC;
}

int64_t sys_connect(int fd, uaddr_t address, unsigned bytes)
{
	struct wait_queue *blocked;
	struct socket_name name;
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (!socket)
		return error;
	if (is_no_address(socket, address, bytes))
		return socket_connect(socket, NULL, &blocked);
	error = take_name(&name, address, bytes);
	if (!error)
		error = socket_connect(socket, &name, &blocked);
	if (error == -EAGAIN && !(socket->file.flags & O_NONBLOCK))
		return io_wait(blocked, POLLOUT, socket->timeouts[true]);
	return error;
}

/* The name of one that hasn't any is the family alone, where it is asked for. */
static int put_own_name(const struct socket *socket, uaddr_t to, uaddr_t user_bytes)
{
	static const struct socket_name none = {.bytes = sizeof(uint16_t),
						.address = {AF_UNIX, {0}}};

	return socket_put_name(socket->name.bytes ? &socket->name : &none, to, user_bytes);
}

int64_t sys_accept4(int fd, uaddr_t to, uaddr_t user_bytes, unsigned flags)
{
	struct socket *accepted;
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (flags & ~FLAGS)
		return -EINVAL;
	if (!socket)
		return error;
	if (!fd_is_left())
		return -EMFILE;
	error = socket_accept(socket, &accepted);
	if (error == -EAGAIN && !(socket->file.flags & O_NONBLOCK))
		return io_wait(&socket->waits, POLLIN, socket->timeouts[false]);
	if (error)
		return error;
	if (to && put_own_name(accepted->peer, to, user_bytes) < 0) {
		file_put(&accepted->file);
		return -EFAULT;
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
	socket_shutdown(socket, how);
	return 0;
}

int64_t sys_getsockname(int fd, uaddr_t to, uaddr_t user_bytes)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	return socket ? put_own_name(socket, to, user_bytes) : error;
}

int64_t sys_getpeername(int fd, uaddr_t to, uaddr_t user_bytes)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (!socket)
		return error;
	return socket->peer ? put_own_name(socket->peer, to, user_bytes) : -ENOTCONN;
}

int64_t sys_getsockopt(int fd, int level, int option, uaddr_t to, uaddr_t user_bytes)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (!socket)
		return error;
	if (level != SOL_SOCKET)
		return -EOPNOTSUPP;
	return socket_get_option(socket, option, to, user_bytes);
}

int64_t sys_setsockopt(int fd, int level, int option, uaddr_t from, int bytes)
{
	int64_t error;
	struct socket *socket = socket_of_fd(fd, &error);

	if (bytes < 0)
		return -EINVAL;
	if (!socket)
		return error;
	if (level != SOL_SOCKET)
		return -EOPNOTSUPP;
	return socket_set_option(socket, option, from, bytes);
}
