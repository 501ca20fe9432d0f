/* SPDX-License-Identifier: MIT */
/* Terminals: ioctl_tty(2), as far as it can be answered without asking the host. */
#include "terminal.h"

#include <asm/errno.h>
#include <asm/ioctls.h>
#include <asm/signal.h>
#include <asm/termbits.h>
#include <stddef.h>

#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "../sched/wait.h"

static const struct boot_terminal *terminals;
static int session;
static int foreground; /* a group */
static const struct terminal_jobs *jobs;

void terminal_init(const struct boot_terminal *of_fds, int group, const struct terminal_jobs *of)
{
	terminals = of_fds;
	session = foreground = group;
	jobs = of;
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

bool terminal_is_of_session(void)
{
	return jobs->is_session(session);
}

int terminal_foreground(int of_session)
{
	return of_session == session && find(TERMINAL_CONTROLLING) ? foreground : -1;
}

/* May the current process do with it what only the foreground of its own terminal may? */
static int check_access(const struct boot_terminal *terminal, int sig)
{
	if (!terminal || !terminal->controlling || !jobs->is_session(session))
		return 0;
	return jobs->check_access(foreground, sig);
}

int terminal_check_read(const struct file *file)
{
	return file->rdev ? check_access(find(file->rdev), SIGTTIN) : 0;
}

int terminal_check_write(const struct file *file)
{
	const struct boot_terminal *terminal = file->rdev ? find(file->rdev) : NULL;
	struct termios modes;

	if (!terminal)
		return 0;
	memcpy(&modes, terminal->termios, sizeof(modes));
	return modes.c_lflag & TOSTOP ? check_access(terminal, SIGTTOU) : 0;
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
	error = jobs->check_group(group);
	if (!error)
		foreground = group;
	return error;
}

/* What only the controlling terminal has. */
static int64_t controlling_ioctl(unsigned request, uaddr_t argument)
{
	if (!jobs->is_session(session))
		return -ENOTTY;
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

/* Does the request change the terminal? Then it is the foreground's. */
static bool changes(unsigned request)
{
	switch (request) {
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
	case TCSETS2:
	case TCSETSW2:
	case TCSETSF2:
	case TCSBRK:
	case TCSBRKP:
	case TCXONC:
	case TCFLSH:
	case TIOCSPGRP:
		return true;
	default:
		return false;
	}
}

int64_t terminal_ioctl(struct file *file, unsigned request, uaddr_t argument)
{
	const struct boot_terminal *terminal = find(file->rdev);
	int error;

	if (!terminal)
		return -ENOTTY;
	error = changes(request) ? check_access(terminal, SIGTTOU) : 0;
	if (error)
		return error == -EIO && request == TIOCSPGRP ? -ENOTTY : error;
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
