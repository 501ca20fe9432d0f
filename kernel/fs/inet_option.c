/* SPDX-License-Identifier: MIT */
/*
 * Options of Internet sockets: ip(7), ipv6(7), tcp(7). Those are kept that change nothing where no
 * packet is delayed or lost; others are -ENOPROTOOPT.
 */
#include <asm/errno.h>
#include <linux/tcp.h>

#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "inet.h"

/* States of a connection that TCP_INFO tells, which linux/tcp.h lacks. */
enum {
	TCP_ESTABLISHED = 1,
	TCP_SYN_SENT = 2,
	TCP_CLOSE = 7,
	TCP_CLOSE_WAIT = 8,
	TCP_LISTEN = 10,
	TCP_FIN_WAIT2 = 5,
};

#define MSS_DEFAULT 536 /* RFC 9293, 3.7.1 */

struct option {
	int level, number;
	int initial;
	int least, most; /* 0 and 1: any other number is 1 */
	bool resets;	 /* -1 is the initial value */
};

static const struct option options[] = {
	[INET_V6ONLY] = {IPPROTO_IPV6, IPV6_V6ONLY, 0, 0, 1, false},
	{IPPROTO_IPV6, IPV6_UNICAST_HOPS, 64, 0, 255, true},
	{IPPROTO_IPV6, IPV6_TCLASS, 0, 0, 255, true},
	{IPPROTO_IP, IP_TOS, 0, 0, 255, false},
	{IPPROTO_IP, IP_TTL, 64, 1, 255, true},
	{IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_WANT, IP_PMTUDISC_DONT, IP_PMTUDISC_OMIT, false},
	{IPPROTO_TCP, TCP_NODELAY, 0, 0, 1, false},
	{IPPROTO_TCP, TCP_CORK, 0, 0, 1, false},
	{IPPROTO_TCP, TCP_QUICKACK, 1, 0, 1, false},
	{IPPROTO_TCP, TCP_KEEPIDLE, 7200, 1, 32767, false},
	{IPPROTO_TCP, TCP_KEEPINTVL, 75, 1, 32767, false},
	{IPPROTO_TCP, TCP_KEEPCNT, 9, 1, 127, false},
	{IPPROTO_TCP, TCP_SYNCNT, 6, 1, 127, false},
	{IPPROTO_TCP, TCP_USER_TIMEOUT, 0, 0, INT32_MAX, false},
	{IPPROTO_TCP, TCP_MAXSEG, MSS_DEFAULT, 88, 32767, false},
};

#define COUNT (sizeof(options) / sizeof(*options))
_Static_assert(COUNT <= INET_OPTIONS, "struct socket");

void inet_init(struct socket *socket)
{
	for (unsigned i = 0; i < COUNT; i++)
		socket->options[i] = options[i].initial;
	inet_forget_peer(socket);
}

/* Are there options of a level for the socket? */
static bool has_level(const struct socket *socket, int level)
{
	return level == IPPROTO_IP || level == socket->protocol->number ||
	       (level == IPPROTO_IPV6 && socket->protocol->family == AF_INET6);
}

/* Finds one by its number. COUNT: there is none. */
static unsigned find(int level, int number)
{
	unsigned i = 0;

	while (i < COUNT && (options[i].level != level || options[i].number != number))
		i++;
	return i;
}

static struct tcp_info tcp_info(const struct socket *socket)
{
	static const uint8_t states[] = {
		[SOCKET_UNCONNECTED] = TCP_CLOSE,     [SOCKET_LISTENING] = TCP_LISTEN,
		[SOCKET_CONNECTED] = TCP_ESTABLISHED, [SOCKET_CONNECTING] = TCP_SYN_SENT,
		[SOCKET_CLOSED] = TCP_CLOSE,
	};
	struct tcp_info info = {.tcpi_state = states[socket->state]};

	if (socket->state == SOCKET_CONNECTED && socket->is_ended)
		info.tcpi_state = TCP_CLOSE_WAIT;
	else if (socket->state == SOCKET_CONNECTED && socket->shut & SHUT_SENDS)
		info.tcpi_state = TCP_FIN_WAIT2;
	return info;
}

int64_t inet_get_option(const struct socket *socket, int level, int option, uaddr_t to,
			uaddr_t user_bytes)
{
	unsigned i = find(level, option);

	if (!has_level(socket, level))
		return socket->protocol->family == AF_INET ? -EOPNOTSUPP : -ENOPROTOOPT;
	if (level == IPPROTO_TCP && option == TCP_INFO) {
		const struct tcp_info info = tcp_info(socket);

		return socket_put_value(to, user_bytes, &info, sizeof(info));
	}
	if (i == COUNT)
		return -ENOPROTOOPT;
	return socket_put_value(to, user_bytes, &socket->options[i], sizeof(int));
}

/* Reads the number that an option is to be; one of ip(7) may be a byte. 0 or a negative errno. */
static int take_value(int *value, int level, uaddr_t from, int bytes)
{
	uint8_t byte;

	if (bytes >= (int)sizeof(*value))
		return copy_from_user(value, from, sizeof(*value));
	if (level != IPPROTO_IP || bytes < 1)
		return -EINVAL;
	if (copy_from_user(&byte, from, sizeof(byte)) < 0)
		return -EFAULT;
	*value = byte;
	return 0;
}

int64_t inet_set_option(struct socket *socket, int level, int option, uaddr_t from, int bytes)
{
	unsigned i = find(level, option);
	int value, error;

	if (i == COUNT || !has_level(socket, level))
		return -ENOPROTOOPT;
	error = take_value(&value, level, from, bytes);
	if (error)
		return error;
	if (options[i].least == 0 && options[i].most == 1)
		value = value != 0;
	if (value == -1 && options[i].resets)
		value = options[i].initial;
	if (value < options[i].least || value > options[i].most)
		return -EINVAL;
	/* What it gets is decided when it is bound. */
	if (i == INET_V6ONLY && socket->local.port)
		return -EINVAL;
	socket->options[i] = value;
	return 0;
}
