#!/bin/sh
# SPDX-License-Identifier: MIT
#
# All tests: unit tests on this machine, and the suites on every KVM that it
# has or can start, side by side. Called by `make test`, at the top of the tree.
#
#   run.sh [HYPERVISOR]
#
# HYPERVISOR: another build of the hypervisor, by its path in build/stage. Then
# the suites that show the hypervisor run with that, on this machine's KVM, or
# if that isn't usable, on AMD-V in QEMU. The last line counts passed, failed,
# skipped.
set -u

build=${BUILD:-build}
logs=$build/tests/logs
jobs=
ends=

# start NAME COMMAND...: in the background, its output into a log.
start()
{
	job=$1
	shift
	"$@" >"$logs/$job" 2>&1 &
	jobs="$jobs $job:$!"
}

# suites NAME KIND SUITE...: starts them, one after the other, on one KVM.
suites()
{
	start "$1" user/tests/on_kvm.sh "$2" $3
	for suite in $3; do
		ends="$ends $suite-$2"
	done
}

# failed NAME: what no line of a job tells.
failed()
{
	echo "not ok $1" | tee -a $logs/all
}

# finish: waits for all jobs, and shows each, but for what passed. Each suite
# must have come to its last line.
finish()
{
	for job in $jobs; do
		wait "${job#*:}"
		echo "--- ${job%:*}"
		grep -Ev '^(ok|row|cannot|end) ' "$logs/${job%:*}"
		cat "$logs/${job%:*}" >>$logs/all
	done
	for end in $ends; do
		grep -q "^end $end\$" $logs/all || failed "$end: the suite came to no end"
	done
}

unit()
{
	for test in ${UNIT_TESTS:-"$build"/tests/*_test}; do
		"$test"
		[ $? -le 1 ] || echo "not ok unit: $test ended by a signal"
	done
	hypervisor/tests/hardening.sh "$build/stage/hypervisor/hypervisor.elf"
	kernel/tests/layers.sh "$build"
	user/tests/calls.sh -c kernel/README.md
	hypervisor/tests/docs.sh "$build/stage/hypervisor/hypervisor.elf"
}

everything()
{
	start unit unit
	if hypervisor/tests/packages.sh && ${MAKE:-make} --no-print-directory conform dynamic; then
		exercises=exercises
		if ! ${MAKE:-make} --no-print-directory exercise-stage solved; then
			failed "the exercises, or their solutions, can't be built"
			exercises=
		fi
		suites e2e-tcg tcg "e2e debug"
		suites hostile-tcg tcg "hostile conform $exercises"
		suites ceilings-tcg tcg ceilings
		suites dynamic-tcg tcg dynamic
		suites gdb-tcg tcg gdb
		suites vtx vtx "e2e hostile conform $exercises"
		suites dynamic-vtx vtx dynamic
		suites gdb-vtx vtx gdb
		[ "$own" = none ] ||
			suites own "$own" "e2e hostile debug gdb ceilings conform dynamic $exercises"
	else
		failed "packages for the suites and for QEMU are missing"
		[ "$own" = none ] || suites own "$own" "e2e hostile debug ceilings"
	fi
}

rm -rf $logs
mkdir -p $logs
: >$logs/all
own=$(hypervisor/tests/own_kvm.sh)
if [ $# = 0 ]; then
	everything
	finish
	echo "--- the table of what runs"
	user/tests/conform/table.sh <$logs/all >"$build/conformance.md"
	user/tests/conform/table.sh -c user/tests/README.md <"$build/conformance.md" >$logs/table
	grep -v '^ok ' $logs/table
	cat $logs/table >>$logs/all
else
	export HYPERVISOR="$1"
	kind=$own
	if [ "$own" = none ]; then
		kind=tcg
		hypervisor/tests/packages.sh machine || failed "packages for QEMU are missing"
	fi
	suites e2e $kind e2e
	suites hostile $kind hostile
	finish
fi
user/tests/count.sh <$logs/all
