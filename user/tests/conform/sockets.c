/* SPDX-License-Identifier: MIT */
/* Sockets within the machine: unix(7). */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conform.h"

static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET};
static const char *const type_names[] = {"stream", "datagrams", "packets"};

static char buffer[300000];

static void pair(int type, int ends[2])
{
	MUST(socketpair(AF_UNIX, type, 0, ends) == 0);
}

static int poll_bits(int fd)
{
	struct pollfd polled = {.fd = fd, .events = 0x3fff};

	poll(&polled, 1, 0);
	return polled.revents;
}

/* An abstract name, of this process alone: the machine that runs the tests has others. */
static socklen_t make_name(struct sockaddr_un *address, const char *name)
{
	address->sun_family = AF_UNIX;
	return offsetof(struct sockaddr_un, sun_path) +
	       sprintf(address->sun_path + 1, "conform-%d-%s", (int)getpid(), name) + 1;
}

static int bind_to(int fd, const char *name)
{
	struct sockaddr_un address = {0};
	socklen_t bytes = make_name(&address, name);

	return bind(fd, (struct sockaddr *)&address, bytes);
}

static int connect_to(int fd, const char *name)
{
	struct sockaddr_un address = {0};
	socklen_t bytes = make_name(&address, name);

	return connect(fd, (struct sockaddr *)&address, bytes);
}

static ssize_t send_to(int fd, const char *text, const char *name)
{
	struct sockaddr_un address = {0};
	socklen_t bytes = make_name(&address, name);

	return sendto(fd, text, strlen(text), MSG_DONTWAIT, (struct sockaddr *)&address, bytes);
}

static int listener(int type, const char *name, int backlog)
{
	int fd = socket(AF_UNIX, type, 0);

	MUST(fd >= 0 && bind_to(fd, name) == 0 && listen(fd, backlog) == 0);
	return fd;
}

static void pairs(int argc, char **argv)
{
	int ends[2];

	(void)argc, (void)argv;
	for (int i = 0; i < 3; i++) {
		puts(type_names[i]);
		pair(types[i], ends);
		SHOW(poll_bits(ends[0]));
		CALL(write(ends[0], "abc", 3));
		CALL(send(ends[0], "defg", 4, 0));
		CALL(write(ends[0], "", 0));
		SHOW(poll_bits(ends[1]));
		show_received(ends[1], 2, MSG_PEEK);
		show_received(ends[1], 2, MSG_TRUNC);
		show_received(ends[1], 100, 0);
		show_received(ends[1], 100, 0);
		show_received(ends[1], 100, 0);
		CALL(write(ends[1], "back", 4));
		CALL(read(ends[0], buffer, 0));
		CALL(read(ends[0], buffer, 10));
		CALL(recv(ends[0], buffer, 0, MSG_DONTWAIT));
		close(ends[0]);
		close(ends[1]);
	}
}

static int broken;

static void on_broken(int sig)
{
	broken += sig == SIGPIPE;
}

static void ended(int argc, char **argv)
{
	int ends[2], error;
	socklen_t bytes = sizeof(error);

	(void)argc, (void)argv;
	signal(SIGPIPE, on_broken);
	for (int i = 0; i < 3; i++) {
		puts(type_names[i]);
		pair(types[i], ends);
		write(ends[0], "abc", 3);
		CALL(shutdown(ends[0], SHUT_WR));
		CALL(shutdown(ends[0], 3));
		SHOW(poll_bits(ends[0]));
		SHOW(poll_bits(ends[1]));
		CALL(write(ends[0], "x", 1));
		CALL(send(ends[0], "x", 1, MSG_NOSIGNAL));
		SHOW(broken);
		show_received(ends[1], 10, 0);
		show_received(ends[1], 10, 0);
		CALL(write(ends[1], "yy", 2));
		close(ends[0]);
		SHOW(poll_bits(ends[1]));
		CALL(write(ends[1], "x", 1));
		SHOW(broken);
		SHOW(poll_bits(ends[1]));
		show_received(ends[1], 10, 0);
		show_received(ends[1], 10, 0);
		CALL(getsockopt(ends[1], SOL_SOCKET, SO_ERROR, &error, &bytes));
		SHOW(error);
		CALL(shutdown(ends[1], SHUT_RDWR));
		close(ends[1]);
		pair(types[i], ends);
		CALL(shutdown(ends[0], SHUT_RD));
		CALL(write(ends[1], "x", 1));
		SHOW(poll_bits(ends[1]));
		show_received(ends[0], 10, 0);
		close(ends[0]);
		SHOW(poll_bits(ends[1]));
		close(ends[1]);
	}
}

