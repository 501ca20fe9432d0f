#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The end-to-end suite on the /dev/kvm of this machine.
#
#   e2e.sh BACKEND [HYPERVISOR]
#
# Runs in the directory that `make stage` fills. BACKEND is pvm, hardware or
# tcg (AMD-V that QEMU's TCG emulates); what TCG can't do is skipped there, by
# name. Prints a line for each case, "ok", "not ok" or "skip", and at last
# "end BACKEND". Plain sh: busybox runs it, too.
set -u
export LC_ALL=C

backend=$1
hypervisor=${2:-hypervisor/hypervisor.elf}
kernel=kernel/kernel.bin
limit=60
tmp=$(mktemp -d)
files=tests/files
trap 'rm -rf "$tmp" $files' EXIT
exited='+++ exited with 0 +++'

# --- the machinery ---

# run COMMAND...: keeps stdout, stderr and exit status of a command.
run()
{
	status=0
	timeout "$limit" "$@" >"$tmp/out" 2>"$tmp/err" || status=$?
}

vm()
{
	run "$hypervisor" "$@"
}

program()
{
	run "$hypervisor" "$kernel" "$@"
}

# expect NAME STATUS STDOUT STDERR: what run() must have kept. STDOUT is
# exact, with printf's escapes; STDERR is a pattern for the whole of it.
expect()
{
	printf "$3" >"$tmp/want"
	problem=
	[ "$status" = "$2" ] || problem="status $status, not $2"
	cmp -s "$tmp/out" "$tmp/want" || problem="$problem; stdout differs"
	case $(cat "$tmp/err") in
	$4) ;;
	*) problem="$problem; stderr doesn't match $4" ;;
	esac
	verdict "$1" "$problem"
}

# verdict NAME PROBLEM: no problem is success.
verdict()
{
	if [ -z "$2" ]; then
		echo "ok $backend: $1"
		return
	fi
	printf 'not ok %s: %s\n' "$backend: $1" "$2"
	printf '  stdout: %s\n' "$(head -c 400 "$tmp/out" | sed 's/[^ -~]/?/g')"
	printf '  stderr: %s\n' "$(head -c 1500 "$tmp/err" | sed 's/[^ -~]/?/g')"
}

# expect_file NAME FILE: success, and stdout is the file's bytes.
expect_file()
{
	problem=
	[ "$status" = 0 ] || problem="status $status, not 0"
	cmp "$tmp/out" "$2" >/dev/null 2>&1 || problem="$problem; stdout is not $2"
	[ "$(cat "$tmp/err")" = "$exited" ] || problem="$problem; stderr"
	verdict "$1" "$problem"
}

skip()
{
	echo "skip $backend: $1: $2"
}

# --- files for the programs ---

rm -rf $files
mkdir -p $files
printf '012345678\n' >$files/ten
: >$files/empty
mkfifo $files/fifo
ln -s loop $files/loop
{
	head -c 4096 /dev/zero | tr '\0' 0
	head -c 4096 /dev/zero | tr '\0' 1
	printf 22222
} >$files/pages
head -c 1000000 /dev/urandom >$files/million
# 3 GiB of nothing and three bytes.
printf END | dd of=$files/big bs=1 seek=3221225469 2>/dev/null

# --- the main job ---

program user/orw.elf /etc/os-release
expect_file "orw prints a file" /etc/os-release
program user/orw.elf $files/million
expect_file "orw prints a long file" $files/million
program user/orw.elf $files/empty
expect_file "orw prints an empty file" $files/empty
program user/orw.elf $files/none
expect "orw: no such file" 1 "" "orw: $files/none: no such file
+++ exited with 1 +++"
program user/hello.elf
expect "hello" 0 'Hello, world!\n' "$exited"
vm -q $kernel user/hello.elf
expect "-q: no exit line" 0 'Hello, world!\n' ""
program user/cat.elf $files/ten $files/pages
cat $files/ten $files/pages >"$tmp/both"
expect_file "cat of two files" "$tmp/both"
run sh -c "cat $files/million | $hypervisor $kernel user/cat.elf | cat"
expect_file "cat from a pipe to a pipe" $files/million
run sh -c "$hypervisor $kernel user/cat.elf - <$files/million"
expect_file "cat of stdin" $files/million
run sh -c "(printf 0123456789; sleep 2) | $hypervisor $kernel tests/read_once.elf"
expect "a read of a pipe doesn't wait for a full buffer" 0 "" "$exited"
# 5 s is the pipe's life: a read that waited would see more than one write.
run sh -c "(head -c 256 $files/million; sleep 1; head -c 1280 $files/million) |
	$hypervisor $kernel tests/read_once.elf"
