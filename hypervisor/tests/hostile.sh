#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Kernels that abuse the machine, and kernels of random bytes: the hypervisor
# must come to one of the endings that it promises, on every KVM. See suite.sh.
. tests/suite.sh

# --- hypercalls ---

broken in16 "protocol fault: 16-bit in from port 0x8003"
broken in8_exit "protocol fault: 8-bit in from port 0x8005"
broken in_panic "protocol fault: in from port 0xffff with no call pending"
broken in_unknown "protocol fault: in from port 0x80ff with no call pending"
broken in_port "protocol fault: in from port 0x60, which is no hypercall"
broken out8_exit "protocol fault: 8-bit out to port 0x8005"
broken out16_panic "protocol fault: 16-bit out to port 0xffff"
broken out8_sleep "protocol fault: 8-bit out to port 0x8007"
broken out16_inside "protocol fault: 16-bit out to port 0x8009"
broken out_below "protocol fault: out to port 0x7ffe, which is no hypercall"
broken out_above "protocol fault: out to port 0x8100, which is no hypercall"
broken out_wraps "protocol fault: out to port 0xfffe, which is no hypercall"
broken reset "protocol fault: out to port 0xcf9, which is no hypercall"
broken imm8 "protocol fault: out to port 0x80, which is no hypercall"
broken outsb "protocol fault: *out to port 0x8003*"
broken outsw "protocol fault: *out to port 0x8006*"
broken outs_backwards "protocol fault: *out to port 0x8000*"
broken outs_panic "*"
broken insb "protocol fault: *in from port 0x8003*"
broken ins_console "protocol fault: *in from *"
broken ins_exit "protocol fault: *in from port 0x8005*"
broken console_closed "protocol fault: the byte console can't write: stdout is closed"
broken console_reopened "protocol fault: the byte console can't write: stdout is closed"
broken panic_closed 'kernel panic: he said *'
broken panic_end "kernel panic, its message at 0x400000 runs off the end of guest memory" -m 4M
broken panic_last "kernel panic, its message at 0x3fffff runs off the end of guest memory" -m 4M
broken panic_empty "kernel panic: "
broken panic_escapes 'kernel panic: ?x1b?x1b?x1b*?x1b*'
t "break: outs_nothing" 0 "" "$exited" \
	vm tests/break-outs_nothing.bin x
t "--trace shows a path escaped" 0 "" 'open("he said ?"???x1b?31m?x07?xc8") = -1 ENOENT (No such file or directory)
exit(0)
+++ exited with 0 +++' \
	vm --trace tests/break-open_escapes.bin x

# An `out` whose result is never fetched is done all the same, and in its turn.
for ending in halt:125 triple:125 panic:125 exit:0; do
	t "a call, then ${ending%:*}" ${ending#*:} 'hello\n' "*" \
		vm tests/break-then_${ending%:*}.bin x
done
t "a call, then the console" 0 'hello\nx' "$exited" \
	vm tests/break-then_console.bin x

# HC_RESULT_AT_ONCE: one exit a call, not two, and the one of the end.
t "a hundred calls, an out and an in each" 0 "" "exits: 201
hypercalls: open 0, read 0, write 0, close 100, *
$exited" \
	vm --stats tests/break-hundred_calls.bin x
t "a hundred calls, the result at once" 0 "" "exits: 101
hypercalls: open 0, read 0, write 0, close 100, *
$exited" \
	vm --stats tests/break-hundred_at_once.bin x

# at_once NAME STDOUT MESSAGE: as broken, of a kernel that has done something before.
at_once()
{
	t "break: at_once_$1" 125 "$2" "hypervisor: $3
*rax=*cr0=*efer=*cs  *tr  *" \
		vm tests/break-at_once_$1.bin x
}
at_once noncanonical 'hello\n' "KVM_EXIT_*"
at_once nowhere 'hello\n' "KVM_EXIT_SHUTDOWN: triple fault"
at_once outside 'hello\n' "KVM_EXIT_*"
at_once in 'hello\n' "protocol fault: in from port 0x8002 with no call pending"
at_once twice 'hello\n' "protocol fault: out to port 0x8002 before the result of port 0x8002 was fetched
  rip=00000000000000*"
at_once out8 "" "protocol fault: 8-bit out to port 0x8005"
at_once panic "" 'kernel panic: he said *'
t "the end, RSI asking for its result at once" 6 "" '+++ exited with 6 +++' \
	vm tests/break-at_once_exit.bin x

# --- the machine ---

# The first line of what the hypervisor says, for each way to end.
tried='+++ exited with 7 +++'
triple='hypervisor: KVM_EXIT_SHUTDOWN: triple fault'
emulation='hypervisor: KVM_EXIT_INTERNAL_ERROR: suberror *'
refused="hypervisor: KVM_EXIT_FAIL_ENTRY: the CPU refused the guest's state, hardware reason *"
priority='hypervisor: KVM_EXIT_SET_TPR: *'
outside='hypervisor: KVM_EXIT_MMIO: * outside guest memory'
halted='hypervisor: KVM_EXIT_HLT: *'
flat_halt='KVM_EXIT_HLT'
time='time is up'
newline='
'

# limited SECONDS COMMAND...: then SIGTERM must end it, and SIGKILL is a failure.
limited()
{
	status=0
	timeout -k "$limit" "$@" >/dev/null 2>"$tmp/err" || status=$?
	: >"$tmp/out"
	# coreutils' own status, or that of the signal from busybox.
	case $status in
	124 | 143) echo "$time" >"$tmp/err" ;;
	esac
}

