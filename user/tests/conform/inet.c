/* SPDX-License-Identifier: MIT */
/* Sockets of ip(7): their kinds, addresses and ports. */
#include "inet.h"

#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"

static char buffer[1000];

struct sockaddr_in inet_address(const char *ip, int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = inet_addr(ip),
	};
}

int inet_port(int fd)
{
	struct sockaddr_in6 address;
	socklen_t bytes = sizeof(address);

	MUST(getsockname(fd, (struct sockaddr *)&address, &bytes) == 0);
	return ntohs(address.sin6_port); /* where sin_port is */
}

int inet_bound(int type)
{
	struct sockaddr_in address = inet_address("127.0.0.1", 0);
	int fd = socket(AF_INET, type, 0);

	MUST(fd >= 0 && bind(fd, ADDRESS(&address)) == 0);
	return fd;
}

int inet_listener(int backlog)
{
	int fd = inet_bound(SOCK_STREAM);

	MUST(listen(fd, backlog) == 0);
	return fd;
}

int inet_connect(int fd, int port)
{
	struct sockaddr_in address = inet_address("127.0.0.1", port);

	return connect(fd, ADDRESS(&address));
}

void inet_pair(int ends[2])
{
	int listener = inet_listener(1);

	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	MUST(inet_connect(ends[0], inet_port(listener)) == 0);
	ends[1] = accept(listener, NULL, NULL);
	MUST(ends[1] >= 0);
	close(listener);
}

int inet_poll(int fd)
{
	struct pollfd polled = {.fd = fd, .events = 0x3fff};

	poll(&polled, 1, 0);
	return polled.revents;
}

void inet_show_poll(int fd, int events)
{
	struct pollfd polled = {.fd = fd, .events = events};

	MUST(poll(&polled, 1, 10000) == 1);
	printf("poll = %#x\n", inet_poll(fd));
}

int inet_error(int fd)
{
	int error = -1;
	socklen_t bytes = sizeof(error);

	MUST(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &bytes) == 0);
	return error;
}

void inet_show_next(int fd, size_t bytes)
{
	struct pollfd polled = {.fd = fd, .events = POLLIN};

	MUST(poll(&polled, 1, 10000) == 1);
	show_received(fd, bytes, 0);
}

static int option(int fd, int level, int number)
{
	int value = -1;
	socklen_t bytes = sizeof(value);

	return getsockopt(fd, level, number, &value, &bytes) < 0 ? -1 : value;
}

