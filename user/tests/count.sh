#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The sum of what suites have printed, from stdin: on which kinds of KVM they
# came to their ends, and a last line "N passed, N failed, N skipped". Fails if
# a case did, if none passed, or if no suite came to its end.
set -u

awk '
/^ok / { passed++ }
/^not ok / { failed++ }
/^skip / { skipped++ }
# "end SUITE-KIND", or "end KIND"
/^end / {
	kind = $2
	sub(/.*-/, "", kind)
	if (!(kind in suites))
		order[++kinds] = kind
	suites[kind] = suites[kind] " " substr($2, 1, length($2) - length(kind) - 1)
}
END {
	known["tcg"] = "AMD-V"
	known["vtx"] = "VT-x"
	for (i = 1; i <= kinds; i++) {
		kind = order[i]
		name = kind in known ? known[kind] " (" kind ")" : "its own KVM (" kind ")"
		print "ran on: " name (suites[kind] ? ":" suites[kind] : "")
	}
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed || !passed || !kinds
}'
