/* SPDX-License-Identifier: MIT */
/* Times in the program's memory. */
#include "timespec.h"

#include <asm/errno.h>
#include <linux/time_types.h>

#include "../mm/uaccess.h"

int timespec_to_user(uaddr_t user, uint64_t nsec)
{
	const struct __kernel_timespec time = {
		.tv_sec = nsec / NSEC_PER_SEC,
		.tv_nsec = nsec % NSEC_PER_SEC,
	};

	return copy_to_user(user, &time, sizeof(time));
}

int timespec_from_user(uaddr_t user, uint64_t *nsec)
{
	struct __kernel_timespec time;

	if (copy_from_user(&time, user, sizeof(time)) < 0)
		return -EFAULT;
	if (time.tv_sec < 0 || (uint64_t)time.tv_nsec >= NSEC_PER_SEC)
		return -EINVAL;
	*nsec = time.tv_sec > INT64_MAX / (int64_t)NSEC_PER_SEC - 1
			? CLOCK_LONGEST
			: time.tv_sec * NSEC_PER_SEC + time.tv_nsec;
	return 0;
}

int itimerspec_from_user(uaddr_t user, uint64_t *interval, uint64_t *value)
{
	int error = timespec_from_user(user, interval);

	_Static_assert(sizeof(struct __kernel_itimerspec) == 2 * sizeof(struct __kernel_timespec),
		       "the interval comes first");
	return error ? error : timespec_from_user(user + sizeof(struct __kernel_timespec), value);
}

int itimerspec_to_user(uaddr_t user, uint64_t interval, uint64_t value)
{
	int error = timespec_to_user(user, interval);

	return error ? error : timespec_to_user(user + sizeof(struct __kernel_timespec), value);
}
