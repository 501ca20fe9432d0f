/* SPDX-License-Identifier: MIT */
/* Sockets that lie in the queues of sockets: unix(7), SCM_RIGHTS. */
#ifndef SCM_H
#define SCM_H

/* Frees sockets to which nothing leads but messages in one another's queues. */
void scm_collect(void);

#endif
