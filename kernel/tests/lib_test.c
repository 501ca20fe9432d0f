/* SPDX-License-Identifier: MIT */
/* The library: strings, names, random numbers. */
#include <errno.h>
#include <limits.h>

#include "../fs/path.h"
#include "../lib/random.h"
#include "../x86/x86.h"
#include "unit.h"

void *kernel_memcpy(void *to, const void *from, size_t bytes);
void *kernel_memset(void *to, int byte, size_t bytes);
int kernel_memcmp(const void *a, const void *b, size_t bytes);
size_t kernel_strlen(const char *text);
size_t kernel_strnlen(const char *text, size_t most);

TEST(string_functions)
{
	uint8_t a[200], b[200];

	for (int round = 0; round < 20000; round++) {
		unsigned from = unit_random() % 100, to = unit_random() % 100,
			 n = unit_random() % 100;
		int order, wanted;

		for (int i = 0; i < 200; i++)
			a[i] = b[i] = unit_random();
		kernel_memset(a + to, round, n);
		memset(b + to, round, n);
		CHECK(memcmp(a, b, 200) == 0);
		kernel_memcpy(a, b + from, n);
		CHECK(memcmp(a, b + from, n) == 0);
		order = kernel_memcmp(a, b, n);
		wanted = memcmp(a, b, n);
		CHECK((order < 0) == (wanted < 0) && (order > 0) == (wanted > 0));
		a[n] = 0;
		EQUAL(kernel_strlen((char *)a), strlen((char *)a));
		EQUAL(kernel_strnlen((char *)a, to + 1), strnlen((char *)a, to + 1));
	}
}

/* Inlined, with as many words as bytes behind them: the compiler sees two numbers that are one. */
TEST(string_instructions)
{
	static const char text[] = "0123456789abcdefghi";
	char copy[20] = "", bytes[20] = "";

	rep_movs(copy, text, 18);
	CHECK(memcmp(copy, text, 18) == 0 && copy[18] == 0);
	rep_stos(bytes, 0, 0);
	rep_stos(bytes, UINT64_C(0x7878787878787878), 18);
	EQUAL(strspn(bytes, "x"), 18);
	EQUAL(repne_scasb(text, 'i') - text, 18);
}

/* The working directory, which is the host's, too. */
static const char cwd[] = "/home/me";

static const char *named(const char *base, const char *text)
{
	static struct path path;
	int error = path_make(&path, base ? base : cwd, base ? base : "", true, text);

	return error == -ENOENT		? "ENOENT"
	       : error == -ENAMETOOLONG ? "ENAMETOOLONG"
	       : error			? "?"
					: path.absolute;
}

static void same_name(const char *base, const char *text, const char *wanted)
{
	const char *found = named(base, text);

	if (strcmp(found, wanted) != 0)
		printf("  %s from %s: %s, not %s\n", text, base, found, wanted);
	CHECK(strcmp(found, wanted) == 0);
}

TEST(names)
{
	static char text[PATH_MAX + 1];
	struct path path;

	same_name(NULL, "", "ENOENT");
	same_name(NULL, "file", "/home/me/file");
	same_name(NULL, "../you/./file/", "/home/you/file");
	same_name(NULL, "/a//b/../c/.", "/a/c");
	same_name(NULL, "/../../..", "/");
	same_name(NULL, "../../../../proc", "/proc");
	same_name("/base", "file", "/base/file");
	same_name("/base", "..", "/");
	same_name("/base", "/file", "/file");
	same_name(NULL, "...", "/home/me/...");
	memset(text, 'x', PATH_MAX);
	same_name(NULL, text, "ENAMETOOLONG");
	text[PATH_MAX - 1] = '\0';
	EQUAL(path_make(&path, cwd, "", true, text), 0);
	/* What the host gets is the program's own text, until there is another directory. */
	EQUAL(strcmp(path.host, text), 0);
	same_name("/base", text, "ENAMETOOLONG");
	EQUAL(path_make(&path, cwd, "", true, "/proc"), 0);
	EQUAL(strcmp(path_below(path.absolute, ""), "/proc"), 0);
	EQUAL(strcmp(path_below(path.absolute, "/proc"), ""), 0);
	EQUAL(path_below(path.absolute, "/pro"), NULL);
	EQUAL(path_below(path.absolute, "/proc/self"), NULL);
	EQUAL(path_make(&path, cwd, "", true, "/process"), 0);
	EQUAL(path_below(path.absolute, "/proc"), NULL);
	EQUAL(path_make(&path, "/etc", "/etc", true, "passwd"), 0);
	EQUAL(strcmp(path.host, "/etc/passwd"), 0);
}

