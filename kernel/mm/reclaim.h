/* SPDX-License-Identifier: MIT */
/* What is done when page frames run out. */
#ifndef RECLAIM_H
#define RECLAIM_H

#include <stdbool.h>

/*
 * Gives back pages of files, which can be read again: first those that no
 * mapping has, then those of the current space, too. Returns whether there were any: the last few
 * stay.
 */
bool reclaim_frames(void);

#endif