# one_of ENDING...: the status that goes with one of these endings.
one_of()
{
	said=$(cat "$tmp/err")
	first=${said%%"$newline"*}
	case $first in
	"$tried") want=7 ;;
	"$flat_halt") want=0 ;;
	"$time") want=$status ;;
	*) want=125 ;;
	esac
	problem="an ending that it may not have"
	for ending in "$@"; do
		case $first in
		$ending) problem= ;;
		esac
	done
	[ "$status" = "$want" ] || problem="$problem; status $status, not $want"
	case $want$said in
	125*"  efer="*) ;;
	125*) problem="$problem; no dump" ;;
	esac
	verdict "$case_name" "$problem"
}

# hostile NAME ENDING...: a kernel, and how it may end. One that may run until its time is up
# gets $seconds, any other as long as it needs.
hostile()
{
	selected "hostile: $1" || return 0
	case $* in
	*"$time"*) patience=${seconds:-10} ;;
	*) patience=$limit ;;
	esac
	limited $patience "$hypervisor" -m 4M "tests/hostile-$1.bin" x
	shift
	one_of "$@"
}

# For those that run until their time is up, at the same time; `wait` waits for them.
together()
{
	selected "hostile: $1" || return 0
	(
		tmp=$tmp/$1
		mkdir "$tmp"
		seconds=1
		hostile "$@"
	) &
}

# Seen to end QEMU, or the machine in it.
not_on_tcg()
{
	if [ "$backend" = tcg ]; then
		skip "hostile: $2" "$1"
	else
		shift
		hostile "$@"
	fi
}

# In real mode exceptions go through whatever lies at 0.
real()
{
	selected "hostile: $1" || return 0
	limited 1 "$hypervisor" -m 4M --real-mode "tests/hostile-$1.bin"
	one_of "$tried" "$triple" "$emulation" "$flat_halt" "$time" \
		'hypervisor: protocol fault: *'
}

for width in 1 2 4 8; do
	hostile mmio_read$width \
		"hypervisor: KVM_EXIT_MMIO: read of $width bytes at 0x400000, outside guest memory"
	hostile mmio_write$width \
		"hypervisor: KVM_EXIT_MMIO: write of $width bytes at 0x400000, outside guest memory"
done
hostile mmio_across 'hypervisor: KVM_EXIT_MMIO: read of 4 bytes at 0x400000, outside guest memory'
for name in wide movs lock cmpxchg16b fxsave stack ins outs after_out idt code; do
	hostile mmio_$name "$outside" "$emulation" "$triple"
done
together mmio_gdt "$outside" "$emulation" "$triple" "$time"
hostile apic 'hypervisor: KVM_EXIT_MMIO: read of 4 bytes at 0xfee00020, outside guest memory'
hostile apic_write 'hypervisor: KVM_EXIT_MMIO: write of 4 bytes at 0xfee00300, outside guest memory'
hostile ioapic 'hypervisor: KVM_EXIT_MMIO: read of 4 bytes at 0xfec00000, outside guest memory'
hostile hpet 'hypervisor: KVM_EXIT_MMIO: read of 8 bytes at 0xfed00000, outside guest memory'
hostile tss "$tried" 'hypervisor: KVM_EXIT_MMIO: write of 1 bytes at 0xfffbc000, outside guest memory'
hostile top "$triple" "$outside" "$refused"

