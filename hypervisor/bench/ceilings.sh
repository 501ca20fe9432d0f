#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What must not grow: counts that come out the same however busy the machine
# is, each with its ceiling. Part of `make test`.
#
#   ceilings.sh BACKEND
#
# Runs in the directory that `make stage` fills. Prints "ok" and "not ok"
# lines, and at last "end ceilings-BACKEND". A ceiling is the target where
# that is reached, else today's count: lower it when the count falls.
set -u
export LC_ALL=C

backend=$1
vm="hypervisor/hypervisor.elf -q kernel/kernel.bin"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# counts COMMAND...: keeps the lines "NAME COUNT" that it prints.
counts()
{
	"$@" >"$tmp/counts" 2>"$tmp/err"
}

# ceiling WHAT NAME LIMIT: of a count that was kept.
ceiling()
{
	count=$(sed -n "s/^$2 //p" "$tmp/counts")
	if [ -z "$count" ]; then
		echo "not ok $backend: $1: not counted: $(head -n 1 "$tmp/err")"
	elif [ "$count" -le "$3" ]; then
		echo "ok $backend: $1: $count, at most $3"
	else
		echo "not ok $backend: $1: $count, at most $3"
	fi
}

counts bench/count calls $vm user/hello.elf
# One of them before the guest runs.
ceiling "hello: KVM_RUNs" kvm_runs 6
ceiling "hello: ioctls of KVM" kvm_ioctls 26
ceiling "hello: host system calls" host_calls 106 # SIGINT and SIGHUP, if ignored, cost one each

# A hypercall is one exit and no other ioctl; this one is one write(2) more.
bench/count calls $vm bench/calls count 0 >"$tmp/none" 2>"$tmp/err"
bench/count calls $vm bench/calls count 100 >"$tmp/hundred" 2>>"$tmp/err"
counts awk 'NR == FNR { none[$1] = $2; next } { print $1, $2 - none[$1] }' "$tmp/none" "$tmp/hundred"
ceiling "100 writes: ioctls of KVM" kvm_ioctls 100
ceiling "100 writes: host system calls" host_calls 200

# A program of one thread, without timers, has the CPU for itself, however long it computes.
hypervisor/hypervisor.elf -q --stats=json kernel/kernel.bin \
	/bin/busybox awk 'BEGIN { while (i++ < 1000000); }' 2>"$tmp/stats"
sed -n 's/.*"exits": \([0-9]*\),.*"timer": \([0-9]*\),.*"KVM_EXIT_IO": \([0-9]*\)}.*/\1 \2 \3/p' "$tmp/stats" |
	awk '{ print "timers", $2; print "others", $1 - $3 }' >"$tmp/counts"
ceiling "a program that computes: timers" timers 0
ceiling "a program that computes: exits but for hypercalls" others 0

case $backend in
tcg)
	# KVM's counters, which this machine has for sure, with a huge page, as it mostly has one to
	# give.
	counts bench/count kvm $vm user/hello.elf
	ceiling "hello: exits to KVM" exits 40
	ceiling "hello: nested page faults" faults 12
	;;
pvm)
	# Only this KVM steps ring 0 to its end. The larger count of a kernel by gcc 12 and by clang 14.
	# boot: maps the vDSO, plans for an interpreter, lays out arguments of any length, has a tmpfs, and
	# makes a process that may have others.
	# write1, pread4k: a page may be the page cache's; a small read may have been read ahead.
	# mmap1: an area may be one of a file in the page cache.
	# close: the file may have pages in the page cache, others read ahead, locks, and a flush.
	# open: asks the host what the file is (a hypercall), and keeps its path.
	# getppid: there is a parent to ask for.
	counts bench/steps kernel/kernel.bin bench/steps.elf /etc/os-release
	for limit in boot:3400 getppid:45 write1:322 pread4k:354 mmap1:548 touch:347 munmap1:707 \
		close:138 open:1240; do
		ceiling "kernel instructions of ${limit%:*}" "${limit%:*}" "${limit#*:}"
	done
	;;
esac
echo "end ceilings-$backend"
