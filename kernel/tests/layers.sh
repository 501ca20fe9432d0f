#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The kernel's files in layers, by what its objects refer to in one another: functions and
# variables. No files form a circle, and nothing refers to a directory that stands further down in
# kernel/README.md. Called by run.sh and by `make check-layers`, at the top of the tree, when the
# kernel is built. Prints "ok" and "not ok" lines.
#
#   layers.sh BUILD
#
# What assembly refers to doesn't count: there the CPU enters the kernel, at its top.
set -u
export LC_ALL=C

build=${1:-build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# The files of the kernel that have an object, main.c among them, and not those of tests.
for source in kernel/*.c kernel/*/*.[cS]; do
	[ "${source#kernel/tests/}" != "$source" ] || [ ! -e "$build/$source.o" ] ||
		echo "$build/$source.o"
done >"$tmp/objects"

# "kernel/DIRECTORY/FILE: SYMBOL TYPE ..." becomes "FILE SYMBOL TYPE".
xargs nm -A -P <"$tmp/objects" | sed "s|^$build/kernel/||; s|\.o: | |" >"$tmp/symbols"

sed -n 's/^| `\([a-z0-9]*\)\/` |.*/\1/p' kernel/README.md >"$tmp/order"

# "FROM TO SYMBOL": a file refers to what another defines.
awk '
FNR == NR { if ($3 ~ /^[TDBRVW]$/) home[$2] = $1; next }
$3 == "U" && $1 ~ /\.c$/ && $2 in home { print $1, home[$2], $2 }
' "$tmp/symbols" "$tmp/symbols" >"$tmp/arrows"

# up: arrows to a directory further down in the table; main.c stands below all.
up()
{
	awk '
	FILENAME ~ /order$/ { rank[$1] = FNR; next }
	function rank_of(file) { return file ~ /\// ? rank[substr(file, 1, index(file, "/") - 1)] : 1000 }
	rank_of($2) > rank_of($1) { print $1 " refers to " $3 " of " $2 }
	' "$tmp/order" "$tmp/arrows"
}

# circles: takes away the files that refer to none, or that none refers to, until there are none of
# these. Then follows arrows from one that is left, round to where it has been.
circles()
{
	awk '
	{ arrow[$1, $2] = arrow[$1, $2] " " $3; file[$1]; file[$2] }
	function take_away(    edge, end, uses, used, f, some) {
		for (edge in arrow) {
			split(edge, end, SUBSEP)
			uses[end[1]]
			used[end[2]]
		}
		for (f in file)
			if (!(f in uses) || !(f in used)) {
				delete file[f]
				some = 1
			}
		for (edge in arrow) {
			split(edge, end, SUBSEP)
			if (!(end[1] in file) || !(end[2] in file))
				delete arrow[edge]
		}
		return some
	}
	function next_of(f,    edge, end) {
		for (edge in arrow) {
			split(edge, end, SUBSEP)
			if (end[1] == f)
				return end[2]
		}
	}
	END {
		while (take_away())
			;
		for (f in file)
			break
		for (; f in file && !(f in been); f = next_of(f))
			been[f]
		for (start = f; f in file; f = to) {
			to = next_of(f)
			print f " refers to" arrow[f, to] " of " to
			if (to == start)
				exit
		}
	}' "$tmp/arrows"
}

# complete: the graph is that of the kernel, not of a few objects or none.
complete()
{
	files=$(find kernel -name '*.[cS]' ! -path 'kernel/tests/*' ! -path kernel/vdso/vdso.c | wc -l)
	[ "$(wc -l <"$tmp/objects")" = "$files" ] || echo "not each of $files files has an object in $build"
	[ "$(wc -l <"$tmp/arrows")" -gt "$files" ] || echo "fewer arrows than files"
}

while read -r check claim; do
	$check >"$tmp/mistakes" 2>&1
	if [ -s "$tmp/mistakes" ]; then
		echo "not ok layers: $claim:"
		sed 's/^/  /' "$tmp/mistakes"
	else
		echo "ok layers: $claim"
	fi
done <<END
complete every file of the kernel is in the graph
up no file refers to what is further down in the table of kernel/README.md
circles no files form a circle
END
