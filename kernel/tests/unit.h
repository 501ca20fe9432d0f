/* SPDX-License-Identifier: MIT */
/*
 * Unit tests that run on the build host. TEST defines one; RUN runs it, in a
 * process of its own, and prints "ok" or "not ok"; the first CHECK that fails
 * ends it.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int unit_failures;

#define TEST(name) static void name(void)

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			printf("  %s:%d: %s\n", __FILE__, __LINE__, #condition);                   \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

#define EQUAL(expression, wanted)                                                                  \
	do {                                                                                       \
		long long unit_value = (long long)(expression);                                    \
		long long unit_wanted = (long long)(wanted);                                       \
		if (unit_value != unit_wanted) {                                                   \
			printf("  %s:%d: %s is %lld (0x%llx), not %lld\n", __FILE__, __LINE__,     \
			       #expression, unit_value, (unsigned long long)unit_value,            \
			       unit_wanted);                                                       \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

static inline void unit_run(const char *name, void (*test)(void))
{
	int status = 1;
	pid_t pid = fork();

	if (pid == 0) {
		test();
		exit(0);
	}
	if (pid > 0)
		waitpid(pid, &status, 0);
	unit_failures += status != 0;
	printf("%s unit: %s\n", status ? "not ok" : "ok", name);
	fflush(stdout);
}

#define RUN(name) unit_run(#name, name)

/* A generator that gives the same numbers each time (splitmix64). */
static inline uint64_t unit_random(void)
{
	static uint64_t state = 42;
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

#endif