expect "a read returns what one write gave" 2 "" '+++ exited with 2 +++'
run sh -c "$hypervisor --trace $kernel user/orw.elf $files/million 2>&1 >/dev/null |
	grep -c '^read(3, 0x[0-9a-f]*, 65536) = 65536'"
expect "a read moves the whole buffer in one hypercall" 0 '15\n' ""

# --- arguments and environment ---

program user/args.elf one "" 'two words' "$(printf '\001\377\n\\"')"
expect "arguments" 0 'arg user/args.elf\narg one\narg \narg two words\narg \001\377\n\\"\n' "$exited"
vm -e A=1 -e B= --env 'C=x y=z' $kernel user/args.elf -- -q
expect "environment; options end at the image" 0 \
	'arg user/args.elf\narg --\narg -q\nenv A=1\nenv B=\nenv C=x y=z\n' "$exited"
thousand=$(seq 1 300)
program user/args.elf $thousand
[ "$(wc -l <"$tmp/out")" = 301 ] && problem= || problem="not 301 lines"
verdict "300 arguments" "$problem"
program user/hello.elf "$(head -c 12000 /dev/zero | tr '\0' a)"
expect "arguments that just fit" 0 'Hello, world!\n' "$exited"
program user/hello.elf "$(head -c 12300 /dev/zero | tr '\0' a)"
expect "arguments that don't fit" 125 "" "hypervisor: arguments and environment take * bytes, the boot stack has room for 12288"
argument=$(head -c 100000 /dev/zero | tr '\0' a)
program user/hello.elf "$argument" "$argument" "$argument" "$argument" "$argument" "$argument" \
	"$argument" "$argument" "$argument" "$argument" "$argument"
expect "1 MiB of arguments" 125 "" "hypervisor: arguments and environment take 11*"
program user/hello.elf $(seq 1 6000)
expect "6000 arguments" 125 "" "hypervisor: arguments and environment take *"

# --- system calls ---

for name in files bigfile memory pointers startup; do
	program tests/$name.elf
	expect "$name" 0 'PASS\n' "$exited"
done
program tests/registers.elf
expect "registers" 0 "" "$exited"
vm -m 6M $kernel tests/leak.elf
expect "memory given back can be had again" 0 'PASS\n' "$exited"
program tests/startup-pie.elf
expect "startup of a static PIE" 0 'PASS\n' "$exited"
for number in 0 1 42 255; do
	program tests/status.elf $number
	expect "exit($number)" $number "" "+++ exited with $number +++"
done
program tests/status.elf 256 group
expect "exit_group(256)" 0 "" "$exited"
program tests/status.elf -1 group
expect "exit_group(-1)" 255 "" '+++ exited with 255 +++'
program tests/status.elf 2827
expect "a status that looks like a signal's is none" 11 "" '+++ exited with 11 +++'

# --- what the host is asked for, and what it shows ---

vm --stats $kernel tests/quiet.elf 1
few=$(sed -n 's/^exits: //p' "$tmp/err")
vm --stats $kernel tests/quiet.elf 200
expect "--stats" 0 "" 'exits: *
hypercalls: open 1, read *, write 0, close 1, lseek *, exit 1, lseek64 *, sleep 0
+++ exited with 0 +++'
[ "$(sed -n 's/^exits: //p' "$tmp/err")" = "$few" ] && problem= || problem="more exits than $few"
verdict "system calls that need no host cause no exit" "$problem"
vm --stats $kernel tests/quiet.elf
expect "a program that sleeps lets the host sleep" 0 "" '*sleep [1-9]
+++ exited with 0 +++'
vm --trace=syscalls $kernel user/orw.elf $files/ten
expect "--trace=syscalls" 0 '012345678\n' 'open("tests/files/ten", O_RDONLY) = 3
read(3, "012345678?n", 65536) = 10
write(1, "012345678?n", 10) = 10
read(3, "", 65536) = 0
exit_group(0) = ?
+++ exited with 0 +++'
vm --trace=syscalls $kernel user/orw.elf $files/none
expect "--trace=syscalls shows errors" 1 "" 'open("tests/files/none", O_RDONLY) = -1 ENOENT (No such file or directory)
*'
vm --trace=syscalls $kernel tests/traced.elf
expect "--trace=syscalls: names as strace has them" 0 "" '*arch_prctl(ARCH_GET_FS, 0x*) = 0
prlimit64(0, RLIMIT_NOFILE, NULL, NULL) = 0
ioctl(0, TCGETS, NULL) = -1 *
access("tests/files", R_OK|X_OK) = 0
access("tests/files", F_OK) = 0
openat(AT_FDCWD, "a?tb?33?0011", O_RDONLY) = -1 ENOENT (No such file or directory)
openat(AT_FDCWD, "none", O_RDONLY|O_CREAT, 0644) = -1 EROFS (Read-only file system)
clock_gettime(CLOCK_MONOTONIC, 0x*) = 0
getdents64(0, NULL, 0) = -1 ENOSYS (Function not implemented)
rt_sigaction(SIGRT_2, NULL, NULL, 8) = 0
rt_sigaction(SIGUSR1, 0x*, NULL, 8) = 0
tkill(100, SIGUSR1) = 0
rt_sigreturn() = ?
exit_group(0) = ?
+++ exited with 0 +++'
run sh -c "timeout 2 $hypervisor $kernel tests/forever.elf"
expect "a sleep of 292 years is no deadlock" 124 "" '+++ killed by SIGTERM +++*'
vm --trace=nothing $kernel user/hello.elf
expect "--trace of something else" 125 "" "hypervisor: neither hypercalls nor syscalls: 'nothing'; see --help"

