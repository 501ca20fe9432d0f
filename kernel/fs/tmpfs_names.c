/* SPDX-License-Identifier: MIT */
/* The names of a tmpfs: one table for those of all directories, and in each directory a list. */
#include "tmpfs_names.h"

#include <asm/errno.h>
#include <linux/stat.h>

#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../x86/direct_map.h"

_Static_assert(sizeof(struct tmpfs_name) + NAME_MAX <= KMALLOC_MAX, "tmpfs_add");

/* The hash table, while there are names: contiguous page frames, or, if there are none, one. */
#define TABLE_FRAMES 16

static struct tmpfs_name **table;
static uint64_t table_frames, name_count;

static bool make_table(void)
{
	paddr_t frames;

	table_frames = TABLE_FRAMES;
	frames = frame_alloc_run(TABLE_FRAMES);
	if (!frames) {
		table_frames = 1;
		frames = frame_alloc();
	}
	table = frames ? phys_to_virt(frames) : NULL;
	return frames;
}

static void drop_table(void)
{
	paddr_t frames = virt_to_phys(table);

	for (uint64_t i = 0; i < table_frames; i++)
		frame_put(frames + i * FRAME_SIZE);
	table = NULL;
}

/* FNV-1a, of 32 bits. */
static uint32_t hash_of(const struct tmpfs_node *directory, const char *text, size_t length)
{
	uint32_t hash = 0x811c9dc5 ^ (uint32_t)directory->ino;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (uint8_t)text[i]) * 0x01000193;
	return hash;
}

static struct tmpfs_name **bucket_of(uint32_t hash)
{
	return &table[hash % (table_frames * FRAME_SIZE / sizeof(table[0]))];
}

struct tmpfs_name *tmpfs_find(const struct tmpfs_node *directory, const char *text, size_t length)
{
	uint32_t hash = hash_of(directory, text, length);
	struct tmpfs_name *name = table ? *bucket_of(hash) : NULL;

	while (name && (name->hash != hash || name->directory != directory ||
			name->length != length || memcmp(name->text, text, length) != 0))
		name = name->next_in_bucket;
	return name;
}

/* Adds a name to the end of its directory, and to those of its node. */
static void link_name(struct tmpfs_name *name)
{
	struct tmpfs_directory *in = &name->directory->has.directory;
	struct tmpfs_name **bucket = bucket_of(name->hash);

	name->next_in_bucket = *bucket;
	*bucket = name;
	name->position = in->next_position++;
	name->next = NULL;
	name->previous = in->last;
	if (in->last)
		in->last->next = name;
	else
		in->first = name;
	in->last = name;
	in->names++;
	name->next_of_node = name->node->names;
	name->node->names = name;
	/* The ".." of each directory in it is a link to it. */
	if (S_ISDIR(name->node->mode))
		name->directory->links++;
	tmpfs_modified(name->directory);
	tmpfs_changed(name->node);
}

static void unlink_name(struct tmpfs_name *name)
{
	struct tmpfs_directory *in = &name->directory->has.directory;
	struct tmpfs_name **link = bucket_of(name->hash);

	while (*link != name)
		link = &(*link)->next_in_bucket;
	*link = name->next_in_bucket;
	if (name->next)
		name->next->previous = name->previous;
	else
		in->last = name->previous;
	if (name->previous)
		name->previous->next = name->next;
	else
		in->first = name->next;
	in->names--;
	in->removals++;
	for (link = &name->node->names; *link != name; link = &(*link)->next_of_node)
		;
	*link = name->next_of_node;
	if (S_ISDIR(name->node->mode))
		name->directory->links--;
	tmpfs_modified(name->directory);
	tmpfs_changed(name->node);
}

/* A name that isn't in the table yet. NULL: out of memory. */
static struct tmpfs_name *new_name(struct tmpfs_node *directory, const char *text, size_t length,
				   struct tmpfs_node *node)
{
	struct tmpfs_name *name = table || make_table() ? kmalloc(sizeof(*name) + length) : NULL;

	if (!name)
		return NULL;
	name->directory = directory;
	name->node = node;
	name->hash = hash_of(directory, text, length);
	name->length = length;
	memcpy(name->text, text, length);
	return name;
}

int tmpfs_add(struct tmpfs_node *directory, const char *text, size_t length,
	      struct tmpfs_node *node)
{
	struct tmpfs_name *name;

	/* Room for the first name came with the node. */
	if (node->names && !tmpfs_take_node())
		return -ENOSPC;
	name = new_name(directory, text, length, node);
	if (!name) {
		if (node->names)
			tmpfs_give_node();
		return -ENOMEM;
	}
	node->links += S_ISDIR(node->mode) ? 2 : 1;
	link_name(name);
	name_count++;
	return 0;
}

int tmpfs_move(struct tmpfs_name *name, struct tmpfs_node *directory, const char *text,
	       size_t length)
{
	struct tmpfs_name *moved = new_name(directory, text, length, name->node);

	if (!moved)
		return -ENOMEM;
	unlink_name(name);
	kfree(name);
	link_name(moved);
	return 0;
}

void tmpfs_exchange(struct tmpfs_name *a, struct tmpfs_name *b)
{
	struct tmpfs_node *node = a->node;

	unlink_name(a);
	unlink_name(b);
	a->node = b->node;
	b->node = node;
	link_name(a);
	link_name(b);
}

void tmpfs_remove(struct tmpfs_name *name)
{
	struct tmpfs_node *node = name->node;

	unlink_name(name);
	node->links -= S_ISDIR(node->mode) ? node->links : 1;
	kfree(name);
	if (--name_count == 0)
		drop_table();
	if (node->names)
		tmpfs_give_node();
	node->uses++;
	tmpfs_unuse(node);
}

struct tmpfs_node *tmpfs_parent(const struct tmpfs_node *directory)
{
	return directory->names ? directory->names->directory : NULL;
}