static void unconnected(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t bytes;

	(void)argc, (void)argv;
	for (int i = 0; i < 3; i++) {
		int fd = socket(AF_UNIX, types[i] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		puts(type_names[i]);
		SHOW(fcntl(fd, F_GETFD));
		SHOW(fcntl(fd, F_GETFL));
		SHOW(poll_bits(fd));
		CALL(send(fd, "x", 1, 0));
		CALL(send_to(fd, "x", "nobody"));
		show_received(fd, 10, 0);
		CALL(listen(fd, 5));
		CALL(accept(fd, NULL, NULL));
		CALL(shutdown(fd, SHUT_WR));
		bytes = sizeof(address);
		CALL(getpeername(fd, (struct sockaddr *)&address, &bytes));
		CALL(getsockname(fd, (struct sockaddr *)&address, &bytes));
		SHOW(bytes);
		SHOW(address.sun_family);
		CALL(connect_to(fd, "nobody"));
		CALL(connect(fd, (struct sockaddr *)&address, 1));
		CALL(connect(fd, (struct sockaddr *)&address, 200));
		CALL(connect(fd, (struct sockaddr *)8, 20));
		close(fd);
	}
	CALL(socket(AF_UNIX, 4, 0));
	CALL(socket(AF_UNIX, 11, 0));
	CALL(socket(AF_UNIX, SOCK_STREAM, 2));
	CALL(socket(AF_UNIX, SOCK_STREAM | 0x100, 0));
	CALL(socket(46, SOCK_STREAM, 0));
	CALL(socketpair(AF_UNIX, SOCK_STREAM, 0, (int *)8));
	CALL(bind(0, (struct sockaddr *)&address, sizeof(address)));
	CALL(listen(-1, 1));
	CALL(listen(open("/", O_PATH), 1));
}

static void names(int argc, char **argv)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t bytes = sizeof(address);
	int one = socket(AF_UNIX, SOCK_STREAM, 0), other = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)argc, (void)argv;
	CALL(bind_to(one, "name"));
	CALL(bind_to(one, "name"));
	CALL(bind_to(one, "again"));
	CALL(bind_to(other, "name"));
	CALL(getsockname(one, (struct sockaddr *)&address, &bytes));
	SHOW(bytes == make_name(&(struct sockaddr_un){0}, "name"));
	SHOW(address.sun_path[0]);
	SHOW(strncmp(address.sun_path + 1, "conform-", 8));
	bytes = 5;
	memset(&address, 0, sizeof(address));
	CALL(getsockname(one, (struct sockaddr *)&address, &bytes));
	SHOW(bytes == make_name(&(struct sockaddr_un){0}, "name"));
	SHOW(address.sun_path[3] == 0 && address.sun_path[2] == 'o');
	bytes = -1;
	CALL(getsockname(one, (struct sockaddr *)&address, &bytes));
	CALL(getsockname(one, (struct sockaddr *)&address, NULL));
	/* The kernel chooses. */
	address.sun_family = AF_UNIX;
	CALL(bind(other, (struct sockaddr *)&address, 2));
	bytes = sizeof(address);
	CALL(getsockname(other, (struct sockaddr *)&address, &bytes));
	SHOW(bytes);
	SHOW(strspn(address.sun_path + 1, "0123456789abcdef") >= 5);
	CALL(bind(other, (struct sockaddr *)&address, 2));
	/* A name is free again when its socket is closed; each type has its own. */
	other = socket(AF_UNIX, SOCK_DGRAM, 0);
	CALL(bind_to(other, "name"));
	close(one);
	one = socket(AF_UNIX, SOCK_STREAM, 0);
	CALL(bind_to(one, "name"));
	CALL(connect_to(socket(AF_UNIX, SOCK_STREAM, 0), "name"));
	CALL(connect_to(socket(AF_UNIX, SOCK_SEQPACKET, 0), "name"));
	CALL(connect_to(socket(AF_UNIX, SOCK_DGRAM, 0), "name"));
	/* Paths: there is a file, but it is no socket; there is none. */
	strcpy(address.sun_path, "/etc/os-release");
	CALL(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address,
		     sizeof(address)));
	CALL(bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof(address)));
	strcpy(address.sun_path, "/etc/none");
	CALL(connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address,
		     sizeof(address)));
	strcpy(address.sun_path, "/etc/none/below");
	CALL(bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof(address)));
}

static void served(int argc, char **argv)
{
	struct sockaddr_un address, mine = {0};
	int accepted, listens, client;
	socklen_t bytes;
	int value;

	(void)argc, (void)argv;
	for (int i = 0; i < 3; i += 2) {
		puts(type_names[i]);
		listens = listener(types[i], type_names[i], 5);
		client = socket(AF_UNIX, types[i], 0);
		SHOW(poll_bits(listens));
		CALL(connect_to(client, type_names[i]));
		CALL(connect_to(client, type_names[i]));
		CALL(connect_to(listens, type_names[i]));
		SHOW(poll_bits(listens));
		SHOW(poll_bits(client));
		/* Sent before it is accepted. */
		CALL(write(client, "early", 5));
		bytes = sizeof(address);
		accepted = accept4(listens, (struct sockaddr *)&address, &bytes,
				   SOCK_NONBLOCK | SOCK_CLOEXEC);
		SHOW(accepted >= 0);
		SHOW(bytes);
		SHOW(fcntl(accepted, F_GETFL));
		SHOW(fcntl(accepted, F_GETFD));
		show_received(accepted, 10, 0);
		CALL(write(accepted, "late", 4));
		show_received(client, 10, 0);
		bytes = sizeof(address);
		CALL(getpeername(client, (struct sockaddr *)&address, &bytes));
		SHOW(bytes == make_name(&mine, type_names[i]) &&
		     memcmp(&mine, &address, bytes) == 0);
		bytes = sizeof(address);
		CALL(getsockname(accepted, (struct sockaddr *)&address, &bytes));
		SHOW(bytes == make_name(&mine, type_names[i]));
		bytes = sizeof(value);
		CALL(getsockopt(listens, SOL_SOCKET, SO_ACCEPTCONN, &value, &bytes));
		SHOW(value);
		CALL(send(listens, "x", 1, 0));
		show_received(listens, 1, 0);
		CALL(ioctl(listens, FIONREAD, &value));
		fcntl(listens, F_SETFL, O_NONBLOCK);
		CALL(accept(listens, NULL, NULL));
		CALL(accept4(listens, NULL, NULL, 1));
		CALL(listen(accepted, 1));
		CALL(shutdown(listens, SHUT_RD));
		CALL(accept(listens, NULL, NULL));
		CALL(connect_to(socket(AF_UNIX, types[i], 0), type_names[i]));
	}
}