# --- faults ---

# fault SIGNAL STATUS NAME...: the kernel tells what and where, then how it ended.
fault()
{
	signal=$1
	number=$2
	shift 2
	for name in "$@"; do
		program tests/fault.elf $name
		expect "$name is $signal" $number "" "kernel: #*  rip=*rax=*r15=*
+++ killed by $signal +++"
	done
}
fault SIGSEGV 139 read-null write-null exec-null read-page0 write-text write-rodata exec-data \
	exec-stack read-kernel read-direct-map write-kernel exec-kernel read-boot-map \
	read-last-page read-noncanonical jump-noncanonical read-none stack-overflow \
	int-0x80 int-8 int-14 int-4 int-255 cli hlt out-exit out-console in read-cr3 write-cr4 rdmsr wrmsr \
	swapgs lgdt sysretq iretq-kernel
fault SIGBUS 135 past-eof
fault SIGILL 132 ud2 rsp-wild
fault SIGFPE 136 divide x87
fault SIGTRAP 133 int3 trap-flag trap-flag-syscall
if [ "$backend" != tcg ]; then
	fault SIGBUS 135 misaligned ss-noncanonical
	fault SIGTRAP 133 int1
	fault SIGFPE 136 sse
else
	skip "misaligned is SIGBUS" "QEMU's TCG raises no #AC"
	skip "sse is SIGFPE" "QEMU's TCG raises no #XM"
	skip "ss-noncanonical is SIGBUS" "QEMU's TCG raises #GP, not #SS"
	skip "int1 is SIGTRAP" "QEMU's TCG raises #UD for it in a guest"
fi
program tests/fault.elf sigreturn-null
expect "sigreturn-null is SIGSEGV" 139 "" "kernel: #PF*execute address 0x0
*+++ killed by SIGSEGV +++"
for name in noncanonical kernel last-page no-frame; do
	program tests/fault.elf sigreturn-$name
	expect "sigreturn-$name is SIGSEGV" 139 "" '+++ killed by SIGSEGV +++'
done
program tests/fault.elf exit-no-stack
expect "the end with a wild stack pointer" 0 "" "$exited"
program tests/fault.elf write-null
expect "a fault tells its address" 139 "" "kernel: #PF page fault: the program can't write address 0x0
*"
for name in int-8 int-14 int-0x80 int-255; do
	program tests/fault.elf $name
	expect "$name is no way into the kernel" 139 "" "kernel: #GP general protection in the program*
+++ killed by SIGSEGV +++"
done
program tests/traps.elf
expect "all that ring 3 can try ends as it may" 0 'PASS\n' "$exited"
program tests/fault.elf deep-stack
expect "a stack of 8 MB" 0 "" "$exited"
program tests/fault-execstack.elf exec-stack
expect "an executable stack where the file asks for one" 0 "" "$exited"
program tests/fault.elf lstar "$(cat tests/lstar)"
expect "a jump to LSTAR is a system call and gives no IOPL" 139 "" "kernel: #GP*
+++ killed by SIGSEGV +++"
program tests/fault.elf lstar-wild "$(cat tests/lstar)"
expect "a system call that returns to a RIP that isn't canonical" 139 "" "kernel: #GP*rip=0000800000000000*
+++ killed by SIGSEGV +++"
program tests/fault.elf lstar-handled "$(cat tests/lstar)"
expect "a handler for that has no IOPL either" 139 "" "kernel: #GP*
+++ killed by SIGSEGV +++"
program tests/close2.elf
expect "the end is told though the program closed its fds" 139 "" "kernel: #PF*
+++ killed by SIGSEGV +++"

