/* SPDX-License-Identifier: MIT */
/*
 * For a kernel that tells on itself: build/poison/kernel.bin. The linker puts
 * these functions around those of kmalloc.c and frame.c (--wrap), whose code stays as it is.
 *
 * What is freed is filled with a pattern, and is looked at before it is given
 * out again; new objects are filled with another; an object has a mark before
 * and behind it; a frame must be zero when it is given out. What doesn't
 * hold is a panic.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../host/printk.h"
#include "../lib/string.h"
#include "../mm/frame.h"
#include "../mm/kmalloc.h"
#include "../x86/direct_map.h"

#define FREED	  0xdb
#define NEW	  0xa5
#define MARK	  0x600d600d
#define MARK_GONE 0x0badf00d
#define WAITING	  16 /* freed frames that are kept back */

void *__real_kmalloc(size_t size);
void __real_kfree(void *object);
paddr_t __real_frame_alloc(void);
paddr_t __real_frame_alloc_run(uint64_t count);
void __real_frame_put(paddr_t frame);

void *__wrap_kmalloc(size_t size);
void __wrap_kfree(void *object);
paddr_t __wrap_frame_alloc(void);
paddr_t __wrap_frame_alloc_run(uint64_t count);
void __wrap_frame_put(paddr_t frame);

/* Before an object. kmalloc.c keeps its list of free ones in the first word. */
struct head {
	uint64_t link;
	uint32_t size;
	uint32_t mark;
};

static bool holds(const uint8_t *at, uint8_t pattern, size_t bytes)
{
	while (bytes && *at == pattern) {
		at++;
		bytes--;
	}
	return bytes == 0;
}

/* The largest objects are smaller than usual, by the marks. */
void *__wrap_kmalloc(size_t size)
{
	struct head *head = size ? __real_kmalloc(sizeof(*head) + size + sizeof(uint32_t)) : NULL;
	const uint32_t mark = MARK;

	if (!head)
		return NULL;
	if (head->mark == MARK_GONE && !holds((uint8_t *)(head + 1), FREED, head->size))
		panic("poison: object 0x%lx was written after it was freed", (uint64_t)head);
	head->size = size;
	head->mark = MARK;
	memset(head + 1, NEW, size);
	memcpy((uint8_t *)(head + 1) + size, &mark, sizeof(mark));
	return head + 1;
}

void __wrap_kfree(void *object)
{
	struct head *head;
	uint32_t mark;

	if (!object)
		return;
	head = (struct head *)object - 1;
	if (head->mark != MARK)
		panic("poison: object 0x%lx freed with mark 0x%x", (uint64_t)head, head->mark);
	memcpy(&mark, (uint8_t *)object + head->size, sizeof(mark));
	if (mark != MARK)
		panic("poison: object 0x%lx was written behind its end", (uint64_t)head);
	head->mark = MARK_GONE;
	memset(object, FREED, head->size);
	__real_kfree(head);
}

static paddr_t checked_zero(paddr_t frame, uint64_t count)
{
	if (frame && !holds(phys_to_virt(frame), 0, count * FRAME_SIZE))
		panic("poison: frame 0x%lx is given out and not zero", frame);
	return frame;
}

paddr_t __wrap_frame_alloc(void)
{
	return checked_zero(__real_frame_alloc(), 1);
}

paddr_t __wrap_frame_alloc_run(uint64_t count)
{
	return checked_zero(__real_frame_alloc_run(count), count);
}

void __wrap_frame_put(paddr_t frame)
{
	static paddr_t waiting[WAITING];
	static unsigned next;
	paddr_t oldest = waiting[next];

	if (frame_is_shared(frame)) {
		__real_frame_put(frame);
		return;
	}
	for (unsigned i = 0; i < WAITING; i++)
		if (waiting[i] == frame)
			panic("poison: frame 0x%lx is freed twice", frame);
	memset(phys_to_virt(frame), FREED, FRAME_SIZE);
	waiting[next] = frame;
	next = (next + 1) % WAITING;
	if (!oldest)
		return;
	if (!holds(phys_to_virt(oldest), FREED, FRAME_SIZE))
		panic("poison: frame 0x%lx was written after it was freed", oldest);
	__real_frame_put(oldest);
}
