/* SPDX-License-Identifier: MIT */
/* The guest before its first instruction: the image, the boot stack, the vCPU's registers. */
#include "boot.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/major.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "../kernel/abi.h"
#include "longmode.h"
#include "msg.h"

/* Opens without waiting for a FIFO's writer, and refuses what isn't a regular file. */
static int open_image(const char *path, const char *shown)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		die("%s: %m", shown);
	if (!S_ISREG(st.st_mode))
		die("%s: %s", shown, S_ISDIR(st.st_mode) ? strerror(EISDIR) : "not a regular file");
	if (st.st_size > BOOT_IMAGE_LIMIT)
		die("%s: the image has %lld bytes, at most %d fit below the page tables", shown,
		    (long long)st.st_size, BOOT_IMAGE_LIMIT);
	return fd;
}

static void load_image(const struct guestmem *mem, const char *path)
{
	char shown[4096];
	int fd = open_image(path, escape(shown, sizeof(shown), path, strlen(path)));
	char *to = guestmem_range(mem, 0, BOOT_IMAGE_LIMIT); /* within VM_MEMORY_MIN */
	size_t size = 0;
	ssize_t n;

	/* Not beyond the limit, even if the file grows meanwhile. */
	do {
		n = read(fd, to + size, BOOT_IMAGE_LIMIT - size);
		if (n < 0 && errno != EINTR)
			die("%s: %m", shown);
		if (n > 0)
			size += n;
	} while (n != 0 && size < BOOT_IMAGE_LIMIT);
	if (size == 0)
		die("%s: the image is empty", shown);
	if (size >= SELFMAG && memcmp(to, ELFMAG, SELFMAG) == 0)
		die("%s is an ELF file, and no flat kernel image: that comes before the program, "
		    "as in: kernel.bin %s",
		    shown, shown);
	close(fd);
}

static size_t count(char *const *strings, size_t *bytes)
{
	size_t n = 0;

	while (strings && strings[n])
		*bytes += strlen(strings[n++]) + 1;
	return n;
}

/*
 * Stores data to the boot stack or to a block, and moves *at on. The caller has checked the bounds.
 */
static void put(const struct guestmem *mem, gpa_t *at, const void *data, size_t size)
{
	guestmem_write(mem, *at, data, size); /* within VM_MEMORY_MIN */
	*at += size;
}

/* Stores strings, and a vector of pointers to them that ends with NULL. */
static void put_strings(const struct guestmem *mem, gpa_t *at, gpa_t *strings_at,
			char *const *strings)
{
	const uint64_t null = 0;

	for (; *strings; strings++) {
		put(mem, at, strings_at, sizeof(*strings_at));
		put(mem, strings_at, *strings, strlen(*strings) + 1);
	}
	put(mem, at, &null, sizeof(null));
}

#define TERMINAL_FIELD(name) ((struct boot_terminal *)NULL)->name
_Static_assert(sizeof(struct termios2) == sizeof(TERMINAL_FIELD(termios)), "what TCGETS2 fills");
_Static_assert(sizeof(struct winsize) == sizeof(TERMINAL_FIELD(winsize)), "what TIOCGWINSZ fills");

/* Is the fd a terminal? Then fills *terminal with its state. */
static bool fill_terminal(struct boot_terminal *terminal, int fd, const struct stat *st)
{
	pid_t session;

	/* Often it is /dev/null, which is no terminal: that is known without an ioctl. */
	if (!S_ISCHR(st->st_mode) || major(st->st_rdev) == MEM_MAJOR)
		return false;
	/* These fail on a terminal that was hung up: it counts as none. */
	if (ioctl(fd, TCGETS2, terminal->termios) < 0 ||
	    ioctl(fd, TIOCGWINSZ, terminal->winsize) < 0)
		return false;
	terminal->rdev = st->st_rdev;
	terminal->controlling = ioctl(fd, TIOCGSID, &session) == 0 && session == getsid(0);
	return true;
}

/*
 * Tells of the fds that the guest starts with. Returns the bytes of terminals[]
 * that the boot stack needs: 0 if none of them is a terminal.
 */
static size_t fill_fds(struct boot_info *info, struct boot_terminal terminals[BOOT_FDS],
		       unsigned open_fds)
{
	size_t bytes = 0;
	struct stat st;

	memset(terminals, 0, BOOT_FDS * sizeof(*terminals));
	for (int fd = 0; fd < BOOT_FDS; fd++) {
		if (!(open_fds >> fd & 1))
			continue;
		if (fstat(fd, &st) < 0)
			die("fd %d: %m", fd);
		info->fds[fd].mode = st.st_mode & S_IFMT;
		info->fds[fd].flags = fcntl(fd, F_GETFL);
		info->files[fd].dev = hc_device(major(st.st_dev), minor(st.st_dev));
		info->files[fd].ino = st.st_ino;
		if (fill_terminal(&terminals[fd], fd, &st)) {
			info->fds[fd].mode = st.st_mode;
			bytes = BOOT_FDS * sizeof(*terminals);
		}
	}
	return bytes;
}