# --- memory ---

for kind in "" brk; do
	vm -m 8M $kernel tests/hog.elf $kind
	expect "out of memory ${kind:-mmap}" 137 'start\n' "kernel: out of memory: *
+++ killed by SIGKILL +++"
done
for size in 4M 5000K 1G 6G; do
	vm -m $size $kernel user/orw.elf $files/ten
	expect "-m $size" 0 '012345678\n' "$exited"
done
vm -m 5M $kernel tests/wedge.elf
expect "memory can be given back when there is none" 0 'PASS\n' "$exited"
program tests/huge.elf
expect "pages of 2 MiB: cut, protected, discarded, moved" 0 'PASS\n' "$exited"
program tests/huge.elf unmapped
expect "pages of 2 MiB: what is unmapped is gone" 139 "" "kernel: #PF*can't write*"
vm -m 2G $kernel tests/overgig.elf
expect "memory over 1 GiB is there" 0 'PASS\n' "$exited"
program tests/shared.elf
expect "segments that share a page" 0 'PASS\n' "$exited"
vm -m 4M $kernel tests/elf/big.elf
expect "a program that doesn't fit" 126 "" "kernel: tests/elf/big.elf: guest memory is too small for it
+++ exited with 126 +++"

# --- the kernel against random system calls ---

# fuzzed KERNEL SEED COUNT: see fuzz.c; `make fuzz-kernel` does more of them.
fuzzed()
{
	run "$hypervisor" -m 6M "$1" tests/fuzz.elf "$2" "$3" </dev/null
	problem=
	[ "$status" = 0 ] || problem="status $status"
	[ "$(tail -n 1 "$tmp/out")" = PASS ] || problem="$problem; no PASS"
	[ "$(cat "$tmp/err")" = "$exited" ] || problem="$problem; stderr"
	verdict "$3 random system calls, seed $2, on $1" "$problem"
}
# Where ring 0 is interpreted, a call takes a millisecond, and a look at a whole frame many.
if [ "$backend" = pvm ]; then
	fuzzed $kernel 1 10000
else
	fuzzed $kernel 1 300000
	fuzzed $kernel 2 300000
	fuzzed kernel/poison.bin 3 150000
fi

# --- files that are no program ---

while read -r name number says; do
	[ "$name" = big ] && continue
	program tests/elf/$name.elf </dev/null
	if [ "$number" = 0 ]; then
		expect "ELF $name runs" 0 'Hello, world!\n' "$exited"
	else
		expect "ELF $name" $number "" "kernel: tests/elf/$name.elf: $says*
+++ exited with $number +++"
	fi
done <tests/elf/cases
program $files/none
expect "no such program" 127 "" "kernel: $files/none: no such file
+++ exited with 127 +++"
program $files/ten/x
expect "a program below a file" 127 "" "kernel: $files/ten/x: a part of the path is not a directory
*"
program $files
expect "a directory is no program" 126 "" "kernel: $files: is a directory
*"
program $files/fifo
expect "a FIFO is no program" 126 "" "kernel: $files/fifo: permission denied
*"
program /dev/zero
expect "a device is no program" 126 "" "kernel: /dev/zero: not an ELF file
*"
program ""
expect "an empty path is no program" 127 "" "kernel: : no such file
*"
program "$files/$(printf 'a\033[31m')"
expect "a name is shown escaped" 127 "" "kernel: $files/a\\\\x1b\\[31m: no such file
*"

# Kernels that lose their stack: in ring 0, and on the way out of ring 3.
vm kernel/overflow.bin user/hello.elf
expect "the kernel's stack overflows: a message, on another stack" 125 'Hello, world!\n' \
	"*hypervisor: kernel panic: #DF double fault in the kernel*"
vm kernel/no_stack.bin tests/fault.elf ud2
expect "a stack for exceptions that isn't there: the kernel's fault" 125 "" \
	"*hypervisor: kernel panic: #DF double fault in the kernel*"