static void kinds(int argc, char **argv)
{
	static const int families[] = {AF_INET, AF_INET6};
	static const struct {
		int type, protocol;
	} wrong[] = {
		{SOCK_STREAM, IPPROTO_UDP},
		{SOCK_DGRAM, IPPROTO_TCP},
		{SOCK_STREAM, 255},
		{SOCK_STREAM, 1000},
		{SOCK_STREAM, -1},
		{SOCK_SEQPACKET, 0},
		{SOCK_RDM, 0},
		{SOCK_RAW, 0},
		{77, 0},
	};
	int ends[2], fd;

	(void)argc, (void)argv;
	for (int i = 0; i < 2; i++) {
		for (size_t k = 0; k < sizeof(wrong) / sizeof(*wrong); k++)
			CALL(socket(families[i], wrong[k].type, wrong[k].protocol));
		CALL(socketpair(families[i], SOCK_STREAM, 0, ends));
		CALL(socketpair(families[i], SOCK_DGRAM, 0, ends));
		fd = socket(families[i], SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
		SHOW(option(fd, SOL_SOCKET, SO_DOMAIN));
		SHOW(option(fd, SOL_SOCKET, SO_TYPE));
		SHOW(option(fd, SOL_SOCKET, SO_PROTOCOL));
		SHOW(option(fd, SOL_SOCKET, SO_ACCEPTCONN));
		SHOW(fcntl(fd, F_GETFD));
		SHOW(fcntl(fd, F_GETFL));
		close(fd);
		fd = socket(families[i], SOCK_DGRAM, IPPROTO_UDP);
		SHOW(option(fd, SOL_SOCKET, SO_TYPE));
		SHOW(option(fd, SOL_SOCKET, SO_PROTOCOL));
		SHOW(fcntl(fd, F_GETFL));
		close(fd);
	}
}

/* Addresses that are too short, too long, at odd places, or of another family. */
static void bad_addresses(int argc, char **argv)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};
	char place[sizeof(struct sockaddr_in) + 1];
	struct sockaddr_in address = inet_address("127.0.0.1", 0);
	struct sockaddr_in *odd = (void *)(place + 1);
	struct sockaddr_un un = {.sun_family = AF_UNIX};

	(void)argc, (void)argv;
	for (int i = 0; i < 2; i++) {
		int fd = socket(AF_INET, types[i], 0);

		for (int bytes = 0; bytes < 16; bytes += 5)
			CALL(bind(fd, (struct sockaddr *)&address, bytes));
		CALL(bind(fd, (struct sockaddr *)&address, 129));
		CALL(bind(fd, (struct sockaddr *)&address, -1));
		CALL(bind(fd, (struct sockaddr *)8, 16));
		CALL(bind(fd, NULL, 16));
		CALL(bind(fd, ADDRESS(&un)));
		CALL(connect(fd, (struct sockaddr *)&address, 1));
		CALL(connect(fd, (struct sockaddr *)&address, 15));
		CALL(connect(fd, (struct sockaddr *)&address, 1000));
		CALL(connect(fd, (struct sockaddr *)8, 16));
		CALL(connect(fd, ADDRESS(&un)));
		CALL(sendto(fd, "x", 1, MSG_NOSIGNAL, (struct sockaddr *)8, 16));
		CALL(sendto(fd, "x", 1, MSG_NOSIGNAL, (struct sockaddr *)&address, 15));
		CALL(sendto(fd, "x", 1, MSG_NOSIGNAL, ADDRESS(&un)));
		address.sin_addr.s_addr = inet_addr("192.0.2.1"); /* RFC 5737: nobody's */
		CALL(bind(fd, ADDRESS(&address)));
		SHOW(inet_port(fd) != 0);
		address = inet_address("127.0.0.1", 0);
		memcpy(place + 1, &address, sizeof(address));
		CALL(bind(fd, (struct sockaddr *)odd, 100));
		SHOW(inet_port(fd) >= 32768 && inet_port(fd) <= 60999);
		CALL(bind(fd, ADDRESS(&address)));
		close(fd);
		fd = socket(AF_INET6, types[i], 0);
		CALL(bind(fd, ADDRESS(&address)));
		CALL(bind(fd, (struct sockaddr *)place, 23));
		CALL(connect(fd, (struct sockaddr *)place, 23));
		close(fd);
	}
}

static void bad_results(int argc, char **argv)
{
	int fd = inet_bound(SOCK_STREAM);
	struct sockaddr_in address = {0};
	socklen_t bytes = 7;

	(void)argc, (void)argv;
	CALL(getsockname(fd, (struct sockaddr *)&address, &bytes));
	SHOW(bytes);
	SHOW(address.sin_family);
	SHOW(address.sin_port == htons(inet_port(fd)));
	SHOW(address.sin_addr.s_addr != inet_addr("127.0.0.1"));
	bytes = 0;
	CALL(getsockname(fd, (struct sockaddr *)&address, &bytes));
	SHOW(bytes);
	bytes = -1;
	CALL(getsockname(fd, (struct sockaddr *)&address, &bytes));
	bytes = 100;
	CALL(getsockname(fd, (struct sockaddr *)8, &bytes));
	CALL(getsockname(fd, (struct sockaddr *)&address, (socklen_t *)8));
	CALL(getpeername(fd, (struct sockaddr *)&address, &bytes));
	close(fd);
}

static void set(int fd, int number)
{
	MUST(setsockopt(fd, SOL_SOCKET, number, &(int){1}, sizeof(int)) == 0);
}

/* Binds a second socket to the port of one that is bound. */
static void bind_beside(int type, const char *first_ip, int first_option, const char *ip,
			int number, bool listens)
{
	struct sockaddr_in address = inet_address(first_ip, 0);
	int first = socket(AF_INET, type, 0);
	int second = socket(AF_INET, type, 0);

	printf("%s %s %d beside %s %d%s: ", type == SOCK_STREAM ? "tcp" : "udp", ip, number,
	       first_ip, first_option, listens ? ", listens" : "");
	if (first_option)
		set(first, first_option);
	if (number)
		set(second, number);
	MUST(bind(first, ADDRESS(&address)) == 0);
	if (listens)
		MUST(listen(first, 1) == 0);
	address = inet_address(ip, inet_port(first));
	CALL(bind(second, ADDRESS(&address)));
	if (listens)
		CALL(listen(second, 1));
	close(first);
	CALL(bind(second, ADDRESS(&address)));
	close(second);
}

