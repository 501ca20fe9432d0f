/* SPDX-License-Identifier: MIT */
/* Whose rights the hypervisor has. */
#include "user.h"

#include <errno.h>
#include <grp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "msg.h"

/* A number below 2^32 - 1 at the start of `text`. Returns what follows, or NULL. */
static const char *parse_id(const char *text, unsigned *id)
{
	unsigned long number;
	char *end;

	if (*text < '0' || *text > '9')
		return NULL;
	errno = 0;
	number = strtoul(text, &end, 10);
	if (errno || number >= UINT32_MAX)
		return NULL;
	*id = number;
	return end;
}

bool user_parse(struct user *user, const char *text)
{
	text = parse_id(text, &user->uid);
	user->gid = user->uid;
	if (text && *text == ':')
		text = parse_id(text + 1, &user->gid);
	user->given = text && *text == '\0';
	return user->given;
}

void user_become(const struct user *user)
{
	if (!user->given)
		return;
	/* The groups first: the right to change them goes with the user. */
	if (setgroups(0, NULL) < 0 || setresgid(user->gid, user->gid, user->gid) < 0 ||
	    setresuid(user->uid, user->uid, user->uid) < 0)
		die("--user %u:%u: %s", user->uid, user->gid,
		    errno == EPERM ? "only root can become another user" : strerror(errno));
}
