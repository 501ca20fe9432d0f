/* SPDX-License-Identifier: MIT */
/* Connections of tcp(7). */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"
#include "inet.h"

static char buffer[300000];

static int broken;

static void on_broken(int sig)
{
	broken += sig == SIGPIPE;
}

static void connected(int argc, char **argv)
{
	struct sockaddr_in from = {0}, address = {0};
	int listener = inet_listener(5), client = socket(AF_INET, SOCK_STREAM, 0), server;
	socklen_t bytes = sizeof(from);

	(void)argc, (void)argv;
	SHOW(inet_poll(listener));
	CALL(inet_connect(client, inet_port(listener)));
	SHOW(inet_poll(listener));
	SHOW(inet_poll(client));
	CALL(inet_connect(client, inet_port(listener)));
	server = accept4(listener, (struct sockaddr *)&from, &bytes, SOCK_CLOEXEC);
	SHOW(fcntl(server, F_GETFD));
	SHOW(fcntl(server, F_GETFL));
	SHOW(bytes);
	SHOW(ntohl(from.sin_addr.s_addr) == INADDR_LOOPBACK);
	SHOW(ntohs(from.sin_port) == inet_port(client));
	SHOW(inet_port(server) == inet_port(listener));
	bytes = sizeof(address);
	CALL(getpeername(client, (struct sockaddr *)&address, &bytes));
	SHOW(ntohs(address.sin_port) == inet_port(listener));
	CALL(write(client, "to the server", 13));
	inet_show_next(server, 100);
	bytes = sizeof(address);
	CALL(sendto(server, "and back", 8, 0, NULL, 0));
	CALL(recvfrom(client, buffer, 100, 0, (struct sockaddr *)&address, &bytes));
	SHOW(bytes);
	CALL(write(client, "", 0));
	SHOW(inet_poll(server));
	CALL(sendto(client, "address and all", 15, 0, ADDRESS(&from)));
	inet_show_next(server, 100);
	close(listener);
	close(client);
	close(server);
}

static void ended(int argc, char **argv)
{
	int ends[2];

	(void)argc, (void)argv;
	signal(SIGPIPE, on_broken);
	inet_pair(ends);
	write(ends[1], "last", 4);
	close(ends[1]);
	inet_show_poll(ends[0], POLLRDHUP);
	CALL(write(ends[0], "lost", 4));
	inet_show_poll(ends[0], POLLERR);
	show_received(ends[0], 100, 0);
	show_received(ends[0], 100, 0);
	CALL(write(ends[0], "x", 1));
	SHOW(broken);
	CALL(send(ends[0], "x", 1, MSG_NOSIGNAL));
	SHOW(broken);
	SHOW(inet_poll(ends[0]));
	CALL(shutdown(ends[0], SHUT_WR));
	close(ends[0]);
}

static void half_closed(int argc, char **argv)
{
	struct sockaddr_in address;
	socklen_t bytes = sizeof(address);
	int ends[2];

	(void)argc, (void)argv;
	signal(SIGPIPE, SIG_IGN);
	inet_pair(ends);
	write(ends[0], "question", 8);
	CALL(shutdown(ends[0], SHUT_WR));
	CALL(shutdown(ends[0], SHUT_WR));
	inet_show_poll(ends[1], POLLRDHUP);
	SHOW(inet_poll(ends[0]));
	CALL(write(ends[0], "x", 1));
	show_received(ends[1], 100, 0);
	show_received(ends[1], 100, 0);
	CALL(write(ends[1], "answer", 6));
	CALL(shutdown(ends[1], SHUT_WR));
	inet_show_poll(ends[0], POLLRDHUP);
	show_received(ends[0], 100, 0);
	show_received(ends[0], 100, 0);
	SHOW(inet_poll(ends[1]));
	CALL(getpeername(ends[0], (struct sockaddr *)&address, &bytes));
	CALL(shutdown(ends[0], SHUT_RDWR));
	CALL(inet_connect(ends[0], 1));
	close(ends[0]);
	close(ends[1]);
}

