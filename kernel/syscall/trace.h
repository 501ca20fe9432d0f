/* SPDX-License-Identifier: MIT */
/* --trace=syscalls: the program's system calls on the host's stderr, as strace(1) writes them. */
#ifndef TRACE_H
#define TRACE_H

/* From now on each call is shown. Costs nothing before. */
void trace_init(void);

#endif
