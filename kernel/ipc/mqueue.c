/* SPDX-License-Identifier: MIT */
/* POSIX message queues. Their names are a list; a queue goes with its name and its last file. */
#include "mqueue.h"

#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/limits.h>
#include <linux/stat.h>

#include "../fs/context.h"
#include "../fs/fdtable.h"
#include "../fs/mount.h"
#include "../lib/math.h"
#include "../lib/string.h"
#include "../lib/text.h"
#include "../mm/uaccess.h"
#include "../proc/limits.h"
#include "../proc/signal.h"
#include "../sched/wait.h"

/* What a queue has if nobody says otherwise, and what root may have: mq_overview(7). */
#define MESSAGES     10
#define BYTES	     8192
#define MESSAGES_MAX 65536
#define BYTES_MAX    (16 << 20)

/* What a message counts for beside its bytes against RLIMIT_MSGQUEUE: getrlimit(2). */
#define MESSAGE_OVERHEAD (48 + 48)

struct mqueue {
	struct mqueue *next; /* in the list of names */
	unsigned refs;	     /* open files, and one for the name */
	uint64_t ino;
	uint32_t mode;
	struct mq_attr attr;	      /* flags are the files' */
	struct ipc_message *messages; /* the most urgent first, of these the oldest */
	struct wait_queue senders, receivers;
	struct wait_queue polls; /* for either */
	int notified;		 /* the process that is to be told, 0: none */
	struct sigevent event;	 /* how */
	char name[NAME_MAX + 1];
};

/* An open queue. */
struct mqueue_file {
	struct file file; /* first */
	struct mqueue *queue;
};

static struct mqueue *names;
static uint64_t charged; /* for all queues, against RLIMIT_MSGQUEUE */

static struct mqueue *queue_of(const struct file *file)
{
	return ((const struct mqueue_file *)file)->queue;
}

static uint64_t charge_of(const struct mq_attr *attr)
{
	return attr->mq_maxmsg * (attr->mq_msgsize + MESSAGE_OVERHEAD);
}

static void put(struct mqueue *queue)
{
	if (--queue->refs)
		return;
	while (queue->messages) {
		struct ipc_message *message = queue->messages;

		queue->messages = message->next;
		ipc_message_free(message);
	}
	charged -= charge_of(&queue->attr);
	/* Another thread may have closed what they wait for. */
	wait_wake(&queue->senders);
	wait_wake(&queue->receivers);
	wait_wake(&queue->polls);
	kfree(queue);
}

/* The link to the queue with this name, or the list's end. */
static struct mqueue **find(const char *name)
{
	struct mqueue **at = &names;

	while (*at && strcmp((*at)->name, name) != 0)
		at = &(*at)->next;
	return at;
}

/* Is it a name in a directory? 0 or an errno. */
static int check_name(const char *name)
{
	size_t length = path_part(name);

	if (!*name)
		return -ENOENT;
	if (path_is_dot(name, length) || path_is_dotdot(name, length) || name[length])
		return -EACCES;
	return length > NAME_MAX ? -ENAMETOOLONG : 0;
}

static int make(struct mqueue **made, const char *name, uint32_t mode, const struct mq_attr *attr)
{
	struct mq_attr own = {.mq_maxmsg = MESSAGES, .mq_msgsize = BYTES};
	struct mqueue *queue;

	if (attr) {
		own.mq_maxmsg = attr->mq_maxmsg;
		own.mq_msgsize = attr->mq_msgsize;
	}
	if (own.mq_maxmsg <= 0 || own.mq_maxmsg > MESSAGES_MAX || own.mq_msgsize <= 0 ||
	    own.mq_msgsize > BYTES_MAX)
		return -EINVAL;
	if (charged + charge_of(&own) > limit_of(RLIMIT_MSGQUEUE))
		return -EMFILE;
	queue = kmalloc(sizeof(*queue));
	if (!queue)
		return -ENOMEM;
	*queue = (struct mqueue){.refs = 1, .attr = own, .next = names};
	memcpy(queue->name, name, strlen(name) + 1);
	queue->mode = S_IFREG | (mode & 07777 & ~current_fs->umask);
	names = queue;
	charged += charge_of(&own);
	*made = queue;
	return 0;
}

static unsigned queue_poll(const struct file *file)
{
	const struct mq_attr *attr = &queue_of(file)->attr;

	return (attr->mq_curmsgs ? POLLIN | POLLRDNORM : 0) |
	       (attr->mq_curmsgs < attr->mq_maxmsg ? POLLOUT | POLLWRNORM : 0);
}

static uint64_t bytes_of(const struct mqueue *queue)
{
	uint64_t bytes = 0;

	for (const struct ipc_message *m = queue->messages; m; m = m->next)
		bytes += m->bytes;
	return bytes;
}

