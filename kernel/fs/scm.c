/* SPDX-License-Identifier: MIT */
/*
 * Sockets that lie in the queues of sockets: unix(7), SCM_RIGHTS. A reference count doesn't free
 * those that are only in one another's queues, so they are looked for.
 */
#include "scm.h"

#include "socket.h"

/* Adds a socket to the list of those from which others are still to be reached. */
static void reach(struct socket *socket, struct socket **list)
{
	if (socket->is_reachable)
		return;
	socket->is_reachable = true;
	socket->next_reachable = *list;
	*list = socket;
}

/* Marks what can be reached from fds, through queues and connections that wait. */
static void mark(void)
{
	struct socket *list = NULL;

	for (struct socket *s = socket_first(); s; s = s->next)
		s->is_reachable = false;
	for (struct socket *s = socket_first(); s; s = s->next)
		if (s->file.refs > s->in_flight && !s->is_pending)
			reach(s, &list);
	while (list) {
		struct socket *socket = list;

		list = socket->next_reachable;
		for (struct socket *s = socket->pending_first; s; s = s->next_pending)
			reach(s, &list);
		for (const struct message *m = socket->first; m; m = m->next)
			for (unsigned i = 0; m->rights && i < m->rights->count; i++)
				if (socket_of(m->rights->files[i]))
					reach(socket_of(m->rights->files[i]), &list);
	}
}

void scm_collect(void)
{
	static bool is_collecting;
	struct socket *garbage = NULL;
	struct socket *next;

	if (!socket_any_in_flight() || is_collecting)
		return;
	is_collecting = true;
	mark();
	/* None of them ends before all their queues are empty. */
	for (struct socket *s = socket_first(); s; s = s->next) {
		if (s->is_reachable || s->is_pending)
			continue;
		file_get(&s->file);
		s->next_reachable = garbage;
		garbage = s;
	}
	for (struct socket *s = garbage; s; s = s->next_reachable)
		socket_purge(s);
	for (struct socket *s = garbage; s; s = next) {
		next = s->next_reachable;
		file_put(&s->file);
	}
	is_collecting = false;
}
