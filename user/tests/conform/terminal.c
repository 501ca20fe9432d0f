/* SPDX-License-Identifier: MIT */
/* Terminals: stdin, stdout and stderr are one, of 24 lines by 100 columns. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "conform.h"

/* The kernel's struct termios2, which no C library has beside its own struct termios. */
struct modes {
	unsigned flags[4];
	unsigned char line, cc[19];
	unsigned speeds[2];
};

#define GET_MODES2   _IOR('T', 0x2a, struct modes)
#define SET_MODES2   _IOW('T', 0x2b, struct modes)
#define BYTES_BEFORE 36 /* of struct termios, without the speeds */

static void *nowhere(void)
{
	return (void *)8;
}

static void show_modes(int fd)
{
	unsigned char bytes[sizeof(struct modes) + 4];
	struct modes modes;

	/* Not a byte more than there are. */
	memset(bytes, 0x5a, sizeof(bytes));
	CALL(ioctl(fd, TCGETS, bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		printf("%02x%c", bytes[i], i % 16 == 15 ? '\n' : ' ');
	memset(&modes, 0, sizeof(modes));
	CALL(ioctl(fd, GET_MODES2, &modes));
	printf("%d %u %u\n", memcmp(bytes, &modes, BYTES_BEFORE), modes.speeds[0], modes.speeds[1]);
	CALL(ioctl(fd, SET_MODES2, &modes));
}

static void show_terminal(int fd)
{
	struct termios modes;
	struct winsize size;
	int group;

	CALL(isatty(fd));
	CALL(tcgetattr(fd, &modes));
	CALL(tcsetattr(fd, TCSANOW, &modes));
	CALL(tcsetattr(fd, TCSADRAIN, &modes));
	CALL(ioctl(fd, TCGETS, nowhere()));
	CALL(ioctl(fd, TCSETS, nowhere()));
	memset(&size, 0x5a, sizeof(size));
	CALL(ioctl(fd, TIOCGWINSZ, &size));
	printf("%u %u %u %u\n", size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel);
	CALL(ioctl(fd, TIOCSWINSZ, &size));
	CALL(ioctl(fd, TIOCGWINSZ, nowhere()));
	SHOW(tcgetpgrp(fd) == getpgrp());
	SHOW(tcgetsid(fd) == getsid(0));
	CALL(tcsetpgrp(fd, getpgrp()));
	CALL(tcsetpgrp(fd, -1));
	CALL(tcsetpgrp(fd, 1000000000));
	CALL(ioctl(fd, TIOCGPGRP, nowhere()));
	CALL(ioctl(fd, TIOCSPGRP, nowhere()));
	CALL(ioctl(fd, TIOCSCTTY, 0));
	CALL(ioctl(fd, 0x12345678, &group));
	CALL(lseek(fd, 0, SEEK_CUR));
}

static void terminal(int argc, char **argv)
{
	struct stat st[3];
	int copy, tty;

	(void)argc, (void)argv;
	for (int fd = 0; fd < 3; fd++) {
		MUST(fstat(fd, &st[fd]) == 0);
		printf("%o %u\n", st[fd].st_mode, major(st[fd].st_rdev));
		SHOW(st[fd].st_rdev == st[0].st_rdev);
		show_terminal(fd);
		show_modes(fd);
	}
	copy = dup(2);
	CALL(isatty(copy));
	tty = open("/dev/tty", O_RDONLY);
	MUST(fstat(tty, &st[0]) == 0);
	printf("%u %u\n", major(st[0].st_rdev), minor(st[0].st_rdev));
	show_terminal(tty);
	show_modes(tty);
	copy = open("/dev/tty", O_RDWR | O_NOCTTY);
	show_terminal(copy);
	CALL(write(copy, "written\n", 8));
	CALL(open("/dev/tty", O_RDWR | O_CREAT | O_EXCL, 0600));
	CALL(isatty(open("/dev/null", O_RDWR)));
	CALL(isatty(99));
	close(0);
	CALL(isatty(0));
	CALL(isatty(1));
	CALL(isatty(tty));
}

/*
 * To a terminal a C library writes line by line, and glibc a prompt, which doesn't
 * end its line, before it reads.
 */
static void prompt(int argc, char **argv)
{
	char line[80];

	(void)argc, (void)argv;
	printf("a line\nand another\n");
	printf("and a third\n");
	write(STDOUT_FILENO, "behind it\n", 10);
	printf("name:");
#ifndef __GLIBC__
	fflush(stdout);
#endif
	while (fgets(line, sizeof(line), stdin)) {
		printf("it is %s", line);
		printf("name:");
	}
	printf("nobody\n");
}

const struct conform_case terminal_cases[] = {
	{"terminal", terminal},
	{"prompt", prompt},
	{NULL, NULL},
};
