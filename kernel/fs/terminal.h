/* SPDX-License-Identifier: MIT */
/*
 * Terminals. The host's reads and writes go there as to any device; its modes
 * and size are those that the host told at boot, and stay as they are.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

#include "../abi.h"
#include "file.h"

/* st_rdev of /dev/tty, the controlling terminal, whichever it is: tty(4). */
#define TERMINAL_CONTROLLING 0x500

/*
 * What only processes can tell of the current one. `session` is that of the controlling terminal,
 * `foreground` the group that may use it.
 */
struct terminal_jobs {
	/* Is it the current process's session? Else it has no controlling terminal. */
	bool (*is_session)(int session);
	/* May that group be in the foreground? 0 or an errno: tcsetpgrp(3). */
	int (*check_group)(int group);
	/*
	 * The process wants to do what only the foreground may: 0: it may. -EIO, or -ERESTARTSYS
	 * when its group has been sent `sig`, SIGTTIN or SIGTTOU: termios(3).
	 */
	int (*check_access)(int foreground, int sig);
};

/*
 * Once. `terminals` are those of fds 0 to BOOT_FDS - 1, or NULL if none of them
 * is one. They stay the caller's, as `jobs` does. `group` is the first process's group and session.
 */
void terminal_init(const struct boot_terminal *terminals, int group,
		   const struct terminal_jobs *jobs);

/* May the current process read from the terminal, or write to it? 0, -EIO or -ERESTARTSYS. */
int terminal_check_read(const struct file *file);
int terminal_check_write(const struct file *file);

/* Is the controlling terminal that of the current process's session, if there is one? */
bool terminal_is_of_session(void);

/* The group in the foreground of a session's controlling terminal, -1: it has none. */
int terminal_foreground(int of_session);

/* st_rdev of one of these fds, 0: it is no terminal. */
uint32_t terminal_rdev(int fd);

/* The st_rdev of the controlling terminal, 0: there is none. */
uint32_t terminal_controlling(void);

/* Is the file a terminal, by its own st_rdev? */
bool terminal_is(const struct file *file);

/* Is it the controlling one, likewise? */
bool terminal_is_controlling(const struct file *file);

/*
 * The operation `ioctl` of a device. It is a terminal if its st_rdev is that of
 * one of these fds, or TERMINAL_CONTROLLING and one of them is that; else -ENOTTY.
 */
int64_t terminal_ioctl(struct file *file, unsigned request, uaddr_t argument);

#endif
