/* SPDX-License-Identifier: MIT */
/* Follows a name's symbolic links. */
#include "resolve.h"

#include <linux/stat.h>

#include "../lib/string.h"

#define LINKS_MAX 40 /* as on Linux: path_resolution(7) */

/* The rest of the path, still to be followed. At first: a directory, "/", the program's string. */
static char pending[2 * PATH_MAX];

/* The text of a link, and then, behind it, the rest of the path. */
static char target[2 * PATH_MAX];

struct walk {
	char *out;	/* the path so far, without links: "" or "/..." */
	size_t length;	/* of `out` */
	const char *at; /* in `pending` */
	unsigned links;
	bool left_root;
};

/* Reads a link to `target` and returns its length; -EINVAL: there is none to be followed here. */
static int ask_link(const struct fs_type *type, const char *name, bool last)
{
	int length;

	/* If it is the last part, the file system follows it by itself. */
	if (!type->readlink || (last && type->path && !type->path(name)))
		return -EINVAL;
	length = type->readlink(name, target);
	/* A host of the original protocol doesn't tell. */
	return length == -ENOSYS ? -EINVAL : length;
}

static int check_directory(const struct fs_type *type, const char *name)
{
	struct hc_stat_result st;
	int error = type->stat(name, true, &st);

	if (error)
		return error == -ENOSYS ? 0 : error;
	return S_ISDIR(st.mode) ? 0 : -ENOTDIR;
}

static void pop(struct walk *walk)
{
	while (walk->length && walk->out[--walk->length] != '/')
		;
	walk->out[walk->length] = '\0';
}

static int push(struct walk *walk, const char *part, size_t n)
{
	if (n > NAME_MAX || walk->length + 1 + n >= PATH_MAX)
		return -ENAMETOOLONG;
	walk->out[walk->length++] = '/';
	memcpy(walk->out + walk->length, part, n);
	walk->length += n;
	walk->out[walk->length] = '\0';
	return 0;
}

/* Goes on with target[0 .. length), the text of the link that was pushed last. */
static int splice(struct walk *walk, int length)
{
	size_t rest = strlen(walk->at);

	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	if (length == 0)
		return -ENOENT;
	if (length + rest >= sizeof(target))
		return -ENAMETOOLONG;
	memcpy(target + length, walk->at, rest + 1); /* "" or begins with a slash */
	memcpy(pending, target, length + rest + 1);
	walk->at = pending;
	if (pending[0] == '/')
		walk->length = 0;
	else
		pop(walk);
	walk->out[walk->length] = '\0';
	return 0;
}

/* Takes one part of the path, a name of n bytes. `next` is what follows the slashes behind it. */
static int step(struct walk *walk, size_t n, const char *next, bool follow)
{
	bool slash = walk->at[n] == '/';
	bool last = *next == '\0';
	const struct fs_type *type;
	const char *name;
	int error = push(walk, walk->at, n);
	int length;

	if (error)
		return error;
	walk->at += n;
	if (last && !slash && !follow)
		return 0;
	type = mount_find(walk->out, &name);
	walk->left_root |= type != mount_root();
	length = ask_link(type, name, last);
	if (length >= 0)
		return splice(walk, length);
	if (length != -EINVAL)
		return last ? 0 : length;
	/* If a name of the host follows, the host checks this one when it is asked for that. */
	if (slash && (last || next[0] == '.' || type != mount_root()))
		return check_directory(type, name);
	return 0;
}

int path_resolve(struct resolved *to, const struct path *path, bool follow)
{
	const char *base = path->base_resolved ? "" : path->base;
	size_t base_length = strlen(base);
	struct walk walk = {.out = to->absolute, .at = pending};
	static bool busy;
	int error = 0;

	if (busy)
		return -ELOOP;
	if (base_length + 1 + strlen(path->text) >= sizeof(pending))
		return -ENAMETOOLONG;
	busy = true;
	memcpy(pending, base, base_length);
	pending[base_length] = '/';
	memcpy(pending + base_length + 1, path->text, strlen(path->text) + 1);
	if (path->base_resolved && strcmp(path->base, "/") != 0)
		walk.length = strlen(path->base);
	memcpy(to->absolute, path->base, walk.length);
	to->absolute[walk.length] = '\0';
	while (!error) {
		size_t n;
		const char *next;

		walk.at = path_skip_slashes(walk.at);
		n = path_part(walk.at);
		if (n == 0)
			break;
		next = path_skip_slashes(walk.at + n);
		if (!path_is_dot(walk.at, n) && !path_is_dotdot(walk.at, n)) {
			error = step(&walk, n, next, follow);
			continue;
		}
		if (n == 2)
			pop(&walk);
		walk.at += n;
	}
	if (!to->absolute[0])
		memcpy(to->absolute, "/", 2);
	to->type = mount_find(to->absolute, &to->name);
	to->left_root = walk.left_root || to->type != mount_root();
	busy = false;
	return error;
}
