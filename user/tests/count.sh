#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The sum of what suites have printed, from stdin: where they ran to their end,
# and a last line "N passed, N failed, N skipped". Fails if a case did, if none
# passed, or if no suite came to its end.
set -u

awk '
/^ok / { passed++ }
/^not ok / { failed++ }
/^skip / { skipped++ }
/^end / { ends = ends " " substr($0, 5) }
END {
	print "ran on:" ends
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed || !passed || !ends
}'
