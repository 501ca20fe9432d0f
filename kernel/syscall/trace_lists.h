/* SPDX-License-Identifier: MIT */
/* What lies at an argument that is a list. */
#ifndef TRACE_LISTS_H
#define TRACE_LISTS_H

#include "trace_value.h"

/* The arguments of a program that is executed; how many variables its environment has. */
void trace_strings(uaddr_t user);
void trace_environment(uaddr_t user);

/* A vector of buffers, its length the next argument: what is to be written, or what was read. */
void trace_vector(const struct trace_call *call, unsigned argument);

/* What poll(2) waits for; with `results`, what has come of it. */
void trace_polled(uaddr_t user, uint32_t count, bool results);

/* A set of fds, or CPUs, below `count`. */
void trace_fds(uaddr_t user, uint64_t count);

/* How many records of getdents64(2) there are in so many bytes. */
void trace_entries(uaddr_t user, uint64_t bytes);

/* Events of epoll(7). */
void trace_epoll_events(uaddr_t user, int64_t count);

/* An address of a socket, of so many bytes. */
void trace_socket_address(uaddr_t user, uint64_t bytes);

/* The same, where the number of bytes lies at an address of the program's, too. */
void trace_socket_name(uaddr_t user, uaddr_t user_bytes);

/* Numbers of users or groups. */
void trace_ids(uaddr_t user, int64_t count);

/* Shows what is behind the result of some calls, which is no error. */
void trace_result_note(const struct trace_call *call);

#endif
