/* SPDX-License-Identifier: MIT */
/* System calls for programs without a C library. */
#ifndef SYSCALL_H
#define SYSCALL_H

#include <asm/errno.h>
#include <asm/unistd_64.h>
#include <linux/fcntl.h>
#include <stddef.h>
#include <stdint.h>

/* Returns the result, or a negative errno. */
static inline long syscall6(long number, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static inline long syscall3(long number, long a, long b, long c)
{
	return syscall6(number, a, b, c, 0, 0, 0);
}

static inline long read(int fd, void *buffer, size_t bytes)
{
	return syscall3(__NR_read, fd, (long)buffer, bytes);
}

static inline long write(int fd, const void *buffer, size_t bytes)
{
	return syscall3(__NR_write, fd, (long)buffer, bytes);
}

static inline long open(const char *path, int flags)
{
	return syscall3(__NR_open, (long)path, flags, 0);
}

static inline long close(int fd)
{
	return syscall3(__NR_close, fd, 0, 0);
}

static inline size_t string_length(const char *text)
{
	size_t length = 0;

	while (text[length])
		length++;
	return length;
}

/* Writes all bytes. Returns 0 or a negative errno. */
static inline long write_all(int fd, const void *buffer, size_t bytes)
{
	const char *from = buffer;

	while (bytes) {
		long n = write(fd, from, bytes);

		if (n < 0)
			return n;
		from += n;
		bytes -= n;
	}
	return 0;
}

static inline long print(int fd, const char *text)
{
	return write_all(fd, text, string_length(text));
}

#endif
