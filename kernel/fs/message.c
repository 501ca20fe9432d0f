/* SPDX-License-Identifier: MIT */
/* Messages: their data lie in chunks, each an object of kmalloc() or a page frame. */
#include "message.h"

#include <asm/errno.h>

#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../x86/direct_map.h"

struct chunk {
	struct chunk *next;
	uint64_t bytes; /* its data */
	char data[];
};

#define CHUNK_MAX (FRAME_SIZE - sizeof(struct chunk))

_Static_assert(sizeof(struct rights) + RIGHTS_MAX * sizeof(struct file *) <= FRAME_SIZE, "rights");

/* Memory of at most a page frame. */
static void *allocate(size_t bytes)
{
	paddr_t frame;

	if (bytes <= KMALLOC_MAX)
		return kmalloc(bytes);
	frame = frame_alloc_uncleared();
	return frame ? phys_to_virt(frame) : NULL;
}

static void release(void *memory, size_t bytes)
{
	if (bytes <= KMALLOC_MAX)
		kfree(memory);
	else
		frame_put(virt_to_phys(memory));
}

static void free_chunks(struct chunk *chunk)
{
	while (chunk) {
		struct chunk *next = chunk->next;

		release(chunk, sizeof(*chunk) + chunk->bytes);
		chunk = next;
	}
}

/* Linux has two structures beside the data, and allocates like kmalloc() or by pages. */
#define CHARGE_BEHIND 320 /* struct skb_shared_info */
#define CHARGE_BESIDE 256 /* struct sk_buff */
#define CHARGE_LEAST  512

/* What a message of so many bytes takes of a buffer: the truesize of Linux. */
static uint64_t charge_of(uint64_t bytes)
{
	uint64_t all = bytes + CHARGE_BEHIND;
	uint64_t size = CHARGE_LEAST;

	while (size < all && size < FRAME_SIZE)
		size *= 2;
	return CHARGE_BESIDE + max(size, page_up(all > FRAME_SIZE ? all : 0));
}

int message_make(struct message **made, struct pieces *pieces, uint64_t bytes)
{
	const struct pieces before = *pieces;
	struct message *message = kmalloc(sizeof(*message));
	struct chunk **at;
	int error = 0;

	if (!message)
		return -ENOMEM;
	*message = (struct message){.bytes = bytes, .charge = charge_of(bytes)};
	at = &message->chunks;
	while (bytes && !error) {
		uint64_t piece = min(bytes, CHUNK_MAX);
		struct chunk *chunk = allocate(sizeof(*chunk) + piece);

		if (!chunk) {
			error = -ENOMEM;
			break;
		}
		*chunk = (struct chunk){.bytes = piece};
		*at = chunk;
		at = &chunk->next;
		error = pieces_from_user(pieces, chunk->data, piece);
		bytes -= piece;
	}
	*made = message;
	if (error) {
		*pieces = before;
		message_free(message);
	}
	return error;
}

int message_copy(const struct message *message, uint64_t from, struct pieces *pieces,
		 uint64_t bytes)
{
	const struct pieces before = *pieces;

	for (const struct chunk *chunk = message->chunks; bytes; chunk = chunk->next) {
		uint64_t piece;
		int error;

		if (from >= chunk->bytes) {
			from -= chunk->bytes;
			continue;
		}
		piece = min(bytes, chunk->bytes - from);
		error = pieces_to_user(pieces, chunk->data + from, piece);
		if (error) {
			*pieces = before;
			return error;
		}
		bytes -= piece;
		from = 0;
	}
	return 0;
}

void message_free(struct message *message)
{
	free_chunks(message->chunks);
	rights_drop(message->rights);
	kfree(message);
}

static size_t rights_bytes(unsigned count)
{
	return sizeof(struct rights) + count * sizeof(struct file *);
}

struct rights *rights_make(unsigned count)
{
	struct rights *rights = allocate(rights_bytes(count));

	if (rights)
		rights->count = count;
	for (unsigned i = 0; rights && i < count; i++)
		rights->files[i] = NULL;
	return rights;
}

struct rights *rights_copy(const struct rights *rights)
{
	struct rights *copy = rights_make(rights->count);

	for (unsigned i = 0; copy && i < copy->count; i++) {
		copy->files[i] = rights->files[i];
		file_get(copy->files[i]);
	}
	return copy;
}

void rights_drop(struct rights *rights)
{
	if (!rights)
		return;
	for (unsigned i = 0; i < rights->count; i++)
		if (rights->files[i])
			file_put(rights->files[i]);
	release(rights, rights_bytes(rights->count));
}
