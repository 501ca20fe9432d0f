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
 * Once. `terminals` are those of fds 0 to BOOT_FDS - 1, or NULL if none of them
 * is one. They stay the caller's. `group` is the first process's group and session; `check_group`
 * tells whether another group may be in the foreground: 0 or an errno, tcsetpgrp(3).
 */
void terminal_init(const struct boot_terminal *terminals, int group, int (*check_group)(int group));

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
