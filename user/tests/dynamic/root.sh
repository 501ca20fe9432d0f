#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Makes a root directory of installed Debian packages, for the dynamic suite in
# an emulated machine: their files, the libraries that their programs want, and
# what the loader and the C library read.
#
#   root.sh KIND DIRECTORY
#
# KIND: tcg for all that the suite runs, vtx for what it runs in that machine,
# which is slow and has little memory; gdb for the suite of that name.
set -eu

kind=$1
root=$2
packages='coreutils grep sed gawk findutils diffutils perl-base jq dash bash libc-bin procps make'
python=$(basename "$(readlink -f /usr/bin/python3)")
case $kind in
gdb)
	packages="coreutils dash sed grep mawk libc-bin gdb python3-minimal $python-minimal
		lib$python-minimal lib$python-stdlib"
	;;
vtx) packages="$packages python3-minimal $python-minimal lib$python-minimal" ;;
*)
	packages="$packages python3-minimal $python-minimal lib$python-minimal lib$python-stdlib
		$python mawk sqlite3 libxml2-utils poppler-utils file libmagic-mgc libmagic1 binutils
		binutils-x86-64-linux-gnu bsdextrautils util-linux tar xz-utils gzip bc dc tree patch"
	;;
esac
mkdir -p "$root/usr/bin" "$root/usr/lib64" "$root/etc" "$root/tmp" "$root/proc" "$root/dev" \
	"$root/sys" "$root/t"
for directory in bin lib lib64 sbin; do
	mkdir -p "$root/usr/$directory"
	ln -s "usr/$directory" "$root/$directory"
done

# add: the files that stdin names, and the directories above them.
add()
{
	tar --create --no-recursion --ignore-failed-read --files-from=- 2>/dev/null |
		tar --extract --keep-directory-symlink --directory="$root"
}

# resolved: each file that stdin names, and if it is a link what it leads to.
resolved()
{
	while read -r file; do
		[ -e "$file" ] || continue
		echo "$file"
		readlink -f "$file"
	done
}

dpkg -L $packages | grep -v '^/usr/share/\(doc\|man\|locale\|info\|lintian\|bug\)' |
	while read -r file; do
		[ -d "$file" ] && [ ! -L "$file" ] || echo "$file"
	done | resolved | sort -u | add
# Python's own compiled files are no package's.
for directory in "$root"/usr/lib/python3*; do
	[ ! -d "$directory" ] || find "$directory" -name '*.py' | sed "s|^$root||; s|[^/]*$||" |
		sort -u | while read -r path; do find "${path}__pycache__" -name '*.pyc'; done | add
done
find "$root/usr" -type f \( -perm /111 -o -name '*.so*' \) -exec ldd {} + 2>/dev/null |
	grep -o '/[^ )]*' | grep -v ':$' | sort -u | resolved | sort -u | add
# Which of them is awk only Debian's alternatives say.
[ ! -e "$root/usr/bin/mawk" ] || ln -sf mawk "$root/usr/bin/awk"
# Of the files of the data alone, whose owner is root.
printf 'root:x:0:0:root:/:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\n' >"$root/etc/group"
cp /etc/nsswitch.conf "$root/etc" 2>/dev/null || :
ldconfig -r "$root"
