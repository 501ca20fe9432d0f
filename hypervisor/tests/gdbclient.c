/* SPDX-License-Identifier: MIT */
/*
 * What gdb never sends: a client of --gdb unix:PATH.
 *
 *   gdbclient PATH CASE
 *
 * Prints PASS, or what was wrong. The cases are at the end.
 */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define PATIENCE 300000 /* milliseconds: against what hangs */

static int fd;

#define FAIL(format, ...) (printf(format "\n", ##__VA_ARGS__), exit(1))

/* Connects, as soon as there is somebody. Others than its owner may not. */
static void connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat st;

	strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	for (int i = 0; connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0; i++) {
		if ((errno != ENOENT && errno != ECONNREFUSED) || i == PATIENCE / 10)
			FAIL("no connection: %m");
		usleep(10000);
	}
	if (stat(path, &st) == 0 && st.st_mode & 077)
		FAIL("mode %o", st.st_mode);
}

static void send_raw(const void *bytes, size_t length)
{
	if (write(fd, bytes, length) != (ssize_t)length)
		FAIL("write: %m");
}

static void send_packet(const char *data)
{
	unsigned char sum = 0;
	char end[8];

	for (const char *byte = data; *byte; byte++)
		sum += *byte;
	snprintf(end, sizeof(end), "#%02x", sum);
	send_raw("$", 1);
	send_raw(data, strlen(data));
	send_raw(end, 3);
}

static int next_byte(void)
{
	unsigned char byte;

	if (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, PATIENCE) != 1)
		FAIL("no answer");
	return read(fd, &byte, 1) == 1 ? byte : -1;
}

static void expect_byte(int byte)
{
	int got = next_byte();

	if (got != byte)
		FAIL("0x%x came, not 0x%x", got, byte);
}

/* The next packet's data; other bytes before it don't count. */
static const char *receive(void)
{
	static char data[40000];
	size_t length = 0;
	int byte;

	while ((byte = next_byte()) != '$')
		if (byte < 0)
			return NULL;
	while ((byte = next_byte()) != '#' && byte >= 0 && length < sizeof(data) - 1)
		data[length++] = byte;
	next_byte();
	next_byte();
	data[length] = '\0';
	return data;
}

static const char *ask(const char *data)
{
	const char *answer;

	send_packet(data);
	answer = receive();
	if (!answer)
		FAIL("hung up at %.40s", data);
	return answer;
}

static void expect(const char *data, const char *start)
{
	const char *answer = ask(data);

	if (strncmp(answer, start, strlen(start)) != 0 || (!*start && *answer))
		FAIL("%.40s: %.40s, not %s", data, answer, start);
}

static void malformed(void)
{
	static char long_packet[50000];
	static const char *const junk[] = {"",
					   ",",
					   ":",
					   "=",
					   ";",
					   "1",
					   "1,",
					   "1,1",
					   "1:1",
					   "g,g",
					   "0,1,g",
					   "-1,-1",
					   "0,0",
					   ",,,",
					   "1=1",
					   "1,1:zz",
					   "ffffffffffffffff,ffffffffffffffff:"};
	char packet[64];

	send_raw("noise", 5);
	send_raw("$?#00", 5);
	expect_byte('-');
	send_raw("$?#3f", 5);
	expect_byte('+');
	if (strncmp(receive(), "T05", 3) != 0)
		FAIL("not T05");
	send_raw("-", 1); /* again */
	if (strncmp(receive(), "T05", 3) != 0)
		FAIL("not T05 again");
	memset(long_packet, 'a', sizeof(long_packet));
	long_packet[0] = '$';
	memcpy(long_packet + sizeof(long_packet) - 3, "#00", 3);
	send_raw(long_packet, sizeof(long_packet));
	expect_byte('-');
	expect("QStartNoAckMode", "OK");
	expect("", "");
	expect("qNonsense", "");
	expect("vMustReplyEmpty", "");
	expect("m123456789abcdef0,10", "E");
	ask("m0,ffffffffffffffff");
	/* Each letter that lets the guest stand still, with what it doesn't expect. */
	for (const char *letter = "?gGpPmMXzZHTqQ!ABEIRbBdFiLnOtuUVwWxyY"; *letter; letter++)
		for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++) {
			snprintf(packet, sizeof(packet), "%c%s", *letter, junk[i]);
			ask(packet);
		}
	/* A packet that was cut is none; the next one is. */
	send_raw("$m0,", 4);
	expect("?", "T05");
	expect("vKill;1", "OK");
}

static void interrupt(void)
{
	for (int i = 0; i < 3; i++) {
		send_packet("vCont;c");
		usleep(300000);
		send_raw("\3", 1);
		do { /* a program that starts is told of first */
			const char *answer = receive();

			if (answer && strstr(answer, "exec:")) {
				send_packet("c");
				continue;
			}
			if (!answer || strncmp(answer, "T02", 3) != 0)
				FAIL("%.40s, not T02", answer ? answer : "hung up");
			break;
		} while (true);
	}
	/* Where nothing runs there is nothing to stop. */
	send_raw("\3", 1);
	expect("?", "T02");
	send_packet("k");
}

static void hang_up(void)
{
	send_packet("c");
	usleep(300000);
}

static void detach(void)
{
	expect("Z0,ffff800000000000,1", "OK");
	expect("D", "OK");
	if (next_byte() >= 0)
		FAIL("not hung up");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} cases[] = {{"malformed", malformed},
		     {"interrupt", interrupt},
		     {"hang-up", hang_up},
		     {"detach", detach}};

	if (argc != 3)
		return 2;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(argv[2], cases[i].name) != 0)
			continue;
		connect_to(argv[1]);
		cases[i].run();
		puts("PASS");
		return 0;
	}
	return 2;
}
