/* SPDX-License-Identifier: MIT */
/* The command line. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "debug/debug.h"
#include "output.h"
#include "stats.h"
#include "trace.h"
#include "user.h"

#define TMPFS_MAX 16 /* options of that name */

struct options {
	uint64_t memory;
	double timeout;	 /* seconds, 0: none */
	double cpu_time; /* likewise */
	char **env;	 /* ends with NULL */
	size_t envc;
	const char *root;	    /* NULL: the host's */
	char *tmpfs[TMPFS_MAX + 1]; /* ends with NULL */
	size_t tmpfs_count;
	struct output_files outputs;
	int no_files;
	int no_sandbox;
	struct user user;
	int quiet;
	struct trace trace;
	const char *core; /* the file for one, NULL: none is wanted */
	enum stats_form stats;
	struct debug_options debug;
	int real_mode;
	const char *image;
	char **args; /* of the guest: the user ELF and its arguments; ends with NULL */
};

/*
 * Takes the command line. Prints and exits where that is all that was asked for; dies if something
 * is wrong with it. What this returns points into argv.
 */
struct options *options_parse(int argc, char **argv);

#endif
