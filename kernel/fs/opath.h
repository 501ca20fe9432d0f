/* SPDX-License-Identifier: MIT */
/* Files opened with O_PATH: they only name. The file itself isn't opened on the host. */
#ifndef OPATH_H
#define OPATH_H

#include "file.h"

/* Of open(2)'s flags, those that count beside O_PATH. */
#define OPATH_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/*
 * Makes a file, with one reference, that names what has these attributes. Who calls it sets the
 * path, if there is one. Returns 0 or -ENOMEM.
 */
int opath_new(struct file **file, const struct hc_stat_result *st, unsigned flags);

#endif
