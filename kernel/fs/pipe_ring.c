/* SPDX-License-Identifier: MIT */
/* What is in a pipe: pipe(7), "Pipe capacity". */
#include "pipe_ring.h"

#include <asm/errno.h>

#include "../lib/math.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../x86/direct_map.h"

#define SLOTS	  16
#define SLOTS_MAX (PIPE_SIZE_MAX / PAGE_SIZE)
_Static_assert(SLOTS_MAX * sizeof(struct pipe_slot) <= FRAME_SIZE, "allocate");

static struct pipe_slot *allocate(unsigned count)
{
	size_t bytes = count * sizeof(struct pipe_slot);
	paddr_t frame;

	if (bytes <= KMALLOC_MAX)
		return kmalloc(bytes);
	frame = frame_alloc_uncleared();
	return frame ? phys_to_virt(frame) : NULL;
}

static void release(struct pipe_slot *slots, unsigned count)
{
	if (count * sizeof(*slots) <= KMALLOC_MAX)
		kfree(slots);
	else
		frame_put(virt_to_phys(slots));
}

int pipe_ring_init(struct pipe_ring *ring)
{
	*ring = (struct pipe_ring){.slots = allocate(SLOTS), .count = SLOTS};
	return ring->slots ? 0 : -ENOMEM;
}

/* The slot number n of those that hold something; for n = used, the next one. */
static struct pipe_slot *slot(const struct pipe_ring *ring, unsigned n)
{
	return &ring->slots[(ring->first + n) % ring->count];
}

void pipe_ring_free(struct pipe_ring *ring)
{
	for (unsigned n = 0; n < ring->used; n++)
		frame_put(slot(ring, n)->frame);
	if (ring->spare)
		frame_put(ring->spare);
	release(ring->slots, ring->count);
}

int64_t pipe_ring_read(struct pipe_ring *ring, struct pieces *to)
{
	uint64_t before = ring->bytes;
	int error = ring->used ? 0 : -EAGAIN;

	while (to->left && ring->used) {
		struct pipe_slot *s = slot(ring, 0);
		uint64_t bytes = min(to->left, s->bytes);

		error = pieces_to_user(to, phys_to_virt(s->frame + s->start), bytes);
		if (error)
			break;
		s->start += bytes;
		s->bytes -= bytes;
		ring->bytes -= bytes;
		if (s->bytes)
			break;
		if (ring->spare)
			frame_put(s->frame);
		else
			ring->spare = s->frame;
		ring->first = (ring->first + 1) % ring->count;
		ring->used--;
	}
	return before > ring->bytes ? (int64_t)(before - ring->bytes) : error;
}

/* Puts what is no whole page behind what the last slot holds, if it fits. Returns 0 or an errno. */
static int append(struct pipe_ring *ring, struct pieces *from)
{
	uint64_t bytes = from->left % PAGE_SIZE;
	struct pipe_slot *s = slot(ring, ring->used - 1);
	int error;

	if (!ring->used || !bytes || s->start + s->bytes + bytes > PAGE_SIZE)
		return 0;
	error = pieces_from_user(from, phys_to_virt(s->frame + s->start + s->bytes), bytes);
	if (error)
		return error;
	s->bytes += bytes;
	ring->bytes += bytes;
	return 0;
}

/* Puts a page, or what there is, into a slot of its own. Returns 0 or an errno. */
static int add_slot(struct pipe_ring *ring, struct pieces *from)
{
	uint64_t bytes = min(from->left, PAGE_SIZE);
	int error;

	if (pipe_ring_is_full(ring))
		return -EAGAIN;
	if (!ring->spare)
		ring->spare = frame_alloc_uncleared();
	if (!ring->spare)
		return -ENOMEM;
	error = pieces_from_user(from, phys_to_virt(ring->spare), bytes);
	if (error)
		return error;
	*slot(ring, ring->used++) = (struct pipe_slot){.frame = ring->spare, .bytes = bytes};
	ring->spare = 0;
	ring->bytes += bytes;
	return 0;
}

int64_t pipe_ring_write(struct pipe_ring *ring, struct pieces *from)
{
	uint64_t before = ring->bytes;
	int error = append(ring, from);

	while (!error && from->left)
		error = add_slot(ring, from);
	return ring->bytes > before ? (int64_t)(ring->bytes - before) : error;
}

int64_t pipe_ring_resize(struct pipe_ring *ring, uint32_t bytes)
{
	struct pipe_slot *slots;
	unsigned count = 1;

	if (bytes > UINT32_C(1) << 31)
		return -EINVAL;
	while (count * PAGE_SIZE < bytes)
		count *= 2;
	if (count > ring->count && count > SLOTS_MAX)
		return -EPERM;
	if (count < ring->used)
		return -EBUSY;
	slots = allocate(count);
	if (!slots)
		return -ENOMEM;
	for (unsigned n = 0; n < ring->used; n++)
		slots[n] = *slot(ring, n);
	release(ring->slots, ring->count);
	ring->slots = slots;
	ring->count = count;
	ring->first = 0;
	return count * PAGE_SIZE;
}
