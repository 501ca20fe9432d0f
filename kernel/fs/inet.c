/* SPDX-License-Identifier: MIT */
/* Addresses and ports of Internet sockets: who is bound to what, and gets what is sent there. */
#include "inet.h"

#include <asm/errno.h>

#include "../lib/string.h"

/* net.ipv4.ip_local_port_range and ip_unprivileged_port_start of Linux. */
#define PORT_CHOSEN_FIRST 32768
#define PORT_CHOSEN_LAST  60999
#define PORT_UNPRIVILEGED 1024

/* The least that an address of AF_INET6 has: RFC 2133's, without sin6_scope_id. */
#define IN6_BYTES_MIN 24

/* Those that have a port, in lists by that. */
#define LISTS 512
static struct socket *bound[LISTS];

static const struct in6_addr v6_any;
static const struct in6_addr v6_loopback = {.s6_addr = {[15] = 1}};
static const struct in6_addr v4_any = {.s6_addr = {[10] = 0xff, 0xff}};
static const struct in6_addr v4_loopback = {.s6_addr = {[10] = 0xff, 0xff, 127, 0, 0, 1}};

static bool is_equal(const struct in6_addr *a, const struct in6_addr *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool inet_is_v4(const struct in6_addr *ip)
{
	return memcmp(ip, &v4_any, 12) == 0;
}

static bool is_any(const struct in6_addr *ip)
{
	return is_equal(ip, &v6_any) || is_equal(ip, &v4_any);
}

static bool is_in_machine(const struct in6_addr *ip)
{
	return inet_is_v4(ip) ? ip->s6_addr[12] == 127 : is_equal(ip, &v6_loopback);
}

bool endpoint_is_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && is_equal(&a->ip, &b->ip);
}

/* Takes an address of the socket's family. Returns 0, -EINVAL or -EAFNOSUPPORT. */
static int parse(const struct socket *socket, const struct socket_name *name,
		 struct endpoint *endpoint)
{
	int family = socket->protocol->family;
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	if (name->bytes < (family == AF_INET ? sizeof(in) : IN6_BYTES_MIN))
		return -EINVAL;
	if (name->address.family != family)
		return -EAFNOSUPPORT;
	memcpy(&in, &name->address, sizeof(in));
	memcpy(&in6, &name->address, sizeof(in6));
	endpoint->port = __builtin_bswap16(in.sin_port); /* both have it there */
	endpoint->ip = family == AF_INET ? v4_any : in6.sin6_addr;
	if (family == AF_INET)
		endpoint->ip.s6_addr32[3] = in.sin_addr.s_addr;
	return 0;
}
_Static_assert(offsetof(struct sockaddr_in, sin_port) == offsetof(struct sockaddr_in6, sin6_port),
	       "ports");
_Static_assert(sizeof(struct sockaddr_in6) <= sizeof(struct sockaddr_un), "struct socket_name");

void inet_name(const struct socket *socket, const struct endpoint *endpoint, struct socket_name *to)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET,
		.sin_port = __builtin_bswap16(endpoint->port),
		.sin_addr.s_addr = endpoint->ip.s6_addr32[3],
	};
	struct sockaddr_in6 in6 = {
		.sin6_family = AF_INET6,
		.sin6_port = in.sin_port,
		.sin6_addr = endpoint->ip,
	};

	if (socket->protocol->family == AF_INET) {
		to->bytes = sizeof(in);
		memcpy(&to->address, &in, sizeof(in));
	} else {
		to->bytes = sizeof(in6);
		memcpy(&to->address, &in6, sizeof(in6));
	}
}

void inet_own_name(const struct socket *socket, struct socket_name *to)
{
	inet_name(socket, &socket->local, to);
}

static void set_port(struct socket *socket, uint16_t port)
{
	struct socket **list = &bound[port % LISTS];

	socket->local.port = port;
	socket->next_bound = *list;
	socket->at_bound = list;
	if (*list)
		(*list)->at_bound = &socket->next_bound;
	*list = socket;
}

void inet_unbind(struct socket *socket)
{
	if (!socket->local.port)
		return;
	*socket->at_bound = socket->next_bound;
	if (socket->next_bound)
		socket->next_bound->at_bound = socket->at_bound;
	socket->local.port = 0;
}

void inet_bind_to(struct socket *socket, const struct endpoint *local)
{
	socket->local.ip = local->ip;
	set_port(socket, local->port);
}

/* Does a socket that is bound get what is sent to an address? */
static bool gets(const struct socket *socket, const struct in6_addr *ip)
{
	const struct in6_addr *own = &socket->local.ip;

	if (is_equal(own, &v6_any))
		return !(inet_is_v6_only(socket) && inet_is_v4(ip));
	if (is_equal(own, &v4_any))
		return inet_is_v4(ip);
	return is_equal(own, ip);
}

static bool is_switched_on(const struct socket *a, const struct socket *b, int option)
{
	return a->switches & b->switches & UINT64_C(1) << option;
}

