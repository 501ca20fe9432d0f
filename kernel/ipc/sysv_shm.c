/* SPDX-License-Identifier: MIT */
/* Segments of System V shared memory. */
#include "sysv_shm.h"

#include <asm/errno.h>
#include <linux/fcntl.h>

#include "../fs/keep.h"
#include "../fs/tmpfs.h"
#include "../fs/tmpfs_node.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../lib/text.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../proc/process.h"

#define SHM_DEST   01000 /* in `mode`, as shmctl(2) tells: it goes with its last attachment */
#define SHM_LOCKED 02000

struct shm_segment {
	struct ipc_object object; /* first */
	struct tmpfs_node *node;  /* used, until it is to be removed; then areas alone hold it */
	uint64_t size;
	int64_t attached, detached; /* seconds since 1970, 0: never */
	int creator, last;	    /* pids; 0: none has attached it yet */
};
_Static_assert(sizeof(struct shm_segment) <= KMALLOC_MAX, "kmalloc");

/* Of memory that nobody could ever fill there is none. */
static int check_size(uint64_t size)
{
	if (size < SHMMIN || size > SHMMAX)
		return -EINVAL;
	return size > INT64_MAX || size / FRAME_SIZE > frame_count_total() ? -ENOMEM : 0;
}

/* Nobody has it attached any more, and nobody will. */
static void node_gone(struct tmpfs_node *node)
{
	struct ipc_object *object = shm_kind.first;

	while (shm_segment_of(object)->node != node)
		object = object->next;
	ipc_remove(&shm_kind, object);
	kfree(object);
}

static int make(struct ipc_object **object, uint64_t size)
{
	struct shm_segment *segment;
	struct tmpfs_node *node;
	int error = check_size(size);

	if (error)
		return error;
	segment = kmalloc(sizeof(*segment));
	if (!segment)
		return -ENOMEM;
	error = tmpfs_node_new(&node, DEV_MEMFD, S_IFREG | 0777, NULL);
	if (error) {
		kfree(segment);
		return error;
	}
	node->cache.size = size;
	node->has.file.seals = F_SEAL_SEAL;
	node->has.file.freed = node_gone;
	*segment =
		(struct shm_segment){.node = node, .size = size, .creator = process_current()->pid};
	*object = &segment->object;
	return 0;
}

static int check(const struct ipc_object *object, uint64_t size)
{
	return size > ((const struct shm_segment *)object)->size ? -EINVAL : 0;
}

struct ipc_kind shm_kind = {.most = SHMMNI, .last_id = -1, .make = make, .check = check};

/* Is it to go with its last attachment? */
static bool is_removed(const struct shm_segment *segment)
{
	return segment->object.mode & SHM_DEST;
}

uint64_t shm_size(const struct shm_segment *segment)
{
	return segment->size;
}

/* What /proc/self/maps shows of it. Without memory for a name, that has none. */
static void set_label(struct shm_segment *segment)
{
	char name[sizeof("/SYSV12345678")];
	struct text text = {.to = name, .room = sizeof(name)};

	if (segment->node->label)
		return;
	text_format(&text, "/SYSV%08x", segment->object.key);
	text_put(&text, '\0');
	segment->node->label = path_keep(name);
	segment->node->cache.key.inode = segment->node->ino = segment->object.id;
}

int shm_open(struct shm_segment *segment, bool read_only, struct file **file)
{
	struct cache *cache = &segment->node->cache;
	int error;

	set_label(segment);
	/* The reference that the end of a use drops, where there is none any more. */
	if (is_removed(segment))
		cache_get(cache);
	error = tmpfs_open_node(file, segment->node, read_only ? O_RDONLY : O_RDWR);
	if (error && is_removed(segment))
		cache_put(cache);
	return error;
}

void shm_attached(struct shm_segment *segment)
{
	segment->attached = ipc_now();
	segment->last = process_current()->pid;
}

void shm_detached(struct shm_segment *segment)
{
	segment->detached = ipc_now();
	segment->last = process_current()->pid;
}

struct shm_segment *shm_of_cache(const struct cache *cache)
{
	struct ipc_object *object = shm_kind.first;

	while (object && &shm_segment_of(object)->node->cache != cache)
		object = object->next;
	return shm_segment_of(object);
}

void shm_remove(struct shm_segment *segment)
{
	if (is_removed(segment))
		return;
	segment->object.key = IPC_PRIVATE;
	segment->object.mode |= SHM_DEST;
	tmpfs_unuse(segment->node);
}

void shm_lock(struct shm_segment *segment, bool locked)
{
	segment->object.mode &= ~SHM_LOCKED;
	segment->object.mode |= locked ? SHM_LOCKED : 0;
}

/* How many areas map it, one of which may be a part of what was attached. */
static unsigned attachments(const struct shm_segment *segment)
{
	return segment->node->cache.refs - !is_removed(segment);
}

void shm_stat(const struct shm_segment *segment, struct shmid64_ds *st)
{
	*st = (struct shmid64_ds){
		.shm_segsz = segment->size,
		.shm_atime = segment->attached,
		.shm_dtime = segment->detached,
		.shm_ctime = segment->object.changed,
		.shm_cpid = segment->creator,
		.shm_lpid = segment->last,
		.shm_nattch = attachments(segment),
	};
	ipc_perm(&segment->object, &st->shm_perm);
}

void shm_info(struct shm_info *info)
{
	*info = (struct shm_info){.used_ids = shm_kind.count};
	for (struct ipc_object *object = shm_kind.first; object; object = object->next) {
		const struct shm_segment *segment = shm_segment_of(object);

		info->shm_tot += page_up(segment->size) / FRAME_SIZE;
		info->shm_rss += segment->node->has.file.pages;
	}
}
