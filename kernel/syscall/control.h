/* SPDX-License-Identifier: MIT */
/* Control messages: cmsg(3), unix(7). */
#ifndef CONTROL_H
#define CONTROL_H

#include "../fs/socket.h"

/*
 * Takes the files and credentials that the program sends. Returns 0 or a negative errno; files that
 * it has found are in the transfer in both cases.
 */
int control_take(struct transfer *transfer, uaddr_t user, uint64_t bytes);

/*
 * Writes those that came where the header says, as far as they fit, and drops the rest: then *told
 * gets MSG_CTRUNC. Returns the bytes that it wrote.
 */
uint64_t control_put(const struct socket *socket, struct transfer *transfer,
		     const struct user_msghdr *header, unsigned *told);

#endif