run tests/pagetables $kernel user/orw.elf $(cat tests/guards)
[ "$status" = 0 ] && cmp -s "$tmp/out" /etc/os-release && problem= || problem="status $status"
verdict "page tables: W^X, the kernel's its own, guard pages, no boot map; SMEP, SMAP, UMIP" "$problem"
if [ "$backend" = tcg ]; then
	case $(cat "$tmp/err") in
	*SMEP*SMAP*) problem= ;;
	*) problem="the CPU that QEMU emulates has neither" ;;
	esac
	verdict "SMEP and SMAP were there to be looked at" "$problem"
fi

# --- the article's programs, and kernels of the original protocol ---

vm --real-mode tests/article16.bin
expect "the article's 16-bit program" 0 'a\n' 'KVM_EXIT_HLT'
vm tests/article64.bin
expect "the article's 64-bit program" 0 'ABCD123\n' 'KVM_EXIT_HLT'
vm -m 8M tests/protocol.bin ../k "arg one" ""
expect "the boot protocol" 0 "" "$exited"
vm -m 4M tests/calls.bin x
expect "hypercalls of a flat kernel" 0 'hello\nx\n' "$exited"
run tests/original $kernel user/orw.elf /etc/os-release
expect_file "our kernel on a hypervisor of the original protocol" /etc/os-release
run tests/original $kernel tests/startup.elf
expect "startup on a hypervisor of the original protocol" 0 'PASS\n' "$exited"

# --- kernels that break things ---

# broken NAME MESSAGE [OPTION...]: stopped with a message and a dump.
broken()
{
	name=$1
	message=$2
	shift 2
	vm "$@" tests/break-$name.bin x
	expect "break: $name" 125 "" "hypervisor: $message
  rip=*rax=*cr0=*efer=*cs  *tr  *"
}
broken out8 "protocol fault: 8-bit out to port 0x8003"
broken out16 "protocol fault: 16-bit out to port 0x8005"
broken in8 "protocol fault: 8-bit in from port 0x8003"
broken in_first "protocol fault: in from port 0x8001 with no call pending"
broken in_twice "protocol fault: in from port 0x8003 with no call pending"
broken in_other "protocol fault: in from port 0x8000, but the call pending is on port 0x8003"
broken in_exit "protocol fault: in from port 0x8005 with no call pending"
broken in_console "protocol fault: in from the byte console, which has no input"
broken console32 "protocol fault: 32-bit out to port 0x217"
broken outs "protocol fault: *out to port 0x8002*"
broken ins "protocol fault: *in from port 0x8003*"
broken out_twice "protocol fault: out to port 0x8000 before the result of port 0x8003 was fetched"
broken port "protocol fault: out to port 0x1234, which is no hypercall"
broken panic 'kernel panic: he said ?????x1b?31m?x07?xc8'
broken panic_wild "kernel panic, its message at 0xffffffff runs off the end of guest memory"
broken panic_endless "kernel panic: xxx*"
broken triple "KVM_EXIT_SHUTDOWN: triple fault"
broken vmcall "KVM_EXIT_*"
broken vmmcall "KVM_EXIT_*"
broken svm "KVM_EXIT_SHUTDOWN: triple fault"
broken jump_out "KVM_EXIT_SHUTDOWN: triple fault"
broken mmio "KVM_EXIT_MMIO: read of 8 bytes at 0x40000000, outside guest memory"
broken hlt "KVM_EXIT_HLT: the kernel halted without telling how its program ended"
vm tests/ring3io.bin x
expect "ring 3 has no port before the kernel loads a TSS" 125 "" "hypervisor: KVM_EXIT_SHUTDOWN*"
vm tests/break-exit_big.bin x
expect "an exit status is 8 bits" 5 "" '+++ exited with 5 +++'
vm tests/break-hlt.bin
expect "hlt of a flat file" 0 "" 'KVM_EXIT_HLT'

. tests/hostile.sh

# --- signals ---

# Sends a signal to a hypervisor that runs for ever.
signalled()
{
	"$hypervisor" tests/break-loop.bin >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	sleep 1
	[ "$2" = none ] || kill -STOP $pid
	kill -CONT $pid
	kill -WINCH $pid
	kill "-$1" $pid
	status=0
	wait $pid 2>/dev/null || status=$?
}
trap : INT
signalled TERM none
expect "SIGTERM ends it" 143 "" '*+++ killed by SIGTERM +++*'
signalled HUP stop
expect "SIGSTOP, SIGCONT and SIGWINCH don't; SIGHUP does" 129 "" '*+++ killed by SIGHUP +++*'
run tests/sigint "$hypervisor" tests/break-loop.bin
expect "Ctrl-C ends it" 130 "" '*+++ killed by SIGINT +++*'
run tests/sigint "$hypervisor" $kernel user/cat.elf
expect "Ctrl-C while it waits for input" 130 "" '*+++ killed by SIGINT +++*'

