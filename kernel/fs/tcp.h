/* SPDX-License-Identifier: MIT */
/* Connections of tcp(7). */
#ifndef TCP_H
#define TCP_H

#include "inet.h"

/* The defaults of net.ipv4.tcp_wmem and tcp_rmem. */
#define SEND_BUFFER_NEW	   16384
#define RECEIVE_BUFFER_NEW 131072

/* The other end says that there is no connection: the RST of tcp(7). */
void tcp_reset(struct socket *socket);

/* Of struct protocol. */
int tcp_connect(struct socket *socket, const struct socket_name *name, struct wait_queue **blocked);
int tcp_listen(struct socket *socket, int backlog);
int tcp_accept(struct socket *socket, struct socket **accepted);
int tcp_shutdown(struct socket *socket, unsigned how);
void tcp_leave(struct socket *socket);

#endif
