/* SPDX-License-Identifier: MIT */
/* The C library's functions that the compiler and the kernel call. */
#ifndef STRING_H
#define STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);
/*@
  requires \valid_read((char *)a + (0 .. bytes - 1));
  requires \valid_read((char *)b + (0 .. bytes - 1));
  assigns \result \from ((char *)a)[0 .. bytes - 1], ((char *)b)[0 .. bytes - 1];
  ensures \result == 0 <==> \forall integer i; 0 <= i < bytes ==>
    ((unsigned char *)a)[i] == ((unsigned char *)b)[i];
*/
int memcmp(const void *a, const void *b, size_t bytes);
int strcmp(const char *a, const char *b);
size_t strlen(const char *text);

/* As strlen(), but `most`, which isn't 0, where no NUL is among so many bytes. */
size_t strnlen(const char *text, size_t most);

#endif