static void full_backlog(int argc, char **argv)
{
	int listens = listener(SOCK_STREAM, "full", 1);
	int clients[4];

	(void)argc, (void)argv;
	for (int i = 0; i < 4; i++) {
		clients[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		CALL(connect_to(clients[i], "full"));
	}
	SHOW(accept(listens, NULL, NULL) >= 0);
	CALL(connect_to(clients[2], "full"));
	CALL(connect_to(clients[3], "full"));
	CALL(write(clients[1], "lost", 4));
	close(listens);
	SHOW(poll_bits(clients[1]));
	show_received(clients[1], 10, 0);
	show_received(clients[1], 10, 0);
	CALL(connect_to(clients[3], "full"));
	SHOW(poll_bits(clients[3]));
}

static void *connect_late(void *number)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char byte = (intptr_t)number;

	MUST(fd >= 0 && connect_to(fd, "late") == 0);
	MUST(write(fd, &byte, 1) == 1 && read(fd, &byte, 1) == 1);
	close(fd);
	return (void *)(intptr_t)byte;
}

/* Clients that wait for room in the backlog, and a server that waits for clients. */
static void threads_served(int argc, char **argv)
{
	enum { CLIENTS = 6 };
	int listens = listener(SOCK_STREAM, "late", 1);
	pthread_t threads[CLIENTS];
	void *result;
	int sum = 0;

	(void)argc, (void)argv;
	for (intptr_t i = 0; i < CLIENTS; i++)
		MUST(pthread_create(&threads[i], NULL, connect_late, (void *)i) == 0);
	for (int i = 0; i < CLIENTS; i++) {
		int fd = accept(listens, NULL, NULL);
		char byte;

		MUST(fd >= 0 && read(fd, &byte, 1) == 1);
		byte += 10;
		MUST(write(fd, &byte, 1) == 1);
		SHOW(read(fd, &byte, 1));
		close(fd);
	}
	for (int i = 0; i < CLIENTS; i++) {
		MUST(pthread_join(threads[i], &result) == 0);
		sum += (intptr_t)result;
	}
	SHOW(sum);
}

static int channel[2];

static void *send_much(void *unused)
{
	static char much[250000];
	struct iovec pieces[3] = {{much, 100000}, {much + 100000, 0}, {much + 100000, 150000}};

	(void)unused;
	for (size_t i = 0; i < sizeof(much); i++)
		much[i] = i * 7 % 251;
	if (write(channel[1], much, sizeof(much)) != sizeof(much))
		return "write";
	if (writev(channel[1], pieces, 3) != sizeof(much))
		return "writev";
	if (send(channel[1], much, sizeof(much), 0) != sizeof(much))
		return "send";
	close(channel[1]);
	return NULL;
}

/* More than fits: the sender waits. MSG_WAITALL waits, too. */
static void much(int argc, char **argv)
{
	struct iovec pieces[2] = {{buffer, 3}, {buffer + 3, 249997}};
	struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
	pthread_t thread;
	unsigned wrong = 0;
	void *result;

	(void)argc, (void)argv;
	pair(SOCK_STREAM, channel);
	MUST(pthread_create(&thread, NULL, send_much, NULL) == 0);
	CALL(recv(channel[0], buffer, 250000, MSG_WAITALL));
	for (int i = 0; i < 250000; i++)
		wrong += (unsigned char)buffer[i] != i * 7 % 251;
	CALL(recvmsg(channel[0], &message, MSG_WAITALL));
	for (int i = 0; i < 250000; i++)
		wrong += (unsigned char)buffer[i] != i * 7 % 251;
	CALL(recv(channel[0], buffer, sizeof(buffer), MSG_WAITALL));
	for (int i = 0; i < 250000; i++)
		wrong += (unsigned char)buffer[i] != i * 7 % 251;
	SHOW(wrong);
	CALL(recv(channel[0], buffer, 10, MSG_WAITALL));
	MUST(pthread_join(thread, &result) == 0);
	puts(result ? result : "all sent");
}

/* What doesn't wait: some is taken, and as much comes out. */
static void nonblocking(int argc, char **argv)
{
	long in = 0, out = 0, n;
	int ends[2], on = 1;

	(void)argc, (void)argv;
	pair(SOCK_STREAM, ends);
	CALL(ioctl(ends[0], FIONBIO, &on));
	SHOW(fcntl(ends[0], F_GETFL));
	while ((n = write(ends[0], buffer, 10000)) > 0)
		in += n;
	CALL(n);
	SHOW(in > 100000);
	SHOW(poll_bits(ends[0]));
	CALL(send(ends[0], "x", 1, MSG_DONTWAIT));
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	while ((n = read(ends[1], buffer, 7777)) > 0)
		out += n;
	CALL(n);
	SHOW(in == out);
	SHOW(poll_bits(ends[0]));
	close(ends[0]);
	close(ends[1]);
	pair(SOCK_DGRAM, ends);
	while (send(ends[0], buffer, 1000, MSG_DONTWAIT) > 0)
		in++;
	CALL(send(ends[0], buffer, 1000, MSG_DONTWAIT));
	CALL(send(ends[0], buffer, sizeof(buffer), MSG_DONTWAIT));
	SHOW(poll_bits(ends[0]));
	show_received(ends[1], 0, 0);
	SHOW(send(ends[0], buffer, 1000, MSG_DONTWAIT));
}

