/* SPDX-License-Identifier: MIT */
/* A script's first line: #!, an interpreter, and maybe one argument. Pure: text alone. */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>

#define SCRIPT_LINE   256 /* bytes of the file that are looked at: BINPRM_BUF_SIZE of Linux */
#define SCRIPT_LEVELS 5	  /* scripts whose interpreters are scripts: exec_binprm() of Linux */

struct script {
	const char *interpreter; /* may be "" */
	const char *argument;	 /* all behind that, blanks inside included; NULL: there is none */
};

/* Is it a script? `line` is the beginning of a file, with zeros behind its end. */
bool script_is(const char line[SCRIPT_LINE]);

/*
 * Parses a script's first line, in place: the strings of *script lie in it. NULL,
 * or what is wrong, in words.
 */
const char *script_parse(struct script *script, char line[SCRIPT_LINE]);

#endif
