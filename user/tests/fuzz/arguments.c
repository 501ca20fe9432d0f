/* SPDX-License-Identifier: MIT */
/* Arguments: random, and near those that mean something. */
#include <linux/mman.h>

#include <asm/ioctls.h>

#include "fuzz.h"

uint64_t in_sandbox(void)
{
	uint64_t at = SANDBOX + below(SANDBOX_PAGES) * PAGE;

	return one_in(2) ? at : at + below(PAGE);
}

static uint64_t pointer(void)
{
	static const uint64_t edges[] = {ARENA_2 + PAGE, READ_ONLY, NO_RIGHTS, ARENA_2,
					 NO_RIGHTS + PAGE};
	static const uint64_t pages[] = {READ_ONLY, NO_RIGHTS, NO_RIGHTS + PAGE, EXECUTABLE};

	switch (below(16)) {
	case 0:
		return any_corner();
	case 1:
		return 0;
	case 2:
		return ANY_OF(edges) - below(32);
	case 3:
		return ANY_OF(edges) - 8 * below(32);
	case 4:
		return ANY_OF(pages) + below(PAGE);
	case 5:
	case 6:
		return in_sandbox();
	case 7:
		return ARENA_2 + below(PAGE);
	case 8:
		return ARENA + below(2 * PAGE);
	default:
		return ARENA + 0x800 + 8 * below(512);
	}
}

static uint64_t length(void)
{
	switch (below(8)) {
	case 0:
		return any_corner();
	case 1:
		return below(SANDBOX_PAGES) * PAGE;
	case 2:
	case 3:
		return below(2 * PAGE);
	default:
		return below(256);
	}
}

static uint64_t descriptor(void)
{
	return one_in(8) ? any_corner() : one_in(8) ? below(256) : below(24);
}

/* Puts a path at an address, where that is in the arena. */
static uint64_t path(void)
{
	static const char *const paths[] = {
		"/etc/os-release",
		"/dev/null",
		"/dev/zero",
		"/dev/full",
		"/dev/urandom",
		"/dev/stdin",
		"/dev/fd/5",
		"/proc/self/fd/3",
		"/proc/self/exe",
		"/proc/self/maps",
		"/proc/self/comm",
		"/proc/self/fdinfo/0",
		"/proc/thread-self/status",
		"/proc/self/task",
		"/proc/100/cwd",
		"/proc/uptime",
		"/dev",
		"/etc/mtab",
		"/bin/../lib",
		"/etc",
		"/",
		".",
		"..",
		"",
		"none",
		"/etc/none",
		"/etc/passwd/x",
		"tests/files/ten",
		"//etc/./../etc",
		"/dev/none",
		"/tmp",
		"/tmp/a",
		"/tmp/b",
		"/tmp/b/c",
		"/tmp/b/../a",
		"/tmp/d",
		"/tmp/d/a",
		"/tmp/d/b/",
		"/dev/shm/../../tmp/d",
	};
	uint64_t to = pointer();
	const char *text = ANY_OF(paths);

	put(to, text, string_length(text) + 1);
	if (one_in(512)) /* without an end but the arena's */
		for (uint64_t at = to; shadow_of(at); at++)
			put(at, "a", 1);
	return to;
}

uint64_t argument(char letter)
{
	static const unsigned protections[] = {0, PROT_READ, RW, PROT_READ | PROT_EXEC, 7};
	static const unsigned requests[] = {FIOCLEX, FIONCLEX, FIONREAD, TCGETS, TIOCGWINSZ};
	static const unsigned maps[] = {ANON,
					FIXED,
					MAP_PRIVATE,
					MAP_PRIVATE | MAP_FIXED,
					MAP_SHARED,
					MAP_SHARED | MAP_ANONYMOUS,
					ANON | MAP_FIXED_NOREPLACE,
					ANON | MAP_32BIT};

	if (one_in(16))
		return any_corner();
	if (one_in(32))
		return random_bits();
	switch (letter) {
	case 'd':
	case 'A':
		return letter == 'A' && one_in(2) ? (uint32_t)AT_FDCWD : descriptor();
	case 's':
		return path();
	case 'r':
	case 'w':
	case 'p':
		return pointer();
	case 'P':
		return one_in(4) ? WASTE + below(WASTE_BYTES / PAGE) * PAGE : in_sandbox() & -PAGE;
	case 'n':
	case 'l':
		return length();
	case 'R':
		return ANY_OF(protections);
	case 'M':
		return ANY_OF(maps);
	case 'S':
		return below(66);
	case 'O':
		return one_in(4) ? random_bits() : one_in(4) ? O_RDWR : O_RDONLY;
	case 'F':
	case 'W':
	case 'a':
		return below(10);
	case 'C':
	case 'D':
	case 'L':
	case 'T':
		return below(20) | (letter == 'C' ? 0x1000 : 0);
	case 'I':
		return ANY_OF(requests);
	default:
		return one_in(4) ? random_bits() : 1UL << below(24);
	}
}
