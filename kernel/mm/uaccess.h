/* SPDX-License-Identifier: MIT */
/*
 * Checks and copies of the program's memory, in the current space. A user address is an integer
 * that is looked up in the areas and page tables and reached through the
 * direct map: the kernel never follows a program's pointer, so it can't fault
 * on one, and SMAP needs no exception.
 */
#ifndef UACCESS_H
#define UACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../types.h"

/* Does [address, address + length) lie in the program's half? False if the sum wraps. */
/*@
  assigns \nothing;
  ensures \result <==> address + length <= USER_TOP;
*/
bool user_range(uaddr_t address, uint64_t length);

/*
 * May a call that moves data be given this buffer? A user_range(), or one that
 * starts in the program's half and claims up to 2 GiB: on Linux the stack ends
 * far enough below the end of the half that what it claims is still in there.
 */
/*@
  assigns \nothing;
  ensures \result ==> address + length <= UINT64_MAX;
*/
bool user_buffer(uaddr_t address, uint64_t length);

/*
 * How many bytes of a user_buffer(), from its start on, may the program read, or
 * write? A call that moves data moves so many and is short, as on Linux; it
 * fails with -EFAULT only where it can move none of those that there are.
 */
/*@
  requires address + length <= UINT64_MAX;
  ensures \result <= length;
*/
uint64_t user_extent(uaddr_t address, uint64_t length, bool write);

/* Copies. Return 0, -EFAULT with nothing copied, or -ENOMEM. */
int copy_from_user(void *to, uaddr_t from, size_t bytes);
int copy_to_user(uaddr_t to, const void *from, size_t bytes);

/*
 * Copies a string with its NUL to to[size]. Returns its length, -EFAULT,
 * -ENOMEM, or -ENAMETOOLONG if there is no NUL in its first `size` bytes.
 */
int64_t string_from_user(char *to, uaddr_t from, size_t size);

#endif
