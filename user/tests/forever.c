/* SPDX-License-Identifier: MIT */
/* Sleeps for longer than a clock of nanoseconds can count. */
#include <linux/time_types.h>

#include "check.h"

int main(void)
{
	const struct __kernel_timespec time = {INT64_MAX, 999999999};

	return syscall3(__NR_nanosleep, (long)&time, 0, 0);
}