# timeout(1) sends SIGTERM to the child and to its group.
run sh -c "timeout 1 $hypervisor tests/break-loop.bin; :"
expect "two SIGTERMs at once" 0 "" '*+++ killed by SIGTERM +++*'
mkfifo "$tmp/full"
# A reader that reads nothing: --trace fills the pipe, and SIGTERM must still end it.
(
	exec 3<>"$tmp/full"
	"$hypervisor" --trace $kernel user/cat.elf /dev/zero 2>&3 >"$tmp/out" 3>&- &
	pid=$!
	sleep 3
	kill -TERM $pid
	sleep 1
	kill -KILL $pid 2>/dev/null
	status=0
	wait $pid || status=$?
	: >"$tmp/out"
	: >"$tmp/err"
	expect "SIGTERM while stderr is full" 143 "" ""
) 2>/dev/null
if [ "$(id -u)" = 0 ]; then
	run unshare -pf sh -c "(sleep 1; kill -TERM 1) & exec $hypervisor tests/break-loop.bin"
	expect "SIGTERM to the first process of a namespace" 143 "" '+++ killed by SIGTERM +++'
else
	skip "SIGTERM to the first process of a namespace" "needs root"
fi

# --- time limits ---

vm --timeout 0.5 tests/break-loop.bin
expect "--timeout" 124 "" "+++ ended by --timeout +++"
vm -q --timeout 0.5 tests/break-loop.bin
expect "--timeout, --quiet" 124 "" ""
vm --cpu-time 0.5 tests/break-loop.bin
expect "--cpu-time" 124 "" "+++ ended by --cpu-time +++"
run sh -c "$hypervisor --timeout 1 --cpu-time 0.5 $kernel user/cat.elf <>$tmp/full"
expect "to wait takes no CPU time" 124 "" "+++ ended by --timeout +++"
vm --timeout 0.0000001 tests/break-loop.bin
expect "a --timeout that is next to nothing" 124 "" "+++ ended by --timeout +++"
vm --timeout 0 --cpu-time 50 $kernel user/hello.elf
expect "limits that are not reached" 0 'Hello, world!\n' "$exited"
for limit_of in 1s -1 "" 1e99 nan; do
	vm --timeout "$limit_of" $kernel user/hello.elf
	expect "--timeout '$limit_of'" 125 "" "hypervisor: not a number of seconds: '$limit_of'; see --help"
done

# --- the sandbox, and which files there are ---

mkdir "$tmp/sandbox" $files/root $files/root/etc $files/root/bin
run tests/sandbox "$tmp/sandbox"
sed "s/ sandbox/ $backend: sandbox/" "$tmp/out"
: >"$tmp/out"
expect "sandbox: all attempts were made" 0 "" ""
echo inside >$files/root/etc/name
cp user/orw.elf $files/root/bin
ln -s /etc/name $files/root/link
vm --root $files/root $kernel user/orw.elf /etc/name
expect "--root: a path beneath it" 0 'inside\n' "$exited"
vm --root $files/root $kernel user/orw.elf /../link
expect "--root: .. and an absolute link" 0 'inside\n' "$exited"
vm --root $files/root $kernel user/orw.elf etc/name
expect "--root: the working directory is /" 0 'inside\n' "$exited"
vm --root $files/root $kernel user/orw.elf /etc/passwd
expect "--root: the host's files aren't there" 1 "" "orw: /etc/passwd: no such file
+++ exited with 1 +++"
vm --root $files/root $kernel /bin/orw.elf /etc/name
expect "--root: a program that is there alone" 0 'inside\n' "$exited"
vm --root $files/nothing $kernel user/hello.elf
expect "--root: no such directory" 125 "" "hypervisor: --root $files/nothing: No such file or directory"
vm --no-files $kernel user/hello.elf
expect "--no-files: the program runs" 0 'Hello, world!\n' "$exited"
vm --no-files $kernel user/orw.elf /etc/passwd
expect "--no-files: and opens nothing" 1 "" "orw: /etc/passwd: can't open
+++ exited with 1 +++"
run sh -c "echo text | $hypervisor --no-files $kernel user/cat.elf"
expect "--no-files: stdin and stdout are there" 0 'text\n' "$exited"
vm --no-files $kernel user/nothing.elf
expect "--no-files: no such program" 127 "" "kernel: user/nothing.elf: no such file
+++ exited with 127 +++"
if [ "$(id -u)" = 0 ]; then
	mkdir "$tmp/nobody"
	cp "$hypervisor" $kernel user/hello.elf "$tmp/nobody"
	chmod -R a+rX "$tmp"
	run tests/nobody "$tmp/nobody/hypervisor.elf" "$tmp/nobody/kernel.bin" "$tmp/nobody/hello.elf"
	expect "a user without rights" 0 'Hello, world!\n' "$exited"
	mkdir -m 700 "$tmp/private"
	cp user/hello.elf "$tmp/private"
	chown -R 65534 "$tmp/private"
	program "$tmp/private/hello.elf"
	expect "root runs a program that is another's alone" 0 'Hello, world!\n' "$exited"
