#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --gdb with the real gdb, on the /dev/kvm of this machine; see suite.sh. On tcg and vtx it runs
# in a root directory of its own: root.sh and in_root.sh of the dynamic suite. debug.sh is the rest.
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
		-ex 'file kernel/kernel.elf' -ex 'add-symbol-file kernel/kernel.elf' \
		-ex "target remote | $hypervisor --gdb - $2 $kernel $3 2>$tmp/said" -x "$tmp/commands"
	printf '%s\n' "$5" >"$tmp/want"
	problem=$(awk '
		FILENAME ~ /want$/ && /^& / { said[substr($0, 3)] = 1; next }
		FILENAME ~ /want$/ { want[++count] = $0; next }
		FILENAME ~ /said$/ { for (pattern in said) if ($0 ~ pattern) delete said[pattern]; next }
		{ for (; found < count && $0 ~ want[found + 1]; found++) ; }
		END {
			if (found < count) print "no " want[found + 1]
			for (pattern in said) print "no " pattern
		}' "$tmp/want" "$tmp/said" "$tmp/out") || problem="awk failed"
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

end gdb
