#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Builds the conformance suite's programs and files, and copies those of the
# distribution. packages.sh sees to the compilers, libraries and programs.
#
#   build.sh DIRECTORY
set -eu

here=$(dirname "$0")
to=$1
mkdir -p "$to/bin" "$to/dir"

# Each list of cases, and main.c, which runs them.
cases=$(grep -l "conform.h" "$here"/*.c)
# -w: wrong arguments are what some cases are about.
flags="-O1 -w -s -D_GNU_SOURCE -I$here"
gcc $flags -static -pthread -o "$to/bin/glibc" $cases -lm
gcc $flags -static-pie -fPIE -pthread -o "$to/bin/glibc-pie" $cases -lm
musl-gcc $flags -static -o "$to/bin/musl" $cases
# Debian's musl-gcc doesn't know -static-pie.
musl=/usr/lib/x86_64-linux-musl
musl-gcc $flags -fPIE -static -nostartfiles -nodefaultlibs -Wl,-pie,--no-dynamic-linker \
	-o "$to/bin/musl-pie" $musl/rcrt1.o $musl/crti.o $cases $musl/libc.a \
	"$(gcc -print-libgcc-file-name)" "$(gcc -print-file-name=libgcc_eh.a)" $musl/crtn.o
diet gcc -Os -w -s -o "$to/bin/diet" "$here/basic.c" 2>/dev/null
klcc -Os -w -static -o "$to/bin/klibc" "$here/basic.c"
g++ -O1 -s -static -o "$to/bin/cxx" "$here/exceptions.cc"
g++ -O1 -s -static-pie -fPIE -o "$to/bin/cxx-pie" "$here/exceptions.cc"
gcc $flags -static -I/usr/include/lua5.4 -o "$to/bin/lua" "$here/lua_host.c" -llua5.4 -lm 2>/dev/null
gcc $flags -static -o "$to/bin/sqlite" "$here/sqlite_host.c" -lsqlite3 -lm -lpthread 2>/dev/null
gcc $flags -static -o "$to/bin/zlib" "$here/zlib_host.c" -lz
rustc -O -C target-feature=+crt-static -C strip=symbols -o "$to/bin/rust" "$here/hello.rs"
cache=$(mktemp -d)
CGO_ENABLED=0 GOCACHE=$cache go build -ldflags=-s -o "$to/bin/go" "$here/hello.go"
CGO_ENABLED=0 GOCACHE=$cache go build -ldflags=-s -o "$to/bin/go-files" "$here/files.go"
rm -rf "$cache"
for program in busybox bash-static mksh-static sash zsh-static; do
	cp -L "$(command -v $program)" "$to/bin/${program%-static}"
done

mkdir -p "$to/scripts"
script()
{
	printf "$2" >"$to/scripts/$1"
	chmod 755 "$to/scripts/$1"
}
script plain '#!/bin/sh\necho plain "$0" "$@"\n'
script argument '#! /bin/sh -e  \necho argument "$@"\nfalse\necho not here\n'
script missing '#!/no/such/interpreter\n'
script nested '#!tests/conform/scripts/plain extra argument\n'
script empty-line '#!\n'
script loop-it '#!tests/conform/scripts/loop-it\n'
script no-right '#!/bin/sh\n'
chmod 644 "$to/scripts/no-right"
script bare 'echo without an interpreter\n'

printf '012345678\n' >"$to/ten"
printf 'PS1=bash:\ntext() { echo called; }\n' >"$to/bashrc"
: >"$to/empty"
printf inner >"$to/dir/inner"
ln -sf ten "$to/link"
ln -sf loop "$to/loop"
{
	head -c 4096 /dev/zero | tr '\0' 0
	head -c 4096 /dev/zero | tr '\0' 1
	printf 22222
} >"$to/pages"
seq 1 4000 | awk '{ printf "%d line %d %s\n", $1 * 7919 % 1009, $1, $1 % 3 ? "apple" : "pear" }' >"$to/text"
gzip -nc "$to/text" >"$to/text.gz"
tar -C "$to" --mtime=@0 --owner=0 --group=0 -cf "$to/archive.tar" ten text
rm -f "$to/data.db"
"$to/bin/sqlite" "$to/data.db" 'create table t(a integer primary key, b text);
	insert into t(b) values ("one"), ("two"), ("three"); create index i on t(b);'

# What directories.c looks at: a tree, and names of any bytes.
tree=$to/tree
rm -rf "$tree" "$to/odd"
mkdir -p "$tree/empty/sub" "$to/odd"
printf 0123456789 >"$tree/file"
ln "$tree/file" "$tree/hard"
printf inner >"$tree/empty/in-empty"
cp "$tree/empty/in-empty" "$tree/empty/file"
printf '#!/bin/true\n' >"$tree/x"
: >"$tree/private"
mkdir "$tree/sticky"
ln -s file "$tree/link"
ln -s none/at/all "$tree/dangling"
ln -s loop "$tree/loop"
ln -s empty "$tree/link-to-dir"
ln -s empty/sub "$tree/link-to-sub"
ln -s /dev/null "$tree/to-null"
ln -s /dev/stdin "$tree/to-stdin"
ln -s /dev "$tree/to-dev"
ln -s /proc "$tree/to-proc"
ln -s /proc/self/exe "$tree/to-exe"
mkfifo "$tree/fifo"
awk 'BEGIN { for (i = 1; i < 256; i++) if (i != 47) printf "%c", i }' | LC_ALL=C split -b 50 - "$to/odd/name."
for part in "$to"/odd/name.*; do
	mv "$part" "$to/odd/$(cat "$part"; printf x)"
done
: >"$to/odd/$(printf '%0255d' 0)"
chmod 644 "$tree/file" "$tree/empty/file" "$tree/empty/in-empty"
chmod 755 "$tree/x" "$tree/empty" "$tree/empty/sub" "$tree"
chmod 600 "$tree/private"
chmod 1777 "$tree/sticky"
find "$tree" "$to/odd" -exec touch -h -d '2020-02-02 02:02:02 UTC' '{}' +
