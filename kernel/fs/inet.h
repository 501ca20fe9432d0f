/* SPDX-License-Identifier: MIT */
/*
 * Internet sockets within the machine: ip(7), ipv6(7), tcp(7), udp(7). There is one interface, the
 * loopback with 127.0.0.0/8 and ::1, and no packets: what is sent is at once with the socket that
 * it is for.
 */
#ifndef INET_H
#define INET_H

#include "socket.h"

/* Of AF_INET and of AF_INET6. */
extern const struct protocol tcp_protocols[2], udp_protocols[2];

/* bind(2). Returns 0 or a negative errno. */
int inet_bind(struct socket *socket, const struct socket_name *name);

/* Chooses a port for one that has none. Returns 0, or -EADDRINUSE: all are taken. */
int inet_bind_any(struct socket *socket);

/* Binds one that isn't bound, as the other end of a connection. */
void inet_bind_to(struct socket *socket, const struct endpoint *local);

/* Its port is others' to have. */
void inet_unbind(struct socket *socket);

/* listen(2) after bind(2) of others: is the port still this socket's? Returns 0 or -EADDRINUSE. */
int inet_check_port(const struct socket *socket);

/*
 * Takes an address to which a socket is to send or be connected. Returns 0, -EINVAL or
 * -EAFNOSUPPORT: its form; -ENETUNREACH: it isn't in the machine.
 */
int inet_destination(const struct socket *socket, const struct socket_name *name,
		     struct endpoint *to);

/* The endpoint from which a socket that is bound sends to one that inet_destination() allows. */
struct endpoint inet_source(const struct socket *socket, const struct endpoint *to);

/* The socket is connected to nothing any more: what bind(2) hasn't chosen of its name goes. */
void inet_forget_peer(struct socket *socket);

/* Who of a protocol receives what is sent between two endpoints? NULL: nobody. */
struct socket *inet_find(const struct protocol *protocol, const struct endpoint *from,
			 const struct endpoint *to);

/* Is it an address of IPv4? */
bool inet_is_v4(const struct in6_addr *ip);

bool endpoint_is_equal(const struct endpoint *a, const struct endpoint *b);

/* An endpoint in the form of the socket's family. */
void inet_name(const struct socket *socket, const struct endpoint *endpoint,
	       struct socket_name *to);

/* Of struct protocol. */
void inet_init(struct socket *socket);
void inet_own_name(const struct socket *socket, struct socket_name *to);
int64_t inet_get_option(const struct socket *socket, int level, int option, uaddr_t to,
			uaddr_t user_bytes);
int64_t inet_set_option(struct socket *socket, int level, int option, uaddr_t from, int bytes);

#define INET_V6ONLY 0 /* the place of IPV6_V6ONLY among the options */

/* Has it nothing to do with IPv4? */
static inline bool inet_is_v6_only(const struct socket *socket)
{
	return socket->options[INET_V6ONLY];
}

#endif