static void shut(int argc, char **argv)
{
	int ends[2];

	(void)argc, (void)argv;
	signal(SIGPIPE, on_broken);
	inet_pair(ends);
	CALL(shutdown(ends[0], 3));
	CALL(shutdown(ends[0], -1));
	CALL(shutdown(ends[0], SHUT_RD));
	SHOW(inet_poll(ends[0]));
	SHOW(inet_poll(ends[1]));
	show_received(ends[0], 10, 0);
	CALL(write(ends[1], "received all the same", 21));
	show_received(ends[0], 100, 0);
	show_received(ends[0], 100, 0);
	CALL(write(ends[0], "back", 4));
	inet_show_next(ends[1], 100);
	CALL(shutdown(ends[0], SHUT_RDWR));
	inet_show_poll(ends[1], POLLRDHUP);
	CALL(write(ends[1], "reset", 5));
	SHOW(inet_poll(ends[0]));
	SHOW(inet_poll(ends[1]));
	SHOW(inet_error(ends[0]));
	SHOW(inet_error(ends[1]));
	SHOW(inet_error(ends[1]));
	SHOW(broken);
	CALL(write(ends[1], "x", 1));
	SHOW(broken);
	show_received(ends[0], 100, 0);
	show_received(ends[1], 100, 0);
	close(ends[0]);
	close(ends[1]);
}

/* Three ways to be reset, each with what was sent before. */
static void resets(int argc, char **argv)
{
	const struct linger linger = {1, 0};
	int listener, ends[2];

	(void)argc, (void)argv;
	signal(SIGPIPE, on_broken);
	for (int way = 0; way < 4; way++) {
		printf("way %d\n", way);
		inet_pair(ends);
		write(ends[1], "sent before", 11);
		write(ends[0], "unread", 6);
		inet_show_poll(ends[0], POLLIN);
		inet_show_poll(ends[1], POLLIN);
		if (way == 1) {
			recv(ends[1], buffer, 100, 0);
			setsockopt(ends[1], SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
		}
		if (way == 2)
			shutdown(ends[1], SHUT_WR);
		close(ends[1]);
		inet_show_poll(ends[0], POLLERR);
		if (way == 3) {
			CALL(write(ends[0], "x", 1));
			CALL(write(ends[0], "x", 1));
		}
		for (int i = 0; i < 3; i++)
			show_received(ends[0], 100, 0);
		SHOW(inet_error(ends[0]));
		close(ends[0]);
	}
	SHOW(broken);
	listener = inet_listener(5);
	ends[0] = socket(AF_INET, SOCK_STREAM, 0);
	MUST(inet_connect(ends[0], inet_port(listener)) == 0);
	close(listener);
	inet_show_poll(ends[0], POLLERR);
	show_received(ends[0], 100, 0);
	show_received(ends[0], 100, 0);
	close(ends[0]);
}

static void unconnected(int argc, char **argv)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0), server;

	(void)argc, (void)argv;
	signal(SIGPIPE, on_broken);
	SHOW(inet_poll(fd));
	CALL(write(fd, "x", 1));
	SHOW(broken);
	show_received(fd, 100, 0);
	CALL(shutdown(fd, SHUT_WR));
	CALL(accept(fd, NULL, NULL));
	SHOW(inet_port(fd));
	CALL(listen(fd, 1));
	SHOW(inet_port(fd) != 0);
	SHOW(inet_poll(fd));
	CALL(listen(fd, 2));
	CALL(write(fd, "x", 1));
	show_received(fd, 100, 0);
	CALL(inet_connect(fd, 1));
	CALL(shutdown(fd, SHUT_WR));
	SHOW(inet_poll(fd));
	CALL(shutdown(fd, SHUT_RD));
	SHOW(inet_poll(fd));
	CALL(accept(fd, NULL, NULL));
	CALL(listen(fd, 1));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	CALL(accept(fd, NULL, NULL));
	CALL(accept4(fd, NULL, NULL, 1));
	server = socket(AF_INET, SOCK_STREAM, 0);
	MUST(inet_connect(server, inet_port(fd)) == 0);
	CALL(accept(fd, (struct sockaddr *)buffer, &(socklen_t){-1}));
	close(server);
	close(fd);
}

