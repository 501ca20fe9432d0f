/* SPDX-License-Identifier: MIT */
/* For programs that test one property: CHECK what must hold; main ends with pass(). */
#ifndef CHECK_H
#define CHECK_H

#include "../syscall.h"

static inline void print_number(int fd, long value)
{
	char text[24];
	char *at = text + sizeof(text);
	unsigned long rest = value < 0 ? -(unsigned long)value : (unsigned long)value;

	*--at = '\0';
	do {
		*--at = '0' + rest % 10;
		rest /= 10;
	} while (rest);
	if (value < 0)
		*--at = '-';
	print(fd, at);
}

static inline void exit_group(int status) __attribute__((noreturn));

static inline void exit_group(int status)
{
	for (;;)
		syscall3(__NR_exit_group, status, 0, 0);
}

static inline void check_failed(const char *file, int line, const char *what, long value,
				long wanted) __attribute__((noreturn));

static inline void check_failed(const char *file, int line, const char *what, long value,
				long wanted)
{
	print(1, file);
	print(1, ":");
	print_number(1, line);
	print(1, ": ");
	print(1, what);
	print(1, " is ");
	print_number(1, value);
	print(1, ", not ");
	print_number(1, wanted);
	print(1, "\n");
	exit_group(1);
}

#define EQUAL(expression, wanted)                                                                  \
	do {                                                                                       \
		long equal_value = (long)(expression);                                             \
		long equal_wanted = (long)(wanted);                                                \
		if (equal_value != equal_wanted)                                                   \
			check_failed(__FILE__, __LINE__, #expression, equal_value, equal_wanted);  \
	} while (0)

#define CHECK(condition) EQUAL(!!(condition), 1)

static inline int pass(void)
{
	print(1, "PASS\n");
	return 0;
}

static inline int same_text(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static inline long mmap(void *address, size_t length, int prot, int flags, int fd, long offset)
{
	return syscall6(__NR_mmap, (long)address, length, prot, flags, fd, offset);
}

static inline long munmap(void *address, size_t length)
{
	return syscall3(__NR_munmap, (long)address, length, 0);
}

static inline long mprotect(void *address, size_t length, int prot)
{
	return syscall3(__NR_mprotect, (long)address, length, prot);
}

static inline long lseek(int fd, long offset, int whence)
{
	return syscall3(__NR_lseek, fd, offset, whence);
}

static inline char *brk(void *address)
{
	return (char *)syscall3(__NR_brk, (long)address, 0, 0);
}

#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#endif

#endif