static void datagrams(int argc, char **argv)
{
	struct sockaddr_un from, mine = {0};
	int server = socket(AF_UNIX, SOCK_DGRAM, 0), client = socket(AF_UNIX, SOCK_DGRAM, 0);
	int third = socket(AF_UNIX, SOCK_DGRAM, 0), sent = 0;
	socklen_t bytes = sizeof(from);

	(void)argc, (void)argv;
	MUST(bind_to(server, "server") == 0 && bind_to(client, "client") == 0);
	CALL(send_to(client, "one", "server"));
	CALL(send_to(third, "two", "server"));
	CALL(recvfrom(server, buffer, 10, 0, (struct sockaddr *)&from, &bytes));
	SHOW(bytes == make_name(&mine, "client") && memcmp(&from, &mine, bytes) == 0);
	bytes = sizeof(from);
	CALL(recvfrom(server, buffer, 10, 0, (struct sockaddr *)&from, &bytes));
	SHOW(bytes);
	CALL(connect_to(client, "server"));
	CALL(write(client, "three", 5));
	CALL(connect_to(server, "client"));
	show_received(server, 10, 0);
	CALL(send_to(third, "four", "server"));
	CALL(connect_to(third, "server"));
	CALL(write(server, "five", 4));
	show_received(client, 10, 0);
	/* No peer any more. */
	CALL(connect(server, &(struct sockaddr){.sa_family = AF_UNSPEC}, sizeof(struct sockaddr)));
	CALL(write(server, "six", 3));
	CALL(getpeername(server, (struct sockaddr *)&from, &bytes));
	show_received(client, 10, 0);
	CALL(connect_to(third, "server"));
	/* A queue holds few messages of those that it isn't connected to. */
	while (send(third, "x", 1, MSG_DONTWAIT) == 1)
		sent++;
	SHOW(sent);
	SHOW(poll_bits(third));
	CALL(send(third, "x", 1, MSG_DONTWAIT));
	show_received(server, 10, 0);
	SHOW(poll_bits(third));
	close(server);
	SHOW(poll_bits(third));
	CALL(write(third, "x", 1));
	CALL(write(third, "x", 1));
}

static void *drain(void *fd)
{
	char byte;

	for (int i = 0; i < 30; i++)
		MUST(recv((intptr_t)fd, &byte, 1, 0) == 1 && byte == i);
	return NULL;
}

/* A sender that waits for room in another's queue. */
static void datagrams_wait(int argc, char **argv)
{
	int server = socket(AF_UNIX, SOCK_DGRAM, 0), client = socket(AF_UNIX, SOCK_DGRAM, 0);
	struct sockaddr_un address = {0};
	socklen_t bytes = make_name(&address, "drained");
	pthread_t thread;

	(void)argc, (void)argv;
	MUST(bind_to(server, "drained") == 0);
	MUST(pthread_create(&thread, NULL, drain, (void *)(intptr_t)server) == 0);
	for (char i = 0; i < 30; i++)
		MUST(sendto(client, &i, 1, 0, (struct sockaddr *)&address, bytes) == 1);
	SHOW(pthread_join(thread, NULL));
}

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int) * 254)];
};

/* Sends fds with a text. */
static ssize_t send_fds(int fd, const char *text, const int *fds, int count)
{
	struct iovec piece = {(char *)text, strlen(text)};
	union control control = {.header = {.cmsg_len = CMSG_LEN(count * sizeof(int)),
					    .cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_RIGHTS}};
	struct msghdr message = {.msg_iov = &piece,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = CMSG_SPACE(count * sizeof(int))};

	memcpy(CMSG_DATA(&control.header), fds, count * sizeof(int));
	return sendmsg(fd, &message, MSG_DONTWAIT);
}

/* Receives a text and fds, with room for `room` bytes of control messages. Returns how many. */
static int receive_fds(int fd, int *fds, size_t room, int flags)
{
	struct iovec piece = {buffer, 100};
	union control control = {0};
	struct msghdr message = {.msg_iov = &piece,
				 .msg_iovlen = 1,
				 .msg_control = room ? &control : NULL,
				 .msg_controllen = room};
	ssize_t n = recvmsg(fd, &message, flags | MSG_DONTWAIT);
	struct cmsghdr *header = n < 0 ? NULL : CMSG_FIRSTHDR(&message);
	int count = 0;

	if (n < 0) {
		CALL(n);
		return 0;
	}
	printf("%d: %.*s, flags %x, %d of control", (int)n, (int)n, buffer, message.msg_flags,
	       (int)message.msg_controllen);
	for (; header; header = CMSG_NXTHDR(&message, header)) {
		printf(", type %d, %d bytes", header->cmsg_type, (int)header->cmsg_len);
		if (header->cmsg_type == SCM_RIGHTS) {
			count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
			memcpy(fds, CMSG_DATA(header), count * sizeof(int));
		} else if (header->cmsg_type == SCM_CREDENTIALS) {
			struct ucred *who = (struct ucred *)CMSG_DATA(header);

			printf(" (%d %d %d)", who->pid == getpid(), (int)who->uid, (int)who->gid);
		}
	}
	putchar('\n');
	return count;
}

static void rights(int argc, char **argv)
{
	int ends[2], pipes[2], fds[254], got[254];
	int on = 1;

	(void)argc, (void)argv;
	for (int i = 0; i < 3; i++) {
		puts(type_names[i]);
		pair(types[i], ends);
		MUST(pipe(pipes) == 0);
		CALL(send_fds(ends[0], "with two", pipes, 2));
		close(pipes[0]);
		close(pipes[1]);
		CALL(receive_fds(ends[1], got, 100, MSG_CMSG_CLOEXEC));
		SHOW(fcntl(got[0], F_GETFD));
		CALL(write(got[1], "through", 7));
		CALL(read(got[0], buffer, 10));
		close(got[1]);
		CALL(read(got[0], buffer, 10));
		/* Where there is no room for them, or none for all, or nobody asks. */
		fds[0] = fds[1] = fds[2] = got[0];
		CALL(send_fds(ends[0], "three", fds, 3));
		CALL(receive_fds(ends[1], got, 0, 0));
		CALL(send_fds(ends[0], "three", fds, 3));
		CALL(receive_fds(ends[1], got, CMSG_LEN(8), 0));
		CALL(send_fds(ends[0], "three", fds, 3));
		CALL(receive_fds(ends[1], got, 10, 0));
		CALL(send_fds(ends[0], "three", fds, 3));
		show_received(ends[1], 10, 0);
		/* A look at them gives them, too. */
		CALL(send_fds(ends[0], "look", fds, 1));
		CALL(receive_fds(ends[1], got, 100, MSG_PEEK));
		CALL(receive_fds(ends[1], got, 100, 0));
		setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
		CALL(send_fds(ends[0], "both", fds, 1));
		CALL(receive_fds(ends[1], got, 100, 0));
		for (int fd = 3; fd < 200; fd++)
			close(fd);
	}
	pair(SOCK_STREAM, ends);
	for (int i = 0; i < 254; i++)
		fds[i] = ends[0];
	CALL(send_fds(ends[0], "many", fds, 254));
	CALL(send_fds(ends[0], "many", fds, 253));
	CALL(receive_fds(ends[1], got, CMSG_LEN(200 * sizeof(int)), 0));
	fds[1] = 99;
	CALL(send_fds(ends[0], "bad", fds, 2));
}