static void refused(int argc, char **argv)
{
	struct sockaddr_in none = {.sin_family = AF_UNSPEC};
	int bound = inet_bound(SOCK_STREAM), listener = inet_listener(1);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)argc, (void)argv;
	CALL(inet_connect(fd, inet_port(bound)));
	SHOW(inet_poll(fd));
	SHOW(inet_error(fd));
	CALL(send(fd, "", 0, MSG_NOSIGNAL));
	show_received(fd, 100, 0);
	CALL(inet_connect(fd, inet_port(listener)));
	SHOW(inet_poll(fd));
	CALL(connect(fd, ADDRESS(&none)));
	SHOW(inet_poll(fd) & POLLHUP);
	close(accept(listener, NULL, NULL));
	CALL(inet_connect(fd, inet_port(listener)));
	close(fd);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	CALL(inet_connect(fd, inet_port(bound)));
	inet_show_poll(fd, POLLERR);
	CALL(inet_connect(fd, inet_port(bound)));
	SHOW(inet_poll(fd));
	CALL(inet_connect(fd, inet_port(bound)));
	inet_show_poll(fd, POLLERR);
	SHOW(inet_error(fd));
	CALL(inet_connect(fd, inet_port(bound)));
	close(fd);
	close(bound);
	close(listener);
}

static void nonblocking(int argc, char **argv)
{
	int listener = inet_listener(5), fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int server, small = 20000;

	(void)argc, (void)argv;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	fcntl(listener, F_SETFL, O_NONBLOCK);
	CALL(accept(listener, NULL, NULL));
	CALL(inet_connect(fd, inet_port(listener)));
	inet_show_poll(fd, POLLOUT);
	SHOW(inet_error(fd));
	CALL(inet_connect(fd, inet_port(listener)));
	CALL(inet_connect(fd, inet_port(listener)));
	server = accept(listener, NULL, NULL);
	SHOW(fcntl(server, F_GETFL));
	CALL(accept(listener, NULL, NULL));
	CALL(read(fd, buffer, 10));
	while (write(fd, buffer, sizeof(buffer)) > 0)
		continue;
	CALL(write(fd, buffer, 1));
	CALL(send(fd, buffer, 1, MSG_DONTWAIT));
	SHOW(inet_poll(fd));
	fcntl(server, F_SETFL, O_NONBLOCK);
	while (read(server, buffer, sizeof(buffer)) > 0 || !(inet_poll(fd) & POLLOUT))
		continue;
	SHOW(inet_poll(fd));
	close(fd);
	close(server);
	close(listener);
}

/* Those for whom there is no room wait for accept(2). */
static void backlog(int argc, char **argv)
{
	int listener = inet_listener(0), fds[4], server;

	(void)argc, (void)argv;
	for (int i = 0; i < 4; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		CALL(inet_connect(fds[i], inet_port(listener)));
	}
	inet_show_poll(fds[0], POLLOUT);
	for (int i = 1; i < 4; i++)
		SHOW(inet_poll(fds[i]));
	CALL(inet_connect(fds[1], inet_port(listener)));
	CALL(write(fds[1], "x", 1));
	CALL(read(fds[1], buffer, 1));
	CALL(shutdown(fds[1], SHUT_RD));
	SHOW(inet_poll(fds[1]));
	close(fds[2]);
	server = accept(listener, NULL, NULL);
	write(server, "first", 5);
	inet_show_next(fds[0], 10);
	close(server);
	/* On Linux it tries it again after a second. */
	inet_show_poll(fds[3], POLLOUT);
	server = accept(listener, NULL, NULL);
	write(server, "second", 6);
	inet_show_next(fds[3], 10);
	close(listener);
	close(fds[0]);
	close(fds[1]);
	close(fds[3]);
	close(server);
}

