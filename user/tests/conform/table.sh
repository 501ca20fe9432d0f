#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The table of what runs, user/tests/README.md, from what conform.sh has printed.
#
#   table.sh <RESULTS             writes the table: what passes on every KVM of the run
#   table.sh -c DOCUMENT <TABLE   is it the document's? "ok", or "not ok" and what differs
#   table.sh DOCUMENT <TABLE      puts it there
set -eu

begin='<!-- conformance: made by the tests -->'
end='<!-- end of conformance -->'

case ${1:-} in
"")
	awk '
	/^row / {
		key = $0
		sub(/^row [0-9]+ [0-9]+ /, "", key)
		if (!(key in cases)) {
			order[++n] = key
			cases[key] = $2
			passed[key] = $3
		}
		if ($3 < passed[key])
			passed[key] = $3
	}
	/^cannot / && !seen[$0]++ {
		line = substr($0, 8)
		at = index(line, ": ")
		why[++m] = "| " substr(line, 1, at - 1) " | " substr(line, at + 2) " |"
	}
	END {
		print "| programs | cases | the same as on Linux |"
		print "| --- | --- | --- |"
		for (i = 1; i <= n; i++)
			print "| " order[i] " | " cases[order[i]] " | " passed[order[i]] " |"
		print ""
		print "| what differs | why |"
		print "| --- | --- |"
		for (i = 1; i <= m; i++)
			print why[i]
	}'
	;;
-c)
	table=$(mktemp)
	differs=$(mktemp)
	cat >"$table"
	if sed -n "/^$begin\$/,/^$end\$/p" "$2" | sed '1d;$d' | diff - "$table" >"$differs"; then
		echo "ok documents: the table of what runs is what the tests found"
	else
		echo "not ok documents: the table of what runs in $2 is not what the tests found (make readme)"
		sed 's/^/  /' "$differs"
	fi
	rm -f "$table" "$differs"
	;;
*)
	table=$(mktemp)
	{
		sed "/^$begin\$/q" "$1"
		cat
		sed -n "/^$end\$/,\$p" "$1"
	} >"$table"
	cat "$table" >"$1"
	rm -f "$table"
	;;
esac
