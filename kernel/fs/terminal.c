/* SPDX-License-Identifier: MIT */
/* Terminals: ioctl_tty(2), as far as it can be answered without asking the host. */
#include "terminal.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <stddef.h>

#include "../lib/string.h"
#include "../mm/uaccess.h"

static const struct boot_terminal *terminals;
static int session;
static int foreground; /* a group */
static int (*check_group)(int group);

void terminal_init(const struct boot_terminal *of_fds, int group, int (*check)(int group))
{
	terminals = of_fds;
	session = foreground = group;
	check_group = check;
}

uint32_t terminal_rdev(int fd)
{
	return terminals ? terminals[fd].rdev : 0;
}

/* NULL: it is no terminal, or one that the host told nothing about. */
static const struct boot_terminal *find(uint32_t rdev)
{
	for (int fd = 0; fd < BOOT_FDS && terminals; fd++) {
		const struct boot_terminal *terminal = &terminals[fd];

		if (terminal->rdev == 0)
			continue;
		if (terminal->rdev == rdev ||
		    (rdev == TERMINAL_CONTROLLING && terminal->controlling))
			return terminal;
	}
	return NULL;
}

uint32_t terminal_controlling(void)
{
	const struct boot_terminal *terminal = find(TERMINAL_CONTROLLING);

	return terminal ? terminal->rdev : 0;
}

bool terminal_is(const struct file *file)
{
	return file->rdev && find(file->rdev);
}

bool terminal_is_controlling(const struct file *file)
{
	const struct boot_terminal *terminal = find(file->rdev);

	return terminal && terminal->controlling;
}

/* A program may set the modes that are set already. -EIO is an errno of tcsetattr(3). */
static int64_t set_as_is(uaddr_t from, const void *as_is, size_t bytes)
{
	uint8_t wanted[sizeof(struct termios2)];

	if (copy_from_user(wanted, from, bytes) < 0)
		return -EFAULT;
	return memcmp(wanted, as_is, bytes) == 0 ? 0 : -EIO;
}

static int64_t set_foreground(uaddr_t from)
{
	int group, error;

	if (copy_from_user(&group, from, sizeof(group)) < 0)
		return -EFAULT;
	if (group < 0)
		return -EINVAL;
	error = check_group(group);
	if (!error)
		foreground = group;
	return error;
}

/* What only the controlling terminal has. */
static int64_t controlling_ioctl(unsigned request, uaddr_t argument)
{
	switch (request) {
	case TIOCGPGRP:
		return copy_to_user(argument, &foreground, sizeof(foreground));
	case TIOCGSID:
		return copy_to_user(argument, &session, sizeof(session));
	case TIOCSPGRP:
		return set_foreground(argument);
	default:
		return -ENOTTY;
	}
}

int64_t terminal_ioctl(struct file *file, unsigned request, uaddr_t argument)
{
	const struct boot_terminal *terminal = find(file->rdev);

	if (!terminal)
		return -ENOTTY;
	switch (request) {
	case TCGETS: /* struct termios is the beginning of struct termios2 */
		return copy_to_user(argument, terminal->termios, sizeof(struct termios));
	case TCGETS2:
		return copy_to_user(argument, terminal->termios, sizeof(struct termios2));
	case TIOCGWINSZ:
		return copy_to_user(argument, terminal->winsize, sizeof(terminal->winsize));
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_as_is(argument, terminal->termios, sizeof(struct termios));
	case TCSETS2:
	case TCSETSW2:
	case TCSETSF2:
		return set_as_is(argument, terminal->termios, sizeof(struct termios2));
	case TIOCSWINSZ:
		return set_as_is(argument, terminal->winsize, sizeof(terminal->winsize));
	case TCSBRK:
	case TCSBRKP:
	case TCXONC:
	case TCFLSH:
	case TIOCSTI:
		return -EIO; /* only the host could */
	case TIOCSCTTY:
		return terminal->controlling ? 0 : -EPERM;
	default: /* FIONREAD too is -ENOTTY: how much was typed isn't known */
		return terminal->controlling ? controlling_ioctl(request, argument) : -ENOTTY;
	}
}
