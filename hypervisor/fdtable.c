/* SPDX-License-Identifier: MIT */
/* The guest's file descriptors: which host fd stands behind each. */
#include "fdtable.h"

#include <errno.h>

void fdtable_init(struct fdtable *table, unsigned open_fds)
{
	/*@
	  loop invariant 0 <= fd <= FDTABLE_SIZE;
	  loop invariant \forall integer i; 0 <= i < fd ==>
	    table->host[i] == (i < FDTABLE_STD && (open_fds >> i & 1) != 0 ? i : -1);
	  loop assigns fd, table->host[0 .. FDTABLE_SIZE - 1];
	  loop variant FDTABLE_SIZE - fd;
	*/
	for (int fd = 0; fd < FDTABLE_SIZE; fd++)
		table->host[fd] = fd < FDTABLE_STD && open_fds >> fd & 1 ? fd : -1;
}

int fdtable_get(const struct fdtable *table, uint64_t fd)
{
	if (fd >= FDTABLE_SIZE || table->host[fd] < 0)
		return -EBADF;
	return table->host[fd];
}

int fdtable_lowest(const struct fdtable *table)
{
	/*@
	  loop invariant 0 <= fd <= FDTABLE_SIZE;
	  loop invariant \forall integer i; 0 <= i < fd ==> is_open(table, i);
	  loop assigns fd;
	  loop variant FDTABLE_SIZE - fd;
	*/
	for (int fd = 0; fd < FDTABLE_SIZE; fd++)
		if (table->host[fd] < 0)
			return fd;
	return -EMFILE;
}

void fdtable_put(struct fdtable *table, int fd, int host)
{
	table->host[fd] = host;
}

int fdtable_take(struct fdtable *table, uint64_t fd)
{
	int host = fdtable_get(table, fd);

	if (host >= 0)
		table->host[fd] = -1;
	return host;
}