/* Begins boot info. Addresses, fds and what finish_info() adds come later. */
static void fill_info(struct boot_info *info, const struct boot_params *params)
{
	*info = (struct boot_info){
		.size = sizeof(*info),
		.flags = (params->trace ? BOOT_TRACE_SYSCALLS : 0) |
			 (params->no_files ? BOOT_NO_FILES : 0),
		.core_fd = params->core_fd,
		.ignored = params->ignored,
		.blocked = params->blocked,
	};
	if (getrandom(info->random, sizeof(info->random), 0) != sizeof(info->random))
		die("getrandom: %m");
}

/* Adds what is known only once there is a VM, and stores boot info where lay_out_stack() chose. */
static void finish_info(struct boot_info *info, const struct vm *vm, gpa_t gpa)
{
	struct timespec now;

	info->tsc_khz = vm->tsc_khz;
	if (vm->shared_counter)
		info->flags |= BOOT_SHARED_COUNTER;
	info->xcr0 = vm->xcr0;
	clock_gettime(CLOCK_REALTIME, &now);
	info->realtime = now.tv_sec * UINT64_C(1000000000) + now.tv_nsec;
	put(&vm->mem, &gpa, info, sizeof(*info));
}

/* Does the image's header have this bit, one of IMAGE_*? */
static bool image_takes(const struct guestmem *mem, uint64_t what)
{
	uint64_t header[2] = {0};

	guestmem_read(mem, IMAGE_HEADER, header, sizeof(header)); /* within VM_MEMORY_MIN */
	return header[0] == IMAGE_MAGIC && header[1] & what;
}

/* argv and envp, and how many bytes they take. */
struct arguments {
	char *const *args;
	char *const *env;
	uint64_t argc, envc;
	size_t vector_bytes, string_bytes; /* with both NULLs */
};

static struct arguments measure(char *const *args, char *const *env)
{
	struct arguments all = {.args = args, .env = env};

	all.argc = count(args, &all.string_bytes);
	all.envc = count(env, &all.string_bytes);
	all.vector_bytes = (all.argc + 1 + all.envc + 1) * sizeof(uint64_t);
	return all;
}

/* Stores argv and envp, and moves both addresses on. Returns the gpa of envp. */
static gpa_t put_arguments(const struct guestmem *mem, gpa_t *at, gpa_t *strings_at,
			   const struct arguments *all)
{
	gpa_t envp;

	put_strings(mem, at, strings_at, all->args);
	envp = *at;
	put_strings(mem, at, strings_at, all->env);
	return envp;
}

/*
 * Stores arguments that take more than `room`, the bytes that the boot stack has for them, in a
 * block at the start of free memory: see IMAGE_LARGE_ARGS.
 */
static void put_large_arguments(const struct guestmem *mem, const struct arguments *all,
				size_t room, struct boot_info *info, struct kvm_regs *regs)
{
	const size_t bytes = all->vector_bytes + all->string_bytes;
	const size_t path_bytes = all->argc ? strlen(all->args[0]) + 1 : 0;
	const size_t counted = bytes - 2 * sizeof(uint64_t) + path_bytes;
	gpa_t at = BOOT_FREE_MEMORY;
	gpa_t strings_at = at + all->vector_bytes;

	if (!image_takes(mem, IMAGE_LARGE_ARGS))
		die("arguments and environment take %zu bytes, this kernel has room for %zu", bytes,
		    room);
	if (counted > BOOT_ARGS_MAX)
		die("arguments and environment take %zu bytes, %d are allowed", counted,
		    BOOT_ARGS_MAX);
	info->args_bytes = (bytes + 4095) & ~UINT64_C(4095);
	if (info->args_bytes >= regs->rsi)
		die("arguments and environment take %zu bytes, which leaves the guest no memory: "
		    "give it more with -m",
		    bytes);
	info->argc = all->argc;
	info->argv = at;
	info->envc = all->envc;
	info->envp = put_arguments(mem, &at, &strings_at, all);
	regs->rdi += info->args_bytes;
	regs->rsi -= info->args_bytes;
}

/* The path of the working directory, or "" if that is deleted or out of reach. */
static void find_cwd(char cwd[PATH_MAX], bool rooted)
{
	if (rooted)
		strcpy(cwd, "/");
	else if (!getcwd(cwd, PATH_MAX) || cwd[0] != '/')
		cwd[0] = '\0';
}

/* What the boot stack has of arguments that lie in a block of their own: argv[0] alone. */
static struct arguments path_alone(const struct arguments *all, char path[PATH_MAX + 1],
				   char *strings[2])
{
	path[0] = '\0';
	if (all->argc)
		strncat(path, all->args[0], PATH_MAX); /* too long it stays */
	strings[0] = all->argc ? path : NULL;
	strings[1] = NULL;
	return measure(strings, strings + 1);
}

