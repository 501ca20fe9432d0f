/* SPDX-License-Identifier: MIT */
/* epoll(7). */
#include "epoll.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include "../mm/kmalloc.h"
#include "../mm/uaccess.h"
#include "epoll_nesting.h"
#include "mount.h"
#include "terminal.h"

#define READABLE (POLLIN | POLLRDNORM)

/* Those of struct epoll_event that aren't of poll(2). */
#define HOW (EPOLLEXCLUSIVE | EPOLLWAKEUP | EPOLLONESHOT | EPOLLET)

/* What may come with EPOLLEXCLUSIVE. */
#define WITH_EXCLUSIVE                                                                             \
	(EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE)

static void ready_add(struct epoll_item *item)
{
	struct epoll *epoll = item->epoll;

	if (item->is_ready)
		return;
	item->is_ready = true;
	item->next_ready = NULL;
	item->previous_ready = epoll->ready_last;
	if (epoll->ready_last)
		epoll->ready_last->next_ready = item;
	else
		epoll->ready_first = item;
	epoll->ready_last = item;
}

static void ready_remove(struct epoll_item *item)
{
	struct epoll *epoll = item->epoll;

	if (!item->is_ready)
		return;
	item->is_ready = false;
	if (item->next_ready)
		item->next_ready->previous_ready = item->previous_ready;
	else
		epoll->ready_last = item->previous_ready;
	if (item->previous_ready)
		item->previous_ready->next_ready = item->next_ready;
	else
		epoll->ready_first = item->next_ready;
}

/* What the item is to tell, of what its file is ready for. After a one-shot that is nothing. */
static unsigned item_events(const struct epoll_item *item)
{
	return file_poll(item->file) & item->events;
}

/* The operation of its watch. Returns whether a thread waited for the epoll. */
static bool item_notify(struct wait_watch *watch, unsigned events)
{
	struct epoll_item *item = (struct epoll_item *)watch;
	struct wait_queue *waits = &item->epoll->waits;
	bool waited = waits->first;

	if (!(item->events & ~HOW & events))
		return false;
	ready_add(item);
	wait_wake_for(waits, READABLE);
	return waited;
}

static void item_remove(struct epoll_item *item)
{
	wait_watch_end(&item->watch);
	file_unwatch(&item->on_close);
	ready_remove(item);
	if (item->next)
		item->next->previous = item->previous;
	if (item->previous)
		item->previous->next = item->next;
	else
		item->epoll->items = item->next;
	kfree(item);
}

static void item_closed(struct file_watcher *watcher)
{
	item_remove(epoll_item_of(watcher));
}

static struct epoll_item *item_find(const struct epoll *epoll, const struct file *file, int fd)
{
	struct epoll_item *item = epoll->items;

	while (item && (item->file != file || item->fd != fd))
		item = item->next;
	return item;
}

/* Sets what the item is to tell. If its file is ready, whoever waits is woken. */
static void item_set(struct epoll_item *item, const struct epoll_event *event)
{
	item->events = (event->events & ~EPOLLWAKEUP) | EPOLLERR | EPOLLHUP;
	item->watch.events = item->events;
	item->data = event->data;
	if (item_events(item))
		item_notify(&item->watch, item->events);
}

static int item_add(struct epoll *epoll, struct file *file, int fd, const struct epoll_event *event)
{
	struct epoll *inner = epoll_of(file);
	int error = epoll_check_nesting(epoll, file, inner);
	struct epoll_item *item = error ? NULL : kmalloc(sizeof(*item));

	if (!item)
		return error ? error : -ENOMEM;
	*item = (struct epoll_item){
		.watch = {.exclusive = event->events & EPOLLEXCLUSIVE, .notify = item_notify},
		.on_close = {.closed = item_closed},
		.epoll = epoll,
		.file = file,
		.inner = inner,
		.fd = fd,
		.next = epoll->items,
	};
	if (item->next)
		item->next->previous = item;
	epoll->items = item;
	file_watch(file, &item->on_close);
	if (file->waits)
		wait_watch_begin(&item->watch, file->waits);
	item_set(item, event);
	return 0;
}

