/* SPDX-License-Identifier: MIT */
/* Prints how many arguments and environment strings there are, their bytes, and a hash of them. */
#include "check.h"

struct sum {
	unsigned long count, bytes, hash;
};

static void add(struct sum *sum, char **strings)
{
	for (; *strings; strings++) {
		sum->count++;
		for (const char *at = *strings;; at++) {
			sum->bytes++;
			sum->hash = (sum->hash ^ (unsigned char)*at) * 0x100000001b3; /* FNV-1a */
			if (!*at)
				break;
		}
	}
}

static void show(const char *name, const struct sum *sum)
{
	print(1, name);
	print_number(1, sum->count);
	print(1, " ");
	print_number(1, sum->bytes);
	print(1, " ");
	print_number(1, sum->hash);
	print(1, "\n");
}

int main(int argc, char **argv, char **envp)
{
	struct sum args = {0, 0, 0}, env = {0, 0, 0};

	add(&args, argv);
	add(&env, envp);
	show("arguments ", &args);
	show("environment ", &env);
	return args.count != (unsigned long)argc;
}
