/* SPDX-License-Identifier: MIT */
/* A script's first line, taken apart as Linux does: fs/binfmt_script.c. */
#include "script.h"

#include <stddef.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool script_is(const char line[SCRIPT_LINE])
{
	return line[0] == '#' && line[1] == '!';
}

/* The end of the line: its newline, or `last` where it has none. */
static char *line_end(char *at, char *last)
{
	while (at < last && *at != '\n')
		at++;
	return at;
}

/* The first character in [at, end) that is no blank, or `end`. */
static char *skip_blanks(char *at, char *end)
{
	while (at < end && is_blank(*at))
		at++;
	return at;
}

/* The end of the word at `at`: a blank, a NUL or `end`. */
static char *word_end(char *at, char *end)
{
	while (at < end && *at && !is_blank(*at))
		at++;
	return at;
}

const char *script_parse(struct script *script, char line[SCRIPT_LINE])
{
	char *last = line + SCRIPT_LINE - 1;
	char *end = line_end(line + 2, last);
	char *name = skip_blanks(line + 2, end);
	char *name_end = word_end(name, end);
	char *argument;

	/* What is cut off may be a part of the interpreter's name; of the argument it may be. */
	if (*end != '\n' && name_end == end && *end && !is_blank(*end))
		return "a script whose first line is too long";
	while (end > name && is_blank(end[-1]))
		end--;
	if (name == end)
		return "a script that names no interpreter";
	argument = *name_end ? skip_blanks(name_end, end) : end;
	*end = '\0';
	*name_end = '\0';
	script->interpreter = name;
	script->argument = argument < end ? argument : NULL;
	return NULL;
}