static void ports(int argc, char **argv)
{
	static const int options[] = {0, SO_REUSEADDR, SO_REUSEPORT};
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM};

	(void)argc, (void)argv;
	for (int i = 0; i < 2; i++) {
		for (int a = 0; a < 3; a++) {
			for (int b = 0; b < 3; b++) {
				bind_beside(types[i], "127.0.0.1", options[a], "127.0.0.1",
					    options[b], false);
				bind_beside(types[i], "0.0.0.0", options[a], "127.0.0.1",
					    options[b], false);
			}
		}
		bind_beside(types[i], "127.0.0.1", 0, "0.0.0.0", 0, false);
		bind_beside(types[i], "127.0.0.1", 0, "127.0.0.2", 0, false);
	}
	for (int a = 0; a < 3; a++)
		bind_beside(SOCK_STREAM, "127.0.0.1", options[a], "127.0.0.1", options[a], true);
}

/* A port stays that of a connection when nobody listens there any more. */
static void ports_connected(int argc, char **argv)
{
	struct sockaddr_in address = inet_address("127.0.0.1", 0);
	int listener = inet_bound(SOCK_STREAM);
	int client = socket(AF_INET, SOCK_STREAM, 0);
	int other = socket(AF_INET, SOCK_STREAM, 0);
	int server;

	(void)argc, (void)argv;
	set(listener, SO_REUSEADDR);
	MUST(listen(listener, 1) == 0);
	MUST(inet_connect(client, inet_port(listener)) == 0);
	server = accept(listener, NULL, NULL);
	SHOW(option(server, SOL_SOCKET, SO_REUSEADDR));
	SHOW(inet_port(server) == inet_port(listener));
	address.sin_port = htons(inet_port(listener));
	close(listener);
	CALL(bind(other, ADDRESS(&address)));
	set(other, SO_REUSEADDR);
	CALL(bind(other, ADDRESS(&address)));
	CALL(listen(other, 1));
	address.sin_port = htons(inet_port(client));
	listener = socket(AF_INET, SOCK_STREAM, 0);
	CALL(bind(listener, ADDRESS(&address)));
	close(client);
	close(server);
	close(other);
	close(listener);
}

/* Sockets that are made and closed leave no port taken. */
static void churn(int argc, char **argv)
{
	static int fds[60];
	static char taken[65536];
	int same = 0;

	(void)argc, (void)argv;
	for (int turn = 0; turn < 3; turn++) {
		memset(taken, 0, sizeof(taken));
		for (int i = 0; i < 60; i++) {
			fds[i] = inet_bound(SOCK_STREAM);
			same += taken[inet_port(fds[i])]++;
		}
		for (int i = 0; i < 60; i++)
			close(fds[i]);
	}
	SHOW(same);
}

static void ioctls(int argc, char **argv)
{
	int ends[2], from = inet_bound(SOCK_DGRAM), to = inet_bound(SOCK_DGRAM), n = -1;

	(void)argc, (void)argv;
	inet_pair(ends);
	CALL(ioctl(ends[0], FIONREAD, &n));
	SHOW(n);
	write(ends[1], "abc", 3);
	write(ends[1], "defg", 4);
	inet_show_poll(ends[0], POLLIN);
	CALL(ioctl(ends[0], FIONREAD, &n));
	SHOW(n);
	CALL(ioctl(ends[1], TIOCOUTQ, &n));
	CALL(ioctl(ends[1], TIOCGWINSZ, buffer));
	MUST(inet_connect(from, inet_port(to)) == 0);
	write(from, "one", 3);
	write(from, "two and", 7);
	CALL(ioctl(to, FIONREAD, &n));
	SHOW(n);
	CALL(read(to, buffer, 1));
	CALL(ioctl(to, FIONREAD, &n));
	SHOW(n);
	CALL(ioctl(to, FIONREAD, 8));
	n = inet_listener(1);
	CALL(ioctl(n, FIONREAD, &n));
	CALL(lseek(ends[0], 0, SEEK_SET));
	CALL(fsync(ends[0]));
	n = 1;
	CALL(ioctl(ends[0], FIONBIO, &n));
	CALL(read(ends[0], buffer, 100));
	CALL(read(ends[0], buffer, 100));
}

