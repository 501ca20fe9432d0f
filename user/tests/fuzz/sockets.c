/* SPDX-License-Identifier: MIT */
/* Calls on sockets and on files that tell of events: arguments that mean something. */
#include <linux/eventpoll.h>
#include <linux/in.h>
#include <linux/in6.h>

#include "fuzz.h"

/* Where the structs lie that these calls are given, behind the slots. */
#define ADDRESS	 (ARENA + 0x600)
#define MESSAGES (ARENA + 0x680)
#define VECTOR	 (ARENA + 0x700)
#define CONTROL	 (ARENA + 0x740)
#define EVENT	 (ARENA + 0x7d0)

enum { STREAM = 1, DATAGRAMS = 2, PACKETS = 5 };
enum { UNIX = 1, INET = 2, INET6 = 10 };

#define PORT 40000 /* and the three behind it; 0 is one that is chosen */

/* An abstract name, of a few that there are. Returns its bytes. */
static size_t put_unix_name(void)
{
	const char name[] = {UNIX, 0, 0, 'a' + below(4)};

	put(ADDRESS, name, sizeof(name));
	return sizeof(name);
}

static size_t put_inet_name(void)
{
	static const uint32_t ips[] = {0x7f000001, 0x7f000002, 0, 0xc0000201};
	const struct sockaddr_in name = {
		.sin_family = one_in(8) ? 0 : INET,
		.sin_port = one_in(4) ? 0 : __builtin_bswap16(PORT + below(4)),
		.sin_addr.s_addr = __builtin_bswap32(ips[one_in(4) ? below(4) : 0]),
	};

	put(ADDRESS, &name, sizeof(name));
	return sizeof(name);
}

/* One of ::, ::1, 127.0.0.1 and 0.0.0.0 as they are mapped, and others. */
static size_t put_inet6_name(void)
{
	struct sockaddr_in6 name = {
		.sin6_family = INET6,
		.sin6_port = one_in(4) ? 0 : __builtin_bswap16(PORT + below(4)),
	};

	if (one_in(3)) {
		name.sin6_addr.s6_addr[10] = name.sin6_addr.s6_addr[11] = 0xff;
		name.sin6_addr.s6_addr[12] = one_in(4) ? 0 : 127;
	}
	name.sin6_addr.s6_addr[15] = below(3);
	put(ADDRESS, &name, sizeof(name));
	return sizeof(name);
}

static void use_address(int address, int bytes)
{
	uint64_t right = one_in(3)   ? put_unix_name()
			 : one_in(3) ? put_inet6_name()
				     : put_inet_name();

	ARGUMENT(address) = ADDRESS;
	ARGUMENT(bytes) = one_in(8) ? below(130) : one_in(8) ? 2 : right;
}

/* One or two of struct mmsghdr, which begins with a struct msghdr. */
static void use_messages(void)
{
	const uint64_t control[] = {16 + 4 * below(4), (one_in(4) ? 2UL : 1UL) << 32 | 1,
				    below(24) << 32 | below(24), below(24) << 32 | below(24)};

	use_address(1, 2);
	for (int i = 0; i < 4; i++)
		put_words(VECTOR + 16 * i, in_sandbox(), below(one_in(8) ? 4 * PAGE : 64));
	put(CONTROL, control, sizeof(control));
	for (int i = 0; i < 2; i++) {
		const uint64_t message[] = {one_in(4) ? ADDRESS : 0, below(8),	VECTOR, below(5),
					    one_in(2) ? CONTROL : 0, below(80), 0,	0};

		put(MESSAGES + i * sizeof(message), message, sizeof(message));
	}
	ARGUMENT(1) = MESSAGES;
}

static void use_event(void)
{
	const struct epoll_event event = {one_in(2) ? EPOLLIN | EPOLLOUT : random_bits(),
					  random_bits()};

	put(EVENT, &event, sizeof(event));
	ARGUMENT(1) = 1 + below(3);
	ARGUMENT(3) = EVENT;
}

/* Most of the sockets are of a kind that there is. None waits. */
static void tame_socket(void)
{
	static const int types[] = {STREAM, DATAGRAMS, PACKETS};
	static const int families[] = {UNIX, INET, INET, INET6};

	if (!one_in(4)) {
		ARGUMENT(0) = registers_in[AX] == __NR_socketpair ? UNIX : ANY_OF(families);
		ARGUMENT(1) = ANY_OF(types);
		ARGUMENT(2) = 0;
	}
	ARGUMENT(1) |= O_NONBLOCK;
}

static void tame_signalfd(void)
{
	registers_in[AX] = __NR_signalfd4;
	if (!one_in(4)) {
		ARGUMENT(0) = one_in(2) ? -1UL : below(24);
		ARGUMENT(2) = 8;
		ARGUMENT(3) = 0;
	}
	ARGUMENT(3) |= O_NONBLOCK;
}

