/* SPDX-License-Identifier: MIT */
/* The way to gdb: a TCP port of this host alone, a socket file, or stdin and stdout. */
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../msg.h"

static volatile unsigned char *flag_of_signal; /* link_connect()'s immediate_exit */

static void on_signal(int sig)
{
	(void)sig;
	*flag_of_signal = 1;
}

static int checked(int result, const char *place)
{
	if (result < 0)
		die("--gdb %s: %m", place);
	return result;
}

static void take_stdio(struct link *link)
{
	int null = checked(open("/dev/null", O_RDONLY | O_CLOEXEC), "/dev/null");

	/* Above the guest's numbers. */
	link->in = checked(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), "-");
	link->out = checked(fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), "-");
	checked(dup2(null, STDIN_FILENO), "-");
	checked(dup2(STDERR_FILENO, STDOUT_FILENO), "-");
	close(null);
}

static void listen_at(struct link *link, const struct sockaddr *address, socklen_t size,
		      const char *place)
{
	int domain = address->sa_family;
	int on = 1;

	link->listener = checked(socket(domain, SOCK_STREAM | SOCK_CLOEXEC, 0), place);
	if (domain == AF_INET)
		setsockopt(link->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	checked(bind(link->listener, address, size), place);
	checked(listen(link->listener, 1), place);
}

static void listen_at_path(struct link *link, const char *path, const char *place)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	mode_t before = umask(077); /* whoever connects controls the guest */

	if (strlen(path) >= sizeof(address.sun_path))
		die("--gdb %s: the path is too long", place);
	memcpy(address.sun_path, path, strlen(path) + 1);
	listen_at(link, (struct sockaddr *)&address, sizeof(address), place);
	umask(before);
	link->unlink_path = path;
}

static void listen_at_port(struct link *link, const char *place)
{
	char *end;
	unsigned long port = strtoul(place, &end, 10);
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		.sin_port = htons(port),
	};

	if (*place < '0' || *place > '9' || *end || port == 0 || port > 65535)
		die("--gdb %s: neither a port, nor unix:PATH, nor -", place);
	listen_at(link, (struct sockaddr *)&address, sizeof(address), place);
}

void link_open(struct link *link, const char *place)
{
	static const char unix_prefix[] = "unix:";

	*link = (struct link){.in = -1, .out = -1, .listener = -1};
	if (strcmp(place, "-") == 0)
		take_stdio(link);
	else if (strncmp(place, unix_prefix, strlen(unix_prefix)) == 0)
		listen_at_path(link, place + strlen(unix_prefix), place);
	else
		listen_at_port(link, place);
	if (link->listener >= 0)
		msg("hypervisor: waits for gdb: target remote %s%s\n",
		    link->unlink_path ? "" : "localhost:",
		    link->unlink_path ? link->unlink_path : place);
}

void link_connect(struct link *link, volatile unsigned char *immediate_exit)
{
	/* System calls that it interrupts are restarted; KVM_RUN is EINTR all the same. */
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	int on = 1;

	if (link->listener >= 0) {
		do {
			link->in = accept(link->listener, NULL, NULL);
		} while (link->in < 0 && errno == EINTR);
		link->out = checked(link->in, "accept");
		setsockopt(link->in, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)); /* if it is TCP */
		close(link->listener);
		link->listener = -1;
		if (link->unlink_path)
			unlink(link->unlink_path);
	}
	flag_of_signal = immediate_exit;
	sigaction(SIGIO, &action, NULL);
	checked(fcntl(link->in, F_SETOWN, getpid()), "F_SETOWN");
	/* A file or the like gives no signal: then Ctrl-C isn't seen while the guest runs. */
	fcntl(link->in, F_SETFL, fcntl(link->in, F_GETFL) | O_ASYNC);
}

bool link_is_ready(const struct link *link)
{
	return poll(&(struct pollfd){.fd = link->in, .events = POLLIN}, 1, 0) > 0;
}

size_t link_read(const struct link *link, void *buffer, size_t size)
{
	ssize_t got;

	do {
		got = read(link->in, buffer, size);
		/* stdin may have been made non-blocking by whoever shares it. */
		if (got < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = link->in, .events = POLLIN}, 1, -1);
	} while (got < 0 && (errno == EINTR || errno == EAGAIN));
	return got > 0 ? got : 0;
}

bool link_write(const struct link *link, const void *data, size_t length)
{
	const char *from = data;

	while (length > 0) {
		ssize_t done = write(link->out, from, length);

		if (done < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = link->out, .events = POLLOUT}, 1, -1);
		else if (done < 0 && errno != EINTR)
			return false;
		if (done > 0) {
			from += done;
			length -= done;
		}
	}
	return true;
}

void link_close(struct link *link)
{
	static volatile unsigned char nobody;

	/* The sandbox lets no signal be ignored any more: one that still comes changes nothing. */
	flag_of_signal = &nobody;
	close(link->in);
	if (link->out != link->in)
		close(link->out);
	link->in = link->out = -1;
}
