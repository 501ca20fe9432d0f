/* SPDX-License-Identifier: MIT */
/* A directory of a case's own in /tmp, on Linux a real one. */
#ifndef TMPFS_H
#define TMPFS_H

/* Makes it the working directory, and has it removed when the case ends, in the first process. */
void own_directory(void);

/* Makes a file that holds a string. */
void put_file(const char *name, const char *text);

/* Prints what a file holds, or why it can't be read. */
void show_file(const char *name);

/* Prints the type and rights, links and size (of no directory) of a name; of a link itself. */
void show_stat(const char *name);

/* Prints the names in a directory, sorted. */
void show_directory(const char *name);

#endif
