/* SPDX-License-Identifier: MIT */
/* What the files of mm share: an area, and an address space. */
#ifndef MM_TYPES_H
#define MM_TYPES_H

#include <stdint.h>

#include "../types.h"
#include "../x86/pte.h"

/* What is special of an area; 0: memory, whose pages are zeros until they are populated. */
enum vma_kind {
	VMA_MEMORY = 0,
	VMA_PAST_EOF = 1,    /* behind the end of shared memory: SIGBUS */
	VMA_NO_WRITE = 2,    /* a shared file, which is open for reading alone */
	VMA_KEEP = 4,	     /* what it holds can't come again: it was VMA_IMAGE elsewhere */
	VMA_IMAGE = 8,	     /* pages of the program's own file, where they were loaded */
	VMA_STACK = 16,	     /* the first thread's stack: memory that grows down */
	VMA_SHARED = 32,     /* MAP_SHARED: no data of the process alone */
	VMA_VDSO = 64,	     /* a page of the kernel's image, from VDSO_START on: vdso/vdso.h */
	VMA_NO_FORK = 128,   /* a child doesn't have it: MADV_DONTFORK */
	VMA_FORK_ZERO = 256, /* it is zeros in a child: MADV_WIPEONFORK */
};

struct cache; /* pagecache.h */

/* An area (VMA): what a range of addresses may be used for. A node of a treap: see vma_tree.h. */
struct vma {
	uaddr_t start, end;  /* page aligned, not empty */
	uint8_t prot;	     /* PROT_READ | PROT_WRITE | PROT_EXEC */
	uint16_t kind;	     /* enum vma_kind, or'ed */
	uint32_t priority;   /* above that of its children */
	struct cache *cache; /* the file that it maps, with a reference; NULL: none */
	uint64_t offset;     /* of `start` in the file, page aligned; 0 if there is none */
	struct vma *left, *right;
	/* Of the subtree below and including this area: */
	uaddr_t low, high; /* first start, last end */
	uint64_t gap;	   /* the widest gap between two neighbours */
};

#define SPACE_RECENT 4	/* page tables */
#define SPACE_FIRST  10 /* areas */

/* An address space. Only the files that are named here touch these fields. */
struct space {
	unsigned refs; /* threads that run in it: space.h */

	/* paging.c */
	paddr_t tables; /* the PML4: slots 0 to 255 are this space's, the others the kernel's */
	struct recent_table {
		uint64_t span; /* number of the 2 MiB that it maps */
		pte_t *table;
	} recent[SPACE_RECENT]; /* page tables that were looked up last */

	/* vma.c */
	struct vma *areas;	       /* the root of the tree, NULL: there is none */
	struct vma *last_found;	       /* most often it is wanted again; NULL: none */
	struct vma *spare;	       /* areas in reserve, linked by `left` */
	unsigned spare_count;	       /* how many these are */
	unsigned first_count;	       /* how many of `first` were ever used */
	struct vma first[SPACE_FIRST]; /* what a program starts with takes no other memory */

	/* space.c */
	uaddr_t brk_start, brk; /* the heap, brk(2) */
	uaddr_t drop_hand;	/* where space_drop_clean() goes on */

	/* sched/trampoline.c */
	uaddr_t trampoline; /* its page, 0: not mapped yet */
};

#endif
