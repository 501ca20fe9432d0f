/* SPDX-License-Identifier: MIT */
/* Takes all ports that the kernel chooses for datagrams: there is none left to wait for. */
#include "../../kernel/fs/socket_abi.h"
#include "check.h"

#define CHOSEN	(60999 - 32768 + 1)
#define AT_ONCE 200

/* Sends fds to a socket, where their files stay when they are closed here. */
static void put_away(int to, const int *fds, int count)
{
	static struct {
		struct user_cmsghdr header;
		int fds[AT_ONCE];
	} control = {.header = {.level = SOL_SOCKET, .type = SCM_RIGHTS}};
	struct {
		const char *byte;
		long bytes;
	} vector = {"x", 1};
	struct user_msghdr message = {
		.vector = (uint64_t)&vector,
		.count = 1,
		.control = (uint64_t)&control,
		.control_bytes = sizeof(control.header) + count * sizeof(int),
	};

	control.header.bytes = message.control_bytes;
	for (int i = 0; i < count; i++)
		control.fds[i] = fds[i];
	EQUAL(syscall3(__NR_sendmsg, to, (long)&message, 0), 1);
	for (int i = 0; i < count; i++)
		syscall3(__NR_close, fds[i], 0, 0);
}

int main(void)
{
	struct sockaddr_in any = {.sin_family = AF_INET};
	const struct sockaddr_in to = {.sin_family = AF_INET,
				       .sin_port = 1,
				       .sin_addr.s_addr = __builtin_bswap32(INADDR_LOOPBACK)};
	int pair[2], fds[AT_ONCE], taken = 0, count = 0, fd;

	EQUAL(syscall6(__NR_socketpair, AF_UNIX, SOCK_DGRAM, 0, (long)pair, 0, 0), 0);
	for (;;) {
		fd = syscall3(__NR_socket, AF_INET, SOCK_DGRAM, 0);
		CHECK(fd >= 0);
		if (syscall3(__NR_bind, fd, (long)&any, sizeof(any)) < 0)
			break;
		taken++;
		fds[count++] = fd;
		if (count == AT_ONCE) {
			put_away(pair[0], fds, count);
			count = 0;
		}
	}
	EQUAL(taken, CHOSEN);
	EQUAL(syscall3(__NR_bind, fd, (long)&any, sizeof(any)), -EADDRINUSE);
	EQUAL(syscall3(__NR_connect, fd, (long)&to, sizeof(to)), -EAGAIN);
	EQUAL(syscall6(__NR_sendto, fd, (long)"x", 1, 0, (long)&to, sizeof(to)), -EAGAIN);
	syscall3(__NR_close, fds[0], 0, 0);
	EQUAL(syscall6(__NR_sendto, fd, (long)"x", 1, 0, (long)&to, sizeof(to)), 1);
	return pass();
}
