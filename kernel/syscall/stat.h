/* SPDX-License-Identifier: MIT */
/* What a *at() call is about. */
#ifndef STAT_H
#define STAT_H

#include "../abi.h"
#include "../types.h"

/*
 * The attributes of the file that `dirfd` and the program's string `name` lead to. Of `flags`,
 * AT_EMPTY_PATH and AT_SYMLINK_NOFOLLOW count. Returns 0 or a negative errno.
 */
int stat_at(int dirfd, uaddr_t name, unsigned flags, struct hc_stat_result *st);

/* Refuses a change of that file's attributes: -EROFS if it exists, else why it can't be found. */
int64_t change_at(int dirfd, uaddr_t name, unsigned flags);

#endif
