#!/bin/sh
# SPDX-License-Identifier: MIT
#
# All tests: unit tests on this machine, then the end-to-end suite on every
# KVM that it has or can start. Called by `make test`, at the top of the tree.
#
#   run.sh [HYPERVISOR]
#
# HYPERVISOR: another build of the hypervisor; then the suite runs with that
# on this machine's KVM alone. The last line counts passed, failed, skipped.
set -u

results=$(mktemp)
trap 'rm -f "$results"' EXIT

# Runs a command that prints "ok", "not ok" and "skip" lines; shows all but "ok".
collect()
{
	"$@" 2>&1 | tee -a "$results" | grep -Ev '^(ok|row|cannot) ' || true
}

# failed NAME: what no line of a command tells.
failed()
{
	echo "not ok $1" | tee -a "$results"
}

# suite BACKEND COMMAND...: an end-to-end suite must come to its last line.
suite()
{
	echo "--- end to end on $1"
	backend=$1
	shift
	collect "$@"
	grep -q "^end $backend\$" "$results" || failed "$backend: the suite came to no end"
}

own=$(hypervisor/tests/own_kvm.sh)
packages=true
if [ $# = 0 ]; then
	hypervisor/tests/packages.sh && ${MAKE:-make} --no-print-directory conform || packages=false
	$packages || failed "packages for the conformance suite and for QEMU are missing"
fi
if [ $# = 0 ]; then
	echo "--- unit tests"
	for test in mm_test proc_test hypervisor_test; do
		collect build/tests/$test
	done
	collect hypervisor/tests/hardening.sh hypervisor/hypervisor.elf
	collect user/tests/calls.sh -c README.md
fi
if [ "$own" != none ]; then
	(cd build/stage && suite "$own" sh tests/e2e.sh "$own" "$@")
	[ $# != 0 ] || (cd build/stage && suite "ceilings-$own" sh bench/ceilings.sh "$own")
	! $packages || [ $# != 0 ] ||
		(cd build/stage && suite "conform-$own" sh tests/conform/conform.sh "$own")
else
	echo "skip own KVM: this machine has no usable /dev/kvm" | tee -a "$results"
fi
if [ $# = 0 ] && $packages; then
	suite tcg hypervisor/tests/nested.sh -t 900 build/stage \
		sh -c 'sh tests/e2e.sh tcg; sh bench/ceilings.sh tcg; sh tests/conform/conform.sh tcg'
	for end in ceilings-tcg conform-tcg; do
		grep -q "^end $end\$" "$results" || failed "$end: the suite came to no end"
	done
	echo "--- the README's table"
	user/tests/conform/table.sh <"$results" >build/conformance.md
	collect user/tests/conform/table.sh -c README.md <build/conformance.md
fi

passed=$(grep -c '^ok ' "$results")
bad=$(grep -c '^not ok ' "$results")
skipped=$(grep -c '^skip ' "$results")
echo "ran on:$(sed -n 's/^end / /p' "$results" | tr -d '\n')"
echo "$passed passed, $bad failed, $skipped skipped"
[ "$bad" = 0 ] && [ "$passed" -gt 0 ]
