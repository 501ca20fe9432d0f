/* SPDX-License-Identifier: MIT */
/* Directories, links and what files are, as hypercalls tell it, beside Linux itself. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "../../kernel/abi.h"
#include "../../kernel/tests/unit.h"
#include "../fdtable.h"
#include "../guestmem.h"
#include "../hostfile.h"
#include "../hypercall.h"
#include "../msg.h"

#define SIZE   0x20000
#define BLOCK  0x1000
#define PATH   0x2000 /* room for more than PATH_MAX */
#define BUFFER 0x4000
#define JUNK   0xa5

static struct guestmem mem;
static struct fdtable fds;
static struct hostfiles files;
static struct hypercalls hc;
static char directory[] = "/tmp/calls_test.XXXXXX";

/* The most bytes that one system call was asked for. These take libc's place, in calls.c too. */
static size_t most_asked;
static bool stdin_gives_all; /* what a read of it asks for: more than a pipe may hold */

static long counted(long number, long fd, const void *buffer, size_t bytes, off_t offset)
{
	if (bytes > most_asked)
		most_asked = bytes;
	return syscall(number, fd, buffer, bytes, offset);
}

ssize_t read(int fd, void *buffer, size_t bytes)
{
	if (fd == 0 && stdin_gives_all)
		return bytes;
	return counted(SYS_read, fd, buffer, bytes, 0);
}

ssize_t write(int fd, const void *buffer, size_t bytes)
{
	return counted(SYS_write, fd, buffer, bytes, 0);
}

ssize_t pread(int fd, void *buffer, size_t bytes, off_t offset)
{
	return counted(SYS_pread64, fd, buffer, bytes, offset);
}

