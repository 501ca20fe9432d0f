/* SPDX-License-Identifier: MIT */
/* What the system calls itself: uname(2). */
#ifndef UTS_H
#define UTS_H

#include <linux/utsname.h>

extern const struct new_utsname uts;

#endif
