/* SPDX-License-Identifier: MIT */
/* System V message queues. */
#include "sysv_msg.h"

#include <asm/errno.h>

#include "../proc/process.h"
#include "../sched/wait.h"

struct msg_queue {
	struct ipc_object object;     /* first */
	struct ipc_message *messages; /* the oldest first */
	uint64_t bytes, count;	      /* of these */
	uint64_t most;		      /* that they may be */
	int64_t sent, received;	      /* when it was last: seconds since 1970, 0: never */
	int sent_pid, received_pid;   /* and by whom */
	struct wait_queue senders, receivers;
};

static int make(struct ipc_object **object, uint64_t size)
{
	struct msg_queue *queue = kmalloc(sizeof(*queue));

	(void)size;
	if (!queue)
		return -ENOMEM;
	*queue = (struct msg_queue){.most = MSGMNB};
	*object = &queue->object;
	return 0;
}

struct ipc_kind msg_kind = {.most = MSGMNI, .last_id = -1, .make = make};

int msg_put(struct msg_queue *queue, struct ipc_message *message)
{
	struct ipc_message **at = &queue->messages;

	/* Those without any bytes are bounded as well. */
	if (queue->bytes + message->bytes > queue->most || queue->count >= queue->most)
		return -EAGAIN;
	while (*at)
		at = &(*at)->next;
	*at = message;
	queue->bytes += message->bytes;
	queue->count++;
	queue->sent = ipc_now();
	queue->sent_pid = process_current()->pid;
	wait_wake(&queue->receivers);
	return 0;
}

/* The link to the first message of a type; of a negative one, to that of the lowest up to it. */
static struct ipc_message **find(struct msg_queue *queue, long type, unsigned flags)
{
	struct ipc_message **best = NULL;
	/* There is no type 0 or below, so one that is never the lowest serves for LONG_MIN. */
	long limit = type == INT64_MIN ? INT64_MAX : -type;

	for (struct ipc_message **at = &queue->messages; *at; at = &(*at)->next) {
		long here = (*at)->type;

		if (type < 0 && here <= limit && (!best || here < (*best)->type))
			best = at;
		else if (type == 0 || (type > 0 && (here == type) == !(flags & MSG_EXCEPT)))
			return at;
	}
	return best;
}

int msg_take(struct msg_queue *queue, struct ipc_message **taken, uint64_t bytes, long type,
	     unsigned flags)
{
	struct ipc_message **at = find(queue, type, flags);
	struct ipc_message *message;

	if (!at)
		return -ENOMSG;
	message = *at;
	if (message->bytes > bytes && !(flags & MSG_NOERROR))
		return -E2BIG;
	*at = message->next;
	queue->bytes -= message->bytes;
	queue->count--;
	queue->received = ipc_now();
	queue->received_pid = process_current()->pid;
	wait_wake(&queue->senders);
	*taken = message;
	return 0;
}

void msg_wait(struct msg_queue *queue, bool for_room)
{
	wait_on(for_room ? &queue->senders : &queue->receivers);
}

void msg_remove(struct msg_queue *queue)
{
	ipc_remove(&msg_kind, &queue->object);
	wait_wake(&queue->senders);
	wait_wake(&queue->receivers);
	while (queue->messages) {
		struct ipc_message *message = queue->messages;

		queue->messages = message->next;
		ipc_message_free(message);
	}
	kfree(queue);
}

void msg_stat(const struct msg_queue *queue, struct msqid64_ds *st)
{
	*st = (struct msqid64_ds){
		.msg_stime = queue->sent,
		.msg_rtime = queue->received,
		.msg_ctime = queue->object.changed,
		.msg_cbytes = queue->bytes,
		.msg_qnum = queue->count,
		.msg_qbytes = queue->most,
		.msg_lspid = queue->sent_pid,
		.msg_lrpid = queue->received_pid,
	};
	ipc_perm(&queue->object, &st->msg_perm);
}

int msg_set(struct msg_queue *queue, const struct msqid64_ds *st)
{
	if (st->msg_qbytes > MSGMNB)
		return -EPERM;
	queue->most = st->msg_qbytes;
	ipc_set_perm(&queue->object, &st->msg_perm);
	wait_wake(&queue->senders);
	wait_wake(&queue->receivers);
	return 0;
}

void msg_totals(uint64_t *messages, uint64_t *bytes)
{
	*messages = *bytes = 0;
	for (struct ipc_object *object = msg_kind.first; object; object = object->next) {
		*messages += msg_queue_of(object)->count;
		*bytes += msg_queue_of(object)->bytes;
	}
}