else
	skip "users" "they need root"
fi
run "$hypervisor" --no-files $kernel tests/random.elf
expect "--no-files: random numbers are there" 0 'PASS\n' "$exited"
openat2=437 landlock=444 seccomp=317
run tests/nocall $openat2 "$hypervisor" $kernel user/orw.elf $files/root/etc/name
expect "a kernel without openat2" 0 'inside\n' "$exited"
run tests/nocall $openat2 "$hypervisor" --root $files/root $kernel user/orw.elf /etc/name
expect "a kernel without openat2, --root" 125 "" "hypervisor: --root: this kernel has no openat2*"
run tests/nocall $landlock "$hypervisor" --root $files/root $kernel user/orw.elf /etc/name
expect "a kernel without Landlock" 0 'inside\n' "$exited"
run tests/nocall $seccomp "$hypervisor" $kernel user/hello.elf
expect "a kernel without seccomp" 125 "" "hypervisor: sandbox: seccomp: Function not implemented; --no-sandbox*"
run tests/nocall $seccomp "$hypervisor" --no-sandbox $kernel user/hello.elf
expect "--no-sandbox" 0 'Hello, world!\n' "$exited"

# --- stdin, stdout, stderr ---

run sh -c "$hypervisor $kernel user/orw.elf /etc/os-release >&-"
expect "stdout closed" 1 "" 'orw: stdout: can*t write
+++ exited with 1 +++'
run sh -c "$hypervisor $kernel user/orw.elf /etc/os-release >/dev/full"
expect "stdout full" 1 "" 'orw: stdout: can*t write
+++ exited with 1 +++'
run sh -c "{ $hypervisor $kernel user/cat.elf /dev/zero; echo \$? >&2; } | head -c 1"
expect "stdout a broken pipe" 0 '\0' '+++ killed by SIGPIPE +++
141'
run sh -c "{ trap '' PIPE; $hypervisor $kernel user/cat.elf /dev/zero; echo \$? >&2; } | head -c 1"
expect "stdout a broken pipe, SIGPIPE ignored" 0 '\0' "*+++ exited with 1 +++
1"
run tests/inherit 13,15 10,34 "$hypervisor" $kernel tests/inherited.elf 13,15 10,34
expect "signals that were ignored or blocked are so for the program" 0 'PASS\n' "$exited"
run tests/inherit 0 0 "$hypervisor" $kernel tests/inherited.elf 0 0
expect "none is, if none was" 0 'PASS\n' "$exited"
run sh -c "$hypervisor tests/article64.bin >&-"
expect "console, stdout closed" 125 "" "hypervisor: protocol fault: the byte console can't write: stdout is closed*"
run sh -c "$hypervisor tests/article64.bin >/dev/full"
expect "console, stdout full" 125 "" "hypervisor: protocol fault: the byte console can't write to stdout: No space left on device*"
run sh -c "$hypervisor $kernel tests/closed.elf <&-"
expect "stdin closed" 6 "" '+++ exited with 6 +++'
run sh -c "$hypervisor $kernel tests/closed.elf <&- >&-"
expect "stdin and stdout closed" 4 "" '+++ exited with 4 +++'
run sh -c "$hypervisor $kernel tests/closed.elf <&- >&- 2>&-"
expect "stdin, stdout and stderr closed" 0 "" ''
run sh -c "$hypervisor $kernel tests/closed.elf 2>&-"
expect "stderr closed" 3 "" ''

run sh -c "ulimit -f 8; $hypervisor $kernel user/orw.elf $files/million >$files/limited"
expect "a file size limit" 1 "" 'orw: stdout: can*t write
+++ exited with 1 +++'
run sh -c "(sleep 1; $hypervisor $files/none; echo \$? >$tmp/status) 2>&1 | true; sleep 2; cat $tmp/status"
expect "an error message to a broken pipe" 0 '125\n' ''

