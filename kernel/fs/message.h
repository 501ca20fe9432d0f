/* SPDX-License-Identifier: MIT */
/* What is sent through a socket: bytes, files in flight, and who sent them. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "file.h"
#include "pieces.h"
#include "socket_abi.h"

#define RIGHTS_MAX 253 /* SCM_MAX_FD of Linux: files in one message */

struct socket;

/* Files on their way, with a reference each: SCM_RIGHTS, unix(7). */
struct rights {
	unsigned count;
	struct file *files[]; /* `count` of them */
};

/* SCM_CREDENTIALS, unix(7). */
struct credentials {
	int pid;
	uint32_t user, group;
};

/* Where a datagram comes from or goes to, or one end of a connection: ip(7), ipv6(7). */
struct endpoint {
	struct in6_addr ip; /* of IPv4: mapped into IPv6, ::ffff:0.0.0.0/96 */
	uint16_t port;	    /* in the host's order; 0: there is none */
};

struct message {
	struct message *next;
	struct chunk *chunks;
	uint64_t bytes;
	uint64_t taken;	 /* of those, by reads of a stream */
	uint64_t charge; /* what it takes of the sender's buffer */
	/* A reference: it is charged, and its name is the sender's. NULL: a message that isn't
	 * sent, or a datagram of udp(7), which is `from` an endpoint. */
	struct socket *sender;
	struct endpoint from;
	struct rights *rights; /* or NULL */
	struct credentials credentials;
};

/*
 * Makes a message of the next `bytes` of the pieces, which are done then. But for its charge, its
 * other members are zeros. Returns 0; or -ENOMEM or -EFAULT, and the pieces are where they were.
 */
int message_make(struct message **made, struct pieces *pieces, uint64_t bytes);

/* Copies `bytes` to the program, from byte `from` of the message on. Returns 0, -EFAULT, -ENOMEM.
 */
int message_copy(const struct message *message, uint64_t from, struct pieces *pieces,
		 uint64_t bytes);

/* Frees it with its data, and drops its rights; the sender is the caller's. */
void message_free(struct message *message);

/* An empty array of `count` files, RIGHTS_MAX at most, for the caller to fill; or NULL. */
struct rights *rights_make(unsigned count);

/* One with the same files. */
struct rights *rights_copy(const struct rights *rights);

/* Drops the references to the files there are, and the array. NULL is fine. */
void rights_drop(struct rights *rights);

#endif