static void options(int argc, char **argv)
{
	static const struct {
		int level, number;
		int values[5];
	} tried[] = {
		{IPPROTO_TCP, TCP_NODELAY, {0, 1, 77, -1, 0}},
		{IPPROTO_TCP, TCP_CORK, {0, 1, -5, 0, 0}},
		{IPPROTO_TCP, TCP_KEEPIDLE, {1, 0, 32767, 32768, -1}},
		{IPPROTO_TCP, TCP_KEEPINTVL, {1, 0, 32767, 32768, -1}},
		{IPPROTO_TCP, TCP_KEEPCNT, {1, 0, 127, 128, -1}},
		{IPPROTO_TCP, TCP_SYNCNT, {1, 0, 127, 128, -1}},
		{IPPROTO_TCP, TCP_USER_TIMEOUT, {0, 1, 1000000, -1, 5}},
		{IPPROTO_IP, IP_TTL, {1, 0, 255, 256, -1}},
		{IPPROTO_IP, IP_MTU_DISCOVER, {0, 1, 5, 6, -1}},
		{SOL_SOCKET, SO_KEEPALIVE, {0, 1, 5, -1, 0}},
		{SOL_SOCKET, SO_BROADCAST, {0, 1, 5, -1, 0}},
		{SOL_SOCKET, SO_REUSEADDR, {0, 1, 5, -1, 0}},
		{SOL_SOCKET, SO_SNDBUF, {1, 10000, 100000, 0, 50000}},
		{SOL_SOCKET, SO_RCVBUF, {1, 10000, 100000, 0, 50000}},
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t bytes;

	(void)argc, (void)argv;
	for (size_t i = 0; i < sizeof(tried) / sizeof(*tried); i++) {
		printf("%d.%d: %d\n", tried[i].level, tried[i].number,
		       option(fd, tried[i].level, tried[i].number));
		for (int k = 0; k < 5; k++) {
			CALL(setsockopt(fd, tried[i].level, tried[i].number, &tried[i].values[k],
					sizeof(int)));
			SHOW(option(fd, tried[i].level, tried[i].number));
		}
		CALL(setsockopt(fd, tried[i].level, tried[i].number, (void *)8, sizeof(int)));
		if (tried[i].level != IPPROTO_IP)
			CALL(setsockopt(fd, tried[i].level, tried[i].number, &bytes, 0));
		CALL(setsockopt(fd, tried[i].level, tried[i].number, &bytes, -1));
		bytes = -1;
		CALL(getsockopt(fd, tried[i].level, tried[i].number, buffer, &bytes));
	}
	/* One of ip(7) may be a byte. */
	CALL(setsockopt(fd, IPPROTO_IP, IP_TTL, "\x21", 1));
	SHOW(option(fd, IPPROTO_IP, IP_TTL));
	CALL(setsockopt(fd, IPPROTO_IP, IP_TTL, "", 1));
	CALL(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, "\1", 1));
	CALL(option(fd, 12345, 1));
	CALL(setsockopt(fd, 12345, 1, &bytes, sizeof(int)));
	CALL(option(fd, IPPROTO_TCP, 12345));
	CALL(option(fd, IPPROTO_IP, 12345));
	close(fd);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	SHOW(option(fd, SOL_SOCKET, SO_SNDBUF));
	SHOW(option(fd, SOL_SOCKET, SO_RCVBUF));
	CALL(option(fd, IPPROTO_TCP, TCP_NODELAY));
	SHOW(option(fd, IPPROTO_IP, IP_TTL));
	close(fd);
}

static struct sockaddr_in6 v6_address(const char *ip, int port)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	MUST(inet_pton(AF_INET6, ip, &address.sin6_addr) == 1);
	return address;
}

static void show_address(const char *what, const void *address, socklen_t bytes)
{
	const struct sockaddr_in6 *in6 = address;
	const struct sockaddr_in *in = address;
	char text[100];

	printf("%s: %d %d %s\n", what, (int)bytes, in->sin_family,
	       in->sin_family == AF_INET ? inet_ntop(AF_INET, &in->sin_addr, text, 100)
					 : inet_ntop(AF_INET6, &in6->sin6_addr, text, 100));
}

static void show_names(int fd)
{
	struct sockaddr_in6 address;
	socklen_t bytes = sizeof(address);

	CALL(getsockname(fd, (struct sockaddr *)&address, &bytes));
	show_address("own", &address, bytes);
	bytes = sizeof(address);
	if (getpeername(fd, (struct sockaddr *)&address, &bytes) == 0)
		show_address("peer", &address, bytes);
}