static int begin(void)
{
	char *base = mmap(NULL, SIZE + 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(base != MAP_FAILED && mprotect(base + 4096, SIZE, PROT_READ | PROT_WRITE) == 0);
	mem = (struct guestmem){.base = base + 4096, .size = SIZE};
	msg_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	fdtable_init(&fds, 7);
	hostfiles_init(&files, NULL, false, NULL);
	hc = (struct hypercalls){.mem = &mem, .fds = &fds, .files = &files};
	return chdir(directory);
}

static int32_t call(uint16_t port, uint32_t value)
{
	struct port_io out = {.out = true, .port = port, .width = 4, .count = 1, .data = &value};
	struct port_io in = {.port = port, .width = 4, .count = 1, .data = &value};

	EQUAL(hypercall_io(&hc, &out), HC_CONTINUE);
	EQUAL(hypercall_io(&hc, &in), HC_CONTINUE);
	return value;
}

static int32_t with_block(uint16_t port, const void *block, size_t size)
{
	EQUAL(guestmem_write(&mem, BLOCK, block, size), 0);
	return call(port, BLOCK);
}

static gpa_t put_path(const char *path)
{
	EQUAL(guestmem_write(&mem, PATH, path, strlen(path) + 1), 0);
	return PATH;
}

static int guest_open(const char *path)
{
	return call(PORT_OPEN, put_path(path));
}

/* A call with a buffer that has JUNK before and behind what the host may write. */
static int32_t into(uint16_t port, uint64_t fd, uint64_t bytes)
{
	struct hc_rw block = {.fd = fd, .buffer = BUFFER, .bytes = bytes};
	int32_t result;

	memset(mem.base + BUFFER - 8, JUNK, SIZE - BUFFER + 8);
	result = with_block(port, &block, sizeof(block));
	for (int i = 1; i <= 8; i++)
		EQUAL((uint8_t)mem.base[BUFFER - i], JUNK);
	for (uint64_t i = result > 0 ? result : 0; i < SIZE - BUFFER; i++)
		EQUAL((uint8_t)mem.base[BUFFER + i], JUNK);
	return result;
}

static int32_t guest_pread(uint64_t fd, uint64_t bytes, int64_t offset)
{
	struct hc_pread block = {.fd = fd, .buffer = BUFFER, .bytes = bytes, .offset = offset};

	return with_block(PORT_PREAD, &block, sizeof(block));
}

static int32_t guest_lseek(uint64_t fd, int64_t offset, int whence)
{
	struct hc_lseek64 block = {.fd = fd, .offset = offset, .whence = whence};

	return with_block(PORT_LSEEK64, &block, sizeof(block));
}

static int32_t guest_stat(const char *path, uint64_t flags)
{
	struct hc_stat block = {.path = put_path(path), .flags = flags, .buffer = BUFFER};

	return with_block(PORT_STAT, &block, sizeof(block));
}

static int32_t guest_fstat(uint64_t fd)
{
	struct hc_stat block = {.fd = fd, .buffer = BUFFER};

	return with_block(PORT_STAT, &block, sizeof(block));
}

static int32_t guest_readlink(const char *path, gpa_t buffer, uint64_t bytes)
{
	struct hc_readlink block = {.path = put_path(path), .buffer = buffer, .bytes = bytes};

	return with_block(PORT_READLINK, &block, sizeof(block));
}

/* --- stat --- */

#define SAME_TIME(field)                                                                           \
	do {                                                                                       \
		EQUAL(told.field.seconds, st.stx_##field.tv_sec);                                  \
		EQUAL(told.field.nanoseconds, st.stx_##field.tv_nsec);                             \
	} while (0)

/* What the call has told is what Linux tells. */
static void same_stat(int fd, const char *path, int flags)
{
	struct hc_stat_result told;
	struct statx st;

	CHECK(statx(fd, path, flags, STATX_BASIC_STATS | STATX_BTIME, &st) == 0);
	memcpy(&told, mem.base + BUFFER, sizeof(told));
	EQUAL(told.dev, (uint64_t)st.stx_dev_major << 32 | st.stx_dev_minor);
	EQUAL(told.ino, st.stx_ino);
	EQUAL(told.mode, st.stx_mode);
	EQUAL(told.nlink, st.stx_nlink);
	EQUAL(told.uid, st.stx_uid);
	EQUAL(told.gid, st.stx_gid);
	EQUAL(told.rdev, (uint64_t)st.stx_rdev_major << 32 | st.stx_rdev_minor);
	EQUAL(told.size, st.stx_size);
	EQUAL(told.blocks, st.stx_blocks);
	EQUAL(told.blksize, st.stx_blksize);
	SAME_TIME(atime);
	SAME_TIME(mtime);
	SAME_TIME(ctime);
	SAME_TIME(btime);
}

TEST(stat_of_each_kind_is_as_on_linux)
{
	static const char *const names[] = {"regular", "unreadable", "directory",   "fifo",
					    "socket",  "link",	     "broken",	    "./link",
					    "loop",    "nothing",    "regular/x",   "",
					    ".",       "..",	     "to_fifo",	    "to_directory/",
					    "link/",   "/dev/null",  "/dev/urandom"};
	int watch = inotify_init1(IN_NONBLOCK);
	struct inotify_event event;

	CHECK(begin() == 0 && inotify_add_watch(watch, "fifo", IN_OPEN) >= 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (int link = 0; link <= 1; link++) {
			int flags = link ? AT_SYMLINK_NOFOLLOW : 0;
			struct stat st;
			int wanted = fstatat(AT_FDCWD, names[i], &st, flags) < 0 ? -errno : 0;

			EQUAL(guest_stat(names[i], link ? HC_STAT_LINK : 0), wanted);
			if (wanted == 0)
				same_stat(AT_FDCWD, names[i], flags);
		}
	/* Nothing was opened for that. */
	EQUAL(read(watch, &event, sizeof(event)), -1);
	EQUAL(errno, EAGAIN);
}

TEST(stat_of_an_fd)
{
	int pipe_fds[2], fd;

	CHECK(begin() == 0 && pipe(pipe_fds) == 0 && dup2(pipe_fds[0], 0) == 0);
	EQUAL(guest_fstat(0), 0);
	same_stat(0, "", AT_EMPTY_PATH);
	fd = guest_open("directory");
	EQUAL(guest_fstat(fd), 0);
	same_stat(AT_FDCWD, "directory", 0);
	EQUAL(guest_fstat(99), -EBADF);
	EQUAL(guest_fstat(UINT64_C(0x100000000)), -EBADF);
	files.none = true;
	EQUAL(guest_fstat(0), 0);
}

TEST(stat_of_what_is_not_the_guests)
{
	static const char *const names[] = {"/proc",	     "/proc/self", "/proc/version",
					    "/proc/self/fd", "/sys",	   "/sys/kernel"};

	CHECK(begin() == 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		EQUAL(guest_stat(names[i], HC_STAT_LINK), -EACCES);
	EQUAL(guest_stat("/proc/self/exe", 0), -ELOOP);
	EQUAL(guest_stat("/proc/self/root/", 0), -ELOOP);
	EQUAL(guest_stat("/proc/self/exe", HC_STAT_LINK), -EACCES);
	EQUAL(guest_open("/proc"), -EACCES);
	files.none = true;
	EQUAL(guest_stat("regular", 0), -EACCES);
	EQUAL(guest_stat("/dev/urandom", 0), -EACCES);
	EQUAL(guest_readlink("link", BUFFER, 100), -EACCES);
}

TEST(stat_with_wild_arguments)
{
	struct hc_stat block = {.path = PATH, .buffer = SIZE - sizeof(struct hc_stat_result)};

	CHECK(begin() == 0);
	put_path("regular");
	EQUAL(with_block(PORT_STAT, &block, sizeof(block)), 0);
	block.buffer++;
	EQUAL(with_block(PORT_STAT, &block, sizeof(block)), -EFAULT);
	block.buffer = UINT64_MAX - 8;
	EQUAL(with_block(PORT_STAT, &block, sizeof(block)), -EFAULT);
	block.buffer = BUFFER;
	block.flags = 2;
	EQUAL(with_block(PORT_STAT, &block, sizeof(block)), -EINVAL);
	block.flags = UINT64_C(1) << 32;
	EQUAL(with_block(PORT_STAT, &block, sizeof(block)), -EINVAL);
	block.flags = 0;
	block.path = UINT64_C(1) << 32 | PATH; /* not PATH */
	EQUAL(with_block(PORT_STAT, &block, sizeof(block)), -EFAULT);
	block.path = SIZE;
	EQUAL(with_block(PORT_STAT, &block, sizeof(block)), -EFAULT);
	block.path = PATH;
	memset(mem.base + PATH, '/', PATH_MAX - 1);
	EQUAL(with_block(PORT_STAT, &block, sizeof(block)), 0);
	mem.base[PATH + PATH_MAX - 1] = '/';
	EQUAL(with_block(PORT_STAT, &block, sizeof(block)), -ENAMETOOLONG);
	EQUAL(call(PORT_STAT, SIZE - sizeof(block) + 1), -EFAULT);
}

/* --- readlink --- */

TEST(readlink_is_as_on_linux)
{
	static const char *const names[] = {"link",  "broken",	"loop", "regular", "directory",
					    "link/", "nothing", "",	"fifo"};
	char text[PATH_MAX];

	CHECK(begin() == 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (int bytes = 0; bytes < 12; bytes++) {
			int length = readlink(names[i], text, bytes);

			memset(mem.base + BUFFER, JUNK, PATH_MAX);
			EQUAL(guest_readlink(names[i], BUFFER, bytes),
			      length < 0 ? -errno : length);
			length = length < 0 ? 0 : length;
			EQUAL(memcmp(mem.base + BUFFER, text, length), 0);
			EQUAL((uint8_t)mem.base[BUFFER + length], JUNK);
		}
	EQUAL(guest_readlink("link", SIZE - 7, 7), 7);
	EQUAL(guest_readlink("link", SIZE - 7, 8), -EFAULT);
	EQUAL(guest_readlink("link", BUFFER, UINT64_MAX), -EFAULT);
	EQUAL(guest_readlink("/proc/self", BUFFER, 100), -EACCES);
	EQUAL(guest_readlink("/proc/self/exe", BUFFER, 100), -EACCES);
	EQUAL(guest_readlink("/proc/self/root/proc/self", BUFFER, 100), -ELOOP);
}

/* --- directories --- */

/* All of a directory, read by so many bytes at a time, is what getdents64(2) gives of it. */
static void same_entries(int fd, int host, unsigned bytes)
{
	static char wanted[SIZE];
	int32_t n;

	EQUAL(lseek(host, 0, SEEK_SET), 0);
	EQUAL(guest_lseek(fd, 0, SEEK_SET), 0);
	do {
		n = syscall(SYS_getdents64, host, wanted, bytes);
		EQUAL(into(PORT_READDIR, fd, bytes), n);
		/* Of a record's padding Linux writes nothing. */
		for (int32_t at = 0; at < n;) {
			const struct dirent64 *entry = (void *)(wanted + at);
			size_t named = offsetof(struct dirent64, d_name) + strlen(entry->d_name);

			EQUAL(memcmp(mem.base + BUFFER + at, entry, named + 1), 0);
			at += entry->d_reclen;
		}
	} while (n > 0);
	EQUAL(n, 0);
}

TEST(directories)
{
	int fd, host;

	CHECK(begin() == 0);
	fd = guest_open("names");
	host = open("names", O_RDONLY | O_DIRECTORY);
	CHECK(fd >= FDTABLE_STD && host >= 0);
	for (unsigned bytes = 512; bytes <= 0x10000; bytes *= 4)
		same_entries(fd, host, bytes);
	/* On from a place that was told before. */
	EQUAL(guest_lseek(fd, 0, SEEK_SET), 0);
	CHECK(into(PORT_READDIR, fd, 512) > 0);
	EQUAL(guest_lseek(fd, ((struct dirent64 *)(mem.base + BUFFER))->d_off, SEEK_SET), 0);
	EQUAL(lseek(host, ((struct dirent64 *)(mem.base + BUFFER))->d_off, SEEK_SET) < 0, 0);
	CHECK(into(PORT_READDIR, fd, 512) > 0);
	EQUAL(into(PORT_READDIR, fd, 8), -EINVAL); /* no record fits */
	EQUAL(into(PORT_READ, fd, 512), -EISDIR);
	EQUAL(guest_pread(fd, 512, 0), -EISDIR);
	EQUAL(into(PORT_READDIR, 99, 512), -EBADF);
	EQUAL(into(PORT_READDIR, guest_open("regular"), 512), -ENOTDIR);
	EQUAL(into(PORT_READDIR, fd, SIZE), -EFAULT);
	EQUAL(into(PORT_READDIR, fd, UINT64_MAX), -EFAULT);
	for (int n = 5; n < FDTABLE_SIZE; n++)
		EQUAL(guest_open("directory"), n);
	EQUAL(guest_open("directory"), -EMFILE);
	EQUAL(call(PORT_CLOSE, fd), 0);
	EQUAL(into(PORT_READDIR, fd, 512), -EBADF);
	EQUAL(guest_open("directory"), fd);
}

/* --- pread --- */

TEST(pread_leaves_the_offset)
{
	int pipe_fds[2], fd;

	CHECK(begin() == 0 && pipe(pipe_fds) == 0 && dup2(pipe_fds[0], 0) == 0);
	fd = guest_open("regular");
	EQUAL(into(PORT_READ, fd, 2), 2);
	EQUAL(guest_pread(fd, 5, 4), 5);
	EQUAL(memcmp(mem.base + BUFFER, "45678", 5), 0);
	EQUAL(guest_pread(fd, 50, 6), 4);
	EQUAL(guest_pread(fd, 50, 10), 0);
	EQUAL(guest_pread(fd, 50, INT64_MAX), -EINVAL); /* the end would not be a loff_t */
	EQUAL(guest_pread(fd, 50, -1), -EINVAL);
	EQUAL(guest_pread(fd, 50, INT64_MIN), -EINVAL);
	EQUAL(guest_pread(fd, UINT64_MAX, 0), -EFAULT);
	EQUAL(guest_pread(fd, SIZE - BUFFER, 0), 10);
	EQUAL(guest_pread(fd, SIZE - BUFFER + 1, 0), -EFAULT);
	EQUAL(into(PORT_READ, fd, 2), 2);
	EQUAL(memcmp(mem.base + BUFFER, "23", 2), 0);
	EQUAL(guest_pread(0, 5, 0), -ESPIPE);
	EQUAL(guest_pread(99, 5, 0), -EBADF);
}

/* --- what takes long --- */

#define LONG (10 << 20)

/* The same, by a block and a buffer in memory of this length. */
static int32_t long_transfer(uint16_t port, uint64_t fd, int64_t offset)
{
	struct hc_pread block = {.fd = fd, .buffer = BUFFER, .bytes = LONG, .offset = offset};

	memset(mem.base + BUFFER, JUNK, LONG);
	return with_block(port, &block, sizeof(block)); /* a struct hc_rw is a part of it */
}

static void read_as_wanted(const char *wanted, int32_t length)
{
	EQUAL(memcmp(mem.base + BUFFER, wanted, length), 0);
	for (int i = length; i < LONG; i++)
		CHECK((uint8_t)mem.base[BUFFER + i] == JUNK);
}

/* No system call is asked for so much that a signal has to wait for long. */
TEST(long_transfers)
{
	static char bytes[LONG];
	const int piece = 4 << 20;
	int fd, out, pipe_fds[2];

	CHECK(begin() == 0 && pipe(pipe_fds) == 0 && dup2(pipe_fds[0], 0) == 0);
	mem = (struct guestmem){.base = calloc(1, BUFFER + LONG), .size = BUFFER + LONG};
	for (int i = 0; i < LONG; i++)
		bytes[i] = i * 7 / 4096;
	out = open("long", O_RDWR | O_CREAT, 0600);
	for (int done = 0; done < LONG; done += piece / 2)
		EQUAL(write(out, bytes + done, piece / 2), piece / 2);
	most_asked = 0;
	fd = guest_open("long");
	EQUAL(long_transfer(PORT_READ, fd, 0), LONG);
	read_as_wanted(bytes, LONG);
	EQUAL(long_transfer(PORT_READ, fd, 0), 0);
	EQUAL(guest_lseek(fd, -piece, SEEK_END), 0);
	EQUAL(long_transfer(PORT_READ, fd, 0), piece);
	EQUAL(long_transfer(PORT_PREAD, fd, 0), LONG);
	read_as_wanted(bytes, LONG);
	EQUAL(long_transfer(PORT_PREAD, fd, piece + 5), LONG - piece - 5);
	read_as_wanted(bytes + piece + 5, LONG - piece - 5);
	EQUAL(long_transfer(PORT_READ, guest_open("/dev/zero"), 0), LONG);
	CHECK(long_transfer(PORT_READDIR, guest_open("names"), 0) > 0);
	/* To a file and back; and what a pipe has, with no wait for more. */
	CHECK(dup2(out, 1) == 1 && ftruncate(out, 0) == 0 && lseek(out, 0, SEEK_SET) == 0);
	EQUAL(long_transfer(PORT_WRITE, 1, 0), LONG);
	EQUAL(lseek(out, 0, SEEK_END), LONG);
	EQUAL(syscall(SYS_write, pipe_fds[1], bytes, 5000), 5000);
	EQUAL(long_transfer(PORT_READ, 0, 0), 5000);
	stdin_gives_all = true;
	EQUAL(long_transfer(PORT_READ, 0, 0), piece);
	stdin_gives_all = false;
	EQUAL(most_asked, piece);
}

static void make_file(const char *name, const char *text, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL, mode);

	CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
}

static void make_files(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
	char name[256] = "names/x";
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK(mkdtemp(directory) && chdir(directory) == 0);
	CHECK(fd >= 0 && bind(fd, (void *)&address, sizeof(address)) == 0 && close(fd) == 0);
	make_file("regular", "0123456789", 0644);
	make_file("unreadable", "secret", 0);
	CHECK(mkdir("directory", 0755) == 0 && mkfifo("fifo", 0600) == 0);
	CHECK(symlink("regular", "link") == 0 && symlink("none", "broken") == 0);
	CHECK(symlink("loop", "loop") == 0 && symlink("fifo", "to_fifo") == 0);
	CHECK(symlink("directory", "to_directory") == 0 && mkdir("names", 0755) == 0);
	for (int byte = 1; byte < 256; byte++) {
		name[7] = byte;
		if (byte != '/')
			make_file(name, "", 0644);
	}
	for (int length = 2; length < 248; length += 7) {
		memset(name + 6, '\377', length);
		make_file(name, "", 0644);
	}
}

int main(void)
{
	char command[64];

	make_files();
	RUN(stat_of_each_kind_is_as_on_linux);
	RUN(stat_of_an_fd);
	RUN(stat_of_what_is_not_the_guests);
	RUN(stat_with_wild_arguments);
	RUN(readlink_is_as_on_linux);
	RUN(directories);
	RUN(pread_leaves_the_offset);
	RUN(long_transfers);
	snprintf(command, sizeof(command), "rm -rf %s", directory);
	return unit_failures != 0 || system(command) != 0;
}
