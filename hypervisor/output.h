/* SPDX-License-Identifier: MIT */
/* --output: files of the host that the guest may write to. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "../kernel/abi.h"

#define OUTPUTS_MAX BOOT_OUTPUTS /* options of that name */

struct output_files {
	unsigned count;
	const char *file[OUTPUTS_MAX]; /* on the host */
	char *name[OUTPUTS_MAX + 1];   /* in the guest: boot_info.outputs; ends with NULL */
	int host[OUTPUTS_MAX];	       /* host fd, after output_open() */
};

/* Takes FILE or FILE=PATH, which it cuts in two. Returns NULL, or what is wrong with it. */
const char *output_take(struct output_files *outputs, char *option);

/*
 * Opens the files, creates those that aren't there, and leaves what the others hold. Nothing but
 * regular files. Dies if one can't be opened for reading and writing.
 */
void output_open(struct output_files *outputs);

/* Dies if one of them is the file that is open there, which is read later or at the next start. */
void output_refuse(const struct output_files *outputs, int host, const char *what);

/* Empties them. Dies if it can't. */
void output_empty(const struct output_files *outputs);

#endif
