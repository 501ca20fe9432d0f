/* SPDX-License-Identifier: MIT */
/*
 * The guest's file descriptors. A guest fd is an index into this table and
 * never a host fd; whatever isn't in the table can't be named by the guest.
 */
#ifndef FDTABLE_H
#define FDTABLE_H

#include <stdint.h>

#define FDTABLE_SIZE 256
#define FDTABLE_STD  3 /* stdin, stdout, stderr */

/* Where the user has granted files to write to, out of the way of those that are opened. */
#define FDTABLE_TRACE  255
#define FDTABLE_CORE   254
#define FDTABLE_OUTPUT 253 /* the first file of --output; the next ones are below it */

struct fdtable {
	int host[FDTABLE_SIZE]; /* host fd, or -1: free */
};

/* The contracts are ACSL; `make prove` proves them for all arguments. */
/*@
  predicate is_open(struct fdtable *table, integer fd) =
    0 <= fd < FDTABLE_SIZE && table->host[fd] >= 0;
*/

/* fds 0, 1 and 2 become the host's, those whose bit in `open_fds` is set; all others are free. */
/*@
  requires \valid(table);
  assigns table->host[0 .. FDTABLE_SIZE - 1];
  ensures \forall integer fd; 0 <= fd < FDTABLE_SIZE ==>
    table->host[fd] == (fd < FDTABLE_STD && (open_fds >> fd & 1) != 0 ? fd : -1);
*/
void fdtable_init(struct fdtable *table, unsigned open_fds);

/* The host fd behind a guest's, or -EBADF. */
/*@
  requires \valid_read(table);
  assigns \nothing;
  ensures is_open(table, fd) ==> \result == table->host[fd];
  ensures !is_open(table, fd) ==> \result == -EBADF;
*/
int fdtable_get(const struct fdtable *table, uint64_t fd);

/* The lowest guest fd that is free, or -EMFILE. */
/*@
  requires \valid_read(table);
  assigns \nothing;
  ensures 0 <= \result < FDTABLE_SIZE || \result == -EMFILE;
  ensures \result >= 0 ==> !is_open(table, \result);
  ensures \forall integer fd; 0 <= fd < (\result >= 0 ? \result : FDTABLE_SIZE) ==>
    is_open(table, fd);
*/
int fdtable_lowest(const struct fdtable *table);

/* Puts host fd `host` behind `fd`, which fdtable_lowest() has found. */
/*@
  requires \valid(table) && 0 <= fd < FDTABLE_SIZE && !is_open(table, fd) && host >= 0;
  assigns table->host[fd];
  ensures table->host[fd] == host;
*/
void fdtable_put(struct fdtable *table, int fd, int host);

/* Frees a guest fd. Returns the host fd that was behind it, or -EBADF. */
/*@
  requires \valid(table);
  behavior open:
    assumes is_open(table, fd);
    assigns table->host[fd];
    ensures \result == \old(table->host[fd]) && !is_open(table, fd);
  behavior bad:
    assumes !is_open(table, fd);
    assigns \nothing;
    ensures \result == -EBADF;
  complete behaviors;
  disjoint behaviors;
*/
int fdtable_take(struct fdtable *table, uint64_t fd);

#endif
