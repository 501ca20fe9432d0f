/* SPDX-License-Identifier: MIT */
/*
 * Memory for the kernel's small objects. A slab is one frame: a header, then
 * objects of one size, a power of two. A class keeps the slabs that have a
 * free object in a list. A slab that is all free goes back to frame.c, unless
 * it is the last of its list: it would soon be wanted again.
 */
#include "kmalloc.h"

#include <stdbool.h>
#include <stdint.h>

#include "../lib/math.h"
#include "../x86/direct_map.h"
#include "frame.h"

#define SHIFT_MIN 5 /* 32 bytes */
#define CLASSES	  6 /* up to 1024 bytes */
_Static_assert(1 << (SHIFT_MIN + CLASSES - 1) == KMALLOC_MAX, "the largest class");

struct object {
	struct object *next;
};

struct slab {
	struct slab *next, *previous; /* in the list of its class, while it has a free object */
	struct object *free;	      /* objects given back */
	uint32_t class;
	uint32_t size; /* of an object */
	uint32_t used;
	uint32_t fresh; /* offset of the first object that was never given out */
};

static struct slab *partial[CLASSES];

static bool is_full(const struct slab *slab)
{
	return !slab->free && slab->fresh + slab->size > FRAME_SIZE;
}

static void list_add(struct slab *slab)
{
	struct slab **head = &partial[slab->class];

	slab->previous = NULL;
	slab->next = *head;
	if (*head)
		(*head)->previous = slab;
	*head = slab;
}

static void list_remove(struct slab *slab)
{
	if (slab->previous)
		slab->previous->next = slab->next;
	else
		partial[slab->class] = slab->next;
	if (slab->next)
		slab->next->previous = slab->previous;
}

/* What is done rarely is no part of kmalloc(), which would save registers for it each time. */
static __attribute__((noinline)) void *allocate_in_new_slab(size_t size, unsigned class)
{
	uint64_t frame = frame_alloc();
	struct slab *slab;

	if (!frame)
		return NULL;
	slab = phys_to_virt(frame);
	slab->class = class;
	slab->size = 1 << (SHIFT_MIN + class);
	/* The header takes the room of as many objects as it needs; 64 bytes at most are lost. */
	slab->fresh = max(slab->size, 64);
	list_add(slab);
	return kmalloc(size);
}

void *kmalloc(size_t size)
{
	/* The least n with size <= 2^n, but SHIFT_MIN at least. */
	unsigned class = 64 - SHIFT_MIN - __builtin_clzl((size - 1) | ((1 << SHIFT_MIN) - 1));
	struct object *object;
	struct slab *slab;

	if (size == 0 || size > KMALLOC_MAX)
		return NULL;
	slab = partial[class];
	if (!slab)
		return allocate_in_new_slab(size, class);
	if (slab->free) {
		object = slab->free;
		slab->free = object->next;
	} else {
		object = (struct object *)((uint8_t *)slab + slab->fresh);
		slab->fresh += slab->size;
	}
	slab->used++;
	if (is_full(slab))
		list_remove(slab);
	return object;
}

void kfree(void *pointer)
{
	struct object *object = pointer;
	struct slab *slab = (struct slab *)((uintptr_t)pointer & -(uintptr_t)FRAME_SIZE);

	if (!pointer)
		return;
	if (is_full(slab))
		list_add(slab);
	object->next = slab->free;
	slab->free = object;
	if (--slab->used == 0 && (slab->next || slab->previous)) {
		list_remove(slab);
		frame_put(virt_to_phys(slab));
	}
}
