/* SPDX-License-Identifier: MIT */
/* Names of files. */
#include "path.h"

#include <asm/errno.h>

#include "../lib/string.h"

static const char *first_cwd = ""; /* the host's own */
static char cwd[PATH_MAX];	   /* after a chdir */
static bool moved;

void path_init(const char *host_cwd)
{
	if (host_cwd && strlen(host_cwd) < sizeof(cwd))
		first_cwd = host_cwd;
}

const char *path_first_cwd(void)
{
	return first_cwd;
}

/* Goes from the directory out[length] along `text`; returns the new length. */
static size_t append(char *out, size_t length, const char *text)
{
	while (*text) {
		size_t n = 0;

		while (text[n] && text[n] != '/')
			n++;
		if (n == 2 && text[0] == '.' && text[1] == '.') {
			while (length && out[--length] != '/')
				;
		} else if (n && !(n == 1 && text[0] == '.')) {
			out[length++] = '/';
			memcpy(out + length, text, n);
			length += n;
		}
		text += n;
		while (*text == '/')
			text++;
	}
	return length;
}

int path_make(struct path *path, const char *base, const char *text)
{
	bool relative = text[0] != '/';
	size_t length = strlen(text);
	size_t base_length = 0, end = 0;

	if (length == 0)
		return -ENOENT;
	if (relative && (base || moved))
		base_length = strlen(base ? base : cwd) + 1;
	if (base_length + length >= sizeof(path->host))
		return -ENAMETOOLONG;
	if (base_length) {
		memcpy(path->host, base ? base : cwd, base_length - 1);
		path->host[base_length - 1] = '/';
	}
	memcpy(path->host + base_length, text, length + 1);

	if (relative)
		end = append(path->absolute, 0, base ? base : path_cwd());
	end = append(path->absolute, end, text);
	if (end == 0)
		path->absolute[end++] = '/';
	path->absolute[end] = '\0';
	return 0;
}

bool path_is_below(const struct path *path, const char *prefix)
{
	size_t length = strlen(prefix);

	return memcmp(path->absolute, prefix, length) == 0 &&
	       (path->absolute[length] == '\0' || path->absolute[length] == '/');
}

void path_set_cwd(const char *absolute)
{
	memcpy(cwd, absolute, strlen(absolute) + 1); /* open.c takes none that is too long */
	moved = true;
}

const char *path_cwd(void)
{
	return moved ? cwd : first_cwd;
}
