/* SPDX-License-Identifier: MIT */
/* Whose rights the hypervisor has. */
#ifndef USER_H
#define USER_H

#include <stdbool.h>
#include <sys/types.h>

struct user {
	bool given; /* else it stays who it is */
	uid_t uid;
	gid_t gid;
};

/*
 * "UID" or "UID:GID" in decimal to *user; without a GID it is the same number.
 * Not by name: a static binary can't look one up. Returns whether `text` is of that
 * form, and neither number is 2^32 - 1, by which setresuid(2) changes nothing.
 */
bool user_parse(struct user *user, const char *text);

/*
 * Becomes that user for good, with that group and no other. The fds that are
 * open stay. Dies with a message if it may not.
 */
void user_become(const struct user *user);

#endif
