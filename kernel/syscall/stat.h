/* SPDX-License-Identifier: MIT */
/* What a *at() call is about. */
#ifndef STAT_H
#define STAT_H

#include "../abi.h"
#include "../types.h"

/*
 * The attributes of what `dirfd`, the program's string `name`, and AT_EMPTY_PATH and
 * AT_SYMLINK_NOFOLLOW of `flags` name. Returns 0 or a negative errno.
 */
int stat_at(int dirfd, uaddr_t name, unsigned flags, struct hc_stat_result *st);

/* A change to what they name: it must be there to be refused. Returns a negative errno. */
int64_t change_at(int dirfd, uaddr_t name, unsigned flags);

#endif
