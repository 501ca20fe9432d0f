/* SPDX-License-Identifier: MIT */
/* What is in /tmp: names that calls make, and at the end none. */
#include <linux/fcntl.h>

#include "fuzz.h"

/* struct linux_dirent64 of getdents64(2), as far as it is looked at. */
struct entry {
	uint64_t ino;
	int64_t next;
	uint16_t bytes;
	uint8_t type;
	char name[];
};

#define TYPE_DIRECTORY 4 /* DT_DIR */

static int is_dots(const char *name)
{
	return name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]));
}

static void empty(int directory, int depth);

static void remove_entry(int directory, const struct entry *entry, int depth)
{
	int inner;

	if (entry->type != TYPE_DIRECTORY) {
		syscall3(__NR_unlinkat, directory, (long)entry->name, 0);
		return;
	}
	inner = syscall3(__NR_openat, directory, (long)entry->name, O_RDONLY | O_DIRECTORY);
	if (inner >= 0) {
		empty(inner, depth + 1);
		close(inner);
	}
	syscall3(__NR_unlinkat, directory, (long)entry->name, AT_REMOVEDIR);
}

/* Deeper than paths can make it in an epoch it never is. */
static void empty(int directory, int depth)
{
	char buffer[1024] __attribute__((aligned(8)));
	long n;

	while (depth < 64 &&
	       (n = syscall3(__NR_getdents64, directory, (long)buffer, sizeof(buffer))) > 0)
		for (long at = 0; at < n; at += ((struct entry *)(buffer + at))->bytes) {
			const struct entry *entry = (struct entry *)(buffer + at);

			if (!is_dots(entry->name))
				remove_entry(directory, entry, depth);
		}
}

void empty_tmp(void)
{
	int directory = need("open /tmp", open("/tmp", O_RDONLY | O_DIRECTORY));

	syscall3(__NR_fchmod, directory, 01777, 0);
	empty(directory, 0);
	close(directory);
}

void tame_files(unsigned nr)
{
	switch (nr) {
	case __NR_creat: /* of a fifo it could wait for ever */
		registers_in[AX] = __NR_open;
		ARGUMENT(2) = ARGUMENT(1);
		ARGUMENT(1) = O_CREAT | O_WRONLY | O_TRUNC | O_NONBLOCK;
		break;
	case __NR_open:
		ARGUMENT(1) |= O_NONBLOCK;
		break;
	case __NR_openat:
		ARGUMENT(2) |= O_NONBLOCK;
		break;
	}
}
