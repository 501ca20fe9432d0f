/* SPDX-License-Identifier: MIT */
/* Sockets whose names are paths in /tmp. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform.h"
#include "tmpfs.h"

static char buffer[100];

static int new_socket(int type)
{
	int fd = socket(AF_UNIX, type, 0);

	MUST(fd >= 0);
	return fd;
}

static struct sockaddr_un address_of(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	strncpy(address.sun_path, path, sizeof(address.sun_path));
	return address;
}

static int bind_to(int fd, const char *path)
{
	struct sockaddr_un address = address_of(path);

	return bind(fd, (struct sockaddr *)&address, sizeof(address));
}

static int connect_to(int fd, const char *path)
{
	struct sockaddr_un address = address_of(path);

	return connect(fd, (struct sockaddr *)&address, sizeof(address));
}

static void show_name(int fd, int (*get)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_un address = {0};
	socklen_t bytes = sizeof(address);

	CALL(get(fd, (struct sockaddr *)&address, &bytes));
	printf("%d bytes: %s\n", (int)bytes, address.sun_path);
}

static void stream(int argc, char **argv)
{
	int server, client, accepted, status;

	(void)argc, (void)argv;
	own_directory();
	umask(027);
	server = new_socket(SOCK_STREAM);
	CALL(bind_to(server, "server"));
	show_stat("server");
	show_directory(".");
	CALL(connect_to(new_socket(SOCK_STREAM), "server")); /* it doesn't listen yet */
	MUST(listen(server, 5) == 0);
	show_name(server, getsockname);
	if (!child()) {
		client = new_socket(SOCK_STREAM);
		MUST(connect_to(client, "./server") == 0);
		show_name(client, getpeername);
		MUST(write(client, "question", 8) == 8);
		leave(read(client, buffer, sizeof(buffer)));
	}
	MUST((accepted = accept(server, NULL, NULL)) >= 0);
	CALL(read(accepted, buffer, sizeof(buffer)));
	show_name(accepted, getsockname);
	CALL(write(accepted, "answer", 6));
	wait(&status);
	SHOW(WEXITSTATUS(status));
	CALL(symlink("server", "symbolic"));
	CALL(link("server", "hard"));
	CALL(rename("server", "moved"));
	CALL(connect_to(new_socket(SOCK_STREAM), "server"));
	CALL(connect_to(new_socket(SOCK_STREAM), "symbolic"));
	CALL(connect_to(new_socket(SOCK_STREAM), "moved"));
	CALL(connect_to(new_socket(SOCK_STREAM), "hard"));
	CALL(connect_to(new_socket(SOCK_DGRAM), "moved"));
	CALL(unlink("moved"));
	CALL(connect_to(new_socket(SOCK_STREAM), "hard"));
	show_name(server, getsockname);
	close(server);
	CALL(connect_to(new_socket(SOCK_STREAM), "hard"));
	CALL(bind_to(new_socket(SOCK_STREAM), "hard"));
	CALL(unlink("hard"));
	CALL(bind_to(new_socket(SOCK_STREAM), "hard"));
}

static void refused(int argc, char **argv)
{
	char longest[109];
	int one = new_socket(SOCK_STREAM), other = new_socket(SOCK_STREAM);

	(void)argc, (void)argv;
	own_directory();
	put_file("file", "text");
	CALL(mkdir("d", 0777));
	CALL(symlink("nowhere", "dangling"));
	CALL(bind_to(one, "file"));
	CALL(bind_to(one, "d"));
	CALL(bind_to(one, "d/"));
	CALL(bind_to(one, "."));
	CALL(bind_to(one, "dangling"));
	CALL(bind_to(one, "none/socket"));
	CALL(bind_to(one, "file/socket"));
	CALL(bind_to(one, "slash/"));
	CALL(bind_to(one, "d/socket"));
	CALL(bind_to(one, "d/other")); /* it has a name, and no other file is left */
	CALL(bind_to(one, "d/socket"));
	show_directory("d");
	CALL(connect_to(other, "file"));
	CALL(connect_to(other, "d"));
	CALL(connect_to(other, "none"));
	CALL(connect_to(other, "dangling"));
	CALL(connect_to(other, "d/socket/x"));
	CALL(open("d/socket", O_RDWR));
	CALL(close(open("d/socket", O_PATH)));
	CALL(truncate("d/socket", 0));
	CALL(chmod("d/socket", 0600));
	show_stat("d/socket");
	memset(longest, 'x', sizeof(longest));
	longest[108] = '\0';
	CALL(bind_to(other, longest)); /* without room for a NUL */
	show_stat(longest);
	CALL(mknod("made", S_IFSOCK | 0600, 0));
	CALL(connect_to(new_socket(SOCK_STREAM), "made"));
}

static void datagrams(int argc, char **argv)
{
	int server = new_socket(SOCK_DGRAM), client = new_socket(SOCK_DGRAM);
	struct sockaddr_un address = address_of("server");
	socklen_t bytes = sizeof(address);

	(void)argc, (void)argv;
	own_directory();
	MUST(bind_to(server, "server") == 0 && bind_to(client, "client") == 0);
	CALL(sendto(client, "one", 3, 0, (struct sockaddr *)&address, sizeof(address)));
	CALL(recvfrom(server, buffer, sizeof(buffer), 0, (struct sockaddr *)&address, &bytes));
	printf("from %s\n", address.sun_path);
	CALL(sendto(server, "back", 4, 0, (struct sockaddr *)&address, bytes));
	CALL(recv(client, buffer, sizeof(buffer), 0));
	CALL(connect_to(client, "server"));
	CALL(unlink("server"));
	CALL(send(client, "two", 3, 0)); /* a connection outlives the name */
	CALL(recv(server, buffer, sizeof(buffer), 0));
	address = address_of("server");
	CALL(sendto(new_socket(SOCK_DGRAM), "x", 1, 0, (struct sockaddr *)&address,
		    sizeof(address)));
	close(server);
	CALL(send(client, "three", 5, 0));
	CALL(bind_to(new_socket(SOCK_DGRAM), "client"));
}

const struct conform_case socket_path_cases[] = {
	{"tmp-socket-stream", stream},
	{"tmp-socket-refused", refused},
	{"tmp-socket-datagrams", datagrams},
	{NULL, NULL},
};
