#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The suites on Intel's VT-x, in an emulated machine: the cases that vtx.sh
# chooses. Called at the top of the tree, with `make stage conform` done;
# prints their lines, and at last "end vtx" if each came to its end.
set -u

log=$(mktemp)
trap 'rm -f "$log"' EXIT

hypervisor/tests/nested.sh -i -t 3600 build/stage env "CASE=${CASE:-*}" \
	sh -c 'for suite in e2e hostile conform/conform; do sh tests/$suite.sh vtx; done' 2>&1 |
	grep -v '^row ' | tee "$log"
for suite in e2e hostile conform; do
	grep -q "^end $suite-vtx\$" "$log" || { echo "not ok vtx: $suite came to no end"; exit 1; }
done
echo "end vtx"