bool epoll_can_watch(const struct file *file)
{
	return file->ops->poll || S_ISFIFO(file->mode) || S_ISSOCK(file->mode) || terminal_is(file);
}

/* The rules for EPOLLEXCLUSIVE. 0 or -EINVAL. */
static int check_exclusive(int operation, struct file *file, const struct epoll_item *item,
			   uint32_t events)
{
	if (operation == EPOLL_CTL_MOD && item && item->watch.exclusive)
		return -EINVAL;
	if (operation == EPOLL_CTL_DEL || !(events & EPOLLEXCLUSIVE))
		return 0;
	if (operation == EPOLL_CTL_MOD || epoll_of(file) || events & ~WITH_EXCLUSIVE)
		return -EINVAL;
	return 0;
}

int epoll_control(struct epoll *epoll, int operation, int fd, struct file *file,
		  const struct epoll_event *event)
{
	struct epoll_item *item = item_find(epoll, file, fd);

	if (file == &epoll->file || check_exclusive(operation, file, item, event->events) < 0)
		return -EINVAL;
	switch (operation) {
	case EPOLL_CTL_ADD:
		return item ? -EEXIST : item_add(epoll, file, fd, event);
	case EPOLL_CTL_DEL:
		if (item)
			item_remove(item);
		return item ? 0 : -ENOENT;
	case EPOLL_CTL_MOD:
		if (item)
			item_set(item, event);
		return item ? 0 : -ENOENT;
	default:
		return -EINVAL;
	}
}

/*
 * Each item is looked at once. One that is told of each time it is ready goes to the end of the
 * list, so that all have their turn where there are more than `count`.
 */
int64_t epoll_collect(struct epoll *epoll, uaddr_t to, unsigned count)
{
	const struct epoll_item *last = epoll->ready_last;
	struct epoll_event event;
	bool is_last = !last;
	int64_t n = 0;

	while (!is_last && n < count) {
		struct epoll_item *item = epoll->ready_first;

		event = (struct epoll_event){.events = item_events(item), .data = item->data};
		if (event.events && copy_to_user(to + n * sizeof(event), &event, sizeof(event)) < 0)
			return n ? n : -EFAULT;
		is_last = item == last;
		ready_remove(item);
		if (!event.events)
			continue;
		n++;
		if (item->events & EPOLLONESHOT)
			item->watch.events = item->events &= HOW;
		else if (!(item->events & EPOLLET))
			ready_add(item);
	}
	return n;
}

static unsigned epoll_poll(const struct file *file)
{
	const struct epoll *epoll = (const struct epoll *)file;

	for (const struct epoll_item *item = epoll->ready_first; item; item = item->next_ready)
		if (item_events(item))
			return READABLE;
	return 0;
}

static void epoll_release(struct file *file)
{
	struct epoll *epoll = (struct epoll *)file;

	while (epoll->items)
		item_remove(epoll->items);
	wait_wake(&epoll->waits);
	kfree(epoll);
}

static const struct file_ops epoll_ops = {
	.seek = file_seek_nowhere,
	.poll = epoll_poll,
	.release = epoll_release,
	.anonymous = "anon_inode:[eventpoll]",
};

struct epoll *epoll_of(struct file *file)
{
	return file->ops == &epoll_ops ? (struct epoll *)file : NULL;
}

int epoll_make(struct file **made)
{
	struct epoll *epoll = kmalloc(sizeof(*epoll));

	if (!epoll)
		return -ENOMEM;
	*epoll = (struct epoll){0};
	file_init_anonymous(&epoll->file, &epoll_ops, O_RDWR);
	epoll->file.waits = &epoll->waits;
	*made = &epoll->file;
	return 0;
}
