/* SPDX-License-Identifier: MIT */
/* Names of files. */
#include "path.h"

#include "../lib/math.h"
#include "../lib/string.h"
#include <asm/errno.h>

size_t path_part(const char *text)
{
	const char *end = text;

	while (*end && *end != '/')
		end++;
	return end - text;
}

const char *path_skip_slashes(const char *text)
{
	while (*text == '/')
		text++;
	return text;
}

const char *path_last(const char *text, size_t *length)
{
	const char *end = text + strlen(text);
	const char *start;

	while (end > text && end[-1] == '/')
		end--;
	for (start = end; start > text && start[-1] != '/'; start--)
		;
	*length = end - start;
	return start;
}

bool path_is_dot(const char *part, size_t length)
{
	return length == 1 && part[0] == '.';
}

bool path_is_dotdot(const char *part, size_t length)
{
	return length == 2 && part[0] == '.' && part[1] == '.';
}

/* Goes from the directory path->absolute[0 .. length) along `text`; returns the new length. */
static size_t append(struct path *path, size_t length, const char *text)
{
	char *out = path->absolute;
	size_t base = length; /* so much of it is still the base's */

	while (*text) {
		size_t n = path_part(text);

		path->directory = n == 0 || path_is_dot(text, n) || path_is_dotdot(text, n);
		if (path_is_dotdot(text, n)) {
			path->has_dotdot = true;
			path->doubtful |= length > base || !path->base_resolved;
			while (length && out[--length] != '/')
				;
			base = min(base, length);
		} else if (!path->directory) {
			out[length++] = '/';
			memcpy(out + length, text, n);
			length += n;
		}
		text += n;
		while (*text == '/') {
			text++;
			path->directory = true;
		}
	}
	return length;
}

/*
 * What the host is asked for: the text as it is, behind its base; or, where that is too long and
 * means the same, without what is needless.
 */
static int make_host(struct path *path, const char *base, const char *text)
{
	size_t base_length = base[0] && text[0] != '/' ? strlen(base) + 1 : 0;
	size_t length = strlen(text);

	if (base_length + length >= sizeof(path->host)) {
		length = strlen(path->absolute);
		if (path->doubtful || !base_length || length + 1 >= sizeof(path->host))
			return -ENAMETOOLONG;
		memcpy(path->host, path->absolute, length);
		if (path->directory)
			path->host[length++] = '/';
		path->host[length] = '\0';
		return 0;
	}
	if (base_length) {
		memcpy(path->host, base, base_length - 1);
		path->host[base_length - 1] = '/';
	}
	memcpy(path->host + base_length, text, length + 1);
	return 0;
}

int path_make(struct path *path, const char *base, const char *host_base, bool base_resolved,
	      const char *text)
{
	bool relative = text[0] != '/';
	size_t end = 0;

	if (!text[0])
		return -ENOENT;
	if (strlen(text) >= PATH_MAX)
		return -ENAMETOOLONG;
	path->base = relative ? base : "";
	path->text = text;
	path->base_resolved = !relative || base_resolved;
	path->doubtful = path->has_dotdot = false;
	if (relative)
		end = append(path, 0, base);
	end = append(path, end, text);
	if (end == 0)
		path->absolute[end++] = '/';
	path->absolute[end] = '\0';
	return make_host(path, host_base, text);
}

const char *path_below(const char *absolute, const char *prefix)
{
	for (; *prefix; prefix++, absolute++)
		if (*absolute != *prefix)
			return NULL;
	return *absolute == '\0' || *absolute == '/' ? absolute : NULL;
}

bool path_is_plain(const char *path)
{
	do {
		size_t n;

		if (*path++ != '/')
			return false;
		n = path_part(path);
		if (n == 0 || path_is_dot(path, n) || path_is_dotdot(path, n))
			return false;
		path += n;
	} while (*path);
	return true;
}