/* Bytes of a stream, and the messages that had files. */
static void rights_in_stream(int argc, char **argv)
{
	int ends[2], got[10];

	(void)argc, (void)argv;
	pair(SOCK_STREAM, ends);
	write(ends[0], "plain ", 6);
	CALL(send_fds(ends[0], "files", ends, 2));
	write(ends[0], "after", 5);
	CALL(send_fds(ends[0], "more", ends, 1));
	CALL(receive_fds(ends[1], got, 100, 0));
	CALL(receive_fds(ends[1], got, 100, 0));
	CALL(receive_fds(ends[1], got, 100, 0));
	/* Without bytes nothing is sent. */
	CALL(send_fds(ends[0], "", ends, 1));
	CALL(receive_fds(ends[1], got, 100, 0));
}

/* Sockets that are in one another's queues, or in their own, and in no process. */
static void rights_in_circles(int argc, char **argv)
{
	int a[2], b[2], got[10];

	(void)argc, (void)argv;
	for (int i = 0; i < 50; i++) {
		pair(SOCK_STREAM, a);
		pair(SOCK_DGRAM, b);
		MUST(send_fds(a[0], "itself", a, 2) == 6);
		MUST(send_fds(b[0], "other", a, 2) == 5);
		MUST(send_fds(a[1], "back", b, 2) == 4);
		close(a[0]);
		close(a[1]);
		close(b[0]);
		if (i == 30)
			CALL(receive_fds(b[1], got, 100, 0));
		close(b[1]);
	}
	CALL(receive_fds(got[0], got, 100, 0));
	/* A chain, longer than any stack: each is in the queue of the next. */
	pair(SOCK_STREAM, a);
	for (int i = 0; i < 300; i++) {
		pair(SOCK_STREAM, b);
		MUST(send_fds(b[0], "chain", a, 2) == 5);
		close(a[0]);
		close(a[1]);
		memcpy(a, b, sizeof(a));
	}
	CALL(receive_fds(a[1], got, 100, 0));
	CALL(receive_fds(got[1], got + 2, 100, 0));
	close(a[0]);
	close(a[1]);
	SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, a) == 0);
}

/* A child gets a file by its socket, and the parent what the child opens. */
static void rights_between(int argc, char **argv)
{
	int ends[2], pipes[2], got[2];
	pid_t pid;

	(void)argc, (void)argv;
	pair(SOCK_SEQPACKET, ends);
	MUST(pipe(pipes) == 0);
	pid = child();
	if (pid == 0) {
		close(ends[0]);
		MUST(pipe(pipes) == 0);
		MUST(send_fds(ends[1], "yours", pipes, 1) == 5);
		MUST(write(pipes[1], "from the child", 14) == 14);
		leave(0);
	}
	close(ends[1]);
	MUST(waitpid(pid, NULL, 0) == pid);
	CALL(receive_fds(ends[0], got, 100, 0));
	memset(buffer, 0, 20);
	CALL(read(got[0], buffer, 20));
	puts(buffer);
	CALL(read(got[0], buffer, 20));
	CALL(receive_fds(ends[0], got, 100, 0));
}

static void show_owner(int fd)
{
	struct ucred who;
	socklen_t bytes = sizeof(who);

	CALL(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &bytes));
	printf("%d bytes, pid %d, user %d, group %d\n", (int)bytes,
	       who.pid == getpid()    ? 1
	       : who.pid == getppid() ? 2
				      : who.pid,
	       (int)who.uid, (int)who.gid);
}

