#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Suites on Intel's VT-x, in an emulated machine: the cases that vtx.sh
# chooses. Called at the top of the tree, with `make stage conform` done.
#
#   intel.sh [SUITE...]
#
# SUITE: e2e, hostile, conform; without one, all. Prints their lines, and at
# last "end vtx" if each came to its end. CASE in the environment: see suite.sh.
set -u

[ $# != 0 ] || set -- e2e hostile conform
script=
for suite in "$@"; do
	case $suite in
	conform) suite=conform/conform ;;
	esac
	script="$script sh tests/$suite.sh vtx;"
done

log=$(mktemp)
trap 'rm -f "$log"' EXIT

hypervisor/tests/nested.sh -i -t 3600 build/stage env "CASE=${CASE:-*}" \
	sh -c "$script" 2>&1 |
	grep -v '^row ' | tee "$log"
for suite in "$@"; do
	grep -q "^end $suite-vtx\$" "$log" || { echo "not ok vtx: $suite came to no end"; exit 1; }
done
echo "end vtx"
