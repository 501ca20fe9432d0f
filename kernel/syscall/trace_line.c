/* SPDX-License-Identifier: MIT */
/* The lines of a trace, as strace(1) lays them out, and where they go. */
#include "trace_line.h"

#include "../host/clock.h"
#include "../host/hypercall.h"
#include "../lib/text.h"
#include "../sched/thread.h"
#include "../x86/direct_map.h"

#define RESULT_COLUMN 40
#define NUMBER_WIDTH  5
#define NSEC_PER_USEC 1000
#define LINE_MAX      0x4000 /* bytes that are kept before they are written: more than two paths */

static char bytes[LINE_MAX];
static struct text line = {.to = bytes, .room = LINE_MAX};
static uint64_t flushed; /* bytes of the line that were written */
static int owner;	 /* the task that has begun a line, 0: none has */
static uint64_t before;	 /* when the line before began, 0: there was none */

static struct boot_trace wanted = {.fd = HOST_STDERR};

void trace_line_init(const struct boot_trace *trace)
{
	wanted = *trace;
}

bool trace_is_file(void)
{
	return wanted.fd != HOST_STDERR;
}

void trace_put(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	text_format_args(&line, format, &args);
	va_end(args);
	if (line.at > LINE_MAX / 2)
		trace_flush();
}

void trace_wait(void)
{
	if (!(wanted.flags & BOOT_TRACE_WHOLE))
		trace_flush();
}

void trace_flush(void)
{
	uint64_t length = text_length(&line);
	uint64_t done = 0;
	int64_t n = 1;

	for (; done < length && n > 0; done += n)
		n = hypercall_write(wanted.fd, virt_to_phys(bytes) + done, length - done);
	flushed += line.at;
	line.at = 0;
}

void trace_end(void)
{
	trace_put("\n");
	trace_flush();
	flushed = 0;
	owner = 0;
}

static void pad_to(uint64_t column)
{
	while (flushed + line.at < column)
		text_put(&line, ' ');
}

/* The time of day, or how much later this line begins than the one before. */
static void put_time(void)
{
	uint64_t now, seconds;

	if (wanted.flags & BOOT_TRACE_RELATIVE) {
		now = clock_monotonic();
		seconds = before ? now - before : 0;
		before = now;
		trace_put("%6lu.%06lu ", seconds / NSEC_PER_SEC,
			  seconds % NSEC_PER_SEC / NSEC_PER_USEC);
	}
	if (wanted.flags & BOOT_TRACE_TIME) {
		seconds = clock_realtime() / NSEC_PER_SEC + wanted.utc_offset;
		trace_put("%02lu:%02lu:%02lu ", seconds / 3600 % 24, seconds / 60 % 60,
			  seconds % 60);
	}
}

static void put_number(int tid)
{
	if (!trace_is_file()) {
		trace_put("[pid %5d] ", tid);
		return;
	}
	trace_put("%d", tid);
	pad_to(NUMBER_WIDTH);
	trace_put(" ");
}

void trace_begin(int tid)
{
	if (owner) {
		trace_put(" <unfinished ...>");
		trace_end();
	}
	owner = tid;
	if (thread_count() > 1)
		put_number(tid);
	put_time();
}

bool trace_go_on(int tid)
{
	if (owner == tid)
		return true;
	trace_begin(tid);
	return false;
}

void trace_pad(void)
{
	pad_to(RESULT_COLUMN);
}