static void credentials(int argc, char **argv)
{
	struct ucred own = {getpid(), getuid(), getgid()};
	union control control = {.header = {.cmsg_len = CMSG_LEN(sizeof(own)),
					    .cmsg_level = SOL_SOCKET,
					    .cmsg_type = SCM_CREDENTIALS}};
	struct iovec piece = {"who", 3};
	struct msghdr message = {.msg_iov = &piece,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = CMSG_SPACE(sizeof(own))};
	int ends[2], got[2], on = 1, listens, fd;
	pid_t pid;

	(void)argc, (void)argv;
	pair(SOCK_STREAM, ends);
	show_owner(ends[0]);
	show_owner(socket(AF_UNIX, SOCK_STREAM, 0));
	write(ends[0], "before ", 7);
	setsockopt(ends[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	write(ends[0], "after", 5);
	CALL(receive_fds(ends[1], got, 100, 0));
	CALL(receive_fds(ends[1], got, 100, 0));
	memcpy(CMSG_DATA(&control.header), &own, sizeof(own));
	CALL(sendmsg(ends[0], &message, 0));
	CALL(receive_fds(ends[1], got, 100, 0));
	write(ends[0], "tight", 5);
	CALL(receive_fds(ends[1], got, 20, 0));
	write(ends[0], "none", 4);
	CALL(receive_fds(ends[1], got, 0, 0));
	control.header.cmsg_len++;
	CALL(sendmsg(ends[0], &message, 0));
	control.header.cmsg_len = 8;
	CALL(sendmsg(ends[0], &message, 0));
	control.header.cmsg_len = 100;
	CALL(sendmsg(ends[0], &message, 0));
	control.header.cmsg_len = CMSG_LEN(0);
	control.header.cmsg_type = 77;
	CALL(sendmsg(ends[0], &message, 0));
	control.header.cmsg_level = 77;
	CALL(sendmsg(ends[0], &message, 0));
	listens = listener(SOCK_STREAM, "owner", 1);
	pid = child();
	if (pid == 0) {
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		/* Of the parent's name. */
		struct sockaddr_un address;
		socklen_t bytes = sizeof(address);

		MUST(getsockname(listens, (struct sockaddr *)&address, &bytes) == 0);
		MUST(connect(fd, (struct sockaddr *)&address, bytes) == 0);
		show_owner(fd);
		leave(0);
	}
	fd = accept(listens, NULL, NULL);
	MUST(waitpid(pid, NULL, 0) == pid);
	struct ucred who;
	socklen_t bytes = sizeof(who);
	MUST(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &bytes) == 0);
	SHOW(who.pid == pid);
}

static void options(int argc, char **argv)
{
	static const int numbers[] = {SO_TYPE,	     SO_DOMAIN,	   SO_PROTOCOL,	 SO_ERROR,
				      SO_ACCEPTCONN, SO_REUSEADDR, SO_KEEPALIVE, SO_BROADCAST,
				      SO_OOBINLINE,  SO_PASSCRED,  SO_RCVLOWAT,	 SO_SNDLOWAT,
				      SO_PRIORITY,   SO_REUSEPORT, SO_SNDBUF,	 SO_RCVBUF};
	struct timeval time = {1, 500000};
	struct linger linger = {5, 6};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), value = 7;
	socklen_t bytes;

	(void)argc, (void)argv;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		bytes = sizeof(value);
		printf("option %d: ", numbers[i]);
		CALL(getsockopt(fd, SOL_SOCKET, numbers[i], &value, &bytes));
		/* The buffers' sizes are for the machine to choose. */
		if (numbers[i] != SO_SNDBUF && numbers[i] != SO_RCVBUF)
			SHOW(value);
	}
	for (int i = 0; i < 5; i++) {
		value = i * 5000;
		CALL(setsockopt(fd, SOL_SOCKET, numbers[5 + i], &value, sizeof(value)));
		CALL(setsockopt(fd, SOL_SOCKET, i % 2 ? SO_SNDBUF : SO_RCVBUF, &value,
				sizeof(value)));
		CALL(getsockopt(fd, SOL_SOCKET, numbers[5 + i], &value, &bytes));
		SHOW(value);
		CALL(getsockopt(fd, SOL_SOCKET, i % 2 ? SO_SNDBUF : SO_RCVBUF, &value, &bytes));
		SHOW(value);
	}
	CALL(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)));
	CALL(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, 15));
	time.tv_usec = 1000000;
	CALL(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)));
	bytes = sizeof(time);
	CALL(getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, &bytes));
	SHOW(time.tv_sec * 1000000 + time.tv_usec);
	CALL(getsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, &bytes));
	SHOW(time.tv_sec * 1000000 + time.tv_usec);
	CALL(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
	bytes = sizeof(linger);
	CALL(getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &bytes));
	SHOW(linger.l_onoff * 10 + linger.l_linger);
	bytes = 2;
	value = -1;
	CALL(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &bytes));
	SHOW(value);
	bytes = -1;
	CALL(getsockopt(fd, SOL_SOCKET, SO_TYPE, &value, &bytes));
	bytes = sizeof(value);
	CALL(getsockopt(fd, SOL_SOCKET, 999, &value, &bytes));
	CALL(getsockopt(fd, 6, 1, &value, &bytes));
	CALL(setsockopt(fd, 6, 1, &value, bytes));
	CALL(setsockopt(fd, SOL_SOCKET, 999, &value, bytes));
	CALL(setsockopt(fd, SOL_SOCKET, SO_TYPE, &value, bytes));
	CALL(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, 3));
	CALL(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, (void *)8, 4));
	CALL(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &value, -1));
	CALL(setsockopt(0, SOL_SOCKET, SO_REUSEADDR, &value, 4));
}

/* SO_RCVTIMEO and SO_SNDTIMEO end all calls that wait. */
static void timed_out(int argc, char **argv)
{
	struct timeval time = {0, 20000};
	struct iovec piece = {buffer, 10};
	struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
	struct timespec before, after;
	int listens, ends[2];

	(void)argc, (void)argv;
	pair(SOCK_STREAM, ends);
	MUST(setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0);
	MUST(setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) == 0);
	clock_gettime(CLOCK_MONOTONIC, &before);
	CALL(read(ends[0], buffer, 10));
	clock_gettime(CLOCK_MONOTONIC, &after);
	SHOW((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec >=
	     20000000);
	CALL(recv(ends[0], buffer, 10, 0));
	CALL(recvmsg(ends[0], &message, 0));
	write(ends[1], "part", 4);
	CALL(recv(ends[0], buffer, 10, MSG_WAITALL));
	SHOW(write(ends[0], buffer, sizeof(buffer)) < (ssize_t)sizeof(buffer));
	CALL(write(ends[0], buffer, 1));
	CALL(writev(ends[0], &piece, 1));
	CALL(send(ends[0], buffer, 1, 0));
	listens = listener(SOCK_STREAM, "timed", 0);
	MUST(setsockopt(listens, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)) == 0);
	CALL(accept(listens, NULL, NULL));
	CALL(connect_to(socket(AF_UNIX, SOCK_STREAM, 0), "timed"));
	int client = socket(AF_UNIX, SOCK_STREAM, 0);
	MUST(setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) == 0);
	CALL(connect_to(client, "timed"));
}

