#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The list of system calls that are not there, kernel/README.md, from syscalls.def.
#
#   calls.sh              writes the list
#   calls.sh DOCUMENT     puts it there
#   calls.sh -c DOCUMENT  is it there, and are names and numbers Linux's? "ok" or "not ok"
set -eu

calls=kernel/syscall/syscalls.def
begin="<!-- calls: made from $calls -->"
end='<!-- end of calls -->'

list()
{
	awk '
	/^REASON\(/ {
		name = substr($1, 8)
		sub(/,$/, "", name)
		reason = $0
		sub(/^[^"]*"/, "", reason)
		sub(/"\)$/, "", reason)
		order[++n] = name
		why[name] = reason
	}
	/^CALL\(/ { there++ }
	/^NONE\(/ {
		call = $2
		sub(/,$/, "", call)
		reason = $NF
		sub(/\)$/, "", reason)
		names[reason] = names[reason] (names[reason] ? ", " : "") call
		count[reason]++
	}
	END {
		for (i = 1; i <= n; i++)
			absent += count[order[i]]
		printf "%d of the %d system calls of Linux are there. The others are `-ENOSYS`:\n\n", there, there + absent
		print "| why | calls |"
		print "| --- | --- |"
		for (i = 1; i <= n; i++)
			print "| " why[order[i]] " | " names[order[i]] " |"
	}' $calls
}

case ${1:-} in
"")
	list
	;;
-c)
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	list >"$work/list"
	if sed -n "\\|^$begin\$|,\\|^$end\$|p" "$2" | sed '1d;$d' | cmp -s - "$work/list"; then
		echo "ok documents: the list of system calls is that of $calls"
	else
		echo "not ok documents: the list of system calls in $2 is not that of $calls (make readme)"
	fi
	# Headers may be older or younger than the list: what both have must agree.
	sed -n 's/^\(CALL\|NONE\)(\([0-9]*\), \([a-z0-9_]*\),.*/\3 \2/p' $calls | sort >"$work/ours"
	echo '#include <asm/unistd_64.h>' | ${CC:-cc} -E -dM - |
		sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$/\1 \2/p' | sort >"$work/linux"
	differ=$(join "$work/ours" "$work/linux" | awk '$2 != $3')
	missing=$(join -v 2 "$work/ours" "$work/linux")
	if [ -z "$differ$missing" ] && [ -s "$work/linux" ]; then
		echo "ok system calls: names and numbers are Linux's, none is left out"
	else
		echo "not ok system calls: $differ differ, $missing missing in $calls"
	fi
	;;
*)
	work=$(mktemp)
	trap 'rm -f "$work"' EXIT
	{
		sed "\\|^$begin\$|q" "$1"
		list
		sed -n "\\|^$end\$|,\$p" "$1"
	} >"$work"
	cat "$work" >"$1"
	;;
esac
