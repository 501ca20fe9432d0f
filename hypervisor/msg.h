/* SPDX-License-Identifier: MIT */
/* Messages to the user, on the stderr that the hypervisor was started with. */
#ifndef MSG_H
#define MSG_H

#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include "../kernel/abi.h"

/*
 * Keeps a copy of stderr for messages, so that a guest that closes its fd 2
 * can't silence them. If fd 0, 1 or 2 is closed, /dev/null takes its place:
 * no later open may get a number that the guest owns. All other fds are
 * closed. Bit n of the result tells that fd n was open. Call once, before anything opens a file.
 */
unsigned msg_init(void);

/* The fd that messages are written to. */
extern int msg_fd;

/* printf to the user, in one write. Errors are ignored: there is nobody left to tell. */
void msg(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "hypervisor: <message>", then exit with STATUS_FAILED. */
#define die(format, ...) (msg("hypervisor: " format "\n", ##__VA_ARGS__), exit(STATUS_FAILED))

/* Shows the user a fixed text, if that needs no waiting; for signal handlers. */
void msg_raw(const char *text, size_t length);

/*
 * vprintf to the rest of text[size], of which `used` are: what has no room, and the NUL, is cut.
 * Returns how many are used then.
 */
size_t text_add(char *text, size_t size, size_t used, const char *format, va_list args)
	__attribute__((format(printf, 4, 0)));

/*
 * Copies `length` bytes to `out` (of `size` bytes), each control or non-ASCII
 * byte, quote and backslash as an escape, so that a guest's text can't drive
 * the terminal. What doesn't fit is cut and shown as "...". `size` is at
 * least 8. Returns `out`.
 */
char *escape(char *out, size_t size, const char *in, size_t length);

/* "ENOENT (No such file or directory)" for ENOENT; "unknown error" for no error of Linux's. */
const char *error_name(int error);

/* "SIGINT" for SIGINT; NULL for what has no name: 0, and real-time signals. */
const char *signal_name(unsigned sig);

#endif