static void same_flags(const char *base, bool resolved, const char *text, bool doubtful,
		       bool directory)
{
	static struct path path;

	EQUAL(path_make(&path, base, base, resolved, text), 0);
	EQUAL(path.doubtful, doubtful);
	EQUAL(path.directory, directory);
}

/* When the text doesn't tell where ".." leads, and when it must be a directory. */
TEST(names_with_links)
{
	same_flags("/base", true, "a/b", false, false);
	same_flags("/base", true, "../b/", false, true);
	same_flags("/base", true, "./../../b", false, false);
	same_flags("/base", true, "a/../b", true, false);
	same_flags("/base", true, "../a/..", true, true);
	same_flags("/base", true, "a/.", false, true);
	same_flags("/base", false, "a", false, false);
	same_flags("/base", false, "../a", true, false);
	same_flags("/base", false, "/a//", false, true);
	same_flags("/base", true, "/a/../b", true, false);
}

TEST(names_too_long_by_what_is_needless)
{
	static char text[PATH_MAX];
	static struct path path;

	for (unsigned i = 0; i < PATH_MAX - 6; i += 2)
		memcpy(text + i, "./", 2);
	strcpy(text + PATH_MAX - 6, "file");
	EQUAL(path_make(&path, "/base", "/base", true, text), 0);
	EQUAL(strcmp(path.host, "/base/file"), 0);
	memcpy(text, "a/../", 5);
	EQUAL(path_make(&path, "/base", "/base", true, text), -ENAMETOOLONG);
}

TEST(last_parts)
{
	size_t length;

	EQUAL(*path_last("/a/bc//", &length), 'b');
	EQUAL(length, 2);
	path_last("//", &length);
	EQUAL(length, 0);
	EQUAL(*path_last("x", &length), 'x');
	EQUAL(length, 1);
}

/* RFC 8439, 2.3.2. */
TEST(chacha20_block)
{
	static const uint32_t in[16] = {
		0x61707865, 0x3320646e, 0x79622d32, 0x6b206574, 0x03020100, 0x07060504,
		0x0b0a0908, 0x0f0e0d0c, 0x13121110, 0x17161514, 0x1b1a1918, 0x1f1e1d1c,
		0x00000001, 0x09000000, 0x4a000000, 0x00000000,
	};
	static const uint32_t want[16] = {
		0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033,
		0x9aaa2204, 0x4e6cd4c3, 0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9,
		0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2,
	};
	uint32_t out[16];

	random_block(out, in);
	EQUAL(memcmp(out, want, sizeof(out)), 0);
}

TEST(random_bytes_never_come_again)
{
	const uint8_t seed[RANDOM_SEED_BYTES] = {1};
	static uint8_t pieces[1000][32];
	uint8_t first[97], again[97];

	CHECK(!random_seeded());
	random_seed(seed);
	CHECK(random_seeded());
	random_bytes(first, sizeof(first));
	for (int i = 0; i < 1000; i++)
		random_bytes(pieces[i], sizeof(pieces[i]));
	for (int i = 0; i < 1000; i++)
		for (int j = 0; j < i; j++)
			CHECK(memcmp(pieces[i], pieces[j], sizeof(pieces[i])) != 0);
	/* The same seed gives the same, so all of it comes from the seed. */
	random_seed(seed);
	random_bytes(again, sizeof(again));
	EQUAL(memcmp(first, again, sizeof(first)), 0);
}

int main(void)
{
	RUN(string_functions);
	RUN(string_instructions);
	RUN(names);
	RUN(names_with_links);
	RUN(names_too_long_by_what_is_needless);
	RUN(last_parts);
	RUN(chacha20_block);
	RUN(random_bytes_never_come_again);
	return unit_failures != 0;
}