for name in cr3_outside cr3_end cr3_apic; do
	together $name "$triple" "$outside" "$emulation" "$refused" "$time"
done
wait
for name in cr3_reserved table_outside table_top table_apic \
	table_reserved table_self table_random table_gone; do
	hostile $name "$triple" "$outside" "$emulation" "$refused" "$time"
done
hostile table_flips "$tried"
hostile cr0_zero "$triple"
for name in cr_bits efer_bits; do
	hostile $name "$tried" "$refused"
done
hostile cr8 "$tried" "$priority"
not_on_tcg "its xsetbv sets the XCR0 of the machine" xcr0 "$tried" "$emulation"
for name in dr breakpoint io_breakpoint; do
	not_on_tcg "a guest's debug registers end QEMU" $name "$tried"
done
seconds=1
not_on_tcg "a guest's debug registers end QEMU" debug_in_delivery "$triple" "$time"
seconds=
hostile step "$tried" "$triple"
for name in msr_read msr_zero kvm_msrs; do
	hostile $name "$tried" "$time"
done
together msr_ones "$tried" "$time"
for name in ud2_for_ever console_for_ever sleep_for_ever; do
	together $name "$time"
done
wait
for name in kvm_calls syscall ud2_storm segments self_modifying read_into_code caches; do
	hostile $name "$tried"
done
for name in int mwait vmrun vmx rdpmc returns; do
	hostile $name "$tried" "$emulation" "$triple"
done
for name in into_nothing stack_eats_itself wild_rip rsm; do
	hostile $name "$triple" "$emulation"
done
hostile sti_hlt "$halted"
hostile iopl3 "$tried" "$triple"
hostile io_bitmap "$tried"
hostile ring3_faults "$triple"
hostile alignment_for_ever "$triple" "$emulation" "$time"
for name in bits32 bits16; do
	hostile $name "$tried"
done
hostile bits32_mmio "$outside"
for name in task_switch task_outside task_gate vm86 paging_pae long_mode_again; do
	hostile $name "$tried" "$triple" "$emulation" "$refused" "$outside" "$halted" "$time"
done
for name in int no_table ip_wraps stack_wraps high outs protected bad_cr0 prefixes sti_hlt; do
	real real_$name
done

# --- random kernels ---

# What QEMU can't stand is among them, somewhere: there, the same ones each time.
seed=$(date +%s)
count=100
patience=300
if [ "$backend" = tcg ]; then
	seed=1
	count=20
	patience=1000
fi
t "chaos: $count random kernels from seed $seed" 0 "" "" \
	run tests/chaos "$hypervisor" "$seed" $count $patience

# --- the host's memory ---

# What the host spends on process $pid: private memory in KiB, and whether it has all its files.
spent()
{
	sed -n 's/^\(RssAnon\|VmData\):[^0-9]*\([0-9]*\) kB$/\1 \2/p' /proc/$pid/status
	# One or two come and go with each open.
	count=$(ls /proc/$pid/fd 2>/dev/null | wc -l)
	[ "$count" -ge 255 ] && [ "$count" -le 262 ] && echo "all files" || echo "$count files"
}

if selected "a flood of calls costs the host nothing that stays"; then
	mkdir tests/files
	printf '012345678\n' >tests/files/ten
	mkfifo tests/files/fifo
	ln -s loop tests/files/loop
	"$hypervisor" --trace -m 4M tests/flood.bin >/dev/null 2>&1 &
	pid=$!
	for second in $(seq $limit); do
		sleep 1
		before=$(spent)
		case $before in
		*all* | "0 files") break ;;
		esac
	done
	sleep 2
	after=$(spent)
	kill $pid
	wait $pid 2>/dev/null
	rm -r tests/files
	problem=
	case $before in
	*all*) ;;
	*) problem="it doesn't come to hold all the files that it may" ;;
	esac
	[ "$before" = "$after" ] || problem="$problem; first $(echo $before), then $(echo $after)"
	verdict "$case_name" "$problem"
fi
end hostile