static void received(int argc, char **argv)
{
	struct iovec pieces[] = {{buffer, 3}, {buffer + 3, 0}, {buffer + 3, 4}};
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 3};
	struct timeval short_time = {0, 20000};
	char control[100];
	int ends[2];

	(void)argc, (void)argv;
	inet_pair(ends);
	write(ends[0], "abc", 3);
	write(ends[0], "defghij", 7);
	inet_show_poll(ends[1], POLLIN);
	show_received(ends[1], 100, MSG_PEEK);
	show_received(ends[1], 5, MSG_PEEK);
	show_received(ends[1], 2, 0);
	CALL(recv(ends[1], NULL, 2, MSG_TRUNC));
	CALL(recv(ends[1], buffer, 3, MSG_WAITALL));
	SHOW(memcmp(buffer, "efg", 3));
	CALL(recv(ends[1], (void *)8, 3, 0));
	message.msg_control = control;
	message.msg_controllen = sizeof(control);
	message.msg_name = control;
	message.msg_namelen = 50;
	CALL(recvmsg(ends[1], &message, 0));
	SHOW(message.msg_flags);
	SHOW(message.msg_namelen);
	SHOW(message.msg_controllen);
	memcpy(buffer, "1234567", 7);
	message = (struct msghdr){.msg_iov = pieces, .msg_iovlen = 3};
	CALL(sendmsg(ends[1], &message, 0));
	CALL(recv(ends[0], buffer + 100, 7, MSG_WAITALL));
	SHOW(memcmp(buffer + 100, "1234567", 7));
	CALL(writev(ends[1], pieces, 3));
	CALL(readv(ends[0], pieces, 3));
	CALL(recv(ends[0], buffer, 10, MSG_OOB));
	CALL(recv(ends[0], buffer, 10, MSG_ERRQUEUE));
	CALL(write(ends[1], "x", 1));
	CALL(recvfrom(ends[0], buffer, 10, 0, (struct sockaddr *)8, &(socklen_t){16}));
	CALL(write(ends[1], "x", 1));
	CALL(recvfrom(ends[0], buffer, 10, 0, (struct sockaddr *)8, &(socklen_t){-1}));
	CALL(recv(ends[0], buffer, 10, MSG_DONTWAIT));
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &short_time, sizeof(short_time));
	CALL(recv(ends[0], buffer, 10, 0));
	write(ends[1], "some", 4);
	CALL(recv(ends[0], buffer, 10, MSG_WAITALL));
	CALL(read(ends[0], buffer, 10));
	close(ends[0]);
	close(ends[1]);
}

/* Sends what a generator makes, in pieces of many sizes. */
static void *send_much(void *fd)
{
	static uint8_t piece[100000];
	uint32_t state = 1;

	for (int i = 0; i < 30; i++) {
		size_t bytes = 1 + i * 7919 % sizeof(piece);

		for (size_t k = 0; k < bytes; k++) {
			state = state * 1664525 + 1013904223;
			piece[k] = state >> 24;
		}
		MUST(send((intptr_t)fd, piece, bytes, 0) == (ssize_t)bytes);
	}
	shutdown((intptr_t)fd, SHUT_WR);
	return NULL;
}

static void much(int argc, char **argv)
{
	uint32_t state = 1;
	pthread_t sender;
	long long sum = 0, wrong = 0;
	int ends[2], small = 20000;

	(void)argc, (void)argv;
	inet_pair(ends);
	setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	MUST(pthread_create(&sender, NULL, send_much, (void *)(intptr_t)ends[0]) == 0);
	for (;;) {
		ssize_t n = read(ends[1], buffer, 1 + sum % 30000);

		if (n <= 0)
			break;
		for (ssize_t i = 0; i < n; i++) {
			state = state * 1664525 + 1013904223;
			wrong += (uint8_t)buffer[i] != state >> 24;
		}
		sum += n;
	}
	MUST(pthread_join(sender, NULL) == 0);
	SHOW(sum);
	SHOW(wrong);
}

