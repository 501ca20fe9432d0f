/* SPDX-License-Identifier: MIT */
/* /proc/sys: what holds for this kernel. Nothing there can be changed. */
#include <asm/errno.h>
#include <linux/capability.h>
#include <linux/msg.h>

#include "../fs/fdtable.h"
#include "../fs/pipe_ring.h"
#include "../layout.h"
#include "../lib/random.h"
#include "process.h"
#include "procfs.h"
#include "uts.h"

/* A file whose node's data is its line, or what the line is made of. */
static int show_line(struct text *text, const struct tree_at *at)
{
	text_format(text, "%s\n", (const char *)at->node->data);
	return 0;
}

static int show_number(struct text *text, const struct tree_at *at)
{
	text_format(text, "%lu\n", *(const uint64_t *)at->node->data);
	return 0;
}

/* RFC 4122, 4.4: 122 random bits, version 4, variant 1. */
static void show_uuid_of(struct text *text, uint8_t bytes[16])
{
	bytes[6] = (bytes[6] & 0x0f) | 0x40;
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	for (unsigned i = 0; i < 16; i++)
		text_format(text, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			    bytes[i]);
	text_put(text, '\n');
}

/* Another each time that it is made. */
static int show_uuid(struct text *text, const struct tree_at *at)
{
	uint8_t bytes[16];

	(void)at;
	if (!random_seeded())
		return -EAGAIN;
	random_bytes(bytes, sizeof(bytes));
	show_uuid_of(text, bytes);
	return 0;
}

/* The same as long as the kernel runs. */
static int show_boot_id(struct text *text, const struct tree_at *at)
{
	static uint8_t bytes[16];
	static bool made;

	(void)at;
	if (!random_seeded())
		return -EAGAIN;
	if (!made)
		random_bytes(bytes, sizeof(bytes));
	made = true;
	show_uuid_of(text, bytes);
	return 0;
}

#define LINE(text, line)                                                                           \
	{                                                                                          \
		.name = text, .mode = TREE_FILE, .show = show_line, .data = line                   \
	}
#define NUMBER(text, number)                                                                       \
	{                                                                                          \
		.name = text, .mode = TREE_FILE, .show = show_number, .data = &(const uint64_t)    \
		{                                                                                  \
			number                                                                     \
		}                                                                                  \
	}
#define DIRECTORY(text, list)                                                                      \
	{                                                                                          \
		.name = text, .mode = TREE_DIRECTORY, .children = list                             \
	}

static const struct tree_node random[] = {
	{.name = "boot_id", .mode = TREE_FILE, .show = show_boot_id},
	NUMBER("entropy_avail", 256),
	NUMBER("poolsize", 256), /* bits, as in Linux's since 5.18 */
	{.name = "uuid", .mode = TREE_FILE, .show = show_uuid},
	{0},
};

static const struct tree_node kernel[] = {
	NUMBER("cap_last_cap", CAP_LAST_CAP),
	LINE("core_pattern", "core"),
	LINE("domainname", uts.domainname),
	LINE("hostname", uts.nodename),
	NUMBER("msgmax", MSGMAX),
	NUMBER("msgmnb", MSGMNB),
	NUMBER("msgmni", MSGMNI),
	NUMBER("ngroups_max", 65536),
	LINE("osrelease", uts.release),
	LINE("ostype", uts.sysname),
	NUMBER("overflowgid", 65534),
	NUMBER("overflowuid", 65534),
	NUMBER("pid_max", INT32_MAX),
	DIRECTORY("random", random),
	NUMBER("randomize_va_space", 0), /* addresses are the same each time: layout.h */
	NUMBER("tainted", 0),
	NUMBER("threads-max", INT32_MAX),
	LINE("version", uts.version),
	{0},
};

static const struct tree_node vm[] = {
	NUMBER("max_map_count", INT32_MAX), /* memory alone limits it */
	NUMBER("mmap_min_addr", USER_MIN),  NUMBER("overcommit_memory", 0), /* what can never be is
									       refused: mmap(2) */
	NUMBER("overcommit_ratio", 50),	    NUMBER("swappiness", 0),	    {0},
};

static const struct tree_node fs[] = {
	NUMBER("file-max", FD_COUNT),
	NUMBER("nr_open", FD_COUNT),
	NUMBER("pipe-max-size", PIPE_SIZE_MAX),
	{0},
};

const struct tree_node procfs_sys[] = {
	DIRECTORY("fs", fs),
	DIRECTORY("kernel", kernel),
	DIRECTORY("vm", vm),
	{0},
};