/* Connects a socket of a family to one that listens on all addresses of IPv6. */
static void connect_from(int listener, int family, const char *ip)
{
	struct sockaddr_in in =
		inet_address(family == AF_INET ? ip : "0.0.0.0", inet_port(listener));
	struct sockaddr_in6 in6 = v6_address(family == AF_INET6 ? ip : "::", inet_port(listener));
	struct sockaddr_in6 from;
	int fd = socket(family, SOCK_STREAM, 0);
	socklen_t bytes = sizeof(from);
	int server;

	printf("to %s\n", ip);
	CALL(family == AF_INET ? connect(fd, ADDRESS(&in)) : connect(fd, ADDRESS(&in6)));
	show_names(fd);
	server = accept4(listener, (struct sockaddr *)&from, &bytes, SOCK_NONBLOCK);
	if (server >= 0) {
		show_address("from", &from, bytes);
		show_names(server);
		close(server);
	}
	close(fd);
}

static void v6_streams(int argc, char **argv)
{
	struct sockaddr_in6 address = v6_address("::", 0);
	struct sockaddr_in in;
	int only, other;

	(void)argc, (void)argv;
	for (only = 0; only < 2; only++) {
		int listener = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK, 0);

		SHOW(option(listener, IPPROTO_IPV6, IPV6_V6ONLY));
		CALL(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)));
		SHOW(option(listener, IPPROTO_IPV6, IPV6_V6ONLY));
		MUST(bind(listener, ADDRESS(&address)) == 0 && listen(listener, 5) == 0);
		CALL(setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only)));
		show_names(listener);
		connect_from(listener, AF_INET, "127.0.0.1");
		connect_from(listener, AF_INET6, "::1");
		connect_from(listener, AF_INET6, "::");
		connect_from(listener, AF_INET6, "::ffff:127.0.0.1");
		connect_from(listener, AF_INET6, "::ffff:0.0.0.0");
		in = inet_address("0.0.0.0", inet_port(listener));
		other = socket(AF_INET, SOCK_STREAM, 0);
		CALL(bind(other, ADDRESS(&in)));
		close(other);
		close(listener);
	}
	other = socket(AF_INET6, SOCK_STREAM, 0);
	address = v6_address("601:db8::1", 0);
	CALL(bind(other, ADDRESS(&address)));
	address = v6_address("::ffff:192.0.2.1", 0);
	CALL(bind(other, ADDRESS(&address)));
	MUST(setsockopt(other, IPPROTO_IPV6, IPV6_V6ONLY, &(int){1}, sizeof(int)) == 0);
	address = v6_address("::ffff:127.0.0.1", 9);
	CALL(bind(other, ADDRESS(&address)));
	CALL(connect(other, ADDRESS(&address)));
	SHOW(option(other, IPPROTO_IPV6, IPV6_UNICAST_HOPS));
	close(other);
}

static void v6_datagrams(int argc, char **argv)
{
	struct sockaddr_in6 address = v6_address("::", 0);
	int both = socket(AF_INET6, SOCK_DGRAM, 0);
	int four = inet_bound(SOCK_DGRAM), six = socket(AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 from;
	socklen_t bytes = sizeof(from);

	(void)argc, (void)argv;
	MUST(bind(both, ADDRESS(&address)) == 0);
	MUST(inet_connect(four, inet_port(both)) == 0);
	CALL(write(four, "by IPv4", 7));
	CALL(recvfrom(both, buffer, 100, 0, (struct sockaddr *)&from, &bytes));
	show_address("from", &from, bytes);
	CALL(sendto(both, "back", 4, 0, ADDRESS(&from)));
	show_received(four, 100, 0);
	address = v6_address("::1", inet_port(both));
	CALL(sendto(six, "by IPv6", 7, 0, ADDRESS(&address)));
	bytes = sizeof(from);
	CALL(recvfrom(both, buffer, 100, 0, (struct sockaddr *)&from, &bytes));
	show_address("from", &from, bytes);
	CALL(connect(both, ADDRESS(&from)));
	show_names(both);
	CALL(write(both, "back", 4));
	show_received(six, 100, 0);
	CALL(write(four, "not from its peer", 17));
	CALL(inet_poll(both));
	address.sin6_family = AF_UNSPEC;
	CALL(connect(both, ADDRESS(&address)));
	show_names(both);
	close(both);
	close(four);
	close(six);
}

const struct conform_case inet_cases[] = {
	{"inet-kinds", kinds},
	{"inet-bad-addresses", bad_addresses},
	{"inet-bad-results", bad_results},
	{"inet-ports", ports},
	{"inet-ports-connected", ports_connected},
	{"inet-churn", churn},
	{"inet-ioctls", ioctls},
	{"inet-options", options},
	{"inet6-streams", v6_streams},
	{"inet6-datagrams", v6_datagrams},
	{NULL, NULL},
};
