/* SPDX-License-Identifier: MIT */
/* What lies at an argument that is a list, and what some calls say of it in their result. */
#include "trace_lists.h"

#include <asm/unistd_64.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>

#include "../fs/fdtable.h"
#include "../lib/math.h"
#include "../mm/uaccess.h"
#include "trace_line.h"
#include "trace_names.h"

#define ELEMENTS_MAX 32 /* of an array that is shown, as strace has it */

/* The arguments of a program that is executed. */
void trace_strings(uaddr_t user)
{
	uaddr_t string;
	const char *separator = "";

	trace_put("[");
	for (unsigned i = 0; copy_from_user(&string, user, sizeof(string)) == 0 && string;
	     i++, user += sizeof(string)) {
		trace_put("%s", separator);
		separator = ", ";
		if (i == ELEMENTS_MAX) {
			trace_put("...");
			break;
		}
		trace_string(string, TRACE_STRING_MAX);
	}
	trace_put("]");
}

void trace_environment(uaddr_t user)
{
	uaddr_t string;
	unsigned count = 0;

	while (copy_from_user(&string, user + count * sizeof(string), sizeof(string)) == 0 &&
	       string)
		count++;
	trace_put("0x%lx /* %u var%s */", user, count, count == 1 ? "" : "s");
}

/* A vector of buffers: what is to be written, or what was read. */
void trace_vector(const struct trace_call *call, unsigned argument)
{
	uint64_t most = call->done ? (uint64_t)call->result : UINT64_MAX;
	bool failed = call->done && trace_is_error(call->result);
	uaddr_t user = call->args[argument];
	uint32_t count = call->args[argument + 1];
	struct {
		uaddr_t base;
		uint64_t length;
	} entry;

	trace_put("[");
	for (uint32_t i = 0; i < count; i++, user += sizeof(entry)) {
		trace_put(i ? ", " : "");
		if (i == ELEMENTS_MAX || copy_from_user(&entry, user, sizeof(entry)) < 0) {
			trace_put(i == ELEMENTS_MAX ? "..." : "... /* 0x%lx */", user);
			break;
		}
		trace_put("{iov_base=");
		if (failed)
			trace_address(entry.base);
		else
			trace_bytes(entry.base, min(entry.length, most), false);
		trace_put(", iov_len=%lu}", entry.length);
		most -= min(entry.length, most);
	}
	trace_put("]");
}

/* What poll(2) waits for; with `results`, what has come of it. */
void trace_polled(uaddr_t user, uint32_t count, bool results)
{
	struct {
		int fd;
		uint16_t events, revents;
	} entry;
	unsigned shown = 0;

	trace_put("[");
	for (uint32_t i = 0;
	     i < count && copy_from_user(&entry, user + i * sizeof(entry), sizeof(entry)) == 0;
	     i++) {
		if (results && !entry.revents)
			continue;
		trace_put(shown ? ", " : "");
		if (shown++ == ELEMENTS_MAX) {
			trace_put("...");
			break;
		}
		trace_put("{fd=%d", entry.fd);
		if (results || entry.fd >= 0) {
			trace_put(results ? ", revents=" : ", events=");
			trace_value('4', results ? entry.revents : entry.events);
		}
		trace_put("}");
	}
	trace_put("]");
}

/* A set of fds below `count`. */
void trace_fds(uaddr_t user, uint64_t count)
{
	uint64_t word = 0;
	const char *separator = "";

	trace_put("[");
	for (uint64_t fd = 0; fd < min(count, FD_COUNT); fd++) {
		if (fd % 64 == 0 && copy_from_user(&word, user + fd / 8, sizeof(word)) < 0)
			break;
		if (word >> fd % 64 & 1) {
			trace_put("%s%lu", separator, fd);
			separator = " ";
		}
	}
	trace_put("]");
}

/* How many records of getdents64(2) there are in so many bytes. */
void trace_entries(uaddr_t user, uint64_t bytes)
{
	const unsigned length_at = 16; /* of d_reclen: struct linux_dirent64 */
	uint64_t at = 0;
	unsigned count = 0;
	uint16_t length;

	while (at < bytes && copy_from_user(&length, user + at + length_at, sizeof(length)) == 0 &&
	       length) {
		at += length;
		count++;
	}
	trace_put("0x%lx /* %u entr%s */", user, count, count == 1 ? "y" : "ies");
}

void trace_ids(uaddr_t user, int64_t count)
{
	uint32_t id;

	trace_put("[");
	for (int64_t i = 0;
	     i < count && copy_from_user(&id, user + i * sizeof(id), sizeof(id)) == 0; i++)
		trace_put(i ? ", %u" : "%u", id);
	trace_put("]");
}

/* What select(2) has found. */
static void show_ready(const struct trace_call *call)
{
	static const char *const sets[] = {"in", "out", "exc"};
	const char *separator = " (";

	trace_put(call->result ? "" : " (Timeout)");
	for (unsigned i = 1; call->result && i <= 3; i++) {
		if (!call->args[i])
			continue;
		trace_put("%s%s ", separator, sets[i - 1]);
		trace_fds(call->args[i], call->args[0]);
		separator = ", ";
	}
	trace_put(call->result ? ")" : "");
}

void trace_result_note(const struct trace_call *call)
{
	const uint64_t *args = call->args;

	if (call->number == __NR_fcntl && args[1] == F_GETFL) {
		trace_put(" (flags ");
		trace_value('O', call->result);
		trace_put(")");
	} else if (call->number == __NR_fcntl && args[1] == F_GETFD && call->result) {
		trace_put(" (flags FD_CLOEXEC)");
	} else if (call->number == __NR_poll || call->number == __NR_ppoll) {
		trace_put(call->result ? " (" : " (Timeout");
		if (call->result)
			trace_polled(args[0], args[1], true);
		trace_put(")");
	} else if (call->number == __NR_select || call->number == __NR_pselect6) {
		show_ready(call);
	} else if (call->number == __NR_rt_sigtimedwait) {
		trace_put(" (");
		trace_value('S', call->result);
		trace_put(")");
	} else if (call->number == __NR_personality && call->result == 0) {
		trace_put(" (PER_LINUX)");
	} else if (call->number == __NR_prctl && args[0] == PR_GET_DUMPABLE) {
		trace_put(" (%s)", trace_name('8', call->result) ?: "SUID_DUMP_???");
	} else if (call->number == __NR_sched_getscheduler) {
		trace_put(" (%s)", trace_name('Q', call->result) ?: "SCHED_???");
	}
}
