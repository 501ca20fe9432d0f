/* SPDX-License-Identifier: MIT */
/* A seccomp filter from a table of rules: see seccomp(2). */
#ifndef FILTER_H
#define FILTER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What an argument must be. The kernel takes all but pointers as int, so of them
 * the low half is compared.
 */
enum kind { ANY, ONE_OF, NONE_OF, POINTER, POINTER_INTO };
struct condition {
	enum kind kind;
	unsigned argument;
	const void *value; /* an array: of int; or of what the argument may point to */
	size_t size;	   /* of an element */
	size_t count;
};
#define CONDITION(kind, argument, value, size, count)                                              \
	((struct condition){kind, argument, value, size, count})
#define INTS(kind, argument, ...)                                                                  \
	CONDITION(kind, argument, ((const int[]){__VA_ARGS__}), sizeof(int),                       \
		  sizeof((const int[]){__VA_ARGS__}) / sizeof(int))
#define IS(n, ...)	     INTS(ONE_OF, n, __VA_ARGS__)
#define IS_NOT(n, ...)	     INTS(NONE_OF, n, __VA_ARGS__)
#define IS_ONE(n, array, of) CONDITION(POINTER, n, array, sizeof(*(array)), of)
#define IS_POINTER(n, p)     IS_ONE(n, p, 1)
#define IS_WITHIN(n, memory) CONDITION(POINTER_INTO, n, memory, 1, sizeof(memory))

/* A call that is allowed, if all of the conditions hold. */
struct rule {
	int call;
	bool off; /* not in this run */
	struct condition conditions[3];
};
#define ALLOW(call, ...)	     ((struct rule){call, false, {__VA_ARGS__}})
#define ALLOW_UNLESS(off, call, ...) ((struct rule){call, off, {__VA_ARGS__}})

#define RULES_MAX 48 /* of a filter */

/*
 * Has the process make no system call but by these rules, which are in the
 * order of their calls' numbers; any other raises SIGSYS, and one of another
 * ABI's ends the process. Calls up to the number `last_quick` are made quick
 * where their rule has no condition. Dies if it can't be done.
 */
void filter_install(const struct rule *rules, size_t count, int last_quick);

#endif
