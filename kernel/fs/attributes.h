/* SPDX-License-Identifier: MIT */
/* Changes to what stat(2) tells of a file. */
#ifndef ATTRIBUTES_H
#define ATTRIBUTES_H

#include <stdint.h>

#include "../abi.h"

#define SET_MODE  1
#define SET_OWNER 2 /* uid and gid, of which UINT32_MAX stays */
#define SET_SIZE  4 /* of a regular file, -EINVAL of any other */
#define SET_ATIME 8
#define SET_MTIME 16

struct attributes {
	unsigned set;  /* which of them: SET_* */
	uint32_t mode; /* the 12 bits of chmod(2) */
	uint32_t uid, gid;
	uint64_t size; /* up to INT64_MAX */
	struct hc_time atime, mtime;
};

#endif