/* May two sockets have the same port, even if one gets what the other does? */
static bool may_share(const struct socket *socket, const struct socket *other)
{
	if (is_switched_on(socket, other, SO_REUSEPORT))
		return true;
	return is_switched_on(socket, other, SO_REUSEADDR) && other->state != SOCKET_LISTENING;
}

/* Has another socket a port that this one, with its address, can't have beside it? */
static bool is_taken(const struct socket *socket, uint16_t port, bool shares)
{
	for (const struct socket *s = bound[port % LISTS]; s; s = s->next_bound)
		if (s != socket && s->local.port == port &&
		    s->protocol->number == socket->protocol->number &&
		    (gets(s, &socket->local.ip) || gets(socket, &s->local.ip)) &&
		    !(shares && may_share(socket, s)))
			return true;
	return false;
}

int inet_check_port(const struct socket *socket)
{
	return is_taken(socket, socket->local.port, true) ? -EADDRINUSE : 0;
}

static int choose_port(struct socket *socket)
{
	static uint16_t last = PORT_CHOSEN_LAST;

	for (unsigned tries = PORT_CHOSEN_FIRST; tries <= PORT_CHOSEN_LAST; tries++) {
		last = last == PORT_CHOSEN_LAST ? PORT_CHOSEN_FIRST : last + 1;
		if (!is_taken(socket, last, false)) {
			set_port(socket, last);
			return 0;
		}
	}
	return -EADDRINUSE;
}

int inet_bind_any(struct socket *socket)
{
	return socket->local.port ? 0 : choose_port(socket);
}

int inet_bind(struct socket *socket, const struct socket_name *name)
{
	struct endpoint to;
	int error = parse(socket, name, &to);

	if (error)
		return error;
	if (inet_is_v4(&to.ip) && inet_is_v6_only(socket))
		return -EINVAL;
	if (!is_any(&to.ip) && !is_in_machine(&to.ip))
		return -EADDRNOTAVAIL;
	if (to.port && to.port < PORT_UNPRIVILEGED)
		return -EACCES;
	if (socket->local.port || socket->state != SOCKET_UNCONNECTED)
		return -EINVAL;
	socket->local.ip = to.ip;
	if (!to.port)
		error = choose_port(socket);
	else if (is_taken(socket, to.port, true))
		error = -EADDRINUSE;
	else
		set_port(socket, to.port);
	socket->has_chosen_ip = !error && !is_any(&to.ip);
	socket->has_chosen_port = !error && to.port;
	if (error)
		inet_forget_peer(socket);
	return error;
}

int inet_destination(const struct socket *socket, const struct socket_name *name,
		     struct endpoint *to)
{
	const struct in6_addr *own = &socket->local.ip;
	int error = parse(socket, name, to);

	if (error)
		return error;
	if (is_any(&to->ip)) /* ip(7): the machine itself */
		to->ip = inet_is_v4(&to->ip) ? v4_loopback : v6_loopback;
	if (!is_in_machine(&to->ip) || (inet_is_v4(&to->ip) && inet_is_v6_only(socket)))
		return -ENETUNREACH;
	if (socket->local.port && !is_any(own) && inet_is_v4(own) != inet_is_v4(&to->ip))
		return -ENETUNREACH;
	return 0;
}

struct endpoint inet_source(const struct socket *socket, const struct endpoint *to)
{
	struct endpoint from = socket->local;

	if (is_any(&from.ip))
		from.ip = inet_is_v4(&to->ip) ? v4_loopback : v6_loopback;
	return from;
}

void inet_forget_peer(struct socket *socket)
{
	memset(&socket->remote, 0, sizeof(socket->remote));
	if (!socket->has_chosen_ip)
		socket->local.ip = socket->protocol->family == AF_INET ? v4_any : v6_any;
}

/* How well does a socket fit what is sent between two endpoints? 0: it doesn't receive it. */
static unsigned rate(const struct socket *socket, const struct endpoint *from,
		     const struct endpoint *to)
{
	if (socket->local.port != to->port || !gets(socket, &to->ip))
		return 0;
	if (socket->type == SOCK_STREAM && socket->state != SOCKET_LISTENING)
		return 0;
	if (socket->remote.port && !endpoint_is_equal(&socket->remote, from))
		return 0;
	return 1 + inet_is_v4(&socket->local.ip) + 2 * !is_any(&socket->local.ip) +
	       4 * (socket->remote.port != 0);
}

struct socket *inet_find(const struct protocol *protocol, const struct endpoint *from,
			 const struct endpoint *to)
{
	struct socket *found = NULL;
	unsigned best = 0, equals = 0;

	for (struct socket *s = bound[to->port % LISTS]; s; s = s->next_bound) {
		unsigned rating = s->protocol->number == protocol->number ? rate(s, from, to) : 0;

		if (rating > best) {
			best = rating;
			equals = 1;
			found = s;
		} else if (rating && rating == best && is_switched_on(s, found, SO_REUSEPORT)) {
			/* They share what comes, by where it comes from. */
			equals++;
			found = from->port % equals ? found : s;
		}
	}
	return found;
}