static void vectors(int argc, char **argv)
{
	struct iovec out[3] = {{"one", 3}, {"", 0}, {"two!", 4}};
	struct iovec in[3] = {{buffer, 2}, {buffer + 2, 3}, {buffer + 5, 100}};
	int ends[2];

	(void)argc, (void)argv;
	for (int i = 0; i < 3; i++) {
		puts(type_names[i]);
		pair(types[i], ends);
		CALL(writev(ends[0], out, 3));
		CALL(writev(ends[0], out, 1));
		memset(buffer, 0, 20);
		CALL(readv(ends[1], in, 2));
		puts(buffer);
		memset(buffer, 0, 20);
		CALL(recv(ends[1], buffer, 20, MSG_DONTWAIT));
		puts(buffer);
		CALL(writev(ends[0], out, 0));
		CALL(writev(ends[0], (struct iovec[]){{(void *)8, 5}}, 1));
		CALL(writev(ends[0], (struct iovec[]){{"a", 1}, {(void *)8, 5}}, 2));
		CALL(preadv(ends[0], in, 1, 0));
		CALL(recv(ends[1], buffer, 20, MSG_DONTWAIT));
		close(ends[0]);
		close(ends[1]);
	}
}

static void several(int argc, char **argv)
{
	struct iovec pieces[4] = {{"a", 1}, {"bc", 2}, {"def", 3}, {(void *)8, 1}};
	struct iovec rooms[4] = {
		{buffer, 10}, {buffer + 10, 10}, {buffer + 20, 1}, {buffer + 30, 10}};
	struct mmsghdr messages[4] = {0};
	struct timespec time = {0, 10000000};
	int ends[2];

	(void)argc, (void)argv;
	pair(SOCK_DGRAM, ends);
	for (int i = 0; i < 4; i++)
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &pieces[i], .msg_iovlen = 1};
	CALL(sendmmsg(ends[0], messages, 4, 0));
	for (int i = 0; i < 3; i++)
		SHOW(messages[i].msg_len);
	CALL(sendmmsg(ends[0], messages + 3, 1, 0));
	CALL(sendmmsg(ends[0], messages, 0, 0));
	for (int i = 0; i < 4; i++)
		messages[i].msg_hdr = (struct msghdr){.msg_iov = &rooms[i], .msg_iovlen = 1};
	CALL(syscall(SYS_recvmmsg, ends[1], messages, 2, 0, NULL));
	CALL(syscall(SYS_recvmmsg, ends[1], messages + 2, 2, MSG_WAITFORONE, NULL));
	for (int i = 0; i < 3; i++)
		printf("%d, flags %x\n", messages[i].msg_len, messages[i].msg_hdr.msg_flags);
	CALL(syscall(SYS_recvmmsg, ends[1], messages, 2, MSG_DONTWAIT, NULL));
	CALL(syscall(SYS_recvmmsg, ends[1], messages, 2, MSG_DONTWAIT, &(struct timespec){-1, 0}));
	/* The time is over when the first comes, and no second is waited for. */
	if (!child()) {
		until_it_sleeps(getppid());
		usleep(50000);
		leave(write(ends[0], "late", 4) != 4);
	}
	CALL(syscall(SYS_recvmmsg, ends[1], messages, 2, 0, &time));
	printf("%d.%09d\n", (int)time.tv_sec, (int)time.tv_nsec);
}

static void bad_messages(int argc, char **argv)
{
	struct iovec piece = {"x", 1};
	struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
	int ends[2];

	(void)argc, (void)argv;
	pair(SOCK_STREAM, ends);
	CALL(sendmsg(ends[0], (void *)8, 0));
	message.msg_iovlen = 1025;
	CALL(syscall(SYS_sendmsg, ends[0], &message, 0));
	message.msg_iovlen = 1;
	message.msg_name = buffer;
	message.msg_namelen = 2;
	CALL(syscall(SYS_sendmsg, ends[0], &message, 0));
	message.msg_namelen = -1;
	CALL(syscall(SYS_sendmsg, ends[0], &message, 0));
	message.msg_name = NULL;
	CALL(syscall(SYS_sendmsg, ends[0], &message, 0));
	message.msg_control = (void *)8;
	message.msg_controllen = 20;
	CALL(syscall(SYS_sendmsg, ends[0], &message, 0));
	message.msg_controllen = 1UL << 40;
	CALL(syscall(SYS_sendmsg, ends[0], &message, 0));
	message.msg_controllen = 0;
	piece.iov_len = -1;
	CALL(syscall(SYS_sendmsg, ends[0], &message, 0));
	piece.iov_base = (void *)8;
	piece.iov_len = 1;
	CALL(syscall(SYS_sendmsg, ends[0], &message, 0));
	CALL(syscall(SYS_recvmsg, ends[1], &message, MSG_DONTWAIT));
	CALL(syscall(SYS_recvmsg, ends[1], &message, MSG_DONTWAIT));
	CALL(sendto(ends[0], "x", 1, 0, (struct sockaddr *)buffer, 5));
	CALL(sendto(ends[0], (void *)8, 1, 0, NULL, 0));
	CALL(recvfrom(ends[0], (void *)-4096, 10000, 0, NULL, NULL));
	CALL(sendmsg(0, &message, 0));
	CALL(recv(-1, buffer, 1, 0));
}

