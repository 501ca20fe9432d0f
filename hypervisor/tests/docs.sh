#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The documents against the source: maps, tables, names, links. Called by run.sh
# and by `make check-docs`, at the top of the tree. Prints "ok" and "not ok" lines.
#
#   docs.sh HYPERVISOR
#
# In the documents a constant of abi.h or layout.h, a size or a field's offset
# stands in a table: one cell is its name, in backquotes, and the first cell that is
# a number is its value.
set -u
export LC_ALL=C

hypervisor=$1
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
documents=$(find . -path ./build -prune -o -name '*.md' -print | sed 's|^\./||')

# verdict NAME FILE: what FILE holds are the mistakes.
verdict()
{
	if [ -s "$2" ]; then
		echo "not ok documents: $1:"
		sed 's/^/  /' "$2"
	else
		echo "ok documents: $1"
	fi
}

# resolve DOCUMENT NAME: the file that a document means, from where it is or from the top.
resolve()
{
	for file in "$(dirname "$1")/$2" "$2"; do
		[ ! -e "$file" ] || break
	done
	echo "$file"
}

# The text of a document without blocks of code.
prose()
{
	grep -v '^    ' "$1"
}

# anchors DOCUMENT: its headings, as links name them.
anchors()
{
	prose "$1" | sed -n 's/^#* //p' | tr '[:upper:]' '[:lower:]' | sed 's/[^a-z0-9 _-]//g; s/ /-/g'
}

