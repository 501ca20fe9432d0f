#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The real gdb on --gdb and on the files of --core, on the /dev/kvm of this machine; see suite.sh. On
# tcg and vtx it runs in a root directory of its own: root.sh and in_root.sh of the dynamic suite.
# debug.sh is the rest of --gdb, e2e.sh of --core.
. tests/suite.sh

export HOME=$tmp DEBUGINFOD_URLS=
static=tests/gdb/static
dynamic=tests/gdb/dynamic

# session NAME OPTIONS PROGRAM COMMANDS EXPECTED: gdb executes COMMANDS, once it has connected.
# EXPECTED: patterns of awk, each in gdb's output behind the one before. A pattern that begins with
# "& " is for what the hypervisor and the program write, which gdb would lose at its end.
session()
{
	selected "$1" || return 0
	printf '%s\n' "$4" >"$tmp/commands"
	run sh -c 'exec "$@" 2>&1' - gdb -q -nx -batch -ex 'set pagination off' -ex 'set confirm off' -ex 'set sysroot /' \
		-ex 'set breakpoint pending on' -ex 'set trust-readonly-sections on' -ex 'set width 0' \
		-ex "set remotetimeout $limit" \
		-ex 'file kernel/kernel.elf' -ex 'add-symbol-file kernel/kernel.elf' \
		-ex "target remote | $hypervisor --gdb - $2 $kernel $3 2>$tmp/said" -x "$tmp/commands"
	problem=$(
		unmatched "$tmp/out" "$(printf '%s\n' "$5" | sed '/^& /d')"
		unmatched "$tmp/said" "$(printf '%s\n' "$5" | sed -n 's/^& //p')"
	)
	cp "$tmp/said" "$tmp/err"
	verdict "$case_name" "$problem"
}

# --- gdb ---

session "gdb: the kernel begins" "" $static \
	'stepi
break kmain
continue
backtrace
print/x magic
print/x $cr3
print/x $efer & 0x400
stepi
info registers rip cs' \
	'0x0*18 in
kmain \(free_memory=2097152,
^#0 .*kmain
^#1 .*high_half
= 0x4f464e49544f4f42
= 0x1f7000
= 0x400
^rip .*kmain\+
^cs  *0x8 '

for kind in static dynamic; do
	session "gdb: main of a $kind program" "" tests/gdb/$kind \
		'break main
continue
info registers cs
next
print i
step
backtrace
finish
stepi
print sum
print argv[0]
delete
continue' \
		'Breakpoint 1, main \(argc=1
^cs  *0x33[^0-9a-f]
= 1$
square \(n=1\)
^#0 .*square \(n=1\)
^#1 .*main \(argc=1
Value returned.* = 1
= [01]$
tests/gdb/'$kind'"
exited with code 016'
	session "gdb: the kernel's page-fault handler, under a $kind program" "" tests/gdb/$kind \
		'break trap_dispatch if f->vector == 14
continue
backtrace 2
print $cr2 < 0x800000000000
print $cr3 == current_space->tables
monitor ring3
maintenance flush register-cache
info registers cs
kill' \
		'Breakpoint 1, trap_dispatch
^#0 .*trap_dispatch
^#1 .*trap_common
= 1$
= 1$
^cs  *0x33 '
done

session "gdb: a library's function" "" $dynamic \
	'break main
continue
info sharedlibrary
break puts
continue
backtrace
finish
kill' \
	'Breakpoint 1, main
libc.so.6
Breakpoint 2, .*puts
^#0 .*puts
^#1 .*main \(argc=1
main \(argc=1'

session "gdb: a watchpoint by single steps" "" $static \
	'break square
continue
delete
set can-use-hw-watchpoints 0
watch sum
continue
continue
kill' \
	'^Watchpoint 2: sum
Old value = 0
New value = 1
Old value = 1
New value = 5'

case $backend in
pvm) why="kvm_pvm has none" ;;
tcg) why="QEMU's vmrun takes no breakpoint from the guest's DR7" ;;
*) why= ;;
esac
if [ "$why" ]; then
	skip "gdb: a watchpoint of the CPU's" "$why"
else
	session "gdb: a watchpoint of the CPU's" "" $static \
		'break main
continue
watch sum
awatch rounds
continue
continue
kill' \
		'^Hardware watchpoint 2: sum
Old value = 0
New value = 1
Old value = 1
New value = 5'
fi

[ "$backend" = tcg ] && skip "gdb: a breakpoint of the CPU's" "$why" ||
	session "gdb: a breakpoint of the CPU's" "" $static \
		'hbreak kmain
