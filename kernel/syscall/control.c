/* SPDX-License-Identifier: MIT */
/* Control messages: the program's fds become files on their way, and fds again. */
#include "control.h"

#include <asm/errno.h>

#include "../fs/fdtable.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "../sched/thread.h"

#define HEADER	    sizeof(struct user_cmsghdr)
#define CONTROL_MAX 131072 /* net.core.optmem_max of Linux */
#define ALIGN(n)    (((n) + 7) & ~UINT64_C(7))

/* Adds the files of `count` fds. Returns 0, -EINVAL, -EBADF, -EFAULT or -ENOMEM. */
static int take_rights(struct transfer *transfer, uaddr_t user, uint64_t count)
{
	struct rights *before = transfer->rights;
	unsigned from = before ? before->count : 0;
	struct rights *rights;

	if (count == 0)
		return 0;
	if (count > RIGHTS_MAX - from)
		return -EINVAL;
	rights = rights_make(from + count);
	if (!rights)
		return -ENOMEM;
	for (unsigned i = 0; i < from; i++) {
		rights->files[i] = before->files[i];
		file_get(rights->files[i]);
	}
	rights_drop(before);
	transfer->rights = rights;
	for (unsigned i = 0; i < count; i++) {
		int fd;

		if (copy_from_user(&fd, user + i * sizeof(fd), sizeof(fd)) < 0)
			return -EFAULT;
		if (!fd_file(fd))
			return -EBADF;
		rights->files[from + i] = fd_file(fd);
		file_get(rights->files[from + i]);
	}
	return 0;
}

/* A process may tell nobody that it is another: it is root, without a capability. */
static int take_credentials(struct transfer *transfer, uaddr_t user, uint64_t bytes)
{
	if (bytes != sizeof(transfer->credentials))
		return -EINVAL;
	if (copy_from_user(&transfer->credentials, user, sizeof(transfer->credentials)) < 0)
		return -EFAULT;
	if (transfer->credentials.pid != current->tgid || transfer->credentials.user ||
	    transfer->credentials.group)
		return -EPERM;
	transfer->has_credentials = true;
	return 0;
}

int control_take(struct transfer *transfer, uaddr_t user, uint64_t bytes)
{
	struct user_cmsghdr header;
	int error = 0;

	if (bytes > CONTROL_MAX)
		return -ENOBUFS;
	while (bytes >= HEADER && !error) {
		uint64_t data;

		if (copy_from_user(&header, user, HEADER) < 0)
			return -EFAULT;
		if (header.bytes < HEADER || header.bytes > bytes)
			return -EINVAL;
		data = header.bytes - HEADER;
		if (header.level == SOL_SOCKET && header.type == SCM_RIGHTS)
			error = take_rights(transfer, user + HEADER, data / sizeof(int));
		else if (header.level == SOL_SOCKET && header.type == SCM_CREDENTIALS)
			error = take_credentials(transfer, user + HEADER, data);
		else if (header.level == SOL_SOCKET)
			error = -EINVAL;
		user += ALIGN(header.bytes);
		bytes -= min(bytes, ALIGN(header.bytes));
	}
	return error;
}

/* Where control messages are written. */
struct space_left {
	uaddr_t at;
	uint64_t bytes;
};

/* A message of so many bytes has been written. */
static void advance(struct space_left *left, uint64_t bytes)
{
	uint64_t n = min(ALIGN(bytes), left->bytes);

	left->at += n;
	left->bytes -= n;
}

static void put_credentials(struct space_left *left, const struct credentials *credentials,
			    unsigned *told)
{
	struct user_cmsghdr header = {HEADER + sizeof(*credentials), SOL_SOCKET, SCM_CREDENTIALS};

	if (left->bytes < HEADER) {
		*told |= MSG_CTRUNC;
		return;
	}
	if (left->bytes < header.bytes) {
		*told |= MSG_CTRUNC;
		header.bytes = left->bytes;
	}
	if (copy_to_user(left->at, &header, HEADER) == 0 &&
	    copy_to_user(left->at + HEADER, credentials, header.bytes - HEADER) == 0)
		advance(left, header.bytes);
}

/* Gives the program fds for the files. */
static void put_rights(struct space_left *left, struct rights *rights, bool cloexec, unsigned *told)
{
	uint64_t most = left->bytes < HEADER ? 0 : (left->bytes - HEADER) / sizeof(int);
	struct user_cmsghdr header = {0, SOL_SOCKET, SCM_RIGHTS};
	unsigned n = 0;

	for (; n < rights->count && n < most; n++) {
		int fd;

		file_get(rights->files[n]);
		fd = fd_install(rights->files[n], 0, cloexec);
		if (fd < 0)
			break;
		if (copy_to_user(left->at + HEADER + n * sizeof(fd), &fd, sizeof(fd)) < 0) {
			fd_close(fd);
			break;
		}
	}
	if (n < rights->count)
		*told |= MSG_CTRUNC;
	header.bytes = HEADER + n * sizeof(int);
	if (n && copy_to_user(left->at, &header, HEADER) == 0)
		advance(left, header.bytes);
}

uint64_t control_put(const struct socket *socket, struct transfer *transfer,
		     const struct user_msghdr *header, unsigned *told)
{
	bool credentials = socket_passes_credentials(socket);
	struct space_left left = {header->control, header->control ? header->control_bytes : 0};

	if (!header->control && (credentials || transfer->rights))
		*told |= MSG_CTRUNC;
	else if (credentials)
		put_credentials(&left, &transfer->credentials, told);
	if (header->control && transfer->rights)
		put_rights(&left, transfer->rights, transfer->flags & MSG_CMSG_CLOEXEC, told);
	rights_drop(transfer->rights);
	transfer->rights = NULL;
	return header->control ? header->control_bytes - left.bytes : 0;
}
