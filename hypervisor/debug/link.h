/* SPDX-License-Identifier: MIT */
/* The way to gdb: a TCP port of this host alone, a socket file, or stdin and stdout. */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct link {
	int in, out;		 /* the fds, -1: not connected; equal if it is a socket */
	int listener;		 /* -1: none */
	const char *unlink_path; /* of the socket file, or NULL */
};

/*
 * Makes the place where gdb finds this: "-", "unix:PATH", or a port's number. Dies with a
 * message if it can't. "-" takes stdin and stdout; as its own the guest gets /dev/null, and
 * stderr. Call it before anything looks at fds 0 to 2.
 */
void link_open(struct link *link, const char *place);

/*
 * Waits for gdb to connect. From then on SIGIO comes when gdb has sent something, and sets
 * *immediate_exit: that of struct kvm_run, which ends a KVM_RUN that is about to begin, too.
 */
void link_connect(struct link *link, volatile unsigned char *immediate_exit);

/* Has gdb sent something? Doesn't wait. */
bool link_is_ready(const struct link *link);

/* Waits for bytes and reads them. Returns how many, 0: gdb has hung up. */
size_t link_read(const struct link *link, void *buffer, size_t size);

/* Writes all. false: gdb has hung up. */
bool link_write(const struct link *link, const void *data, size_t length);

/* Hangs up; SIGIO does nothing any more. */
void link_close(struct link *link);

#endif
