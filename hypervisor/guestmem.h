/* SPDX-License-Identifier: MIT */
/*
 * Guest memory: the only place where a number that came from the guest turns
 * into a host pointer. A guest-physical address (gpa) is an integer that the
 * rest of the hypervisor can't dereference.
 */
#ifndef GUESTMEM_H
#define GUESTMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../kernel/abi.h"

struct guestmem {
	char *base;    /* host address of gpa 0 */
	uint64_t size; /* bytes */
};

/*
 * The contracts are ACSL, whose sums are those of mathematics and don't wrap.
 * `make prove` proves them for all arguments: memory, blocks and strings of 0
 * bytes too. Only a string's `size` is at most INT_MAX, for the result is an
 * int; callers pass the size of an array.
 */
/*@
  predicate guest_memory(struct guestmem *mem) =
    \valid_read(mem) && mem->base != \null && \object_pointer(mem->base) &&
    \valid(mem->base + (0 .. mem->size - 1));

  // Whatever the host lays beside guest memory, `mem` itself too, is apart from it.
  predicate apart(struct guestmem *mem, char *bytes, integer length) =
    \separated(mem->base + (0 .. mem->size - 1), mem) &&
    \separated(bytes + (0 .. length - 1), mem->base + (0 .. mem->size - 1), mem);

  predicate in_memory(integer size, integer gpa, integer length) = gpa + length <= size;

  predicate no_nul(struct guestmem *mem, integer gpa, integer end) =
    \forall integer at; gpa <= at < end ==> mem->base[at] != 0;
*/

/* Does [gpa, gpa + length) lie in memory of `size` bytes? An empty range may lie at its end. */
/*@
  assigns \nothing;
  ensures \result <==> in_memory(size, gpa, length);
*/
bool guestmem_contains(uint64_t size, gpa_t gpa, uint64_t length);

/* The host address of [gpa, gpa + length), or NULL if any byte of it is outside. */
/*@
  requires guest_memory(mem);
  assigns \result \from mem, *mem, gpa, length;
  behavior inside:
    assumes in_memory(mem->size, gpa, length);
    ensures \result == mem->base + gpa;
    ensures \valid((char *)\result + (0 .. length - 1));
  behavior outside:
    assumes !in_memory(mem->size, gpa, length);
    ensures \result == \null;
  complete behaviors;
  disjoint behaviors;
*/
void *guestmem_range(const struct guestmem *mem, gpa_t gpa, uint64_t length);

/* Copies a block in or out. Returns 0, or -EFAULT with nothing copied. */
/*@
  requires guest_memory(mem);
  requires \valid((char *)to + (0 .. length - 1));
  requires apart(mem, (char *)to, length);
  assigns ((char *)to)[0 .. length - 1] \from mem->base[gpa .. gpa + length - 1];
  behavior inside:
    assumes in_memory(mem->size, gpa, length);
    ensures \result == 0;
    ensures \forall integer k; 0 <= k < length ==>
      ((char *)to)[k] == mem->base[gpa + k];
  behavior outside:
    assumes !in_memory(mem->size, gpa, length);
    assigns \nothing;
    ensures \result == -EFAULT;
  complete behaviors;
  disjoint behaviors;
*/
int guestmem_read(const struct guestmem *mem, gpa_t gpa, void *to, size_t length);
/*@
  requires guest_memory(mem);
  requires \valid_read((char *)from + (0 .. length - 1));
  requires apart(mem, (char *)from, length);
  assigns mem->base[gpa .. gpa + length - 1] \from ((char *)from)[0 .. length - 1];
  behavior inside:
    assumes in_memory(mem->size, gpa, length);
    ensures \result == 0;
    ensures \forall integer k; 0 <= k < length ==>
      mem->base[gpa + k] == ((char *)from)[k];
  behavior outside:
    assumes !in_memory(mem->size, gpa, length);
    assigns \nothing;
    ensures \result == -EFAULT;
  complete behaviors;
  disjoint behaviors;
*/
int guestmem_write(const struct guestmem *mem, gpa_t gpa, const void *from, size_t length);

/*
 * Copies the NUL-terminated string at `gpa` into to[size], the NUL included.
 * Returns its length, -EFAULT if it runs off the end of memory, or
 * -ENAMETOOLONG if it has no NUL in its first `size` bytes.
 */
/*@
  requires guest_memory(mem) && size <= INT_MAX;
  requires \valid(to + (0 .. size - 1));
  requires apart(mem, to, size);
  assigns to[0 .. size - 1] \from mem->base[gpa .. gpa + size - 1];
  behavior string:
    assumes \exists integer at;
      gpa <= at < gpa + size && at < mem->size && mem->base[at] == 0;
    ensures 0 <= \result < size && in_memory(mem->size, gpa, \result + 1);
    ensures no_nul(mem, gpa, gpa + \result) && to[\result] == 0;
    ensures \forall integer k; 0 <= k <= \result ==> to[k] == mem->base[gpa + k];
  behavior off_the_end:
    assumes !in_memory(mem->size, gpa, size) && size > 0;
    assumes no_nul(mem, gpa, mem->size);
    ensures \result == -EFAULT;
  behavior too_long:
    assumes in_memory(mem->size, gpa, size) || size == 0;
    assumes no_nul(mem, gpa, gpa + size);
    ensures \result == -ENAMETOOLONG;
  complete behaviors;
  disjoint behaviors;
*/
int guestmem_string(const struct guestmem *mem, gpa_t gpa, char *to, size_t size);

#endif
