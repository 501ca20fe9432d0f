/* SPDX-License-Identifier: MIT */
/* What is done by name, through the table of mounts. */
#include "lookup.h"

#include <linux/stat.h>

#include "../lib/string.h"
#include "../mm/uaccess.h"
#include "context.h"
#include "fdtable.h"
#include "opath.h"
#include "output.h"
#include "resolve.h"
#include "tmpfs.h"

/* The path that a system call is about; another is made of a file's own path. */
static struct path path;

static struct resolved resolved;

int path_here(const struct path **result)
{
	*result = &path;
	return fs_path(&path, ".");
}

int path_from_text(const struct path **result, const char *text)
{
	*result = &path;
	return fs_path(&path, text);
}

int path_from_user(const struct path **result, int dirfd, uaddr_t user)
{
	static char text[PATH_MAX];
	int64_t length = string_from_user(text, user, sizeof(text));
	struct file *directory;
	int error;

	if (length <= 0)
		return length < 0 ? length : -ENOENT;
	*result = &path;
	if (dirfd == AT_FDCWD || text[0] == '/')
		return fs_path(&path, text);
	directory = fd_file(dirfd);
	if (!directory)
		return -EBADF;
	if (!S_ISDIR(directory->mode) || !directory->path)
		return -ENOTDIR;
	error = file_update_path(directory);
	if (error)
		return error;
	return path_make(&path, directory->path, directory->path, directory->resolved, text);
}

int path_or_fd_from_user(const struct path **result, int dirfd, uaddr_t user, unsigned flags)
{
	char first = '/';
	int error = flags & AT_EMPTY_PATH ? copy_from_user(&first, user, 1) : 0;

	if (error)
		return error;
	if (!first)
		return dirfd == AT_FDCWD ? path_here(result) : 1;
	return path_from_user(result, dirfd, user);
}

/* A question about a name, for whichever file system it leads to. */
struct query {
	int (*ask)(const struct fs_type *type, const char *name, struct query *query);
	bool follow;
	unsigned flags;
	struct file *file;
	struct hc_stat_result *st;
	char *link;
	bool was_resolved; /* the name had no link in it */
	bool by_link;	   /* a link led there that is no path: fs_type.path */
};

/* Has the host found a file that a mount of ours hides? */
static bool is_hidden(const struct query *query)
{
	if (query->file)
		return output_hides(query->file->dev, query->file->ino);
	return query->st && output_hides(query->st->dev, query->st->ino);
}

/*
 * Can links of the name lead to a mount of ours, after this answer of the host? It knows none of
 * them: there it meets its own pseudo file systems, which it refuses, or its own devices; or
 * nothing. Of that, only an open for writing is worth the walk: programs search for files to read.
 */
static bool leads_elsewhere(const struct query *query, int answer)
{
	if (answer == -EACCES || answer == -ELOOP ||
	    (answer == -ENOENT && (tmpfs_is_used() || output_count)))
		return true;
	if (answer == 0 && output_count && is_hidden(query))
		return true;
	if (OPEN_WRITES(query->flags) && (answer == -ENOENT || answer == -EROFS))
		return true;
	return answer == 0 && ((query->file && S_ISCHR(query->file->mode)) ||
			       (query->st && S_ISCHR(query->st->mode)));
}

/* Asks the file system that the path has resolved to. */
static int ask_resolved(const struct path *of, struct query *query)
{
	struct hc_stat_result st;
	int error = 0;

	if (of->directory && resolved.type != mount_root()) {
		error = resolved.type->stat(resolved.name, true, &st);
		if (!error && !S_ISDIR(st.mode))
			error = -ENOTDIR;
		query->follow = true;
	}
	query->was_resolved = true;
	return error ? error : query->ask(resolved.type, resolved.name, query);
}

/* Does it go by ".." from a directory that the host doesn't know? */
static bool leaves_mount(const struct path *of)
{
	const char *rest;

	return of->has_dotdot && mount_find(of->base, &rest) != mount_root();
}