# --- the command line ---

run "$hypervisor" --help
[ "$status" = 0 ] && grep -q '^usage: ' "$tmp/out" && [ ! -s "$tmp/err" ] && problem= || problem=fails
verdict "--help" "$problem"
run "$hypervisor" -V
expect "--version" 0 'hypervisor.elf 0.1\n' ""
run sh -c "$hypervisor --help >/dev/full"
expect "--help to a full disk" 125 "" "hypervisor: stdout: No space left on device"
vm
expect "no operand" 125 "" "hypervisor: no image given; see --help"
vm --no-such-option
expect "an unknown option" 125 "" "hypervisor: no such option, or its argument is wrong or missing: '--no-such-option'; see --help"
vm "$(printf -- '--\033[31m')"
expect "an unknown option is shown escaped" 125 "" "hypervisor: no such option, or its argument is wrong or missing: '--?x1b?31m'; see --help"
vm -qx
expect "an unknown letter" 125 "" "hypervisor: no such option, or its argument is wrong or missing: '-x'; see --help"
vm -m
expect "an option without its argument" 125 "" "hypervisor: no such option, or its argument is wrong or missing: '-m'; see --help"
for size in "" x 4X 4MB -4M 3M 1K 0 4097K1 4098K 600G 99999999999999999999 18446744073709551615G; do
	vm -m "$size" $kernel user/hello.elf
	expect "-m '$size'" 125 "" "hypervisor: *see --help"
done
vm -e novalue $kernel user/hello.elf
expect "-e without =" 125 "" "hypervisor: not NAME=VALUE: 'novalue'; see --help"
vm --real-mode tests/article16.bin x
expect "--real-mode with a program" 125 "" "hypervisor: a real-mode image takes no arguments: 'x'; see --help"
vm $files/none user/hello.elf
expect "no kernel" 125 "" "hypervisor: $files/none: No such file or directory"
vm $files/empty user/hello.elf
expect "an empty kernel" 125 "" "hypervisor: $files/empty: the image is empty"
vm $files user/hello.elf
expect "a directory as kernel" 125 "" "hypervisor: $files: Is a directory"
vm $files/fifo user/hello.elf
expect "a FIFO as kernel" 125 "" "hypervisor: $files/fifo: not a regular file"
vm /dev/zero user/hello.elf
expect "a device as kernel" 125 "" "hypervisor: /dev/zero: not a regular file"
vm $files/big user/hello.elf
expect "a kernel of 3 GiB" 125 "" "hypervisor: $files/big: the image has 3221225472 bytes, at most 2060288 fit below the page tables"
vm tests/limit.bin
expect "the largest image" 0 'L\n' 'KVM_EXIT_HLT'
vm tests/overlimit.bin
expect "one byte more" 125 "" "hypervisor: tests/overlimit.bin: the image has 2060289 bytes*"
vm $kernel
expect "our kernel without a program" 125 "" "kernel: no program given
*"
if [ "$(id -u)" = 0 ]; then
	run tests/nokvm missing "$hypervisor" $kernel user/hello.elf
	expect "no /dev/kvm" 125 "" "hypervisor: no /dev/kvm (No such file or directory)*"
	run tests/nokvm forbidden "$hypervisor" $kernel user/hello.elf
	expect "no permission" 125 "" "hypervisor: no permission for /dev/kvm (Permission denied): *usermod*"
	run tests/nokvm null "$hypervisor" $kernel user/hello.elf
	expect "a /dev/kvm that is none" 125 "" "hypervisor: KVM_GET_API_VERSION: Inappropriate ioctl*"
else
	skip "errors of /dev/kvm" "they need root, for a mount namespace"
fi
run sh -c "ulimit -n 5; $hypervisor $kernel user/hello.elf"
expect "out of file descriptors" 125 "" "hypervisor: *: Too many open files"
case $hypervisor in
*asan*) ;; # its shadow memory is address space, and it has a library to open
*)
	run sh -c "ulimit -n 3; $hypervisor $kernel user/hello.elf"
	expect "no file descriptor left" 125 "" "hypervisor: too few file descriptors (ulimit -n)"
	run sh -c "ulimit -v 100000; $hypervisor $kernel user/hello.elf"
	expect "out of address space" 125 "" "hypervisor: can't map 512 MiB of guest memory: Cannot allocate memory"
	;;
esac
echo "end $backend"
