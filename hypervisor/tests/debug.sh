#!/bin/sh
# SPDX-License-Identifier: MIT
#
# --gdb under a client that does what gdb never does, gdbclient.c, and --step, on the /dev/kvm
# of this machine; see suite.sh. gdb.sh has the real gdb.
. tests/suite.sh

static=tests/gdb/static

# client NAME STATUS CASE ARGUMENT...: a client of a hypervisor with these arguments, how it ends.
client()
{
	selected "$1" || return 0
	want_status=$2
	client_case=$3
	shift 3
	rm -f "$tmp/socket"
	"$hypervisor" --gdb "unix:$tmp/socket" "$@" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	verdict_of_client=$(timeout "$limit" tests/gdbclient "$tmp/socket" "$client_case")
	until_it_ends $pid
	kill -KILL $pid 2>/dev/null
	status=0
	wait $pid || status=$?
	problem=
	[ "$verdict_of_client" = PASS ] || problem=$verdict_of_client
	[ "$status" = "$want_status" ] || problem="$problem; status $status, not $want_status"
	[ ! -e "$tmp/socket" ] || problem="$problem; the socket is left"
	verdict "$case_name" "$problem"
}

# --- what gdb never sends ---

client "debug: malformed packets" 137 malformed $kernel $static
client "debug: Ctrl-C" 137 interrupt $kernel $static spin
client "debug: Ctrl-C in a kernel that spins with interrupts off" 137 interrupt tests/break-loop.bin
client "debug: hung up" 137 hang-up $kernel $static spin
client "debug: detached by a client" 14 detach $kernel $static
t "debug: a place that is none" 125 "" "hypervisor: --gdb nowhere: neither a port, nor unix:PATH, nor -" \
	vm --gdb nowhere $kernel $static
t "debug: a socket file that can't be made" 125 "" "hypervisor: --gdb unix:/none/s: No such file*" \
	vm --gdb unix:/none/s $kernel $static

# --- --step ---

t "step: the article's program" 0 'ABCD123\n' "*0000000000000000 48b8414243443132330a *rax=a33323144434241
000000000000000a 6a08 *rsp=*
0000000000000012 ee
*0000000000000019 f4
KVM_EXIT_HLT" vm --step tests/article64.bin
t "step: the article's 16-bit program" 0 'a\n' "*0000000000000000 b061 *rax=61
*0000000000000009 f4
KVM_EXIT_HLT" vm --step --real-mode tests/article16.bin
t "step: the kernel's first instructions" 14 'summed\n' "*0000000000000000 eb* _start+0x0
*ffff8000* high_half+0x0 *rsp=*
+++ exited with 14 +++" vm --step=12 $kernel $static
# The kernel waits for the interrupt, which comes behind the steps.
t "step: while the timer's interrupt is due" 0 "" "*
+++ exited with 0 +++" vm --step=400 -m 4M tests/timer.bin x
t "step: no number" 125 "" "hypervisor: not a number of instructions: '0'; see --help" \
	vm --step=0 $kernel $static

end debug