static void *echo(void *fd)
{
	char bytes[100];
	ssize_t n;

	while ((n = read((intptr_t)fd, bytes, sizeof(bytes))) > 0)
		MUST(write((intptr_t)fd, bytes, n) == n);
	close((intptr_t)fd);
	return NULL;
}

static void *serve(void *listener)
{
	pthread_t threads[4];

	for (int i = 0; i < 4; i++) {
		intptr_t fd = accept((intptr_t)listener, NULL, NULL);

		MUST(fd >= 0 && pthread_create(&threads[i], NULL, echo, (void *)fd) == 0);
	}
	for (int i = 0; i < 4; i++)
		MUST(pthread_join(threads[i], NULL) == 0);
	return NULL;
}

static void threads(int argc, char **argv)
{
	intptr_t listener = inet_listener(8);
	pthread_t server;
	int fds[4], right = 0;

	(void)argc, (void)argv;
	MUST(pthread_create(&server, NULL, serve, (void *)listener) == 0);
	for (int i = 0; i < 4; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM, 0);
		MUST(inet_connect(fds[i], inet_port(listener)) == 0);
	}
	for (int turn = 0; turn < 6; turn++) {
		for (int i = 0; i < 4; i++)
			dprintf(fds[i], "turn %02d of %d", turn, i);
		for (int i = 0; i < 4; i++) {
			char wanted[30];

			snprintf(wanted, sizeof(wanted), "turn %02d of %d", turn, i);
			memset(buffer, 0, 30);
			right += recv(fds[i], buffer, strlen(wanted), MSG_WAITALL) > 0 &&
				 strcmp(buffer, wanted) == 0;
		}
	}
	SHOW(right);
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	MUST(pthread_join(server, NULL) == 0);
}

/* A server that forks for each client. */
static void forked(int argc, char **argv)
{
	int listener = inet_listener(5), fds[3];
	pid_t server = child(), end;

	(void)argc, (void)argv;
	if (server == 0) {
		for (int i = 0; i < 3; i++) {
			int fd = accept(listener, NULL, NULL);

			MUST(fd >= 0);
			if (fork() == 0) {
				ssize_t n = read(fd, buffer, 100);

				for (ssize_t k = 0; k < n; k++)
					buffer[k] -= 'a' - 'A';
				write(fd, buffer, n);
				_exit(10 + i);
			}
			close(fd);
		}
		close(listener);
		for (int i = 0; i < 3; i++)
			MUST(wait(NULL) > 0);
		_exit(0);
	}
	for (int i = 0; i < 3; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM, 0);
		CALL(inet_connect(fds[i], inet_port(listener)));
	}
	close(listener);
	for (int i = 3; i-- > 0;) {
		write(fds[i], "lower\0case" + 6 * (i & 1), 5 - (i & 1));
		inet_show_next(fds[i], 100);
		CALL(read(fds[i], buffer, 100));
	}
	end = waitpid(server, NULL, 0);
	SHOW(end == server);
}