static int ask(const struct path *of, struct query *query)
{
	const char *name;
	const struct fs_type *type = mount_find(of->absolute, &name);
	int answer = 0;
	int error;
	struct file *file;

	if (type == mount_root() && !leaves_mount(of)) {
		answer = query->ask(type, of->host, query);
		if (!leads_elsewhere(query, answer))
			return answer;
	}
	error = path_resolve(&resolved, of, query->follow ? FOLLOW_LAST : FOLLOW_NOT);
	if (type == mount_root() && !resolved.left_root)
		return answer; /* the host knows better */
	file = query->file;
	query->file = NULL;
	if (!error)
		error = ask_resolved(of, query);
	if (file)
		file_put(file);
	return error;
}

/* Is the name a link of one of our own file systems? */
static bool is_own_link(const struct fs_type *type, const char *name)
{
	static char target[PATH_MAX];

	return type != mount_root() && type->readlink && type->readlink(name, target) >= 0;
}

static int ask_open(const struct fs_type *type, const char *name, struct query *query)
{
	struct hc_stat_result st;
	bool link = is_own_link(type, name);
	int error;

	/* Followed by the file system itself. */
	query->by_link = link && query->follow;
	if (query->by_link)
		return type->open(&query->file, name, query->flags);
	if (query->flags & O_PATH) {
		error = type->stat(name, query->follow, &st);
		return error ? error : opath_new(&query->file, &st, query->flags);
	}
	if (link)
		return query->flags & O_DIRECTORY ? -ENOTDIR : -ELOOP;
	return type->open(&query->file, name, query->flags);
}

static int ask_stat(const struct fs_type *type, const char *name, struct query *query)
{
	return type->stat(name, query->follow, query->st);
}

static int ask_readlink(const struct fs_type *type, const char *name, struct query *query)
{
	struct hc_stat_result st;
	int error;

	if (query->follow)
		return -EINVAL;
	if (type->readlink)
		return type->readlink(name, query->link);
	error = type->stat(name, false, &st);
	return error ? error : -EINVAL;
}

/* The path without links, to be followed again later; as it is, if the host can't tell of links. */
static const char *lasting_path(const struct path *of, bool follow, bool *is_resolved)
{
	*is_resolved = path_resolve(&resolved, of, follow ? FOLLOW_LAST : FOLLOW_NOT) == 0;
	return *is_resolved ? resolved.absolute : of->absolute;
}

/*
 * Keeps in a new file the path that it was opened by, for *at() calls, fchdir(2) and /proc/self/fd.
 */
static int keep_path(struct file *file, const struct path *of, const struct query *query)
{
	bool lasting = S_ISDIR(file->mode) || file->flags & O_PATH;
	const char *absolute = of->absolute;

	/*
	 * By such a link, the file has a path already, or can't have one. It mustn't get that of
	 * the link: when the fd's number is used again, the link could lead to itself.
	 */
	if (query->by_link || file->refs > 1)
		return 0;
	file->resolved = query->was_resolved;
	if (query->was_resolved)
		absolute = resolved.absolute;
	else if (of->doubtful && lasting)
		absolute = lasting_path(of, query->follow, &file->resolved);
	else if (of->base_resolved && !query->follow && lasting && !of->directory)
		/* It isn't a link itself, and the base is none, if nothing lies between. */
		file->resolved = !of->text[path_part(of->text)];
	return file_set_path(file, absolute);
}

/* O_CREAT with O_EXCL: -EEXIST if the name is there, whatever it may lead to. */
static int check_exclusive(const struct path *of)
{
	struct hc_stat_result st;
	int error = path_stat(of, false, &st);

	if (!error)
		return -EEXIST;
	return error == -ENOENT ? -EROFS : error;
}

/* Does it end in "." or ".."? */
static bool is_dots(const struct path *of)
{
	size_t length;
	const char *last = path_last(of->text, &length);

	return !last[length] && (path_is_dot(last, length) || path_is_dotdot(last, length));
}