continue
info registers rip
kill' \
		'kmain \(free_memory
^rip .*kmain'

session "gdb: a program that crashes" "" "$static crash" \
	'continue
info registers rip cs
backtrace
monitor vcpu
maintenance flush register-cache
backtrace 1
continue' \
	"& the program can.t write address 0x8
SIGSEGV
^rip .*main\+
^cs  *0x33[^0-9a-f]
^#0 .*main \(argc=2
^#0 .*(process_kill|debug_program_dies)
terminated with signal SIGSEGV"

session "gdb: a program's own int3" "" "$static trap" \
	'break square
continue
delete
continue
backtrace
continue' \
	'Breakpoint 1, square
SIGTRAP
^#0 .*main
terminated with signal SIGTRAP'

session "gdb: a child meets its parent's breakpoint" "" "$static fork" \
	'break square if n == 3
continue
continue
backtrace
continue' \
	'Breakpoint 1, square \(n=3\)
Breakpoint 1, square \(n=3\)
^#1 .*in_child
^#2 .*main
exited with code 011'

session "gdb: another program is executed" "" "$static exec $PWD/$dynamic" \
	'tbreak main
continue
tbreak main
continue
print argv[0]
print argc
continue' \
	'executing new program: .*static
main \(argc=3
executing new program: .*dynamic
main \(argc=1
dynamic"
= 1$
exited with code 016'

session "gdb: memory and registers are written" "" $static \
	'break square
continue
set var n = 100
print $xmm0.v4_int32[0] = 7
print $xmm0.v4_int32[0]
print $rax = 5
delete
finish
continue' \
	'Breakpoint 1, square
= 7$
= 7$
= 5$
= 10000$
exited with code 035'

session "gdb: monitor" "" $static \
	'break main
continue
monitor info tlb
monitor sregs
monitor hypercalls
monitor xp 0 16
monitor program
monitor xp 0xffffffffff
monitor nonsense
kill' \
	'^0000000000401000-.* u-x .*program
^ffff800000000000-.* --x at 0 .*kernel code
^cs .*0033
^read  *[1-9]
^000000000: eb
^process [0-9]+,.*static, page tables at
guest memory ends
no such command'

session "gdb: a kernel that ends" "" "" \
	continue \
	'& no program given
exited with code 0175'

session "gdb: killed" "" "$static spin" \
	'break main
continue
kill' \
	'Breakpoint 1, main
& killed by SIGKILL'

# A flat image has no kernel.elf beside it.
kernel_before=$kernel
kernel=tests/break-triple.bin
session "gdb: a triple fault" "" "" \
	'info registers rip
continue
continue' \
	'^rip  *0x0
& KVM_EXIT_SHUTDOWN: triple fault
The guest has failed
SIGABRT
terminated with signal SIGABRT'
kernel=$kernel_before

# --- cores ---

core=$tmp/core
# in_gdb NAME PROGRAM PATTERN... -- COMMAND...: runs it, and then gdb on PROGRAM and the core, by
# commands that are all that a program's core is asked for. Each of the patterns matches a line of
# what gdb says, one behind the other.
in_gdb()
{
	selected "$1" || return 0
	file=$2
	shift 2
	patterns=
	while [ "$1" != -- ]; do
		patterns="$patterns$1
"
		shift
	done
	shift
	rm -f "$core"
	"$@"
	gdb -nx -batch -ex bt -ex 'frame function main' -ex 'p heap' -ex 'p last' -ex 'info threads' \
		-ex 'p/x $xmm6.v2_int64[0]' -ex 'p $st0' -ex 'p/x $ebx' -ex 'info auxv' \
		-ex 'info proc mappings' -ex 'p $_siginfo.si_signo' "$file" "$core" >"$tmp/out" 2>"$tmp/err"
	shape "${patterns%?}"
}
for kind in static dynamic; do
	in_gdb "core: $kind" tests/crash-$kind.elf "Core was generated by .tests/crash-$kind.elf fault'" \
		'terminated with signal SIGSEGV' '^#0 .*deepest .node=0x[0-9a-f]* <last>. at ' \
		'^#1 .*recurse .depth=0.' '^#3 .*recurse .depth=2.' '^#4 .*main .argc=2,' \
		'^[$]1 = 0x[0-9a-f]* "on the heap"$' '^[$]2 = .value = 42, next = 0x0.$' \
		'AT_EXECFN .*"tests/crash-' " 0x0 /.*/tests/crash-$kind.elf\$" '= 11$' -- \
		vm --core "$core" $kernel tests/crash-$kind.elf fault
	in_gdb "core: threads, $kind" tests/crash-$kind.elf 'terminated with signal SIGILL' \
		'^#0 .*crash_here ' '^#1 .*(start_thread|libc)' '^[*] 1 .*LWP 103.*crash_here' '^  2 ' '^  3 ' \
		'^  4 .*LWP 100' '= 0x1122334455667788$' '= 1$' '= 0x5bd1$' '= 4$' -- \
		vm --core "$core" $kernel tests/crash-$kind.elf thread
	in_gdb "core: abort, $kind" tests/crash-$kind.elf 'terminated with signal SIGABRT' '^#.*raise' \
		'^#.*abort' '^#.*main .argc=2' '= 6$' -- \
		vm --core "$core" $kernel tests/crash-$kind.elf abort
done
in_gdb "core: a timer's signal" tests/crash-static.elf 'terminated with signal SIGQUIT' \
	'^#0 .*compute_here ' '^#1 .*main .argc=2' '= 0x1122334455667788$' '= 1$' '= 0x5bd1$' '= 3$' -- \
	vm --core "$core" $kernel tests/crash-static.elf timer
in_gdb "core: the kernel panics" kernel/overflow.elf '^#.*hypercall_panic .*"#DF double fault' '^#.*panic .format=' \
	'^#.*trap_dispatch' '^#.*trap_common' -- \
	vm --core "$core" kernel/overflow.bin user/hello.elf

end gdb
