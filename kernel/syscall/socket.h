/* SPDX-License-Identifier: MIT */
/* What the system calls on sockets share. */
#ifndef SYSCALL_SOCKET_H
#define SYSCALL_SOCKET_H

#include "../fs/socket.h"

#define ADDRESS_MAX 128 /* bytes: struct sockaddr_storage */

/* The socket behind an fd, for a call. Sets *error to -EBADF or -ENOTSOCK if it is NULL. */
struct socket *socket_of_fd(int fd, int64_t *error);

/*
 * Takes an address of the program's that says whom the socket is to send to. Returns 0 or a
 * negative errno. Only datagrams are sent to any address; for others it isn't looked at what it is.
 */
int socket_take_receiver(const struct socket *socket, struct socket_name *name, uaddr_t user,
			 unsigned bytes);

/* Writes a name, as much as the program has room for, and its whole length. 0 or a negative errno.
 */
int socket_put_name(const struct socket_name *name, uaddr_t to, uaddr_t user_bytes);

#endif
