/* SPDX-License-Identifier: MIT */
/*
 * Sockets within the machine: unix(7), and of tcp(7) and udp(7) what a loopback interface gives.
 * What one sends lies in the queue of the one that it is for, and counts against the sender's
 * buffer until it is received; a datagram of udp(7) against the receiver's.
 */
#ifndef SOCKET_H
#define SOCKET_H

#include <stddef.h>

#include "../sched/wait.h"
#include "file.h"
#include "message.h"
#include "socket_abi.h"

/* An address as bind(2) takes it, `bytes` of it. 0: there is none. */
struct socket_name {
	uint16_t bytes;
	struct {
		uint16_t family;
		char path[UNIX_PATH_MAX + 1]; /* a path has a NUL behind it */
	} address;
	/* If it is a path: the file that it led to. */
	bool is_path;
	uint64_t dev, ino;
};
_Static_assert(offsetof(struct sockaddr_un, sun_path) == sizeof(uint16_t), "address");

enum socket_state {
	SOCKET_UNCONNECTED,
	SOCKET_LISTENING,
	SOCKET_CONNECTED,
	/* Of tcp(7) alone: */
	SOCKET_CONNECTING, /* until the one that listens has room */
	SOCKET_CLOSED,	   /* both ends have closed it, or one has reset it */
};

struct socket;
struct transfer;

/* How the sockets of a family and type behave. What returns an int returns 0 or a negative errno.
 */
struct protocol {
	int family;
	unsigned type;
	int number; /* SO_PROTOCOL */
	/* Sets what of a new socket isn't the same for all. NULL: nothing. */
	void (*init)(struct socket *socket);
	/*
	 * connect(2) to a name; a family of AF_UNSPEC: to none any more. -EAGAIN: *blocked is what
	 * it is to wait on; if that isn't set, it fails so.
	 */
	int (*connect)(struct socket *socket, const struct socket_name *name,
		       struct wait_queue **blocked);
	/* Neither this nor accept() is called of SOCK_DGRAM. */
	int (*listen)(struct socket *socket, int backlog);
	/*
	 * accept(2): takes a connection that waits, with the reference to its file. -EAGAIN: there
	 * is none.
	 */
	int (*accept)(struct socket *socket, struct socket **accepted);
	/* shutdown(2), `how`: SHUT_RD to SHUT_RDWR. */
	int (*shutdown)(struct socket *socket, unsigned how);
	/* Its file is closed, and `shut` is SHUT_BOTH: it leaves its peer. */
	void (*leave)(struct socket *socket);
	/*
	 * One try to send or to receive. Returns the bytes that were moved, of a stream perhaps
	 * fewer than there are, or a negative errno.
	 */
	int64_t (*send)(struct socket *socket, struct transfer *transfer);
	int64_t (*receive)(struct socket *socket, struct transfer *transfer);
	unsigned (*poll)(const struct socket *socket);
	/* getsockname(2) and getpeername(2). */
	void (*own_name)(const struct socket *socket, struct socket_name *to);
	int (*peer_name)(const struct socket *socket, struct socket_name *to);
	/* getsockopt(2) and setsockopt(2) of levels but SOL_SOCKET. NULL: there are none. */
	int64_t (*get_option)(const struct socket *socket, int level, int option, uaddr_t to,
			      uaddr_t user_bytes);
	int64_t (*set_option)(struct socket *socket, int level, int option, uaddr_t from,
			      int bytes);
};

#define INET_OPTIONS 16 /* see inet_option.c */

#define SHUT_RECEIVES 1u /* RCV_SHUTDOWN and SEND_SHUTDOWN of Linux */
#define SHUT_SENDS    2u
#define SHUT_BOTH     3u

struct socket {
	struct file file;	   /* first; its references are those of fds, and of a listener */
	unsigned refs;		   /* of peers and messages, and one of the file's */
	struct socket *next, **at; /* in the list of all */
	const struct protocol *protocol;
	unsigned type;
	enum socket_state state;
	bool is_dead; /* its file is closed */
	unsigned shut;
	int error;	     /* a positive errno that the next call tells: SO_ERROR */
	struct socket *peer; /* a reference, or NULL */
	struct wait_queue waits;
	struct wait_queue room; /* senders and connect(2), for room in its queues */

	struct message *first, *last; /* received */
	unsigned count;		      /* of them */
	uint64_t received;	      /* their charges */
	uint64_t sent;		      /* the charges of its messages that aren't received yet */

	/* Of one that listens: sockets that have been connected, and wait for accept(2). */
	struct socket *pending_first, *pending_last;
	struct socket *next_pending;
	bool is_pending; /* it is one of these, which hold the reference to its file */
	unsigned pending;
	unsigned backlog; /* of these, or of messages from who isn't its peer */

	struct socket_name name;
	bool is_bound;			/* by its name it is found; one that was accepted isn't */
	struct credentials credentials; /* SO_PEERCRED */

	/* Of AF_INET and AF_INET6: inet.c. */
	struct endpoint local, remote;
	struct socket *next_bound, **at_bound; /* in a list by its port, if it has one */
	bool has_chosen_ip, has_chosen_port;   /* bind(2) said what `local` is to be */
	int options[INET_OPTIONS];
	bool is_connecting; /* connect(2) has begun, and not told yet how it ended */
	bool is_ended;	    /* its peer sends no more: the FIN of tcp(7) has come */
	/* Of one that listens: those in SOCKET_CONNECTING, in the order in which they came. */
	struct socket *connecting;
	struct socket *next_connecting;

