/* SPDX-License-Identifier: MIT */
/*
 * Marks the functions that a system call that moves data runs through. They lie side by
 * side, on few pages: after each VM entry the TLB is empty.
 */
#ifndef HOT_H
#define HOT_H

#ifdef HOST_TEST
#define __hot
#else
#define __hot __attribute__((section(".text.hot")))
#endif

#endif
