/* SPDX-License-Identifier: MIT */
/* The machine's network is a loopback interface alone, to a process without capabilities. */
#include <linux/in.h>
#include <linux/in6.h>

#include "check.h"

enum { INET = 2, INET6 = 10, NETLINK = 16, PACKET = 17, STREAM = 1, DATAGRAMS = 2, RAW = 3 };

static struct sockaddr_in address(uint32_t ip, uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = INET,
		.sin_port = __builtin_bswap16(port),
		.sin_addr.s_addr = __builtin_bswap32(ip),
	};
}

static long name(int call, int fd, uint32_t ip, uint16_t port)
{
	struct sockaddr_in to = address(ip, port);

	return syscall3(call, fd, (long)&to, sizeof(to));
}

static void refused(int type)
{
	const struct sockaddr_in6 v6 = {.sin6_family = INET6,
					.sin6_port = 0x1234,
					.sin6_addr.s6_addr = {0x20, 1, 0xd, 0xb8, [15] = 1}};
	struct sockaddr_in to = address(0xc0000201, 9); /* 192.0.2.1, nobody's */
	int fd = syscall3(__NR_socket, INET, type, 0);
	int fd6 = syscall3(__NR_socket, INET6, type, 0);

	EQUAL(name(__NR_bind, fd, 0xc0000201, 0), -EADDRNOTAVAIL);
	EQUAL(name(__NR_bind, fd, INADDR_LOOPBACK, 1023), -EACCES);
	EQUAL(name(__NR_connect, fd, 0xc0000201, 9), -ENETUNREACH);
	EQUAL(syscall3(__NR_bind, fd6, (long)&v6, sizeof(v6)), -EADDRNOTAVAIL);
	EQUAL(syscall3(__NR_connect, fd6, (long)&v6, sizeof(v6)), -ENETUNREACH);
	if (type == DATAGRAMS)
		EQUAL(syscall6(__NR_sendto, fd, (long)"x", 1, 0, (long)&to, sizeof(to)),
		      -ENETUNREACH);
	syscall3(__NR_close, fd, 0, 0);
	fd = syscall3(__NR_socket, INET, type, 0);
	EQUAL(name(__NR_bind, fd, INADDR_LOOPBACK, 1024), 0);
	syscall3(__NR_close, fd, 0, 0);
	syscall3(__NR_close, fd6, 0, 0);
}

/* A port is free again when its socket, and what waits in it, is closed. */
static void closed(void)
{
	for (int i = 0; i < 100; i++) {
		int listener = syscall3(__NR_socket, INET, STREAM, 0);
		int client = syscall3(__NR_socket, INET, STREAM, 0);

		EQUAL(name(__NR_bind, listener, INADDR_LOOPBACK, 2000), 0);
		EQUAL(syscall3(__NR_listen, listener, 1, 0), 0);
		EQUAL(name(__NR_connect, client, INADDR_LOOPBACK, 2000), 0);
		EQUAL(syscall3(__NR_close, listener, 0, 0), 0);
		EQUAL(syscall3(__NR_read, client, (long)(char[1]){0}, 1), -ECONNRESET);
		EQUAL(syscall3(__NR_close, client, 0, 0), 0);
	}
}

int main(void)
{
	refused(STREAM);
	refused(DATAGRAMS);
	closed();
	EQUAL(syscall3(__NR_socket, INET, RAW, IPPROTO_ICMP), -EPERM);
	EQUAL(syscall3(__NR_socket, NETLINK, RAW, 0), -EAFNOSUPPORT);
	EQUAL(syscall3(__NR_socket, PACKET, RAW, 0), -EAFNOSUPPORT);
	return pass();
}
