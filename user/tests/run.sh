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
	"$@" 2>&1 | tee -a "$results" | grep -v '^ok ' || true
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
if [ $# = 0 ]; then
	echo "--- unit tests"
	for test in mm_test proc_test hypervisor_test; do
		collect build/tests/$test
	done
fi
if [ "$own" != none ]; then
	(cd build/stage && suite "$own" sh tests/e2e.sh "$own" "$@")
else
	echo "skip own KVM: this machine has no usable /dev/kvm" | tee -a "$results"
fi
if [ $# = 0 ]; then
	if hypervisor/tests/packages.sh; then
		suite tcg hypervisor/tests/nested.sh -t 900 build/stage sh tests/e2e.sh tcg
	else
		failed "tcg: its packages are missing"
	fi
fi

passed=$(grep -c '^ok ' "$results")
bad=$(grep -c '^not ok ' "$results")
skipped=$(grep -c '^skip ' "$results")
echo "ran on:$(sed -n 's/^end / /p' "$results" | tr -d '\n')"
echo "$passed passed, $bad failed, $skipped skipped"
[ "$bad" = 0 ] && [ "$passed" -gt 0 ]
