/* SPDX-License-Identifier: MIT */
/*
 * Files whose data are the host's. They move between the host and the program's
 * pages without a copy in the kernel.
 */
#ifndef HOSTFILE_H
#define HOSTFILE_H

#include "file.h"

/*
 * A file, with one reference, for an fd of the host, which it closes at its end. `flags` are
 * those of F_GETFL. `st` has the attributes that the host has just told, or the mode alone.
 * NULL: out of memory.
 */
struct file *hostfile_new(const struct file_ops *ops, const struct hc_stat_result *st,
			  unsigned flags, int host);

/*
 * The same for an fd that the program starts with, once each. `which` is the file's device and
 * inode; NULL: not known. It allocates no memory.
 */
struct file *hostfile_first(const struct file_ops *ops, int host, uint32_t mode, unsigned flags,
			    const struct boot_file *which);

/* The operations of a regular file: that the program opened by name, for reading; */
extern const struct file_ops hostfile_regular_ops;
/* or that it starts with, and shares with processes of the host. */
extern const struct file_ops hostfile_shared_ops;

/* The host's fd of a file. */
int hostfile_fd(const struct file *file);

/*
 * The operation `stat`. For a second after the open its attributes hold, if the program can't have
 * learnt of a change since: see hypercall_epoch(). Else the host is asked.
 */
int hostfile_stat(struct file *file, struct hc_stat_result *st);

/* Operations for a file whose offset is the host's. */
int64_t hostfile_write(struct file *file, uaddr_t buffer, uint64_t bytes);
int64_t hostfile_write_kernel(struct file *file, const void *from, uint64_t bytes);
int64_t hostfile_read(struct file *file, uaddr_t buffer, uint64_t bytes);
/* The same of a terminal, for those that may: terminal_check_read(). */
int64_t hostfile_terminal_read(struct file *file, uaddr_t buffer, uint64_t bytes);
int64_t hostfile_transfer_at(struct file *file, uaddr_t buffer, uint64_t bytes, int64_t offset,
			     bool to_user);
int64_t hostfile_seek(struct file *file, int64_t offset, unsigned whence);
void hostfile_release(struct file *file);

#endif