/* Stores strings, one after the other, and where each of them is. Returns where the first is. */
static gpa_t put_paths(const struct guestmem *mem, gpa_t *at, char *const *paths, gpa_t *where)
{
	gpa_t start = *at;

	for (; paths && *paths; paths++) {
		if (where)
			*where++ = *at;
		put(mem, at, *paths, strlen(*paths) + 1);
	}
	return start;
}

static _Noreturn void die_of_paths(size_t bytes)
{
	die("the paths of --tmpfs and --output take %zu bytes, which is too much", bytes);
}

/*
 * Lays out the boot stack, with room for *info, and sets the general registers.
 * From RSP upwards: argc, arguments, NULL, environment, NULL, boot info, terminals,
 * what is traced, strings.
 */
static void lay_out_stack(const struct guestmem *mem, const struct boot_params *params,
			  struct boot_info *info, struct kvm_regs *regs)
{
	struct boot_terminal terminals[BOOT_FDS];
	struct arguments all = measure(params->args, params->env);
	char cwd[PATH_MAX], path[PATH_MAX + 1], *strings[2];
	size_t terminal_bytes, trace_bytes, path_bytes = 0, rest, room;
	gpa_t at, strings_at, envp;

	fill_info(info, params);
	terminal_bytes = fill_fds(info, terminals, params->open_fds);
	trace_bytes = params->trace ? sizeof(*params->trace) : 0;
	find_cwd(cwd, params->rooted);
	regs->rdi = BOOT_FREE_MEMORY;
	regs->rsi = mem->size - BOOT_FREE_MEMORY;
	info->tmpfs_count = count(params->tmpfs, &path_bytes);
	info->output_count = count(params->outputs, &path_bytes);
	rest = sizeof(all.argc) + sizeof(*info) + terminal_bytes + trace_bytes + strlen(cwd) + 1 +
	       path_bytes + 15;
	if (rest > BOOT_ARG_MAX)
		die_of_paths(path_bytes);
	room = BOOT_ARG_MAX - rest;
	if (all.vector_bytes + all.string_bytes > room) {
		put_large_arguments(mem, &all, room, info, regs);
		all = path_alone(&all, path, strings);
		if (all.vector_bytes + all.string_bytes > room)
			die_of_paths(path_bytes);
	}
	at = BOOT_STACK_TOP - all.vector_bytes - all.string_bytes - rest;
	at = (at + 15) & ~UINT64_C(15);
	regs->rsp = at;
	strings_at = at + sizeof(all.argc) + all.vector_bytes + sizeof(*info) + terminal_bytes +
		     trace_bytes;

	put(mem, &at, &all.argc, sizeof(all.argc));
	envp = put_arguments(mem, &at, &strings_at, &all);
	if (!info->args_bytes) {
		info->envc = all.envc;
		info->envp = envp;
	}
	if (cwd[0]) {
		info->cwd = strings_at;
		put(mem, &strings_at, cwd, strlen(cwd) + 1);
	}
	info->tmpfs = put_paths(mem, &strings_at, params->tmpfs, NULL);
	info->outputs = put_paths(mem, &strings_at, params->outputs, params->output_names);
	regs->r8 = BOOT_INFO_MAGIC;
	regs->r9 = at;
	if (terminal_bytes) {
		info->terminals = at + sizeof(*info);
		guestmem_write(mem, info->terminals, terminals, terminal_bytes);
	}
	if (trace_bytes) {
		info->trace = at + sizeof(*info) + terminal_bytes;
		guestmem_write(mem, info->trace, params->trace, trace_bytes);
	}
}

void boot_vm(struct vm *vm, const struct boot_params *params)
{
	struct kvm_regs regs = {.rflags = 0x2}; /* bit 1 is always set */
	struct kvm_sregs sregs;
	struct boot_info info;

	/*
	 * Destroying a VM stops KVM's worker thread, which waits for an RCU
	 * grace period unless the one that KVM_CREATE_VM began is still
	 * running. So whatever needs no VM is done first.
	 */
	vm_map_memory(vm, params->memory);
	load_image(&vm->mem, params->image);
	if (!params->real_mode) {
		longmode_page_tables(&vm->mem);
		lay_out_stack(&vm->mem, params, &info, &regs);
	}
	vm_create(vm);
	VM_IOCTL(vm->vcpu_fd, KVM_GET_SREGS, &sregs);
	if (params->real_mode) {
		realmode_sregs(&sregs);
	} else {
		longmode_sregs(&sregs);
		finish_info(&info, vm, regs.r9);
	}
	VM_IOCTL(vm->vcpu_fd, KVM_SET_SREGS, &sregs);
	VM_IOCTL(vm->vcpu_fd, KVM_SET_REGS, &regs);
}