	/* setsockopt(2) */
	uint64_t switches; /* bit n: the option n of SOL_SOCKET is on */
	uint32_t send_buffer, receive_buffer;
	int low_water;
	int priority;
	int linger[2];
	uint64_t timeouts[2]; /* of receiving and sending: nanoseconds, or CLOCK_FOREVER */

	/* See scm.c, and socket_release() in socket_file.c. */
	unsigned in_flight; /* references to the file that messages hold */
	bool is_reachable;
	struct socket *next_reachable;
	struct socket *next_closing;
};

/* The socket that a file is, or NULL. */
struct socket *socket_of(struct file *file);

/* socket(2): makes one, with one reference to its file. Returns 0 or -ENOMEM. */
int socket_open(struct socket **made, const struct protocol *protocol, unsigned flags);

/* The same, with the operations that the file of another of its protocol has. */
int socket_make(struct socket **made, const struct file_ops *ops, const struct protocol *protocol,
		unsigned flags);

/* Its file is closed: it leaves all that it is part of, and drops the file's reference. */
void socket_end(struct socket *socket);

/* Drops a reference that isn't the file's. */
void socket_put(struct socket *socket);

/* Makes other's peer `peer`, NULL: none, with the references that go with it. */
void socket_set_peer(struct socket *socket, struct socket *peer);

/* All that there are: the first; then each one's `next`. */
struct socket *socket_first(void);

/* Does it take no more messages for now? */
bool socket_is_full(const struct socket *socket);

/* Has it room for more to be sent, as poll(2) tells? */
bool socket_is_writable(const struct socket *socket);

/* The events of poll(2) of what it has received, of its ends and of an error: not of sending. */
unsigned socket_poll_received(const struct socket *socket);

/* Adds a message to what it has received. */
void socket_add_message(struct socket *socket, struct message *message);

/* The same of a message that counts against the sender's buffer until it is dropped. */
void socket_send_to(struct socket *sender, struct socket *receiver, struct message *message);

/* Takes the files out of a message that is, or was, in a queue. NULL: it had none. */
struct rights *socket_take_rights(struct message *message);

/* Does any message in a queue hold a socket? */
bool socket_any_in_flight(void);

/* Frees a message of a queue, and tells its sender of the room. */
void socket_drop_message(struct message *message);

/* Takes the first message out of the queue. */
struct message *socket_take(struct socket *socket);

/* Drops what it has received, and connections that wait. */
void socket_purge(struct socket *socket);

/* unix(7), SO_PASSCRED: are the sender's credentials to be received with a message? */
static inline bool socket_passes_credentials(const struct socket *socket)
{
	return socket->protocol->family == AF_UNIX && socket->switches >> SO_PASSCRED & 1;
}

/* Takes the error that it is to tell: a negative errno, or 0. */
int socket_take_error(struct socket *socket);

/* Adds a new socket, the other end of a connection, to those that wait for accept(2). */
void socket_add_pending(struct socket *listener, struct socket *socket);

/*
 * Takes the first of these, with the reference to its file. Returns 0; -EINVAL: the socket doesn't
 * listen; -EAGAIN: there is none.
 */
int socket_take_pending(struct socket *listener, struct socket **taken);

/* What is sent or received. */
struct transfer {
	struct pieces pieces;
	unsigned flags; /* MSG_* */
	/* Files that are sent, which the call sets to NULL if it takes them; or that are received.
	 */
	struct rights *rights;
	struct credentials credentials; /* to send, if `has_credentials`; or received */
	bool has_credentials;
	bool wants_control;	      /* receives files and credentials */
	const struct socket_name *to; /* to send to; NULL: to the peer */
	struct socket_name *from;     /* where to tell the sender's name, or NULL */
	unsigned told;		      /* of what was received: MSG_TRUNC */
	struct wait_queue *blocked;   /* if it is -EAGAIN: what to wait on; NULL: it fails so */
};

/* protocol->send and protocol->receive, with what is the same for all set before. */
int64_t socket_send(struct socket *socket, struct transfer *transfer);
int64_t socket_receive(struct socket *socket, struct transfer *transfer);

/*
 * socket_receive.c: bytes of messages in a row, up to one that had files; there is one. Returns how
 * many, or a negative errno.
 */
int64_t socket_receive_bytes(struct socket *socket, struct transfer *transfer);

/* One whole message. Returns its bytes, as MSG_TRUNC has it; 0 at the end; or a negative errno. */
int64_t socket_receive_message(struct socket *socket, struct transfer *transfer);

/* getsockopt(2) and setsockopt(2) of SOL_SOCKET. Return 0 or a negative errno. */
int64_t socket_get_option(struct socket *socket, int option, uaddr_t to, uaddr_t user_bytes);
int64_t socket_set_option(struct socket *socket, int option, uaddr_t from, int bytes);

/*
 * Writes as much of an option's value as the program has room for, and how much that was. Returns 0
 * or a negative errno.
 */
int64_t socket_put_value(uaddr_t to, uaddr_t user_bytes, const void *value, int bytes);

#endif
