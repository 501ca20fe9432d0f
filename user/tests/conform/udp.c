/* SPDX-License-Identifier: MIT */
/* Datagrams of udp(7). */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "conform.h"
#include "inet.h"

static char buffer[70000];

static ssize_t send_to(int fd, const char *text, int port)
{
	struct sockaddr_in address = inet_address("127.0.0.1", port);

	return sendto(fd, text, strlen(text), 0, ADDRESS(&address));
}

static void datagrams(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), to = inet_bound(SOCK_DGRAM);
	struct sockaddr_in from = {0};
	socklen_t bytes = sizeof(from);

	(void)argc, (void)argv;
	SHOW(inet_poll(fd));
	CALL(send(fd, "x", 1, 0));
	SHOW(inet_port(fd) != 0);
	CALL(send_to(fd, "x", 0));
	CALL(send_to(fd, "hello", inet_port(to)));
	SHOW(inet_port(fd) >= 32768);
	CALL(send_to(fd, "", inet_port(to)));
	CALL(send_to(fd, "third", inet_port(to)));
	SHOW(inet_poll(to));
	CALL(recvfrom(to, buffer, 100, 0, (struct sockaddr *)&from, &bytes));
	SHOW(bytes);
	SHOW(ntohl(from.sin_addr.s_addr) == INADDR_LOOPBACK);
	SHOW(ntohs(from.sin_port) == inet_port(fd));
	show_received(to, 100, 0);
	show_received(to, 3, MSG_PEEK);
	show_received(to, 3, MSG_PEEK | MSG_TRUNC);
	show_received(to, 3, MSG_TRUNC);
	show_received(to, 100, 0);
	CALL(sendto(to, "back", 4, 0, ADDRESS(&from)));
	CALL(read(fd, buffer, 100));
	CALL(listen(fd, 1));
	CALL(accept(fd, NULL, NULL));
	close(fd);
	close(to);
}

static void connected(int argc, char **argv)
{
	struct sockaddr_in none = {.sin_family = AF_UNSPEC}, address;
	int fd = socket(AF_INET, SOCK_DGRAM, 0), to = inet_bound(SOCK_DGRAM);
	int other = inet_bound(SOCK_DGRAM);
	socklen_t bytes = sizeof(address);

	(void)argc, (void)argv;
	CALL(inet_connect(fd, inet_port(to)));
	CALL(getsockname(fd, (struct sockaddr *)&address, &bytes));
	SHOW(ntohl(address.sin_addr.s_addr) == INADDR_LOOPBACK);
	CALL(getpeername(fd, (struct sockaddr *)&address, &bytes));
	SHOW(ntohs(address.sin_port) == inet_port(to));
	CALL(write(fd, "to its peer", 11));
	show_received(to, 100, 0);
	CALL(send_to(fd, "to another", inet_port(other)));
	show_received(other, 100, 0);
	CALL(send_to(other, "not from its peer", inet_port(fd)));
	show_received(fd, 100, 0);
	CALL(send_to(to, "from its peer", inet_port(fd)));
	show_received(fd, 100, 0);
	CALL(inet_connect(fd, inet_port(other)));
	CALL(send_to(to, "from the one before", inet_port(fd)));
	show_received(fd, 100, 0);
	CALL(connect(fd, ADDRESS(&none)));
	SHOW(inet_port(fd));
	CALL(getpeername(fd, (struct sockaddr *)&address, &bytes));
	CALL(send(fd, "x", 1, 0));
	CALL(send_to(fd, "bound again", inet_port(to)));
	show_received(to, 100, 0);
	SHOW(inet_port(to) > 0);
	CALL(inet_connect(to, inet_port(other)));
	CALL(connect(to, ADDRESS(&none)));
	bytes = sizeof(address);
	CALL(getsockname(to, (struct sockaddr *)&address, &bytes));
	SHOW(ntohl(address.sin_addr.s_addr) == INADDR_LOOPBACK);
	close(fd);
	close(to);
	close(other);
}

/* Only one that is connected learns that nobody is there. */
static void refused(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0), gone = inet_bound(SOCK_DGRAM);
	int port = inet_port(gone);

	(void)argc, (void)argv;
	close(gone);
	CALL(send_to(fd, "x", port));
	SHOW(inet_poll(fd));
	CALL(send_to(fd, "x", port));
	CALL(inet_connect(fd, port));
	CALL(write(fd, "x", 1));
	inet_show_poll(fd, POLLERR);
	show_received(fd, 100, 0);
	show_received(fd, 100, 0);
	CALL(write(fd, "x", 1));
	inet_show_poll(fd, POLLERR);
	CALL(write(fd, "x", 1));
	CALL(write(fd, "x", 1));
	inet_show_poll(fd, POLLERR);
	SHOW(inet_error(fd));
	SHOW(inet_error(fd));
	CALL(write(fd, "x", 1));
	CALL(read(fd, buffer, 100));
	close(fd);
}