/* The queue's state, as text: mq_overview(7). */
static int64_t queue_read(struct file *file, uaddr_t buffer, uint64_t bytes)
{
	const struct mqueue *queue = queue_of(file);
	char line[80];
	struct text text = {.to = line, .from = file->offset, .room = min(bytes, sizeof(line))};
	bool signals = queue->notified && queue->event.sigev_notify == SIGEV_SIGNAL;
	int error;

	text_format(&text, "QSIZE:%lu NOTIFY:%d SIGNO:%d NOTIFY_PID:%d\n", bytes_of(queue),
		    queue->notified ? queue->event.sigev_notify : 0,
		    signals ? queue->event.sigev_signo : 0, queue->notified);
	error = copy_to_user(buffer, line, text_length(&text));
	if (error)
		return error;
	file->offset += text_length(&text);
	return text_length(&text);
}

static int64_t queue_size(struct file *file)
{
	(void)file;
	return 80; /* as Linux has it: FILENT_SIZE */
}

/* It was closed, maybe not for the last time, by the current process. */
static void queue_flush(struct file *file)
{
	struct mqueue *queue = queue_of(file);

	if (queue->notified == process_current()->pid)
		queue->notified = 0;
}

static void queue_release(struct file *file)
{
	put(queue_of(file));
	kfree(file);
}

static const struct file_ops queue_ops = {
	.read = queue_read,
	.size = queue_size,
	.poll = queue_poll,
	.flush = queue_flush,
	.release = queue_release,
};

static int open_queue(struct file **opened, struct mqueue *queue, unsigned flags)
{
	struct mqueue_file *file = kmalloc(sizeof(*file));

	if (!file)
		return -ENOMEM;
	file_init(&file->file, &queue_ops, queue->mode, flags & (O_ACCMODE | O_NONBLOCK));
	/* The first one's number is the queue's. */
	if (!queue->ino)
		queue->ino = file->file.ino;
	file->file.ino = queue->ino;
	file->file.dev = DEV_MQUEUE;
	file->file.waits = &queue->polls;
	file->queue = queue;
	queue->refs++;
	*opened = &file->file;
	return 0;
}

int mqueue_open(struct file **file, const char *name, unsigned flags, uint32_t mode,
		const struct mq_attr *attr)
{
	int error = check_name(name);
	struct mqueue *queue;

	if (error)
		return error;
	queue = *find(name);
	if (!queue) {
		error = flags & O_CREAT ? make(&queue, name, mode, attr) : -ENOENT;
		return error ? error : open_queue(file, queue, flags);
	}
	if (flags & O_CREAT && flags & O_EXCL)
		return -EEXIST;
	if ((flags & O_ACCMODE) == O_ACCMODE)
		return -EINVAL;
	return open_queue(file, queue, flags);
}

int mqueue_unlink(const char *name)
{
	int error = check_name(name);
	struct mqueue **at = find(name);
	struct mqueue *queue = *at;

	if (error || !queue)
		return error ? error : -ENOENT;
	*at = queue->next;
	put(queue);
	return 0;
}

struct mqueue *mqueue_of_fd(int fd, struct file **file)
{
	*file = fd_file(fd);
	return *file && (*file)->ops == &queue_ops ? queue_of(*file) : NULL;
}

struct mq_attr mqueue_attr(const struct mqueue *queue)
{
	return queue->attr;
}

/* Tells the process that wanted to know, and forgets it. */
static void notify(struct mqueue *queue)
{
	struct process *process = process_find(queue->notified);
	siginfo_t info = signal_info(queue->event.sigev_signo, SI_MESGQ);

	if (process && queue->event.sigev_notify == SIGEV_SIGNAL && info.si_signo) {
		info.si_value = queue->event.sigev_value;
		info.si_pid = process_current()->pid;
		signal_send_process(process, &info);
	}
	queue->notified = 0;
}

int mqueue_send(struct mqueue *queue, struct ipc_message *message, bool waits)
{
	struct ipc_message **at = &queue->messages;

	if (queue->attr.mq_curmsgs >= queue->attr.mq_maxmsg) {
		if (waits)
			wait_on(&queue->senders);
		return -EAGAIN;
	}
	while (*at && (*at)->type >= message->type)
		at = &(*at)->next;
	message->next = *at;
	*at = message;
	queue->attr.mq_curmsgs++;
	if (queue->notified && queue->attr.mq_curmsgs == 1 && !queue->receivers.first)
		notify(queue);
	wait_wake(&queue->receivers);
	wait_wake_for(&queue->polls, POLLIN | POLLRDNORM);
	return 0;
}

int mqueue_receive(struct mqueue *queue, struct ipc_message **taken, bool waits)
{
	struct ipc_message *message = queue->messages;

	if (!message) {
		if (waits)
			wait_on(&queue->receivers);
		return -EAGAIN;
	}
	queue->messages = message->next;
	queue->attr.mq_curmsgs--;
	wait_wake(&queue->senders);
	wait_wake_for(&queue->polls, POLLOUT | POLLWRNORM);
	*taken = message;
	return 0;
}

int mqueue_notify(struct mqueue *queue, const struct sigevent *event)
{
	int pid = process_current()->pid;

	if (!event) {
		if (queue->notified == pid)
			queue->notified = 0;
		return 0;
	}
	if (queue->notified)
		return -EBUSY;
	queue->notified = pid;
	queue->event = *event;
	return 0;
}
