/* SPDX-License-Identifier: MIT */
/* getrandom(2). */
#include "../lib/random.h"

#include <asm/errno.h>

#include "../fs/file.h"
#include "../host/hypercall.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "../x86/direct_map.h"
#include "syscall.h"

/* linux/random.h: at most one of the last two. */
#define GRND_NONBLOCK 1
#define GRND_RANDOM   2
#define GRND_INSECURE 4

/* A host that hands over no seed may have a file of them. */
static int seed_from_host(void)
{
	static uint8_t seed[RANDOM_SEED_BYTES];
	int host = hypercall_open("/dev/urandom");
	int64_t n;

	if (host < 0)
		return host;
	n = hypercall_read(host, virt_to_phys(seed), sizeof(seed));
	hypercall_close(host);
	if (n != sizeof(seed))
		return -EIO;
	random_seed(seed);
	memset(seed, 0, sizeof(seed));
	return 0;
}

int64_t sys_getrandom(uaddr_t buffer, size_t bytes, unsigned flags)
{
	uint8_t piece[256];
	uint64_t done = 0;
	uint64_t wanted;
	int error = 0;

	if (flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE) ||
	    (flags & GRND_RANDOM && flags & GRND_INSECURE))
		return -EINVAL;
	if (!user_buffer(buffer, bytes))
		return -EFAULT;
	if (!random_seeded())
		error = seed_from_host();
	bytes = min(bytes, TRANSFER_MAX);
	wanted = bytes;
	bytes = user_extent(buffer, bytes, true);
	if (wanted && !bytes)
		return -EFAULT;
	while (!error && done < bytes) {
		size_t n = min(bytes - done, sizeof(piece));

		random_bytes(piece, n);
		error = copy_to_user(buffer + done, piece, n);
		done += error ? 0 : n;
	}
	memset(piece, 0, sizeof(piece));
	return done ? (int64_t)done : error;
}
