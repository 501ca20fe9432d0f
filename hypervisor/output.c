/* SPDX-License-Identifier: MIT */
/* --output: files of the host that the guest may write to. */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hostcheck.h"
#include "msg.h"

/* Where PATH begins: behind the last '=' that a slash follows. NULL: there is none. */
static char *find_path(char *option)
{
	char *found = NULL;

	for (char *at = option; (at = strstr(at, "=/")); at++)
		found = at + 1;
	return found;
}

const char *output_take(struct output_files *outputs, char *option)
{
	char *path = find_path(option);

	if (!path && strchr(option, '='))
		return "not FILE=PATH with an absolute PATH:";
	if (!*option || path == option + 1)
		return "no name of a file:";
	if (outputs->count == OUTPUTS_MAX)
		return "too many --output:";
	if (strlen(path ? path : option) >= PATH_MAX)
		return "too long a path:";
	for (unsigned i = 0; i < outputs->count; i++)
		if (strcmp(outputs->name[i], path ? path : option) == 0)
			return "two --output for one path:";
	if (path)
		path[-1] = '\0';
	outputs->file[outputs->count] = option;
	outputs->name[outputs->count++] = path ? path : option;
	return NULL;
}

/* A FIFO's reader isn't waited for. */
#define OPEN_FLAGS (O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* For messages, which end the process. */
static const char *shown(const char *path)
{
	static char text[PATH_MAX];

	return escape(text, sizeof(text), path, strlen(path));
}

static int open_regular(const char *path)
{
	struct stat st;
	int host;

	/* To open a device or a FIFO may already do something. */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		die("--output %s: not a regular file", shown(path));
	host = open(path, OPEN_FLAGS, 0666);
	if (host < 0 || fstat(host, &st) < 0)
		die("--output %s: %m", shown(path));
	if (!S_ISREG(st.st_mode))
		die("--output %s: not a regular file", shown(path));
	return host;
}

void output_open(struct output_files *outputs)
{
	for (unsigned i = 0; i < outputs->count; i++) {
		const char *path = outputs->file[i];
		const int host = open_regular(path);

		/* A write to a pseudo file system is a command. */
		if (hostcheck_open(host) < 0)
			die("--output %s: not a file that keeps data", shown(path));
		outputs->host[i] = host;
	}
}

void output_refuse(const struct output_files *outputs, int host, const char *what)
{
	struct stat refused, st;

	for (unsigned i = 0; i < outputs->count; i++)
		if (fstat(host, &refused) == 0 && fstat(outputs->host[i], &st) == 0 &&
		    st.st_dev == refused.st_dev && st.st_ino == refused.st_ino)
			die("--output %s: it is the file of the %s", shown(outputs->file[i]), what);
}

void output_empty(const struct output_files *outputs)
{
	for (unsigned i = 0; i < outputs->count; i++)
		if (ftruncate(outputs->host[i], 0) < 0)
			die("--output %s: %m", shown(outputs->file[i]));
}
