#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Has an exercise been done? Runs in the directory that `make stage` fills, on a
# machine with /dev/kvm; `make exercise` takes it to one.
#
#   check.sh N [DIRECTORY]
#
# N: 1 to 6. DIRECTORY holds the build to look at, by default this one. Says on
# stdout "done" (status 0), "not done yet" (1), which is the tree as it comes,
# or "not right yet" (2); and on stderr what is missing, and a hint.
set -u
export LC_ALL=C

number=$1
here=${2:-.}
hypervisor=$here/hypervisor/hypervisor.elf
kernel=$here/kernel/kernel.bin
tour=$here/hypervisor/tour/kvm.elf
programs=$here/exercises
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
newline='
'

# run COMMAND...: keeps its status and what it said. The time is for what hangs.
run()
{
	status=0
	timeout 60 "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
	out=$(cat "$tmp/out")
	err=$(cat "$tmp/err")
}

# means RESULT STATUS STDOUT STDERR: that's the result if the command ended so. STDERR is a pattern.
means()
{
	[ "$status" = "$2" ] && [ "$out" = "$3" ] || return 0
	case $err in
	$4) result=$1 ;;
	esac
}

# verdict HINT: by $result, which is "done", "not done yet", or empty.
verdict()
{
	echo "${result:-not right yet}"
	[ "$result" != done ] || exit 0
	{
		if [ -z "$result" ]; then
			echo "status $status"
			printf 'stdout: %s\nstderr: %s\n' "$out" "$err" | head -c 2000
			echo "wanted: $wanted"
		fi
		echo "hint: $1"
	} >&2
	[ "$result" ] || exit 2
	exit 1
}

result=
case $number in
1)
	wanted='"a" and a newline on stdout, six lines "ip=0", 2, 5, 6, 8, 9 on stderr'
	run "$tour" --step
	means "not done yet" 0 a ""
	means "done" 0 a "ip=0${newline}ip=2${newline}ip=5${newline}ip=6${newline}ip=8${newline}ip=9"
	verdict "KVM_SET_GUEST_DEBUG asks for a stop after each instruction, KVM_EXIT_DEBUG is that stop."
	;;
2)
	wanted='"PASS"; see user/exercises/kcmp.c'
	run "$hypervisor" -q "$kernel" "$programs/kcmp.elf"
	means "not done yet" 1 ENOSYS ""
	means "done" 0 PASS ""
	verdict "kernel/syscall/syscalls.def has a line for kcmp; fd_file() tells an fd's file."
	;;
3)
	wanted='status 7; any other is the number of a check in user/exercises/clock.S'
	run "$hypervisor" -q -m 4M "$programs/clock.bin" x
	means "not done yet" 38 "" ""
	means "done" 7 "" ""
	verdict "PORT_CLOCK in kernel/abi.h, a row of calls[] in hypervisor/hypercall.c, the sandbox's rules."
	;;
4)
	wanted='"by int $33" and status 7; any other is the number of a check in user/exercises/int33.S'
	run "$hypervisor" -q "$kernel" "$programs/int33.elf"
	means "not done yet" 139 "" "kernel: #GP general protection in the program, error code 0x10a*" # 33 * 8 + 2
	[ "$result" ] || # QEMU without KVM takes 16 for 8
		means "not done yet" 139 "" "kernel: #GP general protection in the program, error code 0x212*"
	means "done" 7 'by int $33' ""
	verdict "the IDT in kernel/x86/descriptors.S ends at vector 32; ring 3 needs a gate of DPL 3."
	;;
5)
	wanted='"ttt" and a newline on stdout'
	run "$tour" "$programs/tick.bin"
	means "not done yet" 0 a ""
	means "done" 0 ttt ""
	verdict "KVM_INTERRUPT needs run->ready_for_interrupt_injection; a signal gets you out of KVM_RUN."
	;;
6)
	for case in "1:at gpa 0x1ff120" "2:at gpa 0x345678" "3:at gpa 0x52345678" \
		"4:not mapped" "5:not mapped" "6:not mapped"; do
		wanted="a line \"  stack ${case#*:}\" in the dump of case ${case%%:*} of user/exercises/walk.S"
		result=
		run "$hypervisor" -m 4M "$programs/walk-${case%%:*}.bin" x
		case $err in
		*"${newline}  stack "*) means "done" 125 "" "*${newline}  stack ${case#*:}*" ;;
		*) [ "${case%%:*}" != 1 ] || means "not done yet" 125 "" "*efer=*" ;;
		esac
		[ "$result" = "done" ] || break
	done
	verdict "dump_vcpu() has CR3; each level's entry is read through guestmem_read()."
	;;
*)
	echo "check.sh: no exercise $number: there are 1 to 6" >&2
	exit 2
	;;
esac
