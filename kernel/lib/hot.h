/* SPDX-License-Identifier: MIT */
/*
 * What a system call that moves data runs through: such functions lie side by
 * side, for after each VM entry the CPU has to find all pages anew.
 */
#ifndef HOT_H
#define HOT_H

#ifdef HOST_TEST
#define __hot
#else
#define __hot __attribute__((section(".text.hot")))
#endif

#endif