# links: those that lead nowhere.
links()
{
	for document in $documents; do
		prose "$document" | grep -o '](\([^)]*\))' | sed 's/^](//; s/)$//' |
			grep -v '^https*:' | while read -r link; do
			file=$(dirname "$document")/${link%%#*}
			[ "${link%%#*}" ] || file=$document
			[ -e "$file" ] || echo "$document: $link"
			case $link in
			*#*) anchors "$file" | grep -qx "${link#*#}" || echo "$document: no heading $link" ;;
			esac
		done
	done
}

# quoted DOCUMENT PATTERN: what stands in backquotes and matches, one a line.
quoted()
{
	prose "$1" | grep -o '`[^`]*`' | tr -d '`' | grep -xE "$2"
}

# files: names of files and directories that aren't there. One that is named with its directory
# may be named without it, too.
files()
{
	for document in $documents; do
		quoted "$document" '([A-Za-z0-9_.-]+/)*([A-Za-z0-9_-]+\.(c|h|S|sh|mk|md|def|ld|awk)|[A-Za-z0-9_.-]+/)' |
			sort -u | while read -r name; do
			[ -e "$(resolve "$document" "$name")" ] ||
				quoted "$document" ".*/$name" | grep -q . || echo "$document: $name"
		done
	done
}

# functions: those that aren't in a file that the same line names; or, if it names none, anywhere.
functions()
{
	for document in $documents; do
		prose "$document" | grep '`[a-z_0-9]*()`' >"$tmp/lines"
		while read -r line; do
			echo "$line" >"$tmp/line"
			sources=$(quoted "$tmp/line" '[A-Za-z0-9_./-]+\.(c|h|S)' | while read -r name; do
				resolve "$document" "$name"
			done)
			for function in $(quoted "$tmp/line" '[a-z_0-9]+\(\)' | tr -d '()'); do
				grep -rqw "$function" ${sources:-hypervisor kernel user} --include='*.[chS]' ||
					echo "$document: $function(), in" $sources
			done
		done <"$tmp/lines"
	done
}

# values: "NAME VALUE" of each constant of abi.h and layout.h, "struct NAME BYTES", and
# "boot_info.FIELD OFFSET".
values()
{
	{
		echo '#include <stddef.h>'
		echo '#include <stdio.h>'
		echo '#include "kernel/abi.h"'
		echo '#include "kernel/layout.h"'
		echo 'int main(void) {'
		sed -n 's/^#define \([A-Z][A-Z0-9_]*\)\([ \t].*\)*$/\1/p' kernel/abi.h kernel/layout.h |
			grep -v '_H$' | sed 's/.*/printf("& %llu\\n", (unsigned long long)(&));/'
		sed -n 's/^\(struct [a-z_0-9]*\) {$/printf("\1 %zu\\n", sizeof(\1));/p' kernel/abi.h
		members boot_info |
			sed 's/.* \(.*\)/printf("boot_info.\1 %zu\\n", offsetof(struct boot_info, \1));/'
		echo '}'
	} >"$tmp/values.c"
	${CC:-cc} -I. -o "$tmp/values" "$tmp/values.c" && "$tmp/values"
}

# members STRUCT: "TYPE NAME" of each, of a struct of abi.h; gpa_t is u64.
members()
{
	sed -n "/^struct $1 {/,/^}/p" kernel/abi.h |
		sed -n 's|/\*.*||; s/^\t\(struct [a-z_]*\|[a-z0-9_]*\) \([a-z_0-9]*\)[][A-Z_0-9]*;.*/\1 \2/p' |
		sed 's/^gpa_t/u64/; s/^uint\([0-9]*\)_t/u\1/'
}

# rows: "NAME NUMBER" of each row of a table that has both, of all documents.
rows()
{
	cat $documents | awk -F ' *[|] *' '
	/^\|/ {
		name = number = ""
		for (i = 2; i < NF; i++) {
			if (name == "" && $i ~ /^`([A-Z][A-Z0-9_]*|struct [a-z_0-9]*|[a-z_]*\.[a-z_0-9]*)`$/)
				name = substr($i, 2, length($i) - 2)
			if (number == "" && $i ~ /^`?(0x[0-9a-f]+|[0-9]+)`?$/)
				number = $i
		}
		gsub(/`/, "", number)
		if (name != "" && number != "")
			print name " " number
	}' | while read -r row; do
		printf '%s %u\n' "${row% *}" "${row##* }"
	done
}

# constants: rows that aren't so, and what has no row. Statuses stand in --help; struct
# boot_fd and its like are told as fields of struct boot_info.
constants()
{
	values | sort >"$tmp/is" && rows | sort -u >"$tmp/told"
	grep -E '^(PORT|BOOT|SEL|HC|KERNEL|USER)_|^struct hc_|^boot_info' "$tmp/told" >"$tmp/known"
	comm -13 "$tmp/is" "$tmp/known" | sed 's/$/: not so/'
	grep -Ev '^(STATUS_|BOOT_(IMAGE_LIMIT|RANDOM_BYTES|FDS|TRACE_[A-Z]*)|HC_STAT_LINK|struct (hc_time|boot_))' "$tmp/is" |
		comm -23 - "$tmp/told" | sed 's/$/: no row says it/'
	[ "$(wc -l <"$tmp/is")" -gt 50 ] || echo "too few constants"
}

# blocks: a port whose row hasn't the members of its block.
blocks()
{
	sed -n 's/^#define \(PORT_[A-Z0-9_]*\) .*gpa of struct \([a-z0-9_]*\).*/\1 \2/p' kernel/abi.h |
		while read -r port block; do
			list=$(members "$block" | paste -sd , | sed 's/,/, /g')
			grep -q "^| \`0x[0-9a-f]*\` | \`$port\` .* | $list |\$" hypervisor/README.md ||
				echo "$port: $list"
		done
}

# help: README.md shows what --help prints, and that has all statuses of abi.h.
help()
{
	"$hypervisor" --help >"$tmp/printed"
	awk '/^    usage: / { inside = 1 } /^[^ ]/ { inside = 0 } inside' README.md |
		sed -e 's/^    //' -e '${/^$/d}' | diff - "$tmp/printed"
	sed -n 's/^#define STATUS_[A-Z]*[\t ]*\([0-9][0-9]*\).*/\1/p' kernel/abi.h | while read -r status; do
		grep -qw "$status" "$tmp/printed" || echo "$status isn't in --help"
	done
}

# layers: directories of the kernel that include a header of one that its README has below them.
layers()
{
	order=$(sed -n 's/^| `\([a-z0-9]*\)\/` |.*/\1/p' kernel/README.md | grep -vx tests)
	[ "$(echo $order | wc -w)" = "$(find kernel -mindepth 1 -maxdepth 1 -type d ! -name tests | wc -l)" ] ||
		echo "kernel/README.md names other directories: $order"
	above=
	for directory in $order; do
		above="$above$directory "
		grep -o '^#include "\.\./[a-z0-9]*/' kernel/"$directory"/*.[chS] | while read -r line; do
			included=${line#*\"../}
			case " $above" in
			*" ${included%/} "*) ;;
			*) echo "$line" ;;
			esac
		done
	done
}

# short: README.md is read in five minutes.
short()
{
	lines=$(wc -l <README.md)
	[ "$lines" -lt 200 ] || echo "$lines lines"
}

while read -r check claim; do
	$check >"$tmp/mistakes" 2>&1
	verdict "$claim" "$tmp/mistakes"
done <<END
links every link leads to a file and a heading
files every file that is named is there
functions every function that is named is where it is said to be
constants addresses, ports, selectors and sizes are those of abi.h and layout.h
blocks blocks of hypercalls are those of abi.h
help README.md shows --help, and that the statuses
layers no file of the kernel includes what its README has further down
short README.md has less than 200 lines
END