static void sizes(int argc, char **argv)
{
	int fd = inet_bound(SOCK_DGRAM), to = inet_bound(SOCK_DGRAM), small = 5000, n = 0;
	struct sockaddr_in address = inet_address("127.0.0.1", inet_port(to));

	(void)argc, (void)argv;
	memset(buffer, 'b', sizeof(buffer));
	CALL(sendto(fd, buffer, 65507, 0, ADDRESS(&address)));
	CALL(sendto(fd, buffer, 65508, 0, ADDRESS(&address)));
	CALL(sendto(fd, buffer, 70000, 0, ADDRESS(&address)));
	CALL(sendto(fd, (void *)8, 10, 0, ADDRESS(&address)));
	CALL(recv(to, buffer, sizeof(buffer), 0));
	show_received(to, 10, 0);
	/* What doesn't fit the receiver's buffer is lost, and its sender doesn't wait. */
	CALL(setsockopt(to, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)));
	for (int i = 0; i < 200; i++)
		MUST(sendto(fd, buffer, 1000, 0, ADDRESS(&address)) == 1000);
	SHOW(inet_poll(fd));
	while (recv(to, buffer, sizeof(buffer), MSG_DONTWAIT) == 1000)
		n++;
	SHOW(n > 1 && n < 20);
	CALL(sendto(fd, buffer, 1000, 0, ADDRESS(&address)));
	CALL(recv(to, buffer, sizeof(buffer), 0));
	close(fd);
	close(to);
}

static void *receive(void *fd)
{
	return (void *)(intptr_t)recv((intptr_t)fd, buffer, 10, 0);
}

static void shut(int argc, char **argv)
{
	struct timeval short_time = {0, 20000};
	int fd = inet_bound(SOCK_DGRAM), to = inet_bound(SOCK_DGRAM);
	pthread_t thread;
	void *result;

	(void)argc, (void)argv;
	MUST(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &short_time, sizeof(short_time)) == 0);
	CALL(recv(fd, buffer, 10, 0));
	MUST(pthread_create(&thread, NULL, receive, (void *)(intptr_t)to) == 0);
	usleep(20000);
	CALL(shutdown(to, SHUT_RD));
	MUST(pthread_join(thread, &result) == 0);
	SHOW((intptr_t)result);
	SHOW(inet_poll(to));
	show_received(to, 10, 0);
	MUST(inet_connect(fd, inet_port(to)) == 0);
	CALL(write(fd, "received all the same", 21));
	show_received(to, 100, 0);
	CALL(shutdown(fd, SHUT_WR));
	CALL(write(fd, "x", 1));
	CALL(shutdown(fd, SHUT_RDWR));
	SHOW(inet_poll(fd));
	close(fd);
	close(to);
}

static void messages(int argc, char **argv)
{
	int fd = inet_bound(SOCK_DGRAM), to = inet_bound(SOCK_DGRAM);
	struct sockaddr_in address = inet_address("127.0.0.1", inet_port(to)), from[2];
	struct iovec pieces[] = {{"one ", 4}, {"two", 3}},
		     places[] = {{buffer, 5}, {buffer + 5, 50}};
	struct mmsghdr sent[2], got[2];

	(void)argc, (void)argv;
	memset(sent, 0, sizeof(sent));
	memset(got, 0, sizeof(got));
	for (int i = 0; i < 2; i++) {
		sent[i].msg_hdr.msg_name = &address;
		sent[i].msg_hdr.msg_namelen = sizeof(address);
		sent[i].msg_hdr.msg_iov = pieces;
		sent[i].msg_hdr.msg_iovlen = 1 + i;
		got[i].msg_hdr.msg_name = &from[i];
		got[i].msg_hdr.msg_namelen = sizeof(from[i]);
		got[i].msg_hdr.msg_iov = &places[i];
		got[i].msg_hdr.msg_iovlen = 1;
	}
	places[1].iov_len = 5;
	CALL(sendmmsg(fd, sent, 2, 0));
	CALL(recvmmsg(to, got, 2, 0, NULL));
	for (int i = 0; i < 2; i++) {
		SHOW(got[i].msg_len);
		SHOW(got[i].msg_hdr.msg_flags);
		SHOW(got[i].msg_hdr.msg_namelen);
		SHOW(ntohs(from[i].sin_port) == inet_port(fd));
	}
	printf("%.10s\n", buffer);
	/* What is longer than any address is cut. */
	sent[0].msg_hdr.msg_namelen = 200;
	CALL(sendmsg(fd, &sent[0].msg_hdr, 0));
	CALL(sendto(fd, "x", 1, 0, (void *)&address, 200));
	close(fd);
	close(to);
}

/* Two that share a port: each datagram comes to one of them, from the same sender to the same. */
static void shared(int argc, char **argv)
{
	struct sockaddr_in address = inet_address("127.0.0.1", 0);
	int fds[2], from[8], counts[2] = {0}, n;

	(void)argc, (void)argv;
	for (int i = 0; i < 2; i++) {
		fds[i] = socket(AF_INET, SOCK_DGRAM, 0);
		MUST(setsockopt(fds[i], SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int)) == 0);
		CALL(bind(fds[i], ADDRESS(&address)));
		address.sin_port = htons(inet_port(fds[0]));
	}
	for (int i = 0; i < 8; i++) {
		from[i] = inet_bound(SOCK_DGRAM);
		for (int k = 0; k < 3; k++)
			MUST(send_to(from[i], "x", inet_port(fds[0])) == 1);
	}
	for (int i = 0; i < 2; i++)
		while ((n = recv(fds[i], buffer, 10, MSG_DONTWAIT)) == 1)
			counts[i]++;
	SHOW(counts[0] + counts[1]);
	SHOW(counts[0] % 3);
	close(fds[0]);
	CALL(send_to(from[0], "to the other", inet_port(fds[1])));
	show_received(fds[1], 100, 0);
}

const struct conform_case udp_cases[] = {
	{"udp-datagrams", datagrams}, {"udp-connected", connected},
	{"udp-refused", refused},     {"udp-sizes", sizes},
	{"udp-shut", shut},	      {"udp-messages", messages},
	{"udp-shared", shared},	      {NULL, NULL},
};
