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
#
# JOBS: how many run at a time, each in a machine that may take 2 GiB. If not
# set, one more than there are CPUs, for a suite waits now and then.
set -u

build=${BUILD:-build}
logs=$build/tests/logs
ends=

# job NAME COMMAND...: for later. Its output goes into a log.
job()
{
	echo "$*" >>$logs/jobs
}

# suites NAME KIND SUITE...: a job, one after the other on one KVM.
suites()
{
	job "$1" user/tests/on_kvm.sh "$2" $3
	for suite in $3; do
		ends="$ends $suite-$2"
	done
}

# failed NAME: what no line of a job tells.
failed()
{
	echo "not ok $1" | tee -a $logs/all
}

# finish: runs the jobs, in their order, and shows each, but for what passed. Each
# suite must have come to its last line.
finish()
{
	export logs
	xargs -P "${JOBS:-$(($(nproc) + 1))}" -L 1 sh -c '"$@" >"$logs/$0" 2>&1 || :' <$logs/jobs
	while read -r name command; do
		echo "--- $name"
		grep -Ev '^(ok|row|cannot|end) ' "$logs/$name"
		cat "$logs/$name" >>$logs/all
	done <$logs/jobs
	for end in $ends; do
		grep -q "^end $end\$" $logs/all || failed "$end: the suite came to no end"
	done
}

# The longest come first, so that none is left for the end alone.
everything()
{
	if hypervisor/tests/packages.sh && ${MAKE:-make} --no-print-directory conform dynamic; then
		exercises=exercises
		if ! ${MAKE:-make} --no-print-directory exercise-stage solved; then
			failed "the exercises, or their solutions, can't be built"
			exercises=
		fi
		[ "$own" = none ] ||
			suites own "$own" "e2e hostile debug gdb ceilings conform dynamic $exercises"
		suites vtx vtx "e2e hostile conform $exercises"
		suites conform-tcg tcg conform
		suites e2e-tcg tcg "e2e debug"
		suites gdb-vtx vtx gdb
		suites dynamic-tcg tcg dynamic
		suites dynamic-vtx vtx dynamic
		suites gdb-tcg tcg gdb
		suites hostile-tcg tcg "hostile $exercises"
		suites ceilings-tcg tcg ceilings
	else
		failed "packages for the suites and for QEMU are missing"
		[ "$own" = none ] || suites own "$own" "e2e hostile debug ceilings"
	fi
	job unit user/tests/unit.sh
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
