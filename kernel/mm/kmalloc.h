/* SPDX-License-Identifier: MIT */
/* Memory for the kernel's small objects. */
#ifndef KMALLOC_H
#define KMALLOC_H

#include <stddef.h>

#define KMALLOC_MAX 1024 /* bytes */

/* `size` bytes of any content, 16-byte aligned, or NULL: out of memory, or size 0 or over the
 * maximum. */
void *kmalloc(size_t size);

/* Takes back what kmalloc() gave; NULL is fine. */
void kfree(void *object);

#endif
