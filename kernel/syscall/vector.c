/* SPDX-License-Identifier: MIT */
/* Vectors of buffers: readv(2), sendmsg(2). */
#include <asm/errno.h>

#include "../mm/uaccess.h"
#include "io.h"

struct iovec vector[UIO_MAXIOV];

int64_t take_vector(uaddr_t user, unsigned count)
{
	uint64_t total = 0;

	if (count > UIO_MAXIOV)
		return -EINVAL;
	if (copy_from_user(vector, user, count * sizeof(vector[0])) < 0)
		return -EFAULT;
	for (unsigned i = 0; i < count; i++) {
		if (vector[i].iov_len > INT64_MAX - total)
			return -EINVAL;
		total += vector[i].iov_len;
		if (!user_buffer((uint64_t)vector[i].iov_base, vector[i].iov_len))
			return -EFAULT;
	}
	return total;
}
