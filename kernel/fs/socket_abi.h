/* SPDX-License-Identifier: MIT */
/* Numbers and structures of socket(2) and its family, which Linux's headers leave to the C library.
 */
#ifndef SOCKET_ABI_H
#define SOCKET_ABI_H

#include <asm/socket.h>
#include <linux/fcntl.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/un.h>
#include <stdint.h>

#define AF_UNSPEC   0
#define AF_UNIX	    1
#define AF_INET	    2
#define AF_INET6    10
#define AF_FAMILIES 46 /* of Linux: a greater one is -EAFNOSUPPORT before all else */

#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_SEQPACKET 5
#define SOCK_TYPES     11 /* SOCK_MAX of Linux */
#define SOCK_TYPE_MASK 0xf
#define SOCK_CLOEXEC   O_CLOEXEC
#define SOCK_NONBLOCK  O_NONBLOCK

#define MSG_OOB		 0x1
#define MSG_PEEK	 0x2
#define MSG_CTRUNC	 0x8
#define MSG_TRUNC	 0x20
#define MSG_DONTWAIT	 0x40
#define MSG_WAITALL	 0x100
#define MSG_ERRQUEUE	 0x2000
#define MSG_NOSIGNAL	 0x4000
#define MSG_MORE	 0x8000
#define MSG_WAITFORONE	 0x10000
#define MSG_CMSG_CLOEXEC 0x40000000

#define SCM_RIGHTS	1
#define SCM_CREDENTIALS 2

#define SHUT_RD	  0
#define SHUT_RDWR 2

#define SOMAXCONN 4096

struct user_msghdr {
	uint64_t name;
	uint32_t name_bytes;
	uint32_t padding;
	uint64_t vector;
	uint64_t count;
	uint64_t control;
	uint64_t control_bytes;
	uint32_t flags;
	uint32_t padding2;
};
_Static_assert(sizeof(struct user_msghdr) == 56, "struct msghdr");

struct user_mmsghdr {
	struct user_msghdr header;
	uint32_t bytes;
	uint32_t padding;
};

struct user_cmsghdr {
	uint64_t bytes; /* with this header */
	int level;
	int type;
};
_Static_assert(sizeof(struct user_cmsghdr) == 16, "struct cmsghdr");

#endif
