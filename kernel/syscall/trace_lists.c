/* SPDX-License-Identifier: MIT */
/* What lies at an argument that is a list, and what some calls say of it in their result. */
#include "trace_lists.h"

#include <asm/unistd_64.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>

#include "../fs/fdtable.h"
#include "../fs/socket_abi.h"
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

void trace_epoll_events(uaddr_t user, int64_t count)
{
	struct {
		uint32_t events;
		uint64_t data;
	} __attribute__((packed)) entry; /* struct epoll_event of x86-64 */

	for (int64_t i = 0;
	     i < count && copy_from_user(&entry, user + i * sizeof(entry), sizeof(entry)) == 0;
	     i++) {
		trace_put(i ? ", {events=" : "{events=");
		trace_value('|', entry.events);
		trace_put(", data={u32=%u, u64=%lu}}", (uint32_t)entry.data, entry.data);
	}
}

/* As inet_pton(3) reads it: the longest row of zeros is left out. */
static void put_ipv6(const struct in6_addr *ip)
{
	unsigned from = 8, zeros = 1; /* one alone isn't left out */

	for (unsigned i = 0, n; i < 8; i += n + 1) {
		for (n = 0; i + n < 8 && !ip->s6_addr16[i + n]; n++)
			continue;
		if (n > zeros) {
			from = i;
			zeros = n;
		}
	}
	if (from == 0 && zeros == 5 && ip->s6_addr16[5] == 0xffff) { /* mapped from IPv4 */
		trace_put("::ffff:%u.%u.%u.%u", ip->s6_addr[12], ip->s6_addr[13], ip->s6_addr[14],
			  ip->s6_addr[15]);
		return;
	}
	for (unsigned i = 0; i < 8; i++) {
		if (i == from) {
			trace_put("::");
			i += zeros - 1;
			continue;
		}
		trace_put(i && i != from + zeros ? ":%x" : "%x",
			  __builtin_bswap16(ip->s6_addr16[i]));
	}
}

void trace_socket_address(uaddr_t user, uint64_t bytes)
{
	union {
		uint16_t family;
		struct sockaddr_in in;
		struct sockaddr_in6 in6;
	} address = {0};
	const uint8_t *ip = (const uint8_t *)&address.in.sin_addr;

	if (bytes < sizeof(address.family) ||
	    copy_from_user(&address, user, min(bytes, sizeof(address))) < 0) {
		trace_address(user);
		return;
	}
	trace_put("{sa_family=");
	trace_value('@', address.family);
	if (address.family == AF_UNIX && bytes > sizeof(address.family)) {
		trace_put(", sun_path=");
		trace_string(user + sizeof(address.family), bytes - sizeof(address.family));
	} else if (address.family == AF_INET && bytes >= sizeof(address.in)) {
		trace_put(", sin_port=htons(%u), sin_addr=inet_addr(\"%u.%u.%u.%u\")",
			  __builtin_bswap16(address.in.sin_port), ip[0], ip[1], ip[2], ip[3]);
	} else if (address.family == AF_INET6 && bytes >= sizeof(address.in6)) {
		trace_put(", sin6_port=htons(%u), sin6_flowinfo=htonl(%u), inet_pton(AF_INET6, \"",
			  __builtin_bswap16(address.in6.sin6_port),
			  __builtin_bswap32(address.in6.sin6_flowinfo));
		put_ipv6(&address.in6.sin6_addr);
		trace_put("\", &sin6_addr), sin6_scope_id=%u", address.in6.sin6_scope_id);
	}
	trace_put("}");
}

void trace_socket_name(uaddr_t user, uaddr_t user_bytes)
{
	unsigned bytes;

	if (copy_from_user(&bytes, user_bytes, sizeof(bytes)) < 0)
		trace_address(user);
	else
		trace_socket_address(user, bytes);
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