static void watched(int argc, char **argv)
{
	struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET};
	int epoll = epoll_create1(0), ends[2], listens;

	(void)argc, (void)argv;
	pair(SOCK_STREAM, ends);
	CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event));
	CALL(epoll_wait(epoll, &event, 1, 0));
	SHOW(event.events);
	CALL(epoll_wait(epoll, &event, 1, 0));
	write(ends[1], "xy", 2);
	CALL(epoll_wait(epoll, &event, 1, 0));
	SHOW(event.events);
	read(ends[0], buffer, 1);
	CALL(epoll_wait(epoll, &event, 1, 0));
	write(ends[1], "z", 1);
	CALL(epoll_wait(epoll, &event, 1, 0));
	SHOW(event.events);
	shutdown(ends[1], SHUT_WR);
	CALL(epoll_wait(epoll, &event, 1, 0));
	SHOW(event.events);
	close(ends[1]);
	CALL(epoll_wait(epoll, &event, 1, 0));
	SHOW(event.events);
	close(ends[0]);
	CALL(epoll_wait(epoll, &event, 1, 0));
	listens = listener(SOCK_STREAM, "watched", 4);
	event.events = EPOLLIN;
	CALL(epoll_ctl(epoll, EPOLL_CTL_ADD, listens, &event));
	CALL(epoll_wait(epoll, &event, 1, 0));
	CALL(connect_to(socket(AF_UNIX, SOCK_STREAM, 0), "watched"));
	CALL(epoll_wait(epoll, &event, 1, 0));
	SHOW(event.events);
	SHOW(accept(listens, NULL, NULL) > 0);
	CALL(epoll_wait(epoll, &event, 1, 0));
}

static void sizes(int argc, char **argv)
{
	char name[64], link[64] = "";
	struct statfs fs;
	struct stat st;
	int ends[2], n;

	(void)argc, (void)argv;
	for (int i = 0; i < 3; i++) {
		puts(type_names[i]);
		pair(types[i], ends);
		write(ends[0], "abc", 3);
		write(ends[0], "de", 2);
		CALL(ioctl(ends[1], FIONREAD, &n));
		SHOW(n);
		CALL(ioctl(ends[0], FIONREAD, &n));
		SHOW(n);
		CALL(ioctl(ends[0], TIOCOUTQ, &n));
		SHOW(n > 5);
		CALL(ioctl(ends[0], TIOCGWINSZ, &n));
		read(ends[1], buffer, 3);
		CALL(ioctl(ends[1], FIONREAD, &n));
		SHOW(n);
	}
	MUST(fstat(ends[0], &st) == 0 && fstatfs(ends[0], &fs) == 0);
	printf("mode %o, links %d, magic %lx\n", st.st_mode, (int)st.st_nlink, (long)fs.f_type);
	sprintf(name, "/proc/self/fd/%d", ends[0]);
	MUST(readlink(name, link, sizeof(link) - 1) > 0);
	SHOW(strncmp(link, "socket:[", 8));
	CALL(open(name, O_RDWR));
	CALL(lseek(ends[0], 0, SEEK_SET));
	CALL(pread(ends[0], buffer, 1, 0));
	CALL(ftruncate(ends[0], 0));
	CALL(fsync(ends[0]));
	CALL(fchdir(ends[0]));
}

/* An echo for each client by a process of its own. */
static void processes_served(int argc, char **argv)
{
	struct sockaddr_un address = {0};
	socklen_t bytes = make_name(&address, "processes");
	int listens = listener(SOCK_SEQPACKET, "processes", 2);
	int sum = 0, status;

	(void)argc, (void)argv;
	for (int i = 0; i < 4; i++) {
		if (child() == 0) {
			int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
			char byte = i + 1;

			MUST(connect(fd, (struct sockaddr *)&address, bytes) == 0);
			MUST(write(fd, &byte, 1) == 1 && read(fd, &byte, 1) == 1);
			leave(byte);
		}
	}
	for (int i = 0; i < 4; i++) {
		int fd = accept(listens, NULL, NULL);

		MUST(fd >= 0);
		if (child() == 0) {
			char byte;

			MUST(read(fd, &byte, 1) == 1);
			byte *= 10;
			MUST(write(fd, &byte, 1) == 1);
			leave(0);
		}
		close(fd);
	}
	for (int i = 0; i < 8; i++) {
		MUST(wait(&status) > 0);
		sum += WEXITSTATUS(status);
	}
	SHOW(sum);
}

static void on_alarm(int sig)
{
	write(channel[1], "signal", 6);
}

/* A signal while a call waits: SA_RESTART restarts it, unless it has a timeout. */
static void interrupted(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = on_alarm};
	struct timeval time = {5, 0};
	pid_t pid;

	(void)argc, (void)argv;
	pair(SOCK_STREAM, channel);
	for (int i = 0; i < 3; i++) {
		action.sa_flags = i ? SA_RESTART : 0;
		sigaction(SIGUSR1, &action, NULL);
		if (i == 2)
			setsockopt(channel[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
		pid = child();
		if (pid == 0) {
			usleep(30000);
			kill(getppid(), SIGUSR1);
			leave(0);
		}
		CALL(recv(channel[0], buffer, 20, 0));
		MUST(waitpid(pid, NULL, 0) == pid);
		show_received(channel[0], 20, 0);
	}
}

const struct conform_case socket_cases[] = {
	{"socket-pairs", pairs},
	{"socket-ended", ended},
	{"socket-unconnected", unconnected},
	{"socket-names", names},
	{"socket-served", served},
	{"socket-backlog", full_backlog},
	{"socket-threads", threads_served},
	{"socket-much", much},
	{"socket-nonblocking", nonblocking},
	{"socket-datagrams", datagrams},
	{"socket-datagrams-wait", datagrams_wait},
	{"socket-rights", rights},
	{"socket-rights-stream", rights_in_stream},
	{"socket-rights-circles", rights_in_circles},
	{"socket-rights-between", rights_between},
	{"socket-credentials", credentials},
	{"socket-options", options},
	{"socket-timeouts", timed_out},
	{"socket-vectors", vectors},
	{"socket-several", several},
	{"socket-bad-messages", bad_messages},
	{"socket-watched", watched},
	{"socket-sizes", sizes},
	{"socket-processes", processes_served},
	{"socket-interrupted", interrupted},
	{NULL, NULL},
};
