/* SPDX-License-Identifier: MIT */
/* Guest memory, the fd table, the hypercall dispatcher, segments and escapes. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kvm.h>
#include <stddef.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "../../kernel/abi.h"
#include "../../kernel/tests/unit.h"
#include "../cpuid.h"
#include "../fdtable.h"
#include "../guestmem.h"
#include "../hostfile.h"
#include "../hypercall.h"
#include "../longmode.h"
#include "../msg.h"

#define SIZE 8192

_Static_assert(offsetof(struct boot_info, tsc_khz) == 96, "TSC_KHZ of evade.S");

/* Guest memory with nothing mapped around it: one byte too far is a SIGSEGV. */
static struct guestmem make_memory(void)
{
	char *base = mmap(NULL, SIZE + 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(base != MAP_FAILED);
	CHECK(mprotect(base + 4096, SIZE, PROT_READ | PROT_WRITE) == 0);
	return (struct guestmem){.base = base + 4096, .size = SIZE};
}

TEST(guest_ranges)
{
	struct guestmem mem = make_memory();

	EQUAL(guestmem_range(&mem, 0, SIZE), mem.base);
	EQUAL(guestmem_range(&mem, 0, SIZE + 1), NULL);
	EQUAL(guestmem_range(&mem, SIZE, 0), mem.base + SIZE);
	EQUAL(guestmem_range(&mem, SIZE, 1), NULL);
	EQUAL(guestmem_range(&mem, SIZE + 1, 0), NULL);
	EQUAL(guestmem_range(&mem, SIZE - 1, 1), mem.base + SIZE - 1);
	EQUAL(guestmem_range(&mem, SIZE - 1, 2), NULL);
	EQUAL(guestmem_range(&mem, UINT64_MAX, 0), NULL);
	EQUAL(guestmem_range(&mem, UINT64_MAX, 2), NULL);
	EQUAL(guestmem_range(&mem, 1, UINT64_MAX), NULL);
	EQUAL(guestmem_range(&mem, -(uint64_t)4, 8), NULL);
	for (int i = 0; i < 100000; i++) {
		uint64_t gpa = unit_random() >> unit_random() % 64;
		uint64_t length = unit_random() >> unit_random() % 64;
		/* In 128 bits nothing wraps. */
		int inside = (unsigned __int128)gpa + length <= SIZE;

		EQUAL(guestmem_contains(SIZE, gpa, length), inside);
	}
}

TEST(guest_blocks)
{
	struct guestmem mem = make_memory();
	uint64_t value = 0x1122334455667788;
	uint64_t back = 0;

	EQUAL(guestmem_write(&mem, SIZE - 8, &value, 8), 0);
	EQUAL(guestmem_read(&mem, SIZE - 8, &back, 8), 0);
	EQUAL(back, value);
	EQUAL(guestmem_read(&mem, SIZE - 7, &back, 8), -EFAULT);
	EQUAL(guestmem_write(&mem, SIZE - 7, &value, 8), -EFAULT);
	EQUAL(guestmem_write(&mem, 3, &value, 8), 0); /* misaligned */
	EQUAL(guestmem_read(&mem, 3, &back, 8), 0);
	EQUAL(back, value);
}

TEST(guest_strings)
{
	struct guestmem mem = make_memory();
	char text[100];

	memset(mem.base, 'a', SIZE);
	EQUAL(guestmem_string(&mem, 0, text, sizeof(text)), -ENAMETOOLONG);
	EQUAL(guestmem_string(&mem, SIZE - 100, text, sizeof(text)), -ENAMETOOLONG);
	EQUAL(guestmem_string(&mem, SIZE - 99, text, sizeof(text)), -EFAULT);
	EQUAL(guestmem_string(&mem, SIZE, text, sizeof(text)), -EFAULT);
	EQUAL(guestmem_string(&mem, UINT64_MAX, text, sizeof(text)), -EFAULT);
	mem.base[SIZE - 1] = '\0';
	EQUAL(guestmem_string(&mem, SIZE - 1, text, sizeof(text)), 0);
	EQUAL(guestmem_string(&mem, SIZE - 100, text, sizeof(text)), 99);
	EQUAL(strlen(text), 99);
	EQUAL(guestmem_string(&mem, SIZE - 101, text, sizeof(text)), -ENAMETOOLONG);
}

TEST(fd_table)
{
	struct fdtable table;

	fdtable_init(&table, 5);
	EQUAL(fdtable_get(&table, 0), 0);
	EQUAL(fdtable_get(&table, 1), -EBADF);
	EQUAL(fdtable_get(&table, 2), 2);
	EQUAL(fdtable_get(&table, 3), -EBADF);
	EQUAL(fdtable_get(&table, 255), -EBADF);
	EQUAL(fdtable_get(&table, 256), -EBADF);
	EQUAL(fdtable_get(&table, UINT64_C(1) << 32), -EBADF);
	EQUAL(fdtable_get(&table, UINT64_MAX), -EBADF);
	/* The lowest that is free. */
	EQUAL(fdtable_lowest(&table), 1);
	fdtable_put(&table, 1, 9);
	EQUAL(fdtable_get(&table, 1), 9);
	for (int fd = 3; fd < FDTABLE_SIZE; fd++) {
		EQUAL(fdtable_lowest(&table), fd);
		fdtable_put(&table, fd, 1000 + fd);
	}
	EQUAL(fdtable_lowest(&table), -EMFILE);
	EQUAL(fdtable_take(&table, 77), 1077);
	EQUAL(fdtable_take(&table, 77), -EBADF);
	EQUAL(fdtable_take(&table, 256), -EBADF);
	EQUAL(fdtable_take(&table, UINT64_MAX), -EBADF);
	EQUAL(fdtable_lowest(&table), 77);
}

TEST(opened_files)
{
	struct hostfiles files;
	int host;

	hostfiles_init(&files, NULL, false, NULL);
	host = hostfile_open(&files, "/dev/zero");
	/* Close-on-exec, for reading alone, and an open that didn't wait leaves reads waiting. */
	EQUAL(fcntl(host, F_GETFD), FD_CLOEXEC);
	EQUAL(fcntl(host, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDONLY);
	EQUAL(close(host), 0);
	EQUAL(hostfile_open(&files, "/nothing"), -ENOENT);
	host = hostfile_open(&files, "/");
	EQUAL(read(host, NULL, 0), -1);
	EQUAL(errno, EISDIR);
	EQUAL(close(host), 0);
	EQUAL(hostfile_open(&files, "/proc/self/mem"), -EACCES);
	/* A device that acts, which every machine has, though not every one has /dev/kvm. */
	EQUAL(hostfile_open(&files, "/dev/ptmx"), -EACCES);
	EQUAL(hostfile_open(&files, ""), -ENOENT);
}

TEST(files_of_kinds_that_are_refused)
{
	char directory[] = "/tmp/hypervisor_test.XXXXXX";
	int watch = inotify_init1(IN_NONBLOCK);
	struct inotify_event event;
	struct hostfiles files;

	CHECK(mkdtemp(directory) && chdir(directory) == 0);
	CHECK(mkfifo("fifo", 0600) == 0 && symlink("fifo", "link") == 0);
	CHECK(watch >= 0 && inotify_add_watch(watch, "fifo", IN_OPEN) >= 0);
	hostfiles_init(&files, NULL, false, NULL);
	EQUAL(hostfile_open(&files, "fifo"), -EACCES);
	EQUAL(hostfile_open(&files, "link"), -EACCES);
	/* Nor were they opened, which a device might act on. */
	EQUAL(read(watch, &event, sizeof(event)), -1);
	EQUAL(errno, EAGAIN);
	/* Only what its open alone may not touch: nobody was let in meanwhile. */
	EQUAL(open("fifo", O_WRONLY | O_NONBLOCK), -1);
	EQUAL(errno, ENXIO);
	CHECK(unlink("fifo") == 0 && unlink("link") == 0 && rmdir(directory) == 0);
}

/* --- the dispatcher --- */

static struct guestmem mem;
static struct fdtable fds;
static struct hostfiles files;
static struct hypercalls hc;

/* What these tests provoke is told hundreds of thousands of times: to nobody. */
static void start(void)
{
	msg_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	CHECK(msg_fd >= 0);
	mem = make_memory();
	fdtable_init(&fds, 7);
	hostfiles_init(&files, NULL, false, NULL);
	hc = (struct hypercalls){.mem = &mem, .fds = &fds, .files = &files};
}

static enum hc_next out(uint16_t port, uint32_t value)
{
	struct port_io io = {.out = true, .port = port, .width = 4, .count = 1, .data = &value};

	return hypercall_io(&hc, &io);
}

static int32_t in(uint16_t port)
{
	int32_t value = INT32_MIN;
	struct port_io io = {.out = false, .port = port, .width = 4, .count = 1, .data = &value};

	EQUAL(hypercall_io(&hc, &io), HC_CONTINUE);
	return value;
}

TEST(calls_and_results)
{
	uint32_t junk = 0;
	struct port_io again = {.port = PORT_CLOSE, .width = 4, .count = 1, .data = &junk};

	start();
	EQUAL(out(PORT_CLOSE, 99), HC_CONTINUE);
	EQUAL(in(PORT_CLOSE), -EBADF);
	EQUAL(hypercall_io(&hc, &again), HC_FAILED);
	EQUAL(out(PORT_CLOSE, 99), HC_CONTINUE);
	EQUAL(out(PORT_CLOSE, 99), HC_FAILED);
	start();
	EQUAL(out(0x8042, 0), HC_CONTINUE);
	EQUAL(in(0x8042), -ENOSYS);
	EQUAL(out(PORT_EXIT, 0x1234), HC_EXITED);
	EQUAL(hc.exit_code, 0x1234);
	EQUAL(out(0x7fff, 0), HC_FAILED);
	EQUAL(out(0x8100, 0), HC_FAILED);
}

TEST(every_width_and_count_but_one_is_a_fault)
{
	static uint8_t data[4096];

	start();
	for (unsigned port = 0; port <= 0xffff; port += port < 0x7ff0 || port > 0x8200 ? 97 : 1)
		for (int width = 1; width <= 4; width *= 2)
			for (uint32_t count = 1; count <= 3; count++)
				for (int is_out = 0; is_out <= 1; is_out++) {
					struct port_io io = {is_out, port, width, count, data};

					if (width == 4 && count == 1 && is_out)
						continue;
					hc.pending = false;
					EQUAL(hypercall_io(&hc, &io), HC_FAILED);
				}
}

TEST(random_accesses_do_no_harm)
{
	uint8_t data[64];

	start();
	/* Writes go nowhere. */
	EQUAL(fdtable_take(&fds, 1), 1);
	for (int i = 0; i < 300000; i++) {
		struct port_io io = {
			.out = unit_random() % 2,
			.port = unit_random() % 4 ? PORT_OPEN + unit_random() % HYPERCALLS
						  : unit_random(),
			.width = 1 << unit_random() % 3,
			.count = unit_random() % 8 ? 1 : unit_random() % 16,
			.data = data,
		};
		uint32_t value = unit_random() % 2 ? unit_random() % (SIZE + 8) : unit_random();

		if (io.port == PORT_SLEEP)
			value %= 4;

		if (io.port == PORT_PANIC)
			continue; /* it would print */
		for (int j = 0; j < 16; j++)
			((uint32_t *)data)[j] = value;
		if (unit_random() % 4 == 0)
			for (int j = 0; j < 4 && value + 8 * j + 8 <= SIZE; j++) {
				uint64_t word = unit_random() >> unit_random() % 64;

				guestmem_write(&mem, value + 8 * j, &word, 8);
			}
		hypercall_io(&hc, &io);
	}
}

/* --- what VM entry and the boot protocol ask of segments --- */

TEST(segments_of_long_mode)
{
	struct kvm_sregs s;

	memset(&s, 0xff, sizeof(s)); /* whatever reset left */
	longmode_sregs(&s);
	EQUAL(s.cr0, 0x80050033);
	EQUAL(s.cr3, 0x1f7000);
	EQUAL(s.cr4, 0x620);
	EQUAL(s.efer, 0x501);
	EQUAL(s.cs.selector, 8);
	EQUAL(s.cs.type, 11);
	CHECK(s.cs.present && s.cs.s && s.cs.l && s.cs.g && !s.cs.db && !s.cs.dpl && !s.cs.base);
	EQUAL(s.cs.limit, 0xffffffff);
	const struct kvm_segment *data[] = {&s.ds, &s.es, &s.fs, &s.gs, &s.ss};
	for (int i = 0; i < 5; i++) {
		EQUAL(data[i]->selector, 0x10);
		EQUAL(data[i]->type, 3);
		CHECK(data[i]->present && data[i]->s && !data[i]->l && !data[i]->dpl);
		CHECK(!data[i]->unusable && !data[i]->base);
	}
	EQUAL(s.tr.type, 11);
	CHECK(s.tr.present && !s.tr.s && !s.tr.unusable && !s.tr.g);
	EQUAL(s.tr.limit, 0);
	CHECK(s.ldt.unusable);
}

/* --- CPUID --- */

/* The entry of a leaf, or NULL. */
static const struct kvm_cpuid_entry2 *leaf_of(const union cpuid *cpuid, uint32_t function,
					      uint32_t index)
{
	for (unsigned i = 0; i < cpuid->table.nent; i++) {
		const struct kvm_cpuid_entry2 *entry = &cpuid->table.entries[i];

		if (entry->function == function && entry->index == index)
			return entry;
	}
	return NULL;
}

static void add_leaf(union cpuid *cpuid, uint32_t function, uint32_t index, uint32_t value)
{
	cpuid->table.entries[cpuid->table.nent++] = (struct kvm_cpuid_entry2){.function = function,
									      .index = index,
									      .eax = value,
									      .ebx = value,
									      .ecx = value,
									      .edx = value};
}

/* Of a KVM that shows all there is. */
TEST(cpuid_is_cut)
{
	static const uint32_t silent[] = {
		3,	    5,		6,	    9,		0xa,	   0xb,	       0xf,
		0x10,	    0x12,	0x14,	    0x1f,	0x23,	   0x40000000, 0x40000001,
		0x8000000a, 0x8000001e, 0x8000001f, 0x80000022, 0xc0000001};
	union cpuid cpuid = {.table.nent = 0};

	for (uint32_t function = 0; function < 0x30; function++)
		add_leaf(&cpuid, function, 0, UINT32_MAX);
	for (uint32_t index = 1; index < 20; index++)
		add_leaf(&cpuid, 0xd, index, 1000);
	for (uint32_t function = 0; function < 2; function++)
		add_leaf(&cpuid, 0x40000000 + function, 0, UINT32_MAX);
	for (uint32_t function = 0; function < 0x30; function++)
		add_leaf(&cpuid, 0x80000000 + function, 0, UINT32_MAX);
	add_leaf(&cpuid, 0xc0000001, 0, UINT32_MAX);

	EQUAL(cpuid_cut(&cpuid), 0xe7);
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		EQUAL(leaf_of(&cpuid, silent[i], 0), NULL);
	EQUAL(leaf_of(&cpuid, 0, 0)->eax, UINT32_MAX);
	EQUAL(leaf_of(&cpuid, 1, 0)->ebx, 0xff00);
	EQUAL(leaf_of(&cpuid, 1, 0)->ecx >> 5 & 1, 0);
	EQUAL(leaf_of(&cpuid, 4, 0)->eax, 0x3fff);
	EQUAL(leaf_of(&cpuid, 0x80000001, 0)->ecx >> 2 & 1, 0);
	EQUAL(leaf_of(&cpuid, 0x80000001, 0)->edx >> 20 & 1, 1);
	/* No state but what XCR0 can have, and its size. */
	EQUAL(leaf_of(&cpuid, 0xd, 0)->edx, 0);
	EQUAL(leaf_of(&cpuid, 0xd, 0)->ecx, 2000);
	EQUAL(leaf_of(&cpuid, 0xd, 3), NULL);
	EQUAL(leaf_of(&cpuid, 0xd, 9), NULL);
	CHECK(leaf_of(&cpuid, 0xd, 2) && leaf_of(&cpuid, 0xd, 7));
}

/* Of a KVM that leaves to the VMM what it knows of caches; on AMD's CPUs the list comes to an end.
 */
TEST(cpuid_is_filled)
{
	union cpuid cpuid = {.table.nent = 0};
	uint32_t caches = 0;

	add_leaf(&cpuid, 0x80000002, 0, 0);
	add_leaf(&cpuid, 0x80000005, 0, 12345);
	add_leaf(&cpuid, 0x8000001d, 0, 0);
	EQUAL(cpuid_cut(&cpuid), 0);
	CHECK(leaf_of(&cpuid, 0x80000002, 0)->eax != 0);
	EQUAL(leaf_of(&cpuid, 0x80000005, 0)->eax, 12345);
	while (leaf_of(&cpuid, 0x8000001d, caches)->eax & 0x1f)
		caches++;
	EQUAL(cpuid.table.nent, 3 + caches);
	/* An index that never ends, in a table that is all but full. */
	cpuid.table.nent = 0;
	for (unsigned i = 0; i < CPUID_ENTRIES; i++)
		add_leaf(&cpuid, 0x8000001d, i, 0);
	cpuid_cut(&cpuid);
	EQUAL(cpuid.table.nent, CPUID_ENTRIES);
}

TEST(escapes)
{
	char text[32];

	CHECK(strcmp(escape(text, sizeof(text), "plain", 5), "plain") == 0);
	CHECK(strcmp(escape(text, sizeof(text), "\33[1m\n\"\\\377", 8),
		     "\\x1b[1m\\n\\\"\\\\\\xff") == 0);
	CHECK(strcmp(escape(text, sizeof(text), "\0a", 2), "\\x00a") == 0);
	for (size_t size = 8; size < sizeof(text); size++) {
		escape(text, size, "\1\2\3\4\5\6\7\1\2\3\4\5\6\7", 14);
		CHECK(strlen(text) < size);
		CHECK(strcmp(text + strlen(text) - 3, "...") == 0);
	}
}

int main(void)
{
	RUN(guest_ranges);
	RUN(guest_blocks);
	RUN(guest_strings);
	RUN(fd_table);
	RUN(opened_files);
	RUN(files_of_kinds_that_are_refused);
	RUN(calls_and_results);
	RUN(every_width_and_count_but_one_is_a_fault);
	RUN(random_accesses_do_no_harm);
	RUN(segments_of_long_mode);
	RUN(cpuid_is_cut);
	RUN(cpuid_is_filled);
	RUN(escapes);
	return unit_failures != 0;
}
