/* SPDX-License-Identifier: MIT */
/* Messages to the user, and the end of a kernel that can't go on. */
#ifndef PRINTK_H
#define PRINTK_H

/*
 * Writes a message of at most PRINTK_MAX bytes to the host's stderr. Knows %d
 * %u %x %o with l, 0 and a width, %s and %%. What %s shows is escaped: it may be
 * the program's; %*s shows so many bytes of it, NULs included.
 */
#define PRINTK_MAX 1024
void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The first part of a message: the next printk() writes it with its own. */
void printk_part(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Tells the host that the kernel has failed. Only for what the kernel itself got wrong. */
void panic(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
