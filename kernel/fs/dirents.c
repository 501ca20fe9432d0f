/* SPDX-License-Identifier: MIT */
/* Records of a directory, in the program's buffer. */
#include "dirents.h"

#include <asm/errno.h>
#include <linux/limits.h>
#include <stddef.h>

#include "../lib/string.h"
#include "../mm/uaccess.h"

/* struct linux_dirent64 of getdents(2); no header for user space has it. */
struct record {
	uint64_t ino;
	int64_t next;
	uint16_t bytes; /* with the name, its NUL, and zeros up to a multiple of 8 */
	uint8_t type;
	char name[NAME_MAX + 1 + 7];
};
_Static_assert(offsetof(struct record, name) == 19, "as on Linux");

bool dirents_add(struct dirents *list, const char *name, uint64_t ino, unsigned type, int64_t next)
{
	struct record record = {.ino = ino, .next = next, .type = type};
	size_t length = strlen(name);

	record.bytes = (offsetof(struct record, name) + length + 1 + 7) & ~7;
	memcpy(record.name, name, length);
	if (record.bytes > list->room)
		list->error = -EINVAL;
	else
		list->error = copy_to_user(list->buffer, &record, record.bytes);
	if (list->error)
		return false;
	list->buffer += record.bytes;
	list->room -= record.bytes;
	list->done += record.bytes;
	return true;
}

int64_t dirents_result(const struct dirents *list)
{
	return list->done ? list->done : list->error;
}