void tame_sockets(unsigned nr)
{
	switch (nr) {
	case __NR_socket:
	case __NR_socketpair:
		tame_socket();
		break;
	case __NR_accept:
	case __NR_accept4:
		registers_in[AX] = __NR_accept4;
		ARGUMENT(3) = one_in(4) ? ARGUMENT(3) | O_NONBLOCK : O_NONBLOCK;
		break;
	case __NR_bind:
	case __NR_connect:
		if (!one_in(4))
			use_address(1, 2);
		break;
	case __NR_sendto:
		if (!one_in(4))
			use_address(4, 5);
		break;
	case __NR_sendmsg:
	case __NR_recvmsg:
	case __NR_sendmmsg:
	case __NR_recvmmsg:
		if (!one_in(4)) {
			use_messages();
			ARGUMENT(2) = nr == __NR_sendmsg || nr == __NR_recvmsg ? 0 : below(3);
		}
		break;
	case __NR_setsockopt:
	case __NR_getsockopt:
		if (!one_in(4)) {
			static const int levels[] = {1, 1, IPPROTO_IP, IPPROTO_TCP, IPPROTO_IPV6};

			ARGUMENT(1) = ANY_OF(levels);
			ARGUMENT(2) = below(70);
		}
		break;
	case __NR_eventfd:
	case __NR_eventfd2:
		registers_in[AX] = __NR_eventfd2;
		ARGUMENT(1) = (one_in(4) ? ARGUMENT(1) : below(2)) | O_NONBLOCK;
		break;
	case __NR_signalfd:
	case __NR_signalfd4:
		tame_signalfd();
		break;
	case __NR_epoll_ctl:
		if (!one_in(4))
			use_event();
		break;
	}
}

/* Another process may have the name: then Linux chooses one, unix(7) on autobind. */
static long bind_name(int fd)
{
	const uint64_t name = 0x61000001; /* "\0a" of AF_UNIX */
	long result = syscall3(__NR_bind, fd, (long)&name, 4);

	return result == -EADDRINUSE ? syscall3(__NR_bind, fd, (long)&name, 2) : result;
}

/* Another process may have the port: then one is chosen. */
static void make_inet_files(void)
{
	struct sockaddr_in name = {
		.sin_family = INET,
		.sin_port = __builtin_bswap16(PORT),
		.sin_addr.s_addr = __builtin_bswap32(INADDR_LOOPBACK),
	};
	int fd = need("a socket", syscall3(__NR_socket, INET, STREAM | O_NONBLOCK, 0));
	int client = need("a socket", syscall3(__NR_socket, INET6, STREAM | O_NONBLOCK, 0));
	struct sockaddr_in6 mapped = {.sin6_family = INET6};
	int bytes = sizeof(name);

	if (syscall3(__NR_bind, fd, (long)&name, sizeof(name)) != 0) {
		name.sin_port = 0;
		need("bind", syscall3(__NR_bind, fd, (long)&name, sizeof(name)));
	}
	need("listen", syscall3(__NR_listen, fd, 3, 0));
	need("getsockname", syscall3(__NR_getsockname, fd, (long)&name, (long)&bytes));
	mapped.sin6_port = name.sin_port;
	mapped.sin6_addr.s6_addr16[5] = 0xffff;
	mapped.sin6_addr.s6_addr32[3] = name.sin_addr.s_addr;
	syscall3(__NR_connect, client, (long)&mapped, sizeof(mapped));
	need("accept", syscall6(__NR_accept4, fd, 0, 0, O_NONBLOCK, 0, 0));
	need("a socket", syscall3(__NR_socket, INET, DATAGRAMS | O_NONBLOCK, 0));
}

void make_event_files(void)
{
	const uint64_t signals = 1UL << (SIGUSR2 - 1);
	int fds[2];

	need("a socketpair", syscall6(__NR_socketpair, 1, STREAM | O_NONBLOCK, 0, (long)fds, 0, 0));
	need("a socketpair",
	     syscall6(__NR_socketpair, 1, DATAGRAMS | O_NONBLOCK, 0, (long)fds, 0, 0));
	fds[0] = need("a socket", syscall3(__NR_socket, 1, STREAM | O_NONBLOCK, 0));
	need("bind", bind_name(fds[0]));
	need("listen", syscall3(__NR_listen, fds[0], 3, 0));
	make_inet_files();
	need("an eventfd", syscall3(__NR_eventfd2, 1, O_NONBLOCK, 0));
	need("an epoll", syscall3(__NR_epoll_create1, 0, 0, 0));
	need("an epoll", syscall3(__NR_epoll_create1, 0, 0, 0));
	need("a signalfd", syscall6(__NR_signalfd4, -1, (long)&signals, 8, O_NONBLOCK, 0, 0));
}