/* Makes the file that an open hasn't found, and opens it. Returns 0 or an errno. */
static int create(const struct path *of, struct query *query, unsigned mode)
{
	const struct new_name new = {.mode = S_IFREG | mode};
	const struct fs_changes *changes;
	int error =
		path_resolve(&resolved, of,
			     query->follow && !(query->flags & O_EXCL) ? FOLLOW_LAST : FOLLOW_NOT);

	changes = resolved.type->changes;
	if (!changes || of->directory) {
		if (is_dots(of) && query->flags & O_EXCL)
			return error ? error : -EEXIST;
		error = changes ? -EROFS : path_create_error(of, &resolved, error);
		/* No file is made with a slash behind its name, nor in place of a directory. */
		return error == -EROFS && of->directory ? -EISDIR : error;
	}
	if (!error)
		error = changes->make(resolved.name, &new);
	query->was_resolved = true;
	return error ? error
		     : resolved.type->open(&query->file, resolved.name,
					   query->flags & ~(O_CREAT | O_EXCL | O_TRUNC));
}

int file_open(struct file **file, const struct path *of, unsigned flags, unsigned mode)
{
	struct query query = {
		.ask = ask_open,
		.follow = !(flags & O_NOFOLLOW),
		.flags = flags,
	};
	int error;

	if (flags & O_CREAT && of->directory)
		error = -EROFS;
	else if (flags & O_CREAT && flags & O_EXCL)
		error = check_exclusive(of);
	else
		error = ask(of, &query);
	if (error == -EROFS && flags & O_CREAT)
		error = create(of, &query, mode);
	if (error)
		return error;
	if (flags & O_DIRECTORY && !S_ISDIR(query.file->mode))
		error = -ENOTDIR;
	if (!error)
		error = keep_path(query.file, of, &query);
	if (error) {
		file_put(query.file);
		return error;
	}
	*file = query.file;
	return 0;
}

int path_stat(const struct path *of, bool follow, struct hc_stat_result *st)
{
	struct query query = {.ask = ask_stat, .follow = follow, .st = st};

	return ask(of, &query);
}

int path_readlink(const struct path *of, char *to)
{
	struct query query = {.ask = ask_readlink, .link = to};

	return ask(of, &query);
}

/* Makes a directory that `resolved` leads to the working directory. */
static int chdir_resolved(void)
{
	struct file *directory = NULL;
	int error = 0;

	/* One that can be renamed is held. */
	if (resolved.type->changes)
		error = resolved.type->open(&directory, resolved.name, O_RDONLY | O_DIRECTORY);
	if (!error && directory)
		error = file_set_path(directory, resolved.absolute);
	if (!error)
		return fs_chdir(resolved.absolute, directory);
	if (directory)
		file_put(directory);
	return error;
}

int path_chdir(const struct path *of)
{
	struct hc_stat_result st;
	int error = path_resolve(&resolved, of, FOLLOW_LAST);

	if (!error)
		error = resolved.type->stat(resolved.name, true, &st);
	if (error)
		return error;
	return S_ISDIR(st.mode) ? chdir_resolved() : -ENOTDIR;
}

int file_chdir(struct file *file)
{
	bool is_resolved;
	int error;

	if (!S_ISDIR(file->mode) || !file->path)
		return -ENOTDIR;
	error = file_update_path(file);
	if (error)
		return error;
	error = path_make(&path, "", "", true, file->path);
	if (error)
		return error;
	if (file->ops->path)
		return path_chdir(&path);
	if (file->resolved)
		return fs_chdir(file->path, NULL);
	return fs_chdir(lasting_path(&path, true, &is_resolved), NULL);
}

int path_create_error(const struct path *of, const struct resolved *at, int error)
{
	static char parent[PATH_MAX];
	const char *host = at->left_root ? at->absolute : of->host;
	struct hc_stat_result st;
	size_t length;

	if (error && at->left_root)
		return error;
	if (at->type != mount_root())
		return at->type->create_error;
	length = path_last(host, &length) - host;
	if (length == 0) /* the working directory */
		return -EROFS;
	memcpy(parent, host, length);
	parent[length] = '\0';
	error = at->type->stat(parent, true, &st);
	return error ? error : -EROFS;
}