static void epolled(int argc, char **argv)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u32 = 1}, events[5];
	int listener = inet_listener(5), poller = epoll_create1(0), server, n;
	int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	(void)argc, (void)argv;
	CALL(epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event));
	CALL(epoll_wait(poller, events, 5, 0));
	event = (struct epoll_event){EPOLLOUT | EPOLLET, {.u32 = 2}};
	inet_connect(client, inet_port(listener));
	CALL(epoll_ctl(poller, EPOLL_CTL_ADD, client, &event));
	inet_show_poll(listener, POLLIN);
	n = epoll_wait(poller, events, 5, 1000);
	for (int i = 0; i < n; i++)
		printf("%u: %#x\n", events[i].data.u32, events[i].events);
	server = accept(listener, NULL, NULL);
	CALL(epoll_wait(poller, events, 5, 0));
	event = (struct epoll_event){EPOLLIN | EPOLLRDHUP | EPOLLET, {.u32 = 3}};
	CALL(epoll_ctl(poller, EPOLL_CTL_ADD, server, &event));
	CALL(epoll_wait(poller, events, 5, 0));
	for (int i = 0; i < 3; i++) {
		if (i < 2)
			write(client, "data", 4);
		else
			shutdown(client, SHUT_WR);
		CALL(epoll_wait(poller, events, 1, 1000));
		printf("%u: %#x\n", events[0].data.u32, events[0].events);
		CALL(epoll_wait(poller, events, 1, 0));
	}
	CALL(read(server, buffer, 100));
	close(server);
	n = epoll_wait(poller, events, 5, 1000);
	SHOW(n);
	printf("%u: %#x\n", events[0].data.u32, events[0].events);
	close(client);
	close(listener);
	close(poller);
}

static void *receive(void *fd)
{
	return (void *)(intptr_t)recv((intptr_t)fd, (char[10]){0}, 10, 0);
}

static void *take(void *fd)
{
	return (void *)(intptr_t)(accept((intptr_t)fd, NULL, NULL) < 0 ? errno : 0);
}

/* A socket is shut, or its peer ends, while another thread waits in it. */
static void waiters(int argc, char **argv)
{
	static const char *const ways[] = {"shut", "peer closed", "peer resets"};
	const struct linger linger = {1, 0};
	pthread_t thread;
	void *result;
	int ends[2];

	(void)argc, (void)argv;
	for (int way = 0; way < 3; way++) {
		inet_pair(ends);
		MUST(pthread_create(&thread, NULL, receive, (void *)(intptr_t)ends[0]) == 0);
		usleep(20000);
		if (way == 0)
			shutdown(ends[0], SHUT_RD);
		if (way == 2)
			setsockopt(ends[1], SOL_SOCKET, SO_LINGER, &linger, sizeof(linger));
		if (way > 0)
			close(ends[1]);
		MUST(pthread_join(thread, &result) == 0);
		printf("%s: %d\n", ways[way], (int)(intptr_t)result);
		close(ends[0]);
	}
	ends[0] = inet_listener(1);
	MUST(pthread_create(&thread, NULL, take, (void *)(intptr_t)ends[0]) == 0);
	usleep(20000);
	CALL(shutdown(ends[0], SHUT_RDWR));
	MUST(pthread_join(thread, &result) == 0);
	SHOW((intptr_t)result);
	close(ends[0]);
}

static void on_signal(int sig)
{
	(void)sig;
}

static void interrupted(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_signal};
	struct itimerval timer = {{0, 20000}, {0, 20000}};
	int ends[2], listener = inet_listener(1), small = 20000;

	(void)argc, (void)argv;
	inet_pair(ends);
	setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	CALL(read(ends[0], buffer, 10));
	CALL(accept(listener, NULL, NULL));
	while (send(ends[0], buffer, sizeof(buffer), 0) > 0)
		continue;
	SHOW(errno == EINTR);
	close(ends[0]);
	close(ends[1]);
	close(listener);
}

