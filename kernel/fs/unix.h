/* SPDX-License-Identifier: MIT */
/* Sockets of unix(7). */
#ifndef UNIX_H
#define UNIX_H

#include "socket.h"

/* That of a type, or NULL. */
const struct protocol *unix_protocol(unsigned type);

/* Those of the process that runs. */
struct credentials unix_own_credentials(void);

/* Makes two that are new a connected pair: socketpair(2). */
void unix_connect_pair(struct socket *a, struct socket *b);

/*
 * bind(2): gives a name to one that has none. The file of a path is made by the caller. Returns 0,
 * -EINVAL: it has one; or -EADDRINUSE.
 */
int unix_bind(struct socket *socket, const struct socket_name *name);

/* Chooses a name for one that has none. Returns 0, or -ENOSPC: all are taken. */
int unix_bind_any(struct socket *socket);

/* The same for one that sends its credentials: who gets them may answer. */
int unix_bind_sender(struct socket *socket);

/* Sets *found to who has the name, for a socket of this type. Returns 0, -ECONNREFUSED or
 * -EPROTOTYPE. */
int unix_find(struct socket **found, const struct socket_name *name, unsigned type);

/* Of struct protocol. */
int unix_listen(struct socket *socket, int backlog);
int unix_connect(struct socket *socket, const struct socket_name *name,
		 struct wait_queue **blocked);
int unix_accept(struct socket *socket, struct socket **accepted);
int unix_shutdown(struct socket *socket, unsigned how);
void unix_leave(struct socket *socket);
int64_t unix_send_stream(struct socket *socket, struct transfer *transfer);
int64_t unix_send_message(struct socket *socket, struct transfer *transfer);
int64_t unix_receive_stream(struct socket *socket, struct transfer *transfer);
int64_t unix_receive_message(struct socket *socket, struct transfer *transfer);

#endif
