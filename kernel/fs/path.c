/* SPDX-License-Identifier: MIT */
/* Names of files. */
#include "path.h"

#include <asm/errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "../lib/string.h"

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

int path_make(struct path *path, const char *base, const char *host_base, const char *text)
{
	bool relative = text[0] != '/';
	size_t length = strlen(text);
	size_t base_length = 0, end = 0;

	if (length == 0)
		return -ENOENT;
	if (relative && host_base[0])
		base_length = strlen(host_base) + 1;
	if (base_length + length >= sizeof(path->host))
		return -ENAMETOOLONG;
	if (base_length) {
		memcpy(path->host, host_base, base_length - 1);
		path->host[base_length - 1] = '/';
	}
	memcpy(path->host + base_length, text, length + 1);

	if (relative)
		end = append(path->absolute, 0, base);
	end = append(path->absolute, end, text);
	if (end == 0)
		path->absolute[end++] = '/';
	path->absolute[end] = '\0';
	return 0;
}

const char *path_below(const struct path *path, const char *prefix)
{
	const char *rest = path->absolute;

	for (; *prefix; prefix++, rest++)
		if (*rest != *prefix)
			return NULL;
	return *rest == '\0' || *rest == '/' ? rest : NULL;
}