/* A connection goes to another process, and through a program that knows nothing of it. */
static void passed(int argc, char **argv)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec piece = {"fd", 2};
	struct msghdr message = {.msg_iov = &piece,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	int ends[2], way[2], fd;

	(void)argc, (void)argv;
	inet_pair(ends);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, way) == 0);
	control.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)),
					  .cmsg_level = SOL_SOCKET,
					  .cmsg_type = SCM_RIGHTS};
	memcpy(CMSG_DATA(&control.header), &ends[1], sizeof(int));
	CALL(sendmsg(way[0], &message, 0));
	close(ends[1]);
	SHOW(inet_poll(ends[0]));
	piece.iov_base = buffer;
	CALL(recvmsg(way[1], &message, 0));
	memcpy(&fd, CMSG_DATA(&control.header), sizeof(int));
	CALL(write(fd, "through", 7));
	inet_show_next(ends[0], 100);
	/* Files can't be sent through it. */
	message.msg_controllen = sizeof(control);
	CALL(sendmsg(fd, &message, 0));
	message.msg_controllen = sizeof(control);
	CALL(recvmsg(ends[0], &message, 0));
	SHOW(message.msg_controllen);
	close(fd);
	inet_show_poll(ends[0], POLLRDHUP);
	close(ends[0]);
	close(way[0]);
	close(way[1]);
}

static int state_of(int fd)
{
	struct tcp_info info = {0};
	socklen_t bytes = sizeof(info.tcpi_state);

	MUST(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &bytes) == 0);
	return info.tcpi_state;
}

static void states(int argc, char **argv)
{
	int listener = inet_listener(1), fd = socket(AF_INET, SOCK_STREAM, 0), ends[2];

	(void)argc, (void)argv;
	SHOW(state_of(fd));
	SHOW(state_of(listener));
	inet_pair(ends);
	SHOW(state_of(ends[0]));
	shutdown(ends[0], SHUT_WR);
	inet_show_poll(ends[1], POLLRDHUP);
	/* Until this is known to have been received it is TCP_FIN_WAIT1. */
	SHOW(state_of(ends[0]) == TCP_FIN_WAIT1 || state_of(ends[0]) == TCP_FIN_WAIT2);
	SHOW(state_of(ends[1]));
	close(ends[1]);
	inet_show_poll(ends[0], POLLRDHUP);
	SHOW(state_of(ends[0]));
	close(ends[0]);
	close(listener);
	close(fd);
}

/* A socket that leaves a connection has nothing of it in the next. */
static void reconnected(int argc, char **argv)
{
	struct sockaddr_in none = {.sin_family = AF_UNSPEC};
	int old = inet_listener(1), listener = inet_listener(1);
	int fd = socket(AF_INET, SOCK_STREAM, 0), left, server;

	(void)argc, (void)argv;
	CALL(inet_connect(fd, inet_port(old)));
	left = accept(old, NULL, NULL);
	CALL(write(left, "old", 3));
	CALL(connect(fd, ADDRESS(&none)));
	inet_show_poll(left, POLLHUP);
	CALL(send(left, "old", 3, MSG_NOSIGNAL));
	CALL(inet_connect(fd, inet_port(listener)));
	server = accept(listener, NULL, NULL);
	CALL(send(left, "old", 3, MSG_NOSIGNAL));
	CALL(shutdown(left, SHUT_WR));
	close(left);
	show_received(fd, 100, 0);
	CALL(write(server, "new", 3));
	inet_show_next(fd, 100);
	CALL(write(fd, "back", 4));
	inet_show_next(server, 100);
	close(server);
	close(fd);
	close(old);
	close(listener);
}

const struct conform_case tcp_cases[] = {
	{"tcp-connected", connected},
	{"tcp-ended", ended},
	{"tcp-half-closed", half_closed},
	{"tcp-shut", shut},
	{"tcp-resets", resets},
	{"tcp-unconnected", unconnected},
	{"tcp-refused", refused},
	{"tcp-nonblocking", nonblocking},
	{"tcp-backlog", backlog},
	{"tcp-received", received},
	{"tcp-much", much},
	{"tcp-threads", threads},
	{"tcp-forked", forked},
	{"tcp-epoll", epolled},
	{"tcp-waiters", waiters},
	{"tcp-interrupted", interrupted},
	{"tcp-passed", passed},
	{"tcp-states", states},
	{"tcp-reconnected", reconnected},
	{NULL, NULL},
};
